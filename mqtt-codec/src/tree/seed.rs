//! A keyed hash, so that nobody without the key can choose levels that collide.

use core::fmt;
use core::hash::{Hash, Hasher};

/// The secret key of a tree's hash tables: 128 random bits.
///
/// Take them from the system's random source, once per program at least. A peer that knows the seed can choose topics
/// whose levels collide, and make every operation linear.
#[derive(Clone, Copy)]
pub struct Seed(u64, u64);

impl Seed {
    /// A seed from 128 bits that peers cannot guess.
    pub const fn new(random: u128) -> Self {
        let [a, b, c, d, e, f, g, h, i, j, k, l, m, n, o, p] = random.to_le_bytes();
        Self(u64::from_le_bytes([a, b, c, d, e, f, g, h]), u64::from_le_bytes([i, j, k, l, m, n, o, p]))
    }

    /// The hash of something that belongs to the node with this number.
    #[inline]
    pub(crate) fn hash(self, node: u32, item: impl Hash) -> u32 {
        let mut hasher = SipHasher::new(self);
        hasher.write_u32(node);
        item.hash(&mut hasher);
        fold(hasher.finish())
    }

    /// The hash of a child's level.
    #[inline]
    pub(crate) fn hash_level(self, parent: u32, level: &str) -> u32 {
        let mut hasher = SipHasher::new(self);
        hasher.write_u32(parent);
        hasher.write(level.as_bytes());
        fold(hasher.finish())
    }
}

impl fmt::Debug for Seed {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Seed(<redacted>)")
    }
}

#[allow(clippy::cast_possible_truncation, reason = "a hash of half the width")]
const fn fold(hash: u64) -> u32 {
    (hash ^ (hash >> 32)) as u32
}

/// SipHash-1-3. Each `write` is padded to whole words with its length, each integer is a word of its own: a single
/// `write` gives the hash of the reference, several give one that no shift of bytes between them repeats.
#[derive(Clone, Copy)]
struct SipHasher([u64; 4]);

impl SipHasher {
    #[inline]
    const fn new(Seed(k0, k1): Seed) -> Self {
        Self([
            k0 ^ 0x736f_6d65_7073_6575,
            k1 ^ 0x646f_7261_6e64_6f6d,
            k0 ^ 0x6c79_6765_6e65_7261,
            k1 ^ 0x7465_6462_7974_6573,
        ])
    }

    #[inline]
    const fn round(self) -> Self {
        let Self([mut a, mut b, mut c, mut d]) = self;
        a = a.wrapping_add(b);
        c = c.wrapping_add(d);
        b = b.rotate_left(13) ^ a;
        d = d.rotate_left(16) ^ c;
        a = a.rotate_left(32).wrapping_add(d);
        c = c.wrapping_add(b);
        d = d.rotate_left(21) ^ a;
        b = b.rotate_left(17) ^ c;
        Self([a, b, c.rotate_left(32), d])
    }
}

impl Hasher for SipHasher {
    #[inline]
    fn write_u64(&mut self, word: u64) {
        let Self([a, b, c, d]) = *self;
        let Self([a, b, c, d]) = Self([a, b, c, d ^ word]).round();
        *self = Self([a ^ word, b, c, d]);
    }

    #[inline]
    fn write_u8(&mut self, value: u8) {
        self.write_u64(u64::from(value));
    }

    #[inline]
    fn write_u16(&mut self, value: u16) {
        self.write_u64(u64::from(value));
    }

    #[inline]
    fn write_u32(&mut self, value: u32) {
        self.write_u64(u64::from(value));
    }

    #[inline]
    fn write_usize(&mut self, value: usize) {
        self.write_u64(value as u64);
    }

    #[inline]
    fn write(&mut self, bytes: &[u8]) {
        let (words, rest) = bytes.as_chunks::<8>();
        for word in words {
            self.write_u64(u64::from_le_bytes(*word));
        }
        let last = rest.iter().rev().fold(0, |word, byte| word << 8 | u64::from(*byte));
        self.write_u64(last | (bytes.len() as u64) << 56);
    }

    #[inline]
    fn finish(&self) -> u64 {
        let Self([a, b, c, d]) = *self;
        let Self([a, b, c, d]) = Self([a, b, c ^ 0xff, d]).round().round().round();
        a ^ b ^ c ^ d
    }
}

#[cfg(test)]
mod tests {
    extern crate std;

    use super::*;
    use alloc::vec::Vec;
    use std::hash::DefaultHasher;

    /// The reference's key, 00 to 0f, and its output for no input.
    #[test]
    fn the_vector_of_siphash_1_3() {
        let seed = Seed::new(0x0f0e_0d0c_0b0a_0908_0706_0504_0302_0100);
        let mut hasher = SipHasher::new(seed);
        hasher.write(&[]);
        assert_eq!(hasher.finish().to_le_bytes(), [0xdc, 0xc4, 0x0f, 0x05, 0x58, 0x01, 0xac, 0xab]);
    }

    /// The standard library's hasher is the same function, with a key of zero.
    #[test]
    fn agrees_with_the_standard_library() {
        let bytes: Vec<u8> = (0..=255).cycle().take(600).collect();
        for len in 0..bytes.len() {
            let (mut ours, mut theirs) = (SipHasher::new(Seed::new(0)), DefaultHasher::new());
            ours.write(&bytes[..len]);
            theirs.write(&bytes[..len]);
            assert_eq!(ours.finish(), theirs.finish(), "{len}");
        }
    }
}
