//! SQL of sessions, sign-ins under way, bound identities, roles.

use crate::base::{Role, Viewer};
use crate::platform::db::{Conn, Result, json};
use crate::sql;

/// A session with the person behind it.
#[derive(Clone, Debug, sqlx::FromRow)]
pub struct Found {
    pub seen_at: i64,
    pub person: String,
    pub email: String,
    pub name: String,
    pub locale: String,
    pub time_zone: String,
    pub roles: Option<String>,
    pub group_ids: Option<String>,
    pub manages: bool,
}

impl Found {
    /// As pages see the person.
    pub fn viewer(self) -> Viewer {
        let list = |text: Option<String>| -> Vec<String> {
            text.map(|text| text.split(',').map(str::to_owned).collect()).unwrap_or_default()
        };
        let mut roles: Vec<Role> = list(self.roles).iter().filter_map(|name| Role::parse(name)).collect();
        roles.sort();
        Viewer {
            id: self.person,
            name: self.name,
            email: self.email,
            locale: self.locale,
            time_zone: self.time_zone,
            roles,
            groups: list(self.group_ids),
            manages: self.manages,
        }
    }
}

/// The running session with this hash: one question for everything that a request has to know of the person.
pub async fn session(c: &mut Conn, hash: &str, seen_after: i64, made_after: i64) -> Result<Option<Found>> {
    c.opt(sql!(
        "SELECT s.seen_at, p.id AS person, p.email, p.name, p.locale, p.time_zone,
             (SELECT string_agg(r.role, ',') FROM person_role r WHERE r.person = p.id) AS roles,
             (SELECT string_agg(m.people_group, ',') FROM membership m WHERE m.person = p.id) AS group_ids,
             EXISTS (SELECT 1 FROM person q WHERE q.manager = p.id AND q.active AND q.id <> p.id) AS manages
         FROM session s JOIN person p ON p.id = s.person
         WHERE s.token_hash = $1 AND s.seen_at > $2 AND s.created_at > $3 AND p.active",
        hash,
        seen_after,
        made_after
    ))
    .await
}

pub async fn add_session(tx: &mut Conn, hash: &str, person: &str, from: (&str, &str, &str), now: i64) -> Result<()> {
    let (issuer, id_token, agent) = from;
    tx.run(sql!(
        "INSERT INTO session (token_hash, person, issuer, id_token, agent, created_at, seen_at)
         VALUES ($1, $2, $3, $4, $5, $6, $6)",
        hash,
        person,
        issuer,
        id_token,
        agent,
        now
    ))
    .await
    .map(drop)
}

pub async fn touch(tx: &mut Conn, hash: &str, now: i64) -> Result<()> {
    tx.run(sql!("UPDATE session SET seen_at = $2 WHERE token_hash = $1 AND seen_at < $2", hash, now)).await.map(drop)
}

/// Ends a session; answers its issuer and sealed id token.
pub async fn take_session(tx: &mut Conn, hash: &str) -> Result<Option<(String, String, String)>> {
    tx.opt(sql!("DELETE FROM session WHERE token_hash = $1 RETURNING person, issuer, id_token", hash)).await
}

/// Ends the person's sessions, all but the one with the hash `kept`.
pub async fn end_all(tx: &mut Conn, person: &str, kept: &str) -> Result<u64> {
    tx.run(sql!("DELETE FROM session WHERE person = $1 AND token_hash <> $2", person, kept)).await
}

pub async fn sweep(tx: &mut Conn, seen_before: i64, made_before: i64, begun_before: i64, now: i64) -> Result<u64> {
    let ended =
        tx.run(sql!("DELETE FROM session WHERE seen_at <= $1 OR created_at <= $2", seen_before, made_before)).await?;
    tx.run(sql!("DELETE FROM sign_in WHERE created_at <= $1", begun_before)).await?;
    tx.run(sql!("DELETE FROM sign_in_link WHERE expires_at <= $1", now)).await?;
    Ok(ended)
}

/// A sign-in under way.
#[derive(Clone, Debug, sqlx::FromRow)]
pub struct Begun {
    pub browser_hash: String,
    pub issuer: String,
    pub nonce: String,
    pub verifier: String,
    pub return_to: String,
    pub created_at: i64,
}

pub async fn add_sign_in(tx: &mut Conn, state_hash: &str, begun: &Begun) -> Result<()> {
    tx.run(sql!(
        "INSERT INTO sign_in (state_hash, browser_hash, issuer, nonce, verifier, return_to, created_at)
         VALUES ($1, $2, $3, $4, $5, $6, $7)",
        state_hash,
        &begun.browser_hash,
        &begun.issuer,
        &begun.nonce,
        &begun.verifier,
        &begun.return_to,
        begun.created_at
    ))
    .await
    .map(drop)
}

/// Reads a sign-in and removes it in one statement: of two callers with the same state, one gets it.
pub async fn take_sign_in(tx: &mut Conn, state_hash: &str) -> Result<Option<Begun>> {
    tx.opt(sql!(
        "DELETE FROM sign_in WHERE state_hash = $1
         RETURNING browser_hash, issuer, nonce, verifier, return_to, created_at",
        state_hash
    ))
    .await
}

pub async fn add_link(tx: &mut Conn, hash: &str, person: &str, expires_at: i64) -> Result<()> {
    tx.run(sql!(
        "INSERT INTO sign_in_link (token_hash, person, expires_at) VALUES ($1, $2, $3)",
        hash,
        person,
        expires_at
    ))
    .await
    .map(drop)
}

pub async fn take_link(tx: &mut Conn, hash: &str) -> Result<Option<(String, i64)>> {
    tx.opt(sql!("DELETE FROM sign_in_link WHERE token_hash = $1 RETURNING person, expires_at", hash)).await
}

pub async fn bound(c: &mut Conn, issuer: &str, subject: &str) -> Result<Option<String>> {
    let row: Option<(String,)> =
        c.opt(sql!("SELECT person FROM identity WHERE issuer = $1 AND subject = $2", issuer, subject)).await?;
    Ok(row.map(|row| row.0))
}

/// Whether `person` has an account of this issuer already.
pub async fn has_account(c: &mut Conn, person: &str, issuer: &str) -> Result<bool> {
    let row: Option<(String,)> =
        c.opt(sql!("SELECT subject FROM identity WHERE person = $1 AND issuer = $2 LIMIT 1", person, issuer)).await?;
    Ok(row.is_some())
}

pub async fn bind(tx: &mut Conn, issuer: &str, subject: &str, person: &str, now: i64) -> Result<()> {
    tx.run(sql!(
        "INSERT INTO identity (issuer, subject, person, created_at) VALUES ($1, $2, $3, $4)",
        issuer,
        subject,
        person,
        now
    ))
    .await
    .map(drop)
}

/// The roles that `origin` gives become exactly `roles`; those of other origins stay.
pub async fn set_roles(tx: &mut Conn, person: &str, origin: &str, roles: &[Role]) -> Result<()> {
    let names: Vec<&str> = roles.iter().map(|role| role.as_str()).collect();
    tx.run(sql!(
        "DELETE FROM person_role WHERE person = $1 AND origin = $2 AND role NOT IN (SELECT atom FROM json_each($3))",
        person,
        origin,
        json(&names)
    ))
    .await?;
    tx.run(sql!(
        "INSERT INTO person_role (person, role, origin)
         SELECT $1, atom, $2 FROM json_each($3) WHERE true ON CONFLICT (person, role) DO NOTHING",
        person,
        origin,
        json(&names)
    ))
    .await
    .map(drop)
}

/// Active people who have `role`.
pub async fn holders(c: &mut Conn, role: Role) -> Result<Vec<String>> {
    let rows: Vec<(String,)> = c
        .all(sql!(
            "SELECT r.person FROM person_role r JOIN person p ON p.id = r.person
             WHERE r.role = $1 AND p.active ORDER BY r.person",
            role.as_str()
        ))
        .await?;
    Ok(rows.into_iter().map(|row| row.0).collect())
}

pub async fn give_role(tx: &mut Conn, person: &str, origin: &str, role: Role) -> Result<()> {
    tx.run(sql!(
        "INSERT INTO person_role (person, role, origin) VALUES ($1, $2, $3)
         ON CONFLICT (person, role) DO UPDATE SET origin = excluded.origin",
        person,
        role.as_str(),
        origin
    ))
    .await
    .map(drop)
}
