//! The encoder: stanzas and events into bytes, whole or in pieces of any size.

use bytes::BufMut;

use crate::context::{Content, Context};
use crate::element::Element;
use crate::error::EncodeError;
use crate::event::Event;
use crate::forward::{self, Target};
use crate::header::Header;
use crate::stream_error::StreamError;
use crate::writer::{ToXml, Writer};

pub(crate) use crate::writer::escape_attribute;

/// Writes one direction of an XMPP stream.
///
/// A message is composed in a buffer that the encoder keeps and reuses, checked as it is written, and appended to the output whole or not at all.
#[derive(Debug)]
pub struct Encoder {
    writer: Writer,
    sent: usize,
    pending: bool,
}

impl Encoder {
    /// An encoder for a stream of that content namespace, opened by the usual header.
    pub const fn new(context: Context) -> Self {
        Self { writer: Writer::new(context), sent: 0, pending: false }
    }

    /// The same for a stream of that content namespace.
    pub fn established(content: Content) -> Self {
        Self::new(Context::new(content))
    }

    /// The scope that messages are written into. Encoding a [`Header`] sets it.
    pub const fn context(&self) -> &Context {
        self.writer.context()
    }

    fn compose(&mut self, message: &dyn ToXml) -> Result<&[u8], EncodeError> {
        if self.pending {
            return Err(EncodeError::Busy);
        }
        self.writer.reset();
        message.to_xml(&mut self.writer);
        self.writer.finish()
    }

    /// The exact length of the encoded message.
    ///
    /// # Errors
    /// The message cannot be encoded.
    pub fn encoded_len(&mut self, message: &dyn ToXml) -> Result<usize, EncodeError> {
        self.compose(message).map(<[u8]>::len)
    }

    /// Appends the message, or nothing.
    ///
    /// # Errors
    /// The message cannot be encoded, or `out` has no room for it.
    pub fn encode(&mut self, message: &dyn ToXml, out: &mut impl BufMut) -> Result<(), EncodeError> {
        let bytes = self.compose(message)?;
        if out.remaining_mut() < bytes.len() {
            return Err(EncodeError::NoRoom);
        }
        out.put_slice(bytes);
        Ok(())
    }

    /// Encodes a header and goes on in its scope.
    ///
    /// # Errors
    /// As [`encode`](Self::encode).
    pub fn encode_header(&mut self, header: &Header<'_>, out: &mut impl BufMut) -> Result<(), EncodeError> {
        self.encode(header, out)?;
        let context = match header.content {
            Some(content) => Context::new(content),
            None => Context::EMPTY,
        };
        self.writer.set_context(context.with_lang(header.lang.as_deref()));
        Ok(())
    }

    /// Begins a message that [`poll`](Self::poll) hands out in pieces; returns its length.
    ///
    /// # Errors
    /// The message cannot be encoded, or the one before has not been drained.
    pub fn start(&mut self, message: &dyn ToXml) -> Result<usize, EncodeError> {
        let len = self.compose(message)?.len();
        self.sent = 0;
        self.pending = len > 0;
        Ok(len)
    }

    /// Copies the next bytes of the message begun with [`start`](Self::start); returns how many, 0 when it is drained.
    pub fn poll(&mut self, out: &mut [u8]) -> usize {
        if !self.pending {
            return 0;
        }
        let rest = self.writer.output().get(self.sent..).unwrap_or_default();
        let len = rest.len().min(out.len());
        if let (Some(to), Some(from)) = (out.get_mut(..len), rest.get(..len)) {
            to.copy_from_slice(from);
        }
        self.pending = len < rest.len();
        self.sent = self.sent.saturating_add(len);
        len
    }
}

/// A whole stanza or nonza, forwarded verbatim: what it inherited and the stream it goes to lacks is declared on it, and the content
/// namespace of the stream that it came from turns into that of the stream it goes to.
impl ToXml for Element<'_> {
    fn to_xml(&self, w: &mut Writer) {
        w.forward(self);
    }
}

impl ToXml for Header<'_> {
    fn to_xml(&self, w: &mut Writer) {
        self.write_stream(w);
    }
}

impl ToXml for StreamError<'_> {
    fn to_xml(&self, w: &mut Writer) {
        match &self.element {
            Some(element) => element.to_xml(w),
            None => self.write(w),
        }
    }
}

/// The end of a stream (RFC 6120 §4.4).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Close;

impl ToXml for Close {
    fn to_xml(&self, w: &mut Writer) {
        w.raw("</stream:stream>");
    }
}

impl ToXml for Event<'_> {
    fn to_xml(&self, w: &mut Writer) {
        match self {
            Self::Open(header) => header.to_xml(w),
            Self::Features(element) | Self::Stanza(element) | Self::Nonza(element) => element.to_xml(w),
            Self::Error(error) => error.to_xml(w),
            Self::Close => Close.to_xml(w),
        }
    }
}

impl Writer {
    fn forward(&mut self, element: &Element<'_>) {
        let context = self.context().clone();
        let target = Target::stream(context.data());
        self.raw("");
        forward::write(&element.root(), &target, self.buffer());
    }
}
