//! Discourse against the sandbox's forum.

mod common;

use std::time::Duration;

use common::{Run, connector, http, run};
use connect::{Connector, Discussion, Error, Http, Item, Policy};
use sandbox::{
    ApiKey, Content, Fault, ForumCategory, ForumContent, ForumPost, ForumTopic, Options, RetryAfter, Running, Sandbox,
};
use url::Url;

fn content(topics: u64) -> Content {
    let category = |id: u64, slug: &str| ForumCategory {
        id,
        name: slug.to_uppercase(),
        slug: slug.to_owned(),
        description: String::new(),
    };
    let post = |author: &str, text: &str| ForumPost { author: author.to_owned(), text: text.to_owned() };
    let topic = |n: u64| ForumTopic {
        id: n,
        title: format!("Question {n:03}"),
        category_id: n % 2 + 1,
        tags: vec!["rust".into(), format!("tag-{}", n % 3)],
        author: "Mira".into(),
        created_days_ago: 300.0 - n as f64,
        last_activity_days_ago: 200.0 - n as f64,
        posts: vec![
            post("Mira", "See [the book](https://doc.rust-lang.org/book/) and **this**."),
            post("Jonas", "Yes, [here](https://other.example/)."),
            post("Mira", "Thanks."),
        ],
    };
    let forum = ForumContent {
        categories: vec![category(1, "engineering"), category(2, "people")],
        topics: (1..=topics).map(topic).collect(),
    };
    Content { forum, ..Content::default() }
}

async fn start(topics: u64, key: Option<ApiKey>) -> (Running, Url) {
    let options = Options { content: Some(content(topics)), forum_key: key, ..Options::default() };
    let running = Sandbox::start(options).await.unwrap();
    let url = running.urls().forum.clone();
    (running, url)
}

fn forum(url: &Url, more: &[(&str, &str)]) -> (Box<dyn Connector>, Http) {
    let mut settings = vec![("address", url.as_str())];
    settings.extend(more);
    (connector("discourse", &settings), http(&[url]))
}

fn discussions(run: &Run) -> Vec<&Discussion> {
    let mut found = Vec::new();
    for item in &run.items {
        if let Item::Discussion(discussion) = item {
            found.push(discussion);
        }
    }
    found
}

#[tokio::test]
async fn every_topic_arrives_with_what_belongs_to_it() {
    let (sandbox, url) = start(70, None).await;
    let (forum, http) = forum(&url, &[]);
    let all = run(&*forum, &http, None).await.unwrap();
    assert_eq!((all.items.len(), all.pages, all.complete), (sandbox.world().forum().topics().len(), 3, true));
    for topic in discussions(&all) {
        assert_eq!(
            topic.category,
            if topic.external_id.parse::<u64>().unwrap() % 2 == 0 { "ENGINEERING" } else { "PEOPLE" }
        );
        assert_eq!((topic.replies, topic.participants, topic.topics.len()), (2, 2, 2));
        assert_eq!(topic.links, ["https://doc.rust-lang.org/book/"], "only the first post's");
        assert_eq!(topic.excerpt, "See the book and this.");
        assert!(topic.last_activity > topic.created_at && topic.url.starts_with(url.as_str()));
    }
}

#[tokio::test]
async fn later_runs_read_what_moved() {
    let (sandbox, url) = start(70, None).await;
    let (forum, http) = forum(&url, &[]);
    let first = run(&*forum, &http, None).await.unwrap();
    let world = sandbox.world();
    world.forum().reply(3, "One more thing.", "Priya").unwrap();
    let new = world.forum().add_topic("people", "A new one", "Text", &[], "Priya").unwrap();
    world.forum().delete_topic(9).unwrap();
    sandbox.requests().forum.clear();
    let second = run(&*forum, &http, first.cursor.as_ref()).await.unwrap();
    let mut ids = second.ids();
    ids.sort_unstable();
    assert!(ids.contains(&"3") && ids.contains(&new.to_string().as_str()) && ids.len() <= 3, "{ids:?}");
    assert_eq!((second.pages, second.complete), (1, false));
    assert!(sandbox.requests().forum.count() < 8, "{:?}", sandbox.requests().forum.all());
    let moved = discussions(&second).into_iter().find(|topic| topic.external_id == "3").unwrap();
    assert_eq!((moved.replies, moved.participants), (3, 3));

    let (weekly, http) = self::forum(&url, &[("full_days", "0")]);
    let full = run(&*weekly, &http, second.cursor.as_ref()).await.unwrap();
    assert!(full.complete && full.items.len() == 70 && !full.ids().contains(&"9"));
}

#[tokio::test]
async fn one_category_alone() {
    let (_sandbox, url) = start(20, None).await;
    let (forum, http) = forum(&url, &[("category", "engineering/1")]);
    let all = run(&*forum, &http, None).await.unwrap();
    assert_eq!(all.items.len(), 10);
    assert!(discussions(&all).iter().all(|topic| topic.category == "ENGINEERING"));
}

#[tokio::test]
async fn a_key_opens_the_forum() {
    let key = ApiKey { key: "geheimer-schluessel".into(), username: "reader".into() };
    let (_sandbox, url) = start(5, Some(key)).await;
    let (closed, client) = forum(&url, &[]);
    let steps = closed.test(&client).await;
    let last = steps.last().unwrap().outcome.clone().unwrap_err();
    assert!(matches!(&last, Error::SignIn { reason, .. } if reason.contains("logged in")), "{last}");
    let (wrong, client) = forum(&url, &[("key", "falscher-schluessel"), ("user", "reader")]);
    let error = run(&*wrong, &client, None).await.unwrap_err();
    assert!(matches!(error, Error::SignIn { .. }) && !format!("{error} {:?}", client.outcomes()).contains("falscher"));
    let (right, client) = forum(&url, &[("key", "geheimer-schluessel"), ("user", "reader")]);
    assert!(right.test(&client).await.iter().all(|step| step.outcome.is_ok()));
    let all = run(&*right, &client, None).await.unwrap();
    assert!(all.items.len() == 5 && !serde_json::to_string(&all.cursor).unwrap().contains("geheim"));
}

#[tokio::test]
async fn each_fault_has_its_name() {
    let (sandbox, url) = start(70, None).await;
    let fails = async |fault: Fault, part: &str| {
        sandbox.clear_faults();
        sandbox.faults().forum.add(fault.always().on(part));
        let (forum, http) = forum(&url, &[]);
        run(&*forum, &http, None).await.unwrap_err()
    };
    assert!(matches!(fails(Fault::HtmlInstead, "latest").await, Error::Format { .. }));
    assert!(matches!(fails(Fault::EndlessBody, "latest").await, Error::TooLarge { .. }));
    assert!(matches!(fails(Fault::CutBody { at_bytes: 50 }, "/t/").await, Error::Cut { .. }));
    assert!(matches!(fails(Fault::CursorBackwards, "latest").await, Error::Loop { .. }));
    let wait = Some(RetryAfter::Seconds(900));
    let error = fails(Fault::RateLimited { retry_after: wait }, "/t/").await;
    assert_eq!(error.retry_after().map(|wait| wait.as_secs()), Some(900));
    // Waiting is asked for in the body alone.
    sandbox.clear_faults();
    sandbox.faults().forum.add(Fault::RateLimited { retry_after: None }.always());
    let (forum, _) = forum(&url, &[]);
    let policy = Policy { max_wait: Duration::from_secs(2), ..common::policy(&[&url]) };
    let error = run(&*forum, &Http::new(policy), None).await.unwrap_err();
    assert!(error.retry_after().is_some_and(|wait| wait.as_secs() > 2), "{error}");
}

#[tokio::test]
async fn broken_topics_are_set_aside() {
    let (sandbox, url) = start(5, None).await;
    for (fault, part) in [
        (Fault::ItemWithoutId, "latest"),
        (Fault::DuplicateIds, "latest"),
        (Fault::HtmlInstead, "/t/4.json"),
        (Fault::Status { code: 403 }, "/t/4.json"),
    ] {
        sandbox.clear_faults();
        sandbox.faults().forum.add(fault.clone().always().on(part));
        let (forum, http) = forum(&url, &[]);
        let all = run(&*forum, &http, None).await.unwrap();
        assert_eq!((all.items.len(), all.rejected.len(), all.complete), (4, 1, false), "{fault:?}: {:?}", all.rejected);
    }
    sandbox.clear_faults();
    sandbox.faults().forum.add(Fault::Status { code: 404 }.always().on("/t/4.json"));
    let (client, http) = forum(&url, &[]);
    assert_eq!(run(&*client, &http, None).await.unwrap().gone, ["4"]);
    sandbox.clear_faults();
    sandbox.faults().forum.add(Fault::ScriptInContent.always());
    let (client, http) = forum(&url, &[]);
    for topic in discussions(&run(&*client, &http, None).await.unwrap()) {
        assert!(
            !topic.excerpt.contains("<script") && topic.links.iter().all(|link| link.starts_with("http")),
            "{topic:?}"
        );
    }
}
