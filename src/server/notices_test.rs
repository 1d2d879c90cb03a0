//! Pages of notices as a browser without JavaScript gets them, from the bell in the frame to the settings.

use super::router;
use crate::base::Scope;
use crate::identity::service::{sign_in_link, use_link};
use crate::notify::model::{Kind, Words};
use crate::notify::service::{Notice, tell};
use crate::platform::db::testing::on_both;
use crate::playlists::service::{EditForm, edit};
use crate::playlists::testing::{House, NOW, scope};
use crate::sql;
use axum::Router;
use axum::body::{Body, to_bytes};
use axum::http::{Request, StatusCode, header};
use leptos::config::LeptosOptions;
use tower::ServiceExt;

const HOME: &str = "http://127.0.0.1:4000";

struct Browser {
    router: Router,
    cookie: String,
}

async fn browser(house: &House, who: &str) -> Browser {
    let link = sign_in_link(&Scope::system(), &house.site, &format!("{who}@halden.example"), None).await.unwrap();
    let token = use_link(&house.site, link.rsplit('/').next().unwrap(), "test", None).await.ok().unwrap();
    let options = LeptosOptions::builder().output_name("atrium").build();
    Browser { router: router(house.site.clone(), options, Router::new()), cookie: format!("atrium-4000={token}") }
}

impl Browser {
    async fn send(&self, request: Request<Body>) -> (StatusCode, String, String) {
        let answer = self.router.clone().oneshot(request).await.unwrap();
        let location = answer.headers().get(header::LOCATION).map_or("", |value| value.to_str().unwrap()).to_owned();
        let status = answer.status();
        let body = to_bytes(answer.into_body(), usize::MAX).await.unwrap();
        let to = location.strip_prefix(HOME).unwrap_or(&location).trim_end_matches('?').to_owned();
        (status, to, String::from_utf8_lossy(&body).into_owned())
    }

    async fn get(&self, path: &str) -> (StatusCode, String) {
        let request = Request::get(path).header(header::COOKIE, &self.cookie).header(header::ACCEPT, "text/html");
        let (status, _, body) = self.send(request.body(Body::empty()).unwrap()).await;
        (status, body)
    }

    async fn post(&self, page: &str, function: &str, form: &[(&str, &str)]) -> String {
        let form = url::form_urlencoded::Serializer::new(String::new()).extend_pairs(form).finish();
        let request = Request::post(format!("/api/{function}"))
            .header(header::COOKIE, &self.cookie)
            .header(header::ACCEPT, "text/html")
            .header(header::CONTENT_TYPE, "application/x-www-form-urlencoded")
            .header(header::ORIGIN, HOME)
            .header(header::REFERER, format!("{HOME}{page}"));
        let (status, to, body) = self.send(request.body(Body::from(form)).unwrap()).await;
        assert_eq!(status, StatusCode::FOUND, "{body}");
        to
    }
}

async fn told(house: &House, person: &str, key: &str) {
    let mut tx = house.site.begin().await.unwrap();
    let (title, body) = (Words::SavedSearch { query: key.into() }, Words::SavedSearchBody { found: 1 });
    let link = "/search?q=rust";
    tell(&mut tx, Notice { person, kind: Kind::SavedSearch, title, body, link, dedupe: key }, NOW).await.unwrap();
    tx.commit().await.unwrap();
}

#[tokio::test]
async fn she_reads_marks_and_takes_back_with_plain_forms() {
    on_both(|db| async move {
        let house = House::new(db).await;
        let ann = browser(&house, "ann").await;
        let (status, empty) = ann.get("/notices").await;
        assert!(status == StatusCode::OK && empty.contains("No notices yet"), "{empty}");
        told(&house, "ann", "rust").await;
        told(&house, "ann", "<b>bold</b>").await;
        told(&house, "ben", "pottery").await;
        let (_, home) = ann.get("/").await;
        assert!(home.contains("aria-label=\"Notices, 2 unread\""), "the bell is in every frame");
        let (_, list) = ann.get("/notices").await;
        assert!(list.contains("Something new for “rust”") && list.contains("Unread (2)"), "{list}");
        assert!(!list.contains("<b>bold</b>") && !list.contains("pottery"), "{list}");
        let id = list.split("name=\"read\" value=\"").nth(1).unwrap().split('"').next().unwrap().to_owned();
        assert_eq!(ann.post("/notices", "notices/mark", &[("read", &id)]).await, "/notices");
        let (_, unread) = ann.get("/notices?show=unread&kind=saved_search").await;
        assert!(unread.contains("Unread (1)") && !unread.contains(&format!("notice-{id}")), "{unread}");
        ann.post("/notices", "notices/mark-all", &[("kind", "")]).await;
        let (_, list) = ann.get("/notices?show=unread").await;
        assert!(list.contains("You have read everything") && list.contains("1 notice marked as read"), "{list}");
        let stamp = list.split("name=\"stamp\" value=\"").nth(1).unwrap().split('"').next().unwrap().to_owned();
        ann.post("/notices?show=unread", "notices/unmark-all", &[("stamp", &stamp)]).await;
        let (_, list) = ann.get("/notices").await;
        assert!(list.contains("aria-label=\"Notices, 1 unread\"") && !list.contains("marked as read"), "{list}");
        // Somebody else's is not hers to mark, and the page says so.
        let mut c = house.site.read().await.unwrap();
        let (his,): (String,) = c.one(sql!("SELECT id FROM notice WHERE person = 'ben'")).await.unwrap();
        let back = ann.post("/notices", "notices/mark", &[("read", &his)]).await;
        assert!(back.contains("__err="), "{back}");
        let (_, page) = ann.get(&back).await;
        assert!(page.contains("not shared with you"), "{page}");
        assert_eq!(ann.get("/notices/mail").await.0, StatusCode::FORBIDDEN);
    })
    .await;
}

#[tokio::test]
async fn settings_are_kept_and_faults_are_named() {
    on_both(|db| async move {
        let house = House::new(db).await;
        let ann = browser(&house, "ann").await;
        let (status, page) = ann.get("/notices/settings").await;
        assert!(status == StatusCode::OK && page.contains("This portal sends no mail"), "{page}");
        let mut form = vec![
            ("page[saved_search]", "true"),
            ("mail[saved_search]", "weekly"),
            ("mail[playlist_changed]", "off"),
            ("quiet", "true"),
            ("quiet_from", "22:00"),
            ("quiet_until", "06:30"),
            ("digest_at", "09:00"),
            ("digest_day", "5"),
        ];
        let here = "/notices/settings";
        assert_eq!(ann.post(here, "notices/save", &form).await, "/notices/settings?saved=true");
        let (_, page) = ann.get("/notices/settings?saved=true").await;
        assert!(page.contains("Saved.") && page.contains("value=\"06:30\""), "{page}");
        form[5].1 = "noon";
        let back = ann.post(here, "notices/save", &form).await;
        let (_, page) = ann.get(&back).await;
        assert!(page.contains("write it as 08:00") && page.contains("value=\"06:30\""), "{page}");
        let nobody = Browser { cookie: String::new(), ..ann };
        let (status, page) = nobody.get("/notices/unsubscribe?t=forged").await;
        assert_eq!(status, StatusCode::UNPROCESSABLE_ENTITY, "{page}");
        assert_eq!(nobody.get("/notices").await.0, StatusCode::SEE_OTHER, "to the sign-in page");
    })
    .await;
}

#[tokio::test]
async fn a_link_in_a_mail_leads_to_a_page_that_asks_first() {
    on_both(|db| async move {
        let house = House::new(db).await;
        let sealed = house.site.keeper.seal("notify/unsubscribe", "saved_search ann").unwrap();
        let token = sealed.replace('+', "-").replace('/', "_").trim_end_matches('=').to_owned();
        let nobody = Browser { cookie: String::new(), ..browser(&house, "ann").await };
        let page = format!("/notices/unsubscribe?t={token}");
        let (status, text) = nobody.get(&page).await;
        assert!(status == StatusCode::OK && text.contains("Stop this mail") && text.contains("a…@halden"), "{text}");
        let post = Request::post(&page).header(header::CONTENT_TYPE, "application/x-www-form-urlencoded");
        let (status, to, _) = nobody.send(post.body(Body::from("how=page&what=stop")).unwrap()).await;
        assert_eq!((status, to), (StatusCode::SEE_OTHER, page.clone()));
        let (_, text) = nobody.get(&page).await;
        assert!(text.contains("You get no such mail any more") && text.contains("Send it again"), "{text}");
    })
    .await;
}

#[tokio::test]
async fn followers_hear_once_a_day_of_what_is_new_in_a_playlist_and_may_be_seen() {
    on_both(|db| async move {
        let house = House::new(db).await;
        let list = house.playlist("Path", None, &["r1"]).await;
        for who in ["ann", "ben", "cora"] {
            house.follows(who, &list, NOW).await;
        }
        let change = async |what: &str, resource: &str, version: i64| {
            let (slug, what, resource) = ("path".to_owned(), what.to_owned(), resource.to_owned());
            let form = EditForm { slug, version, what, resource, note: "n".into(), ..EditForm::default() };
            edit(&scope("curt"), &house.site, &form).await.unwrap()
        };
        let told = async || {
            let mut c = house.site.read().await.unwrap();
            let rows: Vec<(String,)> =
                c.all(sql!("SELECT person FROM notice WHERE kind = 'playlist_changed' ORDER BY person")).await.unwrap();
            rows.into_iter().map(|row| row.0).collect::<Vec<_>>()
        };
        let version = change("note", "r1", 1).await;
        assert!(told().await.is_empty(), "a note is no news");
        let version = change("add", "r2", version).await;
        assert_eq!(told().await, ["ann", "ben", "cora"]);
        change("add", "r3", version).await;
        assert_eq!(told().await.len(), 3, "once a day");
        let (_, page) = browser(&house, "ann").await.get("/notices").await;
        assert!(page.contains("“Path” has something new") && page.contains("Curt added to this playlist"), "{page}");
    })
    .await;
}
