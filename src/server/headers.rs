//! Headers that every answer carries, and what is logged of a request.

use crate::platform::client::{Network, client};
use crate::platform::{Config, fault};
use axum::body::Body;
use axum::extract::{ConnectInfo, State};
use axum::http::header::{self, HeaderName, HeaderValue};
use axum::http::{Request, Response, StatusCode};
use axum::middleware::Next;
use std::any::Any;
use std::net::{IpAddr, SocketAddr};
use std::sync::Arc;
use std::time::Duration;
use tower::ServiceBuilder;
use tower::layer::util::{Identity, Stack};
use tower_http::set_header::SetResponseHeaderLayer;
use tracing::Span;

type Set = SetResponseHeaderLayer<HeaderValue>;
type Layers = ServiceBuilder<Stack<Set, Stack<Set, Stack<Set, Stack<Set, Stack<Set, Stack<Set, Identity>>>>>>>;

/// For what is no page of ours (a page sets its own policy, with a nonce): nothing may run or load.
const CLOSED: HeaderValue = HeaderValue::from_static("default-src 'none'; style-src 'self'; frame-ancestors 'none'");

/// The policy of a page with this nonce. `form-action` also governs where a form's answer redirects to: signing out
/// therefore answers with a page that leads to the provider.
pub fn policy(nonce: &str) -> String {
    format!(
        "default-src 'self'; script-src 'nonce-{nonce}' 'strict-dynamic' 'wasm-unsafe-eval'; style-src 'self'; \
         img-src 'self' data:; object-src 'none'; base-uri 'none'; frame-ancestors 'none'; form-action 'self'"
    )
}

/// Sets the headers that are missing from an answer.
pub fn layers(config: &Config) -> Layers {
    let set = |name: HeaderName, value: HeaderValue| SetResponseHeaderLayer::if_not_present(name, value);
    // Over plain http browsers ignore it; a day is short enough to go back from.
    let transport = if config.is_https() { "max-age=31536000" } else { "max-age=0" };
    ServiceBuilder::new()
        .layer(set(header::CONTENT_SECURITY_POLICY, CLOSED))
        .layer(set(header::X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff")))
        .layer(set(header::REFERRER_POLICY, HeaderValue::from_static("same-origin")))
        .layer(set(header::STRICT_TRANSPORT_SECURITY, HeaderValue::from_static(transport)))
        .layer(set(
            HeaderName::from_static("permissions-policy"),
            HeaderValue::from_static("camera=(), geolocation=(), microphone=()"),
        ))
        .layer(set(HeaderName::from_static("cross-origin-opener-policy"), HeaderValue::from_static("same-origin")))
}

/// The span of a request: method, path without its query (a query may hold what a person searched for), request id.
pub fn span(request: &Request<Body>) -> Span {
    let id = request.headers().get("x-request-id").and_then(|id| id.to_str().ok()).unwrap_or("");
    let client = request.extensions().get::<Client>().map(|client| client.0.to_string());
    tracing::info_span!("request", id, client, method = %request.method(), path = request.uri().path())
}

/// Where a request comes from, as far as it can be believed.
#[derive(Clone, Copy, Debug)]
pub struct Client(pub IpAddr);

/// Notes the client's address in the request.
pub async fn told_client(
    State(trusted): State<Arc<Vec<Network>>>,
    mut request: Request<Body>,
    next: Next,
) -> Response<Body> {
    if let Some(ConnectInfo(peer)) = request.extensions().get::<ConnectInfo<SocketAddr>>().copied() {
        let forwarded = request.headers().get("x-forwarded-for").and_then(|value| value.to_str().ok());
        let client = Client(client(peer.ip(), forwarded, &trusted));
        request.extensions_mut().insert(client);
    }
    next.run(request).await
}

/// Counts and logs an answer.
pub fn answered(response: &Response<Body>, took: Duration, _span: &Span) {
    let status = response.status().as_u16();
    metrics::counter!("atrium_http_responses_total", "status" => status.to_string()).increment(1);
    metrics::histogram!("atrium_http_seconds").record(took.as_secs_f64());
    if status >= 500 {
        tracing::warn!(status, millis = took.as_millis() as u64, "answered");
    } else {
        tracing::debug!(status, millis = took.as_millis() as u64, "answered");
    }
}

/// A handler panicked: the details go to the log, the person gets a reference.
pub fn panicked(cause: Box<dyn Any + Send>) -> Response<Body> {
    let text = cause.downcast_ref::<String>().map(String::as_str).or(cause.downcast_ref::<&str>().copied());
    let error = fault(format!("a request panicked: {}", text.unwrap_or("without a message")));
    let mut response = Response::new(Body::from(error.to_string()));
    *response.status_mut() = StatusCode::INTERNAL_SERVER_ERROR;
    response.headers_mut().insert(header::CONTENT_TYPE, HeaderValue::from_static("text/plain; charset=utf-8"));
    response
}
