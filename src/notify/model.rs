//! What notices are made of: kinds, words, preferences, and what pages show of them.

use crate::base::text::NotifyTexts;
use crate::base::{Page, Role, When, t};
use serde::{Deserialize, Serialize};

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

/// Minutes of a day.
pub const DAY_MINUTES: i64 = 24 * 60;

/// Hours in which a person wants no mail, in her own time zone.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Quiet {
    /// The first quiet minute of the day, from 0.
    pub from: i64,
    /// The first minute that is quiet no more; before `from`, that is on the next day.
    pub until: i64,
}

impl Quiet {
    /// Whether this minute of the day is a quiet one. From and until the same minute: none is.
    pub fn holds(&self, minute: i64) -> bool {
        if self.from <= self.until {
            (self.from..self.until).contains(&minute)
        } else {
            minute >= self.from || minute < self.until
        }
    }
}

/// When a person wants mail, in her own time zone.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Timing {
    /// Not then.
    pub quiet: Option<Quiet>,
    /// The minute of the day at which digests go out.
    pub digest_at: i64,
    /// The day of the weekly digest, from 1 (Monday) to 7.
    pub digest_day: i64,
}

impl Default for Timing {
    fn default() -> Self {
        Timing { quiet: None, digest_at: 8 * 60, digest_day: 1 }
    }
}

/// "22:30" as the minute of the day.
pub fn minute_of(clock: &str) -> Option<i64> {
    let (hour, minute) = clock.trim().split_once(':')?;
    // Some browsers send seconds as well.
    let minute = minute.split(':').next().unwrap_or(minute);
    let digits = |text: &str| (text.len() == 2 && text.bytes().all(|b| b.is_ascii_digit())).then(|| text.parse().ok());
    let (hour, minute): (i64, i64) = (digits(hour)??, digits(minute)??);
    (hour < 24 && minute < 60).then_some(hour * 60 + minute)
}

/// The minute of the day as "22:30".
pub fn clock_of(minute: i64) -> String {
    format!("{:02}:{:02}", minute.div_euclid(60).rem_euclid(24), minute.rem_euclid(60))
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

/// What became of a notice's mail.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct MailState {
    /// How it stands.
    pub state: State,
    /// In words: "Sent 12 May 2026, 14:05", "Held back by quiet hours until …".
    pub text: String,
}

/// A notice in the list.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct NoticeRow {
    /// Its id.
    pub id: String,
    /// What it is about; `None` for a kind of a newer node.
    pub kind: Option<Kind>,
    /// In a line.
    pub title: String,
    /// In a sentence; may be empty.
    pub body: String,
    /// Whether it leads somewhere.
    pub leads: bool,
    /// When it came.
    pub when: When,
    /// Whether it is not read yet.
    pub unread: bool,
    /// What became of its mail.
    pub mail: Option<MailState>,
}

/// A kind that there are notices of.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct KindCount {
    /// The kind.
    pub kind: Kind,
    /// How many, formatted.
    pub total: String,
}

/// What was marked as read together, lately.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Bulk {
    /// Which; its undo sends it.
    pub stamp: i64,
    /// How many.
    pub count: i64,
}

/// The page of notices.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct NoticesView {
    /// The notices, newest first.
    pub page: Page<NoticeRow>,
    /// How many are not read, of all kinds.
    pub unread: i64,
    /// Kinds to filter by.
    pub kinds: Vec<KindCount>,
    /// What can be taken back.
    pub bulk: Option<Bulk>,
}

/// A kind on the page of settings.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct KindSetting {
    /// The kind.
    pub kind: Kind,
    /// Where the person wants it.
    pub preference: Preference,
}

/// A mail on the page of settings, or on the operators' page.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct DeliveryRow {
    /// Its id.
    pub id: String,
    /// Whose; empty on one's own page.
    pub person: String,
    /// What it is about.
    pub title: String,
    /// How it stands.
    pub state: MailState,
    /// What the server said last; for operators.
    pub detail: String,
    /// Since when it is there.
    pub when: When,
}

/// The page of settings.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct SettingsView {
    /// Whether mail is sent at all.
    pub mail_on: bool,
    /// Where to.
    pub email: String,
    /// The zone that times are in (IANA).
    pub time_zone: String,
    /// The kinds that this person can get.
    pub kinds: Vec<KindSetting>,
    /// When she wants mail.
    pub timing: Timing,
    /// Her latest mails.
    pub deliveries: Vec<DeliveryRow>,
}

/// What a person's form sends.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct SettingsForm {
    /// Kinds that are wanted on the page.
    pub page: Vec<String>,
    /// Kind and rhythm of mail.
    pub mail: Vec<(String, String)>,
    /// Whether there are quiet hours.
    pub quiet: bool,
    /// "22:00".
    pub quiet_from: String,
    /// "07:00".
    pub quiet_until: String,
    /// "08:00".
    pub digest_at: String,
    /// "1" to "7".
    pub digest_day: String,
}

/// What a link to unsubscribe is about.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Subject {
    /// Mail of a kind.
    Kind(Kind),
    /// Every digest.
    Digests,
}

impl Subject {
    /// As in the token.
    pub fn as_str(&self) -> &'static str {
        match self {
            Subject::Kind(kind) => kind.as_str(),
            Subject::Digests => "digests",
        }
    }

    /// The subject of that name.
    pub fn parse(name: &str) -> Option<Subject> {
        if name == "digests" { Some(Subject::Digests) } else { Kind::parse(name).map(Subject::Kind) }
    }
}

/// The page to which a link to unsubscribe leads.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct UnsubscribeView {
    /// What it is about.
    pub subject: Subject,
    /// Whose mailbox, made unreadable for others: "i…@halden.example".
    pub email: String,
    /// Whether such mail comes still.
    pub on: bool,
}

/// How mail stands.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Standing {
    /// No server is configured.
    Off,
    /// Nothing was sent yet.
    Untried,
    /// The last letter was taken then.
    Good(When),
    /// No letter was taken since then; with what the server said.
    Failing(When, String),
}

/// The operators' page about mail.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct MailView {
    /// How mail stands.
    pub standing: Standing,
    /// How many are in each state, formatted.
    pub counts: Vec<(State, String)>,
    /// The state that is shown.
    pub state: State,
    /// Its mails, newest first.
    pub page: Page<DeliveryRow>,
}

/// "ines@halden.example" as "i…@halden.example".
pub fn veiled(email: &str) -> String {
    match email.split_once('@') {
        Some((name, host)) => format!("{}…@{host}", name.chars().next().unwrap_or('…')),
        None => "…".to_owned(),
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
    fn quiet_hours_go_over_midnight() {
        let night = Quiet { from: 22 * 60, until: 7 * 60 };
        for (minute, quiet) in [(21 * 60 + 59, false), (22 * 60, true), (0, true), (6 * 60 + 59, true), (7 * 60, false)]
        {
            assert_eq!(night.holds(minute), quiet, "{minute}");
        }
        let noon = Quiet { from: 12 * 60, until: 13 * 60 };
        assert!(noon.holds(12 * 60 + 30) && !noon.holds(13 * 60) && !noon.holds(0));
        let never = Quiet { from: 600, until: 600 };
        assert!((0..DAY_MINUTES).all(|minute| !never.holds(minute)));
    }

    #[test]
    fn times_of_day_are_read_as_browsers_send_them() {
        for (text, minute) in
            [("00:00", Some(0)), ("23:59", Some(1439)), ("07:30:00", Some(450)), (" 08:00 ", Some(480))]
        {
            assert_eq!(minute_of(text), minute, "{text}");
        }
        for wrong in ["", "24:00", "7:00", "07:60", "seven", "-1:00", "+7:00", "07"] {
            assert_eq!(minute_of(wrong), None, "{wrong}");
        }
        assert_eq!(minute_of(&clock_of(450)), Some(450));
    }

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

    #[test]
    fn a_mailbox_is_veiled() {
        assert_eq!(veiled("ines@halden.example"), "i…@halden.example");
        assert_eq!(veiled("@x.example"), "……@x.example");
        assert_eq!(veiled("nonsense"), "…");
    }
}
