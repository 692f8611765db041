//! One TCP connection (or raw stream): finds the protocol, unwraps HTTP and WebSocket, and hands the rest to the pump.

use crate::event::{Events, Stamp};
use crate::options::Options;
use crate::protocol::{Carriage, Detail, Opening, Protocol, Recognition, Side};
use crate::pump::Pump;
use crate::sniff::{self, Choice, Hints};
use crate::web::Web;

/// How many bytes may be held back while the protocol is in doubt.
const MAX_HELD: usize = 4096;

/// What the user asked for, the same for every flow.
#[derive(Clone, Copy)]
pub(crate) struct Settings<'a> {
    pub(crate) forced: Option<&'static dyn Protocol>,
    pub(crate) options: &'a Options,
    pub(crate) detail: Detail,
}

impl Settings<'_> {
    /// Begins a conversation, if the protocol travels in this way.
    pub(crate) fn pump(&self, protocol: &'static dyn Protocol, carriage: Carriage) -> Option<Pump> {
        let conversation = protocol.conversation(carriage, self.options)?;
        Some(Pump::new(protocol, conversation, self.detail))
    }

    /// Begins the conversation whose first unit or message this is, if some protocol knows it.
    pub(crate) fn pump_for(&self, opening: &Opening<'_>, ports: Option<[u16; 2]>) -> Option<Pump> {
        match sniff::choose(opening, Hints { forced: self.forced, ports, last: true }) {
            Choice::Protocol(protocol) => self.pump(protocol, opening.carriage),
            _ => None,
        }
    }
}

/// Bytes that came before the protocol was known.
#[derive(Debug)]
struct Held {
    from: Side,
    bytes: Vec<u8>,
    stamp: Stamp,
}

#[derive(Debug)]
enum Phase {
    Sniffing(Vec<Held>),
    Plain(Box<Pump>),
    Web(Box<Web>),
    /// Nobody's, or over.
    Nobody,
}

/// A connection, from its first byte to its last.
#[derive(Debug)]
pub(crate) struct Connection {
    phase: Phase,
    /// Ports of client and server, if it has any.
    ports: Option<[u16; 2]>,
    /// The capture did not see it begin.
    mid_stream: bool,
    /// There were bytes, and nobody wanted them.
    unknown: bool,
}

impl Connection {
    pub(crate) const fn new(ports: Option<[u16; 2]>, mid_stream: bool) -> Self {
        Self { phase: Phase::Sniffing(Vec::new()), ports, mid_stream, unknown: false }
    }

    /// True if nobody knows its protocol.
    pub(crate) const fn is_unknown(&self) -> bool {
        self.unknown
    }

    /// More bytes, in order.
    pub(crate) fn data(&mut self, from: Side, bytes: &[u8], settings: Settings<'_>, out: &mut Events) {
        match &mut self.phase {
            Phase::Plain(pump) => pump.stream(from, bytes, out),
            Phase::Web(web) => web.data(from, bytes, settings, out),
            Phase::Nobody => {}
            Phase::Sniffing(held) => {
                held.push(Held { from, bytes: bytes.to_vec(), stamp: out.stamp });
                let last = held.iter().map(|held| held.bytes.len()).sum::<usize>() > MAX_HELD;
                self.sniff(last, settings, out);
            }
        }
    }

    /// Bytes are missing.
    pub(crate) fn gap(&mut self, from: Side, missing: u64, settings: Settings<'_>, out: &mut Events) {
        if matches!(self.phase, Phase::Sniffing(_)) {
            self.sniff(true, settings, out);
        }
        match &mut self.phase {
            Phase::Plain(pump) => pump.gap(from, missing, out),
            Phase::Web(web) => web.gap(from, missing, out),
            // Nothing was seen before the gap: the same as a late beginning.
            Phase::Sniffing(_) => self.mid_stream = true,
            Phase::Nobody => {}
        }
    }

    /// No more bytes will come.
    pub(crate) fn finish(&mut self, settings: Settings<'_>, out: &mut Events) {
        if matches!(self.phase, Phase::Sniffing(_)) {
            self.sniff(true, settings, out);
        }
        match &mut self.phase {
            Phase::Plain(pump) => pump.finish(out),
            Phase::Web(web) => {
                web.finish(settings, out);
                self.unknown = web.is_unknown();
            }
            Phase::Sniffing(_) => return,
            Phase::Nobody => {}
        }
        // Late segments have nowhere to go, and the buffers are given back.
        self.phase = Phase::Nobody;
    }

    /// Looks at what is held back; decides if it can, or must because it is the `last` chance.
    fn sniff(&mut self, last: bool, settings: Settings<'_>, out: &mut Events) {
        let Phase::Sniffing(held) = &mut self.phase else { return };
        if held.is_empty() {
            return;
        }
        let first = |side| -> Vec<u8> {
            held.iter()
                .filter(|held| held.from == side)
                .flat_map(|held| held.bytes.iter().copied())
                .take(MAX_HELD)
                .collect()
        };
        let (client, server) = (first(Side::Client), first(Side::Server));
        let opening =
            Opening { carriage: Carriage::Tcp, client: &client, server: &server, mid_stream: self.mid_stream };
        // Whoever starts with a signature starts at the beginning, though the handshake was not captured.
        let late = |protocol: &dyn Protocol| self.mid_stream && protocol.recognise(&opening) != Recognition::Certain;
        let choice = sniff::choose(&opening, Hints { forced: settings.forced, ports: self.ports, last });
        let phase = match choice {
            Choice::Wait => return,
            Choice::Http => Phase::Web(Box::new(Web::new(self.ports))),
            Choice::Protocol(protocol) => {
                self.mid_stream = late(protocol);
                settings.pump(protocol, Carriage::Tcp).map_or(Phase::Nobody, |pump| Phase::Plain(Box::new(pump)))
            }
            Choice::Nobody => Phase::Nobody,
        };
        let held = core::mem::take(held);
        self.unknown = matches!(phase, Phase::Nobody);
        self.phase = phase;
        self.replay(held, settings, out);
    }

    fn replay(&mut self, held: Vec<Held>, settings: Settings<'_>, out: &mut Events) {
        let now = out.stamp;
        if let (Phase::Plain(pump), true, Some(first)) = (&mut self.phase, self.mid_stream, held.first()) {
            out.stamp = first.stamp;
            out.notice(first.from, "the capture begins in the middle of this connection");
            pump.begin_mid_stream();
        }
        for Held { from, bytes, stamp } in held {
            out.stamp = stamp;
            self.data(from, &bytes, settings, out);
        }
        out.stamp = now;
    }
}
