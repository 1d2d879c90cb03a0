use reqwest::Client;
use serde_json::Value;
use time::macros::datetime;

use crate::{Clock, Film, Options, Running, Sandbox, YouTube};

async fn start(key: Option<&str>) -> Running {
    let (clock, _) = Clock::manual(datetime!(2026-03-04 10:30 UTC));
    Sandbox::start(Options { clock, youtube_key: key.map(str::to_owned), ..Options::default() }).await.unwrap()
}

async fn get(running: &Running, path: &str, headers: &[(&'static str, &str)]) -> (u16, Value) {
    let url = running.urls().youtube.join(&format!("youtube/v3/{path}")).unwrap();
    let mut request = Client::new().get(url);
    for (name, value) in headers {
        request = request.header(*name, *value);
    }
    let answer = request.send().await.unwrap();
    (answer.status().as_u16(), answer.json().await.unwrap_or_default())
}

const KEY: [(&str, &str); 1] = [("x-goog-api-key", "any")];

#[tokio::test]
async fn a_channel_leads_to_its_uploads_and_they_to_videos() {
    let running = start(None).await;
    let films = running.world().youtube().films().all();
    let film = films.iter().find(|film| film.privacy == "public").unwrap();
    let (_, channels) = get(&running, &format!("channels?part=contentDetails&forHandle=@{}", film.channel), &KEY).await;
    let uploads = channels["items"][0]["contentDetails"]["relatedPlaylists"]["uploads"].as_str().unwrap();
    let by_id = format!("channels?part=contentDetails&id={}", YouTube::channel_id(&film.channel));
    assert_eq!(get(&running, &by_id, &KEY).await.1["items"], channels["items"]);
    let (mut path, mut seen) =
        (format!("playlistItems?part=snippet,contentDetails,status&playlistId={uploads}&maxResults=7"), vec![]);
    loop {
        let (_, page) = get(&running, &path, &KEY).await;
        seen.extend(
            page["items"]
                .as_array()
                .unwrap()
                .iter()
                .map(|item| item["contentDetails"]["videoId"].as_str().unwrap().to_owned()),
        );
        let Some(token) = page["nextPageToken"].as_str() else { break };
        path = format!(
            "playlistItems?part=contentDetails,status,snippet&playlistId={uploads}&maxResults=7&pageToken={token}"
        );
    }
    let public = films.iter().filter(|each| each.channel == film.channel && each.privacy == "public");
    assert_eq!(seen.len(), public.count());
    let (_, videos) = get(&running, &format!("videos?part=snippet,contentDetails&id={}", seen.join(",")), &KEY).await;
    assert_eq!(videos["items"].as_array().unwrap().len(), seen.len());
    let found =
        videos["items"].as_array().unwrap().iter().find(|each| each["id"] == YouTube::video_id(&film.id)).unwrap();
    assert_eq!(found["snippet"]["title"], film.title);
    assert!(found.get("status").is_none(), "parts that were not asked for are not there");
}

#[tokio::test]
async fn a_playlist_keeps_the_place_of_what_is_gone() {
    let running = start(None).await;
    let (_, list) =
        get(&running, "playlistItems?part=snippet,status&playlistId=PLhalden-first-steps&maxResults=50", &KEY).await;
    let titles: Vec<_> =
        list["items"].as_array().unwrap().iter().map(|item| item["snippet"]["title"].as_str().unwrap()).collect();
    assert!(titles.contains(&"Private video") && titles.contains(&"Deleted video"), "{titles:?}");
    let private: Film =
        running.world().youtube().films().all().into_iter().find(|film| film.privacy == "private").unwrap();
    let (status, none) = get(&running, &format!("videos?part=id&id={}", YouTube::video_id(&private.id)), &KEY).await;
    assert_eq!((status, none["items"].as_array().unwrap().len()), (200, 0));
}

#[tokio::test]
async fn keys_and_quota_are_asked_for() {
    let running = start(Some("right")).await;
    let path = "videos?part=id&id=abc";
    assert_eq!(get(&running, path, &[]).await.0, 403);
    let (status, wrong) = get(&running, path, &[("x-goog-api-key", "wrong")]).await;
    assert_eq!((status, &wrong["error"]["details"][0]["reason"]), (400, &Value::from("API_KEY_INVALID")));
    let right = [("x-goog-api-key", "right")];
    running.world().youtube().quota(1);
    assert_eq!(get(&running, path, &right).await.0, 200);
    let (status, spent) = get(&running, path, &right).await;
    assert_eq!((status, &spent["error"]["errors"][0]["reason"]), (403, &Value::from("quotaExceeded")));
}

#[tokio::test]
async fn an_etag_tells_that_nothing_changed() {
    let running = start(None).await;
    let path = "playlistItems?part=snippet&playlistId=PLhalden-first-steps";
    let (_, page) = get(&running, path, &KEY).await;
    let etag = format!("\"{}\"", page["etag"].as_str().unwrap());
    let headers = [KEY[0], ("if-none-match", etag.as_str())];
    assert_eq!(get(&running, path, &headers).await.0, 304);
    let films = running.world().youtube().films();
    let first = films.all().into_iter().find(|film| film.id == "unboxing-gateway").unwrap();
    films.edit(&first.id, |film| film.title = "Other".into()).unwrap();
    assert_eq!(get(&running, path, &headers).await.0, 200);
    assert_eq!(get(&running, "playlistItems?part=snippet&playlistId=PLnone", &KEY).await.0, 404);
    assert_eq!(get(&running, &format!("{path}&pageToken=x"), &KEY).await.0, 400);
}
