//! Any website that has a sitemap (<https://www.sitemaps.org/protocol.html>, 0.9): XML, an index of sitemaps, or lines of
//! addresses, compressed or not.
//!
//! A sitemap holds addresses and no titles, so each page is read for what it says about itself (`page_meta`): one after
//! the other, with a pause, and only what robots.txt (RFC 9309) allows. What is at another site is not read.
//!
//! A page is read again when its `lastmod` is another one, and every page is every `full_days` days: that tells of pages
//! that changed without saying so, and what such a run does not find is gone. A page that answers 404 or 410, or asks
//! not to be listed, is gone at once. One that cannot be read is set aside, and tried again by the next run.

mod document;
mod reading;
mod robots;
mod run;

use std::{collections::BTreeMap, sync::Arc, time::Duration};

use async_trait::async_trait;
use tokio::sync::Mutex;
use url::Url;

use crate::{
    clean::{Gather, digest, read_cursor, rejected, write_cursor},
    error::{Error, Look},
    http::Http,
    model::{Cursor, Kind, Next, Page},
    system::{Connector, Field, FieldKind, Form, Found, Section, Settings, Step, System, steps},
};
use document::{Document, Entry};
use reading::{Admitted, Prefixes};
use robots::Rules;
use run::{Run, State};

/// Pages of one source, whatever the settings say.
const MAX_PAGES: i64 = 5000;
/// The longest pause that settings may ask for, in milliseconds.
const MAX_PAUSE: i64 = 60_000;

const EXPECTED: &str = "a sitemap";

const LOOK: Look = Look {
    name: "a sitemap",
    expected: "XML of sitemaps.org",
    advice: "Look at the site's /robots.txt in a browser: a line “Sitemap:” names the address. Else try /sitemap.xml or \
             /sitemap_index.xml.",
};

const KINDS: &[(&str, &str)] = &[
    ("auto", "Find out from each page"),
    ("article", "Articles"),
    ("course", "Courses"),
    ("video", "Videos"),
    ("podcast", "Podcast episodes"),
    ("book", "Books"),
    ("lab", "Labs and interactive tutorials"),
    ("assessment", "Assessments"),
    ("event", "Events"),
    ("job_aid", "Job aids"),
    ("wiki_page", "Wiki pages"),
];

const FIELDS: &[Field] = &[
    Field {
        name: "address",
        label: "Address of the sitemap",
        help: "Such as https://docs.example.org/sitemap.xml; an index of sitemaps will do.",
        kind: FieldKind::Url,
        required: true,
        default: "",
    },
    Field {
        name: "include",
        label: "Only pages under",
        help: "Starts of paths, with commas between them, such as /docs/, /guides/. Empty takes every page.",
        kind: FieldKind::Text,
        required: false,
        default: "",
    },
    Field {
        name: "exclude",
        label: "No pages under",
        help: "Starts of paths that are left out, such as /docs/archive/, /tags/.",
        kind: FieldKind::Text,
        required: false,
        default: "",
    },
    Field {
        name: "kind",
        label: "What the pages are",
        help: "Where a page does not say itself what it is, it counts as an article.",
        kind: FieldKind::Choice(KINDS),
        required: false,
        default: "auto",
    },
    Field {
        name: "language",
        label: "Language",
        help: "Used where a page names none: a tag such as en or pt-BR.",
        kind: FieldKind::Text,
        required: false,
        default: "",
    },
    Field {
        name: "max_pages",
        label: "Pages at most",
        help: "Each is a request of its own. At most 5000.",
        kind: FieldKind::Number,
        required: false,
        default: "1000",
    },
    Field {
        name: "pause",
        label: "Pause between two pages",
        help: "In milliseconds. A longer one that the site's robots.txt asks for is kept.",
        kind: FieldKind::Number,
        required: false,
        default: "1000",
    },
    Field {
        name: "full_days",
        label: "Days between full runs",
        help: "In between, only pages that are new or say that they changed are read. Deleted pages are found by full runs.",
        kind: FieldKind::Number,
        required: false,
        default: "7",
    },
];

const SECTIONS: &[Section] = &[Section {
    from: "max_pages",
    title: "How the site is read",
    help: "Every page is visited, so be as gentle as its owner would want.",
    folded: true,
}];

/// A sitemap as a kind of source.
pub(crate) struct Sitemap;

impl System for Sitemap {
    fn kind(&self) -> &'static str {
        "sitemap"
    }
    fn name(&self) -> &'static str {
        "Sitemap"
    }
    fn summary(&self) -> &'static str {
        "The pages of any website that has a sitemap, with what they say about themselves."
    }
    fn docs(&self) -> &'static str {
        "https://www.sitemaps.org/protocol.html"
    }
    fn fields(&self) -> &'static [Field] {
        FIELDS
    }
    fn sections(&self) -> &'static [Section] {
        SECTIONS
    }

    fn connect(&self, settings: &Settings) -> Result<Box<dyn Connector>, BTreeMap<String, String>> {
        let mut form = Form::new(FIELDS, settings);
        if form.some("language").is_some_and(|tag| crate::clean::language(&tag).is_none()) {
            form.fault("language", "Give a language tag such as en or pt-BR.");
        }
        if !(1..=MAX_PAGES).contains(&form.number("max_pages")) {
            form.fault("max_pages", "Give a number from 1 to 5000.");
        }
        if form.number("pause") > MAX_PAUSE {
            form.fault("pause", "Give at most 60000, which is a minute.");
        }
        let [include, exclude] = ["include", "exclude"].map(|name| {
            Prefixes::read(form.get(name)).unwrap_or_else(|fault| {
                form.fault(name, fault);
                Prefixes::default()
            })
        });
        let read_as = ["address", "include", "exclude", "kind", "language"].map(|name| form.get(name));
        let site = form.url("address").map(|address| Site {
            settings: digest(&read_as.join("\n")),
            address,
            include,
            exclude,
            kind: Kind::parse(form.get("kind")),
            language: form.some("language"),
            max_pages: usize::try_from(form.number("max_pages")).unwrap_or(1),
            pause: Duration::from_millis(u64::try_from(form.number("pause")).unwrap_or_default()),
            full_ms: form.number("full_days") * 86_400_000,
            rules: Mutex::new(None),
            latest: Mutex::new(None),
        });
        form.finish(site)
    }
}

struct Site {
    address: Url,
    include: Prefixes,
    exclude: Prefixes,
    /// For all pages; none finds out.
    kind: Option<Kind>,
    language: Option<String>,
    max_pages: usize,
    pause: Duration,
    full_ms: i64,
    /// Digest of what decides which pages there are, and what they become.
    settings: u64,
    /// Once asked for.
    rules: Mutex<Option<Arc<Rules>>>,
    /// The sitemap that was read last, by its address: a run comes back to it for every few pages.
    latest: Mutex<Option<(String, Arc<Document>)>>,
}

#[async_trait]
impl Connector for Site {
    async fn page(&self, http: &Http, cursor: Option<&Cursor>) -> Result<Page, Error> {
        let mut state = self.state(cursor)?;
        let rules = self.rules(http).await?;
        let mut run = state.run.take().unwrap_or_else(|| {
            let full = state.wants_full(rules.at, self.full_ms);
            Run::new(self.address.as_str(), rules.at, full)
        });
        let mut found = reading::Page::default();
        if let Some((map, is_first)) = run.map() {
            match self.map(http, &map).await {
                Ok(document) => match &*document {
                    Document::Maps(maps) => self.expand(&mut run, maps, &mut found.gather),
                    Document::Pages(entries) => {
                        let known = if run.full { None } else { Some(&state.known) };
                        self.read_some(http, &rules, known, &mut run, entries, &mut found).await?;
                    }
                },
                Err(error) if is_first || error.is_temporary() => return Err(error),
                Err(error) => {
                    found.gather.push(Err(rejected(
                        None,
                        &format!("A sitemap of the index cannot be read: {error}."),
                        &map,
                    )));
                    run.map_is_done();
                }
            }
        }
        run.clean &= found.gather.is_clean();
        let next = if run.map().is_some() {
            state.run = Some(run);
            Next::More(write_cursor(&state)?)
        } else {
            let complete = run.full && run.clean;
            state.finish(run);
            Next::Done { cursor: Some(write_cursor(&state)?), complete }
        };
        Ok(found.gather.page(found.gone, next))
    }

    async fn test(&self, http: &Http) -> Vec<Step> {
        let mut more = Vec::new();
        let found = self.try_out(http, &mut more).await;
        let mut all = steps(found, Found::NotNeeded("A sitemap is open to everybody, so nothing was sent".to_owned()));
        all.extend(more);
        all
    }
}

impl Site {
    /// Where the last run or page stopped; nothing of it where the settings have changed since.
    fn state(&self, cursor: Option<&Cursor>) -> Result<State, Error> {
        let state = cursor.map(read_cursor::<State>).transpose()?.filter(|state| state.settings == self.settings);
        Ok(state.unwrap_or_else(|| State::new(self.settings)))
    }

    async fn rules(&self, http: &Http) -> Result<Arc<Rules>, Error> {
        let mut kept = self.rules.lock().await;
        if let Some(rules) = &*kept {
            return Ok(rules.clone());
        }
        let rules = Arc::new(Rules::read(http, &self.address).await?);
        *kept = Some(rules.clone());
        Ok(rules)
    }

    /// A sitemap of the site.
    async fn map(&self, http: &Http, address: &str) -> Result<Arc<Document>, Error> {
        let mut latest = self.latest.lock().await;
        if let Some((_, document)) = latest.as_ref().filter(|(known, _)| known == address) {
            return Ok(document.clone());
        }
        let url = Url::parse(address).ok().filter(|url| url.origin() == self.address.origin());
        let url =
            url.ok_or_else(|| Error::Cursor { reason: "it leads to another site than the sitemap's".to_owned() })?;
        let accept = "application/xml, text/xml;q=0.9, text/plain;q=0.8, */*;q=0.5";
        let response = http.get(&url).header("accept", accept).send().await?;
        let (body, limit) = (response.body().clone(), http.policy().max_body);
        let parsed = tokio::task::spawn_blocking(move || document::parse(&body, limit)).await;
        let parsed = parsed.unwrap_or_else(|_| Err("XML that the reader fails at".to_owned()));
        let document = Arc::new(parsed.map_err(|found| response.not(EXPECTED, found))?);
        *latest = Some((address.to_owned(), document.clone()));
        Ok(document)
    }

    /// Puts the sitemaps of an index behind those that are still to be read.
    fn expand(&self, run: &mut Run, maps: &[Entry], gather: &mut Gather) {
        for entry in maps.iter().take(run::MAX_MAPS + 1) {
            let url = self.address.join(&entry.address).ok();
            let refused = match url.filter(|_| !entry.address.is_empty()) {
                None => Err("The address of a sitemap in the index is not one.".to_owned()),
                // A site does not get to choose which other hosts we read.
                Some(url) if url.origin() != self.address.origin() => {
                    Err("A sitemap of the index is at another site, which is not read. Add it as a source of its own."
                        .to_owned())
                }
                Some(url) => run.add(url.as_str()),
            };
            if let Err(reason) = refused {
                gather.push(Err(rejected(None, &reason, &entry.address)));
            }
        }
        run.map_is_done();
    }

    /// Tries the sitemap and its first page, and fills in what that becomes.
    async fn try_out(&self, http: &Http, more: &mut Vec<Step>) -> Result<[String; 2], Error> {
        http.check(&self.address).await?;
        let mut address = self.address.to_string();
        let mut document = self.map(http, &address).await.map_err(|error| error.unlike(LOOK))?;
        let rules = self.rules(http).await?;
        let mut reach = String::new();
        if let Document::Maps(maps) = &*document {
            reach = format!("An index of {} sitemaps; in the first one, ", maps.len());
            let first = maps.iter().filter_map(|entry| self.address.join(&entry.address).ok());
            let first = first.into_iter().find(|url| url.origin() == self.address.origin());
            let fault = || Error::Format {
                url: address.clone(),
                expected: EXPECTED,
                found: "an index without sitemaps of this site".to_owned(),
            };
            address = first.ok_or_else(fault)?.to_string();
            document = self.map(http, &address).await?;
        }
        let Document::Pages(entries) = &*document else {
            return Ok([format!("{reach}a further index answered"), "It is read by the run".to_owned()]);
        };
        let sorted = self.sort(&rules, entries);
        reach.push_str(&format!("{} addresses, of which {} are to be read", entries.len(), sorted.pages));
        for (count, why) in sorted.refused() {
            reach.push_str(&format!("; {count} {why}"));
        }
        let Some((entry, url)) = entries.iter().find_map(|entry| match self.admit(&rules, entry) {
            Admitted::Page(url) => Some((entry, url)),
            _ => None,
        }) else {
            return Ok([reach, "There is no page to try".to_owned()]);
        };
        let read = self.describe(http, entry, &url).await?;
        *more = reading::explain(&read);
        Ok([reach, format!("The first page, {}, becomes:", crate::http::mask(&url))])
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn settings_are_bounded() {
        let faults = |pairs: &[(&str, &str)]| {
            let mut settings = Settings::from([("address".to_owned(), "https://a.example/sitemap.xml".to_owned())]);
            settings.extend(pairs.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())));
            Sitemap.connect(&settings).err().map(|faults| faults.into_keys().collect::<Vec<_>>()).unwrap_or_default()
        };
        assert!(faults(&[("include", "/docs/, https://a.example/x"), ("pause", "0")]).is_empty());
        assert_eq!(faults(&[("max_pages", "0"), ("pause", "60001")]), ["max_pages", "pause"]);
        assert_eq!(faults(&[("max_pages", "5001"), ("language", "english")]), ["language", "max_pages"]);
        assert_eq!(faults(&[("include", "docs"), ("exclude", "/ok, *.pdf")]), ["exclude", "include"]);
    }
}
