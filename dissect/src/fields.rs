//! The spelling of field values, the same for all protocols (the rules stand in this crate's README).

use core::fmt::Write as _;

use serde_json::{Value, json};

use crate::protocol::{Detail, Fields};

/// Lower-case hex without separators.
#[must_use]
pub fn hex(bytes: &[u8]) -> String {
    const DIGITS: [char; 16] = ['0', '1', '2', '3', '4', '5', '6', '7', '8', '9', 'a', 'b', 'c', 'd', 'e', 'f'];
    let digit = |nibble: u8| DIGITS.get(usize::from(nibble)).copied().unwrap_or('?');
    let mut text = String::with_capacity(bytes.len().saturating_mul(2));
    for byte in bytes {
        text.push(digit(byte >> 4));
        text.push(digit(byte & 15));
    }
    text
}

/// Binary data of moderate size: a hex string.
#[must_use]
pub fn binary(bytes: &[u8]) -> Value {
    Value::String(hex(bytes))
}

/// Application data: `{"len":5,"hex":"68656c6c6f","text":"hello"}`. `text` is there if all of it is printable UTF-8. Outside `--hex` both are cut to
/// [`Detail::preview`] bytes, and `"cut":true` says so.
#[must_use]
pub fn payload(bytes: &[u8], detail: Detail) -> Value {
    let mut fields = Fields::new();
    fields.insert("len".into(), json!(bytes.len()));
    let shown = bytes.get(..detail.preview()).unwrap_or(bytes);
    let cut = shown.len() < bytes.len();
    fields.insert("hex".into(), binary(shown));
    if let Some(text) = printable(shown, cut) {
        fields.insert("text".into(), json!(text));
    }
    if cut {
        fields.insert("cut".into(), json!(true));
    }
    Value::Object(fields)
}

/// A secret (password, SASL response, key): only its length is shown, as `"<redacted 6 B>"`.
#[must_use]
pub fn redacted(len: usize) -> Value {
    Value::String(format!("<redacted {len} B>"))
}

/// A one-byte code in the way that specifications print it: `0x9d`.
#[must_use]
pub fn code(value: u8) -> String {
    let mut text = String::with_capacity(4);
    // Writing to a String does not fail.
    let _ = write!(text, "0x{value:02x}");
    text
}

/// The text, if the bytes are UTF-8 (if cut: up to a character cut in half) and have no control characters but tab and line ends.
fn printable(bytes: &[u8], cut: bool) -> Option<&str> {
    let text = match core::str::from_utf8(bytes) {
        Ok(text) => text,
        Err(error) if cut && error.error_len().is_none() => {
            core::str::from_utf8(bytes.get(..error.valid_up_to())?).ok()?
        }
        Err(_) => return None,
    };
    let plain = |c: char| !c.is_control() || matches!(c, '\t' | '\n' | '\r');
    (!text.is_empty() && text.chars().all(plain)).then_some(text)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn payload_shows_hex_always_and_text_when_printable() {
        assert_eq!(payload(b"hi", Detail::Everything), json!({"len": 2, "hex": "6869", "text": "hi"}));
        assert_eq!(payload(&[0, 255], Detail::Fields), json!({"len": 2, "hex": "00ff"}));
        assert_eq!(payload(b"", Detail::Fields), json!({"len": 0, "hex": ""}));
    }

    #[test]
    fn long_payload_is_cut_only_in_captures() {
        let long = vec![b'x'; 2000];
        let cut = payload(&long, Detail::Fields);
        assert_eq!(cut["len"], 2000);
        assert_eq!(cut["cut"], true);
        assert_eq!(cut["text"].as_str().unwrap().len(), 1024);
        let whole = payload(&long, Detail::Everything);
        assert_eq!(whole.get("cut"), None);
        assert_eq!(whole["hex"].as_str().unwrap().len(), 4000);
    }

    #[test]
    fn a_character_cut_in_half_by_the_preview_is_left_out() {
        let mut text = "x".repeat(1023);
        text.push('é');
        assert_eq!(payload(text.as_bytes(), Detail::Fields)["text"].as_str().unwrap().len(), 1023);
    }
}
