//! From octets to frames. AMQP 0-9-1 §4.2.

use bytes::BytesMut;

use super::content_header::ContentHeader;
use super::dialect::Dialect;
use super::error::{DecodeError, DecodeErrorKind as Kind};
use super::frame::Frame;
use super::limits::Limits;
use super::method::{Method, MethodId};
use super::protocol_header::{ProtocolHeader, foreign};
use super::wire::{Fault, Reader, Rules, widen};
use super::{FRAME_END, FRAME_OVERHEAD};
use crate::Binary;

/// Octets of type, channel and size.
const HEAD: usize = 7;

/// Turns the octets that a peer sends, in pieces of any size, into frames.
///
/// Everything that the seven octets of a frame's head can tell is checked before a single octet of its payload is asked for. Each call
/// costs a constant until the frame is there, so a peer that sends one octet at a time costs linear time.
#[derive(Clone, Debug)]
pub struct Decoder {
    rules: Rules,
    limits: Limits,
    /// The largest payload.
    payload_max: u32,
    channel_max: u16,
    position: u64,
    needed: usize,
    failed: Option<DecodeError>,
}

impl Decoder {
    /// A decoder for one direction of a connection, from its first octet on. Until [`tuned`](Self::tuned), frames may be as large as
    /// [`Dialect::frame_max_before_tuning`] says.
    pub const fn new(dialect: Dialect, limits: Limits) -> Self {
        let rules = Rules { dialect, max_depth: limits.max_depth };
        let payload_max = payload_max(dialect.frame_max_before_tuning, &limits, 0);
        let channel_max = limits.channel_max;
        Self { rules, limits, payload_max, channel_max, position: 0, needed: HEAD, failed: None }
    }

    /// The peers have agreed: from the next frame on, these hold, or the limits where those are lower. 0 means no limit besides them.
    pub const fn tuned(&mut self, frame_max: u32, channel_max: u16) {
        self.payload_max = payload_max(frame_max, &self.limits, self.rules.dialect.frame_slack);
        self.channel_max = match channel_max {
            1.. if channel_max < self.limits.channel_max => channel_max,
            _ => self.limits.channel_max,
        };
    }

    /// Decodes the frame at the front of `input` and moves `input` behind it. `Ok(None)`: the frame is not there yet; nothing was
    /// consumed, and [`needed`](Self::needed) more octets are missing at least.
    ///
    /// # Errors
    /// The octets violate the protocol. The same error comes back from every later call.
    #[inline]
    pub fn decode<'a>(&mut self, input: &mut &'a [u8]) -> Result<Option<Frame<'a>>, DecodeError> {
        if let Some(failed) = self.failed {
            return Err(failed);
        }
        let octets = *input;
        let Some((&[kind, c1, c0, s3, s2, s1, s0], tail)) = octets.split_first_chunk::<HEAD>() else {
            return Ok(self.more(HEAD, octets.len()));
        };
        let (channel, size) = (u16::from_be_bytes([c1, c0]), u32::from_be_bytes([s3, s2, s1, s0]));
        if let Err((error, offset)) = self.check_head(kind, channel, size) {
            return self.unusual(error, offset, input);
        }
        let Some((payload, [end, rest @ ..])) = tail.split_at_checked(widen(size)) else {
            return Ok(self.more(widen(size).saturating_add(HEAD).saturating_add(1), octets.len()));
        };
        // AMQP 0-9-1 §4.2.3: the end octet MUST be 0xCE; anything else is a fatal error.
        if *end != FRAME_END {
            self.consumed(payload.len().saturating_add(HEAD).saturating_add(1));
            return Err(self.fail(Fault::new(Kind::FrameEndMissing, 0), payload.len(), input, octets));
        }
        self.consumed(octets.len().wrapping_sub(rest.len()));
        *input = rest;
        match kind {
            1 => self.method(channel, payload, input, octets),
            2 => match ContentHeader::take(&mut Reader { rest: payload }, &self.rules) {
                Ok(header) => Ok(Some(Frame::Header { channel, header })),
                Err(fault) => Err(self.fail(fault, payload.len(), input, octets)),
            },
            3 => Ok(Some(Frame::Body { channel, payload: Binary::Borrowed(payload) })),
            _ => Ok(Some(Frame::Heartbeat)),
        }
    }

    /// The same for a buffer that the frames may share: takes the frame's octets out of the buffer and copies none of them.
    ///
    /// # Errors
    /// As [`decode`](Self::decode).
    pub fn decode_shared(&mut self, buffer: &mut BytesMut) -> Result<Option<Frame<'static>>, DecodeError> {
        let mut octets: &[u8] = buffer;
        let before = octets.len();
        let complete = match octets {
            [b'A', ..] => before >= ProtocolHeader::LEN,
            [_, _, _, s3, s2, s1, s0, tail @ ..] => tail.len() > widen(u32::from_be_bytes([*s3, *s2, *s1, *s0])),
            _ => false,
        };
        if !complete {
            // Too short, or refused by its head.
            return self.decode(&mut octets).map(|frame| frame.map(Frame::into_owned));
        }
        let len = match octets {
            [_, _, _, s3, s2, s1, s0, ..] if !octets.starts_with(b"AMQP") => {
                widen(u32::from_be_bytes([*s3, *s2, *s1, *s0])).saturating_add(HEAD).saturating_add(1)
            }
            _ => ProtocolHeader::LEN,
        };
        let whole = buffer.split_to(len.min(before)).freeze();
        let mut octets: &[u8] = &whole;
        Ok(self.decode(&mut octets)?.map(|frame| frame.into_shared(&whole)))
    }

    /// After `Ok(None)`: how many more octets are missing at least.
    pub const fn needed(&self) -> usize {
        self.needed
    }

    /// Octets consumed so far.
    pub const fn position(&self) -> u64 {
        self.position
    }

    /// What the head alone can tell: the error and its offset.
    #[inline(always)]
    fn check_head(&self, kind: u8, channel: u16, size: u32) -> Result<(), (Kind, usize)> {
        match kind {
            // AMQP 0-9-1 §4.2.6: content frames have a channel, and zero is not it.
            2 | 3 if channel == 0 => return Err((Kind::ContentOnChannelZero, 1)),
            1..=3 => {}
            // AMQP 0-9-1 §4.2.3, §4.2.7: heartbeats belong on channel 0 and are empty.
            8 if channel != 0 => return Err((Kind::HeartbeatOnChannel, 1)),
            8 if size != 0 => return Err((Kind::HeartbeatNotEmpty, 3)),
            8 => {}
            // AMQP 0-9-1 §4.2.3: an unknown type is fatal.
            _ => return Err((Kind::UnknownFrameType, 0)),
        }
        // connection.tune.frame-max.minimum: until tuning, no more than the smallest frame-max.
        // AMQP 0-9-1 §4.2.3: a frame larger than frame-max is a frame error, seen before its payload is kept.
        if size > self.payload_max {
            return Err((Kind::FrameTooLarge, 3));
        }
        // connection.tune.channel-max: the highest channel number.
        if channel > self.channel_max {
            return Err((Kind::ChannelTooHigh, 1));
        }
        Ok(())
    }

    #[inline(always)]
    fn method<'a>(
        &mut self,
        channel: u16,
        payload: &'a [u8],
        input: &mut &'a [u8],
        octets: &'a [u8],
    ) -> Result<Option<Frame<'a>>, DecodeError> {
        let Some((&[c1, c0, m1, m0], arguments)) = payload.split_first_chunk::<4>() else {
            return Err(self.fail(Fault::new(Kind::MethodTooShort, 0), payload.len(), input, octets));
        };
        let id = MethodId::new(u16::from_be_bytes([c1, c0]), u16::from_be_bytes([m1, m0]));
        // AMQP 0-9-1 §4.2.3: class connection on channel 0, everything else on another.
        if (id.class == 10) != (channel == 0) {
            let kind = if channel == 0 { Kind::MethodOnChannelZero } else { Kind::ConnectionMethodOnChannel };
            return Err(self.fail(Fault::new(kind, payload.len()), payload.len(), input, octets));
        }
        let rules = self.rules;
        let refuse = |fault| self.fail(fault, payload.len(), input, octets);
        Method::take_frame(id, channel, &mut Reader { rest: arguments }, &rules, refuse)
    }

    /// What is no frame by its head: the protocol header where it may stand, or an error.
    #[cold]
    fn unusual<'a>(
        &mut self,
        kind: Kind,
        offset: usize,
        input: &mut &'a [u8],
    ) -> Result<Option<Frame<'a>>, DecodeError> {
        let octets = *input;
        let mut error = DecodeError::new(kind, offset);
        if self.position == 0 && kind == Kind::UnknownFrameType {
            if octets.starts_with(b"AMQP") {
                let Some((&[_, _, _, _, a, b, c, d], rest)) = octets.split_first_chunk::<8>() else {
                    return Ok(self.more(ProtocolHeader::LEN, octets.len()));
                };
                let header = ProtocolHeader([a, b, c, d]);
                if header.version().is_some() {
                    self.consumed(ProtocolHeader::LEN);
                    *input = rest;
                    return Ok(Some(Frame::ProtocolHeader(header)));
                }
                error = DecodeError::new(Kind::UnknownVersion, 4);
            } else {
                error = DecodeError::new(foreign(octets), 0);
            }
        }
        self.failed = Some(error);
        Err(error)
    }

    #[inline(always)]
    const fn consumed(&mut self, len: usize) {
        self.position = self.position.wrapping_add(len as u64);
        self.needed = HEAD;
    }

    #[cold]
    const fn more<T>(&mut self, wanted: usize, there: usize) -> Option<T> {
        self.needed = wanted.saturating_sub(there);
        None
    }

    /// The frame is refused: it counts as not consumed, and every later call says the same.
    #[cold]
    fn fail<'a>(&mut self, fault: Fault, payload_len: usize, input: &mut &'a [u8], octets: &'a [u8]) -> DecodeError {
        let len = payload_len.saturating_add(HEAD);
        let error = DecodeError::new(fault.kind, len.saturating_sub(fault.left));
        self.position = self.position.wrapping_sub(len as u64).wrapping_sub(1);
        self.failed = Some(error);
        *input = octets;
        error
    }
}

/// The largest payload under a frame-max, a limit and the octets that the dialect tolerates.
const fn payload_max(frame_max: u32, limits: &Limits, slack: u32) -> u32 {
    let max = if frame_max == 0 || frame_max > limits.frame_max { limits.frame_max } else { frame_max };
    max.saturating_sub(FRAME_OVERHEAD).saturating_add(slack)
}
