//! The answers, and the page that people see.

use std::sync::{Arc, atomic::Ordering};

use axum::{
    Extension, Json,
    extract::{Path, RawForm, RawQuery, State},
    http::{HeaderMap, StatusCode, header},
    response::{IntoResponse, Response},
};
use serde_json::{Value, json};
use time::{Duration, OffsetDateTime};

use super::{Dated, OpenEdx, OpenEdxCourse};
use crate::{
    answers::{Params, Refused, credential},
    html::{self, escape},
    items::{Item, ItemFaults},
    systems::feeds::rfc3339,
    tokens::Standing,
};

fn refuse(status: StatusCode, body: Value) -> Refused {
    Refused::new(status, body)
}

pub(super) async fn not_found() -> Refused {
    refuse(StatusCode::NOT_FOUND, json!({ "detail": "Not found." }))
}

pub(super) async fn token(State(edx): State<Arc<OpenEdx>>, RawForm(form): RawForm) -> Result<Response, Refused> {
    let form = Params::of(std::str::from_utf8(&form).ok());
    let (token, life) = edx.tokens.grant(&form).map_err(|error| {
        let status = if error == "invalid_client" { StatusCode::UNAUTHORIZED } else { StatusCode::BAD_REQUEST };
        refuse(status, json!({ "error": error }))
    })?;
    let is_jwt = form.get("token_type").is_some_and(|kind| kind.eq_ignore_ascii_case("jwt"));
    let kind = if is_jwt { "JWT" } else { "Bearer" };
    let body = json!({ "access_token": token, "expires_in": life, "token_type": kind, "scope": "read" });
    Ok(Json(body).into_response())
}

impl OpenEdx {
    /// Whether somebody is signed in; who sends a token that does not count is refused.
    fn signed_in(&self, headers: &HeaderMap) -> Result<bool, Refused> {
        let Some(token) = credential(headers, "JWT").or_else(|| credential(headers, "Bearer")) else {
            return Ok(false);
        };
        let (code, message) = match self.tokens.standing(token) {
            Standing::Valid => return Ok(true),
            Standing::Over => ("token_expired", "The provided access token has expired and is no longer valid."),
            Standing::Unknown => ("token_nonexistent", "The provided access token does not match any valid tokens."),
        };
        let body = json!({ "developer_message": message, "error_code": code });
        Err(refuse(StatusCode::UNAUTHORIZED, body).with(header::WWW_AUTHENTICATE, "JWT realm=\"api\""))
    }
}

/// A course as it is written down.
#[derive(Clone)]
struct Shown {
    id: Option<String>,
    short_description: String,
    start: OffsetDateTime,
    end: OffsetDateTime,
    dated: Dated,
}

impl Item for Shown {
    fn key(&self) -> String {
        self.dated.course.id.clone()
    }
    fn remove_id(&mut self) {
        self.id = None;
    }
    fn take_id(&mut self, other: &Self) {
        self.id = other.id.clone();
    }
    fn text(&mut self) -> &mut String {
        &mut self.short_description
    }
    fn times(&mut self) -> Vec<&mut OffsetDateTime> {
        vec![&mut self.start, &mut self.end]
    }
}

impl Shown {
    fn of(dated: &Dated) -> Self {
        // Studio's own start of a course that has none.
        let start = dated.start.unwrap_or(time::macros::datetime!(2030-01-01 00:00 UTC));
        let weeks = i64::from(dated.course.weeks.unwrap_or_default());
        Self {
            id: Some(dated.course.id.clone()),
            short_description: dated.course.short_description.clone(),
            start,
            end: start + Duration::weeks(weeks),
            dated: dated.clone(),
        }
    }
}

pub(super) async fn courses(
    State(edx): State<Arc<OpenEdx>>,
    Extension(faults): Extension<ItemFaults>,
    RawQuery(query): RawQuery,
    headers: HeaderMap,
) -> Result<Response, Refused> {
    let signed_in = edx.signed_in(&headers)?;
    if edx.left.fetch_sub(1, Ordering::SeqCst) <= 0 {
        let body = json!({ "detail": "Request was throttled. Expected available in 33 seconds." });
        return Err(refuse(StatusCode::TOO_MANY_REQUESTS, body).with(header::RETRY_AFTER, "33"));
    }
    let params = Params::of(query.as_deref());
    if signed_in {
        admit(&params)?;
    }
    let page = params.number("page").ok().flatten().unwrap_or(1);
    let size = params.number("page_size").ok().flatten().unwrap_or(10).clamp(1, 100);
    let size = faults.page_size(size);
    let wanted = |shown: &Shown| {
        let org = params.get("org").is_none_or(|org| org.eq_ignore_ascii_case(&parts(&shown.dated.course)[0]));
        org && (signed_in || !shown.dated.course.internal)
    };
    let mut all: Vec<Shown> = edx.courses().iter().map(Shown::of).filter(wanted).collect();
    faults.before_paging(&mut all);
    let (count, pages) = (all.len(), all.len().div_ceil(size).max(1));
    if !(1..=pages).contains(&page) {
        return Err(refuse(StatusCode::NOT_FOUND, json!({ "detail": "Invalid page." })));
    }
    let mut shown: Vec<Shown> = all.into_iter().skip((page - 1) * size).take(size).collect();
    faults.on_page(&mut shown);
    let link = |page: usize| format!("{}api/courses/v1/courses/?{}", edx.base, params.with("page", &page.to_string()));
    let next = match faults.backwards() {
        true => Some(page.saturating_sub(1).max(1)),
        false => (page < pages).then_some(page + 1),
    };
    let results: Vec<Value> = shown.iter().map(|shown| course_json(&edx, shown)).collect();
    let body = json!({
        "results": results,
        "pagination": {
            "next": next.map(link), "previous": (page > 1).then(|| link(page - 1)), "count": count, "num_pages": pages,
        },
    });
    Ok(Json(body).into_response())
}

/// Who is signed in has to say whose courses are meant, and may see but her own.
fn admit(params: &Params) -> Result<(), Refused> {
    match params.get("username") {
        Some(OpenEdx::USER) => Ok(()),
        Some(_) => Err(refuse(StatusCode::NOT_FOUND, json!({ "developer_message": "Not found." }))),
        None => Err(refuse(
            StatusCode::BAD_REQUEST,
            json!({ "developer_message": "Invalid request.",
                    "field_errors": { "username": { "developer_message": "A username is required for this request." } } }),
        )),
    }
}

/// Organisation, number and run.
fn parts(course: &OpenEdxCourse) -> [String; 3] {
    let id = course.id.strip_prefix("course-v1:").unwrap_or(&course.id);
    let mut parts = id.split('+').map(str::to_owned);
    std::array::from_fn(|_| parts.next().unwrap_or_default())
}

fn course_json(edx: &OpenEdx, shown: &Shown) -> Value {
    let course = &shown.dated.course;
    let [org, number, _] = parts(course);
    let scheduled = shown.dated.start.is_some();
    let image = format!("{}asset-v1/{number}.jpg", edx.base);
    let mut out = json!({
        "blocks_url": format!("{}api/courses/v1/blocks/?course_id={}", edx.base, course.id),
        "effort": (!course.effort.is_empty()).then_some(&course.effort),
        "start": rfc3339(shown.start), "start_display": null, "start_type": if scheduled { "timestamp" } else { "empty" },
        "end": course.weeks.map(|_| rfc3339(shown.end)), "enrollment_start": null, "enrollment_end": null,
        "media": { "banner_image": { "uri": null, "uri_absolute": null },
                   "course_image": { "uri": "/asset-v1/course.jpg" }, "course_video": { "uri": null },
                   "image": { "raw": image, "small": image, "large": image } },
        "name": course.name, "number": number, "org": org, "short_description": shown.short_description,
        "pacing": "instructor", "mobile_available": true, "hidden": course.hidden, "invitation_only": course.invitation_only,
    });
    if let Some(id) = &shown.id {
        out["id"] = json!(id);
        out["course_id"] = json!(id);
    }
    out
}

/// What people see.
pub(super) async fn about(State(edx): State<Arc<OpenEdx>>, Path(id): Path<String>) -> Response {
    match edx.courses().iter().find(|dated| dated.course.id == id && !dated.course.internal) {
        Some(dated) => html::page(&dated.course.name, &format!("<p>{}</p>", escape(&dated.course.short_description))),
        None => html::missing("There is no such course, or it is not for everybody."),
    }
}
