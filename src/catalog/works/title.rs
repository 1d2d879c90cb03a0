//! What a title says: the words that name the thing, and which part, edition or year of it this is.

use crate::catalog::search::words::words;
use std::collections::BTreeSet;

/// Words before or after the number of an edition.
const EDITION: [&str; 13] = [
    "edition",
    "ed",
    "edn",
    "auflage",
    "ausgabe",
    "edicion",
    "edicao",
    "edizione",
    "издание",
    "wydanie",
    "editie",
    "utgava",
    "baski",
];
/// What an edition is called that is none of its own: the same text in another dress.
const DRESS: [&str; 17] = [
    "online",
    "web",
    "digital",
    "electronic",
    "kindle",
    "free",
    "html",
    "pdf",
    "epub",
    "mobi",
    "ebook",
    "book",
    "full",
    "complete",
    "video",
    "audio",
    "official",
];
/// Words before the number of a part.
const PART: [&str; 32] = [
    "part",
    "pt",
    "volume",
    "vol",
    "chapter",
    "lesson",
    "lecture",
    "week",
    "module",
    "episode",
    "ep",
    "season",
    "day",
    "unit",
    "session",
    "level",
    "teil",
    "band",
    "partie",
    "tome",
    "parte",
    "capitulo",
    "capitolo",
    "kapitel",
    "lektion",
    "часть",
    "том",
    "глава",
    "урок",
    "tom",
    "czesc",
    "deel",
];
/// Words that titles have or leave out at will.
const LOOSE: [&str; 4] = ["the", "a", "an", "and"];
/// Words and ordinals of small numbers.
const COUNT: [[&str; 3]; 10] = [
    ["one", "first", "1st"],
    ["two", "second", "2nd"],
    ["three", "third", "3rd"],
    ["four", "fourth", "4th"],
    ["five", "fifth", "5th"],
    ["six", "sixth", "6th"],
    ["seven", "seventh", "7th"],
    ["eight", "eighth", "8th"],
    ["nine", "ninth", "9th"],
    ["ten", "tenth", "10th"],
];

/// A title, taken apart.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Title {
    /// The words that name the thing, before its subtitle; folded.
    pub main: Vec<String>,
    /// The words of the subtitle.
    pub rest: Vec<String>,
    /// Numbers of parts: "part 2", "vol. II, lesson 3".
    pub parts: Vec<u32>,
    /// Number of the edition.
    pub edition: Option<u32>,
    /// A year that stands by itself: in brackets, or at the end.
    pub year: Option<u32>,
    /// Whether the source cut it off ("Learn to…").
    pub cut: bool,
}

/// How much two titles are alike.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Likeness {
    /// The same words in the same order.
    Equal,
    /// One is the other without its subtitle, or cut off.
    Short,
    /// Most of the words.
    Near,
    /// Hardly.
    No,
}

impl Title {
    /// Takes `text` apart.
    pub fn new(text: &str) -> Title {
        let text = text.trim();
        let cut = text.ends_with('…') || text.ends_with("...");
        let mut title = Title { cut, ..Title::default() };
        let pieces = pieces(text);
        let last = pieces.len().saturating_sub(1);
        for (number, piece) in pieces.iter().enumerate() {
            let mut found: Vec<String> = words(&piece.text).into_iter().map(|word| word.text).collect();
            if piece.bracket || number == last {
                title.take_year(&mut found);
            }
            let found = title.take_numbers(found);
            let says_nothing = found.iter().all(|word| DRESS.contains(&word.as_str()));
            if says_nothing && (number > 0 || found.is_empty()) {
                continue;
            }
            let named = found.into_iter().filter(|word| !LOOSE.contains(&word.as_str()));
            if title.main.is_empty() && !piece.bracket { title.main.extend(named) } else { title.rest.extend(named) }
        }
        if title.main.is_empty() {
            title.main = std::mem::take(&mut title.rest);
        }
        title
    }

    /// All words that name it.
    pub fn all(&self) -> impl Iterator<Item = &String> {
        self.main.iter().chain(&self.rest)
    }

    /// How much `words` say: a word of a language without spaces between them says half.
    pub fn weight(words: &[String]) -> f64 {
        let weigh = |word: &String| if word.chars().count() == 1 && !word.is_ascii() { 0.5 } else { 1.0 };
        words.iter().map(weigh).sum()
    }

    /// Words with a digit in them.
    fn figures(&self) -> BTreeSet<&str> {
        self.all().filter(|word| word.chars().any(|c| c.is_ascii_digit())).map(String::as_str).collect()
    }

    /// How much the two are alike, numbers of parts and editions apart.
    pub fn likeness(&self, other: &Title) -> Likeness {
        let (ours, theirs): (Vec<&String>, Vec<&String>) = (self.all().collect(), other.all().collect());
        if ours.is_empty() || theirs.is_empty() {
            return Likeness::No;
        }
        if ours == theirs {
            return Likeness::Equal;
        }
        if self.main == other.main && self.rest.is_empty() != other.rest.is_empty() {
            return Likeness::Short;
        }
        if begins(self, &ours, &theirs) || begins(other, &theirs, &ours) {
            return Likeness::Short;
        }
        let (one, two): (BTreeSet<_>, BTreeSet<_>) = (ours.iter().collect(), theirs.iter().collect());
        let (shared, either) = (one.intersection(&two).count(), one.union(&two).count());
        let joined = |words: &[&String]| words.iter().map(|word| word.as_str()).collect::<String>();
        if shared * 4 >= either * 3 || joined(&ours) == joined(&theirs) { Likeness::Near } else { Likeness::No }
    }

    /// Whether half of the words of the shorter one are in the other.
    pub fn overlaps(&self, other: &Title) -> bool {
        let (one, two): (BTreeSet<_>, BTreeSet<_>) = (self.all().collect(), other.all().collect());
        let least = one.len().min(two.len());
        least > 0 && one.intersection(&two).count() * 2 >= least
    }

    /// Whether they say of themselves that they are two things: other parts, editions, years, figures.
    pub fn contradicts(&self, other: &Title) -> bool {
        let differ = |one: Option<u32>, two: Option<u32>| one.is_some() && two.is_some() && one != two;
        if differ(self.edition, other.edition) || differ(self.year, other.year) {
            return true;
        }
        if !self.parts.is_empty() && !other.parts.is_empty() && self.parts != other.parts {
            return true;
        }
        let (ours, theirs) = (self.figures(), other.figures());
        // A title that lacks its subtitle lacks the figures in it, too.
        !ours.is_empty() && !theirs.is_empty() && !ours.is_subset(&theirs) && !theirs.is_subset(&ours)
            || (!self.rest.is_empty() && !other.rest.is_empty() && ours != theirs)
    }

    /// Whether one names a part, an edition, a year or a figure about which the other says nothing.
    pub fn leaves_open(&self, other: &Title) -> bool {
        self.edition != other.edition
            || self.year != other.year
            || self.parts != other.parts
            || self.figures() != other.figures()
    }

    /// Whether they contradict each other, or go on differently after the same beginning.
    pub fn rivals(&self, other: &Title) -> bool {
        let two_subtitles = !self.rest.is_empty() && !other.rest.is_empty() && self.rest != other.rest;
        self.contradicts(other) || (self.main == other.main && two_subtitles)
    }

    /// A year at the end, or alone in brackets.
    fn take_year(&mut self, words: &mut Vec<String>) {
        let is_year =
            |word: &String| word.len() == 4 && word.parse::<u32>().is_ok_and(|year| (1970..2040).contains(&year));
        if let Some(year) = words.last().filter(|word| is_year(word)).and_then(|word| word.parse().ok())
            && !(words.len() == 1 && self.main.is_empty())
        {
            self.year = Some(year);
            words.pop();
        }
    }

    /// Takes editions and parts out of `words`.
    fn take_numbers(&mut self, words: Vec<String>) -> Vec<String> {
        let mut left: Vec<String> = Vec::with_capacity(words.len());
        let mut at = 0;
        while at < words.len() {
            let word = words[at].as_str();
            let next = words.get(at + 1).map(String::as_str);
            let number = next.and_then(number);
            if EDITION.contains(&word) {
                if let Some(ordinal) = left.last().and_then(|word| ordinal(word)) {
                    self.edition = Some(ordinal);
                    left.pop();
                } else if let Some(number) = number {
                    self.edition = Some(number);
                    at += 1;
                } else if left.last().is_some_and(|word| DRESS.contains(&word.as_str())) {
                    left.pop();
                }
            } else if let Some(edition) = short_edition(word).filter(|_| at + 1 == words.len()) {
                self.edition = Some(edition);
            } else if let Some(number) = number.filter(|_| PART.contains(&word)) {
                self.parts.push(number);
                at += 1;
            } else {
                left.push(word.to_owned());
            }
            at += 1;
        }
        left
    }
}

/// Whether `title`, which was cut off, is the beginning of `longer`.
fn begins(title: &Title, words: &[&String], longer: &[&String]) -> bool {
    // The last word may have been cut in the middle.
    let whole = words.len().saturating_sub(1);
    title.cut && whole >= 3 && longer.len() >= words.len() && words[..whole] == longer[..whole]
}

/// "2", "two", "II".
fn number(word: &str) -> Option<u32> {
    if let Ok(number) = word.parse::<u32>() {
        return Some(number).filter(|number| *number < 1000);
    }
    let roman = ["i", "ii", "iii", "iv", "v", "vi", "vii", "viii", "ix", "x", "xi", "xii"];
    let found = roman.iter().position(|numeral| *numeral == word);
    let found = found.or_else(|| COUNT.iter().position(|names| names[0] == word));
    found.and_then(|at| u32::try_from(at + 1).ok())
}

/// "2nd", "second", "2", "2ª".
fn ordinal(word: &str) -> Option<u32> {
    let named = COUNT.iter().position(|names| names[1] == word).and_then(|at| u32::try_from(at + 1).ok());
    let digits: String = word.chars().take_while(char::is_ascii_digit).collect();
    let tail = &word[digits.len()..];
    let is_ordinal = matches!(tail, "" | "st" | "nd" | "rd" | "th" | "a" | "o" | "e" | "er" | "eme" | "ª" | "º");
    named.or_else(|| digits.parse().ok().filter(|number| is_ordinal && *number < 100))
}

/// "2e", as some write a second edition.
fn short_edition(word: &str) -> Option<u32> {
    word.strip_suffix('e').and_then(|digits| digits.parse().ok()).filter(|number| (1..50).contains(number))
}

/// A stretch of a title between its signs.
#[derive(Default)]
struct Piece {
    text: String,
    bracket: bool,
}

/// Parts a title at colons, dashes and bars, and takes brackets out of it, whatever their script.
fn pieces(text: &str) -> Vec<Piece> {
    let mut all = vec![Piece::default()];
    let mut before = ' ';
    let mut rest = text.chars().peekable();
    while let Some(c) = rest.next() {
        let spaced = before.is_whitespace() || rest.peek().is_none_or(|next| next.is_whitespace());
        match c {
            '(' | '[' | '（' | '【' | '［' | '「' | '『' => all.push(Piece { bracket: true, ..Piece::default() }),
            ')' | ']' | '）' | '】' | '］' | '」' | '』' => all.push(Piece::default()),
            '|' | '：' | '—' | '―' | '｜' | '•' => all.push(Piece::default()),
            ':' | '-' | '–' | '‐' | '‒' | '−' | '~' if spaced => all.push(Piece::default()),
            _ => {
                if let Some(piece) = all.last_mut() {
                    piece.text.push(c);
                }
            }
        }
        before = c;
    }
    all.retain(|piece| !piece.text.trim().is_empty());
    all
}

#[cfg(test)]
mod tests {
    use super::*;

    fn like(one: &str, two: &str) -> Likeness {
        let (one, two) = (Title::new(one), Title::new(two));
        assert_eq!(one.likeness(&two), two.likeness(&one), "the order of two titles means nothing");
        one.likeness(&two)
    }

    fn contradict(one: &str, two: &str) -> bool {
        let (one, two) = (Title::new(one), Title::new(two));
        assert_eq!(one.contradicts(&two), two.contradicts(&one));
        one.contradicts(&two)
    }

    #[test]
    fn signs_dress_and_small_words_make_no_difference() {
        for (one, two) in [
            ("Learning Rust: With Entirely Too Many Lists", "Learning Rust – with entirely too many lists"),
            ("The Linux Command Line", "Linux command line (PDF)"),
            ("Git & GitHub", "Git and GitHub"),
            ("Java Programming | Tutorial | Nepali", "Java Programming - Tutorial - Nepali"),
            ("Pro Git [eBook]", "Pro Git, online edition"),
            ("Écrire du C++", "ecrire du C++"),
            ("データベース入門（PDF）", "データベース入門"),
        ] {
            assert_eq!(like(one, two), Likeness::Equal, "{one} / {two}");
            assert!(!contradict(one, two));
        }
        assert_ne!(like("Learn C", "Learn C++"), Likeness::Equal);
        assert_ne!(like("Learn C#", "Learn C++"), Likeness::Equal);
    }

    #[test]
    fn subtitles_may_be_missing_or_cut_off() {
        let whole = "Automate the Boring Stuff with Python: Practical Programming for Total Beginners";
        assert_eq!(like(whole, "Automate the Boring Stuff with Python"), Likeness::Short);
        assert_eq!(like(whole, "Automate the Boring Stuff with Python: Practical Progr…"), Likeness::Short);
        assert_eq!(like(whole, "Automate…"), Likeness::No);
        let other = "Automate the Boring Stuff with Python: The Workbook";
        assert_ne!(like(whole, other), Likeness::Short, "another subtitle is another book");
    }

    #[test]
    fn parts_editions_years_and_figures_tell_things_apart() {
        for (one, two) in [
            ("Computer Programming Part 1", "Computer Programming Part 2"),
            ("Calculus Volume II", "Calculus, Vol. 3"),
            ("Parte 1: Python", "Parte 2: Python"),
            ("Think Python, 2nd Edition", "Think Python (3rd edition)"),
            ("Think Python 2e", "Think Python third edition"),
            ("State of DevOps (2022)", "State of DevOps 2023"),
            ("Learn Python 2 the Hard Way", "Learn Python 3 the Hard Way"),
        ] {
            assert!(contradict(one, two), "{one} / {two}");
        }
        let (bare, second) = (Title::new("Think Python"), Title::new("Think Python, 2nd Edition"));
        assert_eq!((second.main.clone(), second.edition), (bare.main.clone(), Some(2)));
        assert!(!bare.contradicts(&second) && bare.leaves_open(&second));
        assert_eq!(Title::new("Java, Auflage 3").edition, Some(3));
        assert_eq!(Title::new("1984").main, ["1984"], "a title that is a year");
    }

    #[test]
    fn most_words_are_near_and_order_counts() {
        assert_eq!(
            like("Introduction to Machine Learning with Python", "Intro to Machine Learning with Python"),
            Likeness::No
        );
        assert_eq!(
            like(
                "Hands-on introduction to machine learning with Python",
                "A hands-on introduction machine learning with Python"
            ),
            Likeness::Near
        );
        assert_eq!(like("Gitmagic", "Git Magic"), Likeness::Near);
        assert_eq!(like("", "Git"), Likeness::No);
        assert_eq!(like("()", "--"), Likeness::No);
    }
}
