//! A point in time as a person sees it. Made on the server, which knows the person's locale and time zone; a view
//! only shows it, because a browser that formats it again would not hydrate.

use serde::{Deserialize, Serialize};

/// Milliseconds.
pub const SECOND: i64 = 1000;
/// Milliseconds.
pub const MINUTE: i64 = 60 * SECOND;
/// Milliseconds.
pub const HOUR: i64 = 60 * MINUTE;
/// Milliseconds.
pub const DAY: i64 = 24 * HOUR;

/// A formatted point in time.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct When {
    /// For reading: "3 days ago", "12 May 2026".
    pub text: String,
    /// For machines (`datetime`) and for the title that shows on hover: RFC 3339 in the person's zone.
    pub iso: String,
}
