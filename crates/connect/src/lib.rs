//! Connectors: one trait for every backend system that resources and discussions come from, and one
//! module a system.
//!
//! A [`System`] says which settings it needs and makes a [`Connector`] from them. A connector yields
//! [`Page`]s after a [`Cursor`]; who calls it keeps items, rejected items and cursor in one
//! transaction, so that a run goes on after a crash where it stood. All requests go through [`Http`],
//! which bounds time, size and rate, repeats what is worth repeating, and refuses private addresses.
//!
//! How to add a system: `docs/writing-a-connector.md`.

mod clean;
mod encoding;
mod error;
mod http;
mod markdown;
mod marks;
mod model;
mod oauth;
pub mod page_meta;
mod system;
mod systems;
mod text;
mod validators;
mod values;
mod watch;

pub use error::{Error, Look, Stage};
pub use http::{Http, Policy, Request, RequestOutcome, Response};
pub use model::{Cursor, Discussion, Item, Kind, Level, Next, Page, Rejected, Resource};
pub use system::{Connector, Field, FieldKind, Found, Section, Settings, Step, System, system, systems};
pub use text::{excerpt, html_to_text};
