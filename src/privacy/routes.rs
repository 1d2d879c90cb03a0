//! The download of everything held about a person.

use crate::base::{AppError, Scope};
use crate::platform::Site;
use axum::extract::State;
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use axum::{Extension, Json, Router};

/// `GET /me/export.json`: for whoever is signed in, and only about her.
pub fn routes(site: Site) -> Router {
    Router::new().route("/me/export.json", get(export)).with_state(site)
}

async fn export(State(site): State<Site>, scope: Option<Extension<Scope>>) -> Response {
    let scope = scope.map_or(Scope::Anonymous, |Extension(scope)| scope);
    match super::service::export(&scope, &site).await {
        Ok(everything) => {
            let headers = [
                (header::CONTENT_DISPOSITION, "attachment; filename=\"atrium-about-me.json\""),
                (header::CACHE_CONTROL, "no-store"),
            ];
            (headers, Json(everything)).into_response()
        }
        Err(error) => refused(error),
    }
}

fn refused(error: AppError) -> Response {
    let status = StatusCode::from_u16(error.status()).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
    (status, Json(error)).into_response()
}
