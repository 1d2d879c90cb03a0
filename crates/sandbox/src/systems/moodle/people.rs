//! People and what they take (`enrol/externallib.php`, `user/externallib.php`, `completion/classes/external.php`).

use serde_json::{Value, json};
use time::OffsetDateTime;

use super::{Moodle, MoodleEnrolment, MoodlePerson, functions::View, params::Fault};
use crate::{EditError, clock::working_moment};

impl Moodle {
    /// Adds a person, or takes one's place.
    pub fn put_person(&self, person: MoodlePerson) {
        self.site().people.insert(person.id, person);
    }

    /// Changes a person, or what she takes.
    ///
    /// # Errors
    /// Where there is no such person.
    pub fn edit_person(&self, id: u64, change: impl FnOnce(&mut MoodlePerson)) -> Result<(), EditError> {
        self.site().people.get_mut(&id).map(change).ok_or_else(|| super::missing("person", id))
    }

    /// Deletes a person.
    ///
    /// # Errors
    /// Where there is no such person.
    pub fn delete_person(&self, id: u64) -> Result<(), EditError> {
        self.site().people.remove(&id).map(|_| ()).ok_or_else(|| super::missing("person", id))
    }

    /// A moment so many days before the site was started: it stays where it is.
    fn moment(&self, days: f64, person: &MoodlePerson, course: u64) -> i64 {
        let at: OffsetDateTime = working_moment(self.started, days, person.id * 1000 + course);
        at.unix_timestamp()
    }
}

impl View<'_> {
    /// Refuses a course that there is not, or whose people the account may not see.
    fn participants(&self, course: u64) -> Result<(), Fault> {
        if !self.moodle.site().courses.contains_key(&course) {
            return Err(Fault::missing_record("course"));
        }
        if !self.switches.view_participants {
            let said = "Sorry, but you do not currently have permissions to do that (View participants).";
            return Err(Fault::new("required_capability_exception", "nopermissions", said));
        }
        Ok(())
    }

    pub(super) fn enrolled(&self) -> Result<Value, Fault> {
        self.call.only(&["courseid", "options"], &["courseid"])?;
        let course = self.call.int("courseid")?;
        let options = self.call.pairs("options", "name")?;
        let known =
            ["withcapability", "groupid", "onlyactive", "onlysuspended", "userfields", "limitfrom", "limitnumber"];
        if options.iter().any(|(name, _)| !known.contains(&name.as_str()) && !name.starts_with("sort")) {
            return Err(Fault::parameter("options"));
        }
        let given = |wanted: &str| options.iter().find(|(name, _)| name == wanted).map(|(_, value)| value.as_str());
        let number = |name: &str| given(name).and_then(|text| text.parse::<usize>().ok()).unwrap_or(0);
        self.participants(course)?;
        let people: Vec<MoodlePerson> = {
            let site = self.moodle.site();
            let takes = |person: &&MoodlePerson| person.courses.iter().any(|taken| taken.course == course);
            site.people.values().filter(takes).cloned().collect()
        };
        let most = if number("limitnumber") == 0 { usize::MAX } else { number("limitnumber") };
        let from = if self.faults.backwards() { 0 } else { number("limitfrom") };
        let fields: Vec<&str> = given("userfields").map(|fields| fields.split(',').collect()).unwrap_or_default();
        let shown = |person: &MoodlePerson| {
            let mut out = json!({ "id": person.id, "fullname": person.name });
            if fields.is_empty() || fields.contains(&"email") {
                out["email"] = json!(person.email);
            }
            out
        };
        // Whom the account may not see is left out after the page is cut.
        let page = people.iter().skip(from).take(most).filter(|person| !person.hidden);
        Ok(page.map(shown).collect())
    }

    pub(super) fn users_by_field(&self) -> Result<Value, Fault> {
        self.call.only(&["field", "values"], &["field", "values"])?;
        if !matches!(self.call.text("field")?, "id" | "idnumber" | "username" | "email") {
            return Err(Fault::parameter("field"));
        }
        let field = self.call.text("field")?;
        let wanted = self.call.list("values")?;
        let site = self.moodle.site();
        let key = |person: &MoodlePerson| match field {
            "id" => person.id.to_string(),
            "idnumber" => person.number.clone(),
            "username" => person.username.clone(),
            _ => person.email.clone(),
        };
        let found = site.people.values().filter(|person| !person.hidden && wanted.contains(&key(person)));
        let shown = |person: &MoodlePerson| {
            let mut out =
                json!({ "id": person.id, "fullname": person.name, "email": person.email, "profileimageurl": "" });
            if self.switches.view_all_details {
                out["username"] = json!(person.username);
                out["auth"] = json!("manual");
                out["confirmed"] = json!(person.confirmed);
                if !person.number.is_empty() {
                    out["idnumber"] = json!(person.number);
                }
            }
            out
        };
        Ok(found.map(shown).collect())
    }

    /// One person, and what she takes of a course.
    fn person(&self, id: u64) -> Result<MoodlePerson, Fault> {
        self.moodle.site().people.get(&id).cloned().ok_or_else(|| Fault::missing_record("user"))
    }

    pub(super) fn users_courses(&self) -> Result<Value, Fault> {
        self.call.only(&["userid", "returnusercount"], &["userid"])?;
        let person = self.person(self.call.int("userid")?)?;
        let site = self.moodle.site();
        let told = person.courses.iter().filter(|taken| !taken.suspended && self.switches.view_participants);
        let shown = |taken: &MoodleEnrolment| {
            let course = &site.courses.get(&taken.course)?.content;
            let sees = self.switches.view_completion;
            let access = taken.last_access_days_ago.map(|days| self.moodle.moment(days, &person, taken.course));
            Some(json!({
                "id": course.id, "shortname": course.shortname, "fullname": super::rest::plain(&course.fullname),
                "visible": i32::from(course.visible), "enablecompletion": true, "completionhascriteria": sees,
                "completionusertracked": sees, "progress": taken.progress.filter(|_| sees),
                "completed": sees.then_some(taken.completed_days_ago.is_some()), "lastaccess": access,
            }))
        };
        Ok(told.filter_map(shown).collect())
    }

    pub(super) fn completion_status(&self) -> Result<Value, Fault> {
        self.call.only(&["courseid", "userid"], &["courseid", "userid"])?;
        let course = self.call.int("courseid")?;
        let person = self.person(self.call.int("userid")?)?;
        if !self.switches.view_completion {
            return Err(Fault::new("moodle_exception", "cannotviewreport", "You can not view this report"));
        }
        let taken = person.courses.iter().find(|taken| taken.course == course);
        let Some(taken) = taken else {
            return Err(Fault::new("moodle_exception", "usernotenroled", "User is not enrolled"));
        };
        let at = taken.completed_days_ago.map(|days| self.moodle.moment(days, &person, course));
        let part = |kind: u8, title: &str, at: Option<i64>| {
            json!({ "type": kind, "title": title, "status": if at.is_some() { "Yes" } else { "No" },
                    "complete": at.is_some(), "timecompleted": at,
                    "details": { "type": title, "criteria": "", "requirement": "", "status": "" } })
        };
        // The first part was done an hour before the last.
        let parts = [part(4, "Activity completion", at.map(|at| at - 3600)), part(1, "Self completion", at)];
        Ok(json!({
            "completionstatus": { "completed": at.is_some(), "aggregation": 1, "completions": parts }, "warnings": [],
        }))
    }
}
