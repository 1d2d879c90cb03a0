//! Sync runs.

use crate::platform::db::{Conn, Result, json};
use crate::sources::model::RunKind;
use crate::sql;
use serde_json::{Value, json as j};

/// A sync run as it is kept.
#[derive(Clone, Debug, sqlx::FromRow)]
pub struct RunRow {
    pub id: String,
    pub source: String,
    /// [`RunKind::as_str`]; none of runs that read the catalogue.
    pub kind: Option<String>,
    pub reason: String,
    pub requested_by: String,
    pub status: String,
    pub holder: Option<String>,
    /// Where this run asks next.
    #[sqlx(json(nullable))]
    pub cursor: Option<Value>,
    /// `{cursor, complete}` once the last page is in.
    #[sqlx(json(nullable))]
    pub finish: Option<Value>,
    pub started_at: i64,
    /// When something happened to it last.
    pub touched_at: i64,
    pub retry_at: Option<i64>,
    pub ended_at: Option<i64>,
    /// Since when it waits, or has waited, for a decision.
    pub waiting_since: Option<i64>,
    pub pages: i64,
    pub added: i64,
    pub changed: i64,
    pub unchanged: i64,
    pub gone: i64,
    pub quarantined: i64,
    /// Failed tries since the last page that arrived.
    pub failures: i64,
    /// What waits for a decision.
    pub removals: i64,
    /// Items that the source had when removals were counted.
    pub present: i64,
    pub decision: Option<String>,
    pub decided_by: Option<String>,
    /// What went wrong, in a sentence.
    pub error: Option<String>,
    /// What an engineer wants to know beside it.
    pub detail: Option<String>,
    /// What to do about it.
    pub hint: Option<String>,
    /// Of runs before there was a table for them.
    #[sqlx(json)]
    pub requests: Value,
    pub request_count: i64,
    /// Accounts that a run of people recognised, once it has ended.
    pub matched: Option<i64>,
    /// Those that it did not.
    pub unmatched: Option<i64>,
}

impl RunRow {
    /// What it reads.
    pub fn kind(&self) -> RunKind {
        if self.kind.as_deref() == Some(RunKind::People.as_str()) { RunKind::People } else { RunKind::Catalogue }
    }
}

macro_rules! run_columns {
    () => {
        "id, source, kind, reason, requested_by, status, holder, cursor, finish, started_at, touched_at, retry_at, ended_at,
         waiting_since,
         pages, added, changed, unchanged, gone, quarantined, failures, removals, present, decision, decided_by, error,
         detail, hint, requests, request_count, matched, unmatched"
    };
}

/// Why a run is opened.
#[derive(Clone, Copy, Debug)]
pub struct Opening<'a> {
    pub kind: RunKind,
    /// `schedule`, `operator`, `settings` or `command`.
    pub reason: &'a str,
    /// Who asked for it.
    pub by: &'a str,
}

/// Opens a run; false if the source has an open one, of whichever kind.
pub async fn open_run(tx: &mut Conn, id: &str, source: &str, opening: Opening<'_>, now: i64) -> Result<bool> {
    let kind = (opening.kind == RunKind::People).then_some(RunKind::People.as_str());
    let opened = tx
        .run(sql!(
            "INSERT INTO sync_run (id, source, reason, requested_by, status, started_at, touched_at, pages, added, changed,
                unchanged, gone, quarantined, failures, removals, present, requests, request_count, kind)
             VALUES ($1, $2, $3, $4, 'running', $5, $5, 0, 0, 0, 0, 0, 0, 0, 0, 0, $6, 0, $7)
             ON CONFLICT (source) WHERE status IN ('running', 'waiting') DO NOTHING",
            id,
            source,
            opening.reason,
            opening.by,
            now,
            json(&j!([])),
            kind
        ))
        .await?;
    Ok(opened == 1)
}

/// The source's open run.
pub async fn open_of(c: &mut Conn, source: &str) -> Result<Option<RunRow>> {
    c.opt(sql!(
        concat!("SELECT ", run_columns!(), " FROM sync_run WHERE source = $1 AND status IN ('running', 'waiting')"),
        source
    ))
    .await
}

/// One run.
pub async fn run(c: &mut Conn, id: &str) -> Result<Option<RunRow>> {
    c.opt(sql!(concat!("SELECT ", run_columns!(), " FROM sync_run WHERE id = $1"), id)).await
}

/// Runs of a source that read this, newest first, and how many there are.
pub async fn runs(c: &mut Conn, source: &str, kind: RunKind, limit: i64, offset: i64) -> Result<(Vec<RunRow>, i64)> {
    let (total,): (i64,) = c
        .one(sql!(
            "SELECT count(*) FROM sync_run WHERE source = $1 AND COALESCE(kind, 'catalogue') = $2",
            source,
            kind.as_str()
        ))
        .await?;
    let rows = c
        .all(sql!(
            concat!(
                "SELECT ",
                run_columns!(),
                " FROM sync_run WHERE source = $1 AND COALESCE(kind, 'catalogue') = $2
                 ORDER BY id DESC LIMIT $3 OFFSET $4"
            ),
            source,
            kind.as_str(),
            limit,
            offset
        ))
        .await?;
    Ok((rows, total))
}

/// The latest run of every source that read its catalogue. From each source to its runs, here and below: the other way
/// round all runs of a quarter of a year would be read at every look.
pub async fn latest(c: &mut Conn) -> Result<Vec<RunRow>> {
    c.all(sql!(concat!(
        "SELECT ",
        run_columns!(),
        " FROM sync_run WHERE id IN (
              SELECT (SELECT max(r.id) FROM sync_run r WHERE r.source = s.id AND r.kind IS NULL) FROM source s)"
    )))
    .await
}

/// When each source last came to a good end (source, epoch ms).
pub async fn last_good(c: &mut Conn) -> Result<Vec<(String, i64)>> {
    c.all(sql!(
        "SELECT source, heard_at FROM (
             SELECT s.id AS source,
                    (SELECT r.ended_at FROM sync_run r
                     WHERE r.source = s.id AND r.kind IS NULL AND r.status IN ('ok', 'partial') AND r.ended_at IS NOT NULL
                     ORDER BY r.id DESC LIMIT 1) AS heard_at
             FROM source s) AS good WHERE heard_at IS NOT NULL"
    ))
    .await
}

/// When each source was last heard of: when a run of it ended, or began to wait for somebody's decision (source, epoch ms).
pub async fn last_heard(c: &mut Conn) -> Result<Vec<(String, i64)>> {
    c.all(sql!(
        "SELECT source, heard_at FROM (
             SELECT s.id AS source,
                    (SELECT COALESCE(r.ended_at, r.waiting_since) FROM sync_run r
                     WHERE r.source = s.id AND r.kind IS NULL AND (r.ended_at IS NOT NULL OR r.waiting_since IS NOT NULL)
                     ORDER BY r.id DESC LIMIT 1) AS heard_at
             FROM source s) AS heard WHERE heard_at IS NOT NULL"
    ))
    .await
}

/// When the first of the failed runs started that no good one followed (source, epoch ms).
pub async fn failing_since(c: &mut Conn) -> Result<Vec<(String, i64)>> {
    c.all(sql!(
        "SELECT r.source, min(r.started_at) FROM sync_run r
         WHERE r.kind IS NULL AND r.status = 'failed' AND r.id > COALESCE(
            (SELECT max(g.id) FROM sync_run g
             WHERE g.source = r.source AND g.kind IS NULL AND g.status IN ('ok', 'partial')), '')
         GROUP BY r.source"
    ))
    .await
}

/// Open runs that nothing has happened to since `before`: (run, source).
pub async fn silent(c: &mut Conn, before: i64) -> Result<Vec<(String, String)>> {
    c.all(sql!(
        "SELECT id, source FROM sync_run WHERE status = 'running' AND touched_at < $1 AND COALESCE(retry_at, 0) < $1",
        before
    ))
    .await
}

/// Takes the run over: from here on only `holder` may write to it. False if it has ended.
pub async fn hold(tx: &mut Conn, run: &str, holder: &str, now: i64) -> Result<bool> {
    let held = tx
        .run(sql!(
            "UPDATE sync_run SET holder = $2, touched_at = $3, retry_at = NULL WHERE id = $1 AND status = 'running'",
            run,
            holder,
            now
        ))
        .await?;
    Ok(held == 1)
}

/// The fence: locks the run's row and says whether it is still `holder`'s to write to.
pub async fn still_ours(tx: &mut Conn, run: &str, holder: &str, now: i64) -> Result<bool> {
    let ours = tx
        .run(sql!(
            "UPDATE sync_run SET touched_at = $3 WHERE id = $1 AND holder = $2 AND status = 'running'",
            run,
            holder,
            now
        ))
        .await?;
    Ok(ours == 1)
}

/// What one page adds to the run's counters.
#[derive(Clone, Copy, Debug, Default)]
pub struct Tally {
    pub added: i64,
    pub changed: i64,
    pub unchanged: i64,
    pub quarantined: i64,
}

/// Writes down a page: counters, and where to go on.
pub async fn page_done(
    tx: &mut Conn,
    run: &str,
    t: Tally,
    cursor: Option<&Value>,
    finish: Option<&Value>,
) -> Result<()> {
    tx.run(sql!(
        "UPDATE sync_run SET pages = pages + 1, added = added + $2, changed = changed + $3, unchanged = unchanged + $4,
                quarantined = quarantined + $5, cursor = COALESCE($6, cursor), finish = $7,
                failures = 0, error = NULL, detail = NULL, hint = NULL WHERE id = $1",
        run,
        t.added,
        t.changed,
        t.unchanged,
        t.quarantined,
        cursor.map(json),
        finish.map(json)
    ))
    .await
    .map(drop)
}

/// What went wrong, and what to do about it.
#[derive(Clone, Copy, Debug, Default)]
pub struct Trouble<'a> {
    /// In a sentence.
    pub error: &'a str,
    /// For engineers; empty where the sentence says it all.
    pub detail: &'a str,
    pub hint: &'a str,
}

/// A try failed; the run goes on at `retry_at`.
pub async fn failed_try(tx: &mut Conn, run: &str, trouble: Trouble<'_>, retry_at: i64) -> Result<()> {
    tx.run(sql!(
        "UPDATE sync_run SET failures = failures + 1, error = $2, detail = $3, hint = $4, retry_at = $5 WHERE id = $1",
        run,
        trouble.error,
        trouble.detail,
        trouble.hint,
        retry_at
    ))
    .await
    .map(drop)
}

/// How a run ends.
pub struct End<'a> {
    pub status: &'a str,
    pub gone: i64,
    pub trouble: Option<Trouble<'a>>,
}

/// Ends a run.
pub async fn end(tx: &mut Conn, run: &str, end: &End<'_>, now: i64) -> Result<()> {
    tx.run(sql!(
        "UPDATE sync_run SET status = $2, gone = gone + $3, error = $4, detail = $5, hint = $6, ended_at = $7,
                touched_at = $7, retry_at = NULL, holder = NULL WHERE id = $1",
        run,
        end.status,
        end.gone,
        end.trouble.map(|t| t.error),
        end.trouble.map(|t| t.detail),
        end.trouble.map(|t| t.hint),
        now
    ))
    .await?;
    tx.run(sql!("DELETE FROM sync_removal WHERE run = $1", run)).await.map(drop)
}

/// Writes down how many accounts a run of people recognised, and how many it did not.
pub async fn people_counted(tx: &mut Conn, run: &str, matched: i64, unmatched: i64) -> Result<()> {
    tx.run(sql!("UPDATE sync_run SET matched = $2, unmatched = $3 WHERE id = $1", run, matched, unmatched))
        .await
        .map(drop)
}

/// The run waits for somebody to decide about `removals` of `present` items.
pub async fn wait(tx: &mut Conn, run: &str, removals: i64, present: i64, now: i64) -> Result<()> {
    tx.run(sql!(
        "UPDATE sync_run SET status = 'waiting', removals = $2, present = $3, waiting_since = $4, holder = NULL
         WHERE id = $1",
        run,
        removals,
        present,
        now
    ))
    .await
    .map(drop)
}

/// Writes down a decision about a waiting run, and locks its row; false if it does not wait (any more).
pub async fn decide(tx: &mut Conn, run: &str, decision: &str, by: &str) -> Result<bool> {
    let decided = tx
        .run(sql!(
            "UPDATE sync_run SET decision = $2, decided_by = $3 WHERE id = $1 AND status = 'waiting'",
            run,
            decision,
            by
        ))
        .await?;
    Ok(decided == 1)
}

/// Cancels the source's open run, if any.
pub async fn cancel_open(tx: &mut Conn, source: &str, why: &str, now: i64) -> Result<bool> {
    let Some(open) = open_of(tx, source).await? else { return Ok(false) };
    let cancelled = tx
        .run(sql!(
            "UPDATE sync_run SET status = 'cancelled', error = $2, detail = NULL, hint = NULL, ended_at = $3,
                    touched_at = $3, retry_at = NULL, holder = NULL WHERE id = $1 AND status IN ('running', 'waiting')",
            &open.id,
            why,
            now
        ))
        .await?;
    tx.run(sql!("DELETE FROM sync_removal WHERE run = $1", &open.id)).await?;
    Ok(cancelled == 1)
}

/// Forgets runs, and what they quarantined, that ended before `before`, but for each source's latest of each kind.
pub async fn sweep(tx: &mut Conn, before: i64) -> Result<u64> {
    macro_rules! old {
        () => {
            "SELECT id FROM sync_run WHERE ended_at < $1 AND id NOT IN (SELECT max(id) FROM sync_run GROUP BY source, kind)"
        };
    }
    tx.run(sql!(concat!("DELETE FROM quarantine WHERE run IN (", old!(), ")"), before)).await?;
    tx.run(sql!(concat!("DELETE FROM sync_removal WHERE run IN (", old!(), ")"), before)).await?;
    tx.run(sql!(concat!("DELETE FROM sync_request WHERE run IN (", old!(), ")"), before)).await?;
    tx.run(sql!(concat!("DELETE FROM sync_run WHERE id IN (", old!(), ")"), before)).await
}
