//! Which frame may follow which within a message, and messages put together. AMQP 0-9-1 §4.2.6.

use alloc::vec::Vec;

use bytes::Bytes;

use super::content_header::ContentHeader;
use super::error::{DecodeError, DecodeErrorKind as Kind};
use super::frame::Frame;
use super::method::Method;

/// The order of frames on one channel: a method with content, its header, bodies that sum exactly.
///
/// It looks at frames and keeps none: bodies are handed through as they come. One of these stands beside each open channel.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ContentAssembly {
    state: State,
    max_body_size: u64,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum State {
    Idle,
    Header,
    Body { left: u64 },
}

/// Where a frame stands in its message.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Step {
    /// A method without content, a heartbeat or a protocol header.
    Alone,
    /// A method that content follows.
    Begin,
    /// The header; `last` if the body is empty.
    Header {
        /// The message is complete.
        last: bool,
    },
    /// A body.
    Body {
        /// The message is complete.
        last: bool,
    },
}

impl ContentAssembly {
    /// Between messages. A header that announces more than `max_body_size` octets is refused.
    pub const fn new(max_body_size: u64) -> Self {
        Self { state: State::Idle, max_body_size }
    }

    /// True within a message: the next frame on the channel must be a header or a body.
    pub const fn in_content(&self) -> bool {
        !matches!(self.state, State::Idle)
    }

    /// Body octets that are still to come.
    pub const fn left(&self) -> u64 {
        if let State::Body { left } = self.state { left } else { 0 }
    }

    /// Says where the next frame of the channel stands.
    ///
    /// # Errors
    /// A frame that does not belong here; the state is as before.
    pub fn accept(&mut self, frame: &Frame<'_>) -> Result<Step, DecodeError> {
        let refuse = |kind, offset| Err(DecodeError::new(kind, offset));
        let (state, step) = match (self.state, frame) {
            // AMQP 0-9-1 §4.2.7: heartbeats may come between any frames.
            (state, Frame::Heartbeat | Frame::ProtocolHeader(_)) => (state, Step::Alone),
            (State::Idle, Frame::Method { method, .. }) if method.id().has_content() => (State::Header, Step::Begin),
            (State::Idle, Frame::Method { .. }) => (State::Idle, Step::Alone),
            // AMQP 0-9-1 §4.2.6: anything else is an unexpected frame.
            (State::Idle, Frame::Header { .. }) => return refuse(Kind::HeaderWithoutMethod, 0),
            (State::Header, Frame::Method { .. }) => return refuse(Kind::MethodInsteadOfHeader, 0),
            (State::Body { .. }, Frame::Method { .. }) => return refuse(Kind::MethodInsteadOfBody, 0),
            (State::Body { .. }, Frame::Header { .. }) => return refuse(Kind::HeaderInsteadOfBody, 0),
            (State::Header, Frame::Header { header, .. }) => match header.body_size {
                // AMQP 0-9-1 §4.2.6.1: zero-length content has no body frames.
                0 => (State::Idle, Step::Header { last: true }),
                size if size > self.max_body_size => return refuse(Kind::ContentTooLarge, 11),
                left => (State::Body { left }, Step::Header { last: false }),
            },
            (_, Frame::Body { payload, .. }) => return self.accept_body(payload.len() as u64),
        };
        self.state = state;
        Ok(step)
    }

    /// Says where a body of so many octets stands that has not come yet: for [`Piece::Head`](super::Piece::Head).
    ///
    /// # Errors
    /// As [`accept`](Self::accept).
    pub fn accept_body(&mut self, len: u64) -> Result<Step, DecodeError> {
        let left = match self.state {
            State::Idle => return Err(DecodeError::new(Kind::BodyWithoutHeader, 0)),
            State::Header => return Err(DecodeError::new(Kind::BodyInsteadOfHeader, 0)),
            State::Body { left } => left,
        };
        let Some(after) = left.checked_sub(len) else {
            // AMQP 0-9-1 §4.2.6.2: the bodies sum to the body size, and not to more.
            let offset = usize::try_from(left).unwrap_or(usize::MAX).saturating_add(7);
            return Err(DecodeError::new(Kind::BodyTooLong, offset));
        };
        self.state = if after == 0 { State::Idle } else { State::Body { left: after } };
        Ok(Step::Body { last: after == 0 })
    }
}

/// A message of one channel, whole; or a method that carries none.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Gathered {
    /// A method without content.
    Method(Method<'static>),
    /// A method with its content.
    Content {
        /// The method.
        method: Method<'static>,
        /// The header.
        header: ContentHeader<'static>,
        /// The whole body.
        body: Bytes,
    },
}

/// Puts the messages of one channel together, up to a limit. Memory grows with the octets that came, not with those announced.
#[derive(Clone, Debug)]
pub struct Gatherer {
    assembly: ContentAssembly,
    method: Option<Method<'static>>,
    header: Option<ContentHeader<'static>>,
    body: Vec<u8>,
}

impl Gatherer {
    /// Between messages. A header that announces more than `max_body_size` octets is refused.
    pub const fn new(max_body_size: u64) -> Self {
        Self { assembly: ContentAssembly::new(max_body_size), method: None, header: None, body: Vec::new() }
    }

    /// Takes the next frame of the channel, and gives back what it completes.
    ///
    /// # Errors
    /// A frame that does not belong here.
    pub fn accept(&mut self, frame: Frame<'_>) -> Result<Option<Gathered>, DecodeError> {
        let step = self.assembly.accept(&frame)?;
        match frame {
            Frame::Method { method, .. } if step == Step::Alone => {
                return Ok(Some(Gathered::Method(method.into_owned())));
            }
            Frame::Method { method, .. } => self.method = Some(method.into_owned()),
            Frame::Header { header, .. } => self.header = Some(header.into_owned()),
            Frame::Body { payload, .. } => self.body.extend_from_slice(&payload),
            Frame::Heartbeat | Frame::ProtocolHeader(_) => {}
        }
        if !matches!(step, Step::Header { last: true } | Step::Body { last: true }) {
            return Ok(None);
        }
        let body = Bytes::from(core::mem::take(&mut self.body));
        let parts = self.method.take().zip(self.header.take());
        Ok(parts.map(|(method, header)| Gathered::Content { method, header, body }))
    }
}
