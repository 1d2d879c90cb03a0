//! Faults that strike items rather than the answer as a whole. A system hands its items over twice:
//! all of them before it cuts them into pages, and each page before it writes it down.

use time::{Duration, OffsetDateTime};

use crate::{faults::Fault, hash::hash};

/// What an item must let happen to itself. An item here is a system's own view of it, ready to be
/// written down, whose id may be missing.
pub(crate) trait Item: Clone {
    /// What names the item within its system.
    fn key(&self) -> String;
    fn remove_id(&mut self);
    /// Takes the other item's id.
    fn take_id(&mut self, other: &Self);
    /// The text that a reader would show.
    fn text(&mut self) -> &mut String;
    /// Every time that the item carries.
    fn times(&mut self) -> Vec<&mut OffsetDateTime>;
}

/// The item faults of one request, as an extension of it.
#[derive(Clone, Debug, Default)]
pub(crate) struct ItemFaults {
    vanish: Option<f64>,
    without_id: bool,
    duplicate: bool,
    huge: Option<usize>,
    script: bool,
    skew: Duration,
    backwards: bool,
    page_items: Option<usize>,
}

impl ItemFaults {
    pub(crate) fn of(faults: &[Fault]) -> Self {
        let mut all = Self::default();
        for fault in faults {
            match fault {
                Fault::ItemsVanish { share } => all.vanish = Some(share.clamp(0.0, 1.0)),
                Fault::ItemWithoutId => all.without_id = true,
                Fault::DuplicateIds => all.duplicate = true,
                Fault::HugeItem { bytes } => all.huge = Some(*bytes),
                Fault::ScriptInContent => all.script = true,
                Fault::ClockSkew { ms } => all.skew += Duration::milliseconds(*ms),
                Fault::CursorBackwards => all.backwards = true,
                _ => {}
            }
        }
        all
    }

    /// The same, in a sandbox whose lists hold at most `page_items` a page.
    pub(crate) fn with_pages_of(self, page_items: Option<usize>) -> Self {
        Self { page_items, ..self }
    }

    /// How many items a page of a list holds, where the vendor's own figure, or what the client asks for, is `own`.
    pub(crate) fn page_size(&self, own: usize) -> usize {
        self.page_items.map_or(own, |most| own.min(most.max(1)))
    }

    /// Whether the pointer to the next page should point back.
    pub(crate) fn backwards(&self) -> bool {
        self.backwards
    }

    /// A time as a clock would show it that is off by the skew.
    pub(crate) fn skewed(&self, at: OffsetDateTime) -> OffsetDateTime {
        at.checked_add(self.skew).unwrap_or(at)
    }

    /// Drops the share that vanishes: those whose keys hash lowest, rounded to whole items.
    pub(crate) fn before_paging<T: Item>(&self, items: &mut Vec<T>) {
        let Some(share) = self.vanish else { return };
        let mut ranks: Vec<u64> = items.iter().map(|item| hash(item.key().as_bytes())).collect();
        ranks.sort_unstable();
        let gone = (items.len() as f64 * share).round() as usize;
        if let Some(limit) = gone.checked_sub(1).and_then(|last| ranks.get(last)) {
            items.retain(|item| hash(item.key().as_bytes()) > *limit);
        }
    }

    /// Strikes the items of one page.
    pub(crate) fn on_page<T: Item>(&self, items: &mut Vec<T>) {
        for item in items.iter_mut() {
            if self.script {
                item.text().push_str(SCRIPT);
            }
            for at in item.times() {
                *at = self.skewed(*at);
            }
        }
        if let (Some(bytes), Some(first)) = (self.huge, items.first_mut()) {
            let text = first.text();
            let missing = bytes.saturating_sub(text.len());
            text.push_str(&"much too long ".repeat(missing / 14 + 1)[..missing]);
        }
        if self.duplicate {
            if let [first, second, ..] = items.as_mut_slice() {
                second.take_id(first);
            } else if let Some(only) = items.first().cloned() {
                items.push(only);
            }
        }
        if let (true, Some(first)) = (self.without_id, items.first_mut()) {
            first.remove_id();
        }
    }
}

/// Script in the forms that a careless reader would run.
const SCRIPT: &str = "<script>document.title='struck'</script>\
<img src=\"x\" onerror=\"document.title='struck'\">\
<a href=\"javascript:document.title='struck'\">more</a>";

#[cfg(test)]
mod tests {
    use super::*;

    #[derive(Clone, Debug, PartialEq)]
    struct Plain(Option<u32>, String);

    impl Item for Plain {
        fn key(&self) -> String {
            format!("{:?}", self.0)
        }
        fn remove_id(&mut self) {
            self.0 = None;
        }
        fn take_id(&mut self, other: &Self) {
            self.0 = other.0;
        }
        fn text(&mut self) -> &mut String {
            &mut self.1
        }
        fn times(&mut self) -> Vec<&mut OffsetDateTime> {
            Vec::new()
        }
    }

    fn items(count: u32) -> Vec<Plain> {
        (0..count).map(|id| Plain(Some(id), String::new())).collect()
    }

    #[test]
    fn the_same_share_vanishes_each_time() {
        let faults = ItemFaults::of(&[Fault::ItemsVanish { share: 0.3 }]);
        let (mut once, mut twice) = (items(50), items(50));
        faults.before_paging(&mut once);
        faults.before_paging(&mut twice);
        assert_eq!(once.len(), 35);
        assert_eq!(once, twice);
        let mut none = items(5);
        ItemFaults::of(&[Fault::ItemsVanish { share: 1.0 }]).before_paging(&mut none);
        assert!(none.is_empty());
    }

    #[test]
    fn pages_are_small_on_request() {
        assert_eq!(ItemFaults::default().page_size(30), 30);
        let small = ItemFaults::default().with_pages_of(Some(4));
        assert_eq!((small.page_size(30), small.page_size(2)), (4, 2));
        assert_eq!(small.with_pages_of(Some(0)).page_size(30), 1, "a page that holds nothing would never end");
    }

    #[test]
    fn ids_double_and_go_missing() {
        let mut page = items(3);
        ItemFaults::of(&[Fault::DuplicateIds]).on_page(&mut page);
        assert_eq!(page[1].0, Some(0));
        let mut lone = items(1);
        ItemFaults::of(&[Fault::DuplicateIds]).on_page(&mut lone);
        assert_eq!(lone.len(), 2);
        ItemFaults::of(&[Fault::ItemWithoutId, Fault::HugeItem { bytes: 100 }]).on_page(&mut page);
        assert_eq!((page[0].0, page[0].1.len()), (None, 100));
    }
}
