//! The alarm for a source that says nothing: its syncs should have ended, well or badly, and none has. Then a worker, the
//! clock that starts them, or a run stands still, and no run is left to tell.

use super::model::Status;
use super::store::{RunRow, SourceRow};

/// So many intervals may pass without a word.
pub(super) const INTERVALS: i64 = 3;

/// Since when nothing has been heard of a source, if that is for too long. `heard` is when a run of it last ended; one that
/// gets on is heard of as well, however long it takes. A source that nobody syncs has nothing to say, and one that waits
/// for a decision has said so.
pub fn since(source: &SourceRow, latest: Option<&RunRow>, heard: Option<i64>, now: i64) -> Option<i64> {
    let status = latest.and_then(|run| Status::parse(&run.status));
    if source.paused || source.removed_at.is_some() || status == Some(Status::Waiting) {
        return None;
    }
    // When it is queued it has been touched once, by whoever queued it.
    let moving = latest.filter(|run| status == Some(Status::Running) && run.touched_at > run.started_at);
    let heard = heard.max(moving.map(|run| run.touched_at));
    let from = heard.unwrap_or(source.watched_since).max(source.watched_since);
    (now - from >= INTERVALS * source.interval_ms).then(|| heard.unwrap_or(source.watched_since))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::base::{HOUR, MINUTE};

    const NOW: i64 = 1_790_000_000_000;

    fn source(watched_since: i64) -> SourceRow {
        SourceRow {
            id: "s".into(),
            kind: "feeds".into(),
            name: "Library".into(),
            settings: serde_json::json!({}),
            secrets: None,
            interval_ms: HOUR,
            audience: None,
            paused: false,
            cursor: None,
            next_run_at: NOW,
            updated_at: 0,
            removed_at: None,
            watched_since,
            people_next_at: None,
        }
    }

    #[test]
    fn three_intervals_without_a_word_are_too_long() {
        let source = source(NOW - HOUR);
        assert_eq!(since(&source, None, Some(NOW), NOW + 3 * HOUR - MINUTE), None);
        assert_eq!(since(&source, None, Some(NOW), NOW + 3 * HOUR), Some(NOW));
        assert_eq!(since(&source, None, None, NOW + 2 * HOUR), Some(NOW - HOUR), "it never said anything");
    }

    #[test]
    fn who_rests_owes_nothing() {
        let late = NOW + 30 * HOUR;
        let paused = SourceRow { paused: true, ..source(NOW) };
        assert_eq!(since(&paused, None, Some(NOW), late), None);
        let removed = SourceRow { removed_at: Some(NOW), ..source(NOW) };
        assert_eq!(since(&removed, None, Some(NOW), late), None);
        let resumed = source(late);
        assert_eq!(since(&resumed, None, Some(NOW), late + 2 * HOUR), None, "it was resumed two hours ago");
        assert_eq!(since(&resumed, None, Some(NOW), late + 3 * HOUR), Some(NOW));
    }
}
