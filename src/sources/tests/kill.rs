//! A worker that is killed in mid-sync, again and again, loses nothing and doubles nothing.

use super::*;
use crate::base::HOUR;
use crate::platform::db;
use crate::platform::jobs::{self, Worker};
use sandbox::Fault;
use std::process::{Child, Command};
use std::time::Instant;

/// Items a page.
const PAGE: u64 = 50;

/// This test binary again, as a worker of its own.
fn worker(url: &str, key: &str, origin: &str, now: i64) -> Child {
    Command::new(std::env::current_exe().unwrap())
        .args(["sources::tests::kill::works_until_nothing_is_left", "--exact", "--ignored", "--nocapture"])
        .env("ATRIUM_KILL_DATABASE", url)
        .env("ATRIUM_KILL_KEY", key)
        .env("ATRIUM_KILL_ORIGIN", origin)
        .env("ATRIUM_KILL_NOW", now.to_string())
        .stdout(std::process::Stdio::null())
        .spawn()
        .unwrap()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
#[ignore = "the process that the tests below start and kill"]
async fn works_until_nothing_is_left() {
    let env = |name: &str| std::env::var(name);
    let Ok(url) = env("ATRIUM_KILL_DATABASE") else { return };
    let (key, origin) = (env("ATRIUM_KILL_KEY").unwrap(), env("ATRIUM_KILL_ORIGIN").unwrap());
    // On PostgreSQL each process lives an hour after the one before, so that nobody has to wait for a lease to lapse.
    let clock = Clock::at(env("ATRIUM_KILL_NOW").unwrap().parse().unwrap());
    let db = db::open(&url, 4).await.unwrap();
    if db.is_alone() {
        let mut tx = db.begin().await.unwrap();
        jobs::recover(&mut tx, clock.now()).await.unwrap();
        tx.commit().await.unwrap();
    }
    let mut config = Config::default();
    config.sync.allowed_origins = vec![origin];
    let site = Site::new(db.clone(), clock.clone(), config, Keeper::from_base64(&key).unwrap());
    let worker = super::super::jobs::register(Worker::default(), &site);
    let (stop, stopped) = tokio::sync::watch::channel(false);
    let name = format!("w{}", std::process::id());
    let working = tokio::spawn(worker.run(db.clone(), name, clock, stopped));
    loop {
        let (left,): (i64,) =
            db.read().await.unwrap().one(crate::sql!("SELECT count(*) FROM job WHERE ended_at IS NULL")).await.unwrap();
        if left == 0 {
            break;
        }
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    stop.send(true).unwrap();
    working.await.unwrap();
}

async fn killed(url: &str, kills: u64) {
    // Every process gets further by some pages before it is killed, and enough is left for the last one.
    let n = (kills + 2) * 5 * PAGE;
    let pages = (n / PAGE) as i64;
    let key = new_key();
    let sandbox = Sandbox::start(Options::default()).await.unwrap();
    let origin = sandbox.urls().feeds.origin().ascii_serialization();
    let mut now = 1_790_000_000_000;
    let (source, run) = {
        let db = db::open(url, 4).await.unwrap();
        let mut config = Config::default();
        config.sync.allowed_origins = vec![origin.clone()];
        let site = Site::new(db.clone(), Clock::at(now), config, Keeper::from_base64(&key).unwrap());
        let bench = Bench { site, sandbox, operator: person("op", &[Role::Operator]) };
        let source = bench.add(bench.big(n, PAGE)).await;
        let run = service::sync_now(&bench.operator, &bench.site, &source).await.unwrap();
        db.close().await;
        let Bench { sandbox, .. } = bench;
        sandbox.faults().feeds.add(Fault::Slow { ms: 5 }.always());
        for kill in 0..kills {
            now += HOUR;
            let asked = sandbox.requests().feeds.count();
            let mut child = worker(url, &key, &origin, now);
            let started = Instant::now();
            while sandbox.requests().feeds.count() < asked + 3 {
                assert!(started.elapsed() < Duration::from_secs(60), "process {kill} does not get on");
                assert!(child.try_wait().unwrap().is_none(), "process {kill} ended before it was killed");
                tokio::time::sleep(Duration::from_millis(1)).await;
            }
            // Somewhere between an answer and the commit of what it held: another moment each time.
            tokio::time::sleep(Duration::from_micros(kill * 7919 % 30_000)).await;
            child.kill().unwrap();
            assert!(!child.wait().unwrap().success(), "process {kill} was over before the kill");
        }
        now += HOUR;
        let status = tokio::task::spawn_blocking({
            let mut child = worker(url, &key, &origin, now);
            move || child.wait().unwrap()
        })
        .await
        .unwrap();
        assert!(status.success());
        (source, run)
    };
    let db = db::open(url, 4).await.unwrap();
    let mut c = db.read().await.unwrap();
    let (rows, ids): (i64, i64) = c
        .one(crate::sql!(
            "SELECT count(*), count(DISTINCT external_id) FROM resource WHERE source = $1 AND gone_at IS NULL",
            &source
        ))
        .await
        .unwrap();
    assert_eq!((rows, ids), (n as i64, n as i64), "every item is there exactly once");
    let (status, added, changed, unchanged, gone): (String, i64, i64, i64, i64) = c
        .one(crate::sql!("SELECT status, added, changed, unchanged, gone FROM sync_run WHERE id = $1", &run))
        .await
        .unwrap();
    assert_eq!((status.as_str(), added, changed, unchanged, gone), ("ok", n as i64, 0, 0, 0), "the counters are true");
    let (counted, runs): (i64, i64) =
        c.one(crate::sql!("SELECT max(pages), count(*) FROM sync_run WHERE source = $1", &source)).await.unwrap();
    assert!((counted - pages).abs() <= 1 && runs == 1, "{counted} of {pages} pages in {runs} runs");
    drop(c);
    db.close().await;
}

/// Ten, or as many as `ATRIUM_TEST_KILLS` says.
fn kills() -> u64 {
    std::env::var("ATRIUM_TEST_KILLS").ok().and_then(|n| n.parse().ok()).unwrap_or(10)
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_sync_on_sqlite_survives_being_killed() {
    let folder = tempfile::tempdir().unwrap();
    killed(&format!("sqlite://{}/atrium.db", folder.path().display()), kills()).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_sync_on_postgres_survives_being_killed() {
    killed(&db::testing::fresh_postgres().await, kills()).await;
}
