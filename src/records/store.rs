//! SQL of activity and of what derives from it.

use super::editions::{shown, since};
use super::model::{ObjectKind, Standing, Statement, Verb};
use crate::base::Viewer;
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

/// Other editions of the work that `resource` belongs to with which the person stands somehow, by id.
pub async fn others_touched(c: &mut Conn, person: &str, resource: &str) -> Result<Vec<(String,)>> {
    c.all(sql!(
        "SELECT e.id FROM resource r JOIN resource e ON e.work = r.work AND e.id <> r.id
         JOIN resource_state s ON s.person = $1 AND s.resource = e.id WHERE r.id = $2 ORDER BY e.id",
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

/// A person's standings with `resources`, each for its whole work.
pub async fn states(c: &mut Conn, person: &str, resources: &[String]) -> Result<Vec<StateRow>> {
    c.all(sql!(
        "SELECT resource, MIN(opened_at) AS opened_at, MAX(done_at) AS done_at, MAX(saved_at) AS saved_at,
                MAX(hidden_at) AS hidden_at
         FROM (SELECT resource, opened_at, done_at, saved_at, hidden_at FROM resource_state
               WHERE person = $1 AND resource IN (SELECT atom FROM json_each($2))
               UNION ALL
               SELECT r.id, s.opened_at, s.done_at, s.saved_at, s.hidden_at
               FROM resource r JOIN resource e ON e.work = r.work AND e.id <> r.id
               JOIN resource_state s ON s.person = $1 AND s.resource = e.id
               WHERE r.id IN (SELECT atom FROM json_each($2))) AS each_edition
         GROUP BY resource",
        person,
        json(resources)
    ))
    .await
}

/// The edition that `viewer` is shown in place of each of `resources`: asked, shown. Those of which she may see no
/// edition are left out.
pub async fn shown_for(c: &mut Conn, viewer: &Viewer, resources: &[String]) -> Result<Vec<(String, String)>> {
    c.all(sql!(
        concat!(
            "SELECT x.id, r.id FROM resource x JOIN resource r ON r.id = ",
            shown!("x", "$1", "$2", "$3"),
            " WHERE x.id IN (SELECT atom FROM json_each($4))
                AND (r.audience IS NULL OR r.audience IN (SELECT atom FROM json_each($2)))"
        ),
        &viewer.id,
        json(&viewer.groups),
        viewer.language(),
        json(resources)
    ))
    .await
}

/// Editions that a person opened of works that have several.
pub async fn begun(c: &mut Conn, person: &str) -> Result<Vec<(String,)>> {
    c.all(sql!(
        "SELECT s.resource FROM resource_state s JOIN resource r ON r.id = s.resource
         WHERE s.person = $1 AND s.opened_at IS NOT NULL AND r.work IS NOT NULL",
        person
    ))
    .await
}

/// What a person opened, neither finished nor hid, and what is still there; last touched first. Of a work that she
/// opened several editions of, the last.
pub async fn continuing(c: &mut Conn, person: &str, limit: i64) -> Result<Vec<(String, i64)>> {
    c.all(sql!(
        "SELECT s.resource, s.touched_at FROM resource_state s JOIN resource r ON r.id = s.resource
         WHERE s.person = $1 AND s.opened_at IS NOT NULL AND s.done_at IS NULL AND s.hidden_at IS NULL
           AND r.gone_at IS NULL
           AND (r.work IS NULL OR NOT EXISTS (
                   SELECT 1 FROM resource e JOIN resource_state es ON es.person = $1 AND es.resource = e.id
                   WHERE e.work = r.work AND e.id <> r.id
                     AND (es.done_at IS NOT NULL OR es.hidden_at IS NOT NULL
                          OR (es.opened_at IS NOT NULL AND e.gone_at IS NULL
                              AND (es.touched_at, e.id) > (s.touched_at, r.id)))))
         ORDER BY s.touched_at DESC, s.resource LIMIT $2",
        person,
        limit
    ))
    .await
}

/// What a person hid or finished, in all its editions.
pub async fn closed(c: &mut Conn, person: &str) -> Result<Vec<(String,)>> {
    c.all(sql!(
        "SELECT s.resource FROM resource_state s
         WHERE s.person = $1 AND (s.hidden_at IS NOT NULL OR s.done_at IS NOT NULL)
         UNION
         SELECT e.id FROM resource_state s JOIN resource r ON r.id = s.resource JOIN resource e ON e.work = r.work
         WHERE s.person = $1 AND (s.hidden_at IS NOT NULL OR s.done_at IS NOT NULL)",
        person
    ))
    .await
}

/// What a person follows of a kind, longest first.
pub async fn follows(c: &mut Conn, person: &str, kind: &str) -> Result<Vec<(String,)>> {
    c.all(sql!("SELECT subject FROM follow WHERE person = $1 AND subject_kind = $2 ORDER BY at, subject", person, kind))
        .await
}

/// Who of `people` opened or finished which of `resources`, in whichever edition: person, resource, opened at or 0, done at or 0.
pub async fn done_among(
    c: &mut Conn,
    people: &[String],
    resources: &[String],
) -> Result<Vec<(String, String, i64, i64)>> {
    c.all(sql!(
        "SELECT s.person, x.id, COALESCE(MIN(s.opened_at), CAST(0 AS BIGINT)), COALESCE(MAX(s.done_at), CAST(0 AS BIGINT))
         FROM resource x JOIN resource e ON e.id = x.id OR e.work = x.work JOIN resource_state s ON s.resource = e.id
         WHERE s.person IN (SELECT atom FROM json_each($1)) AND x.id IN (SELECT atom FROM json_each($2))
           AND (s.opened_at IS NOT NULL OR s.done_at IS NOT NULL)
         GROUP BY s.person, x.id",
        json(people),
        json(resources)
    ))
    .await
}

/// What a person saved, one row a work: the edition that she saved last, if she may see any of them.
macro_rules! saved {
    ($($what:tt)+) => {
        concat!(
            "SELECT ",
            $($what)+,
            " FROM resource_state s JOIN resource x ON x.id = s.resource JOIN resource r ON r.id = ",
            shown!("x", "$1", "$2", "$3"),
            " WHERE s.person = $1 AND s.saved_at IS NOT NULL
                AND (r.audience IS NULL OR r.audience IN (SELECT atom FROM json_each($2)))
                AND (x.work IS NULL OR NOT EXISTS (
                        SELECT 1 FROM resource e JOIN resource_state es ON es.person = $1 AND es.resource = e.id
                        WHERE e.work = x.work AND (es.saved_at, e.id) > (s.saved_at, x.id)))"
        )
    };
}

/// What `viewer` saved and may see, what is not finished before what is, last first: the edition that she is shown, saved
/// at.
pub async fn saved(c: &mut Conn, viewer: &Viewer, limit: i64, offset: i64) -> Result<Vec<(String, i64)>> {
    c.all(sql!(
        concat!(
            "SELECT resource, saved_at FROM (",
            saved!("r.id AS resource, s.saved_at, ", since!("MAX", "done_at", "x", "s", "$1"), " AS done_at"),
            ") AS saved ORDER BY (done_at IS NOT NULL), saved_at DESC, resource LIMIT $4 OFFSET $5"
        ),
        &viewer.id,
        json(&viewer.groups),
        viewer.language(),
        limit,
        offset
    ))
    .await
}

/// How many things [`saved`] lists.
pub async fn count_saved(c: &mut Conn, viewer: &Viewer) -> Result<i64> {
    let (n,): (i64,) = c.one(sql!(saved!("count(*)"), &viewer.id, json(&viewer.groups), viewer.language())).await?;
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
    /// The source that said so, by name.
    pub origin: Option<String>,
}

/// What a person did, last first.
pub async fn history(c: &mut Conn, person: &str, limit: i64, offset: i64) -> Result<Vec<ActivityRow>> {
    c.all(sql!(
        "SELECT a.id, a.verb, a.object_kind, a.object, a.at, o.name AS origin
         FROM (SELECT id, verb, object_kind, object, at, context FROM activity WHERE person = $1
               ORDER BY at DESC, id DESC LIMIT $2 OFFSET $3) a
         LEFT JOIN origin o ON o.id = a.context ->> 'source' ORDER BY a.at DESC, a.id DESC",
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
    pub id: String,
    pub person: String,
    pub verb: String,
    pub object_kind: String,
    pub object: String,
    pub at: i64,
    /// The statement that this one takes back.
    pub voids: Option<String>,
}

/// Everything that `people` did, in the order in which it adds up.
pub async fn to_fold(c: &mut Conn, people: &[String]) -> Result<Vec<FoldRow>> {
    c.all(sql!(
        "SELECT id, person, verb, object_kind, object, at,
                CASE WHEN verb = 'voided' THEN context ->> 'statement' END AS voids
         FROM activity WHERE person IN (SELECT atom FROM json_each($1))
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
