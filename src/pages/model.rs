//! What composed pages consist of.

use crate::base::{Page, When, t};
use crate::catalog::links::model::LinkList;
use crate::catalog::model::{Card, Found, Query, ResourceView};
use crate::playlists::PlaylistRef;
use crate::records::model::{State, Verb};
use crate::ui::Glyph;
use serde::{Deserialize, Serialize};
use std::collections::HashMap;

/// The search page.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct SearchView {
    /// What was asked for.
    pub query: Query,
    /// What was found.
    pub found: Found,
    /// Playlists of that name; on the first page only.
    pub playlists: Vec<PlaylistRef>,
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

/// The page of links.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct LinksView {
    /// The links.
    pub list: LinkList,
    /// Playlists that hold them, by resource; those in none are left out.
    pub playlists: HashMap<String, Vec<PlaylistRef>>,
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
    /// The source that says so, by name; none where she did it here.
    pub origin: Option<String>,
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

/// What kind of thing the search box offers, in the order in which it does.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Group {
    /// A page of the portal.
    Place,
    /// A topic: its page of the search.
    Topic,
    /// A playlist.
    Playlist,
    /// A resource.
    Resource,
    /// A discussion, where it is held.
    Discussion,
    /// Somebody in the asking manager's line.
    Person,
    /// The search for what was typed.
    Search,
}

impl Group {
    /// For reading.
    pub fn label(self) -> &'static str {
        t().frame.offers[self as usize]
    }

    /// What stands for it.
    pub fn glyph(self) -> Glyph {
        match self {
            Group::Place => Glyph::Compass,
            Group::Topic => Glyph::Hash,
            Group::Playlist => Glyph::ListMusic,
            Group::Resource => Glyph::BookOpen,
            Group::Discussion => Glyph::MessagesSquare,
            Group::Person => Glyph::CircleUserRound,
            Group::Search => Glyph::Search,
        }
    }
}

/// Something that the search box offers.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Offer {
    /// What it is.
    pub group: Group,
    /// Its name.
    pub label: String,
    /// What tells it from others of that name; may be empty.
    pub hint: String,
    /// Where it leads.
    pub href: String,
    /// Whether that is outside of the portal.
    pub leads_out: bool,
}

impl Offer {
    /// One that leads to a page of the portal and needs no hint.
    pub fn new(group: Group, label: String, href: String) -> Offer {
        Offer { group, label, hint: String::new(), href, leads_out: false }
    }
}

/// Whether every word of `typed` begins a word of `name`, both folded.
pub fn begins(name: &str, typed: &str) -> bool {
    let words = |text: &str| {
        text.split(|c: char| !c.is_alphanumeric())
            .filter(|word| !word.is_empty())
            .map(str::to_owned)
            .collect::<Vec<_>>()
    };
    let (name, typed) = (words(name), words(typed));
    !typed.is_empty() && typed.iter().all(|typed| name.iter().any(|word| word.starts_with(typed.as_str())))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_word_has_to_begin_one() {
        assert!(begins("what is recorded about me", "rec"));
        assert!(begins("first week in the team", "team fir"));
        assert!(!begins("first week in the team", "eek"));
        assert!(!begins("first week", "first month"));
        assert!(!begins("first week", " - "), "nothing typed finds nothing");
    }
}
