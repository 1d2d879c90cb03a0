//! A GitHub Enterprise, read through its REST API (<https://docs.github.com/en/rest>, version 2022-11-28), below `/api/v3`.
//!
//! - `/rate_limit`, which is not counted
//! - `/orgs/{org}/repos`, `/users/{user}/repos`: `type`, `per_page` (at most 100), `page`; `Link` names the next page.
//!   An owner whose name ends in `-person` is a user, and no organisation
//! - `/repos/{owner}/{name}`: with an ETag
//! - `/repos/…/commits/{ref}`: with `Accept: application/vnd.github.sha` the id alone, which is also its ETag
//! - `/repos/…/commits?sha=&path=&per_page=`
//! - `/repos/…/git/trees/{sha}?recursive=1`, `/repos/…/git/blobs/{sha}` (raw or base64)
//! - `/repos/…/compare/{base}...{head}`: at most 300 files; `diverged` where history was written anew
//!
//! Errors are `{"message", "documentation_url", "status"}`. With [`Options::github_token`](crate::Options::github_token) a
//! wrong token is 401; private repositories are 404 without the right one. The primary limit
//! ([`GitHub::requests_left`]) answers 403 with `x-ratelimit-remaining: 0`; 304 does not count to who is signed in.

mod api;
#[cfg(test)]
mod tests;

use std::sync::{
    Arc,
    atomic::{AtomicI64, Ordering},
};

use axum::{Router, routing::get};
use serde_json::json;
use url::Url;

use crate::{Clock, ContentError, Repositories, System, systems::Setup};

/// The host.
pub struct GitHub {
    base: Url,
    clock: Clock,
    repositories: Repositories,
    token: Option<String>,
    left: AtomicI64,
}

impl GitHub {
    pub(crate) fn new(setup: Setup<'_>) -> Result<Self, ContentError> {
        Ok(Self {
            base: setup.base,
            repositories: Repositories::new(&setup.content.github, setup.clock.clone())?,
            clock: setup.clock,
            token: setup.options.github_token.clone(),
            left: AtomicI64::new(1_000_000),
        })
    }

    /// Its repositories, to be changed.
    pub fn repositories(&self) -> &Repositories {
        &self.repositories
    }

    /// Leaves this many requests of the hour.
    pub fn requests_left(&self, requests: i64) {
        self.left.store(requests, Ordering::SeqCst);
    }
}

impl System for GitHub {
    fn router(self: Arc<Self>) -> Router {
        Router::new()
            .route("/api/v3/rate_limit", get(api::rate_limit))
            .route("/api/v3/orgs/{owner}/repos", get(api::org))
            .route("/api/v3/users/{owner}/repos", get(api::user))
            .route("/api/v3/repos/{owner}/{name}", get(api::repository))
            .route("/api/v3/repos/{owner}/{name}/commits", get(api::commits))
            .route("/api/v3/repos/{owner}/{name}/commits/{reference}", get(api::commit))
            .route("/api/v3/repos/{owner}/{name}/git/trees/{sha}", get(api::tree))
            .route("/api/v3/repos/{owner}/{name}/git/blobs/{sha}", get(api::blob))
            .route("/api/v3/repos/{owner}/{name}/compare/{basehead}", get(api::compare))
            .route("/{owner}/{name}/blob/{branch}/{*path}", get(api::page))
            .fallback(api::not_found)
            .with_state(self)
    }

    fn refusal(&self, status: u16, _wait: Option<u32>) -> (&'static str, String) {
        let message = match status {
            403 => "Resource not accessible by personal access token",
            404 => "Not Found",
            429 => "You have exceeded a secondary rate limit. Please wait a few minutes before you try again.",
            _ => "Server Error",
        };
        let body = json!({ "message": message, "documentation_url": "https://docs.github.com/rest", "status": status.to_string() });
        ("application/json; charset=utf-8", body.to_string())
    }
}
