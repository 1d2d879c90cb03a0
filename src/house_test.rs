//! The plan of the house holds: a room imports only rooms below it, and only through their open doors; features are
//! switched in `mod.rs`, `lib.rs` and `main.rs`, nowhere else.

use std::fs;
use std::path::{Path, PathBuf};

/// Ground floor first.
const FLOORS: [&str; 20] = [
    "base",
    "ui",
    "platform",
    "directory",
    "identity",
    "notify",
    "catalog",
    "records",
    "sources",
    "playlists",
    "recommend",
    "insights",
    "privacy",
    "admin",
    "pages",
    "app",
    "server",
    "demo",
    "cli",
    "main",
];
/// Doors that open to the room itself only.
const CLOSED: [&str; 3] = ["store", "page", "api"];
/// Where rooms are put together: pages and machine doors may be named here.
const ASSEMBLY: [&str; 5] = ["pages", "app", "server", "demo", "cli"];

fn sources(folder: &Path, found: &mut Vec<PathBuf>) {
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            sources(&path, found);
        } else if path.extension().is_some_and(|e| e == "rs") {
            found.push(path);
        }
    }
}

/// Every file below `src`, by its path there, without comments.
fn files() -> Vec<(String, String)> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let mut found = Vec::new();
    sources(&root, &mut found);
    assert!(found.len() > 60, "the house has more files than {}", found.len());
    found
        .into_iter()
        .map(|path| {
            let text = fs::read_to_string(&path).unwrap();
            let code = text.lines().filter(|l| !l.trim_start().starts_with("//")).collect::<Vec<_>>().join("\n");
            (path.strip_prefix(&root).unwrap().to_string_lossy().into_owned(), code)
        })
        .collect()
}

fn room(path: &str) -> &str {
    path.split('/').next().unwrap_or(path).trim_end_matches(".rs")
}

/// What `code` names of other rooms: the room, and the door after it.
fn imports(code: &str) -> Vec<(String, Vec<String>)> {
    let mut found = Vec::new();
    for part in code.split("crate::").skip(1) {
        if let Some(group) = part.strip_prefix('{') {
            // use crate::{a::b, c};
            for one in group.split_once("};").map_or(group, |(inside, _)| inside).split(", ") {
                found.push(names(one.trim()));
            }
        } else {
            found.push(names(part));
        }
    }
    found
}

fn names(path: &str) -> (String, Vec<String>) {
    let word = |text: &str| text.chars().take_while(|c| c.is_alphanumeric() || *c == '_').collect::<String>();
    let first = word(path);
    let rest = path[first.len()..].strip_prefix("::").unwrap_or("");
    let doors = match rest.strip_prefix('{') {
        Some(group) => {
            let inside = group.split_once('}').map_or(group, |(inside, _)| inside);
            inside.split(',').map(|one| word(one.trim())).collect()
        }
        None => vec![word(rest)],
    };
    (first, doors)
}

fn faults(path: &str, code: &str) -> Vec<String> {
    let own = room(path);
    let floor = |name: &str| FLOORS.iter().position(|f| *f == name);
    let Some(own_floor) = floor(own) else {
        return if own == "lib" || own == "house_test" {
            vec![]
        } else {
            vec![format!("{path}: {own} is not on the plan")]
        };
    };
    let mut faults = Vec::new();
    for (other, doors) in imports(code) {
        let Some(other_floor) = floor(&other).filter(|_| other != own) else { continue };
        if other_floor > own_floor {
            faults.push(format!("{path}: {own} may not import {other}, which is above it"));
        }
        for door in doors.iter().filter(|door| CLOSED.contains(&door.as_str()) && !ASSEMBLY.contains(&own)) {
            faults.push(format!("{path}: {other}::{door} is not an open door"));
        }
    }
    faults
}

#[test]
fn rooms_import_only_what_is_below_and_open() {
    let found: Vec<String> = files().iter().flat_map(|(path, code)| faults(path, code)).collect();
    assert!(found.is_empty(), "{}", found.join("\n"));
}

#[test]
fn features_are_switched_in_few_places() {
    for (path, code) in files() {
        let name = path.rsplit('/').next().unwrap_or(&path);
        let switches = code.lines().any(|l| l.contains("cfg") && l.contains("feature ="));
        let may = matches!(name, "mod.rs" | "lib.rs" | "main.rs" | "house_test.rs");
        assert!(may || !switches, "{path} switches a feature; move the switch into its mod.rs");
    }
}

#[test]
fn the_test_sees_what_it_is_for() {
    assert_eq!(faults("catalog/service.rs", "use crate::playlists::model::X;").len(), 1);
    assert_eq!(faults("playlists/service.rs", "use crate::catalog::{Card, store};").len(), 1);
    assert_eq!(faults("playlists/service.rs", "use crate::{base::t, insights::service};").len(), 1);
    assert_eq!(faults("playlists/service.rs", "let x = crate::records::store::rows();").len(), 1);
    assert!(
        faults("playlists/service.rs", "use crate::catalog::{Card, service};\nuse crate::playlists::store;").is_empty()
    );
    assert!(faults("pages/home.rs", "use crate::records::api::save;").is_empty());
    assert_eq!(faults("attic/mod.rs", "").len(), 1);
}
