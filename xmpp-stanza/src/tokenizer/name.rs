//! Qualified names (XML 1.0 §2.3, Namespaces in XML §4).
#![allow(clippy::arithmetic_side_effects, reason = "offsets into a slice, moved by at most 4 at a time")]

use super::{Cursor, Failed, Name, Span, Tokenizer};
use crate::chars::{self, Decoded};
use crate::error::DecodeErrorKind as Kind;

impl Tokenizer {
    /// A qualified name up to a byte that is no part of it, which is returned; `None` if the bytes end.
    #[inline(always)]
    pub(super) fn name(&mut self, cursor: &mut Cursor<'_>) -> Result<Option<u8>, Failed> {
        let rest = cursor.rest();
        let len = chars::ascii_name(rest);
        match (rest.first(), rest.get(len)) {
            // The usual name: ASCII, without a prefix, in the buffer with the byte behind it.
            (Some(&first), Some(&behind))
                if chars::is_ascii_name_start(first)
                    && behind < 0x80
                    && behind != b':'
                    && cursor.at == self.atom
                    && len <= cursor.limits.max_name_bytes =>
            {
                cursor.at += len;
                Ok(Some(behind))
            }
            _ => self.any_name(cursor),
        }
    }

    #[cold]
    fn any_name(&mut self, cursor: &mut Cursor<'_>) -> Result<Option<u8>, Failed> {
        loop {
            // The prefix begins at `atom`, the local part behind the colon.
            let part = self.atom.max(self.colon);
            let from = cursor.at;
            cursor.at += chars::ascii_name(cursor.rest());
            if from == part
                && cursor.at > from
                && !cursor.bytes.get(from).is_some_and(|&b| chars::is_ascii_name_start(b))
            {
                return Err(cursor.refuse_at(Kind::InvalidName, from));
            }
            self.check_length(cursor)?;
            let first = cursor.at == part;
            match cursor.peek() {
                None => return Ok(None),
                Some(b':') => {
                    if first || self.colon != 0 {
                        return Err(cursor.refuse(Kind::InvalidQualifiedName));
                    }
                    cursor.at += 1;
                    self.colon = cursor.at;
                }
                Some(byte) if byte < 0x80 => {
                    return match (first, self.colon) {
                        (false, _) => Ok(Some(byte)),
                        (true, 0) => Err(cursor.refuse(Kind::InvalidName)),
                        (true, _) => Err(cursor.refuse(Kind::InvalidQualifiedName)),
                    };
                }
                Some(_) if !cursor.wide_name(first)? => return Ok(None),
                Some(_) => {}
            }
            self.check_length(cursor)?;
        }
    }

    #[inline]
    fn check_length(&self, cursor: &mut Cursor<'_>) -> Result<(), Failed> {
        let limit = cursor.limits.max_name_bytes;
        if cursor.at - self.atom > limit { Err(cursor.refuse_at(Kind::NameTooLong, self.atom + limit)) } else { Ok(()) }
    }

    /// The name that ends at `at`.
    #[inline]
    pub(super) fn take_name(&self, at: usize) -> Name {
        Name { whole: Span { from: self.atom, to: at }, local: self.atom.max(self.colon) }
    }
}

impl Cursor<'_> {
    /// One name character beyond ASCII; false if the bytes end inside it.
    pub(super) fn wide_name(&mut self, first: bool) -> Result<bool, Failed> {
        match chars::decode_wide(self.rest()) {
            Decoded::Char(c, len) if chars::is_wide_name_start(c) || (!first && chars::is_wide_name(c)) => {
                self.at += len;
                Ok(true)
            }
            Decoded::Char(..) => Err(self.refuse(Kind::InvalidName)),
            Decoded::Need => Ok(false),
            Decoded::Bad => Err(self.refuse(Kind::InvalidUtf8)),
        }
    }
}
