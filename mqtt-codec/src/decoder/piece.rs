//! Large packets in pieces: a PUBLISH as head, chunks and end, and what is too large as a remark.

use super::{Decoder, Frame, State, check_header};
use crate::error::{DecodeError, DecodeErrorKind};
use crate::limits::Limits;
use crate::packet::{Head, Packet, PacketType};
use crate::received::Received;
use crate::wire::{Fault, Reader, Varint, read_varint};

/// How [`Decoder::decode_piece`] treats large packets.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Streaming {
    /// A PUBLISH of more bytes than this, or than [`Limits::max_packet`], arrives in pieces. Default 64 KiB: what a buffer holds anyway.
    pub above: usize,
    /// Bytes of a PUBLISH that arrives in pieces, at most. Default [`Limits::MAX_PACKET`]: nothing but its head is kept.
    pub max_publish: usize,
    /// Whether a packet that exceeds its limit, here or [`Limits::max_packet`], is skipped and reported as [`Piece::Skipped`] instead of
    /// ending the connection. The first packet of a connection is never skipped. Default `false`.
    pub skip_oversize: bool,
}

impl Streaming {
    pub(super) const DEFAULT: Self = Self { above: 64 << 10, max_publish: Limits::MAX_PACKET, skip_oversize: false };
}

impl Default for Streaming {
    fn default() -> Self {
        Self::DEFAULT
    }
}

/// A packet, or a part of one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Piece<'a> {
    /// A whole packet.
    Packet(Received<'a>),
    /// A PUBLISH begins, whose payload follows.
    Head {
        /// [`Packet::Publish`] or [`Packet::Refused`], complete but for its payload, which is empty here.
        packet: Received<'a>,
        /// Bytes of the payload.
        payload_len: usize,
    },
    /// The next bytes of the payload; at least one.
    Chunk(&'a [u8]),
    /// The payload is complete; also when it is empty.
    End,
    /// A packet that is too large: its bytes are dropped as they come.
    Skipped(Skipped<'a>),
}

/// What is known of a packet that is skipped. A PUBLISH may be answered with Quota exceeded (0x97); without an answer, its sender waits.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Skipped<'a> {
    /// The packet's type.
    pub packet_type: PacketType,
    /// Its Remaining Length: bytes behind the fixed header.
    pub remaining_len: usize,
    /// Of a PUBLISH, as much as [`Piece::Head`] says.
    pub publish: Option<Received<'a>>,
}

impl Decoder {
    /// What [`decode_piece`](Self::decode_piece) takes for large.
    #[must_use]
    pub const fn streaming(mut self, streaming: Streaming) -> Self {
        self.streaming = streaming;
        self
    }

    /// The next packet, or the next piece of a large PUBLISH. No more than the head of such a PUBLISH has to be buffered, and that is
    /// bounded by [`Limits::max_string`] and [`Limits::max_properties`].
    ///
    /// `Ok(None)` if more bytes are needed; what was consumed then belongs to a packet that is skipped. Between [`Piece::Head`] and
    /// [`Piece::End`], and while bytes are skipped, [`decode`](Self::decode) gives `Ok(None)`.
    ///
    /// ```
    /// use mqtt_codec::{Decoder, Limits, Piece, Role, Streaming, Version};
    ///
    /// let mut decoder = Decoder::established(Role::Server, Version::V3_1_1, Limits::default())
    ///     .streaming(Streaming { above: 8, ..Streaming::default() });
    /// let mut input: &[u8] = b"\x30\x0c\x00\x03a/bpay"; // four bytes are still to come
    /// assert!(matches!(decoder.decode_piece(&mut input)?, Some(Piece::Head { payload_len: 7, .. })));
    /// assert_eq!(decoder.decode_piece(&mut input)?, Some(Piece::Chunk(b"pay")));
    /// assert_eq!((decoder.decode_piece(&mut input)?, decoder.needed()), (None, 1));
    /// input = b"load";
    /// assert_eq!(decoder.decode_piece(&mut input)?, Some(Piece::Chunk(b"load")));
    /// assert_eq!(decoder.decode_piece(&mut input)?, Some(Piece::End));
    /// # Ok::<(), mqtt_codec::DecodeError>(())
    /// ```
    ///
    /// # Errors
    /// As [`decode`](Self::decode), and as early as the bytes allow: a topic or properties that run past the Remaining Length are
    /// not waited for.
    pub fn decode_piece<'a>(&mut self, input: &mut &'a [u8]) -> Result<Option<Piece<'a>>, DecodeError> {
        match self.state {
            State::Payload(0) => {
                self.resume();
                return Ok(Some(Piece::End));
            }
            State::Payload(left) => {
                let chunk = self.take(input, left);
                self.state = State::Payload(left.saturating_sub(chunk.len()));
                self.needed = 1;
                return Ok(if chunk.is_empty() { None } else { Some(Piece::Chunk(chunk)) });
            }
            State::Skipping(left) => {
                let left = left.saturating_sub(self.take(input, left).len());
                if left > 0 {
                    self.state = State::Skipping(left);
                    self.needed = left;
                    return Ok(None);
                }
                self.resume();
            }
            State::Ready | State::Failed(_) => {}
        }
        let Some(frame) = self.header(input)? else { return Ok(None) };
        let large = self.open
            && frame.first >> 4 == PacketType::Publish as u8
            && frame.packet_len > self.streaming.above.min(self.limits.max_packet);
        let max = if large { self.streaming.max_publish } else { self.max_packet() };
        let oversize = frame.packet_len > max;
        match (oversize, large) {
            (false, false) => self.decode(input).map(|packet| packet.map(Piece::Packet)),
            (true, _) if !(self.open && self.streaming.skip_oversize) => Err(self.too_large(&frame)),
            (true, false) => Ok(Some(self.skip(&frame, frame.header_len, None, input))),
            (_, true) => self.begin(&frame, oversize, input),
        }
    }

    /// The head of a large PUBLISH, once it is complete or known to be wrong.
    fn begin<'a>(&mut self, frame: &Frame, skip: bool, input: &mut &'a [u8]) -> Result<Option<Piece<'a>>, DecodeError> {
        let rules = self.rules();
        let body = input.get(..frame.packet_len).unwrap_or(input).get(frame.header_len..).unwrap_or_default();
        let extent = Extent::of(body, frame, rules.version.is_v5(), self.limits.max_properties);
        let Some(head) = body.get(..extent.len) else {
            self.needed = extent.len.saturating_sub(body.len());
            return Ok(None);
        };
        let known = frame.header_len.saturating_add(extent.len);
        let mut reader = Reader::new(head, known, rules);
        let head = check_header(frame, &mut reader).and_then(|()| Head::decode(&mut reader, frame.first & 0x0f));
        let (head, version, seen) = match head {
            Ok(head) => (head, rules.version, reader.seen),
            Err(fault) => return Err(self.fail(frame.first, extent.judge(fault))),
        };
        self.seen = seen;
        let packet = Received::new(match head.wildcard {
            Some(_) => head.refuse(&[], version),
            None => Packet::Publish(head.publish(&[])),
        });
        if skip {
            return Ok(Some(self.skip(frame, known, Some(packet), input)));
        }
        let payload_len = frame.packet_len.saturating_sub(known);
        self.take(input, known);
        self.pause(State::Payload(payload_len));
        Ok(Some(Piece::Head { packet, payload_len }))
    }

    /// Reports a packet of which `known` bytes are understood, and begins to drop it.
    fn skip<'a>(
        &mut self,
        frame: &Frame,
        known: usize,
        publish: Option<Received<'a>>,
        input: &mut &'a [u8],
    ) -> Piece<'a> {
        self.take(input, known);
        self.pause(State::Skipping(frame.packet_len.saturating_sub(known)));
        Piece::Skipped(Skipped {
            packet_type: PacketType::from_first_byte(frame.first),
            remaining_len: frame.packet_len.saturating_sub(frame.header_len),
            publish,
        })
    }

    /// Consumes up to `len` bytes.
    const fn take<'a>(&mut self, input: &mut &'a [u8], len: usize) -> &'a [u8] {
        let (bytes, rest) = match input.split_at_checked(len) {
            Some(split) => split,
            None => (*input, &[] as &[u8]),
        };
        *input = rest;
        self.position = self.position.wrapping_add(bytes.len() as u64);
        bytes
    }

    /// No packet may begin before this one ends.
    const fn pause(&mut self, state: State) {
        self.state = state;
        self.set_open(false);
    }

    const fn resume(&mut self) {
        self.state = State::Ready;
        self.set_open(true);
    }
}

/// How much of a PUBLISH's body has to be there for its head to be judged.
struct Extent {
    len: usize,
    /// The properties exceed a limit of ours, and are not waited for.
    too_long: bool,
}

impl Extent {
    /// As far as these bytes tell, which are the first of the body. Nothing is waited for that the packet cannot own.
    fn of(body: &[u8], frame: &Frame, v5: bool, max_properties: usize) -> Self {
        let remaining = frame.packet_len.saturating_sub(frame.header_len);
        let upto = |len: usize| Self { len: len.min(remaining), too_long: false };
        let Some(topic_len) = body.first_chunk::<2>() else { return upto(2) };
        let topic_end = usize::from(u16::from_be_bytes(*topic_len)).saturating_add(2);
        if topic_end > remaining {
            return upto(2);
        }
        let id_len = if frame.first & 0x06 == 0 { 0 } else { 2 };
        let id_end = topic_end.saturating_add(id_len);
        if !v5 || id_end >= remaining {
            return upto(id_end);
        }
        match body.get(id_end..).map(read_varint) {
            None => upto(id_end.saturating_add(1)),
            Some(Varint::Incomplete) => upto(body.len().saturating_add(1)),
            Some(Varint::TooLong) => upto(id_end.saturating_add(4)),
            Some(Varint::Value { value, len, .. }) => {
                let start = id_end.saturating_add(len);
                let end = start.saturating_add(value as usize);
                let too_long = end <= remaining && value as usize > max_properties;
                Self { len: if too_long || end > remaining { start } else { end }, too_long }
            }
        }
    }

    /// What is wrong with a head that ends here.
    const fn judge(&self, fault: Fault) -> Fault {
        match fault.kind {
            // Of properties that were not waited for, there is but the length.
            DecodeErrorKind::Truncated if self.too_long => Fault { kind: DecodeErrorKind::PropertiesTooLong, ..fault },
            _ => fault,
        }
    }
}
