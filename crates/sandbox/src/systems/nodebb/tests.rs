use reqwest::Client;
use serde_json::Value;

use crate::{Content, ForumCategory, ForumContent, ForumPost, ForumTopic, NodeBb, Options, Running, Sandbox};

async fn start(topics: u64, token: Option<&str>) -> Running {
    let category = |id: u64, slug: &str| ForumCategory {
        id,
        name: format!("{slug} & co"),
        slug: slug.to_owned(),
        description: String::new(),
    };
    let topic = |id: u64| ForumTopic {
        id,
        title: format!("Question {id} <b>"),
        category_id: id % 2 + 1,
        tags: vec!["rust".into()],
        author: "Mira".into(),
        created_days_ago: 900.0 - id as f64,
        last_activity_days_ago: 800.0 - id as f64,
        posts: vec![ForumPost { author: "Mira".into(), text: "**Why?**".into() }],
    };
    let mut categories = vec![category(1, "a"), category(2, "b")];
    categories.extend((3..=9).map(|id| category(id, &format!("a/{id}"))));
    let nodebb = ForumContent { categories, topics: (1..=topics).map(topic).collect() };
    let content = Content { nodebb, ..Content::default() };
    let options = Options { content: Some(content), nodebb_token: token.map(str::to_owned), ..Options::default() };
    Sandbox::start(options).await.unwrap()
}

async fn get(running: &Running, path: &str, token: Option<&str>) -> (u16, Value) {
    let mut request = Client::new().get(running.urls().nodebb.join(path).unwrap());
    if let Some(token) = token {
        request = request.bearer_auth(token);
    }
    let answer = request.send().await.unwrap();
    (answer.status().as_u16(), answer.json().await.unwrap_or_default())
}

#[tokio::test]
async fn a_category_is_walked_by_its_pages() {
    let running = start(90, None).await;
    let (mut page, mut seen) = (1, Vec::new());
    loop {
        let (status, answer) = get(&running, &format!("/api/category/1?sort=recently_created&page={page}"), None).await;
        assert_eq!((status, answer["topic_count"].as_u64()), (200, Some(45)));
        let topics = answer["topics"].as_array().unwrap();
        seen.extend(topics.iter().map(|topic| topic["timestamp"].as_i64().unwrap()));
        if answer["pagination"]["next"]["active"] != true {
            break;
        }
        page = answer["pagination"]["next"]["page"].as_i64().unwrap();
    }
    assert!(seen.len() == 45 && seen.is_sorted_by(|one, other| one >= other), "{seen:?}");
    let (_, topic) = get(&running, "/api/topic/7", None).await;
    assert_eq!(topic["posts"][0]["content"], "<p><strong>Why?</strong></p>\n");
    assert_eq!((topic["title"].as_str(), topic["deleted"].as_u64()), (Some("Question 7 &lt;b&gt;"), Some(0)));
}

#[tokio::test]
async fn recent_topics_end_at_two_hundred() {
    let running = start(230, None).await;
    let (_, answer) = get(&running, "/api/recent?page=10", None).await;
    assert_eq!(
        (answer["topicCount"].as_u64(), answer["pagination"]["next"]["active"].as_bool()),
        (Some(200), Some(false))
    );
    assert_eq!(get(&running, "/api/recent?page=11", None).await.0, 404);
    assert_eq!(NodeBb::RECENT, 200);
}

#[tokio::test]
async fn many_children_have_a_list_of_their_own() {
    let running = start(1, None).await;
    let (_, answer) = get(&running, "/api/categories", None).await;
    let first = &answer["categories"][0];
    assert_eq!((first["children"].as_array().unwrap().len(), first["subCategoriesLeft"].as_u64()), (3, Some(4)));
    let (_, more) = get(&running, "/api/v3/categories/1/children?start=6", None).await;
    assert_eq!(more["response"]["categories"].as_array().unwrap().len(), 1);
}

#[tokio::test]
async fn guests_and_strangers_are_refused() {
    let running = start(3, Some("right")).await;
    let (status, said) = get(&running, "/api/recent", None).await;
    assert_eq!((status, said["error"].as_str()), (401, Some("not-authorized")));
    assert_eq!(get(&running, "/api/config", None).await.1["loggedIn"], false);
    let (status, said) = get(&running, "/api/config", Some("wrong")).await;
    assert_eq!((status, said["status"]["code"].as_str()), (401, Some("not-authorised")));
    assert_eq!(get(&running, "/api/config", Some("right")).await.1["loggedIn"], true);
    running.world().nodebb().close(1, true);
    assert_eq!(get(&running, "/api/category/1", Some("right")).await.0, 403);
    assert_eq!(get(&running, "/api/category/77", Some("right")).await.0, 404);
}
