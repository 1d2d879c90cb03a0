//! Which parts of a text match what was looked for.

use super::ask::{Rigour, Text};
use super::words::{Stems, Word, stemmed_as, words};

/// A text in pieces; those with `true` match.
pub type Pieces = Vec<(String, bool)>;

/// Finds matches in texts.
pub struct Marker<'t> {
    text: &'t Text,
    rigour: Rigour,
    stems: Stems,
    /// In which language the texts are read now.
    language: usize,
}

impl<'t> Marker<'t> {
    /// For hits of `text`, found with `rigour`.
    pub fn new(text: &'t Text, rigour: Rigour) -> Self {
        Marker { text, rigour, stems: Stems::new(), language: 0 }
    }

    /// Reads the next texts as ones of that language, by its tag.
    pub fn in_language(&mut self, tag: &str) -> &mut Self {
        self.language = stemmed_as(tag);
        self
    }

    /// The whole of `text` in pieces.
    pub fn mark(&mut self, text: &str) -> Pieces {
        let matches = self.matches(text);
        pieces(text, &matches, 0, text.len())
    }

    /// The part of `text` with the most matches, about `max` characters, in pieces; its beginning if nothing matches.
    pub fn excerpt(&mut self, text: &str, max: usize) -> Pieces {
        let text = text.replace('\n', " ");
        if text.chars().count() <= max {
            return self.mark(&text);
        }
        let matches = self.matches(&text);
        let all = words(&text);
        let from = densest(&matches, max * 3 / 4).map_or(0, |first| before(&all, first.from, max / 8));
        let limit = text[from..].char_indices().nth(max).map_or(text.len(), |(at, _)| from + at);
        let to = all.iter().rev().map(|word| word.to).find(|to| *to <= limit && *to > from).unwrap_or(limit);
        let mut shown = pieces(&text, &matches, from, to);
        if from > 0 {
            shown.insert(0, ("… ".to_owned(), false));
        }
        if to < text.len() {
            shown.push((" …".to_owned(), false));
        }
        shown
    }

    fn matches(&mut self, text: &str) -> Vec<Word> {
        if self.text.is_empty() {
            return Vec::new();
        }
        words(text).into_iter().filter(|word| self.is_match(&word.text)).collect()
    }

    fn is_match(&mut self, word: &str) -> bool {
        let (stem, language) = (self.stems.of(self.language, word), self.language);
        self.text.sought.iter().filter(|sought| sought.required).any(|sought| {
            let is_nearly = || {
                let doubt = usize::from(sought.doubt());
                self.rigour != Rigour::Strict && doubt > 0 && strsim::osa_distance(word, &sought.text) <= doubt
            };
            sought.text == word
                || sought.stems[language] == stem
                || (sought.prefix && word.starts_with(&sought.text))
                || is_nearly()
        })
    }
}

/// The first match of the stretch of at most `width` bytes that holds the most different words.
fn densest(matches: &[Word], width: usize) -> Option<&Word> {
    let variety = |from: usize| {
        let within = matches[from..].iter().take_while(|word| word.to <= matches[from].from + width);
        within.map(|word| &word.text).collect::<std::collections::BTreeSet<_>>().len()
    };
    // Of equals the earliest: max_by_key would take the last.
    (0..matches.len().min(200)).rev().max_by_key(|from| variety(*from)).map(|from| &matches[from])
}

/// Where the word begins that stands at most `margin` bytes before `at`.
fn before(all: &[Word], at: usize, margin: usize) -> usize {
    all.iter().map(|word| word.from).find(|from| *from + margin >= at).unwrap_or(at)
}

fn pieces(text: &str, matches: &[Word], from: usize, to: usize) -> Pieces {
    let mut pieces = Vec::new();
    let mut push = |from: usize, to: usize, is_match: bool| {
        if from < to {
            pieces.push((text[from..to].to_owned(), is_match));
        }
    };
    let mut at = from;
    for word in matches.iter().filter(|word| word.from >= from && word.to <= to) {
        push(at, word.from, false);
        push(word.from, word.to, true);
        at = word.to;
    }
    push(at, to, false);
    pieces
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shown(pieces: &Pieces) -> String {
        pieces.iter().map(|(text, is_match)| if *is_match { format!("[{text}]") } else { text.clone() }).collect()
    }

    #[test]
    fn forms_beginnings_and_accents_are_marked() {
        let text = Text::new("securite test java");
        let mut marker = Marker::new(&text, Rigour::Strict);
        assert_eq!(shown(&marker.mark("Sécurité: testing JavaScript")), "[Sécurité]: [testing] [JavaScript]");
        let text = Text::new("java the course");
        let mut marker = Marker::new(&text, Rigour::Strict);
        assert_eq!(shown(&marker.mark("The JavaScript courses")), "The JavaScript [courses]");
        let text = Text::new("schulung");
        let mut marker = Marker::new(&text, Rigour::Strict);
        assert_eq!(shown(&marker.in_language("de").mark("Unsere Schulungen")), "Unsere [Schulungen]");
        let text = Text::new("kuberentes");
        assert_eq!(shown(&Marker::new(&text, Rigour::Strict).mark("Kubernetes")), "Kubernetes");
        assert_eq!(shown(&Marker::new(&text, Rigour::Spelling).mark("Kubernetes")), "[Kubernetes]");
        assert_eq!(shown(&Marker::new(&Text::new(""), Rigour::Strict).mark("x")), "x");
    }

    #[test]
    fn an_excerpt_shows_where_the_words_are() {
        let long = format!("{} The borrow checker explains ownership. {}", "filler ".repeat(80), "more ".repeat(80));
        let text = Text::new("ownership borrow");
        let excerpt = shown(&Marker::new(&text, Rigour::Strict).excerpt(&long, 120));
        assert!(excerpt.contains("[borrow] checker explains [ownership]"), "{excerpt}");
        assert!(excerpt.starts_with("… ") && excerpt.ends_with(" …") && excerpt.chars().count() < 140, "{excerpt}");
        let text = Text::new("absent");
        let excerpt = shown(&Marker::new(&text, Rigour::Strict).excerpt(&long, 50));
        assert!(excerpt.starts_with("filler") && excerpt.chars().count() <= 52, "{excerpt}");
        let japanese = "入門データ".repeat(100);
        assert!(shown(&Marker::new(&Text::new("門"), Rigour::Strict).excerpt(&japanese, 40)).contains("[門]"));
    }
}
