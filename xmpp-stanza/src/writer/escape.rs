//! What stands for the characters that markup is made of.

use alloc::vec::Vec;
use core::fmt;

use super::Writer;
use crate::chars;
use crate::error::EncodeError;

/// Where `Display` writes: escaped, mistakes remembered.
pub(super) struct Sink<'w> {
    pub(super) writer: &'w mut Writer,
    pub(super) attribute: bool,
}

impl fmt::Write for Sink<'_> {
    fn write_str(&mut self, text: &str) -> fmt::Result {
        self.writer.escaped(text, self.attribute);
        Ok(())
    }
}

/// Appends text with the five predefined references (RFC 6120 §11.1) and carriage returns escaped.
pub(crate) fn escape_text(text: &str, out: &mut Vec<u8>) -> Result<(), EncodeError> {
    escape(text, false, out)
}

/// The same inside `'…'`: tabs and line ends are escaped too, so that they survive normalisation (XML 1.0 §3.3.3).
pub(crate) fn escape_attribute(text: &str, out: &mut Vec<u8>) -> Result<(), EncodeError> {
    escape(text, true, out)
}

#[inline]
fn escape(text: &str, attribute: bool, out: &mut Vec<u8>) -> Result<(), EncodeError> {
    let bytes = text.as_bytes();
    let plain = chars::plain_output(bytes);
    if plain == bytes.len() {
        out.extend_from_slice(bytes);
        return Ok(());
    }
    escape_from(bytes, plain, attribute, out)
}

/// The same for bytes of which so many pass, and the next has to be looked at.
#[inline(never)]
fn escape_from(mut rest: &[u8], mut plain: usize, attribute: bool, out: &mut Vec<u8>) -> Result<(), EncodeError> {
    loop {
        let (front, behind) = rest.split_at_checked(plain).unwrap_or((rest, &[]));
        out.extend_from_slice(front);
        let Some((&byte, behind)) = behind.split_first() else { return Ok(()) };
        let replacement: &[u8] = match byte {
            b'<' => b"&lt;",
            b'>' => b"&gt;",
            b'&' => b"&amp;",
            b'\'' => b"&apos;",
            b'"' => b"&quot;",
            b'\t' if attribute => b"&#9;",
            b'\n' if attribute => b"&#10;",
            b'\r' => b"&#13;",
            b'#' => b"#",
            b'\t' => b"\t",
            b'\n' => b"\n",
            // U+FFFE and U+FFFF are the only characters beyond ASCII that XML does not allow.
            0xEF if !matches!(behind, [0xBF, 0xBE | 0xBF, ..]) => b"\xEF",
            _ => return Err(EncodeError::IllegalCharacter),
        };
        out.extend_from_slice(replacement);
        rest = behind;
        plain = chars::plain_output(rest);
    }
}
