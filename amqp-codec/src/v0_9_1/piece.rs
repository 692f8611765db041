//! Frames whose bodies come in pieces.

use core::fmt;

use super::received::Received;

/// What [`Decoder::decode_piece`](super::Decoder::decode_piece) hands out: whole frames, and body frames part by part, so that a device
/// that owns 64 octets can take a body frame of 128 KiB.
///
/// A body frame is one `Head`, any number of `Chunk`s that sum to the length in the head, and one `End`, which says that the octet behind
/// the payload was the right one.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Piece<'a> {
    /// A frame that is no body.
    Frame(Received<'a>),
    /// A body frame begins. AMQP 0-9-1 §4.2.6.2.
    Head {
        /// The channel.
        channel: u16,
        /// Octets of the payload.
        len: u32,
    },
    /// The next octets of the payload, at least one.
    Chunk(&'a [u8]),
    /// The body frame is complete.
    End,
}

/// One line: `1 body 1024 B`, `chunk 64 B`, `end`, or the frame.
impl fmt::Display for Piece<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Frame(frame) => write!(f, "{frame}"),
            Self::Head { channel, len } => write!(f, "{channel} body {len} B"),
            Self::Chunk(octets) => write!(f, "chunk {} B", octets.len()),
            Self::End => f.write_str("end"),
        }
    }
}
