//! RSS 2.0 with the modules that video and podcast publishers add.

use time::{OffsetDateTime, format_description::well_known::Rfc2822};

use super::{Document, Entry};
use crate::html::escape;

pub(super) const TYPE: &str = "application/rss+xml; charset=utf-8";

pub(super) fn videos(document: &Document<'_>) -> String {
    let spaces = "xmlns:media=\"http://search.yahoo.com/mrss/\"";
    channel(document, spaces, "", |entry| {
        let item = &entry.item;
        let mut out = format!("<media:group>\n<media:content url=\"{}\" medium=\"video\"", escape(&item.url));
        if let Some(minutes) = item.minutes {
            out += &format!(" duration=\"{}\"", u64::from(minutes) * 60);
        }
        if !item.language.is_empty() {
            out += &format!(" lang=\"{}\"", escape(&item.language));
        }
        out += "/>\n";
        out += &format!("<media:title type=\"plain\">{}</media:title>\n", escape(&item.title));
        out += &format!("<media:keywords>{}</media:keywords>\n", escape(&item.topics.join(", ")));
        out + "</media:group>\n"
    })
}

pub(super) fn podcast(document: &Document<'_>) -> String {
    let spaces = "xmlns:itunes=\"http://www.itunes.com/dtds/podcast-1.0.dtd\"";
    let head = "<itunes:author>The library</itunes:author>\n<itunes:type>episodic</itunes:type>\n\
                <itunes:category text=\"Technology\"/>\n<itunes:explicit>false</itunes:explicit>\n";
    channel(document, spaces, head, |entry| {
        let item = &entry.item;
        let mut out = format!("<itunes:title>{}</itunes:title>\n", escape(&item.title));
        if !item.author.is_empty() {
            out += &format!("<itunes:author>{}</itunes:author>\n", escape(&item.author));
        }
        if let Some(minutes) = item.minutes {
            let (hours, minutes) = (minutes / 60, minutes % 60);
            out += &format!("<itunes:duration>{hours:02}:{minutes:02}:00</itunes:duration>\n");
        }
        out += "<itunes:episodeType>full</itunes:episodeType>\n<itunes:explicit>false</itunes:explicit>\n";
        out
    })
}

fn channel(document: &Document<'_>, spaces: &str, head: &str, extra: impl Fn(&Entry) -> String) -> String {
    let items: String = document.entries.iter().map(|entry| item(entry, &extra(entry))).collect();
    format!(
        "<?xml version=\"1.0\" encoding=\"utf-8\"?>\n<rss version=\"2.0\" \
         xmlns:atom=\"http://www.w3.org/2005/Atom\" xmlns:dc=\"http://purl.org/dc/elements/1.1/\" {spaces}>\n\
         <channel>\n<title>{title}</title>\n<link>{home}</link>\n<description>{description}</description>\n\
         <language>en</language>\n<lastBuildDate>{built}</lastBuildDate>\n\
         <atom:link href=\"{address}\" rel=\"self\" type=\"application/rss+xml\"/>\n{head}{items}</channel>\n</rss>\n",
        title = escape(document.feed.title()),
        home = escape(document.home.as_str()),
        description = escape(document.feed.description()),
        built = rfc2822(document.modified),
        address = escape(document.address.as_str()),
    )
}

fn item(entry: &Entry, extra: &str) -> String {
    let item = &entry.item;
    let mut out = format!("<item>\n<title>{}</title>\n", escape(&item.title));
    out += &format!("<link>{}</link>\n", escape(&item.url));
    if let Some(id) = &entry.id {
        out += &format!("<guid isPermaLink=\"false\">{}</guid>\n", escape(id));
    }
    if let Some(published) = entry.published {
        out += &format!("<pubDate>{}</pubDate>\n", rfc2822(published));
    }
    if !item.author.is_empty() {
        out += &format!("<dc:creator>{}</dc:creator>\n", escape(&item.author));
    }
    if !item.language.is_empty() {
        out += &format!("<dc:language>{}</dc:language>\n", escape(&item.language));
    }
    for topic in &item.topics {
        out += &format!("<category>{}</category>\n", escape(topic));
    }
    out += &format!("<description>{}</description>\n", escape(&item.summary));
    out + extra + "</item>\n"
}

fn rfc2822(at: OffsetDateTime) -> String {
    // Only years before 1900 cannot be written.
    at.format(&Rfc2822).unwrap_or_else(|_| "Thu, 01 Jan 1970 00:00:00 +0000".to_owned())
}
