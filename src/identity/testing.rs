//! What the room's tests share: a portal without its pages, and a small browser.

use super::demo_issuer::{self, DemoIssuer};
use super::{gate, routes};
use crate::base::{Role, Scope};
use crate::directory::service as directory;
use crate::platform::crypto::{Keeper, new_key};
use crate::platform::db::Db;
use crate::platform::{Clock, Config, Site};
use axum::Router;
use axum::extract::Extension;
use axum::routing::{any, get};
use std::collections::{BTreeMap, HashMap};
use std::sync::Mutex;
use tokio::net::TcpListener;

pub const NOW: i64 = 1_780_000_000_000;

const PEOPLE: &str = "email,name,job_title,team,manager_email,locale,time_zone
ada@x.example,Ada Ray,Head,Ops,,en-GB,Europe/London
ben@x.example,Ben Oz,Lead,Build,ada@x.example,de-DE,Europe/Berlin
cleo@x.example,Cleo Fy,Maker,Build,ben@x.example,en-GB,UTC
";

/// A site with three people and a clock that stands.
pub async fn site(db: Db, config: Config) -> Site {
    let site = Site::new(db, Clock::at(NOW), config, Keeper::from_base64(&new_key()).unwrap());
    directory::import(&Scope::system(), &site, PEOPLE).await.unwrap();
    site
}

pub async fn id(site: &Site, email: &str) -> String {
    let mut c = site.read().await.unwrap();
    directory::by_email(&mut c, email).await.unwrap().expect("imported").id
}

/// A portal on a free port of loopback, with the demo's issuer behind it.
pub struct Portal {
    pub site: Site,
    pub address: String,
    pub issuer: DemoIssuer,
}

impl Portal {
    pub async fn start(db: Db) -> Portal {
        Portal::with(db, |_| {}).await
    }

    /// The same, with changes to the configuration.
    pub async fn with(db: Db, change: impl Fn(&mut Config)) -> Portal {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = format!("http://{}", listener.local_addr().unwrap());
        let mut config = Config::default();
        config.server.public_address = address.clone();
        demo_issuer::configure(&mut config);
        change(&mut config);
        let site = site(db, config).await;
        let roles = BTreeMap::from([("ben@x.example".to_owned(), vec![Role::Curator])]);
        let issuer = DemoIssuer::new(&site, roles).await.unwrap();
        let who = |Extension(scope): Extension<Scope>| async move {
            let Some(viewer) = scope.viewer() else { return "nobody".to_owned() };
            let roles: Vec<_> = viewer.roles.iter().map(|role| role.as_str()).collect();
            format!("{} {:?} manages={} groups={}", viewer.email, roles, viewer.manages, viewer.groups.len())
        };
        let router = Router::new()
            .route("/", get(who))
            .route("/page", get(who))
            .route("/api/who", any(who))
            .merge(routes::routes(site.clone()))
            .merge(demo_issuer::routes(issuer.clone()));
        let router = gate::guarded(router, site.clone());
        tokio::spawn(async move { axum::serve(listener, router).await.unwrap() });
        Portal { site, address, issuer }
    }

    pub fn browser(&self) -> Browser {
        Browser {
            http: reqwest::Client::builder().redirect(reqwest::redirect::Policy::none()).build().unwrap(),
            home: self.address.clone(),
            jar: Mutex::default(),
        }
    }
}

/// Keeps cookies, follows nothing by itself.
pub struct Browser {
    http: reqwest::Client,
    home: String,
    pub jar: Mutex<HashMap<String, String>>,
}

/// What came back.
#[derive(Debug)]
pub struct Seen {
    pub status: u16,
    /// Where it leads, without the portal's own address.
    pub to: String,
    pub body: String,
}

impl Browser {
    pub async fn get(&self, path: &str) -> Seen {
        self.send(self.http.get(self.url(path))).await
    }

    pub async fn post(&self, path: &str, form: &[(&str, &str)]) -> Seen {
        let body = url::form_urlencoded::Serializer::new(String::new()).extend_pairs(form).finish();
        let request = self.http.post(self.url(path)).header("origin", &self.home);
        self.send(request.header("content-type", "application/x-www-form-urlencoded").body(body)).await
    }

    pub async fn send(&self, request: reqwest::RequestBuilder) -> Seen {
        let cookies: Vec<String> = self.jar.lock().unwrap().iter().map(|(k, v)| format!("{k}={v}")).collect();
        let response = request.header("cookie", cookies.join("; ")).send().await.unwrap();
        for line in response.headers().get_all("set-cookie") {
            let (name, value) = line.to_str().unwrap().split(';').next().unwrap().split_once('=').unwrap();
            let mut jar = self.jar.lock().unwrap();
            if value.is_empty() { drop(jar.remove(name)) } else { drop(jar.insert(name.into(), value.into())) }
        }
        let to = response.headers().get("location").map(|to| to.to_str().unwrap().replace(&self.home, ""));
        let status = response.status().as_u16();
        Seen { status, to: to.unwrap_or_default(), body: response.text().await.unwrap() }
    }

    pub fn request(&self, method: reqwest::Method, path: &str) -> reqwest::RequestBuilder {
        self.http.request(method, self.url(path))
    }

    fn url(&self, path: &str) -> String {
        if path.starts_with("http") { path.into() } else { format!("{}{path}", self.home) }
    }

    /// From the button to the provider's answer: the callback's address.
    pub async fn until_callback(&self, person: &str, to: &str) -> String {
        let start = self.get(&format!("/sign-in/demo?to={}", to.replace('?', "%3F"))).await;
        assert!(start.to.starts_with("/demo-issuer/authorize?"), "{start:?}");
        let url = url::Url::parse(&self.url(&start.to)).unwrap();
        let mut form: Vec<(String, String)> = url.query_pairs().into_owned().collect();
        form.push(("person".into(), person.into()));
        let form: Vec<(&str, &str)> = form.iter().map(|(k, v)| (k.as_str(), v.as_str())).collect();
        let picked = self.post("/demo-issuer/authorize", &form).await;
        assert!(picked.to.starts_with("/sign-in/demo/callback?"), "{picked:?}");
        picked.to
    }

    /// The whole way in.
    pub async fn sign_in(&self, person: &str, to: &str) -> Seen {
        let callback = self.until_callback(person, to).await;
        self.get(&callback).await
    }
}
