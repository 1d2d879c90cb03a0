//! What the manager's pages show.

use crate::base::When;
use crate::directory::PersonRef;
use crate::playlists::Stage;
use serde::{Deserialize, Serialize};

/// What the address of the team page asks for.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct TeamQuery {
    /// The playlist's slug; empty for the most followed one.
    pub playlist: String,
    /// `direct` for direct reports, a manager's id for her and her line, else the whole line.
    pub people: String,
}

impl TeamQuery {
    /// The part of an address after the page: empty, or `?` and what was chosen. What can be neither a slug nor an id is
    /// left out.
    pub fn to_address(&self) -> String {
        let sound = |value: &str| !value.is_empty() && value.chars().all(|c| c.is_ascii_alphanumeric() || c == '-');
        let parts: Vec<String> = [("playlist", &self.playlist), ("people", &self.people)]
            .into_iter()
            .filter(|(_, value)| sound(value))
            .map(|(name, value)| format!("{name}={value}"))
            .collect();
        if parts.is_empty() { String::new() } else { format!("?{}", parts.join("&")) }
    }
}

/// A playlist that can be chosen.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Choice {
    /// The last part of its address.
    pub slug: String,
    /// Its title.
    pub title: String,
    /// How many of the people follow it.
    pub followers: i64,
}

/// Why somebody may need help.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Help {
    /// Started, and nothing for two weeks.
    StandsStill,
    /// Not started, two weeks after the playlist was published.
    NotStarted,
}

/// One person and the chosen playlist.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct TeamRow {
    /// Who.
    pub person: PersonRef,
    /// How far.
    pub stage: Stage,
    /// Items done.
    pub done: i64,
    /// Items that the person can see.
    pub items: i64,
    /// Whether she follows the playlist.
    pub following: bool,
    /// When she last opened or finished something of it.
    pub last: Option<When>,
    /// Why she may need help, if she does.
    pub help: Option<Help>,
}

/// How many people are how far.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Counts {
    /// Nothing opened yet.
    pub not_started: i64,
    /// Something opened, nothing finished.
    pub started: i64,
    /// Something finished.
    pub under_way: i64,
    /// Everything finished.
    pub done: i64,
}

impl Counts {
    /// Counts one more.
    pub fn add(&mut self, stage: Stage) {
        match stage {
            Stage::NotStarted => self.not_started += 1,
            Stage::Started => self.started += 1,
            Stage::UnderWay => self.under_way += 1,
            Stage::Done => self.done += 1,
        }
    }
}

/// The team page.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct TeamView {
    /// What the address asked for.
    pub query: TeamQuery,
    /// Playlists to choose from, the most followed first.
    pub choices: Vec<Choice>,
    /// The chosen one; `None` where there are none.
    pub playlist: Option<Choice>,
    /// When that was published.
    pub published: Option<When>,
    /// Managers in the line, whose teams can be chosen.
    pub teams: Vec<PersonRef>,
    /// Who started and stands still first, then by how far, then by name.
    pub rows: Vec<TeamRow>,
    /// How many are how far.
    pub counts: Counts,
    /// People who are not in the playlist's audience.
    pub outside: i64,
}

/// What comes next for somebody in a playlist.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct NextItem {
    /// Id and title of the resource; `None` where it is not shared with the manager.
    pub resource: Option<(String, String)>,
    /// Whether she has opened it.
    pub opened: bool,
    /// The day on which it became the next one; `None` before the start.
    pub since: Option<When>,
}

/// One playlist of a person.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct PersonRow {
    /// The last part of its address; `None` where the manager cannot open it.
    pub slug: Option<String>,
    /// Its title.
    pub title: String,
    /// How far.
    pub stage: Stage,
    /// Items done.
    pub done: i64,
    /// Items that the person can see.
    pub items: i64,
    /// Whether she follows it.
    pub following: bool,
    /// When she last opened or finished something of it.
    pub last: Option<When>,
    /// What she would do next; `None` where everything is done.
    pub next: Option<NextItem>,
}

/// A person's page, for those above her in the line.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct PersonView {
    /// Who.
    pub person: PersonRef,
    /// Her mail address.
    pub email: String,
    /// What she follows or has started.
    pub rows: Vec<PersonRow>,
}

/// The link that writes to a mail address; what would end the address there is encoded.
pub fn mailto(email: &str) -> String {
    let encoded = |c: char| match c {
        '%' | '?' | '&' | '#' | '/' => format!("%{:02X}", u32::from(c)),
        c => c.to_string(),
    };
    format!("mailto:{}", email.chars().map(encoded).collect::<String>())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_holds_what_was_chosen_and_nothing_else() {
        let address =
            |playlist: &str, people: &str| TeamQuery { playlist: playlist.into(), people: people.into() }.to_address();
        assert_eq!(address("", ""), "");
        assert_eq!(address("first-steps", ""), "?playlist=first-steps");
        assert_eq!(address("first-steps", "direct"), "?playlist=first-steps&people=direct");
        assert_eq!(address("x&people=boss", "direct"), "?people=direct");
    }

    #[test]
    fn a_mail_address_is_the_whole_of_the_link() {
        assert_eq!(mailto("ann+atrium@halden.example"), "mailto:ann+atrium@halden.example");
        assert_eq!(mailto("a?cc=b&c@d.example"), "mailto:a%3Fcc=b%26c@d.example");
    }
}
