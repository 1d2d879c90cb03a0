//! Gathers the hits of a query in one pass: how many, the best of them, and how many by the values of fast fields.
//! Editions of one work are one hit.

use std::cmp::Ordering;
use std::collections::{HashMap, HashSet};
use tantivy::collector::{Collector, SegmentCollector};
use tantivy::columnar::{Column, StrColumn};
use tantivy::{DocAddress, DocId, Score, SegmentOrdinal, SegmentReader};

/// Value → hits, one map a field.
pub type Counts = Vec<HashMap<String, i64>>;

/// What comes first.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Order {
    /// What matches best.
    Best,
    /// By "fresh", the newest.
    Newest,
    /// By "minutes", the shortest.
    Shortest,
}

/// What to gather.
pub struct Gather {
    /// Fast fields whose values are counted; "fresh" is counted by `ages`.
    pub fields: Vec<&'static str>,
    /// Names and beginnings (epoch ms) of ages, each of which counts everything since then.
    pub ages: Vec<(&'static str, i64)>,
    /// What comes first.
    pub order: Order,
    /// Which of the hits, in that order: so many are left out, so many are wanted.
    pub window: (usize, usize),
}

/// What was gathered.
#[derive(Default)]
pub struct Gathered {
    /// How many hits there are.
    pub total: usize,
    /// By value, in the order of the fields that were asked for.
    pub counts: Counts,
    /// The hits in the window, best first; each with the editions that matched, best first.
    pub top: Vec<Vec<DocAddress>>,
}

/// A document that matched.
#[derive(Clone, Copy)]
struct Found {
    /// Score or age, to sort by.
    rank: f64,
    at: DocAddress,
    /// The work; 0 stands alone.
    work: u64,
}

impl Found {
    fn order(&self, other: &Found) -> Ordering {
        other.rank.total_cmp(&self.rank).then_with(|| self.at.cmp(&other.at))
    }
}

/// One segment's.
pub struct Segment {
    ordinal: SegmentOrdinal,
    work: Column<u64>,
    /// What hits are sorted by, and whether more comes first; none is their score.
    key: Option<(Column<i64>, bool)>,
    fields: Vec<Option<Tally>>,
    found: Vec<Found>,
}

/// Counts of one field: of what stands alone by number, of works by name, because another segment may hold more of them.
struct Tally {
    values: Values,
    alone: Vec<i64>,
    works: HashSet<(u64, u64)>,
}

/// The values of one field, each with a number.
enum Values {
    Named(StrColumn),
    Ages(Column<i64>, Vec<(&'static str, i64)>),
}

impl Values {
    fn len(&self) -> usize {
        match self {
            Values::Named(column) => column.num_terms(),
            Values::Ages(_, ages) => ages.len(),
        }
    }

    /// Calls `with` for each value of a document.
    fn each(&self, doc: DocId, mut with: impl FnMut(u64)) {
        match self {
            Values::Named(column) => column.term_ords(doc).for_each(with),
            Values::Ages(column, ages) => {
                let fresh = column.first(doc).unwrap_or(i64::MIN);
                (0..).zip(ages).filter(|(_, (_, since))| fresh >= *since).for_each(|(ord, _)| with(ord));
            }
        }
    }

    /// None for one that the dictionary cannot give back: it would have no name to show.
    fn name(&self, ord: u64) -> Option<String> {
        match self {
            Values::Named(column) => {
                let mut value = String::new();
                column.ord_to_str(ord, &mut value).unwrap_or(false).then_some(value)
            }
            Values::Ages(_, ages) => ages.get(ord as usize).map(|(name, _)| (*name).to_owned()),
        }
    }
}

/// Counts of one field: value → documents that stand alone; value with work.
type FieldCounts = (HashMap<String, i64>, HashSet<(String, u64)>);

/// What a segment adds: its hits, and its counts by field.
pub struct Part {
    found: Vec<Found>,
    counts: Vec<FieldCounts>,
}

impl Collector for Gather {
    type Fruit = Gathered;
    type Child = Segment;

    fn for_segment(&self, ordinal: SegmentOrdinal, segment: &SegmentReader) -> tantivy::Result<Segment> {
        let fast = segment.fast_fields();
        let tally = |field: &&str| -> tantivy::Result<Option<Tally>> {
            let values = match *field {
                "fresh" => Some(Values::Ages(fast.i64("fresh")?, self.ages.clone())),
                field => fast.str(field)?.map(Values::Named),
            };
            Ok(values.map(|values| Tally { alone: vec![0; values.len()], values, works: HashSet::new() }))
        };
        let key = match self.order {
            Order::Best => None,
            Order::Newest => Some((fast.i64("fresh")?, true)),
            Order::Shortest => Some((fast.i64("minutes")?, false)),
        };
        Ok(Segment {
            ordinal,
            work: fast.u64("work")?,
            key,
            fields: self.fields.iter().map(tally).collect::<tantivy::Result<_>>()?,
            found: Vec::new(),
        })
    }

    fn requires_scoring(&self) -> bool {
        self.order == Order::Best && self.window.1 > 0
    }

    fn merge_fruits(&self, parts: Vec<Part>) -> tantivy::Result<Gathered> {
        let mut counts: Counts = vec![HashMap::new(); self.fields.len()];
        let mut works: Vec<HashSet<(String, u64)>> = vec![HashSet::new(); self.fields.len()];
        let mut found = Vec::new();
        for part in parts {
            found.extend(part.found);
            for (at, (alone, in_works)) in part.counts.into_iter().enumerate() {
                for (value, count) in alone {
                    *counts[at].entry(value).or_default() += count;
                }
                works[at].extend(in_works);
            }
        }
        for (at, in_works) in works.into_iter().enumerate() {
            for (value, _) in in_works {
                *counts[at].entry(value).or_default() += 1;
            }
        }
        let (total, top) = self.best(found);
        Ok(Gathered { total, counts, top })
    }
}

impl Gather {
    /// How many hits `found` are, and those in the window.
    fn best(&self, found: Vec<Found>) -> (usize, Vec<Vec<DocAddress>>) {
        let mut editions: HashMap<u64, Vec<Found>> = HashMap::new();
        let mut hits = Vec::with_capacity(found.len());
        for each in found {
            if each.work == 0 { hits.push(each) } else { editions.entry(each.work).or_default().push(each) }
        }
        for all in editions.values_mut() {
            all.sort_by(Found::order);
            hits.extend(all.first());
        }
        let total = hits.len();
        let (skipped, wanted) = self.window;
        let end = skipped.saturating_add(wanted).min(total);
        if end == 0 || skipped >= end {
            return (total, Vec::new());
        }
        if end < total {
            hits.select_nth_unstable_by(end - 1, Found::order);
            hits.truncate(end);
        }
        hits.sort_by(Found::order);
        let addresses = |hit: &Found| match editions.get(&hit.work) {
            Some(all) => all.iter().map(|each| each.at).collect(),
            None => vec![hit.at],
        };
        (total, hits[skipped..].iter().map(addresses).collect())
    }
}

impl SegmentCollector for Segment {
    type Fruit = Part;

    fn collect(&mut self, doc: DocId, score: Score) {
        let work = self.work.first(doc).unwrap_or(0);
        // Milliseconds since the epoch are whole in a double for as long as anybody will run this.
        let rank = match &self.key {
            Some((key, true)) => key.first(doc).unwrap_or(0) as f64,
            Some((key, false)) => -(key.first(doc).unwrap_or(i64::MAX) as f64),
            None => f64::from(score),
        };
        self.found.push(Found { rank, at: DocAddress::new(self.ordinal, doc), work });
        for tally in self.fields.iter_mut().flatten() {
            let Tally { values, alone, works } = tally;
            values.each(doc, |ord| {
                if work != 0 {
                    works.insert((ord, work));
                } else if let Some(count) = alone.get_mut(ord as usize) {
                    *count += 1;
                }
            });
        }
    }

    fn harvest(self) -> Part {
        Part { found: self.found, counts: self.fields.into_iter().map(named).collect() }
    }
}

/// A value without a name is left out.
fn named(tally: Option<Tally>) -> FieldCounts {
    let Some(Tally { values, alone, works }) = tally else { return Default::default() };
    let counted = alone.iter().enumerate().filter(|(_, count)| **count > 0);
    let counts = counted.filter_map(|(ord, count)| Some((values.name(ord as u64)?, *count))).collect();
    (counts, works.into_iter().filter_map(|(ord, work)| Some((values.name(ord)?, work))).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found(rank: f64, doc: u32, work: u64) -> Found {
        Found { rank, at: DocAddress::new(0, doc), work }
    }

    fn docs(window: (usize, usize), all: Vec<Found>) -> (usize, Vec<Vec<u32>>) {
        let (total, top) = Gather { fields: vec![], ages: vec![], order: Order::Best, window }.best(all);
        (total, top.into_iter().map(|hit| hit.into_iter().map(|at| at.doc_id).collect()).collect())
    }

    #[test]
    fn editions_are_one_hit_at_the_place_of_the_best() {
        let all = vec![found(1.0, 1, 0), found(5.0, 2, 7), found(3.0, 3, 0), found(9.0, 4, 7), found(3.0, 5, 0)];
        assert_eq!(docs((0, 10), all.clone()), (4, vec![vec![4, 2], vec![3], vec![5], vec![1]]));
        assert_eq!(docs((1, 2), all.clone()), (4, vec![vec![3], vec![5]]));
        assert_eq!(docs((3, 2), all.clone()), (4, vec![vec![1]]));
        assert_eq!(docs((4, 2), all.clone()), (4, vec![]));
        assert_eq!(docs((0, 0), all), (4, vec![]));
        assert_eq!(docs((0, 3), vec![]), (0, vec![]));
    }
}
