//! SQL of links: which are due, who asks which host, what was seen, what curators are shown.
//!
//! A host has one holder at a time, whatever node it works on: `link_host.holder` is the fence, and a holder whose time is
//! up writes nothing any more. Transactions that write `resource` here touch one row of it, or only rows that nobody else
//! holds: a sync writes many at once.

use super::model::Which;
use super::rules::{Look, Standing};
use crate::platform::db::{Conn, Result, Sql, json};
use crate::sql;
use serde_json::json as j;
use sqlx::FromRow;

/// Resources whose address the checker does not know: id, address; at most `limit`. Nobody else gets them until the
/// transaction ends.
pub async fn unknown(tx: &mut Conn, limit: i64) -> Result<Vec<(String, String)>> {
    macro_rules! unknown {
        ($lock:literal) => {
            concat!(
                "SELECT id, url FROM resource WHERE link_host IS NULL AND gone_at IS NULL ORDER BY id LIMIT $1",
                $lock
            )
        };
    }
    tx.all(sql!(sqlite: unknown!(""), postgres: unknown!(" FOR UPDATE SKIP LOCKED"), limit)).await
}

/// Takes addresses in: resource, address, host. What was known of an earlier address is forgotten; all are due.
pub async fn enrol(tx: &mut Conn, links: &[(String, String, String)], now: i64) -> Result<()> {
    let rows: Vec<_> = links.iter().map(|(id, url, host)| j!({"id": id, "url": url, "host": host})).collect();
    let rows = json(&rows);
    tx.run(sql!(
        "INSERT INTO link_host (host, free_at) SELECT DISTINCT value ->> 'host', 0 FROM json_each($1) WHERE true
         ORDER BY 1 ON CONFLICT (host) DO NOTHING",
        rows.clone()
    ))
    .await?;
    tx.run(sql!(
        "INSERT INTO link_check (resource, url, host, due_at, tries)
         SELECT value ->> 'id', value ->> 'url', value ->> 'host', CAST($2 AS BIGINT), 0 FROM json_each($1) WHERE true
         ORDER BY key
         ON CONFLICT (resource) DO UPDATE SET url = excluded.url, host = excluded.host, due_at = excluded.due_at,
             asked_at = NULL, checked_at = NULL, outcome = NULL, why = NULL, status = NULL, answered_at = NULL, tries = 0,
             first_failed_at = NULL, struck_at = NULL, moved_to = NULL",
        rows.clone(),
        now
    ))
    .await?;
    tx.run(sql!(
        "UPDATE resource SET link_host = its.host, broken_at = NULL
         FROM (SELECT value ->> 'id' AS id, value ->> 'url' AS url, value ->> 'host' AS host FROM json_each($1)) AS its
         WHERE resource.id = its.id AND resource.url = its.url",
        rows
    ))
    .await
    .map(drop)
}

/// Forgets links of resources that were gone before `before`, at most `limit`; should they come back, they are new.
/// Answers how many.
pub async fn forget_gone(tx: &mut Conn, before: i64, limit: i64) -> Result<u64> {
    macro_rules! gone {
        ($lock:literal) => {
            concat!(
                "SELECT r.id FROM link_check l JOIN resource r ON r.id = l.resource WHERE r.gone_at < $1
                 ORDER BY r.id LIMIT $2",
                $lock
            )
        };
    }
    let rows: Vec<(String,)> =
        tx.all(sql!(sqlite: gone!(""), postgres: gone!(" FOR UPDATE OF r SKIP LOCKED"), before, limit)).await?;
    let ids: Vec<String> = rows.into_iter().map(|row| row.0).collect();
    tx.run(sql!("DELETE FROM link_check WHERE resource IN (SELECT atom FROM json_each($1))", json(&ids))).await?;
    tx.run(sql!(
        "UPDATE resource SET link_host = NULL, broken_at = NULL WHERE id IN (SELECT atom FROM json_each($1))",
        json(&ids)
    ))
    .await
}

macro_rules! ready {
    ($now:literal, $only:literal) => {
        concat!(
            "h.free_at <= ",
            $now,
            " AND (h.host IN (SELECT atom FROM json_each(",
            $only,
            ")) OR NOT EXISTS (SELECT 1 FROM json_each(",
            $only,
            ")))
             AND EXISTS (SELECT 1 FROM link_check l JOIN resource r ON r.id = l.resource AND r.gone_at IS NULL
                         WHERE l.host = h.host AND l.due_at <= ",
            $now,
            ")"
        )
    };
}

/// Whether a link is due at a host that may be asked; of the hosts `only`, if any is named there.
pub async fn is_due(c: &mut Conn, only: &[String], now: i64) -> Result<bool> {
    let found: Option<(i64,)> = c
        .opt(sql!(
            concat!("SELECT CAST(1 AS BIGINT) FROM link_host h WHERE ", ready!("$1", "$2"), " LIMIT 1"),
            now,
            json(only)
        ))
        .await?;
    Ok(found.is_some())
}

/// Takes hold of hosts that may be asked and where something is due, those first where it has been for longest; nobody
/// else gets them until `until` or [`release`]. Answers how many.
pub async fn hold(tx: &mut Conn, holder: &str, only: &[String], limit: i64, until: i64, now: i64) -> Result<u64> {
    macro_rules! hold {
        ($lock:literal) => {
            concat!(
                "UPDATE link_host SET holder = $1, free_at = $2 WHERE host IN (
                     SELECT h.host FROM link_host h WHERE ",
                ready!("$3", "$4"),
                " ORDER BY (SELECT MIN(o.due_at) FROM link_check o WHERE o.host = h.host), h.host LIMIT $5",
                $lock,
                ")"
            )
        };
    }
    tx.run(sql!(
        sqlite: hold!(""), postgres: hold!(" FOR UPDATE OF h SKIP LOCKED"),
        holder, until, now, json(only), limit
    ))
    .await
}

/// A link that is due.
#[derive(Clone, Debug, FromRow)]
pub struct DueRow {
    pub resource: String,
    pub url: String,
    pub host: String,
    /// Whether the host was reached when it was asked last.
    pub reached: Option<bool>,
    pub tries: i64,
    pub first_failed_at: Option<i64>,
    pub struck_at: Option<i64>,
    pub answered_at: Option<i64>,
    pub moved_to: Option<String>,
    pub broken_at: Option<i64>,
}

impl DueRow {
    /// How it stands.
    pub fn standing(&self) -> Standing {
        Standing {
            tries: self.tries,
            first_failed_at: self.first_failed_at,
            struck_at: self.struck_at,
            answered_at: self.answered_at,
            moved_to: self.moved_to.clone(),
            broken_at: self.broken_at,
        }
    }
}

/// Of each host that `holder` holds, at most `limit`, the link that is due for longest. Without a limit of its own
/// PostgreSQL would take the inner query apart, and look for the link of each host among all.
pub async fn due(c: &mut Conn, holder: &str, limit: i64, now: i64) -> Result<Vec<DueRow>> {
    c.all(sql!(
        "SELECT l.resource, l.url, l.host, held.reached, l.tries, l.first_failed_at, l.struck_at, l.answered_at,
                l.moved_to, r.broken_at
         FROM (SELECT h.reached,
                      (SELECT m.resource FROM link_check m JOIN resource g ON g.id = m.resource AND g.gone_at IS NULL
                       WHERE m.host = h.host AND m.due_at <= $2 ORDER BY m.due_at, m.resource LIMIT 1) AS link
               FROM link_host h WHERE h.holder = $1 ORDER BY h.host LIMIT $3) AS held
         JOIN link_check l ON l.resource = held.link
         JOIN resource r ON r.id = l.resource
         ORDER BY l.due_at, l.resource",
        holder,
        now,
        limit
    ))
    .await
}

/// Lets go of a host, which may be asked again at `free_at`; `reached` is whether it was reached, if it was asked. False
/// where it is held by somebody else by now: what was seen is not to be written then.
pub async fn release(tx: &mut Conn, holder: &str, host: &str, free_at: i64, reached: Option<bool>) -> Result<bool> {
    let done = tx.run(sql!(
        "UPDATE link_host SET holder = NULL, free_at = $3, reached = COALESCE($4, reached) WHERE host = $1 AND holder = $2",
        host,
        holder,
        free_at,
        reached
    ));
    Ok(done.await? == 1)
}

/// What was seen of a link.
pub struct Noted<'a> {
    /// Which.
    pub due: &'a DueRow,
    /// What was seen.
    pub look: &'a Look,
    /// How it stands now.
    pub after: &'a Standing,
    /// When it is due next.
    pub due_at: i64,
    /// When the look began: what a curator asked for later is not answered by it.
    pub begun: i64,
}

/// Writes down what was seen. False where the resource has another address by now. The resource comes first, as it does
/// for [`enrol`], so that the two wait for each other rather than deadlock.
pub async fn note(tx: &mut Conn, noted: &Noted<'_>, now: i64) -> Result<bool> {
    let Noted { due, look, after, due_at, begun } = noted;
    if due.broken_at != after.broken_at {
        let marked = tx.run(sql!(
            "UPDATE resource SET broken_at = $3 WHERE id = $1 AND url = $2",
            &due.resource,
            &due.url,
            after.broken_at
        ));
        if marked.await? != 1 {
            return Ok(false);
        }
    }
    let done = tx.run(sql!(
        "UPDATE link_check SET due_at = CASE WHEN asked_at > $12 THEN 0 ELSE $3 END,
             asked_at = CASE WHEN asked_at > $12 THEN asked_at END, checked_at = $4, outcome = $5, why = $6, status = $7,
             answered_at = $8, tries = $9, first_failed_at = $10, struck_at = $11, moved_to = $13
         WHERE resource = $1 AND url = $2",
        &due.resource,
        &due.url,
        *due_at,
        now,
        look.outcome.as_str(),
        look.why.map(|why| why.as_str()),
        look.status,
        after.answered_at,
        after.tries,
        after.first_failed_at,
        after.struck_at,
        *begun,
        &after.moved_to
    ));
    Ok(done.await? == 1)
}

/// Has a link looked at as soon as its host is free; answers whether it is known.
pub async fn ask(tx: &mut Conn, resource: &str, now: i64) -> Result<bool> {
    let done = tx.run(sql!("UPDATE link_check SET due_at = 0, asked_at = $2 WHERE resource = $1", resource, now));
    Ok(done.await? == 1)
}

/// Where a resource that is there is, for who belongs to `groups`: its address, and whether the checker knows that.
pub async fn place(c: &mut Conn, groups: &[String], resource: &str) -> Result<Option<(String, bool)>> {
    c.opt(sql!(
        "SELECT url, link_host IS NOT NULL FROM resource WHERE id = $1 AND gone_at IS NULL
             AND (audience IS NULL OR audience IN (SELECT atom FROM json_each($2)))",
        resource,
        json(groups)
    ))
    .await
}

/// What is known of a link.
#[derive(Debug, FromRow)]
pub struct LineRow {
    pub checked_at: Option<i64>,
    pub outcome: Option<String>,
    pub why: Option<String>,
    pub status: Option<i64>,
    pub tries: i64,
    pub first_failed_at: Option<i64>,
    pub moved_to: Option<String>,
    pub asked_at: Option<i64>,
    pub broken_at: Option<i64>,
}

/// What is known of the link of a resource that is there, at the address that it has now. Minds no audience: ask for its
/// card first.
pub async fn line(c: &mut Conn, resource: &str) -> Result<Option<LineRow>> {
    c.opt(sql!(
        "SELECT l.checked_at, l.outcome, l.why, l.status, l.tries, l.first_failed_at, l.moved_to, l.asked_at, r.broken_at
         FROM link_check l JOIN resource r ON r.id = l.resource AND r.url = l.url
         WHERE l.resource = $1 AND r.gone_at IS NULL",
        resource
    ))
    .await
}

/// A link in the list.
#[derive(Debug, FromRow)]
pub struct ListRow {
    pub id: String,
    pub title: String,
    pub kind: String,
    pub source: String,
    pub url: String,
    pub host: String,
    pub due_at: i64,
    #[sqlx(flatten)]
    pub line: LineRow,
}

macro_rules! listed {
    ($what:literal, $condition:literal, $rest:literal) => {
        concat!(
            "SELECT ",
            $what,
            " FROM link_check l JOIN resource r ON r.id = l.resource AND r.url = l.url JOIN origin o ON o.id = r.source
             WHERE r.gone_at IS NULL AND (r.audience IS NULL OR r.audience IN (SELECT atom FROM json_each($1))) AND ",
            $condition,
            $rest
        )
    };
}

/// A text for each choice, so that each is planned by itself.
macro_rules! by_choice {
    ($which:expr, $what:literal, $rest:literal) => {
        match $which {
            Which::Failing => listed!($what, "l.first_failed_at IS NOT NULL", $rest),
            Which::Broken => listed!($what, "l.first_failed_at IS NOT NULL AND r.broken_at IS NOT NULL", $rest),
            Which::Suspect => listed!($what, "l.first_failed_at IS NOT NULL AND r.broken_at IS NULL", $rest),
            Which::Unclear => listed!($what, "l.first_failed_at IS NULL AND l.outcome = 'unclear'", $rest),
            Which::Moved => listed!($what, "l.moved_to IS NOT NULL", $rest),
        }
    };
}

/// Links that `groups` may see, of one source or of all: by source, broken ones first, then those that fail for longest.
pub async fn list(
    c: &mut Conn,
    groups: &[String],
    which: Which,
    source: Option<&str>,
    limit: i64,
    offset: i64,
) -> Result<Vec<ListRow>> {
    let text = by_choice!(
        which,
        "r.id, r.title, r.kind, o.name AS source, l.url, l.host, l.due_at, l.checked_at, l.outcome, l.why, l.status,
         l.tries, l.first_failed_at, l.moved_to, l.asked_at, r.broken_at",
        " AND ($2 IS NULL OR r.source = $2)
          ORDER BY o.name, o.id, (r.broken_at IS NULL), COALESCE(l.first_failed_at, l.checked_at), r.id LIMIT $3 OFFSET $4"
    );
    c.all(Sql { text: [text; 2], args: vec![json(groups).into(), source.into(), limit.into(), offset.into()] }).await
}

/// Sources of links that `groups` may see, with how many each has: id, name, number.
pub async fn by_source(c: &mut Conn, groups: &[String], which: Which) -> Result<Vec<(String, String, i64)>> {
    let text = by_choice!(which, "o.id, o.name, count(*)", " GROUP BY o.id, o.name ORDER BY o.name, o.id");
    c.all(Sql { text: [text; 2], args: vec![json(groups).into()] }).await
}

/// Broken links of a source that `groups` may see.
pub async fn count_broken(c: &mut Conn, groups: &[String], source: &str) -> Result<i64> {
    let (n,): (i64,) = c
        .one(sql!(
            listed!("count(*)", "l.first_failed_at IS NOT NULL AND r.broken_at IS NOT NULL", " AND r.source = $2"),
            json(groups),
            source
        ))
        .await?;
    Ok(n)
}
