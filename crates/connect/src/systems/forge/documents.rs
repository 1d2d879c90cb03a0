//! Which files are documents, and what becomes of one.

use super::{Forge, Host, Known};
use crate::{
    clean::{Draft, Gather, TWICE, rejected},
    error::Error,
    http::Http,
    markdown,
    model::{Item, Kind, Rejected, Resource},
};

/// Documents of one repository.
const MAX_DOCUMENTS: usize = 2000;
/// Bytes of one document.
const MAX_BYTES: u64 = 1024 * 1024;

/// A file to be read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(in crate::systems) struct Document {
    /// From the repository's root.
    pub(in crate::systems) path: String,
    /// The id of its content, where the host tells it.
    pub(in crate::systems) blob: String,
    /// Bytes, where the host tells them.
    pub(in crate::systems) size: Option<u64>,
}

/// What is to be read of a commit.
#[derive(Debug, Default)]
pub(in crate::systems) struct Documents {
    pub(in crate::systems) list: Vec<Document>,
    /// Paths that are documents no more.
    pub(super) removed: Vec<String>,
    pub(in crate::systems) faults: Vec<Rejected>,
}

/// What differs between two commits, documents or not.
#[derive(Debug, Default)]
pub(in crate::systems) struct Changes {
    pub(in crate::systems) changed: Vec<Document>,
    pub(in crate::systems) removed: Vec<String>,
}

impl Documents {
    /// In the order of their paths, and not more than one repository may have.
    pub(super) fn tidy(mut self, repository: &str) -> Self {
        self.list.sort_by(|one, other| one.path.cmp(&other.path));
        let before = self.list.len();
        let mut last = None::<String>;
        self.list.retain(|document| {
            let twice = last.as_deref() == Some(&document.path);
            if twice {
                self.faults.push(rejected(Some(&document.path), TWICE, &document.path));
            }
            last = Some(document.path.clone());
            !twice
        });
        if self.list.len() > MAX_DOCUMENTS {
            self.list.truncate(MAX_DOCUMENTS);
            let reason = format!("The repository has {before} documents; the first {MAX_DOCUMENTS} are read.");
            self.faults.push(rejected(None, &reason, repository));
        }
        self
    }
}

impl Changes {
    /// Those that are documents.
    pub(super) fn documents(self, folders: &[String]) -> Documents {
        let list = self.changed.into_iter().filter(|document| is_document(&document.path, folders)).collect();
        let removed = self.removed.into_iter().filter(|path| is_document(path, folders)).collect();
        Documents { list, removed, faults: Vec::new() }.tidy("")
    }
}

/// Whether a file is one of Markdown in one of the folders, or the README at the root.
pub(in crate::systems) fn is_document(path: &str, folders: &[String]) -> bool {
    let lower = path.to_ascii_lowercase();
    let Some(stem) = lower.strip_suffix(".md").or(lower.strip_suffix(".markdown")) else { return false };
    stem == "readme"
        || folders.iter().any(|folder| path.strip_prefix(folder.as_str()).is_some_and(|rest| rest.starts_with('/')))
}

impl<H: Host> Forge<H> {
    /// Reads one document.
    pub(super) async fn document(
        &self,
        http: &Http,
        known: &Known,
        document: &Document,
        gather: &mut Gather,
        gone: &mut Vec<String>,
    ) -> Result<(), Error> {
        let Known { repository, head, .. } = known;
        let (id, path) = (repository.external_id(&document.path), document.path.as_str());
        let mut reject =
            |reason: &str| gather.push(Err(rejected(Some(&id), reason, &format!("{}: {path}", repository.name))));
        if document.size.is_some_and(|size| size > MAX_BYTES) {
            reject("It is larger than a megabyte.");
            return Ok(());
        }
        let text = match self.host.text(http, repository, head, document).await {
            Ok(text) if text.len() as u64 > MAX_BYTES => {
                reject("It is larger than a megabyte.");
                return Ok(());
            }
            Ok(text) => text,
            Err(Error::Status { status: 404 | 410, .. }) => {
                gone.push(id);
                return Ok(());
            }
            // One file may be too large, or blocked.
            Err(error @ (Error::TooLarge { .. } | Error::Format { .. } | Error::Status { status: 422 | 451, .. })) => {
                reject(&format!("It cannot be read: {error}."));
                return Ok(());
            }
            Err(error) => return Err(error),
        };
        if text.iter().take(8000).any(|byte| *byte == 0) {
            reject("It is no text.");
            return Ok(());
        }
        let touched = self.host.touched(http, repository, head, path).await?;
        let text = String::from_utf8_lossy(&text);
        gather.push(self.resource(known, &id, path, &text, touched).map(Item::Resource));
        Ok(())
    }

    fn resource(
        &self,
        known: &Known,
        id: &str,
        path: &str,
        text: &str,
        touched: Option<i64>,
    ) -> Result<Resource, Rejected> {
        let repository = &known.repository;
        let read = markdown::read(text);
        let mut draft = Draft::new(Kind::Article);
        draft.external_id = id.to_owned();
        draft.title = if read.title.is_empty() { file_title(&repository.name, path) } else { read.title };
        draft.summary = read.text;
        draft.topics = repository.topics.clone();
        draft.changed_at = touched;
        let Some(page) = self.host.page(repository, path) else {
            return Err(rejected(Some(id), "It has no address.", &draft.title));
        };
        draft.url = page.to_string();
        draft.finish(&page)
    }
}

/// What to call a document without a heading: its file's name in words; a README is its repository's, an index its folder's.
fn file_title(repository: &str, path: &str) -> String {
    let (folder, file) = path.rsplit_once('/').unwrap_or(("", path));
    let stem = file.rsplit_once('.').map_or(file, |(stem, _)| stem);
    let last = |text: &str| text.rsplit('/').next().unwrap_or_default().to_owned();
    let name = match stem.to_ascii_lowercase().as_str() {
        "readme" | "index" if folder.is_empty() => last(repository),
        "readme" | "index" => last(folder),
        _ => stem.to_owned(),
    };
    let words = name.replace(['-', '_'], " ");
    let mut letters = words.chars();
    letters.next().map_or_else(String::new, |first| first.to_uppercase().chain(letters).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn documents_are_the_readme_and_what_the_folders_hold() {
        let folders = ["docs".to_owned(), "website/guide".to_owned()];
        for good in ["README.md", "readme.markdown", "docs/a.md", "docs/a/b/C.MD", "website/guide/x.md"] {
            assert!(is_document(good, &folders), "{good}");
        }
        for bad in ["CHANGELOG.md", "src/README.md", "docs.md", "docsx/a.md", "docs/a.png", "website/x.md", "README"] {
            assert!(!is_document(bad, &folders), "{bad}");
        }
    }

    #[test]
    fn a_file_without_heading_is_called_by_its_name() {
        assert_eq!(file_title("halden/sensor-hal", "README.md"), "Sensor hal");
        assert_eq!(file_title("halden/x", "docs/first_steps/index.md"), "First steps");
        assert_eq!(file_title("halden/x", "docs/wire-format.md"), "Wire format");
    }

    #[test]
    fn a_repository_has_so_many_documents() {
        let document = |n: usize| Document { path: format!("docs/{n:05}.md"), blob: String::new(), size: None };
        let mut all = Documents { list: (0..3000).rev().map(document).collect(), ..Documents::default() };
        all.list.push(document(7));
        let all = all.tidy("a/b");
        assert_eq!((all.list.len(), all.list[0].path.as_str()), (2000, "docs/00000.md"));
        assert!(all.faults.iter().any(|fault| fault.reason.contains("3001")) && all.faults.len() == 2);
    }
}
