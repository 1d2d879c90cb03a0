//! YouTube, through its Data API v3 (<https://developers.google.com/youtube/v3/docs>, as of 2026) with an API key: the
//! public videos of a channel or a playlist become resources.
//!
//! A channel is looked up for the playlist of its uploads (`channels.list`), which is read as any playlist is
//! (`playlistItems.list`, fifty a page), and each page's videos are asked for at once (`videos.list`). A page costs two
//! units of a quota that is 10,000 a day unless Google grants more. A run reads everything, so that what it doesn't
//! find is gone. In between, while no full run is due, the first page's ETag is asked about alone: it covers the newest
//! fifty and the length of the list, so that 304 means that nothing was added or taken away. After a run that
//! rejected a video the next one reads everything again, once.
//!
//! The key goes in a header, never in an address. What is left of private and deleted videos in a playlist is gone
//! here. A used-up quota ends the run until midnight Pacific time, when Google resets it.

mod address;
mod api;
mod quota;

use std::collections::BTreeMap;

use async_trait::async_trait;
use serde::{Deserialize, Serialize};
use url::Url;

use crate::{
    clean::{Gather, digest, read_cursor, write_cursor},
    error::{Error, Look},
    http::{Http, mask},
    model::{Cursor, Next, Page},
    system::{Connector, Field, FieldKind, Form, Found, Settings, Step, System, steps},
};
use address::Wanted;
use api::Asked;

/// Pages of one run: a list with more of them does not end.
const MAX_PAGES: usize = 2000;
/// Videos of a list that YouTube shows; of a longer one it keeps silent about the others, which are not gone.
const MAX_SHOWN: u64 = 20_000;

const LOOK: Look = Look {
    name: "a channel or playlist of YouTube",
    expected: api::EXPECTED,
    advice: "Open the channel or playlist in a browser and copy its address; a private playlist cannot be read with an API \
             key.",
};

/// YouTube as a kind of source.
pub(crate) struct YouTube;

const FIELDS: &[Field] = &[
    Field {
        name: "address",
        label: "Address of the channel or playlist",
        help: "As the browser shows it, such as https://www.youtube.com/@example or https://www.youtube.com/playlist?list=PL….",
        kind: FieldKind::Url,
        required: true,
        default: "",
    },
    Field {
        name: "key",
        label: "API key",
        help: "Made in the Google Cloud console for a project with the YouTube Data API v3 switched on. Restrict it to that API.",
        kind: FieldKind::Secret,
        required: true,
        default: "",
    },
    Field {
        name: "unlisted",
        label: "Also unlisted videos",
        help: "A playlist may hold videos that only those find who have the link. Left out, unless this is set.",
        kind: FieldKind::Flag,
        required: false,
        default: "false",
    },
    Field {
        name: "full_days",
        label: "Days between full runs",
        help: "In between, everything is read only when a video was added or taken away. Other edits are found by full runs.",
        kind: FieldKind::Number,
        required: false,
        default: "1",
    },
    Field {
        name: "api",
        label: "Address of the API",
        help: "Only to be changed for a proxy of your own.",
        kind: FieldKind::Url,
        required: false,
        default: "https://www.googleapis.com/youtube/v3/",
    },
];

impl System for YouTube {
    fn kind(&self) -> &'static str {
        "youtube"
    }
    fn name(&self) -> &'static str {
        "YouTube"
    }
    fn summary(&self) -> &'static str {
        "The public videos of a channel or a playlist, with their tags, languages and lengths."
    }
    fn docs(&self) -> &'static str {
        "https://developers.google.com/youtube/v3/docs"
    }
    fn fields(&self) -> &'static [Field] {
        FIELDS
    }

    fn connect(&self, settings: &Settings) -> Result<Box<dyn Connector>, BTreeMap<String, String>> {
        let mut form = Form::new(FIELDS, settings);
        let wanted = form.url("address").and_then(|address| match address::read(&address) {
            Ok(wanted) => Some(wanted),
            Err(reason) => {
                form.fault("address", reason);
                None
            }
        });
        let list = form.url("api").zip(wanted).map(|(mut api, wanted)| {
            api.set_query(None);
            api.set_fragment(None);
            if !api.path().ends_with('/') {
                api.set_path(&format!("{}/", api.path()));
            }
            List {
                api,
                wanted,
                key: form.get("key").to_owned(),
                unlisted: form.flag("unlisted"),
                full_ms: form.number("full_days") * 86_400_000,
            }
        });
        form.finish(list)
    }
}

/// A channel or playlist.
struct List {
    /// With a slash at its end.
    api: Url,
    wanted: Wanted,
    key: String,
    unlisted: bool,
    full_ms: i64,
}

/// Between runs, and with `run` within one.
#[derive(Debug, Serialize, Deserialize)]
struct State {
    settings: u64,
    /// The playlist that is read, and the ETag of its first page.
    #[serde(default)]
    playlist: Option<String>,
    #[serde(default)]
    etag: Option<String>,
    /// When the last full run began, by the server's clock.
    #[serde(default)]
    full_at: Option<i64>,
    /// The last run rejected something, and keeps no ETag.
    #[serde(default)]
    again: bool,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    run: Option<Run>,
}

#[derive(Debug, Serialize, Deserialize)]
struct Run {
    /// Names the page to come; none is the first.
    token: Option<String>,
    /// Digests of the tokens so far.
    visited: Vec<u64>,
    clean: bool,
    /// When it began, by the server's clock.
    started: i64,
}

#[async_trait]
impl Connector for List {
    async fn page(&self, http: &Http, cursor: Option<&Cursor>) -> Result<Page, Error> {
        let mut state = self.state(cursor)?;
        let (playlist, etag) = match (state.playlist.clone(), &state.run) {
            (Some(playlist), Some(_)) => (playlist, None),
            // A channel's uploads keep their playlist.
            (Some(playlist), None) if state.etag.is_some() => (playlist, state.etag.clone()),
            _ => (self.playlist(http).await?, None),
        };
        let token = state.run.as_ref().and_then(|run| run.token.clone());
        let asked =
            self.items(http, &playlist, token.as_deref(), etag.as_deref(), |now| self.is_due(&state, now)).await?;
        let items = match asked {
            Asked::Same => {
                return Ok(
                    Gather::default().page(vec![], Next::Done { cursor: Some(write_cursor(&state)?), complete: false })
                );
            }
            Asked::New(items) => items,
        };
        let mut run = state.run.take().unwrap_or_else(|| {
            state.etag.clone_from(&items.etag);
            Run { token: None, visited: Vec::new(), clean: true, started: items.now }
        });
        state.playlist = Some(playlist);
        let (mut gather, mut gone) = (Gather::default(), Vec::new());
        self.read(http, &items, &mut gather, &mut gone).await?;
        run.clean &= gather.is_clean();
        let next = match items.next {
            Some(token) => {
                self.forward(&mut run, token)?;
                state.run = Some(run);
                Next::More(write_cursor(&state)?)
            }
            None => {
                state.full_at = Some(run.started);
                state.again = !run.clean && !state.again;
                state.etag = state.etag.filter(|_| !state.again);
                let complete = run.clean && items.total <= MAX_SHOWN;
                Next::Done { cursor: Some(write_cursor(&state)?), complete }
            }
        };
        Ok(gather.page(gone, next))
    }

    async fn test(&self, http: &Http) -> Vec<Step> {
        let found = self.try_out(http).await;
        let sign_in = Found::sign_in(Some("The key is accepted".to_owned()), found.is_ok());
        steps(found, sign_in)
    }
}

impl List {
    /// Where the last run or page stopped; nothing of it where the settings have changed since.
    fn state(&self, cursor: Option<&Cursor>) -> Result<State, Error> {
        let settings = digest(&format!("{} {:?} {}", self.api, self.wanted, self.unlisted));
        let state = cursor.map(read_cursor::<State>).transpose()?.filter(|state| state.settings == settings);
        Ok(state.unwrap_or(State { settings, playlist: None, etag: None, full_at: None, again: false, run: None }))
    }

    fn is_due(&self, state: &State, now: i64) -> bool {
        state.full_at.is_none_or(|at| now < at || now - at >= self.full_ms)
    }

    fn forward(&self, run: &mut Run, token: String) -> Result<(), Error> {
        let seen = digest(&token);
        let reason = if run.visited.contains(&seen) || token.len() > 1000 {
            "the next page is one that was read before".to_owned()
        } else if run.visited.len() >= MAX_PAGES {
            format!("it has more than {MAX_PAGES} pages")
        } else {
            run.visited.push(seen);
            run.token = Some(token);
            return Ok(());
        };
        Err(Error::Loop { url: mask(&self.api), reason })
    }

    async fn try_out(&self, http: &Http) -> Result<[String; 2], Error> {
        http.check(&self.api).await?;
        let playlist = self.playlist(http).await.map_err(|error| error.unlike(LOOK))?;
        let asked = self.items(http, &playlist, None, None, |_| true).await.map_err(|error| error.unlike(LOOK))?;
        let Asked::New(items) = asked else { return Ok(["It answers".to_owned(), "Nothing has changed".to_owned()]) };
        let (mut gather, mut gone) = (Gather::default(), Vec::new());
        self.read(http, &items, &mut gather, &mut gone).await?;
        let titles = gather.titles();
        Ok([
            format!("A list of {} videos answered", items.total),
            match titles.first() {
                Some(title) => format!("The first video is “{title}”"),
                None => "It shows no public videos".to_owned(),
            },
        ])
    }
}
