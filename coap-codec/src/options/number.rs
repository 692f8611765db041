//! Option numbers, and what their bits say (RFC 7252 §5.4.6).

use core::fmt;

use crate::registry::{self, OptionInfo};

/// The number of an option.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub struct OptionNumber(pub u16);

macro_rules! numbers {
    ($($constant:ident $number:literal $reference:literal,)*) => {
        impl OptionNumber {
            $(#[doc = concat!(" ", $reference, ".")]
            pub const $constant: Self = Self($number);)*
        }
    };
}

numbers! {
    IF_MATCH 1 "RFC 7252 §5.10.8.1",
    URI_HOST 3 "RFC 7252 §5.10.1",
    ETAG 4 "RFC 7252 §5.10.6",
    IF_NONE_MATCH 5 "RFC 7252 §5.10.8.2",
    OBSERVE 6 "RFC 7641 §2",
    URI_PORT 7 "RFC 7252 §5.10.1",
    LOCATION_PATH 8 "RFC 7252 §5.10.7",
    OSCORE 9 "RFC 8613 §2",
    URI_PATH 11 "RFC 7252 §5.10.1",
    CONTENT_FORMAT 12 "RFC 7252 §5.10.3",
    URI_PATH_ABBREV 13 "draft-ietf-core-uri-path-abbrev (not yet registered)",
    MAX_AGE 14 "RFC 7252 §5.10.5",
    URI_QUERY 15 "RFC 7252 §5.10.1",
    HOP_LIMIT 16 "RFC 8768 §3",
    ACCEPT 17 "RFC 7252 §5.10.4",
    Q_BLOCK1 19 "RFC 9177 §4.1",
    LOCATION_QUERY 20 "RFC 7252 §5.10.7",
    EDHOC 21 "RFC 9668 §3.1",
    BLOCK2 23 "RFC 7959 §2.1",
    BLOCK1 27 "RFC 7959 §2.1",
    SIZE2 28 "RFC 7959 §4",
    Q_BLOCK2 31 "RFC 9177 §4.1",
    PROXY_URI 35 "RFC 7252 §5.10.2",
    PROXY_SCHEME 39 "RFC 7252 §5.10.2",
    SIZE1 60 "RFC 7252 §5.10.9, RFC 7959 §4",
    PROXY_CRI 235 "draft-ietf-core-href",
    PROXY_SCHEME_NUMBER 239 "draft-ietf-core-href",
    ECHO 252 "RFC 9175 §2.2.1",
    NO_RESPONSE 258 "RFC 7967 §2",
    REQUEST_TAG 292 "RFC 9175 §3.2.1",
    OCF_ACCEPT_CONTENT_FORMAT_VERSION 2049 "OCF Core Specification",
    OCF_CONTENT_FORMAT_VERSION 2053 "OCF Core Specification",
    SCP82_PARAMS 2055 "GPC_SPE_207",
    X_ADMIN_PROTOCOL 2056 "SGP.32",
}

impl OptionNumber {
    /// An endpoint that does not know the option must not process the message as if it were not there (RFC 7252 §5.4.1).
    #[inline]
    #[must_use]
    pub const fn is_critical(self) -> bool {
        self.0 & 1 != 0
    }

    /// An endpoint that does not know the option ignores it (RFC 7252 §5.4.1).
    #[inline]
    #[must_use]
    pub const fn is_elective(self) -> bool {
        !self.is_critical()
    }

    /// A proxy that does not know the option must not forward it (RFC 7252 §5.4.2).
    #[inline]
    #[must_use]
    pub const fn is_unsafe(self) -> bool {
        self.0 & 2 != 0
    }

    /// The option is not part of the cache key; only for options that are safe to forward (RFC 7252 §5.4.2).
    #[inline]
    #[must_use]
    pub const fn is_no_cache_key(self) -> bool {
        self.0 & 0x1e == 0x1c
    }

    /// What the registry says of the number.
    #[must_use]
    pub fn info(self) -> Option<&'static OptionInfo> {
        registry::option(self)
    }

    /// The registry's name: `Uri-Path`.
    #[must_use]
    pub fn name(self) -> Option<&'static str> {
        self.info().map(|info| info.name)
    }

    /// The number with that name in the registry; upper and lower case count.
    #[must_use]
    pub fn from_name(name: &str) -> Option<Self> {
        registry::OPTIONS.iter().find(|info| info.name == name).map(|info| info.number)
    }
}

impl From<u16> for OptionNumber {
    fn from(number: u16) -> Self {
        Self(number)
    }
}

impl From<OptionNumber> for u16 {
    fn from(number: OptionNumber) -> Self {
        number.0
    }
}

impl fmt::Display for OptionNumber {
    /// The name, or `#` and the number.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.name() {
            Some(name) => f.pad(name),
            None => write!(f, "#{}", self.0),
        }
    }
}

impl fmt::Debug for OptionNumber {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.name() {
            Some(name) => write!(f, "{name}({})", self.0),
            None => write!(f, "OptionNumber({})", self.0),
        }
    }
}
