//! Opening either engine, migrated and with its settings.

use super::{Db, Result, Writer};
use sqlx::migrate::Migrator;
use sqlx::postgres::{PgConnectOptions, PgPool, PgPoolOptions};
use sqlx::sqlite::{SqliteConnectOptions, SqliteJournalMode, SqlitePoolOptions, SqliteSynchronous};
use sqlx::{Connection, Error, SqliteConnection};
use std::collections::HashSet;
use std::str::FromStr;
use std::time::Duration;

/// The numbered files of `migrations/`, one text for both engines.
pub static MIGRATOR: Migrator = sqlx::migrate!("./migrations");

/// What PostgreSQL lacks of the words that the migrations and stores use: the column type JSONTEXT, SQLite's
/// `json_each` over a list, and a sequence for the catalogue's changes.
const PRELUDE: &str = "
    SELECT pg_advisory_lock(7269431);
    DO $$ BEGIN CREATE DOMAIN jsontext AS jsonb; EXCEPTION WHEN duplicate_object THEN NULL; END $$;
    CREATE OR REPLACE FUNCTION json_each(list jsonb) RETURNS TABLE (key bigint, value jsonb, atom text)
    LANGUAGE sql IMMUTABLE PARALLEL SAFE ROWS 100 AS
    $$ SELECT ordinality - 1, e, CASE WHEN jsonb_typeof(e) IN ('object', 'array') THEN NULL ELSE e #>> '{}' END
       FROM jsonb_array_elements(list) WITH ORDINALITY AS x(e, ordinality) $$;
    CREATE SEQUENCE IF NOT EXISTS change_seq;
    SELECT pg_advisory_unlock(7269431);
";

/// How PostgreSQL plans our queries. Its default price of a random read is that of a turning disk: it would read a whole
/// table where an index finds forty rows. All our queries are too short to gain by being compiled, and too short to be
/// planned each time: what differs between two calls changes no plan, because lists come as JSON.
const PLANNING: &str = "SET random_page_cost = 1.1; SET jit = off; SET plan_cache_mode = force_generic_plan";

/// Opens the database at `url` (`sqlite://path` or `postgres://…`) and brings its tables up to date.
pub async fn open(url: &str, connections: u32) -> Result<Db> {
    match url.strip_prefix("sqlite://") {
        Some(path) => open_sqlite(path, connections).await,
        None => open_postgres(url, connections).await,
    }
}

/// Opens the database at `url` as it is: what is missing is an error, and its tables are left alone.
pub async fn connect(url: &str, connections: u32) -> Result<Db> {
    match url.strip_prefix("sqlite://") {
        Some(path) => connect_sqlite(path, connections).await,
        None => connect_postgres(url, connections).await.map(Db::Postgres),
    }
}

/// Versions of migrations that `db` has not run yet.
pub async fn pending(db: &Db) -> Result<Vec<i64>> {
    let done: Vec<(i64,)> =
        db.read().await?.all(crate::sql!("SELECT version FROM _sqlx_migrations WHERE success")).await?;
    let done: HashSet<i64> = done.into_iter().map(|row| row.0).collect();
    Ok(MIGRATOR.iter().map(|m| m.version).filter(|v| !done.contains(v)).collect())
}

fn sqlite_options(path: &str) -> SqliteConnectOptions {
    SqliteConnectOptions::new()
        .filename(path)
        .create_if_missing(true)
        .journal_mode(SqliteJournalMode::Wal)
        .synchronous(SqliteSynchronous::Full)
        .busy_timeout(Duration::from_secs(5))
        .foreign_keys(true)
        .pragma("cache_size", "-16000")
        .pragma("temp_store", "memory")
        .pragma("mmap_size", "268435456")
        .optimize_on_close(true, 400)
}

async fn open_sqlite(path: &str, connections: u32) -> Result<Db> {
    if let Some(folder) = std::path::Path::new(path).parent().filter(|f| !f.as_os_str().is_empty()) {
        std::fs::create_dir_all(folder).map_err(Error::Io)?;
    }
    let mut first = SqliteConnection::connect_with(&sqlite_options(path)).await?;
    MIGRATOR.run(&mut first).await.map_err(|e| Error::Migrate(Box::new(e)))?;
    first.close().await?;
    connect_sqlite(path, connections).await
}

async fn connect_sqlite(path: &str, connections: u32) -> Result<Db> {
    let options = sqlite_options(path).create_if_missing(false);
    let write = Writer::open(&options).await?;
    let read = SqlitePoolOptions::new()
        .max_connections(connections)
        .idle_timeout(None)
        .max_lifetime(None)
        .test_before_acquire(false)
        .connect_with(options.read_only(true))
        .await?;
    Ok(Db::Sqlite { read, write })
}

async fn open_postgres(url: &str, connections: u32) -> Result<Db> {
    let pool = connect_postgres(url, connections).await?;
    sqlx::raw_sql(PRELUDE).execute(&pool).await?;
    MIGRATOR.run(&pool).await.map_err(|e| Error::Migrate(Box::new(e)))?;
    Ok(Db::Postgres(pool))
}

async fn connect_postgres(url: &str, connections: u32) -> Result<PgPool> {
    let options = PgConnectOptions::from_str(url)?.application_name("atrium");
    let pool = PgPoolOptions::new()
        .max_connections(connections)
        .acquire_timeout(Duration::from_secs(5))
        .after_connect(|c, _| {
            Box::pin(async move {
                sqlx::raw_sql(PLANNING).execute(c).await?;
                Ok(())
            })
        })
        .connect_with(options)
        .await?;
    require_c_collation(&pool).await?;
    Ok(pool)
}

/// Pages of a list continue after a key, so both engines have to order text alike.
async fn require_c_collation(pool: &PgPool) -> Result<()> {
    let (by_code_point,): (bool,) = sqlx::query_as("SELECT 'B' < 'a'").fetch_one(pool).await?;
    if by_code_point {
        return Ok(());
    }
    Err(Error::Configuration(
        "the database does not sort by code point: create it with TEMPLATE template0 LC_COLLATE 'C' LC_CTYPE 'C.UTF-8'"
            .into(),
    ))
}
