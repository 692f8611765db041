//! Start tags, empty-element tags and end tags (XML 1.0 §3.1).
#![allow(clippy::arithmetic_side_effects, reason = "offsets into a slice, moved by a few bytes at a time")]

use super::scope::Notes;
use super::{Attr, Cursor, Failed, Next, Span, Stage, Tokenizer};
use crate::chars;
use crate::error::DecodeErrorKind as Kind;

impl Tokenizer {
    /// Behind `<`.
    #[inline]
    pub(super) fn less(&mut self, cursor: &mut Cursor<'_>) -> Result<Next, Failed> {
        match cursor.peek() {
            None => Ok(Next::Need(Stage::Less)),
            Some(b'/') => {
                cursor.at += 1;
                self.end_name(cursor)
            }
            Some(b'!') => {
                cursor.at += 1;
                self.atom = cursor.at;
                Ok(Next::Stage(Stage::Bang))
            }
            // RFC 6120 §11.1: no processing instructions; §11.5: the declaration is the first thing or nothing.
            Some(b'?') => Err(cursor.refuse_at(Kind::ProcessingInstruction, self.tag)),
            Some(_) => {
                self.begin_element(cursor)?;
                match self.usual_tag(cursor) {
                    Some(next) => Ok(next),
                    None => self.element_name(cursor),
                }
            }
        }
    }

    #[inline]
    fn begin_element(&mut self, cursor: &mut Cursor<'_>) -> Result<(), Failed> {
        self.elements += 1;
        if self.elements > cursor.limits.max_elements {
            return Err(cursor.refuse_at(Kind::TooManyElements, self.tag));
        }
        if self.open.len() >= cursor.limits.max_depth {
            return Err(cursor.refuse_at(Kind::TooDeep, self.tag));
        }
        self.atom = cursor.at;
        self.colon = 0;
        self.attrs.clear();
        self.notes = Notes::default();
        Ok(())
    }

    #[inline]
    pub(super) fn element_name(&mut self, cursor: &mut Cursor<'_>) -> Result<Next, Failed> {
        let Some(byte) = self.name(cursor)? else { return Ok(Next::Need(Stage::ElementName)) };
        self.name = self.take_name(cursor.at);
        if may_follow(byte) { self.in_tag(cursor) } else { Err(cursor.refuse(Kind::InvalidName)) }
    }

    /// Behind the name or an attribute: the end of the tag or another attribute.
    #[inline]
    pub(super) fn in_tag(&mut self, cursor: &mut Cursor<'_>) -> Result<Next, Failed> {
        match cursor.peek_behind_space() {
            None => Ok(Next::Need(Stage::InTag)),
            Some(b'>') => {
                cursor.at += 1;
                let outermost = self.open.is_empty();
                self.check_tag(cursor)?;
                self.open.push(self.name.whole);
                self.atom = cursor.at;
                Ok(if outermost { Next::Head(false) } else { Next::Stage(Stage::Content) })
            }
            Some(b'/') => {
                cursor.at += 1;
                self.slash(cursor)
            }
            Some(_) if self.attrs.len() >= cursor.limits.max_attributes => Err(cursor.refuse(Kind::TooManyAttributes)),
            Some(_) => {
                self.atom = cursor.at;
                self.colon = 0;
                Ok(Next::Stage(Stage::AttributeName))
            }
        }
    }

    #[inline]
    pub(super) fn attribute_name(&mut self, cursor: &mut Cursor<'_>) -> Result<Next, Failed> {
        if self.name(cursor)?.is_none() {
            return Ok(Next::Need(Stage::AttributeName));
        }
        let name = self.take_name(cursor.at);
        self.note_attribute(name, cursor.bytes);
        self.attrs.push(Attr { name, ..Attr::default() });
        self.equals(cursor)
    }

    #[inline]
    pub(super) fn equals(&mut self, cursor: &mut Cursor<'_>) -> Result<Next, Failed> {
        match cursor.peek_behind_space() {
            None => Ok(Next::Need(Stage::Equals)),
            Some(b'=') => {
                cursor.at += 1;
                self.quote(cursor)
            }
            Some(_) => Err(cursor.refuse(Kind::MalformedTag)),
        }
    }

    #[inline]
    pub(super) fn quote(&mut self, cursor: &mut Cursor<'_>) -> Result<Next, Failed> {
        match cursor.peek_behind_space() {
            None => Ok(Next::Need(Stage::Quote)),
            Some(byte @ (b'\'' | b'"')) => {
                cursor.at += 1;
                self.atom = cursor.at;
                self.quote = byte;
                self.plain = true;
                self.value(cursor)
            }
            Some(_) => Err(cursor.refuse(Kind::MalformedTag)),
        }
    }

    #[inline]
    pub(super) fn value(&mut self, cursor: &mut Cursor<'_>) -> Result<Next, Failed> {
        let Some(byte) = self.value_text(cursor)? else { return Ok(Next::Need(Stage::Value)) };
        if byte == b'&' {
            self.plain = false;
            return Ok(self.begin_reference(cursor));
        }
        if let Some(attr) = self.attrs.last_mut() {
            attr.value = Span { from: self.atom, to: cursor.at };
            attr.plain = self.plain;
        }
        cursor.at += 1;
        self.after_value(cursor)
    }

    #[inline]
    pub(super) fn after_value(&mut self, cursor: &mut Cursor<'_>) -> Result<Next, Failed> {
        match cursor.peek() {
            None => Ok(Next::Need(Stage::AfterValue)),
            Some(byte) if may_follow(byte) => self.in_tag(cursor),
            Some(_) => Err(cursor.refuse(Kind::MissingSpace)),
        }
    }

    /// Behind the `/` of an empty element.
    #[inline]
    pub(super) fn slash(&mut self, cursor: &mut Cursor<'_>) -> Result<Next, Failed> {
        match cursor.peek() {
            None => Ok(Next::Need(Stage::Slash)),
            Some(b'>') => {
                cursor.at += 1;
                self.check_tag(cursor)?;
                self.atom = cursor.at;
                if self.open.is_empty() {
                    return Ok(Next::Head(true));
                }
                self.forget_bindings();
                Ok(Next::Stage(Stage::Content))
            }
            Some(_) => Err(cursor.refuse(Kind::MalformedTag)),
        }
    }

    /// The name of an end tag, byte by byte what the open element is called.
    #[inline]
    pub(super) fn end_name(&mut self, cursor: &mut Cursor<'_>) -> Result<Next, Failed> {
        let Some(&open) = self.open.last() else { return Err(cursor.refuse(Kind::MismatchedEndTag)) };
        let expected = open.of(cursor.bytes);
        let from = self.tag + 2;
        let found = cursor.bytes.get(from..).unwrap_or_default();
        if let Some((name, rest)) = found.split_at_checked(expected.len())
            && chars::same_name(name, expected)
        {
            cursor.at = from + expected.len();
            return match rest.first() {
                None => Ok(Next::Need(Stage::EndName)),
                Some(&byte) if byte == b'>' || chars::is_space(byte) => self.end_space(cursor),
                Some(_) => Err(cursor.refuse(Kind::MismatchedEndTag)),
            };
        }
        let same = found.iter().zip(expected).take_while(|(a, b)| a == b).count();
        cursor.at = from + same;
        if same < found.len() { Err(cursor.refuse(Kind::MismatchedEndTag)) } else { Ok(Next::Need(Stage::EndName)) }
    }

    /// Behind the name of an end tag.
    #[inline]
    pub(super) fn end_space(&mut self, cursor: &mut Cursor<'_>) -> Result<Next, Failed> {
        match cursor.peek_behind_space() {
            None => Ok(Next::Need(Stage::EndSpace)),
            Some(b'>') => {
                cursor.at += 1;
                self.atom = cursor.at;
                self.open.pop();
                self.forget_bindings();
                Ok(if self.open.is_empty() { Next::End } else { Next::Stage(Stage::Content) })
            }
            Some(_) => Err(cursor.refuse(Kind::MalformedTag)),
        }
    }
}

/// What may follow a name or a value in a start tag.
#[inline]
fn may_follow(byte: u8) -> bool {
    byte == b'>' || byte == b'/' || chars::is_space(byte)
}
