//! Leaving by a link in a mail, without signing in: the link holds a token that only we can make, which says whose mail it
//! was and what about. It is sealed with the portal's key (AES-GCM), so that a forged or altered one does not open, and
//! nobody reads a person's id in it. It does not run out: old mail has to let its reader go as well.
//!
//! RFC 8058 (one click): a mailbox posts `List-Unsubscribe=One-Click` to the link's address, without cookies and without
//! following redirects. RFC 2369: the same address by GET is a page for people, which changes nothing by itself, because
//! programs that look for malware open links too.

use super::model::{Kind, Preference, Rhythm, Subject, UnsubscribeView, veiled, why};
use super::store::{self, Outgoing};
use crate::base::{AppError, Res, Scope, t};
use crate::directory::service as directory;
use crate::platform::db::Conn;
use crate::platform::{Site, audit, fault};
use serde_json::json;

/// What the token is bound to: a sealed text of another purpose does not pass for one.
const OWNER: &str = "notify/unsubscribe";

/// What a mail's link is about: the kind of its notices, every digest where it holds several kinds.
pub(super) fn subject(due: &[Outgoing]) -> Subject {
    let is_digest = due.iter().any(|d| Rhythm::parse(&d.rhythm).is_some_and(Rhythm::is_digest));
    match due.first().and_then(|d| Kind::parse(&d.kind)) {
        Some(kind) if !is_digest => Subject::Kind(kind),
        _ => Subject::Digests,
    }
}

/// The token for a person's mail about `subject`, safe in an address.
pub fn token(site: &Site, person: &str, subject: &Subject) -> Res<String> {
    let sealed = site.keeper.seal(OWNER, &format!("{} {person}", subject.as_str())).map_err(fault)?;
    Ok(sealed.replace('+', "-").replace('/', "_").trim_end_matches('=').to_owned())
}

/// Whose mail it is, and what about. What we did not make is not found.
fn read(site: &Site, token: &str) -> Res<(String, Subject)> {
    let invalid = || AppError::invalid("", t().notify.unsubscribe_invalid);
    let mut sealed = token.replace('-', "+").replace('_', "/");
    while !sealed.len().is_multiple_of(4) {
        sealed.push('=');
    }
    let plain = site.keeper.open(OWNER, &sealed).map_err(|_| invalid())?;
    let (subject, person) = plain.split_once(' ').ok_or_else(invalid)?;
    Ok((person.to_owned(), Subject::parse(subject).ok_or_else(invalid)?))
}

/// The page for people. The token is what authorises: whoever has the mail may.
pub async fn view(site: &Site, token: &str) -> Res<UnsubscribeView> {
    let (person, subject) = read(site, token)?;
    let mut c = site.read().await?;
    let found = directory::person(&mut c, &person).await?.ok_or(AppError::NotFound)?;
    let on = concerned(&mut c, &person, &subject, false).await?.iter().any(|(_, now)| now.mail != Rhythm::Off);
    Ok(UnsubscribeView { subject, email: veiled(&found.email), on })
}

/// Stops mail about the token's subject, or (`again`) has it sent after all.
pub async fn set(site: &Site, token: &str, again: bool) -> Res<()> {
    let (person, subject) = read(site, token)?;
    let now = site.now();
    let mut tx = site.begin().await?;
    directory::person(&mut tx, &person).await?.ok_or(AppError::NotFound)?;
    for (kind, before) in concerned(&mut tx, &person, &subject, again).await? {
        let mail = match (again, kind.usual().mail) {
            (false, _) => Rhythm::Off,
            (true, Rhythm::Off) => Rhythm::Now,
            (true, usual) => usual,
        };
        if mail == before.mail || (again && before.mail != Rhythm::Off) {
            continue;
        }
        store::set_preference(&mut tx, &person, kind, Preference { mail, ..before }, now).await?;
        if mail == Rhythm::Off {
            store::suppress(&mut tx, &person, kind.as_str(), why::PREFERENCE, now).await?;
        }
    }
    let (action, detail) =
        (if again { "mail.resubscribe" } else { "mail.unsubscribe" }, json!({"about": subject.as_str()}));
    audit::record(&mut tx, &Scope::system(), action, &format!("person/{person}"), detail, now).await?;
    Ok(tx.commit().await?)
}

/// Kinds that the subject is about, as the person has them now. Of digests: those that come in one, or (`again`) would
/// come in one.
async fn concerned(c: &mut Conn, person: &str, subject: &Subject, again: bool) -> Res<Vec<(Kind, Preference)>> {
    let said = store::preferences(c, person).await?;
    let now = |kind: Kind| said.iter().find(|(known, _)| *known == kind).map_or(kind.usual(), |(_, said)| *said);
    let is_meant = |kind: Kind| match subject {
        Subject::Kind(only) => *only == kind,
        Subject::Digests => (if again { kind.usual() } else { now(kind) }).mail.is_digest(),
    };
    let kinds = Kind::ALL.into_iter().filter(|kind| kind.mails() && is_meant(*kind));
    Ok(kinds.map(|kind| (kind, now(kind))).collect())
}
