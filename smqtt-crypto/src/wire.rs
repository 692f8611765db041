//! Private parsers and put-helpers: a reader that shrinks a slice, never indexes, and knows its offset.

use crate::error::{DecodeError, DecodeErrorKind};
use alloc::vec::Vec;

#[derive(Debug, Clone, Copy)]
pub(crate) struct Reader<'a> {
    rest: &'a [u8],
    whole: usize,
}

impl<'a> Reader<'a> {
    pub(crate) const fn new(input: &'a [u8]) -> Self {
        Self { rest: input, whole: input.len() }
    }

    pub(crate) const fn offset(&self) -> usize {
        self.whole.saturating_sub(self.rest.len())
    }

    pub(crate) const fn remaining(&self) -> usize {
        self.rest.len()
    }

    pub(crate) const fn error(&self, kind: DecodeErrorKind) -> DecodeError {
        DecodeError { kind, offset: self.offset() }
    }

    /// What was read between here and there.
    pub(crate) fn until(&self, later: &Self) -> &'a [u8] {
        let len = self.rest.len().saturating_sub(later.rest.len());
        self.rest.get(..len).unwrap_or_default()
    }

    /// The error for the field that began at `offset`.
    pub(crate) const fn error_at(offset: usize, kind: DecodeErrorKind) -> DecodeError {
        DecodeError { kind, offset }
    }

    pub(crate) fn take(&mut self, len: usize) -> Result<&'a [u8], DecodeError> {
        let Some((head, rest)) = self.rest.split_at_checked(len) else {
            return Err(DecodeError { kind: DecodeErrorKind::Truncated, offset: self.whole });
        };
        self.rest = rest;
        Ok(head)
    }

    pub(crate) fn array<const N: usize>(&mut self) -> Result<&'a [u8; N], DecodeError> {
        let Some((head, rest)) = self.rest.split_first_chunk() else {
            return Err(DecodeError { kind: DecodeErrorKind::Truncated, offset: self.whole });
        };
        self.rest = rest;
        Ok(head)
    }

    pub(crate) fn u8(&mut self) -> Result<u8, DecodeError> {
        self.array::<1>().map(|[byte]| *byte)
    }

    pub(crate) fn u16(&mut self) -> Result<u16, DecodeError> {
        self.array().map(|bytes| u16::from_be_bytes(*bytes))
    }

    pub(crate) fn u64(&mut self) -> Result<u64, DecodeError> {
        self.array().map(|bytes| u64::from_be_bytes(*bytes))
    }

    /// A byte string after its 16-bit length.
    pub(crate) fn bytes16(&mut self) -> Result<&'a [u8], DecodeError> {
        let len = self.u16()?;
        self.take(usize::from(len))
    }

    /// UTF-8 after its 16-bit length.
    pub(crate) fn text16(&mut self) -> Result<&'a str, DecodeError> {
        let at = self.offset();
        let bytes = self.bytes16()?;
        core::str::from_utf8(bytes).map_err(|_| Self::error_at(at, DecodeErrorKind::NotUtf8))
    }

    /// SPEC §3.2: little-endian groups of seven bits, one to eight bytes, minimal.
    pub(crate) fn varint(&mut self) -> Result<u64, DecodeError> {
        let at = self.offset();
        let mut value = 0u64;
        for shift in [0u32, 7, 14, 21, 28, 35, 42, 49] {
            let byte = self.u8()?;
            value |= u64::from(byte & 0x7F).wrapping_shl(shift);
            if byte & 0x80 == 0 {
                if byte == 0 && shift > 0 {
                    return Err(Self::error_at(at, DecodeErrorKind::VarintNotMinimal));
                }
                return Ok(value);
            }
        }
        Err(Self::error_at(at, DecodeErrorKind::VarintTooLong))
    }

    pub(crate) const fn rest(&mut self) -> &'a [u8] {
        let rest = self.rest;
        self.rest = &[];
        rest
    }

    pub(crate) const fn finish(self) -> Result<(), DecodeError> {
        if self.rest.is_empty() { Ok(()) } else { Err(self.error(DecodeErrorKind::TrailingBytes)) }
    }
}

/// Appends the minimal varint of `value`, which is below 2⁵⁶.
pub(crate) fn put_varint(out: &mut Vec<u8>, mut value: u64) {
    while value > 0x7F {
        out.push((value & 0x7F) as u8 | 0x80);
        value >>= 7;
    }
    out.push((value & 0x7F) as u8);
}

/// Appends a 16-bit length and the bytes; `None` when they are too long.
pub(crate) fn put_bytes16(out: &mut Vec<u8>, bytes: &[u8]) -> Option<()> {
    out.extend_from_slice(&u16::try_from(bytes.len()).ok()?.to_be_bytes());
    out.extend_from_slice(bytes);
    Some(())
}

#[cfg(test)]
mod tests {
    use super::*;

    const VARINT_MAX: u64 = (1 << 56) - 1;

    #[test]
    fn varints_there_and_back() {
        for value in [0, 1, 127, 128, 300, 16383, 16384, u64::from(u32::MAX), VARINT_MAX] {
            let mut out = Vec::new();
            put_varint(&mut out, value);
            let mut reader = Reader::new(&out);
            assert_eq!(reader.varint(), Ok(value));
            assert_eq!(reader.remaining(), 0);
            for cut in 0..out.len() {
                assert_eq!(
                    Reader::new(&out[..cut]).varint(),
                    Err(DecodeError { kind: DecodeErrorKind::Truncated, offset: cut })
                );
            }
        }
    }

    #[test]
    fn varints_that_are_not_minimal_or_too_long() {
        let refused = |bytes: &[u8]| Reader::new(bytes).varint().unwrap_err();
        assert_eq!(refused(&[0x80, 0]), DecodeError { kind: DecodeErrorKind::VarintNotMinimal, offset: 0 });
        assert_eq!(refused(&[0xFF, 0x80, 0]).kind, DecodeErrorKind::VarintNotMinimal);
        assert_eq!(refused(&[0x80; 9]).kind, DecodeErrorKind::VarintTooLong);
    }
}
