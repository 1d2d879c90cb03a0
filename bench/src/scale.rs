//! Search over many works: through the portal's service, with facets and audiences, against SQLite's FTS5 and against
//! tantivy alone on the same texts.

use crate::figures::Figures;
use crate::library::{Library, SOURCE, take_in};
use crate::process::found;
use crate::{All, Outcome, reader};
use atrium::catalog::model::Query;
use atrium::platform::Site;
use atrium::sql;
use connect::{Item, Resource};
use serde::{Deserialize, Serialize};
use std::path::Path;
use std::time::{Duration, Instant};
use tantivy::collector::{Count, TopDocs};
use tantivy::query::QueryParser;
use tantivy::schema::{STORED, STRING, Schema, TEXT};
use tantivy::{IndexWriter, TantivyDocument};

/// Searches of each measurement.
const ASKED: usize = 600;
/// Hits of a page.
const PAGE: usize = 30;

/// What was found out; times in milliseconds.
#[derive(Serialize, Deserialize)]
struct Took {
    works: f64,
    index_seconds: f64,
    ours: [f64; 2],
    fts5: [f64; 2],
    bare: [f64; 2],
    findable: f64,
}

/// Puts the figures down.
pub async fn measure(figures: &mut Figures, all: &All) -> Outcome<()> {
    let (folder, works) = (all.data.to_string_lossy(), all.works.to_string());
    let took: Took = found(&["scale", &folder, &works]).await?;
    figures.put("search_works", took.works, "works")?;
    figures.put("search_works_load", took.index_seconds, "s")?;
    for (name, [p50, p99]) in [("works", took.ours), ("fts5", took.fts5), ("tantivy", took.bare)] {
        figures.put(format!("search_{name}_p50"), p50, "ms")?;
        figures.put(format!("search_{name}_p99"), p99, "ms")?;
    }
    figures.put("search_p99_of_fts5", took.ours[1] / took.fts5[1], "of-fts5")?;
    figures.put("search_p99_of_tantivy", took.ours[1] / took.bare[1], "of-tantivy")?;
    figures.put("change_to_findable", took.findable, "s")
}

/// Measures over `works` works, and prints [`Took`].
pub async fn run(folder: &Path, works: usize) -> Outcome<()> {
    let rows = reader::resources(&folder.join("resources/open-resources.jsonl"), usize::MAX)?;
    let rows: Vec<Resource> = rows
        .into_iter()
        .filter_map(|item| match item {
            Item::Resource(resource) => Some(resource),
            Item::Discussion(_) => None,
        })
        .collect();
    let asked = questions(&rows);
    let temp = tempfile::tempdir()?;
    let start = Instant::now();
    let library = Library::of((0..works).map(|n| Item::Resource(work(&rows, n))), temp.path()).await?;
    let index_seconds = start.elapsed().as_secs_f64();

    let mut times = Vec::new();
    for text in &asked {
        let query = Query { page: 1, ..Query::from_pairs([("q", text.as_str())]) };
        let start = Instant::now();
        library.search(&query).await?;
        times.push(start.elapsed());
    }
    let ours = quantiles(times);
    let fts5 = fts5(&library.site, &asked).await?;
    let bare = bare(&rows, works, &asked, &temp.path().join("bare"))?;
    let works = library.index.len() as f64;
    let findable = findable(&library).await?;
    println!("{}", serde_json::to_string(&Took { works, index_seconds, ours, fts5, bare, findable })?);
    Ok(())
}

/// The n-th work: a row, and from the second round on with a number of its own in the title, as courses have.
fn work(rows: &[Resource], n: usize) -> Resource {
    let (row, round) = (&rows[n % rows.len()], n / rows.len());
    if round == 0 {
        return row.clone();
    }
    Resource {
        external_id: format!("{}-{round}", row.external_id),
        url: format!("{}?round={round}", row.url),
        title: format!("{} ({})", row.title, 100 + round),
        ..row.clone()
    }
}

/// Two words of a title each, as people type them.
fn questions(rows: &[Resource]) -> Vec<String> {
    let two = |row: &Resource| {
        let words: Vec<&str> =
            row.title.split(|c: char| !c.is_alphanumeric()).filter(|word| word.chars().count() > 2).collect();
        (words.len() >= 2).then(|| format!("{} {}", words[0], words[words.len() - 1]))
    };
    rows.iter().step_by(rows.len().div_ceil(ASKED * 2)).filter_map(two).take(ASKED).collect()
}

fn quantiles(mut times: Vec<Duration>) -> [f64; 2] {
    times.sort();
    let at = |share: f64| times[((times.len() - 1) as f64 * share).round() as usize].as_secs_f64() * 1000.0;
    [at(0.5), at(0.99)]
}

/// The same texts in a table of FTS5, ranked by its BM25, a page of them.
async fn fts5(site: &Site, asked: &[String]) -> Outcome<[f64; 2]> {
    let mut tx = site.begin().await?;
    tx.run(sql!("CREATE VIRTUAL TABLE bench_text USING fts5(id UNINDEXED, title, summary)")).await?;
    tx.run(sql!("INSERT INTO bench_text (id, title, summary) SELECT id, title, summary FROM resource")).await?;
    tx.commit().await?;
    let mut times = Vec::new();
    for text in asked {
        let words = text.split(' ').map(|word| format!("\"{word}\"")).collect::<Vec<_>>().join(" ");
        let start = Instant::now();
        let mut c = site.read().await?;
        let _: Vec<(String,)> = c
            .all(sql!("SELECT id FROM bench_text WHERE bench_text MATCH $1 ORDER BY rank LIMIT $2", &words, PAGE as i64))
            .await?;
        let _: (i64,) = c.one(sql!("SELECT COUNT(*) FROM bench_text WHERE bench_text MATCH $1", &words)).await?;
        times.push(start.elapsed());
    }
    let mut tx = site.begin().await?;
    tx.run(sql!("DROP TABLE bench_text")).await?;
    tx.commit().await?;
    Ok(quantiles(times))
}

/// The same texts in an index of tantivy with its own tokenizer, ranked by its BM25, a page and the count.
fn bare(rows: &[Resource], works: usize, asked: &[String], folder: &Path) -> Outcome<[f64; 2]> {
    std::fs::create_dir_all(folder)?;
    let mut schema = Schema::builder();
    let id = schema.add_text_field("id", STRING | STORED);
    let (title, summary) = (schema.add_text_field("title", TEXT), schema.add_text_field("summary", TEXT));
    let index = tantivy::Index::create_in_dir(folder, schema.build())?;
    let mut writer: IndexWriter = index.writer_with_num_threads(1, 50_000_000)?;
    for n in 0..works {
        let row = work(rows, n);
        let mut doc = TantivyDocument::default();
        doc.add_text(id, &row.external_id);
        doc.add_text(title, &row.title);
        doc.add_text(summary, &row.summary);
        writer.add_document(doc)?;
    }
    writer.commit()?;
    let searcher = index.reader()?.searcher();
    let mut parser = QueryParser::for_index(&index, vec![title, summary]);
    parser.set_conjunction_by_default();
    let mut times = Vec::new();
    for text in asked {
        let start = Instant::now();
        let query = parser.parse_query_lenient(text).0;
        let (_, top) = searcher.search(&query, &(Count, TopDocs::with_limit(PAGE).order_by_score()))?;
        for (_, address) in top {
            let _: TantivyDocument = searcher.doc(address)?;
        }
        times.push(start.elapsed());
    }
    Ok(quantiles(times))
}

/// Seconds from the commit of a new work to its being found, with the index that every node keeps up by itself.
async fn findable(library: &Library) -> Outcome<f64> {
    let site = &library.site;
    let (stop, stopped) = tokio::sync::watch::channel(false);
    let follower = tokio::spawn(library.index.clone().follow(site.db.clone(), stopped));
    tokio::time::sleep(Duration::from_secs(2)).await;
    let mut longest = 0.0_f64;
    for n in 0..5 {
        let title = format!("Quokkas {n} of the south");
        let item = Resource { title: title.clone(), url: format!("https://new.example/{n}"), ..fresh(n) };
        take_in(site, &[Item::Resource(item)]).await?;
        let start = Instant::now();
        while !is_found(site, &title).await? {
            if start.elapsed() > Duration::from_secs(30) {
                return Err("what was added is not found after half a minute".into());
            }
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
        longest = longest.max(start.elapsed().as_secs_f64());
    }
    stop.send(true)?;
    follower.await?;
    Ok(longest)
}

async fn is_found(site: &Site, title: &str) -> Outcome<bool> {
    let scope = crate::library::reader();
    let query = Query { page: 1, ..Query::from_pairs([("q", title), ("source", SOURCE)]) };
    let found = atrium::catalog::service::search(&scope, site, &query).await?;
    Ok(found.page.rows.first().is_some_and(|hit| hit.card.title == title))
}

fn fresh(n: usize) -> Resource {
    Resource {
        external_id: format!("new-{n}"),
        url: String::new(),
        title: String::new(),
        summary: String::new(),
        kind: connect::Kind::Article,
        authors: String::new(),
        language: None,
        minutes: None,
        level: None,
        topics: vec![],
        published_at: None,
        changed_at: None,
    }
}
