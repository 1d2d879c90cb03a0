//! The end of a run: once the last page is in, it is known what would go. Much of it waits for somebody to decide.

use super::model::{RunKind, Status};
use super::people::store as people;
use super::settings;
use super::store::{self, End, RunRow, SourceRow};
use super::sync::Tried;
use crate::base::{AppError, MINUTE, Res};
use crate::catalog::service as catalog;
use crate::platform::Site;
use crate::platform::db::Conn;
use serde_json::Value;

/// Of what a source holds, so much has to come or go for the database to count again what it plans by.
const MOVED: f64 = 0.1;

/// Ends the run that `holder` has read to its last page, or lets it wait.
pub async fn finish(site: &Site, run: &str, holder: &str) -> Res<Tried> {
    let now = site.now();
    let mut tx = site.begin().await?;
    if !store::still_ours(&mut tx, run, holder, now).await? {
        return Ok(Tried::NotOurs);
    }
    let (row, source) = open(&mut tx, run).await?;
    let present = match row.kind() {
        RunKind::Catalogue => (catalog::unseen(&mut tx, &row.source, run).await?.1 - row.added).max(0),
        RunKind::People => {
            let (matched, unmatched) = people::count(&mut tx, &row.source).await?;
            matched + unmatched
        }
    };
    let removed = remove(&mut tx, &row, now).await?;
    if !is_much(removed, present, site.config.sync.removal_share) {
        let status = end(site, &mut tx, &row, &source, removed, now).await?;
        tx.commit().await?;
        if row.kind() == RunKind::Catalogue && is_much(row.added + removed, present, MOVED) {
            count_again(site).await;
        }
        return Ok(Tried::Ended(status));
    }
    drop(tx); // nothing is removed before somebody has agreed
    let mut tx = site.begin().await?;
    if !store::still_ours(&mut tx, run, holder, now).await? {
        return Ok(Tried::NotOurs);
    }
    store::wait(&mut tx, run, removed, present, now).await?;
    tx.commit().await?;
    tracing::warn!(source = source.name, run, removed, present, "a sync run waits: it would remove much");
    Ok(Tried::Ended(Status::Waiting))
}

/// Has the database count again. Where it does not, queries are slower until it comes to it by itself.
async fn count_again(site: &Site) {
    let counted = async {
        let mut tx = site.begin().await?;
        catalog::count_again(&mut tx).await?;
        Ok::<(), AppError>(tx.commit().await?)
    };
    if let Err(error) = counted.await {
        tracing::warn!(%error, "the database's statistics could not be brought up to date");
    }
}

/// Removes what a waiting run held back. The caller has locked and decided the run.
pub async fn confirm(site: &Site, tx: &mut Conn, run: &str, now: i64) -> Res<Status> {
    let (row, source) = open(tx, run).await?;
    let removed = remove(tx, &row, now).await?;
    end(site, tx, &row, &source, removed, now).await
}

/// Ends a waiting run and keeps everything. The source's cursor stays where it was, so that the next run looks again.
pub async fn dismiss(site: &Site, tx: &mut Conn, run: &str, now: i64) -> Res<Status> {
    let (row, source) = open(tx, run).await?;
    let status = good(&row);
    count_people(tx, &row).await?;
    store::end(tx, run, &End { status: status.as_str(), gone: 0, trouble: None }, now).await?;
    set_next(site, tx, &row, &source, now).await?;
    Ok(status)
}

/// When the source is read next, once a run of it has ended.
pub async fn set_next(site: &Site, tx: &mut Conn, run: &RunRow, source: &SourceRow, now: i64) -> Res<()> {
    if run.kind() == RunKind::Catalogue {
        return Ok(store::set_next(tx, &source.id, now + source.interval_ms).await?);
    }
    // Settings that cannot be opened any more are told by the run; then half a day passes.
    let minutes = settings::reading(site, source).ok().flatten().map_or(720, |reading| reading.minutes);
    Ok(store::set_people_next(tx, &source.id, Some(now + minutes * MINUTE)).await?)
}

/// Writes down how many accounts are recognised now, if the run read those.
async fn count_people(tx: &mut Conn, run: &RunRow) -> Res<()> {
    if run.kind() == RunKind::People {
        let (matched, unmatched) = people::count(tx, &run.source).await?;
        store::people_counted(tx, &run.id, matched, unmatched).await?;
    }
    Ok(())
}

/// More than `share` of `present` items: too much to go without being asked.
fn is_much(removed: i64, present: i64, share: f64) -> bool {
    removed as f64 > share * present as f64
}

fn good(run: &RunRow) -> Status {
    if run.quarantined > 0 { Status::Partial } else { Status::Ok }
}

async fn open(tx: &mut Conn, run: &str) -> Res<(RunRow, SourceRow)> {
    let row = store::run(tx, run).await?.ok_or(AppError::NotFound)?;
    let source = store::source(tx, &row.source).await?.ok_or(AppError::NotFound)?;
    Ok((row, source))
}

/// Marks as gone what the source says is deleted and, if the run listed everything, what it did not see. A run that
/// refused an item does not know whether that was one of those not seen.
async fn remove(tx: &mut Conn, run: &RunRow, now: i64) -> Res<i64> {
    let complete = run.finish.as_ref().is_some_and(|f| f["complete"] == Value::Bool(true)) && run.quarantined == 0;
    if run.kind() == RunKind::People {
        return Ok(if complete { people::forget_unseen(tx, &run.source, &run.id).await? } else { 0 });
    }
    let said = store::held_back(tx, &run.id).await?;
    let mut removed = if said.is_empty() { 0 } else { catalog::gone(tx, &run.source, &said, now).await? };
    if complete {
        removed += catalog::retire_unseen(tx, &run.source, &run.id, now).await?;
    }
    Ok(removed)
}

async fn end(site: &Site, tx: &mut Conn, run: &RunRow, source: &SourceRow, removed: i64, now: i64) -> Res<Status> {
    let status = good(run);
    count_people(tx, run).await?;
    store::end(tx, &run.id, &End { status: status.as_str(), gone: removed, trouble: None }, now).await?;
    set_next(site, tx, run, source, now).await?;
    if run.kind() == RunKind::People {
        return Ok(status);
    }
    let cursor = run.finish.as_ref().map(|f| &f["cursor"]).filter(|c| !c.is_null());
    store::set_cursor(tx, &source.id, cursor).await?;
    metrics::counter!("atrium_sync_items_total", "kind" => source.kind.clone(), "outcome" => "gone")
        .increment(removed.max(0) as u64);
    Ok(status)
}

#[cfg(test)]
mod tests {
    use super::is_much;

    #[test]
    fn a_fifth_may_go_and_no_more() {
        assert!(!is_much(0, 0, 0.2));
        assert!(!is_much(20, 100, 0.2));
        assert!(is_much(21, 100, 0.2));
        assert!(is_much(1, 1, 0.2));
        assert!(!is_much(1, 1, 1.0));
    }
}
