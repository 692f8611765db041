//! A codec for `tokio_util::codec::Framed` (feature `tokio-util`): the same for both wings, each with frames of its own.

/// The codec of a wing, made of the `Decoder`, `Encoder`, `Frame` and errors in scope.
macro_rules! framed {
    () => {
        /// Decoder and encoder of one connection. `Framed` hands both out by `codec_mut`, to tell them what the peers have agreed on.
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

            fn decode(&mut self, input: &mut bytes::BytesMut) -> Result<Option<Frame<'static>>, CodecError> {
                let frame = self.decoder.decode_shared(input)?;
                if frame.is_none() {
                    input.reserve(self.decoder.needed());
                }
                Ok(frame)
            }
        }

        impl tokio_util::codec::Encoder<Frame<'_>> for Codec {
            type Error = CodecError;

            fn encode(&mut self, frame: Frame<'_>, out: &mut bytes::BytesMut) -> Result<(), CodecError> {
                Ok(self.encoder.encode(&frame, out)?)
            }
        }

        impl core::fmt::Display for CodecError {
            fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
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
    };
}
pub(crate) use framed;
