//! Repositories of files with their history: what the hosts of code hold, and how a test changes it.

use std::{
    collections::{BTreeMap, BTreeSet},
    sync::{Mutex, MutexGuard, PoisonError},
};

use serde::Deserialize;
use time::OffsetDateTime;

use crate::{Clock, ContentError, EditError, clock::working_moment, films::letters, hash::hash, items::Item};

/// What a repository starts with.
#[derive(Clone, Debug, Deserialize, PartialEq)]
#[serde(default)]
pub struct RepositoryContent {
    /// `owner/name`
    pub name: String,
    pub description: String,
    pub topics: Vec<String>,
    /// Only for those who have a token.
    pub private: bool,
    pub archived: bool,
    pub fork: bool,
    /// The default branch.
    pub branch: String,
    /// Age of its first commit when the sandbox starts.
    pub days_ago: f64,
    /// Texts by path; none makes an empty repository.
    #[serde(skip)]
    pub files: BTreeMap<String, String>,
}

impl Default for RepositoryContent {
    fn default() -> Self {
        Self {
            name: String::new(),
            description: String::new(),
            topics: Vec::new(),
            private: false,
            archived: false,
            fork: false,
            branch: "main".to_owned(),
            days_ago: 30.0,
            files: BTreeMap::new(),
        }
    }
}

/// The repositories of one system.
pub struct Repositories {
    clock: Clock,
    shelf: Mutex<Vec<Repository>>,
}

#[derive(Clone)]
pub(crate) struct Repository {
    pub(crate) id: u64,
    pub(crate) about: RepositoryContent,
    /// The oldest first. Those that were rewritten stay known, as with a real host.
    commits: Vec<Commit>,
    /// Indexes of the default branch's commits, the oldest first.
    line: Vec<usize>,
}

/// A state of all files.
#[derive(Clone)]
pub(crate) struct Commit {
    pub(crate) sha: String,
    pub(crate) message: String,
    pub(crate) at: OffsetDateTime,
    pub(crate) files: BTreeMap<String, String>,
}

/// What became of a file between two commits.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Change {
    Added,
    Modified,
    Removed,
    /// From this path.
    Renamed(String),
}

/// An entry of a tree, as it is written down.
#[derive(Clone)]
pub(crate) struct Entry {
    pub(crate) path: Option<String>,
    pub(crate) folder: bool,
    pub(crate) sha: String,
    pub(crate) text: String,
}

impl Item for Entry {
    fn key(&self) -> String {
        self.path.clone().unwrap_or_default()
    }
    fn remove_id(&mut self) {
        self.path = None;
    }
    fn take_id(&mut self, other: &Self) {
        self.path = other.path.clone();
    }
    fn text(&mut self) -> &mut String {
        &mut self.text
    }
    fn times(&mut self) -> Vec<&mut OffsetDateTime> {
        Vec::new()
    }
}

impl Repositories {
    pub(crate) fn new(content: &[RepositoryContent], clock: Clock) -> Result<Self, ContentError> {
        let all = Self { clock, shelf: Mutex::default() };
        let now = all.clock.now();
        for about in content {
            let at = working_moment(now, about.days_ago, hash(about.name.as_bytes()));
            let fault = |_| ContentError::Duplicate { place: "repositories", id: about.name.clone() };
            all.put(about.clone(), at).map_err(fault)?;
        }
        Ok(all)
    }

    fn put(&self, about: RepositoryContent, at: OffsetDateTime) -> Result<(), EditError> {
        let mut shelf = self.shelf();
        if shelf.iter().any(|each| each.about.name == about.name) {
            return Err(EditError::Exists { what: "repository", key: about.name });
        }
        let id = hash(about.name.as_bytes()) % 1_000_000 + 1000;
        let mut repository = Repository { id, commits: Vec::new(), line: Vec::new(), about };
        if !repository.about.files.is_empty() {
            repository.commit("First steps", at, repository.about.files.clone());
        }
        shelf.push(repository);
        Ok(())
    }

    /// Makes a repository now.
    ///
    /// # Errors
    /// Where there is one of this name.
    pub fn add(&self, about: RepositoryContent) -> Result<(), EditError> {
        let now = self.clock.now();
        self.put(about, now)
    }

    /// Commits to the default branch now: each path gets its text, or is removed.
    ///
    /// # Errors
    /// Where there is no such repository.
    pub fn commit(&self, name: &str, message: &str, changes: &[(&str, Option<&str>)]) -> Result<(), EditError> {
        let now = self.clock.now();
        self.change(name, |repository| {
            let mut files = repository.head().map(|head| head.files.clone()).unwrap_or_default();
            for (path, text) in changes {
                match text {
                    Some(text) => drop(files.insert((*path).to_owned(), (*text).to_owned())),
                    None => drop(files.remove(*path)),
                }
            }
            repository.commit(message, now, files);
        })
    }

    /// Moves a file now.
    ///
    /// # Errors
    /// Where there is no such repository or file.
    pub fn rename(&self, name: &str, from: &str, to: &str) -> Result<(), EditError> {
        let now = self.clock.now();
        let missing = || EditError::Missing { what: "file", key: from.to_owned() };
        self.change(name, |repository| {
            let mut files = repository.head().map(|head| head.files.clone()).unwrap_or_default();
            let text = files.remove(from).ok_or_else(missing)?;
            files.insert(to.to_owned(), text);
            repository.commit(&format!("Rename {from}"), now, files);
            Ok(())
        })?
    }

    /// Takes the newest commit back, as a forced push does, and commits something else in its place.
    ///
    /// # Errors
    /// Where there is no such repository.
    pub fn rewrite(&self, name: &str, changes: &[(&str, Option<&str>)]) -> Result<(), EditError> {
        self.change(name, |repository| repository.line.pop())?;
        self.commit(name, "Written anew", changes)
    }

    /// Changes what is said about a repository.
    ///
    /// # Errors
    /// Where there is no such repository.
    pub fn describe(&self, name: &str, change: impl FnOnce(&mut RepositoryContent)) -> Result<(), EditError> {
        self.change(name, |repository| change(&mut repository.about))
    }

    /// Deletes a repository.
    ///
    /// # Errors
    /// Where there is no such repository.
    pub fn delete(&self, name: &str) -> Result<(), EditError> {
        let mut shelf = self.shelf();
        let at = shelf.iter().position(|each| each.about.name == name).ok_or_else(|| missing(name))?;
        shelf.remove(at);
        Ok(())
    }

    /// Names and numbers.
    pub fn names(&self) -> Vec<(String, u64)> {
        self.shelf().iter().map(|each| (each.about.name.clone(), each.id)).collect()
    }

    fn change<T>(&self, name: &str, change: impl FnOnce(&mut Repository) -> T) -> Result<T, EditError> {
        self.shelf().iter_mut().find(|each| each.about.name == name).map(change).ok_or_else(|| missing(name))
    }

    pub(crate) fn all(&self) -> Vec<Repository> {
        let mut all = self.shelf().clone();
        all.sort_by(|one, other| one.about.name.cmp(&other.about.name));
        all
    }

    /// The repository of this name or number.
    pub(crate) fn find(&self, name: &str) -> Option<Repository> {
        let named = |each: &&Repository| each.about.name.eq_ignore_ascii_case(name) || each.id.to_string() == name;
        self.shelf().iter().find(named).cloned()
    }

    fn shelf(&self) -> MutexGuard<'_, Vec<Repository>> {
        self.shelf.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

fn missing(name: &str) -> EditError {
    EditError::Missing { what: "repository", key: name.to_owned() }
}

fn hex(text: &str) -> String {
    letters(text, b"0123456789abcdef", 40)
}

/// The id of a file's content.
pub(crate) fn blob(text: &str) -> String {
    hex(&format!("blob {text}"))
}

impl Repository {
    fn commit(&mut self, message: &str, at: OffsetDateTime, files: BTreeMap<String, String>) {
        let sha = hex(&format!("commit {} {} {}", self.about.name, self.commits.len(), at.unix_timestamp()));
        self.line.push(self.commits.len());
        self.commits.push(Commit { sha, message: message.to_owned(), at, files });
    }

    /// The default branch's commits, the newest first.
    pub(crate) fn history(&self) -> impl Iterator<Item = &Commit> {
        self.line.iter().rev().filter_map(|at| self.commits.get(*at))
    }

    pub(crate) fn head(&self) -> Option<&Commit> {
        self.history().next()
    }

    /// The commit of this id, or of the default branch by its name.
    pub(crate) fn resolve(&self, reference: &str) -> Option<&Commit> {
        if reference == self.about.branch || reference == "HEAD" {
            return self.head();
        }
        self.commits.iter().find(|commit| commit.sha == reference)
    }

    /// Whether a commit is one of the default branch's.
    pub(crate) fn is_in_line(&self, sha: &str) -> bool {
        self.history().any(|commit| commit.sha == sha)
    }

    /// The newest commit up to `reference` that changed a file.
    pub(crate) fn last_change(&self, reference: &str, path: &str) -> Option<&Commit> {
        let wanted = self.resolve(reference)?;
        let line: Vec<&Commit> = self.history().skip_while(|commit| commit.sha != wanted.sha).collect();
        let changed =
            |pair: &&[&Commit]| matches!(pair, [one, before] if one.files.get(path) != before.files.get(path));
        let found = line.windows(2).find(changed).and_then(|pair| pair.first().copied());
        found.or_else(|| line.last().copied().filter(|first| first.files.contains_key(path)))
    }

    /// The text of a blob that some commit holds.
    pub(crate) fn blob(&self, sha: &str) -> Option<&str> {
        self.commits.iter().flat_map(|commit| commit.files.values()).find(|text| blob(text) == sha).map(String::as_str)
    }

    /// The commit and folder (with a slash at its end, or empty) that a tree's or commit's id names.
    pub(crate) fn tree(&self, reference: &str) -> Option<(&Commit, String)> {
        if let Some(commit) = self.resolve(reference) {
            return Some((commit, String::new()));
        }
        self.commits.iter().find_map(|commit| {
            let folder = commit.folders().into_iter().find(|folder| commit.tree_sha(folder) == reference)?;
            Some((commit, folder))
        })
    }
}

impl Commit {
    /// Every folder, with a slash at its end.
    fn folders(&self) -> BTreeSet<String> {
        let above =
            |path: &String| -> Vec<String> { path.match_indices('/').map(|(at, _)| path[..=at].to_owned()).collect() };
        self.files.keys().flat_map(above).collect()
    }

    /// The id of a folder's tree.
    pub(crate) fn tree_sha(&self, folder: &str) -> String {
        let files = self.files.iter().filter(|(path, _)| path.starts_with(folder));
        let listed: String = files.map(|(path, text)| format!("{path} {}\n", blob(text))).collect();
        hex(&format!("tree {folder} {listed}"))
    }

    /// What a folder holds, its subfolders' content too where `recursive`; paths from `folder` on.
    pub(crate) fn entries(&self, folder: &str, recursive: bool) -> Vec<Entry> {
        let relative = |path: &String| path.strip_prefix(folder).filter(|rest| !rest.is_empty()).map(str::to_owned);
        let is_near = |path: &str| recursive || !path.trim_end_matches('/').contains('/');
        let files = self.files.iter().filter_map(|(path, text)| {
            let path = relative(path).filter(|path| is_near(path))?;
            Some(Entry { path: Some(path), folder: false, sha: blob(text), text: text.clone() })
        });
        let folders = self.folders().into_iter().filter_map(|whole| {
            let path = relative(&whole).filter(|path| is_near(path))?;
            let path = path.trim_end_matches('/').to_owned();
            Some(Entry { path: Some(path), folder: true, sha: self.tree_sha(&whole), text: String::new() })
        });
        let mut entries: Vec<Entry> = files.chain(folders).collect();
        entries.sort_by(|one, other| one.path.cmp(&other.path));
        entries
    }

    /// What became of each file since `older`, by its path now, or its old one where it is gone.
    pub(crate) fn changes(&self, older: &Commit) -> Vec<(String, Change)> {
        let mut removed: Vec<&String> = older.files.keys().filter(|path| !self.files.contains_key(*path)).collect();
        let mut changes = Vec::new();
        for (path, text) in &self.files {
            match older.files.get(path) {
                Some(before) if before == text => {}
                Some(_) => changes.push((path.clone(), Change::Modified)),
                None => {
                    let from = removed.iter().position(|old| older.files.get(*old) == Some(text));
                    let from = from.map(|at| removed.remove(at).clone());
                    changes.push((path.clone(), from.map_or(Change::Added, Change::Renamed)));
                }
            }
        }
        changes.extend(removed.into_iter().map(|path| (path.clone(), Change::Removed)));
        changes.sort_by(|one, other| one.0.cmp(&other.0));
        changes
    }
}

#[cfg(test)]
mod tests {
    use time::macros::datetime;

    use super::*;

    #[test]
    fn history_tells_what_changed() {
        let (clock, hand) = Clock::manual(datetime!(2026-03-04 10:30 UTC));
        let files = [("README.md", "# A"), ("docs/a.md", "one"), ("docs/b/c.md", "two")];
        let files = files.map(|(path, text)| (path.to_owned(), text.to_owned())).into();
        let about = RepositoryContent { name: "a/b".into(), files, ..RepositoryContent::default() };
        let all = Repositories::new(&[about], clock).unwrap();
        let first = all.find("a/b").unwrap().head().unwrap().clone();
        hand.advance(time::Duration::hours(1));
        all.commit("a/b", "x", &[("docs/a.md", Some("other")), ("docs/n.md", Some("new"))]).unwrap();
        all.rename("a/b", "docs/b/c.md", "docs/c.md").unwrap();
        let now = all.find("a/b").unwrap();
        let changes = now.head().unwrap().changes(&first);
        let renamed = Change::Renamed("docs/b/c.md".into());
        let expected = [("docs/a.md", Change::Modified), ("docs/c.md", renamed), ("docs/n.md", Change::Added)];
        assert_eq!(changes, expected.map(|(path, change)| (path.to_owned(), change)));
        assert_eq!(now.last_change("main", "README.md").unwrap().sha, first.sha);
        assert_eq!(now.last_change("main", "docs/a.md").unwrap().message, "x");
        let (commit, folder) = now.tree(&first.tree_sha("docs/b/")).unwrap();
        assert_eq!((commit.entries(&folder, true).len(), folder.as_str()), (1, "docs/b/"));
        assert_eq!(first.entries("", false).len(), 2);
        all.rewrite("a/b", &[("docs/a.md", None)]).unwrap();
        let now = all.find("a/b").unwrap();
        assert_eq!(now.history().count(), 3);
        assert!(now.head().unwrap().files.contains_key("docs/b/c.md"), "the renaming was taken back");
    }
}
