//! What a running portal consists of, handed to every room.

use super::crypto::Keeper;
use super::db::{Conn, Db};
use super::{Clock, Config};
use crate::base::{Res, Scope};
use leptos::prelude::use_context;
use std::any::{Any, TypeId};
use std::collections::HashMap;
use std::ops::Deref;
use std::sync::{Arc, PoisonError, RwLock};
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
    /// What rooms keep for the process: the search index, the identity providers.
    rooms: RwLock<HashMap<TypeId, Arc<dyn Any + Send + Sync>>>,
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
        Site(Arc::new(Parts { db, clock, config, keeper, wake: Arc::default(), rooms: RwLock::default() }))
    }

    /// Keeps `part` for the process, in place of an earlier one of the same type. Rooms keep by it what has to live
    /// longer than a request and is no business of the platform.
    pub fn provide<T: Any + Send + Sync>(&self, part: T) {
        self.rooms.write().unwrap_or_else(PoisonError::into_inner).insert(TypeId::of::<T>(), Arc::new(part));
    }

    /// The part of this type, if a room keeps one in this process.
    pub fn ext<T: Any + Send + Sync>(&self) -> Option<Arc<T>> {
        let rooms = self.rooms.read().unwrap_or_else(PoisonError::into_inner);
        rooms.get(&TypeId::of::<T>()).and_then(|part| part.clone().downcast().ok())
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
