//! Open edX against the sandbox's.

mod common;

use std::time::Duration;

use common::{Run, connector, http, run};
use connect::{Connector, Error, Http, Kind, Next, Policy, Resource};
use sandbox::{Content, Fault, Login, OpenEdx, OpenEdxCourse, Options, RetryAfter, Running, Sandbox};
use url::Url;

const SECRET: &str = "geheimer-schluessel-von-edx";

fn course(n: u32) -> OpenEdxCourse {
    OpenEdxCourse {
        id: format!("course-v1:{}+C{n}+2026", if n.is_multiple_of(2) { "Halden" } else { "Other" }),
        name: format!("Course {n:03}"),
        short_description: "<p>In <b>short</b>.</p>".into(),
        effort: "2-3 hours per week".into(),
        started_days_ago: Some(f64::from(n % 20)),
        weeks: Some(6),
        ..OpenEdxCourse::default()
    }
}

async fn start(count: u32) -> (Running, Url) {
    let mut content = Content::default();
    content.openedx.courses = (1..=count).map(course).collect();
    let client = Login { username: "client".into(), password: SECRET.into() };
    let options = Options { content: Some(content), openedx_client: Some(client), ..Options::default() };
    let running = Sandbox::start(options).await.unwrap();
    let url = running.urls().openedx.clone();
    (running, url)
}

/// As a stranger.
fn open(url: &Url, more: &[(&str, &str)]) -> (Box<dyn Connector>, Http) {
    let mut settings = vec![("address", url.as_str())];
    settings.extend(more);
    (connector("openedx", &settings), http(&[url]))
}

/// With a client.
fn signed(url: &Url, secret: &str) -> (Box<dyn Connector>, Http) {
    open(url, &[("client", "client"), ("secret", secret), ("user", OpenEdx::USER)])
}

fn find<'a>(run: &'a Run, id: &str) -> &'a Resource {
    run.resources().into_iter().find(|resource| resource.external_id == id).unwrap_or_else(|| panic!("{id}: {run:?}"))
}

#[tokio::test]
async fn every_open_course_arrives_with_what_belongs_to_it() {
    let (sandbox, url) = start(210).await;
    let world = sandbox.world().openedx();
    world.put(OpenEdxCourse { hidden: true, ..course(5) });
    world.put(OpenEdxCourse { invitation_only: true, ..course(6) });
    world.put(OpenEdxCourse { started_days_ago: Some(100.0), ..course(7) });
    world.put(OpenEdxCourse { started_days_ago: None, weeks: None, ..course(8) });
    world.put(OpenEdxCourse { internal: true, ..course(9) });
    let (edx, client) = open(&url, &[]);
    let all = run(&*edx, &client, None).await.unwrap();
    assert_eq!((all.items.len(), all.pages, all.complete), (206, 3, true), "{:?}", all.rejected);
    let mut gone = all.gone.clone();
    gone.sort_unstable();
    assert_eq!(gone, ["course-v1:Halden+C6+2026", "course-v1:Other+C5+2026", "course-v1:Other+C7+2026"]);
    let course = find(&all, "course-v1:Halden+C10+2026");
    assert_eq!(
        (course.title.as_str(), course.kind, course.summary.as_str()),
        ("Course 010", Kind::Course, "In short.")
    );
    assert_eq!((course.authors.as_str(), course.minutes), ("Halden", Some(6 * 180)));
    assert_eq!(course.url, url.join("courses/course-v1:Halden+C10+2026/about").unwrap().as_str());
    assert!(course.published_at.is_some());
    let unscheduled = find(&all, "course-v1:Halden+C8+2026");
    assert_eq!((unscheduled.published_at, unscheduled.minutes), (None, None), "no dates, no length");
    let (whole, client) = open(&url, &[("effort", "whole"), ("ended", "true"), ("org", "halden")]);
    let all = run(&*whole, &client, None).await.unwrap();
    assert_eq!((all.items.len(), find(&all, "course-v1:Halden+C8+2026").minutes), (104, Some(180)));
    // What is deleted is not in the next list, which is whole.
    world.delete("course-v1:Halden+C8+2026").unwrap();
    let (edx, client) = open(&url, &[]);
    let again = run(&*edx, &client, all.cursor.as_ref()).await.unwrap();
    assert!(again.complete && again.items.len() == 205);
}

#[tokio::test]
async fn a_client_sees_what_is_internal_and_its_secret_is_never_shown() {
    let (sandbox, url) = start(3).await;
    sandbox.world().openedx().put(OpenEdxCourse { internal: true, ..course(9) });
    let (edx, client) = signed(&url, SECRET);
    let steps = edx.test(&client).await;
    assert!(steps.len() == 4 && steps.iter().all(|step| step.outcome.is_ok()), "{steps:?}");
    let all = run(&*edx, &client, None).await.unwrap();
    assert_eq!(all.items.len(), 4);
    let told = format!("{steps:?} {:?} {:?}", all.cursor, client.outcomes());
    assert!(told.contains("Course 001") && !told.contains("geheim") && !told.contains("at-1-"), "{told}");
    assert_eq!(sandbox.world().openedx().tokens_given(), 1, "one token serves them all");
    let (wrong, client) = signed(&url, "falscher-schluessel");
    let steps = wrong.test(&client).await;
    let refused = steps.last().unwrap().outcome.clone().unwrap_err();
    assert!(matches!(&refused, Error::SignIn { reason, .. } if reason.contains("invalid_client")), "{refused}");
    assert!(steps.len() == 3 && !format!("{steps:?} {:?}", client.outcomes()).contains("falscher"));
    let (stranger, client) = open(&url, &[]);
    assert_eq!(run(&*stranger, &client, None).await.unwrap().items.len(), 3);
    let (other, client) = open(&url, &[("client", "client"), ("secret", SECRET), ("user", "somebody")]);
    let error = run(&*other, &client, None).await.unwrap_err();
    assert!(matches!(error, Error::Status { status: 404, .. }), "{error}");
}

#[tokio::test]
async fn a_token_that_ends_in_mid_run_is_renewed() {
    let (sandbox, url) = start(210).await;
    let (edx, client) = signed(&url, SECRET);
    sandbox.faults().openedx.add(Fault::TokensExpire.times(1).from_page(3));
    let all = run(&*edx, &client, None).await.unwrap();
    assert_eq!((all.items.len(), all.complete, sandbox.world().openedx().tokens_given()), (210, true, 2));
    // One whose time is over is not even tried.
    sandbox.world().openedx().tokens_live(1);
    sandbox.requests().openedx.clear();
    let (brief, client) = signed(&url, SECRET);
    let first = brief.page(&client, None).await.unwrap();
    let Next::More(cursor) = first.next else { panic!("there is more") };
    tokio::time::sleep(Duration::from_millis(1100)).await;
    brief.page(&client, Some(&cursor)).await.unwrap();
    let refused = sandbox.requests().openedx.all().iter().filter(|asked| asked.status == 401).count();
    assert_eq!((refused, sandbox.world().openedx().tokens_given()), (0, 4));
    // A client that is thrown out gives up after one more token.
    sandbox.faults().openedx.add(Fault::Status { code: 401 }.always().on("api/courses"));
    assert!(matches!(brief.page(&client, Some(&cursor)).await, Err(Error::SignIn { .. })));
    assert_eq!(sandbox.requests().openedx.containing("access_token").len(), 3);
}

#[tokio::test]
async fn a_list_that_gets_shorter_under_way_claims_nothing() {
    let (sandbox, url) = start(101).await;
    let (edx, client) = open(&url, &[]);
    let first = edx.page(&client, None).await.unwrap();
    let Next::More(cursor) = first.next else { panic!("there is more") };
    sandbox.world().openedx().delete("course-v1:Other+C1+2026").unwrap();
    // The second page is gone with its only course.
    let rest = run(&*edx, &client, Some(&cursor)).await.unwrap();
    assert_eq!((first.items.len(), rest.items.len(), rest.complete), (100, 0, false));
    let again = run(&*edx, &client, rest.cursor.as_ref()).await.unwrap();
    assert_eq!((again.items.len(), again.complete), (100, true));
}

#[tokio::test]
async fn the_throttle_is_waited_out() {
    let (sandbox, url) = start(3).await;
    sandbox.world().openedx().throttle(0);
    let (edx, _) = open(&url, &[]);
    let client = Http::new(Policy { max_wait: Duration::from_secs(5), ..common::policy(&[&url]) });
    let error = run(&*edx, &client, None).await.unwrap_err();
    assert_eq!(error.retry_after(), Some(Duration::from_secs(33)), "{error}");
    sandbox.world().openedx().throttle(100);
    sandbox.faults().openedx.add(Fault::RateLimited { retry_after: Some(RetryAfter::Seconds(1)) }.times(1));
    assert_eq!(run(&*edx, &client, None).await.unwrap().items.len(), 3);
}

#[tokio::test]
async fn each_fault_has_its_name() {
    let (sandbox, url) = start(120).await;
    let fails = async |fault: Fault| {
        sandbox.clear_faults();
        sandbox.faults().openedx.add(fault.always().on("page=2"));
        common::second_page_fails(&sandbox, open(&url, &[]), 120).await
    };
    common::usual_faults(&fails).await;
    let error = fails(Fault::Status { code: 403 }).await;
    assert!(matches!(&error, Error::SignIn { reason, .. } if reason.contains("permission")), "{error}");
    sandbox.faults().openedx.add(Fault::Status { code: 503 }.times(1));
    let (edx, client) = open(&url, &[]);
    assert_eq!(run(&*edx, &client, None).await.unwrap().items.len(), 120, "once is no matter");
    for fault in [Fault::HtmlInstead, Fault::Status { code: 404 }] {
        sandbox.clear_faults();
        sandbox.faults().openedx.add(fault.always());
        let error = edx.test(&client).await.pop().unwrap().outcome.unwrap_err();
        let told =
            matches!(&error, Error::Mistaken { look, .. } | Error::Absent { look, .. } if look.name.contains("edX"));
        assert!(told, "{error}");
    }
    // A token endpoint that is none.
    let (client_of, client) = signed(&url, SECRET);
    let error = client_of.test(&client).await.pop().unwrap().outcome.unwrap_err();
    assert!(matches!(error, Error::Absent { .. }), "{error}");
}

#[tokio::test]
async fn broken_courses_are_set_aside() {
    let (sandbox, url) = start(5).await;
    for fault in [Fault::ItemWithoutId, Fault::DuplicateIds] {
        sandbox.clear_faults();
        sandbox.faults().openedx.add(fault.clone().always());
        let (edx, client) = open(&url, &[]);
        let all = run(&*edx, &client, None).await.unwrap();
        assert_eq!((all.items.len(), all.rejected.len(), all.complete), (4, 1, false), "{fault:?}: {:?}", all.rejected);
    }
    sandbox.clear_faults();
    sandbox.faults().openedx.add(Fault::ScriptInContent.always());
    sandbox.faults().openedx.add(Fault::HugeItem { bytes: 1_000_000 }.always());
    let (edx, client) = open(&url, &[]);
    for course in run(&*edx, &client, None).await.unwrap().resources() {
        assert!(!course.summary.contains("<script") && !course.summary.contains("onerror"), "{}", course.summary);
        assert!(course.summary.chars().count() <= 4000);
    }
}
