//! Character data, attribute values and CDATA sections (XML 1.0 §2.4, §2.7, §3.1).
#![allow(clippy::arithmetic_side_effects, reason = "offsets into a slice, moved by at most 4 at a time")]

use super::{Cursor, Failed, Next, Stage, Tokenizer};
use crate::chars::{self, Decoded};
use crate::error::DecodeErrorKind as Kind;

impl Tokenizer {
    #[inline]
    pub(super) fn content(&mut self, cursor: &mut Cursor<'_>) -> Result<Next, Failed> {
        let byte = match cursor.peek() {
            // Tags often follow each other.
            Some(byte @ b'<') => byte,
            _ => match self.text(cursor)? {
                Some(byte) => byte,
                None => return Ok(Next::Need(Stage::Content)),
            },
        };
        if byte == b'&' {
            self.quote = 0;
            return Ok(self.begin_reference(cursor));
        }
        self.tag = cursor.at;
        cursor.at += 1;
        self.less(cursor)
    }

    /// Character data up to `<` or `&`, which is returned; `None` if the bytes end.
    #[inline]
    fn text(&self, cursor: &mut Cursor<'_>) -> Result<Option<u8>, Failed> {
        let limit = cursor.limits.max_text_bytes;
        loop {
            cursor.at += chars::plain_text(cursor.rest());
            if cursor.at - self.atom > limit {
                return Err(cursor.refuse_at(Kind::TextTooLong, self.atom + limit));
            }
            match cursor.peek() {
                None => return Ok(None),
                Some(byte @ (b'<' | b'&')) => return Ok(Some(byte)),
                Some(b']') => match cursor.rest() {
                    // XML 1.0 §2.4: `]]>` MUST NOT appear in content but as the end of a CDATA section.
                    [_, b']', b'>', ..] => return Err(cursor.refuse(Kind::CdataEndInText)),
                    [_] | [_, b']'] => return Ok(None),
                    _ => cursor.at += 1,
                },
                Some(byte) if byte < 0x80 => cursor.control(byte)?,
                Some(_) if !cursor.wide()? => return Ok(None),
                Some(_) => {}
            }
        }
    }

    /// An attribute value up to its quote or `&`, which is returned; `None` if the bytes end.
    #[inline]
    pub(super) fn value_text(&mut self, cursor: &mut Cursor<'_>) -> Result<Option<u8>, Failed> {
        let limit = cursor.limits.max_value_bytes;
        loop {
            cursor.at += chars::plain_value(cursor.rest(), self.quote);
            if cursor.at - self.atom > limit {
                return Err(cursor.refuse_at(Kind::ValueTooLong, self.atom + limit));
            }
            match cursor.peek() {
                None => return Ok(None),
                Some(byte) if byte == self.quote || byte == b'&' => return Ok(Some(byte)),
                Some(b'<') => return Err(cursor.refuse(Kind::LessThanInValue)),
                Some(byte) if byte < 0x80 => {
                    self.plain = false;
                    cursor.control(byte)?;
                }
                Some(_) if !cursor.wide()? => return Ok(None),
                Some(_) => {}
            }
        }
    }

    /// Behind `<!`: only `[CDATA[` may follow.
    pub(super) fn bang(&mut self, cursor: &mut Cursor<'_>) -> Result<Next, Failed> {
        for &expected in b"[CDATA[".get(cursor.at - self.atom..).unwrap_or_default() {
            match cursor.peek() {
                None => return Ok(Next::Need(Stage::Bang)),
                Some(byte) if byte == expected => cursor.at += 1,
                // RFC 6120 §11.1: no comments, no DTD subsets.
                Some(_) if cursor.at == self.atom => return Err(cursor.refuse_at(Kind::CommentOrDoctype, self.tag)),
                Some(_) => return Err(cursor.refuse(Kind::MalformedCdata)),
            }
        }
        self.atom = cursor.at;
        Ok(Next::Stage(Stage::Cdata))
    }

    /// A CDATA section up to and with `]]>`.
    pub(super) fn cdata(&mut self, cursor: &mut Cursor<'_>) -> Result<Next, Failed> {
        let limit = cursor.limits.max_text_bytes;
        loop {
            cursor.at += chars::plain_cdata(cursor.rest());
            if cursor.at - self.atom > limit {
                return Err(cursor.refuse_at(Kind::TextTooLong, self.atom + limit));
            }
            match cursor.peek() {
                None => return Ok(Next::Need(Stage::Cdata)),
                Some(b']') => match cursor.rest() {
                    [_, b']', b'>', ..] => {
                        cursor.at += 3;
                        self.atom = cursor.at;
                        return Ok(Next::Stage(Stage::Content));
                    }
                    [_] | [_, b']'] => return Ok(Next::Need(Stage::Cdata)),
                    _ => cursor.at += 1,
                },
                Some(byte) if byte < 0x80 => cursor.control(byte)?,
                Some(_) if !cursor.wide()? => return Ok(Next::Need(Stage::Cdata)),
                Some(_) => {}
            }
        }
    }
}

impl Cursor<'_> {
    /// A control character where text may stand: tab and line ends pass.
    #[inline]
    fn control(&mut self, byte: u8) -> Result<(), Failed> {
        if !chars::is_space(byte) {
            return Err(self.refuse(Kind::IllegalCharacter));
        }
        self.at += 1;
        Ok(())
    }

    /// One character beyond ASCII; false if the bytes end inside it.
    #[inline]
    fn wide(&mut self) -> Result<bool, Failed> {
        match chars::decode_wide(self.rest()) {
            Decoded::Char(0xFFFE | 0xFFFF, _) => Err(self.refuse(Kind::IllegalCharacter)),
            Decoded::Char(_, len) => {
                self.at += len;
                Ok(true)
            }
            Decoded::Need => Ok(false),
            // RFC 6120 §11.6: UTF-8 and nothing else.
            Decoded::Bad => Err(self.refuse(Kind::InvalidUtf8)),
        }
    }
}
