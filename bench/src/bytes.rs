//! What a browser downloads.

use crate::Outcome;
use crate::figures::Figures;
use std::path::{Path, PathBuf};

/// Bytes, in brotli, of the feed's first load (without its HTML, which is measured with the page) and of each lazy page.
pub fn measure(figures: &mut Figures, site: &Path) -> Outcome<()> {
    let pkg = site.join("pkg");
    let mut files: Vec<(String, f64)> = Vec::new();
    collect(&pkg, &pkg, &mut files)?;
    if files.is_empty() {
        return Err(format!(
            "{} holds no .br files: build the site first (cargo leptos build --release --split -P)",
            pkg.display()
        )
        .into());
    }
    let (mut main, mut most) = (0.0, 0.0f64);
    for (name, kilobytes) in &files {
        match part(name) {
            File::Main => main += kilobytes,
            File::Lazy(page) => {
                figures.put(format!("lazy_page_brotli_{page}"), *kilobytes, "kB")?;
                most = most.max(*kilobytes);
            }
            File::Other => {}
        }
    }
    let home: f64 = files.iter().filter(|(name, _)| is_home(name)).map(|(_, kilobytes)| kilobytes).sum();
    figures.put("lazy_page_brotli_most", most, "kB")?;
    figures.put("assets_brotli", main + home, "kB")
}

enum File {
    /// Loaded with the first page, whichever it is.
    Main,
    /// Loaded with one page; its name.
    Lazy(String),
    /// Loaded by nobody at first.
    Other,
}

/// What a file in `/pkg` is, by the names that cargo-leptos gives: `atrium.HASH.wasm.br`, `atrium.HASH.js.br`,
/// `atrium.HASH.css.br`, the loader `__wasm_split.HASH.js.br`, `split_PAGE.HASH.wasm.br` and `chunk_N.HASH.wasm.br`.
fn part(name: &str) -> File {
    let stem = name.rsplit('/').next().unwrap_or(name);
    let first = stem.split('.').next().unwrap_or(stem);
    match first {
        _ if stem.ends_with(".css.br") || stem.ends_with(".js.br") => File::Main,
        "atrium" if stem.ends_with(".wasm.br") => File::Main,
        "atrium_bg" => File::Main,
        split if stem.ends_with(".wasm.br") => File::Lazy(split.to_owned()),
        _ => File::Other,
    }
}

fn is_home(name: &str) -> bool {
    matches!(part(name), File::Lazy(page) if page.to_lowercase().contains("home"))
}

fn collect(root: &Path, folder: &PathBuf, files: &mut Vec<(String, f64)>) -> Outcome<()> {
    if !folder.is_dir() {
        return Ok(());
    }
    for entry in std::fs::read_dir(folder)? {
        let path = entry?.path();
        if path.is_dir() {
            collect(root, &path, files)?;
        } else if path.extension().is_some_and(|e| e == "br") {
            let name = path.strip_prefix(root)?.to_string_lossy().into_owned();
            files.push((name, std::fs::metadata(&path)?.len() as f64 / 1000.0));
        }
    }
    files.sort_by(|a, b| a.0.cmp(&b.0));
    Ok(())
}
