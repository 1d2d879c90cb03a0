//! Processes that are measured: started, watched through `/proc`, and stopped by their own handle.

use crate::traffic::{Ask, once};
use crate::{All, Outcome};
use http::StatusCode;
use serde::de::DeserializeOwned;
use std::path::{Path, PathBuf};
use std::process::Stdio;
use std::time::{Duration, Instant};
use tokio::io::{AsyncBufReadExt, AsyncReadExt, BufReader};
use tokio::process::{Child, Command};

/// Nothing that starts takes longer.
const PATIENCE: Duration = Duration::from_secs(120);
/// The address that people would type. The session's cookie is named after its port, and has to outlive a restart on
/// another one.
pub const PUBLIC: &str = "http://127.0.0.1";
/// Any key: nothing is sealed with it that anybody keeps.
pub const KEY: &str = "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=";

/// A process that serves; it ends with this value.
pub struct Served {
    child: Child,
    /// Where it listens.
    pub address: String,
}

impl Served {
    /// This binary with `arguments`, which prints the address that it listens on.
    pub async fn own(arguments: &[&str]) -> Outcome<Served> {
        let mut child = own(arguments)?.stdout(Stdio::piped()).kill_on_drop(true).spawn()?;
        let mut line = String::new();
        if let Some(out) = child.stdout.take() {
            tokio::time::timeout(PATIENCE, BufReader::new(out).read_line(&mut line)).await??;
        }
        match line.trim() {
            "" => Err(format!("{arguments:?} did not start").into()),
            address => Ok(Served { child, address: address.to_owned() }),
        }
    }

    /// The portal on `database`; answers as soon as the process runs, not when it listens.
    pub fn portal(all: &All, database: &str, folder: &Path) -> Outcome<Served> {
        let port = std::net::TcpListener::bind("127.0.0.1:0")?.local_addr()?.port();
        let address = format!("127.0.0.1:{port}");
        let binary = match &all.binary {
            Some(binary) => binary.clone(),
            None => std::env::current_exe()?.with_file_name("atrium"),
        };
        let child = Command::new(&binary)
            .arg("serve")
            .envs(settings(database, folder))
            .env("ATRIUM__SERVER__LISTEN", &address)
            .env("ATRIUM__SERVER__PUBLIC_ADDRESS", PUBLIC)
            .stdout(Stdio::null())
            .kill_on_drop(true)
            .spawn()
            .map_err(|error| format!("{}: {error}", binary.display()))?;
        Ok(Served { child, address })
    }

    /// Waits until it answers `ask` with 200, and says how long that took.
    pub async fn answers(&mut self, ask: &Ask) -> Outcome<Duration> {
        let start = Instant::now();
        loop {
            if let Some(status) = self.child.try_wait()? {
                return Err(format!("it ended while starting: {status}").into());
            }
            match once(ask).await {
                Ok((StatusCode::OK, ..)) => return Ok(start.elapsed()),
                last if start.elapsed() > PATIENCE => {
                    return Err(format!("{:?} is not served: {:?}", ask.paths, last.map(|l| l.0)).into());
                }
                _ => tokio::time::sleep(Duration::from_millis(1)).await,
            }
        }
    }

    /// Resident memory now, in MB.
    pub fn resident(&self) -> Outcome<f64> {
        memory(self.child.id().ok_or("it has ended")?, "VmRSS:")
    }

    /// Asks it to stop, and waits until it has.
    pub async fn stop(mut self) -> Outcome<()> {
        if let Some(id) = self.child.id() {
            Command::new("kill").arg("-TERM").arg(id.to_string()).status().await?;
        }
        if tokio::time::timeout(Duration::from_secs(30), self.child.wait()).await.is_err() {
            self.child.kill().await?;
        }
        Ok(())
    }
}

/// Settings of a portal on `database`, as the environment gives them.
pub fn settings(database: &str, folder: &Path) -> Vec<(String, String)> {
    let engine = database.split(':').next().unwrap_or_default();
    let search = folder.join(format!("search-{engine}"));
    [
        ("ATRIUM__DATABASE__URL", database),
        ("ATRIUM__SEARCH__FOLDER", &search.to_string_lossy()),
        ("ATRIUM__SECRETS__KEY", KEY),
        ("ATRIUM__SERVER__METRICS", ""),
        ("ATRIUM__LOG__FILTER", "warn"),
        // The invented addresses lead nowhere, and nothing else is to run beside what is measured.
        ("ATRIUM__LINKS__CHECK", "false"),
    ]
    .map(|(name, value)| (name.to_owned(), value.to_owned()))
    .to_vec()
}

/// Memory of a process in MB; `what` is `VmRSS:` (now) or `VmHWM:` (at its most).
pub fn memory(id: u32, what: &str) -> Outcome<f64> {
    let status = std::fs::read_to_string(format!("/proc/{id}/status"))?;
    let line = status.lines().find_map(|line| line.strip_prefix(what)).ok_or("no such line in /proc")?;
    let kilobytes: f64 = line.trim().trim_end_matches("kB").trim().parse()?;
    Ok(kilobytes * 1024.0 / 1e6)
}

fn own(arguments: &[&str]) -> Outcome<Command> {
    let mut command = Command::new(std::env::current_exe()?);
    command.args(arguments);
    Ok(command)
}

/// Runs this binary with `arguments` to its end; its last line is what it found out.
pub async fn found<T: DeserializeOwned>(arguments: &[&str]) -> Outcome<T> {
    let mut child = own(arguments)?.stdout(Stdio::piped()).kill_on_drop(true).spawn()?;
    let mut out = String::new();
    if let Some(mut pipe) = child.stdout.take() {
        pipe.read_to_string(&mut out).await?;
    }
    let status = child.wait().await?;
    if !status.success() {
        return Err(format!("{arguments:?} failed: {status}").into());
    }
    Ok(serde_json::from_str(out.lines().last().unwrap_or_default())?)
}

/// A new, empty database on the PostgreSQL server at `server`, which sorts by code point.
pub async fn fresh_postgres(server: &str) -> Outcome<String> {
    let name = format!("bench_{}", std::process::id());
    let url = format!("{}/{name}", server.trim_end_matches('/'));
    let sql = format!("CREATE DATABASE {name} TEMPLATE template0 LC_COLLATE 'C' LC_CTYPE 'C.UTF-8'");
    let admin = format!("{}/postgres", server.trim_end_matches('/'));
    let done = Command::new("psql").args(["-qX", "-v", "ON_ERROR_STOP=1", "-c", &sql, &admin]).status().await;
    match done {
        Ok(status) if status.success() => Ok(url),
        Ok(status) => Err(format!("psql could not make {name}: {status}").into()),
        Err(error) => Err(format!("psql: {error}").into()),
    }
}

/// Where a file of the shared data lies.
pub fn data(all: &All, file: &str) -> PathBuf {
    all.data.join(file)
}
