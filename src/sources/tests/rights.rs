//! Operators only, whichever way one asks.

use super::*;
use crate::base::{AppError, Res};

#[tokio::test]
async fn everybody_but_operators_is_refused_and_nothing_happens() {
    on_both(|db| async move {
        let bench = Bench::new(db).await;
        let source = bench.add(bench.big(10, 10)).await;
        let before: (i64, i64, i64) = state(&bench).await;
        let curator = person("cu", &[Role::Curator]);
        let Scope::Person(viewer) = person("ma", &[]) else { return };
        let manager = Scope::Person(Viewer { manages: true, ..viewer });
        for (scope, refusal) in [
            (Scope::Anonymous, AppError::SignIn),
            (person("em", &[]), AppError::Forbidden),
            (curator, AppError::Forbidden),
            (manager, AppError::Forbidden),
        ] {
            for (what, answer) in every_door(&bench, &scope, &source).await {
                assert_eq!(answer, Err(refusal.clone()), "{what}");
            }
        }
        assert_eq!(state(&bench).await, before);
    })
    .await;
}

async fn state(bench: &Bench) -> (i64, i64, i64) {
    bench
        .one(crate::sql!(
            "SELECT (SELECT count(*) FROM source WHERE NOT paused AND removed_at IS NULL), (SELECT count(*) FROM sync_run),
                    (SELECT count(*) FROM audit)"
        ))
        .await
}

async fn every_door(bench: &Bench, scope: &Scope, source: &str) -> Vec<(&'static str, Res<()>)> {
    let site = &bench.site;
    let another = Entered { name: "Another".into(), ..bench.big(1, 1) };
    let form = service::Form { entered: another.clone(), what: "save".into(), ..Default::default() };
    vec![
        ("overview", service::overview(scope, site).await.map(drop)),
        ("new", service::new_view(scope, site, Some("feeds"), "").await.map(drop)),
        ("view", service::view(scope, site, source, "", Paging::default()).await.map(drop)),
        ("run", service::run_view(scope, site, source, "r", Paging::default()).await.map(drop)),
        ("standing", service::standing(scope, site, source, Paging::default()).await.map(drop)),
        ("submit", service::submit(scope, site, form).await.map(drop)),
        ("add", service::add(scope, site, &another).await.map(drop)),
        ("add idle", service::add_idle(scope, site, &another).await.map(drop)),
        ("edit", service::edit(scope, site, source, 0, &another).await.map(drop)),
        ("test", service::test(scope, site, &another).await.map(drop)),
        ("sync", service::sync_now(scope, site, source).await.map(drop)),
        ("pause", service::pause(scope, site, source).await),
        ("resume", service::resume(scope, site, source).await),
        ("remove", service::remove(scope, site, source).await),
        ("restore", service::restore(scope, site, source).await),
        ("cancel", service::cancel(scope, site, source).await),
        ("confirm", service::confirm(scope, site, source, "r").await),
        ("dismiss", service::dismiss(scope, site, source, "r").await),
        ("people", service::people_view(scope, site, source, "", Paging::default()).await.map(drop)),
        ("read people", service::read_people_now(scope, site, source).await.map(drop)),
        ("match", service::match_person(scope, site, source, "a", "em@halden.example").await),
        ("undo match", service::undo_match(scope, site, source, "a").await),
    ]
}

#[tokio::test]
async fn a_run_is_found_under_its_own_source_only() {
    on_both(|db| async move {
        let bench = Bench::new(db).await;
        let one = bench.add(bench.big(10, 10)).await;
        let other = bench.add(Entered { name: "Other".into(), again: true, ..bench.big(10, 10) }).await;
        let run = bench.sync(&one).await;
        let seen = service::run_view(&bench.operator, &bench.site, &other, &run.id, Paging::default()).await;
        assert_eq!(seen.err(), Some(AppError::NotFound));
        let decided = service::confirm(&bench.operator, &bench.site, &other, &run.id).await;
        assert_eq!(decided, Err(AppError::NotFound));
        for id in ["", "nothing", "' OR 1=1 --", &"x".repeat(10_000)] {
            let seen = service::view(&bench.operator, &bench.site, id, "", Paging::default()).await;
            assert_eq!(seen.err(), Some(AppError::NotFound));
        }
    })
    .await;
}
