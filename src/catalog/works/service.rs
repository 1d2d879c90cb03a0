//! What curators do with works: they answer what the rules leave open, split editions off, and take that back. A curator
//! is asked only about what she may see.

use super::marks::Place;
use super::model::{Decided, Decision, LookAlike, LookAlikes, Side};
use super::store::{self, EditRow, NewPair};
use crate::base::{AppError, Page, Paging, Res, Role, Scope, Viewer, t};
use crate::catalog::ingest::RESOURCE;
use crate::catalog::model::Card;
use crate::catalog::service::{cards, visible};
use crate::catalog::store_in::note_changes;
use crate::platform::db::Conn;
use crate::platform::{Format, Site, audit, new_id};
use serde::{Deserialize, Serialize};
use serde_json::json;
use std::collections::{BTreeSet, HashMap};

/// Decisions that the page offers to undo.
const UNDOABLE: i64 = 8;
/// How a curator's word is noted where the rules had no reason.
const CURATOR: (&str, i64) = ("curator", 9);

/// The page of look-alikes.
pub async fn look_alikes(scope: &Scope, site: &Site, page: &str) -> Res<LookAlikes> {
    scope.require(Role::Curator)?;
    let viewer = scope.person()?;
    let format = Format::of(viewer, site.now());
    let paging = Paging::from_query(Some(page));
    let mut c = site.read().await?;
    let asked = store::asked(&mut c, &viewer.groups, paging.size, paging.offset()).await?;
    let total = store::count_asked(&mut c, &viewer.groups).await?;
    let edits = store::edits(&mut c, &viewer.groups, UNDOABLE).await?;
    let ids = asked.iter().flat_map(|(one, two, _)| [one, two]);
    let ids: BTreeSet<String> = ids.chain(edits.iter().flat_map(|edit| [&edit.one, &edit.two])).cloned().collect();
    let sides = sides(&mut c, viewer, &format, &ids.into_iter().collect::<Vec<_>>()).await?;
    let rows = asked.into_iter().filter_map(|(one, two, why)| {
        Some(LookAlike { one: sides.get(&one)?.clone(), two: sides.get(&two)?.clone(), why })
    });
    let decided = edits.iter().filter_map(|edit| {
        let title = |id: &String| sides.get(id).map(|side| side.card.title.clone());
        Some(Decided {
            id: edit.id.clone(),
            what: Decision::parse(&edit.what)?,
            titles: (title(&edit.one)?, title(&edit.two)?),
            by: edit.actor.clone(),
            at: format.ago(edit.at),
        })
    });
    Ok(LookAlikes { decided: decided.collect(), page: Page { rows: rows.collect(), total, paging } })
}

async fn sides(c: &mut Conn, viewer: &Viewer, format: &Format, ids: &[String]) -> Res<HashMap<String, Side>> {
    let shown = cards(c, viewer, format, ids).await?;
    let mut more: HashMap<String, (String, Option<i64>)> =
        store::sides(c, ids).await?.into_iter().map(|(id, url, published)| (id, (url, published))).collect();
    let side = |card: Card| {
        let (url, published) = more.remove(&card.id)?;
        let published = published.map(|at| format.date(at));
        Some((card.id.clone(), Side { host: Place::new(&url).host, published, card }))
    };
    Ok(shown.into_iter().filter_map(side).collect())
}

/// How things stood, or stand: the work of each edition, and the verdict on each pair.
#[derive(Debug, Default, PartialEq, Serialize, Deserialize)]
struct Standing {
    works: Vec<(String, Option<String>)>,
    pairs: Vec<(String, String, Option<String>)>,
}

/// What a decision is about: all editions that it touches, as they stand, and nobody else may touch until the end.
struct Case {
    before: Standing,
}

impl Case {
    /// The works of `resources`, which the viewer has to see.
    async fn open(tx: &mut Conn, viewer: &Viewer, resources: &[&str]) -> Res<Case> {
        let ids: Vec<String> = resources.iter().map(|id| (*id).to_owned()).collect();
        if visible(tx, viewer, &ids).await?.len() != ids.len() {
            return Err(AppError::NotFound);
        }
        let ids: Vec<&String> = ids.iter().collect();
        let around = store::with_their_works(tx, &ids).await?;
        let touched: Vec<&String> = around.iter().map(|row| &row.id).collect();
        let marks: Vec<String> = store::marks_of(tx, &touched).await?.into_iter().map(|row| row.0).collect();
        store::hold(tx, &marks.iter().collect::<Vec<_>>()).await?;
        let rows = store::with_their_works(tx, &ids).await?;
        let works: Vec<(String, Option<String>)> = rows.into_iter().map(|row| (row.id, row.work)).collect();
        let all: Vec<&String> = works.iter().map(|(id, _)| id).collect();
        let known = store::pairs_among(tx, &all).await?;
        let pairs = known.into_iter().map(|row| (row.one, row.two, Some(row.verdict))).collect();
        Ok(Case { before: Standing { works, pairs } })
    }

    fn work_of(&self, id: &str) -> Option<&String> {
        self.before.works.iter().find(|(each, _)| each == id).and_then(|(_, work)| work.as_ref())
    }

    /// The editions of the work that `id` belongs to, itself included.
    fn editions(&self, id: &str) -> Vec<&String> {
        let work = self.work_of(id);
        let belongs = |(each, its): &&(String, Option<String>)| each == id || (its.is_some() && its.as_ref() == work);
        self.before.works.iter().filter(belongs).map(|(each, _)| each).collect()
    }

    fn verdict(&self, one: &str, two: &str) -> Option<&str> {
        let (one, two) = (one.min(two), one.max(two));
        let known = self.before.pairs.iter().find(|pair| pair.0 == one && pair.1 == two);
        known.and_then(|pair| pair.2.as_deref())
    }
}

/// Says that two resources, about which the rules asked, are the same thing, or that they are not. Answers the decision,
/// by which it can be undone. What somebody else has answered meanwhile is a conflict.
pub async fn decide(scope: &Scope, site: &Site, one: &str, two: &str, same: bool) -> Res<String> {
    scope.require(Role::Curator)?;
    let viewer = scope.person()?;
    let now = site.now();
    let (one, two) = (one.min(two), one.max(two));
    let what = if same { Decision::Same } else { Decision::Different };
    let mut tx = site.begin().await?;
    let case = Case::open(&mut tx, viewer, &[one, two]).await?;
    // Put together meanwhile by another answer: a work holds no two that are different, and they are the same already.
    if case.work_of(one).is_some() && case.work_of(one) == case.work_of(two) {
        return Err(AppError::Conflict(t().works.answered.to_owned()));
    }
    if !store::close(&mut tx, one, two, what.as_str(), &viewer.id).await? {
        return Err(match case.verdict(one, two) {
            None => AppError::NotFound,
            Some(_) => AppError::Conflict(t().works.answered.to_owned()),
        });
    }
    let (ours, theirs) = (case.editions(one), case.editions(two));
    let between = || ours.iter().flat_map(|one| theirs.iter().map(move |two| (one.as_str(), two.as_str())));
    let mut after = Standing::default();
    if same {
        if between().any(|(one, two)| case.verdict(one, two) == Some("different")) {
            return Err(AppError::Conflict(t().works.kept_apart.to_owned()));
        }
        let work = case.work_of(one).or(case.work_of(two)).cloned().unwrap_or_else(new_id);
        after.works = case.before.works.iter().map(|(id, _)| (id.clone(), Some(work.clone()))).collect();
    } else {
        // The same question about other editions of the two works is answered with it.
        let open = between().filter(|(one, two)| case.verdict(one, two) == Some("open"));
        let pairs: Vec<NewPair<'_>> = open.map(|(a, b)| word(a, b, what, viewer)).collect();
        store::decided(&mut tx, &pairs, now).await?;
        after.works = case.before.works.clone();
    }
    let edit = finish(&mut tx, scope, what, (one, two), case.before, after, now).await?;
    tx.commit().await?;
    Ok(edit)
}

/// Makes an edition a work of its own; the rules will not put it back. Answers the decision, by which it can be undone.
pub async fn split(scope: &Scope, site: &Site, resource: &str) -> Res<String> {
    scope.require(Role::Curator)?;
    let viewer = scope.person()?;
    let now = site.now();
    let mut tx = site.begin().await?;
    let case = Case::open(&mut tx, viewer, &[resource]).await?;
    let others: Vec<String> = case.editions(resource).into_iter().filter(|id| *id != resource).cloned().collect();
    // The decision is told by an edition that stays; one that the curator may not see is not named to her.
    let seen = visible(&mut tx, viewer, &others).await?;
    let Some(stays) = others.iter().find(|id| seen.contains(id)) else {
        return Err(AppError::Conflict(t().works.alone.to_owned()));
    };
    let pairs: Vec<NewPair<'_>> =
        others.iter().map(|other| word(resource, other, Decision::Different, viewer)).collect();
    store::decided(&mut tx, &pairs, now).await?;
    let keeps = others.len() > 1;
    let works = case.before.works.iter().map(|(id, work)| {
        let leaves = id == resource || !keeps;
        (id.clone(), if leaves { None } else { work.clone() })
    });
    let after = Standing { works: works.collect(), pairs: Vec::new() };
    let edit = finish(&mut tx, scope, Decision::Split, (resource, stays), case.before, after, now).await?;
    tx.commit().await?;
    Ok(edit)
}

/// Takes a decision back, whoever made it: works and pairs are as before. Where they have changed since, that is a
/// conflict.
pub async fn undo(scope: &Scope, site: &Site, decision: &str) -> Res<()> {
    scope.require(Role::Curator)?;
    let viewer = scope.person()?;
    let now = site.now();
    let mut tx = site.begin().await?;
    let edit = store::edit(&mut tx, &viewer.groups, decision).await?.ok_or(AppError::NotFound)?;
    let read = |value| serde_json::from_value::<Standing>(value).map_err(crate::platform::fault);
    let (before, after) = (read(edit.before)?, read(edit.after)?);
    let case = Case::open(&mut tx, viewer, &[&edit.one, &edit.two]).await?;
    // What belongs to neither of the two any more is not as it was left.
    let is_as_left = |left: &(String, Option<String>)| case.before.works.contains(left);
    if !store::undone(&mut tx, &edit.id, now).await? || !after.works.iter().all(is_as_left) {
        return Err(AppError::Conflict(t().works.changed_since.to_owned()));
    }
    let mut pairs = before.pairs.clone();
    pairs.extend(
        after
            .pairs
            .into_iter()
            .filter(|(one, two, _)| before.pairs.iter().all(|(each, other, _)| (each, other) != (one, two))),
    );
    store::restore_pairs(&mut tx, &pairs).await?;
    change(&mut tx, &case.before.works, &before.works).await?;
    let detail = json!({"undone": edit.what, "decision": edit.id});
    audit::record(&mut tx, scope, "work.undo", &format!("resource/{}", edit.one), detail, now).await?;
    Ok(tx.commit().await?)
}

fn word<'a>(one: &'a str, two: &'a str, what: Decision, viewer: &'a Viewer) -> NewPair<'a> {
    let (why, strength) = CURATOR;
    NewPair { one, two, verdict: what.as_str(), why, strength, by: Some(&viewer.id) }
}

/// Puts the works as `after` has them, and keeps the decision; answers its id.
async fn finish(
    tx: &mut Conn,
    scope: &Scope,
    what: Decision,
    (one, two): (&str, &str),
    before: Standing,
    mut after: Standing,
    now: i64,
) -> Res<String> {
    change(tx, &before.works, &after.works).await?;
    let all: Vec<&String> = before.works.iter().map(|(id, _)| id).collect();
    let pairs = store::pairs_among(tx, &all).await?;
    // Of pairs that are new, what undoing has to restore is that there was none.
    let is_new = |one: &String, two: &String| before.pairs.iter().all(|pair| (&pair.0, &pair.1) != (one, two));
    after.pairs =
        pairs.into_iter().filter(|row| is_new(&row.one, &row.two)).map(|row| (row.one, row.two, None)).collect();
    let edit = EditRow {
        id: new_id(),
        what: what.as_str().to_owned(),
        one: one.to_owned(),
        two: two.to_owned(),
        actor: scope.actor().to_owned(),
        before: json!(before),
        after: json!(after),
        at: now,
    };
    store::keep(tx, &edit).await?;
    let (action, object) = (format!("work.{}", edit.what), format!("resource/{one}"));
    audit::record(tx, scope, &action, &object, json!({"with": two, "decision": edit.id}), now).await?;
    Ok(edit.id)
}

/// Writes down what differs between two states of works, and tells search.
async fn change(tx: &mut Conn, from: &[(String, Option<String>)], to: &[(String, Option<String>)]) -> Res<()> {
    let was: HashMap<&String, &Option<String>> = from.iter().map(|(id, work)| (id, work)).collect();
    let moved: Vec<(String, Option<String>)> =
        to.iter().filter(|(id, work)| was.get(id).is_some_and(|was| *was != work)).cloned().collect();
    if moved.is_empty() {
        return Ok(());
    }
    store::set_works(tx, &moved).await?;
    let works: BTreeSet<&String> = from.iter().chain(to).filter_map(|(_, work)| work.as_ref()).collect();
    let alone = store::let_go(tx, &works.into_iter().collect::<Vec<_>>()).await?;
    let changed: Vec<String> = moved.into_iter().map(|(id, _)| id).chain(alone.into_iter().map(|row| row.0)).collect();
    Ok(note_changes(tx, RESOURCE, &changed).await?)
}
