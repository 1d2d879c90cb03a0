//! YouTube's Data API v3 (<https://developers.google.com/youtube/v3/docs>), as far as a reader of channels needs it.
//!
//! - `/youtube/v3/channels`: `id`, `forHandle` or `forUsername`; a channel names the playlist of its uploads
//! - `/youtube/v3/playlistItems`: `playlistId`, `maxResults` (at most 50), `pageToken`. The uploads hold what is public, the
//!   newest first; a playlist keeps the place of private and deleted videos, as `Private video` and `Deleted video`
//! - `/youtube/v3/videos`: `id`, up to 50 with commas; leaves out what is private or deleted
//!
//! Every request needs a key, in the header `X-Goog-Api-Key` or the parameter `key`, and costs a unit of the quota
//! ([`YouTube::quota`]). Answers carry an ETag; `If-None-Match` is answered with 304. Errors are
//! `{"error": {"code", "message", "errors": [{"message", "domain", "reason"}], "status"}}`.

mod api;
#[cfg(test)]
mod tests;

use std::sync::{
    Arc,
    atomic::{AtomicI64, Ordering},
};

use axum::{Router, routing::get};

use crate::{ContentError, FilmPlaylist, Films, System, films::letters, systems::Setup};

/// The API, with the channels that it knows.
pub struct YouTube {
    films: Films,
    playlists: Vec<FilmPlaylist>,
    key: Option<String>,
    /// Units that are left.
    units: AtomicI64,
}

const URL_LETTERS: &[u8] = b"0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz-_";

impl YouTube {
    pub(crate) fn new(setup: Setup<'_>) -> Result<Self, ContentError> {
        let content = &setup.content.youtube;
        Ok(Self {
            films: Films::new(content, setup.clock)?,
            playlists: content.playlists.clone(),
            key: setup.options.youtube_key.clone(),
            units: AtomicI64::new(i64::MAX),
        })
    }

    /// Its videos, to be changed.
    pub fn films(&self) -> &Films {
        &self.films
    }

    /// Leaves this many units of the quota.
    pub fn quota(&self, units: i64) {
        self.units.store(units, Ordering::SeqCst);
    }

    /// What YouTube calls the film `id`.
    pub fn video_id(id: &str) -> String {
        letters(id, URL_LETTERS, 11)
    }

    /// What YouTube calls the channel `name`, whose handle is `@name`.
    pub fn channel_id(name: &str) -> String {
        format!("UC{}", letters(name, URL_LETTERS, 22))
    }
}

/// The playlist of a channel's uploads.
fn uploads(name: &str) -> String {
    format!("UU{}", letters(name, URL_LETTERS, 22))
}

impl System for YouTube {
    fn router(self: Arc<Self>) -> Router {
        Router::new()
            .route("/youtube/v3/channels", get(api::channels))
            .route("/youtube/v3/playlistItems", get(api::playlist_items))
            .route("/youtube/v3/videos", get(api::videos))
            .fallback(api::not_found)
            .with_state(self)
    }

    fn refusal(&self, status: u16, _wait: Option<u32>) -> (&'static str, String) {
        let body = match status {
            403 => api::error(
                403,
                "Access forbidden. The request may not be properly authorized.",
                "youtube.common",
                "forbidden",
            ),
            429 => api::error(429, "Resource has been exhausted (e.g. check quota).", "global", "rateLimitExceeded"),
            404 => api::error(404, "Requested entity was not found.", "global", "notFound"),
            503 => api::error(503, "The service is currently unavailable.", "global", "backendError"),
            status => api::error(status, "Internal error encountered.", "global", "backendError"),
        };
        ("application/json; charset=UTF-8", body.to_string())
    }
}
