//! Sitemaps and their indexes, as XML, compressed or not, or as lines of addresses.

use std::io::Read;

use quick_xml::{Reader, escape::resolve_predefined_entity, events::Event};

use crate::{
    encoding,
    text::{excerpt, head, is_html_page, to_line},
};

/// Entries of one sitemap, as the protocol bounds them.
const MAX_ENTRIES: usize = 50_000;
/// Elements within each other.
const MAX_DEPTH: usize = 100;
/// Bytes of an address or a date.
const MAX_TEXT: usize = 4000;

/// A document, read.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Document {
    Pages(Vec<Entry>),
    /// Of an index: further sitemaps.
    Maps(Vec<Entry>),
}

/// One address.
#[derive(Clone, Debug, Default, PartialEq)]
pub(super) struct Entry {
    /// As written, trimmed; it may be anything.
    pub(super) address: String,
    /// When it was last changed, as written; empty where that is not said.
    pub(super) changed: String,
}

/// Reads a document; at most `limit` bytes of it once it is decompressed.
///
/// # Errors
/// What was found instead, in words.
pub(super) fn parse(body: &[u8], limit: usize) -> Result<Document, String> {
    let unpacked = if body.starts_with(&[0x1f, 0x8b]) { Some(unpack(body, limit)?) } else { None };
    let text = encoding::decode(unpacked.as_deref().unwrap_or(body), None, None);
    let start = text.trim_start();
    if start.is_empty() {
        Err("nothing".to_owned())
    } else if is_html_page(&text) {
        Err(format!("a page of HTML that says “{}”", shown(&text)))
    } else if start.starts_with('<') {
        xml(&text)
    } else if start.starts_with("http://") || start.starts_with("https://") {
        lines(&text)
    } else {
        Err(format!("text that starts with “{}”", shown(&text)))
    }
}

fn shown(text: &str) -> String {
    excerpt(&to_line(head(text, 1000)), 80)
}

fn unpack(body: &[u8], limit: usize) -> Result<Vec<u8>, String> {
    let mut unpacked = Vec::new();
    let mut reader = flate2::read::MultiGzDecoder::new(body).take(limit as u64 + 1);
    reader.read_to_end(&mut unpacked).map_err(|error| format!("a compressed file that is broken ({error})"))?;
    if unpacked.len() > limit { Err(format!("a compressed file of more than {limit} bytes")) } else { Ok(unpacked) }
}

fn lines(text: &str) -> Result<Document, String> {
    let lines: Vec<&str> = text.lines().map(str::trim).filter(|line| !line.is_empty()).collect();
    if lines.len() > MAX_ENTRIES {
        return Err(format!("a sitemap of more than {MAX_ENTRIES} entries"));
    }
    let entry = |line: &&str| Entry { address: head(line, MAX_TEXT).to_owned(), changed: String::new() };
    Ok(Document::Pages(lines.iter().map(entry).collect()))
}

/// Only what stands in the place that the protocol gives it counts: extensions have elements of the same names.
fn xml(text: &str) -> Result<Document, String> {
    let mut reader = Reader::from_str(text);
    reader.config_mut().expand_empty_elements = true;
    let mut open: Vec<String> = Vec::new();
    let (mut root, mut entries, mut entry) = (String::new(), Vec::new(), Entry::default());
    loop {
        match reader.read_event().map_err(|error| format!("XML that is broken ({error})"))? {
            Event::Start(start) => {
                open.push(start.local_name().as_ref().to_owned());
                if open.len() > MAX_DEPTH {
                    return Err(format!("XML that is nested more than {MAX_DEPTH} deep"));
                }
                if open.len() == 1 {
                    root = known_root(&open[0])?;
                }
            }
            Event::End(_) => {
                if is_entry(&open) {
                    entries.push(std::mem::take(&mut entry));
                    if entries.len() > MAX_ENTRIES {
                        return Err(format!("a sitemap of more than {MAX_ENTRIES} entries"));
                    }
                }
                open.pop();
            }
            Event::Text(text) => add(&open, &mut entry, &text.xml10_content()),
            Event::CData(text) => add(&open, &mut entry, &text.xml10_content()),
            Event::GeneralRef(reference) => {
                if let Ok(Some(letter)) = reference.resolve_char_ref() {
                    add(&open, &mut entry, letter.encode_utf8(&mut [0; 4]));
                } else if let Some(text) = resolve_predefined_entity(&reference) {
                    add(&open, &mut entry, text);
                }
            }
            Event::Eof if root.is_empty() || !open.is_empty() => return Err("XML that breaks off".to_owned()),
            Event::Eof => break,
            _ => {}
        }
    }
    for entry in &mut entries {
        entry.address = entry.address.trim().to_owned();
        entry.changed = entry.changed.trim().to_owned();
    }
    Ok(if root == "sitemapindex" { Document::Maps(entries) } else { Document::Pages(entries) })
}

fn known_root(name: &str) -> Result<String, String> {
    match name {
        "urlset" | "sitemapindex" => Ok(name.to_owned()),
        "rss" | "feed" | "RDF" => Err("a web feed; connect it as “Web feed”".to_owned()),
        other => Err(format!("XML that is no sitemap (its root is “{}”)", excerpt(other, 40))),
    }
}

fn is_entry(open: &[String]) -> bool {
    matches!(open, [root, entry] if matches!((root.as_str(), entry.as_str()), ("urlset", "url") | ("sitemapindex", "sitemap")))
}

fn add(open: &[String], entry: &mut Entry, text: &str) {
    if open.len() != 3 || !is_entry(&open[..2]) {
        return;
    }
    let to = match open[2].as_str() {
        "loc" => &mut entry.address,
        "lastmod" => &mut entry.changed,
        _ => return,
    };
    if to.len() < MAX_TEXT {
        to.push_str(head(text, MAX_TEXT));
    }
}

#[cfg(test)]
mod tests {
    use std::io::Write;

    use super::*;

    const MAP: &str = "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<urlset xmlns=\"http://www.sitemaps.org/schemas/sitemap/0.9\" \
        xmlns:image=\"http://www.google.com/schemas/sitemap-image/1.1\">\n<url><image:image><image:loc>https://a.example/no.png</image:loc></image:image>\
        <loc> https://a.example/?a=1&amp;b=&#50; </loc><lastmod>2024-02-29</lastmod></url>\n<url><loc><![CDATA[https://a.example/x]]></loc></url><url/></urlset>";

    fn entry(address: &str, changed: &str) -> Entry {
        Entry { address: address.to_owned(), changed: changed.to_owned() }
    }

    #[test]
    fn a_sitemap_is_read_packed_or_not() {
        let expected = Document::Pages(vec![
            entry("https://a.example/?a=1&b=2", "2024-02-29"),
            entry("https://a.example/x", ""),
            entry("", ""),
        ]);
        assert_eq!(parse(MAP.as_bytes(), 10_000), Ok(expected.clone()));
        let mut packed = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::default());
        packed.write_all(MAP.as_bytes()).unwrap();
        let packed = packed.finish().unwrap();
        assert_eq!(parse(&packed, 10_000), Ok(expected));
        assert!(parse(&packed, 100).unwrap_err().contains("more than 100"));
        assert!(parse(&packed[..packed.len() / 2], 10_000).unwrap_err().contains("broken"));
    }

    #[test]
    fn an_index_and_lines_are_known() {
        let index = b"<sitemapindex><sitemap><loc>https://a.example/1.xml</loc></sitemap></sitemapindex>";
        assert_eq!(parse(index, 1000), Ok(Document::Maps(vec![entry("https://a.example/1.xml", "")])));
        let lines = b"https://a.example/1\r\n\r\nhttps://a.example/2\n";
        assert_eq!(
            parse(lines, 1000),
            Ok(Document::Pages(vec![entry("https://a.example/1", ""), entry("https://a.example/2", "")]))
        );
    }

    #[test]
    fn other_documents_are_named() {
        let found = |text: &str| parse(text.as_bytes(), 10_000_000).unwrap_err();
        assert!(found("").contains("nothing") && found("hello").contains("hello"));
        assert!(found("<!doctype html><title>Sign in</title>").contains("HTML"));
        assert!(found("<rss version=\"2.0\"></rss>").contains("Web feed"));
        assert!(found("<catalog/>").contains("catalog"));
        assert!(found("<urlset><url>").contains("breaks off") || found("<urlset><url>").contains("broken"));
        assert!(found(&"<urlset>".repeat(100_000)).contains("deep"));
    }
}
