//! What goes wrong at the other end: each time the run says so truthfully, nothing is lost, and the next run heals.

use super::*;
use sandbox::{Fault, RetryAfter};

#[tokio::test]
async fn a_run_takes_everything_and_the_next_one_finds_nothing_new() {
    on_both(|db| async move {
        let bench = Bench::new(db).await;
        let source = bench.add(bench.big(250, 50)).await;
        let run = bench.sync(&source).await;
        assert_run(&run, Status::Ok, [250, 0, 0, 0, 0]);
        assert!(run.counts.pages.n >= 5, "{}", run.counts.pages.n);
        assert_run(&bench.sync(&source).await, Status::Ok, [0, 0, 250, 0, 0]);
        let view = read::run_view(&bench.operator, &bench.site, &source, &run.id, Paging::default()).await.unwrap();
        assert_eq!(view.request_count.n, view.requests.len() as i64);
        assert!(
            view.requests.iter().all(|r| r.status == Some(200) && r.url.contains("big.json")),
            "{:?}",
            view.requests
        );
    })
    .await;
}

#[tokio::test]
async fn a_server_that_is_too_slow_is_asked_again_later() {
    on_both(|db| async move {
        let bench = Bench::new(db).await;
        let source = bench.add(bench.big(100, 50)).await;
        bench.sandbox.faults().feeds.add(Fault::Slow { ms: 3000 }.always());
        let (run, tried) = bench.try_once(&source).await;
        assert!(matches!(tried, Tried::Later { .. }), "{tried:?}");
        let waits = bench.run(&source, &run).await;
        assert_run(&waits, Status::Running, [0; 5]);
        assert!(waits.retry.is_some() && waits.hint.is_some());
        assert!(waits.detail.is_some_and(|e| e.contains("no complete answer")));
        bench.sandbox.clear_faults();
        assert_eq!(sync::advance(&bench.site, &run).await.unwrap(), Tried::Ended(Status::Ok));
        let healed = bench.run(&source, &run).await;
        assert_run(&healed, Status::Ok, [100, 0, 0, 0, 0]);
        assert_eq!((healed.error, healed.detail, healed.retry), (None, None, None));
    })
    .await;
}

#[tokio::test]
async fn a_server_that_asks_to_wait_is_left_alone_and_the_run_goes_on_where_it_stood() {
    on_both(|db| async move {
        let bench = Bench::new(db).await;
        let source = bench.add(bench.big(250, 50)).await;
        let wait = Fault::RateLimited { retry_after: Some(RetryAfter::Seconds(90)) };
        bench.sandbox.faults().feeds.add(wait.always().from_page(3));
        let before = bench.site.now();
        let (run, tried) = bench.try_once(&source).await;
        let Tried::Later { at, error } = tried else { panic!("{tried:?}") };
        assert!(at >= before + 90_000, "{}", at - before);
        assert!(error.contains("too many requests"), "{error}");
        assert_run(&bench.run(&source, &run).await, Status::Running, [100, 0, 0, 0, 0]);
        bench.sandbox.clear_faults();
        assert_eq!(sync::advance(&bench.site, &run).await.unwrap(), Tried::Ended(Status::Ok));
        assert_run(&bench.run(&source, &run).await, Status::Ok, [250, 0, 0, 0, 0]);
        let asked = bench.sandbox.requests().feeds.all();
        let first = asked.iter().filter(|a| !a.path.contains("offset=")).count();
        assert_eq!(first, 1, "the first page is not read twice: {asked:?}");
    })
    .await;
}

#[tokio::test]
async fn a_server_that_never_recovers_fails_the_run_and_the_next_one_heals() {
    on_both(|db| async move {
        let bench = Bench::new(db).await;
        let source = bench.add(bench.big(100, 50)).await;
        bench.sandbox.faults().feeds.add(Fault::RateLimited { retry_after: None }.always());
        let (run, mut tried) = bench.try_once(&source).await;
        let mut tries = 1;
        while matches!(tried, Tried::Later { .. }) {
            tried = sync::advance(&bench.site, &run).await.unwrap();
            tries += 1;
        }
        assert_eq!((tries, tried), (6, Tried::Ended(Status::Failed)));
        let failed = bench.run(&source, &run).await;
        assert!(failed.error.is_some() && failed.hint.is_some());
        assert_eq!(sync::advance(&bench.site, &run).await.unwrap(), Tried::NotOurs, "an ended run is left alone");
        bench.sandbox.clear_faults();
        assert_run(&bench.sync(&source).await, Status::Ok, [100, 0, 0, 0, 0]);
    })
    .await;
}

#[tokio::test]
async fn an_answer_that_breaks_off_or_a_fault_in_mid_run_costs_nothing_that_was_read() {
    on_both(|db| async move {
        let bench = Bench::new(db).await;
        for (n, fault) in [Fault::CutBody { at_bytes: 100 }, Fault::Status { code: 500 }].into_iter().enumerate() {
            let name = format!("Library {n}");
            let source = bench.add(Entered { name, again: true, ..bench.big(200, 50) }).await;
            bench.sandbox.faults().feeds.add(fault.always().from_page(3));
            let (run, tried) = bench.try_once(&source).await;
            assert!(matches!(tried, Tried::Later { .. }), "{tried:?}");
            assert_run(&bench.run(&source, &run).await, Status::Running, [100, 0, 0, 0, 0]);
            bench.sandbox.clear_faults();
            assert_eq!(sync::advance(&bench.site, &run).await.unwrap(), Tried::Ended(Status::Ok));
            assert_run(&bench.run(&source, &run).await, Status::Ok, [200, 0, 0, 0, 0]);
            assert_eq!(bench.items(&source).await, (200, 0));
        }
    })
    .await;
}

#[tokio::test]
async fn what_would_remove_much_waits_until_somebody_confirms_or_dismisses() {
    on_both(|db| async move {
        let bench = Bench::new(db).await;
        let source = bench.add(bench.big(200, 50)).await;
        bench.sync(&source).await;
        bench.sandbox.faults().feeds.add(Fault::ItemsVanish { share: 0.5 }.always());
        let waits = bench.sync(&source).await;
        assert_eq!(waits.status, Status::Waiting);
        let (present, gone) = bench.items(&source).await;
        assert_eq!((present, gone), (200, 0), "nothing goes before somebody has agreed");
        assert!(waits.removals.n > 40 && waits.present.n == 200, "{waits:?}");
        let refused = service::sync_now(&bench.operator, &bench.site, &source).await.unwrap_err();
        assert_eq!(refused.status(), 409);
        service::dismiss(&bench.operator, &bench.site, &source, &waits.id).await.unwrap();
        let kept = bench.run(&source, &waits.id).await;
        assert_eq!((kept.status, kept.counts.gone.n, kept.decision.as_deref()), (Status::Ok, 0, Some("kept")));
        assert_eq!(bench.items(&source).await, (200, 0));
        let again = service::dismiss(&bench.operator, &bench.site, &source, &waits.id).await.unwrap_err();
        assert_eq!(again.status(), 409, "a decision is made once");
        let waits = bench.sync(&source).await;
        service::confirm(&bench.operator, &bench.site, &source, &waits.id).await.unwrap();
        let done = bench.run(&source, &waits.id).await;
        assert_eq!((done.status, done.counts.gone.n), (Status::Ok, waits.removals.n));
        assert_eq!(bench.items(&source).await, (200 - waits.removals.n, waits.removals.n));
        bench.sandbox.clear_faults();
        let healed = bench.sync(&source).await;
        assert_run(&healed, Status::Ok, [0, waits.removals.n, 200 - waits.removals.n, 0, 0]);
        assert_eq!(bench.items(&source).await, (200, 0));
    })
    .await;
}

#[tokio::test]
async fn what_removes_little_goes_without_being_asked() {
    on_both(|db| async move {
        let bench = Bench::new(db).await;
        let source = bench.add(bench.big(50, 50)).await;
        bench.sync(&source).await;
        bench.sandbox.faults().feeds.add(Fault::ItemsVanish { share: 0.2 }.always());
        assert_run(&bench.sync(&source).await, Status::Ok, [0, 0, 40, 10, 0]);
        assert_eq!(bench.items(&source).await, (40, 10));
    })
    .await;
}

#[tokio::test]
async fn refused_items_are_shown_with_their_reason_and_nothing_goes_because_of_them() {
    on_both(|db| async move {
        let bench = Bench::new(db).await;
        for (n, fault) in [Fault::ItemWithoutId, Fault::DuplicateIds].into_iter().enumerate() {
            let name = format!("Library {n}");
            let source = bench.add(Entered { name, again: true, ..bench.big(100, 50) }).await;
            bench.sync(&source).await;
            bench.sandbox.faults().feeds.add(fault.clone().always());
            let run = bench.sync(&source).await;
            assert_eq!(run.status, Status::Partial, "{fault:?} {run:?}");
            assert!(run.counts.quarantined.n >= 1, "{fault:?}");
            assert_eq!(bench.items(&source).await, (100, 0), "{fault:?}");
            let view = read::run_view(&bench.operator, &bench.site, &source, &run.id, Paging::default()).await.unwrap();
            assert_eq!(view.quarantine.total, run.counts.quarantined.n);
            assert!(view.quarantine.rows.iter().all(|row| !row.reason.is_empty()), "{:?}", view.quarantine.rows);
            bench.sandbox.clear_faults();
            let healed = bench.sync(&source).await;
            assert_eq!((healed.status, healed.counts.gone.n), (Status::Ok, 0), "{fault:?}");
        }
    })
    .await;
}

#[tokio::test]
async fn script_in_content_does_not_reach_the_catalogue() {
    on_both(|db| async move {
        let bench = Bench::new(db).await;
        let source = bench.add(bench.big(20, 50)).await;
        bench.sandbox.faults().feeds.add(Fault::ScriptInContent.always());
        let run = bench.sync(&source).await;
        assert_run(&run, Status::Ok, [20, 0, 0, 0, 0]);
        let (bad,): (i64,) = bench
            .one(crate::sql!(
                "SELECT count(*) FROM resource WHERE source = $1 AND (summary LIKE '%<script%' OR summary LIKE '%onerror%'
                    OR summary LIKE '%javascript:%' OR summary LIKE '%document.title%' OR summary = '')",
                &source
            ))
            .await;
        assert_eq!(bad, 0);
    })
    .await;
}

#[tokio::test]
async fn a_wiki_that_answers_html_fails_the_run_at_once_with_a_hint() {
    on_both(|db| async move {
        let bench = Bench::new(db).await;
        let mut api = bench.sandbox.urls().wiki.clone();
        api.set_path("api.php");
        let source = bench.add(entered("mediawiki", "Wiki", &[("address", api.as_str())])).await;
        bench.sandbox.faults().wiki.add(Fault::HtmlInstead.always());
        let (run, tried) = bench.try_once(&source).await;
        assert_eq!(tried, Tried::Ended(Status::Failed), "waiting would not help");
        let failed = bench.run(&source, &run).await;
        assert_eq!(failed.error.as_deref(), Some("What came back is not an answer of MediaWiki's API."));
        assert!(failed.detail.as_ref().is_some_and(|e| e.contains("HTML")), "{:?}", failed.detail);
        assert!(failed.hint.is_some_and(|h| h.contains("browser")));
        bench.sandbox.clear_faults();
        let healed = bench.sync(&source).await;
        assert_eq!(healed.status, Status::Ok, "{healed:?}");
        assert!(healed.counts.added.n >= 30, "{healed:?}");
        assert_eq!(bench.items(&source).await, (healed.counts.added.n, 0));
    })
    .await;
}

#[tokio::test]
async fn a_source_that_has_not_changed_says_that_all_of_it_is_unchanged() {
    on_both(|db| async move {
        let bench = Bench::new(db).await;
        let address = bench.sandbox.urls().feeds.join("books.json").unwrap();
        let source = bench.add(entered("feeds", "Books", &[("address", address.as_str())])).await;
        let first = bench.sync(&source).await;
        assert_eq!(first.status, Status::Ok);
        let n = first.counts.added.n;
        assert_run(&bench.sync(&source).await, Status::Ok, [0, 0, n, 0, 0]);
        assert_eq!(bench.sandbox.requests().feeds.all().last().map(|asked| asked.status), Some(304));
        assert_eq!(bench.items(&source).await, (n, 0));
    })
    .await;
}

#[tokio::test]
async fn a_page_that_takes_too_long_is_given_up_and_asked_for_again_at_the_next_turn() {
    on_both(|db| async move {
        let bench = Bench::new(db).await;
        let policy = Policy {
            page_limit: Duration::from_secs(2),
            timeout: Duration::from_secs(30),
            ..bench.site.ext::<Http>().unwrap().policy().clone()
        };
        bench.site.provide(Http::new(policy));
        let source = bench.add(bench.big(150, 50)).await;
        bench.sandbox.faults().feeds.add(Fault::Slow { ms: 20_000 }.always().from_page(2));
        let (run, tried) = bench.try_once(&source).await;
        assert!(matches!(tried, Tried::Later { .. }), "{tried:?}");
        let waits = bench.run(&source, &run).await;
        assert_run(&waits, Status::Running, [50, 0, 0, 0, 0]);
        assert_eq!(waits.error.as_deref(), Some("The system takes too long for one page of its list."));
        let view = read::run_view(&bench.operator, &bench.site, &source, &run, Paging::default()).await.unwrap();
        let last = view.requests.last().unwrap();
        assert!(last.stopped && last.error.as_ref().is_some_and(|error| error.contains("given up")), "{last:?}");
        bench.sandbox.clear_faults();
        assert_eq!(sync::advance(&bench.site, &run).await.unwrap(), Tried::Ended(Status::Ok));
        assert_run(&bench.run(&source, &run).await, Status::Ok, [150, 0, 0, 0, 0]);
    })
    .await;
}

#[tokio::test]
async fn a_cursor_that_cannot_be_used_stops_one_run_and_no_more() {
    on_both(|db| async move {
        let bench = Bench::new(db).await;
        let source = bench.add(bench.big(20, 50)).await;
        bench.sync(&source).await;
        let mut tx = bench.site.begin().await.unwrap();
        let strange = serde_json::json!({"of": "another release"});
        crate::sources::store::set_cursor(&mut tx, &source, Some(&strange)).await.unwrap();
        tx.commit().await.unwrap();
        let failed = bench.sync(&source).await;
        assert_eq!(failed.status, Status::Failed);
        assert!(failed.hint.is_some_and(|hint| hint.contains("starts from the beginning")));
        assert_run(&bench.sync(&source).await, Status::Ok, [0, 0, 20, 0, 0]);
    })
    .await;
}

#[tokio::test]
async fn a_run_keeps_its_latest_requests_and_every_one_that_failed() {
    on_both(|db| async move {
        let bench = Bench::new(db).await;
        let source = bench.add(bench.big(260, 1)).await;
        // The first page twice, before two hundred others and more.
        bench.sandbox.faults().feeds.add(Fault::Status { code: 503 }.times(1));
        let run = bench.sync(&source).await;
        assert_run(&run, Status::Ok, [260, 0, 0, 0, 0]);
        let view = read::run_view(&bench.operator, &bench.site, &source, &run.id, Paging::default()).await.unwrap();
        assert_eq!((view.request_count.n, view.requests.len()), (261, 201));
        let (failed, after) = (&view.requests[0], &view.requests[1]);
        assert_eq!((failed.status, failed.attempt, failed.stopped), (Some(503), 1, false), "the run went on");
        assert!(failed.error.is_some() && after.error.is_none() && after.bytes.n > 100, "{failed:?} {after:?}");
    })
    .await;
}

#[tokio::test]
async fn a_list_that_goes_round_in_circles_ends() {
    on_both(|db| async move {
        let bench = Bench::new(db).await;
        let source = bench.add(bench.big(250, 50)).await;
        bench.sandbox.faults().feeds.add(Fault::CursorBackwards.always().from_page(3));
        let run = bench.sync(&source).await;
        assert_eq!(run.status, Status::Failed, "{run:?}");
        assert!(run.error.is_some() && run.hint.is_some());
        bench.sandbox.clear_faults();
        let healed = bench.sync(&source).await;
        assert_eq!((healed.status, bench.items(&source).await), (Status::Ok, (250, 0)));
    })
    .await;
}

#[tokio::test]
async fn the_forum_arrives_as_discussions_and_the_wiki_as_pages() {
    on_both(|db| async move {
        let bench = Bench::new(db).await;
        let forum = bench.sandbox.urls().forum.clone();
        let source = bench.add(entered("discourse", "Forum", &[("address", forum.as_str())])).await;
        let run = bench.sync(&source).await;
        assert_eq!(run.status, Status::Ok, "{run:?}");
        let (discussions, odd): (i64, i64) = bench
            .one(crate::sql!(
                "SELECT count(*), count(*) FILTER (WHERE title = '' OR category = '' OR last_activity < created_at)
                 FROM discussion WHERE source = $1 AND gone_at IS NULL",
                &source
            ))
            .await;
        assert!(discussions > 5 && discussions == run.counts.added.n, "{discussions} {run:?}");
        assert_eq!(odd, 0);
    })
    .await;
}
