//! The fifteen packet types (MQTT 5.0 §2.1.2), for all versions and both directions.

mod ack;
mod auth;
mod body;
mod connack;
mod connect;
mod disconnect;
mod packet_type;
mod publish;
mod suback;
mod subscribe;
mod unsubscribe;

use core::fmt;

use bytes::BytesMut;

pub use ack::Ack;
pub use auth::Auth;
pub(crate) use body::{Body, FixedHeader};
pub use connack::ConnAck;
pub use connect::{Connect, Login, Will};
pub use disconnect::Disconnect;
pub use packet_type::PacketType;
pub(crate) use publish::{Head, flags, write_front};
pub use publish::{Publish, Refused};
pub use suback::{ReasonCodes, ReasonCodesIter, SubAck};
pub use subscribe::{RetainHandling, Subscribe, Subscription, SubscriptionOptions, Subscriptions, SubscriptionsIter};
pub use unsubscribe::{Filters, FiltersIter, Unsubscribe};

use crate::check;
use crate::deviation::Deviations;
use crate::properties::Properties;
use crate::property::Property;
use crate::version::Version;
use crate::wire::{Fault, Keep, Reader, varint_len};

/// Does the same with the body of a packet, whatever its type.
macro_rules! each {
    ($packet:expr, $body:ident => $act:expr) => {
        match $packet {
            $crate::Packet::Connect($body) => $act,
            $crate::Packet::ConnAck($body) => $act,
            $crate::Packet::Publish($body) => $act,
            $crate::Packet::Refused($body) => $act,
            $crate::Packet::PubAck($body)
            | $crate::Packet::PubRec($body)
            | $crate::Packet::PubRel($body)
            | $crate::Packet::PubComp($body) => $act,
            $crate::Packet::Subscribe($body) => $act,
            $crate::Packet::SubAck($body) | $crate::Packet::UnsubAck($body) => $act,
            $crate::Packet::Unsubscribe($body) => $act,
            $crate::Packet::Disconnect($body) => $act,
            $crate::Packet::Auth($body) => $act,
            $crate::Packet::PingReq | $crate::Packet::PingResp => {
                let $body = &();
                $act
            }
        }
    };
}
pub(crate) use each;

static NONE: Properties<'static> = Properties::EMPTY;

/// Any packet, borrowed from the input or owned (`Packet<'static>`).
#[derive(Debug, Clone, PartialEq, Eq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
pub enum Packet<'a> {
    /// §3.1
    Connect(Connect<'a>),
    /// §3.2
    ConnAck(ConnAck<'a>),
    /// §3.3
    Publish(Publish<'a>),
    /// A PUBLISH whose topic name has a wildcard: not to be delivered, but answerable (§3.3.2.1, §4.13.2).
    #[cfg_attr(feature = "serde", serde(skip))]
    Refused(Refused<'a>),
    /// §3.4
    PubAck(Ack<'a>),
    /// §3.5
    PubRec(Ack<'a>),
    /// §3.6
    PubRel(Ack<'a>),
    /// §3.7
    PubComp(Ack<'a>),
    /// §3.8
    Subscribe(Subscribe<'a>),
    /// §3.9
    SubAck(SubAck<'a>),
    /// §3.10
    Unsubscribe(Unsubscribe<'a>),
    /// §3.11
    UnsubAck(SubAck<'a>),
    /// §3.12
    PingReq,
    /// §3.13
    PingResp,
    /// §3.14
    Disconnect(Disconnect<'a>),
    /// §3.15
    Auth(Auth<'a>),
}

impl<'a> Packet<'a> {
    /// The packet's type.
    pub const fn packet_type(&self) -> PacketType {
        match self {
            Self::Connect(_) => PacketType::Connect,
            Self::ConnAck(_) => PacketType::ConnAck,
            Self::Publish(_) | Self::Refused(_) => PacketType::Publish,
            Self::PubAck(_) => PacketType::PubAck,
            Self::PubRec(_) => PacketType::PubRec,
            Self::PubRel(_) => PacketType::PubRel,
            Self::PubComp(_) => PacketType::PubComp,
            Self::Subscribe(_) => PacketType::Subscribe,
            Self::SubAck(_) => PacketType::SubAck,
            Self::Unsubscribe(_) => PacketType::Unsubscribe,
            Self::UnsubAck(_) => PacketType::UnsubAck,
            Self::PingReq => PacketType::PingReq,
            Self::PingResp => PacketType::PingResp,
            Self::Disconnect(_) => PacketType::Disconnect,
            Self::Auth(_) => PacketType::Auth,
        }
    }

    /// The properties of the packet; empty where it has none, or none were sent.
    pub fn properties(&self) -> &Properties<'a> {
        match self {
            Self::Connect(packet) => &packet.properties,
            Self::ConnAck(packet) => &packet.properties,
            Self::Publish(packet) => &packet.properties,
            Self::Refused(packet) => &packet.properties,
            Self::PubAck(packet) | Self::PubRec(packet) | Self::PubRel(packet) | Self::PubComp(packet) => {
                &packet.properties
            }
            Self::Subscribe(packet) => &packet.properties,
            Self::SubAck(packet) | Self::UnsubAck(packet) => &packet.properties,
            Self::Unsubscribe(packet) => &packet.properties,
            Self::Disconnect(packet) => &packet.properties,
            Self::Auth(packet) => &packet.properties,
            Self::PingReq | Self::PingResp => &NONE,
        }
    }

    /// The same packet, independent of the input. Borrowed fields are copied into one buffer; shared ones keep theirs.
    pub fn into_owned(self) -> Packet<'static> {
        // The longest form has room for every field.
        let room = self.body_len(Version::V5_0);
        self.keep(&mut Keep::Copy(BytesMut::with_capacity(room)))
    }

    pub(crate) fn keep(self, keep: &mut Keep<'_>) -> Packet<'static> {
        match self {
            Self::Connect(packet) => Packet::Connect(packet.keep(keep)),
            Self::ConnAck(packet) => Packet::ConnAck(packet.keep(keep)),
            Self::Publish(packet) => Packet::Publish(packet.keep(keep)),
            Self::Refused(packet) => Packet::Refused(packet.keep(keep)),
            Self::PubAck(packet) => Packet::PubAck(packet.keep(keep)),
            Self::PubRec(packet) => Packet::PubRec(packet.keep(keep)),
            Self::PubRel(packet) => Packet::PubRel(packet.keep(keep)),
            Self::PubComp(packet) => Packet::PubComp(packet.keep(keep)),
            Self::Subscribe(packet) => Packet::Subscribe(packet.keep(keep)),
            Self::SubAck(packet) => Packet::SubAck(packet.keep(keep)),
            Self::Unsubscribe(packet) => Packet::Unsubscribe(packet.keep(keep)),
            Self::UnsubAck(packet) => Packet::UnsubAck(packet.keep(keep)),
            Self::PingReq => Packet::PingReq,
            Self::PingResp => Packet::PingResp,
            Self::Disconnect(packet) => Packet::Disconnect(packet.keep(keep)),
            Self::Auth(packet) => Packet::Auth(packet.keep(keep)),
        }
    }

    /// Reads the body of any packet but CONNECT; the type was checked, and the flags of all but PUBLISH.
    #[inline(always)]
    pub(crate) fn decode(reader: &mut Reader<'a, '_>, packet: PacketType, flags: u8) -> Result<Self, Fault> {
        let packet = match packet {
            PacketType::Publish => {
                let head = Head::decode(reader, flags)?;
                let payload = core::mem::take(&mut reader.rest);
                let version = reader.rules.version;
                if head.wildcard.is_some() {
                    head.refuse(payload, version)
                } else {
                    Self::Publish(head.publish(payload))
                }
            }
            PacketType::ConnAck => Self::ConnAck(ConnAck::decode(reader)?),
            PacketType::PubAck | PacketType::PubRec | PacketType::PubRel | PacketType::PubComp => {
                let ack = Ack::decode(reader, packet)?;
                match packet {
                    PacketType::PubAck => Self::PubAck(ack),
                    PacketType::PubRec => Self::PubRec(ack),
                    PacketType::PubRel => Self::PubRel(ack),
                    _ => Self::PubComp(ack),
                }
            }
            PacketType::Subscribe => Self::Subscribe(Subscribe::decode(reader)?),
            PacketType::SubAck => Self::SubAck(SubAck::decode(reader, packet)?),
            PacketType::Unsubscribe => Self::Unsubscribe(Unsubscribe::decode(reader)?),
            PacketType::UnsubAck => Self::UnsubAck(SubAck::decode(reader, packet)?),
            PacketType::PingReq => Self::PingReq,
            PacketType::PingResp => Self::PingResp,
            PacketType::Disconnect => Self::Disconnect(Disconnect::decode(reader)?),
            PacketType::Auth => Self::Auth(Auth::decode(reader)?),
            PacketType::Reserved | PacketType::Connect => {
                return Err(reader.fault(crate::DecodeErrorKind::ReservedPacketType));
            }
        };
        reader.finish()?;
        Ok(packet)
    }

    /// The Remaining Length.
    #[inline]
    pub(crate) fn body_len(&self, version: Version) -> usize {
        each!(self, body => body.body_len(version))
    }

    /// An acknowledgement of success in its shortest form, which anybody may send at any time.
    #[inline(always)]
    pub(crate) fn plain_ack(&self) -> Option<[u8; 4]> {
        let (first, ack) = match self {
            Self::PubAck(ack) => (0x40, ack),
            Self::PubRec(ack) => (0x50, ack),
            Self::PubRel(ack) => (0x62, ack),
            Self::PubComp(ack) => (0x70, ack),
            _ => return None,
        };
        let [high, low] = ack.packet_id.value().to_be_bytes();
        ack.is_plain().then_some([first, 2, high, low])
    }

    /// Bytes of the whole packet.
    pub(crate) fn packet_len(remaining: usize) -> usize {
        remaining.saturating_add(varint_len(remaining).wrapping_add(1))
    }
}

impl<'a> From<Publish<'a>> for Packet<'a> {
    fn from(publish: Publish<'a>) -> Self {
        Self::Publish(publish)
    }
}

impl<'a> From<Connect<'a>> for Packet<'a> {
    fn from(connect: Connect<'a>) -> Self {
        Self::Connect(connect)
    }
}

/// Prints one line, as a dissector would.
impl fmt::Display for Packet<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let packet_type = self.packet_type();
        match self {
            Self::Connect(packet) => packet.fmt(f),
            Self::ConnAck(packet) => packet.fmt(f),
            Self::Publish(packet) => packet.fmt(f),
            Self::Refused(packet) => packet.fmt(f),
            Self::PubAck(packet) | Self::PubRec(packet) | Self::PubRel(packet) | Self::PubComp(packet) => {
                packet.fmt(packet_type, f)
            }
            Self::Subscribe(packet) => packet.fmt(f),
            Self::SubAck(packet) | Self::UnsubAck(packet) => packet.fmt(packet_type, f),
            Self::Unsubscribe(packet) => packet.fmt(f),
            Self::Disconnect(packet) => packet.fmt(f),
            Self::Auth(packet) => packet.fmt(f),
            Self::PingReq | Self::PingResp => packet_type.fmt(f),
        }
    }
}

/// Properties in a one-line view: short names, secrets left out.
fn fmt_properties(properties: &Properties<'_>, f: &mut fmt::Formatter<'_>) -> fmt::Result {
    for property in properties {
        match property {
            Property::MessageExpiryInterval(seconds) => write!(f, " expiry={seconds}")?,
            Property::TopicAlias(alias) => write!(f, " alias={alias}")?,
            Property::SessionExpiryInterval(seconds) => write!(f, " session-expiry={seconds}")?,
            Property::ReasonString(text) => write!(f, " {text:?}")?,
            Property::UserProperty(name, value) => write!(f, " {name:?}={value:?}")?,
            other => write!(f, " {other:?}")?,
        }
    }
    Ok(())
}

/// A string in a list that was checked.
pub(crate) fn read_text<'a>(rest: &mut &'a [u8]) -> Option<&'a str> {
    check::to_str(read_binary(rest)?).ok()
}

/// A binary field in a region that was checked.
pub(crate) fn read_binary<'a>(rest: &mut &'a [u8]) -> Option<&'a [u8]> {
    let (len, after) = rest.split_first_chunk::<2>()?;
    let (bytes, after) = after.split_at_checked(usize::from(u16::from_be_bytes(*len)))?;
    *rest = after;
    Some(bytes)
}

/// The leniency for bits that 3.1 calls unused and that later versions reserve.
const fn unused_in_v3_1(version: Version) -> Deviations {
    if matches!(version, Version::V3_1) { Deviations::UNUSED_BITS_V3_1 } else { Deviations::NONE }
}
