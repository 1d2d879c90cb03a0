//! Who Halden's people are, what they follow and which playlists they keep: `demo/people.csv` and
//! `demo/organisation.json`, embedded.

use crate::base::{Res, Role};
use crate::platform::fault;
use serde::Deserialize;
use std::collections::BTreeMap;

/// As the directory imports it.
pub(super) const PEOPLE: &str = include_str!("../../demo/people.csv");
const ORGANISATION: &str = include_str!("../../demo/organisation.json");
/// What stands before the title of a wiki page in a playlist.
pub(super) const WIKI: &str = "wiki:";
/// The audience that is everyone.
pub(super) const EVERYONE: &str = "everyone";

/// The demo organisation.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Organisation {
    /// What it is called.
    pub name: String,
    roles: BTreeMap<String, Vec<String>>,
    /// Names of topics by mail address.
    pub(super) follows: BTreeMap<String, Vec<String>>,
    /// In the order in which they were made.
    pub(super) playlists: Vec<Playlist>,
    /// In the order of the file.
    #[serde(skip)]
    pub(super) people: Vec<Person>,
}

/// A row of people.csv, as far as the seed minds it.
#[derive(Clone, Debug, Deserialize)]
pub(super) struct Person {
    pub email: String,
    pub name: String,
    pub job_title: String,
    pub team: String,
    pub time_zone: String,
}

#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Playlist {
    pub slug: String,
    pub title: String,
    pub summary: String,
    pub owner_email: String,
    /// A team, or `everyone`.
    pub audience: String,
    /// Others are drafts.
    pub published: bool,
    pub items: Vec<Item>,
}

#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Item {
    /// An address, or `wiki:` and the title of a page.
    pub url: String,
    pub note: String,
}

impl Organisation {
    /// What is embedded.
    pub fn embedded() -> Res<Self> {
        let mut organisation: Organisation = serde_json::from_str(ORGANISATION).map_err(fault)?;
        let rows = csv::Reader::from_reader(PEOPLE.as_bytes()).into_deserialize();
        organisation.people = rows.collect::<Result<_, _>>().map_err(fault)?;
        Ok(organisation)
    }

    /// Roles by mail address, for the demo's identity provider to tell.
    pub fn roles(&self) -> BTreeMap<String, Vec<Role>> {
        let mut roles: BTreeMap<String, Vec<Role>> = BTreeMap::new();
        for (name, people) in &self.roles {
            for email in people {
                roles.entry(email.clone()).or_default().extend(Role::parse(name));
            }
        }
        roles
    }

    pub(super) fn person(&self, email: &str) -> Option<&Person> {
        self.people.iter().find(|person| person.email == email)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::{BTreeSet, HashSet};

    fn organisation() -> Organisation {
        Organisation::embedded().unwrap()
    }

    #[test]
    fn everybody_named_is_on_the_list_of_people() {
        let organisation = organisation();
        let named = organisation.roles.values().flatten().chain(organisation.follows.keys());
        for email in named.chain(organisation.playlists.iter().map(|playlist| &playlist.owner_email)) {
            assert!(organisation.person(email).is_some(), "{email} is not in people.csv");
        }
        for person in &organisation.people {
            assert!(organisation.follows.contains_key(&person.email), "{} follows nothing", person.email);
        }
        let content = sandbox::Content::embedded().unwrap();
        let names: HashSet<&str> = organisation.people.iter().map(|person| person.name.as_str()).collect();
        for topic in &content.forum.topics {
            for author in topic.posts.iter().map(|post| post.author.as_str()).chain([topic.author.as_str()]) {
                assert!(names.contains(author), "{author}, of topic {}, does not work here", topic.id);
            }
        }
        for teacher in content.moodle.courses.iter().flat_map(|course| &course.teachers) {
            assert!(names.contains(teacher.as_str()), "{teacher}, who teaches, does not work here");
        }
        for post in &content.blog {
            assert!(names.contains(post.author.as_str()), "{}, of post {}, does not work here", post.author, post.id);
        }
    }

    #[test]
    fn some_sixty_people_in_six_teams() {
        let organisation = organisation();
        let teams: BTreeSet<&str> = organisation.people.iter().map(|person| person.team.as_str()).collect();
        assert_eq!(teams.len(), 6, "{teams:?}");
        assert!((55..=65).contains(&organisation.people.len()));
        for playlist in &organisation.playlists {
            assert!(
                playlist.audience == EVERYONE || teams.contains(playlist.audience.as_str()),
                "{}",
                playlist.audience
            );
        }
    }

    #[test]
    fn every_role_is_one_and_every_curator_of_a_playlist_has_it() {
        let organisation = organisation();
        for role in organisation.roles.keys() {
            assert!(Role::parse(role).is_some(), "{role}");
        }
        let roles = organisation.roles();
        for playlist in &organisation.playlists {
            assert!(roles[&playlist.owner_email].contains(&Role::Curator), "{}", playlist.owner_email);
        }
    }

    #[test]
    fn every_item_of_a_playlist_is_in_the_library_or_the_wiki() {
        let content = sandbox::Content::embedded().unwrap();
        let mut known: HashSet<String> = content.wiki.iter().map(|page| format!("{WIKI}{}", page.title)).collect();
        known.extend(library(&content).map(|item| item.url.clone()));
        for playlist in organisation().playlists {
            let mut seen = HashSet::new();
            for item in &playlist.items {
                assert!(known.contains(&item.url), "{}: {}", playlist.slug, item.url);
                assert!(seen.insert(&item.url), "{}: {} twice", playlist.slug, item.url);
                assert!(item.note.len() > 20, "{}: {} has no note", playlist.slug, item.url);
            }
        }
    }

    fn library(content: &sandbox::Content) -> impl Iterator<Item = &sandbox::LibraryItem> {
        let shelves = [&content.books, &content.courses, &content.videos, &content.podcasts, &content.tutorials];
        shelves.into_iter().flatten()
    }

    #[test]
    fn the_library_has_some_two_hundred_things_and_a_topic_for_every_follow() {
        let content = sandbox::Content::embedded().unwrap();
        let addresses: HashSet<&str> = library(&content).map(|item| item.url.as_str()).collect();
        assert!((190..=230).contains(&addresses.len()), "{}", addresses.len());
        let topics: HashSet<&String> = library(&content).flat_map(|item| &item.topics).collect();
        for (email, follows) in organisation().follows {
            for topic in &follows {
                assert!(topics.contains(topic), "{email} follows {topic}, which nothing is about");
            }
        }
        for item in library(&content) {
            assert!(item.summary.len() > 80 && !item.summary.to_lowercase().contains("lorem"), "{}", item.title);
        }
    }
}
