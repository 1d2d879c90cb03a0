//! The operator's pages. Each says no to everybody else, because its server function does.

pub(in crate::sources) mod bits;
mod desk;
mod form;
mod new;
mod one;
mod overview;
mod run;

pub use super::people::page::SourcePeoplePage;
pub use new::NewSourcePage;
pub use one::SourcePage;
pub use overview::SourcesPage;
pub use run::RunPage;
