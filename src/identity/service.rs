//! What the rest of the house asks of identity: the gate before every request, the routes, the ways in, the way in
//! without a provider, and ending sessions.

pub use super::gate::guarded;
pub use super::routes::routes;

use super::accept::Failure;
use super::model::{IssuerLink, SignIn, Trouble};
use super::session::{self, Arrival};
use super::store;
use crate::base::{AppError, MINUTE, Res, Role, Scope};
use crate::directory::service as directory;
use crate::platform::crypto::{sha256, token};
use crate::platform::db::Conn;
use crate::platform::{Site, audit};
use serde_json::json;

/// Stands where a session names its issuer, for sessions that a link from the command line began.
pub const BY_LINK: &str = "sign-in link";
/// How long such a link works.
const LINK_LIFE: i64 = 15 * MINUTE;

/// What the sign-in page shows; anybody may see it.
pub fn sign_in(site: &Site, to: &str, problem: &str) -> SignIn {
    let to = super::model::safe_path(to);
    let issuers = site.config.issuers.iter().map(|(name, issuer)| {
        let label = if issuer.label.is_empty() { name } else { &issuer.label };
        let path = format!("/sign-in/{name}");
        let query = url::form_urlencoded::Serializer::new(String::new()).append_pair("to", to).finish();
        IssuerLink { label: label.clone(), href: if to == "/" { path } else { format!("{path}?{query}") } }
    });
    SignIn { issuers: issuers.collect(), trouble: Trouble::parse(problem) }
}

/// Makes an address that signs in the person with this mail address, once, within a quarter of an hour; with `role`
/// the person also gets that role, for a portal that has no operator yet. Only for the command line: whoever can run it
/// owns the database anyway. Loudly recorded, here and when it is used.
pub async fn sign_in_link(scope: &Scope, site: &Site, email: &str, role: Option<Role>) -> Res<String> {
    if *scope != Scope::System {
        return Err(AppError::Forbidden);
    }
    let (token, now) = (token(), site.now());
    let mut tx = site.begin().await?;
    let person = directory::person_by_email(&mut tx, email).await?.filter(|person| person.active);
    let Some(person) = person else {
        let texts = &crate::base::t().identity;
        return Err(AppError::invalid("email", texts.nobody));
    };
    if let Some(role) = role {
        store::give_role(&mut tx, &person.id, "command line", role).await?;
    }
    store::add_link(&mut tx, &sha256(&token), &person.id, now + LINK_LIFE).await?;
    let detail = json!({"email": person.email, "role": role.map(Role::as_str)});
    audit::record(&mut tx, scope, "sign-in-link.make", &format!("person/{}", person.id), detail, now).await?;
    tx.commit().await?;
    tracing::warn!(person = person.id, "a sign-in link was made on the command line");
    Ok(format!("{}/sign-in/link/{token}", site.config.server.public_address))
}

/// Uses such a link up; answers the new session's token.
pub async fn use_link(site: &Site, link: &str, agent: &str, earlier: Option<&str>) -> Result<String, Failure> {
    let now = site.now();
    let mut tx = site.begin().await?;
    let taken = store::take_link(&mut tx, &sha256(link)).await?;
    let person = match taken {
        Some((person, expires_at)) if expires_at > now => person,
        _ => {
            tx.commit().await?;
            return Err(Trouble::Link.into());
        }
    };
    if !directory::person(&mut tx, &person).await?.is_some_and(|person| person.active) {
        return Err(Trouble::Inactive.into());
    }
    let detail = json!({"agent": agent.chars().take(200).collect::<String>()});
    audit::record(&mut tx, &Scope::system(), "sign-in-link.use", &format!("person/{person}"), detail, now).await?;
    let arrival = Arrival { person: &person, issuer: BY_LINK, id_token: "", agent, earlier };
    let token = session::start(&mut tx, site, &arrival).await?;
    tx.commit().await?;
    tracing::warn!(person, "a sign-in link was used");
    Ok(token)
}

/// Active people who have `role`, by id; for rooms that tell them something.
pub async fn holders(c: &mut Conn, role: Role) -> Res<Vec<String>> {
    Ok(store::holders(c, role).await?)
}

/// Ends every session of `person` but the one whose token is `kept`. For the person, and for operators.
pub async fn end_sessions(scope: &Scope, site: &Site, person: &str, kept: Option<&str>) -> Res<u64> {
    if scope.viewer().is_none_or(|viewer| viewer.id != person) {
        scope.require(Role::Operator)?;
    }
    let mut tx = site.begin().await?;
    let ended = store::end_all(&mut tx, person, &kept.map(sha256).unwrap_or_default()).await?;
    let detail = json!({"sessions": ended});
    audit::record(&mut tx, scope, "session.end-all", &format!("person/{person}"), detail, site.now()).await?;
    tx.commit().await?;
    Ok(ended)
}

/// Removes sessions and sign-ins that have expired; answers how many sessions. For the scheduler.
pub async fn sweep(site: &Site) -> Res<u64> {
    let mut tx = site.begin().await?;
    let ended = session::sweep(&mut tx, site).await?;
    tx.commit().await?;
    Ok(ended)
}
