//! What a page that is being rendered says to HTTP.

use axum::http::header::ACCEPT;
use axum::http::request::Parts;
use axum::http::{HeaderName, HeaderValue, StatusCode};
use leptos::prelude::use_context;
use leptos_axum::ResponseOptions;

/// Sets the status of the page that is being rendered; in the browser it does nothing.
pub fn set_status(status: u16) {
    if let (Some(options), Ok(status)) = (use_context::<ResponseOptions>(), StatusCode::from_u16(status)) {
        options.set_status(status);
    }
}

/// Sets the status of the call of a server function that is being answered; in the browser it does nothing. A form that
/// was posted without JavaScript keeps its redirect, which carries the error back to the page.
pub fn set_call_status(status: u16) {
    let accepts = use_context::<Parts>().and_then(|parts| parts.headers.get(ACCEPT)?.to_str().ok().map(str::to_owned));
    if !accepts.is_some_and(|accepts| accepts.contains("text/html")) {
        set_status(status);
    }
}

/// Sets a header of the page that is being rendered; in the browser it does nothing.
pub fn set_header(name: &'static str, value: &str) {
    if let (Some(options), Ok(value)) = (use_context::<ResponseOptions>(), HeaderValue::from_str(value)) {
        options.insert_header(HeaderName::from_static(name), value);
    }
}

/// Adds a header to the answer, beside others of the same name.
pub fn append_header(name: &'static str, value: &str) {
    if let (Some(options), Ok(value)) = (use_context::<ResponseOptions>(), HeaderValue::from_str(value)) {
        options.append_header(HeaderName::from_static(name), value);
    }
}
