//! The way out, on both engines.

use super::routes::routes;
use crate::base::Scope;
use crate::catalog::testing::{add_articles, add_group, add_person, add_source, ids, ingest, resource, scope, site};
use crate::platform::db::Db;
use crate::platform::db::testing::on_both;
use crate::sql;
use axum::body::Body;
use axum::http::Request;
use connect::Item;
use tower::ServiceExt;

async fn go(db: &Db, scope: Option<Scope>, id: &str) -> (u16, String) {
    let mut request = Request::get(format!("/go/{id}")).body(Body::empty()).unwrap();
    if let Some(scope) = scope {
        request.extensions_mut().insert(scope);
    }
    let answer = routes(site(db)).oneshot(request).await.unwrap();
    let location = answer.headers().get("location").map_or("", |value| value.to_str().unwrap());
    (answer.status().as_u16(), location.to_owned())
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
