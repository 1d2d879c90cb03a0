//! What was done by whom (audit), and who looked at whom (ledger). Both only ever grow, in the caller's transaction.

use super::db::{Conn, Result, json};
use super::new_id;
use crate::base::Scope;
use crate::sql;
use serde_json::Value;

/// Writes down that `scope` did `action` to `object` ("source/ID"). `detail` holds no secret.
pub async fn record(tx: &mut Conn, scope: &Scope, action: &str, object: &str, detail: Value, now: i64) -> Result<()> {
    tx.run(sql!(
        "INSERT INTO audit (id, at, actor, action, object, detail) VALUES ($1, $2, $3, $4, $5, $6)",
        new_id(),
        now,
        scope.actor(),
        action,
        object,
        json(&detail)
    ))
    .await
    .map(drop)
}

/// Writes down, for each of `people`, that `scope` looked at them: `action` names the page, `detail` what it showed.
/// Looking at oneself is not written down.
pub async fn looked_at(
    tx: &mut Conn,
    scope: &Scope,
    people: &[String],
    action: &str,
    detail: &str,
    now: i64,
) -> Result<u64> {
    let rows: Vec<Value> = people
        .iter()
        .filter(|person| person.as_str() != scope.actor())
        .map(|person| serde_json::json!({"id": new_id(), "person": person}))
        .collect();
    tx.run(sql!(
        "INSERT INTO ledger (id, at, person, actor, action, detail)
         SELECT value ->> 'id', CAST($2 AS BIGINT), value ->> 'person', $3, $4, $5 FROM json_each($1) WHERE true",
        json(&rows),
        now,
        scope.actor(),
        action,
        detail
    ))
    .await
}

/// [`looked_at`], but of the same look (who, at whom, which page, what it showed) within `window` milliseconds only the
/// first is written down, so that whoever reads her ledger can still read it. Also true of looks at the same moment.
pub async fn looked_at_once(
    tx: &mut Conn,
    scope: &Scope,
    people: &[String],
    action: &str,
    detail: &str,
    now: i64,
    window: i64,
) -> Result<u64> {
    // SQLite has one writer; on PostgreSQL one actor's looks wait for each other.
    tx.one::<(i64,)>(sql!(
        sqlite: "SELECT CAST(1 AS BIGINT) WHERE $1 IS NOT NULL",
        postgres: "SELECT CAST(1 AS BIGINT) FROM (SELECT pg_advisory_xact_lock(hashtext($1))) AS held",
        scope.actor()
    ))
    .await?;
    let recent: Vec<(String,)> = tx
        .all(sql!(
            "SELECT DISTINCT person FROM ledger WHERE person IN (SELECT atom FROM json_each($1))
                    AND actor = $2 AND action = $3 AND detail = $4 AND at > $5",
            json(people),
            scope.actor(),
            action,
            detail,
            now - window
        ))
        .await?;
    let people: Vec<String> =
        people.iter().filter(|person| !recent.iter().any(|seen| seen.0 == **person)).cloned().collect();
    looked_at(tx, scope, &people, action, detail, now).await
}

/// One look at a person.
#[derive(Clone, Debug, PartialEq, Eq, sqlx::FromRow)]
pub struct Look {
    /// Epoch ms.
    pub at: i64,
    /// Who looked, by name where known.
    pub actor: String,
    /// Which page.
    pub action: String,
    /// What it showed.
    pub detail: String,
}

/// The latest looks at `person`, newest first.
pub async fn looks(c: &mut Conn, person: &str, limit: i64) -> Result<Vec<Look>> {
    c.all(sql!(
        "SELECT l.at, COALESCE(p.name, l.actor) AS actor, l.action, l.detail
         FROM ledger l LEFT JOIN person p ON p.id = l.actor WHERE l.person = $1 ORDER BY l.id DESC LIMIT $2",
        person,
        limit
    ))
    .await
}
