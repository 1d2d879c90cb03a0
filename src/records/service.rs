//! Recording what people do, and asking where that leaves them.

use super::model::{ObjectKind, Standing, State, Statement, Verb};
use super::store;
use crate::base::{AppError, MINUTE, Page, Paging, Res, Scope, Viewer};
use crate::catalog::service as catalog;
use crate::platform::Site;
use crate::platform::db::Conn;
use serde_json::{Value, json as j};
use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};

/// Opening the same thing again within this time is the same visit (ms).
const VISIT: i64 = MINUTE;
/// People whose activity is folded at once by [`rebuild`].
const REBUILD_CHUNK: usize = 50;

/// Records that the asking person did `verb` to `object`, and what follows from it, in one transaction. A replay (the
/// same page sent twice, a second completion) adds nothing. Answers where the person stands with a resource then.
///
/// What is done with one edition counts for its work, and is written down for that edition; what is taken back is taken
/// back for all of them.
///
/// Refuses what does not exist or what the person may not see; of playlists only the shape of the id is checked, their
/// room does the rest before it calls.
pub async fn record(
    scope: &Scope,
    site: &Site,
    verb: Verb,
    object_kind: ObjectKind,
    object: &str,
    result: Option<Value>,
    context: Option<Value>,
) -> Res<State> {
    let viewer = scope.person()?;
    let mut tx = site.begin().await?;
    let state = record_in(&mut tx, viewer, verb, object_kind, object, result, context, site.now()).await?;
    tx.commit().await?;
    Ok(state)
}

/// [`record`] inside the caller's transaction.
#[allow(clippy::too_many_arguments)] // a statement has so many parts
pub async fn record_in(
    tx: &mut Conn,
    viewer: &Viewer,
    verb: Verb,
    object_kind: ObjectKind,
    object: &str,
    result: Option<Value>,
    context: Option<Value>,
    now: i64,
) -> Res<State> {
    check(tx, viewer, verb, object_kind, object).await?;
    let person = viewer.id.as_str();
    let statement =
        Statement { person: person.to_owned(), verb, object_kind, object: object.to_owned(), result, context, at: now };
    if verb.is_following() {
        let news = match verb {
            Verb::Followed => store::follow(tx, person, object_kind, object, now).await?,
            _ => store::unfollow(tx, person, object_kind, object).await?,
        };
        if news {
            store::append(tx, &[statement], now).await?;
        }
        return Ok(State::default());
    }
    if object_kind != ObjectKind::Resource {
        if !is_same_visit(tx, person, object_kind, object, now).await? {
            store::append(tx, &[statement], now).await?;
        }
        return Ok(State::default());
    }
    let mut editions = vec![object.to_owned()];
    if takes_back(verb) {
        // Saved in one edition is saved: letting go means all of them.
        editions.extend(firsts(store::others_touched(tx, person, object).await?));
        // In order, so that two of her clicks wait for each other rather than deadlock.
        editions.sort_unstable();
    }
    for edition in editions {
        apply(tx, Statement { object: edition, ..statement.clone() }, now).await?;
    }
    let asked = [object.to_owned()];
    Ok(states(tx, person, &asked).await?.remove(object).unwrap_or_default())
}

/// Whether a verb takes something back that may have been done with another edition.
fn takes_back(verb: Verb) -> bool {
    matches!(verb, Verb::Reopened | Verb::Unsaved | Verb::Restored)
}

/// Takes in what was done with one edition.
async fn apply(tx: &mut Conn, statement: Statement, now: i64) -> Res<()> {
    let (person, object) = (statement.person.clone(), statement.object.clone());
    let mut standing = Standing::from(store::hold(tx, &person, &object).await?);
    let same_visit =
        statement.verb == Verb::Opened && is_same_visit(tx, &person, statement.object_kind, &object, now).await?;
    if !same_visit && standing.apply(statement.verb, now) {
        store::append(tx, &[statement], now).await?;
        store::put(tx, &person, &object, &standing).await?;
    } else {
        store::drop_empty(tx, &person, &object).await?;
    }
    Ok(())
}

async fn is_same_visit(tx: &mut Conn, person: &str, kind: ObjectKind, object: &str, now: i64) -> Res<bool> {
    let last = store::last(tx, person, Verb::Opened, kind, object).await?;
    Ok(last.is_some_and(|at| (now - VISIT..=now).contains(&at)))
}

/// Whether the person may say this of this object. Opening is all that one can do to a discussion or playlist beside
/// following it.
async fn check(tx: &mut Conn, viewer: &Viewer, verb: Verb, kind: ObjectKind, object: &str) -> Res<()> {
    if object.is_empty() || object.len() > 64 || !object.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-') {
        return Err(AppError::NotFound);
    }
    let fits = match kind {
        ObjectKind::Resource => !verb.is_following() && verb != Verb::Voided,
        ObjectKind::Topic => verb.is_following(),
        ObjectKind::Playlist | ObjectKind::Discussion => verb.is_following() || verb == Verb::Opened,
    };
    if !fits {
        return Err(AppError::invalid("verb", crate::base::t().records.verb_does_not_fit));
    }
    let ids = [object.to_owned()];
    let is_there = match kind {
        ObjectKind::Resource => !catalog::visible(tx, viewer, &ids).await?.is_empty(),
        ObjectKind::Topic => !catalog::topics_by_id(tx, &ids).await?.is_empty(),
        ObjectKind::Discussion => catalog::is_discussion_visible(tx, viewer, object).await?,
        ObjectKind::Playlist => true,
    };
    if is_there { Ok(()) } else { Err(AppError::NotFound) }
}

/// Where a person stands with `resources`, whichever edition of them she used; those never touched are left out.
pub async fn states(c: &mut Conn, person: &str, resources: &[String]) -> Res<HashMap<String, State>> {
    if resources.is_empty() {
        return Ok(HashMap::new());
    }
    let rows = store::states(c, person, resources).await?;
    let state = |row: store::StateRow| {
        let state = State {
            opened: row.opened_at.is_some(),
            done: row.done_at.is_some(),
            saved: row.saved_at.is_some(),
            hidden: row.hidden_at.is_some(),
        };
        (row.resource, state)
    };
    Ok(rows.into_iter().map(state).collect())
}

/// The edition that `viewer` is shown in place of each of `resources`, by what was asked for: one that is there, the one
/// that she worked with last, one in her language. Those of which she may see no edition are left out.
pub async fn shown(c: &mut Conn, viewer: &Viewer, resources: &[String]) -> Res<HashMap<String, String>> {
    if resources.is_empty() {
        return Ok(HashMap::new());
    }
    Ok(store::shown_for(c, viewer, resources).await?.into_iter().collect())
}

/// Which editions a person opened of works that have several.
pub async fn begun(c: &mut Conn, person: &str) -> Res<HashSet<String>> {
    Ok(firsts(store::begun(c, person).await?).into_iter().collect())
}

/// What a person opened and has not finished, hidden or lost: resource and when it was last touched, latest first.
pub async fn continuing(c: &mut Conn, person: &str, limit: i64) -> Res<Vec<(String, i64)>> {
    Ok(store::continuing(c, person, limit).await?)
}

/// What a person hid or finished, and should not be offered again.
pub async fn closed(c: &mut Conn, person: &str) -> Res<Vec<String>> {
    Ok(firsts(store::closed(c, person).await?))
}

/// What a person follows of a kind ([`ObjectKind::as_str`]), longest first.
pub async fn follows(c: &mut Conn, person: &str, subject_kind: &str) -> Res<Vec<String>> {
    Ok(firsts(store::follows(c, person, subject_kind).await?))
}

/// Who of `people` opened or finished which of `resources`: person, resource, first opened at or 0, finished at or 0.
pub async fn done_among(c: &mut Conn, people: &[String], resources: &[String]) -> Res<Vec<(String, String, i64, i64)>> {
    Ok(store::done_among(c, people, resources).await?)
}

/// What a person saved and may see, one row a work, what is not finished first, last saved first: resource and when.
pub async fn saved(c: &mut Conn, viewer: &Viewer, paging: Paging) -> Res<Page<(String, i64)>> {
    let rows = store::saved(c, viewer, paging.size, paging.offset()).await?;
    let total = store::count_saved(c, viewer).await?;
    Ok(Page { rows, total, paging })
}

/// One thing that a person did.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Deed {
    /// The statement's id.
    pub id: String,
    /// What.
    pub verb: Verb,
    /// To what kind of thing.
    pub object_kind: ObjectKind,
    /// Which one.
    pub object: String,
    /// When (epoch ms).
    pub at: i64,
    /// The source that says so, by name; none where she did it here.
    pub origin: Option<String>,
}

/// What a person did, last first.
pub async fn history(c: &mut Conn, person: &str, paging: Paging) -> Res<Page<Deed>> {
    let rows = store::history(c, person, paging.size, paging.offset()).await?;
    let total = store::count_history(c, person).await?;
    let deed = |row: store::ActivityRow| {
        let (verb, object_kind) = (Verb::parse(&row.verb)?, ObjectKind::parse(&row.object_kind)?);
        Some(Deed { id: row.id, verb, object_kind, object: row.object, at: row.at, origin: row.origin })
    };
    Ok(Page { rows: rows.into_iter().filter_map(deed).collect(), total, paging })
}

/// Adds statements in bulk, from a demo or from elsewhere, and derives anew where their people stand. The people and
/// resources have to exist; nothing is checked against audiences. Answers how many were added.
pub async fn import(tx: &mut Conn, statements: &[Statement], now: i64) -> Res<u64> {
    let mut added = 0;
    for chunk in statements.chunks(2000) {
        added += store::append(tx, chunk, now).await?;
    }
    let people: BTreeSet<&String> = statements.iter().map(|statement| &statement.person).collect();
    rebuild_people(tx, &people.into_iter().cloned().collect::<Vec<_>>()).await?;
    Ok(added)
}

/// Derives everybody's states and follows anew from activity.
pub async fn rebuild(tx: &mut Conn) -> Res<()> {
    let people = firsts(store::everybody(tx).await?);
    rebuild_people(tx, &people).await
}

async fn rebuild_people(tx: &mut Conn, people: &[String]) -> Res<()> {
    for chunk in people.chunks(REBUILD_CHUNK) {
        let (states, follows) = fold(store::to_fold(tx, chunk).await?);
        store::put_derived(tx, chunk, &states, &follows).await?;
    }
    Ok(())
}

/// Adds activity up, oldest first: rows of states, rows of follows.
fn fold(rows: Vec<store::FoldRow>) -> (Vec<Value>, Vec<Value>) {
    let mut standings: BTreeMap<(String, String), Standing> = BTreeMap::new();
    let mut follows: BTreeMap<(String, String, String), i64> = BTreeMap::new();
    let voided: HashSet<String> = rows.iter().filter_map(|row| row.voids.clone()).collect();
    for row in rows.into_iter().filter(|row| !voided.contains(&row.id)) {
        match Verb::parse(&row.verb) {
            Some(Verb::Followed) => {
                follows.entry((row.person, row.object_kind, row.object)).or_insert(row.at);
            }
            Some(Verb::Unfollowed) => {
                follows.remove(&(row.person, row.object_kind, row.object));
            }
            Some(verb) if row.object_kind == ObjectKind::Resource.as_str() => {
                standings.entry((row.person, row.object)).or_default().apply(verb, row.at);
            }
            _ => {}
        }
    }
    standings.retain(|_, standing| *standing != Standing::default());
    let states = standings.into_iter().map(|((person, resource), s)| {
        j!({"person": person, "resource": resource, "opened_at": s.opened_at, "done_at": s.done_at,
            "saved_at": s.saved_at, "hidden_at": s.hidden_at, "touched_at": s.touched_at})
    });
    let follows = follows
        .into_iter()
        .map(|((person, kind, subject), at)| j!({"person": person, "kind": kind, "subject": subject, "at": at}));
    (states.collect(), follows.collect())
}

/// What statements about one person and one resource add up to.
pub(super) fn standing_of(rows: &[store::FoldRow]) -> Standing {
    let voided: HashSet<&str> = rows.iter().filter_map(|row| row.voids.as_deref()).collect();
    let mut standing = Standing::default();
    for row in rows.iter().filter(|row| !voided.contains(row.id.as_str())) {
        if let Some(verb) = Verb::parse(&row.verb) {
            standing.apply(verb, row.at);
        }
    }
    standing
}

fn firsts(rows: Vec<(String,)>) -> Vec<String> {
    rows.into_iter().map(|row| row.0).collect()
}
