//! One process a SQLite file: jobs that a dead process held are due again at once, which is only right where nobody else
//! may be running them.

use std::fs::{File, OpenOptions, TryLockError};
use std::path::PathBuf;

/// Held as long as the process lives; the system releases it, also after a kill.
#[derive(Debug)]
pub struct Alone(#[allow(dead_code, reason = "held for its lock")] File);

/// Takes the database at `url` for this process. PostgreSQL is shared: there is nothing to take.
///
/// # Errors
/// In words for the operator: another process has it, or the lock file cannot be made.
pub fn take(url: &str) -> Result<Option<Alone>, String> {
    let Some(path) = url.strip_prefix("sqlite://") else { return Ok(None) };
    let path = PathBuf::from(format!("{path}.lock"));
    if let Some(folder) = path.parent() {
        std::fs::create_dir_all(folder).map_err(|e| format!("{}: {e}", folder.display()))?;
    }
    let file = OpenOptions::new().create(true).truncate(false).write(true).open(&path);
    let file = file.map_err(|e| format!("{}: {e}", path.display()))?;
    match file.try_lock() {
        Ok(()) => Ok(Some(Alone(file))),
        Err(TryLockError::WouldBlock) => Err(format!(
            "database.url: another process is using {}. Stop it first, or use PostgreSQL, which many can share",
            path.with_extension("").display()
        )),
        Err(TryLockError::Error(error)) => Err(format!("{}: {error}", path.display())),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_has_one_process_and_postgres_many() {
        let folder = tempfile::tempdir().unwrap();
        let url = format!("sqlite://{}/a/atrium.db", folder.path().display());
        let held = take(&url).unwrap();
        assert!(held.is_some());
        assert!(take(&url).unwrap_err().contains("another process"));
        drop(held);
        assert!(take(&url).unwrap().is_some());
        assert!(take("postgres://127.0.0.1/atrium").unwrap().is_none());
    }
}
