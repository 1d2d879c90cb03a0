//! The index keeps up with the catalogue, survives restarts, and belongs to one process and one database.

use super::{Index, IndexError};
use crate::catalog::model::Query;
use crate::catalog::service;
use crate::catalog::testing::*;
use crate::platform::crypto::{Keeper, new_key};
use crate::platform::db::Db;
use crate::platform::db::testing::on_both;
use crate::platform::{Clock, Config, Site};
use crate::sql;
use connect::Item;
use std::time::Duration;
use tokio::sync::watch;

fn site_in(db: &Db, folder: &tempfile::TempDir) -> Site {
    let mut config = Config::default();
    config.search.folder = folder.path().join("search").display().to_string();
    Site::new(db.clone(), Clock::at(NOW), config, Keeper::from_base64(&new_key()).unwrap())
}

async fn titles(site: &Site, text: &str) -> Vec<String> {
    let asked = Query { text: text.into(), page: 1, ..Query::default() };
    let found = service::search(&scope("p", &[]), site, &asked).await.unwrap();
    found.page.rows.into_iter().map(|hit| hit.card.title).collect()
}

#[tokio::test]
async fn changes_reach_the_index() {
    on_both(|db| async move {
        let folder = tempfile::tempdir().unwrap();
        let site = site_in(&db, &folder);
        add_articles(&db, &[("a", "Anvil"), ("b", "Bellows")]).await;
        let index = Index::open(&site).await.unwrap();
        site.provide(index.clone());
        assert!(index.is_behind());
        caught_up(&index, &db, 2).await;
        assert!(!index.is_behind());
        assert_eq!(titles(&site, "anvil").await, ["Anvil"]);

        ingest(&db, "library", "2", vec![Item::Resource(resource("a", "Hammer", &[]))]).await;
        let mut tx = db.begin().await.unwrap();
        service::gone(&mut tx, "library", &["b".into()], NOW).await.unwrap();
        tx.commit().await.unwrap();
        caught_up(&index, &db, 2).await;
        assert_eq!((titles(&site, "anvil").await.len(), titles(&site, "bellows").await.len()), (0, 0));
        assert_eq!(titles(&site, "hammer").await, ["Hammer"]);
        assert_eq!(index.len(), 1);

        ingest(&db, "library", "3", vec![Item::Resource(resource("b", "Bellows", &[]))]).await;
        caught_up(&index, &db, 1).await;
        assert_eq!(titles(&site, "bellows").await, ["Bellows"]);
    })
    .await;
}

/// A transaction that began earlier commits later: a follower that goes by numbers alone never sees it.
#[tokio::test]
async fn a_late_commit_is_not_lost() {
    on_both(|db| async move {
        if db.engine() == "sqlite" {
            return; // one writer: transactions commit in order
        }
        let folder = tempfile::tempdir().unwrap();
        let site = site_in(&db, &folder);
        add_source(&db, "early", None).await;
        add_source(&db, "late", None).await;
        let index = Index::open(&site).await.unwrap();
        site.provide(index.clone());
        let mut early = db.begin().await.unwrap();
        let items = [Item::Resource(resource("a", "Anvil", &[]))];
        service::ingest(&mut early, "early", "1", &items, NOW).await.unwrap();
        ingest(&db, "late", "1", vec![Item::Resource(resource("b", "Bellows", &[]))]).await;
        index.catch_up(&db).await.unwrap();
        assert_eq!(titles(&site, "bellows").await, [""; 0], "the early transaction still runs");
        early.commit().await.unwrap();
        caught_up(&index, &db, 2).await;
        assert_eq!(titles(&site, "anvil").await, ["Anvil"]);
        assert_eq!(titles(&site, "bellows").await, ["Bellows"]);
    })
    .await;
}

#[tokio::test]
async fn it_goes_on_after_a_restart_where_it_stood() {
    on_both(|db| async move {
        let folder = tempfile::tempdir().unwrap();
        let site = site_in(&db, &folder);
        add_articles(&db, &[("a", "Anvil")]).await;
        let index = Index::open(&site).await.unwrap();
        caught_up(&index, &db, 1).await;
        match Index::open(&site).await {
            Err(IndexError::Taken(taken)) => assert!(taken.starts_with(folder.path())),
            other => panic!("one writer a folder: {:?}", other.err()),
        }
        drop(index);

        ingest(&db, "library", "2", vec![Item::Resource(resource("b", "Bellows", &[]))]).await;
        let index = Index::open(&site).await.unwrap();
        assert_eq!(index.len(), 1, "what was indexed is still there");
        caught_up(&index, &db, 1).await;
        site.provide(index.clone());
        assert_eq!(titles(&site, "bellows").await, ["Bellows"]);
        site.provide(()); // nothing
        drop(index);
    })
    .await;
}

#[tokio::test]
async fn a_damaged_or_foreign_index_is_built_anew() {
    on_both(|db| async move {
        let folder = tempfile::tempdir().unwrap();
        let site = site_in(&db, &folder);
        add_articles(&db, &[("a", "Anvil"), ("b", "Bellows")]).await;
        let index = Index::open(&site).await.unwrap();
        caught_up(&index, &db, 2).await;
        drop(index);
        std::fs::write(folder.path().join("search/meta.json"), "{").unwrap();
        let index = Index::open(&site).await.unwrap();
        assert_eq!(index.len(), 0);
        caught_up(&index, &db, 2).await;
        drop(index);

        // another database under the same folder
        let mut tx = db.begin().await.unwrap();
        tx.run(sql!("UPDATE catalog_identity SET id = 'another'")).await.unwrap();
        tx.commit().await.unwrap();
        let index = Index::open(&site).await.unwrap();
        assert_eq!(index.len(), 0);
        caught_up(&index, &db, 2).await;
        drop(index);

        // restored from a cluster whose transaction numbers are far ahead
        let mut tx = db.begin().await.unwrap();
        tx.run(sql!("UPDATE change SET xid = 4611686018427387904")).await.unwrap();
        tx.commit().await.unwrap();
        let index = Index::open(&site).await.unwrap();
        caught_up(&index, &db, if db.engine() == "sqlite" { 0 } else { 2 }).await;
        assert_eq!(index.len(), 2);
    })
    .await;
}

#[tokio::test]
async fn the_follower_indexes_by_itself_and_stops() {
    on_both(|db| async move {
        let folder = tempfile::tempdir().unwrap();
        let site = site_in(&db, &folder);
        let (stop, stopped) = watch::channel(false);
        let follower = super::start(&site, stopped).await.unwrap();
        add_articles(&db, &[("a", "Anvil")]).await;
        site.ext::<Index>().unwrap().wake();
        for _ in 0..200 {
            if !titles(&site, "anvil").await.is_empty() {
                break;
            }
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
        assert_eq!(titles(&site, "anvil").await, ["Anvil"]);
        stop.send(true).unwrap();
        tokio::time::timeout(Duration::from_secs(5), follower).await.expect("it stops").unwrap();
    })
    .await;
}

#[tokio::test]
async fn a_node_without_an_index_says_so() {
    on_both(|db| async move {
        let found = service::search(&scope("p", &[]), &site(&db), &Query::default()).await;
        assert!(matches!(found, Err(crate::base::AppError::Unavailable(_))));
        let found = service::search(&crate::base::Scope::Anonymous, &site(&db), &Query::default()).await;
        assert_eq!(found, Err(crate::base::AppError::SignIn));
    })
    .await;
}
