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

/// What an element is called and where its start tag ends.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Tag<'a> {
    pub(crate) local: &'a str,
    pub(crate) prefix: Option<&'a str>,
    /// The offset behind the tag.
    pub(crate) end: usize,
    pub(crate) empty: bool,
}

impl<'a> Tag<'a> {
    /// The start tag that begins at `start`. `declared` is told of every attribute whose name begins with `xml`: offset, name, value.
    #[inline(always)]
    pub(crate) fn read(text: &'a str, start: usize, mut declared: impl FnMut(usize, &'a str, &'a str)) -> Option<Self> {
        let bytes = text.as_bytes();
        let mut from = start + 1;
        let mut at = from + chars::tag_name_part(bytes.get(from..)?);
        let mut prefix = None;
        if bytes.get(at) == Some(&b':') {
            prefix = Some(text.get(from..at)?);
            from = at + 1;
            at = from + chars::tag_name_part(bytes.get(from..)?);
        }
        let local = text.get(from..at)?;
        loop {
            match *bytes.get(at)? {
                b'>' => return Some(Self { local, prefix, end: at + 1, empty: false }),
                b'/' => return Some(Self { local, prefix, end: at + 2, empty: true }),
                b' ' | b'\t' | b'\n' | b'\r' => at += 1,
                b'x' => match bytes.get(at..)? {
                    [b'x', b'm', b'l', b'n', b's', b'=', quote @ (b'\'' | b'"'), value @ ..] => {
                        let (from, len) = (at + 7, find(value, *quote));
                        declared(at, "xmlns", text.get(from..from + len)?);
                        at = from + len + 1;
                    }
                    [b'x', b'm', b'l', ..] => {
                        let mut attributes = RawAttributes::from(text, at);
                        let (name, value) = attributes.next()?;
                        declared(at, name, value);
                        at = text.len() - attributes.rest.len();
                    }
                    _ => at = attribute_end(bytes, at)?,
                },
                _ => at = attribute_end(bytes, at)?,
            }
        }
    }
}

/// The offset behind the attribute that `at` is in, before its value.
#[inline(always)]
fn attribute_end(bytes: &[u8], at: usize) -> Option<usize> {
    let open = at + chars::quote(bytes.get(at..)?);
    let value = open + 1;
    Some(value + find(bytes.get(value..)?, *bytes.get(open)?) + 1)
}

/// The offset behind the start tag in which `at` is, and whether the element is empty.
#[inline]
fn tag_end(bytes: &[u8], mut at: usize) -> Option<(usize, bool)> {
    loop {
        at += chars::tag_part(bytes.get(at..)?);
        if bytes.get(at)? == &b'>' {
            return Some((at + 1, bytes.get(at.checked_sub(1)?)? == &b'/'));
        }
        at = attribute_end(bytes, at)?;
    }
}

/// The offset behind the element that begins at `start`.
pub(crate) fn element_end(text: &str, start: usize) -> usize {
    match tag_end(text.as_bytes(), start) {
        Some((end, true)) => end,
        Some((end, false)) => content_end(text, end),
        None => text.len(),
    }
}

/// The offset behind the element inside which `at` is, between tags.
pub(crate) fn content_end(text: &str, at: usize) -> usize {
    behind_content(text, at).unwrap_or(text.len())
}

fn behind_content(text: &str, mut at: usize) -> Option<usize> {
    let bytes = text.as_bytes();
    let mut depth = 1_usize;
    loop {
        at = next_less(bytes, at)?;
        match bytes.get(at + 1)? {
            b'/' => {
                depth -= 1;
                at += find(bytes.get(at..)?, b'>') + 1;
                if depth == 0 {
                    return Some(at);
                }
            }
            b'!' => at = cdata_end(text, at),
            _ => {
                // Where only one `>` stands between this `<` and the next, it ends the tag: there is no need to look for quotes.
                let close = at + find(bytes.get(at..)?, b'>');
                let next = close + 1 + chars::angle(bytes.get(close + 1..)?);
                let (end, empty) = match bytes.get(next) {
                    Some(b'>') => tag_end(bytes, at)?,
                    _ => (next, bytes.get(close - 1) == Some(&b'/')),
                };
                at = end;
                depth += usize::from(!empty);
            }
        }
    }
}

/// The offset of the next `<`; tags often follow each other.
#[inline]
fn next_less(bytes: &[u8], at: usize) -> Option<usize> {
    if bytes.get(at)? == &b'<' { Some(at) } else { Some(at + find(bytes.get(at..)?, b'<')) }
}

/// The offset behind the CDATA section that begins at `at`.
pub(crate) fn cdata_end(text: &str, at: usize) -> usize {
    let rest = text.as_bytes().get(at..).unwrap_or_default();
    memmem::find(rest, b"]]>").map_or(text.len(), |end| at + end + 3)
}

/// The value of the attribute of that qualified name in the rest of a start tag.
pub(crate) fn attribute<'a>(text: &'a str, mut at: usize, name: &str) -> Option<&'a str> {
    let bytes = text.as_bytes();
    loop {
        match *bytes.get(at)? {
            b'>' | b'/' => return None,
            b' ' | b'\t' | b'\n' | b'\r' => at += 1,
            _ => {
                let behind = bytes.get(at..)?.strip_prefix(name.as_bytes()).and_then(<[u8]>::first);
                if behind.is_some_and(|&byte| byte == b'=' || byte <= b' ') {
                    let (found, value) = RawAttributes::from(text, at).next()?;
                    return (found == name).then_some(value);
                }
                at = attribute_end(bytes, at)?;
            }
        }
    }
}

/// The offset of the next tag at or after `at`, over character data and CDATA sections.
pub(crate) fn next_tag(text: &str, mut at: usize) -> Option<usize> {
    let bytes = text.as_bytes();
    loop {
        at = next_less(bytes, at)?;
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
    /// From an offset outside of values on.
    #[inline]
    pub(crate) fn from(text: &'a str, at: usize) -> Self {
        Self { rest: text.get(at..).unwrap_or_default() }
    }
}

impl<'a> Iterator for RawAttributes<'a> {
    type Item = (&'a str, &'a str);

    #[inline]
    fn next(&mut self) -> Option<Self::Item> {
        let bytes = self.rest.as_bytes();
        let from = match bytes {
            [b' ', next, ..] if *next > b' ' => 1,
            _ => bytes.iter().position(|&byte| !chars::is_space(byte))?,
        };
        if matches!(bytes.get(from), Some(b'>' | b'/')) {
            return None;
        }
        let equals = from + find(bytes.get(from..)?, b'=');
        let mut open = equals + 1;
        if !matches!(bytes.get(open), Some(b'\'' | b'"')) {
            open += chars::quote(bytes.get(open..)?);
        }
        let value = open + 1;
        let close = value + find(bytes.get(value..)?, *bytes.get(open)?);
        let (name, value) = (self.rest.get(from..equals)?, self.rest.get(value..close)?);
        self.rest = self.rest.get(close + 1..)?;
        Some((name.trim_ascii_end(), value))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ends() {
        assert_eq!(tag_end(b"<a b='>' c=\"/>\">x", 0), Some((16, false)));
        assert_eq!(tag_end(b"<a/>x", 0), Some((4, true)));
        assert_eq!(element_end("<a><b/><![CDATA[</a>]]>t<a></a\n></a>rest", 0), 36);
        // Several `>` before the next `<`: in text, in a value, behind an empty tag.
        for element in
            ["<a><b>1>2/></b></a>", "<a><b x='>/'>t</b></a>", "<a><b x='/>'/>/><c/></a>", "<a><b x='/'></b></a>"]
        {
            assert_eq!(element_end(&alloc::format!("{element}rest"), 0), element.len());
        }
    }

    #[test]
    fn attributes() {
        let tag = "<a b='1'\tc = \"2'\" />";
        let all: alloc::vec::Vec<_> = RawAttributes::from(tag, 2).collect();
        assert_eq!(all, [("b", "1"), ("c", "2'")]);
        assert_eq!(tag_name(tag), "a");
    }
}
