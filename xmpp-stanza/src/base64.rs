//! Base64 (RFC 4648 §4), strict: canonical padding, no other characters.

use alloc::string::String;
use alloc::vec::Vec;

const ALPHABET: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

const fn value(byte: u8) -> Option<u32> {
    Some(match byte {
        b'A'..=b'Z' => byte.wrapping_sub(b'A') as u32,
        b'a'..=b'z' => (byte.wrapping_sub(b'a') as u32).wrapping_add(26),
        b'0'..=b'9' => (byte.wrapping_sub(b'0') as u32).wrapping_add(52),
        b'+' => 62,
        b'/' => 63,
        _ => return None,
    })
}

/// Decodes; `None` for anything that is not exactly base64 (RFC 6120 §6.3.5, RFC 6120 §6.4.2, RFC 6120 §13.9.1).
pub fn decode(text: &str) -> Option<Vec<u8>> {
    let (quads, rest) = text.as_bytes().as_chunks::<4>();
    if !rest.is_empty() {
        return None;
    }
    let mut out = Vec::with_capacity(quads.len().saturating_mul(3));
    for (at, quad) in quads.iter().enumerate() {
        let padding = quad.iter().rev().take_while(|&&byte| byte == b'=').count();
        let last = at.saturating_add(1) == quads.len();
        if padding > 2 || (padding > 0 && !last) {
            return None;
        }
        let mut bits = 0_u32;
        for &byte in quad.iter().take(4_usize.saturating_sub(padding)) {
            bits = (bits << 6) | value(byte)?;
        }
        bits <<= 6_usize.saturating_mul(padding);
        let [_, a, b, c] = bits.to_be_bytes();
        let unused = match padding {
            0 => 0,
            1 => c,
            _ => b | c,
        };
        if unused != 0 {
            return None;
        }
        out.extend([a, b, c].into_iter().take(3_usize.saturating_sub(padding)));
    }
    Some(out)
}

/// Decodes what may be wrapped into lines, as payloads often are.
pub(crate) fn decode_lax(text: &str) -> Option<Vec<u8>> {
    if text.bytes().any(crate::chars::is_space) {
        let joined: String = text.chars().filter(|c| !matches!(c, ' ' | '\t' | '\n' | '\r')).collect();
        return decode(&joined);
    }
    decode(text)
}

/// Encodes.
pub fn encode(data: &[u8]) -> String {
    let mut out = String::with_capacity(data.len().div_ceil(3).saturating_mul(4));
    let digit = |bits: u32| char::from(ALPHABET.get((bits & 63) as usize).copied().unwrap_or(b'A'));
    for chunk in data.chunks(3) {
        let byte = |at: usize| u32::from(chunk.get(at).copied().unwrap_or(0));
        let bits = (byte(0) << 16) | (byte(1) << 8) | byte(2);
        out.push(digit(bits >> 18));
        out.push(digit(bits >> 12));
        out.push(if chunk.len() > 1 { digit(bits >> 6) } else { '=' });
        out.push(if chunk.len() > 2 { digit(bits) } else { '=' });
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn vectors_of_rfc_4648_section_10() {
        for (plain, coded) in [
            ("", ""),
            ("f", "Zg=="),
            ("fo", "Zm8="),
            ("foo", "Zm9v"),
            ("foob", "Zm9vYg=="),
            ("fooba", "Zm9vYmE="),
            ("foobar", "Zm9vYmFy"),
        ] {
            assert_eq!(encode(plain.as_bytes()), coded);
            assert_eq!(decode(coded).unwrap(), plain.as_bytes());
        }
    }

    #[test]
    fn what_is_no_base64() {
        for bad in [
            "Z", "Zg", "Zg=", "Zh==", "Zm9=", "Zg==Zg==", "====", "=AAA", "BBBB=CCC", "Zm 9v", "Zm9v\n", "Zm9-", "=",
            "Z===",
        ] {
            assert_eq!(decode(bad), None, "{bad}");
        }
    }
}
