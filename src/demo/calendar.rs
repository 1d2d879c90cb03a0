//! Working hours where a person is.

use jiff::civil::{Date, Weekday};
use jiff::tz::TimeZone;
use jiff::{Timestamp, ToSpan};

/// Minutes of the day between which people of the demo learn.
pub const MORNING: i64 = 8 * 60 + 40;
/// The last such minute.
pub const EVENING: i64 = 17 * 60 + 30;

/// The days before today, where one person is.
pub struct Calendar {
    zone: TimeZone,
    today: Date,
}

impl Calendar {
    /// For a zone by its IANA name; an unknown one is taken for UTC.
    pub fn new(zone: &str, now: i64) -> Self {
        let zone = TimeZone::get(zone).unwrap_or(TimeZone::UTC);
        // Today is the same day for everybody, so that a seed gives one result a day.
        let today =
            Timestamp::from_millisecond(now).unwrap_or(Timestamp::UNIX_EPOCH).to_zoned_datetime(TimeZone::UTC).date();
        Calendar { zone, today }
    }

    /// The moment (epoch ms) at `minute` of the day `days` ago; none at weekends.
    pub fn moment(&self, days: i64, minute: i64) -> Option<i64> {
        let day = self.today.checked_sub(days.days()).ok()?;
        if matches!(day.weekday(), Weekday::Saturday | Weekday::Sunday) {
            return None;
        }
        let minute = minute.clamp(0, 24 * 60 - 1) as i32;
        let time = day.at((minute / 60) as i8, (minute % 60) as i8, 0, 0);
        Some(time.to_zoned_datetime(self.zone.clone()).ok()?.timestamp().as_millisecond())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// 2026-11-24, a Tuesday, at noon UTC.
    const NOW: i64 = 1_795_521_600_000;

    #[test]
    fn a_minute_is_one_of_the_persons_own_day() {
        let hour = 3_600_000;
        let at = |zone: &str| Calendar::new(zone, NOW).moment(1, 9 * 60).unwrap();
        assert_eq!(at("Europe/London"), NOW - 27 * hour);
        assert_eq!(at("Asia/Tokyo"), at("Europe/London") - 9 * hour);
        assert_eq!(at("America/Mexico_City"), at("Europe/London") + 6 * hour);
        assert_eq!(at("Nowhere/At_all"), at("Europe/London"));
    }

    #[test]
    fn nobody_works_at_weekends() {
        let calendar = Calendar::new("Europe/London", NOW);
        let free: Vec<i64> = (0..14).filter(|days| calendar.moment(*days, 600).is_none()).collect();
        assert_eq!(free, [2, 3, 9, 10]);
    }
}
