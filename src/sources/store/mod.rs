//! SQL of sources, their runs, quarantine and held-back removals.

mod aside;
mod run;
mod source;

pub use aside::*;
pub use run::*;
pub use source::*;
