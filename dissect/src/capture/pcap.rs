//! The classic pcap format: a header of 24 bytes, then records.

use core::time::Duration;
use std::io::Read;

use pcap_parser::{
    LegacyPcapBlock, PcapHeader, parse_pcap_frame, parse_pcap_frame_be, parse_pcap_frame_modified, parse_pcap_header,
};

use super::{CaptureError, Frame, Link, MAX_RECORD, Window};

/// True for the magic numbers of both byte orders: microseconds, nanoseconds, and Kuznetzov's modified format.
pub(super) const fn is_magic(magic: [u8; 4]) -> bool {
    matches!(u32::from_le_bytes(magic), 0xa1b2_c3d4 | 0xd4c3_b2a1 | 0xa1b2_3c4d | 0x4d3c_b2a1 | 0xa1b2_cd34)
}

#[derive(Debug)]
pub(crate) struct Pcap<R> {
    window: Window<R>,
    header: PcapHeader,
    link: Link,
    /// The length of the record that was handed out last: it goes when the next one is asked for.
    handed_out: usize,
}

impl<R: Read> Pcap<R> {
    pub(super) fn open(mut window: Window<R>) -> Result<Self, CaptureError> {
        window.fill_to(24)?;
        let Ok((_, header)) = parse_pcap_header(window.filled()) else {
            return Err(CaptureError::Truncated { offset: 0 });
        };
        // The upper bits of the field say whether frames carry a check sequence; the lower 16 are the link type.
        let link = Link::from_number(header.network.0 & 0xffff);
        Ok(Self { window, header, link, handed_out: 24 })
    }

    pub(super) fn next(&mut self) -> Result<Option<Frame<'_>>, CaptureError> {
        self.window.consume(core::mem::take(&mut self.handed_out));
        let offset = self.window.offset();
        let head = if self.header.is_modified_format() { 24 } else { 16 };
        if !self.window.fill_to(head)? {
            let ended = self.window.filled().is_empty();
            return if ended { Ok(None) } else { Err(CaptureError::Truncated { offset }) };
        }
        let Some(len) = captured_len(self.window.filled(), self.header.is_bigendian()) else {
            return Err(CaptureError::Truncated { offset });
        };
        let record = len.saturating_add(head);
        if record > MAX_RECORD {
            return Err(CaptureError::Damaged { offset, what: "a record of more than 16 MiB" });
        }
        if !self.window.fill_to(record)? {
            return Err(CaptureError::Truncated { offset });
        }
        let parse = if self.header.is_modified_format() {
            parse_pcap_frame_modified
        } else if self.header.is_bigendian() {
            parse_pcap_frame_be
        } else {
            parse_pcap_frame
        };
        match parse(self.window.filled()) {
            Ok((_, block)) => {
                self.handed_out = record;
                let time = time(&block, self.header.is_nanosecond_precision());
                Ok(Some(Frame { time: Some(time), link: self.link, data: block.data }))
            }
            Err(_) => Err(CaptureError::Damaged { offset, what: "a record that cannot be read" }),
        }
    }
}

/// The third word of a record's head.
fn captured_len(record: &[u8], big_endian: bool) -> Option<usize> {
    let word = *record.get(8..)?.first_chunk::<4>()?;
    let len = if big_endian { u32::from_be_bytes(word) } else { u32::from_le_bytes(word) };
    usize::try_from(len).ok()
}

fn time(block: &LegacyPcapBlock<'_>, nanoseconds: bool) -> Duration {
    let fraction = u64::from(block.ts_usec);
    let fraction = if nanoseconds { Duration::from_nanos(fraction) } else { Duration::from_micros(fraction) };
    Duration::from_secs(u64::from(block.ts_sec)).saturating_add(fraction)
}
