//! SQL of what playlists were before their edits, so that these can be undone.

use super::model::Content;
use crate::platform::db::{Conn, Result, json};
use crate::platform::new_id;
use crate::sql;

/// Edits that can be undone, for each playlist.
const KEPT_EDITS: i64 = 50;

/// Keeps what a playlist was before the edit that made `version + 1` of it.
pub async fn keep(
    tx: &mut Conn,
    id: &str,
    version: i64,
    what: &str,
    before: &Content,
    actor: &str,
    now: i64,
) -> Result<()> {
    tx.run(sql!(
        "INSERT INTO playlist_edit (id, playlist, version, actor, what, before, at) VALUES ($1, $2, $3, $4, $5, $6, $7)",
        new_id(),
        id,
        version,
        actor,
        what,
        json(before),
        now
    ))
    .await?;
    tx.run(sql!(
        "DELETE FROM playlist_edit WHERE playlist = $1 AND id NOT IN (
             SELECT id FROM playlist_edit WHERE playlist = $1 ORDER BY version DESC LIMIT $2)",
        id,
        KEPT_EDITS
    ))
    .await
    .map(drop)
}

/// The newest edit of a playlist.
#[derive(sqlx::FromRow)]
pub struct Edit {
    pub id: String,
    pub what: String,
    #[sqlx(json)]
    pub before: Content,
}

/// What the next undo would take back.
pub async fn last_edit(c: &mut Conn, playlist: &str) -> Result<Option<Edit>> {
    c.opt(sql!(
        "SELECT id, what, before FROM playlist_edit WHERE playlist = $1 ORDER BY version DESC LIMIT 1",
        playlist
    ))
    .await
}

/// Takes an edit off the record, since it has been undone.
pub async fn forget(tx: &mut Conn, edit: &str) -> Result<u64> {
    tx.run(sql!("DELETE FROM playlist_edit WHERE id = $1", edit)).await
}
