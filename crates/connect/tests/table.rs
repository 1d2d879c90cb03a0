//! Tables against the sandbox's files and against servers that send what they should not.

mod common;

use axum::{Router, http::header, routing::get};
use common::{Run, Server, connector, http, run};
use connect::{Connector, Error, Found, Http, Kind, Level};
use sandbox::{Fault, LibraryItem, Options, RetryAfter, Running, Sandbox, Sheet};

async fn start() -> Running {
    Sandbox::start(Options::default()).await.unwrap()
}

fn table(sandbox: &Running, path: &str, more: &[(&str, &str)]) -> (Box<dyn Connector>, Http) {
    let address = sandbox.urls().files.join(path).unwrap();
    let mut settings = vec![("address", address.as_str())];
    settings.extend(more);
    (connector("table", &settings), http(&[&address]))
}

async fn read(sandbox: &Running, path: &str, more: &[(&str, &str)]) -> Result<Run, Error> {
    let (table, http) = table(sandbox, path, more);
    run(&*table, &http, None).await
}

#[tokio::test]
async fn both_files_arrive_whole_by_their_usual_names() {
    let sandbox = start().await;
    for (sheet, id, kind) in [(Sheet::JobAids, "Number", Kind::JobAid), (Sheet::Recordings, "id", Kind::Video)] {
        let rows = sandbox.world().files().rows(sheet);
        let authors = if sheet == Sheet::JobAids { "Owner" } else { "speakers" };
        let got = read(&sandbox, sheet.path(), &[("id", id), ("authors", authors)]).await.unwrap();
        assert_eq!((got.items.len(), got.rejected.len(), got.complete), (rows.len(), 0, true), "{:?}", got.rejected);
        for (item, resource) in rows.iter().zip(got.resources()) {
            assert_eq!(
                (resource.external_id.as_str(), resource.title.as_str()),
                (item.id.as_str(), item.title.as_str())
            );
            assert_eq!(resource.url, sandbox.urls().files.join(&item.url).unwrap().as_str());
            assert_eq!(
                (resource.summary.as_str(), resource.authors.as_str()),
                (item.summary.as_str(), item.author.as_str())
            );
            assert_eq!(
                (resource.minutes, resource.language.as_deref()),
                (item.minutes.map(i64::from), Some(item.language.as_str()))
            );
            assert_eq!((&resource.topics, resource.kind), (&item.topics, kind));
            assert_eq!(resource.level.map(Level::as_str), item.level.as_deref());
            assert!(resource.published_at.is_some() && resource.changed_at.is_some());
        }
    }
}

#[tokio::test]
async fn every_divider_and_encoding_reads_the_same() {
    let sandbox = start().await;
    let expected = read(&sandbox, "job-aids.csv", &[]).await.unwrap();
    assert!(expected.titles().contains(&"Prüfmittel ausleihen"));
    for divider in ["comma", "semicolon", "tab", "bar"] {
        let got = read(&sandbox, &format!("job-aids.csv?divider={divider}"), &[]).await.unwrap();
        assert_eq!(got.items.len(), expected.items.len(), "{divider}: {:?}", got.rejected);
        assert_eq!(got.titles(), expected.titles(), "{divider}");
    }
    for encoding in ["utf-8", "utf-16le", "utf-16be", "latin1"] {
        let got = read(&sandbox, &format!("job-aids.csv?encoding={encoding}"), &[]).await.unwrap();
        assert_eq!(got.titles(), expected.titles(), "{encoding}");
    }
}

#[tokio::test]
async fn an_unchanged_file_is_not_read_again_and_changes_follow() {
    let sandbox = start().await;
    let (table, http) = table(&sandbox, "job-aids.csv", &[("id", "Number")]);
    let first = run(&*table, &http, None).await.unwrap();
    let same = run(&*table, &http, first.cursor.as_ref()).await.unwrap();
    assert_eq!((same.items.len(), same.complete), (0, false));
    assert_eq!(sandbox.requests().files.all().last().map(|asked| asked.status), Some(304));
    let world = sandbox.world();
    world.files().edit(Sheet::JobAids, "JA-01", |item| item.title = "Changed".into()).unwrap();
    world.files().remove(Sheet::JobAids, "JA-02").unwrap();
    let new = LibraryItem {
        id: "JA-99".into(),
        title: "New; \"quoted\"\nand long".into(),
        url: "/x".into(),
        ..LibraryItem::default()
    };
    world.files().add(Sheet::JobAids, new).unwrap();
    let next = run(&*table, &http, same.cursor.as_ref()).await.unwrap();
    assert!(next.complete && next.titles().contains(&"Changed") && next.titles().contains(&"New; \"quoted\" and long"));
    assert!(!next.ids().contains(&"JA-02"));
    let (partial, http) = self::table(&sandbox, "job-aids.csv", &[("id", "Number"), ("complete", "false")]);
    assert!(!run(&*partial, &http, next.cursor.as_ref()).await.unwrap().complete);
}

#[tokio::test]
async fn a_bad_row_is_set_aside_with_its_line() {
    let text = "Title,URL,Deleted\nOne,https://a.example/1,\nTwo\n,,\n\"Three,https://a.example/3,\nFour,javascript:x,\nFive,https://a.example/5,yes\nOne again,https://a.example/1,\n";
    let server = Server::start(Router::new().route("/x.csv", get(move || async move { text }))).await;
    let address = server.at("/x.csv");
    let got = run(&*connector("table", &[("address", address.as_str())]), &http(&[&address]), None).await.unwrap();
    assert_eq!(
        (got.titles(), got.gone.clone(), got.complete),
        (vec!["One"], vec!["https://a.example/5".to_owned()], false)
    );
    let reasons: Vec<_> = got.rejected.iter().map(|rejected| rejected.reason.as_str()).collect();
    assert_eq!(reasons.len(), 4, "{reasons:?}");
    assert!(reasons[0].starts_with("Line 3: ") && reasons[0].contains("1 column"), "{reasons:?}");
    assert!(reasons[1].starts_with("Line 5: ") && reasons[1].contains("quotation mark"), "{reasons:?}");
    assert!(reasons[2].starts_with("Line 6: ") && reasons[2].contains("web address"), "{reasons:?}");
    assert!(reasons[3].contains("same id"), "{reasons:?}");
}

#[tokio::test]
async fn a_file_without_header_is_read_by_numbers() {
    let server = Server::start(Router::new().route("/x", get(|| async { "7|One|/1\n8|Two|/2\n" }))).await;
    let address = server.at("/x");
    let settings = [("address", address.as_str()), ("header", "false"), ("title", "2"), ("url", "3"), ("id", "1")];
    let got = run(&*connector("table", &settings), &http(&[&address]), None).await.unwrap();
    assert_eq!((got.ids(), got.titles()), (vec!["7", "8"], vec!["One", "Two"]));
}

#[tokio::test]
async fn a_test_shows_what_the_first_row_becomes() {
    let sandbox = start().await;
    let (good, client) = table(&sandbox, "job-aids.csv", &[("id", "number")]);
    let steps = good.test(&client).await;
    assert!(steps.iter().all(|step| step.outcome.is_ok()), "{steps:?}");
    let first = &sandbox.world().files().rows(Sheet::JobAids)[0];
    let said = |what: &str| match &steps.iter().find(|step| step.what == what).unwrap().outcome {
        Ok(Found::Checked(said)) => said.clone(),
        other => panic!("{what}: {other:?}"),
    };
    assert!(said("Reach the server").contains("divided by semicolons"));
    assert!(said("Title").contains(&first.title) && said("Id").contains(&first.id) && said("Id").contains("Number"));
    let (bad, client) = table(&sandbox, "job-aids.csv", &[("title", "Name"), ("minutes", "Title")]);
    let steps = bad.test(&client).await;
    let error = steps.last().unwrap().outcome.clone().unwrap_err();
    assert!(
        matches!(&error, Error::Mapping { field, found, .. } if field == "Title" && found.contains("Description")),
        "{error}"
    );
    let (bad, client) = table(&sandbox, "job-aids.csv", &[("minutes", "Description")]);
    let steps = bad.test(&client).await;
    let duration = steps.iter().find(|step| step.what == "Duration").unwrap();
    assert!(matches!(&duration.outcome, Err(Error::Mapping { found, .. }) if found.contains("no length")), "{steps:?}");
}

#[tokio::test]
async fn each_fault_has_its_name() {
    let sandbox = start().await;
    let fails = async |fault: Fault| {
        sandbox.clear_faults();
        sandbox.faults().files.add(fault.always());
        read(&sandbox, "job-aids.csv", &[]).await.unwrap_err()
    };
    assert!(matches!(fails(Fault::HtmlInstead).await, Error::Format { .. }));
    assert!(matches!(fails(Fault::EndlessBody).await, Error::TooLarge { .. }));
    assert!(matches!(fails(Fault::CutBody { at_bytes: 50 }).await, Error::Cut { .. }));
    assert!(matches!(fails(Fault::Status { code: 500 }).await, Error::Status { status: 500, .. }));
    let error = fails(Fault::RateLimited { retry_after: Some(RetryAfter::Seconds(900)) }).await;
    assert_eq!(error.retry_after().map(|wait| wait.as_secs()), Some(900));
    assert!(matches!(fails(Fault::InvalidJson).await, Error::Format { .. }), "it breaks off in its middle");
    for (fault, word) in [(Fault::ItemWithoutId, "no id"), (Fault::DuplicateIds, "same id")] {
        sandbox.clear_faults();
        sandbox.faults().files.add(fault.always());
        let got = read(&sandbox, "job-aids.csv", &[("id", "Number")]).await.unwrap();
        assert!(
            got.rejected.len() == 1 && got.rejected[0].reason.contains(word) && !got.complete,
            "{:?}",
            got.rejected
        );
    }
    sandbox.clear_faults();
    sandbox.faults().files.add(Fault::ScriptInContent.always());
    sandbox.faults().files.add(Fault::HugeItem { bytes: 2_000_000 }.always());
    let got = read(&sandbox, "recordings.jsonl", &[]).await.unwrap();
    assert!(
        got.complete
            && got
                .resources()
                .iter()
                .all(|resource| !resource.summary.contains("struck") && resource.summary.chars().count() <= 4000)
    );
}

#[tokio::test]
async fn other_things_are_named_before_they_are_saved() {
    let router = Router::new()
        .route("/page", get(|| async { axum::response::Html("<!doctype html><title>Sign in</title><p>Hello</p>") }))
        .route("/json", get(|| async { "[{\"a\": 1}]" }))
        .route("/zip", get(|| async { b"PK\x03\x04\x00\x00\x00\x00".to_vec() }))
        .route("/wide", get(|| async { "a,".repeat(5000) }))
        .route("/long", get(|| async { "title,url\n".to_owned() + &"x,/x\n".repeat(60_000) }))
        .route("/none", get(|| async { ([(header::CONTENT_TYPE, "text/csv")], "") }));
    let server = Server::start(router).await;
    for path in ["/page", "/json", "/zip", "/wide", "/long", "/none", "/nowhere"] {
        let address = server.at(path);
        let steps = connector("table", &[("address", address.as_str())]).test(&http(&[&address])).await;
        let error = steps.last().unwrap().outcome.clone().unwrap_err();
        assert!(
            matches!(error, Error::Mistaken { .. } | Error::Absent { .. }) && error.hint().contains("browser"),
            "{path}: {error}"
        );
    }
}

#[tokio::test]
async fn a_login_is_sent_and_kept_secret() {
    let asks = |headers: axum::http::HeaderMap| async move {
        match headers.get("authorization").and_then(|value| value.to_str().ok()) {
            Some("Basic bWlyYTpnZWhlaW0=") => Ok("title,url\nOne,/1\n"),
            _ => Err(axum::http::StatusCode::UNAUTHORIZED),
        }
    };
    let server = Server::start(Router::new().route("/", get(asks))).await;
    let settings = [("address", server.url.as_str()), ("user", "mira"), ("password", "geheim")];
    let client = http(&[&server.url]);
    let got = run(&*connector("table", &settings), &client, None).await.unwrap();
    assert!(got.items.len() == 1 && !format!("{:?} {:?}", got.cursor, client.outcomes()).contains("geheim"));
    let steps = connector("table", &settings[..1]).test(&http(&[&server.url])).await;
    assert!(matches!(steps.last().unwrap().outcome, Err(Error::SignIn { .. })) && steps.len() == 3, "{steps:?}");
}

#[tokio::test]
async fn a_row_that_was_set_aside_is_told_again_although_nothing_has_changed() {
    let file = |headers: axum::http::HeaderMap| async move {
        match headers.contains_key(header::IF_NONE_MATCH) {
            true => (axum::http::StatusCode::NOT_MODIFIED, [(header::ETAG, "\"1\"")], ""),
            false => (axum::http::StatusCode::OK, [(header::ETAG, "\"1\"")], "title,url\nOne,/1\nTwo\n"),
        }
    };
    let server = Server::start(Router::new().route("/x.csv", get(file))).await;
    let address = server.at("/x.csv");
    let (table, client) = (connector("table", &[("address", address.as_str())]), http(&[&address]));
    let first = run(&*table, &client, None).await.unwrap();
    let second = run(&*table, &client, first.cursor.as_ref()).await.unwrap();
    assert_eq!((first.rejected.len(), second.rejected.len(), second.unchanged), (1, 1, false));
}

#[tokio::test]
async fn a_file_that_breaks_off_into_bytes_is_none() {
    let text = format!("title,url\n{}Half,/h\0\0\0", "One,/1\n".repeat(500));
    let server = Server::start(Router::new().route("/x.csv", get(move || async move { text }))).await;
    let address = server.at("/x.csv");
    let error =
        run(&*connector("table", &[("address", address.as_str())]), &http(&[&address]), None).await.unwrap_err();
    assert!(matches!(error, Error::Format { .. }), "{error}");
}
