//! The faults: for each the sandbox's rule, and what a run has to make of it.

use super::entries::{Entry, Pages};
use super::otherwise;
use crate::base::{DAY, SECOND};
use sandbox::{Fault, RetryAfter, Rule};

/// What goes wrong.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Row {
    Expired,
    LimitedFor,
    Limited,
    Broken,
    Cut,
    Half,
    NoId,
    Doubled,
    Huge,
    Inside,
    Backwards,
    Ahead,
    Behind,
    Script,
}

/// What a run has to make of a fault. In each case nothing goes from the catalogue because of it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Ends {
    /// Everything is taken, as if nothing were wrong.
    Complete,
    /// Everything but one item is taken, and that one is in quarantine for a reason that contains this.
    Aside(&'static str),
    /// Not everything is taken, and what stands in the way is in quarantine, for a reason that contains this. The rest is.
    Partly(&'static str),
    /// What the first pages held is kept, and the run waits for its next try, at least so many milliseconds. If the fault
    /// has passed by then, the run goes on where it stood; if it lasts, the run fails.
    Waits { pages: i64, least: i64 },
    /// What the first pages held is kept, and the run fails at once: waiting would not help. Of a list that leads back,
    /// the page that does so may be kept too.
    Fails { pages: i64 },
}

/// As many bytes as an item may have that nobody meant.
const HUGE: usize = 5_000_000;

impl Row {
    /// Every one of them.
    pub const ALL: [Row; 14] = [
        Row::Expired,
        Row::LimitedFor,
        Row::Limited,
        Row::Broken,
        Row::Cut,
        Row::Half,
        Row::NoId,
        Row::Doubled,
        Row::Huge,
        Row::Inside,
        Row::Backwards,
        Row::Ahead,
        Row::Behind,
        Row::Script,
    ];

    /// As the table calls it.
    pub fn name(self) -> &'static str {
        match self {
            Row::Expired => "The token expires in mid-run",
            Row::LimitedFor => "429 with `Retry-After: 90`",
            Row::Limited => "429 without `Retry-After`",
            Row::Broken => "500 on page 7",
            Row::Cut => "An answer that is cut off",
            Row::Half => "JSON that ends in its middle",
            Row::NoId => "An item without an id",
            Row::Doubled => "Two items with one id",
            Row::Huge => "An item of 5 MB",
            Row::Inside => "A redirect to a private address",
            Row::Backwards => "A list that leads back",
            Row::Ahead => "A clock a day ahead",
            Row::Behind => "A clock a day behind",
            Row::Script => "Script and event handlers in texts",
        }
    }

    /// What the sandbox is told. The rule lasts until it is taken away.
    pub fn rule(self, entry: &Entry) -> Rule {
        let page = |fault: Fault, page: u32| {
            fault.always().on(entry.list).from_page(if entry.pages == Pages::One { 1 } else { page })
        };
        if let Some(rule) = otherwise::of(entry.kind, self).and_then(|otherwise| otherwise.rule) {
            return rule();
        }
        match self {
            Row::Expired => (entry.expired)(),
            Row::LimitedFor => page(Fault::RateLimited { retry_after: Some(RetryAfter::Seconds(90)) }, 4),
            Row::Limited => page(Fault::RateLimited { retry_after: None }, 4),
            Row::Broken => page(Fault::Status { code: 500 }, 7),
            Row::Cut => page(Fault::CutBody { at_bytes: 100 }, 4),
            Row::Half => page(Fault::InvalidJson, 4),
            Row::NoId => page(Fault::ItemWithoutId, 2).times(1),
            Row::Doubled => page(Fault::DuplicateIds, 2).times(1),
            Row::Huge => Fault::HugeItem { bytes: HUGE }.always().on(entry.texts).times(1),
            // A cloud's metadata service: what one would be after.
            Row::Inside => {
                page(Fault::RedirectTo { url: "http://169.254.169.254/latest/meta-data".parse().unwrap() }, 4)
            }
            Row::Backwards => page(Fault::CursorBackwards, 3),
            Row::Ahead => Fault::ClockSkew { ms: DAY }.always(),
            Row::Behind => Fault::ClockSkew { ms: -DAY }.always(),
            Row::Script => Fault::ScriptInContent.always(),
        }
    }

    /// What has to come of it.
    pub fn ends(self, entry: &Entry) -> Ends {
        if let Some(otherwise) = otherwise::of(entry.kind, self) {
            return otherwise.ends;
        }
        match self {
            Row::Expired => entry.expired_ends,
            Row::LimitedFor => Ends::Waits { pages: 3, least: 90 * SECOND },
            Row::Limited | Row::Cut => Ends::Waits { pages: 3, least: SECOND },
            Row::Broken => Ends::Waits { pages: 6, least: SECOND },
            Row::Half | Row::Inside => Ends::Fails { pages: 3 },
            Row::Backwards => Ends::Fails { pages: 2 },
            Row::NoId => Ends::Aside("It has no id"),
            Row::Doubled => Ends::Aside("the same id as an earlier item"),
            Row::Huge | Row::Ahead | Row::Behind | Row::Script => Ends::Complete,
        }
    }

    /// Whether a run that took in what `pages` pages hold has so many items.
    pub fn is_kept(self, entry: &Entry, pages: i64, kept: i64, all: i64) -> bool {
        match entry.pages {
            Pages::Of(items) => kept == pages * items || self == Row::Backwards && kept == (pages + 1) * items,
            Pages::Uneven => kept < all && (kept > 0 || pages == 0),
            Pages::One => kept == 0,
        }
    }

    /// Whether a run that fails of it fails by one request, which its record then has to show.
    pub fn fails_a_request(self) -> bool {
        self != Row::Backwards
    }
}
