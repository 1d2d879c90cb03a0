//! Leaving by a link in a mail: with one click, on a page, and not with a forged token.

use super::*;
use crate::base::AppError;
use crate::identity::service::guarded;
use crate::notify::model::{Rhythm, State, Subject, why};
use crate::notify::routes::routes;
use crate::notify::{plan, service, unsubscribe};
use crate::platform::crypto::sha256;
use crate::platform::db::testing::on_both;
use axum::body::{Body, to_bytes};
use axum::http::{Request, StatusCode, header};
use tower::ServiceExt;

const CLICK: &str = "List-Unsubscribe=One-Click";
const FORM: &str = "application/x-www-form-urlencoded";

async fn bench(db: Db) -> Bench {
    Bench::new(db, |config| {
        config.mail.server = "127.0.0.1:1".into();
        config.mail.from = "a@learn.example".into();
    })
    .await
}

/// Posts as a mailbox does: no cookie, no origin. Answers status, where it leads, and text.
async fn post(bench: &Bench, token: &str, kind: &str, body: &str) -> (StatusCode, Option<String>, String) {
    let request = Request::post(format!("/notices/unsubscribe?t={token}"))
        .header(header::CONTENT_TYPE, kind)
        .body(Body::from(body.to_owned()))
        .unwrap();
    let answer = guarded(routes(bench.site.clone()), bench.site.clone()).oneshot(request).await.unwrap();
    let to = answer.headers().get(header::LOCATION).map(|to| to.to_str().unwrap().to_owned());
    let status = answer.status();
    let text = to_bytes(answer.into_body(), usize::MAX).await.unwrap();
    (status, to, String::from_utf8_lossy(&text).into_owned())
}

async fn rhythm(bench: &Bench, who: &str, kind: Kind) -> Rhythm {
    let kinds = service::settings(&scope(who), &bench.site).await.unwrap().kinds;
    kinds.iter().find(|of| of.kind == kind).unwrap().preference.mail
}

#[tokio::test]
async fn one_click_stops_the_mail_of_that_person_and_kind_and_what_waits_of_it() {
    on_both(|db| async move {
        let bench = bench(db).await;
        bench.tell("ines", Kind::SavedSearch, "a").await;
        let ids: Vec<(String,)> = bench.all(sql!("SELECT id FROM notice")).await;
        plan::plan(&bench.site, &[ids[0].0.clone()]).await.unwrap();
        let token = unsubscribe::token(&bench.site, "ines", &Subject::Kind(Kind::SavedSearch)).unwrap();
        assert!(!token.contains("ines") && token.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-' || b == b'_'));
        assert!(service::unsubscribe_view(&bench.site, &token).await.unwrap().on);
        assert_eq!(rhythm(&bench, "ines", Kind::SavedSearch).await, Rhythm::Daily, "looking changes nothing");

        let (status, to, _) = post(&bench, &token, FORM, CLICK).await;
        assert_eq!((status, to), (StatusCode::OK, None), "no redirect (RFC 8058)");
        assert_eq!(rhythm(&bench, "ines", Kind::SavedSearch).await, Rhythm::Off);
        assert_eq!(rhythm(&bench, "ines", Kind::PlaylistChanged).await, Rhythm::Daily, "another kind");
        assert_eq!(rhythm(&bench, "otto", Kind::SavedSearch).await, Rhythm::Daily, "another person");
        let left: Vec<(String, Option<String>)> = bench.all(sql!("SELECT state, why FROM delivery")).await;
        assert_eq!(left, [(State::Suppressed.as_str().to_owned(), Some(why::PREFERENCE.to_owned()))]);
        let audited: Vec<(String, String)> =
            bench.all(sql!("SELECT action, object FROM audit WHERE action LIKE 'mail.%'")).await;
        assert_eq!(audited, [("mail.unsubscribe".to_owned(), "person/ines".to_owned())]);

        let view = service::unsubscribe_view(&bench.site, &token).await.unwrap();
        assert_eq!((view.on, view.email.as_str()), (false, "i…@halden.example"));
        let (status, to, _) = post(&bench, &token, FORM, "how=page&what=again").await;
        assert_eq!((status, to), (StatusCode::SEE_OTHER, Some(format!("/notices/unsubscribe?t={token}"))));
        assert_eq!(rhythm(&bench, "ines", Kind::SavedSearch).await, Rhythm::Daily, "taken back");
    })
    .await;
}

#[tokio::test]
async fn a_digests_link_stops_every_digest_and_leaves_what_comes_at_once() {
    on_both(|db| async move {
        let bench = bench(db).await;
        let token = unsubscribe::token(&bench.site, "op", &Subject::Digests).unwrap();
        // The other encoding of forms.
        let body = "--x\r\nContent-Disposition: form-data; name=\"List-Unsubscribe\"\r\n\r\nOne-Click\r\n--x--\r\n";
        assert_eq!(post(&bench, &token, "multipart/form-data; boundary=x", body).await.0, StatusCode::OK);
        assert_eq!(rhythm(&bench, "op", Kind::SavedSearch).await, Rhythm::Off);
        assert_eq!(rhythm(&bench, "op", Kind::PlaylistChanged).await, Rhythm::Off);
        assert_eq!(rhythm(&bench, "op", Kind::SourceAlarm).await, Rhythm::Now);
        assert!(!service::unsubscribe_view(&bench.site, &token).await.unwrap().on);
        post(&bench, &token, FORM, "how=page&what=again").await;
        assert_eq!(rhythm(&bench, "op", Kind::PlaylistChanged).await, Rhythm::Daily);
    })
    .await;
}

#[tokio::test]
async fn a_forged_token_stops_nothing() {
    on_both(|db| async move {
        let bench = bench(db).await;
        let good = unsubscribe::token(&bench.site, "ines", &Subject::Kind(Kind::SavedSearch)).unwrap();
        let last = if good.ends_with('A') { "B" } else { "A" };
        let mut altered = good.clone();
        altered.replace_range(10..11, if &good[10..11] == "A" { "B" } else { "A" });
        // Sealed by us for another purpose, and by another portal for this one.
        let other_purpose = bench.site.keeper.seal("source/1", "saved_search ines").unwrap();
        let other_portal = Keeper::from_base64(&new_key()).unwrap();
        let other_portal = other_portal.seal("notify/unsubscribe", "saved_search ines").unwrap();
        let url = |sealed: &str| sealed.replace('+', "-").replace('/', "_").trim_end_matches('=').to_owned();
        let forged = [
            String::new(),
            "ines".into(),
            sha256("saved_search ines"),
            altered,
            good[..good.len() - 4].to_owned(),
            format!("{good}{last}"),
            url(&other_purpose),
            url(&other_portal),
        ];
        for token in forged {
            for body in [CLICK, "how=page&what=stop", "how=page&what=again"] {
                let (status, to, text) = post(&bench, &token, FORM, body).await;
                assert_eq!((status, to), (StatusCode::UNPROCESSABLE_ENTITY, None), "{token} {text}");
            }
            let refusal = service::unsubscribe_view(&bench.site, &token).await;
            assert!(matches!(refusal, Err(AppError::Invalid(_))), "{token} {refusal:?}");
        }
        let kept: Vec<(i64,)> = bench.all(sql!("SELECT count(*) FROM notice_preference")).await;
        assert_eq!(kept[0].0, 0);
        assert_eq!(post(&bench, &good, FORM, "what=stop").await.0, StatusCode::BAD_REQUEST, "says nothing");
    })
    .await;
}

#[tokio::test]
async fn opening_a_notice_needs_its_person() {
    on_both(|db| async move {
        let bench = bench(db).await;
        bench.tell("ines", Kind::SavedSearch, "a").await;
        let id = bench.all::<(String,)>(sql!("SELECT id FROM notice")).await.remove(0).0;
        let open = async |who: Option<&str>| {
            let mut request = Request::get(format!("/notices/open/{id}")).body(Body::empty()).unwrap();
            if let Some(who) = who {
                request.extensions_mut().insert(scope(who));
            }
            let answer = routes(bench.site.clone()).oneshot(request).await.unwrap();
            (answer.status(), answer.headers()[header::LOCATION].to_str().unwrap().to_owned())
        };
        assert_eq!(open(None).await, (StatusCode::SEE_OTHER, "/sign-in?to=/notices".to_owned()));
        assert_eq!(open(Some("otto")).await, (StatusCode::SEE_OTHER, "/notices".to_owned()));
        assert_eq!(service::unread(&scope("ines"), &bench.site).await.unwrap(), 1);
        assert_eq!(open(Some("ines")).await, (StatusCode::SEE_OTHER, "/search?q=a".to_owned()));
        assert_eq!(service::unread(&scope("ines"), &bench.site).await.unwrap(), 0);
    })
    .await;
}
