//! What people see who follow a link into the site. Every page says in its header where the API is.

use std::sync::Arc;

use super::{Post, Term, WordPress, api, query::Query};
use crate::{
    html::{self, escape},
    items::ItemFaults,
    markup,
    systems::forum::{day, slug},
};
use axum::{
    Extension,
    extract::State,
    http::{HeaderMap, HeaderValue, Uri, header},
    response::Response,
};

/// What the site is called.
pub(super) const TITLE: &str = "Halden at work";
pub(super) const TAGLINE: &str = "How we build instruments, and what we learn from it";

/// The front page, or what `rest_route`, `p` and `page_id` ask for.
pub(super) async fn front(
    State(site): State<Arc<WordPress>>,
    Extension(faults): Extension<ItemFaults>,
    uri: Uri,
    headers: HeaderMap,
) -> Response {
    let query = Query::of(uri.query());
    if let Some(route) = query.get("rest_route").map(str::to_owned) {
        return api::answer(&site, &faults, &route, query, &headers);
    }
    match query.get("p").or(query.get("page_id")).map(|id| id.parse::<u64>().unwrap_or_default()) {
        Some(id) => one(&site, |post| post.id == id),
        None => home(&site),
    }
}

/// The post or page with the path's last part for its slug.
pub(super) async fn by_path(State(site): State<Arc<WordPress>>, uri: Uri) -> Response {
    let parts: Vec<&str> = uri.path().split('/').filter(|part| !part.is_empty()).collect();
    match parts[..] {
        [..] if site.plain => missing(&site),
        ["category" | "tag" | "course-category", slug] => archive(&site, slug),
        [.., slug] => one(&site, |post| post.slug == slug),
        [] => missing(&site),
    }
}

fn home(site: &WordPress) -> Response {
    let posts: Vec<Post> = public(site).into_iter().filter(|post| post.kind.slug == "post").collect();
    let mut links = String::from("<p>");
    for page in public(site).iter().filter(|post| post.kind.slug != "post") {
        links += &format!("<a href=\"{}\">{}</a> ", escape(&site.link(page)), escape(&page.title));
    }
    page(site, TITLE, &format!("<p>{}</p>\n{links}</p>\n{}", escape(TAGLINE), rows(site, &posts)))
}

fn archive(site: &WordPress, wanted: &str) -> Response {
    let found = site.shelf().terms.iter().find(|term| slug(&term.name) == wanted).cloned();
    let Some(term) = found else { return missing(site) };
    let posts: Vec<Post> = public(site).into_iter().filter(|post| post.terms.contains(&term.id)).collect();
    page(site, &term.name, &rows(site, &posts))
}

/// What is public, the latest first.
fn public(site: &WordPress) -> Vec<Post> {
    let now = site.clock.now();
    let mut posts: Vec<Post> = site.shelf().posts.values().filter(|post| post.is_out(now)).cloned().collect();
    posts.sort_by_key(|post| std::cmp::Reverse((post.published, post.id)));
    posts
}

fn rows(site: &WordPress, posts: &[Post]) -> String {
    let row = |post: &Post| {
        format!(
            "<article><h2><a href=\"{}\">{}</a></h2>\n{}<p class=\"quiet\">{}</p></article>\n",
            escape(&site.link(post)),
            escape(&post.title),
            super::show::shown(post.clone()).excerpt,
            day(post.published)
        )
    };
    posts.iter().map(row).collect()
}

fn one(site: &WordPress, wanted: impl Fn(&Post) -> bool) -> Response {
    let Some(post) = public(site).into_iter().find(|post| wanted(post)) else { return missing(site) };
    let shelf = site.shelf();
    let at = usize::try_from(post.author).unwrap_or_default().saturating_sub(1);
    let author = shelf.authors.get(at).cloned().unwrap_or_default();
    let terms: Vec<Term> = shelf.terms.iter().filter(|term| post.terms.contains(&term.id)).cloned().collect();
    drop(shelf);
    let mut body = format!("<header><a href=\"/\">{TITLE}</a>");
    for term in &terms {
        body += &format!(" <a href=\"{}\">#{}</a>", escape(&site.term_link(term)), escape(&term.name));
    }
    body += &format!("</header>\n<p class=\"quiet\">{}, {}</p>\n", escape(&author), day(post.published));
    body += &if post.protected {
        "<p>This content is password protected.</p>".to_owned()
    } else {
        markup::to_html(&post.text, &|title| title.to_owned())
    };
    page(site, &post.title, &body)
}

pub(super) fn missing(site: &WordPress) -> Response {
    tell(site, html::missing("Nothing was found at this location."))
}

fn page(site: &WordPress, title: &str, body: &str) -> Response {
    tell(site, html::page(title, body))
}

/// Says where the API is.
fn tell(site: &WordPress, mut response: Response) -> Response {
    let root = format!("<{}>; rel=\"https://api.w.org/\"", site.api_url("", ""));
    if let Ok(root) = HeaderValue::from_str(&root) {
        response.headers_mut().append(header::LINK, root);
    }
    response
}

impl WordPress {
    /// Where people read the post.
    pub(super) fn link(&self, post: &Post) -> String {
        let path = match post.kind.slug {
            _ if self.plain => match post.kind.slug {
                "post" => format!("?p={}", post.id),
                "page" => format!("?page_id={}", post.id),
                kind => format!("?post_type={kind}&p={}", post.id),
            },
            "post" => {
                let at = post.published + super::AHEAD;
                format!("{}/{:02}/{}/", at.year(), u8::from(at.month()), post.slug)
            }
            "page" => format!("{}/", post.slug),
            kind => format!("{kind}/{}/", post.slug),
        };
        self.base.join(&path).map(String::from).unwrap_or_default()
    }

    /// Where people read what bears the term.
    pub(super) fn term_link(&self, term: &Term) -> String {
        let path = match term.taxonomy.slug {
            "post_tag" => "tag",
            other => other,
        };
        self.base.join(&format!("{path}/{}/", slug(&term.name))).map(String::from).unwrap_or_default()
    }
}
