//! Sessions and sign-in links on both engines, with a clock that stands.

use super::model::Trouble;
use super::session::{self, Arrival};
use super::testing::{NOW, id, site};
use super::{service, store};
use crate::base::{AppError, DAY, HOUR, MINUTE, Role, Scope};
use crate::platform::crypto::sha256;
use crate::platform::db::testing::on_both;
use crate::platform::{Config, Site};
use crate::sql;

async fn start(site: &Site, person: &str, earlier: Option<&str>) -> String {
    let arrival = Arrival { person, issuer: "demo", id_token: "the.id.token", agent: "a\nb", earlier };
    let mut tx = site.begin().await.unwrap();
    let token = session::start(&mut tx, site, &arrival).await.unwrap();
    tx.commit().await.unwrap();
    token
}

async fn seen_at(site: &Site) -> i64 {
    let mut c = site.read().await.unwrap();
    c.one::<(i64,)>(sql!("SELECT seen_at FROM session")).await.unwrap().0
}

#[tokio::test]
async fn a_session_shows_the_person_with_roles_groups_and_line() {
    on_both(|db| async move {
        let site = site(db, Config::default()).await;
        let ben = id(&site, "ben@x.example").await;
        let mut tx = site.begin().await.unwrap();
        store::set_roles(&mut tx, &ben, "issuer:a", &[Role::Curator, Role::Operator]).await.unwrap();
        store::set_roles(&mut tx, &ben, "issuer:b", &[Role::Operator]).await.unwrap();
        store::set_roles(&mut tx, &ben, "issuer:a", &[Role::Operator]).await.unwrap();
        tx.commit().await.unwrap();
        let token = start(&site, &ben, None).await;
        let viewer = session::load(&site, &token).await.unwrap().expect("runs");
        assert_eq!((viewer.id.as_str(), viewer.roles.as_slice()), (ben.as_str(), [Role::Operator].as_slice()));
        assert_eq!((viewer.groups.len(), viewer.manages, viewer.time_zone.as_str()), (1, true, "Europe/Berlin"));
        assert_eq!(session::load(&site, "made up").await.unwrap(), None);
        let mut c = site.read().await.unwrap();
        let (hash, sealed): (String, String) = c.one(sql!("SELECT token_hash, id_token FROM session")).await.unwrap();
        assert!(hash == sha256(&token) && !sealed.contains("the.id.token"), "neither lies readable in the database");
    })
    .await;
}

#[tokio::test]
async fn an_idle_session_ends_and_so_does_an_old_one() {
    on_both(|db| async move {
        let site = site(db, Config::default()).await;
        let ada = id(&site, "ada@x.example").await;
        let token = start(&site, &ada, None).await;
        let runs = async |site: &Site| session::load(site, &token).await.unwrap().is_some();
        site.clock.advance(12 * HOUR - 1);
        assert!(runs(&site).await);
        site.clock.advance(12 * HOUR);
        assert!(!runs(&site).await, "idle for twelve hours");

        let token = start(&site, &ada, None).await;
        let began = site.now();
        while site.now() - began < 30 * DAY - 6 * HOUR {
            site.clock.advance(6 * HOUR);
            assert!(session::load(&site, &token).await.unwrap().is_some());
        }
        site.clock.advance(6 * HOUR);
        assert_eq!(session::load(&site, &token).await.unwrap(), None, "thirty days old, however busy");
        assert_eq!(service::sweep(&site).await.unwrap(), 1);
    })
    .await;
}

#[tokio::test]
async fn use_is_written_at_most_once_a_minute() {
    on_both(|db| async move {
        let site = site(db, Config::default()).await;
        let token = start(&site, &id(&site, "ada@x.example").await, None).await;
        site.clock.advance(MINUTE - 1);
        session::load(&site, &token).await.unwrap();
        assert_eq!(seen_at(&site).await, NOW);
        site.clock.advance(1);
        session::load(&site, &token).await.unwrap();
        assert_eq!(seen_at(&site).await, NOW + MINUTE);
    })
    .await;
}

#[tokio::test]
async fn ending_gives_the_id_token_back_once() {
    on_both(|db| async move {
        let site = site(db, Config::default()).await;
        let token = start(&site, &id(&site, "ada@x.example").await, None).await;
        let ended = session::end(&site, &token).await.unwrap().expect("ran");
        assert_eq!((ended.issuer.as_str(), ended.id_token.as_str()), ("demo", "the.id.token"));
        assert!(session::end(&site, &token).await.unwrap().is_none());
        assert_eq!(session::load(&site, &token).await.unwrap(), None);
    })
    .await;
}

#[tokio::test]
async fn sessions_are_ended_by_their_person_and_by_operators() {
    on_both(|db| async move {
        let site = site(db, Config::default()).await;
        let (ada, ben) = (id(&site, "ada@x.example").await, id(&site, "ben@x.example").await);
        let (mine, kept) = (start(&site, &ada, None).await, start(&site, &ada, None).await);
        let ben_token = start(&site, &ben, None).await;
        let scope = async |token: &str| Scope::Person(session::load(&site, token).await.unwrap().unwrap());
        let (as_ada, as_ben) = (scope(&mine).await, scope(&ben_token).await);
        assert_eq!(service::end_sessions(&as_ben, &site, &ada, None).await, Err(AppError::Forbidden));
        assert_eq!(service::end_sessions(&Scope::Anonymous, &site, &ada, None).await, Err(AppError::SignIn));
        assert_eq!(service::end_sessions(&as_ada, &site, &ada, Some(&kept)).await, Ok(1));
        assert!(session::load(&site, &kept).await.unwrap().is_some());
        assert_eq!(service::end_sessions(&Scope::system(), &site, &ada, None).await, Ok(1));
        assert!(session::load(&site, &ben_token).await.unwrap().is_some(), "others stay");
    })
    .await;
}

#[tokio::test]
async fn a_sign_in_link_works_once_and_is_written_down() {
    on_both(|db| async move {
        let site = site(db, Config::default()).await;
        let ada = id(&site, "ada@x.example").await;
        let link = async || {
            let address =
                service::sign_in_link(&Scope::system(), &site, "Ada@x.example", Some(Role::Operator)).await.unwrap();
            address.strip_prefix("http://127.0.0.1:4000/sign-in/link/").expect("an address here").to_owned()
        };
        let token = link().await;
        let session = service::use_link(&site, &token, "agent", None).await.unwrap();
        let viewer = session::load(&site, &session).await.unwrap().unwrap();
        assert_eq!((viewer.id.as_str(), viewer.roles.as_slice()), (ada.as_str(), [Role::Operator].as_slice()));
        let again = service::use_link(&site, &token, "agent", None).await.unwrap_err();
        assert_eq!(again.trouble(), Trouble::Link);
        let late = link().await;
        site.clock.advance(15 * MINUTE);
        assert_eq!(service::use_link(&site, &late, "agent", None).await.unwrap_err().trouble(), Trouble::Link);
        let mut c = site.read().await.unwrap();
        let written: Vec<(String,)> =
            c.all(sql!("SELECT action FROM audit WHERE action LIKE 'sign-in-link.%' ORDER BY id")).await.unwrap();
        let written: Vec<&str> = written.iter().map(|row| row.0.as_str()).collect();
        assert_eq!(written, ["sign-in-link.make", "sign-in-link.use", "sign-in-link.make"]);
    })
    .await;
}

#[tokio::test]
async fn only_the_command_line_makes_sign_in_links() {
    on_both(|db| async move {
        let site = site(db, Config::default()).await;
        let ada = id(&site, "ada@x.example").await;
        let mut tx = site.begin().await.unwrap();
        store::set_roles(&mut tx, &ada, "issuer:a", &[Role::Operator]).await.unwrap();
        tx.commit().await.unwrap();
        let token = start(&site, &ada, None).await;
        let operator = Scope::Person(session::load(&site, &token).await.unwrap().unwrap());
        for scope in [operator, Scope::Anonymous] {
            let refused = service::sign_in_link(&scope, &site, "ben@x.example", None).await;
            assert_eq!(refused, Err(AppError::Forbidden));
        }
        let nobody = service::sign_in_link(&Scope::system(), &site, "nobody@x.example", None).await.unwrap_err();
        assert!(nobody.field("email").is_some());
    })
    .await;
}
