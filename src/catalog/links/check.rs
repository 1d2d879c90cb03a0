//! A turn of checking: takes hold of hosts, asks each one question outside any transaction, writes down what that says.

use super::jobs::BROKEN;
use super::rules::{self, Look};
use super::store::{self, DueRow, Noted};
use crate::base::{DAY, MINUTE, Res};
use crate::platform::jobs::{self, New};
use crate::platform::{Site, new_id};
use connect::{Error, Looker, Policy, Seen};
use futures::future::join_all;
use serde_json::json;
use std::time::Duration;
use url::Url;

/// Hosts that are asked at once.
const HOSTS: i64 = 16;
/// What a link may take.
const PATIENCE: Duration = Duration::from_secs(15);
/// Addresses that are taken in by one transaction.
const BATCH: i64 = 500;
/// What a resource that is gone is remembered for: taking it away may be undone.
const KEEP_GONE: i64 = DAY;
/// Tries to tell who has to know of a broken link.
const TRIES: i64 = 20;

/// The process's looker, which keeps requests to a host apart.
pub fn looker(site: &Site) -> Looker {
    if let Some(looker) = site.ext::<Looker>() {
        return (*looker).clone();
    }
    let config = &site.config;
    let policy = Policy {
        allowed_origins: config.sync.allowed_origins.clone(),
        timeout: PATIENCE,
        user_agent: format!("{} (link check; {})", Policy::default().user_agent, config.server.public_address),
        ..Policy::default()
    };
    let looker = Looker::new(policy, Duration::from_secs(config.links.pause_seconds));
    site.provide(looker.clone());
    looker
}

/// The host of an address; none where nobody can be asked.
pub fn host(url: &str) -> Option<String> {
    Url::parse(url).ok()?.host_str().map(str::to_owned)
}

/// Takes in addresses that are new or have changed; answers how many, at most [`BATCH`].
pub async fn enrol(site: &Site) -> Res<usize> {
    let mut tx = site.begin().await?;
    let found = store::unknown(&mut tx, BATCH).await?;
    // An address without a host is known by an empty one, which is never asked; the catalogue takes none in.
    let links: Vec<(String, String, String)> = found
        .into_iter()
        .map(|(id, url)| {
            let host = host(&url).unwrap_or_default();
            (id, url, host)
        })
        .collect();
    if !links.is_empty() {
        store::enrol(&mut tx, &links, site.now()).await?;
    }
    tx.commit().await?;
    Ok(links.len())
}

/// Forgets links of what has been gone for a day; answers how many, at most [`BATCH`].
pub async fn forget_gone(site: &Site) -> Res<u64> {
    let mut tx = site.begin().await?;
    let forgotten = store::forget_gone(&mut tx, site.now() - KEEP_GONE, BATCH).await?;
    tx.commit().await?;
    Ok(forgotten)
}

/// One turn: of each of some hosts the link that is due for longest. Answers how many links were looked at. Any number of
/// nodes may take turns at any time; no two of them ask the same host.
pub async fn turn(site: &Site, looker: &Looker) -> Res<usize> {
    let holder = new_id();
    let due = take(site, looker, &holder).await?;
    let begun = site.now();
    let looks = join_all(due.iter().map(|link| look(looker, link))).await;
    let mut looks: Vec<Look> = looks.iter().map(Look::of).collect();
    let hosts: Vec<_> = due.iter().zip(&looks).map(|(link, look)| (link.reached, look.reached())).collect();
    let is_ours = rules::is_ours(&hosts);
    if is_ours {
        tracing::warn!(
            hosts = hosts.len(),
            "many hosts could not be reached at once: taken for a fault of our network"
        );
    }
    let mut broke = false;
    for ((link, look), (_, reached)) in due.iter().zip(&mut looks).zip(hosts) {
        if is_ours && reached == Some(false) {
            *look = Look::ours();
        }
        broke |= settle(site, looker, &holder, link, look, reached, begun).await?;
    }
    if broke {
        site.wake.notify_one();
    }
    Ok(due.len())
}

/// Takes hold of hosts for as long as looking may take. A holder that dies is passed over then.
async fn take(site: &Site, looker: &Looker, holder: &str) -> Res<Vec<DueRow>> {
    let now = site.now();
    let longest = i64::try_from(looker.longest().as_millis()).unwrap_or(DAY);
    let mut tx = site.begin().await?;
    store::hold(&mut tx, holder, &site.config.links.hosts, HOSTS, now + longest + MINUTE, now).await?;
    let due = store::due(&mut tx, holder, HOSTS, now).await?;
    tx.commit().await?;
    Ok(due)
}

/// Asks, within the time for which the host is held.
async fn look(looker: &Looker, link: &DueRow) -> Result<Seen, Error> {
    let odd = |reason: String| Error::Address { url: String::new(), reason };
    let url = Url::parse(&link.url).map_err(|error| odd(error.to_string()))?;
    // Longer it takes only where other links lead to the hosts of this one.
    let asked = tokio::time::timeout(looker.longest(), looker.look(&url)).await;
    asked.unwrap_or_else(|_| Err(odd("other links lead to the same hosts".to_owned())))
}

/// Writes down what was seen and lets go of the host. Answers whether the link is newly broken.
async fn settle(
    site: &Site,
    looker: &Looker,
    holder: &str,
    link: &DueRow,
    look: &Look,
    reached: Option<bool>,
    begun: i64,
) -> Res<bool> {
    let now = site.now();
    let interval = site.config.links.interval_days * DAY;
    let (after, due_at) = rules::judge(&link.standing(), look, now, interval);
    let mut tx = site.begin().await?;
    if !store::release(&mut tx, holder, &link.host, rules::free_at(look, now, looker.pause()), reached).await? {
        tracing::info!(host = link.host, "a look took too long: somebody else asks this host by now");
        return Ok(false);
    }
    let noted = store::note(&mut tx, &Noted { due: link, look, after: &after, due_at, begun }, now).await?;
    let broke = noted && link.broken_at.is_none() && after.broken_at.is_some();
    if broke {
        let (key, args) = (link.resource.as_str(), json!({"resource": link.resource}));
        let job = New { kind: BROKEN, dedupe: Some(key), args, due_at: now, max_tries: TRIES };
        jobs::enqueue(&mut tx, job, now).await?;
    }
    tx.commit().await?;
    metrics::counter!("atrium_link_checks_total", "outcome" => look.outcome.as_str()).increment(1);
    Ok(broke)
}
