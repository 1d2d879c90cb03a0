//! English texts of playlists.

use super::count;

/// Texts of the room of playlists.
pub struct PlaylistTexts {
    /// Title of the list.
    pub title: &'static str,
    /// Under the title of the list.
    pub lead: &'static str,
    /// Heading: those one follows.
    pub followed: &'static str,
    /// Heading: the others.
    pub others: &'static str,
    /// Heading: not published yet.
    pub drafts: &'static str,
    /// Heading: deleted ones.
    pub deleted_title: &'static str,
    /// Under it.
    pub deleted_note: &'static str,
    /// Button on one of them.
    pub restore: &'static str,
    /// Nothing published at all.
    pub none: &'static str,
    /// What to do about it.
    pub none_hint: &'static str,
    /// What a curator does about it.
    pub none_hint_curator: &'static str,
    /// Link to the page that makes one.
    pub new: &'static str,
    /// Title of that page.
    pub new_title: &'static str,
    /// Under it.
    pub new_lead: &'static str,
    /// Its button.
    pub create: &'static str,
    /// Leads away from that page.
    pub cancel: &'static str,
    /// Badge.
    pub draft: &'static str,
    /// Badge.
    pub published: &'static str,
    /// Heading above the next item.
    pub next: &'static str,
    /// Everything is done.
    pub all_done: &'static str,
    /// Heading above the items.
    pub items_title: &'static str,
    /// Nothing in it yet.
    pub no_items: &'static str,
    /// An item whose source no longer has it.
    pub gone: &'static str,
    /// Opened, not done.
    pub opened: &'static str,
    /// Link to the editor.
    pub edit: &'static str,
    /// Link to the learner's page.
    pub preview: &'static str,
    /// A curator looks at a playlist that learners don't see.
    pub draft_notice: &'static str,
    /// Field.
    pub field_title: &'static str,
    /// Field.
    pub field_summary: &'static str,
    /// Help.
    pub field_summary_help: &'static str,
    /// Field.
    pub field_audience: &'static str,
    /// Help.
    pub field_audience_help: &'static str,
    /// Option and label: no group.
    pub everyone: &'static str,
    /// Field: a note.
    pub field_note: &'static str,
    /// Button.
    pub save: &'static str,
    /// Button.
    pub publish: &'static str,
    /// Button.
    pub unpublish: &'static str,
    /// Button.
    pub delete: &'static str,
    /// Button.
    pub undo: &'static str,
    /// Button: publish it to others.
    pub change_audience: &'static str,
    /// Heading of publishing.
    pub publishing: &'static str,
    /// Heading of title and summary.
    pub details: &'static str,
    /// Heading of the search.
    pub add_title: &'static str,
    /// Link to that heading.
    pub add_jump: &'static str,
    /// Label of the search box.
    pub add_search: &'static str,
    /// Nothing found.
    pub add_none: &'static str,
    /// Button on a hit.
    pub add: &'static str,
    /// On a hit that is in the list.
    pub added: &'static str,
    /// Button, in a row.
    pub up: &'static str,
    /// Button, in a row.
    pub down: &'static str,
    /// Button, in a row.
    pub remove: &'static str,
    /// Opens the note's field.
    pub note_add: &'static str,
    /// Opens the note's field.
    pub note_edit: &'static str,
    /// How to move by keyboard.
    pub keys: &'static str,
    /// The item is the first and was moved up.
    pub is_first: &'static str,
    /// The item is the last and was moved down.
    pub is_last: &'static str,
    /// Said after an edit of title, summary or a note.
    pub said_saved: &'static str,
    /// Said after unpublishing.
    pub said_unpublished: &'static str,
    /// Said after deleting.
    pub said_deleted: &'static str,
    /// Said after restoring what was deleted.
    pub said_restored: &'static str,
    /// Said after undoing.
    pub said_undone: &'static str,
    /// A deleted playlist in the editor.
    pub deleted: &'static str,
    /// Back to all playlists.
    pub back: &'static str,
    /// The resource is hidden from the curator.
    pub not_yours: &'static str,
    /// Error.
    pub title_missing: &'static str,
    /// Error.
    pub empty_publish: &'static str,
    /// Error.
    pub already_in: &'static str,
    /// Error.
    pub not_in: &'static str,
    /// Error.
    pub unknown_resource: &'static str,
    /// Error.
    pub unknown_group: &'static str,
    /// Error.
    pub unknown_edit: &'static str,
    /// Error.
    pub nothing_to_undo: &'static str,
    /// Error: an edit of a deleted one.
    pub is_deleted: &'static str,
    /// Who changed it, where no name is known.
    pub somebody: &'static str,
    /// Error: two made at the same time.
    pub slug_taken: &'static str,
}

/// English.
pub const PLAYLISTS: PlaylistTexts = PlaylistTexts {
    title: "Playlists",
    lead: "Short paths through what is worth your time, put in order by colleagues who have walked them.",
    followed: "You follow",
    others: "More to follow",
    drafts: "Drafts",
    deleted_title: "Deleted",
    deleted_note: "Only curators see these. Restoring one brings it back as it was, to the people who saw it before.",
    restore: "Restore",
    none: "No playlists yet",
    none_hint: "When a curator publishes one for you, it appears here.",
    none_hint_curator: "Make the first one: a title, a few items and a note on each are enough.",
    new: "New playlist",
    new_title: "New playlist",
    new_lead: "Start with a title. Nobody but curators sees it until you publish it.",
    create: "Start the playlist",
    cancel: "Cancel",
    draft: "Draft",
    published: "Published",
    next: "Next step",
    all_done: "You have done everything in it. Well done.",
    items_title: "What is in it",
    no_items: "Nothing in it yet.",
    gone: "No longer offered. It does not count towards your progress.",
    opened: "Opened",
    edit: "Edit",
    preview: "Preview",
    draft_notice: "This is a draft. Only curators see it.",
    field_title: "Title",
    field_summary: "Summary",
    field_summary_help: "What it is for, who should take it, how much time to set aside.",
    field_audience: "Audience",
    field_audience_help: "Who sees it once it is published.",
    everyone: "Everyone",
    field_note: "Note",
    save: "Save",
    publish: "Publish",
    unpublish: "Unpublish",
    delete: "Delete",
    undo: "Undo",
    change_audience: "Change the audience",
    publishing: "Publishing",
    details: "Title and summary",
    add_title: "Add to the playlist",
    add_jump: "Add items",
    add_search: "Search the catalogue",
    add_none: "Nothing found. Try fewer or other words.",
    add: "Add",
    added: "In the playlist",
    up: "Move up",
    down: "Move down",
    remove: "Remove",
    note_add: "Add a note",
    note_edit: "Edit the note",
    keys: "With the keyboard: inside an item, Alt with the up or down arrow moves it.",
    is_first: "It is the first item already.",
    is_last: "It is the last item already.",
    said_saved: "Saved.",
    said_unpublished: "Unpublished. Only curators see it now.",
    said_deleted: "Deleted.",
    said_restored: "Brought back, as it was.",
    said_undone: "Undone.",
    deleted: "This playlist was deleted. Restoring it brings it back as it was.",
    back: "All playlists",
    not_yours: "An item that is not shared with you",
    title_missing: "Give it a title.",
    empty_publish: "Add at least one item before you publish it.",
    already_in: "It is in this playlist already.",
    not_in: "It is no longer in this playlist; somebody may have removed it.",
    unknown_resource: "It is no longer in the catalogue, or not shared with you. Pick another one.",
    unknown_group: "There is no such group. Pick one from the list.",
    unknown_edit: "The form asked for something that playlists do not know. Reload the page and try again.",
    nothing_to_undo: "There is nothing to undo.",
    is_deleted: "This playlist was deleted. Restore it first if you want to change it.",
    somebody: "Somebody",
    slug_taken: "Somebody made a playlist with that title at the same moment. Try again.",
};

impl PlaylistTexts {
    /// "12 items".
    pub fn items(&self, n: i64) -> String {
        count(n, "item", "items")
    }

    /// "3 of 12 done".
    pub fn progress(&self, done: i64, items: i64) -> String {
        format!("{done} of {items} done")
    }

    /// "1 h 20 min".
    pub fn time(&self, minutes: i64) -> String {
        match (minutes / 60, minutes % 60) {
            (0, m) => format!("{m} min"),
            (h, 0) => format!("{h} h"),
            (h, m) => format!("{h} h {m} min"),
        }
    }

    /// How long all of it takes, in facts: "about 3 h", "2 without a length". None for an empty one.
    pub fn total_time(&self, minutes: i64, unmeasured: i64) -> Vec<String> {
        let without = || format!("{unmeasured} without a length");
        match (minutes, unmeasured) {
            (0, 0) => vec![],
            (minutes, 0) => vec![self.time(minutes)],
            (0, _) => vec![without()],
            (minutes, _) => vec![format!("about {}", self.time(minutes)), without()],
        }
    }

    /// Who answers for it.
    pub fn kept_by(&self, name: &str) -> String {
        format!("Kept by {name}")
    }

    /// Whom it is for.
    pub fn for_group(&self, name: &str) -> String {
        format!("For {name}")
    }

    /// "2 items are not shared with you."
    pub fn not_shared(&self, n: i64) -> String {
        if n == 1 { "1 item is not shared with you.".to_owned() } else { format!("{n} items are not shared with you.") }
    }

    /// Who changed it last.
    pub fn edited(&self, name: &str, when: &str) -> String {
        format!("Last edited by {name}, {when}")
    }

    /// Somebody else was faster.
    pub fn stale(&self, name: &str) -> String {
        format!(
            "{name} has changed this playlist since you opened it, so your change was not made. \
             You now see how it stands; make your change again if it is still needed."
        )
    }

    /// A text that is over its limit.
    pub fn too_long(&self, max: usize) -> String {
        format!("Shorten it to {max} characters.")
    }

    /// The limit of a text, before anything is wrong.
    pub fn limit(&self, max: usize) -> String {
        format!("At most {max} characters.")
    }

    /// "12 of 120 characters", while somebody types.
    pub fn counted(&self, n: i64, max: usize) -> String {
        format!("{n} of {max} characters")
    }

    /// A playlist that holds all it can.
    pub fn full(&self, max: usize) -> String {
        format!("A playlist holds {max} items at most. Remove one first, or start a second playlist.")
    }

    /// Read out after a move.
    pub fn moved(&self, title: &str, at: i64, of: i64) -> String {
        format!("{title} is now {at} of {of}.")
    }

    /// Said after adding.
    pub fn said_added(&self, title: &str) -> String {
        format!("Added: {title}.")
    }

    /// Said after removing.
    pub fn said_removed(&self, title: &str) -> String {
        format!("Removed: {title}.")
    }

    /// Said after publishing.
    pub fn said_published(&self, audience: &str) -> String {
        format!("Published to {audience}.")
    }

    /// Who deleted it, and when.
    pub fn deleted_by(&self, name: &str, when: &str) -> String {
        format!("Deleted by {name}, {when}")
    }

    /// What undo takes back, on the button.
    pub fn undo_what(&self, what: &str) -> &'static str {
        match what {
            "details" => "Undo the change of title or audience",
            "add" => "Undo adding",
            "note" => "Undo the note",
            "move" => "Undo the move",
            "remove" => "Undo removing",
            "publish" => "Undo publishing",
            "unpublish" => "Undo unpublishing",
            "delete" => self.restore,
            _ => self.undo,
        }
    }

    /// Name of a row's button, for who does not see the row.
    pub fn for_item(&self, button: &str, title: &str) -> String {
        format!("{button}: {title}")
    }
}

#[cfg(test)]
mod tests {
    use super::PLAYLISTS;

    #[test]
    fn the_time_of_all_says_what_it_leaves_out() {
        let said = |minutes, unmeasured| PLAYLISTS.total_time(minutes, unmeasured);
        assert_eq!(said(180, 0), ["3 h"]);
        assert_eq!(said(180, 2), ["about 3 h", "2 without a length"]);
        assert_eq!(said(0, 1), ["1 without a length"]);
        assert!(said(0, 0).is_empty());
    }
}
