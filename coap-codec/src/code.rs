//! Codes: methods, response codes, signaling codes (RFC 7252 §12.1, RFC 8132, RFC 8323 §5.1).

use core::fmt;
use core::str::FromStr;

/// What a [`Code`] says a message is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum CodeClass {
    /// 0.00.
    Empty,
    /// 0.01 to 0.31: a method.
    Request,
    /// 2.00 to 2.31.
    Success,
    /// 4.00 to 4.31.
    ClientError,
    /// 5.00 to 5.31.
    ServerError,
    /// 7.00 to 7.31, on reliable transports only (RFC 8323 §5.1).
    Signaling,
    /// The classes 1, 3 and 6.
    Reserved,
}

/// A code `c.dd`: three bits of class, five of detail (RFC 7252 §3).
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub struct Code(pub u8);

macro_rules! codes {
    ($($constant:ident $class:literal $detail:literal $name:literal,)*) => {
        impl Code {
            $(#[doc = concat!(" ", $class, ".", $detail, " ", $name, ".")]
            pub const $constant: Self = Self(($class << 5) | $detail);)*

            /// Every registered code, in numeric order, with the registry's name.
            pub const REGISTERED: &'static [(Self, &'static str)] = &[$((Self::$constant, $name),)*];

            /// The registry's name: `GET`, `Content`, `CSM`.
            #[must_use]
            pub const fn name(self) -> Option<&'static str> {
                match self { Self::EMPTY => Some("Empty"), $(Self::$constant => Some($name),)* _ => None }
            }
        }
    };
}

codes! {
    GET 0 1 "GET",
    POST 0 2 "POST",
    PUT 0 3 "PUT",
    DELETE 0 4 "DELETE",
    FETCH 0 5 "FETCH",
    PATCH 0 6 "PATCH",
    IPATCH 0 7 "iPATCH",
    CREATED 2 1 "Created",
    DELETED 2 2 "Deleted",
    VALID 2 3 "Valid",
    CHANGED 2 4 "Changed",
    CONTENT 2 5 "Content",
    CONTINUE 2 31 "Continue",
    BAD_REQUEST 4 0 "Bad Request",
    UNAUTHORIZED 4 1 "Unauthorized",
    BAD_OPTION 4 2 "Bad Option",
    FORBIDDEN 4 3 "Forbidden",
    NOT_FOUND 4 4 "Not Found",
    METHOD_NOT_ALLOWED 4 5 "Method Not Allowed",
    NOT_ACCEPTABLE 4 6 "Not Acceptable",
    REQUEST_ENTITY_INCOMPLETE 4 8 "Request Entity Incomplete",
    CONFLICT 4 9 "Conflict",
    PRECONDITION_FAILED 4 12 "Precondition Failed",
    REQUEST_ENTITY_TOO_LARGE 4 13 "Request Entity Too Large",
    UNSUPPORTED_CONTENT_FORMAT 4 15 "Unsupported Content-Format",
    UNPROCESSABLE_ENTITY 4 22 "Unprocessable Entity",
    TOO_MANY_REQUESTS 4 29 "Too Many Requests",
    INTERNAL_SERVER_ERROR 5 0 "Internal Server Error",
    NOT_IMPLEMENTED 5 1 "Not Implemented",
    BAD_GATEWAY 5 2 "Bad Gateway",
    SERVICE_UNAVAILABLE 5 3 "Service Unavailable",
    GATEWAY_TIMEOUT 5 4 "Gateway Timeout",
    PROXYING_NOT_SUPPORTED 5 5 "Proxying Not Supported",
    HOP_LIMIT_REACHED 5 8 "Hop Limit Reached",
    CSM 7 1 "CSM",
    PING 7 2 "Ping",
    PONG 7 3 "Pong",
    RELEASE 7 4 "Release",
    ABORT 7 5 "Abort",
}

impl Code {
    /// 0.00: neither a request nor a response.
    pub const EMPTY: Self = Self(0);

    /// The code `class.detail`; `None` if the class is above 7 or the detail above 31.
    #[must_use]
    pub const fn new(class: u8, detail: u8) -> Option<Self> {
        if class < 8 && detail < 32 { Some(Self((class << 5) | detail)) } else { None }
    }

    /// The number before the dot.
    #[inline]
    #[must_use]
    pub const fn class_number(self) -> u8 {
        self.0 >> 5
    }

    /// The number behind the dot.
    #[inline]
    #[must_use]
    pub const fn detail(self) -> u8 {
        self.0 & 31
    }

    /// What the code says a message is (RFC 7252 §3, §12.1).
    #[inline]
    #[must_use]
    pub const fn class(self) -> CodeClass {
        match self.0 >> 5 {
            0 if self.0 == 0 => CodeClass::Empty,
            0 => CodeClass::Request,
            2 => CodeClass::Success,
            4 => CodeClass::ClientError,
            5 => CodeClass::ServerError,
            7 => CodeClass::Signaling,
            _ => CodeClass::Reserved,
        }
    }

    /// True for 0.01 to 0.31.
    #[inline]
    #[must_use]
    pub const fn is_request(self) -> bool {
        matches!(self.class(), CodeClass::Request)
    }

    /// True for the classes 2, 4 and 5.
    #[inline]
    #[must_use]
    pub const fn is_response(self) -> bool {
        matches!(self.class(), CodeClass::Success | CodeClass::ClientError | CodeClass::ServerError)
    }

    /// True for 7.00 to 7.31.
    #[inline]
    #[must_use]
    pub const fn is_signaling(self) -> bool {
        self.0 >> 5 == 7
    }

    /// The code that an endpoint which does not know this one takes it for: x.00 of its class (RFC 7252 §5.9).
    #[must_use]
    pub const fn generic(self) -> Self {
        if self.is_response() && self.name().is_none() { Self(self.0 & 0xe0) } else { self }
    }

    /// True if the code is defined to have a payload; a payload elsewhere must be ignored by the recipient (RFC 7252 §5.5, RFC 8132).
    #[must_use]
    pub const fn may_have_payload(self) -> bool {
        // RFC 7252 §5.8.1, §5.8.4: GET and DELETE have none; §5.9.1.3: 2.03 has none; Empty has none.
        !matches!(self, Self::GET | Self::DELETE | Self::VALID | Self::EMPTY)
    }

    /// The code with that name in the registry; upper and lower case count.
    #[must_use]
    pub fn from_name(name: &str) -> Option<Self> {
        if name == "Empty" {
            return Some(Self::EMPTY);
        }
        Self::REGISTERED.iter().find(|(_, known)| *known == name).map(|(code, _)| *code)
    }
}

impl From<u8> for Code {
    fn from(byte: u8) -> Self {
        Self(byte)
    }
}

impl From<Code> for u8 {
    fn from(code: Code) -> Self {
        code.0
    }
}

impl fmt::Display for Code {
    /// `2.05`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}.{:02}", self.class_number(), self.detail())
    }
}

impl fmt::Debug for Code {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.name() {
            Some(name) => write!(f, "Code({self} {name})"),
            None => write!(f, "Code({self})"),
        }
    }
}

/// A text that is neither `c.dd` nor a registered name.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ParseCodeError;

impl fmt::Display for ParseCodeError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("neither c.dd nor the name of a code")
    }
}

impl core::error::Error for ParseCodeError {}

impl FromStr for Code {
    type Err = ParseCodeError;

    fn from_str(text: &str) -> Result<Self, ParseCodeError> {
        if let Some(code) = Self::from_name(text) {
            return Ok(code);
        }
        let (class, detail) = text.split_once('.').ok_or(ParseCodeError)?;
        let digits = |part: &str| part.bytes().all(|byte| byte.is_ascii_digit());
        if class.len() != 1 || detail.len() != 2 || !digits(class) || !digits(detail) {
            return Err(ParseCodeError);
        }
        let class = class.parse().map_err(|_| ParseCodeError)?;
        let detail = detail.parse().map_err(|_| ParseCodeError)?;
        Self::new(class, detail).ok_or(ParseCodeError)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use alloc::string::ToString;

    #[test]
    fn every_code_prints_and_parses_back() {
        for byte in 0..=255 {
            let code = Code(byte);
            assert_eq!(code.to_string().parse(), Ok(code));
        }
        for text in ["", "2", "2.5", "2.5 ", "8.00", "2.32", "+.01", "2.+1", "GETX", "get"] {
            assert_eq!(text.parse::<Code>(), Err(ParseCodeError), "{text}");
        }
    }

    #[test]
    fn names_lead_both_ways() {
        for (code, name) in Code::REGISTERED {
            assert_eq!(code.name(), Some(*name));
            assert_eq!(Code::from_name(name), Some(*code));
        }
        assert_eq!(Code(0x5f), Code::CONTINUE);
    }

    /// RFC 7252 §5.9: an unknown detail is treated as x.00 of its class.
    #[test]
    fn unknown_details_are_taken_for_their_class() {
        assert_eq!(Code::new(4, 31).unwrap().generic(), Code::BAD_REQUEST);
        assert_eq!(Code::NOT_FOUND.generic(), Code::NOT_FOUND);
        assert_eq!(Code::new(0, 31).unwrap().generic(), Code::new(0, 31).unwrap());
    }
}
