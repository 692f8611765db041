//! A codec for `tokio_util::codec::Framed` (feature `tokio-util`).

extern crate std;

use bytes::BytesMut;

use crate::{Context, DecodeError, Decoder, EncodeError, Encoder, Event, Header, Limits, Stanza, ToXml};

/// Decoder and encoder of one connection.
///
/// After SASL, and after TLS on the new transport, call [`restart`](Self::restart): `Framed` hands the codec out by `codec_mut`.
#[derive(Debug)]
pub struct Codec {
    /// What is received.
    pub decoder: Decoder,
    /// What is sent.
    pub encoder: Encoder,
}

/// Why a connection came to its end.
#[derive(Debug, thiserror::Error)]
pub enum CodecError {
    /// The transport failed.
    #[error(transparent)]
    Io(#[from] std::io::Error),
    /// The peer sent what is refused: answer with [`DecodeError::reply`] and close.
    #[error(transparent)]
    Decode(#[from] DecodeError),
    /// A message cannot be sent.
    #[error(transparent)]
    Encode(#[from] EncodeError),
}

impl Codec {
    /// A codec for a stream from its first byte; sending a [`Header`] sets the scope of what is sent.
    pub fn new(limits: Limits) -> Self {
        Self { decoder: Decoder::new(limits), encoder: Encoder::new(Context::EMPTY) }
    }

    /// Begins a new stream on the same connection (RFC 6120 §6.4.6).
    pub fn restart(&mut self) {
        self.decoder.restart();
        self.encoder = Encoder::new(Context::EMPTY);
    }
}

impl tokio_util::codec::Decoder for Codec {
    type Item = Event<'static>;
    type Error = CodecError;

    fn decode(&mut self, input: &mut BytesMut) -> Result<Option<Event<'static>>, CodecError> {
        Ok(self.decoder.decode_shared(input)?)
    }
}

impl tokio_util::codec::Encoder<&dyn ToXml> for Codec {
    type Error = CodecError;

    fn encode(&mut self, message: &dyn ToXml, out: &mut BytesMut) -> Result<(), CodecError> {
        Ok(self.encoder.encode(message, out)?)
    }
}

impl tokio_util::codec::Encoder<Stanza<'_>> for Codec {
    type Error = CodecError;

    fn encode(&mut self, stanza: Stanza<'_>, out: &mut BytesMut) -> Result<(), CodecError> {
        Ok(self.encoder.encode(&stanza, out)?)
    }
}

/// What is sent behind a header is written in its scope.
impl tokio_util::codec::Encoder<Header<'_>> for Codec {
    type Error = CodecError;

    fn encode(&mut self, header: Header<'_>, out: &mut BytesMut) -> Result<(), CodecError> {
        Ok(self.encoder.encode_header(&header, out)?)
    }
}
