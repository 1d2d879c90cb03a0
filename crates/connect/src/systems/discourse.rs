//! Discourse, through its JSON (<https://docs.discourse.org/>; written for 3.1 to 3.5). Topics become
//! discussions: category, tags, replies, participants, last activity, and the links of the first post.
//!
//! The first run lists all topics in the order of their making (`/latest.json?order=created`), which a new
//! post does not change under way. Later runs read the list by last activity, and stop where it reaches
//! what the last run knew. Discourse tells nobody but its staff what was deleted, so every `full_days` days
//! a run lists everything again, and what it doesn't find is gone. A topic that is deleted while a full run
//! pages through moves the next one out of sight; that one is back with the next full run.
//!
//! Each topic costs a request of its own (`/t/{id}.json`) for its first post. 429 is waited out by
//! `Retry-After` or `extras.wait_seconds`.

use std::collections::{BTreeMap, HashMap};

use async_trait::async_trait;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use tokio::sync::Mutex;
use url::Url;

use crate::{
    clean::{Gather, read_cursor, rejected, rfc3339, topics, web_address, write_cursor},
    error::Error,
    http::{Http, Response, mask},
    model::{Cursor, Discussion, Item, Next, Page, Rejected},
    system::{Connector, Field, FieldKind, Form, Settings, Step, System, steps},
    systems::feeds::digest,
    text::{excerpt, html_to_text, links, to_line},
};

/// Links of a first post that are kept.
const MAX_LINKS: usize = 50;
/// Pages of one run: a forum with more of them does not end.
const MAX_PAGES: u64 = 100_000;

/// Discourse as a kind of source.
pub(crate) struct Discourse;

const FIELDS: &[Field] = &[
    Field {
        name: "address",
        label: "Address of the forum",
        help: "Its home page, such as https://forum.example.org.",
        kind: FieldKind::Url,
        required: true,
        default: "",
    },
    Field {
        name: "key",
        label: "API key",
        help: "Only for forums that ask for a sign-in. Made on the forum's page Admin, API; read-only is enough.",
        kind: FieldKind::Secret,
        required: false,
        default: "",
    },
    Field {
        name: "user",
        label: "API user",
        help: "Whose eyes the key sees with. Choose one who sees only what everybody may: people in the portal see what it sees.",
        kind: FieldKind::Text,
        required: false,
        default: "system",
    },
    Field {
        name: "category",
        label: "Category",
        help: "Empty for the whole forum, else the category's address from /c/ on, such as engineering/7.",
        kind: FieldKind::Text,
        required: false,
        default: "",
    },
    Field {
        name: "full_days",
        label: "Days between full runs",
        help: "In between, only topics with new posts are read. Deleted topics are found by full runs.",
        kind: FieldKind::Number,
        required: false,
        default: "7",
    },
];

impl System for Discourse {
    fn kind(&self) -> &'static str {
        "discourse"
    }
    fn name(&self) -> &'static str {
        "Discourse"
    }
    fn summary(&self) -> &'static str {
        "The conversations of a forum, with their categories, tags and the links they talk about."
    }
    fn docs(&self) -> &'static str {
        "https://docs.discourse.org/"
    }
    fn fields(&self) -> &'static [Field] {
        FIELDS
    }

    fn connect(&self, settings: &Settings) -> Result<Box<dyn Connector>, BTreeMap<String, String>> {
        let mut form = Form::new(FIELDS, settings);
        let list = match form.get("category") {
            "" => Some("latest.json".to_owned()),
            category => category_path(category),
        };
        if list.is_none() {
            form.fault("category", "Give the end of the category's address, such as engineering/7.");
        }
        let forum = form.url("address").zip(list).map(|(mut address, list)| {
            address.set_query(None);
            address.set_fragment(None);
            if !address.path().ends_with('/') {
                address.set_path(&format!("{}/", address.path()));
            }
            Forum {
                address,
                list,
                login: form.some("key").map(|key| (key, form.get("user").to_owned())),
                full_ms: form.number("full_days") * 86_400_000,
                categories: Mutex::new(None),
            }
        });
        form.finish(forum)
    }
}

/// `engineering/7` and `/c/parent/child/7` as the path of the category's list.
fn category_path(text: &str) -> Option<String> {
    let text = text.trim_matches('/');
    let text = text.strip_prefix("c/").unwrap_or(text);
    let plain = text.chars().all(|letter| letter.is_alphanumeric() || matches!(letter, '-' | '_' | '/' | '%'));
    let (slug, number) = text.rsplit_once('/')?;
    (plain && !slug.is_empty() && number.parse::<u64>().is_ok()).then(|| format!("c/{slug}/{number}.json"))
}

struct Forum {
    /// With a slash at its end.
    address: Url,
    /// The path of the list of topics.
    list: String,
    /// Key and user.
    login: Option<(String, String)>,
    full_ms: i64,
    /// Names by id, once asked for.
    categories: Mutex<Option<HashMap<i64, String>>>,
}

/// Between runs, and with `run` within one.
#[derive(Debug, Serialize, Deserialize)]
struct State {
    settings: u64,
    /// The last activity that was seen.
    #[serde(default)]
    newest: Option<i64>,
    /// When the last full run began, by the forum's clock.
    #[serde(default)]
    full_at: Option<i64>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    run: Option<Run>,
}

#[derive(Debug, Serialize, Deserialize)]
struct Run {
    page: u64,
    full: bool,
    clean: bool,
    newest: Option<i64>,
    /// When it began, by the forum's clock.
    started: i64,
}

#[async_trait]
impl Connector for Forum {
    async fn page(&self, http: &Http, cursor: Option<&Cursor>) -> Result<Page, Error> {
        let mut state = self.state(cursor)?;
        let mut run = match state.run.take() {
            Some(run) => run,
            None => self.start(http, &state).await?,
        };
        let list = self.list(http, &run).await?;
        let names = self.category_names(http).await?;
        let (mut gather, mut gone) = (Gather::default(), Vec::new());
        let mut reached = false;
        for topic in &list.topics {
            let bumped = topic["bumped_at"].as_str().and_then(rfc3339);
            let known = !run.full && bumped.zip(state.newest).is_some_and(|(bumped, newest)| bumped < newest);
            if known {
                // Pinned topics stand first, however long they have been quiet.
                reached |= topic["pinned"] != true && topic["pinned_globally"] != true;
                continue;
            }
            run.newest = run.newest.max(bumped);
            self.read(http, topic, &names, &mut gather, &mut gone).await?;
        }
        run.clean &= gather.is_clean();
        let next = match list.next.filter(|_| !reached) {
            Some(page) => {
                self.forward(&run, page)?;
                run.page = page;
                state.run = Some(run);
                Next::More(write_cursor(&state)?)
            }
            None => {
                let complete = run.full && run.clean;
                state.newest = state.newest.max(run.newest);
                if run.full {
                    state.full_at = Some(run.started);
                }
                Next::Done { cursor: Some(write_cursor(&state)?), complete }
            }
        };
        Ok(gather.page(gone, next))
    }

    async fn test(&self, http: &Http) -> Vec<Step> {
        steps(self.try_out(http).await)
    }
}

/// One page of the list.
struct List {
    topics: Vec<Value>,
    next: Option<u64>,
}

impl Forum {
    /// Where the last run or page stopped; nothing of it where the settings have changed since.
    fn state(&self, cursor: Option<&Cursor>) -> Result<State, Error> {
        let user = self.login.as_ref().map(|(_, user)| user);
        let settings = digest(&format!("{} {} {user:?}", self.address, self.list));
        let state = cursor.map(read_cursor::<State>).transpose()?.filter(|state| state.settings == settings);
        Ok(state.unwrap_or(State { settings, newest: None, full_at: None, run: None }))
    }

    async fn start(&self, http: &Http, state: &State) -> Result<Run, Error> {
        let names = self.ask(http, &self.url("site.json")?, |response| Ok(clock(response))).await;
        let started = match names {
            Err(Error::Status { status: 404, .. }) => clock_of(None),
            result => result?,
        };
        let due = state.full_at.is_none_or(|at| started < at || started - at >= self.full_ms);
        Ok(Run { page: 0, full: due || state.newest.is_none(), clean: true, newest: None, started })
    }

    async fn list(&self, http: &Http, run: &Run) -> Result<List, Error> {
        let mut url = self.url(&self.list)?;
        {
            let mut query = url.query_pairs_mut();
            query.append_pair("no_definitions", "true").append_pair("page", &run.page.to_string());
            if run.full {
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
        let next = answer["topic_list"]["more_topics_url"].as_str().filter(|_| !topics.is_empty());
        let next = next.map(|next| {
            let page = url.join(next).ok().and_then(|next| {
                next.query_pairs().find(|(name, _)| name == "page").and_then(|(_, page)| page.parse().ok())
            });
            page.unwrap_or(run.page + 1)
        });
        Ok(List { topics: topics.clone(), next })
    }

    fn forward(&self, run: &Run, page: u64) -> Result<(), Error> {
        let reason = if page <= run.page {
            format!("page {} names page {page} as the next one", run.page)
        } else if page > MAX_PAGES {
            format!("it has more than {MAX_PAGES} pages")
        } else {
            return Ok(());
        };
        Err(Error::Loop { url: mask(&self.address), reason })
    }

    /// Reads one topic of the list.
    async fn read(
        &self,
        http: &Http,
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
            // One topic may be closed to us, or broken; when signing in fails, the list fails before.
            Err(
                error @ (Error::SignIn { .. } | Error::Format { .. } | Error::TooLarge { .. } | Error::Redirect { .. }),
            ) => {
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
    async fn category_names(&self, http: &Http) -> Result<HashMap<i64, String>, Error> {
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

    fn url(&self, path: &str) -> Result<Url, Error> {
        let fault = |_| Error::Address { url: mask(&self.address), reason: format!("{path} cannot be added to it") };
        self.address.join(path).map_err(fault)
    }

    async fn json(&self, http: &Http, url: &Url) -> Result<Value, Error> {
        self.ask(http, url, Response::json).await
    }

    async fn ask<T>(
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

    async fn try_out(&self, http: &Http) -> Result<[String; 4], Error> {
        http.check(&self.address).await?;
        let run = Run { page: 0, full: false, clean: true, newest: None, started: 0 };
        let list = self.list(http, &run).await?;
        let names = self.category_names(http).await?;
        let (mut gather, mut gone) = (Gather::default(), Vec::new());
        if let Some(topic) = list.topics.first() {
            self.read(http, topic, &names, &mut gather, &mut gone).await?;
        }
        let titles = gather.titles();
        Ok([
            "The address may be asked".to_owned(),
            format!("A forum with {} categories answered", names.len()),
            self.login
                .as_ref()
                .map_or("No sign-in was asked for".to_owned(), |(_, user)| format!("The key reads as {user}")),
            match titles.first() {
                Some(title) => format!("The latest topic is “{title}”"),
                None => "The forum shows no topics yet".to_owned(),
            },
        ])
    }
}

const EXPECTED: &str = "an answer of a Discourse forum";

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

/// The server's time: its `Date`, else ours.
fn clock(response: &Response) -> i64 {
    clock_of(response.header("date").and_then(|date| httpdate::parse_http_date(date).ok()))
}

fn clock_of(date: Option<std::time::SystemTime>) -> i64 {
    let since = date.unwrap_or_else(std::time::SystemTime::now).duration_since(std::time::UNIX_EPOCH);
    since.map_or(0, |since| i64::try_from(since.as_millis()).unwrap_or(i64::MAX))
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn categories_are_addresses() {
        assert_eq!(category_path("engineering/7").as_deref(), Some("c/engineering/7.json"));
        assert_eq!(category_path("/c/a/b-c/12/").as_deref(), Some("c/a/b-c/12.json"));
        for bad in ["engineering", "7", "a/b", "../7", "a?b/7", "c//7x"] {
            assert_eq!(category_path(bad), None, "{bad}");
        }
    }

    #[test]
    fn tags_of_old_and_new_forums() {
        assert_eq!(tags(&json!(["a", {"id": 1, "name": "b", "slug": "b"}, 3])), ["a", "b"]);
        assert!(tags(&Value::Null).is_empty());
    }
}
