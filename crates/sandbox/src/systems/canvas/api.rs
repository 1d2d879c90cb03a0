//! The answers, and the pages that people see.

use std::sync::Arc;

use axum::{
    Extension, Json,
    extract::{Path, RawQuery, State},
    http::{HeaderMap, HeaderName, HeaderValue, StatusCode, header},
    response::{IntoResponse, Response},
};
use serde_json::{Value, json};
use time::OffsetDateTime;
use url::form_urlencoded;

use super::{Canvas, CanvasItem, CanvasModule, Course};
use crate::{
    hash::hash,
    html::{self, escape},
    items::{Item, ItemFaults},
    systems::feeds::rfc3339,
};

/// Items of a module beyond which Canvas leaves them out of the list of modules.
const INLINE: usize = 20;
/// The root account, and the first of the sub-accounts.
const ROOT: u64 = 1;

/// Why a request is refused, ready to be sent.
pub(super) struct Refused(Box<Response>);

impl IntoResponse for Refused {
    fn into_response(self) -> Response {
        *self.0
    }
}

pub(super) fn refuse(status: StatusCode, body: Value) -> Refused {
    Refused(Box::new((status, Json(body)).into_response()))
}

/// What Canvas says to those who may not.
pub(super) fn unauthorized() -> Value {
    json!({ "status": "unauthorized", "errors": [{ "message": "user not authorized to perform that action" }] })
}

pub(super) fn missing() -> Refused {
    refuse(StatusCode::NOT_FOUND, json!({ "errors": [{ "message": "The specified resource does not exist." }] }))
}

pub(super) async fn not_found() -> Refused {
    missing()
}

/// How a list is asked for.
pub(super) struct Asked {
    include: Vec<String>,
    pub(super) states: Vec<String>,
    size: usize,
    start: usize,
    /// The query but for its page.
    rest: Vec<(String, String)>,
}

impl Asked {
    pub(super) fn of(query: Option<&str>) -> Self {
        let mut asked = Self { include: Vec::new(), states: Vec::new(), size: 10, start: 0, rest: Vec::new() };
        for (name, value) in form_urlencoded::parse(query.unwrap_or_default().as_bytes()).into_owned() {
            match name.as_str() {
                "include[]" => asked.include.push(value.clone()),
                "state[]" => asked.states.push(value.clone()),
                "per_page" => asked.size = value.parse().unwrap_or(10).clamp(1, 100),
                "page" => {
                    asked.start = bookmark(&value);
                    continue;
                }
                _ => {}
            }
            asked.rest.push((name, value));
        }
        asked
    }

    fn includes(&self, name: &str) -> bool {
        self.include.iter().any(|include| include == name)
    }

    /// Cuts the page out, and writes the `Link` header.
    pub(super) fn page<T>(
        &self,
        canvas: &Canvas,
        path: &str,
        items: Vec<T>,
        faults: &ItemFaults,
    ) -> (Vec<T>, HeaderValue) {
        let size = faults.page_size(self.size);
        let more = items.len() > self.start + size;
        let link = |page: &str, rel: &str| {
            let mut query = form_urlencoded::Serializer::new(String::new());
            query.extend_pairs(&self.rest).append_pair("page", page);
            format!("<{}{path}?{}>; rel=\"{rel}\"", canvas.base, query.finish())
        };
        let mark =
            |start: usize| if start == 0 { "first".to_owned() } else { format!("bookmark:{:x}", start * 31 + 7) };
        let mut links = vec![link(&mark(self.start), "current")];
        if faults.backwards() {
            links.push(link(&mark(self.start.saturating_sub(size)), "next"));
        } else if more {
            links.push(link(&mark(self.start + size), "next"));
        }
        links.push(link("first", "first"));
        let header = HeaderValue::from_str(&links.join(",")).unwrap_or_else(|_| HeaderValue::from_static(""));
        (items.into_iter().skip(self.start).take(size).collect(), header)
    }
}

/// Where a bookmark points; what is none points to the start.
fn bookmark(page: &str) -> usize {
    let number = page.strip_prefix("bookmark:").and_then(|text| usize::from_str_radix(text, 16).ok());
    number.map_or(0, |number| number.saturating_sub(7) / 31)
}

/// Lets in who has the token, and counts what it may ask.
pub(super) fn authorised(canvas: &Canvas, headers: &HeaderMap) -> Result<(), Refused> {
    let sent = headers.get(header::AUTHORIZATION).and_then(|value| value.to_str().ok());
    let token = sent.and_then(|value| value.strip_prefix("Bearer "));
    let message = match token {
        Some(Canvas::TOKEN) => {
            let quota = &mut canvas.school().switches.quota;
            let Some(left) = quota else { return Ok(()) };
            if *left > 0 {
                *left -= 1;
                return Ok(());
            }
            let text = "403 Forbidden (Rate Limit Exceeded)\n";
            let remaining = [(HeaderName::from_static("x-rate-limit-remaining"), "0.0")];
            return Err(Refused(Box::new((StatusCode::FORBIDDEN, remaining, text).into_response())));
        }
        Some(_) => json!({ "errors": [{ "message": "Invalid access token." }] }),
        None => json!({ "status": "unauthenticated", "errors": [{ "message": "user authorization required" }] }),
    };
    let mut refused = refuse(StatusCode::UNAUTHORIZED, message);
    refused.0.headers_mut().insert(header::WWW_AUTHENTICATE, HeaderValue::from_static("Bearer realm=\"canvas-lms\""));
    Err(refused)
}

pub(super) fn answer(body: Value, link: Option<HeaderValue>) -> Response {
    let mut response = Json(body).into_response();
    let headers = response.headers_mut();
    headers.insert("x-request-cost", HeaderValue::from_static("0.0421"));
    headers.insert("x-rate-limit-remaining", HeaderValue::from_static("699.9579"));
    if let Some(link) = link {
        headers.insert(header::LINK, link);
    }
    response
}

/// A course as a list shows it.
#[derive(Clone)]
struct Listed {
    id: Option<u64>,
    description: String,
    created: OffsetDateTime,
    course: Course,
}

impl Item for Listed {
    fn key(&self) -> String {
        self.course.content.id.to_string()
    }
    fn remove_id(&mut self) {
        self.id = None;
    }
    fn take_id(&mut self, other: &Self) {
        self.id = other.id;
    }
    fn text(&mut self) -> &mut String {
        &mut self.description
    }
    fn times(&mut self) -> Vec<&mut OffsetDateTime> {
        vec![&mut self.created]
    }
}

pub(super) async fn me(State(canvas): State<Arc<Canvas>>, headers: HeaderMap) -> Result<Response, Refused> {
    authorised(&canvas, &headers)?;
    let body = json!({ "id": 42, "name": "Atrium Reader", "sortable_name": "Reader, Atrium", "short_name": "Atrium",
                       "avatar_url": null, "locale": null, "permissions": { "can_update_name": false } });
    Ok(answer(body, None))
}

pub(super) async fn account_courses(
    State(canvas): State<Arc<Canvas>>,
    Extension(faults): Extension<ItemFaults>,
    Path(account): Path<String>,
    RawQuery(query): RawQuery,
    headers: HeaderMap,
) -> Result<Response, Refused> {
    authorised(&canvas, &headers)?;
    if !canvas.school().switches.read_course_list {
        return Err(refuse(StatusCode::FORBIDDEN, unauthorized()));
    }
    let number = if account == "self" { Some(ROOT) } else { account.parse().ok() };
    let courses = canvas.courses(&faults);
    let known = number == Some(ROOT) || courses.iter().any(|course| Some(account_id(&course.course)) == number);
    let number = number.filter(|_| known).ok_or_else(missing)?;
    let below = courses.into_iter().filter(|course| number == ROOT || account_id(&course.course) == number).collect();
    Ok(list(&canvas, &format!("api/v1/accounts/{account}/courses"), below, query.as_deref(), &faults))
}

pub(super) async fn own_courses(
    State(canvas): State<Arc<Canvas>>,
    Extension(faults): Extension<ItemFaults>,
    RawQuery(query): RawQuery,
    headers: HeaderMap,
) -> Result<Response, Refused> {
    authorised(&canvas, &headers)?;
    let own = canvas.courses(&faults).into_iter().filter(|course| course.course.content.enrolled).collect();
    Ok(list(&canvas, "api/v1/courses", own, query.as_deref(), &faults))
}

fn list(canvas: &Canvas, path: &str, mut courses: Vec<Listed>, query: Option<&str>, faults: &ItemFaults) -> Response {
    let asked = Asked::of(query);
    courses.retain(|course| asked.states.is_empty() || asked.states.contains(&course.course.content.state));
    let (mut page, link) = asked.page(canvas, path, courses, faults);
    faults.on_page(&mut page);
    answer(page.iter().map(|listed| course_json(listed, &asked)).collect(), Some(link))
}

impl Canvas {
    fn courses(&self, faults: &ItemFaults) -> Vec<Listed> {
        let listed = |course: &Course| Listed {
            id: Some(course.content.id),
            description: course.content.description.clone(),
            created: course.created,
            course: course.clone(),
        };
        let mut courses: Vec<Listed> = self.school().courses.values().map(listed).collect();
        faults.before_paging(&mut courses);
        courses
    }
}

fn account_id(course: &Course) -> u64 {
    if course.content.account.is_empty() { ROOT } else { ROOT + 1 + hash(course.content.account.as_bytes()) % 900 }
}

fn course_json(listed: &Listed, asked: &Asked) -> Value {
    let content = &listed.course.content;
    let account = if content.account.is_empty() { "Halden" } else { &content.account };
    let ends = listed.course.ends.map(rfc3339);
    let mut out = json!({
        "name": content.name, "account_id": account_id(&listed.course), "uuid": format!("uuid{}", content.id),
        "start_at": null, "end_at": ends, "created_at": rfc3339(listed.created), "grading_standard_id": null,
        "is_public": false, "course_code": format!("C{}", content.id), "default_view": "modules",
        "root_account_id": ROOT, "enrollment_term_id": 1, "license": "private", "locale": content.locale,
        "time_zone": "Europe/London", "blueprint": false, "template": false, "workflow_state": content.state,
        "restrict_enrollments_to_course_dates": false, "public_syllabus": false, "hide_final_grades": false,
    });
    if let Some(id) = listed.id {
        out["id"] = json!(id);
    }
    let teachers = content.teachers.iter().map(|name| {
        json!({ "id": 100 + hash(name.as_bytes()) % 900, "display_name": name, "avatar_image_url": null,
                "html_url": "", "pronouns": null, "anonymous_id": "x" })
    });
    let optional = [
        ("public_description", json!(listed.description)),
        ("syllabus_body", json!(content.syllabus)),
        ("teachers", teachers.collect()),
        ("account_name", json!(account)),
        ("account", json!({ "id": account_id(&listed.course), "name": account, "workflow_state": "active" })),
        ("term", json!({ "id": 1, "name": "Default Term", "start_at": null, "end_at": null })),
        ("concluded", json!(content.state == "completed")),
    ];
    for (name, value) in optional {
        if asked.includes(name) {
            out[name] = value;
        }
    }
    out
}

/// A course that the token's user may enter.
pub(super) fn found(canvas: &Canvas, id: &str) -> Result<Course, Refused> {
    let school = canvas.school();
    let course = id.parse().ok().and_then(|id: u64| school.courses.get(&id)).ok_or_else(missing)?;
    let may = school.switches.read_course_list || course.content.enrolled;
    if may { Ok(course.clone()) } else { Err(refuse(StatusCode::FORBIDDEN, unauthorized())) }
}

pub(super) async fn course(
    State(canvas): State<Arc<Canvas>>,
    Path(id): Path<String>,
    RawQuery(query): RawQuery,
    headers: HeaderMap,
) -> Result<Response, Refused> {
    authorised(&canvas, &headers)?;
    let course = found(&canvas, &id)?;
    let (id, created) = (Some(course.content.id), course.created);
    let listed = Listed { id, description: course.content.description.clone(), created, course };
    Ok(answer(course_json(&listed, &Asked::of(query.as_deref())), None))
}

pub(super) async fn modules(
    State(canvas): State<Arc<Canvas>>,
    Extension(faults): Extension<ItemFaults>,
    Path(id): Path<String>,
    RawQuery(query): RawQuery,
    headers: HeaderMap,
) -> Result<Response, Refused> {
    authorised(&canvas, &headers)?;
    let course = found(&canvas, &id)?;
    let all = canvas.school().switches.read_unpublished;
    let modules: Vec<CanvasModule> =
        course.content.modules.iter().filter(|module| all || !module.unpublished).cloned().collect();
    let asked = Asked::of(query.as_deref());
    let (page, link) = asked.page(&canvas, &format!("api/v1/courses/{id}/modules"), modules, &faults);
    let shown = page.iter().enumerate().map(|(place, module)| {
        let mut out = json!({
            "id": module.id, "name": module.name, "position": place + 1, "unlock_at": null,
            "require_sequential_progress": false, "requirement_type": "all", "publish_final_grade": false,
            "prerequisite_module_ids": module.after, "items_count": module.items.len(),
            "items_url": format!("{}api/v1/courses/{id}/modules/{}/items", canvas.base, module.id),
        });
        if all {
            out["published"] = json!(!module.unpublished);
        }
        if asked.includes("items") && module.items.len() <= INLINE {
            let items = module.items.iter().filter(|item| all || !item.unpublished);
            out["items"] = items.map(|item| item_json(&canvas, &id, module, item, all)).collect();
        }
        out
    });
    Ok(answer(shown.collect(), Some(link)))
}

pub(super) async fn items(
    State(canvas): State<Arc<Canvas>>,
    Extension(faults): Extension<ItemFaults>,
    Path((id, module)): Path<(String, String)>,
    RawQuery(query): RawQuery,
    headers: HeaderMap,
) -> Result<Response, Refused> {
    authorised(&canvas, &headers)?;
    let course = found(&canvas, &id)?;
    let all = canvas.school().switches.read_unpublished;
    let module = course.content.modules.iter().find(|each| each.id.to_string() == module).ok_or_else(missing)?;
    let items: Vec<CanvasItem> = module.items.iter().filter(|item| all || !item.unpublished).cloned().collect();
    let path = format!("api/v1/courses/{id}/modules/{}/items", module.id);
    let (page, link) = Asked::of(query.as_deref()).page(&canvas, &path, items, &faults);
    Ok(answer(page.iter().map(|item| item_json(&canvas, &id, module, item, all)).collect(), Some(link)))
}

fn item_json(canvas: &Canvas, course: &str, module: &CanvasModule, item: &CanvasItem, all: bool) -> Value {
    let mut out = json!({
        "id": item.id, "title": item.title, "position": 1, "indent": 0, "type": item.kind, "module_id": module.id,
        "html_url": format!("{}courses/{course}/modules/items/{}", canvas.base, item.id),
    });
    if all {
        out["published"] = json!(!item.unpublished);
    }
    if item.kind == "ExternalUrl" {
        out["external_url"] = json!(item.url);
    }
    out
}

pub(super) async fn home(State(canvas): State<Arc<Canvas>>) -> Response {
    let mut body = String::from("<ul>\n");
    for course in canvas.school().courses.values().filter(|course| course.content.state == "available") {
        body += &format!("<li><a href=\"/courses/{}\">{}</a></li>\n", course.content.id, escape(&course.content.name));
    }
    html::page("Canvas", &(body + "</ul>\n"))
}

pub(super) async fn course_page(State(canvas): State<Arc<Canvas>>, Path(id): Path<u64>) -> Response {
    let course = canvas.school().courses.get(&id).cloned();
    let Some(course) = course.filter(|course| course.content.state == "available") else {
        return html::missing("There is no such course, or it is not published.");
    };
    let mut body = format!("<p>{}</p>\n{}", escape(&course.content.description), course.content.syllabus);
    for module in course.content.modules.iter().filter(|module| !module.unpublished) {
        body += &format!("<h2>{}</h2>\n<ul>\n", escape(&module.name));
        for item in module.items.iter().filter(|item| !item.unpublished) {
            body +=
                &format!("<li><a href=\"/courses/{id}/modules/items/{}\">{}</a></li>\n", item.id, escape(&item.title));
        }
        body += "</ul>\n";
    }
    html::page(&course.content.name, &body)
}

pub(super) async fn item_page(State(canvas): State<Arc<Canvas>>, Path((id, item)): Path<(u64, u64)>) -> Response {
    let course = canvas.school().courses.get(&id).cloned();
    let items = course.iter().flat_map(|course| &course.content.modules).flat_map(|module| &module.items);
    match items.into_iter().find(|each| each.id == item && !each.unpublished) {
        Some(found) => html::page(
            &found.title,
            &format!("<p><a href=\"/courses/{id}\">The course</a></p>\n<p>{}</p>", escape(&found.url)),
        ),
        None => html::missing("There is no such item, or it is not published."),
    }
}
