use reqwest::Client;
use serde_json::Value;
use time::macros::datetime;

use crate::{Clock, Fault, Film, Options, PeerTube, Running, Sandbox};

async fn start() -> Running {
    let (clock, _) = Clock::manual(datetime!(2026-03-04 10:30 UTC));
    Sandbox::start(Options { clock, ..Options::default() }).await.unwrap()
}

async fn get(running: &Running, path: &str) -> (u16, Value) {
    let answer = Client::new().get(running.urls().peertube.join(path).unwrap()).send().await.unwrap();
    (answer.status().as_u16(), answer.json().await.unwrap_or_default())
}

fn ids(page: &Value) -> Vec<&str> {
    page["data"].as_array().unwrap().iter().map(|video| video["uuid"].as_str().unwrap()).collect()
}

#[tokio::test]
async fn pages_hold_every_public_video_once() {
    let running = start().await;
    let (status, first) = get(&running, "/api/v1/videos?sort=publishedAt&count=10&isLocal=true").await;
    assert_eq!(status, 200);
    let total = first["total"].as_u64().unwrap();
    let public = running.world().peertube().films().all();
    let public: Vec<&Film> = public.iter().filter(|film| film.privacy == "public" && film.host.is_empty()).collect();
    assert!(total > 10 && total == public.len() as u64);
    let (_, second) = get(&running, "/api/v1/videos?sort=publishedAt&count=10&start=10&isLocal=true").await;
    assert!(ids(&second).iter().all(|id| !ids(&first).contains(id)));
    let (_, all) = get(&running, "/api/v1/videos?count=100").await;
    assert!(all["total"].as_u64().unwrap() > total, "the federation is listed too");
    assert!(all["data"][0].get("tags").is_none(), "a list has no tags");
    let times: Vec<_> =
        all["data"].as_array().unwrap().iter().map(|each| each["publishedAt"].as_str().unwrap()).collect();
    assert!(times.is_sorted_by(|one, other| one >= other), "the newest first, unless asked otherwise");
}

#[tokio::test]
async fn channels_and_accounts_have_lists_of_their_own() {
    let running = start().await;
    let films = running.world().peertube().films().all();
    let film = films.iter().find(|film| film.host.is_empty() && film.privacy == "public").unwrap();
    let (_, channel) = get(&running, &format!("/api/v1/video-channels/{}/videos?count=100", film.channel)).await;
    assert!(ids(&channel).contains(&PeerTube::uuid(&film.id).as_str()));
    let account = channel["data"][0]["account"]["name"].as_str().unwrap();
    let (_, account) = get(&running, &format!("/api/v1/accounts/{account}/videos?count=100")).await;
    assert!(account["total"].as_u64() >= channel["total"].as_u64());
    let (status, none) = get(&running, "/api/v1/video-channels/nobody/videos").await;
    assert_eq!((status, none["detail"].as_str()), (404, Some("Video channel not found")));
}

#[tokio::test]
async fn refusals_are_problem_details() {
    let running = start().await;
    for (path, name) in [("count=101", "count"), ("sort=-updatedAt", "sort"), ("start=x", "start")] {
        let (status, problem) = get(&running, &format!("/api/v1/videos?{path}")).await;
        assert_eq!((status, problem["status"].as_u64()), (400, Some(400)), "{path}");
        assert!(problem["invalid-params"].get(name).is_some());
    }
    assert_eq!(get(&running, "/api/v1/videos/9c9de5e8-0a1e-484a-b099-e80766180a6d").await.0, 404);
    let private = running.world().peertube().films().all().into_iter().find(|film| film.privacy == "private").unwrap();
    assert_eq!(get(&running, &format!("/api/v1/videos/{}", PeerTube::uuid(&private.id))).await.0, 401);
    running.faults().peertube.add(Fault::RateLimited { retry_after: None }.always());
    assert_eq!(get(&running, "/api/v1/videos").await, (429, Value::Null));
}

#[tokio::test]
async fn a_video_says_more_than_its_list() {
    let running = start().await;
    let tube = running.world().peertube();
    let film = tube.films().all().into_iter().find(|film| !film.captions.is_empty() && !film.tags.is_empty()).unwrap();
    let (_, video) = get(&running, &format!("/api/v1/videos/{}", PeerTube::uuid(&film.id))).await;
    assert_eq!(video["tags"].as_array().unwrap().len(), film.tags.len());
    let before = video["updatedAt"].clone();
    tube.watch(&film.id).unwrap();
    let short = video["shortUUID"].as_str().unwrap();
    let (_, video) = get(&running, &format!("/api/v1/videos/{short}")).await;
    assert_ne!(video["updatedAt"], before, "watching touches it");
    let (_, captions) = get(&running, &format!("/api/v1/videos/{short}/captions")).await;
    assert_eq!(captions["data"][0]["language"]["id"], film.captions[0]);
    let page = reqwest::get(running.urls().peertube.join(&format!("/w/{short}")).unwrap()).await.unwrap();
    assert!(page.text().await.unwrap().contains("<h1>"));
}
