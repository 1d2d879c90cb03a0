//! English texts of notices and mail.

use super::count;

/// Texts of the room of notices.
pub struct NotifyTexts {
    /// Title of the page, name of the bell.
    pub title: &'static str,
    /// Under it.
    pub lead: &'static str,
    /// Filter.
    pub all: &'static str,
    /// Filter.
    pub unread: &'static str,
    /// Name of the row of filters.
    pub filter: &'static str,
    /// Name of the row of kinds.
    pub kinds: &'static str,
    /// Nothing at all.
    pub empty: &'static str,
    /// Under it.
    pub empty_text: &'static str,
    /// Nothing that is not read.
    pub empty_unread: &'static str,
    /// Under it.
    pub empty_unread_text: &'static str,
    /// The way on from there.
    pub show_all: &'static str,
    /// Button.
    pub mark_read: &'static str,
    /// Button.
    pub mark_unread: &'static str,
    /// Button.
    pub mark_all: &'static str,
    /// Button.
    pub undo: &'static str,
    /// Read out.
    pub done_read: &'static str,
    /// Read out.
    pub done_unread: &'static str,
    /// Read out.
    pub done_undone: &'static str,
    /// Said of a notice, for screen readers.
    pub new: &'static str,
    /// Link to the settings.
    pub to_settings: &'static str,
    /// A kind that this node does not know.
    pub kind_other: &'static str,
    /// Body of a notice.
    pub source_waits_body: &'static str,
    /// Title of a notice.
    pub mail_down: &'static str,
    /// Title of the page of settings.
    pub settings_title: &'static str,
    /// Under it.
    pub settings_lead: &'static str,
    /// After saving.
    pub saved: &'static str,
    /// Notice: no mail is sent by this portal.
    pub mail_off: &'static str,
    /// Under it.
    pub mail_off_text: &'static str,
    /// Heading.
    pub kinds_title: &'static str,
    /// Checkbox.
    pub on_page: &'static str,
    /// Select.
    pub by_mail: &'static str,
    /// In its place.
    pub never_mailed: &'static str,
    /// Heading.
    pub timing_title: &'static str,
    /// Checkbox.
    pub quiet: &'static str,
    /// Under it.
    pub quiet_hint: &'static str,
    /// Field.
    pub quiet_from: &'static str,
    /// Field.
    pub quiet_until: &'static str,
    /// Field.
    pub digest_at: &'static str,
    /// Field.
    pub digest_day: &'static str,
    /// Button.
    pub save: &'static str,
    /// Days of the week, Monday first.
    pub days: [&'static str; 7],
    /// Heading.
    pub deliveries_title: &'static str,
    /// Under it.
    pub deliveries_note: &'static str,
    /// No mail yet.
    pub deliveries_none: &'static str,
    /// Column.
    pub column_what: &'static str,
    /// Column.
    pub column_when: &'static str,
    /// Column.
    pub column_state: &'static str,
    /// Column.
    pub column_person: &'static str,
    /// Fault of a field.
    pub fault_clock: &'static str,
    /// Fault of a field.
    pub fault_quiet: &'static str,
    /// Fault of a field.
    pub fault_day: &'static str,
    /// Fault of a field.
    pub fault_rhythm: &'static str,
    /// Title of the operators' page.
    pub mail_title: &'static str,
    /// Under it.
    pub mail_lead: &'static str,
    /// How mail stands.
    pub mail_not_set: &'static str,
    /// What to do.
    pub mail_not_set_text: &'static str,
    /// How mail stands.
    pub mail_untried: &'static str,
    /// What to do about mail that fails.
    pub mail_failing_hint: &'static str,
    /// Empty state of the operators' page.
    pub mail_none: &'static str,
    /// Button.
    pub retry: &'static str,
    /// A delivery that cannot be tried again.
    pub retry_conflict: &'static str,
    /// Title of the page of unsubscribing.
    pub unsubscribe_title: &'static str,
    /// Button.
    pub unsubscribe: &'static str,
    /// It is done.
    pub unsubscribed: &'static str,
    /// Button.
    pub resubscribe: &'static str,
    /// The link is none.
    pub unsubscribe_invalid: &'static str,
    /// Answer to a mailbox that unsubscribed.
    pub one_click_done: &'static str,
    /// Answer to a post that says nothing.
    pub one_click_what: &'static str,
    /// Foot of a mail, before the link.
    pub foot_settings: &'static str,
    /// Foot of a mail, before the link.
    pub foot_unsubscribe: &'static str,
    /// In a mail: the link to what it is about.
    pub open: &'static str,
}

/// English.
pub const NOTIFY: NotifyTexts = NotifyTexts {
    title: "Notices",
    lead: "What happened that you may want to know.",
    all: "All",
    unread: "Unread",
    filter: "Which notices",
    kinds: "Kind",
    empty: "No notices yet",
    empty_text: "When a playlist that you follow changes, or something needs you, you read it here.",
    empty_unread: "You have read everything",
    empty_unread_text: "What you have read stays in the list of all notices.",
    show_all: "Show all notices",
    mark_read: "Mark as read",
    mark_unread: "Mark as unread",
    mark_all: "Mark all as read",
    undo: "Undo",
    done_read: "Marked as read.",
    done_unread: "Marked as unread.",
    done_undone: "Unread again.",
    new: "Unread",
    to_settings: "What I am told, and how",
    kind_other: "Other",
    source_waits_body: "It would remove much, so it waits until somebody agrees or keeps everything. Until then nothing new comes in.",
    mail_down: "Mail cannot be sent",
    settings_title: "What I am told, and how",
    settings_lead: "Each kind of notice can come to your page, by mail, both, or not at all.",
    saved: "Saved. It holds for what comes from now on.",
    mail_off: "This portal sends no mail",
    mail_off_text: "Mail is not set up here, so notices come to your page only. What you choose below is kept, and holds once it is.",
    kinds_title: "By kind",
    on_page: "On the page",
    by_mail: "By mail",
    never_mailed: "Never by mail, for mail is what it is about.",
    timing_title: "When mail comes",
    quiet: "Quiet hours",
    quiet_hint: "Mail that is due then waits until they are over.",
    quiet_from: "From",
    quiet_until: "Until",
    digest_at: "Digests come at",
    digest_day: "The weekly one on",
    save: "Save",
    days: ["Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"],
    deliveries_title: "What was mailed to me",
    deliveries_note: "The latest mails, and what became of each.",
    deliveries_none: "No mail so far.",
    column_what: "What",
    column_when: "Noticed",
    column_state: "Mail",
    column_person: "To",
    fault_clock: "write it as 08:00, from 00:00 to 23:59.",
    fault_quiet: "has to differ from when they begin.",
    fault_day: "choose a day of the week.",
    fault_rhythm: "choose one of the list.",
    mail_title: "Mail",
    mail_lead: "What became of every mail that the portal was to send.",
    mail_not_set: "Mail is not set up",
    mail_not_set_text: "Name a server under [atrium.mail] in the configuration; `atrium doctor` checks it. Until then notices stay on the page.",
    mail_untried: "No mail has been sent yet.",
    mail_failing_hint: "Nothing is lost: each mail is tried again for about a day. `atrium doctor` says whether the server answers and lets the portal in.",
    mail_none: "None.",
    retry: "Try again",
    retry_conflict: "Only mail that failed can be tried again, and only where mail is set up.",
    unsubscribe_title: "Mail from Atrium",
    unsubscribe: "Stop this mail",
    unsubscribed: "You get no such mail any more",
    resubscribe: "Send it again after all",
    unsubscribe_invalid: "This link is not one of ours, or it is damaged. Sign in to choose what is mailed to you.",
    one_click_done: "Unsubscribed.",
    one_click_what: "Say List-Unsubscribe=One-Click to unsubscribe (RFC 8058).",
    foot_settings: "Choose what is mailed to you, and when:",
    foot_unsubscribe: "Stop this mail:",
    open: "Open",
};

impl NotifyTexts {
    /// Name of the bell, with how many are not read.
    pub fn bell(&self, unread: i64) -> String {
        if unread == 0 { self.title.to_owned() } else { format!("{}, {unread} unread", self.title) }
    }

    /// Filter with a figure.
    pub fn unread_tab(&self, unread: i64) -> String {
        if unread == 0 { self.unread.to_owned() } else { format!("{} ({unread})", self.unread) }
    }

    /// What was marked together.
    pub fn marked(&self, n: i64) -> String {
        format!("{} marked as read", count(n, "notice", "notices"))
    }

    /// The name of a kind.
    pub fn kind(&self, kind: &str) -> &'static str {
        match kind {
            "source_alarm" => "Sources that need you",
            "mail_alarm" => "Mail that fails",
            "playlist_changed" => "Playlists that you follow",
            "saved_search" => "Searches that you saved",
            "broken_links" => "Broken links in your playlists",
            _ => "Other",
        }
    }

    /// What a kind tells of.
    pub fn kind_hint(&self, kind: &str) -> &'static str {
        match kind {
            "source_alarm" => "A source failed three times in a row, or nothing was heard of it for three intervals.",
            "mail_alarm" => "The mail server does not answer, or refuses a mail.",
            "playlist_changed" => "Something was added to one of them; at most one notice a day for each.",
            "saved_search" => "One of them finds something new.",
            "broken_links" => "A link in one of them does not work any more; at most one notice a day for each.",
            _ => "",
        }
    }

    /// When mail of a kind goes out.
    pub fn rhythm(&self, rhythm: &str) -> &'static str {
        match rhythm {
            "now" => "At once",
            "daily" => "In the daily digest",
            "weekly" => "In the weekly digest",
            _ => "Never",
        }
    }

    /// The name of a state of mail.
    pub fn state(&self, state: &str) -> &'static str {
        match state {
            "waiting" => "Waiting",
            "sent" => "Sent",
            "failed" => "Failed",
            _ => "Not sent",
        }
    }

    /// What became of a mail: its state, why, and the time that matters.
    pub fn mail_state(&self, state: &str, why: &str, when: &str) -> String {
        match (state, why) {
            ("waiting", "quiet") => format!("Held back by quiet hours until {when}"),
            ("waiting", "digest") => format!("Waits for the digest of {when}"),
            ("waiting", "retry") => format!("The mail server did not take it; next try {when}"),
            ("waiting", _) => "About to be sent".to_owned(),
            ("sent", _) => format!("Sent {when}"),
            ("failed", "given_up") => format!("Given up {when}: the mail server did not take it for a day"),
            ("failed", _) => format!("Refused by the mail server {when}"),
            ("suppressed", "preference") => "Not sent: no mail about this is wanted".to_owned(),
            ("suppressed", "read") => "Not sent: read before it was due".to_owned(),
            ("suppressed", "inactive") => "Not sent: the account is closed".to_owned(),
            ("suppressed", "no_mail") => "Not sent: mail was switched off".to_owned(),
            _ => "Not sent".to_owned(),
        }
    }

    /// Times of day on the page of settings.
    pub fn zone_note(&self, zone: &str) -> String {
        format!("Times are in your time zone, {zone}.")
    }

    /// Where mail goes.
    pub fn mail_goes_to(&self, email: &str) -> String {
        format!("Mail goes to {email}.")
    }

    /// How mail stands.
    pub fn mail_good(&self, when: &str) -> String {
        format!("The server took the last mail {when}.")
    }

    /// How mail stands.
    pub fn mail_failing(&self, when: &str) -> String {
        format!("No mail has gone out since {when}")
    }

    /// On the page of unsubscribing.
    pub fn unsubscribe_what(&self, kind: &str, email: &str) -> String {
        match kind {
            "digests" => format!("Daily and weekly digests to {email}"),
            kind => format!("“{}” by mail to {email}", self.kind(kind)),
        }
    }

    /// Subject of a digest.
    pub fn digest_subject(&self, n: i64) -> String {
        format!("{} on Atrium", count(n, "notice", "notices"))
    }

    /// First line of a mail.
    pub fn greeting(&self, name: &str) -> String {
        format!("Hello {name},")
    }

    /// Before a digest's notices.
    pub fn digest_lead(&self, n: i64) -> String {
        format!("{} since the last digest:", count(n, "notice", "notices"))
    }

    /// Title of a notice.
    pub fn source_failing(&self, source: &str) -> String {
        format!("The source “{source}” failed three times in a row")
    }

    /// Its body.
    pub fn source_failing_body(&self, error: &str) -> String {
        if error.is_empty() { "Its page says more.".to_owned() } else { format!("It said last: {error}") }
    }

    /// Title of a notice.
    pub fn source_silent(&self, source: &str) -> String {
        format!("Nothing is heard of the source “{source}”")
    }

    /// Its body.
    pub fn source_silent_body(&self, hours: i64) -> String {
        format!("No sync has come to an end for {}, three times as long as planned.", count(hours, "hour", "hours"))
    }

    /// Title of a notice.
    pub fn source_waits(&self, source: &str) -> String {
        format!("The source “{source}” waits for a decision")
    }

    /// Body of a notice.
    pub fn mail_down_body(&self, error: &str) -> String {
        format!("Three tries in a row failed. The last said: {error}")
    }

    /// Title of a notice.
    pub fn mail_refused(&self, person: &str) -> String {
        format!("The mail server refuses mail to {person}")
    }

    /// Its body.
    pub fn mail_refused_body(&self, error: &str) -> String {
        format!("It said: {error}")
    }

    /// Title of a notice.
    pub fn playlist_changed(&self, playlist: &str) -> String {
        format!("“{playlist}” has something new")
    }

    /// Its body.
    pub fn playlist_changed_body(&self, by: &str) -> String {
        format!("{by} added to this playlist, which you follow.")
    }

    /// Title of a notice.
    pub fn saved_search(&self, query: &str) -> String {
        format!("Something new for “{query}”")
    }

    /// Its body.
    pub fn saved_search_body(&self, found: i64) -> String {
        format!(
            "{} that {} not there before.",
            count(found, "result", "results"),
            if found == 1 { "was" } else { "were" }
        )
    }

    /// Title of a notice.
    pub fn links_broken(&self, playlist: &str) -> String {
        format!("Something in “{playlist}” cannot be reached any more")
    }

    /// Its body.
    pub fn links_broken_body(&self, resource: &str, more: i64) -> String {
        let first = format!("The link to “{resource}” is broken");
        match more {
            0 => format!("{first}."),
            more => format!("{first}, and {} that broke today.", count(more, "other", "others")),
        }
    }
}
