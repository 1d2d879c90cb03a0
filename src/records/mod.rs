//! What people did with resources, topics and playlists: append-only statements, and where they leave each person.

pub mod model;

#[cfg(feature = "ssr")]
pub mod service;
#[cfg(feature = "ssr")]
mod store;

#[cfg(test)]
mod service_test;
