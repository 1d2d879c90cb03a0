//! Deciding about notices by mail: whether, when, and alone or in a digest.

use super::deliver;
use super::model::{Kind, Preference, Rhythm, State, Timing, why};
use super::store::{self, NewDelivery, Unplanned};
use super::timing::{held_until, next_digest};
use crate::base::Res;
use crate::platform::{Site, new_id};

/// What is decided.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Decision {
    pub rhythm: Rhythm,
    pub state: State,
    pub why: Option<&'static str>,
    pub due_at: i64,
}

/// Decides about these notices, and queues what is to go out. Where mail is not set up nothing is queued.
pub async fn plan(site: &Site, notices: &[String]) -> Res<()> {
    if !site.config.mail.is_on() {
        return Ok(());
    }
    let now = site.now();
    let mut tx = site.begin().await?;
    for new in store::unplanned(&mut tx, notices).await? {
        let Some(Decision { rhythm, state, why, due_at }) = decide(&new, now) else { continue };
        let id = new_id();
        let delivery = NewDelivery {
            id: &id,
            notice: &new.notice,
            person: &new.person,
            rhythm: rhythm.as_str(),
            state,
            why,
            due_at,
        };
        if store::add_delivery(&mut tx, &delivery, now).await? && state == State::Waiting {
            deliver::queue(&mut tx, &id, &new.person, rhythm, due_at, due_at, now).await?;
        }
    }
    tx.commit().await?;
    site.wake.notify_one();
    Ok(())
}

/// `None` for what never goes by mail.
fn decide(new: &Unplanned, now: i64) -> Option<Decision> {
    // A kind of a newer node is left to newer nodes; they have planned it.
    let kind = Kind::parse(&new.kind).filter(|kind| kind.mails())?;
    let usual = Timing::default();
    let timing = Timing {
        quiet: store::quiet(new.quiet_from, new.quiet_until),
        digest_at: new.digest_at.unwrap_or(usual.digest_at),
        digest_day: new.digest_day.unwrap_or(usual.digest_day),
    };
    let Preference { mail: rhythm, .. } = wanted(kind, new.mail.as_deref());
    let suppressed = |why| Some(Decision { rhythm, state: State::Suppressed, why: Some(why), due_at: now });
    if !new.active {
        return suppressed(why::INACTIVE);
    }
    if rhythm == Rhythm::Off {
        return suppressed(why::PREFERENCE);
    }
    let waits = |why, due_at| Some(Decision { rhythm, state: State::Waiting, why, due_at });
    if rhythm.is_digest() {
        return waits(Some(why::DIGEST), next_digest(&timing, rhythm, &new.time_zone, now));
    }
    match held_until(timing.quiet, &new.time_zone, now) {
        Some(end) => waits(Some(why::QUIET), end),
        None => waits(None, now),
    }
}

/// What a person wants of a kind, given what she has said.
pub(super) fn wanted(kind: Kind, said: Option<&str>) -> Preference {
    let usual = kind.usual();
    Preference { mail: said.and_then(Rhythm::parse).unwrap_or(usual.mail), ..usual }
}

#[cfg(test)]
mod tests {
    use super::*;

    const NOON: i64 = 1_781_179_200_000; // 2026-06-11T12:00:00Z

    fn new(kind: Kind, mail: Option<&str>) -> Unplanned {
        Unplanned {
            notice: "n".into(),
            person: "p".into(),
            kind: kind.as_str().into(),
            active: true,
            time_zone: "UTC".into(),
            mail: mail.map(Into::into),
            quiet_from: None,
            quiet_until: None,
            digest_at: None,
            digest_day: None,
        }
    }

    #[test]
    fn preference_quiet_hours_and_digests_decide() {
        let hour = crate::base::HOUR;
        let of = |new: Unplanned| decide(&new, NOON).map(|d| (d.state, d.why, d.due_at - NOON));
        assert_eq!(of(new(Kind::SourceAlarm, None)), Some((State::Waiting, None, 0)));
        assert_eq!(of(new(Kind::SourceAlarm, Some("daily"))), Some((State::Waiting, Some(why::DIGEST), 20 * hour)));
        assert_eq!(of(new(Kind::SourceAlarm, Some("off"))), Some((State::Suppressed, Some(why::PREFERENCE), 0)));
        assert_eq!(of(new(Kind::MailAlarm, Some("now"))), None, "mail that fails is not told by mail");
        let quiet = Unplanned { quiet_from: Some(660), quiet_until: Some(780), ..new(Kind::SourceAlarm, None) };
        assert_eq!(of(quiet), Some((State::Waiting, Some(why::QUIET), hour)));
        let left = Unplanned { active: false, ..new(Kind::SourceAlarm, None) };
        assert_eq!(of(left), Some((State::Suppressed, Some(why::INACTIVE), 0)));
        assert_eq!(of(Unplanned { kind: "of_tomorrow".into(), ..new(Kind::SourceAlarm, None) }), None);
    }
}
