//! BLS12-381 on blst (assembly and C; NCC Group audited the library in 2021), through the safe faces of `blstrs` and `blst`.

use super::{Curve, Element, G1_LEN, G2_LEN, GT_LEN, Scalar, Sealed};
use alloc::vec::Vec;
use blst_sys::{blst_fp, blst_fp2, blst_fp6, blst_fp12};
use blstrs::{G1Affine, G1Projective, G2Affine, G2Projective};
use core::ops::{Add, Mul, Neg};
use group::prime::PrimeCurveAffine;
use group::{Curve as _, Group};
use subtle::{Choice, ConditionallySelectable};

/// The fast implementation: three to five times the speed of [`Pure`](super::Pure), with a C compiler at build time.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Blst;

impl Sealed for Blst {}

macro_rules! element {
    ($group:ty) => {
        impl Sealed for $group {}
        impl Element for $group {
            fn identity() -> Self {
                <Self as Group>::identity()
            }
            fn plus(&self, other: &Self) -> Self {
                Add::add(self, other)
            }
            fn double(&self) -> Self {
                Group::double(self)
            }
            fn select(a: &Self, b: &Self, choice: Choice) -> Self {
                Self::conditional_select(a, b, choice)
            }
            fn wipe(&mut self) {
                // The foreign type cannot be given `Zeroize`; the barrier keeps the store.
                *self = <Self as Group>::identity();
                core::hint::black_box(self);
            }
        }
    };
}
element!(G1Projective);
element!(G2Projective);

/// An element of the target group. `blstrs` multiplies there in variable time and reads no bytes, hence our own.
#[derive(Clone, Copy)]
pub struct BlstGt(blst_fp12);

impl core::fmt::Debug for BlstGt {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        f.write_str("BlstGt(<redacted>)")
    }
}

/// 2³⁸⁴ mod p squared, mod p: multiplying a plain integer by it (Montgomery's product) gives that integer's field element.
const R_SQUARED: [u64; 6] = [
    0xf4df_1f34_1c34_1746,
    0x0a76_e6a6_09d1_04f1,
    0x8de5_476c_4c95_b6d5,
    0x67eb_88a9_939d_83c0,
    0x9a79_3e85_b519_952d,
    0x1198_8fe5_92ca_e3aa,
];

/// Where coefficient i of blst's `fp12` stands in the canonical order.
const ORDER: [usize; 12] = [0, 1, 6, 7, 2, 3, 8, 9, 4, 5, 10, 11];

impl Sealed for BlstGt {}

impl Element for BlstGt {
    fn identity() -> Self {
        Self(blst_fp12::default())
    }
    fn plus(&self, other: &Self) -> Self {
        Self(Mul::mul(self.0, other.0))
    }
    fn double(&self) -> Self {
        Self(Mul::mul(self.0, self.0))
    }
    fn select(a: &Self, b: &Self, choice: Choice) -> Self {
        let mut out = *a;
        for (to, from) in limbs_mut(&mut out.0).zip(limbs(&b.0)) {
            to.conditional_assign(from, choice);
        }
        out
    }
    fn wipe(&mut self) {
        *self = Self::identity();
        core::hint::black_box(self);
    }
}

fn limbs(element: &blst_fp12) -> impl Iterator<Item = &u64> {
    element.fp6.iter().flat_map(|six| &six.fp2).flat_map(|two| &two.fp).flat_map(|fp| &fp.l)
}

fn limbs_mut(element: &mut blst_fp12) -> impl Iterator<Item = &mut u64> {
    element.fp6.iter_mut().flat_map(|six| &mut six.fp2).flat_map(|two| &mut two.fp).flat_map(|fp| &mut fp.l)
}

impl Curve for Blst {
    type G1 = G1Projective;
    type G2 = G2Projective;
    type Gt = BlstGt;

    const NAME: &'static str = "blst";

    fn hash_to_g1(message: &[u8], dst: &[u8]) -> Self::G1 {
        G1Projective::hash_to_curve(message, dst, &[])
    }

    fn g1() -> Self::G1 {
        G1Projective::generator()
    }

    fn g2() -> Self::G2 {
        G2Projective::generator()
    }

    fn g1_times(point: &Self::G1, scalar: &Scalar) -> Self::G1 {
        Mul::mul(point, &convert(scalar))
    }

    fn g2_times(point: &Self::G2, scalar: &Scalar) -> Self::G2 {
        Mul::mul(point, &convert(scalar))
    }

    fn g1_negate(point: &Self::G1) -> Self::G1 {
        Neg::neg(point)
    }

    points!(g1_decode, g1_encode, G1, G1_LEN, G1Affine);
    points!(g2_decode, g2_encode, G2, G2_LEN, G2Affine);

    fn pairing(terms: &[(Self::G1, Self::G2)]) -> Self::Gt {
        let mut product = blst_fp12::default();
        for (p, q) in terms {
            let (p, q) = (p.to_affine(), q.to_affine());
            // blst's loop is not defined for the identity, whose pairing is one.
            if !bool::from(p.is_identity() | q.is_identity()) {
                product = Mul::mul(product, blst_fp12::miller_loop(q.as_ref(), p.as_ref()));
            }
        }
        BlstGt(product.final_exp())
    }

    fn gt_encode(element: &Self::Gt) -> [u8; GT_LEN] {
        let theirs = element.0.to_bendian();
        let mut out = [0; GT_LEN];
        for (chunk, place) in theirs.chunks_exact(48).zip(ORDER) {
            if let Some(to) = out.chunks_exact_mut(48).nth(place) {
                to.copy_from_slice(chunk);
            }
        }
        out
    }

    fn gt_decode(bytes: &[u8; GT_LEN]) -> Option<Self::Gt> {
        let mut plain = blst_fp12::default();
        let coefficients = bytes.chunks_exact(48).map(|chunk| {
            let mut limbs = [0u64; 6];
            for (limb, eight) in limbs.iter_mut().rev().zip(chunk.chunks_exact(8)) {
                *limb = eight.iter().fold(0, |value, byte| value << 8 | u64::from(*byte));
            }
            limbs
        });
        // Canonical order: Fp12 = Fp6², Fp6 = Fp2³, Fp2 = Fp². The same as blst's nesting of its types.
        let slots = plain.fp6.iter_mut().flat_map(|six| &mut six.fp2).flat_map(|two| &mut two.fp);
        for (slot, limbs) in slots.zip(coefficients) {
            slot.l = limbs;
        }
        let factor = blst_fp12 {
            fp6: [
                blst_fp6 {
                    fp2: [
                        blst_fp2 { fp: [blst_fp { l: R_SQUARED }, blst_fp::default()] },
                        blst_fp2::default(),
                        blst_fp2::default(),
                    ],
                },
                blst_fp6::default(),
            ],
        };
        let element = BlstGt(Mul::mul(plain, factor));
        // A coefficient of p or more does not come back as the same bytes.
        let canonical = Self::gt_encode(&element) == *bytes;
        let one = element.0 == blst_fp12::default();
        (canonical && !one && element.0.in_group()).then_some(element)
    }
}

fn convert(scalar: &Scalar) -> blstrs::Scalar {
    // Both libraries hold integers below r, so that this always converts.
    Option::from(blstrs::Scalar::from_bytes_le(&scalar.to_le_bytes())).unwrap_or_default()
}
