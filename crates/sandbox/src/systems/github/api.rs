//! The host's JSON.

use std::sync::{Arc, atomic::Ordering};

use axum::{
    Extension,
    extract::{Path, RawQuery, State},
    http::{HeaderMap, HeaderName, StatusCode, Uri, header},
    response::{IntoResponse, Response},
};
use serde_json::{Value, json};
use url::form_urlencoded;

use super::GitHub;
use crate::{
    hash::hash,
    html,
    items::ItemFaults,
    markup,
    repositories::{Change, Commit, Entry, Repository},
    systems::feeds::rfc3339,
};

/// Files that a comparison names.
const MAX_COMPARED: usize = 300;

const JSON: &str = "application/json; charset=utf-8";

/// Why a request is refused, ready to be sent.
pub(super) struct Refused(Box<Response>);

impl IntoResponse for Refused {
    fn into_response(self) -> Response {
        *self.0
    }
}

fn refuse(status: StatusCode, message: &str) -> Refused {
    let body = json!({
        "message": message, "documentation_url": "https://docs.github.com/rest", "status": status.as_u16().to_string(),
    });
    Refused(Box::new((status, [(header::CONTENT_TYPE, JSON)], body.to_string()).into_response()))
}

fn missing() -> Refused {
    refuse(StatusCode::NOT_FOUND, "Not Found")
}

pub(super) async fn not_found(uri: Uri) -> Response {
    if uri.path().starts_with("/api/") { missing().into_response() } else { html::missing("There is no such page.") }
}

/// Who asks, once the limit lets them.
struct Visitor {
    /// Has the token.
    inside: bool,
    left: i64,
}

impl Visitor {
    fn of(hub: &GitHub, headers: &HeaderMap) -> Result<Self, Refused> {
        let inside = Self::token(hub, headers)?;
        let left = hub.left.fetch_sub(1, Ordering::SeqCst) - 1;
        if left < 0 {
            let message = "API rate limit exceeded for 127.0.0.1. (But here's the good news: Authenticated requests get a higher \
                           rate limit. Check out the documentation for more details.)";
            let mut refused = refuse(StatusCode::FORBIDDEN, message);
            limits(hub, 0, refused.0.headers_mut());
            return Err(refused);
        }
        Ok(Self { inside, left })
    }

    fn token(hub: &GitHub, headers: &HeaderMap) -> Result<bool, Refused> {
        let sent = headers.get(header::AUTHORIZATION).and_then(|value| value.to_str().ok());
        let sent = sent.and_then(|value| value.strip_prefix("Bearer ").or_else(|| value.strip_prefix("token ")));
        match (sent, &hub.token) {
            (None, _) => Ok(false),
            (Some(sent), Some(wanted)) if sent == wanted => Ok(true),
            (Some(_), _) => Err(refuse(StatusCode::UNAUTHORIZED, "Bad credentials")),
        }
    }

    /// The answer with its ETag, or 304 where that is the one that was asked about.
    fn answer(&self, hub: &GitHub, headers: &HeaderMap, kind: &str, body: String, etag: Option<&str>) -> Response {
        let etag = etag.map_or_else(|| format!("W/\"{:016x}\"", hash(body.as_bytes())), |etag| format!("\"{etag}\""));
        let asked = headers.get(header::IF_NONE_MATCH).and_then(|value| value.to_str().ok());
        let bare = |tag: &str| tag.trim_start_matches("W/").to_owned();
        if asked.is_some_and(|asked| bare(asked) == bare(&etag)) {
            if self.inside {
                hub.left.fetch_add(1, Ordering::SeqCst);
            }
            return (StatusCode::NOT_MODIFIED, [(header::ETAG, etag)]).into_response();
        }
        let mut response = ([(header::CONTENT_TYPE, kind.to_owned()), (header::ETAG, etag)], body).into_response();
        limits(hub, self.left, response.headers_mut());
        response
    }

    fn json(&self, hub: &GitHub, headers: &HeaderMap, body: &Value) -> Response {
        self.answer(hub, headers, JSON, body.to_string(), None)
    }

    fn repository(&self, hub: &GitHub, owner: &str, name: &str) -> Result<Repository, Refused> {
        let found = hub.repositories.find(&format!("{owner}/{name}"));
        found.filter(|repository| self.inside || !repository.about.private).ok_or_else(missing)
    }
}

fn limits(hub: &GitHub, left: i64, headers: &mut HeaderMap) {
    let reset = hub.clock.now().unix_timestamp() + 1800;
    for (name, value) in
        [("x-ratelimit-limit", 5000), ("x-ratelimit-remaining", left.max(0)), ("x-ratelimit-reset", reset)]
    {
        headers.insert(HeaderName::from_static(name), value.into());
    }
}

fn parameter(query: Option<&str>, wanted: &str) -> Option<String> {
    form_urlencoded::parse(query?.as_bytes()).find(|(name, _)| name == wanted).map(|(_, value)| value.into_owned())
}

pub(super) async fn rate_limit(State(hub): State<Arc<GitHub>>, headers: HeaderMap) -> Result<Response, Refused> {
    let inside = Visitor::token(&hub, &headers)?;
    let left = hub.left.load(Ordering::SeqCst);
    let limit = if inside { 5000 } else { 60 };
    let core = json!({ "limit": limit, "used": 0, "remaining": left.clamp(0, limit), "reset": hub.clock.now().unix_timestamp() + 1800 });
    Ok(Visitor { inside, left }.json(&hub, &headers, &json!({ "resources": { "core": core }, "rate": core })))
}

pub(super) async fn org(
    State(hub): State<Arc<GitHub>>,
    Extension(faults): Extension<ItemFaults>,
    Path(owner): Path<String>,
    RawQuery(query): RawQuery,
    headers: HeaderMap,
) -> Result<Response, Refused> {
    if owner.ends_with("-person") {
        return Err(missing());
    }
    list(&hub, &faults, &owner, query.as_deref(), &headers, "orgs")
}

pub(super) async fn user(
    State(hub): State<Arc<GitHub>>,
    Extension(faults): Extension<ItemFaults>,
    Path(owner): Path<String>,
    RawQuery(query): RawQuery,
    headers: HeaderMap,
) -> Result<Response, Refused> {
    list(&hub, &faults, &owner, query.as_deref(), &headers, "users")
}

fn list(
    hub: &GitHub,
    faults: &ItemFaults,
    owner: &str,
    query: Option<&str>,
    headers: &HeaderMap,
    kind: &str,
) -> Result<Response, Refused> {
    let visitor = Visitor::of(hub, headers)?;
    let number =
        |name: &str, default: usize| parameter(query, name).and_then(|text| text.parse().ok()).unwrap_or(default);
    let (per_page, page) = (number("per_page", 30).clamp(1, 100), number("page", 1).max(1));
    let wants_private = visitor.inside
        && kind == "orgs"
        && parameter(query, "type").is_none_or(|kind| kind == "all" || kind == "private");
    let mut all = hub.repositories.all();
    all.retain(|each| each.about.name.split('/').next() == Some(owner) && (wants_private || !each.about.private));
    if all.is_empty() && !hub.repositories.all().iter().any(|each| each.about.name.starts_with(&format!("{owner}/"))) {
        return Err(missing());
    }
    let start = (page - 1).saturating_mul(per_page).min(all.len());
    let end = (start + per_page).min(all.len());
    let body: Vec<Value> = all[start..end].iter().map(|each| about(hub, each)).collect();
    let mut response = visitor.json(hub, headers, &json!(body));
    let next = match faults.backwards() {
        true => Some(page.saturating_sub(1).max(1)),
        false => (end < all.len()).then_some(page + 1),
    };
    let link = next
        .map(|next| format!("<{}api/v3/{kind}/{owner}/repos?per_page={per_page}&page={next}>; rel=\"next\"", hub.base));
    if let Some(link) = link.and_then(|link| link.parse().ok()) {
        response.headers_mut().insert(header::LINK, link);
    }
    Ok(response)
}

fn about(hub: &GitHub, repository: &Repository) -> Value {
    let about = &repository.about;
    let (owner, name) = about.name.split_once('/').unwrap_or(("", &about.name));
    let pushed = repository.head().map(|head| rfc3339(head.at));
    json!({
        "id": repository.id,
        "name": name,
        "full_name": about.name,
        "owner": { "login": owner, "type": if owner.ends_with("-person") { "User" } else { "Organization" } },
        "private": about.private,
        "visibility": if about.private { "private" } else { "public" },
        "html_url": format!("{}{}", hub.base, about.name),
        "url": format!("{}api/v3/repos/{}", hub.base, about.name),
        "description": about.description,
        "fork": about.fork,
        "archived": about.archived,
        "disabled": false,
        "topics": about.topics,
        "default_branch": about.branch,
        "pushed_at": pushed,
        "updated_at": pushed,
    })
}

pub(super) async fn repository(
    State(hub): State<Arc<GitHub>>,
    Path((owner, name)): Path<(String, String)>,
    headers: HeaderMap,
) -> Result<Response, Refused> {
    let visitor = Visitor::of(&hub, &headers)?;
    let repository = visitor.repository(&hub, &owner, &name)?;
    Ok(visitor.json(&hub, &headers, &about(&hub, &repository)))
}

fn commit_json(commit: &Commit) -> Value {
    let who = json!({ "name": "Halden", "email": "code@halden.example", "date": rfc3339(commit.at) });
    json!({
        "sha": commit.sha,
        "commit": { "message": commit.message, "author": who, "committer": who, "tree": { "sha": commit.tree_sha("") } },
        "parents": [],
    })
}

pub(super) async fn commits(
    State(hub): State<Arc<GitHub>>,
    Path((owner, name)): Path<(String, String)>,
    RawQuery(query): RawQuery,
    headers: HeaderMap,
) -> Result<Response, Refused> {
    let visitor = Visitor::of(&hub, &headers)?;
    let repository = visitor.repository(&hub, &owner, &name)?;
    let empty = || refuse(StatusCode::CONFLICT, "Git Repository is empty.");
    let head = repository.head().ok_or_else(empty)?.sha.clone();
    let reference = parameter(query.as_deref(), "sha").unwrap_or(head);
    let found: Vec<&Commit> = match parameter(query.as_deref(), "path") {
        Some(path) => repository.last_change(&reference, &path).into_iter().collect(),
        None => repository.history().take(30).collect(),
    };
    Ok(visitor.json(&hub, &headers, &found.into_iter().map(commit_json).collect()))
}

pub(super) async fn commit(
    State(hub): State<Arc<GitHub>>,
    Path((owner, name, reference)): Path<(String, String, String)>,
    headers: HeaderMap,
) -> Result<Response, Refused> {
    let visitor = Visitor::of(&hub, &headers)?;
    let repository = visitor.repository(&hub, &owner, &name)?;
    if repository.head().is_none() {
        return Err(refuse(StatusCode::CONFLICT, "Git Repository is empty."));
    }
    let none = || refuse(StatusCode::UNPROCESSABLE_ENTITY, &format!("No commit found for SHA: {reference}"));
    let commit = repository.resolve(&reference).ok_or_else(none)?;
    let wants_sha =
        headers.get(header::ACCEPT).and_then(|value| value.to_str().ok()).is_some_and(|kind| kind.contains(".sha"));
    Ok(match wants_sha {
        true => visitor.answer(
            &hub,
            &headers,
            "application/vnd.github.sha; charset=utf-8",
            commit.sha.clone(),
            Some(&commit.sha),
        ),
        false => visitor.json(&hub, &headers, &commit_json(commit)),
    })
}

pub(super) async fn tree(
    State(hub): State<Arc<GitHub>>,
    Extension(faults): Extension<ItemFaults>,
    Path((owner, name, sha)): Path<(String, String, String)>,
    RawQuery(query): RawQuery,
    headers: HeaderMap,
) -> Result<Response, Refused> {
    let visitor = Visitor::of(&hub, &headers)?;
    let repository = visitor.repository(&hub, &owner, &name)?;
    let (commit, folder) = repository.tree(&sha).ok_or_else(missing)?;
    let mut entries = commit.entries(&folder, parameter(query.as_deref(), "recursive").is_some());
    faults.before_paging(&mut entries);
    faults.on_page(&mut entries);
    let entry = |entry: &Entry| {
        let mut out = match entry.folder {
            true => json!({ "mode": "040000", "type": "tree", "sha": entry.sha }),
            false => json!({ "mode": "100644", "type": "blob", "sha": entry.sha, "size": entry.text.len() }),
        };
        if let Some(path) = &entry.path {
            out["path"] = json!(path);
        }
        out
    };
    let list: Vec<Value> = entries.iter().map(entry).collect();
    Ok(visitor.json(&hub, &headers, &json!({ "sha": commit.tree_sha(&folder), "tree": list, "truncated": false })))
}

pub(super) async fn blob(
    State(hub): State<Arc<GitHub>>,
    Extension(faults): Extension<ItemFaults>,
    Path((owner, name, sha)): Path<(String, String, String)>,
    headers: HeaderMap,
) -> Result<Response, Refused> {
    let visitor = Visitor::of(&hub, &headers)?;
    let repository = visitor.repository(&hub, &owner, &name)?;
    let text = repository.blob(&sha).ok_or_else(missing)?.to_owned();
    let mut page = vec![Entry { path: Some(sha.clone()), folder: false, sha: sha.clone(), text }];
    faults.on_page(&mut page);
    let text = page.into_iter().next().map(|entry| entry.text).unwrap_or_default();
    let raw =
        headers.get(header::ACCEPT).and_then(|value| value.to_str().ok()).is_some_and(|kind| kind.contains(".raw"));
    if raw {
        return Ok(visitor.answer(&hub, &headers, "application/vnd.github.raw+json; charset=utf-8", text, None));
    }
    let body = json!({ "sha": sha, "size": text.len(), "encoding": "utf-8", "content": text });
    Ok(visitor.json(&hub, &headers, &body))
}

pub(super) async fn compare(
    State(hub): State<Arc<GitHub>>,
    Path((owner, name, basehead)): Path<(String, String, String)>,
    headers: HeaderMap,
) -> Result<Response, Refused> {
    let visitor = Visitor::of(&hub, &headers)?;
    let repository = visitor.repository(&hub, &owner, &name)?;
    let (base, head) = basehead.split_once("...").ok_or_else(missing)?;
    let (base, head) = (repository.resolve(base).ok_or_else(missing)?, repository.resolve(head).ok_or_else(missing)?);
    let status = match (base.sha == head.sha, repository.is_in_line(&base.sha)) {
        (true, _) => "identical",
        (false, true) => "ahead",
        (false, false) => "diverged",
    };
    let file = |(path, change): &(String, Change)| {
        let text = head.files.get(path).or(base.files.get(path)).map(String::as_str).unwrap_or_default();
        let mut out = json!({ "sha": crate::repositories::blob(text), "filename": path, "additions": 1, "deletions": 0, "changes": 1 });
        out["status"] = json!(match change {
            Change::Added => "added",
            Change::Modified => "modified",
            Change::Removed => "removed",
            Change::Renamed(from) => {
                out["previous_filename"] = json!(from);
                "renamed"
            }
        });
        out
    };
    let files: Vec<Value> = head.changes(base).iter().take(MAX_COMPARED).map(file).collect();
    let body = json!({
        "status": status, "ahead_by": 1, "behind_by": i32::from(status == "diverged"), "total_commits": 1,
        "base_commit": commit_json(base), "merge_base_commit": commit_json(base), "commits": [commit_json(head)], "files": files,
    });
    Ok(visitor.json(&hub, &headers, &body))
}

/// What people see who follow a link to a document.
pub(super) async fn page(
    State(hub): State<Arc<GitHub>>,
    Path((owner, name, branch, path)): Path<(String, String, String, String)>,
) -> Response {
    let found = hub.repositories.find(&format!("{owner}/{name}")).filter(|repository| !repository.about.private);
    let text = found.as_ref().and_then(|repository| repository.resolve(&branch)?.files.get(&path));
    let Some(text) = text else { return html::missing("There is no such file, or it is not for everybody.") };
    let body = format!("<header>{owner}/{name}</header>\n{}", markup::to_html(text, &|title| title.to_owned()));
    html::page(&path, &body)
}
