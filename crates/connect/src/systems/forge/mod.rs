//! What GitHub and GitLab have in common: repositories whose READMEs and documents become resources.
//!
//! A run takes the repositories one after the other. One whose default branch stands where it stood costs no more than
//! the question; of one that moved, the comparison of both commits names what changed and what was removed. Where there
//! is nothing to compare with, everything is listed and read: in the first run, after a rewritten history, when topics
//! or the name have changed, once after something of it was rejected, and in a full run every `full_days` days, which also
//! finds repositories that are gone.
//!
//! A host that wants a rest in the middle of a page gets it: the page ends with what was read, so that a small limit makes
//! a run long, and not vain.
//!
//! Documents are read at the commit that the run found first, so that a push in its middle changes nothing under it,
//! and the list of a commit can be asked for again after a crash. The cursor holds names and commits, no paths.

mod documents;
mod host;

use std::{collections::BTreeMap, sync::Arc};

use async_trait::async_trait;
use serde::{Deserialize, Serialize};
use tokio::sync::Mutex;

use crate::{
    clean::{Gather, digest, read_cursor, rejected, write_cursor},
    error::{Error, Look},
    http::Http,
    model::{Cursor, Next, Page},
    system::{Connector, Field, FieldKind, Form, Found, Step, steps},
};
pub(super) use documents::{Changes, Document, Documents, is_document};
pub(super) use host::{Asked, Host, Repository, next_by, place, retry_at};

/// Repositories of one source.
pub(super) const MAX_REPOSITORIES: usize = 500;
/// Documents that are read before the cursor is kept.
const PER_PAGE: usize = 40;
/// Repositories without news that are passed before the cursor is kept.
const PASSED: usize = 20;

/// The fields that both have, in the order of their forms, after the address.
pub(super) const fn fields(address: Field, owner: Field, repositories: Field, token: Field) -> [Field; 7] {
    [
        address,
        owner,
        repositories,
        token,
        Field {
            name: "folders",
            label: "Folders with documents",
            help: "Their Markdown files are read, and the README beside them. Several with commas between.",
            kind: FieldKind::Text,
            required: false,
            default: "docs",
        },
        Field {
            name: "private",
            label: "Also repositories that are not public",
            help: "What the token opens is shown to everybody whom this source is shown to. Left out, unless this is set.",
            kind: FieldKind::Flag,
            required: false,
            default: "false",
        },
        Field {
            name: "full_days",
            label: "Days between full runs",
            help: "In between, only what was changed is read. Repositories that are gone are found by full runs.",
            kind: FieldKind::Number,
            required: false,
            default: "7",
        },
    ]
}

/// What the common fields say.
pub(super) struct Chosen {
    owner: Option<String>,
    names: Vec<String>,
    folders: Vec<String>,
    private: bool,
    full_ms: i64,
}

impl Chosen {
    /// Reads the common fields; `depth` is how many names a repository's path may have.
    pub(super) fn read(form: &mut Form<'_>, depth: std::ops::RangeInclusive<usize>) -> Self {
        let owner = form.some("owner").map(|owner| owner.trim_matches('/').to_owned());
        if owner.as_deref().is_some_and(|owner| !is_path(owner) || owner.split('/').count() >= *depth.end()) {
            form.fault("owner", "Give its name as in its address, such as halden.");
        }
        let names = list(form.get("repositories"));
        if let Some(bad) = names.iter().find(|name| !is_path(name) || !depth.contains(&name.split('/').count())) {
            form.fault(
                "repositories",
                format!("{bad} is no repository; give owner/name, with commas between several."),
            );
        } else if owner.is_none() && names.is_empty() {
            form.fault("repositories", "Name at least one repository, or whose repositories are all to be read.");
        } else if names.len() > MAX_REPOSITORIES {
            form.fault("repositories", format!("More than {MAX_REPOSITORIES}; make several sources."));
        }
        let folders = outermost(list(form.get("folders")));
        if let Some(bad) = folders.iter().find(|folder| !is_folder(folder)) {
            form.fault(
                "folders",
                format!("{bad} is no folder; give its path from the repository's root, such as docs."),
            );
        }
        Self { owner, names, folders, private: form.flag("private"), full_ms: form.number("full_days") * 86_400_000 }
    }
}

fn list(text: &str) -> Vec<String> {
    let parts = text.split([',', ' ', ';']).map(|part| part.trim().trim_matches('/')).filter(|part| !part.is_empty());
    let mut found: Vec<String> = Vec::new();
    for part in parts {
        if !found.iter().any(|known| known == part) {
            found.push(part.to_owned());
        }
    }
    found
}

/// Without those that lie within another one.
fn outermost(folders: Vec<String>) -> Vec<String> {
    let within = |folder: &String| {
        folders.iter().any(|other| folder.strip_prefix(other.as_str()).is_some_and(|rest| rest.starts_with('/')))
    };
    folders.iter().filter(|folder| !within(folder)).cloned().collect()
}

/// Whether it is names with slashes between, as an address of GitHub or GitLab has them.
fn is_path(text: &str) -> bool {
    let plain = |letter: char| letter.is_ascii_alphanumeric() || matches!(letter, '-' | '_' | '.');
    let name = |name: &str| !name.is_empty() && name.chars().all(plain) && !name.chars().all(|letter| letter == '.');
    text.len() <= 300 && text.split('/').all(name)
}

fn is_folder(text: &str) -> bool {
    text.len() <= 300
        && text.split('/').all(|part| !matches!(part, "" | "." | "..") && !part.contains(['\\', '?', '#', '%']))
}

/// Reads the documents of repositories that a host keeps.
pub(super) struct Forge<H> {
    pub(super) host: H,
    pub(super) chosen: Chosen,
    pub(super) look: Look,
    /// Whether a token is sent.
    pub(super) signs_in: bool,
    listed: Mutex<Option<(String, Arc<Documents>)>>,
}

/// Between runs, and with `run` within one.
#[derive(Debug, Serialize, Deserialize)]
struct State {
    settings: u64,
    /// What was read of each repository, by its name.
    #[serde(default)]
    known: BTreeMap<String, Known>,
    /// When the last full run began, by the host's clock.
    #[serde(default)]
    full_at: Option<i64>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    run: Option<Run>,
}

#[derive(Clone, Debug, Serialize, Deserialize)]
struct Known {
    repository: Repository,
    /// The commit that was read; empty where there was none.
    head: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    etag: Option<String>,
    /// Something of it was rejected: the next run reads all of it.
    #[serde(default)]
    again: bool,
}

#[derive(Debug, Serialize, Deserialize)]
struct Run {
    /// Repositories that are to come, the next one last.
    left: Vec<String>,
    /// Those that were there.
    met: Vec<String>,
    full: bool,
    clean: bool,
    /// When it began, by the host's clock.
    started: i64,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    at: Option<At>,
}

/// Where a run stands within a repository.
#[derive(Clone, Debug, Serialize, Deserialize)]
struct At {
    known: Known,
    /// The commit to compare with; none reads everything.
    base: Option<String>,
    /// Documents that were read.
    offset: usize,
    /// Nothing of it was rejected so far.
    #[serde(default)]
    clean: bool,
}

#[async_trait]
impl<H: Host> Connector for Forge<H> {
    async fn page(&self, http: &Http, cursor: Option<&Cursor>) -> Result<Page, Error> {
        let mut state = self.state(cursor)?;
        let (mut gather, mut gone) = (Gather::default(), Vec::new());
        let Some(mut run) = state.run.take() else {
            state.run = Some(self.begin(http, &state, &mut gather).await?);
            return Ok(gather.page(gone, Next::More(write_cursor(&state)?)));
        };
        for _ in 0..PASSED {
            if run.at.is_none() {
                let Some(name) = run.left.pop() else { break };
                run.at = self.enter(http, &name, &mut state, &mut run, &mut gather).await?;
                continue;
            }
            self.read(http, &mut state, &mut run, &mut gather, &mut gone).await?;
            break;
        }
        run.clean &= gather.is_clean();
        let next = if run.at.is_none() && run.left.is_empty() {
            state.known.retain(|name, _| run.met.contains(name));
            if run.full {
                state.full_at = Some(run.started);
            }
            Next::Done { cursor: Some(write_cursor(&state)?), complete: run.full && run.clean }
        } else {
            state.run = Some(run);
            Next::More(write_cursor(&state)?)
        };
        Ok(gather.page(gone, next))
    }

    async fn test(&self, http: &Http) -> Vec<Step> {
        let found = self.try_out(http).await;
        let works = self.signs_in.then(|| "The token is accepted".to_owned());
        let sign_in = Found::sign_in(works, found.is_ok());
        steps(found, sign_in)
    }
}

impl<H: Host> Forge<H> {
    pub(super) fn new(host: H, chosen: Chosen, look: Look, signs_in: bool) -> Self {
        Self { host, chosen, look, signs_in, listed: Mutex::new(None) }
    }

    /// Where the last run or page stopped; nothing of it where the settings have changed since.
    fn state(&self, cursor: Option<&Cursor>) -> Result<State, Error> {
        let Chosen { owner, names, folders, private, .. } = &self.chosen;
        let settings = digest(&format!("{} {owner:?} {names:?} {folders:?} {private}", self.host.address()));
        let state = cursor.map(read_cursor::<State>).transpose()?.filter(|state| state.settings == settings);
        Ok(state.unwrap_or(State { settings, known: BTreeMap::new(), full_at: None, run: None }))
    }

    async fn begin(&self, http: &Http, state: &State, gather: &mut Gather) -> Result<Run, Error> {
        let (_, started) = self.host.greet(http).await?;
        let (mut left, are_all) = self.names(http).await?;
        if !are_all {
            let reason = format!(
                "There are more than {MAX_REPOSITORIES} repositories; the others are not read. Name those that matter, or \
                 make several sources."
            );
            gather.push(Err(rejected(None, &reason, self.chosen.owner.as_deref().unwrap_or_default())));
        }
        left.reverse();
        let due = state.full_at.is_none_or(|at| started < at || started - at >= self.chosen.full_ms);
        Ok(Run { left, met: Vec::new(), full: due, clean: are_all, started, at: None })
    }

    /// Every repository once, by its name, and whether there are no more than are read.
    async fn names(&self, http: &Http) -> Result<(Vec<String>, bool), Error> {
        let mut names = self.chosen.names.clone();
        if let Some(owner) = &self.chosen.owner {
            for name in self.host.owned(http, owner, self.chosen.private).await? {
                // Both hosts take names in any case.
                if is_path(&name) && !names.iter().any(|known| known.eq_ignore_ascii_case(&name)) {
                    names.push(name);
                }
            }
        }
        let are_all = names.len() <= MAX_REPOSITORIES;
        names.truncate(MAX_REPOSITORIES);
        Ok((names, are_all))
    }

    /// Asks where a repository stands, and answers where to begin reading it; none where there is nothing to read.
    async fn enter(
        &self,
        http: &Http,
        name: &str,
        state: &mut State,
        run: &mut Run,
        gather: &mut Gather,
    ) -> Result<Option<At>, Error> {
        let known = state.known.get(name).cloned();
        let etag = known.as_ref().and_then(|known| known.etag.as_deref());
        let asked = match self.host.repository(http, name, etag).await {
            Ok(asked) => asked,
            Err(error) => {
                // One repository may be gone, or closed to us.
                let Error::Status { status: 404 | 410 | 451, .. } = error else { return Err(error) };
                gather.push(Err(rejected(None, "The repository does not exist, or the token may not see it.", name)));
                return Ok(None);
            }
        };
        let (repository, etag) = match (asked, &known) {
            (Asked::New(repository, etag), _) => (repository, etag),
            (Asked::Same, Some(known)) => (known.repository.clone(), known.etag.clone()),
            (Asked::Same, None) => return Err(self.host.unasked()),
        };
        let is_known = |met: &String| state.known.get(met).is_some_and(|known| known.repository.id == repository.id);
        if run.met.iter().any(is_known) {
            // It was renamed, and is named by both its names.
            return Ok(None);
        }
        run.met.push(name.to_owned());
        if repository.private && !self.chosen.private {
            gather.push(Err(rejected(None, "The repository is not public, and the source is not to read such.", name)));
            return Ok(None);
        }
        let before = known.filter(|known| known.repository == repository && !known.again && !run.full);
        let before = before.map(|known| known.head);
        let head = self.host.head(http, &repository, before.as_deref()).await?.unwrap_or_default();
        let known = Known { repository, head, etag, again: false };
        if known.head.is_empty() || before.as_ref() == Some(&known.head) {
            state.known.insert(name.to_owned(), known);
            return Ok(None);
        }
        Ok(Some(At { known, base: before.filter(|base| !base.is_empty()), offset: 0, clean: true }))
    }

    /// Reads the next documents of the repository that the run is in.
    async fn read(
        &self,
        http: &Http,
        state: &mut State,
        run: &mut Run,
        gather: &mut Gather,
        gone: &mut Vec<String>,
    ) -> Result<(), Error> {
        let Some(mut at) = run.at.take() else { return Ok(()) };
        let (listed, rejected) = (self.documents(http, &at).await?, gather.rejections());
        if at.offset == 0 {
            listed.faults.iter().for_each(|fault| gather.push(Err(fault.clone())));
            gone.extend(listed.removed.iter().map(|path| at.known.repository.external_id(path)));
        }
        let (start, end) = (at.offset, at.offset.saturating_add(PER_PAGE).min(listed.list.len()));
        for document in listed.list.get(start..end).unwrap_or_default() {
            match self.document(http, &at.known, document, gather, gone).await {
                Err(Error::RateLimited { .. }) if at.offset > start => break,
                result => result?,
            }
            at.offset += 1;
        }
        at.clean &= gather.rejections() == rejected;
        if at.offset < listed.list.len() {
            run.at = Some(at);
            return Ok(());
        }
        if let Some(name) = run.met.last() {
            let again = !at.clean && !state.known.get(name).is_some_and(|known| known.again);
            state.known.insert(name.clone(), Known { again, ..at.known });
        }
        *self.listed.lock().await = None;
        Ok(())
    }

    /// What is to be read of a commit: what changed since `base`, or everything.
    async fn documents(&self, http: &Http, at: &At) -> Result<Arc<Documents>, Error> {
        let key = format!("{} {} {:?}", at.known.repository.id, at.known.head, at.base);
        let mut listed = self.listed.lock().await;
        if let Some((_, documents)) = listed.as_ref().filter(|(kept, _)| *kept == key) {
            return Ok(documents.clone());
        }
        let (repository, head, folders) = (&at.known.repository, &at.known.head, &self.chosen.folders);
        let changes = match &at.base {
            Some(base) => self.host.changes(http, repository, base, head).await?,
            None => None,
        };
        let documents = match changes {
            Some(changes) => changes.documents(folders),
            None => self.host.documents(http, repository, head, folders).await?.tidy(&repository.name),
        };
        let documents = Arc::new(documents);
        *listed = Some((key, documents.clone()));
        Ok(documents)
    }

    async fn try_out(&self, http: &Http) -> Result<[String; 2], Error> {
        http.check(self.host.address()).await?;
        let (said, _) = self.host.greet(http).await.map_err(|error| error.unlike(self.look))?;
        let (names, _) = self.names(http).await?;
        let Some(name) = names.first() else { return Ok([said, "There are no repositories".to_owned()]) };
        let Asked::New(repository, etag) = self.host.repository(http, name, None).await? else {
            return Err(self.host.unasked());
        };
        let Some(head) = self.host.head(http, &repository, None).await? else {
            return Ok([said, format!("{} repositories; {name} is empty", names.len())]);
        };
        let at = At { known: Known { repository, head, etag, again: false }, base: None, offset: 0, clean: true };
        let listed = self.documents(http, &at).await?;
        let (mut gather, mut gone) = (Gather::default(), Vec::new());
        if let Some(document) = listed.list.first() {
            self.document(http, &at.known, document, &mut gather, &mut gone).await?;
        }
        let first = match gather.titles().first() {
            Some(title) => format!("{} documents, the first of which is “{title}”", listed.list.len()),
            None => "no documents".to_owned(),
        };
        Ok([said, format!("{} repositories; {name} has {first}", names.len())])
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lists_are_read_however_they_are_written() {
        assert_eq!(list(" a/b, c/d;a/b  /e/f/ "), ["a/b", "c/d", "e/f"]);
        assert!(list(" , ").is_empty());
        assert_eq!(outermost(list("docs/a, docs, docsx, guide")), ["docs", "docsx", "guide"]);
    }

    #[test]
    fn paths_cannot_lead_elsewhere() {
        for good in ["halden", "halden/docs", "a/b/c", "a.b/c_d-e"] {
            assert!(is_path(good), "{good}");
        }
        for bad in ["", "a//b", "a/..", "a/.", "a b", "a?b", "a/b#c", "a%2fb", "ä/b"] {
            assert!(!is_path(bad), "{bad}");
        }
        assert!(is_folder("website/docs") && !is_folder("../docs") && !is_folder("docs//a"));
    }
}
