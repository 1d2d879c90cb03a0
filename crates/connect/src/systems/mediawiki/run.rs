//! Where a run stands.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use time::{Duration, OffsetDateTime, format_description::well_known::Rfc3339};

use crate::{clean, watch::Watch};

/// Changes are written down a little after they are made.
const OVERLAP: Duration = Duration::seconds(120);

/// Names and values that the wiki wants back to go on.
pub(super) type Continuation = BTreeMap<String, String>;

/// Between runs, and with `run` within one.
#[derive(Debug, Serialize, Deserialize)]
pub(super) struct State {
    pub(super) settings: u64,
    /// When the last run began, by the wiki's clock.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) since: Option<String>,
    /// The same of the last full run.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    full_at: Option<String>,
    /// The last full run rejected something: the next run is a full one too.
    #[serde(default)]
    again: bool,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) run: Option<Run>,
}

/// What the wiki says about itself.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(super) struct Site {
    /// RFC 3339.
    pub(super) time: String,
    pub(super) name: String,
    pub(super) generator: String,
    /// It has TextExtracts.
    pub(super) extracts: bool,
}

#[derive(Clone, Debug, Serialize, Deserialize)]
pub(super) struct Run {
    pub(super) site: Site,
    pub(super) full: bool,
    /// Nothing was rejected so far.
    pub(super) clean: bool,
    /// From when on changes are asked for.
    pub(super) since: String,
    pub(super) work: Work,
    /// Changed pages that are still to be read.
    #[serde(default)]
    pub(super) ids: Vec<i64>,
    /// The same of moved pages, known by their new titles.
    #[serde(default)]
    pub(super) titles: Vec<String>,
    /// Finds continuations that come again.
    pub(super) watch: Watch,
}

/// What the next page does.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(super) enum Work {
    List { namespace: i64, from: Continuation },
    Changes { from: Continuation },
    Deletions { from: Continuation },
    Pages,
}

impl State {
    pub(super) fn new(settings: u64) -> Self {
        Self { settings, since: None, full_at: None, again: false, run: None }
    }

    /// Whether the next run has to list everything.
    pub(super) fn wants_full(&self, now: &str, after: i64) -> bool {
        let at = |text: &Option<String>| text.as_deref().and_then(clean::rfc3339);
        match (at(&self.since), at(&self.full_at), clean::rfc3339(now)) {
            // A wiki whose clock went back cannot be asked for what came since.
            (Some(since), Some(full), Some(now)) => self.again || now < since || now - full >= after,
            _ => true,
        }
    }

    /// Notes what the next run needs. What was rejected is read again by it, because it may be whole by then: a full
    /// run is repeated, once, and one that asked for changes leaves the next one to ask for them again.
    pub(super) fn finish(&mut self, run: Run) {
        if run.full {
            self.again = !run.clean && !self.again;
            self.full_at = Some(run.site.time.clone());
        }
        if run.full || run.clean {
            self.since = Some(run.site.time);
        }
        self.run = None;
    }
}

impl Run {
    pub(super) fn new(site: Site, full: bool) -> Self {
        Self {
            site,
            full,
            clean: true,
            since: String::new(),
            work: Work::Pages,
            ids: Vec::new(),
            titles: Vec::new(),
            watch: Watch::default(),
        }
    }

    /// Pages of one set: extracts are given for twenty at once, content for fifty.
    pub(super) fn batch(&self) -> usize {
        if self.site.extracts { 20 } else { 50 }
    }
}

/// A moment a little earlier, as the API reads it.
pub(super) fn before(time: &str) -> Option<String> {
    let at = OffsetDateTime::parse(time, &Rfc3339).ok()?;
    at.checked_sub(OVERLAP)?.format(&Rfc3339).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_rejected_is_read_again() {
        let site =
            |time: &str| Site { time: time.into(), name: String::new(), generator: String::new(), extracts: false };
        let ends = |state: &mut State, time: &str, full, clean| {
            state.finish(Run { clean, ..Run::new(site(time), full) });
        };
        let mut state = State::new(1);
        let week = 7 * 86_400_000;
        ends(&mut state, "2026-11-24T12:00:00Z", true, false);
        assert!(state.wants_full("2026-11-24T13:00:00Z", week));
        ends(&mut state, "2026-11-24T13:00:00Z", true, false);
        assert!(!state.wants_full("2026-11-24T14:00:00Z", week), "once");
        ends(&mut state, "2026-11-24T14:00:00Z", false, false);
        assert_eq!(state.since.as_deref(), Some("2026-11-24T13:00:00Z"), "the same changes again");
        ends(&mut state, "2026-11-24T15:00:00Z", false, true);
        assert_eq!(state.since.as_deref(), Some("2026-11-24T15:00:00Z"));
        ends(&mut state, "2026-12-02T15:00:00Z", true, false);
        assert!(state.wants_full("2026-12-02T16:00:00Z", week), "once for each full run that is due");
    }

    #[test]
    fn full_runs_come_when_due() {
        let mut state = State::new(1);
        assert!(state.wants_full("2026-11-24T12:00:00Z", 1000));
        state.since = Some("2026-11-24T12:00:00Z".into());
        state.full_at = Some("2026-11-20T12:00:00Z".into());
        let days = |days: i64| days * 86_400_000;
        assert!(!state.wants_full("2026-11-24T12:00:00Z", days(7)));
        assert!(state.wants_full("2026-11-24T12:00:00Z", days(4)));
        assert!(state.wants_full("2026-11-24T11:00:00Z", days(7)), "the clock went back");
        assert!(state.wants_full("2026-11-24T12:00:00Z", 0));
        assert_eq!(before("2026-11-24T12:00:00Z").as_deref(), Some("2026-11-24T11:58:00Z"));
    }
}
