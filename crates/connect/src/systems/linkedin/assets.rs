//! Courses and videos.

use std::collections::HashMap;

use serde_json::Value;

use super::Library;
use crate::{
    clean::{Draft, Gather, minutes, rejected},
    model::{Item, Kind, Rejected, Resource},
    values::{epoch, level},
};

impl Library {
    /// Reads a page of assets.
    pub(super) fn read(&self, assets: &[Value], gather: &mut Gather, gone: &mut Vec<String>) {
        let mut seen: HashMap<&str, &Value> = HashMap::new();
        for asset in assets {
            let title = text(&asset["title"]);
            let Some(id) = asset["urn"].as_str().filter(|urn| !urn.trim().is_empty()) else {
                gather.push(Err(rejected(None, "It has no id.", title)));
                continue;
            };
            // The finder of changes tells of the same thing again and again; two things with one id are another matter.
            if seen.insert(id, asset).is_some_and(|before| before == asset) {
                continue;
            }
            let availability = asset["details"]["availability"].as_str();
            if availability.is_some_and(|availability| availability != "AVAILABLE") {
                gone.push(id.to_owned());
            } else {
                gather.push(self.resource(id, asset).map(Item::Resource));
            }
        }
    }

    fn resource(&self, id: &str, asset: &Value) -> Result<Resource, Rejected> {
        let details = &asset["details"];
        let kind = if asset["type"] == "VIDEO" { Kind::Video } else { Kind::Course };
        let texts = ["description", "descriptionIncludingHtml", "shortDescription"].map(|name| text(&details[name]));
        let urls = &details["urls"];
        let list = |name: &str| details[name].as_array().map(Vec::as_slice).unwrap_or_default();
        let authors = list("contributors")
            .iter()
            .filter(|each| each["contributionType"].as_str().is_none_or(|kind| kind == "AUTHOR"));
        let topics = list("classifications").iter().map(|each| &each["associatedClassification"]).filter(|each| {
            // Others are the libraries that a subject is shelved in.
            each["type"].as_str().is_none_or(|kind| matches!(kind, "SKILL" | "SUBJECT" | "TOPIC"))
        });
        let time = |name: &str| details[name].as_f64().and_then(epoch);
        let draft = Draft {
            external_id: id.to_owned(),
            url: urls["webLaunch"].as_str().or(urls["ssoLaunch"].as_str()).unwrap_or_default().to_owned(),
            title: text(&asset["title"]).to_owned(),
            summary: texts.into_iter().find(|text| !text.is_empty()).unwrap_or_default().to_owned(),
            authors: authors.map(|each| text(&each["name"]).to_owned()).collect(),
            language: language(&asset["title"]["locale"]),
            minutes: length(&details["timeToComplete"]),
            level: details["level"].as_str().and_then(level),
            topics: topics.map(|each| text(&each["name"]).to_owned()).collect(),
            published_at: time("publishedAt"),
            changed_at: time("lastUpdatedAt"),
            ..Draft::new(kind)
        };
        draft.finish(&self.site)
    }
}

/// The words of a text that says which language it is in.
fn text(value: &Value) -> &str {
    value["value"].as_str().or(value.as_str()).unwrap_or_default()
}

fn language(locale: &Value) -> Option<String> {
    let language = locale["language"].as_str()?;
    // Indonesian's former tag.
    let language = if language == "in" { "id" } else { language };
    Some(match locale["country"].as_str() {
        Some(country) => format!("{language}-{country}"),
        None => language.to_owned(),
    })
}

fn length(time: &Value) -> Option<i64> {
    let unit = match time["unit"].as_str()? {
        "SECOND" => 1,
        "MINUTE" => 60,
        "HOUR" => 3600,
        _ => return None,
    };
    time["duration"].as_i64()?.checked_mul(unit).map(minutes)
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn lengths_and_languages_are_read() {
        assert_eq!(length(&json!({ "duration": 5400, "unit": "SECOND" })), Some(90));
        assert_eq!(length(&json!({ "duration": 2, "unit": "HOUR" })), Some(120));
        assert_eq!(length(&json!({ "duration": i64::MAX, "unit": "HOUR" })), None);
        assert_eq!(length(&json!({ "duration": 2, "unit": "FORTNIGHT" })), None);
        assert_eq!(language(&json!({ "language": "in", "country": "ID" })).as_deref(), Some("id-ID"));
        assert_eq!(language(&json!({ "language": "de" })).as_deref(), Some("de"));
    }
}
