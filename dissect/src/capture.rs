//! Capture files, streamed: a window over the file, records of pcap, blocks of pcapng.
//!
//! The crate `pcap-parser` reads records and blocks. Their borders are found here first, so that a record is only ever parsed
//! when it is complete, and a damaged length costs no memory.

use core::fmt;
use core::time::Duration;
use std::io::{self, Read};

mod pcap;
mod pcapng;
mod window;

pub(crate) use window::Window;

/// The longest record or block that is read. Interfaces deliver far less; a damaged length field asks for more.
const MAX_RECORD: usize = 16 << 20;

/// What stands before the IP header of a packet.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Link {
    /// Ethernet II.
    Ethernet,
    /// BSD loopback: four bytes of address family in either byte order.
    Loopback,
    /// Linux cooked capture.
    Cooked,
    /// Linux cooked capture, second form.
    Cooked2,
    /// IPv4 or IPv6 at once.
    Ip,
    /// Something else, by its number.
    Other(i32),
}

impl Link {
    /// By the number in the file (<https://www.tcpdump.org/linktypes.html>; 12 and 14 are what BSDs write for raw IP).
    const fn from_number(number: i32) -> Self {
        match number {
            0 | 108 => Self::Loopback,
            1 => Self::Ethernet,
            12 | 14 | 101 | 228 | 229 => Self::Ip,
            113 => Self::Cooked,
            276 => Self::Cooked2,
            other => Self::Other(other),
        }
    }
}

impl fmt::Display for Link {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Ethernet => f.write_str("Ethernet"),
            Self::Loopback => f.write_str("loopback"),
            Self::Cooked | Self::Cooked2 => f.write_str("Linux cooked"),
            Self::Ip => f.write_str("raw IP"),
            Self::Other(number) => write!(f, "link type {number} (not supported)"),
        }
    }
}

/// One captured packet.
#[derive(Debug)]
pub(crate) struct Frame<'a> {
    /// Since the epoch, if the format knows it.
    pub(crate) time: Option<Duration>,
    pub(crate) link: Link,
    pub(crate) data: &'a [u8],
}

/// Why a capture cannot be read on.
#[derive(Debug)]
pub(crate) enum CaptureError {
    Io(io::Error),
    /// The file ends inside a record.
    Truncated {
        offset: u64,
    },
    /// A record makes no sense.
    Damaged {
        offset: u64,
        what: &'static str,
    },
}

impl fmt::Display for CaptureError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Io(error) => error.fmt(f),
            Self::Truncated { offset } => write!(f, "the capture is cut off in the record at byte {offset}"),
            Self::Damaged { offset, what } => write!(f, "the capture is damaged at byte {offset}: {what}"),
        }
    }
}

impl From<io::Error> for CaptureError {
    fn from(error: io::Error) -> Self {
        Self::Io(error)
    }
}

/// A capture file of either format.
#[derive(Debug)]
pub(crate) enum Capture<R> {
    Pcap(pcap::Pcap<R>),
    PcapNg(pcapng::PcapNg<R>),
}

impl<R: Read> Capture<R> {
    /// Opens what the window begins with; gives the window back if that is not a capture.
    pub(crate) fn open(mut window: Window<R>) -> Result<Result<Self, Window<R>>, CaptureError> {
        window.fill_to(4)?;
        let magic = window.filled().first_chunk::<4>().copied();
        match magic {
            Some([0x0a, 0x0d, 0x0d, 0x0a]) => Ok(Ok(Self::PcapNg(pcapng::PcapNg::new(window)))),
            Some(magic) if pcap::is_magic(magic) => pcap::Pcap::open(window).map(|pcap| Ok(Self::Pcap(pcap))),
            _ => Ok(Err(window)),
        }
    }

    /// The next packet, or `None` at the end of the file.
    pub(crate) fn next(&mut self) -> Result<Option<Frame<'_>>, CaptureError> {
        match self {
            Self::Pcap(pcap) => pcap.next(),
            Self::PcapNg(pcapng) => pcapng.next(),
        }
    }

    /// `pcap` or `pcapng`, for the heading.
    pub(crate) const fn format(&self) -> &'static str {
        match self {
            Self::Pcap(_) => "pcap",
            Self::PcapNg(_) => "pcapng",
        }
    }
}
