//! Changing packets that are passed on, and converting them between versions. The laws run in `fuzz/`.

#![allow(clippy::unwrap_used, clippy::panic, reason = "a test fails by panicking")]

use core::num::NonZeroU16;

use mqtt_codec::{
    Ack, Auth, ConnAck, Connect, DecodeErrorKind, Decoder, Delivery, Disconnect, EncodeError, Encoder, InPlace, Limits,
    Login, Lost, Packet, PacketId, PacketType, Properties, Property, PropertyId, Publish, QoS, ReasonCode, ReasonCodes,
    RewriteError, Role, SubAck, Subscribe, Subscription, SubscriptionOptions, Subscriptions, Topic, TopicFilter,
    Version, Will,
};

const ID: PacketId = PacketId::new(7).unwrap();
const OTHER: PacketId = PacketId::new(0x0809).unwrap();
const USER: Property<'static> = Property::UserProperty("name", "value");

fn encoded(from: Role, version: Version, packet: &Packet<'_>) -> Vec<u8> {
    let mut out = Vec::new();
    Encoder::new(from, version).encode(packet, &mut out).unwrap();
    out
}

fn topic(name: &str) -> Topic<'_> {
    Topic::new(name).unwrap()
}

#[test]
fn identifiers_are_changed_in_place() {
    let (properties, reason) = (Properties::EMPTY, ReasonCode::SUCCESS);
    let filters = [TopicFilter::new("a/#").unwrap()];
    let subscriptions = filters.clone().map(|filter| Subscription { filter, options: QoS::AtLeastOnce.into() });
    let codes = [reason];
    let suback = SubAck { packet_id: ID, properties: properties.clone(), codes: (&codes).into() };
    let publish = Publish { delivery: Delivery::ExactlyOnce(ID), ..Publish::new(topic("a/b"), b"payload") };
    let unsubscribe =
        mqtt_codec::Unsubscribe { packet_id: ID, properties: properties.clone(), filters: (&filters).into() };
    let subscriptions = (&subscriptions).into();
    for (from, mut packet) in [
        (Role::Client, Packet::Publish(publish)),
        (Role::Client, Packet::PubAck(Ack::new(ID, reason))),
        (Role::Client, Packet::PubRec(Ack::new(ID, reason))),
        (Role::Client, Packet::PubRel(Ack::new(ID, reason))),
        (Role::Client, Packet::PubComp(Ack::new(ID, reason))),
        (Role::Client, Packet::Subscribe(Subscribe { packet_id: ID, properties, subscriptions })),
        (Role::Server, Packet::SubAck(suback.clone())),
        (Role::Client, Packet::Unsubscribe(unsubscribe)),
        (Role::Server, Packet::UnsubAck(suback)),
    ] {
        let mut bytes = encoded(from, Version::V5_0, &packet);
        let mut in_place = InPlace::new(&mut bytes).unwrap();
        assert_eq!((in_place.packet_type(), in_place.packet_id()), (packet.packet_type(), Some(ID)));
        in_place.set_packet_id(OTHER).unwrap();
        assert_eq!(packet.packet_id(), Some(ID));
        packet.set_packet_id(OTHER).unwrap();
        assert_eq!(bytes, encoded(from, Version::V5_0, &packet), "{packet}");
    }
    for mut packet in [Packet::PingReq, Publish::new(topic("a"), b"").into()] {
        let error = RewriteError::NoPacketId(packet.packet_type());
        let mut bytes = encoded(Role::Client, Version::V3_1_1, &packet);
        assert_eq!(InPlace::new(&mut bytes).unwrap().set_packet_id(ID), Err(error));
        assert_eq!((packet.packet_id(), packet.set_packet_id(ID)), (None, Err(error)));
    }
}

#[test]
fn flags_are_changed_in_place() {
    let flags = |first: u8, change: fn(&mut InPlace<'_>) -> Result<(), RewriteError>| {
        let mut bytes = [first, 5, 0, 1, b'a', 0, 7];
        let result = change(&mut InPlace::new(&mut bytes).unwrap());
        assert_eq!(bytes.last_chunk(), Some(&[5, 0, 1, b'a', 0, 7]), "nothing else is touched");
        result.map(|()| bytes.first().copied().unwrap())
    };
    assert_eq!(flags(0x32, |packet| packet.set_dup(true)), Ok(0x3a));
    assert_eq!(flags(0x3b, |packet| packet.set_dup(false)), Ok(0x33));
    assert_eq!(flags(0x30, |packet| packet.set_dup(true)), Err(RewriteError::QoS));
    assert_eq!(flags(0x30, |packet| packet.set_dup(false)), Ok(0x30));
    assert_eq!(flags(0x34, |packet| packet.set_retain(true)), Ok(0x35));
    assert_eq!(flags(0x3d, |packet| packet.set_retain(false)), Ok(0x3c));
    assert_eq!(flags(0x3a, |packet| packet.set_qos(QoS::ExactlyOnce)), Ok(0x3c));
    assert_eq!(flags(0x34, |packet| packet.set_qos(QoS::AtLeastOnce)), Ok(0x32));
    assert_eq!(flags(0x34, |packet| packet.set_qos(QoS::AtMostOnce)), Err(RewriteError::QoS));
    assert_eq!(flags(0x30, |packet| packet.set_qos(QoS::AtLeastOnce)), Err(RewriteError::QoS));
    assert_eq!(flags(0x36, |packet| packet.set_retain(true)), Err(RewriteError::QoS), "QoS 3");
    assert_eq!(flags(0x82, |packet| packet.set_retain(true)), Err(RewriteError::NoFlags(PacketType::Subscribe)));
}

#[test]
fn what_is_not_one_packet_is_refused() {
    for bytes in [
        &b""[..],
        b"\x30",
        b"\x30\x80",
        b"\xc0\x01",
        b"\xc0\x00\x00",
        b"\x30\x02\0\x01",
        b"\x32\x04\0\x01a\0",
        b"\x40\x01\0",
    ] {
        assert_eq!(InPlace::new(&mut bytes.to_vec()).unwrap_err(), RewriteError::NotOnePacket, "{bytes:02x?}");
    }
}

/// Received properties are copied as they are, and an alias is one of them.
#[test]
fn properties_are_edited() {
    let alias = |value| Property::TopicAlias(NonZeroU16::new(value).unwrap());
    let items = [Property::ContentType("x"), alias(7), USER, USER];
    let publish = Publish { properties: (&items).into(), ..Publish::new(topic("a/b"), b"payload") };
    let bytes = encoded(Role::Client, Version::V5_0, &publish.clone().into());
    let mut decoder = Decoder::established(Role::Server, Version::V5_0, Limits::default());
    let decoded = decoder.decode(&mut &bytes[..]).unwrap().unwrap();
    let Packet::Publish(decoded) = &*decoded else { panic!("PUBLISH") };
    for properties in [&publish.properties, &decoded.properties] {
        let mut room = [0; 64];
        let edited =
            properties.edited(|property| property.id() != PropertyId::TOPIC_ALIAS, &[alias(8)], &mut room).unwrap();
        let expected = [Property::ContentType("x"), USER, USER, alias(8)];
        assert_eq!(edited, Properties::from(&expected));
        let changed = Publish { topic: Topic::ALIASED, properties: edited, ..decoded.clone() };
        let expected = Publish { topic: Topic::ALIASED, properties: (&expected).into(), ..publish.clone() };
        let sent = |publish: Publish<'_>| encoded(Role::Client, Version::V5_0, &publish.into());
        assert_eq!(sent(changed), sent(expected));

        let nothing = properties.edited(|_| false, &[], &mut room).unwrap();
        assert!(nothing.is_empty());
        let twice = properties.edited(|_| true, &[alias(8)], &mut room).unwrap_err();
        assert_eq!(twice, EncodeError::DuplicateProperty(PropertyId::TOPIC_ALIAS));
        let bad = properties.edited(|_| true, &[Property::ReasonString("\0")], &mut room).unwrap_err();
        assert_eq!(bad, EncodeError::PropertyValue);
        // Four bytes, three, and fourteen twice; five are added.
        let (needed, add) = (4 + 3 + 14 + 14 + 5, [Property::MessageExpiryInterval(1)]);
        assert!(properties.edited(|_| true, &add, &mut vec![0; needed]).is_ok());
        let short = properties.edited(|_| true, &add, &mut vec![0; needed - 1]).map(|_| ());
        assert_eq!(short, Err(EncodeError::NoRoom { needed, room: needed - 1 }));
    }
}

fn lowered(from: Role, packet: Packet<'_>) -> Result<(Packet<'static>, Lost), RewriteError> {
    packet.convert(from, Version::V3_1_1).map(|(packet, lost)| (packet.into_owned(), lost))
}

#[test]
fn connections_between_versions() {
    let delay = [Property::WillDelayInterval(5)];
    let expiry = [Property::SessionExpiryInterval(60), USER];
    let will = Will { properties: (&delay).into(), topic: topic("gone"), payload: b"x".into(), ..Will::default() };
    let login = Login { will: Some(will), username: Some("ada".into()), password: Some(b"secret".into()) };
    let mut connect = Connect::new(Version::V5_0, "c").with_login(&login);
    (connect.keep_alive, connect.clean_start, connect.properties) = (60, false, (&expiry).into());
    let (packet, lost) = lowered(Role::Client, connect.into()).unwrap();
    let line = "CONNECT v3.1.1 id=\"c\" keep-alive=60 password user=\"ada\" will=[q0 topic=gone 1 B]";
    assert_eq!(packet.to_string(), line);
    assert!(lost.properties().eq([PropertyId::SESSION_EXPIRY_INTERVAL, PropertyId::USER_PROPERTY]));
    assert!(lost.will_properties().eq([PropertyId::WILL_DELAY_INTERVAL]));

    // And back: a session that stays says so in 5.0.
    let (packet, lost) = packet.convert(Role::Client, Version::V5_0).unwrap();
    assert!(lost.is_nothing());
    assert_eq!(packet.properties().session_expiry_interval(), Some(u32::MAX));
    assert_eq!(packet.to_string().replace(" session-expiry=4294967295", ""), line.replace("v3.1.1", "v5.0"));

    let method = [Property::AuthenticationMethod("SCRAM")];
    let mut connect = Connect::new(Version::V5_0, "c");
    connect.properties = (&method).into();
    assert_eq!(lowered(Role::Client, connect.into()).unwrap_err(), RewriteError::EnhancedAuthentication);
    let login = Login { password: Some(b"token".into()), ..Login::default() };
    let connect = Connect::new(Version::V5_0, "c").with_login(&login);
    let rule = RewriteError::Encode(EncodeError::Rule(DecodeErrorKind::PasswordWithoutUserName));
    assert_eq!(lowered(Role::Client, connect.into()).unwrap_err(), rule);

    let mut bridge = Connect::new(Version::V3_1, "c");
    bridge.bridge = true;
    let (packet, lost) = Packet::from(bridge.clone()).convert(Role::Client, Version::V5_0).unwrap();
    assert_eq!((packet.to_string().contains("bridge"), lost.bridge), (false, true));
    let (packet, lost) = Packet::from(bridge).convert(Role::Client, Version::V3_1_1).unwrap();
    assert_eq!((packet.to_string().contains("bridge"), lost.is_nothing()), (true, true));
}

#[test]
fn connack_between_versions() {
    for (code, expected) in
        [(0x00, 0), (0x84, 1), (0x85, 2), (0x88, 3), (0x86, 4), (0x87, 5), (0x8a, 5), (0x8c, 5), (0x9d, 3), (0x80, 3)]
    {
        let (packet, lost) = lowered(Role::Server, Packet::ConnAck(ConnAck::new(ReasonCode(code)))).unwrap();
        assert_eq!(encoded(Role::Server, Version::V3_1_1, &packet), [0x20, 2, 0, expected]);
        let same = ReasonCode::from_return_code(expected) == Some(ReasonCode(code));
        assert_eq!(lost.reason, (!same).then_some(ReasonCode(code)));
        let (raised, lost) = packet.convert(Role::Server, Version::V5_0).unwrap();
        assert!(lost.is_nothing());
        assert_eq!(encoded(Role::Server, Version::V5_0, &raised).len(), 5);
    }
    let present = Packet::ConnAck(ConnAck { session_present: true, ..ConnAck::default() });
    let (packet, lost) = present.convert(Role::Server, Version::V3_1).unwrap();
    assert_eq!((packet, lost.session_present), (Packet::ConnAck(ConnAck::default()), true));
}

#[test]
fn publish_between_versions() {
    let alias = NonZeroU16::new(3).unwrap();
    let items = [Property::TopicAlias(alias), Property::MessageExpiryInterval(5)];
    let aliased = Publish { properties: (&items).into(), ..Publish::new(Topic::ALIASED, b"payload") };
    assert_eq!(lowered(Role::Client, aliased.clone().into()).unwrap_err(), RewriteError::AliasUnresolved(alias));
    let resolved = Publish { topic: topic("a/b"), ..aliased };
    let payload = resolved.payload.as_ptr();
    let (packet, lost) = Packet::from(resolved).convert(Role::Client, Version::V3_1_1).unwrap();
    let Packet::Publish(publish) = &packet else { panic!("PUBLISH") };
    assert_eq!(publish.payload.as_ptr(), payload, "not copied");
    assert!(lost.properties().eq([PropertyId::MESSAGE_EXPIRY_INTERVAL]), "the alias is resolved, not lost");
    let (raised, lost) = packet.clone().convert(Role::Client, Version::V5_0).unwrap();
    assert_eq!((raised, lost.is_nothing()), (packet, true));
}

#[test]
fn acknowledgements_between_versions() {
    let reason = [Property::ReasonString("why")];
    let ack = Ack { properties: (&reason).into(), ..Ack::new(ID, ReasonCode::QUOTA_EXCEEDED) };
    let (packet, lost) = lowered(Role::Server, Packet::PubAck(ack.clone())).unwrap();
    assert_eq!(packet, Packet::PubAck(Ack::new(ID, ReasonCode::SUCCESS)));
    assert_eq!(lost.reason, Some(ReasonCode::QUOTA_EXCEEDED));
    assert!(lost.properties().eq([PropertyId::REASON_STRING]));
    assert_eq!(
        lowered(Role::Server, Packet::PubRec(ack)).unwrap().0,
        Packet::PubRec(Ack::new(ID, ReasonCode::SUCCESS))
    );

    let codes = [0x00, 0x02, 0x87, 0x80, 0xa2].map(ReasonCode);
    let suback = SubAck { packet_id: ID, properties: Properties::EMPTY, codes: (&codes).into() };
    let (packet, lost) = lowered(Role::Server, Packet::SubAck(suback)).unwrap();
    assert_eq!(packet.to_string(), "SUBACK id=7 0x00 0x02 0x80 0x80 0x80");
    assert_eq!(lost.reason, Some(ReasonCode::NOT_AUTHORIZED));

    let codes = [ReasonCode::SUCCESS, ReasonCode::NO_SUBSCRIPTION_EXISTED];
    let unsuback = SubAck { packet_id: ID, properties: Properties::EMPTY, codes: (&codes).into() };
    let (packet, lost) = lowered(Role::Server, Packet::UnsubAck(unsuback.clone())).unwrap();
    assert_eq!((packet.to_string().as_str(), lost.reason), ("UNSUBACK id=7", Some(codes[1])));
    assert_eq!(packet.convert(Role::Server, Version::V5_0).unwrap_err(), RewriteError::NoReasonCodes);
    let told = SubAck { codes: ReasonCodes::from(&codes), ..unsuback };
    assert!(Packet::UnsubAck(told).convert(Role::Server, Version::V5_0).unwrap().1.is_nothing());
}

/// Options go, entry by entry; also those of a filter that breaks the rules, which is passed on for an answer.
#[test]
fn subscriptions_between_versions() {
    let options = SubscriptionOptions { no_local: true, retain_as_published: true, ..QoS::ExactlyOnce.into() };
    let filters = ["a/#", "b"].map(|filter| TopicFilter::new(filter).unwrap());
    let [a, b] = filters;
    let items = [Subscription { filter: a, options }, Subscription { filter: b, options: QoS::AtLeastOnce.into() }];
    let id = [Property::SubscriptionIdentifier(1.try_into().unwrap())];
    let subscribe = Subscribe { packet_id: ID, properties: (&id).into(), subscriptions: (&items).into() };
    let (packet, lost) = lowered(Role::Client, Packet::Subscribe(subscribe)).unwrap();
    let bytes = encoded(Role::Client, Version::V3_1_1, &packet);
    assert_eq!(bytes, b"\x82\x0c\x00\x07\x00\x03a/#\x02\x00\x01b\x01");
    assert!(lost.subscription_options && lost.properties().eq([PropertyId::SUBSCRIPTION_IDENTIFIER]));
    let plain =
        Subscribe { packet_id: ID, properties: Properties::EMPTY, subscriptions: Subscriptions::from(&items[1..]) };
    assert!(lowered(Role::Client, Packet::Subscribe(plain)).unwrap().1.is_nothing());

    let mut decoder = Decoder::established(Role::Server, Version::V5_0, Limits::default());
    let packet = decoder.decode(&mut &b"\x82\x08\x00\x07\x00\x00\x02a#\x0e"[..]).unwrap().unwrap().into_packet();
    let (packet, lost) = lowered(Role::Client, packet).unwrap();
    assert_eq!(encoded(Role::Client, Version::V3_1_1, &packet), b"\x82\x07\x00\x07\x00\x02a#\x02");
    assert!(lost.subscription_options);
}

#[test]
fn the_end_of_a_connection_between_versions() {
    let will = Packet::Disconnect(Disconnect::new(ReasonCode::DISCONNECT_WITH_WILL_MESSAGE));
    let close = RewriteError::CloseInstead(ReasonCode::DISCONNECT_WITH_WILL_MESSAGE);
    assert_eq!(lowered(Role::Client, will).unwrap_err(), close);
    let close = RewriteError::CloseInstead(ReasonCode::SUCCESS);
    assert_eq!(lowered(Role::Server, Packet::Disconnect(Disconnect::default())).unwrap_err(), close);
    let expiry = [Property::SessionExpiryInterval(0)];
    let normal = Disconnect { reason: ReasonCode::SUCCESS, properties: (&expiry).into() };
    let (packet, lost) = lowered(Role::Client, Packet::Disconnect(normal)).unwrap();
    assert_eq!(packet, Packet::Disconnect(Disconnect::default()));
    assert!(lost.properties().eq([PropertyId::SESSION_EXPIRY_INTERVAL]));
    assert_eq!(lowered(Role::Client, Packet::Auth(Auth::default())).unwrap_err(), RewriteError::EnhancedAuthentication);
    let direction = RewriteError::Encode(EncodeError::WrongDirection(PacketType::PingReq));
    assert_eq!(lowered(Role::Server, Packet::PingReq).unwrap_err(), direction);
}
