//! Readers of values that were checked before, by format. `None` cannot come.

use core::num::{NonZeroU16, NonZeroU32};

use crate::check;
use crate::wire::{Varint, read_varint};

#[inline]
fn array<const N: usize>(rest: &mut &[u8]) -> Option<[u8; N]> {
    let (bytes, after) = rest.split_first_chunk::<N>()?;
    *rest = after;
    Some(*bytes)
}

#[inline]
pub(in crate::property) fn Flag(rest: &mut &[u8]) -> Option<bool> {
    array(rest).map(|[byte]: [u8; 1]| byte != 0)
}

#[inline]
pub(in crate::property) fn Two(rest: &mut &[u8]) -> Option<u16> {
    array(rest).map(u16::from_be_bytes)
}

#[inline]
pub(in crate::property) fn NonZeroTwo(rest: &mut &[u8]) -> Option<NonZeroU16> {
    NonZeroU16::new(Two(rest)?)
}

pub(in crate::property) use NonZeroTwo as Alias;

#[inline]
pub(in crate::property) fn Four(rest: &mut &[u8]) -> Option<u32> {
    array(rest).map(u32::from_be_bytes)
}

#[inline]
pub(in crate::property) fn NonZeroFour(rest: &mut &[u8]) -> Option<NonZeroU32> {
    NonZeroU32::new(Four(rest)?)
}

#[inline]
pub(in crate::property) fn NonZeroInteger(rest: &mut &[u8]) -> Option<NonZeroU32> {
    let Varint::Value { value, len, .. } = read_varint(rest) else { return None };
    *rest = rest.get(len..)?;
    NonZeroU32::new(value)
}

#[inline]
pub(in crate::property) fn Binary<'a>(rest: &mut &'a [u8]) -> Option<&'a [u8]> {
    let len = usize::from(Two(rest)?);
    let (bytes, after) = rest.split_at_checked(len)?;
    *rest = after;
    Some(bytes)
}

#[inline]
pub(in crate::property) fn Text<'a>(rest: &mut &'a [u8]) -> Option<&'a str> {
    check::to_str(Binary(rest)?).ok()
}

pub(in crate::property) use Text as Name;
