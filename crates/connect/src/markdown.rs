//! Markdown from elsewhere: its title, and its text without mark-up.

use pulldown_cmark::{Event, Options, Parser, Tag, TagEnd, html};

use crate::text::{head, html_to_text, to_line};

/// Bytes that are looked at: what is kept of a document is far shorter.
const MAX_TEXT: usize = 64 * 1024;

/// A document as it is shown.
#[derive(Debug, Default, PartialEq, Eq)]
pub(crate) struct Document {
    /// Its front matter's title, else its first heading; empty where it has neither.
    pub(crate) title: String,
    /// Its text from after the first heading on, in lines.
    pub(crate) text: String,
}

/// Reads the start of a document in CommonMark with GitHub's tables, which may hold HTML.
pub(crate) fn read(source: &str) -> Document {
    let options = Options::ENABLE_TABLES
        | Options::ENABLE_STRIKETHROUGH
        | Options::ENABLE_TASKLISTS
        | Options::ENABLE_FOOTNOTES
        | Options::ENABLE_YAML_STYLE_METADATA_BLOCKS;
    let (mut title, mut heading, mut pictures) = (String::new(), None::<String>, 0_usize);
    let (mut metadata, mut said) = (false, false);
    let mut kept = Vec::new();
    for event in Parser::new_ext(head(source, MAX_TEXT), options) {
        match event {
            Event::Start(Tag::MetadataBlock(_)) => metadata = true,
            Event::End(TagEnd::MetadataBlock(_)) => metadata = false,
            Event::Text(text) if metadata => title = front_title(&text).unwrap_or(title),
            // Only what stands before any text is the document's own heading.
            Event::Start(Tag::Heading { .. }) if title.is_empty() && !said => heading = Some(String::new()),
            Event::End(TagEnd::Heading(_)) if heading.is_some() => title = to_line(&heading.take().unwrap_or_default()),
            Event::Text(text) | Event::Code(text) if heading.is_some() => {
                heading.get_or_insert_default().push_str(&text);
            }
            Event::SoftBreak | Event::HardBreak if heading.is_some() => heading.get_or_insert_default().push(' '),
            _ if heading.is_some() => {}
            // Pictures have no words worth an excerpt: badges, mostly.
            Event::Start(Tag::Image { .. }) => pictures += 1,
            Event::End(TagEnd::Image) => pictures = pictures.saturating_sub(1),
            event if pictures == 0 => {
                said |= matches!(event, Event::Text(_) | Event::Code(_));
                kept.push(event);
            }
            _ => {}
        }
    }
    let mut page = String::new();
    html::push_html(&mut page, kept.into_iter());
    Document { title, text: html_to_text(&page) }
}

/// The title that YAML front matter gives, where it stands on one line.
fn front_title(yaml: &str) -> Option<String> {
    let given = yaml.lines().find_map(|line| line.strip_prefix("title:"))?.trim();
    let bare = given.trim_matches(|quote| matches!(quote, '"' | '\''));
    Some(to_line(bare)).filter(|title| !title.is_empty())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read_both(source: &str) -> (String, String) {
        let document = read(source);
        (document.title, document.text)
    }

    #[test]
    fn a_document_has_a_title_and_a_text() {
        let (title, text) =
            read_both("# The `wire` *format*\n\nOne **bold** [link](https://a.example).\nGoes on.\n\n* a\n* b\n");
        assert_eq!(title, "The wire format");
        assert!(text.starts_with("One bold link.") && text.contains('a') && !text.contains('*'), "{text}");
        assert_eq!(read("Set-up\n======\n\nText").title, "Set-up");
        assert_eq!(read_both("---\ntitle: \"From the front\"\n---\n# A heading\n\nText").0, "From the front");
        assert_eq!(read("Text first\n\n## Then a heading\n").title, "");
        assert_eq!(read(""), Document::default());
    }

    #[test]
    fn script_does_not_pass() {
        let (_, text) =
            read_both("# T\n\nA<script>steal()</script>B <img src=x onerror=steal()>\n\n<script>steal()</script>\n");
        assert!(!text.contains("steal") && !text.contains('<'), "{text}");
    }

    #[test]
    fn badges_are_no_text() {
        let (_, text) = read_both("# T\n\n![build](https://a.example/b.svg)\n\nWhat it is.");
        assert_eq!(text, "What it is.");
        let (title, text) = read_both("<p align=center><img src=x></p>\n\n[![b](b.svg)](x)\n\n# T\n\nText");
        assert_eq!((title.as_str(), text.as_str()), ("T", "Text"));
    }
}
