//! How well editions of one work find each other: the open resources, the same ones as other sources would write them,
//! and true look-alikes that have to stay apart, all through the catalogue's own ingest.
//!
//! - Half of the copies keep their address, as another source writes it: another scheme, `www.`, tracking parameters,
//!   another of YouTube's forms. The other half are at another provider, known by title, authors and length alone.
//! - Titles are written as they are, with other signs, in other case, dressed ("(PDF)", "online edition"), or without
//!   their subtitle; those that keep their address also with the number of an edition. Authors change their order, their
//!   commas, or lose all but the first.
//! - Look-alikes: the same title by somebody else, parts, numbered editions, years, other languages, other subtitles,
//!   lessons of one site.
//!
//! A pair of editions that were put together is right if both are the same row; wrong if it is one of a look-alike or of
//! two rows that differ in title, authors or language. Two rows of the file that say the same under two addresses are
//! right for all that anybody can tell from here: they are counted apart and neither help nor harm.

use crate::figures::Figures;
use crate::{All, Outcome, load, reader};
use atrium::catalog::service::{ingest, set_origin};
use atrium::platform::Site;
use atrium::sql;
use connect::{Item, Resource};
use std::collections::{BTreeMap, HashMap};
use std::path::Path;
use std::time::Instant;

/// Items of one transaction.
const PAGE: usize = 200;
/// Of so many rows, one has a look-alike.
const LOOK_ALIKE: usize = 4;

/// What became of the set.
#[derive(Default)]
struct Sum {
    right: i64,
    wrong: i64,
    untold: i64,
    /// Copies by where they are: all of them, and those that found their original.
    copies: [(i64, i64); 2],
    /// Copies that did not, and of which a curator is asked.
    asked: i64,
    look_alikes: i64,
    strayed: i64,
}

/// Precision and recall of the works that ingest makes of the set.
pub async fn measure(figures: &mut Figures, all: &All, folder: &Path) -> Outcome<()> {
    let file = all.data.join("resources/open-resources.jsonl");
    let rows = rows(reader::resources(&file, all.rows.unwrap_or(usize::MAX))?);
    let site = load::site(&format!("sqlite://{}/works.db", folder.display())).await?;
    let copies: Vec<Copy> = rows.iter().enumerate().map(|(n, row)| copy(n, row)).collect();
    let (first, second): (Vec<_>, Vec<_>) = rows.iter().enumerate().step_by(LOOK_ALIKE).map(look_alikes).unzip();
    let bare = rows.iter().cloned().map(Item::Resource).collect::<Vec<_>>();
    let start = Instant::now();
    take(&site, "library", &bare).await?;
    let count = bare.len() as f64;
    figures.put("works_ingest_rate", count / start.elapsed().as_secs_f64(), "items/s")?;
    take(&site, "other", &copies.iter().map(|copy| Item::Resource(copy.resource.clone())).collect::<Vec<_>>()).await?;
    take(&site, "first", &first.into_iter().map(Item::Resource).collect::<Vec<_>>()).await?;
    take(&site, "second", &second.into_iter().map(Item::Resource).collect::<Vec<_>>()).await?;
    let sum = judge(&site, &rows, &copies).await?;
    site.db.close().await;
    report(figures, &sum)
}

fn report(figures: &mut Figures, sum: &Sum) -> Outcome<()> {
    let share = |part: i64, whole: i64| part as f64 / (whole.max(1)) as f64;
    let [(at_address, found_there), (elsewhere, found_elsewhere)] = sum.copies;
    let (all, found) = (at_address + elsewhere, found_there + found_elsewhere);
    figures.put("works_precision", share(sum.right, sum.right + sum.wrong), "of-merges")?;
    figures.put("works_recall", share(found, all), "of-copies")?;
    figures.put("works_recall_address", share(found_there, at_address), "of-copies")?;
    figures.put("works_recall_elsewhere", share(found_elsewhere, elsewhere), "of-copies")?;
    figures.put("works_missed_and_asked", share(sum.asked, all - found), "of-missed")?;
    figures.put("works_look_alikes_apart", 1.0 - share(sum.strayed, sum.look_alikes), "of-look-alikes")?;
    figures.put("works_pairs_wrong", sum.wrong as f64, "pairs")?;
    figures.put("works_pairs_untold", sum.untold as f64, "pairs")
}

/// The rows as resources; where the file names one address twice it is one thing, and the first row stands for it.
fn rows(items: Vec<Item>) -> Vec<Resource> {
    let mut seen: HashMap<String, ()> = HashMap::new();
    let resource = |item| match item {
        Item::Resource(resource) => Some(resource),
        Item::Discussion(_) => None,
    };
    let place = |resource: &Resource| {
        let url = resource.url.split('#').next().unwrap_or_default().trim_end_matches('/').to_lowercase();
        url.split("://").nth(1).map(|rest| rest.trim_start_matches("www.").to_owned()).unwrap_or_default()
    };
    items.into_iter().filter_map(resource).filter(|row| seen.insert(place(row), ()).is_none()).collect()
}

async fn take(site: &Site, source: &str, items: &[Item]) -> Outcome<()> {
    let mut tx = site.begin().await?;
    set_origin(&mut tx, source, source, None).await?;
    tx.commit().await?;
    for page in items.chunks(PAGE) {
        let mut tx = site.begin().await?;
        ingest(&mut tx, source, "run", page, site.now()).await?;
        tx.commit().await?;
    }
    Ok(())
}

/// A row as another source writes it.
struct Copy {
    resource: Resource,
    /// Whether it is at another provider.
    elsewhere: bool,
}

/// A number between 0 and `sides`, always the same one for the same row and question.
fn dice(row: usize, question: usize, sides: usize) -> usize {
    let mut x =
        (row as u64).wrapping_mul(0x9E37_79B9_7F4A_7C15) ^ (question as u64).wrapping_mul(0xD1B5_4A32_D192_ED03);
    for _ in 0..2 {
        x = (x ^ (x >> 31)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
    }
    ((x >> 33) as usize) % sides
}

fn copy(n: usize, row: &Resource) -> Copy {
    let elsewhere = dice(n, 0, 2) == 1;
    let url = if elsewhere { provider(n) } else { rewritten(n, &row.url) };
    let title = retitled(n, &row.title, elsewhere);
    let authors = reprinted(n, &row.authors);
    // Some sources round, some do not know.
    let minutes =
        row.minutes.filter(|_| dice(n, 1, 4) > 0).map(|minutes| if minutes > 100 { minutes / 5 * 5 } else { minutes });
    let resource = Resource { external_id: format!("copy-{n}"), url, title, authors, minutes, ..row.clone() };
    Copy { resource, elsewhere }
}

fn provider(n: usize) -> String {
    format!("https://learning{}.example/catalogue/{}", dice(n, 2, 7), n * 7 + 3)
}

/// The same address, written otherwise.
fn rewritten(n: usize, url: &str) -> String {
    let (scheme, rest) = url.split_once("://").unwrap_or(("https", url));
    let (rest, anchor) = rest.split_once('#').map_or((rest, ""), |(rest, anchor)| (rest, anchor));
    if let Some(id) = rest.split_once("youtube.com/watch?v=").map(|(_, id)| id).filter(|id| id.len() == 11) {
        return match dice(n, 3, 3) {
            0 => format!("https://youtu.be/{id}?t=1"),
            1 => format!("https://m.youtube.com/watch?feature=share&v={id}"),
            _ => format!("https://www.youtube.com/embed/{id}"),
        };
    }
    let other = if scheme == "https" { "http" } else { "https" };
    let (host, path) = rest.split_at(rest.find(['/', '?']).unwrap_or(rest.len()));
    let host = host.strip_prefix("www.").map_or_else(|| host.to_uppercase(), str::to_owned);
    let mark = if path.contains('?') { "&" } else { "?" };
    let anchor = if anchor.is_empty() { String::new() } else { format!("#{anchor}") };
    match dice(n, 3, 4) {
        0 => format!("{other}://{host}{path}{anchor}"),
        1 => format!("{scheme}://{rest}{mark}utm_source=newsletter&utm_campaign=spring{anchor}"),
        2 if anchor.is_empty() && !path.contains('?') => format!("{scheme}://{}/", rest.trim_end_matches('/')),
        _ => format!("{other}://{rest}{mark}fbclid=IwAR{n}{anchor}"),
    }
}

/// The same title, written otherwise.
fn retitled(n: usize, title: &str, elsewhere: bool) -> String {
    match dice(n, 4, 10) {
        0 | 1 => title.to_owned(),
        2..=4 => with_other_signs(n, title),
        5 => title.to_uppercase(),
        6 | 7 => dressed(n, title, elsewhere),
        _ => without_subtitle(title),
    }
}

fn with_other_signs(n: usize, title: &str) -> String {
    let (colon, quotes, comma) =
        [(" – ", ["«", "»"], "،"), (": ", ["“", "”"], ","), ("：", ["「", "」"], "，")][dice(n, 5, 3)];
    let mut out = title.replace(": ", colon).replace(" - ", colon).replace(", ", &format!("{comma} "));
    while let Some(at) = out.find('"') {
        let sign = quotes[out.matches('"').count() % 2];
        out.replace_range(at..at + 1, sign);
    }
    if dice(n, 6, 2) == 0 { out.replace(" & ", " and ") } else { out.replace(" and ", " & ") }
}

fn dressed(n: usize, title: &str, elsewhere: bool) -> String {
    let plain = [" (PDF)", ", online edition", " [eBook]", " (free)", " | Full course"];
    let numbered = [" (4th edition)", ", Fifth Edition"];
    let has_number = title.to_lowercase().contains("edition") || title.contains("ed.");
    if elsewhere || has_number || dice(n, 7, 3) > 0 {
        format!("{title}{}", plain[dice(n, 8, 4)])
    } else {
        format!("{title}{}", numbered[dice(n, 8, 2)])
    }
}

/// Before the colon or the dash, if what is left still says something.
fn without_subtitle(title: &str) -> String {
    let cut = [": ", " - ", " – "].iter().filter_map(|sign| title.find(sign)).min();
    let short = cut.map_or(title, |at| &title[..at]);
    if short.split_whitespace().count() >= 3 { short.to_owned() } else { title.to_owned() }
}

/// The same authors, printed otherwise.
fn reprinted(n: usize, authors: &str) -> String {
    let all: Vec<&str> = authors.split(", ").collect();
    match dice(n, 9, 5) {
        0 if all.len() == 1 => match authors.rsplit_once(' ') {
            Some((first, last)) => format!("{last}, {first}"),
            None => authors.to_owned(),
        },
        0 => all.iter().rev().copied().collect::<Vec<_>>().join("; "),
        1 => all.join(" & "),
        2 => all[0].to_owned(),
        _ => authors.to_owned(),
    }
}

/// Two that look like the row, and like each other, and are neither.
fn look_alikes((n, row): (usize, &Resource)) -> (Resource, Resource) {
    let at = |source: &str| format!("https://{source}.example/item/{n}");
    let of = |source: &str, title: String, authors: &str| Resource {
        external_id: format!("{source}-{n}"),
        url: at(source),
        title,
        authors: authors.to_owned(),
        minutes: None,
        ..row.clone()
    };
    let title = &row.title;
    let own = if row.authors.is_empty() { "Wilhelmina Okonkwo" } else { &row.authors };
    let pair = |one: String, two: String| (of("first", one, own), of("second", two, own));
    let sort = match dice(n, 10, 8) {
        // What has an edition or no language yet cannot be told apart by another one.
        2 if title.to_lowercase().contains("edition") => 0,
        4 if row.language.is_none() => 0,
        sort => sort,
    };
    match sort {
        0 => (of("first", title.clone(), "Bartholomew Quist"), of("second", title.clone(), "Xanthe Vandermeer")),
        1 => pair(format!("{title}, part 1"), format!("{title}, part 2")),
        2 => pair(format!("{title}, 2nd edition"), format!("{title}, 3rd edition")),
        3 => pair(format!("{title} (2022)"), format!("{title} (2023)")),
        4 => {
            let [one, two] = if row.language.as_deref() == Some("en") { ["nl", "sv"] } else { ["en", "sv"] };
            let (mut first, mut second) = pair(title.clone(), title.clone());
            (first.language, second.language) = (Some(one.into()), Some(two.into()));
            (first, second)
        }
        5 => pair(format!("{title}: The Exercises"), format!("{title}: The Teacher's Guide")),
        6 => pair(format!("{title} 2"), format!("{title} 3")),
        _ => {
            let lesson = |source, n: usize| {
                let mut lesson = of(source, format!("Lesson {n}: {title}"), own);
                lesson.url = format!("https://lessons.example/watch?lesson={n}&of={}", at("x").len());
                lesson
            };
            (lesson("first", n), lesson("second", n + 1))
        }
    }
}

type Edition = (Option<String>, String, String);

async fn judge(site: &Site, rows: &[Resource], copies: &[Copy]) -> Outcome<Sum> {
    let mut c = site.read().await?;
    let editions: Vec<Edition> = c.all(sql!("SELECT work, external_id, id FROM resource")).await?;
    let pairs: Vec<(String, String)> = c.all(sql!("SELECT one, two FROM edition_pair WHERE verdict = 'open'")).await?;
    let work: HashMap<&str, Option<&str>> =
        editions.iter().map(|(work, external, _)| (external.as_str(), work.as_deref())).collect();
    let external: HashMap<&str, &str> =
        editions.iter().map(|(_, external, id)| (id.as_str(), external.as_str())).collect();
    let asked: HashMap<(&str, &str), ()> = pairs
        .iter()
        .filter_map(|(one, two)| Some(((*external.get(one.as_str())?, *external.get(two.as_str())?), ())))
        .collect();
    let mut sum = Sum::default();
    for (n, copy) in copies.iter().enumerate() {
        let (original, copied) = (rows[n].external_id.as_str(), copy.resource.external_id.as_str());
        let together =
            matches!((work.get(original), work.get(copied)), (Some(Some(one)), Some(Some(two))) if one == two);
        let place = &mut sum.copies[usize::from(copy.elsewhere)];
        place.0 += 1;
        place.1 += i64::from(together);
        let is_asked = asked.contains_key(&(original, copied)) || asked.contains_key(&(copied, original));
        sum.asked += i64::from(!together && is_asked);
    }
    weigh(&mut sum, rows, &editions);
    Ok(sum)
}

/// Looks at every two editions of each work.
fn weigh(sum: &mut Sum, rows: &[Resource], editions: &[Edition]) {
    let by_id: HashMap<&str, &Resource> = rows.iter().map(|row| (row.external_id.as_str(), row)).collect();
    let number: HashMap<&str, usize> = rows.iter().enumerate().map(|(n, row)| (row.external_id.as_str(), n)).collect();
    let mut works: BTreeMap<&str, Vec<&str>> = BTreeMap::new();
    for (work, external, _) in editions {
        sum.look_alikes += i64::from(is_look_alike(external));
        if let Some(work) = work {
            works.entry(work).or_default().push(external);
        }
    }
    // The row that an edition is of; a look-alike is of none.
    let row = |external: &str| match external.strip_prefix("copy-") {
        Some(n) => n.parse().ok(),
        None => number.get(external).copied(),
    };
    let same = |one: usize, two: usize| {
        let key = |n: usize| {
            let row = by_id[rows[n].external_id.as_str()];
            let letters = |text: &str| {
                text.chars().filter(|c| c.is_alphanumeric()).flat_map(char::to_lowercase).collect::<String>()
            };
            (letters(&row.title), letters(&row.authors), row.language.clone())
        };
        let ((title, authors, language), (other_title, other_authors, other_language)) = (key(one), key(two));
        let people = authors == other_authors || authors.is_empty() || other_authors.is_empty();
        title == other_title && people && language == other_language
    };
    for work in works.values() {
        for (at, one) in work.iter().enumerate() {
            sum.strayed += i64::from(is_look_alike(one));
            for two in &work[at + 1..] {
                match (row(one), row(two)) {
                    (Some(one), Some(two)) if one == two => sum.right += 1,
                    (Some(one), Some(two)) if same(one, two) => sum.untold += 1,
                    _ => {
                        sum.wrong += 1;
                        if std::env::var_os("ATRIUM_BENCH_SHOW").is_some() {
                            eprintln!("together, and should not be: {one} {two}");
                        }
                    }
                }
            }
        }
    }
}

fn is_look_alike(external: &str) -> bool {
    external.starts_with("first-") || external.starts_with("second-")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn row(title: &str, url: &str) -> Resource {
        let line =
            serde_json::json!({"title": title, "url": url, "kind": "book", "author": "Ada Byron, Charles Babbage"});
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("rows.jsonl");
        std::fs::write(&file, format!("{line}\n")).unwrap();
        rows(reader::resources(&file, 1).unwrap()).remove(0)
    }

    #[test]
    fn copies_say_the_same_and_look_alikes_do_not() {
        let row = row("Notes on Engines: With a Loom", "https://www.a.example/x?p=1#top");
        for n in 0..400 {
            let copy = copy(n, &row);
            assert_eq!(copy.elsewhere, copy.resource.url.contains("learning"), "{}", copy.resource.url);
            assert!(copy.resource.title.to_lowercase().contains("engines"), "{}", copy.resource.title);
            assert!(copy.resource.authors.contains("Byron"));
            let (first, second) = look_alikes((n, &row));
            let told = |one: &Resource, two: &Resource| {
                one.title != two.title || one.authors != two.authors || one.language != two.language
            };
            assert!(told(&first, &second) && told(&first, &row) && told(&second, &row));
        }
    }

    #[test]
    fn one_address_is_one_row() {
        let twice = ["https://a.example/x/", "http://www.a.example/x#y"].map(|url| Item::Resource(row("A", url)));
        assert_eq!(rows(twice.to_vec()).len(), 1);
    }
}
