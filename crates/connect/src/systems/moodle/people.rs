//! Who takes which course, and who has finished it (<https://docs.moodle.org/dev/Web_service_API_functions>; shapes and rights
//! as in `enrol/externallib.php`, `user/externallib.php` with `user_get_user_details` of `user/lib.php`, and
//! `completion/classes/external.php` of Moodle 4.1 to 5.1).
//!
//! - `core_enrol_get_enrolled_users` lists the people of one course, a page at a time (options `limitfrom`, `limitnumber`,
//!   `sortby`). Whom the account may not see is left out after the page is cut, so that a short page may be the last or not:
//!   then the rest is asked for, which is nothing at the end.
//! - `core_user_get_users_by_field` tells of each whether the account was confirmed: Moodle has no other word for a mail
//!   address that is really its owner's. It asks for a confirmation again when somebody changes hers
//!   (`emailchangeconfirmation`, on unless switched off).
//! - `core_enrol_get_users_courses` tells once a person how far she is in all her courses. It lists active enrolments only.
//! - `core_completion_get_course_completion_status` tells when the parts of a finished course were finished: a course has
//!   no time of its own in any function. It is asked for what is finished, and for nothing else.
//!
//! Since when somebody is enrolled no function tells.

use std::{collections::HashMap, sync::Arc};

use async_trait::async_trait;
use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::{
    Around, Lms, Task, after,
    api::{self, COMPLETION, ENROLLED, PEOPLE, TAKEN, USERS, moment, number},
    courses::{Batch, course_id},
};
use crate::{
    clean::{read_cursor, rejected, write_cursor},
    error::Error,
    http::{Http, mask},
    model::{Cursor, Next, Rejected},
    progress::{Completion, Enrolment, Learner, MatchBy, Progress, ProgressPage},
};

/// People that are asked for at once.
const PEOPLE_A_PAGE: usize = 50;
/// As a limit: none.
const ALL: usize = 0;
/// `COMPLETION_AGGREGATION_ANY`: one part is enough.
const ANY: i64 = 2;

/// Where a run stands.
#[derive(Debug, Default, Serialize, Deserialize)]
struct Run {
    /// The category whose courses were listed last.
    after: i64,
    /// Courses of it whose people are still to be read.
    courses: Vec<i64>,
    /// How many people of the first of them have been listed, and the id of the last one.
    listed: usize,
    last: i64,
    /// Something could not be read: who was not named may be there still.
    unclean: bool,
}

impl Run {
    /// The first course is done with.
    fn next_course(&mut self) {
        self.courses.remove(0);
        (self.listed, self.last) = (0, 0);
    }
}

/// How far somebody is in a course.
pub(super) struct Taken {
    last_access: Option<i64>,
    progress: Option<f64>,
    /// None where nobody tracks it, or the account may not know.
    completed: Option<bool>,
}

/// By course.
pub(super) type Courses = HashMap<i64, Taken>;

#[async_trait]
impl Progress for Lms {
    async fn page(&self, http: &Http, cursor: Option<&Cursor>) -> Result<ProgressPage, Error> {
        let mut run = cursor.map(read_cursor::<Run>).transpose()?.unwrap_or_default();
        let around = self.around(http, cursor.is_none()).await?;
        self.api.check(&around.site, &PEOPLE)?;
        if cursor.is_none() {
            self.taken.lock().await.clear();
        }
        let (mut enrolments, mut refused) = (Vec::new(), Vec::new());
        match run.courses.first().copied() {
            Some(course) => self.read_people(http, course, &mut run, &mut enrolments, &mut refused).await?,
            None => self.next_courses(http, &around, &mut run).await?,
        }
        run.unclean |= !refused.is_empty();
        let is_over = run.courses.is_empty() && after(&around.paths, run.after).is_none();
        let next =
            if is_over { Next::Done { cursor: None, complete: !run.unclean } } else { Next::More(write_cursor(&run)?) };
        Ok(ProgressPage { enrolments, rejected: refused, next })
    }
}

impl Lms {
    /// Lists the courses of the next category.
    async fn next_courses(&self, http: &Http, around: &Around, run: &mut Run) -> Result<(), Error> {
        // Without a next one, the last category was deleted while the run stood still.
        let Some(id) = after(&around.paths, run.after) else { return Ok(()) };
        let task = Task { site: &around.site, paths: &around.paths, now: around.site.clock };
        let mut batch = Batch::default();
        let courses = self.courses(http, &task, ("category", &id.to_string()), &mut batch).await?;
        run.courses = courses.into_iter().map(|(course, _)| course.id).collect();
        run.unclean |= !batch.gather.is_clean();
        run.after = id;
        Ok(())
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
        let list = match self.enrolled(http, course, run.listed, PEOPLE_A_PAGE).await {
            Ok(list) => list,
            // Deleted since it was listed.
            Err(Error::Api { code, .. }) if code.starts_with("invalidrecord") => {
                run.next_course();
                return Ok(());
            }
            // One course may be closed to us, or broken; a token that ends fails the list before.
            Err(error @ (Error::Api { .. } | Error::Format { .. } | Error::TooLarge { .. })) => {
                let reason = format!("Its people cannot be read: {error}.");
                refused.push(rejected(Some(&course_id(course)), &reason, ""));
                run.next_course();
                return Ok(());
            }
            Err(error) => return Err(error),
        };
        run.listed += PEOPLE_A_PAGE;
        let is_last = list.len() < PEOPLE_A_PAGE && self.enrolled(http, course, run.listed, ALL).await?.is_empty();
        let mut ids = Vec::with_capacity(list.len());
        for person in &list {
            match number(&person["id"]) {
                Some(id) if id > run.last => {
                    run.last = id;
                    ids.push(id);
                }
                Some(id) => {
                    let reason = format!("its list of people goes back from {} to {id}", run.last);
                    return Err(Error::Loop { url: mask(self.api.address()), reason });
                }
                None => {
                    let name = person["fullname"].as_str().unwrap_or_default();
                    refused.push(rejected(None, "The person has no id.", name));
                }
            }
        }
        let learners = self.learners(http, &ids).await?;
        for id in ids {
            match self.enrolment(http, course, id, &learners).await {
                Ok(enrolment) => enrolments.extend(enrolment),
                Err(Error::Api { detail, .. }) => {
                    let known = format!("{} of {}", user_id(id), course_id(course));
                    refused.push(rejected(Some(&known), &format!("Moodle does not tell: {detail}."), &user_id(id)));
                }
                Err(error) => return Err(error),
            }
        }
        if is_last {
            run.next_course();
        }
        Ok(())
    }

    /// The people of a course, by id, from the `from`th on.
    async fn enrolled(&self, http: &Http, course: i64, from: usize, most: usize) -> Result<Vec<Value>, Error> {
        let (course, from, most) = (course.to_string(), from.to_string(), most.to_string());
        let params = [
            ("courseid", course.as_str()),
            ("options[0][name]", "userfields"),
            ("options[0][value]", "id,fullname"),
            ("options[1][name]", "limitfrom"),
            ("options[1][value]", from.as_str()),
            ("options[2][name]", "limitnumber"),
            ("options[2][value]", most.as_str()),
            ("options[3][name]", "sortby"),
            ("options[3][value]", "id"),
        ];
        Ok(self.api.list(http, ENROLLED, None, &params).await?.0)
    }

    /// What Moodle tells of these people.
    async fn learners(&self, http: &Http, ids: &[i64]) -> Result<HashMap<i64, Learner>, Error> {
        if ids.is_empty() {
            return Ok(HashMap::new());
        }
        let named: Vec<(String, String)> =
            ids.iter().enumerate().map(|(at, id)| (format!("values[{at}]"), id.to_string())).collect();
        let mut params = vec![("field", "id")];
        params.extend(named.iter().map(|(name, value)| (name.as_str(), value.as_str())));
        let (list, _) = self.api.list(http, USERS, None, &params).await?;
        let learner = |user: &Value| {
            let text = |name: &str| user[name].as_str().map(str::to_owned);
            let id = number(&user["id"])?;
            let known = Learner {
                id: user_id(id),
                name: text("fullname").unwrap_or_default(),
                email: text("email"),
                email_verified: user["confirmed"] == true || number(&user["confirmed"]) == Some(1),
                username: text("username"),
                number: text("idnumber"),
            };
            Some((id, known.tidy()))
        };
        Ok(list.iter().filter_map(learner).collect())
    }

    /// What there is to say of one person in one course; nothing where the enrolment is not active.
    async fn enrolment(
        &self,
        http: &Http,
        course: i64,
        id: i64,
        learners: &HashMap<i64, Learner>,
    ) -> Result<Option<Enrolment>, Error> {
        let courses = self.taken(http, id).await?;
        let Some(taken) = courses.get(&course) else { return Ok(None) };
        let Some(learner) = learners.get(&id) else {
            let detail = "the account may not see this person's details (moodle/user:viewdetails)".to_owned();
            return Err(Error::Api { url: mask(self.api.address()), code: "hidden".to_owned(), detail });
        };
        let completion = match taken.completed {
            None => Completion::Unknown,
            Some(false) => Completion::Open,
            Some(true) => Completion::Done { at: self.completed_at(http, course, id).await? },
        };
        Ok(Some(Enrolment {
            course: course_id(course),
            learner: learner.clone(),
            enrolled_at: None,
            last_access_at: taken.last_access,
            progress: taken.progress,
            completion,
        }))
    }

    /// How far a person is in her courses: asked once a run.
    async fn taken(&self, http: &Http, id: i64) -> Result<Arc<Courses>, Error> {
        let mut known = self.taken.lock().await;
        if let Some(courses) = known.get(&id) {
            return Ok(courses.clone());
        }
        let user = id.to_string();
        let (list, _) =
            self.api.list(http, TAKEN, None, &[("userid", user.as_str()), ("returnusercount", "0")]).await?;
        let taken = |course: &Value| {
            let completed =
                course["completed"].as_bool().or_else(|| number(&course["completed"]).map(|done| done != 0));
            // Without criteria nothing can be finished, so that "no" says nothing.
            let tracked = completed == Some(true) || !api::denies(&course["completionhascriteria"]);
            let progress = course["progress"].as_f64().map(|percent| (percent / 100.0).clamp(0.0, 1.0));
            let taken = Taken {
                last_access: moment(&course["lastaccess"]),
                progress,
                completed: completed.filter(|_| tracked),
            };
            Some((number(&course["id"])?, taken))
        };
        let courses = Arc::new(list.iter().filter_map(taken).collect::<Courses>());
        known.insert(id, courses.clone());
        Ok(courses)
    }

    /// When a course was finished: when the last of its parts was, or the first where one is enough.
    async fn completed_at(&self, http: &Http, course: i64, id: i64) -> Result<Option<i64>, Error> {
        let (course, user) = (course.to_string(), id.to_string());
        let params = [("courseid", course.as_str()), ("userid", user.as_str())];
        let status = match self.api.object(http, COMPLETION, &params).await {
            Ok(mut answer) => answer["completionstatus"].take(),
            // It is finished; since when is not told.
            Err(Error::Api { .. }) => return Ok(None),
            Err(error) => return Err(error),
        };
        let parts = status["completions"].as_array().map(Vec::as_slice).unwrap_or_default();
        let times =
            parts.iter().filter(|part| part["complete"] == true).filter_map(|part| moment(&part["timecompleted"]));
        Ok(if number(&status["aggregation"]) == Some(ANY) { times.min() } else { times.max() })
    }

    /// Tries whether people of a course can be read, and recognised.
    pub(super) async fn try_people(&self, http: &Http, course: i64, by: MatchBy) -> Result<(), Error> {
        let first = self.enrolled(http, course, 0, 1).await?;
        let ids: Vec<i64> = first.iter().filter_map(|person| number(&person["id"])).collect();
        let learners = self.learners(http, &ids).await?;
        let Some(learner) = learners.into_values().next() else { return Ok(()) };
        let missing = match by {
            MatchBy::Email if learner.email.is_none() => "mail addresses (moodle/site:viewuseridentity)",
            MatchBy::Username if learner.username.is_none() => "user names (moodle/user:viewalldetails)",
            MatchBy::Number if learner.number.is_none() => return Ok(()), // she may have none
            _ => return Ok(()),
        };
        Err(Error::SignIn { url: mask(self.api.address()), reason: format!("it shows this account no {missing}") })
    }
}

/// The id under which a person is known.
fn user_id(id: i64) -> String {
    format!("user-{id}")
}
