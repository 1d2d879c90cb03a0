//! Whom claims lead to, on both engines.

use super::accept::accept;
use super::model::Trouble;
use super::provider::Claims;
use super::testing::{NOW, id, site};
use crate::base::Role;
use crate::directory::service as directory;
use crate::platform::db::testing::on_both;
use crate::platform::{Config, Issuer, Site};
use crate::sql;

fn issuer() -> Issuer {
    Issuer {
        address: "https://login.example".into(),
        client_id: "atrium".into(),
        roles: [("learning-curators", "curator"), ("it", "operator")].map(|(k, v)| (k.into(), v.into())).into(),
        ..Issuer::default()
    }
}

fn claims(subject: &str, email: &str) -> Claims {
    Claims {
        subject: subject.into(),
        email: Some(email.into()),
        email_verified: Some(true),
        name: Some("Eve Lo".into()),
        groups: Some(vec![]),
        ..Claims::default()
    }
}

async fn take(site: &Site, issuer: &Issuer, claims: &Claims) -> Result<String, Trouble> {
    let mut tx = site.begin().await.unwrap();
    let person = accept(&mut tx, "company", issuer, claims, NOW).await.map_err(|failure| failure.trouble())?;
    tx.commit().await.unwrap();
    Ok(person)
}

async fn roles(site: &Site, person: &str) -> Vec<String> {
    let mut c = site.read().await.unwrap();
    let rows: Vec<(String,)> =
        c.all(sql!("SELECT role FROM person_role WHERE person = $1 ORDER BY role", person)).await.unwrap();
    rows.into_iter().map(|row| row.0).collect()
}

#[tokio::test]
async fn the_subject_stays_bound_whatever_becomes_of_the_address() {
    on_both(|db| async move {
        let site = site(db, Config::default()).await;
        let ada = id(&site, "ada@x.example").await;
        assert_eq!(take(&site, &issuer(), &claims("s1", "ADA@x.example")).await, Ok(ada.clone()));
        // The provider gives her a new address, and an unchecked one at that: she is who she was.
        let moved = Claims { email_verified: Some(false), ..claims("s1", "ben@x.example") };
        assert_eq!(take(&site, &issuer(), &moved).await, Ok(ada.clone()));
        // Her old address goes to somebody else: that one is not Ada.
        assert_eq!(take(&site, &issuer(), &claims("s2", "ada@x.example")).await, Err(Trouble::Taken));
        // The same person through another provider is fine.
        let other = Issuer { address: "https://other.example".into(), ..issuer() };
        assert_eq!(take(&site, &other, &claims("s2", "ada@x.example")).await, Ok(ada));
    })
    .await;
}

#[tokio::test]
async fn somebody_new_is_added_with_what_is_known() {
    on_both(|db| async move {
        let site = site(db, Config::default()).await;
        let new = Claims {
            locale: Some("de-DE".into()),
            time_zone: Some("Mars/Olympus".into()),
            ..claims("s1", "Eve@x.example")
        };
        let eve = take(&site, &issuer(), &new).await.unwrap();
        let mut c = site.read().await.unwrap();
        let person = directory::person(&mut c, &eve).await.unwrap().unwrap();
        assert_eq!((person.email.as_str(), person.name.as_str()), ("eve@x.example", "Eve Lo"));
        assert_eq!((person.locale.as_str(), person.time_zone.as_str()), ("de-DE", "UTC"));
        let none = Claims { name: None, ..claims("s2", "noname@x.example") };
        drop(c);
        let noname = take(&site, &issuer(), &none).await.unwrap();
        let mut c = site.read().await.unwrap();
        assert_eq!(directory::person(&mut c, &noname).await.unwrap().unwrap().name, "noname");
    })
    .await;
}

#[tokio::test]
async fn an_address_that_is_none_or_unchecked_leads_to_nobody() {
    on_both(|db| async move {
        let site = site(db, Config::default()).await;
        let none = Claims { email: None, ..claims("s1", "") };
        assert_eq!(take(&site, &issuer(), &none).await, Err(Trouble::NoMail));
        assert_eq!(take(&site, &issuer(), &claims("s1", "not an address")).await, Err(Trouble::NoMail));
        let trusting = Issuer { trust_email: true, ..issuer() };
        for (issuer, verified, expected) in [
            (&issuer(), None, Err(Trouble::Unverified)),
            (&issuer(), Some(false), Err(Trouble::Unverified)),
            (&trusting, Some(false), Err(Trouble::Unverified)),
            (&trusting, None, Ok(id(&site, "ada@x.example").await)),
        ] {
            let claims = Claims { email_verified: verified, ..claims("s1", "ada@x.example") };
            assert_eq!(take(&site, issuer, &claims).await, expected, "{verified:?}");
        }
        assert_eq!(take(&site, &issuer(), &claims("", "ben@x.example")).await, Err(Trouble::Token));
    })
    .await;
}

#[tokio::test]
async fn roles_and_groups_follow_the_claims() {
    on_both(|db| async move {
        let site = site(db, Config::default()).await;
        let with = |groups: &[&str]| Claims {
            groups: Some(groups.iter().map(|group| group.to_string()).collect()),
            ..claims("s1", "ben@x.example")
        };
        let ben = take(&site, &issuer(), &with(&["it", "learning-curators", "Guild"])).await.unwrap();
        assert_eq!(roles(&site, &ben).await, ["curator", "operator"]);
        take(&site, &issuer(), &with(&["learning-curators", "Guild"])).await.unwrap();
        assert_eq!(roles(&site, &ben).await, [Role::Curator.as_str()]);
        let mut c = site.read().await.unwrap();
        let of: Vec<_> = directory::groups_of(&mut c, &ben).await.unwrap().into_iter().map(|g| g.name).collect();
        assert_eq!(of, ["Build", "Guild"], "a group that gives a role is no audience, a team stays");
        drop(c);
        // A provider that says nothing of groups gives nothing.
        take(&site, &issuer(), &Claims { groups: None, ..claims("s1", "ben@x.example") }).await.unwrap();
        assert!(roles(&site, &ben).await.is_empty());
    })
    .await;
}
