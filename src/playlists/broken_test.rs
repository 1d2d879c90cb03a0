//! Who is told of broken links, on both engines; and what learners see of them.

use super::broken::tell_stewards;
use super::service;
use super::testing::*;
use crate::base::DAY;
use crate::catalog::links::testing::break_link;
use crate::platform::db::testing::on_both;
use crate::sql;

async fn tell(house: &House, resource: &str) -> i64 {
    let mut tx = house.site.begin().await.unwrap();
    let told = tell_stewards(&mut tx, resource, house.site.now()).await.unwrap();
    tx.commit().await.unwrap();
    told
}

/// Whom was told what, and where it leads: person, title, body, link.
async fn notices(house: &House) -> Vec<(String, String, String, String)> {
    let mut c = house.site.read().await.unwrap();
    let read = sql!(
        "SELECT person, title -> 'links_broken' ->> 'playlist', body -> 'links_broken_body' ->> 'resource', link
         FROM notice WHERE kind = 'broken_links' ORDER BY id"
    );
    c.all(read).await.unwrap()
}

#[tokio::test]
async fn a_steward_is_told_once_a_day_and_playlist() {
    on_both(|db| async move {
        let house = House::new(db.clone()).await;
        house.run(sql!("INSERT INTO person_role (person, role, origin) VALUES ('cora', 'curator', 'test')")).await;
        house.playlist("One", None, &["r1", "r2", "secret"]).await;
        house.playlist("Two", None, &["r2"]).await;
        assert_eq!(tell(&house, "r1").await, 0, "its link works");
        break_link(&db, "r1", NOW).await;
        break_link(&db, "r2", NOW).await;
        break_link(&db, "secret", NOW).await;
        assert_eq!(tell(&house, "r1").await, 1);
        assert_eq!(tell(&house, "r2").await, 1, "of the other playlist: of this one she was told today");
        assert_eq!(tell(&house, "secret").await, 0, "she may not see it");
        let told = notices(&house).await;
        let notice = |playlist: &str, resource: &str, link: &str| {
            ("cora".to_owned(), playlist.to_owned(), resource.to_owned(), link.to_owned())
        };
        assert_eq!(told, [notice("One", "Page r1", "/playlists/one"), notice("Two", "Page r2", "/playlists/two")]);
        let (more,): (String,) = {
            let mut c = house.site.read().await.unwrap();
            let read = sql!(
                "SELECT CAST(body -> 'links_broken_body' ->> 'more' AS TEXT) FROM notice WHERE link = '/playlists/one'"
            );
            c.one(read).await.unwrap()
        };
        assert_eq!(more, "1", "what she may not see is not counted");
        house.site.clock.advance(DAY);
        assert_eq!(tell(&house, "r1").await, 1, "the next day it may be said again");
    })
    .await;
}

#[tokio::test]
async fn who_does_not_curate_any_more_is_not_told() {
    on_both(|db| async move {
        let house = House::new(db.clone()).await;
        house.playlist("One", None, &["r1"]).await;
        break_link(&db, "r1", NOW).await;
        assert_eq!(tell(&house, "r1").await, 0);
    })
    .await;
}

#[tokio::test]
async fn a_step_that_cannot_be_reached_says_so_and_the_feed_goes_past_it() {
    on_both(|db| async move {
        let house = House::new(db.clone()).await;
        let id = house.playlist("One", None, &["r1", "r2"]).await;
        house.follows("ben", &id, NOW).await;
        break_link(&db, "r1", NOW).await;
        let view = service::view(&scope("ben"), &house.site, "one").await.unwrap();
        let broken: Vec<(&str, bool)> =
            view.items.iter().map(|item| (item.card.id.as_str(), item.card.broken)).collect();
        assert_eq!(broken, [("r1", true), ("r2", false)]);
        let mut c = house.site.read().await.unwrap();
        let steps = service::followed_next(&mut c, &viewer("ben"), 5).await.unwrap();
        assert_eq!(steps.iter().map(|step| step.resource.as_str()).collect::<Vec<_>>(), ["r2"]);
        let held = service::holding(&mut c, &viewer("cora"), &["r1".into(), "r3".into()]).await.unwrap();
        assert_eq!(held.keys().collect::<Vec<_>>(), ["r1"]);
        house.playlist("Reds only", Some("red"), &["r1"]).await;
        let of = async |who: &str| {
            let mut c = house.site.read().await.unwrap();
            service::holding(&mut c, &viewer(who), &["r1".into()]).await.unwrap()["r1"].len()
        };
        assert_eq!((of("ben").await, of("ann").await, of("cora").await), (1, 2, 2));
    })
    .await;
}
