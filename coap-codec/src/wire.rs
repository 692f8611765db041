//! The option walk and the option header, written once (RFC 7252 §3.1).

use bytes::BufMut;

use crate::error::{DecodeError, DecodeErrorKind};

/// Where bytes go: any [`BufMut`], or a window on a message that is written in pieces.
pub(crate) trait Put {
    fn append(&mut self, bytes: &[u8]);

    /// Appends the header of an option, then its value.
    #[inline]
    fn append_option<const N: usize>(&mut self, header: [u8; N], value: &[u8]) {
        // Half of all values have one byte: it goes with its header.
        if let ([header], [byte]) = (header.as_slice(), value) {
            return self.append(&[*header, *byte]);
        }
        self.append(&header);
        self.append(value);
    }
}

impl<B: BufMut> Put for B {
    #[inline]
    fn append(&mut self, bytes: &[u8]) {
        self.put_slice(bytes);
    }
}

/// The rest of a slice that is known to be long enough.
pub(crate) struct Slice<'o>(pub(crate) &'o mut [u8]);

impl Put for Slice<'_> {
    #[inline(always)]
    fn append(&mut self, bytes: &[u8]) {
        if let Some((to, rest)) = core::mem::take(&mut self.0).split_at_mut_checked(bytes.len()) {
            copy(to, bytes);
            self.0 = rest;
        }
    }

    #[inline(always)]
    fn append_option<const N: usize>(&mut self, header: [u8; N], value: &[u8]) {
        if let Some((first, rest)) = core::mem::take(&mut self.0).split_first_chunk_mut()
            && let Some((to, rest)) = rest.split_at_mut_checked(value.len())
        {
            *first = header;
            copy(to, value);
            self.0 = rest;
        }
    }
}

/// Copies between slices of the same length. Up to 16 bytes take two moves that may overlap, which cost less than the call of a function.
#[inline(always)]
fn copy(to: &mut [u8], from: &[u8]) {
    if from.len() > 16 {
        return to.copy_from_slice(from);
    }
    if !copy_ends::<8>(to, from) && !copy_ends::<4>(to, from) && !copy_ends::<2>(to, from) {
        to.iter_mut().zip(from).take(1).for_each(|(to, from)| *to = *from);
    }
}

/// Copies the first and the last `N` bytes; false if there are less than that.
#[inline(always)]
fn copy_ends<const N: usize>(to: &mut [u8], from: &[u8]) -> bool {
    let (Some(first), Some(last)) = (from.first_chunk::<N>(), from.last_chunk::<N>()) else { return false };
    if let Some(to) = to.first_chunk_mut() {
        *to = *first;
    }
    if let Some(to) = to.last_chunk_mut() {
        *to = *last;
    }
    true
}

/// The byte between options and payload.
pub(crate) const PAYLOAD_MARKER: u8 = 0xff;

/// The longest option value that an option length can express: 269 + 65535.
pub(crate) const MAX_OPTION_LEN: usize = 65_804;

/// The longest option header: a byte, and two extensions of two bytes.
pub(crate) const MAX_OPTION_HEADER_LEN: u64 = 5;

/// What follows the token of a message: validated options, the number of the last one, the payload.
pub(crate) struct Body<'a> {
    pub(crate) options: &'a [u8],
    pub(crate) payload: &'a [u8],
}

/// Which first bytes of an option have neither an extended delta nor an extended length: 72 % of the options in real captures.
///
/// One look instead of two comparisons. It stands beside the chain of additions that leads from one option to the next, not in it: a
/// length out of a table would come four cycles later than one out of the byte.
const PLAIN: [bool; 256] = {
    let mut table = [false; 256];
    let mut rest: &mut [bool] = &mut table;
    let mut head: u8 = 0;
    while let Some((is_plain, behind)) = rest.split_first_mut() {
        *is_plain = head < 0xd0 && head & 0x0f < 13;
        head = head.wrapping_add(1);
        rest = behind;
    }
    table
};

/// Delta and length out of the first byte of an option, if neither is extended.
#[inline(always)]
fn plain(head: u8) -> Option<(usize, usize)> {
    let is_plain = PLAIN.get(usize::from(head)).is_some_and(|is_plain| *is_plain);
    let head = usize::from(head);
    is_plain.then_some((head >> 4, head & 0x0f))
}

/// Reads the extension of a nibble of 13 or 14: that of an option's delta or length, of a token's length (RFC 8974 §2.1), of a message's length
/// (RFC 8323 §3.2). `None` for 15 and if the bytes are missing.
#[inline(always)]
pub(crate) fn extended(nibble: u8, tail: &[u8]) -> Option<(usize, &[u8])> {
    match nibble {
        0..=12 => Some((usize::from(nibble), tail)),
        13 => tail.split_first().map(|(&byte, tail)| (usize::from(byte).wrapping_add(13), tail)),
        14 => tail
            .split_first_chunk::<2>()
            .map(|(bytes, tail)| (usize::from(u16::from_be_bytes(*bytes)).wrapping_add(269), tail)),
        _ => None,
    }
}

/// Reads one option header behind its first byte: delta, value length, what follows. `None` if it is malformed.
#[inline]
pub(crate) fn option_header(head: u8, tail: &[u8]) -> Option<(usize, usize, &[u8])> {
    let (delta, tail) = extended(head >> 4, tail)?;
    let (len, tail) = extended(head & 0x0f, tail)?;
    Some((delta, len, tail))
}

/// Walks the options once. `None` if anything is malformed: [`diagnose`] then finds what and where.
#[inline]
pub(crate) fn body(input: &[u8]) -> Option<Body<'_>> {
    let mut at: usize = 0;
    // The sum of the deltas that are extended. 64 bits: even 4 GiB of the largest do not reach the end.
    let mut number: u64 = 0;
    let (options, payload) = loop {
        // An option that reaches past the end leads here as well, but not to the end itself.
        let Some(&head) = input.get(at) else { break input.split_at_checked(at)? };
        if let Some((_, len)) = plain(head) {
            at = at.wrapping_add(len).wrapping_add(1);
            continue;
        }
        let tail = input.get(at.wrapping_add(1)..)?;
        let Some((delta, len, tail)) = option_header(head, tail) else {
            // RFC 7252 §3: a payload marker must be followed by a payload.
            if head == PAYLOAD_MARKER && !tail.is_empty() {
                break (input.get(..at)?, tail);
            }
            return None;
        };
        number = number.wrapping_add(delta as u64);
        at = input.len().wrapping_sub(tail.len()).wrapping_add(len);
    };
    // RFC 7252 §12.2: option numbers end at 65535. They only grow, so that the last one tells of all; and none of the other deltas is more
    // than twelve times the length of its option, so that only long lists need counting.
    if number.wrapping_add((at as u64).wrapping_mul(12)) > 65_535 && last_number(options) > 65_535 {
        return None;
    }
    Some(Body { options, payload })
}

/// The number of the last of well-formed options.
#[cold]
fn last_number(options: &[u8]) -> u64 {
    let mut rest = options;
    let mut number: u64 = 0;
    while let Some((delta, _, behind)) = option(rest) {
        number = number.wrapping_add(delta as u64);
        rest = behind;
    }
    number
}

/// Takes a well-formed option off the front: delta, value, what follows.
#[inline(always)]
pub(crate) fn option(input: &[u8]) -> Option<(usize, &[u8], &[u8])> {
    let (&head, tail) = input.split_first()?;
    let (delta, len, tail) = match plain(head) {
        Some((delta, len)) => (delta, len, tail),
        None => option_header(head, tail)?,
    };
    let (value, rest) = tail.split_at_checked(len)?;
    Some((delta, value, rest))
}

/// True if `input` is a well-formed sequence of options without payload.
pub(crate) fn are_options(input: &[u8]) -> bool {
    body(input).is_some_and(|body| body.options.len() == input.len())
}

/// Finds the first error in what [`body`] refused. `base` is the offset of `input` in the message.
#[cold]
pub(crate) fn diagnose(input: &[u8], base: usize) -> DecodeError {
    let mut rest = input;
    let mut number: usize = 0;
    loop {
        let at = base.saturating_add(input.len().saturating_sub(rest.len()));
        let error = |kind, behind: usize| DecodeError::new(kind, at.saturating_add(behind));
        let Some((&head, tail)) = rest.split_first() else {
            // Not reached: `body` accepts what this walk accepts.
            return error(DecodeErrorKind::EmptyPayload, 0);
        };
        if head == PAYLOAD_MARKER {
            return error(DecodeErrorKind::EmptyPayload, 0);
        }
        // RFC 7252 §3.1: 15 is reserved for the payload marker in the delta, and for future use in the length.
        if head >> 4 == 15 {
            return error(DecodeErrorKind::ReservedOptionDelta, 0);
        }
        if head & 0x0f == 15 {
            return error(DecodeErrorKind::ReservedOptionLength, 0);
        }
        let Some((delta, len, tail)) = option_header(head, tail) else {
            return error(DecodeErrorKind::OptionHeaderTruncated, 0);
        };
        number = number.saturating_add(delta);
        if number > 65_535 {
            return error(DecodeErrorKind::OptionNumberOverflow, 0);
        }
        match tail.split_at_checked(len) {
            Some((_, behind)) => rest = behind,
            None => return error(DecodeErrorKind::OptionValueTruncated, 0),
        }
    }
}

/// The number of bytes that the delta or length `value` takes behind the first byte of an option.
#[inline]
pub(crate) const fn extension_len(value: usize) -> usize {
    if value < 13 {
        0
    } else if value < 269 {
        1
    } else {
        2
    }
}

/// The length of an option's header.
#[inline]
pub(crate) const fn option_header_len(delta: u16, value_len: usize) -> usize {
    extension_len(delta as usize).wrapping_add(extension_len(value_len)).wrapping_add(1)
}

/// The nibble for a delta or length.
#[inline]
pub(crate) const fn nibble(value: usize) -> u8 {
    match extension_len(value) {
        0 => value.to_le_bytes()[0],
        1 => 13,
        _ => 14,
    }
}

/// The extension of a delta or length: none of these bytes, the first, or both.
#[inline]
pub(crate) const fn extension(value: usize) -> [u8; 2] {
    match extension_len(value) {
        1 => [value.wrapping_sub(13).to_le_bytes()[0], 0],
        _ => {
            let [low, high, ..] = value.wrapping_sub(269).to_le_bytes();
            [high, low]
        }
    }
}

/// An option header in an array, and how long it is. `value_len` is at most [`MAX_OPTION_LEN`].
///
/// Not inline, and by value: what it is written to stays in registers where no option needs it.
#[inline(never)]
pub(crate) fn option_header_bytes(delta: u16, value_len: usize) -> ([u8; 5], usize) {
    let delta = usize::from(delta);
    let first = (nibble(delta) << 4) | nibble(value_len);
    let ([a, b], [c, d]) = (extension(delta), extension(value_len));
    let bytes = match extension_len(delta) {
        0 => [first, c, d, 0, 0],
        1 => [first, a, c, d, 0],
        _ => [first, a, b, c, d],
    };
    (bytes, extension_len(delta).wrapping_add(extension_len(value_len)).wrapping_add(1))
}

/// Writes an option. Its value is at most [`MAX_OPTION_LEN`] long.
#[inline]
pub(crate) fn put_option(delta: u16, value: &[u8], out: &mut impl Put) {
    let len = value.len();
    let ([delta_byte, _], [len_byte, ..]) = (delta.to_le_bytes(), len.to_le_bytes());
    match (delta, len) {
        (0..=12, 0..=12) => return out.append_option([(delta_byte << 4) | len_byte], value),
        // One byte of extension in all: nearly all options that have any.
        (13..=268, 0..=12) => return out.append_option([0xd0 | len_byte, delta_byte.wrapping_sub(13)], value),
        (0..=12, 13..=268) => return out.append_option([(delta_byte << 4) | 13, len_byte.wrapping_sub(13)], value),
        _ => {}
    }
    let (header, header_len) = option_header_bytes(delta, len);
    out.append(header.get(..header_len).unwrap_or_default());
    out.append(value);
}

/// The smallest big-endian form of a number: no byte for 0 (RFC 7252 §3.2).
#[inline]
pub(crate) const fn uint_bytes(value: u32) -> ([u8; 4], usize) {
    let len = (32_u32.wrapping_sub(value.leading_zeros())).div_ceil(8) as usize;
    (value.to_be_bytes(), len)
}

/// Reads a number of any length; leading zeros are accepted (RFC 7252 §3.2). `None` if it does not fit 32 bits.
#[inline]
pub(crate) fn uint(bytes: &[u8]) -> Option<u32> {
    // RFC 7252 §3.2: a recipient must be prepared to process values with leading zero bytes.
    let mut value: u32 = 0;
    for &byte in bytes {
        if value >> 24 != 0 {
            return None;
        }
        value = (value << 8) | u32::from(byte);
    }
    Some(value)
}
