//! Feature `arbitrary`: packets that may be sent, out of unstructured bytes.

use alloc::borrow::ToOwned;
use alloc::string::String;
use alloc::vec::Vec;
use core::num::{NonZeroU16, NonZeroU32};

use arbitrary::{Arbitrary, Result, Unstructured};

use crate::{
    Ack, Auth, Binary, ConnAck, Connect, Delivery, Disconnect, Filters, Login, Packet, PacketType, Properties,
    Property, Publish, ReasonCode, ReasonCodes, Role, SubAck, Subscribe, Subscription, Subscriptions, Text, Topic,
    TopicFilter, Unsubscribe, Version, Will, check, packet::PacketType as Type, property::Place,
};

impl<'a> Arbitrary<'a> for Text<'static> {
    fn arbitrary(u: &mut Unstructured<'a>) -> Result<Self> {
        let text: &str = u.arbitrary()?;
        let mut sendable = String::new();
        for c in text.chars().filter(|c| check::is_sendable(c.encode_utf8(&mut [0; 4]))) {
            if sendable.len().saturating_add(c.len_utf8()) <= 65_535 {
                sendable.push(c);
            }
        }
        Ok(sendable.into())
    }
}

impl<'a> Arbitrary<'a> for Binary<'static> {
    fn arbitrary(u: &mut Unstructured<'a>) -> Result<Self> {
        let bytes: &[u8] = u.arbitrary()?;
        Ok(bytes.get(..65_535).unwrap_or(bytes).to_owned().into())
    }
}

impl<'a> Arbitrary<'a> for Topic<'static> {
    fn arbitrary(u: &mut Unstructured<'a>) -> Result<Self> {
        let name: String = Text::arbitrary(u)?.chars().filter(|c| !matches!(c, '+' | '#')).collect();
        Ok(Topic::new(name).unwrap_or_else(|_| Topic::new("a").unwrap_or_default()))
    }
}

impl<'a> Arbitrary<'a> for TopicFilter<'static> {
    fn arbitrary(u: &mut Unstructured<'a>) -> Result<Self> {
        let filter = String::from(Text::arbitrary(u)?.as_str());
        match TopicFilter::new(filter) {
            Ok(filter) => Ok(filter),
            Err(_) => Ok(*u.choose(&["+", "#", "a/+/b", "a/#", "$share/g/a/+"])?)
                .and_then(|filter| TopicFilter::new(filter).map_err(|_| arbitrary::Error::IncorrectFormat)),
        }
    }
}

/// A property by identifier, with a value that may be sent.
fn property(id: u8, u: &mut Unstructured<'_>, add: &mut dyn FnMut(Property<'_>)) -> Result<()> {
    let text = |u: &mut Unstructured<'_>| Text::arbitrary(u);
    match id {
        0x01 => add(Property::PayloadFormatIndicator(u.arbitrary()?)),
        0x02 => add(Property::MessageExpiryInterval(u.arbitrary()?)),
        0x03 => add(Property::ContentType(&text(u)?)),
        0x08 => add(Property::ResponseTopic(&Topic::arbitrary(u)?)),
        0x09 => add(Property::CorrelationData(&Binary::arbitrary(u)?)),
        0x0b => add(Property::SubscriptionIdentifier(
            NonZeroU32::new(u.int_in_range(1..=268_435_455)?).unwrap_or(NonZeroU32::MIN),
        )),
        0x11 => add(Property::SessionExpiryInterval(u.arbitrary()?)),
        0x12 => add(Property::AssignedClientIdentifier(&text(u)?)),
        0x13 => add(Property::ServerKeepAlive(u.arbitrary()?)),
        0x15 => add(Property::AuthenticationMethod(&text(u)?)),
        0x16 => add(Property::AuthenticationData(&Binary::arbitrary(u)?)),
        0x17 => add(Property::RequestProblemInformation(u.arbitrary()?)),
        0x18 => add(Property::WillDelayInterval(u.arbitrary()?)),
        0x19 => add(Property::RequestResponseInformation(u.arbitrary()?)),
        0x1a => add(Property::ResponseInformation(&text(u)?)),
        0x1c => add(Property::ServerReference(&text(u)?)),
        0x1f => add(Property::ReasonString(&text(u)?)),
        0x21 => add(Property::ReceiveMaximum(NonZeroU16::arbitrary(u)?)),
        0x22 => add(Property::TopicAliasMaximum(u.arbitrary()?)),
        0x23 => add(Property::TopicAlias(NonZeroU16::arbitrary(u)?)),
        0x24 => add(Property::MaximumQoS(u.arbitrary()?)),
        0x25 => add(Property::RetainAvailable(u.arbitrary()?)),
        0x26 => add(Property::UserProperty(&text(u)?, &text(u)?)),
        0x27 => add(Property::MaximumPacketSize(NonZeroU32::arbitrary(u)?)),
        0x28 => add(Property::WildcardSubscriptionAvailable(u.arbitrary()?)),
        0x29 => add(Property::SubscriptionIdentifierAvailable(u.arbitrary()?)),
        0x2a => add(Property::SharedSubscriptionAvailable(u.arbitrary()?)),
        _ => {}
    }
    Ok(())
}

/// Properties for a place, sent by this side; none in 3.x.
fn properties(place: Place, from: Role, version: Version, u: &mut Unstructured<'_>) -> Result<Properties<'static>> {
    let mut properties = Properties::EMPTY;
    if !version.is_v5() {
        return Ok(properties);
    }
    for _ in 0..u.int_in_range(0..=6)? {
        let id: u8 = u.int_in_range(1..=0x2a)?;
        let wrong_side = match (place, from, id) {
            (Place::Publish, Role::Client, 0x0b)
            | (Place::Disconnect, Role::Client, 0x1c)
            | (Place::Disconnect, Role::Server, 0x11) => true,
            (_, _, 0x16) => !properties.contains(crate::PropertyId::AUTHENTICATION_METHOD),
            _ => false,
        };
        if wrong_side || crate::PropertyId(id).row().is_none_or(|row| row.places & place as u16 == 0) {
            continue;
        }
        property(id, u, &mut |property| {
            // A second one of a kind that may stand once is left out.
            let mut more = properties.clone();
            if more.push(property).is_ok() && more.check_sendable(place).is_ok() {
                properties = more;
            }
        })?;
    }
    Ok(properties)
}

fn reason(packet: PacketType, from: Role, version: Version, u: &mut Unstructured<'_>) -> Result<ReasonCode> {
    let reason = ReasonCode(u.arbitrary()?);
    let from_client_only = from == Role::Server && reason == ReasonCode::DISCONNECT_WITH_WILL_MESSAGE;
    Ok(if reason.allowed_in(packet, version) && !from_client_only { reason } else { ReasonCode::SUCCESS })
}

impl Connect<'static> {
    fn arbitrary_for(version: Version, u: &mut Unstructured<'_>) -> Result<Self> {
        let v5 = version.is_v5();
        let username: Option<Text<'static>> = u.arbitrary()?;
        let password: Option<Binary<'static>> = u.arbitrary()?;
        let mut client_id = Text::arbitrary(u)?;
        let clean_start = u.arbitrary()?;
        if client_id.is_empty() && !v5 {
            client_id = "c".into();
        }
        let will = match u.arbitrary()? {
            false => None,
            true => Some(Will {
                qos: u.arbitrary()?,
                retain: u.arbitrary()?,
                properties: properties(Place::Will, Role::Client, version, u)?,
                topic: u.arbitrary()?,
                payload: u.arbitrary()?,
            }),
        };
        let password = password.filter(|_| v5 || username.is_some());
        let mut connect = Connect::new(version, client_id);
        connect.clean_start = clean_start;
        connect.keep_alive = u.arbitrary()?;
        connect.properties = properties(Place::Connect, Role::Client, version, u)?;
        match Packet::Connect(connect.with_login(&Login { will, username, password })).into_owned() {
            Packet::Connect(connect) => Ok(connect),
            _ => Err(arbitrary::Error::IncorrectFormat),
        }
    }
}

impl Publish<'static> {
    fn arbitrary_for(from: Role, version: Version, u: &mut Unstructured<'_>) -> Result<Self> {
        let delivery: Delivery = u.arbitrary()?;
        let properties = properties(Place::Publish, from, version, u)?;
        let aliased = properties.contains(crate::PropertyId::TOPIC_ALIAS) && u.arbitrary()?;
        Ok(Self {
            dup: delivery != Delivery::AtMostOnce && u.arbitrary()?,
            delivery,
            retain: u.arbitrary()?,
            topic: if aliased { Topic::ALIASED } else { u.arbitrary()? },
            properties,
            payload: u.arbitrary::<Vec<u8>>()?.into(),
        })
    }
}

impl Packet<'static> {
    /// A packet that this side may send in this version.
    ///
    /// # Errors
    /// Those of [`arbitrary`]: the bytes ran out.
    pub fn arbitrary_for(from: Role, version: Version, u: &mut Unstructured<'_>) -> Result<Self> {
        let mut packet = Type::from_first_byte(u.arbitrary()?);
        let absent = packet == Type::Reserved || (packet == Type::Auth && !version.is_v5());
        if absent || !packet.may_come_from(from, version) {
            packet = Type::Publish;
        }
        let ack = |u: &mut Unstructured<'_>| -> Result<Ack<'static>> {
            let properties = properties(Place::Ack, from, version, u)?;
            Ok(Ack { packet_id: u.arbitrary()?, reason: reason(packet, from, version, u)?, properties })
        };
        Ok(match packet {
            Type::Connect => Self::Connect(Connect::arbitrary_for(version, u)?),
            Type::ConnAck => {
                let reason = reason(packet, from, version, u)?;
                let session_present = reason == ReasonCode::SUCCESS && version != Version::V3_1 && u.arbitrary()?;
                let properties = properties(Place::ConnAck, from, version, u)?;
                Self::ConnAck(ConnAck { session_present, reason, properties })
            }
            Type::PubAck => Self::PubAck(ack(u)?),
            Type::PubRec => Self::PubRec(ack(u)?),
            Type::PubRel => Self::PubRel(ack(u)?),
            Type::PubComp => Self::PubComp(ack(u)?),
            Type::Subscribe => Self::Subscribe(subscribe(version, u)?),
            Type::SubAck => Self::SubAck(suback(packet, version, u)?),
            Type::Unsubscribe => Self::Unsubscribe(unsubscribe(version, u)?),
            Type::UnsubAck => Self::UnsubAck(suback(packet, version, u)?),
            Type::PingReq => Self::PingReq,
            Type::PingResp => Self::PingResp,
            Type::Disconnect => Self::Disconnect(Disconnect {
                reason: reason(packet, from, version, u)?,
                properties: properties(Place::Disconnect, from, version, u)?,
            }),
            Type::Auth => Self::Auth(auth(from, u)?),
            Type::Publish | Type::Reserved => Self::Publish(Publish::arbitrary_for(from, version, u)?),
        })
    }
}

fn subscribe(version: Version, u: &mut Unstructured<'_>) -> Result<Subscribe<'static>> {
    let mut subscriptions = Subscriptions::default();
    for _ in 0..u.int_in_range(1..=4)? {
        let mut subscription = Subscription { filter: u.arbitrary()?, options: u.arbitrary()? };
        subscription.options.no_local &= subscription.filter.share_name().is_none();
        if !version.is_v5() {
            subscription.options = subscription.options.maximum_qos.into();
        }
        subscriptions.push(&subscription);
    }
    let properties = properties(Place::Subscribe, Role::Client, version, u)?;
    Ok(Subscribe { packet_id: u.arbitrary()?, properties, subscriptions })
}

fn unsubscribe(version: Version, u: &mut Unstructured<'_>) -> Result<Unsubscribe<'static>> {
    let mut filters = Filters::default();
    for _ in 0..u.int_in_range(1..=4)? {
        filters.push(&u.arbitrary()?);
    }
    let properties = properties(Place::Unsubscribe, Role::Client, version, u)?;
    Ok(Unsubscribe { packet_id: u.arbitrary()?, properties, filters })
}

fn suback(packet: PacketType, version: Version, u: &mut Unstructured<'_>) -> Result<SubAck<'static>> {
    let mut codes = ReasonCodes::default();
    if version.is_v5() || packet == Type::SubAck {
        for _ in 0..u.int_in_range(1..=4)? {
            codes.push(reason(packet, Role::Server, version, u)?);
        }
    }
    let properties = properties(Place::Ack, Role::Server, version, u)?;
    Ok(SubAck { packet_id: u.arbitrary()?, properties, codes })
}

fn auth(from: Role, u: &mut Unstructured<'_>) -> Result<Auth<'static>> {
    let mut properties = properties(Place::Auth, from, Version::V5_0, u)?;
    if !properties.contains(crate::PropertyId::AUTHENTICATION_METHOD) {
        let method = Text::arbitrary(u)?;
        // The only failure is a second method, and there is none yet.
        let _ = properties.push(Property::AuthenticationMethod(&method));
    }
    let reason =
        if from == Role::Server && u.arbitrary()? { ReasonCode::SUCCESS } else { ReasonCode::CONTINUE_AUTHENTICATION };
    Ok(Auth { reason, properties })
}
