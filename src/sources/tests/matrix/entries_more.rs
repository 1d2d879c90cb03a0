//! More of the connectors; see `entries.rs`.

use super::entries::{Entry, Pages, SECRET};
use super::faults::Ends;
use sandbox::{
    ConfluencePage, ConfluenceSpace, Content, Fault, Film, FilmChannel, ForumCategory, ForumPost, ForumTopic,
    LinkedInAsset, Login, OpenEdx, OpenEdxCourse,
};

/// The same as `entries::ENTRIES`, and as much of the matrix.
pub const MORE: &[Entry] = &[
    Entry {
        kind: "confluence",
        system: "confluence",
        options: |options| {
            options.page_items = Some(3);
            options.confluence_login = Some(Login { username: "reader@example.org".into(), password: SECRET.into() });
            let page = |id: u32| ConfluencePage {
                id: u64::from(id),
                space: "ENG".into(),
                title: format!("How we do it, part {id}"),
                body: "<p>As we always did.</p>".into(),
                labels: vec!["howto".into()],
                author: "Mira Adler".into(),
                created_days_ago: f64::from(id) + 40.0,
                changed_days_ago: f64::from(id) + 2.0,
                ..ConfluencePage::default()
            };
            let mut content = Content::default();
            content.confluence.spaces =
                vec![ConfluenceSpace { id: 7, key: "ENG".into(), name: "Engineering".into(), personal: false }];
            content.confluence.pages = (1..=24).map(page).collect();
            options.content = Some(content);
        },
        pages: Pages::Of(3),
        settings: |url| {
            vec![
                ("address", url.to_string()),
                ("user", "reader@example.org".into()),
                ("token", SECRET.into()),
                ("content", "pages".into()),
            ]
        },
        list: "api/v2/pages?",
        texts: "api/v2/pages/",
        // Who it is, the spaces, the author; then four requests a page: the last of the third page is the first refused.
        expired: || Fault::Status { code: 401 }.always().from_page(15),
        expired_ends: Ends::Fails { pages: 2 },
        add: |world| {
            let title = "What was written last".to_owned();
            let page =
                ConfluencePage { id: 999, space: "ENG".into(), title: title.clone(), ..ConfluencePage::default() };
            world.confluence().add(page).unwrap();
            title
        },
        never: &[],
    },
    Entry {
        kind: "vimeo",
        system: "vimeo",
        options: |options| {
            options.page_items = Some(3);
            options.vimeo_token = Some(SECRET.into());
            let film = |n: u32| Film {
                id: format!("film-{n}"),
                title: format!("Film {n}"),
                text: "What it shows.".into(),
                channel: "halden".into(),
                days_ago: f64::from(50 - n),
                ..Film::default()
            };
            let mut content = Content::default();
            content.vimeo.channels = vec![FilmChannel { name: "halden".into(), ..FilmChannel::default() }];
            content.vimeo.films = (0..24).map(film).collect();
            options.content = Some(content);
        },
        pages: Pages::Of(3),
        settings: |url| {
            vec![("address", "https://vimeo.com/halden".into()), ("api", url.to_string()), ("token", SECRET.into())]
        },
        list: "halden/videos",
        texts: "halden/videos",
        expired: || Fault::Status { code: 401 }.always().from_page(4),
        expired_ends: Ends::Fails { pages: 3 },
        add: |world| {
            let title = "What was filmed last".to_owned();
            let film = Film { id: "last".into(), title: title.clone(), channel: "halden".into(), ..Film::default() };
            world.vimeo().films().add(film).unwrap();
            title
        },
        never: &[],
    },
    Entry {
        kind: "nodebb",
        system: "nodebb",
        options: |options| {
            options.page_items = Some(3);
            options.nodebb_token = Some(SECRET.into());
            let topic = |id: u32| ForumTopic {
                id: u64::from(id),
                title: format!("How does it work, number {id}"),
                category_id: 1,
                author: "Mira".into(),
                created_days_ago: f64::from(80 - id),
                last_activity_days_ago: f64::from(40 - id),
                posts: vec![ForumPost { author: "Mira".into(), text: "Who knows?".into() }],
                ..ForumTopic::default()
            };
            let mut content = Content::default();
            content.nodebb.categories = vec![ForumCategory {
                id: 1,
                name: "Firmware".into(),
                slug: "firmware".into(),
                ..ForumCategory::default()
            }];
            content.nodebb.topics = (1..=24).map(topic).collect();
            options.content = Some(content);
        },
        pages: Pages::Of(3),
        settings: |url| vec![("address", url.to_string()), ("token", SECRET.into())],
        list: "api/category/1?",
        texts: "api/topic/",
        // The configuration and the categories, then four requests a page: the second topic of the third page.
        expired: || Fault::Status { code: 401 }.always().from_page(13),
        expired_ends: Ends::Fails { pages: 2 },
        add: |world| {
            let title = "What was asked last".to_owned();
            world.nodebb().threads().add_topic("firmware", &title, "Who knows?", &["news"], "Mira").unwrap();
            title
        },
        never: &[],
    },
    Entry {
        kind: "openedx",
        system: "openedx",
        options: |options| {
            options.page_items = Some(3);
            options.openedx_client = Some(Login { username: "atrium-client".into(), password: SECRET.into() });
            let course = |n: u32| OpenEdxCourse {
                id: format!("course-v1:Halden+C{n}+2026"),
                name: format!("Course {n}"),
                short_description: "What you learn in it.".into(),
                effort: "2".into(),
                started_days_ago: Some(10.0),
                weeks: Some(10),
                ..OpenEdxCourse::default()
            };
            let mut content = Content::default();
            content.openedx.courses = (1..=24).map(course).collect();
            options.content = Some(content);
        },
        pages: Pages::Of(3),
        settings: |url| {
            vec![
                ("address", url.to_string()),
                ("client", "atrium-client".into()),
                ("secret", SECRET.into()),
                ("user", OpenEdx::USER.into()),
            ]
        },
        list: "courses/v1/courses",
        texts: "courses/v1/courses",
        expired: || Fault::TokensExpire.times(1).from_page(6),
        expired_ends: Ends::Complete,
        add: |world| {
            let title = "What was opened last".to_owned();
            let id = "course-v1:Halden+LAST+2026".into();
            world.openedx().put(OpenEdxCourse { id, name: title.clone(), ..OpenEdxCourse::default() });
            title
        },
        never: &[],
    },
    Entry {
        kind: "linkedin",
        system: "linkedin",
        options: |options| {
            options.page_items = Some(3);
            options.linkedin_client = Some(Login { username: "atrium-client".into(), password: SECRET.into() });
            let asset = |id: u64| LinkedInAsset {
                id,
                title: format!("Course {id}"),
                description: "What it is about.".into(),
                seconds: 3600,
                authors: vec!["Dana Ortiz".into()],
                days_ago: 30.0,
                ..LinkedInAsset::default()
            };
            let mut content = Content::default();
            content.linkedin.assets = (1..=24).map(asset).collect();
            options.content = Some(content);
        },
        pages: Pages::Of(3),
        settings: |url| {
            vec![
                ("address", "https://www.linkedin.com/learning/".into()),
                ("client", "atrium-client".into()),
                ("secret", SECRET.into()),
                ("api", url.join("v2/").unwrap().into()),
                ("tokens", url.join("oauth/v2/accessToken").unwrap().into()),
            ]
        },
        list: "q=localeAndType",
        texts: "q=localeAndType",
        expired: || Fault::TokensExpire.times(1).from_page(6),
        expired_ends: Ends::Complete,
        add: |world| {
            let title = "What was filmed last".to_owned();
            world.linkedin().add(LinkedInAsset { id: 999, title: title.clone(), ..LinkedInAsset::default() }).unwrap();
            title
        },
        never: &[],
    },
];
