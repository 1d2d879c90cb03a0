//! Loads the library through the catalogue's service, in a process of its own whose memory is looked at.

use crate::process::{KEY, memory};
use crate::{Outcome, people, reader};
use atrium::catalog;
use atrium::platform::crypto::Keeper;
use atrium::platform::{Clock, Config, Site, db};
use serde::{Deserialize, Serialize};
use std::path::Path;
use std::time::Instant;

/// Items of one transaction, as a page of a sync run has them.
const PAGE: usize = 200;
/// The source that the library stands in for.
const SOURCE: &str = "bench";

/// What loading took.
#[derive(Serialize, Deserialize)]
pub struct Loaded {
    /// Resources that were taken in.
    pub rows: i64,
    /// For them alone.
    pub seconds: f64,
    /// At its most, in MB.
    pub memory: f64,
    /// Whom the pages are measured as.
    pub email: String,
}

/// Opens a site on `url` as the command line does.
pub async fn site(url: &str) -> Outcome<Site> {
    let mut config = Config::default();
    config.database.url = url.to_owned();
    Ok(Site::new(db::open(url, 8).await?, Clock::system(), config, keeper()?))
}

/// Seals under the key that the measured portals have.
pub fn keeper() -> Outcome<Keeper> {
    Ok(Keeper::from_base64(KEY)?)
}

/// Loads `file` and the people; prints [`Loaded`].
pub async fn run(url: &str, file: &Path, rows: Option<usize>) -> Outcome<()> {
    let site = site(url).await?;
    let items = reader::resources(file, rows.unwrap_or(usize::MAX))?;
    let start = Instant::now();
    let mut tx = site.begin().await?;
    catalog::service::set_origin(&mut tx, SOURCE, "Open library", None).await?;
    tx.commit().await?;
    let mut taken = 0;
    for page in items.chunks(PAGE) {
        let mut tx = site.begin().await?;
        taken += catalog::service::ingest(&mut tx, SOURCE, "run", page, site.now()).await?.added;
        tx.commit().await?;
    }
    let seconds = start.elapsed().as_secs_f64();
    let memory = memory(std::process::id(), "VmHWM:")?;
    let email = people::settle(&site, SOURCE, &items).await?;
    if !site.db.is_alone() {
        // PostgreSQL plans by statistics, which it would gather by itself within a minute or so.
        let mut tx = site.begin().await?;
        tx.run(atrium::sql!("ANALYZE")).await?;
        tx.commit().await?;
    }
    site.db.close().await;
    println!("{}", serde_json::to_string(&Loaded { rows: taken, seconds, memory, email })?);
    Ok(())
}
