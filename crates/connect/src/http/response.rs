//! One answer.

use std::time::{Duration, SystemTime, UNIX_EPOCH};

use bytes::Bytes;
use reqwest::header::{HeaderMap, SET_COOKIE};
use serde::de::DeserializeOwned;
use url::Url;

use super::links::links;
use super::mask::mask;
use crate::{
    error::Error,
    text::{excerpt, html_to_text, is_html_page},
};

/// A complete answer, whatever its status.
#[derive(Clone, Debug)]
pub struct Response {
    url: Url,
    status: u16,
    headers: HeaderMap,
    body: Bytes,
    wait: Option<Duration>,
    secrets: Vec<String>,
}

impl Response {
    pub(super) fn new(
        url: Url,
        status: u16,
        headers: HeaderMap,
        body: Bytes,
        wait: Option<Duration>,
        secrets: Vec<String>,
    ) -> Self {
        Self { url, status, headers, body, wait, secrets }
    }

    /// Where the answer came from, after redirects.
    pub fn url(&self) -> &Url {
        &self.url
    }

    /// The address as an error may show it.
    pub fn shown_url(&self) -> String {
        mask(&self.url)
    }

    pub fn status(&self) -> u16 {
        self.status
    }

    pub fn body(&self) -> &Bytes {
        &self.body
    }

    /// A header, where there is one and it is text.
    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers.get(name).and_then(|value| value.to_str().ok())
    }

    /// The first target that the `Link` headers name by this relation, as written.
    pub fn link(&self, rel: &str) -> Option<String> {
        let headers = self.headers.get_all("link").into_iter().filter_map(|value| value.to_str().ok());
        headers.flat_map(links).find(|(_, known)| known.eq_ignore_ascii_case(rel)).map(|(target, _)| target)
    }

    /// What `Retry-After` asks for.
    pub fn retry_after(&self) -> Option<Duration> {
        self.wait
    }

    /// The server's time in epoch milliseconds: its `Date`, else ours.
    pub fn clock(&self) -> i64 {
        clock(self.header("date").and_then(|date| httpdate::parse_http_date(date).ok()))
    }

    /// The cookies that it sets: names and values.
    pub fn cookies(&self) -> Vec<(String, String)> {
        let set = self.headers.get_all(SET_COOKIE).into_iter().filter_map(|value| value.to_str().ok());
        set.filter_map(|text| text.split(';').next()?.split_once('='))
            .map(|(name, value)| (name.trim().to_owned(), value.trim().to_owned()))
            .collect()
    }

    /// Accepts 2xx and names everything else.
    ///
    /// # Errors
    /// `SignIn`, `RateLimited`, `Busy` or `Status`.
    pub fn ok(&self) -> Result<(), Error> {
        let (url, status) = (self.shown_url(), self.status);
        match status {
            200..=299 => Ok(()),
            401 => Err(Error::SignIn { url, reason: self.objection("the server wants to know who asks (401)") }),
            403 | 407 => Err(Error::SignIn { url, reason: self.objection(&format!("the server refuses ({status})")) }),
            429 => Err(Error::RateLimited { url, wait: self.wait }),
            503 if self.wait.is_some() => Err(Error::Busy { url, reason: "it answered 503".into(), wait: self.wait }),
            _ => Err(Error::Status { url, status, detail: self.excerpt(160) }),
        }
    }

    fn objection(&self, what: &str) -> String {
        match self.excerpt(160).as_str() {
            "" => what.to_owned(),
            said => format!("{what}: {said}"),
        }
    }

    /// Reads the body as JSON.
    ///
    /// # Errors
    /// `Format`, saying what was found instead.
    pub fn json<T: DeserializeOwned>(&self) -> Result<T, Error> {
        if !json_is_bounded(&self.body) {
            return Err(self.not("JSON", "JSON of far too many parts".to_owned()));
        }
        serde_json::from_slice(&self.body).map_err(|error| {
            let found = match error.classify() {
                serde_json::error::Category::Data => format!("JSON of another form ({error})"),
                _ if self.looks_like_json() => format!("JSON that is broken ({error})"),
                _ => self.found(),
            };
            self.not("JSON", found)
        })
    }

    /// An error that says what was expected, and what was found.
    pub fn not(&self, expected: &'static str, found: String) -> Error {
        Error::Format { url: self.shown_url(), expected, found: self.hide(found) }
    }

    /// What the body is, in words.
    pub fn found(&self) -> String {
        let text = String::from_utf8_lossy(&self.body[..self.body.len().min(4096)]);
        if text.trim().is_empty() {
            "nothing".to_owned()
        } else if is_html_page(&text) {
            format!("a page of HTML that says “{}”", self.excerpt(80))
        } else if self.body.iter().take(512).any(|byte| matches!(byte, 0..=8 | 14..=26)) {
            format!("{} bytes that are not text", self.body.len())
        } else {
            format!("text that starts with “{}”", self.excerpt(80))
        }
    }

    /// The start of the body as plain text on one line, without secrets.
    pub fn excerpt(&self, chars: usize) -> String {
        let text = String::from_utf8_lossy(&self.body[..self.body.len().min(16 * 1024)]);
        let text = if is_html_page(&text) { html_to_text(&text) } else { text.into_owned() };
        self.hide(excerpt(&self.hide(text).replace('\n', " "), chars))
    }

    fn looks_like_json(&self) -> bool {
        matches!(self.body.iter().find(|byte| !byte.is_ascii_whitespace()), Some(b'{' | b'['))
    }

    /// The text without the secrets that were sent, should the server have repeated them.
    pub(crate) fn hide(&self, text: String) -> String {
        let secrets = self.secrets.iter().filter(|secret| secret.len() >= 4);
        secrets.fold(text, |text, secret| text.replace(secret.as_str(), "***"))
    }
}

/// A server's time in epoch milliseconds; ours where it tells none.
pub(crate) fn clock(date: Option<SystemTime>) -> i64 {
    let since = date.unwrap_or_else(SystemTime::now).duration_since(UNIX_EPOCH);
    since.map_or(0, |since| i64::try_from(since.as_millis()).unwrap_or(i64::MAX))
}

/// Values and containers of one document. A short text such as `{"":0},` grows a hundredfold in memory,
/// so that bytes alone are no bound.
const MAX_VALUES: usize = 1_000_000;
const MAX_CONTAINERS: usize = 250_000;

/// Whether a JSON text is small enough in what it will become.
pub(crate) fn json_is_bounded(text: &[u8]) -> bool {
    let (mut values, mut containers, mut quoted, mut at) = (0, 0, false, 0);
    while at < text.len() {
        match text[at] {
            b'\\' if quoted => at += 1,
            b'"' => quoted = !quoted,
            b',' if !quoted => values += 1,
            b'{' | b'[' if !quoted => containers += 1,
            _ => {}
        }
        at += 1;
    }
    values <= MAX_VALUES && containers <= MAX_CONTAINERS
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn json_is_weighed_before_it_is_read() {
        let many = |part: &str, count: usize| json_is_bounded(format!("[{}0]", part.repeat(count)).as_bytes());
        assert!(many("{\"\":0},", 100_000) && !many("{\"\":0},", 300_000));
        assert!(many("0,", 900_000) && !many("0,", 1_100_000));
        assert!(many("\"[[{{,,\\\",,\",", 400_000), "what is quoted costs its length only");
    }
}
