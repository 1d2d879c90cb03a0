//! Works and editions: the same thing from several sources is one work, shown once.
//!
//! A resource is an edition; those of one work share `resource.work`, and one that stands alone has none there. What
//! people did stays with the edition that they used, and every reader of it asks for the work: so a merge writes no
//! record, and undoing it leaves each where it was made. Sure matches are merged as they are taken in ([`weave`]), by the
//! [`rules`]; what comes close waits for a curator ([`service`]).

mod api;
pub mod model;
mod page;

#[cfg(feature = "ssr")]
pub mod jobs;
#[cfg(feature = "ssr")]
mod marks;
#[cfg(feature = "ssr")]
mod names;
#[cfg(feature = "ssr")]
pub mod rules;
#[cfg(feature = "ssr")]
pub mod service;
#[cfg(feature = "ssr")]
mod store;
#[cfg(feature = "ssr")]
mod title;
#[cfg(feature = "ssr")]
pub(in crate::catalog) mod weave;

#[cfg(test)]
mod curate_test;
#[cfg(test)]
mod weave_test;

pub use api::SplitEdition;
pub use page::LookAlikesPage;
