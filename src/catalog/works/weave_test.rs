//! Editions find each other as they are taken in, on both engines.

use super::jobs;
use super::service::look_alikes;
use crate::base::{Role, Scope};
use crate::catalog::model::Query;
use crate::catalog::search::Index;
use crate::catalog::service;
use crate::catalog::testing::*;
use crate::platform::crypto::{Keeper, new_key};
use crate::platform::db::Db;
use crate::platform::db::testing::on_both;
use crate::platform::{Clock, Config, Site};
use crate::sql;
use connect::{Item, Resource};
use std::collections::{BTreeMap, BTreeSet, HashMap};

/// Works with several editions, as sets of external ids.
async fn works(db: &Db) -> BTreeSet<Vec<String>> {
    let mut c = db.read().await.unwrap();
    let rows: Vec<(String, String)> = c
        .all(sql!("SELECT work, external_id FROM resource WHERE work IS NOT NULL ORDER BY external_id"))
        .await
        .unwrap();
    let mut works: BTreeMap<String, Vec<String>> = BTreeMap::new();
    for (work, id) in rows {
        works.entry(work).or_default().push(id);
    }
    works.into_values().collect()
}

fn set(works: &[&[&str]]) -> BTreeSet<Vec<String>> {
    works.iter().map(|work| work.iter().map(|id| (*id).to_owned()).collect()).collect()
}

/// How many questions a curator in `groups` is asked.
async fn questions(db: &Db, groups: &[&str]) -> i64 {
    let Scope::Person(mut cora) = scope("cora", groups) else { unreachable!("a person") };
    cora.roles.push(Role::Curator);
    look_alikes(&Scope::Person(cora), &site(db), "1").await.unwrap().page.total
}

async fn bring(db: &Db, source: &str, books: Vec<Resource>) {
    add_source(db, source, None).await;
    ingest(db, source, "1", books.into_iter().map(Item::Resource).collect()).await;
}

#[tokio::test]
async fn the_same_book_from_three_sources_is_one_work() {
    on_both(|db| async move {
        let ids = three_editions(&db, None).await;
        assert_eq!(works(&db).await, set(&[&["a", "b", "c"]]));
        let view = service::view(&scope("p", &[]), &site(&db), &ids["b"]).await.unwrap();
        assert_eq!(view.card.editions, 3);
        let others: Vec<&str> = view.editions.iter().map(|card| card.source.as_str()).collect();
        assert_eq!(others, ["one", "three"]);
        assert_eq!(questions(&db, &[]).await, 0, "what is sure is not asked");

        // A fourth comes by its title and author alone, with the same page of its source.
        bring(&db, "four", vec![edition("d", "https://shop.example/7", "On analytical engines (PDF)")]).await;
        assert_eq!(works(&db).await, set(&[&["a", "b", "c", "d"]]));
        // What is the same again changes nothing.
        bring(&db, "four", vec![edition("d", "https://shop.example/7", "On analytical engines (PDF)")]).await;
        assert_eq!(works(&db).await, set(&[&["a", "b", "c", "d"]]));
    })
    .await;
}

#[tokio::test]
async fn two_of_one_page_and_two_at_one_moment_find_each_other() {
    on_both(|db| async move {
        let twice = |id: &str| Resource {
            authors: String::new(),
            ..edition(id, "https://books.example/x?utm_source=y", "Looms")
        };
        bring(&db, "one", vec![twice("a"), twice("b")]).await;
        assert_eq!(works(&db).await, set(&[&["a", "b"]]));
        if db.engine() == "sqlite" {
            return; // one writer: nothing happens at one moment
        }
        for source in ["two", "three"] {
            add_source(&db, source, None).await;
        }
        let book = |id: &str| [Item::Resource(edition(id, "https://books.example/moment", "Difference engines"))];
        let mut first = db.begin().await.unwrap();
        service::ingest(&mut first, "two", "1", &book("c"), NOW).await.unwrap();
        // Both bring a topic that is new, the first one in a later chunk.
        let about = |book: Resource| [Item::Resource(Resource { topics: vec!["Differences".into()], ..book })];
        let other = db.clone();
        let second = tokio::spawn(async move {
            let mut tx = other.begin().await.unwrap();
            let book = about(edition("d", "https://books.example/moment", "Difference engines"));
            service::ingest(&mut tx, "three", "1", &book, NOW).await.unwrap();
            tx.commit().await.unwrap();
        });
        tokio::time::sleep(std::time::Duration::from_millis(200)).await;
        assert!(!second.is_finished(), "it waits for the first, which it may be the same as");
        let later = about(edition("e", "https://books.example/later", "Notes on sums"));
        service::ingest(&mut first, "two", "1", &later, NOW).await.unwrap();
        first.commit().await.unwrap();
        second.await.unwrap();
        assert_eq!(works(&db).await, set(&[&["a", "b"], &["c", "d"]]));
    })
    .await;
}

#[tokio::test]
async fn look_alikes_stay_apart_and_what_comes_close_is_asked() {
    on_both(|db| async move {
        let of = |id: &str, title: &str, authors: &str, language: &str| Resource {
            authors: authors.into(),
            language: Some(language.into()),
            ..edition(id, &format!("https://{id}.example/x"), title)
        };
        bring(
            &db,
            "one",
            vec![
                of("python-1", "Introduction to Python", "Ada Byron", "en"),
                of("part-1", "Weaving with Numbers, part 1", "Ada Byron", "en"),
                of("second", "Engines in Depth, 2nd edition", "Ada Byron", "en"),
                of("english", "Notes on the Engine", "Ada Byron", "en"),
                of("unsigned", "Bernoulli by Machine", "", "en"),
            ],
        )
        .await;
        bring(
            &db,
            "two",
            vec![
                of("python-2", "Introduction to Python", "Charles Babbage", "en"),
                of("part-2", "Weaving with Numbers, part 2", "Ada Byron", "en"),
                of("third", "Engines in Depth, 3rd edition", "Ada Byron", "en"),
                of("french", "Notes on the Engine", "Ada Byron", "fr"),
                of("signed", "Bernoulli by Machine", "Ada Byron", "en"),
            ],
        )
        .await;
        assert_eq!(works(&db).await, set(&[]));
        assert_eq!(questions(&db, &[]).await, 1, "whether the unsigned one is the signed one");
        // Once somebody is named, it is sure, and asked no more.
        bring(&db, "one", vec![of("unsigned", "Bernoulli by Machine", "Byron, Ada", "en")]).await;
        assert_eq!(works(&db).await, set(&[&["signed", "unsigned"]]));
        assert_eq!(questions(&db, &[]).await, 0);
    })
    .await;
}

#[tokio::test]
async fn a_work_takes_in_nothing_that_rivals_one_of_its_editions() {
    on_both(|db| async move {
        let how = "How to Think Like an Engine";
        let long = |id: &str, url: &str, title: &str| Resource { minutes: Some(600), ..edition(id, url, title) };
        bring(&db, "one", vec![long("bare", "https://a.example/1", how)]).await;
        bring(&db, "two", vec![long("brass", "https://b.example/1", &format!("{how}: Brass"))]).await;
        bring(&db, "three", vec![long("steam", "https://c.example/1", &format!("{how}: Steam"))]).await;
        assert_eq!(works(&db).await, set(&[&["bare", "brass"]]));
        assert_eq!(questions(&db, &[]).await, 1);
    })
    .await;
}

#[tokio::test]
async fn a_third_does_not_answer_what_a_curator_is_asked() {
    on_both(|db| async move {
        let lab = Resource {
            kind: connect::Kind::Lab,
            ..edition("b", "https://labs.example/engines", "On analytical engines")
        };
        bring(&db, "one", vec![edition("a", "https://books.example/1", "On analytical engines")]).await;
        bring(&db, "two", vec![lab]).await;
        assert_eq!((works(&db).await, questions(&db, &[]).await), (set(&[]), 1), "a lab is no book");
        // The lab's page again, from somebody who takes everything for an article.
        bring(&db, "three", vec![edition("c", "https://labs.example/engines", "On analytical engines")]).await;
        assert_eq!(works(&db).await, set(&[&["b", "c"]]));
        assert_eq!(questions(&db, &[]).await, 1, "and about the two works nobody is asked twice");
    })
    .await;
}

#[tokio::test]
async fn an_edition_that_goes_hands_over() {
    on_both(|db| async move {
        let ids = three_editions(&db, None).await;
        let mut tx = db.begin().await.unwrap();
        service::gone(&mut tx, "one", &["a".into()], NOW).await.unwrap();
        tx.commit().await.unwrap();
        let view = service::view(&scope("p", &[]), &site(&db), &ids["a"]).await.unwrap();
        assert!(view.card.gone);
        assert_eq!(view.editions.iter().map(|card| card.source.as_str()).collect::<Vec<_>>(), ["two", "three"]);
        let view = service::view(&scope("p", &[]), &site(&db), &ids["b"]).await.unwrap();
        assert_eq!(view.editions.len(), 1, "what is gone is no other way to it");
        let mut c = db.read().await.unwrap();
        let address = ["https://books.example/engines".to_owned()];
        let found = service::by_address(&mut c, &address).await.unwrap();
        assert_ne!(found[&address[0]], ids["a"], "an address leads to what is there");
        let topics = service::topics_by_name(&mut c, &["Engines".into()]).await.unwrap();
        let news = service::newest_in_topics(&mut c, &viewer("p", &[]), &[topics[0].id.clone()], &[], 9).await.unwrap();
        assert_eq!(news.len(), 1, "one of the two that are left");
        let excluding = [ids["b"].clone()];
        let news =
            service::newest_in_topics(&mut c, &viewer("p", &[]), &[topics[0].id.clone()], &excluding, 9).await.unwrap();
        assert_eq!(news.len(), 0, "what is left out is left out in every edition");
        drop(c);
        // It comes back, and belongs where it did.
        ingest(
            &db,
            "one",
            "2",
            vec![Item::Resource(edition("a", "https://books.example/engines", "On Analytical Engines"))],
        )
        .await;
        assert_eq!(works(&db).await, set(&[&["a", "b", "c"]]));
    })
    .await;
}

#[tokio::test]
async fn a_restricted_edition_neither_shows_nor_leaks() {
    on_both(|db| async move {
        let ids = three_editions(&db, Some("firmware")).await;
        let site = site(&db);
        for (groups, editions) in [(&[][..], 2), (&["firmware"][..], 3)] {
            let view = service::view(&scope("p", groups), &site, &ids["a"]).await.unwrap();
            assert_eq!((view.card.editions, view.editions.len()), (editions, editions as usize - 1), "{groups:?}");
            let mut c = db.read().await.unwrap();
            let asked = [ids["a"].clone(), ids["c"].clone()];
            let cards = service::cards(&mut c, &viewer("p", groups), &format(), &asked).await.unwrap();
            assert!(cards.iter().all(|card| card.editions == editions));
        }
        // A question whose one side is restricted is asked only of those who see both.
        add_source(&db, "closed", Some("firmware")).await;
        let near =
            Resource { authors: String::new(), ..edition("near", "https://secret.example/x", "On Analytical Engines") };
        ingest(&db, "closed", "1", vec![Item::Resource(near)]).await;
        assert_eq!((questions(&db, &[]).await, questions(&db, &["firmware"]).await), (0, 1));
    })
    .await;
}

#[tokio::test]
async fn search_shows_one_hit_a_work_and_counts_it_once() {
    on_both(|db| async move {
        let ids = three_editions(&db, Some("firmware")).await;
        let german = Resource {
            language: Some("de".into()),
            ..edition("d", "https://books.example/engines", "Über analytische Maschinen")
        };
        bring(&db, "four", vec![german, edition("e", "https://books.example/looms", "On Looms")]).await;
        let folder = tempfile::tempdir().unwrap();
        let mut config = Config::default();
        config.search.folder = folder.path().join("search").display().to_string();
        let keeper = Keeper::from_base64(&new_key()).unwrap();
        let site = Site::new(db.clone(), Clock::at(NOW), config, keeper);
        let index = Index::open(&site).await.unwrap();
        site.provide(index.clone());
        caught_up(&index, &db, 5).await;
        let found = async |address: &str, groups: &[&str]| {
            let pairs: Vec<(String, String)> = url::form_urlencoded::parse(address.as_bytes()).into_owned().collect();
            let asked = Query::from_pairs(pairs.iter().map(|(name, value)| (name.as_str(), value.as_str())));
            let found = service::search(&scope("p", groups), &site, &asked).await.unwrap();
            let shown: Vec<String> = found.page.rows.iter().map(|hit| hit.card.id.clone()).collect();
            (found, shown)
        };
        let (all, shown) = found("", &[]).await;
        assert_eq!((all.page.total, shown.len()), (2, 2));
        let counts = |facets: &[crate::catalog::model::Facet]| -> HashMap<String, i64> {
            facets.iter().map(|facet| (facet.label.clone(), facet.count)).collect()
        };
        assert_eq!(counts(&all.facets.topics)["Engines"], 2);
        assert_eq!(counts(&all.facets.kinds)["Book"], 2);
        let sources = counts(&all.facets.sources);
        assert_eq!((sources["one"], sources["four"], sources.contains_key("three")), (1, 2, false));
        let (engines, shown) = found("q=analytical", &["firmware"]).await;
        assert_eq!((engines.page.total, engines.page.rows[0].card.editions), (1, 4));
        assert_eq!(shown, [ids["a"].clone()], "the oldest of those in her language");
        // Narrowed to a source or a language, it is that edition that is shown.
        assert_eq!(found("source=two", &[]).await.1, [ids["b"].clone()]);
        assert_eq!(found("q=maschinen", &[]).await.0.page.rows[0].card.source, "four", "what matches is what is shown");
        assert_eq!(found("language=de", &[]).await.0.page.rows[0].card.language, "de");
        let begun = [ids["b"].clone()].into();
        let asked = Query::from_pairs([("q", "analytical")]);
        let hers = service::search_preferring(&scope("p", &[]), &site, &asked, &begun).await.unwrap();
        assert_eq!(hers.page.rows[0].card.id, ids["b"], "the one that she began");
    })
    .await;
}

#[tokio::test]
async fn what_an_older_release_took_in_is_compared_later() {
    on_both(|db| async move {
        three_editions(&db, None).await;
        let site = site(&db);
        assert!(!jobs::start(&site).await.unwrap(), "everything was read as it came");
        let mut tx = db.begin().await.unwrap();
        tx.run(sql!("UPDATE resource SET work = NULL, matcher = NULL")).await.unwrap();
        tx.run(sql!("DELETE FROM resource_mark")).await.unwrap();
        tx.commit().await.unwrap();
        assert!(jobs::start(&site).await.unwrap());
        assert_eq!(jobs::read_all(&site).await.unwrap(), 3);
        assert_eq!(works(&db).await, set(&[&["a", "b", "c"]]));
        assert_eq!(jobs::read_all(&site).await.unwrap(), 0);
    })
    .await;
}
