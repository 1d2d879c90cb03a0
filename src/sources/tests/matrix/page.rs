//! The matrix as `docs/connectors.md` shows it.

use super::{Cell, Entry, Row};
use crate::base::t;
use crate::sources::model::Status;
use std::path::PathBuf;

/// Where the table begins and ends; what stands around it is written by hand.
const BEGIN: &str = "<!-- matrix: written by a test, see above -->\n";
const END: &str = "<!-- end of the matrix -->\n";
/// Set it, and the test writes the table anew.
const WRITE: &str = "ATRIUM_WRITE_DOCS";

/// One connector's section.
pub fn section(entry: &Entry, cells: &[(Row, Result<Cell, &'static str>)]) -> String {
    let name = connect::system(entry.kind).unwrap().name();
    let mut text = format!(
        "### {name}\n\n| What goes wrong | How the sync ends | Kept | Quarantined | What the operator reads |\n\
         |---|---|---|---|---|\n"
    );
    for (row, cell) in cells {
        let told = match cell {
            Ok(cell) => {
                [ends(cell), kept(cell), aside(cell), reads(cell)].map(|text| text.replace('|', "\\|")).join(" | ")
            }
            Err(why) => format!("does not apply: {why} | | | "),
        };
        text += &format!("| {} | {told} |\n", row.name());
    }
    text + "\n"
}

fn ends(cell: &Cell) -> String {
    let status = t().sources.status(cell.status.as_str());
    match cell.first_wait {
        Some(wait) => {
            format!("Waits {} s, then goes on; if it lasts: {status}, after {} tries", wait / 1000, cell.tries)
        }
        None => status.to_owned(),
    }
}

fn kept(cell: &Cell) -> String {
    match (cell.kept, cell.of - cell.kept) {
        (_, 0) => "all".to_owned(),
        (0, _) => "nothing".to_owned(),
        (_, 1) => "all but one".to_owned(),
        (kept, _) => format!("{kept} of {}", cell.of),
    }
}

fn aside(cell: &Cell) -> String {
    let reasons: Vec<String> = cell.reasons.iter().map(|reason| format!("“{reason}”")).collect();
    if reasons.is_empty() { "–".to_owned() } else { reasons.join(" ") }
}

fn reads(cell: &Cell) -> String {
    let told: Vec<&str> = [&cell.error, &cell.hint].into_iter().flatten().map(String::as_str).collect();
    match cell.status {
        Status::Ok | Status::Partial if told.is_empty() => "–".to_owned(),
        _ => told.join(" "),
    }
}

/// Compares the table with the one in the repository, or writes it.
pub fn hold(sections: &str) {
    let path = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("docs/connectors.md");
    let page = std::fs::read_to_string(&path).unwrap();
    let (before, rest) = page.split_once(BEGIN).expect("docs/connectors.md has a place for the matrix");
    let (table, after) = rest.split_once(END).expect("the place for the matrix has an end");
    let sections = format!("\n{sections}");
    if table == sections {
        return;
    }
    if std::env::var_os(WRITE).is_some() {
        std::fs::write(&path, format!("{before}{BEGIN}{sections}{END}{after}")).unwrap();
        return;
    }
    let differs = table.lines().zip(sections.lines()).find(|(old, new)| old != new);
    let (old, new) = differs.unwrap_or(("a table of another length", "the one above"));
    panic!(
        "docs/connectors.md does not say what the connectors do. It says\n  {old}\nand they do\n  {new}\n\
         If that is right, run this test with {WRITE}=1, which writes the table anew, and look at what changed."
    );
}
