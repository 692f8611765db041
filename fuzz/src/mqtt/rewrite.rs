//! Packets that are changed on their way: a rewritten packet decodes to the intended one.

use arbitrary::Unstructured;
use core::num::{NonZeroU16, NonZeroU32};
use mqtt_codec::{
    Alias, Delivery, Encoder, FanOut, InPlace, Packet, PacketId, Properties, Property, PropertyId, Publish, QoS,
    Recipient, Role, Topic, Version,
};

use super::{Config, Mqtt};
use crate::Family;

/// All that can be done to a packet that may be sent, against the plain way: change the fields, and encode.
///
/// # Errors
/// The bytes ran out.
pub fn mqtt_rewrite(data: &[u8]) -> arbitrary::Result<()> {
    let mut u = Unstructured::new(data);
    let config = Config { new: false, ..Mqtt::config(&mut u)? };
    let packet = Packet::arbitrary_for(config.from, config.version, &mut u)?;
    let wire = encoded(config, &packet);
    // Any bytes at all may be taken for a packet.
    if let Ok(mut in_place) = InPlace::new(&mut u.bytes(u.len().min(40))?.to_vec()) {
        let _ = (in_place.packet_id(), in_place.set_retain(true), in_place.set_packet_id(PacketId(NonZeroU16::MAX)));
    }
    let decoded = decode(config, &wire);
    in_place(config, &packet, wire.clone(), &mut u)?;
    if config.version.is_v5() {
        edit(config, &decoded, &mut u)?;
    }
    for to in [Version::V3_1, Version::V3_1_1, Version::V5_0] {
        convert(config, &decoded, to);
    }
    if let (Packet::Publish(publish), Role::Server) = (&decoded, config.from) {
        fan_out(publish, &mut u)?;
    }
    Ok(())
}

fn encoded(config: Config, packet: &Packet<'_>) -> Vec<u8> {
    let mut out = Vec::new();
    Mqtt::encode(config, packet, &mut out).expect("may be sent");
    out
}

fn decode(config: Config, mut wire: &[u8]) -> Packet<'_> {
    let new = wire.first().is_some_and(|first| first >> 4 == 1);
    let packet = Mqtt::decoder(Config { new, ..config }).decode(&mut wire).expect("decodes").expect("complete");
    assert!(wire.is_empty());
    packet.into_packet()
}

fn in_place(config: Config, packet: &Packet<'_>, mut wire: Vec<u8>, u: &mut Unstructured<'_>) -> arbitrary::Result<()> {
    let (id, qos): (PacketId, QoS) = (u.arbitrary()?, u.arbitrary()?);
    let (dup, retain): (bool, bool) = (u.arbitrary()?, u.arbitrary()?);
    let mut expected = packet.clone();
    let mut in_place = InPlace::new(&mut wire).expect("one packet");
    assert_eq!(in_place.packet_type(), packet.packet_type());
    assert_eq!(in_place.packet_id(), packet.packet_id());
    assert_eq!(in_place.set_packet_id(id), expected.set_packet_id(id));
    let changed = (in_place.set_qos(qos), in_place.set_dup(dup), in_place.set_retain(retain));
    if let Packet::Publish(publish) = &mut expected {
        let allowed = (publish.delivery == Delivery::AtMostOnce) == (qos == QoS::AtMostOnce);
        match (allowed, qos) {
            (true, QoS::AtLeastOnce) => publish.delivery = Delivery::AtLeastOnce(id),
            (true, QoS::ExactlyOnce) => publish.delivery = Delivery::ExactlyOnce(id),
            _ => {}
        }
        let may_dup = !dup || publish.delivery != Delivery::AtMostOnce;
        publish.dup = if may_dup { dup } else { publish.dup };
        publish.retain = retain;
        assert_eq!((changed.0.is_ok(), changed.1.is_ok(), changed.2), (allowed, may_dup, Ok(())));
    } else {
        assert!(changed.0.is_err() && changed.1.is_err() && changed.2.is_err());
    }
    assert_eq!(decode(config, &wire), expected);
    Ok(())
}

/// Some properties less, and one more.
fn edit(config: Config, packet: &Packet<'_>, u: &mut Unstructured<'_>) -> arbitrary::Result<()> {
    let (mask, name): (u64, &str) = (u.arbitrary()?, u.arbitrary()?);
    let keep = |property: &Property<'_>| mask >> (property.id().0 & 63) & 1 == 0;
    let add = [Property::UserProperty(name, "added")];
    let mut expected = Properties::EMPTY;
    let pushed = packet.properties().iter().filter(keep).chain(add).try_for_each(|property| expected.push(property));
    let mut room = vec![0; 1 << 14];
    let edited = packet.properties().edited(keep, &add, &mut room);
    assert_eq!(edited.as_ref().err(), pushed.as_ref().err());
    let (Ok(edited), Packet::Publish(publish)) = (edited, packet) else { return Ok(()) };
    assert_eq!(edited, expected);
    let changed = Publish { properties: edited, ..publish.clone() };
    let mut wire = Vec::new();
    if Encoder::new(config.from, config.version).encode(&changed.clone().into(), &mut wire).is_ok() {
        assert_eq!(decode(config, &wire), Packet::Publish(changed));
    } else {
        assert!(publish.topic.is_empty() && !expected.contains(PropertyId::TOPIC_ALIAS));
    }
    Ok(())
}

/// What is converted can be sent, and decodes to itself. What 3.x says survives the way to 5.0 and back.
fn convert(config: Config, packet: &Packet<'_>, to: Version) {
    let Ok((converted, lost)) = packet.clone().convert(config.from, to) else { return };
    let there = Config { version: to, ..config };
    let wire = encoded(there, &converted);
    assert_eq!(decode(there, &wire), converted);
    assert!(lost.is_nothing() || !to.is_v5(), "{lost:?}");
    if to.is_v5() && !config.version.is_v5() {
        let (back, lost) = converted.convert(config.from, config.version).expect("came from there");
        assert_eq!(back, *packet);
        assert!(lost.properties().all(|id| id == PropertyId::SESSION_EXPIRY_INTERVAL));
    }
}

/// The head of one subscriber and what all share are what the encoder writes.
fn fan_out(publish: &Publish<'_>, u: &mut Unstructured<'_>) -> arbitrary::Result<()> {
    let Ok(fan_out) = FanOut::new(publish.clone()) else {
        assert!(publish.topic.is_empty(), "refused {publish}");
        return Ok(());
    };
    let version: Version = u.arbitrary()?;
    let number: NonZeroU16 = u.arbitrary()?;
    let alias = *u.choose(&[Alias::None, Alias::Set(number), Alias::Use(number)])?;
    let ids: Vec<NonZeroU32> = u.arbitrary()?;
    let delivery: Delivery = u.arbitrary()?;
    let (dup, retain, max_packet) = (u.arbitrary()?, u.arbitrary()?, u.int_in_range(0..=4_000)?);
    let to = Recipient { version, delivery, dup, retain, alias, subscription_ids: &ids, max_packet };

    let mut properties = Properties::EMPTY;
    let mut push = |property| properties.push(property);
    let alias = match alias {
        Alias::None => Ok(()),
        Alias::Set(alias) | Alias::Use(alias) => push(Property::TopicAlias(alias)),
    };
    let own = ids.iter().try_for_each(|id| push(Property::SubscriptionIdentifier(*id)));
    let strange = [PropertyId::TOPIC_ALIAS, PropertyId::SUBSCRIPTION_IDENTIFIER];
    let common = |property: &Property<'_>| version.is_v5() && !strange.contains(&property.id());
    publish.properties.iter().filter(common).try_for_each(push).expect("sendable");
    let topic = if matches!(to.alias, Alias::Use(_)) { Topic::ALIASED } else { publish.topic.clone() };
    let payload = publish.payload.clone();
    let expected = Packet::Publish(Publish { dup, delivery, retain, topic, properties, payload });
    let mut wire = Vec::new();
    let sent = Encoder::new(Role::Server, version).max_packet(max_packet).encode(&expected, &mut wire);
    let sent = alias.and(own).and(sent);

    let mut room = vec![0; FanOut::HEAD_LEN + 5 * ids.len()];
    let slices = fan_out.slices(&to, &mut room).map(|slices| slices.concat());
    assert_eq!(slices.is_ok(), sent.is_ok(), "{slices:?} {sent:?}");
    if let Ok(slices) = slices {
        assert_eq!(slices, wire);
        let mut appended = Vec::new();
        fan_out.encode(&to, &mut appended).expect("as the slices");
        assert_eq!(appended, wire);
    }
    Ok(())
}
