//! Arguments, properties and tables as JSON.

use amqp_codec::v0_9_1::{Argument, Array, FieldTable, Property, Value as Field};
use serde_json::{Value, json};

use crate::fields;
use crate::protocol::Fields;

/// An argument of a method.
pub(super) fn argument(argument: Argument<'_>) -> Value {
    match argument {
        Argument::Bit(bit) => json!(bit),
        Argument::Octet(value) => json!(value),
        Argument::Short(value) => json!(value),
        Argument::Long(value) => json!(value),
        Argument::LongLong(value) => json!(value),
        Argument::ReplyCode(code) => json!(code.0),
        Argument::ShortStr(text) => json!(text.as_str()),
        Argument::LongStr(octets) => text_or_hex(octets),
        Argument::Sensitive(secret) => fields::redacted(secret.0.len()),
        Argument::Table(fields) => table(fields).into(),
        other => json!(other.to_string()),
    }
}

/// A property of a message.
pub(super) fn property(property: &Property<'_>) -> Value {
    match property {
        Property::Headers(headers) => table(headers).into(),
        Property::DeliveryMode(octet) | Property::Priority(octet) => json!(octet),
        Property::Timestamp(seconds) => json!(seconds),
        Property::ContentType(text)
        | Property::ContentEncoding(text)
        | Property::CorrelationId(text)
        | Property::ReplyTo(text)
        | Property::Expiration(text)
        | Property::MessageId(text)
        | Property::Type(text)
        | Property::UserId(text)
        | Property::AppId(text)
        | Property::ClusterId(text) => json!(text.as_str()),
    }
}

/// A table as an object. A name that comes again is followed by its place, so that nothing is lost.
pub(super) fn table(table: &FieldTable<'_>) -> Fields {
    let mut fields = Fields::new();
    for (place, field) in table.iter().enumerate() {
        let mut name = field.name.as_str().to_owned();
        if fields.contains_key(&name) {
            name = format!("{name} #{place}");
        }
        fields.insert(name, value(&field.value));
    }
    fields
}

fn array(array: &Array<'_>) -> Value {
    array.iter().map(|(_, item)| value(&item)).collect()
}

/// A value. The codec bounds the nesting, so this may recurse.
fn value(field: &Field<'_>) -> Value {
    match field {
        Field::Boolean(value) => json!(value),
        Field::I8(value) => json!(value),
        Field::U8(value) => json!(value),
        Field::I16(value) => json!(value),
        Field::U16(value) => json!(value),
        Field::I32(value) => json!(value),
        Field::U32(value) => json!(value),
        Field::I64(value) => json!(value),
        Field::U64(value) => json!(value),
        Field::F32(value) => float(f64::from(*value)),
        Field::F64(value) => float(*value),
        Field::Decimal(decimal) => json!({"scale": decimal.scale, "value": decimal.signed()}),
        Field::ShortString(text) => json!(text.as_str()),
        Field::LongString(octets) => text_or_hex(octets),
        Field::Array(items) => array(items),
        Field::Timestamp(seconds) => json!(seconds),
        Field::Table(fields) => table(fields).into(),
        Field::Void => Value::Null,
        Field::Octets(octets) => fields::binary(octets),
    }
}

/// JSON has no NaN and no infinity.
fn float(value: f64) -> Value {
    if value.is_finite() { json!(value) } else { json!(value.to_string()) }
}

/// Long strings are octets; most of them are text.
fn text_or_hex(octets: &[u8]) -> Value {
    match core::str::from_utf8(octets) {
        Ok(text) => json!(text),
        Err(_) => fields::binary(octets),
    }
}
