//! A codec for `tokio_util::codec::Framed` (feature `tokio-util`).

extern crate std;

use core::fmt;

use bytes::BytesMut;

use super::{DecodeError, Decoder, EncodeError, Encoder, Frame};

/// Decoder and encoder of one connection. `Framed` hands both out by `codec_mut`, to tell what the peers' opens agreed on.
#[derive(Clone, Debug)]
pub struct Codec {
    /// What is received.
    pub decoder: Decoder,
    /// What is sent.
    pub encoder: Encoder,
}

/// Why a connection came to its end.
#[derive(Debug)]
pub enum CodecError {
    /// The transport failed.
    Io(std::io::Error),
    /// The peer sent what is refused: answer with [`DecodeError::reply`].
    Decode(DecodeError),
    /// A frame cannot be sent.
    Encode(EncodeError),
}

impl tokio_util::codec::Decoder for Codec {
    type Item = Frame<'static>;
    type Error = CodecError;

    fn decode(&mut self, input: &mut BytesMut) -> Result<Option<Frame<'static>>, CodecError> {
        let frame = self.decoder.decode_shared(input)?;
        if frame.is_none() {
            input.reserve(self.decoder.needed());
        }
        Ok(frame)
    }
}

impl tokio_util::codec::Encoder<Frame<'_>> for Codec {
    type Error = CodecError;

    fn encode(&mut self, frame: Frame<'_>, out: &mut BytesMut) -> Result<(), CodecError> {
        Ok(self.encoder.encode(&frame, out)?)
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

impl core::error::Error for CodecError {}

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
