//! Courses.

use serde_json::Value;

use super::School;
use crate::{
    clean::{Draft, Gather, rejected, rfc3339},
    model::{Item, Kind},
    text::{excerpt, html_to_text},
};

/// A course that is offered.
pub(super) struct Course {
    pub(super) id: i64,
    pub(super) title: String,
    pub(super) language: Option<String>,
    pub(super) topics: Vec<String>,
}

/// What a page gathers.
#[derive(Default)]
pub(super) struct Batch {
    pub(super) gather: Gather,
    pub(super) gone: Vec<String>,
}

/// What is asked for of each course beyond what Canvas always tells.
const INCLUDE: [&str; 7] =
    ["public_description", "syllabus_body", "teachers", "account_name", "account", "term", "concluded"];

impl School {
    /// The query of the first page of courses.
    pub(super) fn query(&self) -> String {
        let mut query = url::form_urlencoded::Serializer::new(String::new());
        query.append_pair("per_page", "50").append_pair("state[]", "available");
        for include in INCLUDE {
            query.append_pair("include[]", include);
        }
        query.finish()
    }

    /// Gathers the courses of a list; answers those that are offered.
    pub(super) fn courses(&self, list: &[Value], now: i64, batch: &mut Batch) -> Vec<Course> {
        let mut found = Vec::new();
        for course in list {
            let Some(id) = course["id"].as_i64() else {
                batch.gather.push(Err(rejected(None, "It has no id.", course["name"].as_str().unwrap_or_default())));
                continue;
            };
            if !self.is_offered(course, now) {
                batch.gone.push(course_id(id));
                continue;
            }
            let about = about(id, course);
            let item = draft(&about, course).finish(self.api.address()).map(Item::Resource);
            batch.gather.push(item);
            found.push(about);
        }
        found
    }

    /// Whether learners may take a course now.
    fn is_offered(&self, course: &Value, now: i64) -> bool {
        let state = course["workflow_state"].as_str().unwrap_or("available");
        let ends = ["/end_at", "/term/end_at"].iter().find_map(|at| course.pointer(at)?.as_str().and_then(rfc3339));
        let is_over = course["concluded"] == true || ends.is_some_and(|end| end < now);
        let is_pattern = course["blueprint"] == true || course["template"] == true;
        // Of a course that the account may not enter yet, Canvas tells nothing but the id.
        let is_closed = course["access_restricted_by_date"] == true;
        state == "available" && !is_pattern && !is_closed && (self.ended || !is_over)
    }
}

/// What its modules need to know of a course.
pub(super) fn about(id: i64, course: &Value) -> Course {
    // The root account is the organisation itself.
    let below = course["account_id"] != course["root_account_id"];
    let account = course["account_name"].as_str().or_else(|| course.pointer("/account/name")?.as_str());
    Course {
        id,
        title: course["original_name"].as_str().or(course["name"].as_str()).unwrap_or_default().to_owned(),
        language: course["locale"].as_str().map(str::to_owned),
        topics: account.filter(|_| below).map(str::to_owned).into_iter().collect(),
    }
}

fn draft(about: &Course, course: &Value) -> Draft {
    let text = |name: &str| course[name].as_str().map(str::trim).filter(|text| !text.is_empty());
    let summary = match text("public_description") {
        Some(description) => description.to_owned(),
        // A syllabus can be long: its start says what the course is about.
        None => excerpt(&html_to_text(text("syllabus_body").unwrap_or_default()), 600),
    };
    let teachers = course["teachers"].as_array().map(Vec::as_slice).unwrap_or_default();
    let time = |name: &str| course[name].as_str().and_then(rfc3339);
    Draft {
        external_id: course_id(about.id),
        url: format!("courses/{}", about.id),
        title: about.title.clone(),
        summary,
        authors: teachers.iter().filter_map(|each| each["display_name"].as_str()).map(str::to_owned).collect(),
        language: about.language.clone(),
        topics: about.topics.clone(),
        published_at: time("start_at").or_else(|| time("created_at")),
        ..Draft::new(Kind::Course)
    }
}

/// The id under which a course is known.
pub(super) fn course_id(id: i64) -> String {
    format!("course-{id}")
}
