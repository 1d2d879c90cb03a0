//! What a running portal consists of, handed to every room.

use super::crypto::Keeper;
use super::db::{Conn, Db};
use super::{Clock, Config};
use crate::base::{Res, Scope};
use leptos::prelude::use_context;
use std::ops::Deref;
use std::sync::Arc;
use tokio::sync::Notify;

/// The portal's parts. Cloning it is cheap.
#[derive(Clone)]
pub struct Site(Arc<Parts>);

/// What [`Site`] dereferences to.
pub struct Parts {
    /// Everything that is kept.
    pub db: Db,
    /// The time.
    pub clock: Clock,
    /// What the operator configured.
    pub config: Config,
    /// Seals credentials.
    pub keeper: Keeper,
    /// Tells this process's worker that a job should not wait for its next look.
    pub wake: Arc<Notify>,
}

impl Deref for Site {
    type Target = Parts;
    fn deref(&self) -> &Parts {
        &self.0
    }
}

impl Site {
    /// Puts the parts together.
    pub fn new(db: Db, clock: Clock, config: Config, keeper: Keeper) -> Self {
        Site(Arc::new(Parts { db, clock, config, keeper, wake: Arc::default() }))
    }

    /// A connection that reads.
    pub async fn read(&self) -> Res<Conn> {
        Ok(self.db.read().await?)
    }

    /// A write transaction.
    pub async fn begin(&self) -> Res<Conn> {
        Ok(self.db.begin().await?)
    }

    /// Milliseconds since the epoch.
    pub fn now(&self) -> i64 {
        self.clock.now()
    }
}

/// The site, inside a server function or a page that is being rendered.
pub fn site() -> Res<Site> {
    use_context::<Site>().ok_or_else(|| super::fault("no site in this context"))
}

/// Who asks, inside a server function or a page that is being rendered. The session middleware puts it there.
pub fn scope() -> Scope {
    use_context::<Scope>().unwrap_or(Scope::Anonymous)
}
