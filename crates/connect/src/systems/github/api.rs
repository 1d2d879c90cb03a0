//! Asking GitHub, and its way of refusing.

use std::{collections::HashSet, time::Duration};

use async_trait::async_trait;
use serde_json::Value;
use url::Url;

use crate::{
    clean::{TWICE, rejected, rfc3339},
    error::Error,
    http::{Http, Response, mask},
    systems::forge::{
        Asked, Changes, Document, Documents, Host, MAX_REPOSITORIES, Repository, is_document, next_by, place, retry_at,
    },
    text::{excerpt, to_line},
};

/// What it answers with.
pub(super) const EXPECTED: &str = "an answer of GitHub's API";

const JSON: &str = "application/vnd.github+json";
/// A commit's id alone, as text.
const SHA: &str = "application/vnd.github.sha";
/// A file as it is.
const RAW: &str = "application/vnd.github.raw+json";

/// Files that a comparison names at most; of more it keeps silent.
const MAX_COMPARED: usize = 300;
/// Repositories of one page of a list, as we ask for them.
const PER_PAGE: usize = 100;
/// The wait where a limit is named without one (“wait for at least one minute”).
const MINUTE: Duration = Duration::from_secs(60);

pub(super) struct Api {
    /// Where people read.
    pub(super) site: Url,
    pub(super) api: Url,
    pub(super) token: Option<String>,
}

#[async_trait]
impl Host for Api {
    fn address(&self) -> &Url {
        &self.api
    }

    /// Asks for the limit, which costs nothing of it; a server of one's own may have none, and says 404.
    async fn greet(&self, http: &Http) -> Result<(String, i64), Error> {
        let url = place(&self.api, &["rate_limit"])?;
        self.ask(http, &url, JSON, None, |response| {
            let answer: Value = response.json().map_err(|error| error.expecting(EXPECTED))?;
            let said = match answer["resources"]["core"]["limit"].as_u64() {
                Some(limit) => format!("GitHub answers {limit} questions an hour"),
                None if is_unlimited(response) => "A GitHub without a limit answered".to_owned(),
                None => return Err(response.not(EXPECTED, "JSON that names no limit".to_owned())),
            };
            Ok((said, response.clock()))
        })
        .await
    }

    async fn owned(&self, http: &Http, owner: &str, private: bool) -> Result<Vec<String>, Error> {
        let visible = if private { "all" } else { "public" };
        match self.list(http, &["orgs", owner, "repos"], visible).await {
            // A user is no organisation; the list of one's own holds only what is public.
            Err(Error::Status { status: 404, .. }) => self.list(http, &["users", owner, "repos"], "owner").await,
            result => result,
        }
    }

    async fn repository(&self, http: &Http, name: &str, etag: Option<&str>) -> Result<Asked, Error> {
        let url = self.of(name, &[])?;
        self.ask(http, &url, JSON, etag, |response| {
            if response.status() == 304 {
                return Ok(Asked::Same);
            }
            let answer: Value = response.json().map_err(|error| error.expecting(EXPECTED))?;
            let (Some(id), Some(branch)) = (answer["id"].as_u64(), answer["default_branch"].as_str()) else {
                return Err(response.not(EXPECTED, "JSON that describes no repository".to_owned()));
            };
            let topics = answer["topics"].as_array().map(Vec::as_slice).unwrap_or_default();
            let repository = Repository {
                id,
                name: name.to_owned(),
                branch: excerpt(branch, 250),
                topics: topics.iter().filter_map(Value::as_str).take(20).map(|topic| excerpt(topic, 80)).collect(),
                private: answer["private"] == true,
            };
            let etag = response.header("etag").filter(|etag| etag.len() <= 200).map(str::to_owned);
            Ok(Asked::New(repository, etag))
        })
        .await
    }

    /// Asks for the branch's commit with the one that is known as the ETag, as the documentation of commits has it.
    async fn head(&self, http: &Http, repository: &Repository, known: Option<&str>) -> Result<Option<String>, Error> {
        let url = self.of(&repository.name, &["commits", &repository.branch])?;
        let etag = known.filter(|known| is_sha(known)).map(|known| format!("\"{known}\""));
        let asked = self.ask(http, &url, SHA, etag.as_deref(), |response| {
            if response.status() == 304 {
                return Ok(known.map(str::to_owned));
            }
            let text = String::from_utf8_lossy(response.body());
            let sha = text.trim();
            if is_sha(sha) {
                Ok(Some(sha.to_owned()))
            } else {
                Err(response.not("the id of a commit", response.found()))
            }
        });
        match asked.await {
            // 409: “Git Repository is empty”. 404 and 422: there is no such branch, as in a repository just made.
            Err(Error::Status { status: 404 | 409 | 422, .. }) => Ok(None),
            result => result,
        }
    }

    async fn documents(
        &self,
        http: &Http,
        repository: &Repository,
        commit: &str,
        folders: &[String],
    ) -> Result<Documents, Error> {
        let mut found = Documents::default();
        let cut = |tree: &Value, folder: &str| {
            let reason = "The folder is too large for GitHub to list; name a smaller one.";
            (tree["truncated"] == true).then(|| rejected(None, reason, &format!("{}: {folder}", repository.name)))
        };
        let root = self.tree(http, repository, commit, false).await?;
        found.faults.extend(cut(&root, "/"));
        keep(&root, "", &[], &mut found);
        for folder in folders {
            let mut sha = Some(commit.to_owned());
            for name in folder.split('/') {
                let Some(parent) = sha.take() else { break };
                let tree =
                    if parent == commit { root.clone() } else { self.tree(http, repository, &parent, false).await? };
                let entry = entries(&tree).iter().find(|entry| entry["path"] == name && entry["type"] == "tree");
                sha = entry.and_then(|entry| entry["sha"].as_str()).filter(|sha| is_sha(sha)).map(str::to_owned);
            }
            let Some(sha) = sha else { continue };
            let tree = self.tree(http, repository, &sha, true).await?;
            found.faults.extend(cut(&tree, folder));
            keep(&tree, &format!("{folder}/"), std::slice::from_ref(folder), &mut found);
        }
        Ok(found)
    }

    /// A comparison is of the newer commit with what both have in common: it says everything only where the older one
    /// is that.
    async fn changes(
        &self,
        http: &Http,
        repository: &Repository,
        base: &str,
        commit: &str,
    ) -> Result<Option<Changes>, Error> {
        let mut url = self.of(&repository.name, &["compare", &format!("{base}...{commit}")])?;
        url.query_pairs_mut().append_pair("per_page", "1");
        let answer = match self.json(http, &url).await {
            // The older commit may be gone, and the answer, which shows the changes, too large.
            Err(Error::Status { status: 404 | 422 | 500.., .. } | Error::TooLarge { .. } | Error::Format { .. }) => {
                return Ok(None);
            }
            result => result?,
        };
        let files = answer["files"].as_array().map(Vec::as_slice).unwrap_or_default();
        let ahead = matches!(answer["status"].as_str(), Some("ahead" | "identical"));
        Ok(if ahead && files.len() < MAX_COMPARED { changes(files) } else { None })
    }

    async fn text(
        &self,
        http: &Http,
        repository: &Repository,
        _commit: &str,
        document: &Document,
    ) -> Result<bytes::Bytes, Error> {
        let url = self.of(&repository.name, &["git", "blobs", &document.blob])?;
        self.ask(http, &url, RAW, None, |response| Ok(response.body().clone())).await
    }

    async fn touched(
        &self,
        http: &Http,
        repository: &Repository,
        commit: &str,
        path: &str,
    ) -> Result<Option<i64>, Error> {
        let mut url = self.of(&repository.name, &["commits"])?;
        url.query_pairs_mut().extend_pairs([("sha", commit), ("path", path), ("per_page", "1")]);
        let answer = self.json(http, &url).await?;
        Ok(answer[0]["commit"]["committer"]["date"].as_str().and_then(rfc3339))
    }

    fn page(&self, repository: &Repository, path: &str) -> Option<Url> {
        let parts = repository.name.split('/').chain(["blob"]);
        let parts: Vec<&str> = parts.chain(repository.branch.split('/')).chain(path.split('/')).collect();
        let mut site = self.site.clone();
        site.set_path("/");
        site.set_query(None);
        site.set_fragment(None);
        place(&site, &parts).ok()
    }
}

impl Api {
    /// `repos/OWNER/NAME/…`
    fn of(&self, name: &str, rest: &[&str]) -> Result<Url, Error> {
        let parts: Vec<&str> = std::iter::once("repos").chain(name.split('/')).chain(rest.iter().copied()).collect();
        place(&self.api, &parts)
    }

    async fn list(&self, http: &Http, path: &[&str], kind: &str) -> Result<Vec<String>, Error> {
        let (mut names, mut page) = (Vec::new(), 1_u64);
        loop {
            let mut url = place(&self.api, path)?;
            let (number, size) = (page.to_string(), PER_PAGE.to_string());
            url.query_pairs_mut().extend_pairs([
                ("type", kind),
                ("sort", "full_name"),
                ("per_page", &size),
                ("page", &number),
            ]);
            let (next, list) = self
                .ask(http, &url, JSON, None, |response| {
                    let list: Vec<Value> = response.json().map_err(|error| error.expecting(EXPECTED))?;
                    Ok((next_page(response, page, list.len()), list))
                })
                .await?;
            let read = |each: &&Value| ["archived", "fork", "disabled"].iter().all(|what| each[what] != true);
            names.extend(list.iter().filter(read).filter_map(|each| each["full_name"].as_str()).map(str::to_owned));
            let Some(next) = next.filter(|_| names.len() <= MAX_REPOSITORIES) else { return Ok(names) };
            if next <= page {
                let reason = format!("page {page} names page {next} as the next one");
                return Err(Error::Loop { url: mask(&url), reason });
            }
            page = next;
        }
    }

    async fn tree(&self, http: &Http, repository: &Repository, sha: &str, recursive: bool) -> Result<Value, Error> {
        let mut url = self.of(&repository.name, &["git", "trees", sha])?;
        if recursive {
            url.query_pairs_mut().append_pair("recursive", "1");
        }
        let tree = self.json(http, &url).await?;
        if tree["tree"].is_array() {
            return Ok(tree);
        }
        Err(Error::Format { url: mask(&url), expected: EXPECTED, found: "JSON without a tree".to_owned() })
    }

    async fn json(&self, http: &Http, url: &Url) -> Result<Value, Error> {
        self.ask(http, url, JSON, None, |response| response.json().map_err(|error| error.expecting(EXPECTED))).await
    }

    async fn ask<T>(
        &self,
        http: &Http,
        url: &Url,
        form: &str,
        etag: Option<&str>,
        read: impl Fn(&Response) -> Result<T, Error> + Send + Sync,
    ) -> Result<T, Error> {
        let mut request = http.get(url).header("accept", form).header("x-github-api-version", "2022-11-28");
        if let Some(token) = &self.token {
            request = request.secret("authorization", &format!("Bearer {token}")).hiding(token);
        }
        if let Some(etag) = etag {
            request = request.header("if-none-match", etag);
        }
        request
            .read(|response| {
                if (etag.is_none() || response.status() != 304) && !is_unlimited(response) {
                    accept(response)?;
                }
                read(response)
            })
            .await
    }
}

/// Whether it is what a GitHub Enterprise without limits says when it is asked for them.
fn is_unlimited(response: &Response) -> bool {
    let says =
        |said: Value| said["message"].as_str().is_some_and(|said| said.starts_with("Rate limiting is not enabled"));
    response.status() == 404 && response.url().path().ends_with("/rate_limit") && response.json().is_ok_and(says)
}

/// GitHub refuses with `{"message", "documentation_url"}`; what is meant by 403 stands in the headers
/// (<https://docs.github.com/en/rest/using-the-rest-api/rate-limits-for-the-rest-api>).
fn accept(response: &Response) -> Result<(), Error> {
    let Err(error) = response.ok() else { return Ok(()) };
    let said: Value = response.json().unwrap_or_default();
    let said = response.hide(excerpt(&to_line(said["message"].as_str().unwrap_or_default()), 200));
    if matches!(response.status(), 403 | 429) {
        let used_up = response.header("x-ratelimit-remaining").is_some_and(|left| left.trim() == "0");
        let reset = || used_up.then(|| retry_at(response, "x-ratelimit-reset")).flatten();
        let wait = response.retry_after().or_else(reset);
        if wait.is_some() || response.status() == 429 || said.to_lowercase().contains("rate limit") {
            return Err(Error::RateLimited { url: response.shown_url(), wait: wait.or(Some(MINUTE)) });
        }
    }
    Err(match error {
        Error::SignIn { url, .. } if !said.is_empty() => Error::SignIn { url, reason: said },
        Error::Status { url, status, .. } if !said.is_empty() => Error::Status { url, status, detail: said },
        error => error,
    })
}

fn entries(tree: &Value) -> &[Value] {
    tree["tree"].as_array().map(Vec::as_slice).unwrap_or_default()
}

/// Keeps the documents of a tree whose entries lie below `above`. An entry without a path, or with another's, may hide one.
fn keep(tree: &Value, above: &str, folders: &[String], found: &mut Documents) {
    let mut seen = HashSet::new();
    for entry in entries(tree) {
        let Some(path) = entry["path"].as_str().filter(|path| !path.is_empty()) else {
            found.faults.push(rejected(None, "A file without a path.", above));
            continue;
        };
        let whole = format!("{above}{path}");
        if !seen.insert(path) {
            found.faults.push(rejected(Some(&whole), TWICE, &whole));
            continue;
        }
        // Links lead elsewhere, and submodules into other repositories.
        if entry["type"] != "blob" || entry["mode"] == "120000" || !is_document(&whole, folders) {
            continue;
        }
        match entry["sha"].as_str().filter(|sha| is_sha(sha)) {
            None => found.faults.push(rejected(Some(&whole), "A file without an id.", &whole)),
            Some(sha) => {
                found.list.push(Document { path: whole, blob: sha.to_owned(), size: entry["size"].as_u64() });
            }
        }
    }
}

/// What a comparison says; none where it names a file in a way that is not known.
fn changes(files: &[Value]) -> Option<Changes> {
    let mut changes = Changes::default();
    for file in files {
        let path = file["filename"].as_str()?;
        match file["status"].as_str()? {
            "removed" => changes.removed.push(path.to_owned()),
            "unchanged" => {}
            status @ ("added" | "modified" | "changed" | "renamed" | "copied") => {
                if status == "renamed" {
                    changes.removed.push(file["previous_filename"].as_str()?.to_owned());
                }
                let blob = file["sha"].as_str().filter(|sha| is_sha(sha))?;
                changes.changed.push(Document { path: path.to_owned(), blob: blob.to_owned(), size: None });
            }
            _ => return None,
        }
    }
    Some(changes)
}

/// Forty letters, or sixty-four where a repository is of the newer form.
fn is_sha(text: &str) -> bool {
    matches!(text.len(), 40 | 64) && text.bytes().all(|byte| byte.is_ascii_hexdigit())
}

/// The number of the page that follows. Where there is no `Link` header the list fits on one page, or a proxy has dropped
/// it: then a full page is followed by one more question.
fn next_page(response: &Response, page: u64, length: usize) -> Option<u64> {
    match response.header("link") {
        Some(_) => next_by(response, &["page"])?.1.parse().ok(),
        None => (length >= PER_PAGE).then_some(page + 1),
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn comparisons_are_read_or_not_trusted() {
        let sha = "a".repeat(40);
        let read = changes(&[
            json!({"filename": "docs/a.md", "status": "modified", "sha": sha}),
            json!({"filename": "docs/c.md", "status": "renamed", "previous_filename": "docs/b.md", "sha": sha}),
            json!({"filename": "docs/d.md", "status": "removed", "sha": sha}),
        ])
        .unwrap();
        let paths: Vec<_> = read.changed.iter().map(|each| each.path.as_str()).collect();
        assert_eq!(
            (paths, read.removed),
            (vec!["docs/a.md", "docs/c.md"], vec!["docs/b.md".into(), "docs/d.md".into()])
        );
        for bad in [
            json!({"status": "modified"}),
            json!({"filename": "a", "status": "odd"}),
            json!({"filename": "a", "status": "added", "sha": "../x"}),
        ] {
            assert!(changes(&[bad]).is_none());
        }
    }

    #[test]
    fn links_and_submodules_are_left_alone() {
        let sha = "b".repeat(40);
        let tree = json!({"tree": [
            {"path": "a.md", "type": "blob", "mode": "100644", "sha": sha, "size": 3},
            {"path": "l.md", "type": "blob", "mode": "120000", "sha": sha},
            {"path": "s.md", "type": "commit", "mode": "160000", "sha": sha},
            {"type": "blob", "sha": sha}, {"path": "n.md", "type": "blob"},
        ]});
        let mut found = Documents::default();
        keep(&tree, "docs/", &["docs".to_owned()], &mut found);
        assert_eq!((found.list.len(), found.list[0].path.as_str(), found.faults.len()), (1, "docs/a.md", 2));
    }
}
