use reqwest::{Client, Response};
use serde_json::{Value, json};

use crate::{Content, Film, FilmChannel, FilmPlaylist, Options, Running, Sandbox, Vimeo};

async fn start() -> Running {
    let film = |n: u32| Film {
        id: format!("film-{n}"),
        title: format!("Film {n}"),
        channel: "halden".into(),
        tags: vec!["Rust".into()],
        privacy: if n == 3 { "unlisted".into() } else { "public".into() },
        days_ago: f64::from(40 - n),
        ..Film::default()
    };
    let mut content = Content::default();
    content.vimeo.channels =
        vec![FilmChannel { name: "halden".into(), title: "Halden".into(), ..FilmChannel::default() }];
    content.vimeo.films = (0..30).map(film).collect();
    content.vimeo.playlists = vec![FilmPlaylist { id: "77".into(), title: "Mix".into(), films: vec!["film-3".into()] }];
    let options = Options { content: Some(content), vimeo_token: Some("right".into()), ..Options::default() };
    Sandbox::start(options).await.unwrap()
}

async fn ask(running: &Running, path: &str, token: &str) -> Response {
    let url = running.urls().vimeo.join(path).unwrap();
    Client::new().get(url).bearer_auth(token).send().await.unwrap()
}

#[tokio::test]
async fn a_list_says_how_it_goes_on() {
    let running = start().await;
    let mut path = "/users/halden/videos?per_page=12&direction=asc&fields=uri,tags.name".to_owned();
    let mut seen = Vec::new();
    loop {
        let answer: Value = ask(&running, &path, "right").await.json().await.unwrap();
        assert_eq!(answer["total"], 30);
        seen.extend(answer["data"].as_array().unwrap().clone());
        let Some(next) = answer["paging"]["next"].as_str() else { break };
        path = next.to_owned();
    }
    assert_eq!(seen.len(), 30);
    assert_eq!(
        seen[0],
        json!({ "uri": format!("/videos/{}", Vimeo::video_id("film-0")), "tags": [{ "name": "Rust" }] })
    );
    let shown: Value = ask(&running, "/me/albums/77/videos", "right").await.json().await.unwrap();
    let (video, id) = (&shown["data"][0], Vimeo::video_id("film-3"));
    assert_eq!((shown["total"].as_u64(), video["privacy"]["view"].as_str()), (Some(1), Some("unlisted")));
    assert!(video["link"].as_str().unwrap().starts_with(&format!("https://vimeo.com/{id}/")), "{video}");
    assert!(video["uri"].as_str().unwrap().contains(':'));
}

#[tokio::test]
async fn refusals_have_vimeos_form() {
    let running = start().await;
    let wrong = ask(&running, "/me/videos", "wrong").await;
    assert_eq!(wrong.status().as_u16(), 401);
    assert_eq!(wrong.json::<Value>().await.unwrap()["error_code"], 8003);
    assert_eq!(ask(&running, "/users/nobody/videos", "right").await.status().as_u16(), 404);
    assert_eq!(ask(&running, "/me/videos?per_page=101", "right").await.status().as_u16(), 400);
    running.world().vimeo().quota(1);
    assert_eq!(ask(&running, "/me/videos", "right").await.headers()["x-ratelimit-remaining"], "0");
    let limited = ask(&running, "/me/videos", "right").await;
    assert_eq!((limited.status().as_u16(), limited.headers().get("retry-after")), (429, None));
    assert!(limited.headers()["x-ratelimit-reset"].to_str().unwrap().contains('T'));
}
