//! No-Response: which responses a client is not interested in (RFC 7967 §2.1).

use core::fmt;

use crate::code::{Code, CodeClass};
use crate::value::Uint;

/// A set of response classes that the client does not want. The empty set asks for all.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub struct NoResponse(pub u8);

impl NoResponse {
    /// Interest in all responses.
    pub const ALL_WANTED: Self = Self(0);
    /// No interest in 2.xx.
    pub const NO_SUCCESS: Self = Self(2);
    /// No interest in 4.xx.
    pub const NO_CLIENT_ERROR: Self = Self(8);
    /// No interest in 5.xx.
    pub const NO_SERVER_ERROR: Self = Self(16);
    /// No interest in any response.
    pub const NONE_WANTED: Self = Self(26);

    /// Reads the value of the option: at most one byte.
    #[must_use]
    pub const fn decode(value: &[u8]) -> Option<Self> {
        match value {
            [] => Some(Self(0)),
            [bits] => Some(Self(*bits)),
            _ => None,
        }
    }

    /// The value of the option.
    #[must_use]
    pub const fn encode(self) -> Uint {
        Uint::new(self.0 as u32)
    }

    /// True if a response with this code is not wanted.
    #[must_use]
    pub const fn suppresses(self, code: Code) -> bool {
        // RFC 7967 §2.1: bit c - 1 stands for the class c; bits for other classes mean nothing.
        let bit = match code.class() {
            CodeClass::Success => Self::NO_SUCCESS,
            CodeClass::ClientError => Self::NO_CLIENT_ERROR,
            CodeClass::ServerError => Self::NO_SERVER_ERROR,
            _ => Self(0),
        };
        self.0 & bit.0 != 0
    }
}

impl fmt::Display for NoResponse {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_bit_stands_for_a_class() {
        for (set, suppressed) in
            [(0, [false; 3]), (2, [true, false, false]), (8, [false, true, false]), (26, [true; 3])]
        {
            let codes = [Code::CONTENT, Code::NOT_FOUND, Code::BAD_GATEWAY];
            assert_eq!(codes.map(|code| NoResponse(set).suppresses(code)), suppressed);
        }
        assert!(!NoResponse(0xff).suppresses(Code::GET));
        assert_eq!(NoResponse::decode(&[0, 2]), None);
    }
}
