//! Points from bytes, and the coefficients of a solution.

use crate::curve::{Curve, Scalar};
use crate::error::{DecodeError, DecodeErrorKind};
use crate::wire::Reader;
use alloc::vec::Vec;

/// `count` points of G1; the caller has checked that the bytes are there.
pub(super) fn g1s<C: Curve>(reader: &mut Reader<'_>, count: usize) -> Result<Vec<C::G1>, DecodeError> {
    let mut points = Vec::with_capacity(count);
    for _ in 0..count {
        let at = reader.offset();
        let point = C::g1_decode(reader.array()?);
        points.push(point.ok_or(Reader::error_at(at, DecodeErrorKind::BadPoint))?);
    }
    Ok(points)
}

/// `count` points of G2; the caller has checked that the bytes are there.
pub(super) fn g2s<C: Curve>(reader: &mut Reader<'_>, count: usize) -> Result<Vec<C::G2>, DecodeError> {
    let mut points = Vec::with_capacity(count);
    for _ in 0..count {
        let at = reader.offset();
        let point = C::g2_decode(reader.array()?);
        points.push(point.ok_or(Reader::error_at(at, DecodeErrorKind::BadPoint))?);
    }
    Ok(points)
}

/// Both points to the coefficient, which depends on the policy only and mostly is one.
pub(super) fn scaled<C: Curve>(a: &C::G1, b: &C::G1, coefficient: &Scalar) -> (C::G1, C::G1) {
    if coefficient.is_one() { (*a, *b) } else { (C::g1_times(a, coefficient), C::g1_times(b, coefficient)) }
}
