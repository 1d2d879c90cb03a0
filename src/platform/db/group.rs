//! SQLite has one writer at a time; here its transactions share their sync to disk.
//!
//! A transaction is a savepoint in a common outer one. Its commit releases the savepoint, queues behind everyone
//! already waiting for a turn, and when it comes round again makes the whole batch durable, unless one of the others
//! has done so. Each caller is answered only after that.

use super::Result;
use sqlx::sqlite::SqliteConnectOptions;
use sqlx::{Connection, SqliteConnection};
use std::collections::BTreeSet;
use std::ops::{Deref, DerefMut};
use std::sync::Arc;
use tokio::sync::{Mutex, OwnedMutexGuard};

/// The one writer of a SQLite database. Cloning it is cheap.
#[derive(Clone)]
pub struct Writer(Arc<Mutex<Lane>>);

struct Lane {
    conn: Option<SqliteConnection>,
    open: bool,
    batch: u64,
    /// Batches whose shared commit failed. Each entry is removed by nobody: failures are rare and a number is small.
    lost: BTreeSet<u64>,
    flushes: u64,
}

/// A write transaction; dropped without `commit`, it leaves nothing behind.
pub struct Turn {
    lane: Option<OwnedMutexGuard<Lane>>,
    writer: Writer,
}

fn closed() -> sqlx::Error {
    sqlx::Error::PoolClosed
}

impl Writer {
    /// Opens the writer's connection.
    pub async fn open(options: &SqliteConnectOptions) -> Result<Writer> {
        let conn = Some(SqliteConnection::connect_with(options).await?);
        Ok(Writer(Arc::new(Mutex::new(Lane { conn, open: false, batch: 0, lost: BTreeSet::new(), flushes: 0 }))))
    }

    /// Waits for a turn and begins a transaction.
    pub async fn begin(&self) -> Result<Turn> {
        let mut lane = self.0.clone().lock_owned().await;
        if lane.conn.is_none() {
            return Err(closed());
        }
        // The guard goes into the turn first: whatever is dropped from here on is tidied up by its `Drop`.
        let starts = !lane.open;
        if starts {
            lane.batch += 1;
        }
        let mut turn = Turn { lane: Some(lane), writer: self.clone() };
        let lane = turn.lane();
        if starts {
            lane.exec("BEGIN IMMEDIATE").await?;
            lane.open = true;
        }
        lane.exec("SAVEPOINT turn").await?;
        Ok(turn)
    }

    async fn settle(self, batch: u64) -> Result<()> {
        let mut lane = self.0.lock().await; // fair: those already waiting go first
        if lane.open && lane.batch == batch {
            match lane.exec("COMMIT").await {
                Ok(()) => {
                    lane.open = false;
                    lane.flushes += 1;
                }
                Err(error) => {
                    tracing::error!(%error, "a shared commit failed");
                    lane.give_up().await;
                }
            }
        }
        if lane.lost.contains(&batch) {
            return Err(sqlx::Error::Protocol("the shared commit failed".into()));
        }
        Ok(())
    }

    /// How often the disk was synced; fewer than the commits that were answered.
    pub async fn flushes(&self) -> u64 {
        self.0.lock().await.flushes
    }

    /// Ends the connection after the transactions that already wait.
    pub async fn close(&self) {
        let mut lane = self.0.lock().await;
        if lane.open {
            let batch = lane.batch;
            drop(lane);
            self.clone().settle(batch).await.ok();
            lane = self.0.lock().await;
        }
        if let Some(conn) = lane.conn.take() {
            conn.close().await.ok();
        }
    }
}

impl Lane {
    async fn exec(&mut self, text: &'static str) -> Result<()> {
        let conn = self.conn.as_mut().ok_or_else(closed)?;
        sqlx::query(text).execute(conn).await.map(drop)
    }

    async fn give_up(&mut self) {
        self.exec("ROLLBACK").await.ok();
        if self.open {
            self.lost.insert(self.batch);
        }
        self.open = false;
    }
}

impl Turn {
    fn lane(&mut self) -> &mut Lane {
        self.lane.as_mut().expect("held until commit or drop")
    }

    /// Runs as a task of its own, so that a caller who goes away leaves no batch open.
    pub async fn commit(mut self) -> Result<()> {
        let mut lane = self.lane.take().expect("held until commit or drop");
        let writer = self.writer.clone();
        let end = async move {
            let batch = lane.batch;
            if lane.exec("RELEASE turn").await.is_err() {
                lane.give_up().await;
            }
            drop(lane);
            writer.settle(batch).await
        };
        tokio::spawn(end).await.map_err(|error| sqlx::Error::Protocol(format!("the commit's task ended: {error}")))?
    }
}

impl Drop for Turn {
    fn drop(&mut self) {
        let (Some(mut lane), writer) = (self.lane.take(), self.writer.clone()) else { return };
        // Without a runtime (the process is ending) SQLite rolls back by itself when the connection goes.
        let Ok(runtime) = tokio::runtime::Handle::try_current() else { return };
        runtime.spawn(async move {
            let batch = lane.batch;
            let undone =
                lane.open && lane.exec("ROLLBACK TO turn").await.is_ok() && lane.exec("RELEASE turn").await.is_ok();
            if !undone {
                lane.give_up().await; // it never opened, or SQLite has given the whole transaction up
            }
            drop(lane);
            writer.settle(batch).await.ok();
        });
    }
}

impl Deref for Turn {
    type Target = SqliteConnection;
    fn deref(&self) -> &SqliteConnection {
        self.lane.as_ref().and_then(|lane| lane.conn.as_ref()).expect("held until commit or drop")
    }
}

impl DerefMut for Turn {
    fn deref_mut(&mut self) -> &mut SqliteConnection {
        self.lane().conn.as_mut().expect("held until commit or drop")
    }
}
