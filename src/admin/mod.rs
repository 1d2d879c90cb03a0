//! Operators' pages that belong to no other room.

mod api;
mod design;
mod design_parts;

pub use design::DesignPage;
