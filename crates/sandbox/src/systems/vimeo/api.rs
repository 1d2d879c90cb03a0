//! The API's JSON.

use std::sync::{Arc, atomic::Ordering};

use axum::{
    Extension,
    extract::{Path, RawQuery, State},
    http::{HeaderMap, HeaderName, StatusCode, header},
    response::{IntoResponse, Response},
};
use serde_json::{Map, Value, json};
use time::{Duration, Time};

use super::{LIMIT, Vimeo, error};
use crate::{
    answers::{Params, Refused, credential, with_header},
    films::{Shown, letters},
    items::ItemFaults,
    systems::feeds::rfc3339,
};

pub(super) const JSON: &str = "application/vnd.vimeo.video+json";

fn refuse(status: StatusCode, text: &str, developer: &str, code: u16) -> Refused {
    let body = error(text, developer, code).to_string();
    Refused::from((status, [(header::CONTENT_TYPE, "application/vnd.vimeo.error+json")], body).into_response())
}

pub(super) async fn not_found() -> Refused {
    missing()
}

fn missing() -> Refused {
    refuse(StatusCode::NOT_FOUND, "The requested page could not be found.", "", 5000)
}

/// A question that was let through.
struct Asked<'a> {
    vimeo: &'a Vimeo,
    faults: &'a ItemFaults,
    params: Params,
    page: usize,
    size: usize,
}

impl<'a> Asked<'a> {
    fn of(vimeo: &'a Vimeo, query: Option<&str>, headers: &HeaderMap, faults: &'a ItemFaults) -> Result<Self, Refused> {
        let token = credential(headers, "Bearer").filter(|token| !token.is_empty());
        let unauthorised = |text: &str, code: u16| {
            refuse(StatusCode::UNAUTHORIZED, text, "The access token is missing or has been revoked.", code)
                .with(header::WWW_AUTHENTICATE, "Bearer error=\"invalid_token\"")
        };
        match (token, vimeo.token.as_deref()) {
            (None, _) => return Err(unauthorised("You must provide a valid authenticated access token.", 8003)),
            // An error that repeats the token, as some gateways' do.
            (Some(given), Some(wanted)) if given != wanted => {
                return Err(unauthorised(&format!("The access token {given} is not valid."), 8003));
            }
            _ => {}
        }
        if vimeo.left.fetch_sub(1, Ordering::SeqCst) <= 0 {
            let refused = refuse(
                StatusCode::TOO_MANY_REQUESTS,
                "Too many API requests. Wait an hour or so, then try again.",
                "The rate limit of your app has been reached.",
                9000,
            );
            return Err(Refused::from(counted(vimeo, 0, refused.into_response())));
        }
        let params = Params::of(query);
        let bad = |_| refuse(StatusCode::BAD_REQUEST, "You have provided an invalid parameter.", "", 2204);
        let page = params.number("page").map_err(bad)?.unwrap_or(1).max(1);
        let size = params.number("per_page").map_err(bad)?.unwrap_or(25);
        if !(1..=100).contains(&size) {
            return Err(bad(()));
        }
        Ok(Self { vimeo, faults, params, page, size: faults.page_size(size) })
    }

    /// The page of these films, the newest first unless asked otherwise.
    fn answer(&self, path: &str, mut films: Vec<Shown>) -> Response {
        if self.params.get("direction") != Some("asc") {
            films.reverse();
        }
        let total = films.len();
        let last = total.div_ceil(self.size).max(1);
        let mut page: Vec<Shown> = films.into_iter().skip((self.page - 1) * self.size).take(self.size).collect();
        self.faults.on_page(&mut page);
        let link = |page: usize| format!("/{path}?{}", self.params.with("page", &page.to_string()));
        let next = match self.faults.backwards() {
            true => Some(self.page.saturating_sub(1).max(1)),
            false => (self.page < last).then_some(self.page + 1),
        };
        let fields: Option<Vec<&str>> = self.params.get("fields").map(|fields| fields.split(',').collect());
        let videos = page.iter().map(|shown| match &fields {
            Some(fields) => only(&video(self.vimeo, shown), fields),
            None => video(self.vimeo, shown),
        });
        let body = json!({
            "total": total, "page": self.page, "per_page": self.size,
            "paging": {
                "next": next.map(link), "previous": (self.page > 1).then(|| link(self.page - 1)),
                "first": link(1), "last": link(last),
            },
            "data": videos.collect::<Vec<_>>(),
        });
        let left = self.vimeo.left.load(Ordering::SeqCst).min(LIMIT);
        counted(self.vimeo, left, ([(header::CONTENT_TYPE, JSON)], body.to_string()).into_response())
    }
}

/// The answer with what it says of the rate limit, which is counted anew each minute.
fn counted(vimeo: &Vimeo, left: i64, answer: Response) -> Response {
    let now = vimeo.clock.now();
    let minute = Time::from_hms(now.hour(), now.minute(), 0).unwrap_or(Time::MIDNIGHT);
    let reset = now.replace_time(minute) + Duration::minutes(1);
    let headers = [
        ("x-ratelimit-limit", LIMIT.to_string()),
        ("x-ratelimit-remaining", left.to_string()),
        ("x-ratelimit-reset", rfc3339(reset)),
    ];
    headers.into_iter().fold(answer, |answer, (name, value)| with_header(answer, HeaderName::from_static(name), &value))
}

pub(super) async fn own(
    State(vimeo): State<Arc<Vimeo>>,
    Extension(faults): Extension<ItemFaults>,
    RawQuery(query): RawQuery,
    headers: HeaderMap,
) -> Result<Response, Refused> {
    let asked = Asked::of(&vimeo, query.as_deref(), &headers, &faults)?;
    Ok(asked.answer("me/videos", vimeo.films.visible(&faults)))
}

pub(super) async fn of_user(
    State(vimeo): State<Arc<Vimeo>>,
    Extension(faults): Extension<ItemFaults>,
    Path(user): Path<String>,
    RawQuery(query): RawQuery,
    uri: axum::http::Uri,
    headers: HeaderMap,
) -> Result<Response, Refused> {
    let asked = Asked::of(&vimeo, query.as_deref(), &headers, &faults)?;
    if vimeo.films.channel(&user).is_none() {
        let text = "The requested user couldn't be found.";
        return Err(refuse(StatusCode::NOT_FOUND, text, "", 5000));
    }
    let films = vimeo.films.visible(&faults).into_iter().filter(|shown| shown.film.channel == user).collect();
    Ok(asked.answer(uri.path().trim_start_matches('/'), films))
}

pub(super) async fn of_users_list(
    vimeo: State<Arc<Vimeo>>,
    faults: Extension<ItemFaults>,
    Path((_, list)): Path<(String, String)>,
    query: RawQuery,
    uri: axum::http::Uri,
    headers: HeaderMap,
) -> Result<Response, Refused> {
    of_list(vimeo, faults, Path(list), query, uri, headers).await
}

pub(super) async fn of_list(
    State(vimeo): State<Arc<Vimeo>>,
    Extension(faults): Extension<ItemFaults>,
    Path(list): Path<String>,
    RawQuery(query): RawQuery,
    uri: axum::http::Uri,
    headers: HeaderMap,
) -> Result<Response, Refused> {
    let asked = Asked::of(&vimeo, query.as_deref(), &headers, &faults)?;
    let list = vimeo.lists.iter().find(|each| each.id == list).ok_or_else(missing)?;
    let films = vimeo.films.visible(&faults).into_iter().filter(|shown| list.films.contains(&shown.film.id)).collect();
    Ok(asked.answer(uri.path().trim_start_matches('/'), films))
}

fn video(vimeo: &Vimeo, shown: &Shown) -> Value {
    let film = &shown.film;
    let number = Vimeo::video_id(&film.id);
    let view = match film.privacy.as_str() {
        "public" => "anybody",
        "private" => "nobody",
        other => other,
    };
    let unlisted = if view == "unlisted" { letters(&film.id, b"0123456789abcdef", 10) } else { String::new() };
    let link = format!("https://vimeo.com/{number}/{unlisted}");
    let tag = |name: &String| json!({ "uri": format!("/tags/{name}"), "name": name, "tag": name, "canonical": name });
    let category = |name: &String| json!({ "uri": "/categories/x", "name": name, "top_level": true });
    let mut out = json!({
        "name": film.title, "description": film.text, "type": if film.live { "live" } else { "video" },
        "link": link.trim_end_matches('/'), "duration": film.seconds, "width": 1920, "height": 1080,
        "language": (!film.language.is_empty()).then_some(&film.language),
        "created_time": rfc3339(shown.published), "modified_time": rfc3339(shown.changed),
        "release_time": rfc3339(shown.published), "content_rating": ["safe"], "license": null,
        "privacy": { "view": view, "embed": "public", "download": false, "add": true, "comments": "anybody" },
        "tags": film.tags.iter().map(tag).collect::<Vec<_>>(),
        "categories": Some(&film.category).filter(|name| !name.is_empty()).map(category).into_iter().collect::<Vec<_>>(),
        "user": { "uri": "/users/1", "name": vimeo.films.channel(&film.channel).map(|channel| &channel.title) },
        "status": "available", "live": film.live.then(|| json!({ "status": "streaming" })),
        "metadata": { "connections": { "texttracks": { "uri": format!("/videos/{number}/texttracks"),
                                                        "options": ["GET"], "total": film.captions.len() } } },
    });
    if let Some(id) = &shown.id {
        let colon = if unlisted.is_empty() { "" } else { ":" };
        out["uri"] = json!(format!("/videos/{}{colon}{unlisted}", Vimeo::video_id(id)));
    }
    out
}

/// What `fields` names of a representation; a dot leads into an object, or into each of a list.
fn only(whole: &Value, fields: &[&str]) -> Value {
    match whole {
        Value::Array(list) => list.iter().map(|each| only(each, fields)).collect(),
        Value::Object(object) => {
            let mut kept = Map::new();
            for (name, value) in object {
                let within: Vec<&str> =
                    fields.iter().filter_map(|field| field.strip_prefix(name.as_str())?.strip_prefix('.')).collect();
                if fields.contains(&name.as_str()) {
                    kept.insert(name.clone(), value.clone());
                } else if !within.is_empty() {
                    kept.insert(name.clone(), only(value, &within));
                }
            }
            Value::Object(kept)
        }
        value => value.clone(),
    }
}
