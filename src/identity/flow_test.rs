//! Sign-ins against the demo's issuer over HTTP, with what can go wrong on the way.

use super::demo_issuer::Faults;
use super::testing::{Browser, Portal, id};
use crate::base::{MINUTE, Scope};
use crate::directory::service as directory;
use crate::platform::db::testing::on_both;
use crate::platform::{Issuer, Site};
use crate::sql;

async fn sessions(site: &Site) -> i64 {
    let mut c = site.read().await.unwrap();
    c.one::<(i64,)>(sql!("SELECT COUNT(*) FROM session")).await.unwrap().0
}

/// The sign-in page with this problem, and nobody signed in.
async fn refused(portal: &Portal, browser: &Browser, seen: super::testing::Seen, problem: &str) {
    assert_eq!((seen.status, seen.to.as_str()), (303, format!("/sign-in?problem={problem}").as_str()), "{seen:?}");
    assert_eq!(sessions(&portal.site).await, 0, "{problem} left a session");
    assert_eq!(browser.get("/api/who").await.body, "nobody");
}

#[tokio::test]
async fn one_signs_in_and_lands_on_the_page_first_asked_for() {
    on_both(|db| async move {
        let portal = Portal::start(db).await;
        let browser = portal.browser();
        let asked = browser.get("/page?q=a").await;
        assert_eq!((asked.status, asked.to.as_str()), (303, "/sign-in?to=%2Fpage%3Fq%3Da"));
        let ben = id(&portal.site, "ben@x.example").await;
        let landed = browser.sign_in(&ben, "/page?q=a").await;
        assert_eq!((landed.status, landed.to.as_str()), (303, "/page?q=a"));
        assert_eq!(browser.get("/page").await.body, "ben@x.example [\"curator\"] manages=true groups=1");
        let jar: Vec<String> = browser.jar.lock().unwrap().keys().cloned().collect();
        assert_eq!(jar.len(), 1, "the mark is gone: {jar:?}");
        // Who is signed in needs no sign-in page.
        assert_eq!(browser.get("/sign-in?to=/page").await.to, "/page");
        assert_eq!(browser.get("/sign-in?to=//evil.example").await.to, "/");
    })
    .await;
}

#[tokio::test]
async fn signing_out_ends_the_session_here_and_at_the_provider() {
    on_both(|db| async move {
        let portal = Portal::start(db).await;
        let browser = portal.browser();
        browser.sign_in(&id(&portal.site, "ada@x.example").await, "/").await;
        let kept = browser.jar.lock().unwrap().clone();
        let out = browser.post("/sign-out", &[]).await;
        assert!(out.to.starts_with("/demo-issuer/end-session?id_token_hint="), "{out:?}");
        assert_eq!(browser.get(&out.to).await.to, "/sign-in");
        assert_eq!((sessions(&portal.site).await, browser.jar.lock().unwrap().len()), (0, 0));
        // A cookie that somebody kept opens nothing.
        *browser.jar.lock().unwrap() = kept;
        assert_eq!(browser.get("/api/who").await.body, "nobody");
        assert_eq!(browser.post("/sign-out", &[]).await.to, "/sign-in");
    })
    .await;
}

#[tokio::test]
async fn a_session_is_new_at_each_sign_in_and_ends_everywhere_on_request() {
    on_both(|db| async move {
        let portal = Portal::start(db).await;
        let ada = id(&portal.site, "ada@x.example").await;
        let (one, other) = (portal.browser(), portal.browser());
        one.sign_in(&ada, "/").await;
        let first = one.jar.lock().unwrap().clone();
        one.sign_in(&ada, "/").await;
        assert_ne!(*one.jar.lock().unwrap(), first);
        other.sign_in(&ada, "/").await;
        assert_eq!(sessions(&portal.site).await, 2, "the earlier session of the same browser has ended");
        one.post("/sign-out/everywhere", &[]).await;
        assert_eq!(sessions(&portal.site).await, 0);
        assert_eq!(other.get("/api/who").await.body, "nobody");
    })
    .await;
}

#[tokio::test]
async fn a_state_is_good_once_in_its_browser_for_ten_minutes() {
    on_both(|db| async move {
        let portal = Portal::start(db).await;
        let ada = id(&portal.site, "ada@x.example").await;
        let browser = portal.browser();
        let callback = browser.until_callback(&ada, "/").await;
        let bent = callback.replace("state=", "state=x");
        refused(&portal, &browser, browser.get(&bent).await, "state").await;
        refused(&portal, &browser, browser.get("/sign-in/demo/callback").await, "state").await;
        refused(&portal, &browser, browser.get("/sign-in/demo/callback?state=a&state=b&code=c").await, "state").await;

        // Somebody else's browser: it gets nothing, and the sign-in is over.
        let stranger = portal.browser();
        refused(&portal, &stranger, stranger.get(&callback).await, "browser").await;
        refused(&portal, &browser, browser.get(&callback).await, "state").await;

        let late = browser.until_callback(&ada, "/").await;
        portal.site.clock.advance(10 * MINUTE + 1);
        refused(&portal, &browser, browser.get(&late).await, "expired").await;

        let good = browser.until_callback(&ada, "/").await;
        assert_eq!(browser.get(&good).await.to, "/");
        let again = browser.get(&good).await;
        assert_eq!(again.to, "/sign-in?problem=state");
        assert_eq!(sessions(&portal.site).await, 1, "a callback used twice makes no second session");
    })
    .await;
}

#[tokio::test]
async fn what_the_provider_refuses_is_told() {
    on_both(|db| async move {
        let portal = Portal::start(db).await;
        let ada = id(&portal.site, "ada@x.example").await;
        let browser = portal.browser();
        // The provider closes a code after a minute, long before a sign-in.
        let callback = browser.until_callback(&ada, "/").await;
        portal.site.clock.advance(2 * MINUTE);
        refused(&portal, &browser, browser.get(&callback).await, "code").await;
        let callback = browser.until_callback("", "/").await;
        assert!(callback.contains("error=access_denied"));
        refused(&portal, &browser, browser.get(&callback).await, "refused").await;
        let callback = browser.until_callback("", "/").await.replace("access_denied", "server_error");
        refused(&portal, &browser, browser.get(&callback).await, "provider").await;
        // An answer in the name of another issuer.
        let callback = browser.until_callback(&ada, "/").await.replace("&iss=", "&iss=x");
        refused(&portal, &browser, browser.get(&callback).await, "state").await;
        let seen = browser.get("/sign-in/nobody").await;
        refused(&portal, &browser, seen, "issuer").await;
    })
    .await;
}

#[tokio::test]
async fn tokens_are_checked_and_keys_rotate() {
    on_both(|db| async move {
        let portal = Portal::start(db).await;
        let ada = id(&portal.site, "ada@x.example").await;
        let browser = portal.browser();
        portal.issuer.fail(Faults { nonce: Some("another".into()), ..Faults::default() });
        refused(&portal, &browser, browser.sign_in(&ada, "/").await, "nonce").await;
        portal.issuer.fail(Faults { unknown_key: true, ..Faults::default() });
        refused(&portal, &browser, browser.sign_in(&ada, "/").await, "key").await;
        portal.issuer.fail(Faults::default());
        // The keys are known by now; a new one is looked for.
        portal.issuer.rotate().await.unwrap();
        assert_eq!(browser.sign_in(&ada, "/").await.to, "/");
        assert_eq!(sessions(&portal.site).await, 1);
    })
    .await;
}

#[tokio::test]
async fn claims_that_the_id_token_leaves_out_come_from_userinfo() {
    on_both(|db| async move {
        let portal = Portal::start(db).await;
        portal.issuer.fail(Faults { lean: true, ..Faults::default() });
        let browser = portal.browser();
        assert_eq!(browser.sign_in(&id(&portal.site, "ben@x.example").await, "/").await.to, "/");
        assert!(browser.get("/api/who").await.body.starts_with("ben@x.example [\"curator\"]"));
    })
    .await;
}

#[tokio::test]
async fn a_mail_address_has_to_be_checked_by_the_provider() {
    on_both(|db| async move {
        let portal = Portal::start(db).await;
        let ada = id(&portal.site, "ada@x.example").await;
        let browser = portal.browser();
        for verified in [Some(false), None] {
            let faults = Faults { verified: Some(verified), subject: Some("s-1".into()), ..Faults::default() };
            portal.issuer.fail(faults);
            refused(&portal, &browser, browser.sign_in(&ada, "/").await, "unverified").await;
        }
        // Nor does it wait as a new person for an import to fill its place.
        let email = Some("new@x.example".to_owned());
        portal.issuer.fail(Faults {
            verified: Some(None),
            email: email.clone(),
            subject: Some("s-2".into()),
            ..Faults::default()
        });
        refused(&portal, &browser, browser.sign_in(&ada, "/").await, "unverified").await;
        portal.issuer.fail(Faults { email, subject: Some("s-2".into()), ..Faults::default() });
        assert_eq!(browser.sign_in(&ada, "/").await.to, "/");
        assert_eq!(browser.get("/api/who").await.body, "new@x.example [] manages=false groups=0");
        assert_ne!(id(&portal.site, "new@x.example").await, ada);
    })
    .await;
}

#[tokio::test]
async fn a_provider_may_be_trusted_with_addresses_by_configuration() {
    on_both(|db| async move {
        let portal = Portal::with(db, |config| {
            config.issuers.values_mut().for_each(|issuer| issuer.trust_email = true);
        })
        .await;
        let ada = id(&portal.site, "ada@x.example").await;
        let browser = portal.browser();
        portal.issuer.fail(Faults { verified: Some(Some(false)), ..Faults::default() });
        refused(&portal, &browser, browser.sign_in(&ada, "/").await, "unverified").await;
        portal.issuer.fail(Faults { verified: Some(None), ..Faults::default() });
        assert_eq!(browser.sign_in(&ada, "/").await.to, "/");
    })
    .await;
}

#[tokio::test]
async fn who_left_does_not_come_in() {
    on_both(|db| async move {
        let portal = Portal::start(db).await;
        let cleo = id(&portal.site, "cleo@x.example").await;
        let browser = portal.browser();
        let callback = browser.until_callback(&cleo, "/").await;
        directory::set_active(&Scope::system(), &portal.site, &cleo, false).await.unwrap();
        refused(&portal, &browser, browser.get(&callback).await, "inactive").await;
        directory::set_active(&Scope::system(), &portal.site, &cleo, true).await.unwrap();
        assert_eq!(browser.sign_in(&cleo, "/").await.to, "/");
        directory::set_active(&Scope::system(), &portal.site, &cleo, false).await.unwrap();
        assert_eq!(browser.get("/api/who").await.body, "nobody", "a running session ends");
    })
    .await;
}

#[tokio::test]
async fn a_provider_that_is_down_is_told_and_waited_for_no_longer() {
    on_both(|db| async move {
        // Nothing listens there.
        let free = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let gone = format!("http://{}", free.local_addr().unwrap());
        drop(free);
        // This one takes the connection and says nothing.
        let mute = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let silent = format!("http://{}", mute.local_addr().unwrap());
        let portal = Portal::with(db, |config| {
            for (name, address) in [("gone", &gone), ("silent", &silent)] {
                let issuer = Issuer { address: address.clone(), client_id: "x".into(), ..Issuer::default() };
                config.issuers.insert(name.into(), issuer);
            }
        })
        .await;
        let browser = portal.browser();
        for name in ["gone", "silent"] {
            let began = std::time::Instant::now();
            let seen = browser.get(&format!("/sign-in/{name}?to=/page")).await;
            assert_eq!(seen.to, "/sign-in?problem=down&to=%2Fpage");
            assert!(began.elapsed().as_secs() < 12, "{name} took {:?}", began.elapsed());
        }
        drop(mute);
    })
    .await;
}

#[tokio::test]
async fn a_request_from_elsewhere_changes_nothing() {
    on_both(|db| async move {
        let portal = Portal::start(db).await;
        let browser = portal.browser();
        browser.sign_in(&id(&portal.site, "ada@x.example").await, "/").await;
        let evil =
            [("origin", "https://evil.example"), ("origin", "null"), ("sec-fetch-site", "cross-site"), ("x-none", "")];
        for (name, value) in evil {
            for path in ["/sign-out", "/api/who", "/demo-issuer/authorize"] {
                let seen = browser.send(browser.request(reqwest::Method::POST, path).header(name, value)).await;
                assert_eq!(seen.status, 403, "{name} {value} {path}");
                assert!(seen.body.contains(&portal.address), "{}", seen.body);
            }
        }
        let delete = browser.request(reqwest::Method::DELETE, "/api/who").header("origin", &portal.address);
        assert!(browser.send(delete).await.body.starts_with("ada@"), "our own pages may");
        assert_eq!(sessions(&portal.site).await, 1);
        // The back channel of the provider is no browser: it is answered by the protocol.
        let token = browser
            .request(reqwest::Method::POST, "/demo-issuer/token")
            .header("content-type", "application/x-www-form-urlencoded")
            .body("grant_type=x");
        assert_eq!(browser.send(token).await.status, 400);
    })
    .await;
}

/// A provider that publishes itself and then dies: only its discovery document and its (empty) key set answer.
async fn dying() -> String {
    let free = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let dead = format!("http://{}/token", free.local_addr().unwrap());
    drop(free);
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = format!("http://{}", listener.local_addr().unwrap());
    let document = serde_json::json!({
        "issuer": address, "authorization_endpoint": format!("{address}/authorize"), "token_endpoint": dead,
        "jwks_uri": format!("{address}/jwks"), "response_types_supported": ["code"],
        "subject_types_supported": ["public"], "id_token_signing_alg_values_supported": ["RS256"],
    });
    let router = axum::Router::new()
        .route("/.well-known/openid-configuration", axum::routing::get(|| async { axum::Json(document) }))
        .route("/jwks", axum::routing::get(|| async { axum::Json(serde_json::json!({"keys": []})) }));
    tokio::spawn(async move { axum::serve(listener, router).await.unwrap() });
    address
}

#[tokio::test]
async fn a_provider_that_dies_in_the_middle_leaves_no_session() {
    on_both(|db| async move {
        let address = dying().await;
        let portal = Portal::with(db, |config| {
            let issuer = Issuer { address: address.clone(), client_id: "x".into(), ..Issuer::default() };
            config.issuers.insert("dying".into(), issuer);
        })
        .await;
        let browser = portal.browser();
        let start = browser.get("/sign-in/dying?to=/page").await;
        let url = url::Url::parse(&start.to).unwrap();
        let asked: std::collections::HashMap<String, String> = url.query_pairs().into_owned().collect();
        assert_eq!((asked["response_type"].as_str(), asked["code_challenge_method"].as_str()), ("code", "S256"));
        assert_eq!(asked["redirect_uri"], format!("{}/sign-in/dying/callback", portal.address));
        assert!(asked["scope"].contains("openid") && !asked["nonce"].is_empty());
        let back = browser.get(&format!("/sign-in/dying/callback?code=c&state={}", asked["state"])).await;
        assert_eq!(back.to, "/sign-in?problem=down&to=%2Fpage", "the way on keeps the page first asked for");
        assert_eq!(sessions(&portal.site).await, 0);
        // The state of one provider ends no sign-in with another.
        let start = browser.get("/sign-in/dying").await;
        let url = url::Url::parse(&start.to).unwrap();
        let state = url.query_pairs().find(|(key, _)| key == "state").unwrap().1.into_owned();
        refused(&portal, &browser, browser.get(&format!("/sign-in/demo/callback?code=c&state={state}")).await, "state")
            .await;
    })
    .await;
}
