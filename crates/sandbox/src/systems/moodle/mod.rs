//! A Moodle, read through its web services (<https://docs.moodle.org/dev/Web_services>; shapes and refusals as in
//! `webservice/lib.php`, `webservice/rest` and `course/externallib.php` of Moodle 4.5).
//!
//! - `/webservice/rest/server.php` with `wstoken`, `wsfunction`, `moodlewsrestformat=json`, from address or body
//! - `core_webservice_get_site_info`, `core_course_get_categories`, `core_course_get_courses_by_field`,
//!   `core_course_get_contents`, `core_enrol_get_enrolled_users`, `core_enrol_get_users_courses`,
//!   `core_user_get_users_by_field`, `core_completion_get_course_completion_status`
//!
//! What a client meets in earnest is kept: 200 for every refusal, with `exception`, `errorcode`, `message`, and
//! `debuginfo` where debugging is on; 403 without a word where web services or REST are off; a token that Moodle does not
//! know, and one that has expired, which it calls by another name; functions that are not in the token's service; fields
//! that depend on what the account may do; the front page among the courses; texts in several languages, as spans where
//! filters are not asked for. Left out: answers in XML, which get 501; functions that change something; hidden categories.

mod content;
mod functions;
mod pages;
mod params;
mod people;
mod rest;
#[cfg(test)]
mod tests;

pub use content::{
    MoodleActivity, MoodleCategory, MoodleContent, MoodleCourse, MoodleEnrolment, MoodlePerson, MoodleSection,
    MoodleText,
};

use std::{
    collections::{BTreeMap, BTreeSet},
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};

use axum::{Router, routing::get};
use time::OffsetDateTime;
use url::Url;

use crate::{Clock, ContentError, EditError, System, clock::working_moment, systems::Setup};

/// What the site is called.
const NAME: &str = "Halden Academy";
/// The front page's course.
const FRONT: u64 = 1;
/// What the service of the token offers at first.
const FUNCTIONS: [&str; 8] = [
    "core_completion_get_course_completion_status",
    "core_course_get_categories",
    "core_course_get_contents",
    "core_course_get_courses_by_field",
    "core_enrol_get_enrolled_users",
    "core_enrol_get_users_courses",
    "core_user_get_users_by_field",
    "core_webservice_get_site_info",
];

/// The site.
pub struct Moodle {
    base: Url,
    clock: Clock,
    started: OffsetDateTime,
    site: Mutex<Site>,
}

/// How the site is set up, and what the token's account may do.
#[derive(Clone, Debug, PartialEq)]
pub struct MoodleSwitches {
    /// Web services and their REST protocol are on.
    pub web_services: bool,
    pub maintenance: bool,
    /// Refusals carry `debuginfo`.
    pub debugging: bool,
    /// The filter for texts in several languages is on, for headings too.
    pub multilang: bool,
    pub token_expired: bool,
    /// `webservice/rest:use`
    pub rest_use: bool,
    /// `moodle/course:view`: it may enter courses that it does not take.
    pub course_view: bool,
    /// `moodle/course:update`: it is told when courses changed.
    pub course_update: bool,
    /// `moodle/course:viewhiddencourses` and `moodle/course:viewhiddenactivities`.
    pub see_hidden: bool,
    /// `moodle/course:viewparticipants`
    pub view_participants: bool,
    /// `moodle/user:viewalldetails`: user names, ID numbers, and whether an account was confirmed.
    pub view_all_details: bool,
    /// `report/completion:view`
    pub view_completion: bool,
    /// What the token's service offers.
    pub functions: BTreeSet<String>,
}

impl Default for MoodleSwitches {
    fn default() -> Self {
        Self {
            web_services: true,
            maintenance: false,
            debugging: false,
            multilang: true,
            token_expired: false,
            rest_use: true,
            course_view: true,
            course_update: true,
            see_hidden: false,
            view_participants: true,
            view_all_details: true,
            view_completion: true,
            functions: FUNCTIONS.into_iter().map(str::to_owned).collect(),
        }
    }
}

#[derive(Default)]
struct Site {
    switches: MoodleSwitches,
    categories: BTreeMap<u64, MoodleCategory>,
    courses: BTreeMap<u64, Course>,
    people: BTreeMap<u64, MoodlePerson>,
}

#[derive(Clone)]
struct Course {
    content: MoodleCourse,
    created: OffsetDateTime,
    modified: OffsetDateTime,
    ends: Option<OffsetDateTime>,
    /// The revision of its cache: a time that every change to what it holds moves on.
    revision: i64,
}

impl Course {
    fn of(content: &MoodleCourse, now: OffsetDateTime) -> Self {
        let modified = working_moment(now, content.modified_days_ago, content.id * 7);
        Self {
            created: working_moment(now, content.created_days_ago, content.id),
            modified,
            ends: content.ended_days_ago.map(|days| working_moment(now, days, content.id * 3)),
            revision: modified.unix_timestamp(),
            content: content.clone(),
        }
    }

    /// What it holds has changed.
    fn touch(&mut self, now: OffsetDateTime) {
        self.revision = now.unix_timestamp().max(self.revision + 1);
    }
}

impl Moodle {
    /// The token that the site knows.
    pub const TOKEN: &'static str = "5e1f0c7ab2d94c36a8f1d3907bc6e254";

    pub(crate) fn new(setup: Setup<'_>) -> Result<Self, ContentError> {
        let content = &setup.content.moodle;
        let twice = |id: u64| ContentError::Duplicate { place: "moodle", id: id.to_string() };
        let mut site = Site::default();
        for category in &content.categories {
            if site.categories.insert(category.id, category.clone()).is_some() {
                return Err(twice(category.id));
            }
        }
        let mut modules = BTreeSet::new();
        for course in &content.courses {
            let fault = |what: &str| ContentError::Course { course: course.id, what: what.to_owned() };
            if course.id <= FRONT {
                return Err(fault("its id belongs to the front page; take one from 2 on"));
            }
            if !site.categories.contains_key(&course.category) {
                return Err(fault("its category does not exist"));
            }
            let activities = course.sections.iter().flat_map(|section| &section.activities);
            if let Some(double) = activities.map(|activity| activity.id).find(|id| !modules.insert(*id)) {
                return Err(twice(double));
            }
            if site.courses.insert(course.id, Course::of(course, setup.clock.now())).is_some() {
                return Err(twice(course.id));
            }
        }
        for person in &content.people {
            let unknown = person.courses.iter().find(|taken| !site.courses.contains_key(&taken.course));
            if let Some(taken) = unknown {
                let what = format!("{} takes it, and it does not exist", person.username);
                return Err(ContentError::Course { course: taken.course, what });
            }
            if site.people.insert(person.id, person.clone()).is_some() {
                return Err(twice(person.id));
            }
        }
        let started = setup.clock.now();
        Ok(Self { base: setup.base, clock: setup.clock, started, site: Mutex::new(site) })
    }

    /// Changes how the site is set up.
    pub fn set(&self, change: impl FnOnce(&mut MoodleSwitches)) {
        change(&mut self.site().switches);
    }

    /// The ids and names of the courses that everybody may see, without the front page.
    pub fn courses(&self) -> Vec<(u64, String)> {
        let site = self.site();
        let open = site.courses.values().filter(|course| course.content.visible);
        open.map(|course| (course.content.id, rest::plain(&course.content.fullname))).collect()
    }

    /// Adds a course to a category now, and answers its id.
    ///
    /// # Errors
    /// Where there is no such category.
    pub fn add_course(&self, category: u64, fullname: &str, summary: &str) -> Result<u64, EditError> {
        let now = self.clock.now();
        let mut site = self.site();
        site.category(category)?;
        let id = site.courses.keys().next_back().map_or(FRONT + 1, |last| last + 1);
        let content = MoodleCourse {
            id,
            fullname: fullname.into(),
            shortname: format!("C{id}"),
            category,
            summary: summary.into(),
            lang: String::new(),
            visible: true,
            teachers: Vec::new(),
            created_days_ago: 0.0,
            modified_days_ago: 0.0,
            ended_days_ago: None,
            fields: BTreeMap::new(),
            sections: Vec::new(),
        };
        let course = Course { content, created: now, modified: now, ends: None, revision: now.unix_timestamp() };
        site.courses.insert(id, course);
        Ok(id)
    }

    /// Changes a course's settings.
    ///
    /// # Errors
    /// Where there is no such course, or none of the category that it is moved to.
    pub fn edit_course(&self, id: u64, change: impl FnOnce(&mut MoodleCourse)) -> Result<(), EditError> {
        let now = self.clock.now();
        let mut site = self.site();
        let mut content = site.course(id)?.content.clone();
        change(&mut content);
        site.category(content.category)?;
        let course = site.course(id)?;
        course.content = content;
        course.modified = now;
        course.touch(now);
        Ok(())
    }

    /// Adds an activity to the last section of a course, and answers its id. The time of the course's last change stays,
    /// the revision of its cache moves on.
    ///
    /// # Errors
    /// Where there is no such course.
    pub fn add_activity(&self, course: u64, kind: &str, name: &str) -> Result<u64, EditError> {
        let now = self.clock.now();
        let mut site = self.site();
        let all = site.courses.values().flat_map(|course| &course.content.sections);
        let last = all.flat_map(|section| &section.activities).map(|activity| activity.id).max();
        let course = site.course(course)?;
        if course.content.sections.is_empty() {
            course.content.sections.push(MoodleSection {
                name: "General".into(),
                visible: true,
                activities: Vec::new(),
            });
        }
        let activity = MoodleActivity {
            id: last.map_or(1, |last| last + 1),
            kind: kind.to_owned(),
            name: name.into(),
            description: MoodleText::default(),
            visible: true,
            condition: String::new(),
            url: String::new(),
        };
        let id = activity.id;
        if let Some(section) = course.content.sections.last_mut() {
            section.activities.push(activity);
        }
        course.touch(now);
        Ok(id)
    }

    /// Deletes a course.
    ///
    /// # Errors
    /// Where there is no such course.
    pub fn delete_course(&self, id: u64) -> Result<(), EditError> {
        self.site().courses.remove(&id).map(|_| ()).ok_or_else(|| missing("course", id))
    }

    /// Where people find a course.
    pub fn course_url(&self, id: u64) -> String {
        format!("{}course/view.php?id={id}", self.base)
    }

    fn site(&self) -> MutexGuard<'_, Site> {
        self.site.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Site {
    fn category(&self, id: u64) -> Result<(), EditError> {
        self.categories.contains_key(&id).then_some(()).ok_or_else(|| missing("category", id))
    }

    fn course(&mut self, id: u64) -> Result<&mut Course, EditError> {
        self.courses.get_mut(&id).ok_or_else(|| missing("course", id))
    }
}

fn missing(what: &'static str, id: u64) -> EditError {
    EditError::Missing { what, key: id.to_string() }
}

impl System for Moodle {
    fn router(self: Arc<Self>) -> Router {
        Router::new()
            .route("/", get(pages::home))
            .route("/course/view.php", get(pages::course))
            .route("/mod/{kind}/view.php", get(pages::activity))
            .route("/webservice/rest/server.php", get(rest::serve).post(rest::serve))
            .fallback(pages::not_found)
            .with_state(self)
    }

    /// What the web server before Moodle says: PHP itself never answers so.
    fn refusal(&self, status: u16, _: Option<u32>) -> (&'static str, String) {
        let said = match status {
            503 => "This site is undergoing maintenance and is currently not available",
            _ => "The server could not complete your request",
        };
        (
            "text/html; charset=utf-8",
            format!("<!DOCTYPE html>\n<html><head><title>{status}</title></head><body><h1>{said}</h1></body></html>\n"),
        )
    }
}
