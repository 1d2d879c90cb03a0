//! Accounts of a learning system as operators see them. Compiles to wasm.

use crate::base::{Page, When};
use crate::sources::model::{Figure, RunCard};
use serde::{Deserialize, Serialize};

/// Why nobody is recognised in an account.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Reason {
    /// It has no mail address, or the system does not show it.
    NoMail,
    /// The system does not say that the address is verified.
    Unverified,
    /// It has no user name or no number.
    NoIdentifier,
    /// No active person has that address or number.
    Nobody,
    /// Several people have that number.
    Several,
}

impl Reason {
    const ALL: [Reason; 5] =
        [Reason::NoMail, Reason::Unverified, Reason::NoIdentifier, Reason::Nobody, Reason::Several];

    /// As kept in the database.
    pub fn as_str(self) -> &'static str {
        match self {
            Reason::NoMail => "no_mail",
            Reason::Unverified => "unverified",
            Reason::NoIdentifier => "no_identifier",
            Reason::Nobody => "nobody",
            Reason::Several => "several",
        }
    }

    /// The reason of that name.
    pub fn parse(word: &str) -> Option<Reason> {
        Reason::ALL.into_iter().find(|reason| reason.as_str() == word)
    }
}

/// How an account is known to be somebody's, where an operator said so.
pub const BY_HAND: &str = "hand";

/// Which accounts the page lists.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Show {
    /// Those in which nobody is recognised.
    #[default]
    Unmatched,
    /// Those that are somebody's.
    Matched,
    /// Those that an operator matched.
    ByHand,
}

impl Show {
    /// Every choice.
    pub const ALL: [Show; 3] = [Show::Unmatched, Show::Matched, Show::ByHand];

    /// As in the address; what is none lists the unmatched ones.
    pub fn parse(word: &str) -> Show {
        Show::ALL.into_iter().find(|show| show.as_str() == word).unwrap_or_default()
    }

    /// As in the address.
    pub fn as_str(self) -> &'static str {
        match self {
            Show::Unmatched => "unmatched",
            Show::Matched => "matched",
            Show::ByHand => "hand",
        }
    }
}

/// One account.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Account {
    /// Its id in the learning system.
    pub id: String,
    pub name: String,
    /// What it is recognised by; may be empty.
    pub known_as: String,
    /// Whose it is.
    pub person: Option<String>,
    /// `email`, `username`, `number` or `hand`.
    pub how: Option<String>,
    pub reason: Option<Reason>,
    /// When it was last listed.
    pub seen: When,
}

impl Account {
    /// Whether an operator said whose it is.
    pub fn is_by_hand(&self) -> bool {
        self.how.as_deref() == Some(BY_HAND)
    }
}

/// The page.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct PeopleView {
    pub source: String,
    pub source_name: String,
    /// Whether people are read at all.
    pub is_read: bool,
    /// The latest run that read them.
    pub run: Option<RunCard>,
    /// When they are read next.
    pub next: Option<When>,
    pub matched: Figure,
    pub unmatched: Figure,
    pub show: Show,
    pub accounts: Page<Account>,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_read_back() {
        for reason in Reason::ALL {
            assert_eq!(Reason::parse(reason.as_str()), Some(reason));
        }
        for show in Show::ALL {
            assert_eq!(Show::parse(show.as_str()), show);
        }
        assert_eq!((Reason::parse("hand"), Show::parse("everything")), (None, Show::Unmatched));
    }
}
