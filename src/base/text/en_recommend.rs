//! English: the personal feed.

/// Texts of the feed.
pub struct RecommendTexts {
    /// Title of the page.
    pub title: &'static str,
    /// Why something is here: it arrived lately.
    pub newest: &'static str,
    /// Why a conversation is here.
    pub talk_on_opened: &'static str,
    /// Heading of a part.
    pub part_continue: &'static str,
    /// Heading of a part.
    pub part_playlists: &'static str,
    /// Heading of a part.
    pub part_topics: &'static str,
    /// Heading of a part.
    pub part_talk: &'static str,
    /// Heading of a part.
    pub part_suggestions: &'static str,
    /// Heading of a part.
    pub part_team: &'static str,
    /// Heading of a part.
    pub part_newest: &'static str,
    /// What an empty part says.
    pub empty_continue: &'static str,
    /// What an empty part says.
    pub empty_playlists: &'static str,
    /// What an empty part says.
    pub empty_topics: &'static str,
    /// What an empty part says.
    pub empty_topics_followed: &'static str,
    /// What an empty part says.
    pub empty_talk: &'static str,
    /// What an empty part says.
    pub empty_newest: &'static str,
    /// Way on from an empty part.
    pub to_search: &'static str,
    /// Way on from an empty part.
    pub to_playlists: &'static str,
    /// Title when a filter leaves nothing.
    pub nothing_title: &'static str,
    /// What to do when a filter leaves nothing.
    pub nothing: &'static str,
    /// Title for someone new.
    pub welcome_title: &'static str,
    /// First words for someone new.
    pub welcome: &'static str,
    /// What is followed has changed since the page was drawn.
    pub renew_text: &'static str,
    /// Draws the page anew.
    pub renew: &'static str,
    /// Name of the filters, for screen readers.
    pub filters: &'static str,
    /// Name of the topics among them.
    pub by_topic: &'static str,
    /// Name of the kinds among them.
    pub by_kind: &'static str,
    /// No filter.
    pub everything: &'static str,
    /// Takes a filter away.
    pub show_everything: &'static str,
    /// Takes back what was just put away.
    pub undo: &'static str,
    /// While the feed loads.
    pub loading: &'static str,
}

/// English.
pub const RECOMMEND: RecommendTexts = RecommendTexts {
    title: "Home",
    newest: "New in the library",
    talk_on_opened: "About something you opened",
    part_continue: "Continue where you were",
    part_playlists: "From playlists you follow",
    part_topics: "New in topics you follow",
    part_talk: "Conversations about what you learn",
    part_suggestions: "Topics to follow",
    part_team: "Popular in your team",
    part_newest: "New in the library",
    empty_continue: "What you open and have not finished waits for you here.",
    empty_playlists: "Follow a playlist, and its next step waits for you here.",
    empty_topics: "Follow a topic, and what is new in it comes here by itself.",
    empty_topics_followed: "You have seen everything that is new in your topics. More comes as your sources bring it.",
    empty_talk: "When colleagues talk about what you follow or open, you will find it here.",
    empty_newest: "The library is still empty. As soon as a source is connected, what it holds appears here.",
    to_search: "Search the library",
    to_playlists: "Look at the playlists",
    nothing_title: "Nothing here with these filters",
    nothing: "Search looks through the whole library, not only through your feed.",
    welcome_title: "Start with what interests you",
    welcome: "Follow a few topics and this page becomes yours. Until then, here is what others find useful.",
    renew_text: "What you follow has changed.",
    renew: "Show my new feed",
    filters: "Narrow this page",
    by_topic: "Topic",
    by_kind: "Kind",
    everything: "Everything",
    show_everything: "Show everything",
    undo: "Undo",
    loading: "Putting your page together",
};

impl RecommendTexts {
    /// "You last worked on this 3 days ago".
    pub fn opened(&self, ago: &str) -> String {
        format!("You last worked on this {ago}")
    }

    /// "Next in Rust for C engineers".
    pub fn next_in(&self, playlist: &str) -> String {
        format!("Next in {playlist}")
    }

    /// "Coming up in Rust for C engineers".
    pub fn coming_up_in(&self, playlist: &str) -> String {
        format!("Coming up in {playlist}")
    }

    /// "New in Kubernetes, which you follow".
    pub fn new_in_followed(&self, topic: &str) -> String {
        format!("New in {topic}, which you follow")
    }

    /// "New in Kubernetes".
    pub fn new_in(&self, topic: &str) -> String {
        format!("New in {topic}")
    }

    /// "6 people in your team opened this lately".
    pub fn popular(&self, people: i64) -> String {
        format!("{people} people in your team opened this lately")
    }

    /// "About Kubernetes, which you follow".
    pub fn talk_about_followed(&self, topic: &str) -> String {
        format!("About {topic}, which you follow")
    }

    /// "About Kubernetes".
    pub fn talk_about(&self, topic: &str) -> String {
        format!("About {topic}")
    }

    /// "Good morning, Ada".
    pub fn good_morning(&self, name: &str) -> String {
        format!("Good morning, {name}")
    }

    /// "Good afternoon, Ada".
    pub fn good_afternoon(&self, name: &str) -> String {
        format!("Good afternoon, {name}")
    }

    /// "Good evening, Ada".
    pub fn good_evening(&self, name: &str) -> String {
        format!("Good evening, {name}")
    }

    /// Parts of the page that took too long.
    pub fn left_out(&self, parts: &str) -> String {
        format!("Left out this time, because it took too long: {parts}. Load the page again to see it.")
    }

    /// "“The Book” will not come back to this page."
    pub fn put_away(&self, title: &str) -> String {
        format!("“{title}” will not come back to this page.")
    }

    /// Heading of what is new when the feed is narrowed to a topic.
    pub fn part_topic(&self, topic: &str) -> String {
        format!("New in {topic}")
    }
}
