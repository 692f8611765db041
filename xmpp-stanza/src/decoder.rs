//! The stream decoder: bytes in, events out (RFC 6120 §4).

mod between;
mod header;
mod prolog;

use alloc::boxed::Box;
use alloc::vec::Vec;

use bytes::{Buf, BytesMut};
use bytestring::ByteString;

use crate::chars;
use crate::context::{Content, Context};
use crate::element::Element;
use crate::error::{DecodeError, DecodeErrorKind as Kind};
use crate::event::Event;
use crate::limits::{LONGEST, Limits};
use crate::stream_error::StreamError;
use crate::text::Text;
use crate::tokenizer::{Fault, Step, Tokenizer};

pub(crate) use between::classify;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum State {
    /// Before the header: the XML declaration may come.
    Start,
    /// Before or in the header, which begins at this offset of the unit.
    Header(usize),
    /// Between first-level elements.
    Between,
    /// In a first-level element whose kind is not known yet.
    Head,
    /// In a first-level element of a known kind.
    Inside(Kept),
    /// The header was an empty element: its last byte is the end of the stream.
    CloseDue,
    /// In `</stream:stream>`, of which so many bytes have been looked at.
    Closing(usize),
    Closed,
    Failed(DecodeError),
}

/// What a first-level element is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Kept {
    Stanza,
    Nonza,
    Features,
    Error,
    /// Well-formed or not, it has no place here; if it is not well-formed, that is what is said.
    Refused(Kind),
}

/// Reads one direction of an XMPP stream.
///
/// It checks everything that RFC 6120 §11 demands of the bytes, within [`Limits`]. White space between elements is counted, not reported.
#[derive(Debug)]
pub struct Decoder {
    limits: Limits,
    state: State,
    tokenizer: Tokenizer,
    context: Context,
    /// The header's qualified name, which the end tag repeats.
    root: Vec<u8>,
    accept_unknown: bool,
    position: u64,
    whitespace: u64,
}

impl Decoder {
    /// A decoder for a stream from its first byte.
    pub fn new(limits: Limits) -> Self {
        Self {
            limits,
            state: State::Start,
            tokenizer: Tokenizer::default(),
            context: Context::EMPTY,
            root: Vec::new(),
            accept_unknown: false,
            position: 0,
            whitespace: 0,
        }
    }

    /// A decoder for what follows the usual header: the children of an open stream.
    pub fn established(content: Content, limits: Limits) -> Self {
        Self {
            state: State::Between,
            context: Context::new(content),
            root: b"stream:stream".to_vec(),
            ..Self::new(limits)
        }
    }

    /// Whether first-level elements of unknown names or namespaces become [`Event::Nonza`] instead of `unsupported-stanza-type`.
    #[must_use]
    pub fn accept_unknown(mut self, accept: bool) -> Self {
        self.accept_unknown = accept;
        self
    }

    /// Replaces the limits: the wider ones after authentication.
    pub const fn set_limits(&mut self, limits: Limits) {
        self.limits = limits;
    }

    /// Bytes consumed since the decoder was made.
    pub const fn position(&self) -> u64 {
        self.position
    }

    /// Bytes of white space between first-level elements, keep-alives (RFC 6120 §4.6.1), since the decoder was made.
    pub const fn whitespace(&self) -> u64 {
        self.whitespace
    }

    /// After `Ok(None)`: how many more bytes are needed at least.
    pub const fn needed(&self) -> usize {
        1
    }

    /// The scope of the stream; empty before the header.
    pub const fn context(&self) -> &Context {
        &self.context
    }

    /// Begins a new stream on the same connection (RFC 6120 §4.3.3), after SASL (RFC 6120 §6.3.2, RFC 6120 §6.4.6): namespaces, language and
    /// parser state of the old one, which has no end tag, are forgotten.
    pub fn restart(&mut self) {
        let (position, whitespace, accept_unknown) = (self.position, self.whitespace, self.accept_unknown);
        *self = Self { position, whitespace, accept_unknown, ..Self::new(self.limits) };
    }

    /// Begins a new stream inside TLS, after `<proceed/>` (RFC 6120 §5.4.3.3). `residue` is what was received behind `<proceed/>` and not
    /// consumed: TLS begins with the very next byte (RFC 6120 §5.4.2.3, RFC 6120 §5.4.3.1), so that anything in it was injected, white space
    /// too (RFC 6120 §5.3.3).
    ///
    /// # Errors
    /// `residue` is not empty.
    pub fn restart_tls(&mut self, residue: &[u8]) -> Result<(), DecodeError> {
        self.restart();
        if residue.is_empty() { Ok(()) } else { Err(self.fail((Kind::PlaintextAfterProceed, 0))) }
    }

    /// Decodes the event at the front of `input`, which shrinks by what was consumed. `Ok(None)`: more bytes are needed; what was not
    /// consumed must be presented again, first, with more behind it. Nothing is told of a part of a stanza (RFC 6120 §8).
    ///
    /// # Errors
    /// The stream is broken for good (RFC 6120 §4.9.1.1): send [`DecodeError::reply`] and close. The same error is returned from then on.
    pub fn decode<'a>(&mut self, input: &mut &'a [u8]) -> Result<Option<Event<'a>>, DecodeError> {
        if self.passes(input) { Ok(None) } else { self.decode_on(input) }
    }

    #[inline(never)]
    fn decode_on<'a>(&mut self, input: &mut &'a [u8]) -> Result<Option<Event<'a>>, DecodeError> {
        let Some((kind, len)) = self.step(input)? else { return Ok(None) };
        let (unit, rest) = input.split_at_checked(len).unwrap_or((input, &[]));
        let text = core::str::from_utf8(unit).map_err(|error| self.fail((Kind::InvalidUtf8, error.valid_up_to())))?;
        let event = self.event(kind, Text::Borrowed(text))?;
        // A header that is refused has not been consumed.
        *input = rest;
        self.position = self.position.saturating_add(unit.len() as u64);
        Ok(Some(event))
    }

    /// The same from a growable buffer: the event shares the bytes that it takes out of it.
    ///
    /// # Errors
    /// As [`decode`](Self::decode).
    pub fn decode_shared(&mut self, input: &mut BytesMut) -> Result<Option<Event<'static>>, DecodeError> {
        if self.passes(input) {
            return Ok(None);
        }
        let mut bytes: &[u8] = input;
        let before = bytes.len();
        let step = self.step(&mut bytes);
        let skipped = before.saturating_sub(bytes.len());
        input.advance(skipped);
        let Some((kind, len)) = step? else { return Ok(None) };
        let unit = input.split_to(len.min(input.len())).freeze();
        let len = unit.len() as u64;
        let text = ByteString::try_from(unit).map_err(|_| self.fail((Kind::InvalidUtf8, 0)))?;
        let event = self.event(kind, Text::Shared(text))?;
        self.position = self.position.saturating_add(len);
        Ok(Some(event))
    }

    #[cold]
    fn fail(&mut self, (kind, offset): Fault) -> DecodeError {
        let error = DecodeError { kind, offset };
        self.state = State::Failed(error);
        error
    }

    /// True if the bytes end in the midst of something in an element, and nothing has to be decided.
    #[inline(always)]
    fn passes(&mut self, input: &[u8]) -> bool {
        matches!(self.state, State::Head | State::Inside(_))
            && input.len() <= self.limits.max_stanza_bytes.min(LONGEST)
            && self.tokenizer.pass(input, &self.limits)
    }

    /// Moves over white space and finds the next unit: what it is and how long.
    #[inline]
    fn step(&mut self, input: &mut &[u8]) -> Result<Option<(Unit, usize)>, DecodeError> {
        self.advance(input).map_err(|fault| match self.state {
            State::Failed(error) => error,
            _ => self.fail(fault),
        })
    }

    fn advance(&mut self, input: &mut &[u8]) -> Result<Option<(Unit, usize)>, Fault> {
        loop {
            match self.state {
                State::Start => match prolog::declaration(input)? {
                    Some(0) => self.skip_space_before_header(input),
                    Some(len) => self.begin_header(len),
                    None => return Ok(None),
                },
                State::Header(begin) => return self.header(input, begin),
                State::Between => {
                    if !self.between(input)? {
                        return Ok(None);
                    }
                }
                State::Head => match self.run(input)? {
                    Step::Head(empty) => {
                        let kept = classify(&self.tokenizer, input, self.context.data(), self.accept_unknown)?;
                        self.state = State::Inside(kept);
                        if empty {
                            return self.done(kept, self.tokenizer.position());
                        }
                    }
                    _ => return Ok(None),
                },
                State::Inside(kept) => match self.run(input)? {
                    Step::End(len) => return self.done(kept, len),
                    _ => return Ok(None),
                },
                State::CloseDue => {
                    if input.is_empty() {
                        return Ok(None);
                    }
                    self.state = State::Closed;
                    return Ok(Some((Unit::Close, 1)));
                }
                State::Closing(seen) => return self.closing(input, seen),
                State::Closed => {
                    self.skip_space(input);
                    return if input.is_empty() { Ok(None) } else { Err((Kind::AfterClose, 0)) };
                }
                State::Failed(error) => return Err((error.kind, error.offset)),
            }
        }
    }

    /// Runs the tokenizer within the size limit: bytes beyond it are not looked at.
    fn run(&mut self, input: &[u8]) -> Result<Step, Fault> {
        let limit = self.limits.max_stanza_bytes.min(LONGEST);
        let bytes = input.get(..limit).unwrap_or(input);
        let step = self.tokenizer.run(bytes, &self.limits, self.context.data())?;
        if step == Step::Need && input.len() > limit {
            return Err((Kind::StanzaTooLarge, limit));
        }
        Ok(step)
    }

    fn done(&mut self, kept: Kept, len: usize) -> Result<Option<(Unit, usize)>, Fault> {
        if let Kept::Refused(kind) = kept {
            return Err((kind, 0));
        }
        self.state = State::Between;
        Ok(Some((Unit::Element(kept), len)))
    }

    fn skip_space(&mut self, input: &mut &[u8]) {
        let count = input.iter().take_while(|&&byte| chars::is_space(byte)).count();
        *input = input.get(count..).unwrap_or_default();
        self.whitespace = self.whitespace.saturating_add(count as u64);
        self.position = self.position.saturating_add(count as u64);
    }

    fn event<'a>(&mut self, unit: Unit, text: Text<'a>) -> Result<Event<'a>, DecodeError> {
        Ok(match unit {
            Unit::Close => Event::Close,
            Unit::Header(begin) => Event::Open(Box::new(self.open(text.get(begin..).unwrap_or_default(), begin)?)),
            Unit::Element(kept) => kept.event(Element::new(text, self.context.clone())),
        })
    }
}

impl Kept {
    pub(crate) fn event(self, element: Element<'_>) -> Event<'_> {
        match self {
            Self::Stanza => Event::Stanza(element),
            Self::Nonza | Self::Refused(_) => Event::Nonza(element),
            Self::Features => Event::Features(element),
            Self::Error => Event::Error(Box::new(StreamError::decode(element))),
        }
    }
}

/// What `advance` found.
#[derive(Debug, Clone, Copy)]
enum Unit {
    /// The header's tag begins at this offset.
    Header(usize),
    Element(Kept),
    Close,
}
