//! The personal feed: what is offered to a person, and why. Candidates come from what she opened, from the playlists and
//! topics that she follows and, for someone new, from her team; [`rank`] chooses among them by three rules that can be
//! said in a sentence each.
//!
//! The store reads the tables of lower rooms where one joined query does what several calls could not within the
//! feed's budget of six; it writes nothing.

pub mod api;
#[cfg(feature = "ssr")]
mod interests;
mod model;
#[cfg(feature = "ssr")]
mod picks;
#[cfg(feature = "ssr")]
mod rank;
#[cfg(feature = "ssr")]
pub mod service;
#[cfg(feature = "ssr")]
mod store;

pub use model::{DayPart, Feed, FeedCard, FeedTalk, Filter, Greeting, Panel, Part, PutAway, Reason, TEAM_MIN};

#[cfg(test)]
mod feed_test;
