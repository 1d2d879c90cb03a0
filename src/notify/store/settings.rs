//! What people want to be told, and when.

use crate::notify::model::{Kind, Preference, Quiet, Rhythm, Timing};
use crate::platform::db::{Conn, Result};
use crate::sql;

/// What a person has said about kinds; of the others nothing.
pub async fn preferences(c: &mut Conn, person: &str) -> Result<Vec<(Kind, Preference)>> {
    let rows: Vec<(String, bool, String)> =
        c.all(sql!("SELECT kind, page, mail FROM notice_preference WHERE person = $1 ORDER BY kind", person)).await?;
    let read = |(kind, page, mail): (String, bool, String)| {
        let kind = Kind::parse(&kind)?;
        Some((kind, Preference { page, mail: Rhythm::parse(&mail).unwrap_or(kind.usual().mail) }))
    };
    Ok(rows.into_iter().filter_map(read).collect())
}

/// Keeps where a person wants a kind.
pub async fn set_preference(tx: &mut Conn, person: &str, kind: Kind, to: Preference, now: i64) -> Result<()> {
    tx.run(sql!(
        "INSERT INTO notice_preference (person, kind, page, mail, updated_at) VALUES ($1, $2, $3, $4, $5)
         ON CONFLICT (person, kind) DO UPDATE SET page = excluded.page, mail = excluded.mail,
                                                  updated_at = excluded.updated_at",
        person,
        kind.as_str(),
        to.page,
        to.mail.as_str(),
        now
    ))
    .await
    .map(drop)
}

#[derive(sqlx::FromRow)]
struct TimingRow {
    quiet_from: Option<i64>,
    quiet_until: Option<i64>,
    digest_at: i64,
    digest_day: i64,
}

/// When a person wants mail.
pub async fn timing(c: &mut Conn, person: &str) -> Result<Timing> {
    let row: Option<TimingRow> = c
        .opt(sql!("SELECT quiet_from, quiet_until, digest_at, digest_day FROM notice_timing WHERE person = $1", person))
        .await?;
    Ok(row.map_or_else(Timing::default, |row| Timing {
        quiet: quiet(row.quiet_from, row.quiet_until),
        digest_at: row.digest_at,
        digest_day: row.digest_day,
    }))
}

/// Both or none.
pub fn quiet(from: Option<i64>, until: Option<i64>) -> Option<Quiet> {
    Some(Quiet { from: from?, until: until? })
}

/// Keeps it.
pub async fn set_timing(tx: &mut Conn, person: &str, timing: &Timing, now: i64) -> Result<()> {
    tx.run(sql!(
        "INSERT INTO notice_timing (person, quiet_from, quiet_until, digest_at, digest_day, updated_at)
         VALUES ($1, $2, $3, $4, $5, $6)
         ON CONFLICT (person) DO UPDATE SET quiet_from = excluded.quiet_from, quiet_until = excluded.quiet_until,
             digest_at = excluded.digest_at, digest_day = excluded.digest_day, updated_at = excluded.updated_at",
        person,
        timing.quiet.map(|quiet| quiet.from),
        timing.quiet.map(|quiet| quiet.until),
        timing.digest_at,
        timing.digest_day,
        now
    ))
    .await
    .map(drop)
}
