//! From what somebody typed to what tantivy is asked. Every text is harmless: it is only ever split into words.
//!
//! A word counts by the best place in which it is found: an exact word in a title most, then a form of it, then topics,
//! then authors, then the description; a word that only begins so or is spelt nearly so comes after. How rare the word is
//! multiplies that, and how dense the text is in it (BM25) decides among equals, never enough to lift a description over a
//! topic. What has every word as typed comes before everything that was guessed.

use super::schema::{EVERYBODY, Fields, whole};
use super::weigh::Weight;
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

/// What an exact word in a title counts; the best that a word can do.
const TITLE: f32 = 10.0;
/// What BM25's share of a title, and of a description, is multiplied by where the word is found there, and that of a
/// description wherever else it is. The share is below [`BM25_MOST`]: a form in a title comes to 9.94 at most, an exact word
/// to 10 at least; a description to 5.92 at most, a topic to 6 at least.
const TITLE_DENSITY: f32 = 0.7;
const SUMMARY_DENSITY: f32 = 1.6;
const BESIDE: f32 = 0.18;
/// BM25's k + 1, which a word's share of a text comes near and never reaches (tantivy has k = 1.2).
const BM25_MOST: f32 = 2.2;
/// What the whole title counts, for each of its words: more than any description can add.
const WHOLE: f32 = 20.0;
/// What the words in the order in which they were typed count.
const PHRASE: f32 = 6.0;
/// What the language of who asks counts: more than density can, so that a translation comes after what she reads, and less
/// than it takes to lift a description over a title.
const OWN_LANGUAGE: f32 = 4.0;

/// How strictly words are taken, the strictest first.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub enum Rigour {
    /// Every word, as typed, in one of its forms.
    #[default]
    Strict,
    /// Every word, perhaps misspelt.
    Spelling,
    /// Half of the words, perhaps misspelt.
    Half,
    /// Any of the words, perhaps misspelt.
    Any,
}

impl Rigour {
    /// Every rigour, the strictest first.
    pub const ALL: [Rigour; 4] = [Rigour::Strict, Rigour::Spelling, Rigour::Half, Rigour::Any];

    /// So many of `words` words have to be there.
    fn least(self, words: usize) -> usize {
        match self {
            Rigour::Strict | Rigour::Spelling => words,
            Rigour::Half => words.div_ceil(2),
            Rigour::Any => words.min(1),
        }
    }
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
#[derive(Clone, Debug, Default)]
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

    /// Whether taking it as loosely as `rigour` may find more than the rigour before it.
    pub fn can_relax(&self, rigour: Rigour) -> bool {
        let required = self.sought.iter().filter(|word| word.required).count();
        match rigour {
            Rigour::Strict => true,
            Rigour::Spelling => self.sought.iter().any(|word| word.doubt() > 0),
            Rigour::Half => Rigour::Half.least(required) < required,
            Rigour::Any => Rigour::Half.least(required) > 1,
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
    /// The language of who asks: it filters nothing, but comes first among equals.
    pub own_language: String,
    pub kinds: Vec<Kind>,
    pub topic: Option<String>,
    pub source: Option<String>,
    pub language: Option<String>,
    pub level: Option<Level>,
    pub length: Option<Length>,
    /// Only what was new or changed since then; epoch ms.
    pub since: Option<i64>,
}

/// The query for `text` under `filters`. `weights` has one for each word.
pub fn query(fields: &Fields, text: &Text, weights: &[Weight], filters: &Filters, rigour: Rigour) -> BooleanQuery {
    let mut clauses = filters_of(fields, filters);
    if text.is_empty() {
        clauses.push((Occur::Must, Box::new(ConstScoreQuery::new(Box::new(AllQuery), 0.0))));
        return BooleanQuery::new(clauses);
    }
    clauses.push((Occur::Must, demanded(fields, text, weights, rigour)));
    for (word, weight) in text.sought.iter().zip(weights) {
        if !word.required {
            clauses.push((Occur::Should, places(fields, word, weight, rigour != Rigour::Strict)));
        }
        clauses.push((Occur::Should, density(fields.summary_stem, word, &weight.in_summaries, BESIDE)));
    }
    let sum: f32 = weights.iter().map(|weight| weight.rarity).sum();
    let rarest = weights.iter().map(|weight| weight.rarity).fold(0.0, f32::max);
    clauses.push((Occur::Should, constant(term(fields.title_whole, &text.whole), WHOLE * sum)));
    if text.sought.len() > 1 {
        let terms = text.sought.iter().map(|word| Term::from_field_text(fields.title, &word.text)).collect();
        clauses.push((Occur::Should, constant(Box::new(PhraseQuery::new(terms)), PHRASE * rarest)));
    }
    clauses.push((Occur::Should, constant(term(fields.language, &filters.own_language), OWN_LANGUAGE * rarest)));
    // More than all of the above can come to, so that what needs no guess is first.
    let most = (TITLE + (TITLE_DENSITY + BESIDE) * BM25_MOST + WHOLE + PHRASE + OWN_LANGUAGE) * sum + 1.0;
    for stricter in Rigour::ALL.into_iter().filter(|stricter| *stricter < rigour) {
        clauses.push((Occur::Should, constant(demanded(fields, text, weights, stricter), most)));
    }
    BooleanQuery::new(clauses)
}

/// What a hit has to have: every word that says something, or as many of them as `rigour` wants.
fn demanded(fields: &Fields, text: &Text, weights: &[Weight], rigour: Rigour) -> Box<dyn Query> {
    let doubt = rigour != Rigour::Strict;
    let required = text.sought.iter().zip(weights).filter(|(word, _)| word.required);
    let words: Vec<_> = required.map(|(word, weight)| places(fields, word, weight, doubt)).collect();
    let least = rigour.least(words.len());
    let occur = if least < words.len() { Occur::Should } else { Occur::Must };
    let words: Vec<(Occur, Box<dyn Query>)> = words.into_iter().map(|word| (occur, word)).collect();
    match occur {
        Occur::Should => Box::new(BooleanQuery::with_minimum_required_clauses(words, least)),
        _ => Box::new(BooleanQuery::new(words)),
    }
}

/// How dense a text is in forms of a word.
fn density(field: Field, word: &Sought, to_ours: &[f32], share: f32) -> Box<dyn Query> {
    let forms = word.stems.iter().zip(to_ours).map(|(stem, to_ours)| -> Box<dyn Query> {
        let form = TermQuery::new(Term::from_field_text(field, stem), IndexRecordOption::WithFreqs);
        Box::new(BoostQuery::new(Box::new(form), share * to_ours))
    });
    Box::new(DisjunctionMaxQuery::new(forms.collect()))
}

/// Where a word may be found, the best place counting.
fn places(fields: &Fields, word: &Sought, weight: &Weight, doubt: bool) -> Box<dyn Query> {
    let text = word.text.as_str();
    let form = |field| one_of(field, word.stems.iter().map(String::as_str));
    let counting = |query: Box<dyn Query>, count: f32| constant(query, count * weight.rarity);
    let dense = |places: Vec<Box<dyn Query>>, density: Box<dyn Query>| -> Box<dyn Query> {
        let found: Box<dyn Query> = Box::new(DisjunctionMaxQuery::new(places));
        Box::new(BooleanQuery::new(vec![(Occur::Must, found), (Occur::Should, density)]))
    };
    let mut places = vec![
        dense(
            vec![counting(term(fields.title, text), TITLE), counting(form(fields.title_stem), 8.0)],
            density(fields.title_stem, word, &weight.in_titles, TITLE_DENSITY),
        ),
        counting(term(fields.topics, text), 7.0),
        counting(term(fields.topics_stem, &word.stems[0]), 6.0),
        counting(term(fields.authors, text), 4.0),
        dense(
            vec![counting(term(fields.summary, text), 2.0), counting(form(fields.summary_stem), 1.7)],
            density(fields.summary_stem, word, &weight.in_summaries, SUMMARY_DENSITY),
        ),
    ];
    if word.prefix {
        for (field, count) in [(fields.title, 5.0), (fields.topics, 3.5), (fields.authors, 1.5), (fields.summary, 1.0)]
        {
            let begins = FuzzyTermQuery::new_prefix(Term::from_field_text(field, text), 0, true);
            places.push(counting(Box::new(begins), count));
        }
    }
    if doubt && word.doubt() > 0 {
        for (field, count) in [(fields.title, 2.0), (fields.topics, 1.5), (fields.authors, 0.8), (fields.summary, 0.5)]
        {
            let nearly = FuzzyTermQuery::new(Term::from_field_text(field, text), word.doubt(), true);
            places.push(counting(Box::new(nearly), count));
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
