//! One request: tries, redirects, bounded reading.

use std::{
    error::Error as _,
    time::{Duration, Instant, SystemTime},
};

use bytes::{Bytes, BytesMut};
use reqwest::{
    Method, StatusCode,
    header::{CONTENT_TYPE, HeaderMap, HeaderName, HeaderValue, LOCATION},
};
use url::Url;

use super::{
    Http, RequestOutcome, Response, guard,
    mask::mask,
    pace::{backoff, retry_after},
};
use crate::error::Error;

/// A request that has not been sent.
#[must_use = "a request does nothing until it is sent"]
pub struct Request<'a> {
    http: &'a Http,
    method: Method,
    url: Url,
    form: Option<String>,
    headers: HeaderMap,
    /// Sent to the first origin only.
    secret_headers: HeaderMap,
    /// What must not be seen in an error, should the server repeat it.
    secrets: Vec<String>,
    /// It changes nothing over there, whatever its method.
    reads_only: bool,
    fault: Option<Error>,
}

/// One try of a request on its way into the run's record, where it also comes if nobody waits for its end.
struct Attempt<'a> {
    http: &'a Http,
    started: Instant,
    outcome: RequestOutcome,
    is_noted: bool,
}

impl<'a> Attempt<'a> {
    fn begin(request: &Request<'a>, attempt: u32) -> Self {
        let outcome = RequestOutcome {
            number: 0,
            method: request.method.to_string(),
            url: mask(&request.url),
            status: None,
            ms: 0,
            attempt,
            bytes: 0,
            error: None,
        };
        Self { http: request.http, started: Instant::now(), outcome, is_noted: false }
    }

    fn answered(&mut self, response: &Response) {
        self.outcome.status = Some(response.status());
        self.outcome.bytes = i64::try_from(response.body().len()).unwrap_or(i64::MAX);
    }

    fn end(mut self, error: Option<&Error>) {
        self.outcome.error = error.map(ToString::to_string);
        self.note();
    }

    fn note(&mut self) {
        self.is_noted = true;
        self.outcome.ms = i64::try_from(self.started.elapsed().as_millis()).unwrap_or(i64::MAX);
        self.http.note(self.outcome.clone());
    }
}

impl Drop for Attempt<'_> {
    fn drop(&mut self) {
        if !self.is_noted {
            self.outcome.error = Some("given up before the answer was complete".to_owned());
            self.note();
        }
    }
}

/// Where one hop led.
enum Hop {
    Answer(Response),
    Moved(Url),
}

impl<'a> Request<'a> {
    pub(super) fn new(http: &'a Http, method: Method, url: Url, form: Option<&[(&str, &str)]>) -> Self {
        let mut headers = HeaderMap::new();
        let form = form.map(|pairs| {
            headers.insert(CONTENT_TYPE, HeaderValue::from_static("application/x-www-form-urlencoded"));
            url::form_urlencoded::Serializer::new(String::new()).extend_pairs(pairs).finish()
        });
        let reads_only = method == Method::GET;
        let (secret_headers, secrets) = (HeaderMap::new(), Vec::new());
        Self { http, method, url, form, headers, secret_headers, secrets, reads_only, fault: None }
    }

    /// Adds a header.
    pub fn header(mut self, name: &'static str, value: &str) -> Self {
        match HeaderValue::from_bytes(value.as_bytes()) {
            Ok(value) => drop(self.headers.insert(HeaderName::from_static(name), value)),
            Err(_) => self.refuse(name),
        }
        self
    }

    /// Adds a header that holds a credential: it is never logged, and not sent on to another origin.
    pub fn secret(mut self, name: &'static str, value: &str) -> Self {
        match HeaderValue::from_bytes(value.as_bytes()) {
            Ok(mut value) => {
                value.set_sensitive(true);
                self.secret_headers.insert(HeaderName::from_static(name), value);
            }
            Err(_) => self.refuse(name),
        }
        self.hiding(value)
    }

    /// Adds a header of any name that holds a credential, as [`Request::secret`] does.
    pub fn secret_as(mut self, name: &str, value: &str) -> Self {
        match (HeaderName::from_bytes(name.as_bytes()), HeaderValue::from_bytes(value.as_bytes())) {
            (Ok(name), Ok(mut value)) => {
                value.set_sensitive(true);
                self.secret_headers.insert(name, value);
            }
            _ => self.refuse(name),
        }
        self.hiding(value)
    }

    /// Keeps a value, such as a password in the form, out of errors, should the server repeat it.
    pub fn hiding(mut self, secret: &str) -> Self {
        self.secrets.push(secret.to_owned());
        self
    }

    /// Says that the request changes nothing over there although it is posted, so that it is repeated like a GET.
    pub fn reading(mut self) -> Self {
        self.reads_only = true;
        self
    }

    fn refuse(&mut self, name: &str) {
        let reason = format!("the value for the header {name} holds characters that no header can");
        self.fault = Some(Error::SignIn { url: mask(&self.url), reason });
    }

    /// Sends it; an answer other than 2xx is an error.
    ///
    /// # Errors
    /// Any of [`Error`].
    pub async fn send(self) -> Result<Response, Error> {
        self.read(|response| response.ok().map(|()| response.clone())).await
    }

    /// Sends it, and reads every answer with `interpret`. An error of it that is temporary leads to
    /// another try, so that systems that answer 200 with an error in the body are repeated too.
    ///
    /// # Errors
    /// Any of [`Error`].
    pub async fn read<T>(
        mut self,
        interpret: impl Fn(&Response) -> Result<T, Error> + Send + Sync,
    ) -> Result<T, Error> {
        if let Some(fault) = self.fault.take() {
            return Err(fault);
        }
        let mut tries = 0;
        loop {
            tries += 1;
            let mut record = Attempt::begin(&self, tries);
            let result = self.attempt().await.and_then(|response| {
                record.answered(&response);
                interpret(&response)
            });
            record.end(result.as_ref().err());
            match result {
                Err(error) if self.may_repeat(&error, tries) => {
                    let Some(wait) = self.pause(&error, tries) else { return Err(error) };
                    tracing::debug!(%error, ?wait, tries, "asking again");
                    tokio::time::sleep(wait).await;
                }
                result => return result,
            }
        }
    }

    /// Whether another try may help, and can do no harm.
    fn may_repeat(&self, error: &Error, tries: u32) -> bool {
        let unacted = matches!(
            error,
            Error::RateLimited { .. } | Error::Busy { .. } | Error::Connect { .. } | Error::Lookup { .. }
        );
        tries <= self.http.policy().retries && error.is_temporary() && (self.reads_only || unacted)
    }

    /// How long to wait before the next try; none where the server asks for more than a run may wait.
    fn pause(&self, error: &Error, tries: u32) -> Option<Duration> {
        let policy = self.http.policy();
        let own = backoff(policy.backoff, tries, self.url.as_str()).min(policy.max_wait);
        let asked = error.retry_after();
        if asked.is_some_and(|asked| asked > policy.max_wait) {
            return None;
        }
        if let (Some(asked), Some(host)) = (asked, self.url.host_str()) {
            self.http.shared.pace.hold(host, asked);
        }
        Some(asked.map_or(own, |asked| asked.max(own.min(policy.backoff))))
    }

    /// One try: follows redirects, checking each address.
    async fn attempt(&self) -> Result<Response, Error> {
        let policy = self.http.policy();
        let mut url = self.url.clone();
        let mut left = policy.timeout;
        // A foreign server must not send us to a private host, even one that others may name.
        let mut trusted = true;
        for _ in 0..=policy.redirects {
            let allowed = trusted && self.http.is_allowed(&url);
            guard::admit(&url, allowed)?;
            self.http.shared.pace.wait(url.host_str().unwrap_or_default()).await;
            let started = Instant::now();
            let late = |_| Error::Timeout { url: mask(&url), after: policy.timeout };
            let hop = tokio::time::timeout(left, self.hop(&url, allowed)).await.map_err(late)??;
            left = left.saturating_sub(started.elapsed());
            match hop {
                Hop::Answer(response) => return Ok(response),
                Hop::Moved(next) => {
                    trusted = allowed;
                    url = next;
                }
            }
        }
        let reason = format!("more than {} redirects", policy.redirects);
        Err(Error::Redirect { url: mask(&self.url), reason })
    }

    async fn hop(&self, url: &Url, allowed: bool) -> Result<Hop, Error> {
        let shared = &self.http.shared;
        let client = if allowed { &shared.open } else { &shared.guarded };
        let client = client.as_ref().map_err(|reason| Error::Connect { url: mask(url), reason: reason.clone() })?;
        let mut request = client.request(self.method.clone(), url.clone()).headers(self.headers.clone());
        if url.origin() == self.url.origin() {
            request = request.headers(self.secret_headers.clone());
        }
        if let Some(form) = &self.form {
            request = request.body(form.clone());
        }
        let response = request.send().await.map_err(|error| failure(url, &error, 0, self.http.policy().timeout))?;
        if matches!(response.status().as_u16(), 301 | 302 | 303 | 307 | 308) {
            return self.moved(url, response.status(), response.headers()).map(Hop::Moved);
        }
        self.body(url, response).await.map(Hop::Answer)
    }

    fn moved(&self, url: &Url, status: StatusCode, headers: &HeaderMap) -> Result<Url, Error> {
        let next = next_address(url, status, headers)?;
        if self.method != Method::GET {
            let reason = format!("what we send would be passed on to {}", mask(&next));
            return Err(Error::Redirect { url: mask(url), reason });
        }
        Ok(next)
    }

    /// Reads the body up to the bound, counted after decompression.
    async fn body(&self, url: &Url, mut response: reqwest::Response) -> Result<Response, Error> {
        let limit = self.http.policy().max_body;
        let too_large = || Error::TooLarge { url: mask(url), limit };
        if response.content_length().is_some_and(|length| length > limit as u64) {
            return Err(too_large());
        }
        let mut body = BytesMut::new();
        let timeout = self.http.policy().timeout;
        while let Some(chunk) = response.chunk().await.map_err(|error| failure(url, &error, body.len(), timeout))? {
            if body.len() + chunk.len() > limit {
                return Err(too_large());
            }
            body.extend_from_slice(&chunk);
        }
        let wait = retry_after(response.headers(), SystemTime::now());
        let (status, headers) = (response.status().as_u16(), response.headers().clone());
        Ok(Response::new(url.clone(), status, headers, Bytes::from(body), wait, self.secrets.clone()))
    }
}

/// Where a redirect leads, without credentials; it may not lead from https to http.
pub(super) fn next_address(url: &Url, status: StatusCode, headers: &HeaderMap) -> Result<Url, Error> {
    let fault = |reason: String| Error::Redirect { url: mask(url), reason };
    let target = headers.get(LOCATION).map(|value| String::from_utf8_lossy(value.as_bytes()).into_owned());
    let target = target.ok_or_else(|| fault(format!("the server answered {status} without a new address")))?;
    let mut next = url.join(target.trim()).map_err(|_| fault("the new address is not one".to_owned()))?;
    if !matches!(next.scheme(), "http" | "https") {
        return Err(fault(format!("it leads to a {}: address", next.scheme())));
    }
    if url.scheme() == "https" && next.scheme() == "http" {
        return Err(fault(format!("it leads from https to {}", mask(&next))));
    }
    // Fails only where there can be no credentials.
    let _ = next.set_username("");
    let _ = next.set_password(None);
    Ok(next)
}

/// Names what reqwest reports, by the innermost cause.
pub(super) fn failure(url: &Url, error: &reqwest::Error, bytes: usize, timeout: Duration) -> Error {
    let shown = mask(url);
    let mut reason = String::new();
    let mut source = error.source();
    while let Some(cause) = source {
        if let Some(guard::Refused(address)) = cause.downcast_ref() {
            return Error::Private { url: shown, address: address.to_string() };
        }
        if let Some(guard::Unknown(reason)) = cause.downcast_ref() {
            let host = url.host_str().unwrap_or_default().to_owned();
            return Error::Lookup { host, reason: reason.clone() };
        }
        reason = cause.to_string();
        source = cause.source();
    }
    if error.is_timeout() {
        Error::Timeout { url: shown, after: timeout }
    } else if error.is_connect() {
        Error::Connect { url: shown, reason }
    } else {
        Error::Cut { url: shown, bytes, reason }
    }
}
