//! Bytes to frames (AMQP 1.0 §2.2, §2.3, §5.3).

use bytes::BytesMut;

use super::composite::{Composite, Named, read_list};
use super::frame::{Frame, HEAD};
use super::own::{Keep, Own};
use super::performative::{Rules, head};
use super::protocol_header::{ProtocolHeader, ProtocolId};
use super::spec::descriptor;
use super::wire::{Fault, Parsed, widen};
use super::{DecodeError, DecodeErrorKind as Kind, Limits, Performative, SaslPerformative};
use crate::Binary;

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
    pub fn mid_stream(side: Option<Side>, limits: Limits) -> Self {
        Self { open: true, ..Self::at(side, Expect::Any, limits) }
    }

    fn at(side: Option<Side>, expect: Expect, limits: Limits) -> Self {
        Self { side, limits, expect, open: false, needed: 0, position: 0, failed: None }
    }

    /// The frame at the head of `input`, which moves behind it; `None` when it is not there as a whole.
    ///
    /// # Errors
    /// The first violation, again and again: the stream cannot be trusted behind it.
    pub fn decode<'a>(&mut self, input: &mut &'a [u8]) -> Result<Option<Frame<'a>>, DecodeError> {
        if let Some(error) = self.failed {
            return Err(error);
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
        self.finish(unit, rest, input)
    }

    /// Reads the whole unit at the head of `input`, behind which `rest` begins.
    ///
    /// Frames are large: they are made where the caller wants them, and moved nowhere on the way.
    #[inline]
    fn finish<'a>(
        &mut self,
        unit: &'a [u8],
        rest: &'a [u8],
        input: &mut &'a [u8],
    ) -> Result<Option<Frame<'a>>, DecodeError> {
        let result = self.frame(unit);
        if result.is_ok() {
            *input = rest;
            self.needed = 0;
            self.position = self.position.saturating_add(u64::try_from(unit.len()).unwrap_or(u64::MAX));
        }
        result
    }

    /// The frame at the head of `input` as shares of its buffer, which moves behind it. Nothing is copied.
    ///
    /// # Errors
    /// As [`Decoder::decode`].
    pub fn decode_shared(&mut self, input: &mut BytesMut) -> Result<Option<Frame<'static>>, DecodeError> {
        if let Some(error) = self.failed {
            return Err(error);
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
        Ok(frame.map(|frame| frame.own(&mut Keep::Share(&unit))))
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

    /// The length of the next unit, or how many octets are needed to know it. The head is judged as soon as it is there.
    #[inline]
    fn frame_len(&self, input: &[u8]) -> Parsed<Result<usize, usize>> {
        let header = match self.expect {
            Expect::Header | Expect::Tls => true,
            // The outcome travels in the other direction: a client's header follows its last response. No frame begins with this octet,
            // as it would have more than 2³⁰ octets.
            Expect::Sasl | Expect::Any => input.first() == Some(&b'A'),
            Expect::Amqp => false,
        };
        if header {
            return header_len(input);
        }
        let Some((size, tail)) = input.split_first_chunk::<4>() else {
            return Ok(Err(HEAD.saturating_sub(input.len())));
        };
        let size = u32::from_be_bytes(*size);
        // AMQP 1.0 §2.3.1: "the frame is malformed if the size is less than the size of the frame header (8 bytes)".
        if size < 8 {
            return Err(Fault::new(Kind::FrameTooShort, input));
        }
        let max = match self.expect {
            Expect::Sasl => self.limits.max_sasl_frame_size,
            _ if self.open => self.limits.max_frame_size,
            // AMQP 1.0 §2.7.1: prior to any explicit negotiation, the maximum frame size is MIN-MAX-FRAME-SIZE.
            _ => 0,
        };
        // [transport:performatives/open/max-frame-size.2] [transport:performatives/open/max-frame-size.3]
        if size > max.max(Limits::MIN_MAX_FRAME_SIZE) {
            return Err(Fault::new(Kind::FrameTooLarge, input));
        }
        let Some((&[doff, kind, channel_high, channel_low], _)) = tail.split_first_chunk::<4>() else {
            return Ok(Err(HEAD.saturating_sub(input.len())));
        };
        self.check_head(size, doff, kind, u16::from_be_bytes([channel_high, channel_low]), input)?;
        Ok(Ok(widen(size)))
    }

    /// Judges a frame header whose size was judged: offset, type, channel.
    #[inline]
    fn check_head(&self, size: u32, doff: u8, kind: u8, channel: u16, input: &[u8]) -> Parsed<()> {
        let at = |offset: usize| input.get(offset..).unwrap_or(input);
        // AMQP 1.0 §2.3.1: "the frame is malformed if the value is less than 2".
        if doff < 2 {
            return Err(Fault::new(Kind::DataOffsetTooSmall, at(4)));
        }
        if u32::from(doff).saturating_mul(4) > size {
            return Err(Fault::new(Kind::DataOffsetTooLarge, at(4)));
        }
        // AMQP 1.0 §5.3.1: the maximum size of a SASL frame is MIN-MAX-FRAME-SIZE, whatever the connection agreed on.
        if kind == 1 && size > self.limits.max_sasl_frame_size {
            return Err(Fault::new(Kind::FrameTooLarge, input));
        }
        // [transport:performatives/open/channel-max.2] Close the connection with framing-error.
        match (kind, self.expect) {
            (0, Expect::Amqp | Expect::Any) if channel > self.limits.max_channel => {
                Err(Fault::new(Kind::ChannelTooHigh, at(6)))
            }
            (0, Expect::Amqp | Expect::Any) | (1, Expect::Sasl | Expect::Any) => Ok(()),
            (0 | 1, _) => Err(Fault::new(Kind::WrongFrameType, at(5))),
            _ => Err(Fault::new(Kind::UnknownFrameType, at(5))),
        }
    }

    /// Reads a whole unit whose head was judged.
    #[inline]
    fn frame<'a>(&mut self, unit: &'a [u8]) -> Result<Option<Frame<'a>>, DecodeError> {
        if let (Expect::Header | Expect::Tls, _) | (Expect::Any | Expect::Sasl, Some(&b'A')) =
            (self.expect, unit.first())
        {
            return self.header(unit).map(Some).map_err(|fault| self.fail(fault, unit));
        }
        let Some((&[_, _, _, _, doff, kind, high, low], _)) = unit.split_first_chunk::<HEAD>() else {
            return Err(self.fail(Fault::new(Kind::FrameTooShort, unit), unit));
        };
        // AMQP 1.0 §2.3.1: the extended header is ignored.
        let body = unit.get(usize::from(doff).saturating_mul(4)..).unwrap_or_default();
        if kind == 1 {
            return self.sasl(body).map(|frame| Some(Frame::Sasl(frame))).map_err(|fault| self.fail(fault, unit));
        }
        let channel = u16::from_be_bytes([high, low]);
        if body.is_empty() {
            return Ok(Some(Frame::Empty { channel }));
        }
        self.amqp(channel, body, unit)
    }

    /// Reads the body of an AMQP frame.
    fn amqp<'a>(&mut self, channel: u16, body: &'a [u8], unit: &'a [u8]) -> Result<Option<Frame<'a>>, DecodeError> {
        let mut payload = body;
        macro_rules! typed {
            ($variant:ident) => {
                match self.typed(channel, body, &mut payload) {
                    Ok(inner) => Ok(Some(Frame::Amqp {
                        channel,
                        performative: Performative::$variant(inner),
                        payload: Binary::Borrowed(payload),
                    })),
                    Err(fault) => Err(self.fail(fault, unit)),
                }
            };
        }
        match head(&mut payload, &self.limits) {
            Ok(Named::Known(descriptor::TRANSFER)) => typed!(Transfer),
            Ok(Named::Known(descriptor::DISPOSITION)) => typed!(Disposition),
            Ok(Named::Known(descriptor::FLOW)) => typed!(Flow),
            Ok(Named::Known(descriptor::ATTACH)) => typed!(Attach),
            Ok(Named::Known(descriptor::DETACH)) => typed!(Detach),
            Ok(Named::Known(descriptor::BEGIN)) => typed!(Begin),
            Ok(Named::Known(descriptor::END)) => typed!(End),
            Ok(Named::Known(descriptor::OPEN)) => {
                let frame = typed!(Open);
                self.open |= frame.is_ok();
                frame
            }
            Ok(Named::Known(descriptor::CLOSE)) => typed!(Close),
            // [transport:framing.2] A SASL body on the AMQP layer, or the reverse, is as unknown as any other.
            Ok(_) => Err(self.fail(Fault::new(Kind::UnknownPerformative, body), unit)),
            Err(fault) => Err(self.fail(cut(fault, body), unit)),
        }
    }

    /// Reads the list of a performative, and checks what it must keep to beyond its own fields.
    #[inline]
    fn typed<'a, T: Composite<'a> + Rules>(&self, channel: u16, body: &'a [u8], payload: &mut &'a [u8]) -> Parsed<T> {
        let performative: T = read_list(payload, &self.limits).map_err(|fault| cut(fault, body))?;
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
        Ok(performative)
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
        // AMQP 1.0 §5.3.1: "receipt of an empty frame is an irrecoverable error".
        if body.is_empty() {
            return Err(Fault::new(Kind::EmptySaslFrame, body));
        }
        let mut rest = body;
        let performative = SaslPerformative::read(&mut rest, &self.limits).map_err(|fault| cut(fault, body))?;
        // [security:sasl.2] Exactly one value.
        if !rest.is_empty() {
            return Err(Fault::new(Kind::UnexpectedPayload, rest));
        }
        let from = match performative {
            SaslPerformative::Mechanisms(_) | SaslPerformative::Challenge(_) | SaslPerformative::Outcome(_) => {
                Side::Server
            }
            SaslPerformative::Init(_) | SaslPerformative::Response(_) => Side::Client,
        };
        // [security:sasl.5] AMQP 1.0 §5.3.2: the server announces, asks and decides; the client chooses and answers.
        if self.side == Some(from) {
            return Err(Fault::new(Kind::SaslDirection, body));
        }
        if let (SaslPerformative::Outcome(_), Expect::Sasl) = (&performative, self.expect) {
            self.expect = Expect::Header;
        }
        Ok(performative)
    }
}

fn header_len(input: &[u8]) -> Parsed<Result<usize, usize>> {
    Ok(match ProtocolHeader::read(input)? {
        Some(_) => Ok(ProtocolHeader::LEN),
        None => Err(ProtocolHeader::LEN.saturating_sub(input.len())),
    })
}

/// A performative whose list says that it is longer than the frame: the frame's size is what is wrong (AMQP 1.0 §2.3.1).
#[cold]
fn cut(fault: Fault, body: &[u8]) -> Fault {
    if fault.kind() != Kind::Truncated {
        return fault;
    }
    let mut rest = body;
    match super::value::skip(&mut rest) {
        Some(()) => fault,
        None => Fault::new(Kind::PerformativeCut, body),
    }
}
