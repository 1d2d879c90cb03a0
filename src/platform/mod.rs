//! What every server-side room stands on: configuration, database, jobs, audit and ledger, secrets, clock, formats,
//! mail, telemetry. Server only.

pub mod audit;
pub mod client;
mod clock;
pub mod config;
pub mod crypto;
pub mod db;
mod error;
mod format;
pub mod jobs;
pub mod lock;
pub mod mail;
mod site;
pub mod telemetry;

pub use clock::{Clock, new_id};
pub use config::{Config, Issuer};
pub use error::fault;
pub use format::Format;
pub use site::{Site, scope, site};

#[cfg(test)]
mod db_test;
#[cfg(test)]
mod jobs_test;
