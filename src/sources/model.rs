//! Sources as operators see them. Compiles to wasm: no server types.

use crate::base::{Page, When};
use serde::{Deserialize, Serialize};

/// How a sync run stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Status {
    /// Pages are being read, or the next try is waited for.
    Running,
    /// It would remove much; somebody has to decide.
    Waiting,
    /// Everything that the source offers was taken.
    Ok,
    /// Some items were refused and put into quarantine.
    Partial,
    /// It could not be brought to an end.
    Failed,
    /// Somebody stopped it.
    Cancelled,
}

impl Status {
    /// Every one of them.
    pub const ALL: [Status; 6] =
        [Status::Running, Status::Waiting, Status::Ok, Status::Partial, Status::Failed, Status::Cancelled];

    /// As kept in the database.
    pub fn as_str(self) -> &'static str {
        match self {
            Status::Running => "running",
            Status::Waiting => "waiting",
            Status::Ok => "ok",
            Status::Partial => "partial",
            Status::Failed => "failed",
            Status::Cancelled => "cancelled",
        }
    }

    /// The status of that name.
    pub fn parse(name: &str) -> Option<Status> {
        Status::ALL.into_iter().find(|s| s.as_str() == name)
    }

    /// Whether nothing more happens to the run.
    pub fn has_ended(self) -> bool {
        !matches!(self, Status::Running | Status::Waiting)
    }
}

/// What a run reads.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum RunKind {
    /// What the source has to offer.
    #[default]
    Catalogue,
    /// Who takes it.
    People,
}

impl RunKind {
    /// As asked for in the database.
    pub fn as_str(self) -> &'static str {
        match self {
            RunKind::Catalogue => "catalogue",
            RunKind::People => "people",
        }
    }
}

/// A source's state at a glance.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Health {
    /// It has not been synced yet.
    New,
    /// A run is under way.
    Syncing,
    /// The latest run took everything.
    Good,
    /// The latest run left items in quarantine, or was cancelled.
    Attention,
    /// A run waits for a decision.
    Waiting,
    /// The latest run failed.
    Failing,
    /// Nobody syncs it until it is resumed.
    Paused,
    /// It was removed.
    Removed,
}

impl Health {
    /// From what is known of a source and its latest run.
    pub fn of(removed: bool, paused: bool, latest: Option<Status>) -> Health {
        match latest {
            _ if removed => Health::Removed,
            Some(Status::Waiting) => Health::Waiting,
            Some(Status::Running) => Health::Syncing,
            _ if paused => Health::Paused,
            None => Health::New,
            Some(Status::Ok) => Health::Good,
            Some(Status::Partial | Status::Cancelled) => Health::Attention,
            Some(Status::Failed) => Health::Failing,
        }
    }
}

/// A number, and how the person reads it.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Figure {
    /// The number.
    pub n: i64,
    /// With the person's separators.
    pub text: String,
}

/// A source in a list.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct SourceCard {
    pub id: String,
    pub name: String,
    /// What people call its kind of system.
    pub system: String,
    pub health: Health,
    /// Nobody syncs it until it is resumed, whatever else there is to say about it.
    pub paused: bool,
    /// Items of it that are in the catalogue and not gone.
    pub items: Figure,
    /// The latest run.
    pub latest: Option<RunCard>,
    /// When a run last came to a good end.
    pub last_good: Option<When>,
    /// When the first of the failed runs started that no good one followed.
    pub failing_since: Option<When>,
    /// When the next one is due; none while it is paused or removed.
    pub next: Option<When>,
    /// When it was removed.
    pub removed: Option<When>,
    /// Since when nothing has been heard of it, if its syncs should have told of themselves long ago.
    pub silent_since: Option<When>,
    /// Its people are read.
    pub people: bool,
    /// The latest run that read them.
    pub people_run: Option<RunCard>,
}

impl SourceCard {
    /// Whether somebody should look at it before all others.
    pub fn is_urgent(&self) -> bool {
        let stumbles = self.latest.as_ref().is_some_and(|run| run.error.is_some());
        match self.health {
            _ if self.silent_since.is_some() || self.people_trouble().is_some() => true,
            Health::Waiting | Health::Failing => true,
            Health::Syncing => stumbles || self.failing_since.is_some(),
            _ => false,
        }
    }

    /// The latest run of people, if it waits for somebody to decide, or failed.
    pub fn people_trouble(&self) -> Option<&RunCard> {
        self.people_run.as_ref().filter(|run| matches!(run.status, Status::Waiting | Status::Failed))
    }

    /// Whether something may change from one moment to the next.
    pub fn is_syncing(&self) -> bool {
        self.health == Health::Syncing
    }
}

/// The page of sources.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Overview {
    /// Connected ones: the urgent ones first, then by name.
    pub sources: Vec<SourceCard>,
    /// Removed ones, which can be restored.
    pub removed: Vec<SourceCard>,
}

/// What a run has counted.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Counts {
    pub pages: Figure,
    pub added: Figure,
    pub changed: Figure,
    pub unchanged: Figure,
    pub gone: Figure,
    pub quarantined: Figure,
}

/// A run in a list, and what is polled while it goes on.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct RunCard {
    pub id: String,
    pub kind: RunKind,
    pub status: Status,
    /// `schedule`, `operator`, `settings` or `command`.
    pub reason: String,
    /// Who asked for it, by name.
    pub by: Option<String>,
    pub started: When,
    pub ended: Option<When>,
    /// Since when it waits, or has waited, for a decision.
    pub waiting_since: Option<When>,
    /// How long it took, or has taken, the wait for a decision left out.
    pub took: String,
    pub counts: Counts,
    /// Accounts that a run of people recognised, once it has ended, and those that it did not.
    pub matched: Option<Figure>,
    pub unmatched: Option<Figure>,
    /// A worker has taken it up.
    pub begun: bool,
    /// When it goes on after a failed try.
    pub retry: Option<When>,
    /// What would be removed, while it waits or once that was decided.
    pub removals: Figure,
    /// Of how many.
    pub present: Figure,
    /// `confirmed` or `kept`.
    pub decision: Option<String>,
    /// Who decided, by name.
    pub decided_by: Option<String>,
    /// What went wrong, in a sentence.
    pub error: Option<String>,
    /// What an engineer wants to know beside it.
    pub detail: Option<String>,
    /// What the operator can do about it.
    pub hint: Option<String>,
}

/// An item that was refused.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Quarantined {
    pub external_id: Option<String>,
    pub reason: String,
    pub excerpt: String,
}

/// One try of a request of a run. It holds no secret.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Asked {
    pub method: String,
    pub url: String,
    /// None where nothing answered.
    pub status: Option<i64>,
    pub ms: Figure,
    /// Of the answer's body.
    pub bytes: Figure,
    /// Which try of the request it was, from 1.
    pub attempt: i64,
    /// Why it failed, if it did.
    pub error: Option<String>,
    /// It is the one that the run stopped at.
    pub stopped: bool,
}

/// The page of one run.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct RunView {
    pub source: String,
    pub source_name: String,
    pub run: RunCard,
    /// The latest ones, and before them those that failed.
    pub requests: Vec<Asked>,
    /// All of them, also those no longer kept.
    pub request_count: Figure,
    pub quarantine: Page<Quarantined>,
}

/// How a source stands: what its page looks at again and again.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Standing {
    pub card: SourceCard,
    /// Of its links, those that are broken, as far as the reader may see what they lead to.
    pub broken: Figure,
    pub runs: Page<RunCard>,
}

/// The page of one source.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct SourceView {
    pub standing: Standing,
    /// Its settings; none once it is removed.
    pub form: Option<FormView>,
    /// It was removed before what somebody had entered could be saved; the address keeps that.
    pub unsaved: bool,
}

/// A kind of system that can be connected.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct SystemCard {
    pub kind: String,
    pub name: String,
    pub summary: String,
    /// Where its API is documented.
    pub docs: String,
}

/// Systems of one sort.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Family {
    pub title: String,
    pub systems: Vec<SystemCard>,
}

/// The page that adds a source: the choice, and the form once a kind is chosen.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct NewView {
    pub families: Vec<Family>,
    pub form: Option<FormView>,
    /// A kind was asked for that there is not.
    pub unknown: bool,
}

/// What became of a run, for the command line and the demo.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Summary {
    pub run: String,
    pub status: Status,
    pub added: i64,
    pub changed: i64,
    pub unchanged: i64,
    pub gone: i64,
    pub quarantined: i64,
    /// What waits for a decision.
    pub removals: i64,
    pub error: Option<String>,
    pub hint: Option<String>,
}

/// How a setting is entered.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Input {
    Text,
    Url,
    Secret,
    Number,
    /// What is sent, and what is shown.
    Choice(Vec<(String, String)>),
    Flag,
}

/// One input of the form.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct FieldView {
    pub name: String,
    pub label: String,
    pub help: String,
    pub input: Input,
    pub required: bool,
    /// Empty for secrets.
    pub value: String,
    /// What an empty input means.
    pub default: String,
    /// A secret is kept already; leaving the input empty keeps it.
    pub kept: bool,
    pub error: Option<String>,
}

/// A part of a long form: the fields from one on, up to the next section.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct SectionView {
    /// The name of its first field.
    pub from: String,
    pub title: String,
    pub help: String,
    /// Shut, as nothing in it needs looking at.
    pub folded: bool,
}

/// What a step of a connection test came to.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum StepState {
    /// It was tried, and it works.
    Passed,
    /// There was nothing to try.
    NotNeeded,
    /// The test ended before it was known.
    NotChecked,
    /// It does not work; the test ended with it.
    Failed,
}

/// One step of a connection test.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct TestStep {
    pub what: String,
    pub state: StepState,
    /// What came of it, or what went wrong.
    pub said: String,
    /// What an engineer wants to know beside it.
    pub detail: Option<String>,
    /// What to do about it.
    pub hint: Option<String>,
}

/// Another source that reads from the same address.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Twin {
    pub id: String,
    pub name: String,
    /// It was removed, and can be restored.
    pub removed: bool,
}

/// A source's settings, to be filled in.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct FormView {
    /// None while the source is being added.
    pub id: Option<String>,
    pub kind: String,
    pub system: String,
    pub docs: String,
    /// Which state of the source the form was made from.
    pub version: i64,
    /// The source has been changed since.
    pub outdated: bool,
    /// What was entered and not saved yet, sealed; secrets among it.
    pub draft: String,
    pub name: FieldView,
    pub fields: Vec<FieldView>,
    /// Parts of the fields, in their order; those before the first part stand without.
    pub sections: Vec<SectionView>,
    /// The group that may see what comes from it.
    pub audience: FieldView,
    /// Minutes between two runs.
    pub interval: FieldView,
    /// The field of the address.
    pub address: String,
    /// Who reads from the same address already.
    pub twin: Option<Twin>,
    /// The source is meant to read what another one reads.
    pub again: bool,
    /// When it was sent, if this is what came back (epoch ms); else 0.
    pub sent_at: i64,
    /// What is wrong with the form as a whole.
    pub error: Option<String>,
    /// What the connection test found; empty where none was made.
    pub steps: Vec<TestStep>,
}

impl FormView {
    /// Id of what to look at first: a faulty field, what a test found, the form as a whole.
    pub fn target(&self) -> String {
        let own = |field: &FieldView| field.error.is_some().then(|| field.name.clone());
        let setting = |field: &FieldView| own(field).map(|name| setting(&name));
        let fault = own(&self.name)
            .or_else(|| self.fields.iter().find_map(setting))
            .or_else(|| own(&self.audience))
            .or_else(|| own(&self.interval));
        fault.unwrap_or_else(|| if self.steps.is_empty() { "settings" } else { "found" }.to_owned())
    }

    /// The fields by section.
    pub fn parts(&self) -> Vec<(Option<&SectionView>, Vec<&FieldView>)> {
        let mut parts = vec![(None, Vec::new())];
        for field in &self.fields {
            if let Some(section) = self.sections.iter().find(|section| section.from == field.name) {
                parts.push((Some(section), Vec::new()));
            }
            if let Some((_, fields)) = parts.last_mut() {
                fields.push(field);
            }
        }
        parts
    }

    /// How many fields are faulty.
    pub fn faults(&self) -> i64 {
        let all = self.fields.iter().chain([&self.name, &self.audience, &self.interval]);
        all.filter(|field| field.error.is_some()).count() as i64
    }
}

/// What the form calls a setting of the source's system: its name and its id.
pub fn setting(field: &str) -> String {
    format!("settings[{field}]")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn statuses_read_back() {
        for status in Status::ALL {
            assert_eq!(Status::parse(status.as_str()), Some(status));
        }
        assert_eq!(Status::parse("done"), None);
    }

    #[test]
    fn what_needs_somebody_shows_before_what_is_merely_paused() {
        assert_eq!(Health::of(false, true, Some(Status::Waiting)), Health::Waiting);
        assert_eq!(Health::of(false, true, Some(Status::Failed)), Health::Paused);
        assert_eq!(Health::of(true, false, Some(Status::Ok)), Health::Removed);
        assert_eq!(Health::of(false, false, None), Health::New);
        assert_eq!(Health::of(false, false, Some(Status::Failed)), Health::Failing);
    }
}
