//! People, the groups they belong to, and who reports to whom.

mod model;

#[cfg(feature = "ssr")]
mod import;
#[cfg(feature = "ssr")]
pub mod service;
#[cfg(feature = "ssr")]
mod store;

#[cfg(all(test, feature = "ssr"))]
mod directory_test;

pub use model::{Group, ImportReport, PersonRef};
