//! Spaces, pages and their authors.

use std::collections::{HashMap, HashSet};

use serde_json::Value;
use url::Url;

use super::{List, Run, Space, Wiki, api::Listed, storage};
use crate::{
    clean::{Draft, Gather, TWICE, rejected, rfc3339},
    error::Error,
    http::{Http, mask},
    model::{Item, Rejected, Resource},
    text::{excerpt, to_line},
};

/// Pages of one page of ours: each costs a request.
const PER_PAGE: usize = 25;
/// Spaces that are asked for at once, the API's own limit, and such questions.
const SPACES: usize = 250;
const MAX_SPACE_PAGES: usize = 40;
/// Names of authors that are kept.
const MAX_NAMES: usize = 20_000;

impl Wiki {
    /// One page of a list: in the order of ids in a full run, else the last changed first.
    pub(super) async fn list(
        &self,
        http: &Http,
        list: &List,
        spaces: &HashMap<String, Space>,
        run: &Run,
    ) -> Result<Listed, Error> {
        let sort = if run.pass.full { "id" } else { "-modified-date" };
        let mut ids: Vec<&str> = spaces.keys().map(String::as_str).collect();
        // Each page of the list is asked for in the same words.
        ids.sort_unstable();
        let ids = ids.join(",");
        let mut query = vec![("status", "current"), ("sort", sort)];
        if !self.spaces.is_empty() {
            query.push(("space-id", &ids));
        }
        self.api.list(http, list.path, &query, PER_PAGE, run.trail.at.as_deref()).await
    }

    /// The spaces that are read, by id.
    pub(super) async fn spaces(&self, http: &Http) -> Result<HashMap<String, Space>, Error> {
        let mut known = self.known.lock().await;
        if let Some(spaces) = known.as_ref() {
            return Ok(spaces.clone());
        }
        let keys = self.spaces.join(",");
        let mut query = vec![("status", "current")];
        query.push(if self.spaces.is_empty() { ("type", "global") } else { ("keys", &keys) });
        let (mut spaces, mut found, mut cursor) = (HashMap::new(), HashSet::new(), None);
        for _ in 0..MAX_SPACE_PAGES {
            let page = self.api.list(http, "spaces", &query, SPACES, cursor.as_deref()).await?;
            for space in &page.items {
                let Some(id) = space["id"].as_str() else { continue };
                found.insert(space["key"].as_str().unwrap_or_default().to_lowercase());
                let name = excerpt(&to_line(space["name"].as_str().unwrap_or_default()), 80);
                spaces.insert(id.to_owned(), Space { name, personal: space["type"] == "personal" });
            }
            cursor = page.next;
            if cursor.is_none() {
                break;
            }
        }
        if cursor.is_some() {
            let reason = format!("it has more than {} spaces", MAX_SPACE_PAGES * SPACES);
            return Err(Error::Loop { url: mask(self.api.address()), reason });
        }
        let missing = self.missing(&found);
        if !missing.is_empty() {
            let detail = format!("the account sees no space with the key {}", excerpt(&missing.join(", "), 200));
            return Err(Error::Api { url: mask(self.api.address()), code: "space".to_owned(), detail });
        }
        *known = Some(spaces.clone());
        Ok(spaces)
    }

    /// Asks for the names of authors that are not known. Without the right to see them, pages have none.
    pub(super) async fn learn_names(&self, http: &Http, items: &[&Value]) -> Result<(), Error> {
        let mut names = self.names.lock().await;
        let mut ids: Vec<&str> = items.iter().filter_map(|item| author(item)).collect();
        ids.sort_unstable();
        ids.dedup();
        ids.retain(|id| !names.contains_key(*id));
        if ids.is_empty() || names.len() > MAX_NAMES {
            return Ok(());
        }
        let query: Vec<_> = ids.iter().map(|id| ("accountId", *id)).collect();
        let answer = match self.api.one(http, "rest/api/user/bulk", &query).await {
            Err(Error::SignIn { .. } | Error::Status { status: 400..=499, .. }) => Value::Null,
            answer => answer?,
        };
        for user in answer["results"].as_array().into_iter().flatten() {
            let name = user["displayName"].as_str().or(user["publicName"].as_str()).unwrap_or_default();
            if let Some(id) = user["accountId"].as_str().filter(|id| ids.contains(id)) {
                names.insert(id.to_owned(), excerpt(&to_line(name), 120));
            }
        }
        // Who is not told of, is not asked for again.
        for id in ids {
            names.entry(id.to_owned()).or_default();
        }
        Ok(())
    }

    /// Reads one page of the list.
    pub(super) async fn read(
        &self,
        http: &Http,
        list: &List,
        spaces: &HashMap<String, Space>,
        listed: &Value,
        gather: &mut Gather,
        gone: &mut Vec<String>,
    ) -> Result<(), Error> {
        let title = listed["title"].as_str().unwrap_or_default();
        let id = listed["id"].as_str().filter(|id| !id.is_empty());
        let Some(id) = id else {
            gather.push(Err(rejected(None, "It has no id.", title)));
            return Ok(());
        };
        if id.len() > 40 || !id.bytes().all(|byte| byte.is_ascii_digit()) {
            gather.push(Err(rejected(Some(id), "Its id is not of Confluence's form.", title)));
            return Ok(());
        }
        if gather.holds(id) {
            gather.push(Err(rejected(Some(id), TWICE, title)));
            return Ok(());
        }
        let Some(space) = space(listed).and_then(|id| spaces.get(id)) else {
            // Personal, archived, or moved there.
            gone.push(id.to_owned());
            return Ok(());
        };
        let query = [("body-format", "storage"), ("include-labels", "true")];
        match self.api.one(http, &format!("api/v2/{}/{id}", list.path), &query).await {
            Ok(whole) if whole["status"].as_str().is_some_and(|status| status != "current") => gone.push(id.to_owned()),
            Ok(whole) => {
                let author = author(listed).map(str::to_owned);
                let names = self.names.lock().await;
                let author = author.and_then(|id| names.get(&id).cloned());
                gather.push(self.resource(list, space, id, listed, &whole, author).map(Item::Resource));
            }
            // Deleted, or closed to us, since it was listed: Confluence tells no difference.
            Err(Error::Status { status: 404 | 410, .. }) => gone.push(id.to_owned()),
            Err(error @ (Error::Format { .. } | Error::TooLarge { .. } | Error::Redirect { .. })) => {
                gather.push(Err(rejected(Some(id), &format!("It cannot be read: {error}."), title)));
            }
            Err(error) => return Err(error),
        }
        Ok(())
    }

    fn resource(
        &self,
        list: &List,
        space: &Space,
        id: &str,
        listed: &Value,
        whole: &Value,
        author: Option<String>,
    ) -> Result<Resource, Rejected> {
        let text = |name: &str| whole[name].as_str().or(listed[name].as_str()).unwrap_or_default().to_owned();
        let links = &whole["_links"];
        // Through the gateway, people's own address is another one than ours.
        let base = links["base"].as_str().and_then(|base| Url::parse(&format!("{}/", base.trim_end_matches('/'))).ok());
        let base = base.unwrap_or_else(|| self.api.address().clone());
        let page =
            links["webui"].as_str().or(listed["_links"]["webui"].as_str()).map(|path| path.trim_start_matches('/'));
        let labels = whole["labels"]["results"].as_array().map(Vec::as_slice).unwrap_or_default();
        // Labels of a person or a team are for these alone.
        let labels = labels.iter().filter(|label| label["prefix"].as_str().is_none_or(|prefix| prefix == "global"));
        let space = Some(space.name.clone()).filter(|_| !space.personal);
        let draft = Draft {
            external_id: id.to_owned(),
            url: page.map_or_else(|| format!("pages/viewpage.action?pageId={id}"), str::to_owned),
            title: text("title"),
            summary: storage::text(whole["body"]["storage"]["value"].as_str().unwrap_or_default()),
            authors: author.into_iter().collect(),
            topics: space
                .into_iter()
                .chain(labels.filter_map(|label| label["name"].as_str()).map(str::to_owned))
                .collect(),
            published_at: rfc3339(&text("createdAt")),
            changed_at: touched(whole).or_else(|| touched(listed)),
            ..Draft::new(list.kind)
        };
        draft.finish(&base)
    }
}

/// When it was last changed; epoch milliseconds.
pub(super) fn touched(page: &Value) -> Option<i64> {
    page["version"]["createdAt"].as_str().or(page["createdAt"].as_str()).and_then(rfc3339)
}

/// The id of its space.
pub(super) fn space(page: &Value) -> Option<&str> {
    page["spaceId"].as_str()
}

/// The account of who wrote it first.
fn author(page: &Value) -> Option<&str> {
    page["authorId"].as_str().filter(|id| !id.is_empty() && id.len() <= 200)
}
