//! The sandbox's systems as the demo's sources.

use super::Say;
use crate::base::{Paging, Res, Scope};
use crate::platform::{Config, Site};
use crate::sources::{Entered, service as sources};
use sandbox::{Feed, Moodle, NAMES, Options, Running, Sandbox};
use std::collections::{BTreeMap, BTreeSet};

/// The learning system, of which people are read as well.
pub(super) const ACADEMY: &str = "Halden Academy";
/// Where the systems listen, in the order of the sandbox's names, if nobody else does.
const FIRST_PORT: u16 = 4010;

/// Starts the sandbox's systems on loopback, on their own ports or, where one is taken, on a free one, and allows
/// connectors to speak to exactly these origins. Of links, only those to these systems are checked: the demo asks nobody
/// outside.
pub async fn start(config: &mut Config, say: Say<'_>) -> Result<Running, String> {
    let options = Options::default().ports_from(FIRST_PORT);
    let started = match Sandbox::start(options).await {
        Ok(running) => Ok(running),
        Err(sandbox::SandboxError::Listen { port, .. }) => {
            say(&format!("Port {port} is taken; the source systems take free ones."));
            Sandbox::start(Options::default()).await
        }
        Err(error) => Err(error),
    };
    let running = started.map_err(|e| format!("the demo's source systems did not start: {e}"))?;
    for (name, url) in running.urls().iter() {
        debug_assert!(NAMES.contains(&name));
        config.sync.allowed_origins.push(url.as_str().trim_end_matches('/').to_owned());
    }
    let hosts: BTreeSet<String> =
        running.urls().iter().filter_map(|(_, url)| url.host_str().map(str::to_owned)).collect();
    config.links.hosts = hosts.into_iter().collect();
    config.links.pause_seconds = 0;
    Ok(running)
}

/// The sources, as an operator would enter them.
fn wanted(running: &Running) -> Vec<Entered> {
    let urls = running.urls();
    let source = |kind: &str, name: &str, settings: &[(&str, &str)]| Entered {
        kind: kind.to_owned(),
        name: name.to_owned(),
        interval: String::new(),
        settings: settings.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect(),
        ..Entered::default()
    };
    let feed = |feed: Feed, name: &str, kind: &str| {
        let address = format!("{}{}", urls.feeds, feed.path());
        source("feeds", name, &[("address", &address), ("kind", kind), ("complete", "true")])
    };
    vec![
        feed(Feed::Books, "Open books", "book"),
        feed(Feed::Courses, "Open courses", "course"),
        feed(Feed::Videos, "Talks and lectures", "video"),
        feed(Feed::Podcasts, "Podcasts", "podcast"),
        feed(Feed::Tutorials, "Interactive tutorials", "lab"),
        source("mediawiki", "Halden wiki", &[("address", &format!("{}api.php", urls.wiki))]),
        source("discourse", "Halden forum", &[("address", urls.forum.as_str())]),
        source(
            "moodle",
            ACADEMY,
            &[
                ("address", urls.moodle.as_str()),
                ("token", Moodle::TOKEN),
                ("topic_fields", "topics"),
                ("minutes_field", "duration"),
                ("progress", "true"),
            ],
        ),
        source("wordpress", "Halden at work", &[("address", urls.wordpress.as_str()), ("courses", "course")]),
        source("json_api", "Workshops and briefings", &academy(&format!("{}v1/cursor", urls.academy))),
        source(
            "table",
            "Job aids",
            &[
                ("address", &format!("{}job-aids.csv", urls.files)),
                ("kind", "job_aid"),
                ("id", "Number"),
                ("authors", "Owner"),
            ],
        ),
        source("table", "Recordings", &[("address", &format!("{}recordings.jsonl", urls.files)), ("kind", "video")]),
        source(
            "sitemap",
            "Product documentation",
            &[("address", &format!("{}sitemap.xml", urls.site)), ("include", "/guides/"), ("pause", "0")],
        ),
    ]
}

/// The paths into what the training system answers.
fn academy(address: &str) -> [(&str, &str); 21] {
    [
        ("address", address),
        ("items", "$.data[*]"),
        ("id", "$.uid"),
        ("title", "$.attributes.name"),
        ("url", "/trainings/{id}"),
        ("summary", "$.attributes.abstract"),
        ("kind", "course"),
        ("kind_path", "$.attributes.format"),
        ("kind_words", "briefing=event"),
        ("authors", "$.facilitators[*].name"),
        ("language", "$.attributes.language"),
        ("minutes", "$.duration.seconds"),
        ("minutes_unit", "seconds"),
        ("level", "$.attributes.level"),
        ("topics", "$.attributes.tags[*].label"),
        ("published", "$.released_on"),
        ("changed", "$.updated_at"),
        ("complete", "true"),
        ("paging", "cursor"),
        ("page_path", "$.paging.next"),
        ("page_param", "after"),
    ]
}

/// Connects each system that is not connected yet, and follows one that listens elsewhere today. Answers name and id.
/// One that an operator removed stays removed.
pub async fn connect(site: &Site, running: &Running) -> Res<Vec<(String, String)>> {
    let scope = Scope::system();
    let all = sources::overview(&scope, site).await?;
    let known: BTreeMap<String, String> = all.sources.into_iter().map(|card| (card.name, card.id)).collect();
    let removed: Vec<String> = all.removed.into_iter().map(|card| card.name).collect();
    let mut connected = Vec::new();
    for entered in wanted(running) {
        let name = entered.name.clone();
        let id = match known.get(&name) {
            Some(id) => {
                follow(site, id, entered).await?;
                id.clone()
            }
            None if removed.contains(&name) => continue,
            None => sources::add_idle(&scope, site, &entered).await?,
        };
        connected.push((name, id));
    }
    Ok(connected)
}

/// Gives the source its address of today, if that is another one.
async fn follow(site: &Site, id: &str, entered: Entered) -> Res<()> {
    let scope = Scope::system();
    let view = sources::view(&scope, site, id, "", Paging::from_query(None)).await?;
    let Some(form) = view.form else { return Ok(()) };
    let address = form.fields.iter().find(|field| field.name == "address").map(|field| &field.value);
    if address == entered.settings.get("address") {
        return Ok(());
    }
    let entered = Entered { audience: form.audience.value, ..entered };
    sources::edit(&scope, site, id, form.version, &entered).await
}
