//! Pages of a list, numbered from one. Bad numbers from an address are put right, not refused: a link that
//! someone shortened by hand should still show something.

use serde::{Deserialize, Serialize};

/// How many rows a page holds when nobody says otherwise.
pub const PAGE_SIZE: i64 = 30;
/// The deepest page that is served; what lies beyond is found by searching, not by paging.
pub const PAGE_MAX: i64 = 500;

/// Which page is asked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Paging {
    /// From one.
    pub number: i64,
    /// Rows a page.
    pub size: i64,
}

impl Paging {
    /// The page that an address names; -1, 0, words and nothing mean the first.
    pub fn from_query(page: Option<&str>) -> Self {
        let number = page.and_then(|p| p.trim().parse::<i64>().ok()).unwrap_or(1);
        Paging { number: number.clamp(1, PAGE_MAX), size: PAGE_SIZE }
    }

    /// Rows before this page.
    pub fn offset(&self) -> i64 {
        (self.number - 1) * self.size
    }
}

impl Default for Paging {
    fn default() -> Self {
        Paging { number: 1, size: PAGE_SIZE }
    }
}

/// One page of a list and the length of the whole.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Page<T> {
    /// The rows of this page.
    pub rows: Vec<T>,
    /// Rows in the whole list.
    pub total: i64,
    /// Which page this is.
    pub paging: Paging,
}

impl<T> Page<T> {
    /// How many pages there are, at least one.
    pub fn pages(&self) -> i64 {
        ((self.total + self.paging.size - 1) / self.paging.size).clamp(1, PAGE_MAX)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn odd_page_numbers_show_a_page() {
        for (asked, number) in [
            (None, 1),
            (Some("-1"), 1),
            (Some("0"), 1),
            (Some("x"), 1),
            (Some(" 3 "), 3),
            (Some("99999999999999"), PAGE_MAX),
        ] {
            assert_eq!(Paging::from_query(asked).number, number, "{asked:?}");
        }
        assert_eq!(Paging::from_query(Some("99999999999999999999999")).offset(), 0);
    }

    #[test]
    fn the_last_page_may_be_short() {
        let page = |total| Page::<()> { rows: vec![], total, paging: Paging::default() };
        assert_eq!((page(0).pages(), page(30).pages(), page(31).pages()), (1, 1, 2));
    }
}
