//! What a source says of a person, takes back, and says again; and that what she did herself stands by it. On both engines.

use super::model::{ObjectKind, State, Verb};
use super::said::{Said, say, take_back, take_back_all};
use super::service;
use crate::base::{AppError, DAY, HOUR, Paging};
use crate::catalog::testing::{NOW, add_articles, add_person, scope, site, three_editions};
use crate::platform::Site;
use crate::platform::db::testing::on_both;
use crate::sql;

const DONE: State = State { opened: false, done: true, saved: false, hidden: false };

fn said<'a>(resource: &'a str, verb: Verb, at: i64) -> Said<'a> {
    Said { person: "ada", resource, source: "library", account: "user-7", verb, at }
}

async fn says(site: &Site, said: &Said<'_>) -> bool {
    let mut tx = site.begin().await.unwrap();
    let new = say(&mut tx, said, site.now()).await.unwrap();
    tx.commit().await.unwrap();
    new
}

async fn takes_back(site: &Site, said: &Said<'_>) -> bool {
    let mut tx = site.begin().await.unwrap();
    let had = take_back(&mut tx, said, site.now()).await.unwrap();
    tx.commit().await.unwrap();
    had
}

async fn marks(site: &Site, resource: &str, verb: Verb) {
    service::record(&scope("ada", &[]), site, verb, ObjectKind::Resource, resource, None, None).await.unwrap();
}

async fn state(site: &Site, resource: &str) -> State {
    let mut c = site.read().await.unwrap();
    service::states(&mut c, "ada", &[resource.to_owned()]).await.unwrap().remove(resource).unwrap_or_default()
}

async fn count(site: &Site) -> i64 {
    let row: (i64,) = site.read().await.unwrap().one(sql!("SELECT count(*) FROM activity")).await.unwrap();
    row.0
}

/// That what is derived is what a rebuild derives.
async fn assert_derived(site: &Site) {
    type Row = (String, Option<i64>, Option<i64>, i64);
    let read = async || -> Vec<Row> {
        let mut c = site.read().await.unwrap();
        c.all(sql!("SELECT resource, opened_at, done_at, touched_at FROM resource_state ORDER BY resource"))
            .await
            .unwrap()
    };
    let before = read().await;
    let mut tx = site.begin().await.unwrap();
    service::rebuild(&mut tx).await.unwrap();
    tx.commit().await.unwrap();
    assert_eq!(read().await, before);
}

#[tokio::test]
async fn what_is_said_twice_is_said_once_and_dated_by_the_source() {
    on_both(|db| async move {
        let ids = add_articles(&db, &[("a", "A")]).await;
        add_person(&db, "ada").await;
        let site = site(&db);
        let a = ids["a"].as_str();
        assert!(says(&site, &said(a, Verb::Opened, NOW - 9 * DAY)).await);
        assert!(says(&site, &said(a, Verb::Completed, NOW - 2 * DAY)).await);
        for later in [0, HOUR] {
            // Also with another time: the source corrects itself, and it is still one enrolment and one completion.
            assert!(!says(&site, &said(a, Verb::Opened, NOW - 9 * DAY + later)).await);
            assert!(!says(&site, &said(a, Verb::Completed, NOW - 2 * DAY + later)).await);
        }
        assert_eq!(count(&site).await, 2);
        let mut c = site.read().await.unwrap();
        let done = service::done_among(&mut c, &["ada".into()], &[a.to_owned()]).await.unwrap();
        assert_eq!(done, [("ada".to_owned(), a.to_owned(), NOW - 9 * DAY, NOW - 2 * DAY)]);
        let history = service::history(&mut c, "ada", Paging::default()).await.unwrap();
        assert!(history.rows.iter().all(|deed| deed.origin.as_deref() == Some("library")), "{history:?}");
        drop(c);
        assert_derived(&site).await;
    })
    .await;
}

#[tokio::test]
async fn what_is_taken_back_is_voided_and_may_be_said_again() {
    on_both(|db| async move {
        let ids = add_articles(&db, &[("a", "A")]).await;
        add_person(&db, "ada").await;
        let site = site(&db);
        let done = said(&ids["a"], Verb::Completed, NOW - DAY);
        for round in 1..=3 {
            assert!(says(&site, &done).await);
            assert_eq!(state(&site, done.resource).await, DONE);
            assert!(takes_back(&site, &done).await && !takes_back(&site, &done).await);
            assert_eq!(state(&site, done.resource).await, State::default());
            assert_eq!(count(&site).await, 2 * round, "nothing is deleted, nothing doubles");
            assert_derived(&site).await;
        }
        assert!(says(&site, &said(&ids["a"], Verb::Completed, NOW + DAY)).await);
        let mut c = site.read().await.unwrap();
        let (late,): (i64,) = c.one(sql!("SELECT count(*) FROM activity WHERE at > $1", NOW)).await.unwrap();
        assert_eq!(late, 0, "nobody has finished anything tomorrow");
    })
    .await;
}

#[tokio::test]
async fn what_she_marked_herself_is_hers() {
    on_both(|db| async move {
        let ids = add_articles(&db, &[("a", "A"), ("b", "B")]).await;
        add_person(&db, "ada").await;
        let site = site(&db);
        // She was first: the source agrees, then does not.
        let a = said(&ids["a"], Verb::Completed, NOW - DAY);
        marks(&site, a.resource, Verb::Completed).await;
        assert!(says(&site, &a).await && takes_back(&site, &a).await);
        assert!(state(&site, a.resource).await.done, "she said so herself");
        // The source was first: she says that it is not done, and the source insists on nothing.
        let b = said(&ids["b"], Verb::Completed, NOW - DAY);
        assert!(says(&site, &b).await);
        marks(&site, b.resource, Verb::Reopened).await;
        assert!(!says(&site, &b).await && !state(&site, b.resource).await.done);
        // A completion that is older than her word, told later, changes nothing either.
        assert!(takes_back(&site, &b).await && says(&site, &b).await);
        assert!(!state(&site, b.resource).await.done);
        assert_derived(&site).await;
        let asking = scope("ada", &[]);
        let voided = service::record(&asking, &site, Verb::Voided, ObjectKind::Resource, &ids["a"], None, None);
        assert!(matches!(voided.await, Err(AppError::Invalid(_))), "no person says this");
    })
    .await;
}

#[tokio::test]
async fn a_completion_of_one_edition_counts_for_the_work() {
    on_both(|db| async move {
        let ids = three_editions(&db, None).await;
        add_person(&db, "ada").await;
        let site = site(&db);
        let done = Said { source: "two", ..said(&ids["b"], Verb::Completed, NOW - DAY) };
        assert!(says(&site, &done).await);
        assert!(state(&site, &ids["a"]).await.done && state(&site, &ids["c"]).await.done);
        assert!(takes_back(&site, &done).await);
        assert!(!state(&site, &ids["a"]).await.done);
    })
    .await;
}

#[tokio::test]
async fn an_account_that_is_somebody_elses_takes_all_of_it_along() {
    on_both(|db| async move {
        let ids = add_articles(&db, &[("a", "A"), ("b", "B")]).await;
        add_person(&db, "ada").await;
        let site = site(&db);
        for id in ["a", "b"] {
            assert!(says(&site, &said(&ids[id], Verb::Opened, NOW - 2 * DAY)).await);
            assert!(says(&site, &said(&ids[id], Verb::Completed, NOW - DAY)).await);
        }
        let other = Said { account: "user-8", ..said(&ids["a"], Verb::Opened, NOW - 3 * DAY) };
        assert!(says(&site, &other).await);
        let mut tx = site.begin().await.unwrap();
        assert_eq!(take_back_all(&mut tx, "ada", "library", "user-7", site.now()).await.unwrap(), 4);
        assert_eq!(take_back_all(&mut tx, "ada", "library", "user-7", site.now()).await.unwrap(), 0);
        tx.commit().await.unwrap();
        assert_eq!(state(&site, &ids["b"]).await, State::default());
        assert_eq!(state(&site, &ids["a"]).await, State { opened: true, ..State::default() }, "by her other account");
        assert_derived(&site).await;
    })
    .await;
}
