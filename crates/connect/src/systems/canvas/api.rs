//! Asking Canvas: pages of lists, and its ways of refusing.

use serde_json::Value;
use url::Url;

use crate::{
    error::Error,
    http::{Http, Response, mask, next_page},
    text::{excerpt, to_line},
};

/// What Canvas answers with.
pub(super) const EXPECTED: &str = "an answer of Canvas";

/// Bytes of the query of a next page: it stands in the cursor.
const MAX_QUERY: usize = 2000;

pub(super) struct Api {
    /// With a slash at its end.
    address: Url,
    token: String,
}

/// One page of a list.
pub(super) struct List {
    pub(super) items: Vec<Value>,
    /// The query of the page that follows.
    pub(super) next: Option<String>,
    /// Canvas's time, epoch milliseconds.
    pub(super) clock: i64,
}

impl Api {
    pub(super) fn new(address: Url, token: String) -> Self {
        Self { address, token }
    }

    pub(super) fn address(&self) -> &Url {
        &self.address
    }

    fn url(&self, path: &str, query: &str) -> Result<Url, Error> {
        let reason = || format!("{path} cannot be added to it");
        let fault = |_| Error::Address { url: mask(&self.address), reason: reason() };
        let mut url = self.address.join("api/v1/").and_then(|url| url.join(path)).map_err(fault)?;
        url.set_query(Some(query).filter(|query| !query.is_empty()));
        Ok(url)
    }

    /// One page of a list. Of the address of the next one, which Canvas calls opaque, the query alone is kept. Canvas says with
    /// each page where in the list it is; a full page that doesn't is not taken for the last one.
    pub(super) async fn list(&self, http: &Http, path: &str, query: &str) -> Result<List, Error> {
        let url = self.url(path, query)?;
        self.ask(http, &url, |response| {
            let Value::Array(items) = json(response)? else {
                return Err(response.not(EXPECTED, "JSON that is no list".to_owned()));
            };
            let next = response.link("next").map(|link| self.query(&url, &link));
            if next.is_none() && response.header("link").is_none() && items.len() >= asked(query) {
                return Err(response.not(EXPECTED, "a full page without a Link header; a proxy may drop it".to_owned()));
            }
            Ok(List { items, next: next.transpose()?, clock: response.clock() })
        })
        .await
    }

    /// One object.
    pub(super) async fn one(&self, http: &Http, path: &str, query: &str) -> Result<Value, Error> {
        let url = self.url(path, query)?;
        self.ask(http, &url, |response| match json(response)? {
            answer @ Value::Object(_) => Ok(answer),
            _ => Err(response.not(EXPECTED, "JSON of another form".to_owned())),
        })
        .await
    }

    /// The query of a next page, which has to be of the same list on the same server: the token goes nowhere else.
    fn query(&self, asked: &Url, link: &str) -> Result<String, Error> {
        let next = next_page(asked, link)?;
        let pairs = next.query_pairs().filter(|(name, _)| name != "access_token");
        let query = url::form_urlencoded::Serializer::new(String::new()).extend_pairs(pairs).finish();
        if query.len() > MAX_QUERY {
            let reason = format!("the address of its next page is longer than {MAX_QUERY} bytes");
            return Err(Error::Loop { url: mask(asked), reason });
        }
        Ok(query)
    }

    async fn ask<T>(
        &self,
        http: &Http,
        url: &Url,
        read: impl Fn(&Response) -> Result<T, Error> + Send + Sync,
    ) -> Result<T, Error> {
        let request = http.get(url).header("accept", "application/json");
        request
            .secret("authorization", &format!("Bearer {}", self.token))
            .hiding(&self.token)
            .read(|response| {
                accept(response)?;
                read(response)
            })
            .await
    }
}

/// How many items a query asks for.
fn asked(query: &str) -> usize {
    let size = url::form_urlencoded::parse(query.as_bytes()).find(|(name, _)| name == "per_page");
    size.and_then(|(_, size)| size.parse().ok()).unwrap_or(usize::MAX)
}

fn json(response: &Response) -> Result<Value, Error> {
    response.json().map_err(|error| error.expecting(EXPECTED))
}

/// `{"errors": [{"message": …}]}`, at times with `"status"`; a text where the rate limit is reached.
fn accept(response: &Response) -> Result<(), Error> {
    let Err(error) = response.ok() else { return Ok(()) };
    // Said with 403 for many years, with 429 since.
    let limited = response.status() == 403 && response.excerpt(200).contains("Rate Limit Exceeded");
    if limited {
        return Err(Error::RateLimited { url: response.shown_url(), wait: response.retry_after() });
    }
    let answer: Value = response.json().unwrap_or_default();
    let listed = answer["errors"].as_array().map(Vec::as_slice).unwrap_or_default();
    let told: Vec<_> = listed.iter().chain([&answer]).filter_map(|each| each["message"].as_str()).collect();
    let told = response.hide(excerpt(&response.hide(to_line(&told.join(" "))), 200));
    Err(match error {
        _ if told.is_empty() => error,
        Error::SignIn { url, .. } => Error::SignIn { url, reason: told },
        Error::Status { url, status, .. } => Error::Status { url, status, detail: told },
        error => error,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_next_page_elsewhere_is_refused() {
        let api = Api::new(Url::parse("https://c.example/").unwrap(), "t".to_owned());
        let asked = Url::parse("https://c.example/api/v1/courses?per_page=50").unwrap();
        let query = |link: &str| api.query(&asked, link);
        assert_eq!(query("https://c.example/api/v1/courses?page=2&access_token=x").as_deref(), Ok("page=2"));
        for elsewhere in [
            "https://evil.example/api/v1/courses?page=2",
            "http://c.example/api/v1/courses?page=2",
            "https://c.example:444/api/v1/courses?page=2",
            "https://c.example/api/v1/accounts?page=2",
            "//evil.example/api/v1/courses?page=2",
        ] {
            assert!(matches!(query(elsewhere), Err(Error::Redirect { .. })), "{elsewhere}");
        }
        let long = format!("https://c.example/api/v1/courses?page={}", "x".repeat(3000));
        assert!(matches!(query(&long), Err(Error::Loop { .. })));
    }
}
