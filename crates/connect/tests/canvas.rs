//! Canvas against the sandbox's.

mod common;

use std::{collections::BTreeSet, time::Duration};

use axum::{
    Json, Router,
    http::HeaderMap,
    response::{IntoResponse, Response},
    routing::get,
};
use common::{Run, Server, connector, http, run};
use connect::{Connector, Error, Http, Kind, Next, Policy, Resource};
use sandbox::{Canvas, CanvasCourse, CanvasItem, CanvasModule, Content, Fault, Options, RetryAfter, Running, Sandbox};
use serde_json::{Value, json};
use url::Url;

/// Courses with a module that is open, one of many items, one that is not published, and one that waits.
fn course(id: u64) -> CanvasCourse {
    let item = |id: u64, kind: &str, title: &str| CanvasItem {
        id,
        kind: kind.to_owned(),
        title: title.to_owned(),
        ..CanvasItem::default()
    };
    let module =
        |id: u64, items: Vec<CanvasItem>| CanvasModule { id, name: "M".into(), items, ..CanvasModule::default() };
    let at = id * 1000;
    let hidden = CanvasItem { unpublished: true, ..item(at + 4, "Page", "Hidden") };
    let open = vec![
        item(at + 1, "Page", "Read &amp; do"),
        item(at + 2, "Quiz", "Check"),
        item(at + 3, "Assignment", "Hand in"),
        hidden,
        item(at + 5, "ExternalUrl", "Elsewhere"),
    ];
    let many = (0..if id == 3 { 120 } else { 0 }).map(|n| item(at + 100 + n, "Page", &format!("Page {n}"))).collect();
    let draft = CanvasModule { unpublished: true, ..module(at + 8, vec![item(at + 80, "Page", "Draft")]) };
    let later = CanvasModule { after: vec![at + 7], ..module(at + 9, vec![item(at + 90, "Page", "Later")]) };
    CanvasCourse {
        id,
        name: format!("Course {id:03}"),
        state: "available".into(),
        description: "In short.".into(),
        syllabus: "<p>At length.</p>".into(),
        locale: id.is_multiple_of(2).then(|| "pt-BR".into()),
        account: if id.is_multiple_of(3) { String::new() } else { "Engineering".into() },
        teachers: vec!["Mira Adler".into(), "Jonas Brandt".into()],
        created_days_ago: 100.0,
        ended_days_ago: None,
        enrolled: id < 4,
        modules: vec![module(at + 6, open), module(at + 7, many), draft, later],
    }
}

async fn start(count: u64) -> (Running, Url) {
    let mut content = Content::default();
    content.canvas.courses = (1..=count).map(course).collect();
    let running = Sandbox::start(Options { content: Some(content), ..Options::default() }).await.unwrap();
    let url = running.urls().canvas.clone();
    (running, url)
}

fn canvas(url: &Url, more: &[(&str, &str)]) -> (Box<dyn Connector>, Http) {
    let mut settings = vec![("address", url.as_str()), ("token", Canvas::TOKEN)];
    settings.extend(more);
    (connector("canvas", &settings), http(&[url]))
}

fn find<'a>(run: &'a Run, id: &str) -> &'a Resource {
    run.resources().into_iter().find(|resource| resource.external_id == id).unwrap_or_else(|| panic!("{id}: {run:?}"))
}

const MODULES: (&str, &str) = ("modules", "true");

#[tokio::test]
async fn every_published_course_arrives_with_what_belongs_to_it() {
    let (sandbox, url) = start(120).await;
    let world = sandbox.world().canvas();
    world.put_course(CanvasCourse { state: "unpublished".into(), ..course(5) });
    world.put_course(CanvasCourse { ended_days_ago: Some(9.0), ..course(6) });
    world.put_course(CanvasCourse { description: " ".into(), ..course(7) });
    let (canvas, client) = canvas(&url, &[]);
    let all = run(&*canvas, &client, None).await.unwrap();
    assert_eq!((all.items.len(), all.pages, all.complete), (118, 3, true), "{:?}", all.gone);
    assert_eq!(all.gone, ["course-6"]);
    for course in all.resources() {
        let number: u64 = course.external_id.strip_prefix("course-").unwrap().parse().unwrap();
        assert_eq!((course.title.clone(), course.kind), (format!("Course {number:03}"), Kind::Course));
        assert_eq!(course.url, url.join(&format!("courses/{number}")).unwrap().as_str());
        assert_eq!(course.summary, if number == 7 { "At length." } else { "In short." });
        assert_eq!(course.authors, "Mira Adler, Jonas Brandt");
        assert_eq!(course.language.as_deref(), number.is_multiple_of(2).then_some("pt-BR"));
        assert_eq!(
            course.topics.is_empty(),
            number.is_multiple_of(3),
            "the root account is no topic: {:?}",
            course.topics
        );
        assert!(course.published_at.is_some() && course.changed_at.is_none());
    }
    let asked = sandbox.requests().canvas.all();
    assert!(asked.len() == 3 && asked.iter().all(|asked| !asked.path.contains(Canvas::TOKEN)), "{asked:?}");
    // What is deleted or withdrawn is not in the next list, which is whole.
    world.delete_course(8).unwrap();
    let again = run(&*canvas, &client, all.cursor.as_ref()).await.unwrap();
    assert!(again.complete && again.items.len() == 117 && !again.ids().contains(&"course-8"));
    let (ended, client) = self::canvas(&url, &[("ended", "true")]);
    assert!(run(&*ended, &client, None).await.unwrap().ids().contains(&"course-6"));
}

#[tokio::test]
async fn one_account_or_ones_own() {
    let (sandbox, url) = start(12).await;
    sandbox.world().canvas().set(|switches| switches.read_course_list = false);
    let (own, client) = canvas(&url, &[("courses", "own"), MODULES]);
    let all = run(&*own, &client, None).await.unwrap();
    assert_eq!(all.resources().iter().filter(|each| each.kind == Kind::Course).count(), 3);
    let (account, client) = canvas(&url, &[]);
    let error = run(&*account, &client, None).await.unwrap_err();
    assert!(matches!(&error, Error::SignIn { reason, .. } if reason.contains("not authorized")), "{error}");
    sandbox.world().canvas().set(|switches| switches.read_course_list = true);
    let (none, client) = canvas(&url, &[("account", "99999")]);
    let error = run(&*none, &client, None).await.unwrap_err();
    assert!(
        matches!(&error, Error::Status { status: 404, detail, .. } if detail.contains("does not exist")),
        "{error}"
    );
}

#[tokio::test]
async fn module_items_are_those_that_everybody_may_open() {
    let (sandbox, url) = start(7).await;
    let (canvas, client) = canvas(&url, &[MODULES]);
    for all_seeing in [true, false] {
        sandbox.world().canvas().set(|switches| switches.read_unpublished = all_seeing);
        let all = run(&*canvas, &client, None).await.unwrap();
        assert_eq!((all.items.len(), all.complete), (7 * 4 + 120, true), "{:?}", all.rejected);
        let page = find(&all, "item-2001");
        assert_eq!((page.title.as_str(), page.kind), ("Read & do – Course 002", Kind::Article));
        assert_eq!(page.url, url.join("courses/2/modules/items/2001").unwrap().as_str());
        assert_eq!(
            (page.topics.as_slice(), page.language.as_deref()),
            (&["Engineering".to_owned()][..], Some("pt-BR"))
        );
        assert_eq!(find(&all, "item-2002").kind, Kind::Assessment);
        assert!(all.ids().contains(&"item-3219"), "a long module is read to its end");
    }
    // In between, courses alone are listed.
    let first = run(&*canvas, &client, None).await.unwrap();
    sandbox.requests().canvas.clear();
    let second = run(&*canvas, &client, first.cursor.as_ref()).await.unwrap();
    assert_eq!((second.items.len(), second.complete, sandbox.requests().canvas.count()), (7, false, 1));
}

#[tokio::test]
async fn a_run_goes_on_where_it_stopped() {
    let (sandbox, url) = start(60).await;
    let (canvas, client) = canvas(&url, &[MODULES]);
    sandbox.faults().canvas.add(Fault::Status { code: 500 }.always().on("courses/33/modules"));
    let (mut seen, mut cursor) = (Vec::new(), None);
    let error = loop {
        match canvas.page(&client, cursor.as_ref()).await {
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
    let (again, client) = self::canvas(&url, &[MODULES]);
    let rest = run(&*again, &client, cursor.as_ref()).await.unwrap();
    seen.extend(rest.ids().into_iter().map(str::to_owned));
    let once: BTreeSet<_> = seen.iter().collect();
    assert_eq!((seen.len(), once.len(), rest.complete), (60 * 4 + 120, 60 * 4 + 120, true));
}

#[tokio::test]
async fn a_token_opens_canvas() {
    let (_sandbox, url) = start(3).await;
    let (right, client) = canvas(&url, &[MODULES]);
    let steps = right.test(&client).await;
    assert!(steps.len() == 4 && steps.iter().all(|step| step.outcome.is_ok()), "{steps:?}");
    let all = run(&*right, &client, None).await.unwrap();
    let told = format!("{steps:?} {:?} {:?}", all.cursor, client.outcomes());
    assert!(told.contains("Atrium Reader") && told.contains("Course 001") && !told.contains(Canvas::TOKEN), "{told}");
    let (wrong, client) = canvas(&url, &[("token", "7~falscher-schluessel")]);
    let steps = wrong.test(&client).await;
    let refused = steps.last().unwrap().outcome.clone().unwrap_err();
    assert!(matches!(&refused, Error::SignIn { reason, .. } if reason == "Invalid access token."), "{refused}");
    assert!(steps.len() == 3 && !format!("{steps:?} {:?}", client.outcomes()).contains("falscher"));
}

#[tokio::test]
async fn the_rate_limit_is_understood_in_both_its_forms() {
    let (sandbox, url) = start(3).await;
    sandbox.world().canvas().set(|switches| switches.quota = Some(0));
    let (canvas, client) = canvas(&url, &[]);
    let error = run(&*canvas, &client, None).await.unwrap_err();
    assert!(matches!(error, Error::RateLimited { .. }) && error.is_temporary(), "{error}");
    assert_eq!(sandbox.requests().canvas.count(), 1 + u64::from(client.policy().retries), "it is asked again");
    sandbox.world().canvas().set(|switches| switches.quota = None);
    sandbox.faults().canvas.add(Fault::RateLimited { retry_after: Some(RetryAfter::Seconds(1)) }.times(1));
    assert_eq!(run(&*canvas, &client, None).await.unwrap().items.len(), 3);
    sandbox.faults().canvas.add(Fault::RateLimited { retry_after: Some(RetryAfter::Seconds(900)) }.always());
    let error = run(&*canvas, &client, None).await.unwrap_err();
    assert_eq!(error.retry_after(), Some(Duration::from_secs(900)));
}

#[tokio::test]
async fn each_fault_has_its_name() {
    let (sandbox, url) = start(60).await;
    let fails = async |fault: Fault| {
        sandbox.clear_faults();
        sandbox.faults().canvas.add(fault.always());
        let (canvas, client) = canvas(&url, &[]);
        run(&*canvas, &client, None).await.unwrap_err()
    };
    let error = fails(Fault::HtmlInstead).await;
    assert!(matches!(&error, Error::Format { found, .. } if found.contains("HTML")), "{error}");
    assert!(matches!(fails(Fault::InvalidJson).await, Error::Format { .. }));
    assert!(matches!(fails(Fault::EndlessBody).await, Error::TooLarge { .. }));
    assert!(matches!(fails(Fault::CutBody { at_bytes: 50 }).await, Error::Cut { .. }));
    assert!(matches!(fails(Fault::Status { code: 500 }).await, Error::Status { status: 500, .. }));
    assert!(matches!(fails(Fault::CursorBackwards).await, Error::Loop { .. }));
    sandbox.clear_faults();
    sandbox.faults().canvas.add(Fault::Status { code: 500 }.times(1));
    let (canvas, client) = canvas(&url, &[]);
    assert_eq!(run(&*canvas, &client, None).await.unwrap().items.len(), 60);
    sandbox.faults().canvas.add(Fault::Slow { ms: 3000 }.always());
    let policy = Policy { timeout: Duration::from_millis(200), retries: 0, ..common::policy(&[&url]) };
    assert!(matches!(run(&*canvas, &Http::new(policy), None).await.unwrap_err(), Error::Timeout { .. }));
}

#[tokio::test]
async fn broken_courses_are_set_aside() {
    let (sandbox, url) = start(9).await;
    for (fault, part, kept) in [
        (Fault::ItemWithoutId, "accounts", 8),
        (Fault::DuplicateIds, "accounts", 8),
        (Fault::Status { code: 403 }, "courses/4/modules", 9 + 8 * 3 + 120),
        (Fault::HtmlInstead, "courses/4/modules", 9 + 8 * 3 + 120),
        (Fault::CursorBackwards, "courses/4/modules", 9 + 8 * 3 + 120),
    ] {
        sandbox.clear_faults();
        sandbox.faults().canvas.add(fault.clone().always().on(part));
        let (canvas, client) = canvas(&url, if part == "accounts" { &[] } else { &[MODULES] });
        let all = run(&*canvas, &client, None).await.unwrap();
        assert_eq!(
            (all.items.len(), all.rejected.len(), all.complete),
            (kept, 1, false),
            "{fault:?}: {:?}",
            all.rejected
        );
    }
    sandbox.clear_faults();
    sandbox.faults().canvas.add(Fault::Status { code: 404 }.always().on("courses/4/modules"));
    let (gone, client) = canvas(&url, &[MODULES]);
    assert_eq!(run(&*gone, &client, None).await.unwrap().gone, ["course-4"]);
    for fault in [Fault::ScriptInContent, Fault::HugeItem { bytes: 2_000_000 }] {
        sandbox.clear_faults();
        sandbox.faults().canvas.add(fault.always());
        let (canvas, client) = canvas(&url, &[]);
        for resource in run(&*canvas, &client, None).await.unwrap().resources() {
            assert!(!resource.summary.contains("<script") && !resource.summary.contains("onerror"), "{resource:?}");
            assert!(resource.summary.chars().count() <= 4000);
        }
    }
}

#[tokio::test]
async fn something_else_at_the_address_is_told_from_canvas() {
    let (sandbox, url) = start(1).await;
    for fault in [Fault::HtmlInstead, Fault::Status { code: 404 }] {
        sandbox.clear_faults();
        sandbox.faults().canvas.add(fault.always());
        let (canvas, client) = canvas(&url, &[]);
        let error = canvas.test(&client).await.pop().unwrap().outcome.unwrap_err();
        let told =
            matches!(&error, Error::Mistaken { look, .. } | Error::Absent { look, .. } if look.name.contains("Canvas"));
        assert!(told, "{error}");
    }
}

#[tokio::test]
async fn a_next_page_on_another_server_gets_no_token() {
    let thief = Server::start(Router::new().fallback(|headers: HeaderMap| async move { format!("{headers:?}") })).await;
    let steal = thief.at("/api/v1/accounts/self/courses?page=2");
    let courses = move || {
        let link = format!("<{steal}>; rel=\"next\"");
        async move { with_link(json!([{"id": 1, "name": "One", "workflow_state": "available"}]), &link) }
    };
    let server = Server::start(Router::new().route("/api/v1/accounts/self/courses", get(courses))).await;
    let (canvas, _) = canvas(&server.url, &[]);
    let error = run(&*canvas, &http(&[&server.url, &thief.url]), None).await.unwrap_err();
    assert!(matches!(error, Error::Redirect { .. }), "{error}");
    assert_eq!(thief.hits(), 0);
}

fn with_link(body: Value, link: &str) -> Response {
    ([("link", link.to_owned())], Json(body)).into_response()
}

#[tokio::test]
async fn courses_that_are_patterns_or_closed_are_not_offered() {
    let courses = || async {
        Json(json!([
            {"id": 1, "name": "Blueprint", "workflow_state": "available", "blueprint": true},
            {"id": 2, "name": "Template", "workflow_state": "available", "template": true},
            {"id": 3, "access_restricted_by_date": true},
            {"id": 4, "name": "Of a term that is over", "workflow_state": "available", "term": {"end_at": "2020-01-01T00:00:00Z"}},
            {"id": 5, "name": "My nickname for it", "original_name": "Five", "workflow_state": "available", "end_at": null},
        ]))
    };
    let server = Server::start(Router::new().route("/api/v1/courses", get(courses))).await;
    let (canvas, client) = canvas(&server.url, &[("courses", "own")]);
    let all = run(&*canvas, &client, None).await.unwrap();
    assert_eq!((all.titles(), all.gone.len(), all.complete), (vec!["Five"], 4, true));
}

#[tokio::test]
async fn a_full_page_that_does_not_say_how_it_goes_on_is_not_the_last_one() {
    let course = |n: u32| json!({"id": n, "name": format!("Course {n}"), "workflow_state": "available"});
    let courses = move || async move { Json(Value::Array((1..=50).map(course).collect())) };
    let server = Server::start(Router::new().route("/api/v1/courses", get(courses))).await;
    let (canvas, client) = canvas(&server.url, &[("courses", "own")]);
    let error = run(&*canvas, &client, None).await.unwrap_err();
    assert!(matches!(error, Error::Format { .. }) && error.to_string().contains("Link"), "{error}");
}

#[tokio::test]
async fn a_token_that_ends_among_the_modules_ends_the_run() {
    let (sandbox, url) = start(12).await;
    sandbox.faults().canvas.add(Fault::Status { code: 401 }.always().from_page(6));
    let (canvas, client) = canvas(&url, &[MODULES]);
    let error = run(&*canvas, &client, None).await.unwrap_err();
    assert!(matches!(error, Error::SignIn { .. }), "{error}");
}
