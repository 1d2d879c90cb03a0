//! Every connector against every fault: the run ends with a truthful status, good items are kept and bad ones set aside with
//! a reason, nothing that is stored holds script or a secret, and once the fault has passed the next run brings everything,
//! and nothing twice. What the operator sees of it is a table in `docs/connectors.md`, which this test holds to the truth.
//!
//! A new connector adds an entry in `entries.rs`; a new fault is a row in `faults.rs`.

mod content;
mod entries;
mod entries_more;
mod faults;
mod otherwise;
mod page;

use super::*;
use crate::base::HOUR;
use crate::platform::db;
use entries::{ENTRIES, Entry, Pages, SECRET, TO_COME};
use entries_more::MORE;
use faults::{Ends, Row};
use futures::FutureExt;
use std::collections::BTreeSet;
use std::panic::AssertUnwindSafe;

/// When the stories begin.
const START: i64 = 1_790_000_000_000;
/// Tries after which a run is given up.
const TRIES: u32 = 6;

/// Every entry there is.
fn every() -> impl Iterator<Item = &'static Entry> {
    ENTRIES.iter().chain(MORE)
}

/// What a cell came to.
pub struct Cell {
    pub status: Status,
    pub tries: u32,
    /// How long the first wait for the next try was.
    pub first_wait: Option<i64>,
    /// Items that are there after the run, and items that there are.
    pub kept: i64,
    pub of: i64,
    /// Why items were set aside.
    pub reasons: Vec<String>,
    pub error: Option<String>,
    pub hint: Option<String>,
}

/// A sandbox and a portal whose clocks are the same one.
struct Stage {
    bench: Bench,
    clock: Clock,
    entry: &'static Entry,
    row: Row,
}

/// How a run went.
struct Went {
    run: RunCard,
    tries: u32,
    waits: Vec<i64>,
}

impl Stage {
    async fn new(db: Db, entry: &'static Entry, row: Row) -> Stage {
        let clock = Clock::at(START);
        let same = clock.clone();
        let mut options = Options { clock: sandbox::Clock::from_millis(move || same.now()), ..Options::default() };
        (entry.options)(&mut options);
        let bench = Bench::with(db, clock.clone(), options).await;
        Stage { bench, clock, entry, row }
    }

    fn of<'a, T>(&self, all: &'a sandbox::PerSystem<T>) -> &'a T {
        all.iter().find(|(name, _)| *name == self.entry.system).expect("the sandbox plays the system").1
    }

    /// A source of its own for each story.
    async fn source(&self) -> String {
        let settings = (self.entry.settings)(self.of(self.bench.sandbox.urls()));
        let settings: Vec<(&str, &str)> = settings.iter().map(|(name, value)| (*name, value.as_str())).collect();
        let name = format!("{} {}", self.entry.kind, crate::platform::new_id());
        self.bench.add(Entered { again: true, ..entered(self.entry.kind, &name, &settings) }).await
    }

    fn strike(&self) {
        self.of(self.bench.sandbox.faults()).add(self.row.rule(self.entry));
    }

    /// A run to its end, each try at its time.
    async fn sync(&self, source: &str) -> Went {
        self.clock.advance(HOUR);
        let run = service::sync_now(&self.bench.operator, &self.bench.site, source).await.unwrap();
        let (mut tries, mut waits) = (0, Vec::new());
        loop {
            tries += 1;
            assert!(tries < 20, "the run does not end");
            match sync::advance(&self.bench.site, &run).await.unwrap() {
                Tried::Ended(_) => return Went { run: self.bench.run(source, &run).await, tries, waits },
                Tried::Later { at, .. } => waits.push(self.wait_until(at)),
                Tried::NotOurs => panic!("nobody else takes the run"),
            }
        }
    }

    fn wait_until(&self, at: i64) -> i64 {
        let wait = at - self.clock.now();
        self.clock.advance(wait.max(0));
        wait
    }

    /// Ids and titles of what is there.
    async fn things(&self, source: &str) -> BTreeSet<(String, String)> {
        let rows: Vec<(String, String)> = self
            .rows(crate::sql!(
                "SELECT external_id, title FROM resource WHERE source = $1 AND gone_at IS NULL
             UNION ALL SELECT external_id, title FROM discussion WHERE source = $1 AND gone_at IS NULL",
                source
            ))
            .await;
        assert_eq!(rows.iter().collect::<BTreeSet<_>>().len(), rows.len(), "nothing is there twice");
        rows.into_iter().map(|(id, title)| (otherwise::id(self.entry.kind, &id).to_owned(), title)).collect()
    }

    async fn rows<T: Record>(&self, sql: Sql) -> Vec<T> {
        self.bench.site.read().await.unwrap().all(sql).await.unwrap()
    }

    /// No script and no secret in anything that was stored, and no text that is longer than what is shown of it.
    async fn stored_is_clean(&self) {
        let texts: Vec<(String,)> = self
            .rows(crate::sql!(
                "SELECT title || ' ' || summary || ' ' || authors || ' ' || url || ' ' || external_id FROM resource
                 UNION ALL SELECT title || ' ' || excerpt || ' ' || category || ' ' || url FROM discussion
                 UNION ALL SELECT name FROM topic
                 UNION ALL SELECT url_key FROM discussion_link
                 UNION ALL SELECT reason || ' ' || excerpt || ' ' || COALESCE(external_id, '') FROM quarantine
                 UNION ALL SELECT COALESCE(error, '') || COALESCE(detail, '') || COALESCE(hint, '') FROM sync_run
                 UNION ALL SELECT COALESCE(CAST(cursor AS TEXT), '') || COALESCE(CAST(finish AS TEXT), '') FROM sync_run
                 UNION ALL SELECT COALESCE(CAST(cursor AS TEXT), '') || CAST(settings AS TEXT) FROM source
                 UNION ALL SELECT url || COALESCE(error, '') FROM sync_request"
            ))
            .await;
        for (text,) in texts {
            let lower = text.to_lowercase();
            let tokens = [SECRET, sandbox::Moodle::TOKEN, sandbox::Canvas::TOKEN].map(str::to_lowercase);
            let bad = ["<script", "onerror", "javascript:", "document.title"].into_iter();
            for bad in bad.chain(tokens.iter().map(String::as_str)) {
                assert!(!lower.contains(bad), "{bad} is stored: {text}");
            }
            assert!(text.len() < 20_000, "{} bytes are stored of one thing", text.len());
        }
    }

    /// The fault has passed, and there is something new: the next run brings everything, and the one after it finds nothing.
    async fn heals(&self, source: &str, all: &BTreeSet<(String, String)>) {
        self.bench.sandbox.clear_faults();
        let title = (self.entry.add)(self.bench.sandbox.world());
        self.comes_to(source, all, &title).await;
    }

    async fn comes_to(&self, source: &str, all: &BTreeSet<(String, String)>, new: &str) {
        let went = self.sync(source).await;
        let told = (went.run.status, went.tries, went.run.counts.gone.n, went.run.counts.quarantined.n);
        assert_eq!(told, (Status::Ok, 1, 0, 0), "the next run heals: {:?}", went.run);
        assert_eq!((&went.run.error, &went.run.hint), (&None, &None));
        let things = self.things(source).await;
        let missing: Vec<_> = all.difference(&things).collect();
        assert!(missing.is_empty(), "the next run brings everything but {missing:?}");
        let more: Vec<_> = things.difference(all).map(|(_, title)| title.as_str()).collect();
        assert_eq!(more, [new], "and what is new");
        let after = self.sync(source).await.run;
        assert_eq!(after.status, Status::Ok);
        assert_eq!(
            (counts(&after)[0], counts(&after)[1], counts(&after)[3]),
            (0, 0, 0),
            "and nothing twice: {after:?}"
        );
        assert_eq!(self.things(source).await, things);
    }

    async fn cell(&self, all: &BTreeSet<(String, String)>) -> Cell {
        let source = self.source().await;
        self.strike();
        let went = self.sync(&source).await;
        let things = self.things(&source).await;
        let view = read::run_view(&self.bench.operator, &self.bench.site, &source, &went.run.id, Paging::default());
        let view = view.await.unwrap();
        let cell = Cell {
            status: went.run.status,
            tries: went.tries,
            first_wait: went.waits.first().copied(),
            kept: things.len() as i64,
            of: all.len() as i64,
            reasons: view.quarantine.rows.iter().map(|row| self.told(&row.reason)).collect(),
            error: went.run.error.as_deref().map(|text| self.told(text)),
            hint: went.run.hint.as_deref().map(|text| self.told(text)),
        };
        self.stored_is_clean().await;
        let stopped = view.requests.iter().filter(|asked| asked.stopped).count();
        let failed = went.run.status == Status::Failed;
        let marked = if failed && !self.row.fails_a_request() { stopped <= 1 } else { stopped == usize::from(failed) };
        assert!(marked, "the request that it stopped at is marked, and no other: {:?}", view.requests.last());
        self.holds(&went, &cell, &things, all);
        self.heals(&source, all).await;
        cell
    }

    /// What is said of a run is what became of it.
    fn holds(&self, went: &Went, cell: &Cell, things: &BTreeSet<(String, String)>, all: &BTreeSet<(String, String)>) {
        let (run, told) = (&went.run, format!("{:?} {:?}", went.run, cell.reasons));
        assert!(things.is_subset(all), "what is kept is what there is: {told}");
        assert_eq!((run.counts.gone.n, run.counts.added.n), (0, cell.kept), "{told}");
        assert_eq!(run.counts.quarantined.n, cell.reasons.len() as i64, "{told}");
        let says = cell.error.is_some() && cell.hint.is_some();
        match self.row.ends(self.entry) {
            Ends::Complete => {
                assert_eq!(
                    (run.status, went.tries, cell.kept, cell.reasons.len()),
                    (Status::Ok, 1, cell.of, 0),
                    "{told}"
                );
            }
            Ends::Aside(reason) => {
                assert_eq!((run.status, went.tries, cell.kept), (Status::Partial, 1, cell.of - 1), "{told}");
                assert!(cell.reasons.len() == 1 && cell.reasons[0].contains(reason), "{told}");
            }
            Ends::Partly(reason) => {
                assert_eq!((run.status, went.tries), (Status::Partial, 1), "{told}");
                assert!(cell.kept > 0 && cell.kept < cell.of, "{told}");
                assert!(cell.reasons.len() == 1 && cell.reasons[0].contains(reason), "{told}");
            }
            Ends::Waits { pages, least } => {
                assert_eq!((run.status, went.tries, says), (Status::Failed, TRIES, true), "{told}");
                assert!(went.waits.iter().all(|wait| *wait >= least), "{:?}", went.waits);
                assert!(self.row.is_kept(self.entry, pages, cell.kept, cell.of) && cell.reasons.is_empty(), "{told}");
            }
            Ends::Fails { pages } => {
                assert_eq!((run.status, went.tries, says), (Status::Failed, 1, true), "{told}");
                assert!(self.row.is_kept(self.entry, pages, cell.kept, cell.of) && cell.reasons.is_empty(), "{told}");
            }
        }
    }

    /// A fault that passes before the next try: the same run goes on where it stood, and reads no page twice.
    async fn passes(&self, all: &BTreeSet<(String, String)>) {
        let source = self.source().await;
        self.strike();
        let (run, tried) = self.bench.try_once(&source).await;
        let Tried::Later { at, .. } = tried else { panic!("{tried:?}") };
        let waits = self.bench.run(&source, &run).await;
        assert_eq!(waits.status, Status::Running);
        assert!(waits.error.is_some() && waits.hint.is_some() && waits.retry.is_some(), "{waits:?}");
        self.bench.sandbox.clear_faults();
        self.wait_until(at);
        assert_eq!(sync::advance(&self.bench.site, &run).await.unwrap(), Tried::Ended(Status::Ok));
        assert_run(&self.bench.run(&source, &run).await, Status::Ok, [all.len() as i64, 0, 0, 0, 0]);
        assert_eq!(self.things(&source).await, *all);
    }

    /// A clock that goes wrong between two runs, and is put right before a third.
    async fn known_before(&self, all: &BTreeSet<(String, String)>) {
        let source = self.source().await;
        assert_eq!(self.sync(&source).await.run.status, Status::Ok);
        self.strike();
        let went = self.sync(&source).await;
        assert_eq!((went.run.status, went.run.counts.gone.n), (Status::Ok, 0), "{:?}", went.run);
        assert_eq!(self.things(&source).await, *all);
        self.heals(&source, all).await;
    }

    /// `text` without what is another each time.
    fn told(&self, text: &str) -> String {
        let here = self.of(self.bench.sandbox.urls());
        text.replace(here.as_str().trim_end_matches('/'), "https://system.example")
    }
}

/// All that a connector brings where nothing is wrong.
async fn everything(db: Db, entry: &'static Entry) -> BTreeSet<(String, String)> {
    let stage = Stage::new(db, entry, Row::Script).await;
    let source = stage.source().await;
    let went = stage.sync(&source).await;
    assert_eq!((went.run.status, went.tries), (Status::Ok, 1), "{}: {:?}", entry.kind, went.run);
    let pages = stage.of(stage.bench.sandbox.requests()).containing(entry.list).len();
    let never = entry.pages == Pages::One || entry.never.iter().any(|(row, _)| *row == Row::Broken);
    assert!(never || pages >= 7, "{}: the list has {pages} pages only", entry.kind);
    stage.things(&source).await
}

async fn cell(db: Db, entry: &'static Entry, row: Row, all: &BTreeSet<(String, String)>) -> Cell {
    let cell = Stage::new(db.clone(), entry, row).await.cell(all).await;
    if matches!(row.ends(entry), Ends::Waits { .. }) {
        Stage::new(db.clone(), entry, row).await.passes(all).await;
    }
    if matches!(row, Row::Ahead | Row::Behind) {
        Stage::new(db, entry, row).await.known_before(all).await;
    }
    cell
}

/// One connector against these faults. Every cell is tried, whatever becomes of the others.
async fn line(db: Db, entry: &'static Entry, rows: &[Row]) -> (Vec<(Row, Result<Cell, &'static str>)>, Vec<String>) {
    let all = everything(db.clone(), entry).await;
    let (mut cells, mut faults) = (Vec::new(), Vec::new());
    for row in rows.iter().copied() {
        if let Some((_, why)) = entry.never.iter().find(|(never, _)| *never == row) {
            cells.push((row, Err(*why)));
            continue;
        }
        match AssertUnwindSafe(cell(db.clone(), entry, row, &all)).catch_unwind().await {
            Ok(cell) => cells.push((row, Ok(cell))),
            Err(_) => faults.push(format!("{}: {}", entry.kind, row.name())),
        }
    }
    (cells, faults)
}

#[test]
fn every_connector_is_in_the_matrix() {
    for system in connect::systems() {
        let entries = every().filter(|entry| entry.kind == system.kind()).count();
        let wanted = usize::from(!TO_COME.contains(&system.kind()));
        assert_eq!(entries, wanted, "{}: give it an entry in src/sources/tests/matrix/entries.rs", system.kind());
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn every_connector_bears_every_fault() {
    let lines = every().map(|entry| async move {
        let folder = tempfile::tempdir().unwrap();
        let db = db::open(&format!("sqlite://{}/atrium.db", folder.path().display()), 4).await.unwrap();
        let line = line(db.clone(), entry, &Row::ALL).await;
        db.close().await;
        line
    });
    let lines = futures::future::join_all(lines).await;
    let faults: Vec<&String> = lines.iter().flat_map(|(_, faults)| faults).collect();
    assert!(faults.is_empty(), "each is told above: {faults:#?}");
    let sections: String = every().zip(&lines).map(|(entry, (cells, _))| page::section(entry, cells)).collect();
    page::hold(&sections);
}

/// The whole matrix runs on SQLite alone, because it takes its time. What depends on the engine is how a page, its
/// quarantine, its requests and its end are written, which these do in each way there is.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_handful_of_it_holds_on_postgres() {
    let db = db::open(&db::testing::fresh_postgres().await, 8).await.unwrap();
    for entry in every() {
        let rows = [Row::Broken, Row::Doubled, Row::Backwards, Row::Script];
        let (_, faults) = line(db.clone(), entry, &rows).await;
        assert!(faults.is_empty(), "each is told above: {faults:#?}");
    }
    db.close().await;
}
