//! Frames. AMQP 0-9-1 §4.2.3.

use alloc::vec::Vec;
use core::fmt;

use bytes::Bytes;

use super::content_header::ContentHeader;
use super::method::Method;
use super::protocol_header::ProtocolHeader;
use super::wire::Keep;
use crate::Binary;

/// A frame, or the protocol header that precedes the first one.
#[derive(Clone, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
#[cfg_attr(feature = "serde", serde(rename_all = "kebab-case"))]
pub enum Frame<'a> {
    /// The protocol header. AMQP 0-9-1 §4.2.2.
    ProtocolHeader(ProtocolHeader),
    /// A method. AMQP 0-9-1 §4.2.4.
    Method {
        /// The channel.
        channel: u16,
        /// The method.
        method: Method<'a>,
    },
    /// A content header. AMQP 0-9-1 §4.2.6.1.
    Header {
        /// The channel.
        channel: u16,
        /// The header.
        header: ContentHeader<'a>,
    },
    /// A content body, or a part of one. AMQP 0-9-1 §4.2.6.2.
    Body {
        /// The channel.
        channel: u16,
        /// The octets.
        payload: Binary<'a>,
    },
    /// A heartbeat. AMQP 0-9-1 §4.2.7, errata 12, 29.
    Heartbeat,
}

/// The octet that begins a frame. AMQP 0-9-1 §4.2.3. An open number.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct FrameType(pub u8);

impl FrameType {
    /// `frame-method`.
    pub const METHOD: Self = Self(1);
    /// `frame-header`.
    pub const HEADER: Self = Self(2);
    /// `frame-body`.
    pub const BODY: Self = Self(3);
    /// `frame-heartbeat`. The prose says 4, the constant 8, the world 8 (errata 29).
    pub const HEARTBEAT: Self = Self(8);
}

impl<'a> Frame<'a> {
    /// A method on a channel.
    pub fn method(channel: u16, method: impl Into<Method<'a>>) -> Self {
        Self::Method { channel, method: method.into() }
    }

    /// The channel; 0 for protocol header and heartbeat.
    pub const fn channel(&self) -> u16 {
        match self {
            Self::ProtocolHeader(_) | Self::Heartbeat => 0,
            Self::Method { channel, .. } | Self::Header { channel, .. } | Self::Body { channel, .. } => *channel,
        }
    }

    /// The same frame, independent of the input; one allocation at most.
    pub fn into_owned(self) -> Frame<'static> {
        let mut parts = Vec::with_capacity(match &self {
            Self::Method { method, .. } => method.wire_len(),
            Self::Header { header, .. } => header.wire_len(),
            Self::Body { payload, .. } => payload.len(),
            Self::ProtocolHeader(_) | Self::Heartbeat => 0,
        });
        match &self {
            Self::Method { method, .. } => method.gather(&mut parts),
            Self::Header { header, .. } => header.properties.gather(&mut parts),
            Self::Body { payload: Binary::Borrowed(octets), .. } => parts.extend_from_slice(octets),
            Self::Body { .. } | Self::ProtocolHeader(_) | Self::Heartbeat => {}
        }
        self.keep(&mut Keep::Gathered(parts.into()))
    }

    /// The same frame, sharing the buffer that it was decoded from.
    pub(crate) fn into_shared(self, buffer: &Bytes) -> Frame<'static> {
        self.keep(&mut Keep::Share(buffer))
    }

    fn keep(self, keep: &mut Keep<'_>) -> Frame<'static> {
        match self {
            Self::ProtocolHeader(header) => Frame::ProtocolHeader(header),
            Self::Method { channel, method } => Frame::Method { channel, method: method.keep(keep) },
            Self::Header { channel, header } => Frame::Header { channel, header: header.keep(keep) },
            Self::Body { channel, payload } => Frame::Body { channel, payload: Binary::Shared(keep.binary(payload)) },
            Self::Heartbeat => Frame::Heartbeat,
        }
    }
}

/// One line: `1 basic.ack delivery_tag=1 multiple=0`, `1 body 1024 B`, `heartbeat`.
impl fmt::Display for Frame<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::ProtocolHeader(header) => write!(f, "{header}"),
            Self::Method { channel, method } => write!(f, "{channel} {method}"),
            Self::Header { channel, header } => write!(f, "{channel} {header}"),
            Self::Body { channel, payload } => write!(f, "{channel} body {} B", payload.len()),
            Self::Heartbeat => f.write_str("heartbeat"),
        }
    }
}
