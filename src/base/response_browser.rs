//! The browser's side of what a page says to HTTP: nothing, since its page has been answered already.

/// Sets the status of the page that is being rendered; in the browser it does nothing.
pub fn set_status(_status: u16) {}

/// Sets the status of a call of a server function; in the browser it does nothing.
pub fn set_call_status(_status: u16) {}

/// Sets a header of the page that is being rendered; in the browser it does nothing.
pub fn set_header(_name: &'static str, _value: &str) {}

/// Adds a header, beside others of the same name; in the browser it does nothing.
pub fn append_header(_name: &'static str, _value: &str) {}
