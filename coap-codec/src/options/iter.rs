//! The walk over options that were validated (RFC 7252 §3.1).

use super::{OptionNumber, OptionRef};
use crate::wire;

/// Walks options in the order of their numbers. It cannot fail: the bytes were validated by the decoder.
#[derive(Debug, Clone)]
pub struct OptionIter<'a> {
    rest: &'a [u8],
    number: u16,
    /// Parts in any order, and how many of them were handed out.
    items: &'a [OptionRef<'a>],
    seen: usize,
}

impl<'a> OptionIter<'a> {
    #[inline]
    pub(crate) const fn over(rest: &'a [u8]) -> Self {
        Self { rest, number: 0, items: &[], seen: 0 }
    }

    #[inline]
    pub(super) const fn over_items(items: &'a [OptionRef<'a>]) -> Self {
        Self { rest: &[], number: 0, items, seen: 0 }
    }

    /// What has not been walked yet.
    #[inline]
    pub(crate) const fn rest(&self) -> &'a [u8] {
        self.rest
    }
}

/// The next of parts in any order: of those that are not before `number`, the first with the lowest number. `seen` counts what was handed out of
/// `number`. By value, so that the iterator stays in registers where there are no parts.
#[cold]
fn next_item<'a>(items: &'a [OptionRef<'a>], number: u16, seen: usize) -> Option<(OptionRef<'a>, usize)> {
    let same = items.iter().filter(|item| item.number.0 == number).nth(seen);
    if let Some(item) = same {
        return Some((*item, seen.saturating_add(1)));
    }
    let next = items.iter().filter(|item| item.number.0 > number).min_by_key(|item| item.number)?;
    Some((*next, 1))
}

impl<'a> Iterator for OptionIter<'a> {
    type Item = OptionRef<'a>;

    #[inline]
    fn next(&mut self) -> Option<OptionRef<'a>> {
        let Some((delta, value, rest)) = wire::option(self.rest) else {
            debug_assert!(self.rest.is_empty(), "validated options are well formed");
            self.rest = &[];
            if self.items.is_empty() {
                return None;
            }
            let (item, seen) = next_item(self.items, self.number, self.seen)?;
            (self.number, self.seen) = (item.number.0, seen);
            return Some(item);
        };
        self.rest = rest;
        let [low, high, ..] = delta.to_le_bytes();
        self.number = self.number.wrapping_add(u16::from_le_bytes([low, high]));
        Some(OptionRef { number: OptionNumber(self.number), value })
    }
}

impl core::iter::FusedIterator for OptionIter<'_> {}
