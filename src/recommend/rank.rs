//! Which of many candidates are shown. Three rules, each of which can be said in one sentence:
//!
//! 1. Newer first: what is two weeks old counts half of what came today.
//! 2. Each one already picked from the same topic halves what the next of that topic counts.
//! 3. Each one already picked of the same kind takes a fifth off the next of that kind.

use crate::base::DAY;
use std::collections::HashSet;

/// After so long, something counts half.
const HALF: i64 = 14 * DAY;
/// What one more of the same topic keeps of its worth.
const SAME_TOPIC: f64 = 0.5;
/// What one more of the same kind keeps of its worth.
const SAME_KIND: f64 = 0.8;

/// Something that could be shown.
#[derive(Clone, Debug, PartialEq)]
pub struct Candidate {
    /// The resource.
    pub resource: String,
    /// Its work: other editions of it are not shown beside it.
    pub work: String,
    /// The topic (its id) that it is here for; empty if none.
    pub topic: String,
    /// Its kind, as the database names it.
    pub kind: String,
    /// When it came out or, if that is not known, when it arrived; epoch ms.
    pub fresh_at: i64,
    /// Whether the person saved it.
    pub saved: bool,
}

impl Candidate {
    /// From one for what is new, towards nothing for what is old. What claims to come from the future is new.
    fn freshness(&self, now: i64) -> f64 {
        let age = (now - self.fresh_at).max(0);
        HALF as f64 / (HALF + age) as f64
    }
}

/// The best `count` of `candidates`, best first, no work twice and none of `taken` (works). The same input gives the same
/// answer, whatever its order: what counts the same goes by id, later ones first.
pub fn pick(mut candidates: Vec<Candidate>, taken: &HashSet<&str>, now: i64, count: usize) -> Vec<Candidate> {
    candidates.retain(|candidate| !taken.contains(candidate.work.as_str()));
    candidates.sort_by(|a, b| (&b.resource, &a.topic).cmp(&(&a.resource, &b.topic)));
    let mut left: Vec<(f64, Candidate)> = candidates.into_iter().map(|c| (c.freshness(now), c)).collect();
    let mut picked: Vec<Candidate> = Vec::with_capacity(count);
    while picked.len() < count {
        let Some(best) = first_of_the_best(&left) else { break };
        let (_, candidate) = left.remove(best);
        left.retain_mut(|(worth, other)| {
            if other.topic == candidate.topic && !other.topic.is_empty() {
                *worth *= SAME_TOPIC;
            }
            if other.kind == candidate.kind {
                *worth *= SAME_KIND;
            }
            other.work != candidate.work
        });
        picked.push(candidate);
    }
    picked
}

fn first_of_the_best(candidates: &[(f64, Candidate)]) -> Option<usize> {
    let mut best: Option<(usize, f64)> = None;
    for (at, (worth, _)) in candidates.iter().enumerate() {
        if best.is_none_or(|(_, most)| *worth > most) {
            best = Some((at, *worth));
        }
    }
    best.map(|(at, _)| at)
}

#[cfg(test)]
mod tests {
    use super::*;

    const NOW: i64 = 1_780_000_000_000;

    fn candidate(resource: &str, topic: &str, kind: &str, days_old: i64) -> Candidate {
        Candidate {
            resource: resource.into(),
            work: resource.trim_start_matches("again-").into(),
            topic: topic.into(),
            kind: kind.into(),
            fresh_at: NOW - days_old * DAY,
            saved: false,
        }
    }

    fn order(candidates: Vec<Candidate>, count: usize) -> String {
        let picked = pick(candidates, &HashSet::new(), NOW, count);
        picked.iter().map(|c| c.resource.as_str()).collect::<Vec<_>>().join(" ")
    }

    #[test]
    fn newer_comes_first() {
        let list =
            vec![candidate("a", "t", "book", 90), candidate("b", "u", "video", 2), candidate("c", "v", "lab", 30)];
        assert_eq!(order(list, 3), "b c a");
    }

    #[test]
    fn a_busy_topic_does_not_drown_the_others() {
        // Five of today in one topic, one of last week in another: it comes second, not sixth.
        let mut list: Vec<_> = (0..5).map(|n| candidate(&format!("busy{n}"), "busy", "video", 0)).collect();
        list.push(candidate("quiet", "quiet", "video", 7));
        assert!(order(list, 6).starts_with("busy4 quiet busy3"));
    }

    #[test]
    fn kinds_take_turns_among_equals() {
        let mut list: Vec<_> = (0..3).map(|n| candidate(&format!("v{n}"), "", "video", 1)).collect();
        list.push(candidate("b0", "", "book", 1));
        assert_eq!(order(list, 4), "v2 b0 v1 v0");
    }

    #[test]
    fn the_order_of_the_input_means_nothing() {
        let list: Vec<_> = (0..40)
            .map(|n| candidate(&format!("r{n:02}"), &format!("t{}", n % 3), ["book", "video"][n % 2], 1))
            .collect();
        let mut other = list.clone();
        other.reverse();
        other.swap(3, 17);
        assert_eq!(order(list, 40), order(other, 40));
    }

    #[test]
    fn nothing_is_picked_twice_or_again() {
        let list = vec![candidate("a", "t", "book", 0), candidate("a", "u", "book", 0), candidate("b", "t", "book", 0)];
        let taken = HashSet::from(["b"]);
        let picked = pick(list, &taken, NOW, 9);
        assert_eq!(picked.iter().map(|c| c.resource.as_str()).collect::<Vec<_>>(), ["a"]);
    }

    #[test]
    fn of_a_work_one_edition_is_picked() {
        let list = vec![
            candidate("a", "t", "book", 3),
            candidate("again-a", "u", "video", 0),
            candidate("again-b", "u", "video", 1),
        ];
        assert_eq!(order(list.clone(), 9), "again-a again-b");
        let picked = pick(list, &HashSet::from(["a"]), NOW, 9);
        assert_eq!(picked.iter().map(|c| c.resource.as_str()).collect::<Vec<_>>(), ["again-b"]);
    }

    #[test]
    fn a_date_in_the_future_is_worth_no_more_than_today() {
        let list = vec![candidate("a", "t", "book", -4000), candidate("b", "u", "video", 0)];
        assert_eq!(order(list, 2), "b a", "they count the same, so the later id goes first");
    }
}
