//! The browser's side: it knows only what the server wrote into the page, see [`super::person`].

use super::prefs::Prefs;
use super::scope::Viewer;

/// Nobody, until the page's own data is read.
pub fn current() -> Option<Viewer> {
    None
}

/// The defaults, until the page's own data is read.
pub fn prefs() -> Prefs {
    Prefs::default()
}

/// None, until the page's own data is read.
pub fn unread() -> i64 {
    0
}
