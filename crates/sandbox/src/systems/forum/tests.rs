use std::time::Duration;

use reqwest::Client;
use serde_json::Value;
use time::macros::datetime;

use crate::{ApiKey, Clock, Fault, Options, RetryAfter, Running, Sandbox};

async fn start(options: Options) -> Running {
    let (clock, _) = Clock::manual(datetime!(2026-03-04 10:30 UTC));
    Sandbox::start(Options { clock, ..options }).await.unwrap()
}

async fn get(running: &Running, path: &str) -> (u16, Value) {
    let answer = Client::new().get(running.urls().forum.join(path).unwrap()).send().await.unwrap();
    (answer.status().as_u16(), answer.json().await.unwrap_or_default())
}

#[tokio::test]
async fn pages_hold_every_topic_once_newest_activity_first() {
    let running = start(Options::default()).await;
    let (mut seen, mut path, mut times) = (Vec::new(), "/latest.json".to_owned(), Vec::new());
    loop {
        let (status, page) = get(&running, &path).await;
        assert_eq!(status, 200);
        for topic in page["topic_list"]["topics"].as_array().unwrap() {
            seen.push(topic["id"].as_u64().unwrap());
            times.push(topic["bumped_at"].as_str().unwrap().to_owned());
        }
        match page["topic_list"]["more_topics_url"].as_str() {
            Some(next) => path = next.replace("/latest?", "/latest.json?"),
            None => break,
        }
    }
    let mut unique = seen.clone();
    unique.sort_unstable();
    unique.dedup();
    assert_eq!(unique.len(), running.world().forum().topics().len());
    assert_eq!(unique.len(), seen.len());
    assert!(seen.len() > 30, "content fills more than a page");
    assert!(times.is_sorted_by(|one, other| one >= other));
    assert!(times.iter().all(|at| at.as_str() < "2026-03-04T10:30"), "nothing lies in the future");
}

#[tokio::test]
async fn a_topic_has_posts_participants_and_links() {
    let running = start(Options::default()).await;
    let forum = running.world().forum();
    let text = "Read https://doc.rust-lang.org/book, it *helps*.";
    let id = forum.add_topic("firmware", "Rust?", text, &["rust"], "Ines Okafor").unwrap();
    forum.reply(id, "Agreed.", "Jonas Brandt").unwrap();
    let (status, topic) = get(&running, &format!("/t/{id}.json")).await;
    assert_eq!(status, 200);
    let posts = topic["post_stream"]["posts"].as_array().unwrap();
    assert!(posts[0]["cooked"].as_str().unwrap().contains("<a href=\"https://doc.rust-lang.org/book\">"));
    assert_eq!(topic["details"]["participants"].as_array().unwrap().len(), 2);
    assert_eq!(topic["details"]["links"][0]["url"], "https://doc.rust-lang.org/book");
    assert_eq!(topic["tags"][0], "rust");
    assert_eq!(get(&running, &format!("/t/rust/{id}.json")).await.1["id"], id);
    let only = posts[1]["id"].as_u64().unwrap();
    let (_, some) = get(&running, &format!("/t/{id}/posts.json?post_ids[]={only}")).await;
    assert_eq!(some["post_stream"]["posts"].as_array().unwrap().len(), 1);
    let page = reqwest::get(running.urls().forum.join(&format!("/t/rust/{id}")).unwrap()).await.unwrap();
    assert!(page.text().await.unwrap().contains("<em>helps</em>"));
    forum.delete_topic(id).unwrap();
    let (status, gone) = get(&running, &format!("/t/{id}.json")).await;
    assert_eq!((status, gone["error_type"].as_str()), (404, Some("not_found")));
}

#[tokio::test]
async fn categories_agree_with_their_lists() {
    let running = start(Options::default()).await;
    let (_, site) = get(&running, "/site.json").await;
    let (_, all) = get(&running, "/categories.json").await;
    assert_eq!(site["categories"], all["category_list"]["categories"]);
    for category in site["categories"].as_array().unwrap() {
        let path = format!("/c/{}/{}.json", category["slug"].as_str().unwrap(), category["id"]);
        let (_, list) = get(&running, &path).await;
        let topics = list["topic_list"]["topics"].as_array().unwrap();
        assert_eq!(topics.len() as u64, category["topic_count"].as_u64().unwrap().min(30));
    }
    assert_eq!(get(&running, "/c/nothing/1.json").await.0, 404);
}

#[tokio::test]
async fn a_page_that_is_no_number_is_refused() {
    let running = start(Options::default()).await;
    for page in ["-1", "x"] {
        let (status, body) = get(&running, &format!("/latest.json?page={page}")).await;
        assert_eq!((status, body["error_type"].as_str()), (400, Some("invalid_parameters")));
    }
    assert!(get(&running, "/latest.json?page=99999999").await.1["topic_list"]["topics"].as_array().unwrap().is_empty());
}

#[tokio::test]
async fn a_key_is_asked_for_where_one_is_set() {
    let key = ApiKey { key: "k-1".to_owned(), username: "atrium".to_owned() };
    let running = start(Options { forum_key: Some(key), ..Options::default() }).await;
    let (status, body) = get(&running, "/latest.json").await;
    assert_eq!((status, body["error_type"].as_str()), (403, Some("not_logged_in")));
    let ask = |key: &'static str| {
        let url = running.urls().forum.join("/latest.json").unwrap();
        Client::new().get(url).header("Api-Key", key).header("Api-Username", "atrium").send()
    };
    assert_eq!(ask("wrong").await.unwrap().status(), 403);
    assert_eq!(ask("k-1").await.unwrap().status(), 200);
}

#[tokio::test]
async fn faults_strike_topics() {
    let running = start(Options::default()).await;
    let faults = &running.faults().forum;
    let strike = |fault: Fault| {
        faults.clear();
        faults.add(fault.always());
    };
    let all = running.world().forum().topics().len();
    strike(Fault::ItemsVanish { share: 1.0 });
    assert!(get(&running, "/latest.json").await.1["topic_list"]["topics"].as_array().unwrap().is_empty());
    assert_eq!(get(&running, "/t/101.json").await.0, 404);
    strike(Fault::RateLimited { retry_after: Some(RetryAfter::Seconds(3)) });
    let (status, body) = get(&running, "/latest.json").await;
    assert_eq!((status, body["extras"]["wait_seconds"].as_u64()), (429, Some(3)));
    strike(Fault::ItemWithoutId);
    assert!(get(&running, "/latest.json").await.1["topic_list"]["topics"][0].get("id").is_none());
    strike(Fault::ScriptInContent);
    let (_, topic) = get(&running, "/t/101.json").await;
    assert!(topic["post_stream"]["posts"][0]["cooked"].as_str().unwrap().contains("<script>"));
    strike(Fault::CursorBackwards);
    let (_, back) = get(&running, "/latest.json?page=1").await;
    assert!(back["topic_list"]["more_topics_url"].as_str().unwrap().ends_with("page=0"));
    for fault in [Fault::CutBody { at_bytes: 40 }, Fault::EndlessBody] {
        strike(fault);
        let url = running.urls().forum.join("/latest.json").unwrap();
        let read = async { Client::new().get(url).send().await?.bytes().await };
        let read = tokio::time::timeout(Duration::from_millis(300), read).await;
        assert!(read.is_err() || read.unwrap().is_err(), "neither ends well");
    }
    running.clear_faults();
    assert_eq!(running.world().forum().topics().len(), all);
    running.stop().await;
}
