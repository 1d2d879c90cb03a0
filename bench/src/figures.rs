//! Lines of figures, and what they are held against.

use crate::Outcome;
use std::fs::File;
use std::io::Write;
use std::path::Path;

/// A figure's name, the bound, and whether it is a least.
const BUDGETS: [(&str, f64, bool); 17] = [
    ("feed_sqlite_ratio", 0.04, true),
    ("feed_sqlite_p99", 50.0, false),
    ("feed_postgres_p99", 50.0, false),
    ("search_sqlite_p99", 50.0, false),
    ("first_load_brotli", 200.0, false),
    ("lazy_page_brotli_most", 30.0, false),
    ("cold_start", 300.0, false),
    ("memory_idle", 60.0, false),
    ("sync_memory", 150.0, false),
    ("known_item_clean", 0.90, true),
    ("known_item_one_typo", 0.84, true),
    ("known_item_all_typos", 0.65, true),
    ("occupation_mrr10", 0.70, true),
    ("search_p99_of_fts5", 0.05, false),
    ("search_p99_of_tantivy", 2.0, false),
    ("works_precision", 0.99, true),
    ("works_recall", 0.90, true),
];

/// What was measured so far.
pub struct Figures {
    file: File,
    lines: Vec<(String, f64, &'static str)>,
}

impl Figures {
    /// Starts over in `file`.
    pub fn new(file: &Path) -> Outcome<Figures> {
        if let Some(folder) = file.parent() {
            std::fs::create_dir_all(folder)?;
        }
        Ok(Figures { file: File::create(file)?, lines: Vec::new() })
    }

    /// Prints and keeps one figure.
    pub fn put(&mut self, name: impl Into<String>, value: f64, unit: &'static str) -> Outcome<()> {
        let name = name.into();
        let line = format!("{name} {} {unit}", written(value));
        println!("{line}");
        writeln!(self.file, "{line}")?;
        self.lines.push((name, value, unit));
        Ok(())
    }

    /// A figure that was measured before.
    pub fn get(&self, name: &str) -> Option<f64> {
        self.lines.iter().find(|(each, ..)| each == name).map(|(_, value, _)| *value)
    }

    /// Tells on standard error how the figures stand against their budgets.
    pub fn verdict(&self) {
        for (name, bound, least) in BUDGETS {
            let Some((_, value, unit)) = self.lines.iter().find(|(each, ..)| each == name) else {
                eprintln!("not measured: {name}");
                continue;
            };
            let kept = if least { *value >= bound } else { *value <= bound };
            let (word, side) = (if kept { "within" } else { "OUTSIDE" }, if least { "at least" } else { "at most" });
            eprintln!("{word} its budget: {name} {} {unit}, {side} {}", written(*value), written(bound));
        }
    }
}

/// Three figures that count, and no more decimals than that.
fn written(value: f64) -> String {
    match value.abs() {
        v if v >= 100.0 || v == 0.0 => format!("{value:.0}"),
        v if v >= 10.0 => format!("{value:.1}"),
        v if v >= 1.0 => format!("{value:.2}"),
        v if v >= 0.1 => format!("{value:.3}"),
        _ => format!("{value:.4}"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn figures_keep_what_counts() {
        let all: Vec<String> = [0.0, 0.03456, 0.5, 1.234, 12.34, 1234.5].into_iter().map(written).collect();
        assert_eq!(all, ["0", "0.0346", "0.500", "1.23", "12.3", "1234"]);
    }

    #[test]
    fn lines_are_kept_in_the_file() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("deep").join("bench.txt");
        let mut figures = Figures::new(&path).unwrap();
        figures.put("feed_rate", 1234.0, "pages/s").unwrap();
        assert_eq!(std::fs::read_to_string(path).unwrap(), "feed_rate 1234 pages/s\n");
    }
}
