//! A list of web feeds: OPML 2.0 (<http://opml.org/spec2.opml>), as feed readers and blog directories write it. Each
//! `outline` with an `xmlUrl` is a feed, which is read as the feeds connector reads it; everything comes from one source.
//!
//! Feeds are read one after the other. One that cannot be read is set aside and does not stop the others. Since feeds show
//! their latest entries, nothing is gone by not being listed.

use std::collections::BTreeMap;

use async_trait::async_trait;
use quick_xml::{Reader, XmlVersion, events::Event};
use serde::{Deserialize, Serialize};
use url::Url;

use super::feeds::{Feeds, KINDS};
use crate::{
    clean::{Gather, digest, read_cursor, rejected, write_cursor},
    encoding,
    error::{Error, Look},
    http::{Http, Response, mask},
    model::{Cursor, Item, Next, Page, Rejected},
    system::{Connector, Field, FieldKind, Form, Found, Settings, Step, System, steps},
    text::{excerpt, head, is_html_page, to_line},
};

/// Feeds of one list.
const MAX_FEEDS: usize = 200;
/// Elements within each other.
const MAX_DEPTH: usize = 100;
/// Pages of one feed in one run.
const MAX_PAGES: u32 = 100;

const EXPECTED: &str = "a list of feeds (OPML)";

const LOOK: Look = Look {
    name: "a list of feeds",
    expected: "OPML",
    advice: "Open the address in a browser: an OPML file is XML that begins with <opml>. Feed readers write it under export; a \
             single feed is connected as “Web feed”.",
};

const FIELDS: &[Field] = &[
    Field {
        name: "address",
        label: "Address of the list",
        help: "An OPML file, such as https://blogs.example.org/list.opml. All its feeds are read, wherever they are; those in a \
               private network only if the list is in it too.",
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
        help: "Used where a feed names none: a tag such as en or pt-BR.",
        kind: FieldKind::Text,
        required: false,
        default: "",
    },
];

/// A list of feeds as a kind of source.
pub(crate) struct Opml;

impl System for Opml {
    fn kind(&self) -> &'static str {
        "opml"
    }
    fn name(&self) -> &'static str {
        "List of web feeds"
    }
    fn summary(&self) -> &'static str {
        "All the feeds of an OPML file as one source: the blogs of a team, or what somebody exported from a feed reader."
    }
    fn docs(&self) -> &'static str {
        "http://opml.org/spec2.opml"
    }
    fn fields(&self) -> &'static [Field] {
        FIELDS
    }

    fn connect(&self, settings: &Settings) -> Result<Box<dyn Connector>, BTreeMap<String, String>> {
        let mut form = Form::new(FIELDS, settings);
        if form.some("language").is_some_and(|tag| crate::clean::language(&tag).is_none()) {
            form.fault("language", "Give a language tag such as en or pt-BR.");
        }
        let reading = ["kind", "language"].map(|name| (name.to_owned(), form.get(name).to_owned()));
        let list = form.url("address").map(|address| List {
            settings: digest(&format!("{address} {reading:?}")),
            reading: Settings::from(reading),
            address,
        });
        form.finish(list)
    }
}

struct List {
    address: Url,
    /// What each feed is read with, but for its address.
    reading: Settings,
    settings: u64,
}

/// Between runs, and with `run` within one.
#[derive(Debug, Serialize, Deserialize)]
struct State {
    settings: u64,
    /// Where each feed was left, by the digest of its address.
    #[serde(default)]
    feeds: BTreeMap<String, Cursor>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    run: Option<Run>,
}

#[derive(Debug, Default, Serialize, Deserialize)]
struct Run {
    /// Addresses of the feeds that are still to be read, the present one first.
    left: Vec<String>,
    /// Pages of the present one.
    pages: u32,
    /// The list came from an origin that the operator allows, and may name others.
    #[serde(default)]
    inside: bool,
}

#[async_trait]
impl Connector for List {
    async fn page(&self, http: &Http, cursor: Option<&Cursor>) -> Result<Page, Error> {
        let state = cursor.map(read_cursor::<State>).transpose()?.filter(|state| state.settings == self.settings);
        let mut state = state.unwrap_or(State { settings: self.settings, feeds: BTreeMap::new(), run: None });
        let mut gather = Gather::default();
        let mut run = match state.run.take() {
            Some(mut run) => {
                self.read_page(http, &mut state, &mut run, &mut gather).await;
                run
            }
            None => {
                let (feeds, inside) = self.feeds(http, &mut gather).await?;
                state.feeds.retain(|known, _| feeds.iter().any(|feed| key(feed) == *known));
                Run { left: feeds, pages: 0, inside }
            }
        };
        let next = if run.left.is_empty() {
            Next::Done { cursor: Some(write_cursor(&state)?), complete: false }
        } else {
            state.run = Some(std::mem::take(&mut run));
            Next::More(write_cursor(&state)?)
        };
        Ok(gather.page(vec![], next))
    }

    async fn test(&self, http: &Http) -> Vec<Step> {
        let found = self.try_out(http).await;
        steps(found, Found::NotNeeded("A list of feeds is open to everybody, so nothing was sent".to_owned()))
    }
}

impl List {
    /// The feeds of the list, and whether it came from an origin that the operator allows; what of it is no feed is set
    /// aside. Feeds with a user and a password in their addresses are not read: they would be kept with the run.
    async fn feeds(&self, http: &Http, gather: &mut Gather) -> Result<(Vec<String>, bool), Error> {
        let response =
            http.get(&self.address).header("accept", "text/x-opml, application/xml;q=0.9, */*;q=0.5").send().await?;
        let mut feeds: Vec<String> = Vec::new();
        for written in outlines(&response)? {
            let url = response.url().join(&written).ok().filter(|url| matches!(url.scheme(), "http" | "https"));
            let mut reject = |reason: &str, shown: &str| gather.push(Err(rejected(None, reason, shown)));
            match url {
                None => reject("The address of a feed is not a web address.", &written),
                Some(url) if !url.username().is_empty() || url.password().is_some() => {
                    reject("The address of a feed holds a user name or a password, so it is not read.", &mask(&url));
                }
                Some(url) if feeds.len() >= MAX_FEEDS => {
                    reject(&format!("The list has more than {MAX_FEEDS} feeds; the rest is not read."), &mask(&url));
                    break;
                }
                Some(url) if feeds.iter().any(|feed| *feed == url.as_str()) => {}
                Some(url) => feeds.push(url.to_string()),
            }
        }
        Ok((feeds, http.is_allowed(response.url())))
    }

    /// Reads the next page of the present feed, and moves on to the next feed where that was the last one.
    async fn read_page(&self, http: &Http, state: &mut State, run: &mut Run, gather: &mut Gather) {
        let Some(address) = run.left.first().cloned() else { return };
        let key = key(&address);
        let read = match self.feed(&address) {
            Ok(feed) => {
                feed.page(&http.led(run.inside), state.feeds.get(&key)).await.map_err(|error| error.to_string())
            }
            Err(fault) => Err(fault),
        };
        run.pages += 1;
        let goes_on = match read {
            Ok(page) => {
                page.items.into_iter().for_each(|item| gather.push(Ok(renamed(&key, item))));
                let of_feed = |rejected: Rejected| Rejected {
                    external_id: rejected.external_id.map(|id| within(&key, &id)),
                    ..rejected
                };
                page.rejected.into_iter().for_each(|rejected| gather.push(Err(of_feed(rejected))));
                match page.next {
                    Next::More(cursor) if run.pages < MAX_PAGES => {
                        state.feeds.insert(key, cursor);
                        true
                    }
                    Next::More(_) => {
                        state.feeds.remove(&key);
                        false
                    }
                    Next::Done { cursor, .. } | Next::Unchanged { cursor } => {
                        match cursor {
                            Some(cursor) => state.feeds.insert(key, cursor),
                            None => state.feeds.remove(&key),
                        };
                        false
                    }
                }
            }
            Err(fault) => {
                // What was kept of it may be the reason.
                state.feeds.remove(&key);
                let shown = Url::parse(&address).map(|url| mask(&url)).unwrap_or_default();
                gather.push(Err(rejected(None, &format!("A feed of the list cannot be read: {fault}."), &shown)));
                false
            }
        };
        if !goes_on {
            run.left.remove(0);
            run.pages = 0;
        }
    }

    fn feed(&self, address: &str) -> Result<Box<dyn Connector>, String> {
        let mut settings = self.reading.clone();
        settings.insert("address".to_owned(), address.to_owned());
        Feeds.connect(&settings).map_err(|faults| faults.into_values().collect::<Vec<_>>().join(" "))
    }

    async fn try_out(&self, http: &Http) -> Result<[String; 2], Error> {
        http.check(&self.address).await?;
        let mut gather = Gather::default();
        let (feeds, inside) = self.feeds(http, &mut gather).await.map_err(|error| error.unlike(LOOK))?;
        let reach = format!("A list of {} feeds", feeds.len());
        let Some(first) = feeds.first() else { return Ok([reach, "There is no feed in it yet".to_owned()]) };
        let shown = Url::parse(first).map(|url| mask(&url)).unwrap_or_default();
        let fault = |found| Error::Format { url: shown.clone(), expected: EXPECTED, found };
        let page = self.feed(first).map_err(fault)?.page(&http.led(inside), None).await?;
        Ok([reach, format!("The first feed, {shown}, has {} entries that can be used", page.items.len())])
    }
}

/// What a feed is known by.
fn key(address: &str) -> String {
    format!("{:x}", digest(address))
}

/// The id of an entry of a feed: two feeds may use the same ones.
fn within(feed: &str, id: &str) -> String {
    if id.chars().count() > 480 { format!("{feed}/{:x}", digest(id)) } else { format!("{feed}/{id}") }
}

fn renamed(feed: &str, mut item: Item) -> Item {
    let id = match &mut item {
        Item::Resource(resource) => &mut resource.external_id,
        Item::Discussion(discussion) => &mut discussion.external_id,
    };
    *id = within(feed, id);
    item
}

/// The `xmlUrl` of every outline, as written.
fn outlines(response: &Response) -> Result<Vec<String>, Error> {
    let text = encoding::decode(response.body(), response.header("content-type"), None);
    let broken = |found: String| response.not(EXPECTED, found);
    // OPML has a head and a body too, by which pages are told.
    let is_page = is_html_page(&text) && !head(&text, 2000).contains("<opml");
    if is_page || !text.trim_start().starts_with('<') {
        return Err(response.not(EXPECTED, response.found()));
    }
    let mut reader = Reader::from_str(&text);
    reader.config_mut().expand_empty_elements = true;
    let (mut depth, mut found) = (0_usize, Vec::new());
    loop {
        match reader.read_event().map_err(|error| broken(format!("XML that is broken ({error})")))? {
            Event::Start(start) => {
                let (name, is_root) = (start.local_name().as_ref().to_owned(), depth == 0);
                depth += 1;
                if is_root && name != "opml" {
                    return Err(broken(format!("XML whose root is “{}”", excerpt(&to_line(head(&name, 200)), 40))));
                }
                if depth > MAX_DEPTH {
                    return Err(broken(format!("XML that is nested more than {MAX_DEPTH} deep")));
                }
                let mut attributes = start.attributes();
                let url = attributes
                    .with_checks(false)
                    .flatten()
                    .take(50)
                    .find(|attribute| attribute.key.local_name().as_ref().eq_ignore_ascii_case("xmlUrl"));
                if let Some(url) = url.filter(|_| name == "outline" && found.len() <= MAX_FEEDS * 10) {
                    let url = url.normalized_value(XmlVersion::Implicit1_0).unwrap_or_default();
                    found.push(head(url.trim(), 2000).to_owned());
                }
            }
            Event::End(_) => depth = depth.saturating_sub(1),
            Event::Eof if depth > 0 => return Err(broken("XML that breaks off".to_owned())),
            Event::Eof => break,
            _ => {}
        }
    }
    Ok(found)
}
