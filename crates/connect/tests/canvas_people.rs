//! The people of Canvas against the sandbox's.

mod common;

use common::{connector, http};
use connect::{Completion, Connector, Cursor, Enrolment, Error, Http, Next, Rejected};
use sandbox::{Canvas, CanvasCourse, CanvasEnrolment, CanvasPerson, Content, Fault, Options, Running, Sandbox};
use url::Url;

/// People 101 and on, all in course 1, whose modules have four requirements; every second one has a confirmed address, every
/// third one has finished.
fn person(id: u64) -> CanvasPerson {
    let done = id.is_multiple_of(3);
    CanvasPerson {
        id,
        name: format!("Person {id}"),
        login: format!("login{id}"),
        sis: format!("N{id}"),
        email: format!("p{id}@halden.example"),
        confirmed: id.is_multiple_of(2),
        courses: vec![CanvasEnrolment {
            course: 1,
            enrolled_days_ago: 30.0,
            active_days_ago: Some(3.0),
            requirements: 4,
            met: if done { 4 } else { 1 },
            completed_days_ago: done.then_some(4.0),
            state: String::new(),
        }],
    }
}

async fn start(people: u64) -> (Running, Url) {
    let course = |id: u64| CanvasCourse {
        id,
        name: format!("Course {id}"),
        state: "available".into(),
        created_days_ago: 100.0,
        ..CanvasCourse::default()
    };
    let mut content = Content::default();
    content.canvas.courses = (1..=3).map(course).collect();
    content.canvas.people = (101..101 + people).map(person).collect();
    let running = Sandbox::start(Options { content: Some(content), ..Options::default() }).await.unwrap();
    let url = running.urls().canvas.clone();
    (running, url)
}

fn canvas(url: &Url, more: &[(&str, &str)]) -> (Box<dyn Connector>, Http) {
    let mut settings = vec![("address", url.as_str()), ("token", Canvas::TOKEN), ("progress", "true")];
    settings.extend(more);
    (connector("canvas", &settings), http(&[url]))
}

#[derive(Debug, Default)]
struct Run {
    all: Vec<Enrolment>,
    rejected: Vec<Rejected>,
    complete: bool,
}

/// Runs to the end, each page by a new connector, as after a crash.
async fn run(url: &Url, more: &[(&str, &str)]) -> Result<Run, Error> {
    let (mut run, mut at) = (Run::default(), None::<Cursor>);
    for _ in 0..200 {
        let (connector, client) = canvas(url, more);
        let page = connector.progress().expect("Canvas can tell").page(&client, at.as_ref()).await?;
        run.all.extend(page.enrolments);
        run.rejected.extend(page.rejected);
        match page.next {
            Next::More(cursor) => at = Some(serde_json::from_str(&serde_json::to_string(&cursor).unwrap()).unwrap()),
            Next::Done { cursor, complete } => {
                assert!(cursor.is_none(), "each run begins anew");
                run.complete = complete;
                return Ok(run);
            }
            Next::Unchanged { .. } => panic!("nothing says so"),
        }
    }
    panic!("the run does not end")
}

#[tokio::test]
async fn everybody_in_a_course_arrives_page_by_page() {
    let (sandbox, url) = start(130).await;
    let all = run(&url, &[]).await.unwrap();
    assert_eq!((all.all.len(), all.rejected.len(), all.complete), (130, 0, true), "{:?}", all.rejected);
    for enrolment in &all.all {
        let id: u64 = enrolment.learner.id.strip_prefix("user-").unwrap().parse().unwrap();
        let (learner, done) = (&enrolment.learner, id.is_multiple_of(3));
        assert_eq!(enrolment.course, "course-1", "the id that the resource has");
        assert_eq!(
            (learner.name.clone(), learner.username.clone()),
            (format!("Person {id}"), Some(format!("login{id}")))
        );
        assert_eq!(learner.number.clone(), Some(format!("N{id}")));
        let mail = (Some(format!("p{id}@halden.example")), id.is_multiple_of(2));
        assert_eq!((learner.email.clone(), learner.email_verified), mail);
        assert_eq!(enrolment.progress, Some(if done { 1.0 } else { 0.25 }));
        let (since, seen) = (enrolment.enrolled_at.unwrap(), enrolment.last_access_at.unwrap());
        match enrolment.completion {
            Completion::Done { at } => assert!(done && (since..seen).contains(&at.unwrap())),
            other => assert_eq!((other, done), (Completion::Open, false)),
        }
    }
    // Whose addresses nobody needs to know is not asked for them.
    sandbox.requests().canvas.clear();
    let by_login = run(&url, &[("progress_match", "username")]).await.unwrap();
    assert!(by_login.all.iter().all(|each| each.learner.email.is_none()));
    assert!(!sandbox.requests().canvas.all().iter().any(|asked| asked.path.contains("communication_channels")));
}

#[tokio::test]
async fn what_the_account_may_not_know_is_unknown_and_not_denied() {
    let (sandbox, url) = start(4).await;
    let world = sandbox.world().canvas();
    world.edit_person(101, |person| person.courses[0].requirements = 0).unwrap();
    world.edit_person(102, |person| person.courses[0].state = "inactive".into()).unwrap();
    world.edit_person(103, |person| person.courses[0].state = "completed".into()).unwrap();
    world.edit_person(104, |person| person.email = String::new()).unwrap();
    let all = run(&url, &[]).await.unwrap();
    let ids: Vec<_> = all.all.iter().map(|each| each.learner.id.as_str()).collect();
    assert_eq!(ids, ["user-101", "user-103", "user-104"], "who takes it, and who took it");
    assert_eq!((all.all[0].completion, all.all[0].progress), (Completion::Unknown, None), "it has no end");
    assert_eq!(all.all[2].learner.email, None, "a telephone is no address");
    world.set(|switches| (switches.view_all_grades, switches.read_channels) = (false, false));
    let all = run(&url, &[]).await.unwrap();
    assert!(all.complete && all.all.iter().all(|each| each.completion == Completion::Unknown));
    assert!(all.all.iter().all(|each| each.learner.email.is_none() && !each.learner.email_verified));
    let (right, client) = canvas(&url, &[]);
    let refused = right.test(&client).await.last().unwrap().outcome.clone().unwrap_err();
    assert!(refused.to_string().contains("no mail addresses"), "{refused}");
    let (by_number, client) = canvas(&url, &[("progress_match", "number")]);
    assert!(by_number.test(&client).await.iter().all(|step| step.outcome.is_ok()));
}

#[tokio::test]
async fn faults_end_the_run_or_set_a_course_aside() {
    let (sandbox, url) = start(60).await;
    let fails = async |fault: Fault, part: &str| {
        sandbox.clear_faults();
        sandbox.faults().canvas.add(fault.always().on(part));
        run(&url, &[("progress_match", "number")]).await
    };
    let error = fails(Fault::Status { code: 503 }, "enrollments").await.unwrap_err();
    assert!(error.is_temporary(), "{error}");
    let error = fails(Fault::Status { code: 401 }, "accounts/self/courses").await.unwrap_err();
    assert!(matches!(error, Error::SignIn { .. }) && !error.is_temporary(), "a token that has ended: {error}");
    let error = fails(Fault::RateLimited { retry_after: None }, "bulk_user_progress").await.unwrap_err();
    assert!(matches!(error, Error::RateLimited { .. }), "{error}");
    for fault in [Fault::HtmlInstead, Fault::CursorBackwards] {
        let aside = fails(fault.clone(), "enrollments").await.unwrap();
        assert!(!aside.complete && !aside.rejected.is_empty(), "{fault:?}: {aside:?}");
        assert!(aside.rejected[0].reason.contains("people cannot be read"), "{:?}", aside.rejected[0]);
    }
    assert!(!sandbox.requests().canvas.all().iter().any(|asked| asked.path.contains(Canvas::TOKEN)));
}
