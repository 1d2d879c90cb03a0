//! When links are checked.

use super::{check, store};
use crate::base::{HOUR, Res};
use crate::platform::Site;
use crate::platform::db::Conn;
use crate::platform::jobs::{self, New, Worker};
use serde_json::json;
use std::time::{Duration, Instant};
use tokio::sync::watch;

/// The job that checks what is due.
pub const CHECK: &str = "catalog.links";
/// The job that tells who has to know that a link is broken, for a room above to take: `resource` is the resource's id.
pub const BROKEN: &str = "links.broken";
/// How often a node looks whether a link is due.
const LOOK: Duration = Duration::from_secs(5);
/// What one job takes; the next goes on.
const ONE_JOB: Duration = Duration::from_secs(240);
/// It is made anew as long as anything is due, so that it need not be tried again.
const TRIES: i64 = 1;
/// Between two sweeps of what is gone.
const SWEEP: i64 = HOUR;

/// Names the handler of this room's job; none where links are not checked.
pub fn register(worker: Worker, site: &Site) -> Worker {
    if !site.config.links.check {
        return worker;
    }
    let site = site.clone();
    worker.on(CHECK, move |_| {
        let site = site.clone();
        async move {
            check_due(&site).await?;
            Ok(())
        }
    })
}

/// Checks what is due and may be asked now; answers how many links that were.
pub async fn check_due(site: &Site) -> Res<usize> {
    let (looker, begun) = (check::looker(site), Instant::now());
    let mut sum = 0;
    while begun.elapsed() < ONE_JOB {
        match check::turn(site, &looker).await? {
            0 => break,
            looked => sum += looked,
        }
    }
    Ok(sum)
}

/// Takes in what is new, and has a worker check what is due. Any number of nodes may call it at any time.
pub async fn tick(site: &Site) -> Res<bool> {
    while check::enrol(site).await? > 0 {}
    let now = site.now();
    if !store::is_due(&mut site.read().await?, &site.config.links.hosts, now).await? {
        return Ok(false);
    }
    let mut tx = site.begin().await?;
    let queued = enqueue(&mut tx, now).await?;
    tx.commit().await?;
    if queued {
        site.wake.notify_one();
    }
    Ok(queued)
}

/// One unfinished job at a time is enough: it asks many hosts at once.
pub(super) async fn enqueue(tx: &mut Conn, now: i64) -> Res<bool> {
    let job = New { kind: CHECK, dedupe: Some("due"), args: json!({}), due_at: now, max_tries: TRIES };
    Ok(jobs::enqueue(tx, job, now).await?)
}

/// Has links checked as they come due until `stop`; to be spawned beside a worker.
pub async fn keep_time(site: Site, mut stop: watch::Receiver<bool>) {
    if !site.config.links.check {
        return;
    }
    let mut swept = 0;
    while !*stop.borrow() {
        if let Err(error) = tick(&site).await {
            tracing::warn!(%error, "could not look for links that are due; trying again");
        }
        if site.now() - swept >= SWEEP {
            swept = site.now();
            if let Err(error) = sweep(&site).await {
                tracing::warn!(%error, "could not forget links of what is gone; trying again in an hour");
            }
        }
        tokio::select! { () = tokio::time::sleep(LOOK) => {}, _ = stop.changed() => {} }
    }
}

async fn sweep(site: &Site) -> Res<()> {
    while check::forget_gone(site).await? > 0 {}
    Ok(())
}
