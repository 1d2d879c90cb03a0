//! The answers, and the page that people see.

use std::sync::Arc;

use axum::{
    Extension, Json,
    extract::{Path, RawQuery, State},
    http::{HeaderMap, StatusCode},
    response::{IntoResponse, Response},
};
use serde_json::{Value, json};
use time::OffsetDateTime;

use super::{NodeBb, refused};
use crate::{
    ForumCategory,
    answers::{Params, Refused, credential},
    html::{self, escape},
    items::ItemFaults,
    systems::forum::{Listed, Post, Topic, shown},
};

/// Topics a page, posts in a topic's first answer, children that the list of categories shows of each.
const TOPICS: usize = 20;
const POSTS: usize = 20;
const CHILDREN: usize = 3;

fn missing() -> Refused {
    let body = json!({ "path": "/api", "title": "[[global:404.title]]", "bodyClass": "page-error" });
    Refused::new(StatusCode::NOT_FOUND, body)
}

pub(super) async fn not_found() -> Refused {
    missing()
}

impl NodeBb {
    /// Whether somebody is signed in; who sends a token that is not known is nobody.
    fn logged_in(&self, headers: &HeaderMap) -> Result<bool, Refused> {
        match (credential(headers, "Bearer"), self.token.as_deref()) {
            (None, _) => Ok(false),
            (Some(given), Some(wanted)) if given != wanted => {
                let message = "A valid login session was not found. Please log in and try again.";
                let body = json!({ "status": { "code": "not-authorised", "message": message }, "response": {} });
                Err(Refused::new(StatusCode::UNAUTHORIZED, body))
            }
            (Some(_), _) => Ok(true),
        }
    }

    fn admit(&self, headers: &HeaderMap) -> Result<(), Refused> {
        match self.logged_in(headers)? || self.token.is_none() {
            true => Ok(()),
            false => Err(Refused::new(StatusCode::UNAUTHORIZED, refused(401, "not-authorized"))),
        }
    }

    /// The category whose slug is the first part of `a/b`; 0 stands for none.
    fn parent(&self, category: &ForumCategory) -> u64 {
        let above = category.slug.rsplit_once('/').map(|(above, _)| above);
        let found = self.forum.categories().into_iter().find(|each| Some(each.slug.as_str()) == above);
        found.map_or(0, |each| each.id)
    }

    fn below(&self, parent: u64) -> Vec<ForumCategory> {
        self.forum.categories().into_iter().filter(|category| self.parent(category) == parent).collect()
    }

    fn category_json(&self, category: &ForumCategory) -> Value {
        let children = self.below(category.id);
        let shown: Vec<Value> = children.iter().take(CHILDREN).map(|child| self.category_json(child)).collect();
        json!({
            "cid": category.id, "name": escape(&category.name), "description": escape(&category.description),
            "slug": format!("{}/{}", category.id, category.slug), "parentCid": self.parent(category), "disabled": 0,
            "link": "", "topic_count": 0, "post_count": 0, "subCategoriesPerPage": CHILDREN,
            "subCategoriesLeft": children.len().saturating_sub(CHILDREN), "children": shown,
        })
    }
}

fn millis(at: OffsetDateTime) -> i64 {
    i64::try_from(at.unix_timestamp_nanos() / 1_000_000).unwrap_or_default()
}

/// What tells of pages.
fn pagination(page: usize, pages: usize, faults: &ItemFaults) -> Value {
    let next = if faults.backwards() { page.saturating_sub(1).max(1) } else { (page + 1).min(pages) };
    json!({
        "currentPage": page, "pageCount": pages,
        "next": { "page": next, "active": faults.backwards() || page < pages },
        "prev": { "page": page.saturating_sub(1).max(1), "active": page > 1 },
        "first": { "page": 1, "active": page == 1 }, "last": { "page": pages, "active": page == pages },
        "rel": [], "pages": [],
    })
}

pub(super) async fn config(State(bb): State<Arc<NodeBb>>, headers: HeaderMap) -> Result<Response, Refused> {
    let logged_in = bb.logged_in(&headers)?;
    let body = json!({ "relative_path": "", "siteTitle": "Halden &amp; friends", "browserTitle": "Halden", "version": "3.12.0",
                       "loggedIn": logged_in, "uid": u8::from(logged_in), "topicsPerPage": TOPICS, "postsPerPage": POSTS });
    Ok(Json(body).into_response())
}

pub(super) async fn categories(State(bb): State<Arc<NodeBb>>, headers: HeaderMap) -> Result<Response, Refused> {
    bb.admit(&headers)?;
    let top: Vec<Value> = bb.below(0).iter().map(|category| bb.category_json(category)).collect();
    let pagination = pagination(1, 1, &ItemFaults::default());
    Ok(Json(json!({ "title": "[[pages:categories]]", "categories": top, "pagination": pagination })).into_response())
}

pub(super) async fn children(
    State(bb): State<Arc<NodeBb>>,
    Path(cid): Path<u64>,
    RawQuery(query): RawQuery,
    headers: HeaderMap,
) -> Result<Response, Refused> {
    bb.admit(&headers)?;
    let start = Params::of(query.as_deref()).number("start").ok().flatten().unwrap_or_default();
    let children = bb.below(cid);
    let page: Vec<Value> = children.iter().skip(start).take(CHILDREN).map(|child| bb.category_json(child)).collect();
    let body = json!({ "status": { "code": "ok", "message": "OK" }, "response": { "categories": page } });
    Ok(Json(body).into_response())
}

pub(super) async fn category(
    State(bb): State<Arc<NodeBb>>,
    Extension(faults): Extension<ItemFaults>,
    Path(cid): Path<u64>,
    RawQuery(query): RawQuery,
    headers: HeaderMap,
) -> Result<Response, Refused> {
    bb.admit(&headers)?;
    let params = Params::of(query.as_deref());
    let category = bb.forum.categories().into_iter().find(|category| category.id == cid).ok_or_else(missing)?;
    if bb.hidden().closed.contains(&cid) {
        return Err(Refused::new(StatusCode::FORBIDDEN, refused(403, "[[error:no-privileges]]")));
    }
    let mut topics = bb.forum.visible(&faults);
    topics.retain(|listed| listed.topic.category == cid);
    if params.get("sort") == Some("recently_created") {
        topics.sort_by_key(|listed| std::cmp::Reverse((listed.created, listed.topic.id)));
    }
    let mut body = bb.category_json(&category);
    list(&bb, topics, &params, &faults, &mut body)?;
    body["topic_count"] = body["topicCount"].take();
    if let Some(body) = body.as_object_mut() {
        body.remove("topicCount");
    }
    Ok(Json(body).into_response())
}

pub(super) async fn recent(
    State(bb): State<Arc<NodeBb>>,
    Extension(faults): Extension<ItemFaults>,
    RawQuery(query): RawQuery,
    headers: HeaderMap,
) -> Result<Response, Refused> {
    bb.admit(&headers)?;
    let mut topics = bb.forum.visible(&faults);
    topics.truncate(NodeBb::RECENT);
    let mut body = json!({ "title": "[[pages:recent]]" });
    list(&bb, topics, &Params::of(query.as_deref()), &faults, &mut body)?;
    Ok(Json(body).into_response())
}

/// Adds a page of these topics to an answer.
fn list(
    bb: &NodeBb,
    topics: Vec<Listed>,
    params: &Params,
    faults: &ItemFaults,
    body: &mut Value,
) -> Result<(), Refused> {
    let size = faults.page_size(TOPICS);
    let pages = topics.len().div_ceil(size).max(1);
    let page = params.number("page").ok().flatten().unwrap_or(1);
    // A page that there is not is none.
    if !(1..=pages).contains(&page) {
        return Err(missing());
    }
    body["topicCount"] = json!(topics.len());
    body["nextStart"] = json!(page * size);
    let mut topics: Vec<Listed> = topics.into_iter().skip((page - 1) * size).take(size).collect();
    faults.on_page(&mut topics);
    body["topics"] =
        topics.iter().map(|listed| topic_json(bb, listed.id, &listed.topic, listed.created, listed.bumped)).collect();
    body["pagination"] = pagination(page, pages, faults);
    Ok(())
}

fn topic_json(bb: &NodeBb, id: Option<u64>, topic: &Topic, created: OffsetDateTime, bumped: OffsetDateTime) -> Value {
    let tag = |tag: &String| json!({ "value": tag, "valueEscaped": escape(tag), "valueEncoded": tag, "class": tag });
    let mut out = json!({
        "cid": topic.category, "uid": 1, "title": escape(&topic.title), "titleRaw": topic.title,
        "slug": format!("{}/{}", topic.id, topic.slug()), "mainPid": topic.posts.first().map(|post| post.id),
        "postcount": topic.posts.len(), "postercount": topic.participants().len(), "viewcount": 17, "locked": 0, "pinned": 0,
        "deleted": u8::from(bb.hidden().deleted.contains(&topic.id)), "timestamp": millis(created),
        "lastposttime": millis(bumped), "tags": topic.tags.iter().map(tag).collect::<Vec<_>>(), "teaser": null,
    });
    if let Some(id) = id {
        out["tid"] = json!(id);
    }
    out
}

pub(super) async fn topic(
    State(bb): State<Arc<NodeBb>>,
    Extension(faults): Extension<ItemFaults>,
    Path(tid): Path<u64>,
    headers: HeaderMap,
) -> Result<Response, Refused> {
    bb.admit(&headers)?;
    let found = bb.forum.visible(&faults).into_iter().find(|listed| listed.topic.id == tid).ok_or_else(missing)?;
    let topic = &found.topic;
    if bb.hidden().closed.contains(&topic.category) {
        return Err(Refused::new(StatusCode::FORBIDDEN, refused(403, "[[error:no-privileges]]")));
    }
    let times = (faults.skewed(found.created), faults.skewed(found.bumped));
    let mut body = topic_json(&bb, Some(tid), topic, times.0, times.1);
    let mut posts: Vec<_> = topic.posts.iter().take(POSTS).enumerate().map(|(at, post)| shown(at, post)).collect();
    faults.on_page(&mut posts);
    let posts = posts.iter().enumerate().map(|(at, shown)| {
        json!({ "pid": shown.id, "tid": tid, "index": at, "content": shown.cooked, "timestamp": millis(shown.created),
                "votes": 0, "deleted": 0, "user": user(&shown.post) })
    });
    body["posts"] = posts.collect();
    body["category"] = bb.forum.categories().iter().find(|each| each.id == topic.category).map_or(
        Value::Null,
        |category| json!({ "cid": category.id, "name": escape(&category.name), "slug": category.slug }),
    );
    body["pagination"] = pagination(1, topic.posts.len().div_ceil(POSTS).max(1), &ItemFaults::default());
    Ok(Json(body).into_response())
}

fn user(post: &Post) -> Value {
    json!({ "uid": 1, "username": post.author, "displayname": post.author, "userslug": post.author.to_lowercase() })
}

/// What people see.
pub(super) async fn page(State(bb): State<Arc<NodeBb>>, Path((tid, _)): Path<(u64, String)>) -> Response {
    let found = bb.forum.visible(&ItemFaults::default()).into_iter().find(|listed| listed.topic.id == tid);
    match found {
        Some(listed) => {
            let posts = listed
                .topic
                .posts
                .iter()
                .enumerate()
                .map(|(at, post)| format!("<h2>{}</h2>\n{}\n", escape(&post.author), shown(at, post).cooked));
            html::page(&listed.topic.title, &posts.collect::<String>())
        }
        None => html::missing("There is no such topic."),
    }
}
