//! Web feeds, as a publisher's site would offer them.
//!
//! - `/books.json`, `/courses.json`: JSON Feed 1.1 (<https://www.jsonfeed.org/version/1.1/>), each item
//!   with an extension object `_atrium: {kind, minutes, level}`
//! - `/videos.xml`: RSS 2.0 (<https://www.rssboard.org/rss-specification>, 2.0.11) with Media RSS 1.5.1
//!   (<https://www.rssboard.org/media-rss>) and Dublin Core
//! - `/podcast.xml`: RSS 2.0 with the `itunes` tags
//!   (<https://help.apple.com/itc/podcasts_connect/#/itcb54353390>)
//! - `/tutorials.atom`: Atom, RFC 4287, paged as in RFC 5005
//! - `/list.opml`: OPML 2.0 (<http://opml.org/spec2.opml>), the feeds above
//! - `/big.json?n=COUNT&offset=0&limit=100`: invented items, paged by JSON Feed's `next_url`
//!
//! With [`Options::page_items`](crate::Options::page_items) the JSON feeds and the Atom feed are paged by `?page=`,
//! from 1 on.
//!
//! Entity tags, `Last-Modified` and 304 as in RFC 9110, section 13.

mod atom;
mod generated;
mod json_feed;
mod rss;

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use axum::{
    Extension, Router,
    extract::{Path, Query, State},
    http::{HeaderMap, StatusCode, header},
    response::{IntoResponse, Response},
    routing::get,
};
use serde::Deserialize;
use time::OffsetDateTime;
use url::Url;

use crate::{
    Clock, ContentError, EditError, LibraryItem, System,
    hash::hash,
    html,
    inject::http_date,
    items::{Item, ItemFaults},
    systems::Setup,
};

pub use generated::big;
pub(crate) use json_feed::rfc3339;

/// One of the feeds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Feed {
    Books,
    Courses,
    Videos,
    Podcasts,
    Tutorials,
}

impl Feed {
    /// Every feed.
    pub const ALL: [Feed; 5] = [Self::Books, Self::Courses, Self::Videos, Self::Podcasts, Self::Tutorials];

    /// Its document, relative to the system's address.
    pub fn path(self) -> &'static str {
        match self {
            Self::Books => "books.json",
            Self::Courses => "courses.json",
            Self::Videos => "videos.xml",
            Self::Podcasts => "podcast.xml",
            Self::Tutorials => "tutorials.atom",
        }
    }

    /// Whether its format has a word for the next page.
    fn is_paged(self) -> bool {
        matches!(self, Self::Books | Self::Courses | Self::Tutorials)
    }

    fn title(self) -> &'static str {
        match self {
            Self::Books => "Open books",
            Self::Courses => "Open courses",
            Self::Videos => "Talks and lectures",
            Self::Podcasts => "Podcasts worth an hour",
            Self::Tutorials => "Interactive tutorials",
        }
    }

    fn description(self) -> &'static str {
        match self {
            Self::Books => "Books that anyone may read, chosen by the library.",
            Self::Courses => "Courses that anyone may take, chosen by the library.",
            Self::Videos => "Recorded talks and lectures, chosen by the library.",
            Self::Podcasts => "Shows that the library listens to, one entry each.",
            Self::Tutorials => "Tutorials that run in the browser, chosen by the library.",
        }
    }
}

/// The feeds' publisher.
pub struct Feeds {
    base: Url,
    clock: Clock,
    shelves: Mutex<Vec<Shelf>>,
}

/// Items in one list, newest first.
pub(crate) struct Shelf {
    pub(crate) items: Vec<Entry>,
    pub(crate) modified: OffsetDateTime,
}

/// An item as a feed shows it.
#[derive(Clone, Debug)]
pub(crate) struct Entry {
    pub(crate) id: Option<String>,
    pub(crate) item: LibraryItem,
    pub(crate) published: Option<OffsetDateTime>,
    pub(crate) modified: OffsetDateTime,
}

impl Item for Entry {
    fn key(&self) -> String {
        self.id.clone().unwrap_or_default()
    }
    fn remove_id(&mut self) {
        self.id = None;
    }
    fn take_id(&mut self, other: &Self) {
        self.id.clone_from(&other.id);
    }
    fn text(&mut self) -> &mut String {
        &mut self.item.summary
    }
    fn times(&mut self) -> Vec<&mut OffsetDateTime> {
        let mut times = vec![&mut self.modified];
        times.extend(self.published.as_mut());
        times
    }
}

/// What a feed's document is written from.
pub(crate) struct Document<'a> {
    feed: Feed,
    home: &'a Url,
    address: Url,
    modified: OffsetDateTime,
    entries: Vec<Entry>,
    /// The next page's address, where there is one.
    next: Option<Url>,
}

impl Feeds {
    pub(crate) fn new(setup: Setup<'_>) -> Result<Self, ContentError> {
        let content = setup.content;
        let shelves = [&content.books, &content.courses, &content.videos, &content.podcasts, &content.tutorials];
        Ok(Self {
            base: setup.base,
            clock: setup.clock.clone(),
            shelves: Mutex::new(
                shelves.into_iter().map(|items| Shelf::new(items, setup.clock.now())).collect::<Result<_, _>>()?,
            ),
        })
    }

    /// The items of `feed`, newest first, as its document lists them.
    pub fn items(&self, feed: Feed) -> Vec<LibraryItem> {
        let mut shelves = self.shelves();
        shelf(&mut shelves, feed).items.iter().map(|entry| entry.item.clone()).collect()
    }

    /// Adds an item on top of `feed`; without a date it is published now.
    ///
    /// # Errors
    /// Where the feed has an item with this id.
    pub fn add(&self, feed: Feed, item: LibraryItem) -> Result<(), EditError> {
        let now = self.clock.now();
        shelf(&mut self.shelves(), feed).add(item, now)
    }

    /// Changes the item `id` of `feed`. Its id stays what it was.
    ///
    /// # Errors
    /// Where the feed has no such item.
    pub fn edit(&self, feed: Feed, id: &str, change: impl FnOnce(&mut LibraryItem)) -> Result<(), EditError> {
        let now = self.clock.now();
        shelf(&mut self.shelves(), feed).edit(id, change, now)
    }

    /// Removes the item `id` from `feed`.
    ///
    /// # Errors
    /// Where the feed has no such item.
    pub fn remove(&self, feed: Feed, id: &str) -> Result<LibraryItem, EditError> {
        let now = self.clock.now();
        shelf(&mut self.shelves(), feed).remove(id, now)
    }

    fn shelves(&self) -> MutexGuard<'_, Vec<Shelf>> {
        self.shelves.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// A page of `feed`, counted from 1; RSS has no pages, so it is whole.
    fn document(&self, feed: Feed, page: usize, faults: &ItemFaults) -> (Document<'_>, OffsetDateTime) {
        let (mut entries, modified) = {
            let mut shelves = self.shelves();
            let shelf = shelf(&mut shelves, feed);
            (shelf.items.clone(), shelf.modified)
        };
        faults.before_paging(&mut entries);
        let next = if feed.is_paged() { cut(&mut entries, page, faults) } else { None };
        faults.on_page(&mut entries);
        let modified = faults.skewed(modified);
        let address = |page: usize| {
            let mut address = self.base.clone();
            address.set_path(feed.path());
            address.set_query((page > 1).then(|| format!("page={page}")).as_deref());
            address
        };
        let next = next.map(address);
        let document = Document { feed, home: &self.base, address: address(page), modified, entries, next };
        (document, modified)
    }
}

impl Shelf {
    /// Items that are newest first; the shelf was last changed when its newest item came out.
    pub(crate) fn new(items: &[LibraryItem], now: OffsetDateTime) -> Result<Self, ContentError> {
        let mut entries = Vec::with_capacity(items.len());
        let mut ids = std::collections::HashSet::new();
        for item in items {
            if !ids.insert(&item.id) {
                return Err(ContentError::Duplicate { place: "library", id: item.id.clone() });
            }
            let published = item.published_at()?;
            entries.push(Entry {
                id: Some(item.id.clone()),
                item: item.clone(),
                published,
                modified: published.unwrap_or(OffsetDateTime::UNIX_EPOCH),
            });
        }
        entries.sort_by_key(|entry| std::cmp::Reverse(entry.published));
        let modified = entries.iter().map(|entry| entry.modified).max();
        Ok(Self { items: entries, modified: modified.unwrap_or(now) })
    }

    pub(crate) fn find(&self, id: &str) -> Option<usize> {
        self.items.iter().position(|entry| entry.item.id == id)
    }

    pub(crate) fn add(&mut self, item: LibraryItem, now: OffsetDateTime) -> Result<(), EditError> {
        if self.find(&item.id).is_some() {
            return Err(EditError::Exists { what: "item", key: item.id });
        }
        let published = item.published_at().ok().flatten().unwrap_or(now);
        self.items.insert(0, Entry { id: Some(item.id.clone()), item, published: Some(published), modified: now });
        self.modified = now;
        Ok(())
    }

    pub(crate) fn edit(
        &mut self,
        id: &str,
        change: impl FnOnce(&mut LibraryItem),
        now: OffsetDateTime,
    ) -> Result<(), EditError> {
        let at = self.find(id).ok_or_else(|| missing(id))?;
        let entry = &mut self.items[at];
        change(&mut entry.item);
        id.clone_into(&mut entry.item.id);
        entry.modified = now;
        self.modified = now;
        Ok(())
    }

    pub(crate) fn remove(&mut self, id: &str, now: OffsetDateTime) -> Result<LibraryItem, EditError> {
        let at = self.find(id).ok_or_else(|| missing(id))?;
        self.modified = now;
        Ok(self.items.remove(at).item)
    }
}

/// Leaves of `entries` what page `page` (from 1) holds; answers which page is next.
fn cut(entries: &mut Vec<Entry>, page: usize, faults: &ItemFaults) -> Option<usize> {
    let size = faults.page_size(usize::MAX);
    let start = page.saturating_sub(1).saturating_mul(size).min(entries.len());
    let more = entries.len() - start > size;
    entries.drain(..start);
    entries.truncate(size);
    if faults.backwards() { Some(page.saturating_sub(1).max(1)) } else { more.then_some(page + 1) }
}

/// The shelf of `feed`; the constructor makes one for each, in this order.
fn shelf(shelves: &mut [Shelf], feed: Feed) -> &mut Shelf {
    &mut shelves[feed as usize]
}

fn missing(id: &str) -> EditError {
    EditError::Missing { what: "item", key: id.to_owned() }
}

impl System for Feeds {
    fn router(self: Arc<Self>) -> Router {
        Router::new()
            .route("/", get(home))
            .route("/big.json", get(serve_big))
            .route("/list.opml", get(serve_list))
            .route("/{document}", get(serve_feed))
            .with_state(self)
    }
}

async fn home(State(feeds): State<Arc<Feeds>>) -> Response {
    let mut body = String::from("<p>What the library recommends, as feeds.</p>");
    for feed in Feed::ALL {
        let count = feeds.items(feed).len();
        body.push_str(&format!(
            "<article><h2><a href=\"/{}\">{}</a></h2><p>{}</p><p class=\"quiet\">{count} entries</p></article>",
            feed.path(),
            feed.title(),
            feed.description(),
        ));
    }
    html::page("The library", &body)
}

async fn serve_list(State(feeds): State<Arc<Feeds>>) -> Response {
    let mut body = String::new();
    for feed in Feed::ALL {
        body += &format!(
            "<outline text=\"{}\" type=\"rss\" xmlUrl=\"{}{}\"/>\n",
            html::escape(feed.title()),
            html::escape(feeds.base.as_str()),
            feed.path()
        );
    }
    let text = format!(
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<opml version=\"2.0\">\n<head><title>The library</title></head>\n\
         <body>\n<outline text=\"All of it\">\n{body}</outline>\n</body>\n</opml>\n"
    );
    ([(header::CONTENT_TYPE, "text/x-opml; charset=utf-8")], text).into_response()
}

#[derive(Deserialize)]
struct FeedQuery {
    page: Option<usize>,
}

async fn serve_feed(
    State(feeds): State<Arc<Feeds>>,
    Path(document): Path<String>,
    query: Result<Query<FeedQuery>, axum::extract::rejection::QueryRejection>,
    Extension(faults): Extension<ItemFaults>,
    headers: HeaderMap,
) -> Response {
    let Some(feed) = Feed::ALL.into_iter().find(|feed| feed.path() == document) else {
        return html::missing("There is no such feed.");
    };
    let page = match query {
        Ok(Query(query)) => query.page.unwrap_or(1).max(1),
        Err(error) => return (StatusCode::BAD_REQUEST, error.body_text()).into_response(),
    };
    let (document, modified) = feeds.document(feed, page, &faults);
    let (kind, body) = match feed {
        Feed::Books | Feed::Courses => (json_feed::TYPE, json_feed::write(&document)),
        Feed::Videos => (rss::TYPE, rss::videos(&document)),
        Feed::Podcasts => (rss::TYPE, rss::podcast(&document)),
        Feed::Tutorials => (atom::TYPE, atom::write(&document)),
    };
    conditional(&headers, kind, body, modified)
}

#[derive(Deserialize)]
struct BigQuery {
    n: u64,
    #[serde(default)]
    offset: u64,
    limit: Option<u64>,
}

async fn serve_big(
    State(feeds): State<Arc<Feeds>>,
    query: Result<Query<BigQuery>, axum::extract::rejection::QueryRejection>,
    Extension(faults): Extension<ItemFaults>,
) -> Response {
    let query = match query {
        Ok(Query(query)) => query,
        Err(error) => return (StatusCode::BAD_REQUEST, error.body_text()).into_response(),
    };
    let limit = query.limit.unwrap_or(100).clamp(1, 1000);
    let body = generated::page(&feeds.base, query.n, query.offset, limit, &faults);
    ([(header::CONTENT_TYPE, json_feed::TYPE)], body).into_response()
}

/// Answers 304 where the client's copy is current: an entity tag decides where one is sent, else the
/// time of the last change (to the second).
pub(crate) fn conditional(
    headers: &HeaderMap,
    kind: &'static str,
    body: impl Into<bytes::Bytes>,
    modified: OffsetDateTime,
) -> Response {
    let body = body.into();
    let tag = format!("\"{:016x}\"", hash(&body));
    let validators = [
        (header::ETAG, tag.clone()),
        (header::LAST_MODIFIED, http_date(modified)),
        (header::CACHE_CONTROL, "max-age=0, must-revalidate".to_owned()),
    ];
    let text = |name| headers.get(name).and_then(|value: &axum::http::HeaderValue| value.to_str().ok());
    let current = match (text(header::IF_NONE_MATCH), text(header::IF_MODIFIED_SINCE)) {
        (Some(tags), _) => {
            tags.split(',').map(|known| known.trim().trim_start_matches("W/")).any(|known| known == "*" || known == tag)
        }
        (None, Some(since)) => httpdate::parse_http_date(since)
            .is_ok_and(|since| modified.unix_timestamp() <= OffsetDateTime::from(since).unix_timestamp()),
        (None, None) => false,
    };
    if current {
        return (StatusCode::NOT_MODIFIED, validators).into_response();
    }
    (validators, [(header::CONTENT_TYPE, kind)], body).into_response()
}
