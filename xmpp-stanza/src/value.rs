//! Attribute values and character data as they stand in the bytes, read without copying.

use alloc::borrow::Cow;
use alloc::string::String;
use core::fmt;

use memchr::{memchr, memchr3};

use crate::chars;
use crate::text::Text;
use crate::walk;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Form {
    /// Nothing to replace.
    Cooked,
    /// References and white space to replace (XML 1.0 §3.3.3).
    Attribute,
    /// References, line ends and CDATA sections to replace, child elements to pass over (XML 1.0 §2.4, §2.11).
    Content,
}

/// A validated attribute value, or the character data of an element.
///
/// Comparisons and iteration see the value that the document means; [`as_str`](Self::as_str) gives it without copying when the bytes say it
/// literally, which nearly all do.
#[derive(Clone, Copy)]
pub struct Value<'a> {
    raw: &'a str,
    form: Form,
}

impl<'a> Value<'a> {
    /// Text as a value, to compose payloads from.
    pub const fn cooked(text: &'a str) -> Self {
        Self { raw: text, form: Form::Cooked }
    }

    pub(crate) const fn attribute(raw: &'a str) -> Self {
        Self { raw, form: Form::Attribute }
    }

    pub(crate) const fn content(raw: &'a str) -> Self {
        Self { raw, form: Form::Content }
    }

    /// The value, if the bytes say it literally: no references, no line ends to normalise, no markup between.
    #[inline]
    pub fn as_str(&self) -> Option<&'a str> {
        (self.form == Form::Cooked || self.special(self.raw.as_bytes()).is_none()).then_some(self.raw)
    }

    fn special(self, bytes: &[u8]) -> Option<usize> {
        match self.form {
            Form::Cooked => None,
            Form::Attribute => Some(chars::literal_value(bytes)).filter(|&len| len < bytes.len()),
            Form::Content => memchr3(b'&', b'<', b'\r', bytes),
        }
    }

    /// The value; copied only if something had to be replaced.
    pub fn to_cow(&self) -> Cow<'a, str> {
        match self.as_str() {
            Some(text) => Cow::Borrowed(text),
            None => {
                let mut text = String::with_capacity(self.raw.len());
                for piece in self.pieces() {
                    match piece {
                        Piece::Text(piece) => text.push_str(piece),
                        Piece::Char(c) => text.push(c),
                    }
                }
                Cow::Owned(text)
            }
        }
    }

    /// The value as [`Text`]: borrowed when it stands literally in the bytes, else copied.
    pub fn to_text(&self) -> Text<'a> {
        match self.to_cow() {
            Cow::Borrowed(text) => Text::Borrowed(text),
            Cow::Owned(text) => text.into(),
        }
    }

    /// True if the value is empty.
    pub fn is_empty(&self) -> bool {
        self.pieces().next().is_none()
    }

    /// The characters of the value.
    pub fn chars(&self) -> impl Iterator<Item = char> + use<'a> {
        self.pieces().flat_map(|piece| {
            match piece {
                Piece::Text(text) => (text.chars(), None),
                Piece::Char(c) => ("".chars(), Some(c)),
            }
            .into_chars()
        })
    }

    pub(crate) const fn pieces(&self) -> Pieces<'a> {
        Pieces { rest: self.raw, form: self.form, cdata: false }
    }
}

trait IntoChars<'a> {
    fn into_chars(self) -> core::iter::Chain<core::str::Chars<'a>, core::option::IntoIter<char>>;
}

impl<'a> IntoChars<'a> for (core::str::Chars<'a>, Option<char>) {
    fn into_chars(self) -> core::iter::Chain<core::str::Chars<'a>, core::option::IntoIter<char>> {
        self.0.chain(self.1)
    }
}

impl PartialEq<str> for Value<'_> {
    #[inline]
    fn eq(&self, other: &str) -> bool {
        if self.raw.len() == other.len() && self.raw == other {
            return self.as_str().is_some();
        }
        if self.form == Form::Cooked {
            return false;
        }
        self.raw.len() >= other.len() && self.as_str().is_none() && self.chars().eq(other.chars())
    }
}

impl PartialEq<&str> for Value<'_> {
    fn eq(&self, other: &&str) -> bool {
        *self == **other
    }
}

impl PartialEq for Value<'_> {
    fn eq(&self, other: &Self) -> bool {
        match (self.as_str(), other.as_str()) {
            (Some(a), Some(b)) => a == b,
            _ => self.chars().eq(other.chars()),
        }
    }
}

impl Eq for Value<'_> {}

impl fmt::Debug for Value<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Debug::fmt(&*self.to_cow(), f)
    }
}

impl fmt::Display for Value<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for piece in self.pieces() {
            match piece {
                Piece::Text(text) => f.write_str(text)?,
                Piece::Char(c) => fmt::Write::write_char(f, c)?,
            }
        }
        Ok(())
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Piece<'a> {
    Text(&'a str),
    Char(char),
}

/// A value in literal pieces; empty ones are left out.
#[derive(Debug, Clone)]
pub(crate) struct Pieces<'a> {
    rest: &'a str,
    form: Form,
    cdata: bool,
}

impl<'a> Pieces<'a> {
    fn take(&mut self, len: usize) -> &'a str {
        let (front, rest) = self.rest.split_at_checked(len).unwrap_or((self.rest, ""));
        self.rest = rest;
        front
    }

    /// Within a CDATA section: up to its end or a carriage return.
    fn next_in_cdata(&mut self) -> Option<Piece<'a>> {
        let end = memchr::memmem::find(self.rest.as_bytes(), b"]]>").unwrap_or(self.rest.len());
        let section = self.rest.get(..end).unwrap_or_default();
        match memchr(b'\r', section.as_bytes()) {
            Some(0) => Some(self.line_end()),
            Some(at) => Some(Piece::Text(self.take(at))),
            None => {
                self.cdata = false;
                self.take(end);
                self.take(3);
                (!section.is_empty()).then_some(Piece::Text(section))
            }
        }
    }

    /// XML 1.0 §2.11 and §3.3.3: CR LF and CR are one line end; in attributes it is a blank.
    fn line_end(&mut self) -> Piece<'a> {
        self.take(1);
        if self.rest.starts_with('\n') {
            self.take(1);
        }
        Piece::Char(if self.form == Form::Attribute { ' ' } else { '\n' })
    }

    fn markup(&mut self) -> Option<Piece<'a>> {
        match self.rest.as_bytes().first()? {
            b'&' => {
                let end = memchr(b';', self.rest.as_bytes()).unwrap_or(0).saturating_add(1);
                walk::reference(self.take(end)).map(Piece::Char)
            }
            b'\r' => Some(self.line_end()),
            b'<' => {
                if self.rest.starts_with("<![CDATA[") {
                    self.take(9);
                    self.cdata = true;
                } else {
                    let end = walk::element_end(self.rest, 0);
                    self.take(end);
                }
                None
            }
            _ => {
                self.take(1);
                Some(Piece::Char(' '))
            }
        }
    }
}

impl<'a> Iterator for Pieces<'a> {
    type Item = Piece<'a>;

    fn next(&mut self) -> Option<Piece<'a>> {
        while !self.rest.is_empty() {
            if self.cdata {
                match self.next_in_cdata() {
                    Some(piece) => return Some(piece),
                    None => continue,
                }
            }
            let value = Value { raw: self.rest, form: self.form };
            match value.special(self.rest.as_bytes()) {
                None => return Some(Piece::Text(self.take(self.rest.len()))),
                Some(0) => {
                    if let Some(piece) = self.markup() {
                        return Some(piece);
                    }
                }
                Some(at) => return Some(Piece::Text(self.take(at))),
            }
        }
        None
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn attribute_values_are_normalised() {
        assert_eq!(Value::attribute("a\r\nb\tc\nd\re"), "a b c d e");
        assert_eq!(Value::attribute("a&#10;&#x9;&amp;"), "a\n\t&");
        assert_eq!(Value::attribute("plain").as_str(), Some("plain"));
        // Found by fuzzing: a replacement of the same length.
        assert_eq!(Value::attribute("\n"), " ");
        assert_eq!(Value::content("\r\r/>"), "\n\n/>");
        assert_eq!(Value::attribute("a&lt;").as_str(), None);
    }

    #[test]
    fn content_joins_text_references_and_sections_and_skips_children() {
        assert_eq!(Value::content("a&lt;<b x='>'>no</b><![CDATA[<&]]]>c\r\nd\re"), "a<<&]c\nd\ne");
        assert_eq!(Value::content("<![CDATA[]]>").to_cow(), "");
        assert!(Value::content("<![CDATA[]]><x/>").is_empty());
        assert_eq!(Value::content("<![CDATA[a\r\nb]]>"), "a\nb");
        assert_ne!(Value::content("ab"), "abc");
        assert_ne!(Value::content("&#97;b"), "b");
    }
}
