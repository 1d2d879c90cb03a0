//! SQL of who is how far: progress of people, what is next for each, which playlists matter to them. An item stands for its
//! work, as in the store beside it.

use super::model::Progress;
use crate::platform::db::{Conn, Result, json};
use crate::records::editions::since;
use crate::sql;

#[derive(sqlx::FromRow)]
struct ProgressRow {
    person: String,
    playlist: String,
    items: i64,
    started: i64,
    done: i64,
    following: bool,
    in_audience: bool,
    last_opened: Option<i64>,
    last_done: Option<i64>,
    last_visit: Option<i64>,
}

impl From<ProgressRow> for Progress {
    fn from(row: ProgressRow) -> Self {
        Progress {
            person: row.person,
            playlist: row.playlist,
            items: row.items,
            started: row.started,
            done: row.done,
            following: row.following,
            in_audience: row.in_audience,
            last_at: row.last_opened.max(row.last_done).max(row.last_visit),
        }
    }
}

/// The edition of an item's work (`x`) that is there and that a person may see who is no viewer with her groups at hand,
/// the item's own first: SQL for its id.
macro_rules! there {
    ($person:literal) => {
        concat!(
            "CASE WHEN x.work IS NULL OR (x.gone_at IS NULL
                  AND (x.audience IS NULL
                       OR EXISTS (SELECT 1 FROM membership em WHERE em.person = ",
            $person,
            " AND em.people_group = x.audience))) THEN x.id
             ELSE (SELECT MIN(e.id) FROM resource e
                   WHERE e.work = x.work AND e.gone_at IS NULL
                     AND (e.audience IS NULL
                          OR EXISTS (SELECT 1 FROM membership em WHERE em.person = ",
            $person,
            " AND em.people_group = e.audience))) END"
        )
    };
}

/// How far each of `people` is with each of `playlists`.
pub async fn progress(c: &mut Conn, people: &[String], playlists: &[String]) -> Result<Vec<Progress>> {
    let rows: Vec<ProgressRow> = c
        .all(sql!(
            concat!(
                "SELECT q.id AS person, p.id AS playlist, CAST(COUNT(r.id) AS BIGINT) AS items,
                    CAST(COUNT(COALESCE(",
                since!("MAX", "opened_at", "r", "st", "q.id"),
                ", ",
                since!("MAX", "done_at", "r", "st", "q.id"),
                ")) AS BIGINT) AS started, CAST(COUNT(",
                since!("MAX", "done_at", "r", "st", "q.id"),
                ") AS BIGINT) AS done, f.person IS NOT NULL AS following,
                    (p.audience IS NULL OR am.person IS NOT NULL) AS in_audience, MAX(",
                since!("MAX", "opened_at", "r", "st", "q.id"),
                ") AS last_opened, MAX(",
                since!("MAX", "done_at", "r", "st", "q.id"),
                ") AS last_done,
                    MAX(CASE WHEN r.work IS NOT NULL THEN
                                  (SELECT MAX(a.at) FROM resource e JOIN activity a ON a.object = e.id
                                   WHERE e.work = r.work AND a.person = q.id AND a.verb IN ('opened', 'completed'))
                             WHEN st.opened_at IS NOT NULL THEN
                                  (SELECT MAX(a.at) FROM activity a WHERE a.object = r.id AND a.person = q.id
                                   AND a.verb IN ('opened', 'completed')) END) AS last_visit
             FROM person q
             JOIN playlist p ON p.id IN (SELECT atom FROM json_each($2))
             LEFT JOIN follow f ON f.person = q.id AND f.subject_kind = 'playlist' AND f.subject = p.id
             LEFT JOIN membership am ON am.person = q.id AND am.people_group = p.audience
             LEFT JOIN playlist_item i ON i.playlist = p.id
             LEFT JOIN resource x ON x.id = i.resource
             LEFT JOIN resource r ON r.id = ",
                there!("q.id"),
                " AND r.gone_at IS NULL
                  AND (r.audience IS NULL
                       OR EXISTS (SELECT 1 FROM membership m WHERE m.person = q.id AND m.people_group = r.audience))
             LEFT JOIN resource_state st ON st.person = q.id AND st.resource = r.id
             WHERE q.id IN (SELECT atom FROM json_each($1))
             GROUP BY q.id, p.id, p.audience, f.person, am.person
             ORDER BY q.id, p.id"
            ),
            json(people),
            json(playlists)
        ))
        .await?;
    Ok(rows.into_iter().map(Into::into).collect())
}

/// What is next for `person` in each of `playlists`: the first item that is there, shown to her and not done. Whether she
/// hid it makes no difference: that is told to nobody.
pub async fn next_items(c: &mut Conn, person: &str, playlists: &[String]) -> Result<Vec<NextRow>> {
    c.all(sql!(
        concat!(
            "SELECT playlist, resource, opened_at, last_done FROM (
             SELECT playlist, resource, opened_at, done_at, MAX(done_at) OVER (PARTITION BY playlist) AS last_done,
                    ROW_NUMBER() OVER (PARTITION BY playlist
                        ORDER BY CASE WHEN done_at IS NULL THEN 0 ELSE 1 END, position, id) AS step
             FROM (SELECT i.playlist, r.id AS resource, i.position, i.id, ",
            since!("MIN", "opened_at", "r", "st", "$1"),
            " AS opened_at, ",
            since!("MAX", "done_at", "r", "st", "$1"),
            " AS done_at
                   FROM playlist_item i
                   JOIN resource x ON x.id = i.resource
                   JOIN resource r ON r.id = ",
            there!("$1"),
            " AND r.gone_at IS NULL
                        AND (r.audience IS NULL
                             OR EXISTS (SELECT 1 FROM membership m
                                        WHERE m.person = $1 AND m.people_group = r.audience))
                   LEFT JOIN resource_state st ON st.person = $1 AND st.resource = r.id
                   WHERE i.playlist IN (SELECT atom FROM json_each($2))) items
         ) steps WHERE step = 1 AND done_at IS NULL"
        ),
        person,
        json(playlists)
    ))
    .await
}

/// An item that is next for somebody.
#[derive(Clone, Debug, PartialEq, Eq, sqlx::FromRow)]
pub struct NextRow {
    pub playlist: String,
    pub resource: String,
    pub opened_at: Option<i64>,
    pub last_done: Option<i64>,
}

/// Published playlists that are for everyone or for a group of one of `people`, with how many of them follow each and
/// when each was published; the most followed first.
pub async fn relevant(c: &mut Conn, people: &[String]) -> Result<Vec<(String, String, String, i64, i64)>> {
    c.all(sql!(
        "SELECT p.id, p.slug, p.title,
                (SELECT COUNT(*) FROM follow f WHERE f.subject_kind = 'playlist' AND f.subject = p.id
                        AND f.person IN (SELECT atom FROM json_each($1))) AS followers,
                COALESCE(p.published_at, p.created_at) AS published_at
         FROM playlist p
         WHERE p.removed_at IS NULL AND p.status = 'published'
               AND (p.audience IS NULL
                    OR p.audience IN (SELECT m.people_group FROM membership m
                                      WHERE m.person IN (SELECT atom FROM json_each($1))))
         ORDER BY followers DESC, p.title, p.id",
        json(people)
    ))
    .await
}

/// Playlists that `person` follows or has opened or finished something of, in any edition, published to her. It begins
/// with what she did: a person did little beside what all playlists hold.
pub async fn of_person(c: &mut Conn, person: &str) -> Result<Vec<(String, String, String)>> {
    c.all(sql!(
        "SELECT p.id, p.slug, p.title FROM playlist p
         WHERE p.removed_at IS NULL AND p.status = 'published'
               AND (p.audience IS NULL OR p.audience IN (SELECT people_group FROM membership WHERE person = $1))
               AND p.id IN (
                   SELECT f.subject FROM follow f WHERE f.person = $1 AND f.subject_kind = 'playlist'
                   UNION
                   SELECT i.playlist FROM resource_state st JOIN playlist_item i ON i.resource = st.resource
                   WHERE st.person = $1 AND (st.opened_at IS NOT NULL OR st.done_at IS NOT NULL)
                   UNION
                   SELECT i.playlist FROM resource_state st JOIN resource used ON used.id = st.resource
                   JOIN resource e ON e.work = used.work JOIN playlist_item i ON i.resource = e.id
                   WHERE st.person = $1 AND (st.opened_at IS NOT NULL OR st.done_at IS NOT NULL))
         ORDER BY p.title, p.id",
        person
    ))
    .await
}
