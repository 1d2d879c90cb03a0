//! English: the catalogue, search, the resource page.

use super::count;

/// Texts of the catalogue.
pub struct CatalogTexts {
    /// Name of a link or button that opens a resource.
    pub open: &'static str,
    /// Kinds of resources, in the order of `Kind::ALL`.
    pub kinds: [&'static str; 10],
    /// Levels, lowest first.
    pub levels: [&'static str; 3],
    /// This node has no index.
    pub search_unavailable: &'static str,
}

/// In English.
pub const CATALOG: CatalogTexts = CatalogTexts {
    open: "Open",
    kinds: ["Course", "Video", "Article", "Podcast", "Book", "Lab", "Assessment", "Event", "Job aid", "Wiki page"],
    levels: ["Beginner", "Intermediate", "Advanced"],
    search_unavailable: "Search is not ready on this server. Try again in a minute; everything else works.",
};

impl CatalogTexts {
    /// "45 min", "2 h", "1 h 30 min".
    pub fn minutes(&self, minutes: i64) -> String {
        match (minutes / 60, minutes % 60) {
            (0, minutes) => format!("{minutes} min"),
            (hours, 0) => format!("{hours} h"),
            (hours, minutes) => format!("{hours} h {minutes} min"),
        }
    }

    /// "3 replies".
    pub fn replies(&self, n: i64) -> String {
        count(n, "reply", "replies")
    }

    /// "4 people".
    pub fn participants(&self, n: i64) -> String {
        count(n, "person", "people")
    }
}
