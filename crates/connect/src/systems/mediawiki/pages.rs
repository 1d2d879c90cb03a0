//! Pages as the API gives them, in parts, made into items.

use std::collections::HashMap;

use serde_json::{Value, json};

use super::{Wiki, wikitext};
use crate::{
    clean::{Draft, Gather, rejected, rfc3339},
    model::{Item, Rejected, Resource},
    text::head,
};

/// Pages of a set: fifty are asked for.
const MAX_PAGES: usize = 500;
/// Entries of one list of a page.
const MAX_LIST: usize = 1000;
/// What is used of a page.
const KNOWN: [&str; 14] = [
    "pageid",
    "ns",
    "title",
    "missing",
    "redirect",
    "invalid",
    "special",
    "contentmodel",
    "pagelanguage",
    "fullurl",
    "canonicalurl",
    "categories",
    "revisions",
    "extract",
];

/// A page without what nobody uses, and with no more of its text than is read.
fn known(page: &Value) -> Value {
    let mut kept: serde_json::Map<_, _> =
        KNOWN.iter().filter_map(|name| Some(((*name).to_owned(), page.get(*name)?.clone()))).collect();
    if let Some(text) = page["extract"].as_str() {
        kept.insert("extract".to_owned(), head(text, wikitext::MAX).into());
    }
    if let Some(revision) = page["revisions"].get(0) {
        let text = head(revision["slots"]["main"]["content"].as_str().unwrap_or_default(), wikitext::MAX);
        let time = revision["timestamp"].clone();
        kept.insert("revisions".to_owned(), json!([{ "timestamp": time, "slots": { "main": { "content": text } } }]));
    }
    Value::Object(kept)
}

/// The pages of a set; a page's properties may come in several answers.
#[derive(Default)]
pub(super) struct Parts {
    pages: Vec<Value>,
    places: HashMap<(Option<i64>, String), usize>,
}

impl Parts {
    /// Takes in one answer's pages; false where there are more than anybody asked for.
    pub(super) fn add(&mut self, pages: &[Value]) -> bool {
        for page in pages.iter().map(known) {
            let page = &page;
            let key = (page["pageid"].as_i64(), page["title"].as_str().unwrap_or_default().to_owned());
            match self.places.get(&key) {
                Some(place) => merge(&mut self.pages[*place], page),
                None => {
                    self.places.insert(key, self.pages.len());
                    self.pages.push(page.clone());
                }
            }
        }
        self.pages.len() <= MAX_PAGES
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
            (Some(Value::Array(known)), Value::Array(new)) => {
                let room = MAX_LIST.saturating_sub(known.len());
                known.extend(new.iter().take(room).cloned());
            }
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
