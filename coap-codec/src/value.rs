//! What option values mean (RFC 7252 §3.2 and the sections of the options).

use core::num::NonZeroU8;
use core::ops::Deref;
use core::time::Duration;

use crate::options::{OptionNumber, OptionRef};
use crate::registry::Format;
use crate::registry::content_format::ContentFormat;
use crate::registry::path_abbrev;
use crate::wire;

mod block;
mod no_response;
mod observe;
mod opaque;
mod oscore;

pub use block::{Block, BlockValueError};
pub use no_response::NoResponse;
pub use observe::{MAX_SEQUENCE, NOTIFICATION_LIFETIME, Observe, ObserveRequest, is_newer};
pub use opaque::{ETag, Echo, IfMatch, RequestTag};
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
    /// A number: Uri-Port, Size1, Size2, Proxy-Scheme-Number.
    Uint(u32),
    /// A media type: Content-Format, Accept.
    ContentFormat(ContentFormat),
    /// A part of a body: Block1, Block2, Q-Block1, Q-Block2.
    Block(Block),
    /// The OSCORE option's fields.
    Oscore(OscoreOption<'a>),
    /// No-Response.
    NoResponse(NoResponse),
    /// A sequence number, or what a request asks: Observe.
    Observe(Observe),
    /// How long a response is fresh: Max-Age.
    MaxAge(Duration),
    /// How many proxies a request may still pass: Hop-Limit.
    HopLimit(NonZeroU8),
    /// The path that a number stands for: Uri-Path-Abbrev.
    Path(&'static str),
    /// ETag.
    ETag(ETag<'a>),
    /// If-Match.
    IfMatch(IfMatch<'a>),
    /// Echo.
    Echo(Echo<'a>),
    /// Request-Tag.
    RequestTag(RequestTag<'a>),
    /// Text: Uri-Host, Uri-Path, Uri-Query, Location-Path, Location-Query, Proxy-Uri, Proxy-Scheme.
    Text(&'a str),
    /// Bytes: Proxy-Cri and other opaque options, one that is not registered, or a value that its format does not allow.
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
            OptionNumber::OBSERVE => Observe::decode(self.value).map_or(opaque, Value::Observe),
            OptionNumber::MAX_AGE => {
                self.uint().map_or(opaque, |seconds| Value::MaxAge(Duration::from_secs(seconds.into())))
            }
            OptionNumber::HOP_LIMIT => {
                small().and_then(|hops| NonZeroU8::new(u8::try_from(hops).ok()?)).map_or(opaque, Value::HopLimit)
            }
            OptionNumber::URI_PATH_ABBREV => {
                self.uint().map_or(opaque, |number| path_abbrev::path(number).map_or(Value::Uint(number), Value::Path))
            }
            OptionNumber::ETAG => ETag::new(self.value).map_or(opaque, Value::ETag),
            OptionNumber::IF_MATCH => IfMatch::new(self.value).map_or(opaque, Value::IfMatch),
            OptionNumber::ECHO => Echo::new(self.value).map_or(opaque, Value::Echo),
            OptionNumber::REQUEST_TAG => RequestTag::new(self.value).map_or(opaque, Value::RequestTag),
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

    /// Every option that is registered has a value of a type; what does not fit it is bytes.
    #[test]
    fn every_option_has_a_type() {
        let typed = |number: OptionNumber, value: &'static [u8]| OptionRef::new(number, value).typed();
        let text = |text| Value::Text(text);
        for (number, value, expected) in [
            (OptionNumber::IF_MATCH, &b"1"[..], Value::IfMatch(IfMatch::new(b"1").unwrap())),
            (OptionNumber::URI_HOST, b"h", text("h")),
            (OptionNumber::ETAG, b"e", Value::ETag(ETag::new(b"e").unwrap())),
            (OptionNumber::IF_NONE_MATCH, b"", Value::Empty),
            (OptionNumber::OBSERVE, b"\x01\0", Value::Observe(Observe::new(256).unwrap())),
            (OptionNumber::URI_PORT, b"\x16\x33", Value::Uint(5683)),
            (OptionNumber::LOCATION_PATH, b"l", text("l")),
            (OptionNumber::OSCORE, b"", Value::Oscore(OscoreOption::default())),
            (OptionNumber::URI_PATH, b"p", text("p")),
            (OptionNumber::CONTENT_FORMAT, b"\x3c", Value::ContentFormat(ContentFormat::CBOR)),
            (OptionNumber::URI_PATH_ABBREV, b"", Value::Path("/.well-known/core")),
            (OptionNumber::URI_PATH_ABBREV, b"\x03", Value::Uint(3)),
            (OptionNumber::MAX_AGE, b"\x3c", Value::MaxAge(Duration::from_secs(60))),
            (OptionNumber::URI_QUERY, b"q", text("q")),
            (OptionNumber::HOP_LIMIT, b"\x10", Value::HopLimit(NonZeroU8::new(16).unwrap())),
            (OptionNumber::HOP_LIMIT, b"\0", Value::Opaque(b"\0")),
            (OptionNumber::ACCEPT, b"", Value::ContentFormat(ContentFormat::TEXT_PLAIN)),
            (OptionNumber::Q_BLOCK1, b"\x0e", Value::Block(Block::new(0, true, 6).unwrap())),
            (OptionNumber::LOCATION_QUERY, b"l", text("l")),
            (OptionNumber::EDHOC, b"", Value::Empty),
            (OptionNumber::BLOCK2, b"\x0e", Value::Block(Block::new(0, true, 6).unwrap())),
            (OptionNumber::BLOCK1, b"\x0e", Value::Block(Block::new(0, true, 6).unwrap())),
            (OptionNumber::SIZE2, b"\x01\0", Value::Uint(256)),
            (OptionNumber::Q_BLOCK2, b"\x0e", Value::Block(Block::new(0, true, 6).unwrap())),
            (OptionNumber::PROXY_URI, b"coap://h", text("coap://h")),
            (OptionNumber::PROXY_SCHEME, b"http", text("http")),
            (OptionNumber::SIZE1, b"", Value::Uint(0)),
            (OptionNumber::PROXY_CRI, b"\x82", Value::Opaque(b"\x82")),
            (OptionNumber::PROXY_SCHEME_NUMBER, b"", Value::Uint(0)),
            (OptionNumber::ECHO, b"e", Value::Echo(Echo::new(b"e").unwrap())),
            (OptionNumber::NO_RESPONSE, b"\x1a", Value::NoResponse(NoResponse::NONE_WANTED)),
            (OptionNumber::REQUEST_TAG, b"", Value::RequestTag(RequestTag::new(b"").unwrap())),
            (OptionNumber::OCF_CONTENT_FORMAT_VERSION, b"\x08\0", Value::Uint(2048)),
            (OptionNumber::URI_PATH, b"\xff", Value::Opaque(b"\xff")),
            (OptionNumber::ECHO, b"", Value::Opaque(b"")),
            (OptionNumber(2048), b"x", Value::Opaque(b"x")),
        ] {
            assert_eq!(typed(number, value), expected, "{number}");
        }
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
