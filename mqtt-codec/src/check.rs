//! What text may hold (MQTT 5.0 §1.5.4): a fast scan that most text passes, and an exact walk for the rest.

use core::ops::RangeInclusive;
use core::str::Utf8Error;

use ascii::AsciiStr;

use crate::deviation::Deviations;
use crate::error::DecodeErrorKind;

const PRINTABLE: RangeInclusive<u8> = 0x20..=0x7e;
const ONES: u64 = u64::from_ne_bytes([0x01; 8]);
const HIGH: u64 = u64::from_ne_bytes([0x80; 8]);

/// Not zero if a byte of `word` is not printable ASCII: it sets its own high bit when it is 0x80 and above, less 0x20 when it is
/// below that, plus 1 when it is 0x7f. Carries and borrows come from such bytes only, so they cannot mislead.
#[inline(always)]
const fn unprintable(word: u64) -> u64 {
    (word | word.wrapping_sub(ONES.wrapping_mul(0x20)) | word.wrapping_add(ONES)) & HIGH
}

/// Not zero if a byte of `word` is `+` or `#`, which differ in one bit, given that all are ASCII.
#[inline(always)]
const fn wild(word: u64) -> u64 {
    let diff = (word & !ONES.wrapping_mul((b'+' ^ b'#') as u64)) ^ ONES.wrapping_mul(b'#' as u64);
    diff.wrapping_sub(ONES) & HIGH
}

/// Folds `test` over fewer than sixteen bytes, eight at a time; `fill` pads what is shorter and must pass every test.
#[inline(always)]
fn any_word(bytes: &[u8], fill: u8, test: impl Fn(u64) -> u64) -> bool {
    // The two ends overlap: no tail.
    if let (Some(first), Some(last)) = (bytes.first_chunk::<8>(), bytes.last_chunk::<8>()) {
        test(u64::from_le_bytes(*first)) | test(u64::from_le_bytes(*last)) != 0
    } else if let (Some(first), Some(last)) = (bytes.first_chunk::<4>(), bytes.last_chunk::<4>()) {
        test(u64::from(u32::from_le_bytes(*first)) << 32 | u64::from(u32::from_le_bytes(*last))) != 0
    } else {
        let mut word = ONES.wrapping_mul(fill as u64);
        for &byte in bytes {
            word = (word << 8) | u64::from(byte);
        }
        test(word) != 0
    }
}

/// The bytes as text. Nearly all of it is ASCII, which costs a quarter of what `from_utf8` takes for a short string.
#[inline]
pub(crate) fn to_str(bytes: &[u8]) -> Result<&str, Utf8Error> {
    match AsciiStr::from_ascii(bytes) {
        Ok(text) => Ok(text.as_str()),
        Err(_) => core::str::from_utf8(bytes),
    }
}

/// Whether all bytes are printable ASCII.
#[inline]
pub(crate) fn is_plain(bytes: &[u8]) -> bool {
    match long(bytes, |byte| !PRINTABLE.contains(&byte)) {
        Some(found) => !found,
        None => !any_word(bytes, b'a', unprintable),
    }
}

/// Whether all bytes are printable ASCII and none is a wildcard.
#[inline]
pub(crate) fn is_plain_name(bytes: &[u8]) -> bool {
    match long(bytes, |byte| !PRINTABLE.contains(&byte) || byte & !8 == b'#') {
        Some(found) => !found,
        None => !any_word(bytes, b'a', |word| unprintable(word) | wild(word)),
    }
}

/// The bytes as text, if all are printable ASCII and none is a wildcard.
#[inline(always)]
pub(crate) fn plain_name(bytes: &[u8]) -> Option<&str> {
    if is_plain_name(bytes) { AsciiStr::from_ascii(bytes).ok().map(AsciiStr::as_str) } else { None }
}

/// Whether `test` holds for any byte of at least sixteen: blocks that the compiler turns into vectors.
#[inline(always)]
fn long(bytes: &[u8], test: impl Fn(u8) -> bool + Copy) -> Option<bool> {
    let block = |block: &[u8; 16]| block.iter().fold(false, |found, &byte| found | test(byte));
    // The last block overlaps the one before: no tail. Told apart by `||`, the parts become vectors; in one chain of `|` none does.
    let ends = block(bytes.first_chunk()?) | block(bytes.last_chunk()?);
    Some(
        ends || match bytes.get(16..).unwrap_or_default().split_first_chunk() {
            None => false,
            Some((middle, rest)) => block(middle) || (rest.len() > 16 && longer(rest, test)),
        },
    )
}

/// The same for whole blocks behind the second one.
#[inline(never)]
fn longer(mut rest: &[u8], test: impl Fn(u8) -> bool + Copy) -> bool {
    let block = |block: &[u8; 16]| block.iter().fold(false, |found, &byte| found | test(byte));
    let mut found = false;
    while let Some((head, after)) = rest.split_first_chunk::<16>() {
        found |= block(head);
        rest = after;
    }
    found
}

/// Whether there is a `+` or `#`.
pub(crate) fn has_wildcard(bytes: &[u8]) -> bool {
    bytes.iter().any(|byte| matches!(byte, b'+' | b'#'))
}

/// What an exact walk found at byte `at` of the text.
pub(crate) struct Found {
    pub(crate) at: usize,
    pub(crate) kind: DecodeErrorKind,
    /// The leniency that lets it pass; none for U+0000.
    pub(crate) deviation: Deviations,
}

/// The characters that MQTT forbids or warns of, in order.
pub(crate) fn doubtful(text: &str) -> impl Iterator<Item = Found> {
    text.char_indices().filter_map(|(at, c)| {
        let (kind, deviation) = match c {
            // [MQTT-1.5.4-2] [3.1.1: MQTT-1.5.3-2] U+0000 never.
            '\0' => (DecodeErrorKind::NulCharacter, Deviations::NONE),
            '\u{1}'..='\u{1f}' | '\u{7f}'..='\u{9f}' => {
                (DecodeErrorKind::ControlCharacter, Deviations::CONTROL_CHARACTER)
            }
            // U+FEFF is no such thing, and is kept: [MQTT-1.5.4-3] [3.1.1: MQTT-1.5.3-3].
            '\u{fdd0}'..='\u{fdef}' => (DecodeErrorKind::NonCharacter, Deviations::NON_CHARACTER),
            c if u32::from(c) & 0xfffe == 0xfffe => (DecodeErrorKind::NonCharacter, Deviations::NON_CHARACTER),
            _ => return None,
        };
        Some(Found { at, kind, deviation })
    })
}

/// Whether text may be sent: at most 65,535 bytes, none of the doubtful characters.
#[inline]
pub(crate) fn is_sendable(text: &str) -> bool {
    let bytes = text.as_bytes();
    // A short name needs no call.
    (bytes.len() < 16 && !any_word(bytes, b'a', unprintable)) || is_exactly_sendable(text)
}

#[inline(never)]
fn is_exactly_sendable(text: &str) -> bool {
    text.len() <= 65_535 && (is_plain(text.as_bytes()) || doubtful(text).next().is_none())
}

#[cfg(test)]
mod tests {
    use super::*;
    use alloc::vec;

    /// Every byte value at every position of texts of every short length, against the definition.
    #[test]
    fn the_scans_agree_with_their_definition() {
        for len in 0..70_usize {
            for at in 0..len {
                for byte in 0..=255_u8 {
                    let mut text = vec![b'x'; len];
                    text[at] = byte;
                    assert_eq!(is_plain(&text), (0x20..0x7f).contains(&byte), "{len} {at} {byte:#x}");
                    let wild = byte == b'+' || byte == b'#';
                    assert_eq!(has_wildcard(&text), wild, "{len} {at} {byte:#x}");
                    assert_eq!(is_plain_name(&text), (0x20..0x7f).contains(&byte) && !wild);
                }
            }
        }
        assert!(is_plain(b"") && is_plain_name(b"") && !has_wildcard(b""));
    }

    /// Borrows between bytes must not hide or invent a hit.
    #[test]
    fn neighbours_do_not_disturb() {
        for a in [0x00_u8, 0x01, 0x1f, 0x20, 0x22, 0x23, 0x24, 0x2a, 0x2b, 0x2c, 0x7e, 0x7f, 0x80, 0xff] {
            for b in [0x00_u8, 0x01, 0x1f, 0x20, 0x22, 0x23, 0x24, 0x2a, 0x2b, 0x2c, 0x7e, 0x7f, 0x80, 0xff] {
                let text = [a, b, a, b, b, a, a, b];
                let plain = |x: u8| (0x20..0x7f).contains(&x);
                let wild = |x: u8| x == b'+' || x == b'#';
                assert_eq!(is_plain(&text), plain(a) && plain(b), "{a:#x} {b:#x}");
                assert_eq!(has_wildcard(&text), wild(a) || wild(b), "{a:#x} {b:#x}");
            }
        }
    }

    #[test]
    fn doubtful_characters_are_found_exactly() {
        for (text, expected) in [
            ("a\0", Some(DecodeErrorKind::NulCharacter)),
            ("\u{1}", Some(DecodeErrorKind::ControlCharacter)),
            ("\u{9f}", Some(DecodeErrorKind::ControlCharacter)),
            ("\u{a0}", None),
            ("\u{feff}", None),
            ("\u{fdcf}\u{fdf0}\u{fffd}", None),
            ("\u{fdd0}", Some(DecodeErrorKind::NonCharacter)),
            ("\u{ffff}", Some(DecodeErrorKind::NonCharacter)),
            ("\u{10fffe}", Some(DecodeErrorKind::NonCharacter)),
            ("𪛔", None),
        ] {
            assert_eq!(doubtful(text).next().map(|found| found.kind), expected, "{text:?}");
        }
    }
}
