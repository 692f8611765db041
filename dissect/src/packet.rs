//! From a captured frame to the payload of TCP or UDP: link layer, IP, fragments.

use core::net::{IpAddr, SocketAddr};

use etherparse::{
    EtherType, IpNumber, LaxNetSlice, LaxSlicedPacket, LinuxSllHeaderSlice, LinuxSllProtocolType, TcpSlice,
    TransportSlice, UdpSlice,
};

use crate::capture::{Frame, Link};

/// A packet that belongs to a flow.
#[derive(Debug)]
pub(crate) struct Packet<'a> {
    pub(crate) src: SocketAddr,
    pub(crate) dst: SocketAddr,
    pub(crate) transport: Transport<'a>,
}

#[derive(Debug)]
pub(crate) enum Transport<'a> {
    Tcp(Segment<'a>),
    Udp(&'a [u8]),
}

/// What reassembly needs to know of a TCP segment.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct Segment<'a> {
    pub(crate) seq: u32,
    /// The acknowledged number, if the flag is set.
    pub(crate) ack: Option<u32>,
    pub(crate) syn: bool,
    pub(crate) fin: bool,
    pub(crate) rst: bool,
    pub(crate) payload: &'a [u8],
    /// How many bytes of the payload the capture cut off.
    pub(crate) cut: usize,
}

/// Why a frame holds nothing for us.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Foreign {
    /// Another link, network or transport protocol.
    Other,
    /// A piece of a fragmented IP packet.
    Fragment,
    /// Headers that are cut short or contradict themselves.
    Damaged,
}

/// Finds the TCP or UDP payload in a frame.
pub(crate) fn parse<'a>(frame: &Frame<'a>) -> Result<Packet<'a>, Foreign> {
    let sliced = network(frame.link, frame.data)?;
    let net = sliced.net.as_ref().ok_or(Foreign::Other)?;
    let (src, dst, whole) = match net {
        LaxNetSlice::Ipv4(ip) => {
            let header = ip.header();
            let whole = usize::from(header.total_len()).checked_sub(header.slice().len());
            (IpAddr::V4(header.source_addr()), IpAddr::V4(header.destination_addr()), whole)
        }
        LaxNetSlice::Ipv6(ip) => {
            let header = ip.header();
            let extensions = ip.extensions().slice().len();
            let whole = usize::from(header.payload_length()).checked_sub(extensions);
            (IpAddr::V6(header.source_addr()), IpAddr::V6(header.destination_addr()), whole)
        }
        LaxNetSlice::Arp(_) => return Err(Foreign::Other),
    };
    let payload = net.ip_payload_ref().ok_or(Foreign::Damaged)?;
    if payload.fragmented {
        return Err(Foreign::Fragment);
    }
    let cut = if payload.incomplete { whole.unwrap_or(0).saturating_sub(payload.payload.len()) } else { 0 };
    match &sliced.transport {
        Some(TransportSlice::Tcp(tcp)) => Ok(tcp_packet(src, dst, tcp, cut)),
        Some(TransportSlice::Udp(udp)) => Ok(udp_packet(src, dst, udp)),
        _ if matches!(payload.ip_number, IpNumber::TCP | IpNumber::UDP) => Err(Foreign::Damaged),
        _ => Err(Foreign::Other),
    }
}

fn tcp_packet<'a>(src: IpAddr, dst: IpAddr, tcp: &TcpSlice<'a>, cut: usize) -> Packet<'a> {
    Packet {
        src: SocketAddr::new(src, tcp.source_port()),
        dst: SocketAddr::new(dst, tcp.destination_port()),
        transport: Transport::Tcp(Segment {
            seq: tcp.sequence_number(),
            ack: tcp.ack().then(|| tcp.acknowledgment_number()),
            syn: tcp.syn(),
            fin: tcp.fin(),
            rst: tcp.rst(),
            payload: tcp.payload(),
            cut,
        }),
    }
}

fn udp_packet<'a>(src: IpAddr, dst: IpAddr, udp: &UdpSlice<'a>) -> Packet<'a> {
    Packet {
        src: SocketAddr::new(src, udp.source_port()),
        dst: SocketAddr::new(dst, udp.destination_port()),
        transport: Transport::Udp(udp.payload()),
    }
}

/// Takes the link layer off.
fn network(link: Link, data: &[u8]) -> Result<LaxSlicedPacket<'_>, Foreign> {
    match link {
        Link::Ethernet => LaxSlicedPacket::from_ethernet(data).map_err(|_| Foreign::Damaged),
        Link::Ip => LaxSlicedPacket::from_ip(data).map_err(|_| Foreign::Damaged),
        Link::Loopback => {
            let (family, ip) = data.split_first_chunk::<4>().ok_or(Foreign::Damaged)?;
            // The family is 2 for IPv4 and 24, 28 or 30 for IPv6, in the byte order of the machine that captured: the IP
            // version nibble says the same without asking for that order.
            if family.iter().filter(|byte| **byte != 0).count() > 1 {
                return Err(Foreign::Other);
            }
            LaxSlicedPacket::from_ip(ip).map_err(|_| Foreign::Other)
        }
        Link::Cooked => {
            let header = LinuxSllHeaderSlice::from_slice(data).map_err(|_| Foreign::Damaged)?;
            let rest = data.get(header.slice().len()..).unwrap_or_default();
            match header.protocol_type() {
                LinuxSllProtocolType::EtherType(kind) => Ok(LaxSlicedPacket::from_ether_type(kind, rest)),
                _ => Err(Foreign::Other),
            }
        }
        Link::Cooked2 => {
            let (header, rest) = data.split_first_chunk::<20>().ok_or(Foreign::Damaged)?;
            let [high, low, ..] = *header;
            Ok(LaxSlicedPacket::from_ether_type(EtherType(u16::from_be_bytes([high, low])), rest))
        }
        Link::Other(_) => Err(Foreign::Other),
    }
}
