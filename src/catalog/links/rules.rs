//! What a look says of an address. Pure: time is a parameter.
//!
//! A failure counts once a day, and three that count make an address broken; two where the server says that it is gone for
//! good (410, RFC 9110, section 15.5.11). One good answer heals. What says nothing about the address (a host that asks to be
//! left alone or does not let us in, our own network) changes nothing.

use super::model::{State, Why};
use crate::base::{DAY, HOUR};
use connect::{Error, Seen};
use std::time::Duration;

/// Days on which it has to fail to be broken.
const STRIKES: i64 = 3;
/// The same where the server says that it is gone for good.
const STRIKES_GONE: i64 = 2;
/// A broken one is looked at again after so long at the latest.
const BROKEN: i64 = 3 * DAY;
/// A host is left alone for so long at most, whatever it asks for.
const WAIT_MAX: i64 = 30 * DAY;
/// So many hosts have to fail together that it may be our own network.
const TOGETHER: usize = 3;

/// What a look came to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// It answered.
    Works,
    /// It fails.
    Fails,
    /// That says nothing about it.
    Unclear,
}

impl Outcome {
    /// As in the database.
    pub fn as_str(self) -> &'static str {
        match self {
            Outcome::Works => "works",
            Outcome::Fails => "fails",
            Outcome::Unclear => "unclear",
        }
    }
}

/// A look, understood.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Look {
    /// What it came to.
    pub outcome: Outcome,
    /// What was wrong, or why it says nothing.
    pub why: Option<Why>,
    /// Of the answer, if there was one.
    pub status: Option<i64>,
    /// Where it is now, by its own word.
    pub moved_to: Option<String>,
    /// How long the host asks to be left alone, in milliseconds.
    pub wait: Option<i64>,
}

impl Look {
    fn plain(outcome: Outcome, why: Why) -> Look {
        Look { outcome, why: Some(why), status: None, moved_to: None, wait: None }
    }

    /// Understands what came of a look.
    pub fn of(seen: &Result<Seen, Error>) -> Look {
        match seen {
            Ok(seen) => answered(seen),
            Err(error) => failed(error),
        }
    }

    /// What is made of it where our own network is to blame.
    pub fn ours() -> Look {
        Look::plain(Outcome::Unclear, Why::Ours)
    }

    /// Whether the host was reached; `None` where it was not asked.
    pub fn reached(&self) -> Option<bool> {
        match self.why {
            Some(Why::Lookup | Why::Refused | Why::Timeout | Why::Cut) => Some(false),
            Some(Why::Private | Why::Redirect | Why::Ours) => None,
            Some(Why::Odd) if self.status.is_none() => None,
            _ => Some(true),
        }
    }
}

fn answered(seen: &Seen) -> Look {
    let wait = seen.wait.and_then(|wait| i64::try_from(wait.as_millis()).ok()).map(|wait| wait.min(WAIT_MAX));
    let (outcome, why) = match seen.status {
        200..=399 => (Outcome::Works, None),
        401 | 403 | 407 | 451 => (Outcome::Unclear, Some(Why::Forbidden)),
        429 => (Outcome::Unclear, Some(Why::Limited)),
        503 if wait.is_some() => (Outcome::Unclear, Some(Why::Limited)),
        404 | 410 | 500.. => (Outcome::Fails, Some(Why::Status)),
        _ => (Outcome::Unclear, Some(Why::Odd)),
    };
    let moved_to = seen.moved_to.as_ref().filter(|_| outcome == Outcome::Works).map(ToString::to_string);
    Look {
        outcome,
        why,
        status: Some(i64::from(seen.status)),
        moved_to,
        wait: wait.filter(|_| why == Some(Why::Limited)),
    }
}

fn failed(error: &Error) -> Look {
    let has = |text: &str, parts: &[&str]| parts.iter().any(|part| text.to_lowercase().contains(part));
    match error {
        // The resolver itself does not answer (getaddrinfo's EAI_AGAIN): that says nothing about the name.
        Error::Lookup { reason, .. } if has(reason, &["temporary failure", "try again"]) => Look::ours(),
        Error::Lookup { .. } => Look::plain(Outcome::Fails, Why::Lookup),
        Error::Connect { reason, .. } if has(reason, &["temporary failure in name"]) => Look::ours(),
        Error::Connect { reason, .. } if has(reason, &["lookup address"]) => Look::plain(Outcome::Fails, Why::Lookup),
        Error::Connect { reason, .. } if has(reason, &["certificate", "tls", "handshake", "alert"]) => {
            Look::plain(Outcome::Fails, Why::Tls)
        }
        Error::Connect { .. } => Look::plain(Outcome::Fails, Why::Refused),
        Error::Timeout { .. } => Look::plain(Outcome::Fails, Why::Timeout),
        Error::Cut { .. } => Look::plain(Outcome::Fails, Why::Cut),
        Error::Private { .. } => Look::plain(Outcome::Unclear, Why::Private),
        Error::Redirect { .. } => Look::plain(Outcome::Unclear, Why::Redirect),
        _ => Look::plain(Outcome::Unclear, Why::Odd),
    }
}

/// How an address stands by what was seen of it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Standing {
    /// Days on which it failed since it last answered.
    pub tries: i64,
    /// Since when it fails (epoch ms).
    pub first_failed_at: Option<i64>,
    /// When a failure last counted (epoch ms).
    pub struck_at: Option<i64>,
    /// When it last answered (epoch ms).
    pub answered_at: Option<i64>,
    /// Where it is now, by its own word.
    pub moved_to: Option<String>,
    /// Since when it is broken (epoch ms).
    pub broken_at: Option<i64>,
}

/// How an address stands after a look, and when it is due next (epoch ms). `interval` lies between two looks at one that
/// works, in milliseconds.
pub fn judge(before: &Standing, look: &Look, now: i64, interval: i64) -> (Standing, i64) {
    let mut after = before.clone();
    match look.outcome {
        Outcome::Works => {
            let moved_to = look.moved_to.clone();
            (Standing { answered_at: Some(now), moved_to, ..Standing::default() }, now + interval)
        }
        Outcome::Fails => {
            if before.struck_at.is_none_or(|at| now - at >= DAY) {
                after.tries += 1;
                after.struck_at = Some(now);
            }
            after.first_failed_at = before.first_failed_at.or(Some(now));
            let enough = if look.status == Some(410) { STRIKES_GONE } else { STRIKES };
            if after.tries >= enough {
                after.broken_at = before.broken_at.or(Some(now));
            }
            // Counted from the last failure that counted, or a look between two would put the next strike off.
            let next_strike = after.struck_at.unwrap_or(now) + DAY;
            let due = if after.broken_at.is_some() { now + interval.min(BROKEN) } else { next_strike };
            (after, due)
        }
        Outcome::Unclear => {
            let pause = match look.why {
                Some(Why::Ours) => HOUR,
                Some(Why::Limited) => look.wait.unwrap_or(DAY).max(HOUR),
                _ if before.first_failed_at.is_some() => interval.min(DAY),
                _ => interval,
            };
            (after, now + pause)
        }
    }
}

/// When the host may be asked next (epoch ms).
pub fn free_at(look: &Look, now: i64, pause: Duration) -> i64 {
    let pause = i64::try_from(pause.as_millis()).unwrap_or(WAIT_MAX);
    now + look.wait.unwrap_or(0).max(pause)
}

/// Whether the failures of one turn are to be blamed on our own network: of the hosts that answered when they were asked
/// before, or were never asked, at least three and at least half cannot be reached. Hosts that were out of reach before say
/// nothing, or a few dead ones that are always asked together would never be found out. Of each host: whether it was out of
/// reach before, and whether it was reached now.
pub fn is_ours(turn: &[(Option<bool>, Option<bool>)]) -> bool {
    let fresh =
        |reached: bool| turn.iter().filter(|(before, now)| *before != Some(false) && *now == Some(reached)).count();
    let (lost, kept) = (fresh(false), fresh(true));
    lost >= TOGETHER && lost >= kept
}

/// How an address stands, for people.
pub fn state(checked: bool, is_unclear: bool, is_failing: bool, is_broken: bool) -> State {
    match (checked, is_broken, is_failing, is_unclear) {
        (false, ..) => State::Unchecked,
        (_, true, ..) => State::Broken,
        (_, _, true, _) => State::Suspect,
        (.., true) => State::Unclear,
        _ => State::Works,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use url::Url;

    const NOW: i64 = 1_790_000_000_000;
    const INTERVAL: i64 = 14 * DAY;

    fn answer(status: u16) -> Look {
        Look::of(&Ok(Seen { status, wait: None, moved_to: None }))
    }

    /// How an address stands after looks at these times.
    fn after(looks: &[(u16, i64)]) -> (Standing, i64) {
        let first = (Standing::default(), 0);
        looks.iter().fold(first, |(before, _), (status, at)| judge(&before, &answer(*status), *at, INTERVAL))
    }

    #[test]
    fn a_failure_counts_once_a_day_and_three_break() {
        let (once, due) = after(&[(404, NOW)]);
        assert_eq!((once.tries, once.first_failed_at, once.broken_at, due), (1, Some(NOW), None, NOW + DAY));
        let (again, due) = after(&[(404, NOW), (404, NOW + HOUR), (500, NOW + 23 * HOUR)]);
        assert_eq!((again.tries, due), (1, NOW + DAY), "impatience changes nothing");
        let (twice, _) = after(&[(404, NOW), (404, NOW + DAY)]);
        assert_eq!((twice.tries, twice.broken_at), (2, None));
        let (broken, due) = after(&[(404, NOW), (502, NOW + DAY), (404, NOW + 2 * DAY)]);
        assert_eq!((broken.tries, broken.first_failed_at), (3, Some(NOW)));
        assert_eq!((broken.broken_at, due), (Some(NOW + 2 * DAY), NOW + 5 * DAY));
        let (still, _) = after(&[(404, NOW), (404, NOW + DAY), (404, NOW + 2 * DAY), (404, NOW + 5 * DAY)]);
        assert_eq!((still.tries, still.broken_at), (4, Some(NOW + 2 * DAY)), "since the third day");
    }

    #[test]
    fn gone_for_good_breaks_a_day_earlier() {
        assert_eq!(after(&[(410, NOW)]).0.broken_at, None);
        assert_eq!(after(&[(410, NOW), (410, NOW + DAY)]).0.broken_at, Some(NOW + DAY));
        assert_eq!(after(&[(410, NOW), (404, NOW + DAY)]).0.broken_at, None, "it was not said twice");
    }

    #[test]
    fn one_good_answer_heals() {
        let three = [(404, NOW), (404, NOW + DAY), (404, NOW + 2 * DAY), (200, NOW + 5 * DAY)];
        let (healed, due) = after(&three);
        assert_eq!(healed, Standing { answered_at: Some(NOW + 5 * DAY), ..Standing::default() });
        assert_eq!(due, NOW + 5 * DAY + INTERVAL);
    }

    #[test]
    fn what_says_nothing_changes_nothing() {
        let suspect = after(&[(404, NOW), (404, NOW + DAY)]).0;
        for status in [401, 403, 429, 400, 418] {
            let (same, due) = judge(&suspect, &answer(status), NOW + 2 * DAY, INTERVAL);
            assert_eq!((&same, due), (&suspect, NOW + 3 * DAY), "{status}");
        }
        let (fine, due) = judge(&Standing::default(), &answer(403), NOW, INTERVAL);
        assert_eq!((fine, due), (Standing::default(), NOW + INTERVAL));
        let (same, due) = judge(&suspect, &Look::ours(), NOW + 2 * DAY, INTERVAL);
        assert_eq!((same, due), (suspect, NOW + 2 * DAY + HOUR));
    }

    #[test]
    fn who_asks_to_wait_is_heard() {
        let seen = |status, seconds| Ok(Seen { status, wait: Some(Duration::from_secs(seconds)), moved_to: None });
        let limited = Look::of(&seen(429, 7200));
        assert_eq!(
            (limited.outcome, limited.why, limited.wait),
            (Outcome::Unclear, Some(Why::Limited), Some(2 * HOUR))
        );
        assert_eq!(judge(&Standing::default(), &limited, NOW, INTERVAL).1, NOW + 2 * HOUR);
        assert_eq!(free_at(&limited, NOW, Duration::from_secs(5)), NOW + 2 * HOUR);
        assert_eq!(Look::of(&seen(503, 60)).outcome, Outcome::Unclear);
        assert_eq!(answer(503).outcome, Outcome::Fails);
        assert_eq!(free_at(&answer(503), NOW, Duration::from_secs(5)), NOW + 5000);
        assert_eq!(Look::of(&seen(429, u64::MAX)).wait, None, "nobody waits for ever");
        assert_eq!(Look::of(&seen(429, 10_000_000)).wait, Some(WAIT_MAX));
    }

    #[test]
    fn errors_are_told_apart() {
        let url = String::new;
        let connect = |reason: &str| Error::Connect { url: url(), reason: reason.into() };
        let lookup = |reason: &str| Error::Lookup { host: "a.example".into(), reason: reason.into() };
        for (error, outcome, why) in [
            (lookup("failed to lookup address information: Name or service not known"), Outcome::Fails, Why::Lookup),
            (
                lookup("failed to lookup address information: Temporary failure in name resolution"),
                Outcome::Unclear,
                Why::Ours,
            ),
            (connect("Connection refused (os error 111)"), Outcome::Fails, Why::Refused),
            (connect("invalid peer certificate: Expired"), Outcome::Fails, Why::Tls),
            (connect("failed to lookup address information: Name does not resolve"), Outcome::Fails, Why::Lookup),
            (Error::Timeout { url: url(), after: Duration::ZERO }, Outcome::Fails, Why::Timeout),
            (Error::Cut { url: url(), bytes: 0, reason: url() }, Outcome::Fails, Why::Cut),
            (Error::Private { url: url(), address: url() }, Outcome::Unclear, Why::Private),
            (Error::Redirect { url: url(), reason: url() }, Outcome::Unclear, Why::Redirect),
            (Error::Address { url: url(), reason: url() }, Outcome::Unclear, Why::Odd),
        ] {
            let look = Look::of(&Err(error.clone()));
            assert_eq!((look.outcome, look.why), (outcome, Some(why)), "{error}");
        }
    }

    #[test]
    fn where_it_is_now_is_kept_if_something_is_there() {
        let moved_to = Some(Url::parse("https://a.example/now").unwrap());
        let seen = |status| Look::of(&Ok(Seen { status, wait: None, moved_to: moved_to.clone() })).moved_to;
        assert_eq!(seen(200).as_deref(), Some("https://a.example/now"));
        assert_eq!(seen(404), None);
    }

    #[test]
    fn many_that_answered_and_fail_together_are_our_own_fault() {
        let (fine, lost, dead, new) =
            ((Some(true), Some(true)), (Some(true), Some(false)), (Some(false), Some(false)), (None, Some(false)));
        assert!(is_ours(&[lost, lost, new, fine]));
        assert!(!is_ours(&[lost, lost]), "two are no many");
        assert!(!is_ours(&[lost, lost, lost, fine, fine, fine, fine]), "most answer");
        assert!(!is_ours(&[dead, dead, dead, dead]), "they were dead before");
        assert!(is_ours(&[dead, lost, lost, lost, (Some(true), None)]), "who was not asked says nothing");
    }

    #[test]
    fn states_are_named() {
        assert_eq!(state(false, false, false, false), State::Unchecked);
        assert_eq!(state(true, false, false, false), State::Works);
        assert_eq!(state(true, true, false, false), State::Unclear);
        assert_eq!(state(true, true, true, false), State::Suspect);
        assert_eq!(state(true, true, true, true), State::Broken);
    }
}
