//! The people of a learning system: whose account is whose, what the system says of them, and the operator's page about it.
//! Nobody is ever added to the directory from here.

mod api;
pub mod model;
pub mod page;

#[cfg(feature = "ssr")]
pub mod service;
#[cfg(feature = "ssr")]
pub mod store;
#[cfg(feature = "ssr")]
pub mod take;
