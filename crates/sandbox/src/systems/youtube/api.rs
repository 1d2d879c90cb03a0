//! The API's JSON.

use std::{collections::HashMap, sync::Arc, sync::atomic::Ordering};

use axum::{
    Extension,
    extract::{RawQuery, State},
    http::{HeaderMap, StatusCode, header},
    response::{IntoResponse, Response},
};
use serde_json::{Value, json};
use url::form_urlencoded;

use super::{URL_LETTERS, YouTube, uploads};
use crate::{
    FilmChannel,
    films::{Shown, letters},
    hash::hash,
    items::ItemFaults,
    systems::feeds::rfc3339,
};

/// Why a request is refused, ready to be sent.
pub(super) struct Refused(Box<Response>);

impl IntoResponse for Refused {
    fn into_response(self) -> Response {
        *self.0
    }
}

const JSON: &str = "application/json; charset=UTF-8";

pub(super) fn error(code: u16, message: &str, domain: &str, reason: &str) -> Value {
    json!({ "error": {
        "code": code, "message": message, "errors": [{ "message": message, "domain": domain, "reason": reason }],
    } })
}

fn refuse(code: u16, message: &str, domain: &str, reason: &str) -> Refused {
    refuse_with(code, error(code, message, domain, reason))
}

fn refuse_with(code: u16, body: Value) -> Refused {
    let status = StatusCode::from_u16(code).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
    Refused(Box::new((status, [(header::CONTENT_TYPE, JSON)], body.to_string()).into_response()))
}

pub(super) async fn not_found() -> Refused {
    refuse(404, "Requested entity was not found.", "global", "notFound")
}

/// A question: its parameters, once key and quota let it through.
struct Query(HashMap<String, String>);

impl Query {
    fn of(tube: &YouTube, query: Option<&str>, headers: &HeaderMap) -> Result<Self, Refused> {
        let pairs = form_urlencoded::parse(query.unwrap_or_default().as_bytes());
        let query = Self(pairs.map(|(name, value)| (name.into_owned(), value.into_owned())).collect());
        let header = headers.get("x-goog-api-key").and_then(|key| key.to_str().ok());
        let Some(key) = header.or(query.get("key")).filter(|key| !key.is_empty()) else {
            let message = "Method doesn't allow unregistered callers (callers without established identity). Please use API Key \
                           or other form of API consumer identity to call this API.";
            let mut body = error(403, message, "global", "forbidden");
            body["error"]["status"] = json!("PERMISSION_DENIED");
            return Err(refuse_with(403, body));
        };
        if tube.key.as_deref().is_some_and(|wanted| wanted != key) {
            let mut body = error(400, "API key not valid. Please pass a valid API key.", "global", "badRequest");
            body["error"]["status"] = json!("INVALID_ARGUMENT");
            body["error"]["details"] = json!([{
                "@type": "type.googleapis.com/google.rpc.ErrorInfo", "reason": "API_KEY_INVALID", "domain": "googleapis.com",
                "metadata": { "service": "youtube.googleapis.com" },
            }]);
            return Err(refuse_with(400, body));
        }
        if tube.units.fetch_sub(1, Ordering::SeqCst) <= 0 {
            let message = "The request cannot be completed because you have exceeded your <a href=\"/youtube/v3/getting-started#quota\">quota</a>.";
            return Err(refuse(403, message, "youtube.quota", "quotaExceeded"));
        }
        if query.get("part").is_none_or(str::is_empty) {
            return Err(refuse(
                400,
                "No filter selected. Expected one of: part",
                "youtube.parameter",
                "missingRequiredParameter",
            ));
        }
        Ok(query)
    }

    fn get(&self, name: &str) -> Option<&str> {
        self.0.get(name).map(String::as_str)
    }

    fn has(&self, part: &str) -> bool {
        self.get("part").is_some_and(|parts| parts.split(',').any(|each| each.trim() == part))
    }

    fn max_results(&self) -> Result<usize, Refused> {
        let given = self.get("maxResults").map_or(Ok(5), str::parse);
        let bad = || refuse(400, "Invalid value for maxResults.", "global", "invalidParameter");
        given.ok().filter(|max| *max <= 50).ok_or_else(bad)
    }
}

/// The answer with its ETag, or 304 where that is the one that was asked about.
fn answer(mut body: Value, headers: &HeaderMap) -> Response {
    let etag = letters(&hash(body.to_string().as_bytes()).to_string(), URL_LETTERS, 27);
    let quoted = format!("\"{etag}\"");
    let asked = headers.get(header::IF_NONE_MATCH).and_then(|value| value.to_str().ok());
    if asked.is_some_and(|asked| asked.trim_start_matches("W/") == quoted) {
        return (StatusCode::NOT_MODIFIED, [(header::ETAG, quoted)]).into_response();
    }
    body["etag"] = json!(etag);
    ([(header::CONTENT_TYPE, JSON.to_owned()), (header::ETAG, quoted)], body.to_string()).into_response()
}

pub(super) async fn channels(
    State(tube): State<Arc<YouTube>>,
    RawQuery(query): RawQuery,
    headers: HeaderMap,
) -> Result<Response, Refused> {
    let query = Query::of(&tube, query.as_deref(), &headers)?;
    let wanted = |channel: &&FilmChannel| {
        let handle = query.get("forHandle").is_some_and(|handle| handle.trim_start_matches('@') == channel.name);
        let id = query.get("id").is_some_and(|id| id.split(',').any(|id| id == YouTube::channel_id(&channel.name)));
        handle || id || query.get("forUsername") == Some(channel.name.as_str())
    };
    let found: Vec<&FilmChannel> = tube.films.channels().iter().filter(wanted).collect();
    let mut body = json!({
        "kind": "youtube#channelListResponse",
        "pageInfo": { "totalResults": found.len(), "resultsPerPage": 5 },
    });
    // As in the original, an answer without channels has no list either.
    if !found.is_empty() {
        body["items"] = found.into_iter().map(|channel| channel_json(channel, &query)).collect();
    }
    Ok(answer(body, &headers))
}

fn channel_json(channel: &FilmChannel, query: &Query) -> Value {
    let mut out = json!({ "kind": "youtube#channel", "id": YouTube::channel_id(&channel.name) });
    if query.has("snippet") {
        out["snippet"] = json!({
            "title": channel.title, "description": channel.description, "customUrl": format!("@{}", channel.name),
        });
    }
    if query.has("contentDetails") {
        out["contentDetails"] = json!({ "relatedPlaylists": { "likes": "", "uploads": uploads(&channel.name) } });
    }
    out
}

pub(super) async fn playlist_items(
    State(tube): State<Arc<YouTube>>,
    Extension(faults): Extension<ItemFaults>,
    RawQuery(query): RawQuery,
    headers: HeaderMap,
) -> Result<Response, Refused> {
    let query = Query::of(&tube, query.as_deref(), &headers)?;
    let max = faults.page_size(query.max_results()?);
    let id = query.get("playlistId").unwrap_or_default();
    let missing = || {
        let message = "The playlist identified with the request's <code>playlistId</code> parameter cannot be found.";
        refuse(404, message, "youtube.playlistItem", "playlistNotFound")
    };
    let entries = entries(&tube, id, &faults).ok_or_else(missing)?;
    let start = match query.get("pageToken") {
        None => 0,
        Some(token) => offset(token).ok_or_else(|| {
            refuse(400, "The request specifies an invalid page token.", "youtube.parameter", "invalidPageToken")
        })?,
    };
    let total = entries.len();
    let mut page: Vec<Shown> = entries.into_iter().skip(start).take(max).collect();
    faults.on_page(&mut page);
    let end = start + page.len();
    let next = match faults.backwards() {
        true => Some(start.saturating_sub(max)),
        false => (end < total).then_some(end),
    };
    let items: Vec<Value> =
        page.iter().enumerate().map(|(at, shown)| entry(&tube, id, start + at, shown, &query)).collect();
    let mut body = json!({
        "kind": "youtube#playlistItemListResponse",
        "items": items,
        "pageInfo": { "totalResults": total, "resultsPerPage": max },
    });
    if let Some(next) = next {
        body["nextPageToken"] = json!(token(next));
    }
    if start > 0 {
        body["prevPageToken"] = json!(token(start.saturating_sub(max)));
    }
    Ok(answer(body, &headers))
}

/// What a playlist holds; a deleted film has no title left.
fn entries(tube: &YouTube, id: &str, faults: &ItemFaults) -> Option<Vec<Shown>> {
    let films = tube.films.visible(faults);
    if let Some(channel) = tube.films.channels().iter().find(|channel| uploads(&channel.name) == id) {
        let own = |shown: &Shown| shown.film.channel == channel.name && shown.film.privacy == "public";
        return Some(films.into_iter().rev().filter(own).collect());
    }
    let playlist = tube.playlists.iter().find(|playlist| playlist.id == id)?;
    let place = |film: &String| {
        let kept = films.iter().find(|shown| shown.film.id == *film).cloned();
        kept.unwrap_or_else(|| Shown {
            id: Some(film.clone()),
            film: crate::Film { id: film.clone(), privacy: String::new(), ..crate::Film::default() },
            published: time::OffsetDateTime::UNIX_EPOCH,
            changed: time::OffsetDateTime::UNIX_EPOCH,
        })
    };
    Some(playlist.films.iter().map(place).collect())
}

fn token(offset: usize) -> String {
    format!("CD{offset:05}QAA")
}

fn offset(token: &str) -> Option<usize> {
    token.strip_prefix("CD")?.strip_suffix("QAA")?.parse().ok()
}

fn entry(tube: &YouTube, playlist: &str, at: usize, shown: &Shown, query: &Query) -> Value {
    let film = &shown.film;
    let (title, text, privacy) = match film.privacy.as_str() {
        "" => ("Deleted video", "This video is unavailable.", "privacyStatusUnspecified"),
        "private" => ("Private video", "This video is private.", "private"),
        privacy => (film.title.as_str(), film.text.as_str(), privacy),
    };
    let open = matches!(film.privacy.as_str(), "public" | "unlisted");
    let id = shown.id.as_deref().map(YouTube::video_id);
    let mut out = json!({
        "kind": "youtube#playlistItem",
        "etag": letters(&format!("{title}{text}{privacy}"), URL_LETTERS, 27),
        "id": letters(&format!("{playlist}{at}"), URL_LETTERS, 40),
    });
    if query.has("snippet") {
        out["snippet"] = json!({
            "publishedAt": rfc3339(shown.published),
            "title": title,
            "description": text,
            "playlistId": playlist,
            "position": at,
            "resourceId": { "kind": "youtube#video" },
            "thumbnails": {},
        });
        if let (true, Some(channel)) = (open, tube.films.channel(&film.channel)) {
            out["snippet"]["channelId"] = json!(YouTube::channel_id(&channel.name));
            out["snippet"]["channelTitle"] = json!(channel.title);
            out["snippet"]["videoOwnerChannelTitle"] = json!(channel.title);
        }
        if let Some(id) = &id {
            out["snippet"]["resourceId"]["videoId"] = json!(id);
        }
    }
    if query.has("contentDetails") {
        out["contentDetails"] = json!({});
        if let Some(id) = &id {
            out["contentDetails"]["videoId"] = json!(id);
        }
        if open {
            out["contentDetails"]["videoPublishedAt"] = json!(rfc3339(shown.published));
        }
    }
    if query.has("status") {
        out["status"] = json!({ "privacyStatus": privacy });
    }
    out
}

pub(super) async fn videos(
    State(tube): State<Arc<YouTube>>,
    Extension(faults): Extension<ItemFaults>,
    RawQuery(query): RawQuery,
    headers: HeaderMap,
) -> Result<Response, Refused> {
    let query = Query::of(&tube, query.as_deref(), &headers)?;
    let wanted: Vec<&str> = query.get("id").unwrap_or_default().split(',').filter(|id| !id.is_empty()).collect();
    if wanted.is_empty() {
        return Err(refuse(
            400,
            "No filter selected. Expected one of: chart, id, myRating",
            "youtube.parameter",
            "missingRequiredParameter",
        ));
    }
    if wanted.len() > 50 {
        return Err(refuse(
            400,
            "The request specifies an invalid filter parameter.",
            "youtube.parameter",
            "invalidFilters",
        ));
    }
    let films = tube.films.visible(&faults);
    let open = |shown: &&Shown| matches!(shown.film.privacy.as_str(), "public" | "unlisted");
    let find = |id: &&str| films.iter().filter(open).find(|shown| YouTube::video_id(&shown.film.id) == **id).cloned();
    let mut page: Vec<Shown> = wanted.iter().filter_map(find).collect();
    faults.on_page(&mut page);
    let items: Vec<Value> = page.iter().map(|shown| video(&tube, shown, &query)).collect();
    Ok(answer(
        json!({
            "kind": "youtube#videoListResponse",
            "pageInfo": { "totalResults": items.len(), "resultsPerPage": items.len() },
            "items": items,
        }),
        &headers,
    ))
}

fn video(tube: &YouTube, shown: &Shown, query: &Query) -> Value {
    let film = &shown.film;
    let mut out = json!({ "kind": "youtube#video", "etag": letters(&film.title, URL_LETTERS, 27) });
    if let Some(id) = &shown.id {
        out["id"] = json!(YouTube::video_id(id));
    }
    if query.has("snippet") {
        out["snippet"] = json!({
            "publishedAt": rfc3339(shown.published),
            "channelId": YouTube::channel_id(&film.channel),
            "title": film.title,
            "description": film.text,
            "channelTitle": tube.films.channel(&film.channel).map(|channel| channel.title.as_str()),
            "categoryId": "28",
            "liveBroadcastContent": if film.live { "upcoming" } else { "none" },
            "localized": { "title": film.title, "description": film.text },
            "thumbnails": {},
        });
        if !film.tags.is_empty() {
            out["snippet"]["tags"] = json!(film.tags);
        }
        if !film.language.is_empty() {
            out["snippet"]["defaultAudioLanguage"] = json!(film.language);
        }
    }
    if query.has("contentDetails") {
        out["contentDetails"] = json!({
            "duration": if film.live { "P0D".to_owned() } else { duration(film.seconds) },
            "dimension": "2d",
            "definition": "hd",
            "caption": (!film.captions.is_empty()).to_string(),
            "licensedContent": false,
        });
    }
    if query.has("status") {
        out["status"] = json!({
            "uploadStatus": "processed", "privacyStatus": film.privacy, "license": "youtube", "embeddable": true,
            "publicStatsViewable": true, "madeForKids": false,
        });
    }
    out
}

/// As ISO 8601 writes it: parts that are zero are left out.
fn duration(seconds: u32) -> String {
    let part = |number: u32, unit: &str| if number == 0 { String::new() } else { format!("{number}{unit}") };
    let (days, hours) = (part(seconds / 86_400, "D"), part(seconds / 3600 % 24, "H"));
    format!("P{days}T{hours}{}{}", part(seconds / 60 % 60, "M"), part(seconds % 60, "S"))
}
