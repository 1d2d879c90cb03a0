//! A table at an address: CSV as RFC 4180 describes it and as people write it (semicolons, tabs, bars; a first line
//! `sep=;`; quotes that are not closed), or JSON lines (<https://jsonlines.org/>), one object a line.
//!
//! The first row names the columns, or the operator does by number. A part of an item is read from the column that the
//! operator names, else from one of a usual name, whatever its case. UTF-8, UTF-16, Latin-1 and what the server names
//! are understood. A row that cannot be used is set aside with its line number; the others count.
//!
//! The file is asked for by conditional requests (RFC 9110, section 13), unless a row of it was set aside: that is told by
//! every run until it is mended. The file is taken to list everything, so that a row that disappears is gone, unless the
//! operator says otherwise.

mod columns;
mod rows;

use std::{collections::BTreeMap, sync::Arc};

use async_trait::async_trait;
use serde::{Deserialize, Serialize};
use url::Url;

use crate::{
    clean::{Gather, digest, read_cursor, write_cursor},
    encoding,
    error::{Error, Look},
    http::{Http, Response, basic},
    model::{Cursor, Item, Next, Page},
    system::{Connector, Field, FieldKind, Form, Found, Section, Settings, Step, System, steps},
    validators::Validators,
    values::{KINDS, MEASURES},
};
use columns::{Mapped, Wanted};

const EXPECTED: &str = "a table (CSV or JSON lines)";

const LOOK: Look = Look {
    name: "a table",
    expected: "CSV or JSON lines",
    advice: "Open the address in a browser: it has to download or show the file itself, not a page around it. Spreadsheets \
             on the web have an address of their own for the CSV, under share, publish or export.",
};

const FORMATS: &[(&str, &str)] = &[
    ("auto", "Find out"),
    ("comma", "CSV with commas"),
    ("semicolon", "CSV with semicolons"),
    ("tab", "CSV with tabs"),
    ("bar", "CSV with bars"),
    ("lines", "JSON lines"),
];

/// A table as a kind of source.
pub(crate) struct Table;

const fn column(name: &'static str, label: &'static str, help: &'static str) -> Field {
    Field { name, label, help, kind: FieldKind::Text, required: false, default: "" }
}

const FIELDS: &[Field] = &[
    Field {
        name: "address",
        label: "Address of the file",
        help: "A CSV file or one JSON object a line, such as https://files.example.org/courses.csv.",
        kind: FieldKind::Url,
        required: true,
        default: "",
    },
    Field {
        name: "format",
        label: "Format",
        help: "What the file is, should it not be found out right.",
        kind: FieldKind::Choice(FORMATS),
        required: false,
        default: "auto",
    },
    Field {
        name: "header",
        label: "The first row names the columns",
        help: "If it does not, call the columns by their numbers below: 1, 2, 3.",
        kind: FieldKind::Flag,
        required: false,
        default: "true",
    },
    Field {
        name: "kind",
        label: "What the rows are",
        help: "Used where no column says it in a word that is known.",
        kind: FieldKind::Choice(KINDS),
        required: false,
        default: "article",
    },
    Field {
        name: "complete",
        label: "The file lists everything there is",
        help: "Then a row that disappears from it is gone. Switch it off for files that hold only what is new.",
        kind: FieldKind::Flag,
        required: false,
        default: "true",
    },
    column("title", "Title", "Empty takes a column called title or name."),
    column("url", "Address", "Empty takes a column called url, link or address."),
    column("id", "Id", "Empty takes a column called id, key or code; without one, a row is known by its address."),
    column("summary", "Summary", "Empty takes a column called summary or description."),
    column(
        "kind_column",
        "Kind",
        "Empty takes a column called kind, type or format. Usual words (course, webinar, e-book…) are understood.",
    ),
    column(
        "authors",
        "Authors",
        "Empty takes a column called author or instructor. Several are divided by semicolons.",
    ),
    column("language", "Language", "Empty takes a column called language or lang."),
    column("language_tag", "Language of all rows", "Used where no column says it: a tag such as en or pt-BR."),
    column("minutes", "Duration", "Empty takes a column called minutes, duration or length."),
    Field {
        name: "minutes_unit",
        label: "Unit of the duration",
        help: "What a plain number means. Values such as PT1H30M, 1:30:00 and 1 h 30 min are understood with every unit.",
        kind: FieldKind::Choice(MEASURES),
        required: false,
        default: "minutes",
    },
    column("level", "Level", "Empty takes a column called level or difficulty."),
    column("topics", "Topics", "Empty takes a column called topics, tags, category or skills."),
    column("published", "Published", "Empty takes a column called published, date or created."),
    column("changed", "Changed", "Empty takes a column called changed, updated or modified."),
    column(
        "deleted",
        "Deleted",
        "Empty takes a column called deleted or archived: yes, 1 or a date means that the row is gone.",
    ),
    column("user", "User name", "Only where the file asks for one."),
    Field {
        name: "password",
        label: "Password",
        help: "Only where the file asks for one.",
        kind: FieldKind::Secret,
        required: false,
        default: "",
    },
];

const SECTIONS: &[Section] = &[
    Section {
        from: "title",
        title: "Columns",
        help: "Names of columns, in any case. What stays empty is found by its usual names; “Test the connection” shows what was found.",
        folded: true,
    },
    Section { from: "user", title: "Sign-in", help: "Only for files that are not open to everybody.", folded: true },
];

impl System for Table {
    fn kind(&self) -> &'static str {
        "table"
    }
    fn name(&self) -> &'static str {
        "CSV or JSON lines"
    }
    fn summary(&self) -> &'static str {
        "A table at an address, one item a row: an export, or a spreadsheet that is published as CSV."
    }
    fn docs(&self) -> &'static str {
        "https://www.rfc-editor.org/rfc/rfc4180"
    }
    fn fields(&self) -> &'static [Field] {
        FIELDS
    }
    fn sections(&self) -> &'static [Section] {
        SECTIONS
    }

    fn connect(&self, settings: &Settings) -> Result<Box<dyn Connector>, BTreeMap<String, String>> {
        let mut form = Form::new(FIELDS, settings);
        if form.some("password").is_some() && form.some("user").is_none() {
            form.fault("user", "Give the user name that belongs to the password.");
        }
        let wanted = Wanted::read(&mut form);
        let plain = FIELDS.iter().filter(|field| field.kind != FieldKind::Secret);
        let settings = plain.map(|field| format!("{}={}\n", field.name, form.get(field.name))).collect::<String>();
        let format = match form.get("format") {
            "comma" => rows::Form::Csv(Some(b',')),
            "semicolon" => rows::Form::Csv(Some(b';')),
            "tab" => rows::Form::Csv(Some(b'\t')),
            "bar" => rows::Form::Csv(Some(b'|')),
            "lines" => rows::Form::Lines,
            _ => rows::Form::Auto,
        };
        let connector = form.url("address").map(|address| File {
            address,
            login: form.some("user").map(|user| (user, form.get("password").to_owned())),
            reading: Arc::new(Reading { format, has_header: form.flag("header"), wanted }),
            complete: form.flag("complete"),
            settings: digest(&settings),
        });
        form.finish(connector)
    }
}

/// How the file is read.
struct Reading {
    format: rows::Form,
    has_header: bool,
    wanted: Wanted,
}

struct File {
    address: Url,
    login: Option<(String, String)>,
    reading: Arc<Reading>,
    complete: bool,
    /// Digest of the settings, secrets left out.
    settings: u64,
}

/// Between runs.
#[derive(Debug, Serialize, Deserialize)]
struct State {
    settings: u64,
    #[serde(default)]
    validators: Validators,
}

/// A file, read.
struct Listing {
    gather: Gather,
    gone: Vec<String>,
    rows: usize,
    /// What the file is, in words.
    what: String,
    /// What the first row becomes.
    first: Vec<Step>,
}

#[async_trait]
impl Connector for File {
    async fn page(&self, http: &Http, cursor: Option<&Cursor>) -> Result<Page, Error> {
        let state = cursor.map(read_cursor::<State>).transpose()?.filter(|state| state.settings == self.settings);
        let state = state.unwrap_or(State { settings: self.settings, validators: Validators::default() });
        let Some(response) = self.fetch(http, &state.validators).await? else {
            return Ok(Gather::default().page(vec![], Next::Unchanged { cursor: Some(write_cursor(&state)?) }));
        };
        let listing = self.read(&response).await?;
        let is_clean = listing.gather.is_clean();
        let validators = if is_clean { Validators::of(&response) } else { Validators::default() };
        let state = State { validators, ..state };
        let complete = self.complete && is_clean;
        let next = Next::Done { cursor: Some(write_cursor(&state)?), complete };
        Ok(listing.gather.page(listing.gone, next))
    }

    async fn test(&self, http: &Http) -> Vec<Step> {
        let mut more = Vec::new();
        let found = self.try_out(http, &mut more).await;
        let works = self.login.as_ref().map(|_| "The server did not refuse the user name and the password".to_owned());
        let sign_in = Found::sign_in(works, found.is_ok());
        let mut all = steps(found, sign_in);
        all.extend(more);
        all
    }
}

impl File {
    /// The file, or none where it is what the validators stand for.
    async fn fetch(&self, http: &Http, validators: &Validators) -> Result<Option<Response>, Error> {
        let accept =
            "text/csv, application/jsonl, application/x-ndjson, text/tab-separated-values, text/plain;q=0.9, */*;q=0.5";
        let mut request = http.get(&self.address).header("accept", accept);
        if let Some((user, password)) = &self.login {
            request = request.secret("authorization", &basic(user, password)).hiding(password);
        }
        let request = validators.ask(request);
        request
            .read(|response| match response.status() {
                304 => Ok(None),
                _ => response.ok().map(|()| Some(response.clone())),
            })
            .await
    }

    /// Reads the file, aside of what else the process does.
    async fn read(&self, response: &Response) -> Result<Listing, Error> {
        let (reading, response) = (self.reading.clone(), response.clone());
        let url = response.shown_url();
        let lost = |_| Error::Format { url, expected: EXPECTED, found: "a table that the reader fails at".to_owned() };
        tokio::task::spawn_blocking(move || listing(&reading, &response)).await.map_err(lost)?
    }

    async fn try_out(&self, http: &Http, more: &mut Vec<Step>) -> Result<[String; 2], Error> {
        http.check(&self.address).await?;
        let unlike = |error: Error| error.unlike(LOOK);
        let Some(response) = self.fetch(http, &Validators::default()).await.map_err(unlike)? else {
            return Err(Error::Cursor { reason: "the server says that nothing has changed since never".to_owned() });
        };
        let listing = self.read(&response).await.map_err(unlike)?;
        *more = listing.first;
        let (usable, rows) = (listing.gather.titles().len(), listing.rows);
        Ok([
            format!("The server sent {} bytes: {}", response.body().len(), listing.what),
            match rows {
                0 => "The table has no rows yet".to_owned(),
                rows => format!("{usable} of {rows} rows can be used; the first one becomes:"),
            },
        ])
    }
}

fn listing(reading: &Reading, response: &Response) -> Result<Listing, Error> {
    let text = encoding::decode(response.body(), response.header("content-type"), None);
    let is_binary = text.chars().take(512).any(|letter| matches!(letter, '\0'..='\u{8}' | '\u{e}'..='\u{1a}'));
    if is_binary {
        return Err(response.not(EXPECTED, response.found()));
    }
    // No text holds one: what stands before it is no whole file either.
    if text.contains('\0') {
        return Err(response.not(EXPECTED, "text that breaks off into bytes that are none".to_owned()));
    }
    let sheet = rows::read(&text, reading.format, reading.has_header).map_err(|found| response.not(EXPECTED, found))?;
    let columns = reading.wanted.columns(&sheet)?;
    let (mut gather, mut gone) = (Gather::default(), Vec::new());
    for row in &sheet.rows {
        match columns.map(row, response.url()) {
            Mapped::Item(item) => gather.push(item.map(Item::Resource)),
            Mapped::Gone(id) => gone.push(id),
        }
    }
    // What is listed alive in the same file is not gone.
    gone.retain(|id| !gather.holds(id));
    let first = columns.explain(&sheet.rows, response.url());
    Ok(Listing { gather, gone, rows: sheet.rows.len(), what: sheet.what, first })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn fields_that_belong_together_are_asked_for_together() {
        let faults = |pairs: &[(&str, &str)]| {
            let mut settings = Settings::from([("address".to_owned(), "https://a.example/x.csv".to_owned())]);
            settings.extend(pairs.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())));
            Table.connect(&settings).err().map(|faults| faults.into_keys().collect::<Vec<_>>()).unwrap_or_default()
        };
        assert!(faults(&[]).is_empty());
        assert_eq!(faults(&[("password", "x")]), ["user"]);
        assert_eq!(faults(&[("language_tag", "english")]), ["language_tag"]);
        assert_eq!(faults(&[("format", "excel"), ("header", "maybe")]), ["format", "header"]);
    }
}
