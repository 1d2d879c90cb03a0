//! What curators do with playlists. Each edit is one transaction: the version is checked, the state before is kept for
//! undoing, the new state is written.

use super::model::{Change, Content, Direction, Status, checked, slug};
use super::store::{self, Row};
use super::{changed, store_edits};
use crate::base::{AppError, Res, Role, Scope, Viewer, t};
use crate::platform::db::Conn;
use crate::platform::{Site, audit, new_id};
use serde_json::json;
use std::collections::HashSet;

/// A playlist that is made and published in one go, by the demo's seed and by imports.
#[derive(Clone, Debug)]
pub struct NewPlaylist<'a> {
    /// The last part of its address; made from the title where there is none. A taken one gets a number.
    pub slug: Option<&'a str>,
    /// Its title.
    pub title: &'a str,
    /// What it is for.
    pub summary: &'a str,
    /// Who answers for it: a person's id.
    pub steward: &'a str,
    /// A group's id; `None` is everyone.
    pub audience: Option<&'a str>,
    /// (resource's id, note), in order.
    pub items: &'a [(String, String)],
}

/// Makes a published playlist in the caller's transaction and answers its id. For the portal itself: who calls it has
/// authorised.
pub async fn create_published(tx: &mut Conn, new: NewPlaylist<'_>, now: i64) -> Res<String> {
    let (title, summary) = checked(new.title, new.summary)?;
    let mut content = Content { title, summary, ..Content::default() };
    for (resource, note) in new.items {
        content = content.with(&Change::Add(resource.clone()))?.with(&Change::Note(resource.clone(), note.clone()))?;
    }
    let content = content.with(&Change::Publish(new.audience.map(str::to_owned)))?;
    let id = new_id();
    let slug = free_slug(tx, new.slug.unwrap_or(new.title)).await?;
    store::insert(tx, &id, &slug, new.steward, &content, now).await?;
    Ok(id)
}

/// Makes an empty draft, with the asking curator as its steward, and answers its slug. `audience` is a group's id, or
/// empty for everyone.
pub async fn create(scope: &Scope, site: &Site, title: &str, summary: &str, audience: &str) -> Res<String> {
    scope.require(Role::Curator)?;
    let viewer = scope.person()?;
    let (title, summary) = checked(title, summary)?;
    let mut tx = site.begin().await?;
    let audience = group(&mut tx, audience).await?;
    let (id, slug) = (new_id(), free_slug(&mut tx, &title).await?);
    let content = Content { title, summary, audience, ..Content::default() };
    match store::insert(&mut tx, &id, &slug, &viewer.id, &content, site.now()).await {
        Err(error) if error.as_database_error().is_some_and(|e| e.is_unique_violation()) => {
            return Err(AppError::Conflict(t().playlists.slug_taken.to_owned()));
        }
        inserted => inserted?,
    }
    tx.commit().await?;
    Ok(slug)
}

/// An edit as a form sends it: flat, with what the kind of edit does not need left empty.
#[derive(Clone, Debug, Default)]
pub struct EditForm {
    /// The playlist.
    pub slug: String,
    /// The version that the form was drawn from.
    pub version: i64,
    /// `details`, `add`, `note`, `up`, `down`, `remove`, `publish`, `unpublish`, `delete`.
    pub what: String,
    /// The item that it is about.
    pub resource: String,
    /// For `note`.
    pub note: String,
    /// For `details`.
    pub title: String,
    /// For `details`.
    pub summary: String,
    /// For `details` and `publish`: a group's id, or empty for everyone.
    pub audience: String,
}

/// Makes one edit. Curators may edit each other's playlists. A form drawn from an older version is refused with a
/// conflict that names who was faster; an edit that changes nothing is kept nowhere. Answers the version that the
/// playlist has then.
pub async fn edit(scope: &Scope, site: &Site, form: &EditForm) -> Res<i64> {
    scope.require(Role::Curator)?;
    let viewer = scope.person()?;
    let now = site.now();
    let mut tx = site.begin().await?;
    let (row, before) = locked(&mut tx, viewer, &form.slug, form.version).await?;
    if before.removed {
        return Err(AppError::Conflict(t().playlists.is_deleted.to_owned()));
    }
    let change = change(&mut tx, viewer, form).await?;
    let after = before.with(&change)?;
    if after == before {
        return Ok(row.version);
    }
    store_edits::keep(&mut tx, &row.id, row.version, change.name(), &before, &viewer.id, now).await?;
    write(&mut tx, &row, &after, viewer, now).await?;
    changed::take_back(&mut tx, &row, &before, &after, now).await?;
    changed::tell(&mut tx, &row, &before, &after, viewer, now).await?;
    if matches!(change, Change::Publish(_) | Change::Unpublish | Change::Delete) {
        let action = format!("playlist.{}", change.name());
        audit::record(&mut tx, scope, &action, &object(&row), json!({"title": after.title}), now).await?;
    }
    tx.commit().await?;
    Ok(row.version + 1)
}

/// Takes the newest edit back, whoever made it; again takes back the one before. Answers as [`edit`] does.
pub async fn undo(scope: &Scope, site: &Site, slug: &str, version: i64) -> Res<i64> {
    scope.require(Role::Curator)?;
    let viewer = scope.person()?;
    let now = site.now();
    let mut tx = site.begin().await?;
    let (row, current) = locked(&mut tx, viewer, slug, version).await?;
    let Some(edit) = store_edits::last_edit(&mut tx, &row.id).await? else {
        return Err(AppError::Conflict(t().playlists.nothing_to_undo.to_owned()));
    };
    store_edits::forget(&mut tx, &edit.id).await?;
    write(&mut tx, &row, &edit.before, viewer, now).await?;
    changed::take_back(&mut tx, &row, &current, &edit.before, now).await?;
    if (current.status, current.removed) != (edit.before.status, edit.before.removed) {
        let detail = json!({"title": edit.before.title, "undone": edit.what});
        audit::record(&mut tx, scope, "playlist.undo", &object(&row), detail, now).await?;
    }
    tx.commit().await?;
    Ok(row.version + 1)
}

/// Brings a deleted playlist back as it was. One that somebody else has brought back meanwhile stays as it is.
pub async fn restore(scope: &Scope, site: &Site, slug: &str) -> Res<()> {
    scope.require(Role::Curator)?;
    let row = store::by_slug(&mut site.read().await?, slug).await?.ok_or(AppError::NotFound)?;
    if row.removed_at.is_some() {
        // What is deleted takes no more edits: deleting is what undoing takes back.
        undo(scope, site, slug, row.version).await?;
    }
    Ok(())
}

fn object(row: &Row) -> String {
    format!("playlist/{}", row.id)
}

/// The playlist as it stands, kept from others until the transaction ends, if it still has `version`.
async fn locked(tx: &mut Conn, viewer: &Viewer, slug: &str, version: i64) -> Res<(Row, Content)> {
    let id = store::by_slug(tx, slug).await?.ok_or(AppError::NotFound)?.id;
    store::lock(tx, &id).await?;
    // Read again: on PostgreSQL somebody may have committed while we waited for the lock.
    let row = store::by_slug(tx, slug).await?.ok_or(AppError::NotFound)?;
    if row.version != version {
        let by = if row.edited_by == viewer.id { t().playlists.somebody } else { &row.editor };
        return Err(AppError::Conflict(t().playlists.stale(by)));
    }
    let content = Content {
        title: row.title.clone(),
        summary: row.summary.clone(),
        audience: row.audience.clone(),
        status: Status::parse(&row.status),
        removed: row.removed_at.is_some(),
        entries: store::entries(tx, &row.id).await?,
    };
    Ok((row, content))
}

async fn write(tx: &mut Conn, row: &Row, content: &Content, viewer: &Viewer, now: i64) -> Res<()> {
    match store::update(tx, &row.id, row.version, content, &viewer.id, now).await? {
        1 => Ok(()),
        _ => Err(AppError::Conflict(t().playlists.stale(t().playlists.somebody))),
    }
}

async fn change(tx: &mut Conn, viewer: &Viewer, form: &EditForm) -> Res<Change> {
    let resource = form.resource.clone();
    Ok(match form.what.as_str() {
        "details" => Change::Details {
            title: form.title.clone(),
            summary: form.summary.clone(),
            audience: group(tx, &form.audience).await?,
        },
        "add" => {
            if store::known(tx, viewer, std::slice::from_ref(&resource)).await?.is_empty() {
                return Err(AppError::invalid("resource", t().playlists.unknown_resource));
            }
            Change::Add(resource)
        }
        "note" => Change::Note(resource, form.note.clone()),
        "up" => Change::Move(resource, Direction::Up),
        "down" => Change::Move(resource, Direction::Down),
        "remove" => Change::Remove(resource),
        "publish" => Change::Publish(group(tx, &form.audience).await?),
        "unpublish" => Change::Unpublish,
        "delete" => Change::Delete,
        _ => return Err(AppError::invalid("", t().playlists.unknown_edit)),
    })
}

/// The group that a form names; empty is everyone.
async fn group(c: &mut Conn, id: &str) -> Res<Option<String>> {
    match id {
        "" => Ok(None),
        id if store::group_exists(c, id).await? => Ok(Some(id.to_owned())),
        _ => Err(AppError::invalid("audience", t().playlists.unknown_group)),
    }
}

/// A slug made from `wanted` that nobody has.
async fn free_slug(c: &mut Conn, wanted: &str) -> Res<String> {
    let base = slug(wanted);
    let taken: HashSet<String> = store::slugs_like(c, &base).await?.into_iter().collect();
    let mut candidates = std::iter::once(base.clone()).chain((2..).map(|n| format!("{base}-{n}")));
    Ok(candidates.find(|candidate| !taken.contains(candidate)).unwrap_or(base))
}
