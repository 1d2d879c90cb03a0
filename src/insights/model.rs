//! What the manager's pages show.

use crate::base::When;
use crate::directory::PersonRef;
use crate::playlists::Stage;
use serde::{Deserialize, Serialize};

/// What the address of the team page asks for.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct TeamQuery {
    /// The playlist's slug; empty for the most followed one.
    pub playlist: String,
    /// `direct` for direct reports, a manager's id for her and her line, else the whole line.
    pub people: String,
}

/// A playlist that can be chosen.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Choice {
    /// The last part of its address.
    pub slug: String,
    /// Its title.
    pub title: String,
    /// How many of the people follow it.
    pub followers: i64,
}

/// One person and the chosen playlist.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct TeamRow {
    /// Who.
    pub person: PersonRef,
    /// How far.
    pub stage: Stage,
    /// Items done.
    pub done: i64,
    /// Items that the person can see.
    pub items: i64,
    /// Whether she follows the playlist.
    pub following: bool,
    /// When she last opened or finished something of it.
    pub last: Option<When>,
    /// Started, and nothing for two weeks.
    pub stuck: bool,
}

/// How many people are how far.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Counts {
    /// Nothing opened yet.
    pub not_started: i64,
    /// Something opened, nothing finished.
    pub started: i64,
    /// Something finished.
    pub under_way: i64,
    /// Everything finished.
    pub done: i64,
}

impl Counts {
    /// Counts one more.
    pub fn add(&mut self, stage: Stage) {
        match stage {
            Stage::NotStarted => self.not_started += 1,
            Stage::Started => self.started += 1,
            Stage::UnderWay => self.under_way += 1,
            Stage::Done => self.done += 1,
        }
    }
}

/// The team page.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct TeamView {
    /// What the address asked for.
    pub query: TeamQuery,
    /// Playlists to choose from, the most followed first.
    pub choices: Vec<Choice>,
    /// The chosen one; `None` where there are none.
    pub playlist: Option<Choice>,
    /// Managers in the line, whose teams can be chosen.
    pub teams: Vec<PersonRef>,
    /// Who started and stands still first, then by how far, then by name.
    pub rows: Vec<TeamRow>,
    /// How many are how far.
    pub counts: Counts,
    /// People who are not in the playlist's audience.
    pub outside: i64,
}

/// One playlist of a person.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct PersonRow {
    /// Its title.
    pub title: String,
    /// How far.
    pub stage: Stage,
    /// Items done.
    pub done: i64,
    /// Items that the person can see.
    pub items: i64,
    /// Whether she follows it.
    pub following: bool,
    /// When she last opened or finished something of it.
    pub last: Option<When>,
}

/// A person's page, for those above her in the line.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct PersonView {
    /// Who.
    pub person: PersonRef,
    /// What she follows or has started.
    pub rows: Vec<PersonRow>,
}
