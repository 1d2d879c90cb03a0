//! When a mail is due: quiet hours and digests, in a person's time zone. Pure; the clock changes twice a year.
//!
//! A time of day that a change of the clock skips is taken as that much later; of one that it
//! repeats the end of quiet hours is the first that is still to come, and a digest the first of both.

use super::model::{Quiet, Rhythm, Timing};
use crate::base::MINUTE;
use jiff::Timestamp;
use jiff::civil::Date;
use jiff::tz::TimeZone;

/// A digest that is due sooner takes nothing more: its job may be gathering already.
const LEAD: i64 = MINUTE;

/// Until when mail has to wait because of quiet hours; `None` where it may go now. Epoch ms; `zone` is an IANA name, UTC
/// where it is none.
pub fn held_until(quiet: Option<Quiet>, zone: &str, now: i64) -> Option<i64> {
    let quiet = quiet?;
    let zone = known(zone);
    let (today, minute) = local(&zone, now)?;
    if !quiet.holds(minute) {
        return None;
    }
    days_from(today).take(3).flat_map(|day| moments(&zone, day, quiet.until)).find(|end| *end > now)
}

/// When the next digest of this rhythm goes out, after quiet hours if it falls into them. Epoch ms; anything but a digest
/// is due `now`.
pub fn next_digest(timing: &Timing, rhythm: Rhythm, zone: &str, now: i64) -> i64 {
    if !rhythm.is_digest() {
        return now;
    }
    let at = next_time(timing, rhythm, zone, now + LEAD).unwrap_or(now);
    held_until(timing.quiet, zone, at).unwrap_or(at)
}

fn next_time(timing: &Timing, rhythm: Rhythm, zone: &str, after: i64) -> Option<i64> {
    let zone = known(zone);
    let (today, _) = local(&zone, after)?;
    let is_day =
        |day: &Date| rhythm != Rhythm::Weekly || i64::from(day.weekday().to_monday_one_offset()) == timing.digest_day;
    // More than a week: this week's may be past already. Of a time that comes twice the first, for one digest is enough.
    let mut first =
        days_from(today).take(9).filter(is_day).filter_map(|day| moments(&zone, day, timing.digest_at).next());
    first.find(|at| *at > after)
}

fn known(zone: &str) -> TimeZone {
    TimeZone::get(zone).unwrap_or(TimeZone::UTC)
}

/// The date, and the minute of the day.
fn local(zone: &TimeZone, now: i64) -> Option<(Date, i64)> {
    let there = Timestamp::from_millisecond(now).ok()?.to_zoned_datetime(zone.clone());
    Some((there.date(), i64::from(there.hour()) * 60 + i64::from(there.minute())))
}

fn days_from(day: Date) -> impl Iterator<Item = Date> {
    std::iter::successors(Some(day), |day| day.tomorrow().ok())
}

/// When the clock shows that minute of that day: nearly always once.
fn moments(zone: &TimeZone, day: Date, minute: i64) -> impl Iterator<Item = i64> + use<> {
    let shown = day.at((minute / 60) as i8, (minute % 60) as i8, 0, 0);
    let first = zone.to_ambiguous_zoned_datetime(shown).compatible();
    let second = zone.to_ambiguous_zoned_datetime(shown).later();
    [first, second].into_iter().filter_map(Result::ok).map(|moment| moment.timestamp().as_millisecond())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(text: &str) -> i64 {
        text.parse::<Timestamp>().unwrap().as_millisecond()
    }

    const NIGHT: Option<Quiet> = Some(Quiet { from: 22 * 60, until: 7 * 60 });
    const BERLIN: &str = "Europe/Berlin";

    #[track_caller]
    fn held(quiet: Option<Quiet>, zone: &str, now: &str, until: Option<&str>) {
        assert_eq!(held_until(quiet, zone, at(now)), until.map(at), "{now}");
    }

    #[test]
    fn a_night_ends_in_the_morning_of_the_right_day_and_zone() {
        held(NIGHT, BERLIN, "2026-06-10T21:59:59+02:00", None);
        held(NIGHT, BERLIN, "2026-06-10T22:00:00+02:00", Some("2026-06-11T07:00:00+02:00"));
        held(NIGHT, BERLIN, "2026-06-11T00:00:00+02:00", Some("2026-06-11T07:00:00+02:00"));
        held(NIGHT, BERLIN, "2026-06-11T07:00:00+02:00", None);
        held(NIGHT, "Asia/Kolkata", "2026-06-10T17:00:00Z", Some("2026-06-11T07:00:00+05:30"));
        held(NIGHT, "Nowhere/Atall", "2026-06-10T22:30:00Z", Some("2026-06-11T07:00:00Z"));
        held(None, BERLIN, "2026-06-11T00:00:00+02:00", None);
    }

    #[test]
    fn the_night_in_which_clocks_go_forward_is_an_hour_shorter() {
        // Berlin, 29 March 2026: 02:00 becomes 03:00.
        let (begin, end) = ("2026-03-28T22:00:00+01:00", "2026-03-29T07:00:00+02:00");
        held(NIGHT, BERLIN, begin, Some(end));
        assert_eq!(at(end) - at(begin), 8 * crate::base::HOUR);
        // A minute that there is not is that much later.
        let until_half_past_two = Some(Quiet { from: 23 * 60, until: 150 });
        held(until_half_past_two, BERLIN, "2026-03-29T01:00:00+01:00", Some("2026-03-29T03:30:00+02:00"));
    }

    #[test]
    fn the_night_in_which_clocks_go_back_is_an_hour_longer_and_ends() {
        // Berlin, 25 October 2026: 03:00 becomes 02:00.
        let (begin, end) = ("2026-10-24T22:00:00+02:00", "2026-10-25T07:00:00+01:00");
        held(NIGHT, BERLIN, begin, Some(end));
        assert_eq!(at(end) - at(begin), 10 * crate::base::HOUR);
        let until_half_past_two = Some(Quiet { from: 23 * 60, until: 150 });
        held(until_half_past_two, BERLIN, "2026-10-25T02:10:00+02:00", Some("2026-10-25T02:30:00+02:00"));
        // In the repeated hour the end is the second one, not that of the next day.
        held(until_half_past_two, BERLIN, "2026-10-25T02:10:00+01:00", Some("2026-10-25T02:30:00+01:00"));
    }

    #[track_caller]
    fn due(timing: &Timing, rhythm: Rhythm, now: &str, then: &str) {
        assert_eq!(next_digest(timing, rhythm, BERLIN, at(now)), at(then), "{now}");
    }

    #[test]
    fn digests_come_at_their_time_of_day_and_week() {
        let timing = Timing::default();
        due(&timing, Rhythm::Daily, "2026-06-10T07:00:00+02:00", "2026-06-10T08:00:00+02:00");
        due(&timing, Rhythm::Daily, "2026-06-10T08:00:00+02:00", "2026-06-11T08:00:00+02:00");
        due(&timing, Rhythm::Daily, "2026-06-10T07:59:30+02:00", "2026-06-11T08:00:00+02:00");
        // 8 June 2026 is a Monday.
        due(&timing, Rhythm::Weekly, "2026-06-08T07:00:00+02:00", "2026-06-08T08:00:00+02:00");
        due(&timing, Rhythm::Weekly, "2026-06-08T09:00:00+02:00", "2026-06-15T08:00:00+02:00");
        let sunday = Timing { digest_day: 7, ..timing };
        due(&sunday, Rhythm::Weekly, "2026-06-08T09:00:00+02:00", "2026-06-14T08:00:00+02:00");
        assert_eq!(next_digest(&timing, Rhythm::Now, BERLIN, 17), 17);
    }

    #[test]
    fn digests_keep_their_time_of_day_over_a_change_of_the_clock() {
        let timing = Timing { digest_at: 150, ..Timing::default() };
        due(&timing, Rhythm::Daily, "2026-03-28T12:00:00+01:00", "2026-03-29T03:30:00+02:00");
        due(&timing, Rhythm::Daily, "2026-03-29T12:00:00+02:00", "2026-03-30T02:30:00+02:00");
        due(&timing, Rhythm::Daily, "2026-10-24T12:00:00+02:00", "2026-10-25T02:30:00+02:00");
    }

    #[test]
    fn a_digest_in_quiet_hours_waits_for_their_end() {
        let timing = Timing { quiet: NIGHT, digest_at: 6 * 60, digest_day: 1 };
        due(&timing, Rhythm::Daily, "2026-06-10T12:00:00+02:00", "2026-06-11T07:00:00+02:00");
    }
}
