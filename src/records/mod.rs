//! What people did with resources, topics and playlists: append-only statements, and where they leave each person.

pub mod api;
pub mod model;
pub mod parts;

#[cfg(feature = "ssr")]
pub mod editions;
#[cfg(feature = "ssr")]
pub mod routes;
#[cfg(feature = "ssr")]
pub mod said;
#[cfg(feature = "ssr")]
pub mod service;
#[cfg(feature = "ssr")]
mod store;
#[cfg(feature = "ssr")]
mod store_said;

#[cfg(test)]
mod editions_test;
#[cfg(test)]
mod routes_test;
#[cfg(test)]
mod said_test;
#[cfg(test)]
mod service_test;
