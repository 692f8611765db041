//! From bytes to packets: framing, roles, versions, and the order of the first packets.

mod piece;

pub use piece::{Piece, Skipped, Streaming};

use bytes::BytesMut;

use crate::deviation::Deviations;
use crate::error::{DecodeError, DecodeErrorKind};
use crate::limits::Limits;
use crate::packet::{Connect, Packet, PacketType};
use crate::plain;
use crate::received::Received;
use crate::version::{Role, Version};
use crate::wire::{Fault, Keep, Reader, Rules, Varint, read_varint};

/// Decodes one direction of a connection.
///
/// The caller keeps the buffer and presents unconsumed bytes again, first, with more behind them. Only the fixed header is looked at
/// before a packet is complete, so that a peer that sends single bytes costs linear time.
///
/// ```
/// use mqtt_codec::{Decoder, Limits, Packet, Role, Version};
///
/// let mut decoder = Decoder::established(Role::Server, Version::V3_1_1, Limits::default());
/// let mut input: &[u8] = b"\x30\x05\x00\x03a/bhi and more"; // remaining length 5: no payload, then garbage
/// let packet = decoder.decode(&mut input)?.expect("a whole packet");
/// assert_eq!(packet.to_string(), "PUBLISH q0 topic=a/b 0 B");
/// # Ok::<(), mqtt_codec::DecodeError>(())
/// ```
#[derive(Debug, Clone)]
pub struct Decoder {
    role: Role,
    version: Option<Version>,
    /// The first packet has been seen, and another one may begin.
    open: bool,
    /// While it may: a body shorter than this is within all limits.
    harmless: usize,
    allowed: Deviations,
    seen: Deviations,
    needed: usize,
    position: u64,
    state: State,
    limits: Limits,
    streaming: Streaming,
}

/// Where in the stream the decoder is.
#[derive(Debug, Clone, Copy)]
enum State {
    /// Before a packet.
    Ready,
    /// Bytes are left of a payload that is handed out in pieces.
    Payload(usize),
    /// Bytes are left of a packet that is skipped.
    Skipping(usize),
    /// Behind a fatal error.
    Failed(DecodeError),
}

/// The fixed header of a packet that is all there.
struct Frame {
    first: u8,
    header_len: usize,
    packet_len: usize,
    minimal: bool,
}

impl Decoder {
    /// A decoder for a new connection, where `role` is ours.
    ///
    /// A server's decoder wants a CONNECT first, of any version unless [`expect_version`](Self::expect_version) says which. A client's
    /// wants CONNACK (5.0: or AUTH) first, and assumes 5.0 unless told otherwise.
    pub const fn new(role: Role, limits: Limits) -> Self {
        let version = match role {
            Role::Client => Some(Version::V5_0),
            Role::Server => None,
        };
        Self {
            role,
            version,
            open: false,
            harmless: 0,
            allowed: Deviations::DEFAULT,
            seen: Deviations::NONE,
            needed: 2,
            position: 0,
            state: State::Ready,
            limits,
            streaming: Streaming::DEFAULT,
        }
    }

    /// A decoder for a connection that is under way: CONNECT and CONNACK have passed.
    pub const fn established(role: Role, version: Version, limits: Limits) -> Self {
        let mut decoder = Self::new(role, limits);
        decoder.version = Some(version);
        decoder.set_open(true);
        decoder
    }

    /// The only version that will do: CONNECT of another one is refused with Unsupported Protocol Version.
    #[must_use]
    pub const fn expect_version(mut self, version: Version) -> Self {
        self.version = Some(version);
        self
    }

    /// What to let pass that a strict reading of the standards refuses; replaces [`Deviations::DEFAULT`].
    #[must_use]
    pub const fn allow(mut self, deviations: Deviations) -> Self {
        self.allowed = deviations;
        self
    }

    /// The connection's version: from configuration, or found in CONNECT.
    pub const fn version(&self) -> Option<Version> {
        self.version
    }

    /// What was let pass in the packet that `decode` returned last.
    pub const fn deviations(&self) -> Deviations {
        self.seen
    }

    /// After `Ok(None)`: how many bytes more are needed at least. Never more than the packet lacks.
    pub const fn needed(&self) -> usize {
        self.needed
    }

    /// Bytes consumed since the decoder was made.
    pub const fn position(&self) -> u64 {
        self.position
    }

    /// The next packet, borrowed from the input; `Ok(None)` if it is not complete, and nothing is consumed then.
    ///
    /// # Errors
    /// [`DecodeError`] is final: the same error comes back at every further call. Its [`reply`](DecodeError::reply) says
    /// how to close the connection. Faults that spoil one message or one filter only are values:
    /// [`Packet::Refused`], [`BadFilter`](crate::BadFilter).
    // Inlined, so that the fields of a plain packet go from registers to where the caller looks at them: a sixth of the time of a small PUBLISH.
    #[inline(always)]
    pub fn decode<'a>(&mut self, input: &mut &'a [u8]) -> Result<Option<Received<'a>>, DecodeError> {
        if let Some((fields, _, rest)) = self.plain_publish(input) {
            self.pass(input.len().wrapping_sub(rest.len()), Deviations::NONE);
            *input = rest;
            return Ok(Some(Received::new(Packet::Publish(fields.borrow()))));
        }
        self.decode_other(input)
    }

    /// The fields of the PUBLISH at the front of the input, the length of its body, and what follows it; `None` for whatever is not plain.
    #[inline(always)]
    fn plain_publish<'a>(&self, input: &'a [u8]) -> Option<(plain::Borrowed<'a>, usize, &'a [u8])> {
        let (first, body, rest) = plain::frame(input, self.harmless)?;
        if first >> 4 != 3 {
            return None;
        }
        Some((plain::publish(first, body, self.rules())?, body.len(), rest))
    }

    #[inline(never)]
    fn decode_other<'a>(&mut self, input: &mut &'a [u8]) -> Result<Option<Received<'a>>, DecodeError> {
        if let Some((first, body, rest)) = plain::frame(input, self.harmless)
            && let Some(packet) = plain::acknowledgement(first, body)
        {
            self.pass(input.len().wrapping_sub(rest.len()), Deviations::NONE);
            *input = rest;
            return Ok(Some(Received::new(packet)));
        }
        self.decode_exactly(input)
    }

    /// The same without the short cut.
    #[inline(never)]
    pub(crate) fn decode_exactly<'a>(&mut self, input: &mut &'a [u8]) -> Result<Option<Received<'a>>, DecodeError> {
        let Some(frame) = self.frame(input)? else { return Ok(None) };
        let Some((bytes, rest)) = input.split_at_checked(frame.packet_len) else { return Ok(None) };
        let packet = self.exact(&frame, bytes)?;
        *input = rest;
        Ok(Some(Received::new(packet)))
    }

    /// The next packet, sharing the input's buffer; `Ok(None)` if it is not complete.
    ///
    /// # Errors
    /// As [`decode`](Self::decode). The bytes of the failing packet are gone from the input.
    #[inline(always)]
    pub fn decode_shared(&mut self, input: &mut BytesMut) -> Result<Option<Packet<'static>>, DecodeError> {
        if let Some((fields, body_len, rest)) = self.plain_publish(input) {
            let (len, fields) = (input.len().wrapping_sub(rest.len()), fields.lengths());
            self.pass(len, Deviations::NONE);
            return Ok(Some(Packet::Publish(fields.share(input, len, body_len))));
        }
        let mut packet = None;
        self.decode_shared_exactly(input, &mut packet)?;
        Ok(packet)
    }

    /// The same without the short cut. What is returned in `out` leaves the result above in registers; to copy it to the caller and on would take
    /// as long as to decode.
    #[inline(never)]
    pub(crate) fn decode_shared_exactly(
        &mut self,
        input: &mut BytesMut,
        out: &mut Option<Packet<'static>>,
    ) -> Result<(), DecodeError> {
        if let Some(frame) = self.frame(input)? {
            let bytes = input.split_to(frame.packet_len).freeze();
            *out = Some(self.exact(&frame, &bytes)?.keep(&mut Keep::Frame(&bytes)));
        }
        Ok(())
    }

    /// The fixed header, once the packet is complete. Everything that it alone can decide is decided as soon as it can be.
    fn frame(&mut self, input: &[u8]) -> Result<Option<Frame>, DecodeError> {
        let Some(frame) = self.header(input)? else { return Ok(None) };
        if frame.packet_len > self.max_packet() {
            return Err(self.too_large(&frame));
        }
        // [MQTT-6.0.0-2] Packets need not be aligned with what the transport delivers.
        if input.len() < frame.packet_len {
            self.needed = frame.packet_len.saturating_sub(input.len());
            return Ok(None);
        }
        Ok(Some(frame))
    }

    /// The size that a whole packet may have now.
    const fn max_packet(&self) -> usize {
        if self.open { self.limits.max_packet } else { self.limits.max_first_packet }
    }

    /// §3.1.2.11.4: judged before a byte of the body is wanted.
    #[cold]
    fn too_large(&mut self, frame: &Frame) -> DecodeError {
        self.fail(frame.first, Fault { kind: DecodeErrorKind::PacketTooLarge, offset: 1 })
    }

    /// The fixed header of the next packet.
    #[inline]
    fn header(&mut self, input: &[u8]) -> Result<Option<Frame>, DecodeError> {
        match self.state {
            State::Ready => {}
            State::Failed(error) => return Err(error),
            // What was begun in pieces ends in pieces.
            State::Payload(left) | State::Skipping(left) => {
                self.needed = left.max(1);
                return Ok(None);
            }
        }
        let Some((&first, after)) = input.split_first() else {
            self.needed = 2;
            return Ok(None);
        };
        self.check_first(first)?;
        let (remaining, len, minimal) = match after.split_first() {
            Some((&byte, _)) if byte < 0x80 => (usize::from(byte), 1, true),
            _ => match read_varint(after) {
                Varint::Value { value, len, minimal } => (value as usize, len, minimal),
                Varint::Incomplete => {
                    self.needed = 1;
                    return Ok(None);
                }
                // Known at the fourth byte: [MQTT-1.5.5-1], 3.1.1 §2.2.3.
                Varint::TooLong => {
                    return Err(self.fail(first, Fault { kind: DecodeErrorKind::IntegerTooLong, offset: 1 }));
                }
            },
        };
        let header_len = len.wrapping_add(1);
        Ok(Some(Frame { first, header_len, packet_len: header_len.wrapping_add(remaining), minimal }))
    }

    /// What the first byte says: whether the type may come now and from there, and whether its flags are right.
    #[inline]
    fn check_first(&mut self, first: u8) -> Result<(), DecodeError> {
        // The common case: a PUBLISH in an open connection, whose flags are its own.
        if first >> 4 == 3 && self.open {
            return Ok(());
        }
        match self.first_fault(first) {
            None => Ok(()),
            Some(kind) => Err(self.fail(first, Fault { kind, offset: 0 })),
        }
    }

    #[inline]
    fn first_fault(&self, first: u8) -> Option<DecodeErrorKind> {
        let packet = PacketType::from_first_byte(first);
        let from = self.role.peer();
        if !self.open {
            match from {
                // [MQTT-3.1.0-1]
                Role::Client if packet != PacketType::Connect => return Some(DecodeErrorKind::FirstPacketNotConnect),
                // [MQTT-3.2.0-1]; 5.0 has AUTH before it.
                Role::Server
                    if packet != PacketType::ConnAck
                        && !(packet == PacketType::Auth && self.version == Some(Version::V5_0)) =>
                {
                    return Some(DecodeErrorKind::FirstPacketNotConnAck);
                }
                _ => {}
            }
        }
        // While the version is unknown, only a CONNECT gets this far.
        let version = self.version.unwrap_or(Version::V5_0);
        if packet == PacketType::Reserved || (packet == PacketType::Auth && !version.is_v5()) {
            return Some(DecodeErrorKind::ReservedPacketType); // §2.1.2
        }
        if packet != PacketType::Publish && packet != PacketType::Connect && first & 0x0f != packet.flags() {
            // [MQTT-2.1.3-1] [3.1.1: MQTT-2.2.2-1] [3.1.1: MQTT-2.2.2-2] [MQTT-3.14.1-1] [MQTT-3.15.1-1]
            let unused = version == Version::V3_1 && self.allowed.contains(Deviations::UNUSED_BITS_V3_1);
            if !unused {
                return Some(DecodeErrorKind::ReservedFlags);
            }
        }
        if !packet.may_come_from(from, version) {
            return Some(DecodeErrorKind::WrongDirection); // §4.13
        }
        match packet {
            // [MQTT-3.1.0-2]
            PacketType::Connect if self.open => Some(DecodeErrorKind::SecondConnect),
            _ => None,
        }
    }

    /// The packet in these bytes, which are all of it and nothing else: any packet, by way of its own room.
    #[inline(never)]
    fn exact<'a>(&mut self, frame: &Frame, bytes: &'a [u8]) -> Result<Packet<'a>, DecodeError> {
        // A copy, so that CONNECT can settle the version meanwhile.
        let limits = self.limits;
        let rules = Rules { limits: &limits, ..self.rules() };
        let mut reader = Reader::new(bytes.get(frame.header_len..).unwrap_or_default(), frame.packet_len, rules);
        let packet = PacketType::from_first_byte(frame.first);
        let result = match packet {
            PacketType::Connect => self.connect(frame, &mut reader),
            _ => {
                check_header(frame, &mut reader).and_then(|()| Packet::decode(&mut reader, packet, frame.first & 0x0f))
            }
        };
        match result {
            Ok(packet) => {
                self.pass(frame.packet_len, reader.seen);
                if !self.open {
                    self.set_open(true);
                }
                Ok(packet)
            }
            Err(fault) => Err(self.fail(frame.first, fault)),
        }
    }

    /// What the packets of this connection are judged by. While the version is unknown, only a CONNECT gets as far as its body.
    #[inline(always)]
    fn rules(&self) -> Rules<'_> {
        let version = self.version.unwrap_or(Version::V5_0);
        Rules { version, from: self.role.peer(), allowed: self.allowed, limits: &self.limits }
    }

    #[inline(always)]
    const fn pass(&mut self, packet_len: usize, seen: Deviations) {
        self.seen = seen;
        self.position = self.position.wrapping_add(packet_len as u64);
    }

    /// Whether another packet may begin.
    const fn set_open(&mut self, open: bool) {
        self.open = open;
        self.harmless = if open { self.limits.harmless() } else { 0 };
    }

    /// CONNECT names its version first; from there on that version judges it.
    fn connect<'a>(&mut self, frame: &Frame, reader: &mut Reader<'a, '_>) -> Result<Packet<'a>, Fault> {
        let at = reader.offset();
        let (version, bridge) = Connect::decode_version(reader)?;
        if self.version.is_some_and(|expected| expected != version) {
            return Err(Fault { kind: DecodeErrorKind::UnsupportedVersion, offset: at });
        }
        self.version = Some(version);
        reader.rules.version = version;
        check_header(frame, reader)?;
        let connect = Connect::decode(reader, bridge)?;
        reader.finish()?;
        Ok(Packet::Connect(connect))
    }

    /// Makes the error, and keeps it: a decoder that failed stays failed, and is open for nothing.
    #[cold]
    fn fail(&mut self, first: u8, fault: Fault) -> DecodeError {
        let error = fault.in_packet(PacketType::from_first_byte(first), self.version);
        self.state = State::Failed(error);
        self.set_open(false);
        error
    }
}

/// What the fixed header may not show, and in which version: a length that is not minimal, flags that are reserved.
fn check_header(frame: &Frame, reader: &mut Reader<'_, '_>) -> Result<(), Fault> {
    if !frame.minimal {
        // [MQTT-1.5.5-1] 3.1.1 does not forbid it.
        let v5 = reader.is_v5();
        let deviation = if v5 { Deviations::NON_MINIMAL_INTEGER_V5 } else { Deviations::NON_MINIMAL_LENGTH_V3 };
        reader.deviate_at(1, deviation, DecodeErrorKind::IntegerNotMinimal)?;
    }
    let packet = PacketType::from_first_byte(frame.first);
    if packet != PacketType::Publish && frame.first & 0x0f != packet.flags() {
        let v3_1 = reader.rules.version == Version::V3_1;
        let deviation = if v3_1 { Deviations::UNUSED_BITS_V3_1 } else { Deviations::NONE };
        reader.deviate_at(0, deviation, DecodeErrorKind::ReservedFlags)?;
    }
    Ok(())
}
