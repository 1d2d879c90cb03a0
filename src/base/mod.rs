//! Words that every room uses and that compile to wasm: who asks ([`Scope`]), what went wrong ([`AppError`]),
//! pages of lists, points in time as shown to a person, interface texts.

mod error;
mod paging;
mod scope;
pub mod text;
mod when;

pub use error::{AppError, Fields, Res};
pub use paging::{PAGE_MAX, PAGE_SIZE, Page, Paging};
pub use scope::{Role, Scope, Viewer};
pub use text::t;
pub use when::{DAY, HOUR, MINUTE, SECOND, When};
