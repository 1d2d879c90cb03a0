//! Open edX, through its Courses API v1 (`/api/courses/v1/courses/`; shapes as in `lms/djangoapps/course_api` of its public
//! source, <https://github.com/openedx/edx-platform>, Maple to Ulmo). Courses that people may enter become resources.
//!
//! The list gives a hundred courses a request with all that it tells of them; it can neither be sorted by change nor asked
//! for one, so every run reads all of it, and what it does not find is gone. A run under which it got shorter may have
//! passed something by, and claims nothing. Of the address that `pagination.next` names, which behind a proxy is often a wrong
//! one, the page's number is taken.
//!
//! Without credentials strangers' courses are read. With those of an OAuth client
//! (<https://docs.openedx.org/projects/edx-platform/en/latest/references/auth_code_samples.html>) a token is asked for at
//! `/oauth2/access_token`; it lives for an hour, and is renewed in mid-run. The API then wants to know whose courses are meant
//! (`username`). The list of courses is limited to 20 requests a minute (40 for staff), which a 429 with `Retry-After` tells.
//!
//! `effort` is free text: hours a week, as Studio calls it, or of the whole course, as the operator says.

mod api;
mod courses;

use std::collections::BTreeMap;

use async_trait::async_trait;
use serde::{Deserialize, Serialize};

use crate::{
    clean::{Gather, digest, read_cursor, write_cursor},
    error::{Error, Look},
    http::Http,
    model::{Cursor, Next, Page},
    oauth::Client,
    system::{Connector, Field, FieldKind, Form, Found, Settings, Step, System, steps},
};
use api::{Api, Listed};

const LOOK: Look = Look {
    name: "an Open edX",
    expected: api::EXPECTED,
    advice: "Give the address of the LMS, not that of Studio or of a marketing site. With /api/courses/v1/courses/ after it, a \
             browser shows JSON if it is an Open edX.",
};

/// Open edX as a kind of source.
pub(crate) struct OpenEdx;

const FIELDS: &[Field] = &[
    Field {
        name: "address",
        label: "Address of the LMS",
        help: "Where learners sign in, such as https://courses.example.org; not that of Studio.",
        kind: FieldKind::Url,
        required: true,
        default: "",
    },
    Field {
        name: "client",
        label: "Client id",
        help: "Of an OAuth application with the grant type client credentials, made in the LMS under /admin/oauth2_provider. \
               Empty to read what strangers may see.",
        kind: FieldKind::Text,
        required: false,
        default: "",
    },
    Field {
        name: "secret",
        label: "Client secret",
        help: "Of the same application.",
        kind: FieldKind::Secret,
        required: false,
        default: "",
    },
    Field {
        name: "user",
        label: "User name",
        help: "With a client id: whose courses are read. That of the application's own user, unless that one is staff.",
        kind: FieldKind::Text,
        required: false,
        default: "",
    },
    Field {
        name: "org",
        label: "Organisation",
        help: "The short name of one organisation whose courses alone are read; empty for all.",
        kind: FieldKind::Text,
        required: false,
        default: "",
    },
    Field {
        name: "effort",
        label: "What the effort of a course means",
        help: "Studio asks for hours a week: they are multiplied by the weeks between start and end, and left out for courses \
               without these.",
        kind: FieldKind::Choice(&[("week", "Hours a week"), ("whole", "Hours of the whole course")]),
        required: false,
        default: "week",
    },
    Field {
        name: "ended",
        label: "Courses that have ended too",
        help: "Courses whose end, or the end of enrolling in them, is over.",
        kind: FieldKind::Flag,
        required: false,
        default: "false",
    },
];

impl System for OpenEdx {
    fn kind(&self) -> &'static str {
        "openedx"
    }
    fn name(&self) -> &'static str {
        "Open edX"
    }
    fn summary(&self) -> &'static str {
        "The courses of an Open edX that people may enter, with their organisations, dates and effort."
    }
    fn docs(&self) -> &'static str {
        "https://docs.openedx.org/projects/edx-platform/en/latest/references/index.html"
    }
    fn fields(&self) -> &'static [Field] {
        FIELDS
    }

    fn connect(&self, settings: &Settings) -> Result<Box<dyn Connector>, BTreeMap<String, String>> {
        let mut form = Form::new(FIELDS, settings);
        let (id, secret) = (form.some("client"), form.some("secret"));
        match (&id, &secret) {
            (Some(_), None) => form.fault("secret", "Give the secret that belongs to the client id."),
            (None, Some(_)) => form.fault("client", "Give the client id that the secret belongs to."),
            (Some(_), Some(_)) if form.get("user").is_empty() => {
                form.fault("user", "Give the name of the user whose courses are read.");
            }
            _ => {}
        }
        let school = form.url("address").map(|mut address| {
            address.set_query(None);
            address.set_fragment(None);
            // The LMS is at the top of its host; people copy the page that they look at.
            address.set_path("/");
            let endpoint = || address.join("oauth2/access_token").ok();
            let client = id.zip(secret).and_then(|(id, secret)| Some(Client::new(endpoint()?, id, secret, api::TOKEN)));
            let user = form.some("user").filter(|_| client.is_some());
            School {
                api: Api::new(address, client, user, form.some("org")),
                whole: form.get("effort") == "whole",
                ended: form.flag("ended"),
            }
        });
        form.finish(school)
    }
}

struct School {
    api: Api,
    /// Effort is that of a whole course, not that of a week.
    whole: bool,
    ended: bool,
}

/// Within a run; between runs there is nothing to remember.
#[derive(Debug, Serialize, Deserialize)]
struct State {
    settings: u64,
    /// The page to come, from 1.
    page: u64,
    /// Nothing was rejected, and the list got no shorter.
    whole: bool,
    /// Courses of the list when the page before was read.
    total: u64,
}

#[async_trait]
impl Connector for School {
    async fn page(&self, http: &Http, cursor: Option<&Cursor>) -> Result<Page, Error> {
        let settings = digest(&format!("{} {} {}", self.api.named(), self.whole, self.ended));
        let state = cursor.map(read_cursor::<State>).transpose()?.filter(|state| state.settings == settings);
        let mut state = state.unwrap_or(State { settings, page: 1, whole: true, total: 0 });
        let list = match self.api.list(http, state.page).await {
            // The last page is gone with its last course.
            Err(Error::Status { status: 404, .. }) if state.page > 1 => Listed::default(),
            list => list?,
        };
        let (mut gather, mut gone) = (Gather::default(), Vec::new());
        for course in &list.courses {
            self.read(course, list.now, &mut gather, &mut gone);
        }
        state.whole &= gather.is_clean() && list.total >= state.total;
        state.total = list.total;
        let next = match list.next {
            Some(page) => {
                state.page = page;
                Next::More(write_cursor(&state)?)
            }
            None => Next::Done { cursor: None, complete: state.whole },
        };
        Ok(gather.page(gone, next))
    }

    async fn test(&self, http: &Http) -> Vec<Step> {
        let found = self.try_out(http).await;
        let sign_in = Found::sign_in(self.api.signed_in(), found.is_ok());
        steps(found, sign_in)
    }
}

impl School {
    async fn try_out(&self, http: &Http) -> Result<[String; 2], Error> {
        http.check(self.api.address()).await?;
        let list = self.api.list(http, 1).await.map_err(|error| error.unlike(LOOK))?;
        let (mut gather, mut gone) = (Gather::default(), Vec::new());
        for course in &list.courses {
            self.read(course, list.now, &mut gather, &mut gone);
        }
        let left_out = match gone.len() {
            0 => String::new(),
            count => {
                format!("; of its first {}, {count} are left out, since nobody may enter them", list.courses.len())
            }
        };
        Ok([
            format!("Open edX answered with a list of {} courses", list.total),
            match gather.titles().first() {
                Some(title) => format!("The first course is “{title}”{left_out}"),
                None => format!("It shows no courses to offer{left_out}"),
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
            let mut settings = Settings::from([("address".to_owned(), "https://c.example/dashboard?x=y".to_owned())]);
            settings.extend(pairs.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())));
            OpenEdx.connect(&settings).err().map(|faults| faults.into_keys().collect::<Vec<_>>()).unwrap_or_default()
        };
        assert!(faults(&[]).is_empty());
        assert!(faults(&[("client", "a"), ("secret", "b"), ("user", "c")]).is_empty());
        assert_eq!(faults(&[("client", "a"), ("secret", "b")]), ["user"]);
        assert_eq!(faults(&[("client", "a")]), ["secret"]);
        assert_eq!(faults(&[("secret", "a")]), ["client"]);
        assert_eq!(faults(&[("effort", "day")]), ["effort"]);
    }
}
