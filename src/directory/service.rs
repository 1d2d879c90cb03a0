//! What other rooms ask of the directory, and the import of people.
//!
//! The reading functions take a connection and no scope: they are for rooms that have authorised already and know whom
//! they ask about (a manager's page asks for her own line, an audience for its groups).

pub use super::import::{is_email, is_locale, is_time_zone};

use super::import::{self, Known, Row};
use super::model::{Group, ImportReport, PersonRef};
use super::store;
use crate::base::{AppError, Res, Role, Scope};
use crate::platform::db::Conn;
use crate::platform::{Site, audit, new_id};
use serde_json::json;
use std::collections::{BTreeSet, HashMap};
use unicode_normalization::UnicodeNormalization;
use unicode_normalization::char::is_combining_mark;

/// A person as the portal itself handles one.
#[derive(Clone, Debug, PartialEq, Eq, sqlx::FromRow)]
pub struct Person {
    /// The person's id.
    pub id: String,
    /// In lower case; unique.
    pub email: String,
    /// Full name.
    pub name: String,
    /// May be empty.
    pub job_title: String,
    /// BCP 47.
    pub locale: String,
    /// IANA name.
    pub time_zone: String,
    /// Who is not active cannot sign in and is in nobody's team.
    pub active: bool,
}

/// A person of whom only the identity provider has told.
#[derive(Clone, Copy, Debug)]
pub struct NewPerson<'a> {
    /// In any case.
    pub email: &'a str,
    /// Full name.
    pub name: &'a str,
    /// BCP 47.
    pub locale: &'a str,
    /// IANA name.
    pub time_zone: &'a str,
}

/// A person in a list of everybody.
#[derive(Clone, Debug, PartialEq, Eq, sqlx::FromRow)]
pub struct Overview {
    /// The person's id.
    pub id: String,
    /// In lower case.
    pub email: String,
    /// Full name.
    pub name: String,
    /// May be empty.
    pub job_title: String,
    /// The team's name.
    pub team: Option<String>,
    /// How many active people report to the person directly.
    pub reports: i64,
}

/// The whole line below `manager`: reports, their reports and so on, not the manager. Active people, by name.
pub async fn reports(c: &mut Conn, manager: &str) -> Res<Vec<PersonRef>> {
    Ok(store::reports(c, manager).await?)
}

/// Of [`reports`], at most `limit` whose name, folded as [`folded`] does, holds `part`.
pub async fn reports_with(c: &mut Conn, manager: &str, part: &str, limit: i64) -> Res<Vec<PersonRef>> {
    Ok(store::reports_with(c, manager, part, limit).await?)
}

/// Whether `person` is in the line below `manager`; nobody is in one's own.
pub async fn oversees(c: &mut Conn, manager: &str, person: &str) -> Res<bool> {
    Ok(store::oversees(c, manager, person).await?)
}

/// Who reports to `manager` directly. Active people, by name.
pub async fn team(c: &mut Conn, manager: &str) -> Res<Vec<PersonRef>> {
    Ok(store::team(c, manager).await?)
}

/// Whether anybody reports to `person`.
pub async fn manages(c: &mut Conn, person: &str) -> Res<bool> {
    Ok(store::manages(c, person).await?)
}

/// Every group, by name.
pub async fn groups(c: &mut Conn) -> Res<Vec<Group>> {
    Ok(store::groups(c).await?)
}

/// The groups that `person` belongs to, by name.
pub async fn groups_of(c: &mut Conn, person: &str) -> Res<Vec<Group>> {
    Ok(store::groups_of(c, person).await?)
}

/// These people by name; ids that nobody has are left out.
pub async fn people(c: &mut Conn, ids: &[String]) -> Res<Vec<PersonRef>> {
    Ok(store::people(c, ids).await?)
}

/// All active people, by name.
pub async fn everyone(c: &mut Conn) -> Res<Vec<PersonRef>> {
    Ok(store::everyone(c).await?)
}

/// All active people with their teams, by name.
pub async fn overview(c: &mut Conn) -> Res<Vec<Overview>> {
    Ok(store::overview(c).await?)
}

/// The person with this mail address, in any case.
pub async fn by_email(c: &mut Conn, email: &str) -> Res<Option<PersonRef>> {
    Ok(store::by_email(c, &folded_email(email)).await?)
}

/// The person with this id, active or not.
pub async fn person(c: &mut Conn, id: &str) -> Res<Option<Person>> {
    Ok(store::person(c, id).await?)
}

/// The person with this mail address, active or not.
pub async fn person_by_email(c: &mut Conn, email: &str) -> Res<Option<Person>> {
    Ok(store::person_by_email(c, &folded_email(email)).await?)
}

/// Who of the active people has which of these mail addresses, in any case: by address in lower case.
pub async fn active_by_email(c: &mut Conn, emails: &[String]) -> Res<HashMap<String, Vec<String>>> {
    let folded: Vec<String> = emails.iter().map(|email| folded_email(email)).collect();
    Ok(gathered(store::active_by_email(c, &folded).await?))
}

/// Who of the active people has which of these employee numbers; two may have the same.
pub async fn active_by_number(c: &mut Conn, numbers: &[String]) -> Res<HashMap<String, Vec<String>>> {
    Ok(gathered(store::active_by_number(c, numbers).await?))
}

fn gathered(rows: Vec<(String, String)>) -> HashMap<String, Vec<String>> {
    let mut found: HashMap<String, Vec<String>> = HashMap::new();
    for (key, id) in rows {
        found.entry(key).or_default().push(id);
    }
    found
}

/// Adds a person without a team or a manager; for identity, at a first sign-in. Answers the id.
pub async fn add_person(tx: &mut Conn, new: NewPerson<'_>, now: i64) -> Res<String> {
    let email = folded_email(new.email);
    Ok(store::add(tx, &NewPerson { email: &email, ..new }, &folded(new.name), now).await?)
}

/// Makes the groups that `origin` (an issuer) says the person belongs to exactly `names`. What a team list or another
/// issuer says stays.
pub async fn set_claimed_groups(tx: &mut Conn, person: &str, origin: &str, names: &[String]) -> Res<()> {
    let groups = store::ensure_groups(tx, names, "claim").await?;
    let ids: Vec<String> = groups.into_iter().map(|group| group.id).collect();
    Ok(store::set_memberships(tx, person, origin, &ids).await?)
}

/// Lets a person in, or out: who is not active cannot sign in, and running sessions end.
pub async fn set_active(scope: &Scope, site: &Site, person: &str, active: bool) -> Res<()> {
    scope.require(Role::Operator)?;
    let now = site.now();
    let mut tx = site.begin().await?;
    if !store::set_active(&mut tx, person, active, now).await? {
        return Err(AppError::NotFound);
    }
    let action = if active { "person.activate" } else { "person.deactivate" };
    audit::record(&mut tx, scope, action, &format!("person/{person}"), json!({}), now).await?;
    Ok(tx.commit().await?)
}

/// [`set_active`] for who has this mail address; answers the person's name.
pub async fn set_active_by_email(scope: &Scope, site: &Site, email: &str, active: bool) -> Res<String> {
    scope.require(Role::Operator)?;
    let mut c = site.read().await?;
    let found = person_by_email(&mut c, email).await?.ok_or(AppError::NotFound)?;
    drop(c);
    set_active(scope, site, &found.id, active).await?;
    Ok(found.name)
}

/// Reads people from a CSV file with the columns `email,name,job_title,team,manager_email,locale,time_zone`, in any
/// order, and `employee_number` where the file has it. Every faulty row is named by line and field, and then nothing is kept. People are matched by mail address;
/// those whom the file does not name are left alone. Only operators and the command line may.
pub async fn import(scope: &Scope, site: &Site, csv: impl AsRef<[u8]>) -> Res<ImportReport> {
    scope.require(Role::Operator)?;
    let rows = import::parse(csv.as_ref())?;
    let now = site.now();
    let mut tx = site.begin().await?;
    let entries = store::entries(&mut tx).await?;
    import::check_lines(
        &rows,
        &entries
            .iter()
            .map(|e| Known { id: &e.id, email: &e.email, manager: e.manager.as_deref() })
            .collect::<Vec<_>>(),
    )?;
    let (report, writes) = plan(&rows, &entries);
    let teams: BTreeSet<String> = writes.iter().filter_map(|person| person.team.clone()).collect();
    store::ensure_groups(&mut tx, &teams.into_iter().collect::<Vec<_>>(), "team").await?;
    store::write(&mut tx, &writes, now).await?;
    audit::record(&mut tx, scope, "people.import", "directory", json!(report), now).await?;
    tx.commit().await?;
    Ok(report)
}

/// What of `rows` has to be written, given who is there.
fn plan(rows: &[Row], entries: &[store::Entry]) -> (ImportReport, Vec<store::Written>) {
    let known: HashMap<&str, &store::Entry> = entries.iter().map(|entry| (entry.email.as_str(), entry)).collect();
    let mut ids: HashMap<&str, String> = entries.iter().map(|entry| (entry.email.as_str(), entry.id.clone())).collect();
    for row in rows {
        ids.entry(&row.email).or_insert_with(new_id);
    }
    let mut report = ImportReport::default();
    let mut writes = Vec::new();
    for row in rows {
        let manager = row.manager.as_deref().and_then(|email| ids.get(email)).cloned();
        match known.get(row.email.as_str()) {
            Some(entry) if is_same(row, manager.as_deref(), entry) => {
                report.unchanged += 1;
                continue;
            }
            Some(_) => report.changed += 1,
            None => report.added += 1,
        }
        writes.push(store::Written {
            id: ids[row.email.as_str()].clone(),
            email: row.email.clone(),
            name: row.name.clone(),
            folded: folded(&row.name),
            job_title: row.job_title.clone(),
            manager,
            locale: row.locale.clone(),
            time_zone: row.time_zone.clone(),
            team: row.team.clone(),
            employee_number: match &row.employee_number {
                Some(number) => Some(number.clone()).filter(|number| !number.is_empty()),
                None => known.get(row.email.as_str()).and_then(|entry| entry.employee_number.clone()),
            },
        });
    }
    (report, writes)
}

fn is_same(row: &Row, manager: Option<&str>, entry: &store::Entry) -> bool {
    entry.name == row.name
        && entry.job_title == row.job_title
        && entry.locale == row.locale
        && entry.time_zone == row.time_zone
        && entry.manager.as_deref() == manager
        && entry.team == row.team
        && row
            .employee_number
            .as_deref()
            .is_none_or(|told| entry.employee_number.as_deref().unwrap_or_default() == told)
}

/// A mail address as it is stored and compared.
pub fn folded_email(email: &str) -> String {
    email.trim().to_lowercase()
}

/// A name as it is sorted and searched: lower case, without accents.
pub fn folded(name: &str) -> String {
    name.nfkd().filter(|c| !is_combining_mark(*c)).flat_map(char::to_lowercase).collect()
}
