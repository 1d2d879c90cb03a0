//! The signed-in person and her preferences, of the request that is being answered.

use super::person::Unread;
use super::prefs::Prefs;
use super::scope::{Scope, Viewer};
use axum::http::header::COOKIE;
use axum::http::request::Parts;
use leptos::prelude::use_context;

/// The signed-in person of this request.
pub fn current() -> Option<Viewer> {
    use_context::<Scope>().and_then(|scope| scope.viewer().cloned())
}

/// What this browser's cookies say about looks.
pub fn prefs() -> Prefs {
    let Some(parts) = use_context::<Parts>() else { return Prefs::default() };
    let cookies = parts.headers.get_all(COOKIE).iter().filter_map(|value| value.to_str().ok());
    cookies.fold(Prefs::default(), Prefs::with_cookies)
}

/// How many notices the signed-in person of this request has not read.
pub fn unread() -> i64 {
    use_context::<Unread>().map_or(0, |unread| unread.0)
}
