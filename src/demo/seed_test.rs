use super::{Seeded, seed};
use crate::base::Scope;
use crate::platform::crypto::{Keeper, new_key};
use crate::platform::db::Db;
use crate::platform::db::testing::on_both;
use crate::platform::{Clock, Config, Site};
use crate::sources::service as sources;
use crate::sql;
use sandbox::{Options, Running, Sandbox};

fn site(db: &Db, sandboxes: &[&Running]) -> Site {
    let mut config = Config::default();
    for sandbox in sandboxes {
        for (_, url) in sandbox.urls().iter() {
            config.sync.allowed_origins.push(url.as_str().trim_end_matches('/').to_owned());
        }
    }
    Site::new(db.clone(), Clock::system(), config, Keeper::from_base64(&new_key()).unwrap())
}

macro_rules! count {
    ($site:expr, $from:literal) => {{
        let row: (i64,) = $site.read().await.unwrap().one(sql!(concat!("SELECT count(*) FROM ", $from))).await.unwrap();
        row.0
    }};
}

async fn counts(site: &Site) -> Vec<(&'static str, i64)> {
    vec![
        ("person", count!(site, "person")),
        ("people_group", count!(site, "people_group")),
        ("source", count!(site, "source")),
        ("sync_run", count!(site, "sync_run")),
        ("quarantine", count!(site, "quarantine")),
        ("resource", count!(site, "resource WHERE gone_at IS NULL")),
        ("discussion", count!(site, "discussion WHERE gone_at IS NULL")),
        ("topic", count!(site, "topic")),
        ("playlist", count!(site, "playlist")),
        ("published", count!(site, "playlist WHERE published_at IS NOT NULL")),
        ("playlist_item", count!(site, "playlist_item")),
        ("activity", count!(site, "activity")),
        ("resource_state", count!(site, "resource_state")),
        ("follow", count!(site, "follow")),
        ("audit", count!(site, "audit WHERE action <> 'people.import'")),
    ]
}

fn of(counts: &[(&str, i64)], name: &str) -> i64 {
    counts.iter().find(|(each, _)| *each == name).unwrap().1
}

#[tokio::test]
async fn seeding_twice_is_seeding_once() {
    on_both(|db| async move {
        let sandbox = Sandbox::start(Options::default()).await.unwrap();
        let site = site(&db, &[&sandbox]);
        assert_eq!(seed(&site, &sandbox, &|_| {}).await.unwrap(), Seeded::Now);
        let first = counts(&site).await;
        assert_eq!(seed(&site, &sandbox, &|_| {}).await.unwrap(), Seeded::Before);
        assert_eq!(counts(&site).await, first);
        assert_eq!((of(&first, "person"), of(&first, "people_group"), of(&first, "source")), (62, 6, 13));
        assert_eq!(of(&first, "quarantine"), 0);
        assert!((280..=320).contains(&of(&first, "resource")), "{first:?}");
        assert_eq!(of(&first, "discussion"), 41);
        assert_eq!((of(&first, "playlist"), of(&first, "published")), (9, 8));
        let organisation = super::Organisation::embedded().unwrap();
        let items: usize = organisation.playlists.iter().map(|playlist| playlist.items.len()).sum();
        assert_eq!(of(&first, "playlist_item"), items as i64, "every item has found its resource");
        assert!(of(&first, "activity") > 1500, "{first:?}");
        let late: (i64,) = {
            let mut c = site.read().await.unwrap();
            c.one(sql!("SELECT count(*) FROM activity WHERE at > $1", site.now())).await.unwrap()
        };
        assert_eq!(late.0, 0);
        sandbox.stop().await;
    })
    .await;
}

#[tokio::test]
async fn systems_that_listen_elsewhere_are_followed_and_nothing_doubles() {
    on_both(|db| async move {
        let sandbox = Sandbox::start(Options::default()).await.unwrap();
        let moved = Sandbox::start(Options::default()).await.unwrap();
        let site = site(&db, &[&sandbox, &moved]);
        seed(&site, &sandbox, &|_| {}).await.unwrap();
        let before = counts(&site).await;
        sandbox.stop().await;
        assert_eq!(seed(&site, &moved, &|_| {}).await.unwrap(), Seeded::Before);
        let all = sources::overview(&Scope::system(), &site).await.unwrap();
        for card in all.sources {
            let run = sources::sync_to_end(&site, &card.id).await.unwrap();
            assert_eq!((run.added, run.gone, run.removals), (0, 0, 0), "{}", card.name);
        }
        let after = counts(&site).await;
        for name in ["source", "resource", "discussion", "playlist_item", "activity"] {
            assert_eq!(of(&after, name), of(&before, name), "{name}");
        }
        moved.stop().await;
    })
    .await;
}
