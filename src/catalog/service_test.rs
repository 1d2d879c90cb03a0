//! Ingest, audiences, links and topics on both engines.

use super::model::{DiscussionCard, Kind};
use super::service::{self, Ingested};
use super::testing::*;
use crate::base::AppError;
use crate::platform::db::testing::on_both;
use crate::platform::db::{Db, counting};
use crate::sql;
use connect::Item;

async fn changes(db: &Db) -> Vec<(String, i64)> {
    let mut c = db.read().await.unwrap();
    c.all(sql!("SELECT subject, seq FROM change ORDER BY seq")).await.unwrap()
}

fn counts(done: &Ingested) -> (i64, i64, i64) {
    (done.added, done.changed, done.unchanged)
}

#[tokio::test]
async fn only_what_differs_is_written() {
    on_both(|db| async move {
        add_source(&db, "s", None).await;
        let items =
            || vec![Item::Resource(resource("a", "First", &["rust"])), Item::Resource(resource("b", "Second", &[]))];
        assert_eq!(counts(&ingest(&db, "s", "1", items()).await), (2, 0, 0));
        let before = changes(&db).await;
        assert_eq!(before.len(), 2);
        assert_eq!(counts(&ingest(&db, "s", "2", items()).await), (0, 0, 2));
        assert_eq!(changes(&db).await, before, "what is the same is no change");

        let mut edited = resource("a", "First", &["rust"]);
        edited.topics = vec!["go".into()];
        let renamed = resource("b", "Second, renamed", &[]);
        let done = ingest(&db, "s", "3", vec![Item::Resource(edited), Item::Resource(renamed)]).await;
        assert_eq!(counts(&done), (0, 2, 0));
        let ids = ids(&db).await;
        let mut c = db.read().await.unwrap();
        let asked = [ids["b"].clone(), ids["a"].clone()];
        let cards = service::cards(&mut c, &viewer("p", &[]), &format(), &asked).await.unwrap();
        assert_eq!(cards.iter().map(|card| card.title.as_str()).collect::<Vec<_>>(), ["Second, renamed", "First"]);
        assert_eq!(cards[1].topics.iter().map(|topic| topic.name.as_str()).collect::<Vec<_>>(), ["Go"]);
        let after = changes(&db).await;
        assert_eq!(after.len(), 2, "one row a subject");
        assert!(after.iter().all(|(_, seq)| *seq > before[1].1), "{before:?} {after:?}");
    })
    .await;
}

#[tokio::test]
async fn what_goes_comes_back_under_its_id() {
    on_both(|db| async move {
        add_source(&db, "s", None).await;
        let items = || ["a", "b", "c"].map(|id| Item::Resource(resource(id, id, &[]))).to_vec();
        ingest(&db, "s", "1", items()).await;
        let known = ids(&db).await;
        let mut tx = db.begin().await.unwrap();
        assert_eq!(service::gone(&mut tx, "s", &["a".into(), "unknown".into(), "\0".into()], NOW).await.unwrap(), 1);
        assert_eq!(service::gone(&mut tx, "s", &["a".into()], NOW).await.unwrap(), 0, "it is gone already");
        service::ingest(&mut tx, "s", "2", &items()[1..2], NOW).await.unwrap();
        assert_eq!(service::unseen(&mut tx, "s", "2").await.unwrap(), (1, 2));
        assert_eq!(service::retire_unseen(&mut tx, "s", "2", NOW).await.unwrap(), 1);
        tx.commit().await.unwrap();

        let mut c = db.read().await.unwrap();
        let asked = [known["a"].clone(), known["b"].clone(), known["c"].clone()];
        let cards = service::cards(&mut c, &viewer("p", &[]), &format(), &asked).await.unwrap();
        assert_eq!(cards.iter().map(|card| card.gone).collect::<Vec<_>>(), [true, false, true]);
        drop(c);

        assert_eq!(counts(&ingest(&db, "s", "3", items()).await), (0, 2, 1));
        assert_eq!(ids(&db).await, known);
        let mut tx = db.begin().await.unwrap();
        assert_eq!(service::unseen(&mut tx, "s", "3").await.unwrap(), (0, 3));
        assert_eq!(service::remove_origin(&mut tx, "s", NOW).await.unwrap(), 3);
        tx.commit().await.unwrap();
    })
    .await;
}

#[tokio::test]
async fn bad_items_are_refused_and_the_known_version_stays() {
    on_both(|db| async move {
        add_source(&db, "s", None).await;
        ingest(&db, "s", "1", vec![Item::Resource(resource("a", "Good", &[]))]).await;
        let mut script = resource("a", "Bad", &[]);
        script.url = "javascript:alert(1)".into();
        let mut nameless = resource("b", " \u{0} ", &[]);
        nameless.summary = "x".into();
        let odd_id = resource("c\0", "x", &[]);
        let mut huge = resource("d", &format!("\u{0}{}", "T".repeat(5000)), &["a\u{0}b", "", " - "]);
        huge.summary = "word ".repeat(10_000);
        huge.language = Some("English".into());
        huge.minutes = Some(-5);
        let twice = [resource("e", "First version", &[]), resource("e", "Second version", &[])].map(Item::Resource);
        let mut items = [script, nameless, odd_id, huge].map(Item::Resource).to_vec();
        items.extend(twice);
        let done = ingest(&db, "s", "2", items).await;
        assert_eq!(done.added, 2);
        let refused: Vec<&str> = done.refused.iter().map(|refused| refused.external_id.as_str()).collect();
        assert_eq!(refused, ["a", "b", "c"]);
        assert!(done.refused[0].reason.contains("http"));

        let ids = ids(&db).await;
        let mut c = db.read().await.unwrap();
        assert_eq!(service::unseen(&mut c, "s", "2").await.unwrap(), (0, 3), "the refused one is still there");
        let asked = ["a", "d", "e"].map(|id| ids[id].clone());
        let cards = service::cards(&mut c, &viewer("p", &[]), &format(), &asked).await.unwrap();
        assert_eq!((cards[0].title.as_str(), cards[2].title.as_str()), ("Good", "Second version"));
        assert_eq!(cards[1].title.chars().count(), 300);
        assert!(cards[1].summary.chars().count() <= 240 && cards[1].summary.ends_with('…'));
        assert_eq!((cards[1].language.as_str(), cards[1].minutes), ("", None));
        assert_eq!(cards[1].topics.iter().map(|topic| topic.name.as_str()).collect::<Vec<_>>(), ["A b"]);
    })
    .await;
}

#[tokio::test]
async fn one_topic_however_sources_write_it() {
    on_both(|db| async move {
        add_source(&db, "s", None).await;
        add_source(&db, "t", None).await;
        ingest(&db, "s", "1", vec![Item::Resource(resource("a", "A", &["embedded-systems", "Embedded Systems"]))])
            .await;
        ingest(&db, "t", "1", vec![Item::Discussion(discussion("d", "D", &["Embedded systems"], &[]))]).await;
        let mut c = db.read().await.unwrap();
        let topics = service::topics(&mut c).await.unwrap();
        assert_eq!(topics.len(), 1);
        let names = ["EMBEDDED_SYSTEMS".to_owned(), "nothing".to_owned()];
        assert_eq!(service::topics_by_name(&mut c, &names).await.unwrap(), topics);
        assert_eq!(service::popular_topics(&mut c, &viewer("p", &[]), 5).await.unwrap(), topics);
    })
    .await;
}

#[tokio::test]
async fn audiences_hide_resources_and_discussions() {
    on_both(|db| async move {
        add_group(&db, "firmware").await;
        add_source(&db, "open", None).await;
        add_source(&db, "closed", Some("firmware")).await;
        ingest(&db, "open", "1", vec![Item::Resource(resource("a", "A", &["rust"]))]).await;
        let talk = discussion("d", "D", &["rust"], &["https://library.example/a"]);
        ingest(&db, "closed", "1", vec![Item::Resource(resource("b", "B", &["rust"])), Item::Discussion(talk)]).await;
        let site = site(&db);
        let ids = ids(&db).await;
        let both = [ids["a"].clone(), ids["b"].clone()];
        let mut c = db.read().await.unwrap();
        let topics: Vec<String> = service::topics(&mut c).await.unwrap().into_iter().map(|topic| topic.id).collect();
        for (groups, seen) in [(&[][..], 1), (&["sales"][..], 1), (&["firmware", "sales"][..], 2)] {
            let who = viewer("p", groups);
            assert_eq!(service::cards(&mut c, &who, &format(), &both).await.unwrap().len(), seen, "{groups:?}");
            assert_eq!(service::visible(&mut c, &who, &both).await.unwrap().len(), seen);
            assert_eq!(service::newest_in_topics(&mut c, &who, &topics, &[], 9).await.unwrap().len(), seen);
            let talks = service::discussions_on(&mut c, &who, &format(), &both, &topics, 9).await.unwrap();
            assert_eq!(talks.len(), seen - 1);
            let view = service::view(&scope("p", groups), &site, &ids["b"]).await;
            assert_eq!(view.is_ok(), seen == 2);
            assert_eq!(service::address(&scope("p", groups), &site, &ids["b"]).await.is_ok(), seen == 2);
        }
        drop(c);
        let view = service::view(&scope("p", &[]), &site, &ids["b"]).await;
        assert_eq!(view.err(), Some(AppError::NotFound));
        assert_eq!(service::view(&crate::base::Scope::Anonymous, &site, &ids["a"]).await.err(), Some(AppError::SignIn));

        // opening the source up, and closing it, reaches what is there already
        add_source(&db, "closed", None).await;
        assert!(service::view(&scope("p", &[]), &site, &ids["b"]).await.is_ok());
        add_source(&db, "open", Some("firmware")).await;
        assert!(service::view(&scope("p", &[]), &site, &ids["a"]).await.is_err());
        assert_eq!(changes(&db).await.last().unwrap().0, ids["a"], "search has to hear of it");
    })
    .await;
}

#[tokio::test]
async fn discussions_find_resources_that_arrive_later() {
    on_both(|db| async move {
        add_source(&db, "forum", None).await;
        add_source(&db, "library", None).await;
        let links = ["http://www.library.example/a/?utm_source=forum#top", "not a link"];
        let linked = discussion("linked", "About A", &[], &links);
        let mut shared = discussion("shared", "About Rust", &["Rust"], &[]);
        shared.last_activity = NOW;
        let other = discussion("other", "Lunch", &["food"], &[]);
        ingest(&db, "forum", "1", [linked, shared, other].map(Item::Discussion).to_vec()).await;
        ingest(&db, "library", "1", vec![Item::Resource(resource("a", "A", &["rust"]))]).await;
        let id = ids(&db).await["a"].clone();
        let view = service::view(&scope("p", &[]), &site(&db), &id).await.unwrap();
        let titles = |talks: &[DiscussionCard]| talks.iter().map(|talk| talk.title.clone()).collect::<Vec<_>>();
        assert_eq!(
            (titles(&view.discussions), titles(&view.nearby)),
            (vec!["About A".into()], vec!["About Rust".into()])
        );
        assert_eq!(view.card.kind, Kind::Article);

        ingest(&db, "forum", "2", vec![Item::Discussion(discussion("linked", "About B", &[], &[]))]).await;
        let view = service::view(&scope("p", &[]), &site(&db), &id).await.unwrap();
        assert!(view.discussions.is_empty(), "a link that was edited away counts no more");
        assert_eq!(titles(&view.nearby), ["About Rust"]);
    })
    .await;
}

#[tokio::test]
async fn new_means_published_or_first_seen() {
    on_both(|db| async move {
        add_source(&db, "s", None).await;
        let mut old = resource("old", "Old", &["rust"]);
        old.published_at = Some(NOW - 9_000_000);
        let mut newer = resource("newer", "Newer", &["rust", "go"]);
        newer.published_at = Some(NOW - 1_000_000);
        let mut future = resource("future", "Future", &["cooking"]);
        future.published_at = Some(NOW + 9_000_000_000);
        ingest(
            &db,
            "s",
            "1",
            [old, newer, resource("undated", "Undated", &["rust"]), future].map(Item::Resource).to_vec(),
        )
        .await;
        let ids = ids(&db).await;
        let mut c = db.read().await.unwrap();
        let topics = service::topics_by_name(&mut c, &["go".into(), "rust".into()]).await.unwrap();
        let topics: Vec<String> = topics.into_iter().map(|topic| topic.id).collect();
        let who = viewer("p", &[]);
        let found = service::newest_in_topics(&mut c, &who, &topics, &[], 10).await.unwrap();
        let order: Vec<&String> = found.iter().map(|(id, _)| id).collect();
        assert_eq!(order, [&ids["undated"], &ids["newer"], &ids["old"]]);
        assert!(found.iter().all(|(_, topic)| topics.contains(topic)));
        let found = service::newest_in_topics(&mut c, &who, &topics, &[ids["undated"].clone()], 1).await.unwrap();
        assert_eq!(found[0].0, ids["newer"]);
    })
    .await;
}

#[tokio::test]
async fn addresses_find_their_resources() {
    on_both(|db| async move {
        let ids = add_articles(&db, &[("a", "A")]).await;
        let mut c = db.read().await.unwrap();
        let asked =
            ["http://www.library.example/a/".to_owned(), "https://elsewhere.example/".to_owned(), "x".to_owned()];
        let found = service::by_address(&mut c, &asked).await.unwrap();
        assert_eq!(found.into_iter().collect::<Vec<_>>(), [(asked[0].clone(), ids["a"].clone())]);
    })
    .await;
}

/// The size of the open resources, eleven chunks: each takes hardly more statements than a single item.
#[tokio::test]
async fn ten_thousand_items_are_taken_in_at_once() {
    on_both(|db| async move {
        add_source(&db, "s", None).await;
        let topics: Vec<String> = (0..300).map(|n| format!("topic {n}")).collect();
        let item = |n: usize| {
            Item::Resource(resource(&n.to_string(), &format!("Title {n}"), &[&topics[n % 300], &topics[n % 7]]))
        };
        let items: Vec<Item> = (0..10_605).map(item).collect();
        let (done, together) = counting(ingest(&db, "s", "1", items.clone())).await;
        assert_eq!(done.added, 10_605);
        assert_eq!(ingest(&db, "s", "2", items).await.unchanged, 10_605);
        let (_, alone) = counting(ingest(&db, "s", "3", vec![item(20_000)])).await;
        assert!(alone > 0 && together <= 12 * alone, "{}: {together} statements, {alone} for one", db.engine());
    })
    .await;
}
