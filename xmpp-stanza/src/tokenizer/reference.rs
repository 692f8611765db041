//! References to characters and to the five predefined entities (XML 1.0 §4.1, RFC 6120 §11.1).
#![allow(clippy::arithmetic_side_effects, reason = "offsets into a slice, moved by at most 4 at a time")]

use super::{Cursor, Failed, Next, Stage, Tokenizer};
use crate::chars;
use crate::error::DecodeErrorKind as Kind;

impl Tokenizer {
    /// At `&`.
    #[inline]
    pub(super) fn begin_reference(&mut self, cursor: &mut Cursor<'_>) -> Next {
        self.reference = cursor.at;
        self.number = 0;
        cursor.at += 1;
        Next::Stage(Stage::Entity)
    }

    /// Where the text goes on behind a reference.
    const fn back(&self) -> Next {
        Next::Stage(if self.quote == 0 { Stage::Content } else { Stage::Value })
    }

    /// Behind `&`: `#`, or the name of a predefined entity with its `;`.
    pub(super) fn entity(&mut self, cursor: &mut Cursor<'_>) -> Result<Next, Failed> {
        let begin = self.reference + 1;
        let limit = cursor.limits.max_name_bytes;
        loop {
            let first = cursor.at == begin;
            match cursor.peek() {
                None => return Ok(Next::Need(Stage::Entity)),
                Some(b'#') if first => {
                    cursor.at += 1;
                    return Ok(Next::Stage(Stage::Hash));
                }
                Some(b';') if !first => {
                    let name = cursor.bytes.get(begin..cursor.at).unwrap_or_default();
                    cursor.at += 1;
                    return match name {
                        b"lt" | b"gt" | b"amp" | b"apos" | b"quot" => Ok(self.back()),
                        // RFC 6120 §11.1: no entity references with the exception of predefined entities.
                        _ => Err(cursor.refuse_at(Kind::EntityReference, self.reference)),
                    };
                }
                Some(byte) if byte >= 0x80 => {
                    if !cursor.wide_name(first).map_err(|Failed| cursor.refuse(Kind::MalformedReference))? {
                        return Ok(Next::Need(Stage::Entity));
                    }
                }
                Some(byte) if chars::is_ascii_name_start(byte) || byte == b':' => cursor.at += 1,
                Some(byte) if !first && chars::is_ascii_name(byte) => cursor.at += 1,
                Some(_) => return Err(cursor.refuse(Kind::MalformedReference)),
            }
            if cursor.at - begin > limit {
                return Err(cursor.refuse_at(Kind::NameTooLong, begin + limit));
            }
        }
    }

    /// Behind `&#`.
    pub(super) fn hash(&mut self, cursor: &mut Cursor<'_>) -> Result<Next, Failed> {
        match cursor.peek() {
            None => Ok(Next::Need(Stage::Hash)),
            Some(b'x') => {
                cursor.at += 1;
                Ok(Next::Stage(Stage::Hexadecimal))
            }
            Some(_) => Ok(Next::Stage(Stage::Decimal)),
        }
    }

    /// The digits of a numeric reference and its `;`.
    pub(super) fn digits(&mut self, cursor: &mut Cursor<'_>, stage: Stage, radix: u32) -> Result<Next, Failed> {
        let begin = self.reference + if radix == 10 { 2 } else { 3 };
        loop {
            let Some(byte) = cursor.peek() else { return Ok(Next::Need(stage)) };
            let Some(digit) = char::from(byte).to_digit(radix) else {
                if byte != b';' || cursor.at == begin {
                    return Err(cursor.refuse(Kind::MalformedReference));
                }
                cursor.at += 1;
                let valid = chars::is_char(self.number);
                return if valid {
                    Ok(self.back())
                } else {
                    Err(cursor.refuse_at(Kind::InvalidCharacterReference, self.reference))
                };
            };
            self.number = self.number.saturating_mul(radix).saturating_add(digit);
            if self.number > 0x10_FFFF {
                return Err(cursor.refuse_at(Kind::InvalidCharacterReference, self.reference));
            }
            cursor.at += 1;
        }
    }
}
