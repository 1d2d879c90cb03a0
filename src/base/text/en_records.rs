//! English: what one did.

/// Texts of records.
pub struct RecordsTexts {
    /// A statement that makes no sense.
    pub verb_does_not_fit: &'static str,
}

/// In English.
pub const RECORDS: RecordsTexts = RecordsTexts { verb_does_not_fit: "cannot be said of this kind of thing." };
