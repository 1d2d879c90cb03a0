//! Sessions: a random token in a cookie, its hash and a row in the database.

use super::store;
use crate::base::{DAY, HOUR, MINUTE, Res, Scope, Viewer};
use crate::platform::crypto::{sha256, token};
use crate::platform::db::Conn;
use crate::platform::{Site, audit};
use serde_json::json;

/// How exact `seen_at` is: not every request writes.
const TOUCH: i64 = MINUTE;
/// How long an abandoned sign-in is kept, so that it can be told from one that never was.
const BEGUN_KEPT: i64 = HOUR;

/// How somebody came in.
pub struct Arrival<'a> {
    /// Who.
    pub person: &'a str,
    /// The issuer's name in the configuration, or [`super::service::BY_LINK`].
    pub issuer: &'a str,
    /// Kept, sealed, to end the provider's session too; may be empty.
    pub id_token: &'a str,
    /// The browser's own description.
    pub agent: &'a str,
    /// The token of the session that this browser had.
    pub earlier: Option<&'a str>,
}

/// A session that has ended here.
pub struct Ended {
    /// The issuer's name in the configuration.
    pub issuer: String,
    /// What tells the provider whose session to end; empty if there was none.
    pub id_token: String,
}

/// Starts a session and answers its token. The browser's earlier session ends, so that nobody can plant one.
pub async fn start(tx: &mut Conn, site: &Site, arrival: &Arrival<'_>) -> Res<String> {
    let (token, now) = (token(), site.now());
    let hash = sha256(&token);
    let sealed = site.keeper.seal(&owner(&hash), arrival.id_token).map_err(crate::platform::fault)?;
    let agent: String = arrival.agent.chars().filter(|c| !c.is_control()).take(200).collect();
    if let Some(earlier) = arrival.earlier {
        store::take_session(tx, &sha256(earlier)).await?;
    }
    sweep(tx, site).await?;
    store::add_session(tx, &hash, arrival.person, (arrival.issuer, &sealed, &agent), now).await?;
    if let Some(viewer) = find(tx, site, &hash).await?.map(store::Found::viewer) {
        let object = format!("person/{}", arrival.person);
        let detail = json!({"issuer": arrival.issuer});
        audit::record(tx, &Scope::Person(viewer), "session.start", &object, detail, now).await?;
    }
    Ok(token)
}

/// Who is behind `token`, if its session still runs. At most once a minute it writes that the session was used.
pub async fn load(site: &Site, token: &str) -> Res<Option<Viewer>> {
    let (hash, now) = (sha256(token), site.now());
    let mut c = site.read().await?;
    let Some(found) = find(&mut c, site, &hash).await? else { return Ok(None) };
    drop(c);
    if now - found.seen_at >= TOUCH {
        let mut tx = site.begin().await?;
        store::touch(&mut tx, &hash, now).await?;
        tx.commit().await?;
    }
    Ok(Some(found.viewer()))
}

/// Ends the session of `token`.
pub async fn end(site: &Site, token: &str) -> Res<Option<Ended>> {
    let hash = sha256(token);
    let mut tx = site.begin().await?;
    let taken = store::take_session(&mut tx, &hash).await?;
    tx.commit().await?;
    let Some((_, issuer, sealed)) = taken else { return Ok(None) };
    // A changed key costs the hint, not the sign-out.
    let id_token = site.keeper.open(&owner(&hash), &sealed).unwrap_or_default();
    Ok(Some(Ended { issuer, id_token }))
}

/// Removes what has expired; answers how many sessions that were.
pub async fn sweep(tx: &mut Conn, site: &Site) -> Res<u64> {
    let now = site.now();
    let (seen, made) = limits(site);
    Ok(store::sweep(tx, seen, made, now - BEGUN_KEPT, now).await?)
}

async fn find(c: &mut Conn, site: &Site, hash: &str) -> Res<Option<store::Found>> {
    let (seen, made) = limits(site);
    Ok(store::session(c, hash, seen, made).await?)
}

/// Sessions that were seen and made after these points run.
fn limits(site: &Site) -> (i64, i64) {
    let session = &site.config.session;
    (site.now() - session.idle_hours * HOUR, site.now() - session.life_days * DAY)
}

fn owner(hash: &str) -> String {
    format!("session/{hash}")
}
