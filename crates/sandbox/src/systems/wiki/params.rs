//! The API's parameters and its way to refuse them.

use std::collections::BTreeMap;

use axum::{
    Json,
    http::{HeaderName, HeaderValue},
    response::{IntoResponse, Response},
};
use serde_json::json;
use time::{OffsetDateTime, PrimitiveDateTime, format_description::well_known::Rfc3339, macros::format_description};
use url::form_urlencoded;

/// What the API answers in place of a result.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Fault {
    pub(super) code: &'static str,
    pub(super) info: String,
    /// Headers that come with it.
    pub(super) headers: Vec<(&'static str, String)>,
}

impl Fault {
    pub(super) fn new(code: &'static str, info: impl Into<String>) -> Self {
        Self { code, info: info.into(), headers: Vec::new() }
    }
}

impl IntoResponse for Fault {
    fn into_response(self) -> Response {
        let docref = "See https://www.mediawiki.org/wiki/API for API usage.";
        let body = json!({ "error": { "code": self.code, "info": self.info, "docref": docref } });
        let mut response = Json(body).into_response();
        let headers = response.headers_mut();
        headers.insert("mediawiki-api-error", HeaderValue::from_static(self.code));
        for (name, value) in self.headers {
            if let Ok(value) = HeaderValue::from_str(&value) {
                headers.insert(HeaderName::from_static(name), value);
            }
        }
        response
    }
}

/// The parameters of one request, those of the body over those of the address.
#[derive(Clone, Debug, Default)]
pub(super) struct Params {
    all: BTreeMap<String, String>,
    /// Those that came in the body.
    body: BTreeMap<String, String>,
}

impl Params {
    pub(super) fn read(query: &str, body: &[u8]) -> Self {
        let pairs = |bytes| form_urlencoded::parse(bytes).into_owned().collect::<BTreeMap<String, String>>();
        let body = pairs(body);
        let mut all = pairs(query.as_bytes());
        all.extend(body.clone());
        Self { all, body }
    }

    pub(super) fn get(&self, name: &str) -> Option<&str> {
        self.all.get(name).map(String::as_str)
    }

    pub(super) fn has(&self, name: &str) -> bool {
        self.all.contains_key(name)
    }

    /// A parameter that must not stand in an address.
    pub(super) fn secret(&self, name: &str) -> Result<Option<&str>, Fault> {
        if self.has(name) && !self.body.contains_key(name) {
            let info =
                format!("The following parameter was found in the query string, but must be in the POST body: {name}.");
            return Err(Fault::new("mustpostparams", info));
        }
        Ok(self.body.get(name).map(String::as_str))
    }

    /// The values of a `a|b|c` parameter, or those of `default`.
    pub(super) fn values(&self, name: &str, default: &str) -> Vec<String> {
        let text = self.get(name).unwrap_or(default);
        // A leading U+001F makes it the separator.
        match text.strip_prefix('\u{1f}') {
            Some(rest) => rest.split('\u{1f}').map(str::to_owned).collect(),
            None => text.split('|').filter(|value| !value.is_empty()).map(str::to_owned).collect(),
        }
    }

    /// The values of a parameter that knows only `known` ones.
    pub(super) fn known(&self, name: &str, default: &str, known: &[&str]) -> Result<Vec<String>, Fault> {
        let values = self.values(name, default);
        match values.iter().find(|value| !known.contains(&value.as_str())) {
            Some(value) => Err(unrecognised(name, value)),
            None => Ok(values),
        }
    }

    /// A limit from 1 to `most`; `max` means the most.
    pub(super) fn limit(&self, name: &str, default: usize, most: usize) -> Result<usize, Fault> {
        match self.get(name) {
            None => Ok(default),
            Some("max") => Ok(most),
            Some(text) => match text.parse::<i64>() {
                Ok(number) => Ok(usize::try_from(number.max(1)).unwrap_or(1).min(most)),
                Err(_) => {
                    Err(Fault::new("badinteger", format!("Invalid value \"{text}\" for integer parameter \"{name}\".")))
                }
            },
        }
    }

    pub(super) fn time(&self, name: &str) -> Result<Option<OffsetDateTime>, Fault> {
        let Some(text) = self.get(name) else { return Ok(None) };
        let compact = format_description!("[year][month][day][hour][minute][second]");
        let read = OffsetDateTime::parse(text, &Rfc3339)
            .ok()
            .or_else(|| PrimitiveDateTime::parse(text, compact).ok().map(PrimitiveDateTime::assume_utc))
            .or_else(|| OffsetDateTime::from_unix_timestamp(text.parse().ok()?).ok());
        read.map(Some).ok_or_else(|| {
            Fault::new("badtimestamp", format!("Invalid value \"{text}\" for timestamp parameter \"{name}\"."))
        })
    }
}

pub(super) fn unrecognised(name: &str, value: &str) -> Fault {
    Fault::new("badvalue", format!("Unrecognized value for parameter \"{name}\": {value}."))
}

/// `20260304103000`, as continuations write times.
pub(super) fn compact(at: OffsetDateTime) -> String {
    at.format(format_description!("[year][month][day][hour][minute][second]")).unwrap_or_default()
}

/// A title as the wiki writes it: spaces for underscores, a capital first.
pub(super) fn normal_title(text: &str) -> String {
    let text = text.replace('_', " ");
    let text = text.trim();
    let mut letters = text.chars();
    match letters.next() {
        Some(first) => first.to_uppercase().chain(letters).collect(),
        None => String::new(),
    }
}
