//! Characters and names (XML 1.0, fifth edition, §2.2 and §2.3), and the word-at-a-time searches of the tokenizer.

const NAME_START: u8 = 1;
const NAME: u8 = 2;
const SPACE: u8 = 4;

const fn table() -> [u8; 256] {
    let mut table = [0; 256];
    let mut byte = 0_u8;
    while byte < 128 {
        let class = match byte {
            b'A'..=b'Z' | b'a'..=b'z' | b'_' => NAME_START | NAME,
            b'0'..=b'9' | b'-' | b'.' => NAME,
            b' ' | b'\t' | b'\n' | b'\r' => SPACE,
            _ => 0,
        };
        // The loop stays below 128.
        if let Some((_, rest)) = table.split_at_mut_checked(byte as usize)
            && let Some(slot) = rest.first_mut()
        {
            *slot = class;
        }
        byte = byte.wrapping_add(1);
    }
    table
}

static TABLE: [u8; 256] = table();

#[inline]
fn class(byte: u8) -> u8 {
    TABLE.get(usize::from(byte)).copied().unwrap_or(0)
}

/// White space (XML 1.0 §2.3 [3]).
#[inline]
pub(crate) fn is_space(byte: u8) -> bool {
    class(byte) & SPACE != 0
}

/// An ASCII character that may begin a name; the colon is not among them, it belongs to the namespaces.
#[inline]
pub(crate) fn is_ascii_name_start(byte: u8) -> bool {
    class(byte) & NAME_START != 0
}

/// An ASCII character that may stand in a name; the colon is not among them.
#[inline]
pub(crate) fn is_ascii_name(byte: u8) -> bool {
    class(byte) & NAME != 0
}

/// NameStartChar beyond ASCII (XML 1.0 §2.3 [4]).
pub(crate) const fn is_wide_name_start(c: u32) -> bool {
    matches!(c, 0xC0..=0xD6 | 0xD8..=0xF6 | 0xF8..=0x2FF | 0x370..=0x37D | 0x37F..=0x1FFF | 0x200C..=0x200D
        | 0x2070..=0x218F | 0x2C00..=0x2FEF | 0x3001..=0xD7FF | 0xF900..=0xFDCF | 0xFDF0..=0xFFFD | 0x1_0000..=0xE_FFFF)
}

/// NameChar beyond ASCII (XML 1.0 §2.3 [4a]).
pub(crate) const fn is_wide_name(c: u32) -> bool {
    is_wide_name_start(c) || matches!(c, 0xB7 | 0x300..=0x36F | 0x203F..=0x2040)
}

/// Char (XML 1.0 §2.2 [2]).
pub(crate) const fn is_char(c: u32) -> bool {
    matches!(c, 0x9 | 0xA | 0xD | 0x20..=0xD7FF | 0xE000..=0xFFFD | 0x1_0000..=0x10_FFFF)
}

/// How many bytes at the front are ASCII characters that may stand in a name. Most names are a few small letters.
#[inline]
pub(crate) fn ascii_name(bytes: &[u8]) -> usize {
    let small =
        bytes.first_chunk().map_or(0, |word| (not_small(u64::from_le_bytes(*word)).trailing_zeros() / 8) as usize);
    let rest = bytes.get(small..).unwrap_or_default();
    small.wrapping_add(rest.iter().position(|&byte| !is_ascii_name(byte)).unwrap_or(rest.len()))
}

/// Whether two names are the same, without a call for those of up to 16 bytes.
#[inline]
pub(crate) fn same_name(a: &[u8], b: &[u8]) -> bool {
    match a.len() {
        len if len != b.len() => false,
        0..4 => a.iter().eq(b),
        4..8 => a.first_chunk::<4>() == b.first_chunk() && a.last_chunk::<4>() == b.last_chunk(),
        8..=16 => a.first_chunk::<8>() == b.first_chunk() && a.last_chunk::<8>() == b.last_chunk(),
        _ => a == b,
    }
}

/// True for a name without a colon (Namespaces in XML §3 [4]).
pub(crate) fn is_nc_name(name: &str) -> bool {
    let mut chars = name.chars();
    let start =
        |c: char| if c.is_ascii() { (c as u32) < 128 && is_start_char(c) } else { is_wide_name_start(c.into()) };
    let inner = |c: char| if c.is_ascii() { is_name_char(c) } else { is_wide_name(c.into()) };
    chars.next().is_some_and(start) && chars.all(inner)
}

fn is_start_char(c: char) -> bool {
    u8::try_from(c).is_ok_and(is_ascii_name_start)
}

fn is_name_char(c: char) -> bool {
    u8::try_from(c).is_ok_and(is_ascii_name)
}

/// What stands at the front of a byte string.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Decoded {
    /// A scalar value and its length.
    Char(u32, usize),
    /// The first part of a valid sequence.
    Need,
    /// No UTF-8.
    Bad,
}

/// Decodes one non-ASCII character (RFC 3629 §4, table of well-formed sequences).
pub(crate) fn decode_wide(bytes: &[u8]) -> Decoded {
    let Some((&lead, rest)) = bytes.split_first() else { return Decoded::Need };
    let (len, low, high): (usize, u8, u8) = match lead {
        0xC2..=0xDF => (2, 0x80, 0xBF),
        0xE0 => (3, 0xA0, 0xBF),
        0xE1..=0xEC | 0xEE..=0xEF => (3, 0x80, 0xBF),
        0xED => (3, 0x80, 0x9F),
        0xF0 => (4, 0x90, 0xBF),
        0xF1..=0xF3 => (4, 0x80, 0xBF),
        0xF4 => (4, 0x80, 0x8F),
        _ => return Decoded::Bad,
    };
    let mut value = u32::from(lead) & (0x7F_u32 >> len);
    let mut bounds = (low, high);
    for at in 0..len.saturating_sub(1) {
        let Some(&byte) = rest.get(at) else { return Decoded::Need };
        if byte < bounds.0 || byte > bounds.1 {
            return Decoded::Bad;
        }
        value = (value << 6) | u32::from(byte & 0x3F);
        bounds = (0x80, 0xBF);
    }
    Decoded::Char(value, len)
}

const ONES: u64 = 0x0101_0101_0101_0101;
const HIGHS: u64 = 0x8080_8080_8080_8080;

/// High bits where a byte is `byte`; exact up to and including the first one.
#[inline]
const fn equals(word: u64, byte: u8) -> u64 {
    let x = word ^ (ONES.wrapping_mul(byte as u64));
    x.wrapping_sub(ONES) & !x & HIGHS
}

/// High bits where a byte is a control character or not ASCII.
#[inline]
const fn unusual(word: u64) -> u64 {
    (word.wrapping_sub(ONES.wrapping_mul(0x20)) & !word & HIGHS) | (word & HIGHS)
}

/// High bits where a byte is no letter from a to z; exact up to and including the first one.
#[inline]
const fn not_small(word: u64) -> u64 {
    let below = word.wrapping_sub(ONES.wrapping_mul(b'a' as u64)) & !word;
    let above = word.wrapping_add(ONES.wrapping_mul(0x05)) | word;
    (below | above) & HIGHS
}

/// How many bytes of character data pass without a second look: up to `<`, `&`, `]`, a control or a non-ASCII byte.
#[inline]
pub(crate) fn plain_text(bytes: &[u8]) -> usize {
    run(
        bytes,
        |word| equals(word, b'<') | equals(word, b'&') | equals(word, b']') | unusual(word),
        |byte| byte == b'<' || byte == b'&' || byte == b']' || !(0x20..0x80).contains(&byte),
    )
}

/// The same inside an attribute value: up to the quote, `<`, `&`, a control or a non-ASCII byte.
#[inline]
pub(crate) fn plain_value(bytes: &[u8], quote: u8) -> usize {
    if quote == b'\'' { value_up_to::<b'\''>(bytes) } else { value_up_to::<b'"'>(bytes) }
}

#[inline]
fn value_up_to<const QUOTE: u8>(bytes: &[u8]) -> usize {
    run(
        bytes,
        |word| equals(word, QUOTE) | equals(word, b'<') | equals(word, b'&') | unusual(word),
        |byte| byte == QUOTE || byte == b'<' || byte == b'&' || !(0x20..0x80).contains(&byte),
    )
}

/// The same inside a CDATA section: up to `]`, a control or a non-ASCII byte.
#[inline]
pub(crate) fn plain_cdata(bytes: &[u8]) -> usize {
    run(bytes, |word| equals(word, b']') | unusual(word), |byte| byte == b']' || !(0x20..0x80).contains(&byte))
}

/// In a valid attribute value: up to `&` or white space but a blank.
#[inline]
pub(crate) fn literal_value(bytes: &[u8]) -> usize {
    run(
        bytes,
        |word| equals(word, b'&') | (word.wrapping_sub(ONES.wrapping_mul(0x20)) & !word & HIGHS),
        |byte| byte == b'&' || byte < 0x20,
    )
}

/// Up to a byte of that value.
#[inline]
pub(crate) fn run_until(bytes: &[u8], wanted: u8) -> usize {
    run(bytes, |word| equals(word, wanted), |byte| byte == wanted)
}

/// In a start tag, outside of names and values: up to a quote. `"` and `'` differ in two bits, as do `&` and `#`, which do not stand there.
#[inline]
pub(crate) fn quote(bytes: &[u8]) -> usize {
    run(bytes, |word| equals(word & ONES.wrapping_mul(0xFA), b'"'), |byte| matches!(byte, b'\'' | b'"'))
}

/// In a start tag, outside of values: up to a quote or `>`.
#[inline]
pub(crate) fn tag_part(bytes: &[u8]) -> usize {
    run(
        bytes,
        |word| equals(word & ONES.wrapping_mul(0xFA), b'"') | equals(word, b'>'),
        |byte| matches!(byte, b'\'' | b'"' | b'>'),
    )
}

/// Up to `<` or `>`, which differ in one bit.
#[inline]
pub(crate) fn angle(bytes: &[u8]) -> usize {
    run(bytes, |word| equals(word & ONES.wrapping_mul(0xFD), b'<'), |byte| matches!(byte, b'<' | b'>'))
}

/// In the name of a valid start tag: up to a colon, white space, `/` or `>`. `:` and `>` differ in one bit.
#[inline]
pub(crate) fn tag_name_part(bytes: &[u8]) -> usize {
    run(
        bytes,
        |word| {
            equals(word & ONES.wrapping_mul(0xFB), b':')
                | equals(word, b'/')
                | (word.wrapping_sub(ONES.wrapping_mul(0x21)) & !word & HIGHS)
        },
        |byte| matches!(byte, b':' | b'>' | b'/') || byte <= b' ',
    )
}

/// For the encoder: up to a byte that must be escaped or looked at. `<` and `>` differ in one bit, `"`, `&`, `'` and `#` in two: each
/// group costs one comparison, and `#` passes at the second look.
#[inline]
pub(crate) fn plain_output(bytes: &[u8]) -> usize {
    let word = |word: u64| {
        equals(word & ONES.wrapping_mul(0xFD), b'<')
            | equals(word & ONES.wrapping_mul(0xFA), b'"')
            | equals(word, 0xEF)
            | (word.wrapping_sub(ONES.wrapping_mul(0x20)) & !word & HIGHS)
    };
    run(bytes, word, |byte| matches!(byte, b'<' | b'>' | b'"' | b'#' | b'&' | b'\'' | 0xEF) || byte < 0x20)
}

#[inline]
fn run(bytes: &[u8], stop: impl Fn(u64) -> u64, stop_byte: impl Fn(u8) -> bool) -> usize {
    let (words, tail) = bytes.as_chunks::<8>();
    let mut passed = 0_usize;
    for word in words {
        let mask = stop(u64::from_le_bytes(*word));
        if mask != 0 {
            return passed.wrapping_add((mask.trailing_zeros() / 8) as usize);
        }
        passed = passed.wrapping_add(8);
    }
    for &byte in tail {
        if stop_byte(byte) {
            break;
        }
        passed = passed.wrapping_add(1);
    }
    passed
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_scalar_value_decodes_and_nothing_else() {
        for c in '\u{80}'..=char::MAX {
            let mut bytes = [0; 4];
            let text = c.encode_utf8(&mut bytes).as_bytes();
            assert_eq!(decode_wide(text), Decoded::Char(c.into(), text.len()));
            for cut in 0..text.len() {
                assert_eq!(decode_wide(&text[..cut]), Decoded::Need);
            }
        }
        for bad in
            [&[0x80][..], &[0xC0, 0xBC], &[0xC1, 0x81], &[0xE0, 0x80], &[0xED, 0xA0], &[0xF4, 0x90], &[0xF5], &[0xFF]]
        {
            assert_eq!(decode_wide(bad), Decoded::Bad, "{bad:x?}");
        }
        assert_eq!(decode_wide(&[0xE2, 0x82, b'<']), Decoded::Bad);
    }

    #[test]
    fn word_searches_agree_with_byte_searches() {
        let unusual = |byte: u8| !(0x20..0x80).contains(&byte);
        for (len, at, stop) in
            (0..=24).flat_map(|len| (0..len).flat_map(move |at| (0..=255_u8).map(move |b| (len, at, b))))
        {
            let mut bytes = [b'x'; 24];
            bytes[at] = stop;
            let bytes = &bytes[..len];
            let find = |wanted: &[u8], other: bool| if wanted.contains(&stop) || other { at } else { len };
            assert_eq!(plain_text(bytes), find(b"<&]", unusual(stop)));
            assert_eq!(plain_value(bytes, b'"'), find(b"\"<&", unusual(stop)));
            assert_eq!(plain_value(bytes, b'\''), find(b"'<&", unusual(stop)));
            assert_eq!(plain_cdata(bytes), find(b"]", unusual(stop)));
            assert_eq!(plain_output(bytes), find(b"<&>'\"#\xEF", stop < 0x20));
            assert_eq!(literal_value(bytes), find(b"&", stop < 0x20));
            assert_eq!(tag_name_part(bytes), find(b":/>", stop <= 0x20));
            assert_eq!(ascii_name(bytes), find(b"", !is_ascii_name(stop)));
            assert_eq!(run_until(bytes, b'='), find(b"=", false));
            assert_eq!(angle(bytes), find(b"<>", false));
            if !b"&#".contains(&stop) {
                assert_eq!(quote(bytes), find(b"'\"", false));
                assert_eq!(tag_part(bytes), find(b"'\">", false));
            }
        }
    }

    #[test]
    fn names_of_every_length_are_compared() {
        for len in 0..20 {
            let name = [b'x'; 20];
            assert!(same_name(&name[..len], &name[..len]) && !same_name(&name[..len], &[b'x'; 21]));
            for at in 0..len {
                let mut other = name;
                other[at] = b'y';
                assert!(!same_name(&name[..len], &other[..len]));
            }
        }
    }

    #[test]
    fn names() {
        for good in ["a", "_", "a-b.c1", "é", "a\u{B7}", "\u{10000}x"] {
            assert!(is_nc_name(good), "{good}");
        }
        for bad in ["", "1a", "-a", ".a", "a:b", "a b", "\u{D7}", "\u{300}a", "a\u{2000}"] {
            assert!(!is_nc_name(bad), "{bad}");
        }
    }
}
