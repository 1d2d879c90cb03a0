//! SQL of the index's follower: what changed, and what there is to index.

use crate::platform::db::{Conn, Result, json};
use crate::platform::new_id;
use crate::sql;
use serde::{Deserialize, Serialize};
use sqlx::FromRow;

/// How far a follower has read.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Place {
    /// The transaction; 0 on SQLite, whose transactions commit in order.
    pub xid: i64,
    /// Within it.
    pub seq: i64,
}

/// A subject that changed.
#[derive(Debug, FromRow)]
pub struct Change {
    pub subject_kind: String,
    pub subject: String,
    pub xid: i64,
    pub seq: i64,
}

impl Change {
    /// Where it stands in the order of changes.
    pub fn place(&self) -> Place {
        Place { xid: self.xid, seq: self.seq }
    }
}

/// The changes after `place`, oldest first. On PostgreSQL only those of transactions older than every running one: a
/// younger one may have committed before an older one that is yet to come.
pub async fn changes(c: &mut Conn, place: Place, limit: i64) -> Result<Vec<Change>> {
    macro_rules! changes {
        ($settled:literal) => {
            concat!(
                "SELECT subject_kind, subject, xid, seq FROM change WHERE (xid, seq) > ($1, $2) ",
                $settled,
                " ORDER BY xid, seq LIMIT $3"
            )
        };
    }
    c.all(sql!(
        sqlite: changes!(""),
        postgres: changes!("AND xid < CAST(CAST(pg_snapshot_xmin(pg_current_snapshot()) AS TEXT) AS BIGINT)"),
        place.xid,
        place.seq,
        limit
    ))
    .await
}

/// The place of the newest change.
pub async fn newest(c: &mut Conn) -> Result<Place> {
    let row: Option<(i64, i64)> =
        c.opt(sql!("SELECT xid, seq FROM change ORDER BY xid DESC, seq DESC LIMIT 1")).await?;
    Ok(row.map_or_else(Place::default, |(xid, seq)| Place { xid, seq }))
}

/// The id of this database's catalogue; made when it is first asked for.
pub async fn identity(tx: &mut Conn, now: i64) -> Result<String> {
    tx.run(sql!(
        "INSERT INTO catalog_identity (id, made_at)
         SELECT $1, $2 WHERE NOT EXISTS (SELECT 1 FROM catalog_identity)",
        new_id(),
        now
    ))
    .await?;
    let (id,): (String,) = tx.one(sql!("SELECT MIN(id) FROM catalog_identity")).await?;
    Ok(id)
}

/// Transactions of another PostgreSQL cluster, from which this database was restored, count as settled: its numbers may
/// be far ahead of ours.
pub async fn settle_foreign(tx: &mut Conn) -> Result<u64> {
    tx.run(sql!(
        sqlite: "UPDATE change SET xid = 0 WHERE xid <> 0",
        postgres: "UPDATE change SET xid = 0
                   WHERE xid >= CAST(CAST(pg_snapshot_xmax(pg_current_snapshot()) AS TEXT) AS BIGINT)"
    ))
    .await
}

/// What there is to index of a resource or discussion.
#[derive(Debug, FromRow)]
pub struct DocRow {
    pub id: String,
    pub title: String,
    pub summary: String,
    pub authors: String,
    pub kind: String,
    pub language: String,
    pub source: String,
    pub audience: Option<String>,
    pub fresh_at: i64,
    pub minutes: Option<i64>,
    pub level: Option<String>,
    /// The work that it is an edition of.
    pub work: Option<String>,
    /// Lines of id, space, name.
    pub topics: Option<String>,
}

/// Resources among `ids` that are there.
pub async fn resources(c: &mut Conn, ids: &[&String]) -> Result<Vec<DocRow>> {
    c.all(sql!(
        "SELECT r.id, r.title, r.summary, r.authors, r.kind, r.language, r.source, r.audience, r.fresh_at,
             r.minutes, r.level, r.work,
             (SELECT string_agg(t.id || ' ' || t.name, '\n' ORDER BY t.name) FROM resource_topic rt
              JOIN topic t ON t.id = rt.topic WHERE rt.resource = r.id) AS topics
         FROM resource r WHERE r.gone_at IS NULL AND r.id IN (SELECT atom FROM json_each($1))",
        json(ids)
    ))
    .await
}

/// Discussions among `ids` that are there.
pub async fn discussions(c: &mut Conn, ids: &[&String]) -> Result<Vec<DocRow>> {
    c.all(sql!(
        "SELECT d.id, d.title, d.excerpt AS summary, d.category AS authors, '' AS kind, '' AS language, d.source,
             d.audience, d.last_activity AS fresh_at, CAST(NULL AS BIGINT) AS minutes, CAST(NULL AS TEXT) AS level,
             CAST(NULL AS TEXT) AS work,
             (SELECT string_agg(t.id || ' ' || t.name, '\n' ORDER BY t.name) FROM discussion_topic dt
              JOIN topic t ON t.id = dt.topic WHERE dt.discussion = d.id) AS topics
         FROM discussion d WHERE d.gone_at IS NULL AND d.id IN (SELECT atom FROM json_each($1))",
        json(ids)
    ))
    .await
}
