//! What people see who follow a link into the wiki.

use std::{collections::BTreeMap, sync::Arc};

use axum::{
    extract::{Path, State},
    response::{IntoResponse, Redirect, Response},
};

use super::{Page, Wiki, params::normal_title};
use crate::{
    html::{self, escape},
    markup,
    systems::forum::day,
};

/// What the wiki is called.
pub(super) const TITLE: &str = "The engineering wiki";

pub(super) async fn home() -> Response {
    Redirect::permanent("/wiki/Main_Page").into_response()
}

pub(super) async fn show(State(wiki): State<Arc<Wiki>>, Path(title): Path<String>) -> Response {
    let title = normal_title(&title);
    if let Some(category) = title.strip_prefix("Category:") {
        return category_page(&wiki, category);
    }
    let page = wiki.book().pages.get(&title).cloned();
    match page {
        Some(page) => article(&wiki, &page),
        None if title == "Main Page" => main_page(&wiki),
        None => html::missing("There is currently no text in this page."),
    }
}

fn link(wiki: &Wiki, title: &str) -> String {
    format!("<a href=\"{}\">{}</a>", escape(wiki.page_url(title).path()), escape(title))
}

fn article(wiki: &Wiki, page: &Page) -> Response {
    let text = markup::to_html(&page.text, &|title| wiki.page_url(title).path().to_owned());
    let categories: Vec<String> = page
        .categories
        .iter()
        .map(|name| format!("<a href=\"{}\">{}</a>", wiki.page_url(&format!("Category:{name}")).path(), escape(name)))
        .collect();
    let body = format!(
        "<header><a href=\"/wiki/Main_Page\">{TITLE}</a></header>\n{text}\n<footer><p>Categories: {}</p>\n\
         <p>Last edited by {} on {}.</p></footer>",
        categories.join(", "),
        escape(&page.user),
        day(page.at),
    );
    html::page(&page.title, &body)
}

fn main_page(wiki: &Wiki) -> Response {
    let mut shelves: BTreeMap<String, Vec<String>> = BTreeMap::new();
    for page in wiki.book().pages.values() {
        let shelf = page.categories.first().cloned().unwrap_or_else(|| "Everything else".to_owned());
        shelves.entry(shelf).or_default().push(page.title.clone());
    }
    let mut body = String::from("<p>How we work, written down by the people who do it.</p>\n");
    for (shelf, titles) in shelves {
        body += &format!("<h2>{}</h2>\n{}", escape(&shelf), titles_list(wiki, &titles));
    }
    html::page(TITLE, &body)
}

fn category_page(wiki: &Wiki, category: &str) -> Response {
    let titles: Vec<String> = {
        let book = wiki.book();
        let members = book.pages.values().filter(|page| page.categories.iter().any(|name| name == category));
        members.map(|page| page.title.clone()).collect()
    };
    if titles.is_empty() {
        return html::missing("There is no such category.");
    }
    let body = format!("<header><a href=\"/wiki/Main_Page\">{TITLE}</a></header>\n{}", titles_list(wiki, &titles));
    html::page(&format!("Category: {category}"), &body)
}

fn titles_list(wiki: &Wiki, titles: &[String]) -> String {
    let items: String = titles.iter().map(|title| format!("<li>{}</li>\n", link(wiki, title))).collect();
    format!("<ul>\n{items}</ul>\n")
}
