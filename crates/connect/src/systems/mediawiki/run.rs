//! A run: where it stands, and its steps.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use serde_json::Value;
use time::{Duration, OffsetDateTime, format_description::well_known::Rfc3339};

use super::{
    Wiki,
    api::{Params, owned},
    pages::Parts,
};
use crate::{
    clean::Gather,
    error::Error,
    http::{Http, mask},
    systems::feeds::digest,
};

/// Requests for one set of pages: more means that a property never ends.
const MAX_PARTS: usize = 200;
/// Changes that are looked up one by one; with more of them, listing everything is cheaper.
const MAX_CHANGES: usize = 5000;
/// Changes are written down a little after they are made.
const OVERLAP: Duration = Duration::seconds(120);

/// Names and values that the wiki wants back to go on.
pub(super) type Continuation = BTreeMap<String, String>;

/// Between runs, and with `run` within one.
#[derive(Debug, Serialize, Deserialize)]
pub(super) struct State {
    pub(super) settings: u64,
    /// When the last run began, by the wiki's clock.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) since: Option<String>,
    /// The same of the last full run.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    full_at: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) run: Option<Run>,
}

/// What the wiki says about itself.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(super) struct Site {
    /// RFC 3339.
    pub(super) time: String,
    pub(super) name: String,
    pub(super) generator: String,
    /// It has TextExtracts.
    pub(super) extracts: bool,
}

#[derive(Clone, Debug, Serialize, Deserialize)]
pub(super) struct Run {
    pub(super) site: Site,
    pub(super) full: bool,
    /// Nothing was rejected so far.
    pub(super) clean: bool,
    /// From when on changes are asked for.
    since: String,
    pub(super) work: Work,
    /// Changed pages that are still to be read.
    #[serde(default)]
    ids: Vec<i64>,
    /// The same of moved pages, known by their new titles.
    #[serde(default)]
    titles: Vec<String>,
    /// Finds continuations that come again.
    watch: Watch,
}

/// What the next page does.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(super) enum Work {
    List { namespace: i64, from: Continuation },
    Changes { from: Continuation },
    Deletions { from: Continuation },
    Pages,
}

/// Brent's cycle finding: remembers one place, at ever longer intervals.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
struct Watch {
    mark: u64,
    steps: u64,
    until: u64,
}

impl Watch {
    /// Whether this place was met before.
    fn seen(&mut self, place: u64) -> bool {
        if self.steps > 0 && place == self.mark {
            return true;
        }
        if self.steps >= self.until {
            self.mark = place;
            self.until = self.steps * 2 + 1;
        }
        self.steps += 1;
        false
    }
}

impl State {
    pub(super) fn new(settings: u64) -> Self {
        Self { settings, since: None, full_at: None, run: None }
    }

    /// Whether the next run has to list everything.
    pub(super) fn wants_full(&self, now: &str, after: i64) -> bool {
        let at = |text: &Option<String>| text.as_deref().and_then(crate::clean::rfc3339);
        match (at(&self.since), at(&self.full_at), crate::clean::rfc3339(now)) {
            // A wiki whose clock went back cannot be asked for what came since.
            (Some(since), Some(full), Some(now)) => now < since || now - full >= after,
            _ => true,
        }
    }

    pub(super) fn finish(&mut self, run: Run) {
        if run.full {
            self.full_at = Some(run.site.time.clone());
        }
        self.since = Some(run.site.time);
        self.run = None;
    }
}

impl Run {
    pub(super) fn new(site: Site, full: bool) -> Self {
        Self {
            site,
            full,
            clean: true,
            since: String::new(),
            work: Work::Pages,
            ids: Vec::new(),
            titles: Vec::new(),
            watch: Watch::default(),
        }
    }

    /// Pages of one set: extracts are given for twenty at once, content for fifty.
    fn batch(&self) -> usize {
        if self.site.extracts { 20 } else { 50 }
    }
}

/// A moment a little earlier, as the API reads it.
fn before(time: &str) -> Option<String> {
    let at = OffsetDateTime::parse(time, &Rfc3339).ok()?;
    at.checked_sub(OVERLAP)?.format(&Rfc3339).ok()
}

impl Wiki {
    /// A run at its start.
    pub(super) fn begin(&self, site: Site, full: bool, since: Option<&str>) -> Run {
        let since = since.and_then(before);
        let mut run = Run::new(site, full || since.is_none());
        run.work = match (&since, run.full) {
            (Some(_), false) => Work::Changes { from: Continuation::new() },
            _ => self.everything(),
        };
        run.since = since.unwrap_or_default();
        run
    }

    fn everything(&self) -> Work {
        Work::List { namespace: self.namespaces.first().copied().unwrap_or_default(), from: Continuation::new() }
    }

    /// One set of all pages.
    pub(super) async fn list(
        &self,
        http: &Http,
        run: &mut Run,
        namespace: i64,
        from: Continuation,
        gather: &mut Gather,
    ) -> Result<Option<Work>, Error> {
        let (namespace_text, limit) = (namespace.to_string(), run.batch().to_string());
        let params = owned(&[
            ("generator", "allpages"),
            ("gapnamespace", &namespace_text),
            ("gapfilterredir", "nonredirects"),
            ("gaplimit", &limit),
        ]);
        let (parts, next) = self.set(http, run, params, from).await?;
        let mut gone = Vec::new();
        parts.into_items(self, gather, &mut gone);
        if let Some(from) = next {
            self.forward(run, &from)?;
            return Ok(Some(Work::List { namespace, from }));
        }
        let after = self.namespaces.iter().skip_while(|known| **known != namespace).nth(1);
        Ok(after.map(|namespace| Work::List { namespace: *namespace, from: Continuation::new() }))
    }

    /// One set of recent changes.
    pub(super) async fn changes(&self, http: &Http, run: &mut Run, from: Continuation) -> Result<Option<Work>, Error> {
        let namespaces = self.namespaces.iter().map(ToString::to_string).collect::<Vec<_>>().join("|");
        let mut params = owned(&[
            ("list", "recentchanges"),
            ("rcdir", "newer"),
            ("rcstart", &run.since),
            ("rcprop", "ids|title|loginfo"),
            ("rctype", "edit|new|log"),
            ("rcnamespace", &namespaces),
            ("rclimit", "500"),
        ]);
        params.extend(from);
        let answer = self.api.query(http, &params).await?;
        let Some(changes) = answer["query"]["recentchanges"].as_array() else {
            return Err(self.api.unexpected("no list of recent changes"));
        };
        for change in changes {
            run.ids.extend(change["pageid"].as_i64().filter(|id| *id > 0));
            // A move is logged under the old title; the page itself has the new one.
            run.titles.extend(change["logparams"]["target_title"].as_str().map(str::to_owned));
        }
        self.after_changes(run, &answer, |from| Work::Changes { from }, Work::Deletions { from: Continuation::new() })
    }

    /// One set of the deletion log.
    pub(super) async fn deletions(
        &self,
        http: &Http,
        run: &mut Run,
        from: Continuation,
    ) -> Result<Option<Work>, Error> {
        let mut params = owned(&[
            ("list", "logevents"),
            ("letype", "delete"),
            ("ledir", "newer"),
            ("lestart", &run.since),
            ("leprop", "ids|title|type"),
            ("lelimit", "500"),
        ]);
        params.extend(from);
        let answer = self.api.query(http, &params).await?;
        let Some(events) = answer["query"]["logevents"].as_array() else {
            return Err(self.api.unexpected("no list of log events"));
        };
        for event in events {
            let in_scope = event["ns"].as_i64().is_none_or(|ns| self.namespaces.contains(&ns));
            // `logpage` is the page that was deleted, `pageid` the one that has its title today.
            let deleted = event["logpage"].as_i64().filter(|id| *id > 0);
            if in_scope && event["action"] == "delete" && deleted.is_none() {
                return Ok(Some(self.list_instead(run)));
            }
            run.ids.extend(deleted.into_iter().chain(event["pageid"].as_i64().filter(|id| *id > 0)));
        }
        self.after_changes(run, &answer, |from| Work::Deletions { from }, Work::Pages)
    }

    fn after_changes(
        &self,
        run: &mut Run,
        answer: &Value,
        more: impl Fn(Continuation) -> Work,
        then: Work,
    ) -> Result<Option<Work>, Error> {
        run.ids.sort_unstable();
        run.ids.dedup();
        run.titles.sort_unstable();
        run.titles.dedup();
        if run.ids.len() + run.titles.len() > MAX_CHANGES {
            return Ok(Some(self.list_instead(run)));
        }
        if let Some(from) = continuation(answer) {
            self.forward(run, &from)?;
            return Ok(Some(more(from)));
        }
        let nothing = matches!(then, Work::Pages) && run.ids.is_empty() && run.titles.is_empty();
        Ok((!nothing).then_some(then))
    }

    /// Turns the run into a full one.
    fn list_instead(&self, run: &mut Run) -> Work {
        run.full = true;
        run.ids.clear();
        run.titles.clear();
        run.watch = Watch::default();
        self.everything()
    }

    /// One set of changed pages.
    pub(super) async fn changed(
        &self,
        http: &Http,
        run: &mut Run,
        gather: &mut Gather,
        gone: &mut Vec<String>,
    ) -> Result<Option<Work>, Error> {
        let by_id = !run.ids.is_empty();
        let params = if by_id {
            let ids: Vec<_> = run.ids.drain(..run.batch().min(run.ids.len())).map(|id| id.to_string()).collect();
            owned(&[("pageids", &ids.join("|"))])
        } else {
            let titles: Vec<_> = run.titles.drain(..run.batch().min(run.titles.len())).collect();
            owned(&[("titles", &titles.join("|"))])
        };
        let (parts, _) = self.set(http, run, params, Continuation::new()).await?;
        parts.into_items(self, gather, gone);
        Ok((!run.ids.is_empty() || !run.titles.is_empty()).then_some(Work::Pages))
    }

    /// A set of pages with all their properties, and where the next one starts.
    async fn set(
        &self,
        http: &Http,
        run: &Run,
        mut params: Params,
        from: Continuation,
    ) -> Result<(Parts, Option<Continuation>), Error> {
        params.extend(owned(&[
            ("inprop", "url"),
            ("cllimit", "max"),
            ("clshow", "!hidden"),
            ("rvprop", "ids|timestamp|content"),
            ("rvslots", "main"),
        ]));
        let prop = if run.site.extracts {
            params.extend(owned(&[("exintro", "1"), ("explaintext", "1"), ("exlimit", "20")]));
            "info|categories|revisions|extracts"
        } else {
            "info|categories|revisions"
        };
        params.extend(owned(&[("prop", prop)]));
        let (mut parts, mut from) = (Parts::default(), from);
        for _ in 0..MAX_PARTS {
            let mut asked = params.clone();
            asked.extend(from.clone());
            let answer = self.api.query(http, &asked).await?;
            if let Some(pages) = answer["query"]["pages"].as_array() {
                parts.add(pages);
            }
            let next = continuation(&answer);
            if answer["batchcomplete"].as_bool().unwrap_or_default() || next.is_none() {
                return Ok((parts, next));
            }
            let next = next.unwrap_or_default();
            if next == from {
                return Err(self.endless("it answers with the place that it was asked for"));
            }
            from = next;
        }
        Err(self.endless("the properties of a set of pages do not end"))
    }

    fn forward(&self, run: &mut Run, from: &Continuation) -> Result<(), Error> {
        let place = digest(&format!("{from:?}"));
        if run.watch.seen(place) { Err(self.endless("its list leads back to where it was before")) } else { Ok(()) }
    }

    fn endless(&self, reason: &str) -> Error {
        Error::Loop { url: mask(self.api.address()), reason: reason.to_owned() }
    }
}

fn continuation(answer: &Value) -> Option<Continuation> {
    let fields = answer["continue"].as_object()?;
    let text = |value: &Value| value.as_str().map_or_else(|| value.to_string(), str::to_owned);
    Some(fields.iter().map(|(name, value)| (name.clone(), text(value))).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn circles_are_noticed_and_long_ways_are_not() {
        let mut watch = Watch::default();
        assert!((0..10_000).all(|place| !watch.seen(place)));
        for length in [1, 2, 3, 7] {
            let mut watch = Watch::default();
            let steps = (0..1000_u64).position(|step| watch.seen(step % length));
            assert!(steps.is_some_and(|steps| steps < 40), "{length}");
        }
    }

    #[test]
    fn full_runs_come_when_due() {
        let mut state = State::new(1);
        assert!(state.wants_full("2026-11-24T12:00:00Z", 1000));
        state.since = Some("2026-11-24T12:00:00Z".into());
        state.full_at = Some("2026-11-20T12:00:00Z".into());
        let days = |days: i64| days * 86_400_000;
        assert!(!state.wants_full("2026-11-24T12:00:00Z", days(7)));
        assert!(state.wants_full("2026-11-24T12:00:00Z", days(4)));
        assert!(state.wants_full("2026-11-24T11:00:00Z", days(7)), "the clock went back");
        assert!(state.wants_full("2026-11-24T12:00:00Z", 0));
        assert_eq!(before("2026-11-24T12:00:00Z").as_deref(), Some("2026-11-24T11:58:00Z"));
    }
}
