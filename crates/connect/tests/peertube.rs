//! PeerTube against the sandbox's instance.

mod common;

use common::{Server, connector, http, run};
use connect::{Connector, Error, Http, Kind, Resource};
use sandbox::{
    Clock, Content, Fault, Film, FilmChannel, FilmContent, Hand, Options, PeerTube, RetryAfter, Running, Sandbox,
};
use serde_json::json;
use time::{Duration, OffsetDateTime};
use url::Url;

fn content(films: u32) -> Content {
    let channel = |name: &str, owner: &str| FilmChannel {
        name: name.into(),
        title: name.to_uppercase(),
        owner: owner.into(),
        ..FilmChannel::default()
    };
    let film = |n: u32| Film {
        id: format!("film-{n}"),
        title: format!("Film {n:03}"),
        text: "What **Ines** shows.\n\n* one\n* two\n".to_owned() + &"and on ".repeat(60) + "to the end",
        channel: if n.is_multiple_of(2) { "bench" } else { "talks" }.into(),
        seconds: 89 + n * 60,
        language: "de".into(),
        category: "Education".into(),
        tags: vec!["Rust".into(), format!("Tag {n}")],
        days_ago: f64::from(films - n) * 7.0 + 2.0,
        ..Film::default()
    };
    let mut all: Vec<Film> = (0..films).map(film).collect();
    let other =
        |id: &str| Film { id: id.into(), title: id.into(), channel: "talks".into(), days_ago: 12.0, ..Film::default() };
    all.push(Film { host: "other.example".into(), ..other("remote") });
    all.push(Film { privacy: "private".into(), ..other("private") });
    all.push(Film { privacy: "unlisted".into(), ..other("unlisted") });
    all.push(Film { live: true, ..other("live") });
    let channels = vec![channel("bench", "Mira Stone"), channel("talks", "Jonas Brandt")];
    Content { peertube: FilmContent { channels, films: all, ..FilmContent::default() }, ..Content::default() }
}

async fn start(films: u32) -> (Running, Url, Hand) {
    let (clock, hand) = Clock::manual(OffsetDateTime::now_utc());
    let options = Options { content: Some(content(films)), clock, ..Options::default() };
    let running = Sandbox::start(options).await.unwrap();
    let url = running.urls().peertube.clone();
    (running, url, hand)
}

fn tube(url: &Url, more: &[(&str, &str)]) -> (Box<dyn Connector>, Http) {
    let mut settings = vec![("address", url.as_str())];
    settings.extend(more);
    (connector("peertube", &settings), http(&[url]))
}

fn named<'a>(all: &'a [&Resource], id: &str) -> &'a Resource {
    let id = PeerTube::uuid(id);
    all.iter().find(|each| each.external_id == id).unwrap()
}

#[tokio::test]
async fn every_public_video_arrives_with_what_belongs_to_it() {
    let (_sandbox, url, _) = start(120).await;
    let (tube, http) = tube(&url, &[]);
    let all = run(&*tube, &http, None).await.unwrap();
    assert_eq!((all.items.len(), all.pages, all.complete), (120, 3, true), "{:?}", all.rejected);
    let resources = all.resources();
    let film = named(&resources, "film-4");
    assert_eq!((film.title.as_str(), film.kind, film.minutes), ("Film 004", Kind::Video, Some(5)));
    assert_eq!(film.topics, ["Education", "Rust", "Tag 4"]);
    assert_eq!((film.language.as_deref(), film.authors.as_str()), (Some("de"), "BENCH, Mira Stone"));
    assert!(film.summary.starts_with("What Ines shows.") && film.summary.ends_with("to the end"), "{}", film.summary);
    assert!(film.url.starts_with(&format!("{url}w/")) && film.published_at.is_some());
    assert_eq!(all.gone, [PeerTube::uuid("live")], "what is being sent cannot be watched yet");
    // The page that people are led to is there.
    assert_eq!(http.get(&film.url.parse().unwrap()).send().await.unwrap().status(), 200);
}

#[tokio::test]
async fn later_runs_ask_only_for_what_was_touched() {
    let (sandbox, url, hand) = start(60).await;
    let (tube, http) = tube(&url, &[]);
    let first = run(&*tube, &http, None).await.unwrap();
    hand.advance(Duration::hours(1));
    let films = sandbox.world().peertube().films();
    films.edit("film-3", |film| film.title = "Another title".into()).unwrap();
    films.edit("film-5", |film| film.privacy = "private".into()).unwrap();
    films.delete("film-7").unwrap();
    films.add(Film { id: "new".into(), title: "New".into(), channel: "talks".into(), ..Film::default() }).unwrap();
    sandbox.requests().peertube.clear();
    let second = run(&*tube, &http, first.cursor.as_ref()).await.unwrap();
    let titles = second.titles();
    // The newest of the first run is read once more.
    assert!(titles.contains(&"Another title") && titles.contains(&"New") && titles.len() <= 4, "{titles:?}");
    assert!(!second.complete, "it cannot tell what is gone");
    assert!(sandbox.requests().peertube.count() < 10, "{:?}", sandbox.requests().peertube.all());

    let (daily, http) = self::tube(&url, &[("full_days", "0")]);
    let full = run(&*daily, &http, second.cursor.as_ref()).await.unwrap();
    assert_eq!((full.items.len(), full.complete), (59, true));
    let gone = [PeerTube::uuid("film-5"), PeerTube::uuid("film-7")];
    assert!(gone.iter().all(|id| !full.ids().contains(&id.as_str())));
}

#[tokio::test]
async fn a_full_run_is_due_by_the_instances_clock() {
    let (sandbox, url, _) = start(5).await;
    let (tube, http) = tube(&url, &[("full_days", "2")]);
    let mut last = run(&*tube, &http, None).await.unwrap();
    for (days, full) in [(1, false), (2, true), (3, false), (4, true)] {
        sandbox.clear_faults();
        sandbox.faults().peertube.add(Fault::ClockSkew { ms: days * 86_400_000 + 60_000 }.always());
        last = run(&*tube, &http, last.cursor.as_ref()).await.unwrap();
        assert_eq!(last.complete, full, "after {days} days");
    }
    let other = connector("peertube", &[("address", url.as_str()), ("part", "c/bench")]);
    assert!(run(&*other, &http, last.cursor.as_ref()).await.unwrap().complete, "other settings start anew");
}

#[tokio::test]
async fn other_instances_are_read_only_where_asked_for() {
    let (sandbox, url, _) = start(4).await;
    let (own, http) = tube(&url, &[]);
    assert_eq!(run(&*own, &http, None).await.unwrap().items.len(), 4);
    let asked = sandbox.requests().peertube.containing("start=");
    assert!(asked.iter().all(|asked| asked.path.contains("isLocal=true")));
    let (wide, http) = tube(&url, &[("remote", "true")]);
    let all = run(&*wide, &http, None).await.unwrap();
    let resources = all.resources();
    assert_eq!(resources.len(), 5);
    assert!(named(&resources, "remote").url.starts_with(url.as_str()), "people go to the page here");
}

#[tokio::test]
async fn a_channel_or_an_account_alone() {
    let (_sandbox, url, _) = start(10).await;
    for (part, channel) in [("c/bench", "BENCH"), ("a/jonas_brandt", "TALKS")] {
        let (tube, http) = tube(&url, &[("part", part)]);
        let all = run(&*tube, &http, None).await.unwrap();
        assert_eq!(all.items.len(), 5, "{part}");
        assert!(all.resources().iter().all(|film| film.authors.starts_with(channel)));
    }
    let (tube, http) = tube(&url, &[("part", "c/nobody")]);
    let error = tube.test(&http).await.pop().unwrap().outcome.unwrap_err();
    assert!(
        matches!(error, Error::Mistaken { .. } | Error::Absent { .. })
            && error.to_string().contains("channel not found"),
        "{error}"
    );
}

#[tokio::test]
async fn a_run_goes_on_after_a_fault_in_its_middle() {
    let (sandbox, url, _) = start(120).await;
    sandbox.faults().peertube.add(Fault::Status { code: 500 }.times(8).on("start=50"));
    let (tube, http) = tube(&url, &[]);
    let first = tube.page(&http, None).await.unwrap();
    let connect::Next::More(cursor) = first.next else { panic!("there is more") };
    assert!(matches!(tube.page(&http, Some(&cursor)).await, Err(Error::Status { status: 500, .. })));
    sandbox.clear_faults();
    let rest = run(&*tube, &http, Some(&cursor)).await.unwrap();
    assert_eq!(first.items.len() + rest.items.len(), 120);
    assert!(rest.complete);
    sandbox.faults().peertube.add(Fault::Status { code: 500 }.times(1).on("start=50"));
    assert_eq!(run(&*tube, &http, None).await.unwrap().items.len(), 120, "once is no matter");
}

#[tokio::test]
async fn each_fault_has_its_name() {
    let (sandbox, url, _) = start(120).await;
    let fails = async |fault: Fault, part: &str| {
        sandbox.clear_faults();
        sandbox.faults().peertube.add(fault.always().on(part));
        let (tube, http) = tube(&url, &[]);
        run(&*tube, &http, None).await.unwrap_err()
    };
    assert!(matches!(fails(Fault::HtmlInstead, "start=").await, Error::Format { .. }));
    assert!(matches!(fails(Fault::InvalidJson, "start=").await, Error::Format { .. }));
    assert!(matches!(fails(Fault::EndlessBody, "start=").await, Error::TooLarge { .. }));
    assert!(matches!(fails(Fault::CutBody { at_bytes: 50 }, "start=").await, Error::Cut { .. }));
    assert!(matches!(fails(Fault::CursorBackwards, "start=").await, Error::Loop { .. }));
    let wait = Some(RetryAfter::Seconds(900));
    let error = fails(Fault::RateLimited { retry_after: wait }, "/videos/").await;
    assert_eq!(error.retry_after().map(|wait| wait.as_secs()), Some(900));
    sandbox.clear_faults();
    let wait = Some(RetryAfter::Seconds(1));
    sandbox.faults().peertube.add(Fault::RateLimited { retry_after: wait }.times(1).on("/videos/"));
    let (tube, http) = tube(&url, &[]);
    assert_eq!(run(&*tube, &http, None).await.unwrap().items.len(), 120, "a short wait is waited out");
}

#[tokio::test]
async fn broken_videos_are_set_aside() {
    let (sandbox, url, _) = start(5).await;
    let detail = format!("/videos/{}", PeerTube::uuid("film-2"));
    for (fault, part) in [
        (Fault::ItemWithoutId, "start="),
        (Fault::DuplicateIds, "start="),
        (Fault::HtmlInstead, detail.as_str()),
        (Fault::Status { code: 403 }, detail.as_str()),
    ] {
        sandbox.clear_faults();
        sandbox.faults().peertube.add(fault.clone().always().on(part));
        let (tube, http) = tube(&url, &[]);
        let all = run(&*tube, &http, None).await.unwrap();
        assert_eq!((all.items.len(), all.rejected.len(), all.complete), (4, 1, false), "{fault:?}: {:?}", all.rejected);
    }
    sandbox.clear_faults();
    sandbox.faults().peertube.add(Fault::Status { code: 404 }.always().on(detail));
    let (client, http) = tube(&url, &[]);
    assert!(run(&*client, &http, None).await.unwrap().gone.contains(&PeerTube::uuid("film-2")));
    sandbox.clear_faults();
    sandbox.faults().peertube.add(Fault::ScriptInContent.always());
    sandbox.faults().peertube.add(Fault::HugeItem { bytes: 1_000_000 }.always());
    let (client, http) = tube(&url, &[]);
    for film in run(&*client, &http, None).await.unwrap().resources() {
        assert!(!film.summary.contains("<script") && !film.summary.contains("onerror"), "{}", film.summary);
        assert!(film.summary.chars().count() <= 4000);
    }
}

#[tokio::test]
async fn the_test_tells_an_instance_from_something_else() {
    let (sandbox, url, _) = start(3).await;
    let (client, http) = tube(&url, &[]);
    let steps = client.test(&http).await;
    let said: Vec<_> = steps.iter().map(|step| format!("{:?}", step.outcome)).collect();
    assert!(said[1].contains("PeerTube 7.3.0") && said[3].contains("Film 002"), "{said:?}");
    let forum = &sandbox.urls().forum;
    let (client, http) = tube(forum, &[]);
    let error = client.test(&http).await.pop().unwrap().outcome.unwrap_err();
    assert!(matches!(error, Error::Mistaken { .. } | Error::Absent { .. }), "{error}");
    assert!(error.hint().contains("/api/v1/config"));
}

#[tokio::test]
async fn a_list_that_ends_before_its_total_proves_nothing() {
    let list = |axum::extract::RawQuery(query): axum::extract::RawQuery| async move {
        let uuid = |n: u32| format!("9c9de5e8-0a1e-484a-b099-e8076618000{n}");
        let is_first = query.is_some_and(|query| query.contains("start=0&"));
        let videos: Vec<_> = (0..if is_first { 2 } else { 0 }).map(|n| json!({"uuid": uuid(n), "name": "V"})).collect();
        axum::Json(json!({"total": 4, "data": videos}))
    };
    let config = || async { axum::Json(json!({"serverVersion": "7.3.0"})) };
    let video = || async { axum::Json(json!({"name": "V"})) };
    let router = axum::Router::new()
        .route("/api/v1/config", axum::routing::get(config))
        .route("/api/v1/videos", axum::routing::get(list))
        .route("/api/v1/videos/{id}", axum::routing::get(video));
    let server = Server::start(router).await;
    let (tube, http) = tube(&server.url, &[]);
    let all = run(&*tube, &http, None).await.unwrap();
    assert_eq!((all.items.len(), all.rejected.len(), all.complete), (2, 0, false));
    // Nor does the next run take it for known.
    assert_eq!(run(&*tube, &http, all.cursor.as_ref()).await.unwrap().items.len(), 2);
}
