//! Notices, and which of them are read.

use crate::platform::db::{Conn, Result, json};
use crate::sql;
use serde_json::Value;

/// Adds notices (`id`, `person`, `kind`, `title`, `body`, `link`, `dedupe` each) and answers the ids of those that are
/// new: of two with the same key for the same person the first stands.
pub async fn insert(tx: &mut Conn, rows: &[Value], now: i64) -> Result<Vec<String>> {
    let ids: Vec<(String,)> = tx
        .all(sql!(
            "INSERT INTO notice (id, person, kind, title, body, link, dedupe, shown, at)
             SELECT value ->> 'id', value ->> 'person', value ->> 'kind', value -> 'title', value -> 'body',
                    value ->> 'link', value ->> 'dedupe',
                    COALESCE((SELECT p.page FROM notice_preference p
                              WHERE p.person = value ->> 'person' AND p.kind = value ->> 'kind'), TRUE),
                    CAST($2 AS BIGINT)
             FROM json_each($1) WHERE true ON CONFLICT (person, dedupe) DO NOTHING RETURNING id",
            json(rows),
            now
        ))
        .await?;
    Ok(ids.into_iter().map(|row| row.0).collect())
}

/// A notice in a list, with what became of its mail.
#[derive(Debug, sqlx::FromRow)]
pub struct NoticeRow {
    pub id: String,
    pub kind: String,
    #[sqlx(json)]
    pub title: Value,
    #[sqlx(json)]
    pub body: Value,
    pub link: String,
    pub at: i64,
    pub read_at: Option<i64>,
    pub state: Option<String>,
    pub why: Option<String>,
    pub next_at: Option<i64>,
    pub settled_at: Option<i64>,
}

/// A person's notices, newest first. `kind` empty: of every kind.
pub async fn list(
    c: &mut Conn,
    person: &str,
    unread: bool,
    kind: &str,
    limit: i64,
    offset: i64,
) -> Result<Vec<NoticeRow>> {
    c.all(sql!(
        "SELECT n.id, n.kind, n.title, n.body, n.link, n.at, n.read_at, d.state, d.why, d.next_at, d.settled_at
         FROM notice n LEFT JOIN delivery d ON d.notice = n.id AND d.channel = 'mail'
         WHERE n.person = $1 AND n.shown AND (NOT $2 OR n.read_at IS NULL) AND ($3 = '' OR n.kind = $3)
         ORDER BY n.at DESC, n.id DESC LIMIT $4 OFFSET $5",
        person,
        unread,
        kind,
        limit,
        offset
    ))
    .await
}

/// (kind, how many, how many of them are not read)
pub async fn counts(c: &mut Conn, person: &str) -> Result<Vec<(String, i64, i64)>> {
    c.all(sql!(
        "SELECT kind, count(*), count(*) FILTER (WHERE read_at IS NULL) FROM notice
         WHERE person = $1 AND shown GROUP BY kind ORDER BY kind",
        person
    ))
    .await
}

/// How many a person has not read.
pub async fn unread(c: &mut Conn, person: &str) -> Result<i64> {
    let (n,): (i64,) =
        c.one(sql!("SELECT count(*) FROM notice WHERE person = $1 AND read_at IS NULL AND shown", person)).await?;
    Ok(n)
}

/// Where a notice of the person's leads.
pub async fn link(c: &mut Conn, person: &str, id: &str) -> Result<Option<String>> {
    let row: Option<(String,)> =
        c.opt(sql!("SELECT link FROM notice WHERE id = $1 AND person = $2", id, person)).await?;
    Ok(row.map(|row| row.0))
}

/// Marks a notice as read; one that is stays as it was.
pub async fn set_read(tx: &mut Conn, person: &str, id: &str, now: i64) -> Result<u64> {
    tx.run(sql!("UPDATE notice SET read_at = $3 WHERE id = $1 AND person = $2 AND read_at IS NULL", id, person, now))
        .await
}

/// Takes that back.
pub async fn set_unread(tx: &mut Conn, person: &str, id: &str) -> Result<u64> {
    tx.run(sql!("UPDATE notice SET read_at = NULL, bulk_at = NULL WHERE id = $1 AND person = $2", id, person)).await
}

/// Marks all that a person has not read, under the stamp `now`. `kind` empty: of every kind.
pub async fn set_all_read(tx: &mut Conn, person: &str, kind: &str, now: i64) -> Result<u64> {
    tx.run(sql!(
        "UPDATE notice SET read_at = $3, bulk_at = $3
         WHERE person = $1 AND read_at IS NULL AND shown AND ($2 = '' OR kind = $2)",
        person,
        kind,
        now
    ))
    .await
}

/// Takes back what was marked under that stamp.
pub async fn undo_all_read(tx: &mut Conn, person: &str, stamp: i64) -> Result<u64> {
    tx.run(sql!("UPDATE notice SET read_at = NULL, bulk_at = NULL WHERE person = $1 AND bulk_at = $2", person, stamp))
        .await
}

/// What the person marked together last, since `since`: (stamp, how many).
pub async fn last_bulk(c: &mut Conn, person: &str, since: i64) -> Result<Option<(i64, i64)>> {
    c.opt(sql!(
        "SELECT bulk_at, count(*) FROM notice WHERE person = $1 AND bulk_at > $2
         GROUP BY bulk_at ORDER BY bulk_at DESC LIMIT 1",
        person,
        since
    ))
    .await
}

/// Notices of kind `$1` that lead to `$2` and came after `$3`, but for those of members of the group `$4`.
macro_rules! withdrawn {
    () => {
        "SELECT n.id FROM notice n WHERE n.at > $3 AND n.kind = $1 AND n.link = $2
             AND ($4 IS NULL OR NOT EXISTS (
                     SELECT 1 FROM membership m WHERE m.people_group = $4 AND m.person = n.person))"
    };
}

/// Takes notices of a kind that lead to `link` and came after `since` from everybody but the members of `group`. What has
/// gone out by mail stays on record, but not on the page.
pub async fn withdraw(tx: &mut Conn, kind: &str, link: &str, group: Option<&str>, since: i64) -> Result<()> {
    for statement in [
        sql!(
            concat!("DELETE FROM delivery WHERE state <> 'sent' AND notice IN (", withdrawn!(), ")"),
            kind,
            link,
            since,
            group
        ),
        sql!(concat!("UPDATE notice SET shown = FALSE WHERE id IN (", withdrawn!(), ")"), kind, link, since, group),
        sql!(
            concat!(
                "DELETE FROM notice WHERE id IN (",
                withdrawn!(),
                ") AND NOT EXISTS (SELECT 1 FROM delivery d WHERE d.notice = notice.id)"
            ),
            kind,
            link,
            since,
            group
        ),
    ] {
        tx.run(statement).await?;
    }
    Ok(())
}

/// Forgets notices that came before `before`, and what became of them.
pub async fn sweep(tx: &mut Conn, before: i64) -> Result<u64> {
    tx.run(sql!("DELETE FROM delivery WHERE notice IN (SELECT id FROM notice WHERE at < $1)", before)).await?;
    tx.run(sql!("DELETE FROM notice WHERE at < $1", before)).await
}

/// How much is kept about a person: notices, what became of their mail, and what she has said about it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, sqlx::FromRow)]
pub struct Kept {
    /// Notices, those that she did not want on her page as well.
    pub told: i64,
    /// Mails, whatever became of them.
    pub mailed: i64,
    /// Kinds whose way to her she has chosen, and her times.
    pub chosen: i64,
}

/// That.
pub async fn kept(c: &mut Conn, person: &str) -> Result<Kept> {
    c.one(sql!(
        "SELECT (SELECT COUNT(*) FROM notice WHERE person = $1) AS told,
                (SELECT COUNT(*) FROM delivery WHERE person = $1) AS mailed,
                (SELECT COUNT(*) FROM notice_preference WHERE person = $1)
                    + (SELECT COUNT(*) FROM notice_timing WHERE person = $1) AS chosen",
        person
    ))
    .await
}

/// Everything about a person, for her to take along: her notices.
pub async fn all_of(c: &mut Conn, person: &str) -> Result<Vec<NoticeRow>> {
    c.all(sql!(
        "SELECT n.id, n.kind, n.title, n.body, n.link, n.at, n.read_at, d.state, d.why, d.next_at, d.settled_at
         FROM notice n LEFT JOIN delivery d ON d.notice = n.id AND d.channel = 'mail'
         WHERE n.person = $1 ORDER BY n.at, n.id",
        person
    ))
    .await
}
