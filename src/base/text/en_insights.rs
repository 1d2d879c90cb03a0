//! English texts of the manager's pages.

use super::count;

/// Texts of the room of insights.
pub struct InsightTexts {
    /// Title of the page.
    pub title: &'static str,
    /// Under it.
    pub lead: &'static str,
    /// Every look is written down.
    pub ledger_note: &'static str,
    /// The choice of a playlist.
    pub playlist: &'static str,
    /// The choice of people.
    pub people: &'static str,
    /// Everybody in the line.
    pub whole_line: &'static str,
    /// Direct reports only.
    pub direct: &'static str,
    /// Button of the filter.
    pub show: &'static str,
    /// Heading of the chart.
    pub where_they_are: &'static str,
    /// Heading of the table.
    pub everyone: &'static str,
    /// Column.
    pub person: &'static str,
    /// Column.
    pub state: &'static str,
    /// Column.
    pub items: &'static str,
    /// Column.
    pub last_activity: &'static str,
    /// Column on a person's page.
    pub playlist_column: &'static str,
    /// No activity.
    pub never: &'static str,
    /// Follows the playlist.
    pub following: &'static str,
    /// State.
    pub not_started: &'static str,
    /// State.
    pub started: &'static str,
    /// State.
    pub under_way: &'static str,
    /// State.
    pub done: &'static str,
    /// Heading.
    pub help_next: &'static str,
    /// Under it.
    pub help_note: &'static str,
    /// Nobody needs any.
    pub help_none: &'static str,
    /// Badge: started and stopped.
    pub stands_still: &'static str,
    /// Nothing published for the team.
    pub no_playlists: &'static str,
    /// What to do about it.
    pub no_playlists_hint: &'static str,
    /// The filter leaves nobody.
    pub nobody: &'static str,
    /// A person's page.
    pub person_lead: &'static str,
    /// A person's page without anything.
    pub person_none: &'static str,
    /// Column on a person's page.
    pub next_item: &'static str,
    /// In it, where everything is done.
    pub next_none: &'static str,
    /// The next item was not opened.
    pub not_opened: &'static str,
    /// A playlist whose page the manager cannot open.
    pub not_yours: &'static str,
    /// In the ledger: the person's page.
    pub look_person: &'static str,
}

/// English.
pub const INSIGHTS: InsightTexts = InsightTexts {
    title: "Your team",
    lead: "How far the people in your reporting line are with the playlists that are for them, so that you know whom to help.",
    ledger_note: "Everybody you see here can read on their own page that you looked, when, and at what.",
    playlist: "Playlist",
    people: "People",
    whole_line: "The whole line",
    direct: "Direct reports only",
    show: "Show",
    where_they_are: "Where they are",
    everyone: "Person by person",
    person: "Person",
    state: "State",
    items: "Items done",
    last_activity: "Last activity",
    playlist_column: "Playlist",
    never: "None yet",
    following: "Follows it",
    not_started: "Not started",
    started: "Started",
    under_way: "Under way",
    done: "Done",
    help_next: "Whom to help next",
    help_note: "For two weeks or more they have opened or finished nothing of it: they stand still, or have not started.",
    help_none: "Nobody has been standing still for two weeks.",
    stands_still: "Standing still",
    no_playlists: "No playlist is published for your team",
    no_playlists_hint: "Ask a curator to put one together; it appears here once it is published.",
    nobody: "Nobody here is in the audience of this playlist.",
    person_lead: "The playlists that are followed or started, how far, and what comes next in each. Searches, saved and hidden items are nobody's business but the person's own.",
    person_none: "No playlist followed or started yet.",
    next_item: "Next item",
    next_none: "None, everything is done",
    not_opened: "Not opened yet",
    not_yours: "For a group that you are not in",
    look_person: "Playlists followed or started, how far, and the next item of each",
};

impl InsightTexts {
    /// What the ledger says of the team page.
    pub fn look_team(&self, playlist: &str) -> String {
        format!("Progress with the playlist “{playlist}”")
    }

    /// "Jonas Brandt's team".
    pub fn team_of(&self, name: &str) -> String {
        format!("{name} and their line")
    }

    /// An option of the choice of playlists.
    pub fn option(&self, title: &str, followers: i64) -> String {
        match followers {
            0 => title.to_owned(),
            n => format!("{title} ({} it)", count(n, "follows", "follow")),
        }
    }

    /// "3 of 12".
    pub fn done_of(&self, done: &str, items: &str) -> String {
        format!("{done} of {items}")
    }

    /// "2 people are not in its audience."
    pub fn outside(&self, n: i64) -> String {
        if n == 1 {
            "1 person is not in its audience and is left out.".to_owned()
        } else {
            format!("{n} people are not in its audience and are left out.")
        }
    }

    /// Why somebody may need help who has not started.
    pub fn not_started_since(&self, published: &str) -> String {
        format!("Has not started, published {published}")
    }

    /// Nobody who has not started is named yet.
    pub fn too_early(&self, published: &str) -> String {
        format!("It was published {published}. Who has not started is named here after two weeks.")
    }

    /// There is no room for all who have not started.
    pub fn more_not_started(&self, n: i64) -> String {
        format!("{} not started either; the list below names everybody.", count(n, "person has", "people have"))
    }

    /// Since when an item has been the next one: "Next since 3 Apr 2026".
    pub fn next_since(&self, date: &str) -> String {
        format!("Next since {date}")
    }

    /// The link that writes a mail.
    pub fn write_to(&self, name: &str) -> String {
        format!("Write to {name}")
    }

    /// "Last activity 3 Apr 2026".
    pub fn since(&self, when: &str) -> String {
        format!("Last activity {when}")
    }
}
