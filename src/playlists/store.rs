//! SQL of playlists. "Shown" below means: not deleted, and published to one of the person's groups, or the person is a
//! curator (`$3` of the lists).
//!
//! An item stands for its work: it is done if any edition is, and where the one that was put in is gone or hidden from the
//! person, another one takes its place.

use super::model::{Content, Entry, PlaylistCard, PlaylistRef, Status};
use crate::base::{Role, Viewer};
use crate::platform::db::{Conn, Result, json};
use crate::platform::new_id;
use crate::records::editions::{shown, since};
use crate::sql;

/// A playlist without its items.
#[derive(Clone, Debug, sqlx::FromRow)]
pub struct Row {
    pub id: String,
    pub slug: String,
    pub title: String,
    pub summary: String,
    pub steward_name: String,
    pub status: String,
    pub audience: Option<String>,
    pub version: i64,
    pub edited_by: String,
    pub editor: String,
    pub updated_at: i64,
    pub removed_at: Option<i64>,
}

#[derive(sqlx::FromRow)]
struct CardRow {
    id: String,
    slug: String,
    title: String,
    summary: String,
    steward: String,
    status: String,
    audience: Option<String>,
    items: i64,
    done: i64,
    minutes: i64,
    unmeasured: i64,
    following: bool,
}

impl From<CardRow> for PlaylistCard {
    fn from(row: CardRow) -> Self {
        PlaylistCard {
            id: row.id,
            slug: row.slug,
            title: row.title,
            summary: row.summary,
            steward: row.steward,
            status: Status::parse(&row.status),
            audience: row.audience,
            items: row.items,
            done: row.done,
            minutes: row.minutes,
            unmeasured: row.unmeasured,
            following: row.following,
        }
    }
}

/// The playlists shown to `viewer`; with `only`, just the one of that id. Followed ones first, then by title.
pub async fn cards(c: &mut Conn, viewer: &Viewer, drafts: bool, only: Option<&str>) -> Result<Vec<PlaylistCard>> {
    let rows: Vec<CardRow> = c
        .all(sql!(
            concat!(
                "SELECT p.id, p.slug, p.title, p.summary, s.name AS steward, p.status, g.name AS audience,
                    CAST(COUNT(r.id) AS BIGINT) AS items, CAST(COUNT(",
                since!("MAX", "done_at", "r", "st", "$1"),
                ") AS BIGINT) AS done,
                    CAST(COALESCE(SUM(r.minutes), 0) AS BIGINT) AS minutes,
                    CAST(COUNT(r.id) - COUNT(r.minutes) AS BIGINT) AS unmeasured, f.person IS NOT NULL AS following
             FROM playlist p
             JOIN person s ON s.id = p.steward
             LEFT JOIN people_group g ON g.id = p.audience
             LEFT JOIN follow f ON f.person = $1 AND f.subject_kind = 'playlist' AND f.subject = p.id
             LEFT JOIN playlist_item i ON i.playlist = p.id
             LEFT JOIN resource x ON x.id = i.resource
             LEFT JOIN resource r ON r.id = ",
                shown!("x", "$1", "$2", "$5"),
                " AND r.gone_at IS NULL
                  AND (r.audience IS NULL OR r.audience IN (SELECT atom FROM json_each($2)))
             LEFT JOIN resource_state st ON st.person = $1 AND st.resource = r.id
             WHERE p.removed_at IS NULL
                   AND ($3 OR (p.status = 'published'
                               AND (p.audience IS NULL OR p.audience IN (SELECT atom FROM json_each($2)))))
                   AND ($4 IS NULL OR p.id = $4)
             GROUP BY p.id, s.id, g.id, f.person, f.subject_kind, f.subject
             ORDER BY CASE WHEN f.person IS NULL THEN 1 ELSE 0 END, p.title, p.id"
            ),
            &viewer.id,
            json(&viewer.groups),
            drafts && viewer.roles.contains(&Role::Curator),
            only,
            viewer.language()
        ))
        .await?;
    Ok(rows.into_iter().map(Into::into).collect())
}

/// Deleted playlists that are listed at most.
const DELETED_MAX: i64 = 100;

/// Deleted playlists, the latest first: (slug, title, name of who deleted it, when). Deleting is the last edit that one
/// can have had.
pub async fn deleted(c: &mut Conn) -> Result<Vec<(String, String, String, i64)>> {
    c.all(sql!(
        "SELECT p.slug, p.title, COALESCE(e.name, p.edited_by), p.removed_at
         FROM playlist p LEFT JOIN person e ON e.id = p.edited_by
         WHERE p.removed_at IS NOT NULL ORDER BY p.removed_at DESC, p.id DESC LIMIT $1",
        DELETED_MAX
    ))
    .await
}

/// Which of `playlists` (ids) are shown to `viewer`.
pub async fn shown(c: &mut Conn, viewer: &Viewer, playlists: &[String]) -> Result<Vec<(String,)>> {
    c.all(sql!(
        "SELECT p.id FROM playlist p
         WHERE p.id IN (SELECT atom FROM json_each($1)) AND p.removed_at IS NULL
               AND ($3 OR (p.status = 'published'
                           AND (p.audience IS NULL OR p.audience IN (SELECT atom FROM json_each($2)))))",
        json(playlists),
        json(&viewer.groups),
        viewer.roles.contains(&Role::Curator)
    ))
    .await
}

/// Address and title of every playlist shown to `viewer`, by title.
pub async fn titles(c: &mut Conn, viewer: &Viewer) -> Result<Vec<(String, String)>> {
    c.all(sql!(
        "SELECT p.slug, p.title FROM playlist p
         WHERE p.removed_at IS NULL
               AND ($2 OR (p.status = 'published'
                           AND (p.audience IS NULL OR p.audience IN (SELECT atom FROM json_each($1)))))
         ORDER BY p.title, p.id",
        json(&viewer.groups),
        viewer.roles.contains(&Role::Curator)
    ))
    .await
}

/// The playlist at this address, deleted or not. In a transaction, `lock` keeps others from editing it until its end.
pub async fn by_slug(c: &mut Conn, slug: &str) -> Result<Option<Row>> {
    c.opt(sql!(
        "SELECT p.id, p.slug, p.title, p.summary, s.name AS steward_name, p.status, p.audience,
                p.version, p.edited_by, COALESCE(e.name, p.edited_by) AS editor, p.updated_at, p.removed_at
         FROM playlist p JOIN person s ON s.id = p.steward
              LEFT JOIN person e ON e.id = p.edited_by
         WHERE p.slug = $1",
        slug
    ))
    .await
}

/// Keeps others from editing the playlist until the transaction ends, and says which version it has.
pub async fn lock(tx: &mut Conn, id: &str) -> Result<i64> {
    let (version,): (i64,) = tx
        .one(sql!(
            sqlite: "SELECT version FROM playlist WHERE id = $1",
            postgres: "SELECT version FROM playlist WHERE id = $1 FOR UPDATE",
            id
        ))
        .await?;
    Ok(version)
}

/// The entries of a playlist, in order.
pub async fn entries(c: &mut Conn, id: &str) -> Result<Vec<Entry>> {
    let rows: Vec<(String, String)> =
        c.all(sql!("SELECT resource, note FROM playlist_item WHERE playlist = $1 ORDER BY position, id", id)).await?;
    Ok(rows.into_iter().map(|(resource, note)| Entry { resource, note }).collect())
}

/// Published playlists, shown to `viewer`, that hold `resource` or another edition of its work.
pub async fn containing(c: &mut Conn, viewer: &Viewer, resource: &str) -> Result<Vec<PlaylistRef>> {
    let rows: Vec<(String, String, String)> = c
        .all(sql!(
            "SELECT DISTINCT p.slug, p.title, p.id FROM playlist_item i JOIN playlist p ON p.id = i.playlist
             WHERE (i.resource = $1 OR i.resource IN (
                        SELECT e.id FROM resource r JOIN resource e ON e.work = r.work WHERE r.id = $1))
                   AND p.removed_at IS NULL AND p.status = 'published'
                   AND (p.audience IS NULL OR p.audience IN (SELECT atom FROM json_each($2)))
             ORDER BY p.title, p.id",
            resource,
            json(&viewer.groups)
        ))
        .await?;
    Ok(rows.into_iter().map(|(slug, title, _)| PlaylistRef { slug, title }).collect())
}

/// Playlists that `viewer` can open and that hold one of `resources`, with it: (resource, slug, title).
pub async fn holding(c: &mut Conn, viewer: &Viewer, resources: &[String]) -> Result<Vec<(String, String, String)>> {
    c.all(sql!(
        "SELECT i.resource, p.slug, p.title FROM playlist_item i JOIN playlist p ON p.id = i.playlist
         WHERE i.resource IN (SELECT atom FROM json_each($1)) AND p.removed_at IS NULL
               AND ($3 OR (p.status = 'published'
                           AND (p.audience IS NULL OR p.audience IN (SELECT atom FROM json_each($2)))))
         ORDER BY p.title, p.id",
        json(resources),
        json(&viewer.groups),
        viewer.roles.contains(&Role::Curator)
    ))
    .await
}

/// A published playlist that holds a broken link.
#[derive(Clone, Debug, PartialEq, Eq, sqlx::FromRow)]
pub struct BrokenRow {
    /// The playlist's id.
    pub playlist: String,
    /// The last part of its address.
    pub slug: String,
    /// Its title.
    pub title: String,
    /// Who answers for it.
    pub steward: String,
    /// The title of what the link leads to.
    pub resource: String,
    /// How many others in it broke since `since`.
    pub more: i64,
}

/// Published playlists that hold `resource`, if its link is broken, and whose steward is here and may see it. What else
/// broke in them since `since` counts as far as she may see that.
pub async fn with_broken(c: &mut Conn, resource: &str, since: i64) -> Result<Vec<BrokenRow>> {
    c.all(sql!(
        "SELECT p.id AS playlist, p.slug, p.title, p.steward, r.title AS resource,
                (SELECT COUNT(*) FROM playlist_item oi JOIN resource o ON o.id = oi.resource
                 WHERE oi.playlist = p.id AND o.id <> r.id AND o.broken_at >= $2 AND o.gone_at IS NULL
                   AND (o.audience IS NULL OR EXISTS (
                           SELECT 1 FROM membership om WHERE om.person = p.steward AND om.people_group = o.audience))
                ) AS more
         FROM playlist_item i JOIN playlist p ON p.id = i.playlist JOIN person s ON s.id = p.steward AND s.active
              JOIN resource r ON r.id = i.resource
         WHERE i.resource = $1 AND r.broken_at IS NOT NULL AND r.gone_at IS NULL
           AND p.status = 'published' AND p.removed_at IS NULL
           AND (r.audience IS NULL OR EXISTS (
                   SELECT 1 FROM membership m WHERE m.person = p.steward AND m.people_group = r.audience))
         ORDER BY p.id",
        resource,
        since
    ))
    .await
}

/// A step of a playlist that somebody follows.
#[derive(Clone, Debug, PartialEq, Eq, sqlx::FromRow)]
pub struct Step {
    /// The resource's id: the edition that she is shown.
    pub resource: String,
    /// The work that it is an edition of.
    pub work: String,
    /// The playlist's title.
    pub title: String,
    /// The last part of the playlist's address.
    pub slug: String,
    /// Whether she saved it.
    pub saved: bool,
}

/// What comes next in the playlists that `viewer` follows, past broken links. The first step of each playlist comes before
/// the second of any.
pub async fn followed_next(c: &mut Conn, viewer: &Viewer, limit: i64) -> Result<Vec<Step>> {
    c.all(sql!(
        concat!(
            "SELECT resource, work, title, slug, saved FROM (
             SELECT resource, work, title, slug, at, saved,
                    ROW_NUMBER() OVER (PARTITION BY playlist ORDER BY position, item) AS step
             FROM (SELECT p.id AS playlist, p.title, p.slug, f.at, i.position, i.id AS item,
                          COALESCE(x.work, x.id) AS work, ",
            shown!("x", "$1", "$2", "$4", " AND se.gone_at IS NULL AND se.broken_at IS NULL"),
            " AS resource, (",
            since!("MAX", "saved_at", "x", "st", "$1"),
            ") IS NOT NULL AS saved
                   FROM follow f
                   JOIN playlist p ON p.id = f.subject
                   JOIN playlist_item i ON i.playlist = p.id
                   JOIN resource x ON x.id = i.resource
                   LEFT JOIN resource_state st ON st.person = f.person AND st.resource = x.id
                   WHERE f.person = $1 AND f.subject_kind = 'playlist'
                     AND p.removed_at IS NULL AND p.status = 'published'
                     AND (p.audience IS NULL OR p.audience IN (SELECT atom FROM json_each($2)))
                     AND (x.work IS NOT NULL
                          OR (x.gone_at IS NULL AND x.broken_at IS NULL
                              AND (x.audience IS NULL OR x.audience IN (SELECT atom FROM json_each($2)))))
                     AND (",
            since!("MAX", "done_at", "x", "st", "$1"),
            ") IS NULL AND (",
            since!("MAX", "hidden_at", "x", "st", "$1"),
            ") IS NULL) items
             WHERE resource IS NOT NULL
         ) steps ORDER BY step, at DESC, slug LIMIT $3"
        ),
        &viewer.id,
        json(&viewer.groups),
        limit,
        viewer.language()
    ))
    .await
}

/// Which of these addresses, `base` and `base-2` and so on, are taken.
pub async fn slugs_like(c: &mut Conn, base: &str) -> Result<Vec<String>> {
    let rows: Vec<(String,)> =
        c.all(sql!("SELECT slug FROM playlist WHERE slug = $1 OR slug LIKE $2", base, format!("{base}-%"))).await?;
    Ok(rows.into_iter().map(|row| row.0).collect())
}

/// A new playlist.
pub async fn insert(tx: &mut Conn, id: &str, slug: &str, steward: &str, content: &Content, now: i64) -> Result<()> {
    tx.run(sql!(
        "INSERT INTO playlist (id, slug, title, summary, steward, status, audience, version, edited_by, created_at,
                               updated_at, published_at, removed_at)
         VALUES ($1, $2, $3, $4, $5, $6, $7, 1, $5, $8, $8, CASE WHEN $6 = 'published' THEN CAST($8 AS BIGINT) END, NULL)",
        id,
        slug,
        &content.title,
        &content.summary,
        steward,
        content.status.as_str(),
        &content.audience,
        now
    ))
    .await?;
    save_entries(tx, id, &content.entries).await
}

/// Writes what a playlist has become, one version on.
pub async fn update(tx: &mut Conn, id: &str, version: i64, content: &Content, actor: &str, now: i64) -> Result<u64> {
    let touched = tx
        .run(sql!(
            "UPDATE playlist SET title = $3, summary = $4, status = $5, audience = $6, version = version + 1,
                    edited_by = $7, updated_at = $8,
                    published_at = CASE WHEN $5 = 'published' THEN COALESCE(published_at, $8) ELSE published_at END,
                    removed_at = CASE WHEN $9 THEN COALESCE(removed_at, $8) END
             WHERE id = $1 AND version = $2",
            id,
            version,
            &content.title,
            &content.summary,
            content.status.as_str(),
            &content.audience,
            actor,
            now,
            content.removed
        ))
        .await?;
    save_entries(tx, id, &content.entries).await?;
    Ok(touched)
}

async fn save_entries(tx: &mut Conn, playlist: &str, entries: &[Entry]) -> Result<()> {
    let resources: Vec<&str> = entries.iter().map(|entry| entry.resource.as_str()).collect();
    tx.run(sql!(
        "DELETE FROM playlist_item WHERE playlist = $1 AND resource NOT IN (SELECT atom FROM json_each($2))",
        playlist,
        json(&resources)
    ))
    .await?;
    let rows: Vec<_> = entries
        .iter()
        .enumerate()
        .map(|(at, entry)| {
            serde_json::json!({"id": new_id(), "resource": entry.resource, "note": entry.note, "position": at as i64})
        })
        .collect();
    tx.run(sql!(
        "INSERT INTO playlist_item (id, playlist, resource, position, note)
         SELECT value ->> 'id', $1, value ->> 'resource', CAST(value ->> 'position' AS BIGINT), value ->> 'note'
         FROM json_each($2) WHERE true
         ON CONFLICT (playlist, resource) DO UPDATE SET position = excluded.position, note = excluded.note",
        playlist,
        json(&rows)
    ))
    .await
    .map(drop)
}

/// Which of `resources` are there and shown to `viewer`.
pub async fn known(c: &mut Conn, viewer: &Viewer, resources: &[String]) -> Result<Vec<String>> {
    let rows: Vec<(String,)> = c
        .all(sql!(
            "SELECT id FROM resource WHERE id IN (SELECT atom FROM json_each($1)) AND gone_at IS NULL
                    AND (audience IS NULL OR audience IN (SELECT atom FROM json_each($2)))",
            json(resources),
            json(&viewer.groups)
        ))
        .await?;
    Ok(rows.into_iter().map(|row| row.0).collect())
}

/// Whether there is a group with this id.
pub async fn group_exists(c: &mut Conn, id: &str) -> Result<bool> {
    Ok(c.opt::<(String,)>(sql!("SELECT id FROM people_group WHERE id = $1", id)).await?.is_some())
}

/// Active people who follow a playlist, belong to its audience, and may see one of `resources` at least, in any edition.
pub async fn followers(
    c: &mut Conn,
    playlist: &str,
    audience: Option<&str>,
    resources: &[&str],
) -> Result<Vec<String>> {
    let rows: Vec<(String,)> = c
        .all(sql!(
            "SELECT f.person FROM follow f JOIN person p ON p.id = f.person
             WHERE f.subject_kind = 'playlist' AND f.subject = $1 AND p.active AND ($2 IS NULL OR EXISTS (
                 SELECT 1 FROM membership m WHERE m.person = f.person AND m.people_group = $2))
             AND EXISTS (SELECT 1 FROM resource r
                 WHERE (r.id IN (SELECT atom FROM json_each($3))
                        OR r.work IN (SELECT x.work FROM resource x
                                      WHERE x.id IN (SELECT atom FROM json_each($3)) AND x.work IS NOT NULL))
                       AND r.gone_at IS NULL AND (r.audience IS NULL
                       OR r.audience IN (SELECT m.people_group FROM membership m WHERE m.person = f.person)))
             ORDER BY f.person",
            playlist,
            audience,
            json(resources)
        ))
        .await?;
    Ok(rows.into_iter().map(|row| row.0).collect())
}
