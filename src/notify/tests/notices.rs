//! Telling, reading, marking, settings.

use super::*;
use crate::base::{AppError, DAY, MINUTE};
use crate::notify::model::{Filter, Preference, Rhythm, SettingsForm};
use crate::notify::service::{self, held, tell_operators};
use crate::platform::db::testing::on_both;

async fn titles(bench: &Bench, who: &str, filter: Filter) -> Vec<(String, bool)> {
    let view = service::notices(&scope(who), &bench.site, &filter).await.unwrap();
    view.page.rows.into_iter().map(|row| (row.title, row.unread)).collect()
}

fn all() -> Filter {
    Filter { page: 1, ..Filter::default() }
}

#[tokio::test]
async fn a_notice_is_told_once_for_each_person_and_goes_with_its_transaction() {
    on_both(|db| async move {
        let bench = Bench::new(db, |_| {}).await;
        assert!(bench.tell("ines", Kind::SavedSearch, "rust").await);
        assert!(!bench.tell("ines", Kind::SavedSearch, "rust").await, "the same key is no news");
        assert!(bench.tell("otto", Kind::SavedSearch, "rust").await, "another person has keys of her own");
        let mut tx = bench.site.begin().await.unwrap();
        let words = || (Words::MailDown, Words::Text(String::new()));
        let told = tell_operators(&mut tx, Kind::MailAlarm, words(), "/notices/mail", "k", NOON).await.unwrap();
        assert_eq!(told, 1);
        drop(tx);
        assert!(titles(&bench, "op", all()).await.is_empty(), "what is rolled back was not told");
        assert_eq!(titles(&bench, "ines", all()).await, [("About rust".to_owned(), true)]);
        let jobs: Vec<(i64,)> = bench.all(sql!("SELECT count(*) FROM job WHERE kind = 'notify.plan'")).await;
        assert_eq!(jobs[0].0, 2, "one for each that was news");
    })
    .await;
}

#[tokio::test]
async fn lists_are_filtered_and_paged_and_marking_is_taken_back() {
    on_both(|db| async move {
        let bench = Bench::new(db, |_| {}).await;
        let (site, ines) = (&bench.site, scope("ines"));
        for n in 0..33 {
            bench.clock.advance(MINUTE);
            bench.tell("ines", Kind::SavedSearch, &format!("s{n}")).await;
        }
        bench.tell("ines", Kind::PlaylistChanged, "p").await;
        bench.tell("otto", Kind::PlaylistChanged, "not hers").await;
        let view = service::notices(&ines, site, &all()).await.unwrap();
        assert_eq!((view.page.total, view.page.rows.len(), view.unread, view.page.pages()), (34, 30, 34, 2));
        assert_eq!(titles(&bench, "ines", Filter { page: 2, ..all() }).await.len(), 4);
        let lists = Filter { kind: Some(Kind::PlaylistChanged), ..all() };
        assert_eq!(titles(&bench, "ines", lists.clone()).await, [("About p".to_owned(), true)]);

        let id = view.page.rows[0].id.clone();
        service::mark(&ines, site, &id, true).await.unwrap();
        assert_eq!(service::unread(&ines, site).await.unwrap(), 33);
        assert_eq!(service::mark(&scope("otto"), site, &id, true).await, Err(AppError::NotFound), "not his");
        service::mark(&ines, site, &id, false).await.unwrap();
        assert_eq!(service::open(&ines, site, &id).await.unwrap(), view_link(&bench, &id).await);
        assert_eq!(service::open(&scope("otto"), site, &id).await, Err(AppError::NotFound));
        assert_eq!(service::unread(&ines, site).await.unwrap(), 33, "opening reads");

        service::mark_all(&ines, site, "playlist_changed").await.unwrap();
        bench.clock.advance(MINUTE);
        service::mark_all(&ines, site, "").await.unwrap();
        assert!(titles(&bench, "ines", Filter { unread: true, ..all() }).await.is_empty());
        let bulk = service::notices(&ines, site, &all()).await.unwrap().bulk.unwrap();
        service::unmark_all(&scope("otto"), site, bulk.stamp).await.unwrap();
        assert_eq!(service::unread(&ines, site).await.unwrap(), 0, "nobody else takes it back");
        service::unmark_all(&ines, site, bulk.stamp).await.unwrap();
        assert_eq!(service::unread(&ines, site).await.unwrap(), bulk.count, "and only what was marked last");
        bench.clock.advance(10 * MINUTE);
        assert_eq!(service::notices(&ines, site, &all()).await.unwrap().bulk, None, "for some minutes");
    })
    .await;
}

async fn view_link(bench: &Bench, id: &str) -> String {
    bench.all::<(String,)>(sql!("SELECT link FROM notice WHERE id = $1", id)).await.remove(0).0
}

#[tokio::test]
async fn nobody_reads_without_signing_in_and_mail_is_the_operators() {
    on_both(|db| async move {
        let bench = Bench::new(db, |_| {}).await;
        let (site, nobody) = (&bench.site, Scope::Anonymous);
        assert_eq!(service::unread(&nobody, site).await, Err(AppError::SignIn));
        assert_eq!(service::notices(&nobody, site, &all()).await, Err(AppError::SignIn));
        assert_eq!(service::mark(&nobody, site, "x", true).await, Err(AppError::SignIn));
        assert_eq!(service::mark_all(&nobody, site, "").await, Err(AppError::SignIn));
        assert_eq!(service::unmark_all(&nobody, site, 1).await, Err(AppError::SignIn));
        assert_eq!(service::open(&nobody, site, "x").await, Err(AppError::SignIn));
        assert_eq!(service::settings(&nobody, site).await, Err(AppError::SignIn));
        assert_eq!(service::save(&nobody, site, &SettingsForm::default()).await, Err(AppError::SignIn));
        for (who, refusal) in [(nobody, AppError::SignIn), (scope("ines"), AppError::Forbidden)] {
            assert_eq!(service::mail(&who, site, "", Default::default()).await, Err(refusal.clone()));
            assert_eq!(service::retry(&who, site, "x").await, Err(refusal));
        }
    })
    .await;
}

#[tokio::test]
async fn what_is_not_wanted_on_the_page_is_not_on_it() {
    on_both(|db| async move {
        let bench = Bench::new(db, |_| {}).await;
        let (site, ines) = (&bench.site, scope("ines"));
        let view = service::settings(&ines, site).await.unwrap();
        let kinds: Vec<Kind> = view.kinds.iter().map(|of| of.kind).collect();
        assert_eq!(kinds, [Kind::PlaylistChanged, Kind::SavedSearch], "alarms are the operators'");
        assert_eq!(service::settings(&scope("op"), site).await.unwrap().kinds.len(), 4);
        assert!(!view.mail_on);
        let form = SettingsForm {
            page: vec!["playlist_changed".into()],
            mail: vec![("playlist_changed".into(), "now".into()), ("saved_search".into(), "weekly".into())],
            quiet: true,
            quiet_from: "22:00".into(),
            quiet_until: "07:00".into(),
            digest_at: "09:15".into(),
            digest_day: "3".into(),
        };
        service::save(&ines, site, &form).await.unwrap();
        let saved = service::settings(&ines, site).await.unwrap();
        let expected = [Preference { page: true, mail: Rhythm::Now }, Preference { page: false, mail: Rhythm::Weekly }];
        assert_eq!(saved.kinds.iter().map(|of| of.preference).collect::<Vec<_>>(), expected);
        assert_eq!((saved.timing.digest_at, saved.timing.digest_day), (555, 3));
        bench.tell("ines", Kind::SavedSearch, "unseen").await;
        bench.tell("ines", Kind::PlaylistChanged, "seen").await;
        assert_eq!(titles(&bench, "ines", all()).await, [("About seen".to_owned(), true)]);
        assert_eq!(service::unread(&ines, site).await.unwrap(), 1);
        let hers = held(&mut site.read().await.unwrap(), "ines").await.unwrap();
        assert_eq!(hers["told"].as_array().map(Vec::len), Some(2), "the download holds what the page leaves out");
        assert_eq!(hers["preferences"].as_array().map(Vec::len), Some(2));
        let kept = service::kept(&mut site.read().await.unwrap(), "ines").await.unwrap();
        assert_eq!(kept, service::Kept { told: 2, mailed: 0, chosen: 3 }, "two kinds, and when");
    })
    .await;
}

#[tokio::test]
async fn old_notices_are_forgotten() {
    on_both(|db| async move {
        let bench = Bench::new(db, |_| {}).await;
        bench.tell("ines", Kind::SavedSearch, "old").await;
        bench.clock.advance(170 * DAY);
        bench.tell("ines", Kind::SavedSearch, "young").await;
        bench.clock.advance(11 * DAY);
        crate::notify::jobs::tick(&bench.site).await.unwrap();
        assert_eq!(titles(&bench, "ines", all()).await, [("About young".to_owned(), true)]);
    })
    .await;
}
