//! Search over titles, topics, authors and descriptions, on an index that every serving node keeps for itself.
//!
//! [`start`] opens the index and follows the catalogue's changes; [`find`] asks it. A node without an index says so
//! rather than search less well.

mod ask;
mod find;
mod gather;
mod highlight;
mod index;
mod schema;
mod store;
mod weigh;
pub(in crate::catalog) mod words;

#[cfg(test)]
mod follow_test;
#[cfg(test)]
mod rank_test;
#[cfg(test)]
mod real_test;

pub use find::{Suggested, find, find_preferring, suggest};
pub use index::{Index, IndexError, start};
