//! The host's JSON.

use std::sync::Arc;

use axum::{
    Extension, Json,
    extract::{Path, RawQuery, State},
    http::{HeaderMap, HeaderName, HeaderValue, StatusCode, Uri, header},
    response::{IntoResponse, Response},
};
use serde_json::{Value, json};
use url::form_urlencoded;

use super::GitLab;
use crate::{
    html,
    items::ItemFaults,
    markup,
    repositories::{Change, Commit, Entry, Repository},
    systems::feeds::rfc3339,
};

/// Why a request is refused, ready to be sent.
pub(super) struct Refused(Box<Response>);

impl IntoResponse for Refused {
    fn into_response(self) -> Response {
        *self.0
    }
}

fn refuse(status: StatusCode, message: &str) -> Refused {
    Refused(Box::new((status, Json(json!({ "message": message }))).into_response()))
}

fn missing(what: &str) -> Refused {
    refuse(StatusCode::NOT_FOUND, &format!("404 {what} Not Found"))
}

/// Whether the token is the right one; a wrong one is refused.
fn inside(lab: &GitLab, headers: &HeaderMap) -> Result<bool, Refused> {
    let sent = headers.get("private-token").and_then(|value| value.to_str().ok());
    match (sent, &lab.token) {
        (None, _) => Ok(false),
        (Some(sent), Some(wanted)) if sent == wanted => Ok(true),
        (Some(_), _) => Err(refuse(StatusCode::UNAUTHORIZED, "401 Unauthorized")),
    }
}

fn find(lab: &GitLab, id: &str, headers: &HeaderMap) -> Result<Repository, Refused> {
    let inside = inside(lab, headers)?;
    let found = lab.repositories.find(id).filter(|repository| inside || !repository.about.private);
    found.ok_or_else(|| missing("Project"))
}

/// A question's parameters.
struct Query(Vec<(String, String)>);

impl Query {
    fn of(query: Option<&str>) -> Self {
        let pairs = form_urlencoded::parse(query.unwrap_or_default().as_bytes());
        Self(pairs.map(|(name, value)| (name.into_owned(), value.into_owned())).collect())
    }

    fn get(&self, wanted: &str) -> Option<&str> {
        self.0.iter().find(|(name, _)| name == wanted).map(|(_, value)| value.as_str())
    }

    fn number(&self, name: &str, default: usize) -> usize {
        self.get(name).and_then(|text| text.parse().ok()).unwrap_or(default)
    }
}

/// A page of a list that goes by offset, with GitLab's headers.
fn paged(all: &[Value], query: &Query, faults: &ItemFaults) -> Response {
    let (per_page, page) = (query.number("per_page", 20).clamp(1, 100), query.number("page", 1).max(1));
    let start = (page - 1).saturating_mul(per_page).min(all.len());
    let end = (start + per_page).min(all.len());
    let next = match faults.backwards() {
        true => page.saturating_sub(1).max(1).to_string(),
        false if end < all.len() => (page + 1).to_string(),
        false => String::new(),
    };
    let mut response = Json(json!(all[start..end])).into_response();
    let said = [("x-next-page", next), ("x-page", page.to_string()), ("x-total", all.len().to_string())];
    for (name, value) in said {
        if let Ok(value) = HeaderValue::from_str(&value) {
            response.headers_mut().insert(HeaderName::from_static(name), value);
        }
    }
    response
}

pub(super) async fn projects(
    State(lab): State<Arc<GitLab>>,
    Extension(faults): Extension<ItemFaults>,
    RawQuery(query): RawQuery,
    headers: HeaderMap,
) -> Result<Response, Refused> {
    let inside = inside(&lab, &headers)?;
    let all = lab.repositories.all();
    let all: Vec<Value> =
        all.iter().filter(|each| inside || !each.about.private).map(|each| about(&lab, each)).collect();
    Ok(paged(&all, &Query::of(query.as_deref()), &faults))
}

pub(super) async fn group(
    State(lab): State<Arc<GitLab>>,
    Extension(faults): Extension<ItemFaults>,
    Path(group): Path<String>,
    RawQuery(query): RawQuery,
    headers: HeaderMap,
) -> Result<Response, Refused> {
    let (inside, query) = (inside(&lab, &headers)?, Query::of(query.as_deref()));
    let mut all = lab.repositories.all();
    all.retain(|each| each.about.name.starts_with(&format!("{group}/")));
    if all.is_empty() {
        return Err(missing("Group"));
    }
    let deep = query.get("include_subgroups") == Some("true");
    let archived = query.get("archived").map(|word| word == "true");
    let wanted = |each: &&Repository| {
        let near = each.about.name.split('/').count() == group.split('/').count() + 1;
        let seen = inside || !each.about.private;
        let visible = query.get("visibility").is_none_or(|word| (word == "public") != each.about.private);
        seen && visible && (deep || near) && archived.is_none_or(|archived| archived == each.about.archived)
    };
    let all: Vec<Value> = all.iter().filter(wanted).map(|each| about(&lab, each)).collect();
    Ok(paged(&all, &query, &faults))
}

fn about(lab: &GitLab, repository: &Repository) -> Value {
    let about = &repository.about;
    let name = about.name.rsplit('/').next().unwrap_or_default();
    let mut out = json!({
        "id": repository.id,
        "name": name,
        "path": name,
        "path_with_namespace": about.name,
        "description": about.description,
        "default_branch": about.branch,
        "topics": about.topics,
        "tag_list": about.topics,
        "visibility": if about.private { "internal" } else { "public" },
        "archived": about.archived,
        "empty_repo": repository.head().is_none(),
        "web_url": format!("{}{}", lab.base, about.name),
        "last_activity_at": repository.head().map(|head| rfc3339(head.at)),
    });
    if repository.head().is_none() {
        out["default_branch"] = Value::Null;
    }
    if about.fork {
        out["forked_from_project"] = json!({ "id": 1, "path_with_namespace": "elsewhere/original" });
    }
    out
}

pub(super) async fn project(
    State(lab): State<Arc<GitLab>>,
    Path(id): Path<String>,
    headers: HeaderMap,
) -> Result<Json<Value>, Refused> {
    Ok(Json(about(&lab, &find(&lab, &id, &headers)?)))
}

fn commit_json(commit: &Commit) -> Value {
    json!({
        "id": commit.sha,
        "short_id": &commit.sha[..8],
        "title": commit.message,
        "message": commit.message,
        "author_name": "Halden",
        "authored_date": rfc3339(commit.at),
        "committed_date": rfc3339(commit.at),
        "created_at": rfc3339(commit.at),
        "parent_ids": [],
    })
}

pub(super) async fn branch(
    State(lab): State<Arc<GitLab>>,
    Path((id, branch)): Path<(String, String)>,
    headers: HeaderMap,
) -> Result<Json<Value>, Refused> {
    let repository = find(&lab, &id, &headers)?;
    let head = repository.head().filter(|_| branch == repository.about.branch).ok_or_else(|| missing("Branch"))?;
    Ok(Json(json!({ "name": branch, "default": true, "protected": true, "commit": commit_json(head) })))
}

pub(super) async fn commits(
    State(lab): State<Arc<GitLab>>,
    Path(id): Path<String>,
    RawQuery(query): RawQuery,
    headers: HeaderMap,
) -> Result<Json<Value>, Refused> {
    let (repository, query) = (find(&lab, &id, &headers)?, Query::of(query.as_deref()));
    let reference = query.get("ref_name").unwrap_or(&repository.about.branch);
    let found: Vec<Value> = match query.get("path") {
        Some(path) => repository.last_change(reference, path).map(commit_json).into_iter().collect(),
        None => repository.history().take(query.number("per_page", 20)).map(commit_json).collect(),
    };
    Ok(Json(json!(found)))
}

pub(super) async fn tree(
    State(lab): State<Arc<GitLab>>,
    Extension(faults): Extension<ItemFaults>,
    Path(id): Path<String>,
    RawQuery(query): RawQuery,
    headers: HeaderMap,
) -> Result<Response, Refused> {
    let (repository, query) = (find(&lab, &id, &headers)?, Query::of(query.as_deref()));
    let reference = query.get("ref").unwrap_or(&repository.about.branch);
    let commit = repository.resolve(reference).ok_or_else(|| missing("Tree"))?;
    let path = query.get("path").unwrap_or_default().trim_matches('/');
    let folder = if path.is_empty() { String::new() } else { format!("{path}/") };
    let mut entries = commit.entries(&folder, query.get("recursive") == Some("true"));
    if entries.is_empty() {
        return Err(missing("invalid revision or path"));
    }
    faults.before_paging(&mut entries);
    // The token is the id of the last entry that was shown, as GitLab has it; here with its place, since ids repeat.
    let start = query.get("page_token").and_then(|token| token.split_once('-')?.0.parse().ok()).unwrap_or(0_usize);
    let per_page = query.number("per_page", 20).clamp(1, 100);
    let end = (start + per_page).min(entries.len());
    let mut page: Vec<Entry> = entries.get(start..end).unwrap_or_default().to_vec();
    let last = page.last().map(|entry| entry.sha.clone()).unwrap_or_default();
    faults.on_page(&mut page);
    let entry = |entry: &Entry| {
        let (kind, mode) = if entry.folder { ("tree", "040000") } else { ("blob", "100644") };
        let mut out = json!({ "id": entry.sha, "type": kind, "mode": mode });
        if let Some(path) = &entry.path {
            out["name"] = json!(path.rsplit('/').next());
            out["path"] = json!(format!("{folder}{path}"));
        }
        out
    };
    let mut response = Json(json!(page.iter().map(entry).collect::<Vec<_>>())).into_response();
    let next =
        if faults.backwards() { Some(start.saturating_sub(per_page)) } else { (end < entries.len()).then_some(end) };
    if let Some(next) = next {
        let link = format!(
            "<{}api/v4/projects/{}/repository/tree?pagination=keyset&per_page={per_page}&page_token={next}-{last}>; rel=\"next\"",
            lab.base, repository.id
        );
        if let Ok(link) = HeaderValue::from_str(&link) {
            response.headers_mut().insert(header::LINK, link);
        }
    }
    Ok(response)
}

pub(super) async fn compare(
    State(lab): State<Arc<GitLab>>,
    Path(id): Path<String>,
    RawQuery(query): RawQuery,
    headers: HeaderMap,
) -> Result<Json<Value>, Refused> {
    let (repository, query) = (find(&lab, &id, &headers)?, Query::of(query.as_deref()));
    let commit =
        |name: &str| query.get(name).and_then(|reference| repository.resolve(reference)).ok_or_else(|| missing("Ref"));
    let (from, to) = (commit("from")?, commit("to")?);
    let diff = |(path, change): &(String, Change)| {
        let old = if let Change::Renamed(from) = change { from } else { path };
        json!({
            "old_path": old,
            "new_path": path,
            "a_mode": "100644",
            "b_mode": "100644",
            "diff": "@@ -1 +1 @@\n",
            "new_file": *change == Change::Added,
            "renamed_file": matches!(change, Change::Renamed(_)),
            "deleted_file": *change == Change::Removed,
        })
    };
    Ok(Json(json!({
        "commit": commit_json(to),
        "commits": [commit_json(to)],
        "diffs": to.changes(from).iter().map(diff).collect::<Vec<_>>(),
        "compare_timeout": false,
        "compare_same_ref": from.sha == to.sha,
    })))
}

pub(super) async fn raw(
    State(lab): State<Arc<GitLab>>,
    Extension(faults): Extension<ItemFaults>,
    Path((id, path)): Path<(String, String)>,
    RawQuery(query): RawQuery,
    headers: HeaderMap,
) -> Result<Response, Refused> {
    let (repository, query) = (find(&lab, &id, &headers)?, Query::of(query.as_deref()));
    let commit = repository.resolve(query.get("ref").unwrap_or("HEAD")).ok_or_else(|| missing("Commit"))?;
    let text = commit.files.get(&path).ok_or_else(|| missing("File"))?.clone();
    let mut page = vec![Entry { path: Some(path), folder: false, sha: String::new(), text }];
    faults.on_page(&mut page);
    let text = page.into_iter().next().map(|entry| entry.text).unwrap_or_default();
    Ok(([(header::CONTENT_TYPE, "text/plain; charset=utf-8")], text).into_response())
}

/// What people see who follow a link to a document, and what the API says to what it doesn't know.
pub(super) async fn page(State(lab): State<Arc<GitLab>>, uri: Uri) -> Response {
    if uri.path().starts_with("/api/") {
        let body = json!({ "error": "404 Not Found" });
        return (StatusCode::NOT_FOUND, Json(body)).into_response();
    }
    let path = percent_encoding::percent_decode_str(uri.path().trim_matches('/')).decode_utf8_lossy().into_owned();
    let parts = path.split_once("/-/blob/").and_then(|(name, rest)| Some((name, rest.split_once('/')?)));
    let text = parts.and_then(|(name, (branch, file))| {
        let repository = lab.repositories.find(name).filter(|repository| !repository.about.private)?;
        Some((name.to_owned(), file.to_owned(), repository.resolve(branch)?.files.get(file)?.clone()))
    });
    let Some((name, file, text)) = text else {
        return html::missing("There is no such file, or it is not for everybody.");
    };
    let body =
        format!("<header>{}</header>\n{}", html::escape(&name), markup::to_html(&text, &|title| title.to_owned()));
    html::page(&file, &body)
}
