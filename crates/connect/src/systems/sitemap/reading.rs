//! From a sitemap's entries to items: which pages are read, and what they become.

use std::time::Duration;

use tokio::time::Instant;
use url::Url;

use super::{
    Site,
    document::Entry,
    robots::Rules,
    run::{Digests, Run},
};
use crate::{
    clean::{Draft, Gather, rejected},
    error::Error,
    http::Http,
    model::{Item, Kind, Rejected, Resource},
    page_meta::{self, PageMeta},
    system::{Found, Step},
    text::excerpt,
    values,
};

/// Pages of one step of a run.
const BATCH: usize = 20;
/// After this long, a step ends with what it has.
const STEP: Duration = Duration::from_secs(15);

/// Starts of paths or addresses.
#[derive(Clone, Debug, Default)]
pub(super) struct Prefixes(Vec<String>);

impl Prefixes {
    /// Reads them, commas between them.
    ///
    /// # Errors
    /// What is wrong, in a sentence.
    pub(super) fn read(text: &str) -> Result<Self, String> {
        let all: Vec<String> =
            text.split(',').map(str::trim).filter(|part| !part.is_empty()).map(str::to_owned).collect();
        let is_unknown = |prefix: &&String| !["/", "http://", "https://"].iter().any(|start| prefix.starts_with(start));
        match all.iter().find(is_unknown) {
            Some(wrong) => Err(format!("“{}” is no start of a path; write such as /docs/.", excerpt(wrong, 60))),
            None => Ok(Self(all)),
        }
    }

    fn hold(&self, url: &Url) -> bool {
        let path = &url[url::Position::BeforePath..];
        self.0.iter().any(|prefix| path.starts_with(prefix.as_str()) || url.as_str().starts_with(prefix.as_str()))
    }
}

/// What becomes of an entry.
pub(super) enum Admitted {
    Page(Url),
    /// The settings leave it out.
    LeftOut,
    Refused(Refusal),
}

/// Why an entry is not read although the settings want it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Refusal {
    Broken,
    Elsewhere,
    Closed,
}

impl Refusal {
    const ALL: [Self; 3] = [Self::Broken, Self::Elsewhere, Self::Closed];

    /// Behind a number.
    fn why(self) -> &'static str {
        match self {
            Self::Broken => "without a usable address",
            Self::Elsewhere => "at another site",
            Self::Closed => "closed to us by the site's robots.txt",
        }
    }
}

/// A sitemap's entries, counted.
#[derive(Default)]
pub(super) struct Sorted {
    pub(super) pages: usize,
    /// How many, and the first of them.
    refused: [(usize, String); 3],
}

impl Sorted {
    pub(super) fn refused(&self) -> impl Iterator<Item = (usize, &'static str)> {
        let each = Refusal::ALL.into_iter().zip(&self.refused);
        each.filter(|(_, (count, _))| *count > 0).map(|(refusal, (count, _))| (*count, refusal.why()))
    }
}

/// What a step of a run has found.
#[derive(Default)]
pub(super) struct Page {
    pub(super) gather: Gather,
    pub(super) gone: Vec<String>,
}

/// A page that was read.
pub(super) enum Read {
    Page(Result<Box<Resource>, Rejected>),
    /// There is no such page, or it asks not to be listed.
    Gone,
}

impl Site {
    pub(super) fn admit(&self, rules: &Rules, entry: &Entry) -> Admitted {
        let url = self.address.join(&entry.address).ok().filter(|_| !entry.address.is_empty());
        let Some(mut url) = url.filter(|url| matches!(url.scheme(), "http" | "https")) else {
            return Admitted::Refused(Refusal::Broken);
        };
        url.set_fragment(None);
        if self.exclude.hold(&url) || !(self.include.0.is_empty() || self.include.hold(&url)) {
            Admitted::LeftOut
        } else if url.origin() != self.address.origin() {
            // A site does not get to choose which other hosts we read.
            Admitted::Refused(Refusal::Elsewhere)
        } else if !rules.allow(&url) {
            Admitted::Refused(Refusal::Closed)
        } else {
            Admitted::Page(url)
        }
    }

    pub(super) fn sort(&self, rules: &Rules, entries: &[Entry]) -> Sorted {
        let mut sorted = Sorted::default();
        for entry in entries {
            match self.admit(rules, entry) {
                Admitted::Page(_) => sorted.pages += 1,
                Admitted::LeftOut => {}
                Admitted::Refused(refusal) => {
                    let (count, first) = &mut sorted.refused[refusal as usize];
                    if *count == 0 {
                        first.clone_from(&entry.address);
                    }
                    *count += 1;
                }
            }
        }
        sorted
    }

    /// Reads the next pages of a sitemap; once none is left, the run's next sitemap is due.
    pub(super) async fn read_some(
        &self,
        http: &Http,
        rules: &Rules,
        known: Option<&Digests>,
        run: &mut Run,
        entries: &[Entry],
        found: &mut Page,
    ) -> Result<(), Error> {
        if !run.told {
            run.told = true;
            tell(&self.sort(rules, entries), &mut found.gather);
        }
        let (started, pause) = (Instant::now(), self.pause.max(rules.delay()));
        let mut read = 0;
        for entry in entries {
            let page = Digests::of(entry);
            if run.seen.holds(page) || run.failed.holds(page) {
                continue;
            }
            let Admitted::Page(url) = self.admit(rules, entry) else { continue };
            if run.pages() >= self.max_pages {
                let reason = format!(
                    "There are more than {} pages; the rest is not read. Narrow them down by the starts of their paths.",
                    self.max_pages
                );
                found.gather.push(Err(rejected(None, &reason, &entry.address)));
                break;
            }
            if known.is_some_and(|known| known.holds(page)) {
                run.seen.insert(page);
                continue;
            }
            if read >= BATCH || started.elapsed() >= STEP {
                return Ok(());
            }
            read += 1;
            tokio::time::sleep(pause).await;
            let is_read = self.read_one(http, entry, &url, found).await?;
            if is_read { run.seen.insert(page) } else { run.failed.insert(page) }
        }
        run.map_is_done();
        Ok(())
    }

    /// Reads one page; false where that has to be tried again.
    async fn read_one(&self, http: &Http, entry: &Entry, url: &Url, found: &mut Page) -> Result<bool, Error> {
        let id = id(url);
        match self.describe(http, entry, url).await {
            Ok(Read::Gone) => found.gone.push(id),
            Ok(Read::Page(resource)) => {
                let is_usable = resource.is_ok();
                found.gather.push(resource.map(|resource| Item::Resource(*resource)));
                return Ok(is_usable);
            }
            // The site as a whole is out of reach, or wants a rest.
            Err(
                error @ (Error::Lookup { .. } | Error::Connect { .. } | Error::RateLimited { .. } | Error::Busy { .. }),
            ) => {
                return Err(error);
            }
            Err(error) => {
                found.gather.push(Err(rejected(
                    Some(&id),
                    &format!("The page cannot be read: {error}."),
                    url.as_str(),
                )));
                return Ok(false);
            }
        }
        Ok(true)
    }

    /// Asks for a page, and reads what it says about itself.
    pub(super) async fn describe(&self, http: &Http, entry: &Entry, url: &Url) -> Result<Read, Error> {
        let request = http.get(url).header("accept", "text/html, application/xhtml+xml;q=0.9, */*;q=0.1");
        let response = request
            .read(|response| match response.status() {
                404 | 410 => Ok(None),
                _ => response.ok().map(|()| Some(response.clone())),
            })
            .await?;
        let Some(response) = response else { return Ok(Read::Gone) };
        if response.url().origin() != self.address.origin() {
            let reason = format!("it leads on to another site, {}", response.shown_url());
            return Err(Error::Redirect { url: crate::http::mask(url), reason });
        }
        let lost = Error::Format {
            url: response.shown_url(),
            expected: "a page of HTML",
            found: "one that the reader fails at".to_owned(),
        };
        let meta = tokio::task::spawn_blocking(move || page_meta::read(&response)).await.map_err(|_| lost)??;
        if meta.is_unlisted {
            return Ok(Read::Gone);
        }
        Ok(Read::Page(self.draft(entry, url, meta).finish(url).map(Box::new)))
    }

    fn draft(&self, entry: &Entry, url: &Url, meta: PageMeta) -> Draft {
        Draft {
            external_id: id(url),
            url: url.to_string(),
            title: meta.title,
            summary: meta.summary,
            authors: meta.authors,
            language: meta.language.or_else(|| self.language.clone()),
            minutes: meta.minutes,
            level: meta.level,
            topics: meta.topics,
            published_at: meta.published_at,
            changed_at: values::moment(&entry.changed).or(meta.changed_at),
            ..Draft::new(self.kind.or(meta.kind).unwrap_or(Kind::Article))
        }
    }
}

/// Says once of each sitemap what of it is not read.
fn tell(sorted: &Sorted, gather: &mut Gather) {
    for (refusal, (count, first)) in Refusal::ALL.into_iter().zip(&sorted.refused) {
        if *count > 0 {
            let reason = format!("Not read of the sitemap: {count} {}. The first one is shown.", refusal.why());
            gather.push(Err(rejected(None, &reason, first)));
        }
    }
}

/// A page is known by its path and query: the source is one site, which stays the same under another name.
fn id(url: &Url) -> String {
    url[url::Position::BeforePath..url::Position::AfterQuery].to_owned()
}

/// What the first page becomes, part by part.
pub(super) fn explain(read: &Read) -> Vec<Step> {
    let step = |what: &str, outcome| Step { what: what.to_owned(), outcome };
    let resource = match read {
        Read::Gone => {
            let said = "It is not there, or asks not to be listed, so it is left out".to_owned();
            return vec![step("Page", Ok(Found::NotChecked(said)))];
        }
        Read::Page(Err(rejected)) => {
            let error = Error::Mapping {
                field: "Page".to_owned(),
                path: "what it says of itself".to_owned(),
                found: rejected.reason.clone(),
            };
            return vec![step("Page", Err(error))];
        }
        Read::Page(Ok(resource)) => resource,
    };
    let minutes = resource.minutes.map(|minutes| format!("{minutes} minutes")).unwrap_or_default();
    let day = |at: Option<i64>| at.and_then(values::day).unwrap_or_default();
    let parts = [
        ("Title", resource.title.clone()),
        ("Summary", resource.summary.clone()),
        ("Kind", resource.kind.as_str().to_owned()),
        ("Authors", resource.authors.clone()),
        ("Language", resource.language.clone().unwrap_or_default()),
        ("Duration", minutes),
        ("Topics", resource.topics.join(", ")),
        ("Published", day(resource.published_at)),
        ("Changed", day(resource.changed_at)),
    ];
    let shown = parts.into_iter().map(|(what, text)| match text.as_str() {
        "" => step(what, Ok(Found::NotChecked("The page does not say".to_owned()))),
        text => step(what, Ok(Found::Checked(format!("“{}”", excerpt(&text.replace('\n', " "), 100))))),
    });
    shown.collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn prefixes_are_of_paths_or_addresses() {
        let url = |text: &str| Url::parse(text).unwrap();
        let prefixes = Prefixes::read("/docs/, https://a.example/x").unwrap();
        assert!(prefixes.hold(&url("https://a.example/docs/1")) && prefixes.hold(&url("https://a.example/xyz?q=1")));
        assert!(!prefixes.hold(&url("https://a.example/doc")) && !prefixes.hold(&url("https://a.example/a/docs/")));
        assert!(!Prefixes::default().hold(&url("https://a.example/")));
    }
}
