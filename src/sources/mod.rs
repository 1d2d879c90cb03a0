//! Connected systems: settings with sealed secrets, connection tests, sync runs that survive being killed, quarantine,
//! and the operator's pages about all of it.

mod api;
pub mod model;
pub mod pages;
pub mod people;

#[cfg(feature = "ssr")]
mod admit;
#[cfg(feature = "ssr")]
mod alarm;
#[cfg(feature = "ssr")]
mod command;
#[cfg(feature = "ssr")]
mod finish;
#[cfg(feature = "ssr")]
pub mod jobs;
#[cfg(feature = "ssr")]
mod read;
#[cfg(feature = "ssr")]
pub mod service;
#[cfg(feature = "ssr")]
mod settings;
#[cfg(feature = "ssr")]
mod silence;
#[cfg(feature = "ssr")]
mod store;
#[cfg(feature = "ssr")]
mod submit;
#[cfg(feature = "ssr")]
mod sync;
#[cfg(feature = "ssr")]
mod twin;

#[cfg(feature = "ssr")]
pub use settings::Entered;

#[cfg(test)]
mod tests;
