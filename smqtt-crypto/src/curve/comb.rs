//! Multiplication of a fixed base: a comb with four teeth (Lim and Lee, CRYPTO 1994), constant time.

use super::{Element, Scalar};
use subtle::ConstantTimeEq;
use zeroize::Zeroize;

/// The sixteen sums of the base shifted by 0, 64, 128 and 192 bits. 63 doublings and 64 additions do a multiplication.
#[derive(Clone, Debug)]
pub(crate) struct Comb<E>([E; 16]);

impl<E: Element> Comb<E> {
    pub(crate) fn new(base: &E) -> Self {
        let mut table = [E::identity(); 16];
        let mut tooth = *base;
        for bit in 0..4u32 {
            let weight = 1usize << bit;
            let (low, high) = table.split_at_mut(weight.min(16));
            for (to, from) in high.iter_mut().zip(low.iter()) {
                *to = from.plus(&tooth);
            }
            for _ in 0..64 {
                tooth = tooth.double();
            }
        }
        Self(table)
    }

    pub(crate) fn times(&self, scalar: &Scalar) -> E {
        let mut rows = [0u64; 4];
        for (row, chunk) in rows.iter_mut().zip(scalar.to_le_bytes().chunks_exact(8)) {
            *row = chunk.iter().rev().fold(0, |value, byte| value << 8 | u64::from(*byte));
        }
        let mut sum = E::identity();
        for column in (0..64u32).rev() {
            sum = sum.double();
            let index =
                rows.iter().rev().fold(0u8, |index, row| index << 1 | u8::from(row.wrapping_shr(column) & 1 == 1));
            // Every entry is read, so that neither branch nor address depends on the scalar.
            let mut chosen = E::identity();
            for (entry, number) in self.0.iter().zip(0u8..) {
                chosen = E::select(&chosen, entry, number.ct_eq(&index));
            }
            sum = sum.plus(&chosen);
        }
        rows.zeroize();
        sum
    }
}
