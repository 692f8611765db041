//! The pcapng format: sections of blocks; interfaces are described before their packets.

use core::time::Duration;
use std::io::Read;

use pcap_parser::traits::PcapNGPacketBlock as _;
use pcap_parser::{Block, InterfaceDescriptionBlock, parse_block_be, parse_block_le};

use super::{CaptureError, Frame, Link, MAX_RECORD, Window};

const SECTION_HEADER: [u8; 4] = [0x0a, 0x0d, 0x0d, 0x0a];
/// More interfaces than any machine has; the list must not grow for ever.
const MAX_INTERFACES: usize = 4096;

/// What one interface description says about the packets that name it.
#[derive(Debug, Clone, Copy)]
struct Interface {
    link: Link,
    /// Ticks per second.
    resolution: u64,
    /// Seconds to add.
    offset: i64,
}

#[derive(Debug)]
pub(crate) struct PcapNg<R> {
    window: Window<R>,
    big_endian: bool,
    interfaces: Vec<Interface>,
    /// The length of the block that was handed out last: it goes when the next one is asked for.
    handed_out: usize,
}

/// What a block meant.
enum Seen {
    Section {
        big_endian: bool,
    },
    Interface(Interface),
    /// A packet of that interface: ticks, and where its data lies in the block.
    Packet {
        interface: usize,
        ticks: Option<u64>,
        len: usize,
    },
    Other,
}

impl<R: Read> PcapNg<R> {
    pub(super) const fn new(window: Window<R>) -> Self {
        Self { window, big_endian: false, interfaces: Vec::new(), handed_out: 0 }
    }

    pub(super) fn next(&mut self) -> Result<Option<Frame<'_>>, CaptureError> {
        loop {
            self.window.consume(core::mem::take(&mut self.handed_out));
            let offset = self.window.offset();
            let Some(len) = self.complete_block()? else { return Ok(None) };
            self.handed_out = len;
            let block = self.window.filled().get(..len).unwrap_or_default();
            let seen = read_block(block, self.big_endian)
                .ok_or(CaptureError::Damaged { offset, what: "a block that cannot be read" })?;
            match seen {
                Seen::Section { big_endian } => {
                    self.big_endian = big_endian;
                    self.interfaces.clear();
                }
                Seen::Interface(interface) if self.interfaces.len() < MAX_INTERFACES => self.interfaces.push(interface),
                Seen::Packet { interface, ticks, len } => {
                    let Some(&interface) = self.interfaces.get(interface) else {
                        return Err(CaptureError::Damaged {
                            offset,
                            what: "a packet of an interface that was not described",
                        });
                    };
                    let time = ticks.and_then(|ticks| time(ticks, interface));
                    let data = packet_data(self.window.filled(), ticks.is_some(), len);
                    return Ok(Some(Frame { time, link: interface.link, data }));
                }
                Seen::Interface(_) | Seen::Other => {}
            }
        }
    }

    /// Reads until a whole block is in the window, and returns its length; `None` at the end of the file.
    fn complete_block(&mut self) -> Result<Option<usize>, CaptureError> {
        let offset = self.window.offset();
        if !self.window.fill_to(12)? {
            let ended = self.window.filled().is_empty();
            return if ended { Ok(None) } else { Err(CaptureError::Truncated { offset }) };
        }
        let head = self.window.filled().first_chunk::<12>().copied().unwrap_or_default();
        let [k0, k1, k2, k3, l0, l1, l2, l3, order @ ..] = head;
        // A section header may change the byte order, and says so behind its length.
        let big_endian =
            if [k0, k1, k2, k3] == SECTION_HEADER { order == [0x1a, 0x2b, 0x3c, 0x4d] } else { self.big_endian };
        let len = [l0, l1, l2, l3];
        let len = if big_endian { u32::from_be_bytes(len) } else { u32::from_le_bytes(len) };
        let len = usize::try_from(len).unwrap_or(usize::MAX);
        if !(12..=MAX_RECORD).contains(&len) || len % 4 != 0 {
            return Err(CaptureError::Damaged { offset, what: "a block with an impossible length" });
        }
        if !self.window.fill_to(len)? {
            return Err(CaptureError::Truncated { offset });
        }
        Ok(Some(len))
    }
}

fn read_block(block: &[u8], big_endian: bool) -> Option<Seen> {
    let parse = if big_endian { parse_block_be } else { parse_block_le };
    let (_, block) = parse(block).ok()?;
    Some(match block {
        Block::SectionHeader(section) => Seen::Section { big_endian: section.big_endian() },
        Block::InterfaceDescription(description) => Seen::Interface(interface(&description)),
        Block::EnhancedPacket(packet) => Seen::Packet {
            interface: usize::try_from(packet.if_id).ok()?,
            ticks: Some((u64::from(packet.ts_high) << 32) | u64::from(packet.ts_low)),
            len: packet.packet_data().len(),
        },
        Block::SimplePacket(packet) => Seen::Packet { interface: 0, ticks: None, len: packet.packet_data().len() },
        _ => Seen::Other,
    })
}

/// The packet's bytes inside its block: behind 28 bytes in an enhanced packet block, behind 12 in a simple one.
fn packet_data(block: &[u8], enhanced: bool, len: usize) -> &[u8] {
    let data = block.get(if enhanced { 28 } else { 12 }..).unwrap_or_default();
    data.get(..len).unwrap_or(data)
}

fn interface(description: &InterfaceDescriptionBlock<'_>) -> Interface {
    let exponent = u32::from(description.if_tsresol & 0x7f);
    let resolution =
        if description.if_tsresol & 0x80 == 0 { 10_u64.checked_pow(exponent) } else { 1_u64.checked_shl(exponent) };
    Interface {
        link: Link::from_number(description.linktype.0),
        resolution: resolution.unwrap_or(1_000_000),
        offset: description.if_tsoffset,
    }
}

fn time(ticks: u64, interface: Interface) -> Option<Duration> {
    let seconds = i64::try_from(ticks.checked_div(interface.resolution)?).ok()?.checked_add(interface.offset)?;
    let rest = u128::from(ticks.checked_rem(interface.resolution)?);
    let nanos = rest.checked_mul(1_000_000_000)?.checked_div(u128::from(interface.resolution))?;
    Some(Duration::new(u64::try_from(seconds).ok()?, u32::try_from(nanos).ok()?))
}
