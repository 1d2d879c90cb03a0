//! PeerTube, through its REST API (<https://docs.joinpeertube.org/api-rest-reference.html>; written for 5 to 8).
//! Public videos become resources: description, category and tags, language, length, channel.
//!
//! The list (`/api/v1/videos`, or that of a channel or account) has no tags and only the start of a description, so
//! each video costs a request of its own (`/api/v1/videos/{uuid}`). The list cannot be sorted by change; it is cheap,
//! a hundred videos a request, so every run reads all of it, and asks in detail only for what was touched since the
//! last run. (`updatedAt` also moves when somebody watches: some are read in vain, none is missed; for the same reason
//! it says nothing about how fresh a video is.) PeerTube tells nobody what was deleted, so every `full_days` days a
//! run reads everything in detail, and what it doesn't find is gone. A full run that rejected a video is repeated by the
//! next one. A run during which the list got shorter, or ended before its own total, may have missed a video: it claims
//! nothing, and moves no mark.
//!
//! Other instances' videos, which the list holds too, are left out unless a setting asks for them. No account is used,
//! so only what everybody may see arrives. 429 is waited out by `Retry-After` (an instance's usual limit is 50 requests
//! in 10 s).

mod videos;

use std::collections::BTreeMap;

use async_trait::async_trait;
use serde::{Deserialize, Serialize};
use url::Url;

use crate::{
    clean::{Gather, digest, read_cursor, rfc3339, write_cursor},
    error::{Error, Look},
    http::{Http, mask},
    model::{Cursor, Next, Page},
    system::{Connector, Field, FieldKind, Form, Found, Settings, Step, System, steps},
};

/// Videos of one page; PeerTube gives at most a hundred.
const PER_PAGE: u64 = 50;

/// Milliseconds that a run looks back further than the one before began.
const MARGIN: i64 = 60_000;

/// Videos of one run: a list of more does not end.
const MAX_VIDEOS: u64 = 500_000;

const LOOK: Look = Look {
    name: "a PeerTube instance",
    expected: videos::EXPECTED,
    advice: "Give the instance's home page. With /api/v1/config after it, a browser shows JSON if it is a PeerTube instance; \
             if a channel or account is set, check that it exists.",
};

/// PeerTube as a kind of source.
pub(crate) struct PeerTube;

const FIELDS: &[Field] = &[
    Field {
        name: "address",
        label: "Address of the instance",
        help: "Its home page, such as https://video.example.org.",
        kind: FieldKind::Url,
        required: true,
        default: "",
    },
    Field {
        name: "part",
        label: "Channel or account",
        help: "Empty for the whole instance, else c/ and the channel's name or a/ and the account's, as in its address.",
        kind: FieldKind::Text,
        required: false,
        default: "",
    },
    Field {
        name: "remote",
        label: "Also videos of other instances",
        help: "An instance lists what it follows elsewhere too. Left out, unless this is set.",
        kind: FieldKind::Flag,
        required: false,
        default: "false",
    },
    Field {
        name: "full_days",
        label: "Days between full runs",
        help: "In between, only videos that were touched are read in detail. Deleted videos are found by full runs.",
        kind: FieldKind::Number,
        required: false,
        default: "7",
    },
];

impl System for PeerTube {
    fn kind(&self) -> &'static str {
        "peertube"
    }
    fn name(&self) -> &'static str {
        "PeerTube"
    }
    fn summary(&self) -> &'static str {
        "The public videos of an instance, a channel or an account, with their categories, tags, languages and lengths."
    }
    fn docs(&self) -> &'static str {
        "https://docs.joinpeertube.org/api-rest-reference.html"
    }
    fn fields(&self) -> &'static [Field] {
        FIELDS
    }

    fn connect(&self, settings: &Settings) -> Result<Box<dyn Connector>, BTreeMap<String, String>> {
        let mut form = Form::new(FIELDS, settings);
        let remote = form.flag("remote");
        let list = match form.get("part") {
            "" => Some("videos".to_owned()),
            part => part_path(part),
        };
        match &list {
            None => {
                form.fault("part", "Give c/ and the channel's name, or a/ and the account's, such as c/engineering.")
            }
            Some(list) if list.contains('@') && !remote => {
                form.fault(
                    "part",
                    "It belongs to another instance; give that one's address, or allow other instances.",
                );
            }
            Some(_) => {}
        }
        let instance = form.url("address").zip(list).map(|(mut address, list)| {
            address.set_query(None);
            address.set_fragment(None);
            if !address.path().ends_with('/') {
                address.set_path(&format!("{}/", address.path()));
            }
            Instance { address, list, remote, full_ms: form.number("full_days") * 86_400_000 }
        });
        form.finish(instance)
    }
}

/// `c/NAME` and `a/NAME`, also as `/c/NAME/videos`, as the path of the list.
fn part_path(text: &str) -> Option<String> {
    let text = text.trim_matches('/');
    let text = text.strip_suffix("/videos").unwrap_or(text);
    let (what, name) = text.split_once('/')?;
    let what = match what {
        "c" | "video-channels" => "video-channels",
        "a" | "accounts" => "accounts",
        _ => return None,
    };
    let plain = |letter: char| letter.is_ascii_alphanumeric() || matches!(letter, '_' | '.' | '-' | '@' | ':');
    let named =
        !name.is_empty() && name.len() <= 300 && name.chars().all(plain) && name.starts_with(char::is_alphanumeric);
    named.then(|| format!("{what}/{name}/videos"))
}

struct Instance {
    /// With a slash at its end.
    address: Url,
    /// The path of the list below `/api/v1/`.
    list: String,
    /// Other instances' videos too.
    remote: bool,
    full_ms: i64,
}

/// Between runs, and with `run` within one.
#[derive(Debug, Serialize, Deserialize)]
struct State {
    settings: u64,
    /// What was touched before this is known.
    #[serde(default)]
    since: Option<i64>,
    /// When the last full run began, by the instance's clock.
    #[serde(default)]
    full_at: Option<i64>,
    /// The same of the last run.
    #[serde(default)]
    last_at: Option<i64>,
    /// The last full run rejected something: the next run is a full one too.
    #[serde(default)]
    again: bool,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    run: Option<Run>,
}

#[derive(Debug, Serialize, Deserialize)]
struct Run {
    /// Videos of the list that were read.
    start: u64,
    full: bool,
    clean: bool,
    /// The latest `updatedAt` that was seen.
    newest: Option<i64>,
    /// When it began, by the instance's clock.
    started: i64,
    /// Digest of the ids of the page before.
    #[serde(default)]
    before: u64,
    /// How many the list had at the page before.
    #[serde(default)]
    total: u64,
    /// It got shorter, or ended too early.
    #[serde(default)]
    short: bool,
}

impl State {
    /// Whether a run that begins now, by the instance's clock, reads everything in detail. An instance whose clock went
    /// back cannot be asked for what came since.
    fn wants_full(&self, now: i64, after: i64) -> bool {
        self.again
            || self.since.is_none()
            || self.last_at.is_some_and(|at| now < at)
            || self.full_at.is_none_or(|at| now < at || now - at >= after)
    }

    /// Notes what the next run needs. What was rejected is read again by it, because it may be whole by then: a full run
    /// is repeated, once, and one that read what was touched leaves the next one to read it again.
    fn finish(&mut self, run: &Run) {
        self.last_at = Some(run.started);
        if run.short {
            return;
        }
        if run.full {
            self.again = !run.clean && !self.again;
            self.full_at = Some(run.started);
        }
        if run.full || run.clean {
            // A video may be touched after its page was read, and before a later page with a newer one is: what counts is
            // when the run began, and what the newest says where the two clocks differ.
            self.since = Some(run.newest.unwrap_or(run.started).min(run.started) - MARGIN);
        }
    }
}

#[async_trait]
impl Connector for Instance {
    async fn page(&self, http: &Http, cursor: Option<&Cursor>) -> Result<Page, Error> {
        let mut state = self.state(cursor)?;
        let mut run = match state.run.take() {
            Some(run) => run,
            None => self.begin(http, &state).await?,
        };
        let list = self.list(http, run.start, PER_PAGE, "publishedAt").await?;
        self.forward(&mut run, &list)?;
        let (mut gather, mut gone) = (Gather::default(), Vec::new());
        for video in &list.videos {
            let touched = video["updatedAt"].as_str().and_then(rfc3339);
            run.newest = run.newest.max(touched);
            let known = !run.full && touched.zip(state.since).is_some_and(|(touched, since)| touched < since);
            if !known {
                self.read(http, video, &mut gather, &mut gone).await?;
            }
        }
        run.clean &= gather.is_clean();
        run.start += list.videos.len() as u64;
        run.short |= list.total < run.total || list.videos.is_empty() && run.start < list.total;
        run.total = list.total;
        let next = if list.videos.is_empty() || run.start >= list.total {
            state.finish(&run);
            Next::Done { cursor: Some(write_cursor(&state)?), complete: run.full && run.clean && !run.short }
        } else {
            state.run = Some(run);
            Next::More(write_cursor(&state)?)
        };
        Ok(gather.page(gone, next))
    }

    async fn test(&self, http: &Http) -> Vec<Step> {
        steps(self.try_out(http).await, Found::sign_in(None, false))
    }
}

impl Instance {
    /// Where the last run or page stopped; nothing of it where the settings have changed since.
    fn state(&self, cursor: Option<&Cursor>) -> Result<State, Error> {
        let settings = digest(&format!("{} {} {}", self.address, self.list, self.remote));
        let state = cursor.map(read_cursor::<State>).transpose()?.filter(|state| state.settings == settings);
        Ok(state.unwrap_or(State { settings, since: None, full_at: None, last_at: None, again: false, run: None }))
    }

    async fn begin(&self, http: &Http, state: &State) -> Result<Run, Error> {
        let (_, started) = self.config(http).await?;
        let full = state.wants_full(started, self.full_ms);
        Ok(Run { start: 0, full, clean: true, newest: None, started, before: 0, total: 0, short: false })
    }

    /// Refuses a list that shows the same videos again, or never ends.
    fn forward(&self, run: &mut Run, list: &videos::List) -> Result<(), Error> {
        let ids: Vec<_> = list.videos.iter().filter_map(|video| video["uuid"].as_str()).collect();
        let page = digest(&ids.join(" "));
        let reason = if !ids.is_empty() && page == run.before {
            format!("the videos after the first {} are those before them", run.start)
        } else if run.start > MAX_VIDEOS {
            format!("it has more than {MAX_VIDEOS} videos")
        } else {
            run.before = page;
            return Ok(());
        };
        Err(Error::Loop { url: mask(&self.address), reason })
    }

    async fn try_out(&self, http: &Http) -> Result<[String; 2], Error> {
        http.check(&self.address).await?;
        let (server, _) = self.config(http).await.map_err(|error| error.unlike(LOOK))?;
        let list = self.list(http, 0, 1, "-publishedAt").await.map_err(|error| error.unlike(LOOK))?;
        let (mut gather, mut gone) = (Gather::default(), Vec::new());
        if let Some(video) = list.videos.first() {
            self.read(http, video, &mut gather, &mut gone).await?;
        }
        let read = match gather.titles().first() {
            Some(title) => format!("The newest of {} videos is “{title}”", list.total),
            None if list.total == 0 => "It shows no public videos yet".to_owned(),
            None => format!("It lists {} videos; the newest cannot be used", list.total),
        };
        Ok([server, read])
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn marks_move_only_past_what_was_read() {
        const HOUR: i64 = 3_600_000;
        let (week, now) = (168 * HOUR, 1_790_000_000_000);
        let mut state = State { settings: 1, since: None, full_at: None, last_at: None, again: false, run: None };
        let run = |full, clean, short, started| Run {
            start: 0,
            full,
            clean,
            newest: None,
            started,
            before: 0,
            total: 0,
            short,
        };
        state.finish(&run(true, true, true, now));
        assert!(state.wants_full(now + HOUR, week), "a list that got shorter proves nothing");
        state.finish(&run(true, false, false, now + HOUR));
        assert!(state.wants_full(now + 2 * HOUR, week), "it rejected something");
        state.finish(&run(true, false, false, now + 2 * HOUR));
        assert!(!state.wants_full(now + 3 * HOUR, week), "once");
        let since = state.since;
        state.finish(&run(false, false, false, now + 3 * HOUR));
        assert_eq!(state.since, since, "what was rejected is read again");
        state.finish(&run(false, true, false, now + 30 * HOUR));
        assert!(state.since > since && state.wants_full(now + 4 * HOUR, week), "the clock was ahead");
        assert!(!state.wants_full(now + 31 * HOUR, week) && state.wants_full(now + 300 * HOUR, week));
    }

    #[test]
    fn parts_are_channels_and_accounts() {
        assert_eq!(part_path("c/engineering").as_deref(), Some("video-channels/engineering/videos"));
        assert_eq!(part_path("/a/mira.s/videos/").as_deref(), Some("accounts/mira.s/videos"));
        assert_eq!(part_path("c/talks@video.example").as_deref(), Some("video-channels/talks@video.example/videos"));
        for bad in ["engineering", "c/", "x/y", "c/../a", "c/..", "c/a b", "c/a?b", "c/a/b"] {
            assert_eq!(part_path(bad), None, "{bad}");
        }
        let settings = |part: &str| -> Settings {
            [("address", "https://a.example"), ("part", part)].map(|(a, b)| (a.to_owned(), b.to_owned())).into()
        };
        assert!(PeerTube.connect(&settings("c/talks")).is_ok());
        let faults = PeerTube.connect(&settings("c/talks@video.example")).err().unwrap();
        assert!(faults["part"].contains("another instance"));
    }
}
