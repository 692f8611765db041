//! Drives one conversation: keeps what is not decoded yet, goes on behind broken messages and gaps, counts what is skipped.

use crate::event::{Events, Item};
use crate::protocol::{Conversation, Detail, Failure, Fault, Message, Protocol, Resync, Side};

/// The most that may wait for the end of one message. MQTT allows 256 MiB; nobody debugs that with a dissector.
const MAX_PENDING: usize = 64 << 20;
/// How many messages may come out of no bytes in a row.
const MAX_IDLE: u32 = 64;

/// What is the matter with a direction.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum State {
    Live,
    /// Bytes are missing: a beginning has to be found, and so many bytes were dropped in the search.
    Lost(u64),
    /// Nothing more is decoded.
    Dead,
}

#[derive(Debug)]
struct Direction {
    pending: Vec<u8>,
    /// How much of `pending` is decoded already.
    start: usize,
    /// Do not decode before so many bytes are there.
    wanted: usize,
    /// How many bytes of a broken message are still to come.
    discard: u64,
    state: State,
    skipped: u64,
}

impl Direction {
    const fn new() -> Self {
        Self { pending: Vec::new(), start: 0, wanted: 1, discard: 0, state: State::Live, skipped: 0 }
    }

    const fn skip(&mut self, len: u64) {
        self.skipped = self.skipped.saturating_add(len);
    }

    fn undecoded(&self) -> &[u8] {
        self.pending.get(self.start..).unwrap_or_default()
    }
}

/// A conversation and what it has not consumed yet.
pub(crate) struct Pump {
    protocol: &'static dyn Protocol,
    conversation: Box<dyn Conversation>,
    directions: [Direction; 2],
    detail: Detail,
}

impl core::fmt::Debug for Pump {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        f.debug_struct("Pump").field("protocol", &self.protocol.name()).finish_non_exhaustive()
    }
}

impl Pump {
    pub(crate) fn new(protocol: &'static dyn Protocol, conversation: Box<dyn Conversation>, detail: Detail) -> Self {
        Self { protocol, conversation, directions: [Direction::new(), Direction::new()], detail }
    }

    /// Both directions begin somewhere in the middle.
    pub(crate) fn begin_mid_stream(&mut self) {
        for direction in &mut self.directions {
            direction.state = State::Lost(0);
        }
    }

    /// Bytes are missing in a direction.
    pub(crate) fn gap(&mut self, from: Side, missing: u64, out: &mut Events) {
        let direction = from.of_mut(&mut self.directions);
        if direction.state == State::Dead {
            return;
        }
        // A gap inside a message that is being thrown away anyway costs nothing.
        if direction.discard >= missing {
            direction.discard = direction.discard.saturating_sub(missing);
            return;
        }
        direction.discard = 0;
        let lost = direction.undecoded().len();
        direction.pending = Vec::new();
        direction.start = 0;
        direction.wanted = 1;
        direction.state = State::Lost(lost as u64);
        out.notice(from, format!("{missing} bytes of the {from} are missing in the capture"));
    }

    /// More bytes of a stream.
    pub(crate) fn stream(&mut self, from: Side, bytes: &[u8], out: &mut Events) {
        let direction = from.of_mut(&mut self.directions);
        if direction.state == State::Dead {
            direction.skip(bytes.len() as u64);
            return;
        }
        let bytes = discard(&mut direction.discard, bytes);
        if bytes.is_empty() {
            return;
        }
        if direction.pending.is_empty() {
            // The common case: whole messages in a segment, decoded where they lie.
            let rest = self.run(from, bytes, out);
            let direction = from.of_mut(&mut self.directions);
            if direction.state != State::Dead {
                direction.pending.extend_from_slice(rest);
            }
            return;
        }
        direction.pending.extend_from_slice(bytes);
        let undecoded = direction.undecoded().len();
        if undecoded < direction.wanted && undecoded <= MAX_PENDING {
            return;
        }
        let pending = core::mem::take(&mut direction.pending);
        let start = core::mem::take(&mut direction.start);
        let rest = self.run(from, pending.get(start..).unwrap_or_default(), out).len();
        self.put_back(from, pending, rest, out);
    }

    /// Keeps the last `rest` bytes of the buffer that was decoded.
    fn put_back(&mut self, from: Side, mut pending: Vec<u8>, rest: usize, out: &mut Events) {
        let direction = from.of_mut(&mut self.directions);
        if direction.state == State::Dead || rest == 0 {
            return;
        }
        let start = pending.len().saturating_sub(rest);
        if start > pending.len() / 2 {
            pending.drain(..start);
        } else {
            direction.start = start;
        }
        direction.pending = pending;
        if rest > MAX_PENDING {
            let failure = Failure {
                kind: "MessageTooLong".into(),
                reply: "".into(),
                text: format!("a message of more than {} MiB", MAX_PENDING >> 20),
                ..Failure::default()
            };
            let len = direction.undecoded().len();
            out.push(from, Item::Error { protocol: self.protocol.name(), len, failure });
            self.give_up(from, rest);
        }
    }

    /// One unit of a carrier that keeps boundaries.
    pub(crate) fn unit(&mut self, from: Side, unit: &[u8], out: &mut Events) {
        let mut rest = unit;
        let mut idle = 0_u32;
        loop {
            let before = rest;
            match self.conversation.decode(from, &mut rest, self.detail) {
                Ok(Some(message)) => {
                    self.found(from, message, consumed(before, rest), out);
                    idle = if rest.len() == before.len() { idle.saturating_add(1) } else { 0 };
                }
                Ok(None) if rest.len() == before.len() => {
                    if !rest.is_empty() {
                        let text = "the unit ends inside a message".to_owned();
                        let failure =
                            Failure { kind: "Truncated".into(), offset: rest.len(), text, ..Failure::default() };
                        out.push(from, Item::Error { protocol: self.protocol.name(), len: rest.len(), failure });
                    }
                    return;
                }
                Ok(None) => {
                    from.of_mut(&mut self.directions).skip(consumed(before, rest) as u64);
                }
                Err(Fault { failure, len }) => {
                    let len = len.filter(|len| (1..=before.len()).contains(len)).unwrap_or(before.len());
                    out.push(from, Item::Error { protocol: self.protocol.name(), len, failure: *failure });
                    rest = before.get(len..).unwrap_or_default();
                }
            }
            if rest.is_empty() || idle > MAX_IDLE {
                return;
            }
        }
    }

    /// The flow is over: says what is left.
    pub(crate) fn finish(&mut self, out: &mut Events) {
        for from in [Side::Client, Side::Server] {
            let direction = from.of_mut(&mut self.directions);
            let left = direction.undecoded().len();
            if left > 0 && direction.state == State::Live {
                out.notice(from, format!("the {from}'s bytes end inside a message ({left} bytes of it are there)"));
            }
            if let State::Lost(dropped) = direction.state {
                direction.skip(dropped.saturating_add(left as u64));
            }
            if direction.skipped > 0 {
                out.notice(from, format!("{} bytes of the {from} were skipped", direction.skipped));
            }
            *direction = Direction::new();
        }
    }

    /// Decodes what it can of `input`; returns the rest.
    fn run<'a>(&mut self, from: Side, input: &'a [u8], out: &mut Events) -> &'a [u8] {
        let mut rest = input;
        if matches!(from.of(&self.directions).state, State::Lost(_)) && !self.find_beginning(from, &mut rest, out) {
            return rest;
        }
        let mut idle = 0_u32;
        while !rest.is_empty() && idle <= MAX_IDLE {
            let before = rest;
            match self.conversation.decode(from, &mut rest, self.detail) {
                Ok(Some(message)) => {
                    self.found(from, message, consumed(before, rest), out);
                    idle = if rest.len() == before.len() { idle.saturating_add(1) } else { 0 };
                }
                Ok(None) if rest.len() == before.len() => {
                    let needed = self.conversation.needed(from).max(1);
                    from.of_mut(&mut self.directions).wanted = rest.len().saturating_add(needed);
                    return rest;
                }
                Ok(None) => {
                    from.of_mut(&mut self.directions).skip(consumed(before, rest) as u64);
                }
                Err(fault) => {
                    rest = self.broken(from, fault, before, out);
                    if from.of(&self.directions).state == State::Dead {
                        return &[];
                    }
                }
            }
        }
        if idle > MAX_IDLE {
            self.give_up(from, rest.len());
            return &[];
        }
        from.of_mut(&mut self.directions).wanted = 1;
        rest
    }

    /// Reports a broken message and steps over it, if its length is known.
    fn broken<'a>(&mut self, from: Side, fault: Fault, before: &'a [u8], out: &mut Events) -> &'a [u8] {
        let known = fault.len.filter(|len| *len > 0);
        let len = known.unwrap_or(before.len());
        out.push(from, Item::Error { protocol: self.protocol.name(), len, failure: *fault.failure });
        if known.is_none() {
            self.give_up(from, before.len());
            return &[];
        }
        let direction = from.of_mut(&mut self.directions);
        direction.discard = len as u64;
        discard(&mut direction.discard, before)
    }

    fn find_beginning(&mut self, from: Side, rest: &mut &[u8], out: &mut Events) -> bool {
        let State::Lost(dropped) = from.of(&self.directions).state else { return true };
        let answer = self.conversation.resynchronise(from, rest);
        let direction = from.of_mut(&mut self.directions);
        match answer {
            Resync::At(offset) => {
                *rest = rest.get(offset..).unwrap_or_default();
                let dropped = dropped.saturating_add(offset as u64);
                direction.state = State::Live;
                if dropped > 0 {
                    direction.skip(dropped);
                    out.notice(from, format!("the {from}'s messages go on after {dropped} skipped bytes"));
                }
                true
            }
            Resync::More { keep } => {
                let drop = rest.len().saturating_sub(keep);
                *rest = rest.get(drop..).unwrap_or_default();
                direction.state = State::Lost(dropped.saturating_add(drop as u64));
                direction.wanted = rest.len().saturating_add(1);
                false
            }
            Resync::Never => {
                direction.skip(dropped);
                out.notice(
                    from,
                    format!("the rest of the {from}'s bytes is skipped: no message begins there for certain"),
                );
                self.give_up(from, rest.len());
                *rest = &[];
                false
            }
        }
    }

    fn give_up(&mut self, from: Side, left: usize) {
        let direction = from.of_mut(&mut self.directions);
        direction.state = State::Dead;
        direction.pending = Vec::new();
        direction.start = 0;
        direction.skip(left as u64);
    }

    fn found(&self, from: Side, mut message: Message, len: usize, out: &mut Events) {
        let inner = core::mem::take(&mut message.inner);
        out.push(from, Item::Message { protocol: self.protocol.name(), len, message });
        for inner in inner {
            out.push(from, Item::Message { protocol: inner.protocol, len: inner.len, message: inner.message });
        }
    }
}

/// Throws away the first bytes of `bytes`, as many as are due.
fn discard<'a>(due: &mut u64, bytes: &'a [u8]) -> &'a [u8] {
    let now = usize::try_from(*due).unwrap_or(usize::MAX).min(bytes.len());
    *due = due.saturating_sub(now as u64);
    bytes.get(now..).unwrap_or_default()
}

const fn consumed(before: &[u8], after: &[u8]) -> usize {
    before.len().saturating_sub(after.len())
}
