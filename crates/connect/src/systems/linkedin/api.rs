//! Asking LinkedIn: its finders of learning assets, and its ways of refusing.

use std::time::Duration;

use serde_json::Value;
use url::Url;

use crate::{
    error::Error,
    http::{Http, Response, mask, next_number},
    oauth::Client,
    text::{excerpt, to_line},
};

/// What LinkedIn answers with.
pub(super) const EXPECTED: &str = "an answer of LinkedIn Learning's API";

/// Assets of one page: the API's own limit.
const PER_PAGE: usize = 100;

const DAY: i64 = 86_400_000;

pub(super) struct Api {
    /// With a slash at its end.
    address: Url,
    client: Client,
    /// Language and country.
    locale: (String, String),
}

/// What is asked for.
pub(super) struct Wanted {
    /// COURSE or VIDEO.
    pub(super) kind: &'static str,
    /// What was modified after that (epoch milliseconds); everything where none.
    pub(super) since: Option<i64>,
    pub(super) start: u64,
}

/// One page of what was found.
pub(super) struct List {
    pub(super) assets: Vec<Value>,
    /// Where the page that follows starts.
    pub(super) next: Option<u64>,
    /// Assets of the whole list.
    pub(super) total: u64,
    /// LinkedIn's time, epoch milliseconds.
    pub(super) now: i64,
}

impl Api {
    pub(super) fn new(address: Url, client: Client, locale: (String, String)) -> Self {
        Self { address, client, locale }
    }

    pub(super) fn address(&self) -> &Url {
        &self.address
    }

    /// What names the list, without a secret.
    pub(super) fn named(&self) -> String {
        format!("{} {} {:?}", self.address, self.client.id, self.locale)
    }

    pub(super) async fn list(&self, http: &Http, wanted: &Wanted) -> Result<List, Error> {
        let path = "learningAssets";
        let reason = || format!("{path} cannot be added to it");
        let mut url =
            self.address.join(path).map_err(|_| Error::Address { url: mask(&self.address), reason: reason() })?;
        let (language, country) = (self.locale.0.as_str(), self.locale.1.as_str());
        {
            let mut query = url.query_pairs_mut();
            match wanted.since {
                None => {
                    query.append_pair("q", "localeAndType").append_pair("assetType", wanted.kind);
                    query.append_pair("sourceLocale.language", language).append_pair("sourceLocale.country", country);
                    query.append_pair("expandDepth", "1").append_pair("includeRetired", "false");
                }
                Some(since) => {
                    query.append_pair("q", "criteria");
                    query.append_pair("assetFilteringCriteria.assetTypes[0]", wanted.kind);
                    query.append_pair("assetFilteringCriteria.locales[0].language", language);
                    query.append_pair("assetFilteringCriteria.locales[0].country", country);
                    query.append_pair("assetFilteringCriteria.lastModifiedAfter", &since.to_string());
                    query.append_pair("assetRetrievalCriteria.expandDepth", "1");
                    query.append_pair("assetRetrievalCriteria.includeRetired", "true");
                }
            }
            query.append_pair("start", &wanted.start.to_string()).append_pair("count", &PER_PAGE.to_string());
        }
        self.client
            .get(http, &url, |response| {
                accept(response)?;
                read(response, wanted.start)
            })
            .await
    }
}

fn read(response: &Response, start: u64) -> Result<List, Error> {
    let mut answer: Value = response.json().map_err(|error| error.expecting(EXPECTED))?;
    let links = answer["paging"]["links"].as_array().map(Vec::as_slice).unwrap_or_default();
    let next = links.iter().find(|link| link["rel"] == "next").and_then(|link| link["href"].as_str());
    let next = next.map(|link| next_number(response.url(), link, "start", start)).transpose()?;
    let total = answer["paging"]["total"].as_u64();
    match (answer.get_mut("elements").map(Value::take), total) {
        (Some(Value::Array(assets)), Some(total)) if assets.len() <= PER_PAGE => {
            // A list that says that there is more, and shows nothing, does not go on.
            let next = next.filter(|_| !assets.is_empty());
            Ok(List { assets, next, total, now: response.clock() })
        }
        (Some(Value::Array(assets)), Some(_)) => {
            Err(response.not(EXPECTED, format!("{} assets where {PER_PAGE} were asked for", assets.len())))
        }
        _ => Err(response.not(EXPECTED, "JSON of another form".to_owned())),
    }
}

/// LinkedIn refuses with `{"message", "serviceErrorCode", "status"}`; 429 for a minute's calls and for a day's.
fn accept(response: &Response) -> Result<(), Error> {
    let Err(error) = response.ok() else { return Ok(()) };
    let said: Value = response.json().unwrap_or_default();
    let told = to_line(said["message"].as_str().unwrap_or_default());
    let told = response.hide(excerpt(&response.hide(told), 200));
    Err(match error {
        Error::RateLimited { url, wait: None } if told.contains("DAY limit") => {
            let left = DAY - response.clock().rem_euclid(DAY);
            let wait = Duration::from_millis(u64::try_from(left).unwrap_or_default());
            Error::Quota { url, reason: told, wait: Some(wait) }
        }
        error if told.is_empty() => error,
        Error::SignIn { url, .. } => Error::SignIn { url, reason: told },
        Error::Status { url, status, .. } => Error::Status { url, status, detail: told },
        error => error,
    })
}
