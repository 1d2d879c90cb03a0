//! The way out, on both engines.

use super::routes::routes;
use crate::base::Scope;
use crate::catalog::testing::{add_articles, add_group, add_person, add_source, ids, ingest, resource, scope, site};
use crate::platform::db::Db;
use crate::platform::db::testing::on_both;
use crate::sql;
use axum::body::Body;
use axum::http::Request;
use axum::response::IntoResponse;
use connect::Item;
use tower::ServiceExt;

async fn go(db: &Db, scope: Option<Scope>, id: &str) -> (u16, String) {
    let mut request = Request::get(format!("/go/{id}")).body(Body::empty()).unwrap();
    if let Some(scope) = scope {
        request.extensions_mut().insert(scope);
    }
    let answer = routes(site(db)).oneshot(request).await.unwrap();
    let location = answer.headers().get("location").map_or("", |value| value.to_str().unwrap());
    // leptos_axum writes the referring address back with an empty query.
    (answer.status().as_u16(), location.trim_end_matches('?').to_owned())
}

async fn opened(db: &Db) -> i64 {
    let (n,): (i64,) = db.read().await.unwrap().one(sql!("SELECT count(*) FROM activity")).await.unwrap();
    n
}

#[tokio::test]
async fn it_notes_and_sends_there() {
    on_both(|db| async move {
        let known = add_articles(&db, &[("a", "A")]).await;
        add_person(&db, "ada").await;
        assert_eq!(go(&db, Some(scope("ada", &[])), &known["a"]).await, (303, "https://library.example/a".into()));
        assert_eq!(opened(&db).await, 1);
        assert_eq!(go(&db, None, &known["a"]).await, (303, format!("/sign-in?to=/go/{}", known["a"])));
        assert_eq!(opened(&db).await, 1);
    })
    .await;
}

#[tokio::test]
async fn it_sends_nobody_where_they_may_not_look() {
    on_both(|db| async move {
        add_group(&db, "firmware").await;
        add_person(&db, "ada").await;
        add_source(&db, "closed", Some("firmware")).await;
        ingest(&db, "closed", "1", vec![Item::Resource(resource("a", "A", &[]))]).await;
        let id = ids(&db).await["a"].clone();
        assert_eq!(go(&db, Some(scope("ada", &[])), &id).await, (303, format!("/resources/{id}")));
        assert_eq!(
            go(&db, Some(scope("ada", &[])), "..%2f%2fevil.example").await,
            (303, "/resources/evilexample".into())
        );
        assert_eq!(go(&db, None, "%0d%0aSet-Cookie:x").await.1, "/sign-in?to=/go/Set-Cookiex");
        assert_eq!(opened(&db).await, 0);
    })
    .await;
}

/// What a browser without JavaScript sends, and where it is sent then.
async fn post(db: &Db, scope: Scope, path: &str, body: &str) -> (u16, String) {
    let site = site(db);
    let context = move || {
        leptos::prelude::provide_context(site.clone());
        leptos::prelude::provide_context(scope.clone());
    };
    let request = Request::post(path)
        .header("content-type", "application/x-www-form-urlencoded")
        .header("accept", "text/html")
        .header("referer", "http://portal.example/saved")
        .body(Body::from(body.to_owned()))
        .unwrap();
    let answer = leptos_axum::handle_server_fns_with_context(context, request).await.into_response();
    let location = answer.headers().get("location").map_or("", |value| value.to_str().unwrap());
    // leptos_axum writes the referring address back with an empty query.
    (answer.status().as_u16(), location.trim_end_matches('?').to_owned())
}

async fn rows(db: &Db) -> (i64, i64) {
    let mut c = db.read().await.unwrap();
    let (saved,): (i64,) = c.one(sql!("SELECT count(*) FROM resource_state WHERE saved_at IS NOT NULL")).await.unwrap();
    let (follows,): (i64,) = c.one(sql!("SELECT count(*) FROM follow")).await.unwrap();
    (saved, follows)
}

#[tokio::test]
async fn plain_forms_do_what_buttons_do() {
    on_both(|db| async move {
        add_source(&db, "library", None).await;
        ingest(&db, "library", "1", vec![Item::Resource(resource("a", "A", &["rust"]))]).await;
        add_person(&db, "ada").await;
        let id = ids(&db).await["a"].clone();
        let topic = {
            let mut c = db.read().await.unwrap();
            crate::catalog::service::topics(&mut c).await.unwrap()[0].id.clone()
        };
        let ada = || scope("ada", &[]);
        let back = (302, "http://portal.example/saved".to_owned());
        assert_eq!(post(&db, ada(), "/api/records/mark", &format!("resource={id}&verb=saved")).await, back);
        // the button stands in the form of a card, whose fields come along
        let body = format!("resource={id}&follow={topic}");
        assert_eq!(post(&db, ada(), "/api/records/follow", &body).await, back);
        assert_eq!(rows(&db).await, (1, 1));
        assert_eq!(post(&db, ada(), "/api/records/follow", &format!("unfollow={topic}")).await, back);
        assert_eq!(rows(&db).await, (1, 0));

        let refused = [
            (ada(), "resource=unknown&verb=saved".to_owned()),
            (ada(), format!("resource={id}&verb=deleted")),
            (ada(), format!("resource={id}")),
            (Scope::Anonymous, format!("resource={id}&verb=unsaved")),
        ];
        for (scope, body) in refused {
            let (status, location) = post(&db, scope, "/api/records/mark", &body).await;
            assert!(status == 302 && location.contains("__err="), "{body}: {status} {location}");
        }
        assert_eq!(rows(&db).await, (1, 0));
    })
    .await;
}
