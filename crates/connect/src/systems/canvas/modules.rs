//! What the modules of a course hold.

use std::collections::HashSet;

use serde_json::Value;

use super::{
    School,
    courses::{Batch, Course, about, course_id},
};
use crate::{
    clean::{Draft, rejected, rfc3339},
    error::Error,
    http::{Http, mask},
    model::{Item, Kind},
};

/// Pages of one list within a course: Canvas gives up to a hundred modules or items a page.
const MAX_PAGES: usize = 50;
/// Modules or items of one list within a course.
const MAX_ENTRIES: usize = MAX_PAGES * 100;

/// The items that one can learn from without the rest of the course, by their types.
const KINDS: [(&str, Kind); 3] = [("Page", Kind::Article), ("Quiz", Kind::Assessment), ("ExternalUrl", Kind::Article)];

impl School {
    /// Reads the modules of one course.
    pub(super) async fn modules_of(&self, http: &Http, id: i64, now: i64, batch: &mut Batch) -> Result<(), Error> {
        match self.try_modules(http, id, now, batch).await {
            // Deleted since it was listed.
            Err(Error::Status { status: 404 | 410, .. }) => batch.gone.push(course_id(id)),
            // One course may be closed to us, or broken.
            Err(
                error @ (Error::SignIn { .. } | Error::Format { .. } | Error::TooLarge { .. } | Error::Loop { .. }),
            ) => {
                if matches!(error, Error::SignIn { .. }) {
                    // Whether we are let in at all, the user's own page tells: a token may expire in mid-run.
                    self.api.one(http, "users/self", "").await?;
                }
                let reason = format!("Its modules cannot be read: {error}.");
                batch.gather.push(Err(rejected(Some(&course_id(id)), &reason, "")));
            }
            result => result?,
        }
        Ok(())
    }

    async fn try_modules(&self, http: &Http, id: i64, now: i64, batch: &mut Batch) -> Result<(), Error> {
        let course = self.api.one(http, &format!("courses/{id}"), "include[]=account").await?;
        let course = about(id, &course);
        let path = format!("courses/{id}/modules");
        for module in self.all(http, &path, "per_page=100&include[]=items").await? {
            if !is_open(&module, now) {
                continue;
            }
            // Canvas leaves the items out where there are too many.
            let items = match (&module["items"], module["id"].as_i64()) {
                (Value::Array(items), _) => items.clone(),
                (_, Some(module)) => self.all(http, &format!("{path}/{module}/items"), "per_page=100").await?,
                _ => Vec::new(),
            };
            for item in &items {
                self.item(&course, item, batch);
            }
        }
        Ok(())
    }

    /// Every page of a list within a course.
    pub(super) async fn all(&self, http: &Http, path: &str, query: &str) -> Result<Vec<Value>, Error> {
        let (mut all, mut seen, mut next) = (Vec::new(), HashSet::new(), Some(query.to_owned()));
        while let Some(query) = next {
            let list = self.api.list(http, path, &query).await?;
            all.extend(list.items);
            if !seen.insert(query) || seen.len() > MAX_PAGES || all.len() > MAX_ENTRIES {
                let reason = format!("{path} does not end");
                return Err(Error::Loop { url: mask(self.api.address()), reason });
            }
            next = list.next;
        }
        Ok(all)
    }

    fn item(&self, course: &Course, item: &Value, batch: &mut Batch) {
        let kind = KINDS.iter().find(|(name, _)| item["type"].as_str() == Some(*name));
        let Some((_, kind)) = kind.filter(|_| item["published"] != false) else { return };
        let title = item["title"].as_str().unwrap_or_default();
        let Some(id) = item["id"].as_i64() else {
            batch.gather.push(Err(rejected(None, "It has no id.", title)));
            return;
        };
        let draft = Draft {
            external_id: format!("item-{id}"),
            url: format!("courses/{}/modules/items/{id}", course.id),
            // “Week 1” says nothing without its course.
            title: if title.trim().is_empty() { String::new() } else { format!("{title} – {}", course.title) },
            language: course.language.clone(),
            topics: course.topics.clone(),
            ..Draft::new(*kind)
        };
        batch.gather.push(draft.finish(self.api.address()).map(Item::Resource));
    }
}

/// Whether everybody in the course may open a module, and its items one by one.
fn is_open(module: &Value, now: i64) -> bool {
    let waits = module["prerequisite_module_ids"].as_array().is_some_and(|list| !list.is_empty());
    let later = module["unlock_at"].as_str().and_then(rfc3339).is_some_and(|at| at > now);
    module["published"] != false && module["require_sequential_progress"] != true && !waits && !later
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn modules_that_wait_are_closed() {
        assert!(is_open(&json!({"published": true, "unlock_at": null, "prerequisite_module_ids": []}), 0));
        assert!(is_open(&json!({"unlock_at": "2026-01-01T00:00:00Z"}), 1_800_000_000_000));
        for closed in [
            json!({"published": false}),
            json!({"unlock_at": "2026-01-01T00:00:00Z"}),
            json!({"prerequisite_module_ids": [3]}),
            json!({"require_sequential_progress": true}),
        ] {
            assert!(!is_open(&closed, 1_700_000_000_000), "{closed}");
        }
    }
}
