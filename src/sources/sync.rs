//! One pass over a source. A page is fetched outside any transaction, then everything that it changes (items, held-back
//! removals, quarantine, counters, where to go on) is kept in one, so that a kill loses nothing and doubles nothing.
//!
//! A run belongs to the try that took it over last: each transaction first checks, under the row's lock, that the run is
//! still ours. A worker that was thought dead and comes back writes nothing.

use super::admit::{admit, clean, title};
use super::model::{RunKind, Status};
use super::people::take;
use super::store::{self, End, Refused, RunRow, SourceRow, Tally, Trouble};
use super::{finish, settings};
use crate::base::{AppError, HOUR, Res, SECOND, t};
use crate::catalog::service as catalog;
use crate::platform::db::Conn;
use crate::platform::{Site, crypto, fault, new_id};
use connect::{Connector, Cursor, Error, Http, MatchBy, Next, Page, Policy, Progress, ProgressPage, RequestOutcome};
use futures::FutureExt;
use serde_json::{Value, json};
use std::collections::HashSet;
use std::panic::AssertUnwindSafe;
use std::time::Duration;

/// Tries in a row that may fail before the run is given up; a page that arrives starts the count again.
const FAILURES_MAX: i64 = 6;
/// However long a server asks us to wait, the next try is not put off further.
const WAIT_MAX: i64 = 6 * HOUR;
/// The latest requests of a run that are kept with it, and those that failed before them.
const REQUESTS_KEPT: i64 = 200;
const FAILURES_KEPT: i64 = 1000;
/// Refused items that are kept a page; all are counted.
const REFUSED_KEPT: usize = 200;
/// Longest error message that is kept.
const MESSAGE_MAX: usize = 1000;

/// What came of one try at a run.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Tried {
    /// The run has come to an end, or waits for a decision.
    Ended(Status),
    /// A temporary failure; go on at `at` (epoch ms).
    Later { at: i64, error: String },
    /// The run ended meanwhile, or another try has taken it over.
    NotOurs,
}

/// What connectors may do on the network.
pub fn policy(site: &Site) -> Policy {
    Policy { allowed_origins: site.config.sync.allowed_origins.clone(), ..Policy::default() }
}

/// The process's client: its connections and its pace by host are shared by all runs.
fn client(site: &Site) -> Http {
    if let Some(http) = site.ext::<Http>() {
        return http.for_run();
    }
    let http = Http::new(policy(site));
    site.provide(http.clone());
    http.for_run()
}

/// What a run reads from.
enum Reader<'a> {
    Catalogue(&'a dyn Connector),
    /// And by what people are recognised.
    People(&'a dyn Progress, MatchBy),
}

/// A page of it.
enum Fetched {
    Catalogue(Page),
    People(ProgressPage, MatchBy),
}

impl Reader<'_> {
    async fn page(&self, http: &Http, cursor: Option<&Cursor>) -> Result<Fetched, Error> {
        match self {
            Reader::Catalogue(connector) => connector.page(http, cursor).await.map(Fetched::Catalogue),
            Reader::People(progress, by) => progress.page(http, cursor).await.map(|page| Fetched::People(page, *by)),
        }
    }
}

/// Takes the run over and brings it as far as it gets. An error is a database that does not answer; whatever else goes
/// wrong is written into the run.
pub async fn advance(site: &Site, run: &str) -> Res<Tried> {
    let Some(mut pass) = Pass::begin(site, run).await? else { return Ok(Tried::NotOurs) };
    let tried = match AssertUnwindSafe(pass.go()).catch_unwind().await {
        Ok(Err(AppError::Internal { reference })) => pass.stumbled(&reference).await?,
        Ok(tried) => tried?,
        Err(_) => match fault("a sync run panicked") {
            AppError::Internal { reference } => pass.stumbled(&reference).await?,
            other => return Err(other),
        },
    };
    if let Tried::Ended(status) = tried {
        let labels = [("kind", pass.source.kind.clone()), ("status", status.as_str().to_owned())];
        metrics::counter!("atrium_sync_runs_total", &labels).increment(1);
        let took = (site.now() - pass.run.started_at).max(0) as f64 / 1000.0;
        metrics::histogram!("atrium_sync_run_seconds", "kind" => pass.source.kind.clone()).record(took);
    }
    Ok(tried)
}

/// A try at a run.
struct Pass<'a> {
    site: &'a Site,
    run: RunRow,
    source: SourceRow,
    holder: String,
    http: Http,
    /// Where this try has asked: a source whose pages go round in circles would never end.
    asked: HashSet<String>,
    /// How many of this try's requests are written down.
    noted: i64,
    /// The next run has to start from the beginning.
    afresh: bool,
}

impl<'a> Pass<'a> {
    async fn begin(site: &'a Site, run: &str) -> Res<Option<Pass<'a>>> {
        let holder = new_id();
        let mut tx = site.begin().await?;
        let held = store::hold(&mut tx, run, &holder, site.now()).await?;
        let row = store::run(&mut tx, run).await?;
        let source = match &row {
            Some(row) => store::source(&mut tx, &row.source).await?,
            None => None,
        };
        tx.commit().await?;
        let (true, Some(run), Some(source)) = (held, row, source) else { return Ok(None) };
        Ok(Some(Pass { site, run, source, holder, http: client(site), asked: HashSet::new(), noted: 0, afresh: false }))
    }

    async fn go(&mut self) -> Res<Tried> {
        let connector = settings::connector(self.site, &self.source);
        let reader = match (&connector, self.run.kind()) {
            (Ok(connector), RunKind::Catalogue) => Ok(Reader::Catalogue(connector.as_ref())),
            (Ok(connector), RunKind::People) => {
                let reading = settings::reading(self.site, &self.source)?;
                let both = connector.progress().zip(reading);
                let reader = both.map(|(progress, reading)| Reader::People(progress, reading.match_by));
                reader.ok_or_else(|| t().people.error_none.to_owned())
            }
            (Err(fault), _) => Err(fault.clone()),
        };
        match reader {
            Ok(reader) => self.read(&reader).await,
            Err(fault) => {
                let texts = &t().sources;
                self.fail(Trouble { error: texts.error_settings, detail: &fault, hint: texts.hint_settings }).await
            }
        }
    }

    async fn read(&mut self, reader: &Reader<'_>) -> Res<Tried> {
        // People are listed anew by each run.
        let before = self.source.cursor.clone().filter(|_| self.run.kind() == RunKind::Catalogue);
        let mut cursor = self.run.cursor.clone().or(before).map(Cursor);
        while self.run.finish.is_none() {
            if let Some(Cursor(at)) = &cursor
                && !self.asked.insert(crypto::sha256(&at.to_string()))
            {
                let (error, hint) = (t().sources.error_circle, t().sources.hint_circle);
                return self.fail(Trouble { error, hint, ..Trouble::default() }).await;
            }
            let started = std::time::Instant::now();
            // A page that takes for ever must not hold the run; its next turn goes on from the same cursor.
            let limit = self.http.policy().page_limit;
            let page = match tokio::time::timeout(limit, reader.page(&self.http, cursor.as_ref())).await {
                Ok(Ok(page)) => page,
                Ok(Err(error)) => return self.failed(&error).await,
                Err(_) => return self.failed(&Error::Overtime { after: limit }).await,
            };
            metrics::histogram!("atrium_sync_page_seconds", "kind" => self.source.kind.clone())
                .record(started.elapsed().as_secs_f64());
            let kept = match page {
                Fetched::Catalogue(page) => self.keep(page).await?,
                Fetched::People(page, by) => self.keep_people(page, by).await?,
            };
            match kept {
                Some(next) => cursor = next,
                None => return Ok(Tried::NotOurs),
            }
        }
        finish::finish(self.site, &self.run.id, &self.holder).await
    }

    /// Keeps a page; where to go on, or `None` if the run is no longer ours.
    async fn keep(&mut self, page: Page) -> Res<Option<Option<Cursor>>> {
        let (items, mut refused) = admit(page.items, page.rejected);
        let ids: Vec<String> = items.iter().map(|item| item.external_id().to_owned()).collect();
        let here: HashSet<&String> = ids.iter().collect();
        let gone: Vec<String> = page.gone.into_iter().filter(|id| !here.contains(id)).collect();
        let now = self.site.now();
        let (run, source) = (&self.run.id, &self.source.id);
        let mut tx = self.site.begin().await?;
        if !store::still_ours(&mut tx, run, &self.holder, now).await? {
            return Ok(None);
        }
        let ingested = catalog::ingest(&mut tx, source, run, &items, now).await?;
        store::let_stay(&mut tx, run, &ids).await?;
        store::hold_back(&mut tx, run, &gone).await?;
        refused.extend(ingested.refused.into_iter().map(|r| {
            let item = items.iter().find(|item| item.external_id() == r.external_id);
            let excerpt = item.map(|item| clean(title(item), MESSAGE_MAX)).unwrap_or_default();
            Refused { external_id: Some(r.external_id), reason: r.reason, excerpt }
        }));
        // What came in a bad version is still there.
        let known: Vec<String> = refused.iter().filter_map(|r| r.external_id.clone()).collect();
        catalog::seen(&mut tx, source, run, &known).await?;
        let quarantined = refused.len() as i64;
        refused.truncate(REFUSED_KEPT);
        store::quarantine(&mut tx, run, source, &refused, now).await?;
        let mut tally =
            Tally { added: ingested.added, changed: ingested.changed, unchanged: ingested.unchanged, quarantined };
        if matches!(page.next, Next::Unchanged { .. }) {
            // Nothing of it came, and all of it is still there.
            (_, tally.unchanged) = catalog::unseen(&mut tx, source, "").await?;
        }
        self.page_done(tx, tally, page.next).await
    }

    /// Keeps a page of people, as [`Pass::keep`] does one of items.
    async fn keep_people(&mut self, page: ProgressPage, by: MatchBy) -> Res<Option<Option<Cursor>>> {
        let now = self.site.now();
        let mut tx = self.site.begin().await?;
        if !store::still_ours(&mut tx, &self.run.id, &self.holder, now).await? {
            return Ok(None);
        }
        let (_, mut refused) = admit(Vec::new(), page.rejected);
        let into = take::Place { source: &self.source.id, run: &self.run.id, by, now };
        let mut tally = take::take(&mut tx, into, page.enrolments).await?;
        tally.quarantined = refused.len() as i64;
        refused.truncate(REFUSED_KEPT);
        store::quarantine(&mut tx, &self.run.id, &self.source.id, &refused, now).await?;
        self.page_done(tx, tally, page.next).await
    }

    /// Writes a page down, with where to go on, and commits.
    async fn page_done(&mut self, mut tx: Conn, tally: Tally, next: Next) -> Res<Option<Option<Cursor>>> {
        let end = |cursor: Option<Cursor>, complete| json!({"cursor": cursor.map(|c| c.0), "complete": complete});
        let (cursor, finish) = match next {
            Next::More(cursor) => (Some(cursor), None),
            Next::Done { cursor, complete } => (None, Some(end(cursor, complete))),
            Next::Unchanged { cursor } => (None, Some(end(cursor, false))),
        };
        store::page_done(&mut tx, &self.run.id, tally, cursor.as_ref().map(|c| &c.0), finish.as_ref()).await?;
        self.keep_requests(&mut tx).await?;
        tx.commit().await?;
        self.noted = self.http.requests();
        if self.run.kind() == RunKind::Catalogue {
            count_items(&self.source.kind, tally);
        }
        self.run.finish = finish;
        self.run.failures = 0;
        Ok(Some(cursor))
    }

    async fn keep_requests(&self, tx: &mut Conn) -> Res<()> {
        let before = self.run.request_count;
        let outcomes = self.http.outcomes();
        let new = outcomes.iter().filter(|outcome| outcome.number > self.noted);
        let new: Vec<Value> = new.map(|outcome| shown(outcome, before)).collect();
        store::note_requests(tx, &self.run.id, &new, before + self.http.requests()).await?;
        Ok(store::forget_requests(tx, &self.run.id, REQUESTS_KEPT, FAILURES_KEPT).await?)
    }

    async fn failed(&mut self, error: &Error) -> Res<Tried> {
        let asked = error.retry_after().unwrap_or(Duration::ZERO).as_millis().min(WAIT_MAX as u128) as i64;
        let (headline, detail, hint) = (error.headline(), error.to_string(), error.hint());
        let trouble = Trouble { error: &headline, detail: &detail, hint: &hint };
        if matches!(error, Error::Cursor { .. }) {
            // It would stop each further run as well.
            self.afresh = true;
        }
        if error.is_temporary() { self.later(trouble, asked).await } else { self.fail(trouble).await }
    }

    /// Our own fault, logged under `reference`: tried again, because it may be one item's and that may change.
    async fn stumbled(&mut self, reference: &str) -> Res<Tried> {
        let error = t().sources.error_internal(reference);
        self.later(Trouble { error: &error, hint: t().sources.hint_internal, ..Trouble::default() }, 0).await
    }

    /// Puts the run off, by `wait` milliseconds at least; after too many failures in a row it is given up.
    async fn later(&mut self, trouble: Trouble<'_>, wait: i64) -> Res<Tried> {
        let failures = self.run.failures + 1;
        if failures >= FAILURES_MAX {
            let hint = t().sources.hint_given_up(trouble.hint, failures);
            return self.fail(Trouble { hint: &hint, ..trouble }).await;
        }
        let now = self.site.now();
        let at = now + wait.max(SECOND << failures);
        let (message, detail) = (clean(trouble.error, MESSAGE_MAX), clean(trouble.detail, MESSAGE_MAX));
        let trouble = Trouble { error: &message, detail: &detail, ..trouble };
        let mut tx = self.site.begin().await?;
        if !store::still_ours(&mut tx, &self.run.id, &self.holder, now).await? {
            return Ok(Tried::NotOurs);
        }
        store::failed_try(&mut tx, &self.run.id, trouble, at).await?;
        self.keep_requests(&mut tx).await?;
        tx.commit().await?;
        metrics::counter!("atrium_sync_failed_tries_total", "kind" => self.source.kind.clone()).increment(1);
        tracing::warn!(
            source = self.source.name,
            run = self.run.id,
            error = message,
            detail,
            at,
            "a sync run waits for its next try"
        );
        Ok(Tried::Later { at, error: if detail.is_empty() { message } else { detail } })
    }

    async fn fail(&mut self, trouble: Trouble<'_>) -> Res<Tried> {
        let now = self.site.now();
        let (message, detail) = (clean(trouble.error, MESSAGE_MAX), clean(trouble.detail, MESSAGE_MAX));
        let trouble = Trouble { error: &message, detail: &detail, ..trouble };
        let mut tx = self.site.begin().await?;
        if !store::still_ours(&mut tx, &self.run.id, &self.holder, now).await? {
            return Ok(Tried::NotOurs);
        }
        self.keep_requests(&mut tx).await?;
        let end = End { status: Status::Failed.as_str(), gone: 0, trouble: Some(trouble) };
        store::end(&mut tx, &self.run.id, &end, now).await?;
        finish::set_next(self.site, &mut tx, &self.run, &self.source, now).await?;
        if self.afresh {
            store::set_cursor(&mut tx, &self.source.id, None).await?;
        }
        tx.commit().await?;
        tracing::warn!(source = self.source.name, run = self.run.id, error = message, detail, "a sync run failed");
        Ok(Tried::Ended(Status::Failed))
    }
}

fn count_items(kind: &str, tally: Tally) {
    let each = [
        ("added", tally.added),
        ("changed", tally.changed),
        ("unchanged", tally.unchanged),
        ("quarantined", tally.quarantined),
    ];
    for (outcome, n) in each {
        metrics::counter!("atrium_sync_items_total", "kind" => kind.to_owned(), "outcome" => outcome)
            .increment(n.max(0) as u64);
    }
}

/// A request as it is kept; `before` are those of the run's earlier tries.
fn shown(outcome: &RequestOutcome, before: i64) -> Value {
    json!({
        "n": before + outcome.number,
        "method": outcome.method,
        "url": clean(&outcome.url, MESSAGE_MAX),
        "status": outcome.status,
        "ms": outcome.ms,
        "bytes": outcome.bytes,
        "attempt": outcome.attempt,
        "error": outcome.error.as_ref().map(|error| clean(error, MESSAGE_MAX)),
    })
}
