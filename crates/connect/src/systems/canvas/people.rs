//! Who takes which course, and who has finished it (<https://developerdocs.instructure.com/services/canvas>, Enrollments API,
//! Courses API and Communication Channels API, read in November 2026; fields and rights as in
//! `enrollments_api_controller.rb`, `courses_controller.rb` and `communication_channels_controller.rb` of its public source).
//!
//! - `/api/v1/courses/:id/enrollments` with `type[]=StudentEnrollment` and `state[]` lists who takes a course or took it, a page
//!   at a time. It tells marks as well, which are not looked at.
//! - `/api/v1/courses/:id/bulk_user_progress` tells once a course how many of the requirements of its modules each has met, and
//!   when she had met all. A course without requirements has no such thing as an end.
//! - `/api/v1/users/:id/communication_channels` tells whether a mail address was confirmed (`workflow_state` is `active`). It is
//!   asked once a person, and only where people are recognised by their addresses.

use std::{
    collections::{HashMap, HashSet},
    sync::Arc,
};

use async_trait::async_trait;
use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::{
    MAX_PAGES, School,
    courses::{Batch, course_id},
};
use crate::{
    clean::{digest, read_cursor, rejected, rfc3339, write_cursor},
    error::Error,
    http::{Http, mask},
    model::{Cursor, Next, Rejected},
    progress::{Completion, Enrolment, Learner, MatchBy, Progress, ProgressPage},
    watch::Watch,
};

/// The query of the first page of a course's people: those who take it, and those who took it.
const FIRST: &str = "per_page=50&type[]=StudentEnrollment&state[]=active&state[]=completed";

/// Where a run stands.
#[derive(Debug, Serialize, Deserialize)]
struct Run {
    /// The query of the next page of courses; none after the last.
    next: Option<String>,
    /// Courses whose people are still to be read.
    courses: Vec<i64>,
    /// The query of the next page of people of the first of them; none at its beginning.
    people: Option<String>,
    pages: u64,
    watch: Watch,
    /// Something could not be read: who was not named may be there still.
    unclean: bool,
}

/// How far somebody is in a course.
#[derive(Clone, Copy)]
struct Taken {
    progress: Option<f64>,
    completion: Completion,
}

/// What is asked for once a run.
#[derive(Default)]
pub(super) struct Known {
    /// How far people are in the course that was asked for last, by their ids.
    course: Option<(i64, Arc<HashMap<i64, Taken>>)>,
    /// Mail addresses of people, and whether they are confirmed.
    mail: HashMap<i64, Option<(String, bool)>>,
}

#[async_trait]
impl Progress for School {
    async fn page(&self, http: &Http, cursor: Option<&Cursor>) -> Result<ProgressPage, Error> {
        let mut run = match cursor {
            Some(cursor) => read_cursor::<Run>(cursor)?,
            None => {
                *self.known.lock().await = Known::default();
                let next = Some(self.query());
                Run { next, courses: Vec::new(), people: None, pages: 0, watch: Watch::default(), unclean: false }
            }
        };
        let (mut enrolments, mut refused) = (Vec::new(), Vec::new());
        match run.courses.first().copied() {
            Some(course) => match self.read_people(http, course, &mut run, &mut enrolments, &mut refused).await {
                // Deleted since it was listed.
                Err(Error::Status { status: 404 | 410, .. }) => next_course(&mut run),
                // One course may be closed to us, or broken; a token that ends fails the list before.
                Err(
                    error @ (Error::SignIn { .. } | Error::Format { .. } | Error::TooLarge { .. } | Error::Loop { .. }),
                ) => {
                    let reason = format!("Its people cannot be read: {error}.");
                    refused.push(rejected(Some(&course_id(course)), &reason, ""));
                    next_course(&mut run);
                }
                result => result?,
            },
            None => self.next_courses(http, &mut run).await?,
        }
        run.unclean |= !refused.is_empty();
        let is_over = run.courses.is_empty() && run.next.is_none();
        let next =
            if is_over { Next::Done { cursor: None, complete: !run.unclean } } else { Next::More(write_cursor(&run)?) };
        Ok(ProgressPage { enrolments, rejected: refused, next })
    }
}

/// The first course is done with.
fn next_course(run: &mut Run) {
    run.courses.remove(0);
    run.people = None;
}

impl School {
    /// Lists the next page of courses.
    async fn next_courses(&self, http: &Http, run: &mut Run) -> Result<(), Error> {
        let Some(query) = run.next.take() else { return Ok(()) };
        let list = self.api.list(http, &self.list, &query).await?;
        let mut batch = Batch::default();
        run.courses = self.courses(&list.items, list.clock, &mut batch).into_iter().map(|course| course.id).collect();
        run.unclean |= !batch.gather.is_clean();
        run.next = list.next;
        let follows = run.next.clone();
        self.goes_on(run, follows)
    }

    /// Refuses a list that leads back, or does not end.
    fn goes_on(&self, run: &mut Run, next: Option<String>) -> Result<(), Error> {
        run.pages += 1;
        let Some(next) = next else { return Ok(()) };
        let place = format!("{:?} {next}", run.courses.first());
        let reason = if run.watch.seen(digest(&place)) {
            "a page leads back to one that was read before".to_owned()
        } else if run.pages > MAX_PAGES {
            format!("it has more than {MAX_PAGES} pages")
        } else {
            return Ok(());
        };
        Err(Error::Loop { url: mask(self.api.address()), reason })
    }

    /// Reads the next people of a course.
    async fn read_people(
        &self,
        http: &Http,
        course: i64,
        run: &mut Run,
        enrolments: &mut Vec<Enrolment>,
        refused: &mut Vec<Rejected>,
    ) -> Result<(), Error> {
        let query = run.people.clone().unwrap_or_else(|| FIRST.to_owned());
        let list = self.api.list(http, &format!("courses/{course}/enrollments"), &query).await?;
        self.goes_on(run, list.next.clone())?;
        let taken = self.taken(http, course).await?;
        // Who is in several sections of a course is in it once.
        let mut seen = HashSet::new();
        for enrolment in &list.items {
            let user = &enrolment["user"];
            let Some(id) = enrolment["user_id"].as_i64().or_else(|| user["id"].as_i64()) else {
                let name = user["name"].as_str().unwrap_or_default();
                refused.push(rejected(None, "The person has no id.", name));
                continue;
            };
            if seen.insert(id) {
                let learner = self.learner(http, id, user).await?;
                enrolments.push(enrolled(course, learner, enrolment, taken.get(&id)));
            }
        }
        match list.next {
            Some(next) => run.people = Some(next),
            None => next_course(run),
        }
        Ok(())
    }

    async fn learner(&self, http: &Http, id: i64, user: &Value) -> Result<Learner, Error> {
        let text = |name: &str| user[name].as_str().map(str::to_owned);
        let mail = self.mail(http, id).await?;
        let learner = Learner {
            id: format!("user-{id}"),
            name: text("name").unwrap_or_default(),
            email_verified: mail.as_ref().is_some_and(|(_, verified)| *verified),
            email: mail.map(|(address, _)| address),
            username: text("login_id"),
            number: text("sis_user_id"),
        };
        Ok(learner.tidy())
    }

    /// Somebody's mail address, the first confirmed one of several, where people are recognised by it.
    async fn mail(&self, http: &Http, id: i64) -> Result<Option<(String, bool)>, Error> {
        if self.people != Some(MatchBy::Email) {
            return Ok(None);
        }
        let mut known = self.known.lock().await;
        if let Some(mail) = known.mail.get(&id) {
            return Ok(mail.clone());
        }
        let channels = match self.all(http, &format!("users/{id}/communication_channels"), "per_page=100").await {
            Ok(channels) => channels,
            // The account may not know, or the person is gone.
            Err(Error::SignIn { .. } | Error::Status { status: 404, .. }) => Vec::new(),
            Err(error) => return Err(error),
        };
        let mut mail: Vec<(String, bool)> = channels
            .iter()
            .filter(|channel| channel["type"] == "email")
            .filter_map(|channel| {
                Some((channel["address"].as_str()?.to_owned(), channel["workflow_state"] == "active"))
            })
            .collect();
        mail.sort_by_key(|(_, confirmed)| !confirmed);
        let mail = mail.into_iter().next();
        known.mail.insert(id, mail.clone());
        Ok(mail)
    }

    /// How far people are in a course.
    async fn taken(&self, http: &Http, course: i64) -> Result<Arc<HashMap<i64, Taken>>, Error> {
        let mut known = self.known.lock().await;
        if let Some((_, taken)) = known.course.as_ref().filter(|(id, _)| *id == course) {
            return Ok(taken.clone());
        }
        let list = match self.all(http, &format!("courses/{course}/bulk_user_progress"), "per_page=100").await {
            Ok(list) => list,
            // Who may not see marks is not told how far people are either; that they take it we know.
            Err(Error::SignIn { .. }) => Vec::new(),
            Err(error) => return Err(error),
        };
        let taken = Arc::new(
            list.iter().filter_map(|each| Some((each["id"].as_i64()?, progress(&each["progress"])))).collect(),
        );
        known.course = Some((course, Arc::clone(&taken)));
        Ok(taken)
    }

    /// Tries whether people of a course can be read, and recognised.
    pub(super) async fn try_people(&self, http: &Http, course: i64, by: MatchBy) -> Result<(), Error> {
        let query = FIRST.replace("per_page=50", "per_page=1");
        let list = self.api.list(http, &format!("courses/{course}/enrollments"), &query).await?;
        let Some(first) = list.items.first() else { return Ok(()) };
        let Some(id) = first["user_id"].as_i64() else { return Ok(()) };
        let learner = self.learner(http, id, &first["user"]).await?;
        let missing = match by {
            MatchBy::Email if learner.email.is_none() => "mail addresses of people",
            MatchBy::Username if learner.username.is_none() => "login ids",
            _ => return Ok(()),
        };
        Err(Error::SignIn { url: mask(self.api.address()), reason: format!("it shows this account no {missing}") })
    }
}

fn enrolled(course: i64, learner: Learner, enrolment: &Value, taken: Option<&Taken>) -> Enrolment {
    let time = |name: &str| enrolment[name].as_str().and_then(rfc3339);
    Enrolment {
        course: course_id(course),
        learner,
        enrolled_at: time("created_at"),
        last_access_at: time("last_activity_at"),
        progress: taken.and_then(|taken| taken.progress),
        completion: taken.map_or(Completion::Unknown, |taken| taken.completion),
    }
}

/// `{"requirement_count": …, "requirement_completed_count": …, "completed_at": …}`, or `{"error": …}` where the course has no
/// requirements.
fn progress(told: &Value) -> Taken {
    let done_at = told["completed_at"].as_str();
    let asked = told["requirement_count"].as_f64().filter(|count| *count > 0.0);
    let met = told["requirement_completed_count"].as_f64();
    let completion = match (done_at, asked) {
        (Some(at), _) => Completion::Done { at: rfc3339(at) },
        (None, Some(_)) => Completion::Open,
        (None, None) => Completion::Unknown,
    };
    Taken { progress: asked.zip(met).map(|(asked, met)| (met / asked).clamp(0.0, 1.0)), completion }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn progress_is_read_as_canvas_tells_it() {
        let of = |told: Value| {
            let taken = progress(&told);
            (taken.progress, taken.completion)
        };
        let open = json!({"requirement_count": 4, "requirement_completed_count": 1, "completed_at": null});
        assert_eq!(of(open), (Some(0.25), Completion::Open));
        let done =
            json!({"requirement_count": 4, "requirement_completed_count": 4, "completed_at": "2026-03-01T10:00:00Z"});
        assert_eq!(of(done), (Some(1.0), Completion::Done { at: Some(1_772_359_200_000) }));
        let error = json!({"error": {"message": "no progress available because this course is not module based"}});
        assert_eq!(of(error), (None, Completion::Unknown));
        assert_eq!(of(json!({"requirement_count": 0, "requirement_completed_count": 0})), (None, Completion::Unknown));
    }
}
