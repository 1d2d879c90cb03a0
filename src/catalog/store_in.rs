//! SQL that takes things in.

use super::incoming::{DiscussionRow, ResourceRow, Topics};
use crate::platform::db::{Conn, Result, json};
use crate::platform::new_id;
use crate::sql;
use serde_json::{Value, json as j};
use std::collections::{BTreeSet, HashMap};

/// What was known of a thing before.
pub struct Known {
    /// Its id here.
    pub id: String,
    /// What it looked like.
    pub digest: String,
    /// Whether it was gone.
    pub gone: bool,
}

type Row = (String, String, String, Option<i64>);

fn known(rows: Vec<Row>) -> HashMap<String, Known> {
    let known = |(external_id, id, digest, gone_at): Row| (external_id, Known { id, digest, gone: gone_at.is_some() });
    rows.into_iter().map(known).collect()
}

/// Resources of `source` among `external_ids`, by external id.
pub async fn known_resources(c: &mut Conn, source: &str, external_ids: &[&String]) -> Result<HashMap<String, Known>> {
    let rows = c.all(sql!(
        "SELECT external_id, id, digest, gone_at FROM resource
         WHERE source = $1 AND external_id IN (SELECT atom FROM json_each($2))",
        source,
        json(external_ids)
    ));
    Ok(known(rows.await?))
}

/// Discussions of `source` among `external_ids`, by external id.
pub async fn known_discussions(c: &mut Conn, source: &str, external_ids: &[&String]) -> Result<HashMap<String, Known>> {
    let rows = c.all(sql!(
        "SELECT external_id, id, digest, gone_at FROM discussion
         WHERE source = $1 AND external_id IN (SELECT atom FROM json_each($2))",
        source,
        json(external_ids)
    ));
    Ok(known(rows.await?))
}

/// Writes down that a run saw these.
pub async fn seen(tx: &mut Conn, source: &str, run: &str, external_ids: &[&String]) -> Result<()> {
    if external_ids.is_empty() {
        return Ok(());
    }
    tx.run(sql!(
        "UPDATE resource SET seen_run = $1 WHERE source = $2 AND external_id IN (SELECT atom FROM json_each($3))",
        run,
        source,
        json(external_ids)
    ))
    .await?;
    tx.run(sql!(
        "UPDATE discussion SET seen_run = $1 WHERE source = $2 AND external_id IN (SELECT atom FROM json_each($3))",
        run,
        source,
        json(external_ids)
    ))
    .await?;
    Ok(())
}

/// Adds or replaces resources. Their topics are [`link_resource_topics`]'s.
pub async fn put_resources(tx: &mut Conn, source: &str, run: &str, now: i64, rows: &[&ResourceRow]) -> Result<()> {
    tx.run(sql!(
        "INSERT INTO resource (id, source, external_id, url, url_key, title, summary, kind, authors, language, minutes,
             level, audience, published_at, changed_at, first_seen, fresh_at, seen_run, gone_at, digest, matcher)
         SELECT value ->> 'id', $1, value ->> 'external_id', value ->> 'url', value ->> 'url_key', value ->> 'title',
             value ->> 'summary', value ->> 'kind', value ->> 'authors', value ->> 'language',
             CAST(value ->> 'minutes' AS BIGINT), value ->> 'level', (SELECT audience FROM origin WHERE id = $1),
             CAST(value ->> 'published_at' AS BIGINT), CAST(value ->> 'changed_at' AS BIGINT), $3,
             CAST(value ->> 'fresh_at' AS BIGINT), $2, NULL, value ->> 'digest', $5
         FROM json_each($4) WHERE true
         ON CONFLICT (source, external_id) DO UPDATE SET url = excluded.url, url_key = excluded.url_key,
             title = excluded.title, summary = excluded.summary, kind = excluded.kind, authors = excluded.authors,
             language = excluded.language, minutes = excluded.minutes, level = excluded.level,
             audience = excluded.audience, published_at = excluded.published_at, changed_at = excluded.changed_at,
             fresh_at = COALESCE(excluded.published_at, resource.fresh_at), seen_run = excluded.seen_run,
             gone_at = NULL, digest = excluded.digest, matcher = excluded.matcher,
             link_host = CASE WHEN resource.url = excluded.url THEN resource.link_host END,
             broken_at = CASE WHEN resource.url = excluded.url THEN resource.broken_at END",
        source,
        run,
        now,
        json(rows),
        super::works::rules::VERSION
    ))
    .await?;
    Ok(())
}

/// Adds or replaces discussions. Their topics and links are [`link_discussions`]'s.
pub async fn put_discussions(tx: &mut Conn, source: &str, run: &str, now: i64, rows: &[&DiscussionRow]) -> Result<()> {
    tx.run(sql!(
        "INSERT INTO discussion (id, source, external_id, url, title, excerpt, category, replies, participants, audience,
             created_at, last_activity, first_seen, seen_run, gone_at, digest)
         SELECT value ->> 'id', $1, value ->> 'external_id', value ->> 'url', value ->> 'title', value ->> 'excerpt',
             value ->> 'category', CAST(value ->> 'replies' AS BIGINT), CAST(value ->> 'participants' AS BIGINT),
             (SELECT audience FROM origin WHERE id = $1), CAST(value ->> 'created_at' AS BIGINT),
             CAST(value ->> 'last_activity' AS BIGINT), $3, $2, NULL, value ->> 'digest'
         FROM json_each($4) WHERE true
         ON CONFLICT (source, external_id) DO UPDATE SET url = excluded.url, title = excluded.title,
             excerpt = excluded.excerpt, category = excluded.category, replies = excluded.replies,
             participants = excluded.participants, audience = excluded.audience, created_at = excluded.created_at,
             last_activity = excluded.last_activity, seen_run = excluded.seen_run, gone_at = NULL,
             digest = excluded.digest",
        source,
        run,
        now,
        json(rows)
    ))
    .await?;
    Ok(())
}

/// The ids of `topics` by folded name; unknown ones are created. In order of name, so that two transactions that create
/// the same ones wait for each other rather than deadlock.
pub async fn topic_ids(tx: &mut Conn, topics: &Topics) -> Result<HashMap<String, String>> {
    let mut ids = topics_by_key(tx, topics.keys().collect()).await?;
    let missing: Vec<Value> = topics
        .iter()
        .filter(|(key, _)| !ids.contains_key(*key))
        .map(|(key, name)| j!({"id": new_id(), "folded": key, "name": name}))
        .collect();
    if !missing.is_empty() {
        tx.run(sql!(
            "INSERT INTO topic (id, name, folded)
             SELECT value ->> 'id', value ->> 'name', value ->> 'folded' FROM json_each($1) WHERE true ORDER BY key
             ON CONFLICT (folded) DO NOTHING",
            json(&missing)
        ))
        .await?;
        ids = topics_by_key(tx, topics.keys().collect()).await?;
    }
    Ok(ids)
}

async fn topics_by_key(tx: &mut Conn, keys: Vec<&String>) -> Result<HashMap<String, String>> {
    let sql = sql!("SELECT folded, id FROM topic WHERE folded IN (SELECT atom FROM json_each($1))", json(&keys));
    let rows: Vec<(String, String)> = tx.all(sql).await?;
    Ok(rows.into_iter().collect())
}

/// Makes `pairs` (resource, topic) the only topics of `resources`.
pub async fn link_resource_topics(tx: &mut Conn, resources: &[&String], pairs: &[(&String, &String)]) -> Result<()> {
    tx.run(sql!("DELETE FROM resource_topic WHERE resource IN (SELECT atom FROM json_each($1))", json(resources)))
        .await?;
    tx.run(sql!(
        "INSERT INTO resource_topic (resource, topic, fresh_at)
         SELECT r.id, value ->> 1, r.fresh_at FROM json_each($1) JOIN resource r ON r.id = value ->> 0",
        json(pairs)
    ))
    .await?;
    Ok(())
}

/// Makes `topics` (discussion, topic) and `links` (discussion, url key) the only ones of `discussions`.
pub async fn link_discussions(
    tx: &mut Conn,
    discussions: &[&String],
    topics: &[(&String, &String)],
    links: &[(&String, &String)],
) -> Result<()> {
    let ids = json(discussions);
    tx.run(sql!("DELETE FROM discussion_topic WHERE discussion IN (SELECT atom FROM json_each($1))", ids.clone()))
        .await?;
    tx.run(sql!("DELETE FROM discussion_link WHERE discussion IN (SELECT atom FROM json_each($1))", ids)).await?;
    tx.run(sql!(
        "INSERT INTO discussion_topic (discussion, topic) SELECT value ->> 0, value ->> 1 FROM json_each($1)",
        json(topics)
    ))
    .await?;
    tx.run(sql!(
        "INSERT INTO discussion_link (discussion, url_key) SELECT value ->> 0, value ->> 1 FROM json_each($1)",
        json(links)
    ))
    .await?;
    Ok(())
}

/// Tells the followers that these subjects changed.
pub async fn note_changes(tx: &mut Conn, subject_kind: &str, subjects: &[String]) -> Result<()> {
    if subjects.is_empty() {
        return Ok(());
    }
    // In order, so that two transactions that touch the same ones wait for each other rather than deadlock.
    let sorted: BTreeSet<&String> = subjects.iter().collect();
    macro_rules! change {
        ($seq:literal, $xid:literal) => {
            concat!(
                "INSERT INTO change (subject_kind, subject, seq, xid) SELECT $1, atom, ",
                $seq,
                ", ",
                $xid,
                " FROM json_each($2) WHERE true ORDER BY key
                 ON CONFLICT (subject_kind, subject) DO UPDATE SET seq = excluded.seq, xid = excluded.xid"
            )
        };
    }
    tx.run(sql!(
        sqlite: change!("(SELECT COALESCE(MAX(seq), 0) FROM change WHERE xid = 0) + 1 + key", "0"),
        postgres: change!("nextval('change_seq')", "CAST(CAST(pg_current_xact_id() AS TEXT) AS BIGINT)"),
        subject_kind,
        json(&sorted)
    ))
    .await?;
    Ok(())
}

/// Marks as gone what `source` does not hold any more; answers the ids of resources and of discussions.
pub async fn mark_gone(
    tx: &mut Conn,
    source: &str,
    external_ids: &[&String],
    now: i64,
) -> Result<(Vec<String>, Vec<String>)> {
    let resources = tx.all(sql!(
        "UPDATE resource SET gone_at = $1 WHERE source = $2 AND gone_at IS NULL
             AND external_id IN (SELECT atom FROM json_each($3)) RETURNING id",
        now,
        source,
        json(external_ids)
    ));
    let resources = firsts(resources.await?);
    let discussions = tx.all(sql!(
        "UPDATE discussion SET gone_at = $1 WHERE source = $2 AND gone_at IS NULL
             AND external_id IN (SELECT atom FROM json_each($3)) RETURNING id",
        now,
        source,
        json(external_ids)
    ));
    Ok((resources, firsts(discussions.await?)))
}

/// Marks as gone what `run` did not see; with an empty run, everything. Answers as [`mark_gone`].
pub async fn mark_unseen_gone(tx: &mut Conn, source: &str, run: &str, now: i64) -> Result<(Vec<String>, Vec<String>)> {
    let resources = tx.all(sql!(
        "UPDATE resource SET gone_at = $1 WHERE source = $2 AND gone_at IS NULL AND seen_run <> $3 RETURNING id",
        now,
        source,
        run
    ));
    let resources = firsts(resources.await?);
    let discussions = tx.all(sql!(
        "UPDATE discussion SET gone_at = $1 WHERE source = $2 AND gone_at IS NULL AND seen_run <> $3 RETURNING id",
        now,
        source,
        run
    ));
    Ok((resources, firsts(discussions.await?)))
}

/// Marks as there what of `source` went at `gone_at`. Answers as [`mark_gone`].
pub async fn mark_there_again(tx: &mut Conn, source: &str, gone_at: i64) -> Result<(Vec<String>, Vec<String>)> {
    let resources = tx.all(sql!(
        "UPDATE resource SET gone_at = NULL WHERE source = $1 AND gone_at = $2 RETURNING id",
        source,
        gone_at
    ));
    let resources = firsts(resources.await?);
    let discussions = tx.all(sql!(
        "UPDATE discussion SET gone_at = NULL WHERE source = $1 AND gone_at = $2 RETURNING id",
        source,
        gone_at
    ));
    Ok((resources, firsts(discussions.await?)))
}

/// Things of `source` that are there and that `run` did not see, and all that are there.
pub async fn count_unseen(c: &mut Conn, source: &str, run: &str) -> Result<(i64, i64)> {
    c.one(sql!(
        "SELECT count(*) FILTER (WHERE seen_run <> $2), count(*) FROM (
             SELECT seen_run FROM resource WHERE source = $1 AND gone_at IS NULL
             UNION ALL SELECT seen_run FROM discussion WHERE source = $1 AND gone_at IS NULL) AS present",
        source,
        run
    ))
    .await
}

/// Has PostgreSQL count again what it plans by; SQLite plans well without.
pub async fn count_again(c: &mut Conn) -> Result<()> {
    c.run(sql!(
        sqlite: "SELECT 1 WHERE FALSE",
        postgres: "ANALYZE resource, resource_topic, discussion, discussion_topic, discussion_link"
    ))
    .await?;
    Ok(())
}

/// Names a source. Answers whether its audience is another one now.
pub async fn put_origin(tx: &mut Conn, source: &str, name: &str, audience: Option<&str>) -> Result<bool> {
    let before: Option<(Option<String>,)> = tx.opt(sql!("SELECT audience FROM origin WHERE id = $1", source)).await?;
    tx.run(sql!(
        "INSERT INTO origin (id, name, audience) VALUES ($1, $2, $3)
         ON CONFLICT (id) DO UPDATE SET name = excluded.name, audience = excluded.audience",
        source,
        name,
        audience
    ))
    .await?;
    Ok(before.is_some_and(|(before,)| before.as_deref() != audience))
}

/// Gives everything of `source` its audience; answers as [`mark_gone`].
pub async fn spread_audience(
    tx: &mut Conn,
    source: &str,
    audience: Option<&str>,
) -> Result<(Vec<String>, Vec<String>)> {
    let resources = tx.all(sql!("UPDATE resource SET audience = $1 WHERE source = $2 RETURNING id", audience, source));
    let resources = firsts(resources.await?);
    let discussions =
        tx.all(sql!("UPDATE discussion SET audience = $1 WHERE source = $2 RETURNING id", audience, source));
    Ok((resources, firsts(discussions.await?)))
}

fn firsts(rows: Vec<(String,)>) -> Vec<String> {
    rows.into_iter().map(|row| row.0).collect()
}
