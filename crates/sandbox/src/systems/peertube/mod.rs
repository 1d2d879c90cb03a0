//! A PeerTube instance, read through its REST API (<https://docs.joinpeertube.org/api-rest-reference.html>, as of 7.3).
//!
//! - `/api/v1/config`: name and version
//! - `/api/v1/videos`, `/api/v1/video-channels/{name}/videos`, `/api/v1/accounts/{name}/videos`: `start`, `count` (at
//!   most 100, 15 unless said), `sort`, `isLocal`; the list has neither tags nor whole descriptions
//! - `/api/v1/videos/{id}`: one video, by uuid, short uuid or number; `/api/v1/videos/{id}/captions`
//!
//! Errors are problem details (RFC 7807). 429 is what express-rate-limit sends: text, and `Retry-After`. Nothing here
//! asks for a sign-in: the public parts of an instance do not either. As in the original, `updatedAt` moves when
//! somebody watches ([`PeerTube::watch`]).

mod api;
mod pages;
#[cfg(test)]
mod tests;

use std::sync::Arc;

use axum::{Router, routing::get};
use url::Url;

use crate::{ContentError, EditError, Film, Films, System, films::letters, systems::Setup};

/// The instance.
pub struct PeerTube {
    base: Url,
    films: Films,
}

impl PeerTube {
    pub(crate) fn new(setup: Setup<'_>) -> Result<Self, ContentError> {
        Ok(Self { base: setup.base, films: Films::new(&setup.content.peertube, setup.clock)? })
    }

    /// Its videos, to be changed.
    pub fn films(&self) -> &Films {
        &self.films
    }

    /// Somebody watches the video, which touches it.
    ///
    /// # Errors
    /// Where there is no such film.
    pub fn watch(&self, id: &str) -> Result<(), EditError> {
        self.films.edit(id, |_: &mut Film| {})
    }

    /// What the instance calls the film `id`.
    pub fn uuid(id: &str) -> String {
        let hex = letters(id, b"0123456789abcdef", 32);
        format!("{}-{}-4{}-a{}-{}", &hex[..8], &hex[8..12], &hex[13..16], &hex[17..20], &hex[20..])
    }
}

/// The same in fewer letters.
fn short(id: &str) -> String {
    letters(id, b"123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz", 22)
}

impl System for PeerTube {
    fn router(self: Arc<Self>) -> Router {
        Router::new()
            .route("/", get(pages::home))
            .route("/w/{id}", get(pages::watch))
            .route("/videos/watch/{id}", get(pages::watch))
            .route("/api/v1/config", get(api::config))
            .route("/api/v1/videos", get(api::videos))
            .route("/api/v1/video-channels/{name}/videos", get(api::channel_videos))
            .route("/api/v1/accounts/{name}/videos", get(api::account_videos))
            .route("/api/v1/videos/{id}", get(api::video))
            .route("/api/v1/videos/{id}/captions", get(api::captions))
            .fallback(api::not_found)
            .with_state(self)
    }

    fn refusal(&self, status: u16, _wait: Option<u32>) -> (&'static str, String) {
        match status {
            429 => ("text/html; charset=utf-8", "Too many requests, please try again later.".to_owned()),
            403 => (api::PROBLEM, api::problem(403, "Forbidden", "Cannot get this video").to_string()),
            404 => (api::PROBLEM, api::problem(404, "Not Found", "Video not found").to_string()),
            status => {
                (api::PROBLEM, api::problem(status, "Internal Server Error", "Internal Server Error").to_string())
            }
        }
    }
}
