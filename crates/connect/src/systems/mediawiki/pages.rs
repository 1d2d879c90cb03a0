//! Pages as the API gives them, in parts, made into items.

use std::collections::HashMap;

use serde_json::Value;

use super::{Wiki, wikitext};
use crate::{
    clean::{Draft, Gather, rejected, rfc3339},
    model::{Item, Rejected, Resource},
};

/// The pages of a set; a page's properties may come in several answers.
#[derive(Default)]
pub(super) struct Parts {
    pages: Vec<Value>,
    places: HashMap<(Option<i64>, String), usize>,
}

impl Parts {
    /// Takes in one answer's pages.
    pub(super) fn add(&mut self, pages: &[Value]) {
        for page in pages {
            let key = (page["pageid"].as_i64(), page["title"].as_str().unwrap_or_default().to_owned());
            match self.places.get(&key) {
                Some(place) => merge(&mut self.pages[*place], page),
                None => {
                    self.places.insert(key, self.pages.len());
                    self.pages.push(page.clone());
                }
            }
        }
    }

    /// The items, and the ids of pages that are no longer there.
    pub(super) fn into_items(self, wiki: &Wiki, gather: &mut Gather, gone: &mut Vec<String>) {
        for page in self.pages {
            let id = page["pageid"].as_i64().filter(|id| *id > 0);
            let elsewhere = page["ns"].as_i64().is_some_and(|ns| !wiki.namespaces.contains(&ns));
            let absent = ["missing", "redirect", "invalid", "special"].iter().any(|name| page[*name] == true);
            if absent || elsewhere {
                gone.extend(id.map(|id| id.to_string()));
                continue;
            }
            gather.push(item(wiki, &page, id).map(Item::Resource));
        }
    }
}

/// Adds what `more` tells to `page`; lists are joined, since the API sends each entry once.
fn merge(page: &mut Value, more: &Value) {
    let (Some(page), Some(more)) = (page.as_object_mut(), more.as_object()) else { return };
    for (name, value) in more {
        match (page.get_mut(name), value) {
            (Some(Value::Array(known)), Value::Array(new)) => known.extend(new.iter().cloned()),
            (Some(_), _) => {}
            (None, _) => drop(page.insert(name.clone(), value.clone())),
        }
    }
}

fn item(wiki: &Wiki, page: &Value, id: Option<i64>) -> Result<Resource, Rejected> {
    let title = page["title"].as_str().unwrap_or_default();
    if page["contentmodel"].as_str().is_some_and(|model| model != "wikitext") {
        let reason = "It is not written in wikitext, so it has no text to show.";
        return Err(rejected(id.map(|id| id.to_string()).as_deref(), reason, title));
    }
    let revision = &page["revisions"][0];
    let categories = page["categories"].as_array().map(Vec::as_slice).unwrap_or_default();
    // The namespace's name differs by language; the colon doesn't.
    let topic = |category: &Value| Some(category["title"].as_str()?.split_once(':')?.1.to_owned());
    let draft = Draft {
        external_id: id.map(|id| id.to_string()).unwrap_or_default(),
        url: ["fullurl", "canonicalurl"].iter().find_map(|name| page[*name].as_str()).unwrap_or_default().to_owned(),
        title: title.to_owned(),
        summary: text(page, revision),
        language: page["pagelanguage"].as_str().map(str::to_owned),
        topics: categories.iter().filter_map(topic).collect(),
        changed_at: revision["timestamp"].as_str().and_then(rfc3339),
        ..Draft::new(wiki.kind)
    };
    draft.finish(wiki.api.address())
}

/// The extract, where there is one; else the wikitext's own text.
fn text(page: &Value, revision: &Value) -> String {
    let extract = page["extract"].as_str().map(str::trim).unwrap_or_default();
    if !extract.is_empty() {
        return extract.to_owned();
    }
    wikitext::to_text(revision["slots"]["main"]["content"].as_str().unwrap_or_default())
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn parts_come_together() {
        let mut parts = Parts::default();
        parts.add(&[
            json!({"pageid": 1, "title": "A", "categories": [{"title": "Category:X"}]}),
            json!({"pageid": 2, "title": "B"}),
        ]);
        parts.add(&[json!({"pageid": 1, "title": "A", "categories": [{"title": "Category:Y"}], "extract": "text"})]);
        assert_eq!(parts.pages.len(), 2);
        assert_eq!(parts.pages[0]["categories"].as_array().unwrap().len(), 2);
        assert_eq!(parts.pages[0]["extract"], "text");
    }
}
