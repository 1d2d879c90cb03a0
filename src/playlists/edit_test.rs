//! Curators' edits, on both engines.

use super::service::{EditForm, create, edit, lists, restore, undo};
use super::store;
use super::testing::{House, scope};
use super::{ITEMS_MAX, Status};
use crate::base::AppError;
use crate::platform::db::testing::on_both;
use crate::sql;

async fn version(house: &House, slug: &str) -> i64 {
    store::by_slug(&mut house.site.read().await.unwrap(), slug).await.unwrap().unwrap().version
}

async fn order(house: &House, slug: &str) -> Vec<String> {
    let mut c = house.site.read().await.unwrap();
    let id = store::by_slug(&mut c, slug).await.unwrap().unwrap().id;
    store::entries(&mut c, &id).await.unwrap().into_iter().map(|e| e.resource).collect()
}

fn form(slug: &str, version: i64, what: &str, resource: &str) -> EditForm {
    EditForm { slug: slug.into(), version, what: what.into(), resource: resource.into(), ..EditForm::default() }
}

/// Makes an edit from the version that stands now.
async fn now(house: &House, who: &str, slug: &str, what: &str, resource: &str) -> Result<(), AppError> {
    let version = version(house, slug).await;
    edit(&scope(who), &house.site, &form(slug, version, what, resource)).await.map(drop)
}

#[tokio::test]
async fn a_playlist_is_assembled_moved_published_and_taken_back_step_by_step() {
    on_both(|db| async move {
        let house = House::new(db).await;
        let slug = create(&scope("cora"), &house.site, " First steps ", "", "").await.unwrap();
        assert_eq!(slug, "first-steps");
        for resource in ["r1", "r2", "r3"] {
            now(&house, "cora", &slug, "add", resource).await.unwrap();
        }
        now(&house, "cora", &slug, "up", "r3").await.unwrap();
        assert_eq!(order(&house, &slug).await, ["r1", "r3", "r2"]);
        now(&house, "curt", &slug, "remove", "r1").await.unwrap();
        now(&house, "curt", &slug, "publish", "").await.unwrap();
        assert_eq!(lists(&scope("ann"), &house.site).await.unwrap().others.len(), 1);

        let back = async || undo(&scope("cora"), &house.site, &slug, version(&house, &slug).await).await;
        back().await.unwrap();
        assert!(lists(&scope("ann"), &house.site).await.unwrap().others.is_empty(), "undoing took publishing back");
        back().await.unwrap();
        assert_eq!(order(&house, &slug).await, ["r1", "r3", "r2"]);
        back().await.unwrap();
        assert_eq!(order(&house, &slug).await, ["r1", "r2", "r3"]);
        for _ in 0..3 {
            back().await.unwrap();
        }
        assert!(order(&house, &slug).await.is_empty());
        assert_eq!(back().await.unwrap_err().status(), 409, "nothing is left to undo");
    })
    .await;
}

#[tokio::test]
async fn a_stale_form_is_refused_with_the_name_of_who_was_faster_and_changes_nothing() {
    on_both(|db| async move {
        let house = House::new(db).await;
        let slug = create(&scope("cora"), &house.site, "Race", "", "").await.unwrap();
        edit(&scope("curt"), &house.site, &form(&slug, 1, "add", "r1")).await.unwrap();
        let error = edit(&scope("cora"), &house.site, &form(&slug, 1, "add", "r2")).await.unwrap_err();
        assert!(matches!(&error, AppError::Conflict(text) if text.contains("Curt")), "{error:?}");
        assert_eq!(undo(&scope("cora"), &house.site, &slug, 1).await.unwrap_err().status(), 409);
        assert_eq!(order(&house, &slug).await, ["r1"]);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn of_many_edits_of_one_version_one_wins() {
    on_both(|db| async move {
        let house = House::new(db).await;
        let slug = create(&scope("cora"), &house.site, "Crowd", "", "").await.unwrap();
        let tries: Vec<_> = ["r1", "r2", "r3", "r4"]
            .map(|resource| {
                let (site, form) = (house.site.clone(), form(&slug, 1, "add", resource));
                tokio::spawn(async move { edit(&scope("cora"), &site, &form).await })
            })
            .into_iter()
            .collect();
        let mut won = 0;
        for one in tries {
            match one.await.unwrap() {
                Ok(_) => won += 1,
                Err(error) => assert_eq!(error.status(), 409, "{error:?}"),
            }
        }
        assert_eq!((won, order(&house, &slug).await.len()), (1, 1));
    })
    .await;
}

#[tokio::test]
async fn only_curators_edit() {
    on_both(|db| async move {
        let house = House::new(db).await;
        let slug = create(&scope("cora"), &house.site, "Mine", "", "").await.unwrap();
        let ann = scope("ann");
        assert_eq!(edit(&ann, &house.site, &form(&slug, 1, "add", "r1")).await, Err(AppError::Forbidden));
        assert_eq!(undo(&ann, &house.site, &slug, 1).await, Err(AppError::Forbidden));
        assert_eq!(create(&ann, &house.site, "Hers", "", "").await, Err(AppError::Forbidden));
        let nobody = crate::base::Scope::Anonymous;
        assert_eq!(edit(&nobody, &house.site, &form(&slug, 1, "delete", "")).await, Err(AppError::SignIn));
        assert_eq!(
            edit(&scope("cora"), &house.site, &form("nothing-here", 1, "delete", "")).await,
            Err(AppError::NotFound)
        );
    })
    .await;
}

#[tokio::test]
async fn what_a_form_may_not_say_is_refused_by_field() {
    on_both(|db| async move {
        let house = House::new(db).await;
        let slug = create(&scope("cora"), &house.site, "Limits", "", "").await.unwrap();
        let refused = async |form: EditForm, field: &str| {
            let error = edit(&scope("cora"), &house.site, &form).await.unwrap_err();
            assert!(error.field(field).is_some(), "{field}: {error:?}");
        };
        // Not shared with the curator, vanished, never there.
        for resource in ["secret", "gone", "nope", ""] {
            refused(form(&slug, 1, "add", resource), "resource").await;
        }
        refused(form(&slug, 1, "publish", ""), "").await;
        refused(form(&slug, 1, "explode", ""), "").await;
        let details = EditForm { audience: "no such group".into(), title: "x".into(), ..form(&slug, 1, "details", "") };
        refused(details, "audience").await;
        refused(EditForm { title: "x".repeat(121), ..form(&slug, 1, "details", "") }, "title").await;
        assert_eq!(version(&house, &slug).await, 1, "nothing was half done");
    })
    .await;
}

#[tokio::test]
async fn the_501st_item_is_refused() {
    on_both(|db| async move {
        let house = House::new(db).await;
        let ids: Vec<String> = (0..=ITEMS_MAX).map(|n| format!("n{n:03}")).collect();
        house
            .run(sql!(
                "INSERT INTO resource (id, source, external_id, url, url_key, title, summary, kind, authors, language, minutes,
                                       level, audience, published_at, changed_at, first_seen, fresh_at, seen_run, gone_at,
                                       digest)
                 SELECT atom, 'wiki', atom, atom, atom, atom, '', 'article', '', 'en', 10, NULL, NULL, NULL, 0, 0, 0, 'run',
                        NULL, 'd' FROM json_each($1) WHERE true",
                crate::platform::db::json(&ids)
            ))
            .await;
        let full: Vec<&str> = ids[..ITEMS_MAX].iter().map(String::as_str).collect();
        house.playlist("Full", None, &full).await;
        let error = now(&house, "cora", "full", "add", &ids[ITEMS_MAX]).await.unwrap_err();
        assert!(error.field("resource").is_some_and(|text| text.contains("500")), "{error:?}");
        assert_eq!(order(&house, "full").await, full);
        now(&house, "cora", "full", "up", &ids[ITEMS_MAX - 1]).await.unwrap();
        assert_eq!(order(&house, "full").await[ITEMS_MAX - 2], ids[ITEMS_MAX - 1]);
    })
    .await;
}

#[tokio::test]
async fn deleting_hides_it_from_everybody_and_undoing_brings_it_back() {
    on_both(|db| async move {
        let house = House::new(db).await;
        house.playlist("Short lived", None, &["r1"]).await;
        now(&house, "cora", "short-lived", "delete", "").await.unwrap();
        assert!(lists(&scope("ann"), &house.site).await.unwrap().others.is_empty());
        assert_eq!(now(&house, "cora", "short-lived", "add", "r2").await.unwrap_err().status(), 409);
        let standing = version(&house, "short-lived").await;
        undo(&scope("cora"), &house.site, "short-lived", standing).await.unwrap();
        let lists = lists(&scope("ann"), &house.site).await.unwrap();
        assert_eq!((lists.others[0].title.as_str(), lists.others[0].status), ("Short lived", Status::Published));
        let mut c = house.site.read().await.unwrap();
        let audited: Vec<(String,)> = c.all(sql!("SELECT action FROM audit ORDER BY id")).await.unwrap();
        assert_eq!(audited, [("playlist.delete".to_owned(),), ("playlist.undo".to_owned(),)]);
    })
    .await;
}

#[tokio::test]
async fn what_was_deleted_is_listed_to_curators_and_restored_from_there() {
    on_both(|db| async move {
        let house = House::new(db).await;
        house.playlist("Long ago", None, &["r1"]).await;
        house.playlist("Lately", None, &["r1"]).await;
        now(&house, "cora", "long-ago", "delete", "").await.unwrap();
        house.site.clock.advance(crate::base::DAY);
        now(&house, "curt", "lately", "delete", "").await.unwrap();

        let deleted = async |who: &str| lists(&scope(who), &house.site).await.unwrap().deleted;
        let listed: Vec<_> = deleted("cora").await.into_iter().map(|one| (one.title, one.by, one.at.text)).collect();
        let line = |title: &str, by: &str, at: &str| (title.to_owned(), by.to_owned(), at.to_owned());
        assert_eq!(listed, [line("Lately", "Curt", "just now"), line("Long ago", "Cora", "yesterday")]);
        assert!(deleted("ann").await.is_empty(), "learners are told of none");

        assert_eq!(restore(&scope("ann"), &house.site, "lately").await, Err(AppError::Forbidden));
        let nobody = crate::base::Scope::Anonymous;
        assert_eq!(restore(&nobody, &house.site, "lately").await, Err(AppError::SignIn));
        assert_eq!(restore(&scope("cora"), &house.site, "never-there").await, Err(AppError::NotFound));
        for _ in 0..2 {
            restore(&scope("cora"), &house.site, "lately").await.unwrap();
        }
        assert_eq!(order(&house, "lately").await, ["r1"], "restoring twice takes no other edit back");
        assert_eq!(lists(&scope("ann"), &house.site).await.unwrap().others[0].title, "Lately");
        assert_eq!(deleted("cora").await.len(), 1);
    })
    .await;
}

#[tokio::test]
async fn slugs_stay_apart_and_stay_put() {
    on_both(|db| async move {
        let house = House::new(db).await;
        let cora = scope("cora");
        let mut slugs = Vec::new();
        for _ in 0..3 {
            slugs.push(create(&cora, &house.site, "Rust", "", "").await.unwrap());
        }
        assert_eq!(slugs, ["rust", "rust-2", "rust-3"]);
        let renamed = EditForm { title: "Ferrous".into(), ..form("rust", 1, "details", "") };
        edit(&cora, &house.site, &renamed).await.unwrap();
        assert_eq!(version(&house, "rust").await, 2, "the address stays when the title changes");
    })
    .await;
}

#[tokio::test]
async fn what_followers_were_told_is_taken_back_from_whom_it_is_hidden() {
    on_both(|db| async move {
        let house = House::new(db).await;
        let slug = create(&scope("cora"), &house.site, "Plans", "", "").await.unwrap();
        now(&house, "cora", &slug, "add", "r3").await.unwrap();
        now(&house, "cora", &slug, "publish", "").await.unwrap();
        let id = store::by_slug(&mut house.site.read().await.unwrap(), &slug).await.unwrap().unwrap().id;
        for person in ["ann", "ben"] {
            house.follows(person, &id, 1).await;
        }
        let told = async || {
            let rows = sql!("SELECT person, shown FROM notice ORDER BY person");
            house.site.read().await.unwrap().all::<(String, bool)>(rows).await.unwrap()
        };
        now(&house, "cora", &slug, "add", "r1").await.unwrap();
        assert_eq!(told().await, [("ann".to_owned(), true), ("ben".to_owned(), true)]);
        let red = EditForm { audience: "red".into(), ..form(&slug, version(&house, &slug).await, "publish", "") };
        edit(&scope("cora"), &house.site, &red).await.unwrap();
        assert_eq!(told().await, [("ann".to_owned(), true)], "ben is not in the group");
        undo(&scope("cora"), &house.site, &slug, version(&house, &slug).await).await.unwrap();
        assert_eq!(told().await, [("ann".to_owned(), true)], "for everybody again, ann's stays");
        house
            .run(sql!(
                "INSERT INTO delivery (id, notice, person, channel, rhythm, state, due_at, next_at, tries, created_at, settled_at)
                 SELECT 'd', id, person, 'mail', 'now', 'sent', 0, 0, 1, 0, 0 FROM notice"
            ))
            .await;
        now(&house, "curt", &slug, "add", "r2").await.unwrap();
        assert_eq!(told().await, [("ann".to_owned(), true), ("ben".to_owned(), true)], "it is news to ben again");
        now(&house, "cora", &slug, "unpublish", "").await.unwrap();
        assert_eq!(told().await, [("ann".to_owned(), false)], "what was mailed stays on record, off the page");
    })
    .await;
}
