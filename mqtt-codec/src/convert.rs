//! A packet of one version as one of another: what gateways do between clients of 3.1.1 and servers of 5.0, and the reverse.

use alloc::vec::Vec;

use crate::encoder::Sending;
use crate::list::List;
use crate::packet::{
    Ack, ConnAck, Connect, Disconnect, Login, Packet, PacketType, Publish, ReasonCodes, SubAck, Subscribe,
    Subscriptions, Unsubscribe, Will, each,
};
use crate::properties::Properties;
use crate::property::{Property, PropertyId};
use crate::reason::ReasonCode;
use crate::rewrite::RewriteError;
use crate::version::{Role, Version};

/// What a packet lost on its way into another version. Whether that matters is the caller's to judge.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct Lost {
    properties: u64,
    will_properties: u64,
    /// A reason code that the version does not have: replaced by one that says less, or left out. Of several the first.
    pub reason: Option<ReasonCode>,
    /// No Local, Retain As Published or Retain Handling of a SUBSCRIBE (MQTT 5.0 §3.8.3.1).
    pub subscription_options: bool,
    /// Session Present, which 3.1 does not have.
    pub session_present: bool,
    /// The mark of a Mosquitto bridge, which 5.0 does not have.
    pub bridge: bool,
}

impl Lost {
    /// Whether the packet says all that it said before.
    pub fn is_nothing(&self) -> bool {
        *self == Self::default()
    }

    /// The kinds of the properties that are gone.
    pub fn properties(&self) -> impl Iterator<Item = PropertyId> {
        ids(self.properties)
    }

    /// The same of a CONNECT's will.
    pub fn will_properties(&self) -> impl Iterator<Item = PropertyId> {
        ids(self.will_properties)
    }
}

fn ids(bits: u64) -> impl Iterator<Item = PropertyId> {
    (0..64).map(PropertyId).filter(move |id| bits & id.bit() != 0)
}

/// In 3.x a session without Clean Session outlives its connections; in 5.0 it has to say so (§3.1.2.11.2).
const NEVER_EXPIRES: &[Property<'static>] = &[Property::SessionExpiryInterval(u32::MAX)];

impl<'a> Packet<'a> {
    /// The same packet for a connection of another version, and what it lost; `from` is the side that sends it. What stays is not copied,
    /// but for the will of a CONNECT and the lists of SUBSCRIBE and SUBACK on their way to 3.x.
    ///
    /// CONNACK keeps the return code of 3.x that comes nearest; SUBACK's failures become 0x80; a negative PUBACK or PUBREC becomes a
    /// positive one, as 3.1.1 prescribes to servers \[3.1.1: MQTT-3.3.5-2\]; all of it is reported as [`Lost::reason`]. A CONNECT to
    /// 5.0 whose session is to stay gets a Session Expiry Interval that says so. What the properties of CONNECT and CONNACK promise, such
    /// as Server Keep Alive or Receive Maximum, is the caller's to keep.
    ///
    /// ```
    /// use mqtt_codec::{Packet, Properties, Property, PropertyId, Publish, Role, Topic, Version};
    ///
    /// let items = [Property::MessageExpiryInterval(60)];
    /// let publish = Publish { properties: Properties::from(&items), ..Publish::new(Topic::new("a/b")?, b"hi") };
    /// let (packet, lost) = Packet::Publish(publish).convert(Role::Server, Version::V3_1_1)?;
    /// assert_eq!(packet.to_string(), "PUBLISH q0 topic=a/b 2 B");
    /// assert!(lost.properties().eq([PropertyId::MESSAGE_EXPIRY_INTERVAL]));
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    ///
    /// # Errors
    /// What the other version cannot say, each as its own kind of [`RewriteError`]. A packet that was converted can be encoded, but for its size.
    pub fn convert(self, from: Role, to: Version) -> Result<(Self, Lost), RewriteError> {
        let mut lost = Lost::default();
        let packet = if to.is_v5() { self.raise(&mut lost)? } else { self.lower(from, to, &mut lost)? };
        each!(&packet, body => Sending { role: from, version: to }.check(body, packet.packet_type()))?;
        Ok((packet, lost))
    }

    /// To 5.0, where nearly all that 3.x can say is said alike.
    fn raise(self, lost: &mut Lost) -> Result<Self, RewriteError> {
        match self {
            Self::Connect(connect) if !connect.version.is_v5() => {
                lost.bridge = connect.bridge;
                let mut connect = with_version(connect, Version::V5_0, lost);
                connect.bridge = false;
                if !connect.clean_start {
                    connect.properties = NEVER_EXPIRES.into();
                }
                Ok(Self::Connect(connect))
            }
            Self::UnsubAck(packet) if packet.codes.is_empty() => Err(RewriteError::NoReasonCodes),
            packet => Ok(packet),
        }
    }

    /// To 3.x, which has neither properties nor, mostly, reasons.
    fn lower(self, from: Role, to: Version, lost: &mut Lost) -> Result<Self, RewriteError> {
        lost.properties = self.properties().ids();
        let properties = Properties::EMPTY;
        let ack = |ack: Ack<'a>, lost: &mut Lost| {
            lost.reason = failure(ack.reason);
            Ack::new(ack.packet_id, ReasonCode::SUCCESS)
        };
        Ok(match self {
            Self::Connect(connect) if connect.properties.contains(PropertyId::AUTHENTICATION_METHOD) => {
                return Err(RewriteError::EnhancedAuthentication);
            }
            Self::Connect(connect) => {
                let mut connect = with_version(connect, to, lost);
                connect.properties = properties;
                Self::Connect(connect)
            }
            Self::ConnAck(packet) => Self::ConnAck(lower_connack(&packet, to, lost)),
            Self::Publish(publish) => {
                match publish.properties.topic_alias() {
                    Some(alias) if publish.topic.is_empty() => return Err(RewriteError::AliasUnresolved(alias)),
                    // The topic says it all.
                    Some(_) => lost.properties &= !PropertyId::TOPIC_ALIAS.bit(),
                    None => {}
                }
                Self::Publish(Publish { properties, ..publish })
            }
            Self::PubAck(packet) => Self::PubAck(ack(packet, lost)),
            Self::PubRec(packet) => Self::PubRec(ack(packet, lost)),
            Self::PubRel(packet) => Self::PubRel(ack(packet, lost)),
            Self::PubComp(packet) => Self::PubComp(ack(packet, lost)),
            Self::Subscribe(packet) => Self::Subscribe(lower_subscribe(packet, lost)),
            Self::SubAck(packet) => Self::SubAck(lower_suback(packet, to, lost)),
            Self::UnsubAck(packet) => {
                lost.reason = packet.codes.iter().find_map(failure);
                Self::UnsubAck(SubAck { codes: ReasonCodes::default(), properties, ..packet })
            }
            Self::Unsubscribe(packet) => Self::Unsubscribe(Unsubscribe { properties, ..packet }),
            // [3.1.1: MQTT-3.14.4-3] DISCONNECT is the client's, and means that there is no will.
            Self::Disconnect(packet) if from == Role::Server || packet.reason != ReasonCode::SUCCESS => {
                return Err(RewriteError::CloseInstead(packet.reason));
            }
            Self::Disconnect(_) => Self::Disconnect(Disconnect::default()),
            Self::Auth(_) => return Err(RewriteError::EnhancedAuthentication),
            packet @ (Self::Refused(_) | Self::PingReq | Self::PingResp) => packet,
        })
    }
}

/// The code, unless it is Success, which every version can say or imply.
fn failure(reason: ReasonCode) -> Option<ReasonCode> {
    (reason != ReasonCode::SUCCESS).then_some(reason)
}

/// A CONNECT that names another version, whose will has properties in 5.0 alone.
fn with_version<'a>(mut connect: Connect<'a>, to: Version, lost: &mut Lost) -> Connect<'a> {
    let login = connect.login();
    let Some(will) = login.will.as_ref().filter(|_| connect.version.is_v5() != to.is_v5()) else {
        connect.version = to;
        return connect;
    };
    lost.will_properties = will.properties.ids();
    let will = Will { properties: Properties::EMPTY, ..will.clone() };
    let login = Login { will: Some(will), ..login.clone() };
    let mut converted = Connect::new(to, connect.client_id.borrowed());
    converted.bridge = connect.bridge;
    converted.clean_start = connect.clean_start;
    converted.keep_alive = connect.keep_alive;
    match Packet::Connect(converted.with_login(&login)).into_owned() {
        Packet::Connect(connect) => connect,
        _ => connect,
    }
}

/// The return code of 3.x that comes nearest (3.1.1 §3.2.2.3).
fn lower_connack(packet: &ConnAck<'_>, to: Version, lost: &mut Lost) -> ConnAck<'static> {
    let reason = match packet.reason {
        reason if reason.to_return_code().is_some() => reason,
        ReasonCode::BANNED | ReasonCode::BAD_AUTHENTICATION_METHOD => ReasonCode::NOT_AUTHORIZED,
        _ => ReasonCode::SERVER_UNAVAILABLE,
    };
    if reason != packet.reason {
        lost.reason = Some(packet.reason);
    }
    lost.session_present = packet.session_present && to == Version::V3_1;
    ConnAck { session_present: packet.session_present && to != Version::V3_1, ..ConnAck::new(reason) }
}

/// Quality of service alone.
fn lower_subscribe<'a>(packet: Subscribe<'a>, lost: &mut Lost) -> Subscribe<'a> {
    let mut wire = Vec::with_capacity(packet.subscriptions.0.wire_len());
    packet.subscriptions.0.write(&mut wire);
    let mut rest = wire.as_mut_slice();
    while let Some((len, after)) = rest.split_first_chunk_mut::<2>() {
        let Some(at) = after.get_mut(usize::from(u16::from_be_bytes(*len))..) else { break };
        let Some((options, after)) = at.split_first_mut() else { break };
        lost.subscription_options |= *options & !3 != 0;
        *options &= 3;
        rest = after;
    }
    let subscriptions = match lost.subscription_options {
        true => Subscriptions(List::Grown(wire)),
        false => packet.subscriptions,
    };
    Subscribe { packet_id: packet.packet_id, properties: Properties::EMPTY, subscriptions }
}

/// Failures without their reasons.
fn lower_suback<'a>(packet: SubAck<'a>, to: Version, lost: &mut Lost) -> SubAck<'a> {
    let unknown = |code: &ReasonCode| !code.allowed_in(PacketType::SubAck, to);
    lost.reason = packet.codes.iter().find(unknown);
    let mut codes = packet.codes;
    if lost.reason.is_some() {
        let lowered = |code| if unknown(&code) { ReasonCode::UNSPECIFIED_ERROR.0 } else { code.0 };
        codes = ReasonCodes(List::Grown(codes.iter().map(lowered).collect()));
    }
    SubAck { packet_id: packet.packet_id, properties: Properties::EMPTY, codes }
}
