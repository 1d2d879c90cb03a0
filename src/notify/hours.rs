//! Quiet hours and the time of digests, in minutes of the day. Pure; compiles to wasm.

use serde::{Deserialize, Serialize};

/// Hours in which a person wants no mail, in her own time zone.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Quiet {
    /// The first quiet minute of the day, from 0.
    pub from: i64,
    /// The first minute that is quiet no more; before `from`, that is on the next day.
    pub until: i64,
}

impl Quiet {
    /// Whether this minute of the day is a quiet one. From and until the same minute: none is.
    pub fn holds(&self, minute: i64) -> bool {
        if self.from <= self.until {
            (self.from..self.until).contains(&minute)
        } else {
            minute >= self.from || minute < self.until
        }
    }
}

/// When a person wants mail, in her own time zone.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Timing {
    /// Not then.
    pub quiet: Option<Quiet>,
    /// The minute of the day at which digests go out.
    pub digest_at: i64,
    /// The day of the weekly digest, from 1 (Monday) to 7.
    pub digest_day: i64,
}

impl Default for Timing {
    fn default() -> Self {
        Timing { quiet: None, digest_at: 8 * 60, digest_day: 1 }
    }
}

/// "22:30" as the minute of the day.
pub fn minute_of(clock: &str) -> Option<i64> {
    let (hour, minute) = clock.trim().split_once(':')?;
    // Some browsers send seconds as well.
    let minute = minute.split(':').next().unwrap_or(minute);
    let digits = |text: &str| (text.len() == 2 && text.bytes().all(|b| b.is_ascii_digit())).then(|| text.parse().ok());
    let (hour, minute): (i64, i64) = (digits(hour)??, digits(minute)??);
    (hour < 24 && minute < 60).then_some(hour * 60 + minute)
}

/// The minute of the day as "22:30".
pub fn clock_of(minute: i64) -> String {
    format!("{:02}:{:02}", minute.div_euclid(60).rem_euclid(24), minute.rem_euclid(60))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn quiet_hours_go_over_midnight() {
        let night = Quiet { from: 22 * 60, until: 7 * 60 };
        for (minute, quiet) in [(21 * 60 + 59, false), (22 * 60, true), (0, true), (6 * 60 + 59, true), (7 * 60, false)]
        {
            assert_eq!(night.holds(minute), quiet, "{minute}");
        }
        let noon = Quiet { from: 12 * 60, until: 13 * 60 };
        assert!(noon.holds(12 * 60 + 30) && !noon.holds(13 * 60) && !noon.holds(0));
        let never = Quiet { from: 600, until: 600 };
        assert!((0..24 * 60).all(|minute| !never.holds(minute)));
    }

    #[test]
    fn times_of_day_are_read_as_browsers_send_them() {
        for (text, minute) in
            [("00:00", Some(0)), ("23:59", Some(1439)), ("07:30:00", Some(450)), (" 08:00 ", Some(480))]
        {
            assert_eq!(minute_of(text), minute, "{text}");
        }
        for wrong in ["", "24:00", "7:00", "07:60", "seven", "-1:00", "+7:00", "07"] {
            assert_eq!(minute_of(wrong), None, "{wrong}");
        }
        assert_eq!(minute_of(&clock_of(450)), Some(450));
    }
}
