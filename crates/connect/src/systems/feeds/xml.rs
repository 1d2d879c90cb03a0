//! RSS and Atom, read by feed-rs.

use std::panic::{AssertUnwindSafe, catch_unwind};

use feed_rs::{
    model::{Entry, Feed, Link, LinkTarget, MediaObject, Text},
    parser::{Builder, ParseFeedError},
};
use url::Url;

use super::{Listing, Reading, guess, xml_text};
use crate::{
    clean::{Draft, rejected},
    model::{Kind, Rejected},
    text::{excerpt, head},
};

/// Entries that are looked at one by one where the document as a whole cannot be read.
const MAX_SPLIT: usize = 2000;

/// Bytes around the entries that are read again for each of them, in all.
const MAX_REREAD: usize = 64 * 1024 * 1024;

/// Reads a document; where it fails as a whole, its entries one by one.
///
/// # Errors
/// What was found instead, in words.
pub(super) fn parse(text: &str, address: &Url, reading: &Reading) -> Result<Listing<Draft>, String> {
    let text = xml_text::repair(text);
    match read(&text, address) {
        Ok(feed) => Ok(Listing { next: next(&feed), entries: entries(feed, &text, reading) }),
        Err(found) => one_by_one(&text, address, reading).ok_or(found),
    }
}

fn read(text: &str, address: &Url) -> Result<Feed, String> {
    xml_text::check(text)?;
    // feed-rs makes up ids, random ones where an entry has no link; ours are the publisher's or none.
    let parser =
        Builder::new().base_uri(Some(address)).sanitize_content(false).id_generator(|_, _, _| String::new()).build();
    let parsed = catch_unwind(AssertUnwindSafe(|| parser.parse(text.as_bytes())));
    match parsed {
        Ok(Ok(feed)) => Ok(feed),
        Ok(Err(ParseFeedError::ParseError(feed_rs::parser::ParseErrorKind::NoFeedRoot))) => {
            let start: Vec<_> = head(text, 400).split_whitespace().collect();
            Err(format!("XML that is no feed (it starts with “{}”)", excerpt(&start.join(" "), 60)))
        }
        Ok(Err(error)) => Err(format!("XML that cannot be read ({error})")),
        Err(_) => Err("XML that the parser fails at".to_owned()),
    }
}

fn one_by_one(text: &str, address: &Url, reading: &Reading) -> Option<Listing<Draft>> {
    let (before, parts, after) = xml_text::split(text, MAX_SPLIT)?;
    if (before.len() + after.len()).saturating_mul(parts.len()) > MAX_REREAD {
        return None;
    }
    // Without its entries it must be a feed, or each entry would be rejected for the whole's fault.
    let whole = read(&format!("{before}{after}"), address).ok()?;
    let mut found = Vec::new();
    for part in parts {
        match read(&format!("{before}{part}{after}"), address) {
            Ok(feed) => found.extend(entries(feed, text, reading)),
            Err(fault) => found.push(Err(rejected(None, &format!("It is {fault}."), part))),
        }
    }
    Some(Listing { next: next(&whole), entries: found })
}

fn next(feed: &Feed) -> Option<String> {
    feed.links.iter().find(|link| link.rel.as_deref() == Some("next")).map(|link| link.href.clone())
}

fn entries(feed: Feed, text: &str, reading: &Reading) -> Vec<Result<Draft, Rejected>> {
    let shared = Shared {
        language: feed.language.clone().or_else(|| reading.language.clone()),
        authors: feed.authors.iter().filter_map(|person| person.name.clone()).collect(),
        kind: reading.kind,
        // feed-rs drops the attribute that tells video from picture where there is no media type.
        videos: text.contains("medium=\"video\"") || text.contains("medium='video'"),
    };
    feed.entries.into_iter().map(|entry| Ok(shared.draft(entry))).collect()
}

/// What entries inherit.
struct Shared {
    language: Option<String>,
    authors: Vec<String>,
    kind: Option<Kind>,
    videos: bool,
}

impl Shared {
    fn draft(&self, entry: Entry) -> Draft {
        let url = address(&entry);
        let id = if entry.id.trim().is_empty() { url.clone() } else { entry.id.clone() };
        let kind = self.kind.unwrap_or_else(|| self.guess(&entry, &url));
        let topics = entry.categories.iter().map(|category| category.label.as_ref().unwrap_or(&category.term));
        let topics: Vec<_> = topics.filter(|topic| !topic.contains("://")).cloned().collect();
        let authors = self.authors_of(&entry);
        Draft {
            external_id: id,
            title: entry.title.as_ref().map(|title| title.content.clone()).unwrap_or_default(),
            summary: summary(&entry),
            authors,
            minutes: minutes(&entry.media),
            topics,
            published_at: entry.published.map(|at| at.timestamp_millis()),
            changed_at: entry.updated.map(|at| at.timestamp_millis()),
            language: entry.language.or_else(|| self.language.clone()),
            url,
            ..Draft::new(kind)
        }
    }

    fn authors_of(&self, entry: &Entry) -> Vec<String> {
        let named: Vec<_> = entry.authors.iter().filter_map(|person| person.name.clone()).collect();
        if !named.is_empty() {
            return named;
        }
        let credits: Vec<_> =
            entry.media.iter().flat_map(|media| &media.credits).map(|credit| credit.entity.clone()).collect();
        if credits.is_empty() { self.authors.clone() } else { credits }
    }

    fn guess(&self, entry: &Entry, url: &str) -> Kind {
        let contents = entry.media.iter().flat_map(|media| &media.content);
        let types = contents.clone().filter_map(|content| content.content_type.as_ref()).map(ToString::to_string);
        let links = entry.links.iter().filter_map(|link| link.media_type.clone());
        let untyped = self.videos && contents.clone().any(|content| content.content_type.is_none());
        let types = types.chain(links).chain(untyped.then(|| "video/*".to_owned()));
        let url = Url::parse(url).ok();
        guess(types, url.as_ref().and_then(|url| url.host_str()))
    }
}

/// Where the entry itself is: its page, else its media, else an id that is an address.
fn address(entry: &Entry) -> String {
    let is_page = |link: &&Link| {
        matches!(link.rel.as_deref(), None | Some("alternate" | ""))
            && !matches!(link.target, Some(LinkTarget::Comments | LinkTarget::CommentsFeed))
            && !link.href.trim().is_empty()
    };
    if let Some(link) = entry.links.iter().find(is_page) {
        return link.href.trim().to_owned();
    }
    let media = entry.media.iter().flat_map(|media| &media.content).find_map(|content| content.url.clone());
    let source = || entry.content.as_ref().and_then(|content| content.src.as_ref()).map(|link| link.href.clone());
    let id = || Some(entry.id.trim().to_owned()).filter(|id| id.starts_with("http://") || id.starts_with("https://"));
    media.map(|url| url.to_string()).or_else(id).or_else(source).unwrap_or_default()
}

fn summary(entry: &Entry) -> String {
    let text =
        |text: &Option<Text>| text.as_ref().map(|text| text.content.clone()).filter(|text| !text.trim().is_empty());
    text(&entry.summary)
        .or_else(|| entry.content.as_ref().and_then(|content| content.body.clone()))
        .or_else(|| entry.media.iter().find_map(|media| text(&media.description)))
        .unwrap_or_default()
}

fn minutes(media: &[MediaObject]) -> Option<i64> {
    let own = media.iter().find_map(|media| media.duration);
    let seconds = own.or_else(|| media.iter().flat_map(|media| &media.content).find_map(|content| content.duration))?;
    i64::try_from(seconds.as_secs().div_ceil(60)).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parse_rss(items: &str) -> Result<Vec<Result<Draft, Rejected>>, String> {
        let text = format!(
            "<rss version=\"2.0\" xmlns:itunes=\"http://www.itunes.com/dtds/podcast-1.0.dtd\" \
             xmlns:media=\"http://search.yahoo.com/mrss/\"><channel><title>T</title><language>en-us</language>{items}</channel></rss>"
        );
        let reading = Reading { kind: None, language: None };
        parse(&text, &Url::parse("https://a.example/feed").unwrap(), &reading).map(|listing| listing.entries)
    }

    fn one(item: &str) -> Draft {
        parse_rss(item).unwrap().remove(0).unwrap()
    }

    #[test]
    fn a_podcast_episode() {
        let draft =
            one("<item><title>Episode</title><guid isPermaLink=\"false\">e1</guid><link>https://a.example/1</link>\
             <pubDate>Tue, 10 Jun 2003 04:00:00 GMT</pubDate><itunes:duration>01:30:00</itunes:duration>\
             <itunes:author>Mira</itunes:author><category>Rust</category>\
             <enclosure url=\"https://a.example/1.mp3\" type=\"audio/mpeg\" length=\"5\"/></item>");
        assert_eq!((draft.kind, draft.minutes), (Kind::Podcast, Some(90)));
        assert_eq!((draft.external_id.as_str(), draft.url.as_str()), ("e1", "https://a.example/1"));
        assert_eq!((draft.authors, draft.topics), (vec!["Mira".to_owned()], vec!["Rust".to_owned()]));
        assert_eq!(draft.published_at, Some(1_055_217_600_000));
        assert_eq!(draft.language.as_deref(), Some("en-us"));
    }

    #[test]
    fn a_video_by_medium_alone() {
        let draft = one("<item><title>V</title><link>https://a.example/v</link><media:group>\
             <media:content url=\"https://a.example/v.bin\" medium=\"video\" duration=\"90\"/></media:group></item>");
        assert_eq!((draft.kind, draft.minutes), (Kind::Video, Some(2)));
        assert_eq!(draft.external_id, "https://a.example/v", "its address stands in for the id");
    }

    #[test]
    fn an_entry_without_anything_has_no_id() {
        let draft = one("<item><description>text</description></item>");
        assert_eq!((draft.external_id.as_str(), draft.url.as_str()), ("", ""));
    }

    #[test]
    fn a_broken_entry_leaves_the_others() {
        let entries = parse_rss(
            "<item><title>One</title><link>https://a.example/1</link></item>\
             <item><title>Two</b></title></item>\
             <item><title>Three</title><link>https://a.example/3</link></item>",
        )
        .unwrap();
        let titles: Vec<_> =
            entries.iter().map(|entry| entry.as_ref().map(|draft| draft.title.as_str()).ok()).collect();
        assert_eq!(titles, [Some("One"), None, Some("Three")]);
    }

    #[test]
    fn nested_groups_don_t_exhaust_the_stack() {
        let deep = "<media:group>".repeat(100_000) + &"</media:group>".repeat(100_000);
        let fine = "<item><title>Fine</title><link>https://a.example/1</link></item>";
        let entries = parse_rss(&format!("<item>{deep}</item>{fine}")).unwrap();
        assert!(entries[0].as_ref().is_err_and(|rejected| rejected.reason.contains("deep")) && entries[1].is_ok());
        let near = "<media:group>".repeat(90) + &"</media:group>".repeat(90);
        assert!(parse_rss(&format!("<item>{near}</item>")).is_ok());
    }

    #[test]
    fn other_xml_is_named() {
        let reading = Reading { kind: None, language: None };
        let address = Url::parse("https://a.example/feed").unwrap();
        let found = parse("<catalog><book/></catalog>", &address, &reading).err().unwrap();
        assert!(found.contains("no feed") && found.contains("catalog"), "{found}");
    }
}
