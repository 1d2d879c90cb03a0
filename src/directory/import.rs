//! The rules of the CSV file of people. Nothing here touches the database.

use super::service::folded_email;
use crate::base::{AppError, Fields, Res, t};
use csv::{ByteRecord, ReaderBuilder, Trim};
use icu_locale_core::Locale;
use jiff::tz::TimeZone;
use std::collections::{BTreeMap, HashMap, HashSet};

/// The columns, each of which has to be there.
pub const COLUMNS: [&str; 7] = ["email", "name", "job_title", "team", "manager_email", "locale", "time_zone"];
/// Where this one is not there, people's numbers stay as they are.
pub const NUMBER: &str = "employee_number";
/// The largest file, in bytes: some hundred thousand people.
const FILE_MAX: usize = 20 * 1024 * 1024;
/// The longest value, in characters.
const VALUE_MAX: usize = 200;
/// How many faults are told at once.
const FAULTS_MAX: usize = 50;

/// One row that is well-formed by itself.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Row {
    pub line: u64,
    pub email: String,
    pub name: String,
    pub job_title: String,
    pub team: Option<String>,
    pub manager: Option<String>,
    pub locale: String,
    pub time_zone: String,
    /// None where the file has no such column; empty for somebody without a number.
    pub employee_number: Option<String>,
}

/// Somebody who is in the directory already.
pub struct Known<'a> {
    pub id: &'a str,
    pub email: &'a str,
    pub manager: Option<&'a str>,
}

/// Faults by line and field.
#[derive(Default)]
struct Faults(BTreeMap<(u64, &'static str), String>);

impl Faults {
    fn add(&mut self, line: u64, field: &'static str, message: impl Into<String>) {
        self.0.entry((line, field)).or_insert_with(|| message.into());
    }

    /// The error that names them all, or as many as one can read.
    fn into_result(self) -> Res<()> {
        let Some(((last, _), _)) = self.0.last_key_value() else { return Ok(()) };
        // As wide as the longest line number, so that they sort by line.
        let width = last.to_string().len();
        let total = self.0.len();
        let mut fields: Fields = self
            .0
            .into_iter()
            .take(FAULTS_MAX)
            .map(|((line, field), message)| (format!("line {line:>width$}, {field}"), message))
            .collect();
        if total > FAULTS_MAX {
            fields.insert(String::new(), t().directory.more_faults((total - FAULTS_MAX) as i64));
        }
        Err(AppError::Invalid(fields))
    }
}

/// Reads the file and checks each row by itself.
pub fn parse(file: &[u8]) -> Res<Vec<Row>> {
    let texts = &t().directory;
    if file.len() > FILE_MAX {
        return Err(AppError::invalid("file", texts.too_large));
    }
    // Spreadsheets begin their files with a byte order mark.
    let file = file.strip_prefix(b"\xef\xbb\xbf").unwrap_or(file);
    let mut reader = ReaderBuilder::new().trim(Trim::All).flexible(true).from_reader(file);
    let headers = reader.byte_headers().map_err(|_| AppError::invalid("file", texts.not_csv))?.clone();
    let places = places(&headers)?;
    let mut faults = Faults::default();
    let mut rows = Vec::new();
    let mut seen: HashMap<String, u64> = HashMap::new();
    for record in reader.byte_records() {
        let Ok(record) = record else { return Err(AppError::invalid("file", texts.not_csv)) };
        let line = record.position().map_or(0, csv::Position::line);
        if record.len() != headers.len() {
            faults.add(line, "row", texts.wrong_width(record.len() as i64, headers.len() as i64));
            continue;
        }
        if let Some(row) = row(&record, &places, line, &mut faults) {
            if let Some(first) = seen.insert(row.email.clone(), line) {
                faults.add(line, "email", texts.twice(&row.email, first as i64));
            }
            rows.push(row);
        }
    }
    faults.into_result()?;
    if rows.is_empty() {
        return Err(AppError::invalid("file", texts.no_rows));
    }
    Ok(rows)
}

/// Where each column stands; missing, unknown and repeated ones are named.
fn places(headers: &ByteRecord) -> Res<HashMap<&'static str, usize>> {
    let texts = &t().directory;
    let names: Vec<String> = headers.iter().map(|name| String::from_utf8_lossy(name).to_lowercase()).collect();
    let mut places = HashMap::new();
    let mut faults = Fields::new();
    for (place, name) in names.iter().enumerate() {
        match COLUMNS.iter().chain([&NUMBER]).find(|column| *column == name) {
            Some(column) => {
                if places.insert(*column, place).is_some() {
                    faults.insert(name.clone(), texts.column_twice.to_owned());
                }
            }
            None => {
                faults.insert(
                    name.chars().take(60).collect(),
                    texts.unknown_column(&format!("{}, {NUMBER}", COLUMNS.join(", "))),
                );
            }
        }
    }
    for column in COLUMNS.iter().filter(|column| !names.iter().any(|name| name == *column)) {
        faults.insert((*column).to_owned(), texts.missing_column.to_owned());
    }
    if faults.is_empty() { Ok(places) } else { Err(AppError::Invalid(faults)) }
}

/// One row by the rules that need no other row; its faults are noted.
fn row(record: &ByteRecord, places: &HashMap<&'static str, usize>, line: u64, faults: &mut Faults) -> Option<Row> {
    let texts = &t().directory;
    let mut good = true;
    let mut value = |column: &'static str, needed: bool| -> String {
        let raw = places.get(column).and_then(|place| record.get(*place)).unwrap_or_default();
        let fault = match std::str::from_utf8(raw) {
            Err(_) => texts.not_utf8,
            Ok("") if needed => texts.missing,
            Ok(text) if text.chars().count() > VALUE_MAX => texts.too_long,
            Ok(text) if text.chars().any(char::is_control) => texts.control,
            Ok(text) => return text.to_owned(),
        };
        faults.add(line, column, fault);
        good = false;
        String::new()
    };
    let (email, name) = (folded_email(&value("email", true)), value("name", true));
    let (job_title, team) = (value("job_title", false), value("team", false));
    let manager = folded_email(&value("manager_email", false));
    let (locale, time_zone) = (value("locale", true), value("time_zone", true));
    let employee_number = places.contains_key(NUMBER).then(|| value(NUMBER, false));
    let mut check = |ok: bool, column: &'static str, fault: String| {
        if !ok {
            faults.add(line, column, fault);
            good = false;
        }
    };
    check(email.is_empty() || is_email(&email), "email", texts.bad_email(&email));
    check(manager.is_empty() || is_email(&manager), "manager_email", texts.bad_email(&manager));
    check(manager.is_empty() || manager != email, "manager_email", texts.own_manager.to_owned());
    check(locale.is_empty() || is_locale(&locale), "locale", texts.bad_locale(&locale));
    check(time_zone.is_empty() || is_time_zone(&time_zone), "time_zone", texts.bad_time_zone(&time_zone));
    let filled = |text: String| Some(text).filter(|text| !text.is_empty());
    let (team, manager) = (filled(team), filled(manager));
    good.then_some(Row { line, email, name, job_title, team, manager, locale, time_zone, employee_number })
}

/// Checks reporting lines over the file and the directory together: managers exist, and nobody is above themselves.
pub fn check_lines(rows: &[Row], known: &[Known<'_>]) -> Res<()> {
    let texts = &t().directory;
    let by_id: HashMap<&str, &str> = known.iter().map(|person| (person.id, person.email)).collect();
    let mut above: HashMap<&str, Option<&str>> =
        known.iter().map(|person| (person.email, person.manager.and_then(|id| by_id.get(id).copied()))).collect();
    for row in rows {
        above.insert(&row.email, row.manager.as_deref());
    }
    let mut faults = Faults::default();
    for row in rows {
        if let Some(manager) = row.manager.as_deref().filter(|manager| !above.contains_key(manager)) {
            faults.add(row.line, "manager_email", texts.unknown_manager(manager));
        }
    }
    let lines: HashMap<&str, u64> = rows.iter().map(|row| (row.email.as_str(), row.line)).collect();
    let mut settled: HashSet<&str> = HashSet::new();
    for row in rows {
        let (mut path, mut places) = (Vec::new(), HashMap::new());
        let mut at = Some(row.email.as_str());
        while let Some(email) = at.filter(|email| !settled.contains(email)) {
            if let Some(start) = places.insert(email, path.len()) {
                let circle = texts.cycle(&path[start..].join(" → "));
                for line in path[start..].iter().filter_map(|email| lines.get(email)) {
                    faults.add(*line, "manager_email", circle.clone());
                }
                break;
            }
            path.push(email);
            at = above.get(email).copied().flatten();
        }
        settled.extend(path);
    }
    faults.into_result()
}

/// Whether this can be a mail address. Whether it is one, only a mail would tell.
pub fn is_email(email: &str) -> bool {
    let Some((local, domain)) = email.split_once('@') else { return false };
    let odd = |c: char| c.is_whitespace() || c.is_control() || "<>()[],;:\\\"".contains(c);
    !local.is_empty()
        && email.len() <= 254
        && !domain.contains('@')
        && domain.split('.').all(|label| !label.is_empty())
        && !email.contains(odd)
}

/// Whether this is a locale as in BCP 47.
pub fn is_locale(locale: &str) -> bool {
    !locale.contains('_') && locale.parse::<Locale>().is_ok()
}

/// Whether this is a time zone that the portal knows by its IANA name.
pub fn is_time_zone(zone: &str) -> bool {
    TimeZone::get(zone).is_ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    const HEADER: &str = "email,name,job_title,team,manager_email,locale,time_zone\n";

    fn faults(result: Res<impl std::fmt::Debug>) -> Vec<String> {
        match result {
            Err(AppError::Invalid(fields)) => fields.into_iter().map(|(name, why)| format!("{name}: {why}")).collect(),
            other => panic!("not refused: {other:?}"),
        }
    }

    fn rows(body: &str) -> Res<Vec<Row>> {
        parse(format!("{HEADER}{body}").as_bytes())
    }

    #[test]
    fn columns_may_come_in_any_order() {
        let file = "\u{feff}Time_Zone,locale,manager_email,team,job_title,name,email\nUTC,en,,Ops,,\"Ray, Ada\", Ada@X.example \n";
        let rows = parse(file.as_bytes()).unwrap();
        assert_eq!((rows[0].email.as_str(), rows[0].name.as_str()), ("ada@x.example", "Ray, Ada"));
        assert_eq!((rows[0].team.as_deref(), &rows[0].manager), (Some("Ops"), &None));
    }

    #[test]
    fn a_number_may_be_told_and_need_not() {
        let plain = rows("a@x.example,A,,,,en,UTC\n").unwrap();
        assert_eq!(plain[0].employee_number, None, "nothing is said of it");
        let file = format!("{},{NUMBER}\na@x.example,A,,,,en,UTC,0042\nb@x.example,B,,,,en,UTC,\n", HEADER.trim());
        let told = parse(file.as_bytes()).unwrap();
        let numbers: Vec<_> = told.iter().map(|row| row.employee_number.as_deref()).collect();
        assert_eq!(numbers, [Some("0042"), Some("")]);
    }

    #[test]
    fn a_faulty_header_names_its_columns() {
        let faults = faults(parse(b"email,name,jobtitle,team,locale,time_zone,email\na,b,c,d,e,f,g\n"));
        for name in ["jobtitle: ", "job_title: ", "manager_email: ", "email: "] {
            assert!(faults.iter().any(|fault| fault.starts_with(name)), "{name} in {faults:?}");
        }
        assert_eq!(faults.len(), 4);
    }

    #[test]
    fn every_faulty_row_is_named_by_line_and_field() {
        let faults = faults(rows(
            "a@x.example,A,,,,en,UTC\n\
             a-x.example,,,,,en_GB!,Mars/Olympus\n\
             A@X.example,A again,,,,en,UTC\n\
             b@x.example,B,,,b@x.example,en,UTC\n\
             c@x.example,C\n",
        ));
        for name in [
            "line 3, email: ",
            "line 3, name: ",
            "line 3, locale: ",
            "line 3, time_zone: ",
            "line 4, email: ",
            "line 5, manager_email: ",
            "line 6, row: ",
        ] {
            assert!(faults.iter().any(|fault| fault.starts_with(name)), "{name} in {faults:?}");
        }
        assert_eq!(faults.len(), 7, "{faults:?}");
    }

    #[test]
    fn a_file_that_is_no_text_is_refused() {
        assert!(faults(rows("a@x.example,\u{7},,,,en,UTC\n"))[0].starts_with("line 2, name"));
        let mut bytes = HEADER.as_bytes().to_vec();
        bytes.extend(b"a@x.example,\xff\xfe,,,,en,UTC\n");
        assert!(faults(parse(&bytes))[0].starts_with("line 2, name"));
        assert!(faults(rows(""))[0].starts_with("file"));
        assert!(faults(parse(b""))[0].starts_with("email"));
    }

    #[test]
    fn reporting_lines_are_checked_over_file_and_directory() {
        let known = [
            Known { id: "1", email: "top@x.example", manager: None },
            Known { id: "2", email: "old@x.example", manager: Some("3") },
            Known { id: "3", email: "mid@x.example", manager: Some("1") },
        ];
        let of = |body: &str| rows(body).unwrap();
        assert_eq!(check_lines(&of("new@x.example,N,,,top@x.example,en,UTC\n"), &known), Ok(()));
        let unknown = faults(check_lines(&of("new@x.example,N,,,nobody@x.example,en,UTC\n"), &known));
        assert!(unknown[0].starts_with("line 2, manager_email: ") && unknown[0].contains("nobody@x.example"));
        // mid → old closes a circle through a person whom the file does not name.
        let cycle = faults(check_lines(&of("mid@x.example,M,,,old@x.example,en,UTC\n"), &known));
        assert!(cycle[0].starts_with("line 2, manager_email: ") && cycle[0].contains("old@x.example"), "{cycle:?}");
        // Who only leads into a circle is not at fault.
        let three = "a@x.example,A,,,b@x.example,en,UTC\nb@x.example,B,,,a@x.example,en,UTC\nc@x.example,C,,,a@x.example,en,UTC\n";
        let faults = faults(check_lines(&of(three), &known));
        assert_eq!(faults.len(), 2, "{faults:?}");
    }

    #[test]
    fn many_faults_are_told_in_the_order_of_lines_and_counted() {
        let body: String = (0..80).map(|n| format!("x{n},N,,,,en,UTC\n")).collect();
        let faults = faults(rows(&body));
        assert_eq!(faults.len(), FAULTS_MAX + 1);
        assert!(faults[0].contains("30"), "{}", faults[0]);
        assert!(faults[1].starts_with("line  2,") && faults[9].starts_with("line 10,"), "{faults:?}");
    }
}
