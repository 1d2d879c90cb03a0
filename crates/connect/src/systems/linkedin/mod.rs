//! LinkedIn Learning, through its learningAssets API
//! (<https://learn.microsoft.com/en-us/linkedin/learning/reference/learningassets>, v2, read in November 2026) with an
//! organisation's client id and secret: the courses, and the videos where that is wanted, of one language become resources.
//!
//! A full run reads the whole catalogue (`q=localeAndType`), a hundred a request. The runs in between ask for what was modified
//! since the last one (`q=criteria` with `lastModifiedAfter`), retired ones among it. That finder is known to answer with far
//! more than was asked for where the time is more than a day ago, to repeat itself, and to tell of no more than a few hundred:
//! so it is asked for less than a day, what it repeats is passed over, and a total at its limit makes a full run of it.
//!
//! Pages go by `start` and `count`; of the link to the next one, `start` is taken. The token
//! (<https://learn.microsoft.com/en-us/linkedin/learning/getting-started/authentication>) lives for weeks, and is asked for
//! anew when it is refused. What the API lets a client ask in a day ends at midnight UTC
//! (<https://learn.microsoft.com/en-us/linkedin/shared/api-guide/concepts/rate-limits>).

mod api;
mod assets;

use std::collections::BTreeMap;

use async_trait::async_trait;
use serde::{Deserialize, Serialize};
use url::Url;

use crate::{
    clean::{Gather, digest, language, read_cursor, write_cursor},
    error::{Error, Look},
    http::Http,
    marks::{Marks, Pass},
    model::{Cursor, Next, Page},
    oauth::Client,
    system::{Connector, Field, FieldKind, Form, Found, Settings, Step, System, steps},
};
use api::{Api, Wanted};

/// Milliseconds for which changes are asked for at most.
const DAY: i64 = 23 * 3_600_000;
/// Milliseconds that a run looks back further than the one before began: what was changed is found after a while.
const MARGIN: i64 = 3_600_000;
/// Changes that the finder tells of at most.
const MAX_CHANGES: u64 = 500;

const LOOK: Look = Look {
    name: "LinkedIn Learning's API",
    expected: api::EXPECTED,
    advice: "Leave the addresses of the API and its tokens as they are, unless you have a proxy of your own.",
};

/// LinkedIn Learning as a kind of source.
pub(crate) struct LinkedIn;

const FIELDS: &[Field] = &[
    Field {
        name: "address",
        label: "Address of LinkedIn Learning",
        help: "https://www.linkedin.com/learning/, where people learn.",
        kind: FieldKind::Url,
        required: true,
        default: "",
    },
    Field {
        name: "client",
        label: "Client id",
        help: "Made by an administrator on LinkedIn Learning's page Admin, Integrations, with the API Content.",
        kind: FieldKind::Text,
        required: true,
        default: "",
    },
    Field {
        name: "secret",
        label: "Client secret",
        help: "Of the same application.",
        kind: FieldKind::Secret,
        required: true,
        default: "",
    },
    Field {
        name: "locale",
        label: "Language",
        help: "Whose courses are read, with the country that LinkedIn gives it: en-US, de-DE, fr-FR, es-ES, pt-BR, ja-JP, zh-CN…",
        kind: FieldKind::Text,
        required: false,
        default: "en-US",
    },
    Field {
        name: "content",
        label: "What to read",
        help: "Videos are the single lessons of courses, and many.",
        kind: FieldKind::Choice(&[("courses", "Courses"), ("videos", "Videos"), ("both", "Courses and videos")]),
        required: false,
        default: "courses",
    },
    Field {
        name: "full_days",
        label: "Days between full runs",
        help: "In between, only what was changed is read. A run that comes more than a day after the last one is a full one.",
        kind: FieldKind::Number,
        required: false,
        default: "7",
    },
    Field {
        name: "api",
        label: "Address of the API",
        help: "Only to be changed for a proxy of your own.",
        kind: FieldKind::Url,
        required: false,
        default: "https://api.linkedin.com/v2/",
    },
    Field {
        name: "tokens",
        label: "Address for tokens",
        help: "Only to be changed for a proxy of your own.",
        kind: FieldKind::Url,
        required: false,
        default: "https://www.linkedin.com/oauth/v2/accessToken",
    },
];

impl System for LinkedIn {
    fn kind(&self) -> &'static str {
        "linkedin"
    }
    fn name(&self) -> &'static str {
        "LinkedIn Learning"
    }
    fn summary(&self) -> &'static str {
        "The courses that an organisation has at LinkedIn Learning, with their authors, skills, levels and lengths."
    }
    fn docs(&self) -> &'static str {
        "https://learn.microsoft.com/en-us/linkedin/learning/reference/learningassets"
    }
    fn fields(&self) -> &'static [Field] {
        FIELDS
    }

    fn connect(&self, settings: &Settings) -> Result<Box<dyn Connector>, BTreeMap<String, String>> {
        let mut form = Form::new(FIELDS, settings);
        let site = form.url("address");
        let hosts = ["www.linkedin.com", "linkedin.com"];
        if site.as_ref().is_some_and(|site| !hosts.contains(&site.host_str().unwrap_or_default())) {
            form.fault("address", "Give an address at www.linkedin.com.");
        }
        let locale = locale(form.get("locale"));
        if locale.is_none() {
            form.fault("locale", "Give a language with its country, such as en-US.");
        }
        let kinds: &'static [&'static str] = match form.get("content") {
            "courses" => &["COURSE"],
            "videos" => &["VIDEO"],
            _ => &["COURSE", "VIDEO"],
        };
        let (id, secret) = (form.get("client").to_owned(), form.get("secret").to_owned());
        let addresses = form.url("api").zip(form.url("tokens"));
        let library = addresses.zip(locale).zip(site).map(|(((mut api, tokens), locale), site)| {
            api.set_query(None);
            api.set_fragment(None);
            if !api.path().ends_with('/') {
                api.set_path(&format!("{}/", api.path()));
            }
            let client = Client::new(tokens, id, secret, &[]);
            Library { api: Api::new(api, client, locale), site, kinds, full_ms: form.number("full_days") * 86_400_000 }
        });
        form.finish(library)
    }
}

/// Language and country, as LinkedIn writes them.
fn locale(text: &str) -> Option<(String, String)> {
    let tag = language(text)?;
    let (language, country) = tag.split_once('-')?;
    let plain = country.len() == 2 && country.bytes().all(|byte| byte.is_ascii_uppercase());
    // Indonesian has its former tag there.
    let language = if language == "id" { "in" } else { language };
    plain.then(|| (language.to_owned(), country.to_owned()))
}

struct Library {
    api: Api,
    /// Where people learn.
    site: Url,
    /// Types of assets.
    kinds: &'static [&'static str],
    full_ms: i64,
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
    /// The place of the type that is read in `Library::kinds`.
    kind: usize,
    /// Assets of it that were read.
    start: u64,
    /// Assets of it when the page before was read.
    total: u64,
}

#[async_trait]
impl Connector for Library {
    async fn page(&self, http: &Http, cursor: Option<&Cursor>) -> Result<Page, Error> {
        let mut state = self.state(cursor)?;
        let known = state.run.take();
        let (kind, start) = known.as_ref().map_or((0, 0), |run| (run.kind, run.start));
        let full = known.as_ref().is_some_and(|run| run.pass.full);
        let since = state.marks.newest.filter(|_| !full).map(|newest| newest - MARGIN);
        let wanted = Wanted { kind: self.kinds.get(kind).copied().unwrap_or("COURSE"), since, start };
        let list = self.api.list(http, &wanted).await?;
        let mut run = known.unwrap_or_else(|| self.begin(&state.marks, list.now));
        let asked_all = since.is_none();
        // The first answer tells LinkedIn's time, and by it whether changes were enough to ask for.
        let enough =
            since.is_none_or(|since| (1..=DAY).contains(&(run.pass.started - since)) && list.total < MAX_CHANGES);
        if !enough || run.pass.full && !asked_all {
            run.pass.full = true;
            (run.kind, run.start, run.total) = (0, 0, 0);
            state.run = Some(run);
            return Ok(Gather::default().page(vec![], Next::More(write_cursor(&state)?)));
        }
        run.pass.full = asked_all;
        let (mut gather, mut gone) = (Gather::default(), Vec::new());
        self.read(&list.assets, &mut gather, &mut gone);
        run.pass.clean &= gather.is_clean() && (!run.pass.full || list.total >= run.total);
        match list.next {
            Some(next) => (run.start, run.total) = (next, list.total),
            None => (run.kind, run.start, run.total) = (run.kind + 1, 0, 0),
        }
        let next = if run.kind < self.kinds.len() {
            state.run = Some(run);
            Next::More(write_cursor(&state)?)
        } else {
            state.marks.finish(&run.pass);
            Next::Done { cursor: Some(write_cursor(&state)?), complete: run.pass.full && run.pass.clean }
        };
        Ok(gather.page(gone, next))
    }

    async fn test(&self, http: &Http) -> Vec<Step> {
        let found = self.try_out(http).await;
        let sign_in = Found::sign_in(Some("The client is known".to_owned()), found.is_ok());
        steps(found, sign_in)
    }
}

impl Library {
    /// Where the last run or page stopped; nothing of it where the settings have changed since.
    fn state(&self, cursor: Option<&Cursor>) -> Result<State, Error> {
        let settings = digest(&format!("{} {:?}", self.api.named(), self.kinds));
        let state = cursor.map(read_cursor::<State>).transpose()?.filter(|state| state.settings == settings);
        Ok(state.unwrap_or(State { settings, marks: Marks::default(), run: None }))
    }

    fn begin(&self, marks: &Marks, now: i64) -> Run {
        let pass = marks.begin(now, self.full_ms);
        // What is known is known up to when the run began.
        Run { pass: Pass { newest: Some(now), ..pass }, kind: 0, start: 0, total: 0 }
    }

    async fn try_out(&self, http: &Http) -> Result<[String; 2], Error> {
        http.check(self.api.address()).await?;
        let wanted = Wanted { kind: self.kinds.first().copied().unwrap_or("COURSE"), since: None, start: 0 };
        let list = self.api.list(http, &wanted).await.map_err(|error| error.unlike(LOOK))?;
        let (mut gather, mut gone) = (Gather::default(), Vec::new());
        self.read(&list.assets, &mut gather, &mut gone);
        Ok([
            format!("LinkedIn Learning answered with a list of {}", list.total),
            match gather.titles().first() {
                Some(title) => format!("The first is “{title}”"),
                None => "It has nothing in this language".to_owned(),
            },
        ])
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn locales_are_linkedins() {
        let pair = |language: &str, country: &str| Some((language.to_owned(), country.to_owned()));
        assert_eq!(locale("en-US"), pair("en", "US"));
        assert_eq!(locale("pt_br"), pair("pt", "BR"));
        assert_eq!(locale("id-ID"), pair("in", "ID"));
        for bad in ["en", "english", "zh-Hant", "en-US&x=1"] {
            assert_eq!(locale(bad), None, "{bad}");
        }
    }

    #[test]
    fn fields_are_checked() {
        let faults = |pairs: &[(&str, &str)]| {
            let given = [("address", "https://www.linkedin.com/learning/"), ("client", "a"), ("secret", "b")];
            let pairs = given.iter().chain(pairs).map(|(name, value)| ((*name).to_owned(), (*value).to_owned()));
            let settings: Settings = pairs.collect();
            LinkedIn.connect(&settings).err().map(|faults| faults.into_keys().collect::<Vec<_>>()).unwrap_or_default()
        };
        assert!(faults(&[]).is_empty());
        assert_eq!(faults(&[("address", "https://linkedin.com.example/")]), ["address"]);
        assert_eq!(faults(&[("locale", "en"), ("secret", "")]), ["locale", "secret"]);
    }
}
