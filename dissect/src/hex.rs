//! `--hex`: units as lines of hex, one JSON object for each.

use std::io::{self, BufRead, Read as _, Write};

use crate::json;
use crate::options::Options;
use crate::protocol::{Failure, Protocol};
use crate::unit::Unit;

/// The longest line that is read: a unit of 64 MiB.
const MAX_LINE: u64 = 128 << 20;

/// How the run ended.
#[derive(Debug, Default, Clone, Copy)]
pub(crate) struct Outcome {
    /// Some unit was incomplete or refused.
    pub(crate) refused: bool,
    /// Some line was not hex.
    pub(crate) not_hex: bool,
}

/// Reads units until the input ends.
pub(crate) fn run(
    input: &mut dyn BufRead,
    out: &mut dyn Write,
    protocol: &dyn Protocol,
    options: &Options,
) -> io::Result<Outcome> {
    let mut outcome = Outcome::default();
    let mut line = Vec::new();
    for number in 1_u64.. {
        line.clear();
        if (&mut *input).take(MAX_LINE).read_until(b'\n', &mut line)? == 0 {
            break;
        }
        let mut explanation = None;
        let unit = match bytes(&line) {
            Ok(bytes) => {
                explanation = if options.explain { protocol.explain(&bytes, options) } else { None };
                protocol.unit(&bytes, options)
            }
            Err(offset) => {
                outcome.not_hex = true;
                let text = "the line is not hex".to_owned();
                let failure = Failure { kind: "NotHex".into(), offset, text, ..Failure::default() };
                Unit { end: failure.into(), ..Unit::default() }
            }
        };
        outcome.refused |= !json::unit(out, number, unit)?;
        for line in explanation.iter().flat_map(|explanation| explanation.lines()) {
            writeln!(out, "  {line}")?;
        }
        out.flush()?;
    }
    Ok(outcome)
}

/// The bytes that a line spells, white space aside; or the offset of what is no hex digit, or of the odd one at the end.
fn bytes(line: &[u8]) -> Result<Vec<u8>, usize> {
    let mut bytes = Vec::with_capacity(line.len() / 2);
    let mut high = None;
    for (offset, character) in line.iter().enumerate().filter(|(_, c)| !c.is_ascii_whitespace()) {
        let digit = char::from(*character).to_digit(16).and_then(|digit| u8::try_from(digit).ok()).ok_or(offset)?;
        match high.take() {
            None => high = Some(digit),
            Some(high) => bytes.push((high << 4) | digit),
        }
    }
    if high.is_some() { Err(line.trim_ascii_end().len().saturating_sub(1)) } else { Ok(bytes) }
}

#[cfg(test)]
mod tests {
    use super::bytes;

    #[test]
    fn hex_may_have_spaces_and_either_case() {
        assert_eq!(bytes(b"c0 00\r\n"), Ok(vec![0xc0, 0]));
        assert_eq!(bytes(b"aBCd\n"), Ok(vec![0xab, 0xcd]));
        assert_eq!(bytes(b"\n"), Ok(vec![]));
    }

    #[test]
    fn what_is_no_hex_is_found() {
        assert_eq!(bytes(b"c0zz"), Err(2));
        assert_eq!(bytes(b"c00\n"), Err(2));
    }
}
