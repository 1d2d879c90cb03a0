//! Asking the API: playlists, videos, and its way of refusing.

use std::{collections::HashMap, sync::LazyLock};

use serde_json::Value;
use url::Url;

use super::{List, address::Wanted, quota::until_reset};
use crate::{
    clean::{Draft, Gather, TWICE, minutes, rejected, rfc3339},
    error::Error,
    http::{Http, Response, mask},
    model::{Item, Kind, Rejected, Resource},
    text::{excerpt, to_line},
};

/// What the API answers with.
pub(super) const EXPECTED: &str = "an answer of the YouTube Data API";

/// Videos of one page, and of one question about videos: the API's own limit.
const PER_PAGE: usize = 50;

/// Where people watch.
static SITE: LazyLock<Option<Url>> = LazyLock::new(|| Url::parse("https://www.youtube.com/").ok());

/// What came of a question whether something is new.
pub(super) enum Asked {
    Same,
    New(Items),
}

/// A page of a playlist.
pub(super) struct Items {
    entries: Vec<Value>,
    pub(super) etag: Option<String>,
    pub(super) next: Option<String>,
    /// Entries of the whole list.
    pub(super) total: u64,
    /// The server's time.
    pub(super) now: i64,
}

impl List {
    /// The id of the playlist that is to be read.
    pub(super) async fn playlist(&self, http: &Http) -> Result<String, Error> {
        let (name, value) = match &self.wanted {
            Wanted::Playlist(id) => return Ok(id.clone()),
            Wanted::Handle(handle) => ("forHandle", handle),
            Wanted::Channel(id) => ("id", id),
            Wanted::User(user) => ("forUsername", user),
        };
        let url = self.url("channels", &[("part", "contentDetails"), (name, value)])?;
        let answer = self.json(http, &url).await?;
        let uploads = answer["items"][0]["contentDetails"]["relatedPlaylists"]["uploads"].as_str();
        // A channel that does not exist is an answer without items.
        let none = || Error::Format { url: mask(&url), expected: EXPECTED, found: format!("no channel for {value}") };
        uploads.filter(|id| !id.is_empty() && id.len() <= 100).map(str::to_owned).ok_or_else(none)
    }

    /// A page of the playlist; `Same` where `etag` names what is there and `due`, given the server's time, says that no
    /// more than that is to be known.
    pub(super) async fn items(
        &self,
        http: &Http,
        playlist: &str,
        token: Option<&str>,
        etag: Option<&str>,
        due: impl Fn(i64) -> bool + Send + Sync,
    ) -> Result<Asked, Error> {
        let mut query = vec![("part", "snippet,contentDetails,status"), ("playlistId", playlist), ("maxResults", "50")];
        query.extend(token.map(|token| ("pageToken", token)));
        let url = self.url("playlistItems", &query)?;
        let (items, now) = self.ask(http, &url, etag, page).await?;
        match items {
            Some(items) => Ok(Asked::New(items)),
            None if !due(now) => Ok(Asked::Same),
            None => match self.ask(http, &url, None, page).await? {
                (Some(items), _) => Ok(Asked::New(items)),
                (None, _) => Err(Error::Format { url: mask(&url), expected: EXPECTED, found: "304 unasked".into() }),
            },
        }
    }

    /// Reads the videos of a page.
    pub(super) async fn read(
        &self,
        http: &Http,
        items: &Items,
        gather: &mut Gather,
        gone: &mut Vec<String>,
    ) -> Result<(), Error> {
        let mut ids: Vec<(&str, &str)> = Vec::new();
        for entry in &items.entries {
            let id = entry["contentDetails"]["videoId"].as_str().or(entry["snippet"]["resourceId"]["videoId"].as_str());
            let title = entry["snippet"]["title"].as_str().unwrap_or_default();
            match id.filter(|id| is_video(id)) {
                None => gather.push(Err(rejected(None, "It names no video.", title))),
                // A playlist may hold a video twice; two videos may not share an id.
                Some(id) if ids.contains(&(id, title)) => {}
                Some(id) if ids.iter().any(|(known, _)| *known == id) => {
                    gather.push(Err(rejected(Some(id), TWICE, title)));
                }
                // What is left of a private or deleted video is its id.
                Some(id) if !self.is_open(&entry["status"]) => gone.push(id.to_owned()),
                Some(id) => ids.push((id, title)),
            }
        }
        if ids.is_empty() {
            return Ok(());
        }
        let joined = ids.iter().map(|(id, _)| *id).collect::<Vec<_>>().join(",");
        let parts = "snippet,contentDetails,status";
        let url = self.url("videos", &[("part", parts), ("id", &joined)])?;
        let answer = self.json(http, &url).await?;
        let Some(list) = answer["items"].as_array() else {
            let found = "JSON without a list of videos".to_owned();
            return Err(Error::Format { url: mask(&url), expected: EXPECTED, found });
        };
        let mut videos: HashMap<&str, &Value> = HashMap::new();
        for video in list {
            if let Some(id) = video["id"].as_str() {
                videos.entry(id).or_insert(video);
            }
        }
        // Videos that are gone since are left out of the answer; one that is there without its id is not gone.
        let odd = videos.len() < list.len();
        for (id, title) in ids {
            match videos.get(id) {
                Some(video) if self.is_recorded(video) => gather.push(resource(id, video).map(Item::Resource)),
                None if odd => {
                    gather.push(Err(rejected(Some(id), "The answer about it has another's id, or none.", title)))
                }
                _ => gone.push(id.to_owned()),
            }
        }
        Ok(())
    }

    /// Whether everybody may see it.
    fn is_open(&self, status: &Value) -> bool {
        match status["privacyStatus"].as_str() {
            Some("public") => true,
            Some("unlisted") => self.unlisted,
            _ => false,
        }
    }

    /// Whether it is there to be watched from its beginning to its end.
    fn is_recorded(&self, video: &Value) -> bool {
        let uploaded = video["status"]["uploadStatus"].as_str().is_none_or(|status| status == "processed");
        let over = video["snippet"]["liveBroadcastContent"].as_str().is_none_or(|live| live == "none");
        self.is_open(&video["status"]) && uploaded && over
    }

    fn url(&self, method: &str, query: &[(&str, &str)]) -> Result<Url, Error> {
        let fault = |_| Error::Address { url: mask(&self.api), reason: format!("{method} cannot be added to it") };
        let mut url = self.api.join(method).map_err(fault)?;
        url.query_pairs_mut().extend_pairs(query);
        Ok(url)
    }

    async fn json(&self, http: &Http, url: &Url) -> Result<Value, Error> {
        self.ask(http, url, None, |response| response.json().map_err(|error| error.expecting(EXPECTED))).await
    }

    async fn ask<T>(
        &self,
        http: &Http,
        url: &Url,
        etag: Option<&str>,
        read: impl Fn(&Response) -> Result<T, Error> + Send + Sync,
    ) -> Result<T, Error> {
        let mut request = http.get(url).header("accept", "application/json").secret("x-goog-api-key", &self.key);
        if let Some(etag) = etag {
            request = request.header("if-none-match", etag);
        }
        request
            .read(|response| {
                if etag.is_none() || response.status() != 304 {
                    accept(response)?;
                }
                read(response)
            })
            .await
    }
}

/// A page of a playlist, none where it is the one that was asked about, and the server's time.
fn page(response: &Response) -> Result<(Option<Items>, i64), Error> {
    let now = response.clock();
    if response.status() == 304 {
        return Ok((None, now));
    }
    let answer: Value = response.json().map_err(|error| error.expecting(EXPECTED))?;
    let Some(entries) = answer["items"].as_array().filter(|entries| entries.len() <= PER_PAGE) else {
        return Err(response.not(EXPECTED, "JSON without a list of at most 50 items".to_owned()));
    };
    let etag = response.header("etag").map(str::to_owned).or_else(|| answer["etag"].as_str().map(quoted));
    let items = Items {
        entries: entries.clone(),
        etag: etag.filter(|etag| etag.len() <= 500),
        next: answer["nextPageToken"].as_str().filter(|token| !token.is_empty()).map(str::to_owned),
        total: answer["pageInfo"]["totalResults"].as_u64().unwrap_or(entries.len() as u64),
        now,
    };
    Ok((Some(items), now))
}

fn resource(id: &str, video: &Value) -> Result<Resource, Rejected> {
    let snippet = &video["snippet"];
    let text = |name: &str| snippet[name].as_str().unwrap_or_default().to_owned();
    let mut draft = Draft::new(Kind::Video);
    draft.external_id = id.to_owned();
    draft.url = format!("watch?v={id}");
    draft.title = text("title");
    draft.summary = text("description");
    draft.authors = vec![text("channelTitle")];
    let language = snippet["defaultAudioLanguage"].as_str().or(snippet["defaultLanguage"].as_str());
    // `zxx` stands for what has no words.
    draft.language = language.filter(|tag| *tag != "zxx").map(str::to_owned);
    draft.minutes = video["contentDetails"]["duration"].as_str().and_then(seconds).map(minutes);
    let tags = snippet["tags"].as_array().map(Vec::as_slice).unwrap_or_default();
    draft.topics = tags.iter().filter_map(Value::as_str).map(str::to_owned).collect();
    draft.published_at = snippet["publishedAt"].as_str().and_then(rfc3339);
    let Some(site) = SITE.as_ref() else { return Err(rejected(Some(id), "It has no address.", &draft.title)) };
    draft.finish(site)
}

/// The seconds of an ISO 8601 duration of days, hours, minutes and seconds (`P1DT2H3M4S`).
fn seconds(text: &str) -> Option<i64> {
    let (mut total, mut number, mut timed) = (0_i64, String::new(), false);
    for letter in text.strip_prefix('P')?.chars() {
        let unit = match letter {
            '0'..='9' if number.len() < 9 => {
                number.push(letter);
                continue;
            }
            'T' if number.is_empty() && !timed => {
                timed = true;
                continue;
            }
            'W' if !timed => 604_800,
            'D' if !timed => 86_400,
            'H' if timed => 3600,
            'M' if timed => 60,
            'S' if timed => 1,
            _ => return None,
        };
        total = total.checked_add(number.parse::<i64>().ok()? * unit)?;
        number.clear();
    }
    number.is_empty().then_some(total)
}

/// An ETag as a header has it: bodies name it without its quotes.
fn quoted(etag: &str) -> String {
    if etag.contains('"') { etag.to_owned() } else { format!("\"{etag}\"") }
}

fn is_video(id: &str) -> bool {
    (5..=20).contains(&id.len()) && id.bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_'))
}

/// Google refuses with `{"error": {"code", "message", "errors": [{"reason", "domain"}], "details": [{"reason"}]}}`
/// (<https://developers.google.com/youtube/v3/docs/errors>): a used-up quota and a key that may not come here are both 403.
fn accept(response: &Response) -> Result<(), Error> {
    let Err(error) = response.ok() else { return Ok(()) };
    let said: Value = response.json().unwrap_or_default();
    let said = &said["error"];
    let text = response.hide(excerpt(&to_line(said["message"].as_str().unwrap_or_default()), 200));
    let details = said["details"].as_array().into_iter().flatten();
    let reasons = said["errors"].as_array().into_iter().flatten().chain(details);
    let reasons: Vec<&str> = reasons.filter_map(|each| each["reason"].as_str()).collect();
    let has = |wanted: &[&str]| reasons.iter().any(|reason| wanted.contains(reason));
    let url = response.shown_url();
    if has(&["quotaExceeded", "dailyLimitExceeded"]) {
        let wait = until_reset(response.clock());
        let reason = format!(
            "the key's project has used up its units of today; Google resets them at midnight Pacific time, in {} h {} min",
            wait.as_secs() / 3600,
            wait.as_secs() / 60 % 60,
        );
        return Err(Error::Quota { url, reason, wait: Some(wait) });
    }
    if has(&["rateLimitExceeded", "userRateLimitExceeded", "RATE_LIMIT_EXCEEDED"]) {
        return Err(Error::RateLimited { url, wait: response.retry_after() });
    }
    if has(&["API_KEY_INVALID", "keyInvalid", "keyExpired"]) {
        return Err(Error::SignIn { url, reason: text });
    }
    Err(match error {
        Error::SignIn { url, .. } if !text.is_empty() => Error::SignIn { url, reason: text },
        Error::Status { url, status, .. } if !text.is_empty() => Error::Status { url, status, detail: text },
        error => error,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn durations_are_read() {
        let known = [("PT1H2M3S", 3723), ("PT45S", 45), ("P1DT1S", 86_401), ("P0D", 0), ("P1W", 604_800), ("PT", 0)];
        for (text, length) in known {
            assert_eq!(seconds(text), Some(length), "{text}");
        }
        for bad in ["", "1H", "P1H", "PT1D", "PTM", "P1", "PT5", "P1Y", "PT99999999999S", "PTTT1S", "P-1D"] {
            assert_eq!(seconds(bad), None, "{bad}");
        }
    }

    #[test]
    fn etags_are_quoted_once() {
        assert_eq!(["abc", "\"abc\"", "W/\"abc\""].map(quoted), ["\"abc\"", "\"abc\"", "W/\"abc\""]);
    }
}
