//! Sending mail and writing down what became of it; trying again; the alarm when it fails; the operators' page.
//!
//! A letter is sent outside any transaction and settled after it. A process that dies in between sends it a second time,
//! under the same message id, so that mailboxes show it once; none is lost. Only a digest whose first notice was read in
//! between is another letter, since what is left of it is not the same.

use super::model::{DeliveryRow, Kind, MailView, Rhythm, Standing, State, Words, kind_name, why};
use super::plan::wanted;
use super::service::{TRIES_MAX, mail_state, tell_operators};
use super::store::{self, Outgoing};
use super::timing::held_until;
use super::{render, unsubscribe};
use crate::base::text::in_language;
use crate::base::{AppError, DAY, MINUTE, Page, Paging, Res, Role, SECOND, Scope, t};
use crate::platform::db::Conn;
use crate::platform::jobs::{self, New};
use crate::platform::mail::{Letter, Mailer, Unsent};
use crate::platform::{Format, Site, audit};
use serde_json::json;

/// The job that sends one notice.
pub(super) const MAIL: &str = "notify.mail";
/// The job that sends a digest.
pub(super) const DIGEST: &str = "notify.digest";
/// Tries after which a mail is given up: about a day.
pub(super) const MAIL_TRIES: i64 = 30;
/// The longest pause between two tries; what the jobs' own backoff comes to.
const PAUSE_MAX: i64 = 4096 * SECOND;
/// Tries in a row that fail before operators are told.
const ALARM_AT: i64 = 3;
/// How long a try holds its deliveries: longer than a letter may take. A node that was away for long finds the job that it
/// held and one that took its place, and one of them sends.
const HELD: i64 = 3 * MINUTE;

/// What came of a try.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Tried {
    /// Nothing is left to do, or something that another job does.
    Done,
    /// Go on at `at` (epoch ms).
    Later { at: i64, error: String },
}

/// Queues a try. `due_at` names the digest, `next_at` is when to begin.
pub(super) async fn queue(
    tx: &mut Conn,
    id: &str,
    person: &str,
    rhythm: Rhythm,
    due_at: i64,
    next_at: i64,
    now: i64,
) -> Res<bool> {
    let (kind, args, key) = if rhythm.is_digest() {
        (DIGEST, json!({"person": person, "due_at": due_at.to_string()}), format!("{person}/{due_at}/{next_at}"))
    } else {
        (MAIL, json!({"delivery": id}), format!("{id}/{next_at}"))
    };
    let job = New { kind, dedupe: Some(&key), args, due_at: next_at, max_tries: TRIES_MAX };
    Ok(jobs::enqueue(tx, job, now).await?)
}

/// Sends the notice of this delivery, if it waits still.
pub async fn send_one(site: &Site, id: &str) -> Res<Tried> {
    let waiting = store::outgoing(&mut site.read().await?, id).await?;
    send(site, waiting).await
}

/// Sends what waits for this digest, in one mail.
pub async fn send_digest(site: &Site, person: &str, due_at: i64) -> Res<Tried> {
    let waiting = store::outgoing_digest(&mut site.read().await?, person, due_at).await?;
    send(site, waiting).await
}

async fn send(site: &Site, waiting: Vec<Outgoing>) -> Res<Tried> {
    let due = admit(site, waiting).await?;
    let Some(first) = due.first() else { return Ok(Tried::Done) };
    if let Some(end) = held_until(store::quiet(first.quiet_from, first.quiet_until), &first.time_zone, site.now()) {
        return hold(site, first, &ids_of(&due), end).await;
    }
    let mut tx = site.begin().await?;
    let ids = store::take(&mut tx, &ids_of(&due), site.now() + HELD, site.now()).await?;
    tx.commit().await?;
    let due: Vec<Outgoing> = due.into_iter().filter(|d| ids.contains(&d.id)).collect();
    let Some(first) = due.first() else { return Ok(Tried::Done) };
    let mailer = match Mailer::of(site) {
        Ok(Some(mailer)) => mailer,
        Ok(None) => {
            let mut tx = site.begin().await?;
            store::settle(&mut tx, &ids, State::Suppressed, Some(why::NO_MAIL), None, site.now()).await?;
            tx.commit().await?;
            return Ok(Tried::Done);
        }
        Err(fault) => return failed(site, &due, &ids, Unsent::Later(fault)).await,
    };
    match write_and_send(site, &mailer, &due, first).await? {
        Ok(()) => {
            let mut tx = site.begin().await?;
            store::settle(&mut tx, &ids, State::Sent, None, None, site.now()).await?;
            store::mail_taken(&mut tx, site.now()).await?;
            tx.commit().await?;
            count("sent");
            Ok(Tried::Done)
        }
        Err(unsent) => failed(site, &due, &ids, unsent).await,
    }
}

fn ids_of(due: &[Outgoing]) -> Vec<String> {
    due.iter().map(|d| d.id.clone()).collect()
}

/// Writes the letter in the person's language, and sends it.
async fn write_and_send(site: &Site, mailer: &Mailer, due: &[Outgoing], first: &Outgoing) -> Res<Result<(), Unsent>> {
    let (language, texts) = in_language(&first.locale);
    let token = unsubscribe::token(site, &first.person, &unsubscribe::subject(due))?;
    let public = &site.config.server.public_address;
    let leave = format!("{public}/notices/unsubscribe?t={token}");
    let settings = format!("{public}/notices/settings");
    let body = render::body(&texts.notify, language, public, due, &leave, &settings);
    let letter = Letter {
        name: &first.name,
        address: &first.email,
        id: &first.id,
        language,
        subject: &body.subject,
        text: body.text,
        html: body.html,
        unsubscribe: &leave,
        settings: &settings,
    };
    Ok(mailer.send(letter).await)
}

/// What of it is to go out still: the person may have left, read it, or changed her mind since it was planned.
async fn admit(site: &Site, waiting: Vec<Outgoing>) -> Res<Vec<Outgoing>> {
    let objection = |kind: Kind, d: &Outgoing| match () {
        () if !d.active => Some(why::INACTIVE),
        () if wanted(kind, d.mail.as_deref()).mail == Rhythm::Off => Some(why::PREFERENCE),
        () if d.read_at.is_some() => Some(why::READ),
        () => None,
    };
    let mut due = Vec::new();
    let mut refused: Vec<(String, &'static str)> = Vec::new();
    for delivery in waiting {
        // A kind of a newer node waits for one that knows it.
        let Some(kind) = Kind::parse(&delivery.kind) else { continue };
        match objection(kind, &delivery) {
            None => due.push(delivery),
            Some(why) => refused.push((delivery.id, why)),
        }
    }
    if !refused.is_empty() {
        let mut tx = site.begin().await?;
        for (id, why) in &refused {
            let id = std::slice::from_ref(id);
            store::settle(&mut tx, id, State::Suppressed, Some(why), None, site.now()).await?;
        }
        tx.commit().await?;
    }
    Ok(due)
}

/// Waits for the end of quiet hours, in a job of its own: it is no failure.
async fn hold(site: &Site, first: &Outgoing, ids: &[String], end: i64) -> Res<Tried> {
    let rhythm = Rhythm::parse(&first.rhythm).unwrap_or(Rhythm::Now);
    let mut tx = site.begin().await?;
    store::put_off(&mut tx, ids, why::QUIET, None, false, end).await?;
    queue(&mut tx, &first.id, &first.person, rhythm, first.due_at, end, site.now()).await?;
    tx.commit().await?;
    Ok(Tried::Done)
}

async fn failed(site: &Site, due: &[Outgoing], ids: &[String], unsent: Unsent) -> Res<Tried> {
    let now = site.now();
    let tries = due.iter().map(|d| d.tries).max().unwrap_or_default() + 1;
    let mut tx = site.begin().await?;
    let tried = match unsent {
        Unsent::Refused(answer) => {
            store::settle(&mut tx, ids, State::Failed, Some(why::REFUSED), Some(&answer), now).await?;
            tell_refused(&mut tx, due, &answer, now).await?;
            tracing::warn!(person = due[0].person, answer, "the mail server refuses a mail");
            Tried::Done
        }
        Unsent::Later(error) => {
            let (since, failures) = store::mail_failed(&mut tx, &error, now).await?;
            if failures >= ALARM_AT {
                tell_down(&mut tx, since, &error, now).await?;
            }
            if tries >= MAIL_TRIES {
                store::settle(&mut tx, ids, State::Failed, Some(why::GIVEN_UP), Some(&error), now).await?;
                Tried::Done
            } else {
                let at = now + pause(tries);
                store::put_off(&mut tx, ids, why::RETRY, Some(&error), true, at).await?;
                Tried::Later { at, error }
            }
        }
    };
    tx.commit().await?;
    count(if matches!(tried, Tried::Done) { "failed" } else { "later" });
    Ok(tried)
}

/// How long to wait after so many tries, in milliseconds: a minute, then twice as long each time. Never shorter than what
/// the jobs wait by themselves, so that what is told about the next try is true.
fn pause(tries: i64) -> i64 {
    (MINUTE << (tries - 1).clamp(0, 12)).min(PAUSE_MAX)
}

fn count(outcome: &'static str) {
    metrics::counter!("atrium_mails_total", "outcome" => outcome).increment(1);
}

/// Once for each time that mail goes out of order.
async fn tell_down(tx: &mut Conn, since: i64, error: &str, now: i64) -> Res<()> {
    let words = (Words::MailDown, Words::MailDownBody { error: error.to_owned() });
    let key = format!("mail-down/{since}");
    tell_operators(tx, Kind::MailAlarm, words, "/notices/mail", &key, now).await.map(drop)
}

/// At most once a day for each person.
async fn tell_refused(tx: &mut Conn, due: &[Outgoing], answer: &str, now: i64) -> Res<()> {
    let Some(first) = due.first() else { return Ok(()) };
    let person = first.name.clone();
    let words = (Words::MailRefused { person }, Words::MailRefusedBody { error: answer.to_owned() });
    let key = format!("mail-refused/{}/{}", first.person, now / DAY);
    tell_operators(tx, Kind::MailAlarm, words, "/notices/mail", &key, now).await.map(drop)
}

/// The operators' page about mail: how the server stands, and mails in one state (`failed` where none is named). Of each
/// mail it names the kind and not what it says: that is between the portal and the person, and may be about something
/// that an operator may not see.
pub async fn mail(scope: &Scope, site: &Site, state: &str, paging: Paging) -> Res<MailView> {
    scope.require(Role::Operator)?;
    let viewer = scope.person()?;
    let (state, format) = (State::parse(state).unwrap_or(State::Failed), Format::of(viewer, site.now()));
    let mut c = site.read().await?;
    let counts = store::delivery_counts(&mut c).await?;
    let of = |state: State| counts.iter().find(|(name, _)| name == state.as_str()).map_or(0, |(_, n)| *n);
    let rows = store::deliveries_in(&mut c, state, paging.size, paging.offset()).await?;
    let standing = store::standing(&mut c).await?;
    let standing = match (site.config.mail.is_on(), standing.failing_since, standing.ok_at) {
        (false, ..) => Standing::Off,
        (true, Some(since), _) => Standing::Failing(format.moment(since), standing.error.unwrap_or_default()),
        (true, None, Some(at)) => Standing::Good(format.ago(at)),
        (true, None, None) => Standing::Untried,
    };
    let by_kind = |row: store::DeliveryRow| {
        let title = kind_name(Kind::parse(&row.kind)).to_owned();
        DeliveryRow { title, ..shown(row, &format) }
    };
    Ok(MailView {
        standing,
        counts: State::ALL.map(|state| (state, format.number(of(state)))).to_vec(),
        page: Page { rows: rows.into_iter().map(by_kind).collect(), total: of(state), paging },
        state,
    })
}

/// A delivery as a page shows it.
pub(super) fn shown(row: store::DeliveryRow, format: &Format) -> DeliveryRow {
    let state = State::parse(&row.state).unwrap_or(State::Suppressed);
    DeliveryRow {
        state: mail_state(state, row.why.as_deref(), row.settled_at.unwrap_or(row.next_at), format),
        id: row.id,
        person: row.name,
        title: Words::read(row.title).text(&t().notify),
        detail: row.detail.unwrap_or_default(),
        when: format.ago(row.at),
    }
}

/// Tries a mail that failed again, at once.
pub async fn retry(scope: &Scope, site: &Site, id: &str) -> Res<()> {
    scope.require(Role::Operator)?;
    let conflict = || AppError::Conflict(t().notify.retry_conflict.to_owned());
    if !site.config.mail.is_on() {
        return Err(conflict());
    }
    let now = site.now();
    let mut tx = site.begin().await?;
    let (person, _) = store::revive(&mut tx, id, now).await?.ok_or_else(conflict)?;
    queue(&mut tx, id, &person, Rhythm::Now, now, now, now).await?;
    audit::record(&mut tx, scope, "mail.retry", &format!("delivery/{id}"), json!({"person": person}), now).await?;
    tx.commit().await?;
    site.wake.notify_one();
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pauses_grow_to_an_hour_and_a_mail_is_tried_for_a_day() {
        assert_eq!([1, 2, 3].map(pause), [MINUTE, 2 * MINUTE, 4 * MINUTE]);
        let whole: i64 = (1..MAIL_TRIES).map(pause).sum();
        assert!((22 * crate::base::HOUR..30 * crate::base::HOUR).contains(&whole), "{} h", whole / crate::base::HOUR);
        // As platform/jobs.rs has it: 2^tries seconds, up to 2^12.
        assert!((1..MAIL_TRIES).all(|tries| pause(tries) >= SECOND << tries.clamp(1, 12)));
    }
}
