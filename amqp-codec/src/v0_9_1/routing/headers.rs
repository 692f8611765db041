//! Headers exchange. AMQP 0-9-1 §3.1.3.4; `all-with-x` and `any-with-x` are RabbitMQ's.

use alloc::vec;
use alloc::vec::Vec;
use core::fmt;

use super::super::field_table::{FieldTable, Value};
use super::super::reply_code::ReplyCode;

/// How many arguments must match.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Default)]
pub enum XMatch {
    /// All; arguments that start with `x-` do not count.
    #[default]
    All,
    /// Any; arguments that start with `x-` do not count.
    Any,
    /// All, of whatever name.
    AllWithX,
    /// Any, of whatever name.
    AnyWithX,
}

/// A binding whose `x-match` is no string or none of the four. RabbitMQ answers 406.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct HeadersError;

impl HeadersError {
    /// What to answer on the channel: precondition-failed.
    pub const fn reply(self) -> ReplyCode {
        ReplyCode::PRECONDITION_FAILED
    }
}

impl fmt::Display for HeadersError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("x-match is none of all, any, all-with-x, any-with-x")
    }
}

impl core::error::Error for HeadersError {}

/// The arguments of a binding to a headers exchange, sorted by name.
///
/// With `n` fields in a message and `m` arguments, a match costs `n` searches among `m`.
#[derive(Clone, Debug)]
pub struct HeadersBinding {
    x_match: XMatch,
    arguments: FieldTable<'static>,
    /// Octets of names and values within the arguments, by name.
    sorted: Vec<(Vec<u8>, Value<'static>)>,
}

impl HeadersBinding {
    /// Reads the arguments of a binding.
    ///
    /// # Errors
    /// An `x-match` that is no string or none of the four words.
    pub fn new(arguments: &FieldTable<'_>) -> Result<Self, HeadersError> {
        let x_match = match arguments.get("x-match") {
            None => XMatch::All,
            Some(Value::LongString(word)) => word_of(&word)?,
            Some(Value::ShortString(word)) => word_of(word.as_bytes())?,
            Some(_) => return Err(HeadersError),
        };
        let with_x = matches!(x_match, XMatch::AllWithX | XMatch::AnyWithX);
        let mut sorted: Vec<(Vec<u8>, Value<'static>)> = arguments
            .iter()
            .filter(|field| {
                let name = field.name.as_bytes();
                name != b"x-match" && (with_x || !name.starts_with(b"x-"))
            })
            .map(|field| (field.name.as_bytes().to_vec(), field.value.owned()))
            .collect();
        sorted.sort_by(|(a, _), (b, _)| a.cmp(b));
        Ok(Self { x_match, arguments: arguments.clone().into_owned(), sorted })
    }

    /// How many arguments must match.
    pub const fn x_match(&self) -> XMatch {
        self.x_match
    }

    /// The arguments as they came.
    pub const fn arguments(&self) -> &FieldTable<'static> {
        &self.arguments
    }

    /// Whether a message with these headers matches. `all` without arguments matches everything, `any` without arguments nothing.
    pub fn matches(&self, headers: &FieldTable<'_>) -> bool {
        let any = matches!(self.x_match, XMatch::Any | XMatch::AnyWithX);
        let mut met = vec![false; self.sorted.len()];
        let mut left = self.sorted.len();
        for field in headers {
            let name = field.name.as_bytes();
            let start = self.sorted.partition_point(|(other, _)| other.as_slice() < name);
            let candidates = self.sorted.iter().zip(&mut met).skip(start);
            for ((_, wanted), met) in candidates.take_while(|((other, _), _)| other == name) {
                if *met || !same(wanted, &field.value) {
                    continue;
                }
                if any {
                    return true;
                }
                *met = true;
                left = left.saturating_sub(1);
            }
        }
        !any && left == 0
    }
}

fn word_of(word: &[u8]) -> Result<XMatch, HeadersError> {
    Ok(match word {
        b"all" => XMatch::All,
        b"any" => XMatch::Any,
        b"all-with-x" => XMatch::AllWithX,
        b"any-with-x" => XMatch::AnyWithX,
        _ => return Err(HeadersError),
    })
}

/// RabbitMQ's equality: the type tag does not count, but 1 is not 1.0. A void argument tests that the header is there.
fn same(wanted: &Value<'_>, value: &Value<'_>) -> bool {
    if matches!(wanted, Value::Void) {
        return true;
    }
    if let (Some(a), Some(b)) = (integer(wanted), integer(value)) {
        return a == b;
    }
    if let (Some(a), Some(b)) = (octets(wanted), octets(value)) {
        return a == b;
    }
    if let (Some(a), Some(b)) = (float(wanted), float(value)) {
        return a.to_bits() == b.to_bits();
    }
    wanted == value
}

fn integer(value: &Value<'_>) -> Option<i128> {
    Some(match value {
        Value::I8(value) => i128::from(*value),
        Value::U8(value) => i128::from(*value),
        Value::I16(value) => i128::from(*value),
        Value::U16(value) => i128::from(*value),
        Value::I32(value) => i128::from(*value),
        Value::U32(value) => i128::from(*value),
        Value::I64(value) => i128::from(*value),
        Value::U64(value) | Value::Timestamp(value) => i128::from(*value),
        _ => return None,
    })
}

fn octets<'v>(value: &'v Value<'_>) -> Option<&'v [u8]> {
    match value {
        Value::LongString(octets) | Value::Octets(octets) => Some(octets),
        Value::ShortString(text) => Some(text.as_bytes()),
        _ => None,
    }
}

fn float(value: &Value<'_>) -> Option<f64> {
    match value {
        Value::F32(value) => Some(f64::from(*value)),
        Value::F64(value) => Some(*value),
        _ => None,
    }
}
