//! Any JSON API against the sandbox's training system and against servers that send what they should not.

mod common;

use std::time::Duration;

use axum::{
    Json, Router,
    http::{HeaderMap, StatusCode, header},
    response::IntoResponse,
    routing::get,
};
use common::{Run, Server, connector, http, run};
use connect::{Connector, Error, Found, Http, Kind, Level, Next, Policy, Step};
use sandbox::{Access, Fault, LibraryItem, Options, RetryAfter, Running, Sandbox};
use serde_json::json;

/// The paths into the training system's items.
const PATHS: [(&str, &str); 16] = [
    ("id", "$.uid"),
    ("title", "$.attributes.name"),
    ("url", "/trainings/{id}"),
    ("summary", "$.attributes.abstract"),
    ("kind", "course"),
    ("kind_path", "$.attributes.format"),
    ("kind_words", "briefing=event"),
    ("authors", "$.facilitators[*].name"),
    ("language", "$.attributes.language"),
    ("minutes", "$.duration.seconds"),
    ("minutes_unit", "seconds"),
    ("level", "$.attributes.level"),
    ("topics", "$.attributes.tags[*].label"),
    ("published", "$.released_on"),
    ("changed", "$.updated_at"),
    ("complete", "true"),
];

/// Each way to page that the training system knows.
const STYLES: [(&str, &[(&str, &str)]); 7] = [
    ("v1/all", &[("items", "$[*]")]),
    ("v1/trainings", &[("items", "$.data[*]"), ("paging", "page"), ("limit_param", "per_page"), ("limit", "4")]),
    ("v1/trainings", &[("items", "$.data"), ("paging", "page"), ("total", "$.meta.total")]),
    ("v1/window", &[("items", "$.items[*]"), ("paging", "offset"), ("limit_param", "limit"), ("limit", "6")]),
    (
        "v1/cursor",
        &[("items", "$.data[*]"), ("paging", "cursor"), ("page_path", "$.paging.next"), ("page_param", "after")],
    ),
    ("v1/linked", &[("items", "$[*]"), ("paging", "link")]),
    ("v1/next?per_page=3", &[("items", "$.results[*]"), ("paging", "next"), ("page_path", "$.next")]),
];

async fn start(access: Option<Access>) -> Running {
    Sandbox::start(Options { academy_access: access, ..Options::default() }).await.unwrap()
}

fn api(sandbox: &Running, path: &str, more: &[(&str, &str)]) -> (Box<dyn Connector>, Http) {
    let address = sandbox.urls().academy.join(path).unwrap();
    let mut settings = vec![("address", address.as_str())];
    settings.extend(PATHS);
    settings.extend(more);
    (connector("json_api", &settings), http(&[&address]))
}

fn step<'a>(steps: &'a [Step], what: &str) -> &'a Result<Found, Error> {
    &steps.iter().find(|step| step.what == what).unwrap_or_else(|| panic!("no step {what}: {steps:?}")).outcome
}

fn said(outcome: &Result<Found, Error>) -> String {
    match outcome {
        Ok(Found::Checked(said) | Found::NotChecked(said) | Found::NotNeeded(said)) => said.clone(),
        Err(error) => format!("! {}", error.headline()),
    }
}

#[tokio::test]
async fn everything_arrives_by_every_way_to_page() {
    let sandbox = start(None).await;
    let listed = sandbox.world().academy().trainings();
    for (path, more) in STYLES {
        let (api, http) = api(&sandbox, path, more);
        let got = run(&*api, &http, None).await.unwrap();
        assert_eq!(
            (got.items.len(), got.rejected.len(), got.complete),
            (listed.len(), 0, true),
            "{path} {more:?}: {:?}",
            got.rejected
        );
        assert!(got.pages > 1 || path == "v1/all", "{path}");
        for (item, resource) in listed.iter().zip(got.resources()) {
            assert_eq!(
                (resource.external_id.as_str(), resource.title.as_str()),
                (item.id.as_str(), item.title.as_str())
            );
            assert_eq!(resource.url, sandbox.urls().academy.join(&format!("trainings/{}", item.id)).unwrap().as_str());
            assert_eq!(
                (resource.summary.as_str(), resource.authors.as_str()),
                (item.summary.as_str(), item.author.as_str())
            );
            assert_eq!(
                (resource.minutes, resource.language.as_deref()),
                (item.minutes.map(i64::from), Some(item.language.as_str()))
            );
            assert_eq!(resource.topics, item.topics);
            assert_eq!(resource.level.map(Level::as_str), item.level.as_deref());
            assert!(resource.published_at.is_some() && resource.changed_at.is_some());
            let kind = match item.kind.as_str() {
                "e-learning" => Kind::Course,
                "lab" => Kind::Lab,
                _ => Kind::Event,
            };
            assert_eq!(resource.kind, kind, "{item:?}");
        }
    }
}

#[tokio::test]
async fn a_page_behind_the_last_one_that_is_not_found_ends_the_run_and_proves_nothing() {
    let sandbox = start(None).await;
    let (api, http) = api(&sandbox, "v1/strict", &[("items", "$.data[*]"), ("paging", "page")]);
    let got = run(&*api, &http, None).await.unwrap();
    assert_eq!((got.items.len(), got.complete), (sandbox.world().academy().trainings().len(), false));
    assert!(
        run(
            &*connector("json_api", &[("address", sandbox.urls().academy.join("v1/nothing").unwrap().as_str())]),
            &http,
            None
        )
        .await
        .is_err()
    );
}

#[tokio::test]
async fn changes_and_deletions_follow() {
    let sandbox = start(None).await;
    let more = [("items", "$[*]"), ("deleted", "$.status"), ("deleted_words", "retired")];
    let (api, http) = api(&sandbox, "v1/all", &more);
    let first = run(&*api, &http, None).await.unwrap();
    let same = run(&*api, &http, first.cursor.as_ref()).await.unwrap();
    assert_eq!((same.items.len(), same.complete), (0, false), "304 says nothing of what is gone");
    assert_eq!(sandbox.requests().academy.all().last().map(|asked| asked.status), Some(304));

    let world = sandbox.world();
    world.academy().edit("HA-101", |item| item.title = "Changed".into()).unwrap();
    world.academy().remove("HA-102").unwrap();
    world.academy().retire("HA-103").unwrap();
    let new = LibraryItem { id: "HA-200".into(), title: "New".into(), kind: "lab".into(), ..LibraryItem::default() };
    world.academy().add(new).unwrap();
    let next = run(&*api, &http, same.cursor.as_ref()).await.unwrap();
    assert!(next.complete && next.titles().contains(&"Changed") && next.titles().contains(&"New"));
    assert_eq!(next.gone, ["HA-103"]);
    assert!(!next.ids().contains(&"HA-102") && !next.ids().contains(&"HA-103"));
    // Other settings read the same list differently, so what was kept is of no use to them.
    let (other, http) = self::api(&sandbox, "v1/all", &[("items", "$[*]"), ("complete", "false")]);
    let other = run(&*other, &http, next.cursor.as_ref()).await.unwrap();
    assert!(!other.items.is_empty() && !other.complete);
}

#[tokio::test]
async fn a_run_goes_on_where_it_stood() {
    let sandbox = start(None).await;
    let (api, http) = api(&sandbox, STYLES[4].0, STYLES[4].1);
    sandbox.faults().academy.add(Fault::Status { code: 500 }.always().from_page(2));
    let Next::More(cursor) = api.page(&http, None).await.unwrap().next else { panic!("there are more pages") };
    assert!(matches!(api.page(&http, Some(&cursor)).await, Err(Error::Status { status: 500, .. })));
    sandbox.clear_faults();
    let (again, http) = self::api(&sandbox, STYLES[4].0, STYLES[4].1);
    let rest = run(&*again, &http, Some(&cursor)).await.unwrap();
    assert_eq!(rest.items.len(), sandbox.world().academy().trainings().len() - 5);
    assert!(rest.complete);
}

#[tokio::test]
async fn each_way_to_sign_in_and_no_secret_anywhere() {
    let header: &[(&str, &str)] = &[("header", "X-Api-Key"), ("header_value", "geheimnis-1")];
    let token: &[(&str, &str)] = &[("token", "geheimnis-1")];
    let basic: &[(&str, &str)] = &[("user", "mira"), ("password", "geheimnis-1")];
    let wanted = [
        (Access::Header("x-api-key", "geheimnis-1".into()), header),
        (Access::Bearer("geheimnis-1".into()), token),
        (Access::Basic("bWlyYTpnZWhlaW1uaXMtMQ==".into()), basic),
    ];
    for (access, login) in wanted {
        let sandbox = start(Some(access)).await;
        let open = STYLES[1].1;
        let (without, client) = api(&sandbox, "v1/trainings", open);
        assert!(matches!(run(&*without, &client, None).await, Err(Error::SignIn { .. })));
        let (right, client) = api(&sandbox, "v1/trainings", &[open, login].concat());
        let got = run(&*right, &client, None).await.unwrap();
        assert!(!got.items.is_empty() && !format!("{:?} {:?}", got.cursor, client.outcomes()).contains("geheim"));
        assert!(right.test(&client).await.iter().all(|step| step.outcome.is_ok()));
        // The server repeats what it was given.
        let wrong: Vec<_> = login
            .iter()
            .map(|(name, value)| (*name, if *value == "geheimnis-1" { "falsch-aber-geheim" } else { value }))
            .collect();
        let (wrong, client) = api(&sandbox, "v1/trainings", &[open, &wrong].concat());
        let steps = wrong.test(&client).await;
        let shown = format!("{steps:?} {:?}", client.outcomes());
        assert!(matches!(steps.last().unwrap().outcome, Err(Error::SignIn { .. })) && steps.len() == 3, "{steps:?}");
        assert!(!shown.contains("falsch-aber-geheim"), "{shown}");
        let encoded = "bWlyYTpmYWxzY2gtYWJlci1nZWhlaW0=";
        assert!(!shown.contains(encoded), "{shown}");
    }
}

#[tokio::test]
async fn a_test_shows_what_the_first_item_becomes() {
    let sandbox = start(None).await;
    let (api, http) = api(&sandbox, STYLES[1].0, STYLES[1].1);
    let steps = api.test(&http).await;
    assert!(steps.iter().all(|step| step.outcome.is_ok()), "{steps:?}");
    let first = &sandbox.world().academy().trainings()[0];
    assert!(
        said(step(&steps, "Title")).contains(&first.title) && said(step(&steps, "Title")).contains("$.attributes.name")
    );
    assert!(said(step(&steps, "Address")).contains(&format!("/trainings/{}", first.id)));
    assert!(said(step(&steps, "Duration")).contains(&format!("{} minutes", first.minutes.unwrap())));
    assert!(said(step(&steps, "Published")).contains("2026-"));
    assert!(said(step(&steps, "How the list goes on")).contains("4 items"), "{steps:?}");
}

#[tokio::test]
async fn a_broken_mapping_is_named_with_what_it_found() {
    let sandbox = start(None).await;
    let told = async |more: &[(&str, &str)], what: &str| {
        let (api, http) = api(&sandbox, "v1/trainings", &[STYLES[1].1, more].concat());
        let steps = api.test(&http).await;
        assert!(step(&steps, what).is_err(), "{what}: {steps:?}");
        said(step(&steps, what))
    };
    for (more, what, parts) in [
        (("title", "$.attributes"), "Title", ["$.attributes", "abstract, format"]),
        (("title", "$.name"), "Title", ["nothing", "uid"]),
        (("id", "$.id"), "Id", ["nothing", "uid"]),
        (("url", "/x/{$.slug}"), "Address", ["{$.slug}", "nothing"]),
        (("summary", "$.abstract"), "Summary", ["nothing in any of", "attributes"]),
        (("authors", "$.facilitators"), "Authors", ["object", "name"]),
        (("minutes", "$.attributes.name"), "Duration", ["which is no length", "“"]),
        (("published", "$.attributes.level"), "Published", ["which is no date", "intermediate"]),
        (("kind_path", "$.uid"), "Kind", ["which is no kind", "HA-"]),
        (("language", "$.attributes.name"), "Language", ["which is no language tag", "“"]),
        (("items", "$.items[*]"), "Read an item", ["$.items[*]", "data, meta"]),
        (("items", "$.meta"), "Id", ["nothing", "total"]),
        (("page_param", "seite"), "How the list goes on", ["never ends", "list"]),
    ] {
        let told = told(&[more], what).await;
        assert!(parts.iter().all(|part| told.contains(part)), "{what} {more:?}: {told}");
    }
    // In a run, each item says it.
    let (api, http) = api(&sandbox, "v1/all", &[("items", "$[*]"), ("title", "$.name"), ("summary", "")]);
    let got = run(&*api, &http, None).await.unwrap();
    assert!(
        got.items.is_empty() && !got.complete && got.rejected[0].reason.starts_with("Title: $.name finds nothing"),
        "{:?}",
        got.rejected
    );
}

#[tokio::test]
async fn a_parameter_that_the_api_does_not_know_does_not_run_for_ever() {
    let sandbox = start(None).await;
    for more in [[("paging", "page"), ("page_param", "seite")], [("paging", "offset"), ("page_param", "ab")]] {
        let (api, http) = api(&sandbox, "v1/trainings", &[&[("items", "$.data[*]")], &more[..]].concat());
        let error = run(&*api, &http, None).await.unwrap_err();
        assert!(matches!(&error, Error::Loop { reason, .. } if reason.contains("parameter")), "{error}");
    }
}

#[tokio::test]
async fn each_fault_has_its_name() {
    let sandbox = start(None).await;
    let fails = async |fault: Fault, at: usize| {
        sandbox.clear_faults();
        sandbox.faults().academy.add(fault.always());
        let (api, http) = api(&sandbox, STYLES[at].0, STYLES[at].1);
        run(&*api, &http, None).await.unwrap_err()
    };
    assert!(matches!(fails(Fault::HtmlInstead, 1).await, Error::Format { .. }));
    assert!(matches!(fails(Fault::InvalidJson, 1).await, Error::Format { .. }));
    assert!(matches!(fails(Fault::EndlessBody, 1).await, Error::TooLarge { .. }));
    assert!(matches!(fails(Fault::CutBody { at_bytes: 50 }, 1).await, Error::Cut { .. }));
    assert!(matches!(fails(Fault::Status { code: 500 }, 1).await, Error::Status { status: 500, .. }));
    for style in [4, 5, 6] {
        assert!(matches!(fails(Fault::CursorBackwards, style).await, Error::Loop { .. }), "{style}");
    }
    let wait = Some(RetryAfter::Seconds(900));
    let error = fails(Fault::RateLimited { retry_after: wait }, 1).await;
    assert_eq!(error.retry_after().map(|wait| wait.as_secs()), Some(900));
    sandbox.clear_faults();
    sandbox.faults().academy.add(Fault::RateLimited { retry_after: Some(RetryAfter::Seconds(1)) }.times(1));
    sandbox.faults().academy.add(Fault::Status { code: 500 }.times(1).from_page(2));
    let (api, _) = api(&sandbox, STYLES[1].0, STYLES[1].1);
    let policy = Policy { max_wait: Duration::from_secs(5), ..common::policy(&[&sandbox.urls().academy]) };
    assert!(run(&*api, &Http::new(policy), None).await.unwrap().complete);
}

#[tokio::test]
async fn a_broken_item_is_set_aside() {
    let sandbox = start(None).await;
    let all = sandbox.world().academy().trainings().len();
    let got = async |fault: Fault| -> Run {
        sandbox.clear_faults();
        sandbox.faults().academy.add(fault.always());
        let (api, http) = api(&sandbox, STYLES[0].0, STYLES[0].1);
        run(&*api, &http, None).await.unwrap()
    };
    for (fault, word) in [(Fault::ItemWithoutId, "$.uid finds nothing"), (Fault::DuplicateIds, "same id")] {
        let got = got(fault).await;
        assert_eq!((got.items.len(), got.rejected.len(), got.complete), (all - 1, 1, false));
        assert!(got.rejected[0].reason.contains(word) && !got.rejected[0].excerpt.is_empty(), "{:?}", got.rejected);
    }
    let huge = got(Fault::HugeItem { bytes: 2_000_000 }).await;
    assert!(huge.complete && huge.resources().iter().all(|resource| resource.summary.chars().count() <= 4000));
    let script = got(Fault::ScriptInContent).await;
    assert!(script.resources().iter().all(|resource| !resource.summary.contains("struck")));
}

#[tokio::test]
async fn the_list_stays_on_its_own_site_and_keeps_the_secret_out_of_its_place() {
    let other = Server::start(Router::new().route("/", get(|| async { "[]" }))).await;
    let target = other.url.to_string();
    let item = json!({"id": 1, "title": "T", "url": "/1"});
    let (one, two) = (item.clone(), item);
    let away = move || async move { Json(json!({"items": [one], "next": target})) };
    let leaks = move |headers: HeaderMap| async move {
        let key = headers.get("x-key").and_then(|value| value.to_str().ok()).unwrap_or_default().to_owned();
        match key.is_empty() {
            true => StatusCode::UNAUTHORIZED.into_response(),
            false => {
                ([(header::LINK, format!("</leaks?page=2&key={key}>; rel=next"))], Json(json!([two]))).into_response()
            }
        }
    };
    let echo = |headers: HeaderMap| async move {
        let key = headers.get("x-key").and_then(|value| value.to_str().ok()).unwrap_or_default().to_owned();
        Json(json!([{"id": 1, "title": "T", "note": key}]))
    };
    let router = Router::new().route("/away", get(away)).route("/leaks", get(leaks)).route("/echo", get(echo));
    let server = Server::start(router).await;
    let address = server.at("/echo");
    let settings = [("address", address.as_str()), ("header", "X-Key"), ("header_value", "geheimnis-1")];
    let got = run(&*connector("json_api", &settings), &http(&[&server.url]), None).await.unwrap();
    assert!(got.rejected.len() == 1 && !format!("{got:?}").contains("geheim"), "{got:?}");
    let address = server.at("/away");
    let settings = [
        ("address", address.as_str()),
        ("items", "$.items[*]"),
        ("paging", "next"),
        ("page_path", "$.next"),
        ("complete", "true"),
    ];
    let got = run(&*connector("json_api", &settings), &http(&[&server.url, &other.url]), None).await.unwrap();
    assert_eq!((got.items.len(), got.rejected.len(), got.complete, other.hits()), (1, 1, false, 0));
    let address = server.at("/leaks");
    let settings =
        [("address", address.as_str()), ("header", "X-Key"), ("header_value", "geheimnis-1"), ("paging", "link")];
    let error = run(&*connector("json_api", &settings), &http(&[&server.url]), None).await.unwrap_err();
    assert!(matches!(error, Error::Loop { .. }) && !error.to_string().contains("geheim"), "{error}");
}

#[tokio::test]
async fn hostile_answers_are_named_and_end() {
    let router = Router::new()
        .route("/deep", get(|| async { "[".repeat(200_000) }))
        .route("/many", get(|| async { format!("[{}0]", "{},".repeat(300_000)) }))
        .route("/text", get(|| async { "hello" }))
        .route("/number", get(|| async { "7" }))
        .route("/empty", get(|| async { "" }));
    let server = Server::start(router).await;
    for path in ["/deep", "/many", "/text", "/number", "/empty", "/nowhere"] {
        let address = server.at(path);
        let steps = connector("json_api", &[("address", address.as_str())]).test(&http(&[&address])).await;
        let error = steps.last().unwrap().outcome.clone().unwrap_err();
        assert!(
            matches!(error, Error::Mistaken { .. } | Error::Absent { .. } | Error::Mapping { .. }),
            "{path}: {error}"
        );
        let error =
            run(&*connector("json_api", &[("address", address.as_str())]), &http(&[&address]), None).await.unwrap_err();
        assert!(
            matches!(error, Error::Format { .. } | Error::Mapping { .. } | Error::Status { .. }),
            "{path}: {error}"
        );
    }
}

#[tokio::test]
async fn a_cursor_of_something_else_is_refused() {
    let sandbox = start(None).await;
    let (api, http) = api(&sandbox, STYLES[1].0, STYLES[1].1);
    let error = api.page(&http, Some(&connect::Cursor(json!({"page": -1})))).await.unwrap_err();
    assert!(matches!(error, Error::Cursor { .. }), "{error}");
}

#[tokio::test]
async fn what_may_be_missing_is_not_gone() {
    let item = |n: u32| json!({"id": n, "title": format!("T{n}"), "url": format!("/{n}")});
    // The total and the ids of each page; none is an answer without a list.
    type Pages = &'static [(u32, Option<&'static [u32]>)];
    let lists: [(&str, Pages, bool); 5] = [
        ("whole", &[(3, Some(&[1, 2])), (3, Some(&[3]))], true),
        ("empty-too-early", &[(5, Some(&[1, 2])), (5, Some(&[]))], false),
        ("an-error-that-says-200", &[(5, Some(&[1, 2])), (5, None)], false),
        ("shorter-under-way", &[(5, Some(&[1, 2])), (4, Some(&[4, 5]))], false),
        ("no-total", &[(0, Some(&[1, 2])), (0, None)], false),
    ];
    for (name, pages, complete) in lists {
        let answer = move |axum::extract::RawQuery(query): axum::extract::RawQuery| async move {
            let page = query.and_then(|query| query.strip_prefix("page=")?.parse::<usize>().ok()).unwrap_or(1);
            let Some((total, ids)) = pages.get(page - 1) else { return Json(json!({"total": 0, "data": []})) };
            let mut body = json!({"total": total});
            match ids {
                Some(ids) => body["data"] = ids.iter().map(|id| item(*id)).collect(),
                None => body["error"] = json!("busy"),
            }
            Json(body)
        };
        let server = Server::start(Router::new().route("/list", get(answer))).await;
        let address = server.at("/list");
        let mut settings =
            vec![("address", address.as_str()), ("items", "$.data[*]"), ("paging", "page"), ("complete", "true")];
        if name != "no-total" {
            settings.push(("total", "$.total"));
        }
        let got = run(&*connector("json_api", &settings), &http(&[&address]), None).await.unwrap();
        assert_eq!((got.complete, got.rejected.len()), (complete, 0), "{name}: {got:?}");
    }
}

#[tokio::test]
async fn an_item_that_was_rejected_is_read_again_although_nothing_has_changed() {
    let all = |headers: HeaderMap| async move {
        if headers.contains_key(header::IF_NONE_MATCH) {
            return StatusCode::NOT_MODIFIED.into_response();
        }
        ([(header::ETAG, "\"1\"")], Json(json!([{"id": 1, "title": "T", "url": "/1"}, {"id": 2}]))).into_response()
    };
    let server = Server::start(Router::new().route("/all", get(all))).await;
    let address = server.at("/all");
    let (api, client) = (connector("json_api", &[("address", address.as_str())]), http(&[&address]));
    let first = run(&*api, &client, None).await.unwrap();
    let second = run(&*api, &client, first.cursor.as_ref()).await.unwrap();
    assert_eq!((first.rejected.len(), second.rejected.len(), second.unchanged), (1, 1, false));
}
