//! Dates and numbers as a person reads them: by locale, in the person's time zone. Only the server formats; the browser
//! shows what it was given, so that both draw the same page.

use crate::base::{DAY, HOUR, MINUTE, Viewer, When, t};
use icu_datetime::DateTimeFormatter;
use icu_datetime::fieldsets::{YMD, YMDE};
use icu_datetime::input::Date;
use icu_decimal::DecimalFormatter;
use icu_decimal::input::Decimal;
use icu_locale_core::Locale;
use jiff::Timestamp;
use jiff::tz::TimeZone;
use std::sync::OnceLock;

/// One person's way to read dates and numbers. Made once a request; what writes the many dates of a page, and is dear to
/// make, is kept.
pub struct Format {
    locale: Locale,
    zone: TimeZone,
    now: i64,
    dates: OnceLock<Option<DateTimeFormatter<YMD>>>,
    numbers: OnceLock<Option<DecimalFormatter>>,
}

impl Format {
    /// For `locale` (BCP 47) and `zone` (IANA); what is not known falls back to English and UTC.
    pub fn new(locale: &str, zone: &str, now: i64) -> Self {
        Format {
            locale: locale.parse().unwrap_or(icu_locale_core::locale!("en")),
            zone: TimeZone::get(zone).unwrap_or(TimeZone::UTC),
            now,
            dates: OnceLock::new(),
            numbers: OnceLock::new(),
        }
    }

    /// For the person who looks at the page.
    pub fn of(viewer: &Viewer, now: i64) -> Self {
        Format::new(&viewer.locale, &viewer.time_zone, now)
    }

    /// The calendar date: "12 May 2026".
    pub fn date(&self, millis: i64) -> When {
        let zoned = self.zoned(millis);
        When { text: self.written(&zoned), iso: zoned.timestamp().to_string() }
    }

    /// How long ago, up to a month; the date beyond that.
    pub fn ago(&self, millis: i64) -> When {
        let texts = &t().when;
        let passed = self.now - millis;
        let text = match passed {
            p if p < MINUTE => texts.now.to_owned(),
            p if p < HOUR => texts.minutes_ago(p / MINUTE),
            p if p < DAY => texts.hours_ago(p / HOUR),
            p if p < 2 * DAY => texts.yesterday.to_owned(),
            p if p < 30 * DAY => texts.days_ago(p / DAY),
            _ => return self.date(millis),
        };
        When { text, iso: self.zoned(millis).timestamp().to_string() }
    }

    /// Date and time of day: "12 May 2026, 14:05".
    pub fn moment(&self, millis: i64) -> When {
        let zoned = self.zoned(millis);
        let text = format!("{}, {:02}:{:02}", self.written(&zoned), zoned.hour(), zoned.minute());
        When { text, iso: zoned.timestamp().to_string() }
    }

    /// The day in full: "Tuesday, 12 May 2026" as the locale writes it.
    pub fn day(&self, millis: i64) -> When {
        let zoned = self.zoned(millis);
        let formatter = DateTimeFormatter::try_new((&self.locale).into(), YMDE::long());
        let date = Date::try_new_iso(i32::from(zoned.year()), zoned.month() as u8, zoned.day() as u8);
        let text = match (formatter, date) {
            (Ok(formatter), Ok(date)) => formatter.format(&date).to_string(),
            _ => zoned.date().to_string(),
        };
        When { text, iso: zoned.timestamp().to_string() }
    }

    /// The hour of the day, from 0 to 23.
    pub fn hour(&self, millis: i64) -> i64 {
        i64::from(self.zoned(millis).hour())
    }

    /// The time of day: "14:05".
    pub fn time(&self, millis: i64) -> When {
        let zoned = self.zoned(millis);
        let text = format!("{:02}:{:02}", zoned.hour(), zoned.minute());
        When { text, iso: zoned.timestamp().to_string() }
    }

    /// A whole number with the locale's separators.
    pub fn number(&self, n: i64) -> String {
        let made = || DecimalFormatter::try_new((&self.locale).into(), Default::default()).ok();
        match self.numbers.get_or_init(made) {
            Some(formatter) => formatter.format(&Decimal::from(n)).to_string(),
            None => n.to_string(),
        }
    }

    fn zoned(&self, millis: i64) -> jiff::ZonedDateTime {
        Timestamp::from_millisecond(millis).unwrap_or(Timestamp::UNIX_EPOCH).to_zoned_datetime(self.zone.clone())
    }

    fn written(&self, zoned: &jiff::ZonedDateTime) -> String {
        let made = || DateTimeFormatter::try_new((&self.locale).into(), YMD::medium()).ok();
        let date = Date::try_new_iso(i32::from(zoned.year()), zoned.month() as u8, zoned.day() as u8);
        match (self.dates.get_or_init(made), date) {
            (Some(formatter), Ok(date)) => formatter.format(&date).to_string(),
            _ => zoned.date().to_string(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const MAY_12: i64 = 1_778_620_000_000; // 2026-05-12T21:06:40Z

    #[test]
    fn dates_follow_locale_and_zone() {
        let date = |locale, zone| Format::new(locale, zone, MAY_12).date(MAY_12).text;
        assert_eq!(date("en-GB", "Europe/London"), "12 May 2026");
        assert_eq!(date("en-US", "America/New_York"), "May 12, 2026");
        assert_eq!(date("en-GB", "Asia/Tokyo"), "13 May 2026");
        assert_eq!(date("nonsense!", "Mars/Olympus"), "May 12, 2026");
    }

    #[test]
    fn a_day_has_its_name_and_its_hours() {
        let london = Format::new("en-GB", "Europe/London", MAY_12);
        assert_eq!((london.day(MAY_12).text.as_str(), london.hour(MAY_12)), ("Tuesday, 12 May 2026", 22));
        assert_eq!(Format::new("en-US", "Asia/Tokyo", MAY_12).hour(MAY_12), 6);
    }

    #[test]
    fn the_recent_past_is_told_in_words() {
        let ago = |passed| Format::new("en-GB", "UTC", MAY_12).ago(MAY_12 - passed).text;
        assert_eq!(ago(5_000), "just now");
        assert_eq!(ago(MINUTE), "1 minute ago");
        assert_eq!(ago(3 * HOUR), "3 hours ago");
        assert_eq!(ago(DAY), "yesterday");
        assert_eq!(ago(9 * DAY), "9 days ago");
        assert_eq!(ago(40 * DAY), "2 Apr 2026");
    }

    #[test]
    fn numbers_are_grouped() {
        assert_eq!(Format::new("en-GB", "UTC", 0).number(10_605), "10,605");
        assert_eq!(Format::new("de-DE", "UTC", 0).number(10_605), "10.605");
    }
}
