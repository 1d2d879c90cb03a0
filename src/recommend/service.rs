//! Puts a person's feed together: at most six queries, each panel within its time.

use super::interests::Interests;
use super::model::*;
use super::picks::{Pick, Picks, Why, talk};
use super::rank::Candidate;
use super::store::{self, Narrow};
use crate::base::{DAY, MINUTE, Res, Scope, Viewer};
use crate::catalog::{self, model::Topic};
use crate::platform::db::Conn;
use crate::platform::{Format, Site};
use crate::playlists;
use std::collections::HashSet;
use std::future::Future;
use std::time::Duration;

/// What a panel may take. One that takes longer is left out, and the page says so.
const BOX: Duration = Duration::from_millis(250);
/// Resources on the page; conversations come on top.
const CARDS: usize = 24;
/// The most that "continue" shows.
const CONTINUE: usize = 6;
/// The most that "from playlists" shows.
const NEXT: usize = 6;
/// The most that "popular in your team" shows.
const POPULAR: usize = 6;
/// The most conversations.
const TALKS: usize = 6;
/// Topics that someone new is offered, and the arrivals that they are taken from.
const SUGGESTIONS: (i64, i64) = (12, 400);
/// Candidates that the ranking chooses from.
const POOL: i64 = 96;
/// Next steps looked at when only those that pass a filter are shown.
const NEXT_POOL: i64 = 60;
/// What colleagues did longer ago is not popular any more.
const LATELY: i64 = 60 * DAY;
/// What was put away can be taken back from the page for so long.
const UNDO: i64 = 2 * MINUTE;

/// The personal feed of the person who asks, narrowed to `filter`. The same data, filter and time give the same feed.
pub async fn feed(scope: &Scope, site: &Site, filter: &Filter) -> Res<Feed> {
    feed_within(scope, site, filter, BOX).await
}

/// [`feed`] with another time for each panel.
pub(super) async fn feed_within(scope: &Scope, site: &Site, filter: &Filter, limit: Duration) -> Res<Feed> {
    let viewer = scope.person()?;
    let now = site.now();
    let format = Format::of(viewer, now);
    let narrow = Narrow { topic: filter.topic.clone(), kind: filter.kind };
    let mut conn = site.read().await?;
    let interests = Interests::of(&mut conn, viewer, &narrow, now - UNDO, CONTINUE as i64).await?;
    let mut kitchen =
        Kitchen { site, viewer, filter, narrow, interests: &interests, now, limit, conn, left_out: Vec::new() };
    let picks = kitchen.picks().await?;
    let talks = kitchen.talks(&format).await?;
    let suggestions = kitchen.suggestions().await?;
    let cards = catalog::service::cards(&mut kitchen.conn, viewer, &format, &picks.ids()).await?;
    let left_out = kitchen.left_out;
    let mut panels = picks.panels(parts(&interests), cards, filter, &interests, &format);
    // An empty panel says how to fill it, unless a filter or the clock emptied it.
    let says = |part| filter.is_empty() && !left_out.contains(&part) && (part == Part::Newest || !interests.is_new());
    panels.retain(|panel| !panel.cards.is_empty() || says(panel.part));
    Ok(Feed {
        greeting: greeting(viewer, &format, now),
        filter: filter.clone(),
        is_new: interests.is_new(),
        narrowed_to: interests.asked,
        followed: interests.topics,
        panels,
        talks,
        suggestions,
        left_out,
        put_away: interests.put_away,
    })
}

/// The panels of the page, from its top.
fn parts(interests: &Interests) -> &'static [Part] {
    if interests.is_new() {
        &[Part::Continue, Part::Team, Part::Topics, Part::Newest]
    } else if interests.topics.is_empty() {
        &[Part::Continue, Part::Playlists, Part::Topics, Part::Newest]
    } else {
        &[Part::Continue, Part::Playlists, Part::Topics]
    }
}

fn greeting(viewer: &Viewer, format: &Format, now: i64) -> Greeting {
    let name = viewer.name.split_whitespace().next().unwrap_or(&viewer.name).to_owned();
    Greeting { name, part: DayPart::of(format.hour(now)), date: format.day(now) }
}

/// Where panels are made.
struct Kitchen<'a> {
    site: &'a Site,
    viewer: &'a Viewer,
    filter: &'a Filter,
    narrow: Narrow,
    interests: &'a Interests,
    now: i64,
    limit: Duration,
    conn: Conn,
    left_out: Vec<Part>,
}

impl Kitchen<'_> {
    /// What a panel's query gave in time; otherwise nothing, and the panel is noted as left out. The connection of a
    /// query that was broken off may still be busy with it, so the next panel takes another.
    async fn keep<T: Default>(&mut self, part: Part, done: Option<Res<T>>) -> Res<T> {
        match done {
            Some(Ok(value)) => return Ok(value),
            Some(Err(error)) => tracing::warn!(?part, %error, "a panel of the feed failed"),
            None => tracing::warn!(?part, limit = ?self.limit, "a panel of the feed took too long"),
        }
        self.left_out.push(part);
        self.conn = self.site.read().await?;
        Ok(T::default())
    }

    /// What the page will show. Who follows topics gets what is new in them; who does not, what is new at all.
    async fn picks(&mut self) -> Res<Picks> {
        let mut picks = Picks::default();
        picks.extend(self.interests.opened.clone(), CONTINUE);
        if self.interests.playlists > 0 {
            // Which of them pass a filter is seen on their cards.
            let most = if self.filter.is_empty() { NEXT } else { NEXT_POOL as usize };
            picks.extend(self.next().await?, most);
        }
        let topics = self.interests.searched(self.filter);
        if topics.is_empty() {
            if self.interests.is_new() {
                picks.extend(self.popular().await?, POPULAR);
            }
            picks.fill(Part::Newest, self.newest().await?, self.now, CARDS);
        } else {
            picks.fill(Part::Topics, self.new_in(&topics).await?, self.now, CARDS.max(picks.len() + NEXT));
        }
        Ok(picks)
    }

    async fn next(&mut self) -> Res<Vec<Pick>> {
        let limit = if self.filter.is_empty() { (NEXT + CONTINUE) as i64 } else { NEXT_POOL };
        let work = playlists::service::followed_next(&mut self.conn, self.viewer, limit);
        let done = within(self.limit, work).await;
        let steps = self.keep(Part::Playlists, done).await?;
        let mut begun: HashSet<String> = HashSet::new();
        let pick = |step: playlists::service::Step| {
            let playlists::service::Step { resource, work, title, slug, saved } = step;
            let first = begun.insert(slug.clone());
            Pick { resource, work, part: Part::Playlists, saved, why: Why::Next { title, slug, first } }
        };
        Ok(steps.into_iter().map(pick).collect())
    }

    async fn new_in(&mut self, topics: &[String]) -> Res<Vec<Candidate>> {
        // The more topics, the fewer of each are looked at; of a single one, enough to fill the page.
        let each = (POOL / topics.len().max(1) as i64).clamp(6, CARDS as i64);
        let work = store::newest_in_topics(&mut self.conn, self.viewer, topics, &self.narrow, each);
        let done = within(self.limit, async { Ok(work.await?) }).await;
        self.keep(Part::Topics, done).await
    }

    async fn newest(&mut self) -> Res<Vec<Candidate>> {
        let work = store::newest(&mut self.conn, self.viewer, &self.narrow, POOL);
        let done = within(self.limit, async { Ok(work.await?) }).await;
        self.keep(Part::Newest, done).await
    }

    async fn popular(&mut self) -> Res<Vec<Pick>> {
        let since = self.now - LATELY;
        let work = store::popular_in_team(&mut self.conn, self.viewer, &self.narrow, since, POPULAR as i64);
        let done = within(self.limit, async { Ok(work.await?) }).await;
        let pick = |(resource, work, people, saved)| {
            let why = Why::Team(people);
            Pick { resource, work, part: Part::Team, saved, why }
        };
        Ok(self.keep(Part::Team, done).await?.into_iter().map(pick).collect())
    }

    /// Conversations. A filter by kind leaves them out: a conversation is no kind of resource.
    async fn talks(&mut self, format: &Format) -> Res<Vec<FeedTalk>> {
        let topics = self.interests.searched(self.filter);
        let opened: Vec<String> = self.interests.opened.iter().map(|pick| pick.resource.clone()).collect();
        if self.filter.kind.is_some() || (topics.is_empty() && opened.is_empty()) {
            return Ok(Vec::new());
        }
        let conn = &mut self.conn;
        let work = catalog::service::discussions_on(conn, self.viewer, format, &opened, &topics, TALKS as i64);
        let done = within(self.limit, work).await;
        let found = self.keep(Part::Talk, done).await?;
        let talk = |discussion| talk(discussion, self.interests, self.filter);
        Ok(found.into_iter().take(TALKS).map(talk).collect())
    }

    /// Topics to follow, for who follows none.
    async fn suggestions(&mut self) -> Res<Vec<Topic>> {
        if !self.interests.topics.is_empty() || !self.filter.is_empty() {
            return Ok(Vec::new());
        }
        let work = store::busy_topics(&mut self.conn, self.viewer, SUGGESTIONS.1, SUGGESTIONS.0);
        let done = within(self.limit, async { Ok(work.await?) }).await;
        self.keep(Part::Suggestions, done).await
    }
}

async fn within<T>(limit: Duration, work: impl Future<Output = Res<T>>) -> Option<Res<T>> {
    tokio::time::timeout(limit, work).await.ok()
}
