//! Vimeo's API 3.4 (<https://developer.vimeo.com/api/reference/videos>, as of November 2026), as far as a reader of lists of
//! videos needs it.
//!
//! - `/me/videos`, `/users/{user}/videos`, `/channels/{channel}/videos`
//! - `/me/projects/{folder}/videos`, `/users/{user}/projects/{folder}/videos`, `/me/albums/{showcase}/videos`: the content's
//!   playlists
//!
//! `page`, `per_page` (25, at most 100), `sort=date`, `direction`, and `fields`, which keeps what it names and nothing else.
//! A collection is `{"total", "page", "per_page", "paging": {"next", "previous", "first", "last"}, "data"}`. The token is of
//! the account: private videos are listed too. Requests are counted ([`Vimeo::quota`]) and told of in `X-RateLimit-Limit`,
//! `-Remaining` and `-Reset`; what is too much is 429, without `Retry-After`. Errors are
//! `{"error", "link", "developer_message", "error_code"}`.

mod api;
#[cfg(test)]
mod tests;

use std::sync::{
    Arc,
    atomic::{AtomicI64, Ordering},
};

use axum::{Router, routing::get};
use serde_json::{Value, json};

use crate::{Clock, ContentError, FilmPlaylist, Films, System, hash::hash, systems::Setup};

/// Requests that are let through a minute, unless a test says otherwise.
const LIMIT: i64 = 1000;

/// The API, with the videos that it knows.
pub struct Vimeo {
    clock: Clock,
    films: Films,
    lists: Vec<FilmPlaylist>,
    token: Option<String>,
    /// Requests that are left.
    left: AtomicI64,
}

impl Vimeo {
    pub(crate) fn new(setup: Setup<'_>) -> Result<Self, ContentError> {
        let content = &setup.content.vimeo;
        Ok(Self {
            films: Films::new(content, setup.clock.clone())?,
            clock: setup.clock,
            lists: content.playlists.clone(),
            token: setup.options.vimeo_token.clone(),
            left: AtomicI64::new(i64::MAX),
        })
    }

    /// Its videos, to be changed.
    pub fn films(&self) -> &Films {
        &self.films
    }

    /// Lets this many requests through until the minute is over.
    pub fn quota(&self, requests: i64) {
        self.left.store(requests, Ordering::SeqCst);
    }

    /// What Vimeo calls the film `id`.
    pub fn video_id(id: &str) -> String {
        (100_000_000 + hash(id.as_bytes()) % 900_000_000).to_string()
    }
}

fn error(text: &str, developer: &str, code: u16) -> Value {
    json!({ "error": text, "link": null, "developer_message": developer, "error_code": code })
}

impl System for Vimeo {
    fn router(self: Arc<Self>) -> Router {
        Router::new()
            .route("/me/videos", get(api::own))
            .route("/users/{user}/videos", get(api::of_user))
            .route("/channels/{channel}/videos", get(api::of_user))
            .route("/me/projects/{list}/videos", get(api::of_list))
            .route("/me/albums/{list}/videos", get(api::of_list))
            .route("/users/{user}/projects/{list}/videos", get(api::of_users_list))
            .fallback(api::not_found)
            .with_state(self)
    }

    fn refusal(&self, status: u16, _: Option<u32>) -> (&'static str, String) {
        let body = match status {
            401 => error("You must provide a valid authenticated access token.", "", 8003),
            403 => error("You do not have access to this resource.", "", 3200),
            404 => error("The requested page could not be found.", "", 5000),
            429 => error("Too many API requests. Wait an hour or so, then try again.", "", 9000),
            _ => error("Something strange occurred. Please try again.", "", 7100),
        };
        (api::JSON, body.to_string())
    }
}
