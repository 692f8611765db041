//! Changing packets that are passed on: what has a fixed size is changed where it lies, the rest through the packet's fields.
//!
//! Whatever is not changed is copied as it came, if at all: fields, properties and lists of a decoded [`Packet`] are regions of the input.

use core::num::NonZeroU16;

use crate::error::EncodeError;
use crate::packet::{Packet, PacketType, flags};
use crate::qos::{Delivery, PacketId, QoS};
use crate::reason::ReasonCode;
use crate::wire::{Varint, read_varint};

/// Why a packet cannot be changed or converted as asked.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
#[non_exhaustive]
pub enum RewriteError {
    /// The bytes are not one whole packet with its fields.
    #[error("not one whole packet")]
    NotOnePacket,
    /// The packet has no packet identifier.
    #[error("{0} without a packet identifier")]
    NoPacketId(PacketType),
    /// Only a PUBLISH has DUP, QoS and RETAIN.
    #[error("{0} has no such flag")]
    NoFlags(PacketType),
    /// QoS 0 and the others differ in the packet identifier; or DUP with QoS 0 \[MQTT-3.3.1-2\].
    #[error("this quality of service would be another packet")]
    QoS,
    /// The topic of a PUBLISH is an alias: resolve it first. Aliases do not exist in 3.x, and mean nothing on another connection.
    #[error("topic alias {0} is not resolved")]
    AliasUnresolved(NonZeroU16),
    /// An UNSUBACK of 3.x has no codes, one of 5.0 has one for each filter: give it those first.
    #[error("UNSUBACK without reason codes")]
    NoReasonCodes,
    /// Enhanced authentication (MQTT 5.0 §4.12), which 3.x has not.
    #[error("enhanced authentication")]
    EnhancedAuthentication,
    /// A DISCONNECT that 3.x cannot say, with its reason: close the connection without it, so that the will is published.
    #[error("close the connection instead: {0}")]
    CloseInstead(ReasonCode),
    /// The packet cannot be sent in the other version.
    #[error(transparent)]
    Encode(#[from] EncodeError),
}

/// A whole packet in wire form, changed where it lies: what has the same place and size in every version.
///
/// ```
/// use mqtt_codec::{InPlace, PacketId};
///
/// let mut bytes = *b"\x32\x07\x00\x03a/b\x00\x07";
/// let mut packet = InPlace::new(&mut bytes)?;
/// assert_eq!(packet.packet_id(), PacketId::new(7));
/// packet.set_packet_id(PacketId::new(513).expect("not zero"))?;
/// packet.set_dup(true)?;
/// assert_eq!(&bytes, b"\x3a\x07\x00\x03a/b\x02\x01");
/// # Ok::<(), mqtt_codec::RewriteError>(())
/// ```
#[derive(Debug)]
pub struct InPlace<'b> {
    first: &'b mut u8,
    id: Option<&'b mut [u8; 2]>,
}

impl<'b> InPlace<'b> {
    /// A packet that a [`Decoder`](crate::Decoder) has accepted: all of its bytes and nothing else. Its fields are not checked again.
    ///
    /// # Errors
    /// [`RewriteError::NotOnePacket`].
    pub fn new(packet: &'b mut [u8]) -> Result<Self, RewriteError> {
        Self::find(packet).ok_or(RewriteError::NotOnePacket)
    }

    fn find(packet: &'b mut [u8]) -> Option<Self> {
        let (first, after) = packet.split_first_mut()?;
        let Varint::Value { value, len, .. } = read_varint(after) else { return None };
        let mut body = after.get_mut(len..).filter(|body| body.len() == value as usize)?;
        let has_id = match PacketType::from_first_byte(*first) {
            PacketType::Publish => {
                let topic_len = usize::from(u16::from_be_bytes(*body.first_chunk::<2>()?));
                body = body.get_mut(topic_len.saturating_add(2)..)?;
                *first & 0x06 != 0
            }
            PacketType::Reserved | PacketType::Connect | PacketType::ConnAck => false,
            PacketType::PingReq | PacketType::PingResp | PacketType::Disconnect | PacketType::Auth => false,
            _ => true,
        };
        let id = if has_id { Some(body.first_chunk_mut::<2>()?) } else { None };
        Some(Self { first, id })
    }

    /// The packet's type.
    pub const fn packet_type(&self) -> PacketType {
        PacketType::from_first_byte(*self.first)
    }

    /// The packet identifier, where there is one.
    pub fn packet_id(&self) -> Option<PacketId> {
        self.id.as_deref().and_then(|id| PacketId::new(u16::from_be_bytes(*id)))
    }

    /// Another packet identifier.
    ///
    /// # Errors
    /// [`RewriteError::NoPacketId`] where there is none.
    pub const fn set_packet_id(&mut self, id: PacketId) -> Result<(), RewriteError> {
        match &mut self.id {
            Some(place) => {
                **place = id.value().to_be_bytes();
                Ok(())
            }
            None => Err(RewriteError::NoPacketId(self.packet_type())),
        }
    }

    /// DUP of a PUBLISH (§3.3.1.1).
    ///
    /// # Errors
    /// [`RewriteError::NoFlags`]; [`RewriteError::QoS`] with QoS 0.
    pub fn set_dup(&mut self, dup: bool) -> Result<(), RewriteError> {
        self.set(|_, qos, retain| Some((dup, qos, retain)))
    }

    /// RETAIN of a PUBLISH (§3.3.1.3).
    ///
    /// # Errors
    /// [`RewriteError::NoFlags`].
    pub fn set_retain(&mut self, retain: bool) -> Result<(), RewriteError> {
        self.set(|dup, qos, _| Some((dup, qos, retain)))
    }

    /// QoS of a PUBLISH (§3.3.1.2): 1 or 2 instead of the other, which both have an identifier.
    ///
    /// # Errors
    /// [`RewriteError::NoFlags`]; [`RewriteError::QoS`] where the identifier would come or go.
    pub fn set_qos(&mut self, qos: QoS) -> Result<(), RewriteError> {
        self.set(|dup, old, retain| {
            ((old == QoS::AtMostOnce) == (qos == QoS::AtMostOnce)).then_some((dup, qos, retain))
        })
    }

    fn set(&mut self, change: impl FnOnce(bool, QoS, bool) -> Option<(bool, QoS, bool)>) -> Result<(), RewriteError> {
        let packet = self.packet_type();
        if packet != PacketType::Publish {
            return Err(RewriteError::NoFlags(packet));
        }
        let qos = QoS::from_bits(*self.first >> 1 & 3).ok_or(RewriteError::QoS)?;
        let (dup, qos, retain) =
            change(*self.first & 0x08 != 0, qos, *self.first & 0x01 != 0).ok_or(RewriteError::QoS)?;
        if dup && qos == QoS::AtMostOnce {
            return Err(RewriteError::QoS); // [MQTT-3.3.1-2]
        }
        *self.first = 0x30 | flags(dup, qos, retain);
        Ok(())
    }
}

impl Packet<'_> {
    /// The packet identifier, where there is one.
    pub const fn packet_id(&self) -> Option<PacketId> {
        match self {
            Self::Publish(packet) => packet.delivery.packet_id(),
            Self::Refused(packet) => packet.delivery.packet_id(),
            Self::PubAck(packet) | Self::PubRec(packet) | Self::PubRel(packet) | Self::PubComp(packet) => {
                Some(packet.packet_id)
            }
            Self::Subscribe(packet) => Some(packet.packet_id),
            Self::SubAck(packet) | Self::UnsubAck(packet) => Some(packet.packet_id),
            Self::Unsubscribe(packet) => Some(packet.packet_id),
            _ => None,
        }
    }

    /// Another packet identifier, as a proxy gives it.
    ///
    /// # Errors
    /// [`RewriteError::NoPacketId`] where there is none.
    pub const fn set_packet_id(&mut self, id: PacketId) -> Result<(), RewriteError> {
        let packet_type = self.packet_type();
        let place = match self {
            Self::Publish(packet) => packet.delivery.packet_id_mut(),
            Self::Refused(packet) => packet.delivery.packet_id_mut(),
            Self::PubAck(packet) | Self::PubRec(packet) | Self::PubRel(packet) | Self::PubComp(packet) => {
                Some(&mut packet.packet_id)
            }
            Self::Subscribe(packet) => Some(&mut packet.packet_id),
            Self::SubAck(packet) | Self::UnsubAck(packet) => Some(&mut packet.packet_id),
            Self::Unsubscribe(packet) => Some(&mut packet.packet_id),
            _ => None,
        };
        match place {
            Some(place) => {
                *place = id;
                Ok(())
            }
            None => Err(RewriteError::NoPacketId(packet_type)),
        }
    }
}

impl Delivery {
    /// The packet identifier, to be changed.
    const fn packet_id_mut(&mut self) -> Option<&mut PacketId> {
        match self {
            Self::AtMostOnce => None,
            Self::AtLeastOnce(id) | Self::ExactlyOnce(id) => Some(id),
        }
    }
}
