//! Frames (AMQP 1.0 §2.3).

use core::fmt;

use super::own::{Keep, Own};
use super::{Performative, ProtocolHeader, SaslPerformative};
use crate::Binary;

/// The octets of a frame header (AMQP 1.0 §2.3.1).
pub(crate) const HEAD: usize = 8;

/// What stands on the stream: protocol headers and frames.
#[derive(Clone, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
#[cfg_attr(feature = "serde", serde(rename_all = "kebab-case"))]
#[allow(clippy::large_enum_variant, reason = "nothing is boxed: decoding does not allocate")]
pub enum Frame<'a> {
    /// A protocol header (AMQP 1.0 §2.2).
    Header(ProtocolHeader),
    /// An AMQP frame (AMQP 1.0 §2.3.2).
    Amqp {
        /// The channel.
        channel: u16,
        /// What the frame does.
        performative: Performative<'a>,
        /// What follows the performative: the octets of a message, for transfer alone.
        payload: Binary<'a>,
    },
    /// An AMQP frame without a body: a sign of life (AMQP 1.0 §2.4.5).
    Empty {
        /// The channel.
        channel: u16,
    },
    /// A SASL frame (AMQP 1.0 §5.3.1).
    Sasl(SaslPerformative<'a>),
}

impl<'a> Frame<'a> {
    /// A frame without payload.
    pub fn new(channel: u16, performative: impl Into<Performative<'a>>) -> Self {
        Self::Amqp { channel, performative: performative.into(), payload: Binary::EMPTY }
    }

    /// The name of the performative, `empty-frame`, or `protocol-header`.
    pub const fn name(&self) -> &'static str {
        match self {
            Self::Header(_) => "protocol-header",
            Self::Amqp { performative, .. } => performative.name(),
            Self::Empty { .. } => "empty-frame",
            Self::Sasl(performative) => performative.name(),
        }
    }

    /// The same frame, independent of the input; at most one allocation.
    pub fn into_owned(self) -> Frame<'static> {
        super::own::into_owned(self)
    }
}

impl Own for Frame<'_> {
    type Owned = Frame<'static>;

    fn borrowed_len(&self) -> usize {
        match self {
            Self::Header(_) | Self::Empty { .. } => 0,
            Self::Amqp { performative, payload, .. } => {
                performative.borrowed_len().saturating_add(payload.borrowed_len())
            }
            Self::Sasl(performative) => performative.borrowed_len(),
        }
    }

    fn own(self, keep: &mut Keep<'_>) -> Frame<'static> {
        match self {
            Self::Header(header) => Frame::Header(header),
            Self::Empty { channel } => Frame::Empty { channel },
            Self::Amqp { channel, performative, payload } => {
                Frame::Amqp { channel, performative: performative.own(keep), payload: payload.own(keep) }
            }
            Self::Sasl(performative) => Frame::Sasl(performative.own(keep)),
        }
    }
}

impl fmt::Display for Frame<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Header(header) => header.fmt(f),
            Self::Empty { channel } => write!(f, "empty-frame ch={channel}"),
            Self::Sasl(performative) => super::display::sasl(performative, f),
            Self::Amqp { channel, performative, payload } => {
                super::display::performative(*channel, performative, f)?;
                match payload.as_slice().len() {
                    0 => Ok(()),
                    len => write!(f, " {len} B"),
                }
            }
        }
    }
}
