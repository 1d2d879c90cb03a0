//! Web feeds against the sandbox's publisher and against servers that send what they should not.

mod common;

use std::time::Duration;

use axum::{Router, http::header, routing::get};
use common::{Run, Server, connector, http, run};
use connect::{Error, Found, Kind, Level, Next, Stage};
use sandbox::{Fault, Feed, LibraryItem, Options, RetryAfter, Running, Sandbox};

async fn sandbox() -> Running {
    Sandbox::start(Options::default()).await.unwrap()
}

async fn read(sandbox: &Running, path: &str, more: &[(&str, &str)]) -> Result<Run, Error> {
    let address = sandbox.urls().feeds.join(path).unwrap();
    let mut settings = vec![("address", address.as_str())];
    settings.extend(more);
    run(&*connector("feeds", &settings), &http(&[&address]), None).await
}

#[tokio::test]
async fn every_feed_of_the_library_arrives_whole() {
    let sandbox = sandbox().await;
    for feed in Feed::ALL {
        let listed = sandbox.world().feeds().items(feed);
        let got = read(&sandbox, feed.path(), &[]).await.unwrap();
        assert_eq!((got.items.len(), got.rejected.len()), (listed.len(), 0), "{feed:?}: {:?}", got.rejected);
        assert!(!got.complete, "a feed does not claim to list everything");
        for (item, resource) in listed.iter().zip(got.resources()) {
            let url = url::Url::parse(&item.url).unwrap();
            assert_eq!((resource.title.as_str(), resource.url.as_str()), (item.title.as_str(), url.as_str()));
            assert!(!resource.summary.is_empty() || item.summary.is_empty());
            assert_eq!(resource.topics.len(), item.topics.len(), "{:?} {:?}", resource.topics, item.topics);
        }
        for (item, resource) in listed.iter().zip(got.resources()) {
            let kind = match (feed, item.kind.as_str()) {
                // Atom has no word for it: the operator's setting does.
                (Feed::Tutorials, _) => Kind::Article,
                (Feed::Videos, _) => Kind::Video,
                (_, "tutorial") => Kind::Lab,
                (Feed::Podcasts, _) => continue,
                (_, word) => Kind::parse(word).unwrap(),
            };
            assert_eq!(resource.kind, kind, "{item:?}");
        }
    }
    let labs = read(&sandbox, Feed::Tutorials.path(), &[("kind", "lab")]).await.unwrap();
    assert!(labs.resources().iter().all(|resource| resource.kind == Kind::Lab));
    let books = read(&sandbox, Feed::Books.path(), &[]).await.unwrap();
    assert!(books.resources().iter().any(|resource| resource.level == Some(Level::Beginner)));
    assert!(books.resources().iter().any(|resource| resource.minutes.is_some()));
}

#[tokio::test]
async fn an_unchanged_feed_is_not_read_again() {
    let sandbox = sandbox().await;
    let address = sandbox.urls().feeds.join("books.json").unwrap();
    let (http, feed) = (http(&[&address]), connector("feeds", &[("address", address.as_str()), ("complete", "true")]));
    let first = run(&*feed, &http, None).await.unwrap();
    assert!(first.complete);
    let second = run(&*feed, &http, first.cursor.as_ref()).await.unwrap();
    assert!(second.items.is_empty() && second.unchanged);
    assert!(!second.complete, "a run that saw nothing must not say that everything is gone");
    assert_eq!(sandbox.requests().feeds.all().last().map(|asked| asked.status), Some(304));

    let item = LibraryItem {
        id: "new".into(),
        title: "New".into(),
        url: "https://a.example/new".into(),
        ..Default::default()
    };
    sandbox.world().feeds().add(Feed::Books, LibraryItem { kind: "book".into(), ..item }).unwrap();
    let third = run(&*feed, &http, second.cursor.as_ref()).await.unwrap();
    assert!(third.complete && third.ids().contains(&"new"));

    // Other settings read the same feed differently, so what was kept is of no use to them.
    let other = connector("feeds", &[("address", address.as_str()), ("kind", "lab")]);
    assert_eq!(run(&*other, &http, third.cursor.as_ref()).await.unwrap().items.len(), third.items.len());
}

#[tokio::test]
async fn pages_are_followed_and_resumed() {
    let sandbox = sandbox().await;
    let address = sandbox.urls().feeds.join("big.json?n=950&limit=100").unwrap();
    let (http, feed) = (http(&[&address]), connector("feeds", &[("address", address.as_str())]));
    let all = run(&*feed, &http, None).await.unwrap();
    assert_eq!((all.items.len(), all.pages), (950, 10));
    let Next::More(cursor) = feed.page(&http, None).await.unwrap().next else { panic!("there are more pages") };
    // After a crash another process goes on from the cursor.
    let again = connector("feeds", &[("address", address.as_str())]);
    assert_eq!(run(&*again, &http, Some(&cursor)).await.unwrap().items.len(), 850);
    // It begins with its oldest entries: what is new would stand on the last page, so that each run reads them all.
    let next = run(&*feed, &http, all.cursor.as_ref()).await.unwrap();
    assert_eq!((next.pages, next.complete), (10, false));
    let whole = connector("feeds", &[("address", address.as_str()), ("complete", "true")]);
    let next = run(&*whole, &http, all.cursor.as_ref()).await.unwrap();
    assert_eq!((next.items.len(), next.complete), (950, true));
}

#[tokio::test]
async fn a_clock_that_was_ahead_costs_nothing_once_it_is_right() {
    let sandbox = Sandbox::start(Options { page_items: Some(5), ..Options::default() }).await.unwrap();
    let address = sandbox.urls().feeds.join("books.json").unwrap();
    let (http, feed) = (http(&[&address]), connector("feeds", &[("address", address.as_str())]));
    let new = |id: &str| LibraryItem {
        id: id.into(),
        title: id.into(),
        url: format!("https://a.example/{id}"),
        ..LibraryItem::default()
    };
    sandbox.world().feeds().add(Feed::Books, new("before")).unwrap();
    sandbox.faults().feeds.add(Fault::ClockSkew { ms: 86_400_000 }.always());
    let first = run(&*feed, &http, None).await.unwrap();
    assert!(first.ids().contains(&"before") && first.pages > 2);
    sandbox.clear_faults();
    let added: Vec<String> = (0..12).map(|n| format!("after-{n}")).collect();
    for id in &added {
        sandbox.world().feeds().add(Feed::Books, new(id)).unwrap();
    }
    // Each of these is older than what the last run saw, by its own account.
    let second = run(&*feed, &http, first.cursor.as_ref()).await.unwrap();
    let missing: Vec<_> = added.iter().filter(|id| !second.ids().contains(&id.as_str())).collect();
    assert!(missing.is_empty(), "{missing:?}");
    let third = run(&*feed, &http, second.cursor.as_ref()).await.unwrap();
    assert_eq!(third.pages, 1, "and then it is as before");
}

#[tokio::test]
async fn a_feed_that_leads_back_ends_the_run() {
    let sandbox = sandbox().await;
    sandbox.faults().feeds.add(Fault::CursorBackwards.always().from_page(4));
    let error = read(&sandbox, "big.json?n=1000&limit=100", &[]).await.unwrap_err();
    assert!(matches!(error, Error::Loop { .. }), "{error}");
    assert!(sandbox.requests().feeds.count() < 10);
}

#[tokio::test]
async fn a_broken_item_is_set_aside() {
    for (fault, word) in [(Fault::ItemWithoutId, "no id"), (Fault::DuplicateIds, "same id")] {
        let sandbox = sandbox().await;
        let whole = read(&sandbox, "books.json", &[("complete", "true")]).await.unwrap().items.len();
        sandbox.faults().feeds.add(fault.always());
        let got = read(&sandbox, "books.json", &[("complete", "true")]).await.unwrap();
        assert_eq!((got.items.len(), got.rejected.len()), (whole - 1, 1));
        assert!(got.rejected[0].reason.contains(word) && !got.rejected[0].excerpt.is_empty(), "{:?}", got.rejected);
        assert!(!got.complete, "the item that could not be read may be one that is known");
    }
}

#[tokio::test]
async fn texts_come_clean() {
    let sandbox = sandbox().await;
    sandbox.faults().feeds.add(Fault::ScriptInContent.always());
    sandbox.faults().feeds.add(Fault::HugeItem { bytes: 2_000_000 }.always());
    for feed in Feed::ALL {
        let got = read(&sandbox, feed.path(), &[]).await.unwrap();
        assert!(!got.items.is_empty());
        for resource in got.resources() {
            let text = format!("{} {}", resource.title, resource.summary).to_lowercase();
            assert!(!text.contains("<script") && !text.contains("onerror") && !text.contains("javascript:"), "{text}");
            assert!(resource.summary.chars().count() <= 4000);
        }
    }
}

#[tokio::test]
async fn each_fault_has_its_name() {
    let sandbox = sandbox().await;
    let fails = async |fault: Fault| {
        sandbox.clear_faults();
        sandbox.faults().feeds.add(fault.always());
        read(&sandbox, "videos.xml", &[]).await.unwrap_err()
    };
    let error = fails(Fault::HtmlInstead).await;
    assert!(matches!(&error, Error::Format { found, .. } if found.contains("HTML")), "{error}");
    assert!(matches!(fails(Fault::EndlessBody).await, Error::TooLarge { .. }));
    assert!(matches!(fails(Fault::CutBody { at_bytes: 100 }).await, Error::Cut { .. }));
    assert!(matches!(fails(Fault::Status { code: 500 }).await, Error::Status { status: 500, .. }));
    assert!(matches!(fails(Fault::Status { code: 401 }).await, Error::SignIn { .. }));
    let wait = Some(RetryAfter::Seconds(900));
    let error = fails(Fault::RateLimited { retry_after: wait }).await;
    assert_eq!(error.retry_after(), Some(Duration::from_secs(900)));
    let error = fails(Fault::RateLimited { retry_after: Some(RetryAfter::DateIn(900)) }).await;
    assert!(error.retry_after().is_some_and(|wait| (890..=910).contains(&wait.as_secs())), "{error}");
    sandbox.clear_faults();
    sandbox.faults().feeds.add(Fault::InvalidJson.always());
    let error = read(&sandbox, "books.json", &[]).await.unwrap_err();
    assert!(matches!(&error, Error::Format { found, .. } if found.contains("broken")), "{error}");
    // A fault that passes is waited out.
    sandbox.clear_faults();
    sandbox.faults().feeds.add(Fault::RateLimited { retry_after: Some(RetryAfter::Seconds(1)) }.times(1));
    sandbox.faults().feeds.add(Fault::Status { code: 503 }.times(1).from_page(2));
    assert!(read(&sandbox, "books.json", &[]).await.is_ok());
}

#[tokio::test]
async fn what_is_no_feed_is_refused_in_words() {
    let fifty_mb = || async {
        let item = "<item><title>x</title><link>https://a.example/</link></item>".repeat(900_000);
        format!("<rss version=\"2.0\"><channel>{item}</channel></rss>")
    };
    let router = Router::new()
        .route("/large", get(fifty_mb))
        .route("/empty", get(|| async { "" }))
        .route("/text", get(|| async { "hello" }))
        .route("/zip", get(|| async { b"PK\x03\x04\x00\x00\x00".to_vec() }))
        .route("/xml", get(|| async { "<?xml version=\"1.0\"?><catalog><book/></catalog>" }))
        .route("/open", get(|| async { "<rss version=\"2.0\"><channel><title>never closed" }))
        .route("/deep", get(|| async { "<rss version=\"2.0\">".to_owned() + &"<a>".repeat(1_000_000) }))
        .route("/bomb", get(|| async { BOMB }))
        .route("/json", get(|| async { "{\"items\": []}" }));
    let server = Server::start(router).await;
    for path in ["/large", "/empty", "/text", "/zip", "/xml", "/deep", "/json"] {
        let address = server.at(path);
        let feed = connector("feeds", &[("address", address.as_str())]);
        let error = run(&*feed, &http(&[&address]), None).await.unwrap_err();
        match path {
            "/large" => assert!(matches!(error, Error::TooLarge { .. }), "{path}: {error}"),
            _ => assert!(matches!(error, Error::Format { .. }), "{path}: {error}"),
        }
        let steps = feed.test(&http(&[&address])).await;
        assert!(steps.last().unwrap().outcome.is_err() && steps.len() == 4, "{path}: {steps:?}");
        assert!(matches!(steps[2].outcome, Ok(Found::NotNeeded(_))), "{path}: {steps:?}");
    }
    for path in ["/open", "/bomb"] {
        let address = server.at(path);
        let result = run(&*connector("feeds", &[("address", address.as_str())]), &http(&[&address]), None).await;
        let expanded = result.iter().flat_map(Run::resources).map(|resource| resource.summary.len()).max();
        assert!(expanded.unwrap_or(0) < 10_000, "{path}: {result:?}");
    }
}

/// Entities that would grow to a gigabyte.
const BOMB: &str = r#"<?xml version="1.0"?><!DOCTYPE rss [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;&a;&a;">
<!ENTITY c "&b;&b;&b;&b;&b;&b;&b;&b;&b;&b;"><!ENTITY x SYSTEM "file:///etc/passwd">]>
<rss version="2.0"><channel><item><title>t</title><link>https://a.example/</link><description>&c;&x;</description></item></channel></rss>"#;

#[tokio::test]
async fn encodings_are_read_right() {
    let body = |encoding: &str, text: &[u8]| {
        let mut body = format!("<?xml version=\"1.0\" encoding=\"{encoding}\"?><rss version=\"2.0\"><channel><item><link>https://a.example/</link><title>").into_bytes();
        body.extend_from_slice(text);
        body.extend_from_slice(b"</title></item></channel></rss>");
        body
    };
    let (latin, liar, header_only) =
        (body("iso-8859-1", b"Gr\xfc\xdfe"), body("utf-8", b"Gr\xfc\xdfe"), body("utf-8", b"\x82\xb1"));
    let typed = ([(header::CONTENT_TYPE, "text/xml; charset=shift_jis")], header_only);
    let router = Router::new()
        .route("/latin", get(|| async { latin }))
        .route("/liar", get(|| async { liar }))
        .route("/typed", get(|| async { typed }));
    let server = Server::start(router).await;
    for (path, title) in [("/latin", "Grüße"), ("/liar", "Grüße"), ("/typed", "こ")] {
        let address = server.at(path);
        let got = run(&*connector("feeds", &[("address", address.as_str())]), &http(&[&address]), None).await.unwrap();
        assert_eq!(got.titles(), [title], "{path}");
    }
}

#[tokio::test]
async fn a_login_goes_to_the_feed_only() {
    let asks = |headers: axum::http::HeaderMap| async move {
        match headers.get("authorization").and_then(|value| value.to_str().ok()) {
            Some("Basic bWlyYTpnZWhlaW0=") => Ok("{\"version\":\"https://jsonfeed.org/version/1.1\",\"items\":[]}"),
            _ => Err(axum::http::StatusCode::UNAUTHORIZED),
        }
    };
    let server = Server::start(Router::new().route("/", get(asks))).await;
    let settings = [("address", server.url.as_str()), ("user", "mira"), ("password", "geheim")];
    assert!(run(&*connector("feeds", &settings), &http(&[&server.url]), None).await.is_ok());
    let steps = connector("feeds", &settings[..1]).test(&http(&[&server.url])).await;
    assert!(matches!(steps.last().unwrap().outcome, Err(Error::SignIn { .. })) && steps.len() == 3, "{steps:?}");
}

#[tokio::test]
async fn a_test_says_of_each_step_what_is_true() {
    let page = || async { axum::response::Html("<!doctype html><html><title>Blog</title><p>Hello</p></html>") };
    let feed = || async { "{\"version\":\"https://jsonfeed.org/version/1.1\",\"items\":[]}" };
    let server = Server::start(Router::new().route("/page", get(page)).route("/feed", get(feed))).await;
    let nothing = "Nothing is at this address: the server answered 404.";
    let other = "This does not look like a web feed: RSS, Atom or JSON Feed was expected, and a page of HTML";
    for (kind, path, said, stage) in [
        ("feeds", "/page", other, Stage::Read),
        ("feeds", "/nowhere", nothing, Stage::Reach),
        ("discourse", "/page", nothing, Stage::Reach),
        ("discourse", "/nowhere", nothing, Stage::Reach),
    ] {
        let address = server.at(path);
        let steps = connector(kind, &[("address", address.as_str())]).test(&http(&[&address])).await;
        let last = steps.last().unwrap();
        let error = last.outcome.clone().unwrap_err();
        assert!(error.headline().starts_with(said), "{kind} {path}: {}", error.headline());
        assert_eq!(last.what, stage.what(), "{kind} {path}: nothing behind it is said to work");
        assert!(error.hint().contains("browser"), "{kind} {path}: {}", error.hint());
    }
    let test = async |path: &str, login: &[(&str, &str)]| {
        let address = server.at(path);
        let settings: Vec<_> = [("address", address.as_str())].into_iter().chain(login.iter().copied()).collect();
        let steps = connector("feeds", &settings).test(&http(&[&address])).await;
        steps[2].outcome.clone().unwrap()
    };
    let login = [("user", "mira"), ("password", "geheim")];
    assert!(matches!(test("/feed", &login).await, Found::Checked(_)));
    assert!(matches!(test("/page", &login).await, Found::NotChecked(_)), "a page tells nothing of the password");
    assert!(matches!(test("/feed", &[]).await, Found::NotNeeded(_)));
}

#[tokio::test]
async fn the_next_page_is_on_the_same_site() {
    let other = Server::start(Router::new().route("/", get(|| async { "" }))).await;
    let target = other.url.to_string();
    let document = move || async move {
        let item = r#"{"id":"1","url":"https://a.example/1","title":"T"}"#;
        format!(r#"{{"version":"https://jsonfeed.org/version/1.1","items":[{item}],"next_url":"{target}"}}"#)
    };
    let server = Server::start(Router::new().route("/", get(document))).await;
    let feed = connector("feeds", &[("address", server.url.as_str()), ("complete", "true")]);
    let got = run(&*feed, &http(&[&server.url, &other.url]), None).await.unwrap();
    assert_eq!((got.items.len(), got.rejected.len(), got.complete, other.hits()), (1, 1, false, 0));
}

#[tokio::test]
async fn a_cursor_of_something_else_is_refused() {
    let sandbox = sandbox().await;
    let address = sandbox.urls().feeds.join("books.json").unwrap();
    let feed = connector("feeds", &[("address", address.as_str())]);
    let cursor = connect::Cursor(serde_json::json!({"page": -1}));
    let error = feed.page(&http(&[&address]), Some(&cursor)).await.unwrap_err();
    assert!(matches!(error, Error::Cursor { .. }), "{error}");
}
