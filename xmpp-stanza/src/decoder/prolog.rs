//! What may stand before the stream header: an XML declaration, or nothing (XML 1.0 §2.8, RFC 6120 §11.5).
#![allow(clippy::arithmetic_side_effects, reason = "offsets into a slice of at most 256 bytes")]

use crate::chars;
use crate::error::DecodeErrorKind as Kind;
use crate::tokenizer::Fault;

/// A declaration is shorter than this, white space included.
const LONGEST: usize = 256;

/// The length of the declaration at the front, 0 if there is none, `None` if the bytes do not tell yet.
pub(super) fn declaration(input: &[u8]) -> Result<Option<usize>, Fault> {
    // RFC 6120 §11.6: UTF-8 only. UTF-16 shows by its byte order mark or by its zeros.
    match input {
        [0xFF, 0xFE, ..] | [0xFE, 0xFF, ..] | [b'<', 0, ..] | [0, b'<', ..] => {
            return Err((Kind::UnsupportedEncoding, 0));
        }
        [] | [0xFF] | [0xFE] | [0] => return Ok(None),
        _ => {}
    }
    let opening = b"<?xml";
    let same = input.iter().zip(opening).take_while(|(a, b)| a == b).count();
    if same < opening.len() {
        return match input.get(same) {
            None => Ok(None),
            Some(_) if same < 2 => Ok(Some(0)),
            // RFC 6120 §11.1: no processing instructions.
            Some(_) => Err((Kind::ProcessingInstruction, 0)),
        };
    }
    let mut cursor = Cursor { bytes: input.get(..LONGEST).unwrap_or(input), at: opening.len() };
    match cursor.declaration() {
        Ok(()) => Ok(Some(cursor.at)),
        Err(Stop::Fault(fault)) => Err(fault),
        Err(Stop::Need) if input.len() >= LONGEST => Err((Kind::MalformedDeclaration, LONGEST)),
        Err(Stop::Need) => Ok(None),
    }
}

enum Stop {
    Need,
    Fault(Fault),
}

struct Cursor<'a> {
    bytes: &'a [u8],
    at: usize,
}

impl<'a> Cursor<'a> {
    /// `S version='1.0' (S encoding='UTF-8')? (S standalone='yes|no')? S? ?>`, after `<?xml`.
    fn declaration(&mut self) -> Result<(), Stop> {
        match self.peek()? {
            byte if chars::is_space(byte) => {}
            // `<?xml-stylesheet` and the like.
            byte if chars::is_ascii_name(byte) || byte >= 0x80 || byte == b':' => {
                return Err(Stop::Fault((Kind::ProcessingInstruction, 0)));
            }
            _ => return Err(self.malformed()),
        }
        self.space()?;
        let (version, at) = self.pseudo_attribute(b"version")?;
        if !is_version(version) {
            return Err(Stop::Fault((Kind::MalformedDeclaration, at)));
        }
        if version != b"1.0" {
            return Err(Stop::Fault((Kind::UnsupportedXmlVersion, at)));
        }
        let mut spaced = self.space()?;
        if spaced && self.peek()? == b'e' {
            let (encoding, at) = self.pseudo_attribute(b"encoding")?;
            if !is_encoding_name(encoding) {
                return Err(Stop::Fault((Kind::MalformedDeclaration, at)));
            }
            if !encoding.eq_ignore_ascii_case(b"utf-8") {
                return Err(Stop::Fault((Kind::UnsupportedEncoding, at)));
            }
            spaced = self.space()?;
        }
        if spaced && self.peek()? == b's' {
            let (standalone, at) = self.pseudo_attribute(b"standalone")?;
            if standalone != b"yes" && standalone != b"no" {
                return Err(Stop::Fault((Kind::MalformedDeclaration, at)));
            }
            self.space()?;
        }
        self.expect(b"?>")
    }

    fn peek(&self) -> Result<u8, Stop> {
        self.bytes.get(self.at).copied().ok_or(Stop::Need)
    }

    const fn malformed(&self) -> Stop {
        Stop::Fault((Kind::MalformedDeclaration, self.at))
    }

    fn space(&mut self) -> Result<bool, Stop> {
        let from = self.at;
        while chars::is_space(self.peek()?) {
            self.at += 1;
        }
        Ok(self.at > from)
    }

    fn expect(&mut self, text: &[u8]) -> Result<(), Stop> {
        for &expected in text {
            if self.peek()? != expected {
                return Err(self.malformed());
            }
            self.at += 1;
        }
        Ok(())
    }

    fn pseudo_attribute(&mut self, name: &[u8]) -> Result<(&'a [u8], usize), Stop> {
        self.expect(name)?;
        self.space()?;
        self.expect(b"=")?;
        self.space()?;
        let quote = self.peek()?;
        if quote != b'\'' && quote != b'"' {
            return Err(self.malformed());
        }
        self.at += 1;
        let from = self.at;
        loop {
            match self.peek()? {
                byte if byte == quote => break,
                byte if byte.is_ascii_alphanumeric() || matches!(byte, b'.' | b'_' | b'-') => self.at += 1,
                _ => return Err(self.malformed()),
            }
        }
        let value = self.bytes.get(from..self.at).unwrap_or_default();
        self.at += 1;
        Ok((value, from))
    }
}

/// `1.` and digits (XML 1.0 §2.8 [26]).
fn is_version(version: &[u8]) -> bool {
    version.strip_prefix(b"1.").is_some_and(|minor| !minor.is_empty() && minor.iter().all(u8::is_ascii_digit))
}

/// EncName (XML 1.0 §4.3.3 [81]).
fn is_encoding_name(name: &[u8]) -> bool {
    name.first().is_some_and(u8::is_ascii_alphabetic)
}
