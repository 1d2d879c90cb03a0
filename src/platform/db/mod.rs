//! One SQL text, two engines: SQLite embedded, PostgreSQL shared.
//!
//! A store function takes `&mut Conn` and runs one static text through [`sql!`](crate::sql). Columns are TEXT ids
//! (UUIDv7), BIGINT epoch milliseconds, BOOLEAN, DOUBLE PRECISION and JSONTEXT. Lists travel as one JSON parameter
//! (`json_each`), which both engines unfold with the same words. Where the engines must differ, both texts stand side
//! by side in the same `sql!`.

mod conn;
mod count;
mod group;
mod open;
mod value;

#[cfg(test)]
pub mod testing;

pub use conn::{Conn, Db, Engine, Record};
pub use count::counting;
pub use group::Writer;
pub use open::{MIGRATOR, connect, open, pending};
pub use value::{Sql, Val, json};

/// What a database call answers.
pub type Result<T, E = sqlx::Error> = std::result::Result<T, E>;
