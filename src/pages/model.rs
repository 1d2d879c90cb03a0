//! What composed pages consist of.

use crate::base::{Page, When};
use crate::catalog::model::{Card, Found, Query, ResourceView};
use crate::playlists::PlaylistRef;
use crate::records::model::{State, Verb};
use serde::{Deserialize, Serialize};
use std::collections::HashMap;

/// The search page.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct SearchView {
    /// What was asked for.
    pub query: Query,
    /// What was found.
    pub found: Found,
    /// Where the reader stands with the hits; those never touched are left out.
    pub states: HashMap<String, State>,
    /// Ids of topics that the reader follows.
    pub following: Vec<String>,
}

/// The page of a resource.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct ResourcePageView {
    /// The resource.
    pub resource: ResourceView,
    /// Where the reader stands with it.
    pub state: State,
    /// Ids of topics that the reader follows.
    pub following: Vec<String>,
    /// Playlists that hold it.
    pub playlists: Vec<PlaylistRef>,
}

/// The page of what was saved.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct SavedView {
    /// What is not finished before what is, last saved first.
    pub page: Page<Card>,
    /// Where the reader stands with them.
    pub states: HashMap<String, State>,
    /// Ids of topics that the reader follows.
    pub following: Vec<String>,
}

/// The page of what was done.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct HistoryView {
    /// Last first.
    pub page: Page<Deed>,
}

/// One line of the history.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Deed {
    /// The statement's id.
    pub id: String,
    /// "Today", "12 May 2026".
    pub day: String,
    /// The time of day.
    pub time: When,
    /// What was done.
    pub verb: Verb,
    /// What it was done to, for reading.
    pub title: String,
    /// Its page; empty when it has none.
    pub href: String,
    /// The resource that it was about and that is still hidden by it: it can be shown again.
    pub restorable: Option<String>,
}

impl HistoryView {
    /// Lines by day, in order.
    pub fn days(&self) -> Vec<(String, Vec<Deed>)> {
        let mut days: Vec<(String, Vec<Deed>)> = Vec::new();
        for deed in &self.page.rows {
            match days.last_mut() {
                Some((day, deeds)) if *day == deed.day => deeds.push(deed.clone()),
                _ => days.push((deed.day.clone(), vec![deed.clone()])),
            }
        }
        days
    }
}
