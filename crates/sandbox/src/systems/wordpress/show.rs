//! How things are written in JSON.

use serde_json::{Map, Value, json};
use time::{OffsetDateTime, macros::format_description};

use super::{AHEAD, Kind, Post, Shown, Taxonomy, Term, WordPress};
use crate::{html::escape, markup, systems::forum::slug};

/// Words of a text that stand in for an excerpt: WordPress's own figure.
const WORDS: usize = 55;

pub(super) fn shown(post: Post) -> Shown {
    Shown { id: Some(post.id), excerpt: excerpt(&post), published: post.published, modified: post.modified, post }
}

fn excerpt(post: &Post) -> String {
    if post.protected {
        return String::new();
    }
    if !post.excerpt.is_empty() {
        return format!("<p>{}</p>\n", texturized(&markup::to_plain(&post.excerpt)));
    }
    let plain = markup::to_plain(&post.text);
    let words: Vec<&str> = plain.split_whitespace().collect();
    let more = if words.len() > WORDS { " [&hellip;]" } else { "" };
    format!("<p>{}{more}</p>\n", texturized(&words[..words.len().min(WORDS)].join(" ")))
}

/// HTML with the apostrophes and ampersands that WordPress makes of plain ones.
pub(super) fn texturized(text: &str) -> String {
    escape(text).replace("&amp;", "&#038;").replace("&#39;", "&#8217;").replace("&quot;", "&#8220;")
}

/// A time as the API writes it: to the second, without a zone.
fn stamp(at: OffsetDateTime) -> String {
    at.format(format_description!("[year]-[month]-[day]T[hour]:[minute]:[second]")).unwrap_or_default()
}

pub(super) fn post(site: &WordPress, shown: &Shown) -> Value {
    let post = &shown.post;
    let content = if post.protected { String::new() } else { markup::to_html(&post.text, &|title| title.to_owned()) };
    let mut out = json!({
        "date": stamp(shown.published + AHEAD),
        "date_gmt": stamp(shown.published),
        "guid": { "rendered": format!("{}?p={}", site.base, post.id) },
        "modified": stamp(shown.modified + AHEAD),
        "modified_gmt": stamp(shown.modified),
        "slug": post.slug,
        "status": "publish",
        "type": post.kind.slug,
        "link": site.link(post),
        "title": { "rendered": texturized(&post.title) },
        "content": { "rendered": content, "protected": post.protected },
        "excerpt": { "rendered": shown.excerpt, "protected": post.protected },
        "author": post.author,
        "featured_media": 0,
        "template": "",
        "meta": [],
        "_links": links(site, post),
    });
    if let Some(id) = shown.id {
        out["id"] = json!(id);
    }
    match post.kind.slug {
        "post" => (out["sticky"], out["format"]) = (json!(false), json!("standard")),
        "page" => (out["parent"], out["menu_order"]) = (json!(0), json!(0)),
        _ => {}
    }
    let shelf = site.shelf();
    for taxonomy in post.kind.taxonomies {
        let of_taxonomy = shelf.terms.iter().filter(|term| term.taxonomy == *taxonomy && post.terms.contains(&term.id));
        out[taxonomy.rest_base] = of_taxonomy.map(|term| term.id).collect::<Vec<_>>().into();
    }
    out
}

fn links(site: &WordPress, post: &Post) -> Value {
    let at = |route: &str, query: &str| site.api_url(&format!("wp/v2/{route}"), query).to_string();
    let base = post.kind.rest_base;
    let mut out = json!({
        "self": [{ "href": at(&format!("{base}/{}", post.id), "") }],
        "collection": [{ "href": at(base, "") }],
        "about": [{ "href": at(&format!("types/{}", post.kind.slug), "") }],
        "author": [{ "embeddable": true, "href": at(&format!("users/{}", post.author), "") }],
        "curies": [{ "name": "wp", "href": "https://api.w.org/{rel}", "templated": true }],
    });
    let terms: Vec<Value> = post
        .kind
        .taxonomies
        .iter()
        .map(|each| json!({ "taxonomy": each.slug, "embeddable": true, "href": at(each.rest_base, &format!("post={}", post.id)) }))
        .collect();
    if !terms.is_empty() {
        out["wp:term"] = terms.into();
    }
    out
}

pub(super) fn term(site: &WordPress, term: &Term, count: usize) -> Value {
    let slug = slug(&term.name);
    let mut out = json!({
        "id": term.id,
        "count": count,
        "description": "",
        "link": site.term_link(term),
        "name": escape(&term.name),
        "slug": slug,
        "taxonomy": term.taxonomy.slug,
        "meta": [],
        "_links": { "self": [{ "href": site.api_url(&format!("wp/v2/{}/{}", term.taxonomy.rest_base, term.id), "").to_string() }] },
    });
    if term.taxonomy.hierarchical {
        out["parent"] = json!(0);
    }
    out
}

pub(super) fn user(site: &WordPress, id: u64, name: &str) -> Value {
    let slug = slug(name);
    json!({
        "id": id,
        "name": name,
        "url": "",
        "description": "",
        "link": site.base.join(&format!("author/{slug}/")).map(String::from).unwrap_or_default(),
        "slug": slug,
        "avatar_urls": {},
        "meta": [],
        "_links": { "self": [{ "href": site.api_url(&format!("wp/v2/users/{id}"), "").to_string() }] },
    })
}

pub(super) fn kind(site: &WordPress, kind: &Kind) -> Value {
    json!({
        "description": "",
        "hierarchical": kind.hierarchical,
        "has_archive": false,
        "name": kind.name,
        "slug": kind.slug,
        "icon": null,
        "taxonomies": kind.taxonomies.iter().map(|each| each.slug).collect::<Vec<_>>(),
        "rest_base": kind.rest_base,
        "rest_namespace": "wp/v2",
        "_links": { "wp:items": [{ "href": site.api_url(&format!("wp/v2/{}", kind.rest_base), "").to_string() }] },
    })
}

pub(super) fn taxonomy(site: &WordPress, taxonomy: &Taxonomy) -> Value {
    let kinds = super::KINDS.iter().filter(|kind| kind.taxonomies.contains(&taxonomy));
    json!({
        "name": taxonomy.name,
        "slug": taxonomy.slug,
        "description": "",
        "types": kinds.map(|kind| kind.slug).collect::<Vec<_>>(),
        "hierarchical": taxonomy.hierarchical,
        "rest_base": taxonomy.rest_base,
        "rest_namespace": "wp/v2",
        "_links": { "wp:items": [{ "href": site.api_url(&format!("wp/v2/{}", taxonomy.rest_base), "").to_string() }] },
    })
}

/// The parts of an answer that `_fields` names; `a.b` is a field of a field. Of a list, the parts of each item.
pub(super) fn fields(value: Value, names: &[String]) -> Value {
    match value {
        Value::Array(items) => items.into_iter().map(|item| fields(item, names)).collect(),
        Value::Object(all) => {
            let mut kept = Map::new();
            for (name, value) in all {
                if names.contains(&name) {
                    kept.insert(name, value);
                    continue;
                }
                let prefix = format!("{name}.");
                let within: Vec<String> =
                    names.iter().filter_map(|each| each.strip_prefix(&prefix)).map(str::to_owned).collect();
                if !within.is_empty() {
                    kept.insert(name, fields(value, &within));
                }
            }
            Value::Object(kept)
        }
        plain => plain,
    }
}
