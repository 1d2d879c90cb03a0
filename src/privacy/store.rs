//! SQL of privacy. It reads every table that holds something about a person, and writes none.

use crate::platform::db::{Conn, Result, json};
use crate::sql;

#[derive(sqlx::FromRow)]
pub struct ProfileRow {
    pub id: String,
    pub name: String,
    pub email: String,
    pub job_title: String,
    pub manager: Option<String>,
    pub locale: String,
    pub time_zone: String,
    pub active: bool,
    pub created_at: i64,
    pub updated_at: i64,
}

pub async fn profile(c: &mut Conn, person: &str) -> Result<Option<ProfileRow>> {
    c.opt(sql!(
        "SELECT p.id, p.name, p.email, p.job_title, m.name AS manager, p.locale, p.time_zone, p.active, p.created_at,
                p.updated_at
         FROM person p LEFT JOIN person m ON m.id = p.manager WHERE p.id = $1",
        person
    ))
    .await
}

/// (group's name, where the membership comes from)
pub async fn groups(c: &mut Conn, person: &str) -> Result<Vec<(String, String)>> {
    c.all(sql!(
        "SELECT g.name, m.origin FROM membership m JOIN people_group g ON g.id = m.people_group
         WHERE m.person = $1 ORDER BY g.name, m.origin",
        person
    ))
    .await
}

/// (role, where it comes from)
pub async fn roles(c: &mut Conn, person: &str) -> Result<Vec<(String, String)>> {
    c.all(sql!("SELECT role, origin FROM person_role WHERE person = $1 ORDER BY role", person)).await
}

/// (issuer, subject, since)
pub async fn accounts(c: &mut Conn, person: &str) -> Result<Vec<(String, String, i64)>> {
    c.all(sql!(
        "SELECT issuer, subject, created_at FROM identity WHERE person = $1 ORDER BY created_at, issuer",
        person
    ))
    .await
}

/// (agent, issuer, since, last seen), the last seen first. Never the token.
pub async fn sessions(c: &mut Conn, person: &str) -> Result<Vec<(String, String, i64, i64)>> {
    c.all(sql!(
        "SELECT agent, issuer, created_at, seen_at FROM session WHERE person = $1 ORDER BY seen_at DESC, token_hash",
        person
    ))
    .await
}

#[derive(sqlx::FromRow)]
pub struct KeptRow {
    pub activity: i64,
    pub done: i64,
    pub saved: i64,
    pub hidden: i64,
    pub follows: i64,
}

/// How much of what a person did is kept; of a work with several editions, one.
pub async fn kept(c: &mut Conn, person: &str) -> Result<KeptRow> {
    c.one(sql!(
        "SELECT (SELECT COUNT(*) FROM activity WHERE person = $1) AS activity, own.done, own.saved, own.hidden,
                (SELECT COUNT(*) FROM follow WHERE person = $1) AS follows
         FROM (SELECT COUNT(DISTINCT CASE WHEN s.done_at IS NOT NULL THEN COALESCE(r.work, r.id) END) AS done,
                      COUNT(DISTINCT CASE WHEN s.saved_at IS NOT NULL THEN COALESCE(r.work, r.id) END) AS saved,
                      COUNT(DISTINCT CASE WHEN s.hidden_at IS NOT NULL THEN COALESCE(r.work, r.id) END) AS hidden
               FROM resource_state s JOIN resource r ON r.id = s.resource WHERE s.person = $1) AS own",
        person
    ))
    .await
}

#[derive(sqlx::FromRow)]
pub struct DidRow {
    pub verb: String,
    pub object_kind: String,
    pub title: Option<String>,
    pub at: i64,
    /// The source that said so, by name.
    pub origin: Option<String>,
}

/// What a person did, newest first, with the titles of what she may still see.
pub async fn activity(c: &mut Conn, person: &str, groups: &[String], limit: i64, offset: i64) -> Result<Vec<DidRow>> {
    c.all(sql!(
        "SELECT a.verb, a.object_kind, COALESCE(r.title, t.name, p.title, d.title) AS title, a.at, o.name AS origin
         FROM (SELECT id, verb, object_kind, object, at, context FROM activity WHERE person = $1
               ORDER BY at DESC, id DESC LIMIT $3 OFFSET $4) a
         LEFT JOIN resource r ON a.object_kind = 'resource' AND r.id = a.object
              AND (r.audience IS NULL OR r.audience IN (SELECT atom FROM json_each($2)))
         LEFT JOIN topic t ON a.object_kind = 'topic' AND t.id = a.object
         LEFT JOIN playlist p ON a.object_kind = 'playlist' AND p.id = a.object AND p.removed_at IS NULL
              AND p.status = 'published' AND (p.audience IS NULL OR p.audience IN (SELECT atom FROM json_each($2)))
         LEFT JOIN discussion d ON a.object_kind = 'discussion' AND d.id = a.object
              AND (d.audience IS NULL OR d.audience IN (SELECT atom FROM json_each($2)))
         LEFT JOIN origin o ON o.id = a.context ->> 'source'
         ORDER BY a.at DESC, a.id DESC",
        person,
        json(groups),
        limit,
        offset
    ))
    .await
}

#[derive(sqlx::FromRow)]
pub struct StatementRow {
    pub id: String,
    pub verb: String,
    pub object_kind: String,
    pub object: String,
    #[sqlx(json(nullable))]
    pub result: Option<serde_json::Value>,
    #[sqlx(json(nullable))]
    pub context: Option<serde_json::Value>,
    pub at: i64,
}

/// Every statement about a person, oldest first.
pub async fn statements(c: &mut Conn, person: &str) -> Result<Vec<StatementRow>> {
    c.all(sql!(
        "SELECT id, verb, object_kind, object, result, context, at FROM activity WHERE person = $1 ORDER BY at, id",
        person
    ))
    .await
}

#[derive(sqlx::FromRow)]
pub struct StateRow {
    pub resource: String,
    pub title: String,
    pub url: String,
    pub opened_at: Option<i64>,
    pub done_at: Option<i64>,
    pub saved_at: Option<i64>,
    pub hidden_at: Option<i64>,
}

/// Where a person stands with each resource. A title that is no longer shared with her is left empty.
pub async fn states(c: &mut Conn, person: &str, groups: &[String]) -> Result<Vec<StateRow>> {
    c.all(sql!(
        "SELECT s.resource, COALESCE(r.title, '') AS title, COALESCE(r.url, '') AS url, s.opened_at, s.done_at, s.saved_at,
                s.hidden_at
         FROM resource_state s LEFT JOIN resource r ON r.id = s.resource
              AND (r.audience IS NULL OR r.audience IN (SELECT atom FROM json_each($2)))
         WHERE s.person = $1 ORDER BY s.resource",
        person,
        json(groups)
    ))
    .await
}

/// (kind, subject, since)
pub async fn follows(c: &mut Conn, person: &str) -> Result<Vec<(String, String, i64)>> {
    c.all(sql!("SELECT subject_kind, subject, at FROM follow WHERE person = $1 ORDER BY at, subject", person)).await
}

/// An account of a learning system in which a person was recognised.
#[derive(sqlx::FromRow)]
pub struct AccountRow {
    /// The learning system's name.
    pub source: String,
    /// The account's id there.
    pub account: String,
    pub name: String,
    pub known_as: String,
    pub how: Option<String>,
    pub seen_at: i64,
}

/// Accounts of learning systems in which a person was recognised.
pub async fn learning_accounts(c: &mut Conn, person: &str) -> Result<Vec<AccountRow>> {
    c.all(sql!(
        "SELECT o.name AS source, a.external_id AS account, a.name, a.known_as, a.how, a.seen_at
         FROM source_person a JOIN origin o ON o.id = a.source
         WHERE a.person = $1 ORDER BY o.name, a.external_id",
        person
    ))
    .await
}

/// What the organisation numbers a person by.
pub async fn employee_number(c: &mut Conn, person: &str) -> Result<Option<String>> {
    let row: Option<(Option<String>,)> =
        c.opt(sql!("SELECT employee_number FROM person WHERE id = $1", person)).await?;
    Ok(row.and_then(|row| row.0))
}

/// (slug, title) of playlists that a person answers for.
pub async fn kept_playlists(c: &mut Conn, person: &str) -> Result<Vec<(String, String)>> {
    c.all(sql!("SELECT slug, title FROM playlist WHERE steward = $1 ORDER BY slug", person)).await
}

/// (when, what, object) of what a person did that the audit keeps.
pub async fn audited(c: &mut Conn, person: &str) -> Result<Vec<(i64, String, String)>> {
    c.all(sql!("SELECT at, action, object FROM audit WHERE actor = $1 ORDER BY id", person)).await
}
