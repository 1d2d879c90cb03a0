//! LinkedIn Learning against the sandbox's API.

mod common;

use std::time::Duration;

use common::{Run, connector, http, run};
use connect::{Connector, Error, Http, Kind, Level, Next, Resource};
use sandbox::{Content, Fault, LinkedIn, LinkedInAsset, Login, Options, RetryAfter, Running, Sandbox};
use url::Url;

const SECRET: &str = "geheimer-schluessel-von-linkedin";

fn asset(id: u64) -> LinkedInAsset {
    LinkedInAsset {
        id,
        title: format!("Course {id:03}"),
        description: "What it is about.".into(),
        video: id.is_multiple_of(10),
        seconds: 5400,
        level: "INTERMEDIATE".into(),
        authors: vec!["Mira Adler".into(), "Jonas Brandt".into()],
        skills: vec!["Rust".into()],
        locale: if id.is_multiple_of(7) { "de-DE".into() } else { String::new() },
        days_ago: 20.0,
        retired: id == 3,
    }
}

async fn start(count: u64) -> (Running, Url) {
    let mut content = Content::default();
    content.linkedin.assets = (1..=count).map(asset).collect();
    let client = Login { username: "client".into(), password: SECRET.into() };
    let options = Options { content: Some(content), linkedin_client: Some(client), ..Options::default() };
    let running = Sandbox::start(options).await.unwrap();
    let url = running.urls().linkedin.clone();
    (running, url)
}

fn library(url: &Url, more: &[(&str, &str)]) -> (Box<dyn Connector>, Http) {
    let (api, tokens) = (url.join("v2/").unwrap(), url.join("oauth/v2/accessToken").unwrap());
    let mut settings = vec![
        ("address", "https://www.linkedin.com/learning/"),
        ("client", "client"),
        ("secret", SECRET),
        ("api", api.as_str()),
        ("tokens", tokens.as_str()),
    ];
    settings.extend(more);
    (connector("linkedin", &settings), http(&[url]))
}

fn find<'a>(run: &'a Run, id: &str) -> &'a Resource {
    run.resources().into_iter().find(|resource| resource.external_id == id).unwrap_or_else(|| panic!("{id}: {run:?}"))
}

#[tokio::test]
async fn the_whole_catalogue_of_a_language_arrives() {
    let (sandbox, url) = start(230).await;
    let (edu, client) = library(&url, &[]);
    let all = run(&*edu, &client, None).await.unwrap();
    // 23 videos; 32 in German, three of them videos; one retired.
    assert_eq!((all.items.len(), all.pages, all.complete), (177, 2, true), "{:?}", all.rejected);
    let course = find(&all, "urn:li:lyndaCourse:4");
    assert_eq!((course.title.as_str(), course.kind, course.minutes), ("Course 004", Kind::Course, Some(90)));
    assert_eq!((course.level, course.language.as_deref()), (Some(Level::Intermediate), Some("en-US")));
    assert_eq!(
        (course.authors.as_str(), course.topics.as_slice()),
        ("Mira Adler, Jonas Brandt", &["Rust".to_owned()][..])
    );
    assert_eq!(
        (course.url.as_str(), course.summary.as_str()),
        ("https://www.linkedin.com/learning/course-004", "What it is about.")
    );
    assert!(course.published_at.is_some() && course.changed_at.is_some());
    assert_eq!(sandbox.world().linkedin().tokens_given(), 1);
    let (both, client) = library(&url, &[("content", "both"), ("locale", "de-DE")]);
    let all = run(&*both, &client, None).await.unwrap();
    assert_eq!((all.items.len(), all.complete), (32, true));
    assert_eq!(find(&all, "urn:li:lyndaVideo:70").kind, Kind::Video);
}

#[tokio::test]
async fn later_runs_ask_for_changes_and_pass_over_what_is_repeated() {
    let (sandbox, url) = start(120).await;
    let (edu, client) = library(&url, &[]);
    let first = run(&*edu, &client, None).await.unwrap();
    let world = sandbox.world().linkedin();
    world.edit(5, |asset| asset.title = "Another title".into()).unwrap();
    world.edit(6, |asset| asset.retired = true).unwrap();
    world.add(LinkedInAsset { title: "New".into(), ..asset(1002) }).unwrap();
    sandbox.requests().linkedin.clear();
    let second = run(&*edu, &client, first.cursor.as_ref()).await.unwrap();
    assert_eq!((second.titles(), second.rejected.len(), second.complete), (vec!["Another title", "New"], 0, false));
    assert_eq!(
        (second.gone.as_slice(), sandbox.requests().linkedin.count()),
        (&["urn:li:lyndaCourse:6".to_owned()][..], 1)
    );
    // A day later the finder of changes is of no use.
    sandbox.faults().linkedin.add(Fault::ClockSkew { ms: 25 * 3_600_000 }.always());
    let third = run(&*edu, &client, second.cursor.as_ref()).await.unwrap();
    assert!(third.complete && third.items.len() == first.items.len(), "{}", third.items.len());
    assert!(!third.ids().contains(&"urn:li:lyndaCourse:6"));
}

#[tokio::test]
async fn more_changes_than_the_finder_tells_of_make_a_full_run() {
    let (sandbox, url) = start(700).await;
    let (edu, client) = library(&url, &[]);
    let first = run(&*edu, &client, None).await.unwrap();
    for id in 1..=700 {
        sandbox.world().linkedin().edit(id, |asset| asset.description = "Written anew.".into()).unwrap();
    }
    let second = run(&*edu, &client, first.cursor.as_ref()).await.unwrap();
    assert!(second.items.len() > LinkedIn::MAX_CHANGES && second.complete, "{}", second.items.len());
    assert!(second.resources().iter().all(|course| course.summary == "Written anew."));
}

#[tokio::test]
async fn the_days_calls_end_at_midnight() {
    let (sandbox, url) = start(230).await;
    let (edu, client) = library(&url, &[]);
    sandbox.world().linkedin().quota(1);
    let first = edu.page(&client, None).await.unwrap();
    let Next::More(cursor) = first.next else { panic!("there is more") };
    let error = edu.page(&client, Some(&cursor)).await.unwrap_err();
    let Error::Quota { reason, wait: Some(wait), .. } = &error else { panic!("{error}") };
    assert!(reason.contains("DAY limit") && *wait <= Duration::from_secs(86_400), "{error}");
    sandbox.world().linkedin().quota(1000);
    sandbox.faults().linkedin.add(Fault::TokensExpire.times(1));
    let rest = run(&*edu, &client, Some(&cursor)).await.unwrap();
    assert_eq!((first.items.len() + rest.items.len(), rest.complete), (177, true), "with a new token");
    assert_eq!(sandbox.world().linkedin().tokens_given(), 2);
}

#[tokio::test]
async fn a_client_is_asked_for_and_its_secret_never_shown() {
    let (_sandbox, url) = start(5).await;
    let (right, client) = library(&url, &[]);
    let steps = right.test(&client).await;
    assert!(steps.len() == 4 && steps.iter().all(|step| step.outcome.is_ok()), "{steps:?}");
    let all = run(&*right, &client, None).await.unwrap();
    let told = format!("{steps:?} {:?} {:?}", all.cursor, client.outcomes());
    assert!(told.contains("Course 001") && !told.contains("geheim") && !told.contains("at-1-"), "{told}");
    let (wrong, client) = library(&url, &[("secret", "falscher-schluessel")]);
    let steps = wrong.test(&client).await;
    let refused = steps.last().unwrap().outcome.clone().unwrap_err();
    assert!(
        matches!(&refused, Error::SignIn { reason, .. } if reason.contains("Client authentication failed")),
        "{refused}"
    );
    assert!(steps.len() == 3 && !format!("{steps:?} {:?}", client.outcomes()).contains("falscher"));
}

#[tokio::test]
async fn each_fault_has_its_name() {
    let (sandbox, url) = start(230).await;
    let fails = async |fault: Fault| {
        sandbox.clear_faults();
        sandbox.faults().linkedin.add(fault.always().on("start=100"));
        common::second_page_fails(&sandbox, library(&url, &[]), 177).await
    };
    common::usual_faults(&fails).await;
    let error = fails(Fault::Status { code: 403 }).await;
    assert!(matches!(&error, Error::SignIn { reason, .. } if reason.contains("permissions")), "{error}");
    let wait = Some(RetryAfter::Seconds(900));
    assert_eq!(fails(Fault::RateLimited { retry_after: wait }).await.retry_after(), Some(Duration::from_secs(900)));
}

#[tokio::test]
async fn broken_assets_are_set_aside() {
    let (sandbox, url) = start(6).await;
    for fault in [Fault::ItemWithoutId, Fault::DuplicateIds] {
        sandbox.clear_faults();
        sandbox.faults().linkedin.add(fault.clone().always());
        let (edu, client) = library(&url, &[]);
        let all = run(&*edu, &client, None).await.unwrap();
        assert_eq!((all.items.len(), all.rejected.len(), all.complete), (4, 1, false), "{fault:?}: {:?}", all.rejected);
        sandbox.clear_faults();
        let healed = run(&*edu, &client, all.cursor.as_ref()).await.unwrap();
        assert_eq!((healed.items.len(), healed.complete), (5, true), "{fault:?}");
    }
    sandbox.faults().linkedin.add(Fault::ScriptInContent.always());
    sandbox.faults().linkedin.add(Fault::HugeItem { bytes: 1_000_000 }.always());
    let (edu, client) = library(&url, &[]);
    for course in run(&*edu, &client, None).await.unwrap().resources() {
        assert!(!course.summary.contains("<script") && !course.summary.contains("onerror"), "{}", course.summary);
        assert!(course.summary.chars().count() <= 4000);
    }
}
