//! What people see who follow a link into the forum.

use std::sync::Arc;

use axum::{extract::State, response::Response};
use time::{OffsetDateTime, macros::format_description};

use super::{Forum, Listed, Topic};
use crate::{
    ForumCategory,
    html::{self, escape},
    items::ItemFaults,
    markup,
};

/// What the forum is called.
pub(super) const TITLE: &str = "The forum";

pub(super) async fn home(State(forum): State<Arc<Forum>>) -> Response {
    let categories = forum.threads().categories.clone();
    let mut body = String::from("<p>Questions, answers and study groups.</p>\n<p>");
    for each in &categories {
        body += &format!("<a href=\"/c/{}/{}\">{}</a> ", each.slug, each.id, escape(&each.name));
    }
    body += "</p>\n";
    body += &rows(&forum, &forum.visible(&ItemFaults::default()));
    html::page(TITLE, &body)
}

pub(super) fn category(forum: &Forum, category: Option<&ForumCategory>) -> Response {
    let Some(category) = category else { return html::missing("There is no such category.") };
    let mut topics = forum.visible(&ItemFaults::default());
    topics.retain(|each| each.topic.category == category.id);
    let body = format!(
        "<header><a href=\"/\">{TITLE}</a></header>\n<p>{}</p>\n{}",
        escape(&category.description),
        rows(forum, &topics)
    );
    html::page(&category.name, &body)
}

fn rows(forum: &Forum, topics: &[Listed]) -> String {
    let now = forum.clock.now();
    let mut body = String::new();
    for Listed { topic, bumped, excerpt, .. } in topics {
        body += &format!(
            "<article><h2><a href=\"/t/{}/{}\">{}</a></h2>\n<p>{excerpt}</p>\n<p class=\"quiet\">{} posts, last {}</p></article>\n",
            topic.slug(),
            topic.id,
            escape(&topic.title),
            topic.posts.len(),
            ago(*bumped, now),
        );
    }
    body
}

pub(super) fn topic(forum: &Forum, topic: Option<&Topic>) -> Response {
    let Some(topic) = topic else { return html::missing("This topic does not exist, or was deleted.") };
    let category = forum.threads().categories.iter().find(|each| each.id == topic.category).cloned();
    let mut body = format!("<header><a href=\"/\">{TITLE}</a>");
    if let Some(category) = category {
        body += &format!(" / <a href=\"/c/{}/{}\">{}</a>", category.slug, category.id, escape(&category.name));
    }
    for tag in &topic.tags {
        body += &format!(" <span>#{}</span>", escape(tag));
    }
    body += "</header>\n";
    for (at, post) in topic.posts.iter().enumerate() {
        body += &format!(
            "<article id=\"post_{number}\"><header><strong>{author}</strong> <time datetime=\"{machine}\">{time}</time></header>\n{text}</article>\n",
            number = at + 1,
            author = escape(&post.author),
            machine = crate::systems::feeds::rfc3339(post.created),
            time = day(post.created),
            text = markup::to_html(&post.text, &|title| title.to_owned()),
        );
    }
    html::page(&topic.title, &body)
}

/// A day as people write it.
pub(crate) fn day(at: OffsetDateTime) -> String {
    at.format(format_description!("[day padding:none] [month repr:long] [year]")).unwrap_or_default()
}

fn ago(at: OffsetDateTime, now: OffsetDateTime) -> String {
    match (now - at).whole_days() {
        ..=0 => "today".to_owned(),
        1 => "yesterday".to_owned(),
        days => format!("{days} days ago"),
    }
}
