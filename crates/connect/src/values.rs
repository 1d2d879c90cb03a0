//! Values as systems write them: moments, lengths of time, words for kinds and levels, lists in one text.

use jiff::{Span, SpanRelativeTo, Timestamp, Unit, civil, tz::TimeZone};

use crate::{
    clean::plausible,
    model::{Kind, Level},
};

/// The kinds as a form offers them.
pub(crate) const KINDS: &[(&str, &str)] = &[
    ("article", "Articles"),
    ("course", "Courses"),
    ("video", "Videos"),
    ("podcast", "Podcast episodes"),
    ("book", "Books"),
    ("lab", "Labs and interactive tutorials"),
    ("assessment", "Assessments"),
    ("event", "Events"),
    ("job_aid", "Job aids"),
    ("wiki_page", "Wiki pages"),
];

/// A moment in epoch milliseconds: RFC 3339 and the rest of ISO 8601's usual forms (a day, a month or a year alone too),
/// RFC 5322, `31.12.2025`, and seconds or milliseconds of the Unix epoch. A time without an offset is taken as UTC.
pub(crate) fn moment(text: &str) -> Option<i64> {
    let text = text.trim();
    if text.is_empty() || text.len() > 64 {
        return None;
    }
    if text.len() > 8 && is_digits(text) {
        return text.parse().ok().and_then(epoch);
    }
    let at = match text.len() {
        4 if is_digits(text) => of_day(&format!("{text}-01-01")),
        7 if text.as_bytes()[4] == b'-' => of_day(&format!("{text}-01")),
        8 if is_digits(text) => of_day(text),
        _ => None,
    };
    let at = at.or_else(|| text.parse::<Timestamp>().ok()).or_else(|| of_day(text)).or_else(|| {
        let parser = jiff::fmt::rfc2822::DateTimeParser::new();
        parser.parse_timestamp(text).ok()
    });
    match at {
        Some(at) => Some(at.as_millisecond()).filter(|at| plausible(*at)),
        None => text.parse().ok().and_then(epoch).or_else(|| dotted(text)),
    }
}

/// Seconds or milliseconds since 1970: whichever of the two is a moment of our time.
pub(crate) fn epoch(number: f64) -> Option<i64> {
    let millis = if number.abs() < 1e11 { number * 1000.0 } else { number };
    // A float out of range is cut to the nearest that fits, which is not plausible.
    Some(millis as i64).filter(|at| plausible(*at) && number.is_finite() && number != 0.0)
}

/// A moment as the connection test shows it: its day in UTC.
pub(crate) fn day(at: i64) -> Option<String> {
    let at = Timestamp::from_millisecond(at).ok()?;
    Some(TimeZone::UTC.to_datetime(at).date().to_string())
}

fn of_day(text: &str) -> Option<Timestamp> {
    let at = text.replace('/', "-").parse::<civil::DateTime>().ok()?;
    TimeZone::UTC.to_timestamp(at).ok()
}

/// `31.12.2025`, as it is written in much of Europe.
fn dotted(text: &str) -> Option<i64> {
    let mut parts = text.split('.').map(str::trim);
    let (day, month, year) = (parts.next()?, parts.next()?, parts.next()?);
    if parts.next().is_some() || ![day, month, year].into_iter().all(is_digits) || year.len() != 4 {
        return None;
    }
    Some(of_day(&format!("{year}-{month:0>2}-{day:0>2}"))?.as_millisecond()).filter(|at| plausible(*at))
}

fn is_digits(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit())
}

/// What a plain number stands for where a length of time is meant.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Measure {
    Seconds,
    Minutes,
    Hours,
    /// Nothing: it has to be an ISO 8601 duration.
    Iso,
}

/// The measures as a form offers them.
pub(crate) const MEASURES: &[(&str, &str)] =
    &[("minutes", "Minutes"), ("seconds", "Seconds"), ("hours", "Hours"), ("iso", "ISO 8601, such as PT1H30M")];

impl Measure {
    /// Reads a word of [`MEASURES`].
    pub(crate) fn parse(word: &str) -> Self {
        match word {
            "seconds" => Self::Seconds,
            "hours" => Self::Hours,
            "iso" => Self::Iso,
            _ => Self::Minutes,
        }
    }

    fn seconds(self) -> Option<f64> {
        match self {
            Self::Seconds => Some(1.0),
            Self::Minutes => Some(60.0),
            Self::Hours => Some(3600.0),
            Self::Iso => None,
        }
    }
}

/// A length of time in minutes, rounded up: a number in `measure`, an ISO 8601 duration, `1:30:00`, or words such as
/// `1 h 30 min`. None of nothing, and of more than 100,000 minutes.
pub(crate) fn minutes(text: &str, measure: Measure) -> Option<i64> {
    let text = text.trim();
    if text.is_empty() || text.len() > 64 {
        return None;
    }
    let seconds = match text.replace(',', ".").parse::<f64>() {
        Ok(number) => number * measure.seconds()?,
        Err(_) => clock(text).or_else(|| span(text))?,
    };
    let minutes = (seconds / 60.0).ceil();
    (seconds > 0.0 && minutes <= 100_000.0).then_some(minutes as i64)
}

/// `1:30:00` and `45:30` in seconds.
fn clock(text: &str) -> Option<f64> {
    let parts: Vec<&str> = text.split(':').collect();
    if !(2..=3).contains(&parts.len()) || !parts.iter().all(|part| is_digits(part) && part.len() <= 4) {
        return None;
    }
    Some(parts.iter().fold(0.0, |sum, part| sum * 60.0 + part.parse::<f64>().unwrap_or_default()))
}

/// ISO 8601's durations and jiff's friendly ones, in seconds; a day has 24 hours, months and years have no length.
fn span(text: &str) -> Option<f64> {
    let span: Span = text.parse().ok()?;
    span.total((Unit::Second, SpanRelativeTo::days_are_24_hours())).ok()
}

/// Whether a value says yes: `true`, a number but 0, or a text that is not a no.
pub(crate) fn is_yes(text: &str) -> bool {
    !matches!(text.trim().to_lowercase().as_str(), "" | "false" | "0" | "no" | "n" | "off" | "none" | "null")
}

/// A word in lower case with nothing but letters and digits.
pub(crate) fn plain_word(text: &str) -> String {
    text.chars().filter(|letter| letter.is_alphanumeric()).flat_map(char::to_lowercase).take(100).collect()
}

/// The kind that a system's word for it means.
pub(crate) fn kind(word: &str) -> Option<Kind> {
    let word = plain_word(word);
    kind_of(&word).or_else(|| kind_of(word.strip_suffix('s')?))
}

fn kind_of(word: &str) -> Option<Kind> {
    Some(match word {
        "course" | "mooc" | "elearning" | "class" | "curriculum" | "training" => Kind::Course,
        "video" | "movie" | "recording" | "lecture" | "talk" | "screencast" => Kind::Video,
        "article" | "blog" | "blogpost" | "post" | "news" | "paper" | "page" | "document" => Kind::Article,
        "podcast" | "episode" | "podcastepisode" | "audio" => Kind::Podcast,
        "book" | "ebook" | "audiobook" => Kind::Book,
        "lab" | "tutorial" | "exercise" | "handson" | "interactive" => Kind::Lab,
        "assessment" | "quiz" | "quizze" | "test" | "exam" | "certification" => Kind::Assessment,
        "event" | "webinar" | "workshop" | "session" | "meetup" | "conference" | "classroom" => Kind::Event,
        "jobaid" | "checklist" | "cheatsheet" | "howto" | "template" | "guide" | "manual" => Kind::JobAid,
        "wikipage" | "wiki" => Kind::WikiPage,
        _ => return None,
    })
}

/// The level that a system's word for it means.
pub(crate) fn level(word: &str) -> Option<Level> {
    Some(match plain_word(word).as_str() {
        "beginner" | "beginners" | "introductory" | "basic" | "easy" | "novice" | "foundation" => Level::Beginner,
        "intermediate" | "medium" | "practitioner" => Level::Intermediate,
        "advanced" | "expert" | "hard" | "difficult" => Level::Advanced,
        _ => return None,
    })
}

/// The parts of a text that holds a list: by semicolons, else by bars, else by commas.
pub(crate) fn list(text: &str) -> Vec<String> {
    let mark = [';', '|', ','].into_iter().find(|mark| text.contains(*mark)).unwrap_or(',');
    let parts = text.split(mark).map(str::trim).filter(|part| !part.is_empty());
    parts.take(200).map(str::to_owned).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn moments_come_in_many_forms() {
        let noon = 1_709_208_000_000;
        for text in [
            "2024-02-29T12:00:00Z",
            "2024-02-29T13:00:00+01:00",
            "2024-02-29T13:00:00+0100",
            "2024-02-29 12:00:00",
            "2024-02-29T12:00",
            "Thu, 29 Feb 2024 12:00:00 GMT",
            "1709208000",
            "1709208000000",
        ] {
            assert_eq!(moment(text), Some(noon), "{text}");
        }
        let midnight = noon - 12 * 3_600_000;
        for text in ["2024-02-29", "29.02.2024", "29.2.2024", "2024/02/29", "20240229"] {
            assert_eq!(moment(text), Some(midnight), "{text}");
        }
        assert_eq!(moment("2024"), Some(1_704_067_200_000));
        assert_eq!(moment("2024-01"), Some(1_704_067_200_000));
        for text in ["", "soon", "0", "2023-02-29", "31.13.2024", "1e300", "NaN", "99999999999999999999", "-"] {
            assert_eq!(moment(text), None, "{text}");
        }
    }

    #[test]
    fn lengths_come_in_many_forms() {
        let read = |text, measure| minutes(text, measure);
        assert_eq!(read("90", Measure::Minutes), Some(90));
        assert_eq!(read("5400", Measure::Seconds), Some(90));
        assert_eq!(read("1,5", Measure::Hours), Some(90));
        for text in ["PT1H30M", "PT90M", "1:30:00", "90:00", "1h 30m", "90 minutes", "1.5 hours", "1 hour 30 min"] {
            assert_eq!(read(text, Measure::Iso), Some(90), "{text}");
        }
        assert_eq!(read("P1D", Measure::Minutes), Some(1440));
        assert_eq!(read("61", Measure::Seconds), Some(2));
        for text in ["", "about an hour", "-5", "0", "P1M", "1e30", "NaN", "inf", "1:2:3:4", "90"] {
            assert_eq!(read(text, Measure::Iso), None, "{text}");
        }
    }

    #[test]
    fn words_are_understood() {
        assert_eq!(kind("E-Book"), Some(Kind::Book));
        assert_eq!(kind("How-to guides"), None);
        assert_eq!(kind("Cheat sheets"), Some(Kind::JobAid));
        assert_eq!(kind("job_aid"), Some(Kind::JobAid));
        assert_eq!(level("Advanced"), Some(Level::Advanced));
        assert!(is_yes("true") && is_yes("2024-01-01") && !is_yes("False") && !is_yes("0"));
        assert_eq!(list("Rust; C, C++"), ["Rust", "C, C++"]);
        assert_eq!(list("Rust, C"), ["Rust", "C"]);
        for kind in Kind::ALL {
            assert_eq!(super::kind(kind.as_str()), Some(*kind), "a kind's own word is known");
            assert!(KINDS.iter().any(|(word, _)| *word == kind.as_str()));
        }
    }
}
