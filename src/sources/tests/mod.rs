//! The room against the sandbox's real servers, on both engines.

mod alarm;
mod audience;
mod faults;
mod fence;
mod forms;
mod kill;
mod matrix;
mod mediawiki;
mod people;
mod rights;
mod schedule;
mod standing;
mod twins;

use super::model::{RunCard, Status};
use super::settings::Entered;
use super::sync::{self, Tried};
use super::{read, service};
use crate::base::{Paging, Role, Scope, Viewer};
use crate::platform::crypto::{Keeper, new_key};
use crate::platform::db::testing::on_both;
use crate::platform::db::{Db, Record, Sql};
use crate::platform::{Clock, Config, Site};
use connect::{Http, Policy};
use sandbox::{Options, Running, Sandbox};
use std::time::Duration;

/// A portal on `db` and a sandbox of its own.
struct Bench {
    site: Site,
    sandbox: Running,
    operator: Scope,
}

impl Bench {
    async fn new(db: Db) -> Bench {
        Bench::with(db, Clock::system(), Options::default()).await
    }

    async fn with(db: Db, clock: Clock, options: Options) -> Bench {
        let sandbox = Sandbox::start(options).await.unwrap();
        let mut config = Config::default();
        config.sync.allowed_origins =
            sandbox.urls().iter().map(|(_, url)| url.origin().ascii_serialization()).collect();
        let policy = Policy {
            allowed_origins: config.sync.allowed_origins.clone(),
            timeout: Duration::from_secs(1),
            retries: 1,
            backoff: Duration::from_millis(5),
            max_wait: Duration::from_secs(1),
            interval: Duration::ZERO,
            ..Policy::default()
        };
        let keeper = Keeper::from_base64(&new_key()).unwrap();
        let site = Site::new(db, clock, config, keeper);
        site.provide(Http::new(policy));
        Bench { site, sandbox, operator: person("op", &[Role::Operator]) }
    }

    /// One whose clock stands at `now` until the test moves it.
    async fn standing(db: Db, now: i64) -> (Bench, Clock) {
        let mut bench = Bench::new(db).await;
        let clock = Clock::at(now);
        let http = bench.site.ext::<Http>().unwrap();
        let keeper = Keeper::from_base64(&new_key()).unwrap();
        bench.site = Site::new(bench.site.db.clone(), clock.clone(), bench.site.config.clone(), keeper);
        bench.site.provide(http.as_ref().clone());
        (bench, clock)
    }

    /// The sandbox's invented feed of `n` items, which says that it lists everything.
    fn big(&self, n: u64, limit: u64) -> Entered {
        let mut address = self.sandbox.urls().feeds.clone();
        address.set_path("big.json");
        address.set_query(Some(&format!("n={n}&limit={limit}")));
        entered("feeds", "Library", &[("address", address.as_str()), ("complete", "true")])
    }

    /// Adds a source without queueing a run.
    async fn add(&self, entered: Entered) -> String {
        service::add_idle(&self.operator, &self.site, &entered).await.unwrap()
    }

    /// Opens a run and makes one try at it.
    async fn try_once(&self, source: &str) -> (String, Tried) {
        let run = service::sync_now(&self.operator, &self.site, source).await.unwrap();
        let tried = sync::advance(&self.site, &run).await.unwrap();
        (run, tried)
    }

    /// A run of one try, and how it ended.
    async fn sync(&self, source: &str) -> RunCard {
        let (run, _) = self.try_once(source).await;
        self.run(source, &run).await
    }

    /// The source's latest run.
    async fn latest(&self, source: &str) -> RunCard {
        service::standing(&self.operator, &self.site, source, Paging::default()).await.unwrap().card.latest.unwrap()
    }

    async fn run(&self, source: &str, run: &str) -> RunCard {
        read::run_view(&self.operator, &self.site, source, run, Paging::default()).await.unwrap().run
    }

    /// Items of the source that are there, and that are gone.
    async fn items(&self, source: &str) -> (i64, i64) {
        self.one(crate::sql!(
            "SELECT count(*) FILTER (WHERE gone_at IS NULL), count(*) FILTER (WHERE gone_at IS NOT NULL)
             FROM resource WHERE source = $1",
            source
        ))
        .await
    }

    async fn one<T: Record>(&self, sql: Sql) -> T {
        self.site.read().await.unwrap().one(sql).await.unwrap()
    }
}

fn person(id: &str, roles: &[Role]) -> Scope {
    Scope::Person(Viewer {
        id: id.into(),
        name: id.into(),
        email: format!("{id}@halden.example"),
        locale: "en-GB".into(),
        time_zone: "UTC".into(),
        roles: roles.to_vec(),
        groups: vec![],
        manages: false,
    })
}

fn entered(kind: &str, name: &str, settings: &[(&str, &str)]) -> Entered {
    Entered {
        kind: kind.into(),
        name: name.into(),
        interval: String::new(),
        settings: settings.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect(),
        ..Entered::default()
    }
}

/// Added, changed, unchanged, gone, quarantined.
fn counts(run: &RunCard) -> [i64; 5] {
    let c = &run.counts;
    [c.added.n, c.changed.n, c.unchanged.n, c.gone.n, c.quarantined.n]
}

#[track_caller]
fn assert_run(run: &RunCard, status: Status, expected: [i64; 5]) {
    assert_eq!((run.status, counts(run)), (status, expected), "{:?} {:?}", run.error, run.hint);
}
