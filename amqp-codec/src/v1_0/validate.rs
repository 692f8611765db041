//! The one pass that checks a value, after which every view of it is infallible.
//!
//! Scalars and flat lists and maps are checked in a plain loop. What nests goes to [`nested`], which keeps its levels on a fixed stack:
//! no input makes it recurse, and no input makes it allocate.

use super::constructor as code;
use super::value::{Raw, Value};
use super::wire::{Fault, Parsed, octet, octets, slice, slice8, slice32, widen};
use super::{DecodeErrorKind as Kind, Limits};

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
#[inline]
pub(crate) fn scalar(code: u8, rest: &mut &[u8]) -> Parsed<bool> {
    match code {
        code::NULL..=code::LIST_0 => {}
        code::UBYTE..=code::SMALL_LONG => drop(octet(rest)?),
        code::BOOLEAN => booleans(slice(1, rest)?)?,
        code::USHORT | code::SHORT => drop(octets::<2>(rest)?),
        code::CHAR => chars(slice(4, rest)?)?,
        code::UINT..=code::DECIMAL_32 => drop(octets::<4>(rest)?),
        code::ULONG..=code::DECIMAL_64 => drop(octets::<8>(rest)?),
        code::DECIMAL_128 | code::UUID => drop(octets::<16>(rest)?),
        code::BINARY_8 => drop(slice8(rest)?),
        code::BINARY_32 => drop(slice32(rest)?),
        code::STRING_8 => drop(text(slice8(rest)?)?),
        code::STRING_32 => drop(text(slice32(rest)?)?),
        code::SYMBOL_8 => ascii(slice8(rest)?)?,
        code::SYMBOL_32 => ascii(slice32(rest)?)?,
        _ => return Ok(false),
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

/// AMQP 1.0 §1.6.20: UTF-8 without a byte order mark.
#[inline]
pub(crate) fn text(octets: &[u8]) -> Parsed<&str> {
    match core::str::from_utf8(octets) {
        Ok(text) if octets.first() == Some(&0xef) && text.starts_with('\u{feff}') => {
            Err(Fault::new(Kind::ByteOrderMark, octets))
        }
        Ok(text) => Ok(text),
        Err(error) => Err(Fault::new(Kind::InvalidUtf8, octets.get(error.valid_up_to()..).unwrap_or(octets))),
    }
}

/// AMQP 1.0 §1.6.21: seven bit ASCII.
#[inline]
pub(crate) fn ascii(octets: &[u8]) -> Parsed<()> {
    match octets.is_ascii() {
        true => Ok(()),
        false => Err(Fault::new(Kind::NonAsciiSymbol, octets)),
    }
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
    // [types:encodings/map.1] AMQP 1.0 §1.6.23: "Map encodings MUST contain an even number of items".
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

#[derive(Clone, Copy)]
enum Level {
    /// Items with a constructor each, within a size.
    Items,
    /// The same, as this many keys and values.
    Pairs(u32),
    /// A descriptor, or a descriptor and its value, within the size of the level around.
    Loose,
    /// The element constructor of an array of this many elements is next, or its next part, behind so many descriptors.
    Constructor(u32, u8),
    /// Elements that share this constructor, behind so many descriptors.
    Elements(u8, u8),
}

#[derive(Clone, Copy)]
struct Open<'a> {
    level: Level,
    /// Values still to come.
    left: u32,
    /// The items, when they are a map's.
    items: &'a [u8],
    /// What follows this level in the level around.
    after: &'a [u8],
}

const LOOSE: Open<'static> = Open { level: Level::Loose, left: 0, items: &[], after: &[] };

/// The levels open at one time.
struct Stack<'a> {
    open: [Open<'a>; Limits::DEPTH],
    len: usize,
    /// Levels that may be open, less those that the descriptors of open arrays stand for.
    max: usize,
}

impl<'a> Stack<'a> {
    #[inline]
    fn push(&mut self, at: &[u8], open: Open<'a>) -> Parsed<()> {
        match self.open.get_mut(self.len) {
            Some(slot) if self.len < self.max => {
                *slot = open;
                self.len = self.len.saturating_add(1);
                Ok(())
            }
            _ => Err(Fault::new(Kind::TooDeep, at)),
        }
    }

    #[inline]
    fn top(&mut self) -> Option<&mut Open<'a>> {
        self.open.get_mut(self.len.checked_sub(1)?)
    }
}

/// Checks a value that may hold others and is `depth` levels deep already.
#[inline(never)]
fn nested<'a>(code: u8, at: &'a [u8], rest: &mut &'a [u8], limits: &Limits, depth: usize) -> Parsed<()> {
    let max = usize::from(limits.max_depth).min(Limits::DEPTH).saturating_sub(depth);
    let mut stack = Stack { open: [LOOSE; Limits::DEPTH], len: 0, max };
    let (mut code, mut at) = (code, at);
    loop {
        if !scalar(code, rest)? {
            open(code, at, rest, &mut stack)?;
        }
        // Find the next value, closing levels that have no more.
        loop {
            let Some(top) = stack.top() else { return Ok(()) };
            at = *rest;
            if top.left == 0 {
                let top = *top;
                close(top, rest, &mut stack)?;
                continue;
            }
            match top.level {
                Level::Constructor(count, descriptors) => {
                    let element = octet(rest)?;
                    if element != code::DESCRIBED {
                        elements(element, count, descriptors, at, rest, limits, top)?;
                        continue;
                    }
                    top.level = Level::Constructor(count, descriptors.saturating_add(1));
                    stack.push(at, Open { left: 1, ..LOOSE })?;
                    stack.max = stack.max.saturating_sub(1);
                }
                Level::Elements(element, _) => {
                    top.left = top.left.saturating_sub(1);
                    code = element;
                    break;
                }
                Level::Items | Level::Pairs(_) | Level::Loose => {
                    top.left = top.left.saturating_sub(1);
                    code = octet(rest)?;
                    break;
                }
            }
        }
    }
}

/// Opens the level of a value that holds others.
fn open<'a>(code: u8, at: &'a [u8], rest: &mut &'a [u8], stack: &mut Stack<'a>) -> Parsed<()> {
    match code {
        code::DESCRIBED => return stack.push(at, Open { left: 2, ..LOOSE }),
        code::LIST_8 | code::LIST_32 | code::MAP_8 | code::MAP_32 | code::ARRAY_8 | code::ARRAY_32 => {}
        _ => return Err(Fault::new(Kind::UnknownConstructor, at)),
    }
    let (count, items) = compound(code, rest)?;
    let (level, left) = match code {
        code::MAP_8 | code::MAP_32 if count & 1 != 0 => return Err(Fault::new(Kind::OddMap, at)),
        code::MAP_8 | code::MAP_32 => (Level::Pairs(count), count),
        code::LIST_8 | code::LIST_32 => (Level::Items, count),
        // AMQP 1.0 §1.2.4: the element constructor stands there even when there are no elements.
        _ => (Level::Constructor(count, 0), 1),
    };
    stack.push(at, Open { level, left, items, after: rest })?;
    *rest = items;
    Ok(())
}

/// Checks the elements of an array, or makes them the values to come when they are compound.
fn elements<'a>(
    code: u8,
    count: u32,
    descriptors: u8,
    at: &'a [u8],
    rest: &mut &'a [u8],
    limits: &Limits,
    top: &mut Open<'a>,
) -> Parsed<()> {
    top.level = Level::Elements(code, descriptors);
    top.left = 0;
    if let Some(width) = code::fixed_width(code) {
        return fixed_elements(code, width, count, at, rest, limits);
    }
    match code {
        code::BINARY_8..=code::SYMBOL_32 if code::type_name(code).is_some() => {
            for _ in 0..count {
                scalar(code, rest)?;
            }
            Ok(())
        }
        code::LIST_8 | code::LIST_32 | code::MAP_8 | code::MAP_32 | code::ARRAY_8 | code::ARRAY_32 => {
            top.left = count;
            Ok(())
        }
        _ => Err(Fault::new(Kind::UnknownConstructor, at)),
    }
}

/// Elements of one width need no loop, and those of no width need no memory: their count is checked, not visited.
fn fixed_elements(code: u8, width: usize, count: u32, at: &[u8], rest: &mut &[u8], limits: &Limits) -> Parsed<()> {
    if width == 0 && count > limits.max_zero_width {
        return Err(Fault::new(Kind::ArrayTooLong, at));
    }
    let data = slice(widen(count).saturating_mul(width), rest)?;
    match code {
        code::BOOLEAN => booleans(data),
        code::CHAR => chars(data),
        _ => Ok(()),
    }
}

/// Checks that a level ends where its size says.
fn close<'a>(top: Open<'a>, rest: &mut &'a [u8], stack: &mut Stack<'a>) -> Parsed<()> {
    stack.len = stack.len.saturating_sub(1);
    match top.level {
        Level::Loose => return Ok(()),
        Level::Elements(_, descriptors) => stack.max = stack.max.saturating_add(usize::from(descriptors)),
        Level::Pairs(_) | Level::Items | Level::Constructor(..) => {}
    }
    if !rest.is_empty() {
        return Err(Fault::new(Kind::SizeMismatch, rest));
    }
    *rest = top.after;
    if let Level::Pairs(count) = top.level { distinct(count, top.items) } else { Ok(()) }
}

/// The pairs up to which every key of a map is compared with every other.
const MAX_COMPARED: usize = 64;

/// AMQP 1.0 §1.6.23: "A map in which there exist two identical key values is invalid."
///
/// Keys are equal when type and value are, whatever their width; keys that hold other values, when their octets are. Larger maps than
/// [`MAX_COMPARED`] are not compared: the work would be quadratic.
fn distinct(count: u32, items: &[u8]) -> Parsed<()> {
    match widen(count) / 2 {
        0 | 1 => Ok(()),
        2..=8 => compare::<8>(items),
        9..=MAX_COMPARED => compare::<MAX_COMPARED>(items),
        _ => Ok(()),
    }
}

/// Compares the keys of a map of at most `N` pairs by a fingerprint first.
fn compare<const N: usize>(items: &[u8]) -> Parsed<()> {
    let mut prints = [0u64; N];
    let mut rest = items;
    for index in 0..N {
        let at = rest;
        let Some(key) = Raw::split(&mut rest) else { break };
        let print = fingerprint(key);
        let (seen, slots) = prints.split_at_mut(index);
        if seen.contains(&print) && earlier(items, index, key) {
            return Err(Fault::new(Kind::DuplicateKey, at));
        }
        if let Some(slot) = slots.first_mut() {
            *slot = print;
        }
        if Raw::split(&mut rest).is_none() {
            break;
        }
    }
    Ok(())
}

/// True when one of the first `count` keys equals `key`.
#[cold]
fn earlier(items: &[u8], count: usize, key: Raw<'_>) -> bool {
    let mut rest = items;
    (0..count).any(|_| {
        let same = Raw::split(&mut rest).is_some_and(|other| other.value() == key.value());
        Raw::split(&mut rest);
        same
    })
}

/// Equal keys have equal fingerprints.
#[inline]
fn fingerprint(key: Raw<'_>) -> u64 {
    let (tag, octets) = match key.value() {
        Value::String(text) => (1u64, text.as_bytes()),
        Value::Symbol(text) => (2, text.as_bytes()),
        Value::Binary(octets) => (3, octets),
        Value::Uint(number) => return u64::from(number) ^ 0x0500_0000_0000_0000,
        Value::Ulong(number) => return number ^ 0x0600_0000_0000_0000,
        Value::Int(number) => return u64::from(number.cast_unsigned()) ^ 0x0700_0000_0000_0000,
        Value::Long(number) => return number.cast_unsigned() ^ 0x0800_0000_0000_0000,
        Value::Boolean(truth) => return u64::from(truth) ^ 0x0900_0000_0000_0000,
        other => (u64::from(other.kind_code()), key.body()),
    };
    let len = u64::try_from(octets.len()).unwrap_or(u64::MAX);
    edge(octets.first_chunk(), octets)
        ^ edge(octets.last_chunk(), octets).rotate_left(23)
        ^ len.rotate_left(48)
        ^ tag.rotate_left(60)
}

#[inline]
fn edge(chunk: Option<&[u8; 8]>, octets: &[u8]) -> u64 {
    match chunk {
        Some(chunk) => u64::from_le_bytes(*chunk),
        None => octets.iter().fold(0, |all, &octet| all.wrapping_shl(8) | u64::from(octet)),
    }
}
