//! What people see of links, and what curators do about them. Operators see the list too: a page of a source leads there.

use super::model::{Filter, LinkLine, LinkList, LinkRow, SourceCount, Why};
use super::rules;
use super::store::{self, LineRow, ListRow};
use super::{check, jobs};
use crate::base::{AppError, Page, Paging, Res, Role, Scope, Viewer, t};
use crate::catalog::model::Kind;
use crate::platform::db::Conn;
use crate::platform::{Format, Site, audit};
use serde_json::json;

/// Refuses everybody but curators and operators.
fn curates(scope: &Scope) -> Res<&Viewer> {
    scope.require(Role::Curator).or_else(|_| scope.require(Role::Operator))?;
    scope.person()
}

/// The links that `filter` asks for, as far as the asking curator or operator may see their resources.
pub async fn links(scope: &Scope, site: &Site, filter: &Filter) -> Res<LinkList> {
    let viewer = curates(scope)?;
    let format = Format::of(viewer, site.now());
    let paging = Paging { number: filter.page.clamp(1, crate::base::PAGE_MAX), ..Paging::default() };
    let config = &site.config.links;
    let mut c = site.read().await?;
    let counts = store::by_source(&mut c, &viewer.groups, filter.which).await?;
    let wanted = |id: &String| filter.source.as_ref().is_none_or(|source| source == id);
    let total = counts.iter().filter(|(id, ..)| wanted(id)).map(|(.., n)| n).sum();
    let source = filter.source.as_deref();
    let rows = store::list(&mut c, &viewer.groups, filter.which, source, paging.size, paging.offset()).await?;
    let sources = counts.into_iter().map(|(id, name, n)| SourceCount { id, name, shown: format.number(n) });
    Ok(LinkList {
        filter: Filter { page: paging.number, ..filter.clone() },
        sources: sources.collect(),
        page: Page { rows: rows.into_iter().map(|row| listed(row, site, &format)).collect(), total, paging },
        checks: config.check,
        hosts: config.hosts.clone(),
    })
}

fn listed(row: ListRow, site: &Site, format: &Format) -> LinkRow {
    let checks = site.config.links.covers(&row.host);
    let is_waiting = row.line.asked_at.is_some() || row.due_at <= site.now();
    LinkRow {
        kind: Kind::parse(&row.kind).unwrap_or(Kind::Article),
        line: shown(row.line, checks, format),
        next: (checks && !is_waiting).then(|| format.date(row.due_at)),
        id: row.id,
        title: row.title,
        source: row.source,
        url: row.url,
    }
}

fn shown(row: LineRow, checks: bool, format: &Format) -> LinkLine {
    let why = row.why.as_deref().and_then(Why::parse);
    let (is_unclear, is_failing) = (row.outcome.as_deref() == Some("unclear"), row.first_failed_at.is_some());
    LinkLine {
        state: rules::state(row.checked_at.is_some(), is_unclear, is_failing, row.broken_at.is_some()),
        checked: row.checked_at.map(|at| format.ago(at)),
        since: row.first_failed_at.map(|at| format.date(at)),
        tries: row.tries,
        why: why.map(|why| t().links.why(why.as_str(), row.status.unwrap_or_default())).unwrap_or_default(),
        moved_to: row.moved_to,
        asked: row.asked_at.is_some(),
        checks,
    }
}

/// What is known of the link of a resource that the caller has found to be visible.
pub(in crate::catalog) async fn line(c: &mut Conn, site: &Site, format: &Format, id: &str, url: &str) -> Res<LinkLine> {
    let checks = check::host(url).is_some_and(|host| site.config.links.covers(&host));
    Ok(match store::line(c, id).await? {
        Some(row) => shown(row, checks, format),
        None => LinkLine { checks, ..LinkLine::default() },
    })
}

/// Broken links of a source, as far as the asking person may see the resources; none for the portal itself.
pub async fn broken_of(c: &mut Conn, scope: &Scope, source: &str) -> Res<i64> {
    match scope.viewer() {
        Some(viewer) => Ok(store::count_broken(c, &viewer.groups, source).await?),
        None => Ok(0),
    }
}

/// Has the link of a resource looked at as soon as its host may be asked.
pub async fn check_now(scope: &Scope, site: &Site, resource: &str) -> Res<()> {
    let viewer = curates(scope)?;
    let (now, texts) = (site.now(), &t().links);
    let mut tx = site.begin().await?;
    let (url, is_known) = store::place(&mut tx, &viewer.groups, resource).await?.ok_or(AppError::NotFound)?;
    let host = check::host(&url).unwrap_or_default();
    if !site.config.links.check {
        return Err(AppError::Unavailable(texts.off.to_owned()));
    }
    if !site.config.links.covers(&host) {
        return Err(AppError::Conflict(texts.not_this_host.to_owned()));
    }
    if !is_known {
        store::enrol(&mut tx, &[(resource.to_owned(), url, host)], now).await?;
    }
    store::ask(&mut tx, resource, now).await?;
    jobs::enqueue(&mut tx, now).await?;
    audit::record(&mut tx, scope, "link.check", &format!("resource/{resource}"), json!({}), now).await?;
    tx.commit().await?;
    site.wake.notify_one();
    Ok(())
}
