//! Whether the addresses of resources still lead somewhere.
//!
//! Each is looked at again and again, in the background ([`jobs`], [`check`]): one question at a time to a host, whatever
//! node asks. What that says of the address is decided by the [`rules`]: one that fails on three days is broken, one good
//! answer heals it. A broken one (`resource.broken_at`) is not recommended any more; whoever meets it sees that.

mod api;
pub mod model;
pub mod parts;

#[cfg(feature = "ssr")]
mod check;
#[cfg(feature = "ssr")]
pub mod jobs;
#[cfg(feature = "ssr")]
mod rules;
#[cfg(feature = "ssr")]
pub mod service;
#[cfg(feature = "ssr")]
mod store;

#[cfg(test)]
mod check_test;
#[cfg(test)]
mod store_test;
#[cfg(test)]
pub mod testing;

pub use api::CheckLink;
