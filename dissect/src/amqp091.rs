//! AMQP 0-9-1: frames by class and method, content headers, bodies put together again, and single tables.

mod json;

use std::collections::HashMap;

use amqp_codec::v0_9_1::method::{Method, MethodId};
use amqp_codec::v0_9_1::{
    Argument, ContentAssembly, ContentHeader, DecodeError, Decoder, Dialect, Encoder, FieldTable, Frame, Limits,
    Properties, ProtocolHeader, Step, peek,
};
use serde_json::json;

use crate::fields;
use crate::options::{OptionSpec, Options};
use crate::protocol::{
    Carriage, Conversation, Detail, Failure, Fault, Fields, Message, Opening, Ports, Protocol, Recognition, Resync,
    Side,
};
use crate::unit::{Unit, UnitEnd, written};

/// The protocol, for the registry.
#[derive(Debug, Clone, Copy)]
pub struct Amqp091;

/// Octets of a body that are kept to be shown.
const KEPT: usize = 65_536;

/// What captures may hold: any channel, frames up to 16 MiB.
fn limits(frame_max: u32) -> Limits {
    Limits { frame_max, channel_max: u16::MAX, ..Limits::default() }
}

fn dialect(options: &Options) -> Dialect {
    match options.value("dialect") {
        Some("spec") => Dialect::SPEC,
        _ => Dialect::RABBITMQ,
    }
}

fn failure(error: DecodeError) -> Failure {
    Failure {
        kind: format!("{:?}", error.kind).into(),
        offset: error.offset,
        reply: error.reply().code.to_string().into(),
        recoverable: false,
        statement: Some(error.statement().into()),
        text: error.to_string(),
    }
}

impl Protocol for Amqp091 {
    fn name(&self) -> &'static str {
        "amqp091"
    }

    fn ports(&self) -> Ports {
        Ports { tcp: &[5672], udp: &[] }
    }

    fn recognise(&self, opening: &Opening<'_>) -> Recognition {
        if !opening.carriage.is_stream() {
            return Recognition::No;
        }
        if let [b'A', b'M', b'Q', b'P', version @ ..] = opening.client {
            return match version {
                [0, 0, 9, _, ..] | [1, 1, ..] => Recognition::Certain,
                [_, _, _, _, ..] => Recognition::No,
                _ => Recognition::Undecided,
            };
        }
        let look = |first| match peek::frame(first) {
            Ok(Some(peek)) if peek.method == Some(MethodId::new(10, 10)) => Recognition::Certain,
            Ok(Some(peek)) if peek.len <= 1 << 20 => Recognition::Plausible,
            Ok(None) => Recognition::Undecided,
            _ if opening.mid_stream => Recognition::Plausible,
            _ => Recognition::No,
        };
        look(opening.client).max(look(opening.server))
    }

    fn options(&self) -> &'static [OptionSpec] {
        &[
            OptionSpec {
                name: "layer",
                values: &["frame", "table", "content-header"],
                help: "what a unit of --hex is (amqp091: frame, table, content-header; default frame)",
            },
            OptionSpec {
                name: "dialect",
                values: &["spec", "rabbitmq"],
                help: "whose field types and tolerances hold in AMQP 0-9-1 (default rabbitmq)",
            },
        ]
    }

    fn conversation(&self, carriage: Carriage, options: &Options) -> Option<Box<dyn Conversation>> {
        carriage.is_stream().then(|| {
            let dialect = dialect(options);
            Box::new(Flow { dialect, tuned: None, sides: [Half::new(dialect, None), Half::new(dialect, None)] })
                as Box<dyn Conversation>
        })
    }

    fn unit(&self, bytes: &[u8], options: &Options) -> Unit {
        let dialect = dialect(options);
        let limits = limits(131_072);
        match options.value("layer") {
            Some("table") => Unit::read(bytes, |rest| {
                let table = FieldTable::decode(core::mem::take(rest), &dialect, &limits).map_err(failure)?;
                let message = Message { fields: json::table(&table), ..Message::new("table") };
                Ok((message, Some(with_len(&table))))
            }),
            Some("content-header") if bytes.first() != Some(&2) => Unit::read(bytes, |rest| {
                let header = ContentHeader::decode(core::mem::take(rest), &dialect, &limits).map_err(failure)?;
                let mut message = Message::new("header");
                header_fields(&header, &mut message.fields);
                Ok((message, payload_of(&header)))
            }),
            _ => frames(bytes, dialect),
        }
    }
}

/// Length and content of a table.
fn with_len(table: &FieldTable<'_>) -> Vec<u8> {
    let mut octets = u32::try_from(table.content_len()).unwrap_or(0).to_be_bytes().to_vec();
    octets.extend_from_slice(&table.content());
    octets
}

/// What the encoder makes of a header, without the frame around it.
fn payload_of(header: &ContentHeader<'_>) -> Option<Vec<u8>> {
    let frame = reencoded(&Frame::Header { channel: 1, header: header.clone() })?;
    frame.get(7..frame.len().checked_sub(1)?).map(<[u8]>::to_vec)
}

fn reencoded(frame: &Frame<'_>) -> Option<Vec<u8>> {
    let mut encoder = Encoder::new();
    encoder.tuned(0);
    written(|out| encoder.encode(frame, out))
}

/// One or more frames, or a stream from its protocol header on; within several frames, content must be in order.
fn frames(bytes: &[u8], dialect: Dialect) -> Unit {
    let mut decoder = Decoder::new(dialect, limits(131_072));
    if !bytes.starts_with(b"AMQP") {
        decoder.tuned(131_072, u16::MAX);
    }
    let mut channels: HashMap<u16, ContentAssembly> = HashMap::new();
    Unit::read(bytes, |rest| {
        let frame = decoder.decode(rest).map_err(failure)?;
        let frame = frame.ok_or_else(|| UnitEnd::Incomplete { needed: decoder.needed() })?;
        if let Some(tuning) = tuning(&frame) {
            decoder.tuned(tuning, u16::MAX);
        }
        // A unit may begin within a message: the first method of a channel is where its order begins to count.
        if channels.contains_key(&frame.channel()) || matches!(*frame, Frame::Method { .. }) {
            let assembly = channels.entry(frame.channel()).or_insert_with(|| ContentAssembly::new(u64::MAX));
            assembly.accept(&frame).map_err(failure)?;
        }
        Ok((message(&frame, Detail::Everything), reencoded(&frame)))
    })
}

/// The frame-max that a tune or tune-ok names.
const fn tuning(frame: &Frame<'_>) -> Option<u32> {
    match frame {
        Frame::Method { method: Method::ConnectionTuneOk(tune), .. } => Some(tune.frame_max),
        Frame::Method { method: Method::ConnectionTune(tune), .. } => Some(tune.frame_max),
        _ => None,
    }
}

/// A connection, both directions.
struct Flow {
    dialect: Dialect,
    tuned: Option<u32>,
    sides: [Half; 2],
}

/// One direction.
struct Half {
    decoder: Decoder,
    channels: HashMap<u16, Channel>,
}

/// One channel of one direction.
struct Channel {
    /// `None` until a method shows where a message begins.
    assembly: Option<ContentAssembly>,
    method: String,
    body: Vec<u8>,
    body_len: usize,
}

impl Half {
    fn new(dialect: Dialect, tuned: Option<u32>) -> Self {
        let mut decoder = Decoder::new(dialect, limits(16 << 20));
        if let Some(frame_max) = tuned {
            decoder.tuned(frame_max, u16::MAX);
        }
        Self { decoder, channels: HashMap::new() }
    }

    /// Follows the frame within its message; at the end of a body, shows the whole.
    fn follow(&mut self, frame: &Frame<'_>, detail: Detail, message: &mut Message) {
        if self.channels.len() > 4_096 && !self.channels.contains_key(&frame.channel()) {
            return;
        }
        let channel = self.channels.entry(frame.channel()).or_insert_with(|| Channel {
            assembly: None,
            method: String::new(),
            body: Vec::new(),
            body_len: 0,
        });
        if channel.assembly.is_none() && !matches!(frame, Frame::Method { .. }) {
            return;
        }
        let assembly = channel.assembly.get_or_insert_with(|| ContentAssembly::new(u64::MAX));
        match assembly.accept(frame) {
            Ok(Step::Begin) => {
                if let Frame::Method { method, .. } = frame {
                    channel.method = method.name().to_owned();
                }
                channel.body.clear();
                channel.body_len = 0;
            }
            Ok(Step::Body { last }) => {
                if let Frame::Body { payload, .. } = frame {
                    let room = KEPT.saturating_sub(channel.body.len()).min(payload.len());
                    channel.body.extend_from_slice(payload.get(..room).unwrap_or_default());
                    channel.body_len = channel.body_len.saturating_add(payload.len());
                    if last && detail.fields() && channel.body_len > payload.len() {
                        let mut content = Fields::new();
                        content.insert("method".into(), json!(channel.method));
                        content.insert("body_size".into(), json!(channel.body_len));
                        content.insert("body".into(), fields::payload(&channel.body, detail));
                        message.fields.insert("content".into(), content.into());
                    }
                }
            }
            Ok(_) => {}
            Err(error) => {
                // The peer will close the connection; the capture goes on. Wait for the next method.
                message.failure = Some(Failure { recoverable: true, ..failure(error) });
                channel.assembly = None;
            }
        }
    }
}

impl Conversation for Flow {
    fn decode(&mut self, from: Side, input: &mut &[u8], detail: Detail) -> Result<Option<Message>, Fault> {
        let half = from.of_mut(&mut self.sides);
        let whole = *input;
        let frame = match half.decoder.decode(input) {
            Ok(Some(frame)) => frame,
            Ok(None) => return Ok(None),
            Err(error) => {
                *half = Half::new(self.dialect, self.tuned);
                return Err(Fault::new(failure(error), framed(whole)));
            }
        };
        let mut message = message(&frame, detail);
        half.follow(&frame, detail, &mut message);
        if let Some(frame_max) = tuning(&frame) {
            self.tuned = Some(frame_max);
            self.sides.iter_mut().for_each(|half| half.decoder.tuned(frame_max, u16::MAX));
        }
        Ok(Some(message))
    }

    fn needed(&self, from: Side) -> usize {
        from.of(&self.sides).decoder.needed()
    }

    fn resynchronise(&mut self, from: Side, input: &[u8]) -> Resync {
        // The tuning was missed, or it holds already.
        let tuned = *self.tuned.get_or_insert(0);
        *from.of_mut(&mut self.sides) = Half::new(self.dialect, Some(tuned));
        Resync::find(input, 131_080, |rest| framed(rest).is_some_and(|len| len <= rest.len()))
    }
}

/// The length of the frame at the front, if it is one from its type to its end octet.
fn framed(input: &[u8]) -> Option<usize> {
    let &[1 | 2 | 3 | 8, _, _, s3, s2, s1, s0, ..] = input else { return None };
    let size = usize::try_from(u32::from_be_bytes([s3, s2, s1, s0])).ok()?;
    let len = size.checked_add(8)?;
    (input.get(size.checked_add(7)?) == Some(&0xCE)).then_some(len)
}

/// What is shown of a frame.
fn message(frame: &Frame<'_>, detail: Detail) -> Message {
    let kind = match frame {
        Frame::ProtocolHeader(_) => "protocol-header",
        Frame::Method { method, .. } => method.name(),
        Frame::Header { .. } => "header",
        Frame::Body { .. } => "body",
        Frame::Heartbeat => "heartbeat",
    };
    Message::shown(kind, detail, || summary(frame), || frame_fields(frame, detail))
}

/// `basic.ack ch=1 delivery_tag=1 multiple=0`: the type first.
fn summary(frame: &Frame<'_>) -> String {
    match frame {
        Frame::ProtocolHeader(header) => header.to_string().replacen("protocol-header", "protocol-header AMQP", 1),
        Frame::Method { channel, method } => {
            let line = method.to_string();
            let arguments = line.get(method.name().len()..).unwrap_or_default();
            format!("{} ch={channel}{arguments}", method.name())
        }
        Frame::Header { channel, header } => {
            format!("header ch={channel} body_size={} {}", header.body_size, header.properties)
        }
        Frame::Body { channel, payload } => format!("body ch={channel} {} B", payload.len()),
        Frame::Heartbeat => "heartbeat".to_owned(),
    }
}

fn frame_fields(frame: &Frame<'_>, detail: Detail) -> Fields {
    let mut fields = Fields::new();
    if !matches!(frame, Frame::ProtocolHeader(_)) {
        fields.insert("channel".into(), json!(frame.channel()));
    }
    match frame {
        Frame::ProtocolHeader(header) => {
            let ProtocolHeader([id, major, minor, revision]) = header;
            fields.insert("protocol".into(), json!("AMQP"));
            fields.insert("version".into(), json!(format!("{id}.{major}.{minor}.{revision}")));
            fields.insert("supported".into(), json!(header.answer(false).is_none()));
        }
        Frame::Method { method, .. } => {
            fields.insert("class_id".into(), json!(method.id().class));
            fields.insert("method_id".into(), json!(method.id().method));
            // A close names a class and a method of its own.
            let own = matches!(method, Method::ConnectionClose(_) | Method::ChannelClose(_));
            method.arguments(&mut |name, argument| {
                let name = match name {
                    "class_id" if own => "failing_class_id",
                    "method_id" if own => "failing_method_id",
                    name => name,
                };
                fields.insert(name.into(), json::argument(argument));
                if let Argument::ReplyCode(code) = argument
                    && let Some(spelled) = code.name()
                {
                    fields.insert(format!("{name}_name"), json!(spelled));
                }
            });
        }
        Frame::Header { header, .. } => header_fields(header, &mut fields),
        Frame::Body { payload, .. } => {
            fields.insert("payload".into(), crate::fields::payload(payload, detail));
        }
        Frame::Heartbeat => {}
    }
    fields
}

fn header_fields(header: &ContentHeader<'_>, fields: &mut Fields) {
    fields.insert("class_id".into(), json!(ContentHeader::CLASS));
    fields.insert("weight".into(), json!(0));
    fields.insert("body_size".into(), json!(header.body_size));
    fields.insert("properties".into(), properties(&header.properties).into());
}

fn properties(properties: &Properties<'_>) -> Fields {
    properties.iter().map(|property| (property.name().replace('-', "_"), json::property(&property))).collect()
}
