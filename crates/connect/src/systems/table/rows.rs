//! From a body to rows: what the file is, where its columns end, and which lines cannot be read.

use std::collections::BTreeMap;

use csv::{ByteRecord, Reader, ReaderBuilder};
use serde_json::Value;

use crate::text::{excerpt, head, to_line};

/// Rows of one file.
const MAX_ROWS: usize = 50_000;
/// Columns of one table.
const MAX_COLUMNS: usize = 500;
/// Rows after which reading begins anew behind a quote that was never closed.
const MAX_RESTARTS: usize = 200;
/// Bytes that are read again for that, in all.
const MAX_REREAD: usize = 64 * 1024 * 1024;
/// Lines that show what divides the columns.
const LOOK_AT: usize = 20;

const MARKS: [(u8, &str); 4] = [(b',', "commas"), (b';', "semicolons"), (b'\t', "tabs"), (b'|', "bars")];

/// How a file is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Form {
    /// Find out.
    Auto,
    /// Divided by this, or by what is found to divide it.
    Csv(Option<u8>),
    Lines,
}

/// A file, read.
#[derive(Debug, Default)]
pub(super) struct Sheet {
    /// Names as they are written; numbers where the file has no header, nothing for JSON lines.
    pub(super) columns: Vec<String>,
    pub(super) rows: Vec<Row>,
    /// What it is, in words.
    pub(super) what: String,
}

/// One row, or why it is none.
#[derive(Debug)]
pub(super) struct Row {
    /// Counted from 1.
    pub(super) line: u64,
    pub(super) cells: Result<Cells, String>,
    /// The start of what stands there.
    pub(super) excerpt: String,
}

/// What a row holds.
#[derive(Debug)]
pub(super) enum Cells {
    /// In the order of the columns.
    Csv(Vec<String>),
    /// By names in their plain form.
    Json(BTreeMap<String, Value>),
}

/// Reads a file. `has_header` says that its first row names the columns.
///
/// # Errors
/// What was found instead, in words.
pub(super) fn read(text: &str, form: Form, has_header: bool) -> Result<Sheet, String> {
    let text = text.trim_start_matches('\u{feff}');
    let start = text.trim_start();
    match form {
        _ if start.is_empty() => Err("nothing".to_owned()),
        _ if crate::text::is_html_page(text) => {
            Err(format!("a page of HTML that says “{}”", excerpt(&to_line(head(text, 4096)), 80)))
        }
        Form::Auto if start.starts_with('{') => lines(text),
        Form::Lines => lines(text),
        Form::Auto if start.starts_with('[') => {
            Err("one JSON document; connect it as “Any JSON API”, which reads those".to_owned())
        }
        Form::Auto => table(text, None, has_header),
        Form::Csv(mark) => table(text, mark, has_header),
    }
}

fn lines(text: &str) -> Result<Sheet, String> {
    if !crate::http::json_is_bounded(text.as_bytes()) {
        return Err("JSON of far too many parts".to_owned());
    }
    let mut sheet = Sheet { what: "JSON lines".to_owned(), ..Sheet::default() };
    for (at, line) in text.lines().enumerate() {
        if line.trim().is_empty() {
            continue;
        }
        if sheet.rows.len() >= MAX_ROWS {
            return Err(format!("a file of more than {MAX_ROWS} lines"));
        }
        let cells = match serde_json::from_str(line) {
            Ok(Value::Object(fields)) => {
                let cells = fields.into_iter().map(|(name, value)| (crate::values::plain_word(&name), value));
                Ok(Cells::Json(cells.collect()))
            }
            Ok(_) => Err("it is JSON, but no object".to_owned()),
            Err(error) => Err(format!("it is no JSON ({error})")),
        };
        sheet.rows.push(Row { line: at as u64 + 1, cells, excerpt: shown(line) });
    }
    if sheet.rows.iter().all(|row| row.cells.is_err()) {
        return Err(format!("text that starts with “{}”", shown(text)));
    }
    Ok(sheet)
}

fn shown(text: &str) -> String {
    excerpt(&to_line(head(text, 1000)), 200)
}

/// Excel's own way to say what divides the columns: a first line of `sep=;`.
fn announced(text: &str) -> Option<(u8, usize)> {
    let line = text.lines().next()?;
    let mark = line.trim_end().strip_prefix("sep=")?;
    let [mark] = mark.as_bytes() else { return None };
    let rest = &text[line.len()..];
    let ending = if rest.starts_with("\r\n") { 2 } else { 1 };
    Some((*mark, (line.len() + ending).min(text.len())))
}

fn table(text: &str, mark: Option<u8>, has_header: bool) -> Result<Sheet, String> {
    let (said, skipped) = announced(text).map_or((None, 0), |(mark, skipped)| (Some(mark), skipped));
    let body = &text[skipped..];
    let mark = mark.or(said).unwrap_or_else(|| divider(body));
    let mut walk = Walk::new(body, mark, u64::from(skipped > 0) + 1);
    let first = walk.next(None).ok_or("nothing")?;
    let Ok(Cells::Csv(first_cells)) = &first.cells else {
        return Err("a table whose first row cannot be read".to_owned());
    };
    let width = first_cells.len();
    if width > MAX_COLUMNS {
        return Err(format!("a table of {width} columns"));
    }
    let name = MARKS.iter().find(|(known, _)| *known == mark).map_or("another sign", |(_, name)| name);
    let mut sheet = Sheet { what: format!("{width} columns, divided by {name}"), ..Sheet::default() };
    if has_header {
        sheet.columns = first_cells.iter().map(|name| excerpt(&to_line(head(name, 400)), 80)).collect();
    } else {
        sheet.columns = (1..=width).map(|number| number.to_string()).collect();
        sheet.rows.push(first);
    }
    while let Some(row) = walk.next(Some(width)) {
        if sheet.rows.len() >= MAX_ROWS {
            return Err(format!("a table of more than {MAX_ROWS} rows"));
        }
        sheet.rows.push(row);
    }
    Ok(sheet)
}

/// Goes through a table row by row. A row that runs over several lines and has not the header's width is taken for a
/// quote that was never closed: then its first line alone is set aside, and reading goes on behind that.
struct Walk<'a> {
    body: &'a str,
    mark: u8,
    reader: Reader<&'a [u8]>,
    /// Where the reader began.
    from: usize,
    /// The byte and the line at which the next row starts.
    at: usize,
    line: u64,
    restarts: usize,
    reread: usize,
}

impl<'a> Walk<'a> {
    fn new(body: &'a str, mark: u8, line: u64) -> Self {
        Self { body, mark, reader: reader(body, mark), from: 0, at: 0, line, restarts: 0, reread: 0 }
    }

    fn next(&mut self, width: Option<usize>) -> Option<Row> {
        let mut record = ByteRecord::new();
        // Reading from memory fails at nothing: what is no UTF-8 was replaced before.
        while self.reader.read_byte_record(&mut record).unwrap_or(false) {
            let end = self.from + usize::try_from(self.reader.position().byte()).unwrap_or(0);
            let whole = &self.body[self.at..end.clamp(self.at, self.body.len())];
            // Empty lines, and the second half of a line's end, belong to the row that follows them.
            let text = whole.trim_start_matches(['\r', '\n']);
            self.at += whole.len() - text.len();
            self.line += newlines(&whole[..whole.len() - text.len()]);
            let line = self.line;
            let cells: Vec<String> = record.iter().map(|cell| String::from_utf8_lossy(cell).into_owned()).collect();
            let is_wrong = width.is_some_and(|width| cells.len() != width);
            let length = if is_wrong { self.first_line(text) } else { text.len() };
            self.at += length;
            self.line += newlines(&text[..length]);
            if length < text.len() {
                self.from = self.at;
                self.reader = reader(&self.body[self.at..], self.mark);
            }
            if cells.iter().all(|cell| cell.trim().is_empty()) {
                continue;
            }
            let cells = match width.filter(|_| is_wrong) {
                Some(width) => Err(wrong_width(cells.len(), width, newlines(text.trim_end()))),
                None => Ok(Cells::Csv(cells)),
            };
            return Some(Row { line, cells, excerpt: shown(text) });
        }
        None
    }

    /// How much of a row that cannot be right is skipped.
    fn first_line(&mut self, text: &str) -> usize {
        let Some(end) = text.find('\n').map(|at| at + 1).filter(|end| *end < text.len()) else { return text.len() };
        self.reread = self.reread.saturating_add(text.len() - end);
        self.restarts += 1;
        if self.restarts > MAX_RESTARTS || self.reread > MAX_REREAD { text.len() } else { end }
    }
}

fn wrong_width(has: usize, width: usize, breaks: u64) -> String {
    let columns = |count: usize| if count == 1 { "1 column".to_owned() } else { format!("{count} columns") };
    let quote = if breaks > 0 { "; a quotation mark in it is not closed on its line" } else { "" };
    format!("it has {}, the first row has {width}{quote}", columns(has))
}

fn newlines(text: &str) -> u64 {
    text.bytes().filter(|byte| *byte == b'\n').count() as u64
}

fn reader(text: &str, mark: u8) -> Reader<&[u8]> {
    ReaderBuilder::new().delimiter(mark).flexible(true).has_headers(false).from_reader(text.as_bytes())
}

/// What divides the columns: the sign by which most of the first rows have the first one's width.
fn divider(text: &str) -> u8 {
    let text = head(text, 64 * 1024);
    let score = |mark: u8| {
        let widths: Vec<usize> =
            reader(text, mark).byte_records().take(LOOK_AT).filter_map(Result::ok).map(|record| record.len()).collect();
        let width = widths.first().copied().unwrap_or(0);
        let agreeing = widths.iter().filter(|other| **other == width).count();
        if width < 2 { (0, 0) } else { (agreeing * 100 / widths.len().max(1), width) }
    };
    // The first of equals is the one that stands first in the list.
    let best = MARKS.iter().rev().max_by_key(|(mark, _)| score(*mark));
    best.filter(|(mark, _)| score(*mark).1 > 1).map_or(b',', |(mark, _)| *mark)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sheet(text: &str) -> Sheet {
        read(text, Form::Auto, true).unwrap()
    }

    fn cells(sheet: &Sheet) -> Vec<(u64, Option<Vec<String>>)> {
        let each = sheet.rows.iter().map(|row| match &row.cells {
            Ok(Cells::Csv(cells)) => (row.line, Some(cells.clone())),
            _ => (row.line, None),
        });
        each.collect()
    }

    #[test]
    fn the_divider_is_found() {
        for (mark, name) in [(',', "commas"), (';', "semicolons"), ('\t', "tabs"), ('|', "bars")] {
            let text = format!("title{mark}url{mark}text\nA, b; c{mark}https://a.example/{mark}\"x{mark}y\"\n")
                .replace("A, b; c", if mark == ',' { "A" } else { "A, b" });
            let sheet = sheet(&text);
            assert_eq!(sheet.columns, ["title", "url", "text"], "{name}");
            assert!(sheet.what.contains(name), "{}", sheet.what);
            assert_eq!(cells(&sheet)[0].1.as_ref().unwrap()[2], format!("x{mark}y"));
        }
        assert_eq!(sheet("title\nOne\nTwo\n").rows.len(), 2);
        let excel = sheet("sep=;\r\ntitle;url\r\nOne;/1\r\n");
        assert_eq!((excel.columns.len(), excel.rows[0].line), (2, 3));
    }

    #[test]
    fn a_bad_row_is_named_by_its_line_and_leaves_the_others() {
        let sheet = sheet("title,url\n\nOne,/1\nTwo\nThree,/3,x\n\"Fo\nur\",/4\nFive,/5\n");
        let lines: Vec<_> = cells(&sheet).into_iter().map(|(line, cells)| (line, cells.is_some())).collect();
        assert_eq!(lines, [(3, true), (4, false), (5, false), (6, true), (8, true)]);
        assert!(sheet.rows[1].cells.as_ref().unwrap_err().contains("1 column"));
    }

    #[test]
    fn a_quote_that_is_never_closed_spoils_one_line() {
        let sheet = sheet("title,url\nOne,/1\n\"Two,/2\nThree,/3\nFour,/4\n");
        let lines: Vec<_> = cells(&sheet).into_iter().map(|(line, cells)| (line, cells.is_some())).collect();
        assert_eq!(lines, [(2, true), (3, false), (4, true), (5, true)]);
        assert!(sheet.rows[1].cells.as_ref().unwrap_err().contains("quotation mark"));
        let started = std::time::Instant::now();
        let hostile = format!("title,url\n{}", "\"x,y\n".repeat(49_001));
        let _ = read(&hostile, Form::Auto, true);
        assert!(started.elapsed().as_secs() < 10, "{:?}", started.elapsed());
    }

    #[test]
    fn lines_of_json_are_read_one_by_one() {
        let sheet = sheet("{\"Title\":\"One\",\"URL\":\"/1\"}\n\n[1]\n{broken\n{\"title\":\"Two\"}\n");
        let lines: Vec<_> = sheet.rows.iter().map(|row| (row.line, row.cells.is_ok())).collect();
        assert_eq!(lines, [(1, true), (3, false), (4, false), (5, true)]);
        let Ok(Cells::Json(first)) = &sheet.rows[0].cells else { panic!("no JSON") };
        assert_eq!(first["title"], "One");
    }

    #[test]
    fn other_files_are_named() {
        let found = |text: &str| read(text, Form::Auto, true).unwrap_err();
        assert!(found("").contains("nothing") && found("\u{feff} \n").contains("nothing"));
        assert!(found("<!doctype html><title>Sign in</title><p>Hello").contains("HTML"));
        assert!(found("[{\"a\":1}]").contains("Any JSON API"));
        assert!(found(&"a,".repeat(2000)).contains("columns"));
        assert!(read("hello", Form::Lines, true).unwrap_err().contains("hello"));
    }
}
