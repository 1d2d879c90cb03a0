//! A WordPress, read through its REST API v2 (<https://developer.wordpress.org/rest-api/reference/>, as of WordPress 6.1
//! to 6.8).
//!
//! - `/wp-json/`: the index; `wp/v2/posts`, `pages`, `courses` (a type of its own, as a learning plug-in registers one),
//!   `media` (empty), each also by id; `categories`, `tags`, `course-category`, `users`, `users/me`, `types`, `taxonomies`
//! - lists: `page`, `per_page` (1 to 100), `offset`, `order`, `orderby`, `after`, `before`, `modified_after`,
//!   `modified_before`, `include`, `exclude`, `slug`, `search`, `author`, `status`, and terms by their taxonomy; `X-WP-Total`,
//!   `X-WP-TotalPages`, `Link` with `prev` and `next`
//! - `_fields` with nested names, `_embed` of all or of some relations, which needs `_links` among the fields
//! - every page for people says in its `Link` header where the API is; everything can also be asked as `?rest_route=`, and on
//!   a site without pretty permalinks ([`Options::wordpress_plain`](crate::Options::wordpress_plain)) only so
//!
//! Errors are `{code, message, data: {status}}`. Past the last page of posts comes 400 `rest_post_invalid_page_number`, past
//! that of terms an empty list. The site keeps local time, an hour ahead of UTC: `after` and its like are compared with
//! that, `date_gmt` and `modified_gmt` are in UTC. What is scheduled appears at its hour and keeps the time of its last
//! change, which lies before.
//!
//! [`Options::wordpress_login`](crate::Options::wordpress_login) has an application password; a wrong one is 401
//! `incorrect_password`. Where nobody has one, WordPress ignores what is sent. With
//! [`Options::wordpress_closed`](crate::Options::wordpress_closed) the API answers strangers as the handbook's “Require
//! Authentication for All Requests” has it: 401 `rest_not_logged_in`, also to a wrong password, since that filter comes first.

mod api;
mod lists;
mod pages;
mod query;
mod show;
#[cfg(test)]
mod tests;

use std::{
    collections::BTreeMap,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};

use axum::{Router, routing::get};
use serde_json::json;
use time::{Duration, OffsetDateTime};
use url::Url;

use crate::{
    BlogPost, Clock, ContentError, EditError, Login, System,
    clock::working_moment,
    items::{Item, ItemFaults},
    systems::{Setup, forum::slug},
};

/// How far the site's own time is ahead of UTC.
const AHEAD: Duration = Duration::hours(1);

/// A taxonomy that is shown in the API.
#[derive(Debug, PartialEq)]
struct Taxonomy {
    slug: &'static str,
    name: &'static str,
    rest_base: &'static str,
    hierarchical: bool,
}

const CATEGORY: Taxonomy =
    Taxonomy { slug: "category", name: "Categories", rest_base: "categories", hierarchical: true };
const TAG: Taxonomy = Taxonomy { slug: "post_tag", name: "Tags", rest_base: "tags", hierarchical: false };
const COURSE_CATEGORY: Taxonomy =
    Taxonomy { slug: "course-category", name: "Course Categories", rest_base: "course-category", hierarchical: true };
static TAXONOMIES: [&Taxonomy; 3] = [&CATEGORY, &TAG, &COURSE_CATEGORY];

/// A post type that is shown in the API.
#[derive(Debug, PartialEq)]
struct Kind {
    slug: &'static str,
    name: &'static str,
    rest_base: &'static str,
    hierarchical: bool,
    taxonomies: &'static [&'static Taxonomy],
}

static KINDS: [Kind; 4] = [
    Kind { slug: "post", name: "Posts", rest_base: "posts", hierarchical: false, taxonomies: &[&CATEGORY, &TAG] },
    Kind { slug: "page", name: "Pages", rest_base: "pages", hierarchical: true, taxonomies: &[] },
    Kind { slug: "attachment", name: "Media", rest_base: "media", hierarchical: false, taxonomies: &[] },
    Kind {
        slug: "course",
        name: "Courses",
        rest_base: "courses",
        hierarchical: false,
        taxonomies: &[&COURSE_CATEGORY],
    },
];

/// The WordPress.
pub struct WordPress {
    base: Url,
    clock: Clock,
    login: Option<Login>,
    closed: bool,
    plain: bool,
    shelf: Mutex<Shelf>,
}

#[derive(Default)]
struct Shelf {
    posts: BTreeMap<u64, Post>,
    /// The category that WordPress makes by itself has the id 1.
    terms: Vec<Term>,
    /// Names; the first one has the id 1.
    authors: Vec<String>,
    hides_authors: bool,
}

#[derive(Clone, Debug)]
struct Term {
    id: u64,
    taxonomy: &'static Taxonomy,
    name: String,
}

#[derive(Clone, Debug)]
struct Post {
    id: u64,
    kind: &'static Kind,
    title: String,
    slug: String,
    /// Their id.
    author: u64,
    /// Their ids.
    terms: Vec<u64>,
    /// Markdown; may be empty.
    excerpt: String,
    /// Markdown.
    text: String,
    published: OffsetDateTime,
    modified: OffsetDateTime,
    /// When it came out, which is not before `published`.
    out: OffsetDateTime,
    trashed: bool,
    /// It asks its readers for a password.
    protected: bool,
}

impl Post {
    /// Whether it is public at `now`.
    fn is_out(&self, now: OffsetDateTime) -> bool {
        !self.trashed && self.out <= now
    }
}

/// A post as the API shows it.
#[derive(Clone)]
struct Shown {
    id: Option<u64>,
    /// HTML.
    excerpt: String,
    published: OffsetDateTime,
    modified: OffsetDateTime,
    post: Post,
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
        &mut self.excerpt
    }
    fn times(&mut self) -> Vec<&mut OffsetDateTime> {
        vec![&mut self.published, &mut self.modified]
    }
}

/// What is to be published.
#[derive(Clone, Copy, Debug)]
pub struct Draft<'a> {
    /// The slug of its post type: `post`, `page` or `course`.
    pub kind: &'a str,
    pub title: &'a str,
    /// In Markdown.
    pub text: &'a str,
    pub author: &'a str,
    /// Names.
    pub categories: &'a [&'a str],
    /// Names.
    pub tags: &'a [&'a str],
}

impl Default for Draft<'_> {
    fn default() -> Self {
        Self { kind: "post", title: "", text: "", author: "Editor", categories: &[], tags: &[] }
    }
}

impl WordPress {
    pub(crate) fn new(setup: Setup<'_>) -> Result<Self, ContentError> {
        let mut shelf = Shelf::default();
        shelf.term(&CATEGORY, "Uncategorized");
        for written in &setup.content.blog {
            let post = shelf
                .written(written, setup.clock.now())
                .map_err(|what| ContentError::Header { file: format!("blog: post {}", written.id), what })?;
            if let Some(twice) = shelf.posts.insert(post.id, post) {
                return Err(ContentError::Duplicate { place: "blog", id: twice.id.to_string() });
            }
        }
        Ok(Self {
            base: setup.base,
            clock: setup.clock,
            login: setup.options.wordpress_login.clone(),
            closed: setup.options.wordpress_closed,
            plain: setup.options.wordpress_plain,
            shelf: Mutex::new(shelf),
        })
    }

    /// The ids and titles of what is public, in the order of their ids.
    pub fn posts(&self) -> Vec<(u64, String)> {
        let now = self.clock.now();
        let shelf = self.shelf();
        shelf.posts.values().filter(|post| post.is_out(now)).map(|post| (post.id, post.title.clone())).collect()
    }

    /// Publishes something now, and answers its id.
    ///
    /// # Errors
    /// Where there is no such post type.
    pub fn publish(&self, draft: Draft<'_>) -> Result<u64, EditError> {
        let now = self.clock.now();
        self.schedule(draft, now, now)
    }

    /// Writes something now that bears the hour `at` and comes out at `out`, and answers its id. WordPress publishes what is
    /// due when somebody next visits the site, so the two may differ by hours.
    ///
    /// # Errors
    /// Where there is no such post type.
    pub fn schedule(&self, draft: Draft<'_>, at: OffsetDateTime, out: OffsetDateTime) -> Result<u64, EditError> {
        let names = |names: &[&str]| names.iter().map(|name| (*name).to_owned()).collect();
        let mut shelf = self.shelf();
        let id = shelf.posts.keys().next_back().map_or(1, |last| last + 1);
        let written = BlogPost {
            id,
            kind: draft.kind.to_owned(),
            title: draft.title.to_owned(),
            author: draft.author.to_owned(),
            categories: names(draft.categories),
            tags: names(draft.tags),
            text: draft.text.to_owned(),
            ..BlogPost::default()
        };
        let now = self.clock.now();
        let mut post = shelf
            .written(&written, now)
            .map_err(|_| EditError::Missing { what: "post type", key: draft.kind.to_owned() })?;
        (post.published, post.modified, post.out) = (at, now, out);
        shelf.posts.insert(id, post);
        Ok(id)
    }

    /// Writes the post anew, now.
    ///
    /// # Errors
    /// Where there is no such post.
    pub fn edit(&self, id: u64, title: &str, text: &str) -> Result<(), EditError> {
        self.change(id, |post| {
            title.clone_into(&mut post.title);
            text.clone_into(&mut post.text);
            post.excerpt.clear();
        })
    }

    /// Moves the post to the trash.
    ///
    /// # Errors
    /// Where there is no such post.
    pub fn trash(&self, id: u64) -> Result<(), EditError> {
        self.change(id, |post| post.trashed = true)
    }

    /// Closes the post with a password.
    ///
    /// # Errors
    /// Where there is no such post.
    pub fn protect(&self, id: u64) -> Result<(), EditError> {
        self.change(id, |post| post.protected = true)
    }

    /// Deletes the post for good.
    ///
    /// # Errors
    /// Where there is no such post.
    pub fn delete(&self, id: u64) -> Result<(), EditError> {
        self.shelf().posts.remove(&id).map(|_| ()).ok_or_else(|| missing(id))
    }

    /// Hides who wrote what, as plug-ins do that keep the names of users from strangers.
    pub fn hide_authors(&self) {
        self.shelf().hides_authors = true;
    }

    fn change(&self, id: u64, change: impl FnOnce(&mut Post)) -> Result<(), EditError> {
        let now = self.clock.now();
        let mut shelf = self.shelf();
        let post = shelf.posts.get_mut(&id).ok_or_else(|| missing(id))?;
        change(post);
        post.modified = now;
        Ok(())
    }

    fn shelf(&self) -> MutexGuard<'_, Shelf> {
        self.shelf.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// What is public of one post type, as far as the faults leave it.
    fn visible(&self, kind: &Kind, faults: &ItemFaults) -> Vec<Shown> {
        let now = self.clock.now();
        let shelf = self.shelf();
        let posts = shelf.posts.values().filter(|post| post.kind == kind && post.is_out(now));
        let mut shown: Vec<Shown> = posts.cloned().map(show::shown).collect();
        faults.before_paging(&mut shown);
        shown
    }
}

impl Shelf {
    /// A post as the content has it, with its author and terms made known.
    fn written(&mut self, written: &BlogPost, now: OffsetDateTime) -> Result<Post, String> {
        let kind = KINDS.iter().find(|kind| kind.slug == written.kind && kind.slug != "attachment");
        let kind = kind.ok_or_else(|| format!("there is no type {:?}", written.kind))?;
        let mut terms: Vec<u64> = Vec::new();
        for (taxonomy, names) in kind.taxonomies.iter().zip([&written.categories, &written.tags]) {
            terms.extend(names.iter().map(|name| self.term(taxonomy, name)));
        }
        if kind.slug == "post" && written.categories.is_empty() {
            terms.insert(0, 1);
        }
        let published = working_moment(now, written.published_days_ago, written.id);
        Ok(Post {
            id: written.id,
            kind,
            title: written.title.clone(),
            slug: slug(&written.title),
            author: self.author(&written.author),
            terms,
            excerpt: written.excerpt.clone(),
            text: written.text.clone(),
            published,
            out: published,
            modified: working_moment(now, written.changed_days_ago, written.id),
            trashed: false,
            protected: false,
        })
    }

    fn term(&mut self, taxonomy: &'static Taxonomy, name: &str) -> u64 {
        if let Some(known) = self.terms.iter().find(|term| term.taxonomy == taxonomy && term.name == name) {
            return known.id;
        }
        let id = self.terms.len() as u64 + 1;
        self.terms.push(Term { id, taxonomy, name: name.to_owned() });
        id
    }

    fn author(&mut self, name: &str) -> u64 {
        let known = self.authors.iter().position(|known| known == name);
        let at = known.unwrap_or_else(|| {
            self.authors.push(name.to_owned());
            self.authors.len() - 1
        });
        at as u64 + 1
    }
}

fn missing(id: u64) -> EditError {
    EditError::Missing { what: "post", key: id.to_string() }
}

impl System for WordPress {
    fn router(self: Arc<Self>) -> Router {
        Router::new()
            .route("/", get(pages::front))
            .route("/index.php", get(pages::front))
            .route("/wp-json", get(api::pretty))
            .route("/wp-json/", get(api::pretty))
            .route("/wp-json/{*route}", get(api::pretty))
            .fallback(pages::by_path)
            .with_state(self)
    }

    fn refusal(&self, status: u16, wait: Option<u32>) -> (&'static str, String) {
        let (code, message) = match status {
            401 | 403 => ("rest_forbidden", "Sorry, you are not allowed to do that."),
            404 => ("rest_no_route", "No route was found matching the URL and request method."),
            429 => ("rest_too_many_requests", "Too many requests."),
            // An update is being installed: what WordPress itself sends then is no JSON.
            503 => {
                let page = "<!DOCTYPE html><title>Maintenance</title>\
                            <h1>Briefly unavailable for scheduled maintenance. Check back in a minute.</h1>";
                return ("text/html; charset=utf-8", page.to_owned());
            }
            _ => ("internal_server_error", "<p>There has been a critical error on this website.</p>"),
        };
        let mut body = json!({ "code": code, "message": message, "data": { "status": status } });
        if let (429, Some(wait)) = (status, wait) {
            body["data"]["retry_after"] = json!(wait);
        }
        ("application/json; charset=UTF-8", body.to_string())
    }
}
