//! Asking Confluence, and its ways of refusing.

use serde_json::Value;
use url::Url;

use crate::{
    error::Error,
    http::{Http, Response, basic, mask, next_page},
    text::{excerpt, to_line},
};

/// What Confluence answers with.
pub(super) const EXPECTED: &str = "an answer of Confluence Cloud";

pub(super) struct Api {
    /// Ends in `/wiki/`.
    address: Url,
    user: String,
    token: String,
}

/// One page of a list.
pub(super) struct Listed {
    pub(super) items: Vec<Value>,
    /// The cursor of the page that follows.
    pub(super) next: Option<String>,
}

impl Api {
    pub(super) fn new(address: Url, user: String, token: String) -> Self {
        Self { address, user, token }
    }

    pub(super) fn address(&self) -> &Url {
        &self.address
    }

    pub(super) fn user(&self) -> &str {
        &self.user
    }

    fn url(&self, path: &str, query: &[(&str, &str)]) -> Result<Url, Error> {
        let reason = || format!("{path} cannot be added to it");
        let mut url =
            self.address.join(path).map_err(|_| Error::Address { url: mask(&self.address), reason: reason() })?;
        if !query.is_empty() {
            url.query_pairs_mut().extend_pairs(query);
        }
        Ok(url)
    }

    /// One page of at most `limit` items of a list of v2.
    pub(super) async fn list(
        &self,
        http: &Http,
        path: &str,
        query: &[(&str, &str)],
        limit: usize,
        cursor: Option<&str>,
    ) -> Result<Listed, Error> {
        let limit_text = limit.to_string();
        let paging = [("limit", limit_text.as_str())].into_iter().chain(cursor.map(|cursor| ("cursor", cursor)));
        let query: Vec<_> = query.iter().copied().chain(paging).collect();
        let url = self.url(&format!("api/v2/{path}"), &query)?;
        self.ask(http, &url, |response| {
            let mut answer = json(response)?;
            let link = answer["_links"]["next"].as_str().map(str::to_owned).or_else(|| response.link("next"));
            let next = link.map(|link| next_cursor(&url, &link)).transpose()?;
            match answer.get_mut("results").map(Value::take) {
                Some(Value::Array(items)) if items.len() <= limit => Ok(Listed { items, next }),
                Some(Value::Array(items)) => {
                    Err(response.not(EXPECTED, format!("{} items where {limit} were asked for", items.len())))
                }
                _ => Err(response.not(EXPECTED, "JSON without a list of results".to_owned())),
            }
        })
        .await
    }

    /// One object.
    pub(super) async fn one(&self, http: &Http, path: &str, query: &[(&str, &str)]) -> Result<Value, Error> {
        let url = self.url(path, query)?;
        self.ask(http, &url, |response| match json(response)? {
            answer @ Value::Object(_) => Ok(answer),
            _ => Err(response.not(EXPECTED, "JSON of another form".to_owned())),
        })
        .await
    }

    /// The account's name, and Confluence's time.
    pub(super) async fn current_user(&self, http: &Http) -> Result<(String, i64), Error> {
        let url = self.url("rest/api/user/current", &[])?;
        self.ask(http, &url, |response| {
            let user = json(response)?;
            if user["type"] == "anonymous" {
                let reason = "Confluence reads us as a stranger: it does not know the e-mail address or the token";
                return Err(Error::SignIn { url: response.shown_url(), reason: reason.to_owned() });
            }
            let Some(name) = user["displayName"].as_str().or(user["publicName"].as_str()) else {
                return Err(response.not(EXPECTED, "JSON that names nobody".to_owned()));
            };
            Ok((excerpt(&to_line(name), 100), response.clock()))
        })
        .await
    }

    async fn ask<T>(
        &self,
        http: &Http,
        url: &Url,
        read: impl Fn(&Response) -> Result<T, Error> + Send + Sync,
    ) -> Result<T, Error> {
        let request = http.get(url).header("accept", "application/json");
        request
            .secret("authorization", &basic(&self.user, &self.token))
            .hiding(&self.token)
            .read(|response| {
                accept(response)?;
                read(response)
            })
            .await
    }
}

fn json(response: &Response) -> Result<Value, Error> {
    response.json().map_err(|error| error.expecting(EXPECTED))
}

/// The cursor in the address of a next page.
fn next_cursor(asked: &Url, link: &str) -> Result<String, Error> {
    let next = next_page(asked, link)?;
    let cursor = next.query_pairs().find(|(name, value)| name == "cursor" && !value.is_empty());
    cursor.map(|(_, value)| value.into_owned()).ok_or_else(|| Error::Loop {
        url: mask(asked),
        reason: "the address of its next page has no cursor".to_owned(),
    })
}

/// v2 refuses with `{"errors": [{"status", "code", "title", "detail"}]}`, v1 and the gateway with `{"message"}`. An account
/// that is not known is, on some sites, answered as a stranger, and a header alone tells.
fn accept(response: &Response) -> Result<(), Error> {
    let failed = response
        .header("x-seraph-loginreason")
        .is_some_and(|reason| reason.contains("AUTHENTICATED_FAILED") || reason.contains("AUTHENTICATION_DENIED"));
    let error = match response.ok() {
        Ok(()) if failed => {
            let reason = "Confluence does not know the e-mail address or the token".to_owned();
            Error::SignIn { url: response.shown_url(), reason }
        }
        Ok(()) => return Ok(()),
        Err(error) => error,
    };
    let said: Value = response.json().unwrap_or_default();
    let first = &said["errors"][0];
    let parts = [&first["title"], &first["detail"], &said["message"]];
    let told: Vec<&str> = parts.into_iter().filter_map(Value::as_str).filter(|part| !part.is_empty()).collect();
    let told = response.hide(excerpt(&response.hide(to_line(&told.join(": "))), 200));
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
    fn of_a_next_page_the_cursor_is_taken() {
        let asked = Url::parse("https://api.atlassian.com/ex/confluence/7/wiki/api/v2/pages?limit=50").unwrap();
        assert_eq!(next_cursor(&asked, "/wiki/api/v2/pages?limit=50&cursor=eyJ%3D").as_deref(), Ok("eyJ="));
        assert!(matches!(next_cursor(&asked, "/wiki/api/v2/pages?limit=50"), Err(Error::Loop { .. })));
        let elsewhere = next_cursor(&asked, "https://evil.example/wiki/api/v2/pages?cursor=x");
        assert!(matches!(elsewhere, Err(Error::Redirect { .. })));
    }
}
