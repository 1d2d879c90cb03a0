//! Vimeo against the sandbox's API.

mod common;

use std::time::Duration;

use axum::{Json, Router, http::HeaderMap, routing::get};
use common::{Server, connector, http, run};
use connect::{Connector, Error, Http, Kind, Next, Policy, Resource, Settings};
use sandbox::{
    Content, Fault, Film, FilmChannel, FilmContent, FilmPlaylist, Options, RetryAfter, Running, Sandbox, Vimeo,
};
use serde_json::json;
use url::Url;

const TOKEN: &str = "geheimer-schluessel-von-vimeo";

fn content(films: u32) -> Content {
    let film = |n: u32| Film {
        id: format!("film-{n}"),
        title: format!("Film {n:03}"),
        text: "What it is.\n\nhttps://example.org/more".into(),
        channel: "halden".into(),
        seconds: 3600 + n,
        language: "pt-BR".into(),
        category: "Instructional".into(),
        tags: vec!["Rust".into(), format!("Tag {n}")],
        days_ago: f64::from(films - n) + 2.0,
        ..Film::default()
    };
    let mut all: Vec<Film> = (0..films).map(film).collect();
    let other = |id: &str| Film { id: id.into(), title: id.into(), channel: "halden".into(), ..Film::default() };
    for privacy in ["private", "password", "unlisted", "disable"] {
        all.push(Film { privacy: privacy.into(), ..other(privacy) });
    }
    all.push(Film { live: true, ..other("live") });
    let channel = |name: &str| FilmChannel { name: name.into(), title: name.to_uppercase(), ..FilmChannel::default() };
    all.push(Film { id: "other".into(), title: "Other".into(), channel: "other".into(), ..Film::default() });
    let films = ["film-1", "unlisted", "other"].map(str::to_owned).to_vec();
    let list = FilmPlaylist { id: "77".into(), title: "Mix".into(), films };
    let vimeo = FilmContent { channels: vec![channel("halden"), channel("other")], films: all, playlists: vec![list] };
    Content { vimeo, ..Content::default() }
}

async fn start(films: u32) -> (Running, Url) {
    let options = Options { content: Some(content(films)), vimeo_token: Some(TOKEN.into()), ..Options::default() };
    let running = Sandbox::start(options).await.unwrap();
    let api = running.urls().vimeo.clone();
    (running, api)
}

fn tube(api: &Url, more: &[(&str, &str)]) -> (Box<dyn Connector>, Http) {
    let mut settings = vec![("address", "https://vimeo.com/halden"), ("api", api.as_str()), ("token", TOKEN)];
    settings.extend(more);
    (connector("vimeo", &settings), http(&[api]))
}

fn named<'a>(all: &'a [&Resource], id: &str) -> &'a Resource {
    let id = Vimeo::video_id(id);
    all.iter().find(|each| each.external_id == id).unwrap()
}

#[tokio::test]
async fn every_open_video_arrives_with_what_belongs_to_it() {
    let (sandbox, api) = start(220).await;
    let (tube, http) = tube(&api, &[]);
    let all = run(&*tube, &http, None).await.unwrap();
    assert_eq!((all.items.len(), all.pages, all.complete), (221, 3, true), "{:?}", all.rejected);
    let resources = all.resources();
    let film = named(&resources, "film-4");
    assert_eq!((film.title.as_str(), film.kind, film.minutes), ("Film 004", Kind::Video, Some(60)));
    assert_eq!(film.url, format!("https://vimeo.com/{}", film.external_id));
    assert_eq!((film.language.as_deref(), film.authors.as_str()), (Some("pt-BR"), "HALDEN"));
    assert_eq!(film.topics, ["Instructional", "Rust", "Tag 4"]);
    assert!(film.summary.contains("https://example.org/more") && film.published_at.is_some());
    let unlisted = named(&resources, "unlisted");
    assert!(unlisted.url.len() > "https://vimeo.com/123456789/".len(), "its hash opens it: {}", unlisted.url);
    let mut gone = ["private", "password", "disable", "live"].map(Vimeo::video_id);
    gone.sort_unstable();
    let mut told = all.gone.clone();
    told.sort_unstable();
    assert_eq!(told, gone);
    assert_eq!(sandbox.requests().vimeo.count(), 3, "a hundred a request");
    assert!(
        sandbox
            .requests()
            .vimeo
            .all()
            .iter()
            .all(|asked| asked.path.contains("fields=") && !asked.path.contains("geheim"))
    );
    let (strict, client) = self::tube(&api, &[("unlisted", "false")]);
    let all = run(&*strict, &client, None).await.unwrap();
    assert!(all.items.len() == 220 && all.gone.contains(&Vimeo::video_id("unlisted")));
}

#[tokio::test]
async fn each_kind_of_list_is_read() {
    let (_sandbox, api) = start(3).await;
    for (address, count) in [
        ("https://vimeo.com/halden/videos", 4),
        ("https://vimeo.com/channels/halden", 4),
        ("https://vimeo.com/manage/videos", 5),
        ("https://vimeo.com/user/12/folder/77", 3),
        ("https://vimeo.com/manage/folders/77", 3),
        ("https://vimeo.com/showcase/77", 3),
    ] {
        let (tube, http) = tube(&api, &[("address", address)]);
        assert_eq!(run(&*tube, &http, None).await.unwrap().items.len(), count, "{address}");
    }
    let (nobody, client) = tube(&api, &[("address", "https://vimeo.com/nobody")]);
    let error = nobody.test(&client).await.pop().unwrap().outcome.unwrap_err();
    assert!(matches!(&error, Error::Absent { detail, .. } if detail.contains("couldn't be found")), "{error}");
    let video = Settings::from(
        [("address", "https://vimeo.com/123456"), ("token", TOKEN)].map(|(name, value)| (name.into(), value.into())),
    );
    let faults = connect::system("vimeo").unwrap().connect(&video).err().unwrap();
    assert!(faults["address"].contains("one video") && faults.len() == 1, "{faults:?}");
}

#[tokio::test]
async fn later_runs_list_everything_again() {
    let (sandbox, api) = start(130).await;
    let (tube, http) = tube(&api, &[]);
    let first = run(&*tube, &http, None).await.unwrap();
    let films = sandbox.world().vimeo().films();
    films.edit("film-3", |film| film.title = "Another title".into()).unwrap();
    films.edit("film-5", |film| film.privacy = "private".into()).unwrap();
    films.delete("film-7").unwrap();
    films.add(Film { id: "new".into(), title: "New".into(), channel: "halden".into(), ..Film::default() }).unwrap();
    let second = run(&*tube, &http, first.cursor.as_ref()).await.unwrap();
    assert!(second.complete && second.items.len() == 130, "{}", second.items.len());
    assert!(second.titles().contains(&"Another title") && second.titles().contains(&"New"));
    assert!(!second.ids().contains(&Vimeo::video_id("film-7").as_str()));
    assert!(second.gone.contains(&Vimeo::video_id("film-5")));
}

#[tokio::test]
async fn a_list_that_gets_shorter_under_way_claims_nothing() {
    let (sandbox, api) = start(130).await;
    let (tube, http) = tube(&api, &[]);
    let first = tube.page(&http, None).await.unwrap();
    let Next::More(cursor) = first.next else { panic!("there is more") };
    sandbox.world().vimeo().films().delete("film-1").unwrap();
    let rest = run(&*tube, &http, Some(&cursor)).await.unwrap();
    // The hundred-and-first moved to the first page, which was read already.
    assert_eq!((first.items.len() + rest.items.len(), rest.complete), (130, false));
    assert!(run(&*tube, &http, rest.cursor.as_ref()).await.unwrap().complete);
}

#[tokio::test]
async fn the_rate_limit_says_when_to_come_back() {
    let (sandbox, api) = start(130).await;
    let (tube, http) = tube(&api, &[]);
    sandbox.world().vimeo().quota(1);
    let first = tube.page(&http, None).await.unwrap();
    let Next::More(cursor) = first.next else { panic!("there is more") };
    let policy = Policy { retries: 0, ..common::policy(&[&api]) };
    let error = tube.page(&Http::new(policy), Some(&cursor)).await.unwrap_err();
    let wait = error.retry_after().unwrap();
    assert!(matches!(error, Error::RateLimited { .. }) && (1..=61).contains(&wait.as_secs()), "{error}");
    sandbox.world().vimeo().quota(1000);
    let rest = run(&*tube, &http, Some(&cursor)).await.unwrap();
    assert_eq!((first.items.len() + rest.items.len(), rest.complete), (131, true));
}

#[tokio::test]
async fn a_token_is_asked_for_and_never_shown() {
    let (_sandbox, api) = start(3).await;
    let (wrong, client) = tube(&api, &[("token", "falscher-schluessel")]);
    let steps = wrong.test(&client).await;
    let last = steps.last().unwrap().outcome.clone().unwrap_err();
    assert!(
        matches!(&last, Error::SignIn { reason, .. } if reason.contains("is not valid")) && steps.len() == 3,
        "{last}"
    );
    assert!(!format!("{steps:?} {:?}", client.outcomes()).contains("falscher"), "the server repeats it");
    let (right, client) = tube(&api, &[]);
    let steps = right.test(&client).await;
    assert!(steps.iter().all(|step| step.outcome.is_ok()), "{steps:?}");
    let told = format!("{steps:?}");
    assert!(told.contains("Film 000") && told.contains("of its first 8, 3 are left out"), "{told}");
    let first = right.page(&client, None).await.unwrap();
    assert!(!format!("{told} {:?} {:?}", first.next, client.outcomes()).contains("geheim"));
}

#[tokio::test]
async fn each_fault_has_its_name() {
    let (sandbox, api) = start(120).await;
    let fails = async |fault: Fault| {
        sandbox.clear_faults();
        sandbox.faults().vimeo.add(fault.always().on("page=2"));
        common::second_page_fails(&sandbox, tube(&api, &[]), 121).await
    };
    common::usual_faults(&fails).await;
    assert!(matches!(fails(Fault::Status { code: 401 }).await, Error::SignIn { .. }));
    let wait = Some(RetryAfter::Seconds(900));
    assert_eq!(fails(Fault::RateLimited { retry_after: wait }).await.retry_after(), Some(Duration::from_secs(900)));
    sandbox.faults().vimeo.add(Fault::Status { code: 503 }.times(1).on("page=2"));
    let (tube, http) = tube(&api, &[]);
    assert_eq!(run(&*tube, &http, None).await.unwrap().items.len(), 121, "once is no matter");
}

#[tokio::test]
async fn broken_videos_are_set_aside() {
    let (sandbox, api) = start(5).await;
    for fault in [Fault::ItemWithoutId, Fault::DuplicateIds] {
        sandbox.clear_faults();
        sandbox.faults().vimeo.add(fault.clone().always());
        let (tube, http) = tube(&api, &[]);
        let all = run(&*tube, &http, None).await.unwrap();
        assert_eq!((all.items.len(), all.rejected.len(), all.complete), (5, 1, false), "{fault:?}: {:?}", all.rejected);
    }
    sandbox.clear_faults();
    sandbox.faults().vimeo.add(Fault::ScriptInContent.always());
    sandbox.faults().vimeo.add(Fault::HugeItem { bytes: 1_000_000 }.always());
    let (tube, http) = tube(&api, &[]);
    for film in run(&*tube, &http, None).await.unwrap().resources() {
        assert!(!film.summary.contains("<script") && !film.summary.contains("onerror"), "{}", film.summary);
        assert!(film.summary.chars().count() <= 4000);
    }
}

#[tokio::test]
async fn a_next_page_on_another_server_gets_no_token() {
    let thief = Server::start(Router::new().fallback(|headers: HeaderMap| async move { format!("{headers:?}") })).await;
    let steal = thief.at("/users/halden/videos?page=2").to_string();
    let list = move || {
        let next = steal.clone();
        async move { Json(json!({ "total": 9, "data": [], "paging": { "next": next } })) }
    };
    let server = Server::start(Router::new().route("/users/halden/videos", get(list))).await;
    let (tube, _) = tube(&server.url, &[]);
    let error = run(&*tube, &http(&[&server.url, &thief.url]), None).await.unwrap_err();
    // Of that address the number alone is taken, and our own server's second page names itself.
    assert!(matches!(error, Error::Loop { .. }), "{error}");
    assert_eq!(thief.hits(), 0);
}
