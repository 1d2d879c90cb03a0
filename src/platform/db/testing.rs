//! Fresh databases for tests: every store test runs on both engines.

use super::{Db, open};
use std::future::Future;
use std::sync::atomic::{AtomicUsize, Ordering};

/// Runs `story` on a fresh SQLite database and on a fresh PostgreSQL one.
pub async fn on_both<F: Future<Output = ()>>(story: impl Fn(Db) -> F) {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let lite = open(&format!("sqlite://{}/atrium.db", folder.path().display()), 4).await.expect("SQLite opens");
    story(lite.clone()).await;
    lite.close().await;
    let pg = open(&fresh_postgres().await, 8).await.expect("PostgreSQL opens");
    story(pg.clone()).await;
    pg.close().await;
}

/// The address of a new, empty database. The server is `ATRIUM_TEST_POSTGRES` (`postgres://…` without a database),
/// which `scripts/with-postgres.sh` sets to a throw-away cluster; without it this fails rather than skips.
pub async fn fresh_postgres() -> String {
    static NEXT: AtomicUsize = AtomicUsize::new(0);
    let server = std::env::var("ATRIUM_TEST_POSTGRES")
        .expect("ATRIUM_TEST_POSTGRES is not set: run tests through `make test` or scripts/with-postgres.sh");
    let name = format!("t{}_{}", std::process::id(), NEXT.fetch_add(1, Ordering::Relaxed));
    let admin = sqlx::PgPool::connect(&format!("{server}/postgres")).await.expect("the throw-away PostgreSQL answers");
    let create = format!("CREATE DATABASE {name} TEMPLATE template0 LC_COLLATE 'C' LC_CTYPE 'C.UTF-8'");
    sqlx::raw_sql(sqlx::AssertSqlSafe(create)).execute(&admin).await.expect("a new database");
    admin.close().await;
    format!("{server}/{name}")
}
