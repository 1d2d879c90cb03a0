//! Reading the forum: categories, lists, topics, and its way of refusing.

use std::{collections::BTreeMap, sync::Arc};

use serde_json::Value;
use url::Url;

use super::Forum;
use crate::{
    clean::{Gather, TWICE, rejected, topics, web_address},
    error::Error,
    http::{Http, Response, mask},
    model::{Discussion, Item, Rejected},
    text::{excerpt, html_to_text, links, to_line},
    values::epoch,
};

/// What a forum answers with.
pub(super) const EXPECTED: &str = "an answer of a NodeBB forum";

/// Links of a first post that are kept.
const MAX_LINKS: usize = 50;
/// Topics of one page of a list: a forum may be set to show many, but no more than this.
const MAX_TOPICS: usize = 500;
/// Categories of a forum, and questions about them.
const MAX_CATEGORIES: usize = 5000;
const MAX_QUESTIONS: usize = 200;

/// A category, as topics need to know it.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Category {
    pub(super) name: String,
    pub(super) parent: Option<u64>,
    /// Neither switched off nor a mere link.
    pub(super) open: bool,
}

/// One page of a list.
#[derive(Default)]
pub(super) struct List {
    pub(super) topics: Vec<Value>,
    pub(super) next: Option<u64>,
    /// Topics of the whole list.
    pub(super) total: u64,
}

/// A time as NodeBB writes it; epoch milliseconds.
pub(super) fn time(value: &Value) -> Option<i64> {
    value.as_f64().and_then(epoch)
}

impl Forum {
    /// The forum's name, and its time. A token that is not accepted is told by this alone where guests may read.
    pub(super) async fn config(&self, http: &Http) -> Result<(String, i64), Error> {
        let url = self.url("api/config", &[])?;
        self.ask(http, &url, |response| {
            let config = json(response)?;
            let Some(logged_in) = config["loggedIn"].as_bool() else {
                return Err(response.not(EXPECTED, "JSON that does not say who we are".to_owned()));
            };
            if self.token.is_some() && !logged_in {
                let reason = "the forum takes us for a guest: it does not know the token".to_owned();
                return Err(Error::SignIn { url: response.shown_url(), reason });
            }
            let name = config["siteTitle"].as_str().or(config["browserTitle"].as_str()).unwrap_or("NodeBB");
            Ok((excerpt(&to_line(name), 100), response.clock()))
        })
        .await
    }

    /// A page of topics.
    pub(super) async fn list(&self, http: &Http, path: &str, sort: &str, page: u64) -> Result<List, Error> {
        let url = self.url(path, &[("page", &page.to_string()), ("sort", sort)])?;
        let mut answer = self.json(http, &url).await?;
        let fault = |found: String| Error::Format { url: mask(&url), expected: EXPECTED, found };
        let next = next_page(&answer);
        let total = answer["topicCount"].as_u64().or(answer["topic_count"].as_u64()).unwrap_or_default();
        match answer.get_mut("topics").map(Value::take) {
            Some(Value::Array(topics)) if topics.len() <= MAX_TOPICS => Ok(List { topics, next, total }),
            Some(Value::Array(topics)) => Err(fault(format!("a page of {} topics", topics.len()))),
            _ => Err(fault("JSON without a list of topics".into())),
        }
    }

    /// The categories by number, nested ones too.
    pub(super) async fn categories(&self, http: &Http) -> Result<Arc<BTreeMap<u64, Category>>, Error> {
        let mut known = self.known.lock().await;
        if let Some(categories) = known.as_ref() {
            return Ok(categories.clone());
        }
        let (mut found, mut page, mut asked) = (BTreeMap::new(), 1, 0);
        // Of a category with many children, the tree shows the first.
        let mut cut = Vec::new();
        loop {
            let answer = self.json(http, &self.url("api/categories", &[("page", &page.to_string())])?).await?;
            let Some(top) = answer["categories"].as_array() else {
                let found = "JSON without a list of categories".to_owned();
                return Err(Error::Format { url: mask(&self.address), expected: EXPECTED, found });
            };
            gather(top, &mut found, &mut cut);
            asked += 1;
            match next_page(&answer).filter(|next| *next > page && asked < MAX_QUESTIONS) {
                Some(next) => page = next,
                None => break,
            }
        }
        while let Some((parent, start)) = cut.pop().filter(|_| asked < MAX_QUESTIONS) {
            let path = format!("api/v3/categories/{parent}/children");
            let answer = self.json(http, &self.url(&path, &[("start", &start.to_string())])?).await?;
            let more = answer["response"]["categories"].as_array().map(Vec::as_slice).unwrap_or_default();
            gather(more, &mut found, &mut cut);
            asked += 1;
            if !more.is_empty() {
                cut.push((parent, start + more.len() as u64));
            }
        }
        if asked >= MAX_QUESTIONS || found.len() >= MAX_CATEGORIES {
            let reason = "its list of categories does not end".to_owned();
            return Err(Error::Loop { url: mask(&self.address), reason });
        }
        let found = Arc::new(found);
        *known = Some(found.clone());
        Ok(found)
    }

    /// Reads one topic of a list.
    pub(super) async fn read(
        &self,
        http: &Http,
        topic: &Value,
        categories: &BTreeMap<u64, Category>,
        gather: &mut Gather,
        gone: &mut Vec<String>,
    ) -> Result<(), Error> {
        let title = topic["titleRaw"].as_str().or(topic["title"].as_str()).unwrap_or_default();
        let Some(id) = topic["tid"].as_u64() else {
            // One that another server has is known by its address.
            if !topic["tid"].is_string() {
                gather.push(Err(rejected(None, "It has no id.", title)));
            }
            return Ok(());
        };
        let id_text = id.to_string();
        if topic["deleted"] == 1 || topic["scheduled"] == 1 || topic["scheduled"] == true {
            gone.push(id_text);
            return Ok(());
        }
        if gather.holds(&id_text) {
            gather.push(Err(rejected(Some(&id_text), TWICE, title)));
            return Ok(());
        }
        match self.json(http, &self.url(&format!("api/topic/{id}"), &[])?).await {
            Ok(whole) if whole["deleted"] == 1 => gone.push(id_text),
            Ok(whole) => gather.push(self.discussion(id, topic, &whole, categories).map(Item::Discussion)),
            Err(Error::Status { status: 404 | 410, .. }) => gone.push(id_text),
            // One topic may be closed to us, or broken.
            Err(
                error @ (Error::SignIn { .. } | Error::Format { .. } | Error::TooLarge { .. } | Error::Redirect { .. }),
            ) => {
                if matches!(error, Error::SignIn { .. }) {
                    // Whether we are let in at all: a token may end in mid-run.
                    self.config(http).await?;
                }
                gather.push(Err(rejected(Some(&id_text), &format!("It cannot be read: {error}."), title)));
            }
            Err(error) => return Err(error),
        }
        Ok(())
    }

    fn discussion(
        &self,
        id: u64,
        topic: &Value,
        whole: &Value,
        categories: &BTreeMap<u64, Category>,
    ) -> Result<Discussion, Rejected> {
        let external_id = id.to_string();
        let field = |name: &str| if whole[name].is_null() { &topic[name] } else { &whole[name] };
        let title = field("titleRaw").as_str().or(field("title").as_str()).unwrap_or_default();
        let title = excerpt(&to_line(title), 300);
        let reject = |reason: &str| rejected(Some(&external_id), reason, &title);
        if title.is_empty() {
            return Err(reject("It has no title."));
        }
        let Some(created_at) = time(field("timestamp")) else { return Err(reject("It has no time of creation.")) };
        let posts = whole["posts"].as_array().map(Vec::as_slice).unwrap_or_default();
        let first = posts.iter().find(|post| post["index"] == 0 || post["pid"] == whole["mainPid"]);
        let content = first.and_then(|post| post["content"].as_str()).unwrap_or_default();
        let slug = field("slug").as_str().filter(|slug| slug.len() <= 500 && slug.starts_with(&format!("{id}/")));
        let path = slug.map_or_else(|| format!("topic/{id}"), |slug| format!("topic/{slug}"));
        let url = web_address(&path, &self.address).map_err(&reject)?;
        let base = Url::parse(&url).unwrap_or_else(|_| self.address.clone());
        let category = field("cid").as_u64().and_then(|cid| categories.get(&cid));
        let tags = field("tags").as_array().map(Vec::as_slice).unwrap_or_default();
        let number = |name: &str| field(name).as_i64();
        Ok(Discussion {
            url,
            excerpt: excerpt(&html_to_text(content).replace('\n', " "), 500),
            category: category.map(|category| category.name.clone()).unwrap_or_default(),
            topics: topics(tags.iter().filter_map(|tag| tag["value"].as_str()).map(str::to_owned).collect()),
            replies: number("postcount").map_or(0, |posts| (posts - 1).max(0)),
            participants: number("postercount").unwrap_or(1).max(1),
            created_at,
            last_activity: time(field("lastposttime")).unwrap_or(created_at).max(created_at),
            links: links(content, &base, MAX_LINKS),
            title,
            external_id,
        })
    }

    fn url(&self, path: &str, query: &[(&str, &str)]) -> Result<Url, Error> {
        let fault = |_| Error::Address { url: mask(&self.address), reason: format!("{path} cannot be added to it") };
        let mut url = self.address.join(path).map_err(fault)?;
        if !query.is_empty() {
            url.query_pairs_mut().extend_pairs(query);
        }
        Ok(url)
    }

    async fn json(&self, http: &Http, url: &Url) -> Result<Value, Error> {
        self.ask(http, url, json).await
    }

    async fn ask<T>(
        &self,
        http: &Http,
        url: &Url,
        read: impl Fn(&Response) -> Result<T, Error> + Send + Sync,
    ) -> Result<T, Error> {
        let mut request = http.get(url).header("accept", "application/json");
        if let Some(token) = &self.token {
            request = request.secret("authorization", &format!("Bearer {token}")).hiding(token);
        }
        request
            .read(|response| {
                accept(response)?;
                read(response)
            })
            .await
    }
}

fn json(response: &Response) -> Result<Value, Error> {
    response.json().map_err(|error| error.expecting(EXPECTED))
}

/// The page that follows in a list.
fn next_page(answer: &Value) -> Option<u64> {
    let next = &answer["pagination"]["next"];
    next["page"].as_u64().filter(|_| next["active"] == true)
}

/// Takes in categories and those below them; `cut` gets those whose children are not all shown, and how many are.
fn gather(top: &[Value], found: &mut BTreeMap<u64, Category>, cut: &mut Vec<(u64, u64)>) {
    let mut rest: Vec<&Value> = top.iter().collect();
    while let Some(category) = rest.pop().filter(|_| found.len() < MAX_CATEGORIES) {
        // The pseudo-category of topics from other servers is -1.
        let Some(id) = category["cid"].as_u64().filter(|id| *id > 0) else { continue };
        let name = category["name"].as_str().unwrap_or_default();
        let is_link = category["link"].as_str().is_some_and(|link| !link.is_empty());
        let open = !is_link && category["disabled"] != 1 && category["disabled"] != true;
        let parent = category["parentCid"].as_u64().filter(|id| *id > 0);
        found.insert(id, Category { name: excerpt(&to_line(name), 120), parent, open });
        let children = category["children"].as_array().map(Vec::as_slice).unwrap_or_default();
        if category["subCategoriesLeft"].as_u64().is_some_and(|left| left > 0) {
            cut.push((id, children.len() as u64));
        }
        rest.extend(children);
    }
}

/// NodeBB's pages refuse with `{"error", "title", "path"}`, its API v3 with `{"status": {"code", "message"}}`.
fn accept(response: &Response) -> Result<(), Error> {
    let Err(error) = response.ok() else { return Ok(()) };
    let said: Value = response.json().unwrap_or_default();
    let texts = [&said["status"]["message"], &said["error"], &said["title"]];
    let text = texts.into_iter().filter_map(Value::as_str).find(|text| !text.is_empty()).unwrap_or_default();
    let text = response.hide(excerpt(&response.hide(to_line(text)), 200));
    Err(match error {
        error if text.is_empty() => error,
        Error::SignIn { url, .. } => Error::SignIn { url, reason: text },
        Error::Status { url, status, .. } => Error::Status { url, status, detail: text },
        error => error,
    })
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn nested_categories_are_found() {
        let (mut found, mut cut) = (BTreeMap::new(), Vec::new());
        let deep = json!({ "cid": 3, "name": "C &amp; D", "parentCid": 2, "children": [] });
        let inner = json!({ "cid": 2, "name": "B", "parentCid": 1, "children": [deep], "subCategoriesLeft": 4 });
        let link = json!({ "cid": 4, "name": "L", "parentCid": 0, "link": "https://elsewhere.example" });
        let remote = json!({ "cid": -1, "name": "World" });
        gather(
            &[json!({ "cid": 1, "name": "A", "parentCid": 0, "children": [inner] }), link, remote],
            &mut found,
            &mut cut,
        );
        assert_eq!(found.keys().copied().collect::<Vec<_>>(), [1, 2, 3, 4]);
        assert_eq!((found[&3].name.as_str(), found[&3].parent, found[&1].parent), ("C & D", Some(2), None));
        assert!(found[&3].open && !found[&4].open);
        assert_eq!(cut, [(2, 1)]);
    }
}
