//! SQL of notices.

mod deliveries;
mod notices;
mod settings;

pub use deliveries::*;
pub use notices::*;
pub use settings::*;
