//! Canvas LMS, through its REST API (<https://developerdocs.instructure.com/services/canvas>, read in November 2026; fields as
//! in `courses_controller.rb`, `accounts_controller.rb` and `context_modules_api_controller.rb` of its public source). Published
//! courses become resources; pages, quizzes and links in their modules do where the source is set so.
//!
//! Every run lists all courses of an account (`/api/v1/accounts/:id/courses`), or those of the token's user
//! (`/api/v1/courses`): Canvas tells nobody when a course changed. The `Link` header says how a list goes on; its addresses
//! are opaque, so that the query is taken as it is, and watched for circles, and nothing else of them is.
//!
//! Modules cost two requests a course or more. Every `full_days` days a run reads them, and once more where something was
//! rejected; the runs in between list courses alone.
//!
//! A token that asks too much gets 403 with the text “Rate Limit Exceeded”, 429 since 2025; asking one thing at a time, as
//! we do, hardly ever meets it.

mod api;
mod courses;
mod modules;
mod people;

use std::collections::BTreeMap;

use async_trait::async_trait;
use serde::{Deserialize, Serialize};
use tokio::sync::Mutex;

use crate::{
    clean::{digest, read_cursor, write_cursor},
    error::{Error, Look},
    http::{Http, mask},
    model::{Cursor, Next, Page},
    progress::{self, MatchBy, Progress, Reading},
    system::{Connector, Field, FieldKind, Form, Found, Section, Settings, Step, System, steps},
    text::{excerpt, to_line},
    watch::Watch,
};
use api::Api;
use courses::Batch;

/// Courses whose modules make one page.
const COURSES_A_PAGE: usize = 5;
/// Pages of the list of courses: a list with more of them does not end.
const MAX_PAGES: u64 = 100_000;

const LOOK: Look = Look {
    name: "a Canvas",
    expected: api::EXPECTED,
    advice: "Give the home page that people sign in at, such as https://school.instructure.com. With /api/v1/users/self after \
             it, a browser that is not signed in shows “user authorization required” if it is a Canvas.",
};

/// Canvas as a kind of source.
pub(crate) struct Canvas;

const FIELDS: &[Field] = &[
    Field {
        name: "address",
        label: "Address of Canvas",
        help: "The home page that people sign in at, such as https://school.instructure.com.",
        kind: FieldKind::Url,
        required: true,
        default: "",
    },
    Field {
        name: "token",
        label: "Access token",
        help: "Made by the account that is to read, on Canvas's page Account, Settings, New access token. People in the portal \
               see what it sees.",
        kind: FieldKind::Secret,
        required: true,
        default: "",
    },
    Field {
        name: "courses",
        label: "Which courses",
        help: "All courses of an account need the permission to view its list of courses; one's own need none.",
        kind: FieldKind::Choice(&[
            ("account", "All courses of an account"),
            ("own", "Those that the token's user is in"),
        ]),
        required: false,
        default: "account",
    },
    Field {
        name: "account",
        label: "Account",
        help: "The number of an account or sub-account, from its address after /accounts/; empty for the whole Canvas.",
        kind: FieldKind::Text,
        required: false,
        default: "self",
    },
    Field {
        name: "modules",
        label: "Module items as resources of their own",
        help: "Published pages, quizzes and links in modules that are open to everybody in the course. They cost two requests a \
               course.",
        kind: FieldKind::Flag,
        required: false,
        default: "false",
    },
    Field {
        name: "ended",
        label: "Courses that have ended too",
        help: "Courses whose end date, or that of their term, is over.",
        kind: FieldKind::Flag,
        required: false,
        default: "false",
    },
    Field {
        name: "full_days",
        label: "Days between full runs",
        help: "Only with module items: runs in between list courses alone.",
        kind: FieldKind::Number,
        required: false,
        default: "1",
    },
    progress::READ,
    progress::MATCH,
    progress::EVERY,
];

impl System for Canvas {
    fn kind(&self) -> &'static str {
        "canvas"
    }
    fn name(&self) -> &'static str {
        "Canvas"
    }
    fn summary(&self) -> &'static str {
        "The published courses of a Canvas, with their teachers, and what is in their modules where that is wanted."
    }
    fn docs(&self) -> &'static str {
        "https://developerdocs.instructure.com/services/canvas"
    }
    fn fields(&self) -> &'static [Field] {
        FIELDS
    }
    fn sections(&self) -> &'static [Section] {
        progress::SECTIONS
    }

    fn connect(&self, settings: &Settings) -> Result<Box<dyn Connector>, BTreeMap<String, String>> {
        let mut form = Form::new(FIELDS, settings);
        let account = form.get("account");
        if account != "self" && account.parse::<u64>().is_err() {
            form.fault("account", "Give the account's number, such as 7, or leave it empty.");
        }
        progress::check(&mut form);
        let own = form.get("courses") == "own";
        let school = form.url("address").map(|mut address| {
            address.set_query(None);
            address.set_fragment(None);
            // People copy the page that they were led to.
            address.set_path("/");
            School {
                api: Api::new(address, form.get("token").to_owned()),
                list: if own { "courses".to_owned() } else { format!("accounts/{account}/courses") },
                modules: form.flag("modules"),
                ended: form.flag("ended"),
                full_ms: form.number("full_days") * 86_400_000,
                people: Reading::of(settings).map(|reading| reading.match_by),
                known: Mutex::default(),
            }
        });
        form.finish(school)
    }
}

struct School {
    api: Api,
    /// The path of the list of courses.
    list: String,
    modules: bool,
    ended: bool,
    full_ms: i64,
    /// By what people are recognised, where they are read.
    people: Option<MatchBy>,
    known: Mutex<people::Known>,
}

/// Between runs, and with `run` within one.
#[derive(Debug, Serialize, Deserialize)]
struct State {
    settings: u64,
    /// When the last full run began, by Canvas's clock.
    #[serde(default)]
    full_at: Option<i64>,
    /// The last full run rejected something: the next run is a full one too.
    #[serde(default)]
    again: bool,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    run: Option<Run>,
}

#[derive(Debug, Serialize, Deserialize)]
struct Run {
    /// By Canvas's clock, once it has told it.
    started: Option<i64>,
    full: bool,
    clean: bool,
    /// The query of the next page of courses; none after the last.
    next: Option<String>,
    /// Courses whose modules are still to be read.
    pending: Vec<i64>,
    pages: u64,
    watch: Watch,
}

#[async_trait]
impl Connector for School {
    async fn page(&self, http: &Http, cursor: Option<&Cursor>) -> Result<Page, Error> {
        let mut state = self.state(cursor)?;
        let mut run = state.run.take().unwrap_or_else(|| self.begin());
        let mut batch = Batch::default();
        match run.next.take() {
            Some(query) if run.pending.is_empty() => self.read_list(http, &state, &mut run, &query, &mut batch).await?,
            next => {
                run.next = next;
                self.read_modules(http, &mut run, &mut batch).await?;
            }
        }
        run.clean &= batch.gather.is_clean();
        let next = if run.pending.is_empty() && run.next.is_none() {
            let complete = run.full && run.clean;
            if run.full {
                state.again = !run.clean && !state.again;
                state.full_at = run.started;
            }
            Next::Done { cursor: Some(write_cursor(&state)?), complete }
        } else {
            state.run = Some(run);
            Next::More(write_cursor(&state)?)
        };
        Ok(batch.gather.page(batch.gone, next))
    }

    async fn test(&self, http: &Http) -> Vec<Step> {
        let user = self.greet(http).await;
        let works = user.as_ref().map_or_else(|_| "The token works".to_owned(), |user| format!("Signed in as {user}"));
        let sign_in = Found::sign_in(Some(works), user.is_ok());
        let found = match user {
            Ok(_) => self.try_out(http).await,
            Err(error) => Err(error),
        };
        steps(found, sign_in)
    }

    fn progress(&self) -> Option<&dyn Progress> {
        Some(self)
    }
}

impl School {
    /// Where the last run or page stopped; nothing of it where the settings have changed since.
    fn state(&self, cursor: Option<&Cursor>) -> Result<State, Error> {
        let settings = digest(&format!("{} {} {} {}", self.api.address(), self.list, self.modules, self.ended));
        let state = cursor.map(read_cursor::<State>).transpose()?.filter(|state| state.settings == settings);
        Ok(state.unwrap_or(State { settings, full_at: None, again: false, run: None }))
    }

    fn begin(&self) -> Run {
        Run {
            started: None,
            full: true,
            clean: true,
            next: Some(self.query()),
            pending: Vec::new(),
            pages: 0,
            watch: Watch::default(),
        }
    }

    /// Reads one page of courses.
    async fn read_list(
        &self,
        http: &Http,
        state: &State,
        run: &mut Run,
        query: &str,
        batch: &mut Batch,
    ) -> Result<(), Error> {
        let list = self.api.list(http, &self.list, query).await?;
        let now = *run.started.get_or_insert(list.clock);
        if run.pages == 0 && self.modules {
            run.full = state.again || state.full_at.is_none_or(|at| now < at || now - at >= self.full_ms);
        }
        for course in self.courses(&list.items, now, batch) {
            if self.modules && run.full {
                run.pending.push(course.id);
            }
        }
        run.pages += 1;
        if let Some(next) = &list.next {
            let reason = if run.watch.seen(digest(next)) {
                "a page leads back to one that was read before".to_owned()
            } else if run.pages > MAX_PAGES {
                format!("it has more than {MAX_PAGES} pages")
            } else {
                run.next = list.next;
                return Ok(());
            };
            return Err(Error::Loop { url: mask(self.api.address()), reason });
        }
        Ok(())
    }

    /// Reads the modules of the next courses.
    async fn read_modules(&self, http: &Http, run: &mut Run, batch: &mut Batch) -> Result<(), Error> {
        let rest = run.pending.split_off(run.pending.len().min(COURSES_A_PAGE));
        for id in std::mem::replace(&mut run.pending, rest) {
            self.modules_of(http, id, run.started.unwrap_or_default(), batch).await?;
        }
        Ok(())
    }

    /// Who the token is.
    async fn greet(&self, http: &Http) -> Result<String, Error> {
        http.check(self.api.address()).await?;
        let user = self.api.one(http, "users/self", "").await.map_err(|error| error.unlike(LOOK))?;
        Ok(excerpt(&to_line(user["name"].as_str().unwrap_or("a user without a name")), 100))
    }

    async fn try_out(&self, http: &Http) -> Result<[String; 2], Error> {
        let list = self.api.list(http, &self.list, &self.query()).await?;
        let mut batch = Batch::default();
        let courses = self.courses(&list.items, list.clock, &mut batch);
        if let Some(course) = courses.first().filter(|_| self.modules) {
            self.modules_of(http, course.id, list.clock, &mut batch).await?;
        }
        if let Some((course, by)) = courses.first().zip(self.people) {
            self.try_people(http, course.id, by).await?;
        }
        Ok([
            format!("Canvas answered at {}", self.api.address().host_str().unwrap_or_default()),
            match courses.first() {
                Some(course) => format!("The first course is “{}”", excerpt(&to_line(&course.title), 200)),
                None => "No published course was found on the first page of the list".to_owned(),
            },
        ])
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn fields_are_checked() {
        let faults = |pairs: &[(&str, &str)]| {
            let mut settings = Settings::from([("address".to_owned(), "https://c.example/courses/7?x=y".to_owned())]);
            settings.insert("token".to_owned(), "1~abc".to_owned());
            settings.extend(pairs.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())));
            Canvas.connect(&settings).err().map(|faults| faults.into_keys().collect::<Vec<_>>()).unwrap_or_default()
        };
        assert!(faults(&[]).is_empty() && faults(&[("account", "7"), ("courses", "own")]).is_empty());
        assert_eq!(faults(&[("account", "../users")]), ["account"]);
        assert_eq!(faults(&[("courses", "some")]), ["courses"]);
        assert_eq!(faults(&[("token", "")]), ["token"]);
    }
}
