//! What learners and other rooms get, on both engines.

use super::service::{containing, followed_next, lists, next_items, of_person, progress, view, visible};
use super::testing::{House, NOW, scope, viewer};
use super::{Progress, Stage};
use crate::base::AppError;
use crate::platform::db::testing::on_both;

fn titles(cards: &[super::PlaylistCard]) -> Vec<&str> {
    cards.iter().map(|card| card.title.as_str()).collect()
}

#[tokio::test]
async fn learners_see_what_is_published_to_them_and_curators_see_drafts_too() {
    on_both(|db| async move {
        let house = House::new(db).await;
        house.playlist("For all", None, &["r1"]).await;
        house.playlist("For red", Some("red"), &["r1"]).await;
        super::service::create(&scope("cora"), &house.site, "Draft", "", "").await.unwrap();

        let mut c = house.site.read().await.unwrap();
        assert_eq!(titles(&visible(&mut c, &viewer("ann")).await.unwrap()), ["For all", "For red"]);
        assert_eq!(titles(&visible(&mut c, &viewer("ben")).await.unwrap()), ["For all"]);
        assert_eq!(
            titles(&visible(&mut c, &viewer("curt")).await.unwrap()),
            ["For all"],
            "what is for the curator herself"
        );
        let all = lists(&scope("curt"), &house.site).await.unwrap();
        assert_eq!((titles(&all.others), titles(&all.drafts)), (vec!["For all", "For red"], vec!["Draft"]));
        let bens = lists(&scope("ben"), &house.site).await.unwrap();
        assert_eq!((titles(&bens.others), bens.drafts.len(), bens.curates), (vec!["For all"], 0, false));
        assert_eq!(containing(&mut c, &viewer("ben"), "r1").await.unwrap().len(), 1);
        assert_eq!(containing(&mut c, &viewer("ann"), "r1").await.unwrap().len(), 2);
        assert_eq!(lists(&crate::base::Scope::Anonymous, &house.site).await, Err(AppError::SignIn));
    })
    .await;
}

#[tokio::test]
async fn a_card_counts_what_the_person_can_see_and_what_is_still_there() {
    on_both(|db| async move {
        let house = House::new(db).await;
        let id = house.playlist("Mixed", None, &["r1", "secret", "gone", "r2"]).await;
        house.did("ben", "r1", Some(1), Some(2)).await;
        house.did("ben", "gone", Some(1), Some(2)).await;
        house.follows("ben", &id, 1).await;
        let mut c = house.site.read().await.unwrap();
        let card = visible(&mut c, &viewer("ben")).await.unwrap().remove(0);
        assert_eq!((card.items, card.done, card.minutes, card.following), (2, 1, 20, true));
        let card = visible(&mut c, &viewer("ann")).await.unwrap().remove(0);
        assert_eq!((card.items, card.done, card.minutes, card.following), (3, 0, 30, false));
        assert_eq!(card.unmeasured, 0);
    })
    .await;
}

#[tokio::test]
async fn items_without_a_length_are_counted_beside_the_minutes() {
    on_both(|db| async move {
        let house = House::new(db).await;
        house.playlist("Mixed", None, &["r1", "r2", "secret", "gone"]).await;
        house.run(crate::sql!("UPDATE resource SET minutes = NULL WHERE id IN ('r2', 'secret', 'gone')")).await;
        let mut c = house.site.read().await.unwrap();
        let card = visible(&mut c, &viewer("ben")).await.unwrap().remove(0);
        assert_eq!((card.minutes, card.unmeasured), (10, 1), "of what ben can see");
        let card = visible(&mut c, &viewer("ann")).await.unwrap().remove(0);
        assert_eq!((card.minutes, card.unmeasured), (10, 2));
    })
    .await;
}

#[tokio::test]
async fn the_next_steps_alternate_between_followed_playlists_and_pass_over_what_is_out_of_the_question() {
    on_both(|db| async move {
        let house = House::new(db).await;
        let old = house.playlist("Old", None, &["r1", "gone", "r2", "r3"]).await;
        let new = house.playlist("New path", None, &["secret", "r4", "r2"]).await;
        let red = house.playlist("Red", Some("red"), &["r1"]).await;
        house.playlist("Not followed", None, &["r1"]).await;
        house.follows("ben", &old, 1).await;
        house.follows("ben", &new, 2).await;
        house.follows("ben", &red, 3).await;
        house.did("ben", "r1", None, Some(NOW)).await;
        house.hides("ben", "r3").await;
        let mut c = house.site.read().await.unwrap();
        let next = followed_next(&mut c, &viewer("ben"), 10).await.unwrap();
        let next: Vec<_> = next.iter().map(|step| (step.resource.as_str(), step.slug.as_str())).collect();
        assert_eq!(next, [("r4", "new-path"), ("r2", "old")]);
        assert_eq!(followed_next(&mut c, &viewer("ben"), 1).await.unwrap().len(), 1);
        assert!(followed_next(&mut c, &viewer("ann"), 10).await.unwrap().is_empty());
    })
    .await;
}

/// Makes `ids` editions of one work, as the catalogue would.
async fn one_work(house: &House, ids: &[&str]) {
    let ids = crate::platform::db::json(ids);
    house.run(crate::sql!("UPDATE resource SET work = 'w' WHERE id IN (SELECT atom FROM json_each($1))", ids)).await;
}

#[tokio::test]
async fn an_item_is_done_by_any_edition_of_it() {
    on_both(|db| async move {
        let house = House::new(db).await;
        let id = house.playlist("P", None, &["r1", "r2"]).await;
        house.follows("ben", &id, 1).await;
        // r3 is r1 from another source: ben used that one.
        one_work(&house, &["r1", "r3", "secret"]).await;
        house.did("ben", "r3", Some(NOW - 5), Some(NOW - 3)).await;
        let mut c = house.site.read().await.unwrap();
        let card = visible(&mut c, &viewer("ben")).await.unwrap().remove(0);
        assert_eq!((card.items, card.done, card.minutes), (2, 1, 20));
        let rows = progress(&mut c, &["ben".into(), "ann".into()], std::slice::from_ref(&id)).await.unwrap();
        let told = rows.iter().map(|row| (row.person.as_str(), row.items, row.started, row.done, row.last_at));
        assert_eq!(told.collect::<Vec<_>>(), [("ann", 2, 0, 0, None), ("ben", 2, 1, 1, Some(NOW - 3))]);
        let next = followed_next(&mut c, &viewer("ben"), 9).await.unwrap();
        assert_eq!(next.iter().map(|step| step.resource.as_str()).collect::<Vec<_>>(), ["r2"]);
        let next = next_items(&mut c, "ben", std::slice::from_ref(&id)).await.unwrap();
        assert_eq!((next[&id].resource.as_str(), next[&id].since), ("r2", Some(NOW - 3)));
        assert_eq!(of_person(&mut c, "ben").await.unwrap().len(), 1);
        let list = view(&scope("ben"), &house.site, "p").await.unwrap();
        assert_eq!((list.items[0].card.id.as_str(), list.items[0].done), ("r3", true), "the one that he used");
        for edition in ["r1", "r3"] {
            assert_eq!(containing(&mut c, &viewer("ben"), edition).await.unwrap().len(), 1, "{edition}");
        }
        drop(c);
        // Split off again, each edition keeps what was done with it.
        house.run(crate::sql!("UPDATE resource SET work = NULL")).await;
        let mut c = house.site.read().await.unwrap();
        assert_eq!(visible(&mut c, &viewer("ben")).await.unwrap()[0].done, 0);
    })
    .await;
}

#[tokio::test]
async fn an_item_whose_edition_is_gone_or_hidden_is_another_edition() {
    on_both(|db| async move {
        let house = House::new(db).await;
        let id = house.playlist("P", None, &["gone", "secret"]).await;
        house.follows("ben", &id, 1).await;
        one_work(&house, &["gone", "r1", "secret"]).await;
        let mut c = house.site.read().await.unwrap();
        let card = visible(&mut c, &viewer("ben")).await.unwrap().remove(0);
        assert_eq!((card.items, card.minutes), (2, 20));
        let list = view(&scope("ben"), &house.site, "p").await.unwrap();
        let shown: Vec<&str> = list.items.iter().map(|item| item.card.id.as_str()).collect();
        assert_eq!((shown, list.not_shared), (vec!["r1", "r1"], 0));
        let next = followed_next(&mut c, &viewer("ben"), 9).await.unwrap();
        assert_eq!(next.iter().map(|step| step.resource.as_str()).collect::<Vec<_>>(), ["r1"], "a work is one step");
        let rows = progress(&mut c, &["ben".into()], std::slice::from_ref(&id)).await.unwrap();
        assert_eq!(rows[0].items, 2);
        let next = next_items(&mut c, "ben", std::slice::from_ref(&id)).await.unwrap();
        assert_eq!(next[&id].resource, "r1");
    })
    .await;
}

#[tokio::test]
async fn progress_is_told_for_every_pair_by_what_each_person_can_see() {
    on_both(|db| async move {
        let house = House::new(db).await;
        let id = house.playlist("P", Some("red"), &["r1", "r2", "secret", "gone"]).await;
        house.did("ann", "r1", Some(NOW - 5), Some(NOW - 3)).await;
        house.did("ann", "r2", Some(NOW), None).await;
        house.follows("ann", &id, 1).await;
        let mut c = house.site.read().await.unwrap();
        let rows = progress(&mut c, &["ben".into(), "ann".into()], std::slice::from_ref(&id)).await.unwrap();
        let expected = |person: &str, items, started, done, inside: bool, last_at| Progress {
            person: person.into(),
            playlist: id.clone(),
            items,
            started,
            done,
            following: inside,
            in_audience: inside,
            last_at,
        };
        assert_eq!(rows, [expected("ann", 3, 2, 1, true, Some(NOW)), expected("ben", 2, 0, 0, false, None)]);
        assert_eq!(rows.iter().map(Progress::stage).collect::<Vec<_>>(), [Stage::UnderWay, Stage::NotStarted]);
    })
    .await;
}
