//! AMQP 1.0: frames by performative, messages by section, single values.

mod json;

use std::collections::HashMap;

use amqp_codec::v1_0::{self, DecodeError, Decoder, Encoded, Encoder, Frame, Limits, Performative, Section, Value};
use serde_json::json;

use crate::fields;
use crate::options::{OptionSpec, Options};
use crate::protocol::{
    Carriage, Conversation, Detail, Failure, Fault, Fields, Message, Opening, Ports, Protocol, Recognition, Resync,
    Side, SubProtocol, taken,
};
use crate::unit::{Next, Unit, UnitEnd, written};

/// The protocol, for the registry.
#[derive(Debug, Clone, Copy)]
pub struct Amqp10;

/// The frame size that a unit of `--hex` may have once a connection is open.
const MAX_UNIT: u32 = 1 << 20;

/// Octets of a delivery in several transfers that are kept to be shown.
const KEPT: usize = 1 << 20;

/// What captures may hold: frames of up to 16 MiB, tokens in SASL frames.
fn capture_limits() -> Limits {
    Limits { max_frame_size: 16 << 20, max_sasl_frame_size: 8_192, ..Limits::default() }
}

fn unit_limits() -> Limits {
    Limits { max_frame_size: MAX_UNIT, ..Limits::default() }
}

fn failure(error: DecodeError) -> Failure {
    Failure {
        kind: format!("{:?}", error.kind).into(),
        offset: error.offset,
        reply: error.reply().condition.into(),
        recoverable: false,
        statement: Some(error.statement().into()),
        text: error.to_string(),
    }
}

impl Protocol for Amqp10 {
    fn name(&self) -> &'static str {
        "amqp10"
    }

    fn ports(&self) -> Ports {
        Ports { tcp: &[5672], udp: &[] }
    }

    fn recognise(&self, opening: &Opening<'_>) -> Recognition {
        if !opening.carriage.is_stream() {
            return Recognition::No;
        }
        let look = |first: &[u8]| match first {
            [b'A', b'M', b'Q', b'P', 0 | 2 | 3, 1, 0, 0, ..] => Recognition::Certain,
            [b'A', b'M', b'Q', b'P', rest @ ..] if rest.len() < 4 => Recognition::Undecided,
            [] => Recognition::Undecided,
            // In the middle of a stream: a frame head, and a performative behind it.
            [0, _, _, _, 2, 0 | 1, _, _, 0, 0x53 | 0x80, ..] if opening.mid_stream => Recognition::Certain,
            _ => Recognition::No,
        };
        look(opening.client).max(if opening.mid_stream { look(opening.server) } else { Recognition::No })
    }

    fn sub_protocols(&self) -> &'static [SubProtocol] {
        &[SubProtocol { name: "amqp", framed: false }]
    }

    fn options(&self) -> &'static [OptionSpec] {
        &[OptionSpec {
            name: "layer",
            values: &["frame", "value", "section", "message"],
            help: "what a unit of --hex is (amqp10: frame, value, section, message; default frame)",
        }]
    }

    fn conversation(&self, carriage: Carriage, _options: &Options) -> Option<Box<dyn Conversation>> {
        carriage.is_stream().then(|| Box::new(Flow::new()) as Box<dyn Conversation>)
    }

    fn unit(&self, bytes: &[u8], options: &Options) -> Unit {
        match options.value("layer") {
            Some("value") => Unit::read(bytes, value),
            Some("section") => Unit::read(bytes, section),
            Some("message") => Unit::read(bytes, whole_message),
            _ => frames(bytes, options.from),
        }
    }
}

fn value(rest: &mut &[u8]) -> Next {
    let encoded = Encoded::decode(rest, &unit_limits()).map_err(failure)?;
    let mut message = Message::new(encoded.value().type_name());
    message.fields.insert("value".into(), json::value(encoded.value()));
    Ok((message, Some(encoded.as_bytes().to_vec())))
}

fn section(rest: &mut &[u8]) -> Next {
    let mut whole = *rest;
    let section = Section::decode(rest, &unit_limits()).map_err(failure)?;
    let mut message = Message::new(section.kind().name());
    if let Ok(encoded) = Encoded::decode(&mut whole, &unit_limits())
        && let Value::Described(inner) = encoded.value()
    {
        let code = section.kind().code();
        match json::section_value(code, inner, Detail::Everything) {
            serde_json::Value::Object(fields) if matches!(section, Section::Header(_) | Section::Properties(_)) => {
                message.fields = fields;
            }
            value => drop(message.fields.insert("value".into(), value)),
        }
    }
    Ok((message, written(|out| section.encode(out))))
}

fn whole_message(rest: &mut &[u8]) -> Next {
    let (bytes, limits) = (core::mem::take(rest), unit_limits());
    let decoded = v1_0::Message::decode(bytes, &limits).map_err(failure)?;
    let message = Message { fields: json::sections(bytes, &limits, Detail::Everything), ..Message::new("message") };
    Ok((message, written(|out| decoded.encode(out))))
}

/// One or more frames, or a stream from its protocol header on.
fn frames(bytes: &[u8], from: Option<Side>) -> Unit {
    let ours = from.map(|from| match from {
        Side::Client => v1_0::Side::Server,
        Side::Server => v1_0::Side::Client,
    });
    let mut decoder = match (bytes.starts_with(b"AMQP"), ours) {
        (true, Some(ours)) => Decoder::new(ours, unit_limits()),
        (true, None) => Decoder::observer(unit_limits()),
        (false, ours) => Decoder::established(ours, unit_limits()),
    };
    Unit::read(bytes, |rest| {
        let before = *rest;
        let frame = decoder.decode(rest).map_err(failure)?;
        let frame = frame.ok_or_else(|| UnitEnd::Incomplete { needed: decoder.needed() })?;
        let reencoded = written(|out| Encoder::new(u32::MAX).encode(&frame, out));
        Ok((message(&frame, taken(before, rest), Detail::Everything, None), reencoded))
    })
}

/// A frame as the program shows it. `delivery` is the payload of all transfers of a delivery, when this is its last.
fn message(frame: &Frame<'_>, octets: &[u8], detail: Detail, delivery: Option<&[u8]>) -> Message {
    Message::shown(frame.name(), detail, || frame.to_string(), || frame_fields(frame, octets, detail, delivery))
}

fn frame_fields(frame: &Frame<'_>, octets: &[u8], detail: Detail, delivery: Option<&[u8]>) -> Fields {
    let mut all = Fields::new();
    match frame {
        Frame::Header(header) => {
            all.insert("protocol_id".into(), json!(header.0.code()));
            all.insert("major".into(), json!(1));
            all.insert("minor".into(), json!(0));
            all.insert("revision".into(), json!(0));
            return all;
        }
        Frame::Amqp { channel, .. } | Frame::Empty { channel } => drop(all.insert("channel".into(), json!(channel))),
        Frame::Sasl(_) => {}
    }
    let doff = octets.get(4).map_or(8, |doff| usize::from(*doff).saturating_mul(4));
    if let Some(extended @ [_, ..]) = octets.get(8..doff) {
        all.insert("extended_header".into(), fields::binary(extended));
    }
    if let Ok(body) = Encoded::decode(&mut octets.get(doff..).unwrap_or_default(), &unit_limits())
        && let Value::Described(inner) = body.value()
        && let Some(code) = json::code(&inner)
    {
        json::composite_fields(code, inner, &mut all);
    }
    if let Frame::Amqp { performative: Performative::Transfer(transfer), payload, .. } = frame {
        if !payload.is_empty() {
            all.insert("payload".into(), fields::payload(payload, detail));
        }
        let whole = delivery.unwrap_or(payload);
        let limits = capture_limits();
        if !transfer.more && !transfer.aborted && !whole.is_empty() && v1_0::Message::decode(whole, &limits).is_ok() {
            all.insert("message".into(), json::sections(whole, &limits, detail).into());
        }
    }
    all
}

/// A connection, both directions.
struct Flow {
    sides: [Half; 2],
}

/// One direction: its decoder, and what is known of the deliveries that are under way.
struct Half {
    decoder: Decoder,
    deliveries: HashMap<(u16, u32), Vec<u8>>,
}

impl Half {
    fn new(decoder: Decoder) -> Self {
        Self { decoder, deliveries: HashMap::new() }
    }

    /// Keeps the payload of a transfer that has more; gives the whole with the last.
    fn gather(&mut self, frame: &Frame<'_>) -> Option<Vec<u8>> {
        let Frame::Amqp { channel, performative: Performative::Transfer(transfer), payload } = frame else {
            return None;
        };
        let key = (*channel, transfer.handle);
        if transfer.aborted {
            self.deliveries.remove(&key);
            return None;
        }
        if transfer.more {
            if self.deliveries.len() > 1_024 {
                self.deliveries.clear();
            }
            let kept = self.deliveries.entry(key).or_default();
            if kept.len().saturating_add(payload.len()) <= KEPT {
                kept.extend_from_slice(payload);
            }
            return None;
        }
        let mut whole = self.deliveries.remove(&key)?;
        whole.extend_from_slice(payload);
        Some(whole)
    }
}

impl Flow {
    fn new() -> Self {
        Self { sides: [0, 1].map(|_| Half::new(Decoder::observer(capture_limits()))) }
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
                *half = Half::new(Decoder::established(None, capture_limits()));
                return Err(Fault::new(failure(error), framed(whole)));
            }
        };
        let delivery = half.gather(&frame);
        let message = message(&frame, taken(whole, input), detail, delivery.as_deref());
        if matches!(&*frame, Frame::Amqp { performative: Performative::Open(_), .. }) {
            self.sides.iter_mut().for_each(|half| half.decoder.opened());
        }
        Ok(Some(message))
    }

    fn needed(&self, from: Side) -> usize {
        from.of(&self.sides).decoder.needed().max(1)
    }

    fn resynchronise(&mut self, from: Side, input: &[u8]) -> Resync {
        *from.of_mut(&mut self.sides) = Half::new(Decoder::established(None, capture_limits()));
        Resync::find(input, 10, |rest| {
            matches!(rest, [0, _, _, _, 2, 0 | 1, _, _, 0, 0x53, ..]) && framed(rest).is_some()
        })
    }
}

/// The length of the frame at the front, if its head makes sense.
fn framed(input: &[u8]) -> Option<usize> {
    let &[a, b, c, d, doff, 0 | 1, ..] = input else { return None };
    let size = u32::from_be_bytes([a, b, c, d]);
    let fits = doff >= 2 && (8..=capture_limits().max_frame_size).contains(&size);
    fits.then(|| usize::try_from(size).ok()).flatten()
}
