//! `amqp_codec::v1_0` as a member of the family.

use amqp_codec::Binary;
use amqp_codec::v1_0::{
    AnnotationKey, Annotations, ApplicationProperties, Ascii, Attach, Begin, Body, Close, DecodeError, Decoder,
    DeliveryState, Detach, Disposition, Encoded, Encoder, End, Error, Fields, Flow, Frame, Header, Layout, Limits,
    ListBuf, MapBuf, Message, MessageId, Modified, Open, Outcome, Performative, Properties, ProtocolHeader, ProtocolId,
    Received, Rejected, Role, SaslInit, SaslMechanisms, SaslOutcome, SaslPerformative, SaslResponse, SectionKind, Side,
    Source, Symbol, Symbols, Target, TargetTerminus, Timestamp, TransactionalState, Transfer, Utf8, Uuid, Value,
};
use arbitrary::{Result, Unstructured};
use bytes::BytesMut;

use crate::Family;

/// AMQP 1.0, both layers and directions.
#[derive(Debug)]
pub enum Amqp10 {}

/// Where the decoder begins.
#[derive(Debug, Clone, Copy)]
pub enum Config {
    /// In the middle of a stream.
    Middle,
    /// At the beginning, as one side or as neither.
    Start(Option<Side>),
}

fn text(u: &mut Unstructured<'_>) -> Result<String> {
    let len = u.int_in_range(0..=20usize)?;
    let text: String = (0..len).map(|_| u.arbitrary::<char>()).collect::<Result<_>>()?;
    Ok(text.trim_start_matches('\u{feff}').to_owned())
}

fn octets(u: &mut Unstructured<'_>, max: usize) -> Result<Binary<'static>> {
    let len = u.int_in_range(0..=max)?;
    let octets = u.bytes(len.min(u.len()))?;
    Ok(Binary::from(octets).into_owned())
}

fn symbol(u: &mut Unstructured<'_>) -> Result<Symbol<'static>> {
    let name = u.choose(&["", "a", "copy", "amqp:accepted:list", "x-opt-a", "amqp:not-found"])?;
    Ok(Symbol::new(name).unwrap_or_default())
}

fn symbols(u: &mut Unstructured<'_>) -> Result<Symbols<'static>> {
    let count = u.int_in_range(0..=3usize)?;
    let names = (0..count).map(|_| symbol(u)).collect::<Result<Vec<_>>>()?;
    Ok(names.iter().map(Symbol::as_ascii).collect())
}

fn maybe<T>(u: &mut Unstructured<'_>, make: impl Fn(&mut Unstructured<'_>) -> Result<T>) -> Result<Option<T>> {
    if u.arbitrary()? { make(u).map(Some) } else { Ok(None) }
}

/// A value of any type, nested a little.
fn value(u: &mut Unstructured<'_>, depth: u8) -> Result<Encoded<'static>> {
    let simple = match u.int_in_range(0..=23u8)? {
        0 => Value::Null,
        1 => Value::Boolean(u.arbitrary()?),
        2 => Value::Ubyte(u.arbitrary()?),
        3 => Value::Ushort(u.arbitrary()?),
        4 => Value::Uint(u.arbitrary()?),
        5 => Value::Ulong(u.arbitrary()?),
        6 => Value::Byte(u.arbitrary()?),
        7 => Value::Short(u.arbitrary()?),
        8 => Value::Int(u.arbitrary()?),
        9 => Value::Long(u.arbitrary()?),
        10 => Value::Float(f32::from_bits(u.arbitrary()?)),
        11 => Value::Double(f64::from_bits(u.arbitrary()?)),
        12 => Value::Decimal32(u.arbitrary()?),
        13 => Value::Decimal64(u.arbitrary()?),
        14 => Value::Decimal128(u.arbitrary()?),
        15 => Value::Char(u.arbitrary()?),
        16 => Value::Timestamp(u.arbitrary()?),
        17 => Value::Uuid(u.arbitrary()?),
        18 => return Ok(Encoded::from(Value::from(octets(u, 300)?.as_slice()))),
        19 => return Ok(Encoded::from(text(u)?.as_str())),
        20 if depth != 0 => {
            let mut list = ListBuf::new();
            for _ in 0..u.int_in_range(0..=4u8)? {
                list.push(value(u, depth.saturating_sub(1))?.value());
            }
            return Ok(list.finish().unwrap_or_default());
        }
        21 if depth != 0 => {
            let mut map = MapBuf::new();
            for key in 0..u.int_in_range(0..=4u32)? {
                map.push(key, value(u, depth.saturating_sub(1))?.value());
            }
            return Ok(map.finish().unwrap_or_default());
        }
        22 if depth != 0 => {
            let (descriptor, inner) = (value(u, 0)?, value(u, depth.saturating_sub(1))?);
            return Ok(amqp_codec::v1_0::described(descriptor.value(), inner.value()).unwrap_or_default());
        }
        _ => {
            return Ok(amqp_codec::v1_0::array(&vec![Value::Uint(u.arbitrary()?); u.int_in_range(1..=4usize)?])
                .unwrap_or_default());
        }
    };
    Ok(Encoded::from(simple))
}

fn fields(u: &mut Unstructured<'_>) -> Result<Fields<'static>> {
    let inner = value(u, 2)?;
    let names = ["a", "b"].into_iter().filter_map(Ascii::new);
    Ok(names.map(|name| (name, inner.value())).collect())
}

fn error(u: &mut Unstructured<'_>) -> Result<Error<'static>> {
    Ok(Error { condition: symbol(u)?, description: maybe(u, some_text)?, info: maybe(u, fields)? })
}

fn own_text(text: amqp_codec::Text<'_>) -> amqp_codec::Text<'static> {
    text.into_owned()
}

fn some_text(u: &mut Unstructured<'_>) -> Result<amqp_codec::Text<'static>> {
    let text = text(u)?;
    Ok(own_text(text.as_str().into()))
}

fn state(u: &mut Unstructured<'_>) -> Result<DeliveryState<'static>> {
    Ok(match u.int_in_range(0..=6u8)? {
        0 => DeliveryState::Accepted,
        1 => DeliveryState::Released,
        2 => DeliveryState::Received(Received { section_number: u.arbitrary()?, section_offset: u.arbitrary()? }),
        3 => DeliveryState::Rejected(Rejected { error: maybe(u, error)? }),
        4 => DeliveryState::Modified(Modified {
            delivery_failed: u.arbitrary()?,
            undeliverable_here: u.arbitrary()?,
            message_annotations: maybe(u, fields)?,
        }),
        5 => DeliveryState::Transactional(TransactionalState {
            txn_id: octets(u, 9)?,
            outcome: maybe(u, |_| Ok(Outcome::Accepted))?,
        }),
        _ => DeliveryState::Other(
            amqp_codec::v1_0::described(Value::Ulong(1 << 40), value(u, 2)?.value()).unwrap_or_default(),
        ),
    })
}

fn attach(u: &mut Unstructured<'_>) -> Result<Attach<'static>> {
    let role = if u.arbitrary()? { Role::Sender } else { Role::Receiver };
    let count: Option<u32> = u.arbitrary()?;
    Ok(Attach {
        name: some_text(u)?,
        handle: u.arbitrary()?,
        role,
        source: maybe(u, |u| {
            Ok(Source {
                address: maybe(u, some_text)?,
                timeout: u.arbitrary()?,
                dynamic: u.arbitrary()?,
                dynamic_node_properties: maybe(u, fields)?,
                distribution_mode: maybe(u, symbol)?,
                default_outcome: maybe(u, |_| Ok(Outcome::Released))?,
                outcomes: symbols(u)?,
                ..Source::default()
            })
        })?,
        target: maybe(u, |u| {
            Ok(TargetTerminus::Target(Target {
                address: maybe(u, some_text)?,
                capabilities: symbols(u)?,
                ..Target::default()
            }))
        })?,
        incomplete_unsettled: u.arbitrary()?,
        initial_delivery_count: if role == Role::Sender { Some(count.unwrap_or_default()) } else { count },
        max_message_size: u.arbitrary()?,
        properties: maybe(u, fields)?,
        ..Attach::default()
    })
}

fn performative(u: &mut Unstructured<'_>) -> Result<Performative<'static>> {
    Ok(match u.int_in_range(0..=8u8)? {
        0 => Performative::Open(Open {
            container_id: some_text(u)?,
            hostname: maybe(u, some_text)?,
            max_frame_size: u.arbitrary()?,
            channel_max: u.arbitrary()?,
            idle_time_out: u.arbitrary()?,
            outgoing_locales: symbols(u)?,
            offered_capabilities: symbols(u)?,
            properties: maybe(u, fields)?,
            ..Open::default()
        }),
        1 => Performative::Begin(Begin {
            remote_channel: u.arbitrary()?,
            next_outgoing_id: u.arbitrary()?,
            handle_max: u.arbitrary()?,
            ..Begin::default()
        }),
        2 => Performative::Attach(attach(u)?),
        3 => Performative::Flow(Flow {
            handle: Some(u.arbitrary()?),
            link_credit: u.arbitrary()?,
            drain: u.arbitrary()?,
            properties: maybe(u, fields)?,
            ..Flow::default()
        }),
        4 => Performative::Transfer(Transfer {
            handle: u.arbitrary()?,
            delivery_id: u.arbitrary()?,
            delivery_tag: maybe(u, |u| octets(u, 32))?,
            message_format: u.arbitrary()?,
            settled: u.arbitrary()?,
            more: u.arbitrary()?,
            state: maybe(u, state)?,
            batchable: u.arbitrary()?,
            ..Transfer::default()
        }),
        5 => Performative::Disposition(Disposition {
            first: u.arbitrary()?,
            last: u.arbitrary()?,
            state: maybe(u, state)?,
            ..Disposition::default()
        }),
        6 => Performative::Detach(Detach { handle: u.arbitrary()?, closed: u.arbitrary()?, error: maybe(u, error)? }),
        7 => Performative::End(End { error: maybe(u, error)? }),
        _ => Performative::Close(Close { error: maybe(u, error)? }),
    })
}

fn sasl(u: &mut Unstructured<'_>) -> Result<SaslPerformative<'static>> {
    Ok(match u.int_in_range(0..=3u8)? {
        0 => SaslPerformative::Mechanisms(SaslMechanisms {
            sasl_server_mechanisms: [symbol(u)?.as_ascii()].into_iter().collect(),
        }),
        1 => SaslPerformative::Init(SaslInit {
            mechanism: symbol(u)?,
            initial_response: maybe(u, |u| octets(u, 30))?.map(Into::into),
            hostname: maybe(u, some_text)?,
        }),
        2 => SaslPerformative::Response(SaslResponse { response: octets(u, 30)?.into() }),
        _ => SaslPerformative::Outcome(SaslOutcome {
            additional_data: maybe(u, |u| octets(u, 30))?.map(Into::into),
            ..SaslOutcome::default()
        }),
    })
}

impl Family for Amqp10 {
    type Config = Config;
    type Message<'a> = Frame<'a>;
    type Error = DecodeError;
    type Decoder = Decoder;

    fn config(u: &mut Unstructured<'_>) -> Result<Config> {
        Ok(match u.arbitrary::<u8>()? & 7 {
            0..=3 => Config::Middle,
            4 | 5 => Config::Start(None),
            6 => Config::Start(Some(Side::Client)),
            _ => Config::Start(Some(Side::Server)),
        })
    }

    fn arbitrary(config: Config, u: &mut Unstructured<'_>) -> Result<Frame<'static>> {
        if matches!(config, Config::Start(_)) {
            let id = *u.choose(&[ProtocolId::Amqp, ProtocolId::Sasl, ProtocolId::Tls])?;
            return Ok(Frame::Header(ProtocolHeader(id)));
        }
        Ok(match u.int_in_range(0..=9u8)? {
            0 => Frame::Empty { channel: u.arbitrary()? },
            1 | 2 => Frame::Sasl(sasl(u)?),
            _ => {
                let performative = performative(u)?;
                let channel = if matches!(performative, Performative::Open(_)) { 0 } else { u.arbitrary()? };
                let payload =
                    if matches!(performative, Performative::Transfer(_)) { octets(u, 100)? } else { Binary::EMPTY };
                Frame::Amqp { channel, performative, payload }
            }
        })
    }

    fn decoder(config: Config) -> Decoder {
        match config {
            Config::Middle => Decoder::mid_stream(None, Limits::default()),
            Config::Start(None) => Decoder::observer(Limits::default()),
            Config::Start(Some(side)) => Decoder::new(side, Limits::default()),
        }
    }

    fn decoder_for(_: Config, _: &Frame<'_>) -> Decoder {
        Self::decoder(Config::Middle)
    }

    fn decode<'a>(decoder: &mut Decoder, input: &mut &'a [u8]) -> core::result::Result<Option<Frame<'a>>, DecodeError> {
        decoder.decode(input)
    }

    fn decode_shared(
        decoder: &mut Decoder,
        input: &mut BytesMut,
    ) -> core::result::Result<Option<Frame<'static>>, DecodeError> {
        decoder.decode_shared(input)
    }

    fn needed(decoder: &Decoder) -> usize {
        decoder.needed()
    }

    fn position(decoder: &Decoder) -> u64 {
        decoder.position()
    }

    fn offset(error: &DecodeError) -> usize {
        error.offset
    }

    fn encode(_: Config, frame: &Frame<'_>, out: &mut Vec<u8>) -> core::result::Result<(), String> {
        Encoder::new(u32::MAX).encode(frame, out).map_err(|error| error.to_string())
    }

    fn encoded_len(_: Config, frame: &Frame<'_>) -> usize {
        Encoder::new(u32::MAX).encoded_len(frame)
    }

    fn own(frame: Frame<'_>) -> Frame<'static> {
        frame.into_owned()
    }

    fn same(a: &Frame<'_>, b: &Frame<'_>) -> bool {
        a == b
    }

    fn walk(frame: &Frame<'_>) {
        assert!(!frame.to_string().is_empty());
        let mut wire = Vec::new();
        Encoder::new(u32::MAX).encode(frame, &mut wire).expect("decoded frames encode");
        if let Frame::Amqp { .. } = frame {
            let body = wire.get(8..).unwrap_or_default();
            let value = Encoded::decode(&mut { body }, &Limits { max_depth: 64, ..Limits::default() })
                .expect("a performative is a value");
            walk(value.value());
        }
        if let Frame::Amqp { payload, .. } = frame {
            amqp10_message(payload);
        }
    }
}

/// Law 5 for values: what is iterated is what was counted. Returns the number of values, of which some may be skipped.
fn walk(value: Value<'_>) -> usize {
    const SHOWN: usize = 1_000;
    match value {
        Value::List(list) => {
            assert_eq!(list.iter().take(SHOWN).count(), list.len().min(SHOWN));
            list.iter().take(SHOWN).map(walk).sum::<usize>().saturating_add(1)
        }
        Value::Map(map) => {
            assert_eq!(map.iter().take(SHOWN).count(), map.len().min(SHOWN));
            map.iter()
                .take(SHOWN)
                .map(|(key, value)| walk(key).saturating_add(walk(value)))
                .sum::<usize>()
                .saturating_add(1)
        }
        Value::Array(array) => {
            assert_eq!(array.iter().take(SHOWN).count(), array.len().min(SHOWN));
            array.iter().take(SHOWN).map(walk).sum::<usize>().saturating_add(1)
        }
        Value::Described(described) => walk(described.descriptor()).saturating_add(walk(described.value())),
        _ => 1,
    }
}

/// Laws of single values: octets survive, the smallest form is stable and decodes, printing ends, paths end.
pub fn amqp10_value(data: &[u8]) {
    let limits = Limits { max_depth: 64, ..Limits::default() };
    let mut rest = data;
    match Encoded::decode(&mut rest, &limits) {
        Ok(value) => {
            assert_eq!(value.as_bytes().len().saturating_add(rest.len()), data.len());
            walk(value.value());
            assert!(value.to_string().len() <= data.len().saturating_mul(80).saturating_add(10_000));
            let small = value.canonical();
            assert!(small.as_bytes().len() <= value.as_bytes().len(), "{value} grew");
            let again = Encoded::decode(&mut small.as_bytes(), &limits).expect("the smallest form decodes");
            assert!(again.is_canonical(), "{value}");
            assert_eq!(again.to_string(), value.to_string());
            for cut in (0..value.as_bytes().len()).take(64) {
                assert!(Encoded::decode(&mut value.as_bytes().get(..cut).unwrap_or_default(), &limits).is_err());
            }
        }
        Err(error) => {
            assert!(error.offset <= data.len());
            assert!(!error.path(data).to_string().is_empty());
            assert_eq!(rest.len(), data.len(), "consumed by a failure");
        }
    }
}

/// Laws of messages: what is read re-encodes to an equal, owned or not; the layout finds the same sections.
pub fn amqp10_message(data: &[u8]) {
    let limits = Limits::default();
    let message = Message::decode(data, &limits);
    let layout = Layout::decode(data, &limits);
    let message = match message {
        Ok(message) => message,
        Err(error) => {
            assert!(error.offset <= data.len());
            return;
        }
    };
    let layout = layout.expect("what reads has a layout");
    assert_eq!(layout.header(&limits), Ok(message.header));
    assert_eq!(layout.properties(&limits).as_ref(), Ok(&message.properties));
    assert_eq!(layout.octets(SectionKind::ApplicationProperties).is_empty(), message.application_properties.is_none());
    let mut out = Vec::new();
    message.encode(&mut out).expect("what was read can be sent");
    assert_eq!(out.len(), message.encoded_len());
    assert_eq!(Message::decode(&out, &limits).as_ref(), Ok(&message));
    assert_eq!(message.clone().into_owned(), message);
    let mut forwarded = Vec::new();
    if layout.body().is_some() {
        layout
            .forward(
                message.header,
                message.delivery_annotations.clone(),
                message.message_annotations.clone(),
                &mut forwarded,
            )
            .expect("forwards");
        assert_eq!(Message::decode(&forwarded, &limits), Ok(message));
    }
}

/// A message made of arbitrary parts survives.
///
/// # Errors
/// The bytes ran out.
pub fn amqp10_message_value(data: &[u8]) -> Result<()> {
    let u = &mut Unstructured::new(data);
    let inner = value(u, 2)?;
    let body = match u.int_in_range(0..=2u8)? {
        0 => Body::Data(octets(u, 300)?),
        1 => Body::Value(value(u, 3)?),
        _ => Body::Sequence(ListBuf::new().push(inner.value()).finish().unwrap_or_default()),
    };
    let annotation = AnnotationKey::Symbol(Ascii::new("x-opt-a").expect("ASCII"));
    let message = Message {
        header: maybe(u, |u| {
            Ok(Header {
                durable: u.arbitrary()?,
                priority: u.arbitrary()?,
                ttl: u.arbitrary()?,
                first_acquirer: u.arbitrary()?,
                delivery_count: u.arbitrary()?,
            })
        })?,
        message_annotations: maybe(u, |_| {
            Ok([(annotation, inner.value())].into_iter().collect::<Annotations<'static>>())
        })?,
        properties: maybe(u, |u| {
            Ok(Properties {
                message_id: maybe(u, |u| Ok(MessageId::Uuid(Uuid(u.arbitrary()?))))?,
                correlation_id: maybe(u, |u| Ok(MessageId::Ulong(u.arbitrary()?)))?,
                user_id: maybe(u, |u| octets(u, 30))?,
                to: maybe(u, some_text)?,
                content_type: maybe(u, symbol)?,
                creation_time: maybe(u, |u| Ok(Timestamp(u.arbitrary()?)))?,
                ..Properties::default()
            })
        })?,
        application_properties: maybe(u, |u| {
            let text = text(u)?;
            Ok([(Utf8::from("a"), Value::from(text.as_str())), (Utf8::from("b"), Value::Null)]
                .into_iter()
                .collect::<ApplicationProperties<'static>>())
        })?,
        body,
        ..Message::default()
    };
    let mut wire = Vec::new();
    message.encode(&mut wire).unwrap_or_else(|reason| panic!("refused to encode {message:?}: {reason}"));
    assert_eq!(Message::decode(&wire, &Limits::default()).as_ref(), Ok(&message));
    amqp10_message(&wire);
    Ok(())
}
