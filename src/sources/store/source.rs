//! Sources.

use crate::platform::db::{Conn, Result, json};
use crate::sql;
use serde_json::Value;

/// A connected system as it is kept.
#[derive(Clone, Debug, sqlx::FromRow)]
pub struct SourceRow {
    pub id: String,
    pub kind: String,
    pub name: String,
    /// Without secrets.
    #[sqlx(json)]
    pub settings: Value,
    /// Sealed JSON object of the secret settings.
    pub secrets: Option<String>,
    pub interval_ms: i64,
    /// The group that may see what comes from it; everybody where there is none.
    pub audience: Option<String>,
    pub paused: bool,
    /// Where the next run starts.
    #[sqlx(json(nullable))]
    pub cursor: Option<Value>,
    pub next_run_at: i64,
    pub updated_at: i64,
    pub removed_at: Option<i64>,
    /// From when on its syncs have to be heard of.
    pub watched_since: i64,
    /// When its people are read next, if they are.
    pub people_next_at: Option<i64>,
}

macro_rules! source_columns {
    () => {
        "id, kind, name, settings, secrets, interval_ms, audience, paused, cursor, next_run_at, updated_at, removed_at,
         COALESCE(watched_since, created_at) AS watched_since, people_next_at"
    };
}
/// Every source, removed ones too, by name.
pub async fn sources(c: &mut Conn) -> Result<Vec<SourceRow>> {
    c.all(sql!(concat!("SELECT ", source_columns!(), " FROM source ORDER BY name"))).await
}

/// One source.
pub async fn source(c: &mut Conn, id: &str) -> Result<Option<SourceRow>> {
    c.opt(sql!(concat!("SELECT ", source_columns!(), " FROM source WHERE id = $1"), id)).await
}

/// The id of the source of that name, removed or not.
pub async fn named(c: &mut Conn, name: &str) -> Result<Option<String>> {
    let row: Option<(String,)> = c.opt(sql!("SELECT id FROM source WHERE name = $1", name)).await?;
    Ok(row.map(|r| r.0))
}

/// What a form sets.
pub struct Saved<'a> {
    pub kind: &'a str,
    pub name: &'a str,
    pub settings: &'a Value,
    pub secrets: Option<&'a str>,
    pub interval_ms: i64,
    pub audience: Option<&'a str>,
}

/// Adds a source; false if the name is taken.
pub async fn add(tx: &mut Conn, id: &str, s: &Saved<'_>, now: i64) -> Result<bool> {
    let added = tx
        .run(sql!(
            "INSERT INTO source (id, kind, name, settings, secrets, interval_ms, audience, paused, next_run_at, created_at,
                updated_at, watched_since)
             VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $9, $9, $9) ON CONFLICT (name) DO NOTHING",
            id,
            s.kind,
            s.name,
            json(s.settings),
            s.secrets,
            s.interval_ms,
            s.audience,
            false,
            now
        ))
        .await?;
    Ok(added == 1)
}

/// Changes a source that still is as the form saw it (`version` = `updated_at`); `afresh` forgets the cursor.
pub async fn edit(tx: &mut Conn, id: &str, s: &Saved<'_>, version: i64, afresh: bool, now: i64) -> Result<bool> {
    let done = tx
        .run(sql!(
            "UPDATE source SET name = $2, settings = $3, secrets = $4, interval_ms = $5, updated_at = $6,
                    cursor = CASE WHEN $7 THEN NULL ELSE cursor END, audience = $9
             WHERE id = $1 AND updated_at = $8 AND removed_at IS NULL",
            id,
            s.name,
            json(s.settings),
            s.secrets,
            s.interval_ms,
            now,
            afresh,
            version,
            s.audience
        ))
        .await?;
    Ok(done == 1)
}

/// Pauses or resumes; false if that is how it stands.
pub async fn set_paused(tx: &mut Conn, id: &str, paused: bool, now: i64) -> Result<bool> {
    let done = tx
        .run(sql!(
            "UPDATE source SET paused = $2, next_run_at = $3, watched_since = $3 WHERE id = $1 AND paused <> $2 AND removed_at IS NULL",
            id,
            paused,
            now
        ))
        .await?;
    Ok(done == 1)
}

/// Marks a source removed.
pub async fn set_removed(tx: &mut Conn, id: &str, now: i64) -> Result<bool> {
    let done = tx.run(sql!("UPDATE source SET removed_at = $2 WHERE id = $1 AND removed_at IS NULL", id, now)).await?;
    Ok(done == 1)
}

/// Takes the removal back; the next run reads everything.
pub async fn set_restored(tx: &mut Conn, id: &str, now: i64) -> Result<bool> {
    let done = tx
        .run(sql!(
            "UPDATE source SET removed_at = NULL, cursor = NULL, paused = $3, next_run_at = $2, watched_since = $2
             WHERE id = $1 AND removed_at IS NOT NULL",
            id,
            now,
            false
        ))
        .await?;
    Ok(done == 1)
}

/// Sources whose time has come and that no run holds.
pub async fn due(c: &mut Conn, now: i64) -> Result<Vec<SourceRow>> {
    c.all(sql!(
        concat!(
            "SELECT ",
            source_columns!(),
            " FROM source s WHERE next_run_at <= $1 AND NOT paused AND removed_at IS NULL AND NOT EXISTS
                (SELECT 1 FROM sync_run r WHERE r.source = s.id AND r.status IN ('running', 'waiting'))"
        ),
        now
    ))
    .await
}

/// Sources whose people are to be read, and that no run holds.
pub async fn people_due(c: &mut Conn, now: i64) -> Result<Vec<(String,)>> {
    c.all(sql!(
        "SELECT s.id FROM source s
         WHERE s.people_next_at <= $1 AND NOT s.paused AND s.removed_at IS NULL AND NOT EXISTS
            (SELECT 1 FROM sync_run r WHERE r.source = s.id AND r.status IN ('running', 'waiting'))
         ORDER BY s.id",
        now
    ))
    .await
}

/// When the source's people are read next; none where they are not read.
pub async fn set_people_next(tx: &mut Conn, id: &str, at: Option<i64>) -> Result<()> {
    tx.run(sql!("UPDATE source SET people_next_at = $2 WHERE id = $1", id, at)).await.map(drop)
}

/// When the source is due next.
pub async fn set_next(tx: &mut Conn, id: &str, at: i64) -> Result<()> {
    tx.run(sql!("UPDATE source SET next_run_at = $2 WHERE id = $1", id, at)).await.map(drop)
}

/// From now on its syncs have to be heard of.
pub async fn watch_from(tx: &mut Conn, id: &str, at: i64) -> Result<()> {
    tx.run(sql!("UPDATE source SET watched_since = $2 WHERE id = $1", id, at)).await.map(drop)
}

/// The source's next run starts here; nothing means from the beginning.
pub async fn set_cursor(tx: &mut Conn, source: &str, cursor: Option<&Value>) -> Result<()> {
    tx.run(sql!("UPDATE source SET cursor = $2 WHERE id = $1", source, cursor.map(json))).await.map(drop)
}
