//! Playlists: ordered, curated lists of resources with a note on each, published to an audience, followed by learners,
//! with progress that derives from what they did (`records`). A curator edits her own and any other curator's; every
//! edit can be undone.
//!
//! The store joins the tables of lower rooms (`resource`, `resource_state`, `follow`, `membership`) for reading, so that
//! a page costs one query instead of one a playlist; it writes only its own.

mod api;
mod desk;
mod editor;
pub mod model;
mod naming;
mod page;
pub mod parts;
mod rows;
mod told;

#[cfg(feature = "ssr")]
mod broken;
#[cfg(feature = "ssr")]
mod changed;
#[cfg(feature = "ssr")]
mod editing;
#[cfg(feature = "ssr")]
pub mod jobs;
#[cfg(feature = "ssr")]
pub mod service;
#[cfg(feature = "ssr")]
mod store;
#[cfg(feature = "ssr")]
mod store_edits;
#[cfg(feature = "ssr")]
mod store_progress;

#[cfg(all(test, feature = "ssr"))]
mod broken_test;
#[cfg(all(test, feature = "ssr"))]
mod edit_test;
#[cfg(all(test, feature = "ssr"))]
mod learner_test;
#[cfg(all(test, feature = "ssr"))]
pub mod testing;
#[cfg(all(test, feature = "ssr"))]
mod view_test;

pub use editor::{EditorPage, NewPlaylistPage};
pub use model::*;
pub use page::{PlaylistPage, PlaylistsPage};
