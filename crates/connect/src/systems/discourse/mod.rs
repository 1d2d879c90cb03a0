//! Discourse, through its JSON (<https://docs.discourse.org/>; written for 3.1 to 3.5). Topics become
//! discussions: category, tags, replies, participants, last activity, and the links of the first post.
//!
//! The first run lists all topics in the order of their making (`/latest.json?order=created`), which a new
//! post does not change under way. Later runs read the list by last activity, and stop where it reaches
//! what the last run knew; a full run that rejected a topic is repeated by the next one. Discourse tells nobody but its staff what was deleted, so every `full_days` days
//! a run lists everything again, and what it doesn't find is gone. A topic that is deleted while a full run
//! pages through moves the next one out of sight; that one is back with the next full run.
//!
//! Each topic costs a request of its own (`/t/{id}.json`) for its first post. 429 is waited out by
//! `Retry-After` or `extras.wait_seconds`.

mod topics;

use std::collections::{BTreeMap, HashMap};

use async_trait::async_trait;
use serde::{Deserialize, Serialize};
use tokio::sync::Mutex;
use url::Url;

use crate::{
    clean::{Gather, digest, read_cursor, rfc3339, write_cursor},
    error::{Error, Look},
    http::{Http, clock, mask},
    marks::{Marks, Pass},
    model::{Cursor, Next, Page},
    system::{Connector, Field, FieldKind, Form, Found, Settings, Step, System, steps},
};

/// Pages of one run: a forum with more of them does not end.
const MAX_PAGES: u64 = 100_000;

const LOOK: Look = Look {
    name: "a Discourse forum",
    expected: topics::EXPECTED,
    advice: "Give the forum's home page. With /latest.json after it, a browser shows JSON if it is a Discourse forum; if a \
             category is set, check that it exists.",
};

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
    #[serde(flatten)]
    marks: Marks,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    run: Option<Run>,
}

#[derive(Debug, Serialize, Deserialize)]
struct Run {
    page: u64,
    #[serde(flatten)]
    pass: Pass,
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
            if state.marks.knows(&run.pass, bumped) {
                // Pinned topics stand first, however long they have been quiet.
                reached |= topic["pinned"] != true && topic["pinned_globally"] != true;
                continue;
            }
            run.pass.newest = run.pass.newest.max(bumped);
            self.read(http, &run, topic, &names, &mut gather, &mut gone).await?;
        }
        run.pass.clean &= gather.is_clean();
        let next = match list.next.filter(|_| !reached) {
            Some(page) => {
                self.forward(&run, page)?;
                run.page = page;
                state.run = Some(run);
                Next::More(write_cursor(&state)?)
            }
            None => {
                let complete = run.pass.full && run.pass.clean;
                state.marks.finish(&run.pass);
                Next::Done { cursor: Some(write_cursor(&state)?), complete }
            }
        };
        Ok(gather.page(gone, next))
    }

    async fn test(&self, http: &Http) -> Vec<Step> {
        let found = self.try_out(http).await;
        let works = self.login.as_ref().map(|(_, user)| format!("The key reads as {user}"));
        let sign_in = Found::sign_in(works, found.is_ok());
        steps(found, sign_in)
    }
}

impl Forum {
    /// Where the last run or page stopped; nothing of it where the settings have changed since.
    fn state(&self, cursor: Option<&Cursor>) -> Result<State, Error> {
        let user = self.login.as_ref().map(|(_, user)| user);
        let settings = digest(&format!("{} {} {user:?}", self.address, self.list));
        let state = cursor.map(read_cursor::<State>).transpose()?.filter(|state| state.settings == settings);
        Ok(state.unwrap_or(State { settings, marks: Marks::default(), run: None }))
    }

    async fn start(&self, http: &Http, state: &State) -> Result<Run, Error> {
        let names = self.ask(http, &self.url("site.json")?, |response| Ok(response.clock())).await;
        let started = match names {
            Err(Error::Status { status: 404, .. }) => clock(None),
            result => result?,
        };
        Ok(Run { page: 0, pass: state.marks.begin(started, self.full_ms) })
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

    async fn try_out(&self, http: &Http) -> Result<[String; 2], Error> {
        http.check(&self.address).await?;
        let run = Run { page: 0, pass: Pass { full: false, clean: true, newest: None, started: 0 } };
        let list = self.list(http, &run).await.map_err(|error| error.unlike(LOOK))?;
        let names = self.category_names(http).await?;
        let (mut gather, mut gone) = (Gather::default(), Vec::new());
        if let Some(topic) = list.topics.first() {
            self.read(http, &run, topic, &names, &mut gather, &mut gone).await?;
        }
        let titles = gather.titles();
        Ok([
            format!("A forum with {} categories answered", names.len()),
            match titles.first() {
                Some(title) => format!("The latest topic is “{title}”"),
                None => "The forum shows no topics yet".to_owned(),
            },
        ])
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn categories_are_addresses() {
        assert_eq!(category_path("engineering/7").as_deref(), Some("c/engineering/7.json"));
        assert_eq!(category_path("/c/a/b-c/12/").as_deref(), Some("c/a/b-c/12.json"));
        for bad in ["engineering", "7", "a/b", "../7", "a?b/7", "c//7x"] {
            assert_eq!(category_path(bad), None, "{bad}");
        }
    }
}
