//! The steps of a run: what is asked for, and what comes next.

use serde_json::Value;

use super::{
    Wiki,
    api::{Params, owned},
    pages::Parts,
    run::{Continuation, Run, Site, Work, before},
};
use crate::{
    clean::{Gather, digest},
    error::Error,
    http::{Http, mask},
};

/// Requests for one set of pages: more means that a property never ends.
const MAX_PARTS: usize = 50;
/// Changes that are looked up one by one; with more of them, listing everything is cheaper.
const MAX_CHANGES: usize = 5000;

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
            let moved = change["logparams"]["target_title"].as_str().filter(|title| title.len() <= 1020);
            run.titles.extend(moved.map(str::to_owned));
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
        if let Some(from) = self.continuation(answer)? {
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
        run.watch = crate::watch::Watch::default();
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
            let pages = answer["query"]["pages"].as_array().map(Vec::as_slice).unwrap_or_default();
            if !parts.add(pages) {
                return Err(self.api.unexpected("far more pages than were asked for"));
            }
            let next = self.continuation(&answer)?;
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

    /// What the wiki wants back to go on.
    fn continuation(&self, answer: &Value) -> Result<Option<Continuation>, Error> {
        let Some(fields) = answer["continue"].as_object() else { return Ok(None) };
        let text = |value: &Value| value.as_str().map_or_else(|| value.to_string(), str::to_owned);
        let from: Continuation = fields.iter().map(|(name, value)| (name.clone(), text(value))).collect();
        let length: usize = from.iter().map(|(name, value)| name.len() + value.len()).sum();
        if length > 8000 {
            Err(self.endless("the place to go on at is longer than 8000 characters"))
        } else {
            Ok(Some(from))
        }
    }

    fn endless(&self, reason: &str) -> Error {
        Error::Loop { url: mask(self.api.address()), reason: reason.to_owned() }
    }
}
