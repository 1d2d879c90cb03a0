//! The manager's pages. Both check the reporting line first, and write the ledger before they answer: who cannot be told
//! that she was looked at is not shown.

use super::model::{Choice, Counts, Help, NextItem, PersonRow, PersonView, TeamQuery, TeamRow, TeamView};
use super::store;
use crate::base::{AppError, DAY, HOUR, Res, Scope, Viewer, t};
use crate::catalog::service as catalog;
use crate::directory::PersonRef;
use crate::directory::service as directory;
use crate::platform::db::Conn;
use crate::platform::{Format, Site, audit};
use crate::playlists::service as playlists;
use crate::playlists::{Progress, Stage};
use std::cmp::Reverse;
use std::collections::{HashMap, HashSet};

/// Who does nothing for so long, after she started or after the playlist was published, may need help (ms).
const STILL: i64 = 14 * DAY;
/// Looks at the same thing within this time are one row of the ledger (ms).
const ONE_LOOK: i64 = HOUR;

/// The team page: everybody in the asking manager's line, or a part of it, and how far each is with one playlist.
/// Refuses who manages nobody; a playlist or a sub-team that is not hers is not found.
pub async fn team(scope: &Scope, site: &Site, query: TeamQuery) -> Res<TeamView> {
    let viewer = scope.person()?;
    let now = site.now();
    let mut c = site.read().await?;
    if !directory::manages(&mut c, &viewer.id).await? {
        return Err(AppError::Forbidden);
    }
    let line = directory::reports(&mut c, &viewer.id).await?;
    let teams = managers(&mut c, &line).await?;
    let people = chosen_people(&mut c, &viewer.id, &line, &query.people).await?;
    let ids = ids(&people);
    let relevant = playlists::relevant(&mut c, &ids).await?;
    let at = match query.playlist.as_str() {
        "" => 0,
        slug => relevant.iter().position(|playlist| playlist.slug == slug).ok_or(AppError::NotFound)?,
    };
    let choice =
        |p: &playlists::Relevant| Choice { slug: p.slug.clone(), title: p.title.clone(), followers: p.followers };
    let choices: Vec<Choice> = relevant.iter().map(choice).collect();
    let mut view = TeamView {
        query,
        choices,
        playlist: relevant.get(at).map(choice),
        published: None,
        teams,
        rows: vec![],
        counts: Counts::default(),
        outside: 0,
    };
    let Some(playlist) = relevant.get(at) else { return Ok(view) };
    let progress = playlists::progress(&mut c, &ids, std::slice::from_ref(&playlist.id)).await?;
    drop(c);
    let format = Format::of(viewer, now);
    view.published = Some(format.ago(playlist.published_at));
    fill(&mut view, people, progress, playlist.published_at, &format, now);
    let shown: Vec<String> = view.rows.iter().map(|row| row.person.id.clone()).collect();
    look(scope, site, &shown, "team", &t().insights.look_team(&playlist.title)).await?;
    Ok(view)
}

/// One person's playlists, for those above her in the line. Anybody else is not found, whether she exists or not.
pub async fn person(scope: &Scope, site: &Site, id: &str) -> Res<PersonView> {
    let viewer = scope.person()?;
    let mut c = site.read().await?;
    if !directory::manages(&mut c, &viewer.id).await? {
        return Err(AppError::Forbidden);
    }
    if !directory::oversees(&mut c, &viewer.id, id).await? {
        return Err(AppError::NotFound);
    }
    let person = directory::person(&mut c, id).await?.ok_or(AppError::NotFound)?;
    let rows = rows_of(&mut c, viewer, &person.id, &Format::of(viewer, site.now())).await?;
    drop(c);
    look(scope, site, std::slice::from_ref(&person.id), "team/person", t().insights.look_person).await?;
    let directory::Person { id, name, job_title, email, .. } = person;
    Ok(PersonView { person: PersonRef { id, name, job_title }, email, rows })
}

/// How `person` stands with the playlists that she follows or has started, told to `viewer`.
async fn rows_of(c: &mut Conn, viewer: &Viewer, person: &str, format: &Format) -> Res<Vec<PersonRow>> {
    let of_person = playlists::of_person(c, person).await?;
    let ids: Vec<String> = of_person.iter().map(|(id, ..)| id.clone()).collect();
    let progress = playlists::progress(c, &[person.to_owned()], &ids).await?;
    let mut progress: HashMap<String, Progress> = progress.into_iter().map(|p| (p.playlist.clone(), p)).collect();
    let openable = playlists::openable(c, viewer, &ids).await?;
    let mut next = next_items(c, viewer, person, &ids, format).await?;
    let row = |(id, slug, title): (String, String, String)| {
        let p = progress.remove(&id)?;
        Some(PersonRow {
            slug: openable.contains(&id).then_some(slug),
            title,
            stage: p.stage(),
            done: p.done,
            items: p.items,
            following: p.following,
            last: p.last_at.map(|at| format.ago(at)),
            next: next.remove(&id),
        })
    };
    Ok(of_person.into_iter().filter_map(row).collect())
}

/// What comes next for `person`, by playlist. A resource that is not shared with `viewer` is not named to her.
async fn next_items(
    c: &mut Conn,
    viewer: &Viewer,
    person: &str,
    playlists: &[String],
    format: &Format,
) -> Res<HashMap<String, NextItem>> {
    let next = playlists::next_items(c, person, playlists).await?;
    let resources: Vec<String> = next.values().map(|next| next.resource.clone()).collect();
    let cards = catalog::cards(c, viewer, format, &resources).await?;
    let titles: HashMap<String, String> = cards.into_iter().map(|card| (card.id, card.title)).collect();
    let told = |(playlist, next): (String, playlists::NextItem)| {
        let item = NextItem {
            resource: titles.get(&next.resource).map(|title| (next.resource.clone(), title.clone())),
            opened: next.opened_at.is_some(),
            since: next.since.map(|at| format.date(at)),
        };
        (playlist, item)
    };
    Ok(next.into_iter().map(told).collect())
}

async fn look(scope: &Scope, site: &Site, people: &[String], page: &str, detail: &str) -> Res<()> {
    let now = site.now();
    let mut tx = site.begin().await?;
    audit::looked_at_once(&mut tx, scope, people, page, detail, now, ONE_LOOK).await?;
    Ok(tx.commit().await?)
}

/// Those of `line` to whom somebody reports.
async fn managers(c: &mut Conn, line: &[PersonRef]) -> Res<Vec<PersonRef>> {
    let managing: HashSet<String> = store::managing(c, &ids(line)).await?.into_iter().map(|row| row.0).collect();
    Ok(line.iter().filter(|person| managing.contains(&person.id)).cloned().collect())
}

async fn chosen_people(c: &mut Conn, viewer: &str, line: &[PersonRef], people: &str) -> Res<Vec<PersonRef>> {
    match people {
        "" => Ok(line.to_vec()),
        "direct" => directory::team(c, viewer).await,
        manager => {
            let manager = line.iter().find(|person| person.id == manager).ok_or(AppError::NotFound)?;
            let mut people = vec![manager.clone()];
            people.extend(directory::reports(c, &manager.id).await?);
            Ok(people)
        }
    }
}

fn fill(
    view: &mut TeamView,
    people: Vec<PersonRef>,
    progress: Vec<Progress>,
    published_at: i64,
    format: &Format,
    now: i64,
) {
    let mut progress: HashMap<String, Progress> = progress.into_iter().map(|p| (p.person.clone(), p)).collect();
    let mut rows = Vec::new();
    for person in people {
        let Some(p) = progress.remove(&person.id).filter(|p| p.in_audience) else {
            view.outside += 1;
            continue;
        };
        let stage = p.stage();
        let help = help(&p, published_at, now);
        view.counts.add(stage);
        let row = TeamRow {
            person,
            stage,
            done: p.done,
            items: p.items,
            following: p.following,
            last: p.last_at.map(|at| format.ago(at)),
            help,
        };
        rows.push((p.last_at.filter(|_| help == Some(Help::StandsStill)), row));
    }
    // Who stands still longest comes first; then who is further; people came by name, and a stable sort keeps that.
    rows.sort_by_key(|(still, row)| (still.is_none(), *still, Reverse(row.stage)));
    view.rows = rows.into_iter().map(|(_, row)| row).collect();
}

/// Why somebody may need help who is so far with a playlist published at `published_at`.
fn help(p: &Progress, published_at: i64, now: i64) -> Option<Help> {
    match p.stage() {
        Stage::Started | Stage::UnderWay if p.last_at.is_some_and(|at| now - at > STILL) => Some(Help::StandsStill),
        // Nobody has to start on the first day, or with nothing.
        Stage::NotStarted if p.items > 0 && now - published_at > STILL => Some(Help::NotStarted),
        _ => None,
    }
}

fn ids(people: &[PersonRef]) -> Vec<String> {
    people.iter().map(|person| person.id.clone()).collect()
}
