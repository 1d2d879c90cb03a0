//! Web feeds: RSS 0.9 to 2.0 (<https://www.rssboard.org/rss-specification>, 2.0.11) with the `itunes`
//! and Media RSS (<https://www.rssboard.org/media-rss>, 1.5.1) extensions, Atom (RFC 4287), JSON Feed
//! (<https://www.jsonfeed.org/version/1.1/>, 1.1). Paging by JSON Feed's `next_url` and Atom's
//! `rel="next"` (RFC 5005). Conditional requests as in RFC 9110, section 13.
//!
//! An item of a JSON Feed may carry `_atrium: {kind, minutes, level}`.
//!
//! A feed shows its latest entries, so an entry that is no longer in it is not gone, unless the
//! operator says that the feed lists everything it has (`complete`). No format tells, so this is off
//! unless switched on, for JSON Feed too. A run that rejected an entry never claims to be complete.
//!
//! The first run follows a paged feed to its end. Later runs of a feed that is not `complete` stop at
//! the first page that holds nothing newer than the last run saw; after a run that rejected an entry they read everything
//! again, because that entry may be whole by then. Validators (ETag, Last-Modified) are
//! used only where the whole feed is one page: an unchanged first page says nothing about the others.

mod json_feed;
mod state;
mod xml;
mod xml_text;

use std::collections::BTreeMap;

use async_trait::async_trait;
use url::Url;

use crate::{
    clean::{Draft, Gather, digest, read_cursor, rejected, write_cursor},
    error::{Error, Look},
    http::{Http, Response},
    model::{Cursor, Item, Kind, Next, Page, Rejected, Resource},
    system::{Connector, Field, FieldKind, Form, Found, Settings, Step, System, steps},
};
use state::{Run, State};

/// Web feeds as a kind of source.
pub(crate) struct Feeds;

pub(super) const KINDS: &[(&str, &str)] = &[
    ("auto", "Find out from each entry"),
    ("article", "Articles"),
    ("video", "Videos"),
    ("podcast", "Podcast episodes"),
    ("course", "Courses"),
    ("book", "Books"),
    ("lab", "Labs and interactive tutorials"),
    ("event", "Events"),
    ("job_aid", "Job aids"),
    ("assessment", "Assessments"),
    ("wiki_page", "Wiki pages"),
];

const FIELDS: &[Field] = &[
    Field {
        name: "address",
        label: "Address of the feed",
        help: "RSS, Atom or JSON Feed, such as https://blog.example.org/feed.xml.",
        kind: FieldKind::Url,
        required: true,
        default: "",
    },
    Field {
        name: "kind",
        label: "What the entries are",
        help: "Used where an entry does not say so itself.",
        kind: FieldKind::Choice(KINDS),
        required: false,
        default: "auto",
    },
    Field {
        name: "language",
        label: "Language",
        help: "Used where the feed names none: a tag such as en or pt-BR.",
        kind: FieldKind::Text,
        required: false,
        default: "",
    },
    Field {
        name: "complete",
        label: "The feed lists everything it has",
        help: "Then an entry that disappears from it is gone. Leave it off for feeds that show only their latest entries.",
        kind: FieldKind::Flag,
        required: false,
        default: "false",
    },
    Field {
        name: "user",
        label: "User name",
        help: "Only where the feed asks for one.",
        kind: FieldKind::Text,
        required: false,
        default: "",
    },
    Field {
        name: "password",
        label: "Password",
        help: "Only where the feed asks for one.",
        kind: FieldKind::Secret,
        required: false,
        default: "",
    },
];

impl System for Feeds {
    fn kind(&self) -> &'static str {
        "feeds"
    }
    fn name(&self) -> &'static str {
        "Web feed"
    }
    fn summary(&self) -> &'static str {
        "Articles, videos and podcast episodes from a site's RSS, Atom or JSON Feed."
    }
    fn docs(&self) -> &'static str {
        "https://www.jsonfeed.org/version/1.1/"
    }
    fn fields(&self) -> &'static [Field] {
        FIELDS
    }

    fn connect(&self, settings: &Settings) -> Result<Box<dyn Connector>, BTreeMap<String, String>> {
        let mut form = Form::new(FIELDS, settings);
        if form.some("language").is_some_and(|tag| crate::clean::language(&tag).is_none()) {
            form.fault("language", "Give a language tag such as en or pt-BR.");
        }
        if form.some("password").is_some() && form.some("user").is_none() {
            form.fault("user", "Give the user name that belongs to the password.");
        }
        let connector = form.url("address").map(|address| Feed {
            address,
            reading: Reading { kind: Kind::parse(form.get("kind")), language: form.some("language") },
            complete: form.flag("complete"),
            login: form.some("user").map(|user| (user, form.get("password").to_owned())),
        });
        form.finish(connector)
    }
}

/// How entries are read.
#[derive(Clone, Debug)]
struct Reading {
    /// For entries that don't say; none guesses.
    kind: Option<Kind>,
    language: Option<String>,
}

struct Feed {
    address: Url,
    reading: Reading,
    complete: bool,
    login: Option<(String, String)>,
}

/// What a document holds.
struct Listing<T> {
    entries: Vec<Result<T, Rejected>>,
    /// The next page's address, as written.
    next: Option<String>,
}

#[async_trait]
impl Connector for Feed {
    async fn page(&self, http: &Http, cursor: Option<&Cursor>) -> Result<Page, Error> {
        let mut state = self.state(cursor)?;
        let first = state.run.is_none();
        let mut run = state.run.take().unwrap_or_else(|| Run::new(&self.address));
        let url = run.url()?;
        if url.origin() != self.address.origin() {
            return Err(Error::Cursor { reason: "it leads to another site than the feed's".to_owned() });
        }
        let validators = if first { state.validators() } else { (None, None) };
        let Some(response) = self.fetch(http, &url, validators).await? else {
            let next = Next::Unchanged { cursor: Some(write_cursor(&state)?) };
            return Ok(Gather::default().page(vec![], next));
        };
        let base = response.url().clone();
        let listing = self.parse(response.clone()).await?;
        let mut gather = Gather::default();
        let mut newest = None;
        for entry in listing.entries {
            if let Ok(resource) = &entry {
                newest = newest.max(resource.changed_at).max(resource.published_at);
            }
            gather.push(entry.map(Item::Resource));
        }
        if first && newest.is_some() && newest < state.newest {
            // What was newest has gone, or the site's clock was ahead: its times do not tell what is new.
            state.newest = None;
        }
        let more = self.complete || state.newest.is_none() || newest.is_none() || newest > state.newest;
        let mut next = listing.next.filter(|_| more);
        if let Some(elsewhere) = next.take_if(|next| !self.is_ours(&base, next)) {
            // A feed does not get to choose which other hosts we read.
            let reason =
                "The feed goes on at another site, which is not read. Add that address as a source of its own.";
            gather.push(Err(rejected(None, reason, &elsewhere)));
        }
        run.read_page(newest, gather.is_clean());
        let next = match next {
            Some(next) => {
                run.go_on(&base, &next)?;
                state.run = Some(run);
                Next::More(write_cursor(&state)?)
            }
            None => {
                let complete = self.complete && run.clean;
                state.finish(&run, response.header("etag"), response.header("last-modified"));
                Next::Done { cursor: Some(write_cursor(&state)?), complete }
            }
        };
        Ok(gather.page(vec![], next))
    }

    async fn test(&self, http: &Http) -> Vec<Step> {
        let found = self.try_out(http).await;
        let works = self.login.as_ref().map(|_| "The server did not refuse the user name and the password".to_owned());
        let sign_in = Found::sign_in(works, found.is_ok());
        steps(found, sign_in)
    }
}

impl Feed {
    /// Where the last run or page stopped; nothing of it where the settings have changed since.
    fn state(&self, cursor: Option<&Cursor>) -> Result<State, Error> {
        let settings =
            format!("{} {:?} {:?} {}", self.address, self.reading.kind, self.reading.language, self.complete);
        let settings = digest(&settings);
        let state = cursor.map(read_cursor::<State>).transpose()?.filter(|state| state.settings == settings);
        Ok(state.unwrap_or_else(|| State::new(settings)))
    }

    /// Whether the next page is on the feed's own site, or at least claims nothing else.
    fn is_ours(&self, base: &Url, next: &str) -> bool {
        base.join(next).map_or(true, |next| next.origin() == self.address.origin())
    }

    /// The document, or none where it is what the validators stand for.
    async fn fetch(
        &self,
        http: &Http,
        url: &Url,
        (etag, modified): (Option<&str>, Option<&str>),
    ) -> Result<Option<Response>, Error> {
        let accept = "application/feed+json, application/rss+xml, application/atom+xml, application/json;q=0.9, \
                      application/xml;q=0.9, text/xml;q=0.9, */*;q=0.5";
        let mut request = http.get(url).header("accept", accept);
        if let Some(etag) = etag {
            request = request.header("if-none-match", etag);
        }
        if let Some(modified) = modified {
            request = request.header("if-modified-since", modified);
        }
        if let Some((user, password)) = &self.login {
            request = request.secret("authorization", &crate::http::basic(user, password)).hiding(password);
        }
        let conditional = etag.is_some() || modified.is_some();
        request
            .read(|response| match response.status() {
                304 if conditional => Ok(None),
                _ => response.ok().map(|()| Some(response.clone())),
            })
            .await
    }

    /// Reads the document on a thread of its own: a large one takes a while, and a fault in the
    /// parser must not take the caller with it.
    async fn parse(&self, response: Response) -> Result<Listing<Resource>, Error> {
        let reading = self.reading.clone();
        let asked = response.clone();
        let parsed = tokio::task::spawn_blocking(move || {
            let listing = parse(&response, &reading)?;
            let finish = |entry: Result<Draft, Rejected>| entry.and_then(|draft| draft.finish(response.url()));
            Ok(Listing { entries: listing.entries.into_iter().map(finish).collect(), next: listing.next })
        });
        parsed.await.unwrap_or_else(|_| Err(asked.not(EXPECTED, "a document that the parser fails at".to_owned())))
    }

    async fn try_out(&self, http: &Http) -> Result<[String; 2], Error> {
        http.check(&self.address).await?;
        let unlike = |error: Error| error.unlike(LOOK);
        let Some(response) = self.fetch(http, &self.address, (None, None)).await.map_err(unlike)? else {
            return Err(Error::Cursor { reason: "the server says that nothing has changed since never".to_owned() });
        };
        let size = response.body().len();
        let listing = self.parse(response).await.map_err(unlike)?;
        let total = listing.entries.len();
        let read: Vec<_> = listing.entries.into_iter().flatten().collect();
        let latest = read.first().map(|entry| format!("; the first is “{}”", entry.title)).unwrap_or_default();
        Ok([format!("The server sent {size} bytes"), format!("{} of {total} entries can be used{latest}", read.len())])
    }
}

const EXPECTED: &str = "a feed (RSS, Atom or JSON Feed)";

const LOOK: Look = Look {
    name: "a web feed",
    expected: "RSS, Atom or JSON Feed",
    advice: "Open the address in a browser: a feed is XML or JSON, not a page. Sites link theirs as RSS, or keep it at an \
             address that ends in /feed, /rss.xml or /atom.xml.",
};

/// Reads a document of any of the formats.
fn parse(response: &Response, reading: &Reading) -> Result<Listing<Draft>, Error> {
    let text = xml_text::decode(response.body(), response.header("content-type"));
    match text.trim_start().chars().next() {
        Some('{') => json_feed::parse(&text, reading).map_err(|found| response.not(EXPECTED, found)),
        Some('<') if !crate::text::is_html_page(&text) => {
            xml::parse(&text, response.url(), reading).map_err(|found| response.not(EXPECTED, found))
        }
        _ => Err(response.not(EXPECTED, response.found())),
    }
}

/// A guess at what an entry is, from its media types and its host.
fn guess(types: impl Iterator<Item = String>, host: Option<&str>) -> Kind {
    let mut kind = Kind::Article;
    for media in types {
        match media.split('/').next() {
            Some("video") => return Kind::Video,
            Some("audio") => kind = Kind::Podcast,
            _ if media == "application/x-shockwave-flash" => return Kind::Video,
            _ => {}
        }
    }
    let video = ["youtube.com", "youtu.be", "vimeo.com"];
    let host = host.unwrap_or_default();
    let is_video = kind == Kind::Article
        && video.iter().any(|known| host == *known || host.strip_suffix(known).is_some_and(|rest| rest.ends_with('.')));
    if is_video { Kind::Video } else { kind }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn kinds_are_guessed() {
        let guess = |types: &[&str], host| guess(types.iter().map(|media| (*media).to_owned()), host);
        assert_eq!(guess(&["image/png", "audio/mpeg"], None), Kind::Podcast);
        assert_eq!(guess(&["audio/mpeg", "video/mp4"], None), Kind::Video);
        assert_eq!(guess(&[], Some("www.youtube.com")), Kind::Video);
        assert_eq!(guess(&[], Some("notyoutube.com")), Kind::Article);
    }
}
