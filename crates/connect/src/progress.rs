//! What learning systems say about people: who takes which course, and who has finished it. A second trait beside
//! [`Connector`](crate::Connector), for systems that can tell; whether it is read at all is a setting of its own, and off
//! unless somebody switches it on. Marks and grades are left out on purpose: nothing here needs them.

use async_trait::async_trait;

use crate::{
    error::Error,
    http::Http,
    model::{Cursor, Next, Rejected},
    system::{Field, FieldKind, Form, Section, Settings},
    text::{excerpt, to_line},
};

/// Minutes between two readings, at least and at most (a month).
const MINUTES_RANGE: std::ops::RangeInclusive<i64> = 30..=43_200;
/// Longest address or identifier of a person, in characters.
const KNOWN_MAX: usize = 254;

/// Reads who takes which course. Each run begins anew: what it lists is all that there is.
#[async_trait]
pub trait Progress: Send + Sync {
    /// The page after `cursor`; none starts a run.
    ///
    /// # Errors
    /// Where the page cannot be had at all. A course or a person that cannot be read is
    /// [`ProgressPage::rejected`] instead.
    async fn page(&self, http: &Http, cursor: Option<&Cursor>) -> Result<ProgressPage, Error>;
}

/// One step of a run.
#[derive(Clone, Debug, PartialEq)]
pub struct ProgressPage {
    pub enrolments: Vec<Enrolment>,
    pub rejected: Vec<Rejected>,
    /// What follows. `complete` says that whom the run did not name is not there any more; a cursor for the run after
    /// it there is none.
    pub next: Next,
}

/// One person in one course.
#[derive(Clone, Debug, PartialEq)]
pub struct Enrolment {
    /// The course, by the id that its resource has in [`crate::Resource::external_id`].
    pub course: String,
    pub learner: Learner,
    /// Epoch milliseconds, where the system tells.
    pub enrolled_at: Option<i64>,
    /// When she was last in the course; epoch milliseconds.
    pub last_access_at: Option<i64>,
    /// How far she is, from 0 to 1.
    pub progress: Option<f64>,
    pub completion: Completion,
}

/// Whether a course is finished. What is not told is not the same as not finished.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Completion {
    /// The system does not say: nobody tracks it, or the account may not know.
    Unknown,
    /// It is not finished, or not any more.
    Open,
    /// It is finished.
    Done {
        /// Since when (epoch milliseconds), where the system tells.
        at: Option<i64>,
    },
}

/// An account of the learning system.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Learner {
    /// Stable within the system.
    pub id: String,
    /// As the system shows it, at most 200 characters.
    pub name: String,
    pub email: Option<String>,
    /// The system says that the address is the account's own. False also where it does not say.
    pub email_verified: bool,
    /// What the account signs in with.
    pub username: Option<String>,
    /// The number that the organisation knows the person by.
    pub number: Option<String>,
}

impl Learner {
    /// Bounds its texts, and drops those that are empty.
    pub(crate) fn tidy(self) -> Self {
        let known = |text: Option<String>| {
            text.map(|text| to_line(&text)).filter(|text| !text.is_empty() && text.chars().count() <= KNOWN_MAX)
        };
        Self {
            name: excerpt(&to_line(&self.name), 200),
            email: known(self.email),
            username: known(self.username),
            number: known(self.number),
            ..self
        }
    }
}

/// By what an account of the learning system is recognised as a person.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum MatchBy {
    /// The mail address, if the system says that it is verified.
    Email,
    /// Its user name is the person's employee number.
    Username,
    /// Its ID number is the person's employee number.
    Number,
}

impl MatchBy {
    fn parse(word: &str) -> Option<Self> {
        [("email", Self::Email), ("username", Self::Username), ("number", Self::Number)]
            .into_iter()
            .find(|(known, _)| *known == word)
            .map(|(_, by)| by)
    }
}

/// The settings of reading people.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Reading {
    pub match_by: MatchBy,
    /// Minutes between two runs.
    pub minutes: i64,
}

impl Reading {
    /// What a source's settings say of it; none where people are not read.
    pub fn of(settings: &Settings) -> Option<Self> {
        let form = Form::new(PROGRESS_FIELDS, settings);
        form.flag(READ.name).then(|| Self {
            match_by: MatchBy::parse(form.get(MATCH.name)).unwrap_or(MatchBy::Email),
            minutes: form.number(EVERY.name).clamp(*MINUTES_RANGE.start(), *MINUTES_RANGE.end()),
        })
    }

    /// Whether a setting is one of these: changing it changes nothing of what is read about courses.
    pub fn is_about(field: &str) -> bool {
        PROGRESS_FIELDS.iter().any(|own| own.name == field)
    }
}

/// What the reading of people has to say about a form.
pub(crate) fn check(form: &mut Form<'_>) {
    if !MINUTES_RANGE.contains(&form.number(EVERY.name)) {
        form.fault(EVERY.name, "Give a whole number of minutes from 30 to 43200, or leave it empty.");
    }
}

/// Whether people are read.
pub(crate) const READ: Field = Field {
    name: "progress",
    label: "Read enrolments and completions",
    help: "Who takes which course becomes part of people's own history, with this source named. People are never added; \
           marks and grades are never read. The account needs more rights for it: see the source's documentation.",
    kind: FieldKind::Flag,
    required: false,
    default: "false",
};

/// By what they are recognised.
pub(crate) const MATCH: Field = Field {
    name: "progress_match",
    label: "How people are recognised",
    help: "Employee numbers come with the list of people (atrium people import). Who is not recognised is listed, and can be \
           matched by hand.",
    kind: FieldKind::Choice(&[
        ("email", "By mail address, if the system has verified it"),
        ("username", "Its user name is the employee number"),
        ("number", "Its ID number is the employee number"),
    ]),
    required: false,
    default: "email",
};

/// How often.
pub(crate) const EVERY: Field = Field {
    name: "progress_minutes",
    label: "Minutes between readings of people",
    help: "From 30 to 43200. Empty for twice a day.",
    kind: FieldKind::Number,
    required: false,
    default: "720",
};

/// All of them, to be put at the end of a system's own.
const PROGRESS_FIELDS: &[Field] = &[READ, MATCH, EVERY];

/// The part of the form that they make, after a system's own fields.
pub(crate) const SECTIONS: &[Section] = &[Section {
    from: READ.name,
    title: "People",
    help: "Who takes which course, and who has finished it.",
    folded: true,
}];

#[cfg(test)]
mod tests {
    use super::*;

    fn settings(pairs: &[(&str, &str)]) -> Settings {
        pairs.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect()
    }

    #[test]
    fn nothing_is_read_unless_somebody_says_so() {
        assert_eq!(Reading::of(&settings(&[])), None);
        assert_eq!(Reading::of(&settings(&[("progress", "false"), ("progress_match", "number")])), None);
        let plain = Reading::of(&settings(&[("progress", "true")])).unwrap();
        assert_eq!(plain, Reading { match_by: MatchBy::Email, minutes: 720 });
        let chosen = [("progress", "true"), ("progress_match", "number"), ("progress_minutes", "60")];
        assert_eq!(Reading::of(&settings(&chosen)), Some(Reading { match_by: MatchBy::Number, minutes: 60 }));
        assert!(Reading::is_about("progress_match") && !Reading::is_about("address"));
    }

    #[test]
    fn each_way_of_matching_that_is_offered_is_known() {
        let FieldKind::Choice(choices) = MATCH.kind else { panic!("a choice") };
        assert!(choices.iter().all(|(word, _)| MatchBy::parse(word).is_some()));
        assert_eq!(MatchBy::parse("name"), None);
    }

    #[test]
    fn what_a_person_is_called_is_bounded() {
        let learner = Learner {
            id: "7".into(),
            name: format!("A\n{}", "x".repeat(400)),
            email: Some("  ".into()),
            username: Some("x".repeat(300)),
            number: Some(" 12 ".into()),
            ..Learner::default()
        };
        let tidy = learner.tidy();
        assert!(tidy.name.chars().count() <= 200 && !tidy.name.contains('\n'));
        assert_eq!((tidy.email, tidy.username, tidy.number.as_deref()), (None, None, Some("12")));
    }
}
