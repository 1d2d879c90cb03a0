//! The product documentation of Halden Instruments, as a website with a sitemap
//! (<https://www.sitemaps.org/protocol.html>, 0.9) and robots.txt (RFC 9309).
//!
//! - `/robots.txt`: closes `/internal/`, and names the sitemap
//! - `/sitemap.xml`: an index of `/sitemap-guides.xml` (XML, half of the guides and a page under `/internal/`) and
//!   `/sitemap-more.xml.gz` (the other half, compressed)
//! - `/guides/{slug}`: a page with `title`, meta elements, Open Graph (<https://ogp.me/>) and schema.org's `TechArticle`
//!   in JSON-LD
//!
//! With the fault `cursor_backwards` the index lists itself.

use std::{
    collections::BTreeMap,
    io::Write,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};

use axum::{
    Extension, Router,
    extract::{Path, State},
    http::{StatusCode, header},
    response::{Html, IntoResponse, Response},
    routing::get,
};
use flate2::{Compression, write::GzEncoder};
use serde_json::json;
use time::OffsetDateTime;
use url::Url;

use crate::{
    Clock, ContentError, EditError, System, WikiArticle,
    clock::working_moment,
    hash::hash,
    html::{self, escape},
    items::{Item, ItemFaults},
    markup,
    systems::{Setup, feeds::rfc3339},
};

const NAME: &str = "Halden Instruments documentation";

/// The website.
pub struct Site {
    base: Url,
    clock: Clock,
    guides: Mutex<BTreeMap<String, Guide>>,
}

/// One page.
#[derive(Clone, Debug)]
struct Guide {
    /// The last part of its address; a fault may take it away.
    slug: Option<String>,
    article: WikiArticle,
    author: String,
    changed: OffsetDateTime,
    /// It asks not to be listed.
    hidden: bool,
}

impl Item for Guide {
    fn key(&self) -> String {
        self.slug.clone().unwrap_or_default()
    }
    fn remove_id(&mut self) {
        self.slug = None;
    }
    fn take_id(&mut self, other: &Self) {
        self.slug.clone_from(&other.slug);
    }
    fn text(&mut self) -> &mut String {
        &mut self.article.text
    }
    fn times(&mut self) -> Vec<&mut OffsetDateTime> {
        vec![&mut self.changed]
    }
}

impl Site {
    pub(crate) fn new(setup: Setup<'_>) -> Result<Self, ContentError> {
        let authors = ["Julien Moreau", "Tomas Lindqvist", "Chiara Bellini"];
        let mut guides = BTreeMap::new();
        for (slug, article) in &setup.content.site {
            let salt = hash(slug.as_bytes());
            let guide = Guide {
                slug: Some(slug.clone()),
                article: article.clone(),
                author: authors[salt as usize % authors.len()].to_owned(),
                changed: working_moment(setup.clock.now(), (salt % 300 + 10) as f64, salt),
                hidden: false,
            };
            if guides.insert(slug.clone(), guide).is_some() {
                return Err(ContentError::Duplicate { place: "site", id: slug.clone() });
            }
        }
        Ok(Self { base: setup.base, clock: setup.clock, guides: Mutex::new(guides) })
    }

    fn guides(&self) -> MutexGuard<'_, BTreeMap<String, Guide>> {
        self.guides.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The guides' addresses, in the order of the sitemaps.
    pub fn addresses(&self) -> Vec<String> {
        self.guides().keys().map(|slug| self.address(slug)).collect()
    }

    fn address(&self, slug: &str) -> String {
        format!("{}guides/{slug}", self.base)
    }

    /// Writes a guide, new or not, and dates it.
    pub fn write(&self, slug: &str, title: &str, text: &str) {
        let article =
            WikiArticle { title: title.to_owned(), categories: vec!["News".to_owned()], text: text.to_owned() };
        let guide = Guide {
            slug: Some(slug.to_owned()),
            article,
            author: "Julien Moreau".to_owned(),
            changed: self.clock.now(),
            hidden: false,
        };
        self.guides().insert(slug.to_owned(), guide);
    }

    /// Takes a guide off the site and out of the sitemap.
    ///
    /// # Errors
    /// Where there is none of this name.
    pub fn remove(&self, slug: &str) -> Result<(), EditError> {
        let missing = || EditError::Missing { what: "guide", key: slug.to_owned() };
        self.guides().remove(slug).map(|_| ()).ok_or_else(missing)
    }

    /// Makes a guide ask not to be listed; it stays in the sitemap.
    ///
    /// # Errors
    /// Where there is none of this name.
    pub fn hide(&self, slug: &str) -> Result<(), EditError> {
        let now = self.clock.now();
        let mut guides = self.guides();
        let guide = guides.get_mut(slug).ok_or_else(|| EditError::Missing { what: "guide", key: slug.to_owned() })?;
        guide.hidden = true;
        guide.changed = now;
        Ok(())
    }

    /// One half of the guides, as a sitemap lists them.
    fn half(&self, second: bool, faults: &ItemFaults) -> Vec<Guide> {
        let mut all: Vec<Guide> = self.guides().values().cloned().collect();
        faults.before_paging(&mut all);
        let middle = all.len().div_ceil(2);
        let mut half = if second { all.split_off(middle) } else { all[..middle].to_vec() };
        faults.on_page(&mut half);
        half
    }

    fn map(&self, guides: &[Guide], more: &str) -> String {
        let mut body = String::from(
            "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<urlset xmlns=\"http://www.sitemaps.org/schemas/sitemap/0.9\">\n",
        );
        for guide in guides {
            let address = guide.slug.as_ref().map(|slug| self.address(slug)).unwrap_or_default();
            body +=
                &format!("<url><loc>{}</loc><lastmod>{}</lastmod></url>\n", escape(&address), rfc3339(guide.changed));
        }
        format!("{body}{more}</urlset>\n")
    }
}

impl System for Site {
    fn router(self: Arc<Self>) -> Router {
        Router::new()
            .route("/", get(home))
            .route("/robots.txt", get(robots))
            .route("/sitemap.xml", get(index))
            .route("/sitemap-guides.xml", get(first_half))
            .route("/sitemap-more.xml.gz", get(second_half))
            .route("/guides/{slug}", get(guide))
            .route("/internal/{page}", get(internal))
            .with_state(self)
    }

    fn refusal(&self, status: u16, _wait: Option<u32>) -> (&'static str, String) {
        (
            "text/html; charset=utf-8",
            format!(
                "<!doctype html>\n<html><head><title>{status}</title></head><body><h1>{status}</h1></body></html>\n"
            ),
        )
    }
}

async fn robots(State(site): State<Arc<Site>>) -> Response {
    let text = format!("User-agent: *\nDisallow: /internal/\n\nSitemap: {}sitemap.xml\n", site.base);
    ([(header::CONTENT_TYPE, "text/plain; charset=utf-8")], text).into_response()
}

async fn index(State(site): State<Arc<Site>>, Extension(faults): Extension<ItemFaults>) -> Response {
    let mut body = String::from(
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<sitemapindex xmlns=\"http://www.sitemaps.org/schemas/sitemap/0.9\">\n",
    );
    let back = faults.backwards().then_some("sitemap.xml");
    for name in ["sitemap-guides.xml", "sitemap-more.xml.gz"].into_iter().chain(back) {
        body += &format!("<sitemap><loc>{}{name}</loc></sitemap>\n", site.base);
    }
    xml(format!("{body}</sitemapindex>\n"))
}

fn xml(text: String) -> Response {
    ([(header::CONTENT_TYPE, "application/xml; charset=utf-8")], text).into_response()
}

async fn first_half(State(site): State<Arc<Site>>, Extension(faults): Extension<ItemFaults>) -> Response {
    let closed = format!("<url><loc>{}internal/price-list</loc></url>\n", site.base);
    xml(site.map(&site.half(false, &faults), &closed))
}

async fn second_half(State(site): State<Arc<Site>>, Extension(faults): Extension<ItemFaults>) -> Response {
    let text = site.map(&site.half(true, &faults), "");
    let mut packed = GzEncoder::new(Vec::new(), Compression::default());
    match packed.write_all(text.as_bytes()).and_then(|()| packed.finish()) {
        Ok(packed) => ([(header::CONTENT_TYPE, "application/gzip")], packed).into_response(),
        Err(_) => StatusCode::INTERNAL_SERVER_ERROR.into_response(),
    }
}

async fn home(State(site): State<Arc<Site>>) -> Response {
    let mut body = String::from("<p>Guides to our sensors, gateways and the portal.</p>\n<ul>\n");
    for (slug, guide) in site.guides().iter() {
        body += &format!("<li><a href=\"/guides/{slug}\">{}</a></li>\n", escape(&guide.article.title));
    }
    html::page(NAME, &format!("{body}</ul>"))
}

async fn internal() -> Response {
    html::page("Internal", "<p>Not for crawlers.</p>")
}

async fn guide(
    State(site): State<Arc<Site>>,
    Extension(faults): Extension<ItemFaults>,
    Path(slug): Path<String>,
) -> Response {
    let Some(guide) = site.guides().get(&slug).cloned() else { return html::missing("There is no such guide.") };
    let mut page = vec![guide];
    faults.on_page(&mut page);
    Html(document(&site.address(&slug), &page[0])).into_response()
}

fn document(address: &str, guide: &Guide) -> String {
    let title = escape(&guide.article.title);
    let plain = markup::to_plain(&guide.article.text).replace('\n', " ");
    let summary: String = plain.chars().take(200).collect();
    let minutes = (plain.split_whitespace().count() / 150).max(2);
    let data = json!({
        "@context": "https://schema.org",
        "@graph": [
            { "@type": "Organization", "name": "Halden Instruments" },
            {
                "@type": "TechArticle", "headline": guide.article.title, "description": summary, "inLanguage": "en",
                "author": { "@type": "Person", "name": guide.author }, "keywords": guide.article.categories,
                "timeRequired": format!("PT{minutes}M"), "dateModified": rfc3339(guide.changed),
            },
        ],
    });
    // A script ends at its closing tag, wherever that stands.
    let data = data.to_string().replace("</", "<\\/");
    let robots = if guide.hidden { "<meta name=\"robots\" content=\"noindex\">\n" } else { "" };
    format!(
        "<!doctype html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n<title>{title} | {NAME}</title>\n{robots}\
         <meta name=\"description\" content=\"{summary}\">\n<meta property=\"og:title\" content=\"{title}\">\n\
         <meta property=\"og:type\" content=\"article\">\n<meta property=\"og:site_name\" content=\"{NAME}\">\n\
         <link rel=\"canonical\" href=\"{address}\">\n<link rel=\"stylesheet\" href=\"/_sandbox/style.css\">\n\
         <script type=\"application/ld+json\">{data}</script>\n</head>\n<body>\n<main>\n<h1>{title}</h1>\n{text}\n</main>\n</body>\n</html>\n",
        summary = escape(&summary),
        address = escape(address),
        text = markup::to_html(&guide.article.text, &|title| title.to_owned()),
    )
}
