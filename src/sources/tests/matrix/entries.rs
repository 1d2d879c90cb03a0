//! The connectors: for each how it is set up against the sandbox, and what stands for a fault there. A new connector adds
//! one entry.

use super::faults::{Ends, Row};
use sandbox::{ApiKey, Content, Fault, Feed, LibraryItem, Login, Options, Rule, World};
use url::Url;

/// A connector in the matrix.
pub struct Entry {
    /// As in `connect::systems()`.
    pub kind: &'static str,
    /// The sandbox's system that it reads, as in `sandbox::NAMES`.
    pub system: &'static str,
    /// How the sandbox starts for it: asking for a sign-in where the system can, and with `page_items` so small that its
    /// list has eight pages or so. Few items make a quick test. What the other systems hold may be left out.
    pub options: fn(&mut Options),
    /// How its list comes.
    pub pages: Pages,
    /// Its settings for the system at this address, [`SECRET`] as its key or password.
    pub settings: fn(&Url) -> Vec<(&'static str, String)>,
    /// What a request for a page of its list contains, and no other request.
    pub list: &'static str,
    /// What a request contains that brings an item's text: one for a page of the list, or for a single item.
    pub texts: &'static str,
    /// What stands for a token that expires in mid-run: [`Fault::TokensExpire`] where the system gives out tokens or
    /// sessions, its refusal (401 or 403) from some request on where the key is the operator's.
    pub expired: fn() -> Rule,
    /// How a run ends to which that happens.
    pub expired_ends: Ends,
    /// Adds an item to what it reads, and answers the title.
    pub add: fn(&World) -> String,
    /// Faults that cannot happen to such a system, and why.
    pub never: &'static [(Row, &'static str)],
}

/// How a list comes. A fault on a later page strikes the first one where there is no other.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[allow(dead_code, reason = "each is for connectors of its kind")]
pub enum Pages {
    /// In pages that hold so many items each.
    Of(i64),
    /// In pages that hold now more, now fewer.
    Uneven,
    /// In one document.
    One,
}

/// What no record may hold.
pub const SECRET: &str = "s3cret-of-the-matrix";

/// Systems whose entries are still to be written. What they bear so far stands in `crates/connect/tests`. A new system
/// does not come here: it gets an entry.
pub const TO_COME: &[&str] = &[
    "opml",
    "peertube",
    "youtube",
    "github",
    "gitlab",
    "moodle",
    "canvas",
    "wordpress",
    "json_api",
    "table",
    "sitemap",
];

/// The entries. The test fails for a system without one.
pub const ENTRIES: &[Entry] = &[
    Entry {
        kind: "feeds",
        system: "feeds",
        options: |options| {
            options.page_items = Some(7);
            let books = Content::embedded().unwrap().books.into_iter().take(56).collect();
            options.content = Some(Content { books, ..Content::default() });
        },
        pages: Pages::Of(7),
        settings: |url| {
            let address = url.join("books.json").unwrap();
            vec![("address", address.into()), ("user", "reader".into()), ("password", SECRET.into())]
        },
        list: "books.json",
        texts: "books.json",
        expired: || Fault::Status { code: 401 }.always().from_page(4),
        expired_ends: Ends::Fails { pages: 3 },
        add: |world| {
            let title = "What the library got in last".to_owned();
            let (id, url) = ("the-latest".to_owned(), "https://library.example/the-latest".to_owned());
            let item = LibraryItem { id, url, title: title.clone(), kind: "book".into(), ..LibraryItem::default() };
            world.feeds().add(Feed::Books, item).unwrap();
            title
        },
        never: &[],
    },
    Entry {
        kind: "mediawiki",
        system: "wiki",
        options: |options| {
            options.page_items = Some(4);
            options.wiki_login = Some(Login { username: "Reader@atrium".into(), password: SECRET.into() });
            let wiki = Content::embedded().unwrap().wiki.into_iter().take(30).collect();
            options.content = Some(Content { wiki, ..Content::default() });
        },
        pages: Pages::Of(4),
        settings: |url| {
            let address = url.join("api.php").unwrap();
            vec![("address", address.into()), ("user", "Reader@atrium".into()), ("password", SECRET.into())]
        },
        list: "generator=allpages",
        texts: "generator=allpages",
        expired: || Fault::TokensExpire.times(1).from_page(6),
        expired_ends: Ends::Complete,
        add: |world| {
            let title = "What was written last".to_owned();
            world.wiki().add_page(&title, "Nobody has read it yet.", &["News"], "mira").unwrap();
            title
        },
        never: &[],
    },
    Entry {
        kind: "discourse",
        system: "forum",
        options: |options| {
            options.page_items = Some(3);
            options.forum_key = Some(ApiKey { key: SECRET.into(), username: "reader".into() });
            let mut forum = Content::embedded().unwrap().forum;
            forum.topics.truncate(24);
            options.content = Some(Content { forum, ..Content::default() });
        },
        pages: Pages::Of(3),
        settings: |url| vec![("address", url.to_string()), ("key", SECRET.into()), ("user", "reader".into())],
        list: "latest.json",
        texts: "/t/",
        // In the middle of the third page: its second topic is the first that is refused.
        expired: || Fault::Status { code: 403 }.always().from_page(13),
        expired_ends: Ends::Fails { pages: 2 },
        add: |world| {
            let title = "What was asked last".to_owned();
            world.forum().add_topic("firmware", &title, "Who knows?", &["news"], "Mira").unwrap();
            title
        },
        never: &[],
    },
];
