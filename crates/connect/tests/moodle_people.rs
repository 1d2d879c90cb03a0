//! The people of Moodle against the sandbox's site.

mod common;

use common::{connector, http};
use connect::{Completion, Connector, Cursor, Enrolment, Error, Http, MatchBy, Next, Reading, Rejected, Settings};
use sandbox::{
    Content, Fault, Moodle, MoodleCategory, MoodleContent, MoodleCourse, MoodleEnrolment, MoodlePerson, Options,
    Running, Sandbox,
};
use url::Url;

fn course(id: u64) -> MoodleCourse {
    MoodleCourse {
        id,
        fullname: format!("Course {id}").as_str().into(),
        shortname: format!("C{id}"),
        category: id % 2 + 1,
        summary: "About.".into(),
        lang: String::new(),
        visible: true,
        teachers: Vec::new(),
        created_days_ago: 300.0,
        modified_days_ago: 100.0,
        ended_days_ago: None,
        fields: Default::default(),
        sections: Vec::new(),
    }
}

/// People 101 and on, all in course 2; every second one is verified, every third one has finished it.
fn person(id: u64) -> MoodlePerson {
    let taken = MoodleEnrolment {
        course: 2,
        last_access_days_ago: Some(3.0),
        progress: Some(50.0),
        completed_days_ago: id.is_multiple_of(3).then_some(4.0),
        suspended: false,
    };
    MoodlePerson {
        id,
        username: format!("user{id}"),
        name: format!("Person {id} & more"),
        email: format!("p{id}@halden.example"),
        number: format!("N{id}"),
        confirmed: id.is_multiple_of(2),
        hidden: false,
        courses: vec![taken],
    }
}

async fn start(people: u64) -> (Running, Url) {
    let category = |id: u64| MoodleCategory { id, name: format!("Category {id}").as_str().into(), parent: 0 };
    let moodle = MoodleContent {
        categories: vec![category(1), category(2)],
        courses: (2..=4).map(course).collect(),
        people: (101..101 + people).map(person).collect(),
    };
    let content = Content { moodle, ..Content::default() };
    let running = Sandbox::start(Options { content: Some(content), ..Options::default() }).await.unwrap();
    let url = running.urls().moodle.clone();
    (running, url)
}

fn moodle(url: &Url, more: &[(&str, &str)]) -> (Box<dyn Connector>, Http) {
    let mut settings = vec![("address", url.as_str()), ("token", Moodle::TOKEN), ("progress", "true")];
    settings.extend(more);
    (connector("moodle", &settings), http(&[url]))
}

#[derive(Debug, Default)]
struct Run {
    all: Vec<Enrolment>,
    rejected: Vec<Rejected>,
    pages: usize,
    complete: bool,
}

impl Run {
    fn of(&self, id: u64) -> &Enrolment {
        let id = format!("user-{id}");
        self.all.iter().find(|each| each.learner.id == id).unwrap_or_else(|| panic!("{id}: {self:?}"))
    }
}

/// Runs to the end, each page by a new connector, as after a crash.
async fn run(url: &Url, more: &[(&str, &str)]) -> Result<Run, Error> {
    let (mut run, mut at) = (Run::default(), None::<Cursor>);
    loop {
        let (connector, client) = moodle(url, more);
        let page = connector.progress().expect("Moodle can tell").page(&client, at.as_ref()).await?;
        run.pages += 1;
        assert!(run.pages < 500, "the run does not end");
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
}

#[tokio::test]
async fn everybody_in_a_course_arrives_page_by_page() {
    let (sandbox, url) = start(130).await;
    let all = run(&url, &[]).await.unwrap();
    assert_eq!((all.all.len(), all.rejected.len(), all.complete), (130, 0, true), "{:?}", all.rejected);
    for enrolment in &all.all {
        let id: u64 = enrolment.learner.id.strip_prefix("user-").unwrap().parse().unwrap();
        let learner = &enrolment.learner;
        assert_eq!(enrolment.course, "course-2", "the id that the resource has");
        assert_eq!(learner.name, format!("Person {id} & more"));
        assert_eq!(
            (learner.email.clone(), learner.email_verified),
            (Some(format!("p{id}@halden.example")), id.is_multiple_of(2))
        );
        assert_eq!(
            (learner.username.clone(), learner.number.clone()),
            (Some(format!("user{id}")), Some(format!("N{id}")))
        );
        assert_eq!((enrolment.enrolled_at, enrolment.progress), (None, Some(0.5)), "Moodle does not tell since when");
        let seen = enrolment.last_access_at.unwrap();
        match enrolment.completion {
            Completion::Done { at } => assert!(id.is_multiple_of(3) && at.unwrap() < seen),
            other => assert_eq!((other, id.is_multiple_of(3)), (Completion::Open, false)),
        }
    }
    let asked = sandbox.requests().moodle.all();
    assert!(asked.iter().all(|asked| asked.method == "POST" && !asked.path.contains(Moodle::TOKEN)));
    let finished = asked.iter().filter(|asked| asked.path.contains("completion_status")).count();
    assert_eq!(finished, all.all.iter().filter(|each| matches!(each.completion, Completion::Done { .. })).count());
}

#[tokio::test]
async fn who_may_not_be_seen_ends_no_list() {
    let (sandbox, url) = start(120).await;
    let world = sandbox.world().moodle();
    // A whole page of them, and some that are not in the course any more.
    for id in 101..=150 {
        world.edit_person(id, |person| person.hidden = true).unwrap();
    }
    for id in 151..=155 {
        world.edit_person(id, |person| person.courses[0].suspended = true).unwrap();
    }
    world.edit_person(156, |person| person.email = String::new()).unwrap();
    world
        .edit_person(157, |person| person.courses.push(MoodleEnrolment { course: 3, ..MoodleEnrolment::default() }))
        .unwrap();
    let all = run(&url, &[]).await.unwrap();
    assert_eq!((all.all.len(), all.complete), (66, true), "a page on which nobody may be seen is not the last");
    assert!(all.of(156).learner.email.is_none());
    assert_eq!(all.all.iter().filter(|each| each.learner.id == "user-157").count(), 2, "in both courses");
    assert!(!all.all.iter().any(|each| each.learner.id == "user-152"), "an enrolment that is not active");
}

#[tokio::test]
async fn what_the_account_may_not_know_is_unknown_and_not_denied() {
    let (sandbox, url) = start(6).await;
    let world = sandbox.world().moodle();
    world.set(|switches| switches.view_completion = false);
    let all = run(&url, &[]).await.unwrap();
    assert!(all.all.iter().all(|each| each.completion == Completion::Unknown && each.progress.is_none()));
    world.set(|switches| switches.view_all_details = false);
    let all = run(&url, &[]).await.unwrap();
    let learner = &all.of(102).learner;
    assert!(!learner.email_verified && learner.username.is_none() && learner.number.is_none(), "{learner:?}");
    // The connection test says so where the names are needed.
    let (by_name, client) = moodle(&url, &[("progress_match", "username")]);
    let steps = by_name.test(&client).await;
    let refused = steps.last().unwrap().outcome.clone().unwrap_err();
    assert!(refused.to_string().contains("moodle/user:viewalldetails"), "{refused}");
    world.set(|switches| switches.view_participants = false);
    let error = run(&url, &[]).await.unwrap_err();
    assert!(matches!(&error, Error::SignIn { reason, .. } if reason.contains("View participants")), "{error}");
}

#[tokio::test]
async fn a_token_that_ends_or_lacks_a_function_says_so() {
    let (sandbox, url) = start(3).await;
    let world = sandbox.world().moodle();
    let (right, client) = moodle(&url, &[]);
    assert!(right.test(&client).await.iter().all(|step| step.outcome.is_ok()));
    world.set(|switches| switches.functions.retain(|name| name != "core_completion_get_course_completion_status"));
    let error = run(&url, &[]).await.unwrap_err();
    assert!(error.to_string().contains("lacks core_completion_get_course_completion_status;"), "{error}");
    let steps = right.test(&client).await;
    assert!(steps.last().unwrap().outcome.clone().unwrap_err().to_string().contains("completion_status"));
    let (courses, client) =
        (connector("moodle", &[("address", url.as_str()), ("token", Moodle::TOKEN)]), http(&[&url]));
    assert!(courses.test(&client).await.iter().all(|step| step.outcome.is_ok()), "courses alone need none of it");
    world.set(|switches| switches.token_expired = true);
    let error = run(&url, &[]).await.unwrap_err();
    assert!(matches!(&error, Error::SignIn { .. }) && error.to_string().contains("expired"), "{error}");
    assert!(!error.is_temporary() && !error.to_string().contains(Moodle::TOKEN));
}

#[tokio::test]
async fn faults_end_the_run_or_set_a_course_aside() {
    let (sandbox, url) = start(60).await;
    let fails = async |fault: Fault, part: &str| {
        sandbox.clear_faults();
        sandbox.faults().moodle.add(fault.always().on(part));
        run(&url, &[]).await
    };
    let error = fails(Fault::CursorBackwards, "enrolled_users").await.unwrap_err();
    assert!(matches!(&error, Error::Loop { reason, .. } if reason.contains("goes back")), "{error}");
    let error = fails(Fault::Status { code: 503 }, "users_courses").await.unwrap_err();
    assert!(error.is_temporary(), "{error}");
    let aside = fails(Fault::HtmlInstead, "enrolled_users").await.unwrap();
    assert_eq!((aside.all.len(), aside.rejected.len(), aside.complete), (0, 3, false), "{:?}", aside.rejected);
    assert!(aside.rejected[0].reason.contains("people cannot be read"));
}

#[test]
fn other_systems_tell_nothing_of_people() {
    let feeds = connector("feeds", &[("address", "https://a.example/feed")]);
    assert!(feeds.progress().is_none());
    let settings = |pairs: &[(&str, &str)]| -> Settings {
        pairs.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect()
    };
    let base = [("address", "https://m.example"), ("token", "abc"), ("progress", "true")];
    let all = |more: &[(&str, &str)]| settings(&[&base[..], more].concat());
    let faults =
        |more: &[(&str, &str)]| connect::system("moodle").unwrap().connect(&all(more)).err().unwrap_or_default();
    assert!(faults(&[("progress_minutes", "60"), ("progress_match", "number")]).is_empty());
    assert!(faults(&[("progress_minutes", "5")]).contains_key("progress_minutes"));
    assert!(faults(&[("progress_match", "name")]).contains_key("progress_match"));
    assert_eq!(Reading::of(&all(&[])).unwrap().match_by, MatchBy::Email);
}
