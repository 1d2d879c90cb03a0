//! The queue on both engines.

use super::Clock;
use super::db::testing::on_both;
use super::db::{Db, Result};
use super::jobs::{Failure, LEASE, New, Worker, enqueue, recover};
use crate::sql;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering::SeqCst};
use std::time::{Duration, Instant};
use tokio::sync::watch;

fn new<'a>(kind: &'a str, dedupe: Option<&'a str>) -> New<'a> {
    New { kind, dedupe, args: serde_json::json!({"n": 1}), due_at: 0, max_tries: 2 }
}

async fn add(db: &Db, job: New<'_>, now: i64) -> bool {
    let mut tx = db.begin().await.unwrap();
    let added = enqueue(&mut tx, job, now).await.unwrap();
    tx.commit().await.unwrap();
    added
}

async fn left(db: &Db) -> i64 {
    let row: Result<(i64,)> =
        db.read().await.unwrap().one(sql!("SELECT count(*) FROM job WHERE ended_at IS NULL")).await;
    row.unwrap().0
}

async fn until(mut done: impl AsyncFnMut() -> bool) {
    let start = Instant::now();
    while !done().await {
        assert!(start.elapsed() < Duration::from_secs(30), "it does not come to an end");
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
}

#[tokio::test]
async fn a_job_belongs_to_its_transaction() {
    on_both(|db| async move {
        let mut tx = db.begin().await.unwrap();
        enqueue(&mut tx, new("noop", None), 0).await.unwrap();
        drop(tx);
        assert_eq!(left(&db).await, 0);
        assert!(add(&db, new("noop", Some("k")), 0).await);
        assert!(!add(&db, new("noop", Some("k")), 0).await, "one unfinished job a key");
        assert!(add(&db, new("other", Some("k")), 0).await, "keys belong to their kind");
    })
    .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn failures_are_tried_again_panics_are_caught_and_the_end_is_graceful() {
    on_both(|db| async move {
        let clock = Clock::at(1_000_000);
        for kind in ["noop", "fails", "panics", "slow", "hopeless", "unknown"] {
            add(&db, new(kind, None), clock.now()).await;
        }
        let tries = Arc::new(AtomicUsize::new(0));
        let slow_done = Arc::new(AtomicUsize::new(0));
        let (counted, finished) = (tries.clone(), slow_done.clone());
        let worker = Worker::default()
            .on("noop", |_| async { Ok(()) })
            .on("fails", move |_| {
                let counted = counted.clone();
                async move {
                    counted.fetch_add(1, SeqCst);
                    Err(std::io::Error::other("boom").into())
                }
            })
            .on("hopeless", |_| async { Err(Failure::fatal("never")) })
            .on("panics", |_| async { panic!("aargh") })
            .on("slow", move |_| {
                let finished = finished.clone();
                async move {
                    tokio::time::sleep(Duration::from_millis(1500)).await;
                    finished.fetch_add(1, SeqCst);
                    Ok(())
                }
            });
        let (stop, stopped) = watch::channel(false);
        let task = tokio::spawn(worker.run(db.clone(), "w1".into(), clock.clone(), stopped));
        until(async || left(&db).await <= 3).await; // fails waits for its backoff, slow runs, unknown is nobody's
        assert_eq!(tries.load(SeqCst), 1);
        clock.advance(3_000);
        until(async || tries.load(SeqCst) == 2).await;
        stop.send(true).unwrap();
        task.await.unwrap();
        assert_eq!(slow_done.load(SeqCst), 1, "a running job ends before the worker does");
        let rows: Vec<(String, i64, bool, Option<String>)> = db
            .read()
            .await
            .unwrap()
            .all(sql!("SELECT kind, tries, ended_at IS NOT NULL, error FROM job ORDER BY kind"))
            .await
            .unwrap();
        let brief: Vec<_> = rows.iter().map(|r| (r.0.as_str(), r.1, r.2)).collect();
        assert_eq!(
            brief,
            [
                ("fails", 2, true),
                ("hopeless", 1, true),
                ("noop", 1, true),
                ("panics", 1, true),
                ("slow", 1, true),
                ("unknown", 0, false)
            ]
        );
        assert_eq!(rows[0].3.as_deref(), Some("boom"));
    })
    .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn rivals_share_the_work_without_doing_it_twice() {
    on_both(|db| async move {
        let mut tx = db.begin().await.unwrap();
        for _ in 0..300 {
            enqueue(&mut tx, new("noop", None), 0).await.unwrap();
        }
        tx.commit().await.unwrap();
        let n = Arc::new(AtomicUsize::new(0));
        let (stop, stopped) = watch::channel(false);
        let crew: Vec<_> = (0..4)
            .map(|k| {
                let n = n.clone();
                let worker = Worker::default().on("noop", move |_| {
                    n.fetch_add(1, SeqCst);
                    async { Ok(()) }
                });
                tokio::spawn(worker.run(db.clone(), format!("w{k}"), Clock::system(), stopped.clone()))
            })
            .collect();
        until(async || left(&db).await == 0).await;
        stop.send(true).unwrap();
        for worker in crew {
            worker.await.unwrap();
        }
        assert_eq!(n.load(SeqCst), 300);
    })
    .await;
}

#[tokio::test]
async fn what_a_dead_worker_held_is_run_again() {
    on_both(|db| async move {
        let clock = Clock::at(1_000_000);
        add(&db, new("noop", None), clock.now()).await;
        let mut tx = db.begin().await.unwrap();
        tx.run(sql!("UPDATE job SET holder = 'dead', due_at = $1", clock.now() + LEASE)).await.unwrap();
        tx.commit().await.unwrap();
        let n = Arc::new(AtomicUsize::new(0));
        let counted = n.clone();
        let worker = Worker::default().on("noop", move |_| {
            counted.fetch_add(1, SeqCst);
            async { Ok(()) }
        });
        let (stop, stopped) = watch::channel(false);
        let task = tokio::spawn(worker.run(db.clone(), "w2".into(), clock.clone(), stopped));
        tokio::time::sleep(Duration::from_millis(300)).await;
        assert_eq!(n.load(SeqCst), 0, "a lease is respected");
        if db.is_alone() {
            let mut tx = db.begin().await.unwrap();
            assert_eq!(recover(&mut tx, clock.now()).await.unwrap(), 1);
            tx.commit().await.unwrap();
        } else {
            clock.advance(LEASE + 1);
        }
        until(async || n.load(SeqCst) == 1 && left(&db).await == 0).await;
        stop.send(true).unwrap();
        task.await.unwrap();
    })
    .await;
}
