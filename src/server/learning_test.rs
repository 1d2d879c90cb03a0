//! Pages of playlists, of the team and of what is recorded, as a browser without JavaScript gets them: drawn whole, with
//! their true status, and their forms posted.

use super::router;
use crate::base::Scope;
use crate::identity::service::{sign_in_link, use_link};
use crate::platform::db::testing::on_both;
use crate::playlists::testing::House;
use axum::Router;
use axum::body::{Body, to_bytes};
use axum::http::{Request, StatusCode, header};
use leptos::config::LeptosOptions;
use tower::ServiceExt;

/// A browser that is signed in as somebody.
struct Browser {
    router: Router,
    cookie: String,
}

const HOME: &str = "http://127.0.0.1:4000";

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
        (status, location, String::from_utf8_lossy(&body).into_owned())
    }

    async fn get(&self, path: &str) -> (StatusCode, String) {
        let request = Request::get(path).header(header::COOKIE, &self.cookie).header(header::ACCEPT, "text/html");
        let (status, _, body) = self.send(request.body(Body::empty()).unwrap()).await;
        (status, body)
    }

    /// Posts a form from `page`, and answers where the browser is sent.
    async fn post(&self, page: &str, function: &str, form: &[(&str, &str)]) -> String {
        let form = url::form_urlencoded::Serializer::new(String::new()).extend_pairs(form).finish();
        let request = Request::post(format!("/api/{function}"))
            .header(header::COOKIE, &self.cookie)
            .header(header::ACCEPT, "text/html")
            .header(header::CONTENT_TYPE, "application/x-www-form-urlencoded")
            .header(header::ORIGIN, HOME)
            .header(header::REFERER, format!("{HOME}{page}"));
        let (status, location, body) = self.send(request.body(Body::from(form)).unwrap()).await;
        assert_eq!(status, StatusCode::FOUND, "{body}");
        // Taking an earlier error out of the address leaves its question mark behind.
        location.strip_prefix(HOME).unwrap_or(&location).trim_end_matches('?').to_owned()
    }
}

#[tokio::test]
async fn a_learner_reads_follows_and_finishes_with_plain_forms() {
    on_both(|db| async move {
        let house = House::new(db).await;
        house.playlist("Path of pages", None, &["r1", "gone", "secret"]).await;
        let ben = browser(&house, "ben").await;
        let (status, list) = ben.get("/playlists").await;
        assert_eq!(status, StatusCode::OK);
        assert!(list.contains("Path of pages") && !list.contains("/playlists/new"), "{list}");
        let (status, page) = ben.get("/playlists/path-of-pages").await;
        assert_eq!(status, StatusCode::OK);
        for part in ["Page r1", "0 of 1 done", "No longer offered", "1 item is not shared with you", "Next step"] {
            assert!(page.contains(part), "{part} is not in {page}");
        }
        assert!(!page.contains("Page secret"));
        let here = "/playlists/path-of-pages";
        assert_eq!(ben.post(here, "playlists/follow", &[("slug", "path-of-pages"), ("on", "true")]).await, here);
        assert_eq!(ben.post(here, "playlists/mark", &[("resource", "r1"), ("done", "true")]).await, here);
        let (_, page) = ben.get(here).await;
        assert!(page.contains("Following") && page.contains("1 of 1 done") && page.contains("Well done"), "{page}");
        assert_eq!(ben.get("/playlists/nothing-here").await.0, StatusCode::NOT_FOUND);
        assert_eq!(ben.get("/playlists/path-of-pages/edit").await.0, StatusCode::FORBIDDEN);
        assert_eq!(ben.get("/playlists/new").await.0, StatusCode::FORBIDDEN);
    })
    .await;
}

#[tokio::test]
async fn a_curator_makes_a_playlist_with_plain_forms_and_is_told_when_somebody_was_faster() {
    on_both(|db| async move {
        let house = House::new(db).await;
        let cora = sign_in_curator(&house, "cora").await;
        assert_eq!(cora.get("/playlists/new").await.0, StatusCode::OK);
        let page = cora.post("/playlists/new", "playlists/create", &[("title", "First <steps>")]).await;
        assert_eq!(page, "/playlists/first-steps/edit");
        let edit = async |version: &str, what: &str, resource: &str| {
            let form = [("slug", "first-steps"), ("version", version), ("what", what), ("resource", resource)];
            cora.post(&page, "playlists/edit", &form).await
        };
        assert_eq!(edit("1", "add", "r1").await, page);
        assert_eq!(edit("2", "add", "r2").await, page);
        let (status, editor) = cora.get(&page).await;
        assert_eq!(status, StatusCode::OK);
        for part in ["Page r1", "Move down: Page r1", "Undo adding", "First &lt;steps", "Last edited by Cora"] {
            assert!(editor.contains(part), "{part} is not in {editor}");
        }
        let told = edit("2", "remove", "r1").await;
        assert!(told.starts_with(&page) && told.contains("__err="), "{told}");
        let (_, editor) = cora.get(&told).await;
        assert!(editor.contains("has changed this playlist since you opened it"), "{editor}");
        assert!(editor.contains("Page r1"), "the state as it stands is shown");
        assert_eq!(edit("3", "publish", "").await, page);
        assert_eq!(browser(&house, "ann").await.get("/playlists/first-steps").await.0, StatusCode::OK);
    })
    .await;
}

#[tokio::test]
async fn links_are_the_curators_and_are_checked_with_plain_forms() {
    on_both(|db| async move {
        let house = House::new(db.clone()).await;
        house.playlist("Path", None, &["r1"]).await;
        let ben = browser(&house, "ben").await;
        assert_eq!(ben.get("/links").await.0, StatusCode::FORBIDDEN);
        let cora = sign_in_curator(&house, "cora").await;
        let (status, page) = cora.get("/links").await;
        assert_eq!(status, StatusCode::OK);
        assert!(page.contains("No broken links"), "{page}");
        // Asking takes the address in; then it is listed as one that fails.
        assert_eq!(cora.post("/resources/r1", "links/check", &[("resource", "r1")]).await, "/resources/r1");
        house
            .run(crate::sql!(
                "UPDATE link_check SET checked_at = 0, outcome = 'fails', why = 'status', status = 404, tries = 1,
                     first_failed_at = 0, struck_at = 0, asked_at = NULL"
            ))
            .await;
        let (_, page) = cora.get("/links?source=wiki&state=suspect").await;
        for part in ["Page r1", "404 Not Found", "(1 try)", "/playlists/path", "Check again: Page r1"] {
            assert!(page.contains(part), "{part} is not in {page}");
        }
        let here = "/links?source=wiki";
        assert_eq!(cora.post(here, "links/check", &[("resource", "r1")]).await, here);
        let (_, page) = cora.get(here).await;
        assert!(page.contains("It will be checked in a moment"), "{page}");
        let (_, page) = ben.get("/resources/r1").await;
        assert!(page.contains("404 Not Found") && !page.contains("Check now"), "{page}");
        crate::catalog::links::testing::break_link(&db, "r1", 0).await;
        let (_, page) = ben.get("/playlists/path").await;
        assert!(page.contains("Broken link"), "{page}");
    })
    .await;
}

async fn sign_in_curator(house: &House, who: &str) -> Browser {
    house.run(crate::sql!("INSERT INTO person_role (person, role, origin) VALUES ($1, 'curator', 'test')", who)).await;
    browser(house, who).await
}

#[tokio::test]
async fn a_manager_sees_her_line_and_they_read_that_she_looked() {
    on_both(|db| async move {
        let house = House::new(db).await;
        house.playlist("Path", None, &["r1"]).await;
        let mid = browser(&house, "mid").await;
        let (status, team) = mid.get("/team").await;
        assert_eq!(status, StatusCode::OK);
        assert!(team.contains("/team/ann") && !team.contains("/team/otto") && team.contains("<svg"), "{team}");
        assert_eq!(mid.get("/team/ann").await.0, StatusCode::OK);
        assert_eq!(mid.get("/team/otto").await.0, StatusCode::NOT_FOUND);
        assert_eq!(mid.get("/team?people=otto").await.0, StatusCode::NOT_FOUND);
        let ann = browser(&house, "ann").await;
        assert_eq!(ann.get("/team").await.0, StatusCode::FORBIDDEN);
        let (status, me) = ann.get("/me?page=-1").await;
        assert_eq!(status, StatusCode::OK);
        assert!(
            me.contains("Mid") && me.contains("Progress with the playlist") && me.contains("/me/export.json"),
            "{me}"
        );
        assert_eq!(ann.get("/me/export.json").await.0, StatusCode::OK);
    })
    .await;
}
