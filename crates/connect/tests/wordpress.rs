//! WordPress against the sandbox's, and against sites that are set up in ways of their own.

mod common;

use axum::{
    Json, Router,
    http::{HeaderMap, StatusCode, Uri, header},
    response::{Html, IntoResponse},
    routing::get,
};
use common::{Server, connector, http, run};
use connect::{Connector, Error, Found, Http, Kind, Next, Policy};
use sandbox::{BlogPost, Clock, Content, Draft, Fault, Hand, Login, Options, RetryAfter, Running, Sandbox};
use serde_json::json;
use time::{Duration, macros::datetime};
use url::Url;

const PAGES: u64 = 3;

fn content(posts: u64) -> Content {
    let post = |n: u64| BlogPost {
        id: 10 + n,
        kind: "post".to_owned(),
        title: format!("Post {n:03}: R&D isn't \"magic\""),
        author: if n.is_multiple_of(2) { "Mira Sol" } else { "Jonas Brandt" }.to_owned(),
        categories: if n == 7 { vec![] } else { vec!["Engineering".to_owned(), format!("Part {}", n % 3)] },
        tags: vec!["Rust & C".to_owned()],
        excerpt: if n == 8 { "In *short*.".to_owned() } else { String::new() },
        text: format!("How to do thing number {n} with **care**. {}", "And so on. ".repeat(30)),
        published_days_ago: 300.0 - n as f64,
        changed_days_ago: 200.0 - n as f64,
    };
    let other = |id: u64, kind: &str| BlogPost {
        id: 1000 + id,
        kind: kind.to_owned(),
        title: format!("A {kind} {id}"),
        author: "Mira Sol".to_owned(),
        categories: if kind == "course" { vec!["Onboarding".to_owned()] } else { vec![] },
        text: "Words.".to_owned(),
        published_days_ago: 100.0,
        changed_days_ago: 90.0,
        ..BlogPost::default()
    };
    let mut blog: Vec<BlogPost> = (0..posts).map(post).collect();
    blog.extend((0..PAGES).map(|n| other(n, "page")));
    blog.extend((10..12).map(|n| other(n, "course")));
    Content { blog, ..Content::default() }
}

async fn start(posts: u64, options: Options) -> (Running, Url) {
    let running = Sandbox::start(Options { content: Some(content(posts)), ..options }).await.unwrap();
    let url = running.urls().wordpress.clone();
    (running, url)
}

/// One whose clock stands until it is moved.
async fn standing(posts: u64) -> (Running, Url, Hand) {
    let (clock, hand) = Clock::manual(datetime!(2026-03-04 10:30 UTC));
    let (running, url) = start(posts, Options { clock, ..Options::default() }).await;
    (running, url, hand)
}

fn site(url: &Url, more: &[(&str, &str)]) -> (Box<dyn Connector>, Http) {
    let mut settings = vec![("address", url.as_str())];
    settings.extend(more);
    (connector("wordpress", &settings), http(&[url]))
}

#[tokio::test]
async fn everything_arrives_with_what_belongs_to_it() {
    let (_sandbox, url) = start(120, Options::default()).await;
    let (site, http) = site(&url, &[("courses", "course")]);
    let all = run(&*site, &http, None).await.unwrap();
    assert_eq!((all.items.len(), all.rejected.len(), all.complete), (125, 0, true));
    assert_eq!(all.pages, 5, "three of posts, one of pages, one of courses");
    let mut ids = all.ids();
    ids.sort_unstable();
    ids.dedup();
    assert_eq!(ids.len(), 125, "each once");
    let find = |title: &str| all.resources().into_iter().find(|item| item.title.starts_with(title)).unwrap().clone();
    let post = find("Post 006");
    assert_eq!(post.title, "Post 006: R&D isn’t “magic“");
    assert!(post.summary.starts_with("How to do thing number 6 with care. And"), "{}", post.summary);
    assert!(post.summary.ends_with(" And so…"), "{}", post.summary);
    assert_eq!((post.authors.as_str(), post.kind, post.language.as_deref()), ("Mira Sol", Kind::Article, Some("en")));
    assert_eq!(post.topics, ["Engineering", "Part 0", "Rust & C"]);
    assert!(post.url.starts_with(url.as_str()) && post.published_at < post.changed_at);
    assert_eq!(find("Post 007").topics, ["Rust & C"], "what nobody put into a category is not about that");
    assert_eq!(find("Post 008").summary, "In short.");
    let course = find("A course 10");
    assert_eq!((course.kind, course.topics.as_slice()), (Kind::Course, &["Onboarding".to_owned()][..]));
    assert_eq!((find("A page").kind, find("A page").authors.as_str()), (Kind::Article, "Mira Sol"));
}

#[tokio::test]
async fn times_are_read_in_gmt() {
    let (sandbox, url, hand) = standing(0).await;
    hand.advance(Duration::minutes(7));
    let id = sandbox.world().wordpress().publish(Draft { title: "Now", text: "x", ..Draft::default() }).unwrap();
    let (site, http) = site(&url, &[("content", "posts")]);
    let all = run(&*site, &http, None).await.unwrap();
    let now = datetime!(2026-03-04 10:37 UTC).unix_timestamp() * 1000;
    assert_eq!(all.ids(), [id.to_string()]);
    assert_eq!((all.resources()[0].published_at, all.resources()[0].changed_at), (Some(now), Some(now)));
}

#[tokio::test]
async fn later_runs_read_what_was_changed_or_published() {
    let (sandbox, url, hand) = standing(120).await;
    let blog = sandbox.world().wordpress();
    let later = datetime!(2026-03-08 09:00 UTC);
    let scheduled = blog.schedule(Draft { title: "Scheduled", text: "x", ..Draft::default() }, later, later).unwrap();
    let (client, http) = site(&url, &[]);
    let first = run(&*client, &http, None).await.unwrap();
    assert_eq!(first.items.len(), 123, "what is scheduled is not out");

    hand.advance(Duration::hours(6));
    sandbox.requests().wordpress.clear();
    let quiet = run(&*client, &http, first.cursor.as_ref()).await.unwrap();
    assert_eq!((quiet.items.len(), quiet.gone.len(), quiet.complete), (0, 0, false));
    assert!(sandbox.requests().wordpress.containing("orderby=id").is_empty(), "only changes are asked for");
    assert!(sandbox.requests().wordpress.count() <= 7, "{:?}", sandbox.requests().wordpress.all());

    hand.advance(Duration::hours(6));
    blog.edit(15, "Post 005, anew", "Quite different.").unwrap();
    let new = blog.publish(Draft { title: "Newcomer", text: "Hello.", tags: &["Start"], ..Draft::default() }).unwrap();
    let page = blog.publish(Draft { kind: "page", title: "New page", text: "Hello.", ..Draft::default() }).unwrap();
    hand.advance(Duration::minutes(5));
    let second = run(&*client, &http, quiet.cursor.as_ref()).await.unwrap();
    assert_eq!(second.titles(), ["New page", "Newcomer", "Post 005, anew"], "each once");
    assert!(second.ids().contains(&new.to_string().as_str()) && second.ids().contains(&page.to_string().as_str()));

    // What was scheduled comes out days after its last change.
    hand.advance(datetime!(2026-03-07 00:00 UTC) - datetime!(2026-03-04 22:35 UTC));
    let third = run(&*client, &http, second.cursor.as_ref()).await.unwrap();
    assert!(!third.ids().contains(&scheduled.to_string().as_str()));
    hand.advance(datetime!(2026-03-08 20:00 UTC) - datetime!(2026-03-07 00:00 UTC));
    let fourth = run(&*client, &http, third.cursor.as_ref()).await.unwrap();
    assert_eq!(fourth.ids(), [scheduled.to_string()]);
}

#[tokio::test]
async fn a_post_that_is_published_late_is_not_missed() {
    let (sandbox, url, hand) = standing(3).await;
    let blog = sandbox.world().wordpress();
    // WordPress publishes what is due when somebody visits the site: here a day after the hour that it bears.
    let draft = Draft { title: "Late", text: "x", ..Draft::default() };
    let (bears, out) = (datetime!(2026-03-05 10:00 UTC), datetime!(2026-03-06 11:00 UTC));
    let id = blog.schedule(draft, bears, out).unwrap();
    let (client, http) = site(&url, &[]);
    hand.advance(Duration::hours(47));
    let before = run(&*client, &http, None).await.unwrap();
    assert_eq!(before.items.len(), 6);
    hand.advance(Duration::hours(3));
    let after = run(&*client, &http, before.cursor.as_ref()).await.unwrap();
    assert_eq!(after.ids(), [id.to_string()]);
}

#[tokio::test]
async fn full_runs_find_what_is_gone() {
    let (sandbox, url, hand) = standing(60).await;
    let blog = sandbox.world().wordpress();
    let (client, http) = site(&url, &[]);
    let first = run(&*client, &http, None).await.unwrap();
    blog.trash(20).unwrap();
    blog.delete(21).unwrap();
    hand.advance(Duration::days(6));
    let between = run(&*client, &http, first.cursor.as_ref()).await.unwrap();
    assert!(!between.complete && between.gone.is_empty());
    hand.advance(Duration::days(1));
    let full = run(&*client, &http, between.cursor.as_ref()).await.unwrap();
    assert_eq!((full.items.len(), full.complete), (61, true));
    assert!(!full.ids().contains(&"20") && !full.ids().contains(&"21"));
    // A change of the settings starts anew, and so does a clock that went back.
    let (courses, http) = site(&url, &[("courses", "course")]);
    assert_eq!(run(&*courses, &http, full.cursor.as_ref()).await.unwrap().items.len(), 63);
    hand.advance(-Duration::days(2));
    assert!(run(&*client, &http, full.cursor.as_ref()).await.unwrap().complete);
}

#[tokio::test]
async fn a_list_that_gets_shorter_under_way_claims_nothing() {
    let (sandbox, url) = start(120, Options::default()).await;
    let (client, http) = site(&url, &[]);
    let first = client.page(&http, None).await.unwrap();
    let Next::More(cursor) = first.next else { panic!("there are more") };
    sandbox.world().wordpress().delete(12).unwrap();
    let rest = run(&*client, &http, Some(&cursor)).await.unwrap();
    assert!(!rest.complete, "the post that moved to the page before was not seen");
    let again = run(&*client, &http, rest.cursor.as_ref()).await.unwrap();
    assert_eq!((again.items.len(), again.complete), (122, true), "the next run looks again");
    // The same where the last page is gone altogether.
    let first = client.page(&http, None).await.unwrap();
    let Next::More(cursor) = first.next else { panic!("there are more") };
    for id in 10..90 {
        sandbox.world().wordpress().trash(id).ok();
    }
    let rest = run(&*client, &http, Some(&cursor)).await.unwrap();
    assert!(!rest.complete && rest.items.len() == PAGES as usize);
}

#[tokio::test]
async fn a_run_goes_on_where_it_stopped() {
    let (sandbox, url) = start(120, Options::default()).await;
    sandbox.faults().wordpress.add(Fault::Status { code: 500 }.always().on("page=3"));
    let (client, http) = site(&url, &[]);
    let mut seen = Vec::new();
    let mut cursor = None;
    let error = loop {
        match client.page(&http, cursor.as_ref()).await {
            Ok(page) => {
                seen.extend(page.items.iter().map(|item| item.external_id().to_owned()));
                let Next::More(next) = page.next else { panic!("it cannot end") };
                cursor = Some(next);
            }
            Err(error) => break error,
        }
    };
    assert!(matches!(&error, Error::Status { status: 500, detail, .. } if detail.contains("critical")), "{error}");
    sandbox.clear_faults();
    let (again, http) = site(&url, &[]);
    let rest = run(&*again, &http, cursor.as_ref()).await.unwrap();
    seen.extend(rest.ids().into_iter().map(str::to_owned));
    let kept = seen.len();
    seen.sort_unstable();
    seen.dedup();
    assert_eq!((kept, seen.len(), rest.complete), (123, 123, true), "each once");
}

#[tokio::test]
async fn any_page_of_any_site_leads_to_its_api() {
    // Plain permalinks, where nothing is at /wp-json/.
    let (_plain, url) = start(60, Options { wordpress_plain: true, ..Options::default() }).await;
    let (client, http) = site(&url, &[]);
    let all = run(&*client, &http, None).await.unwrap();
    assert_eq!((all.items.len(), all.complete), (63, true));
    assert!(all.resources()[0].url.contains("?p="));
    let (_pretty, url) = start(3, Options::default()).await;
    for path in ["wp-json/", "wp-json/wp/v2/posts", "nothing/here/", "?p=12"] {
        let (client, http) = site(&url.join(path).unwrap(), &[]);
        assert_eq!(run(&*client, &http, None).await.unwrap().items.len(), 6, "{path}");
    }
}

/// A site whose pages say nothing, with its API at `path`.
async fn silent(
    path: &'static str,
    posts: impl Fn(&Uri) -> axum::response::Response + Clone + Send + Sync + 'static,
) -> Server {
    let at = move |route: &str| format!("{path}{route}");
    let router = Router::new()
        .route(&at("wp-json/"), get(|| async { Json(json!({"name": "Silent", "namespaces": ["wp/v2"]})) }))
        .route(&at("wp-json/wp/v2/types"), get(|| async { Json(json!({"post": {"rest_base": "posts"}})) }))
        .route(&at("wp-json/wp/v2/posts"), get(move |uri: Uri| async move { posts(&uri) }))
        .fallback(|| async { Html("<!doctype html><html lang=\"de-DE\"><title>Start</title>") });
    Server::start(router).await
}

fn post(id: u64) -> serde_json::Value {
    json!({"id": id, "link": format!("https://w.example/{id}"), "title": {"rendered": format!("Post {id}")},
           "modified_gmt": "2026-03-01T10:00:00", "date_gmt": "2026-03-01T10:00:00"})
}

#[tokio::test]
async fn a_site_whose_pages_say_nothing_is_found_by_guessing() {
    let server = silent("/blog/", |_| ([("x-wp-totalpages", "1")], Json(json!([post(1)]))).into_response()).await;
    for address in ["/blog/", "/blog"] {
        let (client, http) = site(&server.at(address), &[("content", "posts")]);
        let all = run(&*client, &http, None).await.unwrap();
        assert_eq!((all.items.len(), all.resources()[0].language.as_deref()), (1, Some("de-DE")), "{address}");
    }
    // Something else answers everything with a page.
    let (client, http) = site(&server.at("/other/"), &[]);
    let steps = client.test(&http).await;
    let error = steps.last().unwrap().outcome.clone().unwrap_err();
    assert!(matches!(&error, Error::Mistaken { found, .. } if found.contains("HTML")), "{error}");
    assert!(error.hint().contains("/wp-json/"), "{}", error.hint());
}

#[tokio::test]
async fn an_api_on_another_host_is_named_and_not_asked() {
    let other = Server::start(Router::new().fallback(|| async { Json(json!({"namespaces": ["wp/v2"]})) })).await;
    let link = format!("<{}>; rel=\"https://api.w.org/\"", other.at("/wp-json/"));
    let router = Router::new().fallback(move || {
        let link = link.clone();
        async move { ([(header::LINK, link)], Html("<html>")) }
    });
    let server = Server::start(router).await;
    let settings = [("address", server.url.as_str()), ("user", "reader"), ("password", "geheim und lang")];
    let client = connector("wordpress", &settings);
    let error = run(&*client, &http(&[&server.url, &other.url]), None).await.unwrap_err();
    assert!(matches!(&error, Error::Redirect { reason, .. } if reason.contains(other.url.as_str())), "{error}");
    assert_eq!(other.hits(), 0);
}

#[tokio::test]
async fn a_server_that_drops_the_query_is_noticed() {
    // As with `try_files … /index.php$args`: every page is the first one.
    let list = |_: &Uri| {
        ([("x-wp-totalpages", "4"), ("x-wp-total", "40")], Json((1..=10).map(post).collect::<Vec<_>>())).into_response()
    };
    let server = silent("/", list).await;
    let (client, http) = site(&server.url, &[("content", "posts")]);
    let error = run(&*client, &http, None).await.unwrap_err();
    assert!(matches!(&error, Error::Loop { reason, .. } if reason.contains("question mark")), "{error}");
}

#[tokio::test]
async fn a_proxy_may_drop_the_headers_that_count() {
    let list = |uri: &Uri| {
        let page = uri.query().unwrap().split('&').find_map(|pair| pair.strip_prefix("page=")).unwrap();
        match page {
            "1" => Json((1..=50).map(post).collect::<Vec<_>>()).into_response(),
            "2" => Json((51..=100).map(post).collect::<Vec<_>>()).into_response(),
            _ => {
                let error = json!({"code": "rest_post_invalid_page_number", "message": "x", "data": {"status": 400}});
                (StatusCode::BAD_REQUEST, Json(error)).into_response()
            }
        }
    };
    let server = silent("/", list).await;
    let (client, http) = site(&server.url, &[("content", "posts")]);
    let all = run(&*client, &http, None).await.unwrap();
    assert_eq!((all.items.len(), all.complete), (100, true));
}

#[tokio::test]
async fn an_application_password_opens_the_site() {
    for (closed, refusal) in [(true, "rest_not_logged_in"), (false, "incorrect_password")] {
        let login = Login { username: "reader".into(), password: "abcd EFGH geheim 1234".into() };
        let options = Options { wordpress_login: Some(login), wordpress_closed: closed, ..Options::default() };
        let (_sandbox, url) = start(5, options).await;
        let (stranger, client) = site(&url, &[]);
        match run(&*stranger, &client, None).await {
            Ok(all) => assert!(!closed && all.items.len() == 8),
            Err(error) => assert!(closed && matches!(error, Error::SignIn { .. }), "{error}"),
        }
        let (wrong, client) = site(&url, &[("user", "reader"), ("password", "falsch und lang")]);
        let steps = wrong.test(&client).await;
        let error = steps.last().unwrap().outcome.clone().unwrap_err();
        assert!(matches!(&error, Error::SignIn { reason, .. } if reason.contains(refusal)), "{error}");
        assert_eq!(steps.len(), 3);
        let told = format!("{steps:?} {:?}", client.outcomes());
        assert!(!told.contains("falsch") && !told.contains("Basic"), "{told}");
        let (right, client) = site(&url, &[("user", "reader"), ("password", "abcd EFGH geheim 1234")]);
        let steps = right.test(&client).await;
        assert!(steps.len() == 4 && steps.iter().all(|step| step.outcome.is_ok()), "{steps:?}");
        assert!(matches!(&steps[2].outcome, Ok(Found::Checked(said)) if said.contains("reader")), "{steps:?}");
        let all = run(&*right, &client, None).await.unwrap();
        let kept = serde_json::to_string(&all.cursor).unwrap();
        assert!(all.items.len() == 8 && !kept.contains("geheim") && !kept.contains("reader"), "{kept}");
    }
}

#[tokio::test]
async fn credentials_that_never_arrive_are_noticed() {
    // Nobody has an application password there, or the web server drops the header: WordPress answers as to a stranger.
    let (_sandbox, url) = start(5, Options::default()).await;
    let (client, http) = site(&url, &[("user", "reader"), ("password", "geheim und lang")]);
    let steps = client.test(&http).await;
    let error = steps.last().unwrap().outcome.clone().unwrap_err();
    assert!(matches!(&error, Error::SignIn { reason, .. } if reason.contains("Authorization")), "{error}");
    assert_eq!(steps.len(), 3);
    // A server that repeats what it was sent does not bring it into an error.
    let echo = Server::start(Router::new().fallback(|headers: HeaderMap| async move {
        let sent = headers.get(header::AUTHORIZATION).map(|value| value.to_str().unwrap().to_owned());
        (StatusCode::IM_A_TEAPOT, Json(json!({"code": "odd", "message": sent.unwrap_or_default()})))
    }))
    .await;
    let settings = [("address", echo.url.as_str()), ("user", "reader"), ("password", "geheim und lang")];
    let error = run(&*connector("wordpress", &settings), &common::http(&[&echo.url]), None).await.unwrap_err();
    // What `reader:geheim und lang` is in base64.
    assert!(
        !error.to_string().contains("cmVhZGVyOmdlaGVpbSB1bmQgbGFuZw==") && error.to_string().contains("***"),
        "{error}"
    );
}

#[tokio::test]
async fn each_fault_has_its_name() {
    let (sandbox, url) = start(120, Options::default()).await;
    let fails = async |fault: Fault, page: u32| {
        sandbox.clear_faults();
        sandbox.faults().wordpress.add(fault.always().on("posts").from_page(page));
        let (client, http) = site(&url, &[]);
        run(&*client, &http, None).await.unwrap_err()
    };
    let error = fails(Fault::HtmlInstead, 2).await;
    assert!(matches!(&error, Error::Format { found, .. } if found.contains("HTML")), "{error}");
    assert!(matches!(fails(Fault::InvalidJson, 2).await, Error::Format { .. }));
    assert!(matches!(fails(Fault::EndlessBody, 2).await, Error::TooLarge { .. }));
    assert!(matches!(fails(Fault::CutBody { at_bytes: 50 }, 2).await, Error::Cut { .. }));
    assert!(matches!(fails(Fault::CursorBackwards, 2).await, Error::Loop { .. }));
    assert!(matches!(fails(Fault::Status { code: 403 }, 1).await, Error::SignIn { .. }));
    assert!(matches!(fails(Fault::Status { code: 404 }, 1).await, Error::Status { status: 404, .. }));
    let wait = Some(RetryAfter::Seconds(900));
    assert_eq!(
        fails(Fault::RateLimited { retry_after: wait }, 2).await.retry_after().map(|wait| wait.as_secs()),
        Some(900)
    );
    for fault in [Fault::Status { code: 500 }, Fault::RateLimited { retry_after: Some(RetryAfter::Seconds(1)) }] {
        sandbox.clear_faults();
        sandbox.faults().wordpress.add(fault.times(1));
        let (client, http) = site(&url, &[]);
        assert_eq!(run(&*client, &http, None).await.unwrap().items.len(), 123);
    }
}

#[tokio::test]
async fn broken_posts_are_set_aside() {
    let strike = async |fault: Fault| {
        let (sandbox, url) = start(10, Options::default()).await;
        sandbox.faults().wordpress.add(fault.always().on("v2/posts"));
        let (client, http) = site(&url, &[("content", "posts")]);
        run(&*client, &http, None).await.unwrap()
    };
    for fault in [Fault::ItemWithoutId, Fault::DuplicateIds] {
        let all = strike(fault.clone()).await;
        assert_eq!((all.items.len(), all.rejected.len(), all.complete), (9, 1, false), "{fault:?}: {:?}", all.rejected);
    }
    for post in strike(Fault::ScriptInContent).await.resources() {
        assert!(!post.summary.contains("<script") && !post.summary.contains("onerror"), "{}", post.summary);
    }
    let huge = strike(Fault::HugeItem { bytes: 2_000_000 }).await;
    assert_eq!(huge.items.len(), 10);
    assert!(huge.resources().iter().all(|post| post.summary.chars().count() <= 4000));
}

#[tokio::test]
async fn what_a_site_hides_is_left_out_and_the_rest_read() {
    let (sandbox, url) = start(5, Options::default()).await;
    sandbox.world().wordpress().hide_authors();
    sandbox.world().wordpress().protect(13).unwrap();
    let (client, http) = site(&url, &[]);
    let all = run(&*client, &http, None).await.unwrap();
    assert_eq!((all.items.len(), all.rejected.len()), (8, 0));
    assert!(all.resources().iter().all(|post| post.authors.is_empty()));
    let protected = all.resources().into_iter().find(|post| post.external_id == "13").unwrap();
    assert_eq!((protected.summary.as_str(), protected.title.is_empty()), ("", false));
}

#[tokio::test]
async fn a_type_that_the_site_does_not_show_is_named_with_those_that_it_shows() {
    let (_sandbox, url) = start(1, Options::default()).await;
    let (client, http) = site(&url, &[("courses", "sfwd-courses")]);
    let steps = client.test(&http).await;
    let error = steps.last().unwrap().outcome.clone().unwrap_err();
    assert!(
        matches!(&error, Error::Api { code, detail, .. } if code == "rest_type_invalid" && detail.contains("course")),
        "{error}"
    );
    assert!(error.to_string().contains("sfwd-courses"), "{error}");
}

#[tokio::test]
async fn a_site_under_maintenance_is_given_time() {
    let router = Router::new().fallback(|| async {
        (StatusCode::SERVICE_UNAVAILABLE, [("retry-after", "600")], Html("<html><title>Maintenance</title>"))
    });
    let server = Server::start(router).await;
    let (client, _) = site(&server.url, &[]);
    let policy = Policy { max_wait: std::time::Duration::from_secs(2), ..common::policy(&[&server.url]) };
    let error = run(&*client, &Http::new(policy), None).await.unwrap_err();
    assert_eq!(error.retry_after().map(|wait| wait.as_secs()), Some(600), "{error}");
}
