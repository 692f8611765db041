//! The canonical binary form of a policy (SPEC §5.2).

use super::{Atom, Item, Policy};
use crate::attribute::{EPOCH_BITS, is_name, is_width, max_number};
use crate::error::{DecodeError, DecodeErrorKind};
use crate::limits::Limits;
use crate::topic::is_filter;
use crate::wire::{Reader, put_bytes16};
use alloc::vec::Vec;

const AND: u8 = 1;
const OR: u8 = 2;
const OF: u8 = 3;
const TOPIC: u8 = 0x10;
const TEXT: u8 = 0x11;
const NUMBER: u8 = 0x12;
const EPOCH: u8 = 0x13;

pub(super) fn encode(items: &[Item], out: &mut Vec<u8>) {
    // The parser and the decoder bound every count and length below 65,536.
    out.extend_from_slice(&u16::try_from(items.len()).unwrap_or(u16::MAX).to_be_bytes());
    for item in items {
        match item {
            Item::And(n) => put_gate(out, AND, &[*n]),
            Item::Or(n) => put_gate(out, OR, &[*n]),
            Item::Of(k, n) => put_gate(out, OF, &[*k, *n]),
            Item::Atom(Atom::Topic(filter)) => {
                out.push(TOPIC);
                let _fits = put_bytes16(out, filter.as_bytes());
            }
            Item::Atom(Atom::Text { name, value }) => {
                out.push(TEXT);
                let _fits = put_bytes16(out, name.as_bytes()).and(put_bytes16(out, value.as_bytes()));
            }
            Item::Atom(Atom::Number { name, bits, lo, hi }) => {
                out.push(NUMBER);
                let _fits = put_bytes16(out, name.as_bytes());
                out.push(*bits);
                out.extend_from_slice(&lo.to_be_bytes());
                out.extend_from_slice(&hi.to_be_bytes());
            }
            Item::Atom(Atom::Epoch { lo, hi }) => {
                out.push(EPOCH);
                out.extend_from_slice(&lo.to_be_bytes());
                out.extend_from_slice(&hi.to_be_bytes());
            }
        }
    }
}

fn put_gate(out: &mut Vec<u8>, tag: u8, counts: &[u16]) {
    out.push(tag);
    counts.iter().for_each(|count| out.extend_from_slice(&count.to_be_bytes()));
}

pub(super) fn decode(input: &[u8], limits: &Limits) -> Result<Policy, DecodeError> {
    let mut reader = Reader::new(input);
    let count = usize::from(reader.u16()?);
    // An item has at least three bytes; a tree of n leaves has fewer than n gates.
    if count.saturating_mul(3) > reader.remaining() || count > limits.max_key_leaves.saturating_mul(2) {
        return Err(Reader::error_at(0, DecodeErrorKind::LimitExceeded));
    }
    let mut items = Vec::with_capacity(count);
    for _ in 0..count {
        items.push(item(&mut reader)?);
    }
    reader.finish()?;
    let policy = Policy { items };
    if policy.leaf_count() > limits.max_key_leaves {
        return Err(Reader::error_at(0, DecodeErrorKind::LimitExceeded));
    }
    if !check_tree(&policy.items, limits) {
        return Err(Reader::error_at(0, DecodeErrorKind::BadPolicy));
    }
    Ok(policy)
}

fn item(reader: &mut Reader<'_>) -> Result<Item, DecodeError> {
    let at = reader.offset();
    let (item, valid, kind) = match reader.u8()? {
        AND => gate(reader, Item::And)?,
        OR => gate(reader, Item::Or)?,
        OF => {
            let (k, n) = (reader.u16()?, reader.u16()?);
            // 1 of n is written as `or`, n of n as `and`.
            (Item::Of(k, n), k > 1 && k < n, DecodeErrorKind::BadPolicy)
        }
        TOPIC => {
            let filter = reader.text16()?;
            (Item::Atom(Atom::Topic(filter.into())), is_filter(filter), DecodeErrorKind::BadFilter)
        }
        TEXT => {
            let (name, value) = (reader.text16()?, reader.text16()?);
            let atom = Atom::Text { name: name.into(), value: value.into() };
            (Item::Atom(atom), is_name(name) && value.len() <= 1024, DecodeErrorKind::BadLabel)
        }
        NUMBER => {
            let (name, bits, lo, hi) = (reader.text16()?, reader.u8()?, reader.u64()?, reader.u64()?);
            let valid = is_name(name) && is_width(bits) && lo <= hi && hi <= max_number(bits);
            (Item::Atom(Atom::Number { name: name.into(), bits, lo, hi }), valid, DecodeErrorKind::BadLabel)
        }
        EPOCH => {
            let (lo, hi) = (reader.u64()?, reader.u64()?);
            (Item::Atom(Atom::Epoch { lo, hi }), lo <= hi && hi <= max_number(EPOCH_BITS), DecodeErrorKind::BadLabel)
        }
        _ => return Err(Reader::error_at(at, DecodeErrorKind::BadPolicy)),
    };
    if valid { Ok(item) } else { Err(Reader::error_at(at, kind)) }
}

fn gate(reader: &mut Reader<'_>, make: fn(u16) -> Item) -> Result<(Item, bool, DecodeErrorKind), DecodeError> {
    let n = reader.u16()?;
    Ok((make(n), n >= 2, DecodeErrorKind::BadPolicy))
}

/// Is it exactly one tree, not too deep?
pub(super) fn check_tree(items: &[Item], limits: &Limits) -> bool {
    // Children still owed at each open gate.
    let mut open: Vec<u16> = Vec::new();
    let mut done = false;
    for item in items {
        if done {
            return false;
        }
        match item {
            Item::And(n) | Item::Or(n) | Item::Of(_, n) => {
                open.push(*n);
                if open.len() > limits.max_policy_depth {
                    return false;
                }
            }
            Item::Atom(_) => {
                while let Some(left) = open.pop() {
                    if left > 1 {
                        open.push(left.saturating_sub(1));
                        break;
                    }
                }
                done = open.is_empty();
            }
        }
    }
    done
}
