//! A Discourse forum, read through its JSON (<https://docs.discourse.org/>, as of Discourse 3.3).
//!
//! - `/latest.json?page=` (also `order=created`, `ascending=true`): 30 topics a page, the last active first,
//!   `more_topics_url` where there are more. Excerpts are listed, as with the site setting
//!   `always include topic excerpts`
//! - `/c/{slug}/{id}.json`: the same for one category
//! - `/t/{id}.json`, `/t/{slug}/{id}.json`: a topic with its first 20 posts; the rest through
//!   `/t/{id}/posts.json?post_ids[]=`
//! - `/categories.json`, `/site.json`, `/tags.json`, `/site/basic-info.json`
//!
//! Errors are `{"errors": [...], "error_type": "..."}`; 429 carries `extras.wait_seconds`. With
//! [`Options::forum_key`](crate::Options::forum_key) everything but `basic-info` asks for `Api-Key` and
//! `Api-Username`, as with `login required`: 403 `not_logged_in` without, `invalid_access` with a wrong one.
//! A deleted topic answers 404, as without `detailed 404`. Tags are plain names, as until Discourse 3.5.

mod api;
mod pages;
#[cfg(test)]
mod tests;

pub(in crate::systems) use api::shown;
pub(crate) use pages::day;

use std::{
    collections::BTreeMap,
    fmt,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};

use axum::{Router, routing::get};
use serde_json::json;
use time::OffsetDateTime;
use url::Url;

use crate::{
    Clock, ContentError, EditError, ForumCategory, System,
    clock::working_moment,
    hash::hash,
    items::{Item, ItemFaults},
    systems::Setup,
};

/// What the forum asks of every request to its JSON.
#[derive(Clone, PartialEq, Eq)]
pub struct ApiKey {
    /// The value of `Api-Key`.
    pub key: String,
    /// The value of `Api-Username`.
    pub username: String,
}

impl fmt::Debug for ApiKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "ApiKey({})", self.username)
    }
}

/// The forum.
pub struct Forum {
    base: Url,
    clock: Clock,
    key: Option<ApiKey>,
    threads: Mutex<Threads>,
}

#[derive(Default)]
struct Threads {
    categories: Vec<ForumCategory>,
    topics: BTreeMap<u64, Topic>,
    last_post: u64,
}

#[derive(Clone)]
pub(in crate::systems) struct Topic {
    pub(in crate::systems) id: u64,
    pub(in crate::systems) title: String,
    pub(in crate::systems) category: u64,
    pub(in crate::systems) tags: Vec<String>,
    pub(in crate::systems) posts: Vec<Post>,
}

#[derive(Clone)]
pub(in crate::systems) struct Post {
    pub(in crate::systems) id: u64,
    pub(in crate::systems) author: String,
    /// Markdown.
    text: String,
    pub(in crate::systems) created: OffsetDateTime,
    edited: OffsetDateTime,
}

impl Topic {
    pub(in crate::systems) fn slug(&self) -> String {
        slug(&self.title)
    }

    fn created(&self) -> OffsetDateTime {
        self.posts.first().map_or(OffsetDateTime::UNIX_EPOCH, |post| post.created)
    }

    fn bumped(&self) -> OffsetDateTime {
        self.posts.last().map_or(OffsetDateTime::UNIX_EPOCH, |post| post.created)
    }

    fn first(&self) -> &str {
        self.posts.first().map_or("", |post| post.text.as_str())
    }

    /// The authors, in order of their first post, with the number of their posts.
    pub(in crate::systems) fn participants(&self) -> Vec<(&str, usize)> {
        let mut found: Vec<(&str, usize)> = Vec::new();
        for post in &self.posts {
            match found.iter_mut().find(|(name, _)| *name == post.author) {
                Some((_, count)) => *count += 1,
                None => found.push((&post.author, 1)),
            }
        }
        found
    }

    fn likes(&self) -> u64 {
        self.posts.iter().map(Post::likes).sum()
    }

    /// How often it was looked at: invented, but growing with its posts.
    fn views(&self) -> u64 {
        self.posts.len() as u64 * 23 + hash(self.title.as_bytes()) % 60
    }
}

impl Post {
    fn likes(&self) -> u64 {
        hash(self.text.as_bytes()) % 5
    }
}

/// A topic as a list shows it.
#[derive(Clone)]
pub(in crate::systems) struct Listed {
    pub(in crate::systems) id: Option<u64>,
    excerpt: String,
    pub(in crate::systems) created: OffsetDateTime,
    pub(in crate::systems) bumped: OffsetDateTime,
    pub(in crate::systems) topic: Topic,
}

impl Item for Listed {
    fn key(&self) -> String {
        self.topic.id.to_string()
    }
    fn remove_id(&mut self) {
        self.id = None;
    }
    fn take_id(&mut self, other: &Self) {
        self.id = other.id;
    }
    fn text(&mut self) -> &mut String {
        &mut self.excerpt
    }
    fn times(&mut self) -> Vec<&mut OffsetDateTime> {
        vec![&mut self.created, &mut self.bumped]
    }
}

/// A post as its topic shows it.
#[derive(Clone)]
pub(in crate::systems) struct Shown {
    pub(in crate::systems) id: Option<u64>,
    number: usize,
    /// HTML.
    pub(in crate::systems) cooked: String,
    pub(in crate::systems) created: OffsetDateTime,
    edited: OffsetDateTime,
    pub(in crate::systems) post: Post,
}

impl Item for Shown {
    fn key(&self) -> String {
        self.post.id.to_string()
    }
    fn remove_id(&mut self) {
        self.id = None;
    }
    fn take_id(&mut self, other: &Self) {
        self.id = other.id;
    }
    fn text(&mut self) -> &mut String {
        &mut self.cooked
    }
    fn times(&mut self) -> Vec<&mut OffsetDateTime> {
        vec![&mut self.created, &mut self.edited]
    }
}

impl Forum {
    pub(crate) fn new(setup: Setup<'_>) -> Result<Self, ContentError> {
        let content = &setup.content.forum;
        Self::of(content, setup)
    }

    /// The same threads for another forum software.
    pub(in crate::systems) fn of(content: &crate::ForumContent, setup: Setup<'_>) -> Result<Self, ContentError> {
        let mut threads = Threads { categories: content.categories.clone(), ..Threads::default() };
        for topic in &content.topics {
            let fault = |what: &str| ContentError::Topic { topic: topic.id, what: what.to_owned() };
            if !content.categories.iter().any(|category| category.id == topic.category_id) {
                return Err(fault("its category does not exist"));
            }
            if topic.posts.is_empty() {
                return Err(fault("it has no post"));
            }
            let posts = threads.dated(topic, setup.clock.now());
            let topic = Topic {
                id: topic.id,
                title: topic.title.clone(),
                category: topic.category_id,
                tags: topic.tags.clone(),
                posts,
            };
            if let Some(twice) = threads.topics.insert(topic.id, topic) {
                return Err(ContentError::Duplicate { place: "forum", id: twice.id.to_string() });
            }
        }
        Ok(Self {
            base: setup.base,
            clock: setup.clock,
            key: setup.options.forum_key.clone(),
            threads: Mutex::new(threads),
        })
    }

    /// The ids and titles of the topics, the last active first.
    pub fn topics(&self) -> Vec<(u64, String)> {
        let threads = self.threads();
        let mut topics: Vec<&Topic> = threads.topics.values().collect();
        topics.sort_by_key(|topic| std::cmp::Reverse((topic.bumped(), topic.id)));
        topics.into_iter().map(|topic| (topic.id, topic.title.clone())).collect()
    }

    /// Opens a topic now, in Markdown, and answers its id.
    ///
    /// # Errors
    /// Where there is no category with this slug.
    pub fn add_topic(
        &self,
        category: &str,
        title: &str,
        text: &str,
        tags: &[&str],
        author: &str,
    ) -> Result<u64, EditError> {
        let now = self.clock.now();
        let mut threads = self.threads();
        let found = threads.categories.iter().find(|each| each.slug == category).map(|each| each.id);
        let category = found.ok_or_else(|| EditError::Missing { what: "forum category", key: category.to_owned() })?;
        let id = threads.topics.keys().next_back().map_or(1, |last| last + 1);
        let post = threads.post(author, text, now);
        let topic = Topic {
            id,
            title: title.to_owned(),
            category,
            tags: tags.iter().map(|tag| (*tag).to_owned()).collect(),
            posts: vec![post],
        };
        threads.topics.insert(id, topic);
        Ok(id)
    }

    /// Answers the topic `id` now, which moves it to the top of the list.
    ///
    /// # Errors
    /// Where there is no such topic.
    pub fn reply(&self, id: u64, text: &str, author: &str) -> Result<(), EditError> {
        let now = self.clock.now();
        let mut threads = self.threads();
        let post = threads.post(author, text, now);
        threads.topics.get_mut(&id).ok_or_else(|| missing(id))?.posts.push(post);
        Ok(())
    }

    /// Renames the topic `id`, which does not move it.
    ///
    /// # Errors
    /// Where there is no such topic.
    pub fn rename(&self, id: u64, title: &str) -> Result<(), EditError> {
        let mut threads = self.threads();
        title.clone_into(&mut threads.topics.get_mut(&id).ok_or_else(|| missing(id))?.title);
        Ok(())
    }

    /// Deletes the topic `id`.
    ///
    /// # Errors
    /// Where there is no such topic.
    pub fn delete_topic(&self, id: u64) -> Result<(), EditError> {
        self.threads().topics.remove(&id).map(|_| ()).ok_or_else(|| missing(id))
    }

    /// Its categories, in their order.
    pub(in crate::systems) fn categories(&self) -> Vec<ForumCategory> {
        self.threads().categories.clone()
    }

    fn threads(&self) -> MutexGuard<'_, Threads> {
        self.threads.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The topics that the faults leave, the last active first.
    pub(in crate::systems) fn visible(&self, faults: &ItemFaults) -> Vec<Listed> {
        let mut listed: Vec<Listed> = self.threads().topics.values().map(|topic| Listed::of(topic.clone())).collect();
        faults.before_paging(&mut listed);
        listed.sort_by_key(|each| std::cmp::Reverse((each.bumped, each.topic.id)));
        listed
    }

    fn topic(&self, id: u64, faults: &ItemFaults) -> Option<Topic> {
        self.visible(faults).into_iter().map(|listed| listed.topic).find(|topic| topic.id == id)
    }
}

impl Listed {
    fn of(topic: Topic) -> Self {
        Self {
            id: Some(topic.id),
            excerpt: api::excerpt(topic.first()),
            created: topic.created(),
            bumped: topic.bumped(),
            topic,
        }
    }
}

impl Threads {
    fn post(&mut self, author: &str, text: &str, at: OffsetDateTime) -> Post {
        self.last_post += 1;
        Post { id: self.last_post, author: author.to_owned(), text: text.to_owned(), created: at, edited: at }
    }

    /// The posts of a topic as written, spread between its first and its last day.
    fn dated(&mut self, topic: &crate::ForumTopic, now: OffsetDateTime) -> Vec<Post> {
        let last = topic.posts.len().saturating_sub(1).max(1) as f64;
        let span = topic.created_days_ago - topic.last_activity_days_ago;
        let mut earliest = OffsetDateTime::UNIX_EPOCH;
        let mut posts = Vec::with_capacity(topic.posts.len());
        for (number, post) in topic.posts.iter().enumerate() {
            let days = topic.created_days_ago - span * number as f64 / last;
            let at =
                working_moment(now, days, topic.id * 100 + number as u64).max(earliest + time::Duration::minutes(7));
            earliest = at;
            posts.push(self.post(&post.author, &post.text, at));
        }
        posts
    }
}

fn missing(id: u64) -> EditError {
    EditError::Missing { what: "forum topic", key: id.to_string() }
}

/// A title as Discourse writes it into addresses.
pub(crate) fn slug(title: &str) -> String {
    let mut out = String::new();
    for letter in title.chars().flat_map(char::to_lowercase) {
        if letter.is_ascii_alphanumeric() {
            out.push(letter);
        } else if letter != '\'' && letter != '’' && !out.ends_with('-') && !out.is_empty() {
            out.push('-');
        }
    }
    match out.trim_end_matches('-') {
        "" => "topic".to_owned(),
        slug => slug.to_owned(),
    }
}

impl System for Forum {
    fn router(self: Arc<Self>) -> Router {
        Router::new()
            .route("/", get(pages::home))
            .route("/latest", get(pages::home))
            .route("/latest.json", get(api::latest))
            .route("/categories.json", get(api::categories))
            .route("/site.json", get(api::site))
            .route("/tags.json", get(api::tags))
            .route("/site/basic-info.json", get(api::basic_info))
            .route("/c/{slug}/{id}", get(api::category))
            .route("/t/{first}", get(api::topic))
            .route("/t/{first}/{second}", get(api::topic_with_slug))
            .route("/t/{first}/posts.json", get(api::posts))
            .fallback(api::not_found)
            .with_state(self)
    }

    fn refusal(&self, status: u16, wait: Option<u32>) -> (&'static str, String) {
        let wait = wait.unwrap_or(60);
        let body = match status {
            429 => json!({
                "errors": [format!("You’ve performed this action too many times. Please wait {wait} seconds before trying again.")],
                "error_type": "rate_limit",
                "extras": { "wait_seconds": wait, "time_left": format!("{wait} seconds") },
            }),
            403 => api::refused("invalid_access", "You are not permitted to view the requested resource."),
            404 => api::refused("not_found", "The requested URL or resource could not be found."),
            503 => api::refused("read_only", "The site is in read only mode. Interactions are disabled."),
            // What Rails itself answers where the application failed.
            status => json!({ "status": status, "error": "Internal Server Error" }),
        };
        ("application/json; charset=utf-8", body.to_string())
    }
}
