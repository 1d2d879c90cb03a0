//! From rows to items: which column holds what.

use std::collections::HashSet;

use serde_json::Value;
use url::Url;

use super::{
    FIELDS,
    rows::{Cells, Row, Sheet},
};
use crate::{
    clean::{Draft, language, rejected, web_address},
    error::Error,
    model::{Kind, Rejected, Resource},
    system::{Form, Found, Step},
    text::{excerpt, head, to_line},
    values::{self, Measure, plain_word},
};

/// What a column can hold, and the usual names for it, in their plain form.
const PARTS: &[(&str, &[&str])] = &[
    (
        "id",
        &["id", "identifier", "key", "guid", "uuid", "externalid", "courseid", "itemid", "code", "coursecode", "sku"],
    ),
    ("title", &["title", "name", "titel", "titre", "coursename", "coursetitle", "resourcetitle", "itemtitle"]),
    ("url", &["url", "link", "address", "href", "uri", "webaddress", "website", "launchurl", "courseurl", "weblink"]),
    ("summary", &["summary", "description", "abstract", "shortdescription", "teaser", "beschreibung", "about"]),
    ("kind_column", &["kind", "type", "resourcetype", "contenttype", "itemtype", "format"]),
    (
        "authors",
        &[
            "authors",
            "author",
            "creator",
            "by",
            "instructor",
            "instructors",
            "presenter",
            "speaker",
            "speakers",
            "autor",
        ],
    ),
    ("language", &["language", "lang", "locale", "sprache"]),
    ("minutes", &["minutes", "duration", "durationminutes", "durationmin", "length", "time", "dauer"]),
    ("level", &["level", "difficulty"]),
    (
        "topics",
        &["topics", "topic", "tags", "tag", "subjects", "subject", "keywords", "categories", "category", "skills"],
    ),
    ("published", &["published", "publishedat", "publicationdate", "date", "created", "createdat", "year", "datum"]),
    ("changed", &["changed", "updated", "modified", "lastmodified", "updatedat", "lastupdated", "lastmod"]),
    ("deleted", &["deleted", "isdeleted", "deletedat", "removed", "retired", "archived"]),
];

/// Which column holds what, as the operator wants it.
#[derive(Clone, Debug)]
pub(super) struct Wanted {
    /// The names that were given, by part.
    names: Vec<(&'static str, String)>,
    kind: Kind,
    measure: Measure,
    language: Option<String>,
}

/// Which column of a file holds what.
pub(super) struct Columns<'a> {
    wanted: &'a Wanted,
    /// Part, name as written, place; the place of JSON's members is their name alone.
    found: Vec<(&'static str, String, usize)>,
}

/// What a row is.
pub(super) enum Mapped {
    Item(Result<Resource, Rejected>),
    /// The id of a row that calls itself deleted.
    Gone(String),
}

impl Wanted {
    pub(super) fn read(form: &mut Form<'_>) -> Self {
        let names = PARTS.iter().filter_map(|(part, _)| Some((*part, form.some(part)?))).collect();
        let tag = form.some("language_tag");
        if tag.as_deref().is_some_and(|tag| language(tag).is_none()) {
            form.fault("language_tag", "Give a language tag such as en or pt-BR.");
        }
        Self {
            names,
            kind: Kind::parse(form.get("kind")).unwrap_or(Kind::Article),
            measure: Measure::parse(form.get("minutes_unit")),
            language: tag,
        }
    }

    /// Finds the columns in a file.
    ///
    /// # Errors
    /// `Mapping`, where a column that was named or is needed is not there.
    pub(super) fn columns<'a>(&'a self, sheet: &Sheet) -> Result<Columns<'a>, Error> {
        let names = names(sheet);
        let all = || match names.as_slice() {
            [] => "no columns at all".to_owned(),
            names => format!("no such column; there are {}", excerpt(&names.join(", "), 300)),
        };
        let place = |wanted: &str| names.iter().position(|name| plain_word(name) == plain_word(wanted));
        let mut found: Vec<(&'static str, String, usize)> = Vec::new();
        for (part, usual) in PARTS {
            let given = self.names.iter().find(|(known, _)| known == part).map(|(_, name)| name);
            let at = match given {
                Some(name) => Some(place(name).ok_or_else(|| mapping(part, name, all()))?),
                None => usual.iter().find_map(|name| place(name)),
            };
            // What the operator named for one part is no other part by accident.
            let free = |at: &usize| given.is_some() || !self.names.iter().any(|(_, name)| place(name) == Some(*at));
            if let Some(at) = at.filter(free) {
                found.push((*part, names[at].clone(), at));
            }
        }
        let columns = Columns { wanted: self, found };
        for part in ["title", "url"] {
            if columns.name(part).is_none() {
                return Err(mapping(part, part, all()));
            }
        }
        Ok(columns)
    }
}

/// The columns' names; of JSON lines, the names of all members in plain form.
fn names(sheet: &Sheet) -> Vec<String> {
    if !sheet.columns.is_empty() {
        return sheet.columns.clone();
    }
    // A member may be in few rows, far down: the mark of what is deleted often is.
    let (mut names, mut known) = (Vec::new(), HashSet::new());
    for row in &sheet.rows {
        let Ok(Cells::Json(cells)) = &row.cells else { continue };
        for name in cells.keys() {
            if names.len() < 200 && known.insert(name) {
                names.push(name.clone());
            }
        }
    }
    names
}

fn mapping(part: &str, column: &str, found: String) -> Error {
    Error::Mapping { field: label(part).to_owned(), path: format!("“{}”", excerpt(column, 80)), found }
}

fn label(part: &str) -> &'static str {
    FIELDS.iter().find(|field| field.name == part).map_or("", |field| field.label)
}

impl Columns<'_> {
    fn name(&self, part: &str) -> Option<&str> {
        self.found.iter().find(|(known, ..)| *known == part).map(|(_, name, _)| name.as_str())
    }

    /// What a row holds of a part; empty where it holds nothing.
    fn get(&self, cells: &Cells, part: &str) -> String {
        let Some((_, name, at)) = self.found.iter().find(|(known, ..)| *known == part) else { return String::new() };
        match cells {
            Cells::Csv(cells) => cells.get(*at).map(|cell| cell.trim().to_owned()).unwrap_or_default(),
            Cells::Json(fields) => fields.get(name).map(text).unwrap_or_default(),
        }
    }

    /// What a row is.
    pub(super) fn map(&self, row: &Row, base: &Url) -> Mapped {
        let reject =
            |id: Option<&str>, reason: &str| Mapped::Item(Err(rejected(id, &at_line(row, reason), &row.excerpt)));
        let cells = match &row.cells {
            Ok(cells) => cells,
            Err(fault) => return reject(None, &format!("{fault}.")),
        };
        let get = |part: &str| self.get(cells, part);
        let url = get("url");
        // Without ids of its own, a row is known by its address.
        let id = match (self.name("id"), get("id")) {
            (Some(_), id) => id,
            (None, _) => web_address(&url, base).unwrap_or_else(|_| url.clone()),
        };
        if !id.is_empty() && id.chars().count() <= 500 && values::is_yes(&get("deleted")) {
            return Mapped::Gone(id);
        }
        let draft = Draft {
            external_id: id.clone(),
            url,
            title: get("title"),
            summary: get("summary"),
            authors: values::list(&get("authors")),
            language: Some(get("language")).filter(|tag| !tag.is_empty()).or_else(|| self.wanted.language.clone()),
            minutes: values::minutes(&get("minutes"), self.wanted.measure),
            level: values::level(&get("level")),
            topics: values::list(&get("topics")),
            published_at: values::moment(&get("published")),
            changed_at: values::moment(&get("changed")),
            ..Draft::new(values::kind(&get("kind_column")).unwrap_or(self.wanted.kind))
        };
        match draft.finish(base) {
            Ok(resource) => Mapped::Item(Ok(resource)),
            Err(rejected) => reject(Some(&id), &rejected.reason),
        }
    }

    /// What the first row becomes, column by column.
    pub(super) fn explain(&self, rows: &[Row], base: &Url) -> Vec<Step> {
        let Some((row, cells)) = rows.iter().find_map(|row| Some((row, row.cells.as_ref().ok()?))) else {
            return Vec::new();
        };
        let mut steps = Vec::new();
        for (part, name, _) in &self.found {
            let value = self.get(cells, part);
            let broken = |found: &str| {
                Err(mapping(part, name, format!("“{}”, which is {found}", excerpt(&to_line(head(&value, 400)), 80))))
            };
            let shown = |text: &str| {
                Ok(Found::Checked(format!("“{}”, from “{name}”", excerpt(&to_line(head(text, 1000)), 100))))
            };
            let empty = || Ok(Found::NotChecked(format!("“{name}” is empty in line {}", row.line)));
            let outcome = match *part {
                _ if value.is_empty() => empty(),
                "url" => web_address(&value, base).map_or_else(|_| broken("no web address"), |url| shown(&url)),
                "language" if language(&value).is_none() => broken("no language tag"),
                "minutes" => match values::minutes(&value, self.wanted.measure) {
                    Some(minutes) => shown(&format!("{minutes} minutes")),
                    None => broken("no length of time"),
                },
                "published" | "changed" => match values::moment(&value).and_then(values::day) {
                    Some(day) => shown(&day),
                    None => broken("no date"),
                },
                "kind_column" => match values::kind(&value) {
                    Some(kind) => shown(kind.as_str()),
                    None => Ok(Found::NotChecked(format!(
                        "“{}” is no kind that is known; the row is taken for “{}”",
                        excerpt(&value, 60),
                        self.wanted.kind.as_str()
                    ))),
                },
                _ => shown(&value),
            };
            steps.push(Step { what: label(part).to_owned(), outcome });
        }
        steps
    }
}

fn at_line(row: &Row, reason: &str) -> String {
    let mut letters = reason.chars();
    let first: String = letters.next().map(|letter| letter.to_lowercase().collect()).unwrap_or_default();
    format!("Line {}: {first}{}", row.line, letters.as_str())
}

/// A JSON value as a cell.
fn text(value: &Value) -> String {
    match value {
        Value::String(text) => text.trim().to_owned(),
        Value::Number(number) => number.to_string(),
        Value::Bool(flag) => flag.to_string(),
        Value::Array(list) => {
            list.iter().take(200).map(text).filter(|text| !text.is_empty()).collect::<Vec<_>>().join("; ")
        }
        Value::Null | Value::Object(_) => String::new(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{system::Settings, systems::table::rows};

    fn mapped(text: &str, more: &[(&str, &str)]) -> Result<Vec<Result<Resource, String>>, Error> {
        let mut settings = Settings::from([("address".to_owned(), "https://a.example/list.csv".to_owned())]);
        settings.extend(more.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())));
        let wanted = Wanted::read(&mut Form::new(FIELDS, &settings));
        let sheet = rows::read(text, rows::Form::Auto, true).unwrap();
        let columns = wanted.columns(&sheet)?;
        let base = Url::parse("https://a.example/list.csv").unwrap();
        let rows = sheet.rows.iter().map(|row| match columns.map(row, &base) {
            Mapped::Item(Ok(resource)) => Ok(resource),
            Mapped::Item(Err(rejected)) => Err(rejected.reason),
            Mapped::Gone(id) => Err(format!("gone {id}")),
        });
        Ok(rows.collect())
    }

    #[test]
    fn usual_names_are_found_and_given_ones_win() {
        let text = "Course Code;Course Name;Web-Address;Type;Tags;Duration;Archived\nC1;One;/1;e-book;a, b;1:30:00;\nC2;Two;/2;?;;;yes\n";
        let rows = mapped(text, &[]).unwrap();
        let first = rows[0].as_ref().unwrap();
        assert_eq!(
            (first.external_id.as_str(), first.title.as_str(), first.url.as_str()),
            ("C1", "One", "https://a.example/1")
        );
        assert_eq!((first.kind, first.minutes, first.topics.len()), (Kind::Book, Some(90), 2));
        assert_eq!(rows[1].as_ref().unwrap_err(), "gone C2");
        let named = mapped(text, &[("title", "tags"), ("kind", "lab")]).unwrap();
        let first = named[0].as_ref().unwrap();
        assert_eq!((first.title.as_str(), first.topics.len()), ("a, b", 0));
    }

    #[test]
    fn a_column_that_is_not_there_is_named() {
        let text = "id,label,link\n1,One,/1\n";
        let error = mapped(text, &[]).unwrap_err();
        assert!(
            matches!(&error, Error::Mapping { field, found, .. } if field == "Title" && found.contains("label")),
            "{error}"
        );
        let error = mapped(text, &[("title", "Label"), ("summary", "Text")]).unwrap_err();
        assert!(
            matches!(&error, Error::Mapping { field, path, .. } if field == "Summary" && path.contains("Text")),
            "{error}"
        );
        assert!(mapped(text, &[("title", "LABEL")]).unwrap()[0].is_ok());
    }

    #[test]
    fn a_mark_that_few_rows_bear_is_found() {
        let mut text: String =
            (0..1500).map(|n| format!("{{\"id\":\"{n}\",\"title\":\"T\",\"url\":\"/{n}\"}}\n")).collect();
        text += "{\"id\":\"x\",\"title\":\"T\",\"url\":\"/x\",\"deleted\":true}\n";
        let rows = mapped(&text, &[]).unwrap();
        assert_eq!(rows[1500].as_ref().unwrap_err(), "gone x");
    }

    #[test]
    fn a_row_that_cannot_be_used_says_its_line() {
        let rows = mapped("title,url\nOne,/1\nTwo,\nThree,javascript:x\nFour\n", &[]).unwrap();
        let reasons: Vec<_> = rows.iter().map(|row| row.as_ref().err().cloned().unwrap_or_default()).collect();
        assert!(reasons[0].is_empty() && reasons[1].starts_with("Line 3: it "), "{reasons:?}");
        assert!(reasons[2].contains("Line 4") && reasons[2].contains("web address"), "{reasons:?}");
        assert!(reasons[3].contains("Line 5") && reasons[3].contains("1 column"), "{reasons:?}");
    }
}
