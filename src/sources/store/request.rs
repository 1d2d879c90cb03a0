//! A run's requests: its flight recorder.

use crate::platform::db::{Conn, Result, json};
use crate::sql;
use serde_json::Value;

/// One try of a request.
#[derive(Clone, Debug, sqlx::FromRow)]
pub struct RequestRow {
    /// Counted from 1 in its run.
    pub n: i64,
    pub method: String,
    /// Without secrets.
    pub url: String,
    pub status: Option<i64>,
    pub ms: i64,
    pub bytes: i64,
    /// Which try of the same request it was, from 1.
    pub attempt: i64,
    /// Why it failed, if it did.
    pub error: Option<String>,
}

/// Writes requests down: objects with the columns' names.
pub async fn note_requests(tx: &mut Conn, run: &str, requests: &[Value], count: i64) -> Result<()> {
    tx.run(sql!("UPDATE sync_run SET request_count = $2 WHERE id = $1", run, count)).await?;
    if requests.is_empty() {
        return Ok(());
    }
    tx.run(sql!(
        "INSERT INTO sync_request (run, n, method, url, status, ms, bytes, attempt, error)
         SELECT $2, CAST(value ->> 'n' AS BIGINT), value ->> 'method', value ->> 'url',
                CAST(value ->> 'status' AS BIGINT), CAST(value ->> 'ms' AS BIGINT), CAST(value ->> 'bytes' AS BIGINT),
                CAST(value ->> 'attempt' AS BIGINT), value ->> 'error'
         FROM json_each($1) WHERE true ON CONFLICT (run, n) DO NOTHING",
        json(requests),
        run
    ))
    .await
    .map(drop)
}

/// Forgets all but the `latest` requests and, before them, the latest `failed` ones that failed.
pub async fn forget_requests(tx: &mut Conn, run: &str, latest: i64, failed: i64) -> Result<()> {
    tx.run(sql!(
        "DELETE FROM sync_request WHERE run = $1 AND error IS NULL
            AND n <= (SELECT request_count FROM sync_run WHERE id = $1) - $2",
        run,
        latest
    ))
    .await?;
    tx.run(sql!(
        "DELETE FROM sync_request WHERE run = $1 AND n <= (SELECT request_count FROM sync_run WHERE id = $1) - $2
            AND n <= (SELECT f.n FROM sync_request f WHERE f.run = $1 AND f.error IS NOT NULL
                      ORDER BY f.n DESC LIMIT 1 OFFSET $3)",
        run,
        latest,
        failed
    ))
    .await
    .map(drop)
}

/// The requests of a run that are kept, oldest first.
pub async fn requests(c: &mut Conn, run: &str) -> Result<Vec<RequestRow>> {
    c.all(sql!(
        "SELECT n, method, url, status, ms, bytes, attempt, error FROM sync_request WHERE run = $1 ORDER BY n",
        run
    ))
    .await
}
