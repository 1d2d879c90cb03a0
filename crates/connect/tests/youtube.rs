//! YouTube against the sandbox's Data API.

mod common;

use common::{connector, http, run};
use connect::{Connector, Error, Http, Kind, Resource, Settings};
use sandbox::{
    Content, Fault, Film, FilmChannel, FilmContent, FilmPlaylist, Options, RetryAfter, Running, Sandbox, YouTube,
};
use url::Url;

const KEY: &str = "AIza-geheimer-schluessel";

fn content(films: u32) -> Content {
    let film = |n: u32| Film {
        id: format!("film-{n}"),
        title: format!("Film {n:03}"),
        text: "What it is.\n\nhttps://example.org/more".into(),
        channel: "halden".into(),
        seconds: 3600 + n,
        language: "pt-BR".into(),
        tags: vec!["Rust".into(), format!("Tag {n}")],
        captions: vec!["en".into()],
        days_ago: f64::from(films - n) + 2.0,
        ..Film::default()
    };
    let mut all: Vec<Film> = (0..films).map(film).collect();
    let other = |id: &str| Film { id: id.into(), title: id.into(), channel: "halden".into(), ..Film::default() };
    all.push(Film { privacy: "private".into(), ..other("private") });
    all.push(Film { privacy: "unlisted".into(), ..other("unlisted") });
    all.push(Film { live: true, ..other("live") });
    let channel = FilmChannel { name: "halden".into(), title: "Halden".into(), ..FilmChannel::default() };
    let listed = ["film-1", "private", "deleted", "unlisted", "film-1", "film-0"];
    let list = FilmPlaylist { id: "PLmix".into(), title: "Mix".into(), films: listed.map(str::to_owned).to_vec() };
    Content {
        youtube: FilmContent { channels: vec![channel], films: all, playlists: vec![list] },
        ..Content::default()
    }
}

async fn start(films: u32) -> (Running, Url) {
    let options = Options { content: Some(content(films)), youtube_key: Some(KEY.into()), ..Options::default() };
    let running = Sandbox::start(options).await.unwrap();
    let api = running.urls().youtube.join("youtube/v3/").unwrap();
    (running, api)
}

fn tube(api: &Url, more: &[(&str, &str)]) -> (Box<dyn Connector>, Http) {
    let mut settings = vec![("address", "https://www.youtube.com/@halden"), ("api", api.as_str()), ("key", KEY)];
    settings.extend(more);
    (connector("youtube", &settings), http(&[api]))
}

fn named<'a>(all: &'a [&Resource], id: &str) -> &'a Resource {
    let id = YouTube::video_id(id);
    all.iter().find(|each| each.external_id == id).unwrap()
}

#[tokio::test]
async fn every_public_video_arrives_with_what_belongs_to_it() {
    let (sandbox, api) = start(120).await;
    let (tube, http) = tube(&api, &[]);
    let all = run(&*tube, &http, None).await.unwrap();
    assert_eq!((all.items.len(), all.pages, all.complete), (120, 3, true), "{:?}", all.rejected);
    let resources = all.resources();
    let film = named(&resources, "film-4");
    assert_eq!((film.title.as_str(), film.kind, film.minutes), ("Film 004", Kind::Video, Some(60)));
    assert_eq!(film.url, format!("https://www.youtube.com/watch?v={}", film.external_id));
    assert_eq!((film.language.as_deref(), film.authors.as_str()), (Some("pt-BR"), "Halden"));
    assert_eq!(film.topics, ["Rust", "Tag 4"]);
    assert!(film.summary.contains("https://example.org/more") && film.published_at.is_some());
    assert_eq!(all.gone, [YouTube::video_id("live")]);
    assert_eq!(sandbox.requests().youtube.count(), 7, "the channel, and two a page");
    assert!(sandbox.requests().youtube.all().iter().all(|asked| !asked.path.contains("AIza")));
    assert!(!serde_json::to_string(&all.cursor).unwrap().contains("AIza"));
}

#[tokio::test]
async fn a_channel_is_found_by_each_of_its_addresses() {
    let (_sandbox, api) = start(3).await;
    let id = format!("https://www.youtube.com/channel/{}", YouTube::channel_id("halden"));
    for address in ["https://youtube.com/@halden/videos", "https://www.youtube.com/user/halden", id.as_str()] {
        let tube = connector("youtube", &[("address", address), ("api", api.as_str()), ("key", KEY)]);
        assert_eq!(run(&*tube, &http(&[&api]), None).await.unwrap().items.len(), 3, "{address}");
    }
    let tube = connector("youtube", &[("address", "https://youtube.com/@nobody"), ("api", api.as_str()), ("key", KEY)]);
    let error = tube.test(&http(&[&api])).await.pop().unwrap().outcome.unwrap_err();
    assert!(
        matches!(error, Error::Mistaken { .. } | Error::Absent { .. }) && error.to_string().contains("@nobody"),
        "{error}"
    );
    let custom = Settings::from(
        [("address", "https://www.youtube.com/c/halden"), ("key", KEY)].map(|(a, b)| (a.into(), b.into())),
    );
    let faults = connect::system("youtube").unwrap().connect(&custom).err().unwrap();
    assert!(faults["address"].contains("/c/") && faults.len() == 1, "{faults:?}");
}

#[tokio::test]
async fn what_is_left_of_private_and_deleted_videos_is_gone() {
    let (_sandbox, api) = start(3).await;
    let list = ("address", "https://www.youtube.com/playlist?list=PLmix");
    let (public, client) = tube(&api, &[list]);
    let all = run(&*public, &client, None).await.unwrap();
    assert_eq!((all.titles(), all.rejected.len(), all.complete), (vec!["Film 000", "Film 001"], 0, true));
    let mut gone = ["private", "deleted", "unlisted"].map(YouTube::video_id);
    gone.sort_unstable();
    let mut told = all.gone.clone();
    told.sort_unstable();
    assert_eq!(told, gone);
    let (wide, client) = tube(&api, &[list, ("unlisted", "true")]);
    assert_eq!(run(&*wide, &client, all.cursor.as_ref()).await.unwrap().titles(), ["Film 000", "Film 001", "unlisted"]);
}

#[tokio::test]
async fn later_runs_ask_whether_anything_was_added_or_taken_away() {
    let (sandbox, api) = start(60).await;
    let (tube, http) = tube(&api, &[]);
    let first = run(&*tube, &http, None).await.unwrap();
    let films = sandbox.world().youtube().films();
    sandbox.requests().youtube.clear();
    let second = run(&*tube, &http, first.cursor.as_ref()).await.unwrap();
    assert_eq!((second.items.len(), second.complete, sandbox.requests().youtube.count()), (0, false, 1));
    // An edit far back in the list waits for the next full run, an addition does not.
    films.edit("film-3", |film| film.title = "Another title".into()).unwrap();
    assert!(run(&*tube, &http, second.cursor.as_ref()).await.unwrap().items.is_empty());
    films.delete("film-7").unwrap();
    let third = run(&*tube, &http, second.cursor.as_ref()).await.unwrap();
    assert_eq!((third.items.len(), third.complete), (59, true));
    assert!(third.titles().contains(&"Another title") && !third.ids().contains(&YouTube::video_id("film-7").as_str()));
    films.edit("film-4", |film| film.privacy = "private".into()).unwrap();
    let fourth = run(&*tube, &http, third.cursor.as_ref()).await.unwrap();
    assert_eq!((fourth.items.len(), fourth.complete), (58, true));
    sandbox.faults().youtube.add(Fault::ClockSkew { ms: 25 * 3_600_000 }.always());
    assert!(run(&*tube, &http, fourth.cursor.as_ref()).await.unwrap().complete, "a day later everything is read");
}

#[tokio::test]
async fn a_full_run_is_due_although_the_first_page_is_the_same() {
    let (_sandbox, api) = start(60).await;
    let (tube, http) = tube(&api, &[("full_days", "0")]);
    let first = run(&*tube, &http, None).await.unwrap();
    let second = run(&*tube, &http, first.cursor.as_ref()).await.unwrap();
    assert_eq!((second.items.len(), second.complete), (60, true));
}

#[tokio::test]
async fn a_used_up_quota_ends_the_run_until_it_is_reset() {
    let (sandbox, api) = start(120).await;
    let (tube, http) = tube(&api, &[]);
    sandbox.world().youtube().quota(4);
    let first = tube.page(&http, None).await.unwrap();
    let connect::Next::More(cursor) = first.next else { panic!("there is more") };
    let error = tube.page(&http, Some(&cursor)).await.unwrap_err();
    let Error::Quota { reason, wait: Some(wait), .. } = &error else { panic!("{error}") };
    assert!(reason.contains("midnight Pacific") && wait.as_secs() <= 25 * 3600, "{error}");
    assert_eq!((error.retry_after(), error.is_temporary()), (Some(*wait), true));
    assert!(!error.to_string().contains('<') && error.headline().contains("used up"));
    sandbox.world().youtube().quota(1000);
    let rest = run(&*tube, &http, Some(&cursor)).await.unwrap();
    assert_eq!((first.items.len() + rest.items.len(), rest.complete), (120, true));
}

#[tokio::test]
async fn a_key_is_asked_for_and_never_shown() {
    let (_sandbox, api) = start(3).await;
    let without = Settings::from([("address".to_owned(), "https://www.youtube.com/@halden".to_owned())]);
    assert!(connect::system("youtube").unwrap().connect(&without).err().unwrap().contains_key("key"));
    let (wrong, client) = tube(&api, &[("key", "AIza-falscher-schluessel")]);
    let last = wrong.test(&client).await.pop().unwrap().outcome.unwrap_err();
    assert!(matches!(&last, Error::SignIn { reason, .. } if reason.contains("not valid")), "{last}");
    assert!(!format!("{last} {:?}", client.outcomes()).contains("falscher"));
    let (right, client) = tube(&api, &[]);
    let steps = right.test(&client).await;
    assert!(steps.iter().all(|step| step.outcome.is_ok()), "{steps:?}");
    assert!(format!("{steps:?}").contains("Film 002"), "the newest stands first");
}

#[tokio::test]
async fn a_run_goes_on_after_a_fault_in_its_middle() {
    let (sandbox, api) = start(120).await;
    sandbox.faults().youtube.add(Fault::Status { code: 503 }.always().on("pageToken"));
    let (tube, http) = tube(&api, &[]);
    let first = tube.page(&http, None).await.unwrap();
    let connect::Next::More(cursor) = first.next else { panic!("there is more") };
    assert!(matches!(tube.page(&http, Some(&cursor)).await, Err(Error::Status { status: 503, .. })));
    sandbox.clear_faults();
    let rest = run(&*tube, &http, Some(&cursor)).await.unwrap();
    assert_eq!((first.items.len() + rest.items.len(), rest.complete), (120, true));
    sandbox.faults().youtube.add(Fault::Status { code: 500 }.times(1).on("pageToken"));
    assert_eq!(run(&*tube, &http, None).await.unwrap().items.len(), 120, "once is no matter");
}

#[tokio::test]
async fn each_fault_has_its_name() {
    let (sandbox, api) = start(120).await;
    let fails = async |fault: Fault, part: &str| {
        sandbox.clear_faults();
        sandbox.faults().youtube.add(fault.always().on(part));
        let (tube, http) = tube(&api, &[]);
        run(&*tube, &http, None).await.unwrap_err()
    };
    assert!(matches!(fails(Fault::HtmlInstead, "playlistItems").await, Error::Format { .. }));
    assert!(matches!(fails(Fault::InvalidJson, "videos").await, Error::Format { .. }));
    assert!(matches!(fails(Fault::EndlessBody, "videos").await, Error::TooLarge { .. }));
    assert!(matches!(fails(Fault::CutBody { at_bytes: 50 }, "videos").await, Error::Cut { .. }));
    assert!(matches!(fails(Fault::CursorBackwards, "playlistItems").await, Error::Loop { .. }));
    assert!(matches!(fails(Fault::Status { code: 403 }, "playlistItems").await, Error::SignIn { .. }));
    assert!(matches!(fails(Fault::Status { code: 404 }, "playlistItems").await, Error::Status { status: 404, .. }));
    let wait = Some(RetryAfter::Seconds(900));
    let error = fails(Fault::RateLimited { retry_after: wait }, "videos").await;
    assert_eq!(error.retry_after().map(|wait| wait.as_secs()), Some(900));
    sandbox.clear_faults();
    let wait = Some(RetryAfter::Seconds(1));
    sandbox.faults().youtube.add(Fault::RateLimited { retry_after: wait }.times(1).on("videos"));
    let (tube, http) = tube(&api, &[]);
    assert_eq!(run(&*tube, &http, None).await.unwrap().items.len(), 120, "a short wait is waited out");
}

#[tokio::test]
async fn broken_videos_are_set_aside() {
    let (sandbox, api) = start(5).await;
    for (fault, part) in [
        (Fault::ItemWithoutId, "playlistItems"),
        (Fault::DuplicateIds, "playlistItems"),
        (Fault::ItemWithoutId, "videos"),
        (Fault::DuplicateIds, "videos"),
    ] {
        sandbox.clear_faults();
        sandbox.faults().youtube.add(fault.clone().always().on(part));
        let (tube, http) = tube(&api, &[]);
        let all = run(&*tube, &http, None).await.unwrap();
        assert!(!all.complete && !all.rejected.is_empty() && all.items.len() >= 4, "{fault:?} {part}: {all:?}");
        let lost = (0..5).map(|n| YouTube::video_id(&format!("film-{n}"))).filter(|id| all.gone.contains(id)).count();
        assert_eq!(lost, 0, "nothing is taken for deleted: {fault:?} {part}");
    }
    sandbox.clear_faults();
    sandbox.faults().youtube.add(Fault::ScriptInContent.always());
    sandbox.faults().youtube.add(Fault::HugeItem { bytes: 1_000_000 }.always());
    let (tube, http) = tube(&api, &[]);
    for film in run(&*tube, &http, None).await.unwrap().resources() {
        assert!(!film.summary.contains("<script") && !film.summary.contains("onerror"), "{}", film.summary);
        assert!(film.summary.chars().count() <= 4000);
    }
}

#[tokio::test]
async fn a_video_that_was_rejected_is_read_again_although_the_list_is_the_same() {
    let (sandbox, api) = start(10).await;
    sandbox.faults().youtube.add(Fault::ItemWithoutId.times(1).on("v3/videos"));
    let (tube, http) = tube(&api, &[]);
    let first = run(&*tube, &http, None).await.unwrap();
    // The newest one, which is being sent.
    assert_eq!((first.items.len(), first.rejected.len(), first.complete), (10, 1, false));
    let second = run(&*tube, &http, first.cursor.as_ref()).await.unwrap();
    assert_eq!((second.items.len(), second.rejected.len(), second.complete), (10, 0, true));
    assert_eq!(run(&*tube, &http, second.cursor.as_ref()).await.unwrap().items.len(), 0, "nothing has changed");
}
