//! A small library for tests, of this room and of those above it.

use super::search::Index;
use super::service;
use crate::base::{Scope, Viewer};
use crate::platform::crypto::{Keeper, new_key};
use crate::platform::db::Db;
use crate::platform::{Clock, Config, Format, Site};
use crate::sql;
use connect::{Discussion, Item, Kind, Resource};
use std::collections::HashMap;
use std::time::Duration;

/// 2026-05-12T21:06:40Z.
pub const NOW: i64 = 1_778_620_000_000;

/// A site on `db` whose clock stands at [`NOW`].
pub fn site(db: &Db) -> Site {
    let keeper = Keeper::from_base64(&new_key()).expect("a new key is a key");
    Site::new(db.clone(), Clock::at(NOW), Config::default(), keeper)
}

/// A viewer in `groups`; no row is made for her.
pub fn viewer(id: &str, groups: &[&str]) -> Viewer {
    Viewer {
        id: id.to_owned(),
        name: id.to_owned(),
        email: format!("{id}@halden.example"),
        locale: "en-GB".to_owned(),
        time_zone: "UTC".to_owned(),
        roles: vec![],
        groups: groups.iter().map(|group| (*group).to_owned()).collect(),
        manages: false,
    }
}

/// Asks as [`viewer`].
pub fn scope(id: &str, groups: &[&str]) -> Scope {
    Scope::Person(viewer(id, groups))
}

/// How the tests' viewers read dates.
pub fn format() -> Format {
    Format::new("en-GB", "UTC", NOW)
}

/// Adds a person.
pub async fn add_person(db: &Db, id: &str) {
    let mut tx = db.begin().await.unwrap();
    tx.run(sql!(
        "INSERT INTO person (id, email, name, folded, job_title, manager, locale, time_zone, active, created_at, updated_at)
         VALUES ($1, $2, $1, $1, 'Engineer', NULL, 'en-GB', 'UTC', $3, $4, $4)",
        id,
        format!("{id}@halden.example"),
        true,
        NOW
    ))
    .await
    .unwrap();
    tx.commit().await.unwrap();
}

/// Adds a group that audiences can name.
pub async fn add_group(db: &Db, id: &str) {
    let mut tx = db.begin().await.unwrap();
    tx.run(sql!("INSERT INTO people_group (id, name, origin) VALUES ($1, $1, 'team')", id)).await.unwrap();
    tx.commit().await.unwrap();
}

/// Adds a source of that id and name.
pub async fn add_source(db: &Db, id: &str, audience: Option<&str>) {
    let mut tx = db.begin().await.unwrap();
    service::set_origin(&mut tx, id, id, audience).await.unwrap();
    tx.commit().await.unwrap();
}

/// An article at an address made from its id.
pub fn resource(external_id: &str, title: &str, topics: &[&str]) -> Resource {
    Resource {
        external_id: external_id.to_owned(),
        url: format!("https://library.example/{external_id}"),
        title: title.to_owned(),
        summary: String::new(),
        kind: Kind::Article,
        authors: String::new(),
        language: Some("en".to_owned()),
        minutes: None,
        level: None,
        topics: topics.iter().map(|topic| (*topic).to_owned()).collect(),
        published_at: None,
        changed_at: None,
    }
}

/// A book of that title by Ada Byron, at `url`.
pub fn edition(external_id: &str, url: &str, title: &str) -> Resource {
    Resource {
        url: url.to_owned(),
        kind: Kind::Book,
        authors: "Ada Byron".to_owned(),
        ..resource(external_id, title, &["Engines"])
    }
}

/// Three sources, `one`, `two` and `three`, that all offer the same book at one address, under the external ids `a`, `b`
/// and `c`: one work with three editions. Answers their ids by external id. `closed` is the group that only members of
/// which see the third.
pub async fn three_editions(db: &Db, closed: Option<&str>) -> HashMap<String, String> {
    if let Some(group) = closed {
        add_group(db, group).await;
    }
    for (source, id, audience) in [("one", "a", None), ("two", "b", None), ("three", "c", closed)] {
        add_source(db, source, audience).await;
        let book = edition(id, "https://books.example/engines", "On Analytical Engines");
        ingest(db, source, "1", vec![Item::Resource(book)]).await;
    }
    ids(db).await
}

/// A discussion that names `links`.
pub fn discussion(external_id: &str, title: &str, topics: &[&str], links: &[&str]) -> Discussion {
    Discussion {
        external_id: external_id.to_owned(),
        url: format!("https://forum.example/t/{external_id}"),
        title: title.to_owned(),
        excerpt: String::new(),
        category: String::new(),
        topics: topics.iter().map(|topic| (*topic).to_owned()).collect(),
        replies: 2,
        participants: 2,
        created_at: NOW - 1000,
        last_activity: NOW - 500,
        links: links.iter().map(|link| (*link).to_owned()).collect(),
    }
}

/// Takes `items` of `source` in, in a transaction of its own.
pub async fn ingest(db: &Db, source: &str, run: &str, items: Vec<Item>) -> service::Ingested {
    let mut tx = db.begin().await.unwrap();
    let done = service::ingest(&mut tx, source, run, &items, NOW).await.unwrap();
    tx.commit().await.unwrap();
    done
}

/// Adds articles of these (external id, title) to a source `library` that everybody may see; answers their ids by
/// external id.
pub async fn add_articles(db: &Db, titles: &[(&str, &str)]) -> HashMap<String, String> {
    add_source(db, "library", None).await;
    let items = titles.iter().map(|(id, title)| Item::Resource(resource(id, title, &[]))).collect();
    ingest(db, "library", "run", items).await;
    ids(db).await
}

/// Ids of every resource by external id.
pub async fn ids(db: &Db) -> HashMap<String, String> {
    let mut c = db.read().await.unwrap();
    let rows: Vec<(String, String)> = c.all(sql!("SELECT external_id, id FROM resource")).await.unwrap();
    rows.into_iter().collect()
}

/// Has the index read so many changes. On PostgreSQL other tests' transactions hold changes back for a moment.
pub async fn caught_up(index: &Index, db: &Db, changes: usize) {
    let mut seen = 0;
    for _ in 0..200 {
        seen += index.catch_up(db).await.unwrap();
        if seen >= changes {
            return;
        }
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    panic!("only {seen} of {changes} changes were read");
}
