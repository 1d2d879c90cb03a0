//! Whether two printed lists of authors name the same people.

use crate::catalog::search::words::words;
use std::collections::BTreeSet;

/// Words in lists of authors that are nobody's name.
const NOBODY: [&str; 22] = [
    "and", "et", "al", "by", "und", "con", "with", "dr", "prof", "phd", "inc", "ltd", "llc", "team", "the", "of",
    "others", "jr", "mr", "mrs", "ed", "eds",
];
/// What follows these names those who translated or edited.
const HELPERS: [&str; 7] = ["`trl", "trl.:", "trl:", "translated by", "translator", "traducido por", "traduit par"];

/// What comparing two statements came to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Agreement {
    /// They say the same.
    Agree,
    /// They say something of both.
    Unsure,
    /// One of them says nothing.
    Unknown,
    /// They say something else.
    Conflict,
}

/// The words of the names in a list of authors, without translators.
pub fn names(authors: &str) -> BTreeSet<String> {
    let lower = authors.to_lowercase();
    let end = HELPERS.iter().filter_map(|helper| lower.find(helper)).filter(|at| *at > 0).min();
    // Lower case may be longer than what it is of: then the rest is taken as it stands.
    let authors = end.and_then(|end| authors.get(..end)).unwrap_or(authors);
    let found = words(authors).into_iter().map(|word| word.text);
    let is_name = |word: &String| word.chars().count() > 1 || !word.is_ascii();
    found.filter(|word| is_name(word) && !NOBODY.contains(&word.as_str())).collect()
}

/// Whether two lists of authors, as [`names`], name the same people: most of the shorter one's names are in the other.
pub fn same_people(one: &BTreeSet<String>, two: &BTreeSet<String>) -> Agreement {
    let least = one.len().min(two.len());
    if least == 0 {
        return Agreement::Unknown;
    }
    let shared: Vec<&String> = one.intersection(two).collect();
    // A sign of a language without spaces counts as two letters.
    let letters: usize = shared.iter().flat_map(|name| name.chars()).map(|c| if c.is_ascii() { 1 } else { 2 }).sum();
    match shared.len() {
        0 => Agreement::Conflict,
        n if n * 5 >= least * 3 && letters >= 4 => Agreement::Agree,
        _ => Agreement::Unsure,
    }
}

/// Whether two lengths in minutes are the same: within a fiftieth, or within what rounding to five minutes makes of more
/// than an hour. Twice as long is another thing.
pub fn same_length(one: Option<i64>, two: Option<i64>) -> Agreement {
    let (Some(one), Some(two)) = (one, two) else { return Agreement::Unknown };
    let (short, long) = (one.min(two).max(1), one.max(two));
    match long - short {
        apart if apart <= 1 || apart * 50 <= long || (short >= 60 && apart < 5) => Agreement::Agree,
        _ if long >= short * 2 && long - short > 15 => Agreement::Conflict,
        _ => Agreement::Unsure,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn same(one: &str, two: &str) -> Agreement {
        assert_eq!(same_people(&names(one), &names(two)), same_people(&names(two), &names(one)));
        same_people(&names(one), &names(two))
    }

    #[test]
    fn people_are_known_however_they_are_printed() {
        for (one, two) in [
            ("Allen B. Downey", "Downey, Allen"),
            ("Scott Chacon, Ben Straub", "Scott Chacon & Ben Straub"),
            ("Scott Chacon, `trl.:` Ondrej Filip", "Scott Chacon"),
            ("Raúl González Duque", "Raul Gonzalez Duque"),
            ("Steve Klabnik, Carol Nichols, et al.", "Steve Klabnik and Carol Nichols, with others"),
            ("高木正弘", "高木 正弘"),
        ] {
            assert_eq!(same(one, two), Agreement::Agree, "{one} / {two}");
        }
        assert_eq!(same("Kracekumar", "OpenStax"), Agreement::Conflict);
        assert_eq!(same("John Smith", "John Baker Miller"), Agreement::Unsure);
        assert_eq!(same("", "OpenStax"), Agreement::Unknown);
        assert_eq!(same("et al.", "OpenStax"), Agreement::Unknown);
        // The letter is longer in lower case than in upper case.
        assert!(!names("İ Translated by Xavier").contains("xavier"));
    }

    #[test]
    fn lengths_agree_within_rounding() {
        assert_eq!(same_length(Some(600), Some(610)), Agreement::Agree);
        assert_eq!(same_length(Some(10), Some(11)), Agreement::Agree);
        assert_eq!(same_length(Some(104), Some(100)), Agreement::Agree);
        assert_eq!(same_length(Some(14), Some(10)), Agreement::Unsure);
        assert_eq!(same_length(Some(60), Some(90)), Agreement::Unsure);
        assert_eq!(same_length(Some(60), Some(180)), Agreement::Conflict);
        assert_eq!(same_length(Some(60), None), Agreement::Unknown);
    }
}
