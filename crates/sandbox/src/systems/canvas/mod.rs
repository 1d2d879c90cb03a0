//! A Canvas LMS, read through its REST API (<https://developerdocs.instructure.com/services/canvas>, as of November 2026; fields
//! as its public source documents them in `courses_controller.rb` and `context_modules_api_controller.rb`).
//!
//! - `/api/v1/users/self`
//! - `/api/v1/accounts/{self|id}/courses`, `/api/v1/courses`: `state[]`, `include[]`, `per_page` (10, at most 100)
//! - `/api/v1/courses/{id}/enrollments` with `type[]` and `state[]`, `/api/v1/courses/{id}/bulk_user_progress`,
//!   `/api/v1/users/{id}/communication_channels`
//! - `/api/v1/courses/{id}`, `/api/v1/courses/{id}/modules` with `include[]=items`, `/api/v1/courses/{id}/modules/{id}/items`
//!
//! What a client meets in earnest is kept: `Link` headers whose `page` is a bookmark; modules without their items where
//! these are many; fields that come only where they are included; `X-Request-Cost` and `X-Rate-Limit-Remaining`, and 403 with
//! a text where nothing remains; errors as `{"errors": [{"message": …}]}`, with `status` where somebody is not allowed.
//! Left out: OAuth, ids as strings, everything that changes something.

mod api;
mod people;
#[cfg(test)]
mod tests;

use std::{
    collections::BTreeMap,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};

use axum::{Router, routing::get};
use serde::Deserialize;
use serde_json::json;
use time::OffsetDateTime;

use crate::{Clock, ContentError, EditError, System, clock::working_moment, systems::Setup};

/// What the Canvas holds when it starts.
#[derive(Clone, Debug, Default, Deserialize, PartialEq)]
#[serde(deny_unknown_fields)]
pub struct CanvasContent {
    #[serde(default)]
    pub courses: Vec<CanvasCourse>,
    #[serde(default)]
    pub people: Vec<CanvasPerson>,
}

/// Somebody with an account.
#[derive(Clone, Debug, Default, Deserialize, PartialEq)]
#[serde(deny_unknown_fields, default)]
pub struct CanvasPerson {
    pub id: u64,
    pub name: String,
    pub login: String,
    /// The SIS id; empty for none.
    pub sis: String,
    pub email: String,
    /// Whether the mail address was confirmed.
    pub confirmed: bool,
    pub courses: Vec<CanvasEnrolment>,
}

/// A course that somebody takes; its times are relative to the start.
#[derive(Clone, Debug, Default, Deserialize, PartialEq)]
#[serde(deny_unknown_fields, default)]
pub struct CanvasEnrolment {
    pub course: u64,
    pub enrolled_days_ago: f64,
    pub active_days_ago: Option<f64>,
    /// Requirements of the course's modules, and those that are met; a course without them has no end.
    pub requirements: u64,
    pub met: u64,
    pub completed_days_ago: Option<f64>,
    /// `active`, `completed`, `inactive`, …; empty for active.
    pub state: String,
}

/// A course; its times are relative.
#[derive(Clone, Debug, Default, Deserialize, PartialEq)]
#[serde(deny_unknown_fields, default)]
pub struct CanvasCourse {
    pub id: u64,
    pub name: String,
    /// `unpublished`, `available` or `completed`.
    pub state: String,
    /// Plain text that everybody may read.
    pub description: String,
    /// HTML.
    pub syllabus: String,
    pub locale: Option<String>,
    /// The sub-account that it is in; empty for the root account.
    pub account: String,
    pub teachers: Vec<String>,
    pub created_days_ago: f64,
    /// Days since its end; none for a course that does not end.
    pub ended_days_ago: Option<f64>,
    /// Whether the token's user is in it.
    pub enrolled: bool,
    pub modules: Vec<CanvasModule>,
}

/// A part of a course.
#[derive(Clone, Debug, Default, Deserialize, PartialEq)]
#[serde(deny_unknown_fields, default)]
pub struct CanvasModule {
    pub id: u64,
    pub name: String,
    pub unpublished: bool,
    /// Modules that have to be completed first.
    pub after: Vec<u64>,
    pub items: Vec<CanvasItem>,
}

/// A thing in a module.
#[derive(Clone, Debug, Default, Deserialize, PartialEq)]
#[serde(deny_unknown_fields, default)]
pub struct CanvasItem {
    pub id: u64,
    /// Page, Quiz, ExternalUrl, Assignment, Discussion, File, SubHeader, ExternalTool.
    pub kind: String,
    pub title: String,
    pub unpublished: bool,
    /// Where a link leads.
    pub url: String,
}

/// What the token's user may do.
#[derive(Clone, Debug, PartialEq)]
pub struct CanvasSwitches {
    /// May see the list of an account's courses.
    pub read_course_list: bool,
    /// May see what is not published.
    pub read_unpublished: bool,
    /// May see marks, and with them how far people are.
    pub view_all_grades: bool,
    /// May see the addresses of people.
    pub read_channels: bool,
    /// Requests until the rate limit is reached.
    pub quota: Option<u32>,
}

impl Default for CanvasSwitches {
    fn default() -> Self {
        let (view_all_grades, read_channels) = (true, true);
        Self { read_course_list: true, read_unpublished: true, view_all_grades, read_channels, quota: None }
    }
}

/// The Canvas.
pub struct Canvas {
    base: url::Url,
    clock: Clock,
    started: OffsetDateTime,
    school: Mutex<School>,
}

#[derive(Default)]
struct School {
    switches: CanvasSwitches,
    courses: BTreeMap<u64, Course>,
    people: BTreeMap<u64, CanvasPerson>,
}

#[derive(Clone)]
struct Course {
    content: CanvasCourse,
    created: OffsetDateTime,
    ends: Option<OffsetDateTime>,
}

impl Canvas {
    /// The token that it knows.
    pub const TOKEN: &'static str = "7~Vw2kQ9pLr4sTnX8bYc3mZhD6fJgA1eU5oKiRtNqMxE";

    pub(crate) fn new(setup: Setup<'_>) -> Result<Self, ContentError> {
        let mut school = School::default();
        for course in &setup.content.canvas.courses {
            let dated = Course::of(course, setup.clock.now());
            if school.courses.insert(course.id, dated).is_some() {
                return Err(ContentError::Duplicate { place: "canvas", id: course.id.to_string() });
            }
        }
        school.people = setup.content.canvas.people.iter().map(|person| (person.id, person.clone())).collect();
        let started = setup.clock.now();
        Ok(Self { base: setup.base, clock: setup.clock, started, school: Mutex::new(school) })
    }

    /// Changes what the token's user may do.
    pub fn set(&self, change: impl FnOnce(&mut CanvasSwitches)) {
        change(&mut self.school().switches);
    }

    /// Adds a course, or takes one's place.
    pub fn put_course(&self, course: CanvasCourse) {
        let dated = Course::of(&course, self.clock.now());
        self.school().courses.insert(course.id, dated);
    }

    /// Deletes a course.
    ///
    /// # Errors
    /// Where there is no such course.
    pub fn delete_course(&self, id: u64) -> Result<(), EditError> {
        let missing = || EditError::Missing { what: "course", key: id.to_string() };
        self.school().courses.remove(&id).map(|_| ()).ok_or_else(missing)
    }

    fn school(&self) -> MutexGuard<'_, School> {
        self.school.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Course {
    fn of(content: &CanvasCourse, now: OffsetDateTime) -> Self {
        Self {
            created: working_moment(now, content.created_days_ago, content.id),
            ends: content.ended_days_ago.map(|days| working_moment(now, days, content.id * 3)),
            content: content.clone(),
        }
    }
}

impl System for Canvas {
    fn router(self: Arc<Self>) -> Router {
        Router::new()
            .route("/", get(api::home))
            .route("/courses/{id}", get(api::course_page))
            .route("/courses/{id}/modules/items/{item}", get(api::item_page))
            .route("/api/v1/users/self", get(api::me))
            .route("/api/v1/accounts/{account}/courses", get(api::account_courses))
            .route("/api/v1/courses", get(api::own_courses))
            .route("/api/v1/courses/{id}/enrollments", get(people::enrollments))
            .route("/api/v1/courses/{id}/bulk_user_progress", get(people::progress))
            .route("/api/v1/users/{id}/communication_channels", get(people::channels))
            .route("/api/v1/courses/{id}", get(api::course))
            .route("/api/v1/courses/{id}/modules", get(api::modules))
            .route("/api/v1/courses/{id}/modules/{module}/items", get(api::items))
            .fallback(api::not_found)
            .with_state(self)
    }

    fn refusal(&self, status: u16, _: Option<u32>) -> (&'static str, String) {
        let said = match status {
            429 => return ("text/plain; charset=utf-8", "429 Too Many Requests (Rate Limit Exceeded)\n".to_owned()),
            404 => json!({ "errors": [{ "message": "The specified resource does not exist." }] }),
            401 | 403 => api::unauthorized(),
            _ => json!({ "errors": [{ "message": "An error occurred.", "error_code": "internal_server_error" }],
                         "error_report_id": 1234 }),
        };
        ("application/json; charset=utf-8", said.to_string())
    }
}
