//! A MediaWiki, read through its action API at `/api.php` (<https://www.mediawiki.org/wiki/API:Main_page>, as of
//! MediaWiki 1.43 with TextExtracts).
//!
//! - `action=query`: `meta=siteinfo|tokens|userinfo`, `list=allpages|recentchanges|logevents`,
//!   `generator=allpages` or `titles=`/`pageids=` with `prop=info|categories|revisions|extracts`
//! - `action=parse&page=`, `action=login` with a bot password: the login token first, then the session's cookie
//!
//! The quirks that a client meets in earnest are kept: continuation as in API:Continue, where the properties of a
//! page set are finished before its generator moves on; content for 50 pages a request, extracts for 20 (for one
//! without `exintro`), ten categories unless `cllimit` says otherwise; recent changes of the last 90 days, without
//! those of deleted pages; times to the second. Errors are 200 with an `error` object and the header
//! `MediaWiki-API-Error`; `maxlag` answers with `Retry-After` and `X-Database-Lag`
//! (<https://www.mediawiki.org/wiki/Manual:Maxlag_parameter>). Left out: `formatversion=1`, which is refused, and
//! every format but JSON, which shows an HTML page as MediaWiki's default does.

mod lists;
mod login;
mod pages;
mod params;
mod props;
mod query;
#[cfg(test)]
mod tests;

use std::{
    collections::BTreeMap,
    fmt,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};

use axum::{Router, routing::get};
use serde_json::json;
use time::OffsetDateTime;
use url::Url;

use crate::{
    Clock, ContentError, EditError, System, clock::working_moment, hash::hash, items::ItemFaults, markup,
    systems::Setup,
};

/// Who may read the wiki through its API: a bot password.
#[derive(Clone, PartialEq, Eq)]
pub struct Login {
    /// `User@bot`.
    pub username: String,
    /// The bot password.
    pub password: String,
}

impl fmt::Debug for Login {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Login({})", self.username)
    }
}

/// The wiki.
pub struct Wiki {
    base: Url,
    clock: Clock,
    login: Option<Login>,
    sessions: login::Sessions,
    book: Mutex<Book>,
}

/// The pages and what happened to them.
#[derive(Default)]
struct Book {
    pages: BTreeMap<String, Page>,
    changes: Vec<Change>,
    last_page: u64,
    last_revision: u64,
    /// Seconds by which the replicas lag behind.
    lag: i64,
}

#[derive(Clone, Debug)]
struct Page {
    id: u64,
    title: String,
    categories: Vec<String>,
    /// Markdown.
    text: String,
    revision: u64,
    parent: u64,
    user: String,
    at: OffsetDateTime,
}

impl Page {
    fn wikitext(&self) -> String {
        let mut text = markup::to_wikitext(&self.text);
        for category in &self.categories {
            text += &format!("\n[[Category:{category}]]");
        }
        text
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum What {
    New,
    Edit,
    Delete,
}

/// An entry of the recent changes; deletions are the log as well.
#[derive(Clone, Debug)]
struct Change {
    id: u64,
    what: What,
    page: u64,
    title: String,
    revision: u64,
    parent: u64,
    user: String,
    at: OffsetDateTime,
}

impl Wiki {
    pub(crate) fn new(setup: Setup<'_>) -> Result<Self, ContentError> {
        let articles = &setup.content.wiki;
        let titles: Vec<String> = articles.iter().map(|article| article.title.clone()).collect();
        let mut writers: Vec<&str> = setup.content.forum.topics.iter().map(|topic| topic.author.as_str()).collect();
        writers.sort_unstable();
        writers.dedup();
        let mut book = Book::default();
        for article in articles {
            if book.pages.contains_key(&article.title) {
                return Err(ContentError::Duplicate { place: "wiki", id: article.title.clone() });
            }
            let salt = hash(article.title.as_bytes());
            let user = match writers.len() {
                0 => "Librarian",
                some => writers[(salt >> 20) as usize % some],
            };
            let at = working_moment(setup.clock.now(), 2.0 + (salt % 240) as f64, salt);
            let text = markup::link_titles(&article.text, &article.title, &titles);
            book.write(&article.title, &text, article.categories.clone(), user, at);
        }
        book.changes.sort_by_key(|change| change.at);
        Ok(Self {
            base: setup.base,
            clock: setup.clock,
            login: setup.options.wiki_login.clone(),
            sessions: login::Sessions::default(),
            book: Mutex::new(book),
        })
    }

    /// The titles of all pages, sorted.
    pub fn titles(&self) -> Vec<String> {
        self.book().pages.keys().cloned().collect()
    }

    /// Where a person reads the page `title`.
    pub fn page_url(&self, title: &str) -> Url {
        let mut url = self.base.clone();
        url.set_path(&format!("/wiki/{}", title.replace(' ', "_")));
        url
    }

    /// Writes a new page, in Markdown, and answers its id.
    ///
    /// # Errors
    /// Where there is a page with this title.
    pub fn add_page(&self, title: &str, text: &str, categories: &[&str], user: &str) -> Result<u64, EditError> {
        let now = self.clock.now();
        let mut book = self.book();
        if book.pages.contains_key(title) {
            return Err(EditError::Exists { what: "wiki page", key: title.to_owned() });
        }
        let categories = categories.iter().map(|name| (*name).to_owned()).collect();
        Ok(book.write(title, text, categories, user, now))
    }

    /// Replaces the text of the page `title`, which gives it a new revision.
    ///
    /// # Errors
    /// Where there is no such page.
    pub fn edit_page(&self, title: &str, text: &str, user: &str) -> Result<(), EditError> {
        let now = self.clock.now();
        let mut book = self.book();
        let categories = book.pages.get(title).ok_or_else(|| missing(title))?.categories.clone();
        book.write(title, text, categories, user, now);
        Ok(())
    }

    /// Deletes the page `title`; the deletion log says so.
    ///
    /// # Errors
    /// Where there is no such page.
    pub fn delete_page(&self, title: &str, user: &str) -> Result<(), EditError> {
        let now = self.clock.now();
        let mut book = self.book();
        let page = book.pages.remove(title).ok_or_else(|| missing(title))?;
        book.changes.retain(|change| change.page != page.id || change.what == What::Delete);
        let gone = Page { revision: 0, parent: 0, user: user.to_owned(), at: now, ..page };
        book.note(What::Delete, &gone);
        Ok(())
    }

    /// Lets the database's replicas lag by `seconds` from now on.
    pub fn set_lag(&self, seconds: i64) {
        self.book().lag = seconds;
    }

    fn book(&self) -> MutexGuard<'_, Book> {
        self.book.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The pages that the faults leave, by title.
    fn visible(&self, faults: &ItemFaults) -> Vec<props::View> {
        let mut views: Vec<props::View> = self.book().pages.values().cloned().map(props::View::of).collect();
        faults.before_paging(&mut views);
        views
    }
}

impl Book {
    /// Writes a page or a new revision of it.
    fn write(&mut self, title: &str, text: &str, categories: Vec<String>, user: &str, at: OffsetDateTime) -> u64 {
        self.last_revision += 1;
        let before = self.pages.get(title).map(|page| (page.id, page.revision));
        let id = before.map_or_else(
            || {
                self.last_page += 1;
                self.last_page
            },
            |(id, _)| id,
        );
        let page = Page {
            id,
            title: title.to_owned(),
            categories,
            text: text.to_owned(),
            revision: self.last_revision,
            parent: before.map_or(0, |(_, revision)| revision),
            user: user.to_owned(),
            at: to_the_second(at),
        };
        self.note(if before.is_some() { What::Edit } else { What::New }, &page);
        self.pages.insert(title.to_owned(), page);
        id
    }

    fn note(&mut self, what: What, page: &Page) {
        let id = self.changes.iter().map(|change| change.id).max().unwrap_or(0) + 1;
        self.changes.push(Change {
            id,
            what,
            page: page.id,
            title: page.title.clone(),
            revision: page.revision,
            parent: page.parent,
            user: page.user.clone(),
            at: to_the_second(page.at),
        });
    }
}

fn to_the_second(at: OffsetDateTime) -> OffsetDateTime {
    at.replace_nanosecond(0).unwrap_or(at)
}

fn missing(title: &str) -> EditError {
    EditError::Missing { what: "wiki page", key: title.to_owned() }
}

impl System for Wiki {
    fn router(self: Arc<Self>) -> Router {
        Router::new()
            .route("/", get(pages::home))
            .route("/wiki/{*title}", get(pages::show))
            .route("/api.php", get(query::serve).post(query::serve))
            .with_state(self)
    }

    fn refusal(&self, status: u16, wait: Option<u32>) -> (&'static str, String) {
        let (code, info) = match status {
            429 => ("ratelimited", "You've exceeded your rate limit. Please wait some time and try again.".to_owned()),
            401 | 403 => ("readapidenied", "You need read permission to use this module.".to_owned()),
            503 => ("readonly", "The wiki is currently in read-only mode.".to_owned()),
            _ => ("internal_api_error_DBQueryError", "[sandbox] Caught exception of type DBQueryError".to_owned()),
        };
        let mut error = json!({ "code": code, "info": info });
        if let Some(wait) = wait {
            error["retry-after"] = json!(wait);
        }
        ("application/json; charset=utf-8", json!({ "error": error }).to_string())
    }

    fn expire_tokens(&self) {
        self.end_sessions();
    }
}
