//! Loading, and pages over HTTP: how many a second, how long one takes, what memory that needs.

use crate::figures::Figures;
use crate::load::Loaded;
use crate::process::{PUBLIC, Served, data, found, settings};
use crate::traffic::{Answers, Ask, hammer, once, post};
use crate::{All, Outcome};
use std::path::Path;
use std::time::Duration;
use tokio::process::Command;

/// What is looked for, as people type it.
const SEARCHES: [&str; 6] = [
    "/search?q=python",
    "/search?q=machine+learning",
    "/search?q=git+book&kind=book",
    "/search?q=javascrpt",
    "/search?q=database+design&page=2",
    "/search?q=network",
];

/// Everything that depends on the database; `engine` names it in the figures.
pub async fn measure(figures: &mut Figures, all: &All, engine: &str, url: &str, folder: &Path) -> Outcome<()> {
    let email = load(figures, all, engine, url).await?;
    let link = sign_in_link(all, url, folder, &email).await?;

    let mut portal = Served::portal(all, url, folder)?;
    portal.answers(&ask(&portal.address, &["/healthz"], None)).await?;
    let cookie = sign_in(&portal.address, &link).await?;
    let feed = ask(&portal.address, &["/"], Some(&cookie));
    let search = ask(&portal.address, &SEARCHES, Some(&cookie));
    settle(&search).await?;
    figures.put(format!("feed_{engine}_cards"), cards(&feed).await?, "cards")?;

    let hello = Served::own(&["hello"]).await?;
    let bare = measured(all, &ask(&hello.address, &["/hello"], None)).await?;
    let pages = measured(all, &feed).await?;
    figures.put(format!("hello_{engine}_rate"), bare.rate, "pages/s")?;
    put(figures, &format!("feed_{engine}"), &pages)?;
    figures.put(format!("feed_{engine}_ratio"), pages.rate / bare.rate, "of-hello")?;
    let packed = measured(all, &Ask { encoding: Some("br"), ..feed.clone() }).await?;
    put(figures, &format!("feed_{engine}_brotli"), &packed)?;
    figures.put(format!("feed_{engine}_brotli_ratio"), packed.rate / bare.rate, "of-hello")?;
    put(figures, &format!("search_{engine}"), &measured(all, &search).await?)?;
    hello.stop().await?;
    if engine == "sqlite" {
        figures.put("memory_loaded", portal.resident()?, "MB")?;
        figures.put("feed_brotli", packed.bytes / 1000.0, "kB")?;
    }
    portal.stop().await?;
    if engine == "sqlite" {
        cold_start(figures, all, url, folder, &cookie).await?;
    }
    Ok(())
}

async fn load(figures: &mut Figures, all: &All, engine: &str, url: &str) -> Outcome<String> {
    let file = data(all, "resources/open-resources.jsonl");
    let file = file.to_string_lossy();
    let rows = all.rows.map(|rows| rows.to_string());
    let mut arguments = vec!["load", url, &file];
    if let Some(rows) = &rows {
        arguments.extend(["--rows", rows]);
    }
    let loaded: Loaded = found(&arguments).await?;
    figures.put(format!("load_{engine}_rows"), loaded.rows as f64, "resources")?;
    figures.put(format!("load_{engine}_time"), loaded.seconds, "s")?;
    figures.put(format!("load_{engine}_memory"), loaded.memory, "MB")?;
    Ok(loaded.email)
}

/// The token of a link that signs in `email`.
async fn sign_in_link(all: &All, url: &str, folder: &Path, email: &str) -> Outcome<String> {
    let binary = match &all.binary {
        Some(binary) => binary.clone(),
        None => std::env::current_exe()?.with_file_name("atrium"),
    };
    let done = Command::new(binary).args(["sign-in-link", email]).envs(settings(url, folder)).output().await?;
    let printed = String::from_utf8_lossy(&done.stdout).into_owned();
    let address = printed.split_whitespace().find(|word| word.starts_with("http"));
    match address.and_then(|address| address.rsplit('/').next()) {
        Some(token) => Ok(token.to_owned()),
        None => Err(format!("no sign-in link: {}", String::from_utf8_lossy(&done.stderr)).into()),
    }
}

/// Uses the link up; answers the session's cookie.
async fn sign_in(address: &str, token: &str) -> Outcome<String> {
    let (status, cookies) = post(address, PUBLIC, "/sign-in/link", format!("token={token}")).await?;
    match cookies.into_iter().next() {
        Some(cookie) => Ok(cookie),
        None => Err(format!("the sign-in link made no session: {status}").into()),
    }
}

fn ask(address: &str, paths: &[&str], cookie: Option<&str>) -> Ask {
    let paths = paths.iter().map(|path| (*path).to_owned()).collect();
    Ask { address: address.to_owned(), paths, cookie: cookie.map(str::to_owned), encoding: None }
}

/// Waits until the index holds the library: until a search that has to find something does.
async fn settle(search: &Ask) -> Outcome<()> {
    for _ in 0..600 {
        let (status, body) = once(search).await?;
        if status.is_server_error() {
            return Err(format!("the search page answered {status}; its log is above").into());
        }
        if String::from_utf8_lossy(&body).contains("/resources/") {
            return Ok(());
        }
        tokio::time::sleep(Duration::from_millis(200)).await;
    }
    Err("the search index was not built within two minutes".into())
}

/// How many resources and conversations a page shows: it is measured full, or not at all.
async fn cards(feed: &Ask) -> Outcome<f64> {
    let (status, body) = once(feed).await?;
    let page = String::from_utf8_lossy(&body);
    let cards = page.matches("<article").count();
    if cards < 20 {
        return Err(format!("the feed answered {status} with {cards} cards: too few to measure").into());
    }
    Ok(cards as f64)
}

async fn measured(all: &All, ask: &Ask) -> Outcome<Answers> {
    let limit = Duration::from_secs(all.seconds);
    hammer(ask, all.requests / 2, limit / 2).await?;
    hammer(ask, all.requests, limit).await
}

fn put(figures: &mut Figures, name: &str, answers: &Answers) -> Outcome<()> {
    figures.put(format!("{name}_requests"), answers.count as f64, "pages")?;
    figures.put(format!("{name}_rate"), answers.rate, "pages/s")?;
    figures.put(format!("{name}_p50"), answers.p50, "ms")?;
    figures.put(format!("{name}_p99"), answers.p99, "ms")?;
    figures.put(format!("{name}_html"), answers.bytes / 1000.0, "kB")
}

/// From starting the process to the first whole page, and what memory it holds then. The middle of five.
async fn cold_start(figures: &mut Figures, all: &All, url: &str, folder: &Path, cookie: &str) -> Outcome<()> {
    let mut times = Vec::new();
    for round in 0..5 {
        let mut portal = Served::portal(all, url, folder)?;
        let took = portal.answers(&ask(&portal.address, &["/"], Some(cookie))).await?;
        times.push(took.as_secs_f64() * 1000.0);
        if round == 0 {
            tokio::time::sleep(Duration::from_secs(2)).await;
            figures.put("memory_idle", portal.resident()?, "MB")?;
        }
        portal.stop().await?;
    }
    times.sort_by(f64::total_cmp);
    figures.put("cold_start", times[times.len() / 2], "ms")
}
