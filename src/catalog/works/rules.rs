//! Whether two resources are editions of one work. Rules that can each be said in a sentence, from what sources tell:
//! the address and the identifiers in it, title, authors, length, language.
//!
//! 1. The same identifier (ISBN, DOI, YouTube) is the same work, unless the titles name different parts.
//! 2. The same address is the same work if the titles are alike, or if they are in different languages.
//! 3. From different sources, sites and addresses, the same title by the same authors in the same language is the same
//!    work; where nobody is named, the same length makes up for it. A missing subtitle is forgiven if the length is the
//!    same and the title says enough without it: the exercises to a book have its title and a subtitle, too.
//! 4. Different parts, editions, years, figures, authors or languages are different works, however much they are alike.
//! 5. What comes close is asked of a curator.
//!
//! Within one source only rules 1 and 2 hold: it knows what it offers twice, and its "Introduction" in every course is
//! each time another.

use super::marks::Place;
use super::names::{Agreement, names, same_length, same_people};
use super::title::{Likeness, Title};
use crate::catalog::language::primary;
use crate::catalog::model::Kind;
use sha2::{Digest, Sha256};
use std::collections::BTreeSet;

/// Goes up with every change of what is compared; what was read by another version is read again.
pub const VERSION: i64 = 1;
/// Words that a title has to have so that it tells a work without its authors or its subtitle.
const TELLING: f64 = 3.0;
/// Words that a title has to have so that a curator is asked about it.
const ASKING: f64 = 2.0;
/// The letters that those words have to have.
const LETTERS: usize = 8;
/// So many first words of a title find what was cut off.
const HEAD: usize = 4;

/// What is known of a resource, as far as it is compared.
#[derive(Clone, Debug)]
pub struct Facts {
    /// Which source offers it.
    pub source: String,
    /// Its address.
    pub place: Place,
    /// Its title.
    pub title: Title,
    /// Its authors.
    pub names: BTreeSet<String>,
    /// BCP 47; empty when unknown.
    pub language: String,
    /// What kind of thing it is.
    pub kind: Kind,
    /// How long it takes.
    pub minutes: Option<i64>,
}

/// Why two resources are, or may be, one work.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Why {
    /// They share an identifier.
    Identifier,
    /// They share an address.
    Address,
    /// Title and authors are the same.
    TitleAndAuthors,
    /// Title and length are the same.
    TitleAndLength,
    /// Their titles are the same or nearly so.
    Title,
}

impl Why {
    /// Every reason, the strongest first.
    pub const ALL: [Why; 5] = [Why::Identifier, Why::Address, Why::TitleAndAuthors, Why::TitleAndLength, Why::Title];

    /// As in the database.
    pub fn as_str(self) -> &'static str {
        match self {
            Why::Identifier => "identifier",
            Why::Address => "address",
            Why::TitleAndAuthors => "title_and_authors",
            Why::TitleAndLength => "title_and_length",
            Why::Title => "title",
        }
    }
}

/// What the rules say of two resources.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Verdict {
    /// One work.
    Same(Why),
    /// Perhaps; somebody who knows has to say.
    Perhaps(Why),
    /// Nothing speaks for it.
    No,
}

impl Facts {
    /// Reads what a source tells.
    pub fn new(
        source: &str,
        url: &str,
        title: &str,
        authors: &str,
        language: &str,
        kind: Kind,
        minutes: Option<i64>,
    ) -> Facts {
        Facts {
            source: source.to_owned(),
            place: Place::new(url),
            title: Title::new(title),
            names: names(authors),
            language: primary(language).to_owned(),
            kind,
            minutes,
        }
    }

    /// What others may share with it: only resources with a mark in common have to be compared.
    pub fn marks(&self) -> BTreeSet<String> {
        let mut marks: BTreeSet<String> = self.place.ids.iter().map(|id| mark('i', id)).collect();
        if !self.place.key.is_empty() {
            marks.insert(mark('p', &self.place.key));
        }
        let all: Vec<String> = self.title.all().cloned().collect();
        for words in [&self.title.main, &all] {
            if letters(words) >= 3 {
                marks.insert(mark('t', &words.join(" ")));
            }
        }
        if let Some(head) = all.get(..HEAD).filter(|_| all.len() > HEAD || self.title.cut) {
            marks.insert(mark('h', &head.join(" ")));
        }
        marks
    }
}

/// Whether a mark says only something about a title: such marks may be shared by many.
pub fn is_title(mark: &str) -> bool {
    mark.starts_with(['t', 'h'])
}

/// A mark: its sort and a digest, so that long ones are short in an index.
fn mark(sort: char, text: &str) -> String {
    let digest: String = Sha256::digest(text.as_bytes())[..12].iter().map(|byte| format!("{byte:02x}")).collect();
    format!("{sort}:{digest}")
}

/// What the rules say of two resources. Which of them comes first means nothing.
pub fn judge(one: &Facts, two: &Facts) -> Verdict {
    if one.place.shared(&two.place).is_some() {
        let contradict = one.title.contradicts(&two.title);
        return if contradict { Verdict::Perhaps(Why::Identifier) } else { Verdict::Same(Why::Identifier) };
    }
    match one.place.is(&two.place) {
        true => by_address(one, two),
        false if one.source == two.source => Verdict::No,
        false => by_title(one, two),
    }
}

fn by_address(one: &Facts, two: &Facts) -> Verdict {
    let alike = one.title.likeness(&two.title) != Likeness::No || one.title.overlaps(&two.title);
    let translated = languages(one, two) == Agreement::Conflict && !one.place.bare && one.source != two.source;
    match one.title.contradicts(&two.title) {
        false if alike || translated => Verdict::Same(Why::Address),
        // One source that names several things at one address means several things.
        _ if one.source == two.source => Verdict::No,
        _ => Verdict::Perhaps(Why::Address),
    }
}

fn by_title(one: &Facts, two: &Facts) -> Verdict {
    let likeness = one.title.likeness(&two.title);
    let people = same_people(&one.names, &two.names);
    let speaks_against = likeness == Likeness::No
        || one.title.contradicts(&two.title)
        || people == Agreement::Conflict
        || languages(one, two) == Agreement::Conflict;
    if speaks_against {
        return Verdict::No;
    }
    let length = same_length(one.minutes, two.minutes);
    let words = if likeness == Likeness::Short { shorter(one, two) } else { one.title.all().cloned().collect() };
    let weight = if letters(&words) >= LETTERS { Title::weight(&words) } else { 1.0 };
    let telling = weight >= TELLING;
    let sure = match (likeness, people, length) {
        (Likeness::Equal, Agreement::Agree, Agreement::Agree) => Some(Why::TitleAndAuthors),
        (_, _, Agreement::Conflict) => None,
        (Likeness::Equal, Agreement::Agree, _) if weight >= ASKING => Some(Why::TitleAndAuthors),
        (Likeness::Short, Agreement::Agree, Agreement::Agree) if telling => Some(Why::TitleAndAuthors),
        (Likeness::Equal, Agreement::Unknown, Agreement::Agree) if telling => Some(Why::TitleAndLength),
        _ => None,
    };
    match sure {
        Some(why) if !are_doubtful(one, two) => Verdict::Same(why),
        Some(why) => Verdict::Perhaps(why),
        None if weight < ASKING => Verdict::No,
        None if likeness == Likeness::Equal => Verdict::Perhaps(Why::Title),
        None if people == Agreement::Agree => Verdict::Perhaps(Why::TitleAndAuthors),
        None if likeness == Likeness::Short && telling && length == Agreement::Agree => {
            Verdict::Perhaps(Why::TitleAndLength)
        }
        None => Verdict::No,
    }
}

/// Whether equal titles and authors are not enough: one site does not offer a thing twice, a film is no book, and a number
/// that one of them lacks may matter.
pub fn are_doubtful(one: &Facts, two: &Facts) -> bool {
    let differ = || {
        one.place.host == two.place.host || is_read(one.kind) != is_read(two.kind) || one.title.leaves_open(&two.title)
    };
    !one.place.is(&two.place) && differ()
}

/// The words of the title that has less of them.
fn shorter(one: &Facts, two: &Facts) -> Vec<String> {
    let all = |facts: &Facts| facts.title.all().cloned().collect::<Vec<_>>();
    let (one, two) = (all(one), all(two));
    if one.len() <= two.len() { one } else { two }
}

fn letters(words: &[String]) -> usize {
    words.iter().flat_map(|word| word.chars()).map(|c| if c.is_ascii() { 1 } else { 2 }).sum()
}

fn languages(one: &Facts, two: &Facts) -> Agreement {
    match (one.language.as_str(), two.language.as_str()) {
        ("", _) | (_, "") => Agreement::Unknown,
        (one, two) if one == two => Agreement::Agree,
        _ => Agreement::Conflict,
    }
}

/// Whether one reads it, rather than watch, hear or do it.
fn is_read(kind: Kind) -> bool {
    matches!(kind, Kind::Article | Kind::Book | Kind::JobAid | Kind::WikiPage)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn book(source: &str, url: &str, title: &str, authors: &str) -> Facts {
        Facts::new(source, url, title, authors, "en", Kind::Book, None)
    }

    fn verdict(one: &Facts, two: &Facts) -> Verdict {
        assert_eq!(judge(one, two), judge(two, one), "the order means nothing");
        let shared = one.marks().intersection(&two.marks()).count() > 0;
        assert!(shared || judge(one, two) == Verdict::No, "what has no mark in common is never compared");
        judge(one, two)
    }

    #[test]
    fn an_identifier_is_enough() {
        let video = Facts::new("a", "https://youtu.be/U80k7fTEqNw", "Hello World", "", "en", Kind::Video, Some(10));
        let other = Facts::new(
            "b",
            "https://www.youtube.com/watch?v=U80k7fTEqNw",
            "Hallo Welt",
            "J. Coffman",
            "de",
            Kind::Course,
            None,
        );
        assert_eq!(verdict(&video, &other), Verdict::Same(Why::Identifier));
        let part = |n: u32| {
            let title = format!("Go, part {n}");
            Facts::new("a", "https://youtu.be/U80k7fTEqNw", &title, "", "en", Kind::Video, None)
        };
        assert_eq!(verdict(&part(1), &part(2)), Verdict::Perhaps(Why::Identifier));
    }

    #[test]
    fn an_address_is_enough_for_titles_that_are_alike_or_translated() {
        let at = |source: &str, title: &str, language: &str| {
            Facts::new(source, "https://a.example/flask?utm_source=x", title, "", language, Kind::Book, None)
        };
        let flask = at("a", "The Flask Mega-Tutorial", "en");
        assert_eq!(
            verdict(&flask, &at("b", "Flask (A Python Microframework) Tutorial", "en")),
            Verdict::Same(Why::Address)
        );
        assert_eq!(verdict(&flask, &at("b", "Das große Lehrbuch", "de")), Verdict::Same(Why::Address));
        assert_eq!(verdict(&flask, &at("b", "Something else", "en")), Verdict::Perhaps(Why::Address));
        assert_eq!(verdict(&flask, &at("a", "Something else", "en")), Verdict::No, "one source means two things");
        assert_eq!(verdict(&flask, &at("a", "The Flask Mega-Tutorial", "en")), Verdict::Same(Why::Address));
        let lesson = |source: &str, n: u32| at(source, &format!("Flask, lesson {n}"), "en");
        assert_eq!(verdict(&lesson("a", 1), &lesson("b", 2)), Verdict::Perhaps(Why::Address));
        assert_eq!(verdict(&lesson("a", 1), &lesson("a", 2)), Verdict::No);
        let site = |source: &str, title: &str, language: &str| {
            Facts::new(source, "https://a.example/", title, "", language, Kind::Course, None)
        };
        assert_eq!(
            verdict(&site("a", "Baking", "en"), &site("b", "Schweißen", "de")),
            Verdict::Perhaps(Why::Address),
            "a whole site may hold many things"
        );
    }

    #[test]
    fn title_and_authors_are_enough_across_sources_and_sites() {
        let here = book("a", "https://a.example/think-python", "Think Python: How to Think", "Allen B. Downey");
        let there = |title: &str, authors: &str| book("b", "https://b.example/77", title, authors);
        for title in ["Think Python – how to think", "Think Python: How to Think (PDF)"] {
            assert_eq!(verdict(&here, &there(title, "Downey, Allen")), Verdict::Same(Why::TitleAndAuthors), "{title}");
        }
        assert_eq!(verdict(&here, &there("Think Python: How to Think", "Somebody Else")), Verdict::No);
        assert_eq!(verdict(&here, &there("Think Python: How to Think", "")), Verdict::Perhaps(Why::Title));
        assert_eq!(
            verdict(&here, &there("Think Python", "Allen Downey")),
            Verdict::Perhaps(Why::TitleAndAuthors),
            "two words may be the beginning of many titles"
        );
        assert_eq!(
            verdict(&here, &there("Think Python: How to Think, 2nd edition", "Allen Downey")),
            Verdict::Perhaps(Why::TitleAndAuthors),
            "of the other one nobody knows which edition it is"
        );
        let film = Facts { kind: Kind::Video, ..there("Think Python: How to Think", "Allen Downey") };
        assert_eq!(verdict(&here, &film), Verdict::Perhaps(Why::TitleAndAuthors));
        let twice = book("a", "https://b.example/77", "Think Python: How to Think", "Allen B. Downey");
        assert_eq!(verdict(&here, &twice), Verdict::No, "one source knows what it offers");
        let same_site = book("b", "https://a.example/other", "Think Python: How to Think", "Allen B. Downey");
        assert_eq!(verdict(&here, &same_site), Verdict::Perhaps(Why::TitleAndAuthors));
    }

    #[test]
    fn a_length_makes_up_for_an_author_and_speaks_against_another() {
        let course = |source: &str, title: &str, authors: &str, minutes: i64| {
            let url = format!("https://{source}.example/x");
            Facts::new(source, &url, title, authors, "en", Kind::Course, Some(minutes))
        };
        let title = "Machine Learning for Everybody";
        assert_eq!(
            verdict(&course("a", title, "", 900), &course("b", title, "Kylie Ying", 905)),
            Verdict::Same(Why::TitleAndLength)
        );
        assert_eq!(verdict(&course("a", title, "", 900), &course("b", title, "", 1200)), Verdict::Perhaps(Why::Title));
        assert_eq!(
            verdict(&course("a", title, "Kylie Ying", 900), &course("b", title, "Kylie Ying", 90)),
            Verdict::Perhaps(Why::Title),
            "the same course does not take a tenth of the time"
        );
        assert_eq!(verdict(&course("a", "Docker", "", 60), &course("b", "Docker", "", 60)), Verdict::No);
        assert_eq!(
            verdict(&course("a", "Docker", "Kylie Ying", 60), &course("b", "Docker", "Kylie Ying", 60)),
            Verdict::Same(Why::TitleAndAuthors)
        );
    }

    #[test]
    fn look_alikes_stay_apart() {
        let of = |source: &str, title: &str, authors: &str, language: &str| {
            let url = format!("https://{source}.example/{}", title.len());
            Facts::new(source, &url, title, authors, language, Kind::Book, None)
        };
        for (one, two) in [
            (
                of("a", "Introduction to Python", "Kracekumar", "en"),
                of("b", "Introduction to Python", "OpenStax", "en"),
            ),
            (of("a", "Networks, part 1", "Ada Byron", "en"), of("b", "Networks, part 2", "Ada Byron", "en")),
            (
                of("a", "Deep Nets, 2nd edition", "Ada Byron", "en"),
                of("b", "Deep Nets, 3rd edition", "Ada Byron", "en"),
            ),
            (of("a", "Pro Git", "Scott Chacon", "en"), of("b", "Pro Git", "Scott Chacon", "fr")),
            (of("a", "Learn Python 2", "Ada Byron", "en"), of("b", "Learn Python 3", "Ada Byron", "en")),
            (of("a", "State of DevOps 2022", "Ada Byron", "en"), of("b", "State of DevOps 2023", "Ada Byron", "en")),
            (
                of("a", "How to Think Like a Computer Scientist: Java", "Allen Downey", "en"),
                of("b", "How to Think Like a Computer Scientist: C++", "Allen Downey", "en"),
            ),
            (of("a", "Learn C", "Ada Byron", "en"), of("b", "Learn C++", "Ada Byron", "en")),
        ] {
            assert!(!matches!(verdict(&one, &two), Verdict::Same(_)), "{:?} / {:?}", one.title, two.title);
        }
    }
}
