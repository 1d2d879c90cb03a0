//! The small Markdown in which the content is written, as HTML, as wikitext and as plain text.
//!
//! Blocks: headings (`#`), lists (`*`, `-`, `1.`), quotes (`>`), fenced code, paragraphs. In a line: `code`,
//! `**strong**`, `*emphasis*`, `[text](address)`, bare addresses, and `[[Title]]` for another wiki page.

use crate::html::escape;

/// A part of a text.
#[derive(Clone, Debug, PartialEq)]
enum Block {
    Heading(usize, String),
    List { ordered: bool, items: Vec<String> },
    Quote(String),
    Code(String),
    Paragraph(String),
}

/// A part of a line.
#[derive(Clone, Debug, PartialEq)]
enum Span<'a> {
    Text(&'a str),
    Code(&'a str),
    Strong(&'a str),
    Emphasis(&'a str),
    Link { text: &'a str, url: &'a str },
    Page(&'a str),
}

/// `source` as HTML; a link to another page goes to `page(title)`. Mark-up in the source is escaped.
pub(crate) fn to_html(source: &str, page: &dyn Fn(&str) -> String) -> String {
    let line = |text: &str| -> String { spans(text).iter().map(|span| span_html(span, page)).collect() };
    let mut out = String::new();
    for block in blocks(source) {
        match block {
            Block::Heading(level, text) => {
                let level = (level + 1).min(6);
                out += &format!("<h{level}>{}</h{level}>\n", line(&text));
            }
            Block::List { ordered, items } => {
                let tag = if ordered { "ol" } else { "ul" };
                let items: String = items.iter().map(|item| format!("<li>{}</li>\n", line(item))).collect();
                out += &format!("<{tag}>\n{items}</{tag}>\n");
            }
            Block::Quote(text) => out += &format!("<blockquote>\n<p>{}</p>\n</blockquote>\n", line(&text)),
            Block::Code(text) => out += &format!("<pre><code>{}</code></pre>\n", escape(&text)),
            Block::Paragraph(text) => out += &format!("<p>{}</p>\n", line(&text)),
        }
    }
    out
}

/// `source` as MediaWiki's wikitext.
pub(crate) fn to_wikitext(source: &str) -> String {
    let line = |text: &str| -> String { spans(text).iter().map(span_wikitext).collect() };
    let parts: Vec<String> = blocks(source)
        .into_iter()
        .map(|block| match block {
            Block::Heading(level, text) => {
                let marks = "=".repeat((level + 1).min(6));
                format!("{marks} {} {marks}", line(&text))
            }
            Block::List { ordered, items } => {
                let mark = if ordered { '#' } else { '*' };
                let items: Vec<String> = items.iter().map(|item| format!("{mark} {}", line(item))).collect();
                items.join("\n")
            }
            Block::Quote(text) => format!("<blockquote>{}</blockquote>", line(&text)),
            Block::Code(text) => format!("<pre>{text}</pre>"),
            Block::Paragraph(text) => line(&text),
        })
        .collect();
    parts.join("\n\n")
}

/// `source` without any mark-up, blocks on lines of their own.
pub(crate) fn to_plain(source: &str) -> String {
    let line = |text: &str| -> String { spans(text).iter().map(|span| span_text(span)).collect() };
    let parts: Vec<String> = blocks(source)
        .into_iter()
        .map(|block| match block {
            Block::List { items, .. } => items.iter().map(|item| line(item)).collect::<Vec<_>>().join("\n"),
            Block::Code(text) => text,
            Block::Heading(_, text) | Block::Quote(text) | Block::Paragraph(text) => line(&text),
        })
        .collect();
    parts.join("\n")
}

/// The text before the first heading, as MediaWiki understands an introduction.
pub(crate) fn introduction(source: &str) -> String {
    source.lines().take_while(|line| heading(line).is_none()).collect::<Vec<_>>().join("\n").trim().to_owned()
}

/// The absolute addresses that `source` names, each once, in order.
pub(crate) fn links(source: &str) -> Vec<String> {
    let mut found: Vec<String> = Vec::new();
    for block in blocks(source) {
        let lines = match block {
            Block::List { items, .. } => items,
            Block::Code(_) => continue,
            Block::Heading(_, text) | Block::Quote(text) | Block::Paragraph(text) => vec![text],
        };
        for line in &lines {
            for span in spans(line) {
                if let Span::Link { url, .. } = span
                    && !found.iter().any(|known| known == url)
                {
                    found.push(url.to_owned());
                }
            }
        }
    }
    found
}

/// Makes a link of the first mention of each title, but for the page's own, longest titles first.
pub(crate) fn link_titles(source: &str, own: &str, titles: &[String]) -> String {
    let mut titles: Vec<&String> = titles.iter().filter(|title| *title != own && title.len() > 5).collect();
    titles.sort_by_key(|title| std::cmp::Reverse(title.len()));
    let mut out = source.to_owned();
    for title in titles {
        let mut from = 0;
        while let Some(at) = out[from..].find(title.as_str()).map(|at| at + from) {
            let end = at + title.len();
            if stands_alone(&out, at, end) && !inside_link(&out, at) {
                out.replace_range(at..end, &format!("[[{title}]]"));
                break;
            }
            from = end;
        }
    }
    out
}

fn stands_alone(text: &str, start: usize, end: usize) -> bool {
    let word = |letter: Option<char>| letter.is_some_and(char::is_alphanumeric);
    !word(text[..start].chars().next_back()) && !word(text[end..].chars().next())
}

fn inside_link(text: &str, at: usize) -> bool {
    let before = &text[..at];
    before.rfind("[[").is_some_and(|open| before.rfind("]]").is_none_or(|close| close < open))
}

fn blocks(source: &str) -> Vec<Block> {
    let mut found = Vec::new();
    let mut lines = source.lines().peekable();
    while let Some(line) = lines.next() {
        if line.trim().is_empty() {
            continue;
        }
        if line.trim_start().starts_with("```") {
            let code: Vec<&str> = lines.by_ref().take_while(|line| !line.trim_start().starts_with("```")).collect();
            found.push(Block::Code(code.join("\n")));
        } else if let Some((level, text)) = heading(line) {
            found.push(Block::Heading(level, text.to_owned()));
        } else if let Some((ordered, first)) = list_item(line) {
            let mut items = vec![first.to_owned()];
            while let Some((_, item)) = lines.peek().and_then(|line| list_item(line)).filter(|(is, _)| *is == ordered) {
                items.push(item.to_owned());
                lines.next();
            }
            found.push(Block::List { ordered, items });
        } else if let Some(first) = line.strip_prefix('>') {
            let mut text = first.trim().to_owned();
            while let Some(more) = lines.peek().and_then(|line| line.strip_prefix('>')) {
                text = format!("{text} {}", more.trim());
                lines.next();
            }
            found.push(Block::Quote(text));
        } else {
            let mut text = line.trim().to_owned();
            while let Some(more) = lines.next_if(|line| continues(line)) {
                text = format!("{text} {}", more.trim());
            }
            found.push(Block::Paragraph(text));
        }
    }
    found
}

fn continues(line: &str) -> bool {
    !line.trim().is_empty()
        && heading(line).is_none()
        && list_item(line).is_none()
        && !line.starts_with('>')
        && !line.trim_start().starts_with("```")
}

fn heading(line: &str) -> Option<(usize, &str)> {
    let level = line.bytes().take_while(|byte| *byte == b'#').count();
    (1..=5).contains(&level).then(|| line[level..].strip_prefix(' '))?.map(|text| (level, text.trim()))
}

fn list_item(line: &str) -> Option<(bool, &str)> {
    let line = line.trim_start();
    if let Some(text) = line.strip_prefix("* ").or_else(|| line.strip_prefix("- ")) {
        return Some((false, text.trim()));
    }
    let digits = line.bytes().take_while(u8::is_ascii_digit).count();
    (digits > 0).then(|| line[digits..].strip_prefix(". "))?.map(|text| (true, text.trim()))
}

fn spans(line: &str) -> Vec<Span<'_>> {
    let mut found = Vec::new();
    let mut plain = 0;
    let mut at = 0;
    while at < line.len() {
        match span_at(line, at) {
            Some((span, end)) => {
                if plain < at {
                    found.push(Span::Text(&line[plain..at]));
                }
                found.push(span);
                at = end;
                plain = end;
            }
            None => at += line[at..].chars().next().map_or(1, char::len_utf8),
        }
    }
    if plain < line.len() {
        found.push(Span::Text(&line[plain..]));
    }
    found
}

/// The span that opens at `at`, with the place where it ends.
fn span_at(line: &str, at: usize) -> Option<(Span<'_>, usize)> {
    let rest = &line[at..];
    if let Some((text, length)) = enclosed(rest, "`", "`") {
        return Some((Span::Code(text), at + length));
    }
    if let Some((title, length)) = enclosed(rest, "[[", "]]") {
        return Some((Span::Page(title), at + length));
    }
    if let Some((text, length)) = enclosed(rest, "[", "](")
        && let Some(end) = rest[length..].find(')')
    {
        return Some((Span::Link { text, url: &rest[length..length + end] }, at + length + end + 1));
    }
    if let Some((text, length)) = enclosed(rest, "**", "**") {
        return Some((Span::Strong(text), at + length));
    }
    if let Some((text, length)) = enclosed(rest, "*", "*")
        && !text.starts_with(' ')
        && !text.ends_with(' ')
    {
        return Some((Span::Emphasis(text), at + length));
    }
    let address = bare_address(rest)?;
    Some((Span::Link { text: address, url: address }, at + address.len()))
}

fn enclosed<'a>(rest: &'a str, open: &str, close: &str) -> Option<(&'a str, usize)> {
    let inner = rest.strip_prefix(open)?;
    let end = inner.find(close).filter(|end| *end > 0)?;
    Some((&inner[..end], open.len() + end + close.len()))
}

/// An address without the punctuation that ends the sentence around it.
fn bare_address(rest: &str) -> Option<&str> {
    if !rest.starts_with("https://") && !rest.starts_with("http://") {
        return None;
    }
    let end = rest.find(|letter: char| letter.is_whitespace() || "<>\"|]".contains(letter)).unwrap_or(rest.len());
    Some(rest[..end].trim_end_matches(['.', ',', ';', ':', '!', '?', ')', '\'']))
}

fn span_html(span: &Span<'_>, page: &dyn Fn(&str) -> String) -> String {
    match span {
        Span::Text(text) => escape(text),
        Span::Code(text) => format!("<code>{}</code>", escape(text)),
        Span::Strong(text) => format!("<strong>{}</strong>", escape(text)),
        Span::Emphasis(text) => format!("<em>{}</em>", escape(text)),
        Span::Link { text, url } => format!("<a href=\"{}\">{}</a>", escape(url), escape(text)),
        Span::Page(title) => format!("<a href=\"{}\">{}</a>", escape(&page(title)), escape(title)),
    }
}

fn span_wikitext(span: &Span<'_>) -> String {
    match span {
        Span::Text(text) => (*text).to_owned(),
        Span::Code(text) => format!("<code>{text}</code>"),
        Span::Strong(text) => format!("'''{text}'''"),
        Span::Emphasis(text) => format!("''{text}''"),
        Span::Link { text, url } if text == url => (*url).to_owned(),
        Span::Link { text, url } => format!("[{url} {text}]"),
        Span::Page(title) => format!("[[{title}]]"),
    }
}

fn span_text<'a>(span: &Span<'a>) -> &'a str {
    match span {
        Span::Text(text) | Span::Code(text) | Span::Strong(text) | Span::Emphasis(text) => text,
        Span::Link { text, .. } | Span::Page(text) => text,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const SOURCE: &str = "Read **this** and `that`,\nthen https://example.org/a?b=1.\n\n## Steps\n\n* one\n* [two](https://example.org/2)\n\n1. first\n\n> said\n\n```\nlet x = 1 < 2;\n```";

    #[test]
    fn html_has_every_block_and_escapes() {
        let html = to_html(SOURCE, &|title| format!("/wiki/{title}"));
        assert!(html.starts_with(
            "<p>Read <strong>this</strong> and <code>that</code>, then <a href=\"https://example.org/a?b=1\">"
        ));
        for part in ["<h3>Steps</h3>", "<ul>\n<li>one</li>", "<ol>\n<li>first</li>", "<blockquote>", "1 &lt; 2"] {
            assert!(html.contains(part), "{part} in {html}");
        }
        assert!(!to_html("<script>x</script>", &|_| String::new()).contains("<script"));
    }

    #[test]
    fn wikitext_and_plain_say_the_same() {
        let wikitext = to_wikitext(SOURCE);
        for part in ["'''this'''", "=== Steps ===", "* [https://example.org/2 two]", "# first"] {
            assert!(wikitext.contains(part), "{part} in {wikitext}");
        }
        let plain = to_plain(SOURCE);
        assert!(plain.starts_with("Read this and that, then https://example.org/a?b=1.\nSteps\none\ntwo\n"), "{plain}");
    }

    #[test]
    fn the_introduction_ends_at_the_first_heading() {
        assert!(introduction(SOURCE).ends_with("b=1."));
    }

    #[test]
    fn links_leave_the_sentence_its_full_stop() {
        assert_eq!(links(SOURCE), ["https://example.org/a?b=1", "https://example.org/2"]);
        assert_eq!(links("(see http://lwn.net/Kernel/LDD3/)."), ["http://lwn.net/Kernel/LDD3/"]);
    }

    #[test]
    fn titles_become_links_once_and_only_whole() {
        let titles = ["Handling secrets".to_owned(), "Secrets".to_owned(), "Own page".to_owned()];
        let linked =
            link_titles("Read Handling secrets, Handling secrets and Secretses. Own page.", "Own page", &titles);
        assert_eq!(linked, "Read [[Handling secrets]], Handling secrets and Secretses. Own page.");
    }

    #[test]
    fn unclosed_marks_are_text() {
        assert_eq!(to_plain("2 * 3 and [x and ** and `"), "2 * 3 and [x and ** and `");
    }
}
