//! Whom the claims are: the person bound to them, the one whose mail address they prove, or somebody new.

use super::model::Trouble;
use super::provider::Claims;
use super::store;
use crate::base::{AppError, Role, Scope};
use crate::directory::service::{self as directory, NewPerson, Person};
use crate::platform::db::Conn;
use crate::platform::{Issuer, audit, fault};
use serde_json::json;

/// A sign-in that did not work, or a fault of ours on the way.
#[derive(Debug)]
pub enum Failure {
    /// Told to the person.
    Trouble(Trouble),
    /// Logged already, or a database that does not answer.
    Fault(AppError),
}

impl From<Trouble> for Failure {
    fn from(trouble: Trouble) -> Self {
        Failure::Trouble(trouble)
    }
}

impl From<AppError> for Failure {
    fn from(error: AppError) -> Self {
        Failure::Fault(error)
    }
}

impl From<sqlx::Error> for Failure {
    fn from(error: sqlx::Error) -> Self {
        Failure::Fault(error.into())
    }
}

impl Failure {
    /// What the sign-in page says.
    pub fn trouble(&self) -> Trouble {
        match self {
            Failure::Trouble(trouble) => *trouble,
            Failure::Fault(_) => Trouble::Fault,
        }
    }
}

/// Finds or makes the person behind `claims`, binds the two for good, and sets roles and groups from the claims.
/// Answers the person's id.
pub async fn accept(tx: &mut Conn, name: &str, issuer: &Issuer, claims: &Claims, now: i64) -> Result<String, Failure> {
    if claims.subject.is_empty() || claims.subject.len() > 255 {
        return Err(Trouble::Token.into());
    }
    let person = match store::bound(tx, &issuer.address, &claims.subject).await? {
        Some(id) => directory::person(tx, &id).await?.ok_or_else(|| fault("a bound person is gone"))?.id,
        None => introduce(tx, name, issuer, claims, now).await?,
    };
    let active = directory::person(tx, &person).await?.is_some_and(|person| person.active);
    if !active {
        return Err(Trouble::Inactive.into());
    }
    let origin = format!("issuer:{name}");
    let claimed = claims.groups.clone().unwrap_or_default();
    let mut roles: Vec<Role> = claimed.iter().filter_map(|group| Role::parse(issuer.roles.get(group)?)).collect();
    roles.sort();
    roles.dedup();
    store::set_roles(tx, &person, &origin, &roles).await?;
    // A group that gives a role is no audience.
    let groups: Vec<String> = claimed.into_iter().filter(|group| !issuer.roles.contains_key(group)).collect();
    directory::set_claimed_groups(tx, &person, &origin, &groups).await?;
    Ok(person)
}

/// A first sign-in. Only an address that the provider has checked leads to a person, an existing or a new one: with an
/// unchecked address anybody could take somebody's place, or wait in it for an import to fill.
async fn introduce(tx: &mut Conn, name: &str, issuer: &Issuer, claims: &Claims, now: i64) -> Result<String, Failure> {
    let email = claims.email.as_deref().filter(|email| directory::is_email(email)).ok_or(Trouble::NoMail)?;
    if !claims.email_verified.unwrap_or(issuer.trust_email) {
        return Err(Trouble::Unverified.into());
    }
    let known = directory::person_by_email(tx, email).await?;
    let is_new = known.is_none();
    let id = match known {
        Some(Person { active: false, .. }) => return Err(Trouble::Inactive.into()),
        // The provider gave the address to somebody else: the person behind it here stays who she was.
        Some(Person { id, .. }) if store::has_account(tx, &id, &issuer.address).await? => {
            return Err(Trouble::Taken.into());
        }
        Some(Person { id, .. }) => id,
        None => add(tx, email, claims, now).await?,
    };
    store::bind(tx, &issuer.address, &claims.subject, &id, now).await?;
    let detail = json!({"issuer": name, "new": is_new});
    audit::record(tx, &Scope::system(), "identity.bind", &format!("person/{id}"), detail, now).await?;
    Ok(id)
}

async fn add(tx: &mut Conn, email: &str, claims: &Claims, now: i64) -> Result<String, Failure> {
    let name = claims.name.as_deref().unwrap_or_else(|| email.split('@').next().unwrap_or(email));
    let locale = claims.locale.as_deref().filter(|locale| directory::is_locale(locale)).unwrap_or("en");
    let time_zone = claims.time_zone.as_deref().filter(|zone| directory::is_time_zone(zone)).unwrap_or("UTC");
    Ok(directory::add_person(tx, NewPerson { email, name, locale, time_zone }, now).await?)
}
