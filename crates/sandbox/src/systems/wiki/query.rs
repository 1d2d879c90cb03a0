//! The API's entry, and `action=query` with its continuation.

use std::sync::Arc;

use axum::{
    Extension, Json,
    extract::{RawQuery, State},
    http::{HeaderMap, HeaderValue, Method, header},
    response::{IntoResponse, Response},
};
use bytes::Bytes;
use serde_json::{Map, Value, json};

use super::{
    Wiki, lists,
    params::{Fault, Params, normal_title, unrecognised},
    props::{self, View},
};
use crate::{html, items::ItemFaults, markup};

/// Titles or page ids a request.
const TITLES: usize = 50;

/// One request to the API.
pub(super) struct Call<'a> {
    pub(super) wiki: &'a Wiki,
    pub(super) params: &'a Params,
    pub(super) faults: &'a ItemFaults,
    pub(super) headers: &'a HeaderMap,
}

pub(super) async fn serve(
    State(wiki): State<Arc<Wiki>>,
    Extension(faults): Extension<ItemFaults>,
    RawQuery(query): RawQuery,
    method: Method,
    headers: HeaderMap,
    body: Bytes,
) -> Response {
    let params = Params::read(query.as_deref().unwrap_or_default(), &body);
    if params.get("format") != Some("json") {
        return html::page(
            "MediaWiki API result",
            "<p>This is the HTML representation. Specify <code>format=json</code> for use in applications.</p>",
        );
    }
    let call = Call { wiki: &wiki, params: &params, faults: &faults, headers: &headers };
    let mut cookie = None;
    let result = match call.ready() {
        Err(fault) => Err(fault),
        Ok(()) => match params.get("action") {
            Some("query") => call.query(&mut cookie),
            Some("login") => wiki.sign_in(&params, method == Method::POST, &headers),
            Some("parse") => call.parse(),
            None | Some("help") => {
                return html::page("MediaWiki API help", "<p>This is an automatically generated page.</p>");
            }
            Some(other) => Err(unrecognised("action", other)),
        },
    };
    let mut response = match result {
        Ok(value) => Json(value).into_response(),
        Err(fault) => fault.into_response(),
    };
    if let Some(cookie) = cookie.and_then(|cookie| HeaderValue::from_str(&cookie).ok()) {
        response.headers_mut().append(header::SET_COOKIE, cookie);
    }
    response
}

impl Call<'_> {
    /// What is checked before any module runs.
    fn ready(&self) -> Result<(), Fault> {
        if self.params.get("formatversion") != Some("2") {
            return Err(Fault::new("badvalue", "The sandbox's wiki speaks formatversion=2 only."));
        }
        if let Some(text) = self.params.get("maxlag") {
            let most: i64 = text.parse().map_err(|_| {
                Fault::new("badinteger", format!("Invalid value \"{text}\" for integer parameter \"maxlag\"."))
            })?;
            let lag = self.wiki.book().lag;
            if lag > most {
                let mut fault = Fault::new("maxlag", format!("Waiting for replica-1: {lag} seconds lagged."));
                fault.headers = vec![("retry-after", "5".to_owned()), ("x-database-lag", lag.to_string())];
                return Err(fault);
            }
        }
        if self.params.get("assert") == Some("user") && self.wiki.user(self.headers).is_none() {
            return Err(Fault::new(
                "assertuserfailed",
                "You are no longer logged in, so the action could not be completed.",
            ));
        }
        Ok(())
    }

    fn parse(&self) -> Result<Value, Fault> {
        self.wiki.may_read(self.headers)?;
        let views = self.wiki.visible(self.faults);
        let title = self.params.get("page").map(normal_title);
        let id = self.params.get("pageid").and_then(|id| id.parse().ok());
        let found = views.into_iter().find(|view| Some(&view.page.title) == title.as_ref() || Some(view.page.id) == id);
        let mut found = vec![found.ok_or_else(|| Fault::new("missingtitle", "The page you specified doesn't exist."))?];
        self.faults.on_page(&mut found);
        let view = found.remove(0);
        let text = markup::to_html(&view.page.text, &|title| self.wiki.page_url(title).to_string()) + view.added();
        Ok(json!({ "parse": {
            "title": view.page.title, "pageid": view.page.id, "revid": view.page.revision,
            "text": format!("<div class=\"mw-content-ltr mw-parser-output\" lang=\"en\" dir=\"ltr\">{text}</div>"),
            "categories": view.page.categories.iter().map(|name| {
                json!({ "sortkey": "", "category": name.replace(' ', "_") })
            }).collect::<Vec<_>>(),
        } }))
    }

    fn query(&self, cookie: &mut Option<String>) -> Result<Value, Fault> {
        let metas = self.params.known("meta", "", &["siteinfo", "tokens", "userinfo"])?;
        let names = self.params.known("list", "", &["allpages", "recentchanges", "logevents"])?;
        let asks_pages = ["generator", "titles", "pageids"].iter().any(|name| self.params.has(name));
        if asks_pages || !names.is_empty() || metas.iter().any(|meta| meta == "siteinfo") {
            self.wiki.may_read(self.headers)?;
        }
        let mut query = Map::new();
        for meta in &metas {
            self.meta(meta, &mut query, cookie);
        }
        let mut next = Map::new();
        for name in &names {
            let (items, more) = lists::list(self, name)?;
            query.insert(name.clone(), Value::Array(items));
            if let Some((name, value)) = more {
                next.insert(name.to_owned(), json!(value));
                next.insert("continue".to_owned(), json!("-||"));
            }
        }
        let mut complete = true;
        if asks_pages {
            complete = self.pages(&mut query, &mut next)?;
        }
        let mut out = Map::new();
        if complete {
            out.insert("batchcomplete".to_owned(), json!(true));
        }
        if !next.is_empty() {
            out.insert("continue".to_owned(), Value::Object(next));
        }
        if !query.is_empty() {
            out.insert("query".to_owned(), Value::Object(query));
        }
        Ok(Value::Object(out))
    }

    fn meta(&self, meta: &str, query: &mut Map<String, Value>, cookie: &mut Option<String>) {
        match meta {
            "tokens" => {
                let mut tokens = json!({ "csrftoken": "+\\" });
                if self.params.get("type").is_some_and(|kinds| kinds.split('|').any(|kind| kind == "login")) {
                    let (token, set) = self.wiki.login_token(self.headers);
                    *cookie = set;
                    tokens = json!({ "logintoken": token });
                }
                query.insert("tokens".to_owned(), tokens);
            }
            "userinfo" => {
                let user = match self.wiki.user(self.headers) {
                    Some(name) => json!({ "id": 2, "name": name }),
                    None => json!({ "id": 0, "name": "127.0.0.1", "anon": true }),
                };
                query.insert("userinfo".to_owned(), user);
            }
            _ => self.siteinfo(query),
        }
    }

    fn siteinfo(&self, query: &mut Map<String, Value>) {
        let base = self.wiki.base.as_str().trim_end_matches('/');
        for prop in self.params.values("siprop", "general") {
            let value = match prop.as_str() {
                "general" => json!({
                    "mainpage": "Main Page", "base": format!("{base}/wiki/Main_Page"), "sitename": super::pages::TITLE,
                    "generator": "MediaWiki 1.43.0", "phpversion": "8.2.26", "dbtype": "sqlite", "lang": "en",
                    "case": "first-letter", "articlepath": "/wiki/$1", "scriptpath": "", "script": "/index.php",
                    "server": base, "servername": "127.0.0.1", "wikiid": "sandbox", "timezone": "UTC",
                    "timeoffset": 0, "writeapi": true, "readonly": false,
                    "time": super::props::stamp(self.faults.skewed(self.wiki.clock.now())),
                }),
                "namespaces" => json!({
                    "0": { "id": 0, "case": "first-letter", "name": "", "subpages": false, "content": true },
                    "14": { "id": 14, "case": "first-letter", "name": "Category", "canonical": "Category" },
                }),
                "statistics" => {
                    let book = self.wiki.book();
                    json!({ "pages": book.pages.len(), "articles": book.pages.len(), "edits": book.last_revision })
                }
                "extensions" => json!([{ "type": "other", "name": "TextExtracts" }]),
                _ => continue,
            };
            query.insert(prop, value);
        }
    }

    /// The pages asked for, with their properties; answers whether every property is complete.
    fn pages(&self, query: &mut Map<String, Value>, next: &mut Map<String, Value>) -> Result<bool, Fault> {
        let wanted = self.params.known("prop", "", &["info", "categories", "revisions", "extracts"])?;
        let set = self.page_set(query)?;
        let mut pages: Vec<Map<String, Value>> = set.views.iter().map(View::head).collect();
        // What is behind `||` was finished before the continuation.
        let before = self.params.get("continue").and_then(|text| text.split_once("||")).map_or("", |(_, done)| done);
        let mut done: Vec<&str> = before.split('|').filter(|name| !name.is_empty()).collect();
        let mut open = false;
        for prop in &wanted {
            if done.contains(&prop.as_str()) {
                continue;
            }
            match props::prop(self, prop, &set.views, &mut pages)? {
                Some((name, value)) => {
                    next.insert(name.to_owned(), json!(value));
                    open = true;
                }
                None => done.push(prop),
            }
        }
        if open {
            // The page set stays where it is until the last property is complete.
            for name in ["gapcontinue"] {
                if let Some(value) = self.params.get(name) {
                    next.insert(name.to_owned(), json!(value));
                }
            }
            next.insert("continue".to_owned(), json!(format!("||{}", done.join("|"))));
        } else if let Some(more) = &set.next {
            next.insert("gapcontinue".to_owned(), json!(more));
            next.insert("continue".to_owned(), json!("gapcontinue||"));
        }
        let mut pages: Vec<Value> = pages.into_iter().map(Value::Object).collect();
        pages.extend(set.missing);
        if !pages.is_empty() {
            query.insert("pages".to_owned(), Value::Array(pages));
        }
        Ok(!open)
    }

    fn page_set(&self, query: &mut Map<String, Value>) -> Result<PageSet, Fault> {
        if let Some(generator) = self.params.get("generator") {
            if generator != "allpages" {
                return Err(unrecognised("generator", generator));
            }
            let (mut views, next) = lists::all_pages(self, "gap")?;
            self.faults.on_page(&mut views);
            return Ok(PageSet { views, missing: Vec::new(), next });
        }
        let (titles, ids) = (self.params.values("titles", ""), self.params.values("pageids", ""));
        if titles.len() > TITLES || ids.len() > TITLES {
            let name = if titles.len() > TITLES { "titles" } else { "pageids" };
            return Err(Fault::new(
                "toomanyvalues",
                format!("Too many values supplied for parameter \"{name}\". The limit is {TITLES}."),
            ));
        }
        let all = self.wiki.visible(self.faults);
        let mut set = PageSet::default();
        let mut renamed = Vec::new();
        for text in &titles {
            let title = normal_title(text);
            if *text != title {
                renamed.push(json!({ "fromencoded": false, "from": text, "to": title }));
            }
            match all.iter().find(|view| view.page.title == title) {
                Some(view) => set.views.push(view.clone()),
                None => set.missing.push(json!({ "ns": 0, "title": title, "missing": true })),
            }
        }
        for text in &ids {
            let id: u64 = text.parse().map_err(|_| {
                Fault::new("badinteger", format!("Invalid value \"{text}\" for integer parameter \"pageids\"."))
            })?;
            match all.iter().find(|view| view.page.id == id) {
                Some(view) => set.views.push(view.clone()),
                None => set.missing.push(json!({ "pageid": id, "missing": true })),
            }
        }
        if !renamed.is_empty() {
            query.insert("normalized".to_owned(), Value::Array(renamed));
        }
        self.faults.on_page(&mut set.views);
        Ok(set)
    }
}

#[derive(Default)]
struct PageSet {
    views: Vec<View>,
    missing: Vec<Value>,
    /// Where the generator goes on.
    next: Option<String>,
}
