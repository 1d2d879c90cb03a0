//! The systems, one module each.

pub(crate) mod discourse;
pub(crate) mod feeds;
pub(crate) mod json_api;
pub(crate) mod mediawiki;
pub(crate) mod opml;
pub(crate) mod sitemap;
pub(crate) mod table;
