//! What people did, as statements, and where that leaves them. Pure; compiles to wasm.

use serde::{Deserialize, Serialize};

/// What somebody did.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Verb {
    /// Went to a resource.
    Opened,
    /// Finished it.
    Completed,
    /// Took a completion back.
    Reopened,
    /// Kept it for later.
    Saved,
    /// Let go of it.
    Unsaved,
    /// Does not want to see it.
    Hidden,
    /// Wants to see it after all.
    Restored,
    /// Wants to hear about a topic, a playlist.
    Followed,
    /// Does not any more.
    Unfollowed,
    /// A source took back what it had said of her; no person says this.
    Voided,
}

impl Verb {
    /// Every verb.
    pub const ALL: [Verb; 10] = [
        Verb::Opened,
        Verb::Completed,
        Verb::Reopened,
        Verb::Saved,
        Verb::Unsaved,
        Verb::Hidden,
        Verb::Restored,
        Verb::Followed,
        Verb::Unfollowed,
        Verb::Voided,
    ];

    /// As in the database.
    pub fn as_str(self) -> &'static str {
        match self {
            Verb::Opened => "opened",
            Verb::Completed => "completed",
            Verb::Reopened => "reopened",
            Verb::Saved => "saved",
            Verb::Unsaved => "unsaved",
            Verb::Hidden => "hidden",
            Verb::Restored => "restored",
            Verb::Followed => "followed",
            Verb::Unfollowed => "unfollowed",
            Verb::Voided => "voided",
        }
    }

    /// The verb of that name.
    pub fn parse(name: &str) -> Option<Verb> {
        Verb::ALL.into_iter().find(|verb| verb.as_str() == name)
    }

    /// What it is called where a source says it of somebody.
    pub fn said(self) -> &'static str {
        let texts = &crate::base::t().records;
        match self {
            Verb::Opened => texts.said_enrolled,
            Verb::Completed => texts.said_finished,
            _ => texts.said_taken_back,
        }
    }

    /// Whether it is about following something; the others are about a resource.
    pub fn is_following(self) -> bool {
        matches!(self, Verb::Followed | Verb::Unfollowed)
    }
}

/// What a statement is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ObjectKind {
    /// A resource of the catalogue.
    Resource,
    /// A topic of the catalogue.
    Topic,
    /// A playlist.
    Playlist,
    /// A discussion of the catalogue.
    Discussion,
}

impl ObjectKind {
    /// Every kind of object.
    pub const ALL: [ObjectKind; 4] =
        [ObjectKind::Resource, ObjectKind::Topic, ObjectKind::Playlist, ObjectKind::Discussion];

    /// As in the database.
    pub fn as_str(self) -> &'static str {
        match self {
            ObjectKind::Resource => "resource",
            ObjectKind::Topic => "topic",
            ObjectKind::Playlist => "playlist",
            ObjectKind::Discussion => "discussion",
        }
    }

    /// The kind of that name.
    pub fn parse(name: &str) -> Option<ObjectKind> {
        ObjectKind::ALL.into_iter().find(|kind| kind.as_str() == name)
    }
}

/// Where a person stands with a resource, as pages show it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct State {
    /// Went to it at least once.
    pub opened: bool,
    /// Finished it.
    pub done: bool,
    /// Keeps it for later.
    pub saved: bool,
    /// Does not want to see it.
    pub hidden: bool,
}

impl State {
    /// What it is after `verb`; the page shows it before the server has answered.
    pub fn after(mut self, verb: Verb) -> State {
        match verb {
            Verb::Opened => self.opened = true,
            Verb::Completed => self.done = true,
            Verb::Reopened => self.done = false,
            Verb::Saved => self.saved = true,
            Verb::Unsaved => self.saved = false,
            Verb::Hidden => self.hidden = true,
            Verb::Restored => self.hidden = false,
            Verb::Followed | Verb::Unfollowed | Verb::Voided => {}
        }
        self
    }
}

/// When a person came to stand so with a resource (epoch ms): what the activity adds up to.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Standing {
    /// First opened.
    pub opened_at: Option<i64>,
    /// Finished, unless taken back.
    pub done_at: Option<i64>,
    /// Saved, unless let go.
    pub saved_at: Option<i64>,
    /// Hidden, unless restored.
    pub hidden_at: Option<i64>,
    /// When she last worked with it: opened, finished, took that back. Saving and hiding are no work. 0 for
    /// never.
    pub touched_at: i64,
}

impl Standing {
    /// Takes one more statement in, made at `at`. Says whether it means anything new: finishing twice is one completion.
    /// Opening always does.
    pub fn apply(&mut self, verb: Verb, at: i64) -> bool {
        let news = match verb {
            Verb::Opened => {
                self.opened_at.get_or_insert(at);
                true
            }
            Verb::Completed => set(&mut self.done_at, at),
            Verb::Reopened => self.done_at.take().is_some(),
            Verb::Saved => set(&mut self.saved_at, at),
            Verb::Unsaved => self.saved_at.take().is_some(),
            Verb::Hidden => set(&mut self.hidden_at, at),
            Verb::Restored => self.hidden_at.take().is_some(),
            // A voided statement is left out before anything adds up.
            Verb::Followed | Verb::Unfollowed | Verb::Voided => false,
        };
        if news && matches!(verb, Verb::Opened | Verb::Completed | Verb::Reopened) {
            self.touched_at = self.touched_at.max(at);
        }
        news
    }

    /// As pages show it.
    pub fn state(&self) -> State {
        State {
            opened: self.opened_at.is_some(),
            done: self.done_at.is_some(),
            saved: self.saved_at.is_some(),
            hidden: self.hidden_at.is_some(),
        }
    }
}

fn set(slot: &mut Option<i64>, at: i64) -> bool {
    let news = slot.is_none();
    slot.get_or_insert(at);
    news
}

/// One thing that somebody did, for a bulk import.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Statement {
    /// Who.
    pub person: String,
    /// Did what.
    pub verb: Verb,
    /// To what kind of thing.
    pub object_kind: ObjectKind,
    /// Which one.
    pub object: String,
    /// How it ended; xAPI's `result`.
    pub result: Option<serde_json::Value>,
    /// In which circumstances; xAPI's `context`.
    pub context: Option<serde_json::Value>,
    /// When, epoch ms.
    pub at: i64,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_read_back() {
        for verb in Verb::ALL {
            assert_eq!(Verb::parse(verb.as_str()), Some(verb));
            assert_eq!(serde_json::to_value(verb).unwrap(), verb.as_str());
        }
        for kind in ObjectKind::ALL {
            assert_eq!(ObjectKind::parse(kind.as_str()), Some(kind));
        }
        assert_eq!(Verb::parse("deleted"), None);
    }

    #[test]
    fn statements_add_up() {
        let mut standing = Standing::default();
        assert!(standing.apply(Verb::Opened, 10));
        assert!(standing.apply(Verb::Opened, 20));
        assert!(standing.apply(Verb::Completed, 30));
        assert!(!standing.apply(Verb::Completed, 40), "a second completion is no news");
        assert_eq!((standing.opened_at, standing.done_at, standing.touched_at), (Some(10), Some(30), 30));
        assert!(standing.apply(Verb::Reopened, 50));
        assert!(!standing.apply(Verb::Reopened, 60));
        assert!(!standing.apply(Verb::Unsaved, 70), "nothing was saved");
        assert_eq!(standing.touched_at, 50);
        assert!(standing.apply(Verb::Saved, 80) && standing.apply(Verb::Hidden, 90));
        assert_eq!(standing.state(), State { opened: true, done: false, saved: true, hidden: true });
        assert!(standing.apply(Verb::Unsaved, 95) && standing.apply(Verb::Restored, 96));
        assert_eq!(standing.state(), State { opened: true, ..State::default() });
    }

    #[test]
    fn what_a_page_expects_is_what_the_server_derives() {
        for verb in Verb::ALL {
            for earlier in Verb::ALL {
                let mut standing = Standing::default();
                standing.apply(earlier, 1);
                let expected = standing.state().after(verb);
                standing.apply(verb, 2);
                assert_eq!(standing.state(), expected, "{earlier:?} then {verb:?}");
            }
        }
    }
}
