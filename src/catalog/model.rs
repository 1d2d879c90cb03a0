//! What the catalogue shows: resources and discussions as cards and pages. Compiles to wasm.

use super::links::model::LinkLine;
use crate::base::{When, t};
use serde::{Deserialize, Serialize};

pub use super::query::{Age, Facet, Facets, Found, Hit, Length, Query, Sort};

/// What kind of thing a resource is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Kind {
    /// A course, with or without a teacher.
    Course,
    /// Something to watch.
    Video,
    /// Something to read in one sitting.
    Article,
    /// Something to listen to.
    Podcast,
    /// Something to read over days.
    Book,
    /// Something to do with one's hands.
    Lab,
    /// Something that tests what one knows.
    Assessment,
    /// Something that happens at a time.
    Event,
    /// Something to look at while doing the work.
    JobAid,
    /// A page that colleagues keep.
    WikiPage,
}

impl Kind {
    /// Every kind, in the order of filters.
    pub const ALL: [Kind; 10] = [
        Kind::Course,
        Kind::Video,
        Kind::Article,
        Kind::Podcast,
        Kind::Book,
        Kind::Lab,
        Kind::Assessment,
        Kind::Event,
        Kind::JobAid,
        Kind::WikiPage,
    ];

    /// As in addresses and in the database.
    pub fn as_str(self) -> &'static str {
        match self {
            Kind::Course => "course",
            Kind::Video => "video",
            Kind::Article => "article",
            Kind::Podcast => "podcast",
            Kind::Book => "book",
            Kind::Lab => "lab",
            Kind::Assessment => "assessment",
            Kind::Event => "event",
            Kind::JobAid => "job_aid",
            Kind::WikiPage => "wiki_page",
        }
    }

    /// The kind of that name.
    pub fn parse(name: &str) -> Option<Kind> {
        Kind::ALL.into_iter().find(|kind| kind.as_str() == name)
    }

    /// For reading: "Job aid".
    pub fn label(self) -> &'static str {
        t().catalog.kinds[self as usize]
    }
}

/// For whom a resource is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Level {
    /// Starts from nothing.
    Beginner,
    /// Builds on the basics.
    Intermediate,
    /// For who does it every day.
    Advanced,
}

impl Level {
    /// Every level, lowest first.
    pub const ALL: [Level; 3] = [Level::Beginner, Level::Intermediate, Level::Advanced];

    /// As in the database.
    pub fn as_str(self) -> &'static str {
        match self {
            Level::Beginner => "beginner",
            Level::Intermediate => "intermediate",
            Level::Advanced => "advanced",
        }
    }

    /// The level of that name.
    pub fn parse(name: &str) -> Option<Level> {
        Level::ALL.into_iter().find(|level| level.as_str() == name)
    }

    /// For reading.
    pub fn label(self) -> &'static str {
        t().catalog.levels[self as usize]
    }
}

/// What resources and discussions are about; one may follow it.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Topic {
    /// The topic's id.
    pub id: String,
    /// For reading: "Embedded systems".
    pub name: String,
}

/// A resource as lists show it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Card {
    /// The resource's id.
    pub id: String,
    /// Its title.
    pub title: String,
    /// The beginning of its description, at most 240 characters.
    pub summary: String,
    /// What kind of thing it is.
    pub kind: Kind,
    /// The name of the source that holds it.
    pub source: String,
    /// Who made it; may be empty.
    pub authors: String,
    /// BCP 47; empty when unknown.
    pub language: String,
    /// "Portuguese"; empty when unknown.
    pub language_name: String,
    /// How long it takes.
    pub minutes: Option<i64>,
    /// For whom it is.
    pub level: Option<Level>,
    /// By name.
    pub topics: Vec<Topic>,
    /// When it was last changed, as far as the source says.
    pub fresh: When,
    /// Whether its source does not offer it any more.
    pub gone: bool,
    /// Whether its link is broken; of what is gone that is not said.
    pub broken: bool,
    /// How many editions of its work there are that the viewer may see, itself included.
    pub editions: i64,
}

/// A discussion as lists show it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct DiscussionCard {
    /// The discussion's id.
    pub id: String,
    /// Where it is held.
    pub url: String,
    /// Its title.
    pub title: String,
    /// How it begins.
    pub excerpt: String,
    /// Where in the forum it is; may be empty.
    pub category: String,
    /// The name of the source that holds it.
    pub source: String,
    /// Posts after the first.
    pub replies: i64,
    /// People who wrote in it.
    pub participants: i64,
    /// By name.
    pub topics: Vec<Topic>,
    /// When somebody last wrote in it.
    pub last_activity: When,
}

/// Everything about one resource.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct ResourceView {
    /// What its card shows.
    pub card: Card,
    /// Where it is.
    pub url: String,
    /// The whole description, plain text; paragraphs are parted by line breaks.
    pub body: String,
    /// When it came out.
    pub published: Option<When>,
    /// When it was last changed.
    pub changed: When,
    /// What is known of its link.
    pub link: LinkLine,
    /// Discussions that link to it.
    pub discussions: Vec<DiscussionCard>,
    /// Others that share topics with it: they may be about something else.
    pub nearby: Vec<DiscussionCard>,
    /// Other editions of the same work, what is there before what is gone.
    pub editions: Vec<Card>,
}

/// The beginning of `text`, at most `max` characters, cut between words and marked with an ellipsis where it was cut.
pub fn beginning(text: &str, max: usize) -> String {
    let flat = text.split_whitespace().collect::<Vec<_>>().join(" ");
    if flat.chars().count() <= max {
        return flat;
    }
    let end = flat.char_indices().nth(max.saturating_sub(1)).map_or(flat.len(), |(at, _)| at);
    let cut = &flat[..end];
    let is_between_words = flat[end..].starts_with(' ');
    let last_space = cut.rfind(' ').filter(|at| !is_between_words && *at > cut.len() / 2);
    let whole_words = last_space.map_or(cut, |at| &cut[..at]);
    format!("{}…", whole_words.trim_end_matches([',', '.', ';', ':', ' ', '-']))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_read_back() {
        for kind in Kind::ALL {
            assert_eq!(Kind::parse(kind.as_str()), Some(kind));
            assert_eq!(serde_json::to_value(kind).unwrap(), kind.as_str());
            assert!(!kind.label().is_empty());
        }
        for level in Level::ALL {
            assert_eq!(Level::parse(level.as_str()), Some(level));
        }
        assert_eq!(Kind::parse("Course"), None);
    }

    #[test]
    fn beginnings_end_between_words() {
        assert_eq!(beginning("Short  and\nflat", 40), "Short and flat");
        assert_eq!(beginning("The quick brown fox, jumps", 21), "The quick brown fox…");
        assert_eq!(beginning(&"x".repeat(50), 10), format!("{}…", "x".repeat(9)));
        let accents = beginning(&"é".repeat(300), 240);
        assert_eq!(accents.chars().count(), 240);
    }
}
