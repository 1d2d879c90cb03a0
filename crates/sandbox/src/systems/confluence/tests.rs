use reqwest::Client;
use serde_json::Value;

use crate::{ConfluencePage, ConfluenceSpace, Content, Fault, Login, Options, Running, Sandbox};

async fn start() -> Running {
    let space =
        |id, key: &str| ConfluenceSpace { id, key: key.into(), name: key.into(), personal: key.starts_with('~') };
    let page = |id: u64| ConfluencePage {
        id,
        space: if id.is_multiple_of(5) { "~mira".into() } else { "ENG".into() },
        title: format!("Page {id}"),
        body: "<p>Text</p>".into(),
        labels: vec!["one".into(), "my:two".into()],
        author: "Mira".into(),
        changed_days_ago: id as f64,
        created_days_ago: 100.0,
        ..ConfluencePage::default()
    };
    let mut content = Content::default();
    content.confluence.spaces = vec![space(1, "ENG"), space(2, "~mira")];
    content.confluence.pages = (1..=30).map(page).collect();
    let login = Login { username: "reader@example.org".into(), password: "right".into() };
    let options = Options { content: Some(content), confluence_login: Some(login), ..Options::default() };
    Sandbox::start(options).await.unwrap()
}

async fn get(running: &Running, path: &str, token: &str) -> (u16, Value) {
    let url = running.urls().confluence.join(path).unwrap();
    let answer = Client::new().get(url).basic_auth("reader@example.org", Some(token)).send().await.unwrap();
    (answer.status().as_u16(), answer.json().await.unwrap_or_default())
}

#[tokio::test]
async fn a_list_is_walked_by_its_cursor() {
    let running = start().await;
    let (mut path, mut seen) = ("/wiki/api/v2/pages?limit=7&sort=-modified-date&space-id=1".to_owned(), Vec::new());
    loop {
        let (status, answer) = get(&running, &path, "right").await;
        assert_eq!(status, 200);
        let results = answer["results"].as_array().unwrap();
        assert!(results.iter().all(|page| page["body"] == serde_json::json!({}) && page.get("labels").is_none()));
        seen.extend(results.iter().map(|page| page["version"]["createdAt"].as_str().unwrap().to_owned()));
        let Some(next) = answer["_links"]["next"].as_str() else { break };
        assert!(next.starts_with("/wiki/api/v2/pages?") && next.contains("sort=-modified-date"), "{next}");
        path = next.to_owned();
    }
    assert_eq!(seen.len(), 24);
    assert!(seen.is_sorted_by(|one, other| one >= other), "{seen:?}");
    running.faults().confluence.add(Fault::CursorBackwards.always());
    assert!(get(&running, "/wiki/api/v2/pages?limit=250", "right").await.1["_links"]["next"].is_string());
}

#[tokio::test]
async fn a_page_has_its_text_and_labels() {
    let running = start().await;
    let (_, page) = get(&running, "/wiki/api/v2/pages/3?body-format=storage&include-labels=true", "right").await;
    assert_eq!(page["body"]["storage"]["value"], "<p>Text</p>");
    assert_eq!(page["labels"]["results"][1]["prefix"], "my");
    assert!(page["_links"]["base"].as_str().unwrap().ends_with("/wiki"));
    running.world().confluence().mark(3, |page| page.restricted = true).unwrap();
    let (status, said) = get(&running, "/wiki/api/v2/pages/3", "right").await;
    assert_eq!((status, said["errors"][0]["code"].as_str()), (404, Some("NOT_FOUND")));
    assert_eq!(get(&running, "/wiki/api/v2/blogposts/4", "right").await.0, 404);
    assert_eq!(get(&running, "/wiki/api/v2/pages?limit=251", "right").await.0, 400);
    assert_eq!(get(&running, "/wiki/api/v2/pages?cursor=x", "right").await.0, 400);
}

#[tokio::test]
async fn who_is_not_known_is_refused_or_a_stranger() {
    let running = start().await;
    assert_eq!(get(&running, "/wiki/rest/api/user/current", "right").await.1["displayName"], "Atrium Reader");
    assert_eq!(get(&running, "/wiki/rest/api/user/current", "wrong").await.0, 401);
    running.world().confluence().open(true);
    let url = running.urls().confluence.join("/wiki/api/v2/pages").unwrap();
    let answer = Client::new().get(url).basic_auth("reader@example.org", Some("wrong")).send().await.unwrap();
    assert_eq!(
        (answer.status().as_u16(), answer.headers()["x-seraph-loginreason"].to_str().unwrap()),
        (200, "AUTHENTICATED_FAILED")
    );
    assert_eq!(get(&running, "/wiki/rest/api/user/current", "wrong").await.1["type"], "anonymous");
}
