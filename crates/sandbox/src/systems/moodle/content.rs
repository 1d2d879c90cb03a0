//! What the site holds when it starts, as `content/moodle.json` describes it.

use std::collections::BTreeMap;

use serde::Deserialize;

/// The site's start.
#[derive(Clone, Debug, Default, Deserialize, PartialEq)]
#[serde(deny_unknown_fields)]
pub struct MoodleContent {
    #[serde(default)]
    pub categories: Vec<MoodleCategory>,
    #[serde(default)]
    pub courses: Vec<MoodleCourse>,
    #[serde(default)]
    pub people: Vec<MoodlePerson>,
}

/// Somebody with an account.
#[derive(Clone, Debug, Default, Deserialize, PartialEq)]
#[serde(deny_unknown_fields, default)]
pub struct MoodlePerson {
    pub id: u64,
    pub username: String,
    pub name: String,
    pub email: String,
    /// The ID number; empty for none.
    pub number: String,
    /// Whether the account, and with it the mail address, was confirmed.
    pub confirmed: bool,
    /// Kept from the token's account.
    pub hidden: bool,
    pub courses: Vec<MoodleEnrolment>,
}

/// A course that somebody takes; its times are relative to the site's start.
#[derive(Clone, Debug, Default, Deserialize, PartialEq)]
#[serde(deny_unknown_fields, default)]
pub struct MoodleEnrolment {
    pub course: u64,
    pub last_access_days_ago: Option<f64>,
    /// Percent.
    pub progress: Option<f64>,
    pub completed_days_ago: Option<f64>,
    pub suspended: bool,
}

/// A category of courses.
#[derive(Clone, Debug, Default, Deserialize, PartialEq)]
#[serde(deny_unknown_fields)]
pub struct MoodleCategory {
    pub id: u64,
    pub name: MoodleText,
    /// The category that it is in; 0 for none.
    #[serde(default)]
    pub parent: u64,
}

/// A text, HTML but for names, in one language or in several.
#[derive(Clone, Debug, Deserialize, PartialEq)]
#[serde(untagged)]
pub enum MoodleText {
    One(String),
    /// Languages, as Moodle's packs are named, with their texts.
    Several(Vec<(String, String)>),
}

impl Default for MoodleText {
    fn default() -> Self {
        Self::One(String::new())
    }
}

impl From<&str> for MoodleText {
    fn from(text: &str) -> Self {
        Self::One(text.to_owned())
    }
}

/// A course; its times are relative, so that a demo is always recent.
#[derive(Clone, Debug, Deserialize, PartialEq)]
#[serde(deny_unknown_fields)]
pub struct MoodleCourse {
    /// From 2 on: 1 is the front page.
    pub id: u64,
    pub fullname: MoodleText,
    pub shortname: String,
    pub category: u64,
    #[serde(default)]
    pub summary: MoodleText,
    /// The language that the course forces, as Moodle's packs are named; empty for none.
    #[serde(default)]
    pub lang: String,
    #[serde(default = "yes")]
    pub visible: bool,
    /// The course's contacts.
    #[serde(default)]
    pub teachers: Vec<String>,
    pub created_days_ago: f64,
    pub modified_days_ago: f64,
    /// Days since its end; none for a course that does not end.
    #[serde(default)]
    pub ended_days_ago: Option<f64>,
    /// Custom fields: short names and values.
    #[serde(default)]
    pub fields: BTreeMap<String, String>,
    #[serde(default)]
    pub sections: Vec<MoodleSection>,
}

/// A part of a course.
#[derive(Clone, Debug, Deserialize, PartialEq)]
#[serde(deny_unknown_fields)]
pub struct MoodleSection {
    pub name: MoodleText,
    #[serde(default = "yes")]
    pub visible: bool,
    #[serde(default)]
    pub activities: Vec<MoodleActivity>,
}

/// A thing in a section.
#[derive(Clone, Debug, Deserialize, PartialEq)]
#[serde(deny_unknown_fields)]
pub struct MoodleActivity {
    /// The course module's id.
    pub id: u64,
    /// The name of its module: page, url, book, quiz, scorm, h5pactivity, forum, label, assign, resource.
    pub kind: String,
    pub name: MoodleText,
    /// Shown on the course's page.
    #[serde(default)]
    pub description: MoodleText,
    #[serde(default = "yes")]
    pub visible: bool,
    /// Whom it is kept for, in words; empty for everybody in the course.
    #[serde(default)]
    pub condition: String,
    /// Where a link leads.
    #[serde(default)]
    pub url: String,
}

fn yes() -> bool {
    true
}
