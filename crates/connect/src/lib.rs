//! Temporary.
mod model;
pub use model::{Cursor, Discussion, Item, Kind, Level, Next, Page, Rejected, Resource};
