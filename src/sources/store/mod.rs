//! SQL of sources, their runs, requests, quarantine and held-back removals.

mod aside;
mod request;
mod run;
mod source;

pub use aside::*;
pub use request::*;
pub use run::*;
pub use source::*;
