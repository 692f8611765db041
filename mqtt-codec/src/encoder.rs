//! From packets to bytes: rules first, then the whole packet or nothing.

mod transmit;

use bytes::BufMut;

use crate::check;
use crate::error::EncodeError;
use crate::packet::{Body, FixedHeader, Packet, PacketType, Publish, each};
use crate::properties::Properties;
use crate::property::Place;
use crate::reason::ReasonCode;
use crate::version::{Role, Version};
use crate::wire::{Sink, Slice};
pub use transmit::Transmit;

/// Encodes one direction of a connection.
///
/// ```
/// use mqtt_codec::{Encoder, Publish, Role, Topic, Version};
///
/// let mut encoder = Encoder::new(Role::Client, Version::V5_0);
/// let mut out = Vec::new();
/// encoder.encode(&Publish::new(Topic::new("a/b")?, b"hi").into(), &mut out)?;
/// assert_eq!(out, b"\x30\x08\x00\x03a/b\x00hi");
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug, Clone)]
pub struct Encoder {
    sending: Sending,
    /// The peer's Maximum Packet Size.
    max_packet: usize,
    /// Payload still to come after [`encode_head`](Self::encode_head).
    pending: usize,
}

/// What a packet to be sent is judged by.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Sending {
    pub(crate) role: Role,
    pub(crate) version: Version,
}

/// Bytes of a packet that is put together on the stack.
const SHORT: usize = 256;

impl Encoder {
    /// An encoder for a connection of this version, where `role` is ours.
    pub const fn new(role: Role, version: Version) -> Self {
        Self { sending: Sending { role, version }, max_packet: crate::Limits::MAX_PACKET, pending: 0 }
    }

    /// The peer's Maximum Packet Size in bytes, from its CONNECT or CONNACK \[MQTT-3.1.2-24\] \[MQTT-3.2.2-15\].
    #[must_use]
    pub const fn max_packet(mut self, max: usize) -> Self {
        self.set_max_packet(max);
        self
    }

    /// The same, once the peer has said it.
    pub const fn set_max_packet(&mut self, max: usize) {
        self.max_packet = if max < crate::Limits::MAX_PACKET { max } else { crate::Limits::MAX_PACKET };
    }

    /// The connection's version.
    pub const fn version(&self) -> Version {
        self.sending.version
    }

    /// Bytes of the whole packet on the wire, exactly.
    pub fn encoded_len(&self, packet: &Packet<'_>) -> usize {
        Packet::packet_len(packet.body_len(self.sending.version))
    }

    /// Appends the whole packet, or nothing.
    ///
    /// # Errors
    /// What the version, the direction or the peer's Maximum Packet Size forbids, and [`EncodeError::NoRoom`] if the output has less
    /// room than the packet needs.
    #[inline]
    pub fn encode(&mut self, packet: &Packet<'_>, out: &mut impl BufMut) -> Result<(), EncodeError> {
        match packet {
            Packet::Publish(publish) => self.publish(publish, out).map(drop),
            _ => self.append(packet, out),
        }
    }

    /// Writes the whole packet into the front of a slice, or nothing, and says how many bytes it took. Short fields are moved there
    /// without a call for each, which `BufMut` has no way to do.
    ///
    /// ```
    /// use mqtt_codec::{Encoder, Packet, Role, Version};
    ///
    /// let mut out = [0; 64];
    /// let len = Encoder::new(Role::Client, Version::V3_1_1).encode_to_slice(&Packet::PingReq, &mut out)?;
    /// assert_eq!(out[..len], *b"\xc0\x00");
    /// # Ok::<(), mqtt_codec::EncodeError>(())
    /// ```
    ///
    /// # Errors
    /// As [`encode`](Self::encode).
    #[inline]
    pub fn encode_to_slice(&mut self, packet: &Packet<'_>, out: &mut [u8]) -> Result<usize, EncodeError> {
        let room = out.len();
        match packet {
            Packet::Publish(publish) => Ok(room.wrapping_sub(self.publish(publish, Slice(out))?.0.len())),
            _ => Ok(room.wrapping_sub(self.put(packet, Slice(out))?.0.len())),
        }
    }

    #[inline(always)]
    fn publish<S: Sink>(&self, publish: &Publish<'_>, out: S) -> Result<S, EncodeError> {
        let len = publish.payload.len();
        Ok(self.head(publish, len, len, out)?.slice(&publish.payload))
    }

    /// A short packet is put together on the stack: one call of `put_slice` costs less than one for each field.
    #[inline(never)]
    fn append(&self, packet: &Packet<'_>, out: &mut impl BufMut) -> Result<(), EncodeError> {
        if let Some(ack) = packet.plain_ack() {
            return self.plain(ack, out).map(drop);
        }
        let mut stack = [0; SHORT];
        match self.put(packet, Slice(&mut stack)).map(|rest| rest.0.len()) {
            Ok(rest) => {
                let packet = stack.get(..SHORT.wrapping_sub(rest)).unwrap_or_default();
                room(packet.len(), out.remaining_mut())?;
                out.put_slice(packet);
                Ok(())
            }
            Err(EncodeError::NoRoom { .. }) => self.put(packet, out).map(drop),
            Err(error) => Err(error),
        }
    }

    #[inline(never)]
    fn put<S: Sink>(&self, packet: &Packet<'_>, out: S) -> Result<S, EncodeError> {
        match packet.plain_ack() {
            Some(ack) => self.plain(ack, out),
            None => each!(packet, body => self.send(body, packet.packet_type(), out)),
        }
    }

    #[inline(never)]
    fn send<S: Sink>(&self, body: &impl Body, packet: PacketType, out: S) -> Result<S, EncodeError> {
        let (remaining, len) = self.check(body, packet)?;
        room(len, out.room())?;
        Ok(body.write(FixedHeader { packet, remaining }, self.sending.version, out))
    }

    /// Writes the head of a PUBLISH, if there is room for it and for `payload` bytes of the `payload_len` that follow.
    #[inline(always)]
    fn head<S: Sink>(
        &self,
        publish: &Publish<'_>,
        payload_len: usize,
        payload: usize,
        out: S,
    ) -> Result<S, EncodeError> {
        publish.check_plain(&self.sending)?;
        let version = self.sending.version;
        let (remaining, len) = self.check_len(publish.head_len(version).saturating_add(payload_len))?;
        room(len.wrapping_sub(payload_len).wrapping_add(payload), out.room())?;
        Ok(publish.write_head(version, remaining, out))
    }

    #[inline(always)]
    fn plain<S: Sink>(&self, ack: [u8; 4], out: S) -> Result<S, EncodeError> {
        let (_, len) = self.check_len(2)?;
        room(len, out.room())?;
        Ok(out.array(ack))
    }

    /// Appends all of a PUBLISH but its payload, for a vectored write. The payload must follow: report it with
    /// [`payload_written`](Self::payload_written) or append it with [`encode_payload`](Self::encode_payload) before the next packet.
    ///
    /// # Errors
    /// As [`encode`](Self::encode).
    pub fn encode_head(&mut self, publish: &Publish<'_>, out: &mut impl BufMut) -> Result<(), EncodeError> {
        self.encode_head_of(publish, publish.payload.len(), out)
    }

    /// The same for a payload of `payload_len` bytes that nobody has in one place; the payload of `publish` itself counts for nothing. Until
    /// all of it has followed, nothing else can be encoded.
    ///
    /// ```
    /// use mqtt_codec::{EncodeError, Encoder, Packet, Publish, Role, Topic, Version};
    ///
    /// let mut encoder = Encoder::new(Role::Client, Version::V3_1_1);
    /// let mut out = Vec::new();
    /// encoder.encode_head_of(&Publish::new(Topic::new("a/b")?, b""), 7, &mut out)?;
    /// encoder.encode_payload(b"pay", &mut out)?;
    /// assert_eq!(encoder.encode(&Packet::PingReq, &mut out), Err(EncodeError::PayloadPending(4)));
    /// encoder.encode_payload(b"load", &mut out)?;
    /// encoder.encode(&Packet::PingReq, &mut out)?;
    /// assert_eq!(out, b"\x30\x0c\x00\x03a/bpayload\xc0\x00");
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    ///
    /// # Errors
    /// As [`encode`](Self::encode).
    pub fn encode_head_of(
        &mut self,
        publish: &Publish<'_>,
        payload_len: usize,
        out: &mut impl BufMut,
    ) -> Result<(), EncodeError> {
        self.head(publish, payload_len, 0, out)?;
        self.pending = payload_len;
        Ok(())
    }

    /// Bytes of an announced payload that are still to come.
    pub const fn payload_pending(&self) -> usize {
        self.pending
    }

    /// Appends a part of the payload that [`encode_head`](Self::encode_head) announced.
    ///
    /// # Errors
    /// [`EncodeError::PayloadOverrun`] for more than was announced, [`EncodeError::NoRoom`].
    pub fn encode_payload(&mut self, chunk: &[u8], out: &mut impl BufMut) -> Result<(), EncodeError> {
        room(chunk.len(), out.remaining_mut())?;
        self.payload_written(chunk.len())?;
        out.put_slice(chunk);
        Ok(())
    }

    /// Notes that `len` bytes of the announced payload were written by other means.
    ///
    /// # Errors
    /// [`EncodeError::PayloadOverrun`] for more than was announced.
    pub const fn payload_written(&mut self, len: usize) -> Result<(), EncodeError> {
        match self.pending.checked_sub(len) {
            Some(pending) => {
                self.pending = pending;
                Ok(())
            }
            None => Err(EncodeError::PayloadOverrun(len.saturating_sub(self.pending))),
        }
    }

    /// Begins a packet that is to be written into buffers of any size: [`Transmit::poll`] fills one after the other.
    ///
    /// # Errors
    /// As [`encode`](Self::encode), but for the room.
    pub fn start<'p>(&mut self, packet: &'p Packet<'p>) -> Result<Transmit<'p>, EncodeError> {
        let (remaining, _) = each!(packet, body => self.check(body, packet.packet_type()))?;
        Ok(Transmit { packet, version: self.sending.version, remaining, written: 0 })
    }

    /// All rules; the Remaining Length if they hold, and the length of the packet.
    #[inline(always)]
    fn check(&self, body: &impl Body, packet: PacketType) -> Result<(usize, usize), EncodeError> {
        self.sending.check(body, packet)?;
        self.check_len(body.body_len(self.sending.version))
    }

    #[inline(always)]
    fn check_len(&self, remaining: usize) -> Result<(usize, usize), EncodeError> {
        if self.pending != 0 {
            return Err(EncodeError::PayloadPending(self.pending));
        }
        let len = Packet::packet_len(remaining);
        if len > self.max_packet {
            // [MQTT-3.1.2-24] [MQTT-3.2.2-15] Nothing larger than the peer takes, be it for a reason string or a user property:
            // [MQTT-3.2.2-19] [MQTT-3.2.2-20] [MQTT-3.4.2-2] [MQTT-3.4.2-3] [MQTT-3.5.2-2] [MQTT-3.5.2-3] [MQTT-3.6.2-2]
            // [MQTT-3.6.2-3] [MQTT-3.7.2-2] [MQTT-3.7.2-3] [MQTT-3.9.2-1] [MQTT-3.9.2-2] [MQTT-3.11.2-1] [MQTT-3.11.2-2]
            // [MQTT-3.14.2-3] [MQTT-3.14.2-4] [MQTT-3.15.2-2] [MQTT-3.15.2-3]
            return Err(EncodeError::PacketTooLarge { len, max: self.max_packet });
        }
        Ok((remaining, len))
    }
}

#[inline]
pub(crate) const fn room(needed: usize, room: usize) -> Result<(), EncodeError> {
    if room < needed { Err(EncodeError::NoRoom { needed, room }) } else { Ok(()) }
}

impl Sending {
    /// The direction, and the rules of the type.
    #[inline]
    pub(crate) fn check(&self, body: &impl Body, packet: PacketType) -> Result<(), EncodeError> {
        if packet.may_come_from(self.role, self.version) {
            body.check(self, packet)
        } else {
            Err(EncodeError::WrongDirection(packet))
        }
    }

    /// Properties: none in 3.x, and in 5.0 those of the place.
    #[inline]
    pub(crate) fn properties(&self, properties: &Properties<'_>, place: Place) -> Result<(), EncodeError> {
        if self.version.is_v5() {
            properties.check_sendable(place)
        } else if properties.is_empty() {
            Ok(())
        } else {
            Err(EncodeError::NotInVersion("properties", self.version))
        }
    }

    /// A reason code of the packet's table.
    pub(crate) const fn reason(&self, reason: ReasonCode, packet: PacketType) -> Result<(), EncodeError> {
        if reason.allowed_in(packet, self.version) { Ok(()) } else { Err(EncodeError::ReasonCode(reason)) }
    }

    /// A binary field.
    pub(crate) const fn field(&self, bytes: &[u8]) -> Result<(), EncodeError> {
        if bytes.len() > 65_535 { Err(EncodeError::FieldTooLong(bytes.len())) } else { Ok(()) }
    }

    /// A text field.
    #[inline]
    pub(crate) fn text(&self, text: &str) -> Result<(), EncodeError> {
        self.field(text.as_bytes())?;
        if check::is_sendable(text) { Ok(()) } else { Err(EncodeError::ForbiddenCharacter) }
    }
}
