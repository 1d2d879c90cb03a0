//! What people see who follow a link into the site.

use std::{collections::HashMap, sync::Arc};

use axum::{
    extract::{Path, Query, State},
    response::Response,
};

use super::{Moodle, MoodleActivity, MoodleText, NAME, rest::plain};
use crate::html::{self, escape};

type Asked = Query<HashMap<String, String>>;

fn id(asked: &Asked) -> Option<u64> {
    asked.get("id")?.parse().ok()
}

pub(super) async fn home(State(moodle): State<Arc<Moodle>>) -> Response {
    let categories = moodle.site().categories.clone();
    let mut body = String::from("<p>Courses by and for the people of Halden.</p>\n");
    for category in categories.values() {
        let courses: Vec<_> =
            moodle.site().courses.values().filter(|each| each.content.category == category.id).cloned().collect();
        body += &format!("<h2>{}</h2>\n<ul>\n", escape(&plain(&category.name)));
        for course in courses.iter().filter(|course| course.content.visible) {
            body += &link(&moodle.course_url(course.content.id), &course.content.fullname);
        }
        body += "</ul>\n";
    }
    html::page(NAME, &body)
}

pub(super) async fn course(State(moodle): State<Arc<Moodle>>, asked: Asked) -> Response {
    let found = id(&asked).and_then(|id| moodle.site().courses.get(&id).cloned());
    let Some(course) = found.filter(|course| course.content.visible) else {
        return html::missing("There is no such course, or it is hidden.");
    };
    let content = course.content;
    let mut body = format!("<header><a href=\"/\">{NAME}</a></header>\n{}", plain(&content.summary));
    if !content.teachers.is_empty() {
        body += &format!("<p class=\"quiet\">With {}</p>\n", escape(&content.teachers.join(", ")));
    }
    for section in content.sections.iter().filter(|section| section.visible) {
        body += &format!("<h2>{}</h2>\n<ul>\n", escape(&plain(&section.name)));
        for activity in section.activities.iter().filter(|activity| activity.visible) {
            body += &link(&format!("/mod/{}/view.php?id={}", activity.kind, activity.id), &activity.name);
        }
        body += "</ul>\n";
    }
    html::page(&plain(&content.fullname), &body)
}

pub(super) async fn activity(State(moodle): State<Arc<Moodle>>, Path(kind): Path<String>, asked: Asked) -> Response {
    let wanted = id(&asked);
    let fits = |activity: &&MoodleActivity| Some(activity.id) == wanted && activity.kind == kind && activity.visible;
    let site = moodle.site();
    let found = site.courses.values().find_map(|course| {
        let sections = course.content.sections.iter().filter(|section| section.visible);
        let activity = sections.flat_map(|section| &section.activities).find(fits)?;
        Some((course.content.clone(), activity.clone()))
    });
    drop(site);
    let Some((course, activity)) = found else { return html::missing("There is no such activity, or it is hidden.") };
    let mut body = format!(
        "<header><a href=\"/\">{NAME}</a> / <a href=\"{}\">{}</a></header>\n{}",
        moodle.course_url(course.id),
        escape(&plain(&course.fullname)),
        plain(&activity.description)
    );
    if !activity.url.is_empty() {
        body += &format!("<p><a href=\"{0}\">{0}</a></p>\n", escape(&activity.url));
    }
    html::page(&plain(&activity.name), &body)
}

pub(super) async fn not_found() -> Response {
    html::missing("There is no such page on this site.")
}

fn link(url: &str, name: &MoodleText) -> String {
    format!("<li><a href=\"{}\">{}</a></li>\n", escape(url), escape(&plain(name)))
}
