//! Connectors: what they yield. The rest of this crate follows.
mod model;
pub use model::{Cursor, Discussion, Item, Kind, Level, Next, Page, Rejected, Resource};
