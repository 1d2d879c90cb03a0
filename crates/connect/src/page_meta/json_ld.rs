//! schema.org in JSON-LD, as pages carry it. Only the form that search engines ask for is read: plain property names,
//! no contexts of one's own.

use serde_json::Value;

use crate::{
    http::json_is_bounded,
    model::{Kind, Level},
    values::{self, Measure},
};

/// Nodes that are looked at.
const MAX_NODES: usize = 500;

/// What a node says.
#[derive(Debug, Default, PartialEq)]
pub(super) struct Data {
    pub(super) kind: Option<Kind>,
    pub(super) title: Option<String>,
    pub(super) summary: Option<String>,
    pub(super) authors: Vec<String>,
    pub(super) language: Option<String>,
    pub(super) minutes: Option<i64>,
    pub(super) level: Option<Level>,
    pub(super) topics: Vec<String>,
    pub(super) published_at: Option<i64>,
    pub(super) changed_at: Option<i64>,
}

/// The node of a script that is something to learn from, the first of a certain kind before one without; none where there
/// is no such node, or the script is broken.
pub(super) fn read(script: &str) -> Option<Data> {
    let script = script.trim().trim_start_matches("<!--").trim_start_matches("<![CDATA[").trim_end_matches("-->");
    if !json_is_bounded(script.as_bytes()) {
        return None;
    }
    let document: Value = serde_json::from_str(script.trim_end_matches(';')).ok()?;
    let mut queue = std::collections::VecDeque::from([&document]);
    let (mut looked, mut vague) = (0, None);
    while let Some(node) = queue.pop_front() {
        looked += 1;
        if looked > MAX_NODES {
            break;
        }
        match node {
            Value::Array(nodes) => queue.extend(nodes.iter().take(MAX_NODES)),
            Value::Object(fields) => {
                match texts(&node["@type"]).iter().find_map(|name| of_type(name)) {
                    Some(None) if vague.is_none() => vague = Some(node),
                    Some(Some(kind)) => return Some(data(node, Some(kind))),
                    _ => {}
                }
                let inner = ["@graph", "mainEntity", "mainEntityOfPage"];
                queue.extend(inner.iter().filter_map(|name| fields.get(*name)));
            }
            _ => {}
        }
    }
    vague.map(|node| data(node, None))
}

/// What a type of schema.org stands for here; none inside, where it is something to learn from but of no certain kind.
fn of_type(name: &str) -> Option<Option<Kind>> {
    let name = name.rsplit(['/', '#', ':']).next().unwrap_or(name);
    Some(match name {
        "Course" | "CourseInstance" => Some(Kind::Course),
        "VideoObject" | "Movie" | "Clip" => Some(Kind::Video),
        "PodcastEpisode" | "PodcastSeries" | "AudioObject" | "RadioEpisode" => Some(Kind::Podcast),
        "Book" | "Audiobook" => Some(Kind::Book),
        "Event" | "EducationEvent" | "BusinessEvent" => Some(Kind::Event),
        "Quiz" => Some(Kind::Assessment),
        "HowTo" | "FAQPage" => Some(Kind::JobAid),
        "Article" | "BlogPosting" | "NewsArticle" | "TechArticle" | "ScholarlyArticle" | "Report" | "APIReference" => {
            Some(Kind::Article)
        }
        "LearningResource" | "CreativeWork" | "WebPage" => None,
        _ => return None,
    })
}

fn data(node: &Value, kind: Option<Kind>) -> Data {
    let text = |names: &[&str]| names.iter().find_map(|name| texts(&node[*name]).into_iter().next());
    let moment = |name: &str| text(&[name]).and_then(|text| values::moment(&text));
    let lengths = ["timeRequired", "duration", "totalTime"];
    let own = lengths.iter().find_map(|name| values::minutes(&text(&[*name])?, Measure::Iso));
    let workload = || {
        let instances = as_list(&node["hasCourseInstance"]);
        instances.into_iter().find_map(|instance| values::minutes(instance["courseWorkload"].as_str()?, Measure::Iso))
    };
    let mut topics: Vec<String> = texts(&node["keywords"]).iter().flat_map(|words| values::list(words)).collect();
    topics.extend(texts(&node["about"]));
    Data {
        kind: kind.or_else(|| texts(&node["learningResourceType"]).iter().find_map(|word| values::kind(word))),
        title: text(&["headline", "name"]),
        summary: text(&["description", "abstract"]),
        authors: ["author", "creator", "instructor"]
            .iter()
            .map(|name| texts(&node[*name]))
            .find(|names| !names.is_empty())
            .unwrap_or_default(),
        language: as_list(&node["inLanguage"]).into_iter().find_map(|value| {
            let tag = value.as_str().or_else(|| value["alternateName"].as_str()).or_else(|| value["name"].as_str())?;
            crate::clean::language(tag)
        }),
        minutes: own.or_else(workload),
        level: texts(&node["educationalLevel"]).iter().find_map(|word| values::level(word)),
        topics,
        published_at: moment("datePublished").or_else(|| moment("uploadDate")),
        changed_at: moment("dateModified"),
    }
}

fn as_list(value: &Value) -> Vec<&Value> {
    match value {
        Value::Array(list) => list.iter().take(50).collect(),
        Value::Null => Vec::new(),
        other => vec![other],
    }
}

/// The texts of a property: as such, or the names of the things that it points to.
fn texts(value: &Value) -> Vec<String> {
    let each = as_list(value).into_iter().filter_map(|value| match value {
        Value::String(text) => Some(text.trim().to_owned()),
        Value::Object(_) => value["name"].as_str().map(|name| name.trim().to_owned()),
        _ => None,
    });
    each.filter(|text| !text.is_empty()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_node_to_learn_from_is_found() {
        let data = read(
            r#"{"@context":"https://schema.org","@graph":[{"@type":"WebPage","name":"How it works - Org"},{"@type":"Organization","name":"Org"},
                {"@type":["TechArticle"],"headline":"How it works","author":[{"name":"Mira"},"Jonas"],"keywords":["a, b","c"],
                 "inLanguage":{"@type":"Language","name":"English","alternateName":"en"},"dateModified":"2024-02-29"}]}"#,
        )
        .unwrap();
        assert_eq!((data.kind, data.title.as_deref()), (Some(Kind::Article), Some("How it works")));
        assert_eq!((data.authors.len(), data.topics.len(), data.language.as_deref()), (2, 3, Some("en")));
        assert!(data.changed_at.is_some());
    }

    #[test]
    fn a_resource_without_a_certain_kind_says_it_in_words() {
        let data = read(r#"{"@type":"LearningResource","name":"T","learningResourceType":"Quiz","educationalLevel":"Beginner","timeRequired":"PT20M"}"#).unwrap();
        assert_eq!((data.kind, data.level, data.minutes), (Some(Kind::Assessment), Some(Level::Beginner), Some(20)));
        let course = read(r#"{"@type":"Course","name":"C","hasCourseInstance":{"courseWorkload":"PT22H"}}"#).unwrap();
        assert_eq!(course.minutes, Some(1320));
    }

    #[test]
    fn what_is_broken_says_nothing() {
        for script in ["", "{", "[]", "7", r#"{"@type":"Organization"}"#, r#"{"@type":7,"mainEntity":null}"#] {
            assert_eq!(read(script), None, "{script}");
        }
        assert_eq!(read(&format!("{}{}", "[".repeat(100_000), "]".repeat(100_000))), None);
    }
}
