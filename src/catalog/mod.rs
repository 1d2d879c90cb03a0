//! The catalogue: resources and discussions from every source, their topics and audiences, search. Other rooms use
//! [`model`], [`service`] and the parts; what a source sends comes in through [`service::ingest`].

pub mod links;
pub mod model;
pub mod parts;
pub mod query;
pub mod works;

#[cfg(feature = "ssr")]
mod convert;
#[cfg(feature = "ssr")]
mod incoming;
#[cfg(feature = "ssr")]
mod ingest;
#[cfg(feature = "ssr")]
mod language;
#[cfg(feature = "ssr")]
pub mod search;
#[cfg(feature = "ssr")]
pub mod service;
#[cfg(feature = "ssr")]
mod store;
#[cfg(feature = "ssr")]
mod store_in;
#[cfg(feature = "ssr")]
mod url_key;
#[cfg(feature = "ssr")]
mod words;

#[cfg(test)]
mod service_test;
#[cfg(test)]
pub mod testing;
