//! Up to where a system is known that tells what changed, but not what was deleted: runs that read the changes, and full
//! ones every few days.

use serde::{Deserialize, Serialize};

/// By how much the latest change may be ahead of the system's own clock, which tells seconds only.
const CLOCK_SLACK: i64 = 60_000;

/// Between runs. Times are epoch milliseconds by the system's clock.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub(crate) struct Marks {
    /// The last change that was seen.
    #[serde(default)]
    pub(crate) newest: Option<i64>,
    /// When the last full run began.
    #[serde(default)]
    full_at: Option<i64>,
    /// The last full run rejected something: the next run is a full one too.
    #[serde(default)]
    again: bool,
}

/// Of one run. Times are epoch milliseconds by the system's clock.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub(crate) struct Pass {
    pub(crate) full: bool,
    /// Nothing was rejected so far.
    pub(crate) clean: bool,
    /// The last change that was seen.
    pub(crate) newest: Option<i64>,
    /// When it began.
    pub(crate) started: i64,
}

impl Marks {
    /// A run that begins now; a full one is due `after` milliseconds after the last.
    pub(crate) fn begin(&self, now: i64, after: i64) -> Pass {
        Pass { full: self.wants_full(now, after), clean: true, newest: None, started: now }
    }

    /// Whether a run that begins now has to list everything.
    fn wants_full(&self, now: i64, after: i64) -> bool {
        match (self.newest, self.full_at) {
            // A system whose clock went back cannot be asked for what came since.
            (Some(newest), Some(full)) => self.again || now < full || newest > now + CLOCK_SLACK || now - full >= after,
            _ => true,
        }
    }

    /// Whether what was last touched then was read by an earlier run, so that `pass` need not read it.
    pub(crate) fn knows(&self, pass: &Pass, touched: Option<i64>) -> bool {
        !pass.full && touched.zip(self.newest).is_some_and(|(touched, newest)| touched < newest)
    }

    /// Notes what the next run needs. What was rejected is read again by it, because it may be whole by then: a full
    /// run is repeated, once, and one that read the latest leaves the next one to read them again.
    pub(crate) fn finish(&mut self, pass: &Pass) {
        if pass.full {
            self.again = !pass.clean && !self.again;
            self.full_at = Some(pass.started);
            // Not the later of two: an earlier run may have met a clock that was ahead. And not what came under way, which
            // stands behind a change of something else that this run had read before.
            self.newest = pass.newest.map(|newest| newest.min(pass.started));
        } else if pass.clean {
            self.newest = self.newest.max(pass.newest);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const HOUR: i64 = 3_600_000;

    #[test]
    fn full_runs_come_when_due_and_when_nothing_else_tells() {
        let (week, now) = (168 * HOUR, 1_790_000_000_000);
        let mut marks = Marks::default();
        let pass = |full, clean, newest, started| Pass { full, clean, newest, started };
        assert!(marks.wants_full(now, week));
        marks.finish(&pass(true, false, Some(now), now));
        assert!(marks.wants_full(now + HOUR, week), "it rejected something");
        marks.finish(&pass(true, false, Some(now), now + HOUR));
        assert!(!marks.wants_full(now + 2 * HOUR, week), "once");
        marks.finish(&pass(false, false, Some(now + HOUR), now + 2 * HOUR));
        assert_eq!(marks.newest, Some(now), "what was rejected is read again");
        marks.finish(&pass(false, true, Some(now + 24 * HOUR), now + 24 * HOUR));
        assert!(marks.wants_full(now + 3 * HOUR, week), "the clock was ahead");
        marks.finish(&pass(true, true, Some(now + 2 * HOUR), now + 3 * HOUR));
        assert_eq!(marks.newest, Some(now + 2 * HOUR));
        assert!(!marks.wants_full(now + 4 * HOUR, week) && marks.wants_full(now + 200 * HOUR, week));
    }

    #[test]
    fn what_changed_under_way_is_not_taken_for_known() {
        let now = 1_790_000_000_000;
        let mut marks = Marks::default();
        let full = marks.begin(now, HOUR);
        assert!(full.full && !marks.knows(&full, Some(0)));
        marks.finish(&Pass { newest: Some(now + 500), ..full });
        let next = marks.begin(now + 1000, HOUR);
        assert!(!next.full && !marks.knows(&next, Some(now + 1)), "changed after it was read");
        assert!(marks.knows(&next, Some(now - 1)) && !marks.knows(&next, None));
    }
}
