//! The rules that every item is held to, whichever system it comes from.

use std::collections::HashSet;

use url::Url;

use crate::{
    model::{Cursor, Item, Kind, Level, Next, Page, Rejected, Resource},
    text::{excerpt, head, to_line, to_text},
};

/// A resource as a system describes it, to be checked. Texts may hold mark-up.
#[derive(Clone, Debug)]
pub(crate) struct Draft {
    pub(crate) external_id: String,
    pub(crate) url: String,
    pub(crate) title: String,
    pub(crate) summary: String,
    pub(crate) kind: Kind,
    pub(crate) authors: Vec<String>,
    pub(crate) language: Option<String>,
    pub(crate) minutes: Option<i64>,
    pub(crate) level: Option<Level>,
    pub(crate) topics: Vec<String>,
    pub(crate) published_at: Option<i64>,
    pub(crate) changed_at: Option<i64>,
}

impl Draft {
    /// An empty draft of this kind.
    pub(crate) fn new(kind: Kind) -> Self {
        Self {
            external_id: String::new(),
            url: String::new(),
            title: String::new(),
            summary: String::new(),
            kind,
            authors: Vec::new(),
            language: None,
            minutes: None,
            level: None,
            topics: Vec::new(),
            published_at: None,
            changed_at: None,
        }
    }

    /// The resource, or why it cannot be one. Relative addresses are taken against `base`.
    pub(crate) fn finish(self, base: &Url) -> Result<Resource, Rejected> {
        let reject = |reason: &str, draft: &Draft| Err(rejected(Some(&draft.external_id), reason, &draft.shown()));
        let id = self.external_id.trim();
        if id.is_empty() {
            let neither = self.url.trim().is_empty();
            return reject(if neither { "It has neither an id nor an address." } else { "It has no id." }, &self);
        }
        if id.chars().count() > 500 {
            return reject("Its id is longer than 500 characters.", &self);
        }
        let url = match web_address(&self.url, base) {
            Ok(url) => url,
            Err(reason) => return reject(reason, &self),
        };
        let summary = excerpt(&to_text(&self.summary), 4000);
        let title = match to_line(&self.title) {
            title if title.is_empty() => excerpt(&summary.replace('\n', " "), 80),
            title => excerpt(&title, 300),
        };
        if title.is_empty() {
            return reject("It has neither a title nor a text.", &self);
        }
        Ok(Resource {
            external_id: id.to_owned(),
            url,
            title,
            summary,
            kind: self.kind,
            authors: excerpt(&names(&self.authors).join(", "), 300),
            language: self.language.as_deref().and_then(language),
            minutes: self.minutes.filter(|minutes| (1..=100_000).contains(minutes)),
            level: self.level,
            topics: topics(self.topics),
            published_at: self.published_at.filter(|at| plausible(*at)),
            changed_at: self.changed_at.filter(|at| plausible(*at)),
        })
    }

    /// What an operator recognises it by.
    fn shown(&self) -> String {
        let parts = [&self.title, &self.url, &self.summary].map(|part| to_line(head(part, 2000)));
        parts.iter().filter(|part| !part.is_empty()).map(String::as_str).collect::<Vec<_>>().join(" · ")
    }
}

/// An item that cannot be used.
pub(crate) fn rejected(external_id: Option<&str>, reason: &str, shown: &str) -> Rejected {
    let id = external_id.map(str::trim).filter(|id| !id.is_empty()).map(|id| excerpt(id, 500));
    Rejected { external_id: id, reason: reason.to_owned(), excerpt: excerpt(&to_line(head(shown, 4096)), 300) }
}

/// Checks an address that people will be sent to.
pub(crate) fn web_address(text: &str, base: &Url) -> Result<String, &'static str> {
    let text = text.trim();
    if text.is_empty() {
        return Err("It has no address.");
    }
    let mut url = base.join(text).map_err(|_| "Its address is not one.")?;
    if !matches!(url.scheme(), "http" | "https") || url.host_str().is_none_or(str::is_empty) {
        return Err("Its address is not a web address.");
    }
    // Fails only where there can be no credentials.
    let _ = url.set_username("");
    let _ = url.set_password(None);
    let url = url.to_string();
    if url.len() > 2000 { Err("Its address is longer than 2000 characters.") } else { Ok(url) }
}

/// Topics as they are shown: at most 20, each once whatever its case.
pub(crate) fn topics(given: Vec<String>) -> Vec<String> {
    let mut seen = HashSet::new();
    let lines = given.iter().take(200).map(|topic| excerpt(&to_line(head(topic, 400)), 80));
    lines.filter(|topic| !topic.is_empty() && seen.insert(topic.to_lowercase())).take(20).collect()
}

fn names(given: &[String]) -> Vec<String> {
    let mut names: Vec<String> = Vec::new();
    for name in given.iter().take(50).map(|name| to_line(head(name, 400))) {
        if !name.is_empty() && !names.contains(&name) {
            names.push(name);
        }
    }
    names
}

/// A language tag in its usual case (`pt-BR`, `zh-Hant`), or none where it is not one.
pub(crate) fn language(tag: &str) -> Option<String> {
    let tag = tag.trim().replace('_', "-");
    if tag.len() > 35 {
        return None;
    }
    let mut parts = tag.split('-');
    let first = parts.next()?.to_ascii_lowercase();
    if !(2..=3).contains(&first.len()) || !first.bytes().all(|byte| byte.is_ascii_alphabetic()) || first == "und" {
        return None;
    }
    let mut out = first;
    for part in parts {
        if part.is_empty() || part.len() > 8 || !part.bytes().all(|byte| byte.is_ascii_alphanumeric()) {
            return None;
        }
        let lower = part.to_ascii_lowercase();
        out.push('-');
        match lower.len() {
            2 => out.push_str(&lower.to_ascii_uppercase()),
            4 if lower.bytes().all(|byte| byte.is_ascii_alphabetic()) => {
                out.push_str(&lower[..1].to_ascii_uppercase());
                out.push_str(&lower[1..]);
            }
            _ => out.push_str(&lower),
        }
    }
    Some(out)
}

/// A length in whole minutes, at least one; 0, which no resource keeps, for what has none.
pub(crate) fn minutes(seconds: i64) -> i64 {
    if seconds <= 0 { 0 } else { (seconds.saturating_add(30) / 60).max(1) }
}

/// Whether a time lies between the years 1900 and 2100.
pub(crate) fn plausible(at: i64) -> bool {
    (-2_208_988_800_000..4_102_444_800_000).contains(&at)
}

/// Reads RFC 3339; epoch milliseconds.
pub(crate) fn rfc3339(text: &str) -> Option<i64> {
    use time::{OffsetDateTime, format_description::well_known::Rfc3339};
    let at = OffsetDateTime::parse(text.trim(), &Rfc3339).ok()?;
    i64::try_from(at.unix_timestamp_nanos() / 1_000_000).ok().filter(|at| plausible(*at))
}

/// Rejected items that are kept of a page: an operator reads no more of them.
const MAX_REJECTED: usize = 500;

/// Why the second of two items with the same id is rejected.
pub(crate) const TWICE: &str = "It has the same id as an earlier item on this page, which was kept.";

/// Gathers a page's items: the first of two with the same id stays, the second is rejected.
#[derive(Default)]
pub(crate) struct Gather {
    items: Vec<Item>,
    rejected: Vec<Rejected>,
    /// Rejected beyond those that are kept.
    more: usize,
    ids: HashSet<String>,
}

impl Gather {
    pub(crate) fn push(&mut self, item: Result<Item, Rejected>) {
        match item {
            Ok(item) if self.ids.insert(item.external_id().to_owned()) => self.items.push(item),
            Ok(item) => {
                let shown = format!("{} · {}", item.title(), item.url());
                self.reject(rejected(Some(item.external_id()), TWICE, &shown));
            }
            Err(rejected) => self.reject(rejected),
        }
    }

    fn reject(&mut self, rejected: Rejected) {
        if self.rejected.len() < MAX_REJECTED { self.rejected.push(rejected) } else { self.more += 1 }
    }

    /// Whether an item with this id is here.
    pub(crate) fn holds(&self, external_id: &str) -> bool {
        self.ids.contains(external_id)
    }

    /// Whether every item so far could be used.
    pub(crate) fn is_clean(&self) -> bool {
        self.rejected.is_empty()
    }

    /// How many could not be used.
    pub(crate) fn rejections(&self) -> usize {
        self.rejected.len() + self.more
    }

    /// The titles of the items so far.
    pub(crate) fn titles(&self) -> Vec<&str> {
        self.items.iter().map(Item::title).collect()
    }

    pub(crate) fn page(mut self, gone: Vec<String>, next: Next) -> Page {
        if self.more > 0 {
            self.rejected.push(rejected(None, &format!("{} more items of this page cannot be used.", self.more), ""));
        }
        Page { items: self.items, rejected: self.rejected, gone, next }
    }
}

/// A digest that tells settings and addresses apart: FNV-1a, the same in every release, cut to 53 bits so
/// that every JSON store keeps it.
pub(crate) fn digest(text: &str) -> u64 {
    let mix = |hash: u64, byte: u8| (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3);
    text.bytes().fold(0xcbf2_9ce4_8422_2325, mix) >> 11
}

/// Reads a connector's own cursor.
pub(crate) fn read_cursor<T: serde::de::DeserializeOwned>(cursor: &Cursor) -> Result<T, crate::Error> {
    serde_json::from_value(cursor.0.clone())
        .map_err(|error| crate::Error::Cursor { reason: format!("what was kept cannot be read ({error})") })
}

/// Writes a connector's own cursor.
pub(crate) fn write_cursor<T: serde::Serialize>(state: &T) -> Result<Cursor, crate::Error> {
    serde_json::to_value(state)
        .map(Cursor)
        .map_err(|error| crate::Error::Cursor { reason: format!("it cannot be kept ({error})") })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn draft() -> Draft {
        Draft {
            external_id: " 7 ".into(),
            url: "../x?y=1".into(),
            title: "A <b>title</b>".into(),
            summary: "<p>One</p><script>bad()</script>".into(),
            ..Draft::new(Kind::Article)
        }
    }

    fn base() -> Url {
        Url::parse("https://a.example/feeds/all.xml").unwrap()
    }

    #[test]
    fn an_item_is_cleaned() {
        let mut draft = draft();
        draft.topics = vec!["Rust".into(), "rust ".into(), String::new(), "<i>SQL</i>".into()];
        draft.language = Some("pt_br".into());
        draft.published_at = Some(i64::MAX);
        draft.minutes = Some(-4);
        let resource = draft.finish(&base()).unwrap();
        assert_eq!(resource.external_id, "7");
        assert_eq!(resource.url, "https://a.example/x?y=1");
        assert_eq!((resource.title.as_str(), resource.summary.as_str()), ("A title", "One"));
        assert_eq!(resource.topics, ["Rust", "SQL"]);
        assert_eq!(resource.language.as_deref(), Some("pt-BR"));
        assert_eq!((resource.published_at, resource.minutes), (None, None));
    }

    #[test]
    fn broken_items_say_why() {
        let reason = |change: fn(&mut Draft)| {
            let mut draft = draft();
            change(&mut draft);
            draft.finish(&base()).unwrap_err().reason
        };
        assert!(reason(|draft| draft.external_id.clear()).contains("no id"));
        assert!(reason(|draft| draft.external_id = "x".repeat(501)).contains("500"));
        assert!(reason(|draft| draft.url.clear()).contains("no address"));
        assert!(reason(|draft| draft.url = "javascript:alert(1)".into()).contains("web address"));
        assert!(reason(|draft| draft.url = format!("/{}", "x".repeat(3000))).contains("2000"));
        assert!(
            reason(|draft| (draft.title, draft.summary) = ("<script>x</script>".into(), " ".into()))
                .contains("neither")
        );
    }

    #[test]
    fn a_text_without_title_lends_its_start() {
        let mut draft = draft();
        draft.title.clear();
        draft.summary = "word ".repeat(100);
        let resource = draft.finish(&base()).unwrap();
        assert!(resource.title.starts_with("word word") && resource.title.chars().count() <= 80);
    }

    #[test]
    fn seconds_become_minutes() {
        assert_eq!([-5, 0, 1, 89, 90, 3600].map(minutes), [0, 0, 1, 1, 2, 60]);
        assert!(minutes(i64::MAX) > 0);
    }

    #[test]
    fn tags_are_tags() {
        assert_eq!(language("EN").as_deref(), Some("en"));
        assert_eq!(language("zh-hant-tw").as_deref(), Some("zh-Hant-TW"));
        for bad in ["", "english", "e", "en-", "en us", "und", "日本"] {
            assert_eq!(language(bad), None, "{bad}");
        }
    }

    #[test]
    fn a_flood_of_broken_items_is_counted() {
        let mut gather = Gather::default();
        for _ in 0..10_000 {
            gather.push(Err(rejected(None, "It is broken.", "x")));
        }
        let page = gather.page(vec![], Next::Done { cursor: None, complete: false });
        assert_eq!(page.rejected.len(), 501);
        assert!(page.rejected[500].reason.starts_with("9500 more"));
    }

    #[test]
    fn the_first_of_two_stays() {
        let mut gather = Gather::default();
        let first = draft().finish(&base()).unwrap();
        let second = Resource { title: "Other".into(), ..first.clone() };
        gather.push(Ok(Item::Resource(first.clone())));
        assert!(gather.is_clean());
        gather.push(Ok(Item::Resource(second)));
        assert!(!gather.is_clean());
        let page = gather.page(vec![], Next::Done { cursor: None, complete: false });
        assert_eq!(page.items, [Item::Resource(first)]);
        assert!(page.rejected[0].reason.contains("same id"));
    }
}
