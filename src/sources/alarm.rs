//! Tells operators of a source that fails again and again, or of which nothing is heard. Its statement stands here and not
//! in the store, because nothing else asks for it.

use super::silence::INTERVALS;
use crate::base::{HOUR, Res};
use crate::notify::model::{Kind, Words};
use crate::notify::service::tell_operators;
use crate::platform::db::Conn;
use crate::sql;

/// So many runs in a row have to fail.
const IN_A_ROW: i64 = 3;

/// How a connected source stands that is not paused.
#[derive(sqlx::FromRow)]
struct Standing {
    id: String,
    name: String,
    interval_ms: i64,
    next_run_at: i64,
    /// How many of the last three runs that ended by themselves failed.
    failed: i64,
    /// The last run that came to a good end: what failed after it is one trouble.
    last_good: Option<String>,
    last_failed: Option<String>,
    error: Option<String>,
    open: Option<String>,
    open_status: Option<String>,
    /// When something happened to the open run.
    touched_at: Option<i64>,
}

async fn standings(c: &mut Conn) -> Res<Vec<Standing>> {
    let asked = sql!(
        "SELECT s.id, s.name, s.interval_ms, s.next_run_at,
                (SELECT count(*) FROM (SELECT r.status FROM sync_run r
                    WHERE r.source = s.id AND r.kind IS NULL AND r.status IN ('ok', 'partial', 'failed') ORDER BY r.id DESC LIMIT $1) l
                 WHERE l.status = 'failed') AS failed,
                (SELECT max(g.id) FROM sync_run g WHERE g.source = s.id AND g.kind IS NULL AND g.status IN ('ok', 'partial')) AS last_good,
                f.id AS last_failed, f.error, o.id AS open, o.status AS open_status, o.touched_at
         FROM source s
         LEFT JOIN sync_run o ON o.source = s.id AND o.status IN ('running', 'waiting')
         LEFT JOIN sync_run f
             ON f.id = (SELECT max(x.id) FROM sync_run x WHERE x.source = s.id AND x.kind IS NULL AND x.status = 'failed')
         WHERE s.removed_at IS NULL AND NOT s.paused ORDER BY s.id",
        IN_A_ROW
    );
    Ok(c.all(asked).await?)
}

/// Tells what is new of this. It may be called as often as one likes: each trouble is told once, until a run comes to a
/// good end.
pub async fn raise(tx: &mut Conn, now: i64) -> Res<()> {
    for source in standings(tx).await? {
        let page = format!("/sources/{}", source.id);
        if source.failed >= IN_A_ROW {
            let words = (
                Words::SourceFailing { source: source.name.clone() },
                Words::SourceFailingBody { error: source.error.clone().unwrap_or_default() },
            );
            let link = source.last_failed.as_ref().map_or_else(|| page.clone(), |run| format!("{page}/runs/{run}"));
            let key = format!("source-failing/{}/{}", source.id, source.last_good.as_deref().unwrap_or("never"));
            tell_operators(tx, Kind::SourceAlarm, words, &link, &key, now).await?;
        }
        if let Some((words, link, key)) = silence(&source, &page, now) {
            tell_operators(tx, Kind::SourceAlarm, words, &link, &key, now).await?;
        }
    }
    Ok(())
}

/// What to say of a source of which nothing has been heard since it was due, or since its open run last moved.
fn silence(source: &Standing, page: &str, now: i64) -> Option<((Words, Words), String, String)> {
    let silent = now - source.touched_at.unwrap_or(source.next_run_at);
    if silent <= INTERVALS * source.interval_ms {
        return None;
    }
    let name = source.name.clone();
    let words = match source.open_status.as_deref() {
        Some("waiting") => (Words::SourceWaits { source: name }, Words::SourceWaitsBody),
        _ => (Words::SourceSilent { source: name }, Words::SourceSilentBody { hours: (silent / HOUR).max(1) }),
    };
    let (link, what) = match &source.open {
        Some(run) => (format!("{page}/runs/{run}"), run.clone()),
        None => (page.to_owned(), source.next_run_at.to_string()),
    };
    Some((words, link, format!("source-silent/{}/{what}", source.id)))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::base::MINUTE;

    fn source() -> Standing {
        Standing {
            id: "s".into(),
            name: "Wiki".into(),
            interval_ms: HOUR,
            next_run_at: 0,
            failed: 0,
            last_good: None,
            last_failed: None,
            error: None,
            open: None,
            open_status: None,
            touched_at: None,
        }
    }

    #[test]
    fn three_intervals_of_silence_are_told_and_no_less() {
        assert!(silence(&source(), "/sources/s", 3 * HOUR).is_none());
        let ((title, body), link, key) = silence(&source(), "/sources/s", 3 * HOUR + MINUTE).unwrap();
        assert_eq!(
            (title, body),
            (Words::SourceSilent { source: "Wiki".into() }, Words::SourceSilentBody { hours: 3 })
        );
        assert_eq!((link.as_str(), key.as_str()), ("/sources/s", "source-silent/s/0"));
    }

    #[test]
    fn a_run_that_moves_is_no_silence_and_one_that_waits_is_named() {
        let open = |status: &str, touched_at| Standing {
            open: Some("r".into()),
            open_status: Some(status.into()),
            touched_at: Some(touched_at),
            ..source()
        };
        assert!(silence(&open("running", 9 * HOUR), "/sources/s", 10 * HOUR).is_none());
        assert!(silence(&open("running", HOUR), "/sources/s", 10 * HOUR).is_some());
        let ((title, _), link, key) = silence(&open("waiting", HOUR), "/sources/s", 10 * HOUR).unwrap();
        assert_eq!(title, Words::SourceWaits { source: "Wiki".into() });
        assert_eq!((link.as_str(), key.as_str()), ("/sources/s/runs/r", "source-silent/s/r"));
    }
}
