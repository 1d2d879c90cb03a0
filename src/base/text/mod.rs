//! Interface texts come from a message table, one a language. A text with parts is a method, so that a translation can
//! order and inflect them.

mod en;
mod en_catalog;
mod en_directory;
mod en_identity;
mod en_insights;
mod en_links;
mod en_notify;
mod en_people;
mod en_playlists;
mod en_privacy;
mod en_recommend;
mod en_records;
mod en_sources;
mod en_ui;
mod en_works;

pub use en::{EN, Errors, Frame, WhenTexts};
pub use en_catalog::CatalogTexts;
pub use en_directory::DirectoryTexts;
pub use en_identity::{IdentityTexts, Said};
pub use en_insights::InsightTexts;
pub use en_links::LinksTexts;
pub use en_notify::NotifyTexts;
pub use en_people::PeopleTexts;
pub use en_playlists::PlaylistTexts;
pub use en_privacy::PrivacyTexts;
pub use en_recommend::RecommendTexts;
pub use en_records::RecordsTexts;
pub use en_sources::SourceTexts;
pub use en_ui::UiTexts;
pub use en_works::WorksTexts;

/// Every text of the interface, by room.
pub struct Texts {
    /// What can go wrong.
    pub errors: Errors,
    /// Points in time.
    pub when: WhenTexts,
    /// The frame around every page.
    pub frame: Frame,
    /// What design parts say by themselves.
    pub ui: UiTexts,
    /// Signing in and out.
    pub identity: IdentityTexts,
    /// Notices, and mail.
    pub notify: NotifyTexts,
    /// People, groups, the file of people.
    pub directory: DirectoryTexts,
    /// Playlists.
    pub playlists: PlaylistTexts,
    /// The manager's pages.
    pub insights: InsightTexts,
    /// What is recorded about a person.
    pub privacy: PrivacyTexts,
    /// The catalogue, search, the resource page.
    pub catalog: CatalogTexts,
    /// What one did.
    pub records: RecordsTexts,
    /// The personal feed.
    pub recommend: RecommendTexts,
    /// The operator's pages about sources.
    pub sources: SourceTexts,
    /// The people of learning systems.
    pub people: PeopleTexts,
    /// Works and editions.
    pub works: WorksTexts,
    /// Whether links work.
    pub links: LinksTexts,
}

/// The texts in the reader's language. English is the only one so far.
pub fn t() -> &'static Texts {
    &EN
}

/// The table of each language, by its subtag.
static TABLES: [(&str, &Texts); 1] = [("en", &EN)];

/// The texts in the language of `locale` (BCP 47) and that language's subtag, for what is written where nobody looks at a
/// page: mail. A language without a table gets English.
pub fn in_language(locale: &str) -> (&'static str, &'static Texts) {
    let language = locale.split(['-', '_']).next().unwrap_or_default();
    TABLES.into_iter().find(|(name, _)| name.eq_ignore_ascii_case(language)).unwrap_or(TABLES[0])
}

/// "1 item", "2 items".
pub fn count(n: i64, one: &str, many: &str) -> String {
    format!("{n} {}", if n == 1 { one } else { many })
}
