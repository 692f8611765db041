//! Values that nest: their levels are kept on a fixed stack, so that no input makes the check recurse or allocate.

use super::{booleans, chars, compound, distinct, scalar};
use crate::v1_0::constructor as code;
use crate::v1_0::wire::{Fault, Parsed, octet, slice, widen};
use crate::v1_0::{DecodeErrorKind as Kind, Limits};

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
pub(super) fn nested<'a>(code: u8, at: &'a [u8], rest: &mut &'a [u8], limits: &Limits, depth: usize) -> Parsed<()> {
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
