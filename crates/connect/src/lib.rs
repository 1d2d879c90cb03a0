//! Connectors: one trait for every backend system that resources and discussions come from, and one
//! module a system.
//!
//! A [`System`] says which settings it needs and makes a [`Connector`] from them. A connector yields
//! [`Page`]s after a [`Cursor`]; who calls it keeps items, rejected items and cursor in one
//! transaction, so that a run goes on after a crash where it stood. All requests go through [`Http`],
//! which bounds time, size and rate, repeats what is worth repeating, and refuses private addresses.
//!
//! Learning systems may implement [`Progress`] as well: who takes which course, and who has finished it.
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
mod progress;
mod system;
mod systems;
mod text;
mod validators;
mod values;
mod watch;

pub use error::{Error, Look, Stage};
pub use http::{Http, Looker, Policy, Request, RequestOutcome, Response, Seen};
pub use model::{Cursor, Discussion, Item, Kind, Level, Next, Page, Rejected, Resource};
pub use progress::{Completion, Enrolment, Learner, MatchBy, Progress, ProgressPage, Reading};
pub use system::{
    Connector, Family, Field, FieldKind, Found, Section, Settings, Step, System, families, system, systems,
};
pub use text::{excerpt, html_to_text};
