//! A coarse picture of the Mandelbrot set, written so that the compiler
//! computes several points at once with SIMD instructions.

use std::array;
use std::hint::black_box;

/// Points of the picture: about 40 µs on a laptop of 2024.
const WIDTH: usize = 64;
const HEIGHT: usize = 48;

/// A point that has not escaped after so many steps belongs to the set.
const STEPS: u32 = 64;

/// So many points take their steps together.
const LANES: usize = 16;

/// Whether all of them have escaped is looked at after so many steps.
const LOOK: u32 = 8;

/// All points' steps together.
pub(super) const CHECKSUM: u32 = 59_055;

/// Computes the picture and returns the steps of all its points.
#[inline(never)]
pub(super) fn draw() -> u32 {
    // Opaque, so no compiler can know the answer in advance.
    let (width, height) = black_box((WIDTH, HEIGHT));
    let mut steps = 0;
    for row in 0..height {
        let c_im = imaginary(row);
        for from in (0..width).step_by(LANES) {
            let c_re = array::from_fn(|lane| real(from + lane));
            steps += escape(c_re, c_im).into_iter().sum::<u32>();
        }
    }
    steps
}

/// How many steps each of these points takes to escape.
///
/// No step is fused, and each lane does just what a single point would do, so
/// the result is the same on every machine. A point that has escaped goes on
/// to infinity, and from there to "not a number", which is not within either.
#[inline]
fn escape(c_re: [f32; LANES], c_im: f32) -> [u32; LANES] {
    let mut re = [0.0_f32; LANES];
    let mut im = [0.0_f32; LANES];
    let mut steps = [0; LANES];
    for _ in 0..STEPS / LOOK {
        let before = steps;
        for _ in 0..LOOK {
            for lane in 0..LANES {
                let (x, y) = (re[lane], im[lane]);
                let (xx, yy) = (x * x, y * y);
                steps[lane] += u32::from(xx + yy <= 4.0);
                re[lane] = xx - yy + c_re[lane];
                im[lane] = 2.0 * (x * y) + c_im;
            }
        }
        if steps == before {
            break;
        }
    }
    steps
}

/// From -2 up to 1; the step is exact in binary.
fn real(column: usize) -> f32 {
    column as f32 * (3.0 / 64.0) - 2.0
}

/// From -1.125 up to 1.125.
fn imaginary(row: usize) -> f32 {
    row as f32 * (3.0 / 64.0) - 1.125
}

#[cfg(test)]
mod tests {
    use super::*;

    /// One point after the other, each until it escapes.
    fn steps_of(c_re: f32, c_im: f32) -> u32 {
        let (mut x, mut y) = (0.0_f32, 0.0_f32);
        let mut steps = 0;
        while steps < STEPS && x * x + y * y <= 4.0 {
            (x, y) = (x * x - y * y + c_re, 2.0 * (x * y) + c_im);
            steps += 1;
        }
        steps
    }

    #[test]
    fn draws_what_single_points_draw() {
        let mut sum = 0;
        let mut kinds = [0_u32; 3];
        for row in 0..HEIGHT {
            for column in 0..WIDTH {
                let steps = steps_of(real(column), imaginary(row));
                sum += steps;
                kinds[usize::from(steps > LOOK) + usize::from(steps == STEPS)] += 1;
            }
        }
        assert_eq!(sum, CHECKSUM);
        assert_eq!(draw(), CHECKSUM);
        // Points escape at once, late and never.
        assert!(kinds.iter().all(|&count| count > 100), "{kinds:?}");
    }

    #[test]
    fn the_sets_own_points_never_escape() {
        // Zero stays, and -1 goes to 0 and back.
        for c_re in [0.0, -1.0] {
            assert_eq!(escape([c_re; LANES], 0.0), [STEPS; LANES]);
        }
        // 2, then 6.
        assert_eq!(escape([2.0; LANES], 0.0), [2; LANES]);
    }
}
