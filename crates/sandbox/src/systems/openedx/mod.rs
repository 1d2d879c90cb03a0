//! An Open edX, read through its Courses API v1 (shapes as in `lms/djangoapps/course_api` of its public source, as of Ulmo).
//!
//! - `POST /oauth2/access_token`: client credentials; `token_type=jwt` gives a token for `Authorization: JWT`
//! - `/api/courses/v1/courses/`: `page`, `page_size` (10, at most 100), `org`, `username`, which who is signed in has to give.
//!   `{"results": […], "pagination": {"next", "previous", "count", "num_pages"}}`, with whole addresses for `next`
//!
//! A page behind the last one is 404 `{"detail": "Invalid page."}`. Who asks more often than [`OpenEdx::throttle`] allows gets
//! 429 with `Retry-After`. A token that is over is 401 with `error_code` `token_expired`. Strangers see courses that are for
//! everybody. With [`Options::openedx_client`](crate::Options::openedx_client) there is a client that gets tokens.

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
use serde_json::json;
use time::OffsetDateTime;

use crate::{
    Clock, ContentError, EditError, System, clock::working_moment, hash::hash, systems::Setup, tokens::Tokens,
};

/// What the Open edX holds when it starts.
#[derive(Clone, Debug, Default, Deserialize, PartialEq)]
#[serde(deny_unknown_fields, default)]
pub struct OpenEdxContent {
    pub courses: Vec<OpenEdxCourse>,
}

/// A course; its times are relative.
#[derive(Clone, Debug, Default, Deserialize, PartialEq)]
#[serde(deny_unknown_fields, default)]
pub struct OpenEdxCourse {
    /// `course-v1:Org+Number+Run`
    pub id: String,
    pub name: String,
    pub short_description: String,
    /// As an author wrote it.
    pub effort: String,
    /// Days since its start; none for a course that is not scheduled.
    pub started_days_ago: Option<f64>,
    /// Weeks from start to end; none for a course without an end.
    pub weeks: Option<u32>,
    /// In no catalogue.
    pub hidden: bool,
    pub invitation_only: bool,
    /// Only who is signed in sees it.
    pub internal: bool,
}

/// The Open edX.
pub struct OpenEdx {
    base: url::Url,
    clock: Clock,
    tokens: Tokens,
    /// Requests that are let through.
    left: AtomicI64,
    courses: Mutex<Vec<Dated>>,
}

#[derive(Clone)]
struct Dated {
    course: OpenEdxCourse,
    start: Option<OffsetDateTime>,
}

impl Dated {
    fn of(course: OpenEdxCourse, now: OffsetDateTime) -> Self {
        let start = course.started_days_ago.map(|days| working_moment(now, days, hash(course.id.as_bytes())));
        Self { course, start }
    }
}

impl OpenEdx {
    /// The user whom the client belongs to.
    pub const USER: &'static str = "atrium";

    pub(crate) fn new(setup: Setup<'_>) -> Result<Self, ContentError> {
        let now = setup.clock.now();
        let courses = setup.content.openedx.courses.iter().map(|course| Dated::of(course.clone(), now)).collect();
        Ok(Self {
            tokens: Tokens::new(setup.clock.clone(), setup.options.openedx_client.clone(), 3600),
            base: setup.base,
            clock: setup.clock,
            left: AtomicI64::new(i64::MAX),
            courses: Mutex::new(courses),
        })
    }

    /// Adds a course, or takes one's place.
    pub fn put(&self, course: OpenEdxCourse) {
        let dated = Dated::of(course, self.clock.now());
        let mut courses = self.courses();
        match courses.iter_mut().find(|each| each.course.id == dated.course.id) {
            Some(known) => *known = dated,
            None => courses.push(dated),
        }
    }

    /// Deletes a course.
    ///
    /// # Errors
    /// Where there is no such course.
    pub fn delete(&self, id: &str) -> Result<(), EditError> {
        let mut courses = self.courses();
        let at = courses.iter().position(|each| each.course.id == id);
        let at = at.ok_or_else(|| EditError::Missing { what: "course", key: id.to_owned() })?;
        courses.remove(at);
        Ok(())
    }

    /// Lets this many requests through until the minute is over.
    pub fn throttle(&self, requests: i64) {
        self.left.store(requests, Ordering::SeqCst);
    }

    /// Lets tokens live for so many seconds from now on.
    pub fn tokens_live(&self, seconds: i64) {
        self.tokens.live_for(seconds);
    }

    /// How many tokens were given out.
    pub fn tokens_given(&self) -> u64 {
        self.tokens.count()
    }

    fn courses(&self) -> MutexGuard<'_, Vec<Dated>> {
        self.courses.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl System for OpenEdx {
    fn router(self: Arc<Self>) -> Router {
        Router::new()
            .route("/oauth2/access_token", post(api::token))
            .route("/api/courses/v1/courses/", get(api::courses))
            .route("/courses/{id}/about", get(api::about))
            .fallback(api::not_found)
            .with_state(self)
    }

    fn refusal(&self, status: u16, wait: Option<u32>) -> (&'static str, String) {
        let body = match status {
            401 => {
                json!({ "developer_message": "The provided access token is not valid.", "error_code": "token_malformed" })
            }
            403 => json!({ "detail": "You do not have permission to perform this action." }),
            404 => json!({ "detail": "Not found." }),
            429 => {
                let wait = wait.map(|wait| format!(" Expected available in {wait} seconds.")).unwrap_or_default();
                json!({ "detail": format!("Request was throttled.{wait}") })
            }
            _ => return ("text/html; charset=utf-8", "<h1>Server Error (500)</h1>".to_owned()),
        };
        ("application/json", body.to_string())
    }

    fn expire_tokens(&self) {
        self.tokens.expire();
    }
}
