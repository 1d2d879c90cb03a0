//! Words that every room uses and that compile to wasm: who asks ([`Scope`]), what went wrong ([`AppError`]),
//! pages of lists, points in time as shown to a person, interface texts.

mod error;
#[cfg(not(feature = "ssr"))]
#[path = "lazy_browser.rs"]
mod lazy;
#[cfg(feature = "ssr")]
#[path = "lazy_server.rs"]
mod lazy;
mod paging;
mod person;
mod prefs;
mod problem;
#[cfg(not(feature = "ssr"))]
#[path = "response_browser.rs"]
pub mod response;
#[cfg(feature = "ssr")]
#[path = "response_server.rs"]
pub mod response;
mod scope;
pub mod text;
#[cfg(not(feature = "ssr"))]
#[path = "viewer_browser.rs"]
pub mod viewer;
#[cfg(feature = "ssr")]
#[path = "viewer_server.rs"]
pub mod viewer;
mod when;

pub use error::{AppError, Fields, Res};
pub(crate) use lazy::lazy_page;
#[cfg(feature = "ssr")]
pub use lazy::preload;
pub use paging::{PAGE_MAX, PAGE_SIZE, Page, Paging};
pub use person::{Unread, person, preferences, provide_person, unread};
pub use prefs::{Density, Prefs, Theme};
pub use problem::{Problem, posted_error};
pub use scope::{Role, Scope, Viewer};
pub use text::t;
pub use when::{DAY, HOUR, MINUTE, SECOND, When};
