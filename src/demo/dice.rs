//! Chance that falls the same way each time.

/// Numbers from a seed (SplitMix64).
#[derive(Clone, Debug)]
pub struct Dice(u64);

impl Dice {
    /// Dice of their own for each of `names`, so that one person more changes nobody else.
    pub fn of(seed: u64, names: &[&str]) -> Self {
        let mut state = seed ^ 0xcbf2_9ce4_8422_2325;
        for byte in names.iter().flat_map(|name| name.bytes().chain([0])) {
            state = (state ^ u64::from(byte)).wrapping_mul(0x0000_0100_0000_01b3);
        }
        Dice(state)
    }

    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        mixed ^ (mixed >> 31)
    }

    /// From 0 up to, and without, 1.
    pub fn share(&mut self) -> f64 {
        (self.next() >> 11) as f64 / (1_u64 << 53) as f64
    }

    /// Whether something of this likelihood happens.
    pub fn chance(&mut self, likelihood: f64) -> bool {
        self.share() < likelihood
    }

    /// From `low` to `high`, both included.
    pub fn between(&mut self, low: i64, high: i64) -> i64 {
        low + (self.share() * (high - low + 1) as f64) as i64
    }

    /// One of `from`.
    pub fn pick<'a, T>(&mut self, from: &'a [T]) -> Option<&'a T> {
        from.get(self.between(0, from.len() as i64 - 1) as usize)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_same_names_fall_the_same_way_and_others_do_not() {
        let roll = |names: &[&str]| {
            let mut dice = Dice::of(1, names);
            (0..20).map(|_| dice.between(1, 6)).collect::<Vec<_>>()
        };
        assert_eq!(roll(&["a", "b"]), roll(&["a", "b"]));
        assert_ne!(roll(&["a", "b"]), roll(&["ab"]));
        let all = (0..50).flat_map(|n: i32| roll(&[&n.to_string()])).collect::<Vec<_>>();
        assert!((1..=6).all(|face| all.iter().filter(|rolled| **rolled == face).count() > 100));
    }

    #[test]
    fn nothing_is_picked_from_nothing() {
        assert_eq!(Dice::of(1, &[]).pick::<i32>(&[]), None);
    }
}
