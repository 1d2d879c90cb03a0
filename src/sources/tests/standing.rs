//! How sources stand, as the list and their pages tell it.

use super::*;
use crate::base::{HOUR, MINUTE};
use crate::sources::model::Health;
use crate::sources::store;
use sandbox::Fault;

#[tokio::test]
async fn those_in_need_come_first_and_say_what_is_wrong_in_plain_words() {
    on_both(|db| async move {
        let (bench, clock) = Bench::standing(db, Clock::system().now()).await;
        let named = |name: &str, n: u64| Entered { name: name.into(), again: true, ..bench.big(n, 50) };
        let well = bench.add(named("A well one", 10)).await;
        let failing = bench.add(named("B failing one", 20)).await;
        let waiting = bench.add(named("C waiting one", 100)).await;
        for source in [&well, &failing, &waiting] {
            bench.sync(source).await;
        }
        clock.advance(HOUR);
        let since = clock.now();
        for _ in 0..2 {
            bench.sandbox.faults().feeds.add(Fault::HtmlInstead.always());
            assert_eq!(bench.sync(&failing).await.status, Status::Failed);
            bench.sandbox.clear_faults();
            clock.advance(MINUTE);
        }
        bench.sandbox.faults().feeds.add(Fault::ItemsVanish { share: 0.5 }.always());
        bench.sync(&waiting).await;
        let list = service::overview(&bench.operator, &bench.site).await.unwrap().sources;
        let names: Vec<_> = list.iter().map(|card| card.name.as_str()).collect();
        assert_eq!(names, ["B failing one", "C waiting one", "A well one"]);
        let run = list[0].latest.as_ref().unwrap();
        assert_eq!(run.error.as_deref(), Some("What came back is not a feed (RSS, Atom or JSON Feed)."));
        assert!(run.detail.as_ref().is_some_and(|d| d.contains("http://") && d.contains("HTML")), "{:?}", run.detail);
        let first = crate::platform::Format::new("en-GB", "UTC", since).moment(since);
        assert_eq!(list[0].failing_since.as_ref(), Some(&first), "since the first of them");
        assert!(list[1].failing_since.is_none() && list[1].health == Health::Waiting);
        // It is mended, and nothing of it is left.
        bench.sandbox.clear_faults();
        bench.sync(&failing).await;
        let list = service::overview(&bench.operator, &bench.site).await.unwrap().sources;
        let mended = list.iter().find(|card| card.id == failing).unwrap();
        assert!(mended.failing_since.is_none() && mended.health == Health::Good, "{mended:?}");
    })
    .await;
}

#[tokio::test]
async fn the_wait_for_a_decision_is_not_the_runs_time() {
    on_both(|db| async move {
        let (bench, clock) = Bench::standing(db, Clock::system().now()).await;
        let source = bench.add(bench.big(100, 50)).await;
        bench.sync(&source).await;
        bench.sandbox.faults().feeds.add(Fault::ItemsVanish { share: 0.5 }.always());
        let waits = bench.sync(&source).await;
        assert_eq!(waits.status, Status::Waiting);
        clock.advance(5 * HOUR);
        let later = bench.run(&source, &waits.id).await;
        assert_eq!((&later.took, &later.waiting_since), (&waits.took, &waits.waiting_since));
        assert!(later.started.text.starts_with("5 hours ago, "), "{}", later.started.text);
        service::confirm(&bench.operator, &bench.site, &source, &waits.id).await.unwrap();
        let done = bench.run(&source, &waits.id).await;
        assert_eq!((done.status, &done.took), (Status::Ok, &waits.took));
        let row = store::run(&mut bench.site.read().await.unwrap(), &waits.id).await.unwrap().unwrap();
        assert!(row.ended_at.unwrap() - row.started_at >= 5 * HOUR, "it ended when that was decided");
    })
    .await;
}

#[tokio::test]
async fn a_source_that_nothing_is_heard_of_raises_an_alarm() {
    on_both(|db| async move {
        let (bench, clock) = Bench::standing(db, 1_790_000_000_000).await;
        let source = bench.add(bench.big(20, 50)).await;
        bench.sync(&source).await;
        let silent = || async {
            let list = service::overview(&bench.operator, &bench.site).await.unwrap().sources;
            assert_eq!(list[0].silent_since.is_some(), list[0].is_urgent());
            list[0].silent_since.is_some()
        };
        clock.advance(3 * HOUR - MINUTE);
        assert!(!silent().await);
        clock.advance(MINUTE);
        assert!(silent().await, "nobody started a run");
        crate::sources::jobs::tick(&bench.site).await.unwrap();
        assert!(silent().await, "one was started, and no worker takes it up");
        let found = service::findings(&bench.site).await.unwrap();
        assert!(found[0].1.as_ref().is_err_and(|told| told.contains("worker")), "{found:?}");
        let run = bench.latest(&source).await;
        clock.advance(MINUTE);
        let mut tx = bench.site.begin().await.unwrap();
        let page = crate::sql!("UPDATE sync_run SET touched_at = $1 WHERE id = $2", clock.now(), &run.id);
        tx.run(page).await.unwrap();
        tx.commit().await.unwrap();
        assert!(!silent().await, "a long run that gets on");
        clock.advance(3 * HOUR);
        assert!(silent().await, "one that stands still");
        sync::advance(&bench.site, &run.id).await.unwrap();
        assert!(!silent().await);
    })
    .await;
}

#[tokio::test]
async fn a_paused_source_can_be_resumed_whatever_else_there_is_to_say_of_it() {
    on_both(|db| async move {
        let bench = Bench::new(db).await;
        let source = bench.add(bench.big(100, 50)).await;
        bench.sync(&source).await;
        bench.sandbox.faults().feeds.add(Fault::ItemsVanish { share: 0.5 }.always());
        bench.sync(&source).await;
        service::pause(&bench.operator, &bench.site, &source).await.unwrap();
        let now = service::standing(&bench.operator, &bench.site, &source, Paging::default()).await.unwrap();
        assert_eq!((now.card.health, now.card.paused), (Health::Waiting, true));
    })
    .await;
}
