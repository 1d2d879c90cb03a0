//! Who answers for a published playlist is told when a link in it breaks.

use super::store;
use crate::base::{DAY, Res, Role};
use crate::identity::service as identity;
use crate::notify::model::{Kind, Words};
use crate::notify::service::{Notice, tell};
use crate::platform::db::Conn;

/// Tells the stewards of published playlists that the link of `resource` is broken, those who curate and may see it. At most
/// once a day for each playlist: links break together. Answers how many were told.
pub async fn tell_stewards(tx: &mut Conn, resource: &str, now: i64) -> Res<i64> {
    let day = now.div_euclid(DAY);
    let broken = store::with_broken(tx, resource, day * DAY).await?;
    if broken.is_empty() {
        return Ok(0);
    }
    let curators = identity::holders(tx, Role::Curator).await?;
    let mut told = 0;
    for row in broken.into_iter().filter(|row| curators.contains(&row.steward)) {
        let notice = Notice {
            person: &row.steward,
            kind: Kind::BrokenLinks,
            title: Words::LinksBroken { playlist: row.title },
            body: Words::LinksBrokenBody { resource: row.resource, more: row.more },
            link: &format!("/playlists/{}", row.slug),
            dedupe: &format!("links/{}/{day}", row.playlist),
        };
        told += i64::from(tell(tx, notice, now).await?);
    }
    Ok(told)
}
