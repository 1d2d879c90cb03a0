//! Notices lists that lead back to where they were, where only the other side understands how they go on.

use serde::{Deserialize, Serialize};
use url::Url;

use crate::{clean::digest, error::Error, http::mask};

/// Pages of one list: one with more of them does not end.
const MAX_PAGES: u64 = 100_000;
/// Bytes of what names a page: it stands in the cursor.
const MAX_NAME: usize = 2000;

/// The way through a list each of whose pages names the one that follows, in words that only the other side understands.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub(crate) struct Trail {
    /// What names the page to come; none is the first one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) at: Option<String>,
    pages: u64,
    watch: Watch,
}

impl Trail {
    /// Goes on to `next`, a page of the list at `list`.
    ///
    /// # Errors
    /// `Loop` where that page was read before, its name is too long to be kept, or there are too many.
    pub(crate) fn go_on(&mut self, list: &Url, next: String) -> Result<(), Error> {
        self.pages += 1;
        let reason = if self.watch.seen(digest(&next)) {
            "a page leads back to one that was read before".to_owned()
        } else if self.pages > MAX_PAGES {
            format!("it has more than {MAX_PAGES} pages")
        } else if next.len() > MAX_NAME {
            format!("the name of its next page is longer than {MAX_NAME} bytes")
        } else {
            self.at = Some(next);
            return Ok(());
        };
        Err(Error::Loop { url: mask(list), reason })
    }
}

/// Brent's cycle finding: remembers one place, at ever longer intervals.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub(crate) struct Watch {
    mark: u64,
    steps: u64,
    until: u64,
}

impl Watch {
    /// Whether this place was met before.
    pub(crate) fn seen(&mut self, place: u64) -> bool {
        if self.steps > 0 && place == self.mark {
            return true;
        }
        if self.steps >= self.until {
            self.mark = place;
            self.until = self.steps * 2 + 1;
        }
        self.steps += 1;
        false
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_trail_ends_where_it_turns() {
        let list = Url::parse("https://a.example/list").unwrap();
        let mut trail = Trail::default();
        for page in 0..50 {
            trail.go_on(&list, format!("page {page}")).unwrap();
        }
        assert_eq!(trail.at.as_deref(), Some("page 49"));
        assert!(matches!(trail.go_on(&list, "x".repeat(MAX_NAME + 1)), Err(Error::Loop { .. })));
        assert!((0..200).any(|page| trail.go_on(&list, format!("page {}", page % 7)).is_err()));
    }

    #[test]
    fn circles_are_noticed_and_long_ways_are_not() {
        let mut watch = Watch::default();
        assert!((0..10_000).all(|place| !watch.seen(place)));
        for length in [1, 2, 3, 7] {
            let mut watch = Watch::default();
            let steps = (0..1000_u64).position(|step| watch.seen(step % length));
            assert!(steps.is_some_and(|steps| steps < 40), "{length}");
        }
    }
}
