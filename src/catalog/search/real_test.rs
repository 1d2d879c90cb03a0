//! Real titles in forty languages, right-to-left and unspaced scripts among them: each is found by itself.

use super::Index;
use crate::catalog::model::Query;
use crate::catalog::service;
use crate::catalog::testing::*;
use crate::platform::crypto::{Keeper, new_key};
use crate::platform::db::open;
use crate::platform::{Clock, Config, Site};
use connect::Item;

/// Of the open resources every so many-th is taken, so that the test stays short.
const EVERY: usize = 7;

fn items(text: &str) -> Vec<Item> {
    let row = |(n, line): (usize, &str)| {
        let row: serde_json::Value = serde_json::from_str(line).ok()?;
        let text = |name: &str| row[name].as_str().unwrap_or_default().replace("&rlm;", "\u{200f}");
        let mut item = resource(&n.to_string(), &text("title"), &[&text("topic")]);
        (item.url, item.authors, item.language) = (text("url"), text("author"), Some(text("language")));
        Some(Item::Resource(item))
    };
    text.lines().enumerate().step_by(EVERY).filter_map(row).collect()
}

#[tokio::test]
async fn every_real_title_finds_itself() {
    let Some(folder) = std::env::var_os("ATRIUM_TEST_DATA") else {
        eprintln!("skipped: ATRIUM_TEST_DATA is not set");
        return;
    };
    let path = std::path::Path::new(&folder).join("resources/open-resources.jsonl");
    let items = items(&std::fs::read_to_string(path).expect("the open resources are there"));
    assert!(items.len() > 1000, "{}", items.len());
    let folder = tempfile::tempdir().unwrap();
    let db = open(&format!("sqlite://{}/atrium.db", folder.path().display()), 2).await.unwrap();
    let mut config = Config::default();
    config.search.folder = folder.path().join("search").display().to_string();
    let site = Site::new(db.clone(), Clock::at(NOW), config, Keeper::from_base64(&new_key()).unwrap());
    add_source(&db, "library", None).await;
    let done = ingest(&db, "library", "1", items.clone()).await;
    assert!(done.refused.len() < items.len() / 50, "{:?}", done.refused);
    let index = Index::open(&site).await.unwrap();
    index.catch_up(&db).await.unwrap();
    site.provide(index);
    let mut missed = Vec::new();
    for item in items.iter().step_by(5) {
        let Item::Resource(item) = item else { continue };
        let asked = Query::from_pairs([("q", item.title.as_str())]);
        let found = service::search(&scope("p", &[]), &site, &asked).await.unwrap();
        if !found.page.rows.iter().any(|hit| hit.card.title == super::super::words::line(&item.title, 300)) {
            missed.push(item.title.clone());
        }
    }
    assert!(missed.is_empty(), "{} were not found by their own titles: {missed:#?}", missed.len());
}
