//! Reply codes. AMQP 0-9-1 §1.2, `constant` elements of the XML.

use core::fmt;

/// A reply code, as it stands in `connection.close`, `channel.close` and `basic.return`. An open number.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
pub struct ReplyCode(pub u16);

impl ReplyCode {
    /// The method completed.
    pub const SUCCESS: Self = Self(200);
    /// Content larger than the receiver takes.
    pub const CONTENT_TOO_LARGE: Self = Self(311);
    /// A mandatory message matched no queue (errata 17).
    pub const NO_ROUTE: Self = Self(312);
    /// An immediate message found no consumer.
    pub const NO_CONSUMERS: Self = Self(313);
    /// An operator closed the connection.
    pub const CONNECTION_FORCED: Self = Self(320);
    /// An unknown virtual host.
    pub const INVALID_PATH: Self = Self(402);
    /// No permission.
    pub const ACCESS_REFUSED: Self = Self(403);
    /// No such entity.
    pub const NOT_FOUND: Self = Self(404);
    /// Another client holds it.
    pub const RESOURCE_LOCKED: Self = Self(405);
    /// A precondition failed.
    pub const PRECONDITION_FAILED: Self = Self(406);
    /// A malformed frame.
    pub const FRAME_ERROR: Self = Self(501);
    /// An illegal value in a field.
    pub const SYNTAX_ERROR: Self = Self(502);
    /// An invalid sequence of frames.
    pub const COMMAND_INVALID: Self = Self(503);
    /// A channel that is not open.
    pub const CHANNEL_ERROR: Self = Self(504);
    /// A frame that does not belong where it came.
    pub const UNEXPECTED_FRAME: Self = Self(505);
    /// The receiver lacks resources.
    pub const RESOURCE_ERROR: Self = Self(506);
    /// Forbidden in this way.
    pub const NOT_ALLOWED: Self = Self(530);
    /// Not implemented.
    pub const NOT_IMPLEMENTED: Self = Self(540);
    /// The receiver failed.
    pub const INTERNAL_ERROR: Self = Self(541);

    /// The constant's name in the XML, `frame-error`.
    pub const fn name(self) -> Option<&'static str> {
        Some(match self.0 {
            200 => "reply-success",
            311 => "content-too-large",
            312 => "no-route",
            313 => "no-consumers",
            320 => "connection-forced",
            402 => "invalid-path",
            403 => "access-refused",
            404 => "not-found",
            405 => "resource-locked",
            406 => "precondition-failed",
            501 => "frame-error",
            502 => "syntax-error",
            503 => "command-invalid",
            504 => "channel-error",
            505 => "unexpected-frame",
            506 => "resource-error",
            530 => "not-allowed",
            540 => "not-implemented",
            541 => "internal-error",
            _ => return None,
        })
    }

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
