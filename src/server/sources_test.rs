//! The operator's pages as a browser without JavaScript has them: pages that read, forms that post.

use crate::app::shell;
use crate::base::{Role, Scope, Viewer};
use crate::platform::crypto::{Keeper, new_key};
use crate::platform::db::Db;
use crate::platform::db::testing::on_both;
use crate::platform::{Clock, Config, Site};
use crate::sources::service;
use axum::Router;
use axum::body::{Body, to_bytes};
use axum::http::{Request, Response, StatusCode, header};
use axum::routing::any;
use leptos::prelude::*;
use leptos_axum::{LeptosRoutes, handle_server_fns_with_context};
use sandbox::{Fault, Options, Running, Sandbox};
use tower::ServiceExt;

/// The pages for one person.
struct Browser {
    site: Site,
    sandbox: Running,
    router: Router,
}

impl Browser {
    async fn new(db: Db, roles: &[Role]) -> Browser {
        let sandbox = Sandbox::start(Options::default()).await.unwrap();
        let mut config = Config::default();
        config.sync.allowed_origins =
            sandbox.urls().iter().map(|(_, url)| url.origin().ascii_serialization()).collect();
        let site = Site::new(db, Clock::system(), config, Keeper::from_base64(&new_key()).unwrap());
        let router = pages(&site, &person(roles));
        Browser { site, sandbox, router }
    }

    async fn send(&self, request: Request<Body>) -> Response<Body> {
        self.router.clone().oneshot(request).await.unwrap()
    }

    async fn get(&self, address: &str) -> (StatusCode, String) {
        let request = Request::get(address).header(header::ACCEPT, "text/html").body(Body::empty()).unwrap();
        let response = self.send(request).await;
        let status = response.status();
        let body = to_bytes(response.into_body(), 4 << 20).await.unwrap();
        (status, String::from_utf8(body.to_vec()).unwrap())
    }

    /// Posts a form as a browser does; where it leads.
    async fn post(&self, from: &str, to: &str, fields: &[(&str, &str)]) -> String {
        let mut body = url::form_urlencoded::Serializer::new(String::new());
        body.extend_pairs(fields);
        let request = Request::post(to)
            .header(header::ACCEPT, "text/html")
            .header(header::REFERER, format!("http://127.0.0.1:4000{from}"))
            .header(header::CONTENT_TYPE, "application/x-www-form-urlencoded")
            .body(Body::from(body.finish()))
            .unwrap();
        let response = self.send(request).await;
        assert_eq!(response.status(), StatusCode::FOUND, "{to}");
        let location = response.headers()[header::LOCATION].to_str().unwrap();
        let address = location.strip_prefix("http://127.0.0.1:4000").unwrap_or(location).split('#').next().unwrap();
        address.trim_end_matches('?').to_owned()
    }

    fn feed(&self) -> String {
        let mut address = self.sandbox.urls().feeds.clone();
        address.set_path("big.json");
        address.set_query(Some("n=40&limit=20"));
        address.to_string()
    }
}

fn person(roles: &[Role]) -> Scope {
    Scope::Person(Viewer {
        id: "op".into(),
        name: "Mira".into(),
        email: "mira@halden.example".into(),
        locale: "en-GB".into(),
        time_zone: "UTC".into(),
        roles: roles.to_vec(),
        groups: vec![],
        manages: false,
    })
}

fn pages(site: &Site, scope: &Scope) -> Router {
    let options = LeptosOptions::builder().output_name("atrium").build();
    let (site, scope) = (site.clone(), scope.clone());
    let context = move || {
        provide_context(site.clone());
        provide_context(scope.clone());
    };
    let functions = {
        let context = context.clone();
        move |request| handle_server_fns_with_context(context.clone(), request)
    };
    let document = options.clone();
    Router::new()
        .leptos_routes_with_context(&options, super::page_routes(), context, move || shell(document.clone()))
        .route("/api/{*function}", any(functions))
        .with_state(options)
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_source_is_connected_tested_synced_and_removed_with_plain_forms() {
    on_both(|db| async move {
        let browser = Browser::new(db, &[Role::Operator]).await;
        let (status, page) = browser.get("/sources").await;
        assert!(status == StatusCode::OK && page.contains("No source is connected yet"), "{status} {page}");
        let (_, page) = browser.get("/sources/new").await;
        for kind in ["feeds", "mediawiki", "discourse", "wordpress", "moodle", "json_api", "table", "sitemap"] {
            assert!(page.contains(&format!("/sources/new?kind={kind}")), "{kind}");
        }
        let (_, page) = browser.get("/sources/new?kind=feeds").await;
        assert!(page.contains("settings[address]") && page.contains("action=\"/api/sources/submit\""));

        let feed = browser.feed();
        let new = "/sources/new?kind=feeds";
        let fields = [
            ("kind", "feeds"),
            ("name", "Library"),
            ("settings[address]", feed.as_str()),
            ("settings[complete]", "true"),
            ("settings[user]", "mira"),
            ("settings[password]", "s3cret-word"),
        ];
        // A faulty field comes back named, with everything else still filled in.
        let mut faulty = fields.to_vec();
        faulty[1].1 = " ";
        faulty.push(("what", "save"));
        let back = browser.post(new, "/api/sources/submit", &faulty).await;
        let (_, page) = browser.get(&back).await;
        assert!(page.contains("Give the source a name.") && page.contains("big.json"), "{page}");
        assert!(!page.contains("s3cret-word"));
        // A test says what it found and saves nothing; the secret travels on, sealed.
        let mut tested = fields.to_vec();
        tested.push(("what", "test"));
        let back = browser.post(new, "/api/sources/submit", &tested).await;
        let (_, page) = browser.get(&back).await;
        assert!(page.contains("The connection works") && !page.contains("s3cret-word"), "{page}");
        let draft = page.split("name=\"draft\" value=\"").nth(1).unwrap().split('"').next().unwrap().to_owned();
        let mut saved = fields.to_vec();
        saved[5].1 = "";
        saved.extend([("draft", draft.as_str()), ("what", "save")]);
        let one = browser.post(&back, "/api/sources/submit", &saved).await;
        let id = one.strip_prefix("/sources/").unwrap().to_owned();

        let (_, page) = browser.get(&one).await;
        assert!(page.contains("Waiting for a worker") && page.contains("Refresh"), "{page}");
        let done = service::sync_to_end(&browser.site, &id).await.unwrap();
        assert_eq!(done.added, 40);
        let (_, page) = browser.get(&one).await;
        assert!(page.contains("Healthy") && page.contains("Sync now") && page.contains("A secret is kept"), "{page}");
        let (status, page) = browser.get(&format!("{one}/runs/{}", done.run)).await;
        assert!(status == StatusCode::OK && page.contains("Requests") && page.contains("big.json"), "{page}");

        // What would remove much is decided on the run's page.
        browser.sandbox.faults().feeds.add(Fault::ItemsVanish { share: 0.5 }.always());
        assert_eq!(browser.post(&one, "/api/sources/sync", &[("id", &id)]).await, one);
        let waits = service::sync_to_end(&browser.site, &id).await.unwrap();
        let run = format!("{one}/runs/{}", waits.run);
        let (_, page) = browser.get(&run).await;
        assert!(page.contains("Please decide") && page.contains("Keep everything"), "{page}");
        // Asking for another one meanwhile is refused, and the page says why.
        let back = browser.post(&one, "/api/sources/sync", &[("id", &id)]).await;
        let (_, page) = browser.get(&back).await;
        assert!(page.contains("waits for a decision. Confirm or dismiss"), "{back} {page}");
        let decision = [("source", id.as_str()), ("run", waits.run.as_str()), ("agreed", "false")];
        browser.post(&run, "/api/sources/decide", &decision).await;
        let (_, page) = browser.get(&run).await;
        assert!(page.contains("everything was kept"), "{page}");

        browser.post(&one, "/api/sources/remove", &[("id", &id)]).await;
        let (_, page) = browser.get(&one).await;
        assert!(page.contains("This source was removed") && page.contains("Undo"), "{page}");
        let (_, page) = browser.get("/sources").await;
        assert!(page.contains("Removed sources") && page.contains("Restore"), "{page}");
        browser.post(&one, "/api/sources/restore", &[("id", &id)]).await;
        let (_, page) = browser.get("/sources").await;
        assert!(!page.contains("Removed sources") && page.contains("Library"), "{page}");
    })
    .await;
}

#[tokio::test]
async fn a_kind_that_there_is_not_is_told_from_no_kind() {
    on_both(|db| async move {
        let browser = Browser::new(db, &[Role::Operator]).await;
        let (status, page) = browser.get("/sources/new?kind=zzz").await;
        assert_eq!(status, StatusCode::NOT_FOUND);
        assert!(page.contains("There is no such kind of system") && page.contains("/sources/new?kind=feeds"), "{page}");
        let (status, page) = browser.get("/sources/new").await;
        assert!(status == StatusCode::OK && !page.contains("There is no such kind of system"), "{page}");
    })
    .await;
}

#[tokio::test]
async fn settings_of_a_source_that_was_removed_meanwhile_are_kept_until_it_is_restored() {
    on_both(|db| async move {
        let browser = Browser::new(db, &[Role::Operator]).await;
        let feed = browser.feed();
        let new = [("kind", "feeds"), ("name", "Library"), ("settings[address]", feed.as_str()), ("what", "save")];
        let one = browser.post("/sources/new?kind=feeds", "/api/sources/submit", &new).await;
        let id = one.strip_prefix("/sources/").unwrap().to_owned();
        let (_, page) = browser.get(&one).await;
        let version = page.split("name=\"version\" value=\"").nth(1).unwrap().split('"').next().unwrap().to_owned();
        browser.post(&one, "/api/sources/remove", &[("id", &id)]).await;
        let mut saved = vec![("id", id.as_str()), ("version", version.as_str())];
        saved.extend(new);
        saved[3].1 = "A better name";
        let back = browser.post(&one, "/api/sources/submit", &saved).await;
        assert!(back.starts_with(&format!("{one}?draft=")), "{back}");
        let (_, page) = browser.get(&back).await;
        assert!(page.contains("nothing was saved") && page.contains("id=\"removed\""), "{page}");
        browser.post(&back, "/api/sources/restore", &[("id", &id)]).await;
        let (_, page) = browser.get(&back).await;
        assert!(page.contains("value=\"A better name\""), "{page}");
        let (_, page) = browser.get(&one).await;
        assert!(!page.contains("A better name"), "it is not saved yet: {page}");
    })
    .await;
}

#[tokio::test]
async fn the_pages_are_closed_to_everybody_else_and_say_so_with_their_status() {
    on_both(|db| async move {
        let browser = Browser::new(db, &[Role::Curator]).await;
        for page in ["/sources", "/sources/new", "/sources/new?kind=feeds", "/sources/x", "/sources/x/runs/y"] {
            let (status, text) = browser.get(page).await;
            assert_eq!(status, StatusCode::FORBIDDEN, "{page} {text}");
        }
        let anonymous = Browser { router: pages(&browser.site, &Scope::Anonymous), ..browser };
        assert_eq!(anonymous.get("/sources").await.0, StatusCode::UNAUTHORIZED);
        let operator = Browser { router: pages(&anonymous.site, &person(&[Role::Operator])), ..anonymous };
        assert_eq!(operator.get("/sources/nothing").await.0, StatusCode::NOT_FOUND);
        assert_eq!(operator.get("/sources/nothing/runs/1").await.0, StatusCode::NOT_FOUND);
    })
    .await;
}
