//! The properties of pages: info, categories, revisions, extracts.

use serde_json::{Map, Value, json};
use time::OffsetDateTime;

use super::{Page, params::Fault, query::Call};
use crate::{items::Item, markup, systems::feeds::rfc3339};

/// Pages a request whose content or extract is sent.
const CONTENT: usize = 50;
const EXTRACTS: usize = 20;

/// A page as the API shows it.
#[derive(Clone, Debug)]
pub(super) struct View {
    id: Option<u64>,
    pub(super) page: Page,
    at: OffsetDateTime,
    /// Wikitext, with what the faults add to it.
    text: String,
    own: usize,
}

impl View {
    pub(super) fn of(page: Page) -> Self {
        let text = page.wikitext();
        Self { id: Some(page.id), at: page.at, own: text.len(), text, page }
    }

    /// What the faults have added to the text.
    pub(super) fn added(&self) -> &str {
        &self.text[self.own..]
    }

    pub(super) fn head(&self) -> Map<String, Value> {
        let mut head = Map::new();
        if let Some(id) = self.id {
            head.insert("pageid".to_owned(), json!(id));
        }
        head.insert("ns".to_owned(), json!(0));
        head.insert("title".to_owned(), json!(self.page.title));
        head
    }
}

impl Item for View {
    fn key(&self) -> String {
        self.page.title.clone()
    }
    fn remove_id(&mut self) {
        self.id = None;
    }
    fn take_id(&mut self, other: &Self) {
        self.id = other.id;
    }
    fn text(&mut self) -> &mut String {
        &mut self.text
    }
    fn times(&mut self) -> Vec<&mut OffsetDateTime> {
        vec![&mut self.at]
    }
}

/// `2026-03-04T10:30:00Z`: the wiki's times have no fractions.
pub(super) fn stamp(at: OffsetDateTime) -> String {
    rfc3339(super::to_the_second(at))
}

/// The name and value of a parameter with which to go on.
pub(super) type More = Option<(&'static str, String)>;

/// Puts the property `prop` of `views` into `pages`, which stand in the same order.
pub(super) fn prop(
    call: &Call<'_>,
    prop: &str,
    views: &[View],
    pages: &mut [Map<String, Value>],
) -> Result<More, Fault> {
    match prop {
        "info" => Ok(info(call, views, pages)),
        "categories" => categories(call, views, pages),
        "revisions" => revisions(call, views, pages),
        _ => extracts(call, views, pages),
    }
}

fn info(call: &Call<'_>, views: &[View], pages: &mut [Map<String, Value>]) -> More {
    let urls = call.params.values("inprop", "").iter().any(|prop| prop == "url");
    for (view, page) in views.iter().zip(pages) {
        page.insert("contentmodel".to_owned(), json!("wikitext"));
        page.insert("pagelanguage".to_owned(), json!("en"));
        page.insert("pagelanguagehtmlcode".to_owned(), json!("en"));
        page.insert("pagelanguagedir".to_owned(), json!("ltr"));
        page.insert("touched".to_owned(), json!(stamp(view.at)));
        page.insert("lastrevid".to_owned(), json!(view.page.revision));
        page.insert("length".to_owned(), json!(view.text.len()));
        if urls {
            let url = call.wiki.page_url(&view.page.title);
            page.insert("fullurl".to_owned(), json!(url));
            page.insert("editurl".to_owned(), json!(format!("{url}?action=edit")));
            page.insert("canonicalurl".to_owned(), json!(url));
        }
    }
    None
}

fn categories(call: &Call<'_>, views: &[View], pages: &mut [Map<String, Value>]) -> Result<More, Fault> {
    let limit = call.params.limit("cllimit", 10, 500)?;
    let from = match call.params.get("clcontinue") {
        None => (0, String::new()),
        Some(text) => text
            .split_once('|')
            .and_then(|(id, name)| Some((id.parse::<u64>().ok()?, name.to_owned())))
            .ok_or_else(|| {
                Fault::new(
                    "badcontinue",
                    "Invalid continue param. You should pass the original value returned by the previous query.",
                )
            })?,
    };
    let mut all: Vec<(u64, String, usize, &String)> = Vec::new();
    for (at, view) in views.iter().enumerate() {
        for name in &view.page.categories {
            all.push((view.page.id, name.replace(' ', "_"), at, name));
        }
    }
    all.sort();
    all.retain(|(id, key, ..)| (*id, key) >= (from.0, &from.1));
    let more = all.get(limit).map(|(id, key, ..)| ("clcontinue", format!("{id}|{key}")));
    for (_, _, at, name) in all.into_iter().take(limit) {
        let entry = pages[at].entry("categories").or_insert_with(|| json!([]));
        if let Some(list) = entry.as_array_mut() {
            list.push(json!({ "ns": 14, "title": format!("Category:{name}") }));
        }
    }
    Ok(more)
}

fn revisions(call: &Call<'_>, views: &[View], pages: &mut [Map<String, Value>]) -> Result<More, Fault> {
    let known =
        ["ids", "timestamp", "content", "user", "userid", "size", "comment", "flags", "contentmodel", "sha1", "tags"];
    let wanted = call.params.known("rvprop", "ids|timestamp|flags|comment|user", &known)?;
    let wants = |name: &str| wanted.iter().any(|prop| prop == name);
    let slots = call.params.has("rvslots");
    let start: u64 = match call.params.get("rvcontinue") {
        None => 0,
        Some(text) => text.split('|').next().and_then(|id| id.parse().ok()).ok_or_else(|| {
            Fault::new(
                "badcontinue",
                "Invalid continue param. You should pass the original value returned by the previous query.",
            )
        })?,
    };
    let mut order: Vec<usize> = (0..views.len()).filter(|at| views[*at].page.id >= start).collect();
    order.sort_by_key(|at| views[*at].page.id);
    let limit = if wants("content") { CONTENT } else { usize::MAX };
    let more =
        order.get(limit).map(|at| ("rvcontinue", format!("{}|{}", views[*at].page.id, views[*at].page.revision)));
    for at in order.into_iter().take(limit) {
        let view = &views[at];
        let mut revision = Map::new();
        if wants("ids") {
            revision.insert("revid".to_owned(), json!(view.page.revision));
            revision.insert("parentid".to_owned(), json!(view.page.parent));
        }
        if wants("user") {
            revision.insert("user".to_owned(), json!(view.page.user));
        }
        if wants("timestamp") {
            revision.insert("timestamp".to_owned(), json!(stamp(view.at)));
        }
        if wants("size") {
            revision.insert("size".to_owned(), json!(view.text.len()));
        }
        if wants("comment") {
            revision.insert("comment".to_owned(), json!(""));
        }
        if wants("content") {
            let slot = json!({ "contentmodel": "wikitext", "contentformat": "text/x-wiki", "content": view.text });
            match (slots, slot) {
                (true, slot) => {
                    revision.insert("slots".to_owned(), json!({ "main": slot }));
                }
                (false, Value::Object(fields)) => revision.extend(fields),
                _ => {}
            }
        }
        pages[at].insert("revisions".to_owned(), json!([revision]));
    }
    Ok(more)
}

fn extracts(call: &Call<'_>, views: &[View], pages: &mut [Map<String, Value>]) -> Result<More, Fault> {
    let (intro, plain) = (call.params.has("exintro"), call.params.has("explaintext"));
    let most = if intro { EXTRACTS } else { 1 };
    let limit = call.params.limit("exlimit", EXTRACTS, EXTRACTS)?.min(most);
    let chars = call.params.limit("exchars", usize::MAX, 1200)?;
    let sentences = call.params.limit("exsentences", usize::MAX, 10)?;
    let start = call.params.limit("excontinue", 0, usize::MAX)?;
    for (at, view) in views.iter().enumerate().skip(start).take(limit) {
        let source = if intro { markup::introduction(&view.page.text) } else { view.page.text.clone() };
        let text = match plain {
            true => shortened(&markup::to_plain(&source), chars, sentences),
            false => without_anchors(&markup::to_html(&source, &|title| title.to_owned())),
        };
        pages[at].insert("extract".to_owned(), json!(text + view.added()));
    }
    let end = start.saturating_add(limit);
    Ok((end < views.len()).then(|| ("excontinue", end.to_string())))
}

fn shortened(text: &str, chars: usize, sentences: usize) -> String {
    let mut text = text.to_owned();
    if let Some((at, _)) = text.match_indices(". ").nth(sentences.saturating_sub(1)) {
        text.truncate(at + 1);
    }
    if let Some((at, _)) = text.char_indices().nth(chars) {
        text.truncate(at);
        text.push_str("...");
    }
    text
}

/// TextExtracts keeps the words of a link and drops the link.
fn without_anchors(html: &str) -> String {
    let mut out = String::with_capacity(html.len());
    let mut rest = html;
    while let Some(at) = rest.find("<a ") {
        out.push_str(&rest[..at]);
        rest = rest[at..].split_once('>').map_or("", |(_, after)| after);
    }
    (out + rest).replace("</a>", "")
}
