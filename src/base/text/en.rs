//! English.

use super::en_catalog::CATALOG;
use super::en_directory::DIRECTORY;
use super::en_identity::IDENTITY;
use super::en_insights::INSIGHTS;
use super::en_links::LINKS;
use super::en_notify::NOTIFY;
use super::en_people::PEOPLE;
use super::en_playlists::PLAYLISTS;
use super::en_privacy::PRIVACY;
use super::en_recommend::RECOMMEND;
use super::en_records::RECORDS;
use super::en_sources::SOURCES;
use super::en_ui::UI;
use super::en_works::WORKS;
use super::{Texts, count};

/// The English table.
#[rustfmt::skip] // a line a room, so that rooms can be added side by side
pub static EN: Texts = Texts {
    errors: ERRORS,
    when: WHEN,
    frame: FRAME,
    ui: UI,
    catalog: CATALOG,
    directory: DIRECTORY,
    identity: IDENTITY,
    insights: INSIGHTS,
    notify: NOTIFY,
    playlists: PLAYLISTS,
    privacy: PRIVACY,
    records: RECORDS,
    recommend: RECOMMEND,
    sources: SOURCES,
    people: PEOPLE,
    works: WORKS,
    links: LINKS,
};

/// What can go wrong.
pub struct Errors {
    /// 401.
    pub sign_in: &'static str,
    /// 404.
    pub not_found: &'static str,
    /// 403.
    pub forbidden: &'static str,
    /// 500; the reference follows.
    pub internal: &'static str,
    /// A field that was not sent.
    pub missing: &'static str,
    /// The browser could not reach the portal.
    pub offline: &'static str,
    /// The database does not answer.
    pub database: &'static str,
    /// The document is of another version than the program that reads it.
    pub outdated: &'static str,
    /// Title of the problem page: anything else.
    pub title: &'static str,
    /// Title of the problem page: 404.
    pub not_found_title: &'static str,
    /// Title of the problem page: 403.
    pub forbidden_title: &'static str,
    /// Title of the problem page: 401.
    pub sign_in_title: &'static str,
    /// The way on.
    pub to_home: &'static str,
    /// The way on for who is not signed in.
    pub to_sign_in: &'static str,
}

const ERRORS: Errors = Errors {
    sign_in: "Sign in to see this page.",
    not_found: "There is nothing here, or it is not shared with you.",
    forbidden: "You may not do this. If you need to, ask whoever runs your portal.",
    internal: "Something went wrong on our side. If it happens again, quote this reference:",
    missing: "is missing.",
    offline: "The portal could not be reached. Check your connection and try again.",
    database: "The portal is catching its breath. Try again in a minute; nothing was lost.",
    outdated: "Atrium was renewed while this page was open. Load it again.",
    title: "That did not work",
    not_found_title: "Not found",
    forbidden_title: "Not yours to open",
    sign_in_title: "Sign in first",
    to_home: "Go to your home page",
    to_sign_in: "Sign in",
};

/// Points in time.
pub struct WhenTexts {
    /// Less than a minute ago.
    pub now: &'static str,
    /// One day ago.
    pub yesterday: &'static str,
}

const WHEN: WhenTexts = WhenTexts { now: "just now", yesterday: "yesterday" };

impl WhenTexts {
    /// "5 minutes ago".
    pub fn minutes_ago(&self, n: i64) -> String {
        format!("{} ago", count(n, "minute", "minutes"))
    }

    /// "3 hours ago".
    pub fn hours_ago(&self, n: i64) -> String {
        format!("{} ago", count(n, "hour", "hours"))
    }

    /// "9 days ago".
    pub fn days_ago(&self, n: i64) -> String {
        format!("{} ago", count(n, "day", "days"))
    }
}

/// The frame around every page.
pub struct Frame {
    /// The product.
    pub brand: &'static str,
    /// First link on a page.
    pub skip: &'static str,
    /// Name of the main navigation.
    pub navigation: &'static str,
    /// The feed.
    pub home: &'static str,
    /// Everything, searchable.
    pub search: &'static str,
    /// What one saved.
    pub saved: &'static str,
    /// What one did.
    pub history: &'static str,
    /// Curated lists.
    pub playlists: &'static str,
    /// The manager's page.
    pub team: &'static str,
    /// The operator's page.
    pub sources: &'static str,
    /// What is held about one.
    pub privacy: &'static str,
    /// In the account menu.
    pub sign_out: &'static str,
    /// Button of the search box.
    pub search_button: &'static str,
    /// Placeholder of the search box.
    pub search_hint: &'static str,
    /// Name of the list below the search box.
    pub suggestions: &'static str,
    /// What it offers: pages, topics, playlists, resources, discussions, people, the search itself.
    pub offers: [&'static str; 7],
    /// Makes a playlist.
    pub new_playlist: &'static str,
    /// Adds a source.
    pub new_source: &'static str,
    /// Name of the account menu.
    pub account: &'static str,
    /// For who is not signed in.
    pub sign_in: &'static str,
    /// Heading of the choice between light and dark.
    pub theme: &'static str,
    /// Light or dark as the device says.
    pub theme_system: &'static str,
    /// Always light.
    pub theme_light: &'static str,
    /// Always dark.
    pub theme_dark: &'static str,
    /// Heading of the choice of how much fits on a screen.
    pub density: &'static str,
    /// Room to breathe.
    pub density_roomy: &'static str,
    /// More at once.
    pub density_compact: &'static str,
    /// The operators' page of design parts.
    pub design: &'static str,
}

const FRAME: Frame = Frame {
    brand: "Atrium",
    skip: "Skip to the content",
    navigation: "Main",
    home: "Home",
    search: "Search",
    saved: "Saved",
    history: "History",
    playlists: "Playlists",
    team: "Team",
    sources: "Sources",
    privacy: "What is recorded about me",
    sign_out: "Sign out",
    search_button: "Search",
    search_hint: "Search everything",
    suggestions: "Suggestions",
    offers: ["Go to", "Topics", "Playlists", "Library", "Conversations", "Your team", "Search"],
    new_playlist: "New playlist",
    new_source: "Add a source",
    account: "Your account",
    sign_in: "Sign in",
    theme: "Light or dark",
    theme_system: "Device",
    theme_light: "Light",
    theme_dark: "Dark",
    density: "Density",
    density_roomy: "Roomy",
    density_compact: "Compact",
    design: "Design",
};

impl Frame {
    /// The last offer of the search box.
    pub fn search_for(&self, text: &str) -> String {
        format!("Search for “{text}”")
    }
}
