//! The two engines behind one connection type.

use super::Result;
use super::group::{Turn, Writer};
use super::value::{Sql, lite, pg};
use sqlx::pool::PoolConnection;
use sqlx::postgres::{PgConnection, PgPool, PgRow};
use sqlx::sqlite::{SqliteConnection, SqlitePool, SqliteRow};
use sqlx::{Error, FromRow, Postgres, Sqlite, Transaction, query_as_with, query_with};

/// A row that either engine can produce: `#[derive(FromRow)]` structs and tuples qualify as they are.
pub trait Record: Send + Unpin + for<'r> FromRow<'r, SqliteRow> + for<'r> FromRow<'r, PgRow> {}
impl<T: Send + Unpin + for<'r> FromRow<'r, SqliteRow> + for<'r> FromRow<'r, PgRow>> Record for T {}

/// A database. Cloning it is cheap.
#[derive(Clone)]
pub enum Db {
    /// Embedded: a pool that reads, and one writer whose transactions share their commits.
    Sqlite {
        /// Read-only connections.
        read: SqlitePool,
        /// The one writer.
        write: Writer,
    },
    /// Shared between nodes.
    Postgres(PgPool),
}

/// What every store function works on: a connection, in a transaction ([`Db::begin`]) or not ([`Db::read`]).
pub struct Conn {
    link: Link,
    failed: bool,
}

enum Link {
    Sqlite(PoolConnection<Sqlite>),
    SqliteTx(Turn),
    Postgres(PoolConnection<Postgres>),
    PostgresTx(Transaction<'static, Postgres>),
}

/// The engine's own connection, for the few things that [`Conn`] does not offer.
pub enum Engine<'c> {
    /// SQLite's.
    Sqlite(&'c mut SqliteConnection),
    /// PostgreSQL's.
    Postgres(&'c mut PgConnection),
}

impl Db {
    /// A connection that reads. On SQLite it refuses to write.
    pub async fn read(&self) -> Result<Conn> {
        let link = match self {
            Db::Sqlite { read, .. } => Link::Sqlite(read.acquire().await?),
            Db::Postgres(pool) => Link::Postgres(pool.acquire().await?),
        };
        Ok(Conn { link, failed: false })
    }

    /// A write transaction; dropped without [`Conn::commit`], it leaves nothing behind. Await nothing foreign inside
    /// one: on SQLite it delays everybody's batch.
    pub async fn begin(&self) -> Result<Conn> {
        let link = match self {
            Db::Sqlite { write, .. } => Link::SqliteTx(write.begin().await?),
            Db::Postgres(pool) => Link::PostgresTx(pool.begin().await?),
        };
        Ok(Conn { link, failed: false })
    }

    /// `sqlite` or `postgres`.
    pub fn engine(&self) -> &'static str {
        match self {
            Db::Sqlite { .. } => "sqlite",
            Db::Postgres(_) => "postgres",
        }
    }

    /// Whether this process is the only one that uses the database, which SQLite's lock file ensures.
    pub fn is_alone(&self) -> bool {
        matches!(self, Db::Sqlite { .. })
    }

    /// Ends every connection; what was committed stays.
    pub async fn close(&self) {
        match self {
            Db::Sqlite { read, write } => {
                read.close().await;
                write.close().await;
            }
            Db::Postgres(pool) => pool.close().await,
        }
    }
}

macro_rules! verbs { ($($(#[$doc:meta])* $verb:ident = $fetch:ident -> $out:ty),* $(,)?) => { $(
    $(#[$doc])*
    pub async fn $verb<T: Record>(&mut self, sql: Sql) -> Result<$out> {
        super::count::note();
        let done = match self.engine() {
            Engine::Sqlite(c) => query_as_with(sql.text[0], lite(sql.args)?).$fetch(c).await,
            Engine::Postgres(c) => query_as_with(sql.text[1], pg(sql.args)?).$fetch(c).await,
        };
        self.noted(done)
    }
)* } }

impl Conn {
    verbs!(
        /// Exactly one row; none is [`sqlx::Error::RowNotFound`].
        one = fetch_one -> T,
        /// One row or none.
        opt = fetch_optional -> Option<T>,
        /// Every row.
        all = fetch_all -> Vec<T>,
    );

    /// Runs a statement and says how many rows it touched.
    pub async fn run(&mut self, sql: Sql) -> Result<u64> {
        super::count::note();
        let done = match self.engine() {
            Engine::Sqlite(c) => query_with(sql.text[0], lite(sql.args)?).execute(c).await.map(|r| r.rows_affected()),
            Engine::Postgres(c) => query_with(sql.text[1], pg(sql.args)?).execute(c).await.map(|r| r.rows_affected()),
        };
        self.noted(done)
    }

    /// Makes a transaction durable. After a failed statement it is refused: PostgreSQL would answer `Ok` and roll
    /// back, SQLite would keep the rest.
    pub async fn commit(self) -> Result<()> {
        match self.link {
            _ if self.failed => Err(Error::Protocol("commit after a failed statement".into())),
            Link::SqliteTx(turn) => turn.commit().await,
            Link::PostgresTx(tx) => tx.commit().await,
            Link::Sqlite(_) | Link::Postgres(_) => Ok(()),
        }
    }

    fn noted<T>(&mut self, done: Result<T>) -> Result<T> {
        self.failed |= matches!(done, Err(Error::Database(_)));
        done
    }

    /// The engine's own connection.
    pub fn engine(&mut self) -> Engine<'_> {
        match &mut self.link {
            Link::Sqlite(c) => Engine::Sqlite(c),
            Link::SqliteTx(c) => Engine::Sqlite(c),
            Link::Postgres(c) => Engine::Postgres(c),
            Link::PostgresTx(c) => Engine::Postgres(c),
        }
    }
}
