//! The flows of a capture: which packet belongs to which conversation, who is the client, and a cap on how many are remembered.

use core::net::SocketAddr;
use std::collections::HashMap;

use crate::connection::{Connection, Settings};
use crate::event::{Event, Events, Stamp};
use crate::packet::{Packet, Segment, Transport};
use crate::protocol::{Carriage, Opening, Side};
use crate::pump::Pump;
use crate::sniff;
use crate::tcp::{Piece, Reassembly};

/// How many flows are remembered; beyond that the quarter that was quiet longest is closed.
const MAX_FLOWS: usize = 16_384;

/// Both ends, in an order that does not depend on who sent.
type Key = (bool, SocketAddr, SocketAddr);

#[derive(Debug)]
enum Kind {
    Tcp {
        halves: [Reassembly; 2],
        connection: Box<Connection>,
        isn: [Option<u32>; 2],
    },
    /// Datagrams of a protocol, or of nobody.
    Udp(Option<Box<Pump>>),
}

#[derive(Debug)]
struct Flow {
    client: SocketAddr,
    server: SocketAddr,
    last: u64,
    kind: Kind,
}

/// What was seen in all, for the heading.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) struct Counts {
    pub(crate) tcp: u64,
    pub(crate) udp: u64,
    /// Flows whose protocol nobody knows.
    pub(crate) unknown: u64,
}

/// All flows that are alive.
#[derive(Debug, Default)]
pub(crate) struct Flows {
    table: HashMap<Key, Flow>,
    tick: u64,
    pub(crate) counts: Counts,
}

/// Receives the events of a flow with its addresses: client, server.
pub(crate) type Sink<'a> = &'a mut dyn FnMut([SocketAddr; 2], Vec<Event>);

impl Flows {
    /// Takes in a packet.
    pub(crate) fn packet(&mut self, packet: &Packet<'_>, stamp: Stamp, settings: Settings<'_>, sink: Sink<'_>) {
        self.tick = self.tick.saturating_add(1);
        let is_tcp = matches!(packet.transport, Transport::Tcp(_));
        let key =
            if packet.src <= packet.dst { (is_tcp, packet.src, packet.dst) } else { (is_tcp, packet.dst, packet.src) };
        let mut out = Events { stamp, list: Vec::new() };
        if let (Transport::Tcp(segment), Some(flow)) = (&packet.transport, self.table.get(&key))
            && is_new_connection(flow, packet.src, segment)
        {
            self.close(key, stamp, settings, sink);
        }
        if !self.table.contains_key(&key) {
            let Some(flow) = self.open(packet, settings) else { return };
            self.make_room(stamp, settings, sink);
            self.table.insert(key, flow);
        }
        let Some(flow) = self.table.get_mut(&key) else { return };
        flow.last = self.tick;
        let from = if packet.src == flow.client { Side::Client } else { Side::Server };
        match (&mut flow.kind, &packet.transport) {
            (Kind::Udp(Some(pump)), Transport::Udp(datagram)) => pump.unit(from, datagram, &mut out),
            (Kind::Tcp { halves, connection, isn }, Transport::Tcp(segment)) => {
                if segment.syn {
                    *from.of_mut(isn) = Some(segment.seq);
                }
                tcp(halves, connection, from, segment, settings, &mut out);
            }
            _ => {}
        }
        if !out.list.is_empty() {
            sink([flow.client, flow.server], out.list);
        }
    }

    /// The capture is over.
    pub(crate) fn finish(&mut self, stamp: Stamp, settings: Settings<'_>, sink: Sink<'_>) {
        let mut order: Vec<(u64, Key)> = self.table.iter().map(|(key, flow)| (flow.last, *key)).collect();
        order.sort_unstable();
        for (_, key) in order {
            self.close(key, stamp, settings, sink);
        }
    }

    /// Begins a flow at its first packet, if there is anything in it for us.
    fn open(&mut self, packet: &Packet<'_>, settings: Settings<'_>) -> Option<Flow> {
        let (client, kind) = match &packet.transport {
            Transport::Tcp(segment) => {
                if segment.rst || (segment.payload.is_empty() && !segment.syn) {
                    return None;
                }
                self.counts.tcp = self.counts.tcp.saturating_add(1);
                let from_client =
                    if segment.syn { segment.ack.is_none() } else { goes_to_server(packet, Carriage::Tcp) };
                let (client, server) = if from_client { (packet.src, packet.dst) } else { (packet.dst, packet.src) };
                let connection = Box::new(Connection::new(Some([client.port(), server.port()]), !segment.syn));
                (client, Kind::Tcp { halves: Default::default(), connection, isn: [None; 2] })
            }
            Transport::Udp(datagram) => {
                self.counts.udp = self.counts.udp.saturating_add(1);
                let from_client = goes_to_server(packet, Carriage::Udp);
                let client = if from_client { packet.src } else { packet.dst };
                let pump = datagrams(packet, from_client, datagram, settings);
                if pump.is_none() {
                    self.counts.unknown = self.counts.unknown.saturating_add(1);
                }
                (client, Kind::Udp(pump.map(Box::new)))
            }
        };
        let server = if client == packet.src { packet.dst } else { packet.src };
        Some(Flow { client, server, last: self.tick, kind })
    }

    fn close(&mut self, key: Key, stamp: Stamp, settings: Settings<'_>, sink: Sink<'_>) {
        let Some(mut flow) = self.table.remove(&key) else { return };
        let mut out = Events { stamp, list: Vec::new() };
        if let Kind::Tcp { halves, connection, .. } = &mut flow.kind {
            end(halves, connection, settings, &mut out);
            if connection.is_unknown() {
                self.counts.unknown = self.counts.unknown.saturating_add(1);
            }
        }
        if !out.list.is_empty() {
            sink([flow.client, flow.server], out.list);
        }
    }

    fn make_room(&mut self, stamp: Stamp, settings: Settings<'_>, sink: Sink<'_>) {
        if self.table.len() < MAX_FLOWS {
            return;
        }
        let mut order: Vec<(u64, Key)> = self.table.iter().map(|(key, flow)| (flow.last, *key)).collect();
        order.sort_unstable();
        for (_, key) in order.into_iter().take(MAX_FLOWS / 4) {
            self.close(key, stamp, settings, sink);
        }
    }
}

/// A SYN with another initial number than before on the same pair of ports begins a new connection.
fn is_new_connection(flow: &Flow, src: SocketAddr, segment: &Segment<'_>) -> bool {
    let Kind::Tcp { isn, halves, .. } = &flow.kind else { return false };
    let from = if src == flow.client { Side::Client } else { Side::Server };
    if !segment.syn {
        return false;
    }
    match from.of(isn) {
        Some(isn) => *isn != segment.seq,
        // A SYN after data without one: ports were used again.
        None => from.of(halves).has_begun(),
    }
}

/// Guesses who is the server of a flow whose beginning is not captured: the one at a known port, else the lower port.
fn goes_to_server(packet: &Packet<'_>, carriage: Carriage) -> bool {
    let (src, dst) = (packet.src.port(), packet.dst.port());
    match (sniff::is_known_port(src, carriage), sniff::is_known_port(dst, carriage)) {
        (true, false) => false,
        (false, true) => true,
        _ if carriage == Carriage::Udp => true,
        _ => src >= dst,
    }
}

fn datagrams(packet: &Packet<'_>, from_client: bool, datagram: &[u8], settings: Settings<'_>) -> Option<Pump> {
    let from = if from_client { Side::Client } else { Side::Server };
    let ports =
        if from_client { [packet.src.port(), packet.dst.port()] } else { [packet.dst.port(), packet.src.port()] };
    settings.pump_for(&Opening::of(from, datagram, Carriage::Udp), Some(ports))
}

/// One segment through reassembly into its connection.
fn tcp(
    halves: &mut [Reassembly; 2],
    connection: &mut Connection,
    from: Side,
    segment: &Segment<'_>,
    settings: Settings<'_>,
    out: &mut Events,
) {
    if let Some(ack) = segment.ack {
        from.other().of_mut(halves).acknowledge(ack);
    }
    let half = from.of_mut(halves);
    if segment.syn {
        half.begin(segment.seq);
    }
    // Data on a SYN comes behind its sequence number.
    let seq = if segment.syn { segment.seq.wrapping_add(1) } else { segment.seq };
    half.push(seq, segment.payload, segment.cut, &mut |piece| match piece {
        Piece::Data(bytes) => connection.data(from, bytes, settings, out),
        Piece::Gap(missing) => connection.gap(from, missing, settings, out),
    });
    if segment.fin {
        half.end(seq.wrapping_add(u32::try_from(segment.payload.len()).unwrap_or(0)));
    }
    if segment.rst || halves.iter().all(Reassembly::is_complete) {
        end(halves, connection, settings, out);
    }
}

/// Hands out what waits in both directions and closes the connection.
fn end(halves: &mut [Reassembly; 2], connection: &mut Connection, settings: Settings<'_>, out: &mut Events) {
    for from in [Side::Client, Side::Server] {
        from.of_mut(halves).finish(&mut |piece| match piece {
            Piece::Data(bytes) => connection.data(from, bytes, settings, out),
            Piece::Gap(missing) => connection.gap(from, missing, settings, out),
        });
    }
    connection.finish(settings, out);
}
