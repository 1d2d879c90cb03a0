//! What other rooms ask of the catalogue. Whatever is shown to a person minds the audience: a thing without one is for
//! everybody, else the person has to be in that group.

use super::language;
use super::links::service::line;
use super::model::{Card, DiscussionCard, Kind, Level, ResourceView, Topic, beginning};
use super::store::{self, CardRow, DiscussionCardRow};
use super::words::topic_key;
use crate::base::{AppError, Res, Scope, Viewer};
use crate::platform::db::Conn;
use crate::platform::{Format, Site};
use std::collections::HashMap;

pub use super::incoming::Refused;
pub use super::ingest::{
    Ingested, count_again, gone, ingest, remove_origin, restore_origin, retire_unseen, seen, set_origin, unseen,
};
pub use super::search::{Suggested, find as search, find_preferring as search_preferring, suggest};
pub use super::url_key::url_key;
pub use super::words::fold;

/// How much of a description a card shows, in characters.
const CARD_SUMMARY: usize = 240;
/// Discussions on a resource's page.
const PAGE_DISCUSSIONS: i64 = 6;

/// Cards of resources, in the order of `ids`. What the viewer may not see is left out; what is gone is there and says so.
pub async fn cards(c: &mut Conn, viewer: &Viewer, format: &Format, ids: &[String]) -> Res<Vec<Card>> {
    if ids.is_empty() {
        return Ok(Vec::new());
    }
    let rows = store::cards(c, &viewer.groups, ids).await?;
    Ok(rows.into_iter().map(|row| card(row, format)).collect())
}

/// Cards of discussions, in the order of `ids`. What is gone or what the viewer may not see is left out.
pub async fn discussion_cards(
    c: &mut Conn,
    viewer: &Viewer,
    format: &Format,
    ids: &[String],
) -> Res<Vec<DiscussionCard>> {
    if ids.is_empty() {
        return Ok(Vec::new());
    }
    let rows = store::discussion_cards(c, &viewer.groups, ids).await?;
    Ok(rows.into_iter().map(|row| discussion_card(row, format)).collect())
}

/// Discussions about `resource_ids` or `topics` (ids): those that link to one of the resources first, then those that
/// share most topics, then the liveliest.
pub async fn discussions_on(
    c: &mut Conn,
    viewer: &Viewer,
    format: &Format,
    resource_ids: &[String],
    topics: &[String],
    limit: i64,
) -> Res<Vec<DiscussionCard>> {
    let rows = store::discussions_on(c, &viewer.groups, resource_ids, topics, limit).await?;
    Ok(rows.into_iter().map(|row| discussion_card(row, format)).collect())
}

/// The newest resources about any of `topics` (ids), without `excluding`: resource id, and the topic of those asked for
/// that it is about.
pub async fn newest_in_topics(
    c: &mut Conn,
    viewer: &Viewer,
    topics: &[String],
    excluding: &[String],
    limit: i64,
) -> Res<Vec<(String, String)>> {
    if topics.is_empty() {
        return Ok(Vec::new());
    }
    Ok(store::newest_in_topics(c, &viewer.groups, topics, excluding, limit).await?)
}

/// Everything about one resource and its other editions, also when it is gone. What the viewer may not see is not found.
pub async fn view(scope: &Scope, site: &Site, id: &str) -> Res<ResourceView> {
    let viewer = scope.person()?;
    let format = Format::of(viewer, site.now());
    let mut c = site.read().await?;
    let row = store::cards(&mut c, &viewer.groups, &[id.to_owned()]).await?.pop().ok_or(AppError::NotFound)?;
    let changed = format.ago(row.changed_at);
    let card = card(row, &format);
    let page = store::page(&mut c, id).await?;
    let topics: Vec<String> = card.topics.iter().map(|topic| topic.id.clone()).collect();
    let others: Vec<String> =
        store::other_editions(&mut c, &viewer.groups, id).await?.into_iter().map(|row| row.0).collect();
    let editions = cards(&mut c, viewer, &format, &others).await?;
    // Whoever links to another edition talks about this one, too.
    let all: Vec<String> = [id.to_owned()].into_iter().chain(others).collect();
    let discussions = discussions_on(&mut c, viewer, &format, &all, &[], PAGE_DISCUSSIONS).await?;
    let limit = 2 * PAGE_DISCUSSIONS;
    let mut nearby = discussions_on(&mut c, viewer, &format, &[], &topics, limit).await?;
    nearby.retain(|talk| discussions.iter().all(|linked| linked.id != talk.id));
    nearby.truncate(PAGE_DISCUSSIONS as usize);
    let published = page.published_at.map(|at| format.date(at));
    let link = line(&mut c, site, &format, id, &page.url).await?;
    Ok(ResourceView {
        card,
        url: page.url,
        body: page.summary,
        published,
        changed,
        link,
        discussions,
        nearby,
        editions,
    })
}

/// Where a resource is, for sending somebody there; gone or not.
pub async fn address(scope: &Scope, site: &Site, id: &str) -> Res<String> {
    let viewer = scope.person()?;
    let mut c = site.read().await?;
    let (url, _) = store::address(&mut c, &viewer.groups, id).await?.ok_or(AppError::NotFound)?;
    Ok(url)
}

/// Those of `ids` that the viewer may see, gone or not, in no order.
pub async fn visible(c: &mut Conn, viewer: &Viewer, ids: &[String]) -> Res<Vec<String>> {
    Ok(store::visible(c, &viewer.groups, ids).await?.into_iter().map(|row| row.0).collect())
}

/// Whether the viewer may see this discussion.
pub async fn is_discussion_visible(c: &mut Conn, viewer: &Viewer, id: &str) -> Res<bool> {
    Ok(store::discussion_visible(c, &viewer.groups, id).await?)
}

/// Every topic, by name.
pub async fn topics(c: &mut Conn) -> Res<Vec<Topic>> {
    Ok(named(store::topics(c).await?))
}

/// The topics with these ids, by name; unknown ids are left out.
pub async fn topics_by_id(c: &mut Conn, ids: &[String]) -> Res<Vec<Topic>> {
    Ok(named(store::topics_by_id(c, ids).await?))
}

/// The topics that go by these names, however they are written, in the order of `names`; unknown ones are left out.
pub async fn topics_by_name(c: &mut Conn, names: &[String]) -> Res<Vec<Topic>> {
    let keys: Vec<String> = names.iter().map(|name| topic_key(name)).collect();
    let rows = store::topics_by_key(c, &keys).await?;
    let found: HashMap<String, Topic> = rows.into_iter().map(|(key, id, name)| (key, Topic { id, name })).collect();
    Ok(keys.iter().filter_map(|key| found.get(key).cloned()).collect())
}

/// The topics that most things the viewer may see are about, most first.
pub async fn popular_topics(c: &mut Conn, viewer: &Viewer, limit: i64) -> Res<Vec<Topic>> {
    Ok(named(store::popular_topics(c, &viewer.groups, limit).await?))
}

/// Topics with a word that begins as `text` does, among those of things that the viewer may see; the shortest first.
pub async fn topics_beginning(c: &mut Conn, viewer: &Viewer, text: &str, limit: i64) -> Res<Vec<Topic>> {
    let key = topic_key(text);
    if key.is_empty() {
        return Ok(Vec::new());
    }
    Ok(named(store::topics_beginning(c, &viewer.groups, &key, limit).await?))
}

/// Resources by address, however it is written: address as asked → id. For background work: it minds no audience.
pub async fn by_address(c: &mut Conn, addresses: &[String]) -> Res<HashMap<String, String>> {
    let keys: Vec<(String, &String)> = addresses.iter().filter_map(|url| Some((url_key(url)?, url))).collect();
    let asked: Vec<String> = keys.iter().map(|(key, _)| key.clone()).collect();
    let found: HashMap<String, String> = store::by_url_keys(c, &asked).await?.into_iter().collect();
    Ok(keys.into_iter().filter_map(|(key, url)| Some((url.clone(), found.get(&key)?.clone()))).collect())
}

/// Resources of a source by the ids that it knows them by: external id → id. For background work: it minds no audience.
pub async fn by_external_id(c: &mut Conn, source: &str, ids: &[String]) -> Res<HashMap<String, String>> {
    Ok(store::by_external_ids(c, source, ids).await?.into_iter().collect())
}

fn named(rows: Vec<(String, String)>) -> Vec<Topic> {
    rows.into_iter().map(|(id, name)| Topic { id, name }).collect()
}

pub(super) fn card(row: CardRow, format: &Format) -> Card {
    Card {
        summary: beginning(&row.summary, CARD_SUMMARY),
        kind: Kind::parse(&row.kind).unwrap_or(Kind::Article),
        level: row.level.as_deref().and_then(Level::parse),
        language_name: language::name(&row.language),
        fresh: format.ago(row.changed_at),
        gone: row.gone_at.is_some(),
        broken: row.gone_at.is_none() && row.broken_at.is_some(),
        editions: row.editions.max(1),
        topics: topic_lines(row.topics.as_deref()),
        id: row.id,
        title: row.title,
        source: row.source,
        authors: row.authors,
        language: row.language,
        minutes: row.minutes,
    }
}

fn discussion_card(row: DiscussionCardRow, format: &Format) -> DiscussionCard {
    DiscussionCard {
        topics: topic_lines(row.topics.as_deref()),
        last_activity: format.ago(row.last_activity),
        id: row.id,
        url: row.url,
        title: row.title,
        excerpt: row.excerpt,
        category: row.category,
        source: row.source,
        replies: row.replies,
        participants: row.participants,
    }
}

fn topic_lines(lines: Option<&str>) -> Vec<Topic> {
    let lines = lines.unwrap_or("").lines().filter_map(|line| line.split_once(' '));
    lines.map(|(id, name)| Topic { id: id.to_owned(), name: name.to_owned() }).collect()
}
