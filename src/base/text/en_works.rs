//! English: works and editions.

/// Texts of works and editions.
pub struct WorksTexts {
    /// The page, and the way to it.
    pub title: &'static str,
    /// What it is for.
    pub lede: &'static str,
    /// Which keys answer.
    pub keys: &'static str,
    /// Nothing is asked.
    pub nothing: &'static str,
    /// What would change it.
    pub nothing_text: &'static str,
    /// A button.
    pub same: &'static str,
    /// A button.
    pub different: &'static str,
    /// A fact: where it is.
    pub host: &'static str,
    /// Heading of decisions.
    pub lately: &'static str,
    /// What one can do with them.
    pub lately_note: &'static str,
    /// After an answer.
    pub said_same: &'static str,
    /// After an answer.
    pub said_different: &'static str,
    /// After an undo.
    pub said_undone: &'static str,
    /// Somebody was faster.
    pub answered: &'static str,
    /// Two editions of the two works were kept apart.
    pub kept_apart: &'static str,
    /// There is nothing to split it off from.
    pub alone: &'static str,
    /// What is to be undone is not as it was left.
    pub changed_since: &'static str,
    /// Heading of the other editions on the page of one.
    pub editions: &'static str,
    /// Above them where this one is gone.
    pub editions_note: &'static str,
    /// Button of a curator.
    pub split: &'static str,
}

/// In English.
pub const WORKS: WorksTexts = WorksTexts {
    title: "Look-alikes",
    lede: "These may be the same thing from different sources. Say so, and people see it once, with what they did kept \
           together; or say that they are different, and nobody asks again.",
    keys: "With the focus in a pair: S for the same thing, D for different things, arrow keys for the next and the one \
           before.",
    nothing: "No look-alikes",
    nothing_text: "What is surely the same is put together by itself. As soon as a source brings something that may be, \
                   it is asked here.",
    same: "Same thing",
    different: "Different things",
    host: "Site",
    lately: "Decided lately",
    lately_note: "Everything here can be undone.",
    said_same: "They are one thing now.",
    said_different: "They stay two things.",
    said_undone: "Undone.",
    answered: "A colleague has answered this meanwhile.",
    kept_apart: "Editions of these two were kept apart before. Undo that first.",
    alone: "It stands alone already.",
    changed_since: "This was changed again since. Undo what came after it first.",
    editions: "Other editions",
    editions_note: "This one is gone, but it is offered elsewhere:",
    split: "Not the same thing",
};

impl WorksTexts {
    /// Why two may be the same thing, by the rule's name.
    pub fn why(&self, rule: &str) -> &'static str {
        match rule {
            "identifier" => "The same number, other parts",
            "address" => "The same address, other titles",
            "title_and_authors" => "The same authors, titles alike",
            "title_and_length" => "The same title and length",
            "curator" => "A colleague asked",
            _ => "The same title",
        }
    }

    /// "Same thing: Pro Git".
    pub fn of(&self, what: &str, title: &str) -> String {
        format!("{what}: {title}")
    }

    /// What was decided, by its name.
    pub fn decided(&self, what: &str, one: &str, two: &str) -> String {
        match what {
            "same" if one == two => format!("“{one}” is one thing"),
            "same" => format!("“{one}” and “{two}” are one thing"),
            "split" => format!("“{one}” was split off from “{two}”"),
            _ if one == two => format!("“{one}” is two things"),
            _ => format!("“{one}” and “{two}” are two things"),
        }
    }
}
