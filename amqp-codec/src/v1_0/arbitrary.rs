//! Values, frames and messages that may be sent, made from a fuzzer's octets.

use alloc::string::String;
use alloc::vec;
use alloc::vec::Vec;

use arbitrary::{Arbitrary, Result, Unstructured};

use super::{
    AnnotationKey, Annotations, ApplicationProperties, Ascii, Attach, Begin, Body, Close, DeliveryState, Detach,
    Disposition, Encoded, End, Error, Fields, FilterSet, Flow, Frame, Header, ListBuf, MapBuf, Message, MessageId,
    Modified, Open, Outcome, Performative, Properties, ProtocolHeader, ProtocolId, Received, ReceiverSettleMode,
    Rejected, Role, SaslChallenge, SaslCode, SaslInit, SaslMechanisms, SaslOutcome, SaslPerformative, SaslResponse,
    SenderSettleMode, Source, Symbol, Symbols, Target, TargetTerminus, TerminusDurability, TerminusExpiryPolicy,
    Timestamp, TransactionalState, Transfer, Unsettled, Utf8, Uuid, Value, array, described,
};
use crate::{Binary, Text};

/// How deep a value nests that stands in a field.
const DEPTH: u8 = 2;

impl<'u> Arbitrary<'u> for Frame<'static> {
    fn arbitrary(u: &mut Unstructured<'u>) -> Result<Self> {
        Ok(match u.int_in_range(0..=10u8)? {
            0 => Self::Empty { channel: u.arbitrary()? },
            1 => Self::Header(ProtocolHeader(*u.choose(&[ProtocolId::Amqp, ProtocolId::Sasl, ProtocolId::Tls])?)),
            2 | 3 => Self::Sasl(u.arbitrary()?),
            _ => {
                let performative = u.arbitrary()?;
                let channel = if matches!(performative, Performative::Open(_)) { 0 } else { u.arbitrary()? };
                let payload =
                    if matches!(performative, Performative::Transfer(_)) { octets(u, 100)? } else { Binary::EMPTY };
                Self::Amqp { channel, performative, payload }
            }
        })
    }
}

impl<'u> Arbitrary<'u> for Performative<'static> {
    fn arbitrary(u: &mut Unstructured<'u>) -> Result<Self> {
        Ok(match u.int_in_range(0..=8u8)? {
            0 => Self::Open(open(u)?),
            1 => Self::Begin(Begin {
                remote_channel: u.arbitrary()?,
                next_outgoing_id: u.arbitrary()?,
                incoming_window: u.arbitrary()?,
                outgoing_window: u.arbitrary()?,
                handle_max: u.arbitrary()?,
                offered_capabilities: symbols(u)?,
                desired_capabilities: symbols(u)?,
                properties: maybe(u, fields)?,
            }),
            2 => Self::Attach(attach(u)?),
            3 => Self::Flow(flow(u)?),
            4 => Self::Transfer(transfer(u)?),
            5 => Self::Disposition(Disposition {
                role: *u.choose(Role::ALL)?,
                first: u.arbitrary()?,
                last: u.arbitrary()?,
                settled: u.arbitrary()?,
                state: maybe(u, state)?,
                batchable: u.arbitrary()?,
            }),
            6 => Self::Detach(Detach { handle: u.arbitrary()?, closed: u.arbitrary()?, error: maybe(u, error)? }),
            7 => Self::End(End { error: maybe(u, error)? }),
            _ => Self::Close(Close { error: maybe(u, error)? }),
        })
    }
}

impl<'u> Arbitrary<'u> for SaslPerformative<'static> {
    fn arbitrary(u: &mut Unstructured<'u>) -> Result<Self> {
        Ok(match u.int_in_range(0..=4u8)? {
            0 => Self::Mechanisms(SaslMechanisms {
                sasl_server_mechanisms: core::iter::once(symbol(u)?.as_ascii()).collect(),
            }),
            1 => Self::Init(SaslInit {
                mechanism: symbol(u)?,
                initial_response: maybe(u, |u| octets(u, 30))?.map(Into::into),
                hostname: maybe(u, text)?,
            }),
            2 => Self::Challenge(SaslChallenge { challenge: octets(u, 30)?.into() }),
            3 => Self::Response(SaslResponse { response: octets(u, 30)?.into() }),
            _ => Self::Outcome(SaslOutcome {
                code: *u.choose(SaslCode::ALL)?,
                additional_data: maybe(u, |u| octets(u, 30))?.map(Into::into),
            }),
        })
    }
}

impl<'u> Arbitrary<'u> for Message<'static> {
    fn arbitrary(u: &mut Unstructured<'u>) -> Result<Self> {
        let inner = value(u, DEPTH)?;
        Ok(Self {
            header: maybe(u, header)?,
            delivery_annotations: maybe(u, annotations)?,
            message_annotations: maybe(u, annotations)?,
            properties: maybe(u, properties)?,
            application_properties: maybe(u, application_properties)?,
            body: match u.int_in_range(0..=2u8)? {
                0 => Body::Data(octets(u, 300)?),
                1 => Body::Value(value(u, DEPTH.saturating_add(1))?),
                _ => Body::Sequence(ListBuf::new().push(inner.value()).finish().unwrap_or_default()),
            },
            footer: maybe(u, annotations)?,
        })
    }
}

impl<'u> Arbitrary<'u> for Encoded<'static> {
    fn arbitrary(u: &mut Unstructured<'u>) -> Result<Self> {
        value(u, DEPTH.saturating_add(1))
    }
}

/// A value of any type; nests as deep as `depth`.
fn value(u: &mut Unstructured<'_>, depth: u8) -> Result<Encoded<'static>> {
    let inner = depth.saturating_sub(1);
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
                list.push(value(u, inner)?.value());
            }
            return Ok(list.finish().unwrap_or_default());
        }
        21 if depth != 0 => {
            let mut map = MapBuf::new();
            for key in 0..u.int_in_range(0..=4u32)? {
                map.push(key, value(u, inner)?.value());
            }
            return Ok(map.finish().unwrap_or_default());
        }
        22 if depth != 0 => {
            let (descriptor, inner) = (value(u, 0)?, value(u, inner)?);
            return Ok(described(descriptor.value(), inner.value()).unwrap_or_default());
        }
        _ => {
            let elements = vec![Value::Uint(u.arbitrary()?); u.int_in_range(1..=4usize)?];
            return Ok(array(&elements).unwrap_or_default());
        }
    };
    Ok(Encoded::from(simple))
}

/// Some text without a byte order mark in front.
fn text(u: &mut Unstructured<'_>) -> Result<Text<'static>> {
    let len = u.int_in_range(0..=20usize)?;
    let text: String = (0..len).map(|_| u.arbitrary::<char>()).collect::<Result<_>>()?;
    Ok(Text::from(String::from(text.trim_start_matches('\u{feff}'))))
}

fn octets(u: &mut Unstructured<'_>, max: usize) -> Result<Binary<'static>> {
    let len = u.int_in_range(0..=max)?;
    Ok(Binary::from(u.bytes(len.min(u.len()))?).into_owned())
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

fn fields(u: &mut Unstructured<'_>) -> Result<Fields<'static>> {
    let inner = value(u, DEPTH)?;
    let names = ["a", "b"].into_iter().filter_map(Ascii::new);
    Ok(names.map(|name| (name, inner.value())).collect())
}

fn filters(u: &mut Unstructured<'_>) -> Result<FilterSet<'static>> {
    let filter = described(Value::Ulong(u.arbitrary()?), value(u, 1)?.value()).unwrap_or_default();
    Ok(Ascii::new("selector").into_iter().map(|name| (name, filter.value())).collect())
}

fn annotations(u: &mut Unstructured<'_>) -> Result<Annotations<'static>> {
    let (number, inner) = (AnnotationKey::Ulong(u.arbitrary()?), value(u, DEPTH)?);
    let name = Ascii::new("x-opt-a").map(AnnotationKey::Symbol);
    Ok(name.into_iter().chain([number]).map(|key| (key, inner.value())).collect())
}

fn application_properties(u: &mut Unstructured<'_>) -> Result<ApplicationProperties<'static>> {
    let text = text(u)?;
    let pairs = [(Utf8::from("a"), Value::from(text.as_str())), (Utf8::from("b"), Value::Null)];
    Ok(pairs.into_iter().collect())
}

fn header(u: &mut Unstructured<'_>) -> Result<Header> {
    Ok(Header {
        durable: u.arbitrary()?,
        priority: u.arbitrary()?,
        ttl: u.arbitrary()?,
        first_acquirer: u.arbitrary()?,
        delivery_count: u.arbitrary()?,
    })
}

fn message_id(u: &mut Unstructured<'_>) -> Result<MessageId<'static>> {
    Ok(match u.int_in_range(0..=3u8)? {
        0 => MessageId::Ulong(u.arbitrary()?),
        1 => MessageId::Uuid(Uuid(u.arbitrary()?)),
        2 => MessageId::Binary(octets(u, 20)?),
        _ => MessageId::String(text(u)?),
    })
}

fn properties(u: &mut Unstructured<'_>) -> Result<Properties<'static>> {
    Ok(Properties {
        message_id: maybe(u, message_id)?,
        user_id: maybe(u, |u| octets(u, 30))?,
        to: maybe(u, text)?,
        subject: maybe(u, text)?,
        reply_to: maybe(u, text)?,
        correlation_id: maybe(u, message_id)?,
        content_type: maybe(u, symbol)?,
        content_encoding: maybe(u, symbol)?,
        absolute_expiry_time: maybe(u, |u| Ok(Timestamp(u.arbitrary()?)))?,
        creation_time: maybe(u, |u| Ok(Timestamp(u.arbitrary()?)))?,
        group_id: maybe(u, text)?,
        group_sequence: u.arbitrary()?,
        reply_to_group_id: maybe(u, text)?,
    })
}

fn error(u: &mut Unstructured<'_>) -> Result<Error<'static>> {
    Ok(Error { condition: symbol(u)?, description: maybe(u, text)?, info: maybe(u, fields)? })
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
            outcome: maybe(u, |u| Ok(if u.arbitrary()? { Outcome::Accepted } else { Outcome::Released }))?,
        }),
        _ => DeliveryState::Other(described(Value::Ulong(1 << 40), value(u, DEPTH)?.value()).unwrap_or_default()),
    })
}

fn open(u: &mut Unstructured<'_>) -> Result<Open<'static>> {
    Ok(Open {
        container_id: text(u)?,
        hostname: maybe(u, text)?,
        max_frame_size: u.arbitrary()?,
        channel_max: u.arbitrary()?,
        idle_time_out: u.arbitrary()?,
        outgoing_locales: symbols(u)?,
        incoming_locales: symbols(u)?,
        offered_capabilities: symbols(u)?,
        desired_capabilities: symbols(u)?,
        properties: maybe(u, fields)?,
    })
}

fn source(u: &mut Unstructured<'_>) -> Result<Source<'static>> {
    Ok(Source {
        address: maybe(u, text)?,
        durable: *u.choose(TerminusDurability::ALL)?,
        expiry_policy: *u.choose(TerminusExpiryPolicy::ALL)?,
        timeout: u.arbitrary()?,
        dynamic: u.arbitrary()?,
        dynamic_node_properties: maybe(u, fields)?,
        distribution_mode: maybe(u, symbol)?,
        filter: maybe(u, filters)?,
        default_outcome: maybe(u, |_| Ok(Outcome::Released))?,
        outcomes: symbols(u)?,
        capabilities: symbols(u)?,
    })
}

fn attach(u: &mut Unstructured<'_>) -> Result<Attach<'static>> {
    let role = *u.choose(Role::ALL)?;
    let count: Option<u32> = u.arbitrary()?;
    Ok(Attach {
        name: text(u)?,
        handle: u.arbitrary()?,
        role,
        snd_settle_mode: *u.choose(SenderSettleMode::ALL)?,
        rcv_settle_mode: *u.choose(ReceiverSettleMode::ALL)?,
        source: maybe(u, source)?,
        target: maybe(u, |u| {
            Ok(TargetTerminus::Target(Target {
                address: maybe(u, text)?,
                capabilities: symbols(u)?,
                ..Target::default()
            }))
        })?,
        unsettled: maybe(u, |u| {
            let tag = octets(u, 32)?;
            Ok(core::iter::once((tag.as_slice(), Value::Null)).collect::<Unsettled<'static>>())
        })?,
        incomplete_unsettled: u.arbitrary()?,
        initial_delivery_count: if role == Role::Sender { Some(count.unwrap_or_default()) } else { count },
        max_message_size: u.arbitrary()?,
        offered_capabilities: symbols(u)?,
        desired_capabilities: symbols(u)?,
        properties: maybe(u, fields)?,
    })
}

fn flow(u: &mut Unstructured<'_>) -> Result<Flow<'static>> {
    Ok(Flow {
        next_incoming_id: u.arbitrary()?,
        incoming_window: u.arbitrary()?,
        next_outgoing_id: u.arbitrary()?,
        outgoing_window: u.arbitrary()?,
        handle: Some(u.arbitrary()?),
        delivery_count: u.arbitrary()?,
        link_credit: u.arbitrary()?,
        available: u.arbitrary()?,
        drain: u.arbitrary()?,
        echo: u.arbitrary()?,
        properties: maybe(u, fields)?,
    })
}

fn transfer(u: &mut Unstructured<'_>) -> Result<Transfer<'static>> {
    Ok(Transfer {
        handle: u.arbitrary()?,
        delivery_id: u.arbitrary()?,
        delivery_tag: maybe(u, |u| octets(u, 32))?,
        message_format: u.arbitrary()?,
        settled: u.arbitrary()?,
        more: u.arbitrary()?,
        rcv_settle_mode: maybe(u, |u| Ok(*u.choose(ReceiverSettleMode::ALL)?))?,
        state: maybe(u, state)?,
        resume: u.arbitrary()?,
        aborted: u.arbitrary()?,
        batchable: u.arbitrary()?,
    })
}
