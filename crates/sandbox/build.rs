//! Writes a table of every file under `content/`, embedded into the crate, so that a built binary
//! needs no files beside it and a new wiki page needs no line of code.

use std::{
    env, fs,
    io::{self, Write},
    path::{Path, PathBuf},
};

fn main() -> io::Result<()> {
    let root = PathBuf::from(env::var_os("CARGO_MANIFEST_DIR").ok_or(io::ErrorKind::NotFound)?);
    let out = PathBuf::from(env::var_os("OUT_DIR").ok_or(io::ErrorKind::NotFound)?);
    let content = root.join("content");
    println!("cargo:rerun-if-changed={}", content.display());
    println!("cargo:rerun-if-changed=build.rs");

    let mut files = Vec::new();
    collect(&content, &mut files)?;
    files.sort();

    let mut table = fs::File::create(out.join("content.rs"))?;
    writeln!(table, "pub(crate) static FILES: &[(&str, &str)] = &[")?;
    for file in files {
        let name = file.strip_prefix(&content).map_err(io::Error::other)?;
        let name = name.to_string_lossy().replace('\\', "/");
        writeln!(table, "    ({name:?}, include_str!({:?})),", file.display().to_string())?;
    }
    writeln!(table, "];")
}

fn collect(folder: &Path, files: &mut Vec<PathBuf>) -> io::Result<()> {
    if !folder.is_dir() {
        return Ok(());
    }
    for entry in fs::read_dir(folder)? {
        let path = entry?.path();
        if path.is_dir() {
            collect(&path, files)?;
        } else if path.extension().is_some_and(|kind| kind == "json" || kind == "md") {
            files.push(path);
        }
    }
    Ok(())
}
