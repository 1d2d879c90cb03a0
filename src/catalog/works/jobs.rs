//! Reads what an older release, or older rules, took in: its marks are made, and it is put where it belongs.

use super::rules::VERSION;
use super::store::{self, FactRow};
use super::weave::{Thread, hold, weave};
use crate::base::Res;
use crate::platform::Site;
use crate::platform::jobs::{self, New, Worker};
use serde_json::json;

/// The kind of the job.
pub const READ: &str = "catalog.works";
/// Resources of one transaction.
const BATCH: i64 = 200;
/// Tries before it is given up until the next start.
const TRIES: i64 = 5;

/// Names the handler of this room's job.
pub fn register(worker: Worker, site: &Site) -> Worker {
    let site = site.clone();
    worker.on(READ, move |_| {
        let site = site.clone();
        async move {
            let read = read_all(&site).await?;
            if read > 0 {
                tracing::info!(read, "resources were compared by the rules for works");
            }
            Ok(())
        }
    })
}

/// Has a worker read what is left, if anything is; to be called at the start.
pub async fn start(site: &Site) -> Res<bool> {
    let mut tx = site.begin().await?;
    let is_left = !store::unread(&mut tx, VERSION, "", 1).await?.is_empty();
    if is_left {
        let now = site.now();
        let job = New { kind: READ, dedupe: Some("all"), args: json!({}), due_at: now, max_tries: TRIES };
        jobs::enqueue(&mut tx, job, now).await?;
    }
    tx.commit().await?;
    Ok(is_left)
}

/// Reads everything that is left; answers how much that was.
pub async fn read_all(site: &Site) -> Res<usize> {
    let (mut after, mut sum) = (String::new(), 0);
    loop {
        let mut tx = site.begin().await?;
        let rows: Vec<FactRow> = store::unread(&mut tx, VERSION, &after, BATCH).await?;
        let Some(last) = rows.last() else { return Ok(sum) };
        let threads = |rows: &[FactRow]| rows.iter().map(|row| Thread::new(&row.id, row.facts())).collect::<Vec<_>>();
        let before = after;
        after = last.id.clone();
        hold(&mut tx, &threads(&rows)).await?;
        // What a sync has taken in while we waited has been read by it, and is not what we hold the marks of.
        let still: Vec<FactRow> = store::unread(&mut tx, VERSION, &before, BATCH).await?;
        let rows: Vec<FactRow> = rows.into_iter().filter(|row| still.iter().any(|now| now.is_as(row))).collect();
        let threads = threads(&rows);
        sum += rows.len();
        store::mark_read(&mut tx, VERSION, &rows.iter().map(|row| &row.id).collect::<Vec<_>>()).await?;
        weave(&mut tx, &threads, site.now()).await?;
        tx.commit().await?;
    }
}
