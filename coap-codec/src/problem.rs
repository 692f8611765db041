//! What an error response carries: a diagnostic text (RFC 7252 §5.5.2) or Concise Problem Details (RFC 9290).

use core::fmt;

use bytes::BufMut;

use crate::code::Code;
use crate::message::Message;
use crate::options::OptionNumber;
use crate::registry::content_format::ContentFormat;

/// The standard entries of a problem-details map (RFC 9290 §2) and the registered custom one for a CoAP option.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct ProblemDetails<'a> {
    /// −1: a short summary.
    pub title: Option<&'a str>,
    /// −2: what happened this time.
    pub detail: Option<&'a str>,
    /// −3: a URI reference of the occurrence.
    pub instance: Option<&'a str>,
    /// −4: the response code of the origin.
    pub response_code: Option<Code>,
    /// −5: the base URI.
    pub base_uri: Option<&'a str>,
    /// −6: the base language tag.
    pub base_lang: Option<&'a str>,
    /// −7: the base direction: right to left or not.
    pub base_rtl: Option<bool>,
    /// −8: the option that was not processed (RFC 9290 §3.1.1); the first, if there are several.
    pub unprocessed_option: Option<OptionNumber>,
}

/// Why bytes are no problem details.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ProblemError {
    /// The CBOR ends too early.
    Truncated,
    /// It is not a map, or not well-formed CBOR.
    Malformed,
    /// A known key with a value of another type.
    WrongType,
    /// Nested deeper than 8, or bytes behind the map.
    Excess,
}

impl fmt::Display for ProblemError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Truncated => "the CBOR ends too early",
            Self::Malformed => "not a CBOR map",
            Self::WrongType => "a known key has a value of another type",
            Self::Excess => "nested too deeply, or bytes behind the map",
        })
    }
}

impl core::error::Error for ProblemError {}

/// How deep custom entries may nest.
const MAX_DEPTH: usize = 8;

impl<'a> ProblemDetails<'a> {
    /// The details of a 4.02 for an option (RFC 9290 §3.1.1).
    #[must_use]
    pub fn unprocessed(option: OptionNumber) -> Self {
        Self { unprocessed_option: Some(option), ..Self::default() }
    }

    /// Reads a payload of Content-Format 257. Custom entries are passed over.
    ///
    /// # Errors
    /// Returns why it is none.
    pub fn decode(payload: &'a [u8]) -> Result<Self, ProblemError> {
        let mut input = payload;
        let mut details = Self::default();
        let (major, count) = head(&mut input)?;
        if major != 5 {
            return Err(ProblemError::Malformed);
        }
        for _ in 0..count {
            let (major, number) = head(&mut input)?;
            match (major, number) {
                (1, 0) => details.title = Some(tagged_text(&mut input)?),
                (1, 1) => details.detail = Some(tagged_text(&mut input)?),
                (1, 2) => details.instance = Some(text(&mut input)?),
                (1, 3) => details.response_code = Some(Code(unsigned(&mut input)?)),
                (1, 4) => details.base_uri = Some(text(&mut input)?),
                (1, 5) => details.base_lang = Some(text(&mut input)?),
                (1, 6) => details.base_rtl = Some(boolean(&mut input)?),
                (1, 7) => details.unprocessed_option = Some(option(&mut input)?),
                (0 | 1, _) => skip(&mut input)?,
                // RFC 9290 §3.2: other custom keys are URIs in text.
                (3, len) => {
                    take(&mut input, len)?;
                    skip(&mut input)?;
                }
                _ => return Err(ProblemError::Malformed),
            }
        }
        if input.is_empty() { Ok(details) } else { Err(ProblemError::Excess) }
    }

    /// Appends the CBOR map.
    pub fn encode(&self, out: &mut impl BufMut) {
        let texts = [(0, self.title), (1, self.detail), (2, self.instance), (4, self.base_uri), (5, self.base_lang)];
        let others = [self.response_code.is_some(), self.base_rtl.is_some(), self.unprocessed_option.is_some()];
        let texts_count = texts.iter().filter(|(_, text)| text.is_some()).count();
        let count = others.iter().filter(|is| **is).count().saturating_add(texts_count);
        put_head(5, count as u64, out);
        for (key, text) in texts {
            if let Some(text) = text {
                put_head(1, key, out);
                put_head(3, text.len() as u64, out);
                out.put_slice(text.as_bytes());
            }
        }
        if let Some(code) = self.response_code {
            put_head(1, 3, out);
            put_head(0, code.0.into(), out);
        }
        if let Some(rtl) = self.base_rtl {
            put_head(1, 6, out);
            out.put_u8(if rtl { 0xf5 } else { 0xf4 });
        }
        if let Some(option) = self.unprocessed_option {
            put_head(1, 7, out);
            put_head(0, option.0.into(), out);
        }
    }
}

/// The UTF-8 text that an error response carries for a human reader (RFC 7252 §5.5.2).
#[must_use]
pub fn diagnostic<'m>(message: &'m Message<'_>) -> Option<&'m str> {
    use crate::code::CodeClass;
    let is_error = matches!(message.code.class(), CodeClass::ClientError | CodeClass::ServerError)
        || matches!(message.code, Code::RELEASE | Code::ABORT);
    // RFC 7252 §5.5.2: an error without Content-Format.
    let plain = is_error && (message.code.is_signaling() || !message.options.contains(OptionNumber::CONTENT_FORMAT));
    let text = core::str::from_utf8(&message.payload).ok().filter(|text| !text.is_empty());
    text.filter(|_| plain)
}

/// The problem details of a response, if its Content-Format says that it has them.
#[must_use]
pub fn details<'m>(message: &'m Message<'_>) -> Option<Result<ProblemDetails<'m>, ProblemError>> {
    let format = message.options.first(OptionNumber::CONTENT_FORMAT)?.uint()?;
    (format == u32::from(ContentFormat::PROBLEM_DETAILS.0)).then(|| ProblemDetails::decode(&message.payload))
}

/// Major type and argument of the next item.
fn head(input: &mut &[u8]) -> Result<(u8, u64), ProblemError> {
    let (&first, rest) = input.split_first().ok_or(ProblemError::Truncated)?;
    let len = match first & 31 {
        0..=23 => 0,
        24 => 1,
        25 => 2,
        26 => 4,
        27 => 8,
        // Indefinite lengths have no use here (RFC 9290 §2 wants the map definite by its grammar's preferred form).
        _ => return Err(ProblemError::Malformed),
    };
    let (bytes, rest) = rest.split_at_checked(len).ok_or(ProblemError::Truncated)?;
    *input = rest;
    let long = bytes.iter().fold(0_u64, |value, byte| (value << 8) | u64::from(*byte));
    Ok((first >> 5, if len == 0 { u64::from(first & 31) } else { long }))
}

fn take<'a>(input: &mut &'a [u8], len: u64) -> Result<&'a [u8], ProblemError> {
    let len = usize::try_from(len).map_err(|_| ProblemError::Truncated)?;
    let (bytes, rest) = input.split_at_checked(len).ok_or(ProblemError::Truncated)?;
    *input = rest;
    Ok(bytes)
}

fn text<'a>(input: &mut &'a [u8]) -> Result<&'a str, ProblemError> {
    match head(input)? {
        (3, len) => core::str::from_utf8(take(input, len)?).map_err(|_| ProblemError::Malformed),
        _ => Err(ProblemError::WrongType),
    }
}

/// A text, or a text with language tag: tag 38 around [language, text, direction?] (RFC 9290 appendix A).
fn tagged_text<'a>(input: &mut &'a [u8]) -> Result<&'a str, ProblemError> {
    let mut look = *input;
    if head(&mut look)? != (6, 38) {
        return text(input);
    }
    *input = look;
    let (major, count) = head(input)?;
    if major != 4 || !(2..=3).contains(&count) {
        return Err(ProblemError::WrongType);
    }
    text(input)?;
    let value = text(input)?;
    if count == 3 {
        skip(input)?;
    }
    Ok(value)
}

fn unsigned<T: TryFrom<u64>>(input: &mut &[u8]) -> Result<T, ProblemError> {
    match head(input)? {
        (0, value) => T::try_from(value).map_err(|_| ProblemError::WrongType),
        _ => Err(ProblemError::WrongType),
    }
}

fn boolean(input: &mut &[u8]) -> Result<bool, ProblemError> {
    match head(input)? {
        (7, 20) => Ok(false),
        (7, 21) => Ok(true),
        // Null: the direction is not known.
        (7, 22) => Ok(false),
        _ => Err(ProblemError::WrongType),
    }
}

/// One option number, or the first of an array of them (RFC 9290 §3.1.1).
fn option(input: &mut &[u8]) -> Result<OptionNumber, ProblemError> {
    let mut inside = *input;
    let (4, count @ 1..) = head(&mut inside)? else { return unsigned(input).map(OptionNumber) };
    *input = inside;
    let first = unsigned(input)?;
    for _ in 1..count {
        skip(input)?;
    }
    Ok(OptionNumber(first))
}

/// Passes over one item, with an explicit count of what is still open.
fn skip(input: &mut &[u8]) -> Result<(), ProblemError> {
    let mut open = [0_u64; MAX_DEPTH];
    let mut depth: usize = 0;
    loop {
        let children = match head(input)? {
            (2 | 3, len) => {
                take(input, len)?;
                0
            }
            (4, count) => count,
            (5, count) => count.saturating_mul(2),
            (6, _) => 1,
            _ => 0,
        };
        if children > 0 {
            let slot = open.get_mut(depth).ok_or(ProblemError::Excess)?;
            *slot = children;
            depth = depth.saturating_add(1);
            continue;
        }
        // One item is complete: so may be those around it.
        loop {
            let Some(slot) = depth.checked_sub(1).and_then(|top| open.get_mut(top)) else { return Ok(()) };
            *slot = slot.saturating_sub(1);
            if *slot > 0 {
                break;
            }
            depth = depth.saturating_sub(1);
        }
    }
}

/// Writes major type and argument in the shortest form.
fn put_head(major: u8, value: u64, out: &mut impl BufMut) {
    let first = major << 5;
    let [.., e, f, g, low] = value.to_be_bytes();
    match value {
        0..=23 => out.put_u8(first | low),
        24..=0xff => out.put_slice(&[first | 24, low]),
        0x100..=0xffff => out.put_slice(&[first | 25, g, low]),
        0x1_0000..=0xffff_ffff => out.put_slice(&[first | 26, e, f, g, low]),
        _ => {
            out.put_u8(first | 27);
            out.put_u64(value);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use alloc::vec::Vec;

    fn encoded(details: &ProblemDetails<'_>) -> Vec<u8> {
        let mut out = Vec::new();
        details.encode(&mut out);
        out
    }

    /// RFC 9290 §3.1.1: option 13 takes three bytes.
    #[test]
    fn an_unprocessed_option_takes_three_bytes() {
        assert_eq!(encoded(&ProblemDetails::unprocessed(OptionNumber(13))), [0xa1, 0x27, 0x0d]);
        let array = [0xa1, 0x27, 0x82, 0x0d, 0x11];
        assert_eq!(ProblemDetails::decode(&array), Ok(ProblemDetails::unprocessed(OptionNumber(13))));
    }

    #[test]
    fn what_is_written_is_read() {
        let details = ProblemDetails {
            title: Some("a title that is longer than twenty-three bytes"),
            detail: Some(""),
            instance: Some("coap://x/y"),
            response_code: Some(Code::BAD_OPTION),
            base_uri: Some("coap://x"),
            base_lang: Some("en"),
            base_rtl: Some(true),
            unprocessed_option: Some(OptionNumber(2049)),
        };
        assert_eq!(ProblemDetails::decode(&encoded(&details)), Ok(details));
        assert_eq!(ProblemDetails::decode(&encoded(&ProblemDetails::default())), Ok(ProblemDetails::default()));
        let bytes = encoded(&details);
        for cut in 0..bytes.len() {
            assert!(ProblemDetails::decode(&bytes[..cut]).is_err());
        }
    }

    #[test]
    fn custom_entries_are_passed_over_and_texts_may_have_a_language() {
        // {-1: 38(["en", "hi"]), 4711: {1: [2, {3: 4}]}, "urn:x": null}
        let bytes = b"\xa3\x20\xd8\x26\x82\x62en\x62hi\x19\x12\x67\xa1\x01\x82\x02\xa1\x03\x04\x65urn:x\xf6";
        assert_eq!(ProblemDetails::decode(bytes).unwrap().title, Some("hi"));
    }

    #[test]
    fn nesting_and_lengths_are_bounded() {
        let deep = [&[0xa1, 0x01][..], &[0x81; 100]].concat();
        assert_eq!(ProblemDetails::decode(&deep), Err(ProblemError::Excess));
        assert_eq!(
            ProblemDetails::decode(&[0xbb, 255, 255, 255, 255, 255, 255, 255, 255]),
            Err(ProblemError::Truncated)
        );
        assert_eq!(
            ProblemDetails::decode(&[0xa1, 0x20, 0x7b, 255, 255, 255, 255, 255, 255, 255, 255]),
            Err(ProblemError::Truncated)
        );
        assert_eq!(ProblemDetails::decode(&[0xa0, 0]), Err(ProblemError::Excess));
        assert_eq!(ProblemDetails::decode(&[0x80]), Err(ProblemError::Malformed));
        assert_eq!(ProblemDetails::decode(&[0xa1, 0x20, 0x01]), Err(ProblemError::WrongType));
    }
}
