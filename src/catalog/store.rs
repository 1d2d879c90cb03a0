//! SQL that reads the catalogue. Everything that people see goes through the audience's condition.

use crate::platform::db::{Conn, Result, json};
use crate::sql;
use sqlx::FromRow;

/// A resource as a card wants it.
#[derive(Debug, FromRow)]
pub struct CardRow {
    pub id: String,
    pub title: String,
    pub summary: String,
    pub kind: String,
    pub source: String,
    pub authors: String,
    pub language: String,
    pub minutes: Option<i64>,
    pub level: Option<String>,
    pub changed_at: i64,
    pub gone_at: Option<i64>,
    /// Since when its link is broken.
    pub broken_at: Option<i64>,
    /// Of its work, those that are there and may be seen.
    pub editions: i64,
    /// Lines of id, space, name.
    pub topics: Option<String>,
}

/// A discussion as a card wants it.
#[derive(Debug, FromRow)]
pub struct DiscussionCardRow {
    pub id: String,
    pub url: String,
    pub title: String,
    pub excerpt: String,
    pub category: String,
    pub source: String,
    pub replies: i64,
    pub participants: i64,
    pub last_activity: i64,
    /// Lines of id, space, name.
    pub topics: Option<String>,
}

/// What only the page of a resource shows.
#[derive(Debug, FromRow)]
pub struct PageRow {
    pub url: String,
    pub summary: String,
    pub published_at: Option<i64>,
}

macro_rules! card {
    ($summary:literal, $rest:literal) => {
        concat!(
            "SELECT r.id, r.title, ",
            $summary,
            " AS summary, r.kind, o.name AS source, r.authors, r.language,
                 r.minutes, r.level, r.changed_at, r.gone_at, r.broken_at,
                 CASE WHEN r.work IS NULL THEN CAST(1 AS BIGINT)
                      ELSE (SELECT COUNT(*) FROM resource n WHERE n.work = r.work AND n.gone_at IS NULL
                            AND (n.audience IS NULL OR n.audience IN (SELECT atom FROM json_each($2)))) END AS editions,
                 (SELECT string_agg(t.id || ' ' || t.name, '\n' ORDER BY t.name) FROM resource_topic rt
                  JOIN topic t ON t.id = rt.topic WHERE rt.resource = r.id) AS topics ",
            $rest
        )
    };
}

macro_rules! discussion_card {
    ($rest:literal) => {
        concat!(
            "SELECT d.id, d.url, d.title, d.excerpt, d.category, o.name AS source, d.replies, d.participants,
                 d.last_activity,
                 (SELECT string_agg(t.id || ' ' || t.name, '\n' ORDER BY t.name) FROM discussion_topic dt
                  JOIN topic t ON t.id = dt.topic WHERE dt.discussion = d.id) AS topics ",
            $rest
        )
    };
}

/// Cards of `ids` in that order, with the beginning of their descriptions; what none of `groups` may see is left out.
pub async fn cards(c: &mut Conn, groups: &[String], ids: &[String]) -> Result<Vec<CardRow>> {
    c.all(sql!(
        card!(
            "substr(r.summary, 1, 300)",
            "FROM json_each($1) AS e JOIN resource r ON r.id = e.atom JOIN origin o ON o.id = r.source
             WHERE r.audience IS NULL OR r.audience IN (SELECT atom FROM json_each($2)) ORDER BY e.key"
        ),
        json(ids),
        json(groups)
    ))
    .await
}

/// As [`cards`], with whole descriptions, and without what is gone.
pub async fn hits(c: &mut Conn, groups: &[String], ids: &[String]) -> Result<Vec<CardRow>> {
    c.all(sql!(
        card!(
            "r.summary",
            "FROM json_each($1) AS e JOIN resource r ON r.id = e.atom JOIN origin o ON o.id = r.source
             WHERE r.gone_at IS NULL AND (r.audience IS NULL OR r.audience IN (SELECT atom FROM json_each($2)))
             ORDER BY e.key"
        ),
        json(ids),
        json(groups)
    ))
    .await
}

/// Other editions of the work that `id` belongs to, as far as they are there and `groups` may see them.
pub async fn other_editions(c: &mut Conn, groups: &[String], id: &str) -> Result<Vec<(String,)>> {
    c.all(sql!(
        "SELECT e.id FROM resource r JOIN resource e ON e.work = r.work AND e.id <> r.id
         WHERE r.id = $1 AND e.gone_at IS NULL AND (e.audience IS NULL OR e.audience IN (SELECT atom FROM json_each($2)))
         ORDER BY e.id",
        id,
        json(groups)
    ))
    .await
}

/// What the page of a resource shows beside its card. Ask for the card first: this minds no audience.
pub async fn page(c: &mut Conn, id: &str) -> Result<PageRow> {
    c.one(sql!("SELECT url, summary, published_at FROM resource WHERE id = $1", id)).await
}

/// Cards of discussions in the order of `ids`; those that are gone or hidden from `groups` are left out.
pub async fn discussion_cards(c: &mut Conn, groups: &[String], ids: &[String]) -> Result<Vec<DiscussionCardRow>> {
    c.all(sql!(
        discussion_card!(
            "FROM json_each($1) AS e JOIN discussion d ON d.id = e.atom JOIN origin o ON o.id = d.source
             WHERE d.gone_at IS NULL AND (d.audience IS NULL OR d.audience IN (SELECT atom FROM json_each($2)))
             ORDER BY e.key"
        ),
        json(ids),
        json(groups)
    ))
    .await
}

/// Discussions that link to any of `resources` come first, then those with the most of `topics`, then the liveliest.
pub async fn discussions_on(
    c: &mut Conn,
    groups: &[String],
    resources: &[String],
    topics: &[String],
    limit: i64,
) -> Result<Vec<DiscussionCardRow>> {
    c.all(sql!(
        discussion_card!(
            "FROM (SELECT discussion, MAX(linked) AS linked, count(*) AS shared FROM (
                       SELECT l.discussion, 1 AS linked FROM resource r JOIN discussion_link l ON l.url_key = r.url_key
                       WHERE r.id IN (SELECT atom FROM json_each($1))
                       UNION ALL
                       SELECT dt.discussion, 0 FROM discussion_topic dt
                       WHERE dt.topic IN (SELECT atom FROM json_each($2))) AS hit
                   GROUP BY discussion) AS h
             JOIN discussion d ON d.id = h.discussion JOIN origin o ON o.id = d.source
             WHERE d.gone_at IS NULL AND (d.audience IS NULL OR d.audience IN (SELECT atom FROM json_each($3)))
             ORDER BY h.linked DESC, h.shared DESC, d.last_activity DESC, d.id LIMIT $4"
        ),
        json(resources),
        json(topics),
        json(groups),
        limit
    ))
    .await
}

/// The freshest resources that are there, at links that are not broken, visible to `groups`, about any of `topics` and none of `excluding`; each with
/// one of `topics`.
pub async fn newest_in_topics(
    c: &mut Conn,
    groups: &[String],
    topics: &[String],
    excluding: &[String],
    limit: i64,
) -> Result<Vec<(String, String)>> {
    c.all(sql!(
        "SELECT r.id, (SELECT MIN(rt.topic) FROM resource_topic rt
                       WHERE rt.resource = r.id AND rt.topic IN (SELECT atom FROM json_each($1)))
         FROM resource r
         WHERE r.gone_at IS NULL AND r.broken_at IS NULL
           AND (r.audience IS NULL OR r.audience IN (SELECT atom FROM json_each($2)))
           AND EXISTS (SELECT 1 FROM resource_topic rt
                       WHERE rt.resource = r.id AND rt.topic IN (SELECT atom FROM json_each($1)))
           AND r.id NOT IN (SELECT atom FROM json_each($3))
           AND (r.work IS NULL OR NOT EXISTS (
                   SELECT 1 FROM resource e WHERE e.work = r.work AND (
                       e.id IN (SELECT atom FROM json_each($3))
                       OR (e.gone_at IS NULL AND e.broken_at IS NULL AND (e.fresh_at, e.id) > (r.fresh_at, r.id)
                           AND (e.audience IS NULL OR e.audience IN (SELECT atom FROM json_each($2)))
                           AND EXISTS (SELECT 1 FROM resource_topic et WHERE et.resource = e.id
                                       AND et.topic IN (SELECT atom FROM json_each($1)))))))
         ORDER BY r.fresh_at DESC, r.id DESC LIMIT $4",
        json(topics),
        json(groups),
        json(excluding),
        limit
    ))
    .await
}

/// Every topic, by name.
pub async fn topics(c: &mut Conn) -> Result<Vec<(String, String)>> {
    c.all(sql!("SELECT id, name FROM topic ORDER BY folded")).await
}

/// Topics by id, by name.
pub async fn topics_by_id(c: &mut Conn, ids: &[String]) -> Result<Vec<(String, String)>> {
    c.all(sql!("SELECT id, name FROM topic WHERE id IN (SELECT atom FROM json_each($1)) ORDER BY folded", json(ids)))
        .await
}

/// Topics by folded name: folded name, id, name.
pub async fn topics_by_key(c: &mut Conn, keys: &[String]) -> Result<Vec<(String, String, String)>> {
    c.all(sql!("SELECT folded, id, name FROM topic WHERE folded IN (SELECT atom FROM json_each($1))", json(keys))).await
}

/// The topics with the most resources that are there and visible to `groups`.
pub async fn popular_topics(c: &mut Conn, groups: &[String], limit: i64) -> Result<Vec<(String, String)>> {
    c.all(sql!(
        "SELECT t.id, t.name FROM topic t JOIN (
             SELECT rt.topic, count(DISTINCT COALESCE(r.work, r.id)) AS resources FROM resource_topic rt JOIN resource r ON r.id = rt.resource
             WHERE r.gone_at IS NULL AND (r.audience IS NULL OR r.audience IN (SELECT atom FROM json_each($1)))
             GROUP BY rt.topic ORDER BY resources DESC, rt.topic LIMIT $2) AS top ON top.topic = t.id
         ORDER BY top.resources DESC, t.folded",
        json(groups),
        limit
    ))
    .await
}

/// Topics of what is there and visible to `groups`, whose folded name, or a word of it, begins with `key`.
pub async fn topics_beginning(c: &mut Conn, groups: &[String], key: &str, limit: i64) -> Result<Vec<(String, String)>> {
    let key = key.replace('\\', "\\\\").replace('%', "\\%").replace('_', "\\_");
    c.all(sql!(
        "SELECT t.id, t.name FROM topic t
         WHERE (t.folded LIKE $1 ESCAPE '\\' OR t.folded LIKE $2 ESCAPE '\\')
           AND EXISTS (SELECT 1 FROM resource_topic rt JOIN resource r ON r.id = rt.resource
                       WHERE rt.topic = t.id AND r.gone_at IS NULL
                         AND (r.audience IS NULL OR r.audience IN (SELECT atom FROM json_each($3))))
         ORDER BY CASE WHEN t.folded LIKE $1 ESCAPE '\\' THEN 0 ELSE 1 END, length(t.folded), t.folded LIMIT $4",
        format!("{key}%"),
        format!("% {key}%"),
        json(groups),
        limit
    ))
    .await
}

/// Names of sources by id.
pub async fn origins(c: &mut Conn, ids: &[String]) -> Result<Vec<(String, String)>> {
    c.all(sql!("SELECT id, name FROM origin WHERE id IN (SELECT atom FROM json_each($1))", json(ids))).await
}

/// Those of `ids` that `groups` may see, gone or not.
pub async fn visible(c: &mut Conn, groups: &[String], ids: &[String]) -> Result<Vec<(String,)>> {
    c.all(sql!(
        "SELECT r.id FROM resource r WHERE r.id IN (SELECT atom FROM json_each($1))
             AND (r.audience IS NULL OR r.audience IN (SELECT atom FROM json_each($2)))",
        json(ids),
        json(groups)
    ))
    .await
}

/// Where a resource is, if `groups` may see it.
pub async fn address(c: &mut Conn, groups: &[String], id: &str) -> Result<Option<(String, Option<i64>)>> {
    c.opt(sql!(
        "SELECT url, gone_at FROM resource
         WHERE id = $1 AND (audience IS NULL OR audience IN (SELECT atom FROM json_each($2)))",
        id,
        json(groups)
    ))
    .await
}

/// Where a discussion is held, if `groups` may see it.
pub async fn discussion_visible(c: &mut Conn, groups: &[String], id: &str) -> Result<bool> {
    let found: Option<(String,)> = c
        .opt(sql!(
            "SELECT id FROM discussion
             WHERE id = $1 AND (audience IS NULL OR audience IN (SELECT atom FROM json_each($2)))",
            id,
            json(groups)
        ))
        .await?;
    Ok(found.is_some())
}

/// Resources at these addresses: url key, id, what is there after what is gone. Minds no audience.
pub async fn by_url_keys(c: &mut Conn, keys: &[String]) -> Result<Vec<(String, String)>> {
    c.all(sql!(
        "SELECT url_key, id FROM resource WHERE url_key IN (SELECT atom FROM json_each($1)) ORDER BY (gone_at IS NULL), id DESC",
        json(keys)
    ))
    .await
}

/// Resources of a source, gone ones too: external id, id.
pub async fn by_external_ids(c: &mut Conn, source: &str, ids: &[String]) -> Result<Vec<(String, String)>> {
    c.all(sql!(
        "SELECT external_id, id FROM resource WHERE source = $1 AND external_id IN (SELECT atom FROM json_each($2))",
        source,
        json(ids)
    ))
    .await
}
