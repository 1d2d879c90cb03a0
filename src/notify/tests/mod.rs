//! Notices on both engines, and mail against a real SMTP server.

mod mail;
mod notices;
mod server;
mod transport;
mod unsubscribe;

use crate::base::{Role, Scope, Viewer};
use crate::notify::model::{Kind, Words};
use crate::notify::service::{Notice, tell};
use crate::platform::crypto::{Keeper, new_key};
use crate::platform::db::{Db, Record, Sql};
use crate::platform::{Clock, Config, Site};
use crate::sql;

/// 2026-06-11T12:00:00Z, a Thursday.
const NOON: i64 = 1_781_179_200_000;

/// A portal with Ines (Berlin), an operator, and somebody else; its clock stands at noon.
struct Bench {
    site: Site,
    clock: Clock,
}

impl Bench {
    async fn new(db: Db, change: impl Fn(&mut Config)) -> Bench {
        let mut config = Config::default();
        config.server.public_address = "https://learn.example".into();
        change(&mut config);
        let clock = Clock::at(NOON);
        let bench =
            Bench { site: Site::new(db, clock.clone(), config, Keeper::from_base64(&new_key()).unwrap()), clock };
        for id in ["ines", "otto", "op"] {
            bench.person(id, &format!("{id}@halden.example")).await;
        }
        bench.run(sql!("INSERT INTO person_role (person, role, origin) VALUES ('op', 'operator', 't')")).await;
        bench
    }

    async fn person(&self, id: &str, email: &str) {
        self.run(sql!(
            "INSERT INTO person (id, email, name, folded, job_title, manager, locale, time_zone, active, created_at,
                                 updated_at)
             VALUES ($1, $2, $1, $1, '', NULL, 'en-GB', 'Europe/Berlin', TRUE, 0, 0)",
            id,
            email
        ))
        .await;
    }

    async fn run(&self, sql: Sql) {
        let mut tx = self.site.begin().await.unwrap();
        tx.run(sql).await.unwrap();
        tx.commit().await.unwrap();
    }

    async fn all<T: Record>(&self, sql: Sql) -> Vec<T> {
        self.site.read().await.unwrap().all(sql).await.unwrap()
    }

    /// Tells a person something that leads to `/search?q=KEY`.
    async fn tell(&self, person: &str, kind: Kind, key: &str) -> bool {
        let link = format!("/search?q={key}");
        let notice = Notice {
            person,
            kind,
            title: Words::Text(format!("About {key}")),
            body: Words::SavedSearchBody { found: 2 },
            link: &link,
            dedupe: key,
        };
        let mut tx = self.site.begin().await.unwrap();
        let is_new = tell(&mut tx, notice, self.site.now()).await.unwrap();
        tx.commit().await.unwrap();
        is_new
    }
}

fn scope(id: &str) -> Scope {
    Scope::Person(Viewer {
        id: id.into(),
        name: id.into(),
        email: format!("{id}@halden.example"),
        locale: "en-GB".into(),
        time_zone: "Europe/Berlin".into(),
        roles: if id == "op" { vec![Role::Operator] } else { vec![] },
        groups: vec![],
        manages: false,
    })
}
