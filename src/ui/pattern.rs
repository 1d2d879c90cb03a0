//! Drawn covers for things without a picture: a family of patterns for each kind, a tone for each topic, and the rest by
//! chance from a seed, always the same for the same seed. Coordinates are whole numbers on a canvas of 320 × 192.

use std::fmt::Write;

/// Width of the canvas.
pub(super) const WIDTH: i32 = 320;
/// Height of the canvas.
pub(super) const HEIGHT: i32 = 192;

/// The palette's names, as in `data-cover`.
pub(super) const TONES: [&str; 6] = ["spruce", "clay", "ochre", "slate", "plum", "stone"];

/// The tone that belongs to a word: the same word, the same tone.
pub(super) fn tone_of(word: &str) -> &'static str {
    TONES[Chance::from(word).below(TONES.len() as i32) as usize]
}

/// Path data of the three layers, from pale to strong. A layer may be empty.
pub(super) fn layers(kind: &str, seed: &str) -> [String; 3] {
    let mut chance = Chance::from(seed);
    let mut layers = Layers::default();
    match kind {
        "video" => discs(&mut layers, &mut chance),
        "article" => columns(&mut layers, &mut chance),
        "podcast" => waveform(&mut layers, &mut chance),
        "book" => spines(&mut layers, &mut chance),
        "lab" => lattice(&mut layers, &mut chance),
        "assessment" => punch_card(&mut layers, &mut chance),
        "event" => rays(&mut layers, &mut chance),
        "job_aid" => stairs(&mut layers, &mut chance),
        "wiki_page" => contours(&mut layers, &mut chance),
        "playlist" => sheets(&mut layers, &mut chance),
        _ => tiles(&mut layers, &mut chance),
    }
    layers.0
}

/// A small generator of numbers; good enough for pictures.
struct Chance(u64);

impl Chance {
    fn from(seed: &str) -> Self {
        let hash = seed
            .bytes()
            .fold(0xcbf2_9ce4_8422_2325_u64, |hash, byte| (hash ^ u64::from(byte)).wrapping_mul(0x0000_0100_0000_01b3));
        Chance(hash)
    }

    fn below(&mut self, bound: i32) -> i32 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        ((z ^ (z >> 31)) % bound.unsigned_abs().max(1) as u64) as i32
    }

    fn between(&mut self, low: i32, high: i32) -> i32 {
        low + self.below(high - low + 1)
    }
}

#[derive(Default)]
struct Layers([String; 3]);

impl Layers {
    fn rect(&mut self, layer: i32, x: i32, y: i32, width: i32, height: i32) {
        self.draw(layer, format_args!("M{x} {y}h{width}v{height}h-{width}z"));
    }

    /// Cut out of what the layer has there: drawn the other way round.
    fn hole(&mut self, layer: i32, x: i32, y: i32, width: i32, height: i32) {
        self.draw(layer, format_args!("M{x} {y}v{height}h{width}v-{height}z"));
    }

    fn disc(&mut self, layer: i32, x: i32, y: i32, r: i32) {
        let d = 2 * r;
        self.draw(layer, format_args!("M{} {y}a{r} {r} 0 1 1 {d} 0a{r} {r} 0 1 1-{d} 0z", x - r));
    }

    /// A quarter of a disc inside the cell at (x, y), with its centre in the cell's corner 0 to 3, clockwise.
    fn quarter(&mut self, layer: i32, x: i32, y: i32, r: i32, corner: i32) {
        match corner {
            0 => self.draw(layer, format_args!("M{x} {y}h{r}a{r} {r} 0 0 1-{r} {r}z")),
            1 => self.draw(layer, format_args!("M{} {y}v{r}a{r} {r} 0 0 1-{r}-{r}z", x + r)),
            2 => self.draw(layer, format_args!("M{} {}h-{r}a{r} {r} 0 0 1 {r}-{r}z", x + r, y + r)),
            _ => self.draw(layer, format_args!("M{x} {}v-{r}a{r} {r} 0 0 1 {r} {r}z", y + r)),
        }
    }

    fn draw(&mut self, layer: i32, what: std::fmt::Arguments<'_>) {
        // Writing to a String cannot fail.
        let _ = self.0[layer.clamp(0, 2) as usize].write_fmt(what);
    }
}

/// Courses: quarter discs in a grid, as on a tiled floor.
fn tiles(layers: &mut Layers, chance: &mut Chance) {
    const CELL: i32 = 64;
    for row in 0..3 {
        for column in 0..5 {
            let (x, y, layer) = (column * CELL, row * CELL, chance.below(3));
            match chance.below(10) {
                0..=5 => layers.quarter(layer, x, y, CELL, chance.below(4)),
                6 => layers.disc(layer, x + CELL / 2, y + CELL / 2, CELL / 2),
                7 => layers.rect(0, x, y, CELL, CELL),
                8 => layers.disc(layer, x + CELL / 2, y + CELL / 2, CELL / 5),
                _ => {}
            }
        }
    }
}

/// Videos: a large disc, another that crosses it, a horizon.
fn discs(layers: &mut Layers, chance: &mut Chance) {
    let horizon = chance.between(112, 150);
    let (x, r) = (chance.between(90, 230), chance.between(62, 88));
    layers.disc(0, x, horizon - r / 4, r);
    let side = if chance.below(2) == 0 { -1 } else { 1 };
    layers.disc(1, x + side * chance.between(50, 90), horizon - r / 2, r / 2);
    layers.disc(2, x - side * chance.between(20, 60), horizon - chance.between(20, 60), chance.between(10, 20));
    for line in 0..4 {
        layers.rect(1, 0, horizon + line * (10 + 2 * line), WIDTH, 2 + line);
    }
}

/// Articles: columns of lines, with a block where a picture would be.
fn columns(layers: &mut Layers, chance: &mut Chance) {
    let block = chance.below(3);
    for column in 0..3 {
        let x = 28 + column * 92;
        let mut y = 28;
        if column == block {
            let height = chance.between(46, 80);
            layers.rect(2, x, y, 80, height);
            y += height + 12;
        }
        while y < HEIGHT - 28 {
            let last = chance.below(5) == 0;
            let width = if last { chance.between(24, 56) } else { 80 - chance.below(8) };
            layers.rect(chance.below(4).min(1), x, y, width, 5);
            y += if last { 22 } else { 12 };
        }
    }
}

/// Podcasts: the picture of a voice.
fn waveform(layers: &mut Layers, chance: &mut Chance) {
    let peak = chance.between(6, 20);
    let heard = chance.between(8, 18);
    for bar in 0..25 {
        let near = 12 - (bar - peak).abs().min(10);
        let half = (near * chance.between(3, 7)).clamp(5, 74);
        let layer = if bar < heard { 2 } else { 1 - chance.below(2) };
        layers.rect(layer, 13 + bar * 12, HEIGHT / 2 - half, 6, 2 * half);
    }
}

/// Books: spines on a shelf.
fn spines(layers: &mut Layers, chance: &mut Chance) {
    let mut x = 24;
    while x < WIDTH - 40 {
        let (width, height) = (chance.between(12, 34), chance.between(92, 144));
        let layer = chance.below(3);
        layers.rect(layer, x, 172 - height, width, height);
        layers.rect((layer + 1) % 3, x, 172 - height + chance.between(14, 26), width, chance.between(3, 7));
        x += width + if chance.below(6) == 0 { 14 } else { 2 };
    }
    layers.rect(2, 0, 172, WIDTH, 3);
}

/// Labs: a lattice of dots that swells around a place.
fn lattice(layers: &mut Layers, chance: &mut Chance) {
    let (cx, cy) = (chance.between(1, 9), chance.between(1, 5));
    for row in 0..7 {
        for column in 0..11 {
            let distance = (column - cx).abs().max((row - cy).abs());
            let r = (11 - 2 * distance).max(3);
            let layer = if distance <= 1 { 2 } else { i32::from(distance <= 3) };
            layers.disc(layer, 20 + column * 28, 12 + row * 28, r);
        }
    }
}

/// Assessments: a card with answers punched in.
fn punch_card(layers: &mut Layers, chance: &mut Chance) {
    for row in 0..6 {
        let answer = chance.below(9);
        for column in 0..9 {
            let layer = if column == answer { 2 } else { i32::from(chance.below(6) == 0) };
            layers.rect(layer, 30 + column * 30, 18 + row * 27, 20, 18);
        }
    }
}

/// Events: rays from a point below the horizon.
fn rays(layers: &mut Layers, chance: &mut Chance) {
    let x = chance.between(60, 260);
    let mut left = -200;
    while left < WIDTH + 200 {
        let width = chance.between(18, 52);
        layers.draw(chance.below(3).min(1), format_args!("M{x} 230L{left} 0h{width}z"));
        left += width + chance.between(16, 40);
    }
    layers.disc(2, x, 200, chance.between(44, 66));
}

/// Job aids: steps, one after the other, each with its tread.
fn stairs(layers: &mut Layers, chance: &mut Chance) {
    let steps = chance.between(5, 8);
    let (width, up) = (WIDTH / steps, chance.below(2) == 0);
    let marked = chance.below(steps);
    for step in 0..steps {
        let level = if up { step + 1 } else { steps - step };
        let height = level * (HEIGHT - 30) / steps;
        let layer = if step == marked { 2 } else { step % 2 };
        layers.rect(layer, step * width, HEIGHT - height, width + 1, height);
        layers.rect(2, step * width, HEIGHT - height - 9, width - 12, 4);
    }
}

/// Wiki pages: contour lines of a landscape.
fn contours(layers: &mut Layers, chance: &mut Chance) {
    let (a, b, c) = (chance.between(-40, 40), chance.between(-40, 40), chance.between(-30, 30));
    let strong = chance.between(1, 5);
    for line in 0..7 {
        let (y, swing) = (14 + line * 26, 8 - line);
        let (p, q) = (y + a * swing / 8, y + b * swing / 8);
        let end = y + c * swing / 8;
        let layer = if line == strong { 2 } else { line % 2 };
        let thick = if line == strong { 8 } else { 4 };
        // Down one side and back along the other, the thickness below.
        let r = 2 * y - p;
        layers.draw(layer, format_args!("M0 {y}C80 {p} 120 {p} 170 {y}C220 {r} 260 {q} 320 {end}v{thick}"));
        let (y, p, q, r) = (y + thick, p + thick, q + thick, r + thick);
        layers.draw(layer, format_args!("C260 {q} 220 {r} 170 {y}C120 {p} 80 {p} 0 {y}z"));
    }
}

/// Playlists: sheets laid over each other.
fn sheets(layers: &mut Layers, chance: &mut Chance) {
    let shift = chance.between(22, 34);
    let (x, y) = (chance.between(60, 110), chance.between(20, 34));
    for sheet in 0..3 {
        layers.rect(sheet, x + sheet * shift, y + sheet * 22, 120, 96);
    }
    let (x, y) = (x + 2 * shift + 16, y + 44 + 18);
    for line in 0..4 {
        layers.hole(2, x, y + line * 16, if line == 3 { 40 } else { 88 - chance.below(20) }, 5);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const KINDS: [&str; 12] = [
        "course",
        "video",
        "article",
        "podcast",
        "book",
        "lab",
        "assessment",
        "event",
        "job_aid",
        "wiki_page",
        "playlist",
        "something else",
    ];

    #[test]
    fn covers_are_stable_small_and_drawn_in_path_syntax() {
        for kind in KINDS {
            for seed in 0..40 {
                let seed = format!("seed {seed}");
                let drawn = layers(kind, &seed);
                assert_eq!(drawn, layers(kind, &seed));
                let bytes: usize = drawn.iter().map(String::len).sum();
                assert!((100..6000).contains(&bytes), "{kind} {seed}: {bytes}");
                for layer in &drawn {
                    assert!(!layer.contains("--"), "{kind}: {layer}");
                    assert!(layer.chars().all(|c| c.is_ascii_digit() || " -MLCSahvz".contains(c)), "{kind}: {layer}");
                }
            }
        }
    }

    #[test]
    fn different_seeds_differ_and_a_topic_keeps_its_tone() {
        for kind in KINDS {
            assert_ne!(layers(kind, "one"), layers(kind, "two"), "{kind}");
        }
        assert_eq!(tone_of("Kubernetes"), tone_of("Kubernetes"));
        let tones: std::collections::BTreeSet<_> = (0..60).map(|n| tone_of(&n.to_string())).collect();
        assert_eq!(tones.len(), TONES.len());
    }
}
