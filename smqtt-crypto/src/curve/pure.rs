//! BLS12-381 in pure Rust: the crate `bls12_381_plus`. Unaudited; constant time by its own statement.

use super::{Curve, Element, G1_LEN, G2_LEN, GT_LEN, Scalar, Sealed};
use alloc::vec::Vec;
use bls12_381_plus::elliptic_curve_013::hash2curve::ExpandMsgXmd;
use bls12_381_plus::{G1Affine, G1Projective, G2Affine, G2Prepared, G2Projective, Gt, multi_miller_loop};
use core::ops::{Add, Mul, Neg};
use sha2_010::Sha256;
use subtle::{Choice, ConditionallySelectable};
use zeroize::Zeroize;

/// The default implementation: no C compiler, `no_std`, any target.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Pure;

impl Sealed for Pure {}

macro_rules! element {
    ($group:ty) => {
        impl Sealed for $group {}
        impl Element for $group {
            fn identity() -> Self {
                Self::IDENTITY
            }
            fn plus(&self, other: &Self) -> Self {
                Add::add(self, other)
            }
            fn double(&self) -> Self {
                Self::double(self)
            }
            fn select(a: &Self, b: &Self, choice: Choice) -> Self {
                Self::conditional_select(a, b, choice)
            }
            fn wipe(&mut self) {
                Zeroize::zeroize(self);
            }
        }
    };
}
element!(G1Projective);
element!(G2Projective);
element!(Gt);

impl Curve for Pure {
    type G1 = G1Projective;
    type G2 = G2Projective;
    type Gt = Gt;

    const NAME: &'static str = "pure";

    fn hash_to_g1(message: &[u8], dst: &[u8]) -> Self::G1 {
        G1Projective::hash::<ExpandMsgXmd<Sha256>>(message, dst)
    }

    fn g1() -> Self::G1 {
        G1Projective::GENERATOR
    }

    fn g2() -> Self::G2 {
        G2Projective::GENERATOR
    }

    fn g1_times(point: &Self::G1, scalar: &Scalar) -> Self::G1 {
        Mul::mul(point, &scalar.0)
    }

    fn g2_times(point: &Self::G2, scalar: &Scalar) -> Self::G2 {
        Mul::mul(point, &scalar.0)
    }

    fn g1_negate(point: &Self::G1) -> Self::G1 {
        Neg::neg(point)
    }

    points!(g1_decode, g1_encode, G1, G1_LEN, G1Affine);
    points!(g2_decode, g2_encode, G2, G2_LEN, G2Affine);

    fn pairing(terms: &[(Self::G1, Self::G2)]) -> Self::Gt {
        let prepared: Vec<(G1Affine, G2Prepared)> =
            terms.iter().map(|(p, q)| (p.into(), G2Prepared::from(G2Affine::from(q)))).collect();
        let borrowed: Vec<(&G1Affine, &G2Prepared)> = prepared.iter().map(|(p, q)| (p, q)).collect();
        multi_miller_loop(&borrowed).final_exponentiation()
    }

    fn gt_encode(element: &Self::Gt) -> [u8; GT_LEN] {
        element.to_bytes()
    }

    fn gt_decode(bytes: &[u8; GT_LEN]) -> Option<Self::Gt> {
        let element = Option::<Gt>::from(Gt::from_bytes(bytes))?;
        // The library checks the coefficients only: the order must divide r, that is x^(r−1) · x = 1.
        let minus_one = Scalar::ZERO.minus(&Scalar::ONE);
        let power = Mul::mul(&element, &minus_one.0).plus(&element);
        (element != Gt::IDENTITY && power == Gt::IDENTITY).then_some(element)
    }
}
