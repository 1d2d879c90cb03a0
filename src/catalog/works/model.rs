//! What curators see of works and editions. Compiles to wasm.

use crate::base::{Page, When};
use crate::catalog::model::Card;
use serde::{Deserialize, Serialize};

/// One of two resources that may be the same thing.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Side {
    /// What its card shows.
    pub card: Card,
    /// Where it is.
    pub host: String,
    /// When it came out.
    pub published: Option<When>,
}

/// Two resources that may be the same thing.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct LookAlike {
    /// The one that has been here longer.
    pub one: Side,
    /// The other.
    pub two: Side,
    /// Why they may be, as the rules name it: `address`, `title` and so on.
    pub why: String,
}

/// What a curator can decide.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Decision {
    /// Two are one work.
    Same,
    /// Two are two works.
    Different,
    /// An edition is a work of its own.
    Split,
}

impl Decision {
    /// As in the database.
    pub fn as_str(self) -> &'static str {
        match self {
            Decision::Same => "same",
            Decision::Different => "different",
            Decision::Split => "split",
        }
    }

    /// The decision of that name.
    pub fn parse(name: &str) -> Option<Decision> {
        [Decision::Same, Decision::Different, Decision::Split].into_iter().find(|decision| decision.as_str() == name)
    }
}

/// Something that a curator decided and that can be undone.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Decided {
    /// Of the decision.
    pub id: String,
    /// What was decided.
    pub what: Decision,
    /// About which: titles.
    pub titles: (String, String),
    /// By whom.
    pub by: String,
    /// When.
    pub at: When,
}

/// The page of look-alikes.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct LookAlikes {
    /// What is asked, the surest first.
    pub page: Page<LookAlike>,
    /// What was decided lately, the last first.
    pub decided: Vec<Decided>,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_read_back() {
        for decision in [Decision::Same, Decision::Different, Decision::Split] {
            assert_eq!(Decision::parse(decision.as_str()), Some(decision));
        }
        assert_eq!(Decision::parse("merged"), None);
    }
}
