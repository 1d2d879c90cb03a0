//! The connectors: for each how it is set up against the sandbox, and what stands for a fault there. A new connector adds
//! one entry.

use super::content;
use super::faults::{Ends, Row};
use sandbox::{
    Access, ApiKey, Canvas, CanvasContent, CanvasCourse, Content, Draft, Fault, LibraryItem, Login, Moodle, Options,
    Rule, Sheet, World,
};
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
pub const TO_COME: &[&str] = &[];

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
        add: content::add_book,
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
    Entry {
        kind: "opml",
        system: "feeds",
        options: |options| {
            options.page_items = Some(7);
            let Content { mut books, mut courses, mut videos, mut podcasts, mut tutorials, .. } =
                Content::embedded().unwrap();
            books.truncate(56);
            [&mut courses, &mut videos, &mut podcasts, &mut tutorials].into_iter().for_each(|list| list.truncate(1));
            options.content = Some(Content { books, courses, videos, podcasts, tutorials, ..Content::default() });
        },
        pages: Pages::One,
        settings: |url| vec![("address", url.join("list.opml").unwrap().into())],
        list: "list.opml",
        texts: "books.json",
        expired: || Fault::Status { code: 401 }.always(),
        expired_ends: Ends::Fails { pages: 0 },
        add: content::add_book,
        never: &[(Row::Expired, "nothing is signed in with")],
    },
    Entry {
        kind: "peertube",
        system: "peertube",
        options: |options| {
            options.page_items = Some(3);
            options.content = Some(Content { peertube: content::films(24), ..Content::default() });
        },
        pages: Pages::Of(3),
        settings: |url| vec![("address", url.to_string())],
        list: "start=",
        texts: "/api/v1/videos/",
        expired: || Fault::Status { code: 401 }.always(),
        expired_ends: Ends::Fails { pages: 0 },
        add: |world| content::add_film(world.peertube().films()),
        never: &[(Row::Expired, "no account is used")],
    },
    Entry {
        kind: "youtube",
        system: "youtube",
        options: |options| {
            options.page_items = Some(3);
            options.youtube_key = Some(SECRET.into());
            options.content = Some(Content { youtube: content::films(24), ..Content::default() });
        },
        pages: Pages::Of(3),
        settings: |url| {
            let api = url.join("youtube/v3/").unwrap();
            let address = "https://www.youtube.com/@halden".to_owned();
            vec![("address", address), ("api", api.into()), ("key", SECRET.into())]
        },
        list: "playlistItems",
        texts: "v3/videos",
        expired: || Fault::Status { code: 403 }.always().on("playlistItems").from_page(4),
        expired_ends: Ends::Fails { pages: 3 },
        add: |world| content::add_film(world.youtube().films()),
        never: &[],
    },
    Entry {
        kind: "github",
        system: "github",
        options: |options| {
            options.github_token = Some(SECRET.into());
            options.content = Some(Content { github: content::repositories(8), ..Content::default() });
        },
        // A page of the run is a repository, whose list is its folder.
        pages: Pages::Of(3),
        settings: |url| vec![("address", url.to_string()), ("owner", "halden".into()), ("token", SECRET.into())],
        list: "recursive=1",
        texts: "/git/blobs/",
        expired: || Fault::Status { code: 401 }.always().on("recursive=1").from_page(4),
        expired_ends: Ends::Fails { pages: 3 },
        add: |world| {
            let text = Some("# What was written last\n\nNobody has read it yet.");
            world.github().repositories().commit("halden/r0", "Say more", &[("docs/z.md", text)]).unwrap();
            "What was written last".to_owned()
        },
        never: &[],
    },
    Entry {
        kind: "gitlab",
        system: "gitlab",
        options: |options| {
            options.gitlab_token = Some(SECRET.into());
            options.content = Some(Content { gitlab: content::repositories(8), ..Content::default() });
        },
        // As with GitHub.
        pages: Pages::Of(3),
        settings: |url| vec![("address", url.to_string()), ("owner", "halden".into()), ("token", SECRET.into())],
        list: "recursive=true",
        texts: "/raw?",
        expired: || Fault::Status { code: 401 }.always().on("recursive=true").from_page(4),
        expired_ends: Ends::Fails { pages: 3 },
        add: |world| {
            let text = Some("# What was written last\n\nNobody has read it yet.");
            world.gitlab().repositories().commit("halden/r0", "Say more", &[("docs/z.md", text)]).unwrap();
            "What was written last".to_owned()
        },
        never: &[],
    },
    Entry {
        kind: "moodle",
        system: "moodle",
        options: |options| {
            options.content = Some(Content { moodle: content::moodle(), ..Content::default() });
        },
        // A page is a category.
        pages: Pages::Of(3),
        settings: |url| vec![("address", url.to_string()), ("token", Moodle::TOKEN.into())],
        list: "wsfunction=core_course_get_courses_by_field",
        texts: "wsfunction=core_course_get_courses_by_field",
        expired: || Fault::Status { code: 403 }.always().on("wsfunction=core_course_get_courses_by_field").from_page(4),
        expired_ends: Ends::Fails { pages: 3 },
        add: |world| {
            let title = "What is taught since yesterday".to_owned();
            world.moodle().add_course(1, &title, "Nobody has taken it yet.").unwrap();
            title
        },
        never: &[(Row::Backwards, "its lists have no pages: the categories are counted off")],
    },
    Entry {
        kind: "canvas",
        system: "canvas",
        options: |options| {
            options.page_items = Some(3);
            let courses = (1..=24).map(content::canvas_course).collect();
            options.content =
                Some(Content { canvas: CanvasContent { courses, ..CanvasContent::default() }, ..Content::default() });
        },
        pages: Pages::Of(3),
        settings: |url| vec![("address", url.to_string()), ("token", Canvas::TOKEN.into())],
        list: "accounts/self/courses",
        texts: "accounts/self/courses",
        expired: || Fault::Status { code: 401 }.always().on("accounts/self/courses").from_page(4),
        expired_ends: Ends::Fails { pages: 3 },
        add: |world| {
            let course = CanvasCourse { name: "What is taught since yesterday".into(), ..content::canvas_course(900) };
            let title = course.name.clone();
            world.canvas().put_course(course);
            title
        },
        never: &[],
    },
    Entry {
        kind: "wordpress",
        system: "wordpress",
        options: |options| {
            options.page_items = Some(3);
            options.wordpress_login = Some(Login { username: "reader".into(), password: SECRET.into() });
            options.content = Some(Content { blog: (0..24).map(content::blog_post).collect(), ..Content::default() });
        },
        pages: Pages::Of(3),
        settings: |url| {
            let reading = [("content", "posts"), ("user", "reader"), ("password", SECRET)];
            let address = ("address", url.to_string());
            [address].into_iter().chain(reading.map(|(name, value)| (name, value.to_owned()))).collect()
        },
        list: "wp/v2/posts?",
        texts: "wp/v2/posts?",
        expired: || Fault::Status { code: 401 }.always().on("wp/v2/posts?").from_page(4),
        expired_ends: Ends::Fails { pages: 3 },
        add: |world| {
            let title = "What was posted last";
            world.wordpress().publish(Draft { title, text: "Nobody has read it yet.", ..Draft::default() }).unwrap();
            title.to_owned()
        },
        never: &[],
    },
    Entry {
        kind: "json_api",
        system: "academy",
        options: |options| {
            options.academy_access = Some(Access::Bearer(SECRET.into()));
            options.content =
                Some(Content { trainings: (1..=24).map(content::training).collect(), ..Content::default() });
        },
        pages: Pages::Of(3),
        settings: |url| {
            let paths = [
                ("id", "$.uid"),
                ("title", "$.attributes.name"),
                ("url", "/trainings/{id}"),
                ("summary", "$.attributes.abstract"),
                ("changed", "$.updated_at"),
                ("complete", "true"),
                ("paging", "link"),
                ("limit_param", "per_page"),
                ("limit", "3"),
                ("token", SECRET),
            ];
            let address = ("address", url.join("v1/linked").unwrap().into());
            [address].into_iter().chain(paths.map(|(name, value)| (name, value.to_owned()))).collect()
        },
        list: "v1/linked",
        texts: "v1/linked",
        expired: || Fault::Status { code: 401 }.always().on("v1/linked").from_page(4),
        expired_ends: Ends::Fails { pages: 3 },
        add: |world| {
            let item = LibraryItem { title: "What is trained since yesterday".into(), ..content::training(25) };
            let title = item.title.clone();
            world.academy().add(item).unwrap();
            title
        },
        never: &[],
    },
    Entry {
        kind: "table",
        system: "files",
        options: |options| {
            let job_aids = Content::embedded().unwrap().job_aids;
            options.content = Some(Content { job_aids, ..Content::default() });
        },
        pages: Pages::One,
        settings: |url| {
            let address = url.join("job-aids.csv").unwrap();
            let login = [("user", "reader"), ("password", SECRET), ("id", "Number"), ("authors", "Owner")];
            let address = ("address", address.into());
            [address].into_iter().chain(login.map(|(name, value)| (name, value.to_owned()))).collect()
        },
        list: "job-aids.csv",
        texts: "job-aids.csv",
        expired: || Fault::Status { code: 401 }.always().on("job-aids.csv"),
        expired_ends: Ends::Fails { pages: 0 },
        add: |world| {
            let title = "What is of help since yesterday".to_owned();
            let (id, url) = ("the-latest".to_owned(), "/job-aids/the-latest".to_owned());
            let item =
                LibraryItem { id, url, title: title.clone(), kind: "checklist".into(), ..LibraryItem::default() };
            world.files().add(Sheet::JobAids, item).unwrap();
            title
        },
        never: &[(Row::Backwards, "it is one document")],
    },
    Entry {
        kind: "sitemap",
        system: "site",
        options: |options| {
            options.content = Some(Content { site: (0..24).map(content::guide).collect(), ..Content::default() });
        },
        pages: Pages::One,
        settings: |url| {
            let address = url.join("sitemap-guides.xml").unwrap();
            vec![("address", address.into()), ("include", "/guides/".into()), ("pause", "0".into())]
        },
        list: "sitemap-guides.xml",
        texts: "/guides/",
        expired: || Fault::Status { code: 401 }.always(),
        expired_ends: Ends::Fails { pages: 0 },
        add: |world| {
            // The first of the sitemap's half, so that it pushes none out.
            world.site().write("a-latest", "What was found out last", "Nobody has read it yet.");
            "What was found out last".to_owned()
        },
        never: &[
            (Row::Expired, "nothing is signed in with"),
            (Row::Backwards, "a sitemap is one document, and an index is followed once"),
        ],
    },
];
