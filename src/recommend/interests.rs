//! What is known of the person before anything is looked for.

use super::model::{Filter, Part, PutAway};
use super::picks::{Pick, Why};
use super::store::{self, Narrow};
use crate::base::{Res, Viewer};
use crate::catalog::model::Topic;
use crate::platform::db::Conn;

/// What the person follows, has open, put away.
#[derive(Default)]
pub struct Interests {
    /// Topics that she follows, by name.
    pub topics: Vec<Topic>,
    /// How many playlists she follows.
    pub playlists: i64,
    /// What she opened and has not finished, latest first.
    pub opened: Vec<Pick>,
    /// The topic that the feed is narrowed to.
    pub asked: Option<Topic>,
    /// What she put away a moment ago.
    pub put_away: Option<PutAway>,
}

impl Interests {
    /// Reads them: one query. At most `limit` opened ones; `lately` is how far back a thing was put away a moment ago.
    pub async fn of(c: &mut Conn, viewer: &Viewer, narrow: &Narrow, lately: i64, limit: i64) -> Res<Interests> {
        let mut all = Interests::default();
        for (what, id, name, at, saved) in store::interests(c, viewer, narrow, lately, limit).await? {
            match what.as_str() {
                "topic" => all.topics.push(Topic { id, name }),
                "playlist" => all.playlists += 1,
                "opened" => {
                    let why = Why::Opened(at);
                    all.opened.push(Pick { resource: id, work: name, part: Part::Continue, saved, why });
                }
                "asked" => all.asked = Some(Topic { id, name }),
                _ => all.put_away = Some(PutAway { id, title: name }),
            }
        }
        // The arms of a UNION come in no promised order.
        all.topics.sort_by(|a, b| (&a.name, &a.id).cmp(&(&b.name, &b.id)));
        all.opened.sort_by(|a, b| b.why.at().cmp(&a.why.at()).then_with(|| a.resource.cmp(&b.resource)));
        Ok(all)
    }

    /// Whether she follows nothing yet.
    pub fn is_new(&self) -> bool {
        self.topics.is_empty() && self.playlists == 0
    }

    /// Whether she follows this topic.
    pub fn follows(&self, topic: &str) -> bool {
        self.topics.iter().any(|t| t.id == topic)
    }

    /// The topics that news and conversations are looked for in, by id.
    pub fn searched(&self, filter: &Filter) -> Vec<String> {
        match &filter.topic {
            Some(topic) => vec![topic.clone()],
            None => self.topics.iter().map(|topic| topic.id.clone()).collect(),
        }
    }

    /// The name of a topic that she follows or asked for.
    pub fn name_of(&self, topic: &str) -> Option<&str> {
        self.topics.iter().chain(&self.asked).find(|t| t.id == topic).map(|t| t.name.as_str())
    }
}
