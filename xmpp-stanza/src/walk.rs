//! Walking over validated XML without checking anything again.
//!
//! The input has passed the tokenizer, so that quotes are balanced and tags nest; the impossible branches end the walk.
#![allow(clippy::arithmetic_side_effects, reason = "offsets into a slice, moved by a few bytes at a time")]

use memchr::memmem;

use crate::chars;

/// The offset of the first such byte; the length if there is none. Faster than `memchr` over the few bytes that most values have.
#[inline]
pub(crate) fn find(bytes: &[u8], byte: u8) -> usize {
    chars::run_until(bytes, byte)
}

/// The offset behind the start tag that begins `text`, and whether the element is empty.
pub(crate) fn tag_end(text: &str) -> (usize, bool) {
    let bytes = text.as_bytes();
    let mut at = 0;
    loop {
        let rest = bytes.get(at..).unwrap_or_default();
        let found = chars::tag_part(rest);
        at += found + 1;
        match rest.get(found) {
            Some(b'>') => return (at, found > 0 && rest.get(found - 1) == Some(&b'/')),
            Some(&quote) => at += find(bytes.get(at..).unwrap_or_default(), quote) + 1,
            None => return (bytes.len(), true),
        }
    }
}

/// The offset behind the element that begins `text`.
pub(crate) fn element_end(text: &str) -> usize {
    match tag_end(text) {
        (end, true) => end,
        (end, false) => content_end(text, end),
    }
}

/// The offset behind the element inside which `at` is, between tags.
pub(crate) fn content_end(text: &str, mut at: usize) -> usize {
    let bytes = text.as_bytes();
    let mut depth = 1_usize;
    while depth > 0 && at < bytes.len() {
        at += find(bytes.get(at..).unwrap_or_default(), b'<');
        match bytes.get(at + 1) {
            Some(b'/') => {
                depth -= 1;
                at += find(bytes.get(at..).unwrap_or_default(), b'>') + 1;
            }
            Some(b'!') => at = cdata_end(text, at),
            _ => {
                let (end, empty) = tag_end(text.get(at..).unwrap_or_default());
                at += end;
                depth += usize::from(!empty);
            }
        }
    }
    at.min(bytes.len())
}

/// The offset behind the CDATA section that begins at `at`.
pub(crate) fn cdata_end(text: &str, at: usize) -> usize {
    let rest = text.as_bytes().get(at..).unwrap_or_default();
    memmem::find(rest, b"]]>").map_or(text.len(), |end| at + end + 3)
}

/// The offset of the next tag at or after `at`, over character data and CDATA sections.
pub(crate) fn next_tag(text: &str, mut at: usize) -> Option<usize> {
    let bytes = text.as_bytes();
    loop {
        at += find(bytes.get(at..)?, b'<');
        match bytes.get(at + 1)? {
            b'!' => at = cdata_end(text, at),
            _ => return Some(at),
        }
    }
}

/// The character that a reference (`&…;`) stands for.
pub(crate) fn reference(text: &str) -> Option<char> {
    let name = text.strip_prefix('&')?.strip_suffix(';')?;
    match name {
        "lt" => Some('<'),
        "gt" => Some('>'),
        "amp" => Some('&'),
        "apos" => Some('\''),
        "quot" => Some('"'),
        _ => {
            let number = name.strip_prefix('#')?;
            let value = match number.strip_prefix('x') {
                Some(digits) => number_of(digits, 16)?,
                None => number_of(number, 10)?,
            };
            char::from_u32(value)
        }
    }
}

fn number_of(digits: &str, radix: u32) -> Option<u32> {
    digits
        .chars()
        .try_fold(0_u32, |value, digit| Some(value.saturating_mul(radix).saturating_add(digit.to_digit(radix)?)))
}

/// The qualified name at the front of a start tag, without `<`.
pub(crate) fn tag_name(text: &str) -> &str {
    let name = text.get(1..).unwrap_or_default();
    let end = name.bytes().position(|byte| byte == b'>' || byte == b'/' || chars::is_space(byte)).unwrap_or(name.len());
    name.get(..end).unwrap_or_default()
}

/// The attributes of a start tag in the order of the document, as (qualified name, raw value).
#[derive(Debug, Clone, Copy)]
pub(crate) struct RawAttributes<'a> {
    rest: &'a str,
}

impl<'a> RawAttributes<'a> {
    /// `tag` is a start tag from `<` on; `name_len` the length of its name.
    pub(crate) fn of(tag: &'a str, name_len: usize) -> Self {
        Self { rest: tag.get(name_len + 1..).unwrap_or_default() }
    }

    /// What has not been read: at the end, the end of the tag and what is behind it.
    pub(crate) const fn rest(&self) -> &'a str {
        self.rest
    }
}

impl<'a> Iterator for RawAttributes<'a> {
    type Item = (&'a str, &'a str);

    #[inline]
    fn next(&mut self) -> Option<Self::Item> {
        let bytes = self.rest.as_bytes();
        let start = bytes.iter().position(|&byte| !chars::is_space(byte))?;
        self.rest = self.rest.get(start..)?;
        let bytes = self.rest.as_bytes();
        if matches!(bytes.first(), Some(b'>' | b'/') | None) {
            return None;
        }
        let len = bytes.iter().position(|&byte| byte == b'=' || chars::is_space(byte))?;
        let open = len + bytes.get(len..)?.iter().position(|&byte| byte == b'\'' || byte == b'"')?;
        let (name, value) = (self.rest.get(..len)?, self.rest.get(open + 1..)?);
        let close = find(value.as_bytes(), *bytes.get(open)?);
        self.rest = value.get(close + 1..)?;
        Some((name, value.get(..close)?))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ends() {
        assert_eq!(tag_end("<a b='>' c=\"/>\">x"), (16, false));
        assert_eq!(tag_end("<a/>x"), (4, true));
        assert_eq!(element_end("<a><b/><![CDATA[</a>]]>t<a></a\n></a>rest"), 36);
    }

    #[test]
    fn attributes() {
        let tag = "<a b='1'\tc = \"2'\" />";
        let all: alloc::vec::Vec<_> = RawAttributes::of(tag, 1).collect();
        assert_eq!(all, [("b", "1"), ("c", "2'")]);
        assert_eq!(tag_name(tag), "a");
    }
}
