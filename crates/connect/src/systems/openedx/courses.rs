//! Courses.

use serde_json::Value;

use super::School;
use crate::{
    clean::{Draft, Gather, rejected, rfc3339},
    model::{Item, Kind},
    values::{self, Measure},
};

/// The start of a course that has none: Studio's default.
const UNSCHEDULED: &str = "2030-01-01T00:00:00Z";
/// Milliseconds of a week.
const WEEK: i64 = 7 * 86_400_000;
/// Weeks of a course that is meant to be gone through from its start to its end.
const MAX_WEEKS: i64 = 60;

impl School {
    /// Reads one course of the list.
    pub(super) fn read(&self, course: &Value, now: i64, gather: &mut Gather, gone: &mut Vec<String>) {
        let text = |name: &str| course[name].as_str().unwrap_or_default();
        let id = course["id"].as_str().or(course["course_id"].as_str()).unwrap_or_default();
        if id.is_empty() {
            gather.push(Err(rejected(None, "It has no id.", text("name"))));
            return;
        }
        if !self.is_offered(course, now) {
            gone.push(id.to_owned());
            return;
        }
        let start = rfc3339(text("start")).filter(|_| text("start_type") != "empty" && text("start") != UNSCHEDULED);
        let weeks = start.zip(rfc3339(text("end"))).map(|(start, end)| (end - start + WEEK - 1) / WEEK);
        let draft = Draft {
            external_id: id.to_owned(),
            // The sign + stands for itself in a path.
            url: format!("/courses/{id}/about"),
            title: text("name").to_owned(),
            summary: text("short_description").to_owned(),
            authors: vec![text("org").to_owned()],
            minutes: effort(text("effort"), if self.whole { None } else { Some(weeks) }),
            published_at: start,
            ..Draft::new(Kind::Course)
        };
        gather.push(draft.finish(self.api.address()).map(Item::Resource));
    }

    /// Whether people may enter a course now.
    fn is_offered(&self, course: &Value, now: i64) -> bool {
        let is_over = ["end", "enrollment_end"].iter().any(|name| {
            let end = course[*name].as_str().and_then(rfc3339);
            end.is_some_and(|end| end < now)
        });
        course["hidden"] != true && course["invitation_only"] != true && (self.ended || !is_over)
    }
}

/// Minutes of what an author wrote about the effort: `6`, `4-6 hours per week`, `5:30`. The larger of two numbers counts. `weeks`
/// is how many there are where a week's hours are meant; none of them, and of too many, make no length.
fn effort(text: &str, weeks: Option<Option<i64>>) -> Option<i64> {
    let text = text.to_lowercase();
    let text =
        ["per week", "a week", "/week", "weekly", "each week"].iter().fold(text, |text, part| text.replace(part, ""));
    let last = text.rsplit(['-', '–', '—']).next()?.trim();
    let last = last.rsplit(" to ").next()?.trim();
    let hours = match last.split_once(':') {
        // Hours and minutes, as Studio's example has it.
        Some((hours, minutes)) => {
            let (hours, minutes): (i64, i64) = (hours.parse().ok()?, minutes.parse().ok()?);
            ((0..1000).contains(&hours) && (0..60).contains(&minutes)).then_some(hours * 60 + minutes)?
        }
        None => values::minutes(last, Measure::Hours)?,
    };
    let times = match weeks {
        None => 1,
        Some(weeks) => weeks.filter(|weeks| (1..=MAX_WEEKS).contains(weeks))?,
    };
    Some(hours * times).filter(|minutes| *minutes > 0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn effort_is_read_as_people_write_it() {
        for (text, minutes) in [
            ("6", 360),
            ("6 hours", 360),
            ("4-6 hours per week", 360),
            ("4 – 6 hours/week", 360),
            ("2 to 3 hours a week", 180),
            ("5:30", 330),
            ("04:00", 240),
            ("90 min", 90),
            ("1.5", 90),
        ] {
            assert_eq!(effort(text, None), Some(minutes), "{text}");
            assert_eq!(effort(text, Some(Some(4))), Some(minutes * 4), "{text}");
            assert_eq!(effort(text, Some(None)), None, "a week's effort of a course without dates");
        }
        for text in ["", "some", "-", "5:99", "99999:00", "0", "1:2:3"] {
            assert_eq!(effort(text, None), None, "{text}");
        }
        assert_eq!(effort("3", Some(Some(500))), None, "a course that hardly ends has no length");
    }
}
