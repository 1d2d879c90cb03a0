//! The answers, and the page that people see.

use std::sync::{Arc, atomic::Ordering};

use axum::{
    Extension, Json,
    extract::{Path, RawQuery, State},
    http::{HeaderMap, HeaderName, StatusCode, header},
    response::{IntoResponse, Response},
};
use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use serde_json::{Value, json};
use time::OffsetDateTime;

use super::{Confluence, ConfluencePage, ConfluenceSpace, Dated, error};
use crate::{
    answers::{Params, Refused, basic, with_header},
    hash::hash,
    html::{self, escape},
    items::{Item, ItemFaults},
    systems::{feeds::rfc3339, forum::slug},
};

fn missing() -> Refused {
    Refused::new(StatusCode::NOT_FOUND, error(404, "NOT_FOUND", "Not Found"))
}

fn invalid(what: &str) -> Refused {
    Refused::new(StatusCode::BAD_REQUEST, error(400, "INVALID_REQUEST_PARAMETER", what))
}

pub(super) async fn not_found() -> Refused {
    missing()
}

/// Who asks.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Who {
    Known,
    Stranger { failed: bool },
}

impl Confluence {
    fn who(&self, headers: &HeaderMap) -> Result<Who, Refused> {
        let given = basic(headers);
        let knows = |login: &crate::Login| {
            given.as_ref().is_some_and(|(user, token)| *user == login.username && *token == login.password)
        };
        match &self.login {
            None => Ok(Who::Known),
            Some(login) if knows(login) => Ok(Who::Known),
            Some(_) if self.open.load(Ordering::SeqCst) => Ok(Who::Stranger { failed: given.is_some() }),
            Some(_) => {
                let text = "Basic authentication with passwords is deprecated.  For more information, see: \
                            https://developer.atlassian.com/cloud/confluence/deprecation-notice-basic-auth/\n";
                Err(Refused::from((StatusCode::UNAUTHORIZED, text).into_response())
                    .with(header::WWW_AUTHENTICATE, "OAuth realm=\"https%3A%2F%2Fexample.atlassian.net%2Fwiki\""))
            }
        }
    }
}

fn answer(who: Who, body: Value, next: Option<&str>) -> Response {
    let mut answer = Json(body).into_response();
    if let Who::Stranger { failed } = who {
        let reason = if failed { "AUTHENTICATED_FAILED" } else { "OUT" };
        answer = with_header(answer, HeaderName::from_static("x-seraph-loginreason"), reason);
    }
    match next {
        Some(next) => with_header(answer, header::LINK, &format!("<{next}>; rel=\"next\"")),
        None => answer,
    }
}

/// How a list is asked for.
struct Asked {
    params: Params,
    limit: usize,
    start: usize,
}

impl Asked {
    fn of(query: Option<&str>, faults: &ItemFaults) -> Result<Self, Refused> {
        let params = Params::of(query);
        let limit = params.number("limit").map_err(|()| invalid("Invalid limit"))?.unwrap_or(25);
        if !(1..=250).contains(&limit) {
            return Err(invalid("The limit has to be between 1 and 250"));
        }
        let start = match params.get("cursor") {
            Some(cursor) => start(cursor).ok_or_else(|| invalid("Invalid cursor"))?,
            None => 0,
        };
        Ok(Self { limit: faults.page_size(limit), params, start })
    }

    /// Cuts the page out, and writes where the next one is.
    fn page<T>(&self, path: &str, items: Vec<T>, faults: &ItemFaults) -> (Vec<T>, Option<String>) {
        let end = self.start + self.limit;
        let next = match faults.backwards() {
            true => Some(self.start.saturating_sub(self.limit)),
            false => (items.len() > end).then_some(end),
        };
        let next = next.map(|start| format!("/wiki/api/v2/{path}?{}", self.params.with("cursor", &cursor(start))));
        (items.into_iter().skip(self.start).take(self.limit).collect(), next)
    }
}

fn cursor(start: usize) -> String {
    URL_SAFE_NO_PAD.encode(json!({ "contentOrder": "id", "offset": start }).to_string())
}

fn start(cursor: &str) -> Option<usize> {
    let place: Value = serde_json::from_slice(&URL_SAFE_NO_PAD.decode(cursor).ok()?).ok()?;
    usize::try_from(place["offset"].as_u64()?).ok()
}

fn results(confluence: &Confluence, who: Who, results: Vec<Value>, next: Option<&str>) -> Response {
    let mut links = json!({ "base": format!("{}wiki", confluence.base) });
    if let Some(next) = next {
        links["next"] = json!(next);
    }
    answer(who, json!({ "results": results, "_links": links }), next)
}

pub(super) async fn spaces(
    State(confluence): State<Arc<Confluence>>,
    Extension(faults): Extension<ItemFaults>,
    RawQuery(query): RawQuery,
    headers: HeaderMap,
) -> Result<Response, Refused> {
    let who = confluence.who(&headers)?;
    let asked = Asked::of(query.as_deref(), &ItemFaults::default())?;
    let keys: Option<Vec<&str>> = asked.params.get("keys").map(|keys| keys.split(',').collect());
    let wanted = |space: &&ConfluenceSpace| {
        let kind = if space.personal { "personal" } else { "global" };
        keys.as_ref().is_none_or(|keys| keys.iter().any(|key| key.eq_ignore_ascii_case(&space.key)))
            && asked.params.get("type").is_none_or(|wanted| wanted == kind)
    };
    let spaces: Vec<Value> = confluence.shelf().spaces.iter().filter(wanted).map(space_json).collect();
    let (page, next) = asked.page("spaces", spaces, &faults);
    Ok(results(&confluence, who, page, next.as_deref()))
}

fn space_json(space: &ConfluenceSpace) -> Value {
    json!({
        "id": space.id.to_string(), "key": space.key, "name": space.name, "status": "current",
        "type": if space.personal { "personal" } else { "global" }, "homepageId": null, "icon": null,
        "description": null, "_links": { "webui": format!("/spaces/{}", space.key) },
    })
}

/// A page as it is written down.
#[derive(Clone)]
struct Shown {
    id: Option<u64>,
    body: String,
    created: OffsetDateTime,
    changed: OffsetDateTime,
    space: u64,
    page: ConfluencePage,
}

impl Item for Shown {
    fn key(&self) -> String {
        self.page.id.to_string()
    }
    fn remove_id(&mut self) {
        self.id = None;
    }
    fn take_id(&mut self, other: &Self) {
        self.id = other.id;
    }
    fn text(&mut self) -> &mut String {
        &mut self.body
    }
    fn times(&mut self) -> Vec<&mut OffsetDateTime> {
        vec![&mut self.created, &mut self.changed]
    }
}

impl Confluence {
    /// What the account may see of pages or posts, in the order of their ids.
    fn visible(&self, list: &str, faults: &ItemFaults) -> Option<Vec<Shown>> {
        let post = match list {
            "pages" => false,
            "blogposts" => true,
            _ => return None,
        };
        let shelf = self.shelf();
        let show = |dated: &Dated| {
            let space = shelf.spaces.iter().find(|space| space.key == dated.page.space)?;
            Some(Shown {
                id: Some(dated.page.id),
                body: dated.page.body.clone(),
                created: dated.created,
                changed: dated.changed,
                space: space.id,
                page: dated.page.clone(),
            })
        };
        let seen = shelf.pages.values().filter(|dated| dated.page.post == post && !dated.page.restricted);
        let mut pages: Vec<Shown> = seen.filter_map(show).collect();
        faults.before_paging(&mut pages);
        Some(pages)
    }
}

pub(super) async fn list(
    State(confluence): State<Arc<Confluence>>,
    Extension(faults): Extension<ItemFaults>,
    Path(list): Path<String>,
    RawQuery(query): RawQuery,
    headers: HeaderMap,
) -> Result<Response, Refused> {
    let who = confluence.who(&headers)?;
    let asked = Asked::of(query.as_deref(), &faults)?;
    let mut pages = confluence.visible(&list, &faults).ok_or_else(missing)?;
    let spaces: Option<Vec<&str>> = asked.params.get("space-id").map(|ids| ids.split(',').collect());
    if spaces.as_ref().is_some_and(|spaces| spaces.len() > 100) {
        return Err(invalid("At most 100 spaces may be given"));
    }
    let trash = asked.params.get("status") == Some("trashed");
    pages.retain(|page| {
        let here = spaces.as_ref().is_none_or(|ids| ids.iter().any(|id| *id == page.space.to_string()));
        here && page.page.trashed == trash
    });
    let order = asked.params.get("sort").unwrap_or("id");
    match order.trim_start_matches('-') {
        "id" => {}
        "created-date" => pages.sort_by_key(|page| page.created),
        "modified-date" => pages.sort_by_key(|page| page.changed),
        _ => return Err(invalid("Invalid sort")),
    }
    if order.starts_with('-') {
        pages.reverse();
    }
    let (mut page, next) = asked.page(&list, pages, &faults);
    faults.on_page(&mut page);
    let format = asked.params.get("body-format");
    let page = page.iter().map(|shown| page_json(shown, format)).collect();
    Ok(results(&confluence, who, page, next.as_deref()))
}

pub(super) async fn one(
    State(confluence): State<Arc<Confluence>>,
    Extension(faults): Extension<ItemFaults>,
    Path((list, id)): Path<(String, String)>,
    RawQuery(query): RawQuery,
    headers: HeaderMap,
) -> Result<Response, Refused> {
    let who = confluence.who(&headers)?;
    let params = Params::of(query.as_deref());
    let pages = confluence.visible(&list, &faults).ok_or_else(missing)?;
    let mut found: Vec<Shown> =
        pages.into_iter().filter(|page| page.page.id.to_string() == id && !page.page.trashed).collect();
    faults.on_page(&mut found);
    let shown = found.first().ok_or_else(missing)?;
    let mut body = page_json(shown, params.get("body-format"));
    body["_links"]["base"] = json!(format!("{}wiki", confluence.base));
    if params.get("include-labels") == Some("true") {
        let labels: Vec<Value> = shown.page.labels.iter().map(|label| label_json(label)).collect();
        body["labels"] = json!({ "results": labels, "meta": { "hasMore": false }, "_links": {} });
    }
    Ok(answer(who, body, None))
}

fn label_json(label: &str) -> Value {
    let (prefix, name) = label.split_once(':').unwrap_or(("global", label));
    json!({ "id": (hash(label.as_bytes()) % 100_000).to_string(), "name": name, "prefix": prefix })
}

/// The account of a person.
fn account(name: &str) -> String {
    format!("712020:{:016x}", hash(name.as_bytes()))
}

fn page_json(shown: &Shown, format: Option<&str>) -> Value {
    let page = &shown.page;
    let id = shown.id.map(|id| id.to_string());
    let mut out = json!({
        "status": "current", "title": page.title, "spaceId": shown.space.to_string(), "authorId": account(&page.author),
        "createdAt": rfc3339(shown.created), "body": {},
        "version": { "number": 2, "message": "", "minorEdit": false, "authorId": account(&page.author),
                     "createdAt": rfc3339(shown.changed) },
        "_links": { "webui": format!("/spaces/{}/pages/{}/{}", page.space, page.id, slug(&page.title)),
                    "editui": format!("/pages/resumedraft.action?draftId={}", page.id) },
    });
    if let Some(id) = id {
        out["id"] = json!(id);
    }
    if !page.post {
        out["parentId"] = Value::Null;
        out["position"] = json!(page.id);
    }
    if format == Some("storage") {
        out["body"] = json!({ "storage": { "representation": "storage", "value": shown.body } });
    }
    out
}

pub(super) async fn current_user(
    State(confluence): State<Arc<Confluence>>,
    headers: HeaderMap,
) -> Result<Response, Refused> {
    let who = confluence.who(&headers)?;
    let body = match who {
        Who::Known => json!({
            "type": "known", "accountId": account("Atrium Reader"), "accountType": "atlassian", "email": "",
            "publicName": "Atrium Reader", "displayName": "Atrium Reader", "isExternalCollaborator": false,
        }),
        Who::Stranger { .. } => json!({ "type": "anonymous", "displayName": "Anonymous", "profilePicture": null }),
    };
    Ok(answer(who, body, None))
}

pub(super) async fn users(
    State(confluence): State<Arc<Confluence>>,
    RawQuery(query): RawQuery,
    headers: HeaderMap,
) -> Result<Response, Refused> {
    let who = confluence.who(&headers)?;
    if who != Who::Known {
        let body = json!({ "statusCode": 403, "message": "Current user not permitted to use Confluence" });
        return Err(Refused::new(StatusCode::FORBIDDEN, body));
    }
    let params = Params::of(query.as_deref());
    let mut names: Vec<String> = confluence.shelf().pages.values().map(|dated| dated.page.author.clone()).collect();
    names.sort_unstable();
    names.dedup();
    names.retain(|name| params.all("accountId").any(|id| id == account(name)));
    let users: Vec<Value> = names
        .iter()
        .map(|name| json!({ "type": "known", "accountId": account(name), "publicName": name, "displayName": name }))
        .collect();
    Ok(answer(who, json!({ "size": users.len(), "start": 0, "limit": 200, "results": users }), None))
}

/// What people see.
pub(super) async fn page(
    State(confluence): State<Arc<Confluence>>,
    Path((_, id, _)): Path<(String, u64, String)>,
) -> Response {
    match confluence.shelf().pages.get(&id) {
        Some(dated) if !dated.page.trashed && !dated.page.restricted => {
            html::page(&dated.page.title, &format!("<pre>{}</pre>", escape(&dated.page.body)))
        }
        _ => html::missing("There is no such page, or it is not for everybody."),
    }
}
