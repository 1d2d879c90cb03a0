//! What operators do with sources. Each function refuses everybody else in its first line.

use super::finish;
use super::model::{RunKind, Status};
use super::people::service::forget;
use super::settings::{self, Checked, Entered};
use super::store::{self, Opening, RunRow, Saved, SourceRow};
use super::twin::refuse_twin;
use crate::base::{AppError, MINUTE, Res, Role, Scope, t};
use crate::catalog::service as catalog;
use crate::directory::service as directory;
use crate::platform::db::Conn;
use crate::platform::jobs::{self, New};
use crate::platform::{Site, audit, new_id};
use connect::{Reading, Settings};
use serde_json::json;

pub use super::command::{findings, read_people_to_end, sync_to_end};
pub use super::people::service::{match_person, people_view, read_people_now, undo_match};
pub use super::read::{new_view, overview, run_view, standing, view};
pub use super::submit::{Form, submit, test};

/// The job that advances a run.
pub(super) const SYNC: &str = "sources.sync";
/// A run ends by its own count of failures, not by its job's.
const TRIES_MAX: i64 = 1000;

/// Connects a source and queues its first run; answers its id.
pub async fn add(scope: &Scope, site: &Site, entered: &Entered) -> Res<String> {
    scope.require(Role::Operator)?;
    let id = insert(scope, site, entered, true).await?;
    site.wake.notify_one();
    Ok(id)
}

/// Connects a source whose first run the caller takes care of (see [`sync_to_end`]): for the demo and the command line.
pub async fn add_idle(scope: &Scope, site: &Site, entered: &Entered) -> Res<String> {
    scope.require(Role::Operator)?;
    insert(scope, site, entered, false).await
}

async fn insert(scope: &Scope, site: &Site, entered: &Entered, start_now: bool) -> Res<String> {
    let checked = settings::check(site, entered)?;
    let (id, now) = (new_id(), site.now());
    let (plain, secrets) = settings::sealed(site, &id, &checked)?;
    let mut tx = site.begin().await?;
    if let Some(other) = store::named(&mut tx, &checked.name).await? {
        return Err(taken(&mut tx, &other).await?);
    }
    refuse_twin(&mut tx, entered, None).await?;
    known_group(&mut tx, &checked).await?;
    if !store::add(&mut tx, &id, &saved(&checked, &plain, secrets.as_deref()), now).await? {
        return Err(AppError::invalid("name", t().sources.fault_name_taken));
    }
    catalog::set_origin(&mut tx, &id, &checked.name, checked.audience.as_deref()).await?;
    if start_now {
        start(&mut tx, &id, "operator", scope.actor(), now).await?;
    } else {
        store::set_next(&mut tx, &id, now + checked.interval_ms).await?;
    }
    if let Some(reading) = Reading::of(&checked.settings) {
        // The courses come first; people are read once no run holds the source.
        let at = if start_now { now } else { now + reading.minutes * MINUTE };
        store::set_people_next(&mut tx, &id, Some(at)).await?;
    }
    let detail = json!({"kind": checked.kind, "name": checked.name, "audience": checked.audience});
    audit::record(&mut tx, scope, "source.add", &object(&id), detail, now).await?;
    tx.commit().await?;
    Ok(id)
}

fn saved<'a>(checked: &'a Checked, plain: &'a serde_json::Value, secrets: Option<&'a str>) -> Saved<'a> {
    Saved {
        kind: checked.kind,
        name: &checked.name,
        settings: plain,
        secrets,
        interval_ms: checked.interval_ms,
        audience: checked.audience.as_deref(),
    }
}

/// Refuses an audience that is no group.
async fn known_group(c: &mut Conn, checked: &Checked) -> Res<()> {
    let Some(audience) = &checked.audience else { return Ok(()) };
    let known = directory::groups(c).await?.iter().any(|group| group.id == *audience);
    if known { Ok(()) } else { Err(AppError::invalid("audience", t().sources.fault_audience)) }
}

async fn taken(c: &mut Conn, other: &str) -> Res<AppError> {
    let removed = store::source(c, other).await?.is_some_and(|s| s.removed_at.is_some());
    let text = if removed { t().sources.fault_name_removed } else { t().sources.fault_name_taken };
    Ok(AppError::invalid("name", text))
}

/// Changes a source's settings. Where it is read from has changed: a run under way is cancelled, and one that reads
/// everything is queued.
pub async fn edit(scope: &Scope, site: &Site, id: &str, version: i64, entered: &Entered) -> Res<()> {
    scope.require(Role::Operator)?;
    let checked = settings::check(site, entered)?;
    let (plain, secrets) = settings::sealed(site, id, &checked)?;
    let now = site.now();
    let mut tx = site.begin().await?;
    let source = present_in(&mut tx, id).await?;
    let before = settings::opened(site, &source)?;
    let afresh = settings::about_catalogue(&before) != settings::about_catalogue(&checked.settings);
    if let Some(other) = store::named(&mut tx, &checked.name).await?.filter(|other| other != id) {
        return Err(taken(&mut tx, &other).await?);
    }
    refuse_twin(&mut tx, entered, Some(&source)).await?;
    known_group(&mut tx, &checked).await?;
    // The version is a time: two edits in the same millisecond must not pass for one.
    let stamp = now.max(source.updated_at + 1);
    if !store::edit(&mut tx, id, &saved(&checked, &plain, secrets.as_deref()), version, afresh, stamp).await? {
        return Err(AppError::Conflict(t().sources.fault_changed.to_owned()));
    }
    catalog::set_origin(&mut tx, id, &checked.name, checked.audience.as_deref()).await?;
    if afresh {
        store::cancel_open(&mut tx, id, t().sources.cancelled_settings, now).await?;
        if !source.paused {
            start(&mut tx, id, "settings", scope.actor(), now).await?;
        }
    } else if source.interval_ms != checked.interval_ms {
        // Counted from the last run, not from now, or who shortens it waits longer.
        let next = source.next_run_at - source.interval_ms + checked.interval_ms;
        store::set_next(&mut tx, id, next.max(now)).await?;
        store::watch_from(&mut tx, id, now).await?;
    }
    let people = follow_reading(&mut tx, &source, &before, &checked, now).await?;
    let mut detail = json!({"settings_changed": afresh});
    if people {
        detail["people"] = json!(Reading::of(&checked.settings).is_some());
    }
    if source.audience != checked.audience {
        detail["audience"] = json!({"from": source.audience, "to": checked.audience});
    }
    audit::record(&mut tx, scope, "source.edit", &object(id), detail, now).await?;
    tx.commit().await?;
    site.wake.notify_one();
    Ok(())
}

/// Reads people from now on, or no more, or by other rules; answers whether that has changed. What is known of accounts is
/// forgotten with the reading of people, and where the source is another system now.
async fn follow_reading(
    tx: &mut Conn,
    source: &SourceRow,
    before: &Settings,
    checked: &Checked,
    now: i64,
) -> Res<bool> {
    let address = settings::address_field(checked.kind)?;
    let moved = before.get(address) != checked.settings.get(address);
    let (was, is) = (Reading::of(before), Reading::of(&checked.settings));
    if was == is && !moved {
        return Ok(false);
    }
    if store::open_of(tx, &source.id).await?.is_some_and(|run| run.kind() == RunKind::People) {
        store::cancel_open(tx, &source.id, t().sources.cancelled_settings, now).await?;
    }
    store::set_people_next(tx, &source.id, is.map(|_| now)).await?;
    if moved || is.is_none() {
        forget(tx, &source.id, false).await?;
    }
    Ok(was != is)
}

/// Queues a run now; answers its id.
pub async fn sync_now(scope: &Scope, site: &Site, id: &str) -> Res<String> {
    scope.require(Role::Operator)?;
    let now = site.now();
    let mut tx = site.begin().await?;
    let source = present_in(&mut tx, id).await?;
    if source.paused {
        return Err(AppError::Conflict(t().sources.conflict_paused.to_owned()));
    }
    let Some(run) = start(&mut tx, id, "operator", scope.actor(), now).await? else {
        return Err(in_the_way(&mut tx, id).await?);
    };
    audit::record(&mut tx, scope, "source.sync", &object(id), json!({"run": run}), now).await?;
    tx.commit().await?;
    site.wake.notify_one();
    Ok(run)
}

pub(super) async fn in_the_way(c: &mut Conn, id: &str) -> Res<AppError> {
    let open = store::open_of(c, id).await?;
    let text = match open {
        Some(run) if run.status == Status::Waiting.as_str() => t().sources.conflict_waiting,
        Some(run) if run.kind() == RunKind::People => t().people.conflict_reading,
        _ => t().sources.conflict_running,
    };
    Ok(AppError::Conflict(text.to_owned()))
}

/// Opens a run and enqueues its job; `None` if the source has an open one.
pub(super) async fn start(tx: &mut Conn, source: &str, reason: &str, by: &str, now: i64) -> Res<Option<String>> {
    open(tx, source, Opening { kind: RunKind::Catalogue, reason, by }, now).await
}

/// Opens a run that reads people, as [`start`] does.
pub(super) async fn start_people(tx: &mut Conn, source: &str, reason: &str, by: &str, now: i64) -> Res<Option<String>> {
    open(tx, source, Opening { kind: RunKind::People, reason, by }, now).await
}

async fn open(tx: &mut Conn, source: &str, opening: Opening<'_>, now: i64) -> Res<Option<String>> {
    let run = new_id();
    if !store::open_run(tx, &run, source, opening, now).await? {
        return Ok(None);
    }
    enqueue(tx, source, &run, now).await?;
    Ok(Some(run))
}

/// One unfinished job a run.
pub(super) async fn enqueue(tx: &mut Conn, source: &str, run: &str, now: i64) -> Res<bool> {
    let args = json!({"source": source, "run": run});
    let job = New { kind: SYNC, dedupe: Some(run), args, due_at: now, max_tries: TRIES_MAX };
    Ok(jobs::enqueue(tx, job, now).await?)
}

/// No more scheduled runs; one that is under way goes on.
pub async fn pause(scope: &Scope, site: &Site, id: &str) -> Res<()> {
    scope.require(Role::Operator)?;
    set_paused(scope, site, id, true).await
}

/// Scheduled runs go on, the next one at once.
pub async fn resume(scope: &Scope, site: &Site, id: &str) -> Res<()> {
    scope.require(Role::Operator)?;
    set_paused(scope, site, id, false).await
}

async fn set_paused(scope: &Scope, site: &Site, id: &str, paused: bool) -> Res<()> {
    let now = site.now();
    let mut tx = site.begin().await?;
    present_in(&mut tx, id).await?;
    if store::set_paused(&mut tx, id, paused, now).await? {
        let action = if paused { "source.pause" } else { "source.resume" };
        audit::record(&mut tx, scope, action, &object(id), json!({}), now).await?;
    }
    Ok(tx.commit().await?)
}

/// Takes a source away: its items are gone, its record stays, and [`restore`] undoes it.
pub async fn remove(scope: &Scope, site: &Site, id: &str) -> Res<()> {
    scope.require(Role::Operator)?;
    let now = site.now();
    let mut tx = site.begin().await?;
    let source = store::source(&mut tx, id).await?.ok_or(AppError::NotFound)?;
    if store::set_removed(&mut tx, id, now).await? {
        store::cancel_open(&mut tx, id, t().sources.cancelled_removed, now).await?;
        forget(&mut tx, id, true).await?;
        let gone = catalog::remove_origin(&mut tx, id, now).await?;
        audit::record(&mut tx, scope, "source.remove", &object(id), json!({"name": source.name, "gone": gone}), now)
            .await?;
    }
    Ok(tx.commit().await?)
}

/// Undoes a removal: its items are there again at once, and a run from the beginning is queued, which brings them up to
/// date.
pub async fn restore(scope: &Scope, site: &Site, id: &str) -> Res<()> {
    scope.require(Role::Operator)?;
    let now = site.now();
    let mut tx = site.begin().await?;
    let source = store::source(&mut tx, id).await?.ok_or(AppError::NotFound)?;
    if let Some(removed_at) = source.removed_at
        && store::set_restored(&mut tx, id, now).await?
    {
        let back = catalog::restore_origin(&mut tx, id, removed_at).await?;
        start(&mut tx, id, "operator", scope.actor(), now).await?;
        audit::record(&mut tx, scope, "source.restore", &object(id), json!({"back": back}), now).await?;
    }
    tx.commit().await?;
    site.wake.notify_one();
    Ok(())
}

/// Stops the source's run that is under way; what it has read stays.
pub async fn cancel(scope: &Scope, site: &Site, id: &str) -> Res<()> {
    scope.require(Role::Operator)?;
    let now = site.now();
    let mut tx = site.begin().await?;
    let open = store::open_of(&mut tx, id).await?;
    if !store::cancel_open(&mut tx, id, t().sources.cancelled_operator, now).await? {
        return Err(AppError::Conflict(t().sources.conflict_ended.to_owned()));
    }
    if let Some(run) = open.filter(|run| run.kind() == RunKind::People)
        && let Some(source) = store::source(&mut tx, id).await?
    {
        // It would be due again at once.
        finish::set_next(site, &mut tx, &run, &source, now).await?;
    }
    audit::record(&mut tx, scope, "source.cancel", &object(id), json!({}), now).await?;
    Ok(tx.commit().await?)
}

/// Agrees to what a waiting run would remove.
pub async fn confirm(scope: &Scope, site: &Site, source: &str, run: &str) -> Res<()> {
    scope.require(Role::Operator)?;
    decide(scope, site, source, run, true).await
}

/// Keeps everything that a waiting run would remove.
pub async fn dismiss(scope: &Scope, site: &Site, source: &str, run: &str) -> Res<()> {
    scope.require(Role::Operator)?;
    decide(scope, site, source, run, false).await
}

async fn decide(scope: &Scope, site: &Site, source: &str, run: &str, agreed: bool) -> Res<()> {
    let now = site.now();
    let mut tx = site.begin().await?;
    run_of(&mut tx, source, run).await?;
    let (decision, action) = if agreed { ("confirmed", "source.confirm") } else { ("kept", "source.dismiss") };
    if !store::decide(&mut tx, run, decision, scope.actor()).await? {
        return Err(AppError::Conflict(t().sources.conflict_decided.to_owned()));
    }
    if agreed {
        finish::confirm(site, &mut tx, run, now).await?;
    } else {
        finish::dismiss(site, &mut tx, run, now).await?;
    }
    audit::record(&mut tx, scope, action, &object(source), json!({"run": run}), now).await?;
    Ok(tx.commit().await?)
}

pub(super) fn object(id: &str) -> String {
    format!("source/{id}")
}

/// The source, unless it was removed.
pub(super) async fn present_in(c: &mut Conn, id: &str) -> Res<SourceRow> {
    let source = store::source(c, id).await?.ok_or(AppError::NotFound)?;
    match source.removed_at {
        None => Ok(source),
        Some(_) => Err(AppError::Conflict(t().sources.conflict_removed.to_owned())),
    }
}

pub(super) async fn present(site: &Site, id: &str) -> Res<SourceRow> {
    present_in(&mut site.read().await?, id).await
}

/// The run, if it is one of that source.
pub(super) async fn run_of(c: &mut Conn, source: &str, run: &str) -> Res<RunRow> {
    store::run(c, run).await?.filter(|row| row.source == source).ok_or(AppError::NotFound)
}
