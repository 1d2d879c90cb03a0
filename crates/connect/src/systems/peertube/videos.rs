//! Reading an instance: its list, its videos, and its way of refusing.

use serde_json::Value;
use url::Url;

use super::Instance;
use crate::{
    clean::{Draft, Gather, TWICE, minutes, rejected, rfc3339},
    error::Error,
    http::{Http, Response, mask},
    markdown,
    model::{Item, Kind, Rejected, Resource},
    text::{excerpt, to_line},
};

/// What an instance answers with.
pub(super) const EXPECTED: &str = "an answer of a PeerTube instance";

/// PeerTube's number for “public” (`VideoPrivacy.PUBLIC`).
const PUBLIC: u64 = 1;

/// One page of the list.
pub(super) struct List {
    pub(super) videos: Vec<Value>,
    /// Videos of the whole list.
    pub(super) total: u64,
}

impl Instance {
    pub(super) async fn list(&self, http: &Http, start: u64, count: u64, sort: &str) -> Result<List, Error> {
        let mut url = self.url(&self.list)?;
        {
            let mut query = url.query_pairs_mut();
            query.append_pair("start", &start.to_string()).append_pair("count", &count.to_string());
            query.append_pair("sort", sort).append_pair("nsfw", "false");
            if !self.remote {
                query.append_pair("isLocal", "true");
            }
        }
        let answer = self.json(http, &url).await?;
        let fault = |found: String| Error::Format { url: mask(&url), expected: EXPECTED, found };
        let (Some(videos), Some(total)) = (answer["data"].as_array(), answer["total"].as_u64()) else {
            return Err(fault("JSON without a list of videos".into()));
        };
        if videos.len() as u64 > count {
            return Err(fault(format!("{} videos where {count} were asked for", videos.len())));
        }
        Ok(List { videos: videos.clone(), total })
    }

    /// Reads one video of the list.
    pub(super) async fn read(
        &self,
        http: &Http,
        listed: &Value,
        gather: &mut Gather,
        gone: &mut Vec<String>,
    ) -> Result<(), Error> {
        let title = listed["name"].as_str().unwrap_or_default();
        let Some(id) = listed["uuid"].as_str().filter(|id| is_uuid(id)) else {
            gather.push(Err(rejected(None, "It has no id of PeerTube's form.", title)));
            return Ok(());
        };
        if gather.holds(id) || gone.iter().any(|known| known == id) {
            gather.push(Err(rejected(Some(id), TWICE, title)));
            return Ok(());
        }
        // Older instances don't know `isLocal`, and a live stream has nothing to be watched yet.
        let foreign = listed["isLocal"] == false && !self.remote;
        if foreign || listed["isLive"] == true || !is_public(listed) {
            gone.push(id.to_owned());
            return Ok(());
        }
        match self.json(http, &self.url(&format!("videos/{id}"))?).await {
            Ok(whole) if !is_public(&whole) || whole["isLive"] == true => gone.push(id.to_owned()),
            Ok(whole) => gather.push(self.resource(id, listed, &whole).map(Item::Resource)),
            Err(Error::Status { status: 404 | 410, .. }) => gone.push(id.to_owned()),
            // One video may be closed to us, or broken.
            Err(
                error @ (Error::SignIn { .. } | Error::Format { .. } | Error::TooLarge { .. } | Error::Redirect { .. }),
            ) => {
                gather.push(Err(rejected(Some(id), &format!("It cannot be read: {error}."), title)));
            }
            Err(error) => return Err(error),
        }
        Ok(())
    }

    fn resource(&self, id: &str, listed: &Value, whole: &Value) -> Result<Resource, Rejected> {
        let field = |name: &str| if whole[name].is_null() { &listed[name] } else { &whole[name] };
        let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
        let mut draft = Draft::new(Kind::Video);
        draft.external_id = id.to_owned();
        draft.url = match field("shortUUID").as_str().filter(|short| is_short(short)) {
            Some(short) => format!("w/{short}"),
            None => format!("videos/watch/{id}"),
        };
        draft.title = text(field("name"));
        draft.summary = markdown::read(&text(field("description"))).text;
        draft.authors = vec![text(&field("channel")["displayName"]), text(&field("account")["displayName"])];
        draft.language = field("language")["id"].as_str().map(str::to_owned);
        draft.minutes = field("duration").as_i64().map(minutes);
        // A video without a category has one without id that is called “Unknown”.
        let category = Some(&field("category")["label"]).filter(|_| !field("category")["id"].is_null());
        let tags = whole["tags"].as_array().map(Vec::as_slice).unwrap_or_default();
        draft.topics = category.into_iter().chain(tags).map(text).collect();
        let time = |name: &str| field(name).as_str().and_then(rfc3339);
        draft.published_at = time("originallyPublishedAt").or(time("publishedAt"));
        draft.changed_at = time("inputFileUpdatedAt");
        draft.finish(&self.address)
    }

    /// What the instance says about itself, and its time.
    pub(super) async fn config(&self, http: &Http) -> Result<(String, i64), Error> {
        let url = self.url("config")?;
        self.ask(http, &url, |response| {
            let config: Value = response.json().map_err(|error| error.expecting(EXPECTED))?;
            let Some(version) = config["serverVersion"].as_str() else {
                return Err(response.not(EXPECTED, "JSON that names no version".to_owned()));
            };
            let name = excerpt(&to_line(config["instance"]["name"].as_str().unwrap_or_default()), 80);
            let version = excerpt(&to_line(version), 20);
            Ok((format!("“{name}” answered, which runs PeerTube {version}"), response.clock()))
        })
        .await
    }

    fn url(&self, path: &str) -> Result<Url, Error> {
        let fault = |_| Error::Address { url: mask(&self.address), reason: format!("{path} cannot be added to it") };
        self.address.join(&format!("api/v1/{path}")).map_err(fault)
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
        let request = http.get(url).header("accept", "application/json");
        request
            .read(|response| {
                accept(response)?;
                read(response)
            })
            .await
    }
}

/// PeerTube refuses with problem details (RFC 7807), whose `detail` is a sentence.
fn accept(response: &Response) -> Result<(), Error> {
    let Err(error) = response.ok() else { return Ok(()) };
    let said: Value = response.json().unwrap_or_default();
    let said = excerpt(&to_line(said["detail"].as_str().unwrap_or_default()), 200);
    Err(match error {
        Error::SignIn { url, .. } if !said.is_empty() => Error::SignIn { url, reason: said },
        Error::Status { url, status, .. } if !said.is_empty() => Error::Status { url, status, detail: said },
        error => error,
    })
}

fn is_public(video: &Value) -> bool {
    video["privacy"]["id"].as_u64().is_none_or(|privacy| privacy == PUBLIC)
}

fn is_uuid(text: &str) -> bool {
    text.len() == 36 && text.bytes().all(|byte| byte.is_ascii_hexdigit() || byte == b'-')
}

fn is_short(text: &str) -> bool {
    (10..=40).contains(&text.len()) && text.bytes().all(|byte| byte.is_ascii_alphanumeric())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ids_cannot_lead_elsewhere() {
        assert!(is_uuid("9c9de5e8-0a1e-484a-b099-e80766180a6d"));
        assert!(!is_uuid("../../../etc/passwd/../../../../../..") && !is_uuid("x"));
        assert!(is_short("kkGMgK9ZtnKfYAgnEtQxbv") && !is_short("a/../../../b"));
    }
}
