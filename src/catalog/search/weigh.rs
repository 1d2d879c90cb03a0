//! How much each word of a search counts: a rare one tells more than a common one.
//!
//! Rarity is that of BM25 (Robertson and Zaragoza: The Probabilistic Relevance Framework, 2009): ln(1 + (N - n + ½) / (n + ½)),
//! where n of N documents have the word. n is taken where the word is most common: with an n for each place a description
//! would beat a title whose word happens to be rare in descriptions.

use super::ask::Sought;
use super::schema::Fields;
use tantivy::query::Bm25StatisticsProvider;
use tantivy::schema::Field;
use tantivy::{Searcher, Term};

/// Of a word that everything has: it still tells a title from a description.
const LEAST: f32 = 0.1;

/// What one word counts.
#[derive(Clone, Debug)]
pub struct Weight {
    /// How rare it is.
    pub rarity: f32,
    /// For each of its stems: by what the stem's own rarity in titles has to be multiplied to come to the word's.
    pub in_titles: Vec<f32>,
    /// The same in descriptions.
    pub in_summaries: Vec<f32>,
}

impl Weight {
    /// Counts in the index how rare `word` is.
    ///
    /// # Errors
    /// An index that cannot be read.
    pub fn of(searcher: &Searcher, fields: &Fields, word: &Sought) -> tantivy::Result<Weight> {
        let all = searcher.total_num_docs()?;
        let having = |field: Field, text: &str| searcher.doc_freq(&Term::from_field_text(field, text));
        let stems =
            |field: Field| word.stems.iter().map(|stem| having(field, stem)).collect::<tantivy::Result<Vec<u64>>>();
        let (titles, summaries) = (stems(fields.title_stem)?, stems(fields.summary_stem)?);
        let mut most = titles.iter().chain(&summaries).copied().max().unwrap_or(0);
        for field in [fields.title, fields.topics, fields.authors, fields.summary] {
            most = most.max(having(field, &word.text)?);
        }
        let rarity = rarity(all, most).max(LEAST);
        let to_ours = |counts: Vec<u64>| counts.into_iter().map(|n| rarity / self::rarity(all, n)).collect();
        Ok(Weight { rarity, in_titles: to_ours(titles), in_summaries: to_ours(summaries) })
    }
}

/// How rare is what `having` of `all` documents have; above 0.
fn rarity(all: u64, having: u64) -> f32 {
    (1.0 + (all.saturating_sub(having) as f32 + 0.5) / (having as f32 + 0.5)).ln()
}

#[cfg(test)]
mod tests {
    use super::rarity;

    #[test]
    fn what_fewer_have_is_rarer_and_nothing_weighs_nothing() {
        assert!(rarity(1000, 0) > rarity(1000, 1) && rarity(1000, 1) > rarity(1000, 999));
        assert!(rarity(1000, 1000) > 0.0 && rarity(0, 0) > 0.0);
        assert!(rarity(3, 5) > 0.0, "what was deleted is still counted for a while");
    }
}
