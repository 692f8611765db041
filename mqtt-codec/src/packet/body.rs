//! What the encoder asks of a packet, whatever its type.

use crate::encoder::Sending;
use crate::error::EncodeError;
use crate::packet::PacketType;
use crate::version::Version;
use crate::wire::{Sink, varint};

/// A packet of one type, on its way out.
pub(crate) trait Body {
    /// Whether it may be sent as a packet of this type.
    fn check(&self, sending: &Sending, packet: PacketType) -> Result<(), EncodeError>;
    /// The Remaining Length.
    fn body_len(&self, version: Version) -> usize;
    /// Writes the whole packet, which was checked.
    fn write<S: Sink>(&self, header: FixedHeader, version: Version, out: S) -> S;
}

/// MQTT 5.0 §2.1.1, for every type but PUBLISH, which has flags of its own.
#[derive(Clone, Copy)]
pub(crate) struct FixedHeader {
    pub(crate) packet: PacketType,
    pub(crate) remaining: usize,
}

impl FixedHeader {
    /// Writes the first byte and the Remaining Length, in one go.
    #[inline(always)]
    pub(crate) fn write<S: Sink>(self, out: S) -> S {
        let first = (self.packet as u8) << 4 | self.packet.flags();
        match varint(self.remaining) {
            ([a, ..], 1) => out.array([first, a]),
            ([a, b, ..], 2) => out.array([first, a, b]),
            ([a, b, c, _], 3) => out.array([first, a, b, c]),
            ([a, b, c, d], _) => out.array([first, a, b, c, d]),
        }
    }
}

/// PINGREQ and PINGRESP.
impl Body for () {
    fn check(&self, _: &Sending, _: PacketType) -> Result<(), EncodeError> {
        Ok(())
    }

    fn body_len(&self, _: Version) -> usize {
        0
    }

    fn write<S: Sink>(&self, header: FixedHeader, _: Version, out: S) -> S {
        header.write(out)
    }
}
