//! What a course holds: the activities that stand alone.

use serde_json::Value;

use super::{
    Lms, Task,
    api::{CONTENTS, denies, moment, number},
    courses::{Batch, Course, add, course_id},
};
use crate::{
    clean::{Draft, rejected},
    error::Error,
    http::Http,
    model::Kind,
};

/// Sections and activities of one course that are looked at.
const MAX_PARTS: usize = 5000;

/// The activities that one can learn from without the rest of the course, by the names of their modules.
const KINDS: [(&str, Kind); 6] = [
    ("page", Kind::Article),
    ("url", Kind::Article),
    ("book", Kind::Book),
    ("quiz", Kind::Assessment),
    ("scorm", Kind::Course),
    ("h5pactivity", Kind::Lab),
];

impl Lms {
    /// Reads the activities of one course.
    pub(super) async fn activities(
        &self,
        http: &Http,
        task: &Task<'_>,
        course: &Course,
        batch: &mut Batch,
    ) -> Result<(), Error> {
        let id = course.id.to_string();
        let params = [("courseid", id.as_str()), ("options[0][name]", "excludecontents"), ("options[0][value]", "1")];
        let sections = match self.api.list(http, CONTENTS, None, &params).await {
            Ok((sections, _)) => sections,
            // Deleted since it was listed.
            Err(Error::Api { code, .. }) if code.starts_with("invalidrecord") => {
                batch.gone.push(course_id(course.id));
                return Ok(());
            }
            // One course may be closed to us, or broken; a token that ends fails the list before.
            Err(error @ (Error::Api { .. } | Error::Format { .. } | Error::TooLarge { .. })) => {
                let reason = format!("Its activities cannot be read: {error}.");
                batch.gather.push(Err(rejected(Some(&course_id(course.id)), &reason, &course.title)));
                return Ok(());
            }
            Err(error) => return Err(error),
        };
        let open = sections.iter().take(MAX_PARTS).filter(|section| !is_hidden(section));
        for module in open.flat_map(|section| section["modules"].as_array().into_iter().flatten()).take(MAX_PARTS) {
            let kind = KINDS.iter().find(|(name, _)| module["modname"].as_str() == Some(*name));
            if let Some((name, kind)) = kind.filter(|_| !is_hidden(module)) {
                self.activity(task, course, (name, *kind), module, batch);
            }
        }
        Ok(())
    }

    fn activity(
        &self,
        task: &Task<'_>,
        course: &Course,
        (name, kind): (&str, Kind),
        module: &Value,
        batch: &mut Batch,
    ) {
        let title = self.text(&module["name"]);
        let Some(id) = number(&module["id"]) else {
            batch.gather.push(Err(rejected(None, "It has no id.", &title)));
            return;
        };
        let draft = Draft {
            external_id: format!("activity-{id}"),
            url: format!("mod/{name}/view.php?id={id}"),
            // “Final quiz” says nothing without its course.
            title: if title.trim().is_empty() { title } else { format!("{title} – {}", course.title) },
            summary: self.text(&module["description"]),
            language: course.language.clone(),
            topics: course.topics.clone(),
            changed_at: moment(&module["contentsinfo"]["lastmodified"]),
            ..Draft::new(kind)
        };
        add(task.site, draft, batch);
    }
}

/// Whether a section or an activity is not for everybody in the course: hidden, or under a condition. The account may see
/// more than learners do, so that it does not count that Moodle shows it.
fn is_hidden(part: &Value) -> bool {
    let conditions = part["availability"].as_str().and_then(|text| serde_json::from_str::<Value>(text).ok());
    let has_conditions = conditions.is_some_and(|tree| tree["c"].as_array().is_some_and(|list| !list.is_empty()));
    has_conditions
        || part["availabilityinfo"].as_str().is_some_and(|info| !info.trim().is_empty())
        || ["visible", "uservisible", "visibleoncoursepage"].iter().any(|flag| denies(&part[*flag]))
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn what_is_not_for_everybody_is_left_out() {
        assert!(!is_hidden(
            &json!({"visible": 1, "uservisible": true, "visibleoncoursepage": 1, "availability": null})
        ));
        assert!(
            !is_hidden(&json!({"availability": "{\"op\":\"&\",\"c\":[],\"showc\":[]}"})),
            "conditions that were taken away"
        );
        for hidden in [
            json!({"visible": 0}),
            json!({"uservisible": false}),
            json!({"visibleoncoursepage": 0}),
            json!({"availabilityinfo": "Not available unless: You belong to <strong>Group A</strong>"}),
            json!({"availability": "{\"op\":\"&\",\"c\":[{\"type\":\"group\",\"id\":7}],\"showc\":[true]}"}),
        ] {
            assert!(is_hidden(&hidden), "{hidden}");
        }
    }
}
