//! Whether one finds what one looks for: a known title, well and badly typed; an occupation by one of its other names.

use crate::figures::Figures;
use crate::library::{Dice, Library};
use crate::process::found;
use crate::{All, Outcome, reader};
use connect::{Item, Kind, Resource};
use serde::{Deserialize, Serialize};
use std::collections::HashMap;
use std::path::Path;

/// Titles that are looked for.
const TITLES: usize = 2000;
/// Names of occupations that are looked for.
const NAMES: usize = 4000;
/// The shortest word that is mistyped, in characters: one of two letters would be another word.
const WORD_MIN: usize = 3;

/// What was found out.
#[derive(Serialize, Deserialize)]
struct Found {
    clean: f64,
    one_typo: f64,
    all_typos: f64,
    occupations: f64,
}

/// Puts the figures down.
pub async fn measure(figures: &mut Figures, all: &All) -> Outcome<()> {
    let folder = all.data.to_string_lossy();
    let found: Found = found(&["relevance", &folder]).await?;
    figures.put("known_item_clean", found.clean, "ranked-first")?;
    figures.put("known_item_one_typo", found.one_typo, "ranked-first")?;
    figures.put("known_item_all_typos", found.all_typos, "ranked-first")?;
    figures.put("occupation_mrr10", found.occupations, "MRR@10")
}

/// Measures, and prints [`Found`].
pub async fn run(folder: &Path) -> Outcome<()> {
    let temp = tempfile::tempdir()?;
    let items = reader::resources(&folder.join("resources/open-resources.jsonl"), usize::MAX)?;
    let titles: Vec<String> = items.iter().map(title).collect();
    let library = Library::of(items.into_iter(), temp.path()).await?;
    let mut dice = Dice(1);
    let step = titles.len().div_ceil(TITLES);
    let (mut asked, mut hits) = (0, [0, 0, 0]);
    for title in titles.iter().step_by(step).filter(|title| !normal(title).is_empty()) {
        asked += 1;
        let typed = [title.clone(), mistyped(title, &mut dice, false), mistyped(title, &mut dice, true)];
        for (hits, typed) in hits.iter_mut().zip(typed) {
            let best = library.titles(&typed).await?.into_iter().next();
            *hits += i64::from(best.is_some_and(|best| normal(&best) == normal(title)));
        }
    }
    let [clean, one_typo, all_typos] = hits.map(|hits| hits as f64 / f64::from(asked));
    let temp = tempfile::tempdir()?;
    let occupations = occupations(&folder.join("onet"), temp.path()).await?;
    println!("{}", serde_json::to_string(&Found { clean, one_typo, all_typos, occupations })?);
    Ok(())
}

fn title(item: &Item) -> String {
    item.title().to_owned()
}

/// Two titles that only differ in signs and case are one.
fn normal(title: &str) -> String {
    let words = title.split(|c: char| !c.is_alphanumeric()).filter(|word| !word.is_empty());
    words.map(str::to_lowercase).collect::<Vec<_>>().join(" ")
}

/// `title` with a typo in one of its words, or in each: a letter left out, doubled, replaced by another, or changed
/// places with its neighbour. The first letter stays: it is the one that people get right.
fn mistyped(title: &str, dice: &mut Dice, every: bool) -> String {
    let mut words: Vec<String> = title.split(' ').map(str::to_owned).collect();
    let letters = |word: &String| word.chars().filter(|c| c.is_alphabetic()).count();
    let long: Vec<usize> = (0..words.len()).filter(|n| letters(&words[*n]) >= WORD_MIN).collect();
    let chosen = match (every, long.len()) {
        (_, 0) => vec![],
        (true, _) => long,
        (false, sides) => vec![long[dice.roll(sides)]],
    };
    for n in chosen {
        words[n] = slip(&words[n], dice);
    }
    words.join(" ")
}

fn slip(word: &str, dice: &mut Dice) -> String {
    let mut letters: Vec<char> = word.chars().collect();
    let at = 1 + dice.roll(letters.len() - 1);
    match dice.roll(4) {
        0 => drop(letters.remove(at)),
        1 => letters.insert(at, letters[at]),
        2 => letters[at] = char::from(b'a' + dice.roll(26) as u8),
        _ if at + 1 < letters.len() => letters.swap(at, at + 1),
        _ => letters.swap(at - 1, at),
    }
    letters.into_iter().collect()
}

/// Mean reciprocal rank among ten of the occupation that a name belongs to. Each occupation is a resource with half of
/// its other names in its description; those of the other half are looked for.
async fn occupations(folder: &Path, temp: &Path) -> Outcome<f64> {
    let read = |name: &str| std::fs::read_to_string(folder.join(name)).map_err(|e| format!("{name}: {e}"));
    let mut indexed: HashMap<String, Vec<String>> = HashMap::new();
    let mut kept: Vec<(String, String)> = Vec::new();
    let titles = read("Occupation Data.txt")?;
    for line in read("Alternate Titles.txt")?.lines().skip(1) {
        let mut fields = line.split('\t');
        let (Some(code), Some(name)) = (fields.next(), fields.next()) else { continue };
        match hash(name) % 2 {
            0 => indexed.entry(code.to_owned()).or_default().push(name.to_owned()),
            _ => kept.push((code.to_owned(), name.to_owned())),
        }
    }
    let rows: Vec<(&str, &str)> =
        titles.lines().skip(1).filter_map(|line| line.split_once('\t')).map(|(code, rest)| (code, first(rest))).collect();
    let items = rows.iter().map(|(code, title)| occupation(code, title, indexed.get(*code)));
    let codes: HashMap<&str, &str> = rows.iter().map(|(code, title)| (*code, *title)).collect();
    let library = Library::of(items, temp).await?;
    kept.retain(|(code, _)| codes.contains_key(code.as_str()));
    kept.sort_by_key(|(code, name)| hash(&format!("{name} {code}")));
    let (mut sum, mut asked) = (0.0, 0);
    for (code, name) in kept.iter().take(NAMES) {
        let found = library.titles(name).await?;
        let rank = found.iter().take(10).position(|title| Some(title.as_str()) == codes.get(code.as_str()).copied());
        sum += rank.map_or(0.0, |rank| 1.0 / (rank + 1) as f64);
        asked += 1;
    }
    Ok(sum / f64::from(asked))
}

fn first(rest: &str) -> &str {
    rest.split('\t').next().unwrap_or(rest)
}

fn occupation(code: &str, title: &str, names: Option<&Vec<String>>) -> Item {
    let summary = names.map(|names| names.join("\n")).unwrap_or_default();
    Item::Resource(Resource {
        external_id: code.to_owned(),
        url: format!("https://occupations.example/{code}"),
        title: title.to_owned(),
        summary: summary.chars().take(4000).collect(),
        kind: Kind::Article,
        authors: String::new(),
        language: Some("en".to_owned()),
        minutes: None,
        level: None,
        topics: vec![],
        published_at: None,
        changed_at: None,
    })
}

/// FNV-1a, 32 bits: the same split in every run.
fn hash(text: &str) -> u32 {
    text.bytes().fold(0x811c_9dc5, |hash, byte| (hash ^ u32::from(byte)).wrapping_mul(0x0100_0193))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn typos_change_what_they_should() {
        let mut dice = Dice(7);
        for _ in 0..200 {
            let one = mistyped("Learning to write C in Rust", &mut dice, false);
            let all = mistyped("Learning to write C in Rust", &mut dice, true);
            let kept = |typed: &str| {
                typed.split(' ').zip("Learning to write C in Rust".split(' ')).filter(|(a, b)| a == b).count()
            };
            assert!(kept(&one) >= 5 && one.split(' ').count() == 6, "{one}");
            assert!(all.starts_with('L') && all.contains(" to ") && all.contains(" C in R"), "{all}");
        }
        assert_eq!(mistyped("C", &mut dice, true), "C");
        assert_eq!(mistyped("", &mut dice, true), "");
    }

    #[test]
    fn titles_are_compared_without_signs() {
        assert_eq!(normal("C++: A *Tour*"), normal("c a tour"));
        assert_ne!(normal("Part 1"), normal("Part 2"));
    }
}
