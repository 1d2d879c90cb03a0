//! Any JSON API: a list in JSON (RFC 8259) behind one address, read by JSONPaths (RFC 9535) that the operator gives.
//!
//! One path leads to the items; further ones, each relative to an item, to its parts. An item's address may also be
//! made from a template, such as `https://learn.example.org/items/{id}`.
//!
//! Pages are followed by a page number, by offset and limit, by a cursor in the answer, by a `Link` header with
//! `rel=next` (RFC 8288), or by an address in the answer; an address is followed on the API's own origin only. What
//! counts pages ends at a page without items, at the total that the API names, or at a 404. Where one page holds
//! everything, it is asked for by conditional requests (RFC 9110, section 13), unless an item of it was rejected.
//!
//! An item that is no longer listed is gone only if the operator says that the list holds everything, and if the run saw
//! the end of it: a 404, a page without a list, an end before the total, and a total that got smaller under way are none.
//! One that calls itself deleted is gone always.

mod mapping;
mod paging;
mod path;

use std::{collections::BTreeMap, sync::Arc};

use async_trait::async_trait;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use url::Url;

use crate::{
    clean::{Gather, digest, read_cursor, rejected, write_cursor},
    error::{Error, Look},
    http::{Http, Response, basic},
    model::{Cursor, Item, Next, Page, Rejected},
    system::{Connector, Field, FieldKind, Form, Found, Section, Settings, Step, System, steps},
    validators::Validators,
    values::{KINDS, MEASURES},
};
use mapping::{Mapped, Mapping};
use paging::{Onward, Paging, Run, STYLES};

/// Elements of one page.
const MAX_ITEMS: usize = 50_000;

const EXPECTED: &str = "JSON with a list of items";

const LOOK: Look = Look {
    name: "a JSON API",
    expected: "JSON",
    advice: "Open the address in a browser, signed in as the API asks for: it has to show JSON, not a page. The API's \
             documentation names the address that lists what it has.",
};

/// Any JSON API as a kind of source.
pub(crate) struct JsonApi;

const fn text(name: &'static str, label: &'static str, help: &'static str, default: &'static str) -> Field {
    Field { name, label, help, kind: FieldKind::Text, required: false, default }
}

const FIELDS: &[Field] = &[
    Field {
        name: "address",
        label: "Address of the list",
        help: "Where the API lists its items as JSON, with the parameters that it needs, such as https://learn.example.org/api/courses?lang=en.",
        kind: FieldKind::Url,
        required: true,
        default: "",
    },
    Field {
        name: "token",
        label: "Bearer token",
        help: "Sent as “Authorization: Bearer …”. Leave it empty if the API asks for none.",
        kind: FieldKind::Secret,
        required: false,
        default: "",
    },
    text("user", "User name", "Only where the API asks for a user name and a password (Basic).", ""),
    Field {
        name: "password",
        label: "Password",
        help: "Belongs to the user name.",
        kind: FieldKind::Secret,
        required: false,
        default: "",
    },
    text(
        "header",
        "Name of a secret header",
        "Only where the API wants its key in a header of its own, such as X-Api-Key.",
        "",
    ),
    Field {
        name: "header_value",
        label: "Value of the secret header",
        help: "The key itself.",
        kind: FieldKind::Secret,
        required: false,
        default: "",
    },
    text(
        "items",
        "Path to the items",
        "A JSONPath from the top of the answer to the items: $[*] if the answer is a list, else such as $.results[*].",
        "$[*]",
    ),
    text(
        "id",
        "Id",
        "From here on, paths start at one item ($ is the item). What never changes about it, such as $.id.",
        "$.id",
    ),
    text("title", "Title", "A path such as $.title or $.attributes.name.", "$.title"),
    text(
        "url",
        "Address",
        "A path to the item's own page, or an address with the id in it: https://learn.example.org/items/{id}. Other parts go in as paths: {$.slug}.",
        "$.url",
    ),
    text("summary", "Summary", "A path to a text of a few sentences; mark-up is taken out.", ""),
    Field {
        name: "kind",
        label: "What the items are",
        help: "Used for all of them, or where the path below finds nothing that is known.",
        kind: FieldKind::Choice(KINDS),
        required: false,
        default: "article",
    },
    text(
        "kind_path",
        "Kind",
        "A path to the word for what an item is, if they differ. Usual words (course, webinar, e-book…) are understood.",
        "",
    ),
    text(
        "kind_words",
        "Words for kinds",
        "Words of this API that are not understood, such as nugget=video, briefing=event.",
        "",
    ),
    text("authors", "Authors", "A path to a name, or to several: $.authors[*].name.", ""),
    text("language", "Language", "A path such as $.language, or one tag for all of them, such as en.", ""),
    text("minutes", "Duration", "A path to how long it takes.", ""),
    Field {
        name: "minutes_unit",
        label: "Unit of the duration",
        help: "What a plain number means. Values such as PT1H30M, 1:30:00 and 1 h 30 min are understood with every unit.",
        kind: FieldKind::Choice(MEASURES),
        required: false,
        default: "minutes",
    },
    text("level", "Level", "A path to a word such as beginner or advanced.", ""),
    text("topics", "Topics", "A path to several words, $.tags[*], or to one text with commas between them.", ""),
    text(
        "published",
        "Published",
        "A path to the day on which it came out: ISO 8601, RFC 5322 or seconds since 1970.",
        "",
    ),
    text("changed", "Changed", "A path to when it was last changed.", ""),
    Field {
        name: "complete",
        label: "The list holds everything there is",
        help: "Then an item that disappears from it is gone. Leave it off if the API lists only the latest ones.",
        kind: FieldKind::Flag,
        required: false,
        default: "false",
    },
    text(
        "deleted",
        "Deleted",
        "A path to a mark of deleted items, if the API lists them: true, 1 or a date means deleted.",
        "",
    ),
    text(
        "deleted_words",
        "Values that mean deleted",
        "Only these values of that mark then mean it, such as archived, retired.",
        "",
    ),
    Field {
        name: "paging",
        label: "How the list goes on",
        help: "The API's documentation says it under pagination.",
        kind: FieldKind::Choice(STYLES),
        required: false,
        default: "none",
    },
    text(
        "page_param",
        "Parameter for the page",
        "For page number, offset and cursor: its name in the address. Empty means page, offset or cursor.",
        "",
    ),
    Field {
        name: "page_start",
        label: "First page number",
        help: "0 or 1, for page numbers.",
        kind: FieldKind::Number,
        required: false,
        default: "1",
    },
    text(
        "page_path",
        "Path to what leads on",
        "From the top of the answer: to the cursor, such as $.meta.next_cursor, or to the next page's address, such as $.next.",
        "",
    ),
    text("limit_param", "Parameter for the page size", "Such as limit, per_page or page_size.", ""),
    Field {
        name: "limit",
        label: "Page size",
        help: "Items to ask for at once, within what the API allows.",
        kind: FieldKind::Number,
        required: false,
        default: "",
    },
    text(
        "total",
        "Path to the number of all items",
        "For page number and offset: such as $.total, so that the end is known. Without it the list is read up to a page without items.",
        "",
    ),
];

const SECTIONS: &[Section] = &[
    Section {
        from: "token",
        title: "Sign-in",
        help: "Only one of token, password and header is needed, and none for an open API.",
        folded: true,
    },
    Section {
        from: "items",
        title: "The items",
        help: "Where to find them, and what each needs. “Test the connection” shows what the first one becomes.",
        folded: false,
    },
    Section { from: "authors", title: "More about each item", help: "Everything here may stay empty.", folded: true },
    Section { from: "complete", title: "Items that go away", help: "How the portal learns of them.", folded: true },
    Section { from: "paging", title: "Pages", help: "For lists that come in parts.", folded: false },
];

impl System for JsonApi {
    fn kind(&self) -> &'static str {
        "json_api"
    }
    fn name(&self) -> &'static str {
        "Any JSON API"
    }
    fn summary(&self) -> &'static str {
        "Whatever a system lists as JSON, by paths that you give; for systems without a connector of their own."
    }
    fn docs(&self) -> &'static str {
        "https://www.rfc-editor.org/rfc/rfc9535"
    }
    fn fields(&self) -> &'static [Field] {
        FIELDS
    }
    fn sections(&self) -> &'static [Section] {
        SECTIONS
    }

    fn connect(&self, settings: &Settings) -> Result<Box<dyn Connector>, BTreeMap<String, String>> {
        let mut form = Form::new(FIELDS, settings);
        let sign_in = SignIn::read(&mut form);
        let mapping = Mapping::read(&mut form);
        let paging = Paging::read(&mut form);
        let complete = form.flag("complete");
        let plain = FIELDS.iter().filter(|field| field.kind != FieldKind::Secret);
        let settings = plain.map(|field| format!("{}={}\n", field.name, form.get(field.name))).collect::<String>();
        let address = form.url("address");
        let api = address.zip(mapping).zip(paging).map(|((address, mapping), paging)| Api {
            address,
            sign_in,
            mapping: Arc::new(mapping),
            paging,
            complete,
            settings: digest(&settings),
        });
        form.finish(api)
    }
}

/// What is sent to be let in.
#[derive(Debug, Default)]
struct SignIn {
    token: Option<String>,
    login: Option<(String, String)>,
    header: Option<(String, String)>,
}

/// Headers that belong to the connection and not to the one who asks.
const NOT_OURS: [&str; 8] =
    ["host", "content-length", "connection", "transfer-encoding", "te", "upgrade", "accept", "accept-encoding"];

impl SignIn {
    fn read(form: &mut Form<'_>) -> Self {
        let (token, user, password) = (form.some("token"), form.some("user"), form.some("password"));
        let (header, value) = (form.some("header").map(|name| name.to_lowercase()), form.some("header_value"));
        if password.is_some() && user.is_none() {
            form.fault("user", "Give the user name that belongs to the password.");
        }
        if token.is_some() && user.is_some() {
            form.fault("token", "Give either a token or a user name with its password.");
        }
        let is_name = |name: &str| name.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"-_.".contains(&byte));
        match (&header, &value) {
            (Some(_), None) => form.fault("header_value", "Give the value of the header."),
            (None, Some(_)) => form.fault("header", "Give the name of the header that the value belongs to."),
            (Some(name), _) if !is_name(name) || NOT_OURS.contains(&name.as_str()) => {
                form.fault("header", "Give the name of a header that the API reads its key from, such as X-Api-Key.");
            }
            (Some(name), _) if name == "authorization" && (token.is_some() || user.is_some()) => {
                form.fault("header", "Authorization is what a token or a password is sent in; give only one of them.");
            }
            _ => {}
        }
        Self { token, login: user.map(|user| (user, password.unwrap_or_default())), header: header.zip(value) }
    }

    /// What to say of it when it works; none where there is nothing to sign in with.
    fn works(&self) -> Option<String> {
        let any = self.token.is_some() || self.login.is_some() || self.header.is_some();
        any.then(|| "The server did not refuse what was sent to sign in".to_owned())
    }
}

struct Api {
    address: Url,
    sign_in: SignIn,
    mapping: Arc<Mapping>,
    paging: Paging,
    complete: bool,
    /// Digest of the settings, secrets left out.
    settings: u64,
}

/// Between runs, and with `run` within one.
#[derive(Debug, Serialize, Deserialize)]
struct State {
    settings: u64,
    #[serde(default)]
    validators: Validators,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    run: Option<Run>,
}

/// A page, read.
struct Read {
    gather: Gather,
    gone: Vec<String>,
    elements: usize,
    /// There is a list, and be it an empty one.
    is_listed: bool,
    /// The ids of all elements, to tell pages apart.
    ids: String,
}

#[async_trait]
impl Connector for Api {
    async fn page(&self, http: &Http, cursor: Option<&Cursor>) -> Result<Page, Error> {
        let mut state = self.state(cursor)?;
        let mut run = state.run.take().unwrap_or_else(|| Run::new(&self.paging));
        let validators = if self.paging.is_single() { state.validators.clone() } else { Validators::default() };
        let response = match self.fetch(http, &run, &validators).await {
            Ok(Some(response)) => response,
            Ok(None) => {
                return Ok(Gather::default().page(vec![], Next::Unchanged { cursor: Some(write_cursor(&state)?) }));
            }
            // Many APIs say so of a page behind the last one. It may also be a fault, so nothing is gone by it.
            Err(Error::Status { status: 404, .. }) if run.pages > 0 && self.paging.counts() => {
                return Ok(Gather::default().page(vec![], self.done(state, false)?));
            }
            Err(error) => return Err(error.expecting(EXPECTED)),
        };
        let (mut read, answer) = self.read(&response, run.pages == 0).await?;
        if run.read_page(read.elements, &read.ids) {
            let reason = "it holds the same items as the page before it; does the API know the parameter for the page?";
            return Err(Error::Loop { url: response.shown_url(), reason: reason.to_owned() });
        }
        let onward = self.paging.onward(&mut run, &response, &answer, read.elements)?;
        if let Onward::Elsewhere(address) = &onward {
            // An API does not get to choose which other hosts we read.
            let reason =
                "The list goes on at another site, which is not read. Add that address as a source of its own.";
            read.gather.push(Err(rejected(None, reason, address)));
        }
        run.clean &= read.gather.is_clean() && read.is_listed;
        let next = match onward {
            Onward::To(at) => {
                run.at = at;
                state.run = Some(run);
                Next::More(write_cursor(&state)?)
            }
            Onward::End | Onward::Elsewhere(_) => {
                let keeps = self.paging.is_single() && run.clean;
                state.validators = if keeps { Validators::of(&response) } else { Validators::default() };
                self.done(state, self.complete && run.clean)?
            }
        };
        Ok(read.gather.page(read.gone, next))
    }

    async fn test(&self, http: &Http) -> Vec<Step> {
        let mut more = Vec::new();
        let found = self.try_out(http, &mut more).await;
        let sign_in = Found::sign_in(self.sign_in.works(), found.is_ok());
        let mut all = steps(found, sign_in);
        all.extend(more);
        all
    }
}

impl Api {
    /// Where the last run or page stopped; nothing of it where the settings have changed since.
    fn state(&self, cursor: Option<&Cursor>) -> Result<State, Error> {
        let state = cursor.map(read_cursor::<State>).transpose()?.filter(|state| state.settings == self.settings);
        Ok(state.unwrap_or(State { settings: self.settings, validators: Validators::default(), run: None }))
    }

    fn done(&self, state: State, complete: bool) -> Result<Next, Error> {
        Ok(Next::Done { cursor: Some(write_cursor(&state)?), complete })
    }

    /// A page's answer, or none where it is what the validators stand for.
    async fn fetch(&self, http: &Http, run: &Run, validators: &Validators) -> Result<Option<Response>, Error> {
        let url = self.paging.url(&self.address, &run.at)?;
        let mut request = http.get(&url).header("accept", "application/json, */*;q=0.5");
        if let Some(token) = &self.sign_in.token {
            request = request.secret("authorization", &format!("Bearer {token}")).hiding(token);
        }
        if let Some((user, password)) = &self.sign_in.login {
            request = request.secret("authorization", &basic(user, password)).hiding(password);
        }
        if let Some((name, value)) = &self.sign_in.header {
            request = request.secret_as(name, value);
        }
        let request = validators.ask(request);
        request
            .read(|response| match response.status() {
                304 => Ok(None),
                _ => response.ok().map(|()| Some(response.clone())),
            })
            .await
    }

    /// Parses and maps an answer, aside of what else the process does.
    async fn read(&self, response: &Response, is_first: bool) -> Result<(Read, Value), Error> {
        let (mapping, response) = (self.mapping.clone(), response.clone());
        let url = response.shown_url();
        let work = move || {
            let answer: Value = response.json().map_err(|error| error.expecting(EXPECTED))?;
            let read = read(&mapping, &response, &answer, is_first)?;
            Ok((read, answer))
        };
        let lost = |_| Error::Format { url, expected: EXPECTED, found: "JSON that the reader fails at".to_owned() };
        tokio::task::spawn_blocking(work).await.map_err(lost)?
    }

    /// Tries the first page, and fills in what the first item becomes.
    async fn try_out(&self, http: &Http, more: &mut Vec<Step>) -> Result<[String; 2], Error> {
        http.check(&self.address).await?;
        let mut run = Run::new(&self.paging);
        let unlike = |error: Error| error.unlike(LOOK);
        let response = self.fetch(http, &run, &Validators::default()).await.map_err(unlike)?;
        let response = response.ok_or_else(|| Error::Cursor {
            reason: "the server says that nothing has changed since never".to_owned(),
        })?;
        let answer: Value = response.json().map_err(unlike)?;
        let elements = self.mapping.items(&answer).map_err(|found| self.no_items(&response, found))?;
        let (read, _) = self.read(&response, true).await?;
        run.read_page(read.elements, &read.ids);
        *more = self.mapping.explain(&elements, response.url());
        more.extend(self.try_next(http, run, &response, &answer, &read).await);
        hide(more, &response);
        let usable = read.gather.titles().len();
        Ok([
            format!("The server sent {} bytes of JSON", response.body().len()),
            match elements.len() {
                0 => "The list is empty, so there is nothing to try the paths on yet".to_owned(),
                all => format!("{usable} of {all} items of the first page can be used; the first one becomes:"),
            },
        ])
    }

    /// Whether the second page is one.
    async fn try_next(
        &self,
        http: &Http,
        mut run: Run,
        response: &Response,
        answer: &Value,
        first: &Read,
    ) -> Option<Step> {
        if self.paging.is_single() || first.elements == 0 {
            return None;
        }
        let outcome = async {
            match self.paging.onward(&mut run, response, answer, first.elements)? {
                Onward::End => Ok(Found::NotChecked(
                    "The answer names no next page, so this is all there is, or the settings do not fit".to_owned(),
                )),
                Onward::Elsewhere(address) => {
                    let reason = format!("the list goes on at another site, {address}, which is not read");
                    Err(Error::Loop { url: response.shown_url(), reason })
                }
                Onward::To(at) => {
                    run.at = at;
                    let next = self.fetch(http, &run, &Validators::default()).await;
                    let next = match next {
                        Err(Error::Status { status: 404, .. }) if self.paging.counts() => None,
                        other => other?,
                    };
                    let Some(next) = next else { return Ok(Found::Checked("There is only one page".to_owned())) };
                    let (second, _) = self.read(&next, false).await?;
                    if second.ids == first.ids {
                        let reason =
                            "it holds the same items as the first page; does the API know the parameter for the page?";
                        return Err(Error::Loop { url: next.shown_url(), reason: reason.to_owned() });
                    }
                    Ok(Found::Checked(format!("The second page holds {} items", second.elements)))
                }
            }
        };
        Some(Step { what: mapping::label("paging").to_owned(), outcome: outcome.await })
    }

    fn no_items(&self, response: &Response, found: String) -> Error {
        no_items(&self.mapping, response, &found)
    }
}

fn no_items(mapping: &Mapping, response: &Response, found: &str) -> Error {
    let path = mapping.items.as_str().to_owned();
    Error::Mapping { field: mapping::label("items").to_owned(), path, found: response.hide(found.to_owned()) }
}

fn read(mapping: &Mapping, response: &Response, answer: &Value, is_first: bool) -> Result<Read, Error> {
    let (elements, is_listed) = match mapping.items(answer) {
        Ok(elements) => (elements, true),
        // Some APIs leave the list out where it would be empty; others say so that something went wrong.
        Err(_) if !is_first && answer.is_object() => (Vec::new(), false),
        Err(found) => return Err(no_items(mapping, response, &found)),
    };
    if elements.len() > MAX_ITEMS {
        return Err(response.not(EXPECTED, format!("a page of {} items; ask for fewer at once", elements.len())));
    }
    let (gather, gone) = (Gather::default(), Vec::new());
    let mut read = Read { gather, gone, elements: elements.len(), is_listed, ids: String::new() };
    for element in elements {
        match mapping.map(element, response.url()) {
            Mapped::Item(item) => {
                let item = item.map_err(|rejected| without_secrets(rejected, response));
                let id = match &item {
                    Ok(resource) => Some(resource.external_id.as_str()),
                    Err(rejected) => rejected.external_id.as_deref().or(Some(rejected.excerpt.as_str())),
                };
                read.ids.push_str(id.unwrap_or_default());
                read.ids.push('\n');
                read.gather.push(item.map(Item::Resource));
            }
            Mapped::Gone(id) => {
                read.ids.push_str(&id);
                read.ids.push('\n');
                read.gone.push(id);
            }
        }
    }
    // What is listed alive on the same page is not gone.
    let gather = &read.gather;
    read.gone.retain(|id| id.chars().count() <= 500 && !gather.holds(id));
    Ok(read)
}

/// What is kept of a broken item, without secrets that the server has repeated in it.
fn without_secrets(rejected: Rejected, response: &Response) -> Rejected {
    Rejected { reason: response.hide(rejected.reason), excerpt: response.hide(rejected.excerpt), ..rejected }
}

/// Takes secrets that the server has repeated out of what a test shows.
fn hide(steps: &mut [Step], response: &Response) {
    for step in steps {
        match &mut step.outcome {
            Ok(Found::Checked(said) | Found::NotChecked(said) | Found::NotNeeded(said)) => {
                *said = response.hide(std::mem::take(said));
            }
            Err(Error::Mapping { found, .. }) => *found = response.hide(std::mem::take(found)),
            Err(_) => {}
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn faults(pairs: &[(&str, &str)]) -> Vec<String> {
        let mut settings = Settings::from([("address".to_owned(), "https://a.example/items".to_owned())]);
        settings.extend(pairs.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())));
        JsonApi.connect(&settings).err().map(|faults| faults.into_keys().collect()).unwrap_or_default()
    }

    #[test]
    fn fields_that_belong_together_are_asked_for_together() {
        assert!(faults(&[]).is_empty());
        assert_eq!(faults(&[("password", "x")]), ["user"]);
        assert_eq!(faults(&[("token", "x"), ("user", "y")]), ["token"]);
        assert_eq!(faults(&[("header", "X-Key")]), ["header_value"]);
        assert_eq!(faults(&[("header_value", "x")]), ["header"]);
        for bad in ["X Key", "Host", "x:y", "Content-Length"] {
            assert_eq!(faults(&[("header", bad), ("header_value", "x")]), ["header"], "{bad}");
        }
        assert_eq!(faults(&[("header", "Authorization"), ("header_value", "x"), ("token", "y")]), ["header"]);
        assert_eq!(faults(&[("paging", "cursor")]), ["page_path"]);
        assert_eq!(faults(&[("paging", "next")]), ["page_path"]);
        assert_eq!(faults(&[("limit", "0"), ("limit_param", "n")]), ["limit"]);
        assert_eq!(faults(&[("limit", "5")]), ["limit_param"]);
        assert_eq!(faults(&[("title", "title"), ("items", "$["), ("topics", "x")]), ["items", "title", "topics"]);
        assert_eq!(faults(&[("language", "english")]), ["language"]);
    }
}
