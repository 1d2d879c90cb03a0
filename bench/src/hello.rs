//! The bare route that pages are compared with.

use crate::Outcome;
use axum::Router;
use axum::routing::get;
use axum::serve::ListenerExt;

/// Serves it on a free port and prints the address.
pub async fn run() -> Outcome<()> {
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await?;
    println!("{}", listener.local_addr()?);
    let listener = listener.tap_io(|stream| drop(stream.set_nodelay(true)));
    Ok(axum::serve(listener, Router::new().route("/hello", get(|| async { "hello" }))).await?)
}
