//! An in-house training system that was written for one organisation: its JSON API is like many, and like no vendor's.
//!
//! The same list (JSON, RFC 8259) is paged in every usual way:
//!
//! - `/v1/trainings?page=1&per_page=5`: `{"data": […], "meta": {"page", "total"}}`; a page behind the last one is empty
//! - `/v1/strict?page=1`: the same, but a page behind the last one answers 404, as many frameworks do
//! - `/v1/window?offset=0&limit=5`: `{"items": […], "total"}`
//! - `/v1/cursor?after=TOKEN&size=5`: `{"data": […], "paging": {"next": TOKEN or null}}`
//! - `/v1/linked?page=1`: a list, and `Link` headers (RFC 8288)
//! - `/v1/next?page=1`: `{"results": […], "next": ADDRESS or null}`
//! - `/v1/all`: a list with everything, an entity tag and `Last-Modified` (RFC 9110, section 13)
//!
//! Errors are problem details (RFC 9457). With [`Options::academy_access`](crate::Options::academy_access) the API asks for
//! a sign-in: 401 with `WWW-Authenticate` without one, 403 with a wrong one.

use std::{
    collections::HashSet,
    fmt,
    sync::{Arc, Mutex, PoisonError},
};

use axum::{
    Extension, Json, Router,
    extract::{Path, Query, State},
    http::{HeaderMap, StatusCode, header},
    response::{IntoResponse, Response},
    routing::get,
};
use serde::Deserialize;
use serde_json::{Value, json};
use url::Url;

use crate::{
    ContentError, EditError, LibraryItem, System,
    html::{self, escape},
    items::ItemFaults,
    stock::Stock,
    systems::{
        Setup,
        feeds::{Entry, conditional, rfc3339},
        forum::day,
    },
};

/// What the API asks of every request.
#[derive(Clone, PartialEq, Eq)]
pub enum Access {
    /// `Authorization: Bearer …` (RFC 6750).
    Bearer(String),
    /// `Authorization: Basic …` (RFC 7617): the value behind `Basic`.
    Basic(String),
    /// A header of its own, by name in lower case, and its value.
    Header(&'static str, String),
}

impl fmt::Debug for Access {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Bearer(_) => "Bearer",
            Self::Basic(_) => "Basic",
            Self::Header(name, _) => name,
        })
    }
}

/// The training system.
pub struct Academy {
    base: Url,
    access: Option<Access>,
    trainings: Stock,
    retired: Mutex<HashSet<String>>,
}

impl Academy {
    pub(crate) fn new(setup: Setup<'_>) -> Result<Self, ContentError> {
        Ok(Self {
            access: setup.options.academy_access.clone(),
            trainings: Stock::new(&setup.content.trainings, setup.clock)?,
            base: setup.base,
            retired: Mutex::default(),
        })
    }

    /// The trainings, newest first.
    pub fn trainings(&self) -> Vec<LibraryItem> {
        self.trainings.items()
    }

    /// Adds a training.
    ///
    /// # Errors
    /// Where there is one with this id.
    pub fn add(&self, item: LibraryItem) -> Result<(), EditError> {
        self.trainings.add(item)
    }

    /// Changes a training. Its id stays what it was.
    ///
    /// # Errors
    /// Where there is none with this id.
    pub fn edit(&self, id: &str, change: impl FnOnce(&mut LibraryItem)) -> Result<(), EditError> {
        self.trainings.edit(id, change)
    }

    /// Takes a training off the list.
    ///
    /// # Errors
    /// Where there is none with this id.
    pub fn remove(&self, id: &str) -> Result<LibraryItem, EditError> {
        self.trainings.remove(id)
    }

    /// Keeps a training on the list, marked as retired.
    ///
    /// # Errors
    /// Where there is none with this id.
    pub fn retire(&self, id: &str) -> Result<(), EditError> {
        self.trainings.edit(id, |_| {})?;
        self.retired.lock().unwrap_or_else(PoisonError::into_inner).insert(id.to_owned());
        Ok(())
    }

    fn is_retired(&self, id: &str) -> bool {
        self.retired.lock().unwrap_or_else(PoisonError::into_inner).contains(id)
    }

    fn admits(&self, headers: &HeaderMap) -> Result<(), Problem> {
        let text = |name: &str| headers.get(name).and_then(|value| value.to_str().ok()).unwrap_or_default();
        let (given, wanted) = match &self.access {
            None => return Ok(()),
            Some(Access::Bearer(token)) => (text("authorization").to_owned(), format!("Bearer {token}")),
            Some(Access::Basic(value)) => (text("authorization").to_owned(), format!("Basic {value}")),
            Some(Access::Header(name, value)) => (text(name).to_owned(), value.clone()),
        };
        match given {
            given if given == wanted => Ok(()),
            given if given.is_empty() => Err(Problem(401, "Sign in to use this API.".to_owned())),
            // An error that repeats what it was given, as some do.
            given => Err(Problem(403, format!("The credential {given} is not known."))),
        }
    }
}

impl System for Academy {
    fn router(self: Arc<Self>) -> Router {
        Router::new()
            .route("/", get(home))
            .route("/trainings/{id}", get(training))
            .route("/v1/{style}", get(list))
            .with_state(self)
    }

    fn refusal(&self, status: u16, wait: Option<u32>) -> (&'static str, String) {
        let detail = wait.map_or_else(|| "On request.".to_owned(), |wait| format!("Come back in {wait} seconds."));
        ("application/problem+json", problem(status, &detail).to_string())
    }
}

/// A refusal in the form of RFC 9457.
struct Problem(u16, String);

fn problem(status: u16, detail: &str) -> Value {
    let title = StatusCode::from_u16(status).ok().and_then(|status| status.canonical_reason()).unwrap_or("Error");
    json!({ "type": "about:blank", "title": title, "status": status, "detail": detail })
}

impl IntoResponse for Problem {
    fn into_response(self) -> Response {
        let status = StatusCode::from_u16(self.0).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
        let body = problem(self.0, &self.1).to_string();
        let mut response = (status, [(header::CONTENT_TYPE, "application/problem+json")], body).into_response();
        if status == StatusCode::UNAUTHORIZED {
            let asks = header::HeaderValue::from_static("Bearer");
            response.headers_mut().insert(header::WWW_AUTHENTICATE, asks);
        }
        response
    }
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct Asked {
    page: Option<u64>,
    per_page: Option<usize>,
    offset: Option<usize>,
    limit: Option<usize>,
    after: Option<String>,
    size: Option<usize>,
}

/// Where a page starts, and how long it is at most.
fn window(style: &str, asked: &Asked) -> Option<(usize, usize)> {
    let bounded = |size: Option<usize>| size.unwrap_or(5).clamp(1, 100);
    let by_number = || {
        let size = bounded(asked.per_page);
        let page = usize::try_from(asked.page.unwrap_or(1).max(1)).ok()?;
        Some((page.checked_sub(1)?.checked_mul(size)?, size))
    };
    match style {
        "trainings" | "strict" | "linked" | "next" => by_number(),
        "window" => Some((asked.offset.unwrap_or(0), bounded(asked.limit))),
        "cursor" => {
            let start = match asked.after.as_deref() {
                None | Some("") => 0,
                Some(token) => token.strip_prefix("t-")?.parse().ok()?,
            };
            Some((start, bounded(asked.size)))
        }
        "all" => Some((0, usize::MAX)),
        _ => None,
    }
}

async fn list(
    State(academy): State<Arc<Academy>>,
    Extension(faults): Extension<ItemFaults>,
    Path(style): Path<String>,
    asked: Result<Query<Asked>, axum::extract::rejection::QueryRejection>,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    academy.admits(&headers)?;
    let Query(asked) = asked.map_err(|error| Problem(400, error.body_text()))?;
    let (start, size) = window(&style, &asked)
        .ok_or_else(|| Problem(404, "There is no such list, or no such place in it.".to_owned()))?;
    let (all, modified) = academy.trainings.entries(&faults);
    let total = all.len();
    let mut page: Vec<Entry> = all.into_iter().skip(start).take(size).collect();
    if style == "strict" && page.is_empty() && start > 0 {
        return Err(Problem(404, "Invalid page.".to_owned()));
    }
    faults.on_page(&mut page);
    let items: Vec<Value> = page.iter().map(|entry| academy.json(entry)).collect();
    // Going back: to where this page began.
    let end = if faults.backwards() { 0 } else { start.saturating_add(size) };
    let has_more = faults.backwards() || end < total;
    let next = end / size.min(total.max(1)) + 1;
    let address = |page: usize| format!("{}v1/{style}?page={page}&per_page={size}", academy.base);
    Ok(match style.as_str() {
        "window" => Json(json!({ "items": items, "total": total })).into_response(),
        "cursor" => {
            let token = has_more.then(|| format!("t-{end}"));
            Json(json!({ "data": items, "paging": { "next": token } })).into_response()
        }
        "linked" => {
            let mut links = vec![format!("<{}>; rel=\"first\"", address(1))];
            links.extend(has_more.then(|| format!("<{}>; title=\"a, b\"; rel=\"next\"", address(next))));
            ([(header::LINK, links.join(", "))], Json(json!(items))).into_response()
        }
        "next" => {
            Json(json!({ "results": items, "count": total, "next": has_more.then(|| address(next)) })).into_response()
        }
        "all" => conditional(&headers, "application/json", json!(items).to_string(), modified),
        _ => {
            let page = asked.page.unwrap_or(1);
            Json(json!({ "data": items, "meta": { "page": page, "total": total } })).into_response()
        }
    })
}

impl Academy {
    fn json(&self, entry: &Entry) -> Value {
        let item = &entry.item;
        let people: Vec<Value> = match item.author.as_str() {
            "" => Vec::new(),
            name => vec![json!({ "name": name, "role": "facilitator" })],
        };
        let mut out = json!({
            "attributes": {
                "name": item.title,
                "abstract": item.summary,
                "format": item.kind,
                "language": item.language,
                "level": item.level,
                "tags": item.topics.iter().map(|topic| json!({ "label": topic })).collect::<Vec<_>>(),
            },
            "facilitators": people,
            "duration": { "seconds": item.minutes.map(|minutes| minutes * 60) },
            "released_on": entry.published.map(|at| at.date().to_string()),
            "updated_at": rfc3339(entry.modified),
            "status": if self.is_retired(&item.id) { "retired" } else { "open" },
        });
        if let Some(id) = &entry.id {
            out["uid"] = json!(id);
        }
        out
    }
}

async fn home(State(academy): State<Arc<Academy>>) -> Response {
    let mut body = String::from("<p>What we teach each other, in house.</p>\n");
    for item in academy.trainings() {
        let (id, title, summary) = (escape(&item.id), escape(&item.title), escape(&item.summary));
        body += &format!("<article><h2><a href=\"/trainings/{id}\">{title}</a></h2><p>{summary}</p></article>\n");
    }
    html::page("The academy", &body)
}

async fn training(State(academy): State<Arc<Academy>>, Path(id): Path<String>) -> Response {
    let (entries, _) = academy.trainings.entries(&ItemFaults::default());
    let Some(entry) = entries.iter().find(|entry| entry.item.id == id) else {
        return html::missing("There is no such training.");
    };
    let item = &entry.item;
    let body = format!(
        "<header><a href=\"/\">The academy</a></header>\n<p>{}</p>\n<p>{}, {} minutes, by {}.</p>\n<footer><p>Offered since {}.</p></footer>",
        escape(&item.summary),
        escape(&item.kind),
        item.minutes.unwrap_or_default(),
        escape(&item.author),
        entry.published.map(day).unwrap_or_default(),
    );
    html::page(&item.title, &body)
}
