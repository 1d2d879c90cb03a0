//! People and groups as other rooms and pages see them.

use serde::{Deserialize, Serialize};

/// A person, as far as other people's pages show one.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct PersonRef {
    /// The person's id.
    pub id: String,
    /// Full name.
    pub name: String,
    /// What the organisation calls the person's work; may be empty.
    pub job_title: String,
}

/// A team, or any other set of people that an audience can name.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Group {
    /// What audiences hold.
    pub id: String,
    /// Unique among groups.
    pub name: String,
}

/// What an import did. People whom the file does not name are not counted; they stay as they were.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct ImportReport {
    /// People who were not there before.
    pub added: i64,
    /// People of whom something changed: a name, a title, a team, a manager, a locale, a time zone.
    pub changed: i64,
    /// People who were there just so.
    pub unchanged: i64,
}
