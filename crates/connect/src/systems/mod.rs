//! The systems, one module each.

pub(crate) mod feeds;
