//! For load balancers: is the process up, and can it serve.

use crate::platform::Site;
use crate::sql;
use axum::Router;
use axum::extract::State;
use axum::http::StatusCode;
use axum::routing::get;

/// `/healthz`: the process answers. `/readyz`: so does its database.
pub fn routes(site: Site) -> Router {
    Router::new().route("/healthz", get(|| async { "ok" })).route("/readyz", get(ready)).with_state(site)
}

async fn ready(State(site): State<Site>) -> (StatusCode, &'static str) {
    let answer = async { site.db.read().await?.one::<(i64,)>(sql!("SELECT CAST(1 AS BIGINT)")).await };
    match answer.await {
        Ok(_) => (StatusCode::OK, "ready"),
        Err(error) => {
            tracing::warn!(%error, "not ready");
            (StatusCode::SERVICE_UNAVAILABLE, "the database does not answer")
        }
    }
}
