//! What a manager sees: how far the people in her reporting line are with playlists. Nobody outside the line, never
//! searches or hidden things, and each look is written to the ledger of each person looked at, in the same request.

mod api;
pub mod model;
mod page;

#[cfg(feature = "ssr")]
pub mod service;
#[cfg(feature = "ssr")]
mod store;

#[cfg(all(test, feature = "ssr"))]
mod team_test;

pub use page::{PersonPage, TeamPage};
