//! What the operator's pages show.

use super::model::{
    Asked, Counts, Figure, Health, NewView, Overview, Quarantined, RunCard, RunView, SourceCard, SourceView, Status,
    SystemCard,
};
use super::service::run_of;
use super::settings;
use super::store::{self, RunRow, SourceRow};
use crate::base::{AppError, Page, Paging, Res, Role, Scope, When, t};
use crate::catalog::service as catalog;
use crate::directory::service as directory;
use crate::platform::db::Conn;
use crate::platform::{Format, Site};
use std::collections::{HashMap, HashSet};

fn format(scope: &Scope, site: &Site) -> Format {
    match scope.viewer() {
        Some(viewer) => Format::of(viewer, site.now()),
        None => Format::new("en", "UTC", site.now()),
    }
}

/// Every source at a glance.
pub async fn overview(scope: &Scope, site: &Site) -> Res<Overview> {
    scope.require(Role::Operator)?;
    let format = format(scope, site);
    let mut c = site.read().await?;
    let rows = store::sources(&mut c).await?;
    let mut latest: HashMap<String, RunRow> =
        store::latest(&mut c).await?.into_iter().map(|run| (run.source.clone(), run)).collect();
    let good: HashMap<String, i64> = store::last_good(&mut c).await?.into_iter().collect();
    let mut cards = Vec::with_capacity(rows.len());
    for row in &rows {
        let run = latest.remove(&row.id);
        cards.push(card(&mut c, site, &format, row, run.as_ref(), good.get(&row.id).copied()).await?);
    }
    let (removed, sources) = cards.into_iter().partition(|c| c.removed.is_some());
    Ok(Overview { sources, removed })
}

async fn card(
    c: &mut Conn,
    site: &Site,
    format: &Format,
    row: &SourceRow,
    latest: Option<&RunRow>,
    good: Option<i64>,
) -> Res<SourceCard> {
    let (_, items) = catalog::unseen(c, &row.id, "").await?;
    let status = latest.and_then(|run| Status::parse(&run.status));
    let resting = row.paused || row.removed_at.is_some();
    Ok(SourceCard {
        id: row.id.clone(),
        name: row.name.clone(),
        system: connect::system(&row.kind).map_or(row.kind.as_str(), |s| s.name()).to_owned(),
        health: Health::of(row.removed_at.is_some(), row.paused, status),
        items: figure(format, items),
        latest: latest.map(|run| run_card(site, format, &HashMap::new(), run)),
        last_good: good.map(|at| format.ago(at)),
        next: (!resting).then(|| When {
            text: t().sources.due(row.next_run_at - site.now()),
            iso: format.moment(row.next_run_at).iso,
        }),
        removed: row.removed_at.map(|at| format.ago(at)),
    })
}

fn figure(format: &Format, n: i64) -> Figure {
    Figure { n, text: format.number(n) }
}

/// Names of those who asked for runs or decided about them.
async fn names(c: &mut Conn, runs: &[RunRow]) -> Res<HashMap<String, String>> {
    let ids: HashSet<&String> =
        runs.iter().flat_map(|run| [Some(&run.requested_by), run.decided_by.as_ref()]).flatten().collect();
    let ids: Vec<String> = ids.into_iter().cloned().collect();
    Ok(directory::people(c, &ids).await?.into_iter().map(|person| (person.id, person.name)).collect())
}

fn run_card(site: &Site, format: &Format, names: &HashMap<String, String>, run: &RunRow) -> RunCard {
    let status = Status::parse(&run.status).unwrap_or(Status::Failed);
    RunCard {
        id: run.id.clone(),
        status,
        reason: run.reason.clone(),
        by: names.get(&run.requested_by).cloned(),
        started: format.ago(run.started_at),
        ended: run.ended_at.map(|at| format.moment(at)),
        took: t().sources.took(run.ended_at.unwrap_or(site.now()) - run.started_at),
        counts: Counts {
            pages: figure(format, run.pages),
            added: figure(format, run.added),
            changed: figure(format, run.changed),
            unchanged: figure(format, run.unchanged),
            gone: figure(format, run.gone),
            quarantined: figure(format, run.quarantined),
        },
        begun: run.holder.is_some() || run.pages > 0 || run.failures > 0 || status != Status::Running,
        retry: run.retry_at.map(|at| format.moment(at)),
        removals: figure(format, run.removals),
        present: figure(format, run.present),
        decision: run.decision.clone(),
        decided_by: run.decided_by.as_ref().and_then(|id| names.get(id).cloned()),
        error: run.error.clone(),
        hint: run.hint.clone(),
    }
}

/// The page that adds a source: the kinds to choose from, and the form once one is chosen.
pub async fn new_view(scope: &Scope, site: &Site, kind: Option<&str>, draft: &str) -> Res<NewView> {
    scope.require(Role::Operator)?;
    let systems = connect::systems()
        .iter()
        .map(|s| SystemCard {
            kind: s.kind().to_owned(),
            name: s.name().to_owned(),
            summary: s.summary().to_owned(),
            docs: s.docs().to_owned(),
        })
        .collect();
    let form = match kind.filter(|kind| connect::system(kind).is_some()) {
        Some(kind) => {
            let draft = settings::open_draft(site, scope, None, draft).filter(|d| d.entered.kind == kind);
            Some(settings::form(site, scope, kind, None, draft)?)
        }
        None => None,
    };
    Ok(NewView { systems, form })
}

/// One source: settings, health, runs.
pub async fn view(scope: &Scope, site: &Site, id: &str, draft: &str, paging: Paging) -> Res<SourceView> {
    scope.require(Role::Operator)?;
    let format = format(scope, site);
    let mut c = site.read().await?;
    let row = store::source(&mut c, id).await?.ok_or(AppError::NotFound)?;
    let (newest, _) = store::runs(&mut c, id, 1, 0).await?;
    let (runs, total) = store::runs(&mut c, id, paging.size, paging.offset()).await?;
    let good = store::last_good(&mut c).await?.into_iter().find(|(source, _)| source == id).map(|(_, at)| at);
    let card = card(&mut c, site, &format, &row, newest.first(), good).await?;
    let form = match row.removed_at {
        None => {
            let draft = settings::open_draft(site, scope, Some(id), draft);
            Some(settings::form(site, scope, &row.kind, Some(&row), draft)?)
        }
        Some(_) => None,
    };
    let names = names(&mut c, &runs).await?;
    let rows = runs.iter().map(|run| run_card(site, &format, &names, run)).collect();
    Ok(SourceView { card, form, runs: Page { rows, total, paging } })
}

/// The source's latest run, polled while it goes on.
pub async fn progress(scope: &Scope, site: &Site, id: &str) -> Res<Option<RunCard>> {
    scope.require(Role::Operator)?;
    let format = format(scope, site);
    let (runs, _) = store::runs(&mut site.read().await?, id, 1, 0).await?;
    Ok(runs.first().map(|run| run_card(site, &format, &HashMap::new(), run)))
}

/// One run: what it did, what it refused, what it asked.
pub async fn run_view(scope: &Scope, site: &Site, source: &str, run: &str, paging: Paging) -> Res<RunView> {
    scope.require(Role::Operator)?;
    let format = format(scope, site);
    let mut c = site.read().await?;
    let row = run_of(&mut c, source, run).await?;
    let owner = store::source(&mut c, source).await?.ok_or(AppError::NotFound)?;
    let names = names(&mut c, std::slice::from_ref(&row)).await?;
    let (refused, total) = store::quarantined(&mut c, run, paging.size, paging.offset()).await?;
    let rows = refused
        .into_iter()
        .map(|r| Quarantined { external_id: r.external_id, reason: r.reason, excerpt: r.excerpt })
        .collect();
    Ok(RunView {
        source: owner.id,
        source_name: owner.name,
        run: run_card(site, &format, &names, &row),
        requests: serde_json::from_value::<Vec<Asked>>(row.requests.clone()).unwrap_or_default(),
        request_count: figure(&format, row.request_count),
        quarantine: Page { rows, total, paging },
    })
}
