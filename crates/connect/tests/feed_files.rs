//! Feeds as real sites send them: each is read, or refused with a reason, in time.

mod common;

use std::{env, fs, path::PathBuf, time::Duration};

use axum::{Router, extract::Path, routing::get};
use common::{Server, connector, http, run};

/// How many files there are; fewer would mean that the test looks in the wrong place.
const FILES: usize = 68;

#[tokio::test]
async fn all_files_are_read_or_refused_with_a_reason() {
    let Some(data) = env::var_os("ATRIUM_TEST_DATA") else {
        println!("skipped: ATRIUM_TEST_DATA is not set");
        return;
    };
    let folder = PathBuf::from(data).join("feeds");
    let mut names: Vec<String> = fs::read_dir(&folder)
        .unwrap_or_else(|error| panic!("ATRIUM_TEST_DATA is set, but {} cannot be read: {error}", folder.display()))
        .map(|entry| entry.unwrap().file_name().into_string().unwrap())
        .collect();
    names.sort();
    assert_eq!(names.len(), FILES);
    let served = folder.clone();
    let file = move |Path(name): Path<String>| async move { fs::read(served.join(name)).unwrap() };
    let server = Server::start(Router::new().route("/{name}", get(file))).await;
    let http = http(&[&server.url]);
    let (mut read, mut items, mut rejected, mut refused) = (0, 0, 0, Vec::new());
    for name in &names {
        let address = server.at(name);
        let feed = connector("feeds", &[("address", address.as_str())]);
        let result = tokio::time::timeout(Duration::from_secs(20), run(&*feed, &http, None)).await;
        match result.unwrap_or_else(|_| panic!("{name} takes longer than 20 s")) {
            Ok(run) => {
                read += 1;
                items += run.items.len();
                rejected += run.rejected.len();
                for rejected in &run.rejected {
                    assert!(!rejected.reason.is_empty());
                    println!("{name}: rejected {:?}: {}", rejected.external_id, rejected.reason);
                }
                if run.items.is_empty() {
                    println!("{name}: no entries");
                }
                for resource in run.resources() {
                    assert!(!resource.title.is_empty() && resource.url.starts_with("http"), "{name}: {resource:?}");
                    assert!(!resource.title.contains('\u{fffd}'), "{name}: {}", resource.title);
                    assert!(!resource.summary.to_lowercase().contains("<script"), "{name}: {}", resource.summary);
                }
            }
            Err(error) => {
                println!("{name}: {error}");
                refused.push(name.as_str());
            }
        }
    }
    println!(
        "{read} files read ({items} items, {rejected} set aside), {} refused: {}",
        refused.len(),
        refused.join(", ")
    );
    // A feed that breaks off in its head, and three samples of plain XML.
    assert_eq!(refused, ["rss_2.0_invalid_1.xml", "xml_iso8859.xml", "xml_sample_1.xml", "xml_sample_2.xml"]);
    assert!(items >= 95 && rejected <= 8, "{items} items, {rejected} set aside");
}
