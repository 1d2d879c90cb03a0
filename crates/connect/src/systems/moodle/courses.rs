//! Categories and courses.

use std::collections::{BTreeMap, HashMap};

use serde_json::Value;

use super::{
    Lms, Task,
    api::{self, COURSES, Site, denies, moment, number},
    multilang,
};
use crate::{
    clean::{Draft, Gather, rejected},
    error::Error,
    http::{Http, mask},
    model::{Item, Kind},
};

/// Categories within each other whose names are topics.
const MAX_DEPTH: usize = 20;

/// What a category is called, by its id: the names from the top down to its own.
pub(super) type Paths = BTreeMap<i64, Vec<String>>;

/// A course that is offered.
pub(super) struct Course {
    pub(super) id: i64,
    pub(super) title: String,
    pub(super) language: Option<String>,
    pub(super) topics: Vec<String>,
    /// When it or something in it last changed, by Moodle's clock in seconds, where the account may know.
    pub(super) changed: Option<i64>,
}

/// What a page gathers.
#[derive(Default)]
pub(super) struct Batch {
    pub(super) gather: Gather,
    pub(super) gone: Vec<String>,
}

impl Lms {
    /// The categories that are read, with their paths.
    pub(super) async fn paths(&self, http: &Http) -> Result<Paths, Error> {
        let (list, _) = self.api.list(http, api::CATEGORIES, None, &[]).await?;
        let mut known: HashMap<i64, (i64, String)> = HashMap::new();
        for category in &list {
            if let Some(id) = number(&category["id"]) {
                known.insert(id, (number(&category["parent"]).unwrap_or(0), self.text(&category["name"])));
            }
        }
        let mut paths = Paths::new();
        for id in known.keys() {
            let (mut path, mut within, mut at) = (Vec::new(), self.category.is_none(), *id);
            while let Some((parent, name)) = known.get(&at).filter(|_| path.len() < MAX_DEPTH) {
                path.insert(0, name.clone());
                within |= self.category == Some(at);
                at = *parent;
            }
            if within {
                paths.insert(*id, path);
            }
        }
        if paths.is_empty() {
            let reason = match self.category {
                Some(id) => format!("it shows this account no category {id}; check the source's setting"),
                None => "it shows this account no categories of courses (moodle/category:viewcourselist)".to_owned(),
            };
            return Err(Error::SignIn { url: mask(self.api.address()), reason });
        }
        Ok(paths)
    }

    /// Reads the courses for which `field` is `value`; answers those that are offered.
    pub(super) async fn courses(
        &self,
        http: &Http,
        task: &Task<'_>,
        (field, value): (&str, &str),
        batch: &mut Batch,
    ) -> Result<Vec<(Course, Draft)>, Error> {
        let params = [("field", field), ("value", value)];
        let (list, rest) = self.api.list(http, COURSES, Some("courses"), &params).await?;
        for warning in rest["warnings"].as_array().into_iter().flatten() {
            let id = number(&warning["itemid"]).map(course_id);
            let said = self.text(&warning["message"]);
            batch.gather.push(Err(rejected(id.as_deref(), &format!("Moodle leaves it out: {said}"), &said)));
        }
        let mut found = Vec::new();
        for course in &list {
            let Some(id) = number(&course["id"]) else {
                batch.gather.push(Err(rejected(None, "It has no id.", &self.text(&course["fullname"]))));
                continue;
            };
            if id == task.site.front || course["format"] == "site" {
                continue;
            }
            if denies(&course["visible"]) || self.is_over(course, task.now) {
                batch.gone.push(course_id(id));
                continue;
            }
            found.push(self.course(id, course, task));
        }
        Ok(found)
    }

    fn is_over(&self, course: &Value, now: i64) -> bool {
        !self.ended && moment(&course["enddate"]).is_some_and(|end| end < now)
    }

    fn course(&self, id: i64, course: &Value, task: &Task<'_>) -> (Course, Draft) {
        let mut topics = number(&course["categoryid"]).and_then(|id| task.paths.get(&id)).cloned().unwrap_or_default();
        let fields = course["customfields"].as_array().map(Vec::as_slice).unwrap_or_default();
        for wanted in &self.topic_fields {
            let field = fields.iter().find(|field| field["shortname"].as_str() == Some(wanted.as_str()));
            let value = field.map(|field| self.text(&field["value"])).unwrap_or_default();
            topics.extend(value.split([',', ';']).map(|part| part.trim().to_owned()));
        }
        let minutes = self.minutes_field.as_deref().and_then(|wanted| {
            let field = fields.iter().find(|field| field["shortname"].as_str() == Some(wanted))?;
            whole(&field["valueraw"]).or_else(|| whole(&field["value"]))
        });
        let forced = course["lang"].as_str().and_then(multilang::tag);
        let contacts = course["contacts"].as_array().map(Vec::as_slice).unwrap_or_default();
        let modified = number(&course["timemodified"]);
        let about = Course {
            id,
            title: self.text(&course["fullname"]),
            language: forced.or_else(|| self.language.clone()),
            topics,
            // Moodle counts up the revision of a course's cache, a time, with every change to what the course holds.
            changed: number(&course["cacherev"]).max(modified),
        };
        let draft = Draft {
            external_id: course_id(id),
            url: format!("course/view.php?id={id}"),
            title: about.title.clone(),
            summary: self.text(&course["summary"]),
            authors: contacts.iter().filter_map(|each| each["fullname"].as_str()).map(str::to_owned).collect(),
            language: about.language.clone(),
            topics: about.topics.clone(),
            minutes,
            published_at: moment(&course["timecreated"]).or_else(|| moment(&course["startdate"])),
            changed_at: moment(&course["timemodified"]),
            ..Draft::new(Kind::Course)
        };
        (about, draft)
    }

    /// A text in the language that is wanted.
    pub(super) fn text(&self, value: &Value) -> String {
        multilang::choose(value.as_str().unwrap_or_default(), self.language.as_deref())
    }
}

/// A number that somebody entered: `90`, `90.0` or `90 min`.
fn whole(value: &Value) -> Option<i64> {
    let text = value.as_str().map_or_else(|| value.to_string(), |text| text.trim().to_owned());
    let digits = text.find(|letter: char| !letter.is_ascii_digit()).unwrap_or(text.len());
    text[..digits].parse().ok()
}

/// The id under which a course is known.
pub(super) fn course_id(id: i64) -> String {
    format!("course-{id}")
}

/// Puts a draft among the items.
pub(super) fn add(site: &Site, draft: Draft, batch: &mut Batch) {
    batch.gather.push(draft.finish(&site.url).map(Item::Resource));
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn durations_are_read_as_people_enter_them() {
        for (value, minutes) in [
            (json!("90"), Some(90)),
            (json!(90), Some(90)),
            (json!("90.0"), Some(90)),
            (json!("45 min"), Some(45)),
            (json!("an hour"), None),
            (json!(null), None),
        ] {
            assert_eq!(whole(&value), minutes, "{value}");
        }
    }
}
