//! A codec for `tokio_util::codec::Framed` (feature `tokio-util`).

extern crate std;

use super::{DecodeError, Decoder, EncodeError, Encoder, Frame};

crate::codec::framed!();
