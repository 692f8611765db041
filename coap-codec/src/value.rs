//! What option values mean (RFC 7252 §3.2 and the sections of the options).

use core::ops::Deref;

use crate::options::{OptionNumber, OptionRef};
use crate::registry::Format;
use crate::registry::content_format::ContentFormat;
use crate::wire;

mod block;
mod no_response;
mod observe;
mod oscore;

pub use block::{Block, BlockValueError};
pub use no_response::NoResponse;
pub use observe::{MAX_SEQUENCE, NOTIFICATION_LIFETIME, Observe, ObserveRequest, is_newer};
pub use oscore::{OscoreError, OscoreOption};

/// A number in the form of an option value: big-endian, without leading zeros, no byte for 0 (RFC 7252 §3.2).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Uint {
    bytes: [u8; 4],
    len: usize,
}

impl Uint {
    /// The form of a number.
    #[inline]
    #[must_use]
    pub const fn new(value: u32) -> Self {
        let (bytes, len) = wire::uint_bytes(value);
        Self { bytes, len }
    }

    /// The bytes: at most four.
    #[inline]
    #[must_use]
    pub fn as_slice(&self) -> &[u8] {
        self.bytes.get(4_usize.saturating_sub(self.len)..).unwrap_or_default()
    }
}

impl Deref for Uint {
    type Target = [u8];

    #[inline]
    fn deref(&self) -> &[u8] {
        self.as_slice()
    }
}

/// The value of an option in the type that its format gives it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum Value<'a> {
    /// An option that says all by being there: If-None-Match, EDHOC.
    Empty,
    /// A number.
    Uint(u32),
    /// A media type: Content-Format, Accept.
    ContentFormat(ContentFormat),
    /// A part of a body: Block1, Block2, Q-Block1, Q-Block2.
    Block(Block),
    /// The OSCORE option's fields.
    Oscore(OscoreOption<'a>),
    /// No-Response.
    NoResponse(NoResponse),
    /// Text.
    Text(&'a str),
    /// Bytes: an opaque option, one that is not registered, or a value that its format does not allow.
    Opaque(&'a [u8]),
}

impl<'a> OptionRef<'a> {
    /// The value in the type that its format gives it; bytes that do not fit the format are [`Value::Opaque`].
    #[must_use]
    pub fn typed(&self) -> Value<'a> {
        let opaque = Value::Opaque(self.value);
        let Some(info) = self.number.info().filter(|info| info.accepts_len(self.value.len())) else { return opaque };
        let small = || self.uint().and_then(|value| u16::try_from(value).ok());
        match self.number {
            OptionNumber::CONTENT_FORMAT | OptionNumber::ACCEPT => {
                small().map_or(opaque, |id| Value::ContentFormat(ContentFormat(id)))
            }
            OptionNumber::BLOCK1 | OptionNumber::BLOCK2 | OptionNumber::Q_BLOCK1 | OptionNumber::Q_BLOCK2 => {
                Block::decode(self.value).map_or(opaque, Value::Block)
            }
            OptionNumber::OSCORE => OscoreOption::decode(self.value).map_or(opaque, Value::Oscore),
            OptionNumber::NO_RESPONSE => NoResponse::decode(self.value).map_or(opaque, Value::NoResponse),
            _ => match info.format {
                Format::Empty => Value::Empty,
                Format::Uint => self.uint().map_or(opaque, Value::Uint),
                Format::String => self.text().map_or(opaque, Value::Text),
                Format::Opaque => opaque,
            },
        }
    }
}

/// What a request says with Hop-Limit, after a proxy has counted it down (RFC 8768 §3).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Hop {
    /// Forward with this value.
    Forward(u8),
    /// The value is 0 or of the wrong length: 4.00.
    Invalid,
    /// It reached 0: 5.08, with the proxy's name as diagnostic.
    Exceeded,
}

/// Counts a Hop-Limit down; `None` stands for an absent option (RFC 8768 §3).
#[must_use]
pub fn next_hop(value: Option<&[u8]>) -> Hop {
    match value {
        // RFC 8768 §3: the default is 16 for a proxy that inserts the option.
        None => Hop::Forward(16),
        // RFC 8768 §3: a value of 0 is answered with 4.00, one that reaches 0 with 5.08.
        Some([0]) => Hop::Invalid,
        Some([1]) => Hop::Exceeded,
        Some([value]) => Hop::Forward(value.saturating_sub(1)),
        Some(_) => Hop::Invalid,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_take_as_few_bytes_as_possible() {
        for (value, bytes) in [
            (0_u32, &b""[..]),
            (1, &[1]),
            (255, &[255]),
            (256, &[1, 0]),
            (65_535, &[255, 255]),
            (65_536, &[1, 0, 0]),
            (0x00ff_ffff, &[255, 255, 255]),
            (0x0100_0000, &[1, 0, 0, 0]),
            (u32::MAX, &[255, 255, 255, 255]),
        ] {
            assert_eq!(Uint::new(value).as_slice(), bytes);
            assert_eq!(wire::uint(bytes), Some(value));
        }
    }

    /// RFC 7252 §3.2: leading zeros are accepted, of any number.
    #[test]
    fn leading_zeros_are_accepted() {
        assert_eq!(wire::uint(&[0, 0, 0, 0, 0, 7]), Some(7));
        assert_eq!(wire::uint(&[1, 0, 0, 0, 0]), None);
    }

    #[test]
    fn hops_are_counted_down() {
        assert_eq!(next_hop(None), Hop::Forward(16));
        assert_eq!(next_hop(Some(&[16])), Hop::Forward(15));
        assert_eq!(next_hop(Some(&[1])), Hop::Exceeded);
        assert_eq!(next_hop(Some(&[0])), Hop::Invalid);
        assert_eq!(next_hop(Some(&[])), Hop::Invalid);
        assert_eq!(next_hop(Some(&[0, 5])), Hop::Invalid);
    }
}
