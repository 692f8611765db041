//! The groups of BLS12-381 behind one sealed trait, so that two independent implementations are interchangeable and
//! produce the same bytes.
//!
//! Encodings: points compressed, as in the appendix of `draft-irtf-cfrg-pairing-friendly-curves` (48 and 96 bytes); target
//! group elements as twelve 48-byte big-endian coefficients, lowest power of the tower first (576 bytes); scalars
//! 32 bytes big-endian. The pairing is the optimal ate pairing whose final exponent is 3 · (p¹² − 1) / r.

/// The bytes of a group's points, which both libraries read and write in the same words.
macro_rules! points {
    ($decode:ident, $encode:ident, $group:ident, $len:ident, $affine:ident) => {
        fn $decode(bytes: &[u8; $len]) -> Option<Self::$group> {
            let point = Option::<$affine>::from($affine::from_compressed(bytes))?;
            (!bool::from(point.is_identity())).then(|| point.into())
        }

        fn $encode(points: &[Self::$group], out: &mut Vec<u8>) {
            let mut affine = alloc::vec![$affine::default(); points.len()];
            <Self::$group>::batch_normalize(points, &mut affine);
            affine.iter().for_each(|point| out.extend_from_slice(&point.to_compressed()));
        }
    };
}

mod comb;
mod pure;
mod scalar;

#[cfg(feature = "blst")]
mod blst;

#[cfg(feature = "blst")]
pub use blst::{Blst, BlstGt};
pub use pure::Pure;
pub use scalar::Scalar;

pub(crate) use comb::Comb;

use core::fmt;
use subtle::Choice;

/// The domain separation tag of every hash to the curve (RFC 9380 §3.1).
pub const HASH_TO_CURVE_DST: &[u8] = b"SMQTT-V01-CS01-with-BLS12381G1_XMD:SHA-256_SSWU_RO_";

/// Bytes of a compressed point of G1.
pub const G1_LEN: usize = 48;
/// Bytes of a compressed point of G2.
pub const G2_LEN: usize = 96;
/// Bytes of an element of the target group.
pub const GT_LEN: usize = 576;

mod sealed {
    #[expect(unnameable_types, reason = "that is what seals the traits")]
    pub trait Sealed {}
}
pub(crate) use sealed::Sealed;

/// An element of a group of prime order r, written additively.
pub trait Element: Copy + fmt::Debug + Send + Sync + 'static + sealed::Sealed {
    /// The neutral element.
    fn identity() -> Self;
    /// `self + other`.
    #[must_use]
    fn plus(&self, other: &Self) -> Self;
    /// `self + self`.
    #[must_use]
    fn double(&self) -> Self;
    /// `a` when `choice` is 0, `b` when it is 1, in constant time.
    #[must_use]
    fn select(a: &Self, b: &Self, choice: Choice) -> Self;
    /// Overwrites a secret element with the neutral one.
    fn wipe(&mut self);
}

/// An implementation of BLS12-381. Sealed: [`Pure`] and, with the feature `blst`, `Blst`.
pub trait Curve: sealed::Sealed + Copy + fmt::Debug + 'static {
    /// A point of the first group.
    type G1: Element;
    /// A point of the second group.
    type G2: Element;
    /// An element of the target group.
    type Gt: Element;

    /// What the implementation calls itself.
    const NAME: &'static str;

    /// RFC 9380 `BLS12381G1_XMD:SHA-256_SSWU_RO_` with the tag `dst`.
    fn hash_to_g1(message: &[u8], dst: &[u8]) -> Self::G1;
    /// The generator g1.
    fn g1() -> Self::G1;
    /// The generator g2.
    fn g2() -> Self::G2;
    /// `point · scalar` in constant time.
    fn g1_times(point: &Self::G1, scalar: &Scalar) -> Self::G1;
    /// `point · scalar` in constant time.
    fn g2_times(point: &Self::G2, scalar: &Scalar) -> Self::G2;
    /// `−point`.
    fn g1_negate(point: &Self::G1) -> Self::G1;
    /// Refuses the identity, non-canonical bytes, points off the curve and points outside the prime-order subgroup.
    fn g1_decode(bytes: &[u8; G1_LEN]) -> Option<Self::G1>;
    /// Refuses the identity, non-canonical bytes, points off the curve and points outside the prime-order subgroup.
    fn g2_decode(bytes: &[u8; G2_LEN]) -> Option<Self::G2>;
    /// Compresses `points` one after the other, sharing one field inversion, into `out` (48 bytes each).
    fn g1_encode(points: &[Self::G1], out: &mut alloc::vec::Vec<u8>);
    /// Compresses `points` one after the other into `out` (96 bytes each).
    fn g2_encode(points: &[Self::G2], out: &mut alloc::vec::Vec<u8>);
    /// The product of the pairings of all `terms`, with one final exponentiation.
    fn pairing(terms: &[(Self::G1, Self::G2)]) -> Self::Gt;
    /// The canonical bytes of an element of the target group.
    fn gt_encode(element: &Self::Gt) -> [u8; GT_LEN];
    /// Refuses non-canonical coefficients, the identity and elements outside the subgroup of order r.
    fn gt_decode(bytes: &[u8; GT_LEN]) -> Option<Self::Gt>;
}
