//! Statements and their parameters, the same for both engines.

use super::Result;
use sqlx::postgres::PgArguments;
use sqlx::sqlite::SqliteArguments;
use sqlx::types::Json;
use sqlx::{Arguments, Error};

/// One parameter. The variant carries the SQL type, so that even a NULL has one on PostgreSQL.
#[derive(Clone, Debug)]
pub enum Val {
    /// BOOLEAN.
    Bool(Option<bool>),
    /// BIGINT.
    Int(Option<i64>),
    /// DOUBLE PRECISION.
    Real(Option<f64>),
    /// TEXT.
    Text(Option<String>),
    /// JSONTEXT.
    Json(Option<Json<serde_json::Value>>),
}

macro_rules! vals { ($($from:ty => $variant:ident),* $(,)?) => { $(
    impl From<$from> for Val {
        fn from(value: $from) -> Self { Val::$variant(Some(value.into())) }
    }
    impl From<Option<$from>> for Val {
        fn from(value: Option<$from>) -> Self { Val::$variant(value.map(Into::into)) }
    }
)* } }
vals!(
    bool => Bool, i32 => Int, u32 => Int, i64 => Int, f64 => Real,
    &str => Text, &String => Text, String => Text, Json<serde_json::Value> => Json,
);

impl From<&Option<String>> for Val {
    fn from(value: &Option<String>) -> Self {
        Val::Text(value.clone())
    }
}

/// Plain data as one parameter: a document, the list behind an `IN`, the rows of a bulk insert. Data that has no JSON
/// form (a map with keys that are no strings) becomes `null`, which every NOT NULL column refuses.
pub fn json(value: &(impl serde::Serialize + ?Sized)) -> Json<serde_json::Value> {
    Json(serde_json::to_value(value).unwrap_or(serde_json::Value::Null))
}

/// A statement: its text for SQLite and for PostgreSQL (nearly always the same one), and its parameters.
#[derive(Clone, Debug)]
pub struct Sql {
    /// The text for SQLite, the text for PostgreSQL.
    pub text: [&'static str; 2],
    /// `$1`, `$2` and so on.
    pub args: Vec<Val>,
}

/// A statement with its parameters: `sql!("SELECT … WHERE id = $1", id)`, or, where the engines must differ,
/// `sql!(sqlite: "…", postgres: "…", id)`.
#[macro_export]
macro_rules! sql {
    (sqlite: $lite:expr, postgres: $pg:expr $(, $arg:expr)* $(,)?) => {
        $crate::platform::db::Sql { text: [$lite, $pg], args: vec![$($arg.into()),*] }
    };
    ($text:expr $(, $arg:expr)* $(,)?) => {
        $crate::platform::db::Sql { text: [$text; 2], args: vec![$($arg.into()),*] }
    };
}

macro_rules! arguments {
    ($name:ident -> $args:ty) => {
        pub(super) fn $name(vals: Vec<Val>) -> Result<$args> {
            let mut to = <$args>::default();
            for val in vals {
                match val {
                    Val::Bool(v) => to.add(v),
                    Val::Int(v) => to.add(v),
                    Val::Real(v) => to.add(v),
                    Val::Text(v) => to.add(v),
                    Val::Json(v) => to.add(v),
                }
                .map_err(Error::Encode)?;
            }
            Ok(to)
        }
    };
}
arguments!(lite -> SqliteArguments);
arguments!(pg -> PgArguments);
