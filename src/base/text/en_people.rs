//! English: the people of learning systems.

/// Texts of the operator's page about the people of a source.
pub struct PeopleTexts {
    pub link: &'static str,
    pub lead: &'static str,
    pub ledger_note: &'static str,
    pub off: &'static str,
    pub off_hint: &'static str,
    pub matched: &'static str,
    pub unmatched: &'static str,
    pub next: &'static str,
    pub read_now: &'static str,
    pub refresh: &'static str,
    pub latest: &'static str,
    pub list: &'static str,
    pub show_unmatched: &'static str,
    pub show_matched: &'static str,
    pub show_hand: &'static str,
    pub column_account: &'static str,
    pub column_known_as: &'static str,
    pub column_person: &'static str,
    pub column_seen: &'static str,
    pub column_what: &'static str,
    pub nothing_known: &'static str,
    pub empty_unmatched: &'static str,
    pub empty_matched: &'static str,
    pub empty_hand: &'static str,
    pub empty_hint: &'static str,
    pub match_email: &'static str,
    pub match_button: &'static str,
    pub undo: &'static str,
    pub done_read: &'static str,
    pub done_matched: &'static str,
    pub done_undone: &'static str,
    pub new: &'static str,
    pub finished: &'static str,
    pub unchanged: &'static str,
    pub left: &'static str,
    pub kind: &'static str,
    pub waits: &'static str,
    pub waits_for: &'static str,
    pub failed: &'static str,
    pub conflict_reading: &'static str,
    pub conflict_off: &'static str,
    pub conflict_matched: &'static str,
    pub conflict_not_by_hand: &'static str,
    pub fault_email: &'static str,
    pub error_none: &'static str,
}

/// The English texts.
pub const PEOPLE: PeopleTexts = PeopleTexts {
    link: "People",
    lead: "Whose account is whose. What this source says of a person becomes part of her own history, with the source named.",
    ledger_note: "Everybody whose account you see here can read on their own page that you have looked.",
    off: "The people of this source are not read",
    off_hint: "Switch on “Read enrolments and completions” in the source’s settings.",
    matched: "recognised",
    unmatched: "not recognised",
    next: "Read next",
    read_now: "Read people now",
    refresh: "Refresh",
    latest: "Latest reading",
    list: "Accounts",
    show_unmatched: "Not recognised",
    show_matched: "Recognised",
    show_hand: "Matched by hand",
    column_account: "Account",
    column_known_as: "Known as",
    column_person: "Person",
    column_seen: "Last listed",
    column_what: "Match",
    nothing_known: "nothing",
    empty_unmatched: "Everybody is recognised",
    empty_matched: "Nobody is recognised yet",
    empty_hand: "Nobody was matched by hand",
    empty_hint: "Accounts appear here once the people of the source have been read.",
    match_email: "Mail address of the person",
    match_button: "Match",
    undo: "Undo the match",
    done_read: "The people of the source are read soon.",
    done_matched: "Matched. What the source says of her is read soon.",
    done_undone: "The match was undone, and what the source had said of her by it no longer counts.",
    new: "New enrolments",
    finished: "Finished or taken back",
    unchanged: "Unchanged",
    left: "Left",
    kind: "People",
    waits: "The reading of its people waits for a decision.",
    waits_for: "Decide what to do",
    failed: "The latest reading of its people failed.",
    conflict_reading: "The people of this source are being read. Try again when that has ended.",
    conflict_off: "The people of this source are not read. Switch that on in its settings first.",
    conflict_matched: "Somebody is recognised in this account already. Look at it again.",
    conflict_not_by_hand: "This account was not matched by hand, so there is nothing to undo.",
    fault_email: "Nobody who is active here has this mail address.",
    error_none: "Reading people is switched off, or this kind of system cannot tell about them.",
};

impl PeopleTexts {
    /// The title of the page.
    pub fn title(&self, source: &str) -> String {
        format!("People of {source}")
    }

    /// Why nobody is recognised.
    pub fn reason(&self, reason: &str) -> &'static str {
        match reason {
            "no_mail" => "It has no mail address, or the source shows none.",
            "unverified" => "The source does not say that its mail address is verified.",
            "no_identifier" => "It has no user name or number to go by.",
            "several" => "It fits several people.",
            _ => "Nobody here is known by that.",
        }
    }

    /// How somebody was recognised.
    pub fn how(&self, how: &str) -> &'static str {
        match how {
            "hand" => "by hand",
            "username" => "by user name",
            "number" => "by number",
            _ => "by mail address",
        }
    }

    /// What is undone, for who does not see beside which account it stands.
    pub fn undo_of(&self, account: &str) -> String {
        format!("{}: {account}", self.undo)
    }

    /// What is matched, read out.
    pub fn match_of(&self, account: &str) -> String {
        format!("{} for {account}", self.match_email)
    }

    /// In the ledger of somebody whose account was shown.
    pub fn looked(&self, source: &str) -> String {
        format!("That you have an account in {source}, and how it was recognised")
    }

    /// In the ledger of somebody whom an operator matched.
    pub fn matched_to(&self, account: &str, source: &str) -> String {
        format!("Matched you by hand to the account “{account}” of {source}")
    }

    /// In the ledger of somebody whose match was undone.
    pub fn unmatched_from(&self, account: &str, source: &str) -> String {
        format!("Undid your match to the account “{account}” of {source}")
    }

    /// What a run that waits would do.
    pub fn would_forget(&self, gone: &str, all: &str) -> String {
        format!(
            "This reading would forget {gone} of {all} accounts, as the source lists them no more. If that is right, confirm \
             it. If the source is just not itself today, keep everything; the next reading looks again."
        )
    }

    /// Title of a run's page.
    pub fn run_title(&self, source: &str) -> String {
        format!("Reading of people from {source}")
    }
}
