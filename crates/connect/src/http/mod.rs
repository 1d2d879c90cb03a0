//! The guarded HTTP client that every connector goes through.
//!
//! Each request is bounded in time and size, repeated where that may help, paced by host, and
//! refused where it would reach a private address: a source's address comes from an operator's form
//! or from a redirect of a foreign server, and must not become a door into this network.

mod guard;
mod links;
mod look;
mod mask;
mod pace;
mod request;
mod response;

use std::{
    collections::VecDeque,
    sync::{Arc, Mutex, PoisonError},
    time::Duration,
};

use serde::{Deserialize, Serialize};
use url::Url;

pub(crate) use links::{next_number, next_page};
pub use look::{Looker, Seen};
pub(crate) use mask::mask;
pub use request::Request;
pub use response::Response;
pub(crate) use response::{clock, json_is_bounded};

use crate::error::Error;
use guard::{Lookup, PublicOnly};
use pace::Pace;

/// Outcomes that are kept, those that failed apart.
const KEPT: usize = 200;
/// Failures that are kept beside them, however old.
const FAILURES_KEPT: usize = 1000;

/// What requests may cost and whom they may reach.
#[derive(Clone, Debug)]
pub struct Policy {
    /// Origins such as `http://wiki.internal:8080` that may be private addresses.
    pub allowed_origins: Vec<String>,
    /// For one try, from connecting to the last byte of the body, redirects included.
    pub timeout: Duration,
    /// For connecting alone.
    pub connect_timeout: Duration,
    /// Bytes of one body, after decompression.
    pub max_body: usize,
    /// Tries after the first.
    pub retries: u32,
    /// Before the second try; doubled before each further one.
    pub backoff: Duration,
    /// The longest pause that a server may ask for within a run. A longer one ends the run with an
    /// error whose `retry_after` tells when to come back.
    pub max_wait: Duration,
    /// Between the starts of two requests to the same host.
    pub interval: Duration,
    /// Redirects that are followed.
    pub redirects: u32,
    /// For one page of a list, all its requests and the pauses between them together. Who calls
    /// [`Connector::page`](crate::Connector::page) sees to it.
    pub page_limit: Duration,
    pub user_agent: String,
}

impl Default for Policy {
    fn default() -> Self {
        Self {
            allowed_origins: Vec::new(),
            timeout: Duration::from_secs(30),
            connect_timeout: Duration::from_secs(10),
            max_body: 16 * 1024 * 1024,
            retries: 3,
            backoff: Duration::from_millis(500),
            max_wait: Duration::from_secs(60),
            interval: Duration::from_millis(20),
            redirects: 5,
            page_limit: Duration::from_secs(600),
            user_agent: concat!("Atrium/", env!("CARGO_PKG_VERSION"), " (learning portal)").to_owned(),
        }
    }
}

/// What came of one request, for the run's record. A request that is repeated has an outcome for each try.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct RequestOutcome {
    /// Counted from 1 since [`Http::for_run`].
    pub number: i64,
    pub method: String,
    /// Without credentials and secret parameters.
    pub url: String,
    /// Of the answer, if there was one.
    pub status: Option<u16>,
    /// From the start of the try to its end, redirects and the wait for the host's turn included.
    pub ms: i64,
    /// Counted from 1.
    pub attempt: u32,
    /// Of the body, after decompression.
    pub bytes: i64,
    /// Why it failed, if it did.
    pub error: Option<String>,
}

/// The client. Keep one in a process, so that its connections and its pace by host are shared, and
/// take [`Http::for_run`] for each run. Proxies of the environment are not used: behind one, nobody
/// could tell which address is reached.
#[derive(Clone)]
pub struct Http {
    shared: Arc<Shared>,
    outcomes: Arc<Mutex<Record>>,
    /// No private address is reached, whatever the operator allows.
    public_only: bool,
}

struct Shared {
    policy: Policy,
    allowed: Vec<url::Origin>,
    lookup: Lookup,
    /// For origins that are allowed by name.
    open: Result<reqwest::Client, String>,
    /// For all others: refuses private addresses when it connects.
    guarded: Result<reqwest::Client, String>,
    pace: Pace,
}

#[derive(Default)]
struct Record {
    kept: VecDeque<RequestOutcome>,
    count: i64,
}

impl Record {
    fn add(&mut self, outcome: RequestOutcome) {
        self.count += 1;
        self.kept.push_back(RequestOutcome { number: self.count, ..outcome });
        // The oldest that is not among the latest goes, unless it failed.
        if let Some(old) = self.kept.len().checked_sub(KEPT + 1) {
            let is_plain = |kept: &RequestOutcome| kept.error.is_none();
            let plain = self.kept.iter().take(old + 1).position(is_plain);
            match plain {
                Some(at) => drop(self.kept.remove(at)),
                None if old >= FAILURES_KEPT => drop(self.kept.pop_front()),
                None => {}
            }
        }
    }
}

impl Http {
    /// A client with this policy.
    pub fn new(policy: Policy) -> Self {
        Self::with_lookup(policy, guard::system_lookup())
    }

    pub(crate) fn with_lookup(policy: Policy, lookup: Lookup) -> Self {
        let allowed =
            policy.allowed_origins.iter().filter_map(|origin| Url::parse(origin).ok()).map(|url| url.origin());
        Self {
            shared: Arc::new(Shared {
                allowed: allowed.collect(),
                open: client(&policy, None),
                guarded: client(&policy, Some(PublicOnly(lookup.clone()))),
                pace: Pace::new(policy.interval),
                lookup,
                policy,
            }),
            outcomes: Arc::default(),
            public_only: false,
        }
    }

    /// The same client with an empty record.
    pub fn for_run(&self) -> Self {
        Self { outcomes: Arc::default(), ..self.clone() }
    }

    /// The same client, with the same record, for addresses that some document names; `by_allowed` says whether that
    /// document is on an origin that the operator allows. As with redirects, only such a one may lead to another.
    pub(crate) fn led(&self, by_allowed: bool) -> Self {
        Self { public_only: self.public_only || !by_allowed, ..self.clone() }
    }

    /// A GET request, to be sent.
    pub fn get(&self, url: &Url) -> Request<'_> {
        Request::new(self, reqwest::Method::GET, url.clone(), None)
    }

    /// A POST request with a form as its body, to be sent. It is repeated only where the server
    /// cannot have acted on it.
    pub fn post_form(&self, url: &Url, form: &[(&str, &str)]) -> Request<'_> {
        Request::new(self, reqwest::Method::POST, url.clone(), Some(form))
    }

    /// What became of the requests since [`Http::for_run`], oldest first: the latest 200, and before them the latest
    /// 1,000 that failed.
    pub fn outcomes(&self) -> Vec<RequestOutcome> {
        self.record().kept.iter().cloned().collect()
    }

    /// How many requests there were since [`Http::for_run`], each try counted.
    pub fn requests(&self) -> i64 {
        self.record().count
    }

    /// What the client was made with.
    pub fn policy(&self) -> &Policy {
        &self.shared.policy
    }

    /// Checks that an address may be asked, without asking it.
    ///
    /// # Errors
    /// Where it is no web address, its host is unknown, or it is private and not allowed.
    pub async fn check(&self, url: &Url) -> Result<(), Error> {
        let allowed = self.is_allowed(url);
        guard::admit(url, allowed)?;
        guard::check_host(url, allowed, &self.shared.lookup).await
    }

    /// Whether the operator allows the address, private or not.
    pub(crate) fn is_allowed(&self, url: &Url) -> bool {
        !self.public_only && self.shared.allowed.contains(&url.origin())
    }

    fn note(&self, outcome: RequestOutcome) {
        tracing::debug!(
            url = outcome.url,
            status = outcome.status,
            ms = outcome.ms,
            attempt = outcome.attempt,
            error = outcome.error,
            "asked a source"
        );
        self.record().add(outcome);
    }

    fn record(&self) -> std::sync::MutexGuard<'_, Record> {
        self.outcomes.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// The value of an `Authorization` header for this user (RFC 7617).
pub(crate) fn basic(user: &str, password: &str) -> String {
    use base64::{Engine, engine::general_purpose::STANDARD};
    format!("Basic {}", STANDARD.encode(format!("{user}:{password}")))
}

fn client(policy: &Policy, guard: Option<PublicOnly>) -> Result<reqwest::Client, String> {
    let builder = reqwest::Client::builder()
        .user_agent(&policy.user_agent)
        .connect_timeout(policy.connect_timeout)
        .redirect(reqwest::redirect::Policy::none())
        .referer(false)
        .no_proxy()
        .pool_idle_timeout(Duration::from_secs(30));
    match guard {
        Some(guard) => builder.dns_resolver(Arc::new(guard)),
        None => builder,
    }
    .build()
    .map_err(|error| error.to_string())
}

#[cfg(test)]
mod tests {
    use std::sync::atomic::{AtomicU32, Ordering};

    use super::*;

    #[test]
    fn the_latest_and_every_failure_are_kept() {
        let outcome = |error: bool| RequestOutcome {
            number: 0,
            method: "GET".into(),
            url: String::new(),
            status: None,
            ms: 0,
            attempt: 1,
            bytes: 0,
            error: error.then(|| "no".to_owned()),
        };
        let mut record = Record::default();
        for number in 1..=700 {
            record.add(outcome(number % 100 == 0));
        }
        let numbers: Vec<_> = record.kept.iter().map(|kept| kept.number).collect();
        let expected: Vec<_> = [100, 200, 300, 400, 500].into_iter().chain(501..=700).collect();
        assert_eq!(numbers, expected);
        let mut record = Record::default();
        for _ in 0..2000 {
            record.add(outcome(true));
        }
        assert_eq!((record.kept.len(), record.kept[0].number, record.count), (1200, 801, 2000));
    }

    #[tokio::test]
    async fn a_name_that_changes_its_mind_gains_nothing() {
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let inside = listener.local_addr().unwrap();
        let asked = Arc::new(AtomicU32::new(0));
        let count = asked.clone();
        let lookup: Lookup = Arc::new(move |_| {
            let first = count.fetch_add(1, Ordering::SeqCst) == 0;
            let address = if first { "8.8.8.8:0".parse().unwrap() } else { inside };
            Box::pin(async move { Ok(vec![address]) })
        });
        let http = Http::with_lookup(Policy { retries: 0, ..Policy::default() }, lookup);
        let url = Url::parse(&format!("http://rebinding.example:{}/", inside.port())).unwrap();
        assert!(http.check(&url).await.is_ok(), "at first it looks public");
        assert!(matches!(http.get(&url).send().await, Err(Error::Private { .. })));
        assert_eq!(asked.load(Ordering::SeqCst), 2);
        let waiting = tokio::time::timeout(Duration::from_millis(100), listener.accept()).await;
        assert!(waiting.is_err(), "nobody came");
    }
}
