//! Composed pages on both engines.

use super::compose;
use crate::base::{AppError, DAY, Scope};
use crate::catalog::testing::{
    NOW, add_articles, add_group, add_person, add_source, ids, ingest, resource, scope, site,
};
use crate::platform::Site;
use crate::platform::db::Db;
use crate::platform::db::testing::on_both;
use crate::playlists::service::{NewPlaylist, create_published};
use crate::records::model::{ObjectKind, Verb};
use crate::records::service::record;
use connect::Item;

async fn act(site: &Site, groups: &[&str], verb: Verb, kind: ObjectKind, object: &str) {
    record(&scope("ada", groups), site, verb, kind, object, None, None).await.unwrap();
}

async fn publish(db: &Db, title: &str, audience: Option<&str>, resource: &str) -> String {
    let items = [(resource.to_owned(), String::new())];
    let new = NewPlaylist { slug: None, title, summary: "", steward: "ada", audience, items: &items };
    let mut tx = db.begin().await.unwrap();
    let id = create_published(&mut tx, new, NOW).await.unwrap();
    tx.commit().await.unwrap();
    id
}

#[tokio::test]
async fn history_is_told_by_day_with_an_undo_for_what_is_hidden() {
    on_both(|db| async move {
        let ids = add_articles(&db, &[("a", "Anvil"), ("b", "Bellows")]).await;
        add_person(&db, "ada").await;
        let site = site(&db);
        let playlist = publish(&db, "First week", None, &ids["b"]).await;
        act(&site, &[], Verb::Opened, ObjectKind::Resource, &ids["a"]).await;
        site.clock.advance(DAY);
        act(&site, &[], Verb::Hidden, ObjectKind::Resource, &ids["a"]).await;
        site.clock.advance(DAY);
        act(&site, &[], Verb::Hidden, ObjectKind::Resource, &ids["b"]).await;
        act(&site, &[], Verb::Followed, ObjectKind::Playlist, &playlist).await;
        site.clock.advance(1);
        act(&site, &[], Verb::Restored, ObjectKind::Resource, &ids["b"]).await;
        let view = compose::history(&scope("ada", &[]), &site, "-1").await.unwrap();
        let days = view.days();
        assert_eq!(days.iter().map(|day| day.0.as_str()).collect::<Vec<_>>()[..2], ["Today", "Yesterday"]);
        assert!(days.len() == 3 && days[2].0.contains("12 May 2026"), "{:?}", days[2].0);
        assert_eq!((days[0].1.len(), days[1].1[0].title.as_str()), (3, "Anvil"));
        let restorable: Vec<_> = view.page.rows.iter().filter_map(|deed| deed.restorable.as_ref()).collect();
        assert_eq!(restorable, [&ids["a"]], "what was shown again needs no undo");
        assert_eq!(view.page.total, 5);
        let followed = view.page.rows.iter().find(|deed| deed.verb == Verb::Followed).unwrap();
        assert_eq!((followed.title.as_str(), followed.href.as_str()), ("First week", "/playlists/first-week"));
        let other = compose::history(&scope("bo", &[]), &site, "1").await.unwrap();
        assert_eq!(other.page.total, 0, "one's own history only");
        assert_eq!(compose::history(&Scope::Anonymous, &site, "1").await, Err(AppError::SignIn));
    })
    .await;
}

#[tokio::test]
async fn what_is_not_shared_any_more_is_not_named() {
    on_both(|db| async move {
        add_group(&db, "firmware").await;
        add_person(&db, "ada").await;
        add_source(&db, "closed", Some("firmware")).await;
        ingest(&db, "closed", "1", vec![Item::Resource(resource("a", "Secret anvil", &["smithing"]))]).await;
        let (site, id) = (site(&db), ids(&db).await["a"].clone());
        for verb in [Verb::Opened, Verb::Saved] {
            act(&site, &["firmware"], verb, ObjectKind::Resource, &id).await;
        }
        let playlist = publish(&db, "Secret smithing", Some("firmware"), &id).await;
        act(&site, &["firmware"], Verb::Followed, ObjectKind::Playlist, &playlist).await;
        let member = scope("ada", &["firmware"]);
        assert_eq!(compose::saved(&member, &site, "").await.unwrap().page.rows.len(), 1);
        let page = compose::resource(&member, &site, &id).await.unwrap();
        assert!(page.state.saved && page.state.opened && page.playlists.len() == 1);

        let former = scope("ada", &[]);
        let saved = compose::saved(&former, &site, "x").await.unwrap();
        assert_eq!((saved.page.rows.len(), saved.page.total), (0, 0));
        assert_eq!(compose::resource(&former, &site, &id).await, Err(AppError::NotFound));
        let history = compose::history(&former, &site, "1").await.unwrap();
        assert!(history.page.rows.iter().all(|deed| !deed.title.contains("Secret") && deed.href.is_empty()));
    })
    .await;
}

#[tokio::test]
async fn the_search_box_offers_what_one_may_see() {
    use crate::catalog::search::Index;
    use crate::pages::model::Group;
    on_both(|db| async move {
        add_group(&db, "firmware").await;
        add_person(&db, "ada").await;
        add_source(&db, "closed", Some("firmware")).await;
        ingest(&db, "closed", "1", vec![Item::Resource(resource("s", "Secret smithing", &["smithing secrets"]))]).await;
        add_source(&db, "library", None).await;
        ingest(&db, "library", "1", vec![Item::Resource(resource("a", "Smithing", &["smithing"]))]).await;
        let open = ids(&db).await["a"].clone();
        publish(&db, "Smiths' first week", None, &open).await;
        publish(&db, "Smithing for few", Some("firmware"), &open).await;
        let folder = tempfile::tempdir().unwrap();
        let mut config = crate::platform::Config::default();
        config.search.folder = folder.path().join("search").display().to_string();
        let keeper = crate::platform::crypto::Keeper::from_base64(&crate::platform::crypto::new_key()).unwrap();
        let site = Site::new(db.clone(), crate::platform::Clock::at(NOW), config, keeper);
        let index = Index::open(&site).await.unwrap();
        crate::catalog::testing::caught_up(&index, &db, 2).await;
        site.provide(index);

        let labels = |offers: &[super::model::Offer], group| {
            offers.iter().filter(|it| it.group == group).map(|it| it.label.clone()).collect::<Vec<_>>()
        };
        let offers = compose::suggest(&scope("ada", &[]), &site, "smi").await.unwrap();
        assert_eq!(labels(&offers, Group::Topic), ["Smithing"]);
        assert_eq!(labels(&offers, Group::Playlist), ["Smiths' first week"]);
        assert_eq!(labels(&offers, Group::Resource), ["Smithing"]);
        assert_eq!(labels(&offers, Group::Person), [""; 0], "who manages nobody is offered nobody");
        let offers = compose::suggest(&scope("ada", &["firmware"]), &site, "smi").await.unwrap();
        assert_eq!(labels(&offers, Group::Topic), ["Smithing", "Smithing secrets"]);
        assert_eq!((labels(&offers, Group::Playlist).len(), labels(&offers, Group::Resource).len()), (2, 2));
        for odd in ["", "   ", "%", "_", "\\", "' OR 1=1"] {
            assert_eq!(compose::suggest(&scope("ada", &[]), &site, odd).await, Ok(vec![]), "{odd}");
        }
        assert_eq!(compose::suggest(&Scope::Anonymous, &site, "smi").await, Err(AppError::SignIn));
        // What cannot be reached is not suggested; a search finds it.
        crate::catalog::links::testing::break_link(&db, &open, NOW).await;
        let offers = compose::suggest(&scope("ada", &[]), &site, "smi").await.unwrap();
        assert_eq!(labels(&offers, Group::Resource), [""; 0]);
        let found = compose::search(&scope("ada", &[]), &site, "?q=smithing").await.unwrap();
        assert!(found.found.page.rows.iter().any(|hit| hit.card.id == open && hit.card.broken));
    })
    .await;
}
