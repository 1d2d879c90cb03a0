//! SQL of people, groups, memberships and reporting lines.

use super::model::{Group, PersonRef};
use super::service::{NewPerson, Overview, Person};
use crate::platform::db::{Conn, Result, json};
use crate::platform::new_id;
use crate::sql;
use serde::Serialize;

/// A person with the team, as an import compares one.
#[derive(Clone, Debug, sqlx::FromRow)]
pub struct Entry {
    pub id: String,
    pub email: String,
    pub name: String,
    pub job_title: String,
    pub manager: Option<String>,
    pub locale: String,
    pub time_zone: String,
    pub team: Option<String>,
    pub employee_number: Option<String>,
}

/// A person as an import writes one.
#[derive(Clone, Debug, Serialize)]
pub struct Written {
    pub id: String,
    pub email: String,
    pub name: String,
    pub folded: String,
    pub job_title: String,
    pub manager: Option<String>,
    pub locale: String,
    pub time_zone: String,
    pub team: Option<String>,
    pub employee_number: Option<String>,
}

type Ref = (String, String, String);

fn refs(rows: Vec<Ref>) -> Vec<PersonRef> {
    rows.into_iter().map(|(id, name, job_title)| PersonRef { id, name, job_title }).collect()
}

pub async fn reports(c: &mut Conn, manager: &str) -> Result<Vec<PersonRef>> {
    // UNION drops who was reached already, so a cycle in the data ends by itself.
    let rows = c.all(sql!(
        "WITH RECURSIVE below (id) AS (
             SELECT id FROM person WHERE manager = $1
             UNION SELECT p.id FROM person p JOIN below b ON p.manager = b.id)
         SELECT p.id, p.name, p.job_title FROM below b JOIN person p ON p.id = b.id
         WHERE p.active AND p.id <> $1 ORDER BY p.folded, p.id",
        manager
    ));
    Ok(refs(rows.await?))
}

/// Of those in the line below `manager`, at most `limit` whose folded name holds `part`.
pub async fn reports_with(c: &mut Conn, manager: &str, part: &str, limit: i64) -> Result<Vec<PersonRef>> {
    let part = part.replace('\\', "\\\\").replace('%', "\\%").replace('_', "\\_");
    let rows = c.all(sql!(
        "WITH RECURSIVE below (id) AS (
             SELECT id FROM person WHERE manager = $1
             UNION SELECT p.id FROM person p JOIN below b ON p.manager = b.id)
         SELECT p.id, p.name, p.job_title FROM below b JOIN person p ON p.id = b.id
         WHERE p.active AND p.id <> $1 AND p.folded LIKE $2 ESCAPE '\\' ORDER BY p.folded, p.id LIMIT $3",
        manager,
        format!("%{part}%"),
        limit
    ));
    Ok(refs(rows.await?))
}

pub async fn oversees(c: &mut Conn, manager: &str, person: &str) -> Result<bool> {
    // Upwards from the person: a line is short, a subtree may be large.
    let found: Option<(String,)> = c
        .opt(sql!(
            "WITH RECURSIVE above (id) AS (
                 SELECT manager FROM person WHERE id = $2 AND manager IS NOT NULL
                 UNION SELECT p.manager FROM person p JOIN above a ON p.id = a.id WHERE p.manager IS NOT NULL)
             SELECT id FROM above WHERE id = $1 AND id <> $2",
            manager,
            person
        ))
        .await?;
    Ok(found.is_some())
}

pub async fn team(c: &mut Conn, manager: &str) -> Result<Vec<PersonRef>> {
    let rows = c.all(sql!(
        "SELECT id, name, job_title FROM person WHERE manager = $1 AND active AND id <> $1 ORDER BY folded, id",
        manager
    ));
    Ok(refs(rows.await?))
}

pub async fn manages(c: &mut Conn, person: &str) -> Result<bool> {
    let found: Option<(String,)> =
        c.opt(sql!("SELECT id FROM person WHERE manager = $1 AND active AND id <> $1 LIMIT 1", person)).await?;
    Ok(found.is_some())
}

pub async fn people(c: &mut Conn, ids: &[String]) -> Result<Vec<PersonRef>> {
    let rows = c.all(sql!(
        "SELECT id, name, job_title FROM person WHERE id IN (SELECT atom FROM json_each($1)) ORDER BY folded, id",
        json(ids)
    ));
    Ok(refs(rows.await?))
}

pub async fn everyone(c: &mut Conn) -> Result<Vec<PersonRef>> {
    Ok(refs(c.all(sql!("SELECT id, name, job_title FROM person WHERE active ORDER BY folded, id")).await?))
}

pub async fn overview(c: &mut Conn) -> Result<Vec<Overview>> {
    c.all(sql!(
        "SELECT p.id, p.email, p.name, p.job_title,
             (SELECT MIN(g.name) FROM membership m JOIN people_group g ON g.id = m.people_group
              WHERE m.person = p.id AND g.origin = 'team') AS team,
             (SELECT COUNT(*) FROM person q WHERE q.manager = p.id AND q.active AND q.id <> p.id) AS reports
         FROM person p WHERE p.active ORDER BY p.folded, p.id"
    ))
    .await
}

pub async fn by_email(c: &mut Conn, email: &str) -> Result<Option<PersonRef>> {
    let row: Option<Ref> = c.opt(sql!("SELECT id, name, job_title FROM person WHERE email = $1", email)).await?;
    Ok(row.map(|row| refs(vec![row]).remove(0)))
}

/// Active people with one of these mail addresses: address, id.
pub async fn active_by_email(c: &mut Conn, emails: &[String]) -> Result<Vec<(String, String)>> {
    c.all(sql!(
        "SELECT email, id FROM person WHERE email IN (SELECT atom FROM json_each($1)) AND active ORDER BY id",
        json(emails)
    ))
    .await
}

/// Active people with one of these employee numbers: number, id. Nothing keeps two from having the same.
pub async fn active_by_number(c: &mut Conn, numbers: &[String]) -> Result<Vec<(String, String)>> {
    c.all(sql!(
        "SELECT employee_number, id FROM person
         WHERE employee_number IN (SELECT atom FROM json_each($1)) AND active ORDER BY id",
        json(numbers)
    ))
    .await
}

pub async fn groups(c: &mut Conn) -> Result<Vec<Group>> {
    let rows: Vec<(String, String)> = c.all(sql!("SELECT id, name FROM people_group ORDER BY name")).await?;
    Ok(rows.into_iter().map(|(id, name)| Group { id, name }).collect())
}

pub async fn groups_of(c: &mut Conn, person: &str) -> Result<Vec<Group>> {
    let rows: Vec<(String, String)> = c
        .all(sql!(
            "SELECT g.id, g.name FROM membership m JOIN people_group g ON g.id = m.people_group
             WHERE m.person = $1 ORDER BY g.name",
            person
        ))
        .await?;
    Ok(rows.into_iter().map(|(id, name)| Group { id, name }).collect())
}

pub async fn person(c: &mut Conn, id: &str) -> Result<Option<Person>> {
    c.opt(sql!("SELECT id, email, name, job_title, locale, time_zone, active FROM person WHERE id = $1", id)).await
}

pub async fn person_by_email(c: &mut Conn, email: &str) -> Result<Option<Person>> {
    c.opt(sql!("SELECT id, email, name, job_title, locale, time_zone, active FROM person WHERE email = $1", email))
        .await
}

pub async fn add(tx: &mut Conn, new: &NewPerson<'_>, folded: &str, now: i64) -> Result<String> {
    let id = new_id();
    tx.run(sql!(
        "INSERT INTO person (id, email, name, folded, job_title, manager, locale, time_zone, active, created_at, updated_at)
         VALUES ($1, $2, $3, $4, '', NULL, $5, $6, TRUE, $7, $7)",
        &id,
        new.email,
        new.name,
        folded,
        new.locale,
        new.time_zone,
        now
    ))
    .await?;
    Ok(id)
}

pub async fn set_active(tx: &mut Conn, person: &str, active: bool, now: i64) -> Result<bool> {
    let rows =
        tx.run(sql!("UPDATE person SET active = $2, updated_at = $3 WHERE id = $1", person, active, now)).await?;
    Ok(rows == 1)
}

/// Makes the groups of these names exist; answers all of them.
pub async fn ensure_groups(tx: &mut Conn, names: &[String], origin: &str) -> Result<Vec<Group>> {
    let rows: Vec<_> = names.iter().map(|name| serde_json::json!({"id": new_id(), "name": name})).collect();
    tx.run(sql!(
        "INSERT INTO people_group (id, name, origin)
         SELECT value ->> 'id', value ->> 'name', $2 FROM json_each($1) WHERE true ON CONFLICT (name) DO NOTHING",
        json(&rows),
        origin
    ))
    .await?;
    let rows: Vec<(String, String)> = tx
        .all(sql!(
            "SELECT id, name FROM people_group WHERE name IN (SELECT atom FROM json_each($1)) ORDER BY name",
            json(names)
        ))
        .await?;
    Ok(rows.into_iter().map(|(id, name)| Group { id, name }).collect())
}

/// The memberships of `origin` become exactly `groups` (ids); memberships of other origins stay.
pub async fn set_memberships(tx: &mut Conn, person: &str, origin: &str, groups: &[String]) -> Result<()> {
    tx.run(sql!(
        "DELETE FROM membership WHERE person = $1 AND origin = $2
         AND people_group NOT IN (SELECT atom FROM json_each($3))",
        person,
        origin,
        json(groups)
    ))
    .await?;
    tx.run(sql!(
        "INSERT INTO membership (people_group, person, origin)
         SELECT atom, $1, $2 FROM json_each($3) WHERE true ON CONFLICT (people_group, person) DO NOTHING",
        person,
        origin,
        json(groups)
    ))
    .await
    .map(drop)
}

/// Everybody, as an import compares them.
pub async fn entries(c: &mut Conn) -> Result<Vec<Entry>> {
    c.all(sql!(
        "SELECT p.id, p.email, p.name, p.job_title, p.manager, p.locale, p.time_zone, p.employee_number,
             MIN(g.name) AS team
         FROM person p LEFT JOIN membership m ON m.person = p.id AND m.origin = 'import'
         LEFT JOIN people_group g ON g.id = m.people_group
         GROUP BY p.id, p.email, p.name, p.job_title, p.manager, p.locale, p.time_zone, p.employee_number
         ORDER BY p.id"
    ))
    .await
}

/// Adds and changes people and moves them to their teams. Managers among them may come in any order: both engines
/// check references at the end of the statement.
pub async fn write(tx: &mut Conn, people: &[Written], now: i64) -> Result<()> {
    tx.run(sql!(
        "INSERT INTO person (id, email, name, folded, job_title, manager, locale, time_zone, active, created_at, updated_at,
             employee_number)
         SELECT value ->> 'id', value ->> 'email', value ->> 'name', value ->> 'folded', value ->> 'job_title',
                value ->> 'manager', value ->> 'locale', value ->> 'time_zone', TRUE,
                CAST($2 AS BIGINT), CAST($2 AS BIGINT), value ->> 'employee_number'
         FROM json_each($1) WHERE true
         ON CONFLICT (id) DO UPDATE SET name = excluded.name, folded = excluded.folded, job_title = excluded.job_title,
             manager = excluded.manager, locale = excluded.locale, time_zone = excluded.time_zone,
             updated_at = excluded.updated_at, employee_number = excluded.employee_number",
        json(people),
        now
    ))
    .await?;
    tx.run(sql!(
        "DELETE FROM membership WHERE origin = 'import' AND person IN (SELECT value ->> 'id' FROM json_each($1))",
        json(people)
    ))
    .await?;
    tx.run(sql!(
        "INSERT INTO membership (people_group, person, origin)
         SELECT g.id, value ->> 'id', 'import' FROM json_each($1) JOIN people_group g ON g.name = value ->> 'team'
         WHERE true ON CONFLICT (people_group, person) DO UPDATE SET origin = excluded.origin",
        json(people)
    ))
    .await
    .map(drop)
}
