//! Areas drawn into pixels by ourselves. A timeline has tens of thousands of
//! them in a frame, each of a few pixels; a browser without a graphics card
//! takes longer to be told of them than they take to fill.

use super::{Fill, Pattern};

/// A colour, by its shares of red, green and blue.
pub type Colour = [u8; 3];

/// Patterns repeat after this many px, both ways: a multiple of all their steps.
const TILE: f64 = 12.0;
/// How much of the colour lies under a pattern.
const GROUND: f64 = 0.16;

/// Pixels to draw into. Transparent at first.
#[derive(Debug, Clone, Default)]
pub struct Raster {
    width: usize,
    height: usize,
    scale: f64,
    tile: usize,
    /// Whether a pixel of a tile belongs to the pattern, by pattern.
    tiles: Vec<(Pattern, Vec<bool>)>,
    pixels: Vec<u8>,
}

impl Raster {
    /// Becomes empty, `width` × `height` px large, with `scale` pixels a px.
    pub fn reset(&mut self, width: f64, height: f64, scale: f64) {
        self.width = (width * scale).round().max(0.0) as usize;
        self.height = (height * scale).round().max(0.0) as usize;
        if self.scale.to_bits() != scale.to_bits() {
            self.scale = scale;
            self.tile = ((TILE * scale).round() as usize).max(1);
            self.tiles.clear();
        }
        self.pixels.clear();
        self.pixels.resize(self.width * self.height * 4, 0);
    }

    /// Pixels across.
    #[must_use]
    pub fn width(&self) -> usize {
        self.width
    }

    /// The pixels, row by row: red, green, blue, opacity.
    #[must_use]
    pub fn pixels(&self) -> &[u8] {
        &self.pixels
    }

    /// Fills a rectangle, given by its left and top edge and its size in px.
    /// Its upright edges are soft where they lie between two pixels, its level
    /// ones are put onto a pixel.
    pub fn fill(&mut self, [x, y, w, h]: [f64; 4], fill: Fill, colour: Colour) {
        let (left, right) = (x * self.scale, (x + w) * self.scale);
        let left = left.clamp(0.0, self.width as f64);
        let right = right.clamp(0.0, self.width as f64);
        let row = |y: f64| (y * self.scale).round().clamp(0.0, self.height as f64) as usize;
        let (top, bottom) = (row(y), row(y + h));
        if right <= left || bottom <= top {
            return;
        }
        let (first, last) = (left.floor() as usize, (right.ceil() as usize).max(1) - 1);
        let tile = self.tile_of(fill.pattern);
        for row in top..bottom {
            let line = row * self.width;
            let marks = tile.map(|tile| {
                let from = row % self.tile * self.tile;
                &self.tiles[tile].1[from..from + self.tile]
            });
            let pixels = &mut self.pixels[(line + first) * 4..(line + last + 1) * 4];
            // Most areas are plain and strong: between the edges there is
            // nothing to work out.
            if marks.is_none() && fill.alpha >= 1.0 && last > first + 1 {
                let [red, green, blue] = colour;
                let (pixels, _) = pixels.as_chunks_mut::<4>();
                let inner = pixels.len() - 1;
                pixels[1..inner].fill([red, green, blue, 255]);
                blend(&mut pixels[0], colour, first as f64 + 1.0 - left);
                blend(&mut pixels[inner], colour, right - last as f64);
                continue;
            }
            for (pixel, column) in pixels.as_chunks_mut::<4>().0.iter_mut().zip(first..) {
                let mut alpha = fill.alpha;
                if column == first || column == last {
                    let covered = right.min(column as f64 + 1.0) - left.max(column as f64);
                    alpha *= covered;
                }
                if marks.is_some_and(|marks| !marks[column % marks.len()]) {
                    alpha *= GROUND;
                }
                blend(pixel, colour, alpha);
            }
        }
    }

    /// Where the tile of a pattern lies; of none for a plain area.
    fn tile_of(&mut self, pattern: Pattern) -> Option<usize> {
        if pattern == Pattern::Solid {
            return None;
        }
        let known = self.tiles.iter().position(|tile| tile.0 == pattern);
        Some(known.unwrap_or_else(|| {
            let of = |index: usize| {
                let px = |pixel: usize| (pixel as f64 + 0.5) * TILE / self.tile as f64;
                pattern.marks(px(index % self.tile), px(index / self.tile))
            };
            let marks = (0..self.tile * self.tile).map(of).collect();
            self.tiles.push((pattern, marks));
            self.tiles.len() - 1
        }))
    }
}

impl Pattern {
    /// Whether the point (`x`, `y`), in px, lies on a stripe or dot.
    #[must_use]
    pub fn marks(self, x: f64, y: f64) -> bool {
        let stripe = |at: f64, step: f64, width: f64| at.rem_euclid(step) < width;
        match self {
            Self::Solid => true,
            Self::Hatch => stripe(x + y, 6.0, 2.0),
            Self::Back => stripe(x - y, 6.0, 2.0),
            Self::Cross => stripe(x + y, 6.0, 1.5) || stripe(x - y, 6.0, 1.5),
            Self::Bars => stripe(x, 4.0, 1.5),
            Self::Rows => stripe(y, 4.0, 1.0),
            Self::Dots => stripe(x, 4.0, 2.0) && stripe(y, 4.0, 2.0),
        }
    }
}

/// Lays a colour over a pixel.
fn blend(pixel: &mut [u8; 4], colour: Colour, alpha: f64) {
    // In 256ths: a frame has a million pixels.
    let over = (alpha * 256.0) as u32;
    if over >= 256 || pixel[3] == 0 {
        *pixel = [
            colour[0],
            colour[1],
            colour[2],
            (over * 255 / 256).min(255) as u8,
        ];
        if over >= 256 {
            pixel[3] = 255;
        }
        return;
    }
    // What lies below is opaque, or nearly: the lanes' ground.
    for (below, &above) in pixel.iter_mut().zip(&colour) {
        *below = ((u32::from(*below) * (256 - over) + u32::from(above) * over) / 256) as u8;
    }
    let rest = 255 - u32::from(pixel[3]);
    pixel[3] += (rest * over / 256) as u8;
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::plot::Ink;

    fn drawn(size: (f64, f64), scale: f64, areas: &[([f64; 4], Fill)]) -> Vec<String> {
        let mut raster = Raster::default();
        raster.reset(size.0, size.1, scale);
        for &(area, fill) in areas {
            raster.fill(area, fill, [0, 0, 0]);
        }
        let shade = |pixel: &[u8]| match pixel[3] {
            0 => ' ',
            1..100 => '.',
            100..200 => '+',
            _ => '#',
        };
        let row = |row: &[u8]| row.chunks(4).map(shade).collect();
        raster
            .pixels()
            .chunks(raster.width() * 4)
            .map(row)
            .collect()
    }

    #[test]
    fn edges_between_pixels_are_soft_and_nothing_leaves_the_picture() {
        let solid = Fill::solid(Ink::Text);
        assert_eq!(
            drawn((6.0, 3.0), 1.0, &[([1.5, 1.0, 2.0, 1.0], solid)]),
            ["      ", " +#+  ", "      "]
        );
        assert_eq!(
            drawn((3.0, 2.0), 1.0, &[([-9.0, 1.0, 99.0, 99.0], solid)]),
            ["   ", "###"]
        );
        assert_eq!(
            drawn((2.0, 1.0), 2.0, &[([0.5, 0.0, 1.0, 0.5], solid)]),
            [" ## ", "    "]
        );
        assert_eq!(
            drawn((2.0, 1.0), 1.0, &[([1.0, 0.0, 0.0, 1.0], solid)]),
            ["  "]
        );
    }

    #[test]
    fn patterns_differ_without_colour() {
        let all = [
            Pattern::Solid,
            Pattern::Hatch,
            Pattern::Back,
            Pattern::Cross,
            Pattern::Bars,
            Pattern::Rows,
            Pattern::Dots,
        ];
        let tiles = all.map(|pattern| {
            let fill = Fill {
                pattern,
                ..Fill::solid(Ink::Text)
            };
            drawn((12.0, 12.0), 1.0, &[([0.0, 0.0, 12.0, 12.0], fill)])
        });
        for (index, tile) in tiles.iter().enumerate() {
            assert!(!tiles[..index].contains(tile), "{:?}", all[index]);
        }
    }
}
