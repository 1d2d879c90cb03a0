//! A Confluence Cloud, read through its REST API v2 (<https://developer.atlassian.com/cloud/confluence/rest/v2/intro/>, as of
//! November 2026) and what v2 has not, v1.
//!
//! - `/wiki/api/v2/spaces`: `keys`, `type`, `status`, `limit` (25, at most 250), `cursor`
//! - `/wiki/api/v2/pages`, `/wiki/api/v2/blogposts`: `space-id` (at most 100, with commas), `status`, `sort` (`id`,
//!   `created-date`, `modified-date`, each with `-`), `body-format`, `limit`, `cursor`. A list has no labels
//! - `/wiki/api/v2/pages/{id}`, `/wiki/api/v2/blogposts/{id}`: `body-format`, `include-labels`; what was deleted, and what
//!   the account may not see, is 404
//! - `/wiki/rest/api/user/current`, `/wiki/rest/api/user/bulk?accountId=`
//!
//! `_links.next` is a path with the cursor, and the `Link` header says the same. Errors of v2 are
//! `{"errors": [{"status", "code", "title", "detail"}]}`, of v1 `{"statusCode", "message"}`. With
//! [`Options::confluence_login`](crate::Options::confluence_login) a token that is not known is 401 with a line of text, and
//! where strangers may read ([`Confluence::open`]) answered as a stranger's question: 200, and `X-Seraph-LoginReason`.
//! A new label does not touch a page's version. Left out: OAuth, Atlassian Document Format, everything that changes something.

mod api;
#[cfg(test)]
mod tests;

use std::{
    collections::BTreeMap,
    sync::{
        Arc, Mutex, MutexGuard, PoisonError,
        atomic::{AtomicBool, Ordering},
    },
};

use axum::{Router, routing::get};
use serde::Deserialize;
use serde_json::{Value, json};
use time::OffsetDateTime;

use crate::{Clock, ContentError, EditError, Login, System, clock::working_moment, systems::Setup};

/// What the Confluence holds when it starts.
#[derive(Clone, Debug, Default, Deserialize, PartialEq)]
#[serde(deny_unknown_fields, default)]
pub struct ConfluenceContent {
    pub spaces: Vec<ConfluenceSpace>,
    pub pages: Vec<ConfluencePage>,
}

/// A space.
#[derive(Clone, Debug, Default, Deserialize, PartialEq)]
#[serde(deny_unknown_fields, default)]
pub struct ConfluenceSpace {
    pub id: u64,
    pub key: String,
    pub name: String,
    pub personal: bool,
}

/// A page or a blog post; its times are relative.
#[derive(Clone, Debug, Default, Deserialize, PartialEq)]
#[serde(deny_unknown_fields, default)]
pub struct ConfluencePage {
    pub id: u64,
    /// A space's key.
    pub space: String,
    pub title: String,
    /// In the storage format.
    pub body: String,
    /// `name`, or `my:name` and `team:name`.
    pub labels: Vec<String>,
    pub author: String,
    pub created_days_ago: f64,
    pub changed_days_ago: f64,
    /// A blog post rather than a page.
    pub post: bool,
    /// In the trash.
    pub trashed: bool,
    /// The account may not see it.
    pub restricted: bool,
}

/// The Confluence.
pub struct Confluence {
    base: url::Url,
    clock: Clock,
    login: Option<Login>,
    open: AtomicBool,
    shelf: Mutex<Shelf>,
}

#[derive(Default)]
struct Shelf {
    spaces: Vec<ConfluenceSpace>,
    pages: BTreeMap<u64, Dated>,
}

#[derive(Clone)]
struct Dated {
    page: ConfluencePage,
    created: OffsetDateTime,
    changed: OffsetDateTime,
}

impl Confluence {
    pub(crate) fn new(setup: Setup<'_>) -> Result<Self, ContentError> {
        let content = &setup.content.confluence;
        let mut shelf = Shelf { spaces: content.spaces.clone(), ..Shelf::default() };
        let now = setup.clock.now();
        for page in &content.pages {
            let dated = Dated {
                created: working_moment(now, page.created_days_ago, page.id),
                changed: working_moment(now, page.changed_days_ago, page.id * 3),
                page: page.clone(),
            };
            if shelf.pages.insert(page.id, dated).is_some() {
                return Err(ContentError::Duplicate { place: "confluence", id: page.id.to_string() });
            }
        }
        Ok(Self {
            base: setup.base,
            clock: setup.clock,
            login: setup.options.confluence_login.clone(),
            open: AtomicBool::new(false),
            shelf: Mutex::new(shelf),
        })
    }

    /// Whether strangers may read, and a login that is not known is taken for a stranger's.
    pub fn open(&self, open: bool) {
        self.open.store(open, Ordering::SeqCst);
    }

    /// Publishes a page now.
    ///
    /// # Errors
    /// Where there is one with this id.
    pub fn add(&self, page: ConfluencePage) -> Result<(), EditError> {
        let now = self.clock.now();
        let mut shelf = self.shelf();
        if shelf.pages.contains_key(&page.id) {
            return Err(EditError::Exists { what: "page", key: page.id.to_string() });
        }
        shelf.pages.insert(page.id, Dated { page, created: now, changed: now });
        Ok(())
    }

    /// Changes a page now, which makes a new version of it.
    ///
    /// # Errors
    /// Where there is no such page.
    pub fn edit(&self, id: u64, change: impl FnOnce(&mut ConfluencePage)) -> Result<(), EditError> {
        let now = self.clock.now();
        self.touch(id, |dated| {
            change(&mut dated.page);
            dated.changed = now;
        })
    }

    /// Changes what is no part of a page's version: labels, restrictions, whether it is in the trash.
    ///
    /// # Errors
    /// Where there is no such page.
    pub fn mark(&self, id: u64, change: impl FnOnce(&mut ConfluencePage)) -> Result<(), EditError> {
        self.touch(id, |dated| change(&mut dated.page))
    }

    fn touch(&self, id: u64, change: impl FnOnce(&mut Dated)) -> Result<(), EditError> {
        let missing = || EditError::Missing { what: "page", key: id.to_string() };
        self.shelf().pages.get_mut(&id).map(change).ok_or_else(missing)
    }

    fn shelf(&self) -> MutexGuard<'_, Shelf> {
        self.shelf.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

fn error(status: u16, code: &str, title: &str) -> Value {
    json!({ "errors": [{ "status": status, "code": code, "title": title, "detail": null }] })
}

impl System for Confluence {
    fn router(self: Arc<Self>) -> Router {
        Router::new()
            .route("/wiki/api/v2/spaces", get(api::spaces))
            .route("/wiki/api/v2/{list}", get(api::list))
            .route("/wiki/api/v2/{list}/{id}", get(api::one))
            .route("/wiki/rest/api/user/current", get(api::current_user))
            .route("/wiki/rest/api/user/bulk", get(api::users))
            .route("/wiki/spaces/{key}/pages/{id}/{title}", get(api::page))
            .fallback(api::not_found)
            .with_state(self)
    }

    fn refusal(&self, status: u16, _: Option<u32>) -> (&'static str, String) {
        let body = match status {
            401 => return ("text/plain; charset=utf-8", "Unauthorized\n".to_owned()),
            403 => error(403, "FORBIDDEN", "Forbidden"),
            404 => error(404, "NOT_FOUND", "Not Found"),
            429 => error(429, "TOO_MANY_REQUESTS", "Rate limit exceeded."),
            status => error(status, "INTERNAL_SERVER_ERROR", "Internal Server Error"),
        };
        ("application/json", body.to_string())
    }
}
