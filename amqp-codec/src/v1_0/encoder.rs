//! Frames to bytes (AMQP 1.0 §2.3).

use alloc::vec::Vec;

use bytes::BufMut;

use super::composite::Measured;
use super::frame::{Frame, HEAD};
use super::{EncodeError, Limits, Performative};

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
        Plan::of(frame).len
    }

    /// Appends a header or frame.
    ///
    /// # Errors
    /// When the peer or a strict decoder would refuse it, or the output has no room. Nothing is written then.
    pub fn encode(&self, frame: &Frame<'_>, out: &mut impl BufMut) -> Result<(), EncodeError> {
        let plan = self.check(frame)?;
        if out.remaining_mut() < plan.len {
            return Err(EncodeError::NoRoom { needed: plan.len });
        }
        plan.put(frame, out);
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
        let fields = check_performative(channel, performative, payload_len)?;
        let head = fields.encoded_len().saturating_add(HEAD);
        let len = head.saturating_add(payload_len);
        self.check_size(len)?;
        if out.remaining_mut() < head {
            return Err(EncodeError::NoRoom { needed: head });
        }
        performative.put_frame(fields, header(len, 0, channel), out);
        Ok(())
    }

    /// Takes a frame to be written into buffers of any size by [`Encoder::poll`]. What was started before must be gone.
    ///
    /// # Errors
    /// As [`Encoder::encode`]; [`EncodeError::NoRoom`] while the last frame is not written out.
    pub fn start(&mut self, frame: &Frame<'_>) -> Result<(), EncodeError> {
        let plan = self.check(frame)?;
        if self.sent < self.pending.len() {
            return Err(EncodeError::NoRoom { needed: plan.len });
        }
        self.pending.clear();
        self.sent = 0;
        plan.put(frame, &mut self.pending);
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

    /// Checks a frame, and measures it.
    fn check(&self, frame: &Frame<'_>) -> Result<Plan, EncodeError> {
        let (fields, payload_len) = match frame {
            Frame::Header(_) | Frame::Empty { .. } => return Ok(Plan::EMPTY),
            Frame::Sasl(performative) => (performative.check()?, 0),
            Frame::Amqp { channel, performative, payload } => {
                let payload_len = payload.as_slice().len();
                (check_performative(*channel, performative, payload_len)?, payload_len)
            }
        };
        let plan = Plan::new(fields, payload_len);
        self.check_size(plan.len)?;
        Ok(plan)
    }

    fn check_size(&self, len: usize) -> Result<(), EncodeError> {
        match u32::try_from(len) {
            Ok(size) if size <= self.max_frame_size => Ok(()),
            // [transport:performatives/open/max-frame-size.1] AMQP 1.0 §2.8.15: frame-size-too-small.
            _ => Err(EncodeError::FrameTooLarge { needed: len }),
        }
    }
}

fn check_performative(
    channel: u16,
    performative: &Performative<'_>,
    payload_len: usize,
) -> Result<Measured, EncodeError> {
    match performative {
        Performative::Open(_) if channel != 0 => {
            return Err(EncodeError::Invalid(super::DecodeErrorKind::OpenNotOnChannelZero));
        }
        Performative::Transfer(_) => {}
        _ if payload_len != 0 => return Err(EncodeError::UnexpectedPayload),
        _ => {}
    }
    performative.check()
}

/// `[transport:framing.1]` The size counts the frame header and the body.
#[inline]
fn header(len: usize, kind: u8, channel: u16) -> [u8; HEAD] {
    let [a, b, c, d] = u32::try_from(len).unwrap_or(u32::MAX).to_be_bytes();
    let [high, low] = channel.to_be_bytes();
    [a, b, c, d, 2, kind, high, low]
}

/// How a frame will be written: measured once, because measuring costs about as much as writing.
struct Plan {
    len: usize,
    fields: Measured,
}

impl Plan {
    /// A frame without a body, or a protocol header.
    const EMPTY: Self = Self { len: HEAD, fields: Measured::NONE };

    fn new(fields: Measured, payload_len: usize) -> Self {
        Self { len: fields.encoded_len().saturating_add(payload_len).saturating_add(HEAD), fields }
    }

    fn of(frame: &Frame<'_>) -> Self {
        match frame {
            Frame::Header(_) | Frame::Empty { .. } => Self::EMPTY,
            Frame::Sasl(performative) => Self::new(performative.measure(), 0),
            Frame::Amqp { performative, payload, .. } => Self::new(performative.measure(), payload.as_slice().len()),
        }
    }

    fn put(&self, frame: &Frame<'_>, out: &mut impl BufMut) {
        match frame {
            Frame::Amqp { channel, performative, payload } => {
                performative.put_frame(self.fields, header(self.len, 0, *channel), out);
                if !payload.is_empty() {
                    out.put_slice(payload);
                }
            }
            Frame::Sasl(performative) => performative.put_frame(self.fields, header(self.len, 1, 0), out),
            Frame::Header(header) => out.put_slice(&header.to_bytes()),
            Frame::Empty { channel } => out.put_slice(&header(self.len, 0, *channel)),
        }
    }
}
