//! People, what they take, and how far they are (`enrollments_api_controller.rb`, `courses_controller.rb`,
//! `communication_channels_controller.rb`).

use std::sync::Arc;

use axum::{
    Extension,
    extract::{Path, RawQuery, State},
    http::{HeaderMap, StatusCode},
    response::Response,
};
use serde_json::{Value, json};

use super::{
    Canvas, CanvasEnrolment, CanvasPerson,
    api::{Asked, Refused, answer, authorised, found, missing, refuse, unauthorized},
};
use crate::{EditError, clock::working_moment, items::ItemFaults, systems::feeds::rfc3339};

impl Canvas {
    /// Adds a person, or takes one's place.
    pub fn put_person(&self, person: CanvasPerson) {
        self.school().people.insert(person.id, person);
    }

    /// Changes a person, or what she takes.
    ///
    /// # Errors
    /// Where there is no such person.
    pub fn edit_person(&self, id: u64, change: impl FnOnce(&mut CanvasPerson)) -> Result<(), EditError> {
        let missing = || EditError::Missing { what: "person", key: id.to_string() };
        self.school().people.get_mut(&id).map(change).ok_or_else(missing)
    }

    /// A moment so many days before the start: it stays where it is.
    fn moment(&self, days: f64, person: &CanvasPerson, course: u64) -> String {
        rfc3339(working_moment(self.started, days, person.id * 1000 + course))
    }

    /// Who takes this course, or took it, with what there is to say of it.
    fn taking(&self, course: u64) -> Vec<(CanvasPerson, CanvasEnrolment)> {
        let school = self.school();
        let people = school.people.values();
        people
            .flat_map(|person| person.courses.iter().map(|taken| (person.clone(), taken.clone())))
            .filter(|(_, taken)| taken.course == course)
            .collect()
    }
}

fn state(taken: &CanvasEnrolment) -> &str {
    if taken.state.is_empty() { "active" } else { &taken.state }
}

pub(super) async fn enrollments(
    State(canvas): State<Arc<Canvas>>,
    Extension(faults): Extension<ItemFaults>,
    Path(id): Path<String>,
    RawQuery(query): RawQuery,
    headers: HeaderMap,
) -> Result<Response, Refused> {
    authorised(&canvas, &headers)?;
    let course = found(&canvas, &id)?.content.id;
    let asked = Asked::of(query.as_deref());
    let mut all = canvas.taking(course);
    all.retain(|(_, taken)| asked.states.is_empty() || asked.states.iter().any(|wanted| wanted == state(taken)));
    let (page, link) = asked.page(&canvas, &format!("api/v1/courses/{id}/enrollments"), all, &faults);
    let shown = |(person, taken): &(CanvasPerson, CanvasEnrolment)| {
        let mut user = json!({ "id": person.id, "name": person.name, "sortable_name": person.name,
                               "short_name": person.name, "login_id": person.login, "created_at": null });
        if !person.sis.is_empty() {
            user["sis_user_id"] = json!(person.sis);
        }
        json!({
            "id": person.id * 100 + course, "user_id": person.id, "course_id": course, "type": "StudentEnrollment",
            "role": "StudentEnrollment", "enrollment_state": state(taken), "course_section_id": course,
            "created_at": canvas.moment(taken.enrolled_days_ago, person, course), "start_at": null, "end_at": null,
            "last_activity_at": taken.active_days_ago.map(|days| canvas.moment(days, person, course)),
            "grades": { "html_url": "", "current_score": 71.5, "final_score": 71.5 }, "user": user,
        })
    };
    Ok(answer(page.iter().map(shown).collect(), Some(link)))
}

pub(super) async fn progress(
    State(canvas): State<Arc<Canvas>>,
    Extension(faults): Extension<ItemFaults>,
    Path(id): Path<String>,
    RawQuery(query): RawQuery,
    headers: HeaderMap,
) -> Result<Response, Refused> {
    authorised(&canvas, &headers)?;
    let course = found(&canvas, &id)?.content.id;
    if !canvas.school().switches.view_all_grades {
        return Err(refuse(StatusCode::FORBIDDEN, unauthorized()));
    }
    let all = canvas.taking(course);
    let path = format!("api/v1/courses/{id}/bulk_user_progress");
    let (page, link) = Asked::of(query.as_deref()).page(&canvas, &path, all, &faults);
    let shown = |(person, taken): &(CanvasPerson, CanvasEnrolment)| {
        let progress = if taken.requirements == 0 {
            json!({ "error": { "message": "no progress available because this course is not module based (has modules and \
                     module completion requirements) or the user is not enrolled as a student in this course" } })
        } else {
            json!({ "requirement_count": taken.requirements, "requirement_completed_count": taken.met,
                    "next_requirement_url": null,
                    "completed_at": taken.completed_days_ago.map(|days| canvas.moment(days, person, course)) })
        };
        json!({ "id": person.id, "display_name": person.name, "avatar_image_url": null, "html_url": "", "pronouns": null,
                "progress": progress })
    };
    Ok(answer(page.iter().map(shown).collect(), Some(link)))
}

pub(super) async fn channels(
    State(canvas): State<Arc<Canvas>>,
    Path(id): Path<u64>,
    headers: HeaderMap,
) -> Result<Response, Refused> {
    authorised(&canvas, &headers)?;
    let person = canvas.school().people.get(&id).cloned().ok_or_else(missing)?;
    if !canvas.school().switches.read_channels {
        return Err(refuse(StatusCode::FORBIDDEN, unauthorized()));
    }
    let phone = json!({ "id": id * 10, "type": "sms", "address": "+441632960000", "position": 1, "user_id": id,
                        "workflow_state": "active", "created_at": null });
    let state = if person.confirmed { "active" } else { "unconfirmed" };
    let mail = (!person.email.is_empty()).then(|| {
        json!({ "id": id * 10 + 1, "type": "email", "address": person.email, "position": 2, "user_id": id,
                "workflow_state": state, "created_at": null })
    });
    let all: Vec<Value> = [Some(phone), mail].into_iter().flatten().collect();
    Ok(answer(Value::Array(all), None))
}
