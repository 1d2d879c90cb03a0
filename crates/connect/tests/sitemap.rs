//! Sitemaps against the sandbox's website and against servers that send what they should not.

mod common;

use axum::{Router, http::StatusCode, response::Html, routing::get};
use common::{Run, Server, connector, http, run};
use connect::{Connector, Error, Found, Http, Kind, Next};
use sandbox::{Fault, Options, RetryAfter, Running, Sandbox};

async fn start() -> Running {
    Sandbox::start(Options::default()).await.unwrap()
}

fn site(sandbox: &Running, more: &[(&str, &str)]) -> (Box<dyn Connector>, Http) {
    let address = sandbox.urls().site.join("sitemap.xml").unwrap();
    let mut settings = vec![("address", address.as_str()), ("pause", "0"), ("include", "/guides/")];
    settings.extend(more);
    (connector("sitemap", &settings), http(&[&address]))
}

async fn read(sandbox: &Running, more: &[(&str, &str)]) -> Result<Run, Error> {
    let (site, http) = site(sandbox, more);
    run(&*site, &http, None).await
}

#[tokio::test]
async fn every_page_arrives_with_what_it_says_of_itself() {
    let sandbox = start().await;
    let got = read(&sandbox, &[]).await.unwrap();
    let mut urls: Vec<_> = got.resources().iter().map(|resource| resource.url.clone()).collect();
    urls.sort_unstable();
    assert_eq!(urls, sandbox.world().site().addresses());
    assert!(got.complete && got.rejected.is_empty(), "{:?}", got.rejected);
    for resource in got.resources() {
        assert!(
            !resource.title.contains('|') && !resource.summary.is_empty() && !resource.authors.is_empty(),
            "{resource:?}"
        );
        assert_eq!(
            (resource.kind, resource.language.as_deref(), resource.topics.len()),
            (Kind::Article, Some("en"), 1)
        );
        assert!(resource.minutes.is_some() && resource.changed_at.is_some());
        assert!(resource.external_id.starts_with("/guides/"));
    }
    let aids = read(&sandbox, &[("kind", "job_aid")]).await.unwrap();
    assert!(aids.resources().iter().all(|resource| resource.kind == Kind::JobAid));
}

#[tokio::test]
async fn robots_txt_is_kept_to_and_told() {
    let sandbox = start().await;
    let address = sandbox.urls().site.join("sitemap.xml").unwrap();
    let all = connector("sitemap", &[("address", address.as_str()), ("pause", "0")]);
    let got = run(&*all, &http(&[&address]), None).await.unwrap();
    assert_eq!(
        (got.items.len(), got.rejected.len(), got.complete),
        (sandbox.world().site().addresses().len(), 1, false)
    );
    assert!(
        got.rejected[0].reason.contains("robots.txt") && got.rejected[0].excerpt.contains("price-list"),
        "{:?}",
        got.rejected
    );
    assert!(sandbox.requests().site.containing("/internal/").is_empty());
    // A site that cannot say what it allows is not read for now.
    sandbox.faults().site.add(Fault::Status { code: 500 }.always().on("robots.txt"));
    assert!(matches!(read(&sandbox, &[]).await, Err(Error::Status { status: 500, .. })));
    // One that has no such file allows everything.
    sandbox.clear_faults();
    sandbox.faults().site.add(Fault::Status { code: 404 }.always().on("robots.txt"));
    let got = run(&*connector("sitemap", &[("address", address.as_str()), ("pause", "0")]), &http(&[&address]), None)
        .await
        .unwrap();
    assert!(got.complete && got.ids().contains(&"/internal/price-list"));
}

#[tokio::test]
async fn later_runs_read_what_is_new_or_changed() {
    let sandbox = start().await;
    let (site, http) = site(&sandbox, &[]);
    let first = run(&*site, &http, None).await.unwrap();
    let world = sandbox.world();
    world.site().write("glossary", "Glossary, second edition", "New words.");
    world.site().write("release-7", "Release 7", "What is new.");
    world.site().hide("certificates").unwrap();
    world.site().remove("troubleshooting").unwrap();
    sandbox.requests().site.clear();
    let second = run(&*site, &http, first.cursor.as_ref()).await.unwrap();
    assert_eq!(second.titles(), ["Glossary, second edition", "Release 7"]);
    assert_eq!((second.gone.clone(), second.complete), (vec!["/guides/certificates".to_owned()], false));
    assert_eq!(sandbox.requests().site.containing("/guides/").len(), 3);
    let nothing = run(&*site, &http, second.cursor.as_ref()).await.unwrap();
    assert!(nothing.items.is_empty() && nothing.gone.is_empty() && !nothing.complete);
    // A full run finds what is no longer listed.
    let (always, http) = self::site(&sandbox, &[("full_days", "0")]);
    let full = run(&*always, &http, nothing.cursor.as_ref()).await.unwrap();
    assert!(full.complete && !full.ids().contains(&"/guides/troubleshooting") && full.ids().len() == 11);
}

#[tokio::test]
async fn a_page_that_cannot_be_read_is_tried_again_by_the_next_run() {
    let sandbox = start().await;
    for fault in
        [Fault::Status { code: 500 }, Fault::CutBody { at_bytes: 60 }, Fault::EndlessBody, Fault::Status { code: 403 }]
    {
        sandbox.clear_faults();
        sandbox.faults().site.add(fault.clone().always().on("/guides/glossary"));
        let (site, http) = site(&sandbox, &[]);
        let first = run(&*site, &http, None).await.unwrap();
        assert_eq!(
            (first.items.len(), first.rejected.len(), first.complete),
            (11, 1, false),
            "{fault:?}: {:?}",
            first.rejected
        );
        assert_eq!(first.rejected[0].external_id.as_deref(), Some("/guides/glossary"));
        sandbox.clear_faults();
        let second = run(&*site, &http, first.cursor.as_ref()).await.unwrap();
        assert_eq!(second.ids(), ["/guides/glossary"], "{fault:?}");
    }
    sandbox.clear_faults();
    sandbox.faults().site.add(Fault::Status { code: 410 }.always().on("/guides/glossary"));
    assert_eq!(read(&sandbox, &[]).await.unwrap().gone, ["/guides/glossary"]);
}

#[tokio::test]
async fn a_run_goes_on_where_it_stood() {
    let sandbox = start().await;
    let (site, http) = site(&sandbox, &[]);
    let mut cursor = None;
    for _ in 0..2 {
        let Next::More(next) = site.page(&http, cursor.as_ref()).await.unwrap().next else { panic!("there is more") };
        cursor = Some(next);
    }
    let wait = Some(RetryAfter::Seconds(900));
    sandbox.faults().site.add(Fault::RateLimited { retry_after: wait }.always().on("/guides/"));
    let error = site.page(&http, cursor.as_ref()).await.unwrap_err();
    assert_eq!(error.retry_after().map(|wait| wait.as_secs()), Some(900));
    sandbox.clear_faults();
    sandbox.requests().site.clear();
    let (again, http) = self::site(&sandbox, &[]);
    let rest = run(&*again, &http, cursor.as_ref()).await.unwrap();
    assert_eq!((rest.items.len(), rest.complete), (6, true));
    assert_eq!(sandbox.requests().site.containing("/guides/").len(), 6, "nothing is read twice");
}

#[tokio::test]
async fn pages_are_bounded_and_left_out_as_the_settings_say() {
    let sandbox = start().await;
    let got = read(&sandbox, &[("max_pages", "5")]).await.unwrap();
    assert_eq!((got.items.len(), got.complete), (5, false));
    assert!(got.rejected.iter().any(|rejected| rejected.reason.contains("more than 5 pages")), "{:?}", got.rejected);
    let got = read(&sandbox, &[("include", "/guides/m"), ("exclude", "/guides/mq")]).await.unwrap();
    assert_eq!(got.items.len(), 2);
    assert!(got.complete);
}

#[tokio::test]
async fn each_fault_has_its_name() {
    let sandbox = start().await;
    let fails = async |fault: Fault| {
        sandbox.clear_faults();
        sandbox.faults().site.add(fault.always().on("sitemap.xml"));
        read(&sandbox, &[]).await.unwrap_err()
    };
    assert!(matches!(fails(Fault::HtmlInstead).await, Error::Format { .. }));
    assert!(matches!(fails(Fault::InvalidJson).await, Error::Format { .. }));
    assert!(matches!(fails(Fault::EndlessBody).await, Error::TooLarge { .. } | Error::Format { .. }));
    assert!(matches!(fails(Fault::CutBody { at_bytes: 50 }).await, Error::Cut { .. }));
    assert!(matches!(fails(Fault::Status { code: 500 }).await, Error::Status { status: 500, .. }));
    // An index that lists itself.
    sandbox.clear_faults();
    sandbox.faults().site.add(Fault::CursorBackwards.always());
    let got = read(&sandbox, &[]).await.unwrap();
    assert!(
        got.items.len() == 12 && !got.complete && got.rejected[0].reason.contains("leads back"),
        "{:?}",
        got.rejected
    );
    // One sitemap of the index that is not there leaves the other.
    sandbox.clear_faults();
    sandbox.faults().site.add(Fault::Status { code: 404 }.always().on("sitemap-more"));
    let got = read(&sandbox, &[]).await.unwrap();
    assert!(got.items.len() == 6 && !got.complete && got.rejected.len() == 1, "{:?}", got.rejected);
    for (fault, word) in [(Fault::ItemWithoutId, "usable address"), (Fault::DuplicateIds, "same id")] {
        sandbox.clear_faults();
        sandbox.faults().site.add(fault.clone().always().on("sitemap-guides"));
        let got = read(&sandbox, &[]).await.unwrap();
        assert!(got.items.len() == 11, "{fault:?}: {:?}", got.rejected);
        assert!(got.rejected.iter().any(|rejected| rejected.reason.contains(word)), "{fault:?}: {:?}", got.rejected);
    }
    sandbox.clear_faults();
    sandbox.faults().site.add(Fault::ScriptInContent.always());
    sandbox.faults().site.add(Fault::HugeItem { bytes: 2_000_000 }.always().on("/guides/"));
    let got = read(&sandbox, &[]).await.unwrap();
    assert!(got.items.len() == 12 && got.resources().iter().all(|resource| !resource.summary.contains("<script")));
}

#[tokio::test]
async fn a_test_shows_what_the_first_page_becomes() {
    let sandbox = start().await;
    let (good, client) = site(&sandbox, &[]);
    let steps = good.test(&client).await;
    assert!(steps.iter().all(|step| step.outcome.is_ok()), "{steps:?}");
    let title = steps.iter().find(|step| step.what == "Title").unwrap();
    assert!(
        matches!(&title.outcome, Ok(Found::Checked(said)) if said.contains("Choosing alarm thresholds")),
        "{steps:?}"
    );
    let address = sandbox.urls().site.join("guides/glossary").unwrap();
    let steps = connector("sitemap", &[("address", address.as_str())]).test(&http(&[&address])).await;
    let error = steps.last().unwrap().outcome.clone().unwrap_err();
    assert!(
        matches!(error, Error::Mistaken { .. } | Error::Absent { .. }) && error.hint().contains("robots.txt"),
        "{error}"
    );
}

#[tokio::test]
async fn a_site_does_not_choose_which_others_are_read() {
    let other = Server::start(Router::new().route("/{*page}", get(|| async { Html("<title>Other</title>") }))).await;
    let away = other.at("/page").to_string();
    let redirect = away.clone();
    let map = move || async move {
        format!(
            "<urlset><url><loc>/here</loc></url><url><loc>{away}</loc></url><url><loc>/moved</loc></url><url><loc>/file</loc></url><url><loc>javascript:x</loc></url></urlset>"
        )
    };
    let moved = move || async move { (StatusCode::FOUND, [("location", redirect)]) };
    let router = Router::new()
        .route("/sitemap.xml", get(map))
        .route("/here", get(|| async { Html("<html lang=de><title>Hier</title><p>Text</p>") }))
        .route("/moved", get(moved))
        .route("/file", get(|| async { ([("content-type", "application/pdf")], "%PDF-1.7") }));
    let server = Server::start(router).await;
    let address = server.at("/sitemap.xml");
    let settings = [("address", address.as_str()), ("pause", "0")];
    let got = run(&*connector("sitemap", &settings), &http(&[&server.url, &other.url]), None).await.unwrap();
    assert_eq!((got.titles(), got.complete), (vec!["Hier"], false));
    let reasons: Vec<_> = got.rejected.iter().map(|rejected| rejected.reason.clone()).collect();
    for word in ["without a usable address", "1 at another site", "leads on to another site", "application/pdf"] {
        assert!(reasons.iter().any(|reason| reason.contains(word)), "{word}: {reasons:?}");
    }
    // The page that was moved was followed once and not kept; the one that is elsewhere was never asked for.
    assert!(other.hits() <= 1);
}
