//! The learner's ledger: what is held about a person, who looked at her, and all of it to take away. Only she opens it.

mod api;
pub mod model;
mod page;

#[cfg(feature = "ssr")]
pub mod routes;
#[cfg(feature = "ssr")]
pub mod service;
#[cfg(feature = "ssr")]
mod store;

#[cfg(all(test, feature = "ssr"))]
mod ledger_test;

pub use page::MePage;
