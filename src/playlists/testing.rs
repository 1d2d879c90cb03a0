//! A small organisation for tests of playlists and of what stands on them.

use super::service::{NewPlaylist, create_published};
use crate::base::{Role, Scope, Viewer};
use crate::platform::crypto::{Keeper, new_key};
use crate::platform::db::Db;
use crate::platform::{Clock, Config, Site};
use crate::sql;

/// When the tests play.
pub const NOW: i64 = 1_778_620_000_000;

/// A portal with people, two groups and six resources: `r1` to `r4` for everyone, `secret` for the group `red`, `gone`
/// vanished from its source. `boss` manages `mid` and `cat`, `mid` manages `ann` and `ben`; `chief` manages `otto`.
/// `ann` is in `red`, `ben` in `blue`; `cora` and `curt` curate.
pub struct House {
    /// Its parts.
    pub site: Site,
}

impl House {
    /// On an empty database.
    pub async fn new(db: Db) -> House {
        let keeper = Keeper::from_base64(&new_key()).expect("a key");
        let site = Site::new(db, Clock::at(NOW), Config::default(), keeper);
        let house = House { site };
        for (id, manager) in [
            ("boss", None),
            ("mid", Some("boss")),
            ("cat", Some("boss")),
            ("ann", Some("mid")),
            ("ben", Some("mid")),
            ("chief", None),
            ("otto", Some("chief")),
            ("cora", None),
            ("curt", None),
        ] {
            house.person(id, manager).await;
        }
        house
            .run(sql!(
                "INSERT INTO people_group (id, name, origin) VALUES ('red', 'Red', 'team'), ('blue', 'Blue', 'team')"
            ))
            .await;
        house
            .run(sql!(
                "INSERT INTO membership (people_group, person, origin) VALUES ('red', 'ann', 't'), ('blue', 'ben', 't')"
            ))
            .await;
        house.run(sql!("INSERT INTO origin (id, name) VALUES ('wiki', 'Wiki')")).await;
        for (id, audience, gone) in [
            ("r1", None, None),
            ("r2", None, None),
            ("r3", None, None),
            ("r4", None, None),
            ("secret", Some("red"), None),
            ("gone", None, Some(NOW)),
        ] {
            house.resource(id, audience, gone).await;
        }
        house
    }

    /// Runs a statement in a transaction of its own.
    pub async fn run(&self, sql: crate::platform::db::Sql) {
        let mut tx = self.site.begin().await.expect("a transaction");
        tx.run(sql).await.expect("the statement runs");
        tx.commit().await.expect("a commit");
    }

    async fn person(&self, id: &str, manager: Option<&str>) {
        self.run(sql!(
            "INSERT INTO person (id, email, name, folded, job_title, manager, locale, time_zone, active, created_at, updated_at)
             VALUES ($1, $2, $3, $1, '', $4, 'en-GB', 'UTC', TRUE, 0, 0)",
            id,
            format!("{id}@halden.example"),
            name_of(id),
            manager
        ))
        .await;
    }

    /// A resource of ten minutes.
    pub async fn resource(&self, id: &str, audience: Option<&str>, gone: Option<i64>) {
        self.run(sql!(
            "INSERT INTO resource (id, source, external_id, url, url_key, title, summary, kind, authors, language, minutes,
                                   level, audience, published_at, changed_at, first_seen, fresh_at, seen_run, gone_at, digest)
             VALUES ($1, 'wiki', $1, $2, $2, $3, '', 'article', '', 'en', 10, NULL, $4, NULL, 0, 0, 0, 'run', $5, 'd')",
            id,
            format!("https://wiki.example/{id}"),
            format!("Page {id}"),
            audience,
            gone
        ))
        .await;
    }

    /// Writes down what a person did with a resource and when.
    pub async fn did(&self, person: &str, resource: &str, opened: Option<i64>, done: Option<i64>) {
        self.run(sql!(
            "INSERT INTO resource_state (person, resource, opened_at, done_at, saved_at, hidden_at, touched_at)
             VALUES ($1, $2, $3, $4, NULL, NULL, $5)
             ON CONFLICT (person, resource) DO UPDATE SET opened_at = excluded.opened_at, done_at = excluded.done_at",
            person,
            resource,
            opened,
            done,
            NOW
        ))
        .await;
    }

    /// The person hides a resource.
    pub async fn hides(&self, person: &str, resource: &str) {
        self.run(sql!(
            "INSERT INTO resource_state (person, resource, opened_at, done_at, saved_at, hidden_at, touched_at)
             VALUES ($1, $2, NULL, NULL, NULL, $3, $3)",
            person,
            resource,
            NOW
        ))
        .await;
    }

    /// The person follows a playlist.
    pub async fn follows(&self, person: &str, playlist: &str, at: i64) {
        self.run(sql!(
            "INSERT INTO follow (person, subject_kind, subject, at) VALUES ($1, 'playlist', $2, $3)",
            person,
            playlist,
            at
        ))
        .await;
    }

    /// A published playlist of `cora`'s; answers its id.
    pub async fn playlist(&self, title: &str, audience: Option<&str>, resources: &[&str]) -> String {
        let items: Vec<_> = resources.iter().map(|r| ((*r).to_owned(), String::new())).collect();
        let mut tx = self.site.begin().await.expect("a transaction");
        let new = NewPlaylist { slug: None, title, summary: "", steward: "cora", audience, items: &items };
        let id = create_published(&mut tx, new, NOW).await.expect("a playlist");
        tx.commit().await.expect("a commit");
        id
    }
}

/// "ann" is called "Ann".
pub fn name_of(id: &str) -> String {
    let (first, rest) = id.split_at(1);
    format!("{}{rest}", first.to_uppercase())
}

/// The person, as she asks.
pub fn viewer(id: &str) -> Viewer {
    Viewer {
        id: id.into(),
        name: name_of(id),
        email: format!("{id}@halden.example"),
        locale: "en-GB".into(),
        time_zone: "UTC".into(),
        roles: if matches!(id, "cora" | "curt") { vec![Role::Curator] } else { vec![] },
        groups: match id {
            "ann" => vec!["red".into()],
            "ben" => vec!["blue".into()],
            _ => vec![],
        },
        manages: matches!(id, "boss" | "mid" | "chief"),
    }
}

/// The person asks.
pub fn scope(id: &str) -> Scope {
    Scope::Person(viewer(id))
}
