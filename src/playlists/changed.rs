//! Who follows a playlist is told when it has something new, and not any more once it is hidden from her.

use super::model::{Content, Status};
use super::store::{self, Row};
use crate::base::{DAY, Res, Viewer};
use crate::notify::model::{Kind, Words};
use crate::notify::service::{Notice, tell_all, withdraw};
use crate::platform::db::Conn;

/// Tells followers that an edit added something to a published playlist. At most once a day for each playlist: a curator
/// adds one thing after the other. Who edits it knows, and who may not see it any more is not told.
pub async fn tell(tx: &mut Conn, row: &Row, before: &Content, after: &Content, editor: &Viewer, now: i64) -> Res<()> {
    let new = new_items(before, after);
    if new.is_empty() {
        return Ok(());
    }
    let followers = store::followers(tx, &row.id, after.audience.as_deref(), &new).await?;
    let (link, key) = (address(row), format!("playlist/{}/{}", row.id, now.div_euclid(DAY)));
    let notice = |person| Notice {
        person,
        kind: Kind::PlaylistChanged,
        title: Words::PlaylistChanged { playlist: after.title.clone() },
        body: Words::PlaylistChangedBody { by: editor.name.clone() },
        link: &link,
        dedupe: &key,
    };
    let told: Vec<Notice<'_>> =
        followers.iter().filter(|person| **person != editor.id).map(|person| notice(person)).collect();
    tell_all(tx, &told, now).await.map(drop)
}

/// Takes back what followers were told lately, from those who may not see the playlist any more: mail about it may wait
/// for days.
pub async fn take_back(tx: &mut Conn, row: &Row, before: &Content, after: &Content, now: i64) -> Res<()> {
    let still = match (is_shown(before), is_shown(after)) {
        (true, false) => None,
        (true, true) if after.audience.is_some() && after.audience != before.audience => after.audience.as_deref(),
        _ => return Ok(()),
    };
    withdraw(tx, Kind::PlaylistChanged, &address(row), still, now).await
}

fn address(row: &Row) -> String {
    format!("/playlists/{}", row.slug)
}

fn is_shown(content: &Content) -> bool {
    content.status == Status::Published && !content.removed
}

/// What learners find in it that was not there: everything, where it was a draft.
fn new_items<'a>(before: &Content, after: &'a Content) -> Vec<&'a str> {
    if !is_shown(after) {
        return Vec::new();
    }
    let was_there = |resource: &str| is_shown(before) && before.entries.iter().any(|entry| entry.resource == resource);
    after.entries.iter().map(|entry| entry.resource.as_str()).filter(|resource| !was_there(resource)).collect()
}
