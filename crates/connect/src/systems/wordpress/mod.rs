//! WordPress, through its REST API v2 (<https://developer.wordpress.org/rest-api/reference/>; written for 5.7, which brought
//! `modified_after`, and later). Posts and pages become articles, types of a learning plug-in courses; categories, tags and
//! the types' own terms become topics.
//!
//! The address is any page of the site: its `Link` header says where the API is
//! (<https://developer.wordpress.org/rest-api/using-the-rest-api/discovery/>), also on sites that have it at `?rest_route=`
//! alone. Of what it says, the path is taken and the rest of the address stays the operator's: no other host is asked.
//!
//! A first run lists all (`orderby=id`), with author and terms embedded. Later runs ask, the latest first so that an edit
//! under way moves nothing out of sight, for what was
//! - changed since the last run began (`modified_after`), by the site's clock. WordPress compares with its local time, in
//!   which an hour comes twice in autumn; hence the look back of more than an hour;
//! - published since (`after`), because what was scheduled keeps the time of its last change. WordPress publishes it when
//!   somebody next visits the site, which may be a day late; hence the look back of two.
//!
//! No list tells what was deleted, unpublished or closed, so every `full_days` days a run lists everything again, and what it
//! doesn't find is gone. It reads the items rather than their ids alone, since new names of authors and terms, and what
//! plug-ins write past WordPress, change no time either. A full run that rejected something is repeated by the next one. A
//! run during which the list got shorter may have missed something: it claims nothing, and moves no mark.
//!
//! Errors are `{code, message, data}`. Signing in is by application password
//! (<https://developer.wordpress.org/rest-api/reference/application-passwords/>).

mod posts;
mod site;

use std::collections::BTreeMap;

use async_trait::async_trait;
use serde::{Deserialize, Serialize};
use url::Url;

use crate::{
    clean::{Gather, digest, read_cursor, write_cursor},
    error::{Error, Look},
    http::{Http, mask},
    model::{Cursor, Kind, Next, Page},
    system::{Connector, Field, FieldKind, Form, Found, Settings, Step, System, steps},
};
use site::{Place, Root, SignIn};

/// How far later runs look back before the start of the last one, in milliseconds: for what was changed,
const CHANGED_BACK: i64 = 75 * 60_000;
/// and for what was published.
const PUBLISHED_BACK: i64 = 48 * 3_600_000;
/// Pages of one list: a site with more of them does not end.
const MAX_PAGES: u64 = 100_000;

const LOOK: Look = Look {
    name: "a WordPress",
    expected: site::EXPECTED,
    advice: "Give the site's home page. With /wp-json/ after it, a browser shows JSON if it is a WordPress; if that is switched \
             off for strangers, fill in a user and an application password.",
};

/// WordPress as a kind of source.
pub(crate) struct WordPress;

const CONTENT: &[(&str, &str)] = &[
    ("both", "Posts and pages"),
    ("posts", "Posts alone"),
    ("pages", "Pages alone"),
    ("neither", "Neither, only the types below"),
];

const FIELDS: &[Field] = &[
    Field {
        name: "address",
        label: "Address of the site",
        help: "Its home page, such as https://blog.example.org. The portal finds the API from there.",
        kind: FieldKind::Url,
        required: true,
        default: "",
    },
    Field {
        name: "content",
        label: "What to read",
        help: "Both appear as articles.",
        kind: FieldKind::Choice(CONTENT),
        required: false,
        default: "both",
    },
    Field {
        name: "courses",
        label: "Types that are courses",
        help: "The names of further post types to read as courses, separated by commas: sfwd-courses for LearnDash, course for Sensei. The site's page /wp-json/wp/v2/types lists what there is.",
        kind: FieldKind::Text,
        required: false,
        default: "",
    },
    Field {
        name: "types",
        label: "Types that are articles",
        help: "The names of further post types to read as articles, separated by commas.",
        kind: FieldKind::Text,
        required: false,
        default: "",
    },
    Field {
        name: "user",
        label: "User name",
        help: "Only for sites that ask for a sign-in. Choose a user with the role of a subscriber: people in the portal see what it sees.",
        kind: FieldKind::Text,
        required: false,
        default: "",
    },
    Field {
        name: "password",
        label: "Application password",
        help: "Made on the site under Users, Profile, Application Passwords; not the password that the user signs in with.",
        kind: FieldKind::Secret,
        required: false,
        default: "",
    },
    Field {
        name: "full_days",
        label: "Days between full runs",
        help: "In between, only what was changed or published is read. What was deleted is found by full runs.",
        kind: FieldKind::Number,
        required: false,
        default: "7",
    },
];

impl System for WordPress {
    fn kind(&self) -> &'static str {
        "wordpress"
    }
    fn name(&self) -> &'static str {
        "WordPress"
    }
    fn summary(&self) -> &'static str {
        "The articles and pages of a site, and the courses of its learning plug-in, with authors, categories and tags."
    }
    fn docs(&self) -> &'static str {
        "https://developer.wordpress.org/rest-api/"
    }
    fn fields(&self) -> &'static [Field] {
        FIELDS
    }

    fn connect(&self, settings: &Settings) -> Result<Box<dyn Connector>, BTreeMap<String, String>> {
        let mut form = Form::new(FIELDS, settings);
        let wanted = wanted(&mut form);
        let (user, password) = (form.some("user"), form.some("password"));
        match (&user, &password) {
            (Some(_), None) => form.fault("password", "Give the application password of the user."),
            (None, Some(_)) => form.fault("user", "Give the user that the application password belongs to."),
            (Some(user), Some(_)) if user.contains(':') => {
                form.fault("user", "A user name holds no colon; leave it out.")
            }
            _ => {}
        }
        let site = form.url("address").map(|mut address| {
            address.set_query(None);
            address.set_fragment(None);
            Site { address, wanted, login: user.zip(password), full_ms: form.number("full_days") * 86_400_000 }
        });
        form.finish(site)
    }
}

/// The types to read, by their names.
fn wanted(form: &mut Form<'_>) -> Vec<(String, Kind)> {
    let built_in: &[&str] = match form.get("content") {
        "posts" => &["post"],
        "pages" => &["page"],
        "neither" => &[],
        _ => &["post", "page"],
    };
    let mut wanted: Vec<(String, Kind)> = built_in.iter().map(|name| ((*name).to_owned(), Kind::Article)).collect();
    for (field, kind) in [("courses", Kind::Course), ("types", Kind::Article)] {
        for name in form.get(field).split(',').map(str::trim).filter(|name| !name.is_empty()) {
            let plain =
                name.bytes().all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit() || b"-_".contains(&byte));
            // WordPress allows twenty.
            if !plain || name.len() > 20 {
                form.fault(
                    field,
                    format!("“{name}” is no name of a post type; they look like sfwd-courses or course."),
                );
            } else if wanted.iter().any(|(known, _)| known == name) {
                form.fault(field, format!("“{name}” is read already; leave it out here."));
            } else {
                wanted.push((name.to_owned(), kind));
            }
        }
    }
    if wanted.is_empty() {
        form.fault("content", "Choose posts or pages, or name a type below.");
    } else if wanted.len() > 20 {
        form.fault("types", "Name at most 20 types.");
    }
    wanted
}

struct Site {
    /// As entered.
    address: Url,
    /// Names of types, and what they become.
    wanted: Vec<(String, Kind)>,
    /// User and application password.
    login: Option<(String, String)>,
    full_ms: i64,
}

/// Between runs, and with `run` within one.
#[derive(Debug, Serialize, Deserialize)]
struct State {
    settings: u64,
    /// When the last run began, by the site's clock; epoch milliseconds.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    since: Option<i64>,
    /// The same of the last full run.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    full_at: Option<i64>,
    /// The last full run rejected something: the next run is a full one too.
    #[serde(default)]
    again: bool,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    run: Option<Run>,
}

impl State {
    /// Whether a run that begins now, by the site's clock, lists everything. A site whose clock went back cannot be asked
    /// for what came since.
    fn wants_full(&self, now: i64, after: i64) -> bool {
        match (self.since, self.full_at) {
            (Some(since), Some(full)) => self.again || now < since || now - full >= after,
            _ => true,
        }
    }

    /// Notes what the next run needs. What was rejected is read again by it, because it may be whole by then: a full run
    /// is repeated, once, and one that read what is new leaves the next one to ask for it again.
    fn finish(&mut self, run: &Run) {
        if !run.whole {
            return;
        }
        if run.full {
            self.again = !run.clean && !self.again;
            self.full_at = Some(run.started);
        }
        if run.full || run.clean {
            self.since = Some(run.started);
        }
    }
}

#[derive(Debug, Serialize, Deserialize)]
struct Run {
    /// When it began, by the site's clock; epoch milliseconds.
    started: i64,
    full: bool,
    /// Nothing was rejected so far.
    clean: bool,
    /// No list got shorter while it was read.
    whole: bool,
    root: Root,
    /// The site's own.
    language: Option<String>,
    types: Vec<Type>,
    /// Which of the types, by its place.
    at: usize,
    pass: Pass,
    page: u64,
    /// How many the list had at the last page, and a digest of the ids of that page.
    total: Option<u64>,
    last: Option<u64>,
}

/// A post type of the site.
#[derive(Clone, Debug, Serialize, Deserialize)]
struct Type {
    /// The route of its list, such as `wp/v2/posts`.
    route: String,
    kind: Kind,
    /// It is not one of WordPress itself, and may have no excerpts.
    foreign: bool,
}

/// What a list is asked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
enum Pass {
    All,
    Changed,
    Published,
}

#[async_trait]
impl Connector for Site {
    async fn page(&self, http: &Http, cursor: Option<&Cursor>) -> Result<Page, Error> {
        let mut state = self.state(cursor)?;
        let mut run = match state.run.take() {
            Some(run) => run,
            None => self.start(http, &state).await?,
        };
        let list = self.list(http, &run, state.since).await?;
        self.watch(&mut run, &list)?;
        let mut gather = Gather::default();
        self.read(&run, state.since, &list.posts, &mut gather);
        run.clean &= gather.is_clean();
        let next = if run.forward(list.more, list.total) {
            if run.page > MAX_PAGES {
                return Err(self.endless(format!("it has more than {MAX_PAGES} pages")));
            }
            state.run = Some(run);
            Next::More(write_cursor(&state)?)
        } else {
            state.finish(&run);
            Next::Done { cursor: Some(write_cursor(&state)?), complete: run.full && run.clean && run.whole }
        };
        Ok(gather.page(Vec::new(), next))
    }

    async fn test(&self, http: &Http) -> Vec<Step> {
        let mut signed_in = false;
        let found = self.try_out(http, &mut signed_in).await;
        let works = self.login.as_ref().map(|(user, _)| format!("The application password reads as {user}"));
        steps(found, Found::sign_in(works, signed_in))
    }
}

impl Run {
    fn new(place: Place, types: Vec<Type>, full: bool) -> Self {
        Self {
            started: place.time,
            full,
            clean: true,
            whole: true,
            root: place.root,
            language: place.language,
            types,
            at: 0,
            pass: if full { Pass::All } else { Pass::Changed },
            page: 1,
            total: None,
            last: None,
        }
    }

    /// Moves on to the next page, pass or type; false at the end. `more` tells whether this list has another page.
    fn forward(&mut self, more: bool, total: Option<u64>) -> bool {
        if more {
            self.page += 1;
            self.total = total;
            return true;
        }
        (self.page, self.total, self.last) = (1, None, None);
        if self.pass == Pass::Changed {
            self.pass = Pass::Published;
            return true;
        }
        if self.pass == Pass::Published {
            self.pass = Pass::Changed;
        }
        self.at += 1;
        self.at < self.types.len()
    }
}

impl Site {
    /// Where the last run or page stopped; nothing of it where the settings have changed since.
    fn state(&self, cursor: Option<&Cursor>) -> Result<State, Error> {
        let user = self.login.as_ref().map(|(user, _)| user);
        let settings = digest(&format!("{} {:?} {user:?}", self.address, self.wanted));
        let state = cursor.map(read_cursor::<State>).transpose()?.filter(|state| state.settings == settings);
        Ok(state.unwrap_or(State { settings, since: None, full_at: None, again: false, run: None }))
    }

    async fn start(&self, http: &Http, state: &State) -> Result<Run, Error> {
        let place = self.discover(http).await?;
        let types = self.types(http, &place.root).await?;
        let full = state.wants_full(place.time, self.full_ms);
        Ok(Run::new(place, types, full))
    }

    /// Notices a list that stands still, and one that got shorter.
    fn watch(&self, run: &mut Run, list: &posts::List) -> Result<(), Error> {
        if let Some(named) = list.named.filter(|named| *named != run.page + 1) {
            return Err(self.endless(format!("page {} names page {named} as the next one", run.page)));
        }
        let place = list.place();
        if place.is_some() && place == run.last {
            let reason = format!(
                "page {} holds the same as the page before; the web server may drop what stands behind the question mark of an \
                 address",
                run.page
            );
            return Err(self.endless(reason));
        }
        run.last = place;
        run.whole &= run.total.zip(list.total).is_none_or(|(before, now)| now >= before);
        Ok(())
    }

    fn endless(&self, reason: String) -> Error {
        Error::Loop { url: mask(&self.address), reason }
    }

    /// What the site and its items are like; notes when the sign-in is known to work.
    async fn try_out(&self, http: &Http, signed_in: &mut bool) -> Result<[String; 2], Error> {
        http.check(&self.address).await?;
        let place = self.discover(http).await.map_err(|error| error.unlike(LOOK))?;
        *signed_in = self.sign_in(http, &place.root).await? == SignIn::Works;
        let types = self.types(http, &place.root).await?;
        let name = place.name.clone();
        let run = Run::new(place, types, true);
        let list = self.list(http, &run, None).await?;
        let mut gather = Gather::default();
        self.read(&run, None, &list.posts, &mut gather);
        let titles = gather.titles();
        Ok([
            format!("A WordPress answered as “{name}”"),
            match titles.first() {
                Some(title) => format!("{} read; the first is “{title}”", of_total(titles.len(), list.total)),
                None => "The site has published nothing of that sort yet".to_owned(),
            },
        ])
    }
}

/// How much of how much was read.
fn of_total(read: usize, total: Option<u64>) -> String {
    match total.filter(|total| *total > read as u64) {
        Some(total) => format!("{read} of {total} items"),
        None => format!("{read} items"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn faults(pairs: &[(&str, &str)]) -> Vec<String> {
        let mut settings = Settings::from([("address".to_owned(), "https://w.example/".to_owned())]);
        settings.extend(pairs.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())));
        WordPress.connect(&settings).err().map(|faults| faults.into_keys().collect()).unwrap_or_default()
    }

    #[test]
    fn fields_that_do_not_go_together_are_named() {
        assert!(faults(&[]).is_empty());
        assert!(faults(&[("content", "neither"), ("courses", "sfwd-courses, course")]).is_empty());
        assert_eq!(faults(&[("content", "neither")]), ["content"]);
        assert_eq!(faults(&[("user", "a")]), ["password"]);
        assert_eq!(faults(&[("password", "a")]), ["user"]);
        assert_eq!(faults(&[("user", "a:b"), ("password", "c")]), ["user"]);
        assert_eq!(faults(&[("courses", "../users")]), ["courses"]);
        assert_eq!(faults(&[("types", "post")]), ["types"]);
        assert_eq!(faults(&[("courses", "course"), ("types", "course")]), ["types"]);
    }

    #[test]
    fn marks_move_only_past_what_was_read() {
        const HOUR: i64 = 3_600_000;
        let (week, now) = (168 * HOUR, 1_790_000_000_000);
        let mut state = State { settings: 1, since: None, full_at: None, again: false, run: None };
        let ends = |state: &mut State, full, clean, whole, time| {
            let place = Place { root: Root::at("/wp-json/"), name: String::new(), language: None, time };
            state.finish(&Run { clean, whole, ..Run::new(place, Vec::new(), full) });
        };
        ends(&mut state, true, true, false, now);
        assert!(state.wants_full(now + HOUR, week), "a list that got shorter proves nothing");
        ends(&mut state, true, false, true, now + HOUR);
        assert!(state.wants_full(now + 2 * HOUR, week), "it rejected something");
        ends(&mut state, true, false, true, now + 2 * HOUR);
        assert!(!state.wants_full(now + 3 * HOUR, week), "once");
        for (clean, whole) in [(false, true), (true, false)] {
            ends(&mut state, false, clean, whole, now + 3 * HOUR);
            assert_eq!(state.since, Some(now + 2 * HOUR), "what was missed is asked for again");
        }
        ends(&mut state, false, true, true, now + 4 * HOUR);
        assert_eq!(state.since, Some(now + 4 * HOUR));
        assert!(state.wants_full(now + 3 * HOUR, week), "the clock went back");
    }

    #[test]
    fn a_run_goes_through_every_list_once() {
        let one = |name: &str| Type { route: format!("wp/v2/{name}"), kind: Kind::Article, foreign: false };
        let run = |full| {
            let place = Place { root: Root::at("/wp-json/"), name: String::new(), language: None, time: 0 };
            Run::new(place, vec![one("posts"), one("pages")], full)
        };
        let mut all = run(true);
        assert!(all.forward(true, Some(9)) && (all.at, all.page) == (0, 2));
        assert!(all.forward(false, None) && (all.at, all.page, all.total) == (1, 1, None));
        assert!(!all.forward(false, None));
        let mut later = run(false);
        let mut seen = vec![(later.at, later.pass)];
        while later.forward(false, None) {
            seen.push((later.at, later.pass));
        }
        assert_eq!(seen, [(0, Pass::Changed), (0, Pass::Published), (1, Pass::Changed), (1, Pass::Published)]);
    }
}
