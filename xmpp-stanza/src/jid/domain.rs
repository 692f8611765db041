//! Domain parts (RFC 7622 §3.2): IPv4, bracketed IPv6, or NR-LDH labels and U-labels of IDNA2008 (RFC 7622 §3.2.1).

use alloc::borrow::Cow;
use alloc::format;
use alloc::string::String;
use alloc::vec::Vec;
use core::net::Ipv6Addr;

use unicode_normalization::UnicodeNormalization;

use super::{JidError, MAX_PART, profile};

/// An ASCII domain in enforced form: lower-case labels of letters, digits and hyphens, no A-labels.
#[inline]
pub(super) fn is_plain(domain: &[u8]) -> bool {
    let mut before = b'.';
    let mut hyphens = false;
    for &byte in domain {
        match byte {
            b'a'..=b'z' | b'0'..=b'9' => {}
            b'-' if before != b'.' => hyphens |= before == b'-',
            b'.' if before != b'.' && before != b'-' => {}
            _ => return false,
        }
        before = byte;
    }
    // Two hyphens may be those of an A-label: the long way knows.
    before != b'.' && before != b'-' && !hyphens
}

/// Enforces a domain part (RFC 7622 §3.2.2).
pub(super) fn enforce(input: &str) -> Result<Cow<'_, str>, JidError> {
    // RFC 7622 §3.2: a single trailing dot is stripped before anything else.
    let input = input.strip_suffix('.').unwrap_or(input);
    if input.is_empty() {
        return Err(JidError::EmptyDomain);
    }
    let output = if is_plain(input.as_bytes()) {
        Cow::Borrowed(input)
    } else if let Some(literal) = input.strip_prefix('[').and_then(|rest| rest.strip_suffix(']')) {
        // RFC 7622 §3.1: IP-literal.
        Cow::Owned(ip_literal(literal)?)
    } else {
        Cow::Owned(labels(input)?)
    };
    if output.len() > MAX_PART { Err(JidError::DomainTooLong) } else { Ok(output) }
}

/// What stands between brackets: an IPv6 address (RFC 3986 §3.2.2), its digits in lower case, and perhaps a zone, which stays as it is.
fn ip_literal(literal: &str) -> Result<String, JidError> {
    let (address, zone) = literal.split_at_checked(literal.find('%').unwrap_or(literal.len())).unwrap_or_default();
    let valid =
        address.parse::<Ipv6Addr>().is_ok() && (zone.is_empty() || zone.strip_prefix("%25").is_some_and(is_zone));
    if valid { Ok(format!("[{}{zone}]", address.to_ascii_lowercase())) } else { Err(JidError::InvalidDomain) }
}

/// ZoneID (RFC 6874 §2): unreserved characters and percent-encoded octets, one at least.
fn is_zone(zone: &str) -> bool {
    let unreserved = |byte: &u8| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'.' | b'_' | b'~');
    let mut rest = zone.as_bytes();
    loop {
        rest = match rest {
            [] => return !zone.is_empty(),
            [b'%', high, low, rest @ ..] if high.is_ascii_hexdigit() && low.is_ascii_hexdigit() => rest,
            [byte, rest @ ..] if unreserved(byte) => rest,
            _ => return false,
        };
    }
}

fn labels(input: &str) -> Result<String, JidError> {
    let mapped = if input.is_ascii() { input.to_ascii_lowercase() } else { profile::mapped(input) };
    let mut output = String::with_capacity(mapped.len());
    // IDNA's other full stops separate labels too.
    for (count, label) in mapped.split(['.', '\u{3002}']).enumerate() {
        if count > 0 {
            output.push('.');
        }
        if label.is_empty() {
            return Err(JidError::EmptyDomain);
        }
        // RFC 7622 §3.2.1: A-labels are converted to U-labels.
        match label.strip_prefix("xn--") {
            Some(encoded) => {
                let decoded = decode_punycode(encoded).ok_or(JidError::InvalidDomain)?;
                if decoded.is_ascii() || profile::mapped(&decoded) != decoded {
                    return Err(JidError::InvalidDomain);
                }
                check_label(&decoded)?;
                output.push_str(&decoded);
            }
            None => {
                check_label(label)?;
                output.push_str(label);
            }
        }
    }
    if profile::bidi_rule_of_domain(&output) { Ok(output) } else { Err(JidError::InvalidDomain) }
}

/// RFC 5890 §2.3.1 for ASCII labels, RFC 5891 §4.2 for others.
fn check_label(label: &str) -> Result<(), JidError> {
    // RFC 5890 §2.3.1, RFC 5891 §4.2.3.1: no hyphens in the third and fourth place; only A-labels have them, and those are decoded.
    let reserved = label.chars().skip(2).take(2).eq(['-', '-']);
    let hyphens = reserved || label.starts_with('-') || label.ends_with('-');
    let ascii = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-';
    let valid = if label.is_ascii() {
        label.chars().all(ascii)
    } else {
        let combining = label.chars().next().is_some_and(unicode_normalization::char::is_combining_mark);
        !combining
            && label.chars().all(|c| if c.is_ascii() { ascii(c) } else { is_idna(c) })
            && profile::is_identifier(label)
    };
    if hyphens || !valid { Err(JidError::InvalidDomain) } else { Ok(()) }
}

/// What IDNA disallows and the IdentifierClass does not: the blocks of RFC 5892 §2.4, and what case folding would change (§2.2; its
/// exceptions are those of §2.6, and the dotless i, which folds to itself).
fn is_idna(c: char) -> bool {
    let stable = || c.to_uppercase().flat_map(char::to_lowercase).nfc().eq([c]);
    !matches!(c, '\u{20D0}'..='\u{20FF}' | '\u{1D100}'..='\u{1D24F}') && (matches!(c, 'ß' | 'ς' | 'ı') || stable())
}

/// Punycode (RFC 3492 §6.2). Linear but for the insertions, which a label of 1,023 octets bounds.
fn decode_punycode(input: &str) -> Option<String> {
    const BASE: u32 = 36;
    if input.len() > MAX_PART {
        return None;
    }
    let (basic, extended) = match input.rsplit_once('-') {
        // A delimiter with nothing before it, or with what is not ASCII, would spell a label in a second way.
        Some((basic, _)) if basic.is_empty() || !basic.is_ascii() => return None,
        Some(parts) => parts,
        None => ("", input),
    };
    let mut output: Vec<char> = basic.chars().collect();
    let (mut n, mut i, mut bias) = (128_u32, 0_u32, 72_u32);
    let mut digits = extended.bytes();
    while digits.len() > 0 {
        let before = i;
        let mut weight = 1_u32;
        let mut k = BASE;
        loop {
            let digit = match digits.next()? {
                byte @ b'a'..=b'z' => u32::from(byte.wrapping_sub(b'a')),
                byte @ b'0'..=b'9' => u32::from(byte.wrapping_sub(b'0')).wrapping_add(26),
                _ => return None,
            };
            i = i.checked_add(digit.checked_mul(weight)?)?;
            let threshold = k.saturating_sub(bias).clamp(1, 26);
            if digit < threshold {
                break;
            }
            weight = weight.checked_mul(BASE.wrapping_sub(threshold))?;
            k = k.checked_add(BASE)?;
        }
        let count = u32::try_from(output.len()).ok()?.checked_add(1)?;
        bias = adapt(i.wrapping_sub(before), count, before == 0);
        n = n.checked_add(i.checked_div(count)?)?;
        i = i.checked_rem(count)?;
        output.insert(usize::try_from(i).ok()?, char::from_u32(n)?);
        i = i.checked_add(1)?;
    }
    Some(output.into_iter().collect())
}

/// RFC 3492 §6.1.
fn adapt(delta: u32, count: u32, first: bool) -> u32 {
    let mut delta = if first { delta / 700 } else { delta / 2 };
    delta = delta.saturating_add(delta.checked_div(count).unwrap_or(0));
    let mut k = 0_u32;
    while delta > 455 {
        delta /= 35;
        k = k.saturating_add(36);
    }
    k.saturating_add(delta.saturating_mul(36).checked_div(delta.saturating_add(38)).unwrap_or(0))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_labels_become_u_labels() {
        assert_eq!(enforce("xn--mnchen-3ya.example").unwrap(), "münchen.example");
        assert_eq!(enforce("xn--fiqs8s").unwrap(), "中国");
        assert_eq!(enforce("MÜNCHEN.Example.").unwrap(), "münchen.example");
        assert_eq!(enforce("xn--").unwrap_err(), JidError::InvalidDomain);
        assert_eq!(enforce("xn--a-0").unwrap_err(), JidError::InvalidDomain);
        // One spelling for each label: the delimiter of Punycode has ASCII before it.
        assert_eq!(enforce("xn---fiqs8s").unwrap_err(), JidError::InvalidDomain);
        assert_eq!(enforce("xn--ü-fiqs8s").unwrap_err(), JidError::InvalidDomain);
    }

    #[test]
    fn what_is_no_domain() {
        for bad in [
            "",
            ".",
            "a..b",
            ".a",
            "-a",
            "a-",
            "a b",
            "a_b",
            "[::g]",
            "[::1",
            "a@b",
            "\u{300}a",
            "a\u{2000}",
            "xn--xn--5xmlns-xhe",
            "x\u{20D0}",
            "x\u{1D165}",
            "x\u{345}",
            "\u{1F80}",
            "\u{1C80}",
            "xn--23f",
            "ab--é",
            "ab--c",
            "ab--.c",
            "[::1%25]",
            "[::1%en0]",
            "[::1%25a%2]",
            "[::1%25a%2g]",
            "[::1%25é]",
            "[v1.a]",
            "[127.0.0.1]",
        ] {
            assert!(enforce(bad).is_err(), "{bad}");
        }
        for good in [
            "a",
            "127.0.0.1",
            "[::1]",
            "[::1%25en0%2f]",
            "a--b",
            "abc--d",
            "faß",
            "ος",
            "ılık",
            "ǰ",
            "ΐ",
            "ა",
            "ꭰ",
            "1.2",
            "xn--mnchen-3ya",
        ] {
            assert!(enforce(good).is_ok(), "{good}");
        }
    }
}
