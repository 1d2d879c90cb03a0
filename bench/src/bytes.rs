//! What a browser downloads.

use crate::Outcome;
use crate::figures::Figures;
use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

/// kB, in brotli, of what each lazy page adds, and of everything but the HTML that the feed needs at first.
pub fn measure(figures: &mut Figures, site: &Path) -> Outcome<()> {
    let pkg = site.join("pkg");
    let files = files(&pkg)?;
    let size = |name: &str| files.get(name).copied().unwrap_or(0.0);
    let pages = match files.keys().find(|name| name.starts_with("__wasm_split.") && name.ends_with(".js")) {
        Some(loader) => pages(&std::fs::read_to_string(pkg.join(loader))?),
        None => return Err(format!("{}: no loader of lazy pages: build with --split", pkg.display()).into()),
    };
    let mut most = 0.0f64;
    let mut home = 0.0;
    for (page, parts) in &pages {
        let kilobytes: f64 = parts.iter().map(|part| size(part)).sum();
        figures.put(format!("lazy_page_brotli_{page}"), kilobytes, "kB")?;
        most = most.max(kilobytes);
        if page.to_lowercase().contains("home") {
            home = kilobytes;
        }
    }
    if home == 0.0 {
        return Err("the feed is not among the lazy pages".into());
    }
    figures.put("lazy_page_brotli_most", most, "kB")?;
    let lazy: BTreeSet<&String> = pages.values().flatten().collect();
    let first = |name: &String| [".js", ".css", ".wasm"].iter().any(|end| name.ends_with(end)) && !lazy.contains(name);
    let shared: f64 = files.iter().filter(|(name, _)| first(name)).map(|(_, kilobytes)| kilobytes).sum();
    figures.put("assets_brotli", shared + home, "kB")
}

/// Files of `/pkg` by name, with their size in kB when sent in brotli.
fn files(pkg: &Path) -> Outcome<BTreeMap<String, f64>> {
    let mut files = BTreeMap::new();
    for entry in std::fs::read_dir(pkg).map_err(|error| format!("{}: {error}", pkg.display()))? {
        let entry = entry?;
        let name = entry.file_name().to_string_lossy().into_owned();
        if let Some(plain) = name.strip_suffix(".br") {
            files.insert(plain.to_owned(), entry.metadata()?.len() as f64 / 1000.0);
        }
    }
    match files.is_empty() {
        true => Err(format!("{} holds no .br files: build with --release -P", pkg.display()).into()),
        false => Ok(files),
    }
}

/// What the loader says of each lazy page: its files, its own and those that it shares with others. The loader is a
/// list of `const NAME = makeLoad(… "./FILE" …, [NAMES]);`, shared parts first.
fn pages(loader: &str) -> BTreeMap<String, BTreeSet<String>> {
    let mut parts: BTreeMap<&str, BTreeSet<String>> = BTreeMap::new();
    let mut pages = BTreeMap::new();
    let pieces: Vec<&str> = loader.split("makeLoad(").collect();
    for pair in pieces.windows(2) {
        let Some((_, after)) = pair[0].rsplit_once("const ") else { continue };
        let Some((name, rest)) = after.split_once(" = ") else { continue };
        if rest.contains('\n') {
            continue; // the function's own definition
        }
        let mut files: BTreeSet<String> = between(pair[1], "\"./", "\"").map(str::to_owned).into_iter().collect();
        for other in between(pair[1], ", [", "]").unwrap_or_default().split(", ") {
            files.extend(parts.get(other).cloned().unwrap_or_default());
        }
        match name.strip_prefix("__wasm_split_load_") {
            Some(page) => drop(pages.insert(page.trim_matches('_').to_owned(), files)),
            None => drop(parts.insert(name, files)),
        }
    }
    pages
}

fn between<'a>(text: &'a str, before: &str, after: &str) -> Option<&'a str> {
    let (_, rest) = text.split_once(before)?;
    rest.split_once(after).map(|(inside, _)| inside)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_page_takes_its_own_file_and_those_that_it_shares() {
        let loader = r#"function makeLoad(fetcher, deps) { const loader = 1; }
/* a, b */
const __chunk_1 = makeLoad(() => {
    const src = fetch(new URL("./chunk_1.HASH.wasm", import.meta.url));
    return async (imports) => (WebAssembly.instantiateStreaming(src, imports));
}
, []);
export const __wasm_split_load_a = wrapAsyncCb(makeLoad(() => {
    const src = fetch(new URL("./split_a.HASH.wasm", import.meta.url));
    return async (imports) => (WebAssembly.instantiateStreaming(src, imports));
}
, [__chunk_1]));
export const __wasm_split_load_b = wrapAsyncCb(makeLoad(() => async (_imp) => ({}), [__chunk_1]));
"#;
        let pages = pages(loader);
        let of = |page: &str| pages[page].iter().map(String::as_str).collect::<Vec<_>>().join(" ");
        assert_eq!(pages.len(), 2);
        assert_eq!((of("a"), of("b")), ("chunk_1.HASH.wasm split_a.HASH.wasm".into(), "chunk_1.HASH.wasm".into()));
    }
}
