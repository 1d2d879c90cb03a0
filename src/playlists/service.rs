//! What learners and other rooms ask of playlists. What curators do is in [`super::editing`], re-exported here.
//!
//! Functions that take a connection and no scope are for rooms that have authorised already and know whom they ask
//! about.

pub use super::editing::{EditForm, NewPlaylist, create, create_published, edit, restore, undo};
pub use super::store::Step;

use super::model::{
    Deleted, EditItem, EditorView, Item, Lists, PlaylistCard, PlaylistRef, PlaylistView, Progress, Status,
};
use super::{store, store_edits, store_progress};
use crate::base::{AppError, Res, Role, Scope, Viewer};
use crate::catalog::model::{Card, Query};
use crate::catalog::service as catalog;
use crate::directory::service as directory;
use crate::platform::db::Conn;
use crate::platform::{Format, Site};
use crate::records::model::{ObjectKind, Verb};
use crate::records::service as records;
use std::collections::{HashMap, HashSet};

/// Published playlists, shown to `viewer`, that hold `resource` or another edition of its work.
pub async fn containing(c: &mut Conn, viewer: &Viewer, resource: &str) -> Res<Vec<PlaylistRef>> {
    Ok(store::containing(c, viewer, resource).await?)
}

/// Playlists that hold each of `resources` (ids) and that `viewer` can open, by resource, by title.
pub async fn holding(c: &mut Conn, viewer: &Viewer, resources: &[String]) -> Res<HashMap<String, Vec<PlaylistRef>>> {
    let mut held: HashMap<String, Vec<PlaylistRef>> = HashMap::new();
    for (resource, slug, title) in store::holding(c, viewer, resources).await? {
        held.entry(resource).or_default().push(PlaylistRef { slug, title });
    }
    Ok(held)
}

/// What comes next in the playlists that `viewer` follows, at most `limit`, each work once. The first step of each
/// playlist comes before the second of any, the playlist followed last first. What she has done or hidden in any edition
/// is passed over, and what no edition is there of that she may see and whose link works.
pub async fn followed_next(c: &mut Conn, viewer: &Viewer, limit: i64) -> Res<Vec<Step>> {
    let mut steps = store::followed_next(c, viewer, limit.saturating_mul(2)).await?;
    let mut seen = HashSet::new();
    steps.retain(|step| seen.insert(step.work.clone()));
    steps.truncate(usize::try_from(limit).unwrap_or(0));
    Ok(steps)
}

/// The published playlists that are for `viewer`, followed ones first, then by title.
pub async fn visible(c: &mut Conn, viewer: &Viewer) -> Res<Vec<PlaylistCard>> {
    Ok(store::cards(c, viewer, false, None).await?)
}

/// The playlists that `viewer` can open, by title.
pub async fn titles(c: &mut Conn, viewer: &Viewer) -> Res<Vec<PlaylistRef>> {
    let rows = store::titles(c, viewer).await?;
    Ok(rows.into_iter().map(|(slug, title)| PlaylistRef { slug, title }).collect())
}

/// How far each of `people` is with each of `playlists` (ids): one row a pair, also where nothing was started.
pub async fn progress(c: &mut Conn, people: &[String], playlists: &[String]) -> Res<Vec<Progress>> {
    Ok(store_progress::progress(c, people, playlists).await?)
}

/// A playlist that somebody's team has to do with.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Relevant {
    /// Its id.
    pub id: String,
    /// The last part of its address.
    pub slug: String,
    /// Its title.
    pub title: String,
    /// How many of the people follow it.
    pub followers: i64,
    /// When it was first published; epoch ms.
    pub published_at: i64,
}

/// Published playlists that are for everyone or for a group of one of `people`, the most followed by them first.
pub async fn relevant(c: &mut Conn, people: &[String]) -> Res<Vec<Relevant>> {
    let rows = store_progress::relevant(c, people).await?;
    let relevant = |(id, slug, title, followers, published_at)| Relevant { id, slug, title, followers, published_at };
    Ok(rows.into_iter().map(relevant).collect())
}

/// Playlists that `person` follows or has started, among those published to her: (id, slug, title), by title.
pub async fn of_person(c: &mut Conn, person: &str) -> Res<Vec<(String, String, String)>> {
    Ok(store_progress::of_person(c, person).await?)
}

/// What comes next for somebody in a playlist.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NextItem {
    /// The resource's id.
    pub resource: String,
    /// When she first opened it; epoch ms.
    pub opened_at: Option<i64>,
    /// When it became the next one: she finished something of the playlist then, for the last time so far. Where she
    /// has finished nothing yet, when she opened it. Epoch ms.
    pub since: Option<i64>,
}

/// What comes next for `person` in each of `playlists` (ids), by playlist: the first item that is there, shared with her
/// and not done. Those that are finished or empty have none.
pub async fn next_items(c: &mut Conn, person: &str, playlists: &[String]) -> Res<HashMap<String, NextItem>> {
    let next = |row: store_progress::NextRow| {
        let since = row.last_done.or(row.opened_at);
        (row.playlist, NextItem { resource: row.resource, opened_at: row.opened_at, since })
    };
    Ok(store_progress::next_items(c, person, playlists).await?.into_iter().map(next).collect())
}

/// Which of `playlists` (ids) have a page that `viewer` can open.
pub async fn openable(c: &mut Conn, viewer: &Viewer, playlists: &[String]) -> Res<HashSet<String>> {
    Ok(store::shown(c, viewer, playlists).await?.into_iter().map(|row| row.0).collect())
}

/// The page of playlists.
pub async fn lists(scope: &Scope, site: &Site) -> Res<Lists> {
    let viewer = scope.person()?;
    let mut lists = Lists { curates: scope.has(Role::Curator), ..Lists::default() };
    let mut c = site.read().await?;
    for card in store::cards(&mut c, viewer, true, None).await? {
        match card.status {
            Status::Draft => lists.drafts.push(card),
            Status::Published if card.following => lists.followed.push(card),
            Status::Published => lists.others.push(card),
        }
    }
    if lists.curates {
        let format = Format::of(viewer, site.now());
        let deleted = store::deleted(&mut c).await?.into_iter();
        lists.deleted = deleted.map(|(slug, title, by, at)| Deleted { slug, title, by, at: format.ago(at) }).collect();
    }
    Ok(lists)
}

/// The page of one playlist. Learners get published ones of their audience; curators get every one that is not deleted.
pub async fn view(scope: &Scope, site: &Site, slug: &str) -> Res<PlaylistView> {
    let viewer = scope.person()?;
    let mut c = site.read().await?;
    let card = shown(&mut c, viewer, slug).await?;
    let entries = store::entries(&mut c, &card.id).await?;
    let all: Vec<String> = entries.iter().map(|entry| entry.resource.clone()).collect();
    let shown = records::shown(&mut c, viewer, &all).await?;
    let ids: Vec<String> = all.iter().filter_map(|id| shown.get(id).cloned()).collect();
    let format = Format::of(viewer, site.now());
    let cards = by_id(catalog::cards(&mut c, viewer, &format, &ids).await?);
    let states = records::states(&mut c, &viewer.id, &ids).await?;
    let items: Vec<Item> = entries
        .into_iter()
        .filter_map(|entry| {
            let id = shown.get(&entry.resource)?;
            let state = states.get(id).copied().unwrap_or_default();
            // Two entries may be editions of one work.
            let card = cards.get(id)?.clone();
            Some(Item { card, note: entry.note, done: state.done, opened: state.opened })
        })
        .collect();
    let not_shared = all.len() as i64 - items.len() as i64;
    Ok(PlaylistView { card, items, not_shared, curates: scope.has(Role::Curator) })
}

/// Follows a playlist, or stops following it.
pub async fn follow(scope: &Scope, site: &Site, slug: &str, on: bool) -> Res<()> {
    let viewer = scope.person()?;
    let id = shown(&mut site.read().await?, viewer, slug).await?.id;
    let verb = if on { Verb::Followed } else { Verb::Unfollowed };
    records::record(scope, site, verb, ObjectKind::Playlist, &id, None, None).await.map(drop)
}

/// Marks a resource as done, or takes that back.
pub async fn mark(scope: &Scope, site: &Site, resource: &str, done: bool) -> Res<()> {
    let verb = if done { Verb::Completed } else { Verb::Reopened };
    records::record(scope, site, verb, ObjectKind::Resource, resource, None, None).await.map(drop)
}

/// The editor's page, for curators; also of a deleted playlist, so that deleting can be undone.
pub async fn editor(scope: &Scope, site: &Site, slug: &str) -> Res<EditorView> {
    scope.require(Role::Curator)?;
    let viewer = scope.person()?;
    let mut c = site.read().await?;
    let row = store::by_slug(&mut c, slug).await?.ok_or(AppError::NotFound)?;
    let entries = store::entries(&mut c, &row.id).await?;
    let ids: Vec<String> = entries.iter().map(|entry| entry.resource.clone()).collect();
    let format = Format::of(viewer, site.now());
    let mut cards = by_id(catalog::cards(&mut c, viewer, &format, &ids).await?);
    let items = entries
        .into_iter()
        .map(|entry| EditItem { card: cards.remove(&entry.resource), resource: entry.resource, note: entry.note })
        .collect();
    let undo = store_edits::last_edit(&mut c, &row.id).await?.map(|edit| edit.what);
    Ok(EditorView {
        groups: groups(&mut c).await?,
        slug: row.slug,
        version: row.version,
        title: row.title,
        summary: row.summary,
        audience: row.audience.unwrap_or_default(),
        status: Status::parse(&row.status),
        deleted: row.removed_at.is_some(),
        items,
        steward: row.steward_name,
        editor: row.editor,
        edited: format.ago(row.updated_at),
        undo,
    })
}

/// The audiences that a curator can choose: id and name.
pub async fn audiences(scope: &Scope, site: &Site) -> Res<Vec<(String, String)>> {
    scope.require(Role::Curator)?;
    groups(&mut site.read().await?).await
}

/// Resources that a curator may add, best first. Nothing typed finds nothing.
pub async fn find(scope: &Scope, site: &Site, text: &str) -> Res<Vec<Card>> {
    scope.require(Role::Curator)?;
    if text.trim().is_empty() {
        return Ok(Vec::new());
    }
    let found = catalog::search(scope, site, &Query::from_pairs([("q", text)])).await?;
    Ok(found.page.rows.into_iter().map(|hit| hit.card).filter(|card| !card.gone).take(10).collect())
}

async fn shown(c: &mut Conn, viewer: &Viewer, slug: &str) -> Res<PlaylistCard> {
    let row = store::by_slug(c, slug).await?.ok_or(AppError::NotFound)?;
    store::cards(c, viewer, true, Some(&row.id)).await?.pop().ok_or(AppError::NotFound)
}

async fn groups(c: &mut Conn) -> Res<Vec<(String, String)>> {
    Ok(directory::groups(c).await?.into_iter().map(|group| (group.id, group.name)).collect())
}

fn by_id(cards: Vec<Card>) -> HashMap<String, Card> {
    cards.into_iter().map(|card| (card.id.clone(), card)).collect()
}
