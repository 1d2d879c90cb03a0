//! Text from elsewhere: mark-up, script and control characters out, length bounded.

use std::sync::{Arc, LazyLock, Mutex, PoisonError};

use ammonia::{Builder, UrlRelative};
use url::Url;

/// Bytes of mark-up that are looked at: what is kept is far shorter, and parsing HTML costs more than
/// its length when somebody means it to.
const MAX_HTML: usize = 64 * 1024;

/// Elements within each other that are parsed as such.
const MAX_DEPTH: usize = 200;

/// Elements that stand on lines of their own.
const BLOCKS: [&str; 27] = [
    "address",
    "article",
    "aside",
    "blockquote",
    "br",
    "dd",
    "div",
    "dl",
    "dt",
    "figcaption",
    "figure",
    "footer",
    "h1",
    "h2",
    "h3",
    "h4",
    "h5",
    "h6",
    "header",
    "hr",
    "li",
    "ol",
    "p",
    "pre",
    "section",
    "tr",
    "ul",
];

/// Other elements whose closing tag shows that a text is HTML.
const INLINE: [&str; 22] = [
    "a", "abbr", "b", "body", "button", "cite", "code", "em", "form", "html", "i", "iframe", "script", "small", "span",
    "strong", "style", "sub", "sup", "svg", "table", "td",
];

static STRIP: LazyLock<Builder<'static>> = LazyLock::new(|| {
    let mut builder = Builder::empty();
    builder.tags(BLOCKS.into_iter().collect());
    builder.clean_content_tags(["script", "style", "template", "noscript", "iframe", "object", "svg", "title"].into());
    builder
});

/// The text of HTML: script and style gone with their content, blocks on lines of their own.
pub fn html_to_text(html: &str) -> String {
    let html = head(html, MAX_HTML);
    let clean = if depth(html) > MAX_DEPTH { STRIP.clean(&flat(html)) } else { STRIP.clean(html) }.to_string();
    let mut out = String::with_capacity(clean.len());
    let mut rest = clean.as_str();
    // Of the mark-up only the blocks' own tags are left; everything else is escaped.
    while let Some(at) = rest.find(['<', '&']) {
        out.push_str(&rest[..at]);
        rest = &rest[at..];
        let end = rest.find(if rest.starts_with('<') { '>' } else { ';' });
        let Some(end) = end else { break };
        match &rest[..=end] {
            "&amp;" => out.push('&'),
            "&lt;" => out.push('<'),
            "&gt;" => out.push('>'),
            "&quot;" => out.push('"'),
            "&nbsp;" => out.push(' '),
            _ => out.push(BREAK),
        }
        rest = &rest[end + 1..];
    }
    out.push_str(rest);
    tidy(&out)
}

/// How many elements are open at once at most, by a rough count: elements that need no end count until
/// some end comes.
fn depth(html: &str) -> usize {
    let bytes = html.as_bytes();
    let (mut depth, mut most) = (0_usize, 0);
    for (at, _) in html.match_indices('<') {
        match bytes.get(at + 1) {
            Some(b'/') => depth = depth.saturating_sub(1),
            Some(letter) if letter.is_ascii_alphabetic() => depth += 1,
            _ => {}
        }
        most = most.max(depth);
    }
    most
}

/// Takes out all tags, and leaves breaks where blocks were: for mark-up so deep that parsing it would
/// take a time that grows with the square of its length.
fn flat(html: &str) -> String {
    let mut out = String::with_capacity(html.len());
    let mut parts = html.split('<');
    out.push_str(parts.next().unwrap_or_default());
    let mut hidden = false;
    for part in parts {
        let (tag, text) = part.split_once('>').unwrap_or((part, ""));
        let name: String = tag.trim_start_matches('/').chars().take_while(char::is_ascii_alphanumeric).collect();
        let name = name.to_ascii_lowercase();
        if matches!(name.as_str(), "script" | "style") {
            hidden = !tag.starts_with('/');
        }
        if BLOCKS.contains(&name.as_str()) {
            out.push_str("<br>");
        }
        if !hidden {
            out.push_str(text);
        }
    }
    out
}

/// Stands for a line break that is meant.
const BREAK: char = '\u{2029}';

/// Plain text from a field that may hold either: many publishers put HTML where plain text belongs.
pub(crate) fn to_text(text: &str) -> String {
    if looks_like_html(text) { html_to_text(text) } else { tidy(&head(text, MAX_HTML).replace('\n', "\u{2029}")) }
}

/// A title: plain, on one line.
pub(crate) fn to_line(text: &str) -> String {
    to_text(text).replace('\n', " ")
}

/// Drops control and direction-changing characters, and joins white space: to one line break where
/// it holds one, else to one space.
fn tidy(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut gap = None;
    for letter in text.chars() {
        match letter {
            BREAK => gap = Some('\n'),
            _ if letter.is_whitespace() || letter == '\u{feff}' => gap = gap.or(Some(' ')),
            '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}' | '\u{200b}' | '\u{fffe}' | '\u{ffff}' => {}
            _ if letter.is_control() => {}
            _ => {
                match gap.take() {
                    Some(gap) if !out.is_empty() => out.push(gap),
                    _ => {}
                }
                out.push(letter);
            }
        }
    }
    out
}

fn looks_like_html(text: &str) -> bool {
    let text = head(text, MAX_HTML);
    if !text.contains(['<', '&']) {
        return false;
    }
    let lower = text.to_ascii_lowercase();
    let known = |name: &str| BLOCKS.contains(&name) || INLINE.contains(&name);
    let closes = lower.match_indices("</").any(|(at, _)| {
        let rest = head(&lower[at + 2..], 16);
        rest.find('>').is_some_and(|end| known(rest[..end].trim()))
    });
    closes || ["<br", "<img ", "<p>", "<script", "<svg"].iter().any(|tag| lower.contains(tag)) || has_entity(&lower)
}

fn has_entity(lower: &str) -> bool {
    lower.match_indices('&').any(|(at, _)| {
        let rest = head(&lower[at + 1..], 12);
        let name = rest.split(';').next().unwrap_or_default();
        let number = name
            .strip_prefix('#')
            .is_some_and(|digits| digits.trim_start_matches('x').bytes().all(|b| b.is_ascii_hexdigit()));
        name.len() < rest.len()
            && (number
                || matches!(
                    name,
                    "amp"
                        | "lt"
                        | "gt"
                        | "quot"
                        | "nbsp"
                        | "apos"
                        | "mdash"
                        | "ndash"
                        | "hellip"
                        | "rsquo"
                        | "lsquo"
                        | "ldquo"
                        | "rdquo"
                ))
    })
}

/// Whether a body is a page for people, not an answer for us.
pub(crate) fn is_html_page(text: &str) -> bool {
    let start = text.trim_start_matches('\u{feff}').trim_start();
    let start = head(start, 512).to_ascii_lowercase();
    start.starts_with("<!doctype html")
        || start.starts_with("<html")
        || start.contains("<head>")
        || start.contains("<body")
}

/// The start of a text, cut between words, at most `max` characters with the ellipsis.
pub fn excerpt(text: &str, max: usize) -> String {
    let text = text.trim();
    let Some((limit, _)) = text.char_indices().nth(max) else { return text.to_owned() };
    let Some((room, _)) = text.char_indices().nth(max.saturating_sub(1)) else { return String::new() };
    let part = &text[..room.min(limit)];
    // A word that fills most of the room is cut; scripts without spaces have no other place.
    let cut = part.rfind(char::is_whitespace).filter(|at| *at > part.len() / 2).unwrap_or(part.len());
    format!("{}…", part[..cut].trim_end())
}

/// The http addresses that HTML links to, absolute, each once, in order.
pub(crate) fn links(html: &str, base: &Url, max: usize) -> Vec<String> {
    let found = Arc::new(Mutex::new(Vec::new()));
    let seen = found.clone();
    let mut builder = Builder::empty();
    builder
        .tags(["a"].into())
        .tag_attributes([("a", ["href"].into())].into())
        .url_schemes(["http", "https"].into())
        .url_relative(UrlRelative::PassThrough)
        .attribute_filter(move |_, attribute, value| {
            if attribute == "href" {
                seen.lock().unwrap_or_else(PoisonError::into_inner).push(value.to_owned());
            }
            None
        });
    // What matters is what the filter saw.
    let html = head(html, MAX_HTML);
    if depth(html) > MAX_DEPTH {
        return Vec::new();
    }
    drop(builder.clean(html));
    let mut links: Vec<String> = Vec::new();
    let found = std::mem::take(&mut *found.lock().unwrap_or_else(PoisonError::into_inner));
    for href in found {
        if href.starts_with('#') || links.len() >= max {
            continue;
        }
        let Ok(mut url) = base.join(&href) else { continue };
        url.set_fragment(None);
        let text = url.to_string();
        if matches!(url.scheme(), "http" | "https") && text.len() <= 2000 && !links.contains(&text) {
            links.push(text);
        }
    }
    links
}

/// The first bytes of a text, at most `max`, cut between characters.
pub(crate) fn head(text: &str, max: usize) -> &str {
    &text[..text.floor_char_boundary(max)]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn script_goes_and_text_stays() {
        let html = "<p>One &amp; two</p><script>alert(1)</script><p onclick=x()>Three <b>four</b>\n five &lt;six&gt;</p>\
                    <a href=\"javascript:alert(1)\">seven</a><style>p{}</style><ul><li>a<li>b</ul>";
        assert_eq!(html_to_text(html), "One & two\nThree four five <six>\nseven\na\nb");
        assert_eq!(html_to_text("<<script>script>alert(1)<</script>/script>x").matches("alert").count(), 0);
        assert_eq!(html_to_text("a<br>b&nbsp;c"), "a\nb c");
        assert_eq!(html_to_text("<img src=x onerror=alert(1)>"), "");
    }

    #[test]
    fn deep_and_long_html_ends() {
        let deep = "<div>".repeat(100_000) + "x";
        assert!(html_to_text(&deep).len() < 10);
        let started = std::time::Instant::now();
        assert_eq!(html_to_text(&"<b><i><a href=x>".repeat(20_000)), "");
        let unclosed = "<p>one <script>two</script><b>three".repeat(300);
        assert!(html_to_text(&unclosed).starts_with("one three\none three\n"));
        for part in ["</", "&", "<", "&#", "<p a=b ", "<a href=", "</x "] {
            to_text(&part.repeat(200_000));
        }
        assert!(started.elapsed().as_secs() < 10, "{:?}", started.elapsed());
    }

    #[test]
    fn plain_text_stays_plain() {
        assert_eq!(to_line("Vec<String> and a < b"), "Vec<String> and a < b");
        assert_eq!(to_line("It&#8217;s <b>bold</b>"), "It’s bold");
        assert_eq!(to_line("R&D; AT&T"), "R&D; AT&T");
        assert_eq!(to_text("one\n\n two\u{7}\u{202e}x"), "one\ntwox");
        assert_eq!(to_line("  a \n b  "), "a b");
    }

    #[test]
    fn excerpts_end_between_words() {
        assert_eq!(excerpt("short", 10), "short");
        assert_eq!(excerpt("one two three four", 12), "one two…");
        assert_eq!(excerpt("ääääääääää", 5), "ääää…");
        assert_eq!(excerpt("exactly ten", 11), "exactly ten");
        assert!(excerpt(&"word ".repeat(100), 40).chars().count() <= 40);
    }

    #[test]
    fn links_are_absolute_and_web_addresses() {
        let base = Url::parse("https://forum.example/t/1").unwrap();
        let html = r##"<a href="/a">x</a><a href="https://b.example/x#y">y</a><a href="javascript:alert(1)">z</a>
                      <a href="#top">t</a><a href="https://b.example/x">again</a><a href="mailto:a@b">m</a>"##;
        assert_eq!(links(html, &base, 10), ["https://forum.example/a", "https://b.example/x"]);
        assert_eq!(links(html, &base, 1).len(), 1);
    }

    #[test]
    fn pages_of_html_are_known() {
        assert!(is_html_page("\n<!DOCTYPE HTML><title>Sign in</title>"));
        assert!(!is_html_page("<?xml version=\"1.0\"?><rss/>"));
        assert!(!is_html_page("{\"a\":\"<html>\"}"));
    }
}
