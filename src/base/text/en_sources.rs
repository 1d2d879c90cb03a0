//! English: the room of sources.

use super::count;

/// Texts of the operator's pages about sources.
pub struct SourceTexts {
    pub title: &'static str,
    pub lead: &'static str,
    pub add: &'static str,
    pub empty_title: &'static str,
    pub empty: &'static str,
    pub column_name: &'static str,
    pub column_health: &'static str,
    pub column_items: &'static str,
    pub column_last_good: &'static str,
    pub column_next: &'static str,
    pub never: &'static str,
    pub removed_title: &'static str,
    pub removed_lead: &'static str,
    pub restore: &'static str,
    pub new_title: &'static str,
    pub new_lead: &'static str,
    pub choose_other: &'static str,
    pub docs: &'static str,
    pub settings: &'static str,
    pub field_name: &'static str,
    pub help_name: &'static str,
    pub field_interval: &'static str,
    pub help_interval: &'static str,
    pub field_audience: &'static str,
    pub help_audience: &'static str,
    pub everyone: &'static str,
    pub twin_title: &'static str,
    pub twin_again: &'static str,
    pub twin_removed_title: &'static str,
    pub twin_removed: &'static str,
    pub saved_title: &'static str,
    pub yes: &'static str,
    pub no: &'static str,
    pub details: &'static str,
    pub kept: &'static str,
    pub forget_secret: &'static str,
    pub show_current: &'static str,
    pub decide: &'static str,
    pub test: &'static str,
    pub test_title: &'static str,
    pub test_good: &'static str,
    pub test_bad: &'static str,
    pub step_ok: &'static str,
    pub step_not_needed: &'static str,
    pub step_not_checked: &'static str,
    pub step_failed: &'static str,
    pub save_new: &'static str,
    pub save: &'static str,
    pub sync_now: &'static str,
    pub pause: &'static str,
    pub resume: &'static str,
    pub remove: &'static str,
    pub remove_help: &'static str,
    pub was_removed: &'static str,
    pub unsaved_removed: &'static str,
    pub silent: &'static str,
    pub undo: &'static str,
    pub cancel_run: &'static str,
    pub refresh: &'static str,
    pub starting: &'static str,
    pub latest: &'static str,
    pub runs: &'static str,
    pub no_runs: &'static str,
    pub column_run: &'static str,
    pub column_status: &'static str,
    pub column_reason: &'static str,
    pub column_took: &'static str,
    pub pages: &'static str,
    pub added: &'static str,
    pub changed: &'static str,
    pub unchanged: &'static str,
    pub gone: &'static str,
    pub quarantined: &'static str,
    pub confirm: &'static str,
    pub keep: &'static str,
    pub waiting_title: &'static str,
    pub decision_confirmed: &'static str,
    pub decision_kept: &'static str,
    pub done_paused: &'static str,
    pub done_resumed: &'static str,
    pub done_sync: &'static str,
    pub done_cancelled: &'static str,
    pub done_removed: &'static str,
    pub done_restored: &'static str,
    pub what_to_do: &'static str,
    pub technical: &'static str,
    pub quarantine_title: &'static str,
    pub quarantine_empty: &'static str,
    pub column_item: &'static str,
    pub column_why: &'static str,
    pub column_excerpt: &'static str,
    pub no_id: &'static str,
    pub requests_title: &'static str,
    pub requests_empty: &'static str,
    pub column_method: &'static str,
    pub column_address: &'static str,
    pub column_answer: &'static str,
    pub column_ms: &'static str,
    pub column_bytes: &'static str,
    pub column_attempt: &'static str,
    pub no_answer: &'static str,
    pub request_failed: &'static str,
    pub request_stopped: &'static str,
    // what can be wrong with a form
    pub fault_kind: &'static str,
    pub fault_name: &'static str,
    pub fault_name_long: &'static str,
    pub fault_name_taken: &'static str,
    pub fault_name_removed: &'static str,
    pub fault_interval: &'static str,
    pub fault_audience: &'static str,
    pub fault_unknown: &'static str,
    pub fault_long: &'static str,
    pub fault_changed: &'static str,
    pub fault_what: &'static str,
    pub fault_secret_again: &'static str,
    // what can stand in the way
    pub conflict_running: &'static str,
    pub conflict_waiting: &'static str,
    pub conflict_paused: &'static str,
    pub conflict_removed: &'static str,
    pub conflict_decided: &'static str,
    pub conflict_ended: &'static str,
    // what ends a run
    pub cancelled_settings: &'static str,
    pub cancelled_removed: &'static str,
    pub cancelled_operator: &'static str,
    pub error_circle: &'static str,
    pub hint_circle: &'static str,
    pub error_key: &'static str,
    pub error_settings: &'static str,
    pub hint_settings: &'static str,
    pub hint_internal: &'static str,
    pub error_test_time: &'static str,
    pub hint_test_time: &'static str,
    // why an item is refused
    pub refused_no_id: &'static str,
    pub refused_long_id: &'static str,
    pub refused_double: &'static str,
    pub refused_no_title: &'static str,
    pub refused_address: &'static str,
    pub refused_nul: &'static str,
}

/// The English texts.
pub const SOURCES: SourceTexts = SourceTexts {
    title: "Sources",
    lead: "The systems that resources and discussions come from.",
    add: "Connect a source",
    empty_title: "No source is connected yet",
    empty: "Connect your wiki, your forum or a feed, and what they hold appears in everyone's search and feed.",
    column_name: "Source",
    column_health: "Health",
    column_items: "Items",
    column_last_good: "Last good sync",
    column_next: "Next sync",
    never: "never",
    removed_title: "Removed sources",
    removed_lead: "Their records are kept. Restoring one syncs it from the beginning.",
    restore: "Restore",
    new_title: "Connect a source",
    new_lead: "What kind of system is it?",
    choose_other: "Choose another kind",
    docs: "Documentation of its API",
    settings: "Settings",
    field_name: "Name",
    help_name: "What people see on cards and in search, such as \"Engineering wiki\".",
    field_interval: "Minutes between syncs",
    help_interval: "From 5 to 43,200. Leave it empty for the portal's usual interval.",
    field_audience: "Who may see it",
    help_audience: "Who finds what comes from this source, in search, in feeds and by its address.",
    everyone: "Everyone",
    twin_title: "This address is connected already",
    twin_again: "Connect it a second time",
    twin_removed_title: "A removed source has this address",
    twin_removed: "It can be restored instead, with its history:",
    saved_title: "Saved",
    yes: "Yes",
    no: "No",
    details: "Details of this sync",
    kept: "A secret is kept. Leave this empty to keep it.",
    forget_secret: "Remove the secret that is kept",
    show_current: "Show its current settings",
    decide: "Decide what to do",
    test: "Test connection",
    test_title: "Connection test",
    test_good: "The connection works. Nothing has been saved yet.",
    test_bad: "The connection does not work yet. Nothing has been saved.",
    step_ok: "Passed",
    step_not_needed: "Not needed",
    step_not_checked: "Not checked",
    step_failed: "Failed",
    save_new: "Save and sync",
    save: "Save",
    sync_now: "Sync now",
    pause: "Pause",
    resume: "Resume",
    remove: "Remove",
    remove_help: "Removing takes the source's items out of search and feeds. You can undo it here.",
    was_removed: "This source was removed, and its items no longer show. You can undo this.",
    unsaved_removed: "Somebody removed this source meanwhile, so nothing was saved. Restore it, and what you entered is here again.",
    silent: "Silent",
    undo: "Undo: restore the source",
    cancel_run: "Stop this sync",
    refresh: "Refresh",
    starting: "Waiting for a worker to take it up",
    latest: "Latest sync",
    runs: "Syncs",
    no_runs: "It has not been synced yet.",
    column_run: "Started",
    column_status: "Outcome",
    column_reason: "Why",
    column_took: "Took",
    pages: "Pages",
    added: "Added",
    changed: "Changed",
    unchanged: "Unchanged",
    gone: "Gone",
    quarantined: "Quarantined",
    confirm: "Remove them",
    keep: "Keep everything",
    waiting_title: "Please decide",
    decision_confirmed: "The removal was confirmed.",
    decision_kept: "The removal was dismissed; everything was kept.",
    done_paused: "Paused. No sync starts until it is resumed.",
    done_resumed: "Resumed. The next sync starts soon.",
    done_sync: "A sync was asked for.",
    done_cancelled: "The sync was stopped. What had been read is kept.",
    done_removed: "The source was removed. You can undo this.",
    done_restored: "The source is back, and is synced from the beginning.",
    what_to_do: "What to do:",
    technical: "Technical details",
    quarantine_title: "Quarantine",
    quarantine_empty: "No item was refused.",
    column_item: "Item",
    column_why: "Why it was refused",
    column_excerpt: "What arrived",
    no_id: "without an id",
    requests_title: "Requests",
    requests_empty: "Nothing was asked yet.",
    column_method: "Method",
    column_address: "Address",
    column_answer: "Answer",
    column_ms: "Milliseconds",
    column_bytes: "Bytes",
    column_attempt: "Try",
    no_answer: "no answer",
    request_failed: "Failed",
    request_stopped: "The sync stopped here",
    fault_kind: "There is no such kind of system. Choose one of those offered.",
    fault_name: "Give the source a name.",
    fault_name_long: "Use at most 80 characters, without line breaks.",
    fault_name_taken: "Another source has this name. Choose a different one.",
    fault_name_removed: "A removed source has this name. Restore that one, or choose a different name.",
    fault_interval: "Give a whole number of minutes from 5 to 43,200, or leave it empty.",
    fault_audience: "There is no such group any more. Choose one of those offered.",
    fault_unknown: "There is no such setting. Load the form again.",
    fault_long: "Use at most 2,000 characters.",
    fault_changed: "Somebody else changed this source meanwhile, so nothing was saved. Look at its current settings, then make your change.",
    fault_secret_again: "The address names another place. Enter the secret again for it, or remove the one that is kept.",
    fault_what: "Choose to test the connection or to save.",
    conflict_running: "A sync of this source is under way already.",
    conflict_waiting: "A sync of this source waits for a decision. Confirm or dismiss its removals first.",
    conflict_paused: "This source is paused. Resume it first.",
    conflict_removed: "This source was removed. Restore it first.",
    conflict_decided: "This sync does not wait for a decision any more.",
    conflict_ended: "This sync has ended already.",
    cancelled_settings: "The source's settings were changed.",
    cancelled_removed: "The source was removed.",
    cancelled_operator: "An operator stopped it. What had been read is kept.",
    error_circle: "The source's list goes round in circles: it sends us back to a page that was read already.",
    hint_circle: "Tell the administrators of that system. What was read so far is kept.",
    error_key: "The stored secrets do not open with the configured key.",
    error_settings: "Its settings can no longer be used.",
    hint_settings: "Open the source's settings, enter what is missing and save.",
    hint_internal: "Tell whoever runs the portal; the reference finds the details in the log.",
    error_test_time: "There was no complete answer in time.",
    hint_test_time: "Check that the system runs and is not overloaded, then test again.",
    refused_no_id: "It has no id.",
    refused_long_id: "Its id is longer than 500 characters.",
    refused_double: "Another item on the same page has the same id.",
    refused_no_title: "It has no title.",
    refused_address: "Its address does not start with https:// or http://.",
    refused_nul: "It contains NUL characters, which no text may.",
};

impl SourceTexts {
    /// The state of a source in a word or two.
    pub fn health(&self, health: &str) -> &'static str {
        match health {
            "new" => "Not synced yet",
            "syncing" => "Syncing",
            "good" => "Healthy",
            "attention" => "Needs a look",
            "waiting" => "Needs a decision",
            "failing" => "Failing",
            "paused" => "Paused",
            _ => "Removed",
        }
    }

    /// The outcome of a run in a word or two.
    pub fn status(&self, status: &str) -> &'static str {
        match status {
            "running" => "Running",
            "waiting" => "Waiting for a decision",
            "ok" => "Complete",
            "partial" => "Complete, some refused",
            "failed" => "Failed",
            _ => "Stopped",
        }
    }

    /// Why a run was started, and by whom.
    pub fn reason(&self, reason: &str, by: Option<&str>) -> String {
        let why = match reason {
            "schedule" => "On schedule",
            "operator" => "Asked for",
            "settings" => "Settings saved",
            _ => "Command line",
        };
        by.map_or_else(|| why.to_owned(), |name| format!("{why} by {name}"))
    }

    /// What was decided about a run's removals, and by whom.
    pub fn decided(&self, decision: &str, by: Option<&str>) -> String {
        let what = if decision == "confirmed" { self.decision_confirmed } else { self.decision_kept };
        by.map_or_else(|| what.to_owned(), |name| format!("{what} ({name})"))
    }

    /// How long ago, or in how long, and the time of day.
    pub fn at(&self, text: &str, time: &str) -> String {
        format!("{text}, {time}")
    }

    /// Since when syncs fail.
    pub fn failing_since(&self, when: &str) -> String {
        format!("Syncs have failed since {when}.")
    }

    /// Since when a run waits for a decision.
    pub fn waiting_since(&self, when: &str) -> String {
        format!("It has waited for a decision since {when}.")
    }

    /// What a run would remove, in a line.
    pub fn would_go(&self, removals: &str, present: &str) -> String {
        format!("Its latest sync would mark {removals} of its {present} items as gone.")
    }

    /// A sync has ended while somebody was looking.
    pub fn run_ended(&self, status: &str, added: &str, changed: &str, gone: &str) -> String {
        format!("The sync has ended: {}. Added {added}, changed {changed}, gone {gone}.", self.status(status))
    }

    /// What the screen reader says of a form with faults.
    pub fn faults(&self, n: i64) -> String {
        format!("Nothing was saved: {} to correct.", count(n, "field", "fields"))
    }

    /// Another source reads the address.
    pub fn fault_twin(&self, name: &str) -> String {
        format!("“{name}” reads this address already. Open that source, or tick “{}” below.", self.twin_again)
    }

    /// The run goes on after a failed try.
    pub fn goes_on(&self, when: &str) -> String {
        format!("It goes on by itself at {when}.")
    }

    /// What a waiting run would do.
    pub fn would_remove(&self, removals: &str, present: &str) -> String {
        format!(
            "This sync would mark {removals} of the source's {present} items as gone. If that is right, confirm it. \
             If the source is just not itself today, keep everything; the next sync looks again."
        )
    }

    /// How many of the requests are shown, of how many.
    pub fn requests_kept(&self, shown: i64, all: i64, all_text: &str) -> String {
        if shown >= all {
            format!("All {all_text}, each try for itself.")
        } else {
            format!("The latest of {all_text}, and those that failed before; each try for itself.")
        }
    }

    /// What to do about a run that was given up.
    pub fn hint_given_up(&self, hint: &str, tries: i64) -> String {
        format!("{hint} It was tried {}; the next sync tries again.", count(tries, "time", "times"))
    }

    /// Since when nothing was heard of a source, and what to do.
    pub fn silent_since(&self, when: &str) -> String {
        format!(
            "Nothing has been heard of it since {when}, though three syncs should have ended by now. Check that a worker \
             runs (atrium serve, or atrium work), and look at its latest sync."
        )
    }

    /// A run ended by a fault of ours.
    pub fn error_internal(&self, reference: &str) -> String {
        format!("Something went wrong on our side (reference {reference}).")
    }

    /// Title of a run's page.
    pub fn run_title(&self, source: &str) -> String {
        format!("Sync of {source}")
    }

    /// "Sync of Wiki, started 3 minutes ago": the name of a link to a run.
    pub fn run_link(&self, started: &str) -> String {
        format!("Sync started {started}")
    }

    /// How long something took.
    pub fn took(&self, ms: i64) -> String {
        let seconds = ms.max(0) / 1000;
        match seconds {
            0 => "under a second".to_owned(),
            s if s < 60 => count(s, "second", "seconds"),
            s if s < 3600 => format!("{} min {} s", s / 60, s % 60),
            s => format!("{} h {} min", s / 3600, s % 3600 / 60),
        }
    }

    /// In how long something is due.
    pub fn due(&self, ms: i64) -> String {
        match ms {
            m if m <= 0 => "due now".to_owned(),
            m if m < 60_000 => "in less than a minute".to_owned(),
            m if m < 2 * 3_600_000 => format!("in {}", count(m / 60_000, "minute", "minutes")),
            m => format!("in {}", count(m / 3_600_000, "hour", "hours")),
        }
    }
}
