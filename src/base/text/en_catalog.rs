//! English: the catalogue, search, the resource page.

use super::count;

/// Texts of the catalogue.
pub struct CatalogTexts {
    /// Its source does not offer it any more.
    pub gone: &'static str,
    /// After a link that leads out, for screen readers.
    pub new_tab: &'static str,
    /// Kinds of resources, in the order of `Kind::ALL`.
    pub kinds: [&'static str; 10],
    /// Levels, lowest first.
    pub levels: [&'static str; 3],
    /// Lengths, in the order of `Length::ALL`.
    pub lengths: [&'static str; 5],
    /// Ages, in the order of `Age::ALL`.
    pub ages: [&'static str; 2],
    /// Orders, in the order of `Sort::ALL`.
    pub sorts: [&'static str; 3],
    /// Name of the choice of an order.
    pub sort: &'static str,
    /// Name of a row of filters.
    pub by_level: &'static str,
    /// Name of a row of filters.
    pub by_length: &'static str,
    /// Name of a row of filters.
    pub by_age: &'static str,
    /// This node has no index.
    pub search_unavailable: &'static str,
    /// The search page.
    pub search_title: &'static str,
    /// The index is being built.
    pub search_building: &'static str,
    /// Words that were not found as they were typed.
    pub search_guessed: &'static str,
    /// Nothing was found.
    pub search_nothing: &'static str,
    /// What would change it.
    pub search_nothing_text: &'static str,
    /// With filters: what would change it.
    pub search_nothing_filtered: &'static str,
    /// Takes filters away.
    pub search_clear: &'static str,
    /// Name of a row of filters.
    pub by_kind: &'static str,
    /// Name of a row of filters.
    pub by_topic: &'static str,
    /// Name of a row of filters.
    pub by_language: &'static str,
    /// Name of a row of filters.
    pub by_source: &'static str,
    /// Name of all filters.
    pub filters: &'static str,
    /// Folded-out filters.
    pub more_filters: &'static str,
    /// Heading of the hits, for screen readers.
    pub results: &'static str,
    /// Heading of discussions that a search found.
    pub discussions: &'static str,
    /// Heading of discussions that link to a resource.
    pub discussions_linked: &'static str,
    /// Heading of discussions that share topics with a resource.
    pub discussions_nearby: &'static str,
    /// Everything, newest first.
    pub everything: &'static str,
    /// Goes to the resource itself.
    pub open: &'static str,
    /// Goes where a gone resource was.
    pub open_anyway: &'static str,
    /// Title of the note on a page of something that is gone.
    pub gone_title: &'static str,
    /// What it means.
    pub gone_text: &'static str,
    /// Heading.
    pub about: &'static str,
    /// Heading of facts.
    pub facts: &'static str,
    /// Heading.
    pub topics: &'static str,
    /// Heading.
    pub in_playlists: &'static str,
    /// A fact.
    pub source: &'static str,
    /// A fact.
    pub authors: &'static str,
    /// A fact.
    pub length: &'static str,
    /// A fact.
    pub level: &'static str,
    /// A fact.
    pub language: &'static str,
    /// A fact.
    pub published: &'static str,
    /// A fact.
    pub changed: &'static str,
    /// A resource without a description.
    pub no_description: &'static str,
}

/// In English.
pub const CATALOG: CatalogTexts = CatalogTexts {
    gone: "No longer offered",
    new_tab: "(opens in a new tab)",
    kinds: ["Course", "Video", "Article", "Podcast", "Book", "Lab", "Assessment", "Event", "Job aid", "Wiki page"],
    levels: ["Beginner", "Intermediate", "Advanced"],
    lengths: ["Up to 10 min", "10–30 min", "30–60 min", "1–4 h", "More than 4 h"],
    ages: ["Last 30 days", "Last year"],
    sorts: ["Best match", "Newest", "Shortest"],
    sort: "Order",
    by_level: "Level",
    by_length: "Length",
    by_age: "Changed",
    search_unavailable: "Search is not ready on this server. Try again in a minute; everything else works.",
    search_title: "Search",
    search_building: "We are still reading the library. More may turn up in a minute.",
    search_guessed: "Hardly anything has all of these words as you typed them. What comes close is here, too.",
    search_nothing: "Nothing found",
    search_nothing_text: "Try fewer or other words, or follow a topic and let new things come to you.",
    search_nothing_filtered: "Nothing is left with these filters. Take some away, or try other words.",
    search_clear: "Clear filters",
    by_kind: "Kind",
    by_topic: "Topic",
    by_language: "Language",
    by_source: "Source",
    filters: "Narrow the results",
    more_filters: "More filters",
    results: "Results",
    discussions: "Conversations",
    discussions_linked: "Conversations that mention it",
    discussions_nearby: "Conversations on the same topics",
    everything: "Newest first",
    open: "Open",
    open_anyway: "Try the old address",
    gone_title: "This is no longer offered",
    gone_text: "Its source has taken it away. What you did with it stays in your history.",
    about: "About this",
    facts: "Facts",
    topics: "Topics",
    in_playlists: "In these playlists",
    source: "Source",
    authors: "By",
    length: "Takes",
    level: "Level",
    language: "Language",
    published: "Published",
    changed: "Last changed",
    no_description: "Its source gives no description.",
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

    /// Above the hits.
    pub fn found(&self, number: &str, one: bool, text: &str) -> String {
        let results = if one { "result" } else { "results" };
        if text.is_empty() { format!("{number} {results}") } else { format!("{number} {results} for “{text}”") }
    }

    /// "3 editions".
    pub fn editions_count(&self, n: i64) -> String {
        count(n, "edition", "editions")
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
