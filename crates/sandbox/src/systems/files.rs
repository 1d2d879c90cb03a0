//! Tables as files, as somebody's export puts them on a server.
//!
//! - `/job-aids.csv`: CSV (RFC 4180) with a header, semicolons, a byte order mark and CRLF, as a spreadsheet writes it.
//!   `?divider=comma|semicolon|tab|bar` and `?encoding=utf-8|utf-16le|utf-16be|latin1` write it otherwise
//! - `/recordings.jsonl`: JSON lines (<https://jsonlines.org/>)
//!
//! Each row has a page, except `JA-10` of the job aids: its link leads nowhere, as happens.
//!
//! Entity tags, `Last-Modified` and 304 as in RFC 9110, section 13.

use std::sync::Arc;

use axum::{
    Extension, Router,
    extract::{Path, Query, State},
    http::HeaderMap,
    response::Response,
    routing::get,
};
use serde::Deserialize;
use serde_json::json;
use url::Url;

use crate::{
    ContentError, EditError, LibraryItem, System,
    html::{self, escape},
    items::ItemFaults,
    stock::Stock,
    systems::{
        Setup,
        feeds::{Entry, conditional, rfc3339},
    },
};

/// One of the files.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Sheet {
    JobAids,
    Recordings,
}

impl Sheet {
    /// Its file, relative to the system's address.
    pub fn path(self) -> &'static str {
        match self {
            Self::JobAids => "job-aids.csv",
            Self::Recordings => "recordings.jsonl",
        }
    }

    /// Where the pages of its rows are.
    fn folder(self) -> &'static str {
        match self {
            Self::JobAids => "job-aids",
            Self::Recordings => "recordings",
        }
    }
}

/// The file server.
pub struct Files {
    base: Url,
    job_aids: Stock,
    recordings: Stock,
}

impl Files {
    pub(crate) fn new(setup: Setup<'_>) -> Result<Self, ContentError> {
        Ok(Self {
            job_aids: Stock::new(&setup.content.job_aids, setup.clock.clone())?,
            recordings: Stock::new(&setup.content.recordings, setup.clock)?,
            base: setup.base,
        })
    }

    fn stock(&self, sheet: Sheet) -> &Stock {
        match sheet {
            Sheet::JobAids => &self.job_aids,
            Sheet::Recordings => &self.recordings,
        }
    }

    /// The rows of a file, in its order.
    pub fn rows(&self, sheet: Sheet) -> Vec<LibraryItem> {
        self.stock(sheet).items()
    }

    /// Adds a row.
    ///
    /// # Errors
    /// Where there is one with this id.
    pub fn add(&self, sheet: Sheet, item: LibraryItem) -> Result<(), EditError> {
        self.stock(sheet).add(item)
    }

    /// Changes a row. Its id stays what it was.
    ///
    /// # Errors
    /// Where there is none with this id.
    pub fn edit(&self, sheet: Sheet, id: &str, change: impl FnOnce(&mut LibraryItem)) -> Result<(), EditError> {
        self.stock(sheet).edit(id, change)
    }

    /// Removes a row.
    ///
    /// # Errors
    /// Where there is none with this id.
    pub fn remove(&self, sheet: Sheet, id: &str) -> Result<LibraryItem, EditError> {
        self.stock(sheet).remove(id)
    }
}

impl System for Files {
    fn router(self: Arc<Self>) -> Router {
        Router::new()
            .route("/", get(home))
            .route("/job-aids.csv", get(csv))
            .route("/recordings.jsonl", get(lines))
            .route("/{folder}/{name}", get(page))
            .with_state(self)
    }
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct Written {
    divider: Option<String>,
    encoding: Option<String>,
}

async fn csv(
    State(files): State<Arc<Files>>,
    Extension(faults): Extension<ItemFaults>,
    Query(written): Query<Written>,
    headers: HeaderMap,
) -> Response {
    let (mut entries, modified) = files.job_aids.entries(&faults);
    faults.on_page(&mut entries);
    let divider = match written.divider.as_deref() {
        Some("comma") => ',',
        Some("tab") => '\t',
        Some("bar") => '|',
        _ => ';',
    };
    let names = [
        "Number",
        "Title",
        "Description",
        "Type",
        "Link",
        "Owner",
        "Language",
        "Minutes",
        "Tags",
        "Level",
        "Date",
        "Updated",
    ];
    let mut text = row(names.map(str::to_owned), divider);
    for entry in &entries {
        text += &row(cells(entry), divider);
    }
    conditional(&headers, "text/csv", encoded(&text, written.encoding.as_deref()), modified)
}

fn cells(entry: &Entry) -> [String; 12] {
    let item = &entry.item;
    [
        entry.id.clone().unwrap_or_default(),
        item.title.clone(),
        item.summary.clone(),
        item.kind.clone(),
        item.url.clone(),
        item.author.clone(),
        item.language.clone(),
        item.minutes.map(|minutes| minutes.to_string()).unwrap_or_default(),
        item.topics.join(", "),
        item.level.clone().unwrap_or_default(),
        entry.published.map(|at| at.date().to_string()).unwrap_or_default(),
        rfc3339(entry.modified),
    ]
}

fn row<const N: usize>(cells: [String; N], divider: char) -> String {
    let quoted = cells.map(|cell| match cell.contains([divider, '"', '\n', '\r']) {
        true => format!("\"{}\"", cell.replace('"', "\"\"")),
        false => cell,
    });
    format!("{}\r\n", quoted.join(&divider.to_string()))
}

/// The bytes of a text; what Latin-1 lacks becomes a question mark.
fn encoded(text: &str, encoding: Option<&str>) -> Vec<u8> {
    match encoding {
        Some("latin1") => text.chars().map(|letter| u8::try_from(u32::from(letter)).unwrap_or(b'?')).collect(),
        Some("utf-16le") => [0xff, 0xfe].into_iter().chain(text.encode_utf16().flat_map(u16::to_le_bytes)).collect(),
        Some("utf-16be") => text.encode_utf16().flat_map(u16::to_be_bytes).collect(),
        Some("utf-8") => text.as_bytes().to_vec(),
        _ => [&[0xef, 0xbb, 0xbf][..], text.as_bytes()].concat(),
    }
}

async fn lines(
    State(files): State<Arc<Files>>,
    Extension(faults): Extension<ItemFaults>,
    headers: HeaderMap,
) -> Response {
    let (mut entries, modified) = files.recordings.entries(&faults);
    faults.on_page(&mut entries);
    let mut text = String::new();
    for entry in &entries {
        let item = &entry.item;
        let line = json!({
            "id": entry.id, "title": item.title, "description": item.summary, "type": item.kind, "url": item.url,
            "speakers": [item.author], "language": item.language, "duration": item.minutes, "tags": item.topics,
            "level": item.level, "date": entry.published.map(|at| at.date().to_string()), "updated": rfc3339(entry.modified),
        });
        text += &format!("{line}\n");
    }
    conditional(&headers, "application/jsonl", text, modified)
}

async fn home(State(files): State<Arc<Files>>) -> Response {
    let mut body = String::from("<p>Exports, renewed every night.</p>\n<ul>\n");
    for sheet in [Sheet::JobAids, Sheet::Recordings] {
        let (path, count) = (sheet.path(), files.rows(sheet).len());
        body += &format!("<li><a href=\"{}{path}\">{path}</a>, {count} rows</li>\n", files.base);
    }
    html::page("Files", &format!("{body}</ul>"))
}

async fn page(State(files): State<Arc<Files>>, Path((folder, name)): Path<(String, String)>) -> Response {
    let url = format!("/{folder}/{name}");
    let sheets = [Sheet::JobAids, Sheet::Recordings].into_iter().filter(|sheet| sheet.folder() == folder);
    match sheets.flat_map(|sheet| files.rows(sheet)).find(|item| item.url == url) {
        Some(item) => {
            let body = format!("<p>{}</p>\n<p>By {}.</p>", escape(&item.summary), escape(&item.author));
            html::page(&item.title, &body)
        }
        None => html::missing("There is no such file."),
    }
}
