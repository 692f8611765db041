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
    /// Writes the first byte and the Remaining Length. Most lengths take one byte or two; alternatives of different size would be
    /// one call of `memcpy` with a length to look up.
    #[inline(always)]
    pub(crate) fn write<S: Sink>(self, out: S) -> S {
        let first = (self.packet as u8) << 4 | self.packet.flags();
        let ([a, b, c, d], len) = varint(self.remaining);
        let out = out.array([first, a]);
        let out = if len > 1 { out.u8(b) } else { out };
        let out = if len > 2 { out.u8(c) } else { out };
        if len > 3 { out.u8(d) } else { out }
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
