//! MediaWiki against the sandbox's wiki, and against one without TextExtracts.

mod common;

use axum::{Json, Router, extract::Query, routing::get};
use common::{Run, Server, connector, http, run};
use connect::{Connector, Error, Http, Kind};
use sandbox::{Content, Fault, Login, Options, RetryAfter, Running, Sandbox, WikiArticle};
use serde_json::{Value, json};
use std::collections::{BTreeMap, HashMap};
use url::Url;

fn content(pages: usize) -> Content {
    let page = |n: usize| WikiArticle {
        title: format!("Page {n:04}"),
        categories: (0..n % 14).map(|c| format!("Category {c}")).chain(["Engineering".to_owned()]).collect(),
        text: format!("How to do thing number {n} with **care**.\n\n## More\n\nLater text."),
    };
    Content { wiki: (0..pages).map(page).collect(), ..Content::default() }
}

async fn start(pages: usize) -> (Running, Url) {
    let running = Sandbox::start(Options { content: Some(content(pages)), ..Options::default() }).await.unwrap();
    let api = running.urls().wiki.join("api.php").unwrap();
    (running, api)
}

fn wiki(api: &Url, more: &[(&str, &str)]) -> (Box<dyn Connector>, Http) {
    let mut settings = vec![("address", api.as_str())];
    settings.extend(more);
    (connector("mediawiki", &settings), http(&[api]))
}

#[tokio::test]
async fn every_page_arrives_with_its_categories() {
    let (sandbox, api) = start(130).await;
    let (wiki, http) = wiki(&api, &[]);
    let all = run(&*wiki, &http, None).await.unwrap();
    assert_eq!(all.titles(), sandbox.world().wiki().titles());
    assert!(all.complete && all.rejected.is_empty() && all.pages > 5);
    for page in all.resources() {
        let number: usize = page.title[5..].parse().unwrap();
        assert_eq!(page.topics.len(), number % 14 + 1, "{page:?}");
        assert!(page.summary.starts_with(&format!("How to do thing number {number} with care")), "{}", page.summary);
        assert_eq!(page.url, sandbox.world().wiki().page_url(&page.title).as_str());
        assert_eq!((page.kind, page.language.as_deref()), (Kind::WikiPage, Some("en")));
        assert!(page.changed_at.is_some());
    }
}

#[tokio::test]
async fn edits_and_deletions_follow() {
    let (sandbox, api) = start(60).await;
    let (wiki, http) = wiki(&api, &[]);
    let first = run(&*wiki, &http, None).await.unwrap();
    sandbox.requests().wiki.clear();
    let quiet = run(&*wiki, &http, first.cursor.as_ref()).await.unwrap();
    assert_eq!((quiet.ids().len(), quiet.gone.len(), quiet.complete), (0, 0, false));
    assert!(sandbox.requests().wiki.containing("allpages").is_empty(), "only changes are asked for");

    let world = sandbox.world();
    world.wiki().edit_page("Page 0007", "Now quite different.", "mira").unwrap();
    let added = world.wiki().add_page("Newcomer", "Hello.", &["Start"], "mira").unwrap();
    let gone = first.resources().iter().find(|page| page.title == "Page 0011").unwrap().external_id.clone();
    world.wiki().delete_page("Page 0011", "mira").unwrap();
    let second = run(&*wiki, &http, quiet.cursor.as_ref()).await.unwrap();
    assert_eq!(second.titles(), ["Newcomer", "Page 0007"]);
    assert_eq!(second.gone, [gone]);
    assert!(second.ids().contains(&added.to_string().as_str()));
    let edited = second.resources().into_iter().find(|page| page.title == "Page 0007").unwrap();
    assert_eq!(edited.summary, "Now quite different.");

    // Days later everything is listed again; here at once.
    let (weekly, http) = self::wiki(&api, &[("full_days", "0")]);
    let full = run(&*weekly, &http, second.cursor.as_ref()).await.unwrap();
    assert_eq!((full.items.len(), full.complete), (60, true));
}

#[tokio::test]
async fn a_run_goes_on_where_it_stopped() {
    let (sandbox, api) = start(100).await;
    let (wiki, http) = wiki(&api, &[]);
    sandbox.faults().wiki.add(Fault::Status { code: 500 }.always().on("gapcontinue=Page_0060"));
    let mut seen = Vec::new();
    let mut cursor = None;
    let error = loop {
        match wiki.page(&http, cursor.as_ref()).await {
            Ok(page) => {
                seen.extend(page.items.iter().map(|item| item.title().to_owned()));
                let connect::Next::More(next) = page.next else { panic!("it cannot end") };
                cursor = Some(next);
            }
            Err(error) => break error,
        }
    };
    assert!(matches!(error, Error::Status { status: 500, .. }), "{error}");
    sandbox.clear_faults();
    let (again, http) = self::wiki(&api, &[]);
    let rest = run(&*again, &http, cursor.as_ref()).await.unwrap();
    seen.extend(rest.titles().into_iter().map(str::to_owned));
    assert_eq!(seen, sandbox.world().wiki().titles(), "each page once");
    assert!(rest.complete);
}

#[tokio::test]
async fn a_bot_password_opens_the_wiki() {
    let login = Login { username: "Atrium@reader".into(), password: "geheim-und-lang".into() };
    let options = Options { content: Some(content(5)), wiki_login: Some(login), ..Options::default() };
    let sandbox = Sandbox::start(options).await.unwrap();
    let api = sandbox.urls().wiki.join("api.php").unwrap();
    let (open, client) = wiki(&api, &[]);
    let error = run(&*open, &client, None).await.unwrap_err();
    assert!(matches!(error, Error::SignIn { .. }), "{error}");
    let (wrong, client) = wiki(&api, &[("user", "Atrium@reader"), ("password", "falsch-und-lang")]);
    let steps = wrong.test(&client).await;
    assert!(matches!(steps.last().unwrap().outcome, Err(Error::SignIn { .. })) && steps.len() == 3, "{steps:?}");
    let told = format!("{steps:?} {:?}", client.outcomes());
    assert!(!told.contains("falsch"), "{told}");
    let (right, client) = wiki(&api, &[("user", "Atrium@reader"), ("password", "geheim-und-lang")]);
    let all = run(&*right, &client, None).await.unwrap();
    assert_eq!(all.items.len(), 5);
    let kept = serde_json::to_string(&all.cursor).unwrap();
    assert!(!kept.contains("geheim") && !kept.contains("session"), "{kept}");
    // The session ends on the wiki's side.
    sandbox.world().wiki().end_sessions();
    run(&*right, &client, all.cursor.as_ref()).await.unwrap();
    assert!(right.test(&client).await.iter().all(|step| step.outcome.is_ok()));
}

#[tokio::test]
async fn each_fault_has_its_name() {
    let (sandbox, api) = start(60).await;
    let fails = async |fault: Fault, from: u32| {
        sandbox.clear_faults();
        sandbox.faults().wiki.add(fault.always().from_page(from));
        let (wiki, http) = wiki(&api, &[]);
        run(&*wiki, &http, None).await.unwrap_err()
    };
    let error = fails(Fault::HtmlInstead, 1).await;
    assert!(matches!(&error, Error::Format { found, .. } if found.contains("HTML")), "{error}");
    assert!(matches!(fails(Fault::InvalidJson, 2).await, Error::Format { .. }));
    assert!(matches!(fails(Fault::EndlessBody, 2).await, Error::TooLarge { .. }));
    assert!(matches!(fails(Fault::CutBody { at_bytes: 50 }, 2).await, Error::Cut { .. }));
    assert!(matches!(fails(Fault::CursorBackwards, 2).await, Error::Loop { .. }));
    let wait = Some(RetryAfter::Seconds(900));
    assert!(fails(Fault::RateLimited { retry_after: wait }, 2).await.retry_after().is_some());
    sandbox.clear_faults();
    sandbox.faults().wiki.add(Fault::RateLimited { retry_after: Some(RetryAfter::Seconds(1)) }.times(1));
    let (wiki, http) = wiki(&api, &[]);
    assert_eq!(run(&*wiki, &http, None).await.unwrap().items.len(), 60);
}

#[tokio::test]
async fn broken_pages_are_set_aside() {
    for fault in [Fault::ItemWithoutId, Fault::DuplicateIds] {
        let (sandbox, api) = start(10).await;
        sandbox.faults().wiki.add(fault.clone().always());
        let (wiki, http) = wiki(&api, &[]);
        let all = run(&*wiki, &http, None).await.unwrap();
        assert_eq!((all.items.len(), all.rejected.len(), all.complete), (9, 1, false), "{fault:?}: {:?}", all.rejected);
    }
    let (sandbox, api) = start(10).await;
    sandbox.faults().wiki.add(Fault::ScriptInContent.always());
    let (wiki, http) = wiki(&api, &[]);
    for page in run(&*wiki, &http, None).await.unwrap().resources() {
        assert!(!page.summary.contains("<script") && !page.summary.contains("onerror"), "{}", page.summary);
    }
}

#[tokio::test]
async fn a_lagging_wiki_is_given_time() {
    let (sandbox, api) = start(3).await;
    sandbox.world().wiki().set_lag(60);
    let (wiki, _) = wiki(&api, &[]);
    let mut policy = common::policy(&[&api]);
    policy.max_wait = std::time::Duration::from_secs(2);
    let error = run(&*wiki, &Http::new(policy), None).await.unwrap_err();
    assert!(matches!(error, Error::Busy { .. }) && error.is_temporary(), "{error}");
    assert_eq!(error.retry_after().map(|wait| wait.as_secs()), Some(5));
}

/// Answers like MediaWiki 1.39 in Debian: no TextExtracts, moves, deletions, redirects, other models.
async fn old_wiki(
    answers: impl Fn(&HashMap<String, String>) -> Value + Clone + Send + Sync + 'static,
) -> (Server, Url) {
    let api = move |Query(params): Query<HashMap<String, String>>| {
        let answers = answers.clone();
        async move {
            let site = json!({"query": {"extensions": [], "general": {"time": "2026-11-24T12:00:00Z", "sitename": "Old", "generator": "MediaWiki 1.39.8"}}});
            Json(if params.contains_key("meta") { site } else { answers(&params) })
        }
    };
    let server = Server::start(Router::new().route("/w/api.php", get(api))).await;
    let url = server.at("/w/api.php");
    (server, url)
}

fn page(id: i64, title: &str, text: &str) -> Value {
    json!({"pageid": id, "ns": 0, "title": title, "contentmodel": "wikitext", "pagelanguage": "de",
           "fullurl": format!("https://w.example/wiki/{id}"), "categories": [{"ns": 14, "title": "Kategorie:Werkzeug"}],
           "revisions": [{"timestamp": "2026-11-01T10:00:00Z", "slots": {"main": {"content": text}}}]})
}

#[tokio::test]
async fn wikitext_is_read_where_extracts_are_missing() {
    let (_server, api) = old_wiki(|params| {
        assert!(!params["prop"].contains("extracts"));
        let mut css = page(3, "Common.css", "a{}");
        css["contentmodel"] = json!("css");
        json!({"batchcomplete": true, "query": {"pages": [page(1, "Git", "'''Git''' is a [[tool]].{{x}}"), css]}})
    })
    .await;
    let (wiki, http) = wiki(&api, &[("kind", "job_aid")]);
    let all = run(&*wiki, &http, None).await.unwrap();
    let git = all.resources()[0];
    assert_eq!((git.summary.as_str(), git.kind, git.language.as_deref()), ("Git is a tool.", Kind::JobAid, Some("de")));
    assert_eq!(git.topics, ["Werkzeug"]);
    assert!(all.rejected.len() == 1 && all.rejected[0].external_id.as_deref() == Some("3"));
}

#[tokio::test]
async fn moves_redirects_and_restored_pages_are_understood() {
    let list = json!({"batchcomplete": true, "query": {"pages": [page(1, "One", "x"), page(2, "Two", "x"), page(5, "Five", "x")]}});
    let (_server, api) =
        old_wiki(move |params| match (params.get("list").map(String::as_str), params.get("generator")) {
            (_, Some(_)) => list.clone(),
            (Some("recentchanges"), _) => json!({"query": {"recentchanges": [
            // Page 2 moved out of the way: what is logged is the old title, with the redirect's id.
            {"type": "log", "pageid": 9, "title": "Two", "logparams": {"target_ns": 0, "target_title": "Second"}},
            {"type": "edit", "pageid": 5, "title": "Five"}, {"type": "log", "pageid": 0, "title": "One"}]}}),
            (Some("logevents"), _) => json!({"query": {"logevents": [
            {"ns": 0, "title": "One", "pageid": 0, "logpage": 1, "action": "delete"},
            {"ns": 2, "title": "User:X", "pageid": 0, "logpage": 0, "action": "delete"}]}}),
            _ if params.contains_key("titles") => {
                assert_eq!(params["titles"], "Second");
                json!({"batchcomplete": true, "query": {"pages": [page(2, "Second", "x")]}})
            }
            _ => {
                assert_eq!(params["pageids"], "1|5|9");
                let mut moved = page(5, "User:Five", "x");
                moved["ns"] = json!(2);
                json!({"batchcomplete": true, "query": {"pages": [{"pageid": 1, "missing": true},
                moved, {"pageid": 9, "ns": 0, "title": "Two", "redirect": true}]}})
            }
        })
        .await;
    let (wiki, http) = wiki(&api, &[]);
    let first = run(&*wiki, &http, None).await.unwrap();
    assert_eq!(first.items.len(), 3);
    let second = run(&*wiki, &http, first.cursor.as_ref()).await.unwrap();
    assert_eq!(second.titles(), ["Second"]);
    assert_eq!(second.gone, ["1", "5", "9"]);
}

#[tokio::test]
async fn properties_that_never_end_end_the_run() {
    for place in [Some("same"), None] {
        let (_server, api) = old_wiki(move |params| {
            let count: u64 = params.get("rvcontinue").and_then(|text| text.parse().ok()).unwrap_or_default();
            let next = place.map_or_else(|| (count + 1).to_string(), str::to_owned);
            json!({"continue": {"rvcontinue": next}, "query": {"pages": [page(1, "One", "x")]}})
        })
        .await;
        let (wiki, http) = wiki(&api, &[]);
        let result: Result<Run, Error> = run(&*wiki, &http, None).await;
        assert!(matches!(result, Err(Error::Loop { .. })), "{result:?}");
    }
}

#[tokio::test]
async fn a_deletion_without_its_page_leads_to_a_full_run() {
    let asked = std::sync::Arc::new(std::sync::Mutex::new(BTreeMap::<String, u32>::new()));
    let note = asked.clone();
    let (_server, api) = old_wiki(move |params| {
        let what = params.get("list").or(params.get("generator")).cloned().unwrap_or_default();
        *note.lock().unwrap().entry(what.clone()).or_default() += 1;
        match what.as_str() {
            "recentchanges" => json!({"query": {"recentchanges": []}}),
            "logevents" => {
                json!({"query": {"logevents": [{"ns": 0, "title": "One", "pageid": 0, "action": "delete"}]}})
            }
            _ => json!({"batchcomplete": true, "query": {"pages": [page(2, "Two", "x")]}}),
        }
    })
    .await;
    let (wiki, http) = wiki(&api, &[]);
    let first = run(&*wiki, &http, None).await.unwrap();
    let second = run(&*wiki, &http, first.cursor.as_ref()).await.unwrap();
    assert!(second.complete);
    assert_eq!(asked.lock().unwrap()["allpages"], 2);
}
