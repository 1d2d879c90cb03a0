//! What notices are made of: kinds, words, preferences. When mail suits a person is in `hours`, what pages show is in
//! `views`; both are re-exported here.

use crate::base::text::NotifyTexts;
use crate::base::{Role, t};
use serde::{Deserialize, Serialize};

pub use super::hours::{Quiet, Timing, clock_of, minute_of};
pub use super::views::{
    Bulk, DeliveryRow, KindCount, KindSetting, MailState, MailView, NoticeRow, NoticesView, SettingsForm, SettingsView,
    Standing, Subject, UnsubscribeView, veiled,
};

/// What a notice is about; preferences go by it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Kind {
    /// A source fails again and again, or nothing is heard of it. For operators.
    SourceAlarm,
    /// Mail cannot be sent. For operators, and never by mail.
    MailAlarm,
    /// A playlist that the person follows has something new.
    PlaylistChanged,
    /// A saved search finds something new.
    SavedSearch,
    /// A link in a playlist that the person answers for does not work any more. For curators.
    BrokenLinks,
}

impl Kind {
    /// Every kind, in the order of pages.
    pub const ALL: [Kind; 5] =
        [Kind::PlaylistChanged, Kind::SavedSearch, Kind::BrokenLinks, Kind::SourceAlarm, Kind::MailAlarm];

    /// As in the database and in addresses.
    pub fn as_str(self) -> &'static str {
        match self {
            Kind::SourceAlarm => "source_alarm",
            Kind::MailAlarm => "mail_alarm",
            Kind::PlaylistChanged => "playlist_changed",
            Kind::SavedSearch => "saved_search",
            Kind::BrokenLinks => "broken_links",
        }
    }

    /// The kind of that name.
    pub fn parse(name: &str) -> Option<Kind> {
        Kind::ALL.into_iter().find(|kind| kind.as_str() == name)
    }

    /// Whom it is for; everybody where there is none.
    pub fn role(self) -> Option<Role> {
        match self {
            Kind::SourceAlarm | Kind::MailAlarm => Some(Role::Operator),
            Kind::BrokenLinks => Some(Role::Curator),
            Kind::PlaylistChanged | Kind::SavedSearch => None,
        }
    }

    /// Whether it goes by mail at all: mail that fails is not told by mail.
    pub fn mails(self) -> bool {
        self != Kind::MailAlarm
    }

    /// How it comes to who has said nothing about it.
    pub fn usual(self) -> Preference {
        let mail = match self {
            Kind::SourceAlarm => Rhythm::Now,
            Kind::MailAlarm => Rhythm::Off,
            Kind::PlaylistChanged | Kind::SavedSearch | Kind::BrokenLinks => Rhythm::Daily,
        };
        Preference { page: true, mail }
    }
}

/// When mail of a kind goes out.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Rhythm {
    /// Never.
    Off,
    /// At once, unless the person has quiet hours.
    Now,
    /// In one mail a day.
    Daily,
    /// In one mail a week.
    Weekly,
}

impl Rhythm {
    /// Every rhythm, in the order of pages.
    pub const ALL: [Rhythm; 4] = [Rhythm::Now, Rhythm::Daily, Rhythm::Weekly, Rhythm::Off];

    /// As in the database and in forms.
    pub fn as_str(self) -> &'static str {
        match self {
            Rhythm::Off => "off",
            Rhythm::Now => "now",
            Rhythm::Daily => "daily",
            Rhythm::Weekly => "weekly",
        }
    }

    /// The rhythm of that name.
    pub fn parse(name: &str) -> Option<Rhythm> {
        Rhythm::ALL.into_iter().find(|rhythm| rhythm.as_str() == name)
    }

    /// Whether several notices go in one mail.
    pub fn is_digest(self) -> bool {
        matches!(self, Rhythm::Daily | Rhythm::Weekly)
    }
}

/// Where a person wants a kind of notice.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Preference {
    /// On the page.
    pub page: bool,
    /// By mail.
    pub mail: Rhythm,
}

/// A text of the message table and what it is about, or a text that is the same in every language. Kept with the notice,
/// and read in the language of who reads it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Words {
    /// As it is.
    Text(String),
    /// A source has failed three times in a row.
    SourceFailing {
        /// Its name.
        source: String,
    },
    /// What the last run said.
    SourceFailingBody {
        /// In a sentence.
        error: String,
    },
    /// Nothing was heard of a source for three intervals.
    SourceSilent {
        /// Its name.
        source: String,
    },
    /// For how long.
    SourceSilentBody {
        /// In whole hours, at least one.
        hours: i64,
    },
    /// A run has waited for a decision for three intervals.
    SourceWaits {
        /// The source's name.
        source: String,
    },
    /// What that means.
    SourceWaitsBody,
    /// Mail cannot be sent.
    MailDown,
    /// What the server said.
    MailDownBody {
        /// As it said it.
        error: String,
    },
    /// The server will not take mail for somebody.
    MailRefused {
        /// The person's name.
        person: String,
    },
    /// What the server said.
    MailRefusedBody {
        /// As it said it.
        error: String,
    },
    /// A followed playlist has something new.
    PlaylistChanged {
        /// Its title.
        playlist: String,
    },
    /// What is new in it.
    PlaylistChangedBody {
        /// Whose edit it was.
        by: String,
    },
    /// A saved search finds something new.
    SavedSearch {
        /// What is searched for.
        query: String,
    },
    /// How much.
    SavedSearchBody {
        /// Resources that were not there before.
        found: i64,
    },
    /// A link in a playlist does not work any more.
    LinksBroken {
        /// The playlist's title.
        playlist: String,
    },
    /// Which.
    LinksBrokenBody {
        /// The title of what it leads to.
        resource: String,
        /// How many others in it broke on the same day.
        more: i64,
    },
}

impl Words {
    /// In the language of `texts`.
    pub fn text(&self, texts: &NotifyTexts) -> String {
        match self {
            Words::Text(text) => text.clone(),
            Words::SourceFailing { source } => texts.source_failing(source),
            Words::SourceFailingBody { error } => texts.source_failing_body(error),
            Words::SourceSilent { source } => texts.source_silent(source),
            Words::SourceSilentBody { hours } => texts.source_silent_body(*hours),
            Words::SourceWaits { source } => texts.source_waits(source),
            Words::SourceWaitsBody => texts.source_waits_body.to_owned(),
            Words::MailDown => texts.mail_down.to_owned(),
            Words::MailDownBody { error } => texts.mail_down_body(error),
            Words::MailRefused { person } => texts.mail_refused(person),
            Words::MailRefusedBody { error } => texts.mail_refused_body(error),
            Words::PlaylistChanged { playlist } => texts.playlist_changed(playlist),
            Words::PlaylistChangedBody { by } => texts.playlist_changed_body(by),
            Words::SavedSearch { query } => texts.saved_search(query),
            Words::SavedSearchBody { found } => texts.saved_search_body(*found),
            Words::LinksBroken { playlist } => texts.links_broken(playlist),
            Words::LinksBrokenBody { resource, more } => texts.links_broken_body(resource, *more),
        }
    }

    /// As it is kept. Words of a newer node, which this one does not know, are empty rather than an error.
    pub fn read(kept: serde_json::Value) -> Words {
        serde_json::from_value(kept).unwrap_or_else(|_| Words::Text(String::new()))
    }
}

/// How a delivery stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum State {
    /// It goes out later.
    Waiting,
    /// The server has taken it.
    Sent,
    /// It will not go out.
    Failed,
    /// It was not to go out.
    Suppressed,
}

impl State {
    /// Every state, in the order of pages.
    pub const ALL: [State; 4] = [State::Failed, State::Waiting, State::Sent, State::Suppressed];

    /// As in the database and in addresses.
    pub fn as_str(self) -> &'static str {
        match self {
            State::Waiting => "waiting",
            State::Sent => "sent",
            State::Failed => "failed",
            State::Suppressed => "suppressed",
        }
    }

    /// The state of that name.
    pub fn parse(name: &str) -> Option<State> {
        State::ALL.into_iter().find(|state| state.as_str() == name)
    }
}

/// Why a delivery stands as it does; the names are kept in the database.
pub mod why {
    /// Waiting: the person's quiet hours.
    pub const QUIET: &str = "quiet";
    /// Waiting: the next digest.
    pub const DIGEST: &str = "digest";
    /// Waiting: the server did not take it; it is tried again.
    pub const RETRY: &str = "retry";
    /// Failed: the server will not take it.
    pub const REFUSED: &str = "refused";
    /// Failed: tried for too long.
    pub const GIVEN_UP: &str = "given_up";
    /// Suppressed: the person wants no mail of this kind.
    pub const PREFERENCE: &str = "preference";
    /// Suppressed: the person has read it before it was due.
    pub const READ: &str = "read";
    /// Suppressed: the person has left.
    pub const INACTIVE: &str = "inactive";
    /// Suppressed: mail was switched off while it waited.
    pub const NO_MAIL: &str = "no_mail";
}

/// Which notices are asked for, as in the address of the page.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Filter {
    /// Only those that are not read.
    pub unread: bool,
    /// Only those of a kind.
    pub kind: Option<Kind>,
    /// Which page, from 1.
    pub page: i64,
}

impl Filter {
    /// From the parts of an address; what is not known is left out.
    pub fn read(show: &str, kind: &str, page: i64) -> Filter {
        Filter { unread: show == "unread", kind: Kind::parse(kind), page }
    }

    /// The address that shows them.
    pub fn address(&self) -> String {
        let mut parts = Vec::new();
        if self.unread {
            parts.push("show=unread".to_owned());
        }
        if let Some(kind) = self.kind {
            parts.push(format!("kind={}", kind.as_str()));
        }
        if self.page > 1 {
            parts.push(format!("page={}", self.page));
        }
        if parts.is_empty() { "/notices".to_owned() } else { format!("/notices?{}", parts.join("&")) }
    }
}

/// The name of a kind on pages.
pub fn kind_name(kind: Option<Kind>) -> &'static str {
    kind.map_or(t().notify.kind_other, |kind| t().notify.kind(kind.as_str()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn kinds_rhythms_and_states_are_read_by_name() {
        assert!(Kind::ALL.iter().all(|kind| Kind::parse(kind.as_str()) == Some(*kind)));
        assert!(Rhythm::ALL.iter().all(|rhythm| Rhythm::parse(rhythm.as_str()) == Some(*rhythm)));
        assert!(State::ALL.iter().all(|state| State::parse(state.as_str()) == Some(*state)));
        assert_eq!((Kind::parse("x"), Rhythm::parse(""), State::parse("X")), (None, None, None));
        assert!(Kind::ALL.iter().all(|kind| kind.mails() || kind.usual().mail == Rhythm::Off));
    }

    #[test]
    fn addresses_of_filters_lead_back_to_them() {
        let filter = Filter { unread: true, kind: Some(Kind::SourceAlarm), page: 2 };
        assert_eq!(filter.address(), "/notices?show=unread&kind=source_alarm&page=2");
        assert_eq!(Filter::read("unread", "source_alarm", 2), filter);
        assert_eq!(Filter::read("<all>", "nonsense", 1).address(), "/notices");
    }

    #[test]
    fn words_survive_being_kept_and_unknown_ones_are_empty() {
        let words = Words::SourceSilentBody { hours: 3 };
        assert_eq!(Words::read(serde_json::to_value(&words).unwrap()), words);
        assert_eq!(Words::read(serde_json::json!("mail_down")), Words::MailDown);
        assert_eq!(Words::read(serde_json::json!({"of_tomorrow": {"n": 1}})), Words::Text(String::new()));
    }
}
