//! On the groups: points, scalars, hashes.

use crate::hex::hex;
use crate::random;
use sha2::Digest;
use smqtt_crypto::abe::{MasterKey, PublicKey};
use smqtt_crypto::curve::{Curve, Element, HASH_TO_CURVE_DST, Pure, Scalar};
use smqtt_crypto::*;

/// Hashing to a known multiple of the generator lets one key open everything: the textbook error.
#[test]
fn the_hash_has_no_known_discrete_logarithm() {
    let attribute = Attribute::text("a", "1");
    let mut point = Vec::new();
    Pure::g1_encode(&[Pure::hash_to_g1(attribute.as_bytes(), HASH_TO_CURVE_DST)], &mut point);
    let hash = <[u8; 32]>::from(sha2::Sha256::digest(attribute.as_bytes()));
    let mut wide = [0; 48];
    wide[16..].copy_from_slice(&hash);
    let mut obvious = Vec::new();
    Pure::g1_encode(&[Pure::g1_times(&Pure::g1(), &Scalar::from_wide(&wide))], &mut obvious);
    assert_ne!(point, obvious);
    // Other domains give other points: the base of the CP scheme is no attribute.
    let mut base = Vec::new();
    Pure::g1_encode(&[Pure::hash_to_g1(Attribute::base().as_bytes(), HASH_TO_CURVE_DST)], &mut base);
    assert_ne!(point, base);
}

/// Small subgroups and non-canonical encodings: everything but the one encoding of a point of order r is refused.
#[test]
fn points_outside_the_group_are_refused() {
    let mut good = Vec::new();
    Pure::g1_encode(&[Pure::g1()], &mut good);
    let good: [u8; 48] = good.try_into().unwrap();
    assert!(Pure::g1_decode(&good).is_some());
    let mut infinity = [0; 48];
    infinity[0] = 0xC0;
    assert!(Pure::g1_decode(&infinity).is_none(), "identity");
    infinity[0] = 0xE0;
    assert!(Pure::g1_decode(&infinity).is_none(), "identity with a sign");
    let mut flagless = good;
    flagless[0] &= 0x7F;
    assert!(Pure::g1_decode(&flagless).is_none(), "uncompressed flag");
    let mut both = good;
    both[0] |= 0x40;
    assert!(Pure::g1_decode(&both).is_none(), "infinity flag on a point");
    // p + x for x small enough to fit in 381 bits: the same point, not canonical.
    let p = hex_48("1a0111ea397fe69a4b1ba7b6434bacd764774b84f38512bf6730d2a0f6b0f6241eabfffeb153ffffb9feffffffffaaab");
    let mut over = p;
    over[0] |= 0x80;
    assert!(Pure::g1_decode(&over).is_none(), "x = p");
    // Points on the curve, outside the subgroup: x = 4 is on the curve (y² = 68)? Try until some are.
    let (mut on_curve_outside, mut off_curve) = (0, 0);
    for x in 1..200u8 {
        let mut bytes = [0; 48];
        bytes[0] = 0x80;
        bytes[47] = x;
        match bls12_381_plus::G1Affine::from_compressed_unchecked(&bytes).is_some().into() {
            true => on_curve_outside += usize::from(Pure::g1_decode(&bytes).is_none()),
            false => off_curve += usize::from(Pure::g1_decode(&bytes).is_none()),
        }
    }
    assert!(on_curve_outside > 50 && off_curve > 50 && on_curve_outside + off_curve == 199);
    // Target group: identity, 0, −1 (order 2), a coefficient of p, and a bit off.
    let master = MasterKey::<Pure>::setup(Kem::FABEO_KP, &mut random::seeded(6)).unwrap();
    let z = *master.public().encode();
    assert!(PublicKey::<Pure>::decode(Kem::FABEO_KP, &z).is_ok());
    let mut one = [0; 576];
    one[47] = 1;
    let mut minus_one = [0; 576];
    minus_one[..48].copy_from_slice(&p);
    minus_one[47] -= 1;
    let mut coefficient = z;
    coefficient[48..96].copy_from_slice(&p);
    let mut flipped = z;
    flipped[575] ^= 1;
    for bad in [one, minus_one, [0; 576], coefficient, flipped] {
        assert!(PublicKey::<Pure>::decode(Kem::FABEO_KP, &bad).is_err());
        #[cfg(feature = "blst")]
        assert!(PublicKey::<curve::Blst>::decode(Kem::FABEO_KP, &bad).is_err());
    }
    // Scalars: zero, r, above r.
    let r = hex_32("73eda753299d7d483339d80809a1d80553bda402fffe5bfeffffffff00000001");
    for bad in [[0; 32], r, [0xFF; 32]] {
        assert!(MasterKey::<Pure>::decode(Kem::FABEO_KP, &Secret::new(bad)).is_none());
    }
    let _ = Element::double(&Pure::g1());
}

fn hex_48(text: &str) -> [u8; 48] {
    hex(text).try_into().unwrap()
}

fn hex_32(text: &str) -> [u8; 32] {
    hex(text).try_into().unwrap()
}
