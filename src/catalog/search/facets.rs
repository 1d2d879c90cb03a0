//! Counts hits by the values of fast fields, in one pass.

use std::collections::HashMap;
use tantivy::collector::{Collector, SegmentCollector};
use tantivy::columnar::{Column, StrColumn};
use tantivy::{DocId, Score, SegmentOrdinal, SegmentReader};

/// Value → hits, one map a field.
pub type Counts = Vec<HashMap<String, i64>>;

/// Counts by the values of fields, and by age.
pub struct FacetCounter {
    fields: Vec<&'static str>,
    /// Names and beginnings (epoch ms) of the ages that "fresh" is counted by.
    ages: Vec<(&'static str, i64)>,
}

impl FacetCounter {
    /// Counts by `fields`; "fresh" is counted by `ages`, each of which counts everything since its beginning.
    pub fn new(fields: Vec<&'static str>, ages: Vec<(&'static str, i64)>) -> FacetCounter {
        FacetCounter { fields, ages }
    }
}

/// One segment's counts.
pub struct SegmentCounts(Vec<FieldCounts>);

enum FieldCounts {
    /// The segment has no such value.
    None,
    Values(StrColumn, Vec<i64>),
    Ages(Column<i64>, Vec<(&'static str, i64, i64)>),
}

impl Collector for FacetCounter {
    type Fruit = Counts;
    type Child = SegmentCounts;

    fn for_segment(&self, _: SegmentOrdinal, segment: &SegmentReader) -> tantivy::Result<SegmentCounts> {
        let column = |field: &&str| -> tantivy::Result<_> {
            let fast = segment.fast_fields();
            if *field == "fresh" {
                let ages = self.ages.iter().map(|(name, since)| (*name, *since, 0)).collect();
                return Ok(FieldCounts::Ages(fast.i64(field)?, ages));
            }
            Ok(fast.str(field)?.map_or(FieldCounts::None, |column| {
                let counts = vec![0; column.num_terms()];
                FieldCounts::Values(column, counts)
            }))
        };
        Ok(SegmentCounts(self.fields.iter().map(column).collect::<tantivy::Result<_>>()?))
    }

    fn requires_scoring(&self) -> bool {
        false
    }

    fn merge_fruits(&self, segments: Vec<Counts>) -> tantivy::Result<Counts> {
        let mut sum: Counts = vec![HashMap::new(); self.fields.len()];
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
        for counts in &mut self.0 {
            match counts {
                FieldCounts::None => {}
                FieldCounts::Values(column, counts) => {
                    for ord in column.term_ords(doc) {
                        if let Some(count) = counts.get_mut(ord as usize) {
                            *count += 1;
                        }
                    }
                }
                FieldCounts::Ages(column, ages) => {
                    let fresh = column.first(doc).unwrap_or(i64::MIN);
                    for (_, since, count) in ages.iter_mut() {
                        *count += i64::from(fresh >= *since);
                    }
                }
            }
        }
    }

    fn harvest(self) -> Counts {
        let counts = |field| match field {
            FieldCounts::None => HashMap::new(),
            FieldCounts::Values(column, counts) => named(&column, &counts),
            FieldCounts::Ages(_, ages) => ages.into_iter().map(|(name, _, count)| (name.to_owned(), count)).collect(),
        };
        self.0.into_iter().map(counts).collect()
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
