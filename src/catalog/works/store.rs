//! SQL of works: marks, pairs, who belongs together, what curators decided.

use super::rules::Facts;
use crate::catalog::model::Kind;
use crate::platform::db::{Conn, Engine, Result, json};
use crate::sql;
use serde_json::{Value, json as j};
use sqlx::FromRow;

/// Of so many that share a mark, no more are looked at.
pub const SHARERS: i64 = 40;

/// Lets nobody else compare what has one of these marks until the transaction ends: otherwise two sources that bring
/// the same thing at the same moment would not see each other. SQLite has one writer. The locks are few (256), because
/// PostgreSQL keeps only some thousands, and taken in order, before anything is written.
pub async fn hold(tx: &mut Conn, marks: &[&String]) -> Result<()> {
    if matches!(tx.engine(), Engine::Sqlite(_)) || marks.is_empty() {
        return Ok(());
    }
    tx.one::<(i64,)>(sql!(
        sqlite: "SELECT CAST(0 AS BIGINT) WHERE $1 IS NOT NULL",
        postgres: "SELECT count(pg_advisory_xact_lock(7269432, bucket)) FROM (
                       SELECT DISTINCT hashtext(atom) & 255 AS bucket FROM json_each($1) ORDER BY 1) AS buckets",
        json(marks)
    ))
    .await
    .map(drop)
}

/// [`hold`], of every mark.
pub async fn hold_all(tx: &mut Conn) -> Result<()> {
    tx.one::<(i64,)>(sql!(
        sqlite: "SELECT CAST(0 AS BIGINT)",
        postgres: "SELECT count(pg_advisory_xact_lock(7269432, bucket)) FROM (
                       SELECT bucket FROM generate_series(0, 255) AS bucket ORDER BY 1) AS buckets"
    ))
    .await
    .map(drop)
}

/// Makes `pairs` (resource, mark) the only marks of `resources`, and forgets what curators were asked about them.
pub async fn put_marks(tx: &mut Conn, resources: &[&String], pairs: &[(&String, &String)]) -> Result<()> {
    let ids = json(resources);
    tx.run(sql!("DELETE FROM resource_mark WHERE resource IN (SELECT atom FROM json_each($1))", ids.clone())).await?;
    tx.run(sql!(
        "DELETE FROM edition_pair WHERE verdict = 'open'
             AND (one IN (SELECT atom FROM json_each($1)) OR two IN (SELECT atom FROM json_each($1)))",
        ids
    ))
    .await?;
    tx.run(sql!(
        "INSERT INTO resource_mark (resource, mark) SELECT value ->> 0, value ->> 1 FROM json_each($1)",
        json(pairs)
    ))
    .await?;
    Ok(())
}

/// Who has one of `marks`: mark, resource, its source; at most [`SHARERS`] and one more of each.
pub async fn sharers(c: &mut Conn, marks: &[&String]) -> Result<Vec<(String, String, String)>> {
    c.all(sql!(
        "SELECT found.mark, found.resource, r.source FROM (
             SELECT m.mark, m.resource, ROW_NUMBER() OVER (PARTITION BY m.mark ORDER BY m.resource) AS place
             FROM json_each($1) AS asked JOIN resource_mark m ON m.mark = asked.atom) AS found
         JOIN resource r ON r.id = found.resource
         WHERE found.place <= $2 + 1",
        json(marks),
        SHARERS
    ))
    .await
}

/// The marks of `resources`.
pub async fn marks_of(c: &mut Conn, resources: &[&String]) -> Result<Vec<(String,)>> {
    c.all(sql!(
        "SELECT DISTINCT mark FROM resource_mark WHERE resource IN (SELECT atom FROM json_each($1))",
        json(resources)
    ))
    .await
}

/// A resource as far as it is compared.
#[derive(Debug, FromRow)]
pub struct FactRow {
    pub id: String,
    pub work: Option<String>,
    pub source: String,
    pub url: String,
    pub title: String,
    pub authors: String,
    pub language: String,
    pub kind: String,
    pub minutes: Option<i64>,
}

impl FactRow {
    /// What the rules want.
    pub fn facts(&self) -> Facts {
        let kind = Kind::parse(&self.kind).unwrap_or(Kind::Article);
        Facts::new(&self.source, &self.url, &self.title, &self.authors, &self.language, kind, self.minutes)
    }

    /// Whether `other` is the same resource, and the rules would find the same in it.
    pub fn is_as(&self, other: &FactRow) -> bool {
        let compared = |row: &FactRow| {
            let texts = [&row.id, &row.source, &row.url, &row.title, &row.authors, &row.language, &row.kind];
            (texts.map(String::clone), row.minutes)
        };
        compared(self) == compared(other)
    }
}

/// `resources`, and all that belong to a work with one of them.
pub async fn with_their_works(c: &mut Conn, resources: &[&String]) -> Result<Vec<FactRow>> {
    c.all(sql!(
        "SELECT r.id, r.work, r.source, r.url, r.title, r.authors, r.language, r.kind, r.minutes FROM resource r
         WHERE r.id IN (SELECT atom FROM json_each($1))
            OR r.work IN (SELECT s.work FROM resource s
                          WHERE s.id IN (SELECT atom FROM json_each($1)) AND s.work IS NOT NULL)
         ORDER BY r.id",
        json(resources)
    ))
    .await
}

/// Resources after `after` whose marks another version of the rules made.
pub async fn unread(c: &mut Conn, version: i64, after: &str, limit: i64) -> Result<Vec<FactRow>> {
    c.all(sql!(
        "SELECT id, work, source, url, title, authors, language, kind, minutes FROM resource
         WHERE id > $2 AND COALESCE(matcher, 0) <> $1 ORDER BY id LIMIT $3",
        version,
        after,
        limit
    ))
    .await
}

/// Writes down that this version of the rules made their marks.
pub async fn mark_read(tx: &mut Conn, version: i64, resources: &[&String]) -> Result<()> {
    tx.run(sql!(
        "UPDATE resource SET matcher = $1 WHERE id IN (SELECT atom FROM json_each($2))",
        version,
        json(resources)
    ))
    .await
    .map(drop)
}

/// What was decided or is asked about two resources.
#[derive(Clone, Debug, PartialEq, Eq, FromRow)]
pub struct PairRow {
    pub one: String,
    pub two: String,
    pub verdict: String,
}

/// Pairs both of whose sides are among `resources`.
pub async fn pairs_among(c: &mut Conn, resources: &[&String]) -> Result<Vec<PairRow>> {
    c.all(sql!(
        "SELECT one, two, verdict FROM edition_pair
         WHERE one IN (SELECT atom FROM json_each($1)) AND two IN (SELECT atom FROM json_each($1)) ORDER BY one, two",
        json(resources)
    ))
    .await
}

/// A pair that was found, or decided.
pub struct NewPair<'a> {
    pub one: &'a str,
    pub two: &'a str,
    pub verdict: &'static str,
    pub why: &'static str,
    pub strength: i64,
    /// Who decided; nobody where the rules did.
    pub by: Option<&'a str>,
}

fn rows(pairs: &[NewPair<'_>]) -> Vec<Value> {
    let row = |pair: &NewPair<'_>| {
        j!({"one": pair.one.min(pair.two), "two": pair.one.max(pair.two), "verdict": pair.verdict, "why": pair.why,
            "strength": pair.strength, "by": pair.by})
    };
    pairs.iter().map(row).collect()
}

macro_rules! put_pairs {
    ($conflict:literal) => {
        concat!(
            "INSERT INTO edition_pair (one, two, verdict, why, strength, found_at, decided_by)
             SELECT value ->> 'one', value ->> 'two', value ->> 'verdict', value ->> 'why',
                 CAST(value ->> 'strength' AS BIGINT), $2, value ->> 'by'
             FROM json_each($1) WHERE true ORDER BY key
             ON CONFLICT (one, two) DO ",
            $conflict
        )
    };
}

/// Writes down what the rules found; a curator's word stays.
pub async fn found(tx: &mut Conn, pairs: &[NewPair<'_>], now: i64) -> Result<()> {
    tx.run(sql!(
        put_pairs!(
            "UPDATE SET verdict = excluded.verdict, why = excluded.why, strength = excluded.strength
             WHERE edition_pair.verdict = 'open' AND excluded.verdict = 'merged'"
        ),
        json(&rows(pairs)),
        now
    ))
    .await
    .map(drop)
}

/// Writes a curator's word down.
pub async fn decided(tx: &mut Conn, pairs: &[NewPair<'_>], now: i64) -> Result<()> {
    tx.run(sql!(
        put_pairs!("UPDATE SET verdict = excluded.verdict, decided_by = excluded.decided_by"),
        json(&rows(pairs)),
        now
    ))
    .await
    .map(drop)
}

/// Gives `pairs` (one, two, verdict) their earlier verdicts back; those that had none are forgotten, and those that stand
/// as they did keep who decided.
pub async fn restore_pairs(tx: &mut Conn, pairs: &[(String, String, Option<String>)]) -> Result<()> {
    let rows = json(pairs);
    tx.run(sql!(
        "DELETE FROM edition_pair WHERE EXISTS (
             SELECT 1 FROM json_each($1) WHERE value ->> 0 = one AND value ->> 1 = two AND value ->> 2 IS NULL)",
        rows.clone()
    ))
    .await?;
    tx.run(sql!(
        "UPDATE edition_pair SET verdict = was.verdict, decided_by = NULL
         FROM (SELECT value ->> 0 AS one, value ->> 1 AS two, value ->> 2 AS verdict FROM json_each($1)) AS was
         WHERE edition_pair.one = was.one AND edition_pair.two = was.two AND was.verdict IS NOT NULL
           AND edition_pair.verdict <> was.verdict",
        rows
    ))
    .await?;
    Ok(())
}

/// Gives resources their works; `None` lets them stand alone.
pub async fn set_works(tx: &mut Conn, works: &[(String, Option<String>)]) -> Result<()> {
    tx.run(sql!(
        "UPDATE resource SET work = its.work
         FROM (SELECT value ->> 0 AS id, value ->> 1 AS work FROM json_each($1)) AS its WHERE resource.id = its.id",
        json(works)
    ))
    .await
    .map(drop)
}

/// Those that are alone in one of `works` stand alone; answers who.
pub async fn let_go(tx: &mut Conn, works: &[&String]) -> Result<Vec<(String,)>> {
    tx.all(sql!(
        "UPDATE resource SET work = NULL WHERE work IN (
             SELECT work FROM resource WHERE work IN (SELECT atom FROM json_each($1)) GROUP BY work HAVING COUNT(*) = 1)
         RETURNING id",
        json(works)
    ))
    .await
}

/// What a curator is asked: one, two, why.
pub type Asked = (String, String, String);

macro_rules! asked {
    ($what:literal, $rest:literal) => {
        concat!(
            "SELECT ",
            $what,
            " FROM edition_pair p JOIN resource a ON a.id = p.one JOIN resource b ON b.id = p.two
             WHERE p.verdict = 'open' AND a.gone_at IS NULL AND b.gone_at IS NULL
               AND (a.audience IS NULL OR a.audience IN (SELECT atom FROM json_each($1)))
               AND (b.audience IS NULL OR b.audience IN (SELECT atom FROM json_each($1)))
               AND (a.work IS NULL OR b.work IS NULL OR a.work <> b.work)",
            $rest
        )
    };
}

/// Questions both of whose sides `groups` may see, the strongest first.
pub async fn asked(c: &mut Conn, groups: &[String], limit: i64, offset: i64) -> Result<Vec<Asked>> {
    c.all(sql!(
        asked!("p.one, p.two, p.why", " ORDER BY p.strength, p.found_at, p.one, p.two LIMIT $2 OFFSET $3"),
        json(groups),
        limit,
        offset
    ))
    .await
}

/// How many questions [`asked`] lists.
pub async fn count_asked(c: &mut Conn, groups: &[String]) -> Result<i64> {
    let (n,): (i64,) = c.one(sql!(asked!("count(*)", ""), json(groups))).await?;
    Ok(n)
}

/// What a side of a question shows beside its card: id, address, published at.
pub async fn sides(c: &mut Conn, ids: &[String]) -> Result<Vec<(String, String, Option<i64>)>> {
    c.all(sql!("SELECT id, url, published_at FROM resource WHERE id IN (SELECT atom FROM json_each($1))", json(ids)))
        .await
}

/// A decision.
#[derive(Debug, FromRow)]
pub struct EditRow {
    pub id: String,
    pub what: String,
    pub one: String,
    pub two: String,
    pub actor: String,
    #[sqlx(json)]
    pub before: Value,
    #[sqlx(json)]
    pub after: Value,
    pub at: i64,
}

/// Keeps a decision, with what was before and after it.
pub async fn keep(tx: &mut Conn, edit: &EditRow) -> Result<()> {
    tx.run(sql!(
        "INSERT INTO work_edit (id, actor, what, one, two, before, after, at, undone_at)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, NULL)",
        &edit.id,
        &edit.actor,
        &edit.what,
        &edit.one,
        &edit.two,
        json(&edit.before),
        json(&edit.after),
        edit.at
    ))
    .await
    .map(drop)
}

macro_rules! edits {
    ($rest:literal) => {
        concat!(
            "SELECT w.id, w.what, w.one, w.two, COALESCE(p.name, w.actor) AS actor, w.before, w.after, w.at
             FROM work_edit w JOIN resource a ON a.id = w.one JOIN resource b ON b.id = w.two
                  LEFT JOIN person p ON p.id = w.actor
             WHERE w.undone_at IS NULL
               AND (a.audience IS NULL OR a.audience IN (SELECT atom FROM json_each($1)))
               AND (b.audience IS NULL OR b.audience IN (SELECT atom FROM json_each($1)))",
            $rest
        )
    };
}

/// The latest decisions about what `groups` may see, the last first.
pub async fn edits(c: &mut Conn, groups: &[String], limit: i64) -> Result<Vec<EditRow>> {
    c.all(sql!(edits!(" ORDER BY w.at DESC, w.id DESC LIMIT $2"), json(groups), limit)).await
}

/// One decision, if `groups` may see what it is about and it was not undone.
pub async fn edit(c: &mut Conn, groups: &[String], id: &str) -> Result<Option<EditRow>> {
    c.opt(sql!(edits!(" AND w.id = $2"), json(groups), id)).await
}

/// Writes down that a decision was undone; answers whether it was not before.
pub async fn undone(tx: &mut Conn, id: &str, now: i64) -> Result<bool> {
    Ok(tx.run(sql!("UPDATE work_edit SET undone_at = $2 WHERE id = $1 AND undone_at IS NULL", id, now)).await? == 1)
}

/// Closes a question; answers whether it was open.
pub async fn close(tx: &mut Conn, one: &str, two: &str, verdict: &str, by: &str) -> Result<bool> {
    let closed = tx.run(sql!(
        "UPDATE edition_pair SET verdict = $3, decided_by = $4 WHERE one = $1 AND two = $2 AND verdict = 'open'",
        one,
        two,
        verdict,
        by
    ));
    Ok(closed.await? == 1)
}
