//! The instance's JSON.

use std::sync::Arc;

use axum::{
    Extension, Json,
    extract::{Path, RawQuery, State},
    http::{StatusCode, Uri, header},
    response::{IntoResponse, Response},
};
use serde_json::{Value, json};
use url::form_urlencoded;

use super::{PeerTube, short};
use crate::{films::Shown, hash::hash, items::ItemFaults, systems::feeds::rfc3339};

pub(super) const PROBLEM: &str = "application/problem+json; charset=utf-8";

/// What the list may be sorted by.
const SORTS: [&str; 11] = [
    "name",
    "duration",
    "createdAt",
    "publishedAt",
    "originallyPublishedAt",
    "views",
    "likes",
    "trending",
    "hot",
    "best",
    "localVideoFilesSize",
];

/// Letters of a description that the list shows.
const TRUNCATED: usize = 250;

/// Why a request is refused, ready to be sent.
pub(super) struct Refused(Box<Response>);

impl IntoResponse for Refused {
    fn into_response(self) -> Response {
        *self.0
    }
}

pub(super) fn problem(status: u16, title: &str, detail: &str) -> Value {
    json!({
        "type": "about:blank", "title": title, "detail": detail, "status": status, "error": detail,
        "docs": "https://docs.joinpeertube.org/api-rest-reference.html",
    })
}

fn refuse(status: StatusCode, detail: &str) -> Refused {
    let body = problem(status.as_u16(), status.canonical_reason().unwrap_or_default(), detail).to_string();
    Refused(Box::new((status, [(header::CONTENT_TYPE, PROBLEM)], body).into_response()))
}

fn bad_parameter(name: &str, value: &str) -> Refused {
    let mut body = problem(400, "Bad Request", &format!("Incorrect request parameters: {name}"));
    body["invalid-params"] =
        json!({ name: { "type": "field", "value": value, "msg": "Invalid value", "path": name, "location": "query" } });
    let answer = (StatusCode::BAD_REQUEST, [(header::CONTENT_TYPE, PROBLEM)], body.to_string());
    Refused(Box::new(answer.into_response()))
}

pub(super) async fn not_found(uri: Uri) -> Response {
    if uri.path().starts_with("/api/") {
        refuse(StatusCode::NOT_FOUND, "Not found").into_response()
    } else {
        crate::html::missing("There is no such page on this instance.")
    }
}

/// What a list is asked for.
struct Listing {
    start: usize,
    count: usize,
    sort: String,
    local: Option<bool>,
}

impl Listing {
    fn of(query: Option<&str>) -> Result<Self, Refused> {
        let mut listing = Self { start: 0, count: 15, sort: "-publishedAt".to_owned(), local: None };
        for (name, value) in form_urlencoded::parse(query.unwrap_or_default().as_bytes()) {
            let bad = || bad_parameter(&name, &value);
            match &*name {
                "start" => listing.start = value.parse().map_err(|_| bad())?,
                "count" => listing.count = value.parse().ok().filter(|count| *count <= 100).ok_or_else(bad)?,
                "sort" if !SORTS.contains(&value.trim_start_matches('-')) => return Err(bad()),
                "sort" => listing.sort = value.into_owned(),
                "isLocal" => listing.local = Some(value.parse().map_err(|_| bad())?),
                "nsfw" if !matches!(&*value, "true" | "false" | "both") => return Err(bad()),
                _ => {}
            }
        }
        Ok(listing)
    }

    fn sort(&self, films: &mut [Shown]) {
        match self.sort.trim_start_matches('-') {
            "name" => films.sort_by(|one, other| one.film.title.cmp(&other.film.title)),
            "duration" => films.sort_by_key(|shown| shown.film.seconds),
            // The shelf is in the order of publication already.
            _ => {}
        }
        if self.sort.starts_with('-') {
            films.reverse();
        }
    }
}

pub(super) async fn config() -> Json<Value> {
    Json(json!({
        "serverVersion": "7.3.0",
        "serverCommit": "0000000",
        "instance": {
            "name": super::pages::TITLE,
            "shortDescription": "Recordings of talks, trainings and demonstrations.",
            "defaultClientRoute": "/videos/browse",
            "isNSFW": false,
            "defaultNSFWPolicy": "do_not_list",
        },
        "signup": { "allowed": false, "allowedForCurrentIP": false, "requiresEmailVerification": false },
        "webadmin": { "configuration": { "edition": { "allowed": false } } },
        "video": { "image": { "size": { "max": 4_194_304 } } },
    }))
}

pub(super) async fn videos(
    State(tube): State<Arc<PeerTube>>,
    Extension(faults): Extension<ItemFaults>,
    RawQuery(query): RawQuery,
) -> Result<Json<Value>, Refused> {
    let listing = Listing::of(query.as_deref())?;
    Ok(Json(list(&tube, listing, &faults, |_| true)))
}

pub(super) async fn channel_videos(
    State(tube): State<Arc<PeerTube>>,
    Extension(faults): Extension<ItemFaults>,
    Path(name): Path<String>,
    RawQuery(query): RawQuery,
) -> Result<Json<Value>, Refused> {
    let listing = Listing::of(query.as_deref())?;
    let (channel, host) = name.split_once('@').unwrap_or((&name, ""));
    let known = |shown: &Shown| shown.film.channel == channel && shown.film.host == host;
    if tube.films.channel(channel).is_none() && !tube.films.visible(&faults).iter().any(known) {
        return Err(refuse(StatusCode::NOT_FOUND, "Video channel not found"));
    }
    Ok(Json(list(&tube, listing, &faults, known)))
}

pub(super) async fn account_videos(
    State(tube): State<Arc<PeerTube>>,
    Extension(faults): Extension<ItemFaults>,
    Path(name): Path<String>,
    RawQuery(query): RawQuery,
) -> Result<Json<Value>, Refused> {
    let listing = Listing::of(query.as_deref())?;
    let owned = |channel: &str| tube.films.channel(channel).is_some_and(|each| account(&each.owner) == name);
    if !tube.films.channels().iter().any(|channel| account(&channel.owner) == name) {
        return Err(refuse(StatusCode::NOT_FOUND, "Account not found"));
    }
    Ok(Json(list(&tube, listing, &faults, |shown| shown.film.host.is_empty() && owned(&shown.film.channel))))
}

fn list(tube: &PeerTube, listing: Listing, faults: &ItemFaults, belongs: impl Fn(&Shown) -> bool) -> Value {
    let mut films = tube.films.visible(faults);
    let local = |shown: &Shown| listing.local.is_none_or(|local| local == shown.film.host.is_empty());
    films.retain(|shown| shown.film.privacy == "public" && local(shown) && belongs(shown));
    listing.sort(&mut films);
    let (total, count) = (films.len(), faults.page_size(listing.count));
    // There is no pointer to the next page that could lead back; a broken server forgets to skip.
    let start = if faults.backwards() { listing.start.saturating_sub(count) } else { listing.start };
    let mut page: Vec<Shown> = films.into_iter().skip(start).take(count).collect();
    faults.on_page(&mut page);
    json!({ "total": total, "data": page.iter().map(|shown| listed(tube, shown)).collect::<Vec<_>>() })
}

/// A video as a list shows it.
fn listed(tube: &PeerTube, shown: &Shown) -> Value {
    let film = &shown.film;
    let host = if film.host.is_empty() { authority(tube) } else { film.host.clone() };
    let channel = tube.films.channel(&film.channel);
    let owner = channel.map_or_else(|| film.channel.clone(), |channel| channel.owner.clone());
    let title = channel.map_or_else(|| film.channel.clone(), |channel| channel.title.clone());
    let start: String = film.text.chars().take(TRUNCATED).collect();
    let (views, key) = (hash(film.title.as_bytes()) % 900, shown.id.as_deref().unwrap_or(&film.id));
    let mut out = json!({
        "id": hash(key.as_bytes()) % 100_000 + 1,
        "uuid": PeerTube::uuid(key),
        "shortUUID": short(key),
        "url": format!("http://{host}/videos/watch/{}", PeerTube::uuid(key)),
        "name": film.title,
        "category": category(&film.category),
        "licence": { "id": null, "label": "Unknown" },
        "language": language(&film.language),
        "privacy": privacy(&film.privacy),
        "nsfw": false,
        "truncatedDescription": start,
        "description": start,
        "isLocal": film.host.is_empty(),
        "isLive": film.live,
        "duration": if film.live { 0 } else { film.seconds },
        "aspectRatio": 1.778,
        "views": views,
        "viewers": 0,
        "likes": views / 20,
        "dislikes": 0,
        "comments": 0,
        "thumbnailPath": format!("/lazy-static/thumbnails/{}.jpg", PeerTube::uuid(key)),
        "previewPath": format!("/lazy-static/previews/{}.jpg", PeerTube::uuid(key)),
        "embedPath": format!("/videos/embed/{}", short(key)),
        "createdAt": rfc3339(shown.published),
        "updatedAt": rfc3339(shown.changed),
        "publishedAt": rfc3339(shown.published),
        "originallyPublishedAt": null,
        "account": actor("accounts", &account(&owner), &owner, &host),
        "channel": actor("video-channels", &film.channel, &title, &host),
    });
    if shown.id.is_none() {
        for name in ["id", "uuid", "shortUUID"] {
            out.as_object_mut().map(|fields| fields.remove(name));
        }
    }
    out
}

pub(super) async fn video(
    State(tube): State<Arc<PeerTube>>,
    Extension(faults): Extension<ItemFaults>,
    Path(id): Path<String>,
) -> Result<Json<Value>, Refused> {
    let mut page = vec![found(&tube, &id, &faults)?];
    faults.on_page(&mut page);
    let Some(shown) = page.first() else { return Err(refuse(StatusCode::NOT_FOUND, "Video not found")) };
    let mut out = listed(&tube, shown);
    out["description"] = json!(shown.film.text);
    out["tags"] = json!(shown.film.tags);
    out["support"] = Value::Null;
    out["commentsPolicy"] = json!({ "id": 1, "label": "Enabled" });
    out["downloadEnabled"] = json!(true);
    out["waitTranscoding"] = json!(true);
    out["state"] = json!({ "id": 1, "label": "Published" });
    out["inputFileUpdatedAt"] = json!(rfc3339(shown.published));
    out["files"] = json!([]);
    out["streamingPlaylists"] = json!([]);
    out["trackerUrls"] = json!([]);
    Ok(Json(out))
}

pub(super) async fn captions(
    State(tube): State<Arc<PeerTube>>,
    Extension(faults): Extension<ItemFaults>,
    Path(id): Path<String>,
) -> Result<Json<Value>, Refused> {
    let shown = found(&tube, &id, &faults)?;
    let caption = |tag: &String| {
        json!({
            "language": language(tag),
            "automaticallyGenerated": false,
            "captionPath": format!("/lazy-static/video-captions/{}-{tag}.vtt", PeerTube::uuid(&shown.film.id)),
            "fileUrl": format!("{}lazy-static/video-captions/{}-{tag}.vtt", tube.base, PeerTube::uuid(&shown.film.id)),
            "updatedAt": rfc3339(shown.changed),
        })
    };
    let captions: Vec<Value> = shown.film.captions.iter().map(caption).collect();
    Ok(Json(json!({ "total": captions.len(), "data": captions })))
}

/// The video that is called so; a private one is told from none by its status.
fn found(tube: &PeerTube, id: &str, faults: &ItemFaults) -> Result<Shown, Refused> {
    let named = |shown: &Shown| {
        let key = &shown.film.id;
        PeerTube::uuid(key) == id || short(key) == id || (hash(key.as_bytes()) % 100_000 + 1).to_string() == id
    };
    let shown = tube.films.visible(faults).into_iter().find(named);
    let shown = shown.ok_or_else(|| refuse(StatusCode::NOT_FOUND, "Video not found"))?;
    match shown.film.privacy.as_str() {
        "private" => Err(refuse(StatusCode::UNAUTHORIZED, "Not authenticated")),
        _ => Ok(shown),
    }
}

fn actor(kind: &str, name: &str, title: &str, host: &str) -> Value {
    json!({
        "id": hash(name.as_bytes()) % 10_000 + 1,
        "name": name,
        "displayName": title,
        "url": format!("http://{host}/{kind}/{name}"),
        "host": host,
        "avatars": [],
    })
}

pub(super) fn account(owner: &str) -> String {
    let lower = owner.to_lowercase();
    let words: Vec<&str> = lower.split_whitespace().collect();
    words.join("_").chars().filter(|letter| letter.is_ascii_alphanumeric() || *letter == '_').collect()
}

fn authority(tube: &PeerTube) -> String {
    let host = tube.base.host_str().unwrap_or_default();
    tube.base.port().map_or_else(|| host.to_owned(), |port| format!("{host}:{port}"))
}

/// PeerTube's own numbers; one that nobody chose has none.
fn category(name: &str) -> Value {
    const KNOWN: [(&str, u64); 4] =
        [("How To", 12), ("Education", 13), ("Science & Technology", 15), ("News & Politics", 11)];
    match KNOWN.iter().find(|(known, _)| *known == name) {
        Some((label, id)) => json!({ "id": id, "label": label }),
        None => json!({ "id": null, "label": "Unknown" }),
    }
}

fn language(tag: &str) -> Value {
    const KNOWN: [(&str, &str); 5] =
        [("en", "English"), ("de", "German"), ("fr", "French"), ("es", "Spanish"), ("pt", "Portuguese")];
    match KNOWN.iter().find(|(known, _)| *known == tag) {
        Some((id, label)) => json!({ "id": id, "label": label }),
        None if tag.is_empty() => json!({ "id": null, "label": "Unknown" }),
        None => json!({ "id": tag, "label": tag }),
    }
}

fn privacy(word: &str) -> Value {
    match word {
        "public" => json!({ "id": 1, "label": "Public" }),
        "unlisted" => json!({ "id": 2, "label": "Unlisted" }),
        _ => json!({ "id": 3, "label": "Private" }),
    }
}
