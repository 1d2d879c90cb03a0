//! Notices lists that lead back to where they were, where only the other side understands how they go on.

use serde::{Deserialize, Serialize};

/// Brent's cycle finding: remembers one place, at ever longer intervals.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub(crate) struct Watch {
    mark: u64,
    steps: u64,
    until: u64,
}

impl Watch {
    /// Whether this place was met before.
    pub(crate) fn seen(&mut self, place: u64) -> bool {
        if self.steps > 0 && place == self.mark {
            return true;
        }
        if self.steps >= self.until {
            self.mark = place;
            self.until = self.steps * 2 + 1;
        }
        self.steps += 1;
        false
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn circles_are_noticed_and_long_ways_are_not() {
        let mut watch = Watch::default();
        assert!((0..10_000).all(|place| !watch.seen(place)));
        for length in [1, 2, 3, 7] {
            let mut watch = Watch::default();
            let steps = (0..1000_u64).position(|step| watch.seen(step % length));
            assert!(steps.is_some_and(|steps| steps < 40), "{length}");
        }
    }
}
