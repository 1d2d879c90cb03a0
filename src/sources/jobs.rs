//! Background work: advancing runs, and starting those that are due.

use super::model::Status;
use super::service::{SYNC, enqueue, start, start_people};
use super::silence;
use super::store;
use super::sync::{self, Tried};
use crate::base::{DAY, MINUTE, Res, Scope};
use crate::platform::Site;
use crate::platform::jobs::{Failure, Worker};
use std::time::Duration;
use tokio::sync::watch;

/// How often a node looks for due sources.
const LOOK: Duration = Duration::from_secs(20);
/// A run that nothing has happened to for so long has lost its job, or its process.
const SILENT: i64 = 5 * MINUTE;
/// Runs and their quarantine are kept so long.
const KEEP: i64 = 90 * DAY;

/// Names the handlers of this room's jobs.
pub fn register(worker: Worker, site: &Site) -> Worker {
    let site = site.clone();
    worker.on(SYNC, move |job| {
        let site = site.clone();
        async move {
            match sync::advance(&site, job.arg("run")?).await? {
                Tried::Later { at, error } => Err(Failure::retry_at(error, at)),
                Tried::Ended(_) | Tried::NotOurs => Ok(()),
            }
        }
    })
}

/// Starts the runs that are due, takes up those whose job was lost, forgets old ones; answers how many were queued. Any
/// number of nodes may call it at any time.
pub async fn tick(site: &Site) -> Res<i64> {
    let now = site.now();
    let mut queued = 0;
    let mut tx = site.begin().await?;
    for source in store::due(&mut tx, now).await? {
        if start(&mut tx, &source.id, "schedule", Scope::system().actor(), now).await?.is_some() {
            store::set_next(&mut tx, &source.id, now + source.interval_ms).await?;
            queued += 1;
        }
    }
    for (source,) in store::people_due(&mut tx, now).await? {
        queued += i64::from(start_people(&mut tx, &source, "schedule", Scope::system().actor(), now).await?.is_some());
    }
    for (run, source) in store::silent(&mut tx, now - SILENT).await? {
        queued += i64::from(enqueue(&mut tx, &source, &run, now).await?);
    }
    store::sweep(&mut tx, now - KEEP).await?;
    super::alarm::raise(&mut tx, now).await?;
    tx.commit().await?;
    if queued > 0 {
        site.wake.notify_one();
    }
    gauges(site).await?;
    Ok(queued)
}

/// Looks for due runs until `stop`; to be spawned beside a worker.
pub async fn keep_time(site: Site, mut stop: watch::Receiver<bool>) {
    while !*stop.borrow() {
        if let Err(error) = tick(&site).await {
            tracing::warn!(%error, "could not look for due sources; trying again");
        }
        tokio::select! { () = tokio::time::sleep(LOOK) => {}, _ = stop.changed() => {} }
    }
}

/// How the sources stand, for Prometheus.
async fn gauges(site: &Site) -> Res<()> {
    let mut c = site.read().await?;
    let good = store::last_good(&mut c).await?;
    let heard = store::last_heard(&mut c).await?;
    let latest = store::latest(&mut c).await?;
    let sources = store::sources(&mut c).await?;
    drop(c);
    for source in sources.iter().filter(|s| s.removed_at.is_none()) {
        let at = good.iter().find(|(id, _)| *id == source.id).map_or(0, |(_, at)| *at);
        metrics::gauge!("atrium_source_last_good_sync_timestamp_seconds", "source" => source.name.clone())
            .set(at as f64 / 1000.0);
        let run = latest.iter().find(|run| run.source == source.id);
        let status = run.and_then(|run| Status::parse(&run.status));
        let heard = heard.iter().find(|(id, _)| *id == source.id).map(|(_, at)| *at);
        let silent = silence::since(source, run, heard, site.now()).is_some();
        let needs = silent || matches!(status, Some(Status::Failed | Status::Waiting));
        metrics::gauge!("atrium_source_needs_attention", "source" => source.name.clone())
            .set(f64::from(u8::from(needs)));
    }
    Ok(())
}
