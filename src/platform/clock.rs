//! Time as a parameter, so that expiry, decay and scheduling are tested without waiting.

use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};
use std::time::{SystemTime, UNIX_EPOCH};

/// Where the current time comes from. Cloning it is cheap.
#[derive(Clone, Debug, Default)]
pub struct Clock(Option<Arc<AtomicI64>>);

impl Clock {
    /// The machine's own clock.
    pub fn system() -> Self {
        Clock(None)
    }

    /// A clock that stands at `millis` until it is moved.
    pub fn at(millis: i64) -> Self {
        Clock(Some(Arc::new(AtomicI64::new(millis))))
    }

    /// Milliseconds since 1970-01-01T00:00:00Z.
    pub fn now(&self) -> i64 {
        match &self.0 {
            Some(standing) => standing.load(Ordering::SeqCst),
            None => SystemTime::now().duration_since(UNIX_EPOCH).map_or(0, |d| d.as_millis() as i64),
        }
    }

    /// Moves a standing clock on; the machine's own is left alone.
    pub fn advance(&self, millis: i64) {
        if let Some(standing) = &self.0 {
            standing.fetch_add(millis, Ordering::SeqCst);
        }
    }
}

/// A new id: a UUIDv7, so that ids sort by the time they were made.
pub fn new_id() -> String {
    uuid::Uuid::now_v7().to_string()
}
