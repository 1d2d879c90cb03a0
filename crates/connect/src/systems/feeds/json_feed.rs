//! JSON Feed, item by item: one that is broken does not spoil the others.

use serde_json::{Map, Value};

use super::{Listing, Reading, guess};
use crate::{
    clean::{Draft, rejected, rfc3339},
    http::json_is_bounded,
    model::{Kind, Level, Rejected},
};

/// Reads a document.
///
/// # Errors
/// What was found instead, in words.
pub(super) fn parse(text: &str, reading: &Reading) -> Result<Listing<Draft>, String> {
    if !json_is_bounded(text.as_bytes()) {
        return Err("JSON of far too many parts".to_owned());
    }
    let document: Value = serde_json::from_str(text).map_err(|error| format!("JSON that is broken ({error})"))?;
    let version = document["version"].as_str().unwrap_or_default();
    if !version.contains("jsonfeed.org/version/1") {
        return Err("JSON without the `version` of a JSON Feed".to_owned());
    }
    let Some(items) = document["items"].as_array() else {
        return Err("a JSON Feed without `items`".to_owned());
    };
    let has_id = |item: &Value| item["id"].is_string() || item["id"].is_number();
    let feed = Feed {
        // Some publishers give no ids at all; then addresses have to do. Where others have one, an item
        // without is broken, and taking its address would make a second item of it.
        ids: items.iter().any(has_id),
        language: text_of(&document, "language").or_else(|| reading.language.clone()),
        authors: authors(&document),
        kind: reading.kind,
    };
    let entries = items.iter().map(|item| feed.item(item)).collect();
    Ok(Listing { entries, next: text_of(&document, "next_url") })
}

/// What items inherit.
struct Feed {
    /// Items have ids.
    ids: bool,
    language: Option<String>,
    authors: Vec<String>,
    kind: Option<Kind>,
}

impl Feed {
    fn item(&self, item: &Value) -> Result<Draft, Rejected> {
        let Some(fields) = item.as_object() else {
            return Err(rejected(None, "It is not a JSON object.", &item.to_string()));
        };
        // Version 1.1: a number is taken as text, an item without an id is not used.
        let id = match fields.get("id") {
            Some(Value::String(id)) => id.clone(),
            Some(Value::Number(id)) => id.to_string(),
            _ => String::new(),
        };
        let url = first(item, &["url", "external_url"]);
        let id = if self.ids { id } else { url.clone() };
        let extension = &item["_atrium"];
        let attachments = item["attachments"].as_array().map(Vec::as_slice).unwrap_or_default();
        let own = authors(item);
        let mut draft = Draft {
            external_id: id,
            title: first(item, &["title"]),
            summary: first(item, &["summary", "content_html", "content_text"]),
            authors: if own.is_empty() { self.authors.clone() } else { own },
            language: text_of(item, "language").or_else(|| self.language.clone()),
            minutes: minutes(extension, attachments),
            level: extension["level"].as_str().and_then(Level::parse),
            topics: strings(fields, "tags"),
            published_at: item["date_published"].as_str().and_then(rfc3339),
            changed_at: item["date_modified"].as_str().and_then(rfc3339),
            ..Draft::new(self.kind(extension, attachments, &url))
        };
        draft.url = url;
        Ok(draft)
    }

    fn kind(&self, extension: &Value, attachments: &[Value], url: &str) -> Kind {
        let said = match extension["kind"].as_str() {
            Some("tutorial") => Some(Kind::Lab),
            Some(word) => Kind::parse(word),
            None => None,
        };
        said.or(self.kind).unwrap_or_else(|| {
            let types = attachments.iter().filter_map(|attachment| text_of(attachment, "mime_type"));
            let host = url::Url::parse(url).ok();
            guess(types, host.as_ref().and_then(|url| url.host_str()))
        })
    }
}

fn minutes(extension: &Value, attachments: &[Value]) -> Option<i64> {
    extension["minutes"].as_i64().or_else(|| {
        let seconds = attachments.iter().find_map(|attachment| attachment["duration_in_seconds"].as_f64())?;
        // A float out of range is cut to the nearest that fits.
        (seconds > 0.0).then_some((seconds / 60.0).ceil() as i64)
    })
}

fn authors(of: &Value) -> Vec<String> {
    let many = of["authors"].as_array().map(Vec::as_slice).unwrap_or_default();
    // Version 1 had one `author`.
    many.iter().chain([&of["author"]]).filter_map(|author| text_of(author, "name")).collect()
}

fn text_of(value: &Value, name: &str) -> Option<String> {
    value[name].as_str().map(str::trim).filter(|text| !text.is_empty()).map(str::to_owned)
}

fn first(item: &Value, names: &[&str]) -> String {
    names.iter().find_map(|name| text_of(item, name)).unwrap_or_default()
}

fn strings(fields: &Map<String, Value>, name: &str) -> Vec<String> {
    let values = fields.get(name).and_then(Value::as_array).map(Vec::as_slice).unwrap_or_default();
    values.iter().filter_map(Value::as_str).map(str::to_owned).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn reading() -> Reading {
        Reading { kind: None, language: Some("de".into()) }
    }

    fn parse_items(items: &str) -> Vec<Result<Draft, Rejected>> {
        let text = format!(r#"{{"version":"https://jsonfeed.org/version/1.1","title":"T","items":{items}}}"#);
        parse(&text, &reading()).unwrap().entries
    }

    #[test]
    fn the_extension_is_read() {
        let items = parse_items(
            r#"[{"id":"1","url":"https://a.example/1","title":"T","tags":["x",3],"date_published":"2024-02-03T04:05:06Z",
                 "_atrium":{"kind":"book","minutes":90,"level":"advanced"}}]"#,
        );
        let draft = items[0].as_ref().unwrap();
        assert_eq!((draft.kind, draft.minutes, draft.level), (Kind::Book, Some(90), Some(Level::Advanced)));
        assert_eq!(draft.topics, ["x"]);
        assert_eq!(draft.published_at, Some(1_706_933_106_000));
        assert_eq!(draft.language.as_deref(), Some("de"));
    }

    #[test]
    fn broken_items_leave_the_others() {
        let items = parse_items(
            r#"[7, null, {"id":4,"url":"https://a.example/4","title":["no"],"content_text":"text","tags":"no"},
                {"url":"https://a.example/5","title":"without id","authors":{"name":"x"},"_atrium":3}]"#,
        );
        assert!(items[0].is_err() && items[1].is_err());
        let draft = items[2].as_ref().unwrap();
        assert_eq!((draft.external_id.as_str(), draft.summary.as_str()), ("4", "text"));
        let base = url::Url::parse("https://a.example/").unwrap();
        assert!(items[3].clone().unwrap().finish(&base).unwrap_err().reason.contains("no id"));
    }

    #[test]
    fn addresses_stand_in_where_no_item_has_an_id() {
        let items = parse_items(r#"[{"url":"https://a.example/1","title":"T"}]"#);
        assert_eq!(items[0].as_ref().unwrap().external_id, "https://a.example/1");
    }

    #[test]
    fn other_json_is_named() {
        let found = |text: &str| parse(text, &reading()).err().unwrap();
        assert!(found("{").contains("broken"));
        assert!(found("{}").contains("version"));
        assert!(found(r#"{"version":"https://jsonfeed.org/version/1.1"}"#).contains("items"));
        let deep = format!("{}{}", r#"{"a":"#.repeat(100_000), "}".repeat(100_000));
        assert!(found(&deep).contains("broken"));
    }
}
