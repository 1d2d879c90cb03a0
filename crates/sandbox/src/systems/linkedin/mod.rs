//! LinkedIn Learning's API v2 (<https://learn.microsoft.com/en-us/linkedin/learning/reference/learningassets>, as of November
//! 2026), as far as a reader of the catalogue needs it.
//!
//! - `POST /oauth/v2/accessToken`: client credentials; a token lives for sixty days
//! - `/v2/learningAssets?q=localeAndType`: `assetType`, `sourceLocale.language`, `sourceLocale.country`, `includeRetired`
//! - `/v2/learningAssets?q=criteria`: `assetFilteringCriteria.assetTypes[0]`, `.locales[0].language`, `.locales[0].country`,
//!   `.lastModifiedAfter`, `assetRetrievalCriteria.includeRetired`
//!
//! Both page by `start` and `count` (10, at most 100), and answer with
//! `{"elements": […], "paging": {"start", "count", "total", "links": [{"rel", "href", "type"}]}}`. As the original is known to,
//! the finder of changes gives everything where the time is more than a day ago, tells of [`LinkedIn::MAX_CHANGES`] at most,
//! and repeats the first of a page at its end. Errors are `{"message", "serviceErrorCode", "status"}`; when the day's calls are
//! used up ([`LinkedIn::quota`]), 429 without `Retry-After`.

mod api;
#[cfg(test)]
mod tests;

use std::sync::{
    Arc, Mutex, MutexGuard, PoisonError,
    atomic::{AtomicI64, Ordering},
};

use axum::{
    Router,
    routing::{get, post},
};
use serde::Deserialize;
use serde_json::{Value, json};
use time::OffsetDateTime;

use crate::{Clock, ContentError, EditError, System, clock::working_moment, systems::Setup, tokens::Tokens};

/// What LinkedIn Learning holds when it starts.
#[derive(Clone, Debug, Default, Deserialize, PartialEq)]
#[serde(deny_unknown_fields, default)]
pub struct LinkedInContent {
    pub assets: Vec<LinkedInAsset>,
}

/// A course or a video; its times are relative.
#[derive(Clone, Debug, Default, Deserialize, PartialEq)]
#[serde(deny_unknown_fields, default)]
pub struct LinkedInAsset {
    pub id: u64,
    pub title: String,
    pub description: String,
    /// A video rather than a course.
    pub video: bool,
    pub seconds: u32,
    /// BEGINNER, INTERMEDIATE, ADVANCED; empty where nobody said.
    pub level: String,
    pub authors: Vec<String>,
    pub skills: Vec<String>,
    /// `de-DE`; empty for `en-US`.
    pub locale: String,
    pub days_ago: f64,
    pub retired: bool,
}

/// The API, with the assets that it knows.
pub struct LinkedIn {
    base: url::Url,
    clock: Clock,
    tokens: Tokens,
    /// Calls that are left today.
    left: AtomicI64,
    assets: Mutex<Vec<Dated>>,
}

#[derive(Clone)]
struct Dated {
    asset: LinkedInAsset,
    published: OffsetDateTime,
    changed: OffsetDateTime,
}

impl LinkedIn {
    /// Changes that the finder tells of at most.
    pub const MAX_CHANGES: usize = 500;

    pub(crate) fn new(setup: Setup<'_>) -> Result<Self, ContentError> {
        let now = setup.clock.now();
        let dated = |asset: &LinkedInAsset| {
            let at = working_moment(now, asset.days_ago, asset.id);
            Dated { asset: asset.clone(), published: at, changed: at }
        };
        let assets = setup.content.linkedin.assets.iter().map(dated).collect();
        Ok(Self {
            tokens: Tokens::new(setup.clock.clone(), setup.options.linkedin_client.clone(), 60 * 86_400),
            base: setup.base,
            clock: setup.clock,
            left: AtomicI64::new(i64::MAX),
            assets: Mutex::new(assets),
        })
    }

    /// Publishes an asset now.
    ///
    /// # Errors
    /// Where there is one with this id.
    pub fn add(&self, asset: LinkedInAsset) -> Result<(), EditError> {
        let now = self.clock.now();
        let mut assets = self.assets();
        if assets.iter().any(|each| each.asset.id == asset.id) {
            return Err(EditError::Exists { what: "asset", key: asset.id.to_string() });
        }
        assets.push(Dated { asset, published: now, changed: now });
        Ok(())
    }

    /// Changes an asset now.
    ///
    /// # Errors
    /// Where there is no such asset.
    pub fn edit(&self, id: u64, change: impl FnOnce(&mut LinkedInAsset)) -> Result<(), EditError> {
        let now = self.clock.now();
        let mut assets = self.assets();
        let missing = || EditError::Missing { what: "asset", key: id.to_string() };
        let dated = assets.iter_mut().find(|each| each.asset.id == id).ok_or_else(missing)?;
        change(&mut dated.asset);
        dated.changed = now;
        Ok(())
    }

    /// Lets this many calls through until the day is over.
    pub fn quota(&self, calls: i64) {
        self.left.store(calls, Ordering::SeqCst);
    }

    /// How many tokens were given out.
    pub fn tokens_given(&self) -> u64 {
        self.tokens.count()
    }

    fn assets(&self) -> MutexGuard<'_, Vec<Dated>> {
        self.assets.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

fn error(status: u16, code: u32, message: &str) -> Value {
    json!({ "message": message, "serviceErrorCode": code, "status": status })
}

impl System for LinkedIn {
    fn router(self: Arc<Self>) -> Router {
        Router::new()
            .route("/oauth/v2/accessToken", post(api::token))
            .route("/v2/learningAssets", get(api::assets))
            .fallback(api::not_found)
            .with_state(self)
    }

    fn refusal(&self, status: u16, _: Option<u32>) -> (&'static str, String) {
        let body = match status {
            401 => error(401, 65_600, "Invalid access token"),
            403 => error(403, 100, "Not enough permissions to access: GET /learningAssets"),
            404 => error(404, 0, "No virtual resource found"),
            429 => error(
                429,
                101,
                "Resource level throttle APPLICATION MINUTE limit for calls to this resource is reached.",
            ),
            status => error(status, 0, "Internal Server Error"),
        };
        ("application/json", body.to_string())
    }

    fn expire_tokens(&self) {
        self.tokens.expire();
    }
}
