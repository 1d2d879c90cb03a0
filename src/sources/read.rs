//! What the operator's pages show.

use super::model::{
    Asked, Counts, Family, Figure, FormView, Health, NewView, Overview, Quarantined, RunCard, RunKind, RunView,
    SourceCard, SourceView, Standing, Status, SystemCard,
};
use super::service::run_of;
use super::store::{self, RequestRow, RunRow, SourceRow};
use super::twin::twin_of;
use super::{settings, silence};
use crate::base::{AppError, DAY, Page, Paging, Res, Role, Scope, When, t};
use crate::catalog::links::service as links;
use crate::catalog::service as catalog;
use crate::directory::service as directory;
use crate::platform::db::Conn;
use crate::platform::{Format, Site};
use serde_json::Value;
use std::collections::{HashMap, HashSet};

pub(super) fn format(scope: &Scope, site: &Site) -> Format {
    match scope.viewer() {
        Some(viewer) => Format::of(viewer, site.now()),
        None => Format::new("en", "UTC", site.now()),
    }
}

/// How long ago, and at what time of day; beyond a day, date and time.
pub(super) fn stamp(site: &Site, format: &Format, at: i64) -> When {
    let past = format.ago(at);
    beside(site, format, at, past.text)
}

/// `text` with the time of day beside it, as long as that says which day is meant.
pub(super) fn beside(site: &Site, format: &Format, at: i64, text: String) -> When {
    let moment = format.moment(at);
    if (site.now() - at).abs() >= DAY {
        return moment;
    }
    When { text: t().sources.at(&text, &format.time(at).text), iso: moment.iso }
}

/// Since when sources do well, or badly, and when they were last heard of, by id.
struct Since {
    good: HashMap<String, i64>,
    failing: HashMap<String, i64>,
    heard: HashMap<String, i64>,
}

impl Since {
    async fn read(c: &mut Conn) -> Res<Since> {
        Ok(Since {
            good: store::last_good(c).await?.into_iter().collect(),
            failing: store::failing_since(c).await?.into_iter().collect(),
            heard: store::last_heard(c).await?.into_iter().collect(),
        })
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
    let since = Since::read(&mut c).await?;
    let mut cards = Vec::with_capacity(rows.len());
    for row in &rows {
        let run = latest.remove(&row.id);
        cards.push(card(&mut c, site, &format, row, run.as_ref(), &since).await?);
    }
    let (removed, mut sources): (Vec<_>, Vec<_>) = cards.into_iter().partition(|c| c.removed.is_some());
    sources.sort_by_key(|card| !card.is_urgent());
    Ok(Overview { sources, removed })
}

async fn card(
    c: &mut Conn,
    site: &Site,
    format: &Format,
    row: &SourceRow,
    latest: Option<&RunRow>,
    since: &Since,
) -> Res<SourceCard> {
    let (_, items) = catalog::unseen(c, &row.id, "").await?;
    let status = latest.and_then(|run| Status::parse(&run.status));
    let resting = row.paused || row.removed_at.is_some();
    Ok(SourceCard {
        id: row.id.clone(),
        name: row.name.clone(),
        system: connect::system(&row.kind).map_or(row.kind.as_str(), |s| s.name()).to_owned(),
        health: Health::of(row.removed_at.is_some(), row.paused, status),
        paused: row.paused,
        items: figure(format, items),
        latest: latest.map(|run| run_card(site, format, &HashMap::new(), run)),
        last_good: since.good.get(&row.id).map(|at| stamp(site, format, *at)),
        failing_since: since.failing.get(&row.id).map(|at| format.moment(*at)),
        next: (!resting).then(|| {
            let due = t().sources.due(row.next_run_at - site.now());
            beside(site, format, row.next_run_at, due)
        }),
        removed: row.removed_at.map(|at| stamp(site, format, at)),
        silent_since: silence::since(row, latest, since.heard.get(&row.id).copied(), site.now())
            .map(|at| format.moment(at)),
        people: row.people_next_at.is_some(),
        people_run: people_run(c, site, format, row).await?,
    })
}

/// The latest run that read a source's people, where they are read.
pub(super) async fn people_run(c: &mut Conn, site: &Site, format: &Format, row: &SourceRow) -> Res<Option<RunCard>> {
    if row.people_next_at.is_none() {
        return Ok(None);
    }
    let (runs, _) = store::runs(c, &row.id, RunKind::People, 1, 0).await?;
    let names = names(c, &runs).await?;
    Ok(runs.first().map(|run| run_card(site, format, &names, run)))
}

pub(super) fn figure(format: &Format, n: i64) -> Figure {
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
    // Somebody's thinking it over is not the run's time.
    let done_at = run.waiting_since.or(run.ended_at).unwrap_or(site.now());
    RunCard {
        id: run.id.clone(),
        kind: run.kind(),
        matched: run.matched.map(|n| figure(format, n)),
        unmatched: run.unmatched.map(|n| figure(format, n)),
        status,
        reason: run.reason.clone(),
        by: names.get(&run.requested_by).cloned(),
        started: stamp(site, format, run.started_at),
        ended: run.ended_at.map(|at| format.moment(at)),
        waiting_since: run.waiting_since.map(|at| format.moment(at)),
        took: t().sources.took(done_at - run.started_at),
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
        detail: run.detail.clone().filter(|detail| !detail.is_empty()),
        hint: run.hint.clone(),
    }
}

/// The page that adds a source: the kinds to choose from, and the form once one is chosen.
pub async fn new_view(scope: &Scope, site: &Site, kind: Option<&str>, draft: &str) -> Res<NewView> {
    scope.require(Role::Operator)?;
    let card = |s: &&dyn connect::System| SystemCard {
        kind: s.kind().to_owned(),
        name: s.name().to_owned(),
        summary: s.summary().to_owned(),
        docs: s.docs().to_owned(),
    };
    let family =
        |of: &connect::Family| Family { title: of.title.to_owned(), systems: of.systems.iter().map(card).collect() };
    let families = connect::families().iter().map(family).collect();
    let unknown = kind.is_some_and(|kind| !kind.is_empty() && connect::system(kind).is_none());
    let form = match kind.filter(|kind| connect::system(kind).is_some()) {
        Some(kind) => {
            let draft = settings::open_draft(site, scope, None, draft).filter(|d| d.entered.kind == kind);
            let mut c = site.read().await?;
            let form = settings::form(site, scope, kind, None, draft, groups(&mut c).await?)?;
            Some(with_twin(&mut c, form).await?)
        }
        None => None,
    };
    Ok(NewView { families, form, unknown })
}

/// The groups that an audience can be: id and name.
async fn groups(c: &mut Conn) -> Res<Vec<(String, String)>> {
    Ok(directory::groups(c).await?.into_iter().map(|group| (group.id, group.name)).collect())
}

/// The form that came back, with who reads from its address already.
async fn with_twin(c: &mut Conn, form: FormView) -> Res<FormView> {
    let address = form.fields.iter().find(|field| field.name == form.address).filter(|_| form.sent_at != 0);
    let twin = match address {
        Some(field) => twin_of(c, &form.kind, &field.value, form.id.as_deref()).await?,
        None => None,
    };
    // A source may stay where it is, with or without a twin; a removed one is of use to a new source only.
    let twin = twin.filter(|twin| form.id.is_none() || !twin.removed);
    Ok(FormView { twin, ..form })
}

/// One source: settings, health, runs.
pub async fn view(scope: &Scope, site: &Site, id: &str, draft: &str, paging: Paging) -> Res<SourceView> {
    scope.require(Role::Operator)?;
    let mut c = site.read().await?;
    let row = store::source(&mut c, id).await?.ok_or(AppError::NotFound)?;
    let standing = stands(&mut c, scope, site, &row, paging).await?;
    let draft = settings::open_draft(site, scope, Some(id), draft);
    let unsaved = row.removed_at.is_some() && draft.is_some();
    let form = match row.removed_at {
        None => {
            let form = settings::form(site, scope, &row.kind, Some(&row), draft, groups(&mut c).await?)?;
            Some(with_twin(&mut c, form).await?)
        }
        Some(_) => None,
    };
    Ok(SourceView { standing, form, unsaved })
}

/// How one source stands now: health and runs.
pub async fn standing(scope: &Scope, site: &Site, id: &str, paging: Paging) -> Res<Standing> {
    scope.require(Role::Operator)?;
    let mut c = site.read().await?;
    let row = store::source(&mut c, id).await?.ok_or(AppError::NotFound)?;
    stands(&mut c, scope, site, &row, paging).await
}

async fn stands(c: &mut Conn, scope: &Scope, site: &Site, row: &SourceRow, paging: Paging) -> Res<Standing> {
    let format = format(scope, site);
    let (newest, _) = store::runs(c, &row.id, RunKind::Catalogue, 1, 0).await?;
    let (runs, total) = store::runs(c, &row.id, RunKind::Catalogue, paging.size, paging.offset()).await?;
    let since = Since::read(c).await?;
    let card = card(c, site, &format, row, newest.first(), &since).await?;
    let names = names(c, &runs).await?;
    let rows = runs.iter().map(|run| run_card(site, &format, &names, run)).collect();
    let broken = figure(&format, links::broken_of(c, scope, &row.id).await?);
    Ok(Standing { card, broken, runs: Page { rows, total, paging } })
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
    let requests = asked(&mut c, &format, &row).await?;
    Ok(RunView {
        source: owner.id,
        source_name: owner.name,
        run: run_card(site, &format, &names, &row),
        requests,
        request_count: figure(&format, row.request_count),
        quarantine: Page { rows, total, paging },
    })
}

/// What a run asked, as far as it is kept. The request that it stopped at is marked: the last one, if that failed or its
/// answer could not be used.
async fn asked(c: &mut Conn, format: &Format, run: &RunRow) -> Res<Vec<Asked>> {
    let mut rows = store::requests(c, &run.id).await?;
    if rows.is_empty() {
        rows = before_the_table(&run.requests);
    }
    let last = rows.last().map(|row| row.n);
    let blamed = |row: &RequestRow| {
        // An answer is also found wanting after its request has ended; then the message names the address.
        row.error.is_some() || run.detail.as_ref().is_some_and(|detail| detail.contains(&row.url))
    };
    let shown = |row: RequestRow| Asked {
        stopped: run.error.is_some() && Some(row.n) == last && blamed(&row),
        method: row.method,
        url: row.url,
        status: row.status,
        ms: figure(format, row.ms),
        bytes: figure(format, row.bytes),
        attempt: row.attempt,
        error: row.error,
    };
    Ok(rows.into_iter().map(shown).collect())
}

/// Requests as runs kept them before there was a table for them: one entry for all tries, without sizes.
fn before_the_table(kept: &Value) -> Vec<RequestRow> {
    let text = |value: &Value| value.as_str().map(str::to_owned);
    let rows = kept.as_array().map(Vec::as_slice).unwrap_or_default().iter().zip(1..);
    rows.map(|(row, n)| RequestRow {
        n,
        method: text(&row["method"]).unwrap_or_default(),
        url: text(&row["url"]).unwrap_or_default(),
        status: row["status"].as_i64(),
        ms: row["ms"].as_i64().unwrap_or_default(),
        bytes: 0,
        attempt: row["tries"].as_i64().unwrap_or(1),
        error: text(&row["error"]),
    })
    .collect()
}
