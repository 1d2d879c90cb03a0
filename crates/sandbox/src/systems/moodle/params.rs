//! Parameters as PHP reads them, and Moodle's way to refuse.

use axum::{
    Json,
    response::{IntoResponse, Response},
};
use serde_json::{Map, Value, json};
use url::form_urlencoded;

/// What a function answers in place of a result.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Fault {
    /// The class of the exception.
    class: &'static str,
    code: &'static str,
    message: String,
    /// Sent only where debugging is on.
    debug: Option<String>,
}

impl Fault {
    pub(super) fn new(class: &'static str, code: &'static str, message: impl Into<String>) -> Self {
        Self { class, code, message: message.into(), debug: None }
    }

    /// `webservice_access_exception`, which says why to developers alone.
    pub(super) fn access(debug: impl Into<String>) -> Self {
        let fault = Self::new("webservice_access_exception", "accessexception", "Access control exception");
        Self { debug: Some(debug.into()), ..fault }
    }

    pub(super) fn parameter(debug: impl Into<String>) -> Self {
        let fault = Self::new("invalid_parameter_exception", "invalidparameter", "Invalid parameter value detected");
        Self { debug: Some(debug.into()), ..fault }
    }

    pub(super) fn missing_record(table: &str) -> Self {
        let message = format!("Can't find data record in database table {table}.");
        Self::new("dml_missing_record_exception", "invalidrecord", message)
    }

    /// Moodle says 200 to what it refuses.
    pub(super) fn answer(self, debugging: bool) -> Response {
        let mut body = json!({ "exception": self.class, "errorcode": self.code, "message": self.message });
        if let Some(debug) = self.debug.filter(|_| debugging) {
            body["debuginfo"] = json!(debug);
        }
        Json(body).into_response()
    }
}

/// One call: Moodle's own parameters, and those of the function.
#[derive(Clone, Debug, Default)]
pub(super) struct Call {
    pub(super) token: String,
    pub(super) function: String,
    pub(super) wants_json: bool,
    /// Whether texts go through filters.
    pub(super) filters: bool,
    /// The language that is asked for; empty for the account's own.
    pub(super) language: String,
    params: Map<String, Value>,
}

impl Call {
    /// Reads `$_GET` and `$_POST`, the latter over the former; `options[0][name]` becomes a tree.
    pub(super) fn read(query: &str, body: &[u8]) -> Self {
        let mut call = Self::default();
        let query = form_urlencoded::parse(query.as_bytes());
        for (name, value) in query.chain(form_urlencoded::parse(body)) {
            let value = value.into_owned();
            match name.as_ref() {
                "wstoken" => call.token = value,
                "wsfunction" => call.function = value,
                "moodlewsrestformat" => call.wants_json = value == "json",
                "moodlewssettingfilter" => call.filters = is_true(&value),
                "moodlewssettinglang" => call.language = value,
                name if name.starts_with("moodlewssetting") => {}
                name => put(&mut call.params, name, value),
            }
        }
        call
    }

    /// Refuses parameters that the function does not have, and the lack of those that it needs.
    pub(super) fn only(&self, known: &[&str], required: &[&str]) -> Result<(), Fault> {
        if let Some(name) = required.iter().find(|name| !self.params.contains_key(**name)) {
            return Err(Fault::parameter(format!("Missing required key in single structure: {name}")));
        }
        let unknown: Vec<_> = self.params.keys().map(String::as_str).filter(|name| !known.contains(name)).collect();
        if unknown.is_empty() {
            return Ok(());
        }
        Err(Fault::parameter(format!("Unexpected keys ({}) detected in parameter array.", unknown.join(", "))))
    }

    /// A text parameter; empty where it is not given.
    pub(super) fn text(&self, name: &str) -> Result<&str, Fault> {
        match self.params.get(name) {
            None => Ok(""),
            Some(Value::String(text)) => Ok(text),
            Some(_) => Err(Fault::parameter(format!(
                "{name} => Invalid parameter value detected: Scalar type expected, array or object received."
            ))),
        }
    }

    pub(super) fn int(&self, name: &str) -> Result<u64, Fault> {
        let text = self.text(name)?;
        text.parse().map_err(|_| {
            Fault::parameter(format!(
                "{name} => Invalid parameter value detected: Invalid external api parameter: the value is \"{text}\", the \
                 server was expecting \"int\" type"
            ))
        })
    }

    /// A list of texts.
    pub(super) fn list(&self, name: &str) -> Result<Vec<String>, Fault> {
        let given = self.params.get(name).and_then(Value::as_object);
        let wrong = || Fault::parameter(format!("{name} => Invalid parameter value detected: Only arrays accepted."));
        Ok(given.ok_or_else(wrong)?.values().filter_map(|value| value.as_str().map(str::to_owned)).collect())
    }

    /// A list of objects with two texts: `name` or `key`, and `value`.
    pub(super) fn pairs(&self, list: &str, key: &str) -> Result<Vec<(String, String)>, Fault> {
        let Some(given) = self.params.get(list) else { return Ok(Vec::new()) };
        let Some(given) = given.as_object() else {
            return Err(Fault::parameter(format!(
                "{list} => Invalid parameter value detected: Only arrays accepted. The bad value is: '{given}'"
            )));
        };
        given
            .values()
            .map(|pair| {
                let text = |name: &str| {
                    let missing =
                        || Fault::parameter(format!("{list} => Missing required key in single structure: {name}"));
                    pair[name].as_str().map(str::to_owned).ok_or_else(missing)
                };
                Ok((text(key)?, text("value")?))
            })
            .collect()
    }
}

/// PHP's `PARAM_BOOL`.
pub(super) fn is_true(text: &str) -> bool {
    matches!(text, "1" | "true" | "on" | "yes")
}

/// Puts a value where `a[b][c]` says.
fn put(tree: &mut Map<String, Value>, name: &str, value: String) {
    let (first, rest) = name.split_once('[').unwrap_or((name, ""));
    let mut keys: Vec<&str> = rest.split('[').filter_map(|part| part.strip_suffix(']')).collect();
    keys.insert(0, first);
    let last = keys.pop().unwrap_or(first);
    let mut at = tree;
    for key in keys.into_iter().take(8) {
        let inner = at.entry(key).or_insert_with(|| json!({}));
        if !inner.is_object() {
            *inner = json!({});
        }
        let Some(inner) = inner.as_object_mut() else { return };
        at = inner;
    }
    at.insert(last.to_owned(), Value::String(value));
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn arrays_are_read_as_php_reads_them() {
        let call = Call::read(
            "wsfunction=f&moodlewsrestformat=json&moodlewssettingfilter=1",
            b"wstoken=t&options[0][name]=excludecontents&options[0][value]=1&courseid=7",
        );
        assert_eq!(
            (call.token.as_str(), call.function.as_str(), call.wants_json, call.filters),
            ("t", "f", true, true)
        );
        assert_eq!(call.pairs("options", "name").unwrap(), [("excludecontents".to_owned(), "1".to_owned())]);
        assert_eq!(call.int("courseid"), Ok(7));
        assert!(call.only(&["courseid"], &[]).is_err() && call.only(&["courseid", "options"], &["courseid"]).is_ok());
        assert!(call.only(&["courseid", "options", "x"], &["x"]).is_err());
        assert!(Call::read("courseid[0]=7", b"").int("courseid").is_err());
    }
}
