//! Reply codes. AMQP 0-9-1 §1.2, `constant` elements of the XML.

use core::fmt;

/// A reply code, as it stands in `connection.close`, `channel.close` and `basic.return`. An open number.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
pub struct ReplyCode(pub u16);

macro_rules! codes {
    ($($constant:ident $code:literal $name:literal $doc:literal;)*) => {
        impl ReplyCode {
            $(#[doc = $doc]
            pub const $constant: Self = Self($code);)*

            /// The constant's name in the XML, `frame-error`.
            pub const fn name(self) -> Option<&'static str> {
                match self { $(Self::$constant => Some($name),)* _ => None }
            }
        }
    };
}

codes! {
    SUCCESS 200 "reply-success" "The method completed.";
    CONTENT_TOO_LARGE 311 "content-too-large" "Content larger than the receiver takes.";
    NO_ROUTE 312 "no-route" "A mandatory message matched no queue (errata 17).";
    NO_CONSUMERS 313 "no-consumers" "An immediate message found no consumer.";
    CONNECTION_FORCED 320 "connection-forced" "An operator closed the connection.";
    INVALID_PATH 402 "invalid-path" "An unknown virtual host.";
    ACCESS_REFUSED 403 "access-refused" "No permission.";
    NOT_FOUND 404 "not-found" "No such entity.";
    RESOURCE_LOCKED 405 "resource-locked" "Another client holds it.";
    PRECONDITION_FAILED 406 "precondition-failed" "A precondition failed.";
    FRAME_ERROR 501 "frame-error" "A malformed frame.";
    SYNTAX_ERROR 502 "syntax-error" "An illegal value in a field.";
    COMMAND_INVALID 503 "command-invalid" "An invalid sequence of frames.";
    CHANNEL_ERROR 504 "channel-error" "A channel that is not open.";
    UNEXPECTED_FRAME 505 "unexpected-frame" "A frame that does not belong where it came.";
    RESOURCE_ERROR 506 "resource-error" "The receiver lacks resources.";
    NOT_ALLOWED 530 "not-allowed" "Forbidden in this way.";
    NOT_IMPLEMENTED 540 "not-implemented" "Not implemented.";
    INTERNAL_ERROR 541 "internal-error" "The receiver failed.";
}

impl ReplyCode {
    /// True for the soft errors, which close the channel; the hard ones close the connection. AMQP 0-9-1 §1.2.
    pub const fn is_soft(self) -> bool {
        matches!(self.0, 311 | 312 | 313 | 403 | 404 | 405 | 406)
    }

    /// True for the hard errors, which close the connection. AMQP 0-9-1 §1.2.
    pub const fn is_hard(self) -> bool {
        matches!(self.0, 320 | 402 | 501..=506 | 530 | 540 | 541)
    }
}

impl fmt::Display for ReplyCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.0)
    }
}

impl fmt::Debug for ReplyCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.name() {
            Some(name) => write!(f, "{} {name}", self.0),
            None => write!(f, "{}", self.0),
        }
    }
}

impl From<u16> for ReplyCode {
    fn from(code: u16) -> Self {
        Self(code)
    }
}
