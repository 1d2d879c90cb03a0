//! English texts of the page that tells a person what is recorded about her.

use super::count;

/// Texts of the room of privacy.
pub struct PrivacyTexts {
    /// Title.
    pub title: &'static str,
    /// Under it.
    pub lead: &'static str,
    /// Button.
    pub download: &'static str,
    /// Under the button.
    pub download_hint: &'static str,
    /// Heading.
    pub profile: &'static str,
    /// Where the profile comes from.
    pub profile_note: &'static str,
    /// Field.
    pub name: &'static str,
    /// Field.
    pub email: &'static str,
    /// Field.
    pub job_title: &'static str,
    /// Field.
    pub manager: &'static str,
    /// Field.
    pub nobody: &'static str,
    /// Field.
    pub language: &'static str,
    /// Field.
    pub time_zone: &'static str,
    /// Field.
    pub known_since: &'static str,
    /// Field: identity providers.
    pub accounts: &'static str,
    /// Field: accounts of learning systems.
    pub learning_accounts: &'static str,
    /// Field.
    pub employee_number: &'static str,
    /// Field.
    pub groups: &'static str,
    /// Field.
    pub roles: &'static str,
    /// Value: no group, no role, no account.
    pub none: &'static str,
    /// Heading.
    pub counts: &'static str,
    /// Under it.
    pub counts_note: &'static str,
    /// Figure.
    pub count_activity: &'static str,
    /// Figure.
    pub count_done: &'static str,
    /// Figure.
    pub count_saved: &'static str,
    /// Figure.
    pub count_hidden: &'static str,
    /// Figure.
    pub count_follows: &'static str,
    /// Figure.
    pub count_notices: &'static str,
    /// Figure.
    pub count_mails: &'static str,
    /// Figure.
    pub count_choices: &'static str,
    /// Under the figures; a link to the choices follows.
    pub notices_note: &'static str,
    /// Heading.
    pub looks: &'static str,
    /// Under it.
    pub looks_note: &'static str,
    /// Nobody looked.
    pub looks_none: &'static str,
    /// Heading.
    pub sessions: &'static str,
    /// Under it.
    pub sessions_note: &'static str,
    /// Button.
    pub end_all: &'static str,
    /// Heading.
    pub activity: &'static str,
    /// Under it.
    pub activity_note: &'static str,
    /// Nothing yet.
    pub activity_none: &'static str,
    /// Column.
    pub who: &'static str,
    /// Column.
    pub when: &'static str,
    /// Column.
    pub shown: &'static str,
    /// Column.
    pub what: &'static str,
    /// Column.
    pub browser: &'static str,
    /// Column.
    pub since: &'static str,
    /// Column.
    pub last_seen: &'static str,
    /// Column.
    pub origin: &'static str,
    /// The object is gone or not shared any more.
    pub not_shared: &'static str,
    /// A browser that does not say what it is.
    pub unknown_browser: &'static str,
    /// Role.
    pub curator: &'static str,
    /// Role.
    pub operator: &'static str,
}

/// English.
pub const PRIVACY: PrivacyTexts = PrivacyTexts {
    title: "What is recorded about me",
    lead: "Everything that Atrium holds about you, where it comes from, and who has looked at it. Nobody else can open this page.",
    download: "Download everything",
    download_hint: "One JSON file with all of it, for you to keep or take elsewhere.",
    profile: "Who you are here",
    profile_note: "Name and address come from your identity provider; job title, team and manager from the list of people that your organisation imports. If something is wrong, ask whoever keeps those.",
    name: "Name",
    email: "Mail address",
    job_title: "Job title",
    manager: "Manager",
    nobody: "Nobody",
    language: "Language",
    time_zone: "Time zone",
    known_since: "Known here since",
    accounts: "Signs in with",
    learning_accounts: "Recognised in learning systems",
    employee_number: "Employee number",
    groups: "Groups",
    roles: "Roles",
    none: "None",
    counts: "What is kept",
    counts_note: "Your manager, and those above them in the line, can see how far you are with the playlists that you follow or that are for your team, and which item comes next in each. Searches are not recorded. What you save and hide is shown to nobody.",
    count_activity: "things you did",
    count_done: "finished",
    count_saved: "saved",
    count_hidden: "hidden",
    count_follows: "topics and playlists followed",
    count_notices: "notices to you",
    count_mails: "mails about them",
    count_choices: "choices about notices",
    notices_note: "Notices, read or not, and what became of the mail about them are kept for 180 days. What you chose about them, by kind and by time of day, is kept until you change it.",
    looks: "Who looked at me",
    looks_note: "Looks at the same thing within an hour are one line.",
    looks_none: "Nobody has looked at your progress.",
    sessions: "Where I am signed in",
    sessions_note: "A browser that you do not know? Sign out everywhere; that one is out at once too.",
    end_all: "Sign out everywhere",
    activity: "What I did",
    activity_note: "Progress, history and recommendations derive from this list and from nothing else.",
    activity_none: "Nothing yet. It begins when you open the first thing.",
    who: "Who",
    when: "When",
    shown: "What was shown",
    what: "What",
    browser: "Browser",
    since: "Signed in",
    last_seen: "Last seen",
    origin: "From",
    not_shared: "something that is no longer there or not shared with you any more",
    unknown_browser: "A browser that does not say what it is",
    curator: "Curator",
    operator: "Operator",
};

impl PrivacyTexts {
    /// A statement in plain words: what was done to what.
    pub fn deed(&self, verb: &str, object: &str) -> String {
        match verb {
            "opened" => format!("You opened {object}"),
            "completed" => format!("You finished {object}"),
            "reopened" => format!("You marked {object} as not done"),
            "saved" => format!("You saved {object}"),
            "unsaved" => format!("You stopped saving {object}"),
            "hidden" => format!("You hid {object}"),
            "restored" => format!("You brought back {object}"),
            "followed" => format!("You followed {object}"),
            "unfollowed" => format!("You stopped following {object}"),
            other => format!("You: {other} {object}"),
        }
    }

    /// What a source says of her, in plain words.
    pub fn said(&self, verb: &str, object: &str, source: &str) -> String {
        match verb {
            "opened" => format!("You were enrolled in {object} (from {source})"),
            "completed" => format!("You finished {object} (from {source})"),
            "voided" => format!("{source} took back what it had said of you and {object}"),
            other => format!("{source}: {other} {object}"),
        }
    }

    /// What kind of thing it was done to, before its title.
    pub fn object(&self, kind: &str, title: &str) -> String {
        match kind {
            "topic" => format!("the topic “{title}”"),
            "playlist" => format!("the playlist “{title}”"),
            "discussion" => format!("the discussion “{title}”"),
            _ => format!("“{title}”"),
        }
    }

    /// Where a group or a role comes from.
    pub fn origin_of(&self, origin: &str) -> String {
        match origin {
            "team" | "import" | "people" => "the list of people".to_owned(),
            "command" | "cli" => "your operator".to_owned(),
            "demo" => "the demo organisation".to_owned(),
            other => format!("the identity provider “{other}”"),
        }
    }

    /// "4 sessions".
    pub fn browsers(&self, n: i64) -> String {
        count(n, "browser", "browsers")
    }
}
