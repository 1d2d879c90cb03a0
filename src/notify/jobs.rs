//! Background work: deciding about mail, sending it, and looking after what was left behind.

use super::deliver::{self, DIGEST, MAIL, Tried};
use super::model::Rhythm;
use super::service::PLAN;
use super::{plan, store};
use crate::base::{DAY, MINUTE, Res};
use crate::platform::Site;
use crate::platform::jobs::{Failure, Outcome, Worker};
use std::time::Duration;
use tokio::sync::watch;

/// How often a node looks for what was left behind.
const LOOK: Duration = Duration::from_secs(300);
/// A mail that is due for so long has lost its job.
const LOST: i64 = 15 * MINUTE;
/// Notices and what became of their mail are kept so long.
const KEEP: i64 = 180 * DAY;

/// Names the handlers of this room's jobs.
pub fn register(worker: Worker, site: &Site) -> Worker {
    let (planning, mailing, digesting) = (site.clone(), site.clone(), site.clone());
    worker
        .on(PLAN, move |job| {
            let site = planning.clone();
            async move {
                let listed = job.args["notices"].as_array().into_iter().flatten();
                let ids: Vec<String> = listed.filter_map(|id| id.as_str().map(str::to_owned)).collect();
                Ok(plan::plan(&site, &ids).await?)
            }
        })
        .on(MAIL, move |job| {
            let site = mailing.clone();
            async move { outcome(deliver::send_one(&site, job.arg("delivery")?).await?) }
        })
        .on(DIGEST, move |job| {
            let site = digesting.clone();
            async move {
                let due_at = job.arg("due_at")?.parse()?;
                outcome(deliver::send_digest(&site, job.arg("person")?, due_at).await?)
            }
        })
}

fn outcome(tried: Tried) -> Outcome {
    match tried {
        Tried::Done => Ok(()),
        Tried::Later { at, error } => Err(Failure::retry_at(error, at)),
    }
}

/// Takes up mail whose job was lost, forgets old notices; answers how many were taken up. Any number of nodes may call it
/// at any time.
pub async fn tick(site: &Site) -> Res<i64> {
    let now = site.now();
    let mut taken_up = 0;
    let mut tx = site.begin().await?;
    for (id, person, rhythm, due_at) in store::overdue(&mut tx, now - LOST).await? {
        let rhythm = Rhythm::parse(&rhythm).unwrap_or(Rhythm::Now);
        // Named by the quarter of an hour, so that a job that runs at this moment does not count as this one.
        let begin = now - now.rem_euclid(LOST);
        taken_up += i64::from(deliver::queue(&mut tx, &id, &person, rhythm, due_at, begin, now).await?);
    }
    store::sweep(&mut tx, now - KEEP).await?;
    tx.commit().await?;
    Ok(taken_up)
}

/// Looks after mail until `stop`; to be spawned beside a worker.
pub async fn keep_time(site: Site, mut stop: watch::Receiver<bool>) {
    while !*stop.borrow() {
        if let Err(error) = tick(&site).await {
            tracing::warn!(%error, "could not look after mail; trying again");
        }
        tokio::select! { () = tokio::time::sleep(LOOK) => {}, _ = stop.changed() => {} }
    }
}
