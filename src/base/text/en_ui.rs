//! Texts of the design parts.

/// What parts say by themselves.
pub struct UiTexts {
    /// Closes a dialog or a message.
    pub close: &'static str,
    /// Takes back what was just done.
    pub undo: &'static str,
    /// Something is on its way; read out.
    pub loading: &'static str,
    /// After a link; read out.
    pub new_tab: &'static str,
    /// After the label of a field that may stay empty.
    pub optional: &'static str,
    /// Name of the pager.
    pub pages: &'static str,
    /// The page before.
    pub previous: &'static str,
    /// The page after.
    pub next: &'static str,
    /// Name of the way from the top.
    pub breadcrumbs: &'static str,
}

impl UiTexts {
    /// Where one is in a list.
    pub fn page_of(&self, page: i64, pages: i64) -> String {
        format!("Page {page} of {pages}")
    }
}

pub(super) const UI: UiTexts = UiTexts {
    close: "Close",
    undo: "Undo",
    loading: "Loading",
    new_tab: "(opens in a new tab)",
    optional: "optional",
    pages: "Pages",
    previous: "Previous",
    next: "Next",
    breadcrumbs: "Where you are",
};
