//! `amqp_codec::v1_0` against serde_amqp with fe2o3-amqp-types: what we accept, they accept, and read as the same.
//!
//! What they read is written by them and read by us again: both must be equal in the smallest encoding, so that types count and the choice of
//! encodings does not. They accept much that we refuse (octets left in lists, fields too many, duplicate keys, sections out of order
//! or twice): only what we accept is compared. [`AMQP10_DIFFERENCES`] lists what is not compared, and why.

use amqp_codec::v1_0::{Decoder, Encoded, Frame, Limits, Message, Performative, Value};
use fe2o3_amqp_types::messaging::Body;
use fe2o3_amqp_types::messaging::message::__private::{Deserializable, Serializable};
use serde_amqp::{from_slice, to_vec};

type TheirMessage = fe2o3_amqp_types::messaging::Message<Body<serde_amqp::Value>>;

/// A difference from serde_amqp that is no fault of ours.
#[derive(Debug)]
pub struct Amqp10Difference {
    /// The paragraph of the specification.
    pub section: &'static str,
    /// What they do.
    pub reason: &'static str,
    /// A value, or a frame, in hexadecimal that shows it.
    pub example: &'static str,
    /// Whether a value, without those it holds, is such a case.
    applies: fn(&Value<'_>) -> bool,
}

/// The values that are not compared, nor what holds them.
pub const AMQP10_DIFFERENCES: &[Amqp10Difference] = &[
    Amqp10Difference {
        section: "§1.6.24",
        reason: "arrays whose elements take no octets are refused",
        example: "e0020340",
        applies: |value| matches!(value, Value::Array(array) if matches!(array.element_code(), 0x40..=0x45)),
    },
    Amqp10Difference {
        section: "§1.6.24",
        reason: "empty arrays are written without the constructor of their elements",
        example: "e0020071",
        applies: |value| matches!(value, Value::Array(array) if array.is_empty()),
    },
    Amqp10Difference {
        section: "§1.6.24",
        reason: "arrays of lists, maps, arrays or described values are refused, or written with another size of their elements",
        example: "e00602c001000100",
        applies: |value| {
            matches!(value, Value::Array(array)
                if matches!(array.iter().next(), Some(Value::List(_) | Value::Map(_) | Value::Array(_) | Value::Described(_))))
        },
    },
    Amqp10Difference {
        section: "§1.6.23",
        reason: "what follows a key that is a timestamp or holds values is written as if it belonged to the key, or not at all; keys that hold \
                 values are the same if these are, to us if their octets are",
        example: "c10702e00301500145",
        applies: |value| {
            matches!(value, Value::Map(map) if map.iter().any(|(key, _)| {
                matches!(key, Value::Timestamp(_) | Value::List(_) | Value::Map(_) | Value::Array(_) | Value::Described(_))
            }))
        },
    },
    Amqp10Difference {
        section: "§1.6.20",
        reason: "strings in arrays are written with their length in characters, not octets",
        example: "e00501a102c3a9",
        applies: |value| {
            matches!(value, Value::Array(array)
                if array.iter().any(|item| matches!(item, Value::String(text) if !text.as_str().is_ascii())))
        },
    },
    Amqp10Difference {
        section: "§1.2",
        reason: "descriptors that are neither a ulong nor a symbol are refused, though they are only reserved",
        example: "004040",
        applies: |value| {
            matches!(value, Value::Described(described)
                if !matches!(described.descriptor(), Value::Ulong(_) | Value::Symbol(_)))
        },
    },
    Amqp10Difference {
        section: "§3.5.3",
        reason: "distribution modes other than move and copy are refused",
        example: "0000002402000000005312c01706a1016143414040005328c00a07404040404040a30178",
        applies: |value| {
            is_described(value, 0x28, "amqp:source:list")
                && matches!(field(value, 6), Some(Value::Symbol(mode)) if !matches!(mode.as_str(), "move" | "copy"))
        },
    },
    Amqp10Difference {
        section: "§2.7.5",
        reason: "delivery states and outcomes that the specification does not define are refused",
        example: "0000001702000000005315c00a054143404000a3017845",
        applies: |value| {
            [(0x14, "amqp:transfer:list", 7), (0x15, "amqp:disposition:list", 4), (0x28, "amqp:source:list", 8)]
                .iter()
                .any(|&(code, name, place)| {
                    is_described(value, code, name) && field(value, place).is_some_and(|state| !is_known_state(&state))
                })
                || (is_described(value, 0x12, "amqp:attach:list")
                    && matches!(field(value, 7), Some(Value::Map(map))
                        if map.iter().any(|(_, state)| !is_known_state(&state))))
                || (is_described(value, 0x34, "amqp:transactional-state:list")
                    && field(value, 1).is_some_and(|state| !is_known_state(&state)))
        },
    },
];

fn is_described(value: &Value<'_>, code: u64, name: &str) -> bool {
    matches!(value, Value::Described(described) if match described.descriptor() {
        Value::Ulong(found) => found == code,
        Value::Symbol(found) => found.as_str() == name,
        _ => false,
    })
}

/// A field of a composite value.
fn field<'a>(value: &Value<'a>, place: usize) -> Option<Value<'a>> {
    match value {
        Value::Described(described) => match described.value() {
            Value::List(list) => list.iter().nth(place),
            _ => None,
        },
        _ => None,
    }
}

fn is_known_state(value: &Value<'_>) -> bool {
    matches!(value, Value::Null)
        || [
            (0x23, "amqp:received:list"),
            (0x24, "amqp:accepted:list"),
            (0x25, "amqp:rejected:list"),
            (0x26, "amqp:released:list"),
            (0x27, "amqp:modified:list"),
            (0x33, "amqp:declared:list"),
            (0x34, "amqp:transactional-state:list"),
        ]
        .iter()
        .any(|&(code, name)| is_described(value, code, name))
}

/// Whether the value or one that it holds is among the differences.
fn is_excused(value: &Value<'_>) -> bool {
    if AMQP10_DIFFERENCES.iter().any(|row| (row.applies)(value)) {
        return true;
    }
    match value {
        Value::List(list) => list.iter().any(|value| is_excused(&value)),
        Value::Map(map) => map.iter().any(|(key, value)| is_excused(&key) || is_excused(&value)),
        Value::Array(array) => array.iter().any(|value| is_excused(&value)),
        Value::Described(described) => is_excused(&described.descriptor()) || is_excused(&described.value()),
        _ => false,
    }
}

/// They recurse: a few hundred levels end their stack.
fn limits() -> Limits {
    Limits { max_depth: 32, ..Limits::default() }
}

fn hex(octets: &[u8]) -> String {
    octets.iter().map(|octet| format!("{octet:02x}")).collect()
}

/// The value at the front of the octets, as they read and write it.
fn value(ours: &Encoded<'_>) -> Result<(), String> {
    let theirs: serde_amqp::Value = from_slice(ours.as_bytes())
        .map_err(|error| format!("{}: they refuse {ours}: {error}", hex(ours.as_bytes())))?;
    let written = to_vec(&theirs).map_err(|error| format!("they cannot write {ours}: {error}"))?;
    let again = Encoded::decode(&mut written.as_slice(), &limits())
        .map_err(|error| format!("{}: we refuse what they write of {ours}: {error}", hex(&written)))?;
    if again.canonical() != ours.canonical() {
        return Err(format!("{} is {ours} to us and {again} to them", hex(ours.as_bytes())));
    }
    Ok(())
}

/// Whether they are equal, or would be but for the encoding of values within lists and maps: those are equal if their octets are, and they
/// write binary of 255 octets the long way.
fn is_same<T: PartialEq + core::fmt::Debug>(one: &T, other: &T) -> bool {
    one == other || format!("{one:?}") == format!("{other:?}")
}

/// A frame without its payload, as they read and write it.
fn frame(body: &[u8], performative: &Performative<'_>) -> Result<(), String> {
    let theirs: fe2o3_amqp_types::performatives::Performative =
        from_slice(body).map_err(|error| format!("{}: they refuse {performative:?}: {error}", hex(body)))?;
    let written = to_vec(&theirs).map_err(|error| format!("they cannot write {performative:?}: {error}"))?;
    let size = u32::try_from(written.len().saturating_add(8)).unwrap_or(u32::MAX).to_be_bytes();
    let wire = [&size[..], &[2, 0, 0, 0], &written].concat();
    match Decoder::established(None, limits()).decode(&mut wire.as_slice()).as_ref().map(Option::as_deref) {
        Ok(Some(Frame::Amqp { performative: again, .. })) if is_same(again, performative) => Ok(()),
        other => Err(format!("{}: {performative:?} is {other:?} to them", hex(body))),
    }
}

fn message(octets: &[u8], ours: &Message<'_>) -> Result<(), String> {
    let theirs: Deserializable<TheirMessage> =
        from_slice(octets).map_err(|error| format!("{}: they refuse {ours:?}: {error}", hex(octets)))?;
    let written = to_vec(&Serializable(&theirs.0)).map_err(|error| format!("they cannot write {ours:?}: {error}"))?;
    match Message::decode(&written, &limits()) {
        Ok(again) if is_same(&*again, ours) => Ok(()),
        other => Err(format!("{}: {ours:?} is {other:?} to them", hex(octets))),
    }
}

/// Compares the value at the front of the octets, and the frame there with its message.
fn compare(data: &[u8], is_skipped: fn(&Value<'_>) -> bool) -> Result<(), String> {
    match Encoded::decode(&mut { data }, &limits()) {
        Ok(ours) if !is_skipped(&ours.value()) => value(&ours)?,
        _ => {}
    }
    let mut rest = data;
    let decoded = Decoder::established(None, limits()).decode(&mut rest);
    let Ok(Some(Frame::Amqp { channel: 0, performative, payload })) = decoded.as_ref().map(Option::as_deref) else {
        return Ok(());
    };
    let used = data.len().saturating_sub(rest.len()).saturating_sub(payload.len());
    // AMQP 1.0 §2.3.1: the data offset counts words of four octets; an extended header may stand before the body.
    let offset = data.get(4).map_or(0, |&words| usize::from(words).saturating_mul(4));
    let body = data.get(offset..used).unwrap_or_default();
    match Encoded::decode(&mut { body }, &limits()) {
        Ok(whole) if whole.as_bytes().len() == body.len() && !is_skipped(&whole.value()) => frame(body, performative)?,
        _ => {}
    }
    let mut sections = &payload[..];
    let mut skipped = payload.is_empty();
    while let Ok(section) = Encoded::decode(&mut sections, &limits()) {
        skipped |= is_skipped(&section.value());
    }
    match Message::decode(payload, &limits()) {
        Ok(ours) if !skipped => message(payload, &ours),
        _ => Ok(()),
    }
}

/// Compares all, whether among the differences or not. Says what they do otherwise.
///
/// # Errors
/// The difference.
pub fn amqp10_compare(data: &[u8]) -> Result<(), String> {
    compare(data, |_| false)
}

/// Compares what is not among the differences.
///
/// # Panics
/// At a difference.
pub fn amqp10_differential(data: &[u8]) {
    compare(data, is_excused).unwrap_or_else(|difference| panic!("{difference}"));
}
