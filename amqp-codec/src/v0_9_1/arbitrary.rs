//! Frames that may be sent, made from a fuzzer's octets.

use alloc::format;
use alloc::string::String;
use alloc::vec::Vec;

use arbitrary::{Arbitrary, Result, Unstructured};

use super::content_header::ContentHeader;
use super::dialect::Tags;
use super::field_table::{Array, Decimal, FieldTable, Value};
use super::frame::Frame;
use super::method::Method;
use super::properties::{Properties, Property};
use super::protocol_header::ProtocolHeader;
use super::short_str::ShortStr;
use crate::Binary;

impl Frame<'static> {
    /// Some frame that may be sent to a peer that reads these tags.
    ///
    /// # Errors
    /// The octets ran out.
    pub fn arbitrary_for(tags: Tags, u: &mut Unstructured<'_>) -> Result<Self> {
        let channel = u.int_in_range(1..=u16::MAX)?;
        Ok(match u.int_in_range(0..=9_u8)? {
            0 => Self::Heartbeat,
            1 => {
                let versions = [[0, 0, 9, 1], [1, 1, 0, 9], [0, 1, 0, 0], [3, 1, 0, 0]];
                Self::ProtocolHeader(ProtocolHeader(*u.choose(&versions)?))
            }
            2 | 3 => Self::Body { channel, payload: octets(u)? },
            4..=6 => Self::Header {
                channel,
                header: ContentHeader { body_size: u.arbitrary()?, properties: properties(u, tags)? },
            },
            _ => {
                let method = Method::any(u, tags)?;
                Self::Method { channel: if method.id().class == 10 { 0 } else { channel }, method }
            }
        })
    }
}

impl<'u> Arbitrary<'u> for Frame<'static> {
    fn arbitrary(u: &mut Unstructured<'u>) -> Result<Self> {
        Self::arbitrary_for(Tags::RabbitMq, u)
    }
}

impl<'u> Arbitrary<'u> for Method<'static> {
    fn arbitrary(u: &mut Unstructured<'u>) -> Result<Self> {
        Method::any(u, Tags::RabbitMq)
    }
}

impl<'u> Arbitrary<'u> for ContentHeader<'static> {
    fn arbitrary(u: &mut Unstructured<'u>) -> Result<Self> {
        Ok(Self { body_size: u.arbitrary()?, properties: properties(u, Tags::RabbitMq)? })
    }
}

impl<'u> Arbitrary<'u> for FieldTable<'static> {
    fn arbitrary(u: &mut Unstructured<'u>) -> Result<Self> {
        table(u, Tags::RabbitMq, 3)
    }
}

/// Some octets.
pub(crate) fn octets(u: &mut Unstructured<'_>) -> Result<Binary<'static>> {
    Ok(Binary::from(u.arbitrary::<Vec<u8>>()?))
}

/// Some short string.
pub(crate) fn short_str(u: &mut Unstructured<'_>) -> Result<ShortStr<'static>> {
    let text: String = u.arbitrary()?;
    let mut len = 0_usize;
    let text: String = text
        .chars()
        .filter(|c| *c != '\0')
        .take_while(|c| {
            len = len.saturating_add(c.len_utf8());
            len <= 255
        })
        .collect();
    ShortStr::from_binary(Binary::from(text.into_bytes())).map_err(|_| arbitrary::Error::IncorrectFormat)
}

/// Some table whose names every dialect takes; nests as deep as `depth`.
pub(crate) fn table(u: &mut Unstructured<'_>, tags: Tags, depth: u8) -> Result<FieldTable<'static>> {
    let mut table = FieldTable::new(tags);
    for place in 0..u.int_in_range(0..=5_u8)? {
        let name = format!("k{place}");
        let name = ShortStr::new(&name).unwrap_or_default();
        let value = value(u, tags, depth)?;
        // A value that the dialect cannot say is left out.
        let _ = table.push(&name, &value);
    }
    Ok(table)
}

/// Some array; nests as deep as `depth`.
pub(crate) fn array(u: &mut Unstructured<'_>, tags: Tags, depth: u8) -> Result<Array<'static>> {
    let mut array = Array::new(tags);
    for _ in 0..u.int_in_range(0..=5_u8)? {
        let value = value(u, tags, depth)?;
        let _ = array.push(&value);
    }
    Ok(array)
}

fn value(u: &mut Unstructured<'_>, tags: Tags, depth: u8) -> Result<Value<'static>> {
    let inner = depth.saturating_sub(1);
    Ok(match u.int_in_range(0..=18_u8)? {
        0 => Value::Boolean(u.arbitrary()?),
        1 => Value::I8(u.arbitrary()?),
        2 => Value::U8(u.arbitrary()?),
        3 => Value::I16(u.arbitrary()?),
        4 => Value::U16(u.arbitrary()?),
        5 => Value::I32(u.arbitrary()?),
        6 => Value::U32(u.arbitrary()?),
        7 => Value::I64(u.arbitrary()?),
        8 => Value::U64(u.arbitrary()?),
        9 => Value::F32(f32::from_bits(u.arbitrary()?)),
        10 => Value::F64(f64::from_bits(u.arbitrary()?)),
        11 => Value::Decimal(Decimal { scale: u.arbitrary()?, bits: u.arbitrary()? }),
        12 => Value::ShortString(short_str(u)?),
        13 if depth > 0 => Value::Array(array(u, tags, inner)?),
        14 => Value::Timestamp(u.arbitrary()?),
        15 if depth > 0 => Value::Table(table(u, tags, inner)?),
        16 => Value::Octets(octets(u)?),
        17 => Value::Void,
        _ => Value::LongString(octets(u)?),
    })
}

fn properties(u: &mut Unstructured<'_>, tags: Tags) -> Result<Properties<'static>> {
    let mut properties = Properties::EMPTY;
    for _ in 0..u.int_in_range(0..=6_u8)? {
        let _ = properties.set(&Property::any(u, tags)?);
    }
    Ok(properties)
}
