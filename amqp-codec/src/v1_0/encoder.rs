//! Frames to bytes (AMQP 1.0 §2.3).

use alloc::vec::Vec;

use bytes::BufMut;

use super::composite::Measured;
use super::frame::{Frame, HEAD};
use super::packed::{Packed, ROOM};
use super::performative::Rules;
use super::{EncodeError, Limits, Message, Performative, Transfer};

/// Writes protocol headers and frames, each as a whole or not at all.
#[derive(Clone, Debug)]
pub struct Encoder {
    max_frame_size: u32,
    /// A frame on its way out piece by piece, and how much of it is gone.
    pending: Vec<u8>,
    sent: usize,
}

impl Encoder {
    /// An encoder for a peer that takes frames of `max_frame_size` octets, at least 512 (AMQP 1.0 §2.7.1).
    pub const fn new(max_frame_size: u32) -> Self {
        let max_frame_size =
            if max_frame_size < Limits::MIN_MAX_FRAME_SIZE { Limits::MIN_MAX_FRAME_SIZE } else { max_frame_size };
        Self { max_frame_size, pending: Vec::new(), sent: 0 }
    }

    /// The peer's open told its max-frame-size.
    pub const fn set_max_frame_size(&mut self, max_frame_size: u32) {
        self.max_frame_size =
            if max_frame_size < Limits::MIN_MAX_FRAME_SIZE { Limits::MIN_MAX_FRAME_SIZE } else { max_frame_size };
    }

    /// The octets of the largest frame that the peer takes.
    pub const fn max_frame_size(&self) -> u32 {
        self.max_frame_size
    }

    /// The octets that [`Encoder::encode`] writes.
    pub fn encoded_len(&self, frame: &Frame<'_>) -> usize {
        match frame {
            Frame::Header(_) | Frame::Empty { .. } => HEAD,
            Frame::Sasl(performative) => performative.encoded_len().saturating_add(HEAD),
            Frame::Amqp { performative, payload, .. } => {
                performative.encoded_len().saturating_add(payload.as_slice().len()).saturating_add(HEAD)
            }
        }
    }

    /// Appends a header or frame.
    ///
    /// # Errors
    /// When the peer or a strict decoder would refuse it, or the output has no room. Nothing is written then.
    pub fn encode(&self, frame: &Frame<'_>, out: &mut impl BufMut) -> Result<(), EncodeError> {
        let mut packed = Packed::new();
        let plan = self.plan(frame, &mut packed)?;
        room(plan.len, out)?;
        plan.put(frame, &packed, out);
        Ok(())
    }

    /// Appends a transfer without the message octets that belong to it: `payload_len` of them are to follow on the socket.
    ///
    /// # Errors
    /// As [`Encoder::encode`]; [`EncodeError::UnexpectedPayload`] for a performative other than transfer.
    pub fn encode_head(
        &self,
        channel: u16,
        performative: &Performative<'_>,
        payload_len: usize,
        out: &mut impl BufMut,
    ) -> Result<(), EncodeError> {
        let mut packed = Packed::new();
        let plan = self.plan_performative(channel, performative, payload_len, &mut packed)?;
        room(plan.len.saturating_sub(payload_len), out)?;
        plan.put_performative(performative, &packed, out);
        Ok(())
    }

    /// Appends a transfer and the whole message that it carries, which is measured on the way.
    ///
    /// # Errors
    /// As [`Encoder::encode`]. A message that is larger than the peer's frames goes out in parts (see [`Split`](super::Split)).
    pub fn encode_message(
        &self,
        channel: u16,
        transfer: &Transfer<'_>,
        message: &Message<'_>,
        out: &mut impl BufMut,
    ) -> Result<(), EncodeError> {
        let mut packed = Packed::new();
        packed.check(transfer.rules().map_err(EncodeError::Invalid));
        let payload = packed.composite(HEAD, transfer);
        let parts = message.pack(&mut packed, payload)?;
        let long = if parts.end <= ROOM { None } else { Some((Measured::of(transfer), message.measure())) };
        let len = match long {
            None => parts.end.saturating_add(parts.rest),
            Some((fields, properties)) => {
                fields.encoded_len().saturating_add(message.len_around(properties)).saturating_add(HEAD)
            }
        };
        self.check_size(len)?;
        room(len, out)?;
        let header = header(len, 0, channel);
        match long {
            None => {
                packed.set(0, header);
                message.put_packed(&packed, parts, out);
            }
            Some((fields, properties)) => {
                fields.put_frame(header, transfer, out);
                message.put(properties, out);
            }
        }
        Ok(())
    }

    /// Takes a frame to be written into buffers of any size by [`Encoder::poll`]. What was started before must be gone.
    ///
    /// # Errors
    /// As [`Encoder::encode`]; [`EncodeError::NoRoom`] while the last frame is not written out.
    pub fn start(&mut self, frame: &Frame<'_>) -> Result<(), EncodeError> {
        let mut packed = Packed::new();
        let plan = self.plan(frame, &mut packed)?;
        if self.sent < self.pending.len() {
            return Err(EncodeError::NoRoom { needed: plan.len });
        }
        self.pending.clear();
        self.sent = 0;
        plan.put(frame, &packed, &mut self.pending);
        Ok(())
    }

    /// Writes as much of the started frame as fits, and says how much that was: 0 when it is gone.
    pub fn poll(&mut self, out: &mut [u8]) -> usize {
        let left = self.pending.get(self.sent..).unwrap_or_default();
        let len = left.len().min(out.len());
        if let (Some(from), Some(to)) = (left.get(..len), out.get_mut(..len)) {
            to.copy_from_slice(from);
        }
        self.sent = self.sent.saturating_add(len);
        len
    }

    /// Checks a frame, and packs or measures it.
    fn plan(&self, frame: &Frame<'_>, packed: &mut Packed) -> Result<Plan, EncodeError> {
        match frame {
            Frame::Header(protocol) => packed.set(0, protocol.to_bytes()),
            Frame::Empty { channel } => packed.set(0, header(HEAD, 0, *channel)),
            Frame::Sasl(performative) => {
                let end = performative.pack(packed, HEAD);
                return self.plan_packed(packed, end, || performative.measure(), 0, 1, 0);
            }
            Frame::Amqp { channel, performative, payload } => {
                return self.plan_performative(*channel, performative, payload.as_slice().len(), packed);
            }
        }
        Ok(Plan { len: HEAD, end: HEAD, long: None })
    }

    fn plan_performative(
        &self,
        channel: u16,
        performative: &Performative<'_>,
        payload_len: usize,
        packed: &mut Packed,
    ) -> Result<Plan, EncodeError> {
        match performative {
            Performative::Open(_) if channel != 0 => {
                return Err(EncodeError::Invalid(super::DecodeErrorKind::OpenNotOnChannelZero));
            }
            Performative::Transfer(_) => {}
            _ if payload_len != 0 => return Err(EncodeError::UnexpectedPayload),
            _ => {}
        }
        let end = performative.pack(packed, HEAD);
        self.plan_packed(packed, end, || performative.measure(), payload_len, 0, channel)
    }

    /// Judges the size of a frame whose performative was packed, or must be measured because it is long.
    #[inline]
    fn plan_packed(
        &self,
        packed: &mut Packed,
        end: usize,
        measure: impl FnOnce() -> Measured,
        payload_len: usize,
        kind: u8,
        channel: u16,
    ) -> Result<Plan, EncodeError> {
        packed.checked()?;
        let long = if end <= ROOM { None } else { Some(measure()) };
        let head = long.map_or(end, |fields| fields.encoded_len().saturating_add(HEAD));
        let len = head.saturating_add(payload_len);
        self.check_size(len)?;
        packed.set(0, header(len, kind, channel));
        Ok(Plan { len, end, long })
    }

    fn check_size(&self, len: usize) -> Result<(), EncodeError> {
        match u32::try_from(len) {
            Ok(size) if size <= self.max_frame_size => Ok(()),
            // [transport:performatives/open/max-frame-size.1] AMQP 1.0 §2.8.15: frame-size-too-small.
            _ => Err(EncodeError::FrameTooLarge { needed: len }),
        }
    }
}

fn room(needed: usize, out: &impl BufMut) -> Result<(), EncodeError> {
    if out.remaining_mut() < needed { Err(EncodeError::NoRoom { needed }) } else { Ok(()) }
}

/// `[transport:framing.1]` The size counts the frame header and the body.
#[inline]
fn header(len: usize, kind: u8, channel: u16) -> [u8; HEAD] {
    let [a, b, c, d] = u32::try_from(len).unwrap_or(u32::MAX).to_be_bytes();
    let [high, low] = channel.to_be_bytes();
    [a, b, c, d, 2, kind, high, low]
}

/// How a frame will be written: as it was packed up to `end`, or as it was measured.
struct Plan {
    len: usize,
    end: usize,
    long: Option<Measured>,
}

impl Plan {
    fn put(&self, frame: &Frame<'_>, packed: &Packed, out: &mut impl BufMut) {
        match (frame, self.long) {
            (Frame::Amqp { performative, payload, .. }, _) => {
                self.put_performative(performative, packed, out);
                if !payload.is_empty() {
                    out.put_slice(payload);
                }
            }
            (Frame::Sasl(performative), Some(fields)) => performative.put_frame(fields, packed.header(), out),
            _ => out.put_slice(packed.up_to(self.end)),
        }
    }

    #[inline]
    fn put_performative(&self, performative: &Performative<'_>, packed: &Packed, out: &mut impl BufMut) {
        match self.long {
            Some(fields) => performative.put_frame(fields, packed.header(), out),
            None => out.put_slice(packed.up_to(self.end)),
        }
    }
}
