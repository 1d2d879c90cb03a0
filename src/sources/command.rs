//! For the command line and the demo: syncing on the spot, and what `atrium doctor` says about sources.

use super::model::{RunKind, Status, Summary};
use super::service::present_in;
use super::silence;
use super::store::{self, Opening, RunRow};
use super::sync::{self, Tried};
use crate::base::{AppError, Res, Scope, t};
use crate::platform::{Format, Site, new_id};
use std::collections::HashMap;
use std::time::Duration;

/// Syncs a source here and now and answers once the run has ended or waits for a decision: for the demo and the
/// command line. A run that another process left open is taken over.
pub async fn sync_to_end(site: &Site, id: &str) -> Res<Summary> {
    to_end(site, id, RunKind::Catalogue).await
}

/// Reads a source's people, as [`sync_to_end`] does its catalogue.
pub async fn read_people_to_end(site: &Site, id: &str) -> Res<Summary> {
    to_end(site, id, RunKind::People).await
}

async fn to_end(site: &Site, id: &str, kind: RunKind) -> Res<Summary> {
    loop {
        let now = site.now();
        let mut tx = site.begin().await?;
        present_in(&mut tx, id).await?;
        let fresh = new_id();
        let by = Scope::system();
        let opening = Opening { kind, reason: "command", by: by.actor() };
        let (run, fits) = if store::open_run(&mut tx, &fresh, id, opening, now).await? {
            (fresh, true)
        } else {
            let open = store::open_of(&mut tx, id).await?.ok_or(AppError::NotFound)?;
            let fits = open.kind() == kind || open.status == Status::Waiting.as_str();
            (open.id, fits)
        };
        tx.commit().await?;
        let done = followed(site, run).await?;
        // A run of the other kind stood in the way.
        if fits {
            return Ok(done);
        }
    }
}

/// Brings a run to its end, or follows the process that does.
async fn followed(site: &Site, run: String) -> Res<Summary> {
    loop {
        match sync::advance(site, &run).await? {
            Tried::Ended(_) => break,
            Tried::Later { at, .. } => {
                let wait = (at - site.now()).max(0) as u64;
                tokio::time::sleep(Duration::from_millis(wait)).await;
            }
            Tried::NotOurs => {
                let row = store::run(&mut site.read().await?, &run).await?.ok_or(AppError::NotFound)?;
                if row.status != Status::Running.as_str() {
                    break;
                }
                tokio::time::sleep(Duration::from_millis(500)).await;
            }
        }
    }
    let row = store::run(&mut site.read().await?, &run).await?.ok_or(AppError::NotFound)?;
    Ok(summary(row))
}

fn summary(run: RunRow) -> Summary {
    Summary {
        status: Status::parse(&run.status).unwrap_or(Status::Failed),
        run: run.id,
        added: run.added,
        changed: run.changed,
        unchanged: run.unchanged,
        gone: run.gone,
        quarantined: run.quarantined,
        removals: run.removals,
        error: run.error,
        hint: run.hint,
    }
}

/// How each source stands: its name, and what is well or what is wrong and what to do about it.
pub async fn findings(site: &Site) -> Res<Vec<(String, Result<String, String>)>> {
    let format = Format::new("en", "UTC", site.now());
    let mut c = site.read().await?;
    let latest: HashMap<String, RunRow> =
        store::latest(&mut c).await?.into_iter().map(|run| (run.source.clone(), run)).collect();
    let heard: HashMap<String, i64> = store::last_heard(&mut c).await?.into_iter().collect();
    let sources = store::sources(&mut c).await?;
    let connected = sources.into_iter().filter(|s| s.removed_at.is_none());
    let told = connected.map(|s| {
        let run = latest.get(&s.id);
        let silent = silence::since(&s, run, heard.get(&s.id).copied(), site.now());
        let found = match silent {
            Some(at) => Err(t().sources.silent_since(&format.moment(at).text)),
            None => verdict(run, s.paused, &format),
        };
        (s.name, found)
    });
    Ok(told.collect())
}

fn verdict(latest: Option<&RunRow>, paused: bool, format: &Format) -> Result<String, String> {
    let texts = &t().sources;
    let Some(run) = latest else { return Ok(texts.health("new").to_owned()) };
    let when = format.ago(run.started_at).text;
    match Status::parse(&run.status) {
        Some(Status::Failed) => {
            let [error, detail, hint] =
                [&run.error, &run.detail, &run.hint].map(|text| text.as_deref().unwrap_or_default());
            let detail = if detail.is_empty() { String::new() } else { format!("; {detail}") };
            Err(format!("{error} ({when}{detail}) {hint}"))
        }
        Some(Status::Waiting) => Err(texts.would_remove(&format.number(run.removals), &format.number(run.present))),
        _ if paused => Ok(texts.health("paused").to_owned()),
        _ => Ok(format!("{} ({when})", texts.status(&run.status))),
    }
}
