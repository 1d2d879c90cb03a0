//! Operators hear of a source that fails again and again, and of one that is silent.

use super::*;
use crate::base::{HOUR, MINUTE};
use crate::sources::jobs;
use sandbox::Fault;

async fn told(bench: &Bench) -> Vec<(String, String, String)> {
    let mut c = bench.site.read().await.unwrap();
    c.all(crate::sql!("SELECT person, dedupe, link FROM notice ORDER BY at, dedupe, person")).await.unwrap()
}

async fn people(bench: &Bench) {
    let mut tx = bench.site.begin().await.unwrap();
    for id in ["op", "second", "learner"] {
        tx.run(crate::sql!(
            "INSERT INTO person (id, email, name, folded, job_title, manager, locale, time_zone, active, created_at,
                                 updated_at) VALUES ($1, $1, $1, $1, '', NULL, 'en', 'UTC', TRUE, 0, 0)",
            id
        ))
        .await
        .unwrap();
    }
    let roles = crate::sql!(
        "INSERT INTO person_role (person, role, origin)
         VALUES ('op', 'operator', 't'), ('second', 'operator', 't'), ('learner', 'curator', 't')"
    );
    tx.run(roles).await.unwrap();
    tx.commit().await.unwrap();
}

#[tokio::test]
async fn three_failed_runs_in_a_row_alarm_every_operator_once_until_one_goes_well() {
    on_both(|db| async move {
        let (bench, clock) = Bench::standing(db, 1_790_000_000_000).await;
        people(&bench).await;
        let source = bench.add(bench.big(10, 10)).await;
        bench.sandbox.faults().feeds.add(Fault::Status { code: 404 }.always());
        let mut last = String::new();
        for n in 1..=4 {
            clock.advance(MINUTE);
            let (run, tried) = bench.try_once(&source).await;
            assert_eq!(tried, Tried::Ended(Status::Failed));
            jobs::tick(&bench.site).await.unwrap();
            jobs::tick(&bench.site).await.unwrap();
            assert_eq!(told(&bench).await.len(), if n < 3 { 0 } else { 2 }, "after {n} runs");
            if n == 3 {
                last = run;
            }
        }
        let page = format!("/sources/{source}/runs/{last}");
        let people: Vec<_> = told(&bench).await.into_iter().map(|(person, _, link)| (person, link)).collect();
        assert_eq!(people, [("op".to_owned(), page.clone()), ("second".to_owned(), page)]);
        bench.sandbox.clear_faults();
        bench.sync(&source).await;
        bench.sandbox.faults().feeds.add(Fault::Status { code: 404 }.always());
        for _ in 0..3 {
            clock.advance(MINUTE);
            bench.sync(&source).await;
        }
        jobs::tick(&bench.site).await.unwrap();
        assert_eq!(told(&bench).await.len(), 4, "what fails after a good run is another trouble");
    })
    .await;
}

#[tokio::test]
async fn silence_of_three_intervals_is_an_alarm_and_a_paused_source_is_silent_by_right() {
    on_both(|db| async move {
        let (bench, clock) = Bench::standing(db, 1_790_000_000_000).await;
        people(&bench).await;
        let source = bench.add(bench.big(10, 10)).await;
        clock.advance(HOUR);
        assert_eq!(jobs::tick(&bench.site).await.unwrap(), 1, "its run is queued, and nobody works on it");
        clock.advance(3 * HOUR);
        jobs::tick(&bench.site).await.unwrap();
        assert!(told(&bench).await.is_empty(), "not yet");
        clock.advance(MINUTE);
        jobs::tick(&bench.site).await.unwrap();
        jobs::tick(&bench.site).await.unwrap();
        let run = bench.latest(&source).await.id;
        let keys: Vec<_> = told(&bench).await.into_iter().map(|(_, key, _)| key).collect();
        assert_eq!(keys, vec![format!("source-silent/{source}/{run}"); 2]);

        service::cancel(&bench.operator, &bench.site, &source).await.unwrap();
        service::pause(&bench.operator, &bench.site, &source).await.unwrap();
        clock.advance(100 * HOUR);
        jobs::tick(&bench.site).await.unwrap();
        service::resume(&bench.operator, &bench.site, &source).await.unwrap();
        jobs::tick(&bench.site).await.unwrap();
        assert_eq!(told(&bench).await.len(), 2, "resuming is no silence either");
    })
    .await;
}
