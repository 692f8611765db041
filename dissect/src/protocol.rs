//! The seam between the program and the protocols: everything a protocol has to say about itself.
//!
//! The program finds packets in captures, puts TCP streams together, unwraps WebSocket and HTTP, chooses the protocol of
//! each flow and prints. A protocol recognises its own bytes, decodes them, and names the fields. Nothing here knows
//! any protocol; nothing in a protocol's file knows captures or terminals.
//!
//! To add a protocol, implement [`Protocol`] in one file and register it in `registry.rs`.

use core::fmt;
use std::borrow::Cow;

use serde_json::{Map, Value};

use crate::options::{OptionSpec, Options};
use crate::unit::Unit;

/// The named fields of a message, in wire order. How they are spelled is ruled in the README of this crate.
pub type Fields = Map<String, Value>;

/// Who sent a byte. The client is the side that opened the connection, or sent the first datagram.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Side {
    /// The side that opened the conversation.
    Client,
    /// The side that was spoken to first.
    Server,
}

impl Side {
    /// The opposite side.
    #[must_use]
    pub const fn other(self) -> Self {
        match self {
            Self::Client => Self::Server,
            Self::Server => Self::Client,
        }
    }

    /// Picks the half that belongs to this side from a pair `[client's, server's]`.
    pub const fn of<T>(self, pair: &[T; 2]) -> &T {
        let [client, server] = pair;
        match self {
            Self::Client => client,
            Self::Server => server,
        }
    }

    /// Picks the half that belongs to this side from a pair `[client's, server's]`, to be changed.
    pub const fn of_mut<T>(self, pair: &mut [T; 2]) -> &mut T {
        let [client, server] = pair;
        match self {
            Self::Client => client,
            Self::Server => server,
        }
    }
}

impl fmt::Display for Side {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Client => "client",
            Self::Server => "server",
        })
    }
}

/// What carried the bytes, and with it whether the carrier marks where messages begin and end.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Carriage {
    /// A TCP stream, or a raw stream file: no boundaries.
    Tcp,
    /// Datagrams: [`Conversation::decode`] sees exactly one at a time.
    Udp,
    /// The payload of WebSocket messages (RFC 6455), unmasked and joined: exactly one WebSocket message at a time if
    /// the protocol asked for that ([`SubProtocol::framed`]), a stream without boundaries if not.
    WebSocket,
    /// Bodies of HTTP/1.1 requests and responses (XMPP's BOSH): exactly one body at a time.
    Http,
}

impl Carriage {
    /// True of what carries the protocols of streams: TCP, and WebSocket in its stead.
    #[must_use]
    pub const fn is_stream(self) -> bool {
        matches!(self, Self::Tcp | Self::WebSocket)
    }
}

/// A WebSocket subprotocol that a protocol wants to be unwrapped for it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct SubProtocol {
    /// The name in `Sec-WebSocket-Protocol`, compared without case.
    pub name: &'static str,
    /// True if one WebSocket message is one unit for the decoder (CoAP, XMPP), false if message borders mean nothing (MQTT, AMQP).
    pub framed: bool,
}

/// The ports at which a protocol is at home.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Ports {
    /// TCP ports.
    pub tcp: &'static [u16],
    /// UDP ports.
    pub udp: &'static [u16],
}

/// What a look at the first bytes of a flow tells.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Recognition {
    /// These bytes cannot be this protocol. Its own port can still outvote that if nobody else wants the flow.
    No,
    /// Too few bytes to say.
    Undecided,
    /// The shape fits, but other protocols may fit too: the port decides.
    Plausible,
    /// A signature: no port is needed (`10 … 00 04 'MQTT'`, `'AMQP' 0 0 9 1`, `<stream:stream`).
    Certain,
}

/// The first bytes of a flow, for [`Protocol::recognise`].
#[derive(Debug, Clone, Copy)]
pub struct Opening<'a> {
    /// What carries the bytes.
    pub carriage: Carriage,
    /// What the client sent first (may be empty; for a datagram flow: the first datagram of that side).
    pub client: &'a [u8],
    /// What the server sent first (may be empty).
    pub server: &'a [u8],
    /// True if the capture missed the beginning, so that the first bytes may be the middle of a message.
    pub mid_stream: bool,
}

impl<'a> Opening<'a> {
    /// What one side sent first, of a flow that is seen from its beginning.
    #[must_use]
    pub const fn of(from: Side, bytes: &'a [u8], carriage: Carriage) -> Self {
        const NOTHING: &[u8] = &[];
        let (client, server) = match from {
            Side::Client => (bytes, NOTHING),
            Side::Server => (NOTHING, bytes),
        };
        Self { carriage, client, server, mid_stream: false }
    }
}

/// How much of a [`Message`] is wanted. Building fields costs ten times what decoding costs, so nothing is built in vain.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Detail {
    /// Decode and validate; only [`Message::kind`] (and [`Message::failure`]) is read.
    Kind,
    /// Also [`Message::summary`].
    Summary,
    /// Also [`Message::fields`]; payloads are cut to a preview.
    Fields,
    /// All fields, nothing cut (`--hex`).
    Everything,
}

impl Detail {
    /// True if [`Message::summary`] is wanted.
    #[must_use]
    pub const fn summary(self) -> bool {
        matches!(self, Self::Summary)
    }

    /// True if [`Message::fields`] is wanted.
    #[must_use]
    pub const fn fields(self) -> bool {
        matches!(self, Self::Fields | Self::Everything)
    }

    /// How many bytes of a payload are shown at most. See [`crate::fields::payload`].
    #[must_use]
    pub const fn preview(self) -> usize {
        match self {
            Self::Everything => usize::MAX,
            _ => 1024,
        }
    }
}

/// One decoded message.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Message {
    /// The specification's own name: `PUBLISH`, `CON GET`, `basic.publish`, `transfer`, `message`, `stream:features`.
    pub kind: Cow<'static, str>,
    /// One line for a human reader: usually the codec's `Display`. If it begins with `kind`, that is not shown twice.
    pub summary: String,
    /// The fields (empty unless [`Detail::fields`]).
    pub fields: Fields,
    /// Set if the message was refused but the stream lives on (a wildcard in a topic, a bad stanza, a datagram to be Reset).
    /// Its [`Failure::recoverable`] is true.
    pub failure: Option<Failure>,
    /// Messages of another protocol found in this one's payload, from [`crate::registry::in_payload`].
    pub inner: Vec<Inner>,
}

impl Message {
    /// A message of which only the type is known yet.
    pub fn new(kind: impl Into<Cow<'static, str>>) -> Self {
        Self { kind: kind.into(), ..Self::default() }
    }

    /// A message with as much of it as `detail` asks for.
    pub fn shown(
        kind: impl Into<Cow<'static, str>>,
        detail: Detail,
        summary: impl FnOnce() -> String,
        fields: impl FnOnce() -> Fields,
    ) -> Self {
        let summary = detail.summary().then(summary).unwrap_or_default();
        Self { summary, fields: detail.fields().then(fields).unwrap_or_default(), ..Self::new(kind) }
    }
}

/// A message found inside another one's payload (an SMQTT envelope in an MQTT PUBLISH).
#[derive(Debug, Clone, PartialEq)]
pub struct Inner {
    /// [`Protocol::name`] of the protocol that recognised it.
    pub protocol: &'static str,
    /// Its length in bytes.
    pub len: usize,
    /// The message.
    pub message: Message,
}

/// Why bytes were refused: the program prints it as `"error":{…}`.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Failure {
    /// The variant's name of the codec's error kind, e.g. `WildcardInTopic`.
    pub kind: Cow<'static, str>,
    /// Offset of the offending byte from the first byte of the message.
    pub offset: usize,
    /// What the specification says to answer, in the protocol's own terms: `0x81`, `close`, `RST`, `ignore`, `4.02`, `501`,
    /// `amqp:decode-error`, `not-well-formed`.
    pub reply: Cow<'static, str>,
    /// True if the stream lives on (DESIGN rule 7).
    pub recoverable: bool,
    /// The normative statement that was violated, if it has a name: `MQTT-3.3.2-2`.
    pub statement: Option<Cow<'static, str>>,
    /// A sentence for a human reader: usually the error's `Display`.
    pub text: String,
}

/// A fatal error in a stream: [`Conversation::decode`] could not decode the message at the front.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Fault {
    /// What is wrong.
    pub failure: Box<Failure>,
    /// The length of the broken message, if its framing can be trusted: the program then skips that many bytes and goes on behind
    /// it, and the conversation must be ready to decode there (a fresh decoder in place of the failed one). `None` (or 0) if the end is
    /// not known: the rest of that direction is skipped.
    pub len: Option<usize>,
}

impl Fault {
    /// A fault; `len` is [`Fault::len`].
    #[must_use]
    pub fn new(failure: Failure, len: Option<usize>) -> Self {
        Self { failure: Box::new(failure), len }
    }
}

/// Where reading can go on after bytes are missing.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Resync {
    /// A message seems to begin at this offset of the input.
    At(usize),
    /// Nothing in these bytes; the program drops all but the last `keep` of them and asks again when more have come.
    More {
        /// How many bytes at the end may be the first part of a beginning.
        keep: usize,
    },
    /// Hopeless: skip the rest of this direction.
    Never,
}

impl Resync {
    /// The first offset at which a message `begins`; if there is none, the last `keep` bytes are looked at again.
    pub fn find(input: &[u8], keep: usize, begins: impl Fn(&[u8]) -> bool) -> Self {
        let found = (0..input.len()).find(|at| input.get(*at..).is_some_and(&begins));
        found.map_or(Self::More { keep }, Self::At)
    }
}

/// What a decoder consumed: `before` without the `rest`.
#[must_use]
pub fn taken<'a>(before: &'a [u8], rest: &[u8]) -> &'a [u8] {
    before.get(..before.len().saturating_sub(rest.len())).unwrap_or_default()
}

/// One conversation between a client and a server: a TCP connection, or the datagrams between two addresses.
///
/// The program feeds both directions in capture order, so what is learnt on one side (a version, a negotiated frame size, a
/// role) is known when the other side is decoded.
pub trait Conversation {
    /// Decodes the message at the front of `input`, which is what `from` sent and this method has not consumed yet.
    ///
    /// The verb of the codecs: shrinks `input` from the front by what was consumed; `Ok(None)` with nothing consumed means
    /// that more bytes are needed, and the same bytes will be presented again with more behind them. To consume bytes and still
    /// return `Ok(None)` declares them opaque (the TLS bytes after `<proceed/>`): they are counted as skipped.
    ///
    /// With a carrier that keeps boundaries ([`Carriage`]) `input` is the rest of one unit: the program calls again until it is empty,
    /// and reports `Ok(None)` with bytes left as a truncated message.
    ///
    /// # Errors
    /// Returns a [`Fault`] if the bytes violate the protocol for good. What was consumed is then ignored; [`Fault::len`] counts.
    fn decode(&mut self, from: Side, input: &mut &[u8], detail: Detail) -> Result<Option<Message>, Fault>;

    /// After `Ok(None)`: how many more bytes `from` must send before it is worth to call again. 1 is always right.
    fn needed(&self, _from: Side) -> usize {
        1
    }

    /// Bytes of `from` are missing before `input`: the capture began in mid-stream, or has a gap. Half-read messages of this
    /// direction are lost: forget them, find where a message begins, and be ready to decode there.
    fn resynchronise(&mut self, _from: Side, _input: &[u8]) -> Resync {
        Resync::Never
    }
}

/// A payload inside a message of another protocol, offered to [`Protocol::payload`].
#[derive(Debug, Clone, Copy)]
pub struct Payload<'a> {
    /// The topic or destination that the carrier names, if it does.
    pub topic: Option<&'a str>,
    /// The media type that the carrier names, if it does (MQTT 5.0: the Content Type property).
    pub content_type: Option<&'a str>,
    /// The bytes.
    pub bytes: &'a [u8],
}

/// A protocol that `dissect` can read.
pub trait Protocol: Sync {
    /// The name in `"proto"` and for `--proto`: `mqtt`, `coap`, `amqp091`, `amqp10`, `xmpp`, `smqtt`.
    fn name(&self) -> &'static str;

    /// The ports at which it is expected.
    fn ports(&self) -> Ports {
        Ports { tcp: &[], udp: &[] }
    }

    /// Whether the first bytes of a flow look like this protocol. Must not answer [`Recognition::Undecided`] for more than
    /// 64 bytes of one side.
    fn recognise(&self, _opening: &Opening<'_>) -> Recognition {
        Recognition::No
    }

    /// The WebSocket subprotocols it wants to be unwrapped.
    fn sub_protocols(&self) -> &'static [SubProtocol] {
        &[]
    }

    /// Whether the bodies of HTTP exchanges are its messages, judged by the request's target and content type (XMPP's BOSH).
    fn wants_http(&self, _target: &str, _content_type: &str) -> bool {
        false
    }

    /// The options it adds to the command line. Reading captures and raw files honours them too.
    fn options(&self) -> &'static [OptionSpec] {
        &[]
    }

    /// Begins to read a flow. `None` if the protocol does not travel in this way.
    fn conversation(&self, carriage: Carriage, options: &Options) -> Option<Box<dyn Conversation>>;

    /// Reads one unit of `--hex`: a packet, a datagram, a frame, or a stream from its start.
    fn unit(&self, bytes: &[u8], options: &Options) -> Unit;

    /// The bytes of a unit with the names of their fields beside them, one field a line; `None` if the protocol has no such view.
    fn explain(&self, _bytes: &[u8], _options: &Options) -> Option<String> {
        None
    }

    /// Recognises a payload inside another protocol's message by its marks, and decodes it.
    fn payload(&self, _payload: &Payload<'_>, _detail: Detail) -> Option<Message> {
        None
    }
}
