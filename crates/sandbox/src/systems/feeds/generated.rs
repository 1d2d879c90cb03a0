//! Invented resources in any number, always the same ones, for measuring sync rates.

use serde_json::{Value, json};
use time::{Duration, OffsetDateTime, macros::datetime};
use url::Url;

use super::{Entry, json_feed};
use crate::{LibraryItem, hash::mix, items::ItemFaults};

const FORMS: [&str; 8] = [
    "{} from the ground up",
    "Practical {}",
    "{} in an afternoon",
    "{} for people who ship",
    "What every team should know about {}",
    "Mistakes we made with {}",
    "{} step by step",
    "Thinking in {}",
];
const TOPICS: [&str; 16] = [
    "Rust",
    "Python",
    "SQL",
    "Kubernetes",
    "accessibility",
    "incident response",
    "interviewing",
    "negotiation",
    "statistics",
    "typography",
    "threat modelling",
    "budgeting",
    "facilitation",
    "observability",
    "technical writing",
    "machine learning",
];
const SETTINGS: [&str; 6] =
    ["at scale", "on a small budget", "for newcomers", "in regulated industries", "by example", "revisited"];
const KINDS: [(&str, u32); 5] = [("book", 600), ("course", 480), ("video", 40), ("article", 12), ("tutorial", 60)];
const NAMES: [&str; 8] = [
    "Ada Moreno",
    "Jonas Lindqvist",
    "Priya Raman",
    "Tomás Oliveira",
    "Mei-Ling Chen",
    "Kwame Boateng",
    "Hanna Virtanen",
    "Omar Haddad",
];

/// The first `n` invented items.
pub fn big(n: u64) -> impl Iterator<Item = LibraryItem> {
    (0..n).map(item)
}

fn item(number: u64) -> LibraryItem {
    let bits = mix(number ^ 0x5eed);
    let topic = pick(&TOPICS, bits);
    let (kind, minutes) = KINDS[(bits >> 8) as usize % KINDS.len()];
    let title = pick(&FORMS, bits >> 16).replace("{}", topic);
    let setting = pick(&SETTINGS, bits >> 24);
    let mut title = format!("{title}, {setting}, part {}", number / 768 + 1);
    if let Some(first) = title.get(..1).map(str::to_uppercase) {
        title.replace_range(..1, &first);
    }
    LibraryItem {
        id: format!("big-{number}"),
        title,
        author: pick(&NAMES, bits >> 32).to_owned(),
        url: format!("https://learning.example/items/{number}"),
        summary: format!("A {kind} on {topic} {setting}: the ideas, two worked cases, and questions to take along."),
        kind: kind.to_owned(),
        topics: vec![topic.to_owned()],
        language: if bits >> 40 & 7 == 0 { "de" } else { "en" }.to_owned(),
        minutes: Some(minutes / 2 + (bits >> 44) as u32 % minutes),
        level: Some(pick(&["beginner", "intermediate", "advanced"], bits >> 52).to_owned()),
        published: None,
    }
}

fn pick<T: Copy>(from: &[T], bits: u64) -> T {
    from[(bits & 0xff) as usize % from.len()]
}

/// One page of the first `n` items, as JSON Feed.
pub(super) fn page(base: &Url, n: u64, offset: u64, limit: u64, faults: &ItemFaults) -> String {
    let end = offset.saturating_add(limit).min(n);
    let mut entries: Vec<Entry> = (offset.min(end)..end).map(entry).collect();
    faults.before_paging(&mut entries);
    faults.on_page(&mut entries);
    let next = if faults.backwards() { Some(offset.saturating_sub(limit)) } else { (end < n).then_some(end) };
    let items: Vec<Value> = entries.iter().map(json_feed::item).collect();
    let mut document = json!({
        "version": "https://jsonfeed.org/version/1.1",
        "title": "Invented resources",
        "home_page_url": base,
        "feed_url": address(base, n, offset, limit),
        "items": items,
    });
    if let Some(next) = next {
        document["next_url"] = json!(address(base, n, next, limit));
    }
    document.to_string()
}

fn entry(number: u64) -> Entry {
    let item = item(number);
    let published = datetime!(2020-01-01 00:00 UTC) + Duration::minutes((number % 3_000_000) as i64);
    Entry {
        id: Some(item.id.clone()),
        item,
        published: Some(published),
        modified: published.max(OffsetDateTime::UNIX_EPOCH),
    }
}

fn address(base: &Url, n: u64, offset: u64, limit: u64) -> String {
    format!("{base}big.json?n={n}&offset={offset}&limit={limit}")
}
