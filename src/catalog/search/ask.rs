//! From what somebody typed to what tantivy is asked. Every text is harmless: it is only ever split into words.
//!
//! A word counts by the best place in which it is found: an exact word in a title most, then a form of it, then topics,
//! then authors, then the description; a word that only begins so or is spelt nearly so comes after. How rare and how
//! dense the words are decides among equals.

use super::schema::{EVERYBODY, Fields, whole};
use super::words::{Stems, words};
use crate::catalog::model::{Kind, Length, Level};
use std::ops::Bound;
use tantivy::Term;
use tantivy::query::{
    AllQuery, BooleanQuery, BoostQuery, ConstScoreQuery, DisjunctionMaxQuery, FuzzyTermQuery, Occur, PhraseQuery,
    Query, RangeQuery, TermQuery, TermSetQuery,
};
use tantivy::schema::{Field, IndexRecordOption};

/// The most words that count.
const WORDS_MAX: usize = 12;
/// The shortest word whose spelling is doubted, in characters.
const DOUBT_FROM: usize = 5;
/// From here on two letters may be wrong.
const DOUBT_TWO_FROM: usize = 8;
/// Words that say little; they count, but nothing has to hold them.
const SMALL: [&str; 32] = [
    "a", "an", "and", "are", "as", "at", "by", "can", "do", "for", "from", "how", "i", "in", "is", "it", "my", "of",
    "on", "or", "our", "that", "the", "this", "to", "we", "what", "when", "where", "with", "you", "your",
];

/// How strictly words are taken.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Rigour {
    /// Every word, as typed, in one of its forms.
    Strict,
    /// Every word, perhaps misspelt.
    Spelling,
    /// Any of the words, perhaps misspelt.
    Any,
}

/// A word that is looked for.
#[derive(Clone, Debug)]
pub struct Sought {
    /// Folded.
    pub text: String,
    /// Its stem in each of the languages whose forms are known.
    pub stems: Vec<String>,
    /// Whether longer words that begin so count: it may not be typed to its end.
    pub prefix: bool,
    /// Whether a hit has to have it.
    pub required: bool,
}

impl Sought {
    /// How many letters may be wrong.
    pub fn doubt(&self) -> u8 {
        match self.text.chars().count() {
            n if n >= DOUBT_TWO_FROM => 2,
            n if n >= DOUBT_FROM => 1,
            _ => 0,
        }
    }
}

/// What is searched for, apart from filters.
#[derive(Clone, Debug)]
pub struct Text {
    /// The words.
    pub sought: Vec<Sought>,
    /// The whole of it, folded.
    whole: String,
}

impl Text {
    /// Splits what was typed into words.
    pub fn new(typed: &str) -> Text {
        let mut stems = Stems::new();
        let found = words(typed);
        let found = &found[..found.len().min(WORDS_MAX)];
        let all_small = found.iter().all(|word| SMALL.contains(&word.text.as_str()));
        let sought = found.iter().enumerate().map(|(n, word)| Sought {
            stems: stems.in_each(&word.text),
            prefix: n + 1 == found.len() && word.text.chars().count() >= 2,
            required: all_small || !SMALL.contains(&word.text.as_str()),
            text: word.text.clone(),
        });
        Text { sought: sought.collect(), whole: whole(typed) }
    }

    /// Whether there is nothing to search for.
    pub fn is_empty(&self) -> bool {
        self.sought.is_empty()
    }

    /// Whether taking it less strictly may find more.
    pub fn can_relax(&self, rigour: Rigour) -> bool {
        match rigour {
            Rigour::Strict => true,
            Rigour::Spelling => self.sought.iter().any(|word| word.doubt() > 0),
            Rigour::Any => self.sought.iter().filter(|word| word.required).count() > 1,
        }
    }
}

/// Which subjects a search is limited to.
#[derive(Clone, Debug, Default)]
pub struct Filters {
    /// `resource` or `discussion`.
    pub subject: &'static str,
    /// Groups of who asks; what has another audience does not exist.
    pub groups: Vec<String>,
    pub kinds: Vec<Kind>,
    pub topic: Option<String>,
    pub source: Option<String>,
    pub language: Option<String>,
    pub level: Option<Level>,
    pub length: Option<Length>,
    /// Only what was new or changed since then; epoch ms.
    pub since: Option<i64>,
}

/// The query for `text` under `filters`.
pub fn query(fields: &Fields, text: &Text, filters: &Filters, rigour: Rigour) -> BooleanQuery {
    let mut clauses = filters_of(fields, filters);
    if text.is_empty() {
        clauses.push((Occur::Must, Box::new(ConstScoreQuery::new(Box::new(AllQuery), 0.0))));
        return BooleanQuery::new(clauses);
    }
    let mut alternatives: Vec<(Occur, Box<dyn Query>)> = Vec::new();
    for word in &text.sought {
        let places = places(fields, word, rigour != Rigour::Strict);
        match (word.required, rigour) {
            (true, Rigour::Any) => alternatives.push((Occur::Should, places)),
            (true, _) => clauses.push((Occur::Must, places)),
            (false, _) => clauses.push((Occur::Should, places)),
        }
        for (field, weight) in [(fields.title_stem, 0.4), (fields.summary_stem, 0.1)] {
            let rarity = word.stems.iter().map(|stem| -> Box<dyn Query> {
                Box::new(TermQuery::new(Term::from_field_text(field, stem), IndexRecordOption::WithFreqs))
            });
            let rarity = DisjunctionMaxQuery::new(rarity.collect());
            clauses.push((Occur::Should, Box::new(BoostQuery::new(Box::new(rarity), weight))));
        }
    }
    if !alternatives.is_empty() {
        clauses.push((Occur::Must, Box::new(BooleanQuery::new(alternatives))));
    }
    clauses.push((Occur::Should, constant(term(fields.title_whole, &text.whole), 20.0)));
    if text.sought.len() > 1 {
        let terms = text.sought.iter().map(|word| Term::from_field_text(fields.title, &word.text)).collect();
        clauses.push((Occur::Should, constant(Box::new(PhraseQuery::new(terms)), 6.0)));
    }
    BooleanQuery::new(clauses)
}

/// Where a word may be found, the best place counting.
fn places(fields: &Fields, word: &Sought, doubt: bool) -> Box<dyn Query> {
    let text = word.text.as_str();
    let form = |field| one_of(field, word.stems.iter().map(String::as_str));
    let mut places = vec![
        constant(term(fields.title, text), 10.0),
        constant(form(fields.title_stem), 8.0),
        constant(term(fields.topics, text), 7.0),
        constant(term(fields.topics_stem, &word.stems[0]), 6.0),
        constant(term(fields.authors, text), 4.0),
        constant(term(fields.summary, text), 3.0),
        constant(form(fields.summary_stem), 2.5),
    ];
    if word.prefix {
        for (field, weight) in [(fields.title, 5.0), (fields.topics, 3.5), (fields.authors, 2.0), (fields.summary, 1.0)]
        {
            let begins = FuzzyTermQuery::new_prefix(Term::from_field_text(field, text), 0, true);
            places.push(constant(Box::new(begins), weight));
        }
    }
    if doubt && word.doubt() > 0 {
        for (field, weight) in [(fields.title, 2.0), (fields.topics, 1.5), (fields.authors, 0.8), (fields.summary, 0.5)]
        {
            let nearly = FuzzyTermQuery::new(Term::from_field_text(field, text), word.doubt(), true);
            places.push(constant(Box::new(nearly), weight));
        }
    }
    Box::new(DisjunctionMaxQuery::new(places))
}

fn filters_of(fields: &Fields, filters: &Filters) -> Vec<(Occur, Box<dyn Query>)> {
    let audiences = filters.groups.iter().map(String::as_str).chain([EVERYBODY]);
    let mut clauses = vec![
        (Occur::Must, constant(term(fields.subject, filters.subject), 0.0)),
        (Occur::Must, one_of(fields.audience, audiences)),
    ];
    if !filters.kinds.is_empty() {
        clauses.push((Occur::Must, one_of(fields.kind, filters.kinds.iter().map(|kind| kind.as_str()))));
    }
    let named = [
        (fields.topic, filters.topic.as_deref()),
        (fields.source, filters.source.as_deref()),
        (fields.language, filters.language.as_deref()),
        (fields.level, filters.level.map(Level::as_str)),
        (fields.length, filters.length.map(Length::as_str)),
    ];
    for (field, value) in named {
        if let Some(value) = value {
            clauses.push((Occur::Must, constant(term(field, value), 0.0)));
        }
    }
    if let Some(since) = filters.since {
        let fresh = RangeQuery::new(Bound::Included(Term::from_field_i64(fields.fresh, since)), Bound::Unbounded);
        clauses.push((Occur::Must, constant(Box::new(fresh), 0.0)));
    }
    clauses
}

fn one_of<'a>(field: Field, values: impl Iterator<Item = &'a str>) -> Box<dyn Query> {
    let terms = values.map(|value| Term::from_field_text(field, value));
    constant(Box::new(TermSetQuery::new(terms.collect::<Vec<_>>())), 0.0)
}

fn term(field: Field, text: &str) -> Box<dyn Query> {
    Box::new(TermQuery::new(Term::from_field_text(field, text), IndexRecordOption::Basic))
}

fn constant(query: Box<dyn Query>, score: f32) -> Box<dyn Query> {
    Box::new(ConstScoreQuery::new(query, score))
}
