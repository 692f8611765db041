//! Map keys must differ (AMQP 1.0 §1.6.23): told apart by fingerprints, and compared in full where these agree.

use super::DecodeErrorKind as Kind;
use super::constructor as code;
use super::raw::{Raw, read};
use super::value::Value;
use super::wire::{Fault, Parsed, widen};

/// The pairs up to which every key of a map is compared with every other.
const MAX_COMPARED: usize = 64;

/// The pairs whose fingerprints fit a few registers.
pub(crate) const FEW: usize = 8;

/// Notes the fingerprint of the key at `index`, a code and what follows it; false when an earlier key has the same.
#[inline(always)]
pub(crate) fn is_new<const N: usize>(code: u8, body: &[u8], index: usize, prints: &mut [u64; N]) -> bool {
    let print = fingerprint(code, body);
    let Some((seen, slots)) = prints.split_at_mut_checked(index) else { return true };
    if let Some(slot) = slots.first_mut() {
        *slot = print;
    }
    !seen.contains(&print)
}

/// `[types:primitive-type-definitions/map.u1]` AMQP 1.0 §1.6.23: "A map in which there exist two identical key values is invalid."
///
/// Keys are equal when type and value are, whatever their width; keys that hold other values, when their octets are. Larger maps than
/// [`MAX_COMPARED`] are not compared: the work would be quadratic.
pub(crate) fn distinct(count: u32, items: &[u8]) -> Parsed<()> {
    match widen(count) / 2 {
        0 | 1 => Ok(()),
        2..=FEW => compare::<FEW>(items),
        _ if widen(count) / 2 <= MAX_COMPARED => compare::<MAX_COMPARED>(items),
        _ => Ok(()),
    }
}

/// Compares the keys of a map of at most `N` pairs by a fingerprint first.
fn compare<const N: usize>(items: &[u8]) -> Parsed<()> {
    let mut prints = [0u64; N];
    let mut rest = items;
    for index in 0..N {
        let at = rest;
        let Some(key) = Raw::split(&mut rest) else { break };
        let code = key.constructor().first().copied().unwrap_or(code::NULL);
        if !is_new(code, key.body(), index, &mut prints) && earlier(items, index, at) {
            return Err(Fault::new(Kind::DuplicateKey, at));
        }
        if Raw::split(&mut rest).is_none() {
            break;
        }
    }
    Ok(())
}

/// True when one of the first `count` keys equals the one at the head of `at`.
#[cold]
pub(crate) fn earlier(items: &[u8], count: usize, mut at: &[u8]) -> bool {
    let Some(key) = Raw::split(&mut at) else { return false };
    let mut rest = items;
    (0..count).any(|_| {
        let same = Raw::split(&mut rest).is_some_and(|other| other.value() == key.value());
        Raw::split(&mut rest);
        same
    })
}

/// Equal keys have equal fingerprints.
#[inline]
fn fingerprint(code: u8, body: &[u8]) -> u64 {
    match (code, body) {
        (code::BINARY_8 | code::STRING_8 | code::SYMBOL_8, [_, octets @ ..])
        | (code::BINARY_32 | code::STRING_32 | code::SYMBOL_32, [_, _, _, _, octets @ ..]) => {
            let len = u64::try_from(octets.len()).unwrap_or(u64::MAX);
            edges(octets) ^ len.rotate_left(48) ^ u64::from(code & 15).rotate_left(60)
        }
        _ => other_fingerprint(code, body),
    }
}

fn other_fingerprint(code: u8, body: &[u8]) -> u64 {
    match read(code, &mut { body }) {
        // The descriptor stands before the octets that are compared here.
        None => 1,
        Some(Value::Uint(number)) => u64::from(number) ^ 0x0500_0000_0000_0000,
        Some(Value::Ulong(number)) => number ^ 0x0600_0000_0000_0000,
        Some(Value::Int(number)) => u64::from(number.cast_unsigned()) ^ 0x0700_0000_0000_0000,
        Some(Value::Long(number)) => number.cast_unsigned() ^ 0x0800_0000_0000_0000,
        Some(Value::Boolean(truth)) => u64::from(truth) ^ 0x0900_0000_0000_0000,
        Some(other) => u64::from(other.kind_code()) ^ edges(body),
    }
}

/// The first octets and the last.
#[inline]
fn edges(octets: &[u8]) -> u64 {
    if let (Some(first), Some(last)) = (octets.first_chunk(), octets.last_chunk()) {
        return u64::from_le_bytes(*first) ^ u64::from_le_bytes(*last).rotate_left(23);
    }
    if let (Some(first), Some(last)) = (octets.first_chunk(), octets.last_chunk()) {
        return u64::from(u32::from_le_bytes(*first)) | u64::from(u32::from_le_bytes(*last)).rotate_left(32);
    }
    octets.iter().fold(0, |all, &octet| all.wrapping_shl(8) | u64::from(octet))
}
