//! What an operator does from the command line.

use crate::platform::crypto::keeper;
use crate::platform::lock::{self, Alone};
use crate::platform::{Clock, Config, Site, db};

/// Takes the database for this process, which will work on its jobs, and opens the site.
pub(super) async fn open_alone(config: Config) -> Result<(Site, Option<Alone>), String> {
    let alone = lock::take(&config.database.url)?;
    Ok((open(config).await?, alone))
}

/// Opens the site beside a process that may be serving.
async fn open(config: Config) -> Result<Site, String> {
    let keeper = keeper(&config.secrets)?;
    let opened = db::open(&config.database.url, config.database.connections).await;
    let db = opened.map_err(|e| format!("database.url: {e}"))?;
    Ok(Site::new(db, Clock::system(), config, keeper))
}

/// `atrium migrate`. Opening does it; this says what was done.
pub(super) async fn migrate(config: Config) -> Result<(), String> {
    let site = open(config).await?;
    let left = db::pending(&site.db).await.map_err(|e| e.to_string())?;
    site.db.close().await;
    if left.is_empty() {
        println!("The tables are up to date.");
        return Ok(());
    }
    Err(format!("migrations {left:?} did not run"))
}
