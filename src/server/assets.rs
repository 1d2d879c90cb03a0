//! Files: the browser's half under `/pkg`, hashed and compressed when it was built; icons and fonts.

use axum::Router;
use axum::http::HeaderValue;
use axum::http::header::CACHE_CONTROL;
use leptos::prelude::LeptosOptions;
use std::path::Path;
use tower::ServiceBuilder;
use tower_http::services::{ServeDir, ServeFile};
use tower_http::set_header::SetResponseHeaderLayer;

/// The name holds a hash of the content: it never changes.
const FOREVER: HeaderValue = HeaderValue::from_static("public, max-age=31536000, immutable");
/// Fonts and icons change with a release.
const A_DAY: HeaderValue = HeaderValue::from_static("public, max-age=86400");

/// The single files at the root of the site.
const FILES: [&str; 3] = ["icon.svg", "manifest.webmanifest", "robots.txt"];

/// `/pkg`, `/fonts` and the few files at the root.
pub fn routes(options: &LeptosOptions) -> Router {
    let root = Path::new(options.site_root.as_ref());
    let pkg = ServeDir::new(root.join(options.site_pkg_dir.as_ref())).precompressed_br().precompressed_gzip();
    let cached = |value| ServiceBuilder::new().layer(SetResponseHeaderLayer::if_not_present(CACHE_CONTROL, value));
    let forever = if options.hash_files { FOREVER } else { HeaderValue::from_static("no-cache") };
    let mut router = Router::new()
        .nest_service(&format!("/{}", options.site_pkg_dir), cached(forever).service(pkg))
        .nest_service("/fonts", cached(FOREVER).service(ServeDir::new(root.join("fonts"))));
    for file in FILES {
        router = router.route_service(&format!("/{file}"), cached(A_DAY).service(ServeFile::new(root.join(file))));
    }
    router
}
