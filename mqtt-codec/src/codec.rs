//! Feature `tokio-util`: a codec for `tokio_util::codec::Framed`.

extern crate std;

use bytes::BytesMut;

use crate::decoder::Decoder;
use crate::encoder::Encoder;
use crate::error::{DecodeError, EncodeError};
use crate::limits::Limits;
use crate::packet::Packet;
use crate::version::{Role, Version};

/// Decoder and encoder of one connection.
///
/// What the peer says of itself holds for what is sent to it: the version of its CONNECT, and the Maximum Packet Size of its CONNECT or
/// CONNACK \[MQTT-3.1.2-24\] \[MQTT-3.2.2-15\]. Packets are shared with the buffer that `Framed` reads into.
#[derive(Debug, Clone)]
pub struct Codec {
    /// What is received.
    pub decoder: Decoder,
    /// What is sent.
    pub encoder: Encoder,
    role: Role,
}

/// Why a connection comes to its end, or why a packet was not sent.
#[derive(Debug, thiserror::Error)]
pub enum CodecError {
    /// The transport failed.
    #[error(transparent)]
    Io(#[from] std::io::Error),
    /// The peer sent what is refused: send what [`DecodeError::reply`] says, and close.
    #[error(transparent)]
    Decode(#[from] DecodeError),
    /// The packet cannot be sent; the connection lives on.
    #[error(transparent)]
    Encode(#[from] EncodeError),
}

impl Codec {
    /// A client's codec for a new connection of this version.
    pub const fn client(version: Version, limits: Limits) -> Self {
        let decoder = Decoder::new(Role::Client, limits).expect_version(version);
        Self { decoder, encoder: Encoder::new(Role::Client, version), role: Role::Client }
    }

    /// A server's codec for a new connection, whose CONNECT says the version. Until then the encoder speaks 3.1.1, in which a CONNECT of
    /// a level that nobody knows is answered.
    pub const fn server(limits: Limits) -> Self {
        let encoder = Encoder::new(Role::Server, Version::V3_1_1);
        Self { decoder: Decoder::new(Role::Server, limits), encoder, role: Role::Server }
    }

    /// What the peer says of itself.
    fn learn(&mut self, packet: &Packet<'_>) {
        if matches!(packet, Packet::Connect(_) | Packet::ConnAck(_))
            && let Some(max) = packet.properties().maximum_packet_size()
        {
            self.encoder.set_max_packet(usize::try_from(max.get()).unwrap_or(usize::MAX));
        }
    }
}

impl tokio_util::codec::Decoder for Codec {
    type Item = Packet<'static>;
    type Error = CodecError;

    fn decode(&mut self, input: &mut BytesMut) -> Result<Option<Packet<'static>>, CodecError> {
        let result = self.decoder.decode_shared(input);
        // Also of a CONNECT that is refused, for the answer.
        if let Some(version) = self.decoder.version().filter(|version| *version != self.encoder.version()) {
            self.encoder = Encoder::new(self.role, version);
        }
        let packet = result?;
        packet.iter().for_each(|packet| self.learn(packet));
        Ok(packet)
    }
}

impl tokio_util::codec::Encoder<&Packet<'_>> for Codec {
    type Error = CodecError;

    fn encode(&mut self, packet: &Packet<'_>, out: &mut BytesMut) -> Result<(), CodecError> {
        Ok(self.encoder.encode(packet, out)?)
    }
}

impl tokio_util::codec::Encoder<Packet<'_>> for Codec {
    type Error = CodecError;

    fn encode(&mut self, packet: Packet<'_>, out: &mut BytesMut) -> Result<(), CodecError> {
        Ok(self.encoder.encode(&packet, out)?)
    }
}
