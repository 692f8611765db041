//! CoAP over UDP, TCP and WebSocket: options by name, URIs, blocks and observe numbers spelled out, and what the options ask for.

use coap_codec::{
    Code, DecodeError, Decoder, Encoder, Header, Limits, Message as Coap, MessageType, OptionNumber, Reject, Transport,
    signaling::Csm,
};
use serde_json::{Value, json};

use crate::fields;
use crate::options::{OptionSpec, Options};
use crate::protocol::{
    Carriage, Conversation, Detail, Failure, Fault, Fields, Message, Opening, Ports, Protocol, Recognition, Resync,
    Side, SubProtocol,
};
use crate::unit::{Unit, UnitEnd, written};

mod options;

use options::{findings, option_fields, option_value};

/// The protocol, for the registry.
#[derive(Debug, Clone, Copy)]
pub struct CoapProtocol;

/// What captures may hold.
const CAPTURED: Limits = Limits { max_message_len: 16 << 20, max_options_len: 16 << 20, max_token_len: 8 };

/// With the extended tokens of RFC 8974.
const EXTENDED: Limits = CAPTURED.with_extended_tokens(65_804);

impl Protocol for CoapProtocol {
    fn name(&self) -> &'static str {
        "coap"
    }

    fn ports(&self) -> Ports {
        Ports { tcp: &[5683], udp: &[5683] }
    }

    fn recognise(&self, opening: &Opening<'_>) -> Recognition {
        let looks = [opening.client, opening.server].into_iter().filter(|bytes| !bytes.is_empty());
        let judge = |bytes: &[u8]| match opening.carriage {
            // Half of all bytes begin a datagram of version 1: only the port makes sure.
            Carriage::Udp if Coap::decode(bytes, &EXTENDED).is_ok() => Recognition::Plausible,
            Carriage::Tcp => stream_recognition(bytes, opening.mid_stream),
            Carriage::WebSocket if Coap::decode_frame(bytes, &EXTENDED).is_ok() => Recognition::Plausible,
            _ => Recognition::No,
        };
        looks.map(judge).max().unwrap_or(Recognition::Undecided)
    }

    fn sub_protocols(&self) -> &'static [SubProtocol] {
        &[SubProtocol { name: "coap", framed: true }]
    }

    fn options(&self) -> &'static [OptionSpec] {
        &[OptionSpec {
            name: "transport",
            values: &["udp", "tcp", "ws"],
            help: "what carries a unit of --hex or a raw file of CoAP (default udp for --hex, tcp for a file)",
        }]
    }

    fn conversation(&self, carriage: Carriage, options: &Options) -> Option<Box<dyn Conversation>> {
        let transport = match (carriage, options.value("transport")) {
            (Carriage::Udp, _) => Transport::Udp,
            (Carriage::Tcp, _) => Transport::Tcp,
            (Carriage::WebSocket, _) => Transport::WebSocket,
            (Carriage::Http, _) => return None,
        };
        let side = || Decoder::established(transport, CAPTURED);
        Some(Box::new(Flow { transport, limits: CAPTURED, sides: [side(), side()] }))
    }

    fn unit(&self, bytes: &[u8], options: &Options) -> Unit {
        let limits = Limits::default();
        match options.value("transport") {
            Some("tcp") => stream_unit(bytes),
            Some("ws") => Unit::read(bytes, |rest| {
                let coap = Coap::decode_frame(core::mem::take(rest), &limits).map_err(failure)?;
                Ok((describe(&coap, Detail::Everything, None), reencoded(&coap, Transport::WebSocket)))
            }),
            _ => Unit::read(bytes, |rest| {
                Ok(match Coap::decode(core::mem::take(rest), &limits) {
                    Ok(coap) => (describe(&coap, Detail::Everything, None), reencoded(&coap, Transport::Udp)),
                    Err(reject) => (rejected_message(&reject), None),
                })
            }),
        }
    }
}

/// A stream of CoAP begins with a CSM (RFC 8323 §3.3).
fn stream_recognition(bytes: &[u8], mid_stream: bool) -> Recognition {
    match Decoder::new(Transport::Tcp, CAPTURED).decode(&mut &*bytes) {
        Ok(Some(_)) => Recognition::Certain,
        Ok(None) => Recognition::Undecided,
        Err(_) if mid_stream => Recognition::Plausible,
        Err(_) => Recognition::No,
    }
}

fn failure(error: DecodeError) -> Failure {
    Failure {
        kind: error.kind.name().into(),
        offset: error.offset,
        reply: error.reply().to_string().into(),
        recoverable: false,
        statement: Some(error.statement().into()),
        text: error.kind.text().into(),
    }
}

/// A datagram that is refused leaves the conversation as it was.
fn rejected(reject: &Reject<'_>) -> Failure {
    Failure { reply: reject.reply().to_string().into(), recoverable: true, ..failure(reject.error()) }
}

/// What can be read of a refused datagram.
fn rejected_message(reject: &Reject<'_>) -> Message {
    let mut message = Message::new("ERROR");
    let kind = reject.message_type().map(MessageType::abbreviation);
    let (code, id) = (reject.code().map(|code| code.to_string()), reject.message_id());
    for (name, value) in [("type", json!(kind)), ("code", json!(code)), ("message_id", json!(id))] {
        if !value.is_null() {
            message.fields.insert(name.into(), value);
        }
    }
    if let Some(token) = reject.token() {
        message.fields.insert("token".into(), fields::binary(token));
    }
    message.summary = reject.to_string();
    message.failure = Some(rejected(reject));
    message
}

fn reencoded(message: &Coap<'_>, transport: Transport) -> Option<Vec<u8>> {
    let mut encoder = Encoder::new(transport);
    (encoder.max_message_len, encoder.max_token_len) = (u32::MAX, 65_804);
    written(|out| encoder.encode(message, out))
}

/// A stream from its start, or from the start of any message.
fn stream_unit(bytes: &[u8]) -> Unit {
    let mut decoder = Decoder::established(Transport::Tcp, Limits::default());
    let mut first = Some(Code::CSM);
    Unit::read(bytes, |rest| {
        let coap = decoder.decode(rest).map_err(failure)?;
        let coap = coap.ok_or_else(|| UnitEnd::Incomplete { needed: decoder.needed() })?;
        Ok((describe(&coap, Detail::Everything, first.take()), reencoded(&coap, Transport::Tcp)))
    })
}

/// A conversation.
struct Flow {
    transport: Transport,
    limits: Limits,
    sides: [Decoder; 2],
}

impl Flow {
    fn datagram(input: &mut &[u8], detail: Detail) -> Message {
        let datagram = *input;
        *input = &[];
        match Coap::decode(datagram, &CAPTURED) {
            Ok(coap) => describe(&coap, detail, None),
            // Nothing in a datagram says whether its sender knows of extended tokens.
            Err(reject) => match Coap::decode(datagram, &EXTENDED) {
                Ok(coap) => describe(&coap, detail, None),
                Err(_) => rejected_message(&reject),
            },
        }
    }
}

impl Conversation for Flow {
    fn decode(&mut self, from: Side, input: &mut &[u8], detail: Detail) -> Result<Option<Message>, Fault> {
        if self.transport == Transport::Udp {
            return Ok(Some(Self::datagram(input, detail)));
        }
        let limits = self.limits;
        let decoder = from.of_mut(&mut self.sides);
        *decoder.limits_mut() = limits;
        let unit_len = input.len();
        match decoder.decode(input) {
            Ok(Some(coap)) => {
                if Csm::from_message(&coap).is_some_and(|csm| csm.extended_token_length.is_some()) {
                    // RFC 8974 §2.2.1: from now on the other side may send longer tokens, and get them back.
                    self.limits = EXTENDED;
                }
                Ok(Some(describe(&coap, detail, None)))
            }
            Ok(None) => Ok(None),
            Err(error) => {
                *decoder = Decoder::established(self.transport, limits);
                let len = (self.transport == Transport::WebSocket).then_some(unit_len);
                Err(Fault::new(failure(error), len))
            }
        }
    }

    fn needed(&self, from: Side) -> usize {
        from.of(&self.sides).needed().max(1)
    }

    fn resynchronise(&mut self, from: Side, input: &[u8]) -> Resync {
        *from.of_mut(&mut self.sides) = Decoder::established(self.transport, self.limits);
        // Where a gap ends, a message may begin; nothing in the stream marks it.
        match Decoder::established(self.transport, self.limits).decode(&mut &*input) {
            Ok(_) => Resync::At(0),
            Err(_) => Resync::Never,
        }
    }
}

/// The specification's name of a message: `CON GET`, `ACK 2.05 Content`, `CSM`.
fn kind(coap: &Coap<'_>) -> String {
    let code = match coap.code.name() {
        Some(name) if coap.code.is_response() => format!("{} {name}", coap.code),
        Some(name) => name.to_owned(),
        None => coap.code.to_string(),
    };
    match coap.message_type() {
        Some(message_type) => format!("{} {code}", message_type.abbreviation()),
        None => code,
    }
}

fn describe(coap: &Coap<'_>, detail: Detail, first_must_be: Option<Code>) -> Message {
    let out_of_place = first_must_be.is_some_and(|code| code != coap.code);
    Message::shown(kind(coap), detail, || coap.to_string(), || message_fields(coap, detail, out_of_place))
}

fn message_fields(coap: &Coap<'_>, detail: Detail, out_of_place: bool) -> Fields {
    let mut all = Fields::new();
    if let Header::Datagram { message_type, message_id } = coap.header {
        all.insert("version".into(), json!(1));
        all.insert("type".into(), json!(message_type.abbreviation()));
        all.insert("message_id".into(), json!(message_id));
    }
    all.insert("code".into(), json!(coap.code.to_string()));
    if let Some(name) = coap.code.name() {
        all.insert("code_name".into(), json!(name));
    }
    all.insert("token".into(), fields::binary(&coap.token));
    if let Some(uri) = target(coap) {
        all.insert("uri".into(), json!(uri));
    }
    let options: Vec<Value> = coap.options.iter().map(|option| option_fields(coap.code, &option)).collect();
    all.insert("options".into(), Value::Array(options));
    for (number, name) in [
        (OptionNumber::BLOCK1, "block1"),
        (OptionNumber::BLOCK2, "block2"),
        (OptionNumber::Q_BLOCK1, "q_block1"),
        (OptionNumber::Q_BLOCK2, "q_block2"),
        (OptionNumber::OBSERVE, "observe"),
        (OptionNumber::CONTENT_FORMAT, "content_format"),
    ] {
        let option = coap.options.first(number).filter(|_| !coap.code.is_signaling());
        if let Some(option) = option {
            all.insert(name.into(), option_value(&option));
        }
    }
    if !coap.payload.is_empty() {
        all.insert("payload".into(), fields::payload(&coap.payload, detail));
    }
    findings(coap, out_of_place, &mut all);
    all
}

/// The URI reference that the Uri-* options of a request make.
fn target(coap: &Coap<'_>) -> Option<String> {
    let is_target = |number| {
        matches!(
            number,
            OptionNumber::URI_HOST
                | OptionNumber::URI_PORT
                | OptionNumber::URI_PATH
                | OptionNumber::URI_PATH_ABBREV
                | OptionNumber::URI_QUERY
        )
    };
    if !coap.code.is_request() || !coap.options.iter().any(|option| is_target(option.number)) {
        return None;
    }
    let scheme = match coap.header {
        Header::Datagram { .. } => coap_codec::uri::Scheme::Coap,
        Header::Reliable => coap_codec::uri::Scheme::CoapTcp,
    };
    let nowhere = core::net::IpAddr::V4(core::net::Ipv4Addr::UNSPECIFIED);
    let uri = coap.options.uri(scheme, (nowhere, scheme.default_port())).ok()?.to_string();
    let has_authority =
        coap.options.iter().any(|o| matches!(o.number, OptionNumber::URI_HOST | OptionNumber::URI_PORT));
    let path = uri.match_indices('/').nth(2).map(|(at, _)| uri.get(at..).unwrap_or_default());
    Some(if has_authority { uri } else { path?.to_owned() })
}
