//! Moodle against the sandbox's site.

mod common;

use std::collections::{BTreeMap, BTreeSet};

use axum::{Json, Router, routing::post};
use common::{Run, Server, connector, http, run};
use connect::{Connector, Error, Http, Kind, Next, Policy, Resource};
use sandbox::{
    Content, Fault, Moodle, MoodleActivity, MoodleCategory, MoodleContent, MoodleCourse, MoodleSection, MoodleText,
    Options, RetryAfter, Running, Sandbox,
};
use serde_json::json;
use url::Url;

/// Courses 2 and on, spread over three categories, each with a page, a quiz, a forum, and what is not for everybody.
fn content(courses: u64) -> Content {
    let activity = |id: u64, kind: &str, name: &str| MoodleActivity {
        id,
        kind: kind.to_owned(),
        name: name.into(),
        description: "<p>What <b>it</b> is about.</p>".into(),
        visible: true,
        condition: String::new(),
        url: String::new(),
    };
    let course = |n: u64| {
        let mut activities = vec![
            activity(n * 10, "page", "A page"),
            activity(n * 10 + 1, "quiz", "A quiz"),
            activity(n * 10 + 2, "forum", "News"),
            activity(n * 10 + 3, "page", "Hidden"),
            activity(n * 10 + 4, "scorm", "For some"),
        ];
        activities[3].visible = false;
        activities[4].condition = "You belong to Group A".to_owned();
        MoodleCourse {
            id: n,
            fullname: format!("Course {n:03} & more").as_str().into(),
            shortname: format!("C{n}"),
            category: n % 3 + 1,
            summary: "<p>One &amp; two.</p><p>Three.</p>".into(),
            lang: if n == 2 { "de_du".into() } else { String::new() },
            visible: true,
            teachers: vec!["Mira Adler".into(), "Jonas Brandt".into()],
            created_days_ago: 300.0,
            modified_days_ago: 200.0 - n as f64,
            ended_days_ago: None,
            fields: BTreeMap::from([("topics".into(), "Rust, SQL".into()), ("duration".into(), "90".into())]),
            sections: vec![MoodleSection { name: "One".into(), visible: true, activities }],
        }
    };
    let category = |id: u64, name: &str, parent: u64| MoodleCategory { id, name: name.into(), parent };
    let moodle = MoodleContent {
        categories: vec![category(1, "Top & all", 0), category(2, "Below", 1), category(3, "Beside", 0)],
        courses: (2..2 + courses).map(course).collect(),
        ..MoodleContent::default()
    };
    Content { moodle, ..Content::default() }
}

async fn start(courses: u64) -> (Running, Url) {
    started(content(courses)).await
}

async fn started(content: Content) -> (Running, Url) {
    let running = Sandbox::start(Options { content: Some(content), ..Options::default() }).await.unwrap();
    let url = running.urls().moodle.clone();
    (running, url)
}

fn moodle(url: &Url, more: &[(&str, &str)]) -> (Box<dyn Connector>, Http) {
    let mut settings = vec![("address", url.as_str()), ("token", Moodle::TOKEN)];
    settings.extend(more);
    (connector("moodle", &settings), http(&[url]))
}

fn find<'a>(run: &'a Run, id: &str) -> &'a Resource {
    run.resources().into_iter().find(|resource| resource.external_id == id).unwrap_or_else(|| panic!("{id}: {run:?}"))
}

const ACTIVITIES: (&str, &str) = ("activities", "true");

#[tokio::test]
async fn every_course_arrives_with_what_belongs_to_it() {
    let (sandbox, url) = start(40).await;
    let (moodle, http) = moodle(&url, &[("topic_fields", "topics, none"), ("minutes_field", "duration")]);
    let all = run(&*moodle, &http, None).await.unwrap();
    assert_eq!((all.items.len(), all.pages, all.complete), (40, 3, true), "a page a category");
    let ids: BTreeSet<_> = all.ids().into_iter().collect();
    assert!(ids.len() == 40 && !ids.contains("course-1"), "the front page is no course");
    for course in all.resources() {
        let number: u64 = course.external_id.strip_prefix("course-").unwrap().parse().unwrap();
        assert_eq!((course.title.clone(), course.kind), (format!("Course {number:03} & more"), Kind::Course));
        assert_eq!(
            (course.summary.as_str(), course.authors.as_str()),
            ("One & two.\nThree.", "Mira Adler, Jonas Brandt")
        );
        assert_eq!(course.url, sandbox.world().moodle().course_url(number));
        let path: &[&str] = [&["Top & all"][..], &["Top & all", "Below"], &["Beside"]][(number % 3) as usize];
        assert_eq!(course.topics, [path, &["Rust", "SQL"]].concat());
        assert_eq!((course.minutes, course.language.as_deref()), (Some(90), (number == 2).then_some("de")));
        assert!(course.published_at.unwrap() < course.changed_at.unwrap());
    }
    let asked = sandbox.requests().moodle.all();
    assert_eq!(asked.len(), 5, "site, categories, three of them");
    assert!(asked.iter().all(|asked| asked.method == "POST" && !asked.path.contains("wstoken")), "{asked:?}");
}

#[tokio::test]
async fn hidden_and_ended_courses_are_not_offered() {
    let mut content = content(6);
    content.moodle.courses[0].visible = false;
    content.moodle.courses[1].ended_days_ago = Some(3.0);
    let (sandbox, url) = started(content).await;
    let (plain, client) = moodle(&url, &[]);
    let first = run(&*plain, &client, None).await.unwrap();
    assert_eq!((first.items.len(), first.complete), (4, true));
    assert_eq!(BTreeSet::from_iter(first.gone.iter().map(String::as_str)), BTreeSet::from(["course-2", "course-3"]));
    // Who may not change courses is not shown those that are hidden.
    sandbox.world().moodle().set(|switches| switches.course_update = false);
    let (ended, client) = moodle(&url, &[("ended", "true")]);
    let all = run(&*ended, &client, None).await.unwrap();
    assert_eq!((all.items.len(), all.gone.len()), (5, 0));
    assert!(find(&all, "course-3").changed_at.is_none() && find(&all, "course-3").published_at.is_some());
}

#[tokio::test]
async fn edits_moves_and_deletions_follow() {
    let (sandbox, url) = start(12).await;
    let (moodle, http) = moodle(&url, &[]);
    let first = run(&*moodle, &http, None).await.unwrap();
    let world = sandbox.world().moodle();
    world.edit_course(5, |course| course.fullname = "Renamed".into()).unwrap();
    world.edit_course(6, |course| course.category = 2).unwrap();
    world.delete_course(7).unwrap();
    let new = world.add_course(3, "New", "Fresh.").unwrap();
    let second = run(&*moodle, &http, first.cursor.as_ref()).await.unwrap();
    assert_eq!((second.items.len(), second.complete), (12, true));
    assert_eq!(find(&second, "course-5").title, "Renamed");
    assert_eq!(find(&second, "course-6").topics, ["Top & all", "Below"]);
    assert_eq!(find(&second, &format!("course-{new}")).summary, "Fresh.");
    assert!(!second.ids().contains(&"course-7"));
}

#[tokio::test]
async fn activities_are_those_that_everybody_may_see() {
    let (sandbox, url) = start(14).await;
    let (moodle, client) = moodle(&url, &[ACTIVITIES]);
    // What an account sees that may do everything is no more than what it sees that may do little.
    for all_seeing in [true, false] {
        sandbox
            .world()
            .moodle()
            .set(|switches| (switches.see_hidden, switches.course_update) = (all_seeing, all_seeing));
        let all = run(&*moodle, &client, None).await.unwrap();
        assert_eq!((all.items.len(), all.complete), (14 * 3, true), "{:?}", all.rejected);
        let page = find(&all, "activity-50");
        assert_eq!((page.title.as_str(), page.kind), ("A page – Course 005 & more", Kind::Article));
        assert_eq!((page.summary.as_str(), page.topics.as_slice()), ("What it is about.", &["Beside".to_owned()][..]));
        assert_eq!(page.url, url.join("mod/page/view.php?id=50").unwrap().as_str());
        assert_eq!(find(&all, "activity-51").kind, Kind::Assessment);
        assert_eq!(find(&all, "activity-21").language.as_deref(), Some("de"));
    }
}

#[tokio::test]
async fn in_between_only_changed_courses_are_looked_into() {
    let (sandbox, url) = start(12).await;
    let (moodle, client) = moodle(&url, &[ACTIVITIES]);
    let first = run(&*moodle, &client, None).await.unwrap();
    let asked = || sandbox.requests().moodle.containing("get_contents").len();
    assert_eq!(asked(), 12);
    sandbox.requests().moodle.clear();
    let world = sandbox.world().moodle();
    let activity = world.add_activity(9, "book", "A new book").unwrap();
    world.edit_course(4, |course| course.visible = false).unwrap();
    let second = run(&*moodle, &client, first.cursor.as_ref()).await.unwrap();
    // The one that had changed last is looked into once more, since another change may have had the same time.
    assert_eq!((asked(), second.complete, second.gone.as_slice()), (2, false, &["course-4".to_owned()][..]));
    assert_eq!(find(&second, &format!("activity-{activity}")).kind, Kind::Book);
    assert_eq!(second.items.len(), 11 + 3 + 2, "every course, and the activities of two");
    // Who is not told what changed waits for the next full run.
    world.set(|switches| switches.course_update = false);
    sandbox.requests().moodle.clear();
    let third = run(&*moodle, &client, second.cursor.as_ref()).await.unwrap();
    assert_eq!((asked(), third.complete), (0, false));
    let (daily, client) = self::moodle(&url, &[ACTIVITIES, ("full_days", "0")]);
    let full = run(&*daily, &client, third.cursor.as_ref()).await.unwrap();
    assert_eq!((asked(), full.complete), (11, true));
}

#[tokio::test]
async fn a_run_goes_on_where_it_stopped() {
    let (sandbox, url) = start(45).await;
    let (moodle, client) = moodle(&url, &[ACTIVITIES]);
    sandbox.faults().moodle.add(Fault::Status { code: 500 }.always().on("get_contents").from_page(23));
    let (mut seen, mut cursor) = (Vec::new(), None);
    let error = loop {
        match moodle.page(&client, cursor.as_ref()).await {
            Ok(page) => {
                seen.extend(page.items.iter().map(|item| item.external_id().to_owned()));
                let Next::More(next) = page.next else { panic!("it cannot end") };
                cursor = Some(next);
            }
            Err(error) => break error,
        }
    };
    assert!(matches!(error, Error::Status { status: 500, .. }), "{error}");
    sandbox.clear_faults();
    let (again, client) = self::moodle(&url, &[ACTIVITIES]);
    let rest = run(&*again, &client, cursor.as_ref()).await.unwrap();
    seen.extend(rest.ids().into_iter().map(str::to_owned));
    let once: BTreeSet<_> = seen.iter().collect();
    assert_eq!((seen.len(), once.len(), rest.complete), (45 * 3, 45 * 3, true));
    // With other settings the cursor means nothing, and everything is read.
    let (other, client) = self::moodle(&url, &[("category", "2")]);
    let below = run(&*other, &client, rest.cursor.as_ref()).await.unwrap();
    assert_eq!((below.items.len(), below.complete), (15, true));
    assert!(below.resources().iter().all(|course| course.topics == ["Top & all", "Below"]));
}

#[tokio::test]
async fn a_category_is_read_with_what_is_below_it() {
    let (_sandbox, url) = start(12).await;
    let (top, client) = moodle(&url, &[("category", "1")]);
    assert_eq!(run(&*top, &client, None).await.unwrap().items.len(), 8);
    let (none, client) = moodle(&url, &[("category", "9")]);
    let error = run(&*none, &client, None).await.unwrap_err();
    assert!(error.to_string().contains("no category 9"), "{error}");
}

#[tokio::test]
async fn texts_in_several_languages_come_in_one() {
    let mut content = content(1);
    let both =
        |one: &str, other: &str| MoodleText::Several(vec![("en".into(), one.into()), ("de".into(), other.into())]);
    content.moodle.courses[0].summary = both("<p>Safety first.</p>", "<p>Sicherheit zuerst.</p>");
    content.moodle.courses[0].lang = String::new();
    content.moodle.categories[2].name = both("Duties", "Pflichten");
    let (sandbox, url) = started(content).await;
    for filter in [true, false] {
        sandbox.world().moodle().set(|switches| switches.multilang = filter);
        for (language, summary) in [("de", "Sicherheit zuerst."), ("en", "Safety first."), ("fr", "Safety first.")] {
            let (moodle, client) = moodle(&url, &[("language", language)]);
            let all = run(&*moodle, &client, None).await.unwrap();
            let course = find(&all, "course-2");
            assert_eq!((course.summary.as_str(), course.language.as_deref()), (summary, Some(language)), "{filter}");
            if filter {
                assert_eq!(course.topics, [if language == "de" { "Pflichten" } else { "Duties" }]);
            }
        }
    }
}

#[tokio::test]
async fn a_token_opens_the_site() {
    let (sandbox, url) = start(4).await;
    let (right, client) = moodle(&url, &[]);
    let steps = right.test(&client).await;
    assert!(steps.len() == 4 && steps.iter().all(|step| step.outcome.is_ok()), "{steps:?}");
    let told = format!("{steps:?}");
    assert!(
        told.contains("Signed in as atrium") && told.contains("Moodle 4.5") && told.contains("Course 003"),
        "{told}"
    );
    let all = run(&*right, &client, None).await.unwrap();
    let kept = format!("{:?} {:?} {told}", all.cursor, client.outcomes());
    assert!(!kept.contains(Moodle::TOKEN), "{kept}");

    let wrong = "0123456789abcdef0123456789abcdef";
    let (stranger, client) = moodle(&url, &[("token", wrong)]);
    let steps = stranger.test(&client).await;
    let refused = steps.last().unwrap().outcome.clone().unwrap_err();
    assert!(matches!(&refused, Error::SignIn { reason, .. } if reason.contains("token not found")), "{refused}");
    assert!(steps.len() == 3 && !format!("{steps:?} {:?}", client.outcomes()).contains(wrong));

    let world = sandbox.world().moodle();
    let refusal = async |more: &[(&str, &str)]| {
        let (moodle, client) = moodle(&url, more);
        let steps = moodle.test(&client).await;
        let error = run(&*moodle, &client, None).await.unwrap_err();
        assert!(matches!(error, Error::SignIn { .. }) && steps.len() == 3, "{error}; {steps:?}");
        error.to_string()
    };
    world.set(|switches| switches.functions.retain(|name| name != "core_course_get_contents"));
    assert!(refusal(&[ACTIVITIES]).await.contains("lacks core_course_get_contents;"));
    let (courses, client) = moodle(&url, &[]);
    assert!(run(&*courses, &client, None).await.is_ok(), "without activities nobody needs it");
    world.set(|switches| switches.token_expired = true);
    let told = refusal(&[]).await;
    assert!(told.contains("Access control exception") && told.contains("expired"), "{told}");
    world.set(|switches| (switches.token_expired, switches.rest_use, switches.debugging) = (false, false, true));
    assert!(refusal(&[]).await.contains("webservice/rest:use"));
    world.set(|switches| switches.web_services = false);
    assert!(refusal(&[]).await.contains("Advanced features"));
}

#[tokio::test]
async fn a_course_that_is_closed_to_the_account_is_set_aside() {
    let (sandbox, url) = start(3).await;
    sandbox.world().moodle().set(|switches| switches.course_view = false);
    let (moodle, client) = moodle(&url, &[ACTIVITIES]);
    let all = run(&*moodle, &client, None).await.unwrap();
    assert_eq!((all.items.len(), all.rejected.len(), all.complete), (3, 3, false), "what is public arrives");
    assert!(all.rejected.iter().all(|each| each.reason.contains("Not enrolled")), "{:?}", all.rejected);
}

#[tokio::test]
async fn maintenance_is_waited_out() {
    let (sandbox, url) = start(3).await;
    sandbox.world().moodle().set(|switches| switches.maintenance = true);
    let (moodle, client) = moodle(&url, &[]);
    let error = run(&*moodle, &client, None).await.unwrap_err();
    assert!(matches!(error, Error::Busy { .. }) && error.is_temporary(), "{error}");
    assert_eq!(sandbox.requests().moodle.count(), 1 + u64::from(client.policy().retries), "although it is a POST");
}

#[tokio::test]
async fn each_fault_has_its_name() {
    let (sandbox, url) = start(9).await;
    let fails = async |fault: Fault, part: &str| {
        sandbox.clear_faults();
        sandbox.faults().moodle.add(fault.always().on(part));
        let (moodle, client) = moodle(&url, &[]);
        run(&*moodle, &client, None).await.unwrap_err()
    };
    let error = fails(Fault::HtmlInstead, "by_field").await;
    assert!(matches!(&error, Error::Format { found, .. } if found.contains("HTML")), "{error}");
    assert!(matches!(fails(Fault::InvalidJson, "categories").await, Error::Format { .. }));
    assert!(matches!(fails(Fault::EndlessBody, "by_field").await, Error::TooLarge { .. }));
    assert!(matches!(fails(Fault::CutBody { at_bytes: 50 }, "by_field").await, Error::Cut { .. }));
    assert!(matches!(fails(Fault::Status { code: 500 }, "by_field").await, Error::Status { status: 500, .. }));
    assert!(matches!(fails(Fault::Status { code: 403 }, "by_field").await, Error::SignIn { .. }));
    let elsewhere = Fault::RedirectTo { url: url.join("/elsewhere").unwrap() };
    assert!(matches!(fails(elsewhere, "site_info").await, Error::Redirect { .. }), "the token is not passed on");
    let wait = Some(RetryAfter::Seconds(900));
    let error = fails(Fault::RateLimited { retry_after: wait }, "by_field").await;
    assert_eq!(error.retry_after().map(|wait| wait.as_secs()), Some(900));
    // What passes is tried again, although it is a POST.
    for fault in [
        Fault::Status { code: 500 },
        Fault::CutBody { at_bytes: 50 },
        Fault::RateLimited { retry_after: Some(RetryAfter::Seconds(1)) },
    ] {
        sandbox.clear_faults();
        sandbox.faults().moodle.add(fault.times(1).on("by_field"));
        let (moodle, client) = moodle(&url, &[]);
        assert_eq!(run(&*moodle, &client, None).await.unwrap().items.len(), 9);
    }
    sandbox.clear_faults();
    sandbox.faults().moodle.add(Fault::Slow { ms: 3000 }.always());
    let (moodle, _) = moodle(&url, &[]);
    let policy = Policy { timeout: std::time::Duration::from_millis(200), retries: 1, ..common::policy(&[&url]) };
    let error = run(&*moodle, &Http::new(policy), None).await.unwrap_err();
    assert!(matches!(error, Error::Timeout { .. }), "{error}");
}

#[tokio::test]
async fn broken_courses_and_activities_are_set_aside() {
    let (sandbox, url) = start(9).await;
    for (fault, part, kept) in [
        (Fault::ItemWithoutId, "by_field", 6),
        (Fault::DuplicateIds, "by_field", 6),
        (Fault::ItemWithoutId, "contents", 9 + 9),
        (Fault::DuplicateIds, "contents", 9 + 9),
    ] {
        sandbox.clear_faults();
        sandbox.faults().moodle.add(fault.clone().always().on(part));
        let (moodle, client) = moodle(&url, if part == "contents" { &[ACTIVITIES] } else { &[] });
        let all = run(&*moodle, &client, None).await.unwrap();
        assert!(!all.rejected.is_empty() && !all.complete, "{fault:?} {part}");
        assert_eq!(all.items.len(), kept, "{fault:?} {part}: {:?}", all.rejected);
    }
    for fault in [Fault::ScriptInContent, Fault::HugeItem { bytes: 2_000_000 }] {
        sandbox.clear_faults();
        sandbox.faults().moodle.add(fault.always());
        let (moodle, client) = moodle(&url, &[ACTIVITIES]);
        for resource in run(&*moodle, &client, None).await.unwrap().resources() {
            assert!(!resource.summary.contains("<script") && !resource.summary.contains("onerror"), "{resource:?}");
            assert!(resource.summary.chars().count() <= 4000);
        }
    }
}

#[tokio::test]
async fn something_else_at_the_address_is_told_from_moodle() {
    let (sandbox, url) = start(1).await;
    for fault in [Fault::HtmlInstead, Fault::Status { code: 404 }] {
        sandbox.clear_faults();
        sandbox.faults().moodle.add(fault.always());
        let (moodle, client) = moodle(&url, &[]);
        let error = moodle.test(&client).await.pop().unwrap().outcome.unwrap_err();
        let told =
            matches!(&error, Error::Mistaken { look, .. } | Error::Absent { look, .. } if look.name.contains("Moodle"));
        assert!(told, "{error}");
    }
    // The wiki next door answers there as well, with a page of its own.
    let wiki = sandbox.urls().wiki.clone();
    let (moodle, client) = moodle(&wiki, &[]);
    assert!(moodle.test(&client).await.pop().unwrap().outcome.is_err());
}

#[tokio::test]
async fn the_organisation_in_the_box_is_read() {
    let (sandbox, url) = started(Content::embedded().unwrap()).await;
    let (moodle, client) = moodle(&url, &[ACTIVITIES, ("topic_fields", "topics"), ("minutes_field", "duration")]);
    let all = run(&*moodle, &client, None).await.unwrap();
    let courses = all.resources().into_iter().filter(|each| each.external_id.starts_with("course-"));
    let ids: BTreeSet<_> = courses.map(|course| course.external_id.clone()).collect();
    // One of those that everybody may see is over.
    assert_eq!((ids.len(), all.rejected.len(), all.complete), (sandbox.world().moodle().courses().len() - 1, 0, true));
    let calibration = find(&all, "course-6");
    assert_eq!(calibration.topics, ["Firmware & devices", "Calibration & production", "Electronics", "Statistics"]);
    assert_eq!((calibration.minutes, calibration.authors.as_str()), (Some(240), "Sunita Rao, Pieter van Dijk"));
    assert_eq!(find(&all, "course-13").title, "Safety in the pressure lab");
    assert!(
        !all.titles().iter().any(|title| title.contains("Answers to the quiz") || title.contains("rehearsal's leader"))
    );
}

/// Answers each function as told.
async fn odd(answers: impl Fn(&str) -> serde_json::Value + Clone + Send + Sync + 'static) -> Server {
    let serve = move |uri: axum::http::Uri| {
        let function = uri.query().unwrap_or_default().split(['=', '&']).nth(1).unwrap_or_default().to_owned();
        let answer = answers(&function);
        async move { Json(answer) }
    };
    Server::start(Router::new().route("/moodle/webservice/rest/server.php", post(serve))).await
}

fn info(url: &str) -> serde_json::Value {
    let functions = ["core_course_get_categories", "core_course_get_courses_by_field", "core_course_get_contents"];
    let functions: Vec<_> = functions.iter().map(|name| json!({ "name": name, "version": "1" })).collect();
    json!({"sitename": "Odd", "username": "u", "siteurl": url, "functions": functions, "release": "3.11"})
}

#[tokio::test]
async fn odd_answers_are_understood() {
    // Links lead where the site says that people go; numbers come as text; categories lead in a circle.
    let server = odd(|function| match function {
        "core_webservice_get_site_info" => info("https://learn.example.org/moodle"),
        "core_course_get_categories" => {
            json!([{"id": "4", "name": "A", "parent": 5}, {"id": 5, "name": "B", "parent": 4}])
        }
        _ => json!({"courses": [{"id": "7", "categoryid": "4", "fullname": "{mlang de}Eins{mlang}{mlang en}One{mlang}",
                     "summary": "", "visible": "1", "contacts": []}], "warnings": []}),
    })
    .await;
    let at = server.at("/moodle/");
    let (moodle, client) = self::moodle(&at, &[("language", "de")]);
    let all = run(&*moodle, &client, None).await.unwrap();
    let course = find(&all, "course-7");
    assert_eq!(
        (course.title.as_str(), course.url.as_str()),
        ("Eins", "https://learn.example.org/moodle/course/view.php?id=7")
    );
    assert!(all.complete && course.topics.len() <= 20 && course.topics.contains(&"B".to_owned()));

    let say = |categories: serde_json::Value| {
        move |function: &str| match function {
            "core_webservice_get_site_info" => info("javascript:alert(1)"),
            _ => categories.clone(),
        }
    };
    let fails = async |categories: serde_json::Value| {
        let server = odd(say(categories)).await;
        let (moodle, client) = self::moodle(&server.at("/moodle"), &[]);
        run(&*moodle, &client, None).await.unwrap_err()
    };
    // A class of PHP's own has no code; an error before Moodle knows who asks has no class.
    let error = fails(json!({"exception": "TypeError", "message": "count(): null given"})).await;
    assert!(matches!(&error, Error::Api { code, .. } if code == "TypeError"), "{error}");
    let error = fails(json!({"error": "Invalid token", "errorcode": "invalidtoken", "stacktrace": null})).await;
    assert!(matches!(error, Error::SignIn { .. }), "{error}");
    let error = fails(json!({"exception": "invalid_parameter_exception", "errorcode": "invalidparameter",
        "message": "Invalid parameter value detected", "debuginfo": format!("token {}", Moodle::TOKEN)}))
    .await;
    assert!(matches!(error, Error::Api { .. }) && !format!("{error:?}").contains(Moodle::TOKEN), "{error}");
    assert!(matches!(fails(json!(null)).await, Error::Format { .. }));
    let error = fails(json!([])).await;
    assert!(matches!(error, Error::SignIn { .. }), "a Moodle has a category, or hides them: {error}");
}
