//! What a source sent, checked and put into the form that is kept.

use super::language;
use super::url_key::{url_key, web_address};
use super::words::{line, paragraphs, topic_key, topic_name};
use connect::{Discussion, Item, Resource};
use serde::Serialize;
use sha2::{Digest, Sha256};
use std::collections::{BTreeMap, BTreeSet};

/// The most topics that one thing keeps.
const TOPICS_MAX: usize = 12;
/// The most links that a discussion keeps.
const LINKS_MAX: usize = 50;
/// The longest id that a source may give a thing, in bytes.
const EXTERNAL_ID_MAX: usize = 500;
/// A year in minutes: nothing to learn from takes longer.
const MINUTES_MAX: i64 = 525_600;

/// Folded name → name for reading.
pub type Topics = BTreeMap<String, String>;

/// A resource as its row wants it.
#[derive(Debug, Serialize)]
pub struct ResourceRow {
    pub id: String,
    pub external_id: String,
    pub url: String,
    pub url_key: String,
    pub title: String,
    pub summary: String,
    pub kind: &'static str,
    pub authors: String,
    pub language: String,
    pub minutes: Option<i64>,
    pub level: Option<&'static str>,
    pub published_at: Option<i64>,
    pub changed_at: Option<i64>,
    pub fresh_at: i64,
    #[serde(skip_serializing_if = "String::is_empty")]
    pub digest: String,
    pub topics: Topics,
}

/// A discussion as its row wants it.
#[derive(Debug, Serialize)]
pub struct DiscussionRow {
    pub id: String,
    pub external_id: String,
    pub url: String,
    pub title: String,
    pub excerpt: String,
    pub category: String,
    pub replies: i64,
    pub participants: i64,
    pub created_at: i64,
    pub last_activity: i64,
    #[serde(skip_serializing_if = "String::is_empty")]
    pub digest: String,
    pub topics: Topics,
    pub links: BTreeSet<String>,
}

/// An item that was not taken in.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Refused {
    /// As the source calls it.
    pub external_id: String,
    /// What is wrong with it, for the operator.
    pub reason: String,
}

/// A page of items, sorted out.
#[derive(Debug, Default)]
pub struct Incoming {
    /// By external id; of two items with the same one the later counts.
    pub resources: BTreeMap<String, ResourceRow>,
    pub discussions: BTreeMap<String, DiscussionRow>,
    pub refused: Vec<Refused>,
}

impl Incoming {
    /// Checks and cleans `items`; `now` is the latest time that anything can have happened at.
    pub fn new(items: &[Item], now: i64) -> Incoming {
        let mut incoming = Incoming::default();
        for item in items {
            let taken = match item {
                Item::Resource(resource) => resource_row(resource, now).map(|row| {
                    incoming.resources.insert(row.external_id.clone(), row);
                }),
                Item::Discussion(discussion) => discussion_row(discussion, now).map(|row| {
                    incoming.discussions.insert(row.external_id.clone(), row);
                }),
            };
            if let Err(reason) = taken {
                let id = item.external_id();
                let external_id = if is_external_id(id) { id.to_owned() } else { line(id, 300) };
                incoming.refused.push(Refused { external_id, reason: reason.to_owned() });
            }
        }
        incoming
    }

    /// Every topic that an item names.
    pub fn topics(&self) -> Topics {
        let resources = self.resources.values().flat_map(|row| &row.topics);
        let discussions = self.discussions.values().flat_map(|row| &row.topics);
        resources.chain(discussions).map(|(key, name)| (key.clone(), name.clone())).collect()
    }
}

/// Whether a source may call a thing so: such ids come back unchanged from either engine.
pub fn is_external_id(id: &str) -> bool {
    !id.is_empty() && id.len() <= EXTERNAL_ID_MAX && !id.chars().any(char::is_control)
}

fn resource_row(item: &Resource, now: i64) -> Result<ResourceRow, &'static str> {
    let (external_id, url, key) = place(&item.external_id, &item.url)?;
    let title = title(&item.title)?;
    let published_at = item.published_at.filter(|at| *at > 0);
    let mut row = ResourceRow {
        id: String::new(),
        external_id,
        url,
        url_key: key,
        title,
        summary: paragraphs(&item.summary, 4000),
        kind: super::convert::kind(item.kind).as_str(),
        authors: line(&item.authors, 300),
        language: item.language.as_deref().and_then(language::tag).unwrap_or_default(),
        minutes: item.minutes.filter(|minutes| (1..=MINUTES_MAX).contains(minutes)),
        level: item.level.map(|level| super::convert::level(level).as_str()),
        published_at,
        changed_at: item.changed_at.filter(|at| *at > 0),
        fresh_at: 0,
        digest: String::new(),
        topics: topics(&item.topics),
    };
    row.digest = digest(&row);
    row.fresh_at = published_at.unwrap_or(now).min(now);
    Ok(row)
}

fn discussion_row(item: &Discussion, now: i64) -> Result<DiscussionRow, &'static str> {
    let (external_id, url, _) = place(&item.external_id, &item.url)?;
    let mut row = DiscussionRow {
        id: String::new(),
        external_id,
        url,
        title: title(&item.title)?,
        excerpt: line(&item.excerpt, 500),
        category: line(&item.category, 100),
        replies: item.replies.max(0),
        participants: item.participants.max(0),
        created_at: item.created_at.max(0),
        last_activity: item.last_activity.max(0),
        digest: String::new(),
        topics: topics(&item.topics),
        links: item.links.iter().filter_map(|link| url_key(link)).take(LINKS_MAX).collect(),
    };
    row.digest = digest(&row);
    row.created_at = row.created_at.min(now);
    row.last_activity = row.last_activity.min(now);
    Ok(row)
}

fn place(external_id: &str, url: &str) -> Result<(String, String, String), &'static str> {
    if !is_external_id(external_id) {
        return Err("its id is empty, longer than 500 bytes or holds control characters");
    }
    match (web_address(url), url_key(url)) {
        (Some(url), Some(key)) => Ok((external_id.to_owned(), url.into(), key)),
        _ => Err("its address is no http or https address, or longer than 2,000 bytes"),
    }
}

fn title(title: &str) -> Result<String, &'static str> {
    let title = line(title, 300);
    if title.is_empty() { Err("it has no title") } else { Ok(title) }
}

fn topics(names: &[String]) -> Topics {
    let named = names.iter().map(|name| topic_name(name)).map(|name| (topic_key(&name), name));
    named.filter(|(key, _)| !key.is_empty()).take(TOPICS_MAX).collect()
}

/// Tells whether anything that is kept of an item differs from last time.
fn digest(row: &impl Serialize) -> String {
    let bytes = serde_json::to_vec(row).unwrap_or_default();
    Sha256::digest(&bytes)[..16].iter().map(|byte| format!("{byte:02x}")).collect()
}
