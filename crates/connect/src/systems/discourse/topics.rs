//! Reading the forum: lists, topics, categories, and its way of refusing.

use std::collections::HashMap;

use serde_json::Value;
use url::Url;

use super::{Forum, Run};
use crate::{
    clean::{Gather, rejected, rfc3339, topics, web_address},
    error::Error,
    http::{Http, Response, mask},
    model::{Discussion, Item, Rejected},
    text::{excerpt, html_to_text, links, to_line},
};

/// Links of a first post that are kept.
const MAX_LINKS: usize = 50;
/// Topics of one page of a list: Discourse sends thirty and those that are pinned.
const MAX_TOPICS: usize = 500;

/// One page of the list.
pub(super) struct List {
    pub(super) topics: Vec<Value>,
    pub(super) next: Option<u64>,
}

impl Forum {
    pub(super) async fn list(&self, http: &Http, run: &Run) -> Result<List, Error> {
        let mut url = self.url(&self.list)?;
        {
            let mut query = url.query_pairs_mut();
            query.append_pair("no_definitions", "true").append_pair("page", &run.page.to_string());
            if run.pass.full {
                query.append_pair("order", "created").append_pair("ascending", "true");
            }
        }
        let answer = self.json(http, &url).await?;
        let Some(topics) = answer["topic_list"]["topics"].as_array() else {
            return Err(Error::Format {
                url: mask(&url),
                expected: EXPECTED,
                found: "JSON without a list of topics".into(),
            });
        };
        if topics.len() > MAX_TOPICS {
            let found = format!("a page of {} topics", topics.len());
            return Err(Error::Format { url: mask(&url), expected: EXPECTED, found });
        }
        let next = answer["topic_list"]["more_topics_url"].as_str().filter(|_| !topics.is_empty());
        let next = next.map(|next| {
            let page = url.join(next).ok().and_then(|next| {
                next.query_pairs().find(|(name, _)| name == "page").and_then(|(_, page)| page.parse().ok())
            });
            page.unwrap_or(run.page + 1)
        });
        Ok(List { topics: topics.clone(), next })
    }

    /// Reads one topic of the list.
    pub(super) async fn read(
        &self,
        http: &Http,
        run: &Run,
        topic: &Value,
        names: &HashMap<i64, String>,
        gather: &mut Gather,
        gone: &mut Vec<String>,
    ) -> Result<(), Error> {
        let title = topic["title"].as_str().unwrap_or_default();
        let Some(id) = topic["id"].as_u64() else {
            gather.push(Err(rejected(None, "It has no id.", title)));
            return Ok(());
        };
        let id_text = id.to_string();
        if topic["visible"] == false || topic["archetype"].as_str().is_some_and(|kind| kind != "regular") {
            gone.push(id_text);
            return Ok(());
        }
        if gather.holds(&id_text) {
            gather.push(Err(rejected(Some(&id_text), crate::clean::TWICE, title)));
            return Ok(());
        }
        match self.json(http, &self.url(&format!("t/{id}.json"))?).await {
            Ok(whole) if whole["deleted_at"].is_string() => gone.push(id_text),
            Ok(whole) => gather.push(self.discussion(id, topic, &whole, names).map(Item::Discussion)),
            Err(Error::Status { status: 404 | 410, .. }) => gone.push(id_text),
            // One topic may be closed to us, or broken.
            Err(
                error @ (Error::SignIn { .. } | Error::Format { .. } | Error::TooLarge { .. } | Error::Redirect { .. }),
            ) => {
                if matches!(error, Error::SignIn { .. }) {
                    // Whether we are let in at all, the list tells: a key may expire in mid-run.
                    self.list(http, run).await?;
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
        names: &HashMap<i64, String>,
    ) -> Result<Discussion, Rejected> {
        let external_id = id.to_string();
        let title = excerpt(&to_line(topic["title"].as_str().unwrap_or_default()), 300);
        let reject = |reason: &str| rejected(Some(&external_id), reason, &title);
        if title.is_empty() {
            return Err(reject("It has no title."));
        }
        let time = |name: &str| topic[name].as_str().or(whole[name].as_str()).and_then(rfc3339);
        let Some(created_at) = time("created_at") else { return Err(reject("It has no time of creation.")) };
        let cooked = whole["post_stream"]["posts"][0]["cooked"].as_str().unwrap_or_default();
        let number = |name: &str| whole[name].as_i64().or(topic[name].as_i64());
        let slug = topic["slug"].as_str().filter(|slug| !slug.is_empty() && slug.len() <= 500).unwrap_or("-");
        let url = web_address(&format!("t/{slug}/{id}"), &self.address).map_err(&reject)?;
        let category = topic["category_id"].as_i64().or(whole["category_id"].as_i64());
        let base = Url::parse(&url).unwrap_or_else(|_| self.address.clone());
        let posters = topic["posters"].as_array().map_or(1, Vec::len) as i64;
        Ok(Discussion {
            url,
            title,
            excerpt: excerpt(&html_to_text(cooked).replace('\n', " "), 500),
            category: category.and_then(|id| names.get(&id).cloned()).unwrap_or_default(),
            topics: topics(tags(&topic["tags"])),
            replies: number("posts_count").map_or(0, |posts| (posts - 1).max(0)),
            participants: number("participant_count").unwrap_or(posters).max(1),
            created_at,
            last_activity: time("last_posted_at").or(time("bumped_at")).unwrap_or(created_at).max(created_at),
            links: links(cooked, &base, MAX_LINKS),
            external_id,
        })
    }

    /// Names by id, subcategories with their parent's.
    pub(super) async fn category_names(&self, http: &Http) -> Result<HashMap<i64, String>, Error> {
        let mut known = self.categories.lock().await;
        if let Some(names) = known.as_ref() {
            return Ok(names.clone());
        }
        let list = match self.json(http, &self.url("site.json")?).await {
            Err(Error::Status { status: 404, .. }) => {
                let answer = self.json(http, &self.url("categories.json?include_subcategories=true")?).await?;
                answer["category_list"]["categories"].clone()
            }
            answer => answer?["categories"].clone(),
        };
        let categories = list.as_array().map(Vec::as_slice).unwrap_or_default();
        let nested = categories.iter().flat_map(|each| each["subcategory_list"].as_array().into_iter().flatten());
        let name = |each: &Value| Some((each["id"].as_i64()?, excerpt(&to_line(each["name"].as_str()?), 120)));
        let names: HashMap<i64, String> = categories.iter().chain(nested).filter_map(name).collect();
        *known = Some(names.clone());
        Ok(names)
    }

    pub(super) fn url(&self, path: &str) -> Result<Url, Error> {
        let fault = |_| Error::Address { url: mask(&self.address), reason: format!("{path} cannot be added to it") };
        self.address.join(path).map_err(fault)
    }

    pub(super) async fn json(&self, http: &Http, url: &Url) -> Result<Value, Error> {
        self.ask(http, url, |response| response.json().map_err(|error| error.expecting(EXPECTED))).await
    }

    pub(super) async fn ask<T>(
        &self,
        http: &Http,
        url: &Url,
        read: impl Fn(&Response) -> Result<T, Error> + Send + Sync,
    ) -> Result<T, Error> {
        let mut request = http.get(url).header("accept", "application/json");
        if let Some((key, user)) = &self.login {
            request = request.secret("api-key", key).secret("api-username", user);
        }
        request
            .read(|response| {
                accept(response)?;
                read(response)
            })
            .await
    }
}

/// What a forum answers with.
pub(super) const EXPECTED: &str = "an answer of a Discourse forum";

/// Discourse's own way of refusing: `{"errors": [...], "error_type": "...", "extras": {...}}`.
fn accept(response: &Response) -> Result<(), Error> {
    let Err(error) = response.ok() else { return Ok(()) };
    let said: Value = response.json().unwrap_or_default();
    let text: Vec<_> = said["errors"].as_array().into_iter().flatten().filter_map(Value::as_str).collect();
    let text = excerpt(&to_line(&text.join(" ")), 200);
    Err(match error {
        Error::RateLimited { url, wait } => {
            let asked = said["extras"]["wait_seconds"].as_f64().filter(|wait| (0.0..1e7).contains(wait));
            Error::RateLimited { url, wait: wait.max(asked.map(std::time::Duration::from_secs_f64)) }
        }
        Error::SignIn { url, .. } if !text.is_empty() => Error::SignIn { url, reason: response.hide(text) },
        Error::Status { url, status, .. } if !text.is_empty() => {
            Error::Status { url, status, detail: response.hide(text) }
        }
        error => error,
    })
}

/// Names until Discourse 3.5, objects with a name since.
fn tags(tags: &Value) -> Vec<String> {
    let tags = tags.as_array().map(Vec::as_slice).unwrap_or_default();
    tags.iter().filter_map(|tag| tag.as_str().or(tag["name"].as_str())).map(str::to_owned).collect()
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn tags_of_old_and_new_forums() {
        assert_eq!(tags(&json!(["a", {"id": 1, "name": "b", "slug": "b"}, 3])), ["a", "b"]);
        assert!(tags(&Value::Null).is_empty());
    }
}
