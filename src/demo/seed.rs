//! Seeding: people, sources with their first syncs, playlists, activity. Every step may be repeated; what a stopped
//! start left undone, the next one does.

use super::activity::{self, Act, Course, Material, Member, Object};
use super::organisation::{EVERYONE, Organisation, PEOPLE, WIKI};
use super::{Say, playlists, store, systems};
use crate::base::{AppError, Res, Scope};
use crate::catalog::service as catalog;
use crate::directory::service as directory;
use crate::platform::{Site, audit};
use crate::records::model::{ObjectKind, Statement};
use crate::records::service as records;
use crate::sources::model::Status;
use crate::sources::service as sources;
use sandbox::{Feed, Running};
use serde_json::json;
use std::collections::HashMap;

/// What seeding found to do.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Seeded {
    /// A new demo.
    Now,
    /// It was there already.
    Before,
}

/// Makes the portal the demo organisation's, from the sandbox's systems. A second time it only looks whether the
/// systems listen where they did.
pub async fn seed(site: &Site, sandbox: &Running, say: Say<'_>) -> Res<Seeded> {
    let organisation = Organisation::embedded()?;
    let report = directory::import(&Scope::system(), site, PEOPLE).await?;
    if report.added > 0 {
        say(&format!("{} people in their teams, with their reporting lines.", organisation.people.len()));
    }
    let connected = systems::connect(site, sandbox).await?;
    if store::is_seeded(&mut site.read().await?).await? {
        return Ok(Seeded::Before);
    }
    for (name, id) in &connected {
        say(&format!("{name}: {}", read(site, name, id).await?));
    }
    // Whose courses those are is read once the courses are there.
    for (name, id) in connected.iter().filter(|(name, _)| name == systems::ACADEMY) {
        let run = sources::read_people_to_end(site, id).await?;
        let hint = run.hint.unwrap_or_default();
        if !matches!(run.status, Status::Ok | Status::Partial) {
            return Err(AppError::Unavailable(format!(
                "The people of {name} were not read. {} {hint}",
                run.error.unwrap_or_default()
            )));
        }
        say(&format!("{name}: {} enrolments of people.", run.added));
    }
    let shelf = Shelf::of(sandbox);
    let resources = shelf.ids(site).await?;
    playlists::draft(site, &organisation, &resources).await?;
    let done = fill(site, &organisation, &shelf, &resources).await?;
    say(&format!("{} playlists, and {} things that people did in the last weeks.", done.0, done.1));
    Ok(Seeded::Now)
}

/// Syncs one source to its end; answers what came of it.
async fn read(site: &Site, name: &str, id: &str) -> Res<String> {
    let run = sources::sync_to_end(site, id).await?;
    if !matches!(run.status, Status::Ok | Status::Partial) {
        let error = run.error.unwrap_or_default();
        return Err(AppError::Unavailable(format!("{name} was not read. {error} {}", run.hint.unwrap_or_default())));
    }
    let items = run.added + run.changed + run.unchanged;
    Ok(match run.quarantined {
        0 => format!("{items} items."),
        refused => format!("{items} items, {refused} in quarantine."),
    })
}

/// Everything that the sandbox offers to learn from, under the names that playlists use: addresses, and `wiki:TITLE`.
struct Shelf {
    materials: Vec<Material>,
    /// Name → address, where they differ.
    pages: HashMap<String, String>,
}

impl Shelf {
    fn of(sandbox: &Running) -> Self {
        let feeds = sandbox.world().feeds();
        let mut materials: Vec<Material> = Feed::ALL
            .into_iter()
            .flat_map(|feed| feeds.items(feed))
            .map(|item| Material {
                url: item.url,
                topics: item.topics,
                minutes: item.minutes.map_or(0, i64::from),
                language: item.language,
            })
            .collect();
        let wiki = sandbox.world().wiki();
        let mut pages = HashMap::new();
        for title in wiki.titles() {
            let name = format!("{WIKI}{title}");
            pages.insert(name.clone(), wiki.page_url(&title).to_string());
            materials.push(Material { url: name, topics: vec![], minutes: 8, language: "en".to_owned() });
        }
        Shelf { materials, pages }
    }

    /// Ids of what has arrived in the catalogue, by name.
    async fn ids(&self, site: &Site) -> Res<HashMap<String, String>> {
        let names = || self.materials.iter().map(|material| &material.url);
        let address = |name: &String| self.pages.get(name).unwrap_or(name).clone();
        let addresses: Vec<String> = names().map(address).collect();
        let found = catalog::by_address(&mut site.read().await?, &addresses).await?;
        Ok(names().filter_map(|name| Some((name.clone(), found.get(&address(name))?.clone()))).collect())
    }
}

/// Playlists and activity, in one transaction with the mark that they are there; answers how many of each.
async fn fill(
    site: &Site,
    organisation: &Organisation,
    shelf: &Shelf,
    resources: &HashMap<String, String>,
) -> Res<(usize, u64)> {
    let now = site.now();
    let mut tx = site.begin().await?;
    let people: HashMap<String, String> =
        directory::overview(&mut tx).await?.into_iter().map(|person| (person.email, person.id)).collect();
    let topics: HashMap<String, String> =
        catalog::topics(&mut tx).await?.into_iter().map(|topic| (topic.name, topic.id)).collect();
    let playlists = playlists::publish(&mut tx, organisation, &people, resources, now).await?;
    let ids = Ids { people: &people, resources, topics: &topics, playlists: &playlists };
    let statements: Vec<Statement> =
        acts(organisation, shelf, now).into_iter().filter_map(|act| ids.statement(act)).collect();
    let added = records::import(&mut tx, &statements, now).await?;
    let detail = json!({"playlists": playlists.len(), "activity": added});
    audit::record(&mut tx, &Scope::system(), store::SEEDED, "demo", detail, now).await?;
    tx.commit().await?;
    Ok((playlists.len(), added))
}

fn acts(organisation: &Organisation, shelf: &Shelf, now: i64) -> Vec<Act> {
    let nothing = Vec::new();
    let members: Vec<Member<'_>> = organisation
        .people
        .iter()
        .map(|person| Member {
            email: &person.email,
            team: &person.team,
            time_zone: &person.time_zone,
            follows: organisation.follows.get(&person.email).unwrap_or(&nothing),
        })
        .collect();
    let courses: Vec<Course<'_>> = organisation
        .playlists
        .iter()
        .filter(|playlist| playlist.published)
        .map(|playlist| Course {
            slug: &playlist.slug,
            team: Some(playlist.audience.as_str()).filter(|audience| *audience != EVERYONE),
            urls: playlist.items.iter().map(|item| item.url.clone()).collect(),
        })
        .collect();
    activity::plan(&members, &shelf.materials, &courses, now)
}

/// The portal's ids by the names that the plan uses.
struct Ids<'a> {
    people: &'a HashMap<String, String>,
    resources: &'a HashMap<String, String>,
    topics: &'a HashMap<String, String>,
    playlists: &'a HashMap<String, String>,
}

impl Ids<'_> {
    /// The statement of an act, unless what it was done to has not arrived.
    fn statement(&self, act: Act) -> Option<Statement> {
        let (object_kind, object) = match &act.object {
            Object::Resource(url) => (ObjectKind::Resource, self.resources.get(url)?),
            Object::Topic(name) => (ObjectKind::Topic, self.topics.get(name)?),
            Object::Playlist(slug) => (ObjectKind::Playlist, self.playlists.get(slug)?),
        };
        Some(Statement {
            person: self.people.get(&act.email)?.clone(),
            verb: act.verb,
            object_kind,
            object: object.clone(),
            result: None,
            context: None,
            at: act.at,
        })
    }
}
