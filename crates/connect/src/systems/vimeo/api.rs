//! Asking Vimeo: lists of videos, and its way of refusing.

use std::time::Duration;

use serde_json::Value;
use url::Url;

use crate::{
    error::Error,
    http::{Http, Response, mask, next_number},
    text::{excerpt, to_line},
    values::moment,
};

/// What Vimeo answers with.
pub(super) const EXPECTED: &str = "an answer of Vimeo's API";

/// Videos of one page: the API's own limit.
pub(super) const PER_PAGE: usize = 100;

/// What is wanted of each video.
const WANTED: &str = "uri,name,description,link,duration,language,created_time,modified_time,release_time,privacy.view,\
                      tags.name,categories.name,user.name,status,live.status";

pub(super) struct Api {
    /// With a slash at its end.
    address: Url,
    token: String,
}

/// One page of a list.
pub(super) struct List {
    pub(super) videos: Vec<Value>,
    /// The number of the page that follows.
    pub(super) next: Option<u64>,
    /// Videos of the whole list.
    pub(super) total: u64,
}

impl Api {
    pub(super) fn new(address: Url, token: String) -> Self {
        Self { address, token }
    }

    pub(super) fn address(&self) -> &Url {
        &self.address
    }

    /// A page of a list, the oldest video first.
    pub(super) async fn list(&self, http: &Http, path: &str, page: u64, count: usize) -> Result<List, Error> {
        let reason = || format!("{path} cannot be added to it");
        let mut url =
            self.address.join(path).map_err(|_| Error::Address { url: mask(&self.address), reason: reason() })?;
        url.query_pairs_mut()
            .append_pair("page", &page.to_string())
            .append_pair("per_page", &count.to_string())
            .append_pair("sort", "date")
            .append_pair("direction", "asc")
            .append_pair("fields", WANTED);
        let request = http.get(&url).header("accept", "application/vnd.vimeo.*+json;version=3.4");
        request
            .secret("authorization", &format!("Bearer {}", self.token))
            .hiding(&self.token)
            .read(|response| {
                accept(response)?;
                read(response, &url, page, count)
            })
            .await
    }
}

fn read(response: &Response, url: &Url, page: u64, count: usize) -> Result<List, Error> {
    let mut answer: Value = response.json().map_err(|error| error.expecting(EXPECTED))?;
    let next = answer["paging"]["next"].as_str().map(|link| next_number(url, link, "page", page)).transpose()?;
    let total = answer["total"].as_u64();
    match (answer.get_mut("data").map(Value::take), total) {
        (Some(Value::Array(videos)), Some(total)) if videos.len() <= count => Ok(List { videos, next, total }),
        (Some(Value::Array(videos)), Some(_)) => {
            Err(response.not(EXPECTED, format!("{} videos where {count} were asked for", videos.len())))
        }
        _ => Err(response.not(EXPECTED, "JSON without a list of videos".to_owned())),
    }
}

/// Vimeo refuses with `{"error", "developer_message", "link", "error_code"}`.
fn accept(response: &Response) -> Result<(), Error> {
    let Err(error) = response.ok() else { return Ok(()) };
    let said: Value = response.json().unwrap_or_default();
    let texts = [&said["error"], &said["developer_message"]];
    let text = texts.into_iter().filter_map(Value::as_str).find(|text| !text.is_empty()).unwrap_or_default();
    let text = response.hide(excerpt(&response.hide(to_line(text)), 200));
    Err(match error {
        Error::RateLimited { url, wait } => Error::RateLimited { url, wait: wait.or_else(|| until_reset(response)) },
        error if text.is_empty() => error,
        Error::SignIn { url, .. } => Error::SignIn { url, reason: text },
        Error::Status { url, status, .. } => Error::Status { url, status, detail: text },
        error => error,
    })
}

/// How long it is until requests are counted anew; the header is a moment, formerly of the Unix epoch.
fn until_reset(response: &Response) -> Option<Duration> {
    let reset = response.header("x-ratelimit-reset").and_then(moment)?;
    let wait = u64::try_from(reset.saturating_sub(response.clock())).ok()?;
    // A second more, since both are cut to whole ones.
    Some(Duration::from_millis(wait) + Duration::from_secs(1)).filter(|wait| *wait <= Duration::from_secs(86_400))
}
