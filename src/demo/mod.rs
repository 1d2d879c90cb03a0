//! The demo organisation: Halden Instruments, sixty-two people who make sensors. `atrium demo` starts the sandbox's
//! source systems on loopback, connects them, syncs them, and seeds what people at work would have done. Everything
//! goes through the services that real organisations use; only the moment is made up.

mod activity;
mod calendar;
mod dice;
mod organisation;
mod playlists;
mod seed;
mod store;
mod systems;
mod welcome;

#[cfg(test)]
mod seed_test;

pub use organisation::Organisation;
pub use seed::{Seeded, seed};
pub use systems::start;
pub use welcome::welcome;

/// Told what is being done, step by step, in sentences for whoever started the demo.
pub type Say<'a> = &'a (dyn Fn(&str) + Send + Sync);
