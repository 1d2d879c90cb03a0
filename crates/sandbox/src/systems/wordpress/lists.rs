//! What the routes hold: posts, terms, people, and what is embedded of them.

use serde_json::{Value, json};

use super::{
    Kind, Taxonomy, WordPress,
    api::{Answer, Call, Refusal},
    query::{Faults, Wanted, Window, counted},
    show,
};

/// Cuts a list into its page. What lies past its end is empty.
fn cut<T>(mut all: Vec<T>, window: &Window) -> (Vec<T>, (usize, usize, usize)) {
    let paged = (all.len(), all.len().div_ceil(window.per_page), window.page);
    let start = window.start().min(all.len());
    let end = start.saturating_add(window.per_page).min(all.len());
    (all.drain(start..end).collect(), paged)
}

pub(super) fn posts(call: &Call<'_>, kind: &'static Kind) -> Result<Answer, Refusal> {
    let mut faults = Faults::default();
    let window = Window::of(&call.query, &mut faults);
    let wanted = Wanted::of(&call.query, kind, &mut faults);
    faults.refuse()?;
    let window = Window { per_page: call.faults.page_size(window.per_page), ..window };
    let all = wanted.of_all(call.site.visible(kind, call.faults));
    let (mut page, paged) = cut(all, &window);
    let (total, pages, number) = paged;
    if number > pages && total > 0 {
        let text = "The page number requested is larger than the number of pages available.";
        return Err(Refusal::new(400, "rest_post_invalid_page_number", text));
    }
    call.faults.on_page(&mut page);
    let body = page.iter().map(|shown| show::post(call.site, shown)).collect();
    Ok(Answer { body, paged: Some(paged) })
}

pub(super) fn post(call: &Call<'_>, kind: &'static Kind, id: u64) -> Result<Answer, Refusal> {
    let mut found = call.site.visible(kind, call.faults);
    found.retain(|shown| shown.post.id == id);
    if found.is_empty() {
        let hidden = call.site.shelf().posts.get(&id).is_some_and(|post| post.kind == kind);
        return Err(if hidden {
            let status = if call.user.is_some() { 403 } else { 401 };
            Refusal::new(status, "rest_forbidden", "Sorry, you are not allowed to do that.")
        } else {
            Refusal::new(404, "rest_post_invalid_id", "Invalid post ID.")
        });
    }
    call.faults.on_page(&mut found);
    Ok(Answer::one(show::post(call.site, &found[0])))
}

pub(super) fn terms(call: &Call<'_>, taxonomy: &'static Taxonomy) -> Result<Answer, Refusal> {
    let mut faults = Faults::default();
    let window = Window::of(&call.query, &mut faults);
    faults.refuse()?;
    let include = call.query.list("include");
    let of_post = call.query.get("post").and_then(|id| id.parse().ok());
    let shelf = call.site.shelf();
    let has =
        |id: u64| of_post.is_none_or(|post: u64| shelf.posts.get(&post).is_some_and(|post| post.terms.contains(&id)));
    let asked = |id: u64| include.as_ref().is_none_or(|ids| ids.contains(&id.to_string()));
    let mut all: Vec<_> = shelf
        .terms
        .iter()
        .filter(|term| term.taxonomy == taxonomy && asked(term.id) && has(term.id))
        .cloned()
        .collect();
    drop(shelf);
    all.sort_by_key(|term| term.name.to_lowercase());
    let (page, paged) = cut(all, &window);
    let body = page.iter().map(|term| show::term(call.site, term, count(call.site, term.id))).collect();
    Ok(Answer { body, paged: Some(paged) })
}

pub(super) fn term(site: &WordPress, taxonomy: &'static Taxonomy, id: u64) -> Result<Value, Refusal> {
    let found = site.shelf().terms.iter().find(|term| term.id == id && term.taxonomy == taxonomy).cloned();
    let found = found.ok_or_else(|| Refusal::new(404, "rest_term_invalid", "Term does not exist."))?;
    Ok(show::term(site, &found, count(site, id)))
}

fn count(site: &WordPress, id: u64) -> usize {
    counted(&site.shelf(), site.clock.now(), id)
}

/// Those who have published something: strangers are shown nobody else.
fn authors(site: &WordPress) -> Vec<u64> {
    let now = site.clock.now();
    let shelf = site.shelf();
    let mut ids: Vec<u64> = shelf.posts.values().filter(|post| post.is_out(now)).map(|post| post.author).collect();
    ids.sort_unstable();
    ids.dedup();
    ids
}

pub(super) fn users(call: &Call<'_>) -> Result<Answer, Refusal> {
    let mut faults = Faults::default();
    let window = Window::of(&call.query, &mut faults);
    faults.refuse()?;
    if call.site.shelf().hides_authors {
        return Err(Refusal::new(401, "rest_user_cannot_view", "Sorry, you are not allowed to list users."));
    }
    let include = call.query.list("include");
    let mut all: Vec<Value> = authors(call.site).into_iter().filter_map(|id| user(call.site, id).ok()).collect();
    all.retain(|user| include.as_ref().is_none_or(|ids| ids.contains(&user["id"].to_string())));
    all.sort_by_key(|user| user["name"].as_str().unwrap_or_default().to_lowercase());
    let (page, paged) = cut(all, &window);
    Ok(Answer { body: Value::Array(page), paged: Some(paged) })
}

pub(super) fn user(site: &WordPress, id: u64) -> Result<Value, Refusal> {
    let missing = || Refusal::new(404, "rest_user_invalid_id", "Invalid user ID.");
    if site.shelf().hides_authors || !authors(site).contains(&id) {
        return Err(missing());
    }
    let at = usize::try_from(id).unwrap_or_default().saturating_sub(1);
    let name = site.shelf().authors.get(at).cloned().ok_or_else(missing)?;
    Ok(show::user(site, id, &name))
}

/// `item` with the resources that its links lead to, as far as they are asked for. Without links there is nothing to follow.
pub(super) fn embed(site: &WordPress, mut item: Value, rels: Option<&[String]>) -> Value {
    let wanted = |rel: &str| rels.is_none_or(|rels| rels.iter().any(|each| each == rel));
    let mut embedded = serde_json::Map::new();
    if let Some(links) = item["_links"]["author"].as_array().filter(|_| wanted("author")) {
        let people = links.iter().map(|link| {
            let id = link["href"].as_str().and_then(|href| href.rsplit('/').next()?.parse().ok()).unwrap_or_default();
            user(site, id).unwrap_or_else(|refusal| refusal.json())
        });
        embedded.insert("author".to_owned(), people.collect());
    }
    if let Some(links) = item["_links"]["wp:term"].as_array().filter(|_| wanted("wp:term")) {
        embedded.insert("wp:term".to_owned(), links.iter().map(|link| of_link(site, link)).collect());
    }
    if !embedded.is_empty() {
        item["_embedded"] = Value::Object(embedded);
    }
    item
}

/// The terms that a link of a post leads to.
fn of_link(site: &WordPress, link: &Value) -> Value {
    let post = link["href"].as_str().and_then(|href| href.rsplit("post=").next()?.parse::<u64>().ok());
    let shelf = site.shelf();
    let ids = post.and_then(|post| shelf.posts.get(&post)).map(|post| post.terms.clone()).unwrap_or_default();
    let terms: Vec<_> = shelf.terms.iter().filter(|term| ids.contains(&term.id)).cloned().collect();
    drop(shelf);
    let of_taxonomy = terms.iter().filter(|term| link["taxonomy"] == term.taxonomy.slug);
    of_taxonomy
        .map(|term| {
            let whole = show::term(site, term, 0);
            json!({
                "id": whole["id"], "link": whole["link"], "name": whole["name"], "slug": whole["slug"],
                "taxonomy": whole["taxonomy"], "_links": whole["_links"],
            })
        })
        .collect()
}
