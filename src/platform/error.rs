//! Where details stop: a fault is logged under a reference, and the person is told the reference.

use crate::base::{AppError, t};

/// Logs what went wrong under a new reference; the error that the person sees holds nothing else.
pub fn fault(error: impl std::fmt::Display) -> AppError {
    let reference = uuid::Uuid::new_v4().simple().to_string()[..8].to_owned();
    tracing::error!(reference, %error, "internal fault");
    AppError::Internal { reference }
}

impl From<sqlx::Error> for AppError {
    fn from(error: sqlx::Error) -> Self {
        match error {
            sqlx::Error::RowNotFound => AppError::NotFound,
            sqlx::Error::PoolTimedOut | sqlx::Error::PoolClosed | sqlx::Error::Io(_) => {
                tracing::error!(%error, "the database does not answer");
                AppError::Unavailable(t().errors.database.to_owned())
            }
            other => fault(other),
        }
    }
}
