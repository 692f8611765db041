//! MQTT 3.1, 3.1.1 and 5.0, over TCP and WebSocket.

mod alias;
mod describe;
mod faults;
mod shape;

use mqtt_codec::{DecodeError, Decoder, Deviations, Encoder, Limits, Packet, PacketType, Role, Version};
use serde_json::{Value, json};

use self::alias::Aliases;
use self::faults::{failure, recoverable};
use crate::options::{OptionSpec, Options};
use crate::protocol::{
    Carriage, Conversation, Detail, Fault, Message, Opening, Payload, Ports, Protocol, Recognition, Resync, Side,
    SubProtocol, taken,
};
use crate::registry;
use crate::unit::{Unit, UnitEnd, written};

/// MQTT.
#[derive(Debug, Clone, Copy)]
pub struct Mqtt;

/// How many packets may be wrong in a row before the framing is no longer trusted.
const MAX_FAULTS: u32 = 3;

impl Protocol for Mqtt {
    fn name(&self) -> &'static str {
        "mqtt"
    }

    fn ports(&self) -> Ports {
        Ports { tcp: &[1883, 8883], udp: &[] }
    }

    fn recognise(&self, opening: &Opening<'_>) -> Recognition {
        if !opening.carriage.is_stream() {
            return Recognition::No;
        }
        let client = shape::recognise_connect(opening.client);
        if client == Recognition::Certain || (client == Recognition::Undecided && opening.server.is_empty()) {
            return client;
        }
        let client = shape::recognise_packets(Side::Client, opening.client);
        client.max(shape::recognise_packets(Side::Server, opening.server))
    }

    fn sub_protocols(&self) -> &'static [SubProtocol] {
        // MQTT 5.0 §6: packets need not be aligned to WebSocket frames.
        &[SubProtocol { name: "mqtt", framed: false }, SubProtocol { name: "mqttv3.1", framed: false }]
    }

    fn options(&self) -> &'static [OptionSpec] {
        &[OptionSpec {
            name: "mqtt-version",
            values: &["3", "4", "5", "auto"],
            help: "the protocol level; auto (default) takes it from the CONNECT, or 5 where there is none",
        }]
    }

    fn conversation(&self, carriage: Carriage, options: &Options) -> Option<Box<dyn Conversation>> {
        carriage.is_stream().then(|| Box::new(Flow::new(version(options))) as Box<dyn Conversation>)
    }

    fn unit(&self, bytes: &[u8], options: &Options) -> Unit {
        read(bytes, options).1
    }

    fn explain(&self, bytes: &[u8], options: &Options) -> Option<String> {
        Some(explain(bytes, read(bytes, options).0, version(options)))
    }
}

/// A unit as the side sent it that `--from` names, or that makes more sense of it.
fn read(bytes: &[u8], options: &Options) -> (Side, Unit) {
    let by = |side: Side| (side, unit(bytes, side, version(options)));
    let guess = || {
        let (client, server) = (by(Side::Client), by(Side::Server));
        if rank(&server.1) > rank(&client.1) { server } else { client }
    };
    options.from.map_or_else(guess, by)
}

fn version(options: &Options) -> Option<Version> {
    match options.value("mqtt-version") {
        Some("3") => Some(Version::V3_1),
        Some("4") => Some(Version::V3_1_1),
        Some("5") => Some(Version::V5_0),
        _ => None,
    }
}

/// The role of whoever decodes what this side sent.
const fn receiver(from: Side) -> Role {
    match from {
        Side::Client => Role::Server,
        Side::Server => Role::Client,
    }
}

fn unit_decoder(bytes: &[u8], from: Side, version: Option<Version>) -> Decoder {
    let begins_with_connect = bytes.first().is_some_and(|first| first >> 4 == 1);
    if from == Side::Client && begins_with_connect {
        let decoder = Decoder::new(Role::Server, Limits::MAX);
        version.map_or_else(|| decoder.clone(), |version| decoder.clone().expect_version(version))
    } else {
        Decoder::established(receiver(from), version.unwrap_or(Version::V5_0), Limits::MAX)
    }
}

/// One or more packets of one side.
fn unit(bytes: &[u8], from: Side, version: Option<Version>) -> Unit {
    let mut decoder = unit_decoder(bytes, from, version);
    Unit::read(bytes, |rest| {
        let before = *rest;
        let packet = decoder.decode(rest).map_err(|error| failure(&error))?;
        let packet = packet.ok_or_else(|| UnitEnd::Incomplete { needed: decoder.needed() })?;
        let version = decoder.version().unwrap_or(Version::V5_0);
        let message = message(&packet, taken(before, rest), version, decoder.deviations(), Detail::Everything);
        let mut encoder = Encoder::new(receiver(from.other()), version);
        Ok((message, written(|out| encoder.encode(&packet, out))))
    })
}

/// One or more packets of a unit, field by field.
fn explain(bytes: &[u8], from: Side, version: Option<Version>) -> String {
    let mut decoder = unit_decoder(bytes, from, version);
    let mut rest = bytes;
    let mut lines = String::new();
    loop {
        lines.push_str(&format!("{:#}", decoder.annotate(rest)));
        if !matches!(decoder.decode(&mut rest), Ok(Some(_))) || rest.is_empty() {
            return lines;
        }
    }
}

/// Which of two readings of a unit is the better one.
fn rank(unit: &Unit) -> u8 {
    match &unit.end {
        UnitEnd::Complete if unit.messages.iter().all(|message| message.message.failure.is_none()) => 4,
        UnitEnd::Complete => 3,
        UnitEnd::Incomplete { .. } => 2,
        UnitEnd::Refused(failure) if failure.kind == "WrongDirection" => 0,
        UnitEnd::Refused(_) => 1,
    }
}

/// What a direction is decoded with.
#[derive(Debug)]
enum Reader {
    /// The version is known, or the CONNECT will say it.
    Sure(Box<Decoder>),
    /// The beginning was not seen: each packet is tried in both wire formats until one fits and the other does not.
    Guessing,
}

/// A connection. What its CONNECT says holds for both directions.
#[derive(Debug)]
struct Flow {
    version: Option<Version>,
    readers: [Reader; 2],
    aliases: [Aliases; 2],
    faults: [u32; 2],
}

/// Captures are not attacks on us: whatever the format can say, up to what is kept of a stream.
const LIMITS: Limits = Limits { max_packet: 64 << 20, max_first_packet: 64 << 20, ..Limits::MAX };

/// What brokers and bridges do to each other in the field, and is only remarked on.
const TOLERATED: Deviations = Deviations::DEFAULT.with(Deviations::BRIDGE_BIT);

impl Flow {
    fn new(version: Option<Version>) -> Self {
        let decoder = |role| {
            let decoder = Decoder::new(role, LIMITS).allow(TOLERATED);
            Reader::Sure(Box::new(
                version.map_or_else(|| decoder.clone(), |version| decoder.clone().expect_version(version)),
            ))
        };
        // What a server says first can only be understood when the version is known.
        let server = if version.is_some() { decoder(Role::Client) } else { Reader::Guessing };
        Self { version, readers: [decoder(Role::Server), server], aliases: Default::default(), faults: [0; 2] }
    }

    /// From now on this direction is read as one that is under way.
    fn pick_up(&mut self, from: Side) {
        *from.of_mut(&mut self.readers) = match self.version {
            Some(version) => Reader::Sure(Box::new(established(from, version))),
            None => Reader::Guessing,
        };
    }

    fn learn(&mut self, version: Version) {
        self.version = Some(version);
        for from in [Side::Client, Side::Server] {
            if matches!(from.of(&self.readers), Reader::Guessing) {
                self.pick_up(from);
            }
        }
    }

    /// Tries both wire formats.
    fn guess<'a>(
        &mut self,
        from: Side,
        input: &mut &'a [u8],
    ) -> Result<Option<(Packet<'a>, Version, Deviations)>, DecodeError> {
        let [mut v5, mut v3] = [*input; 2];
        let mut decoders = [established(from, Version::V5_0), established(from, Version::V3_1_1)];
        let [decoder5, decoder3] = &mut decoders;
        let (as_v5, as_v3) = (decoder5.decode(&mut v5), decoder3.decode(&mut v3));
        let (packet, rest, version, deviations) = match (as_v5, as_v3) {
            (Ok(None), _) | (_, Ok(None)) => return Ok(None),
            (Err(error), Err(_)) => return Err(error),
            (Ok(Some(packet)), other) => {
                if other.is_err() {
                    self.learn(Version::V5_0);
                }
                (packet, v5, Version::V5_0, decoder5.deviations())
            }
            (Err(_), Ok(Some(packet))) => {
                self.learn(Version::V3_1_1);
                (packet, v3, Version::V3_1_1, decoder3.deviations())
            }
        };
        *input = rest;
        Ok(Some((packet.into_packet(), version, deviations)))
    }

    fn next<'a>(
        &mut self,
        from: Side,
        input: &mut &'a [u8],
    ) -> Result<Option<(Packet<'a>, Version, Deviations)>, DecodeError> {
        match from.of_mut(&mut self.readers) {
            Reader::Guessing => self.guess(from, input),
            Reader::Sure(decoder) => {
                let Some(packet) = decoder.decode(input)? else { return Ok(None) };
                let version = decoder.version().unwrap_or(Version::V5_0);
                let deviations = decoder.deviations();
                if let Packet::Connect(connect) = &*packet {
                    self.connected(connect.version);
                }
                Ok(Some((packet.into_packet(), version, deviations)))
            }
        }
    }

    /// A CONNECT said the version: the server's answers are read accordingly.
    fn connected(&mut self, version: Version) {
        self.version = Some(version);
        let server = Side::Server.of_mut(&mut self.readers);
        if matches!(server, Reader::Guessing) {
            let decoder = Decoder::new(Role::Client, LIMITS).allow(TOLERATED).expect_version(version);
            *server = Reader::Sure(Box::new(decoder));
        }
    }
}

fn established(from: Side, version: Version) -> Decoder {
    Decoder::established(receiver(from), version, LIMITS).allow(TOLERATED)
}

impl Conversation for Flow {
    fn decode(&mut self, from: Side, input: &mut &[u8], detail: Detail) -> Result<Option<Message>, Fault> {
        let before = *input;
        match self.next(from, input) {
            Ok(None) => Ok(None),
            Ok(Some((packet, version, deviations))) => {
                *from.of_mut(&mut self.faults) = 0;
                let mut message = message(&packet, taken(before, input), version, deviations, detail);
                if let Some(topic) = from.of_mut(&mut self.aliases).resolve(&packet) {
                    remark(&mut message, detail, &format!("alias of {topic}"), "aliased_topic", json!(topic));
                }
                Ok(Some(message))
            }
            Err(error) => {
                if let Some(version) = error.version {
                    // A bad CONNECT still tells how the answer is to be read.
                    self.version = self.version.or(Some(version));
                }
                self.pick_up(from);
                let faults = from.of_mut(&mut self.faults);
                *faults = faults.saturating_add(1);
                let trusted = *faults <= MAX_FAULTS && error.packet != PacketType::Reserved;
                let len = shape::frame(before).filter(|_| trusted).map(|frame| frame.len);
                Err(Fault::new(failure(&error), len))
            }
        }
    }

    fn needed(&self, from: Side) -> usize {
        match from.of(&self.readers) {
            Reader::Sure(decoder) => decoder.needed(),
            Reader::Guessing => 1,
        }
    }

    fn resynchronise(&mut self, from: Side, input: &[u8]) -> Resync {
        self.pick_up(from);
        shape::resynchronise(from, input)
    }
}

/// A decoded packet as a message; `bytes` are the packet's own.
fn message(packet: &Packet<'_>, bytes: &[u8], version: Version, deviations: Deviations, detail: Detail) -> Message {
    let fields = || describe::packet(packet, version, detail);
    let mut message = Message::shown(packet.packet_type().name(), detail, || packet.to_string(), fields);
    message.failure = recoverable(packet, bytes, version);
    if !deviations.is_empty() {
        let names: Vec<&str> = deviations.names().collect();
        remark(&mut message, detail, &format!("let pass: {}", names.join(", ")), "deviations", json!(names));
    }
    if let Packet::Publish(publish) = packet {
        let payload = Payload {
            topic: Some(publish.topic.as_str()),
            content_type: publish.properties.content_type(),
            bytes: &publish.payload,
        };
        message.inner.extend(registry::in_payload(&payload, detail));
    }
    message
}

/// Adds to the line, or to the fields.
fn remark(message: &mut Message, detail: Detail, text: &str, field: &str, value: Value) {
    if detail.summary() {
        message.summary.push_str(&format!(" ({text})"));
    }
    if detail.fields() {
        message.fields.insert(field.into(), value);
    }
}
