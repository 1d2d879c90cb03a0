//! English: people, groups, the CSV file of people.

use super::count;

/// What can be wrong with a file of people.
pub struct DirectoryTexts {
    /// A column of the header is not there.
    pub missing_column: &'static str,
    /// A column stands twice in the header.
    pub column_twice: &'static str,
    /// An empty value in a column that needs one.
    pub missing: &'static str,
    /// Bytes that are no text.
    pub not_utf8: &'static str,
    /// More than 200 characters.
    pub too_long: &'static str,
    /// A line break or another control character.
    pub control: &'static str,
    /// The person's own address as the manager's.
    pub own_manager: &'static str,
    /// The file cannot be read as CSV.
    pub not_csv: &'static str,
    /// More than 20 MB.
    pub too_large: &'static str,
    /// Only a header, or nothing.
    pub no_rows: &'static str,
}

pub(super) const DIRECTORY: DirectoryTexts = DirectoryTexts {
    missing_column: "this column is missing from the first line.",
    column_twice: "this column stands twice in the first line.",
    missing: "is empty; fill it in.",
    not_utf8: "is not UTF-8 text; save the file as UTF-8.",
    too_long: "is longer than 200 characters.",
    control: "holds a line break or another control character.",
    own_manager: "nobody reports to themselves; leave it empty or name somebody else.",
    not_csv: "could not be read as CSV: values are separated by commas, and quotation marks are closed.",
    too_large: "is larger than 20 MB; split it.",
    no_rows: "names nobody: below the first line comes one line a person.",
};

impl DirectoryTexts {
    /// A column that no import knows.
    pub fn unknown_column(&self, known: &str) -> String {
        format!("there is no such column; the columns are {known}.")
    }

    /// A row with too many or too few values.
    pub fn wrong_width(&self, found: i64, wanted: i64) -> String {
        format!("has {}, the first line has {wanted}.", count(found, "value", "values"))
    }

    /// The same address on an earlier line.
    pub fn twice(&self, email: &str, first: i64) -> String {
        format!("{email} is on line {first} already.")
    }

    /// No mail address.
    pub fn bad_email(&self, email: &str) -> String {
        format!("\"{email}\" is no mail address.")
    }

    /// No locale.
    pub fn bad_locale(&self, locale: &str) -> String {
        format!("\"{locale}\" is no locale; write it as en-GB.")
    }

    /// No time zone.
    pub fn bad_time_zone(&self, zone: &str) -> String {
        format!("\"{zone}\" is no time zone; write it as Europe/London.")
    }

    /// A manager who is neither in the file nor in the directory.
    pub fn unknown_manager(&self, email: &str) -> String {
        format!("nobody has the address {email}, neither in this file nor in the directory.")
    }

    /// People who report to each other in a circle.
    pub fn cycle(&self, path: &str) -> String {
        format!("the reporting line goes round in a circle: {path}.")
    }

    /// What is not listed any more.
    pub fn more_faults(&self, n: i64) -> String {
        format!("And {} more.", count(n, "fault", "faults"))
    }
}
