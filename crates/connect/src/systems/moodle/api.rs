//! Calling Moodle's functions, and understanding when it refuses.

use std::collections::BTreeSet;

use serde_json::Value;
use url::Url;

use crate::{
    error::Error,
    http::{Http, Response, mask},
    text::{excerpt, to_line},
};

/// What Moodle's web services answer with.
pub(super) const EXPECTED: &str = "an answer of Moodle's web services";

pub(super) const SITE_INFO: &str = "core_webservice_get_site_info";
pub(super) const CATEGORIES: &str = "core_course_get_categories";
pub(super) const COURSES: &str = "core_course_get_courses_by_field";
pub(super) const CONTENTS: &str = "core_course_get_contents";
pub(super) const ENROLLED: &str = "core_enrol_get_enrolled_users";
pub(super) const TAKEN: &str = "core_enrol_get_users_courses";
pub(super) const USERS: &str = "core_user_get_users_by_field";
pub(super) const COMPLETION: &str = "core_completion_get_course_completion_status";
/// What the reading of people calls beside the courses.
pub(super) const PEOPLE: [&str; 4] = [ENROLLED, TAKEN, USERS, COMPLETION];

/// Where functions are called.
const ENDPOINT: &str = "webservice/rest/server.php";

pub(super) struct Api {
    /// With a slash at its end.
    address: Url,
    token: String,
    /// One of Moodle's language packs, where texts are wanted in it.
    pack: Option<String>,
}

/// What Moodle says about itself.
#[derive(Clone, Debug)]
pub(super) struct Site {
    /// Where people go, with a slash at its end.
    pub(super) url: Url,
    pub(super) name: String,
    pub(super) release: String,
    /// Whose the token is.
    pub(super) user: String,
    /// The course that is the front page.
    pub(super) front: i64,
    /// What the token's service offers.
    functions: BTreeSet<String>,
    /// Moodle's time when it said so, epoch milliseconds.
    pub(super) clock: i64,
}

impl Api {
    pub(super) fn new(address: Url, token: String, language: Option<&str>) -> Self {
        let pack = language.map(|language| language.replace('-', "_").to_lowercase());
        Self { address, token, pack }
    }

    pub(super) fn address(&self) -> &Url {
        &self.address
    }

    /// What Moodle says about itself.
    pub(super) async fn site(&self, http: &Http) -> Result<Site, Error> {
        let (answer, clock) = self.ask(http, SITE_INFO, &[]).await?;
        let text = |name: &str| excerpt(&to_line(answer[name].as_str().unwrap_or_default()), 200);
        let Some(functions) = answer["functions"].as_array().filter(|_| answer["siteurl"].is_string()) else {
            return Err(self.unexpected("JSON that is not about a site".to_owned()));
        };
        let names = functions.iter().filter_map(|function| function["name"].as_str());
        Ok(Site {
            url: self.home(answer["siteurl"].as_str()),
            name: text("sitename"),
            release: text("release"),
            user: text("username"),
            front: number(&answer["siteid"]).unwrap_or(1),
            functions: names.map(str::to_owned).collect(),
            clock,
        })
    }

    /// The address that Moodle gives to people: another one than ours where we reach it from inside.
    fn home(&self, said: Option<&str>) -> Url {
        let said = said.and_then(|said| Url::parse(&format!("{}/", said.trim_end_matches('/'))).ok());
        let fits = |url: &Url| {
            matches!(url.scheme(), "http" | "https") && url.username().is_empty() && url.password().is_none()
        };
        said.filter(fits).unwrap_or_else(|| self.address.clone())
    }

    /// Refuses a token whose service lacks one of these functions.
    pub(super) fn check(&self, site: &Site, wanted: &[&str]) -> Result<(), Error> {
        let missing: Vec<_> = wanted.iter().copied().filter(|name| !site.functions.contains(*name)).collect();
        if missing.is_empty() {
            return Ok(());
        }
        let reason = format!(
            "the token's service lacks {}; add that on Moodle's page Site administration, Server, Web services, External \
             services, Functions",
            missing.join(" and ")
        );
        Err(Error::SignIn { url: mask(&self.address), reason })
    }

    /// Calls a function that answers with a list, or with an object that holds one under `name`.
    pub(super) async fn list(
        &self,
        http: &Http,
        function: &str,
        name: Option<&str>,
        params: &[(&str, &str)],
    ) -> Result<(Vec<Value>, Value), Error> {
        let (mut answer, _) = self.ask(http, function, params).await?;
        let list = match name {
            Some(name) => answer.get_mut(name).map(Value::take),
            None => Some(answer.take()),
        };
        match list {
            Some(Value::Array(list)) => Ok((list, answer)),
            _ => Err(self.unexpected(format!("JSON in which {function} lists nothing"))),
        }
    }

    /// Calls a function that answers with an object.
    pub(super) async fn object(&self, http: &Http, function: &str, params: &[(&str, &str)]) -> Result<Value, Error> {
        match self.ask(http, function, params).await? {
            (answer @ Value::Object(_), _) => Ok(answer),
            _ => Err(self.unexpected(format!("JSON of another form than {function} answers in"))),
        }
    }

    /// The answer, and Moodle's time.
    async fn ask(&self, http: &Http, function: &str, params: &[(&str, &str)]) -> Result<(Value, i64), Error> {
        let mut url = self.address.join(ENDPOINT).map_err(|_| Error::Address {
            url: mask(&self.address),
            reason: format!("{ENDPOINT} cannot be added to it"),
        })?;
        // As Moodle's own app does it: the function where logs show it, the token where none does.
        url.query_pairs_mut().append_pair("wsfunction", function).append_pair("moodlewsrestformat", "json");
        let mut form = vec![("wstoken", self.token.as_str()), ("moodlewssettingfilter", "1")];
        if let Some(pack) = &self.pack {
            form.push(("moodlewssettinglang", pack.as_str()));
        }
        form.extend_from_slice(params);
        let request = http.post_form(&url, &form).header("accept", "application/json").hiding(&self.token).reading();
        request.read(|response| Ok((read(response, function)?, response.clock()))).await
    }

    /// An answer that is JSON, but not what was asked for.
    pub(super) fn unexpected(&self, found: String) -> Error {
        Error::Format { url: mask(&self.address), expected: EXPECTED, found }
    }
}

/// A number, which may come as text.
pub(super) fn number(value: &Value) -> Option<i64> {
    value.as_i64().or_else(|| value.as_str()?.trim().parse().ok())
}

/// Whether a flag says no. Moodle leaves flags out that the account may not see.
pub(super) fn denies(value: &Value) -> bool {
    *value == false || number(value) == Some(0)
}

/// Moodle's seconds since the epoch as milliseconds; its 0 means never.
pub(super) fn moment(value: &Value) -> Option<i64> {
    number(value).filter(|seconds| *seconds > 0).and_then(|seconds| seconds.checked_mul(1000))
}

/// The answer, or the error that it holds: Moodle says 200 to everything that its code answers itself.
fn read(response: &Response, function: &str) -> Result<Value, Error> {
    // Without web services, or without their REST protocol, server.php ends without a word: with 403, long ago with 200.
    if matches!(response.status(), 200 | 403) && response.body().trim_ascii().is_empty() {
        let reason = "it answers with nothing; switch on web services (Site administration, Advanced features) and the \
                      REST protocol (Server, Web services, Manage protocols)";
        return Err(Error::SignIn { url: response.shown_url(), reason: reason.to_owned() });
    }
    response.ok()?;
    let answer: Value = response.json().map_err(|error| error.expecting(EXPECTED))?;
    // Before Moodle knows that a web service is called, it writes `error` for `message` and no class.
    let refused = answer["exception"].is_string() || (answer["errorcode"].is_string() && answer["error"].is_string());
    if refused { Err(refusal(response, function, &answer)) } else { Ok(answer) }
}

/// `{"exception": class, "errorcode": …, "message": …, "debuginfo": …}`; the last only where debugging is on.
fn refusal(response: &Response, function: &str, answer: &Value) -> Error {
    let text = |name: &str, max: usize| {
        response.hide(excerpt(&response.hide(to_line(answer[name].as_str().unwrap_or_default())), max))
    };
    let url = response.shown_url();
    let code = [text("errorcode", 80), text("exception", 80)].into_iter().find(|code| !code.is_empty());
    let code = code.unwrap_or_else(|| "unknown".to_owned());
    let said = [text("message", 200), text("error", 200)].into_iter().find(|said| !said.is_empty());
    let said = said.unwrap_or_else(|| code.clone());
    let debug = text("debuginfo", 300);
    match code.as_str() {
        "invalidtoken" => Error::SignIn { url, reason: format!("{said}: Moodle does not know this token") },
        "accessexception" => {
            let why = if debug.is_empty() {
                format!(
                    "the token may have expired or be bound to other addresses, its service may lack {function}, or its \
                     user may not use REST (webservice/rest:use)"
                )
            } else {
                debug
            };
            Error::SignIn { url, reason: format!("{said}: {why}") }
        }
        // The account, rather than what it asks for.
        "nopermissions"
        | "requireloginerror"
        | "sitepolicynotagreed"
        | "usernotfullysetup"
        | "forcepasswordchangenotice" => Error::SignIn { url, reason: said },
        code if code.starts_with("wsaccessuser") => Error::SignIn { url, reason: said },
        "sitemaintenance" | "upgraderunning" | "dbconnectionfailed" | "dmlreadexception" => {
            Error::Busy { url, reason: said, wait: None }
        }
        _ if debug.is_empty() => Error::Api { url, code, detail: said },
        _ => Error::Api { url, code, detail: format!("{said}: {debug}") },
    }
}
