//! Taking in what sources send. Everything here runs inside the caller's transaction, so that a page of a sync run is
//! kept whole or not at all.

use super::incoming::{DiscussionRow, Incoming, Refused, ResourceRow, is_external_id};
use super::store_in as store;
use super::store_in::Known;
use super::works::weave::{Thread, hold, hold_all, weave};
use crate::base::Res;
use crate::platform::db::Conn;
use crate::platform::new_id;
use connect::Item;
use std::collections::HashMap;

/// Subjects of changes: what followers of the catalogue look up.
pub const RESOURCE: &str = "resource";
/// See [`RESOURCE`].
pub const DISCUSSION: &str = "discussion";

/// Items a statement; more go in several.
const CHUNK: usize = 1000;

/// What became of a page of items.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Ingested {
    /// Not known before.
    pub added: i64,
    /// Known, and different now; also what came back after it was gone.
    pub changed: i64,
    /// Known, and the same.
    pub unchanged: i64,
    /// Not taken in. What was known of them stays as it is, and they count as seen.
    pub refused: Vec<Refused>,
}

/// Takes `items` of `source` in: adds new ones, replaces changed ones, puts editions of one work together, and writes
/// down for all that `run` saw them.
/// The source has to be known ([`set_origin`]).
pub async fn ingest(tx: &mut Conn, source: &str, run: &str, items: &[Item], now: i64) -> Res<Ingested> {
    let mut sum = Ingested::default();
    if items.len() > CHUNK {
        // Locks are taken in order within a chunk, and not from one chunk to the next.
        hold_all(tx).await?;
    }
    for chunk in items.chunks(CHUNK) {
        let done = ingest_chunk(tx, source, run, chunk, now).await?;
        sum.added += done.added;
        sum.changed += done.changed;
        sum.unchanged += done.unchanged;
        sum.refused.extend(done.refused);
    }
    Ok(sum)
}

async fn ingest_chunk(tx: &mut Conn, source: &str, run: &str, items: &[Item], now: i64) -> Res<Ingested> {
    let mut incoming = Incoming::new(items, now);
    let named = incoming.topics();
    let mut done = Ingested { refused: std::mem::take(&mut incoming.refused), ..Ingested::default() };
    let mut same = Vec::new();

    let known = store::known_resources(tx, source, &incoming.resources.keys().collect::<Vec<_>>()).await?;
    let mut resources = Vec::new();
    for row in incoming.resources.values_mut() {
        match judge(known.get(&row.external_id), &row.digest, &mut done) {
            Some(id) => {
                row.id = id;
                let published = row.published_at.filter(|_| !known.contains_key(&row.external_id));
                row.changed_at = row.changed_at.or(published).or(Some(now)).map(|at| at.min(now));
                resources.push(&*row);
            }
            None => same.push(&row.external_id),
        }
    }
    let threads: Vec<Thread> = resources.iter().map(|row| Thread::of(source, row)).collect();
    // Before the first write: who waits here has nothing yet, not even a new topic, that another one may wait for.
    hold(tx, &threads).await?;
    let topics = store::topic_ids(tx, &named).await?;
    put_resources(tx, source, run, now, &resources, &topics).await?;
    weave(tx, &threads, now).await?;

    let known = store::known_discussions(tx, source, &incoming.discussions.keys().collect::<Vec<_>>()).await?;
    let mut discussions = Vec::new();
    for row in incoming.discussions.values_mut() {
        match judge(known.get(&row.external_id), &row.digest, &mut done) {
            Some(id) => {
                row.id = id;
                discussions.push(&*row);
            }
            None => same.push(&row.external_id),
        }
    }
    put_discussions(tx, source, run, now, &discussions, &topics).await?;

    same.extend(done.refused.iter().map(|refused| &refused.external_id));
    store::seen(tx, source, run, &same).await?;
    Ok(done)
}

/// The id under which an item is written, or nothing when it is known and the same.
fn judge(known: Option<&Known>, digest: &str, done: &mut Ingested) -> Option<String> {
    match known {
        None => {
            done.added += 1;
            Some(new_id())
        }
        Some(known) if known.gone || known.digest != digest => {
            done.changed += 1;
            Some(known.id.clone())
        }
        Some(_) => {
            done.unchanged += 1;
            None
        }
    }
}

async fn put_resources(
    tx: &mut Conn,
    source: &str,
    run: &str,
    now: i64,
    rows: &[&ResourceRow],
    topics: &HashMap<String, String>,
) -> Res<()> {
    if rows.is_empty() {
        return Ok(());
    }
    store::put_resources(tx, source, run, now, rows).await?;
    let ids: Vec<&String> = rows.iter().map(|row| &row.id).collect();
    let pairs = rows.iter().flat_map(|row| row.topics.keys().filter_map(|key| Some((&row.id, topics.get(key)?))));
    store::link_resource_topics(tx, &ids, &pairs.collect::<Vec<_>>()).await?;
    Ok(store::note_changes(tx, RESOURCE, &rows.iter().map(|row| row.id.clone()).collect::<Vec<_>>()).await?)
}

async fn put_discussions(
    tx: &mut Conn,
    source: &str,
    run: &str,
    now: i64,
    rows: &[&DiscussionRow],
    topics: &HashMap<String, String>,
) -> Res<()> {
    if rows.is_empty() {
        return Ok(());
    }
    store::put_discussions(tx, source, run, now, rows).await?;
    let ids: Vec<&String> = rows.iter().map(|row| &row.id).collect();
    let pairs = rows.iter().flat_map(|row| row.topics.keys().filter_map(|key| Some((&row.id, topics.get(key)?))));
    let links = rows.iter().flat_map(|row| row.links.iter().map(|link| (&row.id, link)));
    store::link_discussions(tx, &ids, &pairs.collect::<Vec<_>>(), &links.collect::<Vec<_>>()).await?;
    Ok(store::note_changes(tx, DISCUSSION, &rows.iter().map(|row| row.id.clone()).collect::<Vec<_>>()).await?)
}

/// Writes down that `run` saw these although they were not taken in, so that they do not count as gone: a source that
/// sends one bad version of a page still has the page.
pub async fn seen(tx: &mut Conn, source: &str, run: &str, external_ids: &[String]) -> Res<()> {
    Ok(store::seen(tx, source, run, &sound(external_ids)).await?)
}

/// Marks as gone what the source says it does not hold any more. Answers how many things that were.
pub async fn gone(tx: &mut Conn, source: &str, external_ids: &[String], now: i64) -> Res<i64> {
    let went = store::mark_gone(tx, source, &sound(external_ids), now).await?;
    note(tx, went).await
}

/// How many things of `source` the run did not see, and how many are there: what
/// [`retire_unseen`] would mark as gone, to be weighed before.
pub async fn unseen(c: &mut Conn, source: &str, run: &str) -> Res<(i64, i64)> {
    Ok(store::count_unseen(c, source, run).await?)
}

/// Marks as gone what a complete run did not see. Answers how many things that were.
pub async fn retire_unseen(tx: &mut Conn, source: &str, run: &str, now: i64) -> Res<i64> {
    let went = store::mark_unseen_gone(tx, source, run, now).await?;
    note(tx, went).await
}

/// After much has come or gone: queries are planned by what is there now, and not by what was there before the database
/// comes to counting by itself, a minute or more later.
pub async fn count_again(tx: &mut Conn) -> Res<()> {
    Ok(store::count_again(tx).await?)
}

/// Names a source, and says who may see what it holds: a group's id, or nobody named for everybody. To be called before
/// the source's first [`ingest`], and whenever either changes.
pub async fn set_origin(tx: &mut Conn, source: &str, name: &str, audience: Option<&str>) -> Res<()> {
    if store::put_origin(tx, source, name, audience).await? {
        let touched = store::spread_audience(tx, source, audience).await?;
        note(tx, touched).await?;
    }
    Ok(())
}

/// Marks everything of a source as gone, for when it is removed. Answers how many things that were.
pub async fn remove_origin(tx: &mut Conn, source: &str, now: i64) -> Res<i64> {
    let went = store::mark_unseen_gone(tx, source, "", now).await?;
    note(tx, went).await
}

/// Takes [`remove_origin`] back: what went then, at `removed_at`, is there again. Answers how many things that were.
pub async fn restore_origin(tx: &mut Conn, source: &str, removed_at: i64) -> Res<i64> {
    let back = store::mark_there_again(tx, source, removed_at).await?;
    note(tx, back).await
}

async fn note(tx: &mut Conn, (resources, discussions): (Vec<String>, Vec<String>)) -> Res<i64> {
    store::note_changes(tx, RESOURCE, &resources).await?;
    store::note_changes(tx, DISCUSSION, &discussions).await?;
    Ok((resources.len() + discussions.len()) as i64)
}

fn sound(external_ids: &[String]) -> Vec<&String> {
    external_ids.iter().filter(|id| is_external_id(id)).collect()
}
