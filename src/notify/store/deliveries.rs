//! What becomes of notices by mail, and how the mail server stands.

use crate::notify::model::State;
use crate::platform::db::{Conn, Result, json};
use crate::sql;
use serde_json::Value;

/// A notice of which nobody has decided yet what becomes of it by mail.
#[derive(Debug, sqlx::FromRow)]
pub struct Unplanned {
    pub notice: String,
    pub person: String,
    pub kind: String,
    pub active: bool,
    pub time_zone: String,
    /// What the person has said about the kind.
    pub mail: Option<String>,
    pub quiet_from: Option<i64>,
    pub quiet_until: Option<i64>,
    pub digest_at: Option<i64>,
    pub digest_day: Option<i64>,
}

/// Which of `notices` have no delivery yet, with what decides about it.
pub async fn unplanned(c: &mut Conn, notices: &[String]) -> Result<Vec<Unplanned>> {
    c.all(sql!(
        "SELECT n.id AS notice, n.person, n.kind, p.active, p.time_zone, q.mail, t.quiet_from, t.quiet_until, t.digest_at,
                t.digest_day
         FROM notice n JOIN person p ON p.id = n.person
         LEFT JOIN notice_preference q ON q.person = n.person AND q.kind = n.kind
         LEFT JOIN notice_timing t ON t.person = n.person
         WHERE n.id IN (SELECT atom FROM json_each($1))
               AND NOT EXISTS (SELECT 1 FROM delivery d WHERE d.notice = n.id AND d.channel = 'mail')
         ORDER BY n.at, n.id",
        json(notices)
    ))
    .await
}

/// Adds a delivery by mail; false if the notice has one.
pub async fn add_delivery(tx: &mut Conn, new: &NewDelivery<'_>, now: i64) -> Result<bool> {
    let settled = (new.state != State::Waiting).then_some(now);
    let added = tx
        .run(sql!(
            "INSERT INTO delivery (id, notice, person, channel, rhythm, state, why, due_at, next_at, tries, created_at,
                                   settled_at)
             VALUES ($1, $2, $3, 'mail', $4, $5, $6, $7, $7, 0, $8, $9) ON CONFLICT (notice, channel) DO NOTHING",
            new.id,
            new.notice,
            new.person,
            new.rhythm,
            new.state.as_str(),
            new.why,
            new.due_at,
            now,
            settled
        ))
        .await?;
    Ok(added == 1)
}

/// What is decided about a notice by mail.
pub struct NewDelivery<'a> {
    pub id: &'a str,
    pub notice: &'a str,
    pub person: &'a str,
    pub rhythm: &'a str,
    pub state: State,
    pub why: Option<&'a str>,
    pub due_at: i64,
}

/// A delivery that waits, with all that a mail needs.
#[derive(Debug, sqlx::FromRow)]
pub struct Outgoing {
    pub id: String,
    pub notice: String,
    pub person: String,
    pub rhythm: String,
    pub due_at: i64,
    pub tries: i64,
    pub kind: String,
    #[sqlx(json)]
    pub title: Value,
    #[sqlx(json)]
    pub body: Value,
    pub read_at: Option<i64>,
    pub name: String,
    pub email: String,
    pub locale: String,
    pub time_zone: String,
    pub active: bool,
    /// What the person says about the kind now.
    pub mail: Option<String>,
    pub quiet_from: Option<i64>,
    pub quiet_until: Option<i64>,
}

macro_rules! outgoing {
    ($which:literal) => {
        concat!(
            "SELECT d.id, d.notice, d.person, d.rhythm, d.due_at, d.tries, n.kind, n.title, n.body, n.read_at, p.name,
                    p.email, p.locale, p.time_zone, p.active, q.mail, t.quiet_from, t.quiet_until
             FROM delivery d JOIN notice n ON n.id = d.notice JOIN person p ON p.id = d.person
             LEFT JOIN notice_preference q ON q.person = d.person AND q.kind = n.kind
             LEFT JOIN notice_timing t ON t.person = d.person
             WHERE d.channel = 'mail' AND d.state = 'waiting' AND ",
            $which,
            " ORDER BY n.at, n.id"
        )
    };
}

/// The delivery, if it waits still.
pub async fn outgoing(c: &mut Conn, id: &str) -> Result<Vec<Outgoing>> {
    c.all(sql!(outgoing!("d.id = $1"), id)).await
}

/// What waits for a digest of the person's.
pub async fn outgoing_digest(c: &mut Conn, person: &str, due_at: i64) -> Result<Vec<Outgoing>> {
    c.all(sql!(outgoing!("d.person = $1 AND d.due_at = $2 AND d.rhythm IN ('daily', 'weekly')"), person, due_at)).await
}

/// Takes hold of deliveries whose time has come, until `until`; answers which: of two that ask, one gets each.
pub async fn take(tx: &mut Conn, ids: &[String], until: i64, now: i64) -> Result<Vec<String>> {
    let rows: Vec<(String,)> = tx
        .all(sql!(
            "UPDATE delivery SET next_at = $2
             WHERE state = 'waiting' AND next_at <= $3 AND id IN (SELECT atom FROM json_each($1)) RETURNING id",
            json(ids),
            until,
            now
        ))
        .await?;
    Ok(rows.into_iter().map(|row| row.0).collect())
}

/// Deliveries come to an end; those that have are left alone.
pub async fn settle(
    tx: &mut Conn,
    ids: &[String],
    state: State,
    why: Option<&str>,
    detail: Option<&str>,
    now: i64,
) -> Result<u64> {
    tx.run(sql!(
        "UPDATE delivery SET state = $2, why = $3, detail = $4, settled_at = $5
         WHERE state = 'waiting' AND id IN (SELECT atom FROM json_each($1))",
        json(ids),
        state.as_str(),
        why,
        detail,
        now
    ))
    .await
}

/// Deliveries wait on, until `next_at`; `tried` counts a try.
pub async fn put_off(
    tx: &mut Conn,
    ids: &[String],
    why: &str,
    detail: Option<&str>,
    tried: bool,
    next_at: i64,
) -> Result<u64> {
    tx.run(sql!(
        "UPDATE delivery SET why = $2, detail = COALESCE($3, detail), next_at = $5,
                tries = tries + CASE WHEN $4 THEN 1 ELSE 0 END
         WHERE state = 'waiting' AND id IN (SELECT atom FROM json_each($1))",
        json(ids),
        why,
        detail,
        tried,
        next_at
    ))
    .await
}

/// What the person waits for of a kind is not to go out.
pub async fn suppress(tx: &mut Conn, person: &str, kind: &str, why: &str, now: i64) -> Result<u64> {
    tx.run(sql!(
        "UPDATE delivery SET state = 'suppressed', why = $3, settled_at = $4
         WHERE state = 'waiting' AND person = $1 AND notice IN (SELECT id FROM notice WHERE person = $1 AND kind = $2)",
        person,
        kind,
        why,
        now
    ))
    .await
}

/// A failed delivery waits again, from its first try; `None` if it has not failed. Answers (person, rhythm).
pub async fn revive(tx: &mut Conn, id: &str, now: i64) -> Result<Option<(String, String)>> {
    tx.opt(sql!(
        "UPDATE delivery SET state = 'waiting', why = NULL, rhythm = 'now', due_at = $2, next_at = $2, tries = 0,
                settled_at = NULL
         WHERE id = $1 AND state = 'failed' RETURNING person, rhythm",
        id,
        now
    ))
    .await
}

/// Deliveries whose time was before `before` and that wait still: (id, person, rhythm, due at).
pub async fn overdue(c: &mut Conn, before: i64) -> Result<Vec<(String, String, String, i64)>> {
    c.all(sql!(
        "SELECT id, person, rhythm, due_at FROM delivery WHERE state = 'waiting' AND next_at < $1 ORDER BY next_at LIMIT 500",
        before
    ))
    .await
}

/// A delivery in a list.
#[derive(Debug, sqlx::FromRow)]
pub struct DeliveryRow {
    pub id: String,
    pub name: String,
    pub kind: String,
    #[sqlx(json)]
    pub title: Value,
    pub at: i64,
    pub state: String,
    pub why: Option<String>,
    pub detail: Option<String>,
    pub next_at: i64,
    pub settled_at: Option<i64>,
}

/// A person's latest deliveries.
pub async fn deliveries_of(c: &mut Conn, person: &str, limit: i64) -> Result<Vec<DeliveryRow>> {
    c.all(sql!(
        "SELECT d.id, p.name, n.kind, n.title, n.at, d.state, d.why, d.detail, d.next_at, d.settled_at
         FROM delivery d JOIN notice n ON n.id = d.notice JOIN person p ON p.id = d.person
         WHERE d.person = $1 ORDER BY d.id DESC LIMIT $2",
        person,
        limit
    ))
    .await
}

/// Everybody's deliveries in a state, the latest first.
pub async fn deliveries_in(c: &mut Conn, state: State, limit: i64, offset: i64) -> Result<Vec<DeliveryRow>> {
    c.all(sql!(
        "SELECT d.id, p.name, n.kind, n.title, n.at, d.state, d.why, d.detail, d.next_at, d.settled_at
         FROM delivery d JOIN notice n ON n.id = d.notice JOIN person p ON p.id = d.person
         WHERE d.state = $1 ORDER BY d.id DESC LIMIT $2 OFFSET $3",
        state.as_str(),
        limit,
        offset
    ))
    .await
}

/// (state, how many)
pub async fn delivery_counts(c: &mut Conn) -> Result<Vec<(String, i64)>> {
    c.all(sql!("SELECT state, count(*) FROM delivery GROUP BY state")).await
}

/// How the mail server stands.
#[derive(Debug, Default, PartialEq, Eq, sqlx::FromRow)]
pub struct StandingRow {
    pub ok_at: Option<i64>,
    pub failing_since: Option<i64>,
    pub error: Option<String>,
}

pub async fn standing(c: &mut Conn) -> Result<StandingRow> {
    let row = c.opt(sql!("SELECT ok_at, failing_since, error FROM mail_standing WHERE id = 'smtp'")).await?;
    Ok(row.unwrap_or_default())
}

/// The server took a letter. Not every letter writes: a minute is exact enough.
pub async fn mail_taken(tx: &mut Conn, now: i64) -> Result<()> {
    tx.run(sql!(
        "INSERT INTO mail_standing (id, ok_at, failing_since, failures, error) VALUES ('smtp', $1, NULL, 0, NULL)
         ON CONFLICT (id) DO UPDATE SET ok_at = excluded.ok_at, failing_since = NULL, failures = 0, error = NULL
         WHERE mail_standing.failing_since IS NOT NULL OR COALESCE(mail_standing.ok_at, 0) < $1 - 60000",
        now
    ))
    .await
    .map(drop)
}

/// The server took none. Answers since when that is so, and how often in a row.
pub async fn mail_failed(tx: &mut Conn, error: &str, now: i64) -> Result<(i64, i64)> {
    tx.one(sql!(
        "INSERT INTO mail_standing (id, ok_at, failing_since, failures, error) VALUES ('smtp', NULL, $2, 1, $1)
         ON CONFLICT (id) DO UPDATE SET failing_since = COALESCE(mail_standing.failing_since, excluded.failing_since),
             failures = mail_standing.failures + 1, error = excluded.error
         RETURNING failing_since, failures",
        error,
        now
    ))
    .await
}
