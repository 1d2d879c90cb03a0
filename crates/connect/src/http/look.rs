//! Whether something is at an address: it is asked for, and what is there is not read.
//!
//! HEAD first (RFC 9110, section 9.3.2); many servers answer it wrongly, so that a failure is confirmed by GET, of whose
//! body a few kilobytes are read at most. A host gets one request at a time, and a pause after each, redirects included.

use std::{
    collections::HashMap,
    sync::{Arc, Mutex, PoisonError},
    time::{Duration, SystemTime},
};

use reqwest::{
    Method, StatusCode,
    header::{HeaderMap, LOCATION},
};
use tokio::time::Instant;
use url::Url;

use super::{
    Http, Policy, guard,
    mask::mask,
    pace::retry_after,
    request::{failure, next_address},
};
use crate::error::Error;

/// Of a body, no more is read, in bytes.
const BODY: usize = 4096;
/// Hosts whose last request is remembered; of more, those that may be asked again are forgotten.
const REMEMBERED: usize = 1000;

/// What answered at an address.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Seen {
    /// The last answer's status, after redirects.
    pub status: u16,
    /// What `Retry-After` asks for.
    pub wait: Option<Duration>,
    /// Where permanent redirects (301, 308) lead, as far as no other kind came before them.
    pub moved_to: Option<Url>,
}

/// When a host was asked last; whoever holds the lock is asking it.
type Turn = Arc<tokio::sync::Mutex<Option<Instant>>>;

/// Looks at addresses. Keep one in a process: it is what keeps requests to a host apart. A clone is the same one.
#[derive(Clone)]
pub struct Looker {
    http: Http,
    pause: Duration,
    turns: Arc<Mutex<HashMap<String, Turn>>>,
}

impl Looker {
    /// With this policy, of which retries, backoff and interval mean nothing here; `pause` is what lies between the end of a
    /// request to a host and the start of the next.
    pub fn new(policy: Policy, pause: Duration) -> Self {
        Self { http: Http::new(policy), pause, turns: Arc::default() }
    }

    /// What lies between two requests to a host.
    pub fn pause(&self) -> Duration {
        self.pause
    }

    /// The longest that a look can take where nobody else asks the same hosts.
    pub fn longest(&self) -> Duration {
        let policy = self.http.policy();
        (policy.timeout + self.pause) * (policy.redirects + 1) * 2
    }

    /// Looks at an address, once. Any status is an answer.
    ///
    /// # Errors
    /// `Address` and `Private` where it may not be asked, `Redirect` where it leads on to where it cannot be followed,
    /// `Lookup`, `Connect`, `Timeout` and `Cut` where nothing answered.
    pub async fn look(&self, url: &Url) -> Result<Seen, Error> {
        let first = self.ask(url, Method::HEAD).await;
        if is_settled(&first) { first } else { self.ask(url, Method::GET).await }
    }

    async fn ask(&self, url: &Url, method: Method) -> Result<Seen, Error> {
        let redirects = self.http.policy().redirects;
        let mut here = url.clone();
        let (mut is_permanent, mut moved_to) = (true, None);
        // A foreign server must not send us to a private host, even one that others may name.
        let mut trusted = true;
        for _ in 0..=redirects {
            let allowed = trusted && self.http.is_allowed(&here);
            guard::admit(&here, allowed)?;
            let (status, headers) = self.hop(&here, allowed, &method).await?;
            let leads_on = matches!(status.as_u16(), 301 | 302 | 303 | 307 | 308);
            if !leads_on || !headers.contains_key(LOCATION) {
                let wait = retry_after(&headers, SystemTime::now());
                return Ok(Seen { status: status.as_u16(), wait, moved_to });
            }
            here = next_address(&here, status, &headers)?;
            trusted = allowed;
            is_permanent &= matches!(status.as_u16(), 301 | 308);
            if is_permanent {
                moved_to = Some(here.clone());
            }
        }
        Err(Error::Redirect { url: mask(url), reason: format!("more than {redirects} redirects") })
    }

    /// One request, in the host's turn.
    async fn hop(&self, url: &Url, allowed: bool, method: &Method) -> Result<(StatusCode, HeaderMap), Error> {
        let turn = self.turn(url.host_str().unwrap_or_default());
        let mut last = turn.lock().await;
        if let Some(at) = *last {
            tokio::time::sleep_until(at + self.pause).await;
        }
        let timeout = self.http.policy().timeout;
        let asked = tokio::time::timeout(timeout, self.request(url, allowed, method)).await;
        *last = Some(Instant::now());
        asked.map_err(|_| Error::Timeout { url: mask(url), after: timeout })?
    }

    async fn request(&self, url: &Url, allowed: bool, method: &Method) -> Result<(StatusCode, HeaderMap), Error> {
        let shared = &self.http.shared;
        let client = if allowed { &shared.open } else { &shared.guarded };
        let client = client.as_ref().map_err(|reason| Error::Connect { url: mask(url), reason: reason.clone() })?;
        let failed = |error: &reqwest::Error, bytes| failure(url, error, bytes, self.http.policy().timeout);
        let mut answer = client.request(method.clone(), url.clone()).send().await.map_err(|e| failed(&e, 0))?;
        let (status, headers) = (answer.status(), answer.headers().clone());
        // What the answer is, is known; reading on only shows that it does not break off at once.
        let mut read = 0;
        while read < BODY && status.is_success() {
            match answer.chunk().await.map_err(|error| failed(&error, read))? {
                Some(chunk) => read += chunk.len(),
                None => break,
            }
        }
        Ok((status, headers))
    }

    fn turn(&self, host: &str) -> Turn {
        let mut turns = self.turns.lock().unwrap_or_else(PoisonError::into_inner);
        if turns.len() > REMEMBERED {
            let rests = |at: Instant| at.elapsed() < self.pause;
            turns.retain(|_, turn| {
                Arc::strong_count(turn) > 1 || turn.try_lock().is_ok_and(|last| last.is_some_and(rests))
            });
        }
        turns.entry(host.to_owned()).or_default().clone()
    }
}

/// Whether what came of HEAD is what GET would bring, or GET would only be a nuisance.
fn is_settled(first: &Result<Seen, Error>) -> bool {
    match first {
        Ok(seen) => seen.status < 400 || seen.status == 429 || (seen.status == 503 && seen.wait.is_some()),
        Err(error) => !matches!(error, Error::Timeout { .. } | Error::Cut { .. }),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_failure_of_head_is_confirmed_unless_the_server_asks_to_be_left_alone() {
        let seen = |status, wait: Option<u64>| Ok(Seen { status, wait: wait.map(Duration::from_secs), moved_to: None });
        for status in [200, 204, 304, 429] {
            assert!(is_settled(&seen(status, None)), "{status}");
        }
        for status in [400, 403, 404, 405, 410, 500, 501, 503] {
            assert!(!is_settled(&seen(status, None)), "{status}");
        }
        assert!(is_settled(&seen(503, Some(60))));
        let url = String::new();
        assert!(!is_settled(&Err(Error::Timeout { url: url.clone(), after: Duration::ZERO })));
        assert!(is_settled(&Err(Error::Connect { url, reason: "refused".into() })));
    }
}
