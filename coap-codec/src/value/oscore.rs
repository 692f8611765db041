//! The fields of the OSCORE option: the compressed COSE object's header (RFC 8613 §6.1). No cryptography is done here.

use core::fmt;

/// The OSCORE option.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub struct OscoreOption<'a> {
    /// The Partial IV, 0 to 5 bytes; empty if absent.
    pub partial_iv: &'a [u8],
    /// The kid context.
    pub kid_context: Option<&'a [u8]>,
    /// The kid: the rest of the value.
    pub kid: Option<&'a [u8]>,
    /// The message is protected in group mode (draft-ietf-core-oscore-groupcomm).
    pub group: bool,
}

/// Why the value of an OSCORE option is malformed: 4.02 "Failed to decode COSE" (RFC 8613 §8.2).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum OscoreError {
    /// A Partial IV length of 6 or 7, which is reserved.
    ReservedPartialIvLength,
    /// One of the two reserved flag bits.
    ReservedFlag,
    /// A field reaches past the end of the value.
    Truncated,
    /// Bytes behind the last field, although no flag announces a kid.
    TrailingBytes,
    /// The flag byte is 0 but written out: such a value is empty (RFC 8613 §2).
    ZeroFlags,
}

impl fmt::Display for OscoreError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Failed to decode COSE")
    }
}

impl core::error::Error for OscoreError {}

impl<'a> OscoreOption<'a> {
    /// Reads the value of the option.
    ///
    /// # Errors
    /// Returns what is malformed.
    pub fn decode(value: &'a [u8]) -> Result<Self, OscoreError> {
        // RFC 8613 §2: if no flag is set the value is empty.
        let Some((&flags, rest)) = value.split_first() else { return Ok(Self::default()) };
        // RFC 8613 §6.1: the two most significant bits are reserved; 6 and 7 are reserved lengths.
        if flags & 0xc0 != 0 {
            return Err(OscoreError::ReservedFlag);
        }
        let len = usize::from(flags & 7);
        if len > 5 {
            return Err(OscoreError::ReservedPartialIvLength);
        }
        if flags == 0 {
            return Err(OscoreError::ZeroFlags);
        }
        let (partial_iv, rest) = rest.split_at_checked(len).ok_or(OscoreError::Truncated)?;
        let (kid_context, rest) = if flags & 0x10 == 0 {
            (None, rest)
        } else {
            let (&len, rest) = rest.split_first().ok_or(OscoreError::Truncated)?;
            let (context, rest) = rest.split_at_checked(len.into()).ok_or(OscoreError::Truncated)?;
            (Some(context), rest)
        };
        let has_kid = flags & 8 != 0;
        if !has_kid && !rest.is_empty() {
            return Err(OscoreError::TrailingBytes);
        }
        Ok(Self { partial_iv, kid_context, kid: has_kid.then_some(rest), group: flags & 0x20 != 0 })
    }

    /// Writes the value of the option to the front of `out`, and says how long it is; `None` if it does not fit, if the Partial IV is
    /// longer than 5 bytes or the kid context longer than 255.
    #[must_use]
    pub fn encode(&self, out: &mut [u8]) -> Option<usize> {
        let context = self.kid_context.unwrap_or_default();
        let kid = self.kid.unwrap_or_default();
        let context_len = u8::try_from(context.len()).ok()?;
        let iv_len = u8::try_from(self.partial_iv.len()).ok().filter(|len| *len <= 5)?;
        let flag = |set: bool, bit: u8| if set { bit } else { 0 };
        let flags =
            iv_len | flag(self.kid.is_some(), 8) | flag(self.kid_context.is_some(), 0x10) | flag(self.group, 0x20);
        if flags == 0 {
            return Some(0);
        }
        let mut rest = &mut *out;
        let mut len: usize = 0;
        let length = [context_len];
        let length: &[u8] = if self.kid_context.is_some() { &length } else { &[] };
        for part in [&[flags][..], self.partial_iv, length, context, kid] {
            let (to, behind) = core::mem::take(&mut rest).split_at_mut_checked(part.len())?;
            to.copy_from_slice(part);
            rest = behind;
            len = len.saturating_add(part.len());
        }
        Some(len)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// RFC 8613 Appendix C.4 to C.8: the option values of the test vectors.
    #[test]
    fn the_option_values_of_the_vectors_are_read() {
        let read = |value: &'static [u8]| OscoreOption::decode(value).unwrap();
        assert_eq!(read(b"\x09\x14"), OscoreOption { partial_iv: b"\x14", kid: Some(b""), ..Default::default() });
        assert_eq!(read(b"\x09\x14\x00").kid, Some(&b"\x00"[..]));
        let with_context = read(b"\x19\x14\x08\x37\xcb\xf3\x21\x00\x17\xa2\xd3");
        assert_eq!(with_context.kid_context, Some(&b"\x37\xcb\xf3\x21\x00\x17\xa2\xd3"[..]));
        assert_eq!(read(b""), OscoreOption::default());
        assert_eq!(read(b"\x01\x00").partial_iv, b"\x00");
    }

    #[test]
    fn what_is_read_is_written() {
        let mut out = [0; 32];
        for value in [&b""[..], b"\x09\x14", b"\x01\x00", b"\x19\x14\x02\x37\xcb\x42", b"\x38\x00\x01"] {
            let len = OscoreOption::decode(value).unwrap().encode(&mut out).unwrap();
            assert_eq!(out[..len], *value);
        }
        assert_eq!(OscoreOption { kid: Some(&[1; 32]), ..Default::default() }.encode(&mut out), None);
        assert_eq!(OscoreOption { partial_iv: &[0; 6], ..Default::default() }.encode(&mut out), None);
    }

    #[test]
    fn malformed_values_are_refused() {
        for (value, error) in [
            (&b"\x00"[..], OscoreError::ZeroFlags),
            (b"\x06\0\0\0\0\0\0", OscoreError::ReservedPartialIvLength),
            (b"\x07", OscoreError::ReservedPartialIvLength),
            (b"\x80", OscoreError::ReservedFlag),
            (b"\x40", OscoreError::ReservedFlag),
            (b"\x02\x01", OscoreError::Truncated),
            (b"\x10", OscoreError::Truncated),
            (b"\x10\x02\x01", OscoreError::Truncated),
            (b"\x01\x01\x01", OscoreError::TrailingBytes),
        ] {
            assert_eq!(OscoreOption::decode(value), Err(error));
        }
    }
}
