//! A NodeBB forum, read through the JSON of its pages (<https://docs.nodebb.org/api/read/>, shapes as in `public/openapi` of
//! NodeBB 3).
//!
//! - `/api/config`: `loggedIn`, `siteTitle`
//! - `/api/categories`: nested, each with its first three children, `subCategoriesLeft` the rest, and those through
//!   `/api/v3/categories/{cid}/children?start=`
//! - `/api/category/{cid}`: `page`, `sort` (`recently_created`, else by last post); 20 topics a page
//! - `/api/recent`: `page`; the last 200 topics ([`NodeBb::RECENT`]), not one more
//! - `/api/topic/{tid}`: with the first 20 posts
//!
//! `pagination` tells of pages. Times are milliseconds, flags 0 and 1, titles escaped. With
//! [`Options::nodebb_token`](crate::Options::nodebb_token) guests see nothing but the configuration: 401 `not-authorized`; a
//! token that is not known is 401 in the form of the API v3. A category may be closed to everybody ([`NodeBb::close`]).

mod api;
#[cfg(test)]
mod tests;

use std::{
    collections::BTreeSet,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};

use axum::{Router, routing::get};
use serde_json::{Value, json};

use crate::{
    ContentError, System,
    systems::{Setup, forum::Forum},
};

/// The forum.
pub struct NodeBb {
    forum: Forum,
    token: Option<String>,
    hidden: Mutex<Hidden>,
}

#[derive(Default)]
struct Hidden {
    /// Categories that are listed, but let nobody in.
    closed: BTreeSet<u64>,
    /// Topics that are in the bin, which their moderators still see.
    deleted: BTreeSet<u64>,
}

impl NodeBb {
    /// Topics that `/api/recent` shows: NodeBB's own figure, unless an administrator changes it.
    pub const RECENT: usize = 200;

    pub(crate) fn new(setup: Setup<'_>) -> Result<Self, ContentError> {
        let token = setup.options.nodebb_token.clone();
        let content = &setup.content.nodebb;
        Ok(Self { forum: Forum::of(content, setup)?, token, hidden: Mutex::default() })
    }

    /// Its topics, to be changed.
    pub fn threads(&self) -> &Forum {
        &self.forum
    }

    /// Lets nobody into a category any more, or everybody again.
    pub fn close(&self, category: u64, closed: bool) {
        let set = &mut self.hidden().closed;
        if closed {
            set.insert(category)
        } else {
            set.remove(&category)
        };
    }

    /// Puts a topic into the bin, where only those see it who may.
    pub fn bin(&self, topic: u64) {
        self.hidden().deleted.insert(topic);
    }

    fn hidden(&self) -> MutexGuard<'_, Hidden> {
        self.hidden.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// What its pages refuse with.
fn refused(status: u16, error: &str) -> Value {
    json!({ "path": "/api", "error": error, "loggedIn": false, "title": format!("[[global:{status}.title]]"),
            "bodyClass": "page-error" })
}

impl System for NodeBb {
    fn router(self: Arc<Self>) -> Router {
        Router::new()
            .route("/api/config", get(api::config))
            .route("/api/categories", get(api::categories))
            .route("/api/v3/categories/{cid}/children", get(api::children))
            .route("/api/category/{cid}", get(api::category))
            .route("/api/recent", get(api::recent))
            .route("/api/topic/{tid}", get(api::topic))
            .route("/topic/{tid}/{slug}", get(api::page))
            .fallback(api::not_found)
            .with_state(self)
    }

    fn refusal(&self, status: u16, _: Option<u32>) -> (&'static str, String) {
        let body = match status {
            401 => refused(401, "not-authorized"),
            403 => refused(403, "[[error:no-privileges]]"),
            404 => json!({ "path": "/api", "title": "[[global:404.title]]", "bodyClass": "page-error" }),
            // What stands before a forum, since NodeBB itself counts no reading.
            429 => return ("text/html; charset=utf-8", "<html><title>429 Too Many Requests</title></html>".to_owned()),
            503 => {
                return ("text/html; charset=utf-8", "<html><title>This forum is too busy</title></html>".to_owned());
            }
            _ => json!({ "path": "/api", "error": "Internal Error.", "bodyClass": "page-error" }),
        };
        ("application/json; charset=utf-8", body.to_string())
    }
}
