//! Telling people, and what they do with what they were told.

use super::model::{Bulk, Filter, Kind, KindCount, MailState, NoticeRow, NoticesView, Preference, State, Words};
use super::store;
use crate::base::text::in_language;
use crate::base::{AppError, DAY, MINUTE, Page, Paging, Res, Role, Scope, Viewer, t};
use crate::identity::{safe_path, service as identity};
use crate::platform::db::Conn;
use crate::platform::jobs::{self, New};
use crate::platform::{Format, Site, new_id};
use serde_json::{Value, json};

pub use super::deliver::{mail, retry};
pub use super::settings::{save, settings};
pub use super::store::Kept;
pub use super::unsubscribe::view as unsubscribe_view;

/// The job that decides what becomes of notices by mail.
pub(super) const PLAN: &str = "notify.plan";
/// Notices that one such job takes.
const PLANNED_AT_ONCE: usize = 200;
/// Tries of a job of this room: it fails only while the database does.
pub(super) const TRIES_MAX: i64 = 100;
/// How long marking everything as read can be taken back from the page.
const BULK_KEPT: i64 = 5 * MINUTE;
/// No mail about a notice waits for longer than a week; what came before was read or mailed.
const WITHDRAWN: i64 = 8 * DAY;
/// Longest key, link.
const LINE_MAX: usize = 2000;

/// Something that a person is to know.
#[derive(Clone, Debug)]
pub struct Notice<'a> {
    /// Who: a person's id.
    pub person: &'a str,
    /// What it is about.
    pub kind: Kind,
    /// In a line.
    pub title: Words,
    /// In a sentence; an empty text where the title says it all.
    pub body: Words,
    /// Where it leads: a path of ours ("/sources/ID"), or empty.
    pub link: &'a str,
    /// Of two notices with the same key for the same person only the first counts, however often it is told: name in it
    /// what happened, and how often it may be told again ("playlist/ID/2026-05-12").
    pub dedupe: &'a str,
}

/// Tells a person, in the caller's transaction; whoever calls it has authorised. Says whether it was news: telling again
/// under the same key does nothing. Whether the person also gets mail, and when, is decided by her preferences soon after
/// the transaction.
///
/// # Errors
/// A database that does not answer; a person who is not there; a link that leads out of the portal (our own fault).
pub async fn tell(tx: &mut Conn, notice: Notice<'_>, now: i64) -> Res<bool> {
    Ok(tell_all(tx, &[notice], now).await? == 1)
}

/// [`tell`], for many at once. Answers how many notices were news.
pub async fn tell_all(tx: &mut Conn, notices: &[Notice<'_>], now: i64) -> Res<i64> {
    let rows = notices.iter().map(row).collect::<Res<Vec<Value>>>()?;
    if rows.is_empty() {
        return Ok(0);
    }
    let new = store::insert(tx, &rows, now).await?;
    for part in new.chunks(PLANNED_AT_ONCE) {
        let args = json!({"notices": part});
        jobs::enqueue(tx, New { kind: PLAN, dedupe: None, args, due_at: now, max_tries: TRIES_MAX }, now).await?;
    }
    Ok(new.len() as i64)
}

/// [`tell`], to every operator.
pub async fn tell_operators(
    tx: &mut Conn,
    kind: Kind,
    (title, body): (Words, Words),
    link: &str,
    dedupe: &str,
    now: i64,
) -> Res<i64> {
    let operators = identity::holders(tx, Role::Operator).await?;
    let notice = |person| Notice { person, kind, title: title.clone(), body: body.clone(), link, dedupe };
    let notices: Vec<Notice<'_>> = operators.iter().map(|person| notice(person)).collect();
    tell_all(tx, &notices, now).await
}

/// Takes back, in the caller's transaction, what was told lately of what `link` leads to, since it is not for everybody
/// any more who was told: its name would stand on their pages and go out with their next digest. Members of the group
/// `still` keep theirs; `None` takes everybody's. What is told again is news again, unless it has gone out by mail.
pub async fn withdraw(tx: &mut Conn, kind: Kind, link: &str, still: Option<&str>, now: i64) -> Res<()> {
    Ok(store::withdraw(tx, kind.as_str(), link, still, now - WITHDRAWN).await?)
}

fn row(notice: &Notice<'_>) -> Res<Value> {
    let is_ours = notice.link.is_empty() || safe_path(notice.link) == notice.link;
    if !is_ours || notice.dedupe.is_empty() || notice.dedupe.len() > LINE_MAX {
        let (kind, link, key) = (notice.kind, notice.link, notice.dedupe);
        return Err(crate::platform::fault(format!("a notice {kind:?} cannot be told: link {link:?}, key {key:?}")));
    }
    // PostgreSQL keeps no NUL in a text.
    let clean = |words: &Words| without_nul(json!(words));
    Ok(json!({
        "id": new_id(), "person": notice.person, "kind": notice.kind.as_str(), "title": clean(&notice.title),
        "body": clean(&notice.body), "link": notice.link, "dedupe": notice.dedupe,
    }))
}

fn without_nul(value: Value) -> Value {
    match value {
        Value::String(text) => Value::String(text.replace('\0', "")),
        Value::Object(fields) => Value::Object(fields.into_iter().map(|(k, v)| (k, without_nul(v))).collect()),
        other => other,
    }
}

/// How many notices the asking person has not read; the frame asks again and again.
pub async fn unread(scope: &Scope, site: &Site) -> Res<i64> {
    let viewer = scope.person()?;
    Ok(store::unread(&mut site.read().await?, &viewer.id).await?)
}

/// The page of notices.
pub async fn notices(scope: &Scope, site: &Site, filter: &Filter) -> Res<NoticesView> {
    let viewer = scope.person()?;
    let (now, format) = (site.now(), Format::of(viewer, site.now()));
    let paging = Paging { number: filter.page.max(1), ..Paging::default() };
    let mut c = site.read().await?;
    let counts = store::counts(&mut c, &viewer.id).await?;
    let of = |total: i64, unread: i64| if filter.unread { unread } else { total };
    let wanted = |kind: &str| filter.kind.is_none_or(|wanted| wanted.as_str() == kind);
    let total = counts.iter().filter(|(kind, ..)| wanted(kind)).map(|(_, total, unread)| of(*total, *unread)).sum();
    let kind = filter.kind.map_or("", Kind::as_str);
    let rows = store::list(&mut c, &viewer.id, filter.unread, kind, paging.size, paging.offset()).await?;
    let bulk = store::last_bulk(&mut c, &viewer.id, now - BULK_KEPT).await?;
    let kinds = counts
        .iter()
        .filter_map(|(kind, total, _)| Some(KindCount { kind: Kind::parse(kind)?, total: format.number(*total) }));
    Ok(NoticesView {
        kinds: kinds.collect(),
        unread: counts.iter().map(|(.., unread)| unread).sum(),
        page: Page { rows: rows.into_iter().map(|row| shown(row, viewer, &format)).collect(), total, paging },
        bulk: bulk.map(|(stamp, count)| Bulk { stamp, count }),
    })
}

fn shown(row: store::NoticeRow, viewer: &Viewer, format: &Format) -> NoticeRow {
    let texts = &in_language(&viewer.locale).1.notify;
    let state = row.state.as_deref().and_then(State::parse);
    NoticeRow {
        mail: state.map(|state| {
            mail_state(state, row.why.as_deref(), row.settled_at.or(row.next_at).unwrap_or(row.at), format)
        }),
        kind: Kind::parse(&row.kind),
        title: Words::read(row.title).text(texts),
        body: Words::read(row.body).text(texts),
        leads: !row.link.is_empty(),
        when: format.ago(row.at),
        unread: row.read_at.is_none(),
        id: row.id,
    }
}

/// How a mail stands, in words; `at` is when it came to that, or will.
pub(super) fn mail_state(state: State, why: Option<&str>, at: i64, format: &Format) -> MailState {
    let text = t().notify.mail_state(state.as_str(), why.unwrap_or_default(), &format.moment(at).text);
    MailState { state, text }
}

/// Marks one of the asking person's notices as read, or takes that back.
pub async fn mark(scope: &Scope, site: &Site, id: &str, read: bool) -> Res<()> {
    let viewer = scope.person()?;
    let mut tx = site.begin().await?;
    store::link(&mut tx, &viewer.id, id).await?.ok_or(AppError::NotFound)?;
    if read {
        store::set_read(&mut tx, &viewer.id, id, site.now()).await?;
    } else {
        store::set_unread(&mut tx, &viewer.id, id).await?;
    }
    Ok(tx.commit().await?)
}

/// Marks everything that the asking person has not read, or everything of a kind.
pub async fn mark_all(scope: &Scope, site: &Site, kind: &str) -> Res<()> {
    let viewer = scope.person()?;
    let mut tx = site.begin().await?;
    store::set_all_read(&mut tx, &viewer.id, Kind::parse(kind).map_or("", Kind::as_str), site.now()).await?;
    Ok(tx.commit().await?)
}

/// Takes back what [`mark_all`] marked under that stamp.
pub async fn unmark_all(scope: &Scope, site: &Site, stamp: i64) -> Res<()> {
    let viewer = scope.person()?;
    let mut tx = site.begin().await?;
    store::undo_all_read(&mut tx, &viewer.id, stamp).await?;
    Ok(tx.commit().await?)
}

/// Opens a notice of the asking person's: it is read then. Answers where it leads, the list of notices where it leads
/// nowhere.
pub async fn open(scope: &Scope, site: &Site, id: &str) -> Res<String> {
    let viewer = scope.person()?;
    let mut tx = site.begin().await?;
    let link = store::link(&mut tx, &viewer.id, id).await?.ok_or(AppError::NotFound)?;
    store::set_read(&mut tx, &viewer.id, id, site.now()).await?;
    tx.commit().await?;
    // What is kept was checked when it was told; what is checked again cannot have been changed since.
    let link = safe_path(&link);
    Ok(if link == "/" { "/notices" } else { link }.to_owned())
}

/// How much of this room is kept about a person: `c` belongs to a room that has authorised.
pub async fn kept(c: &mut Conn, person: &str) -> Res<Kept> {
    Ok(store::kept(c, person).await?)
}

/// Everything of this room about a person, for her to take along: `c` belongs to a room that has authorised.
pub async fn held(c: &mut Conn, person: &str) -> Res<Value> {
    let told = store::all_of(c, person).await?;
    let mails = store::deliveries_of(c, person, i64::MAX).await?;
    let preferences = store::preferences(c, person).await?;
    let timing = store::timing(c, person).await?;
    let notices: Vec<Value> = told
        .into_iter()
        .map(|n| {
            json!({"id": n.id, "kind": n.kind, "title": n.title, "body": n.body, "link": n.link, "at": n.at,
                   "read_at": n.read_at})
        })
        .collect();
    let mails: Vec<Value> = mails
        .into_iter()
        .map(|d| {
            json!({"title": d.title, "at": d.at, "state": d.state, "why": d.why, "detail": d.detail,
                   "settled_at": d.settled_at})
        })
        .collect();
    let preferences: Vec<Value> = preferences
        .into_iter()
        .map(|(kind, Preference { page, mail })| json!({"kind": kind, "page": page, "mail": mail}))
        .collect();
    Ok(json!({"told": notices, "mailed": mails, "preferences": preferences, "timing": timing}))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_notice_leads_nowhere_but_into_the_portal() {
        let notice = |link, dedupe| {
            row(&Notice {
                person: "p",
                kind: Kind::SavedSearch,
                title: Words::Text("a\0b".into()),
                body: Words::SavedSearchBody { found: 1 },
                link,
                dedupe,
            })
        };
        assert_eq!(notice("/search?q=a", "k").unwrap()["title"], json!({"text": "ab"}));
        assert!(notice("", "k").is_ok());
        for (link, dedupe) in [("https://evil.example", "k"), ("//evil.example", "k"), ("/api/x", "k"), ("/search", "")]
        {
            assert!(notice(link, dedupe).is_err(), "{link} {dedupe}");
        }
    }
}
