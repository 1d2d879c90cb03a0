//! Background jobs in the database they belong to: enqueued in the caller's transaction, leased to a worker, run again
//! when the lease lapses. A handler may therefore run twice and must bear it.

use super::db::{Conn, Db, Result, json};
use super::{Clock, new_id};
use crate::sql;
use futures::future::BoxFuture;
use serde_json::{Value, json as j};
use std::collections::{BTreeSet, HashMap};
use std::future::Future;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;
use tokio::sync::{Notify, Semaphore, mpsc, watch};
use tokio::task::JoinSet;
use tokio::time;

/// How long a worker holds a job without renewing it, in milliseconds.
pub const LEASE: i64 = 30_000;
/// Jobs that one worker runs at once.
const AT_ONCE: usize = 16;
/// How often an idle worker looks for due jobs.
const LOOK: Duration = Duration::from_secs(1);
/// How long a worker waits after the database failed it.
const DATABASE_AWAY: Duration = Duration::from_secs(2);
/// Ended jobs are kept this long, for operators to look at.
const KEEP_ENDED: i64 = 7 * 24 * 3_600_000;

/// A claimed job.
#[derive(Clone, Debug, sqlx::FromRow)]
pub struct Job {
    /// UUIDv7.
    pub id: String,
    /// Which handler runs it.
    pub kind: String,
    /// What the handler is told.
    #[sqlx(json)]
    pub args: Value,
    /// How often it was claimed, this time included.
    pub tries: i64,
    /// After so many tries it is given up.
    pub max_tries: i64,
}

impl Job {
    /// The text under `name` in the arguments.
    pub fn arg(&self, name: &str) -> Result<&str, Failure> {
        self.args[name].as_str().ok_or_else(|| Failure::fatal(format!("the job has no argument {name}")))
    }
}

/// Why a job did not succeed, and whether trying again can help.
#[derive(Debug)]
pub struct Failure {
    /// For the operator.
    pub message: String,
    /// When to try again at the earliest (epoch ms); `None` leaves it to the backoff.
    pub not_before: Option<i64>,
    /// Trying again cannot help.
    pub fatal: bool,
}

impl Failure {
    /// Trying again cannot help.
    pub fn fatal(message: impl Into<String>) -> Self {
        Failure { message: message.into(), not_before: None, fatal: true }
    }

    /// Try again, at `millis` at the earliest.
    pub fn retry_at(message: impl Into<String>, millis: i64) -> Self {
        Failure { message: message.into(), not_before: Some(millis), fatal: false }
    }
}

impl<E: std::error::Error> From<E> for Failure {
    fn from(error: E) -> Self {
        Failure { message: error.to_string(), not_before: None, fatal: false }
    }
}

/// What a handler answers.
pub type Outcome = std::result::Result<(), Failure>;

/// A job to be enqueued.
pub struct New<'a> {
    /// Which handler runs it.
    pub kind: &'a str,
    /// At most one unfinished job of a kind has the same key.
    pub dedupe: Option<&'a str>,
    /// What the handler is told.
    pub args: Value,
    /// Not before (epoch ms).
    pub due_at: i64,
    /// After so many tries it is given up.
    pub max_tries: i64,
}

type Handler = Arc<dyn Fn(Job) -> BoxFuture<'static, Outcome> + Send + Sync>;

/// Adds a job in the caller's transaction; says whether it was added (an unfinished one with the same key stands).
pub async fn enqueue(tx: &mut Conn, job: New<'_>, now: i64) -> Result<bool> {
    let added = tx
        .run(sql!(
            "INSERT INTO job (id, kind, dedupe, args, due_at, tries, max_tries, enqueued_at)
             VALUES ($1, $2, $3, $4, $5, 0, $6, $7)
             ON CONFLICT (kind, dedupe) WHERE ended_at IS NULL DO NOTHING",
            new_id(),
            job.kind,
            job.dedupe,
            json(&job.args),
            job.due_at,
            job.max_tries,
            now
        ))
        .await?;
    Ok(added == 1)
}

async fn claim(tx: &mut Conn, holder: &str, kinds: &[&str], limit: i64, now: i64) -> Result<Vec<Job>> {
    macro_rules! claim {
        ($lock:literal) => {
            concat!(
                "UPDATE job SET holder = $1, due_at = $2, tries = tries + 1 WHERE id IN (
                     SELECT id FROM job WHERE ended_at IS NULL AND due_at <= $3
                        AND kind IN (SELECT atom FROM json_each($4)) ORDER BY due_at LIMIT $5 ",
                $lock,
                ") RETURNING id, kind, args, tries, max_tries"
            )
        };
    }
    tx.all(sql!(
        sqlite: claim!(""), postgres: claim!("FOR UPDATE SKIP LOCKED"),
        holder, now + LEASE, now, json(kinds), limit
    ))
    .await
}

/// `ends`: id, ended_at or null, due_at, error or null. A job whose lease went to another worker is left alone.
async fn settle(tx: &mut Conn, holder: &str, ends: &[Value]) -> Result<u64> {
    tx.run(sql!(
        "UPDATE job SET holder = NULL, ended_at = CAST(e.value ->> 'ended_at' AS BIGINT),
                        due_at = CAST(e.value ->> 'due_at' AS BIGINT), error = e.value ->> 'error'
         FROM json_each($1) AS e WHERE job.id = e.value ->> 'id' AND job.holder = $2",
        json(ends),
        holder
    ))
    .await
}

async fn renew(tx: &mut Conn, holder: &str, ids: &BTreeSet<String>, until: i64) -> Result<u64> {
    tx.run(sql!(
        "UPDATE job SET due_at = $1 WHERE holder = $2 AND id IN (SELECT atom FROM json_each($3))",
        until,
        holder,
        json(ids)
    ))
    .await
}

/// Where one process is alone with its database, what it held before it died is due at once.
pub async fn recover(tx: &mut Conn, now: i64) -> Result<u64> {
    tx.run(sql!("UPDATE job SET due_at = $1, holder = NULL WHERE holder IS NOT NULL AND ended_at IS NULL", now)).await
}

/// Forgets jobs that ended long ago.
pub async fn sweep(tx: &mut Conn, now: i64) -> Result<u64> {
    tx.run(sql!("DELETE FROM job WHERE ended_at < $1", now - KEEP_ENDED)).await
}

/// Jobs that wait or run, and jobs given up since `since` (epoch ms).
pub async fn counts(c: &mut Conn, since: i64) -> Result<(i64, i64)> {
    c.one(sql!(
        "SELECT count(*) FILTER (WHERE ended_at IS NULL),
                count(*) FILTER (WHERE error IS NOT NULL AND ended_at >= $1) FROM job",
        since
    ))
    .await
}

/// Seconds until the next try: 2, 4, 8 … up to about an hour.
fn backoff(tries: i64) -> i64 {
    1000 * (1 << tries.clamp(1, 12))
}

/// Runs jobs. Cloning it is cheap; every clone is the same set of handlers.
#[derive(Clone, Default)]
pub struct Worker {
    handlers: HashMap<&'static str, Handler>,
    /// Notified when this process enqueued something that should not wait for the next look.
    pub wake: Arc<Notify>,
}

/// What a worker's parts share while it runs.
struct Shop {
    db: Db,
    holder: String,
    clock: Clock,
    running: Mutex<BTreeSet<String>>,
}

impl Shop {
    fn running(&self) -> std::sync::MutexGuard<'_, BTreeSet<String>> {
        self.running.lock().unwrap_or_else(PoisonError::into_inner)
    }

    async fn claim(&self, kinds: &[&str], limit: i64) -> Result<Vec<Job>> {
        let mut tx = self.db.begin().await?;
        let jobs = claim(&mut tx, &self.holder, kinds, limit, self.clock.now()).await?;
        tx.commit().await?;
        Ok(jobs)
    }

    async fn keep(&self, ended: &[Value]) -> Result<()> {
        let held = self.running().clone();
        let mut tx = self.db.begin().await?;
        if !ended.is_empty() {
            settle(&mut tx, &self.holder, ended).await?;
        }
        if !held.is_empty() {
            renew(&mut tx, &self.holder, &held, self.clock.now() + LEASE).await?;
        }
        tx.commit().await
    }

    /// Writes down what ended and renews what runs, until nobody can send ends any more.
    async fn keeper(self: Arc<Self>, mut ends: mpsc::Receiver<Value>) {
        let mut tick = time::interval(Duration::from_millis(LEASE as u64 / 3));
        let mut batch = Vec::new();
        let mut open = true;
        while open || !batch.is_empty() {
            tokio::select! {
                n = ends.recv_many(&mut batch, 256), if open => open = n > 0,
                _ = tick.tick() => {}
            }
            if batch.is_empty() && self.running().is_empty() {
                continue;
            }
            // A database that is away for a moment loses nothing: the batch stays and is tried again.
            match self.keep(&batch).await {
                Ok(()) => batch.clear(),
                Err(error) => {
                    tracing::warn!(%error, "could not write down ended jobs; trying again");
                    time::sleep(DATABASE_AWAY).await;
                }
            }
        }
    }

    async fn run_one(self: Arc<Self>, job: Job, handler: Handler, done: mpsc::Sender<Value>) {
        let Job { id, kind, tries, max_tries, .. } = job.clone();
        let started = std::time::Instant::now();
        let ran = tokio::spawn(handler(job)).await;
        let failure = ran.unwrap_or_else(|e| Err(Failure::fatal(format!("the job panicked: {e}")))).err();
        let now = self.clock.now();
        let given_up = failure.as_ref().is_some_and(|f| f.fatal || tries >= max_tries);
        let outcome = if failure.is_none() {
            "done"
        } else if given_up {
            "given up"
        } else {
            "retry"
        };
        metrics::counter!("atrium_jobs_total", "kind" => kind.clone(), "outcome" => outcome).increment(1);
        metrics::histogram!("atrium_job_seconds", "kind" => kind.clone()).record(started.elapsed().as_secs_f64());
        if let Some(failure) = &failure {
            tracing::warn!(job = %id, kind, tries, error = %failure.message, outcome, "a job failed");
        }
        let ended = (failure.is_none() || given_up).then_some(now);
        let later = failure.as_ref().and_then(|f| f.not_before).unwrap_or(0).max(now + backoff(tries));
        self.running().remove(&id);
        let end = j!({"id": id, "ended_at": ended, "due_at": later, "error": failure.map(|f| f.message)});
        done.send(end).await.ok(); // the keeper outlives every sender
    }
}

impl Worker {
    /// Without handlers yet; looks for jobs when `wake` is notified.
    pub fn new(wake: Arc<Notify>) -> Self {
        Worker { handlers: HashMap::new(), wake }
    }

    /// Names the handler of a kind of job.
    pub fn on<F>(mut self, kind: &'static str, f: impl Fn(Job) -> F + Send + Sync + 'static) -> Self
    where
        F: Future<Output = Outcome> + Send + 'static,
    {
        self.handlers.insert(kind, Arc::new(move |job| Box::pin(f(job))));
        self
    }

    /// Works until `stop` turns true, then lets the running jobs end. Only kinds that have a handler here are claimed,
    /// so that an older node leaves newer work to newer nodes.
    pub async fn run(self, db: Db, holder: String, clock: Clock, mut stop: watch::Receiver<bool>) {
        let places = Arc::new(Semaphore::new(AT_ONCE));
        let shop = Arc::new(Shop { db, holder, clock, running: Mutex::default() });
        let kinds: Vec<&str> = self.handlers.keys().copied().collect();
        let (done, ends) = mpsc::channel::<Value>(1024);
        let keeper = tokio::spawn(shop.clone().keeper(ends));
        let mut crew = JoinSet::new();
        while !*stop.borrow() {
            tokio::select! { free = places.acquire() => drop(free), _ = stop.changed() => continue }
            let (jobs, pause) = match shop.claim(&kinds, places.available_permits() as i64).await {
                Ok(jobs) => (jobs, LOOK),
                Err(error) => {
                    tracing::warn!(%error, "could not look for jobs; trying again");
                    (Vec::new(), DATABASE_AWAY)
                }
            };
            if jobs.is_empty() {
                tokio::select! { _ = self.wake.notified() => {}, _ = time::sleep(pause) => {}, _ = stop.changed() => {} }
            }
            for job in jobs {
                let (Ok(place), Some(handler)) =
                    (places.clone().acquire_owned().await, self.handlers.get(job.kind.as_str()))
                else {
                    continue; // its lease lapses, and it is claimed again
                };
                shop.running().insert(job.id.clone());
                let (shop, handler, done) = (shop.clone(), handler.clone(), done.clone());
                crew.spawn(async move {
                    shop.run_one(job, handler, done).await;
                    drop(place);
                });
            }
            while crew.try_join_next().is_some() {}
        }
        while crew.join_next().await.is_some() {}
        drop(done);
        if let Err(error) = keeper.await {
            tracing::error!(%error, "the keeper of jobs ended early");
        }
    }
}
