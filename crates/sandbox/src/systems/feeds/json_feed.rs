//! JSON Feed 1.1.

use serde_json::{Map, Value, json};
use time::{OffsetDateTime, format_description::well_known::Rfc3339};

use super::{Document, Entry};

pub(super) const TYPE: &str = "application/feed+json; charset=utf-8";

pub(super) fn write(document: &Document<'_>) -> String {
    let items: Vec<Value> = document.entries.iter().map(item).collect();
    let mut out = json!({
        "version": "https://jsonfeed.org/version/1.1",
        "title": document.feed.title(),
        "description": document.feed.description(),
        "home_page_url": document.home,
        "feed_url": document.address,
        "language": "en",
        "items": items,
    });
    if let Some(next) = &document.next {
        out["next_url"] = json!(next);
    }
    out.to_string()
}

pub(super) fn item(entry: &Entry) -> Value {
    let item = &entry.item;
    let mut out = Map::new();
    if let Some(id) = &entry.id {
        out.insert("id".into(), json!(id));
    }
    out.insert("url".into(), json!(item.url));
    out.insert("title".into(), json!(item.title));
    // A summary that carries mark-up is sent as such: plain text would show it to the reader.
    let body = if item.summary.contains('<') { "content_html" } else { "content_text" };
    out.insert(body.into(), json!(item.summary));
    out.insert("summary".into(), json!(item.summary));
    if let Some(published) = entry.published {
        out.insert("date_published".into(), json!(rfc3339(published)));
    }
    if entry.modified != OffsetDateTime::UNIX_EPOCH {
        out.insert("date_modified".into(), json!(rfc3339(entry.modified)));
    }
    if !item.author.is_empty() {
        out.insert("authors".into(), json!([{ "name": item.author }]));
    }
    if !item.topics.is_empty() {
        out.insert("tags".into(), json!(item.topics));
    }
    if !item.language.is_empty() {
        out.insert("language".into(), json!(item.language));
    }
    let extension = json!({ "kind": item.kind, "minutes": item.minutes, "level": item.level });
    out.insert("_atrium".into(), extension);
    Value::Object(out)
}

pub(crate) fn rfc3339(at: OffsetDateTime) -> String {
    // Only years outside 0 to 9999 cannot be written.
    at.format(&Rfc3339).unwrap_or_else(|_| "1970-01-01T00:00:00Z".to_owned())
}
