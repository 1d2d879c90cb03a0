//! NodeBB against the sandbox's forum.

mod common;

use std::time::Duration;

use common::{Run, connector, http, run};
use connect::{Connector, Discussion, Error, Http, Item, Next};
use sandbox::{
    Content, Fault, ForumCategory, ForumContent, ForumPost, ForumTopic, NodeBb, Options, RetryAfter, Running, Sandbox,
};
use url::Url;

const TOKEN: &str = "geheimer-schluessel";

fn content(topics: u64) -> Content {
    let category = |id: u64, slug: &str| ForumCategory {
        id,
        name: format!("{} & co", slug.to_uppercase()),
        slug: slug.to_owned(),
        description: String::new(),
    };
    let post = |author: &str, text: &str| ForumPost { author: author.to_owned(), text: text.to_owned() };
    let topic = |n: u64| ForumTopic {
        id: n,
        title: format!("Question {n:03} <b>"),
        category_id: n % 2 + 1,
        tags: vec!["rust".into(), format!("tag-{}", n % 3)],
        author: "Mira".into(),
        created_days_ago: 900.0 - n as f64,
        last_activity_days_ago: 800.0 - n as f64,
        posts: vec![
            post("Mira", "See [the book](https://doc.rust-lang.org/book/) and **this**."),
            post("Jonas", "Yes, [here](https://other.example/)."),
            post("Mira", "Thanks."),
        ],
    };
    // More children than the list of categories shows of one.
    let mut categories = vec![category(1, "engineering"), category(2, "people")];
    categories.extend((3..=9).map(|id| category(id, &format!("engineering/{id}"))));
    let mut topics: Vec<_> = (1..=topics).map(topic).collect();
    topics.push(ForumTopic { category_id: 9, ..topic(1000) });
    Content { nodebb: ForumContent { categories, topics }, ..Content::default() }
}

async fn start(topics: u64, token: Option<&str>) -> (Running, Url) {
    let token = token.map(str::to_owned);
    let options = Options { content: Some(content(topics)), nodebb_token: token, ..Options::default() };
    let running = Sandbox::start(options).await.unwrap();
    let url = running.urls().nodebb.clone();
    (running, url)
}

fn forum(url: &Url, more: &[(&str, &str)]) -> (Box<dyn Connector>, Http) {
    let mut settings = vec![("address", url.as_str())];
    settings.extend(more);
    (connector("nodebb", &settings), http(&[url]))
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
    let (_sandbox, url) = start(70, None).await;
    let (forum, http) = forum(&url, &[]);
    let all = run(&*forum, &http, None).await.unwrap();
    // Two categories of two pages each, and seven more of one.
    assert_eq!((all.items.len(), all.pages, all.complete), (71, 11, true), "{:?}", all.rejected);
    for topic in discussions(&all) {
        let number: u64 = topic.external_id.parse().unwrap();
        let category = match number {
            1000 => "ENGINEERING/9 & co",
            even if even.is_multiple_of(2) => "ENGINEERING & co",
            _ => "PEOPLE & co",
        };
        assert_eq!(
            (topic.category.as_str(), topic.title.as_str()),
            (category, format!("Question {number:03} <b>").as_str())
        );
        assert_eq!((topic.replies, topic.participants, topic.topics.len()), (2, 2, 2));
        assert_eq!(topic.links, ["https://doc.rust-lang.org/book/"], "only the first post's");
        assert_eq!(topic.excerpt, "See the book and this.");
        assert!(topic.last_activity > topic.created_at);
        assert!(
            topic.url.starts_with(url.join(&format!("topic/{number}/question-")).unwrap().as_str()),
            "{}",
            topic.url
        );
    }
}

#[tokio::test]
async fn later_runs_read_what_moved() {
    let (sandbox, url) = start(70, None).await;
    let (forum, http) = forum(&url, &[]);
    let first = run(&*forum, &http, None).await.unwrap();
    let world = sandbox.world().nodebb();
    world.threads().reply(3, "One more thing.", "Priya").unwrap();
    let new = world.threads().add_topic("people", "A new one", "Text", &[], "Priya").unwrap().to_string();
    world.threads().delete_topic(9).unwrap();
    world.bin(3);
    sandbox.requests().nodebb.clear();
    let second = run(&*forum, &http, first.cursor.as_ref()).await.unwrap();
    assert!(second.ids().contains(&new.as_str()) && second.items.len() <= 2, "{:?}", second.ids());
    assert_eq!((second.gone.as_slice(), second.pages, second.complete), (&["3".to_owned()][..], 1, false));
    assert!(sandbox.requests().nodebb.containing("/api/category/").is_empty());
    let (weekly, http) = self::forum(&url, &[("full_days", "0")]);
    let full = run(&*weekly, &http, second.cursor.as_ref()).await.unwrap();
    assert!(full.complete && full.items.len() == 70 && !full.ids().contains(&"9") && !full.ids().contains(&"3"));
}

#[tokio::test]
async fn more_news_than_the_latest_show_make_a_full_run() {
    let (sandbox, url) = start(4, None).await;
    let (forum, http) = forum(&url, &[]);
    let first = run(&*forum, &http, None).await.unwrap();
    for number in 0..NodeBb::RECENT + 5 {
        sandbox.world().nodebb().threads().add_topic("people", &format!("New {number}"), "Text", &[], "Priya").unwrap();
    }
    let second = run(&*forum, &http, first.cursor.as_ref()).await.unwrap();
    let all: std::collections::BTreeSet<&str> = second.ids().into_iter().collect();
    assert!(second.complete && all.len() == 5 + NodeBb::RECENT + 5, "{}", all.len());
}

#[tokio::test]
async fn one_category_and_what_is_below_it() {
    let (sandbox, url) = start(20, None).await;
    for (category, count) in [("1", 11), ("/category/9/nine", 1), ("2", 10)] {
        let (forum, http) = forum(&url, &[("category", category)]);
        let all = run(&*forum, &http, None).await.unwrap();
        assert_eq!((all.items.len(), all.complete), (count, true), "{category}");
        sandbox.world().nodebb().threads().reply(4, "More", "Priya").unwrap();
        sandbox.world().nodebb().threads().reply(5, "More", "Priya").unwrap();
        let later = run(&*forum, &http, all.cursor.as_ref()).await.unwrap();
        assert!(later.ids().iter().all(|id| all.ids().contains(id)), "{category}: {:?}", later.ids());
    }
    let (none, client) = forum(&url, &[("category", "77")]);
    let error = none.test(&client).await.pop().unwrap().outcome.unwrap_err();
    assert!(matches!(&error, Error::Api { detail, .. } if detail.contains("77")), "{error}");
}

#[tokio::test]
async fn a_category_that_is_closed_is_no_fault() {
    let (sandbox, url) = start(20, None).await;
    sandbox.world().nodebb().close(2, true);
    let (forum, http) = forum(&url, &[]);
    let all = run(&*forum, &http, None).await.unwrap();
    assert_eq!((all.items.len(), all.rejected.len(), all.complete), (11, 0, true));
}

#[tokio::test]
async fn a_token_opens_the_forum() {
    let (_sandbox, url) = start(5, Some(TOKEN)).await;
    for wrong in ["", "falscher-schluessel"] {
        let (closed, client) = forum(&url, &[("token", wrong)]);
        let steps = closed.test(&client).await;
        assert!(matches!(steps.last().unwrap().outcome, Err(Error::SignIn { .. })), "{steps:?}");
        assert!(matches!(run(&*closed, &client, None).await, Err(Error::SignIn { .. })));
        assert!(!format!("{steps:?} {:?}", client.outcomes()).contains("falscher"));
    }
    let (right, client) = forum(&url, &[("token", TOKEN)]);
    let steps = right.test(&client).await;
    assert!(steps.len() == 4 && steps.iter().all(|step| step.outcome.is_ok()), "{steps:?}");
    assert!(format!("{steps:?}").contains("Halden & friends"), "{steps:?}");
    let all = run(&*right, &client, None).await.unwrap();
    assert!(all.items.len() == 6 && !format!("{:?} {:?}", all.cursor, client.outcomes()).contains("geheim"));
}

#[tokio::test]
async fn a_run_goes_on_where_it_stopped() {
    let (sandbox, url) = start(70, None).await;
    let (forum, http) = forum(&url, &[]);
    sandbox.faults().nodebb.add(Fault::Status { code: 500 }.always().on("api/category/2?page=2"));
    let (mut seen, mut cursor) = (Vec::new(), None);
    let error = loop {
        match forum.page(&http, cursor.as_ref()).await {
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
    let (again, client) = self::forum(&url, &[]);
    let rest = run(&*again, &client, cursor.as_ref()).await.unwrap();
    seen.extend(rest.ids().into_iter().map(str::to_owned));
    let once: std::collections::BTreeSet<_> = seen.iter().collect();
    assert_eq!((seen.len(), once.len(), rest.complete), (71, 71, true));
}

#[tokio::test]
async fn a_category_that_gets_shorter_under_way_claims_nothing() {
    let (sandbox, url) = start(70, None).await;
    let (forum, http) = forum(&url, &[]);
    let first = forum.page(&http, None).await.unwrap();
    let Next::More(cursor) = first.next else { panic!("there is more") };
    sandbox.world().nodebb().threads().delete_topic(70).unwrap();
    let rest = run(&*forum, &http, Some(&cursor)).await.unwrap();
    assert!(!rest.complete && first.items.len() + rest.items.len() == 70, "one was passed by");
    let again = run(&*forum, &http, rest.cursor.as_ref()).await.unwrap();
    assert_eq!((again.items.len(), again.complete), (70, true), "the next run reads all");
}

#[tokio::test]
async fn each_fault_has_its_name() {
    let (sandbox, url) = start(70, None).await;
    let fails = async |fault: Fault, part: &str| {
        sandbox.clear_faults();
        sandbox.faults().nodebb.add(fault.always().on(part));
        let (forum, http) = forum(&url, &[]);
        run(&*forum, &http, None).await.unwrap_err()
    };
    assert!(matches!(fails(Fault::HtmlInstead, "api/category/1").await, Error::Format { .. }));
    assert!(matches!(fails(Fault::InvalidJson, "api/categories").await, Error::Format { .. }));
    assert!(matches!(fails(Fault::EndlessBody, "api/category/1").await, Error::TooLarge { .. }));
    assert!(matches!(fails(Fault::CutBody { at_bytes: 50 }, "api/topic/").await, Error::Cut { .. }));
    assert!(matches!(fails(Fault::CursorBackwards, "api/category/1").await, Error::Loop { .. }));
    assert!(matches!(fails(Fault::Status { code: 503 }, "api/category/1").await, Error::Status { status: 503, .. }));
    let wait = Some(RetryAfter::Seconds(900));
    let error = fails(Fault::RateLimited { retry_after: wait }, "api/topic/").await;
    assert_eq!(error.retry_after(), Some(Duration::from_secs(900)));
    sandbox.clear_faults();
    sandbox.faults().nodebb.add(Fault::Status { code: 503 }.times(1));
    let (forum, http) = forum(&url, &[]);
    assert_eq!(run(&*forum, &http, None).await.unwrap().items.len(), 71, "once is no matter");
}

#[tokio::test]
async fn broken_topics_are_set_aside() {
    let (sandbox, url) = start(8, None).await;
    for (fault, part) in [
        (Fault::ItemWithoutId, "category/1"),
        (Fault::DuplicateIds, "category/1"),
        (Fault::HtmlInstead, "topic/4"),
        (Fault::Status { code: 403 }, "topic/4"),
    ] {
        sandbox.clear_faults();
        sandbox.faults().nodebb.add(fault.clone().always().on(part));
        let (forum, http) = forum(&url, &[]);
        let all = run(&*forum, &http, None).await.unwrap();
        assert_eq!((all.items.len(), all.rejected.len(), all.complete), (8, 1, false), "{fault:?}: {:?}", all.rejected);
        sandbox.clear_faults();
        let healed = run(&*forum, &http, all.cursor.as_ref()).await.unwrap();
        assert_eq!((healed.items.len(), healed.complete), (9, true), "{fault:?}");
    }
    sandbox.faults().nodebb.add(Fault::Status { code: 404 }.always().on("topic/4"));
    let (client, http) = forum(&url, &[]);
    assert_eq!(run(&*client, &http, None).await.unwrap().gone, ["4"]);
    sandbox.clear_faults();
    sandbox.faults().nodebb.add(Fault::ScriptInContent.always());
    sandbox.faults().nodebb.add(Fault::HugeItem { bytes: 1_000_000 }.always());
    for topic in discussions(&run(&*client, &http, None).await.unwrap()) {
        assert!(
            !topic.excerpt.contains("<script") && topic.links.iter().all(|link| link.starts_with("http")),
            "{topic:?}"
        );
        assert!(topic.excerpt.chars().count() <= 500);
    }
}

#[tokio::test]
async fn something_else_at_the_address_is_told_from_a_forum() {
    let (sandbox, url) = start(1, None).await;
    for fault in [Fault::HtmlInstead, Fault::Status { code: 404 }] {
        sandbox.clear_faults();
        sandbox.faults().nodebb.add(fault.always());
        let (forum, client) = forum(&url, &[]);
        let error = forum.test(&client).await.pop().unwrap().outcome.unwrap_err();
        let told =
            matches!(&error, Error::Mistaken { look, .. } | Error::Absent { look, .. } if look.name.contains("NodeBB"));
        assert!(told, "{error}");
    }
}
