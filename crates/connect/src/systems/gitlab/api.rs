//! Asking GitLab, and its way of refusing.

use std::{collections::HashSet, time::Duration};

use async_trait::async_trait;
use serde_json::Value;
use url::Url;

use crate::{
    clean::{TWICE, digest, rejected, rfc3339},
    error::Error,
    http::{Http, Response, mask},
    systems::forge::{
        Asked, Changes, Document, Documents, Host, MAX_REPOSITORIES, Repository, is_document, next_by, place, retry_at,
    },
    text::{excerpt, to_line},
};

/// What it answers with.
pub(super) const EXPECTED: &str = "an answer of GitLab's API";

/// Files of a comparison from which on GitLab may keep silent about more (`diff_max_files`).
const MAX_COMPARED: usize = 1000;
/// Projects of one page of a list, as we ask for them.
const PER_PAGE: usize = 100;
/// Pages of one folder's tree, a hundred entries each.
const MAX_TREE_PAGES: usize = 100;
/// The wait where a limit is named without one.
const MINUTE: Duration = Duration::from_secs(60);

pub(super) struct Api {
    /// Where people read; the API is below it.
    pub(super) site: Url,
    pub(super) token: Option<String>,
}

#[async_trait]
impl Host for Api {
    fn address(&self) -> &Url {
        &self.site
    }

    async fn greet(&self, http: &Http) -> Result<(String, i64), Error> {
        let mut url = self.url(&["projects"])?;
        url.query_pairs_mut().extend_pairs([("simple", "true"), ("order_by", "id"), ("per_page", "1")]);
        self.ask(http, &url, |response| {
            response.json::<Vec<Value>>().map_err(|error| error.expecting(EXPECTED))?;
            Ok(("A GitLab answered".to_owned(), response.clock()))
        })
        .await
    }

    async fn owned(&self, http: &Http, owner: &str, private: bool) -> Result<Vec<String>, Error> {
        match self.list(http, &["groups", owner, "projects"], private).await {
            Err(Error::Status { status: 404, .. }) if !owner.contains('/') => {
                self.list(http, &["users", owner, "projects"], private).await
            }
            result => result,
        }
    }

    async fn repository(&self, http: &Http, name: &str, _etag: Option<&str>) -> Result<Asked, Error> {
        let url = self.url(&["projects", name])?;
        let answer = self.json(http, &url).await?;
        let Some(id) = answer["id"].as_u64() else {
            let found = "JSON that describes no project".to_owned();
            return Err(Error::Format { url: mask(&url), expected: EXPECTED, found });
        };
        let topics = answer["topics"].as_array().map(Vec::as_slice).unwrap_or_default();
        let repository = Repository {
            id,
            name: name.to_owned(),
            // A project without a commit has no branch.
            branch: excerpt(answer["default_branch"].as_str().unwrap_or_default(), 250),
            topics: topics.iter().filter_map(Value::as_str).take(20).map(|topic| excerpt(topic, 80)).collect(),
            private: answer["visibility"].as_str().is_some_and(|visibility| visibility != "public"),
        };
        Ok(Asked::New(repository, None))
    }

    async fn head(&self, http: &Http, repository: &Repository, _known: Option<&str>) -> Result<Option<String>, Error> {
        if repository.branch.is_empty() {
            return Ok(None);
        }
        let url = self.of(repository, &["branches", &repository.branch])?;
        match self.json(http, &url).await {
            Ok(answer) => match answer["commit"]["id"].as_str().filter(|sha| is_sha(sha)) {
                Some(sha) => Ok(Some(sha.to_owned())),
                None => {
                    let found = "a branch without a commit".to_owned();
                    Err(Error::Format { url: mask(&url), expected: EXPECTED, found })
                }
            },
            Err(Error::Status { status: 404, .. }) => Ok(None),
            Err(error) => Err(error),
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
        let root = self.tree(http, repository, commit, "", &mut found).await?;
        keep(&root, &[], &mut found);
        for folder in folders {
            let entries = self.tree(http, repository, commit, folder, &mut found).await?;
            keep(&entries, std::slice::from_ref(folder), &mut found);
        }
        Ok(found)
    }

    async fn changes(
        &self,
        http: &Http,
        repository: &Repository,
        base: &str,
        commit: &str,
    ) -> Result<Option<Changes>, Error> {
        let mut url = self.of(repository, &["compare"])?;
        url.query_pairs_mut().extend_pairs([("from", base), ("to", commit), ("straight", "true")]);
        let answer = match self.json(http, &url).await {
            // The older commit may be gone, and the answer, which shows the changes, too large.
            Err(Error::Status { status: 400 | 404 | 500.., .. } | Error::TooLarge { .. } | Error::Format { .. }) => {
                return Ok(None);
            }
            result => result?,
        };
        let Some(diffs) = answer["diffs"].as_array().filter(|diffs| diffs.len() < MAX_COMPARED) else {
            return Ok(None);
        };
        Ok(if answer["compare_timeout"] == true { None } else { changes(diffs) })
    }

    async fn text(
        &self,
        http: &Http,
        repository: &Repository,
        commit: &str,
        document: &Document,
    ) -> Result<bytes::Bytes, Error> {
        let mut url = self.of(repository, &["files", &document.path, "raw"])?;
        url.query_pairs_mut().append_pair("ref", commit);
        self.ask(http, &url, |response| Ok(response.body().clone())).await
    }

    async fn touched(
        &self,
        http: &Http,
        repository: &Repository,
        commit: &str,
        path: &str,
    ) -> Result<Option<i64>, Error> {
        let mut url = self.of(repository, &["commits"])?;
        url.query_pairs_mut().extend_pairs([("ref_name", commit), ("path", path), ("per_page", "1")]);
        let answer = self.json(http, &url).await?;
        Ok(answer[0]["committed_date"].as_str().and_then(rfc3339))
    }

    fn page(&self, repository: &Repository, path: &str) -> Option<Url> {
        let parts = repository.name.split('/').chain(["-", "blob"]);
        let parts: Vec<&str> = parts.chain(repository.branch.split('/')).chain(path.split('/')).collect();
        place(&self.site, &parts).ok()
    }
}

impl Api {
    fn url(&self, parts: &[&str]) -> Result<Url, Error> {
        place(&self.site, &[&["api", "v4"], parts].concat())
    }

    /// `projects/ID/repository/…`; the number, since a name may change under way.
    fn of(&self, repository: &Repository, rest: &[&str]) -> Result<Url, Error> {
        self.url(&[&["projects", repository.id.to_string().as_str(), "repository"], rest].concat())
    }

    async fn list(&self, http: &Http, path: &[&str], private: bool) -> Result<Vec<String>, Error> {
        let (mut names, mut page) = (Vec::new(), 1_u64);
        loop {
            let mut url = self.url(path)?;
            let (number, size) = (page.to_string(), PER_PAGE.to_string());
            {
                let mut query = url.query_pairs_mut();
                query.extend_pairs([
                    ("include_subgroups", "true"),
                    ("archived", "false"),
                    ("order_by", "id"),
                    ("sort", "asc"),
                ]);
                query.extend_pairs([("per_page", &size), ("page", &number)]);
                if !private {
                    query.append_pair("visibility", "public");
                }
            }
            let (list, next) = self
                .ask(http, &url, |response| {
                    let list: Vec<Value> = response.json().map_err(|error| error.expecting(EXPECTED))?;
                    let next = match response.header("x-next-page") {
                        Some(next) => next.trim().parse::<u64>().ok(),
                        // GitLab sends it with the last page too; a proxy may drop it.
                        None => (list.len() >= PER_PAGE).then_some(page + 1),
                    };
                    Ok((list, next))
                })
                .await?;
            let read = |each: &&Value| each["archived"] != true && each["forked_from_project"].is_null();
            names.extend(
                list.iter().filter(read).filter_map(|each| each["path_with_namespace"].as_str()).map(str::to_owned),
            );
            let Some(next) = next.filter(|_| names.len() <= MAX_REPOSITORIES) else { return Ok(names) };
            if next <= page {
                let reason = format!("page {page} names page {next} as the next one");
                return Err(Error::Loop { url: mask(&url), reason });
            }
            page = next;
        }
    }

    /// The entries of a folder, with those below it, or of the root alone.
    async fn tree(
        &self,
        http: &Http,
        repository: &Repository,
        commit: &str,
        folder: &str,
        found: &mut Documents,
    ) -> Result<Vec<Value>, Error> {
        let (mut entries, mut step, mut visited) = (Vec::new(), None::<(String, String)>, Vec::new());
        loop {
            let mut url = self.of(repository, &["tree"])?;
            {
                let mut query = url.query_pairs_mut();
                query.extend_pairs([("ref", commit), ("per_page", "100"), ("pagination", "keyset")]);
                if !folder.is_empty() {
                    query.extend_pairs([("path", folder), ("recursive", "true")]);
                }
                query.extend_pairs(step.iter());
            }
            let asked = self.ask(http, &url, |response| {
                let list: Vec<Value> = response.json().map_err(|error| error.expecting(EXPECTED))?;
                Ok((list, next_step(response)))
            });
            let (list, next) = match asked.await {
                // There is no such folder (an empty list until 17.7).
                Err(Error::Status { status: 404, .. }) if step.is_none() => return Ok(entries),
                result => result?,
            };
            entries.extend(list);
            let Some(next) = next else { return Ok(entries) };
            let seen = digest(&format!("{next:?}"));
            if visited.contains(&seen) {
                let reason = "the next page is one that was read before".to_owned();
                return Err(Error::Loop { url: mask(&url), reason });
            }
            visited.push(seen);
            if visited.len() >= MAX_TREE_PAGES {
                let reason = "The folder has more than 10,000 entries; the rest is not read. Name a smaller one.";
                found.faults.push(rejected(None, reason, &format!("{}: {folder}", repository.name)));
                return Ok(entries);
            }
            step = Some(next);
        }
    }

    async fn json(&self, http: &Http, url: &Url) -> Result<Value, Error> {
        self.ask(http, url, |response| response.json().map_err(|error| error.expecting(EXPECTED))).await
    }

    async fn ask<T>(
        &self,
        http: &Http,
        url: &Url,
        read: impl Fn(&Response) -> Result<T, Error> + Send + Sync,
    ) -> Result<T, Error> {
        let mut request = http.get(url).header("accept", "application/json");
        if let Some(token) = &self.token {
            request = request.secret("private-token", token);
        }
        request
            .read(|response| {
                accept(response)?;
                read(response)
            })
            .await
    }
}

/// GitLab refuses with `{"message"}` or `{"error", "error_description"}`, and for haste with text
/// (<https://docs.gitlab.com/administration/settings/user_and_ip_rate_limits/>).
fn accept(response: &Response) -> Result<(), Error> {
    let Err(error) = response.ok() else { return Ok(()) };
    let said: Value = response.json().unwrap_or_default();
    let said = said["message"].as_str().or(said["error_description"].as_str()).or(said["error"].as_str());
    let said = response.hide(excerpt(&to_line(said.unwrap_or_default()), 200));
    Err(match error {
        Error::RateLimited { url, wait } => {
            Error::RateLimited { url, wait: wait.or_else(|| retry_at(response, "ratelimit-reset")).or(Some(MINUTE)) }
        }
        Error::SignIn { url, .. } if !said.is_empty() => Error::SignIn { url, reason: said },
        Error::Status { url, status, .. } if !said.is_empty() => Error::Status { url, status, detail: said },
        error => error,
    })
}

/// What leads to the next page of a tree: the token in `Link`, or a page's number where GitLab pages so all the same.
fn next_step(response: &Response) -> Option<(String, String)> {
    let number = response.header("x-next-page").filter(|next| !next.trim().is_empty());
    next_by(response, &["page_token", "page"])
        .or_else(|| number.map(|next| ("page".to_owned(), next.trim().to_owned())))
        .filter(|(_, value)| value.len() <= 500)
}

/// Keeps the entries that are documents. One without a path, or with another's, may hide one.
fn keep(entries: &[Value], folders: &[String], found: &mut Documents) {
    let mut seen = HashSet::new();
    for entry in entries {
        let Some(path) = entry["path"].as_str().filter(|path| !path.is_empty()) else {
            found.faults.push(rejected(None, "A file without a path.", ""));
            continue;
        };
        if !seen.insert(path) {
            found.faults.push(rejected(Some(path), TWICE, path));
            continue;
        }
        // Links lead elsewhere, and submodules into other repositories.
        if entry["type"] == "blob" && entry["mode"] != "120000" && is_document(path, folders) {
            let blob = entry["id"].as_str().unwrap_or_default().to_owned();
            found.list.push(Document { path: path.to_owned(), blob, size: None });
        }
    }
}

/// What a comparison says; none where it names a file in a way that is not known.
fn changes(diffs: &[Value]) -> Option<Changes> {
    let mut changes = Changes::default();
    for diff in diffs {
        let (old, new) = (diff["old_path"].as_str()?, diff["new_path"].as_str()?);
        if diff["deleted_file"] == true {
            changes.removed.push(old.to_owned());
            continue;
        }
        if diff["renamed_file"] == true {
            changes.removed.push(old.to_owned());
        }
        if diff["b_mode"] != "120000" {
            changes.changed.push(Document { path: new.to_owned(), blob: String::new(), size: None });
        }
    }
    Some(changes)
}

fn is_sha(text: &str) -> bool {
    matches!(text.len(), 40 | 64) && text.bytes().all(|byte| byte.is_ascii_hexdigit())
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn comparisons_are_read() {
        let diff = |old: &str, new: &str, flag: &str| {
            let mut diff = json!({"old_path": old, "new_path": new, "b_mode": "100644"});
            diff[flag] = json!(true);
            diff
        };
        let read = changes(&[
            diff("a.md", "a.md", "new_file"),
            diff("b.md", "c.md", "renamed_file"),
            diff("d.md", "d.md", "deleted_file"),
        ])
        .unwrap();
        let paths: Vec<_> = read.changed.iter().map(|each| each.path.as_str()).collect();
        assert_eq!((paths, read.removed), (vec!["a.md", "c.md"], vec!["b.md".into(), "d.md".into()]));
        assert!(changes(&[json!({"new_path": "a"})]).is_none());
    }
}
