//! What learners and other rooms ask of playlists. What curators do is in [`super::editing`], re-exported here.
//!
//! Functions that take a connection and no scope are for rooms that have authorised already and know whom they ask
//! about.

pub use super::editing::{EditForm, NewPlaylist, create, create_published, edit, undo};

use super::model::{PlaylistCard, PlaylistRef, Progress};
use super::store;
use crate::base::{Res, Role, Scope, Viewer};
use crate::platform::Site;
use crate::platform::db::Conn;
use serde::{Deserialize, Serialize};

/// Published playlists, shown to `viewer`, that hold `resource`.
pub async fn containing(c: &mut Conn, viewer: &Viewer, resource: &str) -> Res<Vec<PlaylistRef>> {
    Ok(store::containing(c, viewer, resource).await?)
}

/// What comes next in the playlists that `viewer` follows: (resource, playlist's title, slug), at most `limit`, each
/// resource once. The first step of each playlist comes before the second of any, the playlist followed last first.
/// Done, hidden, gone and unshared resources are passed over.
pub async fn followed_next(c: &mut Conn, viewer: &Viewer, limit: i64) -> Res<Vec<(String, String, String)>> {
    let mut steps = store::followed_next(c, viewer, limit.saturating_mul(2)).await?;
    let mut seen = std::collections::HashSet::new();
    steps.retain(|(resource, ..)| seen.insert(resource.clone()));
    steps.truncate(usize::try_from(limit).unwrap_or(0));
    Ok(steps)
}

/// The published playlists that are for `viewer`, followed ones first, then by title.
pub async fn visible(c: &mut Conn, viewer: &Viewer) -> Res<Vec<PlaylistCard>> {
    Ok(store::cards(c, viewer, false, None).await?)
}

/// How far each of `people` is with each of `playlists` (ids): one row a pair, also where nothing was started.
pub async fn progress(c: &mut Conn, people: &[String], playlists: &[String]) -> Res<Vec<Progress>> {
    Ok(store::progress(c, people, playlists).await?)
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
}

/// Published playlists that are for everyone or for a group of one of `people`, the most followed by them first.
pub async fn relevant(c: &mut Conn, people: &[String]) -> Res<Vec<Relevant>> {
    let rows = store::relevant(c, people).await?;
    Ok(rows.into_iter().map(|(id, slug, title, followers)| Relevant { id, slug, title, followers }).collect())
}

/// Playlists that `person` follows or has started, among those published to her: (id, slug, title), by title.
pub async fn of_person(c: &mut Conn, person: &str) -> Res<Vec<(String, String, String)>> {
    Ok(store::of_person(c, person).await?)
}

/// What the page of playlists shows.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Lists {
    /// Those that the person follows.
    pub followed: Vec<PlaylistCard>,
    /// The other published ones.
    pub others: Vec<PlaylistCard>,
    /// Those that only curators see.
    pub drafts: Vec<PlaylistCard>,
    /// Whether the person may make one.
    pub curates: bool,
}

/// The page of playlists.
pub async fn lists(scope: &Scope, site: &Site) -> Res<Lists> {
    let viewer = scope.person()?;
    let mut lists = Lists { curates: scope.has(Role::Curator), ..Lists::default() };
    for card in store::cards(&mut site.read().await?, viewer, true, None).await? {
        match card.status {
            super::Status::Draft => lists.drafts.push(card),
            super::Status::Published if card.following => lists.followed.push(card),
            super::Status::Published => lists.others.push(card),
        }
    }
    Ok(lists)
}
