//! Recording, replays, refusals, and that what is derived can be derived again; on both engines.

use super::model::{ObjectKind, State, Statement, Verb};
use super::service;
use crate::base::{AppError, DAY, MINUTE, Paging, Res, Scope};
use crate::catalog::testing::{
    NOW, add_articles, add_group, add_person, add_source, ids, ingest, resource, scope, site, viewer,
};
use crate::platform::Site;
use crate::platform::db::Db;
use crate::platform::db::testing::on_both;
use crate::sql;
use connect::Item;

async fn act(site: &Site, person: &str, verb: Verb, resource: &str) -> Res<State> {
    service::record(&scope(person, &[]), site, verb, ObjectKind::Resource, resource, None, None).await
}

type Derived = (
    Vec<(String, String, Option<i64>, Option<i64>, Option<i64>, Option<i64>, i64)>,
    Vec<(String, String, String, i64)>,
);

async fn derived(db: &Db) -> Derived {
    let mut c = db.read().await.unwrap();
    let states = c.all(sql!(
        "SELECT person, resource, opened_at, done_at, saved_at, hidden_at, touched_at FROM resource_state
         ORDER BY person, resource"
    ));
    let states = states.await.unwrap();
    let follows =
        c.all(sql!("SELECT person, subject_kind, subject, at FROM follow ORDER BY person, subject_kind, subject"));
    (states, follows.await.unwrap())
}

async fn count(db: &Db) -> i64 {
    let (n,): (i64,) = db.read().await.unwrap().one(sql!("SELECT count(*) FROM activity")).await.unwrap();
    n
}

#[tokio::test]
async fn replays_add_nothing() {
    on_both(|db| async move {
        let ids = add_articles(&db, &[("a", "A")]).await;
        let a = &ids["a"];
        add_person(&db, "ada").await;
        let site = site(&db);
        for _ in 0..2 {
            assert!(act(&site, "ada", Verb::Opened, a).await.unwrap().opened);
        }
        assert_eq!(count(&db).await, 1, "opening twice within a minute is one visit");
        site.clock.advance(MINUTE + 1);
        act(&site, "ada", Verb::Opened, a).await.unwrap();
        assert_eq!(count(&db).await, 2);
        for _ in 0..2 {
            assert!(act(&site, "ada", Verb::Completed, a).await.unwrap().done);
        }
        assert_eq!(count(&db).await, 3, "finishing twice is one completion");
        assert!(!act(&site, "ada", Verb::Unsaved, a).await.unwrap().saved);
        assert_eq!(count(&db).await, 3, "nothing was saved");
        let mut c = db.read().await.unwrap();
        let among = service::done_among(&mut c, &["ada".into(), "bo".into()], std::slice::from_ref(a)).await.unwrap();
        assert_eq!(among, [("ada".to_owned(), a.clone(), NOW, NOW + MINUTE + 1)]);
    })
    .await;
}

#[tokio::test]
async fn what_one_may_not_see_one_cannot_record() {
    on_both(|db| async move {
        add_group(&db, "firmware").await;
        add_source(&db, "closed", Some("firmware")).await;
        ingest(&db, "closed", "1", vec![Item::Resource(resource("a", "A", &["secret-topic"]))]).await;
        add_person(&db, "ada").await;
        let site = site(&db);
        let a = ids(&db).await["a"].clone();
        assert_eq!(act(&site, "ada", Verb::Opened, &a).await, Err(AppError::NotFound));
        for odd in ["", "unknown", "'; --", &"x".repeat(65)] {
            assert_eq!(act(&site, "ada", Verb::Opened, odd).await, Err(AppError::NotFound), "{odd}");
        }
        let record = |scope: Scope, verb, kind| {
            let (site, a) = (site.clone(), a.clone());
            async move { service::record(&scope, &site, verb, kind, &a, None, None).await }
        };
        assert_eq!(record(Scope::Anonymous, Verb::Opened, ObjectKind::Resource).await, Err(AppError::SignIn));
        assert_eq!(record(Scope::system(), Verb::Opened, ObjectKind::Resource).await, Err(AppError::SignIn));
        let member = || scope("ada", &["firmware"]);
        assert!(matches!(record(member(), Verb::Followed, ObjectKind::Resource).await, Err(AppError::Invalid(_))));
        assert!(matches!(record(member(), Verb::Completed, ObjectKind::Topic).await, Err(AppError::Invalid(_))));
        assert_eq!(record(member(), Verb::Followed, ObjectKind::Topic).await, Err(AppError::NotFound));
        assert_eq!(record(member(), Verb::Opened, ObjectKind::Discussion).await, Err(AppError::NotFound));
        assert_eq!((count(&db).await, derived(&db).await), (0, (vec![], vec![])));
        assert!(record(member(), Verb::Opened, ObjectKind::Resource).await.is_ok());
    })
    .await;
}

#[tokio::test]
async fn lists_follow_from_what_was_done() {
    on_both(|db| async move {
        let ids = add_articles(&db, &[("a", "A"), ("b", "B"), ("c", "C")]).await;
        let (a, b, c) = (&ids["a"], &ids["b"], &ids["c"]);
        add_person(&db, "ada").await;
        add_person(&db, "bo").await;
        let site = site(&db);
        for resource in [a, b, c] {
            act(&site, "ada", Verb::Opened, resource).await.unwrap();
            site.clock.advance(1000);
        }
        act(&site, "bo", Verb::Saved, a).await.unwrap();
        act(&site, "ada", Verb::Completed, b).await.unwrap();
        site.clock.advance(1000);
        act(&site, "ada", Verb::Saved, a).await.unwrap();
        act(&site, "ada", Verb::Hidden, c).await.unwrap();

        let mut conn = db.read().await.unwrap();
        let going_on = service::continuing(&mut conn, "ada", 9).await.unwrap();
        assert_eq!(going_on.iter().map(|row| &row.0).collect::<Vec<_>>(), [a]);
        let saved = service::saved(&mut conn, &viewer("ada", &[]), Paging::default()).await.unwrap();
        assert_eq!((saved.total, &saved.rows[0].0), (1, a));
        let mut closed = service::closed(&mut conn, "ada").await.unwrap();
        closed.sort();
        let mut expected = vec![b.clone(), c.clone()];
        expected.sort();
        assert_eq!(closed, expected);
        let history = service::history(&mut conn, "ada", Paging { number: 1, size: 2 }).await.unwrap();
        assert_eq!(history.total, 6);
        assert_eq!(history.rows.iter().map(|deed| deed.verb).collect::<Vec<_>>(), [Verb::Hidden, Verb::Saved]);
        let states = service::states(&mut conn, "bo", &[a.clone(), b.clone()]).await.unwrap();
        assert_eq!(states.len(), 1);
        assert_eq!(states[a], State { saved: true, ..State::default() });
        drop(conn);

        act(&site, "ada", Verb::Restored, c).await.unwrap();
        let mut conn = db.read().await.unwrap();
        assert_eq!(service::continuing(&mut conn, "ada", 9).await.unwrap().len(), 2);
    })
    .await;
}

#[tokio::test]
async fn what_is_derived_can_be_derived_again() {
    on_both(|db| async move {
        let ids = add_articles(&db, &[("a", "A"), ("b", "B")]).await;
        ingest(&db, "library", "2", vec![Item::Resource(resource("t", "T", &["rust"]))]).await;
        add_person(&db, "ada").await;
        let site = site(&db);
        let topic = {
            let mut c = db.read().await.unwrap();
            crate::catalog::service::topics(&mut c).await.unwrap()[0].id.clone()
        };
        let hers = || Verb::ALL.into_iter().filter(|verb| *verb != Verb::Voided);
        for (n, verb) in hers().chain(hers()).enumerate() {
            site.clock.advance(7000);
            if verb.is_following() {
                service::record(&scope("ada", &[]), &site, verb, ObjectKind::Topic, &topic, None, None).await.unwrap();
            } else {
                act(&site, "ada", verb, &ids[["a", "b"][n % 2]]).await.unwrap();
            }
        }
        service::record(&scope("ada", &[]), &site, Verb::Followed, ObjectKind::Topic, &topic, None, None)
            .await
            .unwrap();
        service::record(&scope("ada", &[]), &site, Verb::Followed, ObjectKind::Playlist, "p1", None, None)
            .await
            .unwrap();
        let before = derived(&db).await;
        assert_eq!((before.0.len(), before.1.len()), (2, 2));
        let mut tx = db.begin().await.unwrap();
        tx.run(sql!("DELETE FROM follow")).await.unwrap();
        tx.run(sql!("UPDATE resource_state SET done_at = 1, touched_at = 2")).await.unwrap();
        service::rebuild(&mut tx).await.unwrap();
        tx.commit().await.unwrap();
        assert_eq!(derived(&db).await, before);
    })
    .await;
}

#[tokio::test]
async fn an_import_counts_like_what_was_recorded() {
    on_both(|db| async move {
        let ids = add_articles(&db, &[("a", "A")]).await;
        add_person(&db, "ada").await;
        let site = site(&db);
        act(&site, "ada", Verb::Saved, &ids["a"]).await.unwrap();
        let statement = |verb, days: i64| Statement {
            person: "ada".into(),
            verb,
            object_kind: ObjectKind::Resource,
            object: ids["a"].clone(),
            result: (verb == Verb::Completed).then(|| serde_json::json!({"completion": true})),
            context: None,
            at: NOW - days * DAY,
        };
        let statements = [statement(Verb::Opened, 9), statement(Verb::Completed, 8), statement(Verb::Opened, 7)];
        let mut tx = db.begin().await.unwrap();
        assert_eq!(service::import(&mut tx, &statements, NOW).await.unwrap(), 3);
        tx.commit().await.unwrap();
        let (states, _) = derived(&db).await;
        assert_eq!(
            states,
            [(
                "ada".into(),
                ids["a"].clone(),
                Some(NOW - 9 * DAY),
                Some(NOW - 8 * DAY),
                Some(NOW),
                None,
                NOW - 7 * DAY
            )]
        );
        let mut c = db.read().await.unwrap();
        let results: Vec<(String, Option<i64>)> = c
            .all(sql!(
                "SELECT verb, CASE WHEN result IS NULL THEN NULL ELSE CAST(1 AS BIGINT) END FROM activity
                 WHERE at < $1 ORDER BY at",
                NOW
            ))
            .await
            .unwrap();
        assert_eq!(results, [("opened".into(), None), ("completed".into(), Some(1)), ("opened".into(), None)]);
    })
    .await;
}

/// Many requests of one person at once, as a double click or two tabs send them.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn crowds_of_clicks_count_once() {
    on_both(|db| async move {
        let ids = add_articles(&db, &[("a", "A")]).await;
        add_person(&db, "ada").await;
        let site = site(&db);
        let clicks: Vec<_> = [Verb::Opened, Verb::Completed, Verb::Saved, Verb::Hidden]
            .into_iter()
            .cycle()
            .take(24)
            .map(|verb| {
                let (site, a) = (site.clone(), ids["a"].clone());
                tokio::spawn(async move { act(&site, "ada", verb, &a).await })
            })
            .collect();
        for click in clicks {
            click.await.unwrap().unwrap();
        }
        assert_eq!(count(&db).await, 4);
        let (states, _) = derived(&db).await;
        let (_, _, opened, done, saved, hidden, _) = &states[0];
        assert!([opened, done, saved, hidden].iter().all(|at| **at == Some(NOW)), "{states:?}");
    })
    .await;
}
