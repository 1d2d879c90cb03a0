//! A library in memory's reach: a database and its search index in one process, searched as a person searches.

use crate::{Outcome, load};
use atrium::base::{Scope, Viewer};
use atrium::catalog;
use atrium::catalog::model::{Found, Query};
use atrium::catalog::search::Index;
use atrium::platform::{Config, Site};
use connect::Item;
use std::path::Path;

/// Items of one transaction.
const PAGE: usize = 500;
/// The source that everything is from.
pub const SOURCE: &str = "bench";

/// What is searched, and by whom.
pub struct Library {
    /// Its site.
    pub site: Site,
    /// Its index.
    pub index: Index,
    scope: Scope,
}

impl Library {
    /// Takes `items` in and indexes them, in `folder`.
    pub async fn of(items: impl Iterator<Item = Item>, folder: &Path) -> Outcome<Library> {
        let plain = load::site(&format!("sqlite://{}/library.db", folder.display())).await?;
        let mut config: Config = plain.config.clone();
        config.search.folder = folder.join("search").display().to_string();
        let site = Site::new(plain.db.clone(), plain.clock.clone(), config, load::keeper()?);
        let mut tx = site.begin().await?;
        catalog::service::set_origin(&mut tx, SOURCE, "Open library", None).await?;
        tx.commit().await?;
        let mut page = Vec::with_capacity(PAGE);
        for item in items {
            page.push(item);
            if page.len() == PAGE {
                take_in(&site, &std::mem::take(&mut page)).await?;
            }
        }
        take_in(&site, &page).await?;
        let index = Index::open(&site).await?;
        index.catch_up(&site.db).await?;
        site.provide(index.clone());
        Ok(Library { site, index, scope: reader() })
    }

    /// What the search page would show.
    pub async fn search(&self, query: &Query) -> Outcome<Found> {
        Ok(catalog::service::search(&self.scope, &self.site, query).await?)
    }

    /// Titles of the best hits for `text`, at most a page of them.
    pub async fn titles(&self, text: &str) -> Outcome<Vec<String>> {
        let found = self.search(&Query { page: 1, ..Query::from_pairs([("q", text)]) }).await?;
        Ok(found.page.rows.into_iter().map(|hit| hit.card.title).collect())
    }
}

/// Takes one page of items in.
pub async fn take_in(site: &Site, items: &[Item]) -> Outcome<()> {
    let mut tx = site.begin().await?;
    catalog::service::ingest(&mut tx, SOURCE, "run", items, site.now()).await?;
    tx.commit().await?;
    Ok(())
}

/// Somebody in a few groups: searches are limited to what she may see.
pub fn reader() -> Scope {
    Scope::Person(Viewer {
        id: "reader".into(),
        name: "Reader".into(),
        email: "reader@halden.example".into(),
        locale: "en-GB".into(),
        time_zone: "Europe/London".into(),
        roles: vec![],
        groups: vec!["platform".into(), "engineers".into()],
        manages: false,
    })
}

/// Small numbers that are the same in every run, by the generator SplitMix64 (Steele, Lea, Flood: Fast Splittable
/// Pseudorandom Number Generators, 2014).
pub struct Dice(pub u64);

impl Dice {
    /// One of `0..sides`.
    pub fn roll(&mut self, sides: usize) -> usize {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        ((z ^ (z >> 31)) % sides.max(1) as u64) as usize
    }
}
