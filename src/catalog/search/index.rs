//! The index on disk: opened or built anew, kept up with the catalogue's changes. One process writes a folder.

use super::schema::{self, Fields};
use super::store::{self, Change, DocRow, Place};
use crate::catalog::ingest::{DISCUSSION, RESOURCE};
use crate::platform::Site;
use crate::platform::db::Db;
use serde::{Deserialize, Serialize};
use std::collections::HashMap;
use std::fs::{File, TryLockError};
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;
use tantivy::{IndexReader, IndexWriter, ReloadPolicy, Term};
use tokio::sync::{Notify, watch};
use tokio::task::{JoinHandle, spawn_blocking};

/// Changes that are indexed by one commit.
const BATCH: i64 = 2000;
/// Between two looks for changes, unless somebody wakes the follower.
const LOOK: Duration = Duration::from_secs(1);
/// After something went wrong.
const PAUSE: Duration = Duration::from_secs(5);
/// What the writer may hold in memory before it writes a segment, in bytes; tantivy's least.
const WRITER_MEMORY: usize = 15_000_000;
const LOCK_FILE: &str = "atrium.lock";

/// Why there is no index.
#[derive(Debug, thiserror::Error)]
pub enum IndexError {
    /// Another process writes the folder.
    #[error(
        "the search folder {0} is in use by another process: stop it, or give this one a folder of its own \
         (atrium.search.folder)"
    )]
    Taken(PathBuf),
    /// The folder cannot be made or read.
    #[error("the search folder {0} cannot be used: {1}")]
    Folder(PathBuf, std::io::Error),
    /// The index itself.
    #[error("the search index failed: {0}")]
    Index(#[from] tantivy::TantivyError),
    /// The catalogue could not be read.
    #[error("the search index could not read the catalogue: {0}")]
    Database(#[from] sqlx::Error),
    /// Work was cut off by the end of the process.
    #[error("the search index was stopped")]
    Stopped,
}

/// What a commit says of itself.
#[derive(Debug, PartialEq, Serialize, Deserialize)]
struct Payload {
    version: u32,
    identity: String,
    place: Place,
}

/// This process's index. Cloning it is cheap.
#[derive(Clone)]
pub struct Index(Arc<Inner>);

struct Inner {
    fields: Fields,
    reader: IndexReader,
    writer: Mutex<IndexWriter>,
    identity: String,
    place: tokio::sync::Mutex<Place>,
    behind: AtomicBool,
    wake: Notify,
    _lock: File,
}

impl Index {
    /// Opens the folder that the configuration names. An index that is missing, damaged, of another version or of
    /// another database begins empty; [`Index::catch_up`] fills it.
    pub async fn open(site: &Site) -> Result<Index, IndexError> {
        let folder = PathBuf::from(&site.config.search.folder);
        let mut tx = site.db.begin().await?;
        let identity = store::identity(&mut tx, site.now()).await?;
        store::settle_foreign(&mut tx).await?;
        let newest = store::newest(&mut tx).await?;
        tx.commit().await?;
        let opened = spawn_blocking(move || Inner::open(&folder, identity, newest)).await;
        Ok(Index(Arc::new(opened.map_err(|_| IndexError::Stopped)??)))
    }

    /// Reads changes until there are none left. Answers how many there were.
    pub async fn catch_up(&self, db: &Db) -> Result<usize, IndexError> {
        let mut place = self.0.place.lock().await;
        let mut sum = 0;
        loop {
            let mut c = db.read().await?;
            let changes = store::changes(&mut c, *place, BATCH).await?;
            let Some(last) = changes.last().map(Change::place) else { break };
            let of =
                |kind: &str| changes.iter().filter(|c| c.subject_kind == kind).map(|c| &c.subject).collect::<Vec<_>>();
            let resources = store::resources(&mut c, &of(RESOURCE)).await?;
            let discussions = store::discussions(&mut c, &of(DISCUSSION)).await?;
            drop(c);
            sum += changes.len();
            let inner = self.0.clone();
            let work = move || inner.apply(&changes, &[(RESOURCE, resources), (DISCUSSION, discussions)], last);
            spawn_blocking(work).await.map_err(|_| IndexError::Stopped)??;
            *place = last;
        }
        self.0.behind.store(false, Ordering::Release);
        Ok(sum)
    }

    /// Keeps up with the catalogue until `stop` turns true. A failure is logged and tried again; what was indexed stays
    /// searchable.
    pub async fn follow(self, db: Db, mut stop: watch::Receiver<bool>) {
        while !*stop.borrow() {
            let pause = match self.catch_up(&db).await {
                Ok(0) => LOOK,
                Ok(changes) => {
                    tracing::debug!(changes, "search caught up");
                    LOOK
                }
                Err(error) => {
                    tracing::warn!(%error, "search could not catch up; trying again");
                    PAUSE
                }
            };
            tokio::select! {
                _ = tokio::time::sleep(pause) => {}
                _ = self.0.wake.notified() => {}
                changed = stop.changed() => if changed.is_err() { break },
            }
        }
    }

    /// Tells the follower that something changed.
    pub fn wake(&self) {
        self.0.wake.notify_one();
    }

    /// Whether a part of the catalogue has not been read since the index was opened.
    pub fn is_behind(&self) -> bool {
        self.0.behind.load(Ordering::Acquire)
    }

    /// How many things it holds.
    pub fn len(&self) -> u64 {
        self.0.reader.searcher().num_docs()
    }

    /// Whether it holds nothing.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    pub(super) fn fields(&self) -> &Fields {
        &self.0.fields
    }

    pub(super) fn searcher(&self) -> tantivy::Searcher {
        self.0.reader.searcher()
    }
}

/// Opens the index, keeps it in the site for searches, and follows the catalogue until `stop` turns true.
pub async fn start(site: &Site, stop: watch::Receiver<bool>) -> Result<JoinHandle<()>, IndexError> {
    let index = Index::open(site).await?;
    site.provide(index.clone());
    Ok(tokio::spawn(index.follow(site.db.clone(), stop)))
}

impl Inner {
    fn open(folder: &Path, identity: String, newest: Place) -> Result<Inner, IndexError> {
        let cannot = |error| IndexError::Folder(folder.to_owned(), error);
        std::fs::create_dir_all(folder).map_err(cannot)?;
        let lock =
            File::options().create(true).truncate(false).write(true).open(folder.join(LOCK_FILE)).map_err(cannot)?;
        match lock.try_lock() {
            Ok(()) => {}
            Err(TryLockError::WouldBlock) => return Err(IndexError::Taken(folder.to_owned())),
            Err(TryLockError::Error(error)) => return Err(cannot(error)),
        }
        let (index, place) = match existing(folder, &identity, newest) {
            Some(found) => found,
            None => {
                empty(folder).map_err(cannot)?;
                tracing::info!(folder = %folder.display(), "building the search index");
                (tantivy::Index::create_in_dir(folder, schema::schema().0)?, Place::default())
            }
        };
        schema::register(&index);
        let reader = index.reader_builder().reload_policy(ReloadPolicy::Manual).try_into()?;
        let writer = index.writer_with_num_threads(1, WRITER_MEMORY)?;
        Ok(Inner {
            fields: schema::schema().1,
            reader,
            writer: Mutex::new(writer),
            identity,
            place: tokio::sync::Mutex::new(place),
            behind: AtomicBool::new(true),
            wake: Notify::new(),
            _lock: lock,
        })
    }

    /// Puts what there is in place of what was, and makes it durable together with how far it goes.
    fn apply(&self, changes: &[Change], rows: &[(&str, Vec<DocRow>)], place: Place) -> Result<(), IndexError> {
        let mut writer = self.writer.lock().unwrap_or_else(PoisonError::into_inner);
        let done = (|| {
            for change in changes {
                let key = schema::key(&change.subject_kind, &change.subject);
                writer.delete_term(Term::from_field_text(self.fields.key, &key));
            }
            // Each once: a subject that changed twice in a batch has one row.
            let mut added: HashMap<&str, ()> = HashMap::new();
            for (kind, rows) in rows {
                for row in rows.iter().filter(|row| added.insert(&row.id, ()).is_none()) {
                    writer.add_document(schema::document(&self.fields, kind, row))?;
                }
            }
            let payload = Payload { version: schema::VERSION, identity: self.identity.clone(), place };
            let mut commit = writer.prepare_commit()?;
            commit.set_payload(&serde_json::to_string(&payload).unwrap_or_default());
            commit.commit()
        })();
        match done {
            Ok(_) => Ok(self.reader.reload()?),
            Err(error) => {
                writer.rollback()?;
                Err(error.into())
            }
        }
    }
}

/// The index in `folder` and how far it has read, if it can be gone on with.
fn existing(folder: &Path, identity: &str, newest: Place) -> Option<(tantivy::Index, Place)> {
    let index = tantivy::Index::open_in_dir(folder).ok()?;
    let payload: Payload = serde_json::from_str(&index.load_metas().ok()?.payload?).ok()?;
    let sound = index.schema() == schema::schema().0
        && payload.version == schema::VERSION
        && payload.identity == identity
        && payload.place <= newest;
    sound.then_some((index, payload.place))
}

/// Removes everything in `folder` but the lock.
fn empty(folder: &Path) -> std::io::Result<()> {
    for entry in std::fs::read_dir(folder)? {
        let entry = entry?;
        if entry.file_name() == LOCK_FILE {
            continue;
        }
        if entry.file_type()?.is_dir() {
            std::fs::remove_dir_all(entry.path())?
        } else {
            std::fs::remove_file(entry.path())?
        }
    }
    Ok(())
}
