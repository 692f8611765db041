//! The registries: options, codes and content formats as one table each (IANA "CoRE Parameters").
//!
//! `tests/registry.rs` compares the tables with IANA's files.

use crate::code::{Code, CodeClass};
use crate::options::OptionNumber;
use crate::signaling;

pub mod content_format;
pub mod path_abbrev;

/// The format of an option's value (RFC 7252 §3.2).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Format {
    /// No bytes.
    Empty,
    /// Bytes without a meaning here.
    Opaque,
    /// A number, big-endian, with as few bytes as possible.
    Uint,
    /// Text in UTF-8.
    String,
}

/// How often an option may occur (RFC 7252 §5.4.5).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Repeat {
    /// Once.
    No,
    /// Any number of times.
    Yes,
    /// Any number of times in a request, once in a response.
    Requests,
}

/// How OSCORE protects an option (RFC 8613 §4.1).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum OscoreClass {
    /// Encrypted: an inner option. Also what an unknown option is.
    E,
    /// Unprotected: an outer option.
    U,
    /// May be inner, outer or both.
    EU,
}

/// In which messages an option is defined.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Scope(u8);

impl Scope {
    /// Requests with GET or FETCH.
    pub const RETRIEVALS: Self = Self(1);
    /// Every other request.
    pub const OTHER_REQUESTS: Self = Self(2);
    /// 2.xx.
    pub const SUCCESS: Self = Self(4);
    /// 4.xx and 5.xx.
    pub const FAILURE: Self = Self(8);
    /// Signaling messages.
    pub const SIGNALING: Self = Self(16);
    /// All requests.
    pub const REQUESTS: Self = Self(3);
    /// All responses.
    pub const RESPONSES: Self = Self(12);
    /// All requests and responses.
    pub const BOTH: Self = Self(15);

    const fn or(self, other: Self) -> Self {
        Self(self.0 | other.0)
    }

    /// True if a message with this code may carry the option.
    #[must_use]
    pub const fn contains(self, code: Code) -> bool {
        let bit = match code.class() {
            CodeClass::Request if matches!(code, Code::GET | Code::FETCH) => Self::RETRIEVALS,
            CodeClass::Request => Self::OTHER_REQUESTS,
            CodeClass::Success => Self::SUCCESS,
            CodeClass::ClientError | CodeClass::ServerError => Self::FAILURE,
            CodeClass::Signaling => Self::SIGNALING,
            CodeClass::Empty | CodeClass::Reserved => Self(0),
        };
        self.0 & bit.0 != 0
    }
}

/// What the specifications say of an option.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct OptionInfo {
    /// The number. Critical, unsafe and no-cache-key are bits of it.
    pub number: OptionNumber,
    /// The registry's name.
    pub name: &'static str,
    /// The format of the value.
    pub format: Format,
    /// The shortest value, in bytes.
    pub min_len: u16,
    /// The longest value, in bytes.
    pub max_len: u16,
    /// How often it may occur.
    pub repeat: Repeat,
    /// The value that holds when the option is absent (RFC 7252 §5.4.4).
    pub default: Option<u32>,
    /// How OSCORE protects it.
    pub oscore: OscoreClass,
    /// Where it is defined.
    pub scope: Scope,
    /// True for a number that a draft uses but IANA has not registered.
    pub draft: bool,
}

impl OptionInfo {
    /// True if a value of that length is in the defined range (RFC 7252 §5.4.3).
    #[inline]
    #[must_use]
    pub const fn accepts_len(&self, len: usize) -> bool {
        self.min_len as usize <= len && len <= self.max_len as usize
    }

    /// True if a message with this code may have the option more than once (RFC 7252 §5.4.5).
    #[must_use]
    pub const fn is_repeatable(&self, code: Code) -> bool {
        match self.repeat {
            Repeat::No => false,
            Repeat::Yes => true,
            Repeat::Requests => code.is_request(),
        }
    }

    pub(crate) const fn signaling(
        number: OptionNumber,
        name: &'static str,
        format: Format,
        min_len: u16,
        max_len: u16,
        repeatable: bool,
    ) -> Self {
        let repeat = if repeatable { Repeat::Yes } else { Repeat::No };
        let (oscore, scope) = (OscoreClass::E, Scope::SIGNALING);
        Self { number, name, format, min_len, max_len, repeat, default: None, oscore, scope, draft: false }
    }
}

macro_rules! options {
    ($($number:ident $name:literal $format:ident $min:literal..=$max:literal $repeat:ident $oscore:ident $scope:expr;)*) => {
        /// Every option number that is registered, and the draft number 13, in numeric order.
        pub const OPTIONS: &[OptionInfo] = &[$(OptionInfo {
            number: OptionNumber::$number,
            name: $name,
            format: Format::$format,
            min_len: $min,
            max_len: $max,
            repeat: Repeat::$repeat,
            default: default(OptionNumber::$number),
            oscore: OscoreClass::$oscore,
            scope: $scope,
            draft: OptionNumber::$number.0 == OptionNumber::URI_PATH_ABBREV.0,
        },)*];
    };
}

/// The defaults of RFC 7252 table 4 and RFC 8768 §3.
const fn default(number: OptionNumber) -> Option<u32> {
    match number {
        OptionNumber::MAX_AGE => Some(60),
        OptionNumber::HOP_LIMIT => Some(16),
        _ => None,
    }
}

const REQ: Scope = Scope::REQUESTS;
const GETS: Scope = Scope::RETRIEVALS;
const OK: Scope = Scope::SUCCESS;
const RSP: Scope = Scope::RESPONSES;
const ANY: Scope = Scope::BOTH;

// Lengths and repetition: RFC 7252 table 4 (§5.10), RFC 7641 §2, RFC 7959 §2.1, §4, RFC 7967 §2, RFC 8613 §2, RFC 8768 §3,
// RFC 9175 §2.2.1, §3.2.1, RFC 9177 §4.1, RFC 9668 §3.1. Request-Tag is not for responses: RFC 9175 §3.4.
// OSCORE classes: RFC 8613 figure 5 and the documents of the later options.
options! {
    IF_MATCH "If-Match" Opaque 0..=8 Yes E REQ;
    URI_HOST "Uri-Host" String 1..=255 No U REQ;
    ETAG "ETag" Opaque 1..=8 Requests E GETS.or(OK);
    IF_NONE_MATCH "If-None-Match" Empty 0..=0 No E REQ;
    OBSERVE "Observe" Uint 0..=3 No EU ANY;
    URI_PORT "Uri-Port" Uint 0..=2 No U REQ;
    LOCATION_PATH "Location-Path" String 0..=255 Yes E OK;
    OSCORE "OSCORE" Opaque 0..=255 No U ANY;
    URI_PATH "Uri-Path" String 0..=255 Yes E REQ;
    CONTENT_FORMAT "Content-Format" Uint 0..=2 No E ANY;
    URI_PATH_ABBREV "Uri-Path-Abbrev" Uint 0..=4 No E REQ;
    MAX_AGE "Max-Age" Uint 0..=4 No EU RSP;
    URI_QUERY "Uri-Query" String 0..=255 Yes E REQ;
    HOP_LIMIT "Hop-Limit" Uint 1..=1 No U REQ;
    ACCEPT "Accept" Uint 0..=2 No E REQ;
    Q_BLOCK1 "Q-Block1" Uint 0..=3 No EU ANY;
    LOCATION_QUERY "Location-Query" String 0..=255 Yes E OK;
    EDHOC "EDHOC" Empty 0..=0 No U REQ;
    BLOCK2 "Block2" Uint 0..=3 No EU ANY;
    BLOCK1 "Block1" Uint 0..=3 No EU ANY;
    SIZE2 "Size2" Uint 0..=4 No EU ANY;
    Q_BLOCK2 "Q-Block2" Uint 0..=3 Requests EU ANY;
    PROXY_URI "Proxy-Uri" String 1..=1034 No U REQ;
    PROXY_SCHEME "Proxy-Scheme" String 1..=255 No U REQ;
    SIZE1 "Size1" Uint 0..=4 No EU ANY;
    PROXY_CRI "Proxy-Cri" Opaque 1..=1023 No U REQ;
    PROXY_SCHEME_NUMBER "Proxy-Scheme-Number" Uint 0..=3 No U REQ;
    ECHO "Echo" Opaque 1..=40 No EU ANY;
    NO_RESPONSE "No-Response" Uint 0..=1 No EU REQ;
    REQUEST_TAG "Request-Tag" Opaque 0..=8 Yes EU REQ;
    OCF_ACCEPT_CONTENT_FORMAT_VERSION "OCF-Accept-Content-Format-Version" Uint 0..=2 No E REQ;
    OCF_CONTENT_FORMAT_VERSION "OCF-Content-Format-Version" Uint 0..=2 No E ANY;
    SCP82_PARAMS "SCP82-Params" Opaque 0..=65535 Yes E ANY;
    X_ADMIN_PROTOCOL "X-Admin-Protocol" Opaque 0..=65535 Yes E ANY;
}

/// The place in [`OPTIONS`] of every number below 64, and 255 for none: most options of most messages are there.
const LOW: [u8; 64] = {
    let mut places = [255; 64];
    let mut rest = OPTIONS;
    let mut place = 0;
    while let [info, tail @ ..] = rest {
        let mut low: &mut [u8] = &mut places;
        let mut skip = info.number.0;
        while let Some((first, behind)) = low.split_first_mut() {
            if skip == 0 {
                *first = place;
                break;
            }
            skip = skip.saturating_sub(1);
            low = behind;
        }
        place = u8::saturating_add(place, 1);
        rest = tail;
    }
    places
};

/// What the registry says of an option of a request or response.
#[must_use]
pub fn option(number: OptionNumber) -> Option<&'static OptionInfo> {
    match LOW.get(usize::from(number.0)) {
        Some(&place) => OPTIONS.get(usize::from(place)),
        None => OPTIONS.iter().find(|info| info.number == number),
    }
}

/// What the registry says of an option of a signaling message: each code has numbers of its own (RFC 8323 §5.2).
#[must_use]
pub fn signaling_option(code: Code, number: OptionNumber) -> Option<&'static OptionInfo> {
    if code.is_signaling() && number == OptionNumber::OSCORE {
        return Some(&signaling::OSCORE);
    }
    signaling::SIGNALING_OPTIONS.iter().find(|(of, info)| *of == code && info.number == number).map(|(_, info)| info)
}

/// The numbers that are reserved: 0 and those kept for Location-* (RFC 7252 §5.10.7, §12.2).
#[must_use]
pub const fn is_reserved(number: OptionNumber) -> bool {
    matches!(number.0, 0 | 128 | 132 | 136 | 140)
}
