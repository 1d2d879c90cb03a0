//! Pages that compose rooms.

mod api;
#[cfg(feature = "ssr")]
mod compose;
mod finder;
mod history;
mod home;
mod links;
mod model;
mod not_found;
mod resource;
mod saved;
mod search;

#[cfg(test)]
mod compose_test;

pub use finder::{BOX, Finder};
pub use history::HistoryPage;
pub use home::HomePage;
pub use links::LinksPage;
pub use not_found::NotFoundPage;
pub use resource::ResourcePage;
pub use saved::SavedPage;
pub use search::SearchPage;
