//! Machine doors: the way from a notice to what it is about, one-click unsubscribing, and the figure on the bell.

use super::{service, store, unsubscribe};
use crate::base::{AppError, Scope, Unread, t};
use crate::platform::Site;
use axum::body::Bytes;
use axum::extract::{Path, Query, Request, State};
use axum::http::{HeaderValue, Method, StatusCode, header};
use axum::middleware::Next;
use axum::response::{IntoResponse, Redirect, Response};
use axum::routing::{get, post};
use axum::{Extension, Router};
use serde::Deserialize;

/// `GET /notices/open/{id}`, `POST /notices/unsubscribe?t=TOKEN`. The page at the latter address is one of the app's.
pub fn routes(site: Site) -> Router {
    Router::new().route("/notices/open/{id}", get(open)).route("/notices/unsubscribe", post(leave)).with_state(site)
}

async fn open(State(site): State<Site>, scope: Option<Extension<Scope>>, Path(id): Path<String>) -> Response {
    let scope = scope.map_or(Scope::Anonymous, |Extension(scope)| scope);
    let mut answer = match service::open(&scope, &site, &id).await {
        Ok(link) => Redirect::to(&link).into_response(),
        Err(AppError::SignIn) => Redirect::to("/sign-in?to=/notices").into_response(),
        // Somebody else's, or forgotten by now: her own list is the way on.
        Err(AppError::NotFound) => Redirect::to("/notices").into_response(),
        Err(error) => refused(&error),
    };
    answer.headers_mut().insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    answer
}

#[derive(Deserialize)]
struct Token {
    #[serde(default)]
    t: String,
}

/// A mailbox says `List-Unsubscribe=One-Click`, in either encoding of forms (RFC 8058, 3.2), and is answered without a
/// redirect; our own page says `how=page` and is led back.
async fn leave(State(site): State<Site>, Query(Token { t: token }): Query<Token>, body: Bytes) -> Response {
    let fields: Vec<(String, String)> = url::form_urlencoded::parse(&body).into_owned().collect();
    let says = |name: &str, value: &str| fields.iter().any(|(n, v)| n == name && v == value);
    let text = String::from_utf8_lossy(&body);
    let is_click = says("List-Unsubscribe", "One-Click")
        || (text.contains("name=\"List-Unsubscribe\"") && text.contains("One-Click"));
    let is_page = says("how", "page");
    if !is_page && !is_click {
        return (StatusCode::BAD_REQUEST, format!("{}\n", t().notify.one_click_what)).into_response();
    }
    let again = is_page && says("what", "again");
    match unsubscribe::set(&site, &token, again).await {
        Ok(()) if is_page => {
            let query = url::form_urlencoded::Serializer::new(String::new()).append_pair("t", &token).finish();
            Redirect::to(&format!("/notices/unsubscribe?{query}")).into_response()
        }
        Ok(()) => (StatusCode::OK, format!("{}\n", t().notify.one_click_done)).into_response(),
        Err(error) => refused(&error),
    }
}

fn refused(error: &AppError) -> Response {
    let status = StatusCode::from_u16(error.status()).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
    (status, format!("{error}\n")).into_response()
}

/// Puts how many notices the asking person has not read into the request of a page, for the bell in its frame. A page
/// whose figure does not come goes without one.
pub async fn counted(State(site): State<Site>, mut request: Request, next: Next) -> Response {
    let is_page = *request.method() == Method::GET && !request.uri().path().starts_with("/api/");
    let person = request.extensions().get::<Scope>().and_then(|scope| scope.viewer()).map(|viewer| viewer.id.clone());
    if let (true, Some(person)) = (is_page, person) {
        let counted = async { store::unread(&mut site.db.read().await?, &person).await };
        match counted.await {
            Ok(unread) => drop(request.extensions_mut().insert(Unread(unread))),
            Err(error) => tracing::warn!(%error, "the figure on the bell is missing"),
        }
    }
    next.run(request).await
}
