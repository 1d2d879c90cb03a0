//! Candidates for a feed. Each query answers for one person and leaves out, in SQL, what she may not or does not want
//! to see: gone, outside her audiences, put away, done.

use super::model::TEAM_MIN;
use super::rank::Candidate;
use crate::base::Viewer;
use crate::catalog::model::{Kind, Topic};
use crate::platform::db::{Conn, Result, json};
use crate::sql;

/// What a feed is narrowed to, as the queries take it.
pub struct Narrow {
    /// The topic's id.
    pub topic: Option<String>,
    /// The kind.
    pub kind: Option<Kind>,
}

impl Narrow {
    fn kind(&self) -> Option<String> {
        self.kind.map(|kind| kind.as_str().to_owned())
    }
}

/// A row of [`interests`]: what it is, id, name, time, whether saved.
pub type Interest = (String, String, String, i64, bool);

/// What the person follows (`topic`, `playlist`), has open (`opened`, newest first, at most `limit`), put away since
/// `lately` (`put_away`, the last one), saved in playlists that she follows (`saved`), and the name of the topic that
/// the feed is narrowed to (`asked`).
pub async fn interests(
    c: &mut Conn,
    viewer: &Viewer,
    narrow: &Narrow,
    lately: i64,
    limit: i64,
) -> Result<Vec<Interest>> {
    c.all(sql!(
        "SELECT 'topic', t.id, t.name, f.at, FALSE
         FROM follow f JOIN topic t ON t.id = f.subject WHERE f.person = $1 AND f.subject_kind = 'topic'
         UNION ALL
         SELECT 'playlist', f.subject, '', f.at, FALSE FROM follow f WHERE f.person = $1 AND f.subject_kind = 'playlist'
         UNION ALL
         SELECT * FROM (
             SELECT 'opened', r.id, r.kind, s.touched_at, s.saved_at IS NOT NULL
             FROM resource_state s JOIN resource r ON r.id = s.resource
             WHERE s.person = $1 AND s.opened_at IS NOT NULL AND s.done_at IS NULL AND s.hidden_at IS NULL
               AND r.gone_at IS NULL AND (r.audience IS NULL OR r.audience IN (SELECT atom FROM json_each($2)))
               AND ($3 IS NULL OR r.kind = $3)
               AND ($4 IS NULL OR EXISTS (SELECT 1 FROM resource_topic rt WHERE rt.resource = r.id AND rt.topic = $4))
             ORDER BY s.touched_at DESC, r.id LIMIT $6) opened
         UNION ALL
         SELECT * FROM (
             SELECT 'put_away', r.id, r.title, s.hidden_at, FALSE
             FROM resource_state s JOIN resource r ON r.id = s.resource
             WHERE s.person = $1 AND s.hidden_at >= $5
               AND (r.audience IS NULL OR r.audience IN (SELECT atom FROM json_each($2)))
             ORDER BY s.hidden_at DESC, r.id LIMIT 1) away
         UNION ALL
         SELECT 'saved', s.resource, '', s.saved_at, TRUE
         FROM follow f
         JOIN playlist_item i ON i.playlist = f.subject
         JOIN resource_state s ON s.person = $1 AND s.resource = i.resource
         WHERE f.person = $1 AND f.subject_kind = 'playlist' AND s.saved_at IS NOT NULL
         UNION ALL
         SELECT 'asked', t.id, t.name, 0, FALSE FROM topic t WHERE t.id = $4",
        &viewer.id,
        json(&viewer.groups),
        narrow.kind(),
        &narrow.topic,
        lately,
        limit
    ))
    .await
}

type Row = (String, String, String, i64, bool);

fn candidate((topic, resource, kind, fresh_at, saved): Row) -> Candidate {
    Candidate { resource, topic, kind, fresh_at, saved }
}

/// What a resource has to be to be news to the person (`$2`, in groups `$3`), of kind `$4` if that is given.
macro_rules! news {
    ($before:literal, $after:literal) => {
        concat!(
            $before,
            " rt
              JOIN resource r ON r.id = rt.resource
              LEFT JOIN resource_state s ON s.person = $2 AND s.resource = r.id
              WHERE r.gone_at IS NULL AND (r.audience IS NULL OR r.audience IN (SELECT atom FROM json_each($3)))
                AND s.opened_at IS NULL AND s.done_at IS NULL AND s.hidden_at IS NULL
                AND ($4 IS NULL OR r.kind = $4)
              ORDER BY rt.fresh_at DESC, rt.resource DESC LIMIT $5",
            $after
        )
    };
}

/// The newest resources of `topics` (ids) that the person has not opened, done or put away: at most `each` of a topic.
/// One index per topic is read from its new end, so that it does not matter how much a topic holds; without the OFFSET
/// PostgreSQL would join the whole topic before it sorts.
pub async fn newest_in_topics(
    c: &mut Conn,
    viewer: &Viewer,
    topics: &[String],
    narrow: &Narrow,
    each: i64,
) -> Result<Vec<Candidate>> {
    let rows: Vec<Row> = c
        .all(sql!(
            sqlite: news!(
                "SELECT asked.atom, r.id, r.kind, r.fresh_at, s.saved_at IS NOT NULL
                 FROM json_each($1) asked
                 CROSS JOIN resource r ON r.id IN (SELECT rt.resource
                 FROM (SELECT resource, fresh_at FROM resource_topic WHERE topic = asked.atom)",
                ")
                 LEFT JOIN resource_state s ON s.person = $2 AND s.resource = r.id
                 ORDER BY r.fresh_at DESC, r.id DESC, asked.key"
            ),
            postgres: news!(
                "SELECT asked.atom, news.id, news.kind, news.fresh_at, news.saved
                 FROM json_each($1) asked
                 CROSS JOIN LATERAL (SELECT r.id, r.kind, r.fresh_at, s.saved_at IS NOT NULL AS saved
                 FROM (SELECT resource, fresh_at FROM resource_topic WHERE topic = asked.atom
                       ORDER BY fresh_at DESC, resource DESC OFFSET 0)",
                ") news
                 ORDER BY news.fresh_at DESC, news.id DESC, asked.key"
            ),
            json(topics),
            &viewer.id,
            json(&viewer.groups),
            narrow.kind(),
            each
        ))
        .await?;
    Ok(rows.into_iter().map(candidate).collect())
}

/// What arrived last in the whole catalogue and the person has not opened, done or put away: at most `limit`.
pub async fn newest(c: &mut Conn, viewer: &Viewer, narrow: &Narrow, limit: i64) -> Result<Vec<Candidate>> {
    let rows: Vec<Row> = c
        .all(sql!(
            "SELECT '', r.id, r.kind, r.fresh_at, s.saved_at IS NOT NULL
             FROM resource r
             LEFT JOIN resource_state s ON s.person = $1 AND s.resource = r.id
             WHERE r.gone_at IS NULL AND (r.audience IS NULL OR r.audience IN (SELECT atom FROM json_each($2)))
               AND s.opened_at IS NULL AND s.done_at IS NULL AND s.hidden_at IS NULL
               AND ($3 IS NULL OR r.kind = $3)
             ORDER BY r.fresh_at DESC, r.id DESC LIMIT $4",
            &viewer.id,
            json(&viewer.groups),
            narrow.kind(),
            limit
        ))
        .await?;
    Ok(rows.into_iter().map(candidate).collect())
}

/// What colleagues in the person's team opened since `since`: resource, how many of them, whether she saved it. Fewer
/// than [`TEAM_MIN`] colleagues are never counted, because fewer could be told apart.
pub async fn popular_in_team(
    c: &mut Conn,
    viewer: &Viewer,
    narrow: &Narrow,
    since: i64,
    limit: i64,
) -> Result<Vec<(String, i64, bool)>> {
    c.all(sql!(
        "SELECT r.id, COUNT(DISTINCT theirs.person), own.saved_at IS NOT NULL
         FROM membership mine
         JOIN people_group team ON team.id = mine.people_group AND team.origin = 'team'
         JOIN membership m ON m.people_group = team.id AND m.person <> $1
         JOIN resource_state theirs ON theirs.person = m.person AND theirs.opened_at >= $2
         JOIN resource r ON r.id = theirs.resource
         LEFT JOIN resource_state own ON own.person = $1 AND own.resource = r.id
         WHERE mine.person = $1
           AND r.gone_at IS NULL AND (r.audience IS NULL OR r.audience IN (SELECT atom FROM json_each($3)))
           AND own.opened_at IS NULL AND own.done_at IS NULL AND own.hidden_at IS NULL
           AND ($4 IS NULL OR r.kind = $4)
           AND ($5 IS NULL OR EXISTS (SELECT 1 FROM resource_topic rt WHERE rt.resource = r.id AND rt.topic = $5))
         GROUP BY r.id, own.saved_at
         HAVING COUNT(DISTINCT theirs.person) >= $6
         ORDER BY 2 DESC, r.id DESC LIMIT $7",
        &viewer.id,
        since,
        json(&viewer.groups),
        narrow.kind(),
        &narrow.topic,
        TEAM_MIN,
        limit
    ))
    .await
}

/// Topics with the most among the last `window` arrivals that the person may see: what the library is busy with.
pub async fn busy_topics(c: &mut Conn, viewer: &Viewer, window: i64, limit: i64) -> Result<Vec<Topic>> {
    let rows: Vec<(String, String)> = c
        .all(sql!(
            "SELECT t.id, t.name
             FROM (SELECT r.id FROM resource r
                   WHERE r.gone_at IS NULL AND (r.audience IS NULL OR r.audience IN (SELECT atom FROM json_each($1)))
                   ORDER BY r.fresh_at DESC, r.id DESC LIMIT $2) lately
             JOIN resource_topic rt ON rt.resource = lately.id
             JOIN topic t ON t.id = rt.topic
             GROUP BY t.id, t.name ORDER BY COUNT(*) DESC, t.name LIMIT $3",
            json(&viewer.groups),
            window,
            limit
        ))
        .await?;
    Ok(rows.into_iter().map(|(id, name)| Topic { id, name }).collect())
}
