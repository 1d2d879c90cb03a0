//! What a fault is, or comes to, at one system alone.

use super::faults::{Ends, Row};
use sandbox::{Fault, Rule};

/// A cell that is not as its row is elsewhere.
pub struct Otherwise {
    kind: &'static str,
    row: Row,
    /// None leaves the row's own rule.
    pub rule: Option<fn() -> Rule>,
    pub ends: Ends,
}

/// What is otherwise about a cell, if anything is.
pub fn of(kind: &str, row: Row) -> Option<&'static Otherwise> {
    OTHERWISE.iter().find(|each| each.kind == kind && each.row == row)
}

/// The part of an id that is the same in every sandbox: a list of feeds puts a digest of the feed's address before it, whose
/// port is another each time.
pub fn id<'a>(kind: &str, id: &'a str) -> &'a str {
    id.split_once('/').filter(|_| kind == "opml").map_or(id, |(_, id)| id)
}

const OTHERWISE: &[Otherwise] = &[
    // A list of feeds has no items; its feeds have.
    Otherwise {
        kind: "opml",
        row: Row::NoId,
        rule: Some(|| Fault::ItemWithoutId.always().on("books.json").from_page(2).times(1)),
        ends: Ends::Aside("It has no id"),
    },
    Otherwise {
        kind: "opml",
        row: Row::Doubled,
        rule: Some(|| Fault::DuplicateIds.always().on("books.json").from_page(2).times(1)),
        ends: Ends::Aside("the same id as an earlier item"),
    },
    // One feed that never ends does not stop the others.
    Otherwise {
        kind: "opml",
        row: Row::Backwards,
        rule: Some(|| Fault::CursorBackwards.always().on("books.json").from_page(3)),
        ends: Ends::Partly("the next page is one that was read before"),
    },
    Otherwise { kind: "youtube", row: Row::NoId, rule: None, ends: Ends::Aside("It names no video") },
    Otherwise { kind: "github", row: Row::NoId, rule: None, ends: Ends::Aside("A file without a path") },
    Otherwise { kind: "gitlab", row: Row::NoId, rule: None, ends: Ends::Aside("A file without a path") },
    // No document that somebody wrote is so large.
    Otherwise { kind: "github", row: Row::Huge, rule: None, ends: Ends::Aside("larger than a megabyte") },
    Otherwise { kind: "gitlab", row: Row::Huge, rule: None, ends: Ends::Aside("larger than a megabyte") },
    // A folder comes whole; the list of repositories has pages.
    Otherwise {
        kind: "github",
        row: Row::Backwards,
        rule: Some(|| Fault::CursorBackwards.always().on("/repos?")),
        ends: Ends::Fails { pages: 0 },
    },
    Otherwise { kind: "json_api", row: Row::NoId, rule: None, ends: Ends::Aside("$.uid finds nothing") },
    Otherwise { kind: "table", row: Row::NoId, rule: None, ends: Ends::Aside("it has no id") },
    Otherwise { kind: "sitemap", row: Row::NoId, rule: None, ends: Ends::Aside("1 without a usable address") },
];
