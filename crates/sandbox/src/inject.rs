//! Stands before every system: applies the faults that strike a request, and records it. Also the
//! routes by which faults are set over HTTP.

use std::{convert::Infallible, io, sync::Arc, time::Duration};

use axum::{
    Json, Router,
    body::{Body, to_bytes},
    extract::{Request, State},
    http::{HeaderValue, StatusCode, header},
    middleware::Next,
    response::{IntoResponse, Response},
    routing::get,
};
use bytes::Bytes;
use futures::stream;
use serde::{Deserialize, Serialize};
use tokio::sync::watch;

use crate::{Asked, Clock, Fault, Faults, Requests, RetryAfter, Rule, Standing, System, html, items::ItemFaults};

/// What stands before one system.
#[derive(Clone)]
pub(crate) struct Gate {
    pub(crate) system: Arc<dyn System>,
    pub(crate) clock: Clock,
    pub(crate) faults: Faults,
    pub(crate) requests: Requests,
    /// How many items a page of a list holds at most; none leaves that to the vendor's figure.
    pub(crate) page_items: Option<usize>,
    pub(crate) stopped: watch::Receiver<bool>,
}

/// The routes under `/_sandbox`.
pub(crate) fn control(gate: Gate) -> Router {
    Router::new()
        .route("/_sandbox/faults", get(show).post(add).delete(clear))
        .route("/_sandbox/requests", get(asked).delete(forget))
        .route("/_sandbox/style.css", get(html::style))
        .with_state(gate)
}

#[derive(Serialize)]
struct Shown {
    rules: Vec<Standing>,
}

#[derive(Serialize)]
struct Record {
    count: u64,
    requests: Vec<Asked>,
}

#[derive(Deserialize)]
#[serde(untagged)]
enum OneOrMany {
    Many(Vec<serde_json::Value>),
    One(serde_json::Value),
}

async fn show(State(gate): State<Gate>) -> Json<Shown> {
    Json(Shown { rules: gate.faults.standing() })
}

async fn add(State(gate): State<Gate>, body: Bytes) -> Result<Json<Shown>, (StatusCode, String)> {
    let refuse = |error: serde_json::Error| (StatusCode::UNPROCESSABLE_ENTITY, format!("{error}\n"));
    let rules = match serde_json::from_slice(&body).map_err(refuse)? {
        OneOrMany::Many(rules) => rules,
        OneOrMany::One(rule) => vec![rule],
    };
    // All or none: a misspelt rule in a list must not leave half of it standing.
    let rules: Vec<Rule> = rules.into_iter().map(serde_json::from_value).collect::<Result<_, _>>().map_err(refuse)?;
    for rule in rules {
        gate.faults.add(rule);
    }
    Ok(show(State(gate)).await)
}

async fn clear(State(gate): State<Gate>) -> StatusCode {
    gate.faults.clear();
    StatusCode::NO_CONTENT
}

async fn asked(State(gate): State<Gate>) -> Json<Record> {
    Json(Record { count: gate.requests.count(), requests: gate.requests.all() })
}

async fn forget(State(gate): State<Gate>) -> StatusCode {
    gate.requests.clear();
    StatusCode::NO_CONTENT
}

/// The middleware.
pub(crate) async fn inject(State(gate): State<Gate>, mut request: Request, next: Next) -> Response {
    let path = request.uri().path_and_query().map(|path| path.as_str().to_owned());
    let path = path.unwrap_or_default();
    if path.starts_with("/_sandbox/") {
        return next.run(request).await;
    }
    let method = request.method().as_str().to_owned();
    let faults = gate.faults.strike(&path);
    request.extensions_mut().insert(ItemFaults::of(&faults).with_pages_of(gate.page_items));
    if faults.contains(&Fault::TokensExpire) {
        gate.system.expire_tokens();
    }
    pause(&gate, &faults).await;
    let mut response = match early(&gate, &faults) {
        Some(response) => response,
        None => spoil(&gate, &faults, next.run(request).await).await,
    };
    // The machine's clock may be another than the sandbox's.
    let now = ItemFaults::of(&faults).skewed(gate.clock.now());
    if let Ok(date) = HeaderValue::from_str(&http_date(now)) {
        response.headers_mut().insert(header::DATE, date);
    }
    gate.requests.record(&method, &path, response.status().as_u16());
    response
}

/// `at` as HTTP writes it.
pub(crate) fn http_date(at: time::OffsetDateTime) -> String {
    httpdate::fmt_http_date(at.max(time::OffsetDateTime::UNIX_EPOCH).into())
}

async fn pause(gate: &Gate, faults: &[Fault]) {
    for fault in faults {
        if let Fault::Slow { ms } = fault {
            let mut stopped = gate.stopped.clone();
            tokio::select! {
                () = tokio::time::sleep(Duration::from_millis(*ms)) => {}
                _ = stopped.wait_for(|stopped| *stopped) => {}
            }
        }
    }
}

/// The answer of a fault that never asks the system.
fn early(gate: &Gate, faults: &[Fault]) -> Option<Response> {
    faults.iter().find_map(|fault| match fault {
        Fault::Status { code } => Some(refuse(gate, *code, None)),
        Fault::RateLimited { retry_after } => Some(refuse(gate, 429, *retry_after)),
        Fault::RedirectTo { url } => Some((StatusCode::FOUND, [(header::LOCATION, url.to_string())]).into_response()),
        Fault::HtmlInstead => Some(html::page("Sign in", "<p>Your network asks you to sign in before you go on.</p>")),
        _ => None,
    })
}

fn refuse(gate: &Gate, code: u16, retry_after: Option<RetryAfter>) -> Response {
    let status = StatusCode::from_u16(code).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
    let (kind, body) = gate.system.refusal(code, retry_after.map(RetryAfter::seconds));
    let mut response = (status, [(header::CONTENT_TYPE, kind)], body).into_response();
    let wait = retry_after.map(|wait| match wait {
        RetryAfter::Seconds(wait) => wait.to_string(),
        RetryAfter::DateIn(wait) => http_date(gate.clock.now() + time::Duration::seconds(i64::from(wait))),
    });
    if let Some(wait) = wait.and_then(|wait| HeaderValue::from_str(&wait).ok()) {
        response.headers_mut().insert(header::RETRY_AFTER, wait);
    }
    response
}

/// Spoils what the system answered.
async fn spoil(gate: &Gate, faults: &[Fault], mut response: Response) -> Response {
    for fault in faults {
        response = match fault {
            Fault::CutBody { at_bytes } => rewrite(response, |body| cut(body, *at_bytes)).await,
            Fault::InvalidJson => rewrite(response, |body| (Body::from(broken(&body)), None)).await,
            Fault::EndlessBody => {
                let stopped = gate.stopped.clone();
                rewrite(response, |body| (endless(body, stopped), None)).await
            }
            _ => response,
        };
    }
    response
}

/// Replaces the body; the second value is the length to announce, where it is not the body's own.
async fn rewrite(response: Response, change: impl FnOnce(Bytes) -> (Body, Option<usize>)) -> Response {
    let (mut parts, body) = response.into_parts();
    // The systems' own bodies are complete in memory, so reading them cannot fail half-way.
    let body = to_bytes(body, usize::MAX).await.unwrap_or_default();
    let (body, length) = change(body);
    parts.headers.remove(header::CONTENT_LENGTH);
    if let Some(length) = length {
        parts.headers.insert(header::CONTENT_LENGTH, HeaderValue::from(length));
    }
    Response::from_parts(parts, body)
}

fn cut(body: Bytes, at: usize) -> (Body, Option<usize>) {
    let length = body.len();
    let start = body.slice(..at.min(length.saturating_sub(1)));
    let lost = io::Error::new(io::ErrorKind::ConnectionAborted, "cut on request");
    let parts = stream::unfold((Some(start), Some(lost)), |(start, lost)| async move {
        match (start, lost) {
            (Some(start), lost) => Some((Ok(start), (None, lost))),
            (None, Some(lost)) => {
                // What was sent so far must leave before the connection is dropped.
                tokio::time::sleep(Duration::from_millis(20)).await;
                Some((Err(lost), (None, None)))
            }
            (None, None) => None,
        }
    });
    (Body::from_stream(parts), Some(length))
}

fn broken(body: &[u8]) -> Vec<u8> {
    let mut half = body[..body.len() / 2].to_vec();
    half.extend_from_slice(b"<<\x00}]");
    half
}

fn endless(body: Bytes, stopped: watch::Receiver<bool>) -> Body {
    let start = body.slice(..body.len().saturating_sub(2));
    let blanks = Bytes::from(vec![b' '; 64 * 1024]);
    Body::from_stream(stream::unfold(Some(start), move |start| {
        let (blanks, over) = (blanks.clone(), *stopped.borrow());
        async move {
            tokio::task::yield_now().await;
            let chunk = start.unwrap_or(blanks);
            (!over).then_some((Ok::<_, Infallible>(chunk), None))
        }
    }))
}
