//! The systems, one module each.

pub(crate) mod discourse;
pub(crate) mod feeds;
pub(crate) mod mediawiki;
pub(crate) mod wordpress;
