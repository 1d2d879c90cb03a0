//! What a feed's cursor holds.

use serde::{Deserialize, Serialize};
use url::Url;

use crate::{clean::digest, error::Error};

/// Pages of one run: a feed with more of them does not end.
const MAX_PAGES: u32 = 5000;

/// Between runs, and with `run` within one.
#[derive(Debug, Serialize, Deserialize)]
pub(super) struct State {
    /// Digest of the settings that the rest was found under.
    pub(super) settings: u64,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    etag: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    modified: Option<String>,
    /// The latest time that an entry of the last run bore.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) newest: Option<i64>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) run: Option<Run>,
}

/// A run between two of its pages.
#[derive(Debug, Serialize, Deserialize)]
pub(super) struct Run {
    /// The address of the page to come.
    next: String,
    /// Digests of the addresses that were asked.
    visited: Vec<u64>,
    /// Nothing was rejected so far.
    pub(super) clean: bool,
    #[serde(default)]
    newest: Option<i64>,
}

impl State {
    pub(super) fn new(settings: u64) -> Self {
        Self { settings, etag: None, modified: None, newest: None, run: None }
    }

    pub(super) fn validators(&self) -> (Option<&str>, Option<&str>) {
        (self.etag.as_deref(), self.modified.as_deref())
    }

    /// Notes what the next run needs. Of a run that rejected an entry nothing is noted: an unchanged feed still has
    /// that entry, and what was broken may be mended without being newer.
    pub(super) fn finish(&mut self, run: &Run, etag: Option<&str>, modified: Option<&str>) {
        let keeps = run.clean && run.visited.len() == 1;
        let keep = |value: Option<&str>| value.filter(|value| keeps && value.len() <= 500).map(str::to_owned);
        self.etag = keep(etag);
        self.modified = keep(modified);
        self.newest = if run.clean { self.newest.max(run.newest) } else { None };
        self.run = None;
    }
}

impl Run {
    pub(super) fn new(address: &Url) -> Self {
        Self { next: address.to_string(), visited: vec![digest(address.as_str())], clean: true, newest: None }
    }

    pub(super) fn url(&self) -> Result<Url, Error> {
        Url::parse(&self.next).map_err(|_| Error::Cursor { reason: "it holds no address".to_owned() })
    }

    pub(super) fn read_page(&mut self, newest: Option<i64>, clean: bool) {
        self.newest = self.newest.max(newest);
        self.clean &= clean;
    }

    /// Moves on to the page that this one names. It must be new.
    pub(super) fn go_on(&mut self, base: &Url, next: &str) -> Result<(), Error> {
        let fault = |reason: String| Err(Error::Loop { url: crate::http::mask(base), reason });
        let Ok(next) = base.join(next) else {
            return fault("the address of the next page is not one".to_owned());
        };
        if next.as_str().len() > 4000 {
            return fault("the address of the next page is longer than 4000 characters".to_owned());
        }
        let seen = digest(next.as_str());
        if self.visited.contains(&seen) {
            return fault("the next page is one that was read before".to_owned());
        }
        if self.visited.len() >= MAX_PAGES as usize {
            return fault(format!("it has more than {MAX_PAGES} pages"));
        }
        self.visited.push(seen);
        self.next = next.to_string();
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_run_goes_forward_only() {
        let address = Url::parse("https://a.example/feed.json").unwrap();
        let mut run = Run::new(&address);
        run.go_on(&address, "?page=2").unwrap();
        assert_eq!(run.url().unwrap().as_str(), "https://a.example/feed.json?page=2");
        for bad in ["?page=2", "", "https://a.example/feed.json", "http://["] {
            assert!(matches!(run.go_on(&address, bad), Err(Error::Loop { .. })), "{bad}");
        }
        run.go_on(&address, "?page=3").unwrap();
    }

    #[test]
    fn a_run_that_rejected_something_leaves_no_mark() {
        let address = Url::parse("https://a.example/feed.json").unwrap();
        let mut state = State::new(1);
        let mut run = Run::new(&address);
        run.read_page(Some(7), true);
        state.finish(&run, Some("\"x\""), None);
        assert_eq!((state.validators(), state.newest), ((Some("\"x\""), None), Some(7)));
        run.read_page(Some(9), false);
        state.finish(&run, Some("\"y\""), Some("z"));
        assert_eq!((state.validators(), state.newest), ((None, None), None));
    }

    #[test]
    fn validators_are_kept_of_single_pages() {
        let address = Url::parse("https://a.example/feed.json").unwrap();
        let mut state = State::new(1);
        let mut run = Run::new(&address);
        state.finish(&run, Some("\"x\""), None);
        assert_eq!(state.validators(), (Some("\"x\""), None));
        run.go_on(&address, "?page=2").unwrap();
        state.finish(&run, Some("\"x\""), Some("y"));
        assert_eq!(state.validators(), (None, None));
    }
}
