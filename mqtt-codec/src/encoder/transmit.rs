//! A packet that is written in pieces of any size.

use crate::packet::{Body, FixedHeader, Packet, each};
use crate::version::Version;
use crate::wire::Sink;

/// A packet on its way into buffers of any size, for devices that own 64 bytes.
///
/// Nothing is buffered: each call walks the packet's few fields again and copies what falls into the caller's buffer.
#[derive(Debug, Clone)]
pub struct Transmit<'p> {
    pub(super) packet: &'p Packet<'p>,
    pub(super) version: Version,
    pub(super) remaining: usize,
    pub(super) written: usize,
}

impl Transmit<'_> {
    /// Fills `out` with the next bytes and says how many; 0 when the packet is complete (or `out` is empty).
    pub fn poll(&mut self, out: &mut [u8]) -> usize {
        let window = Window { skip: self.written, out, filled: 0 };
        let header = FixedHeader { packet: self.packet.packet_type(), remaining: self.remaining };
        let Window { filled, .. } = each!(self.packet, body => body.write(header, self.version, window));
        self.written = self.written.saturating_add(filled);
        filled
    }

    /// Bytes still to come.
    pub fn remaining(&self) -> usize {
        Packet::packet_len(self.remaining).saturating_sub(self.written)
    }
}

/// The part of a message between `skip` and the end of `out`.
struct Window<'o> {
    skip: usize,
    out: &'o mut [u8],
    filled: usize,
}

impl Sink for Window<'_> {
    fn room(&self) -> usize {
        usize::MAX
    }

    fn slice(mut self, bytes: &[u8]) -> Self {
        let Some(fresh) = bytes.get(self.skip..) else {
            self.skip = self.skip.saturating_sub(bytes.len());
            return self;
        };
        self.skip = 0;
        let room = self.out.get_mut(self.filled..).unwrap_or_default();
        let len = fresh.len().min(room.len());
        if let (Some(to), Some(from)) = (room.get_mut(..len), fresh.get(..len)) {
            to.copy_from_slice(from);
        }
        self.filled = self.filled.saturating_add(len);
        self
    }
}
