//! Asking Open edX: its list of courses, and its ways of refusing.

use serde_json::Value;
use url::Url;

use crate::{
    error::Error,
    http::{Http, Response, mask, next_number},
    oauth::Client,
    text::{excerpt, to_line},
};

/// What Open edX answers with.
pub(super) const EXPECTED: &str = "a list of courses of Open edX";

/// What its token endpoint wants to hear: the APIs take tokens of its own form.
pub(super) const TOKEN: &[(&str, &str)] = &[("token_type", "jwt")];

/// Courses of one page: the API's own limit.
const PER_PAGE: usize = 100;

pub(super) struct Api {
    /// With a slash at its end.
    address: Url,
    client: Option<Client>,
    /// Whose courses are read.
    user: Option<String>,
    org: Option<String>,
}

/// One page of the list.
#[derive(Default)]
pub(super) struct Listed {
    pub(super) courses: Vec<Value>,
    /// The number of the page that follows.
    pub(super) next: Option<u64>,
    /// Courses of the whole list.
    pub(super) total: u64,
    /// The server's time, epoch milliseconds.
    pub(super) now: i64,
}

impl Api {
    pub(super) fn new(address: Url, client: Option<Client>, user: Option<String>, org: Option<String>) -> Self {
        Self { address, client, user, org }
    }

    pub(super) fn address(&self) -> &Url {
        &self.address
    }

    /// What names the list, without a secret.
    pub(super) fn named(&self) -> String {
        format!("{} {:?} {:?}", self.address, self.user, self.org)
    }

    /// What to say of a sign-in that works; none where nobody signs in.
    pub(super) fn signed_in(&self) -> Option<String> {
        self.client.as_ref()?;
        Some(format!("The client's token reads the courses of {}", self.user.as_deref().unwrap_or("its user")))
    }

    pub(super) async fn list(&self, http: &Http, page: u64) -> Result<Listed, Error> {
        let path = "api/courses/v1/courses/";
        let reason = || format!("{path} cannot be added to it");
        let mut url =
            self.address.join(path).map_err(|_| Error::Address { url: mask(&self.address), reason: reason() })?;
        {
            let mut query = url.query_pairs_mut();
            query.append_pair("page", &page.to_string()).append_pair("page_size", &PER_PAGE.to_string());
            let more = [("username", &self.user), ("org", &self.org)];
            query.extend_pairs(more.into_iter().filter_map(|(name, value)| Some((name, value.as_deref()?))));
        }
        let read = |response: &Response| {
            accept(response)?;
            read(response, page)
        };
        match &self.client {
            Some(client) => client.get(http, &url, read).await,
            None => http.get(&url).header("accept", "application/json").read(read).await,
        }
    }
}

fn read(response: &Response, page: u64) -> Result<Listed, Error> {
    let mut answer: Value = response.json().map_err(|error| error.expecting(EXPECTED))?;
    let pagination = &answer["pagination"];
    let total = pagination["count"].as_u64();
    let next = pagination["next"].as_str().map(|link| next_number(response.url(), link, "page", page)).transpose()?;
    match (answer.get_mut("results").map(Value::take), total) {
        (Some(Value::Array(courses)), Some(total)) if courses.len() <= PER_PAGE => {
            Ok(Listed { courses, next, total, now: response.clock() })
        }
        (Some(Value::Array(courses)), Some(_)) => {
            Err(response.not(EXPECTED, format!("{} courses where {PER_PAGE} were asked for", courses.len())))
        }
        _ => Err(response.not(EXPECTED, "JSON of another form".to_owned())),
    }
}

/// Open edX refuses with `{"developer_message", "field_errors", "error_code"}`, the framework below it with `{"detail"}`, or a
/// list of sentences.
fn accept(response: &Response) -> Result<(), Error> {
    let Err(error) = response.ok() else { return Ok(()) };
    let said: Value = response.json().unwrap_or_default();
    let fields = said["field_errors"].as_object().into_iter().flatten();
    let fields = fields.filter_map(|(name, told)| Some(format!("{name}: {}", told["developer_message"].as_str()?)));
    let texts = [&said["developer_message"], &said["detail"], &said[0]];
    let texts = texts.into_iter().filter_map(Value::as_str).map(str::to_owned).filter(|text| !text.is_empty());
    let told: Vec<String> = texts.chain(fields).collect();
    let told = response.hide(excerpt(&response.hide(to_line(&told.join(" "))), 200));
    Err(match error {
        error if told.is_empty() => error,
        Error::SignIn { url, .. } => Error::SignIn { url, reason: told },
        Error::Status { url, status, .. } => Error::Status { url, status, detail: told },
        error => error,
    })
}
