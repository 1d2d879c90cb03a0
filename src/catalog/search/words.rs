//! How text becomes words that are searched for, the same for what is indexed, for what is asked and for what is
//! highlighted.

use super::super::language::primary;
use tantivy::tokenizer::{
    Language, PreTokenizedString, RawTokenizer, Stemmer, TextAnalyzer, Token, TokenStream, Tokenizer,
};
use unicode_normalization::char::is_combining_mark;

/// The longest word that is told apart, in characters.
const WORD_MAX: usize = 60;

/// A word and where it stands.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Word {
    /// Where it begins, in bytes.
    pub from: usize,
    /// Where it ends, in bytes.
    pub to: usize,
    /// Without accents and case.
    pub text: String,
}

/// The words of `text`. Letters, digits and marks belong together; "C++" and "C#" keep their signs; languages written
/// without spaces have a word a character.
pub fn words(text: &str) -> Vec<Word> {
    let mut found = Vec::new();
    let mut start: Option<usize> = None;
    let mut rest = text.char_indices().peekable();
    while let Some((at, c)) = rest.next() {
        let next = rest.peek().map(|(_, c)| *c);
        let end = at + c.len_utf8();
        if is_ideograph(c) {
            push(&mut found, text, start.take(), at);
            push(&mut found, text, Some(at), end);
        } else if c.is_alphanumeric() || (start.is_some() && goes_on(c, next)) {
            start.get_or_insert(at);
        } else {
            let end = if start.is_some() { signs_end(text, at) } else { at };
            push(&mut found, text, start.take(), end);
        }
    }
    push(&mut found, text, start, text.len());
    found
}

/// Whether a word that has begun goes on over `c`: marks, and an apostrophe between letters.
fn goes_on(c: char, next: Option<char>) -> bool {
    is_combining_mark(c) || (matches!(c, '\'' | '’') && next.is_some_and(char::is_alphanumeric))
}

/// Where the signs end that belong to the word before `at`: "C++", but not "a+b".
fn signs_end(text: &str, at: usize) -> usize {
    let signs = text[at..].bytes().take_while(|byte| matches!(byte, b'+' | b'#')).take(2).count();
    let glued = text[at + signs..].chars().next().is_some_and(char::is_alphanumeric);
    if glued { at } else { at + signs }
}

fn push(found: &mut Vec<Word>, text: &str, start: Option<usize>, to: usize) {
    let Some(from) = start else { return };
    let folded: String = fold(&text[from..to]).chars().take(WORD_MAX).collect();
    if !folded.is_empty() {
        found.push(Word { from, to, text: folded });
    }
}

/// Folds as topics are folded, and spells out letters that have no accent to lose.
fn fold(word: &str) -> String {
    let mut out = String::with_capacity(word.len());
    for c in super::super::words::fold(word).chars() {
        match c {
            'ß' => out.push_str("ss"),
            'æ' => out.push_str("ae"),
            'œ' => out.push_str("oe"),
            'ø' => out.push('o'),
            'đ' | 'ð' => out.push('d'),
            'ł' => out.push('l'),
            'ı' => out.push('i'),
            '\'' | '’' => {}
            _ => out.push(c),
        }
    }
    out
}

fn is_ideograph(c: char) -> bool {
    matches!(c as u32, 0x3040..=0x30FF | 0x3400..=0x4DBF | 0x4E00..=0x9FFF | 0xF900..=0xFAFF | 0x20000..=0x3FFFF)
}

/// The languages whose forms of words are known, by primary tag. The first one is taken for texts of all others.
pub const STEMMED: [(&str, Language); 10] = [
    ("en", Language::English),
    ("ar", Language::Arabic),
    ("de", Language::German),
    ("es", Language::Spanish),
    ("fr", Language::French),
    ("it", Language::Italian),
    ("nl", Language::Dutch),
    ("pt", Language::Portuguese),
    ("ru", Language::Russian),
    ("sv", Language::Swedish),
];

/// Which of [`STEMMED`] a text with this tag is read as.
pub fn stemmed_as(tag: &str) -> usize {
    let primary = primary(tag);
    STEMMED.iter().position(|(known, _)| *known == primary).unwrap_or(0)
}

/// Takes words down to their stems, as their language forms them (Snowball's rules).
pub struct Stems(Vec<TextAnalyzer>);

impl Stems {
    /// Costs little; made once a search and once a text.
    pub fn new() -> Stems {
        let analyzer =
            |(_, language)| TextAnalyzer::builder(RawTokenizer::default()).filter(Stemmer::new(language)).build();
        Stems(STEMMED.map(analyzer).into())
    }

    /// The stem of a folded word in one of [`STEMMED`], marked with the language: what is spelt alike in two languages
    /// has nothing else in common.
    pub fn of(&mut self, language: usize, word: &str) -> String {
        let mut stream = self.0[language].token_stream(word);
        let stem = if stream.advance() { stream.token().text.as_str() } else { word };
        format!("{stem}@{}", STEMMED[language].0)
    }

    /// Its stem in each of [`STEMMED`].
    pub fn in_each(&mut self, word: &str) -> Vec<String> {
        (0..STEMMED.len()).map(|language| self.of(language, word)).collect()
    }

    /// The stems of a text, as tantivy takes them.
    pub fn of_text(&mut self, language: usize, text: &str) -> PreTokenizedString {
        let token = |(position, word): (usize, Word)| Token {
            offset_from: word.from,
            offset_to: word.to,
            position,
            text: self.of(language, &word.text),
            position_length: 1,
        };
        PreTokenizedString { tokens: words(text).into_iter().enumerate().map(token).collect(), text: text.to_owned() }
    }
}

/// [`words`] for tantivy.
#[derive(Clone, Default)]
pub struct Words {
    token: Token,
}

/// The words of one text.
pub struct Stream<'a> {
    words: std::vec::IntoIter<Word>,
    token: &'a mut Token,
}

impl Tokenizer for Words {
    type TokenStream<'a> = Stream<'a>;

    fn token_stream<'a>(&'a mut self, text: &'a str) -> Stream<'a> {
        self.token.reset();
        Stream { words: words(text).into_iter(), token: &mut self.token }
    }
}

impl TokenStream for Stream<'_> {
    fn advance(&mut self) -> bool {
        let Some(word) = self.words.next() else { return false };
        self.token.position = self.token.position.wrapping_add(1);
        self.token.offset_from = word.from;
        self.token.offset_to = word.to;
        self.token.text = word.text;
        true
    }

    fn token(&self) -> &Token {
        self.token
    }

    fn token_mut(&mut self) -> &mut Token {
        self.token
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn texts(text: &str) -> Vec<String> {
        words(text).into_iter().map(|word| word.text).collect()
    }

    #[test]
    fn words_are_what_people_mean_by_them() {
        assert_eq!(texts("Écrire du C++, C# & Node.js"), ["ecrire", "du", "c++", "c#", "node", "js"]);
        assert_eq!(texts("O'Reilly’s a+b x++y"), ["oreillys", "a", "b", "x", "y"]);
        assert_eq!(texts("Straße Łódź 2026"), ["strasse", "lodz", "2026"]);
        assert_eq!(texts("データ入門 Rust"), ["テ", "ー", "タ", "入", "門", "rust"]);
        assert_eq!(texts("हिंदी में").len(), 2);
        assert_eq!(texts("\"'' -- \0 ++ # ()"), [""; 0]);
    }

    #[test]
    fn places_point_into_the_text() {
        let text = "Über “Größe” in C++!";
        let shown: Vec<&str> = words(text).iter().map(|word| &text[word.from..word.to]).collect();
        assert_eq!(shown, ["Über", "Größe", "in", "C++"]);
        assert_eq!(words(&"x".repeat(10_000))[0].text.len(), WORD_MAX);
    }

    #[test]
    fn stems_join_forms_of_a_word() {
        let mut stems = Stems::new();
        let mut same = |tag: &str, one: &str, other: &str| {
            let language = stemmed_as(tag);
            stems.of(language, &fold(one)) == stems.of(language, &fold(other))
        };
        assert!(same("en", "testing", "tests") && !same("en", "java", "javascript"));
        for (tag, one, other) in [
            ("de-AT", "Schulungen", "Schulung"),
            ("es", "programación", "programaciones"),
            ("fr", "données", "donnée"),
            ("it", "corso", "corsi"),
            ("nl", "cursussen", "cursus"),
            ("pt-BR", "segurança", "seguranças"),
            ("ru", "данных", "данные"),
            ("sv", "utbildningar", "utbildning"),
        ] {
            assert!(same(tag, one, other), "{tag}: {one}, {other}");
        }
        assert!(same("tlh", "testing", "tests"), "an unknown language is read as the first");
        assert_eq!(stems.of(0, ""), "@en");
    }
}
