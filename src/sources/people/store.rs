//! SQL of the accounts of learning systems.

use super::model::{BY_HAND, Show};
use crate::platform::db::{Conn, Result, json};
use crate::sql;
use serde_json::Value;

/// An account as it is listed.
#[derive(Clone, Debug, sqlx::FromRow)]
pub struct AccountRow {
    pub external_id: String,
    pub name: String,
    pub known_as: String,
    pub person: Option<String>,
    pub person_name: Option<String>,
    pub how: Option<String>,
    pub reason: Option<String>,
    pub seen_at: i64,
}

macro_rules! accounts {
    () => {
        "SELECT a.external_id, a.name, a.known_as, a.person, p.name AS person_name, a.how, a.reason, a.seen_at
         FROM source_person a LEFT JOIN person p ON p.id = a.person"
    };
}

/// One account.
pub async fn account(c: &mut Conn, source: &str, id: &str) -> Result<Option<AccountRow>> {
    c.opt(sql!(concat!(accounts!(), " WHERE a.source = $1 AND a.external_id = $2"), source, id)).await
}

/// Whose these accounts are, and how that is known: external id, person, how.
pub async fn known(
    c: &mut Conn,
    source: &str,
    ids: &[String],
) -> Result<Vec<(String, Option<String>, Option<String>)>> {
    c.all(sql!(
        "SELECT external_id, person, how FROM source_person
         WHERE source = $1 AND external_id IN (SELECT atom FROM json_each($2))",
        source,
        json(ids)
    ))
    .await
}

/// Puts accounts: objects with the columns' names.
pub async fn put(tx: &mut Conn, source: &str, run: &str, accounts: &[Value], now: i64) -> Result<()> {
    tx.run(sql!(
        "INSERT INTO source_person (source, external_id, name, known_as, person, how, reason, seen_at, seen_run)
         SELECT $2, value ->> 'id', value ->> 'name', value ->> 'known_as', value ->> 'person', value ->> 'how',
                value ->> 'reason', CAST($4 AS BIGINT), $3
         FROM json_each($1) WHERE true
         ON CONFLICT (source, external_id) DO UPDATE SET name = excluded.name, known_as = excluded.known_as,
             person = excluded.person, how = excluded.how, reason = excluded.reason, seen_at = excluded.seen_at,
             seen_run = excluded.seen_run",
        json(accounts),
        source,
        run,
        now
    ))
    .await
    .map(drop)
}

/// Says by hand whose an account is that is nobody's so far; false if it is somebody's.
pub async fn match_by_hand(tx: &mut Conn, source: &str, id: &str, person: &str) -> Result<bool> {
    let done = tx
        .run(sql!(
            "UPDATE source_person SET person = $3, how = $4 WHERE source = $1 AND external_id = $2 AND person IS NULL",
            source,
            id,
            person,
            BY_HAND
        ))
        .await?;
    Ok(done == 1)
}

/// Takes back what was said by hand; false if nothing was.
pub async fn unmatch(tx: &mut Conn, source: &str, id: &str) -> Result<bool> {
    let done = tx
        .run(sql!(
            "UPDATE source_person SET person = NULL, how = NULL WHERE source = $1 AND external_id = $2 AND how = $3",
            source,
            id,
            BY_HAND
        ))
        .await?;
    Ok(done == 1)
}

/// How many accounts are somebody's, and how many nobody's.
pub async fn count(c: &mut Conn, source: &str) -> Result<(i64, i64)> {
    c.one(sql!("SELECT count(person), count(*) - count(person) FROM source_person WHERE source = $1", source)).await
}

/// A page of accounts, by name, and how many there are of that sort.
pub async fn list(c: &mut Conn, source: &str, show: Show, limit: i64, offset: i64) -> Result<(Vec<AccountRow>, i64)> {
    macro_rules! of_that_sort {
        () => {
            " WHERE a.source = $1 AND (($2 = 'unmatched' AND a.person IS NULL) OR ($2 = 'matched' AND a.person IS NOT NULL)
                 OR ($2 = 'hand' AND a.how = 'hand'))"
        };
    }
    let (total,): (i64,) =
        c.one(sql!(concat!("SELECT count(*) FROM source_person a", of_that_sort!()), source, show.as_str())).await?;
    let rows = c
        .all(sql!(
            concat!(accounts!(), of_that_sort!(), " ORDER BY a.name, a.external_id LIMIT $3 OFFSET $4"),
            source,
            show.as_str(),
            limit,
            offset
        ))
        .await?;
    Ok((rows, total))
}

/// Forgets accounts that a run did not list; answers how many.
pub async fn forget_unseen(tx: &mut Conn, source: &str, run: &str) -> Result<i64> {
    let gone = tx.run(sql!("DELETE FROM source_person WHERE source = $1 AND seen_run <> $2", source, run)).await?;
    Ok(gone as i64)
}

/// Forgets the accounts of a source, but for those that were matched by hand if these are to be kept.
pub async fn forget(tx: &mut Conn, source: &str, keep_by_hand: bool) -> Result<()> {
    tx.run(sql!(
        "DELETE FROM source_person WHERE source = $1 AND NOT ($2 AND COALESCE(how, '') = 'hand')",
        source,
        keep_by_hand
    ))
    .await
    .map(drop)
}
