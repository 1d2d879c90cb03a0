//! Scheduled runs, pausing, removing and taking it back.

use super::*;
use crate::base::MINUTE;
use crate::sources::jobs;
use crate::sources::model::Health;

async fn jobs_left(bench: &Bench) -> i64 {
    let (n,): (i64,) =
        bench.one(crate::sql!("SELECT count(*) FROM job WHERE kind = 'sources.sync' AND ended_at IS NULL")).await;
    n
}

#[tokio::test]
async fn a_source_is_queued_when_it_is_due_and_once() {
    on_both(|db| async move {
        let (bench, clock) = Bench::standing(db, 1_790_000_000_000).await;
        let source = bench.add(bench.big(10, 10)).await;
        assert_eq!(jobs::tick(&bench.site).await.unwrap(), 0, "not due yet");
        clock.advance(60 * MINUTE);
        assert_eq!(jobs::tick(&bench.site).await.unwrap(), 1);
        assert_eq!(jobs::tick(&bench.site).await.unwrap(), 0, "a run is open");
        assert_eq!(jobs_left(&bench).await, 1);
        let run = bench.latest(&source).await;
        assert_eq!(run.reason, "schedule");
        assert_eq!(sync::advance(&bench.site, &run.id).await.unwrap(), Tried::Ended(Status::Ok));
        assert_eq!(jobs::tick(&bench.site).await.unwrap(), 0, "the next one is due an interval later");
        clock.advance(60 * MINUTE);
        assert_eq!(jobs::tick(&bench.site).await.unwrap(), 1);
    })
    .await;
}

#[tokio::test]
async fn two_nodes_that_look_at_the_same_time_start_one_run() {
    on_both(|db| async move {
        let (bench, clock) = Bench::standing(db, 1_790_000_000_000).await;
        for n in 0..5 {
            bench.add(Entered { name: format!("Library {n}"), again: true, ..bench.big(10, 10) }).await;
        }
        clock.advance(61 * MINUTE);
        let ticks = (0..4).map(|_| jobs::tick(&bench.site));
        let queued: i64 = futures::future::try_join_all(ticks).await.unwrap().into_iter().sum();
        assert_eq!((queued, jobs_left(&bench).await), (5, 5));
    })
    .await;
}

#[tokio::test]
async fn a_run_whose_job_was_lost_is_taken_up_again() {
    on_both(|db| async move {
        let (bench, clock) = Bench::standing(db, 1_790_000_000_000).await;
        let source = bench.add(bench.big(10, 10)).await;
        service::sync_now(&bench.operator, &bench.site, &source).await.unwrap();
        let mut tx = bench.site.begin().await.unwrap();
        tx.run(crate::sql!("DELETE FROM job")).await.unwrap();
        tx.commit().await.unwrap();
        assert_eq!(jobs::tick(&bench.site).await.unwrap(), 0, "it may only be slow");
        clock.advance(6 * MINUTE);
        assert_eq!((jobs::tick(&bench.site).await.unwrap(), jobs_left(&bench).await), (1, 1));
        assert_eq!(jobs::tick(&bench.site).await.unwrap(), 0, "its job stands now");
    })
    .await;
}

#[tokio::test]
async fn a_paused_source_rests_and_a_removed_one_can_come_back() {
    on_both(|db| async move {
        let (bench, clock) = Bench::standing(db, 1_790_000_000_000).await;
        let (operator, site) = (&bench.operator, &bench.site);
        let source = bench.add(bench.big(30, 10)).await;
        bench.sync(&source).await;
        service::pause(operator, site, &source).await.unwrap();
        clock.advance(600 * MINUTE);
        assert_eq!(jobs::tick(site).await.unwrap(), 0);
        assert_eq!(service::sync_now(operator, site, &source).await.unwrap_err().status(), 409);
        service::resume(operator, site, &source).await.unwrap();
        assert_eq!(jobs::tick(site).await.unwrap(), 1, "resuming syncs at once");
        service::remove(operator, site, &source).await.unwrap();
        assert_eq!(bench.items(&source).await, (0, 30));
        clock.advance(600 * MINUTE);
        assert_eq!(jobs::tick(site).await.unwrap(), 0);
        let overview = service::overview(operator, site).await.unwrap();
        assert_eq!((overview.sources.len(), overview.removed.len()), (0, 1));
        let view = service::view(operator, site, &source, "", Paging::default()).await.unwrap();
        assert_eq!((view.standing.card.health, view.form.is_none()), (Health::Removed, true), "its record stays");
        assert_eq!(service::sync_now(operator, site, &source).await.unwrap_err().status(), 409);
        service::restore(operator, site, &source).await.unwrap();
        assert_eq!(bench.items(&source).await, (30, 0), "its items are back at once");
        let run = bench.latest(&source).await;
        assert_eq!(sync::advance(site, &run.id).await.unwrap(), Tried::Ended(Status::Ok));
        assert_run(&bench.run(&source, &run.id).await, Status::Ok, [0, 0, 30, 0, 0]);
        assert_eq!(bench.items(&source).await, (30, 0));
        let actions: Vec<(String,)> =
            site.read().await.unwrap().all(crate::sql!("SELECT action FROM audit ORDER BY id")).await.unwrap();
        let actions: Vec<_> = actions.iter().map(|row| row.0.as_str()).collect();
        assert_eq!(
            actions,
            ["source.add", "source.sync", "source.pause", "source.resume", "source.remove", "source.restore"]
        );
    })
    .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_worker_takes_up_what_was_asked_for() {
    on_both(|db| async move {
        let bench = Bench::new(db).await;
        let source = service::add(&bench.operator, &bench.site, &bench.big(30, 10)).await.unwrap();
        let worker = jobs::register(crate::platform::jobs::Worker::default(), &bench.site);
        let (stop, stopped) = tokio::sync::watch::channel(false);
        let working = tokio::spawn(worker.run(bench.site.db.clone(), "w".into(), Clock::system(), stopped));
        let mut run = bench.latest(&source).await;
        for _ in 0..500 {
            if run.status.has_ended() {
                break;
            }
            tokio::time::sleep(Duration::from_millis(20)).await;
            run = bench.latest(&source).await;
        }
        assert_run(&run, Status::Ok, [30, 0, 0, 0, 0]);
        stop.send(true).unwrap();
        working.await.unwrap();
        assert_eq!(jobs_left(&bench).await, 0);
    })
    .await;
}

#[tokio::test]
async fn the_command_line_syncs_to_the_end() {
    on_both(|db| async move {
        let bench = Bench::new(db).await;
        let source = bench.add(bench.big(120, 50)).await;
        bench.sandbox.faults().feeds.add(sandbox::Fault::Status { code: 503 }.times(2).from_page(2));
        let done = service::sync_to_end(&bench.site, &source).await.unwrap();
        assert_eq!((done.status, done.added, done.error), (Status::Ok, 120, None));
    })
    .await;
}

#[tokio::test]
async fn after_a_large_sync_the_database_plans_by_what_came() {
    on_both(|db| async move {
        let bench = Bench::new(db).await;
        let source = bench.add(bench.big(60, 50)).await;
        bench.sync(&source).await;
        let (counted,): (i64,) = bench
            .one(crate::sql!(
                sqlite: "SELECT count(*) FROM resource",
                postgres: "SELECT CAST(reltuples AS BIGINT) FROM pg_class
                           WHERE relname = 'resource' AND relnamespace = current_schema()::regnamespace"
            ))
            .await;
        assert_eq!(counted, 60);
    })
    .await;
}

#[tokio::test]
async fn a_new_interval_counts_from_the_last_run() {
    on_both(|db| async move {
        let (bench, clock) = Bench::standing(db, 1_790_000_000_000).await;
        let id = bench.add(bench.big(20, 50)).await;
        bench.sync(&id).await;
        let next = || async {
            let row = crate::sources::store::source(&mut bench.site.read().await.unwrap(), &id).await.unwrap().unwrap();
            (row.next_run_at, row.interval_ms, row.updated_at)
        };
        let ran = clock.now();
        clock.advance(10 * MINUTE);
        for (minutes, due) in [(30, ran + 30 * MINUTE), (5, clock.now()), (90, clock.now() + 85 * MINUTE)] {
            let entered = Entered { interval: minutes.to_string(), ..bench.big(20, 50) };
            let version = next().await.2;
            service::edit(&bench.operator, &bench.site, &id, version, &entered).await.unwrap();
            assert_eq!(next().await.0, due, "every {minutes} minutes");
        }
    })
    .await;
}
