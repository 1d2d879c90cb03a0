//! What the tests share: a client without long pauses, small servers, and a whole run.
#![allow(dead_code, reason = "each test file uses its own part")]

use std::{
    sync::{
        Arc,
        atomic::{AtomicU32, Ordering},
    },
    time::Duration,
};

use axum::Router;
use connect::{Connector, Cursor, Error, Http, Item, Next, Policy, Rejected, Resource, Settings};
use sandbox::{Fault, Running};
use url::Url;

/// Limits as in production, pauses short.
pub fn policy(allowed: &[&Url]) -> Policy {
    Policy {
        allowed_origins: allowed.iter().map(|url| url.origin().ascii_serialization()).collect(),
        timeout: Duration::from_secs(20),
        backoff: Duration::from_millis(10),
        interval: Duration::ZERO,
        max_body: 4 * 1024 * 1024,
        ..Policy::default()
    }
}

pub fn http(allowed: &[&Url]) -> Http {
    Http::new(policy(allowed))
}

/// A server on loopback until the test's runtime ends.
pub struct Server {
    pub url: Url,
    hits: Arc<AtomicU32>,
}

impl Server {
    pub async fn start(router: Router) -> Self {
        let hits = Arc::new(AtomicU32::new(0));
        let counter = hits.clone();
        let router = router.layer(axum::middleware::map_request(move |request: axum::extract::Request| {
            counter.fetch_add(1, Ordering::SeqCst);
            async move { request }
        }));
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = Url::parse(&format!("http://{}/", listener.local_addr().unwrap())).unwrap();
        tokio::spawn(async move { axum::serve(listener, router).await });
        Self { url, hits }
    }

    pub fn at(&self, path: &str) -> Url {
        self.url.join(path).unwrap()
    }

    /// Requests that arrived.
    pub fn hits(&self) -> u32 {
        self.hits.load(Ordering::SeqCst)
    }
}

/// A connector of this kind.
pub fn connector(kind: &str, settings: &[(&str, &str)]) -> Box<dyn Connector> {
    let settings: Settings = settings.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect();
    connect::system(kind).unwrap().connect(&settings).map_err(|faults| panic!("{faults:?}")).unwrap()
}

/// What a whole run brought.
#[derive(Debug, Default)]
pub struct Run {
    pub items: Vec<Item>,
    pub rejected: Vec<Rejected>,
    pub gone: Vec<String>,
    pub pages: usize,
    pub complete: bool,
    /// The system said that nothing has changed.
    pub unchanged: bool,
    pub cursor: Option<Cursor>,
}

impl Run {
    pub fn ids(&self) -> Vec<&str> {
        self.items.iter().map(Item::external_id).collect()
    }

    pub fn titles(&self) -> Vec<&str> {
        let mut titles: Vec<_> = self.items.iter().map(Item::title).collect();
        titles.sort_unstable();
        titles
    }

    pub fn resources(&self) -> Vec<&Resource> {
        let mut found = Vec::new();
        for item in &self.items {
            if let Item::Resource(resource) = item {
                found.push(resource);
            }
        }
        found
    }
}

/// Runs to the end, passing each cursor through text as the database does.
pub async fn run(connector: &dyn Connector, http: &Http, cursor: Option<&Cursor>) -> Result<Run, Error> {
    let mut run = Run::default();
    let mut at = cursor.cloned();
    loop {
        let page = connector.page(http, at.as_ref()).await?;
        run.pages += 1;
        assert!(run.pages < 2000, "the run does not end");
        run.items.extend(page.items);
        run.rejected.extend(page.rejected);
        run.gone.extend(page.gone);
        match page.next {
            Next::More(cursor) => at = Some(kept(&cursor)),
            Next::Done { cursor, complete } => {
                run.cursor = cursor.as_ref().map(kept);
                run.complete = complete;
                return Ok(run);
            }
            Next::Unchanged { cursor } => {
                run.cursor = cursor.as_ref().map(kept);
                run.unchanged = true;
                return Ok(run);
            }
        }
    }
}

fn kept(cursor: &Cursor) -> Cursor {
    serde_json::from_str(&serde_json::to_string(cursor).unwrap()).unwrap()
}

/// What the second page of a run says where the sandbox is at fault there. Once it is not any more, the run goes on from the
/// same place and comes to `all` items.
pub async fn second_page_fails(sandbox: &Running, (connector, http): (Box<dyn Connector>, Http), all: usize) -> Error {
    let first = connector.page(&http, None).await.unwrap();
    let Next::More(cursor) = first.next else { panic!("there is more") };
    let error = connector.page(&http, Some(&cursor)).await.unwrap_err();
    sandbox.clear_faults();
    let rest = run(&*connector, &http, Some(&cursor)).await.unwrap();
    assert_eq!((first.items.len() + rest.items.len(), rest.complete), (all, true), "it goes on");
    error
}

/// The faults that every JSON API can have, by the names that they are to have.
pub async fn usual_faults(fails: impl AsyncFn(Fault) -> Error) {
    let error = fails(Fault::HtmlInstead).await;
    assert!(matches!(&error, Error::Format { found, .. } if found.contains("HTML")), "{error}");
    assert!(matches!(fails(Fault::InvalidJson).await, Error::Format { .. }));
    assert!(matches!(fails(Fault::EndlessBody).await, Error::TooLarge { .. }));
    assert!(matches!(fails(Fault::CutBody { at_bytes: 50 }).await, Error::Cut { .. }));
    assert!(matches!(fails(Fault::CursorBackwards).await, Error::Loop { .. }));
    assert!(matches!(fails(Fault::Status { code: 500 }).await, Error::Status { status: 500, .. }));
}
