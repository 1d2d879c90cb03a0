//! The plain text of wikitext, for wikis without TextExtracts: prose without templates, tables, files,
//! references and mark-up. It reads once from front to back, so that no page can make it slow.

use crate::text::{head, html_to_text};

/// Bytes that are looked at: the summary is shorter by far.
pub(super) const MAX: usize = 32 * 1024;

/// Bytes of one link, a picture's caption included.
const MAX_LINK: usize = 1000;

/// The text, with headings and list items on lines of their own.
pub(super) fn to_text(wikitext: &str) -> String {
    let prose = without_blocks(head(wikitext, MAX));
    let mut out = String::with_capacity(prose.len());
    for line in prose.lines() {
        let line = line.trim();
        let line = heading(line).unwrap_or_else(|| line.trim_start_matches(['*', '#', ':', ';']).trim_start());
        if line.starts_with("----") || is_switch(line) {
            continue;
        }
        // Two line ends make a paragraph, one is a space; a break is always meant after our cuts.
        out.push_str(&line.replace("'''", "").replace("''", ""));
        out.push_str("<br>");
    }
    html_to_text(&out)
}

/// `== Title ==`.
fn heading(line: &str) -> Option<&str> {
    let inner = line.strip_prefix('=')?.strip_suffix('=')?;
    Some(inner.trim_matches('=').trim())
}

/// `__NOTOC__` and its like, redirects, and category lines that became empty.
fn is_switch(line: &str) -> bool {
    (line.len() > 4 && line.starts_with("__") && line.ends_with("__"))
        || line.get(..9).is_some_and(|start| start.eq_ignore_ascii_case("#redirect"))
}

/// Takes out what is between balanced marks, and resolves links.
fn without_blocks(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(at) = rest.find(['{', '[', '<']) {
        out.push_str(&rest[..at]);
        rest = &rest[at..];
        let taken = if rest.starts_with("{{") {
            balanced(rest, "{{", "}}")
        } else if rest.starts_with("{|") {
            balanced(rest, "{|", "|}")
        } else if rest.starts_with("[[") {
            link(rest, &mut out)
        } else if rest.starts_with('[') {
            outside(rest, &mut out)
        } else if rest.starts_with("<!--") {
            Some(rest.find("-->").map_or(rest.len(), |end| end + 3))
        } else if rest.starts_with('<') {
            element(rest)
        } else {
            None
        };
        match taken {
            Some(length) => rest = &rest[length..],
            None => {
                let length = rest.chars().next().map_or(1, char::len_utf8);
                out.push_str(&rest[..length]);
                rest = &rest[length..];
            }
        }
    }
    out.push_str(rest);
    out
}

/// The length up to the mark that closes the first one; everything where none does.
fn balanced(text: &str, open: &str, close: &str) -> Option<usize> {
    let (mut depth, mut at) = (0_usize, 0);
    let bytes = text.as_bytes();
    while at < bytes.len() {
        if bytes[at..].starts_with(open.as_bytes()) {
            depth += 1;
            at += open.len();
        } else if bytes[at..].starts_with(close.as_bytes()) {
            depth -= 1;
            at += close.len();
            if depth == 0 {
                return Some(at);
            }
        } else {
            at += 1;
        }
    }
    Some(text.len())
}

/// `[[Target|words]]`: the words; nothing of files and categories.
fn link(text: &str, out: &mut String) -> Option<usize> {
    let near = head(text, MAX_LINK);
    let end = balanced(near, "[[", "]]").filter(|end| near[..*end].ends_with("]]"))?;
    let inner = text[2..end].trim_end_matches(']');
    let target = inner.split('|').next().unwrap_or_default();
    let shown = inner.rsplit('|').next().unwrap_or_default();
    // `File:`, `Category:`, `de:`: whatever has a prefix and isn't linked to with a leading colon.
    let embeds = target.split_once(':').is_some_and(|(prefix, _)| !prefix.is_empty() && !prefix.contains(' '));
    if !embeds || (inner.contains('|') && !inner.contains("[[") && !is_file(target)) {
        out.push_str(shown.trim_start_matches(':'));
    }
    Some(end)
}

/// Whether a target names a file, in the languages of most wikis, or a category.
fn is_file(target: &str) -> bool {
    let prefix = target.split(':').next().unwrap_or_default().trim().to_lowercase();
    ["file", "image", "media", "category", "datei", "bild", "kategorie", "fichier", "catégorie", "archivo", "categoría"]
        .contains(&prefix.as_str())
}

/// `[https://address words]`: the words.
fn outside(text: &str, out: &mut String) -> Option<usize> {
    let end = head(text, MAX_LINK).find([']', '\n']).filter(|end| text[*end..].starts_with(']'))?;
    let inner = &text[1..end];
    if !inner.contains("://") && !inner.starts_with("mailto:") {
        return None;
    }
    out.push_str(inner.split_once(' ').map_or("", |(_, words)| words));
    Some(end + 1)
}

/// Elements that are left out with their content; other tags are left to the HTML reader.
fn element(text: &str) -> Option<usize> {
    for name in ["ref", "gallery", "math", "syntaxhighlight", "timeline", "score", "templatedata", "imagemap"] {
        let Some(after) = text[1..].get(..name.len()).filter(|start| start.eq_ignore_ascii_case(name)) else {
            continue;
        };
        let follows = text[1 + after.len()..].chars().next();
        if !matches!(follows, Some(' ' | '>' | '/')) {
            continue;
        }
        let open = text.find('>')? + 1;
        if text[..open].ends_with("/>") {
            return Some(open);
        }
        let close = format!("</{name}>");
        let end = text[open..].find(&close).map(|at| open + at + close.len());
        return Some(end.unwrap_or(open));
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn prose_remains() {
        let text = "{{Infobox|a={{b}}|c=[[d]]}}\n'''Git''' is a [[version control|tool]] by [[Linus]].<ref name=x>No {{cite}}</ref>\n\
                    [[File:Logo.png|thumb|A [[logo]]]]\n== Use ==\n* See [https://git-scm.com the site]<ref/>\n\
                    {| class=x\n| cell {{t}}\n|}\n<!-- hidden -->\n__NOTOC__\nEnd.\n[[Category:Tools]]\n<script>alert(1)</script>";
        assert_eq!(to_text(text), "Git is a tool by Linus.\nUse\nSee the site\nEnd.");
    }

    #[test]
    fn code_and_brackets_remain() {
        assert_eq!(to_text("Call <code>f(a[0], {b})</code> now"), "Call f(a[0], {b}) now");
        assert_eq!(to_text("a [b] c [[:Category:X]]"), "a [b] c Category:X");
        assert_eq!(to_text("See [[Help:Contents|the help]]."), "See the help.");
    }

    #[test]
    fn unclosed_and_deep_marks_end() {
        assert_eq!(to_text("before {{never closed"), "before");
        assert_eq!(to_text("[[also] this"), "[[also] this");
        let started = std::time::Instant::now();
        to_text(&"{{".repeat(100_000));
        to_text(&"[[".repeat(100_000));
        to_text(&"<ref>".repeat(100_000));
        to_text(&"[http://".repeat(100_000));
        to_text(&"[[a]] ".repeat(100_000));
        assert!(started.elapsed().as_secs() < 10, "{:?}", started.elapsed());
    }

    #[test]
    fn cuts_are_between_characters() {
        to_text(&"ä{{ö}}".repeat(20_000));
        to_text("{é [é <é {{é|é}} [[é|é]] [é://é é] '''é'''");
    }
}
