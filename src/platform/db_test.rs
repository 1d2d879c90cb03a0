//! One SQL text, two engines: what the stores rely on.

use super::db::testing::on_both;
use super::db::{Conn, Db, Result, json, pending};
use crate::sql;
use std::collections::BTreeSet;
use std::time::Duration;

async fn group(tx: &mut Conn, id: &str, name: &str) -> Result<u64> {
    tx.run(sql!("INSERT INTO people_group (id, name, origin) VALUES ($1, $2, 'test')", id, name)).await
}

async fn names(db: &Db) -> Vec<String> {
    let mut c = db.read().await.unwrap();
    let rows: Vec<(String,)> = c.all(sql!("SELECT name FROM people_group ORDER BY name")).await.unwrap();
    rows.into_iter().map(|r| r.0).collect()
}

#[tokio::test]
async fn a_transaction_is_kept_whole_or_not_at_all() {
    on_both(|db| async move {
        let mut tx = db.begin().await.unwrap();
        group(&mut tx, "1", "kept").await.unwrap();
        tx.commit().await.unwrap();

        let mut tx = db.begin().await.unwrap();
        group(&mut tx, "2", "dropped").await.unwrap();
        drop(tx);

        let mut tx = db.begin().await.unwrap();
        group(&mut tx, "3", "before a failure").await.unwrap();
        let error = group(&mut tx, "3", "same id").await.unwrap_err();
        assert!(error.as_database_error().unwrap().is_unique_violation());
        assert!(tx.commit().await.is_err(), "a commit after a failed statement has to be refused");

        assert_eq!(names(&db).await, ["kept"]);
        assert!(pending(&db).await.unwrap().is_empty());
    })
    .await;
}

#[tokio::test]
async fn lists_and_documents_travel_as_one_parameter() {
    on_both(|db| async move {
        let mut tx = db.begin().await.unwrap();
        let rows = serde_json::json!([{"id": "a", "n": 1, "on": true}, {"id": "b", "n": null, "on": false}]);
        let unfolded: Vec<(String, Option<i64>, bool)> = tx
            .all(sql!(
                "SELECT value ->> 'id', CAST(value ->> 'n' AS BIGINT), CAST(value ->> 'on' AS BOOLEAN)
                 FROM json_each($1) ORDER BY key",
                json(&rows)
            ))
            .await
            .unwrap();
        assert_eq!(unfolded, [("a".into(), Some(1), true), ("b".into(), None, false)]);
        let none: Vec<(String,)> = tx
            .all(sql!("SELECT id FROM people_group WHERE id IN (SELECT atom FROM json_each($1))", json(&[0; 0])))
            .await
            .unwrap();
        assert!(none.is_empty());
        let (sum, missing): (i64, Option<String>) =
            tx.one(sql!("SELECT CAST(COALESCE(SUM(at), 0) AS BIGINT), MAX(actor) FROM audit")).await.unwrap();
        assert_eq!((sum, missing), (0, None));
    })
    .await;
}

#[tokio::test]
async fn a_reader_of_sqlite_does_not_write() {
    on_both(|db| async move {
        if db.engine() == "sqlite" {
            let mut c = db.read().await.unwrap();
            assert!(group(&mut c, "1", "x").await.is_err());
        }
    })
    .await;
}

/// Two hundred callers, of whom some drop, some fail, some are cancelled: whoever was told "committed" is kept,
/// whoever dropped or failed is not, and nobody leaves the writer locked.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn crowds_and_quitters() {
    on_both(|db| async move {
        let one = |db: Db, n: u64| async move {
            let mut tx = db.begin().await?;
            group(&mut tx, &n.to_string(), &n.to_string()).await?;
            match n % 5 {
                1 => return Ok::<bool, sqlx::Error>(false),
                2 => {
                    group(&mut tx, &n.to_string(), "again").await.ok();
                    return Ok(tx.commit().await.is_ok());
                }
                3 => tokio::time::sleep(Duration::from_millis(3)).await,
                _ => {}
            }
            tx.commit().await?;
            Result::Ok(true)
        };
        let callers: Vec<_> = (0..200u64)
            .map(|n| {
                let patience = if n % 5 == 4 { Duration::from_micros(n * 100) } else { Duration::from_secs(60) };
                tokio::spawn(tokio::time::timeout(patience, one(db.clone(), n)))
            })
            .collect();
        let mut told = BTreeSet::new();
        for (n, caller) in callers.into_iter().enumerate() {
            if let Ok(answer) = caller.await.unwrap()
                && answer.unwrap()
            {
                told.insert(n as u64);
            }
        }
        // A write that goes through comes after every turn that was cancelled.
        let mut tx = db.begin().await.unwrap();
        group(&mut tx, "last", "999").await.unwrap();
        tx.commit().await.unwrap();
        let kept: BTreeSet<u64> = names(&db).await.iter().map(|n| n.parse().unwrap()).collect();
        assert!(told.is_subset(&kept), "lost: {:?}", told.difference(&kept));
        assert!(kept.iter().all(|n| *n == 999 || !matches!(n % 5, 1 | 2)), "kept what was not committed: {kept:?}");
        assert!(told.len() >= 80, "only {} were kept", told.len());
    })
    .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn commits_share_a_sync() {
    on_both(|db| async move {
        let Db::Sqlite { write, .. } = &db else { return };
        let before = write.flushes().await;
        let callers: Vec<_> = (0..100)
            .map(|n| {
                let db = db.clone();
                tokio::spawn(async move {
                    let mut tx = db.begin().await.unwrap();
                    group(&mut tx, &n.to_string(), &n.to_string()).await.unwrap();
                    tx.commit().await.unwrap();
                })
            })
            .collect();
        for caller in callers {
            caller.await.unwrap();
        }
        let flushes = write.flushes().await - before;
        assert!(flushes < 50, "100 commits took {flushes} syncs");
    })
    .await;
}
