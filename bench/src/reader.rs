//! Reads the file of open learning resources into what a connector would yield. Only measurements read it.

use crate::Outcome;
use connect::{Discussion, Item, Kind, Resource};
use serde::Deserialize;
use std::io::{BufRead, BufReader};
use std::path::Path;

#[derive(Deserialize)]
struct Row {
    title: String,
    url: String,
    #[serde(default)]
    author: String,
    kind: String,
    #[serde(default)]
    topic: String,
    #[serde(default)]
    language: String,
    #[serde(default)]
    formats: Vec<String>,
}

/// The first `most` rows of `file`. Two rows for one address are two resources: lists by topic name a thing twice.
pub fn resources(file: &Path, most: usize) -> Outcome<Vec<Item>> {
    let file = std::fs::File::open(file).map_err(|error| format!("{}: {error}", file.display()))?;
    let mut items = Vec::new();
    for (number, line) in BufReader::new(file).lines().take(most).enumerate() {
        let row: Row = serde_json::from_str(&line?).map_err(|error| format!("line {}: {error}", number + 1))?;
        items.push(Item::Resource(resource(row, number)));
    }
    Ok(items)
}

fn resource(row: Row, number: usize) -> Resource {
    let tag = row.language.trim().to_lowercase();
    let is_tag = (2..=3).contains(&tag.len()) && tag.bytes().all(|b| b.is_ascii_lowercase());
    let day = 86_400_000;
    Resource {
        external_id: format!("row-{number}"),
        summary: summary(&row),
        title: clean(&row.title),
        url: row.url,
        kind: kind(&row.kind),
        authors: clean(&row.author),
        language: is_tag.then_some(tag),
        minutes: Some(20 + (number as i64 * 7) % 600),
        level: None,
        topics: (!row.topic.is_empty()).then_some(clean(&row.topic)).into_iter().collect(),
        // The file has no dates; spread over three years they make the ranking choose.
        published_at: Some(1_700_000_000_000 + (number as i64 * 7919 % 1095) * day),
        changed_at: None,
    }
}

fn summary(row: &Row) -> String {
    let (topic, formats) = (clean(&row.topic), row.formats.join(", "));
    format!("About {topic}. {} {formats}", clean(&row.author)).trim().to_owned()
}

fn clean(text: &str) -> String {
    text.replace("&rlm;", "").replace('\\', "").trim().to_owned()
}

fn kind(name: &str) -> Kind {
    match name {
        "book" => Kind::Book,
        "course" => Kind::Course,
        "podcast" => Kind::Podcast,
        "video" => Kind::Video,
        "interactive" => Kind::Lab,
        _ => Kind::Article,
    }
}

/// So many conversations about `topics`, each with a link to one of `resources`.
pub fn discussions(resources: &[Item], topics: &[&str], count: usize) -> Vec<Item> {
    let linked: Vec<&str> = resources
        .iter()
        .filter_map(|item| match item {
            Item::Resource(resource) => Some(resource.url.as_str()),
            Item::Discussion(_) => None,
        })
        .collect();
    let talk = |number: usize| {
        let topic = topics[number % topics.len()];
        Item::Discussion(Discussion {
            external_id: format!("talk-{number}"),
            url: format!("https://forum.example/t/{number}"),
            title: format!("How do you use {topic} in your team? ({number})"),
            excerpt: format!("We started with {topic} last month and I wonder how others go about it."),
            category: "Practice".to_owned(),
            topics: vec![topic.to_owned()],
            replies: (number as i64 * 3) % 40,
            participants: 1 + (number as i64) % 9,
            created_at: 1_790_000_000_000,
            last_activity: 1_790_000_000_000 + (number as i64) * 3_600_000,
            links: linked.get(number * 13 % linked.len().max(1)).map(|url| (*url).to_owned()).into_iter().collect(),
        })
    };
    (0..count).map(talk).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rows_become_resources() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("rows.jsonl");
        let rows = "{\"title\": \"AVR&rlm; in C\", \"url\": \"https://a.example\", \"kind\": \"interactive\", \"topic\": \"C\\\\#\", \"language\": \"programming\"}\n\
                    {\"title\": \"B\", \"url\": \"https://b.example\", \"kind\": \"book\", \"topic\": \"Git\", \"language\": \"pt\"}\n";
        std::fs::write(&file, rows).unwrap();
        let items = resources(&file, 9).unwrap();
        let [Item::Resource(lab), Item::Resource(book)] = items.as_slice() else { panic!("two resources") };
        assert_eq!((lab.title.as_str(), lab.kind, lab.language.clone()), ("AVR in C", Kind::Lab, None));
        assert_eq!((lab.topics.as_slice(), book.language.as_deref()), (&["C#".to_owned()][..], Some("pt")));
    }
}
