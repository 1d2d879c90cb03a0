//! `atrium doctor`: what is in force, and for each fault what to do about it.

use crate::platform::crypto::keeper;
use crate::platform::mail::Mailer;
use crate::platform::{Clock, Config, Site, db, jobs};
use crate::sql;
use std::path::Path;
use std::process::ExitCode;
use std::time::Duration;

/// Free space below which writing will soon fail, in bytes.
const LOW_DISK: u64 = 1 << 30;
/// A clock that is further off than this from the database's spoils leases and sessions, in milliseconds.
const CLOCK_OFF: i64 = 5_000;
/// How long anything outside may take to answer.
const PATIENCE: Duration = Duration::from_secs(5);

/// What one check found.
struct Finding {
    subject: &'static str,
    /// What is so; or what is wrong and what to do about it.
    verdict: Result<String, String>,
}

fn finding(subject: &'static str, verdict: Result<String, String>) -> Finding {
    Finding { subject, verdict }
}

/// Prints the configuration and the findings; fails where one of them is a fault.
pub(super) async fn run(config: Config) -> Result<ExitCode, String> {
    println!("# In force\n\n{}\n# Findings\n", config.masked());
    let mut findings = vec![
        finding("configuration", Ok("every key is known and sound".into())),
        finding("secrets", keeper(&config.secrets).map(|_| "the key is there".into())),
        finding("disk", disk(&config)),
    ];
    findings.extend(issuers(&config).await);
    findings.push(finding("mail", mail(&config).await));
    findings.push(finding("links", Ok(links(&config))));
    match db::connect(&config.database.url, 2).await {
        Ok(db) => findings.extend(within(db, config).await),
        Err(error) => findings.push(finding("database", Err(away(&config.database.url, &error)))),
    }
    let mut sound = true;
    for Finding { subject, verdict } in findings {
        sound &= verdict.is_ok();
        match verdict {
            Ok(text) => println!("ok     {subject}: {text}"),
            Err(text) => println!("FAULT  {subject}: {text}"),
        }
    }
    Ok(if sound { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

fn away(url: &str, error: &sqlx::Error) -> String {
    match url.strip_prefix("sqlite://") {
        Some(path) if !Path::new(path).exists() => {
            format!("there is no {path} yet. `atrium migrate` makes it, and so does `atrium serve`")
        }
        _ => format!("{error}. Check that it runs, and that database.url names it"),
    }
}

async fn within(db: db::Db, config: Config) -> Vec<Finding> {
    let tables = match db::pending(&db).await {
        Ok(left) if left.is_empty() => Ok("the tables are up to date".to_owned()),
        Ok(left) => Err(format!("{} migrations have not run. Run `atrium migrate`", left.len())),
        Err(_) => Err("it has no tables of Atrium yet. Run `atrium migrate`".to_owned()),
    };
    let ready = tables.is_ok();
    let mut findings = vec![finding("database", tables), finding("clock", clock(&db).await)];
    if let (true, Ok(keeper)) = (ready, keeper(&config.secrets)) {
        let site = Site::new(db.clone(), Clock::system(), config, keeper);
        findings.push(finding("jobs", waiting(&site).await));
        findings.extend(sources(&site).await);
    }
    db.close().await;
    findings
}

async fn clock(db: &db::Db) -> Result<String, String> {
    let ours = Clock::system().now();
    let read = async {
        let asked = sql!(
            sqlite: "SELECT CAST(unixepoch('subsec') * 1000 AS BIGINT)",
            postgres: "SELECT CAST(extract(epoch FROM clock_timestamp()) * 1000 AS BIGINT)",
        );
        db.read().await?.one::<(i64,)>(asked).await
    };
    let (theirs,) = read.await.map_err(|e| e.to_string())?;
    let off = (theirs - ours).abs();
    if off > CLOCK_OFF {
        return Err(format!("the database's clock is {} s away from this machine's. Let both follow NTP", off / 1000));
    }
    Ok("it agrees with the database's".into())
}

/// Jobs that ended in failure within a day, in milliseconds.
const RECENT: i64 = 24 * 3_600_000;

async fn waiting(site: &Site) -> Result<String, String> {
    let counted = async { jobs::counts(&mut site.db.read().await?, site.now() - RECENT).await };
    let (waiting, given_up) = counted.await.map_err(|e| e.to_string())?;
    if given_up > 0 {
        return Err(format!("{given_up} were given up within a day; the log names each with its error"));
    }
    Ok(format!("{waiting} wait, none was given up within a day"))
}

async fn sources(site: &Site) -> Vec<Finding> {
    match crate::sources::service::findings(site).await {
        Ok(found) => found
            .into_iter()
            .map(|(name, verdict)| {
                let named = |text| format!("{name}: {text}");
                finding("source", verdict.map(named).map_err(named))
            })
            .collect(),
        Err(error) => vec![finding("source", Err(error.to_string()))],
    }
}

fn disk(config: &Config) -> Result<String, String> {
    let folder = config.database.url.strip_prefix("sqlite://").unwrap_or(&config.search.folder);
    let existing = Path::new(folder).ancestors().find(|p| p.exists()).unwrap_or(Path::new("."));
    let existing = if existing.as_os_str().is_empty() { Path::new(".") } else { existing };
    let stat = rustix::fs::statvfs(existing).map_err(|e| format!("{}: {e}", existing.display()))?;
    let free = stat.f_bavail * stat.f_frsize;
    if free < LOW_DISK {
        return Err(format!("only {} MB are free at {}. Make room", free >> 20, existing.display()));
    }
    Ok(format!("{} GB are free at {}", free >> 30, existing.display()))
}

fn links(config: &Config) -> String {
    let links = &config.links;
    match (links.check, links.hosts.as_slice()) {
        (false, _) => "not checked: links.check is off".into(),
        (true, []) => format!("each is checked every {} days", links.interval_days),
        (true, hosts) => format!("those to {} are checked every {} days", hosts.join(", "), links.interval_days),
    }
}

async fn mail(config: &Config) -> Result<String, String> {
    if !config.mail.is_on() {
        return Ok("not set up: notices stay on the page".into());
    }
    let server = &config.mail.server;
    let checked = Mailer::new(config)?.with_patience(PATIENCE).check().await;
    checked.map_err(|e| format!("{server}: {e}. Check mail.server, mail.encryption, and the user and password"))?;
    Ok(format!("{server} answers and lets us in"))
}

async fn issuers(config: &Config) -> Vec<Finding> {
    if config.issuers.is_empty() {
        let advice = "no identity provider is configured, so nobody can sign in. Add a table [atrium.issuers.NAME]";
        return vec![finding("sign-in", Err(advice.into()))];
    }
    let client = reqwest::Client::builder().timeout(PATIENCE).build();
    let mut findings = Vec::new();
    for (name, issuer) in &config.issuers {
        let address = format!("{}/.well-known/openid-configuration", issuer.address.trim_end_matches('/'));
        let verdict = match &client {
            Ok(client) => discovery(client, &address, &issuer.address).await,
            Err(error) => Err(error.to_string()),
        };
        findings.push(finding("sign-in", verdict.map_err(|e| format!("issuers.{name}: {e}"))));
    }
    findings
}

async fn discovery(client: &reqwest::Client, address: &str, issuer: &str) -> Result<String, String> {
    let answer = client.get(address).send().await.and_then(reqwest::Response::error_for_status);
    let answer =
        answer.map_err(|e| format!("{address} does not answer ({e}). Check issuers.*.address and the network"))?;
    let document: serde_json::Value =
        answer.json().await.map_err(|e| format!("{address} is no discovery document: {e}"))?;
    match document["issuer"].as_str() {
        Some(named) if named == issuer => Ok(format!("{issuer} answers")),
        named => {
            Err(format!("the document names {} as the issuer; write that as the address", named.unwrap_or("nobody")))
        }
    }
}
