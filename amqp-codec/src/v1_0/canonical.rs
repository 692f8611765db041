//! The smallest encoding of a value (AMQP 1.0 §1.6 leaves the choice to the sender).

use alloc::vec::Vec;

use bytes::{BufMut, Bytes};

use super::compound::{Elements, Items};
use super::constructor as code;
use super::encoded::{Encoded, put_element, shared_constructor};
use super::field::{Field, put_compound_head, put_list_head};
use super::value::Value;
use super::{Array, Limits};
use crate::Binary;

/// A value whose inner values are being written: what is left of it, and what stood before it in the output.
enum Open<'a> {
    Items { rest: Items<'a>, map: bool, count: usize, start: usize },
    Described { value: Option<Value<'a>> },
}

impl Encoded<'_> {
    /// The same value in its smallest encoding: shortest integers, lengths and sizes; arrays of scalars behind the smallest constructor
    /// that holds all elements. Arrays of lists, maps, arrays or described values keep their element constructor and its data.
    pub fn canonical(&self) -> Encoded<'static> {
        let mut out = Vec::with_capacity(self.as_bytes().len());
        write(self.value(), &mut out);
        Encoded::checked(Binary::Shared(Bytes::from(out)))
    }

    /// True when the value stands in its smallest encoding.
    pub fn is_canonical(&self) -> bool {
        self.canonical().as_bytes() == self.as_bytes()
    }
}

fn write(value: Value<'_>, out: &mut Vec<u8>) {
    let mut stack: Vec<Open<'_>> = Vec::new();
    let mut next = Some(value);
    loop {
        if let Some(value) = next.take() {
            match value {
                Value::List(list) if stack.len() < Limits::DEPTH => {
                    stack.push(Open::Items { rest: list.iter(), map: false, count: list.len(), start: out.len() });
                }
                Value::Map(map) if stack.len() < Limits::DEPTH => {
                    stack.push(Open::Items {
                        rest: map.items(),
                        map: true,
                        count: map.len().saturating_mul(2),
                        start: out.len(),
                    });
                }
                Value::Described(described) if stack.len() < Limits::DEPTH => {
                    out.put_u8(code::DESCRIBED);
                    stack.push(Open::Described { value: Some(described.value()) });
                    next = Some(described.descriptor());
                    continue;
                }
                Value::Array(array) => put_array(array, out),
                other => other.put(out),
            }
        }
        match stack.last_mut() {
            None => return,
            Some(Open::Items { rest, .. }) if rest.len() != 0 => next = rest.next(),
            Some(Open::Described { value }) if value.is_some() => next = value.take(),
            Some(_) => match stack.pop() {
                Some(Open::Items { map, count, start, .. }) => close(map, count, start, out),
                Some(Open::Described { .. }) | None => {}
            },
        }
    }
}

/// Puts the head of a list or map before its items, which stand at the end of the output.
fn close(map: bool, count: usize, start: usize, out: &mut Vec<u8>) {
    let len = out.len().saturating_sub(start);
    let mut head = Vec::with_capacity(9);
    match map {
        true => put_compound_head(code::MAP_8, code::MAP_32, count, len, &mut head),
        false => put_list_head(count, len, &mut head),
    }
    let items = out.split_off(start);
    out.extend_from_slice(&head);
    out.extend_from_slice(&items);
}

fn put_array(array: Array<'_>, out: &mut Vec<u8>) {
    // Elements of no width are the same, and as many as the array says: one speaks for all.
    let width = code::fixed_width(array.element_code());
    if array.is_empty() || width == Some(0) {
        return Value::Array(array).put(out);
    }
    let elements: Vec<Value<'_>> = Elements::collect(array.iter());
    match shared_constructor(&elements) {
        Some(constructor) => {
            let mut data = Vec::new();
            elements.iter().for_each(|element| put_element(constructor, *element, &mut data));
            put_compound_head(code::ARRAY_8, code::ARRAY_32, elements.len(), data.len().saturating_add(1), out);
            out.put_u8(constructor);
            out.extend_from_slice(&data);
        }
        None => Value::Array(array).put(out),
    }
}
