//! The forum's JSON.

use std::sync::Arc;

use axum::{
    Extension, Json,
    extract::{Path, RawQuery, State},
    http::{HeaderMap, StatusCode, Uri},
    response::{IntoResponse, Response},
};
use serde_json::{Value, json};
use url::{Url, form_urlencoded};

use super::{Forum, Listed, Post, Shown, Topic, pages};
use crate::{ForumCategory, hash::hash, items::ItemFaults, markup, systems::feeds::rfc3339};

/// Topics a page, posts in a topic's first answer: Discourse's own figures.
const TOPICS: usize = 30;
const POSTS: usize = 20;

/// Why a request is refused, ready to be sent.
pub(super) struct Refused(Box<Response>);

impl IntoResponse for Refused {
    fn into_response(self) -> Response {
        *self.0
    }
}

pub(super) fn refused(kind: &str, text: &str) -> Value {
    json!({ "errors": [text], "error_type": kind })
}

fn refuse(status: StatusCode, kind: &str, text: &str) -> Refused {
    Refused(Box::new((status, Json(refused(kind, text))).into_response()))
}

fn missing() -> Refused {
    refuse(StatusCode::NOT_FOUND, "not_found", "The requested URL or resource could not be found.")
}

pub(super) async fn not_found(uri: Uri) -> Response {
    if uri.path().ends_with(".json") {
        missing().into_response()
    } else {
        crate::html::missing("There is no such page in the forum.")
    }
}

fn authorised(forum: &Forum, headers: &HeaderMap) -> Result<(), Refused> {
    let Some(wanted) = &forum.key else { return Ok(()) };
    let sent = |name: &str| headers.get(name).and_then(|value| value.to_str().ok());
    match (sent("api-key"), sent("api-username")) {
        (None, _) => Err(refuse(StatusCode::FORBIDDEN, "not_logged_in", "You need to be logged in to do that.")),
        (Some(key), Some(name)) if key == wanted.key && name.eq_ignore_ascii_case(&wanted.username) => Ok(()),
        _ => Err(refuse(
            StatusCode::FORBIDDEN,
            "invalid_access",
            "You are not permitted to view the requested resource. The API username or key is invalid.",
        )),
    }
}

/// How a list is asked for.
struct Listing {
    page: usize,
    by_created: bool,
    ascending: bool,
}

impl Listing {
    fn of(query: Option<&str>) -> Result<Self, Refused> {
        let mut listing = Self { page: 0, by_created: false, ascending: false };
        for (name, value) in form_urlencoded::parse(query.unwrap_or_default().as_bytes()) {
            match name.as_ref() {
                "page" => {
                    listing.page = value.parse().map_err(|_| {
                        refuse(
                            StatusCode::BAD_REQUEST,
                            "invalid_parameters",
                            "You supplied invalid parameters to the request: page",
                        )
                    })?;
                }
                "order" => listing.by_created = value == "created",
                "ascending" => listing.ascending = value == "true",
                _ => {}
            }
        }
        Ok(listing)
    }

    fn sort(&self, topics: &mut [Listed]) {
        topics.sort_by_key(|each| (if self.by_created { each.created } else { each.bumped }, each.topic.id));
        if !self.ascending {
            topics.reverse();
        }
    }
}

pub(super) async fn latest(
    State(forum): State<Arc<Forum>>,
    Extension(faults): Extension<ItemFaults>,
    RawQuery(query): RawQuery,
    headers: HeaderMap,
) -> Result<Json<Value>, Refused> {
    authorised(&forum, &headers)?;
    let listing = Listing::of(query.as_deref())?;
    Ok(Json(list(forum.visible(&faults), &listing, "/latest", &faults)))
}

pub(super) async fn category(
    State(forum): State<Arc<Forum>>,
    Extension(faults): Extension<ItemFaults>,
    Path((slug, id)): Path<(String, String)>,
    RawQuery(query): RawQuery,
    headers: HeaderMap,
) -> Result<Response, Refused> {
    let (number, wants_json) = number(&id);
    let found = forum.threads().categories.iter().find(|each| Some(each.id) == number).cloned();
    if !wants_json {
        return Ok(pages::category(&forum, found.as_ref()));
    }
    authorised(&forum, &headers)?;
    let found = found.filter(|each| each.slug == slug).ok_or_else(missing)?;
    let listing = Listing::of(query.as_deref())?;
    let topics = forum.visible(&faults).into_iter().filter(|each| each.topic.category == found.id).collect();
    let path = format!("/c/{}/{}", found.slug, found.id);
    Ok(Json(list(topics, &listing, &path, &faults)).into_response())
}

fn list(mut topics: Vec<Listed>, listing: &Listing, path: &str, faults: &ItemFaults) -> Value {
    listing.sort(&mut topics);
    let size = faults.page_size(TOPICS);
    let start = listing.page.saturating_mul(size).min(topics.len());
    let end = (start + size).min(topics.len());
    let more = end < topics.len();
    let mut page: Vec<Listed> = topics.drain(start..end).collect();
    faults.on_page(&mut page);
    let mut names: Vec<&str> = Vec::new();
    for (name, _) in page.iter().flat_map(|each| each.topic.participants()) {
        if !names.contains(&name) {
            names.push(name);
        }
    }
    let next = match (faults.backwards(), more) {
        (true, _) => Some(listing.page.saturating_sub(1)),
        (false, more) => more.then_some(listing.page + 1),
    };
    let mut out = json!({
        "users": names.into_iter().map(user).collect::<Vec<_>>(),
        "primary_groups": [],
        "flair_groups": [],
        "topic_list": {
            "can_create_topic": false,
            "per_page": size,
            "topics": page.iter().map(listed).collect::<Vec<_>>(),
        },
    });
    if let Some(next) = next {
        out["topic_list"]["more_topics_url"] = json!(format!("{path}?no_definitions=true&page={next}"));
    }
    out
}

fn listed(listed: &Listed) -> Value {
    let topic = &listed.topic;
    let participants = topic.participants();
    let posters: Vec<Value> = participants
        .iter()
        .enumerate()
        .take(5)
        .map(|(at, (name, _))| {
            let description = if at == 0 { "Original Poster" } else { "Frequent Poster" };
            json!({ "extras": null, "description": description, "user_id": user_id(name), "primary_group_id": null })
        })
        .collect();
    let mut out = summary(topic);
    out["excerpt"] = json!(listed.excerpt);
    out["created_at"] = json!(rfc3339(listed.created));
    out["last_posted_at"] = json!(rfc3339(listed.bumped));
    out["bumped"] = json!(true);
    out["bumped_at"] = json!(rfc3339(listed.bumped));
    out["last_poster_username"] = json!(topic.posts.last().map(|post| username(&post.author)));
    out["posters"] = json!(posters);
    match listed.id {
        Some(id) => out["id"] = json!(id),
        None => {
            out.as_object_mut().map(|fields| fields.remove("id"));
        }
    }
    out
}

/// What a list and the topic itself say in the same words.
fn summary(topic: &Topic) -> Value {
    json!({
        "id": topic.id,
        "title": topic.title,
        "fancy_title": crate::html::escape(&topic.title),
        "slug": topic.slug(),
        "posts_count": topic.posts.len(),
        "reply_count": topic.posts.len().saturating_sub(1),
        "highest_post_number": topic.posts.len(),
        "image_url": null,
        "archetype": "regular",
        "unseen": false,
        "pinned": false,
        "pinned_globally": false,
        "visible": true,
        "closed": false,
        "archived": false,
        "bookmarked": null,
        "liked": null,
        "tags": topic.tags,
        "views": topic.views(),
        "like_count": topic.likes(),
        "has_summary": false,
        "featured_link": null,
        "category_id": topic.category,
    })
}

pub(super) async fn topic(
    State(forum): State<Arc<Forum>>,
    Extension(faults): Extension<ItemFaults>,
    Path(first): Path<String>,
    headers: HeaderMap,
) -> Result<Response, Refused> {
    show(&forum, &faults, &first, &headers)
}

pub(super) async fn topic_with_slug(
    State(forum): State<Arc<Forum>>,
    Extension(faults): Extension<ItemFaults>,
    Path((_, second)): Path<(String, String)>,
    headers: HeaderMap,
) -> Result<Response, Refused> {
    show(&forum, &faults, &second, &headers)
}

fn show(forum: &Forum, faults: &ItemFaults, id: &str, headers: &HeaderMap) -> Result<Response, Refused> {
    let (number, wants_json) = number(id);
    if wants_json {
        authorised(forum, headers)?;
    }
    let topic = number.and_then(|id| forum.topic(id, faults));
    if !wants_json {
        return Ok(pages::topic(forum, topic.as_ref()));
    }
    Ok(Json(whole(forum, &topic.ok_or_else(missing)?, faults)).into_response())
}

/// The number in `101` or `101.json`, and whether JSON is asked for.
fn number(id: &str) -> (Option<u64>, bool) {
    match id.strip_suffix(".json") {
        Some(id) => (id.parse().ok(), true),
        None => (id.parse().ok(), false),
    }
}

fn whole(forum: &Forum, topic: &Topic, faults: &ItemFaults) -> Value {
    let mut shown: Vec<Shown> = topic.posts.iter().take(POSTS).enumerate().map(|(at, post)| shown(at, post)).collect();
    faults.on_page(&mut shown);
    let participants: Vec<Value> = topic
        .participants()
        .into_iter()
        .map(|(name, count)| {
            let mut user = user(name);
            user["post_count"] = json!(count);
            user
        })
        .collect();
    let mut out = summary(topic);
    out["post_stream"] = json!({
        "posts": shown.iter().map(|shown| post(topic, shown)).collect::<Vec<_>>(),
        "stream": topic.posts.iter().map(|post| post.id).collect::<Vec<_>>(),
    });
    out["created_at"] = json!(rfc3339(faults.skewed(topic.created())));
    out["last_posted_at"] = json!(rfc3339(faults.skewed(topic.bumped())));
    out["participant_count"] = json!(participants.len());
    out["word_count"] = json!(topic.posts.iter().map(|post| post.text.split_whitespace().count()).sum::<usize>());
    out["deleted_at"] = Value::Null;
    out["user_id"] = json!(topic.posts.first().map(|post| user_id(&post.author)));
    out["chunk_size"] = json!(POSTS);
    out["details"] = json!({
        "can_edit": false,
        "notification_level": 1,
        "participants": participants,
        "created_by": topic.posts.first().map(|post| user(&post.author)),
        "last_poster": topic.posts.last().map(|post| user(&post.author)),
        "links": links(forum, topic),
    });
    out
}

fn links(forum: &Forum, topic: &Topic) -> Vec<Value> {
    let mut found = Vec::new();
    for post in &topic.posts {
        for url in markup::links(&post.text) {
            let domain = Url::parse(&url).ok().and_then(|url| url.host_str().map(str::to_owned));
            found.push(json!({
                "url": url, "title": null, "internal": url.starts_with(forum.base.as_str()), "attachment": false,
                "reflection": false, "clicks": 0, "user_id": user_id(&post.author), "domain": domain,
                "root_domain": domain,
            }));
        }
    }
    found
}

/// A post as its topic shows it; `at` is its place.
pub(in crate::systems) fn shown(at: usize, post: &Post) -> Shown {
    Shown {
        id: Some(post.id),
        number: at + 1,
        cooked: markup::to_html(&post.text, &|title| title.to_owned()),
        created: post.created,
        edited: post.edited,
        post: post.clone(),
    }
}

fn post(topic: &Topic, shown: &Shown) -> Value {
    let mut out = json!({
        "name": shown.post.author,
        "username": username(&shown.post.author),
        "avatar_template": avatar(&shown.post.author),
        "user_id": user_id(&shown.post.author),
        "created_at": rfc3339(shown.created),
        "updated_at": rfc3339(shown.edited),
        "cooked": shown.cooked,
        "post_number": shown.number,
        "post_type": 1,
        "reply_count": 0,
        "reply_to_post_number": null,
        "quote_count": 0,
        "reads": topic.views() / 2,
        "score": shown.post.likes() as f64 * 15.0,
        "topic_id": topic.id,
        "topic_slug": topic.slug(),
        "version": 1,
        "hidden": false,
        "deleted_at": null,
        "user_deleted": false,
        "actions_summary": [{ "id": 2, "count": shown.post.likes() }],
        "link_counts": markup::links(&shown.post.text).into_iter().map(|url| {
            json!({ "url": url, "internal": false, "reflection": false, "clicks": 0 })
        }).collect::<Vec<_>>(),
    });
    if let Some(id) = shown.id {
        out["id"] = json!(id);
    }
    out
}

pub(super) async fn posts(
    State(forum): State<Arc<Forum>>,
    Extension(faults): Extension<ItemFaults>,
    Path(first): Path<String>,
    RawQuery(query): RawQuery,
    headers: HeaderMap,
) -> Result<Json<Value>, Refused> {
    authorised(&forum, &headers)?;
    let topic = first.parse().ok().and_then(|id| forum.topic(id, &faults)).ok_or_else(missing)?;
    let wanted: Vec<u64> = form_urlencoded::parse(query.unwrap_or_default().as_bytes())
        .filter(|(name, _)| name == "post_ids[]")
        .filter_map(|(_, id)| id.parse().ok())
        .collect();
    let all = topic.posts.iter().enumerate();
    let mut shown: Vec<Shown> = match wanted.is_empty() {
        true => all.take(POSTS).map(|(at, post)| shown(at, post)).collect(),
        false => all.filter(|(_, post)| wanted.contains(&post.id)).map(|(at, post)| shown(at, post)).collect(),
    };
    faults.on_page(&mut shown);
    let posts: Vec<Value> = shown.iter().map(|shown| post(&topic, shown)).collect();
    Ok(Json(json!({ "post_stream": { "posts": posts }, "id": topic.id })))
}

fn category_json(forum: &Forum, at: usize, category: &ForumCategory) -> Value {
    const COLOURS: [&str; 6] = ["8A3B1E", "2F5D62", "6B4E9B", "B3541E", "3E6B3A", "4A5A78"];
    let threads = forum.threads();
    let topics: Vec<&Topic> = threads.topics.values().filter(|topic| topic.category == category.id).collect();
    json!({
        "id": category.id,
        "name": category.name,
        "color": COLOURS[at % COLOURS.len()],
        "text_color": "FFFFFF",
        "slug": category.slug,
        "topic_count": topics.len(),
        "post_count": topics.iter().map(|topic| topic.posts.len()).sum::<usize>(),
        "position": at,
        "description": crate::html::escape(&category.description),
        "description_text": category.description,
        "description_excerpt": category.description,
        "topic_url": format!("/t/about-the-{}-category/{}", category.slug, category.id),
        "read_restricted": false,
        "permission": null,
        "notification_level": 1,
        "has_children": false,
        "subcategory_ids": [],
    })
}

fn all_categories(forum: &Forum) -> Vec<Value> {
    let categories = forum.threads().categories.clone();
    categories.iter().enumerate().map(|(at, category)| category_json(forum, at, category)).collect()
}

pub(super) async fn categories(State(forum): State<Arc<Forum>>, headers: HeaderMap) -> Result<Json<Value>, Refused> {
    authorised(&forum, &headers)?;
    Ok(Json(json!({ "category_list": {
        "can_create_category": false, "can_create_topic": false, "categories": all_categories(&forum),
    } })))
}

pub(super) async fn site(State(forum): State<Arc<Forum>>, headers: HeaderMap) -> Result<Json<Value>, Refused> {
    authorised(&forum, &headers)?;
    Ok(Json(json!({
        "default_archetype": "regular",
        "notification_types": {},
        "post_types": { "regular": 1, "moderator_action": 2, "small_action": 3, "whisper": 4 },
        "can_tag_topics": false,
        "tags_filter_regexp": "[\\/\\?#\\[\\]@!\\$&'\\(\\)\\*\\+,;=:%\\\\`^\\s|\\{\\}\"<>]+",
        "top_tags": tag_counts(&forum).into_iter().take(10).map(|(tag, _)| tag).collect::<Vec<_>>(),
        "categories": all_categories(&forum),
    })))
}

/// The tags with the number of their topics, the commonest first.
fn tag_counts(forum: &Forum) -> Vec<(String, usize)> {
    let mut counts = std::collections::BTreeMap::<String, usize>::new();
    for tag in forum.threads().topics.values().flat_map(|topic| &topic.tags) {
        *counts.entry(tag.clone()).or_default() += 1;
    }
    let mut counts: Vec<(String, usize)> = counts.into_iter().collect();
    counts.sort_by(|one, other| other.1.cmp(&one.1).then_with(|| one.0.cmp(&other.0)));
    counts
}

pub(super) async fn tags(State(forum): State<Arc<Forum>>, headers: HeaderMap) -> Result<Json<Value>, Refused> {
    authorised(&forum, &headers)?;
    let tags: Vec<Value> = tag_counts(&forum)
        .into_iter()
        .map(|(tag, count)| json!({ "id": tag, "text": tag, "name": tag, "count": count, "pm_only": false }))
        .collect();
    Ok(Json(json!({ "tags": tags, "extras": { "categories": [] } })))
}

pub(super) async fn basic_info(State(forum): State<Arc<Forum>>) -> Json<Value> {
    Json(json!({
        "logo_url": null,
        "title": pages::TITLE,
        "description": "Questions, answers and study groups of people at work.",
        "header_primary_color": "24211C",
        "header_background_color": "FBFAF7",
        "login_required": forum.key.is_some(),
    }))
}

/// The first words of a post, as HTML without elements.
pub(super) fn excerpt(text: &str) -> String {
    let plain = markup::to_plain(text).replace('\n', " ");
    let short: String = plain.chars().take(220).collect();
    let ellipsis = if short.len() < plain.len() { "&hellip;" } else { "" };
    format!("{}{ellipsis}", crate::html::escape(&short))
}

fn username(name: &str) -> String {
    name.to_lowercase().split_whitespace().collect::<Vec<_>>().join(".")
}

fn user_id(name: &str) -> u64 {
    hash(name.as_bytes()) % 100_000 + 2
}

fn avatar(name: &str) -> String {
    let first = name.chars().next().map(|letter| letter.to_lowercase().to_string()).unwrap_or_default();
    format!("/letter_avatar_proxy/v4/letter/{first}/8a3b1e/{{size}}.png")
}

fn user(name: &str) -> Value {
    json!({ "id": user_id(name), "username": username(name), "name": name, "avatar_template": avatar(name) })
}
