//! Checking, against real servers on loopback, on both engines.

use super::jobs::{BROKEN, check_due, tick};
use super::model::State;
use super::testing::*;
use crate::base::{DAY, HOUR};
use crate::catalog::service;
use crate::catalog::testing::*;
use crate::platform::Site;
use crate::platform::db::Db;
use crate::platform::db::testing::on_both;
use crate::sql;
use axum::Router;
use axum::http::{Method, StatusCode, header};
use axum::response::Redirect;
use axum::routing::{any, get};
use connect::{Item, Resource};
use std::collections::HashMap;
use std::sync::Arc;
use std::sync::atomic::{AtomicI64, AtomicU16, Ordering};
use std::time::Duration;

/// Takes in a resource for each (external id, address).
async fn stock(db: &Db, links: &[(&str, String)]) -> HashMap<String, String> {
    add_source(db, "library", None).await;
    let item = |(id, url): &(&str, String)| {
        Item::Resource(Resource { url: url.clone(), ..resource(id, &format!("About {id}"), &["links"]) })
    };
    ingest(db, "library", "1", links.iter().map(item).collect()).await;
    ids(db).await
}

/// What was seen of each link: outcome, why, status, tries.
type Seen = (String, String, Option<i64>, i64);

async fn seen(db: &Db) -> HashMap<String, Seen> {
    let mut c = db.read().await.unwrap();
    let rows: Vec<(String, String, String, Option<i64>, i64)> = c
        .all(sql!(
            "SELECT r.external_id, l.outcome, COALESCE(l.why, ''), l.status, l.tries
             FROM link_check l JOIN resource r ON r.id = l.resource WHERE l.checked_at IS NOT NULL"
        ))
        .await
        .unwrap();
    rows.into_iter().map(|(id, outcome, why, status, tries)| (id, (outcome, why, status, tries))).collect()
}

/// Looks for what is due, as a node does, and checks it.
async fn check(site: &Site) -> usize {
    tick(site).await.unwrap();
    check_due(site).await.unwrap()
}

async fn state_of(site: &Site, id: &str) -> State {
    service::view(&scope("p", &[]), site, id).await.unwrap().link.state
}

#[tokio::test]
async fn each_answer_is_taken_for_what_it_says() {
    on_both(|db| async move {
        let only_get = any(|method: Method| async move {
            if method == Method::GET { StatusCode::OK } else { StatusCode::METHOD_NOT_ALLOWED }
        });
        let slow = any(|| async {
            tokio::time::sleep(Duration::from_secs(60)).await;
            "late"
        });
        let routes = Router::new()
            .route("/fine", get(|| async { "here" }))
            .route("/only-get", only_get)
            .route("/gone", any(|| async { StatusCode::GONE }))
            .route("/fault", any(|| async { StatusCode::INTERNAL_SERVER_ERROR }))
            .route("/closed", any(|| async { StatusCode::FORBIDDEN }))
            .route("/moved", get(|| async { Redirect::permanent("/fine") }))
            .route("/inside", get(|| async { Redirect::temporary("http://10.0.0.1/") }))
            .route("/slow", slow);
        let limited = any(|| async { (StatusCode::TOO_MANY_REQUESTS, [(header::RETRY_AFTER, "7200")]) });
        let (main, busy) =
            (serve("127.0.0.1", routes).await, serve("127.0.0.2", Router::new().route("/", limited)).await);
        let none = nobody("127.0.0.3").await;
        let names = ["fine", "only-get", "missing", "gone", "fault", "closed", "moved", "inside", "slow"];
        let mut links: Vec<(&str, String)> = names.map(|name| (name, format!("{main}/{name}"))).to_vec();
        links.push(("limited", format!("{busy}/")));
        links.push(("refused", format!("{none}/")));
        links.push(("private", "http://192.168.7.7/".to_owned()));
        let ids = stock(&db, &links).await;
        let site = site(&db);
        look_at(&site, &[&main, &busy, &none]);
        assert_eq!(check(&site).await, links.len());
        let seen = seen(&db).await;
        let works = |status| ("works".to_owned(), String::new(), Some(status), 0);
        let fails = |why: &str, status| ("fails".to_owned(), why.to_owned(), status, 1);
        let unclear = |why: &str, status| ("unclear".to_owned(), why.to_owned(), status, 0);
        for (id, expected) in [
            ("fine", works(200)),
            ("only-get", works(200)),
            ("moved", works(200)),
            ("missing", fails("status", Some(404))),
            ("gone", fails("status", Some(410))),
            ("fault", fails("status", Some(500))),
            ("slow", fails("timeout", None)),
            ("refused", fails("refused", None)),
            ("closed", unclear("forbidden", Some(403))),
            ("limited", unclear("limited", Some(429))),
            ("inside", unclear("private", None)),
            ("private", unclear("private", None)),
        ] {
            assert_eq!(seen[id], expected, "{id}");
        }
        let moved = service::view(&scope("p", &[]), &site, &ids["moved"]).await.unwrap().link;
        assert_eq!((moved.state, moved.moved_to), (State::Works, Some(format!("{main}/fine"))));
        let missing = service::view(&scope("p", &[]), &site, &ids["missing"]).await.unwrap();
        assert_eq!((missing.link.state, missing.link.why.as_str()), (State::Suspect, "404 Not Found"));
        assert!(!missing.card.broken, "once is no proof");
        assert_eq!(check(&site).await, 0, "nothing is due any more");
        let (free,): (i64,) =
            db.read().await.unwrap().one(sql!("SELECT free_at FROM link_host WHERE host = '127.0.0.2'")).await.unwrap();
        assert_eq!(free, NOW + 2 * HOUR, "it asked to be left alone for so long");
    })
    .await;
}

/// A page that answers as it is told to.
async fn moody(host: &str) -> (String, Arc<AtomicU16>) {
    let mood = Arc::new(AtomicU16::new(404));
    let answer = mood.clone();
    let route = any(move || {
        let status = StatusCode::from_u16(answer.load(Ordering::SeqCst)).unwrap();
        async move { status }
    });
    (serve(host, Router::new().route("/page", route)).await, mood)
}

async fn newest(db: &Db) -> usize {
    let mut c = db.read().await.unwrap();
    let topics: Vec<String> = service::topics(&mut c).await.unwrap().into_iter().map(|topic| topic.id).collect();
    service::newest_in_topics(&mut c, &viewer("p", &[]), &topics, &[], 9).await.unwrap().len()
}

#[tokio::test]
async fn three_days_break_a_link_and_one_answer_heals_it() {
    on_both(|db| async move {
        let (origin, mood) = moody("127.0.0.1").await;
        let id = stock(&db, &[("page", format!("{origin}/page"))]).await["page"].clone();
        let site = site(&db);
        look_at(&site, &[&origin]);
        for (day, state) in [(0, State::Suspect), (1, State::Suspect), (2, State::Broken)] {
            assert_eq!((check(&site).await, state_of(&site, &id).await), (1, state), "day {day}");
            site.clock.advance(HOUR);
            assert_eq!(check(&site).await, 0, "an hour later it is not asked again");
            site.clock.advance(DAY - HOUR);
        }
        let view = service::view(&scope("p", &[]), &site, &id).await.unwrap();
        assert!(view.card.broken && view.link.tries == 3 && view.link.since.is_some(), "{:?}", view.link);
        assert_eq!(newest(&db).await, 0, "it is not recommended");
        let jobs: Vec<(String,)> = db
            .read()
            .await
            .unwrap()
            .all(sql!("SELECT args ->> 'resource' FROM job WHERE kind = $1", BROKEN))
            .await
            .unwrap();
        assert_eq!(jobs, [(id.clone(),)], "told once");

        mood.store(200, Ordering::SeqCst);
        site.clock.advance(2 * DAY);
        assert_eq!(check(&site).await, 1);
        let view = service::view(&scope("p", &[]), &site, &id).await.unwrap();
        assert_eq!((view.card.broken, view.link.state, view.link.tries), (false, State::Works, 0));
        assert_eq!(newest(&db).await, 1);
        site.clock.advance(13 * DAY);
        assert_eq!(check(&site).await, 0, "one that works has time");
        site.clock.advance(DAY);
        assert_eq!(check(&site).await, 1);
    })
    .await;
}

#[tokio::test]
async fn another_address_starts_anew_and_what_is_gone_is_forgotten() {
    on_both(|db| async move {
        let (origin, _) = moody("127.0.0.1").await;
        let id = stock(&db, &[("page", format!("{origin}/page"))]).await["page"].clone();
        let site = site(&db);
        look_at(&site, &[&origin]);
        check(&site).await;
        break_link(&db, &id, NOW).await;
        assert_eq!(state_of(&site, &id).await, State::Broken);
        // Its source names another address: nothing is known of that.
        stock(&db, &[("page", format!("{origin}/other"))]).await;
        let view = service::view(&scope("p", &[]), &site, &id).await.unwrap();
        assert_eq!((view.link.state, view.card.broken), (State::Unchecked, false));
        assert_eq!((check(&site).await, state_of(&site, &id).await), (1, State::Suspect));
        // The same again changes nothing.
        let same = Resource { url: format!("{origin}/other"), ..resource("page", "Another title", &["links"]) };
        ingest(&db, "library", "3", vec![Item::Resource(same)]).await;
        assert_eq!(state_of(&site, &id).await, State::Suspect);

        let mut tx = db.begin().await.unwrap();
        service::gone(&mut tx, "library", &["page".to_owned()], site.now()).await.unwrap();
        tx.commit().await.unwrap();
        site.clock.advance(2 * DAY);
        assert_eq!(check(&site).await, 0, "what is gone is not asked for");
        assert_eq!(super::check::forget_gone(&site).await.unwrap(), 1);
        assert_eq!(super::check::forget_gone(&site).await.unwrap(), 0);
        assert_eq!(seen(&db).await.len(), 0);
        // It comes back, and is looked at as if it were new.
        stock(&db, &[("page", format!("{origin}/other"))]).await;
        assert_eq!(check(&site).await, 1);
    })
    .await;
}

#[tokio::test]
async fn a_fault_of_our_own_network_is_held_against_nobody_for_once() {
    on_both(|db| async move {
        let mut origins = Vec::new();
        for n in 1..=4 {
            origins.push(nobody(&format!("127.0.0.{n}")).await);
        }
        let names = ["one", "two", "three", "four"];
        let links: Vec<(&str, String)> = names.into_iter().zip(origins.iter().map(|o| format!("{o}/"))).collect();
        stock(&db, &links).await;
        let site = site(&db);
        look_at(&site, &origins.iter().collect::<Vec<_>>());
        assert_eq!(check(&site).await, 4);
        let first = seen(&db).await;
        assert!(
            first
                .values()
                .all(|(outcome, why, _, tries)| (outcome.as_str(), why.as_str(), *tries) == ("unclear", "ours", 0)),
            "{first:?}"
        );
        // They are asked again soon; that they are dead together does not save them for ever.
        site.clock.advance(HOUR);
        assert_eq!(check(&site).await, 4);
        let second = seen(&db).await;
        assert!(
            second
                .values()
                .all(|(outcome, why, _, tries)| (outcome.as_str(), why.as_str(), *tries) == ("fails", "refused", 1)),
            "{second:?}"
        );
    })
    .await;
}

#[tokio::test]
async fn two_nodes_ask_each_link_once_and_no_host_two_things_at_once() {
    on_both(|db| async move {
        let (now, most, all) = (Arc::new(AtomicI64::new(0)), Arc::new(AtomicI64::new(0)), Arc::new(AtomicI64::new(0)));
        let counters = (now.clone(), most.clone(), all.clone());
        let route = get(move || {
            let (now, most, all) = counters.clone();
            async move {
                all.fetch_add(1, Ordering::SeqCst);
                most.fetch_max(now.fetch_add(1, Ordering::SeqCst) + 1, Ordering::SeqCst);
                tokio::time::sleep(Duration::from_millis(10)).await;
                now.fetch_sub(1, Ordering::SeqCst);
                "here"
            }
        });
        let origin = serve("127.0.0.1", Router::new().route("/{page}", route)).await;
        let names: Vec<String> = (0..12).map(|n| format!("p{n}")).collect();
        let links: Vec<(&str, String)> = names.iter().map(|name| (name.as_str(), format!("{origin}/{name}"))).collect();
        stock(&db, &links).await;
        let nodes = [site(&db), site(&db)];
        for node in &nodes {
            look_at(node, &[&origin]);
        }
        tick(&nodes[0]).await.unwrap();
        // A node that finds the host taken has nothing to do, and looks again.
        let work = async |node: &Site| {
            for _ in 0..200 {
                check_due(node).await.unwrap();
                if seen(&db).await.len() == names.len() {
                    return;
                }
                tokio::time::sleep(Duration::from_millis(5)).await;
            }
            panic!("not all were checked");
        };
        tokio::join!(work(&nodes[0]), work(&nodes[1]));
        assert_eq!((most.load(Ordering::SeqCst), all.load(Ordering::SeqCst)), (1, 12));
    })
    .await;
}

#[tokio::test]
async fn only_hosts_that_are_named_are_asked() {
    on_both(|db| async move {
        let page = || Router::new().route("/", get(|| async { "here" }));
        let (ours, theirs) = (serve("127.0.0.1", page()).await, serve("127.0.0.2", page()).await);
        let ids = stock(&db, &[("ours", format!("{ours}/")), ("theirs", format!("{theirs}/"))]).await;
        let mut config = crate::platform::Config::default();
        config.links.hosts = vec!["127.0.0.1".into()];
        let keeper = crate::platform::crypto::Keeper::from_base64(&crate::platform::crypto::new_key()).unwrap();
        let site = Site::new(db.clone(), crate::platform::Clock::at(NOW), config, keeper);
        look_at(&site, &[&ours, &theirs]);
        assert_eq!(check(&site).await, 1);
        assert_eq!(state_of(&site, &ids["ours"]).await, State::Works);
        let other = service::view(&scope("p", &[]), &site, &ids["theirs"]).await.unwrap().link;
        assert_eq!((other.state, other.checks), (State::Unchecked, false));
    })
    .await;
}
