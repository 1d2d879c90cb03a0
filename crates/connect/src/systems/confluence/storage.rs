//! Confluence's storage format
//! (<https://confluence.atlassian.com/doc/confluence-storage-format-790796544.html>): XHTML with elements of its own for
//! macros (`ac:`) and for what they refer to (`ri:`).

use crate::text::{head, html_to_text};

/// Bytes of it that are looked at: what is kept is far shorter.
const MAX: usize = 256 * 1024;

/// Bytes of one link's words.
const MAX_LINK: usize = 2000;

/// Elements whose content is not for readers: what a macro is set to, and what a task is known by.
const HIDDEN: [&str; 6] =
    ["ac:parameter", "ac:default-parameter", "ac:placeholder", "ac:task-id", "ac:task-uuid", "ac:task-status"];

/// What a reader sees of it, plain. What macros would draw when shown (lists of pages, charts) is not in it.
pub(super) fn text(storage: &str) -> String {
    html_to_text(&to_html(head(storage, MAX)))
}

fn to_html(storage: &str) -> String {
    let mut out = String::with_capacity(storage.len());
    let mut rest = storage;
    while let Some((before, after)) = rest.split_once('<') {
        out.push_str(before);
        if let Some(data) = after.strip_prefix("![CDATA[") {
            let (text, after) = data.split_once("]]>").unwrap_or((data, ""));
            escape(text, &mut out);
            rest = after;
            continue;
        }
        let Some((tag, after)) = after.split_once('>') else { return out };
        let name = tag.trim_start_matches('/');
        let name = name.split(|letter: char| letter.is_whitespace() || letter == '/').next().unwrap_or_default();
        rest = after;
        match name {
            _ if HIDDEN.contains(&name) => {
                if !tag.starts_with('/') && !tag.ends_with('/') {
                    rest = after.split_once(&format!("</{name}>")).map_or("", |(_, rest)| rest);
                }
            }
            // A link without words of its own shows the title of where it leads.
            "ri:page" if !link_has_words(after) => out.push_str(attribute(tag, "ri:content-title").unwrap_or_default()),
            "ac:task" | "ac:plain-text-body" | "ac:rich-text-body" | "ac:layout-cell" => out.push_str("<br>"),
            _ if name.starts_with("ac:") || name.starts_with("ri:") => {}
            _ => {
                out.push('<');
                out.push_str(tag);
                out.push('>');
            }
        }
    }
    out.push_str(rest);
    out
}

/// Whether the link that this is within goes on to say words.
fn link_has_words(after: &str) -> bool {
    let link = head(after, MAX_LINK).split_once("</ac:link>").map_or("", |(link, _)| link);
    link.contains("link-body>") && !link.contains("<ac:link")
}

/// An attribute's value, escaped as it is written.
fn attribute<'a>(tag: &'a str, name: &str) -> Option<&'a str> {
    let (_, rest) = tag.split_once(&format!("{name}=\""))?;
    rest.split('"').next()
}

fn escape(text: &str, out: &mut String) {
    for letter in text.chars() {
        match letter {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '\n' => out.push_str("<br>"),
            letter => out.push(letter),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::text;

    #[test]
    fn what_readers_see_is_kept() {
        let page = r#"<h1>Release day</h1><p>Read <ac:link><ri:page ri:content-title="The &amp; book" /></ac:link>,
            <ac:link><ri:page ri:content-title="Other"/><ac:plain-text-link-body><![CDATA[this <b>]]></ac:plain-text-link-body></ac:link>
            &ldquo;now&rdquo;.</p>
            <ac:structured-macro ac:name="info" ac:schema-version="1"><ac:parameter ac:name="title">Hidden</ac:parameter><ac:rich-text-body><p>Take care.</p></ac:rich-text-body></ac:structured-macro>
            <ac:structured-macro ac:name="code"><ac:parameter ac:name="language">rust</ac:parameter><ac:plain-text-body><![CDATA[if a < b && c > d {
}]]></ac:plain-text-body></ac:structured-macro>
            <ac:task-list><ac:task><ac:task-id>7</ac:task-id><ac:task-status>incomplete</ac:task-status><ac:task-body>Ship it</ac:task-body></ac:task></ac:task-list>
            <ac:structured-macro ac:name="toc"/><p>End<script>alert(1)</script></p>"#;
        let lines: Vec<String> = text(page).lines().map(str::to_owned).collect();
        assert_eq!(
            lines,
            [
                "Release day",
                "Read The & book, this <b> “now”.",
                "Take care.",
                "if a < b && c > d {",
                "}",
                "Ship it",
                "End"
            ]
        );
    }

    #[test]
    fn broken_and_endless_storage_ends() {
        let started = std::time::Instant::now();
        for part in [
            "<ac:parameter>",
            "<ri:page ",
            "<ri:page ri:content-title=\"x\"/>",
            "<![CDATA[",
            "<ac:link><ri:page/>",
            "<",
            "</",
        ] {
            text(&part.repeat(100_000));
        }
        assert!(started.elapsed().as_secs() < 10, "{:?}", started.elapsed());
        assert_eq!(text("<p>one</p><ac:parameter>never closed"), "one");
        assert_eq!(text("<p>one <![CDATA[two"), "one two");
        assert_eq!(
            text("<p onclick=\"x()\">one</p><ac:image><ri:attachment ri:filename=\"a.png\"/></ac:image>"),
            "one"
        );
    }
}
