//! Puts together what several rooms know, for one page each.

use super::model::{Deed, Group, HistoryView, LinksView, Offer, ResourcePageView, SavedView, SearchView, begins};
use crate::base::{DAY, Page, Paging, Res, Scope, Viewer, t};
use crate::catalog::links::model::Filter;
use crate::catalog::links::service as links;
use crate::catalog::model::{Card, Query};
use crate::catalog::parts::{resource_href, topic_href};
use crate::catalog::service as catalog;
use crate::directory::service as directory;
use crate::platform::db::Conn;
use crate::platform::{Format, Site};
use crate::playlists::PlaylistRef;
use crate::playlists::service as playlists;
use crate::records::model::{ObjectKind, State, Verb};
use crate::records::service as records;
use std::collections::HashMap;

/// The search page at `address` ("?q=rust&kind=video").
pub async fn search(scope: &Scope, site: &Site, address: &str) -> Res<SearchView> {
    let viewer = scope.person()?;
    let pairs: Vec<(String, String)> =
        url::form_urlencoded::parse(address.trim_start_matches('?').as_bytes()).into_owned().collect();
    let query = Query::from_pairs(pairs.iter().map(|(name, value)| (name.as_str(), value.as_str())));
    let begun = records::begun(&mut site.read().await?, &viewer.id).await?;
    let found = catalog::search_preferring(scope, site, &query, &begun).await?;
    let mut c = site.read().await?;
    let ids: Vec<String> = found.page.rows.iter().map(|hit| hit.card.id.clone()).collect();
    let states = records::states(&mut c, &viewer.id, &ids).await?;
    let following = followed_topics(&mut c, viewer).await?;
    let wants_playlists = !query.text.is_empty() && query == query.without_filters();
    let playlists = match wants_playlists {
        true => playlists_named(&mut c, viewer, &query.text).await?,
        false => Vec::new(),
    };
    Ok(SearchView { query, found, playlists, states, following })
}

/// The first few playlists with a word that begins as each one of `text` does.
async fn playlists_named(c: &mut Conn, viewer: &Viewer, text: &str) -> Res<Vec<PlaylistRef>> {
    let typed = catalog::fold(text);
    let all = playlists::titles(c, viewer).await?.into_iter();
    Ok(all.filter(|playlist| begins(&catalog::fold(&playlist.title), &typed)).take(OFFERS).collect())
}

/// The page of a resource.
pub async fn resource(scope: &Scope, site: &Site, id: &str) -> Res<ResourcePageView> {
    let viewer = scope.person()?;
    let resource = catalog::view(scope, site, id).await?;
    let mut c = site.read().await?;
    let state = records::states(&mut c, &viewer.id, &[id.to_owned()]).await?.remove(id).unwrap_or_default();
    let following = followed_topics(&mut c, viewer).await?;
    let playlists = playlists::containing(&mut c, viewer, id).await?;
    Ok(ResourcePageView { resource, state, following, playlists })
}

/// The page of links, with the playlists that hold each; for curators and operators.
pub async fn links(scope: &Scope, site: &Site, state: &str, source: &str, page: &str) -> Res<LinksView> {
    let list = links::links(scope, site, &Filter::read(state, source, page)).await?;
    let ids: Vec<String> = list.page.rows.iter().map(|row| row.id.clone()).collect();
    let playlists = playlists::holding(&mut site.read().await?, scope.person()?, &ids).await?;
    Ok(LinksView { list, playlists })
}

/// The page of what was saved.
pub async fn saved(scope: &Scope, site: &Site, page: &str) -> Res<SavedView> {
    let viewer = scope.person()?;
    let format = Format::of(viewer, site.now());
    let mut c = site.read().await?;
    let saved = records::saved(&mut c, viewer, Paging::from_query(Some(page))).await?;
    let ids: Vec<String> = saved.rows.iter().map(|(id, _)| id.clone()).collect();
    let cards = catalog::cards(&mut c, viewer, &format, &ids).await?;
    let states = records::states(&mut c, &viewer.id, &ids).await?;
    let following = followed_topics(&mut c, viewer).await?;
    Ok(SavedView { page: Page { rows: cards, total: saved.total, paging: saved.paging }, states, following })
}

/// The page of what was done.
pub async fn history(scope: &Scope, site: &Site, page: &str) -> Res<HistoryView> {
    let viewer = scope.person()?;
    let format = Format::of(viewer, site.now());
    let mut c = site.read().await?;
    let done = records::history(&mut c, &viewer.id, Paging::from_query(Some(page))).await?;
    let of = |kind| done.rows.iter().filter(|deed| deed.object_kind == kind).map(|deed| deed.object.clone()).collect();
    let (resources, topics, talks): (Vec<_>, Vec<_>, Vec<_>) =
        (of(ObjectKind::Resource), of(ObjectKind::Topic), of(ObjectKind::Discussion));
    let cards = catalog::cards(&mut c, viewer, &format, &resources).await?;
    let names = Names {
        resources: cards.into_iter().map(|card: Card| (card.id, card.title)).collect(),
        topics: catalog::topics_by_id(&mut c, &topics).await?.into_iter().map(|topic| (topic.id, topic.name)).collect(),
        talks: catalog::discussion_cards(&mut c, viewer, &format, &talks)
            .await?
            .into_iter()
            .map(|talk| (talk.id, (talk.title, talk.url)))
            .collect(),
        playlists: match done.rows.iter().any(|deed| deed.object_kind == ObjectKind::Playlist) {
            true => playlists::visible(&mut c, viewer).await?,
            false => Vec::new(),
        }
        .into_iter()
        .map(|card| (card.id, (card.title, format!("/playlists/{}", card.slug))))
        .collect(),
        states: records::states(&mut c, &viewer.id, &resources).await?,
    };
    let rows = done.rows.into_iter().map(|deed| names.deed(deed, &format, site.now())).collect();
    Ok(HistoryView { page: Page { rows, total: done.total, paging: done.paging } })
}

/// Offers of each kind at most; resources have a few more.
const OFFERS: usize = 3;
const RESOURCES: i64 = 5;
/// People whose names are looked at more closely.
const NAMES: i64 = 100;

/// What the search box offers for `text`: what the asking person may see, and of people those in her own line.
pub async fn suggest(scope: &Scope, site: &Site, text: &str) -> Res<Vec<Offer>> {
    let viewer = scope.person()?;
    let text = Query::from_pairs([("q", text)]).text;
    let found = catalog::suggest(scope, site, &text, RESOURCES).await?;
    let mut c = site.read().await?;
    let mut offers: Vec<Offer> = Vec::new();
    for topic in catalog::topics_beginning(&mut c, viewer, &text, OFFERS as i64).await? {
        offers.push(Offer::new(Group::Topic, topic.name, topic_href(&topic.id)));
    }
    let playlists = playlists_named(&mut c, viewer, &text).await?;
    offers.extend(
        playlists
            .into_iter()
            .map(|playlist| Offer::new(Group::Playlist, playlist.title, format!("/playlists/{}", playlist.slug))),
    );
    offers.extend(found.cards.into_iter().map(|card| {
        let hint = format!("{} · {}", card.kind.label(), card.source);
        Offer { hint, ..Offer::new(Group::Resource, card.title, resource_href(&card.id)) }
    }));
    offers.extend(found.discussions.into_iter().take(OFFERS).map(|talk| Offer {
        hint: talk.source,
        leads_out: true,
        ..Offer::new(Group::Discussion, talk.title, talk.url)
    }));
    let typed = catalog::fold(&text);
    // A line may be the whole organisation: what fits at all is found by the database.
    let longest = typed.split(|c: char| !c.is_alphanumeric()).max_by_key(|word| word.len()).unwrap_or_default();
    if viewer.manages && !longest.is_empty() {
        let fits = |name: &str| begins(&catalog::fold(name), &typed);
        let line = directory::reports_with(&mut c, &viewer.id, longest, NAMES).await?.into_iter();
        offers.extend(line.filter(|person| fits(&person.name)).take(OFFERS).map(|person| Offer {
            hint: person.job_title,
            ..Offer::new(Group::Person, person.name, format!("/team/{}", person.id))
        }));
    }
    Ok(offers)
}

/// What things in a history are called.
struct Names {
    resources: HashMap<String, String>,
    topics: HashMap<String, String>,
    /// Title and address.
    talks: HashMap<String, (String, String)>,
    /// Title and address.
    playlists: HashMap<String, (String, String)>,
    states: HashMap<String, State>,
}

impl Names {
    fn deed(&self, deed: records::Deed, format: &Format, now: i64) -> Deed {
        let texts = &t().records;
        let object = &deed.object;
        let found = match deed.object_kind {
            ObjectKind::Resource => self.resources.get(object).map(|title| (title.clone(), resource_href(object))),
            ObjectKind::Topic => self.topics.get(object).map(|name| (name.clone(), topic_href(object))),
            ObjectKind::Discussion => self.talks.get(object).cloned(),
            ObjectKind::Playlist => self.playlists.get(object).cloned(),
        };
        let (title, href) = found.unwrap_or_else(|| (texts.out_of_sight.to_owned(), String::new()));
        let is_hidden = deed.verb == Verb::Hidden && self.states.get(object).is_some_and(|state| state.hidden);
        Deed {
            day: day(format, deed.at, now),
            time: format.time(deed.at),
            verb: deed.verb,
            restorable: (is_hidden && !href.is_empty()).then(|| object.clone()),
            id: deed.id,
            origin: deed.origin,
            title,
            href,
        }
    }
}

fn day(format: &Format, at: i64, now: i64) -> String {
    match format.date(at).text {
        date if date == format.date(now).text => t().records.today.to_owned(),
        date if date == format.date(now - DAY).text => t().records.yesterday.to_owned(),
        _ => format.day(at).text,
    }
}

async fn followed_topics(c: &mut Conn, viewer: &Viewer) -> Res<Vec<String>> {
    records::follows(c, &viewer.id, ObjectKind::Topic.as_str()).await
}
