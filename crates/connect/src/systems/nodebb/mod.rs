//! NodeBB, through the JSON of its pages, which it calls the read API (<https://docs.nodebb.org/api/read/>; shapes as in
//! `public/openapi/read` of NodeBB 3 and 4). Topics become discussions: category, tags, replies, participants, last activity,
//! and the links of the first post.
//!
//! A full run reads every category (`/api/category/{cid}?sort=recently_created`), of which `/api/categories` and, where one
//! has many, `/api/v3/categories/{cid}/children` tell. Later runs read `/api/recent` until it reaches what is known; it shows
//! the last 200 topics alone, so that a run that does not reach that far becomes a full one. NodeBB tells nobody what was
//! deleted: every `full_days` days a run is a full one, and what it doesn't find is gone. A category that got shorter under
//! way may have hidden a topic; such a run claims nothing.
//!
//! Each topic costs a request of its own (`/api/topic/{tid}`) for its first post. A token is optional and goes in a header;
//! `/api/config` says whether it is accepted. Topics that come from other servers, as NodeBB 4 shows them, are left out.

mod topics;

use std::{
    collections::{BTreeMap, BTreeSet},
    sync::Arc,
};

use async_trait::async_trait;
use serde::{Deserialize, Serialize};
use tokio::sync::Mutex;
use url::Url;

use crate::{
    clean::{Gather, digest, read_cursor, write_cursor},
    error::{Error, Look},
    http::{Http, mask},
    marks::{Marks, Pass},
    model::{Cursor, Next, Page},
    system::{Connector, Field, FieldKind, Form, Found, Settings, Step, System, steps},
};
use topics::{Category, List};

/// Pages of one list: one with more of them does not end.
const MAX_PAGES: u64 = 100_000;

const LOOK: Look = Look {
    name: "a NodeBB forum",
    expected: topics::EXPECTED,
    advice: "Give the forum's home page. With /api/config after it, a browser shows JSON if it is a NodeBB forum.",
};

/// NodeBB as a kind of source.
pub(crate) struct NodeBb;

const FIELDS: &[Field] = &[
    Field {
        name: "address",
        label: "Address of the forum",
        help: "Its home page, with the folder if it is in one, such as https://forum.example.org.",
        kind: FieldKind::Url,
        required: true,
        default: "",
    },
    Field {
        name: "token",
        label: "API token",
        help: "Only for forums that ask for a sign-in. Made on the forum's page Admin, Settings, API Access, for a user who sees \
               only what everybody may: people in the portal see what that user sees.",
        kind: FieldKind::Secret,
        required: false,
        default: "",
    },
    Field {
        name: "category",
        label: "Category",
        help: "Empty for the whole forum, else the category's number, as in its address after /category/; what is below it is \
               read too.",
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

impl System for NodeBb {
    fn kind(&self) -> &'static str {
        "nodebb"
    }
    fn name(&self) -> &'static str {
        "NodeBB"
    }
    fn summary(&self) -> &'static str {
        "The conversations of a NodeBB forum, with their categories, tags and the links they talk about."
    }
    fn docs(&self) -> &'static str {
        "https://docs.nodebb.org/api/read/"
    }
    fn fields(&self) -> &'static [Field] {
        FIELDS
    }

    fn connect(&self, settings: &Settings) -> Result<Box<dyn Connector>, BTreeMap<String, String>> {
        let mut form = Form::new(FIELDS, settings);
        let category = form.some("category").map(|text| category_number(&text));
        if category == Some(None) {
            form.fault("category", "Give the category's number, such as 5.");
        }
        let forum = form.url("address").map(|mut address| {
            address.set_query(None);
            address.set_fragment(None);
            if !address.path().ends_with('/') {
                address.set_path(&format!("{}/", address.path()));
            }
            Forum {
                address,
                token: form.some("token"),
                category: category.flatten(),
                full_ms: form.number("full_days") * 86_400_000,
                known: Mutex::new(None),
            }
        });
        form.finish(forum)
    }
}

/// `5`, and what people copy: `/category/5/engineering`.
fn category_number(text: &str) -> Option<u64> {
    let text = text.trim_matches('/');
    let text = text.strip_prefix("category/").unwrap_or(text);
    text.split('/').next()?.parse().ok().filter(|number| *number > 0)
}

struct Forum {
    /// With a slash at its end.
    address: Url,
    token: Option<String>,
    category: Option<u64>,
    full_ms: i64,
    /// Categories by number, once asked for.
    known: Mutex<Option<Arc<BTreeMap<u64, Category>>>>,
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
    /// The page to come, from 1.
    page: u64,
    /// The category that is read; none where the latest topics of all are.
    category: Option<u64>,
    /// Categories that are still to be read.
    pending: BTreeSet<u64>,
    /// Topics of the list when the page before was read.
    topics: u64,
}

impl Run {
    /// Goes on to the next category, if there is one.
    fn turn(&mut self) {
        self.category = self.pending.pop_first();
        (self.page, self.topics) = (1, 0);
    }
}

#[async_trait]
impl Connector for Forum {
    async fn page(&self, http: &Http, cursor: Option<&Cursor>) -> Result<Page, Error> {
        let mut state = self.state(cursor)?;
        let mut run = match state.run.take() {
            Some(run) => run,
            None => self.begin(http, &state).await?,
        };
        let categories = self.categories(http).await?;
        let list = self.next_list(http, &run).await?;
        let (mut gather, mut gone, mut reached) = (Gather::default(), Vec::new(), false);
        for topic in &list.topics {
            let touched = topics::time(&topic["lastposttime"]);
            if state.marks.knows(&run.pass, touched) {
                // Pinned topics may stand first, however long they have been quiet.
                reached |= topic["pinned"] != 1;
                continue;
            }
            run.pass.newest = run.pass.newest.max(touched);
            if run.category.is_some() || self.wants(&categories, topic["cid"].as_u64()) {
                self.read(http, topic, &categories, &mut gather, &mut gone).await?;
            }
        }
        let shorter = run.category.is_some() && list.total < run.topics;
        run.pass.clean &= gather.is_clean() && !shorter;
        run.topics = list.total;
        if self.goes_on(&mut run, list.next, reached, &categories)? {
            state.run = Some(run);
            return Ok(gather.page(gone, Next::More(write_cursor(&state)?)));
        }
        state.marks.finish(&run.pass);
        let complete = run.pass.full && run.pass.clean;
        Ok(gather.page(gone, Next::Done { cursor: Some(write_cursor(&state)?), complete }))
    }

    async fn test(&self, http: &Http) -> Vec<Step> {
        let found = self.try_out(http).await;
        let works = self.token.as_ref().map(|_| "The token is accepted".to_owned());
        let sign_in = Found::sign_in(works, found.is_ok());
        steps(found, sign_in)
    }
}

impl Forum {
    /// Where the last run or page stopped; nothing of it where the settings have changed since.
    fn state(&self, cursor: Option<&Cursor>) -> Result<State, Error> {
        let settings = digest(&format!("{} {:?} {}", self.address, self.category, self.token.is_some()));
        let state = cursor.map(read_cursor::<State>).transpose()?.filter(|state| state.settings == settings);
        Ok(state.unwrap_or(State { settings, marks: Marks::default(), run: None }))
    }

    async fn begin(&self, http: &Http, state: &State) -> Result<Run, Error> {
        let (_, now) = self.config(http).await?;
        *self.known.lock().await = None;
        let pass = state.marks.begin(now, self.full_ms);
        let mut run = Run { pass, page: 1, category: None, pending: BTreeSet::new(), topics: 0 };
        if run.pass.full {
            let categories = self.categories(http).await?;
            self.read_all(&mut run, &categories);
        }
        Ok(run)
    }

    /// Sets out to read every category.
    fn read_all(&self, run: &mut Run, categories: &BTreeMap<u64, Category>) {
        run.pass.full = true;
        run.pending = categories.keys().copied().filter(|id| self.wants(categories, Some(*id))).collect();
        run.turn();
    }

    /// Whether the category is one that is read.
    fn wants(&self, categories: &BTreeMap<u64, Category>, id: Option<u64>) -> bool {
        let Some(category) = id.and_then(|id| categories.get(&id)).filter(|category| category.open) else {
            return false;
        };
        let Some(wanted) = self.category else { return true };
        let (mut at, mut parent) = (id, category.parent);
        // A tree is no deeper than it has categories, whatever the forum says.
        for _ in 0..=categories.len() {
            if at == Some(wanted) {
                return true;
            }
            at = parent;
            parent = at.and_then(|id| categories.get(&id)?.parent);
        }
        false
    }

    async fn next_list(&self, http: &Http, run: &Run) -> Result<List, Error> {
        match (run.pass.full, run.category) {
            // A forum without categories has no topics.
            (true, None) => Ok(List::default()),
            (_, None) => self.list(http, "api/recent", "recent", run.page).await,
            (_, Some(category)) => {
                let list = self.list(http, &format!("api/category/{category}"), "recently_created", run.page).await;
                match list {
                    // Shown to us, but closed; or the token is over, which its own question tells.
                    Err(Error::SignIn { .. }) => self.config(http).await.map(|_| List::default()),
                    Err(Error::Status { status: 404 | 410, .. }) => Ok(List::default()),
                    list => list,
                }
            }
        }
    }

    /// Whether there is more to read, and where.
    fn goes_on(
        &self,
        run: &mut Run,
        next: Option<u64>,
        reached: bool,
        categories: &BTreeMap<u64, Category>,
    ) -> Result<bool, Error> {
        match next.filter(|_| !reached) {
            Some(page) if page <= run.page || page > MAX_PAGES => {
                let reason = format!("page {} names page {page} as the next one", run.page);
                return Err(Error::Loop { url: mask(&self.address), reason });
            }
            Some(page) => {
                run.page = page;
                return Ok(true);
            }
            None if run.pass.full => run.turn(),
            None if reached => return Ok(false),
            // The latest do not reach back to what is known.
            None => self.read_all(run, categories),
        }
        Ok(run.category.is_some())
    }

    async fn try_out(&self, http: &Http) -> Result<[String; 2], Error> {
        http.check(&self.address).await?;
        let (name, _) = self.config(http).await.map_err(|error| error.unlike(LOOK))?;
        let categories = self.categories(http).await?;
        let wanted = categories.keys().filter(|id| self.wants(&categories, Some(**id))).count();
        if let Some(category) = self.category.filter(|_| wanted == 0) {
            let detail = format!("the forum shows no category {category}");
            return Err(Error::Api { url: mask(&self.address), code: "category".to_owned(), detail });
        }
        let list = self.list(http, "api/recent", "recent", 1).await?;
        let (mut gather, mut gone) = (Gather::default(), Vec::new());
        let latest = list.topics.iter().find(|topic| self.wants(&categories, topic["cid"].as_u64()));
        if let Some(topic) = latest {
            self.read(http, topic, &categories, &mut gather, &mut gone).await?;
        }
        Ok([
            format!("“{name}” answered; {wanted} of its categories are read"),
            match gather.titles().first() {
                Some(title) => format!("The latest topic is “{title}”"),
                None => "The forum shows no recent topics there".to_owned(),
            },
        ])
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn categories_are_numbers() {
        assert_eq!(category_number("5"), Some(5));
        assert_eq!(category_number("/category/12/a-b?x"), Some(12));
        for bad in ["engineering", "0", "-1", "../5", "5x"] {
            assert_eq!(category_number(bad), None, "{bad}");
        }
    }

    #[test]
    fn what_is_below_a_category_belongs_to_it() {
        let forum = |category| Forum {
            address: Url::parse("https://f.example/").unwrap(),
            token: None,
            category,
            full_ms: 0,
            known: Mutex::new(None),
        };
        let category = |parent| Category { name: String::new(), parent, open: true };
        let mut tree = BTreeMap::from([(1, category(None)), (2, category(Some(1))), (3, category(Some(2)))]);
        tree.insert(4, Category { open: false, ..category(Some(1)) });
        // Two that are each other's parents.
        tree.extend([(5, category(Some(6))), (6, category(Some(5)))]);
        let read = |wanted| tree.keys().copied().filter(|id| forum(wanted).wants(&tree, Some(*id))).collect::<Vec<_>>();
        assert_eq!(read(None), [1, 2, 3, 5, 6]);
        assert_eq!(read(Some(2)), [2, 3]);
        assert!(read(Some(9)).is_empty() && !forum(None).wants(&tree, None));
    }
}
