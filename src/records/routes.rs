//! The way out: notes that a resource was opened, and sends the reader there.

use super::model::{ObjectKind, Verb};
use super::service::record;
use crate::base::{AppError, Scope};
use crate::catalog::service::address;
use crate::platform::Site;
use axum::extract::{Path, State};
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Redirect, Response};
use axum::routing::get;
use axum::{Extension, Router};

/// `GET /go/{id}`.
pub fn routes(site: Site) -> Router {
    Router::new().route("/go/{id}", get(go)).with_state(site)
}

async fn go(State(site): State<Site>, scope: Option<Extension<Scope>>, Path(id): Path<String>) -> Response {
    let scope = scope.map_or(Scope::Anonymous, |Extension(scope)| scope);
    let mut answer = match way_out(&scope, &site, &id).await {
        Ok(url) => Redirect::to(&url).into_response(),
        Err(AppError::SignIn) => Redirect::to(&format!("/sign-in?to=/go/{}", plain(&id))).into_response(),
        // Its page says what is wrong, with the right status.
        Err(AppError::NotFound) => Redirect::to(&format!("/resources/{}", plain(&id))).into_response(),
        Err(error) => {
            let status = StatusCode::from_u16(error.status()).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
            (status, error.to_string()).into_response()
        }
    };
    answer.headers_mut().insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    answer
}

async fn way_out(scope: &Scope, site: &Site, id: &str) -> Result<String, AppError> {
    let url = address(scope, site, id).await?;
    record(scope, site, Verb::Opened, ObjectKind::Resource, id, None, None).await?;
    Ok(url)
}

/// An id as part of an address; what is no id becomes one that nothing has.
fn plain(id: &str) -> String {
    let kept: String = id.chars().filter(|c| c.is_ascii_alphanumeric() || *c == '-').take(64).collect();
    if kept.is_empty() { "-".to_owned() } else { kept }
}
