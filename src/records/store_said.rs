//! SQL of what other systems said of a person and a resource.

use super::model::{Standing, Statement, Verb};
use super::said::Said;
use super::store::FoldRow;
use crate::platform::db::{Conn, Result, json};
use crate::sql;
use serde_json::{Value, json as j};

/// Appends statements under ids of their own; those that are there already are left alone. Answers how many are new.
pub async fn append_as(tx: &mut Conn, statements: &[(String, Statement)], stored_at: i64) -> Result<u64> {
    let rows: Vec<Value> = statements
        .iter()
        .map(|(id, s)| {
            j!({"id": id, "person": s.person, "verb": s.verb.as_str(), "kind": s.object_kind.as_str(),
                "object": s.object, "result": s.result, "context": s.context, "at": s.at})
        })
        .collect();
    tx.run(sql!(
        "INSERT INTO activity (id, person, verb, object_kind, object, result, context, at, stored_at)
         SELECT value ->> 'id', value ->> 'person', value ->> 'verb', value ->> 'kind', value ->> 'object',
             NULLIF(value -> 'result', 'null'), NULLIF(value -> 'context', 'null'), CAST(value ->> 'at' AS BIGINT),
             CAST($2 AS BIGINT)
         FROM json_each($1) WHERE true ORDER BY key ON CONFLICT (id) DO NOTHING",
        json(&rows),
        stored_at
    ))
    .await
}

/// The statements by which a source says this, and which nothing has taken back.
pub async fn standing(c: &mut Conn, said: &Said<'_>) -> Result<Vec<(String,)>> {
    c.all(sql!(
        "SELECT a.id FROM activity a WHERE a.object = $1 AND a.person = $2 AND a.object_kind = 'resource' AND a.verb = $3
            AND a.context ->> 'source' = $4 AND a.context ->> 'account' = $5
            AND NOT EXISTS (SELECT 1 FROM activity v WHERE v.object = $1 AND v.person = $2 AND v.verb = 'voided'
                                AND v.context ->> 'statement' = a.id)
         ORDER BY a.at, a.id",
        said.resource,
        said.person,
        said.verb.as_str(),
        said.source,
        said.account
    ))
    .await
}

/// How often a source has taken this back.
pub async fn taken_back(c: &mut Conn, said: &Said<'_>) -> Result<i64> {
    let (n,): (i64,) = c
        .one(sql!(
            "SELECT count(*) FROM activity WHERE object = $1 AND person = $2 AND verb = 'voided'
                AND context ->> 'verb' = $3 AND context ->> 'source' = $4 AND context ->> 'account' = $5",
            said.resource,
            said.person,
            said.verb.as_str(),
            said.source,
            said.account
        ))
        .await?;
    Ok(n)
}

/// All that a source says of a person by this account: id, verb, resource.
pub async fn standing_of_account(
    c: &mut Conn,
    person: &str,
    source: &str,
    account: &str,
) -> Result<Vec<(String, String, String)>> {
    c.all(sql!(
        "SELECT a.id, a.verb, a.object FROM activity a
         WHERE a.person = $1 AND a.object_kind = 'resource' AND a.verb <> 'voided'
            AND a.context ->> 'source' = $2 AND a.context ->> 'account' = $3
            AND NOT EXISTS (SELECT 1 FROM activity v WHERE v.object = a.object AND v.person = $1 AND v.verb = 'voided'
                                AND v.context ->> 'statement' = a.id)
         ORDER BY a.id",
        person,
        source,
        account
    ))
    .await
}

/// Everything about a person and a resource, in the order in which it adds up.
pub async fn to_fold_one(c: &mut Conn, person: &str, resource: &str) -> Result<Vec<FoldRow>> {
    c.all(sql!(
        "SELECT id, person, verb, object_kind, object, at,
                CASE WHEN verb = 'voided' THEN context ->> 'statement' END AS voids
         FROM activity WHERE object = $1 AND person = $2 AND object_kind = 'resource' ORDER BY at, id",
        resource,
        person
    ))
    .await
}

/// Puts a standing that was taken hold of; none at all leaves no row.
pub async fn settle(tx: &mut Conn, person: &str, resource: &str, standing: Option<&Standing>) -> Result<()> {
    match standing {
        Some(standing) => super::store::put(tx, person, resource, standing).await,
        None => tx
            .run(sql!("DELETE FROM resource_state WHERE person = $1 AND resource = $2", person, resource))
            .await
            .map(drop),
    }
}

/// Whether a word of the database is a verb that a source can say.
pub fn verb(word: &str) -> Option<Verb> {
    Verb::parse(word).filter(|verb| matches!(verb, Verb::Opened | Verb::Completed))
}
