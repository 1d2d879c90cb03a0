//! What is done with one edition counts for its work, and follows when works part; on both engines.

use super::model::{ObjectKind, State, Verb};
use super::service;
use crate::base::{MINUTE, Paging};
use crate::catalog::testing::{add_person, scope, site, three_editions, viewer};
use crate::platform::Site;
use crate::platform::db::Db;
use crate::platform::db::testing::on_both;
use crate::sql;
use std::collections::HashMap;

async fn act(site: &Site, groups: &[&str], verb: Verb, resource: &str) -> State {
    let scope = scope("ada", groups);
    service::record(&scope, site, verb, ObjectKind::Resource, resource, None, None).await.unwrap()
}

async fn state(db: &Db, resource: &str) -> State {
    let mut c = db.read().await.unwrap();
    service::states(&mut c, "ada", &[resource.to_owned()]).await.unwrap().remove(resource).unwrap_or_default()
}

async fn library(db: &Db, closed: Option<&str>) -> (Site, HashMap<String, String>) {
    let ids = three_editions(db, closed).await;
    add_person(db, "ada").await;
    (site(db), ids)
}

async fn part(db: &Db) {
    let mut tx = db.begin().await.unwrap();
    tx.run(sql!("UPDATE resource SET work = NULL")).await.unwrap();
    tx.commit().await.unwrap();
}

#[tokio::test]
async fn done_with_one_is_done_with_all_and_taken_back_for_all() {
    on_both(|db| async move {
        let (site, ids) = library(&db, None).await;
        act(&site, &[], Verb::Opened, &ids["a"]).await;
        site.clock.advance(MINUTE);
        let done = act(&site, &[], Verb::Completed, &ids["b"]).await;
        assert_eq!(done, State { opened: true, done: true, ..State::default() });
        assert_eq!(state(&db, &ids["c"]).await, done);
        act(&site, &[], Verb::Saved, &ids["a"]).await;
        act(&site, &[], Verb::Saved, &ids["b"]).await;
        // She lets go of it where she happens to be.
        assert!(!act(&site, &[], Verb::Unsaved, &ids["c"]).await.saved);
        assert!(!act(&site, &[], Verb::Reopened, &ids["a"]).await.done);
        assert_eq!(state(&db, &ids["b"]).await, State { opened: true, ..State::default() });
        // All of that is in the activity: derived again, it adds up to the same.
        let mut tx = db.begin().await.unwrap();
        service::rebuild(&mut tx).await.unwrap();
        tx.commit().await.unwrap();
        assert_eq!(state(&db, &ids["b"]).await, State { opened: true, ..State::default() });
    })
    .await;
}

#[tokio::test]
async fn lists_name_a_work_once() {
    on_both(|db| async move {
        let (site, ids) = library(&db, None).await;
        for id in ["a", "b"] {
            act(&site, &[], Verb::Opened, &ids[id]).await;
            act(&site, &[], Verb::Saved, &ids[id]).await;
            site.clock.advance(MINUTE);
        }
        let ada = viewer("ada", &[]);
        let mut c = db.read().await.unwrap();
        let saved = service::saved(&mut c, &ada, Paging::default()).await.unwrap();
        assert_eq!((saved.total, saved.rows.len(), &saved.rows[0].0), (1, 1, &ids["b"]), "the one she used last");
        let open = service::continuing(&mut c, "ada", 9).await.unwrap();
        assert_eq!(open.iter().map(|row| &row.0).collect::<Vec<_>>(), [&ids["b"]]);
        let asked = [ids["a"].clone(), ids["c"].clone()];
        let shown = service::shown(&mut c, &ada, &asked).await.unwrap();
        assert_eq!((shown.len(), &shown[&ids["c"]]), (2, &ids["b"]));
        assert_eq!(service::begun(&mut c, "ada").await.unwrap(), [ids["a"].clone(), ids["b"].clone()].into());
        let among = service::done_among(&mut c, &["ada".into()], &asked).await.unwrap();
        assert_eq!(among.len(), 2, "of each that was asked for");
        drop(c);
        act(&site, &[], Verb::Completed, &ids["c"]).await;
        let mut c = db.read().await.unwrap();
        assert_eq!(service::continuing(&mut c, "ada", 9).await.unwrap(), []);
        let mut closed = service::closed(&mut c, "ada").await.unwrap();
        closed.sort();
        let mut all: Vec<String> = ids.values().cloned().collect();
        all.sort();
        assert_eq!(closed, all, "none of them is offered again");
    })
    .await;
}

#[tokio::test]
async fn records_stay_with_the_edition_that_was_used_when_works_part() {
    on_both(|db| async move {
        let (site, ids) = library(&db, None).await;
        act(&site, &[], Verb::Completed, &ids["a"]).await;
        act(&site, &[], Verb::Saved, &ids["b"]).await;
        part(&db).await;
        assert_eq!(state(&db, &ids["a"]).await, State { done: true, ..State::default() });
        assert_eq!(state(&db, &ids["b"]).await, State { saved: true, ..State::default() });
        assert_eq!(state(&db, &ids["c"]).await, State::default());
    })
    .await;
}

#[tokio::test]
async fn what_is_restricted_stays_out_of_lists() {
    on_both(|db| async move {
        let (site, ids) = library(&db, Some("firmware")).await;
        act(&site, &["firmware"], Verb::Opened, &ids["c"]).await;
        act(&site, &["firmware"], Verb::Saved, &ids["c"]).await;
        // She has left the group: of what she saved she is shown an edition that is still hers to see.
        let mut c = db.read().await.unwrap();
        let saved = service::saved(&mut c, &viewer("ada", &[]), Paging::default()).await.unwrap();
        assert_eq!(saved.rows.iter().map(|row| &row.0).collect::<Vec<_>>(), [&ids["a"]]);
        let shown = service::shown(&mut c, &viewer("ada", &[]), &[ids["c"].clone()]).await.unwrap();
        assert_eq!(shown[&ids["c"]], ids["a"]);
        drop(c);
        part(&db).await;
        let mut c = db.read().await.unwrap();
        assert_eq!(service::saved(&mut c, &viewer("ada", &[]), Paging::default()).await.unwrap().total, 0);
        assert!(service::shown(&mut c, &viewer("ada", &[]), &[ids["c"].clone()]).await.unwrap().is_empty());
    })
    .await;
}
