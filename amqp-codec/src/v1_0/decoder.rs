//! Bytes to frames (AMQP 1.0 §2.2, §2.3, §5.3).

use bytes::{Buf, BytesMut};

use super::composite::{Composite, Named, fill};
use super::frame::{Frame, HEAD};
use super::own::{Keep, Own};
use super::performative::{Rules, head};
use super::protocol_header::{ProtocolHeader, ProtocolId};
use super::spec::descriptor;
use super::wire::{Fault, Parsed, widen};
use super::{
    Attach, Begin, Close, DecodeError, DecodeErrorKind as Kind, Detach, Disposition, End, Flow, Limits, Open,
    Performative, ReceivedFrame, SaslPerformative, Transfer,
};
use crate::Binary;

mod head;
mod piece;

pub use piece::Piece;

/// Which side we are.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Side {
    /// We opened the connection: the peer is the server.
    Client,
    /// The peer opened the connection.
    Server,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Expect {
    Header,
    Sasl,
    Amqp,
    /// The capture began in the middle: either layer.
    Any,
    /// A TLS handshake follows, which is not ours to read.
    Tls,
}

/// Turns one direction of a connection into protocol headers and frames.
///
/// The layers follow each other by themselves: behind a SASL header come SASL frames, behind the outcome the next header.
#[derive(Clone, Debug)]
pub struct Decoder {
    side: Option<Side>,
    limits: Limits,
    expect: Expect,
    /// The connection is open, so that our max-frame-size is known to the peer.
    open: bool,
    /// Octets still to come of a payload that is handed out piece by piece.
    streaming: Option<usize>,
    needed: usize,
    position: u64,
    failed: Option<DecodeError>,
}

impl Decoder {
    /// A decoder for the stream from its first octet. `side` is ours.
    pub fn new(side: Side, limits: Limits) -> Self {
        Self::at(Some(side), Expect::Header, limits)
    }

    /// A decoder for the stream from its first octet, for somebody who is neither side.
    pub fn observer(limits: Limits) -> Self {
        Self::at(None, Expect::Header, limits)
    }

    /// A decoder for a stream whose beginning was not seen: frames of both layers and headers, in any order, of up to
    /// [`Limits::max_frame_size`] octets.
    pub fn established(side: Option<Side>, limits: Limits) -> Self {
        Self { open: true, ..Self::at(side, Expect::Any, limits) }
    }

    fn at(side: Option<Side>, expect: Expect, limits: Limits) -> Self {
        Self { side, limits, expect, open: false, streaming: None, needed: 0, position: 0, failed: None }
    }

    /// The frame at the head of `input`, which moves behind it; `None` when it is not there as a whole.
    ///
    /// # Errors
    /// The first violation, again and again: the stream cannot be trusted behind it.
    pub fn decode<'a>(&mut self, input: &mut &'a [u8]) -> Result<Option<ReceivedFrame<'a>>, DecodeError> {
        if let Some(error) = self.failed {
            return Err(error);
        }
        let whole = *input;
        // What is ordinary shows in eight octets.
        if let Some((&[a, b, c, d, 2, 0, high, low], _)) = whole.split_first_chunk::<HEAD>()
            && let size = u32::from_be_bytes([a, b, c, d])
            && let channel = u16::from_be_bytes([high, low])
            && self.is_ordinary(size, channel)
            && let Some((unit, rest)) = whole.split_at_checked(widen(size))
        {
            return self.amqp(channel, unit.get(HEAD..).unwrap_or_default(), unit, rest, input);
        }
        self.decode_with_care(input)
    }

    /// Judges what is not ordinary, or not all there, rule by rule.
    #[inline(never)]
    fn decode_with_care<'a>(&mut self, input: &mut &'a [u8]) -> Result<Option<ReceivedFrame<'a>>, DecodeError> {
        if !self.drop_payload(input) {
            return Ok(None);
        }
        let whole = *input;
        let len = match self.frame_len(whole) {
            Ok(Ok(len)) => len,
            Ok(Err(needed)) => {
                self.needed = needed;
                return Ok(None);
            }
            Err(fault) => return Err(self.fail(fault, whole)),
        };
        let Some((unit, rest)) = whole.split_at_checked(len) else {
            self.needed = len.saturating_sub(whole.len());
            return Ok(None);
        };
        let Some((&[_, _, _, _, doff, kind, high, low], _)) = unit.split_first_chunk::<HEAD>() else {
            return Err(self.fail(Fault::new(Kind::FrameTooShort, unit), unit));
        };
        // AMQP 1.0 §2.3.1: the extended header is ignored.
        let body = unit.get(usize::from(doff).saturating_mul(4)..).unwrap_or_default();
        let channel = u16::from_be_bytes([high, low]);
        let frame = match (self.expect, unit.first(), kind) {
            (Expect::Header | Expect::Tls, ..) | (Expect::Any | Expect::Sasl, Some(&b'A'), _) => self.header(unit),
            (_, _, 1) => self.sasl(body).map(Frame::Sasl),
            // [transport:connections/doc-idle-time-out.7] AMQP 1.0 §2.4.5: empty frames may come on any channel.
            _ if body.is_empty() => Ok(Frame::Empty { channel }),
            _ => return self.amqp(channel, body, unit, rest, input),
        };
        match frame {
            Ok(frame) => {
                *input = rest;
                self.advance(unit.len());
                Ok(Some(ReceivedFrame::new(frame)))
            }
            Err(fault) => Err(self.fail(fault, unit)),
        }
    }

    fn advance(&mut self, len: usize) {
        self.needed = 0;
        self.position = self.position.saturating_add(u64::try_from(len).unwrap_or(u64::MAX));
    }

    /// The frame at the head of `input` as shares of its buffer, which moves behind it. Nothing is copied.
    ///
    /// # Errors
    /// As [`Decoder::decode`].
    pub fn decode_shared(&mut self, input: &mut BytesMut) -> Result<Option<Frame<'static>>, DecodeError> {
        if let Some(error) = self.failed {
            return Err(error);
        }
        let mut rest = &input[..];
        let dropped = self.drop_payload(&mut rest);
        let gone = input.len().saturating_sub(rest.len());
        input.advance(gone);
        if !dropped {
            return Ok(None);
        }
        let len = match self.frame_len(input) {
            Ok(Ok(len)) if len <= input.len() => len,
            Ok(Ok(len)) => {
                self.needed = len.saturating_sub(input.len());
                return Ok(None);
            }
            Ok(Err(needed)) => {
                self.needed = needed;
                return Ok(None);
            }
            Err(fault) => return Err(self.fail(fault, input)),
        };
        let unit = input.split_to(len).freeze();
        let mut slice = &unit[..];
        let frame = self.decode(&mut slice)?;
        Ok(frame.map(|frame| frame.into_frame().own(&mut Keep::Share(&unit))))
    }

    /// How many more octets the next frame needs at least, after `None`.
    pub fn needed(&self) -> usize {
        self.needed
    }

    /// How many octets of the stream were decoded.
    pub fn position(&self) -> u64 {
        self.position
    }

    /// Our own open went out: from now on the peer may know our max-frame-size (AMQP 1.0 §2.7.1). The peer's open has the same effect.
    pub fn opened(&mut self) {
        self.open = true;
    }

    /// The layer that TLS carries begins anew behind the handshake (AMQP 1.0 §5.2.1).
    pub fn secured(&mut self) {
        self.expect = Expect::Header;
    }

    #[cold]
    fn fail(&mut self, fault: Fault, whole: &[u8]) -> DecodeError {
        let error = fault.locate(whole);
        self.failed = Some(error);
        error
    }

    /// Reads the body of an AMQP frame, which is all of `unit` behind the header; `after` follows it.
    ///
    /// Frames are large: this one is made where the caller wants it, and moved nowhere on the way.
    fn amqp<'a>(
        &mut self,
        channel: u16,
        body: &'a [u8],
        unit: &'a [u8],
        after: &'a [u8],
        input: &mut &'a [u8],
    ) -> Result<Option<ReceivedFrame<'a>>, DecodeError> {
        let mut rest = body;
        macro_rules! typed {
            ($variant:ident) => {{
                let mut performative = $variant::default();
                match self.typed(&mut performative, channel, body, &mut rest) {
                    Ok(()) => {
                        *input = after;
                        self.advance(unit.len());
                        let performative = Performative::$variant(performative);
                        let frame = Frame::Amqp { channel, performative, payload: Binary::Borrowed(rest) };
                        Ok(Some(ReceivedFrame::new(frame)))
                    }
                    Err(fault) => Err(self.fail(fault, unit)),
                }
            }};
        }
        match head(&mut rest, &self.limits) {
            Ok(Named::Known(descriptor::TRANSFER)) => typed!(Transfer),
            Ok(Named::Known(descriptor::DISPOSITION)) => typed!(Disposition),
            Ok(Named::Known(descriptor::FLOW)) => typed!(Flow),
            Ok(Named::Known(descriptor::ATTACH)) => typed!(Attach),
            Ok(Named::Known(descriptor::DETACH)) => typed!(Detach),
            Ok(Named::Known(descriptor::BEGIN)) => typed!(Begin),
            Ok(Named::Known(descriptor::END)) => typed!(End),
            Ok(Named::Known(descriptor::OPEN)) => {
                self.open = true;
                typed!(Open)
            }
            Ok(Named::Known(descriptor::CLOSE)) => typed!(Close),
            // [transport:framing.3] A SASL body on the AMQP layer, or the reverse, is as unknown as any other.
            Ok(_) => Err(self.fail(Fault::new(Kind::UnknownPerformative, body), unit)),
            Err(fault) => Err(self.fail(cut(fault, body), unit)),
        }
    }

    /// Reads the list of a performative, and checks what it must keep to beyond its own fields.
    #[inline]
    fn typed<'a, T: Composite<'a> + Rules>(
        &self,
        performative: &mut T,
        channel: u16,
        body: &'a [u8],
        payload: &mut &'a [u8],
    ) -> Parsed<()> {
        fill(performative, payload, &self.limits).map_err(|fault| cut(fault, body))?;
        // [transport:performatives/begin/handle-max.2] Close the connection with framing-error.
        if performative.handle().is_some_and(|handle| handle > self.limits.max_handle) {
            return Err(Fault::new(Kind::HandleTooHigh, body));
        }
        performative.rules().map_err(|kind| Fault::new(kind, body))?;
        if T::CHANNEL_ZERO && channel != 0 {
            return Err(Fault::new(Kind::OpenNotOnChannelZero, body));
        }
        if !T::PAYLOAD && !payload.is_empty() {
            return Err(Fault::new(Kind::UnexpectedPayload, payload));
        }
        Ok(())
    }

    fn header<'a>(&mut self, unit: &[u8]) -> Parsed<Frame<'a>> {
        let header = ProtocolHeader::read(unit)?.ok_or_else(|| Fault::new(Kind::NotAmqp, unit))?;
        if self.expect != Expect::Any {
            self.expect = match header.0 {
                ProtocolId::Amqp => Expect::Amqp,
                ProtocolId::Sasl => Expect::Sasl,
                ProtocolId::Tls => Expect::Tls,
            };
        }
        Ok(Frame::Header(header))
    }

    fn sasl<'a>(&mut self, body: &'a [u8]) -> Parsed<SaslPerformative<'a>> {
        // [security:sasl.u2] AMQP 1.0 §5.3.1: "receipt of an empty frame is an irrecoverable error".
        if body.is_empty() {
            return Err(Fault::new(Kind::EmptySaslFrame, body));
        }
        let mut rest = body;
        let performative = SaslPerformative::read(&mut rest, &self.limits).map_err(|fault| cut(fault, body))?;
        // [security:sasl.4] [security:sasl.5] Exactly one value.
        if !rest.is_empty() {
            return Err(Fault::new(Kind::UnexpectedPayload, rest));
        }
        let from = match performative {
            SaslPerformative::Mechanisms(_) | SaslPerformative::Challenge(_) | SaslPerformative::Outcome(_) => {
                Side::Server
            }
            SaslPerformative::Init(_) | SaslPerformative::Response(_) => Side::Client,
        };
        // [security:sasl.8] AMQP 1.0 §5.3.2: the server announces, asks and decides; the client chooses and answers.
        if self.side == Some(from) {
            return Err(Fault::new(Kind::SaslDirection, body));
        }
        if let (SaslPerformative::Outcome(_), Expect::Sasl) = (&performative, self.expect) {
            self.expect = Expect::Header;
        }
        Ok(performative)
    }
}

/// A performative whose list says that it is longer than the frame: the frame's size is what is wrong (AMQP 1.0 §2.3.1).
#[cold]
fn cut(fault: Fault, body: &[u8]) -> Fault {
    if fault.kind() != Kind::Truncated {
        return fault;
    }
    let mut rest = body;
    match super::raw::skip(&mut rest) {
        Some(()) => fault,
        None => Fault::new(Kind::PerformativeCut, body),
    }
}
