//! A worker whose run went to another one writes nothing more.

use super::*;
use sandbox::Fault;

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn of_two_tries_at_a_run_only_the_later_one_writes() {
    on_both(|db| async move {
        let bench = Bench::new(db).await;
        let source = bench.add(bench.big(200, 20)).await;
        bench.sandbox.faults().feeds.add(Fault::Slow { ms: 60 }.always());
        let run = service::sync_now(&bench.operator, &bench.site, &source).await.unwrap();
        let (site, id) = (bench.site.clone(), run.clone());
        let first = tokio::spawn(async move { sync::advance(&site, &id).await.unwrap() });
        while bench.run(&source, &run).await.counts.pages.n < 3 {
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
        let second = sync::advance(&bench.site, &run).await.unwrap();
        assert_eq!((first.await.unwrap(), second), (Tried::NotOurs, Tried::Ended(Status::Ok)));
        let done = bench.run(&source, &run).await;
        assert_run(&done, Status::Ok, [200, 0, 0, 0, 0]);
        assert_eq!(bench.items(&source).await, (200, 0));
    })
    .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_run_that_is_stopped_or_whose_source_is_removed_writes_nothing_more() {
    on_both(|db| async move {
        let bench = Bench::new(db).await;
        for remove in [false, true] {
            let name = format!("Library {remove}");
            let source = bench.add(Entered { name, again: true, ..bench.big(200, 20) }).await;
            bench.sandbox.faults().feeds.add(Fault::Slow { ms: 60 }.always());
            let run = service::sync_now(&bench.operator, &bench.site, &source).await.unwrap();
            let (site, id) = (bench.site.clone(), run.clone());
            let going = tokio::spawn(async move { sync::advance(&site, &id).await.unwrap() });
            while bench.run(&source, &run).await.counts.pages.n < 2 {
                tokio::time::sleep(Duration::from_millis(10)).await;
            }
            if remove {
                service::remove(&bench.operator, &bench.site, &source).await.unwrap();
            } else {
                service::cancel(&bench.operator, &bench.site, &source).await.unwrap();
            }
            let stopped = bench.run(&source, &run).await;
            assert_eq!(going.await.unwrap(), Tried::NotOurs);
            let after = bench.run(&source, &run).await;
            assert_eq!((after.status, counts(&after)), (Status::Cancelled, counts(&stopped)));
            let (present, gone) = bench.items(&source).await;
            assert_eq!((present + gone, present == 0), (after.counts.added.n, remove));
            bench.sandbox.clear_faults();
        }
    })
    .await;
}
