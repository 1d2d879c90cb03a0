//! Lists of feeds against the sandbox's publisher and against servers that send what they should not.

mod common;

use axum::{Router, routing::get};
use common::{Server, connector, http, run};
use connect::{Error, Next};
use sandbox::{Fault, Feed, Options, Running, Sandbox};

async fn start() -> (Running, url::Url) {
    let sandbox = Sandbox::start(Options::default()).await.unwrap();
    let address = sandbox.urls().feeds.join("list.opml").unwrap();
    (sandbox, address)
}

#[tokio::test]
async fn every_feed_of_the_list_arrives_as_one_source() {
    let (sandbox, address) = start().await;
    let (list, client) = (connector("opml", &[("address", address.as_str())]), http(&[&address]));
    let got = run(&*list, &client, None).await.unwrap();
    let all: usize = Feed::ALL.iter().map(|feed| sandbox.world().feeds().items(*feed).len()).sum();
    assert_eq!((got.items.len(), got.rejected.len(), got.complete), (all, 0, false));
    let mut ids = got.ids();
    ids.sort_unstable();
    ids.dedup();
    assert_eq!(ids.len(), all, "ids of different feeds stay apart");
    // Nothing has changed, and each feed says so.
    let next = run(&*list, &client, got.cursor.as_ref()).await.unwrap();
    assert_eq!((next.items.len(), next.rejected.len()), (0, 0));
    assert_eq!(sandbox.requests().feeds.all().iter().filter(|asked| asked.status == 304).count(), Feed::ALL.len());
    let steps = list.test(&client).await;
    assert!(steps.iter().all(|step| step.outcome.is_ok()), "{steps:?}");
}

#[tokio::test]
async fn a_feed_that_is_broken_does_not_stop_the_others_and_a_run_goes_on_where_it_stood() {
    let (sandbox, address) = start().await;
    sandbox.faults().feeds.add(Fault::Status { code: 500 }.always().on("videos.xml"));
    let (list, client) = (connector("opml", &[("address", address.as_str())]), http(&[&address]));
    let Next::More(cursor) = list.page(&client, None).await.unwrap().next else { panic!("there are feeds") };
    let again = connector("opml", &[("address", address.as_str())]);
    let got = run(&*again, &client, Some(&cursor)).await.unwrap();
    let others = Feed::ALL.into_iter().filter(|feed| *feed != Feed::Videos);
    let all: usize = others.map(|feed| sandbox.world().feeds().items(feed).len()).sum();
    assert_eq!((got.items.len(), got.rejected.len()), (all, 1));
    assert!(
        got.rejected[0].reason.contains("500") && got.rejected[0].excerpt.contains("videos.xml"),
        "{:?}",
        got.rejected
    );
    sandbox.clear_faults();
    let next = run(&*again, &client, got.cursor.as_ref()).await.unwrap();
    assert_eq!(next.items.len(), sandbox.world().feeds().items(Feed::Videos).len());
}

#[tokio::test]
async fn other_documents_are_named_and_hostile_ones_end() {
    let router = Router::new()
        .route("/page", get(|| async { axum::response::Html("<!doctype html><title>Sign in</title>") }))
        .route("/feed", get(|| async { "<rss version=\"2.0\"></rss>" }))
        .route("/deep", get(|| async { "<opml>".to_owned() + &"<outline>".repeat(200_000) }))
        .route("/cut", get(|| async { "<opml><body>" }))
        .route(
            "/odd",
            get(|| async { "<opml><body><outline xmlUrl=\"javascript:x\"/><outline text=\"no feed\"/></body></opml>" }),
        );
    let server = Server::start(router).await;
    for path in ["/page", "/feed", "/deep", "/cut", "/nowhere"] {
        let address = server.at(path);
        let steps = connector("opml", &[("address", address.as_str())]).test(&http(&[&address])).await;
        let error = steps.last().unwrap().outcome.clone().unwrap_err();
        assert!(
            matches!(error, Error::Mistaken { .. } | Error::Absent { .. }) && error.hint().contains("OPML"),
            "{path}: {error}"
        );
    }
    let address = server.at("/odd");
    let got = run(&*connector("opml", &[("address", address.as_str())]), &http(&[&address]), None).await.unwrap();
    assert_eq!((got.items.len(), got.rejected.len()), (0, 1), "{:?}", got.rejected);
}

#[tokio::test]
async fn secrets_in_addresses_are_not_kept_and_not_shown() {
    let list = |headers: axum::http::HeaderMap| async move {
        let host = headers["host"].to_str().unwrap().to_owned();
        format!(
            "<opml><body><outline xmlUrl=\"http://reader:geheim@{host}/feed\"/>\
             <outline xmlUrl=\"http://{host}/nowhere?token=geheim\"/></body></opml>"
        )
    };
    let server = Server::start(Router::new().route("/list", get(list))).await;
    let address = server.at("/list");
    let (list, client) = (connector("opml", &[("address", address.as_str())]), http(&[&address]));
    let Next::More(cursor) = list.page(&client, None).await.unwrap().next else { panic!("there is a feed") };
    assert!(!cursor.0.to_string().contains("reader"), "{cursor:?}");
    let got = run(&*list, &client, None).await.unwrap();
    assert_eq!((got.rejected.len(), server.hits()), (2, 3));
    assert!(!format!("{:?} {:?}", got.rejected, got.cursor).contains("geheim"), "{got:?}");
}

#[tokio::test]
async fn a_list_from_elsewhere_does_not_lead_into_the_network() {
    let (sandbox, address) = start().await;
    let (list, client) = (connector("opml", &[("address", address.as_str())]), http(&[&address]));
    let Next::More(mut cursor) = list.page(&client, None).await.unwrap().next else { panic!("there are feeds") };
    assert_eq!(cursor.0["run"]["inside"], true, "the operator allows the list's origin");
    cursor.0["run"]["inside"] = false.into();
    sandbox.requests().feeds.clear();
    let got = run(&*list, &client, Some(&cursor)).await.unwrap();
    assert_eq!((got.items.len(), got.rejected.len(), sandbox.requests().feeds.count()), (0, Feed::ALL.len(), 0));
    assert!(got.rejected[0].reason.contains("private address"), "{:?}", got.rejected);
}
