//! Links for tests of this room and of those above it: servers on loopback, and broken links without three days of waiting.

use crate::platform::Site;
use crate::platform::db::Db;
use crate::sql;
use axum::Router;
use connect::{Looker, Policy};
use std::time::Duration;
use tokio::net::TcpListener;

/// Makes the link of a resource a broken one since `at`, as three days of failures do.
pub async fn break_link(db: &Db, resource: &str, at: i64) {
    let mut tx = db.begin().await.unwrap();
    let broken = tx.run(sql!("UPDATE resource SET broken_at = $2 WHERE id = $1", resource, at)).await.unwrap();
    assert_eq!(broken, 1, "there is no resource {resource}");
    tx.commit().await.unwrap();
}

/// A server at `host`, an address of loopback (`127.0.0.x`), until the test ends; answers its origin.
pub async fn serve(host: &str, router: Router) -> String {
    let listener = TcpListener::bind((host, 0)).await.unwrap();
    let origin = format!("http://{}", listener.local_addr().unwrap());
    tokio::spawn(async move { axum::serve(listener, router).await });
    origin
}

/// An origin at `host` where nobody listens.
pub async fn nobody(host: &str) -> String {
    let listener = TcpListener::bind((host, 0)).await.unwrap();
    format!("http://{}", listener.local_addr().unwrap())
}

/// Has the site look at these origins, without pauses and with little patience.
pub fn look_at(site: &Site, origins: &[&String]) {
    let policy = Policy {
        allowed_origins: origins.iter().map(|origin| (*origin).clone()).collect(),
        timeout: Duration::from_millis(700),
        ..Policy::default()
    };
    site.provide(Looker::new(policy, Duration::ZERO));
}
