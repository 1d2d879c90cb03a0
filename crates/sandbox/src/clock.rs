//! What the sandbox takes for the present, so that tests need not wait.

use std::{
    fmt,
    sync::{
        Arc,
        atomic::{AtomicI64, Ordering},
    },
};

use time::{Duration, OffsetDateTime};

/// Answers what time it is, to the millisecond, in UTC. Clones share the same clock.
#[derive(Clone)]
pub struct Clock(Arc<dyn Fn() -> i64 + Send + Sync>);

impl Clock {
    /// The machine's own clock.
    pub fn system() -> Self {
        Self::from_millis(|| millis(OffsetDateTime::now_utc()))
    }

    /// A clock that reads `now`, which answers epoch milliseconds.
    pub fn from_millis(now: impl Fn() -> i64 + Send + Sync + 'static) -> Self {
        Self(Arc::new(now))
    }

    /// A clock that stands still at `start` until its hand is moved.
    pub fn manual(start: OffsetDateTime) -> (Self, Hand) {
        let hand = Hand(Arc::new(AtomicI64::new(millis(start))));
        let read = hand.0.clone();
        (Self::from_millis(move || read.load(Ordering::SeqCst)), hand)
    }

    /// The present. A reading outside the years -9999 to 9999 is taken for the epoch.
    pub fn now(&self) -> OffsetDateTime {
        from_millis((self.0)())
    }
}

impl Default for Clock {
    fn default() -> Self {
        Self::system()
    }
}

impl fmt::Debug for Clock {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Clock({})", self.now())
    }
}

/// Moves a [`Clock::manual`].
#[derive(Clone, Debug)]
pub struct Hand(Arc<AtomicI64>);

impl Hand {
    /// Moves the clock forward by `by` (backward where it is negative).
    pub fn advance(&self, by: Duration) {
        let by = i64::try_from(by.whole_milliseconds()).unwrap_or(i64::MAX);
        self.0.fetch_add(by, Ordering::SeqCst);
    }
}

pub(crate) fn from_millis(millis: i64) -> OffsetDateTime {
    OffsetDateTime::from_unix_timestamp_nanos(i128::from(millis) * 1_000_000).unwrap_or(OffsetDateTime::UNIX_EPOCH)
}

fn millis(at: OffsetDateTime) -> i64 {
    i64::try_from(at.unix_timestamp_nanos() / 1_000_000).unwrap_or_default()
}

/// A moment of a working day `days` before the day of `now`: weekends move to the Friday before, and the
/// hour (8 to 17, UTC) follows from `salt`. Always in the past for `days` of 1 and more, and the same all day
/// long, so that a restart on the same day changes nothing.
pub(crate) fn working_moment(now: OffsetDateTime, days: f64, salt: u64) -> OffsetDateTime {
    let midnight = now.replace_time(time::Time::MIDNIGHT);
    let whole = days.max(0.0).floor();
    let day = midnight - Duration::days(whole as i64);
    let day = match day.weekday() {
        time::Weekday::Saturday => day - Duration::days(1),
        time::Weekday::Sunday => day - Duration::days(2),
        _ => day,
    };
    let minutes = 8 * 60 + i64::try_from(crate::hash::mix(salt) % (9 * 60)).unwrap_or(0);
    if whole < 1.0 {
        day - Duration::minutes(((days.fract() * 1440.0) as i64).max(1))
    } else {
        day + Duration::minutes(minutes)
    }
}
