//! Confluence Cloud, through its REST API v2 (<https://developer.atlassian.com/cloud/confluence/rest/v2/intro/>, read in
//! November 2026), with an account's e-mail address and API token. Pages become wiki pages, blog posts articles; the space
//! and the labels become topics.
//!
//! The lists (`/wiki/api/v2/pages`, `/blogposts`) page by a `cursor` that stands in `_links.next`; of that address nothing
//! else is taken. They tell when each page was last changed, but neither its text nor its labels, so that each page that is
//! read costs a request of its own (`/pages/{id}?body-format=storage&include-labels=true`).
//!
//! A full run lists everything in the order of ids, which nothing moves under way. The runs in between read the list with
//! `sort=-modified-date` until it reaches what is known. A new label changes no date, and no list tells what was deleted,
//! archived or closed: both are found by the full run every `full_days` days.
//!
//! Names of spaces and authors come from `/wiki/api/v2/spaces` and, as v2 reads many users by POST alone, from
//! `/wiki/rest/api/user/bulk` of v1. Somebody whose token is not accepted may be read as a stranger to whom a public site
//! answers with less, so every run asks first who it is (`/wiki/rest/api/user/current`).

mod api;
mod pages;
mod storage;

use std::collections::{BTreeMap, HashMap, HashSet};

use async_trait::async_trait;
use serde::{Deserialize, Serialize};
use tokio::sync::Mutex;
use url::Url;

use crate::{
    clean::{Gather, digest, read_cursor, write_cursor},
    error::{Error, Look},
    http::Http,
    marks::{Marks, Pass},
    model::{Cursor, Kind, Next, Page},
    system::{Connector, Field, FieldKind, Form, Found, Settings, Step, System, steps},
    watch::Trail,
};
use api::Api;

/// Milliseconds that a run looks back further than what is known: what is written while another run reads may be shown late.
const MARGIN: i64 = 60_000;

const LOOK: Look = Look {
    name: "a Confluence Cloud",
    expected: api::EXPECTED,
    advice: "Give the address that people open, such as https://example.atlassian.net/wiki. Confluence Data Center, which runs \
             on servers of one's own, has another API.",
};

/// Confluence as a kind of source.
pub(crate) struct Confluence;

const FIELDS: &[Field] = &[
    Field {
        name: "address",
        label: "Address of Confluence",
        help: "As people open it, such as https://example.atlassian.net/wiki. For a token with scopes \
               https://api.atlassian.com/ex/confluence/ and the site's cloud id.",
        kind: FieldKind::Url,
        required: true,
        default: "",
    },
    Field {
        name: "user",
        label: "E-mail address",
        help: "Of the Atlassian account that reads. People in the portal see what it sees: give it as little as will do.",
        kind: FieldKind::Text,
        required: true,
        default: "",
    },
    Field {
        name: "token",
        label: "API token",
        help: "Made by that account at id.atlassian.com, Security, API tokens.",
        kind: FieldKind::Secret,
        required: true,
        default: "",
    },
    Field {
        name: "spaces",
        label: "Spaces",
        help: "Keys separated by commas, such as ENG, HR, as in an address after /spaces/. Empty for all but personal ones.",
        kind: FieldKind::Text,
        required: false,
        default: "",
    },
    Field {
        name: "content",
        label: "What to read",
        help: "Blog posts become articles.",
        kind: FieldKind::Choice(&[("pages", "Pages"), ("posts", "Blog posts"), ("both", "Pages and blog posts")]),
        required: false,
        default: "both",
    },
    Field {
        name: "full_days",
        label: "Days between full runs",
        help: "In between, only what was changed is read. Deleted and archived pages, and new labels, are found by full runs.",
        kind: FieldKind::Number,
        required: false,
        default: "7",
    },
];

impl System for Confluence {
    fn kind(&self) -> &'static str {
        "confluence"
    }
    fn name(&self) -> &'static str {
        "Confluence"
    }
    fn summary(&self) -> &'static str {
        "The pages and blog posts of a Confluence Cloud, with their spaces, labels and authors."
    }
    fn docs(&self) -> &'static str {
        "https://developer.atlassian.com/cloud/confluence/rest/v2/intro/"
    }
    fn fields(&self) -> &'static [Field] {
        FIELDS
    }

    fn connect(&self, settings: &Settings) -> Result<Box<dyn Connector>, BTreeMap<String, String>> {
        let mut form = Form::new(FIELDS, settings);
        let spaces = keys(form.get("spaces"));
        if spaces.is_none() {
            form.fault("spaces", format!("Give at most {MAX_KEYS} keys of letters and digits, such as ENG, HR."));
        }
        let lists = match form.get("content") {
            "pages" => &LISTS[..1],
            "posts" => &LISTS[1..],
            _ => &LISTS[..],
        };
        let wiki = form.url("address").zip(spaces).map(|(address, spaces)| Wiki {
            api: Api::new(home(address), form.get("user").to_owned(), form.get("token").to_owned()),
            spaces,
            lists,
            full_ms: form.number("full_days") * 86_400_000,
            known: Mutex::new(None),
            names: Mutex::default(),
        });
        form.finish(wiki)
    }
}

/// What lists there are, and what their items become.
const LISTS: [List; 2] =
    [List { path: "pages", kind: Kind::WikiPage }, List { path: "blogposts", kind: Kind::Article }];

#[derive(Clone, Copy, Debug)]
struct List {
    path: &'static str,
    kind: Kind,
}

/// Keys that the API takes at once.
const MAX_KEYS: usize = 100;

fn keys(text: &str) -> Option<Vec<String>> {
    let keys: Vec<String> = text.split(',').map(str::trim).filter(|key| !key.is_empty()).map(str::to_owned).collect();
    // A personal space's key begins with a tilde.
    let is_key = |key: &String| {
        let plain = key.strip_prefix('~').unwrap_or(key);
        let allowed = |letter: char| letter.is_alphanumeric() || matches!(letter, '_' | '-' | ':');
        !plain.is_empty() && plain.len() <= 255 && plain.chars().all(allowed)
    };
    (keys.len() <= MAX_KEYS && keys.iter().all(is_key)).then_some(keys)
}

/// The address up to and with `/wiki/`; people give that of the site, or of a page that they look at.
fn home(mut address: Url) -> Url {
    address.set_query(None);
    address.set_fragment(None);
    let parts: Vec<&str> = address.path_segments().into_iter().flatten().filter(|part| !part.is_empty()).collect();
    let before = match (parts.iter().position(|part| *part == "wiki"), parts.as_slice()) {
        (Some(at), _) => &parts[..at],
        // The gateway that tokens with scopes go through.
        (None, ["ex", "confluence", _, ..]) => &parts[..3],
        (None, _) => &[],
    };
    let path = before.iter().chain(&["wiki"]).fold(String::from("/"), |path, part| path + part + "/");
    address.set_path(&path);
    address
}

struct Wiki {
    api: Api,
    /// Keys; all but personal spaces where there are none.
    spaces: Vec<String>,
    lists: &'static [List],
    full_ms: i64,
    /// Once asked for.
    known: Mutex<Option<HashMap<String, Space>>>,
    /// Of authors by their account's id, once asked for.
    names: Mutex<HashMap<String, String>>,
}

/// A space that is read.
#[derive(Clone, Debug, PartialEq)]
struct Space {
    name: String,
    personal: bool,
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
    #[serde(flatten)]
    pass: Pass,
    /// The place of the list that is read in `Wiki::lists`.
    list: usize,
    trail: Trail,
}

#[async_trait]
impl Connector for Wiki {
    async fn page(&self, http: &Http, cursor: Option<&Cursor>) -> Result<Page, Error> {
        let mut state = self.state(cursor)?;
        let mut run = match state.run.take() {
            Some(run) => run,
            None => self.begin(http, &state).await?,
        };
        let list = self.lists.get(run.list).copied().unwrap_or(LISTS[0]);
        let spaces = self.spaces(http).await?;
        let page = self.list(http, &list, &spaces, &run).await?;
        let (mut gather, mut gone, mut reached) = (Gather::default(), Vec::new(), false);
        let mut wanted = Vec::new();
        for item in &page.items {
            let touched = pages::touched(item);
            if state.marks.knows(&run.pass, touched.map(|at| at + MARGIN)) {
                reached = true;
                continue;
            }
            run.pass.newest = run.pass.newest.max(touched);
            wanted.push(item);
        }
        self.learn_names(http, &wanted).await?;
        for item in wanted {
            self.read(http, &list, &spaces, item, &mut gather, &mut gone).await?;
        }
        run.pass.clean &= gather.is_clean();
        match page.next.filter(|_| !reached) {
            Some(next) => run.trail.go_on(self.api.address(), next)?,
            None => (run.list, run.trail) = (run.list + 1, Trail::default()),
        }
        let next = if run.list < self.lists.len() {
            state.run = Some(run);
            Next::More(write_cursor(&state)?)
        } else {
            state.marks.finish(&run.pass);
            Next::Done { cursor: Some(write_cursor(&state)?), complete: run.pass.full && run.pass.clean }
        };
        Ok(gather.page(gone, next))
    }

    async fn test(&self, http: &Http) -> Vec<Step> {
        let user = self.greet(http).await;
        let works =
            user.as_ref().map_or_else(|_| "The token works".to_owned(), |(user, _)| format!("Signed in as {user}"));
        let sign_in = Found::sign_in(Some(works), user.is_ok());
        let found = match user {
            Ok(_) => self.try_out(http).await,
            Err(error) => Err(error),
        };
        steps(found, sign_in)
    }
}

impl Wiki {
    /// Where the last run or page stopped; nothing of it where the settings have changed since.
    fn state(&self, cursor: Option<&Cursor>) -> Result<State, Error> {
        let lists: Vec<_> = self.lists.iter().map(|list| list.path).collect();
        let settings = digest(&format!("{} {} {:?} {lists:?}", self.api.address(), self.api.user(), self.spaces));
        let state = cursor.map(read_cursor::<State>).transpose()?.filter(|state| state.settings == settings);
        Ok(state.unwrap_or(State { settings, marks: Marks::default(), run: None }))
    }

    async fn begin(&self, http: &Http, state: &State) -> Result<Run, Error> {
        // Spaces and people may have new names.
        *self.known.lock().await = None;
        self.names.lock().await.clear();
        let (_, now) = self.api.current_user(http).await?;
        Ok(Run { pass: state.marks.begin(now, self.full_ms), list: 0, trail: Trail::default() })
    }

    async fn greet(&self, http: &Http) -> Result<(String, i64), Error> {
        http.check(self.api.address()).await?;
        self.api.current_user(http).await.map_err(|error| error.unlike(LOOK))
    }

    async fn try_out(&self, http: &Http) -> Result<[String; 2], Error> {
        let spaces = self.spaces(http).await?;
        let (mut gather, mut gone) = (Gather::default(), Vec::new());
        let pass = Pass { full: false, clean: true, newest: None, started: 0 };
        for (at, list) in self.lists.iter().enumerate() {
            let run = Run { pass: pass.clone(), list: at, trail: Trail::default() };
            let page = self.list(http, list, &spaces, &run).await?;
            // The latest may be in a personal space.
            let first = page.items.iter().find(|item| pages::space(item).is_some_and(|id| spaces.contains_key(id)));
            if let Some(item) = first {
                self.read(http, list, &spaces, item, &mut gather, &mut gone).await?;
                break;
            }
        }
        Ok([
            format!("Confluence answered at {}", self.api.address().host_str().unwrap_or_default()),
            match gather.titles().first() {
                Some(title) => format!("{} spaces are read; the latest change is to “{title}”", spaces.len()),
                None => format!("{} spaces are read; nothing to read was found in them", spaces.len()),
            },
        ])
    }

    /// Keys that were asked for, and that no space has.
    fn missing<'a>(&'a self, found: &HashSet<String>) -> Vec<&'a str> {
        self.spaces.iter().filter(|key| !found.contains(&key.to_lowercase())).map(String::as_str).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_lead_home() {
        for (given, wanted) in [
            ("https://a.atlassian.net", "https://a.atlassian.net/wiki/"),
            ("https://a.atlassian.net/wiki/spaces/ENG/pages/7/X?y=1#z", "https://a.atlassian.net/wiki/"),
            ("https://a.atlassian.net/wiki/home", "https://a.atlassian.net/wiki/"),
            ("https://api.atlassian.com/ex/confluence/11-22", "https://api.atlassian.com/ex/confluence/11-22/wiki/"),
            (
                "https://api.atlassian.com/ex/confluence/11-22/wiki",
                "https://api.atlassian.com/ex/confluence/11-22/wiki/",
            ),
        ] {
            assert_eq!(home(Url::parse(given).unwrap()).as_str(), wanted, "{given}");
        }
    }

    #[test]
    fn keys_are_keys() {
        assert_eq!(keys(" ENG, ~70121 ,").unwrap(), ["ENG", "~70121"]);
        assert!(keys("").is_some_and(|keys| keys.is_empty()));
        let many = "A,".repeat(MAX_KEYS + 1);
        for bad in ["A B", "../x", "A&limit=1", "~", many.as_str()] {
            assert!(keys(bad).is_none(), "{bad}");
        }
    }
}
