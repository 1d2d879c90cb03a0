//! Asking the wiki, and understanding when it refuses.

use serde_json::Value;
use tokio::sync::Mutex;
use url::Url;

use super::run::Site;
use crate::{
    error::Error,
    http::{Http, Response, mask},
    text::{excerpt, to_line},
};

/// What MediaWiki's API answers with.
pub(super) const EXPECTED: &str = "an answer of MediaWiki's API";

/// Parameters of a request.
pub(super) type Params = Vec<(String, String)>;

pub(super) struct Api {
    address: Url,
    /// Bot user and password.
    login: Option<(String, String)>,
    /// The session's cookies, once signed in.
    session: Mutex<Option<String>>,
}

impl Api {
    pub(super) fn new(address: Url, login: Option<(String, String)>) -> Self {
        Self { address, login, session: Mutex::new(None) }
    }

    pub(super) fn address(&self) -> &Url {
        &self.address
    }

    pub(super) fn user(&self) -> Option<&str> {
        self.login.as_ref().map(|(user, _)| user.as_str())
    }

    /// Whether the wiki has let us in.
    pub(super) async fn is_signed_in(&self) -> bool {
        self.session.lock().await.is_some()
    }

    /// What the wiki says about itself.
    pub(super) async fn site(&self, http: &Http) -> Result<Site, Error> {
        let params = [("meta", "siteinfo"), ("siprop", "general|extensions")];
        let answer = self.query(http, &owned(&params)).await?;
        let general = &answer["query"]["general"];
        let text = |name: &str| excerpt(&to_line(general[name].as_str().unwrap_or_default()), 200);
        let time = text("time");
        if crate::clean::rfc3339(&time).is_none() {
            return Err(self.unexpected("siteinfo without the wiki's time"));
        }
        let extensions = answer["query"]["extensions"].as_array().map(Vec::as_slice).unwrap_or_default();
        let extracts = extensions.iter().any(|extension| extension["name"] == "TextExtracts");
        Ok(Site { time, name: text("sitename"), generator: text("generator"), extracts })
    }

    /// `action=query` with these parameters; signs in first where there is somebody to sign in.
    pub(super) async fn query(&self, http: &Http, params: &Params) -> Result<Value, Error> {
        let mut params = params.clone();
        params.extend(owned(&[("action", "query"), ("maxlag", "5")]));
        if self.login.is_none() {
            return self.get(http, &params, None).await.map(|(answer, _)| answer);
        }
        params.extend(owned(&[("assert", "user")]));
        let mut session = self.session.lock().await;
        let fresh = session.is_none();
        let cookies = match session.take() {
            Some(cookies) => cookies,
            None => self.sign_in(http).await?,
        };
        let result = self.get(http, &params, Some(&cookies)).await;
        let (result, cookies) = match result {
            // A session ends when it pleases the wiki.
            Err(Error::SignIn { .. }) if !fresh => {
                let cookies = self.sign_in(http).await?;
                (self.get(http, &params, Some(&cookies)).await, cookies)
            }
            result => (result, cookies),
        };
        *session = Some(cookies);
        result.map(|(answer, _)| answer)
    }

    async fn sign_in(&self, http: &Http) -> Result<String, Error> {
        let Some((user, password)) = &self.login else { return Ok(String::new()) };
        let params = owned(&[("action", "query"), ("meta", "tokens"), ("type", "login")]);
        let (answer, mut cookies) = self.get(http, &params, None).await?;
        let token = answer["query"]["tokens"]["logintoken"].as_str().unwrap_or_default().to_owned();
        let form = [
            ("action", "login"),
            ("format", "json"),
            ("formatversion", "2"),
            ("lgname", user.as_str()),
            ("lgpassword", password.as_str()),
            ("lgtoken", token.as_str()),
        ];
        let request = http.post_form(&self.address, &form).hiding(password).hiding(&token);
        let (answer, more) = request
            .secret("cookie", &header(&cookies))
            .read(|response| Ok((read(response)?, response.cookies())))
            .await?;
        let login = &answer["login"];
        if login["result"] != "Success" {
            let said = login["reason"].as_str().or(login["result"].as_str()).unwrap_or("no reason given");
            let reason = excerpt(&to_line(said), 200).replace(password.as_str(), "***");
            return Err(Error::SignIn { url: mask(&self.address), reason });
        }
        for (name, value) in more {
            cookies.retain(|(known, _)| *known != name);
            cookies.push((name, value));
        }
        Ok(header(&cookies))
    }

    async fn get(
        &self,
        http: &Http,
        params: &Params,
        cookies: Option<&str>,
    ) -> Result<(Value, Vec<(String, String)>), Error> {
        let mut url = self.address.clone();
        url.query_pairs_mut().extend_pairs(params).append_pair("format", "json").append_pair("formatversion", "2");
        let mut request = http.get(&url);
        if let Some(cookies) = cookies {
            request = request.secret("cookie", cookies);
        }
        request.read(|response| Ok((read(response)?, response.cookies()))).await
    }

    /// An answer that is JSON, but not what was asked for.
    pub(super) fn unexpected(&self, found: &str) -> Error {
        Error::Format { url: mask(&self.address), expected: EXPECTED, found: found.to_owned() }
    }
}

pub(super) fn owned(params: &[(&str, &str)]) -> Params {
    params.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect()
}

fn header(cookies: &[(String, String)]) -> String {
    cookies.iter().map(|(name, value)| format!("{name}={value}")).collect::<Vec<_>>().join("; ")
}

/// The answer, or the error that it holds.
fn read(response: &Response) -> Result<Value, Error> {
    response.ok()?;
    let answer: Value = response.json().map_err(|error| error.expecting(EXPECTED))?;
    if !answer.is_object() {
        return Err(response.not(EXPECTED, "JSON of another form".to_owned()));
    }
    let error = &answer["error"];
    if error.is_null() {
        return Ok(answer);
    }
    let url = response.shown_url();
    let code = excerpt(&to_line(error["code"].as_str().unwrap_or("unknown")), 80);
    let detail = excerpt(&to_line(error["info"].as_str().unwrap_or_default()), 200);
    let wait = response.retry_after();
    Err(match code.as_str() {
        "ratelimited" => Error::RateLimited { url, wait },
        "maxlag" | "readonly" => Error::Busy { url, reason: detail, wait },
        code if code.starts_with("internal_api_error") => {
            Error::Busy { url, reason: format!("{code}: {detail}"), wait }
        }
        "readapidenied" | "permissiondenied" | "assertuserfailed" | "notloggedin" | "mustbeloggedin"
        | "login-required" => Error::SignIn { url, reason: detail },
        _ => Error::Api { url, code, detail },
    })
}
