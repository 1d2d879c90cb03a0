//! What curators decide and take back, on both engines.

use super::model::Decision;
use super::service::{decide, look_alikes, split, undo};
use crate::base::{AppError, Role, Scope};
use crate::catalog::service;
use crate::catalog::testing::*;
use crate::platform::Site;
use crate::platform::db::Db;
use crate::platform::db::testing::on_both;
use crate::sql;
use connect::{Item, Resource};

fn curator(groups: &[&str]) -> Scope {
    let Scope::Person(mut cora) = scope("cora", groups) else { unreachable!("a person") };
    cora.roles.push(Role::Curator);
    Scope::Person(cora)
}

/// A signed and an unsigned book of one title, from two sources: a question. Answers their ids, the smaller first.
async fn question(db: &Db, site: &Site) -> (String, String) {
    add_source(db, "one", None).await;
    add_source(db, "two", None).await;
    let signed = edition("signed", "https://a.example/1", "Bernoulli by Machine");
    let unsigned =
        Resource { authors: String::new(), ..edition("unsigned", "https://b.example/1", "Bernoulli by Machine") };
    ingest(db, "one", "1", vec![Item::Resource(signed)]).await;
    ingest(db, "two", "1", vec![Item::Resource(unsigned)]).await;
    let asked = look_alikes(&curator(&[]), site, "").await.unwrap();
    let [pair] = &asked.page.rows[..] else { panic!("{asked:#?}") };
    assert_eq!(
        (pair.why.as_str(), pair.one.host.as_str(), pair.two.host.as_str()),
        ("title", "a.example", "b.example")
    );
    (pair.one.card.id.clone(), pair.two.card.id.clone())
}

async fn editions(site: &Site, id: &str) -> i64 {
    service::view(&scope("p", &[]), site, id).await.unwrap().card.editions
}

async fn asked(site: &Site) -> i64 {
    look_alikes(&curator(&[]), site, "1").await.unwrap().page.total
}

#[tokio::test]
async fn only_curators_may() {
    on_both(|db| async move {
        let site = site(&db);
        let (one, two) = question(&db, &site).await;
        for (who, error) in [
            (Scope::Anonymous, AppError::SignIn),
            (scope("p", &[]), AppError::Forbidden),
            // The portal itself is no person that could look at two things.
            (Scope::system(), AppError::SignIn),
        ] {
            assert_eq!(look_alikes(&who, &site, "").await.err(), Some(error.clone()));
            assert_eq!(decide(&who, &site, &one, &two, true).await.err(), Some(error.clone()));
            assert_eq!(split(&who, &site, &one).await.err(), Some(error.clone()));
            assert_eq!(undo(&who, &site, "x").await.err(), Some(error));
        }
        assert_eq!((asked(&site).await, editions(&site, &one).await), (1, 1));
    })
    .await;
}

#[tokio::test]
async fn the_same_thing_is_one_until_that_is_taken_back() {
    on_both(|db| async move {
        let site = site(&db);
        let (one, two) = question(&db, &site).await;
        // Which side is named first means nothing.
        let decision = decide(&curator(&[]), &site, &two, &one, true).await.unwrap();
        assert_eq!((editions(&site, &one).await, editions(&site, &two).await, asked(&site).await), (2, 2, 0));
        let again = decide(&curator(&[]), &site, &one, &two, false).await;
        assert!(matches!(again, Err(AppError::Conflict(_))), "{again:?}");
        let view = look_alikes(&curator(&[]), &site, "").await.unwrap();
        assert_eq!((view.decided[0].what, view.decided[0].id.as_str()), (Decision::Same, decision.as_str()));

        undo(&curator(&[]), &site, &decision).await.unwrap();
        assert_eq!((editions(&site, &one).await, editions(&site, &two).await, asked(&site).await), (1, 1, 1));
        assert!(look_alikes(&curator(&[]), &site, "").await.unwrap().decided.is_empty());
        assert_eq!(undo(&curator(&[]), &site, &decision).await, Err(AppError::NotFound), "once is enough");
        let mut c = db.read().await.unwrap();
        let audit: Vec<(String,)> = c.all(sql!("SELECT action FROM audit ORDER BY id")).await.unwrap();
        assert_eq!(audit.iter().map(|row| row.0.as_str()).collect::<Vec<_>>(), ["work.same", "work.undo"]);
    })
    .await;
}

#[tokio::test]
async fn different_things_are_not_asked_about_again() {
    on_both(|db| async move {
        let site = site(&db);
        let (one, two) = question(&db, &site).await;
        let decision = decide(&curator(&[]), &site, &one, &two, false).await.unwrap();
        // Even where the rules become sure, her word stands.
        let signed = edition("unsigned", "https://b.example/1", "Bernoulli by Machine");
        ingest(&db, "two", "2", vec![Item::Resource(signed)]).await;
        assert_eq!((editions(&site, &one).await, asked(&site).await), (1, 0));
        undo(&curator(&[]), &site, &decision).await.unwrap();
        assert_eq!((editions(&site, &one).await, asked(&site).await), (1, 1));
    })
    .await;
}

/// Three unsigned books of one title from three sources: three questions. Answers their ids in order.
async fn three_questions(db: &Db) -> Vec<String> {
    for (n, source) in ["one", "two", "three"].into_iter().enumerate() {
        add_source(db, source, None).await;
        let url = format!("https://{source}.example/1");
        let book = Resource { authors: String::new(), ..edition(&n.to_string(), &url, "Bernoulli by Machine") };
        ingest(db, source, "1", vec![Item::Resource(book)]).await;
    }
    let mut c = db.read().await.unwrap();
    let rows: Vec<(String,)> = c.all(sql!("SELECT id FROM resource ORDER BY id")).await.unwrap();
    rows.into_iter().map(|row| row.0).collect()
}

#[tokio::test]
async fn what_became_one_meanwhile_is_not_called_different() {
    on_both(|db| async move {
        let site = site(&db);
        let ids = three_questions(&db).await;
        assert_eq!(asked(&site).await, 3);
        decide(&curator(&[]), &site, &ids[0], &ids[1], true).await.unwrap();
        decide(&curator(&[]), &site, &ids[0], &ids[2], true).await.unwrap();
        // A page that was drawn before still asks about the other two.
        for same in [true, false] {
            let late = decide(&curator(&[]), &site, &ids[1], &ids[2], same).await;
            assert!(matches!(late, Err(AppError::Conflict(_))), "{late:?}");
        }
        let apart = sql!("SELECT one FROM edition_pair WHERE verdict = 'different'");
        let apart: Vec<(String,)> = db.read().await.unwrap().all(apart).await.unwrap();
        assert!(apart.is_empty(), "a work holds no two that are different");
        assert_eq!(editions(&site, &ids[0]).await, 3);
    })
    .await;
}

#[tokio::test]
async fn undoing_one_decision_keeps_whose_word_the_others_are() {
    on_both(|db| async move {
        let site = site(&db);
        let ids = three_questions(&db).await;
        decide(&curator(&[]), &site, &ids[0], &ids[1], true).await.unwrap();
        let last = decide(&curator(&[]), &site, &ids[1], &ids[2], true).await.unwrap();
        undo(&curator(&[]), &site, &last).await.unwrap();
        let words = sql!("SELECT verdict, decided_by FROM edition_pair WHERE one = $1 AND two = $2", &ids[0], &ids[1]);
        let words: Vec<(String, Option<String>)> = db.read().await.unwrap().all(words).await.unwrap();
        assert_eq!(words, [("same".to_owned(), Some("cora".to_owned()))]);
    })
    .await;
}

#[tokio::test]
async fn what_is_split_off_stays_off_and_can_be_put_back() {
    on_both(|db| async move {
        let ids = three_editions(&db, None).await;
        let site = site(&db);
        let decision = split(&curator(&[]), &site, &ids["b"]).await.unwrap();
        assert_eq!((editions(&site, &ids["a"]).await, editions(&site, &ids["b"]).await), (2, 1));
        let book = |title: &str| vec![Item::Resource(edition("b", "https://books.example/engines", title))];
        ingest(&db, "two", "2", book("On Analytical Engines, with notes")).await;
        assert_eq!(editions(&site, &ids["b"]).await, 1, "the rules do not put it back");
        let alone = split(&curator(&[]), &site, &ids["b"]).await;
        assert!(matches!(alone, Err(AppError::Conflict(_))), "{alone:?}");
        // The last two part altogether, and then what came first cannot be undone before it.
        let later = split(&curator(&[]), &site, &ids["a"]).await.unwrap();
        assert_eq!((editions(&site, &ids["a"]).await, editions(&site, &ids["c"]).await), (1, 1));
        let early = undo(&curator(&[]), &site, &decision).await;
        assert!(matches!(early, Err(AppError::Conflict(_))), "{early:?}");
        undo(&curator(&[]), &site, &later).await.unwrap();
        undo(&curator(&[]), &site, &decision).await.unwrap();
        assert_eq!(editions(&site, &ids["b"]).await, 3);
        // And once put back, the rules may do as they did.
        ingest(&db, "two", "3", book("On Analytical Engines")).await;
        assert_eq!(editions(&site, &ids["b"]).await, 3);
    })
    .await;
}

#[tokio::test]
async fn what_a_curator_may_not_see_she_may_not_touch() {
    on_both(|db| async move {
        let ids = three_editions(&db, Some("firmware")).await;
        let site = site(&db);
        assert_eq!(split(&curator(&[]), &site, &ids["c"]).await, Err(AppError::NotFound));
        assert_eq!(decide(&curator(&[]), &site, &ids["a"], &ids["c"], true).await, Err(AppError::NotFound));
        assert_eq!(decide(&curator(&[]), &site, &ids["a"], &ids["b"], true).await.err(), {
            Some(AppError::Conflict(crate::base::t().works.answered.to_owned()))
        });
        assert_eq!(decide(&curator(&[]), &site, &ids["a"], "unknown", true).await, Err(AppError::NotFound));
        let decision = split(&curator(&["firmware"]), &site, &ids["c"]).await.unwrap();
        assert_eq!(undo(&curator(&[]), &site, &decision).await, Err(AppError::NotFound));
        assert!(look_alikes(&curator(&[]), &site, "").await.unwrap().decided.is_empty());
        // An edition whose only visible fellow leaves is told by nothing that she may not see.
        undo(&curator(&["firmware"]), &site, &decision).await.unwrap();
        let mut tx = db.begin().await.unwrap();
        service::set_origin(&mut tx, "two", "two", Some("firmware")).await.unwrap();
        tx.commit().await.unwrap();
        let alone = split(&curator(&[]), &site, &ids["a"]).await;
        assert!(matches!(alone, Err(AppError::Conflict(_))), "{alone:?}");
    })
    .await;
}
