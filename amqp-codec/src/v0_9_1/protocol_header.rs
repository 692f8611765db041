//! The eight octets that open a connection, and what else arrives on the port. AMQP 0-9-1 §4.2.2.

use core::fmt;

use super::error::DecodeErrorKind;

/// A protocol header: `AMQP` and four octets.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
pub struct ProtocolHeader(pub [u8; 4]);

/// A published version of AMQP.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Version {
    /// 0-8, in one of its two spellings.
    V0_8,
    /// 0-9.
    V0_9,
    /// 0-9-1.
    V0_9_1,
    /// 0-10.
    V0_10,
    /// 1.0, plain.
    V1_0,
    /// 1.0, TLS first.
    V1_0Tls,
    /// 1.0, SASL first.
    V1_0Sasl,
}

impl ProtocolHeader {
    /// `AMQP 0 0 9 1`.
    pub const V0_9_1: Self = Self([0, 0, 9, 1]);

    /// The header of 0-9, which RabbitMQ takes for 0-9-1.
    pub const V0_9: Self = Self([1, 1, 0, 9]);

    /// Octets of a protocol header.
    pub const LEN: usize = 8;

    /// Which published version this names.
    pub const fn version(self) -> Option<Version> {
        Some(match self.0 {
            [0, 0, 9, 1] => Version::V0_9_1,
            [1, 1, 0, 9] | [0, 0, 9, 0] => Version::V0_9,
            [1, 1, 8, 0] | [0, 0, 8, 0] => Version::V0_8,
            [1, 1, 0, 10] => Version::V0_10,
            [0, 1, 0, 0] => Version::V1_0,
            [2, 1, 0, 0] => Version::V1_0Tls,
            [3, 1, 0, 0] => Version::V1_0Sasl,
            _ => return None,
        })
    }

    /// The octets on the wire.
    pub const fn to_octets(self) -> [u8; 8] {
        let [a, b, c, d] = self.0;
        [b'A', b'M', b'Q', b'P', a, b, c, d]
    }

    /// The header that a server of 0-9-1 writes before it closes, or `None` when the client's is fine. All eight octets count.
    /// `legacy` accepts the headers of 0-8 and 0-9 as RabbitMQ does.
    pub const fn answer(self, legacy: bool) -> Option<Self> {
        // connection.start.protocol-name, connection.start.server-support: the own header, then the end.
        // AMQP 0-9-1 §4.2.2: if the server does not support the version, it MUST write a valid protocol header, flush and close.
        match self.version() {
            Some(Version::V0_9_1) => None,
            Some(Version::V0_9 | Version::V0_8) if legacy => None,
            _ => Some(Self::V0_9_1),
        }
    }
}

impl fmt::Display for ProtocolHeader {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let [a, b, c, d] = self.0;
        write!(f, "protocol-header {a}.{b}.{c}.{d}")
    }
}

/// Names the protocol of a peer that began with neither a protocol header nor a frame.
#[cold]
pub(crate) fn foreign(first: &[u8]) -> DecodeErrorKind {
    const METHODS: [&[u8]; 9] = [b"GET ", b"POST", b"PUT ", b"HEAD", b"HTTP", b"OPTI", b"DELE", b"PATC", b"CONN"];
    if METHODS.iter().any(|method| first.starts_with(method))
        || first.starts_with(b"PRI ")
        || first.starts_with(b"TRAC")
    {
        return DecodeErrorKind::PeerSpeaksHttp;
    }
    if let [0x14..=0x17, 3, 0..=4, ..] = first {
        return DecodeErrorKind::PeerSpeaksTls;
    }
    DecodeErrorKind::UnknownFrameType
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn all_eight_octets_count() {
        assert_eq!(ProtocolHeader([0, 0, 9, 1]).answer(false), None);
        for other in [[0, 0, 9, 0], [0, 0, 9, 2], [1, 0, 9, 1], [0, 1, 9, 1], [0, 1, 0, 0], [3, 1, 0, 0]] {
            assert_eq!(ProtocolHeader(other).answer(false), Some(ProtocolHeader::V0_9_1), "{other:?}");
        }
        assert_eq!(ProtocolHeader::V0_9.answer(true), None);
        assert_eq!(ProtocolHeader([0, 1, 0, 0]).answer(true), Some(ProtocolHeader::V0_9_1));
    }

    #[test]
    fn foreign_protocols_are_named() {
        assert_eq!(foreign(b"GET / HTTP/1.1\r\n"), DecodeErrorKind::PeerSpeaksHttp);
        assert_eq!(foreign(&[0x16, 3, 1, 2, 0, 1, 0]), DecodeErrorKind::PeerSpeaksTls);
        assert_eq!(foreign(b"SSH-2.0-"), DecodeErrorKind::UnknownFrameType);
    }
}
