//! Reading and writing the data types of MQTT 5.0 §1.5, and handing fields over to shared buffers.

mod sink;

use bytes::{Bytes, BytesMut};
use bytestring::ByteString;

use crate::binary::Binary;
use crate::check;
use crate::deviation::Deviations;
use crate::error::{DecodeError, DecodeErrorKind};
use crate::limits::Limits;
use crate::packet::PacketType;
use crate::qos::PacketId;
use crate::text::Text;
use crate::version::{Role, Version};
pub(crate) use sink::{Sink, Slice};

/// A decode error that does not know its packet yet.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Fault {
    pub(crate) kind: DecodeErrorKind,
    pub(crate) offset: usize,
}

impl Fault {
    /// The error that the caller gets.
    pub(crate) const fn in_packet(self, packet: PacketType, version: Option<Version>) -> DecodeError {
        DecodeError { kind: self.kind, offset: self.offset, packet, version }
    }
}

/// What a packet is judged by.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Rules<'l> {
    pub(crate) version: Version,
    /// Who sent the packet.
    pub(crate) from: Role,
    pub(crate) allowed: Deviations,
    pub(crate) limits: &'l Limits,
}

/// A region of a packet, read from the front by shrinking it. No index, nothing that could be out of bounds.
#[derive(Debug, Clone)]
pub(crate) struct Reader<'a, 'l> {
    pub(crate) rest: &'a [u8],
    /// Offset in the packet of the region's end, so that an offset costs nothing until an error is made.
    end: usize,
    pub(crate) rules: Rules<'l>,
    /// The deviations let pass so far.
    pub(crate) seen: Deviations,
}

impl<'a, 'l> Reader<'a, 'l> {
    /// A reader of `rest`, whose last byte is followed by offset `end` of the packet.
    #[inline]
    pub(crate) const fn new(rest: &'a [u8], end: usize, rules: Rules<'l>) -> Self {
        Self { rest, end, rules, seen: Deviations::NONE }
    }

    #[inline]
    pub(crate) const fn is_v5(&self) -> bool {
        self.rules.version.is_v5()
    }

    /// Offset in the packet of the next byte.
    pub(crate) const fn offset(&self) -> usize {
        self.end.saturating_sub(self.rest.len())
    }

    /// An error at the next byte.
    #[cold]
    pub(crate) const fn fault(&self, kind: DecodeErrorKind) -> Fault {
        Fault { kind, offset: self.offset() }
    }

    /// An error at the `n` bytes just read.
    #[cold]
    pub(crate) const fn fault_before(&self, n: usize, kind: DecodeErrorKind) -> Fault {
        Fault { kind, offset: self.offset().saturating_sub(n) }
    }

    /// Lets a deviation pass and notes it, or makes the error at the next byte.
    #[cold]
    pub(crate) fn deviate(&mut self, deviation: Deviations, kind: DecodeErrorKind) -> Result<(), Fault> {
        self.deviate_at(self.offset(), deviation, kind)
    }

    /// The same at an offset noted before.
    #[cold]
    pub(crate) fn deviate_at(
        &mut self,
        offset: usize,
        deviation: Deviations,
        kind: DecodeErrorKind,
    ) -> Result<(), Fault> {
        if deviation.is_empty() || !self.rules.allowed.contains(deviation) {
            return Err(Fault { kind, offset });
        }
        self.seen |= deviation;
        Ok(())
    }

    #[inline]
    pub(crate) fn u8(&mut self) -> Result<u8, Fault> {
        let Some((&byte, rest)) = self.rest.split_first() else {
            return Err(self.fault(DecodeErrorKind::Truncated));
        };
        self.rest = rest;
        Ok(byte)
    }

    #[inline]
    pub(crate) fn array<const N: usize>(&mut self) -> Result<[u8; N], Fault> {
        let Some((bytes, rest)) = self.rest.split_first_chunk::<N>() else {
            return Err(self.fault(DecodeErrorKind::Truncated));
        };
        self.rest = rest;
        Ok(*bytes)
    }

    #[inline]
    pub(crate) fn u16(&mut self) -> Result<u16, Fault> {
        self.array().map(u16::from_be_bytes)
    }

    #[inline]
    pub(crate) fn u32(&mut self) -> Result<u32, Fault> {
        self.array().map(u32::from_be_bytes)
    }

    /// A packet identifier.
    #[inline]
    pub(crate) fn packet_id(&mut self) -> Result<PacketId, Fault> {
        let id = self.u16()?;
        // [MQTT-2.2.1-3] [MQTT-2.2.1-4] [3.1.1: MQTT-2.3.1-1] The identifier is not zero.
        PacketId::new(id).ok_or_else(|| self.fault_before(2, DecodeErrorKind::ZeroPacketId))
    }

    #[inline]
    pub(crate) fn bytes(&mut self, len: usize) -> Result<&'a [u8], Fault> {
        let Some((bytes, rest)) = self.rest.split_at_checked(len) else {
            return Err(self.fault(DecodeErrorKind::Truncated));
        };
        self.rest = rest;
        Ok(bytes)
    }

    /// A variable byte integer (MQTT 5.0 §1.5.5).
    #[inline]
    pub(crate) fn varint(&mut self) -> Result<u32, Fault> {
        match self.rest.split_first() {
            Some((&byte, rest)) if byte < 0x80 => {
                self.rest = rest;
                Ok(u32::from(byte))
            }
            _ => self.long_varint(),
        }
    }

    fn long_varint(&mut self) -> Result<u32, Fault> {
        let start = self.offset();
        match read_varint(self.rest) {
            Varint::Value { value, len, minimal } => {
                if !minimal {
                    // [MQTT-1.5.5-1] The encoding uses the fewest bytes.
                    let kind = DecodeErrorKind::IntegerNotMinimal;
                    self.deviate_at(start, Deviations::NON_MINIMAL_INTEGER_V5, kind)?;
                }
                self.bytes(len)?;
                Ok(value)
            }
            Varint::Incomplete => Err(Fault { kind: DecodeErrorKind::Truncated, offset: self.end }),
            Varint::TooLong => Err(self.fault(DecodeErrorKind::IntegerTooLong)),
        }
    }

    /// Binary data with a two-byte length (MQTT 5.0 §1.5.6).
    #[inline(always)]
    pub(crate) fn binary(&mut self) -> Result<&'a [u8], Fault> {
        let len = usize::from(self.u16()?);
        let bytes = self.bytes(len)?;
        if len > self.rules.limits.max_string {
            return Err(self.fault_before(len.saturating_add(2), DecodeErrorKind::StringTooLong));
        }
        Ok(bytes)
    }

    /// A UTF-8 string (MQTT 5.0 §1.5.4).
    #[inline]
    pub(crate) fn text(&mut self) -> Result<&'a str, Fault> {
        let bytes = self.binary()?;
        match check::to_str(bytes) {
            Ok(text) if check::is_plain(bytes) => Ok(text),
            Ok(text) => self.doubtful_text(text),
            Err(error) => Err(self.bad_utf8(bytes, &error)),
        }
    }

    /// A UTF-8 string that is looked at later: printable ASCII, which most text is, needs no second look now.
    #[inline]
    pub(crate) fn check_text(&mut self) -> Result<(), Fault> {
        let bytes = self.binary()?;
        if check::is_plain(bytes) { Ok(()) } else { self.check_unplain(bytes) }
    }

    #[inline(never)]
    fn check_unplain(&mut self, bytes: &'a [u8]) -> Result<(), Fault> {
        match core::str::from_utf8(bytes) {
            Ok(text) => self.doubtful_text(text).map(drop),
            Err(error) => Err(self.bad_utf8(bytes, &error)),
        }
    }

    /// A UTF-8 string, and whether it has a wildcard.
    #[inline(always)]
    pub(crate) fn name(&mut self) -> Result<(&'a str, bool), Fault> {
        let bytes = self.binary()?;
        match check::to_str(bytes) {
            Ok(text) if check::is_plain_name(bytes) => Ok((text, false)),
            Ok(text) => Ok((self.doubtful_text(text)?, check::has_wildcard(bytes))),
            Err(error) => Err(self.bad_utf8(bytes, &error)),
        }
    }

    #[cold]
    fn bad_utf8(&self, bytes: &[u8], error: &core::str::Utf8Error) -> Fault {
        // [MQTT-1.5.4-1] [3.1.1: MQTT-1.5.3-1] Well-formed, without surrogates.
        let behind = bytes.len().saturating_sub(error.valid_up_to());
        self.fault_before(behind, DecodeErrorKind::InvalidUtf8)
    }

    #[cold]
    fn doubtful_text(&mut self, text: &'a str) -> Result<&'a str, Fault> {
        let start = self.offset().saturating_sub(text.len());
        for found in check::doubtful(text) {
            self.deviate_at(start.saturating_add(found.at), found.deviation, found.kind)?;
        }
        Ok(text)
    }

    /// The next `len` bytes as a region of their own.
    #[inline]
    pub(crate) fn region(&mut self, len: usize) -> Result<Self, Fault> {
        let rest = self.bytes(len)?;
        Ok(Reader { rest, end: self.offset(), rules: self.rules, seen: Deviations::NONE })
    }

    /// Nothing may follow.
    #[inline]
    pub(crate) fn finish(&self) -> Result<(), Fault> {
        if self.rest.is_empty() { Ok(()) } else { Err(self.fault(DecodeErrorKind::TrailingBytes)) }
    }
}

/// What the first bytes of an input are as a variable byte integer.
pub(crate) enum Varint {
    Value {
        value: u32,
        len: usize,
        minimal: bool,
    },
    Incomplete,
    /// The fourth byte has its continuation bit: known without seeing a fifth.
    TooLong,
}

/// Reads a variable byte integer of one to four bytes (MQTT 5.0 §1.5.5).
pub(crate) fn read_varint(input: &[u8]) -> Varint {
    let mut value = 0_u32;
    for (shift, len, &byte) in [0_u32, 7, 14, 21].into_iter().zip(1_usize..).zip(input).map(|((s, l), b)| (s, l, b)) {
        value |= u32::from(byte & 0x7f) << shift;
        if byte < 0x80 {
            return Varint::Value { value, len, minimal: byte != 0 || len == 1 };
        }
    }
    if input.len() < 4 { Varint::Incomplete } else { Varint::TooLong }
}

/// Bytes of a variable byte integer.
#[inline]
pub(crate) const fn varint_len(value: usize) -> usize {
    match value {
        0..=0x7f => 1,
        0x80..=0x3fff => 2,
        0x4000..=0x1f_ffff => 3,
        _ => 4,
    }
}

/// A variable byte integer, and how many of the bytes it takes.
#[inline]
pub(crate) const fn varint(value: usize) -> ([u8; 4], usize) {
    let [a, b, c, d] = [value & 0x7f, value >> 7 & 0x7f, value >> 14 & 0x7f, value >> 21 & 0x7f];
    #[allow(clippy::cast_possible_truncation, reason = "seven bits each")]
    let [a, b, c, d] = [a as u8, b as u8, c as u8, d as u8];
    match varint_len(value) {
        1 => ([a, 0, 0, 0], 1),
        2 => ([a | 0x80, b, 0, 0], 2),
        3 => ([a | 0x80, b | 0x80, c, 0], 3),
        _ => ([a | 0x80, b | 0x80, c | 0x80, d], 4),
    }
}

/// Turns borrowed fields into views of one shared buffer.
pub(crate) enum Keep<'k> {
    /// The fields lie in this packet already: share it, copy nothing.
    Frame(&'k Bytes),
    /// Copy the fields into this buffer, which has room for all of them.
    Copy(BytesMut),
}

impl Keep<'_> {
    #[inline]
    pub(crate) fn slice(&mut self, bytes: &[u8]) -> Bytes {
        match self {
            _ if bytes.is_empty() => Bytes::new(),
            Self::Frame(frame) => frame.slice_ref(bytes),
            Self::Copy(buffer) => {
                buffer.extend_from_slice(bytes);
                buffer.split().freeze()
            }
        }
    }

    pub(crate) fn binary(&mut self, binary: Binary<'_>) -> Binary<'static> {
        match binary {
            Binary::Borrowed(bytes) => Binary::Shared(self.slice(bytes)),
            Binary::Shared(bytes) => Binary::Shared(bytes),
        }
    }

    pub(crate) fn text(&mut self, text: Text<'_>) -> Text<'static> {
        Text::Shared(match text {
            Text::Borrowed(text) => {
                let bytes = self.slice(text.as_bytes());
                // The check cannot fail: these are the bytes of a `str`.
                ByteString::try_from(bytes).unwrap_or_else(|_| text.into())
            }
            Text::Shared(text) => text,
        })
    }
}
