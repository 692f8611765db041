//! Writing options from parts.

use super::{OptionRef, Options};
use crate::error::EncodeError;
use crate::wire::{self, Put};

/// What parts take in a message.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Measure {
    pub(crate) len: usize,
    pub(crate) is_sorted: bool,
}

/// A number of bytes that parts do not exceed; `None` if one of them may be longer than an option can be.
#[inline]
pub(super) fn bound(items: &[OptionRef<'_>]) -> Option<u64> {
    items.iter().try_fold(0, |sum: u64, item| {
        let len = u16::try_from(item.value.len()).ok()?;
        Some(sum.wrapping_add(u64::from(len)).wrapping_add(wire::MAX_OPTION_HEADER_LEN))
    })
}

/// Measures parts in one pass, if they are in order.
#[inline]
pub(super) fn measure(items: &[OptionRef<'_>]) -> Result<Measure, EncodeError> {
    let mut len: usize = 0;
    let mut last: u16 = 0;
    for item in items {
        if item.value.len() > wire::MAX_OPTION_LEN {
            return Err(EncodeError::OptionTooLong);
        }
        let Some(delta) = item.number.0.checked_sub(last) else { return measure_unsorted(items) };
        let header = wire::option_header_len(delta, item.value.len());
        len = len.wrapping_add(header).wrapping_add(item.value.len());
        last = item.number.0;
    }
    Ok(Measure { len, is_sorted: true })
}

#[cold]
fn measure_unsorted(items: &[OptionRef<'_>]) -> Result<Measure, EncodeError> {
    let mut measure = Measure { len: 0, is_sorted: false };
    let mut last: u16 = 0;
    for item in &Options::from_slice(items) {
        if item.value.len() > wire::MAX_OPTION_LEN {
            return Err(EncodeError::OptionTooLong);
        }
        let header = wire::option_header_len(item.number.0.wrapping_sub(last), item.value.len());
        measure.len = measure.len.wrapping_add(header).wrapping_add(item.value.len());
        last = item.number.0;
    }
    Ok(measure)
}

/// Appends parts up to the first that is out of order; false if there is one.
#[inline]
pub(super) fn put_sorted(items: &[OptionRef<'_>], out: &mut impl Put) -> bool {
    let mut last: u16 = 0;
    for item in items {
        let Some(delta) = item.number.0.checked_sub(last) else { return false };
        wire::put_option(delta, item.value, out);
        last = item.number.0;
    }
    true
}

#[cold]
pub(super) fn put_unsorted(options: &Options<'_>, out: &mut impl Put) {
    let mut last: u16 = 0;
    for item in options {
        wire::put_option(item.number.0.wrapping_sub(last), item.value, out);
        last = item.number.0;
    }
}
