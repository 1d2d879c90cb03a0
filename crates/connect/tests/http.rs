//! The guarded client against servers that are slow, endless, broken or sly.

mod common;

use std::{
    convert::Infallible,
    io::Write,
    sync::{Arc, Mutex},
    time::{Duration, Instant},
};

use axum::{
    Router,
    body::{Body, Bytes},
    http::{HeaderMap, StatusCode, header},
    response::{IntoResponse, Redirect, Response},
    routing::{any, get},
};
use common::{Server, http, policy};
use connect::{Error, Http};
use futures::stream;
use url::Url;

/// Answers the n-th request by `answer(n)`, counted from 0.
fn counted(answer: impl Fn(u32) -> Response + Clone + Send + Sync + 'static) -> Router {
    let count = Arc::new(Mutex::new(0));
    Router::new().route(
        "/",
        any(move || {
            let (answer, count) = (answer.clone(), count.clone());
            async move {
                let mut count = count.lock().unwrap();
                *count += 1;
                answer(*count - 1)
            }
        }),
    )
}

fn endless(chunk: Bytes, pause: Duration) -> Body {
    Body::from_stream(stream::unfold((), move |()| {
        let chunk = chunk.clone();
        async move {
            tokio::time::sleep(pause).await;
            Some((Ok::<_, Infallible>(chunk), ()))
        }
    }))
}

/// A server that sends these bytes to whoever comes, and leaves the connection open.
async fn raw(answer: &'static str) -> Url {
    use tokio::io::{AsyncReadExt, AsyncWriteExt};
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = Url::parse(&format!("http://{}/", listener.local_addr().unwrap())).unwrap();
    tokio::spawn(async move {
        let mut open = Vec::new();
        while let Ok((mut socket, _)) = listener.accept().await {
            let mut request = [0; 1024];
            let _ = socket.read(&mut request).await;
            let _ = socket.write_all(answer.as_bytes()).await;
            open.push(socket);
        }
    });
    url
}

#[tokio::test]
async fn answers_that_are_no_http_are_named() {
    for answer in [
        "220 mail ready\r\n",
        "HTTP/1.1 999999 x\r\n\r\n",
        "HTTP/1.1 200 OK\r\ncontent-length: 5\r\ncontent-length: 7\r\n\r\nx",
    ] {
        let url = raw(answer).await;
        let mut policy = policy(&[&url]);
        policy.timeout = Duration::from_secs(2);
        let error = Http::new(policy).get(&url).send().await.unwrap_err();
        assert!(matches!(error, Error::Cut { .. } | Error::Timeout { .. }), "{answer}: {error}");
    }
}

#[tokio::test]
async fn private_addresses_are_refused_unless_their_origin_is_allowed() {
    let server = Server::start(Router::new().route("/", get(|| async { "in" }))).await;
    let other = Url::parse("http://127.0.0.1:9/").unwrap();
    let closed = http(&[&other]);
    assert!(matches!(closed.get(&server.url).send().await, Err(Error::Private { .. })));
    // A name is refused by what it resolves to.
    let by_name = Url::parse(&format!("http://localhost:{}/", server.url.port().unwrap())).unwrap();
    let error = closed.get(&by_name).send().await.unwrap_err();
    assert!(matches!(error, Error::Private { .. }), "{error}");
    assert!(matches!(closed.check(&by_name).await, Err(Error::Private { .. })));
    assert!(error.hint().contains("allowed-origins"));
    assert_eq!(server.hits(), 0, "nothing may arrive");
    assert_eq!(http(&[&server.url]).get(&server.url).send().await.unwrap().body().as_ref(), b"in");
    assert_eq!(http(&[&by_name]).get(&by_name).send().await.unwrap().body().as_ref(), b"in");
}

#[tokio::test]
async fn a_redirect_does_not_lead_into_the_network() {
    let inside = Server::start(Router::new().route("/", get(|| async { "secret" }))).await;
    let target = inside.url.to_string();
    let outside =
        Server::start(Router::new().route("/", get(move || async move { Redirect::temporary(&target) }))).await;
    let error = http(&[&outside.url]).get(&outside.url).send().await.unwrap_err();
    assert!(matches!(error, Error::Private { .. }), "{error}");
    assert_eq!(inside.hits(), 0);
    for target in ["file:///etc/passwd", "http://169.254.169.254/latest/meta-data/", "http://[::1]/", "//"] {
        let server = Server::start(Router::new().route("/", get(move || async move { moved(target) }))).await;
        assert!(http(&[&server.url]).get(&server.url).send().await.is_err(), "{target}");
    }
}

fn moved(target: &str) -> Response {
    (StatusCode::FOUND, [(header::LOCATION, target.to_owned())]).into_response()
}

#[tokio::test]
async fn redirects_end() {
    let server = Server::start(Router::new().route("/", get(|| async { moved("/") }))).await;
    let error = http(&[&server.url]).get(&server.url).send().await.unwrap_err();
    assert!(matches!(&error, Error::Redirect { reason, .. } if reason.contains("5 redirects")), "{error}");
    assert_eq!(server.hits(), 6);
}

#[tokio::test]
async fn credentials_stay_at_their_origin() {
    let seen: Arc<Mutex<Vec<bool>>> = Arc::default();
    let note = seen.clone();
    let has_key = move |headers: HeaderMap| {
        note.lock().unwrap().push(headers.contains_key("api-key"));
        async { "ok" }
    };
    let other = Server::start(Router::new().route("/", get(has_key.clone()))).await;
    let target = other.url.to_string();
    let router = Router::new()
        .route("/away", get(move || async move { Redirect::temporary(&target) }))
        .route("/near", get(|| async { Redirect::temporary("/") }))
        .route("/", get(has_key));
    let first = Server::start(router).await;
    let http = http(&[&first.url, &other.url]);
    http.get(&first.at("/near")).secret("api-key", "geheim").send().await.unwrap();
    http.get(&first.at("/away")).secret("api-key", "geheim").send().await.unwrap();
    assert_eq!(*seen.lock().unwrap(), [true, false]);
}

#[tokio::test]
async fn a_form_is_not_passed_on() {
    let server = Server::start(Router::new().route("/", any(|| async { Redirect::permanent("/else") }))).await;
    let error = http(&[&server.url]).post_form(&server.url, &[("password", "geheim")]).send().await.unwrap_err();
    assert!(matches!(error, Error::Redirect { .. }) && server.hits() == 1, "{error}");
}

#[tokio::test]
async fn what_may_pass_is_tried_again() {
    let flaky = counted(|n| match n {
        0 | 1 => StatusCode::BAD_GATEWAY.into_response(),
        _ => "at last".into_response(),
    });
    let server = Server::start(flaky).await;
    let http = http(&[&server.url]);
    assert!(http.get(&server.url).send().await.is_ok());
    let outcomes = http.outcomes();
    let told: Vec<_> = outcomes.iter().map(|each| (each.attempt, each.status, each.error.is_some())).collect();
    assert_eq!(told, [(1, Some(502), true), (2, Some(502), true), (3, Some(200), false)]);
    assert_eq!((outcomes[2].bytes, outcomes[2].number), (7, 3));

    let missing = Server::start(counted(|_| StatusCode::NOT_FOUND.into_response())).await;
    let http = common::http(&[&missing.url]);
    assert!(matches!(http.get(&missing.url).send().await, Err(Error::Status { status: 404, .. })));
    assert_eq!(missing.hits(), 1);

    let broken = Server::start(counted(|_| StatusCode::INTERNAL_SERVER_ERROR.into_response())).await;
    let http = common::http(&[&broken.url]);
    assert!(http.post_form(&broken.url, &[("a", "b")]).send().await.is_err());
    assert_eq!(broken.hits(), 1, "the server may have acted on a form");
    assert!(http.get(&broken.url).send().await.is_err());
    assert_eq!(broken.hits(), 5);
}

#[tokio::test]
async fn a_server_that_asks_to_wait_is_obeyed() {
    let limited = |wait: &'static str| {
        counted(move |n| match n {
            0 => (StatusCode::TOO_MANY_REQUESTS, [(header::RETRY_AFTER, wait)]).into_response(),
            _ => "ok".into_response(),
        })
    };
    let server = Server::start(limited("1")).await;
    let started = Instant::now();
    http(&[&server.url]).get(&server.url).send().await.unwrap();
    assert!(started.elapsed() >= Duration::from_secs(1));

    let server = Server::start(limited("3600")).await;
    let started = Instant::now();
    let error = http(&[&server.url]).get(&server.url).send().await.unwrap_err();
    assert_eq!(error.retry_after(), Some(Duration::from_secs(3600)));
    assert!(error.is_temporary() && started.elapsed() < Duration::from_secs(5) && server.hits() == 1);
}

#[tokio::test]
async fn bodies_end_at_the_bound() {
    let mut bomb = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::best());
    for _ in 0..64 {
        bomb.write_all(&[b'x'; 1024 * 1024]).unwrap();
    }
    let bomb = bomb.finish().unwrap();
    assert!(bomb.len() < 100_000);
    let router = Router::new()
        .route("/endless", get(|| async { endless(Bytes::from(vec![b' '; 65536]), Duration::ZERO) }))
        .route("/bomb", get(move || async move { ([(header::CONTENT_ENCODING, "gzip")], bomb).into_response() }));
    let server = Server::start(router).await;
    let http = http(&[&server.url]);
    for path in ["/endless", "/bomb"] {
        let error = http.get(&server.at(path)).send().await.unwrap_err();
        assert!(matches!(error, Error::TooLarge { limit: 4194304, .. }), "{path}: {error}");
    }
    assert_eq!(server.hits(), 2, "asking again would not help");
    // What is announced as too large is not read at all.
    let url = raw("HTTP/1.1 200 OK\r\ncontent-length: 99999999\r\n\r\nx").await;
    let error = common::http(&[&url]).get(&url).send().await.unwrap_err();
    assert!(matches!(error, Error::TooLarge { .. }), "{error}");
}

#[tokio::test]
async fn time_is_bounded() {
    let router = Router::new()
        .route("/silent", get(|| async { tokio::time::sleep(Duration::from_secs(60)).await }))
        .route("/drip", get(|| async { endless(Bytes::from_static(b"x"), Duration::from_millis(20)) }));
    let server = Server::start(router).await;
    let mut policy = policy(&[&server.url]);
    (policy.timeout, policy.retries) = (Duration::from_millis(300), 1);
    let http = Http::new(policy);
    for path in ["/silent", "/drip"] {
        let started = Instant::now();
        let error = http.get(&server.at(path)).send().await.unwrap_err();
        assert!(matches!(error, Error::Timeout { .. }), "{path}: {error}");
        assert!(started.elapsed() < Duration::from_secs(10));
    }
    assert_eq!(server.hits(), 4);
}

#[tokio::test]
async fn faults_on_the_way_are_named() {
    // A port that was free a moment ago.
    let free = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap().local_addr().unwrap();
    let nobody = Url::parse(&format!("http://{free}/")).unwrap();
    let error = http(&[&nobody]).get(&nobody).send().await.unwrap_err();
    assert!(matches!(error, Error::Connect { .. }), "{error}");

    let unknown = Url::parse("http://no-such-host.invalid/").unwrap();
    let error = http(&[]).get(&unknown).send().await.unwrap_err();
    assert!(matches!(error, Error::Lookup { .. }), "{error}");
    assert!(error.to_string().contains("no-such-host.invalid"));
}

#[tokio::test]
async fn secrets_don_t_come_back() {
    let echo = |headers: HeaderMap, uri: axum::http::Uri| async move {
        (StatusCode::BAD_REQUEST, format!("{headers:?} {uri}")).into_response()
    };
    let server = Server::start(Router::new().route("/", get(echo))).await;
    let http = http(&[&server.url]);
    let error = http.get(&server.at("/?api_key=parameter&x=1")).secret("api-key", "geheim").send().await.unwrap_err();
    let told = format!("{error} {:?} {:?}", error, http.outcomes());
    assert!(!told.contains("geheim"), "{told}");
    assert!(!http.outcomes()[0].url.contains("parameter"));
    assert!(http.get(&server.url).secret("api-key", "line\nbreak").send().await.is_err());
}

#[tokio::test]
async fn the_record_is_bounded_and_keeps_failures() {
    let server = Server::start(Router::new().route("/ok", get(|| async { "" }))).await;
    let http = http(&[&server.url]);
    let run = http.for_run();
    run.get(&server.at("/bad")).send().await.unwrap_err();
    for _ in 0..210 {
        run.get(&server.at("/ok")).send().await.unwrap();
    }
    assert_eq!((run.requests(), run.outcomes().len()), (211, 201));
    assert!(run.outcomes()[0].error.is_some());
    assert_eq!(http.requests(), 0);
}

#[tokio::test]
async fn a_request_that_nobody_waits_for_is_in_the_record() {
    let hangs = || async {
        tokio::time::sleep(Duration::from_secs(60)).await;
        ""
    };
    let server = Server::start(Router::new().route("/", get(hangs))).await;
    let http = http(&[&server.url]);
    let given_up = tokio::time::timeout(Duration::from_millis(100), http.get(&server.url).send()).await;
    assert!(given_up.is_err());
    let outcomes = http.outcomes();
    assert!(outcomes[0].error.as_deref().is_some_and(|error| error.contains("given up")), "{outcomes:?}");
}
