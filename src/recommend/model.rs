//! What a feed consists of.

use crate::base::text::RecommendTexts;
use crate::base::{When, t};
use crate::catalog::model::{Card, DiscussionCard, Kind, Topic};
use crate::records::model::State;
use serde::{Deserialize, Serialize};

/// The longest topic id that an address may ask for; ids are UUIDs.
const TOPIC_MAX: usize = 64;

/// What the feed is narrowed to. Comes from the address, so that a link can name it.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Filter {
    /// Only what is about this topic (its id).
    pub topic: Option<String>,
    /// Only resources of this kind.
    pub kind: Option<Kind>,
}

impl Filter {
    /// The filter that an address names (`topic=` and `kind=`). What makes no sense narrows nothing.
    pub fn from_query(topic: Option<&str>, kind: Option<&str>) -> Self {
        let topic = topic.map(str::trim).filter(|id| !id.is_empty() && id.len() <= TOPIC_MAX);
        let fits = |id: &&str| id.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-' || b == b'_');
        Filter { topic: topic.filter(fits).map(str::to_owned), kind: kind.and_then(|name| Kind::parse(name.trim())) }
    }

    /// Whether everything is shown.
    pub fn is_empty(&self) -> bool {
        self.topic.is_none() && self.kind.is_none()
    }

    /// The address of the feed narrowed like this.
    pub fn href(&self) -> String {
        let topic = self.topic.as_ref().map(|id| format!("topic={id}"));
        let kind = self.kind.map(|kind| format!("kind={}", kind.as_str()));
        match [topic, kind].into_iter().flatten().collect::<Vec<_>>() {
            none if none.is_empty() => "/".to_owned(),
            some => format!("/?{}", some.join("&")),
        }
    }

    /// The same with another topic, or without one.
    pub fn with_topic(&self, topic: Option<&str>) -> Self {
        Filter { topic: topic.map(str::to_owned), kind: self.kind }
    }

    /// The same with another kind, or without one.
    pub fn with_kind(&self, kind: Option<Kind>) -> Self {
        Filter { topic: self.topic.clone(), kind }
    }

    /// Whether `card` is let through.
    pub fn lets_through(&self, card: &Card) -> bool {
        self.kind.is_none_or(|kind| kind == card.kind)
            && self.topic.as_ref().is_none_or(|topic| card.topics.iter().any(|t| t.id == *topic))
    }
}

/// Why something is in the feed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Reason {
    /// Opened, and not finished.
    Opened {
        /// When it was last opened, or taken for unfinished again.
        when: When,
    },
    /// A step of a playlist that the person follows.
    NextIn {
        /// The playlist's title.
        title: String,
        /// The playlist's address.
        slug: String,
        /// Whether it is the next one, rather than one of those after it.
        first: bool,
    },
    /// New in a topic.
    NewIn {
        /// The topic's name.
        topic: String,
        /// Whether the person follows it; otherwise the feed is narrowed to it.
        followed: bool,
    },
    /// Several colleagues opened it lately. Never made for fewer than [`TEAM_MIN`] of them.
    PopularInTeam {
        /// How many.
        people: i64,
    },
    /// It arrived lately.
    Newest,
    /// A conversation about a topic.
    TalkAbout {
        /// The topic's name.
        topic: String,
        /// Whether the person follows it; otherwise the feed is narrowed to it.
        followed: bool,
    },
    /// A conversation about something that the person opened.
    TalkOnOpened,
}

/// The fewest colleagues whose interest is counted together: fewer could be told apart.
pub const TEAM_MIN: i64 = 5;

impl Reason {
    /// The one line that a card shows.
    pub fn text(&self) -> String {
        let texts: &RecommendTexts = &t().recommend;
        match self {
            Reason::Opened { when } => texts.opened(&when.text),
            Reason::NextIn { title, first: true, .. } => texts.next_in(title),
            Reason::NextIn { title, first: false, .. } => texts.coming_up_in(title),
            Reason::NewIn { topic, followed: true } => texts.new_in_followed(topic),
            Reason::NewIn { topic, followed: false } => texts.new_in(topic),
            Reason::PopularInTeam { people } => texts.popular(*people),
            Reason::Newest => texts.newest.to_owned(),
            Reason::TalkAbout { topic, followed: true } => texts.talk_about_followed(topic),
            Reason::TalkAbout { topic, followed: false } => texts.talk_about(topic),
            Reason::TalkOnOpened => texts.talk_on_opened.to_owned(),
        }
    }
}

/// One resource, and why it is here.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct FeedCard {
    /// The resource.
    pub card: Card,
    /// Where the person stands with it.
    pub state: State,
    /// Why it is here.
    pub reason: Reason,
}

/// One conversation, and why it is here.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct FeedTalk {
    /// The discussion.
    pub discussion: DiscussionCard,
    /// Why it is here.
    pub reason: Reason,
}

/// The parts of a feed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Part {
    /// Continue where you were.
    Continue,
    /// From playlists you follow.
    Playlists,
    /// New in topics you follow, or in the topic that the feed is narrowed to.
    Topics,
    /// Conversations about what you learn.
    Talk,
    /// Topics to follow.
    Suggestions,
    /// Popular in the person's team.
    Team,
    /// What arrived lately.
    Newest,
}

impl Part {
    /// Its heading.
    pub fn label(self) -> &'static str {
        let texts: &RecommendTexts = &t().recommend;
        match self {
            Part::Continue => texts.part_continue,
            Part::Playlists => texts.part_playlists,
            Part::Topics => texts.part_topics,
            Part::Talk => texts.part_talk,
            Part::Suggestions => texts.part_suggestions,
            Part::Team => texts.part_team,
            Part::Newest => texts.part_newest,
        }
    }
}

/// One part of the feed with resources.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Panel {
    /// Which.
    pub part: Part,
    /// Its resources, best first. May be empty: then the page says how to fill it.
    pub cards: Vec<FeedCard>,
}

/// A part of the day, for the greeting.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum DayPart {
    /// Until noon.
    Morning,
    /// Until six.
    Afternoon,
    /// The rest.
    Evening,
}

impl DayPart {
    /// The part that an hour (0 to 23) belongs to.
    pub fn of(hour: i64) -> Self {
        match hour {
            5..12 => DayPart::Morning,
            12..18 => DayPart::Afternoon,
            _ => DayPart::Evening,
        }
    }
}

/// The head of the page.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Greeting {
    /// The name that the person is greeted by.
    pub name: String,
    /// When the page was made, in the person's time zone.
    pub part: DayPart,
    /// "Tuesday, 24 November 2026".
    pub date: When,
}

/// What the person put away a moment ago.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct PutAway {
    /// The resource.
    pub id: String,
    /// Its title.
    pub title: String,
}

/// Everything that the home page shows.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Feed {
    /// The head of the page.
    pub greeting: Greeting,
    /// What it is narrowed to.
    pub filter: Filter,
    /// The topic that it is narrowed to, if there is such a topic.
    pub narrowed_to: Option<Topic>,
    /// Topics that the person follows, by name.
    pub followed: Vec<Topic>,
    /// The panels with resources, from the top of the page.
    pub panels: Vec<Panel>,
    /// Conversations about what the person learns.
    pub talks: Vec<FeedTalk>,
    /// Topics to follow, for someone who follows none.
    pub suggestions: Vec<Topic>,
    /// Whether the person follows no topic and no playlist yet.
    pub is_new: bool,
    /// Parts that took too long and are missing from this page.
    pub left_out: Vec<Part>,
    /// Put away a moment ago, to undo.
    pub put_away: Option<PutAway>,
}

impl Feed {
    /// How many resources and conversations are shown.
    pub fn len(&self) -> usize {
        self.panels.iter().map(|panel| panel.cards.len()).sum::<usize>() + self.talks.len()
    }

    /// Whether nothing is shown.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// Topics to narrow the feed by: those followed, the one it is narrowed to, those of the cards; at most `limit`. The
    /// order does not depend on what is chosen, or the row would change under the pointer.
    pub fn topics(&self, limit: usize) -> Vec<Topic> {
        let of_cards = self.panels.iter().flat_map(|panel| &panel.cards).flat_map(|feed| &feed.card.topics);
        let mut topics: Vec<Topic> = Vec::new();
        for topic in self.followed.iter().chain(&self.narrowed_to).chain(of_cards) {
            if topics.len() < limit && !topics.iter().any(|t| t.id == topic.id) {
                topics.push(topic.clone());
            }
        }
        topics
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_that_makes_no_sense_narrows_nothing() {
        let long = "a".repeat(TOPIC_MAX + 1);
        for (topic, kind) in [(Some(" "), Some("novel")), (Some(long.as_str()), Some("")), (Some("a b&c"), None)] {
            assert!(Filter::from_query(topic, kind).is_empty(), "{topic:?} {kind:?}");
        }
    }

    #[test]
    fn a_filter_survives_its_own_address() {
        for (topic, kind, href) in [
            (None, None, "/"),
            (Some("t-1"), None, "/?topic=t-1"),
            (None, Some(Kind::Video), "/?kind=video"),
            (Some("t-1"), Some(Kind::WikiPage), "/?topic=t-1&kind=wiki_page"),
        ] {
            let filter = Filter { topic: topic.map(str::to_owned), kind };
            assert_eq!(filter.href(), href);
            assert_eq!(Filter::from_query(topic, kind.map(Kind::as_str)), filter);
        }
    }

    #[test]
    fn the_day_has_three_parts() {
        let parts: Vec<DayPart> = [4, 5, 11, 12, 17, 18, 23].map(DayPart::of).to_vec();
        use DayPart::*;
        assert_eq!(parts, [Evening, Morning, Morning, Afternoon, Afternoon, Evening, Evening]);
    }

    #[test]
    fn reasons_read_as_sentences() {
        let when = When { text: "3 days ago".into(), iso: String::new() };
        for (reason, text) in [
            (Reason::Opened { when }, "You last worked on this 3 days ago"),
            (
                Reason::NextIn { title: "Rust for C engineers".into(), slug: "rust".into(), first: true },
                "Next in Rust for C engineers",
            ),
            (Reason::NewIn { topic: "Kubernetes".into(), followed: true }, "New in Kubernetes, which you follow"),
            (Reason::NewIn { topic: "Kubernetes".into(), followed: false }, "New in Kubernetes"),
            (Reason::PopularInTeam { people: 6 }, "6 people in your team opened this lately"),
        ] {
            assert_eq!(reason.text(), text);
        }
    }
}
