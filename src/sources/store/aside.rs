//! What a run puts aside: refused items, and removals that wait for its end.

use crate::platform::db::{Conn, Result, json};
use crate::platform::new_id;
use crate::sql;
use serde_json::{Value, json as j};

/// One refused item.
#[derive(Clone, Debug, sqlx::FromRow)]
pub struct QuarantineRow {
    pub external_id: Option<String>,
    pub reason: String,
    pub excerpt: String,
}

/// One refused item to be written down.
pub struct Refused {
    pub external_id: Option<String>,
    pub reason: String,
    pub excerpt: String,
}

/// Puts items into quarantine.
pub async fn quarantine(tx: &mut Conn, run: &str, source: &str, refused: &[Refused], now: i64) -> Result<()> {
    let rows: Vec<Value> = refused
        .iter()
        .map(|r| j!({"id": new_id(), "ext": r.external_id, "reason": r.reason, "excerpt": r.excerpt}))
        .collect();
    tx.run(sql!(
        "INSERT INTO quarantine (id, run, source, external_id, reason, excerpt, at)
         SELECT value ->> 'id', $2, $3, value ->> 'ext', value ->> 'reason', value ->> 'excerpt', CAST($4 AS BIGINT)
         FROM json_each($1) WHERE true",
        json(&rows),
        run,
        source,
        now
    ))
    .await
    .map(drop)
}

/// A page of a run's quarantine, oldest first.
pub async fn quarantined(c: &mut Conn, run: &str, limit: i64, offset: i64) -> Result<(Vec<QuarantineRow>, i64)> {
    let (total,): (i64,) = c.one(sql!("SELECT count(*) FROM quarantine WHERE run = $1", run)).await?;
    let rows = c
        .all(sql!(
            "SELECT external_id, reason, excerpt FROM quarantine WHERE run = $1 ORDER BY id LIMIT $2 OFFSET $3",
            run,
            limit,
            offset
        ))
        .await?;
    Ok((rows, total))
}

/// Holds removals back until the run ends.
pub async fn hold_back(tx: &mut Conn, run: &str, external_ids: &[String]) -> Result<()> {
    tx.run(sql!(
        "INSERT INTO sync_removal (run, external_id) SELECT $2, atom FROM json_each($1) WHERE true
         ON CONFLICT (run, external_id) DO NOTHING",
        json(external_ids),
        run
    ))
    .await
    .map(drop)
}

/// What came (again) is not removed.
pub async fn let_stay(tx: &mut Conn, run: &str, external_ids: &[String]) -> Result<()> {
    tx.run(sql!(
        "DELETE FROM sync_removal WHERE run = $2 AND external_id IN (SELECT atom FROM json_each($1))",
        json(external_ids),
        run
    ))
    .await
    .map(drop)
}

/// The removals that a run holds back.
pub async fn held_back(c: &mut Conn, run: &str) -> Result<Vec<String>> {
    let rows: Vec<(String,)> = c.all(sql!("SELECT external_id FROM sync_removal WHERE run = $1", run)).await?;
    Ok(rows.into_iter().map(|r| r.0).collect())
}
