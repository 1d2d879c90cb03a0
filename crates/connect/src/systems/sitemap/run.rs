//! Where a run stands. What is known of a page is a digest of its address and its `lastmod`, in six bytes: a thousand
//! pages fit into a cursor that is written at every step.

use std::collections::BTreeSet;

use base64::{Engine, engine::general_purpose::STANDARD_NO_PAD};
use serde::{Deserialize, Deserializer, Serialize, Serializer};

use super::document::Entry;
use crate::clean::digest;

/// Sitemaps of one run, indexes among them.
pub(super) const MAX_MAPS: usize = 500;

/// Digests of pages as a sitemap lists them.
#[derive(Clone, Debug, Default, PartialEq)]
pub(super) struct Digests(BTreeSet<u64>);

const BYTES: usize = 6;

impl Digests {
    /// A page's digest: another one once its `lastmod` is another.
    pub(super) fn of(entry: &Entry) -> u64 {
        digest(&format!("{} {}", entry.address, entry.changed)) & ((1 << (8 * BYTES)) - 1)
    }

    pub(super) fn insert(&mut self, page: u64) {
        self.0.insert(page);
    }

    pub(super) fn holds(&self, page: u64) -> bool {
        self.0.contains(&page)
    }

    pub(super) fn len(&self) -> usize {
        self.0.len()
    }
}

impl Serialize for Digests {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let bytes: Vec<u8> = self.0.iter().flat_map(|page| page.to_le_bytes().into_iter().take(BYTES)).collect();
        serializer.serialize_str(&STANDARD_NO_PAD.encode(bytes))
    }
}

impl<'de> Deserialize<'de> for Digests {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        let bytes = STANDARD_NO_PAD.decode(text).map_err(serde::de::Error::custom)?;
        let page = |bytes: &[u8]| bytes.iter().rev().fold(0, |page, byte| (page << 8) | u64::from(*byte));
        Ok(Self(bytes.chunks(BYTES).map(page).collect()))
    }
}

/// Between runs, and with `run` within one.
#[derive(Debug, Serialize, Deserialize)]
pub(super) struct State {
    pub(super) settings: u64,
    /// Pages that were read, and are not read again until they change.
    #[serde(default)]
    pub(super) known: Digests,
    /// When the last full run began, by the site's clock.
    #[serde(default)]
    pub(super) full_at: Option<i64>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) run: Option<Run>,
}

#[derive(Debug, Serialize, Deserialize)]
pub(super) struct Run {
    /// When it began, by the site's clock.
    pub(super) started: i64,
    pub(super) full: bool,
    /// Nothing was rejected so far.
    pub(super) clean: bool,
    /// Addresses of the sitemaps that are still to be read, this one first.
    maps: Vec<String>,
    /// Digests of all sitemaps that were met.
    met: Vec<u64>,
    /// What cannot be read of the present sitemap was told.
    #[serde(default)]
    pub(super) told: bool,
    /// Pages that were read, or are as they were.
    pub(super) seen: Digests,
    /// Pages that could not be read; the next run tries them again.
    pub(super) failed: Digests,
}

impl State {
    pub(super) fn new(settings: u64) -> Self {
        Self { settings, known: Digests::default(), full_at: None, run: None }
    }

    /// Whether a run that begins at `now` has to read every page. A clock that went back proves nothing.
    pub(super) fn wants_full(&self, now: i64, after: i64) -> bool {
        self.full_at.is_none_or(|at| now < at || now - at >= after)
    }

    pub(super) fn finish(&mut self, run: Run) {
        if run.full {
            self.full_at = Some(run.started);
        }
        self.known = run.seen;
        self.run = None;
    }
}

impl Run {
    pub(super) fn new(address: &str, started: i64, full: bool) -> Self {
        Self {
            started,
            full,
            clean: true,
            maps: vec![address.to_owned()],
            met: vec![digest(address)],
            told: false,
            seen: Digests::default(),
            failed: Digests::default(),
        }
    }

    /// The sitemap to read, and whether it is the first of the run.
    pub(super) fn map(&self) -> Option<(String, bool)> {
        self.maps.first().map(|map| (map.clone(), self.met.len() == 1))
    }

    pub(super) fn map_is_done(&mut self) {
        if !self.maps.is_empty() {
            self.maps.remove(0);
        }
        self.told = false;
    }

    /// Adds a sitemap.
    ///
    /// # Errors
    /// Why it is not read.
    pub(super) fn add(&mut self, address: &str) -> Result<(), String> {
        let map = digest(address);
        if self.met.contains(&map) {
            return Err("It leads back to a sitemap that was listed before.".to_owned());
        }
        if self.met.len() >= MAX_MAPS {
            return Err(format!("There are more than {MAX_MAPS} sitemaps."));
        }
        self.met.push(map);
        self.maps.push(address.to_owned());
        Ok(())
    }

    /// Pages of the run so far.
    pub(super) fn pages(&self) -> usize {
        self.seen.len() + self.failed.len()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn digests_read_back() {
        let mut pages = Digests::default();
        for n in 0..1000 {
            pages.insert(Digests::of(&Entry {
                address: format!("https://a.example/{n}"),
                changed: "2024-02-29".to_owned(),
            }));
        }
        let text = serde_json::to_string(&pages).unwrap();
        assert!(pages.len() == 1000 && text.len() == 8002, "{}", text.len());
        assert_eq!(serde_json::from_str::<Digests>(&text).unwrap(), pages);
        assert!(serde_json::from_str::<Digests>("\"?\"").is_err());
    }

    #[test]
    fn a_run_meets_each_sitemap_once() {
        let mut run = Run::new("https://a.example/sitemap.xml", 0, true);
        assert!(run.add("https://a.example/sitemap.xml").unwrap_err().contains("back"));
        run.add("https://a.example/1.xml").unwrap();
        assert!(run.add("https://a.example/1.xml").is_err());
        run.map_is_done();
        assert_eq!(run.map(), Some(("https://a.example/1.xml".to_owned(), false)));
        for n in 2..MAX_MAPS {
            run.add(&format!("https://a.example/{n}.xml")).unwrap();
        }
        assert!(run.add("https://a.example/x.xml").unwrap_err().contains("500"));
    }
}
