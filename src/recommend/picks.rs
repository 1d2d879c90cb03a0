//! From what was found to what the page shows: nothing twice, each with its reason, each in its panel.

use super::interests::Interests;
use super::model::*;
use super::rank::{self, Candidate};
use crate::catalog::model::{Card, DiscussionCard, Topic};
use crate::platform::Format;
use crate::records::model::State;
use std::collections::{HashMap, HashSet};

/// A resource that will be shown, before its card is fetched.
#[derive(Clone, Debug)]
pub struct Pick {
    /// The resource.
    pub resource: String,
    /// Its work: no other edition of it is shown beside it.
    pub work: String,
    /// The panel that it belongs to.
    pub part: Part,
    /// Whether the person saved it.
    pub saved: bool,
    /// What its reason will be made of.
    pub why: Why,
}

/// What a reason will be made of.
#[derive(Clone, Debug)]
pub enum Why {
    /// Last opened then.
    Opened(i64),
    /// Next in a playlist.
    Next {
        /// Its title.
        title: String,
        /// Its address.
        slug: String,
        /// Whether it is that playlist's first step.
        first: bool,
    },
    /// New in the topic of this id.
    NewIn(String),
    /// So many colleagues opened it.
    Team(i64),
    /// It arrived lately.
    Newest,
}

impl Why {
    /// When it was opened.
    pub fn at(&self) -> i64 {
        if let Why::Opened(at) = self { *at } else { 0 }
    }
}

/// What the page will show, from its top; nothing twice.
#[derive(Default)]
pub struct Picks {
    list: Vec<Pick>,
    /// Works.
    taken: HashSet<String>,
}

impl Picks {
    /// The first `most` of `picks` that are not on the page yet.
    pub fn extend(&mut self, picks: Vec<Pick>, most: usize) {
        let room = self.list.len().saturating_add(most);
        for pick in picks {
            if self.list.len() < room && self.taken.insert(pick.work.clone()) {
                self.list.push(pick);
            }
        }
    }

    /// The best of `candidates`, until the page has `whole` resources.
    pub fn fill(&mut self, part: Part, candidates: Vec<Candidate>, now: i64, whole: usize) {
        let taken = self.taken.iter().map(String::as_str).collect();
        let best = rank::pick(candidates, &taken, now, whole.saturating_sub(self.list.len()));
        let pick = |best: Candidate| {
            let why = if best.topic.is_empty() { Why::Newest } else { Why::NewIn(best.topic) };
            Pick { resource: best.resource, work: best.work, part, saved: best.saved, why }
        };
        self.extend(best.into_iter().map(pick).collect(), whole);
    }

    /// The resources, to fetch their cards.
    pub fn ids(&self) -> Vec<String> {
        self.list.iter().map(|pick| pick.resource.clone()).collect()
    }

    /// How many there are.
    pub fn len(&self) -> usize {
        self.list.len()
    }

    /// Cards into their panels. What the catalogue does not show her, what is gone and what the filter does not let
    /// through is not there. `parts` are the panels of the page, from its top; they are there even when empty.
    pub fn panels(
        self,
        parts: &[Part],
        cards: Vec<Card>,
        filter: &Filter,
        interests: &Interests,
        format: &Format,
    ) -> Vec<Panel> {
        let mut cards: HashMap<String, Card> = cards.into_iter().map(|card| (card.id.clone(), card)).collect();
        let mut panels: Vec<Panel> = parts.iter().map(|part| Panel { part: *part, cards: Vec::new() }).collect();
        for pick in self.list {
            let shown = cards.remove(&pick.resource).filter(|card| !card.gone && filter.lets_through(card));
            let panel = panels.iter_mut().find(|panel| panel.part == pick.part);
            if let (Some(card), Some(panel)) = (shown, panel) {
                let opened = matches!(pick.why, Why::Opened(_));
                let state = State { opened, saved: pick.saved, ..State::default() };
                panel.cards.push(FeedCard { card, state, reason: reason(pick.why, interests, format) });
            }
        }
        panels
    }
}

fn reason(why: Why, interests: &Interests, format: &Format) -> Reason {
    match why {
        Why::Opened(at) => Reason::Opened { when: format.ago(at) },
        Why::Next { title, slug, first } => Reason::NextIn { title, slug, first },
        Why::Team(people) => Reason::PopularInTeam { people },
        Why::Newest => Reason::Newest,
        Why::NewIn(id) => match interests.name_of(&id) {
            Some(name) => Reason::NewIn { topic: name.to_owned(), followed: interests.follows(&id) },
            None => Reason::Newest,
        },
    }
}

/// A conversation with its reason: a topic that it shares with the person, or else something that she opened.
pub fn talk(discussion: DiscussionCard, interests: &Interests, filter: &Filter) -> FeedTalk {
    let asked = |topic: &&Topic| filter.topic.as_ref().is_none_or(|id| *id == topic.id);
    let shared = discussion.topics.iter().filter(asked).find(|topic| interests.name_of(&topic.id).is_some());
    let reason = match shared {
        Some(topic) => Reason::TalkAbout { topic: topic.name.clone(), followed: interests.follows(&topic.id) },
        None => Reason::TalkOnOpened,
    };
    FeedTalk { discussion, reason }
}
