//! Counts hits by the values of fast fields, in one pass.

use std::collections::HashMap;
use tantivy::collector::{Collector, SegmentCollector};
use tantivy::columnar::StrColumn;
use tantivy::{DocId, Score, SegmentOrdinal, SegmentReader};

/// Value → hits, one map a field.
pub type Counts = Vec<HashMap<String, i64>>;

/// Counts by these fields.
pub struct FacetCounter(pub Vec<&'static str>);

/// One segment's counts.
pub struct SegmentCounts(Vec<Option<(StrColumn, Vec<i64>)>>);

impl Collector for FacetCounter {
    type Fruit = Counts;
    type Child = SegmentCounts;

    fn for_segment(&self, _: SegmentOrdinal, segment: &SegmentReader) -> tantivy::Result<SegmentCounts> {
        let column = |field: &&str| -> tantivy::Result<_> {
            let column = segment.fast_fields().str(field)?;
            Ok(column.map(|column| {
                let counts = vec![0; column.num_terms()];
                (column, counts)
            }))
        };
        Ok(SegmentCounts(self.0.iter().map(column).collect::<tantivy::Result<_>>()?))
    }

    fn requires_scoring(&self) -> bool {
        false
    }

    fn merge_fruits(&self, segments: Vec<Counts>) -> tantivy::Result<Counts> {
        let mut sum: Counts = vec![HashMap::new(); self.0.len()];
        for segment in segments {
            for (sum, counts) in sum.iter_mut().zip(segment) {
                for (value, count) in counts {
                    *sum.entry(value).or_default() += count;
                }
            }
        }
        Ok(sum)
    }
}

impl SegmentCollector for SegmentCounts {
    type Fruit = Counts;

    fn collect(&mut self, doc: DocId, _: Score) {
        for (column, counts) in self.0.iter_mut().flatten() {
            for ord in column.term_ords(doc) {
                if let Some(count) = counts.get_mut(ord as usize) {
                    *count += 1;
                }
            }
        }
    }

    fn harvest(self) -> Counts {
        self.0
            .into_iter()
            .map(|field| field.map_or_else(HashMap::new, |(column, counts)| named(&column, &counts)))
            .collect()
    }
}

/// A value that the dictionary cannot give back is left out; it would have no name to show.
fn named(column: &StrColumn, counts: &[i64]) -> HashMap<String, i64> {
    let mut named = HashMap::new();
    for (ord, count) in counts.iter().enumerate().filter(|(_, count)| **count > 0) {
        let mut value = String::new();
        if column.ord_to_str(ord as u64, &mut value).unwrap_or(false) {
            named.insert(value, *count);
        }
    }
    named
}
