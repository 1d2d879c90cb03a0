use reqwest::{Client, Response};
use serde_json::Value;
use time::macros::datetime;

use crate::{Clock, Options, Running, Sandbox};

async fn start(token: Option<&str>) -> Running {
    let (clock, _) = Clock::manual(datetime!(2026-03-04 10:30 UTC));
    Sandbox::start(Options { clock, github_token: token.map(str::to_owned), ..Options::default() }).await.unwrap()
}

async fn ask(running: &Running, path: &str, headers: &[(&'static str, &str)]) -> Response {
    let mut request = Client::new().get(running.urls().github.join(&format!("api/v3/{path}")).unwrap());
    for (name, value) in headers {
        request = request.header(*name, *value);
    }
    request.send().await.unwrap()
}

async fn get(running: &Running, path: &str) -> Value {
    let answer = ask(running, path, &[]).await;
    assert_eq!(answer.status(), 200, "{path}");
    answer.json().await.unwrap()
}

#[tokio::test]
async fn an_organisation_lists_its_repositories_in_pages() {
    let running = start(None).await;
    let (mut seen, mut page) = (Vec::new(), 1);
    loop {
        let answer = ask(&running, &format!("orgs/halden-instruments/repos?per_page=2&page={page}"), &[]).await;
        let link = answer.headers().get("link").map(|link| link.to_str().unwrap().to_owned()).unwrap_or_default();
        let list: Vec<Value> = answer.json().await.unwrap();
        seen.extend(list.iter().map(|each| each["full_name"].as_str().unwrap().to_owned()));
        if !link.contains(&format!("page={}>; rel=\"next\"", page + 1)) {
            break;
        }
        page += 1;
    }
    assert!(seen.len() > 2 && seen.is_sorted(), "{seen:?}");
    assert_eq!(ask(&running, "orgs/nobody/repos", &[]).await.status(), 404);
}

#[tokio::test]
async fn trees_lead_to_blobs() {
    let running = start(None).await;
    let root = get(&running, "repos/halden-instruments/sensor-hal/git/trees/main").await;
    let entries = root["tree"].as_array().unwrap();
    let docs = entries.iter().find(|entry| entry["path"] == "docs").unwrap();
    assert_eq!(docs["type"], "tree");
    let sha = docs["sha"].as_str().unwrap();
    let tree = get(&running, &format!("repos/halden-instruments/sensor-hal/git/trees/{sha}?recursive=1")).await;
    let file = tree["tree"].as_array().unwrap().iter().find(|entry| entry["type"] == "blob").unwrap().clone();
    let blob = format!("repos/halden-instruments/sensor-hal/git/blobs/{}", file["sha"].as_str().unwrap());
    let raw = ask(&running, &blob, &[("accept", "application/vnd.github.raw+json")]).await.text().await.unwrap();
    assert_eq!(raw.len() as u64, file["size"].as_u64().unwrap());
    assert_eq!(get(&running, &blob).await["content"], raw);
    let page = format!("halden-instruments/sensor-hal/blob/main/docs/{}", file["path"].as_str().unwrap());
    assert_eq!(reqwest::get(running.urls().github.join(&page).unwrap()).await.unwrap().status(), 200);
}

#[tokio::test]
async fn a_comparison_says_what_changed() {
    let running = start(None).await;
    let name = "halden-instruments/sensor-hal";
    let sha = [("accept", "application/vnd.github.sha")];
    let base = ask(&running, &format!("repos/{name}/commits/main"), &sha).await.text().await.unwrap();
    let etag = format!("\"{base}\"");
    let asked = [sha[0], ("if-none-match", etag.as_str())];
    assert_eq!(ask(&running, &format!("repos/{name}/commits/main"), &asked).await.status(), 304);
    let repositories = running.world().github().repositories();
    repositories.commit(name, "x", &[("docs/new.md", Some("# New")), ("README.md", Some("# Other"))]).unwrap();
    assert_eq!(ask(&running, &format!("repos/{name}/commits/main"), &asked).await.status(), 200);
    let compared = get(&running, &format!("repos/{name}/compare/{base}...main")).await;
    assert_eq!(compared["status"], "ahead");
    let files: Vec<_> = compared["files"]
        .as_array()
        .unwrap()
        .iter()
        .map(|file| (file["filename"].as_str().unwrap(), file["status"].as_str().unwrap()))
        .collect();
    assert_eq!(files, [("README.md", "modified"), ("docs/new.md", "added")]);
    let newer = ask(&running, &format!("repos/{name}/commits/main"), &sha).await.text().await.unwrap();
    repositories.rewrite(name, &[("docs/other.md", Some("# Other"))]).unwrap();
    assert_eq!(get(&running, &format!("repos/{name}/compare/{newer}...main")).await["status"], "diverged");
}

#[tokio::test]
async fn tokens_and_limits_are_minded() {
    let running = start(Some("right")).await;
    let private = "repos/halden-instruments/roadmap";
    assert_eq!(ask(&running, private, &[]).await.status(), 404);
    assert_eq!(ask(&running, private, &[("authorization", "Bearer wrong")]).await.status(), 401);
    let right = [("authorization", "Bearer right")];
    assert_eq!(ask(&running, private, &right).await.status(), 200);
    running.world().github().requests_left(0);
    let answer = ask(&running, private, &right).await;
    assert_eq!((answer.status().as_u16(), answer.headers()["x-ratelimit-remaining"].to_str().unwrap()), (403, "0"));
    assert_eq!(ask(&running, "rate_limit", &right).await.status(), 200, "asking for the limit is free");
}
