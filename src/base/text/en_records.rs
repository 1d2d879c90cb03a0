//! English: what one did, saved, follows.

/// Texts of records.
pub struct RecordsTexts {
    /// A statement that makes no sense.
    pub verb_does_not_fit: &'static str,
    /// Keeps something for later.
    pub save: &'static str,
    /// It is kept.
    pub saved: &'static str,
    /// Says that something is finished.
    pub done: &'static str,
    /// It is finished.
    pub is_done: &'static str,
    /// It is not finished after all.
    pub take_back: &'static str,
    /// Does not want to see something.
    pub hide: &'static str,
    /// What hiding came to, on a resource's own page.
    pub is_hidden: &'static str,
    /// Heading of what was saved and is finished.
    pub saved_done: &'static str,
    /// Wants to see it after all.
    pub show_again: &'static str,
    /// Hears of a topic.
    pub follow: &'static str,
    /// It is followed.
    pub following: &'static str,
    /// Page of what was saved: below the title.
    pub saved_lede: &'static str,
    /// Nothing was saved.
    pub saved_empty: &'static str,
    /// What would change it.
    pub saved_empty_text: &'static str,
    /// Page of what was done: below the title.
    pub history_lede: &'static str,
    /// Nothing was done.
    pub history_empty: &'static str,
    /// What would change it.
    pub history_empty_text: &'static str,
    /// The way to search from an empty page.
    pub find_something: &'static str,
    /// The day of a list.
    pub today: &'static str,
    /// The day of a list.
    pub yesterday: &'static str,
    /// Something that is not shared with the reader any more.
    pub out_of_sight: &'static str,
    /// Verbs in the order of `Verb::ALL`, in the past tense.
    pub verbs: [&'static str; 10],
    /// What a source says of somebody: that she takes something.
    pub said_enrolled: &'static str,
    /// That she has finished it.
    pub said_finished: &'static str,
    /// That it was mistaken.
    pub said_taken_back: &'static str,
}

/// In English.
pub const RECORDS: RecordsTexts = RecordsTexts {
    verb_does_not_fit: "cannot be said of this kind of thing.",
    save: "Save",
    saved: "Saved",
    done: "Mark as done",
    is_done: "Done",
    take_back: "Not done yet",
    hide: "Not for me",
    is_hidden: "It won’t be offered to you again. You still find it by searching, and in your history.",
    saved_done: "Saved and done",
    show_again: "Show it again",
    follow: "Follow",
    following: "Following",
    saved_lede: "What you want to come back to.",
    saved_empty: "Nothing saved yet",
    saved_empty_text: "Press Save on anything that you want to come back to, and it waits for you here.",
    history_lede: "What you opened, finished, saved and hid. Only you see this page.",
    history_empty: "Nothing here yet",
    history_empty_text: "Once you open or save something, you find it here again.",
    find_something: "Find something to learn",
    today: "Today",
    yesterday: "Yesterday",
    out_of_sight: "Something that is not shared with you any more",
    verbs: [
        "Opened",
        "Finished",
        "Marked as not done",
        "Saved",
        "Removed from saved",
        "Hid",
        "Showed again",
        "Followed",
        "Stopped following",
        "Taken back",
    ],
    said_enrolled: "Enrolled in",
    said_finished: "Finished",
    said_taken_back: "No longer counts:",
};

impl RecordsTexts {
    /// Who says so.
    pub fn said_by(&self, source: &str) -> String {
        format!("from {source}")
    }

    /// In a menu.
    pub fn follow_topic(&self, topic: &str) -> String {
        format!("Follow {topic}")
    }

    /// In a menu.
    pub fn unfollow_topic(&self, topic: &str) -> String {
        format!("Stop following {topic}")
    }

    /// In place of a card that was hidden.
    pub fn hidden(&self, title: &str) -> String {
        format!("“{title}” won't be offered to you again.")
    }

    /// Name of a card's menu.
    pub fn more(&self, title: &str) -> String {
        format!("More about {title}")
    }
}
