//! SHA-256 over a message that fits into a processor's first cache.
//!
//! The library takes what it is compiled for: in wasm SIMD, natively the
//! processor's own instructions for SHA-256, if it has any. Wasm has none of
//! those, so a comparison must be with the library's portable code (see
//! `Cargo.toml`).

use sha2::{Digest, Sha256};
use std::hint::black_box;

/// Bytes of the message, each the low byte of its place: about 35 µs on a
/// laptop of 2024 without instructions of its own for it.
const LENGTH: usize = 8_192;

/// The first eight bytes of its digest, the most significant first.
pub(super) const CHECKSUM: u64 = 0xdc40_4a61_3fed_aeb5;

/// One thread's message.
#[derive(Debug)]
pub(super) struct Message(Vec<u8>);

impl Message {
    pub(super) fn new() -> Self {
        Self((0..LENGTH).map(|place| place as u8).collect())
    }

    /// Hashes the message and returns the beginning of the digest.
    #[inline(never)]
    pub(super) fn hash(&self) -> u64 {
        // Opaque, so no compiler can know the answer in advance.
        let digest = Sha256::digest(black_box(self.0.as_slice()));
        let (words, _) = digest.as_slice().as_chunks();
        words.first().map_or(0, |&word| u64::from_be_bytes(word))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// SHA-256 word by word as FIPS 180-4 writes it, of a message of whole
    /// bytes.
    fn by_the_standard(message: &[u8]) -> [u32; 8] {
        let primes = || (2_u32..).filter(|n| (2..*n).all(|d| !n.is_multiple_of(d)));
        // The first 32 bits of the fractional part of the root.
        let fraction = |root: f64| (root.fract() * 2_f64.powi(32)) as u32;
        let constants: Vec<u32> = primes()
            .take(64)
            .map(|prime| fraction(f64::from(prime).cbrt()))
            .collect();
        let mut state: Vec<u32> = primes()
            .take(8)
            .map(|prime| fraction(f64::from(prime).sqrt()))
            .collect();

        let mut padded = message.to_vec();
        padded.push(0x80);
        padded.resize((message.len() + 9).next_multiple_of(64) - 8, 0);
        padded.extend((8 * message.len() as u64).to_be_bytes());
        for block in padded.chunks(64) {
            let mut w: Vec<u32> = block
                .chunks(4)
                .map(|bytes| u32::from_be_bytes(bytes.try_into().unwrap()))
                .collect();
            for t in 16..64 {
                let (x, y) = (w[t - 15], w[t - 2]);
                let s0 = x.rotate_right(7) ^ x.rotate_right(18) ^ (x >> 3);
                let s1 = y.rotate_right(17) ^ y.rotate_right(19) ^ (y >> 10);
                let terms = [s1, w[t - 7], s0, w[t - 16]];
                w.push(terms.into_iter().fold(0, u32::wrapping_add));
            }
            let mut v = state.clone();
            for t in 0..64 {
                let s1 = v[4].rotate_right(6) ^ v[4].rotate_right(11) ^ v[4].rotate_right(25);
                let choice = (v[4] & v[5]) ^ (!v[4] & v[6]);
                let terms = [v[7], s1, choice, constants[t], w[t]];
                let t1 = terms.into_iter().fold(0, u32::wrapping_add);
                let s0 = v[0].rotate_right(2) ^ v[0].rotate_right(13) ^ v[0].rotate_right(22);
                let majority = (v[0] & v[1]) ^ (v[0] & v[2]) ^ (v[1] & v[2]);
                v.rotate_right(1);
                v[4] = v[4].wrapping_add(t1);
                v[0] = t1.wrapping_add(s0.wrapping_add(majority));
            }
            for (sum, term) in state.iter_mut().zip(v) {
                *sum = sum.wrapping_add(term);
            }
        }
        state.try_into().unwrap()
    }

    #[test]
    fn computes_the_standards_digest() {
        // The standard's own example.
        let abc = by_the_standard(b"abc");
        assert_eq!((abc[0], abc[7]), (0xba78_16bf, 0xf200_15ad));

        let message = Message::new();
        let digest = by_the_standard(&message.0);
        let beginning = u64::from(digest[0]) << 32 | u64::from(digest[1]);
        assert_eq!(beginning, CHECKSUM);
        assert_eq!(message.hash(), CHECKSUM);
    }
}
