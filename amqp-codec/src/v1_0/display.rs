//! One line per value and per frame, as a dissector prints it. Nesting is walked with a fixed stack.

use core::fmt::{self, Display as _};

use super::compound::{Elements, Items, Pairs};
use super::value::Value;
use super::{Limits, Performative, Role, SaslPerformative};

/// What is being printed: the rest of a list, map, array or description.
enum Open<'a> {
    List(Items<'a>),
    Map(Pairs<'a>, Option<Value<'a>>),
    Array(Elements<'a>),
    Described(Option<Value<'a>>, Option<Value<'a>>),
}

impl<'a> Open<'a> {
    /// The next value, and what stands before it.
    fn next(&mut self, first: bool) -> Option<(&'static str, Value<'a>)> {
        let comma = if first { "" } else { ", " };
        match self {
            Self::List(items) => Some((comma, items.next()?)),
            Self::Array(elements) => Some((comma, elements.next()?)),
            Self::Map(pairs, value) => match value.take() {
                Some(value) => Some(("=", value)),
                None => {
                    let (key, next) = pairs.next()?;
                    *value = Some(next);
                    Some((comma, key))
                }
            },
            Self::Described(descriptor, value) => match descriptor.take() {
                Some(descriptor) => Some(("", descriptor)),
                None => Some((":", value.take()?)),
            },
        }
    }

    const fn end(&self) -> &'static str {
        match self {
            Self::List(_) | Self::Array(_) => "]",
            Self::Map(..) => "}",
            Self::Described(..) => ")",
        }
    }
}

/// Elements of an array that are printed at most: those of no width may be very many.
const SHOWN: u32 = 64;

fn scalar(value: &Value<'_>, f: &mut fmt::Formatter<'_>) -> fmt::Result {
    match value {
        Value::Null => f.write_str("null"),
        Value::Boolean(truth) => truth.fmt(f),
        Value::Ubyte(number) => number.fmt(f),
        Value::Ushort(number) => number.fmt(f),
        Value::Uint(number) => number.fmt(f),
        Value::Ulong(number) => number.fmt(f),
        Value::Byte(number) => number.fmt(f),
        Value::Short(number) => number.fmt(f),
        Value::Int(number) => number.fmt(f),
        Value::Long(number) => number.fmt(f),
        Value::Float(number) => number.fmt(f),
        Value::Double(number) => number.fmt(f),
        Value::Decimal32(octets) => hex(octets, f),
        Value::Decimal64(octets) => hex(octets, f),
        Value::Decimal128(octets) => hex(octets, f),
        Value::Char(character) => write!(f, "{character:?}"),
        Value::Timestamp(number) => write!(f, "@{number}"),
        Value::Uuid(octets) => super::Uuid(*octets).fmt(f),
        Value::Binary(octets) => hex(octets, f),
        Value::String(text) => write!(f, "{text:?}"),
        Value::Symbol(text) => write!(f, "{text:?}"),
        Value::List(_) | Value::Map(_) | Value::Array(_) | Value::Described(_) => Ok(()),
    }
}

fn hex(octets: &[u8], f: &mut fmt::Formatter<'_>) -> fmt::Result {
    f.write_str("0x")?;
    octets.iter().try_for_each(|octet| write!(f, "{octet:02x}"))
}

/// Prints a value with all it holds, to the depth that decoding admits.
pub(super) fn value(value: Value<'_>, f: &mut fmt::Formatter<'_>) -> fmt::Result {
    let mut stack: [Option<(Open<'_>, u32)>; Limits::DEPTH] = [const { None }; Limits::DEPTH];
    let mut len = 0usize;
    let mut next = Some(value);
    loop {
        if let Some(value) = next.take() {
            let opened = match value {
                Value::List(list) => Some(("[", Open::List(list.iter()))),
                Value::Map(map) => Some(("{", Open::Map(map.iter(), None))),
                Value::Array(array) => Some(("[", Open::Array(array.iter()))),
                Value::Described(described) => {
                    Some(("(", Open::Described(Some(described.descriptor()), Some(described.value()))))
                }
                _ => None,
            };
            match (opened, stack.get_mut(len)) {
                (Some((start, open)), Some(slot)) => {
                    f.write_str(start)?;
                    *slot = Some((open, 0));
                    len = len.saturating_add(1);
                }
                (Some(_), None) => f.write_str("…")?,
                (None, _) => scalar(&value, f)?,
            }
        }
        let Some(Some((open, seen))) = len.checked_sub(1).and_then(|top| stack.get_mut(top)) else { return Ok(()) };
        match open.next(*seen == 0) {
            Some((before, value)) if *seen < SHOWN => {
                *seen = seen.saturating_add(1);
                f.write_str(before)?;
                next = Some(value);
            }
            more => {
                if more.is_some() {
                    f.write_str(", …")?;
                }
                f.write_str(open.end())?;
                len = len.saturating_sub(1);
            }
        }
    }
}

impl fmt::Display for Value<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        value(*self, f)
    }
}

macro_rules! debug {
    ($($type:ident => $variant:ident),*) => {
        $(impl fmt::Debug for super::$type<'_> {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                value(Value::$variant(*self), f)
            }
        })*
    };
}

debug!(List => List, Map => Map, Array => Array, Described => Described);

impl fmt::Debug for Value<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {self}", self.type_name())
    }
}

/// A field that may be absent, as ` name=value`.
fn field<T: fmt::Display>(name: &str, value: Option<T>, f: &mut fmt::Formatter<'_>) -> fmt::Result {
    value.map_or(Ok(()), |value| write!(f, " {name}={value}"))
}

/// The same for text, which may hold anything.
fn quoted(name: &str, text: Option<&str>, f: &mut fmt::Formatter<'_>) -> fmt::Result {
    text.map_or(Ok(()), |text| write!(f, " {name}={text:?}"))
}

fn error(error: Option<&super::Error<'_>>, f: &mut fmt::Formatter<'_>) -> fmt::Result {
    let Some(error) = error else { return Ok(()) };
    write!(f, " error={:?}", error.condition)?;
    error.description.as_ref().map_or(Ok(()), |text| write!(f, " {:?}", text.as_str()))
}

const fn role(role: Role) -> &'static str {
    match role {
        Role::Sender => "sender",
        Role::Receiver => "receiver",
    }
}

/// An AMQP frame without its payload.
pub(super) fn performative(channel: u16, performative: &Performative<'_>, f: &mut fmt::Formatter<'_>) -> fmt::Result {
    write!(f, "{} ch={channel}", performative.name())?;
    match performative {
        Performative::Open(open) => {
            write!(f, " container-id={:?}", open.container_id.as_str())?;
            quoted("hostname", open.hostname.as_deref(), f)?;
            write!(f, " max-frame-size={} channel-max={}", open.max_frame_size, open.channel_max)?;
            field("idle-time-out", open.idle_time_out, f)
        }
        Performative::Begin(begin) => {
            field("remote-channel", begin.remote_channel, f)?;
            write!(
                f,
                " next-outgoing-id={} windows={}/{}",
                begin.next_outgoing_id, begin.incoming_window, begin.outgoing_window
            )
        }
        Performative::Attach(attach) => {
            write!(f, " name={:?} handle={} role={}", attach.name.as_str(), attach.handle, role(attach.role))?;
            quoted("source", attach.source.as_ref().and_then(|source| source.address.as_deref()), f)?;
            match &attach.target {
                Some(super::TargetTerminus::Target(target)) => quoted("target", target.address.as_deref(), f),
                Some(super::TargetTerminus::Coordinator(_)) => f.write_str(" target=(coordinator)"),
                None => Ok(()),
            }
        }
        Performative::Flow(flow) => {
            field("handle", flow.handle, f)?;
            field("delivery-count", flow.delivery_count, f)?;
            field("link-credit", flow.link_credit, f)?;
            write!(f, " windows={}/{}", flow.incoming_window, flow.outgoing_window)?;
            f.write_str(if flow.drain { " drain" } else { "" })?;
            f.write_str(if flow.echo { " echo" } else { "" })
        }
        Performative::Transfer(transfer) => {
            write!(f, " handle={}", transfer.handle)?;
            field("delivery-id", transfer.delivery_id, f)?;
            field("state", transfer.state.as_ref().map(super::DeliveryState::name), f)?;
            for (flag, name) in
                [(transfer.settled == Some(true), " settled"), (transfer.more, " more"), (transfer.aborted, " aborted")]
            {
                f.write_str(if flag { name } else { "" })?;
            }
            Ok(())
        }
        Performative::Disposition(disposition) => {
            write!(f, " role={} first={}", role(disposition.role), disposition.first)?;
            field("last", disposition.last, f)?;
            field("state", disposition.state.as_ref().map(super::DeliveryState::name), f)?;
            f.write_str(if disposition.settled { " settled" } else { "" })
        }
        Performative::Detach(detach) => {
            write!(f, " handle={}{}", detach.handle, if detach.closed { " closed" } else { "" })?;
            error(detach.error.as_ref(), f)
        }
        Performative::End(end) => error(end.error.as_ref(), f),
        Performative::Close(close) => error(close.error.as_ref(), f),
    }
}

/// A SASL frame, its secrets hidden.
pub(super) fn sasl(performative: &SaslPerformative<'_>, f: &mut fmt::Formatter<'_>) -> fmt::Result {
    f.write_str(performative.name())?;
    match performative {
        SaslPerformative::Mechanisms(mechanisms) => write!(f, " {:?}", mechanisms.sasl_server_mechanisms),
        SaslPerformative::Init(init) => {
            write!(f, " mechanism={:?}", init.mechanism)?;
            init.initial_response.as_ref().map_or(Ok(()), |secret| write!(f, " {secret:?}"))
        }
        SaslPerformative::Challenge(challenge) => write!(f, " {:?}", challenge.challenge),
        SaslPerformative::Response(response) => write!(f, " {:?}", response.response),
        SaslPerformative::Outcome(outcome) => write!(f, " {:?}", outcome.code),
    }
}
