//! The last look at what a connector brings, before it reaches the catalogue: whatever one bad item could break for the
//! whole page is put into quarantine instead.

use super::store::Refused;
use crate::base::t;
use connect::{Item, Rejected};
use std::collections::HashSet;

/// Longest id that is kept.
const ID_MAX: usize = 500;
/// Longest excerpt that is kept of a refused item.
const EXCERPT_MAX: usize = 300;

/// Splits a page into what may go in and what is refused, the connector's own refusals included.
pub fn admit(items: Vec<Item>, rejected: Vec<Rejected>) -> (Vec<Item>, Vec<Refused>) {
    let mut refused: Vec<Refused> = rejected
        .into_iter()
        .map(|r| Refused {
            external_id: r.external_id.map(|id| clean(&id, ID_MAX)),
            reason: clean(&r.reason, EXCERPT_MAX),
            excerpt: clean(&r.excerpt, EXCERPT_MAX),
        })
        .collect();
    let mut seen = HashSet::new();
    let mut admitted = Vec::with_capacity(items.len());
    for item in items {
        match objection(&item, &seen) {
            None => {
                seen.insert(item.external_id().to_owned());
                admitted.push(item);
            }
            Some(reason) => refused.push(Refused {
                external_id: Some(clean(item.external_id(), ID_MAX)).filter(|id| !id.is_empty()),
                reason: reason.to_owned(),
                excerpt: clean(title(&item), EXCERPT_MAX),
            }),
        }
    }
    (admitted, refused)
}

/// What a refused item is known by.
pub fn title(item: &Item) -> &str {
    match item {
        Item::Resource(resource) => &resource.title,
        Item::Discussion(discussion) => &discussion.title,
    }
}

fn objection(item: &Item, seen: &HashSet<String>) -> Option<&'static str> {
    let texts = &t().sources;
    let (id, url) = match item {
        Item::Resource(r) => (&r.external_id, &r.url),
        Item::Discussion(d) => (&d.external_id, &d.url),
    };
    if id.is_empty() {
        return Some(texts.refused_no_id);
    }
    if id.chars().count() > ID_MAX {
        return Some(texts.refused_long_id);
    }
    if seen.contains(id) {
        return Some(texts.refused_double);
    }
    if title(item).trim().is_empty() {
        return Some(texts.refused_no_title);
    }
    if !(url.starts_with("https://") || url.starts_with("http://")) {
        return Some(texts.refused_address);
    }
    // PostgreSQL keeps no NUL in a text; one of them would fail the page for ever.
    let text = serde_json::to_string(item).unwrap_or_default();
    text.contains("\\u0000").then_some(texts.refused_nul)
}

/// `text` without control characters, cut to `max` characters.
pub fn clean(text: &str, max: usize) -> String {
    text.chars().filter(|c| !c.is_control()).take(max).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use connect::{Kind, Resource};

    fn item(id: &str, title: &str, url: &str) -> Item {
        Item::Resource(Resource {
            external_id: id.into(),
            url: url.into(),
            title: title.into(),
            summary: String::new(),
            kind: Kind::Article,
            authors: String::new(),
            language: None,
            minutes: None,
            level: None,
            topics: vec![],
            published_at: None,
            changed_at: None,
        })
    }

    #[test]
    fn one_bad_item_does_not_cost_the_page() {
        let long = "x".repeat(501);
        let (admitted, refused) = admit(
            vec![
                item("1", "Good", "https://a.example/1"),
                item("1", "Again", "https://a.example/2"),
                item("", "No id", "https://a.example/3"),
                item(&long, "Long id", "https://a.example/3"),
                item("4", " ", "https://a.example/4"),
                item("5", "Script", "javascript:alert(1)"),
                item("6", "N\0L", "https://a.example/6"),
                item("7", "Also good", "http://a.example/7"),
            ],
            vec![Rejected { external_id: None, reason: "no\0id".into(), excerpt: "e".repeat(400) }],
        );
        let ids: Vec<_> = admitted.iter().map(Item::external_id).collect();
        assert_eq!(ids, ["1", "7"]);
        let texts = &t().sources;
        let reasons: Vec<_> = refused.iter().map(|r| r.reason.as_str()).collect();
        assert_eq!(
            reasons,
            [
                "noid",
                texts.refused_double,
                texts.refused_no_id,
                texts.refused_long_id,
                texts.refused_no_title,
                texts.refused_address,
                texts.refused_nul
            ]
        );
        assert_eq!(refused[0].excerpt.len(), 300);
        assert_eq!(refused[6].excerpt, "NL");
    }
}
