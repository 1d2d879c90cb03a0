//! Syncing a large feed: through the whole machinery, and merely downloading and parsing it.

use crate::figures::Figures;
use crate::process::{Served, found, memory};
use crate::{All, Outcome, load};
use atrium::base::Scope;
use atrium::platform::{Config, Site};
use atrium::sources::Entered;
use atrium::sources::service::{add_idle, sync_to_end};
use connect::{Http, Next, Policy, Settings};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use std::path::Path;
use std::time::Instant;

/// Items of one page of the feed.
const PAGE: usize = 500;

/// What it took.
#[derive(Serialize, Deserialize)]
struct Took {
    items: i64,
    seconds: f64,
    memory: f64,
}

impl Took {
    fn rate(&self) -> f64 {
        self.items as f64 / self.seconds
    }
}

/// The rate of a sync, alone and against merely downloading and parsing the same pages.
pub async fn measure(figures: &mut Figures, all: &All, folder: &Path) -> Outcome<()> {
    let sandbox = Served::own(&["sandbox"]).await?;
    let feed = format!("{}big.json?n={}&limit={PAGE}", sandbox.address, all.items);
    let database = format!("sqlite://{}/sync.db", folder.display());
    let parsed: Took = found(&["parse", &feed]).await?;
    let synced: Took = found(&["sync", &database, &feed]).await?;
    sandbox.stop().await?;
    if synced.items != parsed.items {
        return Err(format!("{} items were parsed, {} synced", parsed.items, synced.items).into());
    }
    figures.put("sync_items", synced.items as f64, "items")?;
    figures.put("sync_rate", synced.rate(), "items/s")?;
    figures.put("parse_rate", parsed.rate(), "items/s")?;
    figures.put("sync_ratio", synced.rate() / parsed.rate(), "of-parsing")?;
    figures.put("sync_memory", synced.memory, "MB")
}

/// Serves the sandbox and prints where its feeds are.
pub async fn sandbox() -> Outcome<()> {
    let running = sandbox::Sandbox::start(sandbox::Options::default()).await?;
    println!("{}", running.urls().feeds);
    std::future::pending().await
}

fn settings(feed: &str) -> Settings {
    BTreeMap::from([("address".to_owned(), feed.to_owned()), ("complete".to_owned(), "true".to_owned())])
}

/// The private origin that `feed` is at.
fn origin(feed: &str) -> String {
    feed.splitn(4, '/').take(3).collect::<Vec<_>>().join("/")
}

/// Downloads and parses the feed; prints [`Took`].
pub async fn parse(feed: &str) -> Outcome<()> {
    let system = connect::system("feeds").ok_or("there is no connector for feeds")?;
    let connector = system.connect(&settings(feed)).map_err(|faults| format!("{faults:?}"))?;
    let http = Http::new(Policy { allowed_origins: vec![origin(feed)], ..Policy::default() });
    let (start, mut items, mut cursor) = (Instant::now(), 0, None);
    loop {
        let page = connector.page(&http, cursor.as_ref()).await.map_err(|error| error.to_string())?;
        items += page.items.len() as i64;
        match page.next {
            Next::More(next) => cursor = Some(next),
            Next::Done { .. } | Next::Unchanged { .. } => break,
        }
    }
    tell(items, start)
}

/// Syncs the feed into a new database; prints [`Took`].
pub async fn run(url: &str, feed: &str) -> Outcome<()> {
    let plain = load::site(url).await?;
    let mut config: Config = plain.config.clone();
    config.sync.allowed_origins = vec![origin(feed)];
    let site = Site::new(plain.db.clone(), plain.clock.clone(), config, load::keeper()?);
    let entered =
        Entered { kind: "feeds".to_owned(), name: "Big".to_owned(), settings: settings(feed), ..Entered::default() };
    let source = add_idle(&Scope::system(), &site, &entered).await?;
    let start = Instant::now();
    let summary = sync_to_end(&site, &source).await?;
    if summary.added == 0 {
        return Err(format!("nothing was synced: {:?}", summary.error).into());
    }
    tell(summary.added, start)
}

fn tell(items: i64, start: Instant) -> Outcome<()> {
    let seconds = start.elapsed().as_secs_f64();
    let memory = memory(std::process::id(), "VmHWM:")?;
    println!("{}", serde_json::to_string(&Took { items, seconds, memory })?);
    Ok(())
}
