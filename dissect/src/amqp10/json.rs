//! AMQP 1.0 values as JSON. Composites are read from the wire, so that a field is shown if and only if its sender sent it.

use amqp_codec::v1_0::{Described, Encoded, Limits, Value as Amqp, descriptor};
use serde_json::{Value, json};

use crate::fields;
use crate::protocol::{Detail, Fields};

/// How deeply values are shown; the decoder's limit is below.
const DEPTH: usize = 40;

/// A value of any type.
pub(super) fn value(value: Amqp<'_>) -> Value {
    nested(value, DEPTH)
}

fn nested(value: Amqp<'_>, depth: usize) -> Value {
    let Some(depth) = depth.checked_sub(1) else { return Value::String("…".into()) };
    match value {
        Amqp::Null => Value::Null,
        Amqp::Boolean(truth) => json!(truth),
        Amqp::Ubyte(number) => json!(number),
        Amqp::Ushort(number) => json!(number),
        Amqp::Uint(number) => json!(number),
        Amqp::Ulong(number) => json!(number),
        Amqp::Byte(number) => json!(number),
        Amqp::Short(number) => json!(number),
        Amqp::Int(number) => json!(number),
        Amqp::Long(number) | Amqp::Timestamp(number) => json!(number),
        Amqp::Float(number) if number.is_finite() => json!(number),
        Amqp::Double(number) if number.is_finite() => json!(number),
        Amqp::Float(number) => json!(number.to_string()),
        Amqp::Double(number) => json!(number.to_string()),
        Amqp::Decimal32(octets) => fields::binary(&octets),
        Amqp::Decimal64(octets) => fields::binary(&octets),
        Amqp::Decimal128(octets) => fields::binary(&octets),
        Amqp::Char(character) => json!(character.to_string()),
        Amqp::Uuid(octets) => json!(amqp_codec::v1_0::Uuid(octets).to_string()),
        Amqp::Binary(octets) => fields::binary(octets),
        Amqp::String(text) => json!(text.as_str()),
        Amqp::Symbol(text) => json!(text.as_str()),
        Amqp::List(list) => list.iter().map(|item| nested(item, depth)).collect(),
        Amqp::Array(array) => array.iter().map(|element| nested(element, depth)).collect(),
        Amqp::Map(pairs) => map(pairs.iter(), depth),
        Amqp::Described(inner) => described(inner, depth),
    }
}

/// An object when all keys are text, else a list of pairs.
fn map<'a>(pairs: impl Iterator<Item = (Amqp<'a>, Amqp<'a>)> + Clone, depth: usize) -> Value {
    let named: Option<Fields> =
        pairs.clone().map(|(key, value)| key.as_str().map(|key| (key.to_owned(), nested(value, depth)))).collect();
    // A string and a symbol may spell the same name: such a map stays a list.
    match named {
        Some(named) if named.len() == pairs.clone().count() => Value::Object(named),
        _ => pairs.map(|(key, value)| json!([nested(key, depth), nested(value, depth)])).collect(),
    }
}

/// A composite of the specification by its fields, with its `type`; another described value by descriptor and value.
fn described(described: Described<'_>, depth: usize) -> Value {
    match (code(&described), described.value()) {
        (Some(code), Amqp::List(_)) => {
            let mut all = Fields::new();
            all.insert("type".into(), json!(name(code)));
            composite(code, described, depth, &mut all);
            Value::Object(all)
        }
        (_, inner) => json!({"descriptor": nested(described.descriptor(), depth), "value": nested(inner, depth)}),
    }
}

/// The specification's code for a descriptor of any spelling.
pub(super) fn code(described: &Described<'_>) -> Option<u8> {
    match described.descriptor() {
        Amqp::Ulong(number) => u8::try_from(number).ok().filter(|code| descriptor::name(*code).is_some()),
        Amqp::Symbol(name) => descriptor::code(name.as_bytes()),
        _ => None,
    }
}

/// `amqp:transactional-state:list` without prefix and suffix.
pub(super) fn name(code: u8) -> &'static str {
    let name = descriptor::name(code).unwrap_or_default();
    name.split(':').nth(1).unwrap_or(name)
}

/// The fields of a composite that are not null.
pub(super) fn composite_fields(code: u8, described: Described<'_>, all: &mut Fields) {
    composite(code, described, DEPTH, all);
}

fn composite(code: u8, described: Described<'_>, depth: usize, all: &mut Fields) {
    let Amqp::List(list) = described.value() else { return };
    for (field, item) in descriptor::fields(code).iter().zip(list.iter()) {
        if item == Amqp::Null {
            continue;
        }
        let key = field.replace('-', "_");
        let shown = match (code, *field, item) {
            (
                descriptor::SASL_INIT..=descriptor::SASL_OUTCOME,
                "initial-response" | "challenge" | "response" | "additional-data",
                Amqp::Binary(octets),
            ) => fields::redacted(octets.len()),
            // A `multiple` field is a list, however many there are.
            (_, "sasl-server-mechanisms" | "outcomes", Amqp::Symbol(_)) => json!([nested(item, depth)]),
            (_, name, Amqp::Symbol(_)) if name.ends_with("capabilities") || name.ends_with("locales") => {
                json!([nested(item, depth)])
            }
            _ => nested(item, depth),
        };
        let choice = choice(code, field, item);
        all.insert(key.clone(), shown);
        if let Some(choice) = choice {
            all.insert(format!("{key}_name"), json!(choice));
        }
    }
}

/// The name of a number or flag that stands for a choice.
fn choice(code: u8, field: &str, item: Amqp<'_>) -> Option<&'static str> {
    Some(match (field, item) {
        ("role", Amqp::Boolean(false)) => "sender",
        ("role", Amqp::Boolean(true)) => "receiver",
        ("snd-settle-mode", Amqp::Ubyte(0)) => "unsettled",
        ("snd-settle-mode", Amqp::Ubyte(1)) => "settled",
        ("snd-settle-mode", Amqp::Ubyte(2)) => "mixed",
        ("rcv-settle-mode", Amqp::Ubyte(0)) => "first",
        ("rcv-settle-mode", Amqp::Ubyte(1)) => "second",
        ("durable", Amqp::Uint(0)) => "none",
        ("durable", Amqp::Uint(1)) => "configuration",
        ("durable", Amqp::Uint(2)) => "unsettled-state",
        ("code", Amqp::Ubyte(number)) if code == descriptor::SASL_OUTCOME => {
            *["ok", "auth", "sys", "sys-perm", "sys-temp"].get(usize::from(number))?
        }
        _ => return None,
    })
}

/// The sections of a message that was decoded already.
pub(super) fn sections(mut rest: &[u8], limits: &Limits, detail: Detail) -> Fields {
    let mut all = Fields::new();
    while let Ok(section) = Encoded::decode(&mut rest, limits) {
        let Amqp::Described(inner) = section.value() else { break };
        let Some(code) = code(&inner) else { break };
        let key = name(code).replace('-', "_");
        let shown = section_value(code, inner, detail);
        match all.get_mut(&key) {
            Some(Value::Array(several)) if matches!(code, descriptor::DATA | descriptor::AMQP_SEQUENCE) => {
                several.push(shown)
            }
            _ if matches!(code, descriptor::DATA | descriptor::AMQP_SEQUENCE) => drop(all.insert(key, json!([shown]))),
            _ => drop(all.insert(key, shown)),
        }
    }
    all
}

/// What one section says.
pub(super) fn section_value(code: u8, inner: Described<'_>, detail: Detail) -> Value {
    match (code, inner.value()) {
        (descriptor::HEADER | descriptor::PROPERTIES, _) => {
            let mut all = Fields::new();
            composite_fields(code, inner, &mut all);
            Value::Object(all)
        }
        (descriptor::DATA, Amqp::Binary(octets)) => fields::payload(octets, detail),
        (_, inner) => value(inner),
    }
}
