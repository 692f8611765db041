//! `Debug` and `Display` of containers, with a stack of their own instead of recursion.

use alloc::vec::Vec;
use core::fmt;

use super::iter::{Fields, Values};
use super::{Array, FieldTable, Value};

enum Open<'a> {
    Table(Fields<'a>),
    Array(Values<'a>),
}

/// Prints a container: `{name=value, list=[1, 2]}`.
fn print(f: &mut fmt::Formatter<'_>, root: Open<'_>) -> fmt::Result {
    let mut stack = Vec::new();
    f.write_str(opening(&root))?;
    stack.push((root, true));
    while let Some((open, first)) = stack.last_mut() {
        let value = match open {
            Open::Table(fields) => fields.next().map(|field| (Some(field.name), field.value)),
            Open::Array(values) => values.next().map(|(_, value)| (None, value)),
        };
        let Some((name, value)) = value else {
            f.write_str(if matches!(open, Open::Table(_)) { "}" } else { "]" })?;
            stack.pop();
            continue;
        };
        if !core::mem::take(first) {
            f.write_str(", ")?;
        }
        if let Some(name) = name {
            write!(f, "{name}=")?;
        }
        let inner = match value {
            Value::Table(table) => Open::Table(table.into_items()),
            Value::Array(array) => Open::Array(array.into_items()),
            plain => {
                print_plain(f, &plain)?;
                continue;
            }
        };
        f.write_str(opening(&inner))?;
        stack.push((inner, true));
    }
    Ok(())
}

const fn opening(open: &Open<'_>) -> &'static str {
    match open {
        Open::Table(_) => "{",
        Open::Array(_) => "[",
    }
}

fn print_plain(f: &mut fmt::Formatter<'_>, value: &Value<'_>) -> fmt::Result {
    match value {
        Value::Boolean(value) => write!(f, "{value}"),
        Value::I8(value) => write!(f, "{value}"),
        Value::U8(value) => write!(f, "{value}"),
        Value::I16(value) => write!(f, "{value}"),
        Value::U16(value) => write!(f, "{value}"),
        Value::I32(value) => write!(f, "{value}"),
        Value::U32(value) => write!(f, "{value}"),
        Value::I64(value) => write!(f, "{value}"),
        Value::U64(value) => write!(f, "{value}"),
        Value::F32(value) => write!(f, "{value:?}"),
        Value::F64(value) => write!(f, "{value:?}"),
        Value::Decimal(decimal) => write!(f, "{}e-{}", decimal.signed(), decimal.scale),
        Value::ShortString(text) => write!(f, "{text:?}"),
        Value::LongString(octets) => match core::str::from_utf8(octets) {
            Ok(text) => write!(f, "{text:?}"),
            Err(_) => write!(f, "{octets:?}"),
        },
        Value::Octets(octets) => write!(f, "{octets:?}"),
        Value::Timestamp(seconds) => write!(f, "@{seconds}"),
        Value::Void => f.write_str("void"),
        // Containers print with the stack above.
        Value::Array(array) => print(f, Open::Array(array.iter())),
        Value::Table(table) => print(f, Open::Table(table.iter())),
    }
}

impl fmt::Display for FieldTable<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        print(f, Open::Table(self.iter()))
    }
}

impl fmt::Debug for FieldTable<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        print(f, Open::Table(self.iter()))
    }
}

impl fmt::Display for Array<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        print(f, Open::Array(self.iter()))
    }
}

impl fmt::Debug for Array<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        print(f, Open::Array(self.iter()))
    }
}

impl fmt::Display for Value<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        print_plain(f, self)
    }
}

impl fmt::Debug for Value<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        print_plain(f, self)
    }
}
