//! Candidates for a feed. Each query answers for one person and leaves out, in SQL, what she may not or does not want
//! to see: gone, at a broken link, outside her audiences, put away, done, whichever edition of it she used. Of a work with several editions
//! they name one: the one that she began, failing that one in her language.

use super::model::TEAM_MIN;
use super::rank::Candidate;
use crate::base::Viewer;
use crate::catalog::model::{Kind, Topic};
use crate::platform::db::{Conn, Result, json};
use crate::records::editions::{shown, since};
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

/// A row of [`interests`]: what it is, id, name (of what she has open, the work), time, whether saved.
pub type Interest = (String, String, String, i64, bool);

/// What the person follows (`topic`, `playlist`), has open (`opened`, newest first, at most `limit`), put away since
/// `lately` (`put_away`, the last one), and the name of the topic that the feed is narrowed to (`asked`).
pub async fn interests(
    c: &mut Conn,
    viewer: &Viewer,
    narrow: &Narrow,
    lately: i64,
    limit: i64,
) -> Result<Vec<Interest>> {
    c.all(sql!(
        concat!(
            "SELECT 'topic', t.id, t.name, f.at, FALSE
         FROM follow f JOIN topic t ON t.id = f.subject WHERE f.person = $1 AND f.subject_kind = 'topic'
         UNION ALL
         SELECT 'playlist', f.subject, '', f.at, FALSE FROM follow f WHERE f.person = $1 AND f.subject_kind = 'playlist'
         UNION ALL
         SELECT * FROM (SELECT 'opened', resource, work, touched_at, saved FROM (
             SELECT COALESCE(x.work, x.id) AS work, s.touched_at, ",
            shown!(
                "x",
                "$1",
                "$2",
                "$7",
                " AND se.gone_at IS NULL AND ($3 IS NULL OR se.kind = $3)
                  AND ($4 IS NULL OR EXISTS (SELECT 1 FROM resource_topic st WHERE st.resource = se.id AND st.topic = $4))"
            ),
            " AS resource, ",
            since!("MAX", "saved_at", "x", "s", "$1"),
            " IS NOT NULL AS saved
             FROM resource_state s JOIN resource x ON x.id = s.resource
             WHERE s.person = $1 AND s.opened_at IS NOT NULL AND s.done_at IS NULL AND s.hidden_at IS NULL
               AND (x.work IS NOT NULL
                    OR (x.gone_at IS NULL AND (x.audience IS NULL OR x.audience IN (SELECT atom FROM json_each($2)))
                        AND ($3 IS NULL OR x.kind = $3)
                        AND ($4 IS NULL OR EXISTS (SELECT 1 FROM resource_topic rt
                                                   WHERE rt.resource = x.id AND rt.topic = $4))))
               AND (x.work IS NULL OR NOT EXISTS (
                       SELECT 1 FROM resource e JOIN resource_state es ON es.person = $1 AND es.resource = e.id
                       WHERE e.work = x.work AND e.id <> x.id
                         AND (es.done_at IS NOT NULL OR es.hidden_at IS NOT NULL
                              OR (es.opened_at IS NOT NULL AND (es.touched_at, e.id) > (s.touched_at, x.id)))))
             ) opened
         WHERE resource IS NOT NULL ORDER BY touched_at DESC, resource LIMIT $6) latest
         UNION ALL
         SELECT * FROM (
             SELECT 'put_away', r.id, r.title, s.hidden_at, FALSE
             FROM resource_state s JOIN resource r ON r.id = s.resource
             WHERE s.person = $1 AND s.hidden_at >= $5
               AND (r.audience IS NULL OR r.audience IN (SELECT atom FROM json_each($2)))
             ORDER BY s.hidden_at DESC, r.id LIMIT 1) away
         UNION ALL
         SELECT 'asked', t.id, t.name, 0, FALSE FROM topic t WHERE t.id = $4"
        ),
        &viewer.id,
        json(&viewer.groups),
        narrow.kind(),
        &narrow.topic,
        lately,
        limit,
        viewer.language()
    ))
    .await
}

type Row = (String, String, String, String, i64, bool);

fn candidate((topic, resource, work, kind, fresh_at, saved): Row) -> Candidate {
    Candidate { resource, work, topic, kind, fresh_at, saved }
}

/// Of a work with several editions: none was opened, done or put away by the person, and none of those that would be
/// news to her as well (`$also`) comes before this one: one in her language before others, then the oldest.
macro_rules! first_edition {
    ($person:literal, $groups:literal, $kind:literal, $language:literal, $also:literal) => {
        concat!(
            " AND (r.work IS NULL OR NOT EXISTS (
                    SELECT 1 FROM resource e LEFT JOIN resource_state es ON es.person = ",
            $person,
            " AND es.resource = e.id
                    WHERE e.work = r.work AND e.id <> r.id AND (
                        es.opened_at IS NOT NULL OR es.done_at IS NOT NULL OR es.hidden_at IS NOT NULL
                        OR (e.gone_at IS NULL AND e.broken_at IS NULL
                            AND (e.audience IS NULL OR e.audience IN (SELECT atom FROM json_each(",
            $groups,
            ")))
                            AND (",
            $kind,
            " IS NULL OR e.kind = ",
            $kind,
            ")",
            $also,
            " AND (CASE WHEN e.language = ",
            $language,
            " OR e.language LIKE ",
            $language,
            " || '-%' THEN 0 ELSE 1 END, e.id)
                              < (CASE WHEN r.language = ",
            $language,
            " OR r.language LIKE ",
            $language,
            " || '-%' THEN 0 ELSE 1 END, r.id)))))"
        )
    };
}

/// What a resource has to be to be news to the person (`$2`, in groups `$3`, reading `$6`), of kind `$4` if that is given.
macro_rules! news {
    ([$($before:tt)+] $after:literal) => {
        concat!(
            $($before)+,
            " rt
              JOIN resource r ON r.id = rt.resource
              LEFT JOIN resource_state s ON s.person = $2 AND s.resource = r.id
              WHERE r.gone_at IS NULL AND r.broken_at IS NULL
                AND (r.audience IS NULL OR r.audience IN (SELECT atom FROM json_each($3)))
                AND s.opened_at IS NULL AND s.done_at IS NULL AND s.hidden_at IS NULL
                AND ($4 IS NULL OR r.kind = $4)",
            first_edition!(
                "$2",
                "$3",
                "$4",
                "$6",
                " AND EXISTS (SELECT 1 FROM resource_topic et WHERE et.resource = e.id AND et.topic = asked.atom)"
            ),
            " ORDER BY rt.fresh_at DESC, rt.resource DESC LIMIT $5",
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
                ["SELECT asked.atom, r.id, COALESCE(r.work, r.id), r.kind, r.fresh_at, ",
                since!("MAX", "saved_at", "r", "s", "$2"),
                " IS NOT NULL
                 FROM json_each($1) asked
                 CROSS JOIN resource r ON r.id IN (SELECT rt.resource
                 FROM (SELECT resource, fresh_at FROM resource_topic WHERE topic = asked.atom)"]
                ")
                 LEFT JOIN resource_state s ON s.person = $2 AND s.resource = r.id
                 ORDER BY r.fresh_at DESC, r.id DESC, asked.key"
            ),
            postgres: news!(
                ["SELECT asked.atom, news.id, news.work, news.kind, news.fresh_at, news.saved
                 FROM json_each($1) asked
                 CROSS JOIN LATERAL (SELECT r.id, COALESCE(r.work, r.id) AS work, r.kind, r.fresh_at, ",
                since!("MAX", "saved_at", "r", "s", "$2"),
                " IS NOT NULL AS saved
                 FROM (SELECT resource, fresh_at FROM resource_topic WHERE topic = asked.atom
                       ORDER BY fresh_at DESC, resource DESC OFFSET 0)"]
                ") news
                 ORDER BY news.fresh_at DESC, news.id DESC, asked.key"
            ),
            json(topics),
            &viewer.id,
            json(&viewer.groups),
            narrow.kind(),
            each,
            viewer.language()
        ))
        .await?;
    Ok(rows.into_iter().map(candidate).collect())
}

/// What arrived last in the whole catalogue and the person has not opened, done or put away: at most `limit`.
pub async fn newest(c: &mut Conn, viewer: &Viewer, narrow: &Narrow, limit: i64) -> Result<Vec<Candidate>> {
    let rows: Vec<Row> = c
        .all(sql!(
            concat!(
                "SELECT '', r.id, COALESCE(r.work, r.id), r.kind, r.fresh_at, ",
                since!("MAX", "saved_at", "r", "s", "$1"),
                " IS NOT NULL
                 FROM resource r
                 LEFT JOIN resource_state s ON s.person = $1 AND s.resource = r.id
                 WHERE r.gone_at IS NULL AND r.broken_at IS NULL
                   AND (r.audience IS NULL OR r.audience IN (SELECT atom FROM json_each($2)))
                   AND s.opened_at IS NULL AND s.done_at IS NULL AND s.hidden_at IS NULL
                   AND ($3 IS NULL OR r.kind = $3)",
                first_edition!("$1", "$2", "$3", "$5", ""),
                " ORDER BY r.fresh_at DESC, r.id DESC LIMIT $4"
            ),
            &viewer.id,
            json(&viewer.groups),
            narrow.kind(),
            limit,
            viewer.language()
        ))
        .await?;
    Ok(rows.into_iter().map(candidate).collect())
}

/// What colleagues in the person's team opened since `since`: resource, work, how many of them, whether she saved it.
/// Whoever opened any edition that she may see counts once. Fewer than [`TEAM_MIN`] colleagues are never counted, because
/// fewer could be told apart.
pub async fn popular_in_team(
    c: &mut Conn,
    viewer: &Viewer,
    narrow: &Narrow,
    since: i64,
    limit: i64,
) -> Result<Vec<(String, String, i64, bool)>> {
    c.all(sql!(
        concat!(
            "SELECT resource, work, people, saved FROM (SELECT popular.work, popular.people, ",
            since!("MAX", "saved_at", "x", "own", "$1"),
            " IS NOT NULL AS saved, ",
            shown!(
                "x",
                "$1",
                "$3",
                "$8",
                " AND se.gone_at IS NULL AND se.broken_at IS NULL AND ($4 IS NULL OR se.kind = $4)
                  AND ($5 IS NULL OR EXISTS (SELECT 1 FROM resource_topic st WHERE st.resource = se.id AND st.topic = $5))"
            ),
            " AS resource
             FROM (SELECT COALESCE(seen.work, seen.id) AS work, MIN(seen.id) AS one,
                          COUNT(DISTINCT theirs.person) AS people
                   FROM membership mine
                   JOIN people_group team ON team.id = mine.people_group AND team.origin = 'team'
                   JOIN membership m ON m.people_group = team.id AND m.person <> $1
                   JOIN resource_state theirs ON theirs.person = m.person AND theirs.opened_at >= $2
                   JOIN resource seen ON seen.id = theirs.resource
                   WHERE mine.person = $1
                     AND (seen.audience IS NULL OR seen.audience IN (SELECT atom FROM json_each($3)))
                   GROUP BY COALESCE(seen.work, seen.id)
                   HAVING COUNT(DISTINCT theirs.person) >= $6) popular
             JOIN resource x ON x.id = popular.one
             LEFT JOIN resource_state own ON own.person = $1 AND own.resource = x.id
             WHERE (x.work IS NOT NULL
                    OR (x.gone_at IS NULL AND x.broken_at IS NULL AND ($4 IS NULL OR x.kind = $4)
                        AND ($5 IS NULL OR EXISTS (SELECT 1 FROM resource_topic rt
                                                   WHERE rt.resource = x.id AND rt.topic = $5))))
               AND (",
            since!("MAX", "opened_at", "x", "own", "$1"),
            ") IS NULL AND (",
            since!("MAX", "done_at", "x", "own", "$1"),
            ") IS NULL AND (",
            since!("MAX", "hidden_at", "x", "own", "$1"),
            ") IS NULL) found
             WHERE resource IS NOT NULL ORDER BY people DESC, resource DESC LIMIT $7"
        ),
        &viewer.id,
        since,
        json(&viewer.groups),
        narrow.kind(),
        &narrow.topic,
        TEAM_MIN,
        limit,
        viewer.language()
    ))
    .await
}

/// Topics with the most among the last `window` arrivals that the person may see: what the library is busy with.
pub async fn busy_topics(c: &mut Conn, viewer: &Viewer, window: i64, limit: i64) -> Result<Vec<Topic>> {
    let rows: Vec<(String, String)> = c
        .all(sql!(
            "SELECT t.id, t.name
             FROM (SELECT r.id, COALESCE(r.work, r.id) AS work FROM resource r
                   WHERE r.gone_at IS NULL AND (r.audience IS NULL OR r.audience IN (SELECT atom FROM json_each($1)))
                   ORDER BY r.fresh_at DESC, r.id DESC LIMIT $2) lately
             JOIN resource_topic rt ON rt.resource = lately.id
             JOIN topic t ON t.id = rt.topic
             GROUP BY t.id, t.name ORDER BY COUNT(DISTINCT lately.work) DESC, t.name LIMIT $3",
            json(&viewer.groups),
            window,
            limit
        ))
        .await?;
    Ok(rows.into_iter().map(|(id, name)| Topic { id, name }).collect())
}
