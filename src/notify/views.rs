//! What the pages of notices show, and what their forms send. Compiles to wasm.

use super::model::{Kind, Preference, State, Timing};
use crate::base::{Page, When};
use serde::{Deserialize, Serialize};

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

#[cfg(test)]
mod tests {
    use super::veiled;

    #[test]
    fn a_mailbox_is_veiled() {
        assert_eq!(veiled("ines@halden.example"), "i…@halden.example");
        assert_eq!(veiled("@x.example"), "……@x.example");
        assert_eq!(veiled("nonsense"), "…");
    }
}
