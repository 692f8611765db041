//! Where in the tree of values an octet lies.

use core::fmt;

use super::constructor as code;
use super::raw::skip;
use super::validate::compound;
use super::wire::octet;
use super::{DecodeError, Limits};

/// The way from the outermost value to the one that an octet belongs to: an index on each level.
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct Path {
    steps: [u32; Limits::DEPTH],
    len: usize,
}

impl Path {
    /// The indices, outermost first. In a map, keys have even indices and values odd ones; a descriptor has 0, its value 1.
    pub fn steps(&self) -> &[u32] {
        self.steps.get(..self.len).unwrap_or_default()
    }

    fn push(&mut self, step: u32) {
        if let Some(slot) = self.steps.get_mut(self.len) {
            *slot = step;
            self.len = self.len.saturating_add(1);
        }
    }
}

impl fmt::Display for Path {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("$")?;
        self.steps().iter().try_for_each(|step| write!(f, ".{step}"))
    }
}

impl fmt::Debug for Path {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

impl DecodeError {
    /// Where in the tree of values of `input` the offending octet lies, as far as the octets before it can tell. `input` is the value,
    /// section or message that was decoded (of a frame, its body, with the offset less the header's). A message's first step is its section.
    pub fn path(&self, input: &[u8]) -> Path {
        let mut path = Path { steps: [0; Limits::DEPTH], len: 0 };
        let mut rest = input;
        let mut index = 0u32;
        loop {
            let mut after = rest;
            // The value that ends behind the octet, or does not end, is the one to go into.
            let ends = skip(&mut after).map(|()| input.len().saturating_sub(after.len()));
            match ends {
                Some(end) if end <= self.offset && !after.is_empty() => {
                    rest = after;
                    index = index.saturating_add(1);
                }
                _ => break,
            }
        }
        path.push(index);
        while let Some((step, inner)) = enter(input, rest, self.offset) {
            path.push(step);
            rest = inner;
        }
        path
    }
}

/// Steps into the value at the head of `at`: the item of it that holds the octet at `offset` of `input`.
fn enter<'a>(input: &[u8], at: &'a [u8], offset: usize) -> Option<(u32, &'a [u8])> {
    let mut rest = at;
    let position = |rest: &[u8]| rest.as_ptr().addr().wrapping_sub(input.as_ptr().addr());
    let first = octet(&mut rest).ok()?;
    if first == code::DESCRIBED {
        let descriptor = rest;
        return match skip(&mut rest) {
            Some(()) if position(rest) <= offset => Some((1, rest)),
            _ if position(descriptor) <= offset => Some((0, descriptor)),
            _ => None,
        };
    }
    if !matches!(first, code::LIST_8 | code::LIST_32 | code::MAP_8 | code::MAP_32) {
        // The elements of an array have no constructors of their own to step along: its index says enough.
        return None;
    }
    // A size that is too large still shows where the items begin.
    let items = match compound(first, &mut { rest }) {
        Ok((_, items)) => items,
        Err(_) => rest.get(if first & 0x10 == 0 { 2 } else { 8 }..)?,
    };
    let mut item = items;
    let mut index = 0u32;
    if position(item) > offset {
        return None;
    }
    loop {
        let mut next = item;
        match skip(&mut next) {
            Some(()) if position(next) <= offset && !next.is_empty() => {
                item = next;
                index = index.saturating_add(1);
            }
            _ => return (!item.is_empty()).then_some((index, item)),
        }
    }
}
