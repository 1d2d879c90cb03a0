//! What an operator does from the command line.

use crate::base::{AppError, Role, Scope};
use crate::platform::crypto::keeper;
use crate::platform::lock::{self, Alone};
use crate::platform::{Clock, Config, Site, db};
use crate::{directory, identity};
use std::path::Path;

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

/// `atrium people import FILE`.
pub(super) async fn import_people(config: Config, file: &Path) -> Result<(), String> {
    let csv = std::fs::read(file).map_err(|e| format!("{}: {e}", file.display()))?;
    let site = open(config).await?;
    let done = directory::service::import(&Scope::system(), &site, csv).await;
    site.db.close().await;
    let report = done.map_err(|error| faults(&error, "nothing was imported"))?;
    println!("{} added, {} changed, {} unchanged.", report.added, report.changed, report.unchanged);
    Ok(())
}

/// `atrium people deactivate EMAIL`, and back.
pub(super) async fn set_active(config: Config, email: &str, active: bool) -> Result<(), String> {
    let site = open(config).await?;
    let done = directory::service::set_active_by_email(&Scope::system(), &site, email, active).await;
    site.db.close().await;
    let name = done.map_err(|error| match error {
        AppError::NotFound => format!("nobody in the directory has the mail address {email}: nothing was changed"),
        error => faults(&error, "nothing was changed"),
    })?;
    println!(
        "{name} {}.",
        if active { "can sign in again" } else { "cannot sign in any more; running sessions ended" }
    );
    Ok(())
}

/// `atrium sign-in-link EMAIL`.
pub(super) async fn sign_in_link(config: Config, email: &str, operator: bool) -> Result<(), String> {
    let site = open(config).await?;
    let role = operator.then_some(Role::Operator);
    let made = identity::service::sign_in_link(&Scope::system(), &site, email, role).await;
    site.db.close().await;
    let address = made.map_err(|error| faults(&error, "no link was made"))?;
    println!("{address}");
    eprintln!("It works once, for fifteen minutes. Making it and using it are written into the audit record.");
    Ok(())
}

/// One fault a line, so that a long list can be worked off.
fn faults(error: &AppError, outcome: &str) -> String {
    match error {
        AppError::Invalid(fields) => {
            let lines = fields.iter().map(|(name, text)| {
                let colon = if name.is_empty() { "" } else { ": " };
                format!("\n  {name}{colon}{text}")
            });
            format!("{outcome}:{}", lines.collect::<String>())
        }
        other => format!("{outcome}: {other}"),
    }
}
