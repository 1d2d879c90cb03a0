//! The REST API: who asks, for which route, and how answers and refusals are written.

use std::sync::Arc;

use axum::{
    Extension, Json,
    extract::State,
    http::{HeaderMap, HeaderValue, StatusCode, Uri, header},
    response::{IntoResponse, Response},
};
use base64::{Engine, engine::general_purpose::STANDARD};
use serde_json::{Value, json};
use url::Url;

use super::{KINDS, Kind, TAXONOMIES, Taxonomy, WordPress, lists, pages, query::Query, show};
use crate::{inject::http_date, items::ItemFaults};

/// Why a request is refused.
pub(super) struct Refusal {
    status: u16,
    code: &'static str,
    message: String,
    /// What `data` holds besides the status.
    pub(super) data: Value,
}

impl Refusal {
    pub(super) fn new(status: u16, code: &'static str, message: &str) -> Self {
        Self { status, code, message: message.to_owned(), data: json!({ "status": status }) }
    }

    pub(super) fn no_route() -> Self {
        Self::new(404, "rest_no_route", "No route was found matching the URL and request method.")
    }

    /// As a response, or within `_embedded`.
    pub(super) fn json(&self) -> Value {
        json!({ "code": self.code, "message": self.message, "data": self.data })
    }
}

/// What a route answers.
pub(super) struct Answer {
    pub(super) body: Value,
    /// Of a list: all that it holds, its pages, and the page that this is.
    pub(super) paged: Option<(usize, usize, usize)>,
}

impl Answer {
    pub(super) fn one(body: Value) -> Self {
        Self { body, paged: None }
    }
}

/// One request.
pub(super) struct Call<'a> {
    pub(super) site: &'a WordPress,
    pub(super) faults: &'a ItemFaults,
    pub(super) query: Query,
    /// Who has signed in.
    pub(super) user: Option<String>,
}

pub(super) async fn pretty(
    State(site): State<Arc<WordPress>>,
    Extension(faults): Extension<ItemFaults>,
    uri: Uri,
    headers: HeaderMap,
) -> Response {
    if site.plain {
        return pages::missing(&site);
    }
    let route = uri.path().trim_start_matches("/wp-json");
    answer(&site, &faults, route, Query::of(uri.query()), &headers)
}

/// Answers `route`, which starts with a slash or is empty.
pub(super) fn answer(
    site: &WordPress,
    faults: &ItemFaults,
    route: &str,
    query: Query,
    headers: &HeaderMap,
) -> Response {
    let route = route.trim_matches('/');
    let result = who(site, headers).and_then(|user| {
        let call = Call { site, faults, query, user };
        let answer = routed(&call, route)?;
        let links = paging(&call, route, &answer);
        Ok((call.finished(answer.body), answer.paged, links))
    });
    let mut response = match result {
        Ok((body, paged, links)) => {
            let mut response = Json(body).into_response();
            if let Some((total, pages, _)) = paged {
                response.headers_mut().insert("x-wp-total", HeaderValue::from(total));
                response.headers_mut().insert("x-wp-totalpages", HeaderValue::from(pages));
            }
            // As in PHP, a header that is set again takes the place of the one before.
            let links = links.unwrap_or_else(|| format!("<{}>; rel=\"https://api.w.org/\"", site.api_url("", "")));
            put(&mut response, header::LINK, &links);
            response
        }
        Err(refusal) => {
            let status = StatusCode::from_u16(refusal.status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
            let mut response = (status, Json(refusal.json())).into_response();
            put(&mut response, header::LINK, &format!("<{}>; rel=\"https://api.w.org/\"", site.api_url("", "")));
            response
        }
    };
    put(&mut response, header::CONTENT_TYPE, "application/json; charset=UTF-8");
    put(&mut response, header::ACCESS_CONTROL_EXPOSE_HEADERS, "X-WP-Total, X-WP-TotalPages, Link");
    put(&mut response, header::DATE, &http_date(site.clock.now()));
    response
}

pub(super) fn put(response: &mut Response, name: header::HeaderName, value: &str) {
    if let Ok(value) = HeaderValue::from_str(value) {
        response.headers_mut().insert(name, value);
    }
}

/// Who asks.
fn who(site: &WordPress, headers: &HeaderMap) -> Result<Option<String>, Refusal> {
    match signed_in(site, headers) {
        Ok(Some(user)) => Ok(Some(user)),
        _ if site.closed => Err(Refusal::new(401, "rest_not_logged_in", "You are not currently logged in.")),
        result => result,
    }
}

/// Who signs in with an application password. Without anybody who has one, WordPress looks at none.
fn signed_in(site: &WordPress, headers: &HeaderMap) -> Result<Option<String>, Refusal> {
    let Some(login) = &site.login else { return Ok(None) };
    let sent = headers.get(header::AUTHORIZATION).and_then(|value| value.to_str().ok());
    let Some(encoded) = sent.and_then(|sent| sent.strip_prefix("Basic ")) else { return Ok(None) };
    let decoded = STANDARD.decode(encoded).ok().and_then(|bytes| String::from_utf8(bytes).ok()).unwrap_or_default();
    let (user, password) = decoded.split_once(':').unwrap_or((&decoded, ""));
    if user != login.username {
        let text = "<strong>Error:</strong> Unknown username. Check again or try your email address.";
        return Err(Refusal::new(401, "invalid_username", text));
    }
    // The groups of an application password may be written with or without blanks.
    let bare = |text: &str| text.chars().filter(char::is_ascii_alphanumeric).collect::<String>();
    if bare(password) == bare(&login.password) {
        return Ok(Some(user.to_owned()));
    }
    let text = "The provided password is an invalid application password.";
    Err(Refusal::new(401, "incorrect_password", text))
}

fn routed(call: &Call<'_>, route: &str) -> Result<Answer, Refusal> {
    if route.is_empty() {
        return Ok(Answer::one(index(call.site)));
    }
    let parts: Vec<&str> = route.strip_prefix("wp/v2/").unwrap_or_default().split('/').collect();
    match parts[..] {
        ["types"] => {
            Ok(Answer::one(KINDS.iter().map(|kind| (kind.slug.to_owned(), show::kind(call.site, kind))).collect()))
        }
        ["types", slug] => {
            let kind = KINDS.iter().find(|kind| kind.slug == slug);
            let kind = kind.ok_or_else(|| Refusal::new(404, "rest_type_invalid", "Invalid post type."))?;
            Ok(Answer::one(show::kind(call.site, kind)))
        }
        ["taxonomies"] => {
            let all = TAXONOMIES.iter().map(|each| (each.slug.to_owned(), show::taxonomy(call.site, each)));
            Ok(Answer::one(all.collect()))
        }
        ["users"] => lists::users(call),
        ["users", "me"] => match &call.user {
            Some(name) => Ok(Answer::one(json!({ "id": 1, "name": name, "slug": name.to_lowercase() }))),
            None => Err(Refusal::new(401, "rest_not_logged_in", "You are not currently logged in.")),
        },
        ["users", id] => lists::user(call.site, id.parse().unwrap_or_default()).map(Answer::one),
        [base] => match (kind_at(base), taxonomy_at(base)) {
            (Some(kind), _) => lists::posts(call, kind),
            (None, Some(taxonomy)) => lists::terms(call, taxonomy),
            (None, None) => Err(Refusal::no_route()),
        },
        [base, id] => match (kind_at(base), taxonomy_at(base), id.parse()) {
            (Some(kind), _, Ok(id)) => lists::post(call, kind, id),
            (None, Some(taxonomy), Ok(id)) => lists::term(call.site, taxonomy, id).map(Answer::one),
            _ => Err(Refusal::no_route()),
        },
        _ => Err(Refusal::no_route()),
    }
}

fn kind_at(base: &str) -> Option<&'static Kind> {
    KINDS.iter().find(|kind| kind.rest_base == base)
}

fn taxonomy_at(base: &str) -> Option<&'static Taxonomy> {
    TAXONOMIES.iter().find(|each| each.rest_base == base).copied()
}

fn index(site: &WordPress) -> Value {
    let routes = KINDS.iter().map(|kind| kind.rest_base).chain(TAXONOMIES.iter().map(|each| each.rest_base));
    let routes: serde_json::Map<String, Value> = routes
        .chain(["types", "taxonomies", "users", "users/me"])
        .map(|base| (format!("/wp/v2/{base}"), json!({ "namespace": "wp/v2", "methods": ["GET"] })))
        .collect();
    let home = site.base.as_str().trim_end_matches('/');
    json!({
        "name": pages::TITLE,
        "description": pages::TAGLINE,
        "url": home,
        "home": home,
        "gmt_offset": super::AHEAD.whole_hours(),
        "timezone_string": "",
        "namespaces": ["oembed/1.0", "wp/v2"],
        "authentication": { "application-passwords": { "endpoints": {
            "authorization": format!("{home}/wp-admin/authorize-application.php"),
        } } },
        "routes": routes,
        "_links": { "help": [{ "href": "https://developer.wordpress.org/rest-api/" }] },
    })
}

/// The `Link` header of a page of a list.
fn paging(call: &Call<'_>, route: &str, answer: &Answer) -> Option<String> {
    let (_, pages, page) = answer.paged?;
    let to =
        |page: usize, rel: &str| format!("<{}>; rel=\"{rel}\"", call.site.api_url(route, &call.query.with_page(page)));
    let mut links = Vec::new();
    if page > 1 {
        links.push(to((page - 1).min(pages), "prev"));
    }
    match call.faults.backwards() {
        true => links.push(to((page - 1).max(1), "next")),
        false if pages > page => links.push(to(page + 1, "next")),
        false => {}
    }
    (!links.is_empty()).then(|| links.join(", "))
}

impl Call<'_> {
    /// The answer with the fields that are asked for, and with what is to be embedded.
    fn finished(&self, body: Value) -> Value {
        let body = match self.query.list("_fields") {
            Some(fields) => show::fields(body, &fields),
            None => body,
        };
        let Some(embed) = self.query.list("_embed") else { return body };
        let all = matches!(embed.as_slice(), [one] if matches!(one.as_str(), "" | "1" | "true"));
        let rels = if all { None } else { Some(embed) };
        match body {
            Value::Array(items) => {
                items.into_iter().map(|item| lists::embed(self.site, item, rels.as_deref())).collect()
            }
            item => lists::embed(self.site, item, rels.as_deref()),
        }
    }
}

impl WordPress {
    /// Where a route is, with this query.
    pub(super) fn api_url(&self, route: &str, query: &str) -> Url {
        let mut url = self.base.clone();
        if self.plain {
            url.set_path("/index.php");
            let rest = query.split('&').filter(|pair| !pair.is_empty() && !pair.starts_with("rest_route="));
            let parts: Vec<String> =
                std::iter::once(format!("rest_route=/{route}")).chain(rest.map(str::to_owned)).collect();
            url.set_query(Some(&parts.join("&")));
        } else {
            url.set_path(&format!("/wp-json/{route}"));
            url.set_query(Some(query).filter(|query| !query.is_empty()));
        }
        url
    }
}
