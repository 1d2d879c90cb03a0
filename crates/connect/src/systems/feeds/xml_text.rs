//! An XML document's text, before it is parsed: its encoding, its shape, and two repairs.

use encoding_rs::{Encoding, UTF_8, WINDOWS_1252};
use quick_xml::events::Event;

use crate::encoding::charset;

/// Deeper than any feed; the parser descends by recursion.
const MAX_DEPTH: usize = 100;
/// Entries of one document.
const MAX_ENTRIES: usize = 50_000;
/// Attributes of one element; looking for duplicates costs their square.
const MAX_ATTRIBUTES: usize = 200;

/// The text in UTF-8, without byte order mark and XML declaration.
///
/// Servers and documents both lie about encodings. A byte order mark is believed first; then the bytes
/// themselves, since what is valid UTF-8 hardly ever is anything else; then the document's declaration,
/// the header, and last Windows-1252, the usual truth behind a wrong claim.
pub(super) fn decode(bytes: &[u8], content_type: Option<&str>) -> String {
    let text = if let Some((encoding, mark)) = Encoding::for_bom(bytes) {
        encoding.decode_without_bom_handling(&bytes[mark..]).0.into_owned()
    } else {
        decode_unmarked(bytes, content_type)
    };
    without_declaration(&text).to_owned()
}

fn decode_unmarked(bytes: &[u8], content_type: Option<&str>) -> String {
    // ISO-2022 and UTF-16 look like UTF-8 to a decoder; escapes and zeros give them away.
    let ambiguous = bytes.iter().any(|byte| matches!(byte, 0 | 0x1b));
    if !ambiguous && let Ok(text) = std::str::from_utf8(bytes) {
        return text.to_owned();
    }
    let claims = [declared(bytes), charset(content_type), by_zeros(bytes), Some(UTF_8)];
    let clean = claims.into_iter().flatten().find_map(|encoding| {
        let (text, faults) = encoding.decode_without_bom_handling(bytes);
        (!faults && !text.contains('\0')).then(|| text.into_owned())
    });
    clean.unwrap_or_else(|| WINDOWS_1252.decode_without_bom_handling(bytes).0.into_owned())
}

fn declared(bytes: &[u8]) -> Option<&'static Encoding> {
    let head = String::from_utf8_lossy(&bytes[..bytes.len().min(300)]);
    let (_, rest) = head.split_once("<?xml")?;
    let (_, rest) = rest.split("?>").next()?.split_once("encoding")?;
    let rest = rest.trim_start().strip_prefix('=')?.trim_start();
    let quote = rest.chars().next().filter(|quote| matches!(quote, '"' | '\''))?;
    Encoding::for_label(rest[1..].split(quote).next()?.as_bytes())
}

fn by_zeros(bytes: &[u8]) -> Option<&'static Encoding> {
    match bytes {
        [0, b'<', ..] => Some(encoding_rs::UTF_16BE),
        [b'<', 0, ..] => Some(encoding_rs::UTF_16LE),
        _ => None,
    }
}

/// The text is UTF-8 by now, whatever it declares.
fn without_declaration(text: &str) -> &str {
    let text = text.trim_start_matches('\u{feff}').trim_start();
    match text.strip_prefix("<?xml") {
        Some(rest) if rest.starts_with(char::is_whitespace) => match rest.find("?>") {
            Some(end) => &rest[end + 2..],
            None => text,
        },
        _ => text,
    }
}

/// Checks that feed-rs can be trusted with the document. It is read by feed-rs's own tokeniser, set up the
/// same way: any other reading could be talked into seeing another document.
///
/// # Errors
/// What it is instead of a feed, in words.
pub(super) fn check(text: &str) -> Result<(), String> {
    let mut reader = quick_xml::Reader::from_str(text);
    let config = reader.config_mut();
    config.expand_empty_elements = true;
    config.trim_markup_names_in_closing_tags = true;
    let (mut depth, mut entries) = (0_usize, 0_usize);
    // What cannot be read is for the parser to say.
    while let Ok(event) = reader.read_event() {
        match event {
            Event::Start(start) => {
                depth += 1;
                entries += usize::from(matches!(start.local_name().as_ref(), "item" | "entry"));
                if attributes(&start) > MAX_ATTRIBUTES {
                    return Err(format!("XML with an element of more than {MAX_ATTRIBUTES} attributes"));
                }
            }
            Event::End(_) => depth = depth.saturating_sub(1),
            Event::Eof => break,
            _ => {}
        }
        if depth > MAX_DEPTH {
            return Err(format!("XML that is nested more than {MAX_DEPTH} deep"));
        }
        if entries > MAX_ENTRIES {
            return Err(format!("a feed of more than {MAX_ENTRIES} entries"));
        }
    }
    Ok(())
}

/// How many attributes an element has at most: equals signs outside quotes.
fn attributes(element: &str) -> usize {
    let mut quote = None;
    let mut count = 0;
    for byte in element.bytes() {
        match (quote, byte) {
            (None, b'=') => count += 1,
            (None, b'"' | b'\'') => quote = Some(byte),
            (Some(open), byte) if open == byte => quote = None,
            _ => {}
        }
    }
    count
}

/// Length of an opening tag.
fn tag(text: &str) -> usize {
    let mut quote = None;
    for (at, byte) in text.bytes().enumerate() {
        match (quote, byte) {
            (None, b'>') => return at + 1,
            (None, b'"' | b'\'') => quote = Some(byte),
            (Some(open), byte) if open == byte => quote = None,
            _ => {}
        }
    }
    text.len()
}

/// Makes old or sloppy documents known to the parser: RSS 0.90's namespace, versions of RSS that it has
/// no name for (`0.93`, `2.0.11`, none at all) as 2.0, whose elements they share, and podcasts' lengths.
pub(super) fn repair(text: &str) -> String {
    let text = text.replace("http://my.netscape.com/rdf/simple/0.9/", "http://purl.org/rss/1.0/");
    let text = lengths(&text);
    let Some(start) = text.find("<rss").filter(|start| *start < 20_000) else { return text };
    let length = tag(&text[start..]);
    let root = &text[start..start + length];
    let version = root.find("version").and_then(|at| {
        let rest = &root[at + 7..];
        let open = rest.find(['"', '\''])?;
        let close = rest[open + 1..].find(&rest[open..=open])?;
        Some((start + at + 7 + open + 1, close))
    });
    match version {
        Some((at, length)) if matches!(&text[at..at + length], "2.0" | "0.91" | "0.92" | "") => text,
        Some((at, length)) => format!("{}2.0{}", &text[..at], &text[at + length..]),
        None => format!("{} version=\"2.0\"{}", &text[..start + 4], &text[start + 4..]),
    }
}

/// Writes podcasts' lengths as hours, minutes and seconds: the parser takes `45:30` for 45 seconds, and
/// drops a length that stands without an `itunes:title`.
fn lengths(text: &str) -> String {
    const OPEN: &str = "<itunes:duration>";
    const CLOSE: &str = "</itunes:duration>";
    let mut out = String::with_capacity(text.len());
    let mut parts = text.split(OPEN);
    out.push_str(parts.next().unwrap_or_default());
    for part in parts {
        let Some((length, rest)) = part.split_once(CLOSE) else {
            out.push_str(OPEN);
            out.push_str(part);
            continue;
        };
        if let Some(seconds) = seconds(length) {
            let (hours, minutes) = (seconds / 3600, seconds / 60 % 60);
            out += &format!("{OPEN}{hours}:{minutes:02}:{:02}{CLOSE}<itunes:title>-</itunes:title>", seconds % 60);
        }
        out.push_str(rest);
    }
    out
}

/// Seconds of `H:M:S`, `M:S` or `S`; none where it is neither, or more than a month.
fn seconds(text: &str) -> Option<u64> {
    let mut total = 0_u64;
    for (count, part) in text.trim().split(':').enumerate() {
        let whole = part.split('.').next().unwrap_or_default();
        total = total.checked_mul(60)?.checked_add(whole.parse().ok()?)?;
        if count > 2 {
            return None;
        }
    }
    (total < 31 * 86_400).then_some(total)
}

/// The document with one entry at a time, for when it cannot be parsed as a whole: what stands before
/// the first entry, each entry, and what stands after the last.
pub(super) fn split(text: &str, max: usize) -> Option<(&str, Vec<&str>, &str)> {
    let (open, close) =
        [("<item", "</item>"), ("<entry", "</entry>")].into_iter().find(|(open, _)| next_tag(text, open).is_some())?;
    let first = next_tag(text, open)?;
    let (mut entries, mut at) = (Vec::new(), first);
    while entries.len() < max {
        let Some(start) = next_tag(&text[at..], open) else { break };
        let Some(end) = text[at + start..].find(close) else { break };
        let end = at + start + end + close.len();
        entries.push(&text[at + start..end]);
        at = end;
    }
    (!entries.is_empty()).then(|| (&text[..first], entries, &text[at..]))
}

fn next_tag(text: &str, open: &str) -> Option<usize> {
    let follows = |at: usize| text[at + open.len()..].starts_with([' ', '>', '\n', '\t', '\r']);
    text.match_indices(open).map(|(at, _)| at).find(|at| follows(*at))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn encodings_are_found_out() {
        let latin = b"<?xml version=\"1.0\" encoding=\"ISO-8859-1\"?><a>\xe4</a>";
        assert_eq!(decode(latin, None), "<a>ä</a>");
        assert_eq!(decode(b"<?xml version='1.0' encoding='utf-8'?><a>\xe4</a>", None), "<a>ä</a>", "a false claim");
        assert_eq!(decode("<a>ä</a>".as_bytes(), Some("text/xml; charset=iso-8859-1")), "<a>ä</a>");
        assert_eq!(decode(b"<a>\xe4</a>", Some("text/xml; charset=\"ISO-8859-1\"")), "<a>ä</a>");
        assert_eq!(decode(b"\xff\xfe<\0a\0/\0>\0", None), "<a/>");
        assert_eq!(decode(b"\0<\0a\0/\0>", None), "<a/>");
        assert_eq!(decode(b"\xef\xbb\xbf  <?xml version=\"1.0\"?><a/>", None), "<a/>");
        let jis = b"<?xml version=\"1.0\" encoding=\"ISO-2022-JP\"?><a>\x1b$B$\"\x1b(B</a>";
        assert_eq!(decode(jis, None), "<a>あ</a>");
    }

    #[test]
    fn shapes_that_break_parsers_are_refused() {
        assert!(check("<a><b x='>'/><!-- <c> --><![CDATA[<d>]]></a>").is_ok());
        assert!(check(&"<a>".repeat(101)).is_err());
        assert!(check(&"<a></a>".repeat(1000)).is_ok());
        assert!(check(&"<a/>".repeat(1000)).is_ok());
        assert!(check(&"<item/>".repeat(50_001)).is_err());
        // Comments and document types that other readers end elsewhere.
        let deep = "<a>".repeat(200);
        for start in
            ["<!--> <![CDATA[ -->", "<!DOCTYPE a [ <!-- > <![CDATA[ --> ]>", "<!DOCTYPE a [ ']>' ]>", "<?x ?> "]
        {
            let document = format!("{start}{deep}]]>");
            assert!(check(&document).is_err(), "{start}");
        }
        assert!(check(&format!("<a {}>", "x=''".repeat(500))).is_err());
        assert!(check("<a x='").is_ok() && check("<!--").is_ok() && check("<").is_ok());
    }

    #[test]
    fn roots_are_repaired() {
        assert_eq!(repair("<rss version=\"0.93\"><channel/>"), "<rss version=\"2.0\"><channel/>");
        assert_eq!(repair("<rss><channel/>"), "<rss version=\"2.0\"><channel/>");
        assert_eq!(repair("<rss version='0.91'>"), "<rss version='0.91'>");
        assert!(repair("<RDF xmlns='http://my.netscape.com/rdf/simple/0.9/'>").contains("purl.org/rss/1.0/"));
    }

    #[test]
    fn lengths_are_read_as_podcasts_mean_them() {
        assert_eq!(seconds("01:30:00"), Some(5400));
        assert_eq!(seconds(" 45:30 "), Some(2730));
        assert_eq!(seconds("90.5"), Some(90));
        for bad in ["", "soon", "1:2:3:4", "99999999999999999999:00:00", "-5", "9999999"] {
            assert_eq!(seconds(bad), None, "{bad}");
        }
        let bad = "<itunes:duration>99999999999999999999:00:00</itunes:duration>";
        assert_eq!(repair(&format!("<a>{bad}</a>")), "<a></a>");
        assert_eq!(repair("<itunes:duration>"), "<itunes:duration>");
    }

    #[test]
    fn entries_are_taken_apart() {
        let (before, entries, after) = split("<rss><items/><item>1</item> <item x=''>2</item></rss>", 10).unwrap();
        assert_eq!((before, after), ("<rss><items/>", "</rss>"));
        assert_eq!(entries, ["<item>1</item>", "<item x=''>2</item>"]);
        assert!(split("<rss><items></items></rss>", 10).is_none());
    }
}
