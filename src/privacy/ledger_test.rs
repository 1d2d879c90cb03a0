//! What a person is told about herself, and nobody else, on both engines.

use super::routes::routes;
use super::service::{export, me};
use crate::base::{AppError, DAY, Paging, Scope};
use crate::insights::model::TeamQuery;
use crate::platform::db::testing::on_both;
use crate::playlists::testing::{House, NOW, scope};
use crate::sql;
use axum::body::{Body, to_bytes};
use axum::http::{Request, StatusCode};
use tower::ServiceExt;

async fn statement(house: &House, id: &str, person: &str, verb: &str, kind: &str, object: &str, at: i64) {
    house
        .run(sql!(
            "INSERT INTO activity (id, person, verb, object_kind, object, result, context, at, stored_at)
             VALUES ($1, $2, $3, $4, $5, NULL, NULL, $6, $6)",
            id,
            person,
            verb,
            kind,
            object,
            at
        ))
        .await;
}

async fn session(house: &House, token_hash: &str, person: &str) {
    house
        .run(sql!(
            "INSERT INTO session (token_hash, person, issuer, id_token, agent, created_at, seen_at)
             VALUES ($1, $2, 'demo', 'sealed', 'Mozilla/5.0 (X11; Linux x86_64) Firefox/128.0', $3, $3)",
            token_hash,
            person,
            NOW - DAY
        ))
        .await;
}

/// A notice that was mailed, and what its reader chose about notices.
async fn notice(house: &House, person: &str) {
    for statement in [
        sql!(
            "INSERT INTO notice (id, person, kind, title, body, link, dedupe, shown, at)
             VALUES ($1, $1, 'saved_search', $2, $2, '', 'k', TRUE, 0)",
            person,
            crate::platform::db::json(&serde_json::json!({"text": "Something"}))
        ),
        sql!(
            "INSERT INTO delivery (id, notice, person, channel, rhythm, state, due_at, next_at, tries, created_at)
             VALUES ($1, $1, $1, 'mail', 'now', 'waiting', 0, 0, 0, 0)",
            person
        ),
        sql!(
            "INSERT INTO notice_preference (person, kind, page, mail, updated_at) VALUES ($1, 'saved_search', TRUE, 'now', 0)",
            person
        ),
        sql!("INSERT INTO notice_timing (person, digest_at, digest_day, updated_at) VALUES ($1, 480, 1, 0)", person),
    ] {
        house.run(statement).await;
    }
}

#[tokio::test]
async fn she_reads_what_she_did_who_looked_and_where_she_is_signed_in() {
    on_both(|db| async move {
        let house = House::new(db).await;
        house.playlist("Path", None, &["r1"]).await;
        statement(&house, "a1", "ann", "opened", "resource", "r1", NOW - 3).await;
        statement(&house, "a2", "ann", "completed", "resource", "secret", NOW - 2).await;
        statement(&house, "a3", "ben", "opened", "resource", "secret", NOW - 1).await;
        statement(&house, "a4", "ben", "followed", "topic", "vanished", NOW).await;
        house.hides("ann", "r2").await;
        session(&house, "hash-ann", "ann").await;
        for person in ["ann", "ben"] {
            notice(&house, person).await;
        }
        crate::insights::service::team(&scope("mid"), &house.site, TeamQuery::default()).await.unwrap();

        let anns = me(&scope("ann"), &house.site, Paging::default()).await.unwrap();
        let told: Vec<_> = anns.activity.rows.iter().map(|did| did.text.as_str()).collect();
        assert_eq!(told, ["You finished “Page secret”", "You opened “Page r1”"]);
        assert_eq!((anns.kept.activity.as_str(), anns.kept.hidden.as_str()), ("2", "1"));
        let kept = [&anns.kept.notices, &anns.kept.mails, &anns.kept.choices];
        assert_eq!(kept, ["1", "1", "2"], "hers alone");
        assert_eq!(anns.looks.iter().map(|look| look.who.as_str()).collect::<Vec<_>>(), ["Mid"]);
        assert_eq!(anns.sessions[0].browser, "Firefox on Linux");
        assert_eq!((anns.profile.manager.as_deref(), anns.profile.groups.len()), (Some("Mid"), 1));

        let bens = me(&scope("ben"), &house.site, Paging::default()).await.unwrap();
        assert!(bens.activity.rows.iter().all(|did| !did.text.contains("secret")), "{:?}", bens.activity.rows);
        assert!(bens.sessions.is_empty());
        let mids = me(&scope("mid"), &house.site, Paging::default()).await.unwrap();
        assert!(mids.looks.is_empty() && mids.activity.rows.is_empty(), "looking is not being looked at");
        assert_eq!(me(&Scope::Anonymous, &house.site, Paging::default()).await, Err(AppError::SignIn));
    })
    .await;
}

#[tokio::test]
async fn activity_comes_in_pages_that_miss_and_repeat_nothing() {
    on_both(|db| async move {
        let house = House::new(db).await;
        for n in 0..35 {
            // Many at the same moment, to need the id as the second key.
            statement(&house, &format!("a{n:02}"), "ann", "opened", "resource", "r1", NOW + n / 20).await;
        }
        let page = async |number| me(&scope("ann"), &house.site, Paging { number, size: 30 }).await.unwrap().activity;
        let (first, second) = (page(1).await, page(2).await);
        assert_eq!((first.rows.len(), second.rows.len(), first.total, first.pages()), (30, 5, 35, 2));
        assert!(page(3).await.rows.is_empty());
    })
    .await;
}

#[tokio::test]
async fn the_download_holds_everything_of_hers_and_nothing_of_others() {
    on_both(|db| async move {
        let house = House::new(db).await;
        statement(&house, "a1", "ann", "opened", "resource", "r1", NOW).await;
        statement(&house, "b1", "ben", "opened", "resource", "r2", NOW).await;
        house.did("ann", "r1", Some(NOW), None).await;
        house.did("ben", "r2", Some(NOW), None).await;
        session(&house, "hash-of-ann", "ann").await;
        session(&house, "hash-of-ben", "ben").await;
        let everything = export(&scope("ann"), &house.site).await.unwrap();
        assert_eq!(everything["person"]["email"], "ann@halden.example");
        assert_eq!(everything["activity"][0]["id"], "a1");
        assert_eq!(everything["resources"][0]["title"], "Page r1");
        assert_eq!(everything["sessions"].as_array().map(Vec::len), Some(1));
        let text = everything.to_string();
        for foreign in ["ben@", "\"b1\"", "\"r2\"", "hash-of", "sealed"] {
            assert!(!text.contains(foreign), "{foreign} is in {text}");
        }
    })
    .await;
}

#[tokio::test]
async fn the_download_is_refused_to_who_is_not_signed_in() {
    on_both(|db| async move {
        let house = House::new(db).await;
        let request = || Request::get("/me/export.json").body(Body::empty()).unwrap();
        let answer = routes(house.site.clone()).oneshot(request()).await.unwrap();
        assert_eq!(answer.status(), StatusCode::UNAUTHORIZED);

        let mut signed_in = request();
        signed_in.extensions_mut().insert(scope("ann"));
        let answer = routes(house.site.clone()).oneshot(signed_in).await.unwrap();
        assert_eq!(
            (answer.status(), answer.headers()["cache-control"].to_str().unwrap()),
            (StatusCode::OK, "no-store")
        );
        let body = to_bytes(answer.into_body(), usize::MAX).await.unwrap();
        let everything: serde_json::Value = serde_json::from_slice(&body).unwrap();
        assert_eq!(everything["person"]["id"], "ann");
    })
    .await;
}

#[tokio::test]
async fn she_reads_what_a_learning_system_said_and_by_which_account() {
    on_both(|db| async move {
        let house = House::new(db).await;
        house.playlist("Path", None, &["r1"]).await;
        house.run(sql!("INSERT INTO origin (id, name) VALUES ('ac', 'Academy')")).await;
        house
            .run(sql!(
                "INSERT INTO source (id, kind, name, settings, interval_ms, paused, next_run_at, created_at, updated_at)
                 VALUES ('ac', 'moodle', 'Academy', '{}', 60000, FALSE, $1, $1, $1)",
                NOW
            ))
            .await;
        house
            .run(sql!(
                "INSERT INTO source_person (source, external_id, name, known_as, person, how, seen_at, seen_run)
                 VALUES ('ac', 'user-1', 'Ann A.', 'ann@halden.example', 'ann', 'email', $1, 'run'),
                        ('ac', 'user-2', 'Ben', '', NULL, NULL, $1, 'run')",
                NOW
            ))
            .await;
        house
            .run(sql!(
                "INSERT INTO activity (id, person, verb, object_kind, object, result, context, at, stored_at)
                 VALUES ('s1', 'ann', 'opened', 'resource', 'r1', NULL, '{\"source\":\"ac\",\"account\":\"user-1\"}', $1, $1)",
                NOW
            ))
            .await;
        statement(&house, "s2", "ann", "opened", "resource", "r1", NOW + 1).await;
        let anns = me(&scope("ann"), &house.site, Paging::default()).await.unwrap();
        let told: Vec<_> = anns.activity.rows.iter().map(|did| did.text.as_str()).collect();
        assert_eq!(told, ["You opened “Page r1”", "You were enrolled in “Page r1” (from Academy)"]);
        assert_eq!(anns.profile.learning_accounts, ["Academy (by mail address)"]);
        let hers = export(&scope("ann"), &house.site).await.unwrap();
        assert_eq!(hers["learning_accounts"][0]["account"], "user-1");
        assert_eq!(hers["activity"][0]["context"]["account"], "user-1");
        let others = export(&scope("ben"), &house.site).await.unwrap();
        assert_eq!(others["learning_accounts"], serde_json::json!([]), "an account in which nobody is recognised is nobody's");
    })
    .await;
}
