//! Text from elsewhere, made fit to keep: bounded, without control characters, folded for comparison.

use std::collections::HashMap;
use std::sync::LazyLock;
use unicode_normalization::UnicodeNormalization;
use unicode_normalization::char::is_combining_mark;

/// The longest name of a topic, in characters.
const TOPIC_MAX: usize = 60;

/// One line of text: white space collapsed, control characters gone, at most `max` characters.
pub fn line(text: &str, max: usize) -> String {
    let words = text.split(|c: char| c.is_whitespace() || c.is_control()).filter(|word| !word.is_empty());
    bounded(&words.collect::<Vec<_>>().join(" "), max)
}

/// Text with paragraphs: lines are trimmed, empty ones dropped, control characters gone, at most `max` characters.
pub fn paragraphs(text: &str, max: usize) -> String {
    let lines = text.split(['\n', '\r']).map(|text| line(text, max)).filter(|line| !line.is_empty());
    bounded(&lines.collect::<Vec<_>>().join("\n"), max)
}

fn bounded(text: &str, max: usize) -> String {
    match text.char_indices().nth(max) {
        Some((end, _)) => text[..end].trim_end().to_owned(),
        None => text.to_owned(),
    }
}

/// `text` without accents and case, as topics, people and words are compared by.
pub fn fold(text: &str) -> String {
    text.nfkd().filter(|c| !is_combining_mark(*c)).flat_map(char::to_lowercase).collect()
}

/// How a topic is recognised: "embedded-systems", "Embedded  Systems" and "embedded_systems" are one.
pub fn topic_key(name: &str) -> String {
    let name = fold(name).replace(['-', '_', '/'], " ");
    name.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// Names whose spelling no rule finds.
const SPELLINGS: [&str; 40] = [
    "AI",
    "API",
    "APIs",
    "AWS",
    "CI/CD",
    "CSS",
    "DevOps",
    "FreeRTOS",
    "GCP",
    "Git",
    "GitHub",
    "GitLab",
    "GraphQL",
    "HTML",
    "HTTP",
    "IoT",
    "iOS",
    "Java",
    "JavaScript",
    "jQuery",
    "JSON",
    "LaTeX",
    "ML",
    "MQTT",
    "MySQL",
    "NoSQL",
    "Node.js",
    "npm",
    "PHP",
    "PostgreSQL",
    "QA",
    "REST",
    "SQL",
    "TypeScript",
    "UI",
    "UX",
    "VHDL",
    "WebAssembly",
    "XML",
    "YAML",
];

/// Those names by [`topic_key`].
static BY_KEY: LazyLock<HashMap<String, &str>> = LazyLock::new(|| SPELLINGS.map(|name| (topic_key(name), name)).into());
/// Those that may stand within a longer name, by lower case: "rest" and "git" mean something else there.
static BY_WORD: LazyLock<HashMap<String, &str>> = LazyLock::new(|| {
    let names = SPELLINGS.into_iter().filter(|name| !matches!(*name, "REST" | "Git"));
    names.map(|name| (name.to_lowercase(), name)).collect()
});

/// What a topic is called for reading: as the source writes it if it took care, else spelt and capitalised.
pub fn topic_name(name: &str) -> String {
    let name = line(name, TOPIC_MAX);
    if let Some(known) = BY_KEY.get(&topic_key(&name)) {
        return (*known).to_owned();
    }
    let has_capitals = name.chars().any(char::is_uppercase);
    let is_slug = !name.contains(' ') && name.contains(['-', '_']) && !has_capitals;
    let name = if is_slug { name.replace(['-', '_'], " ") } else { name };
    let words = name.split_whitespace().enumerate().map(|(n, word)| spell(word, n == 0 && !has_capitals));
    words.collect::<Vec<_>>().join(" ")
}

/// Spells a word of a topic that was written without care; capitalises the first.
fn spell(word: &str, capitalise: bool) -> String {
    if word.chars().any(char::is_uppercase) {
        return word.to_owned();
    }
    if let Some(known) = BY_WORD.get(word) {
        return (*known).to_owned();
    }
    let mut letters = word.chars();
    match letters.next() {
        Some(first) if capitalise => first.to_uppercase().chain(letters).collect(),
        _ => word.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_topic_however_it_is_written() {
        for name in ["embedded-systems", "Embedded systems", "EMBEDDED_SYSTEMS", " embedded   Systems "] {
            assert_eq!(topic_key(name), "embedded systems", "{name}");
        }
        assert_eq!(topic_key("Sécurité"), topic_key("securite"));
        assert_eq!(topic_key("CI/CD"), topic_key("ci-cd"));
        let different = ["c", "c++", "c#", "objective c"].map(topic_key);
        assert_eq!(different.iter().collect::<std::collections::BTreeSet<_>>().len(), 4);
        assert_eq!(topic_key(" - "), "");
    }

    #[test]
    fn names_of_topics_read_well() {
        for (written, shown) in [
            ("embedded-systems", "Embedded systems"),
            ("Embedded Systems", "Embedded Systems"),
            ("javascript", "JavaScript"),
            ("ci-cd", "CI/CD"),
            ("sql basics", "SQL basics"),
            ("advanced-git", "Advanced git"),
            ("e-learning", "E learning"),
            ("Front-end", "Front-end"),
            ("C++", "C++"),
            ("データベース", "データベース"),
        ] {
            assert_eq!(topic_name(written), shown);
        }
        assert_eq!(topic_name(&"é".repeat(200)).chars().count(), TOPIC_MAX);
    }

    #[test]
    fn text_is_bounded_and_clean() {
        assert_eq!(line(" a\u{0}b\n c\t", 10), "a b c");
        assert_eq!(line(&"ä".repeat(20), 5), "äääää");
        assert_eq!(paragraphs("one\r\n\r\n\u{0} two \n", 100), "one\ntwo");
        assert_eq!(paragraphs("one two", 4), "one");
    }
}
