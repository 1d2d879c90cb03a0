//! What a connector yields.

use serde::{Deserialize, Serialize};

/// Declares an enum of words: serde's form, `as_str`, `parse` and `ALL` agree.
macro_rules! words {
    ($(#[$doc:meta])* $name:ident { $($(#[$vdoc:meta])* $variant:ident = $word:literal,)* }) => {
        $(#[$doc])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
        pub enum $name {
            $($(#[$vdoc])* #[serde(rename = $word)] $variant,)*
        }

        impl $name {
            /// Every one of them.
            pub const ALL: &[$name] = &[$($name::$variant),*];

            /// The word that stands for it in JSON and in the database.
            pub fn as_str(self) -> &'static str {
                match self { $($name::$variant => $word,)* }
            }

            /// Reads the word that [`Self::as_str`] writes.
            pub fn parse(word: &str) -> Option<Self> {
                match word { $($word => Some($name::$variant),)* _ => None }
            }
        }
    };
}

words! {
    /// What sort of thing a resource is.
    Kind {
        Course = "course",
        Video = "video",
        Article = "article",
        Podcast = "podcast",
        Book = "book",
        Lab = "lab",
        Assessment = "assessment",
        Event = "event",
        JobAid = "job_aid",
        WikiPage = "wiki_page",
    }
}

words! {
    /// How much a resource asks of its reader.
    Level {
        Beginner = "beginner",
        Intermediate = "intermediate",
        Advanced = "advanced",
    }
}

/// One thing to learn from. Texts are plain, in UTF-8, without mark-up and control characters.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Resource {
    /// Stable within its source, at most 500 characters.
    pub external_id: String,
    /// Where the thing itself is: an absolute http or https address.
    pub url: String,
    /// Never empty, at most 300 characters.
    pub title: String,
    /// At most 4000 characters.
    pub summary: String,
    pub kind: Kind,
    /// Names as printed, separated by commas; empty where nobody is named.
    pub authors: String,
    /// A BCP 47 tag.
    pub language: Option<String>,
    /// How long it takes.
    pub minutes: Option<i64>,
    pub level: Option<Level>,
    /// The source's own categories and tags, at most 20, each at most 80 characters.
    pub topics: Vec<String>,
    /// Epoch milliseconds.
    pub published_at: Option<i64>,
    /// Epoch milliseconds.
    pub changed_at: Option<i64>,
}

/// One thread of a forum.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Discussion {
    /// Stable within its source.
    pub external_id: String,
    pub url: String,
    pub title: String,
    /// The start of the first post, plain, at most 500 characters.
    pub excerpt: String,
    pub category: String,
    pub topics: Vec<String>,
    /// Posts after the first.
    pub replies: i64,
    /// People who wrote in it.
    pub participants: i64,
    /// Epoch milliseconds.
    pub created_at: i64,
    /// Epoch milliseconds.
    pub last_activity: i64,
    /// Absolute addresses that the first post links to.
    pub links: Vec<String>,
}

/// What a page holds.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Item {
    Resource(Resource),
    Discussion(Discussion),
}

impl Item {
    /// The id within the source.
    pub fn external_id(&self) -> &str {
        match self {
            Self::Resource(resource) => &resource.external_id,
            Self::Discussion(discussion) => &discussion.external_id,
        }
    }

    pub fn title(&self) -> &str {
        match self {
            Self::Resource(resource) => &resource.title,
            Self::Discussion(discussion) => &discussion.title,
        }
    }

    /// Where the thing itself is.
    pub fn url(&self) -> &str {
        match self {
            Self::Resource(resource) => &resource.url,
            Self::Discussion(discussion) => &discussion.url,
        }
    }
}

/// An item that cannot be used, kept for the operator to look at.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Rejected {
    pub external_id: Option<String>,
    /// What is wrong with it, in a sentence.
    pub reason: String,
    /// The start of what arrived, at most 300 characters.
    pub excerpt: String,
}

/// Where a run stands: JSON that only its connector understands. It holds no secrets.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Cursor(pub serde_json::Value);

/// One step of a run.
#[derive(Clone, Debug, PartialEq)]
pub struct Page {
    pub items: Vec<Item>,
    pub rejected: Vec<Rejected>,
    /// External ids that the source itself says are deleted.
    pub gone: Vec<String>,
    pub next: Next,
}

/// What follows a page.
#[derive(Clone, Debug, PartialEq)]
pub enum Next {
    /// Ask again with this cursor, also after a crash. A page may be empty and have a next one.
    More(Cursor),
    /// The run is over.
    Done {
        /// For the next run; none starts that one from nothing.
        cursor: Option<Cursor>,
        /// This run listed everything that the source has: what it did not see is gone. Never true in
        /// a run that rejected an item, because that may be one of those not seen.
        complete: bool,
    },
    /// The run is over, and the system says that nothing has changed since the last one: all that it had then it
    /// still has. For a run whose only page holds nothing.
    Unchanged {
        /// For the next run.
        cursor: Option<Cursor>,
    },
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_read_back() {
        for kind in Kind::ALL {
            assert_eq!(Kind::parse(kind.as_str()), Some(*kind));
            assert_eq!(serde_json::to_value(kind).unwrap(), kind.as_str());
        }
        for level in Level::ALL {
            assert_eq!(Level::parse(level.as_str()), Some(*level));
        }
        assert_eq!(Kind::parse("Course"), None);
    }
}
