//! The PRECIS profiles of RFC 8265: UsernameCaseMapped (§3.3) and OpaqueString (§4.2), over the classes of RFC 8264.

use alloc::borrow::Cow;
use alloc::string::String;
use alloc::vec::Vec;

use unicode_bidi::{BidiClass, bidi_class};
use unicode_normalization::UnicodeNormalization;
use unicode_normalization::char::canonical_combining_class;

use super::{JidError, MAX_PART, tables};

/// The derived property of RFC 8264 §8, as the tables spell it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Property {
    Disallowed,
    /// FREE_PVAL: valid in the FreeformClass only.
    Freeform,
    Valid,
    ContextJ,
    ContextO,
}

pub(crate) fn property(c: char) -> Property {
    match lookup(tables::PROPERTIES, c) {
        1 => Property::Freeform,
        2 => Property::Valid,
        3 => Property::ContextJ,
        4 => Property::ContextO,
        _ => Property::Disallowed,
    }
}

/// Tables are `start << 3 | value`, each entry running up to the next one.
fn lookup(table: &[u32], c: char) -> u32 {
    let key = (u32::from(c) << 3) | 7;
    let at = table.partition_point(|&entry| entry <= key);
    at.checked_sub(1).and_then(|at| table.get(at)).map_or(0, |entry| entry & 7)
}

/// An ASCII byte that a local part may have and that enforcement does not change.
#[inline]
pub(super) const fn is_plain_local(byte: u8) -> bool {
    matches!(byte, b'!'..=b'~') && !byte.is_ascii_uppercase() && !is_excluded(byte)
}

/// RFC 7622 §3.3.1: `"&'/:<>@`.
const fn is_excluded(byte: u8) -> bool {
    matches!(byte, b'"' | b'&' | b'\'' | b'/' | b':' | b'<' | b'>' | b'@')
}

/// A local part: width mapping, lower case, NFC, IdentifierClass, the bidi rule, RFC 7622's exclusions.
pub(super) fn username(input: &str) -> Result<Cow<'_, str>, JidError> {
    if input.is_empty() {
        return Err(JidError::EmptyLocal); // RFC 7622 §3.3: MUST NOT be zero octets in length.
    }
    let output = if input.bytes().all(is_plain_local) { Cow::Borrowed(input) } else { mapped(input).into() };
    if output.len() > MAX_PART {
        return Err(JidError::LocalTooLong); // RFC 7622 §3.3: MUST NOT be more than 1,023 octets in length.
    }
    if let Cow::Owned(text) = &output {
        let excluded = |c: char| u8::try_from(c).is_ok_and(is_excluded);
        let valid = text.chars().all(|c| !excluded(c)) && is_identifier(text) && bidi_rule(text);
        if !valid {
            return Err(JidError::InvalidLocal);
        }
    }
    Ok(output)
}

/// Fullwidth and halfwidth forms become what they decompose to, then lower case, then NFC (RFC 8265 §3.3.1 and §3.3.2). What comes out is
/// stable (RFC 8264 §7).
pub(super) fn mapped(input: &str) -> String {
    let mut narrow = String::with_capacity(input.len());
    for c in input.chars() {
        if matches!(c, '\u{3000}' | '\u{FF01}'..='\u{FFEE}') {
            unicode_normalization::char::decompose_compatible(c, |part| narrow.push(part));
        } else {
            narrow.push(c);
        }
    }
    narrow.chars().flat_map(char::to_lowercase).nfc().collect()
}

/// The IdentifierClass (RFC 8264 §4.2) with the contextual rules of RFC 5892, appendix A.
pub(super) fn is_identifier(text: &str) -> bool {
    let chars: Vec<char> = text.chars().collect();
    chars.iter().enumerate().all(|(at, &c)| match property(c) {
        Property::Valid => true,
        Property::ContextJ | Property::ContextO => context(&chars, at),
        Property::Freeform | Property::Disallowed => false,
    })
}

/// A resource part: other spaces become U+0020, NFC, FreeformClass; case and width stay (RFC 8265 §4.2).
pub(super) fn opaque(input: &str) -> Result<Cow<'_, str>, JidError> {
    if input.is_empty() {
        return Err(JidError::EmptyResource); // RFC 7622 §3.4: MUST NOT be zero octets in length.
    }
    if input.bytes().all(|byte| matches!(byte, b' '..=b'~')) {
        return if input.len() > MAX_PART { Err(JidError::ResourceTooLong) } else { Ok(input.into()) };
    }
    let output: String = input.chars().map(|c| if is_other_space(c) { ' ' } else { c }).nfc().collect();
    if output.len() > MAX_PART {
        return Err(JidError::ResourceTooLong); // RFC 7622 §3.4: MUST NOT be more than 1,023 octets in length.
    }
    let chars: Vec<char> = output.chars().collect();
    let valid = chars.iter().enumerate().all(|(at, &c)| match property(c) {
        Property::Valid | Property::Freeform => true,
        Property::ContextJ | Property::ContextO => context(&chars, at),
        Property::Disallowed => false,
    });
    if valid { Ok(output.into()) } else { Err(JidError::InvalidResource) }
}

/// General category Zs beyond ASCII.
const fn is_other_space(c: char) -> bool {
    matches!(c, '\u{A0}' | '\u{1680}' | '\u{2000}'..='\u{200A}' | '\u{202F}' | '\u{205F}' | '\u{3000}')
}

/// The contextual rules of RFC 5892, appendix A.
fn context(chars: &[char], at: usize) -> bool {
    let before = at.checked_sub(1).and_then(|at| chars.get(at)).copied();
    let after = at.checked_add(1).and_then(|at| chars.get(at)).copied();
    let virama_before = before.is_some_and(|c| canonical_combining_class(c) == 9);
    match chars.get(at) {
        Some('\u{200C}') => virama_before || joins(chars, at),       // A.1
        Some('\u{200D}') => virama_before,                           // A.2
        Some('\u{B7}') => before == Some('l') && after == Some('l'), // A.3
        Some('\u{375}') => after.is_some_and(is_greek),              // A.4
        Some('\u{5F3}' | '\u{5F4}') => before.is_some_and(is_hebrew), // A.5, A.6
        Some('\u{30FB}') => chars.iter().any(|&c| is_japanese(c)),   // A.7
        Some('\u{660}'..='\u{669}') => !chars.iter().any(|c| matches!(c, '\u{6F0}'..='\u{6F9}')), // A.8
        Some('\u{6F0}'..='\u{6F9}') => !chars.iter().any(|c| matches!(c, '\u{660}'..='\u{669}')), // A.9
        _ => false,
    }
}

/// RFC 5892 §A.1: a joiner on the left (L or D, then transparent ones) and one on the right (R or D).
fn joins(chars: &[char], at: usize) -> bool {
    const LEFT: u32 = 1;
    const RIGHT: u32 = 2;
    const DUAL: u32 = 3;
    const TRANSPARENT: u32 = 4;
    let (left, right) = chars.split_at_checked(at).unwrap_or_default();
    let kind = |c: &char| lookup(tables::JOINING, *c);
    let left = left.iter().rev().map(kind).find(|&kind| kind != TRANSPARENT);
    let right = right.iter().skip(1).map(kind).find(|&kind| kind != TRANSPARENT);
    matches!(left, Some(LEFT | DUAL)) && matches!(right, Some(RIGHT | DUAL))
}

const fn is_greek(c: char) -> bool {
    matches!(c, '\u{370}'..='\u{373}' | '\u{375}'..='\u{377}' | '\u{37A}'..='\u{37D}' | '\u{37F}' | '\u{384}'
        | '\u{386}' | '\u{388}'..='\u{3E1}' | '\u{3F0}'..='\u{3FF}' | '\u{1D26}'..='\u{1D2A}' | '\u{1F00}'..='\u{1FFE}'
        | '\u{2126}' | '\u{AB65}' | '\u{10140}'..='\u{1018E}' | '\u{101A0}' | '\u{1D200}'..='\u{1D245}')
}

const fn is_hebrew(c: char) -> bool {
    matches!(c, '\u{591}'..='\u{5F4}' | '\u{FB1D}'..='\u{FB4F}')
}

/// Hiragana, Katakana or Han.
const fn is_japanese(c: char) -> bool {
    matches!(c, '\u{2E80}'..='\u{2FD5}' | '\u{3005}' | '\u{3007}' | '\u{3021}'..='\u{3029}' | '\u{3038}'..='\u{303B}'
        | '\u{3041}'..='\u{3096}' | '\u{309D}'..='\u{309F}' | '\u{30A1}'..='\u{30FA}' | '\u{30FD}'..='\u{30FF}'
        | '\u{31F0}'..='\u{31FF}' | '\u{3400}'..='\u{4DBF}' | '\u{4E00}'..='\u{9FFF}' | '\u{F900}'..='\u{FAD9}'
        | '\u{1AFF0}'..='\u{1B167}' | '\u{20000}'..='\u{33479}')
}

/// The bidi rule (RFC 5893 §2) for text that has right-to-left characters; other text passes (RFC 8265 §3.3.2).
pub(super) fn bidi_rule(text: &str) -> bool {
    use BidiClass::{AL, AN, B, BN, CS, EN, ES, ET, L, NSM, ON, R, S, WS};
    let classes: Vec<BidiClass> = text.chars().map(bidi_class).collect();
    if !classes.iter().any(|class| matches!(class, R | AL | AN)) {
        return true;
    }
    let last = classes.iter().rev().find(|&&class| class != NSM);
    let has = |wanted: BidiClass| classes.contains(&wanted);
    match classes.first() {
        Some(R | AL) => {
            classes.iter().all(|class| matches!(class, R | AL | AN | EN | ES | CS | ET | ON | BN | NSM))
                && matches!(last, Some(R | AL | EN | AN))
                && !(has(EN) && has(AN))
        }
        Some(L) => {
            classes.iter().all(|class| matches!(class, L | EN | ES | CS | ET | ON | BN | NSM))
                && matches!(last, Some(L | EN))
                && !has(B)
                && !has(S)
                && !has(WS)
        }
        _ => false,
    }
}

/// The bidi rule for each label that has right-to-left characters (RFC 5893 §2).
pub(super) fn bidi_rule_of_domain(domain: &str) -> bool {
    domain.split('.').all(bidi_rule)
}
