//! Moodle, through its web services (<https://docs.moodle.org/dev/Web_services>, their REST protocol with JSON; shapes as in
//! `course/externallib.php`, `webservice/rest` and `webservice/externallib.php` of Moodle 4.1 to 5.1). Courses become
//! resources; the activities that stand alone do where the source is set so.
//!
//! Moodle has no list of courses that pages, and none of changes. Every run asks for the categories
//! (`core_course_get_categories`) and reads the courses of one at a time, in the order of their ids
//! (`core_course_get_courses_by_field`): a run without activities lists everything that there is, so that what it does not
//! find is gone. A course that is moved to a category that was read already is back with the next run.
//!
//! Activities cost a request for each course (`core_course_get_contents`). Every `full_days` days a run reads those of all
//! courses, and once more where something was rejected; the runs in between read those of courses that changed, by the
//! revision of their cache and the time of their last change. Moodle tells these only who may change courses (moodle/course:update); for others nothing is read in between.
//!
//! The token goes into the body of a POST and nowhere else. Errors come with 200 and an `exception`. Hidden courses, hidden
//! and conditional activities and the front page, which is a course to Moodle, are not offered.

mod api;
mod contents;
mod courses;
mod multilang;
mod people;

use std::{
    collections::{BTreeMap, HashMap},
    ops::Bound::{Excluded, Unbounded},
    sync::Arc,
};

use async_trait::async_trait;
use serde::{Deserialize, Serialize};
use tokio::sync::Mutex;
use url::Url;

use crate::{
    clean::{self, digest, read_cursor, write_cursor},
    error::{Error, Look},
    http::Http,
    model::{Cursor, Next, Page},
    progress::{self, MatchBy, Progress, Reading},
    system::{Connector, Field, FieldKind, Form, Found, Section, Settings, Step, System, steps},
    text::{excerpt, to_line},
};
use api::{Api, Site};
use courses::{Batch, Paths, add};

/// Courses whose activities make one page.
const COURSES_A_PAGE: usize = 10;
/// Changes are asked for from a little before the last run began, in seconds.
const OVERLAP: i64 = 900;
/// Categories that a connection test looks into for a course.
const LOOK_INTO: usize = 20;

const LOOK: Look = Look {
    name: "a Moodle site",
    expected: api::EXPECTED,
    advice: "Give the site's home page. With /webservice/rest/server.php after it, a browser shows “invalidtoken” in XML if it \
             is a Moodle whose web services are switched on.",
};

/// Moodle as a kind of source.
pub(crate) struct Moodle;

const FIELDS: &[Field] = &[
    Field {
        name: "address",
        label: "Address of the site",
        help: "Its home page, with the folder if it is in one, such as https://learn.example.org/moodle.",
        kind: FieldKind::Url,
        required: true,
        default: "",
    },
    Field {
        name: "token",
        label: "Token",
        help: "Of an account that may read courses and nothing else: people in the portal see what it sees. Made on Moodle's \
               page Site administration, Server, Web services, Manage tokens.",
        kind: FieldKind::Secret,
        required: true,
        default: "",
    },
    Field {
        name: "category",
        label: "Category",
        help: "Empty for the whole site, else the number at the end of a category's address; what is below it is read too.",
        kind: FieldKind::Text,
        required: false,
        default: "",
    },
    Field {
        name: "activities",
        label: "Activities as resources of their own",
        help: "Pages, links, books, quizzes, SCORM packages and H5P activities that everybody in the course may see. They \
               cost a request for each course.",
        kind: FieldKind::Flag,
        required: false,
        default: "false",
    },
    Field {
        name: "ended",
        label: "Courses that have ended too",
        help: "Courses whose end date is over. Courses without one never end.",
        kind: FieldKind::Flag,
        required: false,
        default: "false",
    },
    Field {
        name: "language",
        label: "Language",
        help: "Of texts in several languages this one is taken, and courses that force none are taken to be in it. Such as \
               de or pt-BR; empty for the site's own choice.",
        kind: FieldKind::Text,
        required: false,
        default: "",
    },
    Field {
        name: "topic_fields",
        label: "Custom fields that are topics",
        help: "Short names of custom course fields, separated by commas. The names of a course's categories are topics anyway.",
        kind: FieldKind::Text,
        required: false,
        default: "",
    },
    Field {
        name: "minutes_field",
        label: "Custom field that is the duration",
        help: "The short name of a custom course field that holds minutes.",
        kind: FieldKind::Text,
        required: false,
        default: "",
    },
    Field {
        name: "full_days",
        label: "Days between full runs",
        help: "Only with activities: runs in between read those of courses that changed, if the account may know which did.",
        kind: FieldKind::Number,
        required: false,
        default: "1",
    },
    progress::READ,
    progress::MATCH,
    progress::EVERY,
];

impl System for Moodle {
    fn kind(&self) -> &'static str {
        "moodle"
    }
    fn name(&self) -> &'static str {
        "Moodle"
    }
    fn summary(&self) -> &'static str {
        "The courses of a Moodle site, with their categories and teachers, and its activities where that is wanted."
    }
    fn docs(&self) -> &'static str {
        "https://docs.moodle.org/dev/Web_services"
    }
    fn fields(&self) -> &'static [Field] {
        FIELDS
    }
    fn sections(&self) -> &'static [Section] {
        progress::SECTIONS
    }

    fn connect(&self, settings: &Settings) -> Result<Box<dyn Connector>, BTreeMap<String, String>> {
        let mut form = Form::new(FIELDS, settings);
        let address = form.url("address").and_then(home);
        if address.is_none() {
            form.fault("address", "Give the site's home page, such as https://learn.example.org/moodle.");
        }
        let token = form.get("token").to_owned();
        if !token.bytes().all(|byte| byte.is_ascii_alphanumeric()) {
            form.fault("token", "A token is letters and digits alone; copy it again.");
        }
        let category = form.some("category").map(|text| text.parse::<i64>().ok().filter(|id| *id > 0));
        if category == Some(None) {
            form.fault("category", "Give the category's number, such as 7.");
        }
        let language = form.some("language").map(|tag| clean::language(&tag));
        if language == Some(None) {
            form.fault("language", "Give a language such as de or pt-BR.");
        }
        let language = language.flatten();
        progress::check(&mut form);
        let names = form.get("topic_fields").split(',').map(str::trim).filter(|name| !name.is_empty());
        let moodle = address.map(|address| Lms {
            api: Api::new(address, token, language.as_deref()),
            category: category.flatten(),
            activities: form.flag("activities"),
            ended: form.flag("ended"),
            language,
            topic_fields: names.map(str::to_owned).collect(),
            minutes_field: form.some("minutes_field"),
            full_ms: form.number("full_days") * 86_400_000,
            people: Reading::of(settings).map(|reading| reading.match_by),
            around: Mutex::new(None),
            taken: Mutex::default(),
        });
        form.finish(moodle)
    }
}

/// The site's address with a slash at its end; people also give that of its REST server or of its first page.
fn home(mut address: Url) -> Option<Url> {
    address.set_query(None);
    address.set_fragment(None);
    let path = address.path().trim_end_matches('/');
    let known = ["/webservice/rest/server.php", "/index.php"].iter().find_map(|end| path.strip_suffix(end));
    let path = format!("{}/", known.unwrap_or(path));
    address.set_path(&path);
    (!path.ends_with(".php/")).then_some(address)
}

struct Lms {
    api: Api,
    category: Option<i64>,
    activities: bool,
    ended: bool,
    language: Option<String>,
    topic_fields: Vec<String>,
    minutes_field: Option<String>,
    full_ms: i64,
    /// By what people are recognised, where they are read.
    people: Option<MatchBy>,
    /// Asked for once a run.
    around: Mutex<Option<Arc<Around>>>,
    /// How far people are, by their ids: asked once a run of theirs.
    taken: Mutex<HashMap<i64, Arc<people::Courses>>>,
}

/// What a run needs to know beside the courses.
struct Around {
    site: Site,
    paths: Paths,
}

/// What reading a course needs to know.
struct Task<'a> {
    site: &'a Site,
    paths: &'a Paths,
    /// By Moodle's clock, epoch milliseconds.
    now: i64,
}

/// Between runs, and with `run` within one.
#[derive(Debug, Serialize, Deserialize)]
struct State {
    settings: u64,
    /// Courses that changed before, by Moodle's clock in seconds, are known.
    #[serde(default)]
    newest: Option<i64>,
    /// When the last full run began, by Moodle's clock.
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
    /// By Moodle's clock.
    started: i64,
    full: bool,
    clean: bool,
    newest: Option<i64>,
    /// The category that was read last.
    after: i64,
    /// Courses of it whose activities are still to be read.
    pending: Vec<i64>,
}

#[async_trait]
impl Connector for Lms {
    async fn page(&self, http: &Http, cursor: Option<&Cursor>) -> Result<Page, Error> {
        let mut state = self.state(cursor)?;
        let around = self.around(http, state.run.is_none()).await?;
        let mut run = state.run.take().unwrap_or_else(|| self.start(&around.site, &state));
        let task = Task { site: &around.site, paths: &around.paths, now: run.started };
        let mut batch = Batch::default();
        if run.pending.is_empty() {
            self.read_category(http, &task, &state, &mut run, &mut batch).await?;
        } else {
            self.read_contents(http, &task, &mut run, &mut batch).await?;
        }
        run.clean &= batch.gather.is_clean();
        let next = if run.pending.is_empty() && after(&around.paths, run.after).is_none() {
            let complete = run.full && run.clean;
            // What changes while a run reads is read again by the next, and so is what was rejected.
            if run.full || run.clean {
                state.newest = run.newest.map(|newest| newest.min(run.started / 1000)).or(state.newest);
            }
            if run.full {
                state.again = !run.clean && !state.again;
                state.full_at = Some(run.started);
            }
            Next::Done { cursor: Some(write_cursor(&state)?), complete }
        } else {
            state.run = Some(run);
            Next::More(write_cursor(&state)?)
        };
        Ok(batch.gather.page(batch.gone, next))
    }

    async fn test(&self, http: &Http) -> Vec<Step> {
        let site = self.greet(http).await;
        let works =
            site.as_ref().map_or_else(|_| "The token works".to_owned(), |site| format!("Signed in as {}", site.user));
        let sign_in = Found::sign_in(Some(works), site.is_ok());
        let found = match site {
            Ok(site) => self.try_out(http, &site).await,
            Err(error) => Err(error),
        };
        steps(found, sign_in)
    }

    fn progress(&self) -> Option<&dyn Progress> {
        Some(self)
    }
}

impl Lms {
    /// Where the last run or page stopped; nothing of it where the settings have changed since.
    fn state(&self, cursor: Option<&Cursor>) -> Result<State, Error> {
        let settings = digest(&format!(
            "{} {:?} {} {} {:?} {:?} {:?}",
            self.api.address(),
            self.category,
            self.activities,
            self.ended,
            self.language,
            self.topic_fields,
            self.minutes_field
        ));
        let state = cursor.map(read_cursor::<State>).transpose()?.filter(|state| state.settings == settings);
        Ok(state.unwrap_or(State { settings, newest: None, full_at: None, again: false, run: None }))
    }

    /// Site and categories, asked for anew where a run begins.
    async fn around(&self, http: &Http, begins: bool) -> Result<Arc<Around>, Error> {
        let mut known = self.around.lock().await;
        if let Some(around) = known.as_ref().filter(|_| !begins) {
            return Ok(around.clone());
        }
        let site = self.api.site(http).await?;
        self.check(&site)?;
        let around = Arc::new(Around { site, paths: self.paths(http).await? });
        *known = Some(around.clone());
        Ok(around)
    }

    fn check(&self, site: &Site) -> Result<(), Error> {
        let wanted = [api::CATEGORIES, api::COURSES, api::CONTENTS];
        self.api.check(site, if self.activities { &wanted } else { &wanted[..2] })
    }

    fn start(&self, site: &Site, state: &State) -> Run {
        let started = site.clock;
        let due = state.again || state.full_at.is_none_or(|at| started < at || started - at >= self.full_ms);
        Run { started, full: due || !self.activities, clean: true, newest: None, after: 0, pending: Vec::new() }
    }

    /// Reads the courses of the next category.
    async fn read_category(
        &self,
        http: &Http,
        task: &Task<'_>,
        state: &State,
        run: &mut Run,
        batch: &mut Batch,
    ) -> Result<(), Error> {
        // Without a next one, the last category was deleted while the run stood still.
        let Some(id) = after(task.paths, run.after) else { return Ok(()) };
        for (course, draft) in self.courses(http, task, ("category", &id.to_string()), batch).await? {
            run.newest = run.newest.max(course.changed);
            let since = state.newest.map(|newest| newest - OVERLAP);
            let moved = course.changed.zip(since).is_some_and(|(changed, since)| changed >= since);
            if self.activities && (run.full || moved) {
                run.pending.push(course.id);
            }
            add(task.site, draft, batch);
        }
        run.after = id;
        Ok(())
    }

    /// Reads the activities of the next courses.
    async fn read_contents(&self, http: &Http, task: &Task<'_>, run: &mut Run, batch: &mut Batch) -> Result<(), Error> {
        let rest = run.pending.split_off(run.pending.len().min(COURSES_A_PAGE));
        let ids: Vec<_> = std::mem::replace(&mut run.pending, rest).iter().map(i64::to_string).collect();
        for (course, _) in self.courses(http, task, ("ids", &ids.join(",")), batch).await? {
            self.activities(http, task, &course, batch).await?;
        }
        Ok(())
    }

    async fn greet(&self, http: &Http) -> Result<Site, Error> {
        http.check(self.api.address()).await?;
        self.api.site(http).await.map_err(|error| error.unlike(LOOK))
    }

    async fn try_out(&self, http: &Http, site: &Site) -> Result<[String; 2], Error> {
        self.check(site)?;
        if self.people.is_some() {
            self.api.check(site, &api::PEOPLE)?;
        }
        let paths = self.paths(http).await?;
        let task = Task { site, paths: &paths, now: site.clock };
        let mut first = None;
        for id in paths.keys().take(LOOK_INTO) {
            let mut batch = Batch::default();
            if let Some((course, draft)) =
                self.courses(http, &task, ("category", &id.to_string()), &mut batch).await?.into_iter().next()
            {
                if self.activities {
                    self.activities(http, &task, &course, &mut batch).await?;
                }
                if let Some(by) = self.people {
                    self.try_people(http, course.id, by).await?;
                }
                first = Some(excerpt(&to_line(&draft.title), 200));
                break;
            }
        }
        Ok([
            format!("Moodle {} answered as “{}”", site.release, site.name),
            match first {
                Some(title) => format!("{} categories read; the first course is “{title}”", paths.len()),
                None => format!("{} categories read; no course to offer was found in the first of them", paths.len()),
            },
        ])
    }
}

/// The category that follows.
fn after(paths: &Paths, id: i64) -> Option<i64> {
    paths.range((Excluded(id), Unbounded)).next().map(|(id, _)| *id)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_home_page_is_found_from_what_people_give() {
        let found = |text: &str| home(Url::parse(text).unwrap()).map(|url| url.to_string());
        for text in [
            "https://learn.example.org/moodle",
            "https://learn.example.org/moodle/?redirect=0",
            "https://learn.example.org/moodle/index.php",
            "https://learn.example.org/moodle/webservice/rest/server.php",
        ] {
            assert_eq!(found(text).as_deref(), Some("https://learn.example.org/moodle/"), "{text}");
        }
        assert_eq!(found("https://learn.example.org").as_deref(), Some("https://learn.example.org/"));
        assert_eq!(found("https://learn.example.org/course/view.php?id=3"), None);
    }

    #[test]
    fn fields_are_checked() {
        let faults = |pairs: &[(&str, &str)]| {
            let mut settings = Settings::from([("address".to_owned(), "https://m.example".to_owned())]);
            settings.insert("token".to_owned(), "0123456789abcdef".to_owned());
            settings.extend(pairs.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())));
            Moodle.connect(&settings).err().map(|faults| faults.into_keys().collect::<Vec<_>>()).unwrap_or_default()
        };
        assert!(faults(&[]).is_empty());
        assert_eq!(faults(&[("token", "")]), ["token"]);
        assert_eq!(faults(&[("token", "two words")]), ["token"]);
        assert_eq!(faults(&[("category", "first")]), ["category"]);
        assert_eq!(faults(&[("category", "0")]), ["category"]);
        assert_eq!(faults(&[("language", "German")]), ["language"]);
        assert!(faults(&[("language", "de"), ("category", "7"), ("activities", "true")]).is_empty());
        assert_eq!(faults(&[("address", "https://m.example/course/view.php?id=3")]), ["address"]);
    }
}
