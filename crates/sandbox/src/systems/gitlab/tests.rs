use reqwest::{Client, Response};
use serde_json::Value;
use time::macros::datetime;

use crate::{Clock, Options, Running, Sandbox};

async fn start(token: Option<&str>) -> Running {
    let (clock, _) = Clock::manual(datetime!(2026-03-04 10:30 UTC));
    Sandbox::start(Options { clock, gitlab_token: token.map(str::to_owned), ..Options::default() }).await.unwrap()
}

async fn ask(running: &Running, path: &str, token: &str) -> Response {
    let mut request = Client::new().get(running.urls().gitlab.join(&format!("api/v4/{path}")).unwrap());
    if !token.is_empty() {
        request = request.header("private-token", token);
    }
    request.send().await.unwrap()
}

async fn get(running: &Running, path: &str) -> Value {
    let answer = ask(running, path, "").await;
    assert_eq!(answer.status(), 200, "{path}");
    answer.json().await.unwrap()
}

#[tokio::test]
async fn a_group_lists_its_projects_in_pages() {
    let running = start(None).await;
    let (mut seen, mut page) = (Vec::new(), "1".to_owned());
    while !page.is_empty() {
        let answer =
            ask(&running, &format!("groups/halden/projects?include_subgroups=true&per_page=2&page={page}"), "").await;
        answer.headers()["x-next-page"].to_str().unwrap().clone_into(&mut page);
        let list: Vec<Value> = answer.json().await.unwrap();
        seen.extend(list.iter().map(|each| each["path_with_namespace"].as_str().unwrap().to_owned()));
    }
    assert!(seen.len() > 2 && seen.iter().any(|name| name.split('/').count() == 3), "{seen:?}");
    let near = get(&running, "groups/halden/projects?per_page=100").await;
    assert!(near.as_array().unwrap().len() < seen.len());
    assert_eq!(ask(&running, "groups/nobody/projects", "").await.status(), 404);
}

#[tokio::test]
async fn a_tree_goes_by_tokens_and_leads_to_files() {
    let running = start(None).await;
    let project = "projects/halden%2Fplatform%2Ftelemetry";
    let id = get(&running, project).await["id"].clone();
    assert_eq!(get(&running, &format!("projects/{id}")).await["path_with_namespace"], "halden/platform/telemetry");
    let (mut seen, mut token) = (Vec::new(), String::new());
    loop {
        let path = format!(
            "{project}/repository/tree?path=docs&recursive=true&per_page=2&pagination=keyset&page_token={token}"
        );
        let answer = ask(&running, &path, "").await;
        let link = answer.headers().get("link").map(|link| link.to_str().unwrap().to_owned());
        let list: Vec<Value> = answer.json().await.unwrap();
        seen.extend(list.iter().map(|each| each["path"].as_str().unwrap().to_owned()));
        let Some(link) = link else { break };
        token = link.split("page_token=").nth(1).unwrap().split('>').next().unwrap().to_owned();
    }
    assert!(seen.len() > 2 && seen.iter().all(|path| path.starts_with("docs/")), "{seen:?}");
    let file = seen.iter().find(|path| path.ends_with(".md")).unwrap();
    let raw = format!("{project}/repository/files/{}/raw?ref=main", file.replace('/', "%2F"));
    assert!(ask(&running, &raw, "").await.text().await.unwrap().starts_with("# "));
    let page = format!("halden/platform/telemetry/-/blob/main/{file}");
    assert_eq!(reqwest::get(running.urls().gitlab.join(&page).unwrap()).await.unwrap().status(), 200);
    assert_eq!(ask(&running, &format!("{project}/repository/tree?path=nowhere"), "").await.status(), 404);
}

#[tokio::test]
async fn a_comparison_says_what_changed() {
    let running = start(None).await;
    let (name, project) = ("halden/platform/telemetry", "projects/halden%2Fplatform%2Ftelemetry");
    let head = get(&running, &format!("{project}/repository/branches/main")).await["commit"]["id"]
        .as_str()
        .unwrap()
        .to_owned();
    running
        .world()
        .gitlab()
        .repositories()
        .commit(name, "x", &[("README.md", None), ("docs/n.md", Some("# N"))])
        .unwrap();
    let compared = get(&running, &format!("{project}/repository/compare?from={head}&to=main&straight=true")).await;
    let flags = |at: usize| {
        (
            compared["diffs"][at]["new_path"].clone(),
            compared["diffs"][at]["deleted_file"].clone(),
            compared["diffs"][at]["new_file"].clone(),
        )
    };
    assert_eq!(flags(0), ("README.md".into(), true.into(), false.into()));
    assert_eq!(flags(1), ("docs/n.md".into(), false.into(), true.into()));
    let last = get(&running, &format!("{project}/repository/commits?ref_name=main&path=docs%2Fn.md&per_page=1")).await;
    assert_eq!(last[0]["title"], "x");
}

#[tokio::test]
async fn tokens_are_minded() {
    let running = start(Some("right")).await;
    let internal = "projects/halden%2Fpeople%2Frota";
    assert_eq!(ask(&running, internal, "").await.status(), 404);
    assert_eq!(ask(&running, internal, "wrong").await.status(), 401);
    assert_eq!(ask(&running, internal, "right").await.status(), 200);
}
