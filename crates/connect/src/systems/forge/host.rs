//! What a host of repositories is asked.

use async_trait::async_trait;
use serde::{Deserialize, Serialize};
use std::time::Duration;
use url::Url;

use super::{Changes, Document, Documents};
use crate::{
    error::Error,
    http::{Http, Response, mask},
};

/// A repository as its documents need it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(in crate::systems) struct Repository {
    /// The host's own number, which a new name does not change.
    pub(in crate::systems) id: u64,
    /// `owner/name`
    pub(in crate::systems) name: String,
    /// The default branch.
    pub(in crate::systems) branch: String,
    pub(in crate::systems) topics: Vec<String>,
    /// Not everybody may see it.
    pub(in crate::systems) private: bool,
}

impl Repository {
    /// The id of a document of it.
    pub(super) fn external_id(&self, path: &str) -> String {
        format!("{}:{path}", self.id)
    }
}

/// What came of a question whether something is new.
pub(in crate::systems) enum Asked {
    Same,
    /// With its ETag, where it has one.
    New(Repository, Option<String>),
}

/// A host of repositories.
#[async_trait]
pub(in crate::systems) trait Host: Send + Sync + 'static {
    /// Where its API is.
    fn address(&self) -> &Url;

    /// What it says about itself, and its time in epoch milliseconds.
    async fn greet(&self, http: &Http) -> Result<(String, i64), Error>;

    /// The names of an owner's repositories, the public ones or all that the token opens; without archived ones and forks.
    /// Of more than [`super::MAX_REPOSITORIES`] it need not name all.
    async fn owned(&self, http: &Http, owner: &str, private: bool) -> Result<Vec<String>, Error>;

    /// A repository by its name; `Same` where `etag` names what is there.
    async fn repository(&self, http: &Http, name: &str, etag: Option<&str>) -> Result<Asked, Error>;

    /// The commit that the default branch is at; none where there is none yet. `known` is what it was.
    async fn head(&self, http: &Http, repository: &Repository, known: Option<&str>) -> Result<Option<String>, Error>;

    /// The README and the documents of these folders at a commit.
    async fn documents(
        &self,
        http: &Http,
        repository: &Repository,
        commit: &str,
        folders: &[String],
    ) -> Result<Documents, Error>;

    /// What differs between two commits; none where the host cannot tell, or not all of it.
    async fn changes(
        &self,
        http: &Http,
        repository: &Repository,
        base: &str,
        commit: &str,
    ) -> Result<Option<Changes>, Error>;

    /// A document's text, as bytes.
    async fn text(
        &self,
        http: &Http,
        repository: &Repository,
        commit: &str,
        document: &Document,
    ) -> Result<bytes::Bytes, Error>;

    /// When a commit last touched a document, in epoch milliseconds.
    async fn touched(
        &self,
        http: &Http,
        repository: &Repository,
        commit: &str,
        path: &str,
    ) -> Result<Option<i64>, Error>;

    /// Where people read a document.
    fn page(&self, repository: &Repository, path: &str) -> Option<Url>;

    /// The error of a 304 that nobody asked for.
    fn unasked(&self) -> Error {
        Error::Format { url: mask(self.address()), expected: "a repository", found: "304 unasked".to_owned() }
    }
}

/// `base` with these parts of a path added, each one encoded, slashes within it too.
pub(in crate::systems) fn place(base: &Url, parts: &[&str]) -> Result<Url, Error> {
    let fault = || Error::Address { url: mask(base), reason: "nothing can be added to it".to_owned() };
    let mut url = base.clone();
    url.path_segments_mut().map_err(|()| fault())?.pop_if_empty().extend(parts);
    Ok(url)
}

/// The value of a parameter in the address that an answer's `Link` header calls the next page. Nothing else of that address
/// is taken: where it leads is not the host's to say.
pub(in crate::systems) fn next_by(response: &Response, names: &[&str]) -> Option<(String, String)> {
    let link = response.link("next")?;
    let (_, query) = link.split_once('?')?;
    let query = query.split('#').next().unwrap_or_default();
    let named =
        |wanted: &&str| url::form_urlencoded::parse(query.as_bytes()).into_owned().find(|(name, _)| name == *wanted);
    names.iter().find_map(named)
}

/// How long it is until the time that a header names in epoch seconds, by the host's own clock.
pub(in crate::systems) fn retry_at(response: &Response, header: &str) -> Option<Duration> {
    let at: i64 = response.header(header)?.trim().parse().ok()?;
    let wait = at.checked_mul(1000)?.checked_sub(response.clock())?;
    // A second more, as neither clock shows parts of one.
    Some(Duration::from_millis(u64::try_from(wait).unwrap_or(0)) + Duration::from_secs(1))
}
