//! Looking at addresses, against servers as they are.

mod common;

use std::{
    sync::{
        Arc, Mutex,
        atomic::{AtomicI64, Ordering},
    },
    time::{Duration, Instant},
};

use axum::{
    Router,
    body::Body,
    http::{Method, StatusCode, header},
    response::{IntoResponse, Redirect},
    routing::{any, get},
};
use common::{Server, policy};
use connect::{Error, Looker, Policy, Seen};
use url::Url;

fn looker(allowed: &[&Url], pause: u64) -> Looker {
    let policy = Policy { timeout: Duration::from_secs(1), redirects: 3, ..policy(allowed) };
    Looker::new(policy, Duration::from_millis(pause))
}

fn status(seen: Result<Seen, Error>) -> u16 {
    seen.unwrap().status
}

/// Notes the methods that it was asked by.
fn noting(
    methods: &Arc<Mutex<Vec<Method>>>,
    answer: impl Fn(&Method) -> StatusCode + Clone + Send + Sync + 'static,
) -> Router {
    let methods = methods.clone();
    Router::new().route(
        "/",
        any(move |method: Method| {
            let status = answer(&method);
            methods.lock().unwrap().push(method);
            async move { (status, "body") }
        }),
    )
}

#[tokio::test]
async fn head_comes_first_and_get_confirms_a_failure() {
    let methods = Arc::default();
    let server = Server::start(noting(&methods, |_| StatusCode::OK)).await;
    assert_eq!(status(looker(&[&server.url], 0).look(&server.url).await), 200);
    assert_eq!(*methods.lock().unwrap(), [Method::HEAD]);

    for refused in [403, 404, 405, 501] {
        let methods = Arc::default();
        let refuse = move |method: &Method| {
            if method == Method::HEAD { StatusCode::from_u16(refused).unwrap() } else { StatusCode::OK }
        };
        let server = Server::start(noting(&methods, refuse)).await;
        assert_eq!(status(looker(&[&server.url], 0).look(&server.url).await), 200, "{refused}");
        assert_eq!(*methods.lock().unwrap(), [Method::HEAD, Method::GET], "{refused}");
    }

    let methods = Arc::default();
    let server = Server::start(noting(&methods, |_| StatusCode::GONE)).await;
    assert_eq!(status(looker(&[&server.url], 0).look(&server.url).await), 410);
    assert_eq!(*methods.lock().unwrap(), [Method::HEAD, Method::GET]);
}

#[tokio::test]
async fn who_asks_to_wait_is_left_alone() {
    let limited = get(|| async { (StatusCode::TOO_MANY_REQUESTS, [(header::RETRY_AFTER, "120")]) });
    let server = Server::start(Router::new().route("/", limited)).await;
    let seen = looker(&[&server.url], 0).look(&server.url).await.unwrap();
    assert_eq!((seen.status, seen.wait), (429, Some(Duration::from_secs(120))));
    assert_eq!(server.hits(), 1);
}

#[tokio::test]
async fn permanent_redirects_tell_where_it_is_now() {
    let routes = Router::new()
        .route("/old", get(|| async { Redirect::permanent("/newer") }))
        .route("/newer", get(|| async { (StatusCode::MOVED_PERMANENTLY, [(header::LOCATION, "/now")]) }))
        .route("/now", get(|| async { Redirect::temporary("/today") }))
        .route("/today", get(|| async { "here" }))
        .route("/round", get(|| async { Redirect::permanent("/round") }))
        .route("/inside", get(|| async { Redirect::temporary("http://127.0.0.2:1/secret") }))
        .route("/mail", get(|| async { Redirect::temporary("mailto:a@b.example") }));
    let server = Server::start(routes).await;
    let looker = looker(&[&server.url], 0);
    let at = |path: &str| server.at(path);
    let seen = looker.look(&at("/old")).await.unwrap();
    assert_eq!((seen.status, seen.moved_to), (200, Some(at("/now"))));
    assert_eq!(looker.look(&at("/now")).await.unwrap().moved_to, None);
    assert!(matches!(looker.look(&at("/round")).await, Err(Error::Redirect { .. })));
    assert!(matches!(looker.look(&at("/inside")).await, Err(Error::Private { .. })));
    assert!(matches!(looker.look(&at("/mail")).await, Err(Error::Redirect { .. })));
    let private = self::looker(&[], 0).look(&server.url).await;
    assert!(matches!(private, Err(Error::Private { .. })), "{private:?}");
}

#[tokio::test]
async fn nothing_there_is_told_by_its_kind() {
    let slow = get(|| async {
        tokio::time::sleep(Duration::from_secs(30)).await;
        "late"
    });
    let server = Server::start(Router::new().route("/slow", slow)).await;
    let looker = looker(&[&server.url], 0);
    let late = looker.look(&server.at("/slow")).await;
    assert!(matches!(late, Err(Error::Timeout { .. })), "{late:?}");

    // A port that nobody listens at, and one that hangs up.
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = Url::parse(&format!("http://{}/", listener.local_addr().unwrap())).unwrap();
    let looker = self::looker(&[&url], 0);
    let hangs_up = tokio::spawn(async move {
        for _ in 0..2 {
            drop(listener.accept().await);
        }
    });
    let cut = looker.look(&url).await;
    assert!(matches!(cut, Err(Error::Cut { .. })), "{cut:?}");
    hangs_up.await.unwrap();
    let refused = looker.look(&url).await;
    assert!(matches!(refused, Err(Error::Connect { .. })), "{refused:?}");
}

#[tokio::test]
async fn an_endless_body_is_not_read() {
    let endless = any(|method: Method| async move {
        if method == Method::HEAD {
            return StatusCode::METHOD_NOT_ALLOWED.into_response();
        }
        let chunk = || async {
            tokio::time::sleep(Duration::from_millis(1)).await;
            Some((Ok::<_, std::convert::Infallible>(vec![b'x'; 1024]), ()))
        };
        Body::from_stream(futures::stream::unfold((), move |()| chunk())).into_response()
    });
    let server = Server::start(Router::new().route("/", endless)).await;
    // Read on, it would end in a timeout.
    assert_eq!(status(looker(&[&server.url], 0).look(&server.url).await), 200);
}

#[tokio::test]
async fn a_host_is_asked_one_question_at_a_time_with_pauses() {
    let (now, most) = (Arc::new(AtomicI64::new(0)), Arc::new(AtomicI64::new(0)));
    let (under_way, seen) = (now.clone(), most.clone());
    let route = get(move || {
        let (under_way, seen) = (under_way.clone(), seen.clone());
        async move {
            seen.fetch_max(under_way.fetch_add(1, Ordering::SeqCst) + 1, Ordering::SeqCst);
            tokio::time::sleep(Duration::from_millis(20)).await;
            under_way.fetch_sub(1, Ordering::SeqCst);
            "here"
        }
    });
    let server = Server::start(Router::new().route("/{page}", route)).await;
    let looker = looker(&[&server.url], 30);
    let pages: Vec<Url> = (0..4).map(|n| server.at(&format!("/{n}"))).collect();
    let begun = Instant::now();
    let all = futures::future::join_all(pages.iter().map(|page| looker.look(page))).await;
    assert!(all.into_iter().all(|seen| status(seen) == 200));
    assert_eq!(most.load(Ordering::SeqCst), 1);
    assert!(begun.elapsed() >= Duration::from_millis(4 * 20 + 3 * 30), "{:?}", begun.elapsed());
}
