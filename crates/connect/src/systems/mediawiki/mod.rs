//! MediaWiki, through its action API (<https://www.mediawiki.org/wiki/API:Main_page>; written for 1.39
//! and later, `formatversion=2`). Pages become resources, their categories topics.
//!
//! The first run lists all pages of the chosen namespaces (`generator=allpages`). Later runs ask for what
//! changed since the last one began, by the wiki's own clock: `list=recentchanges` for edits, new pages and
//! moves, `list=logevents` for deletions, and then for these pages alone; one that is missing, has become
//! a redirect or moved to another namespace is gone. Every `full_days` days a run lists everything again,
//! which mends what no log tells (a template's categories, logs that were purged); a full run that rejected a page is
//! repeated by the next one.
//!
//! A page's text comes from TextExtracts (<https://www.mediawiki.org/wiki/Extension:TextExtracts>) where
//! the wiki has it, else from its wikitext. Its id is the page id, which survives a move.
//!
//! Errors arrive as 200 with `error` (<https://www.mediawiki.org/wiki/API:Errors_and_warnings>); `maxlag`
//! (<https://www.mediawiki.org/wiki/Manual:Maxlag_parameter>) and `ratelimited` are waited out. Signing in
//! uses a bot password (<https://www.mediawiki.org/wiki/API:Login>).

mod api;
mod pages;
mod run;
mod steps;
mod wikitext;

use std::collections::BTreeMap;

use async_trait::async_trait;

use crate::{
    clean::{Gather, digest, read_cursor, write_cursor},
    error::{Error, Look},
    http::Http,
    model::{Cursor, Kind, Next, Page},
    system::{self, Connector, Field, FieldKind, Form, Found, Settings, Step, System},
};
use api::Api;
use run::{Run, State, Work};

/// MediaWiki as a kind of source.
pub(crate) struct MediaWiki;

const LOOK: Look = Look {
    name: "a MediaWiki",
    expected: api::EXPECTED,
    advice: "Open the wiki's page Special:Version in a browser: under “Entry point URLs” stands the address of its API, which \
             ends in api.php.",
};

const KINDS: &[(&str, &str)] = &[("wiki_page", "Wiki pages"), ("job_aid", "Job aids"), ("article", "Articles")];

const FIELDS: &[Field] = &[
    Field {
        name: "address",
        label: "Address of the API",
        help: "It ends in api.php, and stands on the wiki's page Special:Version, such as https://wiki.example.org/w/api.php.",
        kind: FieldKind::Url,
        required: true,
        default: "",
    },
    Field {
        name: "user",
        label: "Bot user",
        help: "Only for wikis that ask for a sign-in: the name of a bot password, such as Atrium@reader. Made on the wiki's page Special:BotPasswords, with no right but reading.",
        kind: FieldKind::Text,
        required: false,
        default: "",
    },
    Field {
        name: "password",
        label: "Bot password",
        help: "The password that Special:BotPasswords showed.",
        kind: FieldKind::Secret,
        required: false,
        default: "",
    },
    Field {
        name: "namespaces",
        label: "Namespaces",
        help: "Their numbers, separated by commas; 0 is the articles.",
        kind: FieldKind::Text,
        required: false,
        default: "0",
    },
    Field {
        name: "kind",
        label: "What the pages are",
        help: "How the portal shows them.",
        kind: FieldKind::Choice(KINDS),
        required: false,
        default: "wiki_page",
    },
    Field {
        name: "full_days",
        label: "Days between full runs",
        help: "In between, only what changed is read.",
        kind: FieldKind::Number,
        required: false,
        default: "7",
    },
];

impl System for MediaWiki {
    fn kind(&self) -> &'static str {
        "mediawiki"
    }
    fn name(&self) -> &'static str {
        "MediaWiki"
    }
    fn summary(&self) -> &'static str {
        "The pages of a wiki, with their categories; edits and deletions follow."
    }
    fn docs(&self) -> &'static str {
        "https://www.mediawiki.org/wiki/API:Main_page"
    }
    fn fields(&self) -> &'static [Field] {
        FIELDS
    }

    fn connect(&self, settings: &Settings) -> Result<Box<dyn Connector>, BTreeMap<String, String>> {
        let mut form = Form::new(FIELDS, settings);
        let address = form.url("address");
        if address.as_ref().is_some_and(|url| !url.path().ends_with(".php")) {
            form.fault("address", "Give the address of the API; it ends in api.php.");
        }
        let namespaces: Vec<_> = form.get("namespaces").split(',').map(|number| number.trim().parse::<i64>()).collect();
        if namespaces.len() > 50 || namespaces.iter().any(|number| number.as_ref().map_or(true, |number| *number < 0)) {
            form.fault("namespaces", "Give whole numbers, such as 0, 4, 12.");
        }
        let (user, password) = (form.some("user"), form.some("password"));
        match (&user, &password) {
            (Some(_), None) => form.fault("password", "Give the password of the bot user."),
            (None, Some(_)) => form.fault("user", "Give the bot user that the password belongs to."),
            _ => {}
        }
        let wiki = address.map(|mut address| {
            address.set_query(None);
            Wiki {
                api: Api::new(address, user.zip(password)),
                namespaces: namespaces.into_iter().flatten().collect(),
                kind: Kind::parse(form.get("kind")).unwrap_or(Kind::WikiPage),
                full_ms: form.number("full_days") * 86_400_000,
            }
        });
        form.finish(wiki)
    }
}

struct Wiki {
    api: Api,
    namespaces: Vec<i64>,
    kind: Kind,
    /// Milliseconds after which everything is listed again.
    full_ms: i64,
}

#[async_trait]
impl Connector for Wiki {
    async fn page(&self, http: &Http, cursor: Option<&Cursor>) -> Result<Page, Error> {
        let mut state = self.state(cursor)?;
        let mut run = match state.run.take() {
            Some(run) => run,
            None => self.start(http, &state).await?,
        };
        let mut gather = Gather::default();
        let mut gone = Vec::new();
        let work = match run.work.clone() {
            Work::List { namespace, from } => self.list(http, &mut run, namespace, from, &mut gather).await?,
            Work::Changes { from } => self.changes(http, &mut run, from).await?,
            Work::Deletions { from } => self.deletions(http, &mut run, from).await?,
            Work::Pages => self.changed(http, &mut run, &mut gather, &mut gone).await?,
        };
        run.clean &= gather.is_clean();
        let next = match work {
            Some(work) => {
                run.work = work;
                state.run = Some(run);
                Next::More(write_cursor(&state)?)
            }
            None => {
                let complete = run.full && run.clean;
                state.finish(run);
                Next::Done { cursor: Some(write_cursor(&state)?), complete }
            }
        };
        Ok(gather.page(gone, next))
    }

    async fn test(&self, http: &Http) -> Vec<Step> {
        let found = self.try_out(http).await;
        let is_known = found.is_ok() || self.api.is_signed_in().await;
        let works = self.api.user().map(|user| format!("Signed in as {user}"));
        system::steps(found, Found::sign_in(works, is_known))
    }
}

impl Wiki {
    /// Where the last run or page stopped; nothing of it where the settings have changed since.
    fn state(&self, cursor: Option<&Cursor>) -> Result<State, Error> {
        let settings = digest(&format!("{} {:?} {:?}", self.api.address(), self.namespaces, self.kind));
        let state = cursor.map(read_cursor::<State>).transpose()?.filter(|state| state.settings == settings);
        Ok(state.unwrap_or_else(|| State::new(settings)))
    }

    async fn start(&self, http: &Http, state: &State) -> Result<Run, Error> {
        let site = self.api.site(http).await?;
        let full = state.wants_full(&site.time, self.full_ms);
        Ok(self.begin(site, full, state.since.as_deref()))
    }

    async fn try_out(&self, http: &Http) -> Result<[String; 2], Error> {
        http.check(self.api.address()).await?;
        let site = self.api.site(http).await.map_err(|error| error.unlike(LOOK))?;
        let mut run = Run::new(site, true);
        let mut gather = Gather::default();
        let namespace = self.namespaces.first().copied().unwrap_or_default();
        self.list(http, &mut run, namespace, BTreeMap::new(), &mut gather).await?;
        let titles = gather.titles();
        Ok([
            format!("{} answered as “{}”", run.site.generator, run.site.name),
            match titles.first() {
                Some(title) => format!("{} pages read; the first is “{title}”", titles.len()),
                None => "The wiki has no pages in these namespaces yet".to_owned(),
            },
        ])
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn fields_that_belong_together_are_asked_for_together() {
        let faults = |pairs: &[(&str, &str)]| {
            let mut settings = Settings::from([("address".to_owned(), "https://w.example/api.php".to_owned())]);
            settings.extend(pairs.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())));
            MediaWiki.connect(&settings).err().map(|faults| faults.into_keys().collect::<Vec<_>>()).unwrap_or_default()
        };
        assert!(faults(&[]).is_empty());
        assert_eq!(faults(&[("user", "A@b")]), ["password"]);
        assert_eq!(faults(&[("password", "x")]), ["user"]);
        assert_eq!(faults(&[("namespaces", "0, main")]), ["namespaces"]);
        assert_eq!(faults(&[("namespaces", "-1")]), ["namespaces"]);
        assert_eq!(faults(&[("address", "https://w.example/wiki/Main_Page")]), ["address"]);
        assert_eq!(faults(&[("full_days", "weekly")]), ["full_days"]);
    }
}
