//! `bench`: measures Atrium and prints one line a figure, `name value unit`; the same lines go to `target/bench.txt`.
//!
//! What is measured runs in processes of its own, over real HTTP on loopback: the binary `atrium` that lies beside this
//! one, and this one again for whatever has no binary (loading, syncing, the bare route that pages are compared with).

mod bytes;
mod figures;
mod hello;
mod library;
mod load;
mod pages;
mod people;
mod process;
mod reader;
mod relevance;
mod scale;
mod sync;
mod traffic;
mod works;

use clap::{Parser, Subcommand};
use figures::Figures;
use std::path::PathBuf;
use std::process::ExitCode;

/// What goes wrong here is told to whoever runs it.
pub type Outcome<T> = Result<T, Box<dyn std::error::Error + Send + Sync>>;

/// Measures Atrium.
#[derive(Parser)]
struct Cli {
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    /// Everything, in turn.
    All(All),
    /// How well editions of one work find each other, alone.
    Works(All),
    /// Loads the library and the people into a database; prints what it took.
    #[command(hide = true)]
    Load {
        /// The database.
        url: String,
        /// `open-resources.jsonl`.
        file: PathBuf,
        /// Only so many rows.
        #[arg(long)]
        rows: Option<usize>,
    },
    /// Serves the bare route.
    #[command(hide = true)]
    Hello,
    /// Serves the sandbox.
    #[command(hide = true)]
    Sandbox,
    /// Syncs a large feed; prints what it took.
    #[command(hide = true)]
    Sync {
        /// The database.
        url: String,
        /// The feed.
        feed: String,
    },
    /// Looks for known things; prints how many were found first.
    #[command(hide = true)]
    Relevance {
        /// The folder of data.
        folder: PathBuf,
    },
    /// Searches many works; prints what it took.
    #[command(hide = true)]
    Scale {
        /// The folder of data.
        folder: PathBuf,
        /// How many.
        works: usize,
    },
    /// Downloads and parses a large feed; prints what it took.
    #[command(hide = true)]
    Parse {
        /// The feed.
        feed: String,
    },
}

/// What to measure, and how hard.
#[derive(clap::Args, Clone)]
pub struct All {
    /// The 10,605 rows of open learning resources.
    #[arg(long, env = "ATRIUM_TEST_DATA", default_value = "../shared/data")]
    pub data: PathBuf,
    /// A PostgreSQL server without a database (`postgres://USER@HOST:PORT`); left out: only SQLite is measured.
    #[arg(long, env = "ATRIUM_TEST_POSTGRES")]
    pub postgres: Option<String>,
    /// The portal's binary; left out: the one beside this.
    #[arg(long, env = "ATRIUM_BENCH_BINARY")]
    pub binary: Option<PathBuf>,
    /// The site that was built with it.
    #[arg(long, default_value = "target/site")]
    pub site: PathBuf,
    /// Requests of each measurement; half as many warm it up.
    #[arg(long, default_value_t = 6000)]
    pub requests: usize,
    /// No measurement of requests takes longer, in seconds.
    #[arg(long, default_value_t = 20)]
    pub seconds: u64,
    /// Resources to load; left out: all.
    #[arg(long)]
    pub rows: Option<usize>,
    /// Items of the feed that is synced.
    #[arg(long, default_value_t = 100_000)]
    pub items: usize,
    /// Works that are searched.
    #[arg(long, default_value_t = 200_000)]
    pub works: usize,
    /// Where the lines go as well.
    #[arg(long, default_value = "target/bench.txt")]
    pub out: PathBuf,
}

fn main() -> ExitCode {
    let done =
        tokio::runtime::Builder::new_multi_thread().enable_all().build().map_err(Into::into).and_then(|runtime| {
            runtime.block_on(async {
                match Cli::parse().command {
                    Command::All(all) => every(all).await,
                    Command::Works(all) => works_alone(all).await,
                    Command::Load { url, file, rows } => load::run(&url, &file, rows).await,
                    Command::Hello => hello::run().await,
                    Command::Sandbox => sync::sandbox().await,
                    Command::Sync { url, feed } => sync::run(&url, &feed).await,
                    Command::Parse { feed } => sync::parse(&feed).await,
                    Command::Relevance { folder } => relevance::run(&folder).await,
                    Command::Scale { folder, works } => scale::run(&folder, works).await,
                }
            })
        });
    match done {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("bench: {error}");
            ExitCode::FAILURE
        }
    }
}

async fn every(all: All) -> Outcome<()> {
    let mut figures = Figures::new(&all.out)?;
    let folder = tempfile::tempdir()?;
    if let Err(error) = bytes::measure(&mut figures, &all.site) {
        eprintln!("bench: downloads were not measured: {error}");
    }
    let lite = format!("sqlite://{}/atrium.db", folder.path().display());
    pages::measure(&mut figures, &all, "sqlite", &lite, folder.path()).await?;
    if let (Some(assets), Some(page)) = (figures.get("assets_brotli"), figures.get("feed_brotli")) {
        figures.put("first_load_brotli", assets + page, "kB")?;
    }
    if let Some(server) = &all.postgres {
        let url = process::fresh_postgres(server).await?;
        pages::measure(&mut figures, &all, "postgres", &url, folder.path()).await?;
    }
    sync::measure(&mut figures, &all, folder.path()).await?;
    relevance::measure(&mut figures, &all).await?;
    scale::measure(&mut figures, &all).await?;
    works::measure(&mut figures, &all, folder.path()).await?;
    figures.verdict();
    Ok(())
}

async fn works_alone(all: All) -> Outcome<()> {
    let mut figures = Figures::new(&all.out)?;
    works::measure(&mut figures, &all, tempfile::tempdir()?.path()).await
}
