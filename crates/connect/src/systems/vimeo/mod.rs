//! Vimeo, through its API 3.4 (<https://developer.vimeo.com/api/reference/videos>, read in November 2026) with a personal access
//! token: the videos of a user, a folder, a showcase, a channel or a group become resources.
//!
//! A list (`/users/{user}/videos` and its like) gives a hundred videos a request with all that is known of them, so every
//! run reads all of it, the oldest first, and what it does not find is gone. A run under which the list got shorter may have
//! passed something by, and claims nothing. `paging.next` says how a list goes on; of that address the page's number is taken.
//!
//! `fields` names what is wanted: Vimeo allows more requests to those who ask for less
//! (<https://developer.vimeo.com/guidelines/rate-limiting>). A 429 has no `Retry-After`, but `X-RateLimit-Reset` says when to
//! come back.
//!
//! A token of the account sees private videos too. Those that not everybody may watch are left out, and unlisted ones where
//! the operator says so; the connection test tells how many. Text tracks are not read: their languages would cost a request
//! for each video.

mod api;

use std::collections::BTreeMap;

use async_trait::async_trait;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use url::Url;

use crate::{
    clean::{Draft, Gather, digest, minutes, read_cursor, rejected, rfc3339, write_cursor},
    error::{Error, Look},
    http::Http,
    model::{Cursor, Item, Kind, Next, Page, Rejected, Resource},
    system::{Connector, Field, FieldKind, Form, Found, Settings, Step, System, steps},
    text::excerpt,
};
use api::Api;

const LOOK: Look = Look {
    name: "a list of videos of Vimeo",
    expected: api::EXPECTED,
    advice: "Open the profile, folder, showcase or channel in a browser and copy its address; the token has to be one of an \
             account that may see it.",
};

/// Vimeo as a kind of source.
pub(crate) struct Vimeo;

const FIELDS: &[Field] = &[
    Field {
        name: "address",
        label: "Address of the profile, folder, showcase or channel",
        help: "As the browser shows it, such as https://vimeo.com/example or https://vimeo.com/user/123/folder/456. \
               https://vimeo.com/manage/videos stands for all videos of the token's own account.",
        kind: FieldKind::Url,
        required: true,
        default: "",
    },
    Field {
        name: "token",
        label: "Access token",
        help: "A personal access token, made at developer.vimeo.com for an app of yours, with the scopes Public and Private.",
        kind: FieldKind::Secret,
        required: true,
        default: "",
    },
    Field {
        name: "unlisted",
        label: "Also unlisted videos",
        help: "Those that only who has the link finds. Private ones and ones with a password are never read.",
        kind: FieldKind::Flag,
        required: false,
        default: "true",
    },
    Field {
        name: "api",
        label: "Address of the API",
        help: "Only to be changed for a proxy of your own.",
        kind: FieldKind::Url,
        required: false,
        default: "https://api.vimeo.com/",
    },
];

impl System for Vimeo {
    fn kind(&self) -> &'static str {
        "vimeo"
    }
    fn name(&self) -> &'static str {
        "Vimeo"
    }
    fn summary(&self) -> &'static str {
        "The videos of a user, a folder, a showcase or a channel, with their tags, languages and lengths."
    }
    fn docs(&self) -> &'static str {
        "https://developer.vimeo.com/api/reference/videos"
    }
    fn fields(&self) -> &'static [Field] {
        FIELDS
    }

    fn connect(&self, settings: &Settings) -> Result<Box<dyn Connector>, BTreeMap<String, String>> {
        let mut form = Form::new(FIELDS, settings);
        let list = form.url("address").and_then(|address| match list_of(&address) {
            Ok(list) => Some(list),
            Err(reason) => {
                form.fault("address", reason);
                None
            }
        });
        let films = form.url("api").zip(list).map(|(mut api, list)| {
            api.set_query(None);
            api.set_fragment(None);
            if !api.path().ends_with('/') {
                api.set_path(&format!("{}/", api.path()));
            }
            Films { api: Api::new(api, form.get("token").to_owned()), list, unlisted: form.flag("unlisted") }
        });
        form.finish(films)
    }
}

/// The path of the list that an address of Vimeo's shows.
fn list_of(address: &Url) -> Result<String, &'static str> {
    if !matches!(address.host_str(), Some("vimeo.com" | "www.vimeo.com")) {
        return Err("Give an address at vimeo.com.");
    }
    let parts: Vec<&str> = address.path_segments().into_iter().flatten().filter(|part| !part.is_empty()).collect();
    let plain = |part: &&str| {
        part.len() <= 100 && part.bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_'))
    };
    if !parts.iter().all(plain) {
        return Err("The address holds signs that no name at Vimeo has.");
    }
    Ok(match parts.as_slice() {
        ["manage" | "library" | "home", "folders" | "folder", folder, ..] => format!("me/projects/{folder}/videos"),
        ["user", user, "folder" | "folders", folder, ..] => format!("users/{user}/projects/{folder}/videos"),
        ["manage" | "library", ..] => "me/videos".to_owned(),
        ["showcase" | "album", showcase, ..] => format!("me/albums/{showcase}/videos"),
        ["channels", channel, ..] => format!("channels/{channel}/videos"),
        ["groups", group, ..] => format!("groups/{group}/videos"),
        ["home" | "watch" | "search" | "categories" | "ondemand" | "event", ..] | [] => {
            return Err("Give the address of a profile, a folder, a showcase, a channel or a group.");
        }
        [video, ..] if video.bytes().all(|byte| byte.is_ascii_digit()) => {
            return Err("This is one video. Give the address of its profile, folder, showcase or channel.");
        }
        [user, ..] => format!("users/{user}/videos"),
    })
}

struct Films {
    api: Api,
    /// The path of the list.
    list: String,
    unlisted: bool,
}

/// Within a run; between runs there is nothing to remember.
#[derive(Debug, Serialize, Deserialize)]
struct State {
    settings: u64,
    /// The page to come, from 1.
    page: u64,
    /// Nothing was rejected, and the list got no shorter.
    whole: bool,
    /// Videos of the list when the page before was read.
    total: u64,
}

#[async_trait]
impl Connector for Films {
    async fn page(&self, http: &Http, cursor: Option<&Cursor>) -> Result<Page, Error> {
        let settings = digest(&format!("{} {} {}", self.api.address(), self.list, self.unlisted));
        let state = cursor.map(read_cursor::<State>).transpose()?.filter(|state| state.settings == settings);
        let mut state = state.unwrap_or(State { settings, page: 1, whole: true, total: 0 });
        let list = self.api.list(http, &self.list, state.page, api::PER_PAGE).await?;
        let (mut gather, mut gone) = (Gather::default(), Vec::new());
        for video in &list.videos {
            self.read(video, &mut gather, &mut gone);
        }
        state.whole &= gather.is_clean() && list.total >= state.total;
        state.total = list.total;
        let next = match list.next {
            Some(page) => {
                state.page = page;
                Next::More(write_cursor(&state)?)
            }
            None => Next::Done { cursor: None, complete: state.whole },
        };
        Ok(gather.page(gone, next))
    }

    async fn test(&self, http: &Http) -> Vec<Step> {
        let found = self.try_out(http).await;
        let sign_in = Found::sign_in(Some("The token is accepted".to_owned()), found.is_ok());
        steps(found, sign_in)
    }
}

impl Films {
    async fn try_out(&self, http: &Http) -> Result<[String; 2], Error> {
        http.check(self.api.address()).await?;
        let list = self.api.list(http, &self.list, 1, api::PER_PAGE).await.map_err(|error| error.unlike(LOOK))?;
        let (mut gather, mut gone) = (Gather::default(), Vec::new());
        for video in &list.videos {
            self.read(video, &mut gather, &mut gone);
        }
        let closed = list.videos.iter().filter(|video| !self.is_open(video)).count();
        let closed = match closed {
            0 => String::new(),
            count => format!(
                "; of its first {}, {count} are left out because not everybody may watch them",
                list.videos.len()
            ),
        };
        let read = match gather.titles().first() {
            Some(title) => format!("The first video is “{title}”{closed}"),
            None => format!("It shows no videos to read{closed}"),
        };
        Ok([format!("A list of {} videos answered", list.total), read])
    }

    fn read(&self, video: &Value, gather: &mut Gather, gone: &mut Vec<String>) {
        let title = video["name"].as_str().unwrap_or_default();
        let Some(id) = video["uri"].as_str().and_then(video_id) else {
            gather.push(Err(rejected(None, "It has no id.", title)));
            return;
        };
        if self.is_open(video) && is_recorded(video) {
            gather.push(self.resource(id, video).map(Item::Resource));
        } else {
            gone.push(id.to_owned());
        }
    }

    /// Whether everybody may watch it who finds it.
    fn is_open(&self, video: &Value) -> bool {
        match video["privacy"]["view"].as_str() {
            Some("anybody") => true,
            Some("unlisted") => self.unlisted,
            _ => false,
        }
    }

    fn resource(&self, id: &str, video: &Value) -> Result<Resource, Rejected> {
        let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
        let names = |list: &Value| -> Vec<String> {
            list.as_array().into_iter().flatten().map(|each| text(&each["name"])).collect()
        };
        let time = |name: &str| video[name].as_str().and_then(rfc3339);
        let address = video["link"].as_str().filter(|link| is_at_vimeo(link));
        let draft = Draft {
            external_id: id.to_owned(),
            // That of an unlisted video holds a hash, without which it is not shown.
            url: address.map_or_else(|| format!("https://vimeo.com/{id}"), str::to_owned),
            title: text(&video["name"]),
            summary: text(&video["description"]),
            authors: vec![text(&video["user"]["name"])],
            language: video["language"].as_str().map(|tag| excerpt(tag, 40)),
            minutes: video["duration"].as_i64().map(minutes),
            topics: names(&video["categories"]).into_iter().chain(names(&video["tags"])).collect(),
            published_at: time("release_time").or_else(|| time("created_time")),
            changed_at: time("modified_time"),
            ..Draft::new(Kind::Video)
        };
        draft.finish(self.api.address())
    }
}

/// The number in `/videos/123` and, of an unlisted one, `/videos/123:hash`.
fn video_id(uri: &str) -> Option<&str> {
    let id = uri.strip_prefix("/videos/")?;
    let id = id.split(':').next()?;
    ((1..=20).contains(&id.len()) && id.bytes().all(|byte| byte.is_ascii_digit())).then_some(id)
}

/// Whether it is there to be watched from its beginning to its end.
fn is_recorded(video: &Value) -> bool {
    let ready = video["status"].as_str().is_none_or(|status| status == "available");
    let over = video["live"]["status"].as_str().is_none_or(|status| matches!(status, "done" | "unavailable"));
    ready && over
}

fn is_at_vimeo(link: &str) -> bool {
    let host = Url::parse(link).ok().and_then(|url| url.host_str().map(str::to_owned));
    host.is_some_and(|host| host == "vimeo.com" || host.ends_with(".vimeo.com"))
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn addresses_name_lists() {
        let list = |rest: &str| list_of(&Url::parse(&format!("https://vimeo.com/{rest}")).unwrap());
        for (rest, wanted) in [
            ("halden", "users/halden/videos"),
            ("user12345/videos", "users/user12345/videos"),
            ("user/12/folder/34?sort=x", "users/12/projects/34/videos"),
            ("manage/folders/34", "me/projects/34/videos"),
            ("manage/videos", "me/videos"),
            ("showcase/77", "me/albums/77/videos"),
            ("channels/staffpicks", "channels/staffpicks/videos"),
            ("groups/motion", "groups/motion/videos"),
        ] {
            assert_eq!(list(rest), Ok(wanted.to_owned()), "{rest}");
        }
        for bad in ["", "123456", "123456/abcdef", "home", "ondemand/x", "a%2Fb", "channels/x/page:2"] {
            assert!(list(bad).is_err(), "{bad}");
        }
        assert!(list_of(&Url::parse("https://vimeo.com.example/halden").unwrap()).is_err());
    }

    #[test]
    fn videos_are_told_by_their_number() {
        assert_eq!(video_id("/videos/123"), Some("123"));
        assert_eq!(video_id("/videos/123:abc"), Some("123"));
        for bad in ["/users/1", "/videos/", "/videos/../1", "/videos/x"] {
            assert_eq!(video_id(bad), None, "{bad}");
        }
        assert!(is_at_vimeo("https://vimeo.com/1/a") && !is_at_vimeo("https://vimeo.com.example/1"));
        assert!(is_recorded(&json!({ "status": "available", "live": null })));
        assert!(!is_recorded(&json!({ "status": "transcoding" })));
        assert!(!is_recorded(&json!({ "status": "available", "live": { "status": "streaming" } })));
    }
}
