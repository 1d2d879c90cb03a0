//! The axum assembly: layers, machine routes, pages.

use crate::app::{App, shell};
use crate::platform::Site;
use axum::Router;
use axum::http::StatusCode;
use axum::routing::get;
use leptos::prelude::*;
use leptos_axum::{LeptosRoutes, generate_route_list};

/// Everything that the public listener serves.
pub fn router(site: Site, options: LeptosOptions) -> Router {
    let routes = generate_route_list(App);
    let context = move || provide_context(site.clone());
    Router::new()
        .leptos_routes_with_context(&options, routes, context, {
            let options = options.clone();
            move || shell(options.clone())
        })
        .route("/healthz", get(|| async { StatusCode::OK }))
        .with_state(options)
}
