//! Access tokens by client credentials (OAuth 2.0, RFC 6749, section 4.4): asked for when needed, kept in memory alone, and
//! asked for anew when their time is over or the other side no longer knows them.

use std::{
    sync::Arc,
    time::{Duration, Instant},
};

use serde_json::Value;
use tokio::sync::Mutex;
use url::Url;

use crate::{
    error::Error,
    http::{Http, Response},
    text::{excerpt, to_line},
};

/// What a token endpoint answers with.
const EXPECTED: &str = "an access token";
/// Seconds that a token is used for where nobody says how long.
const LIFE: u64 = 600;
/// A token is renewed so much before its end, so that it does not end under way.
const EARLY: Duration = Duration::from_secs(30);
/// Characters of a token.
const MAX_TOKEN: usize = 16 * 1024;

/// Who asks, and for what.
pub(crate) struct Client {
    /// The token endpoint.
    pub(crate) endpoint: Url,
    pub(crate) id: String,
    pub(crate) secret: String,
    /// What the endpoint wants beside the standard's parameters.
    pub(crate) more: &'static [(&'static str, &'static str)],
    token: Mutex<Option<Arc<Token>>>,
}

struct Token {
    /// Value of the `Authorization` header.
    header: String,
    value: String,
    until: Instant,
}

impl Client {
    pub(crate) fn new(
        endpoint: Url,
        id: String,
        secret: String,
        more: &'static [(&'static str, &'static str)],
    ) -> Self {
        Self { endpoint, id, secret, more, token: Mutex::new(None) }
    }

    /// Asks with a token. Where that one is refused, and was not new, it is asked again with a new one.
    ///
    /// # Errors
    /// Any of [`Error`]; `SignIn` where the client is not known, or its new token is refused.
    pub(crate) async fn get<T>(
        &self,
        http: &Http,
        url: &Url,
        read: impl Fn(&Response) -> Result<T, Error> + Send + Sync,
    ) -> Result<T, Error> {
        let (token, is_new) = self.token(http, None).await?;
        match Self::get_with(http, url, &token, &read).await {
            Err(Error::SignIn { .. }) if !is_new => {
                let (token, _) = self.token(http, Some(&token)).await?;
                Self::get_with(http, url, &token, &read).await
            }
            result => result,
        }
    }

    async fn get_with<T>(
        http: &Http,
        url: &Url,
        token: &Token,
        read: &(impl Fn(&Response) -> Result<T, Error> + Send + Sync),
    ) -> Result<T, Error> {
        let request = http.get(url).header("accept", "application/json");
        request.secret("authorization", &token.header).hiding(&token.value).read(read).await
    }

    /// A token that is not over and not `refused`, and whether it was asked for just now.
    async fn token(&self, http: &Http, refused: Option<&Arc<Token>>) -> Result<(Arc<Token>, bool), Error> {
        let mut held = self.token.lock().await;
        let usable = held.as_ref().filter(|token| {
            token.until > Instant::now() && !refused.is_some_and(|refused| Arc::ptr_eq(refused, token))
        });
        if let Some(token) = usable {
            return Ok((token.clone(), false));
        }
        *held = None;
        let token = Arc::new(self.grant(http).await?);
        *held = Some(token.clone());
        Ok((token, true))
    }

    async fn grant(&self, http: &Http) -> Result<Token, Error> {
        let own = [
            ("grant_type", "client_credentials"),
            ("client_id", self.id.as_str()),
            ("client_secret", self.secret.as_str()),
        ];
        let form: Vec<(&str, &str)> = own.into_iter().chain(self.more.iter().copied()).collect();
        let request = http.post_form(&self.endpoint, &form).header("accept", "application/json");
        request.hiding(&self.secret).reading().read(read_token).await
    }
}

/// A token (RFC 6749, section 5.1), or why there is none (section 5.2).
fn read_token(response: &Response) -> Result<Token, Error> {
    match response.ok() {
        Err(Error::SignIn { url, reason }) => {
            return Err(Error::SignIn { url, reason: refusal(response).unwrap_or(reason) });
        }
        Err(Error::Status { url, status: 400, detail }) => {
            return Err(match refusal(response) {
                Some(reason) => Error::SignIn { url, reason },
                None => Error::Status { url, status: 400, detail },
            });
        }
        result => result?,
    }
    let answer: Value = response.json().map_err(|error| error.expecting(EXPECTED))?;
    let value = answer["access_token"].as_str().unwrap_or_default();
    if value.is_empty() || value.len() > MAX_TOKEN || !value.bytes().all(|byte| byte.is_ascii_graphic()) {
        return Err(response.not(EXPECTED, "JSON without one".to_owned()));
    }
    let is_jwt = answer["token_type"].as_str().is_some_and(|kind| kind.eq_ignore_ascii_case("jwt"));
    let seconds = answer["expires_in"].as_u64().or_else(|| answer["expires_in"].as_str()?.parse().ok()).unwrap_or(LIFE);
    let life = Duration::from_secs(seconds.min(30 * 86_400));
    let until = Instant::now() + life.saturating_sub(EARLY.min(life / 2));
    // Open edX wants its own word for tokens of its own form.
    let header = format!("{} {value}", if is_jwt { "JWT" } else { "Bearer" });
    Ok(Token { header, value: value.to_owned(), until })
}

fn refusal(response: &Response) -> Option<String> {
    let said: Value = response.json().ok()?;
    let code = said["error"].as_str().or(said["code"].as_str())?;
    let text = said["error_description"].as_str().or(said["message"].as_str()).unwrap_or_default();
    let told = if text.is_empty() { code.to_owned() } else { format!("{text} ({code})") };
    Some(response.hide(excerpt(&response.hide(to_line(&told)), 200)))
}
