//! An HTTP connection: either it turns into WebSocket and carries a protocol, or its bodies do (BOSH), or it is nobody's.

use std::collections::VecDeque;

use crate::connection::Settings;
use crate::event::{Events, Stamp};
use crate::http::{Half, Head, Part};
use crate::protocol::{Carriage, Opening, Protocol, Side};
use crate::pump::Pump;
use crate::registry;
use crate::websocket::{Frames, Inflate, Unwrapped};

/// Requests that wait for their response.
const MAX_REQUESTS: usize = 64;
/// What a client may send before the server has granted the upgrade.
const MAX_HELD: usize = 1 << 20;

#[derive(Debug)]
enum Mode {
    Http,
    /// The client asked for WebSocket; what it sent since then.
    Asked(Vec<(Stamp, Vec<u8>)>),
    /// WebSocket; the protocol may still have to be found by the first message.
    WebSocket {
        frames: Box<[Frames; 2]>,
        framed: bool,
    },
    Over,
}

/// An HTTP connection.
#[derive(Debug)]
pub(crate) struct Web {
    halves: [Half; 2],
    requests: VecDeque<Head>,
    mode: Mode,
    pump: Option<Pump>,
    ports: Option<[u16; 2]>,
    /// The first of `requests` has its response.
    answered: bool,
    /// Bytes that were held back are being read: an upgrade inside an upgrade is not followed.
    replaying: bool,
}

impl Web {
    pub(crate) const fn new(ports: Option<[u16; 2]>) -> Self {
        Self {
            halves: [Half::new(), Half::new()],
            requests: VecDeque::new(),
            mode: Mode::Http,
            pump: None,
            ports,
            answered: false,
            replaying: false,
        }
    }

    /// True if no protocol was found in it.
    pub(crate) const fn is_unknown(&self) -> bool {
        self.pump.is_none()
    }

    /// More bytes of the TCP stream.
    pub(crate) fn data(&mut self, from: Side, bytes: &[u8], settings: Settings<'_>, out: &mut Events) {
        let mut input = bytes;
        while !input.is_empty() {
            match &mut self.mode {
                Mode::Over => return,
                Mode::WebSocket { .. } => self.frames(from, &mut input, settings, out),
                Mode::Asked(held) if from == Side::Client => {
                    if held.iter().map(|(_, bytes)| bytes.len()).sum::<usize>() < MAX_HELD {
                        held.push((out.stamp, input.to_vec()));
                    }
                    return;
                }
                Mode::Http | Mode::Asked(_) => {
                    let Some(part) = from.of_mut(&mut self.halves).push(&mut input) else { break };
                    self.part(from, part, settings, out);
                }
            }
        }
        if self.halves.iter().any(Half::is_broken) {
            self.mode = Mode::Over;
        }
    }

    /// Bytes are missing: neither HTTP nor WebSocket can be picked up again in the middle.
    pub(crate) fn gap(&mut self, from: Side, missing: u64, out: &mut Events) {
        if !matches!(self.mode, Mode::Over) {
            out.notice(
                from,
                format!("{missing} bytes are missing in the capture; the rest of this connection is skipped"),
            );
            self.mode = Mode::Over;
        }
    }

    /// The connection is closed.
    pub(crate) fn finish(&mut self, settings: Settings<'_>, out: &mut Events) {
        for from in [Side::Client, Side::Server] {
            if let (Mode::Http, Some(part)) = (&self.mode, from.of_mut(&mut self.halves).finish()) {
                self.part(from, part, settings, out);
            }
        }
        if let Some(pump) = &mut self.pump {
            pump.finish(out);
        }
    }

    fn part(&mut self, from: Side, part: Part, settings: Settings<'_>, out: &mut Events) {
        match (from, part) {
            (Side::Client, Part::Head(head)) => {
                Side::Client.of_mut(&mut self.halves).expect_body(&head, None);
                if head.is_web_socket_upgrade() && !self.replaying {
                    self.mode = Mode::Asked(Vec::new());
                }
                self.requests.push_back(head);
                if self.requests.len() > MAX_REQUESTS {
                    self.requests.pop_front();
                }
            }
            (Side::Server, Part::Head(head)) => self.response(&head, settings, out),
            (from, Part::Body(body)) => self.body(from, &body, settings, out),
        }
    }

    fn response(&mut self, head: &Head, settings: Settings<'_>, out: &mut Events) {
        // An interim response (100 Continue) is not the answer yet.
        let interim = head.second_word().starts_with('1') && head.second_word() != "101";
        // The request of the response before this one was kept for the body that came between.
        if self.answered && self.requests.len() > 1 {
            self.requests.pop_front();
        }
        self.answered = !interim;
        Side::Server.of_mut(&mut self.halves).expect_body(head, self.requests.front());
        if let Mode::Asked(held) = &mut self.mode {
            let held = core::mem::take(held);
            self.mode = Mode::Http;
            if head.second_word() == "101" && head.is_web_socket_upgrade() {
                self.upgrade(head, settings, out);
            }
            let now = out.stamp;
            self.replaying = true;
            for (stamp, bytes) in held {
                out.stamp = stamp;
                self.data(Side::Client, &bytes, settings, out);
            }
            self.replaying = false;
            out.stamp = now;
        }
    }

    /// The server granted WebSocket: the subprotocol says what is inside, or else the first message does.
    fn upgrade(&mut self, response: &Head, settings: Settings<'_>, out: &mut Events) {
        let agreed: Vec<&str> = response.items("sec-websocket-protocol").collect();
        let offered = self.requests.front().into_iter().flat_map(|request| request.items("sec-websocket-protocol"));
        let names: Vec<&str> = if agreed.is_empty() { offered.collect() } else { agreed };
        let known = names.iter().find_map(|name| by_sub_protocol(name, settings));
        let frames = Box::new([inflate(response, "client"), inflate(response, "server")].map(Frames::new));
        self.mode = Mode::WebSocket { frames, framed: known.is_some_and(|(_, framed)| framed) };
        if let Some((protocol, _)) = known {
            self.pump = settings.pump(protocol, Carriage::WebSocket);
        } else if !names.is_empty() {
            out.notice(Side::Server, format!("a WebSocket for {names:?}: skipped"));
            self.mode = Mode::Over;
        }
    }

    fn frames(&mut self, from: Side, input: &mut &[u8], settings: Settings<'_>, out: &mut Events) {
        let Mode::WebSocket { frames, framed } = &mut self.mode else { return };
        let framed = *framed;
        match from.of_mut(frames).push(input) {
            None => {}
            Some(Unwrapped::Data(message)) if framed => {
                if let Some(pump) = &mut self.pump {
                    pump.unit(from, &message, out);
                }
            }
            Some(Unwrapped::Data(message)) => {
                if self.pump.is_none() {
                    // A WebSocket without subprotocol.
                    self.pump = settings.pump_for(&Opening::of(from, &message, Carriage::WebSocket), self.ports);
                }
                match &mut self.pump {
                    Some(pump) => pump.stream(from, &message, out),
                    None => self.mode = Mode::Over,
                }
            }
            Some(Unwrapped::Close) => {}
            Some(Unwrapped::Broken(why)) => {
                out.notice(from, format!("{why}: the rest of this WebSocket is skipped"));
                self.mode = Mode::Over;
            }
        }
    }

    /// The body of a request or response, for a protocol that travels in HTTP.
    fn body(&mut self, from: Side, body: &[u8], settings: Settings<'_>, out: &mut Events) {
        let Some(request) = (if from == Side::Client { self.requests.back() } else { self.requests.front() }) else {
            return;
        };
        if self.pump.is_none() {
            let (target, kind) = (request.second_word(), request.field("content-type").unwrap_or_default());
            let wants = |protocol: &&dyn Protocol| protocol.wants_http(target, kind);
            let protocol = registry::chosen(settings.forced).find(wants);
            self.pump = protocol.and_then(|protocol| settings.pump(protocol, Carriage::Http));
        }
        if let Some(pump) = &mut self.pump {
            pump.unit(from, body, out);
        }
    }
}

/// How a side's messages are inflated, if permessage-deflate was agreed on (RFC 7692 §7.1).
fn inflate(response: &Head, side: &str) -> Option<Inflate> {
    let agreed = response.items("sec-websocket-extensions").find(|item| item.starts_with("permessage-deflate"))?;
    let parameter = format!("{side}_no_context_takeover");
    let forgets = agreed.split(';').any(|part| part.trim() == parameter);
    Some(Inflate::new(forgets))
}

/// Who asked for this subprotocol, and whether message borders count.
fn by_sub_protocol(name: &str, settings: Settings<'_>) -> Option<(&'static dyn Protocol, bool)> {
    registry::chosen(settings.forced).find_map(|protocol| {
        let sub = protocol.sub_protocols().iter().find(|sub| sub.name.eq_ignore_ascii_case(name))?;
        Some((protocol, sub.framed))
    })
}
