//! From octets to frames. AMQP 0-9-1 §4.2.

use bytes::BytesMut;

use super::content_header::ContentHeader;
use super::dialect::Dialect;
use super::error::{DecodeError, DecodeErrorKind as Kind};
use super::frame::Frame;
use super::limits::Limits;
use super::method::{Method, MethodId, basic};
use super::piece::Piece;
use super::protocol_header::{ProtocolHeader, foreign};
use super::received::Received;
use super::wire::{Fault, Part, Reader, Rules, widen};
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
    state: State,
}

/// What the next octet belongs to.
#[derive(Clone, Copy, Debug)]
enum State {
    /// A frame.
    Frames,
    /// A body frame of which the head, and perhaps more, was handed out.
    Body { channel: u16, size: u32, left: u32 },
    /// Nothing any more.
    Failed(DecodeError),
}

impl Decoder {
    /// A decoder for one direction of a connection, from its first octet on. Until [`tuned`](Self::tuned), frames may be as large as
    /// [`Dialect::frame_max_before_tuning`] says.
    pub const fn new(dialect: Dialect, limits: Limits) -> Self {
        let rules = Rules { dialect, max_depth: limits.max_depth };
        let payload_max = payload_max(dialect.frame_max_before_tuning, &limits, 0);
        let channel_max = limits.channel_max;
        Self { rules, limits, payload_max, channel_max, position: 0, needed: HEAD, state: State::Frames }
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
    /// consumed, and [`needed`](Self::needed) more octets are missing at least. Of a body frame that
    /// [`decode_piece`](Self::decode_piece) began, what is left comes as one frame.
    ///
    /// # Errors
    /// The octets violate the protocol. The same error comes back from every later call.
    pub fn decode<'a>(&mut self, input: &mut &'a [u8]) -> Result<Option<Received<'a>>, DecodeError> {
        if !matches!(self.state, State::Frames) {
            return self.remainder(input);
        }
        let octets = *input;
        let Some((&[kind, c1, c0, s3, s2, s1, s0], tail)) = octets.split_first_chunk::<HEAD>() else {
            return Ok(self.more(HEAD, octets.len()));
        };
        let (channel, size) = (u16::from_be_bytes([c1, c0]), u32::from_be_bytes([s3, s2, s1, s0]));
        if !self.is_usual(kind, channel, size) {
            return self.unusual(kind, channel, size, input);
        }
        let Some((payload, [end, rest @ ..])) = tail.split_at_checked(widen(size)) else {
            return Ok(self.more(widen(size).saturating_add(HEAD).saturating_add(1), octets.len()));
        };
        // AMQP 0-9-1 §4.2.3: the end octet MUST be 0xCE; anything else is a fatal error.
        if *end != FRAME_END {
            return Err(self.fail(Fault::new(Kind::FrameEndMissing, 0), payload.len()));
        }
        match kind {
            1 => self.method(channel, payload, rest, input),
            2 => self.header(channel, payload, rest, input),
            3 => {
                self.consume(input, rest);
                Ok(Some(Received::new(Frame::Body { channel, payload: Binary::Borrowed(payload) })))
            }
            _ => {
                self.consume(input, rest);
                Ok(Some(Received::new(Frame::Heartbeat)))
            }
        }
    }

    /// Decodes the frame at the front of `input`, but a body frame piece by piece, as its octets come. `Ok(None)`: nothing was consumed.
    ///
    /// # Errors
    /// As [`decode`](Self::decode). That a body frame does not end with 0xCE shows only when its chunks were handed out.
    pub fn decode_piece<'a>(&mut self, input: &mut &'a [u8]) -> Result<Option<Piece<'a>>, DecodeError> {
        if let State::Body { channel, size, left } = self.state {
            return self.body_piece(channel, size, left, input);
        }
        let Some((&[3, c1, c0, s3, s2, s1, s0], rest)) = input.split_first_chunk::<HEAD>() else {
            return Ok(self.decode(input)?.map(Piece::Frame));
        };
        let (channel, size) = (u16::from_be_bytes([c1, c0]), u32::from_be_bytes([s3, s2, s1, s0]));
        if !matches!(self.state, State::Frames) || !self.is_usual(3, channel, size) {
            return Ok(self.decode(input)?.map(Piece::Frame));
        }
        self.consume(input, rest);
        self.state = State::Body { channel, size, left: size };
        Ok(Some(Piece::Head { channel, len: size }))
    }

    /// The next piece of a body frame.
    fn body_piece<'a>(
        &mut self,
        channel: u16,
        size: u32,
        left: u32,
        input: &mut &'a [u8],
    ) -> Result<Option<Piece<'a>>, DecodeError> {
        let octets = *input;
        let here = u32::try_from(octets.len()).map_or(left, |len| len.min(left));
        match octets.split_at_checked(widen(here)) {
            Some((chunk @ [_, ..], rest)) => {
                self.consume(input, rest);
                self.state = State::Body { channel, size, left: left.saturating_sub(here) };
                Ok(Some(Piece::Chunk(chunk)))
            }
            _ if octets.is_empty() => Ok(self.more(1, 0)),
            _ => Ok(self.remainder(input)?.map(|_| Piece::End)),
        }
    }

    /// What is left of a body frame that was begun, whole; or the error that ended everything.
    #[cold]
    fn remainder<'a>(&mut self, input: &mut &'a [u8]) -> Result<Option<Received<'a>>, DecodeError> {
        let (channel, size, left) = match self.state {
            State::Failed(error) => return Err(error),
            State::Body { channel, size, left } => (channel, size, left),
            State::Frames => return Ok(None),
        };
        let octets = *input;
        let Some((payload, [end, rest @ ..])) = octets.split_at_checked(widen(left)) else {
            return Ok(self.more(widen(left).saturating_add(1), octets.len()));
        };
        if *end != FRAME_END {
            return Err(self.fail(Fault::new(Kind::FrameEndMissing, 0), widen(size)));
        }
        self.consume(input, rest);
        self.state = State::Frames;
        Ok(Some(Received::new(Frame::Body { channel, payload: Binary::Borrowed(payload) })))
    }

    /// The same as [`decode`](Self::decode) for a buffer that the frames may share: takes the frame's octets out of the buffer and copies
    /// none of them.
    ///
    /// # Errors
    /// As [`decode`](Self::decode).
    pub fn decode_shared(&mut self, buffer: &mut BytesMut) -> Result<Option<Frame<'static>>, DecodeError> {
        let mut octets: &[u8] = buffer;
        let len = match (self.state, octets) {
            (State::Body { left, .. }, _) => widen(left).saturating_add(1),
            (_, [b'A', b'M', b'Q', b'P', ..]) => ProtocolHeader::LEN,
            (_, [_, _, _, s3, s2, s1, s0, ..]) => {
                widen(u32::from_be_bytes([*s3, *s2, *s1, *s0])).saturating_add(HEAD).saturating_add(1)
            }
            _ => HEAD,
        };
        if octets.len() < len || len == HEAD {
            // Too short, or refused by its head.
            return self.decode(&mut octets).map(|frame| frame.map(Received::into_owned));
        }
        let whole = buffer.split_to(len).freeze();
        let mut octets: &[u8] = &whole;
        Ok(self.decode(&mut octets)?.map(|frame| frame.into_frame().into_shared(&whole)))
    }

    /// After `Ok(None)`: how many more octets are missing at least.
    pub const fn needed(&self) -> usize {
        self.needed
    }

    /// Octets consumed so far.
    pub const fn position(&self) -> u64 {
        self.position
    }

    /// Whether the head of a frame leaves nothing to say against it.
    #[inline(always)]
    const fn is_usual(&self, kind: u8, channel: u16, size: u32) -> bool {
        let admitted = match kind {
            1 => true,
            2 | 3 => channel != 0,
            8 => channel == 0 && size == 0,
            _ => false,
        };
        admitted && size <= self.payload_max && channel <= self.channel_max
    }

    /// What the head alone can tell of a frame that is refused: the error and its offset.
    const fn head_fault(&self, kind: u8, channel: u16, size: u32) -> (Kind, usize) {
        match kind {
            // AMQP 0-9-1 §4.2.6: content frames have a channel, and zero is not it.
            2 | 3 if channel == 0 => (Kind::ContentOnChannelZero, 1),
            // AMQP 0-9-1 §4.2.3, §4.2.7: heartbeats belong on channel 0 and are empty.
            8 if channel != 0 => (Kind::HeartbeatOnChannel, 1),
            8 => (Kind::HeartbeatNotEmpty, 3),
            // connection.tune.frame-max.minimum: until tuning, no more than the smallest frame-max.
            // AMQP 0-9-1 §4.2.3: a frame larger than frame-max is a frame error, seen before its payload is kept.
            1..=3 if size > self.payload_max => (Kind::FrameTooLarge, 3),
            // connection.tune.channel-max: the highest channel number.
            1..=3 => (Kind::ChannelTooHigh, 1),
            // AMQP 0-9-1 §4.2.3: an unknown type is fatal.
            _ => (Kind::UnknownFrameType, 0),
        }
    }

    #[inline(always)]
    fn method<'a>(
        &mut self,
        channel: u16,
        payload: &'a [u8],
        rest: &'a [u8],
        input: &mut &'a [u8],
    ) -> Result<Option<Received<'a>>, DecodeError> {
        let Some((&id, arguments)) = payload.split_first_chunk::<4>() else {
            return Err(self.fail(Fault::new(Kind::MethodTooShort, 0), payload.len()));
        };
        match MethodId::from_octets(id) {
            basic::Deliver::ID if channel != 0 => self.one::<basic::Deliver<'_>>(channel, arguments, rest, input),
            basic::Publish::ID if channel != 0 => self.one::<basic::Publish<'_>>(channel, arguments, rest, input),
            basic::Ack::ID if channel != 0 => self.one::<basic::Ack>(channel, arguments, rest, input),
            id => self.any(id, channel, arguments, rest, input),
        }
    }

    /// A method of a known type.
    #[inline(always)]
    fn one<'a, M>(
        &mut self,
        channel: u16,
        arguments: &'a [u8],
        rest: &'a [u8],
        input: &mut &'a [u8],
    ) -> Result<Option<Received<'a>>, DecodeError>
    where
        M: Part<'a> + Into<Method<'a>>,
    {
        match M::take(&mut Reader { rest: arguments }, &self.rules) {
            Ok(method) => {
                self.consume(input, rest);
                Ok(Some(Received::new(Frame::Method { channel, method: method.into() })))
            }
            Err(fault) => Err(self.fail(fault, arguments.len().wrapping_add(4))),
        }
    }

    /// A method that is not among the most frequent: apart, so that those need no large stack frame.
    #[inline(never)]
    fn any<'a>(
        &mut self,
        id: MethodId,
        channel: u16,
        arguments: &'a [u8],
        rest: &'a [u8],
        input: &mut &'a [u8],
    ) -> Result<Option<Received<'a>>, DecodeError> {
        let payload_len = arguments.len().wrapping_add(4);
        // AMQP 0-9-1 §4.2.3: class connection on channel 0, everything else on another.
        if (id.class == 10) != (channel == 0) {
            let kind = if channel == 0 { Kind::MethodOnChannelZero } else { Kind::ConnectionMethodOnChannel };
            return Err(self.fail(Fault::new(kind, payload_len), payload_len));
        }
        let (rules, before) = (self.rules, (*input, self.position));
        self.consume(input, rest);
        Method::take_frame(id, channel, &mut Reader { rest: arguments }, &rules, |fault| {
            (*input, self.position) = before;
            self.fail(fault, payload_len)
        })
    }

    #[inline(always)]
    fn header<'a>(
        &mut self,
        channel: u16,
        payload: &'a [u8],
        rest: &'a [u8],
        input: &mut &'a [u8],
    ) -> Result<Option<Received<'a>>, DecodeError> {
        match ContentHeader::take(&mut Reader { rest: payload }, &self.rules) {
            Ok(header) => {
                self.consume(input, rest);
                Ok(Some(Received::new(Frame::Header { channel, header })))
            }
            Err(fault) => Err(self.fail(fault, payload.len())),
        }
    }

    /// What is no frame by its head: the protocol header where it may stand, or an error.
    #[cold]
    fn unusual<'a>(
        &mut self,
        kind: u8,
        channel: u16,
        size: u32,
        input: &mut &'a [u8],
    ) -> Result<Option<Received<'a>>, DecodeError> {
        let octets = *input;
        let (kind, offset) = self.head_fault(kind, channel, size);
        let mut error = DecodeError::new(kind, offset);
        if self.position == 0 && kind == Kind::UnknownFrameType {
            if octets.starts_with(b"AMQP") {
                let Some((&[_, _, _, _, a, b, c, d], rest)) = octets.split_first_chunk::<8>() else {
                    return Ok(self.more(ProtocolHeader::LEN, octets.len()));
                };
                let header = ProtocolHeader([a, b, c, d]);
                if header.version().is_some() {
                    self.consume(input, rest);
                    return Ok(Some(Received::new(Frame::ProtocolHeader(header))));
                }
                error = DecodeError::new(Kind::UnknownVersion, 4);
            } else {
                error = DecodeError::new(foreign(octets), 0);
            }
        }
        self.state = State::Failed(error);
        Err(error)
    }

    /// A message is there: the input goes on behind it.
    #[inline(always)]
    const fn consume<'a>(&mut self, input: &mut &'a [u8], rest: &'a [u8]) {
        self.position = self.position.wrapping_add(input.len().wrapping_sub(rest.len()) as u64);
        *input = rest;
    }

    #[cold]
    const fn more<T>(&mut self, wanted: usize, there: usize) -> Option<T> {
        self.needed = wanted.saturating_sub(there);
        None
    }

    /// A frame is refused: nothing of it is consumed, and every later call says the same.
    #[cold]
    fn fail(&mut self, fault: Fault, payload_len: usize) -> DecodeError {
        let error = DecodeError::new(fault.kind, payload_len.saturating_add(HEAD).saturating_sub(fault.left));
        self.state = State::Failed(error);
        error
    }
}

/// The largest payload under a frame-max, a limit and the octets that the dialect tolerates.
const fn payload_max(frame_max: u32, limits: &Limits, slack: u32) -> u32 {
    let max = if frame_max == 0 || frame_max > limits.frame_max { limits.frame_max } else { frame_max };
    max.saturating_sub(FRAME_OVERHEAD).saturating_add(slack)
}
