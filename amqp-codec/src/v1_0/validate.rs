//! The one pass that checks a value, after which every view of it is infallible.
//!
//! Scalars and flat lists and maps are checked in a plain loop. What nests goes to [`nested`], which keeps its levels on a fixed stack:
//! no input makes it recurse, and no input makes it allocate.

use ascii::AsciiStr;

use super::constructor::{self as code, Shape};
use super::keys::{FEW, distinct, earlier, is_new};
use super::raw::Raw;
use super::wire::{Fault, Parsed, before, octet, octets, slice, slice8, slice32, widen};
use super::{DecodeErrorKind as Kind, Limits};

mod nested;

use nested::nested;

/// Checks the value at the head of `rest` and leaves what follows it.
#[inline]
pub(crate) fn value(rest: &mut &[u8], limits: &Limits) -> Parsed<()> {
    let at = *rest;
    let code = octet(rest)?;
    body(code, at, rest, limits)
}

/// Checks what follows the constructor `code`, which is the first octet of `at`.
#[inline]
pub(crate) fn body<'a>(code: u8, at: &'a [u8], rest: &mut &'a [u8], limits: &Limits) -> Parsed<()> {
    if scalar(code, rest)? {
        return Ok(());
    }
    match code {
        code::LIST_8 | code::LIST_32 | code::MAP_8 | code::MAP_32 => flat(code, at, rest, limits),
        _ => nested(code, at, rest, limits, 0),
    }
}

/// Checks a value that holds no other; false when it may hold others, or is no value at all.
#[inline(always)]
fn scalar(code: u8, rest: &mut &[u8]) -> Parsed<bool> {
    match code::shape(code) {
        Shape::Fixed(width) => drop(slice(usize::from(width), rest)?),
        Shape::String8 => utf8(slice8(rest)?)?,
        Shape::Symbol8 => ascii(slice8(rest)?)?,
        Shape::Binary8 => drop(slice8(rest)?),
        Shape::Boolean => booleans(slice(1, rest)?)?,
        Shape::Char => chars(slice(4, rest)?)?,
        Shape::String32 => utf8(slice32(rest)?)?,
        Shape::Symbol32 => ascii(slice32(rest)?)?,
        Shape::Binary32 => drop(slice32(rest)?),
        Shape::Open => return Ok(false),
    }
    Ok(true)
}

/// AMQP 1.0 §1.6.2: the octet 0x00 is false, 0x01 is true.
#[inline]
fn booleans(octets: &[u8]) -> Parsed<()> {
    match octets.iter().position(|&octet| octet > 1) {
        None => Ok(()),
        Some(bad) => Err(Fault::new(Kind::InvalidBoolean, octets.get(bad..).unwrap_or(octets))),
    }
}

/// AMQP 1.0 §1.6.16: a char is one Unicode character in UTF-32BE, hence neither a surrogate nor above U+10FFFF.
fn chars(octets: &[u8]) -> Parsed<()> {
    let (chars, _) = octets.as_chunks::<4>();
    match chars.iter().find(|&&octets| char::from_u32(u32::from_be_bytes(octets)).is_none()) {
        None => Ok(()),
        Some(bad) => Err(Fault::new(Kind::InvalidChar, bad)),
    }
}

/// AMQP 1.0 §1.6.20: UTF-8 without a byte order mark. Most text is ASCII, and short: seen to be so in fewer steps.
#[inline]
pub(crate) fn text(octets: &[u8]) -> Parsed<&str> {
    match AsciiStr::from_ascii(octets) {
        Ok(text) => Ok(text.as_str()),
        Err(_) => unicode(octets),
    }
}

#[inline(never)]
fn unicode(octets: &[u8]) -> Parsed<&str> {
    match core::str::from_utf8(octets) {
        Ok(text) if text.starts_with('\u{feff}') => Err(Fault::new(Kind::ByteOrderMark, octets)),
        Ok(text) => Ok(text),
        Err(error) => Err(Fault::new(Kind::InvalidUtf8, octets.get(error.valid_up_to()..).unwrap_or(octets))),
    }
}

/// The same, when nobody wants the text.
#[inline]
fn utf8(octets: &[u8]) -> Parsed<()> {
    if is_ascii(octets) { Ok(()) } else { unicode(octets).map(drop) }
}

/// AMQP 1.0 §1.6.21: seven bit ASCII.
#[inline]
pub(crate) fn ascii(octets: &[u8]) -> Parsed<()> {
    if is_ascii(octets) { Ok(()) } else { Err(Fault::new(Kind::NonAsciiSymbol, octets)) }
}

/// Whether all octets are ASCII, eight at a time.
#[inline]
fn is_ascii(octets: &[u8]) -> bool {
    const HIGH: u64 = u64::from_ne_bytes([0x80; 8]);
    let seen = if let Some(last) = octets.last_chunk() {
        // The last eight overlap those before: no tail is left.
        let (mut seen, mut rest) = (u64::from_ne_bytes(*last), octets);
        while let Some((first, after)) = rest.split_first_chunk() {
            seen |= u64::from_ne_bytes(*first);
            rest = after;
        }
        seen
    } else if let (Some(first), Some(last)) = (octets.first_chunk(), octets.last_chunk()) {
        u64::from(u32::from_ne_bytes(*first) | u32::from_ne_bytes(*last))
    } else {
        octets.iter().fold(0, |seen, &octet| seen | u64::from(octet))
    };
    seen & HIGH == 0
}

/// The count and the items of a compound value, or the count and what follows of an array: both lie within the size.
///
/// AMQP 1.0 §1.2.3, §1.2.4: the size counts everything behind itself, the count included.
#[inline]
pub(crate) fn compound<'a>(code: u8, rest: &mut &'a [u8]) -> Parsed<(u32, &'a [u8])> {
    let at = *rest;
    if code & 0x10 == 0 {
        let mut body = slice8(rest)?;
        match octet(&mut body) {
            Ok(count) => Ok((u32::from(count), body)),
            Err(_) => Err(Fault::new(Kind::SizeMismatch, at)),
        }
    } else {
        let mut body = slice32(rest)?;
        match octets::<4>(&mut body) {
            Ok(count) => Ok((u32::from_be_bytes(count), body)),
            Err(_) => Err(Fault::new(Kind::SizeMismatch, at)),
        }
    }
}

#[inline]
pub(crate) fn is_map(code: u8) -> bool {
    matches!(code, code::MAP_8 | code::MAP_32)
}

/// Checks a list or map whose items are mostly scalars; an item that nests goes to [`nested`].
fn flat<'a>(code: u8, at: &'a [u8], rest: &mut &'a [u8], limits: &Limits) -> Parsed<()> {
    let (count, items) = compound(code, rest)?;
    if limits.max_depth == 0 {
        return Err(Fault::new(Kind::TooDeep, at));
    }
    // [types:primitive-type-definitions/map.1] AMQP 1.0 §1.6.23: "Map encodings MUST contain an even number of items".
    if is_map(code) && count & 1 != 0 {
        return Err(Fault::new(Kind::OddMap, at));
    }
    let mut left = items;
    for _ in 0..count {
        let at = left;
        let code = octet(&mut left)?;
        if !scalar(code, &mut left)? {
            nested(code, at, &mut left, limits, 1)?;
        }
    }
    if !left.is_empty() {
        return Err(Fault::new(Kind::SizeMismatch, left));
    }
    if is_map(code) { distinct(count, items) } else { Ok(()) }
}

/// Checks a map whose keys and values are restricted: `is_key` sees a key's constructor, `is_value` the first octet of a value's and the last,
/// which differ when the value is described.
#[inline]
pub(crate) fn restricted<'a>(
    at: &'a [u8],
    rest: &mut &'a [u8],
    limits: &Limits,
    is_key: impl Fn(u8) -> bool,
    is_value: impl Fn(u8, u8) -> bool,
) -> Parsed<()> {
    let (&code, _) = at.split_first().ok_or_else(|| Fault::new(Kind::Truncated, at))?;
    let (count, items) = compound(code, rest)?;
    if limits.max_depth == 0 {
        return Err(Fault::new(Kind::TooDeep, at));
    }
    if count & 1 != 0 {
        return Err(Fault::new(Kind::OddMap, at));
    }
    let mut left = items;
    // Few keys are compared on the way; more, in a second walk.
    let mut prints = [0u64; FEW];
    let few = widen(count) <= FEW.saturating_mul(2);
    for index in 0..widen(count) / 2 {
        let at = left;
        let code = octet(&mut left)?;
        let after = left;
        if !scalar(code, &mut left)? {
            nested(code, at, &mut left, limits, 1)?;
        }
        if !is_key(code) {
            return Err(Fault::new(Kind::WrongKeyType, at));
        }
        if few && !is_new(code, before(after, left), index, &mut prints) && earlier(items, index, at) {
            return Err(Fault::new(Kind::DuplicateKey, at));
        }
        let at = left;
        let code = octet(&mut left)?;
        if !scalar(code, &mut left)? {
            nested(code, at, &mut left, limits, 1)?;
        }
        if !is_value(code, if code == code::DESCRIBED { innermost(at) } else { code }) {
            return Err(Fault::new(Kind::WrongMapValue, at));
        }
    }
    if !left.is_empty() {
        return Err(Fault::new(Kind::SizeMismatch, left));
    }
    if few { Ok(()) } else { distinct(count, items) }
}

/// The code behind all descriptors of a value that was checked.
fn innermost(mut at: &[u8]) -> u8 {
    Raw::split(&mut at).and_then(|raw| raw.constructor().last().copied()).unwrap_or(code::NULL)
}
