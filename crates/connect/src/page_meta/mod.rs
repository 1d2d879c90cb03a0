//! What a page on the web says about itself: its title, its meta elements, Open Graph (<https://ogp.me/>) and
//! schema.org in JSON-LD (<https://schema.org/docs/gs.html>, <https://www.w3.org/TR/json-ld11/>).
//!
//! The page is split into tags by a tokeniser and never becomes a tree: no depth of it costs more than its length.
//! Nothing in it is run, and nothing that it names is fetched.

mod json_ld;

use std::{
    cell::RefCell,
    collections::BTreeMap,
    time::{Duration, Instant},
};

use encoding_rs::Encoding;
use html5ever::{
    tendril::StrTendril,
    tokenizer::{
        BufferQueue, Tag, TagKind, Token, TokenSink, TokenSinkResult, Tokenizer,
        states::RawKind::{Rawtext, Rcdata, ScriptData},
    },
};
use url::Url;

use crate::{
    clean::{language, topics, web_address},
    encoding,
    error::Error,
    http::Response,
    model::{Kind, Level},
    text::{excerpt, head, to_line, to_text},
    values,
};

/// Bytes of a page that are looked at.
const MAX_PAGE: usize = 2 * 1024 * 1024;
/// Bytes of one JSON-LD script.
const MAX_SCRIPT: usize = 256 * 1024;
/// JSON-LD scripts of a page.
const MAX_SCRIPTS: usize = 20;
/// Meta elements of a page.
const MAX_METAS: usize = 300;
/// Bytes between two looks at the clock.
const CHUNK: usize = 16 * 1024;
/// Time after which the rest of a page is left. The tokeniser compares each attribute of a tag with all others of it, which a
/// page can make it do for hours; one that means well takes milliseconds.
const MAX_TIME: Duration = Duration::from_secs(3);

const EXPECTED: &str = "a page of HTML";

/// What a page says about itself. Texts are plain, bounded as those of a [`crate::Resource`]; what it does not say is
/// empty.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct PageMeta {
    /// At most 300 characters.
    pub title: String,
    /// At most 4000 characters.
    pub summary: String,
    pub kind: Option<Kind>,
    /// Names as printed.
    pub authors: Vec<String>,
    /// A BCP 47 tag.
    pub language: Option<String>,
    /// How long it takes.
    pub minutes: Option<i64>,
    pub level: Option<Level>,
    pub topics: Vec<String>,
    /// Epoch milliseconds.
    pub published_at: Option<i64>,
    /// Epoch milliseconds.
    pub changed_at: Option<i64>,
    /// Where the page wants to be found, absolute: it may be on another site.
    pub canonical: Option<String>,
    /// What the site calls itself.
    pub site_name: String,
    /// It asks not to be listed (`robots` with `noindex` or `none`).
    pub is_unlisted: bool,
}

/// Reads an answer as a page, in whatever encoding it is.
///
/// # Errors
/// `Format`, where it is something else.
pub fn read(response: &Response) -> Result<PageMeta, Error> {
    let media = response.header("content-type").map(|value| value.to_ascii_lowercase()).unwrap_or_default();
    let media = media.split(';').next().unwrap_or_default().trim().to_owned();
    let is_other = !media.is_empty() && !matches!(media.as_str(), "text/html" | "application/xhtml+xml" | "text/plain");
    if is_other {
        return Err(response.not(EXPECTED, format!("a document of the type {}", excerpt(&media, 60))));
    }
    let body = response.body();
    let text = encoding::decode(body, response.header("content-type"), declared(body));
    if !text.contains('<') || media == "text/plain" && !crate::text::is_html_page(&text) {
        return Err(response.not(EXPECTED, response.found()));
    }
    Ok(parse(&text, response.url()))
}

/// What a page of HTML says about itself; relative addresses are taken against `base`.
pub fn parse(html: &str, base: &Url) -> PageMeta {
    let sink = Sink::default();
    let tokenizer = Tokenizer::new(sink, Default::default());
    let input = BufferQueue::default();
    let (started, mut rest) = (Instant::now(), head(html, MAX_PAGE));
    while !rest.is_empty() && started.elapsed() < MAX_TIME {
        let (chunk, after) = rest.split_at(rest.floor_char_boundary(CHUNK));
        input.push_back(StrTendril::from(chunk));
        // A script's end stops the tokeniser, so that it could be run.
        while !input.is_empty() {
            let _ = tokenizer.feed(&input);
        }
        rest = after;
    }
    tokenizer.end();
    tokenizer.sink.0.into_inner().finish(base)
}

/// The encoding that a page declares in its first kilobyte, as HTML wants it (`<meta charset>`).
fn declared(bytes: &[u8]) -> Option<&'static Encoding> {
    let start = String::from_utf8_lossy(&bytes[..bytes.len().min(1024)]).to_ascii_lowercase();
    let (_, rest) = start.split_once("charset=")?;
    let label: String =
        rest.trim_start_matches(['"', '\'']).chars().take_while(|letter| !"\"'; />".contains(*letter)).collect();
    Encoding::for_label(label.as_bytes())
}

/// Gathers what matters while the page goes by.
#[derive(Default)]
struct Sink(RefCell<Seen>);

#[derive(Default)]
struct Seen {
    title: Option<String>,
    heading: Option<String>,
    language: Option<String>,
    canonical: Option<String>,
    /// Contents by lower-case name, first come first.
    metas: BTreeMap<String, Vec<String>>,
    count: usize,
    scripts: Vec<String>,
    /// Which text goes by now.
    within: Within,
    /// A drawing: its `title` is not the page's.
    drawings: usize,
}

#[derive(Clone, Copy, Default, PartialEq)]
enum Within {
    #[default]
    Nothing,
    Title,
    Heading,
    Script,
}

impl TokenSink for Sink {
    type Handle = ();

    fn process_token(&self, token: Token, _line: u64) -> TokenSinkResult<()> {
        let mut seen = self.0.borrow_mut();
        match token {
            Token::TagToken(tag) if tag.kind == TagKind::StartTag => seen.start(&tag),
            Token::TagToken(tag) => {
                seen.end(&tag);
                TokenSinkResult::Continue
            }
            Token::CharacterTokens(text) => {
                seen.text(&text);
                TokenSinkResult::Continue
            }
            _ => TokenSinkResult::Continue,
        }
    }
}

fn attribute<'a>(tag: &'a Tag, name: &str) -> Option<&'a str> {
    let found = tag.attrs.iter().find(|attribute| &*attribute.name.local == name);
    found.map(|attribute| attribute.value.trim()).filter(|value| !value.is_empty())
}

impl Seen {
    fn start(&mut self, tag: &Tag) -> TokenSinkResult<()> {
        match &*tag.name {
            "html" => {
                self.language =
                    self.language.take().or_else(|| attribute(tag, "lang").map(|lang| head(lang, 40).to_owned()));
            }
            "meta" => self.meta(tag),
            "link" if self.canonical.is_none() => {
                let is_canonical = attribute(tag, "rel").is_some_and(|rel| rel.eq_ignore_ascii_case("canonical"));
                self.canonical =
                    attribute(tag, "href").filter(|_| is_canonical).map(|href| head(href, 2000).to_owned());
            }
            "svg" | "math" if !tag.self_closing => self.drawings += 1,
            "title" if self.drawings == 0 => {
                if self.title.is_none() {
                    self.title = Some(String::new());
                    self.within = Within::Title;
                }
                return TokenSinkResult::RawData(Rcdata);
            }
            "h1" if self.heading.is_none() => {
                self.heading = Some(String::new());
                self.within = Within::Heading;
            }
            "script" => {
                let is_data = attribute(tag, "type").is_some_and(|kind| {
                    kind.split(';').next().is_some_and(|kind| kind.trim().eq_ignore_ascii_case("application/ld+json"))
                });
                if is_data && self.scripts.len() < MAX_SCRIPTS {
                    self.scripts.push(String::new());
                    self.within = Within::Script;
                }
                return TokenSinkResult::RawData(ScriptData);
            }
            "style" | "xmp" | "iframe" | "noembed" | "noframes" if self.drawings == 0 => {
                return TokenSinkResult::RawData(Rawtext);
            }
            "textarea" => return TokenSinkResult::RawData(Rcdata),
            _ => {}
        }
        TokenSinkResult::Continue
    }

    fn end(&mut self, tag: &Tag) {
        match (&*tag.name, self.within) {
            ("title", Within::Title) | ("h1", Within::Heading) | ("script", Within::Script) => {
                self.within = Within::Nothing
            }
            ("svg" | "math", _) => self.drawings = self.drawings.saturating_sub(1),
            _ => {}
        }
    }

    fn text(&mut self, text: &str) {
        let (to, most) = match self.within {
            Within::Nothing => return,
            Within::Title => (self.title.as_mut(), 4000),
            Within::Heading => (self.heading.as_mut(), 4000),
            Within::Script => (self.scripts.last_mut(), MAX_SCRIPT),
        };
        if let Some(to) = to.filter(|to| to.len() < most) {
            to.push_str(head(text, most));
        }
    }

    fn meta(&mut self, tag: &Tag) {
        let name =
            attribute(tag, "property").or_else(|| attribute(tag, "name")).or_else(|| attribute(tag, "http-equiv"));
        let (Some(name), Some(content)) = (name, attribute(tag, "content")) else { return };
        if self.count < MAX_METAS && name.len() <= 100 {
            self.count += 1;
            self.metas.entry(name.to_ascii_lowercase()).or_default().push(head(content, 8000).to_owned());
        }
    }

    fn all(&self, names: &[&str]) -> Vec<String> {
        let found = names.iter().find_map(|name| self.metas.get(*name));
        found.cloned().unwrap_or_default()
    }

    fn first(&self, names: &[&str]) -> Option<String> {
        names.iter().find_map(|name| self.metas.get(*name)?.first().cloned())
    }

    /// What was said most precisely wins: schema.org, then Open Graph, then plain HTML.
    fn finish(self, base: &Url) -> PageMeta {
        let data = self.scripts.iter().find_map(|script| json_ld::read(script)).unwrap_or_default();
        let og_title = self.first(&["og:title", "twitter:title", "dc.title"]);
        let titles = [data.title, og_title, self.title.clone(), self.heading.clone()];
        let title = titles.into_iter().flatten().map(|title| to_line(&title)).find(|title| !title.is_empty());
        let site_name = to_line(&self.first(&["og:site_name", "application-name"]).unwrap_or_default());
        let title = without_site(&title.unwrap_or_default(), &site_name).to_owned();
        let described = self.first(&["og:description", "description", "twitter:description", "dc.description"]);
        let summaries = [described, data.summary];
        let summary = summaries.into_iter().flatten().map(|text| to_text(&text)).find(|text| !text.is_empty());
        let said = |names: &[&str]| self.first(names).and_then(|text| values::moment(&text));
        let named =
            if data.authors.is_empty() { self.all(&["author", "article:author", "dc.creator"]) } else { data.authors };
        let authors = named.into_iter().filter(|name| !name.contains("://")).map(|name| excerpt(&to_line(&name), 120));
        let tags = if data.topics.is_empty() { self.tags() } else { data.topics };
        let locale = self.first(&["og:locale", "content-language", "dc.language"]);
        let tongues = [data.language, self.language.clone(), locale];
        let robots = self.all(&["robots"]).join(",").to_ascii_lowercase();
        PageMeta {
            title: excerpt(&title, 300),
            summary: excerpt(&summary.unwrap_or_default(), 4000),
            kind: data.kind.or_else(|| self.first(&["og:type"]).and_then(|word| of_open_graph(&word))),
            authors: authors.filter(|name| !name.is_empty()).take(20).collect(),
            language: tongues.into_iter().flatten().find_map(|tag| language(&tag)),
            minutes: data.minutes.or_else(|| self.seconds()),
            level: data.level,
            topics: topics(tags),
            published_at: data
                .published_at
                .or_else(|| said(&["article:published_time", "date", "dc.date", "og:published_time"])),
            changed_at: data
                .changed_at
                .or_else(|| said(&["article:modified_time", "og:updated_time", "last-modified"])),
            canonical: self.canonical.as_deref().and_then(|href| web_address(href, base).ok()),
            site_name: excerpt(&site_name, 120),
            is_unlisted: robots.split(',').any(|word| matches!(word.trim(), "noindex" | "none")),
        }
    }

    fn tags(&self) -> Vec<String> {
        let tags = self.all(&["article:tag", "video:tag", "book:tag"]);
        if tags.is_empty() { values::list(&self.first(&["keywords"]).unwrap_or_default()) } else { tags }
    }

    fn seconds(&self) -> Option<i64> {
        let seconds = self.first(&["video:duration", "og:video:duration", "music:duration"])?;
        values::minutes(&seconds, values::Measure::Seconds)
    }
}

/// The title without the site's name at its end: `Page | Site`.
fn without_site<'a>(title: &'a str, site: &str) -> &'a str {
    let Some(rest) = title.strip_suffix(site).filter(|_| !site.is_empty()) else { return title };
    let page = rest.trim_end().trim_end_matches(['|', '-', '–', '—', '·', '•', ':', '»']);
    if page.len() == rest.trim_end().len() || page.trim().is_empty() { title } else { page.trim_end() }
}

fn of_open_graph(word: &str) -> Option<Kind> {
    let word = word.to_ascii_lowercase();
    match word.split('.').next()? {
        "video" => Some(Kind::Video),
        "article" => Some(Kind::Article),
        "book" | "books" => Some(Kind::Book),
        "music" => Some(Kind::Podcast),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn meta(html: &str) -> PageMeta {
        parse(html, &Url::parse("https://a.example/docs/x").unwrap())
    }

    #[test]
    fn plain_html_is_enough() {
        let meta = meta(
            "<!doctype html><html lang=en-gb><head><title>A &amp; B</title><meta name=Description content='What it is.'>\
             <meta name=keywords content='Rust, SQL'><meta name=author content='Mira'><link rel=canonical href='/docs/y'>\
             </head><body><svg><title>Logo</title></svg><h1>Heading</h1>",
        );
        assert_eq!((meta.title.as_str(), meta.summary.as_str()), ("A & B", "What it is."));
        assert_eq!((meta.authors, meta.topics), (vec!["Mira".to_owned()], vec!["Rust".to_owned(), "SQL".to_owned()]));
        assert_eq!(meta.language.as_deref(), Some("en-GB"));
        assert_eq!(meta.canonical.as_deref(), Some("https://a.example/docs/y"));
        assert!(!meta.is_unlisted && meta.kind.is_none());
    }

    #[test]
    fn what_is_more_precise_wins() {
        let meta = meta(
            "<title>T | Site</title><meta property=og:title content=T><meta property=og:type content=article>\
             <meta property=og:site_name content=Site><meta property=og:description content='From Open Graph'>\
             <meta property=article:published_time content=2024-02-29T12:00:00Z>\
             <script type='application/ld+json'>{\"@context\":\"https://schema.org\",\"@type\":\"Course\",\"name\":\"The course\",\
             \"timeRequired\":\"PT2H\",\"inLanguage\":\"de\",\"author\":{\"@type\":\"Person\",\"name\":\"Jonas\"}}</script>",
        );
        assert_eq!((meta.title.as_str(), meta.summary.as_str()), ("The course", "From Open Graph"));
        assert_eq!((meta.kind, meta.minutes, meta.language.as_deref()), (Some(Kind::Course), Some(120), Some("de")));
        assert_eq!((meta.authors, meta.site_name.as_str()), (vec!["Jonas".to_owned()], "Site"));
        assert_eq!(meta.published_at, Some(1_709_208_000_000));
    }

    #[test]
    fn the_sites_name_is_no_part_of_a_title() {
        for (title, page) in [
            ("Page | Site", "Page"),
            ("Page – Site", "Page"),
            ("Site", "Site"),
            ("Our Site", "Our Site"),
            ("- Site", "- Site"),
        ] {
            assert_eq!(without_site(title, "Site"), page, "{title}");
        }
        assert_eq!(without_site("Page | Site", ""), "Page | Site");
    }

    #[test]
    fn what_looks_like_mark_up_in_a_script_is_none() {
        let meta = meta(
            "<script>var x = '<title>Wrong</title>';</script><style><title>Wrong</title></style><title>Right</title>",
        );
        assert_eq!(meta.title, "Right");
        let meta = parse(
            "<title>x<script>alert(1)</script></title><meta name=robots content='max-snippet:5, NoIndex'>",
            &Url::parse("https://a.example/").unwrap(),
        );
        assert!(!meta.title.contains("alert") && meta.is_unlisted, "{meta:?}");
    }

    #[test]
    fn hostile_pages_end() {
        for part in [
            "<div>",
            "<meta name=a content=b>",
            "<title>",
            "<script type=application/ld+json>[",
            "<!--",
            "&",
            "<a b=",
            "<svg>",
        ] {
            let meta = meta(&part.repeat(300_000 / part.len()));
            assert!(meta.title.chars().count() <= 300, "{part}");
        }
    }

    #[test]
    fn a_tag_of_a_mad_number_of_attributes_costs_seconds_at_most() {
        let started = Instant::now();
        let tag: String = (0..300_000).map(|n| format!(" a{n:x}")).collect();
        assert_eq!(meta(&format!("<title>Before</title><div{tag}>")).title, "Before");
        assert!(started.elapsed().as_secs() < 20, "{:?}", started.elapsed());
    }

    #[test]
    fn encodings_are_declared_in_the_page() {
        assert_eq!(declared(b"<meta charset=\"shift_jis\">").map(Encoding::name), Some("Shift_JIS"));
        assert_eq!(
            declared(b"<meta http-equiv=content-type content='text/html; charset=iso-8859-2'>").map(Encoding::name),
            Some("ISO-8859-2")
        );
        assert_eq!(declared(b"<title>x</title>"), None);
    }
}
