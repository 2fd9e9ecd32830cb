//! The product of two square matrices, written so that the compiler computes
//! several columns at once with SIMD instructions.

use std::array;
use std::hint::black_box;

/// Rows and columns: about 30 µs on a laptop of 2024.
const SIZE: usize = 80;

/// So many columns of the product are computed together; their sums stay in
/// registers.
const COLUMNS: usize = 16;

/// [`weighted`] of the product.
pub(super) const CHECKSUM: u32 = 607_686_656;

/// Row by row.
type Matrix = Box<[[f32; SIZE]; SIZE]>;

/// One thread's matrices.
///
/// The elements are small whole numbers, so all sums are exact: the product is
/// the same in whichever order it is computed.
#[derive(Debug)]
pub(super) struct Matrices {
    left: Matrix,
    right: Matrix,
    product: Matrix,
}

impl Matrices {
    pub(super) fn new() -> Self {
        let matrix = |element: fn(usize, usize) -> i16| {
            let row = |row| array::from_fn(|column| f32::from(element(row, column)));
            Box::new(array::from_fn(row))
        };
        Self {
            left: matrix(left),
            right: matrix(right),
            product: matrix(|_, _| 0),
        }
    }

    /// Multiplies them and returns what tells whether the product is right.
    #[inline(never)]
    pub(super) fn multiply(&mut self) -> u32 {
        // Opaque, so no compiler can know the product in advance.
        let (left, right) = black_box((&*self.left, &*self.right));
        for (sums, factors) in self.product.iter_mut().zip(left) {
            let (tiles, _) = sums.as_chunks_mut::<COLUMNS>();
            for (at, tile) in tiles.iter_mut().enumerate() {
                *tile = dot(factors, right, at);
            }
        }
        weighted(self.product.as_flattened())
    }
}

/// One row by the columns of tile `at`. Never fused: a fused multiply-add
/// rounds once where wasm rounds twice.
#[inline]
fn dot(factors: &[f32; SIZE], right: &[[f32; SIZE]; SIZE], at: usize) -> [f32; COLUMNS] {
    let mut sums = [0.0; COLUMNS];
    for (&factor, row) in factors.iter().zip(right) {
        let (tiles, _) = row.as_chunks::<COLUMNS>();
        for (sum, &element) in sums.iter_mut().zip(&tiles[at]) {
            *sum += factor * element;
        }
    }
    sums
}

/// From -15 to 15, in no simple order.
fn left(row: usize, column: usize) -> i16 {
    ((7 * row + 13 * column + row * column) % 31) as i16 - 15
}

/// From -14 to 14.
fn right(row: usize, column: usize) -> i16 {
    ((11 * row + 5 * column + row * row) % 29) as i16 - 14
}

/// The sum of their bits, each multiplied by another odd number, so that a
/// wrong element or two in each other's place would show.
fn weighted(elements: &[f32]) -> u32 {
    let odd = (1..).step_by(2);
    let terms = elements.iter().zip(odd);
    terms.fold(0, |sum, (element, odd)| {
        sum.wrapping_add(element.to_bits().wrapping_mul(odd))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_product_is_that_of_whole_numbers() {
        let element = |row, column| -> i64 {
            let term = |k| i64::from(left(row, k)) * i64::from(right(k, column));
            (0..SIZE).map(term).sum()
        };
        let places = || (0..SIZE).flat_map(|row| (0..SIZE).map(move |column| (row, column)));
        let whole: Vec<i64> = places().map(|(row, column)| element(row, column)).collect();
        // All that f32 holds exactly, and no partial sum can be larger.
        const { assert!(SIZE * 15 * 14 < 1 << 24) };
        let expected: Vec<f32> = whole.iter().map(|&element| element as f32).collect();
        assert_eq!(weighted(&expected), CHECKSUM);

        let mut matrices = Matrices::new();
        assert_eq!(matrices.multiply(), CHECKSUM);
        let found = matrices.product.as_flattened();
        assert!(found.iter().zip(&whole).all(|(f, w)| *f as i64 == *w));
        assert!(whole.iter().any(|w| *w < 0) && whole.iter().any(|w| *w > 1_000));
    }

    #[test]
    fn a_wrong_element_is_noticed() {
        let mut matrices = Matrices::new();
        assert_eq!(matrices.multiply(), CHECKSUM);
        matrices.product[3].swap(4, 5);
        assert_ne!(weighted(matrices.product.as_flattened()), CHECKSUM);
        // It is computed afresh.
        assert_eq!(matrices.multiply(), CHECKSUM);
    }
}
