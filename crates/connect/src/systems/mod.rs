//! The systems, one module each.

pub(crate) mod canvas;
pub(crate) mod confluence;
pub(crate) mod discourse;
pub(crate) mod feeds;
mod forge;
pub(crate) mod github;
pub(crate) mod gitlab;
pub(crate) mod json_api;
pub(crate) mod linkedin;
pub(crate) mod mediawiki;
pub(crate) mod moodle;
pub(crate) mod nodebb;
pub(crate) mod openedx;
pub(crate) mod opml;
pub(crate) mod peertube;
pub(crate) mod sitemap;
pub(crate) mod table;
pub(crate) mod vimeo;
pub(crate) mod wordpress;
pub(crate) mod youtube;
