//! The one pass that checks a value, after which every view of it is infallible.
//!
//! Scalars and flat lists and maps are checked in a plain loop. What nests goes to [`nested`], which keeps its levels on a fixed stack:
//! no input makes it recurse, and no input makes it allocate.

use super::constructor as code;
use super::keys::{FEW, distinct, note};
use super::value::Raw;
use super::wire::{Fault, Parsed, before, octet, octets, slice, slice8, slice32, widen};
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
        code::STRING_8 => utf8(slice8(rest)?)?,
        code::STRING_32 => utf8(slice32(rest)?)?,
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

/// The same, when nobody wants the text: most are ASCII, which is seen faster.
#[inline]
fn utf8(octets: &[u8]) -> Parsed<()> {
    if octets.is_ascii() { Ok(()) } else { text(octets).map(drop) }
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
    for index in 0..count {
        let at = left;
        let code = octet(&mut left)?;
        let after = left;
        if !scalar(code, &mut left)? {
            nested(code, at, &mut left, limits, 1)?;
        }
        if index & 1 == 0 {
            if !is_key(code) {
                return Err(Fault::new(Kind::WrongKeyType, at));
            }
            if few {
                let key = Raw::parts(before(at, after), before(after, left));
                note(key, widen(index) / 2, items, &mut prints).map_err(|kind| Fault::new(kind, at))?;
            }
        } else if !is_value(code, if code == code::DESCRIBED { innermost(at) } else { code }) {
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
