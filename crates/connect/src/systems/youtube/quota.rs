//! When Google's daily quotas begin anew: at midnight Pacific time
//! (<https://developers.google.com/youtube/v3/determine_quota_cost>).

use std::time::Duration;

use time::{Date, Month, OffsetDateTime, Time, UtcOffset, Weekday};

/// How long it is from `now` (epoch milliseconds) to the next midnight on the Pacific coast of the United States.
pub(super) fn until_reset(now: i64) -> Duration {
    let now = OffsetDateTime::from_unix_timestamp(now.div_euclid(1000)).unwrap_or(OffsetDateTime::UNIX_EPOCH);
    let today = now.to_offset(offset(now)).date();
    let Some(midnight) = today.next_day().map(|day| day.with_time(Time::MIDNIGHT)) else { return Duration::ZERO };
    // The clocks change at two in the morning, so that midnight itself is never in doubt.
    let at = midnight.assume_offset(offset(midnight.assume_offset(offset(now))));
    Duration::try_from(at - now).unwrap_or_default()
}

/// Daylight saving time lasts from the second Sunday of March to the first of November, two o'clock each
/// (15 U.S.C. 260a).
fn offset(at: OffsetDateTime) -> UtcOffset {
    let hours = |hours: i8| UtcOffset::from_hms(hours, 0, 0).unwrap_or(UtcOffset::UTC);
    let (standard, summer) = (hours(-8), hours(-7));
    let local = at.to_offset(standard);
    let change = |month: Month, sunday: u8, offset: UtcOffset| {
        let first = Date::from_calendar_date(local.year(), month, 1).ok()?;
        let day = first.replace_day(1 + (7 - first.weekday().number_days_from_sunday()) % 7 + 7 * (sunday - 1)).ok()?;
        debug_assert_eq!(day.weekday(), Weekday::Sunday);
        Some(day.with_time(Time::from_hms(2, 0, 0).ok()?).assume_offset(offset))
    };
    let begins = change(Month::March, 2, standard);
    let ends = change(Month::November, 1, summer);
    let lasts = begins.zip(ends).is_some_and(|(begins, ends)| (begins..ends).contains(&at));
    if lasts { summer } else { standard }
}

#[cfg(test)]
mod tests {
    use time::macros::datetime;

    use super::*;

    #[test]
    fn the_quota_is_reset_at_midnight_pacific() {
        let hours = |at: OffsetDateTime| until_reset(at.unix_timestamp() * 1000).as_secs_f64() / 3600.0;
        assert_eq!(hours(datetime!(2026-01-15 07:59 UTC)), 1.0 / 60.0);
        assert_eq!(hours(datetime!(2026-01-15 08:00 UTC)), 24.0);
        assert_eq!(hours(datetime!(2026-07-15 06:00 UTC)), 1.0, "summer");
        // The day that has 23 hours, and the one that has 25.
        assert_eq!(hours(datetime!(2026-03-08 08:00 UTC)), 23.0);
        assert_eq!(hours(datetime!(2026-11-01 07:00 UTC)), 25.0);
        assert_eq!(hours(datetime!(2026-11-01 10:00 UTC)), 22.0);
    }
}
