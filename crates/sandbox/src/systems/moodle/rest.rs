//! The door to the functions: who may call which, and texts as Moodle's formatters leave them.

use std::sync::Arc;

use axum::{
    Extension, Json,
    extract::{RawQuery, State},
    http::{HeaderValue, StatusCode, header},
    response::{IntoResponse, Response},
};
use bytes::Bytes;
use serde_json::Value;

use super::{
    Moodle, MoodleSwitches, MoodleText, functions,
    params::{Call, Fault},
};
use crate::items::ItemFaults;

pub(super) async fn serve(
    State(moodle): State<Arc<Moodle>>,
    Extension(faults): Extension<ItemFaults>,
    RawQuery(query): RawQuery,
    body: Bytes,
) -> Response {
    let switches = moodle.site().switches.clone();
    if !switches.web_services {
        return StatusCode::FORBIDDEN.into_response();
    }
    let call = Call::read(query.as_deref().unwrap_or_default(), &body);
    if !call.wants_json {
        return (StatusCode::NOT_IMPLEMENTED, "this Moodle answers in JSON alone\n").into_response();
    }
    let result = admit(&switches, &call).and_then(|()| run(&moodle, &switches, &call, &faults));
    let mut response = match result {
        Ok(answer) => Json(answer).into_response(),
        Err(fault) => fault.answer(switches.debugging),
    };
    let headers = response.headers_mut();
    headers.insert(
        header::CACHE_CONTROL,
        HeaderValue::from_static("private, must-revalidate, pre-check=0, post-check=0, max-age=0"),
    );
    headers.insert(header::ACCESS_CONTROL_ALLOW_ORIGIN, HeaderValue::from_static("*"));
    response
}

/// `authenticate_user` and `load_function_info`, in their order.
fn admit(switches: &MoodleSwitches, call: &Call) -> Result<(), Fault> {
    if call.token != Moodle::TOKEN {
        return Err(Fault::new("moodle_exception", "invalidtoken", "Invalid token - token not found"));
    }
    if switches.token_expired {
        return Err(Fault::access("Invalid token - token expired - check validuntil time for the token"));
    }
    if switches.maintenance {
        let said = "The site is undergoing maintenance and is currently not available";
        return Err(Fault::new("moodle_exception", "sitemaintenance", said));
    }
    if !switches.rest_use {
        return Err(Fault::access(
            "You are not allowed to use the rest protocol (missing capability: webservice/rest:use)",
        ));
    }
    if call.function.is_empty() {
        return Err(Fault::parameter("Missing function name"));
    }
    if !super::FUNCTIONS.contains(&call.function.as_str()) {
        return Err(Fault::missing_record("external_functions"));
    }
    if !switches.functions.contains(&call.function) {
        return Err(Fault::access(format!(
            "Access to the function {}() is not allowed. There could be multiple reasons for this: 1. The service linked to \
             the user token does not contain the function.",
            call.function
        )));
    }
    Ok(())
}

fn run(moodle: &Moodle, switches: &MoodleSwitches, call: &Call, faults: &ItemFaults) -> Result<Value, Fault> {
    let view = functions::View { moodle, switches, call, faults };
    match call.function.as_str() {
        "core_webservice_get_site_info" => view.site_info(),
        "core_course_get_categories" => view.categories(),
        "core_course_get_courses_by_field" => view.courses_by_field(),
        "core_enrol_get_enrolled_users" => view.enrolled(),
        "core_enrol_get_users_courses" => view.users_courses(),
        "core_user_get_users_by_field" => view.users_by_field(),
        "core_completion_get_course_completion_status" => view.completion_status(),
        _ => view.contents(),
    }
}

/// `format_text`: with filters one language, without them all of them in spans.
pub(super) fn text(text: &MoodleText, switches: &MoodleSwitches, call: &Call) -> String {
    match text {
        MoodleText::One(text) => text.clone(),
        MoodleText::Several(texts) if call.filters && switches.multilang => chosen(texts, &call.language),
        MoodleText::Several(texts) => texts
            .iter()
            .map(|(language, text)| format!("<span lang=\"{language}\" class=\"multilang\">{text}</span>"))
            .collect(),
    }
}

/// `format_string`: the same, then without tags, so that without filters the languages run into each other.
pub(super) fn name(name: &MoodleText, switches: &MoodleSwitches, call: &Call) -> String {
    let name = match name {
        MoodleText::One(name) => name.clone(),
        MoodleText::Several(texts) if call.filters && switches.multilang => chosen(texts, &call.language),
        MoodleText::Several(texts) => texts.iter().map(|(_, text)| text.as_str()).collect(),
    };
    name.replace('&', "&amp;")
}

/// What the filter shows: the language, its parent, English, the first.
fn chosen(texts: &[(String, String)], language: &str) -> String {
    let parent = language.split('_').next().unwrap_or_default();
    let found =
        [language, parent, "en"].iter().find_map(|wanted| texts.iter().find(|(language, _)| language == wanted));
    found.or(texts.first()).map(|(_, text)| text.clone()).unwrap_or_default()
}

/// A name as an account without a wish for a language reads it.
pub(super) fn plain(name: &MoodleText) -> String {
    match name {
        MoodleText::One(name) => name.clone(),
        MoodleText::Several(texts) => chosen(texts, ""),
    }
}
