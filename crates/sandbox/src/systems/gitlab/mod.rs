//! A GitLab, read through its REST API v4 (<https://docs.gitlab.com/api/rest/>, as of 18), below `/api/v4`.
//!
//! - `/projects`, `/groups/{path}/projects`: by offset (`page`, `per_page` of at most 100), the next page in `x-next-page`
//! - `/projects/{id or path}`
//! - `/projects/…/repository/branches/{branch}`, `/projects/…/repository/commits?ref_name=&path=&per_page=`
//! - `/projects/…/repository/tree?path=&ref=&recursive=&pagination=keyset&page_token=`: the next page's token in `Link`;
//!   404 where there is no such path, as since 17.7
//! - `/projects/…/repository/compare?from=&to=&straight=true`
//! - `/projects/…/repository/files/{path}/raw?ref=`
//!
//! Errors are `{"message": "404 Project Not Found"}`; 429 is the text `Retry later`. With
//! [`Options::gitlab_token`](crate::Options::gitlab_token) a wrong token is 401, and projects that are not public are 404
//! without the right one.

mod api;
#[cfg(test)]
mod tests;

use std::sync::Arc;

use axum::{Router, routing::get};
use serde_json::json;
use url::Url;

use crate::{ContentError, Repositories, System, systems::Setup};

/// The host.
pub struct GitLab {
    base: Url,
    repositories: Repositories,
    token: Option<String>,
}

impl GitLab {
    pub(crate) fn new(setup: Setup<'_>) -> Result<Self, ContentError> {
        Ok(Self {
            base: setup.base,
            repositories: Repositories::new(&setup.content.gitlab, setup.clock)?,
            token: setup.options.gitlab_token.clone(),
        })
    }

    /// Its projects, to be changed.
    pub fn repositories(&self) -> &Repositories {
        &self.repositories
    }
}

impl System for GitLab {
    fn router(self: Arc<Self>) -> Router {
        Router::new()
            .route("/api/v4/projects", get(api::projects))
            .route("/api/v4/groups/{group}/projects", get(api::group))
            .route("/api/v4/projects/{id}", get(api::project))
            .route("/api/v4/projects/{id}/repository/branches/{branch}", get(api::branch))
            .route("/api/v4/projects/{id}/repository/commits", get(api::commits))
            .route("/api/v4/projects/{id}/repository/tree", get(api::tree))
            .route("/api/v4/projects/{id}/repository/compare", get(api::compare))
            .route("/api/v4/projects/{id}/repository/files/{path}/raw", get(api::raw))
            .fallback(api::page)
            .with_state(self)
    }

    fn refusal(&self, status: u16, _wait: Option<u32>) -> (&'static str, String) {
        match status {
            429 => ("text/plain", "Retry later\n".to_owned()),
            403 => ("application/json", json!({ "message": "403 Forbidden" }).to_string()),
            404 => ("application/json", json!({ "message": "404 Project Not Found" }).to_string()),
            status => ("application/json", json!({ "message": format!("{status} Internal Server Error") }).to_string()),
        }
    }
}
