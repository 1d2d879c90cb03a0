//! Asking the index, and turning what it answers into what a page shows.

use super::Index;
use super::ask::{Filters, Rigour, Text, query};
use super::gather::{Gather, Order};
use super::highlight::Marker;
use super::weigh::Weight;
use crate::base::{AppError, Page, Paging, Res, Scope, Viewer, t};
use crate::catalog::ingest::{DISCUSSION, RESOURCE};
use crate::catalog::model::{Age, Card, DiscussionCard, Facet, Facets, Found, Hit, Kind, Length, Level, Query, Sort};
use crate::catalog::service::{card, discussion_cards};
use crate::catalog::{language, store};
use crate::platform::db::Conn;
use crate::platform::{Format, Site, fault};
use std::collections::{HashMap, HashSet};
use tantivy::schema::Value;
use tantivy::{DocAddress, Searcher, TantivyDocument};
use tokio::task::spawn_blocking;

/// Fewer hits than this, and words may be misspelt; still fewer, and half of them may be missing. Where that finds nothing
/// at all, any of them is enough.
const FEW: usize = 3;
/// Discussions beside the hits.
const DISCUSSIONS: usize = 5;
/// How much of a description a hit shows, in characters.
const EXCERPT: usize = 240;
/// Hits beyond the suggestions that are wanted, for those whose link is broken.
const SPARE: i64 = 3;
/// Topics among the ways to narrow a search.
const FACET_TOPICS: usize = 12;

/// Ways to narrow a search: fields of the index. The last one is counted by age.
const FACETS: [&str; 7] = ["kind", "topic", "source", "language", "level", "length", "fresh"];
/// Hits by value, for each of [`FACETS`] as if its own filter were not set.
type Counted = [HashMap<String, i64>; FACETS.len()];

/// What the index answers.
#[derive(Default)]
struct Answer {
    /// The hits of the page; of each the editions that matched, best first.
    hits: Vec<Vec<String>>,
    total: usize,
    discussions: Vec<String>,
    facets: Counted,
    rigour: Rigour,
    text: Text,
}

/// What `asked` finds for the asking person.
pub async fn find(scope: &Scope, site: &Site, asked: &Query) -> Res<Found> {
    find_preferring(scope, site, asked, &HashSet::new()).await
}

/// [`find`]; of a work with several editions that match it shows the one among `begun` (ids), failing that one in the
/// person's language, failing that the oldest; one whose link is broken only where there is no other.
pub async fn find_preferring(scope: &Scope, site: &Site, asked: &Query, begun: &HashSet<String>) -> Res<Found> {
    let viewer = scope.person()?;
    let index = site.ext::<Index>().ok_or_else(|| AppError::Unavailable(t().catalog.search_unavailable.to_owned()))?;
    let paging = asked.paging();
    let answer = {
        let (index, asked, filters) = (index.clone(), asked.clone(), filters_of(asked, viewer, site.now()));
        let now = site.now();
        spawn_blocking(move || answer(&index, &asked, filters, paging, now)).await.map_err(fault)?.map_err(fault)?
    };
    let format = Format::of(viewer, site.now());
    let mut c = site.read().await?;
    let rows = preferred(&mut c, viewer, &answer.hits, begun).await?;
    let mut marker = Marker::new(&answer.text, answer.rigour);
    let hits = rows.into_iter().map(|row| {
        let marker = marker.in_language(&row.language);
        let (title, excerpt) = (marker.mark(&row.title), marker.excerpt(&row.summary, EXCERPT));
        Hit { card: card(row, &format), title, excerpt }
    });
    let page = Page { rows: hits.collect(), total: answer.total as i64, paging };
    Ok(Found {
        total: format.number(page.total),
        page,
        discussions: discussion_cards(&mut c, viewer, &format, &answer.discussions).await?,
        facets: name_facets(&mut c, &format, asked, answer.facets).await?,
        guessed: answer.rigour != Rigour::Strict,
        building: index.is_behind(),
    })
}

/// One edition of each hit.
async fn preferred(
    c: &mut Conn,
    viewer: &Viewer,
    hits: &[Vec<String>],
    begun: &HashSet<String>,
) -> Res<Vec<store::CardRow>> {
    let all: Vec<String> = hits.iter().flatten().cloned().collect();
    let rows = store::hits(c, &viewer.groups, &all).await?;
    let mut rows: HashMap<String, store::CardRow> = rows.into_iter().map(|row| (row.id.clone(), row)).collect();
    let best = |editions: &Vec<String>| {
        let there: Vec<store::CardRow> = editions.iter().filter_map(|id| rows.remove(id)).collect();
        there.into_iter().min_by_key(|row| {
            let foreign = language::primary(&row.language) != viewer.language();
            (row.broken_at.is_some(), !begun.contains(&row.id), foreign, row.id.clone())
        })
    };
    Ok(hits.iter().filter_map(best).collect())
}

/// The best few of what `text` may mean, for choosing one while typing.
pub async fn suggest(scope: &Scope, site: &Site, text: &str, limit: i64) -> Res<Suggested> {
    let viewer: &Viewer = scope.person()?;
    let index = site.ext::<Index>().ok_or_else(|| AppError::Unavailable(t().catalog.search_unavailable.to_owned()))?;
    let asked = Query { page: 1, ..Query::from_pairs([("q", text)]) };
    if Text::new(&asked.text).is_empty() {
        return Ok(Suggested::default());
    }
    let paging = Paging { number: 1, size: (limit + SPARE).clamp(1, 50) };
    let now = site.now();
    let filters = filters_of(&asked, viewer, now);
    let answer =
        spawn_blocking(move || answer(&index, &asked, filters, paging, now)).await.map_err(fault)?.map_err(fault)?;
    let format = Format::of(viewer, now);
    let mut c = site.read().await?;
    // The index knows nothing of links; a suggestion that leads nowhere is none.
    let rows = preferred(&mut c, viewer, &answer.hits, &HashSet::new()).await?.into_iter();
    let cards = rows.map(|row| card(row, &format)).filter(|card| !card.broken).take(limit.max(0) as usize);
    Ok(Suggested {
        cards: cards.collect(),
        discussions: discussion_cards(&mut c, viewer, &format, &answer.discussions).await?,
    })
}

/// What [`suggest`] finds.
#[derive(Debug, Default)]
pub struct Suggested {
    /// Resources, best first.
    pub cards: Vec<Card>,
    /// Discussions, best first.
    pub discussions: Vec<DiscussionCard>,
}

fn answer(index: &Index, asked: &Query, filters: Filters, paging: Paging, now: i64) -> tantivy::Result<Answer> {
    let searcher = index.searcher();
    let text = Text::new(&asked.text);
    if text.is_empty() && !asked.text.trim().is_empty() {
        // Signs alone: nothing holds them, rather than everything.
        return Ok(Answer { text, ..Answer::default() });
    }
    let weigh = |word| Weight::of(&searcher, index.fields(), word);
    let weights = text.sought.iter().map(weigh).collect::<tantivy::Result<Vec<Weight>>>()?;
    let ask = |rigour, filters: &Filters| query(index.fields(), &text, &weights, filters, rigour);
    let order = order_of(asked, &text);
    let set = set(&filters);
    let free: Vec<usize> = (0..FACETS.len()).filter(|n| !set[*n]).collect();
    let gather = |facets: &[usize], window| {
        let (fields, ages) = (facets.iter().map(|n| FACETS[*n]).collect(), ages(now));
        Gather { fields, ages, order, window }
    };
    let window = (paging.offset() as usize, paging.size as usize);
    let look = |rigour| searcher.search(&ask(rigour, &filters), &gather(&free, window));
    let mut rigour = Rigour::Strict;
    let mut found = look(rigour)?;
    for (next, few) in [(Rigour::Spelling, FEW), (Rigour::Half, FEW), (Rigour::Any, 1)] {
        if text.is_empty() || found.total >= few || !text.can_relax(next) {
            continue;
        }
        let more = look(next)?;
        if more.total > found.total {
            (rigour, found) = (next, more);
        }
    }
    let mut facets = Counted::default();
    for (n, counts) in free.iter().zip(found.counts) {
        facets[*n] = counts;
    }
    for n in (0..FACETS.len()).filter(|n| set[*n]) {
        let counted = searcher.search(&ask(rigour, &without(&filters, n)), &gather(&[n], (0, 0)))?;
        facets[n] = counted.counts.into_iter().next().unwrap_or_default();
    }
    // Discussions have neither kind nor language, level nor length; who asks for those means resources.
    let is_about_resources = !filters.kinds.is_empty() || filters.level.is_some() || filters.length.is_some();
    let wants_discussions = paging.number == 1 && !is_about_resources && (!text.is_empty() || filters.topic.is_some());
    let discussions = if wants_discussions {
        let filters = Filters { subject: DISCUSSION, language: None, ..filters.clone() };
        let top = searcher.search(&ask(rigour, &filters), &gather(&[], (0, DISCUSSIONS)))?.top;
        ids(index, &searcher, top)?.into_iter().flatten().collect()
    } else {
        Vec::new()
    };
    let (total, hits) = (found.total, ids(index, &searcher, found.top)?);
    Ok(Answer { hits, total, discussions, facets, rigour, text })
}

fn filters_of(asked: &Query, viewer: &Viewer, now: i64) -> Filters {
    Filters {
        subject: RESOURCE,
        groups: viewer.groups.clone(),
        own_language: viewer.language().to_owned(),
        kinds: asked.kinds.clone(),
        topic: asked.topic.clone(),
        source: asked.source.clone(),
        language: asked.language.clone(),
        level: asked.level,
        length: asked.length,
        since: asked.age.map(|age| age.since(now)),
    }
}

fn order_of(asked: &Query, text: &Text) -> Order {
    match asked.sort {
        Some(Sort::Newest) => Order::Newest,
        Some(Sort::Shortest) => Order::Shortest,
        _ if text.is_empty() => Order::Newest,
        _ => Order::Best,
    }
}

/// Names and beginnings of the ages that hits are counted by.
fn ages(now: i64) -> Vec<(&'static str, i64)> {
    Age::ALL.iter().map(|age| (age.as_str(), age.since(now))).collect()
}

/// Which of [`FACETS`] the filters narrow.
fn set(filters: &Filters) -> [bool; FACETS.len()] {
    [
        !filters.kinds.is_empty(),
        filters.topic.is_some(),
        filters.source.is_some(),
        filters.language.is_some(),
        filters.level.is_some(),
        filters.length.is_some(),
        filters.since.is_some(),
    ]
}

/// The filters without that of one of [`FACETS`].
fn without(filters: &Filters, facet: usize) -> Filters {
    let mut without = filters.clone();
    match FACETS[facet] {
        "kind" => without.kinds.clear(),
        "topic" => without.topic = None,
        "source" => without.source = None,
        "language" => without.language = None,
        "level" => without.level = None,
        "length" => without.length = None,
        _ => without.since = None,
    }
    without
}

fn ids(index: &Index, searcher: &Searcher, hits: Vec<Vec<DocAddress>>) -> tantivy::Result<Vec<Vec<String>>> {
    let id = |address: DocAddress| -> tantivy::Result<Option<String>> {
        let doc: TantivyDocument = searcher.doc(address)?;
        Ok(doc.get_first(index.fields().id).and_then(|id| id.as_str()).map(str::to_owned))
    };
    let of = |editions: Vec<DocAddress>| editions.into_iter().filter_map(|at| id(at).transpose()).collect();
    hits.into_iter().map(of).collect()
}

async fn name_facets(c: &mut Conn, format: &Format, asked: &Query, counts: Counted) -> Res<Facets> {
    let [kinds, topics, sources, languages, levels, lengths, ages] = counts;
    let [mut kinds, topics, sources, mut languages] = [kinds, topics, sources, languages].map(sorted);
    let mut top: Vec<(String, i64)> = topics.iter().take(FACET_TOPICS).cloned().collect();
    let hits = |id: &String| topics.iter().find(|(topic, _)| topic == id).map_or(0, |(_, hits)| *hits);
    // What was chosen is shown also without hits, or nobody could take it back.
    keep(&mut top, asked.topic.as_ref(), hits);
    keep(&mut languages, asked.language.as_ref(), |_| 0);
    for kind in &asked.kinds {
        keep(&mut kinds, Some(&kind.as_str().to_owned()), |_| 0);
    }
    let ids = |counts: &[(String, i64)]| counts.iter().map(|(id, _)| id.clone()).collect::<Vec<_>>();
    let topic_names: HashMap<String, String> = store::topics_by_id(c, &ids(&top)).await?.into_iter().collect();
    let source_names: HashMap<String, String> = store::origins(c, &ids(&sources)).await?.into_iter().collect();
    let in_order = |counts: HashMap<String, i64>, names: Vec<&'static str>, chosen: Option<&'static str>| {
        let count = |name: &'static str| (name.to_owned(), counts.get(name).copied().unwrap_or(0));
        names.into_iter().map(count).filter(|(name, n)| *n > 0 || chosen == Some(name)).collect::<Vec<_>>()
    };
    let levels = in_order(levels, Level::ALL.map(Level::as_str).into(), asked.level.map(Level::as_str));
    let names = |lengths: &[Length]| lengths.iter().map(|length| length.as_str()).collect();
    let lengths = in_order(lengths, names(Length::ALL), asked.length.map(Length::as_str));
    let names = |ages: &[Age]| ages.iter().map(|age| age.as_str()).collect();
    let ages = in_order(ages, names(Age::ALL), asked.age.map(Age::as_str));
    Ok(Facets {
        kinds: named(kinds, format, |kind| Kind::parse(kind).map(|kind| kind.label().to_owned())),
        topics: named(top, format, |id| topic_names.get(id).cloned()),
        sources: named(sources, format, |id| source_names.get(id).cloned()),
        languages: named(languages, format, |tag| Some(language::name(tag))),
        levels: named(levels, format, |name| Level::parse(name).map(|level| level.label().to_owned())),
        lengths: named(lengths, format, |name| Length::parse(name).map(|length| length.label().to_owned())),
        ages: named(ages, format, |name| Age::parse(name).map(|age| age.label().to_owned())),
    })
}

fn keep(counts: &mut Vec<(String, i64)>, chosen: Option<&String>, hits: impl Fn(&String) -> i64) {
    if let Some(chosen) = chosen.filter(|chosen| counts.iter().all(|(value, _)| value != *chosen)) {
        counts.push((chosen.clone(), hits(chosen)));
    }
}

fn sorted(counts: HashMap<String, i64>) -> Vec<(String, i64)> {
    let mut counts: Vec<(String, i64)> = counts.into_iter().collect();
    counts.sort_by(|a, b| b.1.cmp(&a.1).then_with(|| a.0.cmp(&b.0)));
    counts
}

fn named(counts: Vec<(String, i64)>, format: &Format, name: impl Fn(&str) -> Option<String>) -> Vec<Facet> {
    let facet =
        |(value, count): (String, i64)| Some(Facet { label: name(&value)?, shown: format.number(count), value, count });
    counts.into_iter().filter_map(facet).collect()
}
