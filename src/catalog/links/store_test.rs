//! Who holds a host, who sees which link, and what curators ask for, on both engines.

use super::model::{Filter, State, Which};
use super::rules::{Look, Standing};
use super::store::{self, Noted};
use super::{check, service};
use crate::base::{AppError, HOUR, MINUTE, Role, Scope};
use crate::catalog::testing::*;
use crate::platform::Site;
use crate::platform::db::Db;
use crate::platform::db::testing::on_both;
use crate::sql;
use connect::{Item, Resource};
use std::collections::HashMap;

fn with_role(role: Role, groups: &[&str]) -> Scope {
    let Scope::Person(mut person) = scope("cora", groups) else { unreachable!("a person") };
    person.roles.push(role);
    Scope::Person(person)
}

fn curator(groups: &[&str]) -> Scope {
    with_role(Role::Curator, groups)
}

/// Three articles at two hosts, known to the checker; `c` is for the group `firmware`.
async fn shelf(db: &Db, site: &Site) -> HashMap<String, String> {
    add_group(db, "firmware").await;
    add_source(db, "open", None).await;
    add_source(db, "closed", Some("firmware")).await;
    let at = |id: &str, host: &str| {
        Item::Resource(Resource { url: format!("https://{host}/{id}"), ..resource(id, &format!("About {id}"), &[]) })
    };
    ingest(db, "open", "1", vec![at("a", "one.example"), at("b", "two.example")]).await;
    ingest(db, "closed", "1", vec![at("c", "one.example")]).await;
    assert_eq!(check::enrol(site).await.unwrap(), 3);
    assert_eq!(check::enrol(site).await.unwrap(), 0);
    ids(db).await
}

/// As three days of failures leave it, or fewer.
async fn fails(db: &Db, id: &str, tries: i64, broken: bool) {
    let mut tx = db.begin().await.unwrap();
    tx.run(sql!(
        "UPDATE link_check SET checked_at = $2, outcome = 'fails', why = 'status', status = 404, tries = $3,
             first_failed_at = $2, struck_at = $2, due_at = $4 WHERE resource = $1",
        id,
        NOW,
        tries,
        NOW + HOUR
    ))
    .await
    .unwrap();
    tx.run(sql!("UPDATE resource SET broken_at = $2 WHERE id = $1", id, broken.then_some(NOW))).await.unwrap();
    tx.commit().await.unwrap();
}

async fn hold(db: &Db, holder: &str, until: i64, now: i64) -> Vec<store::DueRow> {
    let mut tx = db.begin().await.unwrap();
    store::hold(&mut tx, holder, &[], 9, until, now).await.unwrap();
    let due = store::due(&mut tx, holder, 9, now).await.unwrap();
    tx.commit().await.unwrap();
    due
}

#[tokio::test]
async fn a_host_has_one_holder_and_who_is_late_writes_nothing() {
    on_both(|db| async move {
        let site = site(&db);
        shelf(&db, &site).await;
        let first = hold(&db, "first", NOW + MINUTE, NOW).await;
        let hosts: Vec<&str> = first.iter().map(|link| link.host.as_str()).collect();
        assert_eq!((hosts.len(), hosts.contains(&"one.example")), (2, true), "one link of each host");
        assert!(hold(&db, "second", NOW + MINUTE, NOW).await.is_empty(), "both are taken");
        // The first one dies, and another takes over.
        let second = hold(&db, "second", NOW + 2 * MINUTE, NOW + MINUTE).await;
        assert_eq!(second.len(), 2);
        let mut tx = db.begin().await.unwrap();
        for link in &first {
            assert!(!store::release(&mut tx, "first", &link.host, NOW, Some(true)).await.unwrap(), "it is late");
            assert!(store::release(&mut tx, "second", &link.host, NOW + HOUR, Some(false)).await.unwrap());
        }
        tx.commit().await.unwrap();
        assert!(hold(&db, "third", NOW + 2 * HOUR, NOW + 2 * MINUTE).await.is_empty(), "they rest");
        let third = hold(&db, "third", NOW + 2 * HOUR, NOW + HOUR).await;
        assert!(third.len() == 2 && third.iter().all(|link| link.reached == Some(false)), "{third:?}");
    })
    .await;
}

#[tokio::test]
async fn what_was_seen_of_an_earlier_address_is_not_written() {
    on_both(|db| async move {
        let site = site(&db);
        let ids = shelf(&db, &site).await;
        let due = hold(&db, "me", NOW + MINUTE, NOW).await;
        let link = due.iter().find(|link| link.resource == ids["b"]).unwrap();
        let look = Look::ours();
        let after = Standing { tries: 3, broken_at: Some(NOW), ..Standing::default() };
        let noted = Noted { due: link, look: &look, after: &after, due_at: NOW + HOUR, begun: NOW };
        let moved = Resource { url: "https://two.example/elsewhere".into(), ..resource("b", "About b", &[]) };
        ingest(&db, "open", "2", vec![Item::Resource(moved)]).await;
        let mut tx = db.begin().await.unwrap();
        assert!(!store::note(&mut tx, &noted, NOW).await.unwrap());
        tx.commit().await.unwrap();
        assert_eq!(check::enrol(&site).await.unwrap(), 1, "the new one is taken in");
        let line = crate::catalog::service::view(&scope("p", &[]), &site, &ids["b"]).await.unwrap().link;
        assert_eq!((line.state, line.tries), (State::Unchecked, 0));
    })
    .await;
}

#[tokio::test]
async fn a_resource_that_is_deleted_takes_its_link_along() {
    on_both(|db| async move {
        let site = site(&db);
        let ids = shelf(&db, &site).await;
        let mut tx = db.begin().await.unwrap();
        tx.run(sql!("DELETE FROM resource WHERE id = $1", &ids["a"])).await.unwrap();
        let (left,): (i64,) = tx.one(sql!("SELECT count(*) FROM link_check")).await.unwrap();
        tx.commit().await.unwrap();
        assert_eq!(left, 2);
    })
    .await;
}

#[tokio::test]
async fn the_list_is_for_curators_and_operators_and_minds_audiences() {
    on_both(|db| async move {
        let site = site(&db);
        let ids = shelf(&db, &site).await;
        fails(&db, &ids["a"], 1, false).await;
        fails(&db, &ids["b"], 3, true).await;
        fails(&db, &ids["c"], 3, true).await;
        for (who, refusal) in [(Scope::Anonymous, AppError::SignIn), (scope("p", &["firmware"]), AppError::Forbidden)] {
            assert_eq!(service::links(&who, &site, &Filter::default()).await.err(), Some(refusal.clone()));
            assert_eq!(service::check_now(&who, &site, &ids["a"]).await.err(), Some(refusal));
        }
        let list = async |scope: &Scope, which: Which, source: Option<&str>| {
            let filter = Filter { which, source: source.map(str::to_owned), page: 1 };
            let list = service::links(scope, &site, &filter).await.unwrap();
            assert_eq!(list.page.total as usize, list.page.rows.len(), "{which:?}");
            let titles = list.page.rows.into_iter().map(|row| (row.title, row.line.state)).collect::<Vec<_>>();
            (titles, list.sources.into_iter().map(|source| (source.name, source.shown)).collect::<Vec<_>>())
        };
        let row = |id: &str, state| (format!("About {id}"), state);
        let (titles, sources) = list(&curator(&[]), Which::Failing, None).await;
        assert_eq!(titles, [row("b", State::Broken), row("a", State::Suspect)], "broken ones first");
        assert_eq!(sources, [("open".to_owned(), "2".to_owned())]);
        let member = curator(&["firmware"]);
        assert_eq!(list(&member, Which::Failing, None).await.0.len(), 3);
        assert_eq!(list(&member, Which::Broken, Some("closed")).await.0, [row("c", State::Broken)]);
        assert_eq!(list(&member, Which::Suspect, None).await.0, [row("a", State::Suspect)]);
        assert!(list(&member, Which::Unclear, None).await.0.is_empty());
        assert!(list(&member, Which::Moved, None).await.0.is_empty());
        assert_eq!(list(&with_role(Role::Operator, &[]), Which::Broken, None).await.0.len(), 1);
        let count =
            async |scope: &Scope| service::broken_of(&mut site.read().await.unwrap(), scope, "closed").await.unwrap();
        assert_eq!((count(&member).await, count(&curator(&[])).await, count(&Scope::system()).await), (1, 0, 0));
    })
    .await;
}

#[tokio::test]
async fn a_curator_has_a_link_looked_at_before_its_time() {
    on_both(|db| async move {
        let site = site(&db);
        let ids = shelf(&db, &site).await;
        for id in ["a", "b", "c"] {
            fails(&db, &ids[id], 1, false).await;
        }
        assert!(hold(&db, "early", NOW + 1, NOW).await.is_empty(), "nothing is due");
        assert_eq!(
            service::check_now(&curator(&[]), &site, &ids["c"]).await,
            Err(AppError::NotFound),
            "not hers to see"
        );
        assert_eq!(service::check_now(&curator(&[]), &site, "unknown").await, Err(AppError::NotFound));
        service::check_now(&curator(&[]), &site, &ids["b"]).await.unwrap();
        let view = service::links(&curator(&[]), &site, &Filter::default()).await.unwrap();
        let asked: Vec<(&str, bool)> = view.page.rows.iter().map(|row| (row.title.as_str(), row.line.asked)).collect();
        assert_eq!(asked, [("About a", false), ("About b", true)]);
        let due = hold(&db, "me", NOW + 1, NOW).await;
        assert_eq!(due.iter().map(|link| &link.resource).collect::<Vec<_>>(), [&ids["b"]]);
        // A look that had begun before she asked does not answer her.
        let look = Look::ours();
        let after = due[0].standing();
        let note = async |begun: i64| {
            let noted = Noted { due: &due[0], look: &look, after: &after, due_at: NOW + HOUR, begun };
            let mut tx = db.begin().await.unwrap();
            assert!(store::note(&mut tx, &noted, NOW).await.unwrap());
            tx.commit().await.unwrap();
            let mut c = db.read().await.unwrap();
            let row: (Option<i64>, i64) =
                c.one(sql!("SELECT asked_at, due_at FROM link_check WHERE resource = $1", &ids["b"])).await.unwrap();
            row
        };
        assert_eq!(note(NOW - 1).await, (Some(NOW), 0));
        assert_eq!(note(NOW).await, (None, NOW + HOUR));
        let mut c = db.read().await.unwrap();
        let rows: Vec<(String, String)> = c.all(sql!("SELECT action, object FROM audit")).await.unwrap();
        assert_eq!(rows, [("link.check".to_owned(), format!("resource/{}", ids["b"]))]);
    })
    .await;
}

#[tokio::test]
async fn where_links_are_not_checked_it_is_said() {
    on_both(|db| async move {
        let mut config = crate::platform::Config::default();
        config.links.check = false;
        let keeper = crate::platform::crypto::Keeper::from_base64(&crate::platform::crypto::new_key()).unwrap();
        let site = Site::new(db.clone(), crate::platform::Clock::at(NOW), config, keeper);
        let ids = shelf(&db, &site).await;
        let asked = service::check_now(&curator(&[]), &site, &ids["a"]).await;
        assert!(matches!(asked, Err(AppError::Unavailable(_))), "{asked:?}");
        assert!(!service::links(&curator(&[]), &site, &Filter::default()).await.unwrap().checks);
        assert!(!crate::catalog::service::view(&scope("p", &[]), &site, &ids["a"]).await.unwrap().link.checks);
    })
    .await;
}
