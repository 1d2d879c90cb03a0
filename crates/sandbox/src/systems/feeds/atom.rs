//! Atom, RFC 4287.

use super::{Document, Entry, json_feed::rfc3339};
use crate::html::escape;

pub(super) const TYPE: &str = "application/atom+xml; charset=utf-8";

pub(super) fn write(document: &Document<'_>) -> String {
    let entries: String = document.entries.iter().map(entry).collect();
    let next = document
        .next
        .as_ref()
        .map(|next| format!("<link rel=\"next\" type=\"application/atom+xml\" href=\"{}\"/>\n", escape(next.as_str())));
    format!(
        "<?xml version=\"1.0\" encoding=\"utf-8\"?>\n\
         <feed xmlns=\"http://www.w3.org/2005/Atom\" xml:lang=\"en\">\n\
         <id>tag:library.example,2026:{path}</id>\n<title>{title}</title>\n\
         <subtitle>{subtitle}</subtitle>\n<updated>{updated}</updated>\n\
         <author><name>The library</name></author>\n\
         <link rel=\"self\" type=\"application/atom+xml\" href=\"{address}\"/>\n\
         <link rel=\"alternate\" type=\"text/html\" href=\"{home}\"/>\n{next}{entries}</feed>\n",
        path = document.feed.path(),
        title = escape(document.feed.title()),
        subtitle = escape(document.feed.description()),
        updated = rfc3339(document.modified),
        address = escape(document.address.as_str()),
        home = escape(document.home.as_str()),
        next = next.unwrap_or_default(),
    )
}

fn entry(entry: &Entry) -> String {
    let item = &entry.item;
    let language = match item.language.as_str() {
        "" => String::new(),
        language => format!(" xml:lang=\"{}\"", escape(language)),
    };
    let mut out = format!("<entry{language}>\n");
    if let Some(id) = &entry.id {
        out += &format!("<id>tag:library.example,2026:tutorials/{}</id>\n", escape(id));
    }
    out += &format!("<title>{}</title>\n", escape(&item.title));
    out += &format!("<link rel=\"alternate\" href=\"{}\"/>\n", escape(&item.url));
    out += &format!("<updated>{}</updated>\n", rfc3339(entry.modified));
    if let Some(published) = entry.published {
        out += &format!("<published>{}</published>\n", rfc3339(published));
    }
    if !item.author.is_empty() {
        out += &format!("<author><name>{}</name></author>\n", escape(&item.author));
    }
    for topic in &item.topics {
        out += &format!("<category term=\"{}\"/>\n", escape(topic));
    }
    out += &format!("<summary type=\"html\">{}</summary>\n</entry>\n", escape(&item.summary));
    out
}
