//! A list of items that several systems serve, each in its own form.

use std::sync::{Mutex, MutexGuard, PoisonError};

use time::OffsetDateTime;

use crate::{
    Clock, ContentError, EditError, LibraryItem,
    items::ItemFaults,
    systems::feeds::{Entry, Shelf},
};

/// Items, newest first, that change while they are served.
pub(crate) struct Stock {
    clock: Clock,
    shelf: Mutex<Shelf>,
}

impl Stock {
    pub(crate) fn new(items: &[LibraryItem], clock: Clock) -> Result<Self, ContentError> {
        let shelf = Mutex::new(Shelf::new(items, clock.now())?);
        Ok(Self { clock, shelf })
    }

    fn shelf(&self) -> MutexGuard<'_, Shelf> {
        self.shelf.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The items as they are.
    pub(crate) fn items(&self) -> Vec<LibraryItem> {
        self.shelf().items.iter().map(|entry| entry.item.clone()).collect()
    }

    /// The items as a request is shown them before it pages, and when the list was last changed.
    pub(crate) fn entries(&self, faults: &ItemFaults) -> (Vec<Entry>, OffsetDateTime) {
        let (mut entries, modified) = {
            let shelf = self.shelf();
            (shelf.items.clone(), shelf.modified)
        };
        faults.before_paging(&mut entries);
        (entries, faults.skewed(modified))
    }

    pub(crate) fn add(&self, item: LibraryItem) -> Result<(), EditError> {
        let now = self.clock.now();
        self.shelf().add(item, now)
    }

    pub(crate) fn edit(&self, id: &str, change: impl FnOnce(&mut LibraryItem)) -> Result<(), EditError> {
        let now = self.clock.now();
        self.shelf().edit(id, change, now)
    }

    pub(crate) fn remove(&self, id: &str) -> Result<LibraryItem, EditError> {
        let now = self.clock.now();
        self.shelf().remove(id, now)
    }
}
