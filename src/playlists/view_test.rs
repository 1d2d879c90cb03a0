//! The pages' services, on both engines.

use super::Status;
use super::service::{EditForm, audiences, create, edit, editor, find, follow, mark, view};
use super::testing::{House, scope};
use crate::base::{AppError, Scope};
use crate::platform::db::testing::on_both;

#[tokio::test]
async fn a_learner_sees_items_in_order_what_is_next_and_how_many_are_not_shared() {
    on_both(|db| async move {
        let house = House::new(db).await;
        house.playlist("Mixed", None, &["r1", "gone", "secret", "r2"]).await;
        let seen = async || view(&scope("ben"), &house.site, "mixed").await.unwrap();
        let before = seen().await;
        let order: Vec<_> = before.items.iter().map(|item| (item.card.id.as_str(), item.card.gone)).collect();
        assert_eq!(order, [("r1", false), ("gone", true), ("r2", false)]);
        assert_eq!((before.not_shared, before.next().map(|i| i.card.id.as_str())), (1, Some("r1")));
        assert!(!before.curates);

        mark(&scope("ben"), &house.site, "r1", true).await.unwrap();
        let after = seen().await;
        assert_eq!(
            (after.card.done, after.next().map(|i| i.card.id.as_str())),
            (1, Some("r2")),
            "gone items are passed over"
        );
        mark(&scope("ben"), &house.site, "r1", false).await.unwrap();
        assert_eq!(seen().await.card.done, 0);
        let anns = view(&scope("ann"), &house.site, "mixed").await.unwrap();
        assert_eq!((anns.items.len(), anns.not_shared), (4, 0));
    })
    .await;
}

#[tokio::test]
async fn what_is_not_published_to_a_learner_is_not_found_in_any_way() {
    on_both(|db| async move {
        let house = House::new(db).await;
        house.playlist("Red", Some("red"), &["r1"]).await;
        create(&scope("cora"), &house.site, "Draft", "", "").await.unwrap();
        let ben = scope("ben");
        for slug in ["red", "draft", "no-such-thing", "", "../me"] {
            assert_eq!(view(&ben, &house.site, slug).await, Err(AppError::NotFound), "{slug}");
            assert_eq!(follow(&ben, &house.site, slug, true).await, Err(AppError::NotFound), "{slug}");
        }
        assert_eq!(mark(&ben, &house.site, "secret", true).await, Err(AppError::NotFound));
        assert_eq!(view(&scope("curt"), &house.site, "draft").await.unwrap().card.status, Status::Draft);
        assert_eq!(view(&Scope::Anonymous, &house.site, "red").await, Err(AppError::SignIn));
        assert_eq!(follow(&Scope::Anonymous, &house.site, "red", true).await, Err(AppError::SignIn));
    })
    .await;
}

#[tokio::test]
async fn following_twice_is_following_once_and_it_ends() {
    on_both(|db| async move {
        let house = House::new(db).await;
        house.playlist("Path", None, &["r1"]).await;
        let following = async || view(&scope("ann"), &house.site, "path").await.unwrap().card.following;
        for on in [true, true, false, false] {
            follow(&scope("ann"), &house.site, "path", on).await.unwrap();
            assert_eq!(following().await, on);
        }
    })
    .await;
}

#[tokio::test]
async fn the_editor_opens_to_curators_only_and_says_who_edited_last_and_what_undo_takes_back() {
    on_both(|db| async move {
        let house = House::new(db).await;
        house.playlist("Path", None, &["r1", "secret"]).await;
        for refused in
            [editor(&scope("ann"), &house.site, "path").await.err(), find(&scope("ann"), &house.site, "x").await.err()]
        {
            assert_eq!(refused, Some(AppError::Forbidden));
        }
        assert_eq!(audiences(&scope("boss"), &house.site).await, Err(AppError::Forbidden));

        let first = editor(&scope("curt"), &house.site, "path").await.unwrap();
        assert_eq!((first.steward.as_str(), first.undo.as_deref(), first.groups.len()), ("Cora", None, 2));
        assert!(first.items[0].card.is_some() && first.items[1].card.is_none(), "what is not shared stays, unnamed");
        let form = EditForm {
            slug: "path".into(),
            version: first.version,
            what: "note".into(),
            resource: "secret".into(),
            note: " Read <b>this</b> ".into(),
            ..EditForm::default()
        };
        edit(&scope("curt"), &house.site, &form).await.unwrap();
        let then = editor(&scope("cora"), &house.site, "path").await.unwrap();
        assert_eq!((then.editor.as_str(), then.undo.as_deref()), ("Curt", Some("note")));
        assert_eq!((then.items[1].note.as_str(), then.version), ("Read <b>this</b>", first.version + 1));
        edit(&scope("curt"), &house.site, &EditForm { version: then.version, ..form }).await.unwrap();
        let same = editor(&scope("cora"), &house.site, "path").await.unwrap();
        assert_eq!(same.version, then.version, "an edit that changes nothing is kept nowhere");
    })
    .await;
}
