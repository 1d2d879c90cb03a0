//! People with a few weeks behind them: the feed is measured as one of them sees it.

use crate::{Outcome, reader};
use atrium::base::{DAY, Scope};
use atrium::platform::Site;
use atrium::playlists::service::NewPlaylist;
use atrium::records::model::{ObjectKind, Statement, Verb};
use atrium::{catalog, directory, playlists, records};
use connect::Item;
use std::fmt::Write;

/// One team.
const PEOPLE: usize = 40;
/// What the measured one follows: large topics, as most people do.
const TOPICS: [&str; 6] = ["JavaScript", "Python", "C", "Machine Learning", "Git", "Go"];

/// Adds people, conversations, playlists and activity to a loaded library. Answers the measured one's mail address.
pub async fn settle(site: &Site, source: &str, items: &[Item]) -> Outcome<String> {
    let mut csv = String::from("email,name,job_title,team,manager_email,locale,time_zone\n");
    for n in 0..PEOPLE {
        let manager = if n == 0 { "" } else { "person0@halden.example" };
        writeln!(csv, "person{n}@halden.example,Person Number{n},Engineer,Platform,{manager},en-GB,Europe/London")?;
    }
    directory::service::import(&Scope::system(), site, csv.as_bytes()).await?;
    let talks = reader::discussions(items, &TOPICS, 400);
    let mut tx = site.begin().await?;
    catalog::service::ingest(&mut tx, source, "run", &talks, site.now()).await?;
    tx.commit().await?;

    let mut c = site.read().await?;
    let people = directory::service::everyone(&mut c).await?;
    let mut people: Vec<String> = people.into_iter().map(|person| person.id).collect();
    let email = "person1@halden.example";
    let her = directory::service::by_email(&mut c, email).await?.ok_or("nobody was imported")?.id;
    people.retain(|person| *person != her);
    let names: Vec<String> = TOPICS.iter().map(|name| (*name).to_owned()).collect();
    let topics = catalog::service::topics_by_name(&mut c, &names).await?;
    let addresses: Vec<String> = items.iter().step_by(items.len().div_ceil(600)).filter_map(address).collect();
    let mut found: Vec<String> = catalog::service::by_address(&mut c, &addresses).await?.into_values().collect();
    found.sort();
    drop(c);
    if found.len() < 60 {
        return Err("load at least 60 resources: fewer are no library".into());
    }

    let mut statements = Vec::new();
    let mut say = |person: &str, verb, object_kind, object: &str, days: usize| {
        let at = site.now() - (days as i64 + 1) * DAY;
        statements.push(Statement {
            person: person.to_owned(),
            verb,
            object_kind,
            object: object.to_owned(),
            result: None,
            context: None,
            at,
        });
    };
    for (n, topic) in topics.iter().enumerate() {
        say(&her, Verb::Followed, ObjectKind::Topic, &topic.id, n);
    }
    for (n, resource) in found.iter().take(40).enumerate() {
        say(&her, Verb::Opened, ObjectKind::Resource, resource, n);
        let next = [Verb::Completed, Verb::Saved, Verb::Hidden, Verb::Opened][n % 4];
        say(&her, next, ObjectKind::Resource, resource, n.saturating_sub(1));
    }
    for (n, person) in people.iter().enumerate() {
        for step in 0..50 {
            say(person, Verb::Opened, ObjectKind::Resource, &found[(n * 7 + step * 11) % found.len()], step);
        }
    }
    let mut tx = site.begin().await?;
    for (n, steps) in found[40..].chunks(10).take(3).enumerate() {
        let items: Vec<(String, String)> = steps.iter().map(|step| (step.clone(), String::new())).collect();
        let title = format!("Craft, part {}", n + 1);
        let new = NewPlaylist {
            slug: None,
            title: &title,
            summary: "Step by step.",
            steward: &people[0],
            audience: None,
            items: &items,
        };
        let playlist = playlists::service::create_published(&mut tx, new, site.now()).await?;
        say(&her, Verb::Followed, ObjectKind::Playlist, &playlist, n);
    }
    records::service::import(&mut tx, &statements, site.now()).await?;
    tx.commit().await?;
    Ok(email.to_owned())
}

fn address(item: &Item) -> Option<String> {
    match item {
        Item::Resource(resource) => Some(resource.url.clone()),
        Item::Discussion(_) => None,
    }
}
