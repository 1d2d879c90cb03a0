//! Confluence against the sandbox's.

mod common;

use std::{collections::BTreeSet, time::Duration};

use axum::{Json, Router, http::HeaderMap, routing::get};
use common::{Run, Server, connector, http, run};
use connect::{Connector, Error, Http, Kind, Next, Policy, Resource, Settings};
use sandbox::{ConfluencePage, ConfluenceSpace, Content, Fault, Login, Options, RetryAfter, Running, Sandbox};
use serde_json::json;
use url::Url;

const USER: &str = "reader@example.org";
const TOKEN: &str = "ATATT3-geheimer-schluessel";

fn page(id: u64) -> ConfluencePage {
    let days = u32::try_from(id).map_or(0.0, f64::from);
    ConfluencePage {
        id,
        space: match id % 10 {
            3 => "HR".into(),
            7 => "~mira".into(),
            _ => "ENG".into(),
        },
        title: format!("Page {id:03}"),
        body: "<h2>Why</h2><p>See <ac:link><ri:page ri:content-title=\"Other\"/></ac:link>.</p>".into(),
        labels: vec!["rust".into(), "my:favourite".into(), format!("label-{}", id % 3)],
        author: if id.is_multiple_of(2) { "Mira Adler".into() } else { "Jonas Brandt".into() },
        created_days_ago: 400.0 - days,
        changed_days_ago: 2.0 + days,
        post: id.is_multiple_of(10),
        ..ConfluencePage::default()
    }
}

async fn start(count: u64) -> (Running, Url) {
    let space = |id, key: &str, name: &str| ConfluenceSpace {
        id,
        key: key.into(),
        name: name.into(),
        personal: key.starts_with('~'),
    };
    let mut content = Content::default();
    content.confluence.spaces =
        vec![space(11, "ENG", "Engineering"), space(12, "HR", "People"), space(13, "~mira", "Mira")];
    content.confluence.pages = (1..=count).map(page).collect();
    let login = Login { username: USER.into(), password: TOKEN.into() };
    let options = Options { content: Some(content), confluence_login: Some(login), ..Options::default() };
    let running = Sandbox::start(options).await.unwrap();
    let url = running.urls().confluence.clone();
    (running, url)
}

fn wiki(url: &Url, more: &[(&str, &str)]) -> (Box<dyn Connector>, Http) {
    let mut settings = vec![("address", url.as_str()), ("user", USER), ("token", TOKEN)];
    settings.extend(more);
    (connector("confluence", &settings), http(&[url]))
}

fn find<'a>(run: &'a Run, id: &str) -> &'a Resource {
    run.resources().into_iter().find(|resource| resource.external_id == id).unwrap_or_else(|| panic!("{id}: {run:?}"))
}

#[tokio::test]
async fn every_page_arrives_with_what_belongs_to_it() {
    let (sandbox, url) = start(70).await;
    let (wiki, client) = wiki(&url, &[]);
    let all = run(&*wiki, &client, None).await.unwrap();
    // Seven of the seventy are in a personal space, seven others are posts.
    assert_eq!((all.items.len(), all.pages, all.complete), (63, 4, true), "{:?}", all.rejected);
    let page = find(&all, "12");
    assert_eq!((page.title.as_str(), page.kind, page.authors.as_str()), ("Page 012", Kind::WikiPage, "Mira Adler"));
    assert_eq!(page.url, url.join("wiki/spaces/ENG/pages/12/page-012").unwrap().as_str());
    assert_eq!(page.summary, "Why\nSee Other.");
    assert_eq!(page.topics, ["Engineering", "rust", "label-0"], "labels of one person are hers");
    assert!(page.published_at.is_some() && page.published_at < page.changed_at);
    assert_eq!((find(&all, "20").kind, find(&all, "13").topics[0].as_str()), (Kind::Article, "People"));
    assert!(all.gone.contains(&"7".to_owned()) && !all.ids().contains(&"7"));
    let asked = sandbox.requests().confluence.all();
    assert!(asked.iter().all(|asked| !asked.path.contains("ATATT")));
    assert_eq!(sandbox.requests().confluence.containing("user/bulk").len(), 1, "people are asked for once");
    assert!(!serde_json::to_string(&all.cursor).unwrap().contains("ATATT"));
}

#[tokio::test]
async fn later_runs_read_what_changed() {
    let (sandbox, url) = start(70).await;
    let (wiki, client) = wiki(&url, &[]);
    let first = run(&*wiki, &client, None).await.unwrap();
    let world = sandbox.world().confluence();
    world.edit(66, |page| page.title = "Another title".into()).unwrap();
    world.add(ConfluencePage { post: true, title: "News".into(), ..page(1002) }).unwrap();
    world.mark(5, |page| page.labels = vec!["new".into()]).unwrap();
    world.mark(6, |page| page.trashed = true).unwrap();
    sandbox.requests().confluence.clear();
    let second = run(&*wiki, &client, first.cursor.as_ref()).await.unwrap();
    assert!(second.titles().contains(&"Another title") && second.titles().contains(&"News"), "{:?}", second.titles());
    assert!(second.items.len() <= 3 && !second.complete, "{:?}", second.ids());
    assert!(sandbox.requests().confluence.count() < 10, "{:?}", sandbox.requests().confluence.all());
    let (weekly, client) = self::wiki(&url, &[("full_days", "0")]);
    let full = run(&*weekly, &client, second.cursor.as_ref()).await.unwrap();
    assert!(full.complete && full.items.len() == 63 && !full.ids().contains(&"6"), "{}", full.items.len());
    assert_eq!(find(&full, "5").topics, ["Engineering", "new"]);
}

#[tokio::test]
async fn spaces_and_kinds_are_chosen() {
    let (_sandbox, url) = start(40).await;
    let ids = async |more: &[(&str, &str)]| {
        let (wiki, client) = wiki(&url, more);
        let all = run(&*wiki, &client, None).await.unwrap();
        assert!(all.complete);
        all.items.len()
    };
    assert_eq!(ids(&[("spaces", "HR")]).await, 4);
    assert_eq!(ids(&[("spaces", "hr, ~mira")]).await, 8, "a personal space that is named is read");
    assert_eq!(ids(&[("content", "posts")]).await, 4);
    assert_eq!(ids(&[("content", "pages")]).await, 32);
    let (none, client) = wiki(&url, &[("spaces", "ENG, NONE")]);
    let error = run(&*none, &client, None).await.unwrap_err();
    assert!(
        matches!(&error, Error::Api { detail, .. } if detail.contains("NONE") && !detail.contains("ENG")),
        "{error}"
    );
    let settings = Settings::from(
        [("address", "https://a.example"), ("user", USER), ("token", TOKEN), ("spaces", "A/B"), ("content", "all")]
            .map(|(name, value)| (name.to_owned(), value.to_owned())),
    );
    let faults = connect::system("confluence").unwrap().connect(&settings).err().unwrap();
    assert_eq!(faults.into_keys().collect::<Vec<_>>(), ["content", "spaces"]);
}

#[tokio::test]
async fn a_token_opens_confluence() {
    let (sandbox, url) = start(5).await;
    let (right, client) = wiki(&url, &[]);
    let steps = right.test(&client).await;
    assert!(steps.len() == 4 && steps.iter().all(|step| step.outcome.is_ok()), "{steps:?}");
    let all = run(&*right, &client, None).await.unwrap();
    let told = format!("{steps:?} {:?} {:?}", all.cursor, client.outcomes());
    assert!(told.contains("Atrium Reader") && told.contains("Page 00") && !told.contains(TOKEN), "{told}");
    // Refused, or taken for a stranger whom less is shown: neither may pass for a whole list.
    for open in [false, true] {
        sandbox.world().confluence().open(open);
        let (wrong, client) = wiki(&url, &[("token", "falscher-schluessel")]);
        let steps = wrong.test(&client).await;
        assert!(matches!(steps.last().unwrap().outcome, Err(Error::SignIn { .. })) && steps.len() == 3, "{steps:?}");
        assert!(matches!(run(&*wrong, &client, None).await, Err(Error::SignIn { .. })));
        assert!(!format!("{steps:?} {:?}", client.outcomes()).contains("falscher"));
    }
}

#[tokio::test]
async fn a_run_goes_on_where_it_stopped() {
    let (sandbox, url) = start(70).await;
    let (wiki, client) = wiki(&url, &[]);
    sandbox.faults().confluence.add(Fault::Status { code: 500 }.always().on("pages/55"));
    let (mut seen, mut cursor) = (Vec::new(), None);
    let error = loop {
        match wiki.page(&client, cursor.as_ref()).await {
            Ok(page) => {
                seen.extend(page.items.iter().map(|item| item.external_id().to_owned()));
                let Next::More(next) = page.next else { panic!("it cannot end") };
                assert!(serde_json::to_string(&next).unwrap().len() < 2000);
                cursor = Some(next);
            }
            Err(error) => break error,
        }
    };
    assert!(matches!(error, Error::Status { status: 500, .. }), "{error}");
    sandbox.clear_faults();
    let (again, client) = self::wiki(&url, &[]);
    let rest = run(&*again, &client, cursor.as_ref()).await.unwrap();
    seen.extend(rest.ids().into_iter().map(str::to_owned));
    let once: BTreeSet<_> = seen.iter().collect();
    assert_eq!((seen.len(), once.len(), rest.complete), (63, 63, true));
}

#[tokio::test]
async fn each_fault_has_its_name() {
    let (sandbox, url) = start(60).await;
    let fails = async |fault: Fault, part: &str| {
        sandbox.clear_faults();
        sandbox.faults().confluence.add(fault.always().on(part));
        let (wiki, client) = wiki(&url, &[]);
        run(&*wiki, &client, None).await.unwrap_err()
    };
    let error = fails(Fault::HtmlInstead, "pages?").await;
    assert!(matches!(&error, Error::Format { found, .. } if found.contains("HTML")), "{error}");
    assert!(matches!(fails(Fault::InvalidJson, "pages?").await, Error::Format { .. }));
    assert!(matches!(fails(Fault::EndlessBody, "pages?").await, Error::TooLarge { .. }));
    assert!(matches!(fails(Fault::CutBody { at_bytes: 50 }, "pages/").await, Error::Cut { .. }));
    assert!(matches!(fails(Fault::CursorBackwards, "pages?").await, Error::Loop { .. }));
    assert!(matches!(fails(Fault::CursorBackwards, "spaces").await, Error::Loop { .. }));
    assert!(matches!(fails(Fault::Status { code: 401 }, "pages/31").await, Error::SignIn { .. }));
    let error = fails(Fault::Status { code: 404 }, "pages?").await;
    assert!(matches!(&error, Error::Status { status: 404, detail, .. } if detail == "Not Found"), "{error}");
    let wait = Some(RetryAfter::Seconds(900));
    let error = fails(Fault::RateLimited { retry_after: wait }, "pages/").await;
    assert_eq!(error.retry_after(), Some(Duration::from_secs(900)));
    sandbox.clear_faults();
    sandbox.faults().confluence.add(Fault::RateLimited { retry_after: Some(RetryAfter::Seconds(1)) }.times(1));
    let (wiki, client) = wiki(&url, &[]);
    assert_eq!(run(&*wiki, &client, None).await.unwrap().items.len(), 54);
    sandbox.faults().confluence.add(Fault::Slow { ms: 3000 }.always());
    let policy = Policy { timeout: Duration::from_millis(200), retries: 0, ..common::policy(&[&url]) };
    assert!(matches!(run(&*wiki, &Http::new(policy), None).await.unwrap_err(), Error::Timeout { .. }));
}

#[tokio::test]
async fn broken_pages_are_set_aside_and_read_again() {
    let (sandbox, url) = start(6).await;
    for (fault, part) in [
        (Fault::ItemWithoutId, "pages?"),
        (Fault::DuplicateIds, "pages?"),
        (Fault::HtmlInstead, "pages/4"),
        (Fault::InvalidJson, "pages/4"),
        (Fault::EndlessBody, "pages/4"),
    ] {
        sandbox.clear_faults();
        sandbox.faults().confluence.add(fault.clone().always().on(part));
        let (wiki, client) = wiki(&url, &[]);
        let all = run(&*wiki, &client, None).await.unwrap();
        assert_eq!((all.items.len(), all.rejected.len(), all.complete), (5, 1, false), "{fault:?}: {:?}", all.rejected);
        sandbox.clear_faults();
        let healed = run(&*wiki, &client, all.cursor.as_ref()).await.unwrap();
        assert_eq!((healed.items.len(), healed.complete), (6, true), "{fault:?}");
    }
    sandbox.faults().confluence.add(Fault::Status { code: 404 }.always().on("pages/4"));
    let (client, http) = wiki(&url, &[]);
    assert_eq!(run(&*client, &http, None).await.unwrap().gone, ["4"]);
    sandbox.clear_faults();
    // Who may not know people reads pages without them.
    sandbox.faults().confluence.add(Fault::Status { code: 403 }.always().on("user/bulk"));
    sandbox.faults().confluence.add(Fault::ScriptInContent.always());
    sandbox.faults().confluence.add(Fault::HugeItem { bytes: 1_000_000 }.always());
    for resource in run(&*client, &http, None).await.unwrap().resources() {
        assert!(!resource.summary.contains("<script") && !resource.summary.contains("onerror"), "{resource:?}");
        assert!(resource.summary.chars().count() <= 4000 && resource.authors.is_empty());
    }
}

#[tokio::test]
async fn something_else_at_the_address_is_told_from_confluence() {
    let (sandbox, url) = start(1).await;
    for fault in [Fault::HtmlInstead, Fault::Status { code: 404 }] {
        sandbox.clear_faults();
        sandbox.faults().confluence.add(fault.always());
        let (wiki, client) = wiki(&url, &[]);
        let error = wiki.test(&client).await.pop().unwrap().outcome.unwrap_err();
        let told = matches!(&error, Error::Mistaken { look, .. } | Error::Absent { look, .. } if look.name.contains("Confluence"));
        assert!(told, "{error}");
    }
}

#[tokio::test]
async fn a_next_page_on_another_server_gets_no_token() {
    let thief = Server::start(Router::new().fallback(|headers: HeaderMap| async move { format!("{headers:?}") })).await;
    let steal = thief.at("/wiki/api/v2/pages?cursor=x").to_string();
    let links = move || {
        let next = steal.clone();
        async move { Json(json!({ "results": [], "_links": { "next": next } })) }
    };
    let user = || async { Json(json!({ "type": "known", "displayName": "Reader" })) };
    let spaces = || async { Json(json!({ "results": [], "_links": {} })) };
    let router = Router::new()
        .route("/wiki/rest/api/user/current", get(user))
        .route("/wiki/api/v2/spaces", get(spaces))
        .route("/wiki/api/v2/pages", get(links));
    let server = Server::start(router).await;
    let (wiki, _) = wiki(&server.url, &[]);
    let error = run(&*wiki, &http(&[&server.url, &thief.url]), None).await.unwrap_err();
    assert!(matches!(error, Error::Redirect { .. }), "{error}");
    assert_eq!(thief.hits(), 0);
}
