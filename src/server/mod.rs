//! The axum assembly: layers, machine routes, pages.

mod assets;
mod headers;
mod health;
#[cfg(test)]
mod learning_test;
#[cfg(test)]
mod notices_test;
#[cfg(test)]
mod sources_test;

use crate::app::{App, Policy, shell};
use crate::base::{Scope, Unread};
use crate::identity::service as identity;
use crate::notify;
use crate::platform::Site;
use crate::platform::client::Network;
use crate::privacy;
use crate::records;
use axum::Router;
use axum::http::StatusCode;
use axum::http::request::Parts;
use axum::middleware;
use axum::routing::any;
use leptos::prelude::*;
use leptos_axum::{
    AxumRouteListing, LeptosRoutes, generate_route_list, handle_server_fns_with_context, render_app_async_with_context,
};
use std::sync::{Arc, OnceLock};
use std::time::Duration;
use tower_http::catch_panic::CatchPanicLayer;
use tower_http::compression::CompressionLayer;
use tower_http::compression::predicate::{DefaultPredicate, NotForContentType, Predicate};
use tower_http::limit::RequestBodyLimitLayer;
use tower_http::request_id::{MakeRequestUuid, PropagateRequestIdLayer, SetRequestIdLayer};
use tower_http::timeout::TimeoutLayer;
use tower_http::trace::TraceLayer;

/// The largest body of a form or server function.
const BODY_LIMIT: usize = 1024 * 1024;
/// No page takes so long; what does is cut off rather than left to pile up.
const REQUEST_LIMIT: Duration = Duration::from_secs(30);

/// The pages' routes, listed once a process: while Leptos lists them, no resource of any page in this process loads, and
/// those that ask meanwhile wait for ever. Whoever renders has a router, so nobody renders before the list stands.
fn page_routes() -> Vec<AxumRouteListing> {
    static ROUTES: OnceLock<Vec<AxumRouteListing>> = OnceLock::new();
    ROUTES.get_or_init(|| generate_route_list(App)).clone()
}

/// Everything that the public listener serves; `more` holds routes that only some ways to run have.
pub fn router(site: Site, options: LeptosOptions, more: Router) -> Router {
    let routes = page_routes();
    let context = {
        let site = site.clone();
        move || {
            provide_context(site.clone());
            provide_context(Policy(headers::policy));
            // The gate has put it into the request, whose head leptos_axum provides before this runs.
            let found = use_context::<Parts>();
            let extensions = found.as_ref().map(|parts| &parts.extensions);
            if let Some(scope) = extensions.and_then(|known| known.get::<Scope>().cloned()) {
                provide_context(scope);
            }
            if let Some(unread) = extensions.and_then(|known| known.get::<Unread>().copied()) {
                provide_context(unread);
            }
        }
    };
    let document = {
        let options = options.clone();
        move || shell(options.clone())
    };
    let functions = {
        let context = context.clone();
        move |request| handle_server_fns_with_context(context.clone(), request)
    };
    let pages = Router::new()
        .leptos_routes_with_context(&options, routes, context.clone(), document.clone())
        .route("/api/{*function}", any(functions))
        .fallback(any(render_app_async_with_context(context, document)))
        .with_state(options.clone())
        .layer(middleware::from_fn_with_state(site.clone(), notify::routes::counted));
    let trusted: Vec<Network> = site.config.server.trusted_proxies.iter().filter_map(|p| Network::parse(p)).collect();
    let open = Router::new()
        .merge(pages)
        .merge(identity::routes(site.clone()))
        .merge(notify::routes::routes(site.clone()))
        .merge(records::routes::routes(site.clone()))
        .merge(assets::routes(&options))
        .merge(health::routes(site.clone()))
        .merge(privacy::routes::routes(site.clone()))
        .merge(more);
    identity::guarded(open, site.clone())
        .layer(
            CompressionLayer::new().compress_when(DefaultPredicate::new().and(NotForContentType::const_new("font/"))),
        )
        .layer(headers::layers(&site.config))
        .layer(CatchPanicLayer::custom(headers::panicked))
        .layer(TimeoutLayer::with_status_code(StatusCode::SERVICE_UNAVAILABLE, REQUEST_LIMIT))
        .layer(RequestBodyLimitLayer::new(BODY_LIMIT))
        .layer(PropagateRequestIdLayer::x_request_id())
        .layer(TraceLayer::new_for_http().make_span_with(headers::span).on_request(()).on_response(headers::answered))
        .layer(SetRequestIdLayer::x_request_id(MakeRequestUuid))
        .layer(middleware::from_fn_with_state(Arc::new(trusted), headers::told_client))
}
