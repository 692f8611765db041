//! A body, cut into frames that the peer takes. AMQP 0-9-1 §4.2.6.2.

use bytes::BufMut;

use super::{FRAME_END, FRAME_OVERHEAD};
use crate::v0_9_1::sink::Sink;
use crate::v0_9_1::wire::widen;

/// The body frames of one message: heads and slices of the caller's octets, for a vectored write.
#[derive(Clone, Debug)]
pub struct BodyFrames<'a> {
    channel: u16,
    payload_max: usize,
    rest: &'a [u8],
}

/// One body frame in three parts: head, payload, and the octet [`FRAME_END`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct BodyFrame<'a> {
    /// Type, channel and size.
    pub head: [u8; 7],
    /// A slice of the body.
    pub payload: &'a [u8],
}

impl<'a> BodyFrames<'a> {
    pub(crate) fn new(channel: u16, frame_max: u32, body: &'a [u8]) -> Self {
        // A size must fit its 32 bits even where frame-max sets no limit.
        let frame_max = if frame_max == 0 { u32::MAX } else { frame_max };
        let payload_max = widen(frame_max.saturating_sub(FRAME_OVERHEAD)).max(1);
        Self { channel, payload_max, rest: body }
    }

    /// Octets of all frames that are left.
    pub const fn encoded_len(&self) -> usize {
        let frames = self.rest.len().div_ceil(self.payload_max);
        self.rest.len().saturating_add(frames.saturating_mul(FRAME_OVERHEAD as usize))
    }

    /// Leaves out the frames that lie within the first `octets` octets of all; what is over, within the next one, comes back.
    pub(crate) fn pass(&mut self, octets: usize) -> usize {
        let frame = self.payload_max.saturating_add(widen(FRAME_OVERHEAD));
        let whole = octets.checked_div(frame).unwrap_or(0);
        self.rest = self.rest.get(whole.saturating_mul(self.payload_max)..).unwrap_or_default();
        octets.checked_rem(frame).unwrap_or(0)
    }
}

impl BodyFrame<'_> {
    /// Appends the frame.
    #[inline]
    pub fn put(&self, out: &mut impl BufMut) {
        self.write(out);
    }

    #[inline(always)]
    pub(crate) fn write(&self, out: &mut impl Sink) {
        out.slice(&self.head);
        out.slice(self.payload);
        out.u8(FRAME_END);
    }
}

impl<'a> Iterator for BodyFrames<'a> {
    type Item = BodyFrame<'a>;

    #[inline]
    fn next(&mut self) -> Option<BodyFrame<'a>> {
        if self.rest.is_empty() {
            return None;
        }
        let (payload, rest) = self.rest.split_at_checked(self.payload_max).unwrap_or((self.rest, &[]));
        self.rest = rest;
        let [c1, c0] = self.channel.to_be_bytes();
        let [s3, s2, s1, s0] = u32::try_from(payload.len()).unwrap_or(0).to_be_bytes();
        Some(BodyFrame { head: [3, c1, c0, s3, s2, s1, s0], payload })
    }
}
