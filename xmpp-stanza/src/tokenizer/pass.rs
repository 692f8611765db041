//! The way of bytes that come few at a time: most of them go on with a name, a value or text, and end nothing.
#![allow(clippy::arithmetic_side_effects, reason = "offsets into a slice, moved by no more than what is left of it")]

use super::{Stage, Tokenizer};
use crate::chars;
use crate::limits::Limits;

impl Tokenizer {
    /// Moves over what the current name, value or text goes on with; true if that is all of `bytes`. False means nothing but that
    /// [`run`](Self::run) must look.
    #[inline(always)]
    pub(crate) fn pass(&mut self, bytes: &[u8], limits: &Limits) -> bool {
        let Some(rest) = bytes.get(self.at..) else { return false };
        let (len, limit) = match self.stage {
            Stage::Content => (chars::plain_text(rest), limits.max_text_bytes),
            Stage::Value => (chars::plain_value(rest, self.quote), limits.max_value_bytes),
            // The first character of a name has rules of its own.
            Stage::ElementName | Stage::AttributeName if self.at > self.atom.max(self.colon) => {
                (chars::ascii_name(rest), limits.max_name_bytes)
            }
            Stage::EndName => {
                let expected = self.open.last().map_or(&[][..], |open| open.of(bytes));
                let left = expected.get(self.at - self.tag - 2..).unwrap_or_default();
                (if left.starts_with(rest) { rest.len() } else { 0 }, usize::MAX)
            }
            _ => return false,
        };
        if self.at + len - self.atom > limit {
            return false;
        }
        self.at += len;
        len == rest.len()
    }
}
