//! SQL of activity and of what derives from it.

use super::model::{ObjectKind, Standing, Statement, Verb};
use crate::platform::db::{Conn, Result, json};
use crate::platform::new_id;
use crate::sql;
use serde_json::{Value, json as j};
use sqlx::FromRow;

#[derive(Debug, Default, FromRow)]
pub struct StandingRow {
    pub opened_at: Option<i64>,
    pub done_at: Option<i64>,
    pub saved_at: Option<i64>,
    pub hidden_at: Option<i64>,
    pub touched_at: i64,
}

impl From<StandingRow> for Standing {
    fn from(row: StandingRow) -> Self {
        let StandingRow { opened_at, done_at, saved_at, hidden_at, touched_at } = row;
        Standing { opened_at, done_at, saved_at, hidden_at, touched_at }
    }
}

/// Appends statements.
pub async fn append(tx: &mut Conn, statements: &[Statement], stored_at: i64) -> Result<u64> {
    let rows: Vec<Value> = statements
        .iter()
        .map(|s| {
            j!({"id": new_id(), "person": s.person, "verb": s.verb.as_str(), "kind": s.object_kind.as_str(),
                "object": s.object, "result": s.result, "context": s.context, "at": s.at})
        })
        .collect();
    tx.run(sql!(
        "INSERT INTO activity (id, person, verb, object_kind, object, result, context, at, stored_at)
         SELECT value ->> 'id', value ->> 'person', value ->> 'verb', value ->> 'kind', value ->> 'object',
             NULLIF(value -> 'result', 'null'), NULLIF(value -> 'context', 'null'), CAST(value ->> 'at' AS BIGINT), $2
         FROM json_each($1) ORDER BY key",
        json(&rows),
        stored_at
    ))
    .await
}

/// Takes hold of a person's standing with a resource until the transaction ends; a new one begins empty.
pub async fn hold(tx: &mut Conn, person: &str, resource: &str) -> Result<StandingRow> {
    tx.one(sql!(
        "INSERT INTO resource_state (person, resource, touched_at) VALUES ($1, $2, 0)
         ON CONFLICT (person, resource) DO UPDATE SET touched_at = resource_state.touched_at
         RETURNING opened_at, done_at, saved_at, hidden_at, touched_at",
        person,
        resource
    ))
    .await
}

/// Puts a standing that was taken hold of.
pub async fn put(tx: &mut Conn, person: &str, resource: &str, standing: &Standing) -> Result<()> {
    tx.run(sql!(
        "UPDATE resource_state SET opened_at = $3, done_at = $4, saved_at = $5, hidden_at = $6, touched_at = $7
         WHERE person = $1 AND resource = $2",
        person,
        resource,
        standing.opened_at,
        standing.done_at,
        standing.saved_at,
        standing.hidden_at,
        standing.touched_at
    ))
    .await?;
    Ok(())
}

/// Lets go of a standing that turned out to be about nothing.
pub async fn drop_empty(tx: &mut Conn, person: &str, resource: &str) -> Result<()> {
    tx.run(sql!(
        "DELETE FROM resource_state WHERE person = $1 AND resource = $2 AND NOT EXISTS (
             SELECT 1 FROM activity WHERE person = $1 AND object = $2 AND object_kind = 'resource')",
        person,
        resource
    ))
    .await?;
    Ok(())
}

/// When a person last did this to an object.
pub async fn last(c: &mut Conn, person: &str, verb: Verb, kind: ObjectKind, object: &str) -> Result<Option<i64>> {
    let (at,): (Option<i64>,) = c
        .one(sql!(
            "SELECT MAX(at) FROM activity WHERE person = $1 AND object = $2 AND verb = $3 AND object_kind = $4",
            person,
            object,
            verb.as_str(),
            kind.as_str()
        ))
        .await?;
    Ok(at)
}

/// Follows something; answers whether that is new.
pub async fn follow(tx: &mut Conn, person: &str, kind: ObjectKind, subject: &str, at: i64) -> Result<bool> {
    let added = tx.run(sql!(
        "INSERT INTO follow (person, subject_kind, subject, at) VALUES ($1, $2, $3, $4)
         ON CONFLICT (person, subject_kind, subject) DO NOTHING",
        person,
        kind.as_str(),
        subject,
        at
    ));
    Ok(added.await? > 0)
}

/// Stops following; answers whether anything was followed.
pub async fn unfollow(tx: &mut Conn, person: &str, kind: ObjectKind, subject: &str) -> Result<bool> {
    let removed = tx.run(sql!(
        "DELETE FROM follow WHERE person = $1 AND subject_kind = $2 AND subject = $3",
        person,
        kind.as_str(),
        subject
    ));
    Ok(removed.await? > 0)
}

#[derive(Debug, FromRow)]
pub struct StateRow {
    pub resource: String,
    pub opened_at: Option<i64>,
    pub done_at: Option<i64>,
    pub saved_at: Option<i64>,
    pub hidden_at: Option<i64>,
}

/// A person's standings with `resources`.
pub async fn states(c: &mut Conn, person: &str, resources: &[String]) -> Result<Vec<StateRow>> {
    c.all(sql!(
        "SELECT resource, opened_at, done_at, saved_at, hidden_at FROM resource_state
         WHERE person = $1 AND resource IN (SELECT atom FROM json_each($2))",
        person,
        json(resources)
    ))
    .await
}

/// What a person opened, neither finished nor hid, and what is still there; last touched first.
pub async fn continuing(c: &mut Conn, person: &str, limit: i64) -> Result<Vec<(String, i64)>> {
    c.all(sql!(
        "SELECT s.resource, s.touched_at FROM resource_state s JOIN resource r ON r.id = s.resource
         WHERE s.person = $1 AND s.opened_at IS NOT NULL AND s.done_at IS NULL AND s.hidden_at IS NULL
           AND r.gone_at IS NULL
         ORDER BY s.touched_at DESC, s.resource LIMIT $2",
        person,
        limit
    ))
    .await
}

/// What a person hid or finished.
pub async fn closed(c: &mut Conn, person: &str) -> Result<Vec<(String,)>> {
    c.all(sql!(
        "SELECT resource FROM resource_state WHERE person = $1 AND (hidden_at IS NOT NULL OR done_at IS NOT NULL)",
        person
    ))
    .await
}

/// What a person follows of a kind, longest first.
pub async fn follows(c: &mut Conn, person: &str, kind: &str) -> Result<Vec<(String,)>> {
    c.all(sql!("SELECT subject FROM follow WHERE person = $1 AND subject_kind = $2 ORDER BY at, subject", person, kind))
        .await
}

/// Who of `people` opened or finished which of `resources`: person, resource, opened at or 0, done at or 0.
pub async fn done_among(
    c: &mut Conn,
    people: &[String],
    resources: &[String],
) -> Result<Vec<(String, String, i64, i64)>> {
    c.all(sql!(
        "SELECT person, resource, COALESCE(opened_at, CAST(0 AS BIGINT)), COALESCE(done_at, CAST(0 AS BIGINT))
         FROM resource_state
         WHERE person IN (SELECT atom FROM json_each($1)) AND resource IN (SELECT atom FROM json_each($2))
           AND (opened_at IS NOT NULL OR done_at IS NOT NULL)",
        json(people),
        json(resources)
    ))
    .await
}

/// What a person saved, what is not finished before what is, last first, as far as `groups` may see it: resource, saved at.
pub async fn saved(
    c: &mut Conn,
    person: &str,
    groups: &[String],
    limit: i64,
    offset: i64,
) -> Result<Vec<(String, i64)>> {
    c.all(sql!(
        "SELECT s.resource, s.saved_at FROM resource_state s JOIN resource r ON r.id = s.resource
         WHERE s.person = $1 AND s.saved_at IS NOT NULL
           AND (r.audience IS NULL OR r.audience IN (SELECT atom FROM json_each($2)))
         ORDER BY (s.done_at IS NOT NULL), s.saved_at DESC, s.resource LIMIT $3 OFFSET $4",
        person,
        json(groups),
        limit,
        offset
    ))
    .await
}

/// How many things [`saved`] lists.
pub async fn count_saved(c: &mut Conn, person: &str, groups: &[String]) -> Result<i64> {
    let (n,): (i64,) = c
        .one(sql!(
            "SELECT count(*) FROM resource_state s JOIN resource r ON r.id = s.resource
             WHERE s.person = $1 AND s.saved_at IS NOT NULL
               AND (r.audience IS NULL OR r.audience IN (SELECT atom FROM json_each($2)))",
            person,
            json(groups)
        ))
        .await?;
    Ok(n)
}

/// One line of a person's history.
#[derive(Debug, FromRow)]
pub struct ActivityRow {
    pub id: String,
    pub verb: String,
    pub object_kind: String,
    pub object: String,
    pub at: i64,
}

/// What a person did, last first.
pub async fn history(c: &mut Conn, person: &str, limit: i64, offset: i64) -> Result<Vec<ActivityRow>> {
    c.all(sql!(
        "SELECT id, verb, object_kind, object, at FROM activity WHERE person = $1 ORDER BY at DESC, id DESC
         LIMIT $2 OFFSET $3",
        person,
        limit,
        offset
    ))
    .await
}

/// How many things [`history`] lists.
pub async fn count_history(c: &mut Conn, person: &str) -> Result<i64> {
    let (n,): (i64,) = c.one(sql!("SELECT count(*) FROM activity WHERE person = $1", person)).await?;
    Ok(n)
}

/// Everybody who did anything.
pub async fn everybody(c: &mut Conn) -> Result<Vec<(String,)>> {
    c.all(sql!("SELECT DISTINCT person FROM activity ORDER BY person")).await
}

/// A statement as it adds up.
#[derive(Debug, FromRow)]
pub struct FoldRow {
    pub person: String,
    pub verb: String,
    pub object_kind: String,
    pub object: String,
    pub at: i64,
}

/// Everything that `people` did, in the order in which it adds up.
pub async fn to_fold(c: &mut Conn, people: &[String]) -> Result<Vec<FoldRow>> {
    c.all(sql!(
        "SELECT person, verb, object_kind, object, at FROM activity
         WHERE person IN (SELECT atom FROM json_each($1))
           AND (object_kind <> 'resource' OR EXISTS (SELECT 1 FROM resource r WHERE r.id = activity.object))
         ORDER BY person, at, id",
        json(people)
    ))
    .await
}

/// Puts what activity adds up to in place of what was derived for `people` before.
pub async fn put_derived(tx: &mut Conn, people: &[String], states: &[Value], follows: &[Value]) -> Result<()> {
    let people = json(people);
    tx.run(sql!("DELETE FROM resource_state WHERE person IN (SELECT atom FROM json_each($1))", people.clone())).await?;
    tx.run(sql!("DELETE FROM follow WHERE person IN (SELECT atom FROM json_each($1))", people)).await?;
    tx.run(sql!(
        "INSERT INTO resource_state (person, resource, opened_at, done_at, saved_at, hidden_at, touched_at)
         SELECT value ->> 'person', value ->> 'resource', CAST(value ->> 'opened_at' AS BIGINT),
             CAST(value ->> 'done_at' AS BIGINT), CAST(value ->> 'saved_at' AS BIGINT),
             CAST(value ->> 'hidden_at' AS BIGINT), CAST(value ->> 'touched_at' AS BIGINT) FROM json_each($1)",
        json(states)
    ))
    .await?;
    tx.run(sql!(
        "INSERT INTO follow (person, subject_kind, subject, at)
         SELECT value ->> 'person', value ->> 'kind', value ->> 'subject', CAST(value ->> 'at' AS BIGINT)
         FROM json_each($1)",
        json(follows)
    ))
    .await?;
    Ok(())
}
