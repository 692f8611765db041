//! A codec for `tokio_util::codec::Framed`: CoAP over TCP or TLS (RFC 8323 §3).

extern crate std;

use core::fmt;

use bytes::BytesMut;

use crate::decoder::{Decoder, Transport};
use crate::encoder::Encoder;
use crate::error::{DecodeError, EncodeError};
use crate::limits::Limits;
use crate::message::Message;
use crate::signaling::Csm;

/// Decoder and encoder of one connection. What the peer's CSM announces holds for what is sent after it (RFC 8323 §5.3).
#[derive(Debug, Clone)]
pub struct Codec {
    /// What is received.
    pub decoder: Decoder,
    /// What is sent.
    pub encoder: Encoder,
}

/// Why a connection came to its end, or why a message was not sent.
#[derive(Debug)]
pub enum CodecError {
    /// The transport failed.
    Io(std::io::Error),
    /// The peer sent what is refused: send a [`signaling::abort`](crate::signaling::abort) and close.
    Decode(DecodeError),
    /// The message cannot be sent; the connection lives on.
    Encode(EncodeError),
}

impl Codec {
    /// A codec for a connection from its beginning: the peer's first message must be a CSM, and so must ours (RFC 8323 §3.3).
    #[must_use]
    pub const fn new(limits: Limits) -> Self {
        Self { decoder: Decoder::new(Transport::Tcp, limits), encoder: Encoder::new(Transport::Tcp) }
    }
}

impl tokio_util::codec::Decoder for Codec {
    type Item = Message<'static>;
    type Error = CodecError;

    fn decode(&mut self, input: &mut BytesMut) -> Result<Option<Message<'static>>, CodecError> {
        let message = self.decoder.decode_shared(input)?;
        match &message {
            Some(message) => {
                if let Some(csm) = Csm::from_message(message) {
                    self.encoder.apply(&csm);
                }
            }
            // The limits have judged the length by now.
            None => input.reserve(self.decoder.needed()),
        }
        Ok(message)
    }
}

impl tokio_util::codec::Encoder<Message<'_>> for Codec {
    type Error = CodecError;

    fn encode(&mut self, message: Message<'_>, out: &mut BytesMut) -> Result<(), CodecError> {
        Ok(self.encoder.encode(&message, out)?)
    }
}

impl fmt::Display for CodecError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Io(error) => error.fmt(f),
            Self::Decode(error) => error.fmt(f),
            Self::Encode(error) => error.fmt(f),
        }
    }
}

impl core::error::Error for CodecError {
    fn source(&self) -> Option<&(dyn core::error::Error + 'static)> {
        match self {
            Self::Io(error) => Some(error),
            Self::Decode(error) => Some(error),
            Self::Encode(error) => Some(error),
        }
    }
}

impl From<std::io::Error> for CodecError {
    fn from(error: std::io::Error) -> Self {
        Self::Io(error)
    }
}

impl From<DecodeError> for CodecError {
    fn from(error: DecodeError) -> Self {
        Self::Decode(error)
    }
}

impl From<EncodeError> for CodecError {
    fn from(error: EncodeError) -> Self {
        Self::Encode(error)
    }
}
