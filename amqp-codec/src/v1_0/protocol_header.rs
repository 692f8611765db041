//! Protocol headers and their negotiation (AMQP 1.0 §2.2, §5.2.1, §5.3.2).

use core::fmt;

use super::DecodeErrorKind as Kind;
use super::wire::{Fault, Parsed};

/// The layer that a protocol header announces.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
#[cfg_attr(feature = "serde", serde(rename_all = "kebab-case"))]
pub enum ProtocolId {
    /// AMQP frames (AMQP 1.0 §2.2).
    Amqp,
    /// A TLS handshake (AMQP 1.0 §5.2.1).
    Tls,
    /// SASL frames (AMQP 1.0 §5.3.2).
    Sasl,
}

impl ProtocolId {
    /// The octet on the wire.
    pub const fn code(self) -> u8 {
        match self {
            Self::Amqp => 0,
            Self::Tls => 2,
            Self::Sasl => 3,
        }
    }
}

/// The eight octets before the first frame: `AMQP`, a protocol id, and version 1.0.0.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
pub struct ProtocolHeader(pub ProtocolId);

impl ProtocolHeader {
    /// The octets of a header.
    pub const LEN: usize = 8;

    /// The octets.
    pub const fn to_bytes(self) -> [u8; Self::LEN] {
        [b'A', b'M', b'Q', b'P', self.0.code(), 1, 0, 0]
    }

    /// The header that a server answers with (AMQP 1.0 §2.2): the client's own when that layer is offered, else the one it prefers.
    /// Unless the two agree, the connection is closed behind the answer.
    pub fn answer(client: Result<Self, super::DecodeError>, offered: &[ProtocolId], preferred: ProtocolId) -> Self {
        // [transport:version-negotiation.8] [transport:version-negotiation.9] [transport:version-negotiation.12]
        // [transport:version-negotiation.13]: a header goes out in any case.
        match client {
            Ok(header) if offered.contains(&header.0) => header,
            _ => Self(preferred),
        }
    }

    /// Reads a header, or as much of it as there is: `None` when more is needed and nothing is wrong so far.
    pub(crate) fn read(input: &[u8]) -> Parsed<Option<Self>> {
        let mut id = ProtocolId::Amqp;
        for (index, octet) in input.iter().take(Self::LEN).enumerate() {
            let at = input.get(index..).unwrap_or_default();
            match (index, octet) {
                (0, b'A') | (1, b'M') | (2, b'Q') | (3, b'P') | (5, 1) | (6 | 7, 0) | (4, 0) => {}
                (4, 2) => id = ProtocolId::Tls,
                (4, 3) => id = ProtocolId::Sasl,
                (0..=3, _) => return Err(Fault::new(Kind::NotAmqp, at)),
                (4, _) => return Err(Fault::new(Kind::UnknownProtocol, at)),
                _ => return Err(Fault::new(Kind::UnsupportedVersion, at)),
            }
        }
        Ok((input.len() >= Self::LEN).then_some(Self(id)))
    }
}

impl fmt::Display for ProtocolHeader {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let name = match self.0 {
            ProtocolId::Amqp => "AMQP",
            ProtocolId::Tls => "TLS",
            ProtocolId::Sasl => "SASL",
        };
        write!(f, "protocol-header {name} 1.0.0")
    }
}
